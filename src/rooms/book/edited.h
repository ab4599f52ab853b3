/* edited.h: a printed book.docx that was edited in a word processor, against the workspace's own paper: what the officer's texts and causes become,
 * and what is only told: figures, derived words. */
#ifndef HENG_BOOK_EDITED_H
#define HENG_BOOK_EDITED_H

#include "document/document.h"
#include "rooms/book/edited_align.h"
#include "rooms/book/import.h"
#include "rooms/book/opened.h"

enum take_kind {
  TAKE_CHANGE,
  TAKE_DELETE,
  TAKE_AFTER /* a new paragraph behind that one */,
  TAKE_BEFORE,
  TAKE_SECTION /* at the end of a section */
};
struct edited_take {
  enum take_kind kind;
  enum paper_from from;
  int index;                  /* of the workspace's texts or causes; TAKE_SECTION: -1 */
  struct sv text;             /* the whole new paragraph or cause, as the file will hold it */
  const char *file, *heading; /* TAKE_SECTION: "texts/part3.md" and the heading */
  const char *place;
};
struct edited_told { /* not taken */
  const char *place;
  struct sv ours, theirs;
  const char *why; /* what to do, and the lines that make the figure; several lines */
  bool figure;
};
struct edited_line { /* of a document: a line or a table */
  struct align_item item;
  struct sv text;
  const struct table *table;
  int block; /* of the paper, for our own document; -1 */
};
struct edited {
  struct arena arena;
  struct opened o;
  struct document *base, *theirs; /* our own document, read as theirs is */
  VEC(struct edited_line) a, b;
  VEC(struct edited_take) takes;
  VEC(struct edited_told) told;
  int figures; /* that differ */
  struct err *e;
};

int edited_compare(struct edited *x);                                                        /* fills takes and told */
int edited_table(struct edited *x, int block, const struct table *a, const struct table *b); /* block -1: which is not known */
int edited_take(struct edited *x, const struct edited_take *t);
int edited_tell(struct edited *x, const char *place, struct sv ours, struct sv theirs, const char *why, bool figure);
const char *edited_place(struct edited *x, int block);                        /* 第三部分 … · 三、… */
const char *edited_source(struct edited *x, enum paper_from from, int index); /* texts/part3.md:5 */
/* A figure's cell in the tables: what `why` would say of it. NULL: it is in none. */
const char *edited_why(struct edited *x, struct sv figure);
const char *edited_cell_why(struct edited *x, const struct paper_table *t, const struct paper_cell *c);
struct sv edited_keep(struct edited *x, struct sv s);
bool edited_paragraph_good(struct sv s); /* can stand in a text: no heading, comment or {{ */

/* The files as they would be: names within the folder. Data of each is to be released. */
struct edited_file {
  const char *name;
  struct buf data;
};
int edited_files(struct edited *x, struct edited_file *files, int most, int *n, struct err *e) MUST_CHECK;

#endif
