/* roster.h: the roster of bodies (名册): who must publish, when the budget was approved (批复) and published (公开), where; what a book cannot say of
 * itself. Books are matched to bodies; deadlines are judged; coverage shows who has not published. docs/roster.md is the form. */
#ifndef HENG_ROOMS_AUDIT_ROSTER_H
#define HENG_ROOMS_AUDIT_ROSTER_H

#include "base/date.h"
#include "rooms/audit/clause.h"
#include "rooms/audit/internal.h"

/* 预算 or 决算 of a body: approved, published (DAY_NONE: not told), address of publication ("" not told). */
struct duty {
  int approved, published;
  const char *address;
};
enum duty_phase { DUTY_BUDGET, DUTY_FINAL, DUTY_PHASES };

struct body {
  const char *code, *name;
  const char *key;      /* folded name without 本级, 机关 at its end */
  struct words aliases; /* folded so too */
  bool unit, own;       /* 单位, not 部门; own: the name said 本级 or 机关: the department's own unit */
  int year;             /* 0: every year */
  int parent;           /* the department of a unit, -1 none */
  struct duty duty[DUTY_PHASES];
  int line;
};

struct roster {
  struct arena arena;
  const char *path;
  VEC(struct body) bodies;
};

/* CSV (UTF-8 or GB18030), tabs, or XLSX; mistakes are told with line and column. */
int roster_read(const char *path, struct roster **out, struct err *e) MUST_CHECK;
int roster_read_memory(const char *name, const void *data, size_t size, struct roster **out, struct err *e) MUST_CHECK;
void roster_free(struct roster *r);

/* The body whose book this is, -1 when none is; the same by name, kind and year. */
int roster_find(const struct roster *r, const struct book *b);
enum duty_phase duty_phase_of(enum book_kind k);
/* Folded, 本级 and 机关 at the end taken away; *own (may be NULL) tells whether there was one. NULL: out of memory. */
const char *body_key(struct arena *a, struct sv name, bool *own) MUST_CHECK;

/* Law: within 20 days of approval. 预算法第十四条 (departments), 预算法实施条例第六条 (units, from the department's approval). */
enum { DUTY_DAYS = 20 };
enum duty_state {
  DUTY_MET,         /* published in time */
  DUTY_LATE,        /* published, after the last day */
  DUTY_UNPUBLISHED, /* approved, not published as far as the roster and the files say */
  DUTY_OVERDUE,     /* the same, and the last day is past (only where today is told) */
  DUTY_UNDATED,     /* there is a book or a date of publication, but not both dates: cannot be judged */
  DUTY_EARLY,       /* published before it was approved: one of the dates must be wrong */
  DUTY_UNKNOWN      /* nothing is told */
};
/* `published`: a book of it is at hand. *due: the last day, *late: days after it (0). `today` may be DAY_NONE. */
enum duty_state duty_judge(const struct duty *d, bool published, int today, int *due, int *late);
const char *duty_state_name(enum duty_state s);  /* for programs */
const char *duty_state_title(enum duty_state s); /* for people */
/* 2024-02-05 批复，应于 2024-02-25 前公开，2024-03-01 公开，超期 5 天; nothing when nothing is told. */
void duty_print(const struct duty *d, int due, int late, struct buf *out);

/* ---- coverage: the roster against a batch ---- */
struct covered {
  int books;        /* at hand */
  const char *path; /* of the first */
};
struct unlisted {
  const char *path, *body;
  int year;
  enum book_kind kind;
};
struct coverage {
  const struct roster *roster;
  int today;
  struct covered (*cells)[DUTY_PHASES]; /* by body */
  VEC(struct unlisted) unlisted;        /* books that no body of the roster is the publisher of */
  struct arena arena;
};
int coverage_new(struct coverage **out, const struct roster *r, int today, struct err *e) MUST_CHECK;
int coverage_add(struct coverage *c, const struct audit *x) MUST_CHECK;
void coverage_free(struct coverage *c);

struct coverage_cell {
  enum duty_state state;
  int due, late, books;
  const struct duty *duty;
};
struct coverage_cell coverage_at(const struct coverage *c, int body, enum duty_phase p);
/* What the matrix comes to. A list of bodies is taken with the function for it: does the body belong to it? */
bool coverage_unpublished(const struct coverage *c, int body, enum duty_phase p);
bool coverage_without_units(const struct coverage *c, int body); /* a department that published and of whose units one did not */
bool coverage_without_final(const struct coverage *c, int body); /* a budget is there, the final account is not, although it was approved */

void coverage_text(const struct coverage *c, const struct lines *l);
void coverage_html(const struct coverage *c, struct buf *out);
int coverage_xlsx(const struct coverage *c, struct xlsx *x);
int coverage_json(const struct coverage *c, struct buf *out); /* "coverage":{…} */

#endif
