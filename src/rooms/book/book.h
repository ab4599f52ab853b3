/* book.h: heng book: a department's budget entered once, and the whole book derived, checked and published from it. docs/workspace.md. */
#ifndef HENG_ROOMS_BOOK_H
#define HENG_ROOMS_BOOK_H

#include "base/option.h"

extern const struct room book_room;

#endif
