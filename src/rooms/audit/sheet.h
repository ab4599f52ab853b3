/* sheet.h: the check sheet (检查表) of a book: rows that are data (profiles/checksheet.txt), judged from what was read, from the findings, and from
 * the roster; written as a workbook or a page that prints like the form a bureau fills in. */
#ifndef HENG_ROOMS_AUDIT_SHEET_H
#define HENG_ROOMS_AUDIT_SHEET_H

#include "rooms/audit/roster.h"

enum { SHEET_ROWS_MAX = 100, SHEET_GROUPS = 6 };
enum sheet_outcome { SHEET_MET, SHEET_UNMET, SHEET_NOT_APPLICABLE, SHEET_NOT_CHECKED };
enum sheet_source { SHEET_FROM_BOOK, SHEET_FROM_ROSTER, SHEET_FROM_COVER, SHEET_FROM_CONTENTS };

struct sheet_row {
  const char *id, *title_zh, *title_en, *require_zh, *require_en, *basis;
  struct words table[SHEET_GROUPS]; /* kinds: one of each group */
  int ngroups;
  struct words also, fields, headings, says, rules; /* headings, says: folded */
  unsigned books;                                   /* bits by enum book_kind; 0: all */
  enum sheet_source from;
  enum sheet_outcome absent;
  int line;
};

struct sheet_form {
  struct arena arena;
  VEC(struct sheet_row) rows;
};
int sheet_form_read(const char *path, struct sheet_form **out, struct err *e) MUST_CHECK;
int sheet_form_parse(const char *name, struct sv text, struct sheet_form **out, struct err *e) MUST_CHECK;
void sheet_form_free(struct sheet_form *f);
const char *sheet_title(const struct sheet_row *row);
const char *sheet_require(const struct sheet_row *row);

struct sheet_result {
  enum sheet_outcome outcome;
  const char *evidence; /* page, quotation */
  const char *findings; /* numbers and stable ids */
};
/* Results in the arena, one a row of the form. `roster` may be NULL. */
int sheet_judge(const struct sheet_form *f, const struct view *v, const struct roster *roster, int today, struct arena *a, struct sheet_result **out,
                struct err *e) MUST_CHECK;
const char *sheet_outcome_title(enum sheet_outcome o);
const char *sheet_outcome_name(enum sheet_outcome o);
/* Every page of its files was read: what is not found is not there. */
bool book_read_whole(const struct book *b);

/* The filled sheets of a batch, kept until its end. */
struct sheet_book {
  const char *body, *path, *profile;
  int year;
  enum book_kind kind;
  bool blank_form;
  const struct sheet_result *results;
};
struct sheets {
  struct arena arena;
  struct sheet_form *form;
  const struct roster *roster;
  int today;
  VEC(struct sheet_book) books;
  VEC(const char *) unread; /* files, each with why */
};
int sheets_new(struct sheets **out, const char *form_path, const struct roster *r, int today, struct err *e) MUST_CHECK;
int sheets_add(struct sheets *s, const struct auditor *a, const struct audit *x, struct err *e) MUST_CHECK;
void sheets_free(struct sheets *s);
/* By the ending of the name: .xlsx, .html. */
int sheets_check_name(const char *path, struct err *e) MUST_CHECK;
int sheets_write(const struct sheets *s, const struct coverage *c, const char *path, struct err *e) MUST_CHECK;
int sheets_write_xlsx(const struct sheets *s, const struct coverage *c, const char *path, struct err *e) MUST_CHECK;
int sheets_write_html(const struct sheets *s, const struct coverage *c, const char *path, struct err *e) MUST_CHECK;
/* 单位 2023 年部门预算公开情况检查表 */
void sheet_heading(const struct sheet_book *b, struct buf *out);
void sheet_counts(const struct sheets *s, const struct sheet_book *b, int counts[4]);

#endif
