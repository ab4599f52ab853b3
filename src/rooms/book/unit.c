/* unit.c: a department's workspace narrowed to one unit of it. */
#include "rooms/book/unit.h"
#include "rooms/book/open.h"

#include <stdlib.h>
#include <string.h>

enum { OTHERS_MAX = 8000000 };

/* Where units and projects are afterwards; -1 of others. */
struct narrow {
  struct workspace *w;
  int root;
  int *unit, *project, *goal;
  bool failed;
};

int unit_find(const struct workspace *w, struct sv code) {
  for (size_t i = 0; i < w->units.n; i++)
    if (sv_equal(w->units.v[i].code, code)) return (int)i;
  return -1;
}

static int by_place(const void *a, const void *b) {
  const struct ws_place *x = a, *y = b;
  if (x->file != y->file) return x->file < y->file ? -1 : 1;
  return (x->line > y->line) - (x->line < y->line);
}

bool unit_others(const struct workspace *w, int16_t file, int32_t line) {
  struct ws_place p = {file, line};
  return w->others.n && bsearch(&p, w->others.v, w->others.n, sizeof p, by_place);
}

struct sv unit_text_path(const struct workspace *w, struct sv name, struct arena *a) {
  bool own = w->others.n && !sv_starts(name, "projects/") && !sv_is(name, "part4-glossary");
  const char *path = own ? arena_printf(a, "texts/units/%s/%.*s.md", w->unit, SV_ARG(name)) : arena_printf(a, "texts/%.*s.md", SV_ARG(name));
  return sv_from(path ? path : "");
}

static void leave(struct narrow *x, struct ws_place place) {
  if (VEC_PUSH(&x->w->others, place, OTHERS_MAX) < 0) x->failed = true;
}

/* The unit's new number; of a record without a unit, whether its project is the unit's. */
static bool ours(const struct narrow *x, int unit, int project) {
  if (unit >= 0) return x->unit[unit] >= 0;
  return project >= 0 && x->project[project] >= 0;
}

static int moved(const int *to, int at) {
  return at >= 0 ? to[at] : -1;
}

/* Keeps what `KEEP` says of record r, moves the numbers in it by `MOVE`. */
#define SIFT(list, KEEP, MOVE)                                                                                                                       \
  do {                                                                                                                                               \
    size_t kept = 0;                                                                                                                                 \
    for (size_t i = 0; i < (list).n; i++) {                                                                                                          \
      __typeof__((list).v) r = &(list).v[i];                                                                                                         \
      if (!(KEEP)) {                                                                                                                                 \
        leave(x, r->place);                                                                                                                          \
        continue;                                                                                                                                    \
      }                                                                                                                                              \
      MOVE;                                                                                                                                          \
      (list).v[kept++] = *r;                                                                                                                         \
    }                                                                                                                                                \
    (list).n = kept;                                                                                                                                 \
  } while (0)

static void narrow_units(struct narrow *x) {
  struct workspace *w = x->w;
  int n = 0, level = w->units.v[x->root].level;
  for (size_t i = 0; i < w->units.n; i++) {
    int up = w->units.v[i].parent; /* parents come first */
    x->unit[i] = (int)i == x->root || (up >= 0 && x->unit[up] >= 0) ? n++ : -1;
  }
  SIFT(w->units, x->unit[i] >= 0, (r->parent = (int)i == x->root ? -1 : moved(x->unit, r->parent), r->level -= level));
  w->department = 0;
}

/* A project of another unit that this one pays for stays too, that its name can be told. */
static void narrow_projects(struct narrow *x) {
  struct workspace *w = x->w;
  int n = 0;
  for (size_t i = 0; i < w->projects.n; i++) x->project[i] = w->projects.v[i].unit >= 0 && x->unit[w->projects.v[i].unit] >= 0 ? 0 : -1;
  for (size_t i = 0; i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->project >= 0 && l->unit >= 0 && x->unit[l->unit] >= 0) x->project[l->project] = 0;
  }
  for (size_t i = 0; i < w->projects.n; i++)
    if (x->project[i] >= 0) x->project[i] = n++;
  SIFT(w->projects, x->project[i] >= 0, r->unit = moved(x->unit, r->unit));
}

static void narrow_money(struct narrow *x, struct ws_accounts *a) {
  struct workspace *w = x->w;
  SIFT(w->lines, ours(x, r->unit, r->project), (r->unit = moved(x->unit, r->unit), r->project = moved(x->project, r->project)));
  SIFT(w->priors, ours(x, r->unit, r->project), (r->unit = moved(x->unit, r->unit), r->project = moved(x->project, r->project)));
  SIFT(w->incomes, ours(x, r->unit, -1), r->unit = moved(x->unit, r->unit));
  SIFT(w->carries, ours(x, r->unit, -1), r->unit = moved(x->unit, r->unit));
  SIFT(w->ceilings, ours(x, r->unit, -1), r->unit = moved(x->unit, r->unit));
  SIFT(w->details, r->project >= 0 && x->project[r->project] >= 0, r->project = moved(x->project, r->project));
  SIFT(w->purchases, ours(x, r->unit, r->project), (r->unit = moved(x->unit, r->unit), r->project = moved(x->project, r->project)));
  SIFT(w->assets, ours(x, r->of, -1), r->of = moved(x->unit, r->of));
  SIFT(a->counts, ours(x, r->unit, -1), r->unit = moved(x->unit, r->unit));
}

static void narrow_goals(struct narrow *x) {
  struct workspace *w = x->w;
  int n = 0;
  for (size_t i = 0; i < w->goals.n; i++) {
    const struct ws_goal *g = &w->goals.v[i];
    bool mine = g->project >= 0 ? x->project[g->project] >= 0 : unit_find(w, g->owner) >= 0;
    x->goal[i] = mine ? n++ : -1;
  }
  SIFT(w->goals, x->goal[i] >= 0, r->project = moved(x->project, r->project));
  SIFT(w->indicators, r->goal >= 0 && x->goal[r->goal] >= 0, r->goal = moved(x->goal, r->goal));
  /* A unit's own causes only: why the department's money grew is not why the unit's did. The root's become those of the whole. */
  SIFT(w->causes, r->unit >= 0 && x->unit[r->unit] >= 0, r->unit = r->unit == x->root ? -1 : moved(x->unit, r->unit));
}

/* texts/units/CODE/NAME.md are this unit's NAME; explanations of terms are everybody's; the rest is about others. */
static void narrow_texts(struct narrow *x, const char *code) {
  struct workspace *w = x->w;
  size_t kept = 0, n = strlen("units/") + strlen(code) + 1;
  for (size_t i = 0; i < w->texts.n; i++) {
    struct ws_text t = w->texts.v[i];
    bool own = t.name.n > n && memcmp(t.name.p, "units/", 6) == 0 && memcmp(t.name.p + 6, code, n - 7) == 0 && t.name.p[n - 1] == '/';
    if (own) t.name.p += n, t.name.n -= n;
    if (own || sv_starts(t.name, "projects/") || sv_is(t.name, "part4-glossary")) w->texts.v[kept++] = t;
  }
  w->texts.n = kept;
}

/* Without units in last year's lines a unit's growth cannot be known; nought would be a false figure. */
static void tell_priors(struct narrow *x, size_t before) {
  struct workspace *w = x->w;
  const struct ws_unit *u = &w->units.v[0];
  if (before == 0 || w->priors.n > 0) return;
  for (size_t i = 0; i < w->files.n; i++)
    if (strcmp(w->files.v[i], "prior-lines.csv") == 0)
      ws_tell(w, WS_WARNING, "W-PRIOR", (int16_t)i, 0, -1,
              tr("没有 %.*s 上年的数：这本书里它都算新增。上年有的，在 prior-lines.csv 的 unit 列填 %.*s",
                 "no figures of last year of %.*s: all its money counts as new. If it had some, write %.*s into the column unit of prior-lines.csv"),
              SV_ARG(u->name), SV_ARG(u->code));
}

/* Lines of last year without a unit belong to nobody's book: the officer must say whose they were. */
static int count_nobody(const struct workspace *w, struct ws_place *first) {
  int n = 0;
  for (size_t i = 0; i < w->priors.n; i++)
    if (w->priors.v[i].unit < 0 && w->priors.v[i].project < 0 && n++ == 0) *first = w->priors.v[i].place;
  return n;
}

static void tell_nobody(struct workspace *w, int n, struct ws_place first) {
  if (n)
    ws_tell(w, WS_ERROR, "W-PRIOR", first.file, first.line, -1,
            tr("以前年度有 %d 行没有单位，各单位的上年数就不全；在 prior-lines.csv 加一列 unit，填单位编码",
               "%d lines of earlier years have no unit, so no unit's figures of last year are whole; add a column unit to prior-lines.csv"),
            n);
}

/* Assets of nobody: a unit's book would say that it has none. */
static void tell_assets(struct workspace *w, int n, struct ws_place first) {
  if (n)
    ws_tell(w, WS_ERROR, "W-ASSET", first.file, first.line, -1,
            tr("国有资产有 %d 行没有写是哪个单位的；在 assets.csv 加一列 of，填单位编码",
               "%d lines of assets do not say whose they are; add a column of with the unit's code to assets.csv"),
            n);
}

static int count_assets(const struct workspace *w, struct ws_place *first) {
  int n = 0;
  for (size_t i = 0; i < w->assets.n; i++)
    if (w->assets.v[i].of < 0 && n++ == 0) *first = w->assets.v[i].place;
  return n;
}

static void sift_problems(struct workspace *w) {
  size_t kept = 0;
  w->errors = 0;
  for (size_t i = 0; i < w->problems.n; i++) {
    const struct ws_problem *p = &w->problems.v[i];
    if (p->line > 0 && unit_others(w, p->file, p->line)) continue;
    w->errors += p->severity == WS_ERROR;
    w->problems.v[kept++] = *p;
  }
  w->problems.n = kept;
}

static int none_such(const struct workspace *w, const char *code, struct err *e) {
  struct buf all;
  buf_init(&all, 700);
  for (size_t i = 0; i < w->units.n && all.n < 600; i++) buf_printf(&all, "%s%.*s", i ? "、" : "", SV_ARG(w->units.v[i].code));
  err_set(e, RC_USAGE, tr("units.csv 里没有编码为 %s 的单位；有：%s", "units.csv has no unit with the code %s; it has: %s"), code,
          all.p ? all.p : "");
  buf_release(&all);
  return RC_USAGE;
}

int unit_narrow(struct workspace *w, const char *code, struct ws_accounts *a, struct err *e) {
  struct narrow x = {.w = w, .root = unit_find(w, sv_from(code))};
  if (x.root < 0) return none_such(w, code, e);
  w->unit = arena_text(&w->arena, code, strlen(code));
  if (w->units.v[x.root].parent < 0) return RC_OK; /* the department: nothing is left out */
  size_t priors = w->priors.n;
  int nobody = 0, assets = 0;
  struct ws_place first = {-1, 0}, first_asset = first;
  x.unit = calloc(w->units.n + 1, sizeof *x.unit), x.project = calloc(w->projects.n + 1, sizeof *x.project);
  x.goal = calloc(w->goals.n + 1, sizeof *x.goal);
  if (x.unit && x.project && x.goal && w->unit) {
    nobody = count_nobody(w, &first), assets = count_assets(w, &first_asset);
    narrow_units(&x);
    narrow_projects(&x);
    narrow_money(&x, a);
    narrow_goals(&x);
    narrow_texts(&x, code);
    if (w->others.n) qsort(w->others.v, w->others.n, sizeof *w->others.v, by_place);
  } else {
    x.failed = true;
  }
  free(x.unit), free(x.project), free(x.goal);
  if (x.failed) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  sift_problems(w);
  tell_nobody(w, nobody, first), tell_assets(w, assets, first_asset);
  if (!nobody) tell_priors(&x, priors);
  return RC_OK;
}

/* ---- money between units ---- */

static int64_t spent(const struct workspace *w, int kind, struct ws_place *first) {
  int64_t sum = 0;
  for (size_t i = 0; i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->version != w->version || l->kind != kind || !l->amount) continue;
    if (!sum) *first = l->place;
    sum += l->amount;
  }
  return sum;
}

static int64_t received(const struct workspace *w, int source) {
  int64_t sum = 0;
  for (size_t i = 0; i < w->incomes.n; i++)
    if (w->incomes.v[i].version == w->version && w->incomes.v[i].source == source && w->incomes.v[i].origin == ORIGIN_YEAR)
      sum += w->incomes.v[i].amount;
  return sum;
}

void unit_tell_inner(struct workspace *w) {
  static const struct {
    int kind, source;
    const char *paid, *got;
  } ways[] = {{KIND_S, SOURCE_SUBORDINATE, "上缴上级支出", "附属单位上缴收入"}, {KIND_A, SOURCE_SUPERIOR, "对附属单位补助支出", "上级补助收入"}};
  if (w->units.n < 3) return; /* a department and one unit: nobody to pay */
  for (int k = 0; k < 2; k++) {
    struct ws_place at = {0, 0};
    char a[MONEY_TEXT], b[MONEY_TEXT], c[MONEY_TEXT];
    int64_t paid = spent(w, ways[k].kind, &at), got = received(w, ways[k].source);
    if (paid <= 0 || got <= 0) continue;
    money_print(a, paid, SCALE_YUAN, 2, true), money_print(b, got, SCALE_YUAN, 2, true), money_print(c, paid < got ? paid : got, SCALE_YUAN, 2, true);
    ws_tell(w, WS_WARNING, "W-INNER", at.file, at.line, -1,
            tr("%s %s 元，%s %s 元：单位之间的往来最多 %s 元在部门收入、支出里各有一次，没有抵销；是不是内部往来由部门核实",
               "%s %s yuan, %s %s yuan: up to %s yuan between units stand in the department's income and in its spending; they are not taken out"),
            ways[k].paid, a, ways[k].got, b, c);
  }
}
