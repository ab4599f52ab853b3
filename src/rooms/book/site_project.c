/* site_project.c: each project on the page by itself: how much, what it is for, what is bought, what is to be reached. */
#include "rooms/book/site.h"

static void fact(struct buf *out, const char *name, struct sv text) {
  if (text.n == 0) return;
  buf_printf(out, "<div><dt>%s</dt><dd%s>", name, site_zh()), site_lines(out, text), buf_puts(out, "</dd></div>\n");
}

static void facts(struct site *s, size_t i) {
  const struct ws_project *p = &s->w->projects.v[i];
  struct buf *out = s->out;
  buf_printf(out, "<dl>\n<div><dt>%s</dt><dd><b>", s->w->accounts ? tr("本年支出决算", "Spent this year") : tr("本年预算", "Budget of the year"));
  site_yuan(out, s->sums.project[i]), buf_printf(out, "</b> %s</dd></div>\n", tr("万元", "×10,000 yuan"));
  if (p->total > 0 && p->total != s->sums.project[i])
    buf_printf(out, "<div><dt>%s</dt><dd>", tr("项目总预算", "Budget of all years")), site_yuan(out, p->total),
        buf_printf(out, " %s</dd></div>\n", tr("万元", "×10,000 yuan"));
  if (p->unit >= 0 && (size_t)p->unit < s->w->units.n) fact(out, tr("单位", "Unit"), s->w->units.v[p->unit].name);
  fact(out, tr("类别", "Category"), p->category_name);
  fact(out, tr("属性", "Nature"), p->attribute);
  if (p->start.n > 0) {
    buf_printf(out, "<div><dt>%s</dt><dd>", tr("起止年度", "Years")), site_text(out, p->start);
    buf_puts(out, p->end.n > 0 && !sv_equal(p->start, p->end) ? "—" : p->end.n > 0 ? "" : tr("年起", " and on"));
    if (!sv_equal(p->start, p->end)) site_text(out, p->end);
    buf_puts(out, "</dd></div>\n");
  }
  fact(out, tr("项目编码", "Code"), p->code);
  buf_puts(out, "</dl>\n");
}

/* texts/projects/CODE.md: headings and paragraphs as they were entered. */
static void purpose(struct site *s, const struct ws_project *p) {
  struct sv heading = {0};
  for (size_t i = 0; i < s->w->texts.n; i++) {
    const struct ws_text *t = &s->w->texts.v[i];
    bool own = p->code.n > 0 && t->name.n >= p->code.n && sv_equal((struct sv){t->name.p + t->name.n - p->code.n, p->code.n}, p->code);
    if (!own || t->paragraph.n == 0) continue;
    if (t->heading.n > 0 && !sv_equal(t->heading, heading))
      buf_printf(s->out, "<h4%s>", site_zh()), site_text(s->out, t->heading), buf_puts(s->out, "</h4>\n");
    heading = t->heading;
    buf_printf(s->out, "<p%s>", site_zh()), site_lines(s->out, t->paragraph), buf_puts(s->out, "</p>\n");
  }
}

/* heads: up to NULL. */
static void region_table(struct site *s, size_t project, const char *what, size_t number, const char *const *heads) {
  buf_printf(s->out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s %zu%s%s", tr("项目", "Project"), project + 1,
             tr("：", ": "), what);
  if (number > 0) buf_printf(s->out, " %zu", number);
  buf_puts(s->out, "\">\n<table>\n<thead>\n<tr>");
  for (; *heads; heads++) buf_printf(s->out, "<th scope=\"col\">%s</th>", *heads);
  buf_puts(s->out, "</tr>\n</thead>\n<tbody>\n");
}

static void text_cell(struct site *s, struct sv text) {
  buf_printf(s->out, "<td%s>", site_zh()), site_lines(s->out, text), buf_puts(s->out, "</td>");
}

static void name_cell(struct site *s, struct sv text) {
  bool empty = sv_trim(text).n == 0; /* a head without words is none */
  buf_printf(s->out, empty ? "<td%s>" : "<th scope=\"row\"%s>", site_zh()), site_lines(s->out, text), buf_puts(s->out, empty ? "</td>" : "</th>");
}

static void details(struct site *s, size_t project) {
  bool any = false;
  for (size_t i = 0; i < s->w->details.n; i++) {
    const struct ws_detail *d = &s->w->details.v[i];
    if (d->project < 0 || (size_t)d->project != project) continue;
    if (!any) {
      const char *what = tr("支出明细（万元）", "Details (10,000 yuan)");
      buf_printf(s->out, "<h4>%s</h4>\n", what);
      region_table(
          s, project, what, 0,
          (const char *[]){tr("支出内容", "What for"), tr("所属活动", "Activity"), tr("金额", "Amount"), tr("测算依据", "Reckoned from"), NULL});
    }
    any = true;
    buf_puts(s->out, "<tr>");
    name_cell(s, d->content);
    text_cell(s, d->activity);
    buf_puts(s->out, "<td class=\"n\">"), site_yuan(s->out, d->amount), buf_puts(s->out, "</td>");
    text_cell(s, d->basis);
    buf_puts(s->out, "</tr>\n");
  }
  if (any) buf_puts(s->out, "</tbody>\n</table>\n</div>\n");
}

static void indicators(struct site *s, size_t goal) {
  for (size_t i = 0; i < s->w->indicators.n; i++) {
    const struct ws_indicator *n = &s->w->indicators.v[i];
    if (n->goal < 0 || (size_t)n->goal != goal) continue;
    buf_puts(s->out, "<tr>");
    name_cell(s, n->level3);
    buf_printf(s->out, "<td%s>", site_zh()), site_text(s->out, n->level1);
    if (n->level2.n > 0) buf_puts(s->out, "，"), site_text(s->out, n->level2);
    buf_printf(s->out, "</td><td%s>", site_zh()), site_text(s->out, n->op), site_text(s->out, n->value), site_text(s->out, n->unit),
        buf_puts(s->out, "</td>");
    text_cell(s, n->last);
    text_cell(s, n->basis);
    buf_puts(s->out, "</tr>\n");
  }
}

static bool has_indicators(const struct site *s, size_t goal) {
  for (size_t i = 0; i < s->w->indicators.n; i++)
    if (s->w->indicators.v[i].goal >= 0 && (size_t)s->w->indicators.v[i].goal == goal) return true;
  return false;
}

static void goal_words(struct site *s, struct sv text) {
  bool marked = *site_zh() != 0;
  if (marked) buf_printf(s->out, "<span%s>", site_zh());
  site_lines(s->out, text);
  if (marked) buf_puts(s->out, "</span>");
}

static void goals(struct site *s, size_t project) {
  bool any = false;
  for (size_t i = 0; i < s->w->goals.n; i++) {
    const struct ws_goal *g = &s->w->goals.v[i];
    if (g->project < 0 || (size_t)g->project != project) continue;
    if (!any) buf_printf(s->out, "<h4>%s</h4>\n", tr("绩效目标", "Goals"));
    any = true;
    buf_printf(s->out, "<p class=\"goal\"><b%s>", site_zh()), site_text(s->out, g->name);
    buf_printf(s->out, "</b>%s", g->long_term ? tr("（长期）：", " (long-term): ") : tr("（年度）：", " (of the year): "));
    goal_words(s, g->description), buf_puts(s->out, "</p>\n");
    if (!has_indicators(s, i)) continue;
    region_table(
        s, project, tr("指标", "indicators"), i + 1,
        (const char *[]){tr("指标", "Indicator"), tr("类型", "Kind"), tr("目标值", "Target"), tr("上年", "Last year"), tr("依据", "From"), NULL});
    indicators(s, i);
    buf_puts(s->out, "</tbody>\n</table>\n</div>\n");
  }
}

/* The forms of the book that are this project's. */
static void forms(struct site *s, size_t project) {
  bool any = false;
  for (size_t i = 0; i < s->paper->blocks.n; i++) {
    const struct paper_block *b = &s->paper->blocks.v[i];
    if (b->kind != PAPER_TABLE || !b->table || !b->table->form || b->table->project < 0 || (size_t)b->table->project != project) continue;
    if (!any) buf_printf(s->out, "<p class=\"see\">%s", tr("公开表：", "In the book: "));
    buf_printf(s->out, "%s<a%s href=\"#", any ? tr("，", ", ") : "", site_zh());
    site_text(s->out, sv_from(b->table->id)), buf_puts(s->out, "\">");
    site_text(s->out, b->table->number.n > 0 ? b->table->number : b->table->title), buf_puts(s->out, "</a>");
    any = true;
  }
  if (any) buf_puts(s->out, "</p>\n");
}

void site_projects(struct site *s) {
  buf_printf(s->out, "<section id=\"projects\" class=\"projects\" aria-labelledby=\"projects-h\" data-derived>\n<h2 id=\"projects-h\">%s</h2>\n",
             tr("项目逐个看", "Project by project"));
  for (size_t i = 0; i < s->w->projects.n; i++) {
    buf_printf(s->out, "<article id=\"project-%zu\" aria-labelledby=\"project-%zu-h\">\n<h3 id=\"project-%zu-h\"%s>", i + 1, i + 1, i + 1, site_zh());
    site_text(s->out, s->w->projects.v[i].name);
    buf_puts(s->out, "</h3>\n");
    facts(s, i);
    purpose(s, &s->w->projects.v[i]);
    details(s, i);
    goals(s, i);
    forms(s, i);
    buf_puts(s->out, "</article>\n");
  }
  buf_puts(s->out, "</section>\n");
}
