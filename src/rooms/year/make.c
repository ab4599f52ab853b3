/* make.c: what `heng book` makes of a workspace, made here for who asks: books, workbooks, forms, derived tables with the lines behind each figure,
 * the workspace of the next year, one of several units. Each by a confined child over the files as they stand. */
#include "document/child.h"
#include "rooms/portal/portal.h"
#include "rooms/year/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A book made from somebody's texts may show itself and do nothing. */
#define PAGE_POLICY                                                                                                                                  \
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"
enum { MADE_MOST = 15 << 20, SAID_MOST = 4000 };

struct making {
  char scratch[CHILD_PATH], folder[PATH_SIZE];
};

static int begin(struct web_call *c, const struct year_work *w, struct making *m, struct err *e) {
  int rc = child_folder(m->scratch, "heng-year", e);
  if (rc < 0) return rc;
  snprintf(m->folder, sizeof m->folder, "%.2000s/workspace", m->scratch);
  db_read_begin(web_db(c));
  rc = year_write_folder(web_db(c), web_user(c)->tenant, w->id, m->folder, e);
  db_read_end(web_db(c)); /* a child takes its time: nobody waits for our view of the data */
  if (rc < 0) child_folder_remove(m->scratch);
  return rc;
}

/* What the child said on its way out, as the reason why nothing was made. */
static int refused(const struct making *m, const struct child_end *how, struct err *e) {
  unsigned char *data;
  size_t size;
  char path[PATH_SIZE];
  struct err unread = {0};
  if (how->late || how->code < 0)
    return err_set(e, RC_LIMIT, "%s", tr("用时太长或太大，没有做完", "it took too long or grew too large, and was ended"));
  const char *files[] = {"errors", "said"};
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", m->scratch, files[i]);
    if (file_read(path, 1 << 20, &data, &size, &unread) < 0) continue;
    struct sv s = sv_trim((struct sv){(const char *)data, size < SAID_MOST ? size : SAID_MOST});
    if (sv_starts(s, "heng: ")) s = (struct sv){s.p + 6, s.n - 6};
    int rc = s.n ? err_set(e, RC_USAGE, "%.*s", SV_ARG(s)) : 0;
    free(data);
    if (rc) return rc;
  }
  return err_set(e, RC_USAGE, tr("没有做成（退出码 %d）", "not made (exit code %d)"), how->code);
}

static int run(const struct making *m, const char *const *words, int good, struct err *e) {
  struct child_end how = {0};
  int rc = year_child(m->scratch, words, "said", &how, e);
  if (rc < 0) return rc;
  return how.code >= 0 && how.code <= good && !how.late ? RC_OK : refused(m, &how, e);
}

static int give(struct web_call *c, const struct making *m, const char *file, const char *type, const char *name, struct err *e) {
  char path[PATH_SIZE], disposition[160];
  unsigned char *data;
  size_t size;
  snprintf(path, sizeof path, "%.2000s/%s", m->scratch, file);
  int rc = file_read(path, MADE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  buf_add(web_out(c), data, size);
  free(data);
  web_type(c, type);
  snprintf(disposition, sizeof disposition, "attachment; filename=\"%.100s\"", name);
  if (name) web_header_set(c, "Content-Disposition", disposition);
  return RC_OK;
}

/* ---- files that people take away ---- */
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define PDF  "application/pdf"
static const struct product {
  const char *name, *verb, *type, *zh, *en;
  bool shown;
} products[] = {{"preview.html", "print", "text/html; charset=utf-8", "预览", "preview", true},
                {"book.pdf", "print", PDF, "预算书 PDF", "book, PDF", false},
                {"book.docx", "print", DOCX, "预算书 Word", "book, Word", false},
                {"book.xlsx", "print", XLSX, "预算书 Excel", "book, Excel", false},
                {"workbook.xlsx", "template", XLSX, "填报工作簿 Excel", "workbook for entering, Excel", false},
                {"evaluation.xlsx", "evaluate", XLSX, "绩效自评表 Excel", "self-evaluation, Excel", false},
                {"evaluation.docx", "evaluate", DOCX, "绩效自评表 Word", "self-evaluation, Word", false},
                {"evaluation.pdf", "evaluate", PDF, "绩效自评表 PDF", "self-evaluation, PDF", false},
                {"monitoring.xlsx", "monitor", XLSX, "绩效监控表 Excel", "monitoring, Excel", false},
                {"monitoring.docx", "monitor", DOCX, "绩效监控表 Word", "monitoring, Word", false},
                {"monitoring.pdf", "monitor", PDF, "绩效监控表 PDF", "monitoring, PDF", false}};

void year_products(struct buf *out, int64_t workspace) {
  buf_puts(out, "<ul>\n");
  for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
    buf_printf(out, "<li><a href=\"/year/%lld/make/%s\">", (long long)workspace, products[i].name);
    html_str(out, tr(products[i].zh, products[i].en));
    buf_puts(out, "</a></li>\n");
  }
  buf_puts(out, "</ul>\n");
}

int year_make_get(struct web_call *c, struct err *e) {
  const struct product *p = NULL;
  struct year_work w;
  struct making m;
  for (size_t i = 0; i < sizeof products / sizeof *products; i++)
    if (sv_is(web_text(c, "what"), products[i].name)) p = &products[i];
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  if (!p) return err_set(e, RC_NOTFOUND, "%s", tr("没有这种文件", "there is no such file"));
  if ((rc = begin(c, &w, &m, e)) < 0) return rc;
  const char *const words[] = {"--lang", lang_get() == LANG_EN ? "en" : "zh", "book", p->verb, "workspace", "-o", p->name, NULL};
  rc = run(&m, words, EXIT_FOUND, e);
  if (rc == RC_OK && p->shown) web_header_set(c, "Content-Security-Policy", PAGE_POLICY);
  if (rc == RC_OK) rc = give(c, &m, p->name, p->type, p->shown ? NULL : p->name, e);
  child_folder_remove(m.scratch);
  return rc;
}

/* ---- derived tables, each figure down to its lines ---- */
static int said_read(const struct making *m, json_t **root, struct err *e) {
  unsigned char *data;
  size_t size;
  char path[PATH_SIZE];
  json_error_t why;
  snprintf(path, sizeof path, "%.2000s/said", m->scratch);
  int rc = file_read(path, MADE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &why);
  free(data);
  return *root ? RC_OK : err_set(e, RC_FORMAT, "%s", why.text);
}

static const char *word_of(const json_t *o, const char *key) {
  const json_t *v = json_object_get(o, key);
  return json_is_string(v) ? json_string_value(v) : "";
}

static void page_begin(struct web_call *c, struct ui_page *p, const struct year_work *w, const char *title, bool tables) {
  struct ui_link *v = ARENA_ARRAY(web_arena(c), struct ui_link, 3);
  *p = (struct ui_page){.title = title, .wide = true};
  if (v) {
    v[0] = (struct ui_link){"/year", tr("预算年度", "Budget years"), NULL, false};
    v[1] = (struct ui_link){arena_printf(web_arena(c), "/year/%lld", (long long)w->id), w->title, NULL, false};
    v[2] = (struct ui_link){arena_printf(web_arena(c), "/year/%lld/tables", (long long)w->id), tr("公开表", "Tables"), NULL, false};
    p->crumbs = v;
    p->ncrumbs = tables ? 3 : 2;
  }
  people_page(c, p);
}

int year_tables_page(struct web_call *c, struct err *e) {
  static const char *const words[] = {"book", "show", "workspace", "--format", "json", NULL};
  struct buf *out = web_out(c);
  struct year_work w;
  struct making m;
  struct ui_page p;
  json_t *root = NULL;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0 || (rc = begin(c, &w, &m, e)) < 0) return rc;
  if ((rc = run(&m, words, EXIT_FOUND, e)) == RC_OK) rc = said_read(&m, &root, e);
  child_folder_remove(m.scratch);
  if (rc < 0) return rc;
  page_begin(c, &p, &w, tr("由数据得出的表", "Tables derived from the data"), false);
  buf_puts(out, "<ul>\n");
  for (size_t i = 0; i < json_array_size(root); i++) {
    const json_t *t = json_array_get(root, i);
    buf_printf(out, "<li><a href=\"/year/%lld/tables/", (long long)w.id);
    html_query(out, sv_from(word_of(t, "id")));
    buf_puts(out, "\">");
    html_str(out, word_of(t, "id"));
    buf_puts(out, " ");
    html_str(out, word_of(t, "title"));
    buf_puts(out, "</a></li>\n");
  }
  buf_puts(out, "</ul>\n");
  json_decref(root);
  people_page_end(c, &p);
  return RC_OK;
}

int year_table_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"row", "行", "Row", 0},
                                             {"measure", "列", "Column", 0},
                                             {"printed", "印的", "Printed", UI_NUMBER},
                                             {"why", "由哪些行得出", "Lines behind it", 0}};
  struct buf *out = web_out(c);
  struct year_work w;
  struct making m;
  struct ui_page p;
  json_t *root = NULL;
  const char *table = year_text(c, web_text(c, "table"));
  const char *const words[] = {"book", "show", "--format", "json", "--", "workspace", table, NULL};
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0 || (rc = begin(c, &w, &m, e)) < 0) return rc;
  if ((rc = run(&m, words, EXIT_FOUND, e)) == RC_OK) rc = said_read(&m, &root, e);
  child_folder_remove(m.scratch);
  if (rc < 0) return rc;
  const json_t *cells = json_object_get(root, "cells");
  page_begin(c, &p, &w, word_of(root, "title"), true);
  struct ui_table t = {.caption = arena_printf(web_arena(c), "%s（%s）", word_of(root, "title"), word_of(root, "unit")),
                       .path = web_path(c),
                       .columns = columns,
                       .ncolumns = 4,
                       .total = -1,
                       .empty = tr("空表", "an empty table")};
  ui_table_begin(out, &t);
  for (size_t i = 0; i < json_array_size(cells); i++) {
    const json_t *k = json_array_get(cells, i);
    struct buf path;
    buf_init(&path, 1000);
    buf_printf(&path, "/year/%lld/tables/%s/why?row=", (long long)w.id, table);
    html_query(&path, sv_from(word_of(k, "row")));
    buf_puts(&path, "&column=");
    html_query(&path, sv_from(word_of(k, "measure")));
    ui_row(out, &t, (int64_t)i + 1);
    ui_cell(out, &t, sv_from(word_of(k, "row")));
    ui_cell(out, &t, sv_from(word_of(k, "measure")));
    ui_cell(out, &t, sv_from(word_of(k, "printed")));
    ui_cell_link(out, &t, year_text(c, (struct sv){path.p ? path.p : "", path.n}), sv_from(tr("看", "see")));
    buf_release(&path);
  }
  ui_table_end(out, &t);
  json_decref(root);
  people_page_end(c, &p);
  return RC_OK;
}

/* The lines of `heng book why … --format csv`, with links to the rows they are. */
static int why_rows(struct web_call *c, struct buf *out, const struct year_work *w, struct sv rest, struct err *e) {
  struct ui_column columns[FIELDS_MOST];
  struct sv cells[FIELDS_MOST];
  struct ui_table t = {.caption = tr("由这些行得出", "Made of these lines"), .path = web_path(c), .columns = columns, .total = -1};
  for (int record = 0; rest.n > 0; record++) {
    size_t size = record_length(rest);
    int n = record_cells((struct sv){rest.p, size}, web_arena(c), cells);
    rest = (struct sv){rest.p + size, rest.n - size};
    if (n < 0) return err_set(e, RC_LIMIT, "%s", tr("列太多", "too many columns"));
    if (record == 0) {
      for (int i = 0; i < n; i++) {
        const char *name = year_text(c, cells[i]);
        columns[i] = (struct ui_column){name, name, name, sv_is(cells[i], "amount") || sv_is(cells[i], "line") ? UI_NUMBER : 0};
      }
      t.ncolumns = n;
      ui_table_begin(out, &t);
      continue;
    }
    ui_row(out, &t, record);
    for (int i = 0; i < t.ncolumns; i++) {
      const char *sheet = i == 0 && n > 0 ? year_text(c, cells[0]) : "", *dot = strstr(sheet, ".csv");
      if (i == 0 && dot)
        ui_cell_link(out, &t, arena_printf(web_arena(c), "/year/%lld/sheet/%.*s", (long long)w->id, (int)(dot - sheet), sheet), cells[0]);
      else
        ui_cell(out, &t, i < n ? cells[i] : SV(""));
    }
  }
  if (t.ncolumns) ui_table_end(out, &t);
  return RC_OK;
}

int year_why_page(struct web_call *c, struct err *e) {
  struct year_work w;
  struct making m;
  struct ui_page p;
  unsigned char *data;
  size_t size;
  char path[PATH_SIZE];
  const char *table = year_text(c, web_text(c, "table")), *row = year_text(c, web_text(c, "row")), *column = year_text(c, web_text(c, "column"));
  const char *const words[] = {
      "--lang", lang_get() == LANG_EN ? "en" : "zh", "book", "why", "--format", "csv", "--", "workspace", table, row, *column ? column : NULL, NULL};
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0 || (rc = begin(c, &w, &m, e)) < 0) return rc;
  rc = run(&m, words, EXIT_CLEAN, e);
  snprintf(path, sizeof path, "%.2000s/said", m.scratch);
  if (rc == RC_OK) rc = file_read(path, MADE_MOST, &data, &size, e);
  child_folder_remove(m.scratch);
  if (rc < 0) return rc;
  page_begin(c, &p, &w, arena_printf(web_arena(c), "%s %s %s", table, row, column), true);
  rc = why_rows(c, web_out(c), &w, (struct sv){(const char *)data, size}, e);
  free(data);
  people_page_end(c, &p);
  return rc;
}

/* ---- a filled workbook comes home ---- */
int year_workbook_post(struct web_call *c, struct err *e) {
  static const char *const words[] = {"book", "import", "--apply", "--keep-missing", "workspace", "filled.xlsx", NULL};
  struct year_work w;
  struct making m;
  char path[PATH_SIZE];
  unsigned char *data;
  size_t size;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  if (!year_may_edit(c, &w, "budget-lines"))
    return err_set(e, RC_CONFLICT, tr("“%s”时您不能改数据", "in state \"%s\" the data are not yours to change"), w.state);
  struct year_files files = {0};
  if ((rc = begin(c, &w, &m, e)) < 0) return rc;
  snprintf(path, sizeof path, "%.2000s/filled.xlsx", m.scratch);
  rc = file_read(web_file_at(c, "file", 0)->path, FILE_BYTES, &data, &size, e);
  if (rc == RC_OK) {
    rc = child_file(path, data, size, e);
    free(data);
  }
  if (rc == RC_OK) rc = run(&m, words, EXIT_FOUND, e); /* errors that the checks find are no reason to refuse what was typed */
  if (rc == RC_OK) rc = year_files_folder(&files, m.folder, "", 0, e);
  child_folder_remove(m.scratch);
  if (rc == RC_OK) rc = year_files_replace(c, &w, &files, true, "year.workbook", e);
  year_files_free(&files);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)w.id);
}

/* ---- the next year, and the department of its units ---- */
static int new_from(struct web_call *c, const struct year_work *w, const struct making *m, const char *made, const char *state, int64_t *id,
                    struct err *e) {
  char folder[PATH_SIZE];
  struct year_files files = {0};
  snprintf(folder, sizeof folder, "%.2000s/%s", m->scratch, made);
  int rc = year_files_folder(&files, folder, "", 0, e);
  if (rc == RC_OK) rc = year_files_new(c, w, &files, state, id, e);
  year_files_free(&files);
  return rc;
}

int year_next_post(struct web_call *c, struct err *e) {
  struct year_work w;
  struct making m;
  char year[24];
  int64_t id = 0;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  if (!web_may_at(c, "year.enter", w.org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个权限", "not allowed here"));
  snprintf(year, sizeof year, "%lld", (long long)w.year + 1);
  const char *const words[] = {"book", "new", "next", "--last", "workspace", "--year", year, NULL};
  if ((rc = begin(c, &w, &m, e)) < 0) return rc;
  rc = run(&m, words, EXIT_CLEAN, e);
  if (rc == RC_OK) rc = new_from(c, &w, &m, "next", year_now()->plan.states.v[0].name, &id, e);
  child_folder_remove(m.scratch);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)id);
}

int year_merge_post(struct web_call *c, struct err *e) {
  enum { UNITS_MOST = 40 };
  char name[UNITS_MOST][40], folder[PATH_SIZE];
  const char *words[UNITS_MOST + 4] = {"book", "merge", "department"};
  struct making m;
  struct year_work first, w;
  int64_t id = 0;
  int n = web_count(c, "id");
  if (n < 2 || n > UNITS_MOST) return err_set(e, RC_USAGE, tr("选 2 到 %d 个单位的工作区", "choose the workspaces of 2 to %d units"), UNITS_MOST);
  int rc = child_folder(m.scratch, "heng-year", e);
  if (rc < 0) return rc;
  for (int i = 0; rc == RC_OK && i < n; i++) {
    if ((rc = year_work_read(c, web_int_at(c, "id", i), &w, e)) < 0) break;
    if (i == 0) first = w;
    if (w.year != first.year) rc = err_set(e, RC_USAGE, "%s", tr("只能汇总同一年度的工作区", "only workspaces of one year are merged"));
    if (rc == RC_OK && !web_may_at(c, "year.enter", w.org)) rc = err_set(e, RC_NOTFOUND, "%s", tr("没有这个权限", "not allowed here"));
    snprintf(name[i], sizeof name[i], "unit%d", i + 1);
    snprintf(folder, sizeof folder, "%.2000s/%s", m.scratch, name[i]);
    words[3 + i] = name[i];
    if (rc == RC_OK) rc = year_write_folder(web_db(c), web_user(c)->tenant, w.id, folder, e);
  }
  if (rc == RC_OK) rc = run(&m, words, EXIT_CLEAN, e);
  if (rc == RC_OK)
    rc = new_from(c, &first, &m, "department", year_may_begin(c, first.state, first.org) ? first.state : year_now()->plan.states.v[0].name, &id, e);
  child_folder_remove(m.scratch);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)id);
}

/* ---- to the public site: as a draft, that another publishes ---- */
int year_publish_post(struct web_call *c, struct err *e) {
  static const char *const words[] = {"book", "publish", "workspace", "-o", "book", NULL};
  struct year_work w;
  struct making m;
  char folder[PATH_SIZE];
  int64_t id = 0;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  if (!web_may_at(c, "year.enter", w.org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个权限", "not allowed here"));
  const struct year_state *state = year_state_named(&year_now()->plan, w.state);
  if (!state || !state->published)
    return err_set(e, RC_CONFLICT, tr("“%s”时不能公开：要先批复", "in state \"%s\" nothing is published: approval comes first"), w.state);
  if ((rc = begin(c, &w, &m, e)) < 0) return rc;
  snprintf(folder, sizeof folder, "%.2000s/book", m.scratch);
  rc = run(&m, words, EXIT_CLEAN, e);
  if (rc == RC_OK) rc = portal_enter(c, w.org, folder, year_text(c, web_text(c, "reason")), &id, e);
  child_folder_remove(m.scratch);
  return rc < 0 ? rc : web_redirect(c, "/books/%lld", (long long)id);
}
