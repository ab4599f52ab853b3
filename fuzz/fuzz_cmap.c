/* fuzz_cmap.c: CMap programs, as ToUnicode and as an encoding, and then codes read by what they defined. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct pdf_font *f = calloc(1, sizeof *f);
  unsigned char *copy = malloc(size + 1);
  if (!f || !copy) return 0;
  f->composite = true;
  f->ascii_cid = -1;
  f->budget = 300000;
  memcpy(copy, data, size);
  cmap_read_unicode(f, copy, size);
  memcpy(copy, data, size);
  if (cmap_read_encoding(f, copy, size) == RC_OK && f->cmap->spaces.n > 0) f->codes = CODE_CMAP;
  for (size_t at = 0; at < size;) {
    uint32_t code = 0, cp[3];
    size_t n = font_code(f, data + at, size - at, &code);
    if (n == 0 || n > size - at) abort();
    (void)font_width(f, code, n);
    (void)font_unicode(f, code, n, cp);
    at += n;
  }
  free(copy);
  font_free(f);
  return 0;
}
