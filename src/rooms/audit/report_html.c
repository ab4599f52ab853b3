/* report_html.c: one self-contained page: summary, findings linked to the tables as recovered with their cells marked, what was not checked.
 * No scripts. Marks are a symbol and a border besides a colour; the page prints, and the text keeps a contrast of at least 4.5 : 1. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{--e:#9f1239;--w:#854d0e;--i:#1e4976}*{box-sizing:border-box}"
    "body{margin:0;font:15px/1.6 'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;color:#1c1917;background:#fafaf9}"
    "header,main,footer{padding:1rem 2rem;max-width:110rem;margin:auto}header{border-bottom:3px solid #1e4976}h1{font-size:1.5rem;margin:.2rem 0}"
    "h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid #a8a29e}h3{font-size:1.05rem;margin:1.2rem 0 .4rem}"
    "a{color:#1e4976}a:focus-visible,summary:focus-visible{outline:3px solid #b45309;outline-offset:2px}"
    ".skip{position:absolute;left:-99rem}.skip:focus{left:1rem}"
    ".book{display:grid;grid-template-columns:minmax(22rem,2fr) 3fr;gap:1.5rem;align-items:start}.book>*{min-width:0}"
    ".side{position:sticky;top:0;max-height:100vh;overflow:auto;padding-right:.5rem}"
    "article{background:#fff;border:1px solid #d6d3d1;border-left:6px solid var(--i);border-radius:4px;padding:.5rem .8rem;margin:.6rem "
    "0;overflow-wrap:anywhere}"
    "article.error{border-left-color:var(--e)}article.warning{border-left-color:var(--w)}article h4{margin:0;font-size:1rem}"
    ".error h4 b{color:var(--e)}.warning h4 b{color:var(--w)}.info h4 b{color:var(--i)}article p{margin:.25rem 0}"
    ".big{font-size:1.1rem;font-variant-numeric:tabular-nums}.dim{color:#57534e;font-size:.9rem}code{font:.9em/1.5 monospace;background:#f5f5f4}"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;background:#fff;margin:.3rem 0 "
    "1rem;font-size:.87rem}caption{text-align:left;font-weight:700;padding:.3rem 0}"
    "th,td{border:1px solid #a8a29e;padding:.15rem .45rem;vertical-align:top}thead th{background:#e7edf5}tbody th{font-weight:400;text-align:left}"
    "td{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.text{text-align:left;white-space:normal}"
    ".m-error{background:#ffe4e6;border:2px solid var(--e)}.m-warning{background:#fef3c7;border:2px solid "
    "var(--w)}.m-info{background:#e0f2fe;border:2px dashed var(--i)}"
    ".m-term{background:#f5f5f4;border:2px dotted #57534e}td a{font-weight:700;text-decoration:none}:target{outline:3px solid #b45309}"
    ".counts{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;list-style:none}.counts li{background:#fff;border:1px solid "
    "#a8a29e;border-radius:4px;padding:.3rem .8rem}"
    ".counts b{font-size:1.3rem}.alert{background:#fef3c7;border:1px solid var(--w);padding:.4rem .8rem;border-radius:4px}"
    "details{margin:.4rem 0}summary{cursor:pointer}@media(max-width:70rem){.book{display:block}.side{position:static;max-height:none}}"
    "@media "
    "print{body{font-size:10pt;background:#fff}.book{display:block}.side{position:static;max-height:none;overflow:visible}article,tr{break-inside:"
    "avoid}"
    "header,main,footer{padding:0}.scroll{overflow:visible}a{text-decoration:none}}";

static void put(struct buf *out, struct sv s) {
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if (c == '&')
      buf_puts(out, "&amp;");
    else if (c == '<')
      buf_puts(out, "&lt;");
    else if (c == '>')
      buf_puts(out, "&gt;");
    else if (c == '"')
      buf_puts(out, "&quot;");
    else if (c >= 32 || c == '\n' || c == '\t')
      buf_putc(out, (char)c);
  }
}

static void put_z(struct buf *out, const char *s) {
  put(out, sv_from(s));
}

static void put_buf(struct buf *out, struct buf *b) {
  put(out, (struct sv){b->p, b->n});
  buf_clear(b);
}

static const char *symbol_of(enum severity s) {
  return s == SEVERITY_ERROR ? "✕" : s == SEVERITY_WARNING ? "▲" : "ⓘ";
}

/* Which finding marks a cell. */
struct mark {
  int finding; /* from 1; 0 none */
  enum severity severity;
  bool term; /* only part of the sum */
};

static void mark_set(struct mark *marks, const struct view *v, int32_t obs, int finding, enum severity s, bool term) {
  if (!obs_at(v, obs)) return;
  struct mark *m = &marks[obs];
  if (m->finding == 0 || (m->term && !term)) *m = (struct mark){finding, s, term};
}

static struct mark *marks_make(const struct view *v) {
  struct mark *marks = calloc(v->b->obs.n + 1, sizeof *marks);
  for (size_t i = 0; marks && i < v->r->findings.n; i++) {
    const struct finding *f = &v->r->findings.v[i];
    const struct relation *r = relation_at(v, f->relation);
    const struct remark *m = remark_at(v, f->remark);
    int number = (int)i + 1;
    for (int k = 0; k < f->nsuspects; k++) mark_set(marks, v, f->suspects[k].obs, number, f->severity, false);
    if (r && r->nterms > 0 && f->nsuspects == 0) mark_set(marks, v, r->terms[0].obs, number, f->severity, false);
    if (m) mark_set(marks, v, m->obs, number, f->severity, false);
    for (int k = 0; r && k < r->nterms && f->severity != SEVERITY_INFO; k++) mark_set(marks, v, r->terms[k].obs, number, f->severity, true);
  }
  return marks;
}

static void put_finding(struct buf *out, const struct view *v, const struct finding *f, int book, int number) {
  struct telling t;
  struct buf b;
  const struct rule_head *h = rule_at(v, f->rule);
  const struct relation *r = relation_at(v, f->relation);
  finding_tell(v, f, true, &t);
  buf_init(&b, 1 << 20);
  buf_printf(out, "<article class=\"%s\" id=\"f%d-%d\"><h4><b>%s %d %s</b> ", severity_names[f->severity], book, number, symbol_of(f->severity),
             number, severity_title(f->severity));
  put_z(out, rule_title(v, f->rule));
  buf_printf(out, "</h4><p>");
  if (t.obs) {
    obs_where(v, t.obs, &b);
    buf_printf(out, "<a href=\"#o%d-%td\">", book, t.obs - v->b->obs.v);
    put_buf(out, &b);
    buf_puts(out, "</a>");
  } else if (t.table) {
    buf_printf(out, "<a href=\"#t%d-%td\">", book, t.table - v->b->tables.v);
    put(out, t.table->title);
    buf_printf(out, "</a> %s %d", tr("页", "page"), t.place.page);
  }
  buf_puts(out, "</p>");
  if (t.stated_text[0] || t.expected_text[0]) {
    buf_printf(out, "<p class=\"big\">%s <strong>", tr("印为", "printed"));
    put_z(out, t.stated_text[0] ? t.stated_text : "—");
    buf_puts(out, "</strong>");
    if (t.expected_text[0]) buf_printf(out, " → %s <strong>", tr("应为", "should be")), put_z(out, t.expected_text), buf_puts(out, "</strong>");
    if (t.difference[0]) buf_printf(out, " <span class=\"dim\">%s %s %s</span>", tr("差", "off by"), t.difference, t.unit_shown);
    buf_puts(out, "</p>");
  }
  finding_message(v, f, &t, &b);
  buf_puts(out, "<p>"), put_buf(out, &b), buf_puts(out, "</p>");
  if (r) relation_arithmetic(v, r, t.obs, &b);
  if (b.n) buf_puts(out, "<p><code>"), put_buf(out, &b), buf_puts(out, "</code></p>");
  for (int i = 1; i < f->nsuspects; i++)
    buf_printf(out, "<p>%s", tr("并改：", "and: ")), suspect_line(v, &f->suspects[i], &b), put_buf(out, &b), buf_puts(out, "</p>");
  for (int i = 0; i < f->nalternatives && i < 5; i++)
    buf_printf(out, "<p>%s", tr("或者：", "or: ")), suspect_line(v, &f->alternatives[i], &b), put_buf(out, &b), buf_puts(out, "</p>");
  if (f->several) buf_printf(out, "<p>%s</p>", tr("有多种解释，不能断定是哪个数错", "several explanations; none can be preferred"));
  if (f->nrelations > 1)
    buf_printf(out, tr("<p class=\"dim\">由此不成立的关系 %d 条</p>", "<p class=\"dim\">%d relations broken by it</p>"), f->nrelations);
  buf_puts(out, "<p class=\"dim\">"), put_z(out, rule_id(v, f->rule));
  if (h && h->basis) buf_puts(out, " · "), put_z(out, h->basis);
  buf_puts(out, "</p></article>\n");
  buf_release(&b);
}

static void put_cell(struct buf *out, const struct book_table *t, int row, int column, const struct view *v, const struct mark *marks, int book) {
  int32_t index = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)column];
  const struct obs *o = obs_at(v, index);
  if (!o) {
    buf_puts(out, "<td></td>");
    return;
  }
  const struct mark *m = &marks[index];
  const char *kind = o->type == OBS_TEXT || o->type == OBS_CODE ? "text " : "";
  if (m->finding == 0)
    buf_printf(out, *kind ? "<td class=\"%s\">" : "<td>", kind);
  else
    buf_printf(out, "<td id=\"o%d-%d\" class=\"%sm-%s\"><a href=\"#f%d-%d\" aria-label=\"%s %d\">%s%d</a> ", book, index, kind,
               m->term ? "term" : severity_names[m->severity], book, m->finding,
               m->term ? tr("算式中的一项，见", "a term of finding") : tr("见", "finding"), m->finding, m->term ? "·" : symbol_of(m->severity),
               m->finding);
  put(out, o->text);
  buf_puts(out, "</td>");
}

static bool table_marked(const struct book_table *t, const struct mark *marks, size_t nobs, bool *error) {
  bool any = false;
  for (int i = 0; i < t->nrows * t->ncolumns; i++) {
    int32_t o = t->cells[i];
    if (o < 0 || (size_t)o >= nobs || marks[o].finding == 0) continue;
    any = true, *error |= marks[o].severity != SEVERITY_INFO;
  }
  return any;
}

static void put_table(struct buf *out, const struct view *v, size_t index, const struct mark *marks, int book) {
  const struct book_table *t = &v->b->tables.v[index];
  bool codes = false, open = false;
  table_marked(t, marks, v->b->obs.n, &open);
  for (int i = 0; i < t->nrows; i++) codes |= t->rows[i].code.n > 0;
  buf_printf(out, "<details id=\"t%d-%zu\"%s><summary>", book, index, open ? " open" : "");
  put_z(out, t->id), buf_putc(out, ' '), put(out, t->title);
  if (t->doubtful) buf_printf(out, " <strong>%s</strong>", tr("（没有读清，不作判断）", "(not read cleanly, proves nothing)"));
  if (t->empty) buf_puts(out, tr("（空表）", " (empty)"));
  buf_puts(out, "</summary><div class=\"scroll\" tabindex=\"0\"><table><caption>");
  put(out, t->title);
  if (t->place.page > 0) buf_printf(out, tr("，第 %d 页", ", page %d"), t->place.page);
  if (t->scale != SCALE_NONE) buf_printf(out, tr("，单位：%s", ", unit: %s"), scale_unit_shown(t->scale));
  buf_printf(out, "</caption><thead><tr>%s<th scope=\"col\">%s</th>", codes ? tr("<th scope=\"col\">编码</th>", "<th scope=\"col\">code</th>") : "",
             tr("项目", "item"));
  for (int c = 0; c < t->ncolumns; c++) buf_puts(out, "<th scope=\"col\">"), put(out, t->columns[c].header), buf_puts(out, "</th>");
  buf_puts(out, "</tr></thead><tbody>\n");
  for (int i = 0; i < t->nrows; i++) {
    buf_puts(out, "<tr>");
    if (codes) buf_puts(out, "<td class=\"text\">"), put(out, t->rows[i].code), buf_puts(out, "</td>");
    buf_puts(out, "<th scope=\"row\">"), put(out, t->rows[i].label), buf_puts(out, "</th>");
    for (int c = 0; c < t->ncolumns; c++) put_cell(out, t, i, c, v, marks, book);
    buf_puts(out, "</tr>\n");
  }
  buf_puts(out, "</tbody></table></div></details>\n");
}

static void put_counts(struct buf *out, const struct tally *t) {
  buf_printf(out, "<ul class=\"counts\"><li>✕ %s <b>%ld</b></li><li>▲ %s <b>%ld</b></li><li>ⓘ %s <b>%ld</b></li>", tr("错误", "errors"), t->errors,
             tr("警告", "warnings"), t->warnings, tr("提示", "infos"), t->infos);
  buf_printf(out, "<li>%s <b>%ld</b></li><li>%s <b>%ld</b></li><li>%s <b>%ld</b></li><li>%s <b>%ld</b></li></ul>\n", tr("检查通过", "checks passed"),
             t->passed, tr("没有检查", "not checked"), t->not_checked, tr("读出数据", "observations"), t->observations, tr("未读", "not read"),
             t->unread);
}

static void put_doubts(struct buf *out, const struct audit *x, const struct view *v) {
  struct buf b;
  buf_init(&b, 1 << 20);
  for (int d = 0; d < x->ndocuments; d++) {
    if (x->documents[d]->truncated) buf_printf(&b, "<li>%s</li>", tr("文件损坏，有内容缺失", "the file is damaged; something is missing"));
    for (int i = 0; i < x->documents[d]->npages; i++) {
      const struct page *p = &x->documents[d]->pages[i];
      if (p->state != PAGE_READ && p->state != PAGE_BLANK)
        buf_printf(&b, tr("<li>第 %d 页：%s</li>", "<li>page %d: %s</li>"), p->number, page_state_title(p->state));
    }
  }
  for (size_t i = 0; i < v->b->tables.n; i++) {
    const struct book_table *t = &v->b->tables.v[i];
    if (t->doubtful) buf_puts(&b, "<li>"), put(&b, t->title), buf_puts(&b, tr("：", ": ")), put_z(&b, t->doubt), buf_puts(&b, "</li>");
  }
  for (size_t i = 0; i < v->b->unread.n && i < 50; i++) {
    const struct book_unread *u = &v->b->unread.v[i];
    buf_printf(&b, tr("<li>第 %d 页 “", "<li>page %d \""), u->place.page), put(&b, u->text), buf_puts(&b, tr("” ", "\" ")), put_z(&b, u->why),
        buf_puts(&b, "</li>");
  }
  if (b.n) buf_printf(out, "<section class=\"alert\"><h3>%s</h3><ul>%s</ul></section>\n", tr("没有读到的", "not read"), b.p);
  buf_release(&b);
}

static void put_skipped(struct buf *out, const struct view *v) {
  struct skipped_list l;
  skipped_gather(v, &l);
  if (l.list.n > 0) {
    buf_printf(out,
               "<section><h3>%s</h3><div class=\"scroll\" tabindex=\"0\"><table><caption>%s</caption><thead><tr><th scope=\"col\">%s</th><th "
               "scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>\n",
               tr("没有检查的", "not checked"), tr("没有检查不等于没有问题", "not checked does not mean right"), tr("规则", "rule"),
               tr("原因", "why"), tr("项数", "count"));
    for (size_t i = 0; i < l.list.n; i++) {
      buf_puts(out, "<tr><th scope=\"row\">"), put_z(out, l.list.v[i].rule), buf_putc(out, ' '), put_z(out, l.list.v[i].title);
      buf_puts(out, "</th><td class=\"text\">"), put_z(out, l.list.v[i].why), buf_printf(out, "</td><td>%ld</td></tr>\n", l.list.v[i].count);
    }
    buf_puts(out, "</tbody></table></div></section>\n");
  }
  free(l.list.v);
}

static void put_book(struct reporter *r, const struct audit *x, int index) {
  struct buf *out = &r->out;
  struct view v = view_of(r->a, x, index);
  struct tally t = {0};
  struct mark *marks = marks_make(&v);
  int book = r->documents * 100 + index + 1, infos = 0;
  tally_add(&t, &v);
  if (!marks) {
    out->rc = RC_NOMEM;
    return;
  }
  buf_printf(out, "<section id=\"b%d\"><h2>", r->documents + 1);
  put(out, v.b->body.n ? v.b->body : sv_from(x->path));
  buf_printf(out, " %d %s</h2>\n<p class=\"dim\">", v.b->year, kind_title(v.b->kind));
  put_z(out, x->path);
  buf_printf(out, tr(" · 样式 %s · 金额表 %d 张，认出 %d 张</p>\n", " · profile %s · %d money tables, %d recognised</p>\n"),
             v.b->profile ? v.b->profile : "-", v.b->money_tables, v.b->recognised_tables);
  put_counts(out, &t);
  put_doubts(out, x, &v);
  buf_printf(out, "<div class=\"book\"><section class=\"side\" tabindex=\"0\" aria-label=\"%s\"><h3>%s</h3>\n", tr("发现", "findings"),
             tr("发现", "findings"));
  for (size_t i = 0; i < v.r->findings.n; i++) {
    const struct finding *f = &v.r->findings.v[i];
    if (f->severity == SEVERITY_INFO && infos++ == 0)
      buf_printf(out, "<details><summary>%s %ld</summary>\n", tr("提示和尾差", "infos and rounding differences"), t.infos);
    put_finding(out, &v, f, book, (int)i + 1);
  }
  if (infos > 0) buf_puts(out, "</details>\n");
  if (v.r->findings.n == 0) buf_printf(out, "<p>%s</p>", tr("没有发现问题", "nothing found"));
  buf_printf(out, "</section><section aria-label=\"%s\"><h3>%s</h3>\n", tr("表格", "tables"),
             tr("读出的表格（有发现的展开）", "tables as recovered (those with findings are open)"));
  for (size_t i = 0; i < v.b->tables.n; i++) put_table(out, &v, i, marks, book);
  buf_puts(out, "</section></div>\n");
  put_skipped(out, &v);
  buf_puts(out, "</section>\n");
  free(marks);
}

void report_html_begin(struct reporter *r) {
  (void)r; /* the head holds the totals and is written last */
}

void report_html_add(struct reporter *r, const struct audit *x) {
  if (x->rc < 0) {
    buf_printf(&r->out, "<section id=\"b%d\" class=\"alert\"><h2>", r->documents + 1);
    put_z(&r->out, x->path);
    buf_printf(&r->out, "</h2><p>%s", tr("读不了：", "cannot be read: "));
    put_z(&r->out, x->error.text);
    buf_puts(&r->out, "</p></section>\n");
  }
  for (int i = 0; x->rc >= 0 && i < x->nbooks; i++) put_book(r, x, i);
}

static void put_batch(struct buf *out, const struct reporter *r) {
  static const char *const zh[] = {"文件", "单位", "年", "种类", "错误", "警告", "提示", "没有检查", "秒"};
  static const char *const en[] = {"file", "body", "year", "kind", "errors", "warnings", "infos", "not checked", "seconds"};
  buf_printf(out, "<div class=\"scroll\" tabindex=\"0\"><table><caption>%s</caption><thead><tr>", tr("全部文件", "all files"));
  for (int i = 0; i < 9; i++) buf_printf(out, "<th scope=\"col\">%s</th>", lang_get() == LANG_EN ? en[i] : zh[i]);
  buf_puts(out, "</tr></thead><tbody>\n");
  for (size_t i = 0; i < r->all.n; i++) {
    const struct summary *s = &r->all.v[i];
    buf_printf(out, "<tr><th scope=\"row\"><a href=\"#b%zu\">", i + 1), put_z(out, s->path), buf_puts(out, "</a></th><td class=\"text\">");
    put_z(out, s->why ? s->why : s->body);
    buf_printf(out, "</td><td>%d</td><td class=\"text\">%s</td><td>%ld</td><td>%ld</td><td>%ld</td><td>%ld</td><td>%.3f</td></tr>\n", s->year,
               s->why ? "—" : kind_title(s->kind), s->tally.errors, s->tally.warnings, s->tally.infos, s->tally.not_checked, s->seconds);
  }
  buf_puts(out, "</tbody></table></div>\n");
}

void report_html_end(struct reporter *r, double seconds) {
  struct buf page;
  buf_init(&page, REPORT_BYTES_MAX);
  const char *title = tr("衡：预决算公开审核报告", "Heng: audit of published budget books");
  buf_printf(&page,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
             "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head>\n",
             lang_get() == LANG_EN ? "en" : "zh-CN", title, style);
  buf_printf(&page, "<body><a class=\"skip\" href=\"#main\">%s</a><header><h1>%s</h1>", tr("跳到正文", "skip to content"), title);
  if (r->all.n != 1) put_counts(&page, &r->total);
  if (r->all.n > 1) put_batch(&page, r);
  buf_puts(&page, "</header><main id=\"main\">\n");
  if (r->out.n) buf_add(&page, r->out.p, r->out.n);
  buf_printf(&page, "</main><footer class=\"dim\">heng %s · %zu %s · %.2f %s</footer></body></html>\n", HENG_VERSION, r->all.n, tr("个文件", "files"),
             seconds, tr("秒", "seconds"));
  if (r->out.rc < 0) page.rc = r->out.rc;
  buf_release(&r->out);
  r->out = page;
}
