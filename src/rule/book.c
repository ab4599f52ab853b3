/* book.c: a book's memory, symbols and cells.
 * The vectors are malloc'ed (they grow), everything they point to lives in the arena or in the documents. */
#include "rule/book.h"

#include <stdlib.h>
#include <string.h>

enum { BOOK_ARENA = 128 * 1024 * 1024 };

const char *const book_kind_names[] = {"unknown", "department-budget", "unit-budget", "department-final", "unit-final"};

int book_new(struct book **out, struct err *e) {
  *out = NULL;
  struct book *b = calloc(1, sizeof *b);
  if (!b) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&b->arena, BOOK_ARENA);
  intern_init(&b->symbols);
  *out = b;
  return RC_OK;
}

void book_free(struct book *b) {
  if (!b) return;
  free(b->tables.v);
  free(b->obs.v);
  free(b->fields.v);
  free(b->unread.v);
  intern_release(&b->symbols);
  arena_release(&b->arena);
  free(b);
}

symbol book_symbol(struct book *b, const char *name) {
  return intern_add(&b->symbols, name, strlen(name));
}

symbol book_find(const struct book *b, const char *name) {
  return intern_find(&b->symbols, name, strlen(name));
}

const struct obs *book_cell(const struct book *b, const struct book_table *t, int row, int column) {
  if (row < 0 || column < 0 || row >= t->nrows || column >= t->ncolumns) return NULL;
  int32_t at = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)column];
  return at < 0 || (size_t)at >= b->obs.n ? NULL : &b->obs.v[at];
}

bool obs_is_prose(const struct book *b, const struct obs *o) {
  return o->table >= 0 && (size_t)o->table < b->tables.n && b->tables.v[o->table].prose;
}
