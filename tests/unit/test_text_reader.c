/* test_text_reader.c: plain text with tables of tabs, and comma-separated files. */
#include "office_make.h"

#define READ(literal) read_bytes(literal, sizeof(literal) - 1)

static void test_tables_and_lines(void **state) {
  (void)state;
  struct document *d = READ("\xEF\xBB\xBF部门收支总表\r\n\r\n单位：万元\r\n\r\n收 入\t\t支 出\t\r\n项目\t预算数\t项目\t预算数\r\n合计\t11, 054. "
                            "90\t合计\t11054.90\r\n\r\n第二段。\r\n");
  assert_int_equal(d->format, FORMAT_TEXT);
  assert_int_equal(d->ntables, 1);
  assert_int_equal(d->nitems, 4);
  assert_sv(d->items[0].text, "部门收支总表");
  assert_sv(d->items[3].text, "第二段。");
  assert_int_equal(d->items[3].place.line, 9);
  assert_int_equal(d->tables[0].rows, 3);
  assert_int_equal(d->tables[0].columns, 4);
  assert_cell(d, 0, 0, 0, "收 入");
  assert_cell(d, 0, 0, 1, "");
  assert_cell(d, 0, 2, 1, "11, 054. 90");
  assert_int_equal(cell_at(d, 0, 2, 1)->place.line, 7);
  document_free(d);
}

static void test_table_over_blank_lines(void **state) {
  (void)state;
  struct document *d = READ("编码\t名称\t金额\n201\t甲\t1.00\n\n202\t乙\t2.00\n\n\f\n编码\t名称\t金额\n203\t丙\t3.00\n\n标题\n\n甲\t乙\t丙\n");
  assert_int_equal(d->ntables, 2);
  assert_int_equal(d->tables[0].rows, 4); /* the repeated head is dropped */
  assert_cell(d, 0, 3, 1, "丙");
  document_free(d);
}

static void test_rows_broken_by_a_page(void **state) {
  (void)state;
  struct document *d = READ("活动\t内容\t分类\t金额\t依据\t备注\n"
                            "年度展览布置工作\t场地清洁和门窗修\t商品和服务\t18\t按合同确定。\t\n\n"
                            "经费\t护服务\t\t\t\t\n"
                            "运维\t桌椅租用\t商品和服务\t6\t1. 搬运；\t\n\n"
                            "\t\t\t\t2. 装卸。\t\n\n"
                            "运维\t\t\t7\t\t\n");
  assert_int_equal(d->ntables, 1);
  assert_int_equal(d->tables[0].rows, 4);
  assert_cell(d, 0, 1, 0, "年度展览布置工作经费");
  assert_cell(d, 0, 1, 1, "场地清洁和门窗修护服务");
  assert_cell(d, 0, 2, 4, "1. 搬运；2. 装卸。");
  assert_cell(d, 0, 3, 3, "7"); /* a row with an amount is a row */
  document_free(d);
}

static void test_rows_are_not_joined_lightly(void **state) {
  (void)state;
  /* Two sides with blank amounts, and labels that stand for themselves elsewhere in the column. */
  struct document *d = READ("项目\t预算数\t项目\t预算数\n（一）甲\t1\t（六）己\t2\n\n\t\t（七）庚\t\n\n结转\t\t年终结转\t\n");
  assert_int_equal(d->tables[0].rows, 4);
  document_free(d);
  d = READ("目标\t一级\t二级\t三级\t值\t依据\n甲\t产出\t质量指标\t乙\t1家\t计划\n\n\t\t时效指标\t\t\t\n乙\t产出\t时效指标\t丙\t1家\t计划\n");
  assert_int_equal(d->tables[0].rows, 4);
  document_free(d);
}

static void test_markup(void **state) {
  (void)state;
  struct document *d =
      READ("职能\t<p>1. 组织&nbsp;起草</p> <p>2. 拟定</p>\n方案\t<ol style=\"x: y\"> 1. 甲； 2. 乙 </ol>\n比例\t<5% & >3\n链接\t<表>\n");
  assert_cell(d, 0, 0, 1, "1. 组织 起草 2. 拟定");
  assert_cell(d, 0, 1, 1, "1. 甲； 2. 乙");
  assert_true(cell_at(d, 0, 0, 1)->flags & CELL_MARKUP);
  assert_cell(d, 0, 2, 1, "<5% & >3");
  assert_false(cell_at(d, 0, 2, 1)->flags & CELL_MARKUP);
  assert_cell(d, 0, 3, 1, "<表>");
  document_free(d);
}

static void test_ragged_and_inner_titles(void **state) {
  (void)state;
  struct document *d = READ("名称\t甲\t编码\t1\n资金来源\n来源\t\t金额\n合计\t\t112\t\t\n");
  assert_int_equal(d->ntables, 1);
  assert_int_equal(d->tables[0].columns, 4);
  assert_int_equal(cell_at(d, 0, 1, 3)->column_span, 4);
  assert_cell(d, 0, 1, 2, "资金来源");
  assert_cell(d, 0, 3, 2, "112");
  document_free(d);
}

static void test_csv(void **state) {
  (void)state;
  struct document *d = READ("code,name,amount\r\n201,\"甲, \"\"乙\"\"\",\"1,234.50\"\r\n202,\"a\nb\",2\r\n");
  assert_int_equal(d->ntables, 1);
  assert_int_equal(d->tables[0].rows, 3);
  assert_cell(d, 0, 1, 1, "甲, \"乙\"");
  assert_cell(d, 0, 1, 2, "1,234.50");
  assert_int_equal(cell_at(d, 0, 2, 0)->place.line, 3);
  document_free(d);
  d = READ("first, second\nprose without a second comma\n");
  assert_int_equal(d->ntables, 0);
  assert_int_equal(d->nitems, 2);
  document_free(d);
}

static void test_gb18030(void **state) {
  (void)state;
  struct document *d = READ("\xCF\xEE\xC4\xBF\t\xBD\xF0\xB6\xEE\n\xBA\xCF\xBC\xC6\t1.00\n"); /* 项目 金额 合计 */
  assert_cell(d, 0, 0, 0, "项目");
  assert_cell(d, 0, 1, 0, "合计");
  document_free(d);
}

static void test_too_wide(void **state) {
  (void)state;
  struct made m = {malloc(100000), 100000};
  struct err e;
  memset(m.p, '\t', m.n);
  m.p[0] = 'a';
  m.p[m.n - 1] = 'b';
  assert_int_equal(read_fails(m, &e), RC_LIMIT);
}

static void test_sha256(void **state) {
  (void)state;
  struct document *d = READ("abc");
  assert_string_equal(d->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  document_free(d);
}

static void test_founding_document(void **state) {
  (void)state;
  const char *shared = getenv("HENG_SHARED");
  char path[1024];
  snprintf(path, sizeof path, "%s/founding/wuhan-jrj-2023-budget.txt", shared ? shared : "../shared");
  struct document *d = NULL;
  struct err e = {0};
  if (document_read(path, NULL, &d, &e) < 0) {
    print_message("skipped: %s is not there\n", path);
    skip();
  }
  /* title of each block of tabs → its size */
  static const struct {
    int rows, columns;
    const char *corner;
  } want[] = {{29, 4, "收 入"},        {6, 19, "部门（单位）代码"}, {23, 8, "科目编码"}, {29, 4, "收 入"},   {24, 7, "科目编码"}, {6, 7, "单位编码"},
              {39, 5, "经济分类科目"}, {3, 6, "“三公”经费合计"},    {2, 5, "科目编码"},  {2, 5, "科目编码"}, {15, 12, "项目编码"}};
  assert_in_range(d->ntables, 18, 20);
  for (int i = 0; i < 11; i++) {
    assert_int_equal(d->tables[i].rows, want[i].rows);
    assert_int_equal(d->tables[i].columns, want[i].columns);
    if (i != 6) assert_cell(d, i, 0, 0, want[i].corner);
  }
  document_free(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tables_and_lines),
      cmocka_unit_test(test_table_over_blank_lines),
      cmocka_unit_test(test_rows_broken_by_a_page),
      cmocka_unit_test(test_rows_are_not_joined_lightly),
      cmocka_unit_test(test_markup),
      cmocka_unit_test(test_ragged_and_inner_titles),
      cmocka_unit_test(test_csv),
      cmocka_unit_test(test_gb18030),
      cmocka_unit_test(test_too_wide),
      cmocka_unit_test(test_sha256),
      cmocka_unit_test(test_founding_document),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
