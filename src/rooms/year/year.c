/* year.c: the room's table, and its start. */
#include "rooms/codes/codes.h"
#include "rooms/year/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct year *serving; /* set before the server and the workers start, cleared after they have stopped */

const struct year *year_now(void) {
  return serving;
}

int year_start(struct err *e) {
  struct year *y = calloc(1, sizeof *y);
  char path[PATH_SIZE], folder[2200];
  if (!y) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  ssize_t n = readlink("/proc/self/exe", y->program, sizeof y->program - 1);
  char *real = realpath(codes_data_path(folder, sizeof folder, ""), NULL);
  int rc = n > 0 && real ? RC_OK : err_set(e, RC_IO, "%s: %s", folder, tr("没有这个文件夹", "no such folder"));
  if (rc == RC_OK) {
    y->program[n] = 0;
    snprintf(y->data, sizeof y->data, "%s", real);
    snprintf(path, sizeof path, "%.2000s/profiles/workspace.txt", y->data);
    rc = ws_schema_load(path, &y->schema, e);
  }
  free(real);
  snprintf(path, sizeof path, "%.2000s/profiles/year.txt", y->data);
  if (rc == RC_OK && (rc = year_plan_read(path, &y->plan, e)) < 0) ws_schema_free(y->schema);
  if (rc < 0) {
    free(y);
    return rc;
  }
  serving = y;
  return RC_OK;
}

void year_stop(void) {
  if (!serving) return;
  ws_schema_free(serving->schema);
  year_plan_release(&serving->plan);
  free(serving);
  serving = NULL;
  sheet_places_forget();
}

#define ID                                                                                                                                           \
  { "id", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "工作区", "workspace" }
#define SHEET                                                                                                                                        \
  { "sheet", WEB_PATH, WEB_WORD, true, false, 1, 40, NULL, "表", "sheet" }
#define ROW                                                                                                                                          \
  { "row", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "行", "row" }
#define DONE                                                                                                                                         \
  { "done", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "已保存", "saved" }
static const struct web_field list_fields[] = {{"year", WEB_QUERY, WEB_INT, false, false, 2000, 2100, NULL, "年度", "year"}};
static const struct web_field import_fields[] = {
    {"files", WEB_FORM, WEB_FILES, true, true, 1, FILES_MOST, NULL, "工作区的 zip，或它的各个文件", "the workspace as a zip, or its files"},
    {"org", WEB_FORM, WEB_ID, true, false, 0, 0, NULL, "部门", "department"},
    {"state", WEB_FORM, WEB_LINE, true, false, 1, 60, NULL, "现在的状态", "its present state"}};
static const struct web_field one_fields[] = {ID, DONE};
static const struct web_field step_fields[] = {ID,
                                               {"to", WEB_FORM, WEB_LINE, true, false, 1, 60, NULL, "到哪个状态", "to which state"},
                                               {"reason", WEB_FORM, WEB_TEXT, false, false, 0, 1000, NULL, "理由", "reason"}};
static const struct web_field history_fields[] = {ID,
                                                  {"before", WEB_QUERY, WEB_ID, false, false, 0, 0, NULL, "哪一次修改以前", "before which change"}};
static const struct web_field zip_fields[] = {ID, {"step", WEB_QUERY, WEB_ID, false, false, 0, 0, NULL, "哪一版", "which version"}};
static const struct web_field upload_fields[] = {ID, {"files", WEB_FORM, WEB_FILES, true, true, 1, FILES_MOST, NULL, "CSV 或 zip", "CSV or zip"}};
static const struct web_field restore_fields[] = {ID, {"step", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "哪一版", "which version"}};
static const struct web_field sheet_fields[] = {
    ID, SHEET, DONE, {"from", WEB_QUERY, WEB_INT, false, false, 0, ROWS_MOST, NULL, "从哪一行", "from which row"}};
static const struct web_field grid_fields[] = {ID, SHEET};
static const struct web_field rows_fields[] = {ID,
                                               SHEET,
                                               {"from", WEB_QUERY, WEB_INT, true, false, 0, ROWS_MOST, NULL, "从哪一行", "from which row"},
                                               {"count", WEB_QUERY, WEB_INT, false, false, 1, 500, NULL, "几行", "how many"}};
static const struct web_field since_fields[] = {
    ID, SHEET, {"since", WEB_QUERY, WEB_INT, true, false, 0, INT64_MAX, NULL, "哪一次修改以后", "since which change"}};
static const struct web_field row_query[] = {ID, SHEET, {"row", WEB_QUERY, WEB_ID, true, false, 0, 0, NULL, "行", "row"}};
static const struct web_field edit_fields[] = {ID,
                                               SHEET,
                                               {"op", WEB_FORM, WEB_WORD, true, false, 16, 64, NULL, "这一次修改的名字", "name of this edit"},
                                               {"edits", WEB_FORM, WEB_TEXT, true, false, 2, 8000000, NULL, "修改（JSON）", "edits (JSON)"}};
static const struct web_field row_fields[] = {ID, SHEET, ROW, DONE};
static const struct web_field row_form[] = {
    ID,
    SHEET,
    ROW,
    {"revision", WEB_FORM, WEB_INT, true, false, 0, INT64_MAX, NULL, "看到的是哪一次修改", "which change was seen"},
    {"was", WEB_FORM, WEB_TEXT, false, true, 0, CELL_MOST, NULL, "原来的值", "the values seen"},
    {"cell", WEB_FORM, WEB_TEXT, false, true, 0, CELL_MOST, NULL, "值", "values"}};
static const struct web_field row_new[] = {ID,
                                           SHEET,
                                           {"after", WEB_FORM, WEB_INT, true, false, 0, INT64_MAX, NULL, "在哪一行下面", "below which row"},
                                           {"cell", WEB_FORM, WEB_TEXT, false, true, 0, CELL_MOST, NULL, "值", "values"}};
static const struct web_field row_gone[] = {
    ID, SHEET, ROW, {"revision", WEB_FORM, WEB_INT, true, false, 0, INT64_MAX, NULL, "看到的是哪一次修改", "which change was seen"}};
static const struct web_field remark_fields[] = {ID, SHEET, ROW, {"text", WEB_FORM, WEB_TEXT, true, false, 1, 2000, NULL, "意见", "remark"}};

static const struct web_field make_fields[] = {ID, {"what", WEB_PATH, WEB_WORD, true, false, 1, 40, NULL, "什么文件", "which file"}};
#define TABLE                                                                                                                                        \
  { "table", WEB_PATH, WEB_WORD, true, false, 1, 20, NULL, "表", "table" }
static const struct web_field table_fields[] = {ID, TABLE};
static const struct web_field why_fields[] = {ID,
                                              TABLE,
                                              {"row", WEB_QUERY, WEB_LINE, true, false, 1, 100, NULL, "行", "row"},
                                              {"column", WEB_QUERY, WEB_LINE, false, false, 0, 100, NULL, "列", "column"}};
static const struct web_field id_fields[] = {ID};
static const struct web_field workbook_fields[] = {ID, {"file", WEB_FORM, WEB_FILES, true, false, 1, 1, NULL, "填好的工作簿", "the filled workbook"}};
static const struct web_field merge_fields[] = {{"id", WEB_FORM, WEB_ID, true, true, 0, 0, NULL, "各单位的工作区", "the units' workspaces"}};
static const struct web_field publish_fields[] = {
    ID, {"reason", WEB_FORM, WEB_TEXT, false, false, 0, 1000, NULL, "更正的理由", "reason of a correction"}};

#define READ "year.read"
static const struct web_route routes[] = {
    {"GET", "/year", READ, WEB_READS, 0, WEB_FIELDS(list_fields), year_list_page, "预算年度", "budget years"},
    {"POST", "/year", "year.enter", WEB_CHANGES, 0, WEB_FIELDS(import_fields), year_import_post, "装入工作区", "bring a workspace in"},
    {"GET", "/year/{id}", READ, WEB_READS, 0, WEB_FIELDS(one_fields), year_page, "一个部门的一年", "a department's year"},
    {"POST", "/year/{id}/step", READ, WEB_CHANGES, 0, WEB_FIELDS(step_fields), year_step_post, "走一步", "take a step"},
    {"GET", "/year/{id}/history", READ, WEB_READS, 0, WEB_FIELDS(history_fields), year_history_page, "修改记录", "changes"},
    {"GET", "/year/{id}/files", READ, WEB_READS, 0, WEB_FIELDS(zip_fields), year_zip_get, "全部文件（zip）", "all files (zip)"},
    {"POST", "/year/{id}/files", "year.read", WEB_CHANGES, 0, WEB_FIELDS(upload_fields), year_upload_post, "换入文件", "replace files"},
    {"POST", "/year/{id}/versions/{step}/restore", READ, WEB_CHANGES, 0, WEB_FIELDS(restore_fields), year_restore_post, "恢复一版",
     "take a version up again"},
    {"GET", "/year/{id}/make/{what}", READ, WEB_READS, 0, WEB_FIELDS(make_fields), year_make_get, "做出一个文件", "a file made of it"},
    {"GET", "/year/{id}/tables", READ, WEB_READS, 0, WEB_FIELDS(id_fields), year_tables_page, "得出的表", "derived tables"},
    {"GET", "/year/{id}/tables/{table}", READ, WEB_READS, 0, WEB_FIELDS(table_fields), year_table_page, "一张得出的表", "a derived table"},
    {"GET", "/year/{id}/tables/{table}/why", READ, WEB_READS, 0, WEB_FIELDS(why_fields), year_why_page, "一个数由哪些行得出",
     "the lines behind a figure"},
    {"POST", "/year/{id}/workbook", READ, WEB_CHANGES, 0, WEB_FIELDS(workbook_fields), year_workbook_post, "读回填好的工作簿",
     "take a filled workbook in"},
    {"POST", "/year/{id}/next", "year.enter", WEB_CHANGES, 0, WEB_FIELDS(id_fields), year_next_post, "开始下一年", "begin the next year"},
    {"POST", "/year/merge", "year.enter", WEB_CHANGES, 0, WEB_FIELDS(merge_fields), year_merge_post, "汇总各单位", "merge units"},
    {"POST", "/year/{id}/publish", "year.enter", WEB_CHANGES, 0, WEB_FIELDS(publish_fields), year_publish_post, "编成书，送公开",
     "make the book and send it to be published"},
    {"GET", "/year/{id}/sheet/{sheet}", READ, WEB_READS, 0, WEB_FIELDS(sheet_fields), sheet_page, "一张表", "a sheet"},
    {"GET", "/year/{id}/sheet/{sheet}/columns", READ, WEB_READS, WEB_DATA, WEB_FIELDS(grid_fields), grid_columns, "表的列", "columns of a sheet"},
    {"GET", "/year/{id}/sheet/{sheet}/rows", READ, WEB_READS, WEB_DATA, WEB_FIELDS(rows_fields), grid_rows, "表的行", "rows of a sheet"},
    {"GET", "/year/{id}/sheet/{sheet}/changes", READ, WEB_READS, WEB_DATA, WEB_FIELDS(since_fields), grid_changes, "改过的行", "rows that changed"},
    {"POST", "/year/{id}/sheet/{sheet}/edit", READ, WEB_CHANGES, WEB_DATA, WEB_FIELDS(edit_fields), grid_edit, "修改", "edit"},
    {"GET", "/year/{id}/sheet/{sheet}/problems", READ, WEB_READS, WEB_DATA, WEB_FIELDS(grid_fields), grid_problems, "表的问题",
     "problems of a sheet"},
    {"GET", "/year/{id}/sheet/{sheet}/history", READ, WEB_READS, WEB_DATA, WEB_FIELDS(row_query), grid_history, "一行的修改", "changes of a row"},
    {"GET", "/year/{id}/list/{sheet}", READ, WEB_READS, WEB_DATA, WEB_FIELDS(grid_fields), grid_list, "编码和名称", "codes and names"},
    {"GET", "/year/{id}/sheet/{sheet}/rows/{row}", READ, WEB_READS, 0, WEB_FIELDS(row_fields), row_page, "一行", "a row"},
    {"POST", "/year/{id}/sheet/{sheet}/rows/{row}", READ, WEB_CHANGES, 0, WEB_FIELDS(row_form), row_post, "改一行", "change a row"},
    {"POST", "/year/{id}/sheet/{sheet}/rows", READ, WEB_CHANGES, 0, WEB_FIELDS(row_new), row_add_post, "加一行", "add a row"},
    {"POST", "/year/{id}/sheet/{sheet}/rows/{row}/delete", READ, WEB_CHANGES, 0, WEB_FIELDS(row_gone), row_drop_post, "删一行", "delete a row"},
    {"POST", "/year/{id}/sheet/{sheet}/rows/{row}/remark", READ, WEB_CHANGES, 0, WEB_FIELDS(remark_fields), remark_post, "写意见", "remark"}};
static const struct web_permission permissions[] = {
    {"year.read", "查看预算年度", "see budget years"}, {"year.enter", "填报预算", "enter a budget"},
    {"year.submit", "报送预算", "submit a budget"},    {"year.review", "审核、退回预算", "review and return a budget"},
    {"year.ceiling", "下达控制数", "give ceilings"},   {"year.approve", "批复预算、决算", "approve budgets and accounts"},
    {"year.publish", "公开预算", "publish a budget"}};
bool year_permission_known(const char *permission) {
  for (size_t i = 0; i < sizeof permissions / sizeof *permissions; i++)
    if (strcmp(permissions[i].name, permission) == 0) return true;
  return false;
}

static const struct web_nav nav[] = {{"/year", "预算年度", "Budget years", "year.read", "预决算", "Books"}};
#define COUNT(a) (int)(sizeof(a) / sizeof *(a))
const struct web_room year_web = {"year", routes, COUNT(routes), permissions, COUNT(permissions), nav, COUNT(nav)};
const struct db_room year_db = {"year", year_migrations, year_migrations_count, year_queries, year_queries_count};
