/* layout_internal.h: between the files of the page layout only.
 * layout_ruling.c makes grids of rulings, layout_text.c makes text of glyphs, layout_join.c joins tables over pages, layout.c drives. */
#ifndef HENG_DOCUMENT_LAYOUT_INTERNAL_H
#define HENG_DOCUMENT_LAYOUT_INTERNAL_H

#include "document/internal.h"

/* The grid that one connected set of rulings spans: nx + 1 vertical and ny + 1 horizontal positions, ascending. */
struct grid {
  float *xs, *ys;
  int nx, ny;       /* columns, rows */
  int *region;      /* ny × nx: number of the merged cell that covers the position */
  int nregions;
  bool open_bottom; /* the last row has no ruling below: cut at the page's end */
};

struct region {
  int row, column, row_span, column_span;
  int positions; /* grid positions in it; fewer than the spans' product: not a rectangle */
};

/* Finds the grids of a page. *grids is in `a`. Grids of a single cell or a single column are left out. */
int grids_find(struct arena *a, struct build *b, const struct layout *l, struct grid **grids, int *n, struct err *e) MUST_CHECK;
struct region *grid_regions(struct arena *a, const struct grid *g) MUST_CHECK; /* nregions of them; NULL when out of memory */
int grid_position(const float *edges, int n, float at);                         /* index of the interval that holds `at`; -1 outside */

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
};
int text_of_cell(struct text_maker *m, const struct glyph *glyphs, const uint32_t *order, size_t n, struct text_run *out) MUST_CHECK;
/* Splits loose glyphs into printed lines, top to bottom; calls `take` for each. */
int text_lines(struct text_maker *m, const struct glyph *glyphs, const uint32_t *order, size_t n, int (*take)(void *user, const struct text_run *line),
               void *user) MUST_CHECK;

/* What pages gave, in reading order, before tables are joined. */
struct part {
  int page;
  float *xs;          /* table.columns + 1 edges, in the direction of reading */
  struct place place;
  bool open_bottom, open_top; /* no ruling closes the first or last row */
  struct table table; /* rows, columns, flags, doubt, cells (in the document's arena, by row and column) */
};

struct element {
  int part;         /* index of the table part, or -1 for a line */
  int page;
  float y;          /* its top, in the direction of reading */
  float page_height; /* as displayed */
  struct item line; /* its place only for a part */
  bool furniture;   /* page numbers, running heads: never between two parts of one table */
};

struct flow {
  struct build *b;
  struct arena scratch; /* of the page in hand */
  struct text_maker text;
  VEC(struct element) elements;
  VEC(struct part) parts;
};

int layout_nomem(struct err *e);
void furniture_mark(struct flow *f);                  /* sets element.furniture */
int flow_join(struct flow *f, struct err *e) MUST_CHECK; /* everything to the build, parts joined */

#endif
