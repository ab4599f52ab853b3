/* sheet_html.c: the check sheets as one page without scripts: an overview, then a sheet a book, each on its own A4 page lying on its side, with the
 * columns that the person who checks fills in left empty. */
#include "rooms/audit/report_html.h"
#include "rooms/audit/sheet.h"

static const char style[] =
    "*{box-sizing:border-box}body{margin:0;padding:1rem 2rem;font:14px/1.5 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif;"
    "color:#1c1917;background:#fff;color-scheme:light}h1{font-size:1.5rem;text-align:center;margin:.3rem 0}"
    "h2{font-size:1.4rem;text-align:center;margin:2.5rem 0 .3rem;letter-spacing:.06em}a{color:#1e4976}"
    "a:focus-visible,.scroll:focus-visible{outline:3px solid #b45309;outline-offset:2px}"
    ".skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.3rem .6rem}"
    ".head{display:flex;flex-wrap:wrap;gap:.1rem 2.5rem;margin:.2rem 0;padding:0;list-style:none}.scroll{overflow-x:auto}"
    "table{border-collapse:collapse;width:100%;margin:.3rem 0 .8rem;font-size:.9rem}th,td{border:1px solid #44403c;padding:.2rem .4rem;"
    "vertical-align:middle;text-align:left;overflow-wrap:anywhere}thead th{background:#e7edf5;text-align:center}"
    ".sheet table{table-layout:fixed}.n{text-align:center}.met,.na{text-align:center}.unmet,.open{text-align:center;font-weight:700}"
    ".unmet{background:#ffe4e6;color:#9f1239}.open{background:#fef3c7;color:#713f12}.na{color:#57534e}"
    ".small{font-size:.8rem;line-height:1.35}.sign{display:flex;gap:6rem;margin:.8rem 0 0;padding:0;list-style:none}.sign "
    "li{min-width:14rem}.dim{color:#57534e}"
    "@page{size:A4 landscape;margin:10mm 12mm}@media print{body{padding:0;font-size:9pt}h2{margin:0 0 "
    "2mm}.sheet+.sheet,.after{break-before:page}.small{font-size:7pt}"
    ".skip{display:none}.scroll{overflow:visible}thead{display:table-header-group}tr{break-inside:avoid}table{font-size:8pt}th,td{padding:.6mm 1mm}"
    ".unmet,.open,thead th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

static void put_z(struct buf *out, const char *s) {
  report_html_text(out, sv_from(s));
}

static void put_outcome(struct buf *out, enum sheet_outcome o) {
  static const char *const classes[] = {"met", "unmet", "na", "open"};
  static const char *const signs[] = {"✓ ", "✕ ", "— ", "? "};
  buf_printf(out, "<td class=%s>%s%s", classes[o], signs[o], sheet_outcome_title(o));
}

static void put_row(struct buf *out, const struct sheet_row *row, const struct sheet_result *r, size_t number) {
  buf_printf(out, "<tr><td class=n>%zu<th scope=row>", number);
  put_z(out, sheet_title(row));
  buf_puts(out, "<td>"), put_z(out, sheet_require(row));
  buf_puts(out, "<td class=small>"), put_z(out, row->basis);
  put_outcome(out, r->outcome);
  buf_puts(out, "<td>"), put_z(out, r->evidence);
  buf_puts(out, "<td class=small>"), put_z(out, r->findings);
  buf_puts(out, "<td><td>\n");
}

/* `alone`: the page holds nothing else, and its heading is the page's. */
static void put_sheet_head(struct buf *out, const struct sheet_book *b, size_t number, bool alone) {
  struct buf h;
  buf_init(&h, 4096);
  sheet_heading(b, &h);
  buf_printf(out, "<section class=\"sheet%s\" id=b%zu><%s>", alone ? "" : " after", number, alone ? "h1" : "h2");
  html_buf(out, &h);
  buf_release(&h);
  buf_printf(out, "</%s><ul class=head><li>%s", alone ? "h1" : "h2", tr("单位：", "body: "));
  put_z(out, *b->body ? b->body : "—");
  buf_printf(out, "<li>%s", tr("年度：", "year: "));
  if (b->year > 0) buf_printf(out, "%d", b->year);
  buf_printf(out, "<li>%s%s<li>%s", tr("种类：", "kind: "), kind_title(b->kind), tr("文件：", "file: "));
  put_z(out, b->path);
  buf_printf(out, "<li>%s", tr("样式：", "profile: ")), put_z(out, b->profile);
  buf_puts(out, "</ul>\n");
}

static void put_sheet(struct buf *out, const struct sheets *s, size_t index, bool alone) {
  const struct sheet_book *b = &s->books.v[index];
  const char *const heads[] = {tr("序号", "no."),          tr("检查内容", "what"),     tr("检查要求", "requirement"),
                               tr("依据", "authority"),    tr("检查结果", "result"),   tr("证据（页、原文）", "evidence (page, quotation)"),
                               tr("发现编号", "findings"), tr("检查人", "checked by"), tr("备注", "note")};
  static const int widths[] = {4, 10, 17, 13, 7, 26, 11, 6, 6};
  int n[4];
  put_sheet_head(out, b, index + 1, alone);
  buf_puts(out, "<div class=scroll role=region tabindex=0 aria-label=\"");
  put_z(out, *b->body ? b->body : b->path);
  buf_puts(out, "\"><table><colgroup>");
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) buf_printf(out, "<col style=\"width:%d%%\">", widths[i]);
  buf_puts(out, "</colgroup><thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) buf_printf(out, "<th scope=col>%s", heads[i]);
  buf_puts(out, "<tbody>\n");
  for (size_t i = 0; i < s->form->rows.n; i++) put_row(out, &s->form->rows.v[i], &b->results[i], i + 1);
  sheet_counts(s, b, n);
  buf_printf(out,
             tr("</table></div><p>符合 %d 项，不符合 %d 项，不适用 %d 项，未检查 %d 项（未检查不等于符合）</p>",
                "</table></div><p>met %d, not met %d, not applicable %d, not checked %d (which does not mean met)</p>"),
             n[SHEET_MET], n[SHEET_UNMET], n[SHEET_NOT_APPLICABLE], n[SHEET_NOT_CHECKED]);
  buf_printf(out, "<ul class=sign><li>%s<li>%s<li>%s</ul></section>\n", tr("检查人：", "checked by:"), tr("复核人：", "reviewed by:"),
             tr("检查日期：", "date:"));
}

static void put_overview(struct buf *out, const struct sheets *s) {
  const char *const heads[] = {tr("序号", "no."),   tr("单位", "body"),          tr("年度", "year"),
                               tr("种类", "kind"),  tr("符合", "met"),           tr("不符合", "not met"),
                               tr("不适用", "n/a"), tr("未检查", "not checked"), tr("不符合的内容", "what is not met")};
  buf_printf(out, "<div class=scroll role=region tabindex=0 aria-label=\"%s\"><table><thead><tr>", tr("总览", "overview"));
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) buf_printf(out, "<th scope=col>%s", heads[i]);
  buf_puts(out, "<tbody>\n");
  for (size_t i = 0; i < s->books.n; i++) {
    const struct sheet_book *b = &s->books.v[i];
    int n[4];
    bool first = true;
    sheet_counts(s, b, n);
    buf_printf(out, "<tr><td class=n>%zu<th scope=row><a href=#b%zu>", i + 1, i + 1);
    put_z(out, *b->body ? b->body : b->path);
    buf_puts(out, "</a><td class=n>");
    if (b->year > 0) buf_printf(out, "%d", b->year);
    buf_printf(out, "<td>%s<td class=n>%d<td class=%s>%d<td class=n>%d<td class=n>%d<td>", kind_title(b->kind), n[SHEET_MET],
               n[SHEET_UNMET] ? "unmet" : "n", n[SHEET_UNMET], n[SHEET_NOT_APPLICABLE], n[SHEET_NOT_CHECKED]);
    for (size_t k = 0; k < s->form->rows.n; k++) {
      if (b->results[k].outcome != SHEET_UNMET) continue;
      if (!first) buf_puts(out, tr("、", ", "));
      first = false, put_z(out, sheet_title(&s->form->rows.v[k]));
    }
    buf_putc(out, '\n');
  }
  buf_puts(out, "</table></div>\n");
  for (size_t i = 0; i < s->unread.n; i++)
    buf_printf(out, "<p>%s", tr("读不了：", "cannot be read: ")), put_z(out, s->unread.v[i]), buf_puts(out, "</p>\n");
}

int sheets_write_html(const struct sheets *s, const struct coverage *c, const char *path, struct err *e) {
  struct buf out;
  const char *title = tr("部门预决算公开情况检查表", "Check sheet: publication of budgets and final accounts");
  buf_init(&out, REPORT_BYTES_MAX);
  buf_printf(&out,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
             "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head>\n<body><a class=skip "
             "href=#main>%s</a><main id=main>\n",
             lang_get() == LANG_EN ? "en" : "zh-CN", title, style, tr("跳到正文", "skip to content"));
  bool alone = s->books.n == 1 && s->unread.n == 0 && !c;
  if (!alone) buf_printf(&out, "<h1>%s</h1>\n", title), put_overview(&out, s);
  if (c) coverage_html(c, &out);
  for (size_t i = 0; i < s->books.n; i++) put_sheet(&out, s, i, alone);
  buf_puts(&out, "</main></body></html>\n");
  int rc = out.rc < 0 ? err_set(e, (enum rc)out.rc, "%s", tr("检查表太大，写不下", "the check sheets are too large"))
                      : file_replace(path, out.p, out.n, e);
  buf_release(&out);
  return rc;
}
