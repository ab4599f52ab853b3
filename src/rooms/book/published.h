/* published.h: what a published budget book says of its year, as lines for prior-lines.csv. A book prints sums, seldom the lines: each sum that is
 * printed becomes a line that leaves empty what the sum does not say, and where two tables print the same money in two ways a line takes it away
 * once. So every printed sum comes out again, and nothing is said that the book does not say. */
#ifndef HENG_BOOK_PUBLISHED_H
#define HENG_BOOK_PUBLISHED_H

#include "rooms/book/import.h"
#include "rule/book.h"

#define KIND_UNSPLIT KINDS /* X: a book that does not say which */

struct pub_line {
  uint8_t kind, source, origin;
  struct sv func, econ, project, name, category; /* empty: not said */
  int64_t fen, quantum;                          /* printed to that, in 分 */
  enum scale scale;
  int decimals;
  const char *from;
  int back;    /* 1: of the year before the book's */
  bool merged; /* of several printed amounts */
};
struct pub_project {
  struct sv code, name, category;
  int64_t fen, quantum;
  const char *from;
};
struct published {
  struct import *im;
  const struct workspace *w;
  const struct code_lists *codes;
  const struct book *b;
  const struct document *d;
  int year;    /* what the lines are of */
  int figures; /* amounts other than nought that were used */
  bool *seen;  /* by observation */
  VEC(struct pub_line) lines;
  VEC(struct pub_project) projects;
  struct err *e;
};

/* From the tables of the book (published_read.c). */
void published_read(struct published *p);
/* To rows of prior-lines, functions, economics and to notes (published_rows.c). */
void published_rows(struct published *p);
void published_note(struct published *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
const char *published_kind(int kind);                                                                               /* 人员经费 … */
int64_t published_sum(const struct published *p, unsigned kinds, unsigned sources, struct sv func, struct sv econ); /* masks; 0, empty: all */

/* heng book import FOLDER --published FILE: unit as for import_district(); year 0: the book must be of last year; *taken: which it is taken for. */
int import_published(struct import *im, const struct workspace *w, const struct code_lists *codes, const char *unit, int year, int *taken,
                     struct err *e) MUST_CHECK;
/* After import_compare(): other lines of that year would count twice: told, unless it was said what to do with them. */
void published_hold(struct import *im, int year);

#endif
