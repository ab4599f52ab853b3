/* unit.h: one unit's part of a department's workspace: its own lines, projects, income, assets, purchases, goals, texts; what is left out is known.
 */
#ifndef HENG_BOOK_UNIT_H
#define HENG_BOOK_UNIT_H

#include "rooms/book/accounts.h"

/* Loads one unit's part of a workspace (and of the units below it), as if it were a department; unit NULL or the department's code: all. */
int workspace_load_unit(const char *folder, const char *version, const char *unit, const struct code_lists *codes, struct workspace **out,
                        struct err *e) MUST_CHECK;
/* Leaves the unit and the units below it; it becomes the department of what is left. Records of others go into w->others. Before accounts_split()
 * and the check. */
int unit_narrow(struct workspace *w, const char *code, struct ws_accounts *a, struct err *e) MUST_CHECK;
int unit_find(const struct workspace *w, struct sv code);                /* -1 */
bool unit_others(const struct workspace *w, int16_t file, int32_t line); /* is this a record of another unit? */
/* Where a text of the book is written: texts/NAME.md, or texts/units/CODE/NAME.md of a unit. */
struct sv unit_text_path(const struct workspace *w, struct sv name, struct arena *a);

/* Money between units stands in the department's income and in its spending too: told, not taken out. */
void unit_tell_inner(struct workspace *w);

#endif
