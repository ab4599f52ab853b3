/* chain.c: the year chain (domain: budget model 5.4). Amounts are compared group by group, as fine as both years say them. */
#include "rooms/book/chain.h"
#include "rooms/book/check.h"
#include "rooms/book/results.h"
#include "rooms/book/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ITEMS_MAX = 4000000 };

/* ---- last year's workspace ---- */

static bool approved_name(struct sv s) {
  return !sv_starts(s, "调整") && !sv_starts(s, "执行") && !sv_is(s, "决算");
}

int chain_load(const char *last, const char *unit, int year, struct workspace **approved, struct workspace **final, struct err *e) {
  struct workspace *w;
  char version[120] = "";
  bool accounts = false;
  *approved = *final = NULL;
  int rc = workspace_load_unit(last, NULL, unit, NULL, &w, e);
  if (rc < 0) return rc;
  if (year && w->year != year - 1) {
    rc = err_set(e, RC_USAGE, tr("%s 是 %d 年的工作区；%d 年的上年是 %d 年", "%s is the workspace of %d; last year of %d is %d"), last, w->year, year,
                 year - 1);
    return workspace_free(w), rc;
  }
  for (size_t i = 0; i < w->versions.n; i++) {
    struct sv v = w->versions.v[i];
    if (approved_name(v) && v.n < sizeof version) memcpy(version, v.p, v.n), version[v.n] = '\0';
    accounts = accounts || sv_is(v, "决算");
  }
  bool other = version[0] && !sv_is(w->versions.v[w->version], version);
  if (other) workspace_free(w), w = NULL, rc = workspace_load_unit(last, version, unit, NULL, &w, e);
  if (rc == RC_OK && accounts) rc = workspace_load_unit(last, "决算", unit, NULL, final, e);
  if (rc < 0) return workspace_free(w), rc;
  *approved = w;
  return RC_OK;
}

/* ---- groups of amounts ---- */

struct item {
  const char *key; /* also what a person is told */
  int64_t fen[2];  /* of last year's workspace, as this year's states it */
  struct ws_place first[2];
  int n[2];
};
struct chain {
  struct workspace *w;
  const struct workspace *last;
  VEC(struct item) items;
};

static void item_add(struct chain *c, int side, const char *key, int64_t fen, struct ws_place place) {
  struct item i = {.key = key};
  i.fen[side] = fen, i.first[side] = place, i.n[side] = 1;
  if (!key || VEC_PUSH(&c->items, i, ITEMS_MAX) < 0) c->w->arena.failed = true;
}

static int by_key(const void *a, const void *b) {
  const struct item *x = a, *y = b;
  int o = strcmp(x->key, y->key);
  if (o) return o;
  for (int s = 0; s < 2; s++) /* the first line of each side first */
    if (x->n[s] && y->n[s] && x->first[s].line != y->first[s].line) return x->first[s].line < y->first[s].line ? -1 : 1;
  return y->n[0] - x->n[0];
}

static const char *file_name(const struct workspace *w, int16_t file) {
  return file >= 0 && (size_t)file < w->files.n ? w->files.v[file] : "";
}

static int16_t file_index(const struct workspace *w, const char *name) {
  for (size_t i = 0; i < w->files.n; i++)
    if (strcmp(w->files.v[i], name) == 0) return (int16_t)i;
  return 0;
}

/* what: 上年预算 …; in this file of ours, and in that of last year's. */
static void items_tell(struct chain *c, const char *what, const char *ours, const char *theirs) {
  struct item *v = c->items.v;
  size_t n = c->items.n;
  if (n) qsort(v, n, sizeof *v, by_key);
  for (size_t i = 0, end; i < n; i = end) {
    struct item sum = v[i];
    for (end = i + 1; end < n && strcmp(v[end].key, sum.key) == 0; end++)
      for (int s = 0; s < 2; s++) {
        sum.fen[s] += v[end].fen[s];
        if (!sum.n[s]) sum.first[s] = v[end].first[s];
        sum.n[s] += v[end].n[s];
      }
    char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT], there[800];
    if (sum.fen[0] == sum.fen[1]) continue;
    snprintf(there, sizeof there, sum.n[0] ? "%s/%s:%d" : "%s/%s", c->last->folder, sum.n[0] ? file_name(c->last, sum.first[0].file) : theirs,
             (int)sum.first[0].line);
    ws_tell(c->w, WS_ERROR, "W-CHAIN", sum.n[1] ? sum.first[1].file : file_index(c->w, ours), sum.n[1] ? sum.first[1].line : 0, -1,
            tr("%s %s：上年工作区 %s 元（%s 起 %d 行），这里 %s 元（%d 行），差 %s 元；改这里的，或说明口径",
               "%s %s: last year's workspace %s yuan (%s, %d lines), here %s yuan (%d lines), difference %s yuan"),
            what, sum.key, money_print(a, sum.fen[0], SCALE_YUAN, 2, true), there, sum.n[0], money_print(b, sum.fen[1], SCALE_YUAN, 2, true),
            sum.n[1], money_print(d, sum.fen[1] - sum.fen[0], SCALE_YUAN, 2, true));
  }
  c->items.n = 0;
}

/* ---- prior amounts ---- */

struct lines { /* some lines of one workspace */
  const struct workspace *w;
  const struct ws_line *v;
  size_t n;
  int year, version; /* version -1: all */
};
struct detail { /* what every line of both sides says */
  bool func, econ, unit, kind, project, origin;
};

static bool taken(const struct lines *l, const struct ws_line *x) {
  return x->year == l->year && (l->version < 0 ? x->version == -1 : x->version == l->version) && x->amount != 0;
}

static bool project_known(const struct workspace *w, struct sv code) {
  for (size_t i = 0; i < w->projects.n; i++)
    if (sv_equal(w->projects.v[i].code, code)) return true;
  return false;
}

/* By code where this year's workspace has the project, else by name: of a project that ended only the name may have been kept. */
static struct sv project_of(const struct chain *c, const struct workspace *w, const struct ws_line *x) {
  const struct ws_project *p = x->project >= 0 ? &w->projects.v[x->project] : NULL;
  if (p && project_known(c->w, p->code)) return p->code;
  if (!p && sv_starts(x->project_name, "（")) return (struct sv){0}; /* 尾差, 冲减 of an imported book: of no project */
  return p && !x->project_name.n ? p->name : x->project_name;
}

static void detail_meet(struct detail *d, const struct chain *c, const struct lines *l) {
  int64_t whole = 0; /* money of projects that is of no one project */
  for (size_t i = 0; i < l->n; i++) {
    const struct ws_line *x = &l->v[i];
    if (!taken(l, x)) continue;
    d->func = d->func && x->func >= 0, d->unit = d->unit && x->unit >= 0;
    d->econ = d->econ && (x->econ >= 0 || x->kind == KIND_J);
    d->kind = d->kind && x->kind < KINDS;
    d->origin = d->origin || (l->w == c->w && x->origin == ORIGIN_CARRY);
    if (x->kind == KIND_J && project_of(c, l->w, x).n == 0) whole += x->amount;
  }
  d->project = d->project && whole == 0;
}

static const char *key_of(const struct chain *c, const struct lines *l, const struct ws_line *x, const struct detail *d) {
  static const char *const kinds[] = {"人员经费", "公用经费", "项目支出", "经营支出", "上缴上级支出", "对附属单位补助支出"};
  const char *kind = d->kind ? kinds[x->kind] : tr("支出", "spending"),
             *carried = d->origin && x->origin == ORIGIN_CARRY ? tr("（上年结转结余）", " (carried over)") : "";
  const struct sv none = {0};
  struct sv func = d->func ? l->w->funcs.v[x->func].code : none, econ = d->econ && x->kind != KIND_J ? l->w->econs.v[x->econ].code : none,
            unit = d->unit ? l->w->units.v[x->unit].code : none, project = d->project && x->kind == KIND_J ? project_of(c, l->w, x) : none;
  if (econ.n > 3) econ.n = 3; /* last year may be known by 类 only */
  const char *gap = " ";
  return arena_printf(&c->w->arena, "%s%s %s%s%.*s%s%.*s%s%.*s%s%.*s", ws_source_names[x->source], carried, kind, unit.n ? gap : "", SV_ARG(unit),
                      func.n ? gap : "", SV_ARG(func), econ.n ? gap : "", SV_ARG(econ), project.n ? gap : "", SV_ARG(project));
}

static void compare_lines(struct chain *c, const struct lines *last, const struct lines *here, const char *what, const char *theirs) {
  struct detail d = {.func = true, .econ = true, .unit = true, .kind = true, .project = true};
  int any = 0;
  const struct lines *sides[2] = {last, here};
  for (int s = 0; s < 2; s++) detail_meet(&d, c, sides[s]);
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; i < sides[s]->n; i++)
      if (taken(sides[s], &sides[s]->v[i])) any |= 1 << s, item_add(c, s, tr("合计", "in all"), sides[s]->v[i].amount, sides[s]->v[i].place);
  if (any & 1) items_tell(c, what, "prior-lines.csv", theirs);
  c->items.n = 0;
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; i < sides[s]->n; i++)
      if (taken(sides[s], &sides[s]->v[i])) item_add(c, s, key_of(c, sides[s], &sides[s]->v[i], &d), sides[s]->v[i].amount, sides[s]->v[i].place);
  if (any & 1) items_tell(c, what, "prior-lines.csv", theirs);
  c->items.n = 0;
}

static void check_priors(struct chain *c) {
  struct workspace *w = c->w;
  const struct workspace *last = c->last;
  char what[40];
  struct lines approved = {last, last->lines.v, last->lines.n, last->year, last->version}, said = {w, w->priors.v, w->priors.n, w->year - 1, -1};
  snprintf(what, sizeof what, tr("%d年预算", "budget of %d"), w->year - 1);
  compare_lines(c, &approved, &said, what, "budget-lines.csv");
  struct lines before = {last, last->priors.v, last->priors.n, w->year - 2, -1};
  said.year = w->year - 2;
  snprintf(what, sizeof what, tr("%d年预算", "budget of %d"), w->year - 2);
  compare_lines(c, &before, &said, what, "prior-lines.csv");
}

/* ---- carry-over ---- */

static const char *carry_key(const struct chain *c, const struct workspace *w, const struct ws_income *i) {
  struct sv unit = i->unit >= 0 ? w->units.v[i->unit].code : (struct sv){0};
  return arena_printf(&c->w->arena, "%.*s %s", SV_ARG(unit), ws_source_names[i->source]);
}

static void check_carry(struct chain *c, const struct workspace *final) {
  const struct workspace *from = final ? final : c->last;
  bool known = final != NULL;
  for (size_t i = 0; i < from->carries.n; i++) {
    const struct ws_income *x = &from->carries.v[i];
    if (x->year != from->year) continue;
    known = true;
    item_add(c, 0, carry_key(c, from, x), x->amount, x->place);
  }
  for (size_t i = 0; i < c->w->incomes.n; i++) {
    const struct ws_income *x = &c->w->incomes.v[i];
    if (x->version == c->w->version && x->origin == ORIGIN_CARRY) item_add(c, 1, carry_key(c, c->w, x), x->amount, x->place);
  }
  char what[80];
  snprintf(what, sizeof what, tr("%d年年终结转、%d年上年结转结余", "left at the end of %d, brought into %d"), c->w->year - 1, c->w->year);
  const struct workspace *approved = c->last;
  c->last = from; /* the places are of its files */
  if (known) items_tell(c, what, "income.csv", "carry-over.csv");
  c->last = approved, c->items.n = 0;
}

/* ---- 年初预算 + 调整 = 全年预算 ---- */

static int64_t version_sum(const struct workspace *w, int version, bool income) {
  int64_t sum = 0;
  for (size_t i = 0; income && i < w->incomes.n; i++)
    if (w->incomes.v[i].version == version) sum += w->incomes.v[i].amount;
  for (size_t i = 0; !income && i < w->lines.n; i++)
    if (w->lines.v[i].version == version) sum += w->lines.v[i].amount;
  return sum;
}

/* Each 调整 is the whole budget after it: what it adds to income it adds to spending. */
static void check_adjustments(struct workspace *w, const struct workspace *last, const char *name) {
  int before = last->version;
  for (size_t i = 0; i < last->versions.n; i++) {
    char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT], all[MONEY_TEXT];
    if (!sv_starts(last->versions.v[i], "调整")) continue;
    int64_t in = version_sum(last, (int)i, true) - version_sum(last, before, true),
            out = version_sum(last, (int)i, false) - version_sum(last, before, false);
    int64_t start = version_sum(last, last->version, false), end = version_sum(last, (int)i, false);
    before = (int)i;
    if (in == out) continue;
    money_print(a, in, SCALE_YUAN, 2, true), money_print(b, out, SCALE_YUAN, 2, true), money_print(d, out - in, SCALE_YUAN, 2, true);
    money_print(all, end, SCALE_YUAN, 2, true);
    char first[MONEY_TEXT];
    money_print(first, start, SCALE_YUAN, 2, true);
    ws_tell(
        w, WS_ERROR, "W-CHAIN", file_index(w, "income.csv"), 0, -1,
        tr("%s 的%.*s：年初预算 %s 元加历次调整是全年预算 %s 元；这一次收入调整 %s 元，支出调整 %s 元（%s/income.csv、%s/budget-lines.csv），差 %s "
           "元",
           "%s %.*s: %s yuan and the adjustments are %s yuan; this one changes income by %s, spending by %s (%s/income.csv, %s/budget-lines.csv), "
           "difference %s yuan"),
        name, SV_ARG(last->versions.v[i]), first, all, a, b, name, name, d);
  }
}

/* ---- values of goals ---- */

struct sv chain_reached(const struct workspace *w, const struct ws_indicator *i) {
  const struct ws_results *r = w->results;
  size_t at = (size_t)(i - w->indicators.v);
  const struct sv none = {0};
  if (!r || at >= w->indicators.n) return none;
  int result = r->result_of ? r->result_of[at] : -1, watch = r->watch_of ? r->watch_of[at] : -1;
  struct sv actual = result >= 0 ? r->result[result].actual : none;
  return actual.n || watch < 0 ? actual : r->watch[watch].forecast;
}

/* 10场 and 10, ≥90% and 90: the same value. */
static struct sv bare(struct sv s, struct sv unit) {
  static const char *const signs[] = {"≥", "≤", "＞", "＜", ">=", "<=", ">", "<", "="};
  s = sv_trim(s);
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (sv_starts(s, signs[k])) {
      size_t n = strlen(signs[k]);
      s = sv_trim((struct sv){s.p + n, s.n - n});
      break;
    }
  if (unit.n && s.n > unit.n && memcmp(s.p + s.n - unit.n, unit.p, unit.n) == 0) s = sv_trim((struct sv){s.p, s.n - unit.n});
  return s;
}

static const struct ws_indicator *same_last_year(const struct workspace *last, const struct ws_goal *g, const struct ws_indicator *i) {
  for (size_t k = 0; k < last->indicators.n; k++) {
    const struct ws_indicator *x = &last->indicators.v[k];
    const struct ws_goal *h = x->goal >= 0 ? &last->goals.v[x->goal] : NULL;
    if (h && !h->long_term && sv_equal(h->owner, g->owner) && sv_equal(x->level3, i->level3) && sv_equal(x->level2, i->level2)) return x;
  }
  return NULL;
}

static void value_tell(struct chain *c, const struct ws_indicator *i, const struct ws_indicator *was, int year, struct sv expected,
                       struct sv stated) {
  if (!expected.n || sv_equal(bare(expected, was->unit), bare(stated, i->unit))) return;
  ws_tell(c->w, WS_ERROR, "W-CHAIN", i->place.file, i->place.line, -1,
          tr("指标“%.*s”%d年的值：上年工作区（%s/%s:%d）是“%.*s”，这里是“%.*s”；改成一样",
             "indicator \"%.*s\", value of %d: in %s/%s:%d \"%.*s\", here \"%.*s\""),
          SV_ARG(i->level3), year, c->last->folder, file_name(c->last, was->place.file), (int)was->place.line, SV_ARG(expected), SV_ARG(stated));
}

static void check_goals(struct chain *c, const struct workspace *final) {
  const struct workspace *w = c->w, *from = final ? final : c->last;
  for (size_t i = 0; i < w->indicators.n; i++) {
    const struct ws_indicator *x = &w->indicators.v[i];
    const struct ws_goal *g = x->goal >= 0 ? &w->goals.v[x->goal] : NULL;
    const struct ws_indicator *was = g && !g->long_term ? same_last_year(from, g, x) : NULL;
    if (!was) continue;
    value_tell(c, x, was, w->year - 1, chain_reached(from, was), x->last);
    value_tell(c, x, was, w->year - 2, was->last, x->before_last);
  }
}

int chain_check(struct workspace *w, const char *last, const char *unit, struct err *e) {
  struct workspace *approved, *final;
  int rc = chain_load(last, unit, w->year, &approved, &final, e);
  if (rc < 0) return rc;
  struct chain c = {.w = w, .last = approved};
  check_priors(&c);
  check_carry(&c, final);
  check_adjustments(w, approved, last);
  check_goals(&c, final);
  free(c.items.v);
  workspace_free(approved), workspace_free(final);
  return w->arena.failed ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : RC_OK;
}
