/* diagnose_internal.h: between the files of the diagnosis only.
 * diagnose.c drives, diagnose_search.c looks for few changed cells, diagnose_change.c weighs one change, diagnose_shape.c knows whole rows, columns
 * and tables that went wrong, diagnose_report.c turns explanations into findings. */
#ifndef HENG_RULE_DIAGNOSE_INTERNAL_H
#define HENG_RULE_DIAGNOSE_INTERNAL_H

#include "rule/rule.h"

enum {
  CHANGES_MOST = 3,         /* cells of one explanation */
  EXPLANATIONS_MOST = 64,   /* equally good ones that are kept */
  STEPS_COMPONENT = 400000, /* terms looked at for one component: about 5 ms */
  STEPS_BOOK = 8000000      /* and for a whole book */
};

/* How a relation stands under the current values. */
enum level { LEVEL_EXACT, LEVEL_ROUNDED, LEVEL_BROKEN };

/* A value that a cell might have had. */
struct change {
  int32_t obs;
  int64_t value;
};

/* One way to make the relations hold again. Lower cost is better. */
struct explanation {
  struct change changes[CHANGES_MOST]; /* sorted by obs */
  int n;
  long cost;
};

struct diagnosis {
  const struct rule_set *set;
  const struct book *book;
  struct check_result *result;
  struct arena scratch;
  int64_t *values;  /* of every observation, as the search has them now */
  int32_t *first;   /* nobs + 1: where the relations of an observation begin in `uses` */
  int32_t *uses;    /* judged relations by observation */
  uint8_t *initial; /* level of every relation as printed */
  uint8_t *level;   /* and under `values` */
  bool *hard;       /* of a rule whose breach is an error: no explanation may break it */
  bool *loose;      /* a sum in a book that was rounded number by number: its 尾差 says next to nothing */
  bool *prose;      /* a sentence is one of its terms */
  bool *judged;     /* passed or failed; the others take no part */
  bool *taken;      /* a finding explains it already */
  bool *target;     /* of the running search */
  int32_t *open;    /* relations that the running search has still to repair */
  int32_t *open_at; /* position in `open`, -1 outside */
  int nopen;
  bool strict;  /* the running search repairs 尾差: nothing may become less exact */
  bool exact;   /* the book was computed in printed units: a 尾差 is unlikely */
  long running; /* weight of the current levels against the printed ones */
  long steps, steps_book;
  bool *seen;     /* cells that the running search has tried */
  bool *listed;   /* relations in the list that is being made */
  int32_t *owner; /* of a cell: the first relation of the list being split that has it; -1 outside */
  bool *dropped;  /* remarks that are part of another finding */
};

/* What a search brought. */
struct search {
  struct explanation best[EXPLANATIONS_MOST];
  int n;
  bool cut; /* the bound was reached: what is here may not be all */
};

/* ---- one change (diagnose_change.c) ---- */
int64_t cell_quantum(const struct book *b, const struct obs *o);             /* of its column; at least 1 */
int64_t cell_snap(const struct book *b, const struct obs *o, int64_t value); /* nearest value that the column can print */
/* How the printed value could have come from `value`, and how much that has to be believed against (0: a wrong digit). */
enum cause_kind change_kind(const struct book *b, const struct obs *o, int64_t value, long *cost);
/* Values that differ from the printed one in one digit and lie in [low, high]; returns how many of them were written. */
int change_digits(const struct book *b, const struct obs *o, int64_t low, int64_t high, int64_t *out, int most);
/* The value of `obs` that makes the relation hold exactly; false when there is none. */
bool relation_solve(const struct diagnosis *d, const struct relation *r, int32_t obs, int64_t *value);
/* The values of `obs` that hard relations allow, in its own unit. */
void cell_range(struct diagnosis *d, int32_t obs, int64_t *low, int64_t *high);

/* ---- state and search (diagnose_search.c) ---- */
enum level relation_level(struct diagnosis *d, int32_t relation); /* under d->values */
/* Sets a cell and the levels of its relations; the old value is returned, to set it back. */
int64_t cell_set(struct diagnosis *d, int32_t obs, int64_t value);
/* Looks for the fewest changes that repair the relations; they must not be taken. */
void search_run(struct diagnosis *d, const int32_t *relations, int n, int changes_most, struct search *s);
/* The one change that repairs most of the relations, at least `least`, and breaks nothing. Several equally good: s->n > 1. */
void search_peel(struct diagnosis *d, const int32_t *relations, int n, int least, struct search *s);

/* ---- whole rows, columns, tables (diagnose_shape.c) ---- */
int shape_find(struct diagnosis *d, struct err *e) MUST_CHECK;
bool shape_swapped(const struct diagnosis *d, const struct explanation *x);
bool shape_stale(const struct diagnosis *d, const struct explanation *x);

/* ---- findings (diagnose_report.c) ---- */
struct draft {
  enum cause_kind cause;
  const struct suspect *suspects, *alternatives;
  int nsuspects, nalternatives;
  bool several;
  const int32_t *relations;
  int nrelations;
  int row_table, row_after;
  int32_t remark;
  uint64_t rest; /* hash of the relations that the suspects do not make exact: something else is wrong with them */
};
int finding_add(struct diagnosis *d, const struct draft *x, struct err *e) MUST_CHECK;
int findings_of_remarks(struct diagnosis *d, struct err *e) MUST_CHECK;
void findings_sort(struct diagnosis *d);
/* What a relation says, whatever the order of tables and files: rule, kind, row, measure, stated text, difference. */
uint64_t relation_hash(const struct diagnosis *d, int32_t relation);
/* For ids: its rule, the stated cell and by how much it is off. What else the relation adds up may change without its becoming another. */
uint64_t relation_name_hash(const struct diagnosis *d, int32_t relation);
void suspect_fill(struct diagnosis *d, const struct change *c, struct suspect *out);

#endif
