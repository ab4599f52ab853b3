/* compare.h: two books, and what changed from one to the other: tables, rows, cells, fields of forms. `heng compare`. */
#ifndef HENG_ROOMS_AUDIT_COMPARE_H
#define HENG_ROOMS_AUDIT_COMPARE_H

#include "rooms/audit/internal.h"

enum change_what { CHANGE_TABLE, CHANGE_ROW, CHANGE_AMOUNT, CHANGE_TEXT, CHANGE_FIELD };
enum change_how { CHANGED, ADDED, REMOVED };
extern const char *const change_what_names[]; /* "table" … */
extern const char *const change_how_names[];  /* "changed" … */

/* Side 0 is the old book, 1 the new one; -1 where a side has none. */
struct difference {
  enum change_what what;
  enum change_how how;
  int32_t table[2], row[2], obs[2], field[2];
  int64_t amount; /* 分 or the unit of the cell: new less old; of a row or table what it holds */
  uint64_t size;
};
struct comparison {
  struct view side[2];
  VEC(struct difference) list;
  long cells, same, not_compared;
};
/* Of two books; sorted by size. */
int comparison_make(const struct book *old, const struct book *new, struct comparison *out, struct err *e) MUST_CHECK;
void comparison_release(struct comparison *c);
/* Change in hundredths of a percent of the old value; false when the old one is nothing. */
bool difference_percent(const struct comparison *c, const struct difference *d, int64_t *out);

/* compare_report.c: text, json, html, xlsx */
int comparison_report(const struct comparison *c, const char *format, const char *path, struct err *e) MUST_CHECK;
int compare_command(int argc, char **argv, struct err *e);
const struct option *compare_options(int *count);

#endif
