/* tally.c: adds up the lines of one side of a table in one pass: which columns and listed rows a line belongs to is known beforehand, as bits. */
#include "rooms/book/accounts.h"
#include "rooms/book/derive.h"

/* For every kind, source, origin, nature and class: the bits of the filters that take it. A line's filters are what all of these have in common. */
struct matcher {
  uint64_t *common; /* [KINDS + 1][SOURCES][ORIGINS]; kind KINDS: money that has none (income) */
  uint64_t *func, *econ, nature[6];
};

static bool prefix_taken(const struct sv *codes, struct sv code) {
  if (codes[0].n == 0) return true;
  for (int i = 0; i < SUM_CODES && codes[i].n; i++)
    if (code.n >= codes[i].n && memcmp(code.p, codes[i].p, codes[i].n) == 0) return true;
  return false;
}

static uint64_t *class_bits(struct derive *d, size_t n, const struct ws_code *v, const struct sum *filters, int nfilters, bool func) {
  uint64_t *bits = ARENA_ARRAY(&d->scratch, uint64_t, n + 1); /* [n]: a line without the class */
  for (size_t i = 0; bits && i <= n; i++)
    for (int f = 0; f < nfilters; f++)
      if (prefix_taken(func ? filters[f].func : filters[f].econ, i < n ? v[i].code : (struct sv){0})) bits[i] |= UINT64_C(1) << f;
  return bits;
}

static int matcher_make(struct derive *d, const struct sum *filters, int n, struct matcher *m) {
  m->common = ARENA_ARRAY(&d->scratch, uint64_t, (KINDS + 1) * SOURCES * ORIGINS);
  m->func = class_bits(d, d->w->funcs.n, d->w->funcs.v, filters, n, true);
  m->econ = class_bits(d, d->w->econs.n, d->w->econs.v, filters, n, false);
  if (!m->common || !m->func || !m->econ) return derive_no_memory(d->e);
  for (int f = 0; f < n; f++) {
    const struct sum *s = &filters[f];
    if (s->flow == SUM_NONE) continue;
    uint64_t bit = UINT64_C(1) << f;
    for (int nature = 0; nature < 6; nature++)
      if (s->natures == 0 || (nature < 5 && (s->natures >> nature & 1))) m->nature[nature] |= bit;
    for (int k = 0; k <= KINDS; k++)
      for (int source = 0; source < SOURCES; source++)
        for (int origin = 0; origin < ORIGINS; origin++)
          if ((s->kinds == 0 || (k < KINDS && (s->kinds >> k & 1))) && (s->sources == 0 || (s->sources >> source & 1)) &&
              (s->origins == 0 || (s->origins >> origin & 1)))
            m->common[(k * SOURCES + source) * ORIGINS + origin] |= bit;
  }
  return RC_OK;
}

static uint64_t matcher_bits(const struct matcher *m, const struct workspace *w, const struct ws_line *l, int kind) {
  if (l->source >= SOURCES || l->origin >= ORIGINS || kind > KINDS) return 0;
  uint64_t bits = m->common[(kind * SOURCES + l->source) * ORIGINS + l->origin];
  if (!bits) return 0;
  bits &= m->func[l->func >= 0 && (size_t)l->func < w->funcs.n ? (size_t)l->func : w->funcs.n];
  bits &= m->econ[l->econ >= 0 && (size_t)l->econ < w->econs.n ? (size_t)l->econ : w->econs.n];
  int nature = l->unit >= 0 && (size_t)l->unit < w->units.n ? (int)w->units.v[l->unit].nature : 5;
  return bits & m->nature[nature < 0 || nature > 4 ? 5 : nature];
}

static int key_of(const struct ws_line *l, enum rows_kind by) {
  switch (by) {
  case ROWS_ECONOMIC: return l->econ;
  case ROWS_UNITS: return l->unit;
  case ROWS_PROJECTS: return l->project;
  case ROWS_SINGLE:
  case ROWS_PURCHASES: return -1;
  case ROWS_ITEMS:
  case ROWS_FUNCTIONAL: break;
  }
  return l->func;
}

static int keys(const struct workspace *w, enum rows_kind by) {
  if (by == ROWS_ECONOMIC) return (int)w->econs.n;
  if (by == ROWS_UNITS) return (int)w->units.n;
  if (by == ROWS_PROJECTS) return (int)w->projects.n;
  return by == ROWS_SINGLE ? 0 : (int)w->funcs.n;
}

static void add_bits(int64_t *row, uint64_t columns, int64_t amount) {
  for (; columns; columns &= columns - 1) row[__builtin_ctzll(columns)] += amount;
}

struct pass {
  struct matcher columns, items;
  enum rows_kind by;
  uint64_t taken;           /* the bit of the side's own filter */
  uint64_t of[OF_VERSIONS]; /* columns that take lines of this version */
};

static void tally_one(const struct pass *p, const struct workspace *w, struct tally *t, const struct ws_line *l, int kind, uint64_t wanted) {
  uint64_t columns = matcher_bits(&p->columns, w, l, kind);
  if (!(columns & p->taken)) return;
  columns &= wanted;
  if (!columns && l->version >= 0 && l->version != w->version) return; /* of another version, and no column asks for it */
  int key = key_of(l, p->by);
  add_bits(t->all, columns, l->amount);
  if (key >= 0 && key < t->nkeys) {
    t->seen[key] = true;
    if (l->amount) t->money[key] = true;
    add_bits(t->key + (size_t)key * (size_t)t->ncolumns, columns, l->amount);
  }
  if (t->nitems == 0) return;
  for (uint64_t items = matcher_bits(&p->items, w, l, kind); items; items &= items - 1)
    add_bits(t->item + (size_t)__builtin_ctzll(items) * (size_t)t->ncolumns, columns, l->amount);
}

/* flow: of the side, or of its rows; now: of the lines that are walked. A column may take other lines than its side. */
static int pass_make(struct derive *d, const struct layout_side *s, enum sum_flow flow, enum sum_flow now, struct pass *p) {
  struct sum columns[LAYOUT_COLUMNS + 1], items[LAYOUT_ITEMS];
  for (int i = 0; i <= s->ncolumns; i++) {
    columns[i] = (struct sum){.flow = flow, .unit = -1, .project = -1};
    sum_meet(&columns[i], &s->lines);
    if (i == s->ncolumns) break;
    if (s->column[i].role == COLUMN_MEASURE) sum_meet(&columns[i], &s->column[i].filter);
    if (s->column[i].role != COLUMN_MEASURE || columns[i].flow != now) columns[i].flow = SUM_NONE;
    p->of[columns[i].of] |= UINT64_C(1) << i;
  }
  p->taken = UINT64_C(1) << s->ncolumns;
  for (int i = 0; i < s->nitems; i++) {
    items[i] = (struct sum){.flow = s->item[i].kind == ITEM_LINES && s->item[i].flow == flow ? flow : SUM_NONE, .unit = -1, .project = -1};
    sum_meet(&items[i], &s->item[i].filter);
  }
  int rc = matcher_make(d, columns, s->ncolumns + 1, &p->columns);
  return rc == RC_OK ? matcher_make(d, items, s->nitems, &p->items) : rc;
}

static void pass_walk(const struct pass *p, const struct workspace *w, enum sum_flow now, struct tally *t) {
  for (size_t i = 0; now == SUM_SPENDING && i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->year != w->year || l->kind >= KINDS) continue;
    uint64_t wanted = 0;
    for (int of = 0; of < OF_VERSIONS; of++)
      if (l->version < 0 || l->version == accounts_version(w, of)) wanted |= p->of[of];
    if (wanted) tally_one(p, w, t, l, l->kind, wanted);
  }
  size_t n;
  const struct ws_income *v = sum_incomes(w, now, w->year, &n);
  for (size_t i = 0; i < n; i++) {
    if (v[i].year != w->year || (v[i].version != w->version && v[i].version >= 0)) continue;
    struct ws_line l = {.version = -1,
                        .amount = v[i].amount,
                        .unit = v[i].unit,
                        .func = v[i].func,
                        .econ = -1,
                        .project = -1,
                        .source = v[i].source,
                        .origin = v[i].origin};
    tally_one(p, w, t, &l, KINDS, p->of[OF_DERIVED]);
  }
}

int tally_lines(struct derive *d, const struct layout_side *s, enum sum_flow flow, enum rows_kind by, struct tally *t) {
  *t = (struct tally){.nkeys = keys(d->w, by), .ncolumns = s->ncolumns, .nitems = s->nitems};
  size_t columns = (size_t)t->ncolumns;
  t->all = ARENA_ARRAY(&d->scratch, int64_t, columns);
  t->key = ARENA_ARRAY(&d->scratch, int64_t, ((size_t)t->nkeys + 1) * columns);
  t->item = ARENA_ARRAY(&d->scratch, int64_t, ((size_t)t->nitems + 1) * columns);
  t->seen = ARENA_ARRAY(&d->scratch, bool, (size_t)t->nkeys + 1);
  t->money = ARENA_ARRAY(&d->scratch, bool, (size_t)t->nkeys + 1);
  if (!t->all || !t->key || !t->item || !t->seen || !t->money) return derive_no_memory(d->e);
  int rc = RC_OK;
  for (enum sum_flow now = SUM_SPENDING; now <= SUM_DISTRIBUTION && rc == RC_OK; now++) {
    struct pass p = {.by = by};
    bool wanted = now == flow;
    for (int i = 0; i < s->ncolumns; i++) wanted |= s->column[i].filter.flow == now;
    if (!wanted) continue;
    rc = pass_make(d, s, flow, now, &p);
    if (rc == RC_OK) pass_walk(&p, d->w, now, t);
  }
  return rc;
}
