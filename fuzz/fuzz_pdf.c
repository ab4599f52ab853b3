/* fuzz_pdf.c: the whole PDF reader over arbitrary bytes. */
#include "document/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct document d = {.path = "fuzz.pdf"};
  struct build b = {.d = &d, .limits = {.pages = 100, .tables = 1000, .cells = 100000, .memory_bytes = (size_t)64 << 20}};
  struct err e = {0};
  arena_init(&d.arena, (size_t)64 << 20);
  if (pdf_read(&b, data, size, &e) == RC_OK) (void)!build_finish(&b, &e);
  build_release(&b);
  arena_release(&d.arena);
  return 0;
}
