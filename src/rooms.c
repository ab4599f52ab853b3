/* rooms.c: the list of rooms. A new room is added here and nowhere else in main. */
#include "rooms.h"

#include "rooms/admin/people.h"
#include "rooms/audit/audit.h"
#include "rooms/book/book.h"
#include "rooms/budget/budget.h"
#include "rooms/codes/codes.h"
#include "rooms/portal/portal.h"
#include "serve.h"

const struct room *const rooms[] = {&audit_room, &book_room, &budget_room, &codes_room, &serve_room, &database_room, &admin_room, &portal_room};
const int rooms_count = (int)(sizeof rooms / sizeof *rooms);
