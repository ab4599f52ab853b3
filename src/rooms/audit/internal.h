/* internal.h: between the files of the audit room: what a report needs to know of a finding, and the reporters.
 * A report is written document by document, so that a batch of thousands holds only a few documents at a time. */
#ifndef HENG_ROOMS_AUDIT_INTERNAL_H
#define HENG_ROOMS_AUDIT_INTERNAL_H

#include "rooms/audit/audit.h"
#include "rooms/audit/lines.h"

struct auditor {
  struct rule_set *rules;
  struct profiles *profiles;
  struct code_lists *codes;
};
/* auditor_new() with the rules from another folder; either may be NULL. */
int auditor_load(const char *data_folder, const char *rules_folder, struct auditor **out, struct err *e) MUST_CHECK;
bool auditor_has_profile(const struct auditor *a, const char *name);

#define REPORT_BYTES_MAX ((size_t)512 << 20)

/* ---- words for people and machines (describe.c) ---- */

/* A book under report. */
struct view {
  const struct auditor *a;
  const struct audit *x;
  const struct book *b;
  const struct check_result *r;
};
struct view view_of(const struct auditor *a, const struct audit *x, int book);

const char *kind_title(enum book_kind k); /* 部门预算 … */
const char *kind_short(enum book_kind k); /* the same in at most 8 columns */
const char *severity_title(enum severity s);
const char *cause_title(enum cause_kind c); /* NULL for CAUSE_UNKNOWN */
const char *scale_unit(enum scale s);       /* "万元"; "" when none */
const char *scale_unit_shown(enum scale s); /* the same in the user's language */
const char *page_state_title(enum page_state s);

/* Everything below accepts -1 and indexes outside, and then gives NULL or writes nothing. */
const struct rule_head *rule_at(const struct view *v, int32_t rule);
const char *rule_id(const struct view *v, int32_t rule);
const char *rule_title(const struct view *v, int32_t rule);
const struct obs *obs_at(const struct view *v, int32_t obs);
const struct book_table *table_at(const struct view *v, int32_t table);
const struct book_row *obs_row(const struct view *v, const struct obs *o);
const struct book_column *obs_column(const struct view *v, const struct obs *o);
const struct relation *relation_at(const struct view *v, int32_t relation);
const struct remark *remark_at(const struct view *v, int32_t remark);

/* A value in the unit and with the decimals of an observation; more decimals when it needs them to be exact. */
#define VALUE_TEXT 96
char *value_print(char out[VALUE_TEXT], const struct view *v, const struct obs *o, int64_t value, bool separators);

/* What a finding says, in plain words. The observation it is about is the first suspect, else the stated side, else the remark's. */
struct telling {
  const struct obs *obs; /* NULL for a remark about no cell */
  const struct book_table *table;
  const struct book_row *row;
  const struct book_column *column;
  struct place place;
  int32_t document;
  char stated[VALUE_TEXT], expected[VALUE_TEXT], difference[VALUE_TEXT]; /* "" when there is none */
  const char *stated_text, *expected_text;                               /* these for text without a number; never NULL */
  const char *unit, *unit_shown;                                         /* "%" for percentages; "" */
  bool rounding;                                                         /* a 尾差 */
};
void finding_tell(const struct view *v, const struct finding *f, bool separators, struct telling *t);
/* The sentence of the rule, filled in; of a relation with its own two sides, whichever cell is suspected. */
void finding_sentence(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);
/* The same with what must be confirmed. */
void finding_message(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);
/* It rests on what character recognition read; and the words for it, in brackets. */
bool finding_recognised(const struct view *v, const struct finding *f);
const char *recognised_words(void);
/* One cell was singled out: what it should be is known, and the sentence of the rule adds nothing. */
bool finding_proved(const struct view *v, const struct finding *f);
/* 2.00 or 1.95…2.05; 1.00 → 2.00; and the same with where before it. */
void suspect_expected(const struct view *v, const struct suspect *s, struct buf *out);
void suspect_change(const struct view *v, const struct suspect *s, struct buf *out);
void suspect_line(const struct view *v, const struct suspect *s, struct buf *out);
/* Cells that explain the finding as well, each with what tells it from the one before, at most so many. */
/* What kind of slip it looks like where no cell was singled out; the rules broken besides. Nothing when there is nothing to say. */
void finding_cause(const struct view *v, const struct finding *f, struct buf *out);
void finding_consequences(const struct view *v, const struct finding *f, struct buf *out);
/* 印为 1.00 → 应为 2.00，差 -1.00 万元（像是…） of a finding that is proved; the sentence of a remark with its figures; else the rule's sentence. */
void finding_statement(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);
#define ALTERNATIVES_SHOWN 8
void alternatives_line(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);

/* ---- where things stand (where.c) ---- */
/* The name printed for the project that a form is about; empty when it is about none. */
struct sv project_name(const struct view *v, const struct book_table *t);
/* Title, and the project of a form: 项目支出绩效目标表（金融企业奖励专项资金）. Without 《》. */
void table_name(const struct view *v, const struct book_table *t, struct buf *out);
bool place_known(struct place p);
void place_print(struct place p, struct buf *out); /* 第 3 页, 第 12 行; nothing when not known */
/* 《表名》第 3 页“行”列“列” */
void obs_where(const struct view *v, const struct obs *o, struct buf *out);
/* Only what is different from `base` (may be NULL): table with page, row, column. */
void cell_label(const struct view *v, const struct obs *base, const struct obs *o, struct buf *out);
/* The place of a finding; `message` (may be NULL): what the sentence beside it names already is left out. */
void finding_where(const struct view *v, const struct finding *f, const struct telling *t, const struct buf *message, struct buf *out);

/* ---- the relation written out (arithmetic.c) ---- */
/* The value of terms[0] that makes the relation hold; false when there is none. */
bool relation_expected(const struct view *v, const struct relation *r, int64_t *out);
bool term_silent(const struct view *v, const struct relation *r, int term); /* a blank or zero in a long sum: not worth telling */
/* 基本支出 173.51 + 项目支出 162.50 = 336.01，印为 336.10. `at`: the cell that the reader looks at (may be NULL): the stated one is named when it is
 * another. */
void relation_arithmetic(const struct view *v, const struct relation *r, const struct obs *at, struct buf *out);

/* What was not checked, grouped by rule and reason, most first. The vector's `v` is malloc'ed; texts belong to the book and results. */
struct skipped {
  const char *rule, *title, *why;
  long count;
};
struct skipped_list {
  VEC(struct skipped) list;
};
void skipped_gather(const struct view *v, struct skipped_list *out);

/* Counts of a book or a whole audit. */
struct tally {
  long errors, warnings, infos, passed, failed, not_applicable, not_checked;
  long roundings; /* infos that are 尾差 */
  long observations, unread;
  int money_tables, recognised_tables;
};
void tally_add(struct tally *t, const struct view *v);
struct tally tally_audit(const struct auditor *a, const struct audit *x);

/* ---- reporters (report.c and report_*.c) ---- */

/* One line of a batch's summary. Texts are malloc'ed. */
struct summary {
  char *path, *body, *why; /* why: it could not be read */
  int year;
  enum book_kind kind;
  struct tally tally;
  double seconds;
};

struct reporter {
  const struct auditor *a;
  enum report_format format;
  const char *path; /* "-": standard output */
  struct buf out;
  struct xlsx *book;
  void *state;          /* of the format */
  bool colour;          /* text on a terminal */
  int width;            /* its columns, 0: lines are not broken */
  int documents, books; /* written so far */
  VEC(struct summary) all;
  struct tally total;
  int skipped_files; /* files of folders that are no documents */
};
int reporter_open(struct reporter *r, enum report_format format, const struct auditor *a, const char *path, struct err *e) MUST_CHECK;
int reporter_add(struct reporter *r, const struct audit *x, struct err *e) MUST_CHECK;
int reporter_close(struct reporter *r, double seconds, struct err *e) MUST_CHECK; /* releases everything whatever happens */
void reporter_release(struct reporter *r);

void report_text_add(struct reporter *r, const struct audit *x);
void report_text_end(struct reporter *r, double seconds);
void report_json_begin(struct reporter *r);
int report_json_add(struct reporter *r, const struct audit *x);
void report_json_end(struct reporter *r, double seconds);
int report_sarif_begin(struct reporter *r);
int report_sarif_add(struct reporter *r, const struct audit *x);
int report_sarif_end(struct reporter *r);
void report_html_begin(struct reporter *r);
void report_html_add(struct reporter *r, const struct audit *x);
void report_html_end(struct reporter *r, double seconds);
int report_xlsx_begin(struct reporter *r, struct err *e);
void report_xlsx_add(struct reporter *r, const struct audit *x);
void report_xlsx_end(struct reporter *r);

/* ---- the store (store.c, store_schema.c) ---- */
struct store;
struct db;
/* Makes the tables of a new dataset (`make`) and brings an older one up to date. */
int store_schema_ready(struct db *d, bool make, struct err *e) MUST_CHECK;
int store_open(const char *path, struct store **out, struct err *e) MUST_CHECK;
int store_add(struct store *s, const struct audit *x, const struct auditor *a, struct err *e) MUST_CHECK;
void store_close(struct store *s);

/* ---- marked copies (annotate.c) ---- */
int annotate_folder(const char *folder, struct err *e) MUST_CHECK; /* makes it when it is not there */
struct sv annotate_name(const char *path);                         /* without folder and ending */

/* ---- batches (batch.c) ---- */
struct batch_options {
  struct audit_request request;
  const char *store, *annotate;
  bool together, quiet;
  int workers;
};
/* Audits what the words name and reports each. Returns an exit code, or a negative rc. */
int batch_run(const struct auditor *a, const struct batch_options *o, char **words, int n, struct reporter *r, struct err *e) MUST_CHECK;

/* ---- commands ---- */
int read_command(int argc, char **argv, struct err *e);
const struct option *read_options(int *count);
int rules_list_command(int argc, char **argv, struct err *e);
int rules_show_command(int argc, char **argv, struct err *e);
int rules_check_command(int argc, char **argv, struct err *e);
const struct option *rules_options(int *count);

#endif
