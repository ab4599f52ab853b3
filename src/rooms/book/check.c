/* check.c: a workspace as a whole. Ids of its problems: docs/workspace.md. */
#include "rooms/book/accounts.h"
#include "rooms/book/open.h"
#include "rooms/book/unit.h"

#include <stdlib.h>
#include <string.h>

static const char *yuan(char out[MONEY_TEXT], int64_t fen) {
  return money_print(out, fen, SCALE_YUAN, 2, false);
}

const char *const ws_source_names[SOURCES] = {"一般公共预算",     "政府性基金预算", "国有资本经营预算", "财政专户管理资金", "事业收入",
                                              "事业单位经营收入", "上级补助收入",   "附属单位上缴收入", "其他收入"};

static int16_t file_of(const struct workspace *w, const char *name) {
  for (size_t i = 0; i < w->files.n; i++)
    if (strcmp(w->files.v[i], name) == 0) return (int16_t)i;
  return 0;
}

int ws_column(const struct ws_heads *h, const char *entity, const char *field) {
  int index = ws_schema_find(h->schema, entity), k = index >= 0 ? ws_entity_field(ws_schema_entity(h->schema, index), field) : -1;
  return k >= 0 ? h->column[index][k] : -1;
}

/* Columns of budget-lines.csv. */
struct columns {
  int kind, func, econ, project, unit, year, amount;
};

static bool wages(const struct ws_code *econ) {
  return econ->code.n >= 3 && (memcmp(econ->code.p, "301", 3) == 0 || memcmp(econ->code.p, "303", 3) == 0);
}

/* R-T6K: classes 301 and 303 are personnel, the others are not. */
static void check_kind(struct workspace *w, const struct ws_line *l, const struct columns *c) {
  if (l->econ < 0 || (l->kind != KIND_P && l->kind != KIND_U)) return;
  const struct ws_code *econ = &w->econs.v[l->econ];
  if (econ->level != 2)
    ws_tell(w, WS_ERROR, "W-LEVEL", l->place.file, l->place.line, c->econ,
            tr("经济科目 %.*s 不是款级；基本支出要编列到款（5位）", "economic code %.*s is not of the level 款 (5 digits)"), SV_ARG(econ->code));
  if (!l->amount || wages(econ) == (l->kind == KIND_P)) return;
  ws_tell(w, WS_WARNING, "W-KIND", l->place.file, l->place.line, c->kind,
          l->kind == KIND_P
              ? tr("人员经费（P）用了 %.*s；人员经费一般是301、303类", "personnel (P) with %.*s; it is usually of classes 301, 303")
              : tr("公用经费（U）用了 %.*s；301、303类一般是人员经费", "public expenses (U) with %.*s; classes 301, 303 are usually personnel"),
          SV_ARG(econ->code));
}

static void check_line_project(struct workspace *w, const struct ws_line *l, const struct columns *c) {
  if (l->kind == KIND_J && l->project < 0)
    ws_tell(w, WS_ERROR, "W-PROJECT", l->place.file, l->place.line, c->project, "%s",
            tr("项目支出（J）要填项目编码", "project spending (J) needs a project"));
  if (l->project < 0) return;
  int unit = w->projects.v[l->project].unit;
  if (l->kind != KIND_J)
    ws_tell(w, WS_ERROR, "W-PROJECT", l->place.file, l->place.line, c->project, "%s",
            tr("只有项目支出（J）填项目编码；改种类，或删去项目", "only project spending (J) has a project; change the kind or take it out"));
  if (l->unit >= 0 && unit >= 0 && unit != l->unit)
    ws_tell(w, WS_WARNING, "W-UNIT", l->place.file, l->place.line, c->unit,
            tr("这一行的单位不是项目所在的单位 %.*s", "the line's unit is not the project's, %.*s"), SV_ARG(w->units.v[unit].code));
}

/* Kinds P, U belong to no project, J to one; functional codes are entered at the level of 项, economic ones at 款 (预算法第四十六条). */
static void check_line(struct workspace *w, const struct ws_line *l, const struct columns *c) {
  check_line_project(w, l, c);
  check_kind(w, l, c);
  if (l->func >= 0 && w->funcs.v[l->func].level != 3)
    ws_tell(w, WS_ERROR, "W-LEVEL", l->place.file, l->place.line, c->func,
            tr("功能科目 %.*s 不是项级；支出要编列到项（7位）", "functional code %.*s is not of the level 项 (7 digits)"),
            SV_ARG(w->funcs.v[l->func].code));
  if (l->unit >= 0 && w->units.n > 1 && w->units.v[l->unit].level == 0)
    ws_tell(w, WS_ERROR, "W-UNIT", l->place.file, l->place.line, c->unit, "%s",
            tr("钱要记在单位上，不能记在部门上", "money belongs to a unit, not to the department"));
  if (l->year != w->year)
    ws_tell(w, WS_ERROR, "W-YEAR", l->place.file, l->place.line, c->year, tr("年度是 %d，工作区是 %d 年", "the year is %d, the workspace's %d"),
            l->year, w->year);
  if (l->amount < 0 && !sv_starts(w->versions.v[l->version], "调整"))
    ws_tell(w, WS_WARNING, "W-NEGATIVE", l->place.file, l->place.line, c->amount, "%s",
            tr("支出是负数；年初预算一般没有负数", "the amount is negative; a budget seldom has such"));
}

static void check_lines(struct workspace *w, const struct ws_heads *h) {
  static const char file[] = "budget-lines";
  struct columns c = {ws_column(h, file, "kind"), ws_column(h, file, "func"), ws_column(h, file, "econ"),  ws_column(h, file, "project"),
                      ws_column(h, file, "unit"), ws_column(h, file, "year"), ws_column(h, file, "amount")};
  for (size_t i = 0; i < w->lines.n; i++) check_line(w, &w->lines.v[i], &c);
}

/* What was left at the end of last year is what this year begins with. Only where last year's end is entered. */
static void check_carry(struct workspace *w) {
  size_t n = w->units.n * SOURCES;
  int64_t *left = calloc(n, sizeof *left), *came = calloc(n, sizeof *came);
  bool entered = false;
  if (!left || !came) w->arena.failed = true;
  for (size_t i = 0; left && came && i < w->carries.n; i++) {
    const struct ws_income *x = &w->carries.v[i];
    if (x->unit >= 0 && x->year == w->year - 1) left[(size_t)x->unit * SOURCES + x->source] += x->amount, entered = true;
  }
  for (size_t i = 0; left && came && i < w->incomes.n; i++) {
    const struct ws_income *x = &w->incomes.v[i];
    if (x->unit >= 0 && x->version == w->version && x->origin == ORIGIN_CARRY) came[(size_t)x->unit * SOURCES + x->source] += x->amount;
  }
  for (size_t k = 0; left && came && entered && k < n; k++) {
    char a[MONEY_TEXT], b[MONEY_TEXT];
    if (left[k] == came[k]) continue;
    ws_tell(w, WS_WARNING, "W-CARRY", file_of(w, "carry-over.csv"), 0, -1,
            tr("%.*s %s：%d年年终结转 %s 元，%d年上年结转结余 %s 元，不相等", "%.*s %s: %d ended with %s, %d begins with %s 元"),
            SV_ARG(w->units.v[k / SOURCES].name), ws_source_names[k % SOURCES], w->year - 1, yuan(a, left[k]), w->year, yuan(b, came[k]));
  }
  free(left), free(came);
}

/* 二上 within the ceilings: this year's money of each unit, group and source. The ceilings say nothing of carry-over. */
static void check_ceilings(struct workspace *w, const struct ws_heads *h) {
  static const char *const groups[] = {"人员", "公用", "项目"};
  size_t n = w->units.n * 3 * SOURCES;
  int second = -1, column = ws_column(h, "ceilings", "amount");
  for (size_t i = 0; i < w->versions.n; i++)
    if (sv_is(w->versions.v[i], "二上")) second = (int)i;
  if (second < 0 || w->ceilings.n == 0) return;
  int64_t *asked = calloc(n, sizeof *asked);
  if (!asked) w->arena.failed = true;
  for (size_t i = 0; asked && i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->unit >= 0 && l->version == second && l->kind <= KIND_J && l->origin == ORIGIN_YEAR)
      asked[((size_t)l->unit * 3 + l->kind) * SOURCES + l->source] += l->amount;
  }
  for (size_t i = 0; asked && i < w->ceilings.n; i++) {
    const struct ws_income *c = &w->ceilings.v[i];
    char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT];
    if (c->unit < 0) continue;
    int64_t *now = &asked[((size_t)c->unit * 3 + c->kind) * SOURCES + c->source];
    if (*now > c->amount)
      ws_tell(
          w, WS_ERROR, "W-CEILING", c->place.file, c->place.line, column,
          tr("%.*s %s %s：二上 %s 元，超过控制数 %s 元，多 %s 元；减支出，或先调整控制数", "%.*s %s %s: 二上 %s is above the ceiling %s by %s 元"),
          SV_ARG(w->units.v[c->unit].name), groups[c->kind], ws_source_names[c->source], yuan(a, *now), yuan(b, c->amount),
          yuan(d, *now - c->amount));
    *now = 0; /* the rest has no ceiling */
  }
  for (size_t k = 0; asked && k < n; k++) {
    char a[MONEY_TEXT];
    if (asked[k] > 0 && (SOURCES_GRANT >> (k % SOURCES) & 1))
      ws_tell(w, WS_WARNING, "W-CEILING", w->ceilings.v[0].place.file, 0, -1,
              tr("%.*s %s %s：二上 %s 元，没有控制数", "%.*s %s %s: 二上 %s has no ceiling"), SV_ARG(w->units.v[k / SOURCES / 3].name),
              groups[k / SOURCES % 3], ws_source_names[k % SOURCES], yuan(a, asked[k]));
  }
  free(asked);
}

/* 表11 shows the years before by category: project money without one would be in the total and in no part of it. */
static bool without_category(const struct ws_line *l) {
  return l->kind == KIND_J && l->category.n == 0 && l->project < 0;
}

/* What a published book prints by functional class comes again by project and is taken away once: then nothing is left without a category but what
 * was lost in printing to 0.01 万元. */
static bool category_left(const struct workspace *w, int year) {
  int64_t left = 0, lost = 0;
  bool taken = false;
  for (size_t i = 0; i < w->priors.n; i++) {
    if (w->priors.v[i].year != year || w->priors.v[i].kind != KIND_J) continue;
    if (without_category(&w->priors.v[i])) left += w->priors.v[i].amount;
    lost += 5000, taken = taken || w->priors.v[i].amount < 0;
  }
  return taken ? left > lost || left < -lost : left != 0;
}

static void check_priors(struct workspace *w, const struct ws_heads *h) {
  int asked_year = 0;
  bool left = false;
  int c_category = ws_column(h, "prior-lines", "category"), c_year = ws_column(h, "prior-lines", "year");
  for (size_t i = 0; i < w->priors.n; i++) {
    const struct ws_line *l = &w->priors.v[i];
    if (l->year != asked_year) asked_year = l->year, left = category_left(w, l->year);
    if (left && without_category(l))
      ws_tell(
          w, WS_ERROR, "W-CATEGORY", l->place.file, l->place.line, c_category, "%s",
          tr("以前年度的项目支出要填项目编码，或项目类别编码（22、31…）", "project spending of an earlier year needs a project or a category code"));
    if (l->year >= w->year)
      ws_tell(w, WS_ERROR, "W-YEAR", l->place.file, l->place.line, c_year, tr("以前年度预算的年度应早于 %d", "the year must be before %d"), w->year);
  }
}

/* Whether `small` is `large` in 万元, to a thousandth: each amount lost its last digits. */
static bool ten_thousandth(int64_t small, int64_t large) {
  return small >= 100 && large / small <= 10010 && large / small >= 9990;
}

/* 收入 + 结转 = 支出 + 年终结转, for each unit and source. */
static void check_balance(struct workspace *w) {
  size_t n = w->units.n * SOURCES;
  int64_t *in = calloc(n, sizeof *in), *out = calloc(n, sizeof *out);
  if (!in || !out) w->arena.failed = true;
  for (size_t i = 0; in && out && i < w->incomes.n; i++) {
    const struct ws_income *x = &w->incomes.v[i];
    if (x->unit >= 0 && x->version == w->version) in[(size_t)x->unit * SOURCES + x->source] += x->amount;
  }
  for (size_t i = 0; in && out && i < w->carries.n; i++) {
    const struct ws_income *x = &w->carries.v[i];
    if (x->unit >= 0 && x->year == w->year) out[(size_t)x->unit * SOURCES + x->source] += x->amount;
  }
  for (size_t i = 0; in && out && i < w->lines.n; i++) {
    const struct ws_line *x = &w->lines.v[i];
    if (x->unit >= 0 && x->version == w->version) out[(size_t)x->unit * SOURCES + x->source] += x->amount;
  }
  for (size_t k = 0; in && out && k < n; k++) {
    char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT];
    const struct ws_unit *u = &w->units.v[k / SOURCES];
    if (in[k] == out[k]) continue;
    ws_tell(w, WS_ERROR, "W-BALANCE", file_of(w, "income.csv"), 0, -1,
            tr("%.*s %s：收入（含结转）%s 元，支出（含年终结转）%s 元，相差 %s 元；%s", "%.*s %s: income %s, spending %s, difference %s 元; %s"),
            SV_ARG(u->name), ws_source_names[k % SOURCES], yuan(a, in[k]), yuan(b, out[k]), yuan(d, in[k] - out[k]),
            ten_thousandth(out[k], in[k])   ? tr("支出像是以万元填的，要换算成元", "spending looks like 万元: enter 元")
            : ten_thousandth(in[k], out[k]) ? tr("收入像是以万元填的，要换算成元", "income looks like 万元: enter 元")
                                            : tr("改收入或支出", "mend either"));
  }
  free(in), free(out);
}

/* Names beside the official list of the year: a warning, for the bundled lists are not complete. */
static void check_names(struct workspace *w, const struct ws_heads *h, const struct code_lists *codes, bool func) {
  size_t n = func ? w->funcs.n : w->econs.n;
  enum code_list_id list = func ? CODES_FUNCTIONAL : CODES_ECON_DEPARTMENT;
  if (!codes_cover(codes, list, w->year)) return;
  for (size_t i = 0; i < n; i++) {
    const struct ws_code *c = func ? &w->funcs.v[i] : &w->econs.v[i];
    const struct code *official = code_find(codes, list, c->code, w->year);
    char mine[512], theirs[512];
    if (!official) {
      ws_tell(w, WS_HINT, "W-LIST", c->place.file, c->place.line, ws_column(h, func ? "functions" : "economics", "code"),
              tr("所附科目表 %d 年没有 %.*s", "the bundled list of %d has no %.*s"), w->year, SV_ARG(c->code));
      continue;
    }
    text_fold_into(mine, sizeof mine, c->name), text_fold_into(theirs, sizeof theirs, sv_from(official->name));
    if (strcmp(mine, theirs) != 0)
      ws_tell(w, WS_WARNING, "W-LIST", c->place.file, c->place.line, ws_column(h, func ? "functions" : "economics", "name"),
              tr("%.*s 在 %d 年的科目表中叫“%s”", "%.*s in the list of %d is called \"%s\""), SV_ARG(c->code), w->year, official->name);
  }
}

void workspace_check(struct workspace *w, const struct ws_heads *h, const struct code_lists *codes) {
  w->department = 0;
  check_lines(w, h);
  check_priors(w, h);
  if (w->accounts)
    accounts_check(w, h);
  else
    check_balance(w);
  check_carry(w);
  unit_tell_inner(w);
  check_ceilings(w, h);
  workspace_check_projects(w, h, codes);
  if (codes) check_names(w, h, codes, true), check_names(w, h, codes, false);
}
