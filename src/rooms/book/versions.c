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

/* ---- records of one version only ---- */

/* Not of another version, nor of all where the derived one has its own. */
static bool counts(struct sv derived, struct sv version, bool own) {
  return version.n ? sv_equal(version, derived) : !own;
}

/* Long-term goals and those of the year stand for themselves. */
static size_t goal_owner(const struct workspace *w, const struct ws_goal *g) {
  size_t owner = w->units.n + w->projects.n;
  if (g->project >= 0) owner = w->units.n + (size_t)g->project;
  for (size_t i = 0; g->project < 0 && i < w->units.n; i++)
    if (sv_equal(w->units.v[i].code, g->owner)) owner = i;
  return owner * 2 + g->long_term;
}

static int purchase_owner(const struct workspace *w, const struct ws_purchase *p) {
  if (p->project >= 0) return (int)w->units.n + p->project;
  return p->unit >= 0 ? p->unit : (int)(w->units.n + w->projects.n);
}

/* Purchases: accounts_split() leaves out other versions; it needs the plain ones as planned beside those of accounts. */
static void sift_money(struct workspace *w, struct sv derived, bool *own, size_t owners, bool accounts) {
  size_t n = 0;
  for (size_t i = 0; i < w->details.n; i++)
    if (w->details.v[i].project >= 0 && sv_equal(w->details.v[i].version, derived)) own[w->details.v[i].project] = true;
  for (size_t i = 0; i < w->details.n; i++) {
    const struct ws_detail *d = &w->details.v[i];
    if (counts(derived, d->version, d->project >= 0 && own[d->project])) w->details.v[n++] = *d;
  }
  w->details.n = n, n = 0;
  memset(own, 0, owners);
  for (size_t i = 0; i < w->purchases.n; i++)
    if (sv_equal(w->purchases.v[i].version, derived)) own[purchase_owner(w, &w->purchases.v[i])] = true;
  for (size_t i = 0; i < w->purchases.n; i++) {
    const struct ws_purchase *p = &w->purchases.v[i];
    if (accounts || counts(derived, p->version, own[purchase_owner(w, p)])) w->purchases.v[n++] = *p;
  }
  w->purchases.n = n;
  memset(own, 0, owners);
}

static void sift_goals(struct workspace *w, struct sv derived, bool *own, int *to, bool *own_goal) {
  size_t n = 0;
  for (size_t i = 0; i < w->goals.n; i++)
    if (sv_equal(w->goals.v[i].version, derived)) own[goal_owner(w, &w->goals.v[i])] = true;
  for (size_t i = 0; i < w->goals.n; i++) {
    const struct ws_goal *g = &w->goals.v[i];
    to[i] = counts(derived, g->version, own[goal_owner(w, g)]) ? (int)n : -1;
    if (to[i] >= 0) w->goals.v[n++] = *g;
  }
  w->goals.n = n, n = 0;
  for (size_t i = 0; i < w->indicators.n; i++)
    if (w->indicators.v[i].goal >= 0 && sv_equal(w->indicators.v[i].version, derived)) own_goal[w->indicators.v[i].goal] = true;
  for (size_t i = 0; i < w->indicators.n; i++) {
    struct ws_indicator x = w->indicators.v[i];
    if (!counts(derived, x.version, x.goal >= 0 && own_goal[x.goal])) continue;
    if (x.goal >= 0 && to[x.goal] < 0) continue;
    x.goal = x.goal >= 0 ? to[x.goal] : -1, w->indicators.v[n++] = x;
  }
  w->sifted = n < w->indicators.n;
  w->indicators.n = n;
}

static bool any_version(const struct workspace *w) {
  for (size_t i = 0; i < w->details.n; i++)
    if (w->details.v[i].version.n) return true;
  for (size_t i = 0; i < w->purchases.n; i++)
    if (w->purchases.v[i].version.n) return true;
  for (size_t i = 0; i < w->goals.n; i++)
    if (w->goals.v[i].version.n) return true;
  for (size_t i = 0; i < w->indicators.n; i++)
    if (w->indicators.v[i].version.n) return true;
  return false;
}

int versions_sift(struct workspace *w, bool accounts, struct err *e) {
  if (w->version < 0 || (size_t)w->version >= w->versions.n || !any_version(w)) return RC_OK;
  size_t owners = 2 * (w->units.n + w->projects.n + 1), goals = w->goals.n + 1;
  bool *own = calloc(owners, sizeof *own), *own_goal = calloc(goals, sizeof *own_goal);
  int *to = calloc(goals, sizeof *to);
  bool ok = own && own_goal && to;
  struct sv derived = w->versions.v[w->version];
  if (ok && derived.n) sift_money(w, derived, own, owners, accounts), sift_goals(w, derived, own, to, own_goal);
  free(own), free(own_goal), free(to);
  return ok ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}
