/* opened.h: a workspace and its paper, for commands; the words of a command line for tables, rows and columns. */
#ifndef HENG_BOOK_OPENED_H
#define HENG_BOOK_OPENED_H

#include "rooms/book/paper.h"

struct opened {
  struct code_lists *codes;
  struct workspace *workspace;
  struct layout *layout;
  struct paper *paper;
};
/* profile, version NULL: the workspace's, the latest. */
int opened_make(struct opened *o, const char *folder, const char *profile, const char *version, struct err *e) MUST_CHECK;
/* unit: the book of one unit; NULL the department's. */
int opened_make_unit(struct opened *o, const char *folder, const char *profile, const char *version, const char *unit, struct err *e) MUST_CHECK;
/* The same for who looks for problems: without a department (W-DEPARTMENT) there is no paper, which is NULL then. */
int opened_check(struct opened *o, const char *folder, const char *profile, const char *version, const char *unit, struct err *e) MUST_CHECK;
void opened_close(struct opened *o);
void opened_tell(const struct opened *o); /* problems, to standard error */

const struct paper_table *opened_table(const struct paper *p, const char *id, struct err *e); /* NULL: says which there are */
int book_table_text(const struct paper_table *t, struct buf *out);                            /* as `show` prints it on a terminal */

#endif
