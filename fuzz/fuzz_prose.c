/* fuzz_prose.c: any text as a book, its sentences read with the grammar of the project: no crash, no leak, and what rules rely on holds of what was
 * bound. */
#include "rooms/budget/budget.h"
#include "rooms/claims/claims.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct data {
  struct profiles *profiles;
  struct code_lists *codes;
  struct claim_grammar *grammar;
};

static bool load(struct data *d) {
  char path[4200], file[4300];
  struct err e = {0};
  if (profiles_load(codes_data_path(path, sizeof path, "profiles"), &d->profiles, &e) < 0) return false;
  snprintf(file, sizeof file, "%s/claims.txt", path);
  if (claim_grammar_load(file, &d->grammar, &e) < 0) return false;
  snprintf(file, sizeof file, "%s/text.txt", path);
  if (claim_grammar_add(d->grammar, file, &e) < 0) return false;
  return codes_load(codes_data_path(path, sizeof path, "codes"), &d->codes, &e) == RC_OK;
}

static void check_table(const struct book *b, const struct book_table *t) {
  if (t->kind == NO_SYMBOL || !t->id || t->document_table != -1) abort();
  for (int i = 0; i < t->nrows; i++) {
    const struct book_row *r = &t->rows[i];
    int up = r->parent, steps = 0;
    if (r->key == NO_SYMBOL || !r->sentence.p) abort();
    for (; up >= 0 && up < t->nrows && steps <= t->nrows; steps++) up = t->rows[up].parent;
    if (up >= t->nrows || steps > t->nrows) abort();
  }
  for (int k = 0; k < t->nrows * t->ncolumns; k++)
    if (t->cells[k] < -1 || (t->cells[k] >= 0 && (size_t)t->cells[k] >= b->obs.n)) abort();
}

static void check_book(const struct book *b) {
  for (size_t i = 0; i < b->tables.n; i++)
    if (b->tables.v[i].prose) check_table(b, &b->tables.v[i]);
  for (size_t i = 0; i < b->obs.n; i++) {
    const struct obs *o = &b->obs.v[i];
    if (o->table < 0 || (size_t)o->table >= b->tables.n || o->quantum < 0) abort();
    if (!b->tables.v[o->table].prose) continue;
    if (o->row < 0 || o->row >= b->tables.v[o->table].nrows || o->column < 0 || o->column >= b->tables.v[o->table].ncolumns) abort();
    if (o->document < 0 || o->document >= b->ndocuments) abort();
  }
  struct claim_count n = claims_counted(b);
  if (n.bound < 0 || n.apart < 0 || n.unbound < 0) abort();
}

static void read_books(const struct data *data, const struct document *d) {
  struct recognise_options o = {.profiles = data->profiles, .codes = data->codes};
  struct err e = {0};
  struct book **books;
  int n;
  if (book_recognise(&d, 1, &o, &books, &n, &e) < 0) return;
  struct buf out;
  buf_init(&out, 1 << 22);
  for (int i = 0; i < n; i++) {
    if (claims_read(data->grammar, data->codes, books[i], &e) == RC_OK) {
      check_book(books[i]);
      claims_print(books[i], &out);
    }
    book_free(books[i]);
  }
  buf_release(&out);
  free(books);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct data loaded;
  static bool tried;
  struct document *d;
  struct err e = {0};
  if (!tried) tried = true, load(&loaded);
  if (!loaded.codes || size > 20000 || document_read_memory("fuzz.txt", data, size, &document_limits_default, &d, &e) < 0) return 0;
  read_books(&loaded, d);
  document_free(d);
  return 0;
}
