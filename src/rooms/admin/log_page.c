/* log_page.c: the audit log to look through, and the proof that it is whole. */
#include "rooms/admin/internal.h"

#include <string.h>

static int log_rows(struct web_call *c, struct buf *out, struct ui_table *t, int64_t *last, struct err *e) {
  struct db_statement *s;
  char from[80] = "", to[80] = "~"; /* actions are ASCII: all sort before "~" */
  struct sv action = web_text(c, "action");
  if (action.n) {
    snprintf(from, sizeof from, "%.*s", SV_ARG(action));
    snprintf(to, sizeof to, "%.*s~", SV_ARG(action));
  }
  int64_t before = web_has(c, "after") ? web_int(c, "after") : INT64_MAX;
  int n = 0, rc = DB_ROWS(web_db(c), log_list, &s, e, db_int(web_user(c)->tenant), db_int(before), db_str(from), db_str(to),
                          db_text(web_text(c, "who")), db_text(web_text(c, "object")));
  *last = 0;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (++n > 100) continue; /* one more than a page tells that there is a next */
    ui_row(out, t, db_col_int(s, 0));
    ui_cell_int(out, t, db_col_int(s, 0));
    ui_cell_time(out, t, db_col_int(s, 1));
    for (int i = 2; i <= 9; i++) ui_cell(out, t, db_col_text(s, i));
    *last = db_col_int(s, 0);
  }
  if (n <= 100) *last = 0;
  return rc;
}

int log_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"number", "序号", "No.", UI_NUMBER},
                                             {"at", "时间", "When", 0},
                                             {"who", "谁", "Who", 0},
                                             {"org", "单位", "Organisation", UI_OPTIONAL},
                                             {"peer", "地址", "Address", 0},
                                             {"request", "请求", "Request", UI_OPTIONAL},
                                             {"action", "动作", "Action", 0},
                                             {"object", "对象", "Object", 0},
                                             {"before", "之前", "Before", 0},
                                             {"after", "之后", "After", 0}};
  struct buf *out = web_out(c), more, columns_shown;
  char next[24];
  int64_t last;
  buf_init(&more, 1024);
  buf_init(&columns_shown, 1024);
  const char *const names[] = {"action", "who", "object"};
  for (int i = 0; i < 3; i++)
    if (web_has(c, names[i])) {
      buf_printf(&more, "%s%s=", more.n ? "&" : "", names[i]);
      html_query(&more, web_text(c, names[i]));
    }
  for (int i = 0; i < web_count(c, "columns"); i++) buf_printf(&columns_shown, "%s%.*s", i ? "," : "", SV_ARG(web_text_at(c, "columns", i)));
  struct ui_table t = {.caption = tr("审计日志", "Audit log"),
                       .path = "/log",
                       .columns = columns,
                       .ncolumns = 10,
                       .more = more.p,
                       .columns_shown = columns_shown.p,
                       .total = -1};
  struct ui_page p = {.title = tr("审计日志", "Audit log"), .wide = true};
  people_page(c, &p);
  buf_puts(out, "<p><a class=\"button\" href=\"/log/verify\">");
  html_str(out, tr("验证完整性", "Verify the chain"));
  buf_puts(out, "</a></p>\n");
  ui_table_begin(out, &t);
  int rc = log_rows(c, out, &t, &last, e);
  snprintf(next, sizeof next, "%lld", (long long)last);
  if (last > 1) t.next = next;
  ui_table_end(out, &t);
  people_page_end(c, &p);
  buf_release(&more);
  buf_release(&columns_shown);
  return rc < 0 ? rc : RC_OK;
}

int log_verify_page(struct web_call *c, struct err *e) {
  int64_t entries, broken;
  char text[200];
  struct buf *out = web_out(c);
  int rc = people_log_verify(web_db(c), web_user(c)->tenant, &entries, &broken, e);
  if (rc < 0) return rc;
  const struct ui_link crumbs[] = {{"/log", tr("审计日志", "Audit log"), NULL, false}};
  if (broken)
    snprintf(text, sizeof text, tr("从第 %lld 条起不是原来写的", "from entry %lld on, it is not as it was written"), (long long)broken);
  else
    snprintf(text, sizeof text, tr("%lld 条，完整", "%lld entries, whole"), (long long)entries);
  struct ui_page p = {.title = tr("验证审计日志", "Verification of the audit log"),
                      .crumbs = crumbs,
                      .ncrumbs = 1,
                      .notice = broken ? NULL : text,
                      .error = broken ? text : NULL};
  people_page(c, &p);
  buf_puts(out, "<p class=\"help\">");
  html_str(out, tr("每条记录带着上一条的 SHA-256；heng admin verify-log 做同样的验证。",
                   "Each entry carries the SHA-256 of the one before; heng admin verify-log does the same."));
  buf_puts(out, "</p>\n");
  people_page_end(c, &p);
  return RC_OK;
}
