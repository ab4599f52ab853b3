/* unitsum.c: unitsum FOLDER [PROFILE]: every cell of the department's tables is the sum of the units' own books (those of the lowest units), to the
 * 分. A row or column that a unit's book does not have counts nought there; a unit's own row is compared with the whole of its book; rows of units
 * above with those below. Prints how many cells were compared; returns 1 where one differs. */
#include "rooms/book/opened.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 4000000 };

struct cell { /* where an amount stands: table, side, row, column */
  const char *table, *measure;
  struct sv key;
  bool right;
  int64_t fen;
};
struct cells {
  VEC(struct cell) v;
};

static int order(const void *a, const void *b) {
  const struct cell *x = a, *y = b;
  int c = strcmp(x->table, y->table);
  if (!c) c = strcmp(x->measure, y->measure);
  if (!c) c = (int)x->right - (int)y->right;
  if (!c) c = memcmp(x->key.p ? x->key.p : "", y->key.p ? y->key.p : "", x->key.n < y->key.n ? x->key.n : y->key.n);
  return c ? c : (x->key.n > y->key.n) - (x->key.n < y->key.n);
}

/* Adds up what stands at the same place (a category comes once a unit). */
static void gather(struct cells *c) {
  size_t n = 0;
  if (c->v.n) qsort(c->v.v, c->v.n, sizeof *c->v.v, order);
  for (size_t i = 0; i < c->v.n; i++) {
    if (n && order(&c->v.v[n - 1], &c->v.v[i]) == 0)
      c->v.v[n - 1].fen += c->v.v[i].fen;
    else
      c->v.v[n++] = c->v.v[i];
  }
  c->v.n = n;
}

/* Rows of units stand for themselves and for every unit above them: the key is exchanged, one cell for each. */
static void add(struct cells *to, const struct workspace *whole, const struct paper *p, bool spread) {
  for (size_t b = 0; b < p->blocks.n; b++) {
    const struct paper_table *t = p->blocks.v[b].table;
    if (!t || t->form) continue;
    for (int i = 0; i < t->ncells; i++) {
      const struct paper_cell *c = &t->cells[i];
      if (!c->amount || c->row < t->head || !t->column[c->column].measure) continue;
      bool right = t->right_kind && c->column >= t->right_column;
      struct cell one = {t->id, t->column[c->column].measure, right ? t->row[c->row].right_key : t->row[c->row].key, right, c->fen};
      int unit = -1;
      for (size_t u = 0; spread && u < whole->units.n; u++)
        if (sv_equal(whole->units.v[u].code, one.key)) unit = (int)u;
      do {
        if (unit >= 0) one.key = whole->units.v[unit].code, unit = whole->units.v[unit].parent;
        if (VEC_PUSH(&to->v, one, CELLS_MAX) < 0) exit(2);
      } while (unit >= 0);
    }
  }
}

static bool lowest(const struct workspace *w, size_t unit) {
  for (size_t i = 0; i < w->units.n; i++)
    if (w->units.v[i].parent == (int)unit) return false;
  return true;
}

static int compare(const struct cells *whole, const struct cells *parts) {
  int wrong = 0;
  size_t a = 0, b = 0;
  while (a < whole->v.n || b < parts->v.n) {
    int c = a == whole->v.n ? 1 : b == parts->v.n ? -1 : order(&whole->v.v[a], &parts->v.v[b]);
    const struct cell *at = c <= 0 ? &whole->v.v[a] : &parts->v.v[b];
    int64_t x = c <= 0 ? whole->v.v[a].fen : 0, y = c >= 0 ? parts->v.v[b].fen : 0;
    if (x != y && wrong++ < 10)
      fprintf(stderr, "%s %.*s %s: department %lld, units %lld\n", at->table, SV_ARG(at->key), at->measure, (long long)x, (long long)y);
    a += c <= 0, b += c >= 0;
  }
  return wrong;
}

int main(int argc, char **argv) {
  struct opened all, *one;
  struct cells whole = {0}, parts = {0};
  struct err e;
  int units = 0, wrong;
  err_clear(&e);
  if (argc < 2) return fprintf(stderr, "unitsum FOLDER [PROFILE]\n"), 2;
  const char *profile = argc > 2 ? argv[2] : NULL;
  if (opened_make(&all, argv[1], profile, NULL, &e) < 0) return fprintf(stderr, "%s\n", e.text), 2;
  add(&whole, all.workspace, all.paper, false);
  one = calloc(all.workspace->units.n, sizeof *one);
  for (size_t u = 0; one && u < all.workspace->units.n; u++) {
    char code[80] = "";
    if (!lowest(all.workspace, u)) continue;
    if (all.workspace->units.v[u].code.n >= sizeof code) return 2;
    memcpy(code, all.workspace->units.v[u].code.p, all.workspace->units.v[u].code.n);
    if (opened_make_unit(&one[units], argv[1], profile, NULL, code, &e) < 0) return fprintf(stderr, "%s: %s\n", code, e.text), 2;
    add(&parts, all.workspace, one[units++].paper, true);
  }
  gather(&whole), gather(&parts);
  wrong = compare(&whole, &parts);
  printf("%d units, %zu cells, %d differ\n", units, whole.v.n, wrong);
  for (int i = 0; i < units; i++) opened_close(&one[i]);
  free(one), free(whole.v.v), free(parts.v.v);
  opened_close(&all);
  return wrong ? 1 : whole.v.n == 0 ? 2 : 0;
}
