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

/* Text of glyphs. `order` is a permutation of glyph numbers that may be rearranged; the text goes to the arena. */
struct text_run {
  struct sv text;
  struct box box;
  float size;
  bool bold, invisible, lost, two_numbers;
};
int text_of_cell(struct arena *a, const struct glyph *glyphs, uint32_t *order, size_t n, struct text_run *out) MUST_CHECK;
/* Splits loose glyphs into printed lines, top to bottom; calls `take` for each. */
int text_lines(struct arena *a, const struct glyph *glyphs, uint32_t *order, size_t n, int (*take)(void *user, const struct text_run *line), void *user) MUST_CHECK;

/* What pages gave, in reading order, before tables are joined. */
struct part {
  int page;
  float y0, y1;       /* on its page */
  float *xs;          /* columns + 1 */
  struct table table; /* cells in the document's arena */
};

struct element {
  int part;         /* index of the table part, or -1 for a line */
  int page;
  float y0, y1, page_height;
  struct item line;
  bool furniture;   /* page numbers, running heads: never between two parts of one table */
};

struct flow {
  struct build *b;
  VEC(struct element) elements;
  VEC(struct part) parts;
};

int flow_join(struct flow *f, struct err *e) MUST_CHECK; /* everything to the build, parts joined */

#endif
