/* sheet_text.h: the lines of a book outside its tables, for the check sheet: which are headings, which stand in the contents, where words are said.
 */
#ifndef HENG_ROOMS_AUDIT_SHEET_TEXT_H
#define HENG_ROOMS_AUDIT_SHEET_TEXT_H

#include "rooms/audit/clause.h"
#include "rule/book.h"

struct text_line {
  struct sv text;
  const char *folded, *heading; /* heading: without number, leaders and page behind it; NULL when the line is no heading */
  struct place place;
  int document;
  bool listed; /* stands in the table of contents */
};

struct book_text {
  struct arena arena;
  VEC(struct text_line) lines;
  const char *joined;  /* all lines folded, one behind the other */
  const size_t *start; /* where each begins in it */
  int contents;        /* the line 目录, -1 none */
  int sentences;       /* lines in which one ends */
  bool narrative;      /* there is a text: more than headings, tables and remarks under them */
};

int book_text_make(const struct book *b, struct book_text *out) MUST_CHECK;
void book_text_release(struct book_text *t);
/* A heading in the body of the book with one of the words; with `listed` one in its contents. -1 none. */
int book_text_heading(const struct book_text *t, const struct words *words, bool listed);
/* Does this place lie in the table of contents? */
bool book_text_listed(const struct book_text *t, int document, struct place p);
/* The line in which a sentence says one of the words, behind the contents; -1 none. */
int book_text_says(const struct book_text *t, const struct words *words);
/* As much of a text as fits into so many columns, in 直角 quotes as 第 3 页“…” has them. */
void quote_put(struct buf *out, struct sv s, int columns);

#endif
