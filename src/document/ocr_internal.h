/* ocr_internal.h: between the files that read scanned pages: ocr.c drives and runs the programs, ocr_image.c is about pixels, ocr_strip.c about
 * where text stands on them and what was recognised there. Pixels count from the top left; 1 in a mask is dark. */
#ifndef HENG_DOCUMENT_OCR_INTERNAL_H
#define HENG_DOCUMENT_OCR_INTERNAL_H

#include "document/child.h"
#include "document/layout_internal.h"
#include "document/ocr.h"

struct picture {
  int width, height;
  unsigned char *v; /* grey, 0 black */
};

/* A rectangle of pixels, x1 and y1 just outside. */
struct area {
  int x0, y0, x1, y1;
};

/* ---- ocr_image.c ---- */
#define PICTURE_MOST 60000000                                                      /* pixels */
int picture_read(const char *path, struct picture *out, struct err *e) MUST_CHECK; /* a binary PGM of 8 bits */
void picture_free(struct picture *p);
/* Dark against what is around it; a mask of the picture's size, malloc'ed; NULL when out of memory. */
unsigned char *picture_dark(const struct picture *p) MUST_CHECK;
/* The angle by which the lines of a mask run down to the right, in radians; 0 when none stands out. At most 3 degrees are looked for. */
double mask_skew(const unsigned char *dark, int width, int height);
int picture_turn(struct picture *p, double angle, struct err *e) MUST_CHECK; /* back by that angle, about the middle */
/* Finds lines that are long and thin, adds them to the layout in points, and erases them from mask and picture. */
int rulings_take(struct picture *p, unsigned char *dark, double dpi, struct layout *l, struct err *e) MUST_CHECK;

/* ---- ocr_strip.c ---- */

/* One printed line of one cell, or of what is outside tables. */
struct strip {
  struct area at;
  int grid, region, column, row; /* -1: outside tables */
  bool dash;                     /* only a dash: nothing to recognise */
  float scale;                   /* by how much its picture was made smaller */
  bool digits;                   /* what was recognised is from the second look, with digits only */
};

/* A word as recognised. */
struct word {
  int strip, order;
  float x0, x1; /* pixels of the page */
  float confidence;
  const char *text;
};

struct strips {
  struct arena arena; /* of the words' texts */
  VEC(struct strip) list;
  VEC(struct word) words; /* by strip */
  int line;               /* height of an ordinary line in pixels */
};
int strips_cut(const unsigned char *dark, int width, int height, double dpi, const struct grid *grids, int ngrids, struct strips *out,
               struct err *e) MUST_CHECK;
/* The picture of a strip alone, with a margin, made smaller until it is no taller than `tall`, as a PGM file. */
enum { STRIP_MARGIN = 14 };
int strip_write(const struct picture *p, const unsigned char *dark, struct strip *s, int tall, const char *path, struct err *e) MUST_CHECK;
/* Adds the words of a table that the recogniser wrote; `order` names the strip of each of its pages. Where a strip has words already the surer
 * look is kept, or the one for digits. */
int strips_read(struct strips *s, struct sv tsv, const int *order, int n, bool digits, struct err *e) MUST_CHECK;
/* Strips of which nothing was read, or nothing surely. *order is malloc'ed. */
int strips_unsure(const struct strips *s, int **order, int *n, struct err *e) MUST_CHECK;
/* Strips that hold a number, by what the first look gave and by what else stands in their column. *order is malloc'ed. */
int strips_numeric(const struct strips *s, int **order, int *n, struct err *e) MUST_CHECK;
int strips_glyphs(const struct strips *s, double dpi, struct layout *l, struct err *e) MUST_CHECK;
void strips_release(struct strips *s);

#endif
