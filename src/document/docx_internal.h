/* docx_internal.h: between docx.c (the body of a document) and docx_number.c (the numbers that Word puts before paragraphs). */
#ifndef HENG_DOCUMENT_DOCX_INTERNAL_H
#define HENG_DOCUMENT_DOCX_INTERNAL_H

#include "document/office.h"

#define DOCX_LEVELS 9

struct docx_level {
  int start;
  char format[24]; /* decimal, chineseCounting … */
  char text[48];   /* "（%1）" */
};
struct docx_list { /* w:abstractNum */
  int id;
  struct docx_level levels[DOCX_LEVELS];
  int count[DOCX_LEVELS]; /* as far as the body was read */
};
struct docx_number { /* w:num: a use of a list */
  int id, list;
};
struct docx_numbers {
  VEC(struct docx_list) lists;
  VEC(struct docx_number) numbers;
};

/* Reads the numbering part of a document; a document without one has no numbers. The caller releases n whatever happens. */
int docx_numbers_read(struct build *b, struct zip_safe *z, const char *main, struct docx_numbers *n, struct err *e) MUST_CHECK;
/* Counts one paragraph of a list and appends its number, such as "（三）", to out. Unknown lists, and bullets, append nothing. */
void docx_number_next(struct docx_numbers *n, int id, int level, struct buf *out);
void docx_numbers_release(struct docx_numbers *n);

#endif
