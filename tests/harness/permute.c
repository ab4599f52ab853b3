/* permute.c: the order of tables, sheets and files must not matter: the same findings, under the same ids.
 * permute FILE…: each file with its sheets or tables turned round; and all files as one book, forwards and backwards. Exit code 1 when ids differ. */
#include "bench.h"

#include <stdio.h>

enum { IDS_MOST = 100000, FILES_MOST = 64 };

struct id {
  char text[20];
  const char *rule;
};
struct ids {
  struct id *v;
  size_t n;
};

static int id_compare(const void *a, const void *b) {
  return strcmp(((const struct id *)a)->text, ((const struct id *)b)->text);
}

static void id_take(const struct bench *x, const struct finding *f, struct id *out) {
  const struct rule_head *h = rule_get(x->rules, f->rule);
  memcpy(out->text, f->id, sizeof out->text);
  out->rule = h ? h->id : "?";
}

/* Checks documents as one book (or as the books they are) and takes the ids of all findings, sorted. */
static int ids_take(const struct bench *x, const struct document *const *documents, int n, bool together, struct ids *out, struct err *e) {
  struct recognise_options o = {.profiles = x->profiles, .codes = x->codes, .together = together};
  struct book **books = NULL;
  int nbooks = 0, rc = book_recognise(documents, n, &o, &books, &nbooks, e);
  *out = (struct ids){.v = calloc(IDS_MOST, sizeof *out->v)};
  if (!out->v) rc = RC_NOMEM;
  for (int i = 0; i < nbooks; i++) {
    struct check_result *r = NULL;
    if (rc == RC_OK) rc = rule_check(x->rules, books[i], &r, e);
    for (size_t k = 0; r && k < r->findings.n && out->n < IDS_MOST; k++) id_take(x, &r->findings.v[k], &out->v[out->n++]);
    if (r) check_free(r);
    book_free(books[i]);
  }
  free(books);
  if (out->n > 1) qsort(out->v, out->n, sizeof *out->v, id_compare);
  return rc;
}

static int differing(const struct ids *a, const struct ids *b) {
  size_t i = 0, k = 0;
  int n = 0;
  while (i < a->n || k < b->n) {
    int c = i == a->n ? 1 : k == b->n ? -1 : strcmp(a->v[i].text, b->v[k].text);
    if (c) printf("  %s %s %s\n", c < 0 ? "before" : "after", c < 0 ? a->v[i].rule : b->v[k].rule, c < 0 ? a->v[i].text : b->v[k].text);
    n += c != 0;
    i += c <= 0;
    k += c >= 0;
  }
  return n;
}

/* The sheet an item stands on; 0 outside workbooks. */
static int sheet_of(const struct document *d, const struct item *x) {
  if (x->kind != ITEM_TABLE) return x->place.sheet;
  const struct table *t = &d->tables[x->table];
  return t->nparts > 0 && t->parts[0].sheet > 0 ? t->parts[0].sheet : x->place.sheet;
}

/* Puts the sheets of a workbook in the opposite order. false when there are fewer than two. */
static bool sheets_reverse(struct document *d) {
  int sheets = 0, n = 0;
  for (int i = 0; i < d->nitems; i++)
    if (sheet_of(d, &d->items[i]) > sheets) sheets = sheet_of(d, &d->items[i]);
  struct item *items = calloc((size_t)d->nitems + 1, sizeof *items);
  if (!items || sheets < 2) {
    free(items);
    return false;
  }
  for (int s = sheets; s >= 0; s--)
    for (int i = 0; i < d->nitems; i++)
      if (sheet_of(d, &d->items[i]) == s) items[n++] = d->items[i];
  memcpy(d->items, items, (size_t)d->nitems * sizeof *items);
  free(items);
  for (int i = 0; i < d->nitems; i++)
    if (d->items[i].kind == ITEM_TABLE) d->tables[d->items[i].table].first_item = i;
  return true;
}

static int report(const char *what, const char *name, const struct ids *a, const struct ids *b) {
  int n = differing(a, b);
  printf("%s: %s: %zu findings, %d differ\n", name, what, a->n, n);
  return n;
}

int main(int argc, char **argv) {
  static struct document *documents[FILES_MOST], *backwards[FILES_MOST];
  struct bench x;
  struct err e;
  struct ids a = {0}, b = {0};
  int n = 0, bad = 0;
  if (argc < 2) return fprintf(stderr, "usage: permute FILE...\n"), 2;
  if (bench_open(&x, &e) < 0) return fprintf(stderr, "%s\n", e.text), 3;
  for (int i = 1; i < argc && n < FILES_MOST; i++) {
    if (document_read(argv[i], &document_limits_default, &documents[n], &e) < 0) {
      fprintf(stderr, "%s: %s\n", argv[i], e.text);
      bad++;
      continue;
    }
    n++;
  }
  for (int i = 0; i < n; i++) backwards[i] = documents[n - 1 - i];
  if (n > 1) {
    int rc = ids_take(&x, (const struct document *const *)documents, n, true, &a, &e);
    if (rc == RC_OK) rc = ids_take(&x, (const struct document *const *)backwards, n, true, &b, &e);
    bad += rc < 0 || report("files backwards", argv[1], &a, &b) > 0;
    free(a.v);
    free(b.v);
  }
  for (int i = 0; i < n; i++) {
    const struct document *one = documents[i];
    int rc = ids_take(&x, &one, 1, false, &a, &e);
    if (rc == RC_OK && sheets_reverse(documents[i])) {
      rc = ids_take(&x, &one, 1, false, &b, &e);
      bad += rc < 0 || report("sheets backwards", one->path, &a, &b) > 0;
      free(b.v);
    }
    bad += rc < 0;
    free(a.v);
    document_free(documents[i]);
  }
  bench_close(&x);
  return bad ? 1 : 0;
}
