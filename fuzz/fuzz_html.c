/* fuzz_html.c: web pages in any encoding. */
#include "office_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char head[] = "<html>"; /* so that the reader of pages gets it */
  char *page = malloc(size + sizeof head);
  if (!page) return 0;
  memcpy(page, head, sizeof head - 1);
  if (size) memcpy(page + sizeof head - 1, data, size);
  fuzz_read(page, size + sizeof head - 1);
  free(page);
  return 0;
}
