/* versions.c: totals and differences of versions; amounts are added exactly, whatever the order of the lines. */
#include "rooms/book/versions.h"

#include <stdlib.h>
#include <string.h>

void version_totals(const struct workspace *w, struct version_total *out) {
  memset(out, 0, w->versions.n * sizeof *out);
  for (size_t i = 0; i < w->incomes.n; i++) out[w->incomes.v[i].version].income += w->incomes.v[i].amount;
  for (size_t i = 0; i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    struct version_total *t = &out[l->version];
    t->kind[l->kind] += l->amount, t->spending += l->amount, t->lines++;
  }
}

static int order(const void *a, const void *b) {
  const struct version_difference *x = a, *y = b;
  const int xs[] = {x->unit, x->kind, x->source, x->func, x->econ, x->project, x->origin};
  const int ys[] = {y->unit, y->kind, y->source, y->func, y->econ, y->project, y->origin};
  for (size_t k = 0; k < sizeof xs / sizeof *xs; k++)
    if (xs[k] != ys[k]) return xs[k] < ys[k] ? -1 : 1;
  return 0;
}

int version_compare(const struct workspace *w, int a, int b, bool by_line, struct version_differences *out, struct err *e) {
  *out = (struct version_differences){0};
  size_t n = 0;
  for (size_t i = 0; i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->version != a && l->version != b) continue;
    struct version_difference d = {l->unit,   by_line ? l->func : -1,   by_line ? l->econ : -1,          by_line ? l->project : -1,      l->kind,
                                   l->source, by_line ? l->origin : 0u, l->version == a ? l->amount : 0, l->version == b ? l->amount : 0};
    if (VEC_PUSH(&out->v, d, 4000000) < 0) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")); /* the caller releases *out */
  }
  if (out->v.n) qsort(out->v.v, out->v.n, sizeof *out->v.v, order);
  for (size_t i = 0; i < out->v.n;) {
    struct version_difference sum = out->v.v[i];
    for (i++; i < out->v.n && order(&sum, &out->v.v[i]) == 0; i++) sum.before += out->v.v[i].before, sum.after += out->v.v[i].after;
    if (sum.before == sum.after)
      out->equal++;
    else
      out->v.v[n++] = sum;
  }
  out->v.n = n;
  return RC_OK;
}
