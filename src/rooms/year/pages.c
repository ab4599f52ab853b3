/* pages.c: the years of the departments that somebody may see, and one of them: its state, steps, sheets, problems, versions. */
#include "rooms/year/internal.h"

#include <string.h>

static void heading(struct buf *out, const char *text) {
  buf_puts(out, "<h2>");
  html_str(out, text);
  buf_puts(out, "</h2>\n");
}

static const char *state_words(const char *state) {
  const struct year_state *s = year_state_named(&year_now()->plan, state);
  return s ? tr(s->zh, s->en) : "";
}

/* The next step's last day from a state; 0 none. */
static int64_t due_of(const char *state, int64_t year, const struct year_move **move) {
  const struct year_plan *plan = &year_now()->plan;
  for (size_t i = 0; i < plan->moves.n; i++)
    if (plan->moves.v[i].has_due && strcmp(plan->moves.v[i].from, state) == 0) {
      if (move) *move = &plan->moves.v[i];
      return year_due(&plan->moves.v[i], year);
    }
  return 0;
}

static void due_cell(struct buf *out, struct ui_table *t, const char *state, int64_t year) {
  int64_t due = due_of(state, year, NULL), left = (due - db_now()) / 86400000;
  char text[80];
  if (!due)
    ui_cell(out, t, SV(""));
  else if (due < db_now()) {
    snprintf(text, sizeof text, tr("超期 %lld 天", "%lld days overdue"), (long long)-left);
    ui_cell_badge(out, t, "error", text);
  } else {
    snprintf(text, sizeof text, tr("还有 %lld 天", "%lld days left"), (long long)left);
    ui_cell_badge(out, t, left <= 7 ? "warning" : "info", text);
  }
}

static int import_form(struct web_call *c, struct buf *out, struct err *e) {
  const struct year_plan *plan = &year_now()->plan;
  const char **orgs, **states = ARENA_ARRAY(web_arena(c), const char *, 2 * plan->states.n + 1);
  if (!states) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int n, rc = people_org_choices(c, "year.enter", &orgs, &n, e);
  if (rc < 0 || n == 0) return rc < 0 ? rc : RC_OK;
  int k = 0;
  for (size_t i = 0; i < plan->states.n; i++)
    if (plan->states.v[i].edit && web_may(c, plan->states.v[i].edit)) states[k] = states[k + 1] = plan->states.v[i].name, k += 2;
  heading(out, tr("装入一个工作区", "Bring a workspace in"));
  ui_form(out, "/year", web_user(c)->csrf, true);
  ui_field(out, &(struct ui_field){.kind = UI_FILE,
                                   .name = "files",
                                   .label = tr("工作区的 zip，或它的全部文件", "The workspace as a zip, or all its files"),
                                   .required = true,
                                   .many = true,
                                   .accept = ".zip,.csv,.json,.md",
                                   .help = tr("`heng book new` 做出的文件夹；字节不变地存着，随时可以原样取出",
                                              "a folder that `heng book new` made; kept byte for byte, to be taken out again at any time")});
  ui_field(out, &(struct ui_field){.kind = UI_CHOICE, .name = "org", .label = tr("部门", "Department"), .choices = orgs, .required = true});
  ui_field(out, &(struct ui_field){.kind = UI_CHOICE,
                                   .name = "state",
                                   .label = tr("现在的状态", "Its present state"),
                                   .choices = states,
                                   .value = plan->states.v[0].name,
                                   .required = true});
  ui_button(out, tr("装入", "Bring in"), "primary", NULL, NULL);
  ui_form_end(out);
  return RC_OK;
}

int year_list_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"title", "部门预算", "Budget", 0},
                                             {"org", "部门", "Department", 0},
                                             {"year", "年度", "Year", UI_NUMBER},
                                             {"state", "状态", "State", 0},
                                             {"due", "期限", "Due", 0},
                                             {"errors", "错误", "Errors", UI_NUMBER},
                                             {"warnings", "警告", "Warnings", UI_NUMBER},
                                             {"since", "进入此状态", "In this state since", UI_DATE}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  struct ui_table t = {.caption = tr("预算年度", "Budget years"),
                       .path = "/year",
                       .columns = columns,
                       .ncolumns = 8,
                       .total = -1,
                       .empty = tr("还没有工作区", "no workspaces yet")};
  struct ui_page p = {.title = tr("预算年度", "Budget years"), .wide = true};
  people_page(c, &p);
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), year_workspace_list, &s, e, db_int(web_user(c)->tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[48];
    if (!web_may_at(c, "year.read", year_text(c, db_col_text(s, 1)))) continue;
    if (web_has(c, "year") && db_col_int(s, 2) != web_int(c, "year")) continue;
    const char *state = year_text(c, db_col_text(s, 4));
    snprintf(path, sizeof path, "/year/%lld", (long long)db_col_int(s, 0));
    ui_row(out, &t, db_col_int(s, 0));
    ui_cell_link(out, &t, path, db_col_text(s, 3));
    ui_cell(out, &t, db_col_text(s, 10));
    ui_cell_int(out, &t, db_col_int(s, 2));
    ui_cell_badge(out, &t, "info", state);
    due_cell(out, &t, state, db_col_int(s, 2));
    ui_cell_int(out, &t, db_col_int(s, 8));
    ui_cell_int(out, &t, db_col_int(s, 9));
    ui_cell_time(out, &t, db_col_int(s, 6));
  }
  ui_table_end(out, &t);
  if (rc >= 0 && web_may(c, "year.enter")) rc = import_form(c, out, e);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

/* ---- one workspace ---- */
static void steps_part(struct web_call *c, struct buf *out, const struct year_work *w) {
  const struct year_plan *plan = &year_now()->plan;
  char action[48];
  snprintf(action, sizeof action, "/year/%lld/step", (long long)w->id);
  bool any = false;
  for (size_t i = 0; i < plan->moves.n; i++) {
    const struct year_move *m = &plan->moves.v[i];
    if (strcmp(m->from, w->state) != 0 || !web_may_at(c, m->permission, w->org)) continue;
    if (!any) heading(out, tr("下一步", "Next step"));
    any = true;
    ui_form(out, action, web_user(c)->csrf, false);
    ui_hidden(out, "to", m->to);
    ui_field(out, &(struct ui_field){.kind = UI_LINE,
                                     .name = "reason",
                                     .label = m->reason ? tr("理由", "Reason") : tr("附言", "Remark"),
                                     .required = m->reason,
                                     .max = 1000,
                                     .help = *m->basis ? m->basis : NULL});
    ui_button(out, tr(m->zh, m->en), m->reason ? "" : "primary", NULL, NULL);
    ui_form_end(out);
  }
}

static void facts_part(struct buf *out, const struct year_work *w) {
  char text[200], at[40];
  const struct year_move *m = NULL;
  int64_t due = due_of(w->state, w->year, &m);
  ui_facts_begin(out);
  snprintf(text, sizeof text, "%.60s · %.120s", w->state, state_words(w->state));
  ui_fact(out, tr("状态", "State"), sv_from(text));
  ui_fact(out, tr("进入此状态", "Since"), sv_from(ui_time_text(w->entered_at, at)));
  if (due) {
    snprintf(text, sizeof text, "%.80s · %.40s%.40s", tr(m->zh, m->en), ui_time_text(due, at), due < db_now() ? tr("（已超期）", " (overdue)") : "");
    ui_fact(out, tr("期限", "Due"), sv_from(text));
  }
  if (*w->check_failed)
    snprintf(text, sizeof text, "%.180s", w->check_failed);
  else
    snprintf(text, sizeof text, tr("错误 %lld，警告 %lld，提示 %lld%s", "%lld errors, %lld warnings, %lld hints%s"), (long long)w->errors,
             (long long)w->warnings, (long long)w->hints, w->checked < w->head ? tr("（正在重新检查）", " (being checked again)") : "");
  ui_fact(out, tr("检查", "Checks"), sv_from(text));
  ui_facts_end(out);
}

static int sheets_part(struct web_call *c, struct buf *out, const struct year_work *w, struct err *e) {
  static const struct ui_column columns[] = {{"sheet", "表", "Sheet", 0}, {"rows", "行", "Rows", UI_NUMBER}, {"edit", "可改", "Editable", 0}};
  struct ui_table t = {.caption = tr("数据表", "Sheets"), .path = web_path(c), .columns = columns, .ncolumns = 3, .total = -1};
  const struct ws_schema *schema = year_now()->schema;
  struct db_statement *s;
  int64_t rows[64];
  bool there[64] = {false};
  int rc = DB_ROWS(web_db(c), year_file_counts, &s, e, db_int(web_user(c)->tenant), db_int(w->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    int i = ws_schema_find(schema, year_text(c, db_col_text(s, 0)));
    if (i < 0 || i >= 64) continue;
    there[i] = true;
    rows[i] = db_col_int(s, 1);
  }
  if (rc < 0) return rc;
  heading(out, tr("数据", "Data"));
  ui_table_begin(out, &t);
  for (int i = 0; i < ws_schema_count(schema) && i < 64; i++) {
    const struct ws_entity *x = ws_schema_entity(schema, i);
    char path[120];
    if (!there[i]) continue;
    snprintf(path, sizeof path, "/year/%lld/sheet/%s", (long long)w->id, x->name);
    ui_row(out, &t, i + 1);
    ui_cell_link(out, &t, path, sv_from(tr(x->zh, x->en)));
    ui_cell_int(out, &t, rows[i]);
    ui_cell(out, &t, sv_from(year_may_edit(c, w, x->name) ? tr("是", "yes") : tr("锁定", "locked")));
  }
  ui_table_end(out, &t);
  return RC_OK;
}

static int problems_part(struct web_call *c, struct buf *out, const struct year_work *w, struct err *e) {
  static const struct ui_column columns[] = {
      {"severity", "程度", "Severity", 0}, {"where", "在哪里", "Where", 0}, {"text", "问题和怎么改", "What is wrong and what to do", 0}};
  struct ui_table t = {.caption = tr("检查出的问题", "What the checks found"),
                       .path = web_path(c),
                       .columns = columns,
                       .ncolumns = 3,
                       .total = w->errors + w->warnings + w->hints};
  struct db_statement *s;
  const struct ws_schema *schema = year_now()->schema;
  int n = 0, rc = DB_ROWS(web_db(c), year_problem_list, &s, e, db_int(web_user(c)->tenant), db_int(w->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    struct sv file = db_col_text(s, 0), severity = db_col_text(s, 5);
    const char *sheet = NULL;
    char where[300], path[160];
    if (n++ == 0) {
      heading(out, tr("问题", "Problems"));
      ui_table_begin(out, &t);
    }
    for (int i = 0; i < ws_schema_count(schema); i++)
      if (sv_is(file, ws_schema_entity(schema, i)->file)) sheet = ws_schema_entity(schema, i)->name;
    snprintf(where, sizeof where, "%.*s%s%.0lld", SV_ARG(file), db_col_int(s, 1) ? ":" : "", (long long)db_col_int(s, 1));
    ui_row(out, &t, n);
    ui_cell_badge(out, &t,
                  sv_is(severity, "error")     ? "error"
                  : sv_is(severity, "warning") ? "warning"
                                               : "info",
                  sv_is(severity, "error")     ? tr("错误", "error")
                  : sv_is(severity, "warning") ? tr("警告", "warning")
                                               : tr("提示", "hint"));
    if (sheet && db_col_int(s, 4)) {
      snprintf(path, sizeof path, "/year/%lld/sheet/%s/rows/%lld", (long long)w->id, sheet, (long long)db_col_int(s, 4));
      ui_cell_link(out, &t, path, sv_from(where));
    } else {
      ui_cell(out, &t, sv_from(where));
    }
    ui_cell(out, &t, db_col_text(s, 7));
  }
  if (n) ui_table_end(out, &t);
  return rc < 0 ? rc : RC_OK;
}

static int versions_part(struct web_call *c, struct buf *out, const struct year_work *w, struct err *e) {
  static const struct ui_column columns[] = {{"step", "步骤", "Step", 0},
                                             {"who", "谁", "Who", 0},
                                             {"at", "时间", "When", UI_DATE},
                                             {"reason", "附言", "Remark", 0},
                                             {"files", "当时的数据", "Data as they were", 0},
                                             {"restore", "恢复", "Take up again", 0}};
  bool edits = year_may_edit(c, w, "budget-lines");
  struct ui_table t = {.caption = tr("各版", "Versions"), .path = web_path(c), .columns = columns, .ncolumns = edits ? 6 : 5, .total = -1};
  struct db_statement *s;
  int n = 0, rc = DB_ROWS(web_db(c), year_step_list, &s, e, db_int(web_user(c)->tenant), db_int(w->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char text[160], path[100];
    if (n++ == 0) {
      heading(out, tr("各版", "Versions"));
      ui_table_begin(out, &t);
    }
    snprintf(text, sizeof text, "%.*s → %.*s", SV_ARG(db_col_text(s, 1)), SV_ARG(db_col_text(s, 2)));
    ui_row(out, &t, n);
    ui_cell(out, &t, sv_from(text));
    ui_cell(out, &t, db_col_text(s, 5));
    ui_cell_time(out, &t, db_col_int(s, 4));
    ui_cell(out, &t, db_col_text(s, 6));
    snprintf(path, sizeof path, "/year/%lld/files?step=%lld", (long long)w->id, (long long)db_col_int(s, 0));
    ui_cell_link(out, &t, path, sv_from(tr("取出", "take out")));
    if (!edits) continue;
    snprintf(path, sizeof path, "/year/%lld/versions/%lld/restore", (long long)w->id, (long long)db_col_int(s, 0));
    ui_cell_button(out, &t, path, web_user(c)->csrf, tr("恢复成这一版", "Take up again"), "");
  }
  if (n) ui_table_end(out, &t);
  return rc < 0 ? rc : RC_OK;
}

static void files_part(struct web_call *c, struct buf *out, const struct year_work *w) {
  char path[64];
  heading(out, tr("文件", "Files"));
  buf_printf(out, "<p><a class=\"button\" href=\"/year/%lld/files\">", (long long)w->id);
  html_str(out, tr("取出全部（zip）", "Take everything out (zip)"));
  buf_printf(out, "</a> <a class=\"button\" href=\"/year/%lld/history\">", (long long)w->id);
  html_str(out, tr("修改记录", "Changes"));
  buf_puts(out, "</a></p>\n");
  buf_printf(out, "<p><a class=\"button\" href=\"/year/%lld/tables\">", (long long)w->id);
  html_str(out, tr("由数据得出的表", "Tables derived from the data"));
  buf_puts(out, "</a></p>\n");
  year_products(out, w->id);
  if (web_may_at(c, "year.enter", w->org)) {
    const struct year_state *state = year_state_named(&year_now()->plan, w->state);
    if (state && state->published) {
      snprintf(path, sizeof path, "/year/%lld/publish", (long long)w->id);
      ui_form(out, path, web_user(c)->csrf, false);
      ui_field(out, &(struct ui_field){
                        .kind = UI_LINE, .name = "reason", .label = tr("理由（更正已公开的书时）", "Reason (of a correction)"), .max = 1000});
      ui_button(out, tr("编成书，送公开", "Make the book and send it to be published"), "", NULL, NULL);
      ui_form_end(out);
    }
    snprintf(path, sizeof path, "/year/%lld/next", (long long)w->id);
    ui_form(out, path, web_user(c)->csrf, false);
    ui_button(out, tr("由此开始下一年", "Begin the next year from this one"), "", NULL, NULL);
    ui_form_end(out);
  }
  if (!year_may_edit(c, w, "budget-lines") && !year_may_edit(c, w, "ceilings")) return;
  snprintf(path, sizeof path, "/year/%lld/workbook", (long long)w->id);
  ui_form(out, path, web_user(c)->csrf, true);
  ui_field(out, &(struct ui_field){.kind = UI_FILE,
                                   .name = "file",
                                   .label = tr("读回填好的工作簿", "Take a filled workbook in"),
                                   .required = true,
                                   .accept = ".xlsx",
                                   .help = tr("从上面取出的填报工作簿；没有账号的单位也可以填，由部门读回",
                                              "the workbook from above; units without accounts fill it too, and the department takes it in")});
  ui_button(out, tr("读回", "Take in"), "", NULL, NULL);
  ui_form_end(out);
  snprintf(path, sizeof path, "/year/%lld/files", (long long)w->id);
  ui_form(out, path, web_user(c)->csrf, true);
  ui_field(out, &(struct ui_field){
                    .kind = UI_FILE,
                    .name = "files",
                    .label = tr("换入改过的 CSV 或 zip", "Put changed CSV files or a zip in"),
                    .required = true,
                    .many = true,
                    .accept = ".csv,.zip,.md,.json",
                    .help = tr("没有变的行不动，变了的行记入修改记录", "rows that are the same stay; all others are changes with who and when")});
  ui_button(out, tr("换入", "Put in"), "", NULL, NULL);
  ui_form_end(out);
}

int year_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct year_work w;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  const struct ui_link crumbs[] = {{"/year", tr("预算年度", "Budget years"), NULL, false}};
  struct ui_page p = {.title = w.title, .crumbs = crumbs, .ncrumbs = 1, .wide = true, .notice = web_has(c, "done") ? tr("已保存", "Saved") : NULL};
  people_page(c, &p);
  facts_part(out, &w);
  steps_part(c, out, &w);
  if ((rc = sheets_part(c, out, &w, e)) == RC_OK && (rc = problems_part(c, out, &w, e)) == RC_OK) rc = versions_part(c, out, &w, e);
  files_part(c, out, &w);
  people_page_end(c, &p);
  return rc;
}

/* ---- what was changed ---- */
int year_history_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"head", "序号", "No.", UI_NUMBER}, {"at", "时间", "When", UI_DATE}, {"who", "谁", "Who", 0},
                                             {"file", "文件", "File", 0},        {"before", "原来", "Before", 0}, {"after", "现在", "After", 0}};
  enum { PAGE = 200 };
  struct buf *out = web_out(c);
  struct year_work w;
  struct db_statement *s;
  char path[64];
  int64_t last = 0;
  int n = 0, rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  snprintf(path, sizeof path, "/year/%lld", (long long)w.id);
  const struct ui_link crumbs[] = {{"/year", tr("预算年度", "Budget years"), NULL, false}, {path, w.title, NULL, false}};
  struct ui_page p = {.title = tr("修改记录", "Changes"), .crumbs = crumbs, .ncrumbs = 2, .wide = true};
  struct ui_table t = {.caption = tr("修改记录", "Changes"),
                       .path = web_path(c),
                       .columns = columns,
                       .ncolumns = 6,
                       .total = -1,
                       .empty = tr("还没有修改", "no changes yet")};
  people_page(c, &p);
  ui_table_begin(out, &t);
  rc = DB_ROWS(web_db(c), year_change_list, &s, e, db_int(web_user(c)->tenant), db_int(w.id),
               db_int(web_has(c, "before") ? web_int(c, "before") : INT64_MAX));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (++n > PAGE) continue;
    last = db_col_int(s, 0);
    ui_row(out, &t, n);
    ui_cell_int(out, &t, last);
    ui_cell_time(out, &t, db_col_int(s, 1));
    ui_cell(out, &t, db_col_text(s, 2));
    ui_cell(out, &t, db_col_text(s, 4));
    ui_cell(out, &t, db_col_text(s, 6));
    ui_cell(out, &t, db_col_text(s, 7));
  }
  ui_table_end(out, &t);
  if (n > PAGE) {
    buf_printf(out, "<p><a href=\"/year/%lld/history?before=%lld\">", (long long)w.id, (long long)last);
    html_str(out, tr("更早的修改", "Earlier changes"));
    buf_puts(out, "</a></p>\n");
  }
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}
