/* form_grid.h: a form under construction: rows of cells put one after the other into the first free column, as a person fills a paper form. */
#ifndef HENG_BOOK_FORM_GRID_H
#define HENG_BOOK_FORM_GRID_H

#include "rooms/book/paper.h"

enum { FORM_COLUMNS = 8, FORM_ROWS = 20000 };
struct form {
  struct paper *p;
  struct paper_table *t;
  VEC(struct paper_cell) cells;
  VEC(uint8_t) taken;   /* a bit a column, for each row */
  int row;              /* the current one; -1 before the first */
  const int64_t *spent; /* of each project by source and origin: one pass over the lines for all forms; NULL: none */
  bool failed;
};
int form_begin(struct form *f, struct paper *p, const int64_t *spent, struct err *e) MUST_CHECK;
void form_row(struct form *f);
/* across 0: what is left of the row. */
struct paper_cell *form_put(struct form *f, enum paper_role role, struct sv text, int across, int down);
void form_head(struct form *f, const char *text, int across, int down);
void form_text(struct form *f, struct sv text, int across);
void form_centre(struct form *f, struct sv text, int across);
void form_number(struct form *f, int64_t fen, const struct sum *s, bool blank_zero, int across); /* 万元, two decimals */
void form_empty(struct form *f, enum paper_role role, int across);
/* Fills what is free, orders the cells, adds the table to the book. Releases f whatever happens. */
int form_end(struct form *f, struct err *e) MUST_CHECK;
struct sv form_printf(struct form *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
