/* sheet_pages.c: a sheet as a table and a row as a form: what works without the script, and on a telephone. */
#include "rooms/year/internal.h"

#include <string.h>

enum { PAGE = 100 };

static struct ui_link *crumbs_of(struct web_call *c, const struct year_work *w, const struct year_sheet *s) {
  struct ui_link *v = ARENA_ARRAY(web_arena(c), struct ui_link, 3);
  if (!v) return NULL;
  v[0] = (struct ui_link){"/year", tr("预算年度", "Budget years"), NULL, false};
  v[1] = (struct ui_link){arena_printf(web_arena(c), "/year/%lld", (long long)w->id), w->title, NULL, false};
  if (s)
    v[2] =
        (struct ui_link){arena_printf(web_arena(c), "/year/%lld/sheet/%s", (long long)w->id, s->name), tr(s->entity->zh, s->entity->en), NULL, false};
  return v;
}

static const char *column_title(const struct year_sheet *s, int i) {
  return s->fields[i] ? tr(s->fields[i]->zh, s->fields[i]->en) : s->columns[i];
}

/* One input a column, all called "cell", in the order of the columns; with `was` the values that were seen beside them. */
static int cell_fields(struct web_call *c, struct buf *out, const struct year_sheet *s, const struct sv *cells, int n, bool was, struct err *e) {
  for (int i = 0; i < s->ncolumns; i++) {
    const struct ws_field *f = s->fields[i];
    const char *value = year_text(c, cells && i < n ? cells[i] : SV(""));
    const char **choices = NULL;
    if (f && f->choices) {
      int k = 0;
      struct sv rest = sv_from(f->choices);
      choices = ARENA_ARRAY(web_arena(c), const char *, strlen(f->choices) * 2 + 5);
      if (!choices) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
      choices[k++] = "";
      choices[k++] = tr("（空）", "(empty)");
      bool listed = !*value;
      while (rest.p) {
        const char *word = year_text(c, sv_cut(&rest, '/'));
        listed |= strcmp(word, value) == 0;
        choices[k++] = word;
        choices[k++] = word;
      }
      if (!listed) choices[k++] = value, choices[k++] = value; /* what is there stays choosable */
    }
    if (was) ui_hidden(out, "was", value);
    bool lines = strchr(value, '\n') || strlen(value) > 120;
    ui_field(out, &(struct ui_field){.kind = choices ? UI_CHOICE
                                             : lines ? UI_AREA
                                                     : UI_LINE,
                                     .name = "cell",
                                     .label = column_title(s, i),
                                     .value = value,
                                     .max = CELL_MOST,
                                     .choices = choices,
                                     .help = f ? (f->note                     ? f->note
                                                  : f->example && *f->example ? arena_printf(web_arena(c), tr("例如 %s", "such as %s"), f->example)
                                                                              : NULL)
                                               : NULL});
  }
  return RC_OK;
}

static void grid_part(struct web_call *c, struct buf *out, const struct year_work *w, const struct year_sheet *s) {
  const char *css = html_asset_path("grid.css"), *data = html_asset_path("grid-data.js"), *js = html_asset_path("grid.js");
  if (!*js) return;
  buf_printf(out,
             "<link rel=\"stylesheet\" href=\"%s\">\n<div class=\"grid\" id=\"grid\" data-sheet=\"/year/%lld/sheet/%s\" data-lang=\"%s\" "
             "data-user=\"%lld\" data-csrf=\"",
             css, (long long)w->id, s->name, lang_get() == LANG_EN ? "en" : "zh", (long long)web_user(c)->id);
  html_str(out, web_user(c)->csrf);
  buf_puts(out, "\"></div>\n");
  if (*data) buf_printf(out, "<script src=\"%s\" defer></script>\n", data);
  buf_printf(out, "<script src=\"%s\" defer></script>\n", js);
}

static int rows_table(struct web_call *c, struct buf *out, const struct year_work *w, const struct year_sheet *s, int64_t from, int64_t *last,
                      struct err *e) {
  struct ui_column columns[FIELDS_MOST];
  struct sv cells[FIELDS_MOST];
  struct db_statement *st;
  int64_t place, total, tenant = web_user(c)->tenant;
  int shown = s->ncolumns < 60 ? s->ncolumns : 60, rc = sheet_place(web_db(c), tenant, s, from, &place, &total, e);
  if (rc < 0) return rc;
  columns[0] = (struct ui_column){"row", "行", "Row", 0};
  for (int i = 0; i < shown; i++) {
    const char *title = column_title(s, i);
    columns[i + 1] = (struct ui_column){s->columns[i], title, title, s->fields[i] && s->fields[i]->type == TYPE_YUAN ? UI_NUMBER : 0};
  }
  struct ui_table t = {.caption = tr(s->entity->zh, s->entity->en),
                       .path = web_path(c),
                       .columns = columns,
                       .ncolumns = shown + 1,
                       .total = total,
                       .empty = tr("还没有行", "no rows yet")};
  ui_table_begin(out, &t);
  int64_t n = from;
  if (from < total) rc = DB_ROWS(web_db(c), year_row_some, &st, e, db_int(tenant), db_int(s->file), db_int(place), db_int(PAGE));
  while (rc >= 0 && from < total && (rc = db_step(st, e)) == 1) {
    char path[120], number[24];
    int k = record_cells(db_col_text(st, 1), web_arena(c), cells);
    *last = db_col_int(st, 0);
    snprintf(path, sizeof path, "/year/%lld/sheet/%s/rows/%lld", (long long)w->id, s->name, (long long)*last);
    snprintf(number, sizeof number, "%lld", (long long)++n);
    ui_row(out, &t, *last);
    ui_cell_link(out, &t, path, sv_from(number));
    for (int i = 0; i < shown; i++) ui_cell(out, &t, i < k ? cells[i] : SV(""));
  }
  ui_table_end(out, &t);
  buf_puts(out, "<p>");
  if (from > 0) {
    buf_printf(out, "<a rel=\"prev\" href=\"/year/%lld/sheet/%s?from=%lld\">", (long long)w->id, s->name, (long long)(from > PAGE ? from - PAGE : 0));
    html_str(out, tr("前一页", "Previous"));
    buf_puts(out, "</a> ");
  }
  if (from + PAGE < total) {
    buf_printf(out, "<a rel=\"next\" href=\"/year/%lld/sheet/%s?from=%lld\">", (long long)w->id, s->name, (long long)(from + PAGE));
    html_str(out, tr("后一页", "Next"));
    buf_puts(out, "</a>");
  }
  buf_puts(out, "</p>\n");
  return rc < 0 ? rc : RC_OK;
}

int sheet_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct year_work w;
  struct year_sheet s;
  int64_t last = 0;
  char path[100], number[24];
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc == RC_OK) rc = year_sheet_read(c, &w, year_text(c, web_text(c, "sheet")), &s, e);
  if (rc < 0) return rc;
  bool edits = year_may_edit(c, &w, s.name);
  struct ui_page p = {.title = tr(s.entity->zh, s.entity->en),
                      .crumbs = crumbs_of(c, &w, NULL),
                      .ncrumbs = 2,
                      .wide = true,
                      .notice = web_has(c, "done") ? tr("已保存", "Saved") : NULL};
  people_page(c, &p);
  if (s.entity->what) {
    buf_puts(out, "<p class=\"help\">");
    html_str(out, s.entity->what);
    if (!edits) {
      buf_puts(out, " · ");
      html_str(out, tr("现在锁定，只能看", "locked now: to be read only"));
    }
    buf_puts(out, "</p>\n");
  }
  grid_part(c, out, &w, &s);
  buf_puts(out, "<div id=\"plain\">\n"); /* the grid takes its place when it has opened */
  rc = rows_table(c, out, &w, &s, web_int(c, "from"), &last, e);
  if (rc == RC_OK && edits) {
    buf_puts(out, "<h2>");
    html_str(out, tr("加一行", "Add a row"));
    buf_puts(out, "</h2>\n");
    snprintf(path, sizeof path, "/year/%lld/sheet/%s/rows", (long long)w.id, s.name);
    snprintf(number, sizeof number, "%lld", (long long)last);
    ui_form(out, path, web_user(c)->csrf, false);
    ui_hidden(out, "after", number);
    rc = cell_fields(c, out, &s, NULL, 0, false, e);
    ui_button(out, tr("加在这一页末尾", "Add at the end of this page"), "primary", NULL, NULL);
    ui_form_end(out);
  }
  buf_puts(out, "</div>\n");
  people_page_end(c, &p);
  return rc;
}

/* ---- one row ---- */
static int history_part(struct web_call *c, struct buf *out, const struct year_work *w, const struct year_sheet *s, int64_t row, struct err *e) {
  static const struct ui_column columns[] = {{"at", "时间", "When", UI_DATE},
                                             {"who", "谁", "Who", 0},
                                             {"what", "列", "Column", 0},
                                             {"before", "原来", "Before", 0},
                                             {"after", "现在", "After", 0}};
  struct ui_table t = {.caption = tr("这一行的修改", "Changes of this row"), .path = web_path(c), .columns = columns, .ncolumns = 5, .total = -1};
  struct db_statement *st;
  struct sv before[FIELDS_MOST], after[FIELDS_MOST];
  int n = 0, rc = DB_ROWS(web_db(c), year_change_of_row, &st, e, db_int(web_user(c)->tenant), db_int(w->id), db_int(row));
  while (rc >= 0 && (rc = db_step(st, e)) == 1) {
    int nb = db_col_null(st, 4) ? 0 : record_cells(db_col_text(st, 4), web_arena(c), before),
        na = db_col_null(st, 5) ? 0 : record_cells(db_col_text(st, 5), web_arena(c), after);
    for (int i = 0; i < s->ncolumns; i++) {
      struct sv b = i < nb ? before[i] : SV(""), a = i < na ? after[i] : SV("");
      if (sv_equal(a, b)) continue;
      if (n++ == 0) ui_table_begin(out, &t);
      ui_row(out, &t, n);
      ui_cell_time(out, &t, db_col_int(st, 1));
      ui_cell(out, &t, db_col_text(st, 2));
      ui_cell(out, &t, sv_from(column_title(s, i)));
      ui_cell(out, &t, b);
      ui_cell(out, &t, a);
    }
  }
  if (n) ui_table_end(out, &t);
  return rc < 0 ? rc : RC_OK;
}

static int remarks_part(struct web_call *c, struct buf *out, const struct year_work *w, const struct year_sheet *s, int64_t row, struct err *e) {
  struct db_statement *st;
  char path[120];
  buf_puts(out, "<h2>");
  html_str(out, tr("意见", "Remarks"));
  buf_puts(out, "</h2>\n");
  int rc = DB_ROWS(web_db(c), year_remark_of_row, &st, e, db_int(web_user(c)->tenant), db_int(w->id), db_int(row));
  while (rc >= 0 && (rc = db_step(st, e)) == 1) {
    buf_puts(out, "<div class=\"card\"><p class=\"help\">");
    html_text(out, db_col_text(st, 1));
    buf_puts(out, " · ");
    ui_time(out, db_col_int(st, 0));
    buf_puts(out, "</p><p>");
    html_text(out, db_col_text(st, 2));
    buf_puts(out, "</p></div>\n");
  }
  snprintf(path, sizeof path, "/year/%lld/sheet/%s/rows/%lld/remark", (long long)w->id, s->name, (long long)row);
  ui_form(out, path, web_user(c)->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_AREA, .name = "text", .label = tr("写意见", "Remark"), .required = true, .max = 2000});
  ui_button(out, tr("提交", "Send"), "", NULL, NULL);
  ui_form_end(out);
  return rc < 0 ? rc : RC_OK;
}

struct row {
  struct year_work work;
  struct year_sheet sheet;
  struct sv cells[FIELDS_MOST];
  int64_t id, revision;
  int n;
};

static int row_read(struct web_call *c, struct row *r, struct err *e) {
  struct db_statement *st;
  int rc = year_work_read(c, web_int(c, "id"), &r->work, e);
  if (rc == RC_OK) rc = year_sheet_read(c, &r->work, year_text(c, web_text(c, "sheet")), &r->sheet, e);
  r->id = web_int(c, "row");
  if (rc == RC_OK) rc = DB_ROWS(web_db(c), year_row_get, &st, e, db_int(web_user(c)->tenant), db_int(r->sheet.file), db_int(r->id));
  if (rc < 0 || (rc = db_step(st, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这一行（可能别人刚删了）", "there is no such row (it may have been deleted just now)"));
  const char *raw = year_text(c, db_col_text(st, 0));
  r->revision = db_col_int(st, 1);
  db_reset(st);
  r->n = record_cells(sv_from(raw), web_arena(c), r->cells);
  return RC_OK;
}

static int row_show(struct web_call *c, struct row *r, const char *error, const struct sv *typed, int ntyped, struct err *e) {
  struct buf *out = web_out(c);
  char path[120], number[24];
  struct ui_page p = {.title = tr("一行", "A row"),
                      .crumbs = crumbs_of(c, &r->work, &r->sheet),
                      .ncrumbs = 3,
                      .error = error,
                      .notice = web_has(c, "done") ? tr("已保存", "Saved") : NULL};
  int rc = RC_OK;
  people_page(c, &p);
  snprintf(path, sizeof path, "/year/%lld/sheet/%s/rows/%lld", (long long)r->work.id, r->sheet.name, (long long)r->id);
  if (year_may_edit(c, &r->work, r->sheet.name)) {
    snprintf(number, sizeof number, "%lld", (long long)r->revision);
    ui_form(out, path, web_user(c)->csrf, false);
    ui_hidden(out, "revision", number);
    /* after a conflict: what was typed stands in the boxes, and what is there now is what counts as seen */
    if (typed)
      for (int i = 0; i < r->sheet.ncolumns; i++) ui_hidden(out, "was", year_text(c, i < r->n ? r->cells[i] : SV("")));
    rc = cell_fields(c, out, &r->sheet, typed ? typed : r->cells, typed ? ntyped : r->n, !typed, e);
    ui_button(out, tr("保存", "Save"), "primary", NULL, NULL);
    ui_form_end(out);
    snprintf(path, sizeof path, "/year/%lld/sheet/%s/rows/%lld/delete", (long long)r->work.id, r->sheet.name, (long long)r->id);
    ui_form(out, path, web_user(c)->csrf, false);
    ui_hidden(out, "revision", number);
    ui_button(out, tr("删去这一行", "Delete this row"), "danger", NULL, NULL);
    ui_form_end(out);
  } else {
    ui_facts_begin(out);
    for (int i = 0; i < r->sheet.ncolumns; i++) ui_fact(out, column_title(&r->sheet, i), i < r->n ? r->cells[i] : SV(""));
    ui_facts_end(out);
  }
  if (rc == RC_OK) rc = history_part(c, out, &r->work, &r->sheet, r->id, e);
  if (rc == RC_OK) rc = remarks_part(c, out, &r->work, &r->sheet, r->id, e);
  people_page_end(c, &p);
  return rc;
}

int row_page(struct web_call *c, struct err *e) {
  struct row r;
  int rc = row_read(c, &r, e);
  return rc < 0 ? rc : row_show(c, &r, NULL, NULL, 0, e);
}

static struct year_edits edits_of(struct web_call *c, const struct year_work *w, const struct year_sheet *s, struct year_edit *t) {
  return (struct year_edits){.tenant = web_user(c)->tenant,
                             .workspace = w->id,
                             .file = s->file,
                             .sheet = s->name,
                             .permission = year_edit_permission(&year_now()->plan, w->state, s->name),
                             .op = "",
                             .who = {web_user(c)->id, web_user(c)->name},
                             .edits = t,
                             .n = 1,
                             .arena = web_arena(c)};
}

static int locked(const struct year_work *w, struct err *e) {
  return err_set(e, RC_CONFLICT, tr("“%s”时这张表不能由您修改", "in state \"%s\" this sheet is not yours to change"), w->state);
}

static const char *conflicts_text(struct web_call *c, const struct row *r, const struct year_edits *x) {
  struct buf b;
  buf_init(&b, 8000);
  buf_puts(&b, tr("别人刚改过：", "Somebody else changed it meanwhile: "));
  for (int i = 0; i < x->nconflicts && i < 20; i++) {
    const struct year_conflict *k = &x->conflicts[i];
    if (k->column < 0 || k->gone) continue;
    buf_printf(&b, tr("“%s”现在是“%.*s”，您写的是“%.*s”；", "\"%s\" is \"%.*s\" now, you wrote \"%.*s\"; "), column_title(&r->sheet, k->column),
               SV_ARG(k->theirs), SV_ARG(k->yours));
  }
  buf_puts(&b, tr("再按保存就用您的。", "save again to use yours."));
  const char *text = year_text(c, (struct sv){b.p ? b.p : "", b.n});
  buf_release(&b);
  return text;
}

int row_post(struct web_call *c, struct err *e) {
  struct row r;
  struct year_cell cells[FIELDS_MOST];
  struct sv typed[FIELDS_MOST];
  int rc = row_read(c, &r, e), n = web_count(c, "cell");
  if (rc < 0) return rc;
  if (!year_may_edit(c, &r.work, r.sheet.name)) return locked(&r.work, e);
  if (n != r.sheet.ncolumns || web_count(c, "was") != n)
    return err_set(e, RC_USAGE, "%s", tr("列数不对，请刷新", "the columns are not those of the sheet: reload"));
  struct year_edit t = {.kind = EDIT_CELLS, .row = r.id, .revision = web_int(c, "revision"), .cells = cells};
  for (int i = 0; i < n; i++) {
    typed[i] = sv_trim(web_text_at(c, "cell", i));
    struct sv was = sv_trim(web_text_at(c, "was", i));
    if (!was.p) was = SV("");
    if (!typed[i].p) typed[i] = SV("");
    if (!sv_equal(typed[i], was)) cells[t.ncells++] = (struct year_cell){i, typed[i], was};
  }
  struct year_edits x = edits_of(c, &r.work, &r.sheet, &t);
  rc = t.ncells ? year_edit(c, &x, e) : RC_OK;
  if (rc == RC_CONFLICT && x.nconflicts > 0) {
    if ((rc = row_read(c, &r, e)) < 0) return rc; /* deleted meanwhile: said so */
    web_status(c, 409);
    return row_show(c, &r, conflicts_text(c, &r, &x), typed, n, e);
  }
  return rc < 0 ? rc : web_redirect(c, "/year/%lld/sheet/%s/rows/%lld?done=1", (long long)r.work.id, r.sheet.name, (long long)r.id);
}

int row_add_post(struct web_call *c, struct err *e) {
  struct year_work w;
  struct year_sheet s;
  struct year_cell cells[FIELDS_MOST];
  int rc = year_work_read(c, web_int(c, "id"), &w, e), n = web_count(c, "cell");
  if (rc == RC_OK) rc = year_sheet_read(c, &w, year_text(c, web_text(c, "sheet")), &s, e);
  if (rc < 0) return rc;
  if (!year_may_edit(c, &w, s.name)) return locked(&w, e);
  if (n != s.ncolumns) return err_set(e, RC_USAGE, "%s", tr("列数不对，请刷新", "the columns are not those of the sheet: reload"));
  struct year_edit t = {.kind = EDIT_INSERT, .row = web_int(c, "after"), .cells = cells, .ncells = n};
  bool any = false;
  for (int i = 0; i < n; i++) {
    cells[i] = (struct year_cell){.column = i, .value = sv_trim(web_text_at(c, "cell", i))};
    if (!cells[i].value.p) cells[i].value = SV("");
    any |= cells[i].value.n > 0;
  }
  if (!any) return err_set(e, RC_USAGE, "%s", tr("这一行是空的", "the row is empty"));
  struct year_edits x = edits_of(c, &w, &s, &t);
  rc = year_edit(c, &x, e);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld/sheet/%s/rows/%lld?done=1", (long long)w.id, s.name, (long long)t.revision);
}

int row_drop_post(struct web_call *c, struct err *e) {
  struct row r;
  int rc = row_read(c, &r, e);
  if (rc < 0) return rc;
  if (!year_may_edit(c, &r.work, r.sheet.name)) return locked(&r.work, e);
  struct year_edit t = {.kind = EDIT_DELETE, .row = r.id, .revision = web_int(c, "revision")};
  struct year_edits x = edits_of(c, &r.work, &r.sheet, &t);
  rc = year_edit(c, &x, e);
  if (rc == RC_CONFLICT && x.nconflicts > 0) {
    web_status(c, 409);
    return row_show(c, &r, tr("别人刚改过这一行，看过再删", "somebody else changed this row meanwhile: look at it before deleting"), NULL, 0, e);
  }
  return rc < 0 ? rc : web_redirect(c, "/year/%lld/sheet/%s?done=1", (long long)r.work.id, r.sheet.name);
}

/* ---- remarks ---- */
struct remarking {
  struct web_call *c;
  const struct row *r;
};

static int remark(struct db *d, void *context, struct err *e) {
  const struct remarking *x = context;
  const struct web_user *u = web_user(x->c);
  char object[80];
  int64_t n = DB_RUN(d, year_remark_add, e, db_int(u->tenant), db_int(x->r->work.id), db_int(db_id()), db_int(x->r->id), db_int(db_now()),
                     db_str(u->name), db_text(web_text(x->c, "text")));
  if (n < 0) return (int)n;
  snprintf(object, sizeof object, "year:%lld/row:%lld", (long long)x->r->work.id, (long long)x->r->id);
  return people_log(x->c, &(struct audit_entry){.action = "year.remark", .object = object, .after = web_text(x->c, "text")}, e);
}

int remark_post(struct web_call *c, struct err *e) {
  struct row r;
  int rc = row_read(c, &r, e);
  if (rc == RC_OK) rc = db_tx(web_db(c), remark, &(struct remarking){c, &r}, e);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld/sheet/%s/rows/%lld?done=1", (long long)r.work.id, r.sheet.name, (long long)r.id);
}
