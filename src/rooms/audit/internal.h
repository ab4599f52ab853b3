/* internal.h: between the files of the audit room: what a report needs to know of a finding, and the reporters.
 * A report is written document by document, so that a batch of thousands holds only a few documents at a time. */
#ifndef HENG_ROOMS_AUDIT_INTERNAL_H
#define HENG_ROOMS_AUDIT_INTERNAL_H

#include "rooms/audit/accept.h"
#include "rooms/audit/against.h"
#include "rooms/audit/audit.h"
#include "rooms/audit/lines.h"
#include "rooms/audit/two.h"
#include "rooms/claims/claims.h"

struct auditor {
  struct rule_set *rules;
  struct profiles *profiles;
  struct code_lists *codes;
  struct claim_grammar *claims;
};
/* auditor_new() with the rules from another folder; either may be NULL. */
int auditor_load(const char *data_folder, const char *rules_folder, struct auditor **out, struct err *e) MUST_CHECK;
/* The grammar of sentences among the data files. */
int auditor_claims(const char *data_folder, struct claim_grammar **out, struct err *e) MUST_CHECK;
/* A file or folder of the data: in `data`, or where the program finds its own when that is NULL. */
void auditor_data_path(char *out, size_t size, const char *data, const char *sub);
bool auditor_has_profile(const struct auditor *a, const char *name);

#define REPORT_BYTES_MAX ((size_t)512 << 20)

/* ---- words for people and machines (describe.c) ---- */

/* A book under report. */
struct view {
  const struct auditor *a;
  const struct audit *x;
  const struct book *b;
  const struct check_result *r;
  const struct grafts *g;                   /* NULL: no other book was given */
  const struct acceptance *const *accepted; /* by finding; NULL: none is */
};
struct view view_of(const struct auditor *a, const struct audit *x, int book);

const char *kind_title(enum book_kind k); /* 部门预算 … */
const char *kind_short(enum book_kind k); /* the same in at most 8 columns */
const char *severity_title(enum severity s);
const char *cause_title(enum cause_kind c); /* NULL for CAUSE_UNKNOWN */
const char *scale_unit(enum scale s);       /* "万元"; "" when none */
const char *scale_unit_shown(enum scale s); /* the same in the user's language */
const char *page_state_title(enum page_state s);

int own_tables(const struct book *b); /* without what was grafted from other books, and what only sentences say */
/* 与上年账本比：court-2017.pdf（江苏省高级人民法院 2017 年 部门预算，15 张表） */
void graft_line(const struct view *v, const struct grafted *g, struct buf *out);
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
/* The title of its rule; of one that says what must hold (its clauses are checks of amounts), that it does not. */
void finding_title(const struct view *v, const struct finding *f, struct buf *out);
/* 印为 1.00 → 应为 2.00，差 -1.00 万元（像是…） of a finding that is proved; the sentence of a remark with its figures; else the rule's sentence. */
void finding_statement(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);
#define ALTERNATIVES_SHOWN 8
#define SUSPECTS_SHOWN     8 /* cells that change together, where a report is read line by line */
void alternatives_line(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);

/* ---- where things stand (where.c) ---- */
/* The name printed for the project that a form is about; empty when it is about none. */
struct sv project_name(const struct view *v, const struct book_table *t);
/* Title, and the project of a form: 项目支出绩效目标表（金融企业奖励专项资金）. Without 《》. */
void table_name(const struct view *v, const struct book_table *t, struct buf *out);
/* What a column is called: its heads; of sentences, whose columns have none, what the figure is. Empty when nothing can be said. */
struct sv column_title(const struct book_table *t, const struct book_column *column);
bool place_known(struct place p);
void place_print(struct place p, struct buf *out); /* 第 3 页, 第 12 行; nothing when not known */
/* 《表名》第 3 页“行”列“列” */
void obs_where(const struct view *v, const struct obs *o, struct buf *out);
/* Only what is different from `base` (may be NULL): table with page, row, column. */
void cell_label(const struct view *v, const struct obs *base, const struct obs *o, struct buf *out);
/* Where a finding that is about no cell is shown on a page: its row, else the first line of its table. */
struct place finding_place_shown(const struct telling *t);
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

/* ---- accepted findings (accept.c) ---- */
/* Marks the findings of an audit that the request's list, or the files beside its documents, cover. */
int accepted_match(const struct auditor *a, struct audit *x, const struct audit_request *q) MUST_CHECK;
const struct acceptance *accepted_at(const struct view *v, size_t finding); /* NULL: not accepted */
void accept_head(struct buf *out);                                          /* the comment at the beginning of a file */
/* An entry for a finding, below a comment that says what it is; commented out when it has no reason yet. */
void accept_write(const struct view *v, const struct finding *f, const struct acceptance *a, struct buf *out);

/* Counts of a book or a whole audit. Accepted findings are counted apart only. */
struct tally {
  long errors, warnings, infos, passed, failed, not_applicable, not_checked;
  long roundings;           /* infos that are 尾差 */
  long accepted, unmatched; /* findings a reviewer accepted; acceptances that cover nothing (of an audit) */
  long observations, unread;
  long claims; /* sentences of the text that state something checked; their figures are not counted as observations */
  int money_tables, recognised_tables;
};
void tally_add(struct tally *t, const struct view *v);
/* No page of it could be read whole: what was found is reported, but nobody should take the file for audited. */
bool all_damaged(const struct document *d);
struct tally tally_audit(const struct auditor *a, const struct audit *x);

/* ---- reporters (report.c and report_*.c) ---- */

/* One line of a batch's summary. Texts are malloc'ed. */
struct summary {
  char *path, *body, *why; /* why: it could not be read */
  bool damaged;            /* all its pages are: it does not count as read either */
  int year;
  enum book_kind kind;
  struct tally tally;
  double seconds;
};

/* Pictures of pages in the HTML report (pictures.c). */
enum images { IMAGES_AUTO /* embedded up to what can be mailed */, IMAGES_NONE, IMAGES_EMBED, IMAGES_FOLDER };
enum images images_named(const char *name);

struct coverage; /* roster.h */
struct papers;   /* papers.h */
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
  bool against;      /* audits are laid against an earlier report: to be set before the first is added */
  enum images images;
  size_t image_bytes;
  long image_count, image_failures, image_missing; /* missing: findings left without for want of room or time */
  const struct coverage *coverage;                 /* of the roster, told at the end; NULL without one */
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

/* ---- against an earlier report (report_against.c) ---- */
const struct amendment *view_amendment(const struct view *v); /* NULL: none was given */
void amendment_head(const struct amendment *m, struct buf *out);
void amend_line_print(const struct view *v, const struct amend_line *l, struct buf *out); /* what the finding is about */
const char *amend_sign(enum amend_state s);
void report_text_against(const struct lines *l, struct buf *b, const struct view *v);

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
/* Files that words name; folders are walked in name order. */
struct inputs {
  VEC(char *) paths;
  int skipped; /* files of folders that are no documents */
};
int inputs_gather(struct inputs *in, char **words, int n, struct err *e) MUST_CHECK;
void inputs_release(struct inputs *in);
struct batch_options {
  struct audit_request request;
  const char *store, *annotate;
  bool together, quiet;
  struct papers *papers; /* check sheets and the like; NULL for none */
  int workers;
};
/* Audits what the words name and reports each. Returns an exit code, or a negative rc. */
int batch_run(const struct auditor *a, const struct batch_options *o, char **words, int n, struct reporter *r, struct err *e) MUST_CHECK;

/* ---- what the document says there (quote.c) ---- */
struct sv row_sentence(const struct book_table *t, const struct book_row *row); /* of a claim; else empty */
/* The next place where `mark` stands in a sentence as a whole number (or word), as printed or folded. */
bool quote_next(struct sv sentence, struct sv mark, size_t from, size_t *at, size_t *n);
/* “……【2.00】万元……”; a long sentence is cut around the mark unless `whole`. */
void quote_marked(struct sv sentence, struct sv mark, bool whole, struct buf *out);
/* The words outside tables that stand at a place. */
void lines_at(const struct view *v, int32_t document, struct place p, struct buf *out);
struct quotation {
  struct sv sentence, mark;
};
/* What a finding is about in the document's own words: its claim's sentence, or the line of a remark, which goes to `line`. False: none. */
bool finding_quoted(const struct view *v, const struct finding *f, const struct telling *t, struct buf *line, struct quotation *q);
void finding_quote(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out);
/* The figures of a row, each with its head. */
void row_cells(const struct view *v, const struct book_table *t, int row, struct buf *out);

/* ---- one finding (accept_file.c, explain.c) ---- */
/* The finding whose id begins so, or (up to three digits) that has this number. Says what there is when none or several do. */
int finding_named(const struct auditor *a, const struct audit *x, const char *name, struct view *v, size_t *index, struct err *e) MUST_CHECK;
#define SHORT_ID 8 /* characters of an id that reports show people */
/* These return an exit code or a negative rc. */
int explain_run(const struct auditor *a, const struct audit *x, const char *name, struct err *e) MUST_CHECK;
int accept_init(const struct auditor *a, const struct audit *x, const char *to, struct err *e) MUST_CHECK;
int accept_add(const struct auditor *a, const struct audit *x, const char *name, const struct acceptance *given, const char *to,
               struct err *e) MUST_CHECK;

/* ---- commands ---- */
int read_command(int argc, char **argv, struct err *e);
const struct option *read_options(int *count);
int rules_list_command(int argc, char **argv, struct err *e);
int rules_show_command(int argc, char **argv, struct err *e);
int rules_check_command(int argc, char **argv, struct err *e);
const struct option *rules_options(int *count);

#endif
