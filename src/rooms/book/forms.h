/* forms.h: a city's forms as data (profiles/NAME.forms): rows of cells with words, fields and amounts. docs/form-language.md is the language. */
#ifndef HENG_BOOK_FORMS_H
#define HENG_BOOK_FORMS_H

#include "rooms/book/evaluate.h"
#include "rooms/book/form_grid.h"

enum { FORMS_DEPTH = 10, FORMS_TERMS = 8, FORMS_LIST = 12, FORMS_LEAVES = 64 };

/* An amount is a sum of terms: lines of the workspace, amounts above it, an amount of the record that a loop is at, or what was executed. */
enum form_flow { FORM_SUM, FORM_AMOUNT, FORM_RECORD, FORM_EXECUTION };
enum form_record { RECORD_TOTAL /* 项目总预算 */, RECORD_DETAIL, RECORD_PURCHASE };
struct form_term {
  enum form_flow flow;
  struct sum sum;
  int amount;
  enum form_record record;
  enum ws_execution_column column;
  int group; /* of execution: enum ws_group, -1 all */
  bool negative;
};
struct form_amount {
  struct sv name, label;
  struct form_term term[FORMS_TERMS];
  int nterms, leaves; /* sums that it comes to */
};
struct form_ref { /* amount -1: the loop's, written @ */
  int amount, back /* years; 3: this or either before */;
};
enum form_verb { FORM_ROW, FORM_CELL, FORM_BLOCK, FORM_EACH, FORM_WHEN, FORM_OTHERWISE, FORM_END, FORM_ASK };
enum form_set {
  FORM_SET_AMOUNT,
  FORM_SET_PROJECT,
  FORM_SET_GOAL,
  FORM_SET_LEVEL1,
  FORM_SET_LEVEL2,
  FORM_SET_INDICATOR,
  FORM_SET_DETAIL,
  FORM_SET_PURCHASE,
  FORM_SETS
};
enum form_horizon { FORM_ANY, FORM_LONG, FORM_ANNUAL };
enum form_value { FORM_WORDS, FORM_MONEY, FORM_SHARE };
struct form_statement {
  enum form_verb verb;
  int line, end, middle; /* of the statement that closes it, of its otherwise (-1) */
  enum paper_role role;
  int across, down; /* as form_put() takes them */
  enum form_value value;
  bool blank, negated;
  struct sv text; /* of a cell; of a condition the field */
  struct form_ref a, b;
  enum form_set set;
  enum form_horizon horizon;
  int list[FORMS_LIST], nlist; /* amounts of a loop */
};
struct form_layout {
  const char *id, *kind;
  struct sv use, number, title, contents, unit;
  bool per_project, contents_each, landscape;
  enum scale scale;
  int decimals, line, columns, width[FORM_COLUMNS], first, last; /* statements */
};
struct forms {
  struct arena arena;
  const char *file;
  VEC(struct form_amount) amounts;
  VEC(struct form_layout) forms;
  VEC(struct form_statement) statements;
};
/* profiles/NAME.forms. */
int forms_load(const char *data, const char *name, struct forms **out, struct err *e) MUST_CHECK;
int forms_read(const char *file, struct sv text, struct forms **out, struct err *e) MUST_CHECK; /* `file` is for messages */
void forms_free(struct forms *f);

/* ---- filling in ---- */

struct form_index { /* chains, so that no form walks all records: -1 ends */
  int *goal_first /* of the department, of project 0 … */, *goal_next, *indicator_first, *indicator_next;
  int *detail_first, *detail_next, *purchase_first, *purchase_next, *text_first /* of workspace.texts */; /* of each project */
  int64_t *spent;                                                                                         /* of each project by source and origin */
};
struct form_run { /* where the loops are; -1 nowhere */
  struct form grid;
  const struct workspace *w;
  const struct forms *forms;
  const struct form_layout *form;
  const struct form_index *index;
  const struct evaluation *evaluation; /* NULL but in forms of 自评 and 监控 */
  long steps;                          /* what was done so far: loops within loops end somewhere */
  int number, project, goal, indicator, detail, purchase, amount;
  struct sv level1, level2;
};
/* The field that stands between braces, by its first word; -1 none. needs: bits of 1u << form_set, of the loops one of which must stand around it. */
int form_field_find(struct sv inner, unsigned *needs);
struct sv form_field_text(struct form_run *r, struct sv inner);
struct sv form_text_fill(struct form_run *r, struct sv text); /* all {fields} of a text */
int64_t form_amount(struct form_run *r, struct form_ref ref);
int form_amount_sums(struct form_run *r, struct form_ref ref, struct sum *out, int max); /* how many sums it is of; 0 when not of sums alone */
void form_ask(struct form_run *r, struct sv subject, struct sv text);

/* Every form of `use` ("overall", "projects", "evaluate", "monitor") becomes a table of the paper. */
int forms_fill(struct paper *p, const struct forms *forms, const struct score_rules *rules, const char *use, struct err *e) MUST_CHECK;
/* The forms of 自评 ("evaluate") or 监控 ("monitor") alone, as a paper. profile: the city; title: what the cover says behind the year. */
int forms_paper(const struct workspace *w, const char *data, const char *profile, const char *use, const char *title, struct paper **out,
                struct err *e) MUST_CHECK;

#endif
