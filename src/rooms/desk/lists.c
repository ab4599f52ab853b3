/* lists.c: documents, batches, findings as tables. What an asker's organisations do not cover is left out row by row. */
#include "rooms/desk/internal.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 50 };

static const struct ui_column document_columns[] = {{"name", "文件", "File", 0},
                                                    {"state", "状态", "State", 0},
                                                    {"body", "单位", "Body", UI_SORT},
                                                    {"year", "年度", "Year", UI_NUMBER},
                                                    {"kind", "种类", "Kind", 0},
                                                    {"pages", "页", "Pages", UI_NUMBER | UI_OPTIONAL},
                                                    {"errors", "错误", "Errors", UI_NUMBER | UI_SORT},
                                                    {"warnings", "警告", "Warnings", UI_NUMBER},
                                                    {"infos", "提示", "Notes", UI_NUMBER | UI_OPTIONAL},
                                                    {"open", "未处理", "Open", UI_NUMBER},
                                                    {"by", "上传人", "By", UI_OPTIONAL},
                                                    {"at", "上传时间", "Uploaded", UI_DATE}};

/* Names as the query gives them: id, org_path, name, state, kind, body, year, pages, errors, warnings, infos, open, uploaded_name, uploaded_at. */
static void document_row(struct web_call *c, struct buf *out, struct ui_table *t, const struct db_statement *s) {
  char path[64];
  struct sv name = db_col_text(s, 2), state = db_col_text(s, 3);
  (void)c;
  snprintf(path, sizeof path, "/audit/documents/%lld", (long long)db_col_int(s, 0));
  ui_row(out, t, db_col_int(s, 0));
  ui_cell_link(out, t, path, name);
  ui_cell_badge(out, t, state_kind(state), state_text(state));
  ui_cell(out, t, db_col_text(s, 5));
  if (db_col_int(s, 6))
    ui_cell_int(out, t, db_col_int(s, 6));
  else
    ui_cell(out, t, SV(""));
  ui_cell(out, t, sv_from(kind_text(db_col_text(s, 4))));
  for (int i = 7; i <= 11; i++) ui_cell_int(out, t, db_col_int(s, i));
  ui_cell(out, t, db_col_text(s, 12));
  ui_cell_time(out, t, db_col_int(s, 13));
}

static bool wanted(struct web_call *c, const struct db_statement *s, const char *folded) {
  if (!web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 1)))) return false;
  if (!folded || !*folded) return true;
  char all[1200], text[1200];
  snprintf(all, sizeof all, "%.*s %.*s %lld", SV_ARG(db_col_text(s, 2)), SV_ARG(db_col_text(s, 5)), (long long)db_col_int(s, 6));
  text_fold_into(text, sizeof text, sv_from(all));
  return strstr(text, folded) != NULL;
}

static int documents_query(struct web_call *c, const char *sort, struct db_statement **s, struct err *e) {
  int64_t tenant = web_user(c)->tenant;
  if (strcmp(sort, "-errors") == 0 || strcmp(sort, "errors") == 0) return DB_ROWS(web_db(c), documents_by_errors, s, e, db_int(tenant));
  if (strcmp(sort, "body") == 0 || strcmp(sort, "-body") == 0) return DB_ROWS(web_db(c), documents_by_body, s, e, db_int(tenant));
  return DB_ROWS(web_db(c), documents_newest, s, e, db_int(tenant), db_int(web_has(c, "after") ? web_int(c, "after") : INT64_MAX));
}

static const char *columns_of(struct web_call *c) {
  struct buf b;
  buf_init(&b, 2048);
  for (int i = 0; i < web_count(c, "columns"); i++) buf_printf(&b, "%s%.*s", i ? "," : "", SV_ARG(web_text_at(c, "columns", i)));
  const char *kept = kept_text(c, (struct sv){b.p, b.n});
  buf_release(&b);
  return kept;
}

/* The same rows as a workbook of comma-separated values that Excel opens: UTF-8 with its mark, formulas defused. */
static void csv_text(struct buf *out, struct sv s) {
  buf_putc(out, '"');
  if (s.n && strchr("=+-@\t\r", s.p[0])) buf_putc(out, '\'');
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"') buf_putc(out, '"');
    buf_putc(out, s.p[i]);
  }
  buf_putc(out, '"');
}

static int documents_csv(struct web_call *c, const char *sort, const char *folded, struct err *e) {
  struct db_statement *s;
  struct buf *out = web_out(c);
  int rc = documents_query(c, sort, &s, e);
  buf_puts(out, "\xef\xbb\xbf");
  for (size_t i = 0; i < sizeof document_columns / sizeof *document_columns; i++) {
    if (i) buf_putc(out, ',');
    csv_text(out, sv_from(tr(document_columns[i].zh, document_columns[i].en)));
  }
  buf_puts(out, "\r\n");
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char at[40];
    if (!wanted(c, s, folded)) continue;
    csv_text(out, db_col_text(s, 2));
    buf_putc(out, ',');
    csv_text(out, sv_from(state_text(db_col_text(s, 3))));
    buf_putc(out, ',');
    csv_text(out, db_col_text(s, 5));
    buf_printf(out, ",%lld,", (long long)db_col_int(s, 6));
    csv_text(out, sv_from(kind_text(db_col_text(s, 4))));
    for (int i = 7; i <= 11; i++) buf_printf(out, ",%lld", (long long)db_col_int(s, i));
    buf_putc(out, ',');
    csv_text(out, db_col_text(s, 12));
    buf_putc(out, ',');
    csv_text(out, sv_from(ui_time_text(db_col_int(s, 13), at)));
    buf_puts(out, "\r\n");
  }
  web_type(c, "text/csv; charset=utf-8");
  web_header_set(c, "Content-Disposition", "attachment; filename=\"documents.csv\"");
  return rc < 0 ? rc : RC_OK;
}

int documents_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct db_statement *s;
  const char *sort = kept_text(c, web_text(c, "sort")), *q = kept_text(c, web_text(c, "q")), *folded = text_fold(web_arena(c), sv_from(q));
  char next[24] = "";
  if (sv_is(web_text(c, "format"), "csv")) return documents_csv(c, sort, folded, e);
  bool newest = !*sort || (!strstr(sort, "errors") && !strstr(sort, "body"));
  struct ui_table t = {.caption = tr("文件", "Documents"),
                       .path = "/audit",
                       .columns = document_columns,
                       .ncolumns = 12,
                       .sort = sort,
                       .columns_shown = columns_of(c),
                       .filter = q,
                       .total = -1,
                       .empty = tr("还没有文件，请先上传", "no documents yet: upload some")};
  struct ui_page p = {.title = tr("审核", "Audit"), .wide = true};
  people_page(c, &p);
  buf_puts(out, "<p>");
  if (web_may(c, "audit.upload")) {
    buf_puts(out, "<a class=\"button primary\" href=\"/audit/upload\">");
    html_str(out, tr("上传文件", "Upload files"));
    buf_puts(out, "</a> ");
  }
  buf_puts(out, "<a class=\"button\" href=\"/audit/batches\">");
  html_str(out, tr("批次", "Batches"));
  buf_puts(out, "</a> <a class=\"button\" href=\"/audit?format=csv\">");
  html_str(out, tr("导出表格", "Export the table"));
  buf_puts(out, "</a></p>\n");
  ui_table_begin(out, &t);
  int n = 0, rc = documents_query(c, sort, &s, e);
  int64_t last = 0;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (!wanted(c, s, folded)) continue;
    if (newest && n >= PAGE) {
      snprintf(next, sizeof next, "%lld", (long long)last);
      t.next = next;
      db_reset(s);
      rc = 0;
      break;
    }
    last = db_col_int(s, 0);
    document_row(c, out, &t, s);
    n++;
  }
  ui_table_end(out, &t);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

/* ---- batches ---- */
int batches_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"name", "批次", "Batch", 0}, {"by", "上传人", "By", 0}, {"at", "时间", "When", UI_DATE}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  const struct ui_link crumbs[] = {{"/audit", tr("审核", "Audit"), NULL, false}};
  struct ui_table t = {.caption = tr("批次", "Batches"), .path = "/audit/batches", .columns = columns, .ncolumns = 3, .total = -1};
  struct ui_page p = {.title = tr("批次", "Batches"), .crumbs = crumbs, .ncrumbs = 1};
  people_page(c, &p);
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), batch_list, &s, e, db_int(web_user(c)->tenant), db_int(INT64_MAX));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[64];
    if (!web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 1)))) continue;
    snprintf(path, sizeof path, "/audit/batches/%lld", (long long)db_col_int(s, 0));
    ui_row(out, &t, db_col_int(s, 0));
    ui_cell_link(out, &t, path, db_col_text(s, 2).n ? db_col_text(s, 2) : sv_from(tr("（未命名批次）", "(batch without a name)")));
    ui_cell(out, &t, db_col_text(s, 3));
    ui_cell_time(out, &t, db_col_int(s, 4));
  }
  ui_table_end(out, &t);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

static int batch_counts_read(struct web_call *c, int64_t id, int64_t *total, int64_t *ended, int64_t *errors, struct err *e) {
  struct db_statement *s;
  *total = *ended = *errors = 0;
  int rc = DB_ROWS(web_db(c), batch_counts, &s, e, db_int(web_user(c)->tenant), db_int(id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    bool over = sv_is(db_col_text(s, 0), "done") || sv_is(db_col_text(s, 0), "failed");
    *total += db_col_int(s, 1);
    if (over) *ended += db_col_int(s, 1);
    *errors += db_col_int(s, 2);
  }
  return rc;
}

int batch_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct db_statement *s;
  int64_t id = web_int(c, "id"), total, ended, errors;
  const char *org = "", *name = "";
  int rc = DB_ROWS(web_db(c), batch_get, &s, e, db_int(web_user(c)->tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    org = kept_text(c, db_col_text(s, 0));
    name = kept_text(c, db_col_text(s, 1));
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, "audit.read", org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个批次", "there is no such batch"));
  if ((rc = batch_counts_read(c, id, &total, &ended, &errors, e)) < 0) return rc;
  const struct ui_link crumbs[] = {{"/audit", tr("审核", "Audit"), NULL, false}, {"/audit/batches", tr("批次", "Batches"), NULL, false}};
  struct ui_page p = {.title = *name ? name : tr("批次", "Batch"), .crumbs = crumbs, .ncrumbs = 2, .wide = true};
  struct ui_table t = {
      .caption = tr("这一批的文件", "Documents of the batch"), .path = web_path(c), .columns = document_columns, .ncolumns = 12, .total = total};
  people_page(c, &p);
  buf_puts(out, "<div id=\"progress\"");
  if (ended < total) buf_printf(out, " data-refresh=\"/audit/batches/%lld\" data-every=\"1000\"", (long long)id);
  buf_puts(out, ">\n");
  ui_progress(out, ended, total, ended < total ? tr("正在审核", "auditing") : tr("审核完成", "audited"));
  ui_table_begin(out, &t);
  rc = DB_ROWS(web_db(c), documents_of_batch, &s, e, db_int(web_user(c)->tenant), db_int(id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) document_row(c, out, &t, s);
  ui_table_end(out, &t);
  buf_puts(out, "</div>\n");
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

/* ---- findings ---- */
static const struct ui_column finding_columns[] = {
    {"title", "问题", "Finding", 0}, {"message", "内容", "What", 0},       {"severity", "程度", "Severity", 0}, {"rule", "规则", "Rule", 0},
    {"body", "单位", "Body", 0},     {"year", "年度", "Year", UI_NUMBER},  {"page", "页", "Page", UI_NUMBER},   {"state", "状态", "State", 0},
    {"who", "分给", "Assigned", 0},  {"file", "文件", "File", UI_OPTIONAL}};

static int findings_query(struct web_call *c, struct db_statement **s, struct err *e) {
  int64_t tenant = web_user(c)->tenant, before = web_has(c, "after") ? web_int(c, "after") : INT64_MAX;
  if (web_int(c, "mine"))
    return DB_ROWS(web_db(c), findings_mine, s, e, db_int(tenant), db_int(web_user(c)->id), db_int(before), db_text(web_text(c, "state")));
  return DB_ROWS(web_db(c), findings_list, s, e, db_int(tenant), db_int(before), db_text(web_text(c, "state")), db_text(web_text(c, "severity")),
                 db_text(web_text(c, "rule")));
}

static void filters(struct web_call *c, struct buf *out) {
  const char *const states[] = {
      "",      tr("全部状态", "any state"),     "open",        finding_state_text(SV("open")),        "accepted", finding_state_text(SV("accepted")),
      "fixed", finding_state_text(SV("fixed")), "false-alarm", finding_state_text(SV("false-alarm")), NULL};
  const char *const severities[] = {"",        tr("全部程度", "any severity"), "error", severity_text(SV("error")),
                                    "warning", severity_text(SV("warning")),   "info",  severity_text(SV("info")),
                                    NULL};
  buf_puts(out, "<form class=\"bar\" method=\"get\" action=\"/audit/findings\">");
  ui_field(out,
           &(struct ui_field){
               .kind = UI_CHOICE, .name = "state", .label = tr("状态", "State"), .choices = states, .value = kept_text(c, web_text(c, "state"))});
  ui_field(out, &(struct ui_field){.kind = UI_CHOICE,
                                   .name = "severity",
                                   .label = tr("程度", "Severity"),
                                   .choices = severities,
                                   .value = kept_text(c, web_text(c, "severity"))});
  ui_field(out,
           &(struct ui_field){.kind = UI_LINE, .name = "rule", .label = tr("规则", "Rule"), .value = kept_text(c, web_text(c, "rule")), .max = 40});
  ui_field(out, &(struct ui_field){.kind = UI_CHECK, .name = "mine", .label = tr("分给我的", "assigned to me"), .checked = web_int(c, "mine") != 0});
  ui_button(out, tr("筛选", "Filter"), "", NULL, NULL);
  buf_puts(out, "</form>\n");
}

static const char *more_of(struct web_call *c) {
  static const char *const names[] = {"state", "severity", "rule"};
  struct buf b;
  buf_init(&b, 1024);
  for (int i = 0; i < 3; i++)
    if (web_has(c, names[i])) {
      buf_printf(&b, "%s%s=", b.n ? "&" : "", names[i]);
      html_query(&b, web_text(c, names[i]));
    }
  if (web_int(c, "mine")) buf_printf(&b, "%smine=1", b.n ? "&" : "");
  const char *kept = kept_text(c, (struct sv){b.p, b.n});
  buf_release(&b);
  return kept;
}

int findings_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct db_statement *s;
  char next[24] = "", path[64];
  struct ui_table t = {.caption = tr("问题", "Findings"),
                       .path = "/audit/findings",
                       .columns = finding_columns,
                       .ncolumns = 10,
                       .more = more_of(c),
                       .columns_shown = columns_of(c),
                       .total = -1};
  struct ui_page p = {.title = tr("问题", "Findings"), .wide = true};
  people_page(c, &p);
  filters(c, out);
  ui_table_begin(out, &t);
  int n = 0, rc = findings_query(c, &s, e);
  int64_t last = 0;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    struct sv severity = db_col_text(s, 2), state = db_col_text(s, 6);
    if (!web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 8)))) continue;
    if (n++ >= PAGE) {
      snprintf(next, sizeof next, "%lld", (long long)last);
      t.next = next;
      db_reset(s);
      rc = 0;
      break;
    }
    last = db_col_int(s, 0);
    snprintf(path, sizeof path, "/audit/findings/%lld", (long long)last);
    ui_row(out, &t, last);
    ui_cell_link(out, &t, path, db_col_text(s, 3));
    ui_cell(out, &t, db_col_text(s, 4));
    ui_cell_badge(out, &t, kept_text(c, severity), severity_text(severity));
    ui_cell(out, &t, db_col_text(s, 1));
    ui_cell(out, &t, db_col_text(s, 9));
    ui_cell_int(out, &t, db_col_int(s, 10));
    ui_cell_int(out, &t, db_col_int(s, 5));
    ui_cell(out, &t, sv_from(finding_state_text(state)));
    ui_cell(out, &t, db_col_text(s, 7));
    ui_cell(out, &t, db_col_text(s, 11));
  }
  ui_table_end(out, &t);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

/* ---- counts for the home page ---- */
static int sum_visible(struct web_call *c, struct db_statement *s, int64_t *out, struct err *e) {
  int rc;
  *out = 0;
  while ((rc = db_step(s, e)) == 1)
    if (web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 0)))) *out += db_col_int(s, 1);
  return rc;
}

int desk_waiting_count(struct web_call *c, struct desk_waiting *out, struct err *e) {
  struct db_statement *s;
  int64_t tenant = web_user(c)->tenant, running = 0;
  int rc = DB_ROWS(web_db(c), counts_open, &s, e, db_int(tenant));
  if (rc == RC_OK) rc = sum_visible(c, s, &out->open, e);
  if (rc == RC_OK) rc = DB_ROWS(web_db(c), counts_waiting, &s, e, db_int(tenant), db_str("queued"));
  if (rc == RC_OK) rc = sum_visible(c, s, &out->queued, e);
  if (rc == RC_OK) rc = DB_ROWS(web_db(c), counts_waiting, &s, e, db_int(tenant), db_str("running"));
  if (rc == RC_OK) rc = sum_visible(c, s, &running, e);
  if (rc == RC_OK) rc = DB_ONE(web_db(c), counts_mine, &out->mine, e, db_int(tenant), db_int(web_user(c)->id));
  out->queued += running;
  return rc < 0 ? rc : RC_OK;
}
