/* picture.c: a page as pdftoppm draws it, in a child with limits, and pieces of it as small PNG files with cells boxed.
 * Pieces are cut and boxed here, so that one drawing of a page serves all its findings and the box stays with the picture wherever it is copied.
 * Fourteen greys and one colour are enough to read a page, and a quarter of the bytes. */
#include "document/child.h"
#include "document/write.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PICTURE_SECONDS 20
#define PICTURE_MEMORY  ((size_t)2 << 30)
#define PICTURE_FILE    ((size_t)64 << 20)
#define DOTS_PER_INCH   110
#define SIDE_MOST       4000 /* dots */
#define PNG_MOST        ((size_t)16 << 20)

enum { GREYS = 15, MARKED = 15, WHITE = GREYS - 1, LINE_WIDTH = 3, MARGIN = 8 };

static const char *program_find(void) {
  static const char *const usual[] = {"/usr/bin/pdftoppm", "/usr/local/bin/pdftoppm", "/opt/homebrew/bin/pdftoppm", NULL};
  return child_find("HENG_PDFTOPPM", usual);
}

bool pdf_pictures_possible(void) {
  return program_find() != NULL;
}

/* ---- drawing a page ---- */

/* The next number of the head of a PGM file; comments are passed over. -1: none, or too large. */
static int head_number(const unsigned char *p, size_t n, size_t *at) {
  int value = 0, digits = 0;
  while (*at < n && (p[*at] == ' ' || p[*at] == '\n' || p[*at] == '\r' || p[*at] == '\t' || p[*at] == '#')) {
    if (p[*at] == '#')
      while (*at < n && p[*at] != '\n') ++*at;
    else
      ++*at;
  }
  for (; *at < n && p[*at] >= '0' && p[*at] <= '9' && digits < 6; digits++) value = value * 10 + p[(*at)++] - '0';
  return digits > 0 ? value : -1;
}

int raster_read(const unsigned char *p, size_t n, struct raster *out, struct err *e) {
  size_t at = 2;
  *out = (struct raster){0};
  bool grey = n > 2 && p[0] == 'P' && p[1] == '5';
  int width = grey ? head_number(p, n, &at) : -1, height = grey ? head_number(p, n, &at) : -1, most = grey ? head_number(p, n, &at) : -1;
  bool good = width >= 1 && height >= 1 && width <= SIDE_MOST + 8 && height <= SIDE_MOST + 8 && most == 255 && at < n &&
              n - at - 1 >= (size_t)width * (size_t)height;
  if (!good) return err_set(e, RC_FORMAT, "%s", tr("画出的页面图不可用", "the picture of the page is of no use"));
  out->dots = malloc((size_t)width * (size_t)height);
  if (!out->dots) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  memcpy(out->dots, p + at + 1, (size_t)width * (size_t)height);
  out->width = width, out->height = height;
  return RC_OK;
}

static int draw(const char *program, const char *folder, const char *pdf, int page, int dots, struct err *e) {
  char number[16], resolution[16];
  snprintf(number, sizeof number, "%d", page);
  snprintf(resolution, sizeof resolution, "%d", dots);
  struct child child = {.program = program,
                        .arguments = {"-q", "-gray", "-cropbox", "-singlefile", "-f", number, "-l", number, "-r", resolution, pdf, "page"},
                        .folder = folder,
                        .seconds = PICTURE_SECONDS,
                        .file_bytes = PICTURE_FILE,
                        .memory = PICTURE_MEMORY};
  int rc = child_run(&child, e);
  if (rc <= 0) return rc;
  return err_set(e, RC_FORMAT, tr("%s 没有成功（文件损坏或超时）", "%s did not succeed (the file is damaged, or it took too long)"), program);
}

int raster_draw(const char *pdf, int page, float width, float height, struct raster *out, struct err *e) {
  char folder[CHILD_PATH], file[CHILD_PATH + 16];
  unsigned char *data = NULL;
  size_t n = 0;
  const char *program = program_find();
  float side = width > height ? width : height;
  *out = (struct raster){0};
  if (!program)
    return err_set(e, RC_UNSUPPORTED, "%s", tr("没有安装 pdftoppm（软件包 poppler-utils）", "pdftoppm is not installed (package poppler-utils)"));
  if (!(side > 1) || page < 1) return err_set(e, RC_FORMAT, "%s", tr("页面大小不可用", "the size of the page is of no use"));
  int dots = side * DOTS_PER_INCH / 72 > SIDE_MOST ? (int)(SIDE_MOST * 72 / side) : DOTS_PER_INCH;
  char whole[PATH_MAX];
  if (!realpath(pdf, whole)) return err_set(e, RC_IO, tr("文件 %s 不在了", "the file %s is not there"), pdf);
  int rc = child_folder(folder, "heng-picture", e);
  if (rc == RC_OK) {
    rc = draw(program, folder, whole, page, dots < 1 ? 1 : dots, e);
    snprintf(file, sizeof file, "%s/page.pgm", folder);
    if (rc == RC_OK) rc = file_read(file, PICTURE_FILE, &data, &n, e);
    if (rc == RC_OK) rc = raster_read(data, n, out, e);
    child_folder_remove(folder);
  }
  free(data);
  if (rc < 0) return rc;
  out->scale = (float)out->width / width;
  float other = (float)out->height / height;
  if (out->scale / other < 1.03f && other / out->scale < 1.03f) return RC_OK;
  raster_free(out); /* drawn from another box of the page than the one that was read: places would be wrong */
  return err_set(e, RC_FORMAT, "%s", tr("页面图与读出的页面大小不同", "the picture has another shape than the page that was read"));
}

void raster_free(struct raster *r) {
  free(r->dots);
  *r = (struct raster){0};
}

/* ---- a piece as PNG ---- */

struct area {
  int x0, y0, x1, y1;
};

static int clamp(float v, int most) {
  return v < 0 ? 0 : v > (float)most ? most : (int)v;
}

static struct area area_of(const struct raster *r, struct box b, int around) {
  struct area a = {clamp(b.x0 * r->scale - (float)around, r->width), clamp(b.y0 * r->scale - (float)around, r->height),
                   clamp(b.x1 * r->scale + (float)around + 1, r->width), clamp(b.y1 * r->scale + (float)around + 1, r->height)};
  return a;
}

static bool column_white(const struct raster *r, int x, int y0, int y1) {
  for (int y = y0; y < y1; y++)
    if (r->dots[(size_t)y * (size_t)r->width + (size_t)x] < 240) return false;
  return true;
}

/* Without the white on both sides, but for a margin. What is boxed always stays. */
static void trim(const struct raster *r, struct area *a, const struct area *keep) {
  int x0 = a->x0, x1 = a->x1;
  while (x0 < keep->x0 && x0 < x1 && column_white(r, x0, a->y0, a->y1)) x0++;
  while (x1 > keep->x1 && x1 > x0 && column_white(r, x1 - 1, a->y0, a->y1)) x1--;
  a->x0 = x0 - MARGIN > a->x0 ? x0 - MARGIN : a->x0;
  a->x1 = x1 + MARGIN < a->x1 ? x1 + MARGIN : a->x1;
}

/* On the frame of a box, which lies outside it so that no digit is covered? */
static bool on_frame(const struct area *frames, int n, int x, int y) {
  for (int i = 0; i < n; i++) {
    const struct area *f = &frames[i];
    if (x < f->x0 || x >= f->x1 || y < f->y0 || y >= f->y1) continue;
    if (x < f->x0 + LINE_WIDTH || x >= f->x1 - LINE_WIDTH || y < f->y0 + LINE_WIDTH || y >= f->y1 - LINE_WIDTH) return true;
  }
  return false;
}

/* Rows of the PNG: a filter byte, then two dots a byte. */
static unsigned char *rows_make(const struct raster *r, struct area a, const struct area *frames, int nframes, size_t *size) {
  size_t width = (size_t)(a.x1 - a.x0), row = 1 + (width + 1) / 2;
  *size = row * (size_t)(a.y1 - a.y0);
  unsigned char *out = calloc(1, *size);
  if (!out) return NULL;
  for (int y = a.y0; y < a.y1; y++)
    for (int x = a.x0; x < a.x1; x++) {
      unsigned dot = (unsigned)r->dots[(size_t)y * (size_t)r->width + (size_t)x] * (GREYS - 1) / 255;
      if (on_frame(frames, nframes, x, y)) dot = MARKED;
      size_t at = row * (size_t)(y - a.y0) + 1 + (size_t)(x - a.x0) / 2;
      out[at] = (unsigned char)(out[at] | ((x - a.x0) % 2 == 0 ? dot << 4 : dot));
    }
  return out;
}

static void put_chunk(struct buf *out, const char *name, const unsigned char *data, size_t n) {
  unsigned char number[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n};
  unsigned long sum = crc32(crc32(0, NULL, 0), (const unsigned char *)name, 4);
  if (n > 0) sum = crc32(sum, data, (uInt)n);
  buf_add(out, number, 4);
  buf_add(out, name, 4);
  if (n > 0) buf_add(out, data, n);
  for (int i = 0; i < 4; i++) number[i] = (unsigned char)(sum >> (24 - 8 * i));
  buf_add(out, number, 4);
}

static void put_head(struct buf *out, int width, int height, const unsigned char colour[3]) {
  unsigned char head[13] = {
      0, 0, (unsigned char)(width >> 8), (unsigned char)width, 0, 0, (unsigned char)(height >> 8), (unsigned char)height, 4, 3, 0, 0, 0};
  unsigned char palette[48];
  for (int i = 0; i < GREYS; i++) memset(palette + (size_t)3 * (size_t)i, i * 255 / (GREYS - 1), 3);
  memcpy(palette + 3 * MARKED, colour, 3);
  buf_add(out, "\x89PNG\r\n\x1a\n", 8);
  put_chunk(out, "IHDR", head, sizeof head);
  put_chunk(out, "PLTE", palette, sizeof palette);
}

int raster_piece(const struct raster *r, struct box piece, const struct box *boxed, int n, const unsigned char colour[3], struct buf *png, int *width,
                 int *height) {
  struct area frames[PICTURE_BOXES], a = area_of(r, piece, 0), keep = a;
  size_t size = 0;
  if (n > PICTURE_BOXES) n = PICTURE_BOXES;
  for (int i = 0; i < n; i++) frames[i] = area_of(r, boxed[i], LINE_WIDTH + 1);
  if (n > 0) keep = frames[0];
  for (int i = 1; i < n; i++) {
    if (frames[i].x0 < keep.x0) keep.x0 = frames[i].x0;
    if (frames[i].x1 > keep.x1) keep.x1 = frames[i].x1;
  }
  trim(r, &a, &keep);
  *width = a.x1 - a.x0, *height = a.y1 - a.y0;
  if (*width < 1 || *height < 1) return RC_FORMAT;
  unsigned char *rows = rows_make(r, a, frames, n, &size);
  uLongf packed = compressBound((uLong)size);
  unsigned char *data = rows ? malloc(packed) : NULL;
  int rc = data && compress2(data, &packed, rows, (uLong)size, 9) == Z_OK ? RC_OK : RC_NOMEM;
  if (rc == RC_OK) {
    put_head(png, *width, *height, colour);
    put_chunk(png, "IDAT", data, packed);
    put_chunk(png, "IEND", NULL, 0);
    rc = png->rc;
  }
  free(rows), free(data);
  return rc;
}
