/* derive_projects.c: 项目支出情况表: department, unit, category, project. */
#include "rooms/book/derive.h"

#include <stdlib.h>

struct projects {
  struct derive *d;
  const struct layout_side *s;
  struct derive_side *side;
  struct tally by_project, by_unit;
  int *order;   /* projects by unit, category, place in projects.csv */
  int *first;   /* of each unit in order; [units] the end */
  bool *wanted; /* units with projects or money, and those above them */
  int *row_of;  /* unit → row */
};

static int by_place(const struct workspace *w, int a, int b) {
  const struct ws_project *x = &w->projects.v[a], *y = &w->projects.v[b];
  size_t n = x->category.n < y->category.n ? x->category.n : y->category.n;
  int c = n ? memcmp(x->category.p, y->category.p, n) : 0;
  if (c == 0) c = (x->category.n > y->category.n) - (x->category.n < y->category.n);
  return c ? c : (a > b) - (a < b);
}

/* Insertion would be quadratic for thousands of projects of one unit: a merge sort by unit's part of the list. */
static void sort_part(const struct workspace *w, int *v, int *spare, int n) {
  if (n < 2) return;
  int half = n / 2;
  sort_part(w, v, spare, half), sort_part(w, v + half, spare, n - half);
  memcpy(spare, v, sizeof *v * (size_t)n);
  for (int i = 0, a = 0, b = half; i < n; i++) v[i] = b == n || (a < half && by_place(w, spare[a], spare[b]) <= 0) ? spare[a++] : spare[b++];
}

static int order_projects(struct projects *x) {
  const struct workspace *w = x->d->w;
  size_t units = w->units.n, n = w->projects.n;
  int *spare = ARENA_ARRAY(&x->d->scratch, int, n + 1), *at = ARENA_ARRAY(&x->d->scratch, int, units + 1);
  x->order = ARENA_ARRAY(&x->d->scratch, int, n + 1), x->first = ARENA_ARRAY(&x->d->scratch, int, units + 2);
  x->row_of = ARENA_ARRAY(&x->d->scratch, int, units + 1), x->wanted = ARENA_ARRAY(&x->d->scratch, bool, units + 1);
  if (!spare || !at || !x->order || !x->first || !x->row_of || !x->wanted) return derive_no_memory(x->d->e);
  for (size_t i = 0; i < n; i++)
    if (w->projects.v[i].unit >= 0 && (size_t)w->projects.v[i].unit < units) x->first[w->projects.v[i].unit + 1]++;
  for (size_t u = 0; u < units; u++) x->first[u + 1] += x->first[u], at[u] = x->first[u];
  for (size_t i = 0; i < n; i++)
    if (w->projects.v[i].unit >= 0 && (size_t)w->projects.v[i].unit < units) x->order[at[w->projects.v[i].unit]++] = (int)i;
  for (size_t u = 0; u < units; u++) {
    sort_part(w, x->order + x->first[u], spare, x->first[u + 1] - x->first[u]);
    x->row_of[u] = -1;
    if (x->first[u + 1] == x->first[u] && !x->by_unit.money[u]) continue;
    for (int up = (int)u, depth = 0; up >= 0 && depth < 32; depth++) x->wanted[up] = true, up = w->units.v[up].parent;
  }
  return RC_OK;
}

static const int64_t *project_amount(const struct projects *x, int project) {
  return x->by_project.key + (size_t)project * (size_t)x->s->ncolumns;
}

static int project_row(struct projects *x, int project, int parent, int level) {
  const struct ws_project *p = &x->d->w->projects.v[project];
  struct derive_row *r = derive_row_add(x->d, x->side);
  if (!r || !(r->base = derive_base(x->d, x->s, x->s->flow, 1))) return derive_no_memory(x->d->e);
  r->key = r->code = p->code, r->label = p->name, r->level = level, r->parent = parent, r->nbase = 1;
  r->unit_name = x->d->w->units.v[p->unit].name;
  r->base->project = project;
  memcpy(r->amount, project_amount(x, project), sizeof *r->amount * (size_t)x->s->ncolumns);
  return RC_OK;
}

static int category_rows(struct projects *x, int unit) {
  const struct workspace *w = x->d->w;
  int rc = RC_OK, parent = x->row_of[unit], level = x->side->row[parent].level + 1;
  for (int i = x->first[unit]; i < x->first[unit + 1] && rc == RC_OK;) {
    const struct ws_project *first = &w->projects.v[x->order[i]];
    int end = i, row = x->side->n;
    while (end < x->first[unit + 1] && sv_equal(w->projects.v[x->order[end]].category, first->category)) end++;
    struct derive_row *r = derive_row_add(x->d, x->side);
    if (!r || !(r->base = derive_base(x->d, x->s, x->s->flow, end - i))) return derive_no_memory(x->d->e);
    r->key = r->code = first->category, r->label = first->category_name, r->level = level, r->parent = parent, r->nbase = end - i;
    int *part = ARENA_ARRAY(&x->d->scratch, int, (size_t)(end - i));
    if (!part) return derive_no_memory(x->d->e);
    r->part = part, r->nparts = end - i;
    for (int k = i; k < end; k++) {
      const int64_t *amount = project_amount(x, x->order[k]);
      for (int c = 0; c < x->s->ncolumns; c++) r->amount[c] += amount[c];
      r->base[k - i].project = x->order[k];
      part[k - i] = row + 1 + (k - i);
    }
    for (int k = i; k < end && rc == RC_OK; k++) rc = project_row(x, x->order[k], row, level + 1);
    i = end;
  }
  return rc;
}

static int unit_row(struct projects *x, int unit) {
  const struct ws_unit *u = &x->d->w->units.v[unit];
  struct derive_row *r = derive_row_add(x->d, x->side);
  if (!r || !(r->base = derive_base(x->d, x->s, x->s->flow, 1))) return derive_no_memory(x->d->e);
  x->row_of[unit] = x->side->n - 1;
  r->key = r->code = u->code, r->label = u->name, r->level = u->level + 1, r->nbase = 1;
  r->parent = u->parent >= 0 ? x->row_of[u->parent] : -1;
  r->base->unit = unit;
  memcpy(r->amount, x->by_unit.key + (size_t)unit * (size_t)x->s->ncolumns, sizeof *r->amount * (size_t)x->s->ncolumns);
  return RC_OK;
}

/* Every row's parts; a unit whose rows below do not add up to it has money of another unit's project: said, not hidden. */
static int project_parts(struct projects *x) {
  struct derive_side *side = x->side;
  int *count = ARENA_ARRAY(&x->d->scratch, int, (size_t)side->n + 1), *list = ARENA_ARRAY(&x->d->scratch, int, (size_t)side->n + 1), rc = RC_OK;
  if (!count || !list) return derive_no_memory(x->d->e);
  for (int i = 1; i < side->n; i++) count[side->row[i].parent >= 0 ? side->row[i].parent : 0]++;
  for (int i = 0, at = 0; i < side->n; i++) side->row[i].part = list + at, side->row[i].nparts = 0, at += count[i];
  for (int i = 1; i < side->n; i++) {
    struct derive_row *up = &side->row[side->row[i].parent >= 0 ? side->row[i].parent : 0];
    list[(up->part - list) + up->nparts++] = i;
  }
  for (int i = 0; i < side->n && rc == RC_OK; i++)
    for (int c = 0; c < x->s->ncolumns && (side->row[i].nparts > 0 || side->row[i].base->unit >= 0) && rc == RC_OK; c++) {
      int64_t sum = 0;
      for (int k = 0; k < side->row[i].nparts; k++) sum += side->row[side->row[i].part[k]].amount[c];
      if (sum == side->row[i].amount[c]) continue;
      const char *text =
          arena_printf(&x->d->paper->arena,
                       tr("%.*s %.*s 下的项目加起来不等于它：有的项目支出行没有项目，或由项目单位以外的单位承担",
                          "%.*s %.*s: its projects do not add up to it: lines without a project, or borne by another unit than the project's"),
                       SV_ARG(side->row[i].code), SV_ARG(side->row[i].label));
      rc = derive_problem(x->d, "H-TOTAL", text), c = x->s->ncolumns;
    }
  return rc;
}

int derive_projects(struct derive *d, const struct layout_side *s, struct derive_side *out) {
  struct projects x = {.d = d, .s = s, .side = out};
  int rc = tally_lines(d, s, s->flow, ROWS_PROJECTS, &x.by_project);
  if (rc == RC_OK) rc = tally_lines(d, s, s->flow, ROWS_UNITS, &x.by_unit);
  if (rc < 0) return rc;
  /* Units above take what is below them; they come after their parents, so from the end. */
  for (int u = x.by_unit.nkeys - 1; u >= 0; u--) {
    int up = d->w->units.v[u].parent;
    if (up < 0 || up >= u) continue;
    for (int c = 0; c < s->ncolumns; c++) x.by_unit.key[up * s->ncolumns + c] += x.by_unit.key[u * s->ncolumns + c];
  }
  rc = order_projects(&x);
  if (rc < 0) return rc;
  struct derive_row *r = derive_row_add(d, out);
  if (!r || !(r->base = derive_base(d, s, s->flow, 1))) return derive_no_memory(d->e);
  r->key = SV("total"), r->label = s->total, r->total = true, r->nbase = 1;
  memcpy(r->amount, x.by_project.all, sizeof *r->amount * (size_t)s->ncolumns);
  for (int u = 0; u < x.by_unit.nkeys && rc == RC_OK; u++) {
    out->money |= x.by_unit.money[u];
    if (!x.wanted[u]) continue;
    rc = unit_row(&x, u);
    if (rc == RC_OK) rc = category_rows(&x, u);
  }
  for (int c = 0; c < s->ncolumns; c++) out->money |= x.by_project.all[c] != 0;
  return rc == RC_OK ? project_parts(&x) : rc;
}
