/* derive.h: the rows of one side of a table with their amounts, before they become cells. */
#ifndef HENG_BOOK_DERIVE_H
#define HENG_BOOK_DERIVE_H

#include "rooms/book/sum.h"

struct derive_row {
  struct sv key, code, label, unit_name;
  struct sv *purchase; /* what columns of purchases say, by enum purchase_word; NULL */
  int level, parent;   /* parent: index of a row, -1 */
  bool filler, gap, total, money;
  int64_t *amount; /* one a column of the side; 0 in labels */
  struct sum *base;
  int nbase; /* what the row takes; a column takes less of it */
  const int *part;
  int nparts; /* rows that add up to it; only if their amounts do is it said so in the cells */
};
struct derive_side {
  const struct layout_side *layout;
  struct derive_row *row;
  int n, cap;
  bool money;
  int64_t all[LAYOUT_COLUMNS]; /* everything that the side takes, listed or not, and what its rows take from elsewhere (年终结转结余) */
};
struct derive {
  struct paper *paper;
  const struct workspace *w;
  const struct layout *layout;
  const struct layout_table *table;
  struct arena scratch;
  struct err *e;
};

/* Amounts by a key of the lines, every column and listed row at once: one pass. */
struct tally {
  int nkeys, ncolumns, nitems;
  int64_t *all, *key /* nkeys × ncolumns */, *item /* nitems × ncolumns */;
  bool *seen, *money; /* a line, a line with an amount has the key */
};
int tally_lines(struct derive *d, const struct layout_side *s, enum sum_flow flow, enum rows_kind by, struct tally *t) MUST_CHECK;

int derive_side_rows(struct derive *d, const struct layout_side *s, struct derive_side *out) MUST_CHECK;
int derive_projects(struct derive *d, const struct layout_side *s, struct derive_side *out) MUST_CHECK;
int derive_purchases(struct derive *d, const struct layout_side *s, struct derive_side *out) MUST_CHECK;
int derive_children(struct derive *d, struct derive_side *side, int total) MUST_CHECK; /* lists, for every row, those right below it */
struct derive_row *derive_row_add(struct derive *d, struct derive_side *side);         /* NULL: out of memory */
struct sum *derive_base(struct derive *d, const struct layout_side *s, enum sum_flow flow, int n);
int derive_cells(struct derive *d, const struct derive_side *sides, int nsides, struct paper_table *out) MUST_CHECK;
const char *derive_file(enum sum_flow flow); /* where such lines are entered */
int derive_problem(struct derive *d, const char *id, const char *text) MUST_CHECK;
int derive_no_memory(struct err *e);

#endif
