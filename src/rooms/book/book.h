/* book.h: heng book: a department's budget entered once, and the whole book derived, checked and published from it. docs/workspace.md.
 * With schema.h and csv.h, the files of a workspace and their fields, for whoever keeps workspaces elsewhere than in a folder. */
#ifndef HENG_ROOMS_BOOK_H
#define HENG_ROOMS_BOOK_H

#include "base/option.h"
#include "rooms/book/csv.h"
#include "rooms/book/schema.h"

extern const struct room book_room;

#endif
