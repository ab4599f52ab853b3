/* chart.c: what the money comes from and goes to as bars, drawn inline, each beside a table of the same figures. Names stand over their bar and the
 * figure behind it, so that a chart is readable on a phone, in grey and in the dark. */
#include "rooms/book/site.h"

#include <stdlib.h>

enum { BARS_MAX = 40, BIGGEST = 10, NAME_MAX = 24 };

static const char *const source_names[SOURCES] = {"一般公共预算",     "政府性基金预算", "国有资本经营预算", "财政专户管理资金", "事业收入",
                                                  "事业单位经营收入", "上级补助收入",   "附属单位上缴收入", "其他收入"};
static const char *const kind_names[KINDS] = {"人员经费", "公用经费", "项目支出", "事业单位经营支出", "上缴上级支出", "对附属单位补助支出"};

/* A bar: one amount, or one of parts that add up to it; `before` is last year's. */
struct bar {
  struct sv name;
  int64_t amount, before;
  const int64_t *parts; /* KINDS of them, or NULL */
  int project;          /* from 1; 0 none */
};
struct chart {
  const char *id, *title, *what; /* what: the head over the names */
  const struct bar *bars;
  int n;
  bool stacked, others, compared, shares; /* others: some bar has a kind beyond the three */
  int year;
};

static int func_class(const struct workspace *w, int32_t func) {
  for (int steps = 0; func >= 0 && (size_t)func < w->funcs.n && steps < 8; steps++) {
    if (w->funcs.v[func].level <= 1 || w->funcs.v[func].parent < 0) return func;
    func = w->funcs.v[func].parent;
  }
  return -1;
}

int site_sum(struct site *s, struct err *e) {
  const struct workspace *w = s->w;
  struct site_sums *m = &s->sums;
  m->func = arena_array(s->arena, w->funcs.n + 1, sizeof *m->func);
  m->func_prior = ARENA_ARRAY(s->arena, int64_t, w->funcs.n + 1);
  m->project = ARENA_ARRAY(s->arena, int64_t, w->projects.n + 1);
  if (!m->func || !m->func_prior || !m->project) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->version != w->version || l->kind >= KINDS) continue;
    int class = func_class(w, l->func);
    m->spending += l->amount;
    m->kinds[l->kind] += l->amount;
    if (class >= 0) m->func[class][l->kind] += l->amount;
    if (l->project >= 0 && (size_t)l->project < w->projects.n) m->project[l->project] += l->amount;
  }
  for (size_t i = 0; i < w->priors.n; i++) {
    const struct ws_line *l = &w->priors.v[i];
    if (l->year != w->year - 1) continue;
    int class = func_class(w, l->func);
    m->has_prior = true;
    m->prior += l->amount;
    if (class >= 0) m->func_prior[class] += l->amount;
  }
  for (size_t i = 0; i < w->incomes.n; i++) {
    const struct ws_income *l = &w->incomes.v[i];
    if (l->version != w->version || l->source >= SOURCES) continue;
    if (l->origin != ORIGIN_YEAR)
      m->carried += l->amount;
    else
      m->income[l->source] += l->amount;
  }
  return RC_OK;
}

/* Hundredths of a percent of the width, leaving room behind the longest bar for its figure. */
static int width_of(int64_t amount, int64_t most) {
  int64_t share;
  if (amount <= 0 || most <= 0 || money_muldiv(amount, 6400, most, ROUND_HALF_UP, &share) < 0) return 0;
  return share < 20 ? 20 : (int)share;
}

static void percent(struct buf *out, int hundredths) {
  buf_printf(out, "%d.%02d%%", hundredths / 100, hundredths % 100);
}

static void rect(struct buf *out, int x, int y, int width, int height, const char *look) {
  if (width <= 0) return;
  buf_puts(out, "<rect x=\""), percent(out, x);
  buf_printf(out, "\" y=\"%d\" width=\"", y), percent(out, width);
  buf_printf(out, "\" height=\"%d\" class=\"%s\"/>", height, look);
}

static void value(struct buf *out, int x, int y, const char *before, int64_t fen) {
  buf_puts(out, "<text x=\""), percent(out, x);
  buf_printf(out, "\" y=\"%d\" dx=\"6\" class=\"v\">%s", y, before), site_yuan(out, fen), buf_puts(out, "</text>\n");
}

static void short_name(struct buf *out, struct sv name) {
  size_t at = 0;
  int n = 0;
  while (at < name.n && n < NAME_MAX) utf8_next(name, &at), n++;
  site_text(out, (struct sv){name.p, at});
  if (at < name.n) buf_puts(out, "…");
}

static void one_bar(struct buf *out, const struct chart *c, const struct bar *b, int y, int64_t most) {
  char year[16];
  int x = 0;
  buf_printf(out, "<text x=\"0\" y=\"%d\" class=\"l\">", y + 14), short_name(out, b->name), buf_puts(out, "</text>");
  if (c->compared) {
    rect(out, 0, y + 21, width_of(b->before, most), 12, "b0");
    snprintf(year, sizeof year, "%d年 ", c->year - 1);
    value(out, width_of(b->before, most), y + 32, year, b->before);
    rect(out, 0, y + 37, width_of(b->amount, most), 12, "b1");
    snprintf(year, sizeof year, "%d年 ", c->year);
    value(out, width_of(b->amount, most), y + 48, year, b->amount);
    return;
  }
  for (int k = 0; c->stacked && b->parts && k < KINDS; k++) {
    char look[16];
    snprintf(look, sizeof look, "k%d", k < KIND_J ? k : k == KIND_J ? 2 : 3);
    int width = width_of(b->parts[k], most);
    rect(out, x, y + 21, width, 14, look);
    x += width;
  }
  if (!c->stacked) rect(out, 0, y + 21, x = width_of(b->amount, most), 14, "b1");
  value(out, x, y + 33, "", b->amount);
}

static void drawing(struct buf *out, const struct chart *c, int64_t most) {
  int step = c->compared ? 62 : 48;
  buf_printf(out, "<svg role=\"img\" aria-labelledby=\"%s-t\" width=\"100%%\" height=\"%d\">\n<title id=\"%s-t\">%s，数字见旁边的表</title>\n", c->id,
             step * c->n, c->id, c->title);
  for (int i = 0; i < c->n; i++) one_bar(out, c, &c->bars[i], step * i, most);
  buf_puts(out, "</svg>\n");
  if (!c->stacked) return;
  buf_puts(out, "<ul class=\"legend\" aria-hidden=\"true\">");
  for (int k = 0; k < 3; k++) buf_printf(out, "<li><span class=\"k%d\"></span>%s</li>", k, kind_names[k]);
  buf_puts(out, c->others ? "<li><span class=\"k3\"></span>其他</li></ul>\n" : "</ul>\n");
}

static void amount(struct buf *out, int64_t fen) {
  buf_puts(out, "<td class=\"n\">"), site_yuan(out, fen), buf_puts(out, "</td>");
}

static void table_head(struct buf *out, const struct chart *c) {
  buf_printf(out,
             "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s（表）\">\n<table>\n<caption>%s（万元）</caption>\n<thead>\n<tr>",
             c->title, c->title);
  buf_printf(out, "<th scope=\"col\">%s</th>", c->what);
  if (c->compared) buf_printf(out, "<th scope=\"col\">%d年</th>", c->year - 1);
  for (int k = 0; c->stacked && k < 3; k++) buf_printf(out, "<th scope=\"col\">%s</th>", kind_names[k]);
  if (c->others) buf_puts(out, "<th scope=\"col\">其他</th>");
  if (c->compared)
    buf_printf(out, "<th scope=\"col\">%d年</th><th scope=\"col\">增减</th>", c->year);
  else
    buf_puts(out, c->stacked ? "<th scope=\"col\">合计</th>" : "<th scope=\"col\">金额</th>");
  if (c->shares) buf_puts(out, "<th scope=\"col\">占比</th>");
  buf_puts(out, "</tr>\n</thead>\n<tbody>\n");
}

static void table_beside(struct buf *out, const struct chart *c, int64_t whole) {
  table_head(out, c);
  for (int i = 0; i < c->n; i++) {
    const struct bar *b = &c->bars[i];
    buf_puts(out, "<tr><th scope=\"row\">");
    if (b->project > 0) buf_printf(out, "<a href=\"#project-%d\">", b->project);
    site_text(out, b->name);
    if (b->project > 0) buf_puts(out, "</a>");
    buf_puts(out, "</th>");
    if (c->compared) amount(out, b->before);
    for (int k = 0; c->stacked && b->parts && k < 3; k++) amount(out, b->parts[k]);
    if (c->others && b->parts) amount(out, b->parts[KIND_B] + b->parts[KIND_S] + b->parts[KIND_A]);
    amount(out, b->amount);
    if (c->compared) amount(out, b->amount - b->before);
    if (c->shares) buf_puts(out, "<td class=\"n\">"), site_share(out, b->amount, whole), buf_puts(out, "</td>");
    buf_puts(out, "</tr>\n");
  }
  buf_puts(out, "</tbody>\n</table>\n</div>\n");
}

static void chart(struct buf *out, const struct chart *c, int64_t whole) {
  int64_t most = 0;
  if (c->n == 0) return;
  for (int i = 0; i < c->n; i++) {
    if (c->bars[i].amount > most) most = c->bars[i].amount;
    if (c->compared && c->bars[i].before > most) most = c->bars[i].before;
  }
  buf_printf(out, "<section class=\"chart\" aria-labelledby=\"%s-h\">\n<h3 id=\"%s-h\">%s</h3>\n<div class=\"pair\">\n<div>\n", c->id, c->id,
             c->title);
  drawing(out, c, most);
  buf_puts(out, "</div>\n");
  table_beside(out, c, whole);
  buf_puts(out, "</div>\n</section>\n");
}

static int by_size(const void *a, const void *b) {
  const struct bar *x = a, *y = b;
  if (x->amount != y->amount) return x->amount < y->amount ? 1 : -1;
  return x->project - y->project;
}

static void sources(struct site *s) {
  struct bar bars[SOURCES + 1];
  int n = 0;
  int64_t whole = s->sums.carried;
  for (int i = 0; i < SOURCES; i++) {
    whole += s->sums.income[i];
    if (s->sums.income[i] != 0) bars[n++] = (struct bar){.name = sv_from(source_names[i]), .amount = s->sums.income[i]};
  }
  if (s->sums.carried != 0)
    bars[n++] = (struct bar){.name = s->w->accounts ? SV("年初结转和使用结余") : SV("上年结转结余"), .amount = s->sums.carried};
  chart(s->out, &(struct chart){.id = "c-sources", .title = "钱从哪里来", .what = "来源", .bars = bars, .n = n, .shares = true}, whole);
}

/* The 类 with money, in code order; what is beyond BARS_MAX is left to the tables of the book. */
static int classes(const struct site *s, struct bar *bars, bool prior) {
  int n = 0;
  for (size_t i = 0; i < s->w->funcs.n && n < BARS_MAX; i++) {
    struct bar b = {.name = s->w->funcs.v[i].name, .before = s->sums.func_prior[i], .parts = s->sums.func[i]};
    for (int k = 0; k < KINDS; k++) b.amount += s->sums.func[i][k];
    if (b.amount != 0 || (prior && b.before != 0)) bars[n++] = b;
  }
  return n;
}

static void spending(struct site *s) {
  struct bar bars[BARS_MAX];
  struct bar kinds[KINDS];
  int n = classes(s, bars, false), nkinds = 0;
  const int64_t *of = s->sums.kinds;
  for (int k = 0; k < KINDS; k++)
    if (s->sums.kinds[k] != 0) kinds[nkinds++] = (struct bar){.name = sv_from(kind_names[k]), .amount = s->sums.kinds[k]};
  chart(s->out,
        &(struct chart){.id = "c-functions",
                        .title = "钱用到哪里去",
                        .what = "支出功能",
                        .bars = bars,
                        .n = n,
                        .stacked = true,
                        .others = of[KIND_B] != 0 || of[KIND_S] != 0 || of[KIND_A] != 0,
                        .shares = true},
        s->sums.spending);
  chart(s->out,
        &(struct chart){.id = "c-kinds", .title = "用于人员、公用和项目各多少", .what = "支出种类", .bars = kinds, .n = nkinds, .shares = true},
        s->sums.spending);
  if (!s->sums.has_prior) return;
  n = classes(s, bars, true);
  chart(s->out,
        &(struct chart){.id = "c-years", .title = "与上年相比", .what = "支出功能", .bars = bars, .n = n, .compared = true, .year = s->w->year}, 0);
}

static void biggest(struct site *s) {
  size_t n = 0;
  struct bar *bars = ARENA_ARRAY(s->arena, struct bar, s->w->projects.n + 1);
  for (size_t i = 0; bars && i < s->w->projects.n; i++)
    if (s->sums.project[i] > 0) bars[n++] = (struct bar){.name = s->w->projects.v[i].name, .amount = s->sums.project[i], .project = (int)i + 1};
  if (n == 0) return;
  qsort(bars, n, sizeof *bars, by_size);
  chart(s->out,
        &(struct chart){.id = "c-projects",
                        .title = n > 1 ? "最大的项目" : "项目",
                        .what = "项目",
                        .bars = bars,
                        .n = n > BIGGEST ? BIGGEST : (int)n,
                        .shares = true},
        s->sums.spending);
}

void site_charts(struct site *s) {
  buf_puts(s->out, "<section id=\"glance\" class=\"glance\" aria-labelledby=\"glance-h\" data-derived>\n<h2 id=\"glance-h\">一图看懂</h2>\n"
                   "<p class=\"lead\">图和表由逐笔数据相加得出，与下面的公开表一致；占比逐项四舍五入。</p>\n");
  sources(s);
  spending(s);
  biggest(s);
  buf_puts(s->out, "</section>\n");
}
