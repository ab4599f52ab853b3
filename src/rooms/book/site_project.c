/* site_project.c: each project on the page by itself: how much, what it is for, what is bought, what is to be reached. */
#include "rooms/book/site.h"

static void fact(struct buf *out, const char *name, struct sv text) {
  if (text.n == 0) return;
  buf_printf(out, "<div><dt>%s</dt><dd>", name), site_lines(out, text), buf_puts(out, "</dd></div>\n");
}

static void facts(struct site *s, size_t i) {
  const struct ws_project *p = &s->w->projects.v[i];
  struct buf *out = s->out;
  buf_puts(out, s->w->accounts ? "<dl>\n<div><dt>本年支出决算</dt><dd><b>" : "<dl>\n<div><dt>本年预算</dt><dd><b>"),
      site_yuan(out, s->sums.project[i]), buf_puts(out, "</b> 万元</dd></div>\n");
  if (p->total > 0 && p->total != s->sums.project[i])
    buf_puts(out, "<div><dt>项目总预算</dt><dd>"), site_yuan(out, p->total), buf_puts(out, " 万元</dd></div>\n");
  if (p->unit >= 0 && (size_t)p->unit < s->w->units.n) fact(out, "单位", s->w->units.v[p->unit].name);
  fact(out, "类别", p->category_name);
  fact(out, "属性", p->attribute);
  if (p->start.n > 0) {
    buf_puts(out, "<div><dt>起止年度</dt><dd>"), site_text(out, p->start);
    buf_puts(out, p->end.n > 0 && !sv_equal(p->start, p->end) ? "—" : p->end.n > 0 ? "" : "年起");
    if (!sv_equal(p->start, p->end)) site_text(out, p->end);
    buf_puts(out, "</dd></div>\n");
  }
  fact(out, "项目编码", p->code);
  buf_puts(out, "</dl>\n");
}

/* texts/projects/CODE.md: headings and paragraphs as they were entered. */
static void purpose(struct site *s, const struct ws_project *p) {
  struct sv heading = {0};
  for (size_t i = 0; i < s->w->texts.n; i++) {
    const struct ws_text *t = &s->w->texts.v[i];
    bool own = p->code.n > 0 && t->name.n >= p->code.n && sv_equal((struct sv){t->name.p + t->name.n - p->code.n, p->code.n}, p->code);
    if (!own || t->paragraph.n == 0) continue;
    if (t->heading.n > 0 && !sv_equal(t->heading, heading)) buf_puts(s->out, "<h4>"), site_text(s->out, t->heading), buf_puts(s->out, "</h4>\n");
    heading = t->heading;
    buf_puts(s->out, "<p>"), site_lines(s->out, t->paragraph), buf_puts(s->out, "</p>\n");
  }
}

static void region(struct site *s, size_t project, const char *what, const char *heads) {
  buf_printf(s->out,
             "<h4>%s</h4>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"项目 "
             "%zu：%s\">\n<table>\n<thead>\n<tr>%s</tr>\n</thead>\n<tbody>\n",
             what, project + 1, what, heads);
}

static void text_cell(struct site *s, struct sv text) {
  buf_puts(s->out, "<td>"), site_lines(s->out, text), buf_puts(s->out, "</td>");
}

static void name_cell(struct site *s, struct sv text) {
  bool empty = sv_trim(text).n == 0; /* a head without words is none */
  buf_puts(s->out, empty ? "<td>" : "<th scope=\"row\">"), site_lines(s->out, text), buf_puts(s->out, empty ? "</td>" : "</th>");
}

static void details(struct site *s, size_t project) {
  bool any = false;
  for (size_t i = 0; i < s->w->details.n; i++) {
    const struct ws_detail *d = &s->w->details.v[i];
    if (d->project < 0 || (size_t)d->project != project) continue;
    if (!any)
      region(s, project, "支出明细（万元）",
             "<th scope=\"col\">支出内容</th><th scope=\"col\">所属活动</th><th scope=\"col\">金额</th><th scope=\"col\">测算依据</th>");
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
    buf_puts(s->out, "<td>"), site_text(s->out, n->level1);
    if (n->level2.n > 0) buf_puts(s->out, "，"), site_text(s->out, n->level2);
    buf_puts(s->out, "</td><td>"), site_text(s->out, n->op), site_text(s->out, n->value), site_text(s->out, n->unit), buf_puts(s->out, "</td>");
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

static void goals(struct site *s, size_t project) {
  bool any = false;
  for (size_t i = 0; i < s->w->goals.n; i++) {
    const struct ws_goal *g = &s->w->goals.v[i];
    if (g->project < 0 || (size_t)g->project != project) continue;
    if (!any) buf_puts(s->out, "<h4>绩效目标</h4>\n");
    any = true;
    buf_puts(s->out, "<p class=\"goal\"><b>"), site_text(s->out, g->name);
    buf_puts(s->out, g->long_term ? "</b>（长期）：" : "</b>（年度）："), site_lines(s->out, g->description), buf_puts(s->out, "</p>\n");
    if (!has_indicators(s, i)) continue;
    buf_printf(s->out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"项目 %zu：指标 %zu\">\n<table>\n<thead>\n<tr>", project + 1,
               i + 1);
    buf_puts(s->out, "<th scope=\"col\">指标</th><th scope=\"col\">类型</th><th scope=\"col\">目标值</th><th scope=\"col\">上年</th>"
                     "<th scope=\"col\">依据</th></tr>\n</thead>\n<tbody>\n");
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
    buf_puts(s->out, any ? "，<a href=\"#" : "<p class=\"see\">公开表：<a href=\"#");
    site_text(s->out, sv_from(b->table->id)), buf_puts(s->out, "\">");
    site_text(s->out, b->table->number.n > 0 ? b->table->number : b->table->title), buf_puts(s->out, "</a>");
    any = true;
  }
  if (any) buf_puts(s->out, "</p>\n");
}

void site_projects(struct site *s) {
  buf_puts(s->out,
           "<section id=\"projects\" class=\"projects\" aria-labelledby=\"projects-h\" data-derived>\n<h2 id=\"projects-h\">项目逐个看</h2>\n");
  for (size_t i = 0; i < s->w->projects.n; i++) {
    buf_printf(s->out, "<article id=\"project-%zu\" aria-labelledby=\"project-%zu-h\">\n<h3 id=\"project-%zu-h\">", i + 1, i + 1, i + 1);
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
