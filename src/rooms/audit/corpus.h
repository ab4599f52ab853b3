/* corpus.h: the view over many books: a dataset counted once (corpus.c), then shown as a page (corpus_html.c and its parts) or tables
 * (corpus_table.c). docs/corpus.md says what is counted how. */
#ifndef HENG_ROOMS_AUDIT_CORPUS_H
#define HENG_ROOMS_AUDIT_CORPUS_H

#include "db/db.h"
#include "rooms/audit/internal.h"

/* ---- the amounts that are followed over the years: profiles/amounts.txt (corpus_amounts.c) ---- */
enum { AMOUNTS_MAX = 8, AMOUNT_PLACES_MAX = 12 };
struct amount_place {
  const char *kind, *row, *measure;
};
struct amount {
  const char *name, *zh, *en;
  struct amount_place places[AMOUNT_PLACES_MAX]; /* the best first */
  int nplaces;
};
struct amount_list {
  struct arena arena;
  struct amount v[AMOUNTS_MAX];
  int n;
};
int amounts_load(const char *path, struct amount_list *out, struct err *e) MUST_CHECK;
int amounts_parse(const char *name, struct sv text, struct amount_list *out, struct err *e) MUST_CHECK;
void amounts_release(struct amount_list *a);
const char *amount_title(const struct amount *a);

/* ---- what is in the dataset ---- */
struct corpus_count {
  long severity[3]; /* by enum severity; infos without the rounding differences */
  long roundings;   /* 尾差 */
  long accepted;    /* a reviewer has accepted them: counted nowhere else */
};

struct corpus_value {
  int64_t fen, file; /* key of the file's row in `book` */
  int page, rank;    /* rank: which of the amount's places it is from */
  bool there, doubtful;
  bool differs; /* another file of the same book prints another value */
};

/* A row of `book`: one book as one file has it. */
struct corpus_file {
  int64_t id;
  const char *path, *sha256, *body, *folded;
  int year, pages, book; /* book: index */
  enum book_kind kind;
  long passed, failed, not_checked, unread, to_confirm;
  long repeated; /* findings that another file of the same book has: not counted again */
  bool blank;    /* an unfilled form: shown, counted in nothing else */
  struct corpus_count count;
};

/* One body's book of one year and kind, in whatever number of files. What is not known is never thought to be the same. */
struct corpus_book {
  int body, year, first, nfiles; /* first: index in files */
  enum book_kind kind;
  bool blank;
  struct corpus_count count;
  struct corpus_value amounts[AMOUNTS_MAX];
};

struct corpus_body {
  const char *name; /* "" when it was not found */
  int first, nbooks;
  struct corpus_count count;
};

struct corpus_rule {
  const char *id, *title;
  struct corpus_count count;
  long books, checked; /* books with a finding of it; books in which it was asked */
  int last_book;       /* while counting */
};

struct corpus {
  struct db *db;
  struct arena arena;
  struct amount_list amounts;
  struct rule_set *rules; /* for titles in the user's language and for the basis */
  VEC(struct corpus_file) files;
  VEC(struct corpus_book) books;
  VEC(struct corpus_body) bodies;
  VEC(struct corpus_rule) rules_found; /* most errors first */
  struct intern seen;                  /* findings of books in several files, "BOOK:ID", */
  VEC(int64_t) seen_in;                /* and the file that had each first */
  int *by_id;                          /* files in the order of their keys */
  int first_year, last_year;
  long documents, blanks, books_counted, bodies_counted;
  bool rates; /* the dataset knows in which books a rule was asked */
  struct corpus_count count;
};
int corpus_load(const char *path, struct corpus **out, struct err *e) MUST_CHECK;
void corpus_free(struct corpus *c);
/* Whether a finding was counted already with another file of the same book. */
bool corpus_repeats(const struct corpus *c, const struct corpus_file *f, struct sv finding_id);
const struct corpus_file *corpus_file_of(const struct corpus *c, int64_t id);
long corpus_total(const struct corpus_count *n); /* errors, warnings, infos */
const struct rule_head *corpus_rule_head(const struct corpus *c, const char *id);
const char *corpus_rule_title(const struct corpus *c, const struct corpus_rule *r);
const char *corpus_body_name(const struct corpus_body *b); /* words for one that was not found */

/* The books that want attention first: errors, then warnings; indexes, malloc'ed. */
int corpus_worst(const struct corpus *c, int *n, int **out, struct err *e) MUST_CHECK;

/* Amounts that changed most from one year to the next, within a body and kind of book: where to look, not what is wrong. */
struct corpus_change {
  int amount, from, to; /* books */
  int64_t tenths;       /* of a percent */
};
enum { CHANGES_MAX = 30 };
int corpus_changes(const struct corpus *c, struct corpus_change out[CHANGES_MAX]);

/* ---- shown ---- */
int corpus_html_write(const struct corpus *c, const char *path, struct err *e) MUST_CHECK;
int corpus_json_write(const struct corpus *c, const char *path, struct err *e) MUST_CHECK;
int corpus_xlsx_write(const struct corpus *c, const char *path, struct err *e) MUST_CHECK;

int corpus_report_command(int argc, char **argv, struct err *e);
const struct option *corpus_report_options(int *count);

#endif
