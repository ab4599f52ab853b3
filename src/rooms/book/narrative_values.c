/* narrative_values.c: the figures that sentences state: facts, whole or of one member of a set, and the members with money. */
#include "rooms/book/accounts.h"
#include "rooms/book/narrative.h"

#include <stdlib.h>

enum { MAX_MEMBERS = 100000 };

static void scope_meet(struct sum *s, const struct narr_scope *scope) {
  if (!scope) return;
  sum_meet(s, &scope->filter);
  if (scope->unit >= 0) s->unit = scope->unit;
  if (scope->project >= 0) s->project = scope->project;
  if (scope->category.n == 0) return;
  if (s->category.n && !sv_equal(s->category, scope->category) &&
      !(scope->category.n > s->category.n && memcmp(scope->category.p, s->category.p, s->category.n) == 0))
    s->flow = SUM_NONE;
  s->category = scope->category;
}

/* The same sum of last year's book, which keeps spending only: income of a source is what was spent of it. Accounts may have last year's income, and
 * have what was left. */
static void sum_last_year(const struct workspace *w, struct sum *s) {
  const struct ws_accounts *a = w->accounts;
  s->year = (int16_t)(w->year - 1);
  if (a && (s->flow == SUM_CARRY_OUT || (s->flow == SUM_INCOME && a->last_incomes.n > 0))) return;
  s->flow = s->flow == SUM_SPENDING || s->flow == SUM_INCOME ? SUM_PRIOR : SUM_NONE;
}

static void sum_when(const struct workspace *w, struct sum *s, enum narr_when when) {
  if (when == WHEN_LAST) sum_last_year(w, s);
  if (when == WHEN_APPROVED || when == WHEN_ADJUSTED) s->of = when == WHEN_APPROVED ? OF_APPROVED : OF_ADJUSTED;
  if (s->of != OF_DERIVED && s->flow != SUM_SPENDING && s->flow != SUM_INCOME) s->flow = SUM_NONE;
}

static bool unit_below(const struct workspace *w, int unit, int above) {
  for (int depth = 0; unit >= 0 && (size_t)unit < w->units.n && depth < 32; depth++) {
    if (unit == above) return true;
    unit = w->units.v[unit].parent;
  }
  return false;
}

static bool purchase_taken(const struct workspace *w, const struct narr_term *t, const struct narr_scope *scope, const struct ws_purchase *p) {
  if (t->kind.n && !sv_equal(t->kind, p->kind)) return false;
  if (t->procurement >= 0 && p->procurement != (t->procurement == 1)) return false;
  if (t->service >= 0 && p->service != (t->service == 1)) return false;
  if (t->of_project >= 0 && (p->project >= 0) != (t->of_project == 1)) return false;
  if (t->supplier.n && !sv_equal(t->supplier, p->supplier) && !(sv_is(t->supplier, "中小企业") && sv_is(p->supplier, "小微企业"))) return false;
  if (t->reserved.n && !sv_equal(t->reserved, p->reserved)) return false;
  if (!scope) return true;
  if (scope->unit >= 0 && !unit_below(w, p->unit, scope->unit)) return false;
  return scope->project < 0 || p->project == scope->project;
}

static int64_t purchases_value(const struct workspace *w, const struct narr_term *t, const struct narr_scope *scope, enum narr_when when) {
  int64_t value = 0;
  bool planned = t->sum.of != OF_DERIVED || when == WHEN_APPROVED || when == WHEN_ADJUSTED;
  if (when == WHEN_LAST) return 0;
  const struct ws_purchase *v = planned && w->accounts ? w->accounts->planned.v : w->purchases.v;
  size_t n = planned && w->accounts ? w->accounts->planned.n : w->purchases.n;
  for (size_t i = 0; i < n; i++)
    if (purchase_taken(w, t, scope, &v[i])) value += v[i].amount;
  return value;
}

static int64_t counts_value(const struct workspace *w, struct sv item, const struct narr_scope *scope) {
  int64_t value = 0;
  for (size_t i = 0; w->accounts && i < w->accounts->counts.n; i++) {
    const struct ws_count *c = &w->accounts->counts.v[i];
    if (sv_equal(c->item, item) && (!scope || scope->unit < 0 || unit_below(w, c->unit, scope->unit))) value += c->number;
  }
  return value;
}

static int64_t term_value(const struct workspace *w, const struct narrative *n, const struct narr_term *t, const struct narr_scope *scope,
                          enum narr_when when) {
  int64_t value = 0;
  struct sum s = t->sum;
  switch (t->flow) {
  case NARR_FACT: return narr_value(w, n, t->fact, scope, when);
  case NARR_SUM:
    scope_meet(&s, scope);
    sum_when(w, &s, when);
    return sum_of(w, &s, -1);
  case NARR_PURCHASE: return purchases_value(w, t, scope, when);
  case NARR_COUNT: return when == WHEN_NOW ? counts_value(w, t->kind, scope) : 0;
  case NARR_ASSET:
    for (size_t i = 0; i < w->assets.n && when == WHEN_NOW; i++)
      if (w->assets.v[i].has_amount && (sv_equal(w->assets.v[i].item, t->kind) || sv_equal(w->assets.v[i].kind, t->kind)))
        value += w->assets.v[i].amount;
    return value;
  }
  return 0;
}

int64_t narr_value(const struct workspace *w, const struct narrative *n, int fact, const struct narr_scope *scope, enum narr_when when) {
  const struct narr_fact *f = &n->facts.v[fact];
  int64_t value = 0;
  for (int i = 0; i < f->nterms; i++) {
    int64_t one = term_value(w, n, &f->term[i], scope, when);
    value += f->term[i].negative ? -one : one;
  }
  return value;
}

/* ---- members of a set ---- */

struct bins { /* amounts by the index of a code, unit, project … in the workspace's list */
  const struct workspace *w;
  enum narr_set set;
  int64_t *v;
  size_t n;
};

static int ancestor(const struct ws_code *v, size_t n, int at, int level) {
  for (int depth = 0; at >= 0 && (size_t)at < n && depth < 4; depth++) {
    if (v[at].level == level) return at;
    at = v[at].parent;
  }
  return -1;
}

static int bin_of(const struct bins *b, const struct ws_line *l) {
  const struct workspace *w = b->w;
  switch (b->set) {
  case SET_SOURCE: return l->source;
  case SET_CLASS: return ancestor(w->funcs.v, w->funcs.n, l->func, 1);
  case SET_ITEM: return ancestor(w->funcs.v, w->funcs.n, l->func, 3);
  case SET_ECON_CLASS: return ancestor(w->econs.v, w->econs.n, l->econ, 1);
  case SET_ECON: return ancestor(w->econs.v, w->econs.n, l->econ, 2);
  case SET_UNIT: return l->unit;
  case SET_CATEGORY:
  case SET_PROJECT: return l->project;
  case SET_ASSET:
  case SETS:
  case SET_NONE: break;
  }
  return -1;
}

static size_t bins_count(const struct workspace *w, enum narr_set set) {
  switch (set) {
  case SET_SOURCE: return SOURCES;
  case SET_CLASS:
  case SET_ITEM: return w->funcs.n;
  case SET_ECON_CLASS:
  case SET_ECON: return w->econs.n;
  case SET_UNIT: return w->units.n;
  case SET_CATEGORY:
  case SET_PROJECT: return w->projects.n;
  case SET_ASSET: return w->assets.n;
  case SETS:
  case SET_NONE: break;
  }
  return 0;
}

static void bins_sum(struct bins *b, const struct sum *s, bool negative) {
  const struct workspace *w = b->w;
  int version = accounts_version(w, s->of);
  if (s->flow == SUM_SPENDING)
    for (size_t i = 0; i < w->lines.n; i++) {
      const struct ws_line *l = &w->lines.v[i];
      if (l->year != w->year || l->version != version || !sum_takes_line(w, s, l)) continue;
      int at = bin_of(b, l);
      if (at >= 0 && (size_t)at < b->n) b->v[at] += negative ? -l->amount : l->amount;
    }
  size_t n;
  const struct ws_income *v = sum_incomes(w, s->flow, w->year, &n);
  for (size_t i = 0; i < n; i++) {
    if (v[i].year != w->year || (v[i].version >= 0 && v[i].version != version) || !sum_takes_income(w, s, &v[i])) continue;
    struct ws_line l = {.source = v[i].source, .unit = v[i].unit, .func = v[i].func, .econ = -1, .project = -1};
    int at = bin_of(b, &l);
    if (at >= 0 && (size_t)at < b->n) b->v[at] += negative ? -v[i].amount : v[i].amount;
  }
}

static void bins_fill(struct bins *b, const struct narrative *n, int fact, const struct narr_scope *scope, bool negative) {
  const struct narr_fact *f = &n->facts.v[fact];
  for (int i = 0; i < f->nterms; i++) {
    const struct narr_term *t = &f->term[i];
    bool minus = t->negative != negative;
    if (t->flow == NARR_FACT) bins_fill(b, n, t->fact, scope, minus);
    if (t->flow == NARR_SUM) {
      struct sum s = t->sum;
      scope_meet(&s, scope);
      sum_when(b->w, &s, WHEN_NOW);
      bins_sum(b, &s, minus);
    }
    for (size_t k = 0; t->flow == NARR_PURCHASE && k < b->w->purchases.n; k++) {
      const struct ws_purchase *p = &b->w->purchases.v[k];
      int at = b->set == SET_UNIT ? p->unit : b->set == SET_PROJECT || b->set == SET_CATEGORY ? p->project : -1;
      if (at >= 0 && (size_t)at < b->n && purchase_taken(b->w, t, scope, p)) b->v[at] += minus ? -p->amount : p->amount;
    }
  }
}

static struct sv path_of(const struct workspace *w, int at, struct arena *a) {
  static const char *const levels[] = {"", "（类）", "（款）", "（项）"};
  struct sv part[4] = {{0}};
  for (int depth = 0; at >= 0 && (size_t)at < w->funcs.n && depth < 4; depth++) {
    if (w->funcs.v[at].level >= 1 && w->funcs.v[at].level <= 3) part[w->funcs.v[at].level] = w->funcs.v[at].name;
    at = w->funcs.v[at].parent;
  }
  struct sv out = {0};
  for (int i = 1; i <= 3; i++)
    if (part[i].n) out = sv_from(arena_printf(a, "%.*s%.*s%s", SV_ARG(out), SV_ARG(part[i]), levels[i]));
  return out;
}

static void member_of_code(struct narr_member *m, const struct ws_code *c, struct sv *list) {
  m->code = c->code, m->name = m->listed = c->name;
  *list = c->code;
}

static void member_make(const struct workspace *w, const struct narrative *n, enum narr_set set, size_t i, struct arena *a, struct narr_member *m) {
  static const char *const codes[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  m->scope.unit = m->scope.project = -1;
  switch (set) {
  case SET_SOURCE:
    m->code = sv_from(codes[i]), m->name = m->listed = n->source_name[i].n ? n->source_name[i] : m->code;
    m->scope.filter.sources = (uint16_t)(1u << i);
    return;
  case SET_CLASS:
  case SET_ITEM: member_of_code(m, &w->funcs.v[i], &m->scope.filter.func[0]), m->path = path_of(w, (int)i, a); return;
  case SET_ECON_CLASS:
  case SET_ECON: member_of_code(m, &w->econs.v[i], &m->scope.filter.econ[0]); return;
  case SET_UNIT:
    m->code = w->units.v[i].code, m->name = w->units.v[i].name, m->listed = w->units.v[i].listed.n ? w->units.v[i].listed : m->name;
    m->scope.unit = (int)i;
    return;
  case SET_CATEGORY:
    m->code = m->scope.category = w->projects.v[i].category;
    m->name = m->listed = w->projects.v[i].category_name, m->group = w->projects.v[i].class_name;
    if (m->group.n && !sv_equal(m->group, m->name)) m->listed = sv_from(arena_printf(a, "%.*s（%.*s）", SV_ARG(m->name), SV_ARG(m->group)));
    return;
  case SET_PROJECT:
    m->code = w->projects.v[i].code, m->name = m->listed = w->projects.v[i].name, m->group = w->projects.v[i].class_name;
    m->scope.project = (int)i;
    return;
  case SET_ASSET:
    m->code = m->name = m->listed = w->assets.v[i].item, m->group = w->assets.v[i].kind;
    m->quantity = w->assets.v[i].quantity, m->measure = w->assets.v[i].unit;
    return;
  case SETS:
  case SET_NONE: return;
  }
}

/* Without `of`: units below the department (or it, when it has none), assets that are counted. */
static bool always_member(const struct workspace *w, enum narr_set set, size_t i) {
  if (set == SET_ASSET) return w->assets.v[i].quantity.n > 0;
  if (set != SET_UNIT) return false;
  bool parent = false;
  for (size_t k = 0; k < w->units.n; k++) parent |= w->units.v[k].parent == (int)i;
  return !parent;
}

/* A category is the sum of its projects, at the place of the first. */
static void categories_join(const struct workspace *w, int64_t *v) {
  for (size_t i = 0; i < w->projects.n; i++)
    for (size_t k = 0; k < i; k++)
      if (sv_equal(w->projects.v[k].category, w->projects.v[i].category)) {
        v[k] += v[i], v[i] = 0;
        break;
      }
}

static bool whole_number(struct sv s, int64_t *out) {
  *out = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    *out = *out * 10 + (s.p[i] - '0');
  }
  return s.n > 0 && s.n < 10;
}

/* The same things of several units are told as one number. */
static void assets_join(struct narr_member *m, int *count, struct arena *a) {
  int n = 0;
  for (int i = 0; i < *count; i++) {
    int k = 0;
    int64_t one, more;
    while (k < n && !(sv_equal(m[k].name, m[i].name) && sv_equal(m[k].measure, m[i].measure))) k++;
    if (k < n && whole_number(m[k].quantity, &one) && whole_number(m[i].quantity, &more))
      m[k].quantity = sv_from(arena_printf(a, "%lld", (long long)(one + more)));
    else
      m[n++] = m[i];
  }
  *count = n;
}

int narr_members(const struct workspace *w, const struct narrative *n, enum narr_set set, int fact, int also, const struct narr_scope *scope,
                 bool all, struct arena *a, struct narr_member **out, int *count) {
  struct bins b = {w, set, NULL, bins_count(w, set)}, other = b;
  *out = NULL, *count = 0;
  if (b.n > MAX_MEMBERS) return RC_LIMIT;
  if (b.n == 0) return RC_OK;
  b.v = calloc(b.n, sizeof *b.v);
  other.v = calloc(b.n, sizeof *other.v);
  struct narr_member *m = calloc(b.n, sizeof *m);
  if (!b.v || !other.v || !m) {
    free(b.v), free(other.v), free(m);
    return RC_NOMEM;
  }
  if (fact >= 0) bins_fill(&b, n, fact, scope, false);
  if (also >= 0) bins_fill(&other, n, also, scope, false);
  if (set == SET_CATEGORY) categories_join(w, b.v), categories_join(w, other.v);
  for (size_t i = 0; i < b.n; i++) {
    if (all ? !always_member(w, set, i) : b.v[i] == 0 && other.v[i] == 0) continue;
    m[*count].value = b.v[i];
    member_make(w, n, set, i, a, &m[(*count)++]);
  }
  if (set == SET_ASSET) assets_join(m, count, a);
  free(b.v), free(other.v);
  *out = m;
  return RC_OK;
}
