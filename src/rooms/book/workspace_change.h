/* workspace_change.h: several files of a workspace changed as one: whoever loads it sees all of the change or nothing, also after kill -9 or a power
 * cut. New files lie in FOLDER/.heng-next until all are written; a journal there then says that the change holds; what is interrupted after that is
 * finished by the next who opens the workspace, what is interrupted before is thrown away. */
#ifndef HENG_BOOK_WORKSPACE_CHANGE_H
#define HENG_BOOK_WORKSPACE_CHANGE_H

#include "base/text.h"

struct workspace_change;

/* One change at a time: RC_IO when another program is changing this workspace. The folder must be there; it need not be a workspace yet. */
int workspace_change_begin(const char *folder, struct workspace_change **out, struct err *e) MUST_CHECK;
/* The whole new text of a file, "projects.csv" or "texts/projects/CODE.md". What is the same as now changes nothing; the last put of a name holds. */
int workspace_change_put(struct workspace_change *c, const char *name, struct sv text, struct err *e) MUST_CHECK;
int workspace_change_count(const struct workspace_change *c); /* files that differ so far */
/* All or nothing; ends the change whatever it returns. A failure behind the journal says so: the change holds and the next opening finishes it. */
int workspace_change_commit(struct workspace_change *c, struct err *e) MUST_CHECK;
void workspace_change_discard(struct workspace_change *c); /* c may be NULL */

/* Before reading: finishes or throws away an interrupted change, and keeps changes out until workspace_release(). *hold: -1 where the system has no
 * locks. RC_NOTFOUND: no such folder. */
int workspace_folder_missing(const char *folder, struct err *e); /* what errno says of a folder that did not open, with what to do */
int workspace_hold(const char *folder, int *hold, struct err *e) MUST_CHECK;
void workspace_release(int hold);

#endif
