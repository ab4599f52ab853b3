/* notice.h: rectification notices (整改通知书): one a department, as DOCX and PDF; their words are data (profiles/notice.txt). */
#ifndef HENG_ROOMS_AUDIT_NOTICE_H
#define HENG_ROOMS_AUDIT_NOTICE_H

#include "rooms/audit/sheet.h"

enum { NOTICE_COLUMNS = 7, NOTICE_REPLY_COLUMNS = 5 };
/* Words by what they are for; each stands once, `paragraph` several times. */
enum notice_word {
  NOTICE_HEADING,
  NOTICE_SUBJECT,
  NOTICE_NUMBER,
  NOTICE_ADDRESSEE,
  NOTICE_OPENING,
  NOTICE_OPENING_ERRORS,
  NOTICE_OPENING_DOUBTS,
  NOTICE_ATTACHMENT,
  NOTICE_SIGN,
  NOTICE_DAY,
  NOTICE_BLANK,
  NOTICE_LIST,
  NOTICE_ERRORS,
  NOTICE_WARNINGS,
  NOTICE_REPLY,
  NOTICE_CORRECT,
  NOTICE_WORDS
};
struct notice_demand {
  struct words rules;
  const char *text;
  bool doubt; /* of warnings */
};
struct notice_form {
  struct arena arena;
  const char *words[NOTICE_WORDS];
  VEC(const char *) paragraphs;
  struct words columns, reply;
  VEC(struct notice_demand) demands;
};
int notice_form_read(const char *path, struct notice_form **out, struct err *e) MUST_CHECK;
int notice_form_parse(const char *name, struct sv text, struct notice_form **out, struct err *e) MUST_CHECK;
void notice_form_free(struct notice_form *f);
/* What is required of a finding of that rule; "" when nothing matches. */
const char *notice_demand_for(const struct notice_form *f, const char *rule, bool doubt);

/* The problems of one book, as texts. */
struct notice_problem {
  enum severity severity;
  const char *place, *quote, *what, *demand, *basis;
};
struct notice_book {
  const char *title, *path;
  VEC(struct notice_problem) problems;
};
struct notice {
  const char *key, *name;
  VEC(struct notice_book) books;
  int errors, warnings;
};
struct notices {
  struct arena arena;
  struct notice_form *form;
  struct sheet_form *rows; /* of the check sheet: what is not met there without a finding is a problem too */
  const struct roster *roster;
  int today, deadline; /* DAY_NONE: left to fill in */
  VEC(struct notice) list;
};
int notices_new(struct notices **out, const char *form_path, const char *rows_path, const struct roster *r, int today, int deadline,
                struct err *e) MUST_CHECK;
int notices_add(struct notices *n, const struct auditor *a, const struct audit *x, struct err *e) MUST_CHECK;
/* FOLDER/整改通知书-BODY.docx and .pdf for each that has problems. *written counts them. */
int notices_write(const struct notices *n, const char *folder, int *written, struct err *e) MUST_CHECK;
void notices_free(struct notices *n);

#endif
