/* fuzz_picture.c: what another program says is a picture of a page, and a piece of it: no crash, no leak, a PNG within its cap. */
#include "document/write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const unsigned char red[3] = {200, 0, 0};
  struct raster r;
  struct err e = {0};
  struct buf png;
  int width = 0, height = 0;
  if (size < 16 || raster_read(data + 8, size - 8, &r, &e) < 0) return 0;
  r.scale = 1.5f;
  struct box piece = {data[0], data[1], (float)data[2] * 4, (float)data[3] * 4}, boxed = {data[4], data[5], data[6], data[7]};
  buf_init(&png, 1 << 20);
  if (raster_piece(&r, piece, &boxed, 1, red, &png, &width, &height) == RC_OK && (width < 1 || height < 1 || width > r.width || height > r.height))
    abort();
  buf_release(&png);
  raster_free(&r);
  return 0;
}
