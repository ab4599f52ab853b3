/* import_district.c: the published tables that a district's platform exports, recognised by the budget room. A table shows sums: proposed is only
 * what they determine (income by source; basic spending of a kind where one functional or one economic class has all of it). The rest is held beside
 * the workspace's lines, and what differs or cannot be split is said. */
#include "rooms/book/import.h"
#include "rooms/budget/budget.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 500, NOTE = 900 };

struct class_sum { /* a functional or economic class with what the form gives it */
  struct sv code, label;
  int64_t basic, project, part[2]; /* part: 人员, 公用; -1 not determined */
  int row;                         /* of the sheet, from 1 */
  int sheet;
};
struct form {
  struct import *im;
  const struct workspace *w;
  const struct code_lists *codes;
  const struct book *b;
  const struct document *d;
  struct sv version;
  int version_index; /* -1: the workspace has none of that name */
  int unit;
  bool leaf, prior; /* leaf: money can be entered on the unit; prior: the form is of last year */
  int agree, differ;
  int64_t step; /* the coarsest that amounts of the tables are printed in, 分; at least 1 */
  struct class_sum func[CLASSES], econ[CLASSES];
  int nfunc, necon;
  struct err *e;
};

static void note(struct form *f, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void note(struct form *f, const char *fmt, ...) {
  char text[NOTE];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  const char *kept = arena_text(&f->im->arena, text, strlen(text));
  if (!kept || VEC_PUSH(&f->im->notes, kept, 5000) < 0) f->im->arena.failed = true;
}

/* ---- what the form says ---- */

static const struct book_table *table_of(const struct form *f, const char *kind) {
  symbol k = book_find(f->b, kind);
  for (size_t i = 0; k != NO_SYMBOL && i < f->b->tables.n; i++)
    if (f->b->tables.v[i].kind == k && !f->b->tables.v[i].prose && f->b->tables.v[i].phase == PHASE_BUDGET) return &f->b->tables.v[i];
  return NULL;
}

static int column_of(const struct form *f, const struct book_table *t, const char *measure) {
  symbol m = book_find(f->b, measure);
  for (int c = 0; t && m != NO_SYMBOL && c < t->ncolumns; c++)
    if (t->columns[c].measure == m && !t->columns[c].other_year) return c;
  return -1;
}

/* 0 for a blank; false when the table has no such column or the cell cannot be read. */
static bool amount_in(const struct form *f, const struct book_table *t, int row, const char *measure, int64_t *fen) {
  int c = column_of(f, t, measure);
  const struct obs *o = c >= 0 ? book_cell(f->b, t, row, c) : NULL;
  *fen = 0;
  if (!o || o->type != OBS_AMOUNT || o->state == OBS_UNREADABLE || o->doubtful) return false;
  if (o->state == OBS_VALUE) *fen = o->value;
  return true;
}

static struct sv key_of(const struct form *f, const struct book_row *r) {
  return r->key == NO_SYMBOL ? (struct sv){0} : sv_from(intern_name(&f->b->symbols, r->key));
}

static int row_of(const struct form *f, const struct book_table *t, const char *key) {
  for (int r = 0; t && key && r < t->nrows; r++)
    if (sv_is(key_of(f, &t->rows[r]), key)) return r;
  return -1;
}

static const char *sheet_name(const struct form *f, int sheet) {
  for (int i = 0; i < f->d->npages; i++)
    if (f->d->pages[i].number == sheet && f->d->pages[i].label) return f->d->pages[i].label;
  return "";
}

static const char *from_text(const struct form *f, int sheet, int row) {
  return arena_printf(&f->im->arena, tr("%s 第 %d 行", "%s row %d"), sheet_name(f, sheet), row);
}

static bool digits(struct sv s, size_t n) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n == n;
}

static struct sv kept(struct form *f, struct sv s) {
  const char *p = arena_text(&f->im->arena, s.p ? s.p : "", s.n);
  return p ? (struct sv){p, s.n} : SV("");
}

static int classes_take(struct form *f, const struct book_table *t, size_t length, struct class_sum *list) {
  int n = 0;
  for (int r = 0; t && r < t->nrows && n < CLASSES; r++) {
    struct sv code = key_of(f, &t->rows[r]);
    struct class_sum s = {
        .code = kept(f, code), .label = kept(f, t->rows[r].label), .part = {-1, -1}, .row = t->rows[r].place.line, .sheet = t->rows[r].place.sheet};
    if (!digits(code, length)) continue;
    if (length == 7) {
      if (!amount_in(f, t, r, "basic", &s.basic) || !amount_in(f, t, r, "project", &s.project)) continue;
    } else if (!amount_in(f, t, r, "personnel", &s.part[0]) || !amount_in(f, t, r, "public", &s.part[1])) {
      continue;
    }
    if (s.basic || s.project || (length == 5 && (s.part[0] || s.part[1]))) list[n++] = s;
  }
  return n;
}

/* Sums of n amounts, each rounded by itself, are the same where they may be. */
static bool alike(const struct form *f, int64_t a, int64_t b, int n) {
  int64_t apart = a > b ? a - b : b - a;
  return f->step <= 1 ? apart == 0 : apart * 2 <= f->step * n;
}

static const char *const used[] = {"summary-in", "summary-out", "grant-in", "grant-out", "gp-function", "gp-basic", "fund", "soe"};

static void step_find(struct form *f) {
  f->step = 1;
  for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
    const struct book_table *t = table_of(f, used[i]);
    for (int c = 0; t && c < t->ncolumns; c++)
      if (t->columns[c].quantum > f->step) f->step = t->columns[c].quantum;
  }
}

/* ---- what the workspace has ---- */

static bool below(const struct workspace *w, int unit, int top) {
  for (int depth = 0; unit >= 0 && depth < 20; depth++, unit = w->units.v[unit].parent)
    if (unit == top) return true;
  return false;
}

static int64_t lines_sum(const struct form *f, unsigned kinds, int source, struct sv func, struct sv econ) {
  int64_t sum = 0;
  size_t n = f->prior ? f->w->priors.n : f->w->lines.n;
  for (size_t i = 0; i < n; i++) {
    const struct ws_line *l = f->prior ? &f->w->priors.v[i] : &f->w->lines.v[i];
    if (f->prior ? l->year != f->b->year : l->version != f->version_index || !below(f->w, l->unit, f->unit)) continue;
    if (!(kinds >> l->kind & 1u) || l->source != source) continue;
    if (func.n && (l->func < 0 || !sv_equal(f->w->funcs.v[l->func].code, func))) continue;
    if (econ.n && (l->econ < 0 || !sv_equal(f->w->econs.v[l->econ].code, econ))) continue;
    sum += l->amount;
  }
  return sum;
}

static void hold(struct form *f, int sheet, int row, struct sv code, const char *what, int64_t form, int64_t ours) {
  char a[MONEY_TEXT], b[MONEY_TEXT];
  if (alike(f, form, ours, 1)) {
    f->agree += form != 0;
    return;
  }
  f->differ++;
  note(f, tr("  不同  %s  %.*s %s：表里 %s 元，工作区 %s 元", "  other  %s  %.*s %s: %s 元 in the table, %s 元 in the workspace"),
       from_text(f, sheet, row), SV_ARG(code), what, money_print(a, form, SCALE_YUAN, 2, true), money_print(b, ours, SCALE_YUAN, 2, true));
}

/* ---- proposing ---- */

static struct import_sheet *sheet_for(struct form *f, const char *entity) {
  int k = ws_schema_find(f->im->records.schema, entity);
  for (size_t i = 0; i < f->im->sheets.n; i++)
    if (f->im->sheets.v[i].entity == k) return &f->im->sheets.v[i];
  struct import_sheet s = {.entity = k, .sheet = -1};
  for (int i = 0; i < OPEN_FIELDS; i++) s.column[i] = -1;
  if (k < 0 || VEC_PUSH(&f->im->sheets, s, OPEN_FIELDS) < 0) return NULL;
  return &f->im->sheets.v[f->im->sheets.n - 1];
}

static struct import_row *row_new(struct form *f, const char *entity, const char *from) {
  struct import_sheet *s = sheet_for(f, entity);
  int n = s ? f->im->records.files[s->entity].entity->nfields : 0;
  struct import_row r = {.row = -1, .from = from, .step = f->step, .value = ARENA_ARRAY(&f->im->arena, struct sv, (size_t)(n ? n : 1))};
  if (!s || !r.value || VEC_PUSH(&s->rows, r, IMPORT_ROWS) < 0) {
    f->im->arena.failed = true;
    return NULL;
  }
  return &s->rows.v[s->rows.n - 1];
}

/* Every key field is set, empty ones too: they are what the record is found by. */
static void value_set(struct form *f, struct import_row *r, const char *entity, const char *field, struct sv value) {
  const struct ws_entity *d = r ? f->im->records.files[ws_schema_find(f->im->records.schema, entity)].entity : NULL;
  int k = d ? ws_entity_field(d, field) : -1;
  if (k >= 0) r->value[k] = kept(f, value);
}

static struct sv yuan(struct form *f, int64_t fen) {
  char text[MONEY_TEXT];
  return kept(f, sv_from(money_print(text, fen, SCALE_YUAN, 2, false)));
}

static struct sv year_text(struct form *f) {
  const char *p = arena_printf(&f->im->arena, "%d", f->b->year);
  return sv_from(p);
}

/* A class that the workspace does not list yet, with those above it. */
static void class_add(struct form *f, bool func, struct sv code, struct sv label) {
  const char *entity = func ? "functions" : "economics";
  const struct book_table *forms = table_of(f, func ? "gp-function" : "gp-basic");
  int k = ws_schema_find(f->im->records.schema, entity);
  for (size_t n = 3; n <= code.n; n += 2) {
    struct sv up = {code.p, n};
    bool there = false;
    for (size_t i = 1; i <= records_count(&f->im->records, k) && !there; i++) there = sv_equal(ws_get(&f->im->records.files[k], i, 0), up);
    for (size_t i = 0; i < f->im->sheets.n; i++)
      for (size_t r = 0; f->im->sheets.v[i].entity == k && r < f->im->sheets.v[i].rows.n; r++)
        there = there || sv_equal(f->im->sheets.v[i].rows.v[r].value[0], up);
    if (there) continue;
    const struct code *known = code_find(f->codes, func ? CODES_FUNCTIONAL : CODES_ECON_DEPARTMENT, up, f->b->year);
    int named = n < code.n ? row_of(f, forms, arena_printf(&f->im->arena, "%.*s", (int)n, code.p)) : -1;
    struct sv own = n == code.n ? label : named >= 0 ? forms->rows[named].label : SV("（名称待填）");
    struct import_row *r = row_new(f, entity, known ? tr("国家科目", "the official list") : tr("表里的名称", "the form's name"));
    value_set(f, r, entity, "code", up);
    value_set(f, r, entity, "name", known ? sv_from(known->name) : own);
  }
}

static void line_add(struct form *f, int part, const struct class_sum *func, const struct class_sum *econ, int64_t fen,
                     const struct class_sum *from) {
  const char *entity = f->prior ? "prior-lines" : "budget-lines";
  class_add(f, true, func->code, func->label);
  class_add(f, false, econ->code, econ->label);
  struct import_row *r = row_new(f, entity, from_text(f, from->sheet, from->row));
  value_set(f, r, entity, "year", year_text(f));
  value_set(f, r, entity, "version", f->version);
  value_set(f, r, entity, "unit", f->w->units.v[f->unit].code);
  value_set(f, r, entity, "kind", part == 0 ? SV("P") : SV("U"));
  value_set(f, r, entity, "func", func->code);
  value_set(f, r, entity, "econ", econ->code);
  value_set(f, r, entity, "project", SV(""));
  value_set(f, r, entity, "project_name", SV(""));
  value_set(f, r, entity, "category", SV(""));
  value_set(f, r, entity, "source", SV("11"));
  value_set(f, r, entity, "origin", SV("本年"));
  value_set(f, r, entity, "amount", yuan(f, fen));
}

/* ---- income ---- */

static int64_t income_sum(const struct form *f, int source, uint8_t origin) {
  int64_t sum = 0;
  for (size_t i = 0; i < f->w->incomes.n; i++) {
    const struct ws_income *x = &f->w->incomes.v[i];
    if (x->version == f->version_index && x->source == source && x->origin == origin && below(f->w, x->unit, f->unit)) sum += x->amount;
  }
  return sum;
}

static const struct {
  const char *key, *code;
  int source;
  uint8_t origin;
} incomes[] = {
    {"in.gp", "11", SOURCE_GP, ORIGIN_YEAR},
    {"in.fund", "12", SOURCE_FUND, ORIGIN_YEAR},
    {"in.soe", "13", SOURCE_SOE, ORIGIN_YEAR},
    {"in.special", "2", SOURCE_SPECIAL, ORIGIN_YEAR},
    {"in.business", "31", SOURCE_BUSINESS, ORIGIN_YEAR},
    {"in.operating", "32", SOURCE_OPERATING, ORIGIN_YEAR},
    {"in.superior", "33", SOURCE_SUPERIOR, ORIGIN_YEAR},
    {"in.subordinate", "34", SOURCE_SUBORDINATE, ORIGIN_YEAR},
    {"in.other", "39", SOURCE_OTHER, ORIGIN_YEAR},
    {"in.carry.gp", "11", SOURCE_GP, ORIGIN_CARRY},
    {"in.carry.fund", "12", SOURCE_FUND, ORIGIN_CARRY},
    {"in.carry.soe", "13", SOURCE_SOE, ORIGIN_CARRY},
};

static void income_take(struct form *f) {
  const struct book_table *t = table_of(f, "summary-in");
  int64_t fen, carry;
  if (!t) note(f, "%s", tr("没有认出收支总表：不能导入收入", "no summary of income and spending was recognised: no income to import"));
  if (f->prior) note(f, "%s", tr("上年的收入不导入（工作区不记以前年度的收入）", "last year's income is not imported: a workspace keeps none"));
  for (size_t i = 0; t && !f->prior && i < sizeof incomes / sizeof *incomes; i++) {
    int r = row_of(f, t, incomes[i].key);
    struct sv code = sv_from(incomes[i].code);
    if (r < 0 || !amount_in(f, t, r, "amount", &fen)) continue;
    int64_t ours = income_sum(f, incomes[i].source, incomes[i].origin);
    if (fen == 0 && ours == 0) continue;
    if (!f->leaf || alike(f, fen, ours, 1)) {
      hold(f, t->rows[r].place.sheet, t->rows[r].place.line, code, tr("收入", "income"), fen, ours);
      continue;
    }
    struct import_row *row = row_new(f, "income", from_text(f, t->rows[r].place.sheet, t->rows[r].place.line));
    value_set(f, row, "income", "year", year_text(f));
    value_set(f, row, "income", "version", f->version);
    value_set(f, row, "income", "unit", f->w->units.v[f->unit].code);
    value_set(f, row, "income", "source", code);
    value_set(f, row, "income", "origin", incomes[i].origin ? SV("上年结转结余") : SV("本年"));
    value_set(f, row, "income", "amount", yuan(f, fen));
  }
  int r = f->prior ? -1 : row_of(f, t, "in.carry");
  if (r >= 0 && amount_in(f, t, r, "amount", &carry) && carry && row_of(f, t, "in.carry.gp") < 0)
    note(f, "%s",
         tr("上年结转结余没有分来源，不能导入；请在模板的“收入”里填", "money carried over is not split by source and cannot be imported; enter it"));
}

/* ---- spending ---- */

/* How much of a class of functions is 人员 and 公用, where the summary of a unit says so and all of it is 一般公共预算. */
static bool class_parts(const struct form *f, struct sv class3, int64_t part[2]) {
  const struct book_table *all = table_of(f, "summary-out"), *grant = table_of(f, "grant-out");
  char key[8];
  int64_t total, gp;
  snprintf(key, sizeof key, "%.3s", class3.p);
  int a = row_of(f, all, key), g = row_of(f, grant, key);
  return a >= 0 && g >= 0 && amount_in(f, all, a, "total", &total) && amount_in(f, grant, g, "gp", &gp) && total == gp &&
         amount_in(f, all, a, "basic.personnel", &part[0]) && amount_in(f, all, a, "basic.public", &part[1]);
}

static void parts_find(struct form *f) {
  int64_t all[2] = {0, 0}, part[2];
  int spending = 0;
  for (int i = 0; i < f->necon; i++) all[0] += f->econ[i].part[0], all[1] += f->econ[i].part[1];
  for (int i = 0; i < f->nfunc; i++) spending += f->func[i].basic != 0;
  for (int i = 0; i < f->nfunc; i++) {
    struct class_sum *s = &f->func[i];
    int same = 0;
    int64_t basic = 0;
    for (int k = 0; k < f->nfunc; k++)
      if (memcmp(f->func[k].code.p, s->code.p, 3) == 0) same += f->func[k].basic != 0, basic += f->func[k].basic;
    if (s->basic == 0)
      s->part[0] = s->part[1] = 0;
    else if (all[0] == 0 || all[1] == 0)
      s->part[all[0] == 0] = s->basic, s->part[all[0] != 0] = 0;
    else if (spending == 1 && alike(f, s->basic, all[0] + all[1], f->necon + 1))
      s->part[0] = all[0], s->part[1] = all[1];
    else if (!class_parts(f, s->code, part) || !alike(f, part[0] + part[1], basic, same + 2))
      continue;
    else if (part[0] == 0 || part[1] == 0)
      s->part[part[0] == 0] = s->basic, s->part[part[0] != 0] = 0;
    else if (same == 1)
      s->part[0] = part[0], s->part[1] = part[1];
  }
}

static int part_count(const struct class_sum *list, int n, int part, int64_t *sum, int *only, bool *known) {
  int count = 0;
  *sum = 0, *known = true, *only = -1;
  for (int i = 0; i < n; i++) {
    if (list[i].part[part] < 0) *known = false;
    if (list[i].part[part] <= 0) continue;
    *sum += list[i].part[part];
    *only = i;
    count++;
  }
  return count;
}

/* 人员 or 公用: lines where they are determined, else what is not. */
static void part_take(struct form *f, int part) {
  const char *what = part == 0 ? tr("人员经费", "personnel") : tr("公用经费", "public expenses");
  int64_t a, b;
  int func, econ;
  bool known, all;
  int nf = part_count(f->func, f->nfunc, part, &a, &func, &known), ne = part_count(f->econ, f->necon, part, &b, &econ, &all);
  if (ne == 0 && nf == 0) return;
  if (known && !alike(f, a, b, nf + ne)) {
    char x[MONEY_TEXT], y[MONEY_TEXT];
    note(f,
         tr("%s：分功能科目合计 %s 元，分经济科目合计 %s 元，表里自己就不相等，没有导入",
            "%s: %s 元 by function, %s 元 by economic class: the form does not agree with itself"),
         what, money_print(x, a, SCALE_YUAN, 2, true), money_print(y, b, SCALE_YUAN, 2, true));
    return;
  }
  if (!f->leaf) return;
  if (!known || (nf != 1 && ne != 1)) {
    note(f,
         tr("%s：涉及几个功能科目、%d 个经济科目，表里只有各自的合计，推不出每一笔；请在填报模板的“支出预算”里填",
            "%s: several functional and %d economic classes, of which the form gives the sums only; enter the lines in the template"),
         what, ne);
    return;
  }
  for (int i = 0; nf == 1 && i < f->necon; i++)
    if (f->econ[i].part[part] > 0) line_add(f, part, &f->func[func], &f->econ[i], f->econ[i].part[part], &f->econ[i]);
  for (int i = 0; nf > 1 && i < f->nfunc; i++)
    if (f->func[i].part[part] > 0) line_add(f, part, &f->func[i], &f->econ[econ], f->func[i].part[part], &f->func[i]);
}

static void spending_hold(struct form *f, const struct class_sum *list, int n, int source) {
  unsigned project = 1u << KIND_J;
  for (int i = 0; i < n; i++) {
    const struct class_sum *s = &list[i];
    hold(f, s->sheet, s->row, s->code, tr("基本支出", "basic"), s->basic, lines_sum(f, KINDS_BASIC, source, s->code, (struct sv){0}));
    hold(f, s->sheet, s->row, s->code, tr("项目支出", "projects"), s->project, lines_sum(f, project, source, s->code, (struct sv){0}));
    if (s->project && !lines_sum(f, project, source, s->code, (struct sv){0}))
      note(f,
           tr("  %.*s 的项目支出没有项目和经济科目，不能导入；请在模板的“支出预算”里填",
              "  %.*s: project spending without project and economic class; enter it"),
           SV_ARG(s->code));
  }
}

static bool listed(const struct class_sum *list, int n, struct sv code) {
  for (int i = 0; i < n; i++)
    if (sv_equal(list[i].code, code)) return true;
  return false;
}

/* Classes that the workspace spends on and the form does not show. */
static void lacking_hold(struct form *f) {
  char a[MONEY_TEXT];
  for (int econ = 0; econ < 2; econ++) {
    size_t n = econ ? f->w->econs.n : f->w->funcs.n;
    for (size_t i = 0; i < n; i++) {
      const struct ws_code *c = econ ? &f->w->econs.v[i] : &f->w->funcs.v[i];
      int64_t sum =
          lines_sum(f, econ ? KINDS_BASIC : KINDS_BASIC | 1u << KIND_J, SOURCE_GP, econ ? (struct sv){0} : c->code, econ ? c->code : (struct sv){0});
      if (!sum || listed(econ ? f->econ : f->func, econ ? f->necon : f->nfunc, c->code)) continue;
      f->differ++;
      note(f, tr("  表里没有  %.*s %.*s：工作区 %s 元（%s）", "  not in the form  %.*s %.*s: %s 元 in the workspace (%s)"), SV_ARG(c->code),
           SV_ARG(c->name), money_print(a, sum, SCALE_YUAN, 2, true),
           econ ? tr("基本支出", "basic") : tr("一般公共预算支出", "from the general public budget"));
    }
  }
}

static void spending_take(struct form *f) {
  static const struct {
    const char *kind;
    int source;
  } others[] = {{"fund", SOURCE_FUND}, {"soe", SOURCE_SOE}};
  f->nfunc = classes_take(f, table_of(f, "gp-function"), 7, f->func);
  f->necon = classes_take(f, table_of(f, "gp-basic"), 5, f->econ);
  if (f->nfunc == 0)
    note(f, "%s",
         tr("没有认出一般公共预算支出表，或表里没有数", "no table of spending from the general public budget was recognised, or it is empty"));
  parts_find(f);
  for (int part = 0; part < 2; part++) part_take(f, part);
  spending_hold(f, f->func, f->nfunc, SOURCE_GP);
  for (int i = 0; i < f->necon; i++)
    for (int part = 0; part < 2; part++)
      hold(f, f->econ[i].sheet, f->econ[i].row, f->econ[i].code, part == 0 ? tr("人员经费", "personnel") : tr("公用经费", "public expenses"),
           f->econ[i].part[part], lines_sum(f, 1u << (part == 0 ? KIND_P : KIND_U), SOURCE_GP, (struct sv){0}, f->econ[i].code));
  if (f->nfunc && f->necon) lacking_hold(f);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    struct class_sum list[CLASSES];
    int n = classes_take(f, table_of(f, others[i].kind), 7, list);
    spending_hold(f, list, n, others[i].source);
  }
}

/* Spending that the form shows in one sum only: from other money than appropriations. */
static void own_money_tell(struct form *f) {
  static const char *const grants[] = {"gp-function", "fund", "soe"};
  const struct book_table *all = table_of(f, "summary-out");
  int64_t sum, rest, part;
  char a[MONEY_TEXT], b[MONEY_TEXT];
  int r = row_of(f, all, "out.total");
  if (r < 0 || !amount_in(f, all, r, "total", &sum)) return;
  rest = sum;
  for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
    const struct book_table *t = table_of(f, grants[i]);
    int total = row_of(f, t, "total");
    if (total >= 0 && amount_in(f, t, total, "total", &part)) rest -= part;
  }
  if (rest > f->step * 4 && rest < sum)
    note(f,
         tr("  支出总计 %s 元里有 %s 元不是财政拨款的，表里没有分到科目和来源，不能导入；请在模板的“支出预算”里填",
            "  of all spending, %s 元, the form does not split %s 元 of other money than appropriations; enter it in the template"),
         money_print(a, sum, SCALE_YUAN, 2, true), money_print(b, rest, SCALE_YUAN, 2, true));
}

/* ---- the form as a whole ---- */

static int unit_find(struct form *f, const char *unit) {
  char body[400], name[400];
  struct sv asked = sv_from(unit);
  text_fold_into(body, sizeof body, f->b->body);
  f->unit = -1;
  for (size_t i = 0; i < f->w->units.n; i++) {
    text_fold_into(name, sizeof name, f->w->units.v[i].name);
    if (asked.n ? sv_equal(f->w->units.v[i].code, asked) : strcmp(body, name) == 0) f->unit = (int)i;
  }
  if (f->unit < 0 && asked.n) return err_set(f->e, RC_USAGE, tr("工作区里没有单位 %s", "the workspace has no unit %s"), unit);
  if (f->unit < 0)
    return err_set(f->e, RC_NOTFOUND,
                   tr("表上的“%.*s”不是工作区里的单位；加 --unit 编码", "\"%.*s\" on the form is no unit of the workspace; say --unit CODE"),
                   SV_ARG(f->b->body));
  int children = 0, child = -1;
  for (size_t i = 0; i < f->w->units.n; i++)
    if (f->w->units.v[i].parent == f->unit) children++, child = (int)i;
  f->leaf = children == 0 || children == 1;
  if (children == 1 && !f->prior) f->unit = child;
  return RC_OK;
}

static int year_check(struct form *f) {
  f->prior = f->b->year == f->w->year - 1;
  if (f->b->year == f->w->year || f->prior) return RC_OK;
  return err_set(f->e, RC_FORMAT,
                 tr("表是 %d 年的，工作区是 %d 年的；只能导入当年或上年的表",
                    "the form is of %d, the workspace of %d; only this year's or last year's can be imported"),
                 f->b->year, f->w->year);
}

static int version_choose(struct form *f, const char *version) {
  f->version_index = -1;
  f->version = version ? sv_from(version) : f->w->versions.n ? f->w->versions.v[f->w->version] : (struct sv){0};
  for (size_t i = 0; i < f->w->versions.n; i++)
    if (sv_equal(f->w->versions.v[i], f->version)) f->version_index = (int)i;
  if (f->prior || f->version.n) return RC_OK;
  return err_set(f->e, RC_USAGE, "%s",
                 tr("工作区里还没有哪一版预算；写明是哪一版，如 --version 二上", "the workspace has no version yet; name it, as --version 二上"));
}

static bool told(const struct buf *titles, struct sv title) {
  for (size_t i = 0; i + title.n <= titles->n; i++)
    if (title.n && memcmp(titles->p + i, title.p, title.n) == 0) return true;
  return false;
}

/* Sheets of words: they belong into texts/, where a person puts them. */
static void texts_tell(struct form *f) {
  struct buf names;
  buf_init(&names, NOTE);
  for (int i = 0; i < f->d->npages; i++) {
    bool table = !f->d->pages[i].label || i == 0 || strcmp(f->d->pages[i].label, "目录") == 0; /* cover, contents */
    for (size_t k = 0; k < f->b->tables.n && !table; k++) table = !f->b->tables.v[k].prose && f->b->tables.v[k].place.sheet == f->d->pages[i].number;
    if (!table && names.n < NOTE / 2) buf_printf(&names, "%s%s", names.n ? tr("、", ", ") : "", f->d->pages[i].label);
  }
  if (names.n) note(f, tr("文字没有导入，请抄进 texts/：%s", "words are not imported; copy them into texts/: %s"), names.p);
  buf_release(&names);
}

/* Tables that are read and give no lines, and those that are not read. */
static void rest_tell(struct form *f) {
  struct buf titles;
  buf_init(&titles, NOTE);
  for (size_t i = 0; i < f->b->tables.n; i++) {
    const struct book_table *t = &f->b->tables.v[i];
    bool mine = told(&titles, t->title);
    for (size_t k = 0; k < sizeof used / sizeof *used && !mine; k++) mine = t->kind == book_find(f->b, used[k]);
    if (t->doubtful)
      note(f, tr("“%.*s”没有读清（%s），没有用", "\"%.*s\" was not read cleanly (%s) and not used"), SV_ARG(t->title), t->doubt ? t->doubt : "");
    if (!mine && !t->empty && !t->prose && !t->wordy && titles.n + t->title.n + 10 < NOTE / 2)
      buf_printf(&titles, "%s%.*s", titles.n ? tr("、", ", ") : "", SV_ARG(t->title));
  }
  if (titles.n) note(f, tr("由支出行得出、不导入的表：%s", "tables that follow from the lines and are not imported: %s"), titles.p);
  buf_release(&titles);
  texts_tell(f);
  for (size_t i = 0; i < f->b->unread.n && i < 20; i++)
    note(f, tr("%s 第 %d 行没有读：%s", "%s row %d was not read: %s"), sheet_name(f, f->b->unread.v[i].place.sheet), f->b->unread.v[i].place.line,
         f->b->unread.v[i].why ? f->b->unread.v[i].why : "");
}

static int form_take(struct form *f, const char *unit, const char *version) {
  int rc = year_check(f);
  if (rc == RC_OK) rc = unit_find(f, unit);
  if (rc == RC_OK) rc = version_choose(f, version);
  if (rc < 0) return rc;
  if (f->prior && f->w->units.n > 2 && f->w->units.v[f->unit].parent >= 0)
    return err_set(f->e, RC_USAGE, "%s",
                   tr("上年的数按整个部门记；请导入部门的表", "last year's amounts are kept for the department; import its form"));
  if (f->prior) f->leaf = true;
  note(f, tr("%.*s %d 年（%s），记作 %.*s", "%.*s %d (%s), taken for %.*s"), SV_ARG(f->w->units.v[f->unit].name), f->b->year,
       f->b->profile ? f->b->profile : "", SV_ARG(f->prior ? SV("以前年度预算") : f->version));
  if (!f->leaf)
    note(f, "%s",
         tr("是部门汇总的表，分不到单位：只与工作区核对，不提出改动",
            "a department's form, not split by unit: held beside the workspace, nothing is proposed"));
  step_find(f);
  income_take(f);
  spending_take(f);
  own_money_tell(f);
  if (f->step > 100 && f->im->sheets.n) {
    char step[MONEY_TEXT];
    note(f,
         tr("表里的金额只印到 %s 元：提出的金额也只准到这一位，零头请核对",
            "the form prints amounts to %s 元 only: what is proposed is no more exact"),
         money_print(step, f->step, SCALE_YUAN, 0, false));
  }
  rest_tell(f);
  note(f, tr("核对：与工作区一致的数 %d 个，不同的 %d 个", "compared: %d amounts agree with the workspace, %d differ"), f->agree, f->differ);
  return RC_OK;
}

/* A blank form: what it is and what would be taken from it. */
static int blank_refuse(const struct import *im, const struct book *b, struct err *e) {
  size_t n = 0;
  for (size_t i = 0; i < b->tables.n; i++) n += b->tables.v[i].kind != NO_SYMBOL && !b->tables.v[i].prose;
  return err_set(e, RC_FORMAT,
                 tr("%s 是没有填过的空表（%.*s %d 年，认出 %zu 张表）；填好数再导入：收入进 income.csv，表里能推出的基本支出进 budget-lines.csv",
                    "%s is a form that was not filled in (%.*s %d, %zu tables recognised); fill it in first: income goes into income.csv, what basic "
                    "spending it determines into budget-lines.csv"),
                 im->path, SV_ARG(b->body), b->year, n);
}

static int recognise(struct import *im, const struct document *d, const struct code_lists *codes, struct book ***books, int *n, struct err *e) {
  struct profiles *profiles = NULL;
  char path[4096];
  int rc = profiles_load(codes_data_path(path, sizeof path, "profiles"), &profiles, e);
  struct recognise_options o = {.profiles = profiles, .codes = codes};
  if (rc == RC_OK) rc = book_recognise(&d, 1, &o, books, n, e);
  profiles_free(profiles);
  for (int i = 0; rc == RC_OK && i < *n; i++)
    if ((*books)[i]->blank_form || ((*books)[i]->tables.n > 0 && (*books)[i]->money_tables == 0)) return blank_refuse(im, (*books)[i], e);
  if (rc == RC_OK && (*n == 0 || (*books)[0]->recognised_tables == 0))
    return err_set(e, RC_FORMAT, tr("%s 既不是填报模板，也认不出预算表", "%s is neither the template nor a form with tables of a budget"), im->path);
  return rc;
}

int import_district(struct import *im, const struct workspace *w, const struct code_lists *codes, const char *unit, const char *version,
                    struct err *e) {
  struct document *d = NULL;
  struct book **books = NULL;
  int n = 0, rc = document_read(im->path, NULL, &d, e);
  if (rc == RC_OK) rc = recognise(im, d, codes, &books, &n, e);
  for (int i = 0; i < n && rc == RC_OK; i++) {
    struct form *f = calloc(1, sizeof *f);
    if (!f) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    if (rc == RC_OK) {
      f->im = im, f->w = w, f->codes = codes, f->b = books[i], f->d = d, f->e = e;
      rc = form_take(f, unit, version);
    }
    free(f);
  }
  for (int i = 0; i < n; i++) book_free(books[i]);
  free(books);
  document_free(d);
  return rc == RC_OK && im->arena.failed ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : rc;
}
