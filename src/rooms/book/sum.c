/* sum.c: what an amount is the sum of, walked line by line: slow, obvious, the measure of every derived cell; and what `why` prints. */
#include "rooms/book/sum.h"
#include "rooms/book/accounts.h"

static bool code_taken(const struct sv codes[SUM_CODES], struct sv code) {
  if (codes[0].n == 0) return true;
  for (int i = 0; i < SUM_CODES && codes[i].n > 0; i++)
    if (code.n >= codes[i].n && memcmp(code.p, codes[i].p, codes[i].n) == 0) return true;
  return false;
}

static bool unit_below(const struct workspace *w, int unit, int above) {
  for (int depth = 0; unit >= 0 && (size_t)unit < w->units.n && depth < 32; depth++) {
    if (unit == above) return true;
    unit = w->units.v[unit].parent;
  }
  return false;
}

static struct sv code_at(size_t n, const struct ws_code *v, int at) {
  return at >= 0 && (size_t)at < n ? v[at].code : (struct sv){0};
}

static bool category_taken(struct sv wanted, struct sv category) {
  return wanted.n == 0 || (category.n >= wanted.n && memcmp(category.p, wanted.p, wanted.n) == 0);
}

bool sum_takes_line(const struct workspace *w, const struct sum *s, const struct ws_line *l) {
  if (s->kinds && !(s->kinds >> l->kind & 1)) return false;
  if (s->sources && !(s->sources >> l->source & 1)) return false;
  if (s->origins && !(s->origins >> l->origin & 1)) return false;
  if (s->unit >= 0 && !unit_below(w, l->unit, s->unit)) return false;
  if (s->project >= 0 && l->project != s->project) return false;
  if (s->natures && (l->unit < 0 || !(s->natures >> w->units.v[l->unit].nature & 1))) return false;
  struct sv category = l->project >= 0 && (size_t)l->project < w->projects.n ? w->projects.v[l->project].category : l->category;
  return category_taken(s->category, category) && code_taken(s->func, code_at(w->funcs.n, w->funcs.v, l->func)) &&
         code_taken(s->econ, code_at(w->econs.n, w->econs.v, l->econ));
}

bool sum_takes_income(const struct workspace *w, const struct sum *s, const struct ws_income *i) {
  if (s->kinds || s->econ[0].n || s->project >= 0 || s->category.n || !code_taken(s->func, code_at(w->funcs.n, w->funcs.v, i->func))) return false;
  if (s->sources && !(s->sources >> i->source & 1)) return false;
  if (s->origins && !(s->origins >> i->origin & 1)) return false;
  if (s->natures && (i->unit < 0 || !(s->natures >> w->units.v[i->unit].nature & 1))) return false;
  return s->unit < 0 || unit_below(w, i->unit, s->unit);
}

const struct ws_income *sum_incomes(const struct workspace *w, enum sum_flow flow, int year, size_t *n) {
  const struct ws_accounts *a = w->accounts;
  *n = 0;
  if (flow == SUM_INCOME && a && year == w->year - 1) return *n = a->last_incomes.n, a->last_incomes.v;
  if (flow == SUM_INCOME) return *n = w->incomes.n, w->incomes.v;
  if (flow == SUM_CARRY_OUT) return *n = w->carries.n, w->carries.v;
  if (flow == SUM_DISTRIBUTION && a) return *n = a->distributions.n, a->distributions.v;
  return NULL;
}

static bool of_time(const struct workspace *w, const struct sum *s, int16_t version, int year, int line_version) {
  int wanted = s->year ? s->year : w->year;
  return year == wanted && (line_version == version || line_version < 0 || s->flow == SUM_PRIOR);
}

static int64_t of_lines(const struct workspace *w, const struct sum *s, int16_t version) {
  const struct ws_line *v = s->flow == SUM_PRIOR ? w->priors.v : w->lines.v;
  size_t n = s->flow == SUM_PRIOR ? w->priors.n : w->lines.n;
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    if (of_time(w, s, version, v[i].year, v[i].version) && sum_takes_line(w, s, &v[i])) sum += v[i].amount;
  return sum;
}

static int64_t of_incomes(const struct workspace *w, const struct sum *s, int16_t version) {
  size_t n;
  const struct ws_income *v = sum_incomes(w, s->flow, s->year ? s->year : w->year, &n);
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    if (of_time(w, s, version, v[i].year, v[i].version) && sum_takes_income(w, s, &v[i])) sum += v[i].amount;
  return sum;
}

static int64_t of_details(const struct workspace *w, const struct sum *s) {
  int64_t sum = 0;
  for (size_t i = 0; i < w->details.n; i++) {
    const struct ws_detail *d = &w->details.v[i];
    if (s->project >= 0 && d->project != s->project) continue;
    if (code_taken(s->econ, code_at(w->econs.n, w->econs.v, d->econ))) sum += d->amount;
  }
  return sum;
}

static int64_t of_purchases(const struct workspace *w, const struct sum *s) {
  int64_t sum = 0;
  for (size_t i = 0; i < w->purchases.n; i++) {
    const struct ws_purchase *p = &w->purchases.v[i];
    if (s->project >= 0 && p->project != s->project) continue;
    if (s->unit >= 0 && !unit_below(w, p->unit, s->unit)) continue;
    if (code_taken(s->econ, code_at(w->econs.n, w->econs.v, p->econ))) sum += p->amount;
  }
  return sum;
}

int64_t sum_of(const struct workspace *w, const struct sum *s, int16_t version) {
  int64_t sum = 0;
  int16_t v = version < 0 ? (int16_t)accounts_version(w, s->of) : version;
  if (s->flow == SUM_SPENDING || s->flow == SUM_PRIOR) sum = of_lines(w, s, v);
  if (s->flow == SUM_INCOME || s->flow == SUM_CARRY_OUT || s->flow == SUM_DISTRIBUTION) sum = of_incomes(w, s, v);
  if (s->flow == SUM_DETAIL) sum = of_details(w, s);
  if (s->flow == SUM_PURCHASE) sum = of_purchases(w, s);
  return s->negative ? -sum : sum;
}

/* ---- conjunction ---- */

static int codes_meet(struct sv out[SUM_CODES], const struct sv more[SUM_CODES]) {
  if (more[0].n == 0) return 1;
  if (out[0].n == 0) {
    memcpy(out, more, sizeof(struct sv) * SUM_CODES);
    return 1;
  }
  struct sv both[SUM_CODES] = {{0}};
  int n = 0;
  for (int i = 0; i < SUM_CODES && out[i].n; i++)
    for (int k = 0; k < SUM_CODES && more[k].n; k++) {
      struct sv longer = out[i].n >= more[k].n ? out[i] : more[k], shorter = out[i].n >= more[k].n ? more[k] : out[i];
      if (memcmp(longer.p, shorter.p, shorter.n) == 0 && n < SUM_CODES) both[n++] = longer;
    }
  memcpy(out, both, sizeof both);
  return n > 0;
}

/* Masks: 0 is all, so nothing in common needs saying in another way. */
static uint16_t masks_meet(unsigned a, unsigned b, bool *nothing) {
  if (a && b && !(a & b)) *nothing = true;
  return (uint16_t)(a && b ? a & b : a | b);
}

void sum_meet(struct sum *s, const struct layout_filter *f) {
  bool nothing = s->flow == SUM_NONE;
  if (f->flow != SUM_NONE && !nothing) s->flow = f->flow;
  if (f->of) s->of = f->of;
  s->sources = masks_meet(s->sources, f->sources, &nothing);
  s->kinds = (uint8_t)masks_meet(s->kinds, f->kinds, &nothing);
  s->origins = (uint8_t)masks_meet(s->origins, f->origins, &nothing);
  s->natures = (uint8_t)masks_meet(s->natures, f->natures, &nothing);
  if (!codes_meet(s->func, f->func) || !codes_meet(s->econ, f->econ)) nothing = true;
  if (nothing) s->flow = SUM_NONE;
}
