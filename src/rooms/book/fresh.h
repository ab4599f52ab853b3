/* fresh.h: what a new workspace begins with: used by `new`, `merge` and `new --last`. */
#ifndef HENG_BOOK_FRESH_H
#define HENG_BOOK_FRESH_H

#include "rooms/book/open.h"
#include "rooms/book/workspace_change.h"

struct fresh {
  const char *profile, *body; /* body may be NULL */
  int year;
  bool (*extra)[OPEN_FIELDS]; /* by entity and field: optional columns that the files have; NULL none */
};
/* The folder is made, or must be empty. */
int fresh_begin(const char *folder, struct workspace_change **out, struct err *e) MUST_CHECK;
int fresh_package(struct workspace_change *c, const struct ws_schema *s, const struct fresh *f, struct err *e) MUST_CHECK;
int fresh_texts(struct workspace_change *c, const struct ws_schema *s, struct err *e) MUST_CHECK; /* every text with its headings */

#endif
