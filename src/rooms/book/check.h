/* check.h: what a workspace must hold beyond its fields: money that balances, details that add up, codes that fit. Adds problems. */
#ifndef HENG_BOOK_CHECK_H
#define HENG_BOOK_CHECK_H

#include "rooms/book/open.h"

/* Where each field stood in its file, so that a problem of content has a column too. */
struct ws_heads {
  const struct ws_schema *schema;
  int column[OPEN_FIELDS][OPEN_FIELDS];
};
int ws_column(const struct ws_heads *h, const char *entity, const char *field); /* from 0; -1 not known */

extern const char *const ws_source_names[SOURCES];

void workspace_check(struct workspace *w, const struct ws_heads *h, const struct code_lists *codes);
void workspace_check_projects(struct workspace *w, const struct ws_heads *h, const struct code_lists *codes);

#endif
