/* records.h: the CSV files of a workspace as they stand, record by record: what the template shows and an import is compared with. */
#ifndef HENG_BOOK_RECORDS_H
#define HENG_BOOK_RECORDS_H

#include "rooms/book/open.h"

struct records {
  struct workspace *w; /* holds memory and the problems of the files' heads; nothing is loaded into its lists */
  struct ws_schema *schema;
  struct ws_file files[OPEN_FIELDS]; /* by entity */
  int n;
};
/* folder NULL: no file is there. A file that cannot be read as the schema says is RC_FORMAT, naming the first problem. */
int records_open(struct records *r, const char *folder, struct err *e) MUST_CHECK;
void records_close(struct records *r);
size_t records_count(const struct records *r, int entity); /* rows 1 … count of its file */

#endif
