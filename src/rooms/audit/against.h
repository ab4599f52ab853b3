/* against.h: an earlier report (heng audit --format json) beside the audit of the corrected book: what was mended, what remains, what is new.
 * Findings are the same by their id; else by rule, kind of table, row and measure. What could not be checked again is not called mended. */
#ifndef HENG_ROOMS_AUDIT_AGAINST_H
#define HENG_ROOMS_AUDIT_AGAINST_H

#include "rooms/audit/audit.h"

struct old_finding {
  const char *id, *rule, *severity, *title, *message, *stated, *expected, *unit;
  const char *kind, *table, *row, *code, *column; /* of its first place: kind and title of the table; "" when it has none */
  const char *key_row, *key_measure;              /* of reports that tell them; else "" */
  int page, line, number;
};
struct old_book {
  const char *path, *kind, *body;
  int year;
  VEC(struct old_finding) findings;
};
/* One report, read once and shared by all workers. */
struct old_report {
  struct arena arena;
  const char *path;
  VEC(struct old_book) books;
};
int old_report_load(const char *path, struct old_report **out, struct err *e) MUST_CHECK;
int old_report_parse(const char *path, const void *data, size_t size, struct old_report **out, struct err *e) MUST_CHECK; /* `path` is for messages */
void old_report_free(struct old_report *r);

enum amend_state { AMEND_MENDED, AMEND_REMAINING, AMEND_NEW, AMEND_UNCLEAR, AMEND_STATES };
extern const char *const amend_state_names[]; /* "mended" … */
const char *amend_state_title(enum amend_state s);

struct amend_line {
  enum amend_state state;
  const struct old_finding *old; /* NULL when new */
  int now;                       /* finding of the new result; -1 when mended or unclear */
};
struct amendment {
  const char *path; /* of the old report */
  bool found;       /* false: the old report does not have this book */
  VEC(struct amend_line) lines;
  enum amend_state *states;  /* by finding of the new result: remaining or new */
  long counts[AMEND_STATES]; /* errors and warnings only */
};
/* NULL in *out when memory runs out. */
int amendment_make(const struct old_report *r, const struct auditor *a, const struct book *b, const struct check_result *result,
                   struct amendment **out, struct err *e) MUST_CHECK;
void amendment_free(struct amendment *m);

#endif
