/* fuzz_pdfparts.c: stream filters with their predictors, and the readers of font programs. The first byte picks which. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void filters(unsigned pick, const uint8_t *data, size_t size) {
  static const char *const names[] = {"FlateDecode", "LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "RunLengthDecode"};
  if (size < 3) return;
  struct pdf_bytes io = {malloc(size), size - 3};
  bool damaged = false;
  if (!io.p) return;
  memcpy(io.p, data + 3, size - 3);
  int colours = data[0] % 5 + 1;
  (void)!pdf_filter(names[pick % 5], data[1] % 16, pick > 5 ? -colours : colours, data[0] & 64 ? 1 : 8, data[2] + 1, (size_t)1 << 20, &io, &damaged);
  free(io.p);
}

static void fonts(const uint8_t *data, size_t size) {
  unsigned *by_gid = NULL, n = 0;
  uint32_t table[256] = {0};
  (void)truetype_unicode(data, size, &by_gid, &n, table);
  free(by_gid);
  type1_encoding(data, size, table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  if (data[0] < 16)
    filters(data[0], data + 1, size - 1);
  else
    fonts(data + 1, size - 1);
  return 0;
}
