/* check.h: what a workspace must hold beyond its fields: money that balances, details that add up, codes that fit. Adds problems. */
#ifndef HENG_BOOK_CHECK_H
#define HENG_BOOK_CHECK_H

#include "rooms/book/workspace.h"

void workspace_check(struct workspace *w, const struct code_lists *codes);

#endif
