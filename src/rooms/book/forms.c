/* forms.c: tables 11 and 12-x (整体支出、项目支出绩效目标表), the form of 2023 (domain: 表11, 表12). Every amount is a sum of lines; words come from
 * the workspace's texts. What must be filled in and is not is asked for. */
#include "rooms/book/form_grid.h"
#include "rooms/book/layout.h"
#include "rooms/book/unit.h"

#include <stdlib.h>
#include <string.h>

/* Of one project, by the masks of sources and origins. */
static int64_t spent_of(const struct form *f, const struct sum *s) {
  int64_t fen = 0;
  for (int k = 0; k < SOURCES; k++)
    for (int o = 0; o < ORIGINS; o++)
      if ((!s->sources || s->sources >> k & 1) && (!s->origins || s->origins >> o & 1)) fen += f->spent[(s->project * SOURCES + k) * ORIGINS + o];
  return fen;
}

static int64_t *spent_by_project(const struct workspace *w) {
  int64_t *spent = calloc((w->projects.n + 1) * SOURCES * ORIGINS, sizeof *spent);
  for (size_t i = 0; spent && i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->project >= 0 && l->version == w->version) spent[((size_t)l->project * SOURCES + l->source) * ORIGINS + l->origin] += l->amount;
  }
  return spent;
}

static int64_t put_sum(struct form *f, struct sum s, bool blank_zero, int across) {
  int64_t fen = spent_of(f, &s);
  form_number(f, fen, &s, blank_zero, across);
  return fen;
}

static struct sum all(enum sum_flow flow) {
  return (struct sum){.flow = flow, .unit = -1, .project = -1};
}

static void ask(struct form *f, struct sv subject, struct sv text) {
  struct paper_missing m = {subject, text.p};
  if (!text.p || VEC_PUSH(&f->p->missing, m, 100000) < 0) f->failed = true;
}

/* Paragraphs of a text under a heading, one a line; asked for when there are none. */
static struct sv paragraphs(struct form *f, const char *name, const char *heading) {
  struct buf out;
  int n = 0;
  const struct ws_text *first = workspace_text(f->p->workspace, name, heading, &n);
  buf_init(&out, 1 << 16);
  for (int i = 0; first && i < n; i++) {
    if (i) buf_putc(&out, '\n');
    buf_add(&out, first[i].paragraph.p, first[i].paragraph.n);
  }
  struct sv made = {arena_text(&f->p->arena, out.p ? out.p : "", out.n), out.n};
  buf_release(&out);
  if (!made.p || out.rc < 0) f->failed = true;
  struct sv path = n == 0 ? unit_text_path(f->p->workspace, sv_from(name), &f->p->arena) : (struct sv){0};
  if (n == 0 && *heading)
    ask(f, path,
        form_printf(f, tr("绩效表里要填“%s”：写在 %.*s 的“# %s”下面", "a form needs \"%s\": write it in %.*s under \"# %s\""), heading, SV_ARG(path),
                    heading));
  else if (n == 0)
    ask(f, path, form_printf(f, tr("绩效表里要填的文字还没有：写在 %.*s", "a form needs a text: write it in %.*s"), SV_ARG(path)));
  return made;
}

/* A goal of the whole, of the department or of the unit whose book it is; units may have goals of their own. */
static bool of_whole(const struct workspace *w, const struct ws_goal *g) {
  return g->project < 0 && sv_equal(g->owner, w->units.v[w->department].code);
}

static struct sv target(struct form *f, const struct ws_indicator *i) {
  return form_printf(f, "%.*s%.*s%.*s", SV_ARG(i->op), SV_ARG(i->value), SV_ARG(i->unit));
}

static int indicators_of(const struct workspace *w, int goal) {
  int n = 0;
  for (size_t i = 0; i < w->indicators.n; i++) n += w->indicators.v[i].goal == goal;
  return n;
}

/* ---- 表11 ---- */

static void head_long(struct form *f) {
  form_head(f, "一级指标", 1, 1), form_head(f, "二级指标", 1, 1), form_head(f, "三级指标", 2, 1), form_head(f, "指标值", 2, 1);
  form_head(f, "指标值确定依据", 1, 1);
}

static void head_annual(struct form *f, const char *first, const char *last, int below) {
  form_row(f);
  form_head(f, first, 1, 3 + below), form_head(f, "一级指标", 1, 3), form_head(f, "二级指标", 1, 3), form_head(f, "三级指标", 1, 3);
  form_head(f, "指标值", 3, 1), form_head(f, "指标值确定依据", 1, 3);
  form_row(f);
  form_head(f, "近两年指标值", 2, 1), form_head(f, last, 1, 2);
  form_row(f);
  form_head(f, "前年", 1, 1), form_head(f, "上年", 1, 1);
}

static void indicator_long(struct form *f, const struct ws_indicator *i) {
  form_text(f, i->level1, 1), form_text(f, i->level2, 1), form_text(f, i->level3, 2), form_centre(f, target(f, i), 2), form_centre(f, i->basis, 1);
}

static void indicator_annual(struct form *f, const struct ws_indicator *i) {
  form_text(f, i->level1, 1), form_text(f, i->level2, 1), form_text(f, i->level3, 1), form_centre(f, i->before_last, 1);
  form_centre(f, i->last, 1), form_centre(f, target(f, i), 1), form_centre(f, i->basis, 1);
}

static void overall_goal(struct form *f, int goal) {
  const struct workspace *w = f->p->workspace;
  const struct ws_goal *g = &w->goals.v[goal];
  int n = indicators_of(w, goal);
  form_row(f);
  form_put(f, CELL_HEAD, g->name, 1, 1), form_text(f, g->description, 0);
  if (g->long_term)
    form_row(f), form_head(f, "长期绩效指标", 1, 1 + n), head_long(f);
  else
    head_annual(f, "年度绩效指标", "预期当年实现值", n);
  for (size_t i = 0; i < w->indicators.n; i++) {
    if (w->indicators.v[i].goal != goal) continue;
    form_row(f);
    g->long_term ? indicator_long(f, &w->indicators.v[i]) : indicator_annual(f, &w->indicators.v[i]);
  }
}

/* One of the three parts of income or spending in a year (0 this, 1 last …); kinds that are none of the three (经营, 上缴, 补助) are operation here
 * too, so that the parts are the whole. Sums are kept with the cell. */
static int part_sums(const struct workspace *w, bool income, int which, int back, struct sum out[3]) {
  static const uint16_t sources[] = {SOURCES_GRANT, 1u << SOURCE_SPECIAL, SOURCES_UNIT};
  struct sum s = all(back ? SUM_PRIOR : income ? SUM_INCOME : SUM_SPENDING);
  if (back) s.year = (int16_t)(w->year - back);
  if (income) return s.sources = sources[which], out[0] = s, 1;
  s.kinds = which == 0 ? 1u << KIND_P : which == 1 ? (1u << KIND_U | 1u << KIND_B | 1u << KIND_S | 1u << KIND_A) : 1u << KIND_J;
  if (which == 2) s.category = SV("3");
  out[0] = s;
  if (which != 1) return 1;
  out[1] = s, out[1].kinds = 1u << KIND_J, out[1].category = SV("2");
  return 2;
}

static int64_t part_of(const struct workspace *w, bool income, int which, int back) {
  struct sum s[3];
  int64_t fen = 0;
  if (which == 3) return part_of(w, income, 0, back) + part_of(w, income, 1, back) + part_of(w, income, 2, back);
  for (int i = part_sums(w, income, which, back, s) - 1; i >= 0; i--) fen += sum_of(w, &s[i], -1);
  return fen;
}

static void part_number(struct form *f, bool income, int which, int back, int across) {
  const struct workspace *w = f->p->workspace;
  struct sum *own = ARENA_ARRAY(&f->p->arena, struct sum, 9);
  int n = 0;
  for (int k = 0; own && k < 3; k++)
    if (which == 3 || which == k) n += part_sums(w, income, k, back, own + n);
  form_number(f, part_of(w, income, which, back), NULL, false, across);
  if (own && f->cells.n > 0) f->cells.v[f->cells.n - 1].sums = own, f->cells.v[f->cells.n - 1].nsums = n;
}

static void share_row(struct form *f, bool income, int which, int64_t total) {
  const struct workspace *w = f->p->workspace;
  int64_t now = part_of(w, income, which, 0), share = 0;
  bool none = !now && !part_of(w, income, which, 1) && !part_of(w, income, which, 2);
  none ? form_empty(f, CELL_NUMBER, 1) : part_number(f, income, which, 0, 1);
  struct paper_cell *c = form_put(f, CELL_NUMBER, (struct sv){0}, 1, 1);
  if (c && !none && total && money_muldiv(now, 10000, total, ROUND_HALF_UP, &share) == RC_OK) {
    c->percent = true, c->fen = share * 100;
    c->text = form_printf(f, "%lld.%02lld%%", (long long)(share / 100), (long long)(share % 100));
  }
  for (int back = 1; back <= 2; back++) none ? form_empty(f, CELL_NUMBER, 3 - back) : part_number(f, income, which, back, 3 - back);
}

static void money_block(struct form *f) {
  static const char *const names[2][4] = {{"财政拨款", "财政专户管理资金", "单位资金", "合计"},
                                          {"人员类项目支出", "运转类项目支出", "特定目标类项目支出", "合计"}};
  const struct workspace *w = f->p->workspace;
  form_row(f);
  form_head(f, "部门总体资金情况", 1, 10), form_head(f, "总体资金情况", 2, 2), form_head(f, "当年金额", 1, 2), form_head(f, "占比", 1, 2);
  form_head(f, "近两年收支金额", 3, 1);
  form_row(f);
  form_put(f, CELL_HEAD, form_printf(f, "%d年", w->year - 1), 2, 1), form_put(f, CELL_HEAD, form_printf(f, "%d年", w->year - 2), 1, 1);
  for (int side = 0; side < 2; side++)
    for (int i = 0; i < 4; i++) {
      form_row(f);
      if (i == 0) form_head(f, side ? "支出构成" : "收入构成", 1, 4);
      form_text(f, sv_from(names[side][i]), 1);
      share_row(f, side == 0, i, part_of(w, side == 0, 3, 0));
    }
}

/* Projects in the order of a table: by the number that the workspace gives. */
static int *project_order(struct form *f, bool forms) {
  const struct workspace *w = f->p->workspace;
  int *order = ARENA_ARRAY(&f->p->arena, int, w->projects.n + 1);
  for (size_t i = 0; order && i < w->projects.n; i++) {
    size_t k = i;
    int mine = forms ? w->projects.v[i].order_forms : w->projects.v[i].order_overall;
    for (; k > 0; k--) {
      const struct ws_project *other = &w->projects.v[order[k - 1]];
      if ((forms ? other->order_forms : other->order_overall) <= mine) break;
      order[k] = order[k - 1];
    }
    order[k] = (int)i;
  }
  return order;
}

static struct sv project_text(struct form *f, int project, const char *heading) {
  struct sv name = form_printf(f, "projects/%.*s", SV_ARG(f->p->workspace->projects.v[project].code));
  return name.p ? paragraphs(f, name.p, heading) : name;
}

static void project_block(struct form *f) {
  const struct workspace *w = f->p->workspace;
  int *order = project_order(f, false);
  form_row(f);
  form_head(f, "项目支出情况", 1, 1 + (int)w->projects.n), form_head(f, "项目名称", 1, 1), form_head(f, "支出项目类别", 1, 1);
  form_head(f, "项目总预算", 1, 1), form_head(f, "项目本年度预算", 1, 1), form_head(f, "项目主要支出方向和用途", 3, 1);
  for (size_t i = 0; order && i < w->projects.n; i++) {
    const struct ws_project *p = &w->projects.v[order[i]];
    struct sum s = all(SUM_SPENDING);
    s.project = order[i];
    form_row(f);
    form_text(f, p->name, 1), form_centre(f, p->class_name, 1), form_number(f, p->total, NULL, false, 1);
    put_sum(f, s, false, 1);
    form_text(f, project_text(f, order[i], "项目主要支出方向和用途"), 3);
  }
}

static void overall_goals(struct form *f) {
  const struct workspace *w = f->p->workspace;
  const char *heads[2] = {"长期目标", "年度目标"};
  struct sv texts[2] = {{0}, {0}};
  int found = 0;
  const char *last = NULL;
  for (size_t i = 0; i < w->texts.n && found < 2; i++) {
    const struct ws_text *t = &w->texts.v[i];
    if (!sv_is(t->name, "overall-goal") || !t->heading.n || (last && sv_is(t->heading, last))) continue;
    last = heads[found] = form_printf(f, "%.*s", SV_ARG(t->heading)).p;
    texts[found++] = last ? paragraphs(f, "overall-goal", last) : (struct sv){0};
  }
  form_row(f);
  form_head(f, "整体绩效总目标", 1, 2), form_head(f, heads[0] ? heads[0] : "", 3, 1), form_head(f, heads[1] ? heads[1] : "", 4, 1);
  form_row(f);
  form_text(f, texts[0], 3), form_text(f, texts[1], 4);
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < w->goals.n; i++)
      if (of_whole(w, &w->goals.v[i]) && w->goals.v[i].long_term == (pass == 0)) overall_goal(f, (int)i);
}

/* A goal without indicators, an owner without goals: asked for, with where to enter it. */
static void ask_goals(struct form *f, int project) {
  const struct workspace *w = f->p->workspace;
  bool seen[2] = {false, false};
  for (size_t g = 0; g < w->goals.n; g++) {
    if (project < 0 ? !of_whole(w, &w->goals.v[g]) : w->goals.v[g].project != project) continue;
    seen[w->goals.v[g].long_term] = true;
    if (indicators_of(w, (int)g) == 0)
      ask(f, form_printf(f, "indicators.csv"),
          form_printf(f, tr("绩效目标 %.*s 没有指标：在 indicators.csv 加行", "goal %.*s has no indicators: add them to indicators.csv"),
                      SV_ARG(w->goals.v[g].id)));
  }
  struct sv name = project < 0 ? f->p->body : w->projects.v[project].name;
  for (int k = 0; k < 2; k++)
    if (!seen[k])
      ask(f, form_printf(f, "goals.csv"),
          form_printf(f, tr("%.*s 没有%s目标：在 goals.csv 加行", "%.*s has no %s goal: add it to goals.csv"), SV_ARG(name),
                      k ? tr("长期", "long-term") : tr("年度", "annual")));
}

static int form_overall(struct paper *p, const int64_t *spent, struct err *e) {
  struct form f;
  int rc = form_begin(&f, p, spent, e);
  if (rc < 0) return rc;
  f.t->id = "T11", f.t->kind = "goal-money", f.t->number = SV("公开表11"), f.t->title = SV("整体支出绩效目标表"),
  f.t->contents = SV("十一、整体支出绩效目标表");
  f.t->project = -1;
  form_row(&f);
  form_head(&f, "部门（单位）名称", 1, 1), form_text(&f, p->body, 0);
  form_row(&f);
  form_head(&f, "填报人", 1, 1), form_empty(&f, CELL_TEXT, 3), form_head(&f, "联系电话", 2, 1), form_empty(&f, CELL_TEXT, 2);
  money_block(&f);
  form_row(&f);
  form_head(&f, "部门职能概述", 1, 1), form_text(&f, paragraphs(&f, "part1-duties", ""), 0);
  form_row(&f);
  form_head(&f, "年度工作任务", 1, 1), form_text(&f, paragraphs(&f, "annual-tasks", ""), 0);
  project_block(&f);
  overall_goals(&f);
  ask_goals(&f, -1);
  return form_end(&f, e);
}

/* ---- 表12 ---- */

static void pair(struct form *f, const char *a, struct sv x, const char *b, struct sv y) {
  form_row(f);
  form_head(f, a, 2, 1), form_text(f, x, 2), form_head(f, b, 1, 1), form_text(f, y, 3);
}

static void identity(struct form *f, int project) {
  static const char *const long_texts[] = {"项目立项依据", "项目实施方案"};
  const struct workspace *w = f->p->workspace;
  const struct ws_project *p = &w->projects.v[project];
  struct sum s = all(SUM_SPENDING);
  s.project = project;
  pair(f, "项目名称", p->name, "项目编码", p->code);
  pair(f, "项目主管部门", f->p->body, "项目执行单位", p->unit >= 0 ? w->units.v[p->unit].name : (struct sv){0});
  pair(f, "项目负责人", p->owner, "联系电话", p->phone);
  pair(f, "单位地址", p->address, "邮政编码", p->zip);
  form_row(f), form_head(f, "项目属性", 2, 1), form_text(f, p->attribute, 0);
  form_row(f), form_head(f, "支出项目类别", 2, 1), form_text(f, p->class_name, 0);
  pair(f, "起始年度", p->start, "终止年度", p->end);
  for (int i = 0; i < 2; i++) form_row(f), form_head(f, long_texts[i], 2, 1), form_text(f, project_text(f, project, long_texts[i]), 0);
  form_row(f), form_head(f, "项目总预算", 2, 1), form_number(f, p->total, NULL, false, 2), form_head(f, "项目当年预算", 1, 1),
      put_sum(f, s, false, 3);
  form_row(f), form_head(f, "项目前两年预算及当年预算变动情况", 2, 1), form_text(f, project_text(f, project, "项目前两年预算及当年预算变动情况"), 0);
}

static void sources(struct form *f, int project) {
  static const struct {
    const char *name;
    uint16_t sources;
    uint8_t origins;
  } rows[] = {{"合计", 0, 0},
              {"一般公共预算财政拨款", 1u << SOURCE_GP, 0},
              {"其中：申请当年预算拨款", 1u << SOURCE_GP, 1u << ORIGIN_YEAR},
              {"政府性基金预算财政拨款", 1u << SOURCE_FUND, 0},
              {"财政专户管理资金", 1u << SOURCE_SPECIAL, 0},
              {"单位资金", SOURCES_UNIT, 0},
              {"其中：使用上年度财政拨款结转", SOURCES_GRANT, 1u << ORIGIN_CARRY}};
  int n = (int)(sizeof rows / sizeof *rows);
  form_row(f), form_head(f, "项目资金来源", 2, n + 1), form_head(f, "来源项目", 4, 1), form_head(f, "金额", 2, 1);
  for (int i = 0; i < n; i++) {
    struct sum s = all(SUM_SPENDING);
    s.project = project, s.sources = rows[i].sources, s.origins = rows[i].origins;
    form_row(f), form_text(f, sv_from(rows[i].name), 4), put_sum(f, s, true, 2);
  }
}

static void details(struct form *f, int project) {
  const struct workspace *w = f->p->workspace;
  form_row(f), form_head(f, "项目支出明细测算", 8, 1);
  form_row(f), form_head(f, "项目活动", 1, 1), form_head(f, "活动内容表述", 2, 1), form_head(f, "支出经济分类", 1, 1), form_head(f, "金额", 1, 1);
  form_head(f, "测算依据及说明", 2, 1), form_head(f, "备注", 1, 1);
  for (size_t i = 0; i < w->details.n; i++) {
    const struct ws_detail *d = &w->details.v[i];
    if (d->project != project) continue;
    form_row(f), form_text(f, d->activity, 1), form_text(f, d->content, 2), form_text(f, d->econ >= 0 ? w->econs.v[d->econ].name : (struct sv){0}, 1);
    form_number(f, d->amount, NULL, false, 1), form_text(f, d->basis, 2), form_text(f, d->note, 1);
  }
}

static void purchases(struct form *f, int project) {
  const struct workspace *w = f->p->workspace;
  int n = 0;
  form_row(f), form_head(f, "项目采购", 8, 1);
  form_row(f), form_head(f, "品名", 4, 1), form_head(f, "数量", 2, 1), form_head(f, "金额", 2, 1);
  for (size_t i = 0; i < w->purchases.n; i++) {
    const struct ws_purchase *q = &w->purchases.v[i];
    if (q->project != project || !q->in_project_table) continue;
    form_row(f), form_text(f, q->item, 4), form_centre(f, q->quantity, 2), form_number(f, q->amount, NULL, false, 2), n++;
  }
  if (n == 0) form_row(f), form_empty(f, CELL_TEXT, 4), form_empty(f, CELL_CENTRE, 2), form_empty(f, CELL_NUMBER, 2);
}

static void project_goals(struct form *f, int project, bool long_term) {
  const struct workspace *w = f->p->workspace;
  form_row(f), form_head(f, long_term ? "长期绩效目标表" : "年度绩效目标表", 8, 1);
  if (long_term)
    form_row(f), form_head(f, "目标名称", 1, 1), head_long(f);
  else
    head_annual(f, "目标名称", "预计当年实现", 0);
  for (size_t g = 0; g < w->goals.n; g++) {
    if (w->goals.v[g].project != project || w->goals.v[g].long_term != long_term) continue;
    int n = indicators_of(w, (int)g), k = 0; /* only for the project's own: there may be thousands of goals */
    for (size_t i = 0; i < w->indicators.n; i++) {
      if (w->indicators.v[i].goal != (int)g) continue;
      form_row(f);
      if (k++ == 0) form_put(f, CELL_TEXT, w->goals.v[g].name, 1, n);
      long_term ? indicator_long(f, &w->indicators.v[i]) : indicator_annual(f, &w->indicators.v[i]);
    }
  }
}

static int form_project(struct paper *p, int project, int number, const int64_t *spent, struct err *e) {
  const struct workspace *w = p->workspace;
  struct form f;
  int rc = form_begin(&f, p, spent, e);
  if (rc < 0) return rc;
  f.t->id = arena_printf(&p->arena, "T12-%d", number), f.t->kind = "project-head", f.t->project = project;
  f.t->number = form_printf(&f, "公开表12-%d", number), f.t->title = SV("项目支出绩效目标表");
  if (number == 1) f.t->contents = SV("十二、项目支出绩效目标表");
  ask_goals(&f, project);
  identity(&f, project);
  sources(&f, project);
  details(&f, project);
  purchases(&f, project);
  form_row(&f), form_head(&f, "项目绩效总目标", 8, 1);
  form_row(&f), form_head(&f, "名称", 2, 1), form_head(&f, "目标说明", 6, 1);
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < w->goals.n; i++)
      if (w->goals.v[i].project == project && w->goals.v[i].long_term == (pass == 0))
        form_row(&f), form_text(&f, w->goals.v[i].name, 2), form_text(&f, w->goals.v[i].description, 6);
  project_goals(&f, project, true);
  project_goals(&f, project, false);
  return form_end(&f, e);
}

int derive_forms(struct paper *p, const struct layout *l, struct err *e) {
  struct form order = {.p = p};
  int64_t *spent = spent_by_project(p->workspace);
  int *by_number = project_order(&order, true);
  int rc = spent && by_number ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK && layout_has_forms(l, "overall")) rc = form_overall(p, spent, e);
  for (size_t i = 0; rc == RC_OK && layout_has_forms(l, "projects") && i < p->workspace->projects.n; i++)
    rc = form_project(p, by_number[i], (int)i + 1, spent, e);
  free(spent);
  return rc;
}
