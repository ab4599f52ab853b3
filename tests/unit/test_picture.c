/* test_picture.c: pieces of pages as PNG: the frame stands where the cell is, white sides are cut away, bad pictures are refused; a page of the
 * sample as drawn, where pdftoppm is installed. */
#include "document/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum { WIDTH = 200, HEIGHT = 120 };

static struct raster blank(void) {
  struct raster r = {.width = WIDTH, .height = HEIGHT, .scale = 2, .dots = malloc((size_t)WIDTH * HEIGHT)};
  assert_non_null(r.dots);
  memset(r.dots, 255, (size_t)WIDTH * HEIGHT);
  return r;
}

static unsigned big(const char *p) {
  const unsigned char *c = (const unsigned char *)p;
  return (unsigned)c[0] << 24 | (unsigned)c[1] << 16 | (unsigned)c[2] << 8 | c[3];
}

/* The dots of a PNG as written here, one byte each. */
static unsigned char *dots_of(const struct buf *png, int width, int height) {
  const char *end = png->p + png->n, *data = memmem(png->p, png->n, "IDAT", 4);
  assert_non_null(data);
  uLongf size = (uLongf)((1 + (width + 1) / 2) * height);
  unsigned char *rows = malloc(size), *out = malloc((size_t)width * (size_t)height);
  assert_true(rows && out && data + 4 + big(data - 4) <= end);
  assert_int_equal(uncompress(rows, &size, (const Bytef *)data + 4, big(data - 4)), Z_OK);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      unsigned char two = rows[(1 + (width + 1) / 2) * y + 1 + x / 2];
      out[y * width + x] = x % 2 == 0 ? two >> 4 : two & 15;
    }
  free(rows);
  return out;
}

static void test_piece(void **state) {
  (void)state;
  static const unsigned char red[3] = {200, 16, 46};
  struct raster r = blank();
  struct box piece = {0, 10, 100, 50}, cell = {40, 20, 60, 30};
  struct buf png;
  int width = 0, height = 0;
  r.dots[50 * WIDTH + 100] = 0; /* a dot of ink inside the cell: 50, 25 points */
  buf_init(&png, 1 << 20);
  assert_int_equal(raster_piece(&r, piece, &cell, 1, red, &png, &width, &height), RC_OK);
  assert_memory_equal(png.p, "\x89PNG\r\n\x1a\n", 8);
  assert_int_equal(big(png.p + 16), width);
  assert_int_equal(big(png.p + 20), height);
  assert_int_equal(height, 81);
  assert_true(width > 40 && width < 80); /* the white beside the cell is cut away */
  unsigned char *dots = dots_of(&png, width, height);
  int marked = 0, black = 0, at = 0;
  for (int i = 0; i < width * height; i++) {
    marked += dots[i] == 15;
    if (dots[i] == 0) black++, at = i;
  }
  assert_true(marked > 200);
  assert_int_equal(black, 1); /* the frame lies around the cell and covers nothing */
  int x = at % width, y = at / width, left = 0, right = 0, above = 0, below = 0;
  for (int i = 0; i < x; i++) left += dots[y * width + i] == 15;
  for (int i = x; i < width; i++) right += dots[y * width + i] == 15;
  for (int i = 0; i < y; i++) above += dots[i * width + x] == 15;
  for (int i = y; i < height; i++) below += dots[i * width + x] == 15;
  assert_true(left == 3 && right == 3 && above == 3 && below == 3);
  free(dots);
  buf_release(&png);
  raster_free(&r);
}

static void test_outside(void **state) {
  (void)state;
  static const unsigned char red[3] = {200, 16, 46};
  struct raster r = blank();
  struct box nothing = {500, 500, 600, 600}, huge = {-1e9f, -1e9f, 1e9f, 1e9f};
  struct buf png;
  int width = 0, height = 0;
  buf_init(&png, 1 << 20);
  assert_true(raster_piece(&r, nothing, &nothing, 1, red, &png, &width, &height) < 0);
  assert_int_equal(raster_piece(&r, huge, &huge, 1, red, &png, &width, &height), RC_OK);
  assert_int_equal(width, WIDTH);
  buf_release(&png);
  buf_init(&png, 40); /* beyond its cap */
  assert_true(raster_piece(&r, huge, &huge, 1, red, &png, &width, &height) < 0);
  buf_release(&png);
  raster_free(&r);
}

static void test_read(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "", "P5", "P6\n2 2\n255\n0000", "P5\n2 2\n255\n000", "P5\n0 2\n255\n", "P5\n99999 99999\n255\n", "P5\n2 2\n65535\n00000000", "P5\n2\n"};
  struct raster r;
  struct err e = {0};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(raster_read((const unsigned char *)wrong[i], strlen(wrong[i]), &r, &e), RC_FORMAT);
  assert_int_equal(raster_read((const unsigned char *)"P5\n# a comment\n2 2\n255\n0000", 27, &r, &e), RC_OK);
  assert_int_equal(r.dots[3], '0');
  raster_free(&r);
}

static void test_draw(void **state) {
  (void)state;
  struct raster r;
  struct err e = {0};
  if (!pdf_pictures_possible()) {
    print_message("skipped: no pdftoppm\n");
    skip();
  }
  struct document *d = NULL;
  assert_int_equal(document_read(HENG_SOURCE "/sample/published/book.pdf", &document_limits_default, &d, &e), RC_OK);
  assert_int_equal(raster_draw(HENG_SOURCE "/sample/published/book.pdf", 1, d->pages[0].width, d->pages[0].height, &r, &e), RC_OK);
  assert_true(r.scale > 1 && r.scale < 3);
  raster_free(&r);
  assert_int_equal(raster_draw(HENG_SOURCE "/sample/published/book.pdf", 1, d->pages[0].width * 2, d->pages[0].height, &r, &e),
                   RC_FORMAT); /* another shape */
  assert_int_equal(raster_draw(HENG_SOURCE "/sample/published/book.pdf", 100000, d->pages[0].width, d->pages[0].height, &r, &e), RC_FORMAT);
  assert_int_equal(raster_draw("/nowhere/-f.pdf", 1, 100, 100, &r, &e), RC_IO);
  document_free(d);
  setenv("HENG_PDFTOPPM", "", 1);
  assert_int_equal(raster_draw(HENG_SOURCE "/sample/published/book.pdf", 1, 100, 100, &r, &e), RC_UNSUPPORTED);
  setenv("HENG_PDFTOPPM", "/bin/false", 1);
  assert_int_equal(raster_draw(HENG_SOURCE "/sample/published/book.pdf", 1, 100, 100, &r, &e), RC_FORMAT);
  unsetenv("HENG_PDFTOPPM");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_piece), cmocka_unit_test(test_outside), cmocka_unit_test(test_read),
                                     cmocka_unit_test(test_draw)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
