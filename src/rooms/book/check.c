/* check.c: a workspace as a whole. Ids of its problems: docs/workspace.md. */
#include "rooms/book/check.h"
#include "rooms/book/open.h"

#include <stdlib.h>
#include <string.h>

static const char *yuan(char out[MONEY_TEXT], int64_t fen) {
  return money_print(out, fen, SCALE_YUAN, 2, false);
}

static int16_t file_of(const struct workspace *w, const char *name) {
  for (size_t i = 0; i < w->files.n; i++)
    if (strcmp(w->files.v[i], name) == 0) return (int16_t)i;
  return 0;
}

/* Kinds P, U belong to no project, J to one; functional codes are entered at the level of 项, economic ones at 款 (预算法第四十六条). */
static void check_line(struct workspace *w, const struct ws_line *l) {
  if (l->kind == KIND_J && l->project < 0)
    ws_tell(w, WS_ERROR, "W-PROJECT", l->place.file, l->place.line, -1, "%s",
            tr("项目支出（J）要填项目编码", "project spending (J) needs a project"));
  if (l->kind != KIND_J && l->project >= 0)
    ws_tell(w, WS_ERROR, "W-PROJECT", l->place.file, l->place.line, -1, "%s",
            tr("只有项目支出（J）填项目编码；改种类，或删去项目", "only project spending (J) has a project; change the kind or take it out"));
  if (l->func >= 0 && w->funcs.v[l->func].level != 3)
    ws_tell(w, WS_ERROR, "W-LEVEL", l->place.file, l->place.line, -1,
            tr("功能科目 %.*s 不是项级；支出要编列到项（7位）", "functional code %.*s is not of the level 项 (7 digits)"),
            SV_ARG(w->funcs.v[l->func].code));
  if (l->econ >= 0 && w->econs.v[l->econ].level != 2 && (l->kind == KIND_P || l->kind == KIND_U))
    ws_tell(w, WS_ERROR, "W-LEVEL", l->place.file, l->place.line, -1,
            tr("经济科目 %.*s 不是款级；基本支出要编列到款（5位）", "economic code %.*s is not of the level 款 (5 digits)"),
            SV_ARG(w->econs.v[l->econ].code));
  if (l->econ >= 0 && l->amount && w->econs.v[l->econ].code.n >= 3) {
    const char *code = w->econs.v[l->econ].code.p;
    bool personal = strncmp(code, "301", 3) == 0 || strncmp(code, "303", 3) == 0;
    if ((l->kind == KIND_P && !personal) || (l->kind == KIND_U && personal))
      ws_tell(w, WS_WARNING, "W-KIND", l->place.file, l->place.line, -1,
              l->kind == KIND_P
                  ? tr("人员经费（P）用了 %.*s；人员经费一般是301、303类", "personnel (P) with %.*s; it is usually of classes 301, 303")
                  : tr("公用经费（U）用了 %.*s；301、303类一般是人员经费", "public expenses (U) with %.*s; classes 301, 303 are usually personnel"),
              SV_ARG(w->econs.v[l->econ].code));
  }
  if (l->project >= 0 && l->unit >= 0 && w->projects.v[l->project].unit >= 0 && w->projects.v[l->project].unit != l->unit)
    ws_tell(w, WS_WARNING, "W-UNIT", l->place.file, l->place.line, -1, "%s",
            tr("这一行的单位不是项目所在的单位", "the line's unit is not the project's"));
  if (l->unit >= 0 && w->units.n > 1 && w->units.v[l->unit].level == 0)
    ws_tell(w, WS_ERROR, "W-UNIT", l->place.file, l->place.line, -1, "%s",
            tr("钱要记在单位上，不能记在部门上", "money belongs to a unit, not to the department"));
  if (l->year != w->year)
    ws_tell(w, WS_ERROR, "W-YEAR", l->place.file, l->place.line, -1, tr("年度是 %d，工作区是 %d 年", "the year is %d, the workspace's %d"), l->year,
            w->year);
}

/* 表11 shows the years before by category: project money without one would be in the total and in no part of it. */
static void check_priors(struct workspace *w) {
  for (size_t i = 0; i < w->priors.n; i++) {
    const struct ws_line *l = &w->priors.v[i];
    bool known = l->category.n > 0 || l->project >= 0;
    if (l->kind == KIND_J && !known)
      ws_tell(
          w, WS_ERROR, "W-CATEGORY", l->place.file, l->place.line, -1, "%s",
          tr("以前年度的项目支出要填项目编码，或项目类别编码（22、31…）", "project spending of an earlier year needs a project or a category code"));
    if (l->year >= w->year)
      ws_tell(w, WS_ERROR, "W-YEAR", l->place.file, l->place.line, -1, tr("以前年度预算的年度应早于 %d", "the year must be before %d"), w->year);
  }
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
  static const char *const names[] = {"一般公共预算",     "政府性基金预算", "国有资本经营预算", "财政专户管理资金", "事业收入",
                                      "事业单位经营收入", "上级补助收入",   "附属单位上缴收入", "其他收入"};
  for (size_t k = 0; in && out && k < n; k++) {
    char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT];
    const struct ws_unit *u = &w->units.v[k / SOURCES];
    if (in[k] == out[k]) continue;
    ws_tell(
        w, WS_ERROR, "W-BALANCE", file_of(w, "income.csv"), 0, -1,
        tr("%.*s %s：收入（含结转）%s 元，支出（含年终结转）%s 元，相差 %s 元；改收入或支出", "%.*s %s: income %s, spending %s, difference %s 元"),
        SV_ARG(u->name), names[k % SOURCES], yuan(a, in[k]), yuan(b, out[k]), yuan(d, in[k] - out[k]));
  }
  free(in), free(out);
}

/* 明细之和 = 当年预算; the form of the code; years; total. */
static void check_project(struct workspace *w, size_t i, int64_t spent, int64_t detailed, bool has_details) {
  const struct ws_project *p = &w->projects.v[i];
  char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT];
  if (has_details && spent != detailed)
    ws_tell(w, WS_ERROR, "W-DETAILS", p->place.file, p->place.line, -1,
            tr("%.*s：支出明细合计 %s 元，项目预算 %s 元，相差 %s 元", "%.*s: details add up to %s, its lines to %s, difference %s 元"),
            SV_ARG(p->name), yuan(a, detailed), yuan(b, spent), yuan(d, detailed - spent));
  if (p->total < spent)
    ws_tell(w, WS_WARNING, "W-TOTAL", p->place.file, p->place.line, -1,
            tr("%.*s：项目总预算 %s 元小于当年预算 %s 元", "%.*s: the total %s is below this year's %s 元"), SV_ARG(p->name), yuan(a, p->total),
            yuan(b, spent));
  if (!p->category.n || !strchr("23", p->category.p[0]))
    ws_tell(w, WS_ERROR, "W-CATEGORY", p->place.file, p->place.line, -1,
            tr("项目类别编码“%.*s”应为2开头（运转类）或3开头（特定目标类）", "category code \"%.*s\" must begin with 2 or 3"), SV_ARG(p->category));
  bool form = p->code.n == 21;
  for (size_t k = 0; form && k < 21; k++) form = k == 11 ? strchr("RYT", p->code.p[k]) != NULL : p->code.p[k] >= '0' && p->code.p[k] <= '9';
  if (!form)
    ws_tell(w, WS_ERROR, "W-FORM", p->place.file, p->place.line, -1,
            tr("项目编码“%.*s”应为区划6位、立项年2位、部门3位、类别字母R/Y/T、顺序号9位",
               "project code \"%.*s\": 6 digits area, 2 year, 3 department, R/Y/T, 9 digits"),
            SV_ARG(p->code));
  else if ((p->code.p[11] == 'Y') != (p->category.n && p->category.p[0] == '2') && p->code.p[11] != 'R')
    ws_tell(w, WS_ERROR, "W-FORM", p->place.file, p->place.line, -1,
            tr("%.*s：编码的类别字母 %c 与项目类别 %.*s 不合（Y 是2类，T 是3类）", "%.*s: letter %c does not fit category %.*s (Y is 2x, T is 3x)"),
            SV_ARG(p->name), p->code.p[11], SV_ARG(p->category));
  if (p->end.n && p->start.n && p->end.n == p->start.n && memcmp(p->end.p, p->start.p, p->end.n) < 0)
    ws_tell(w, WS_ERROR, "W-YEARS", p->place.file, p->place.line, -1, "%s", tr("终止年度早于起始年度", "it ends before it begins"));
  if (sv_is(p->attribute, "一次性项目") && !p->end.n)
    ws_tell(w, WS_WARNING, "W-YEARS", p->place.file, p->place.line, -1, "%s",
            tr("一次性项目要填终止年度", "a project of one time needs its last year"));
}

static void check_projects(struct workspace *w) {
  size_t n = w->projects.n;
  int64_t *spent = calloc(n + 1, sizeof *spent), *detailed = calloc(n + 1, sizeof *detailed);
  unsigned char *some = calloc(n + 1, 1);
  if (!spent || !detailed || !some) w->arena.failed = true;
  for (size_t i = 0; spent && i < w->lines.n; i++)
    if (w->lines.v[i].project >= 0 && w->lines.v[i].version == w->version) spent[w->lines.v[i].project] += w->lines.v[i].amount;
  for (size_t i = 0; detailed && some && i < w->details.n; i++)
    if (w->details.v[i].project >= 0) detailed[w->details.v[i].project] += w->details.v[i].amount, some[w->details.v[i].project] = 1;
  for (size_t i = 0; spent && detailed && some && i < n; i++) check_project(w, i, spent[i], detailed[i], some[i]);
  free(spent), free(detailed), free(some);
}

/* Names beside the official list of the year: a warning, for the bundled lists are not complete. */
static void check_names(struct workspace *w, const struct code_lists *codes, bool func) {
  size_t n = func ? w->funcs.n : w->econs.n;
  enum code_list_id list = func ? CODES_FUNCTIONAL : CODES_ECON_DEPARTMENT;
  if (!codes_cover(codes, list, w->year)) return;
  for (size_t i = 0; i < n; i++) {
    const struct ws_code *c = func ? &w->funcs.v[i] : &w->econs.v[i];
    const struct code *official = code_find(codes, list, c->code, w->year);
    char mine[512], theirs[512];
    if (!official) {
      ws_tell(w, WS_HINT, "W-LIST", c->place.file, c->place.line, -1, tr("所附科目表 %d 年没有 %.*s", "the bundled list of %d has no %.*s"), w->year,
              SV_ARG(c->code));
      continue;
    }
    text_fold_into(mine, sizeof mine, c->name), text_fold_into(theirs, sizeof theirs, sv_from(official->name));
    if (strcmp(mine, theirs) != 0)
      ws_tell(w, WS_WARNING, "W-LIST", c->place.file, c->place.line, -1,
              tr("%.*s 在 %d 年的科目表中叫“%s”", "%.*s in the list of %d is called \"%s\""), SV_ARG(c->code), w->year, official->name);
  }
}

void workspace_check(struct workspace *w, const struct code_lists *codes) {
  w->department = 0;
  for (size_t i = 0; i < w->lines.n; i++) check_line(w, &w->lines.v[i]);
  check_priors(w);
  check_balance(w);
  check_projects(w);
  if (codes) check_names(w, codes, true), check_names(w, codes, false);
}
