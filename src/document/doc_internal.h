/* doc_internal.h: between the writers of flowing documents: what doc_write.c asks of DOCX and PDF. */
#ifndef HENG_DOCUMENT_DOC_INTERNAL_H
#define HENG_DOCUMENT_DOC_INTERNAL_H

#include "document/write.h"

#define DOC_BYTES_MAX ((size_t)256 << 20)

/* A table after it was looked over: at[row × columns + column] is the index of the covering cell, -1 where none does. */
struct doc_grid {
  const struct doc_table *t;
  int *at;
  int total;     /* of the widths */
  double points; /* size of its text */
};

/* Text as the format may hold it: no control characters but line ends, whole characters. */
struct sv doc_clean(struct sv text, struct buf *out);

/* Widths of columns in tenths of a point, and a size of text, so that no amount is broken; widths: of g->t->columns. */
void doc_fit(struct doc_grid *g, double width, int *widths);

/* What a format does. `state` is its own; each returns a negative rc when it fails. finish makes the bytes of the file. */
struct doc_backend {
  int (*begin)(void **state, const struct doc_info *info, struct err *e);
  int (*heading)(void *state, int level, struct sv text);
  int (*paragraph)(void *state, struct sv text, struct doc_look look);
  int (*table)(void *state, const struct doc_grid *g);
  int (*page)(void *state, bool landscape, bool narrow);
  int (*cover)(void *state, struct sv body, struct sv title);
  int (*contents)(void *state, struct sv head, const struct doc_entry *entries, int n);
  int (*mark)(void *state, int entry);
  int (*caption)(void *state, int level, struct sv number, struct sv title, struct sv unit);
  int (*finish)(void *state, struct buf *out, struct err *e);
  void (*release)(void *state);
};
extern const struct doc_backend docx_backend, pdf_backend;

#endif
