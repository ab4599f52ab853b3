/* test_import.c: cells against the files of a workspace: what a file is afterwards, byte for byte; keys with quotes and line ends, orders kept,
 * columns that a file or a workbook lacks, amounts as Excel stores them; what is written and read again changes nothing. */
#include "rooms/book/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { CELLS = 200 };
static char folder[64];
static struct xlsx_cells *book;

static void put(const char *name, const char *text) {
  char path[200];
  struct err e = {0};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (file_replace(path, text, strlen(text), &e) < 0) fail_msg("%s", e.text);
}

static int setup(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-test-import-XXXXXX");
  assert_non_null(mkdtemp(folder));
  put("units.csv", "code,name,parent,nature,role,listed\n1,局,,行政,,\n11,处,1,行政,,\n");
  put("functions.csv", "code,name\n201,甲\n20101,乙\n2010101,丙\n");
  put("economics.csv", "code,name\n301,甲\n30101,乙\n");
  return 0;
}

static int teardown(void **state) {
  (void)state;
  char command[100];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

/* ---- a workbook in memory ---- */

static void sheet_add(const char *name) {
  if (!book) book = calloc(1, sizeof *book);
  struct xlsx_sheet s = {.name = name};
  assert_non_null(book);
  assert_true(VEC_PUSH(&book->v, s, 100) >= 0);
}

/* Cells of a row, "" none; a text that begins with = is a number, stored as what follows. */
static void row_add(int row, const char *const *texts) {
  struct xlsx_sheet *s = &book->v.v[book->v.n - 1];
  for (int c = 0; texts[c]; c++) {
    bool number = texts[c][0] == '=';
    struct sv t = sv_from(texts[c] + number);
    struct xlsx_cell cell = {.row = row, .column = c, .flags = number ? CELL_NUMERIC : 0, .text = t, .stored = t};
    if (t.n) assert_true(VEC_PUSH(&s->cells, cell, 100000) >= 0);
  }
}
#define ROW(n, ...) row_add(n, (const char *const[]){__VA_ARGS__, NULL})

/* What the file is after the import of `book`, which it takes; NULL: it does not change. The caller frees it. */
static char *imported(const char *file, bool delete_missing, int errors, const char *id) {
  struct import im = {.delete_missing = delete_missing};
  struct import_file files[OPEN_FIELDS];
  struct err e = {0};
  size_t n = 0;
  int found;
  char *out = NULL;
  if (import_open(&im, folder, "t.xlsx", &e) < 0) fail_msg("%s:%d %s", e.file, e.line, e.text);
  im.book = book;
  book = NULL;
  if (import_sheets(&im, &found, &e) < 0 || import_compare(&im, &e) < 0) fail_msg("%s", e.text);
  if (im.errors != errors) fail_msg("%d errors for %d: %s", im.errors, errors, im.faults.n ? im.faults.v[0].text : "");
  if (id) {
    bool told = false;
    for (size_t i = 0; i < im.faults.n; i++) told = told || strcmp(im.faults.v[i].id, id) == 0;
    if (!told) fail_msg("%s was not told", id);
  }
  if (!errors && import_files(&im, files, &n, &e) < 0) fail_msg("%s", e.text);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(files[i].name, file) == 0) {
      out = calloc(1, files[i].data.n + 1);
      assert_non_null(out);
      memcpy(out, files[i].data.p, files[i].data.n);
    }
    buf_release(&files[i].data);
  }
  import_close(&im);
  return out;
}

static void assert_file(char *made, const char *wanted) {
  if (!wanted) {
    if (made) fail_msg("it changed: %s", made);
    return;
  }
  if (!made) fail_msg("no change; wanted %s", wanted);
  assert_string_equal(made, wanted);
  free(made);
}

/* ---- the tests ---- */

static void test_bytes_kept(void **state) {
  (void)state;
  put("causes.csv", "cause,func\r\n\"甲,\"\"乙\"\"\",2010101\r\n\r\n\"两\n行\", 总计\r\n丁,三公\r\n");
  sheet_add("增减原因");
  ROW(0, "科目或名称", "原因");
  ROW(1, "2010101", "甲,\"乙\"");
  ROW(2, "总计", "两\n行，改了");
  ROW(3, "三公", "丁");
  ROW(4, "公用经费", "新\"的\"");
  assert_file(imported("causes.csv", false, 0, NULL),
              "cause,func\r\n\"甲,\"\"乙\"\"\",2010101\r\n\r\n\"两\n行，改了\",总计\r\n丁,三公\r\n\"新\"\"的\"\"\",公用经费\r\n");
}

static void test_same_changes_nothing(void **state) {
  (void)state;
  put("causes.csv", "cause,func\r\n\"甲,\"\"乙\"\"\",2010101\r\n\"两\n行\", 总计\r\n");
  sheet_add("增减原因");
  ROW(0, "科目或名称", "原因");
  ROW(1, "2010101", "甲,\"乙\"");
  ROW(2, "总计", "两\r\n行 ");
  assert_file(imported("causes.csv", true, 0, NULL), NULL);
}

static void test_last_line_without_end(void **state) {
  (void)state;
  put("causes.csv", "func,cause\n总计,甲");
  sheet_add("增减原因");
  ROW(0, "科目或名称", "原因");
  ROW(1, "总计", "甲");
  ROW(2, "三公", "乙");
  assert_file(imported("causes.csv", false, 0, NULL), "func,cause\n总计,甲\n三公,乙\n");
}

static void test_codes_stay_in_order(void **state) {
  (void)state;
  sheet_add("功能科目");
  ROW(0, "编码", "名称");
  ROW(1, "=201", "甲");
  ROW(2, "2010102", "戊");
  ROW(3, "20101", "乙");
  ROW(4, "2010101", "丙");
  ROW(5, "101", "己");
  ROW(6, "202", "庚");
  assert_file(imported("functions.csv", false, 0, NULL), "code,name\n101,己\n201,甲\n20101,乙\n2010101,丙\n2010102,戊\n202,庚\n");
}

static void test_deleted(void **state) {
  (void)state;
  sheet_add("功能科目");
  ROW(0, "编码", "名称");
  ROW(1, "201", "甲");
  ROW(2, "2010101", "丙");
  assert_file(imported("functions.csv", true, 0, NULL), "code,name\n201,甲\n2010101,丙\n");
  sheet_add("功能科目");
  ROW(0, "编码", "名称");
  assert_file(imported("functions.csv", true, 1, "X-EMPTY"), NULL);
}

/* A column that the file lacks comes when a row has something in it, with the lines as long as the head. */
static void test_column_added(void **state) {
  (void)state;
  put("goals.csv", "id,owner,horizon,number,name,description\nA,1,年度,1,甲,\n");
  put("indicators.csv", "goal,seq,level1,level2,level3,operator,value,unit,year_minus_2,year_minus_1,basis\nA,1,产出,数量,丙,≥,5,家,,,计划\nA,2,产出,"
                        "数量,丁,≥,6,家,,,计划\n");
  sheet_add("绩效指标");
  ROW(0, "目标", "序号", "一级指标", "二级指标", "三级指标", "指标值", "指标值确定依据", "分值");
  ROW(1, "A", "=1", "产出", "数量", "丙", "=5", "计划", "=10");
  ROW(2, "A", "=2", "产出", "数量", "丁", "=6", "计划", "");
  assert_file(imported("indicators.csv", false, 0, NULL), "\xef\xbb\xbfgoal,seq,level1,level2,level3,operator,value,unit,year_minus_2,year_minus_1,"
                                                          "basis,weight\nA,1,产出,数量,丙,≥,5,家,,,计划,10\nA,2,产出,数量,丁,≥,6,家,,,计划,\n");
}

/* A workbook from before a column of a key was there: its rows are those with nothing in it. */
static void test_key_column_lacking(void **state) {
  (void)state;
  put("income.csv", "year,version,unit,source,origin,amount\n2031,二上,11,11,本年,5.00\n");
  sheet_add("收入");
  ROW(0, "year", "version", "unit", "source", "origin", "amount");
  ROW(1, "=2031", "二上", "11", "11", "本年", "=6");
  assert_file(imported("income.csv", false, 0, NULL), "year,version,unit,source,origin,amount\n2031,二上,11,11,本年,6.00\n");
  put("income.csv", "year,version,unit,source,origin,func,amount\n2031,二上,11,11,本年,2010101,5.00\n");
  sheet_add("收入");
  ROW(0, "year", "version", "unit", "source", "origin", "amount");
  ROW(1, "=2031", "二上", "11", "11", "本年", "=6");
  assert_file(imported("income.csv", false, 1, "X-COLUMN"), NULL);
}

static void test_new_file(void **state) {
  (void)state;
  char path[200];
  snprintf(path, sizeof path, "%s/assets.csv", folder);
  unlink(path);
  sheet_add("国有资产");
  ROW(0, "日期", "名称", "种类", "数量", "金额（元）");
  ROW(1, "2030-12-31", "有形资产", "有形", "", "=1234.5");
  char *made = imported("assets.csv", false, 0, NULL);
  assert_non_null(made);
  assert_non_null(strstr(made, "as_of,item,kind,quantity,unit,amount"));
  assert_non_null(strstr(made, "2030-12-31,有形资产,有形,,,1234.50"));
  free(made);
}

/* As Excel stores sums, and as nobody should. */
static void test_amounts(void **state) {
  (void)state;
  static const struct {
    const char *cell, *wanted; /* NULL: an error */
  } cases[] = {{"=0.3", "0.30"},          {"=-12.5", "-12.50"}, {"=89999999999.99", "89999999999.99"},
               {"=90000000000.01", NULL}, {"=1e308", NULL},     {"=-1e308", NULL},
               {"=0.001", NULL},          {"1,2", NULL},        {"NaN", NULL},
               {"=12.50", "12.50"},       {"7", "7.00"},        {"1%", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char wanted[200];
    put("income.csv", "year,version,unit,source,origin,amount\n2031,二上,11,11,本年,5.00\n");
    sheet_add("收入");
    ROW(0, "year", "version", "unit", "source", "origin", "amount");
    ROW(1, "=2031", "二上", "11", "11", "本年", cases[i].cell);
    snprintf(wanted, sizeof wanted, "year,version,unit,source,origin,amount\n2031,二上,11,11,本年,%s\n", cases[i].wanted ? cases[i].wanted : "");
    assert_file(imported("income.csv", false, cases[i].wanted ? 0 : 1, NULL), cases[i].wanted ? wanted : NULL);
  }
}

/* Two lines of the file with the same key: the second is kept as it is; the workbook's one row is the first. */
static void test_file_with_doubled_key(void **state) {
  (void)state;
  put("causes.csv", "func,cause\n总计,甲\n总计,乙\n");
  sheet_add("增减原因");
  ROW(0, "科目或名称", "原因");
  ROW(1, "总计", "丙");
  assert_file(imported("causes.csv", false, 0, NULL), "func,cause\n总计,丙\n总计,乙\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_bytes_kept, setup, teardown),
      cmocka_unit_test_setup_teardown(test_same_changes_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(test_last_line_without_end, setup, teardown),
      cmocka_unit_test_setup_teardown(test_codes_stay_in_order, setup, teardown),
      cmocka_unit_test_setup_teardown(test_deleted, setup, teardown),
      cmocka_unit_test_setup_teardown(test_column_added, setup, teardown),
      cmocka_unit_test_setup_teardown(test_key_column_lacking, setup, teardown),
      cmocka_unit_test_setup_teardown(test_new_file, setup, teardown),
      cmocka_unit_test_setup_teardown(test_amounts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_file_with_doubled_key, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
