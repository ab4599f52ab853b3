/* graft_internal.h: between graft.c, graft_units.c and graft_lists.c. */
#ifndef HENG_ROOMS_AUDIT_GRAFT_INTERNAL_H
#define HENG_ROOMS_AUDIT_GRAFT_INTERNAL_H

#include "rooms/audit/internal.h"
#include "rooms/audit/two.h"

/* One copying of tables from a book into another. */
struct graft {
  struct book *to;
  const struct book *from;
  const char *prefix, *title, *path; /* "prior"; what people call it; its file */
  int number;                        /* of the other book, from 1 */
  int first_document;
  int32_t *obs; /* by observation of `from`: its copy, or -1 */
};
int graft_nomem(struct err *e);
struct sv graft_file_name(const char *path);
int graft_note(struct book *b, struct grafts *g, const struct buf *text, struct err *e) MUST_CHECK;
symbol graft_symbol(struct graft *x, symbol s);
symbol graft_kind(struct graft *x, const char *kind); /* with the prefix */
int graft_table(struct graft *x, const struct book_table *from, symbol kind, symbol subject) MUST_CHECK;

/* The plain lists of an approval (graft_lists.c): each stands for the table that it is a list of, unless `whole` has that table. */
int graft_lists(struct graft *x, const struct book *whole, int *tables) MUST_CHECK;

/* Units' books beside a department's (graft_units.c). */
struct units {
  struct book *book;
  struct grafts *grafts;
  VEC(symbol) subjects; /* of the units taken */
  VEC(struct sv) names;
  size_t taken;
};
/* What the tables of a unit's book are about: the key of its row in the department's tables by unit. NO_SYMBOL: not to be taken (a note says why). */
symbol unit_subject(struct units *u, const struct book *unit, int *rc, struct err *e);
/* Where every unit is there: for each kind one table in which a row has the rows of the units under it, so that they can be added up. */
int units_collate(struct units *u, struct err *e) MUST_CHECK;
void units_release(struct units *u);

#endif
