/* corpus_detail.c: where the numbers of the first page lead: a body with its books and their findings, the findings of one rule, the books of a
 * kind and year. Findings are read from the dataset as they are written, so that memory does not grow with them. */
#include "rooms/audit/corpus_html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char finding_columns[] =
    "number, id, rule, severity, title, place, stated, expected, difference, unit, message, arithmetic, rounding, status, reason";
enum {
  F_NUMBER,
  F_ID,
  F_RULE,
  F_SEVERITY,
  F_TITLE,
  F_PLACE,
  F_STATED,
  F_EXPECTED,
  F_DIFFERENCE,
  F_UNIT,
  F_MESSAGE,
  F_ARITHMETIC,
  F_ROUNDING,
  F_STATUS,
  F_REASON,
  F_BOOK
};

static void put_severity(struct buf *out, struct sv severity, bool rounding) {
  enum severity s = sv_is(severity, "error") ? SEVERITY_ERROR : sv_is(severity, "warning") ? SEVERITY_WARNING : SEVERITY_INFO;
  buf_printf(out, "%s %s", html_sign(s), rounding ? tr("尾差", "rounding") : severity_title(s));
}

static void put_number(struct buf *out, struct sv s) {
  buf_puts(out, "<td>");
  report_html_text(out, s);
}

/* What is printed, what should be, the difference; then the sentence, the sum, and whether it was accepted. */
static void put_finding_cells(struct buf *out, const struct db_statement *s) {
  struct sv message = db_col_text(s, F_MESSAGE), arithmetic = db_col_text(s, F_ARITHMETIC), reason = db_col_text(s, F_REASON);
  buf_puts(out, "<td class=x>");
  report_html_text(out, db_col_text(s, F_PLACE));
  put_number(out, db_col_text(s, F_STATED));
  put_number(out, db_col_text(s, F_EXPECTED));
  put_number(out, db_col_text(s, F_DIFFERENCE));
  buf_puts(out, "<td class=x>");
  report_html_text(out, db_col_text(s, F_UNIT));
  buf_puts(out, "<td class=x>");
  report_html_text(out, message);
  if (arithmetic.n) buf_puts(out, "<br><span class=dim>"), report_html_text(out, arithmetic), buf_puts(out, "</span>");
  if (sv_is(db_col_text(s, F_STATUS), "accepted")) {
    buf_printf(out, "<br><strong>%s</strong> ", tr("已认可：", "accepted:"));
    report_html_text(out, reason);
  }
}

static int put_findings(const struct corpus_page *p, const struct corpus_file *f, struct err *e) {
  char sql[512];
  struct db_statement *s = NULL;
  const char *const heads[] = {tr("序号", "no."),       tr("级别", "severity"), tr("规则", "rule"),     tr("位置", "place"), tr("印为", "printed"),
                               tr("应为", "should be"), tr("差", "off by"),     tr("金额单位", "unit"), tr("说明", "what")};
  snprintf(sql, sizeof sql, "SELECT %s FROM finding WHERE book = $1 ORDER BY number", finding_columns);
  int rc = db_prepare(p->s->c->db, sql, &s, e), n = 0;
  if (rc == RC_OK) db_bind_int(s, 1, f->id);
  while (rc == RC_OK && (rc = db_step(s, e)) == 1) {
    rc = RC_OK;
    if (corpus_repeats(p->s->c, f, db_col_text(s, F_ID))) continue;
    int64_t number = db_col_int(s, F_NUMBER);
    struct sv rule = db_col_text(s, F_RULE);
    char id[64];
    snprintf(id, sizeof id, "%.*s", (int)(rule.n < 60 ? rule.n : 60), rule.p ? rule.p : "");
    if (n++ == 0) table_open(p->out, tr("发现", "findings"), heads, 9);
    buf_printf(p->out, "<tr id=f%" PRId64 "-%" PRId64 "><td>%" PRId64 "<td class=x>", f->id, number, number);
    put_severity(p->out, db_col_text(s, F_SEVERITY), db_col_int(s, F_ROUNDING) != 0);
    buf_puts(p->out, "<td class=x>"), link_rule(p, id), report_html_text(p->out, rule), buf_puts(p->out, "</a> ");
    report_html_text(p->out, db_col_text(s, F_TITLE));
    put_finding_cells(p->out, s);
    buf_putc(p->out, '\n');
    if (p->out->rc < 0) rc = err_set(e, RC_LIMIT, "%s", tr("报告太大", "the report is too large"));
  }
  db_finish(s);
  if (n) table_close(p->out);
  return rc;
}

static void put_file_head(const struct corpus_page *p, const struct corpus_book *b, const struct corpus_file *f) {
  buf_printf(p->out, "<h4 id=b%" PRId64 ">", f->id);
  put_words(p->out, f->path);
  buf_puts(p->out, "</h4><p class=dim>");
  if (f->blank) buf_printf(p->out, "%s · ", tr("空白模板，不计数", "an unfilled form, counted nowhere"));
  if (b->nfiles > 1) buf_printf(p->out, tr("同一本书有 %d 个文件 · ", "%d files of this book · "), b->nfiles);
  buf_printf(p->out, tr("检查通过 %ld · 不成立 %ld · 没有检查 %ld · 未读 %ld", "%ld checks passed · %ld failed · %ld not made · %ld cells not read"),
             f->passed, f->failed, f->not_checked, f->unread);
  if (f->to_confirm) buf_printf(p->out, tr(" · 待核对的数 %ld", " · %ld figures to be confirmed"), f->to_confirm);
  if (f->repeated)
    buf_printf(p->out,
               tr(" · 另有 %ld 条与同一本书的其他文件相同，不重复列出", " · %ld findings are those of another file of this book and not repeated"),
               f->repeated);
  buf_printf(p->out, " · SHA-256 %.12s…</p>\n", f->sha256);
}

static int put_book(const struct corpus_page *p, int book, struct err *e) {
  const struct corpus *c = p->s->c;
  const struct corpus_book *b = &c->books.v[book];
  int rc = RC_OK;
  buf_printf(p->out, "<section><h3 id=k%d>", book);
  if (b->year > 0)
    buf_printf(p->out, tr("%d 年", "%d "), b->year);
  else
    buf_puts(p->out, tr("年度不明 ", "year unknown "));
  buf_printf(p->out, "%s</h3>", kind_title(b->kind));
  put_counts_short(p->out, &b->count);
  for (int i = b->first; i < b->first + b->nfiles && rc == RC_OK; i++) {
    put_file_head(p, b, &c->files.v[i]);
    rc = put_findings(p, &c->files.v[i], e);
  }
  buf_puts(p->out, "</section>\n");
  return rc;
}

int put_body(const struct corpus_page *p, int body, struct err *e) {
  const struct corpus_body *b = &p->s->c->bodies.v[body];
  int rc = RC_OK;
  buf_printf(p->out, "<section><h2 id=u%d>", body);
  put_body_name(p->out, b);
  buf_puts(p->out, "</h2>");
  put_trends(p, body);
  for (int i = b->first; i < b->first + b->nbooks && rc == RC_OK; i++) rc = put_book(p, i, e);
  buf_puts(p->out, "</section>\n");
  return rc;
}

static void put_rule_row(const struct corpus_page *p, const struct corpus_file *f, const struct db_statement *s) {
  const struct corpus *c = p->s->c;
  const struct corpus_book *b = &c->books.v[f->book];
  buf_puts(p->out, "<tr><th scope=row>");
  link_finding(p, f, db_col_int(s, F_NUMBER));
  put_body_name(p->out, &c->bodies.v[b->body]);
  buf_printf(p->out, "</a><td>%d<td class=x>%s<td class=x>", b->year, kind_title(b->kind));
  put_severity(p->out, db_col_text(s, F_SEVERITY), db_col_int(s, F_ROUNDING) != 0);
  put_finding_cells(p->out, s);
  buf_putc(p->out, '\n');
}

int put_rule(const struct corpus_page *p, const struct corpus_rule *r, long from, long most, struct err *e) {
  const struct corpus *c = p->s->c;
  const struct rule_head *h = corpus_rule_head(c, r->id);
  const char *const heads[] = {tr("单位", "body"),    tr("年度", "year"),      tr("种类", "kind"), tr("级别", "severity"), tr("位置", "place"),
                               tr("印为", "printed"), tr("应为", "should be"), tr("差", "off by"), tr("金额单位", "unit"), tr("说明", "what")};
  char sql[600];
  struct db_statement *s = NULL;
  long at = 0;
  buf_puts(p->out, "<section><h3 id=\"r-"), put_words(p->out, r->id), buf_puts(p->out, "\">"), put_words(p->out, r->id), buf_putc(p->out, ' ');
  put_words(p->out, corpus_rule_title(c, r));
  buf_puts(p->out, "</h3>");
  if (h && h->basis) buf_printf(p->out, "<p class=dim>%s", tr("依据：", "basis: ")), put_words(p->out, h->basis), buf_puts(p->out, "</p>");
  table_open(p->out, tr("这条规则的发现", "findings of this rule"), heads, 10);
  snprintf(sql, sizeof sql, "SELECT %s, book FROM finding WHERE rule = $1 ORDER BY book, number", finding_columns);
  int rc = db_prepare(c->db, sql, &s, e);
  if (rc == RC_OK) db_bind_text(s, 1, sv_from(r->id));
  while (rc == RC_OK && at < from + most && (rc = db_step(s, e)) == 1) {
    const struct corpus_file *f = corpus_file_of(c, db_col_int(s, F_BOOK));
    rc = RC_OK;
    if (!f || f->blank || corpus_repeats(c, f, db_col_text(s, F_ID))) continue;
    if (at++ >= from) put_rule_row(p, f, s);
    if (p->out->rc < 0) rc = err_set(e, RC_LIMIT, "%s", tr("报告太大", "the report is too large"));
  }
  db_finish(s);
  table_close(p->out);
  buf_puts(p->out, "</section>\n");
  return rc < 0 ? rc : RC_OK;
}

void put_list(const struct corpus_page *p, enum book_kind kind, int year) {
  const struct corpus *c = p->s->c;
  const char *const heads[] = {tr("单位", "body"),  tr("文件", "files"),    tr("错误", "errors"),         tr("警告", "warnings"),
                               tr("提示", "infos"), tr("尾差", "rounding"), tr("没有检查", "not checked")};
  char caption[200];
  if (year > 0)
    snprintf(caption, sizeof caption, tr("%d 年%s", "%d, %s"), year, kind_title(kind));
  else
    snprintf(caption, sizeof caption, tr("年度不明，%s", "year unknown, %s"), kind_title(kind));
  buf_printf(p->out, "<div id=l-%s-%d>", book_kind_names[kind], year > 0 ? year : 0);
  table_open(p->out, caption, heads, 7);
  for (size_t i = 0; i < c->books.n; i++) {
    const struct corpus_book *b = &c->books.v[i];
    if (b->blank || b->kind != kind || (b->year > 0 ? b->year : 0) != year) continue;
    long unchecked = 0;
    for (int k = b->first; k < b->first + b->nfiles; k++) unchecked += c->files.v[k].not_checked;
    buf_puts(p->out, "<tr><th scope=row>");
    link_file(p, &c->files.v[b->first]);
    put_body_name(p->out, &c->bodies.v[b->body]);
    buf_printf(p->out, "</a><td>%d<td>%ld<td>%ld<td>%ld<td>%ld<td>%ld\n", b->nfiles, b->count.severity[SEVERITY_ERROR],
               b->count.severity[SEVERITY_WARNING], b->count.severity[SEVERITY_INFO], b->count.roundings, unchecked);
  }
  table_close(p->out);
  buf_puts(p->out, "</div>\n");
}
