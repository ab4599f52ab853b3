/* test_site.c: a book as a web page, as JSON and as CSV: escaped, read back as the same cells and nothing twice, every amount under its heads, exact
 * amounts, no formula from words, the same bytes again. */
#include "document/document.h"
#include "rooms/book/paper.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

/* A table of two rows of heads, of two sides; words that are mark-up, a formula, two lines, quotes. */
static struct paper_cell cells[] = {
    {.row = 0, .column = 0, .row_span = 1, .column_span = 2, .role = CELL_HEAD, .text = {"收入", 6}},
    {.row = 0, .column = 2, .row_span = 1, .column_span = 2, .role = CELL_HEAD, .text = {"支出", 6}},
    {.row = 1, .column = 0, .row_span = 1, .column_span = 1, .role = CELL_HEAD, .text = {"项 目", 7}},
    {.row = 1, .column = 1, .row_span = 1, .column_span = 1, .role = CELL_HEAD, .text = {"预算数", 9}},
    {.row = 1, .column = 2, .row_span = 1, .column_span = 1, .role = CELL_HEAD, .text = {"项 目", 7}},
    {.row = 1, .column = 3, .row_span = 1, .column_span = 1, .role = CELL_HEAD, .text = {"预算数", 9}},
    {.row = 2, .column = 0, .row_span = 1, .column_span = 1, .role = CELL_TEXT, .text = {"=1+1 <script>&", 14}},
    {.row = 2, .column = 1, .row_span = 1, .column_span = 1, .role = CELL_NUMBER, .text = {"1,234.57", 8}, .amount = true, .fen = 1234567890},
    {.row = 2, .column = 2, .row_span = 1, .column_span = 1, .role = CELL_TEXT, .text = {"防范\"风险\"经费", 20}},
    {.row = 2, .column = 3, .row_span = 1, .column_span = 1, .role = CELL_NUMBER, .text = {"", 0}, .amount = true, .fen = 0},
    {.row = 3, .column = 0, .row_span = 1, .column_span = 1, .role = CELL_TEXT, .text = {"-", 1}},
    {.row = 3, .column = 1, .row_span = 1, .column_span = 1, .role = CELL_NUMBER, .text = {"-0.50", 5}, .amount = true, .fen = -500000},
    {.row = 3, .column = 2, .row_span = 1, .column_span = 1, .role = CELL_TEXT, .text = {"一\n二", 7}},
    {.row = 3, .column = 3, .row_span = 1, .column_span = 1, .role = CELL_NUMBER, .text = {"12.50%", 6}, .percent = true, .fen = 125000},
};
enum { NCELLS = sizeof cells / sizeof *cells };
static struct paper_row rows[4] = {{.parent = -1}, {.parent = -1}, {.key = {"in.gp", 5}, .right_key = {"217", 3}, .parent = -1}, {.parent = -1}};
static struct paper_column columns[4] = {{.width = 2}, {"amount", 1}, {.width = 2}, {"amount", 1}};
static struct paper_table table;
static struct workspace workspace;
static struct paper paper;

static void block(enum paper_kind kind, const char *text, const char *anchor, struct paper_table *t) {
  struct paper_block b = {.kind = kind, .text = sv_from(text), .anchor = anchor, .table = t};
  assert_int_equal(VEC_PUSH(&paper.blocks, b, 100), 0);
}

static void workspace_build(void) {
  struct ws_code func = {.code = SV("217"), .name = SV("金融支出"), .parent = -1, .level = 1};
  struct ws_project project = {.code = SV("P1"), .name = SV("防范\"风险\"经费"), .unit = -1};
  struct ws_line line = {.amount = 1234567890, .unit = -1, .econ = -1, .kind = KIND_J};
  struct ws_line prior = {.amount = 1000000000, .unit = -1, .econ = -1, .project = -1, .year = 2022, .version = -1};
  struct ws_income income = {.amount = 1234567890, .unit = -1, .func = -1};
  struct ws_text text = {.name = SV("projects/P1"), .heading = SV("立项依据"), .paragraph = SV("只在项目页里的话。")};
  workspace.year = 2023;
  int rc = VEC_PUSH(&workspace.funcs, func, 9) | VEC_PUSH(&workspace.projects, project, 9) | VEC_PUSH(&workspace.lines, line, 9) |
           VEC_PUSH(&workspace.priors, prior, 9) | VEC_PUSH(&workspace.incomes, income, 9) | VEC_PUSH(&workspace.texts, text, 9);
  assert_int_equal(rc, 0);
}

static int setup(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-site-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  workspace_build();
  table = (struct paper_table){.id = "T1",
                               .kind = "summary-in",
                               .right_kind = "summary-out",
                               .right_column = 2,
                               .number = SV("公开表1"),
                               .title = SV("收支总表"),
                               .unit_line = SV("单位：万元"),
                               .contents = SV("一、收支总表"),
                               .scale = SCALE_WAN,
                               .decimals = 2,
                               .project = -1,
                               .rows = 4,
                               .columns = 4,
                               .head = 2,
                               .row = rows,
                               .column = columns,
                               .cells = cells,
                               .ncells = NCELLS};
  paper = (struct paper){.workspace = &workspace, .body = SV("某局"), .title = SV("某局2023年部门预算<&\">"), .year = 2023, .profile = "wuhan"};
  block(PAPER_PART, "第一部分 概况", "S0", NULL);
  block(PAPER_SECTION, "一、职能 <i>", "S1", NULL);
  block(PAPER_TEXT, "甲 & 乙 </p><script>alert(1)</script> \xFF 丙。", NULL, NULL);
  block(PAPER_TABLE, NULL, NULL, &table);
  struct paper_missing m = {.subject = SV("217"), .text = "增加 234.57 万元，\"为什么\""};
  return VEC_PUSH(&paper.missing, m, 9);
}

static int teardown(void **state) {
  static const char *const names[] = {"a.html", "b.html", "a.json", "b.json", "a.csv", "b.csv"};
  char path[128];
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  free(paper.blocks.v), free(paper.missing.v), free(workspace.funcs.v), free(workspace.projects.v), free(workspace.lines.v);
  free(workspace.priors.v), free(workspace.incomes.v), free(workspace.texts.v);
  return rmdir(folder);
}

/* Writes twice; the bytes must be the same. The caller frees. */
static char *written(const char *ending, char path[128]) {
  unsigned char *data[2];
  size_t size[2];
  struct err e = {0};
  for (int i = 0; i < 2; i++) {
    snprintf(path, 128, "%s/%c.%s", folder, 'b' - i, ending);
    int rc = *ending == 'h'   ? paper_write_html(&paper, path, &e)
             : *ending == 'j' ? paper_write_json(&paper, path, &e)
                              : paper_write_csv(&table, path, &e);
    assert_int_equal(rc, 0);
    assert_int_equal(file_read(path, 1 << 24, &data[i], &size[i], &e), 0);
  }
  assert_int_equal(size[0], size[1]);
  assert_memory_equal(data[0], data[1], size[0]);
  char *text = malloc(size[0] + 1);
  assert_non_null(text);
  memcpy(text, data[0], size[0]);
  text[size[0]] = '\0';
  free(data[0]), free(data[1]);
  return text;
}

static void test_escaped(void **state) {
  char path[128];
  char *html = written("html", path);
  (void)state;
  assert_null(strstr(html, "<script>alert"));
  assert_null(strstr(html, "<i>"));
  assert_null(strstr(html, "\xFF"));
  assert_non_null(strstr(html, "某局2023年部门预算&lt;&amp;&quot;&gt;</title>"));
  assert_non_null(strstr(html, "=1+1 &lt;script&gt;&amp;</th>"));
  assert_null(strstr(html, "http")); /* nothing is fetched, nothing leads away */
  assert_null(strstr(html, " src="));
  free(html);
}

/* Every id that an amount names is a head of the table; the right side is not named by the left. */
static void test_heads(void **state) {
  char path[128], mark[64], copy[33];
  char *html = written("html", path);
  (void)state;
  assert_non_null(strstr(html, "headers=\"T1.0.0 T1.1.1 T1.2.0\">1,234.57</td>"));
  assert_non_null(strstr(html, "headers=\"T1.0.2 T1.1.3 T1.3.2\">12.50%</td>"));
  assert_non_null(strstr(html, "<th id=\"T1.0.2\" scope=\"colgroup\" colspan=\"2\">支出</th>"));
  int named = 0;
  for (const char *at = strstr(html, "headers=\""); at; at = strstr(at + 1, "headers=\"")) {
    struct sv list = {at + 9, strcspn(at + 9, "\"")};
    while (list.p && list.n > 0) {
      struct sv id = sv_cut(&list, ' ');
      assert_true(id.n < sizeof copy);
      memcpy(copy, id.p, id.n), copy[id.n] = 0;
      snprintf(mark, sizeof mark, "<th id=\"%.32s\"", copy);
      assert_non_null(strstr(html, mark));
      named++;
    }
  }
  assert_int_equal(named, 12);
  free(html);
}

static bool line_found(const struct document *d, const char *text) {
  for (int i = 0; i < d->nitems; i++)
    if (d->items[i].kind == ITEM_LINE && sv_contains(d->items[i].text, text)) return true;
  return false;
}

static void test_read_back(void **state) {
  char path[128];
  struct document *d;
  struct err e = {0};
  char *html = written("html", path);
  (void)state;
  assert_non_null(strstr(html, "只在项目页里的话。"));
  assert_non_null(strstr(html, "<a href=\"#project-1\">防范&quot;风险&quot;经费</a>"));
  assert_non_null(strstr(html, "<article id=\"project-1\""));
  assert_non_null(strstr(html, "<svg role=\"img\""));
  assert_int_equal(document_read(path, &document_limits_default, &d, &e), 0);
  assert_int_equal(d->ntables, 1);
  const struct table *t = &d->tables[0];
  assert_int_equal(t->ncells, NCELLS);
  assert_int_equal(t->header_rows, 2);
  for (int i = 0; i < NCELLS; i++) {
    const struct cell *c = table_cell(t, cells[i].row, cells[i].column);
    assert_int_equal(c->row_span, cells[i].row_span);
    assert_int_equal(c->column_span, cells[i].column_span);
    if (memchr(cells[i].text.p, '\n', cells[i].text.n))
      assert_true(sv_is(c->text, "一二"));
    else
      assert_true(sv_equal(c->text, cells[i].text));
  }
  assert_true(line_found(d, "公开表1") && line_found(d, "收支总表") && line_found(d, "单位：万元") && line_found(d, "一、职能 <i>"));
  assert_false(line_found(d, "钱从哪里来") || line_found(d, "只在项目页里的话") || line_found(d, "本年支出预算") || line_found(d, "下载"));
  document_free(d);
  free(html);
}

static const char *text_of(const json_t *j, const char *name) {
  return json_string_value(json_object_get(j, name));
}

static void test_json(void **state) {
  char path[128];
  char *text = written("json", path);
  json_error_t error;
  json_t *j = json_loads(text, 0, &error);
  (void)state;
  assert_non_null(j);
  assert_string_equal(text_of(j, "schema"), "heng-book/1");
  const json_t *t = json_array_get(json_object_get(j, "tables"), 0), *c = json_object_get(t, "cells");
  assert_int_equal(json_array_size(c), NCELLS);
  assert_string_equal(text_of(json_array_get(c, 7), "yuan"), "12345678.90"); /* exact, not as printed in 万元 */
  assert_string_equal(text_of(json_array_get(c, 7), "key"), "in.gp");
  assert_string_equal(text_of(json_array_get(c, 9), "key"), "217");
  assert_string_equal(text_of(json_array_get(c, 9), "yuan"), "0.00");
  assert_string_equal(text_of(json_array_get(c, 11), "yuan"), "-5000.00");
  assert_string_equal(text_of(json_array_get(c, 12), "text"), "一\n二");
  assert_string_equal(text_of(json_array_get(c, 13), "ratio"), "0.125000");
  assert_int_equal(json_array_size(json_object_get(j, "paragraphs")), 4);
  assert_string_equal(text_of(json_array_get(json_object_get(j, "missing"), 0), "text"), "增加 234.57 万元，\"为什么\"");
  json_decref(j);
  free(text);
}

static void test_csv(void **state) {
  char path[128];
  char *text = written("csv", path);
  (void)state;
  assert_string_equal(text, "\xEF\xBB\xBF收入/项目,收入/预算数,支出/项目,支出/预算数\r\n"
                            "\"'=1+1 <script>&\",1234.57,\"防范\"\"风险\"\"经费\",0.00\r\n"
                            "-,-0.50,\"一\n二\",12.50%\r\n");
  free(text);
}

/* A folder that is not there: an error with words, no file, no half of one. */
static void test_no_place(void **state) {
  struct err e = {0};
  (void)state;
  assert_true(paper_write_html(&paper, "/nonexistent/a.html", &e) < 0 && e.text[0]);
  assert_true(paper_write_json(&paper, "/nonexistent/a.json", &e) < 0);
  assert_true(paper_write_csv(&table, "/nonexistent/a.csv", &e) < 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_escaped), cmocka_unit_test(test_heads), cmocka_unit_test(test_read_back),
                                     cmocka_unit_test(test_json),    cmocka_unit_test(test_csv),   cmocka_unit_test(test_no_place)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
