/* fuzz_recognise.c: any text as a document, recognised as a book: no crash, no leak. The profiles are those of the project, when they can be found.
 */
#include "rooms/budget/budget.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct profiles *load(void) {
  char path[4200];
  struct profiles *p;
  struct err e = {0};
  return profiles_load(codes_data_path(path, sizeof path, "profiles"), &p, &e) == RC_OK ? p : NULL;
}

/* What the rules rely on: every cell is an observation of the book, every parent stands in the table and is no descendant of its child. */
static void check_book(const struct book *b) {
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    if (t->kind == NO_SYMBOL || !t->id) abort();
    for (int k = 0; k < t->nrows * t->ncolumns; k++)
      if (t->cells[k] < 0 ? !t->wordy && !t->columns[k % t->ncolumns].derived : (size_t)t->cells[k] >= b->obs.n) abort();
    for (int row = 0; row < t->nrows; row++) {
      int up = t->rows[row].parent, steps = 0;
      for (; up >= 0 && up < t->nrows && steps <= t->nrows; steps++) up = t->rows[up].parent;
      if (up >= t->nrows || steps > t->nrows) abort();
    }
  }
  for (size_t i = 0; i < b->obs.n; i++) {
    const struct obs *o = &b->obs.v[i];
    if (o->table < 0 || (size_t)o->table >= b->tables.n || o->quantum < 0) abort();
    if (o->row < 0 || o->row >= b->tables.v[o->table].nrows || o->column < 0 || o->column >= b->tables.v[o->table].ncolumns) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct profiles *profiles;
  if (!profiles) profiles = load();
  struct document *d;
  struct err e = {0};
  if (!profiles || size > 20000 || document_read_memory("fuzz.txt", data, size, &document_limits_default, &d, &e) < 0) return 0;
  const struct document *one = d;
  struct recognise_options o = {.profiles = profiles};
  struct book **books;
  int n;
  if (book_recognise(&one, 1, &o, &books, &n, &e) == RC_OK) {
    struct buf out;
    buf_init(&out, 1 << 22);
    for (int i = 0; i < n; i++) {
      check_book(books[i]);
      book_print_facts(books[i], true, &out);
      book_free(books[i]);
    }
    buf_release(&out);
    free(books);
  }
  document_free(d);
  return 0;
}
