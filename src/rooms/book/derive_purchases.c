/* derive_purchases.c: 政府采购表: kinds of purchases; below each the project and the economic class that pay, and what is bought. */
#include "rooms/book/derive.h"

#include <stdlib.h>
#include <string.h>

struct bought { /* one purchase of a kind */
  int index, project, econ, first /* of the purchases with its payer and class */;
};
struct buying {
  struct derive *d;
  const struct layout_side *s;
  struct derive_side *side;
  struct bought *v; /* the purchases of the kind at hand */
};

static int row_new(struct buying *x, struct sv key, int parent, int level, struct derive_row **out) {
  struct derive_row *r = derive_row_add(x->d, x->side);
  if (!r || !(r->purchase = ARENA_ARRAY(&x->d->scratch, struct sv, PURCHASE_WORDS))) return derive_no_memory(x->d->e);
  r->key = key, r->parent = parent, r->level = level;
  *out = r;
  return RC_OK;
}

static void row_pay(const struct buying *x, struct derive_row *r, int64_t fen) {
  for (int c = 0; c < x->s->ncolumns; c++)
    if (x->s->column[c].role == COLUMN_MEASURE) r->amount[c] += fen;
}

/* Of the public expenses: the class above stands where a project would. */
static struct sv payer(const struct workspace *w, const struct bought *b) {
  int up = b->econ >= 0 ? w->econs.v[b->econ].parent : -1;
  if (b->project >= 0) return w->projects.v[b->project].name;
  return up >= 0 ? w->econs.v[up].name : b->econ >= 0 ? w->econs.v[b->econ].name : (struct sv){0};
}

static int by_payer(const void *a, const void *b) {
  const struct bought *x = a, *y = b;
  if (x->project != y->project) return x->project < y->project ? -1 : 1;
  if (x->econ != y->econ) return x->econ < y->econ ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static int by_first(const void *a, const void *b) {
  const struct bought *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* The purchases of a kind, those of one payer and class together, at the place of the first of them. */
static int take_kind(struct buying *x, struct sv kind) {
  const struct workspace *w = x->d->w;
  int n = 0;
  for (size_t i = 0; i < w->purchases.n; i++) {
    const struct ws_purchase *p = &w->purchases.v[i];
    if (p->procurement && p->amount && sv_equal(p->kind, kind)) x->v[n++] = (struct bought){(int)i, p->project, p->econ, 0};
  }
  if (n == 0) return 0;
  qsort(x->v, (size_t)n, sizeof *x->v, by_payer);
  for (int i = 0; i < n; i++)
    x->v[i].first = i > 0 && x->v[i - 1].project == x->v[i].project && x->v[i - 1].econ == x->v[i].econ ? x->v[i - 1].first : x->v[i].index;
  qsort(x->v, (size_t)n, sizeof *x->v, by_first);
  return n;
}

static int kind_rows(struct buying *x, const struct layout_item *item) {
  const struct workspace *w = x->d->w;
  struct derive_row *r;
  int n = take_kind(x, item->parts[0]), top = x->side->n, group = -1, rc = RC_OK;
  if (n > 0) rc = row_new(x, item->key, 0, 1, &r);
  if (n == 0 || rc < 0) return rc;
  r->label = item->label;
  for (int i = 0; i < n && rc == RC_OK; i++) {
    const struct bought *b = &x->v[i];
    const struct ws_purchase *p = &w->purchases.v[b->index];
    if (i == 0 || x->v[i - 1].first != b->first) {
      group = x->side->n, rc = row_new(x, payer(w, b), top, 2, &r);
      if (rc < 0) return rc;
      r->purchase[PURCHASE_PAYER] = r->key;
      if (b->econ >= 0) r->purchase[PURCHASE_CLASS] = w->econs.v[b->econ].name;
    }
    rc = row_new(x, p->item, group, 3, &r);
    if (rc < 0) return rc;
    r->purchase[PURCHASE_ITEM] = p->item, r->purchase[PURCHASE_QUANTITY] = p->quantity, r->purchase[PURCHASE_HOW] = p->how;
    row_pay(x, r, p->amount), row_pay(x, &x->side->row[group], p->amount);
    row_pay(x, &x->side->row[top], p->amount), row_pay(x, &x->side->row[0], p->amount);
  }
  return rc;
}

/* What the layout has no row for must not vanish in silence. */
static int left_out(struct buying *x) {
  const struct workspace *w = x->d->w;
  int64_t left = 0;
  char text[MONEY_TEXT];
  for (size_t i = 0; i < w->purchases.n; i++) {
    bool listed = !w->purchases.v[i].procurement;
    for (int k = 0; k < x->s->nitems && !listed; k++) listed = sv_equal(x->s->item[k].parts[0], w->purchases.v[i].kind);
    if (!listed) left += w->purchases.v[i].amount;
  }
  if (left == 0) return RC_OK;
  money_print(text, left, SCALE_YUAN, 2, true);
  return derive_problem(
      x->d, "C-FIT",
      arena_printf(&x->d->paper->arena,
                   tr("政府采购有 %s 元没有可放的行：在版式里加 purchases", "purchases of %s yuan have no row: add purchases to the layout"), text));
}

int derive_purchases(struct derive *d, const struct layout_side *s, struct derive_side *out) {
  struct buying x = {.d = d, .s = s, .side = out, .v = ARENA_ARRAY(&d->scratch, struct bought, d->w->purchases.n + 1)};
  struct derive_row *r;
  int rc = x.v ? row_new(&x, SV("total"), -1, 0, &r) : derive_no_memory(d->e);
  if (rc < 0) return rc;
  r->label = s->total, r->total = true;
  for (int k = 0; k < s->nitems && rc == RC_OK; k++) rc = kind_rows(&x, &s->item[k]);
  out->money = out->n > 1;
  if (rc == RC_OK) rc = left_out(&x);
  return rc == RC_OK ? derive_children(d, out, 0) : rc;
}
