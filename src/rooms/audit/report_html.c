/* report_html.c: one self-contained page without scripts: all files; for each book what was read and what was not, an index of the findings by
 * severity, then table by table the findings beside the table with its cells marked and links both ways; what was not checked.
 * Only tables that findings touch are drawn open; the others are folded. */
#include "rooms/audit/report_html.h"
#include "rooms/audit/roster.h"

#include <stdlib.h>
#include <string.h>

enum { UNREAD_SHOWN = 50 };

static void put_z(struct buf *out, const char *s) {
  report_html_text(out, sv_from(s));
}

static const char *severity_class(enum severity s) {
  return s == SEVERITY_ERROR ? "e" : s == SEVERITY_WARNING ? "w" : "i";
}

static bool is_rounding(const struct view *v, const struct finding *f) {
  const struct relation *r = relation_at(v, f->relation);
  return f->severity == SEVERITY_INFO && r && r->rounding;
}

/* ---- a finding ---- */

/* A paragraph with a heading, when there is something to say. Clears b. */
static void put_part(struct buf *out, const char *heading, struct buf *b, const char *class) {
  if (b->rc < 0 && out->rc == RC_OK) out->rc = b->rc;
  if (b->n == 0) return;
  buf_printf(out, "<p%s%s>%s", *class ? " class=" : "", class, heading);
  html_buf(out, b);
  buf_puts(out, "</p>");
}

/* Is there a drawn table to lead to? What sentences say is quoted, and what was accepted is not marked. */
static bool is_drawn(const struct html_book *h, int32_t table, size_t finding) {
  const struct book_table *t = table_at(h->v, table);
  return t && !t->prose && !accepted_at(h->v, finding);
}

static void put_linked(const struct html_book *h, const struct finding *f, int32_t obs, const char *heading, struct buf *b) {
  const struct obs *o = obs_at(h->v, obs);
  if (!o || b->n == 0) return;
  if (!is_drawn(h, o->table, (size_t)(f - h->v->r->findings.v))) {
    put_part(h->out, heading, b, "");
    return;
  }
  buf_printf(h->out, "<p>%s<a href=#", heading);
  html_cell_anchor(h->out, h->number, o->table, o->row, o->column);
  buf_putc(h->out, '>');
  html_buf(h->out, b);
  buf_puts(h->out, "</a></p>");
}

static void put_where(const struct html_book *h, const struct finding *f, const struct telling *t, struct buf *b) {
  struct mark at = html_finding_place(h->v, f);
  if (!is_drawn(h, at.table, (size_t)(f - h->v->r->findings.v))) at.table = -1;
  finding_where(h->v, f, t, NULL, b);
  if (b->n == 0) return;
  buf_puts(h->out, "<p>");
  if (at.table >= 0) {
    buf_puts(h->out, "<a href=#");
    html_cell_anchor(h->out, h->number, at.table, at.row, at.column);
    buf_putc(h->out, '>');
  }
  html_buf(h->out, b);
  buf_puts(h->out, at.table >= 0 ? "</a></p>" : "</p>");
}

static void put_quotation(const struct html_book *h, const struct finding *f, const struct telling *t) {
  struct quotation q;
  struct buf line;
  buf_init(&line, 1 << 16);
  if (finding_quoted(h->v, f, t, &line, &q)) {
    buf_printf(h->out, "<blockquote class=q%s>", html_chinese());
    html_quote(h->out, q.sentence, q.mark);
    buf_puts(h->out, "</blockquote>");
  }
  buf_release(&line);
}

/* 打开原文件第 3 页 */
static void put_document_link(const struct html_book *h, const struct document *d, int page) {
  buf_puts(h->out, "<a href=\"");
  html_document_link(h->r, d->path, page, h->out);
  if (page > 0)
    buf_printf(h->out, tr("\">打开原文件第 %d 页</a>", "\">open the file at page %d</a>"), page);
  else
    buf_printf(h->out, "\">%s</a>", tr("打开原文件", "open the file"));
}

static void put_picture(const struct html_book *h, int index, const struct telling *t, const struct document *d) {
  const struct picture *p = &h->pictures[index];
  struct buf b;
  buf_init(&b, 1 << 16);
  buf_printf(h->out, "<details><summary>%s</summary><figure id=p%d-%d><img src=\"%s\" width=%d height=%d alt=\"",
             tr("看页面图", "picture of the page"), h->number, index + 1, p->source, p->width, p->height);
  buf_printf(&b, tr("第 %d 页的一部分，框出的是", "part of page %d; in the box: "), p->page);
  if (t->row) buf_printf(&b, tr("“%.*s”", "\"%.*s\" "), SV_ARG(t->row->label.n ? t->row->label : t->row->code));
  struct sv column = t->column ? column_title(t->table, t->column) : (struct sv){0};
  if (column.n) buf_printf(&b, tr("列“%.*s”", "column \"%.*s\" "), SV_ARG(column));
  if (t->obs && t->obs->text.n) buf_printf(&b, tr("，印为 %.*s", "printed %.*s"), SV_ARG(t->obs->text));
  html_buf(h->out, &b);
  buf_printf(h->out, tr("\"><figcaption>第 %d 页 · ", "\"><figcaption>page %d · "), p->page);
  buf_printf(h->out, "<a class=larger href=#p%d-%d>%s<span class=v> %d</span></a><a class=back href=#f%d-%d>%s<span class=v> %d</span></a> · ",
             h->number, index + 1, tr("放大", "larger"), index + 1, h->number, index + 1, tr("收起", "back"), index + 1);
  put_document_link(h, d, p->page);
  buf_puts(h->out, "</figcaption></figure></details>");
  buf_release(&b);
}

/* The evidence itself, one click away: a picture of the place in a PDF, else the rows as printed. */
static void put_evidence(const struct html_book *h, int index, const struct telling *t) {
  const struct view *v = h->v;
  const struct document *d = t->document >= 0 && t->document < v->b->ndocuments ? v->b->documents[t->document] : NULL;
  if (!d || !d->path) return;
  if (h->pictures && h->pictures[index].source) {
    put_picture(h, index, t, d);
    return;
  }
  if (d->format != FORMAT_PDF && t->table && t->row && !t->table->prose) {
    buf_printf(h->out, "<details><summary>%s</summary>", tr("看原文的行", "the rows as printed"));
    html_row_excerpt(h, (int32_t)(t->table - v->b->tables.v), (int)(t->row - t->table->rows), t->obs ? t->obs->column : -1);
    put_document_link(h, d, 0);
    buf_puts(h->out, "</details>");
  } else if (d->format == FORMAT_PDF && t->place.page > 0) {
    buf_puts(h->out, "<p>"), put_document_link(h, d, t->place.page), buf_puts(h->out, "</p>");
  }
}

/* The rule, its authority in the language of the law, and how to hear more. */
static void put_authority(const struct html_book *h, const struct finding *f) {
  const struct rule_head *head = rule_at(h->v, f->rule);
  buf_puts(h->out, "<p class=dim>");
  put_z(h->out, rule_id(h->v, f->rule));
  if (head && head->basis) {
    buf_printf(h->out, tr("　依据：<span%s>", " · basis: <span%s>"), html_chinese());
    put_z(h->out, head->basis);
    buf_puts(h->out, "</span>");
  }
  buf_printf(h->out, tr("　编号 %.*s", " · id %.*s"), SHORT_ID, f->id);
  buf_puts(h->out, "</p>");
}

static void put_finding(const struct html_book *h, int index) {
  const struct view *v = h->v;
  const struct finding *f = &v->r->findings.v[index];
  const struct relation *r = relation_at(v, f->relation);
  const struct acceptance *accepted = accepted_at(v, (size_t)index);
  struct telling t;
  struct buf b;
  finding_tell(v, f, true, &t);
  buf_init(&b, 1 << 20);
  buf_printf(h->out, "<article class=%s id=f%d-%d><h4><b>%s%d %s</b> ", severity_class(f->severity), h->number, index + 1, html_sign(f->severity),
             index + 1, severity_title(f->severity));
  if (view_amendment(v) && view_amendment(v)->found) buf_printf(h->out, "%s ", amend_state_title(view_amendment(v)->states[index]));
  finding_title(v, f, &b);
  html_buf(h->out, &b);
  buf_puts(h->out, "</h4>");
  put_where(h, f, &t, &b);
  finding_statement(v, f, &t, &b);
  put_part(h->out, "", &b, "big");
  put_quotation(h, f, &t);
  if (r) relation_arithmetic(v, r, t.obs, &b);
  put_part(h->out, tr("算式：", "sum: "), &b, "");
  for (int i = 1; i < f->nsuspects; i++) {
    if (i == SUSPECTS_SHOWN + 1)
      buf_printf(h->out, tr("<details><summary>另有 %d 格</summary>", "<details><summary>%d more cells</summary>"), f->nsuspects - i);
    suspect_line(v, &f->suspects[i], &b), put_linked(h, f, f->suspects[i].obs, tr("并改：", "and: "), &b);
  }
  if (f->nsuspects > SUSPECTS_SHOWN + 1) buf_puts(h->out, "</details>");
  alternatives_line(v, f, &t, &b);
  put_part(h->out, finding_proved(v, f) ? tr("或者：", "or: ") : tr("可能：", "maybe: "), &b, "");
  finding_cause(v, f, &b);
  put_part(h->out, "", &b, "");
  finding_consequences(v, f, &b);
  put_part(h->out, "", &b, "dim");
  if (accepted) buf_printf(&b, tr("%s（%s，%s）", "%s (%s, %s)"), accepted->reason, accepted->by, accepted->date);
  put_part(h->out, tr("<b>已认可：</b>", "<b>accepted:</b> "), &b, "");
  put_evidence(h, index, &t);
  put_authority(h, f);
  buf_puts(h->out, "</article>\n");
  buf_release(&b);
}

/* 尾差: a line each, with its anchor. */
static void put_rounding(const struct html_book *h, int index) {
  const struct finding *f = &h->v->r->findings.v[index];
  struct telling t;
  struct buf b;
  finding_tell(h->v, f, true, &t);
  buf_init(&b, 1 << 20);
  buf_printf(h->out, "<li id=f%d-%d>%s%d ", h->number, index + 1, html_sign(f->severity), index + 1);
  obs_where(h->v, t.obs, &b);
  buf_printf(&b, tr("：印为 %s，算得 %s，差 %s %s（%s）", ": printed %s, computed %s, off by %s %s (%s)"), t.stated_text, t.expected_text,
             t.difference, t.unit_shown, rule_id(h->v, f->rule));
  bool linked = t.obs && is_drawn(h, t.obs->table, (size_t)index);
  if (linked) {
    buf_puts(h->out, "<a href=#");
    html_cell_anchor(h->out, h->number, t.obs->table, t.obs->row, t.obs->column);
    buf_putc(h->out, '>');
  }
  html_buf(h->out, &b);
  buf_puts(h->out, linked ? "</a></li>\n" : "</li>\n");
  buf_release(&b);
}

/* ---- a book ---- */

static void put_counts(struct buf *out, const struct tally *t) {
  const struct {
    const char *name;
    long n;
  } counts[] = {{tr("✕ 错误", "✕ errors"), t->errors},
                {tr("▲ 警告", "▲ warnings"), t->warnings},
                {tr("ⓘ 提示", "ⓘ infos"), t->infos - t->roundings},
                {tr("尾差", "rounding differences"), t->roundings},
                {tr("检查通过", "checks passed"), t->passed},
                {tr("没有检查", "not checked"), t->not_checked},
                {tr("读出数据", "observations"), t->observations},
                {tr("未读", "not read"), t->unread},
                {tr("文字说明（句）", "sentences of the text"), t->claims},
                {tr("已认可", "accepted"), t->accepted}};
  enum { ALWAYS = 8 }; /* the last ones only where there are any */
  buf_puts(out, "<ul class=counts>");
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (i < ALWAYS || counts[i].n > 0) buf_printf(out, "<li>%s <b>%ld</b></li>", counts[i].name, counts[i].n);
  buf_puts(out, "</ul>\n");
}

static void put_document_doubts(struct buf *list, const struct document *d) {
  if (all_damaged(d))
    buf_printf(list, "<li>%s</li>",
               tr("每一页都损坏：这不能算审核过，请要完好的文件", "every page is damaged: this is no audit of it; ask for a sound file"));
  if (d->truncated) buf_printf(list, "<li>%s</li>", tr("文件损坏，有内容缺失", "the file is damaged; something is missing"));
  if (d->converted_from)
    buf_printf(list, tr("<li>由 LibreOffice 从 .%s 转换而来</li>", "<li>converted from .%s by LibreOffice</li>"), d->converted_from);
  int recognised = 0;
  for (int i = 0; i < d->npages; i++) recognised += d->pages[i].state == PAGE_RECOGNISED;
  if (recognised) buf_printf(list, tr("<li>%d 页：%s</li>", "<li>%d pages: %s</li>"), recognised, page_state_title(PAGE_RECOGNISED));
  for (int i = 0; i < d->npages; i++) {
    const struct page *p = &d->pages[i];
    if (p->state == PAGE_READ || p->state == PAGE_BLANK || p->state == PAGE_RECOGNISED) continue;
    buf_printf(list, tr("<li>第 %d 页：%s</li>", "<li>page %d: %s</li>"), p->number, page_state_title(p->state));
  }
}

static void put_table_doubt(struct buf *list, const struct view *v, const struct book_table *t) {
  struct buf b;
  if (!t->doubtful && (t->scale != SCALE_NONE || t->empty || t->wordy || table_grafted(v->b, t))) return;
  buf_init(&b, 65536);
  table_name(v, t, &b);
  buf_puts(&b, tr("：", ": "));
  if (t->doubtful)
    buf_printf(&b, tr("没有读清，不作判断（%s）", "not read cleanly, proves nothing (%s)"), t->doubt ? t->doubt : "");
  else
    buf_puts(&b, tr("没有找到金额单位，不作判断", "no unit of amounts was found, nothing is claimed of it"));
  buf_puts(list, "<li>"), html_buf(list, &b), buf_puts(list, "</li>");
  buf_release(&b);
}

static void put_doubts(struct buf *out, const struct audit *x, const struct view *v) {
  struct buf list, b;
  buf_init(&list, 1 << 22);
  buf_init(&b, 1 << 20);
  if (v->b->blank_form)
    buf_printf(&list, "<li>%s</li>", tr("这是没有填写的空白表样，不作判断", "this is an unfilled form: nothing is claimed of it"));
  for (int d = 0; d < x->ndocuments; d++) put_document_doubts(&list, x->documents[d]);
  if (v->b->recognised)
    buf_printf(&list,
               tr("<li>%ld 个数由文字识别读出，待核对：用到它们的检查至多给出警告</li>",
                  "<li>%ld figures were read by character recognition and are to be confirmed: checks of them warn at most</li>"),
               v->b->recognised);
  for (size_t i = 0; i < v->b->tables.n; i++) put_table_doubt(&list, v, &v->b->tables.v[i]);
  for (size_t i = 0; i < v->b->unread.n && i < UNREAD_SHOWN; i++) {
    const struct book_unread *u = &v->b->unread.v[i];
    place_print(u->place, &b);
    buf_printf(&b, tr(" “%.*s” %s", " \"%.*s\" %s"), SV_ARG(u->text), u->why ? u->why : "");
    buf_puts(&list, "<li>"), html_buf(&list, &b), buf_puts(&list, "</li>");
  }
  if (v->b->unread.n > UNREAD_SHOWN)
    buf_printf(&list, tr("<li>另有 %zu 处没有读</li>", "<li>and %zu more not read</li>"), v->b->unread.n - UNREAD_SHOWN);
  if (list.n) buf_printf(out, "<div class=alert><p><strong>%s</strong></p><ul>%s</ul></div>\n", tr("读的时候", "on reading"), list.p);
  buf_release(&list);
  buf_release(&b);
}

/* All findings by severity, a line each: where to look first. */
static void put_index(const struct html_book *h) {
  const struct check_result *r = h->v->r;
  struct buf b;
  bool any = false;
  buf_init(&b, 1 << 16);
  for (size_t i = 0; i < r->findings.n; i++) {
    const struct finding *f = &r->findings.v[i];
    struct telling t;
    if (is_rounding(h->v, f) || accepted_at(h->v, i)) continue;
    if (!any) buf_printf(h->out, "<h3>%s</h3><ul class=index>", tr("发现", "findings"));
    any = true;
    finding_tell(h->v, f, true, &t);
    buf_printf(h->out, "<li class=%s><b>%s%zu</b> <a href=#f%d-%zu>", severity_class(f->severity), html_sign(f->severity), i + 1, h->number, i + 1);
    finding_title(h->v, f, &b);
    html_buf(h->out, &b);
    buf_puts(h->out, "</a>");
    if (t.table)
      buf_puts(h->out, " <span class=dim>"), report_html_text(h->out, t.table->prose ? sv_from(tr("文字说明", "the text")) : t.table->title),
          buf_puts(h->out, "</span>");
    buf_puts(h->out, "</li>\n");
  }
  buf_release(&b);
  if (any)
    buf_puts(h->out, "</ul>");
  else if (!h->v->b->blank_form)
    buf_printf(h->out, "<p>%s</p>\n", tr("没有发现问题；没有检查的见下", "nothing found; what was not checked is listed below"));
}

static void put_key(struct buf *out) {
  buf_printf(
      out,
      "<ul class=\"key dim\"><li><span class=me>✕1 → <ins>2.00</ins></span> %s</li><li><span class=ms>＝1</span> %s</li><li><span class=mm>?1</span> "
      "%s</li><li><span class=mt>+1</span> %s</li></ul>\n",
      tr("最可能错的数和应有的数", "most likely wrong, and what it should be"), tr("对不上的一方", "the stated side that does not agree"),
      tr("可能错的数", "may be wrong"), tr("算式中的一项", "a term of the sum"));
}

/* Findings of one table (or, -1, of the whole book), and whether there are any. */
static bool put_findings_of(const struct html_book *h, int32_t table) {
  bool any = false;
  for (size_t i = 0; i < h->v->r->findings.n; i++) {
    const struct finding *f = &h->v->r->findings.v[i];
    if (is_rounding(h->v, f) || accepted_at(h->v, i) || html_finding_place(h->v, f).table != table) continue;
    put_finding(h, (int)i);
    any = true;
  }
  return any;
}

static bool table_has_findings(const struct html_book *h, int32_t table) {
  for (size_t i = 0; i < h->v->r->findings.n; i++) {
    const struct finding *f = &h->v->r->findings.v[i];
    if (!is_rounding(h->v, f) && !accepted_at(h->v, i) && html_finding_place(h->v, f).table == table) return true;
  }
  return false;
}

static void put_table_heading(const struct html_book *h, int32_t table) {
  struct buf b;
  buf_init(&b, 65536);
  table_name(h->v, &h->v->b->tables.v[table], &b);
  html_buf(h->out, &b);
  buf_release(&b);
}

/* What is wrong with sentences: they are quoted, not drawn as the table in which their claims are kept. */
static void put_prose_findings(const struct html_book *h) {
  bool any = false;
  for (int32_t i = 0; i < (int32_t)h->v->b->tables.n; i++) {
    if (!h->v->b->tables.v[i].prose || !table_has_findings(h, i)) continue;
    if (!any) buf_printf(h->out, "<h3>%s</h3>\n", tr("文字说明", "the text"));
    any = true;
    put_findings_of(h, i);
  }
}

static void put_accepted(const struct html_book *h, long n) {
  if (n == 0) return;
  buf_printf(h->out,
             tr("<details class=accepted><summary>已认可 %ld 个（不计入错误）</summary>\n",
                "<details class=accepted><summary>%ld accepted (not counted)</summary>\n"),
             n);
  for (size_t i = 0; i < h->v->r->findings.n; i++)
    if (accepted_at(h->v, i)) put_finding(h, (int)i);
  buf_puts(h->out, "</details>\n");
}

static void put_unmatched(struct buf *out, const struct accepted *all) {
  if (!all || (all->unmatched.n == 0 && !all->failed)) return;
  buf_printf(out, "<h3>%s</h3><ul>",
             tr("对不上任何发现的认可（已改正，或数字变了）", "acceptances that cover no finding (mended, or a figure changed)"));
  if (all->failed)
    buf_puts(out, "<li>"), put_z(out, all->why.file), buf_printf(out, ":%d:%d: ", all->why.line, all->why.column), put_z(out, all->why.text),
        buf_puts(out, "</li>");
  for (size_t i = 0; i < all->unmatched.n; i++) {
    const struct acceptance *c = all->unmatched.v[i];
    buf_puts(out, "<li>"), put_z(out, c->id), buf_putc(out, ' '), put_z(out, c->rule), buf_putc(out, ' '), put_z(out, c->stated),
        buf_puts(out, tr("：", ": "));
    put_z(out, c->reason), buf_puts(out, tr("（", " (")), put_z(out, c->by), buf_puts(out, tr("，", ", ")), put_z(out, c->date),
        buf_puts(out, tr("）</li>", ")</li>"));
  }
  buf_puts(out, "</ul>\n");
}

static void put_tables_with_findings(const struct html_book *h) {
  bool key = false;
  for (int32_t i = 0; i < (int32_t)h->v->b->tables.n; i++) {
    if (h->v->b->tables.v[i].prose || !table_has_findings(h, i)) continue;
    if (!key) put_key(h->out);
    key = true;
    buf_printf(h->out, "<section id=t%d-%d><h3%s>", h->number, i, html_chinese());
    put_table_heading(h, i);
    buf_puts(h->out, "</h3><div class=pair><div>\n");
    put_findings_of(h, i);
    buf_puts(h->out, "</div>");
    html_table(h, i);
    buf_puts(h->out, "</div></section>\n");
  }
}

static void put_other_tables(const struct html_book *h) {
  bool any = false;
  for (int32_t i = 0; i < (int32_t)h->v->b->tables.n; i++) {
    const struct book_table *t = &h->v->b->tables.v[i];
    if (t->prose || table_has_findings(h, i) || (table_grafted(h->v->b, t) && html_table_marks(h, i) == 0)) continue;
    if (!any) buf_printf(h->out, "<h3>%s</h3>\n", tr("其他表（点开看）", "other tables (open to see)"));
    any = true;
    int marks = html_table_marks(h, i);
    buf_printf(h->out, "<details id=t%d-%d><summary%s>", h->number, i, html_chinese());
    put_table_heading(h, i);
    buf_printf(h->out, " <span class=dim>%s</span>", t->id ? t->id : ""); /* sides of one table share their title */
    if (marks > 0) buf_printf(h->out, tr("（%d 处标记）", " (%d marks)"), marks);
    if (t->empty) buf_puts(h->out, tr("（空表）", " (empty)"));
    if (t->doubtful) buf_puts(h->out, tr("（没有读清）", " (not read cleanly)"));
    buf_puts(h->out, "</summary>");
    html_table(h, i);
    buf_puts(h->out, "</details>\n");
  }
}

static void put_roundings(const struct html_book *h, long n) {
  if (n == 0) return;
  buf_printf(h->out,
             tr("<details><summary>尾差 %ld 处（四舍五入可以解释）</summary><ul class=rounding>\n", "<details><summary>%ld rounding "
                                                                                                    "differences</summary><ul class=rounding>\n"),
             n);
  for (size_t i = 0; i < h->v->r->findings.n; i++)
    if (is_rounding(h->v, &h->v->r->findings.v[i]) && !accepted_at(h->v, i)) put_rounding(h, (int)i);
  buf_puts(h->out, "</ul></details>\n");
}

static void put_skipped(struct buf *out, const struct view *v) {
  struct skipped_list l;
  skipped_gather(v, &l);
  if (l.list.n > 0) {
    buf_printf(out,
               "<h3>%s</h3><div class=scroll role=region tabindex=0 aria-label=\"%s\"><table><thead><tr><th scope=col>%s<th scope=col>%s<th "
               "scope=col>%s<tbody>\n",
               tr("没有检查的（不等于没有问题）", "not checked (which does not mean right)"), tr("没有检查的", "not checked"), tr("规则", "rule"),
               tr("原因", "why"), tr("项数", "count"));
    for (size_t i = 0; i < l.list.n; i++) {
      buf_puts(out, "<tr><th scope=row>"), put_z(out, l.list.v[i].rule), buf_putc(out, ' '), put_z(out, l.list.v[i].title);
      buf_puts(out, "<td class=x>"), put_z(out, l.list.v[i].why), buf_printf(out, "<td>%ld\n", l.list.v[i].count);
    }
    buf_puts(out, "</table></div>\n");
  }
  free(l.list.v);
}

/* What was laid beside the book, and what could not be. */
static void put_grafts(const struct html_book *h) {
  const struct grafts *g = h->v->g;
  struct buf b;
  if (!g || g->list.n + g->notes.n == 0) return;
  buf_init(&b, 65536);
  buf_puts(h->out, "<ul class=dim>");
  for (size_t i = 0; i < g->list.n; i++) {
    graft_line(h->v, &g->list.v[i], &b);
    buf_puts(h->out, "<li>"), html_buf(h->out, &b);
  }
  buf_puts(h->out, "</ul>\n");
  for (size_t i = 0; i < g->notes.n; i++) buf_puts(h->out, "<p class=alert>"), put_z(h->out, g->notes.v[i]), buf_puts(h->out, "</p>\n");
  buf_release(&b);
}

static void put_book_head(const struct html_book *h, const struct audit *x, const struct tally *t) {
  const struct book *b = h->v->b;
  int pages = 0;
  buf_puts(h->out, "<h2>");
  report_html_text(h->out, b->body.n ? b->body : sv_from(x->path));
  if (b->year > 0) buf_printf(h->out, " %d", b->year);
  buf_printf(h->out, " %s</h2>\n<p class=dim>", kind_title(b->kind));
  for (int i = 0; i < b->ndocuments; i++) {
    pages += b->documents[i]->npages;
    put_z(h->out, b->documents[i]->path ? b->documents[i]->path : x->path);
    buf_puts(h->out, " · ");
  }
  buf_printf(h->out, tr("样式 %s", "profile %s"), b->profile ? b->profile : "-");
  if (pages > 0) buf_printf(h->out, tr(" · %d 页", " · %d pages"), pages);
  buf_printf(h->out, tr(" · 金额表 %d 张，认出 %d 张（分边分段算 %d 张）</p>\n", " · %d tables of amounts, %d recognised (%d sides and parts)</p>\n"),
             b->money_tables, b->recognised_tables, own_tables(b));
  put_grafts(h);
  put_counts(h->out, t);
}

static void put_book(struct reporter *r, const struct audit *x, int index) {
  struct view v = view_of(r->a, x, index);
  struct html_book h = {.out = &r->out, .v = &v, .r = r, .number = ++r->books};
  struct tally t = {0};
  tally_add(&t, &v);
  int rc = html_marks_make(&v, &h.marks);
  if (rc == RC_OK) rc = pictures_make(r, &v, h.number, &h.pictures);
  if (rc < 0) r->out.rc = rc;
  buf_puts(h.out, "<section>");
  put_book_head(&h, x, &t);
  report_html_against(&h);
  put_doubts(h.out, x, &v);
  put_index(&h);
  put_findings_of(&h, -1);
  put_prose_findings(&h);
  put_tables_with_findings(&h);
  put_roundings(&h, t.roundings);
  put_accepted(&h, t.accepted);
  if (index == 0) put_unmatched(h.out, x->accepted);
  put_other_tables(&h);
  put_skipped(h.out, &v);
  buf_puts(h.out, "</section>\n");
  pictures_free(h.pictures, v.r->findings.n);
  free(h.marks.list.v);
}

void report_html_begin(struct reporter *r) {
  (void)r; /* the head holds the totals and is written last */
}

void report_html_add(struct reporter *r, const struct audit *x) {
  buf_printf(&r->out, "<div id=d%d>", r->documents + 1);
  if (x->rc < 0) {
    buf_puts(&r->out, "<section><h2>"), put_z(&r->out, x->path);
    buf_printf(&r->out, "</h2><p class=alert>%s", tr("读不了：", "cannot be read: "));
    put_z(&r->out, x->error.text);
    buf_puts(&r->out, "</p></section>\n");
  }
  for (int i = 0; x->rc >= 0 && i < x->nbooks; i++) put_book(r, x, i);
  buf_puts(&r->out, "</div>\n");
}

/* ---- the page ---- */

static void put_batch_row(struct buf *out, const struct summary *s, size_t number) {
  const long counts[] = {s->tally.errors, s->tally.warnings, s->tally.infos - s->tally.roundings, s->tally.roundings, s->tally.not_checked};
  buf_printf(out, "<tr><th scope=row><a href=#d%zu>", number);
  put_z(out, s->path);
  buf_puts(out, "</a>");
  if (s->why) {
    buf_printf(out, "<td class=x colspan=8>%s", tr("读不了：", "cannot be read: "));
    put_z(out, s->why);
    return;
  }
  buf_puts(out, "<td class=x>"), put_z(out, s->body);
  if (s->year > 0)
    buf_printf(out, "<td>%d", s->year);
  else
    buf_puts(out, "<td>—");
  buf_printf(out, "<td class=x>%s", kind_title(s->kind));
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) buf_printf(out, counts[i] && i < 2 ? "<td><strong>%ld</strong>" : "<td>%ld", counts[i]);
}

static void put_batch(struct buf *out, const struct reporter *r) {
  const char *const heads[] = {tr("文件", "file"),  tr("单位", "body"),     tr("年度", "year"),
                               tr("种类", "kind"),  tr("错误", "errors"),   tr("警告", "warnings"),
                               tr("提示", "infos"), tr("尾差", "rounding"), tr("没有检查", "not checked")};
  buf_printf(out, "<div class=scroll role=region tabindex=0 aria-label=\"%s\"><table><caption>%s</caption><thead><tr>", tr("全部文件", "all files"),
             tr("全部文件", "all files"));
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) buf_printf(out, "<th scope=col>%s", heads[i]);
  buf_puts(out, "<tbody>\n");
  for (size_t i = 0; i < r->all.n; i++) put_batch_row(out, &r->all.v[i], i + 1), buf_putc(out, '\n');
  buf_puts(out, "</table></div>\n");
}

void report_html_end(struct reporter *r, double seconds) {
  struct buf page;
  buf_init(&page, REPORT_BYTES_MAX);
  const char *title = tr("衡：预决算公开审核报告", "Heng: audit of published budget books");
  buf_printf(&page,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
             "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s%s</style></head>\n",
             lang_get() == LANG_EN ? "en" : "zh-CN", title, html_style(), html_style_more());
  buf_printf(&page, "<body><a class=skip href=#main>%s</a><header><h1>%s</h1>", tr("跳到正文", "skip to content"), title);
  if (r->all.n != 1) put_counts(&page, &r->total);
  if (r->all.n > 1) put_batch(&page, r);
  if (r->image_missing > 0)
    buf_printf(&page,
               tr("<p class=dim>另有 %ld 个发现没有附页面图（报告要便于传送，或页面画不出）；全部附图：--images folder</p>",
                  "<p class=dim>%ld findings have no picture of their page (so that the report can be mailed, or the page cannot be drawn); for all "
                  "of them: "
                  "--images folder</p>"),
               r->image_missing);
  buf_puts(&page, "</header><main id=main>\n");
  if (r->coverage) coverage_html(r->coverage, &page);
  if (r->out.n) buf_add(&page, r->out.p, r->out.n);
  buf_printf(&page, "</main><footer class=dim>heng %s · %zu %s · %.2f %s</footer></body></html>\n", HENG_VERSION, r->all.n, tr("个文件", "files"),
             seconds, tr("秒", "seconds"));
  if (r->out.rc < 0) page.rc = r->out.rc;
  buf_release(&r->out);
  r->out = page;
}
