/* fuzz_text.c: plain text and comma-separated files in any encoding, and whatever else the first bytes say. */
#include "office_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_read(data, size);
  return 0;
}
