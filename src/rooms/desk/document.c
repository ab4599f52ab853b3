/* document.c: one document: what was found, this year beside last year; exports; pictures of its pages. */
#include "document/child.h"
#include "rooms/desk/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void heading(struct buf *out, const char *text) {
  buf_puts(out, "<h2>");
  html_str(out, text);
  buf_puts(out, "</h2>\n");
}

static void number_fact(struct buf *out, const char *name, int64_t v) {
  char text[24];
  snprintf(text, sizeof text, "%lld", (long long)v);
  ui_fact(out, name, sv_from(text));
}

static void facts(struct buf *out, const struct desk_document *d) {
  char at[40], hash[17];
  snprintf(hash, sizeof hash, "%.16s", d->sha256);
  ui_facts_begin(out);
  ui_fact(out, tr("单位", "Body"), sv_from(*d->body ? d->body : tr("未认出", "not recognised")));
  if (d->year) number_fact(out, tr("年度", "Year"), d->year);
  ui_fact(out, tr("种类", "Kind"), sv_from(kind_text(sv_from(d->kind))));
  number_fact(out, tr("页数", "Pages"), d->pages);
  number_fact(out, tr("错误", "Errors"), d->errors);
  number_fact(out, tr("警告", "Warnings"), d->warnings);
  number_fact(out, tr("提示", "Notes"), d->infos);
  number_fact(out, tr("通过的检查", "Checks passed"), d->passed);
  number_fact(out, tr("未检查", "Not checked"), d->not_checked);
  ui_fact(out, tr("上传", "Uploaded"), sv_from(ui_time_text(d->uploaded_at, at)));
  ui_fact(out, tr("上传人", "By"), sv_from(d->uploaded_name));
  ui_fact(out, "SHA-256", sv_from(hash));
  ui_facts_end(out);
}

static void export_links(struct buf *out, const struct desk_document *d) {
  static const char *const formats[][3] = {{"xlsx", "问题清单（Excel）", "Findings (Excel)"},
                                           {"html", "报告（网页）", "Report (web page)"},
                                           {"sheet", "检查表（Excel）", "Check sheet (Excel)"},
                                           {"pdf", "标注的 PDF", "Annotated PDF"},
                                           {"json", "JSON", "JSON"},
                                           {"original", "原文件", "The file itself"}};
  buf_puts(out, "<p class=\"pages\">");
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    if (strcmp(formats[i][0], "pdf") == 0 && strcmp(d->format, "pdf") != 0) continue;
    buf_printf(out, "<a class=\"button\" href=\"/audit/documents/%lld/export?format=%s\">", (long long)d->id, formats[i][0]);
    html_str(out, tr(formats[i][1], formats[i][2]));
    buf_puts(out, "</a> ");
  }
  buf_puts(out, "</p>\n");
}

static int findings_part(struct web_call *c, struct buf *out, const struct desk_document *d, struct err *e) {
  static const struct ui_column columns[] = {{"number", "号", "No.", UI_NUMBER}, {"severity", "程度", "Severity", 0}, {"title", "问题", "Finding", 0},
                                             {"message", "内容", "What", 0},     {"page", "页", "Page", UI_NUMBER},   {"state", "状态", "State", 0},
                                             {"who", "分给", "Assigned", 0}};
  struct ui_table t = {.caption = tr("问题", "Findings"),
                       .path = "",
                       .columns = columns,
                       .ncolumns = 7,
                       .total = -1,
                       .empty = tr("没有发现问题", "nothing was found")};
  struct db_statement *s;
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), findings_of, &s, e, db_int(web_user(c)->tenant), db_int(d->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[64];
    struct sv severity = db_col_text(s, 3);
    snprintf(path, sizeof path, "/audit/findings/%lld", (long long)db_col_int(s, 0));
    ui_row(out, &t, db_col_int(s, 0));
    ui_cell_int(out, &t, db_col_int(s, 1));
    ui_cell_badge(out, &t, kept_text(c, severity), severity_text(severity));
    ui_cell_link(out, &t, path, db_col_text(s, 4));
    ui_cell(out, &t, db_col_text(s, 5));
    ui_cell_int(out, &t, db_col_int(s, 6));
    ui_cell(out, &t, sv_from(finding_state_text(db_col_text(s, 7))));
    ui_cell(out, &t, db_col_text(s, 8));
  }
  ui_table_end(out, &t);
  return rc;
}

/* This body's other years: how many errors each, to see whether it gets better. */
static int years_part(struct web_call *c, struct buf *out, const struct desk_document *d, struct err *e) {
  enum { MOST = 20 };
  struct db_statement *s;
  const char *labels[MOST], *const series[] = {tr("错误", "errors"), tr("警告", "warnings")};
  int64_t errors[MOST], warnings[MOST], values[2 * MOST];
  int64_t others[MOST] = {0};
  int n = 0, rc = *d->body ? DB_ROWS(web_db(c), documents_of_body, &s, e, db_int(web_user(c)->tenant), db_str(d->body)) : 0;
  if (!*d->body) return RC_OK;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (n >= MOST || !web_may_at(c, "audit.read", kept_text(c, db_col_text(s, 1)))) continue;
    labels[n] = arena_printf(web_arena(c), "%lld %s", (long long)db_col_int(s, 4), kind_text(db_col_text(s, 3)));
    if (!labels[n]) labels[n] = "";
    others[n] = db_col_int(s, 0);
    errors[n] = db_col_int(s, 5) * 100;
    warnings[n++] = db_col_int(s, 6) * 100;
  }
  if (rc < 0 || n < 2) return rc;
  memcpy(values, errors, (size_t)n * sizeof *values);
  memcpy(values + n, warnings, (size_t)n * sizeof *values);
  heading(out, tr("这个单位的各年", "This body over the years"));
  buf_puts(out, "<p class=\"pages\">");
  for (int i = 0; i < n; i++) {
    if (others[i] == d->id) continue;
    buf_printf(out, "<a class=\"button\" href=\"/audit/documents/%lld/compare/%lld\">", (long long)d->id, (long long)others[i]);
    html_str(out, tr("逐项与这一份比：", "Beside: "));
    html_str(out, labels[i]);
    buf_puts(out, "</a> ");
  }
  buf_puts(out, "</p>\n");
  ui_chart(out, &(struct ui_chart){.kind = "bar",
                                   .title = d->body,
                                   .unit = tr("处", "findings"),
                                   .labels = labels,
                                   .nlabels = n,
                                   .series = series,
                                   .nseries = 2,
                                   .values = values});
  return RC_OK;
}

static void actions(struct web_call *c, struct buf *out, const struct desk_document *d) {
  char action[80];
  if (web_may_at(c, "audit.retain", d->org)) {
    snprintf(action, sizeof action, "/audit/documents/%lld/keep", (long long)d->id);
    ui_form(out, action, web_user(c)->csrf, false);
    ui_hidden(out, "kept", d->kept ? "0" : "1");
    ui_button(out, d->kept ? tr("不再长期保留", "Keep no longer") : tr("长期保留", "Keep for good"), "", NULL, NULL);
    ui_form_end(out);
  }
  if (strcmp(d->state, "failed") == 0 && web_may_at(c, "audit.upload", d->org)) {
    snprintf(action, sizeof action, "/audit/documents/%lld/retry", (long long)d->id);
    ui_form(out, action, web_user(c)->csrf, false);
    ui_button(out, tr("再审一次", "Audit again"), "", NULL, NULL);
    ui_form_end(out);
  }
}

int document_page(struct web_call *c, struct err *e) {
  struct desk_document d;
  struct buf *out = web_out(c);
  int rc = desk_document_read(c, "audit.read", web_int(c, "id"), &d, e);
  if (rc < 0) return rc;
  const struct ui_link crumbs[] = {{"/audit", tr("审核", "Audit"), NULL, false}};
  bool waits = strcmp(d.state, "queued") == 0 || strcmp(d.state, "running") == 0;
  struct ui_page p = {.title = d.name,
                      .crumbs = crumbs,
                      .ncrumbs = 1,
                      .wide = true,
                      .notice =
                          web_int(c, "same") ? tr("这个文件以前审核过，结果在这里", "This file was audited before: here is what was found") : NULL,
                      .error = strcmp(d.state, "failed") == 0 ? d.why : NULL};
  people_page(c, &p);
  buf_puts(out, "<div id=\"document\"");
  if (waits) buf_printf(out, " data-refresh=\"/audit/documents/%lld\" data-every=\"1000\"", (long long)d.id);
  buf_puts(out, ">\n<p>");
  ui_badge(out, state_kind(sv_from(d.state)), state_text(sv_from(d.state)));
  buf_puts(out, "</p>\n");
  facts(out, &d);
  if (strcmp(d.state, "done") == 0) {
    if (web_may_at(c, "audit.export", d.org)) export_links(out, &d);
    rc = findings_part(c, out, &d, e);
    if (rc >= 0) rc = years_part(c, out, &d, e);
  }
  buf_puts(out, "</div>\n");
  actions(c, out, &d);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

struct changing {
  struct web_call *c;
  struct desk_document d;
  int64_t kept;
};

static int keep(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  char object[48];
  snprintf(object, sizeof object, "document:%lld", (long long)x->d.id);
  int64_t n = DB_RUN(d, document_keep, e, db_int(web_user(x->c)->tenant), db_int(x->d.id), db_int(x->kept));
  return n < 0 ? (int)n : people_log(x->c, &(struct audit_entry){.action = x->kept ? "document.keep" : "document.release", .object = object}, e);
}

int document_keep_post(struct web_call *c, struct err *e) {
  struct changing x = {.c = c, .kept = web_int(c, "kept")};
  int rc = desk_document_read(c, "audit.retain", web_int(c, "id"), &x.d, e);
  if (rc == RC_OK) rc = db_tx(web_db(c), keep, &x, e);
  return rc < 0 ? rc : web_redirect(c, "/audit/documents/%lld", (long long)x.d.id);
}

static int retry(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  char object[48];
  snprintf(object, sizeof object, "document:%lld", (long long)x->d.id);
  int64_t n = DB_RUN(d, document_state, e, db_int(web_user(x->c)->tenant), db_int(x->d.id), db_str("queued"), db_str(""));
  int rc = n < 0 ? (int)n : desk_queue(d, web_user(x->c)->tenant, &x->d.id, 1, e);
  return rc < 0 ? rc : people_log(x->c, &(struct audit_entry){.action = "document.retry", .object = object}, e);
}

int document_retry_post(struct web_call *c, struct err *e) {
  struct changing x = {.c = c};
  int rc = desk_document_read(c, "audit.upload", web_int(c, "id"), &x.d, e);
  if (rc == RC_OK && strcmp(x.d.state, "failed") != 0)
    rc = err_set(e, RC_CONFLICT, "%s", tr("只有失败的能再审", "only a failed one is audited again"));
  if (rc == RC_OK) rc = db_tx(web_db(c), retry, &x, e);
  return rc < 0 ? rc : web_redirect(c, "/audit/documents/%lld", (long long)x.d.id);
}

/* ---- exports: made by the same confined child when asked for, kept beside the document until another version of the program makes others ---- */
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

struct export {
  const char *format, *made, *suffix, *type; /* made: the file that the child writes */
};
static const struct export exports[] = {{"xlsx", "report", ".xlsx", XLSX},
                                        {"html", "report", ".html", "text/html; charset=utf-8"},
                                        {"json", "report", ".json", "application/json"},
                                        {"sheet", "sheet.xlsx", ".检查表.xlsx", XLSX},
                                        {"pdf", "document.audit.pdf", ".audit.pdf", "application/pdf"}};

static const struct export *export_named(const char *format) {
  for (size_t i = 0; i < sizeof exports / sizeof *exports; i++)
    if (strcmp(exports[i].format, format) == 0) return &exports[i];
  return NULL;
}

static int export_make(struct web_call *c, const struct desk_document *d, const struct export *x, const char *scratch, const char *to,
                       struct err *e) {
  char link[PATH_SIZE + 300], file[PATH_SIZE], from[PATH_SIZE + 300];
  struct engine_end end;
  const char *english = lang_get() == LANG_EN ? "en" : "zh";
  unsigned char *data;
  size_t size;
  desk_file(file, d->sha256);
  snprintf(link, sizeof link, "%s/document.%s", scratch, strcmp(d->format, "text") == 0 ? "txt" : *d->format ? d->format : "bin");
  if (symlink(file, link) != 0) return err_set(e, RC_IO, "%s", err_system(errno));
  const char *base = strrchr(link, '/') + 1;
  const char *sheet[] = {"--lang", english, "audit", "--quiet", "--format", "json", "-o", "ignored.json", "--sheet", "sheet.xlsx", base, NULL};
  const char *pdf[] = {"--lang", english, "audit", "--quiet", "--format", "json", "-o", "ignored.json", "--annotate", ".", base, NULL};
  const char *other[] = {"--lang", english, "audit", "--quiet", "--format", x->format, "-o", "report", base, NULL};
  const char *const files[] = {file, NULL};
  db_read_end(web_db(c)); /* a child takes its time: nobody waits for our view of the data */
  int rc = engine_run(scratch, files, strcmp(x->format, "sheet") == 0 ? sheet : strcmp(x->format, "pdf") == 0 ? pdf : other, 120, &end, e);
  if (rc < 0) return rc;
  if (!end.well) return err_set(e, RC_LIMIT, "%s", end.why);
  snprintf(from, sizeof from, "%s/%s", scratch, x->made);
  if ((rc = file_read(from, (size_t)256 << 20, &data, &size, e)) < 0) return rc;
  rc = file_replace(to, data, size, e);
  free(data);
  return rc;
}

int document_export(struct web_call *c, struct err *e) {
  struct desk_document d;
  char scratch[PATH_SIZE], file[PATH_SIZE], kept[PATH_SIZE + 80], name[600];
  const char *format = kept_text(c, web_text(c, "format"));
  const struct export *x = export_named(format);
  int rc = desk_document_read(c, "audit.export", web_int(c, "id"), &d, e);
  if (rc < 0) return rc;
  desk_file(file, d.sha256);
  if (!x) return web_send_file(c, file, "application/octet-stream", d.name, e);
  if (strcmp(format, "pdf") == 0 && strcmp(d.format, "pdf") != 0) return err_set(e, RC_USAGE, "%s", tr("不是 PDF", "it is no PDF"));
  snprintf(kept, sizeof kept, "%s.%s.%s.%s", file, HENG_VERSION, lang_get() == LANG_EN ? "en" : "zh", format);
  snprintf(name, sizeof name, "%.500s%s", d.name, x->suffix);
  if (access(kept, R_OK) != 0) {
    if ((rc = engine_scratch(scratch, e)) < 0) return rc;
    rc = export_make(c, &d, x, scratch, kept, e);
    engine_clean(scratch);
    if (rc < 0) return rc;
  }
  return web_send_file(c, kept, x->type, name, e);
}

/* ---- pages as pictures, drawn by pdftoppm in the same confinement, kept beside the document ---- */
static int picture_draw(const struct desk_document *d, int64_t page, const char *to, struct err *e) {
  static const char *const usual[] = {"/usr/bin/pdftoppm", NULL};
  const char *program = child_find("HENG_PDFTOPPM", usual);
  char scratch[PATH_SIZE], file[PATH_SIZE], number[24], from[PATH_SIZE + 16], part[PATH_SIZE + 40];
  struct engine_end end;
  if (!program)
    return err_set(e, RC_NOTFOUND, "%s",
                   tr("没有装 pdftoppm（poppler-utils），看不到页面图", "pdftoppm (poppler-utils) is not installed: no pictures of pages"));
  int rc = engine_scratch(scratch, e);
  if (rc < 0) return rc;
  snprintf(number, sizeof number, "%lld", (long long)page);
  const char *words[] = {"-png", "-r", "110", "-f", number, "-l", number, "-singlefile", desk_file(file, d->sha256), "page", NULL};
  const char *const files[] = {file, NULL};
  rc = engine_tool(scratch, program, files, words, 30, &end, e);
  snprintf(from, sizeof from, "%s/page.png", scratch);
  if (rc == RC_OK && !end.well) rc = err_set(e, RC_NOTFOUND, "%s", end.why);
  if (rc == RC_OK) {
    unsigned char *data;
    size_t size;
    snprintf(part, sizeof part, "%s", to);
    rc = file_read(from, (size_t)64 << 20, &data, &size, e);
    if (rc == RC_OK) {
      rc = file_replace(part, data, size, e);
      free(data);
    }
  }
  engine_clean(scratch);
  return rc;
}

int picture_get(struct web_call *c, struct err *e) {
  struct desk_document d;
  char file[PATH_SIZE], png[PATH_SIZE + 40];
  int64_t page = web_int(c, "page");
  int rc = desk_document_read(c, "audit.read", web_int(c, "id"), &d, e);
  if (rc < 0) return rc;
  if (page > d.pages || strcmp(d.format, "pdf") != 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这一页", "there is no such page"));
  snprintf(png, sizeof png, "%s.%lld.png", desk_file(file, d.sha256), (long long)page);
  if (access(png, R_OK) != 0) {
    db_read_end(web_db(c));
    if ((rc = picture_draw(&d, page, png, e)) < 0) return rc;
  }
  web_header_set(c, "Cache-Control", "private, max-age=3600");
  return web_send_file(c, png, "image/png", NULL, e);
}
