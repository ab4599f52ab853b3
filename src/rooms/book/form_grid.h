/* form_grid.h: a form under construction: rows of cells put one after the other into the first free column, as a person fills a paper form. */
#ifndef HENG_BOOK_FORM_GRID_H
#define HENG_BOOK_FORM_GRID_H

#include "rooms/book/paper.h"

enum { FORM_COLUMNS = 24, FORM_ROWS = 20000, FORM_BLOCKS = 12, FORM_OPEN = 64 };
struct form_open { /* a cell that reaches down to the end of its block */
  int cell, block;
};
struct form_waiting { /* a cell of a block that has no row yet: it stands in the first */
  struct paper_cell cell;
  int block, down;
};
struct form {
  struct paper *p;
  struct paper_table *t;
  VEC(struct paper_cell) cells;
  VEC(uint32_t) taken; /* a bit a column, for each row */
  int row;             /* the current one; -1 before the first */
  int columns, blocks;
  int block_row[FORM_BLOCKS + 1]; /* the row before the block's first, of each block that is open */
  struct form_open open[FORM_OPEN];
  struct form_waiting waiting[FORM_OPEN];
  int nopen, nwaiting;
  bool failed;
};
int form_begin(struct form *f, struct paper *p, const int *widths, int columns, struct err *e) MUST_CHECK;
void form_row(struct form *f);
/* Between them, cells with down 0 reach from their row to the block's last; cells before the block's first row stand in it. */
void form_block_begin(struct form *f);
void form_block_end(struct form *f);
/* Into the first free column. across 0: what is left of the row. The cell's role, text and amount are taken. */
void form_put(struct form *f, const struct paper_cell *cell, int across, int down);
/* Fills what is free, orders the cells, adds the table to the book. Releases f whatever happens. */
int form_end(struct form *f, struct err *e) MUST_CHECK;
struct sv form_printf(struct form *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
