/* merge.h: the workspaces of units united into one of the department: their codes, keys and lines; what does not fit together is told, nothing
 * guessed. */
#ifndef HENG_BOOK_MERGE_H
#define HENG_BOOK_MERGE_H

#include "rooms/book/fresh.h"
#include "rooms/book/records.h"

struct merge_row {
  struct sv *value; /* by field */
  int folder;       /* -1: made here */
  int32_t line;
};
struct merge_entity {
  VEC(struct merge_row) rows;
  struct intern keys;     /* of the rows, as texts */
  VEC(uint32_t) row_of;   /* by key */
  bool used[OPEN_FIELDS]; /* fields that get a column */
};
struct merge_folder {
  const char *path;
  struct records records;
  struct workspace *w;
  struct sv root, own; /* its department; the one unit that it is of, empty when there are several */
};
struct merge {
  struct arena arena;
  const char *code, *body; /* of a department above all folders; NULL: they have one in common */
  struct merge_folder *folder;
  int nfolders;
  const struct ws_schema *schema;
  struct merge_entity entity[OPEN_FIELDS];
  struct intern renamed; /* "folder id" of goals that have new names here */
  VEC(struct sv) names;  /* the new names */
  VEC(const char *) conflicts, notes;
  int order[2]; /* the largest numbers of projects in tables 11 and 12 so far */
};

/* Opens every folder; a workspace with errors, another year, no common department are refused. */
int merge_open(struct merge *m, char **folders, int n, const char *code, const char *body, struct err *e) MUST_CHECK;
int merge_unite(struct merge *m, struct err *e) MUST_CHECK; /* conflicts and notes are then known */
int merge_put(struct merge *m, struct workspace_change *c, struct err *e) MUST_CHECK;
void merge_close(struct merge *m);

#endif
