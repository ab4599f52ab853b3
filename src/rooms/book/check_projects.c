/* check_projects.c: what projects, their details, purchases, goals and indicators must hold. Ids: docs/workspace.md. */
#include "rooms/book/check.h"

#include <stdlib.h>
#include <string.h>

struct sums { /* of a project in the derived version */
  int64_t spent, detailed, bought;
  bool lines, details;
};
struct checker {
  struct workspace *w;
  const struct ws_heads *h;
  const struct code_lists *codes;
};

static const char *yuan(char out[MONEY_TEXT], int64_t fen) {
  return money_print(out, fen, SCALE_YUAN, 2, false);
}

static void tell(const struct checker *c, enum ws_severity severity, const char *id, const struct ws_project *p, const char *field,
                 const char *text) {
  ws_tell(c->w, severity, id, p->place.file, p->place.line, ws_column(c->h, "projects", field), tr("%.*s：%s", "%.*s: %s"), SV_ARG(p->name), text);
}

static void check_money(const struct checker *c, const struct ws_project *p, const struct sums *s) {
  char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT], text[300];
  if (s->details && !c->w->accounts && s->spent != s->detailed) { /* details are of the budget */
    snprintf(text, sizeof text,
             tr("支出明细合计 %s 元，项目预算 %s 元，相差 %s 元；改明细或支出", "details add up to %s, its lines to %s, difference %s 元"),
             yuan(a, s->detailed), yuan(b, s->spent), yuan(d, s->detailed - s->spent));
    tell(c, WS_ERROR, "W-DETAILS", p, "code", text);
  }
  if (p->total < s->spent) {
    snprintf(text, sizeof text, tr("项目总预算 %s 元小于当年预算 %s 元", "the total %s is below this year's %s 元"), yuan(a, p->total),
             yuan(b, s->spent));
    tell(c, WS_WARNING, "W-TOTAL", p, "total", text);
  }
  if (s->bought > s->spent && !c->w->accounts) { /* accounts tell contracts, which may be paid over years */
    snprintf(text, sizeof text, tr("采购合计 %s 元，超过项目预算 %s 元；改采购或支出", "purchases add up to %s, more than its lines, %s 元"),
             yuan(a, s->bought), yuan(b, s->spent));
    tell(c, WS_ERROR, "W-PURCHASES", p, "code", text);
  }
  if (!s->lines) tell(c, WS_HINT, "W-UNUSED", p, "code", tr("这一版没有它的支出", "has no spending in this version"));
}

static int digits(struct sv s, size_t at, size_t n) {
  int v = 0;
  for (size_t i = at; i < at + n && i < s.n; i++) v = v * 10 + (s.p[i] - '0');
  return v;
}

/* K-FORM: 区划6 | 立项年2 | 部门3 | 字母 | 顺序号9. */
static void check_form(const struct checker *c, const struct ws_project *p) {
  char text[300];
  bool form = p->code.n == 21;
  for (size_t k = 0; form && k < 21; k++) form = k == 11 ? p->code.p[k] && strchr("RYT", p->code.p[k]) : p->code.p[k] >= '0' && p->code.p[k] <= '9';
  if (!form) {
    tell(c, WS_ERROR, "W-FORM", p, "code",
         tr("编码应为区划6位、立项年2位、部门3位、类别字母R/Y/T、顺序号9位，共21位",
            "the code is 6 digits area, 2 year, 3 department, R/Y/T, 9 digits: 21"));
    return;
  }
  char letter = p->code.p[11], first = p->category.n ? p->category.p[0] : '0',
       want = first == '1'   ? 'R'
              : first == '2' ? 'Y'
              : first == '3' ? 'T'
                             : 0;
  if (want && letter != want) {
    snprintf(text, sizeof text,
             tr("编码的类别字母 %c 与项目类别 %.*s 不合（R 是1类，Y 是2类，T 是3类）", "letter %c does not fit category %.*s (R is 1x, Y 2x, T 3x)"),
             letter, (int)(p->category.n < 60 ? p->category.n : 60), p->category.p);
    tell(c, WS_ERROR, "W-FORM", p, "code", text);
  }
  struct sv unit = p->unit >= 0 ? c->w->units.v[p->unit].code : (struct sv){0};
  if (unit.n >= 3 && memcmp(p->code.p + 8, unit.p, 3) != 0)
    tell(c, WS_ERROR, "W-FORM", p, "code",
         tr("编码第9至11位应是部门编码，与单位的前三位相同", "digits 9 to 11 are the department's, as the unit's code begins"));
  if (2000 + digits(p->code, 6, 2) > c->w->year)
    tell(c, WS_ERROR, "W-FORM", p, "code", tr("编码里的立项年（第7、8位）晚于预算年度", "the year in the code (digits 7, 8) is after the budget's"));
  if (memcmp(p->code.p, c->w->projects.v[0].code.p, c->w->projects.v[0].code.n < 6 ? c->w->projects.v[0].code.n : 6) != 0)
    tell(c, WS_WARNING, "W-FORM", p, "code", tr("区划（前6位）与第一个项目不同", "the area (6 digits) is not the first project's"));
}

static void check_years(const struct checker *c, const struct ws_project *p, const struct sums *s) {
  int start = p->start.n == 4 ? digits(p->start, 0, 4) : 0, end = p->end.n == 4 ? digits(p->end, 0, 4) : 0;
  if (end && start && end < start) tell(c, WS_ERROR, "W-YEARS", p, "end", tr("终止年度早于起始年度", "it ends before it begins"));
  if (start > c->w->year && s->spent)
    tell(c, WS_ERROR, "W-YEARS", p, "start", tr("还没有到起始年度，却有当年支出", "it begins after this year, yet has spending"));
  if (end && end < c->w->year && s->spent)
    tell(c, WS_ERROR, "W-YEARS", p, "end", tr("终止年度已过，却有当年支出", "it ended before this year, yet has spending"));
  if (sv_is(p->attribute, "一次性项目") && !end)
    tell(c, WS_WARNING, "W-YEARS", p, "end", tr("一次性项目要填终止年度", "a project of one time needs its last year"));
}

static void check_category(const struct checker *c, const struct ws_project *p) {
  if (!p->category.n || !strchr("23", p->category.p[0]))
    tell(c, WS_ERROR, "W-CATEGORY", p, "category",
         tr("项目类别编码应为2开头（运转类）或3开头（特定目标类）", "the category code must begin with 2 or 3"));
  else if (c->codes && !code_find(c->codes, CODES_PROJECT_CATEGORY, p->category, c->w->year))
    tell(c, WS_WARNING, "W-CATEGORY", p, "category",
         tr("项目类别编码不在所附的表里（heng codes）", "the category code is not in the bundled list (heng codes)"));
}

static void check_purchase(const struct checker *c, const struct ws_purchase *b) {
  int unit = b->project >= 0 ? c->w->projects.v[b->project].unit : -1;
  if (unit >= 0 && b->unit >= 0 && unit != b->unit)
    ws_tell(c->w, WS_WARNING, "W-UNIT", b->place.file, b->place.line, ws_column(c->h, "purchases", "unit"),
            tr("采购的单位不是项目所在的单位 %.*s", "the purchase's unit is not the project's, %.*s"), SV_ARG(c->w->units.v[unit].code));
  if (b->service && sv_is(b->kind, "货物"))
    ws_tell(c->w, WS_WARNING, "W-PURCHASES", b->place.file, b->place.line, ws_column(c->h, "purchases", "service_purchase"), "%s",
            tr("货物不是政府购买服务", "goods are no purchase of services"));
}

/* ---- indicators: P-TREE, P-EMPTY ---- */

static bool level1_known(const struct checker *c, struct sv folded, const struct code **found) {
  char digit[2] = "1";
  for (; digit[0] <= '9'; digit[0]++) {
    *found = code_find(c->codes, CODES_PERF_INDICATOR, (struct sv){digit, 1}, c->w->year);
    if (*found && sv_is(folded, (*found)->folded)) return true;
  }
  return false;
}

static void check_tree(const struct checker *c, const struct ws_indicator *i) {
  char one[300], two[300];
  struct sv first = {one, text_fold_into(one, sizeof one, i->level1)}, second = {two, text_fold_into(two, sizeof two, i->level2)};
  const struct code *parent = NULL;
  if (!c->codes || !i->level1.n || !i->level2.n) return;
  if (!level1_known(c, first, &parent)) {
    ws_tell(c->w, WS_WARNING, "W-TREE", i->place.file, i->place.line, ws_column(c->h, "indicators", "level1"),
            tr("没有“%.*s”这个一级指标；有成本、产出、效益、满意度指标", "there is no first level \"%.*s\""), SV_ARG(i->level1));
    return;
  }
  if (!code_by_name(c->codes, CODES_PERF_INDICATOR, second, parent->code, c->w->year))
    ws_tell(c->w, WS_WARNING, "W-TREE", i->place.file, i->place.line, ws_column(c->h, "indicators", "level2"),
            tr("%.*s下没有二级指标“%.*s”", "%.*s has no second level \"%.*s\""), SV_ARG(i->level1), SV_ARG(i->level2));
}

static void check_indicator(const struct checker *c, const struct ws_indicator *i) {
  check_tree(c, i);
  if (!i->basis.n)
    ws_tell(c->w, WS_WARNING, "W-BASIS", i->place.file, i->place.line, ws_column(c->h, "indicators", "basis"),
            tr("%.*s：没有指标值确定依据", "%.*s: no basis of the value"), SV_ARG(i->level3));
}

void workspace_check_projects(struct workspace *w, const struct ws_heads *h, const struct code_lists *codes) {
  struct checker c = {w, h, codes};
  size_t n = w->projects.n;
  struct sums *s = calloc(n + 1, sizeof *s);
  if (!s) w->arena.failed = true;
  for (size_t i = 0; s && i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->project >= 0 && l->version == w->version) s[l->project].spent += l->amount, s[l->project].lines = true;
  }
  for (size_t i = 0; s && i < w->details.n; i++)
    if (w->details.v[i].project >= 0) s[w->details.v[i].project].detailed += w->details.v[i].amount, s[w->details.v[i].project].details = true;
  for (size_t i = 0; s && i < w->purchases.n; i++) {
    check_purchase(&c, &w->purchases.v[i]);
    if (w->purchases.v[i].project >= 0) s[w->purchases.v[i].project].bought += w->purchases.v[i].amount;
  }
  for (size_t i = 0; s && i < n; i++) {
    const struct ws_project *p = &w->projects.v[i];
    check_money(&c, p, &s[i]), check_form(&c, p), check_years(&c, p, &s[i]), check_category(&c, p);
  }
  for (size_t i = 0; i < w->indicators.n; i++) check_indicator(&c, &w->indicators.v[i]);
  free(s);
}
