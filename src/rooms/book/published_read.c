/* published_read.c: the tables of a published book as lines: spending by functional class and kind, basic spending by economic class, projects, the
 * three public expenses, money from other sources. */
#include "rooms/book/published.h"

#include <stdlib.h>
#include <string.h>

static const char again[] = "（冲减：同一笔钱按两种分法各记了一次）", tail[] = "（尾差：印出的合计与各行之和）";

/* ---- cells ---- */

static const struct book_table *table_of(const struct published *p, const char *kind) {
  symbol k = book_find(p->b, kind);
  for (size_t i = 0; k != NO_SYMBOL && i < p->b->tables.n; i++)
    if (p->b->tables.v[i].kind == k && !p->b->tables.v[i].prose && p->b->tables.v[i].phase == PHASE_BUDGET) return &p->b->tables.v[i];
  return NULL;
}

static int column_of(const struct published *p, const struct book_table *t, const char *measure) {
  symbol m = book_find(p->b, measure);
  for (int c = 0; t && m != NO_SYMBOL && c < t->ncolumns; c++)
    if (t->columns[c].measure == m && !t->columns[c].other_year && !t->columns[c].derived) return c;
  return -1;
}

static struct sv key_of(const struct published *p, const struct book_row *r) {
  return r->key == NO_SYMBOL ? (struct sv){0} : sv_from(intern_name(&p->b->symbols, r->key));
}

static int row_of(const struct published *p, const struct book_table *t, const char *key) {
  for (int r = 0; t && r < t->nrows; r++)
    if (sv_is(key_of(p, &t->rows[r]), key)) return r;
  return -1;
}

static const char *place_text(const struct published *p, const struct book_table *t, struct place at) {
  struct sv title = t->title;
  if (at.page > 0) return arena_printf(&p->im->arena, tr("%.*s 第 %d 页", "%.*s page %d"), SV_ARG(title), at.page);
  return arena_printf(&p->im->arena, tr("%.*s 第 %d 行", "%.*s row %d"), SV_ARG(title), at.line);
}

static struct sv kept(const struct published *p, struct sv s) {
  const char *c = arena_text(&p->im->arena, s.p ? s.p : "", s.n);
  return c ? (struct sv){c, s.n} : (struct sv){0};
}

/* One printed amount, with what it is printed to. */
struct figure {
  bool known; /* a blank is a nought that is known */
  int64_t fen, quantum;
  enum scale scale;
  int decimals;
  const char *from;
};

static struct figure figure_at(struct published *p, const struct book_table *t, int row, const char *measure) {
  struct figure f = {0};
  int c = column_of(p, t, measure);
  const struct obs *o = c >= 0 && row >= 0 ? book_cell(p->b, t, row, c) : NULL;
  if (!o || o->type != OBS_AMOUNT) return f;
  bool first = !p->seen[o - p->b->obs.v];
  p->seen[o - p->b->obs.v] = true;
  f.from = place_text(p, t, o->place);
  if (o->state == OBS_UNREADABLE || o->doubtful || o->recognised || t->doubtful) {
    if (first)
      published_note(p, tr("没有用：%s，%.*s：“%.*s”没有读清", "not used: %s, %.*s: \"%.*s\" was not read cleanly"), f.from,
                     SV_ARG(t->rows[row].label), SV_ARG(o->text));
    return f;
  }
  f.known = true;
  f.scale = t->scale == SCALE_NONE ? SCALE_YUAN : t->scale, f.decimals = o->decimals;
  if (o->state != OBS_VALUE) return f;
  int64_t exact = money_quantum(o->decimals, f.scale);
  f.fen = o->value, f.quantum = o->quantum > 0 && o->quantum < exact ? o->quantum : exact;
  for (; f.decimals < 6 && f.scale > SCALE_YUAN && money_quantum(f.decimals, f.scale) > f.quantum;) f.decimals++; /* 112 in a column of 321.30 */
  p->figures += first && f.fen != 0;
  return f;
}

/* ---- lines ---- */

static bool same_line(const struct pub_line *a, const struct pub_line *b) {
  return a->kind == b->kind && a->source == b->source && a->origin == b->origin && a->back == b->back && sv_equal(a->func, b->func) &&
         sv_equal(a->econ, b->econ) && sv_equal(a->project, b->project) && sv_equal(a->name, b->name) && sv_equal(a->category, b->category);
}

static void line_add(struct published *p, struct pub_line line, const struct figure *f, int64_t fen) {
  if (fen == 0) return;
  line.fen = fen, line.quantum = f->quantum, line.scale = f->scale, line.decimals = f->decimals, line.from = f->from;
  for (size_t i = 0; i < p->lines.n; i++) {
    struct pub_line *old = &p->lines.v[i];
    if (!same_line(old, &line)) continue;
    old->fen += fen, old->merged = true;
    if (old->quantum < line.quantum) old->quantum = line.quantum;
    return;
  }
  if (VEC_PUSH(&p->lines, line, IMPORT_ROWS) < 0) p->im->arena.failed = true;
}

int64_t published_sum(const struct published *p, unsigned kinds, unsigned sources, struct sv func, struct sv econ) {
  int64_t sum = 0;
  for (size_t i = 0; i < p->lines.n; i++) {
    const struct pub_line *l = &p->lines.v[i];
    if (l->back || (kinds && !(kinds >> l->kind & 1u)) || (sources && !(sources >> l->source & 1u))) continue;
    if ((func.n && !sv_equal(l->func, func)) || (econ.n && !sv_equal(l->econ, econ))) continue;
    sum += l->fen;
  }
  return sum;
}

/* The one functional class that has all money of a kind and source, so that it is that of the other tables' amounts too; else empty. */
static struct sv only_func(const struct published *p, uint8_t kind, uint8_t source) {
  struct sv only = {0};
  for (size_t i = 0; i < p->lines.n; i++) {
    const struct pub_line *l = &p->lines.v[i];
    if (l->kind != kind || l->source != source || l->back || l->econ.n || l->project.n || sv_is(l->name, again)) continue;
    if (l->func.n == 0 || (only.n && !sv_equal(only, l->func))) return (struct sv){0};
    only = l->func;
  }
  return only;
}

/* Whether the table by function leaves some money without a kind. */
static bool unsplit(const struct published *p, uint8_t source) {
  for (size_t i = 0; i < p->lines.n; i++)
    if (p->lines.v[i].kind == KIND_UNSPLIT && p->lines.v[i].source == source && p->lines.v[i].func.n && !p->lines.v[i].name.n) return true;
  return false;
}

/* ---- spending by functional class ---- */

static bool digits(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n == 3 || s.n == 5 || s.n == 7;
}

/* The columns of a row and the kinds that they are: as fine as the table prints. */
static const struct {
  const char *measure;
  uint8_t kind;
} fine[] = {{"basic.personnel", KIND_P}, {"basic.public", KIND_U}, {"project", KIND_J}}, coarse[] = {{"basic", KIND_UNSPLIT}, {"project", KIND_J}},
  plain[] = {{"total", KIND_UNSPLIT}};

static int columns_of(const struct published *p, const struct book_table *t, const char *measure[3], uint8_t kind[3]) {
  int n = 0;
  if (column_of(p, t, "basic.personnel") >= 0 && column_of(p, t, "basic.public") >= 0 && column_of(p, t, "project") >= 0)
    for (n = 0; n < 3; n++) measure[n] = fine[n].measure, kind[n] = fine[n].kind;
  else if (column_of(p, t, "basic") >= 0 && column_of(p, t, "project") >= 0)
    for (n = 0; n < 2; n++) measure[n] = coarse[n].measure, kind[n] = coarse[n].kind;
  else if (column_of(p, t, "total") >= 0)
    measure[0] = plain[0].measure, kind[0] = plain[0].kind, n = 1;
  return n;
}

static int64_t distance(int64_t a, int64_t b) {
  return a > b ? a - b : b - a;
}

/* Printed total against the printed rows: a 尾差 is a line of its own, more is told. */
static void tail_add(struct published *p, const struct book_table *t, const char *measure, struct pub_line line, int64_t sum, int rows) {
  int r = row_of(p, t, "total");
  struct figure f = figure_at(p, t, r, measure);
  if (!f.known || f.fen == sum) return;
  int64_t d = f.fen - sum;
  char a[MONEY_TEXT], b[MONEY_TEXT];
  if (distance(f.fen, sum) <= (rows + 1) * (f.quantum ? f.quantum : 1) / 2) {
    line.name = SV(tail);
    line_add(p, line, &f, d);
    return;
  }
  published_note(
      p, tr("书里自己不符：%s 合计 %s，各行之和 %s；按各行记", "the book does not agree with itself: %s total %s, rows %s; the rows are taken"),
      f.from, money_print(a, f.fen, f.scale, f.decimals, true), money_print(b, sum, f.scale, f.decimals, true));
}

/* What a row prints as its total against its parts: a 尾差 too, of no kind. */
static void row_tail(struct published *p, const struct book_table *t, int r, struct pub_line line, int64_t sum, int parts) {
  struct figure f = figure_at(p, t, r, "total");
  int64_t d = f.fen - sum;
  if (!f.known || d == 0 || distance(d, 0) > (parts + 1) * (f.quantum ? f.quantum : 1) / 2) return;
  line.kind = KIND_UNSPLIT, line.name = SV(tail);
  line_add(p, line, &f, d);
}

/* What has children in the table is their sum; the rest is the finest that the book prints. */
static void functions_take(struct published *p, const char *kind, uint8_t source) {
  const struct book_table *t = table_of(p, kind);
  const char *measure[3];
  uint8_t kinds[3];
  int n = t ? columns_of(p, t, measure, kinds) : 0, rows = 0;
  int64_t sum[3] = {0};
  for (int r = 0; t && r < t->nrows; r++) {
    struct sv code = key_of(p, &t->rows[r]);
    int64_t whole = 0;
    if (t->rows[r].role != ROW_LEAF || !digits(code)) continue;
    rows++;
    struct pub_line line = {.source = source, .func = kept(p, code)};
    for (int k = 0; k < n; k++) {
      struct figure f = figure_at(p, t, r, measure[k]);
      line.kind = kinds[k];
      line_add(p, line, &f, f.fen);
      sum[k] += f.fen, whole += f.fen;
    }
    if (n > 1) row_tail(p, t, r, line, whole, n);
  }
  for (int k = 0; k < n && rows; k++) tail_add(p, t, measure[k], (struct pub_line){.kind = kinds[k], .source = source}, sum[k], rows);
  int64_t all = published_sum(p, 0, 1u << source, (struct sv){0}, (struct sv){0});
  if (n > 1 && rows) tail_add(p, t, "total", (struct pub_line){.kind = KIND_UNSPLIT, .source = source}, all, rows * n);
}

/* ---- basic spending by economic class ---- */

struct basic_way {    /* how amounts by economic class stand beside those by functional class */
  uint8_t kind, back; /* the kind that they are, and the kind from which they are taken away */
  struct sv func;     /* the one functional class that they are of */
  bool held;          /* there is a table by function */
};

static struct basic_way basic_way(const struct published *p, uint8_t kind) {
  struct basic_way w = {.kind = kind, .back = unsplit(p, SOURCE_GP) ? KIND_UNSPLIT : kind};
  w.held = published_sum(p, 0, 1u << SOURCE_GP, (struct sv){0}, (struct sv){0}) != 0;
  if (kind == w.back) w.func = only_func(p, kind, SOURCE_GP);
  return w;
}

static void economic_one(struct published *p, const struct book_table *t, int r, const char *measure, const struct basic_way *w) {
  struct figure f = figure_at(p, t, r, measure);
  struct pub_line line = {.kind = w->kind, .source = SOURCE_GP, .func = w->func, .econ = kept(p, key_of(p, &t->rows[r]))};
  line_add(p, line, &f, f.fen);
  line.kind = w->back, line.econ = (struct sv){0};
  if (w->func.n == 0) line.name = SV(again);
  if (w->held) line_add(p, line, &f, -f.fen);
}

static void economics_take(struct published *p) {
  const struct book_table *t = table_of(p, "gp-basic");
  bool split = t && column_of(p, t, "personnel") >= 0 && column_of(p, t, "public") >= 0;
  const char *whole = t && column_of(p, t, "amount") >= 0 ? "amount" : "total";
  const struct basic_way ways[] = {basic_way(p, KIND_P), basic_way(p, KIND_U), basic_way(p, KIND_UNSPLIT)};
  for (int r = 0; t && r < t->nrows; r++) {
    struct sv code = key_of(p, &t->rows[r]);
    if (t->rows[r].role != ROW_LEAF || !digits(code) || code.n == 7) continue;
    if (split) {
      economic_one(p, t, r, "personnel", &ways[0]);
      economic_one(p, t, r, "public", &ways[1]);
    } else {
      economic_one(p, t, r, whole, &ways[2]);
    }
  }
}

/* Where the table by function prints totals only: what is not basic spending is that of projects. */
static void project_rest(struct published *p) {
  const struct book_table *by_function = table_of(p, "gp-function"), *basic = table_of(p, "gp-basic");
  if (!by_function || !basic || column_of(p, by_function, "project") >= 0) return;
  int r = row_of(p, basic, "total");
  struct figure f = figure_at(p, basic, r, column_of(p, basic, "amount") >= 0 ? "amount" : "total");
  int64_t rest = published_sum(p, 0, 1u << SOURCE_GP, (struct sv){0}, (struct sv){0}) - f.fen;
  if (!f.known || distance(rest, 0) <= f.quantum) return;
  line_add(p, (struct pub_line){.kind = KIND_J, .source = SOURCE_GP, .name = SV("（一般公共预算支出减去基本支出）")}, &f, rest);
  line_add(p, (struct pub_line){.kind = KIND_UNSPLIT, .source = SOURCE_GP, .name = SV(again)}, &f, -rest);
}

/* ---- projects ---- */

static struct sv category_of(const struct published *p, const struct book_table *t, int row) {
  for (int up = t->rows[row].parent, depth = 0; up >= 0 && up < t->nrows && depth < 8; up = t->rows[up].parent, depth++) {
    struct sv key = key_of(p, &t->rows[up]);
    if (key.n == 2 && key.p[0] >= '0' && key.p[0] <= '9') return key;
  }
  return (struct sv){0};
}

struct project_way { /* how projects stand beside the amounts by functional class */
  const char *measure;
  uint8_t source, back;
  struct sv func;
  bool held;
};

static struct project_way project_way(const struct published *p, const char *measure, uint8_t source) {
  struct project_way w = {.measure = measure, .source = source, .back = KIND_J};
  bool known = published_sum(p, 1u << KIND_J, 1u << source, (struct sv){0}, (struct sv){0}) != 0;
  if (known) w.func = only_func(p, KIND_J, source);
  if (!known) w.back = KIND_UNSPLIT;
  w.held = published_sum(p, 0, 1u << source, (struct sv){0}, (struct sv){0}) != 0;
  return w;
}

static void project_source(struct published *p, const struct book_table *t, int r, const struct project_way *w, const struct pub_project *x) {
  struct figure f = figure_at(p, t, r, w->measure);
  struct pub_line line = {.kind = KIND_J, .source = w->source, .func = w->func, .project = x->code, .name = x->name, .category = x->category};
  line_add(p, line, &f, f.fen);
  line = (struct pub_line){.kind = w->back, .source = w->source, .func = w->func};
  if (w->func.n == 0) line.name = SV(again);
  if (w->held) line_add(p, line, &f, -f.fen);
}

static void projects_take(struct published *p, const struct project_way *ways, int n, bool list) {
  const struct book_table *t = table_of(p, "projects");
  for (int r = 0; t && r < t->nrows; r++) {
    const struct book_row *row = &t->rows[r];
    struct sv key = key_of(p, row), category = category_of(p, t, r);
    if (row->role != ROW_LEAF || (row->code.n < 10 && category.n == 0) || key.n == 2) continue;
    struct figure all = figure_at(p, t, r, "total");
    struct pub_project x = {.code = kept(p, row->code),
                            .name = kept(p, row->label),
                            .category = kept(p, category),
                            .fen = all.fen,
                            .quantum = all.quantum,
                            .from = all.from};
    for (int k = 0; k < n; k++) project_source(p, t, r, &ways[k], &x);
    if (list && VEC_PUSH(&p->projects, x, IMPORT_ROWS) < 0) p->im->arena.failed = true;
  }
}

/* ---- the three public expenses ---- */

static void three_take(struct published *p) {
  static const struct {
    const char *measure, *econ;
  } parts[] = {{"abroad", "30212"},    {"vehicle.purchase", "31013"}, {"vehicle.running", "30231"},
               {"reception", "30217"}, {"meeting", "30215"},          {"training", "30216"}}; /* what some cities print beside them */
  const struct book_table *t = table_of(p, "three-public");
  bool basic = table_of(p, "gp-basic") != NULL;
  int r = -1;
  for (int k = 0; t && k < t->nrows && r < 0; k++)
    if (t->rows[k].role != ROW_PARENT || t->nrows == 1) r = k;
  for (int k = 0; t && k < t->nrows; k++)
    if (t->rows[k].role == ROW_TOTAL) r = k;
  for (size_t k = 0; r >= 0 && k < sizeof parts / sizeof *parts; k++) {
    struct figure f = figure_at(p, t, r, parts[k].measure);
    if (!f.known) continue;
    struct sv econ = sv_from(parts[k].econ);
    int64_t d = f.fen - published_sum(p, 0, 1u << SOURCE_GP, (struct sv){0}, econ);
    char a[MONEY_TEXT], b[MONEY_TEXT];
    if (d == 0) continue;
    if (basic && d < 0)
      published_note(p,
                     tr("与基本支出表不符：%s 印 %s，%s 在基本支出表里是 %s；按前面的记",
                        "%s prints %s, class %s in the table of basic spending %s; the former is taken"),
                     f.from, money_print(a, f.fen, f.scale, f.decimals, true), parts[k].econ, money_print(b, f.fen - d, f.scale, f.decimals, true));
    uint8_t kind = basic && d > 0 && published_sum(p, 1u << KIND_J, 1u << SOURCE_GP, (struct sv){0}, (struct sv){0}) >= d ? KIND_J : KIND_UNSPLIT;
    line_add(p, (struct pub_line){.kind = kind, .source = SOURCE_GP, .econ = econ}, &f, d);
    line_add(p, (struct pub_line){.kind = kind, .source = SOURCE_GP, .name = SV(again)}, &f, -d);
  }
}

/* Their printed total may be other than their printed parts: there is no line that the difference could be of. */
static void three_tail(struct published *p) {
  static const char *const parts[] = {"30212", "31013", "30913", "30231", "30217"};
  const struct book_table *t = table_of(p, "three-public");
  int64_t sum = 0;
  char a[MONEY_TEXT], b[MONEY_TEXT];
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) sum += published_sum(p, 0, 1u << SOURCE_GP, (struct sv){0}, sv_from(parts[k]));
  for (int r = 0; t && r < t->nrows; r++) {
    struct figure f = figure_at(p, t, r, "total");
    if (!f.known || f.fen == 0 || f.fen == sum || (t->nrows > 1 && t->rows[r].role != ROW_TOTAL)) continue;
    published_note(p,
                   tr("“三公”合计印 %s，各项之和 %s；各项照印的记，合计差的尾数没有记",
                      "the three public expenses are printed as %s, their parts add up to %s; the parts are kept"),
                   money_print(a, f.fen, f.scale, f.decimals, true), money_print(b, sum, f.scale, f.decimals, true));
  }
}

/* ---- money from other sources ---- */

static const struct {
  const char *key;
  uint8_t source;
} others[] = {{"in.special", SOURCE_SPECIAL},   {"in.business", SOURCE_BUSINESS},       {"in.operating", SOURCE_OPERATING},
              {"in.superior", SOURCE_SUPERIOR}, {"in.subordinate", SOURCE_SUBORDINATE}, {"in.other", SOURCE_OTHER},
              {"in.unit", SOURCE_OTHER}};

/* The source that all other money is of; when there are several, the first carries what is not told apart, and each other one is moved to its own. */
static int carrier_find(struct published *p, int *several) {
  const struct book_table *t = table_of(p, "summary-in");
  int carrier = -1;
  *several = 0;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    struct figure f = figure_at(p, t, row_of(p, t, others[i].key), "amount");
    if (f.fen == 0 || (carrier >= 0 && strcmp(others[i].key, "in.unit") == 0)) continue; /* 单位资金 is the sum of those before it */
    if (carrier < 0) carrier = others[i].source;
    ++*several;
  }
  return carrier;
}

static void sources_move(struct published *p, int carrier) {
  const struct book_table *t = table_of(p, "summary-in");
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    struct figure f = figure_at(p, t, row_of(p, t, others[i].key), "amount");
    if (f.fen == 0 || others[i].source == carrier || strcmp(others[i].key, "in.unit") == 0) continue;
    line_add(p, (struct pub_line){.kind = KIND_UNSPLIT, .source = others[i].source}, &f, f.fen);
    line_add(p, (struct pub_line){.kind = KIND_UNSPLIT, .source = (uint8_t)carrier, .name = SV(again)}, &f, -f.fen);
  }
}

static void other_row(struct published *p, const struct book_table *t, int r, struct sv func, int carrier) {
  static const struct {
    const char *measure;
    uint8_t kind;
  } kinds[] = {{"project", KIND_J}, {"operating", KIND_B}, {"remit", KIND_S}, {"subsidy", KIND_A}};
  const struct book_table *gp = table_of(p, "gp-function");
  bool projects_known = !gp || column_of(p, gp, "project") >= 0;
  struct figure total = figure_at(p, t, r, "total");
  int64_t rest = total.fen - published_sum(p, 0, SOURCES_GRANT, func, (struct sv){0});
  if (!total.known || distance(rest, 0) <= total.quantum) return;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    struct figure f = figure_at(p, t, r, kinds[k].measure);
    int64_t d = f.fen - published_sum(p, 1u << kinds[k].kind, SOURCES_GRANT, func, (struct sv){0});
    if (f.fen == 0 || distance(d, 0) <= f.quantum || (kinds[k].kind == KIND_J && !projects_known)) continue;
    line_add(p, (struct pub_line){.kind = kinds[k].kind, .source = (uint8_t)carrier, .func = func}, &f, d);
    rest -= d;
  }
  line_add(p, (struct pub_line){.kind = KIND_UNSPLIT, .source = (uint8_t)carrier, .func = func}, &total, rest);
}

static void others_take(struct published *p) {
  const struct book_table *t = table_of(p, "expenditure");
  if (!t) t = table_of(p, "expenditure-totals");
  int several, carrier, total = row_of(p, t, "total"), rows = 0;
  if (total < 0 && t && t->nrows == 1) total = 0;
  struct figure all = figure_at(p, t, total, "total");
  int64_t grants = published_sum(p, 0, SOURCES_GRANT, (struct sv){0}, (struct sv){0});
  if (!all.known || distance(all.fen, grants) <= all.quantum) return;
  carrier = carrier_find(p, &several);
  if (carrier < 0) {
    char a[MONEY_TEXT], b[MONEY_TEXT];
    published_note(p,
                   tr("支出合计 %s 与财政拨款各表之和 %s 不等，收入表里没有别的来源；差额没有记",
                      "spending %s is not what the tables of grants add up to (%s), and no other income is printed; the difference is left out"),
                   money_print(a, all.fen, all.scale, all.decimals, true), money_print(b, grants, all.scale, all.decimals, true));
    return;
  }
  for (int r = 0; r < t->nrows; r++) {
    struct sv code = key_of(p, &t->rows[r]);
    if (t->rows[r].role != ROW_LEAF || !digits(code)) continue;
    other_row(p, t, r, kept(p, code), carrier), rows++;
  }
  if (rows == 0) other_row(p, t, total, (struct sv){0}, carrier);
  if (several > 1) {
    sources_move(p, carrier);
    published_note(p,
                   tr("单位资金有 %d 个来源，每个功能科目用的是哪一个来源，书里没有：只记科目的合计和来源的合计",
                      "other money comes from %d sources; the book does not say which class is paid from which: only the sums are kept"),
                   several);
  }
}

/* ---- money carried over ---- */

/* How much of a source's spending is of money of the year before. */
static void carry_take(struct published *p, int carrier) {
  const struct {
    const char *measure, *key;
    int source;
  } parts[] = {{"carry.gp", "in.carry.gp", SOURCE_GP},
               {"carry.fund", "in.carry.fund", SOURCE_FUND},
               {"carry.soe", "in.carry.soe", SOURCE_SOE},
               {"carry.special", "in.carry.special", SOURCE_SPECIAL},
               {"carry.unit", "in.carry.unit", carrier}};
  const struct book_table *units = table_of(p, "income-by-unit"), *grants = table_of(p, "grant-in"), *all = table_of(p, "summary-in");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    struct figure f = figure_at(p, units, row_of(p, units, "total"), parts[i].measure);
    if (!f.known) f = figure_at(p, grants, row_of(p, grants, parts[i].key), "amount");
    if (!f.known) f = figure_at(p, all, row_of(p, all, parts[i].key), "amount");
    if (f.fen == 0 || parts[i].source < 0) continue;
    struct pub_line line = {.kind = KIND_UNSPLIT, .source = (uint8_t)parts[i].source, .origin = ORIGIN_CARRY};
    line_add(p, line, &f, f.fen);
    line.origin = ORIGIN_YEAR, line.name = SV(again);
    line_add(p, line, &f, -f.fen);
  }
}

/* ---- 表11: the year before the book's ---- */

/* Three parts of spending; what pays them is said only when all of it is of grants. */
static void before_take(struct published *p) {
  static const struct {
    const char *key, *category;
    uint8_t kind;
    struct sv name;
  } parts[] = {
      {"out.personnel", "", KIND_P, {"", 0}},
      {"out.operation", "", KIND_U, {"（运转类：表11没有分公用经费和其他运转类项目）", sizeof "（运转类：表11没有分公用经费和其他运转类项目）" - 1}},
      {"out.target", "3", KIND_J, {"（特定目标类项目）", sizeof "（特定目标类项目）" - 1}}};
  const struct book_table *t = table_of(p, "goal-money");
  struct figure grant = figure_at(p, t, row_of(p, t, "in.grant"), "prior1"), total = figure_at(p, t, row_of(p, t, "in.total"), "prior1");
  for (size_t i = 0; i < p->w->priors.n; i++)
    if (p->w->priors.v[i].year == p->year - 1) return; /* that year is there already, and finer */
  if (total.fen == 0) return;
  if (grant.fen != total.fen) {
    published_note(p,
                   tr("定不了：表11里 %d 年的支出由哪些资金安排，书里没有分；没有记",
                      "not determined: which money paid the spending of %d in table 11; left out"),
                   p->year - 1);
    return;
  }
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    struct figure f = figure_at(p, t, row_of(p, t, parts[i].key), "prior1");
    line_add(p,
             (struct pub_line){.kind = parts[i].kind, .source = SOURCE_GP, .category = sv_from(parts[i].category), .name = parts[i].name, .back = 1},
             &f, f.fen);
  }
  published_note(p,
                 tr("表11里 %d 年的三类支出也记下了；都是财政拨款，书里没有分是哪一本预算，记作 11 一般公共预算",
                    "the three parts of spending of %d in table 11 are kept too; all of it are grants, which the book does not split: kept as 11"),
                 p->year - 1);
}

void published_read(struct published *p) {
  static const struct {
    const char *kind;
    uint8_t source;
  } grants[] = {{"gp-function", SOURCE_GP}, {"fund", SOURCE_FUND}, {"soe", SOURCE_SOE}};
  int several;
  for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) functions_take(p, grants[i].kind, grants[i].source);
  before_take(p);
  economics_take(p);
  project_rest(p);
  struct project_way ways[] = {project_way(p, "year.gp", SOURCE_GP),     project_way(p, "carry.gp", SOURCE_GP),
                               project_way(p, "year.fund", SOURCE_FUND), project_way(p, "carry.fund", SOURCE_FUND),
                               project_way(p, "year.soe", SOURCE_SOE),   project_way(p, "carry.soe", SOURCE_SOE)};
  projects_take(p, ways, 6, true);
  three_take(p);
  three_tail(p);
  others_take(p);
  int carrier = carrier_find(p, &several);
  struct project_way more[] = {project_way(p, "special", SOURCE_SPECIAL), project_way(p, "unit", (uint8_t)(carrier > 0 ? carrier : SOURCE_OTHER))};
  carry_take(p, several == 1 ? carrier : -1);
  projects_take(p, more, several == 1 || more[0].held ? 1 + (several == 1 && carrier != SOURCE_SPECIAL) : 0, false);
}
