/* rule.h: rules as data: load, bind to a book, evaluate with printed intervals, diagnose. docs/rules.md is the language. */
#ifndef HENG_RULE_H
#define HENG_RULE_H

#include "rule/book.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };
extern const char *const severity_names[];
enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_NOT_APPLICABLE, OUTCOME_NOT_CHECKED };
extern const char *const outcome_names[];

/* The head of a rule as its file states it; all strings live with the rule set. */
struct rule_head {
  const char *id, *title_zh, *title_en, *message_zh, *message_en, *basis, *scope; /* scope "national" or profile names, comma separated */
  enum severity severity;
  int since, until; /* effective years, 0 open */
  const char *file;
  int line;
};

struct rule_set;
int rule_set_new(struct rule_set **out, struct err *e) MUST_CHECK;
void rule_set_free(struct rule_set *s);
int rule_set_load(struct rule_set *s, const char *path, struct err *e) MUST_CHECK; /* one file, or every *.rules of a folder in name order */
int rule_set_parse(struct rule_set *s, const char *name, struct sv text, struct err *e) MUST_CHECK;
int rule_count(const struct rule_set *s);
const struct rule_head *rule_get(const struct rule_set *s, int index);
const struct rule_head *rule_named(const struct rule_set *s, const char *id);
struct sv rule_source(const struct rule_set *s, int index); /* its text in the file */

/* Where known() and name() of conditions look codes up: 1 found (its official name in *name), 0 not in the list, -1 no list for that year. Without it
 * such checks come out as not checked. `context` must outlive the set. */
void rule_set_lookup(struct rule_set *s, int (*lookup)(const void *context, const char *list, struct sv code, int year, const char **name),
                     const void *context);

/* The canonical form of an instance of a money rule: Σ coefficient·observation  op  0.
 * A ratio (REL_RATIO): terms[0] is the percentage, the last `nwhole` terms add up to the whole, those between them to the part. One cell may be a
 * term of both. */
enum relation_op { REL_EQ, REL_LE, REL_GE, REL_RATIO };
struct term {
  int32_t obs;
  int32_t coefficient;
};
struct relation {
  int32_t rule;
  enum relation_op op;
  bool same_fact; /* an equality of two printings of one fact */
  enum outcome outcome;
  enum severity severity; /* of a failure: error, or info/warning for a difference inside the intervals (尾差) */
  bool rounding;          /* outcome FAILED only as a 尾差 */
  bool recognised;        /* a term was read by character recognition: at most a warning */
  int64_t difference;     /* left minus right, in 分 (or 10^-6 for ratios) */
  const struct term *terms;
  int nterms; /* terms[0] is the stated side */
  int nwhole; /* of a ratio: 1… */
};

/* A failed structure predicate, or a check that has no observations. */
struct remark {
  int32_t rule;
  enum outcome outcome;
  enum severity severity;
  const char *detail;             /* what, in the user's language: already filled message, or why not checked / not applicable */
  const char *stated, *expected;  /* may be NULL */
  int32_t table, row, obs;        /* -1 when none */
  const struct book_field *field; /* of a rule over fields; else NULL */
  bool recognised;                /* it may rest on what was read by character recognition: at most a warning */
  struct place place;
  int32_t document;
};

enum cause_kind {
  CAUSE_DIGIT,
  CAUSE_TRANSPOSED,
  CAUSE_SIGN,
  CAUSE_SCALE /* unit, decimal point */,
  CAUSE_BLANK /* a value is missing */,
  CAUSE_OTHER_VALUE,
  CAUSE_MISSING_ROW,
  CAUSE_EXTRA_ROW,
  CAUSE_SWAPPED_COLUMNS,
  CAUSE_STALE_COPY,
  CAUSE_UNKNOWN
};
extern const char *const cause_kind_names[];

/* One changed cell of an explanation. */
struct suspect {
  int32_t obs;
  int64_t expected; /* value that makes every relation hold; the range when it is not one value */
  int64_t low, high;
  double confidence; /* 0…1: share of the relations of the cell that agree with it */
};

/* One cause, one finding. */
struct finding {
  int32_t rule; /* the rule reported under: the most telling of the broken ones */
  enum severity severity;
  enum cause_kind cause;
  int32_t relation;               /* leading broken relation, or -1 */
  int32_t remark;                 /* or the remark, or -1 */
  const struct suspect *suspects; /* best explanation: 1…3 cells; 0 = none singled out */
  int nsuspects;
  const struct suspect *alternatives; /* cells of other explanations, equally good, one cell each */
  int nalternatives;
  bool several;             /* beyond the bound: several explanations, none preferred */
  const int32_t *relations; /* every broken relation this cause explains, the leading one first */
  int nrelations;
  int row_table, row_after; /* CAUSE_MISSING_ROW: table and row after which; CAUSE_EXTRA_ROW: the row */
  char id[20];              /* stable: from rule, kind, row key, measure, stated text; not from positions */
};

/* What the checks of one rule came to. */
struct rule_tally {
  long passed, failed, not_applicable, not_checked;
  long rounding; /* of `failed`: those that are only a 尾差 */
};

struct check_result {
  struct arena arena;
  VEC(struct relation) relations;
  VEC(struct remark) remarks;   /* failed predicates and everything not checked / not applicable, with why */
  VEC(struct finding) findings; /* sorted: errors, warnings, infos; then by place */
  long passed, failed, not_applicable, not_checked;
  const struct rule_tally *tallies; /* by rule, as many as the set has */
};

/* Binds every rule of the set that is in scope (national, or the book's profile) and year to the book, evaluates, and diagnoses. */
int rule_check(const struct rule_set *s, const struct book *b, struct check_result **out, struct err *e) MUST_CHECK;
void check_free(struct check_result *r);

/* Evaluation alone, into relations and remarks (findings stay empty); and diagnosis alone: for tests and harnesses. */
int rule_evaluate(const struct rule_set *s, const struct book *b, struct check_result **out, struct err *e) MUST_CHECK;
int rule_diagnose(const struct rule_set *s, const struct book *b, struct check_result *r, struct err *e) MUST_CHECK;

/* Interval of an observation in half units: value v, quantum q stand for [2v - q, 2v + q]; exact when q is 0. */
void obs_interval(const struct obs *o, int64_t *low, int64_t *high);
bool relation_has_prose(const struct book *b, const struct relation *r); /* a sentence is one of its terms */
/* Evaluates one relation from its observations: sets outcome, rounding, difference. `values` (may be NULL) overrides obs values by index. */
void relation_judge(const struct book *b, struct relation *r, const int64_t *values);

#endif
