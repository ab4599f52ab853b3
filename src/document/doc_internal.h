/* doc_internal.h: between the writers of flowing documents: what doc_write.c asks of DOCX and PDF. */
#ifndef HENG_DOCUMENT_DOC_INTERNAL_H
#define HENG_DOCUMENT_DOC_INTERNAL_H

#include "document/write.h"

#define DOC_BYTES_MAX ((size_t)256 << 20)

/* A table after it was looked over: at[row × columns + column] is the index of the covering cell, -1 where none does. */
struct doc_grid {
  const struct doc_table *t;
  int *at;
  int total; /* of the widths */
};

/* Text as the format may hold it: no control characters but line ends, whole characters. */
struct sv doc_clean(struct sv text, struct buf *out);

/* What a format does. `state` is its own; each returns a negative rc when it fails. finish makes the bytes of the file. */
struct doc_backend {
  int (*begin)(void **state, const struct doc_info *info, struct err *e);
  int (*heading)(void *state, int level, struct sv text);
  int (*paragraph)(void *state, struct sv text, struct doc_look look);
  int (*table)(void *state, const struct doc_grid *g);
  int (*page)(void *state, bool landscape);
  int (*finish)(void *state, struct buf *out, struct err *e);
  void (*release)(void *state);
};
extern const struct doc_backend docx_backend, pdf_backend;

#endif
