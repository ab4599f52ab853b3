/* derive_rows.c: the rows of a side: a tree of classes, units, or rows that the layout lists; with the amounts of the tally. */
#include "rooms/book/derive.h"

#include <stdlib.h>

enum { MAX_ROWS = 200000, MAX_DEPTH = 16 };

int derive_no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或表太大", "out of memory, or a table is too large"));
}

int derive_problem(struct derive *d, const char *id, const char *text) {
  struct paper_problem p = {id, d->table->id, text};
  return !text || VEC_PUSH(&d->paper->problems, p, 10000) < 0 ? derive_no_memory(d->e) : RC_OK;
}

const char *derive_file(enum sum_flow flow) {
  return flow == SUM_INCOME ? "income.csv" : flow == SUM_CARRY_OUT || flow == SUM_DISTRIBUTION ? "carry-over.csv" : "budget-lines.csv";
}

struct derive_row *derive_row_add(struct derive *d, struct derive_side *side) {
  if (side->n == side->cap) {
    int cap = side->cap ? side->cap * 2 : 64;
    struct derive_row *more = cap <= 2 * MAX_ROWS ? ARENA_ARRAY(&d->scratch, struct derive_row, (size_t)cap) : NULL;
    if (!more) return NULL;
    if (side->n) memcpy(more, side->row, sizeof *more * (size_t)side->n);
    side->row = more, side->cap = cap;
  }
  struct derive_row *r = &side->row[side->n];
  r->amount = ARENA_ARRAY(&d->scratch, int64_t, (size_t)side->layout->ncolumns);
  if (!r->amount) return NULL;
  r->parent = -1;
  side->n++;
  return r;
}

struct sum *derive_base(struct derive *d, const struct layout_side *s, enum sum_flow flow, int n) {
  struct sum *base = ARENA_ARRAY(&d->paper->arena, struct sum, (size_t)n);
  for (int i = 0; base && i < n; i++) {
    base[i] = (struct sum){.flow = flow, .unit = -1, .project = -1};
    sum_meet(&base[i], &s->lines);
  }
  return base;
}

static void amounts_add(int64_t *to, const int64_t *from, int n) {
  for (int i = 0; i < n; i++) to[i] += from[i];
}

/* ---- trees ---- */

struct node {
  struct sv code, name;
  int parent, level;
};

static struct node node_of(const struct workspace *w, enum rows_kind rows, int i) {
  if (rows == ROWS_UNITS) {
    const struct ws_unit *u = &w->units.v[i];
    return (struct node){u->code, u->name, u->parent, u->level + 1};
  }
  const struct ws_code *c = rows == ROWS_ECONOMIC ? &w->econs.v[i] : &w->funcs.v[i];
  return (struct node){c->code, c->name, c->parent, c->level};
}

/* What the lines have goes up to every class above them. */
static int roll_up(struct derive *d, enum rows_kind rows, struct tally *t) {
  size_t columns = (size_t)t->ncolumns;
  int64_t *own = ARENA_ARRAY(&d->scratch, int64_t, ((size_t)t->nkeys + 1) * columns);
  bool *flags = ARENA_ARRAY(&d->scratch, bool, ((size_t)t->nkeys + 1) * 2);
  if (!own || !flags) return derive_no_memory(d->e);
  memcpy(own, t->key, sizeof *own * (size_t)t->nkeys * columns);
  memcpy(flags, t->seen, (size_t)t->nkeys), memcpy(flags + t->nkeys, t->money, (size_t)t->nkeys);
  for (int i = 0; i < t->nkeys; i++) {
    int up = flags[i] ? node_of(d->w, rows, i).parent : -1;
    for (int depth = 0; up >= 0 && up < t->nkeys && depth < MAX_DEPTH; depth++) {
      amounts_add(t->key + (size_t)up * columns, own + (size_t)i * columns, t->ncolumns);
      t->seen[up] = true, t->money[up] |= flags[t->nkeys + i];
      up = node_of(d->w, rows, up).parent;
    }
  }
  return RC_OK;
}

/* Lists, for every row, the rows right below it: each row is in one list at most, so all lists lie in one array. */
int derive_children(struct derive *d, struct derive_side *side, int total) {
  int *list = ARENA_ARRAY(&d->scratch, int, (size_t)side->n + 1), *count = ARENA_ARRAY(&d->scratch, int, (size_t)side->n + 2);
  if (!list || !count) return derive_no_memory(d->e);
  for (int i = 0; i < side->n; i++) {
    int up = side->row[i].parent >= 0 ? side->row[i].parent : total;
    if (i != total && up >= 0) count[up]++;
  }
  for (int i = 0, at = 0; i < side->n; i++) side->row[i].part = list + at, at += count[i];
  for (int i = 0; i < side->n; i++) {
    int up = side->row[i].parent >= 0 ? side->row[i].parent : total;
    if (i == total || up < 0) continue;
    int at = (int)(side->row[up].part - list) + side->row[up].nparts++;
    list[at] = i;
  }
  return RC_OK;
}

static int total_row(struct derive *d, struct derive_side *side, const struct tally *t) {
  struct derive_row *r = derive_row_add(d, side);
  if (!r) return derive_no_memory(d->e);
  r->key = SV("total"), r->label = side->layout->total, r->total = true, r->money = side->money;
  memcpy(r->amount, t->all, sizeof *r->amount * (size_t)t->ncolumns);
  r->base = derive_base(d, side->layout, side->layout->flow, 1), r->nbase = 1;
  return r->base ? RC_OK : derive_no_memory(d->e);
}

/* Money of the total that no row below shows: lines whose class or unit is not known. It must not vanish in silence. */
static int check_total(struct derive *d, const struct derive_side *side, int total) {
  if (total < 0) return RC_OK;
  const struct derive_row *r = &side->row[total];
  for (int c = 0; c < side->layout->ncolumns; c++) {
    int64_t sum = 0;
    for (int i = 0; i < r->nparts; i++) sum += side->row[r->part[i]].amount[c];
    if (sum == r->amount[c]) continue;
    char text[MONEY_TEXT];
    money_print(text, r->amount[c] - sum, SCALE_YUAN, 2, true);
    return derive_problem(d, "C-FIT",
                          arena_printf(&d->paper->arena,
                                       tr("有 %s 元没有可放的行：检查 %s 里科目、单位、项目不认识的行",
                                          "%s yuan have no row: look for lines of unknown classes, units or projects in %s"),
                                       text, derive_file(side->layout->flow)));
  }
  return RC_OK;
}

static int tree_row(struct derive *d, struct derive_side *side, const struct tally *t, int i, const int *row_of) {
  const struct layout_side *s = side->layout;
  struct node node = node_of(d->w, s->rows, i);
  struct derive_row *r = derive_row_add(d, side);
  if (!r) return derive_no_memory(d->e);
  r->key = r->code = node.code, r->label = node.name, r->level = node.level, r->money = t->money[i];
  r->parent = node.parent >= 0 && node.parent < t->nkeys ? row_of[node.parent] : -1;
  memcpy(r->amount, t->key + (size_t)i * (size_t)t->ncolumns, sizeof *r->amount * (size_t)t->ncolumns);
  r->base = derive_base(d, s, s->flow, 1), r->nbase = 1;
  if (!r->base) return derive_no_memory(d->e);
  struct layout_filter f = {0};
  if (s->rows == ROWS_UNITS)
    r->base->unit = i;
  else if (s->rows == ROWS_ECONOMIC)
    f.econ[0] = node.code;
  else
    f.func[0] = node.code;
  sum_meet(r->base, &f);
  return RC_OK;
}

static int tree_rows(struct derive *d, struct derive_side *side) {
  const struct layout_side *s = side->layout;
  struct tally t;
  int rc = tally_lines(d, s, s->flow, s->rows, &t), total = -1;
  if (rc == RC_OK) rc = roll_up(d, s->rows, &t);
  if (rc < 0) return rc;
  int *row_of = ARENA_ARRAY(&d->scratch, int, (size_t)t.nkeys + 1);
  if (!row_of) return derive_no_memory(d->e);
  for (int i = 0; i < t.nkeys; i++) row_of[i] = -1, side->money |= t.money[i];
  for (int c = 0; c < t.ncolumns; c++) side->money |= t.all[c] != 0;
  if (s->total.n && !s->total_last) total = side->n, rc = total_row(d, side, &t);
  for (int i = 0; i < t.nkeys && rc == RC_OK; i++) {
    if (s->rows != ROWS_UNITS && !(s->with_zero ? t.seen[i] : t.money[i])) continue;
    row_of[i] = side->n;
    rc = tree_row(d, side, &t, i, row_of);
  }
  if (rc == RC_OK && s->total.n && s->total_last) total = side->n, rc = total_row(d, side, &t);
  if (rc == RC_OK) rc = derive_children(d, side, total);
  return rc == RC_OK ? check_total(d, side, total) : rc;
}

/* ---- listed rows ---- */

struct items {
  struct derive *d;
  struct derive_side *side;
  const struct tally *t;
  int row[LAYOUT_ITEMS]; /* of each item; of classes and economics the first */
  int nclasses;          /* rows of classes or economics */
};

static int class_row(struct items *x, const struct layout_item *it, struct sv code, struct sv name, int func, int number) {
  struct derive *d = x->d;
  struct derive_row *r = derive_row_add(d, x->side);
  if (!r) return derive_no_memory(d->e);
  r->key = r->code = code, r->level = it->level;
  struct sv first = layout_ordinal_long(&d->paper->arena, it->label, number, it->long_numbers);
  r->label = sv_from(arena_printf(&d->paper->arena, "%.*s%.*s", SV_ARG(first), SV_ARG(name)));
  if (func >= 0) memcpy(r->amount, x->t->key + (size_t)func * (size_t)x->t->ncolumns, sizeof *r->amount * (size_t)x->t->ncolumns);
  r->base = derive_base(d, x->side->layout, x->side->layout->flow, 1), r->nbase = 1;
  if (!r->base || !r->label.p) return derive_no_memory(d->e);
  struct layout_filter f = {.func = {code}};
  sum_meet(r->base, &f);
  x->nclasses++;
  return RC_OK;
}

static int func_coded(const struct workspace *w, struct sv code) {
  for (size_t i = 0; i < w->funcs.n; i++)
    if (sv_equal(w->funcs.v[i].code, code)) return (int)i;
  return -1;
}

static bool class_listed(const struct layout *l, struct sv code) {
  for (size_t i = 0; i < l->classes.n; i++)
    if (sv_equal(l->classes.v[i].code, code)) return true;
  return false;
}

/* The list of the layout, then what has money and is not in it. */
static int class_rows(struct items *x, const struct layout_item *it) {
  const struct workspace *w = x->d->w;
  const struct layout *l = x->d->layout;
  int rc = RC_OK, number = 0;
  for (size_t i = 0; i < l->classes.n && rc == RC_OK; i++) {
    int func = func_coded(w, l->classes.v[i].code);
    if (it->used && (func < 0 || !x->t->money[func])) continue;
    rc = class_row(x, it, l->classes.v[i].code, l->classes.v[i].name, func, ++number);
  }
  for (size_t i = 0; i < w->funcs.n && rc == RC_OK; i++) {
    const struct ws_code *c = &w->funcs.v[i];
    if (c->parent >= 0 || !x->t->money[i] || class_listed(l, c->code)) continue;
    rc = class_row(x, it, c->code, c->name, (int)i, ++number);
  }
  return rc;
}

/* ---- economic classes: 类 and 款, those of the layout and those with money ---- */

static bool below_any(const struct sv codes[SUM_CODES], struct sv code) {
  for (int i = 0; i < SUM_CODES && codes[i].n; i++)
    if (code.n >= codes[i].n && memcmp(code.p, codes[i].p, codes[i].n) == 0) return true;
  return false;
}

static int econ_coded(const struct workspace *w, struct sv code) {
  for (size_t i = 0; i < w->econs.n; i++)
    if (sv_equal(w->econs.v[i].code, code)) return (int)i;
  return -1;
}

static int economic_row(struct items *x, const struct layout_item *it, struct sv code, struct sv name, int econ) {
  struct derive *d = x->d;
  struct derive_row *r = derive_row_add(d, x->side);
  if (!r) return derive_no_memory(d->e);
  r->key = r->code = code, r->label = name, r->level = it->level + (code.n > 3);
  for (int i = x->side->n - 2; i >= 0 && code.n > 3 && r->parent < 0; i--)
    if (x->side->row[i].code.n == 3 && memcmp(x->side->row[i].code.p, code.p, 3) == 0) r->parent = i;
  if (econ >= 0) memcpy(r->amount, x->t->key + (size_t)econ * (size_t)x->t->ncolumns, sizeof *r->amount * (size_t)x->t->ncolumns);
  r->base = derive_base(d, x->side->layout, x->side->layout->flow, 1), r->nbase = 1;
  if (!r->base) return derive_no_memory(d->e);
  struct layout_filter f = {.econ = {code}};
  sum_meet(r->base, &f);
  x->nclasses++;
  return RC_OK;
}

static int code_order(struct sv a, struct sv b) {
  int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
  return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* Both lists are in the order of codes: the layout's is read so, the workspace's sorted here by walking. */
static int economic_rows(struct items *x, const struct layout_item *it) {
  const struct workspace *w = x->d->w;
  const struct layout *l = x->d->layout;
  struct sv last = {0};
  int rc = RC_OK;
  while (rc == RC_OK) { /* the least code above the last one, of either list */
    const struct layout_class *listed = NULL;
    int own = -1;
    for (size_t i = 0; i < l->economics.n; i++) {
      const struct layout_class *c = &l->economics.v[i];
      int econ = econ_coded(w, c->code);
      if (!below_any(it->filter.econ, c->code) || (last.n && code_order(c->code, last) <= 0) || (it->used && (econ < 0 || !x->t->money[econ])))
        continue;
      if (!listed || code_order(c->code, listed->code) < 0) listed = c;
    }
    for (size_t i = 0; i < w->econs.n; i++) {
      struct sv code = w->econs.v[i].code;
      if (!x->t->money[i] || !below_any(it->filter.econ, code) || (last.n && code_order(code, last) <= 0)) continue;
      if (own < 0 || code_order(code, w->econs.v[own].code) < 0) own = (int)i;
    }
    if (!listed && own < 0) return RC_OK;
    bool ours = !listed || (own >= 0 && code_order(w->econs.v[own].code, listed->code) < 0);
    last = ours ? w->econs.v[own].code : listed->code;
    rc = economic_row(x, it, last, ours ? w->econs.v[own].name : listed->name, ours ? own : econ_coded(w, last));
  }
  return rc;
}

static int item_at(const struct layout_side *s, struct sv key) {
  for (int i = 0; i < s->nitems; i++)
    if (s->item[i].kind < ITEM_FILL && sv_equal(s->item[i].key, key)) return i;
  return -1;
}

/* The rows that a sum adds: each named item, classes as all their rows. */
static int item_parts(struct items *x, const struct layout_item *it, struct derive_row *r) {
  int *part = ARENA_ARRAY(&x->d->scratch, int, (size_t)(it->nparts + x->nclasses + 1)), n = 0;
  if (!part) return derive_no_memory(x->d->e);
  for (int k = 0; k < it->nparts; k++) {
    int at = item_at(x->side->layout, it->parts[k]);
    if (at < 0) continue;
    enum layout_item_kind kind = x->side->layout->item[at].kind;
    int count = kind == ITEM_CLASSES || kind == ITEM_ECONOMICS ? x->nclasses : 1;
    for (int i = 0; i < count && n < it->nparts + x->nclasses; i++)
      if (kind != ITEM_ECONOMICS || x->side->row[x->row[at] + i].parent < 0) part[n++] = x->row[at] + i;
  }
  r->part = part, r->nparts = n;
  return RC_OK;
}

static int item_reckon(struct items *x, int i, int depth) {
  const struct layout_item *it = &x->side->layout->item[i];
  struct derive_row *r = &x->side->row[x->row[i]];
  if (it->kind != ITEM_SUM || r->base || depth > 8) return RC_OK;
  int rc = item_parts(x, it, r), total = 0;
  for (int k = 0; k < it->nparts && rc == RC_OK; k++) {
    int at = item_at(x->side->layout, it->parts[k]);
    if (at >= 0) rc = item_reckon(x, at, depth + 1);
  }
  if (rc < 0) return rc;
  for (int k = 0; k < r->nparts; k++) total += x->side->row[r->part[k]].nbase;
  r->base = ARENA_ARRAY(&x->d->paper->arena, struct sum, (size_t)total + 1);
  if (!r->base) return derive_no_memory(x->d->e);
  for (int k = 0; k < r->nparts; k++) {
    const struct derive_row *part = &x->side->row[r->part[k]];
    amounts_add(r->amount, part->amount, x->side->layout->ncolumns);
    memcpy(r->base + r->nbase, part->base, sizeof *r->base * (size_t)part->nbase);
    r->nbase += part->nbase;
  }
  return RC_OK;
}

static int item_row(struct items *x, int i) {
  const struct layout_side *s = x->side->layout;
  const struct layout_item *it = &s->item[i];
  x->row[i] = x->side->n;
  if (it->kind == ITEM_CLASSES) return class_rows(x, it);
  if (it->kind == ITEM_ECONOMICS) return economic_rows(x, it);
  struct derive_row *r = derive_row_add(x->d, x->side);
  if (!r) return derive_no_memory(x->d->e);
  r->key = it->key, r->label = it->label, r->level = it->level, r->filler = it->kind == ITEM_FILL, r->gap = it->kind == ITEM_GAP;
  if (r->gap) r->key = (struct sv){0};
  if (it->kind != ITEM_LINES) return RC_OK;
  r->base = derive_base(x->d, s, it->flow, 1), r->nbase = 1;
  if (!r->base) return derive_no_memory(x->d->e);
  sum_meet(r->base, &it->filter);
  memcpy(r->amount, x->t->item + (size_t)i * (size_t)x->t->ncolumns, sizeof *r->amount * (size_t)x->t->ncolumns);
  return RC_OK;
}

static int item_rows(struct derive *d, struct derive_side *side) {
  const struct layout_side *s = side->layout;
  struct tally t, other;
  enum rows_kind by = ROWS_FUNCTIONAL;
  for (int i = 0; i < s->nitems; i++)
    if (s->item[i].kind == ITEM_ECONOMICS) by = ROWS_ECONOMIC;
  int rc = tally_lines(d, s, s->flow, by, &t);
  if (rc == RC_OK) rc = roll_up(d, by, &t);
  for (enum sum_flow flow = SUM_SPENDING; flow <= SUM_DISTRIBUTION && rc == RC_OK; flow++) {
    bool wanted = false;
    for (int i = 0; i < s->nitems; i++) wanted |= s->item[i].kind == ITEM_LINES && s->item[i].flow == flow && flow != s->flow;
    if (!wanted) continue;
    rc = tally_lines(d, s, flow, ROWS_SINGLE, &other);
    if (rc == RC_OK) amounts_add(t.item, other.item, t.nitems * t.ncolumns);
  }
  struct items x = {.d = d, .side = side, .t = &t};
  for (int i = 0; i < s->nitems && rc == RC_OK; i++) rc = item_row(&x, i);
  for (int i = 0; i < s->nitems && rc == RC_OK; i++) rc = s->item[i].kind == ITEM_SUM ? item_reckon(&x, i, 0) : RC_OK;
  side->money = true;
  amounts_add(side->all, t.all, t.ncolumns);
  for (int i = 0; i < s->nitems; i++)
    if (s->item[i].kind == ITEM_LINES && s->item[i].flow != s->flow) amounts_add(side->all, t.item + i * t.ncolumns, t.ncolumns);
  return rc;
}

static int single_row(struct derive *d, struct derive_side *side) {
  struct tally t;
  int rc = tally_lines(d, side->layout, side->layout->flow, ROWS_SINGLE, &t);
  if (rc == RC_OK) rc = total_row(d, side, &t);
  if (rc < 0) return rc;
  side->row[0].key = SV("single"), side->row[0].total = false, side->money = true;
  return RC_OK;
}

int derive_side_rows(struct derive *d, const struct layout_side *s, struct derive_side *out) {
  *out = (struct derive_side){.layout = s};
  switch (s->rows) {
  case ROWS_ITEMS: return item_rows(d, out);
  case ROWS_SINGLE: return single_row(d, out);
  case ROWS_PROJECTS: return derive_projects(d, s, out);
  case ROWS_PURCHASES: return derive_purchases(d, s, out);
  case ROWS_FUNCTIONAL:
  case ROWS_ECONOMIC:
  case ROWS_UNITS: break;
  }
  return tree_rows(d, out);
}
