/* layout_internal.h: between the files of the page layout only.
 * layout_ruling.c makes grids of rulings, layout_text.c makes text of glyphs, layout_join.c joins tables over pages, layout.c drives. */
#ifndef HENG_DOCUMENT_LAYOUT_INTERNAL_H
#define HENG_DOCUMENT_LAYOUT_INTERNAL_H

#include "document/internal.h"

/* The grid that one connected set of rulings spans: nx + 1 vertical and ny + 1 horizontal positions, ascending. */
struct grid {
  float *xs, *ys;
  int nx, ny;  /* columns, rows */
  int *region; /* ny × nx: number of the merged cell that covers the position */
  int nregions;
  bool open_top, open_bottom; /* the first or last row has no ruling on its outer side: cut at the page's edge */
};

struct region {
  int row, column, row_span, column_span;
  int positions; /* grid positions in it; fewer than the spans' product: not a rectangle */
};

/* Finds the grids of a page. *grids is in `a`. Grids of a single cell or a single column are left out. */
int grids_find(struct arena *a, struct build *b, const struct layout *l, struct grid **grids, int *n, struct err *e) MUST_CHECK;
struct region *grid_regions(struct arena *a, const struct grid *g) MUST_CHECK; /* nregions of them; NULL when out of memory */
int grid_position(const float *edges, int n, float at);                        /* index of the interval that holds `at`; -1 outside */

/* Makes text of glyphs: working memory in `scratch` (a page's), the text itself in `out` (the document's). `order` names the glyphs by number. */
struct text_maker {
  struct arena *scratch, *out;
  struct buf all, one;
};
void text_maker_init(struct text_maker *m, struct arena *scratch, struct arena *out);
void text_maker_release(struct text_maker *m);
struct text_run {
  struct sv text;
  struct box box;
  float size;
  bool bold, invisible, lost, two_numbers;
  float start, first, end; /* where the first line begins, how wide its first glyph is, where the last line ends */
};
int text_of_cell(struct text_maker *m, const struct glyph *glyphs, const uint32_t *order, size_t n, struct text_run *out) MUST_CHECK;
/* A printed line: its glyphs from left to right. */
struct keyed {
  float y, x; /* middle of the glyph */
  uint32_t glyph, order;
};
struct line {
  struct keyed *v;
  size_t n;
};
/* Splits loose glyphs into printed lines, top to bottom. *lines is in the scratch arena. */
int text_cut(struct text_maker *m, const struct glyph *glyphs, const uint32_t *order, size_t n, struct line **lines, size_t *count) MUST_CHECK;
int text_of_line(struct text_maker *m, const struct glyph *glyphs, const struct line *l, struct text_run *out) MUST_CHECK;

/* What pages gave, in reading order, before tables are joined. It lives in the flow's own arena until then. */
struct piece {
  struct cell cell;
  float width, height;           /* of the cell */
  float start, first, end, size; /* of its text as in text_run, from the left edge of the cell */
};

struct part {
  int page, rows, columns;
  float *xs; /* columns + 1 edges, in the direction of reading */
  struct place place;
  bool open_top, open_bottom;
  unsigned flags;
  const char *doubt;
  struct piece *pieces; /* by row, then column */
  int npieces;
};

struct element {
  int part; /* index of the table part, or -1 for a line */
  int page;
  float y;           /* its top, in the direction of reading */
  float page_height; /* as displayed */
  struct item line;  /* only its place is used for a part */
  bool furniture;    /* page numbers, running heads: never between two parts of one table */
};

struct flow {
  struct build *b;
  struct arena scratch; /* of the page or table in hand */
  struct arena kept;    /* pieces and edges of parts */
  struct text_maker text;
  VEC(struct element) elements;
  VEC(struct part) parts;
};

/* Tables without rulings: finds them among the lines of a page, adds them as parts and elements, and empties their lines (n = 0). */
int space_tables(struct flow *f, int page, const struct glyph *glyphs, struct line *lines, size_t count, int (*take)(void *user, struct part *p),
                 void *user, struct err *e) MUST_CHECK;

int layout_nomem(struct err *e);
void furniture_mark(struct flow *f);                     /* sets element.furniture */
int flow_join(struct flow *f, struct err *e) MUST_CHECK; /* everything to the build, parts joined */

#endif
