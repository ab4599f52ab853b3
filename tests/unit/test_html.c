/* test_html.c: web pages: spans, wrong charsets, nested and layout tables, hidden content, tag soup. */
#include "office_make.h"

#define READ(literal) read_bytes(literal, sizeof(literal) - 1)

static void test_lines(void **state) {
  (void)state;
  struct document *d = READ("<!DOCTYPE html><html><head><title> 部门 预算 </title><style>p{color:red}</style></head><body><h1>标题&amp;甲</h1>"
                            "<p>一<br>二 <b>三</b>\n四&nbsp;五</p><script>var a='<table>'</script><div style='display : none'>藏<p>藏</p></div><p "
                            "hidden>藏</p><ul><li>六<li>七</ul>尾");
  static const char *const want[] = {"标题&甲", "一", "二 三 四 五", "六", "七", "尾"};
  assert_string_equal(d->title, "部门 预算");
  assert_int_equal(d->nitems, 6);
  for (int i = 0; i < 6; i++) assert_sv(d->items[i].text, want[i]);
  assert_true(d->items[0].bold);
  document_free(d);
}

static void test_spans(void **state) {
  (void)state;
  struct document *d = READ("<table><tr><th rowspan=2>项目<th colspan=2>金额<tr><th>本年<th>上年<tr><td>合计<td>1,234.50&nbsp;<td>2"
                            "<tr style=\"DISPLAY:NONE\"><td>x<td>y<td>z<tr><td colspan=99>备注<tr><td rowspan=50>甲<td>1<td>2</table>");
  assert_int_equal(d->ntables, 1);
  assert_int_equal(d->tables[0].rows, 5);
  assert_int_equal(d->tables[0].columns, 3);
  assert_int_equal(d->tables[0].header_rows, 2);
  assert_cell(d, 0, 1, 0, "项目");
  assert_true(cell_at(d, 0, 0, 1)->flags & CELL_HEADER);
  assert_int_equal(cell_at(d, 0, 0, 1)->column_span, 2);
  assert_cell(d, 0, 2, 1, "1,234.50");
  assert_int_equal(cell_at(d, 0, 3, 0)->column_span, 3);
  assert_int_equal(cell_at(d, 0, 4, 0)->row_span, 1);
  assert_false(d->tables[0].flags & TABLE_DOUBTFUL);
  document_free(d);
}

static void test_layout_and_nested(void **state) {
  (void)state;
  struct document *d = READ("<table><tr><td><p>页头</p><table><tr><td>a<td>b<tr><td>c<td>d</table>页尾</table>"
                            "<table><tr><td>项目<td>值<tr><td>甲<td>1<table><tr><td>e<td>f</table><tr><td>乙<td>2</table>");
  assert_int_equal(d->ntables, 3);
  assert_sv(d->items[0].text, "页头");
  assert_cell(d, 0, 1, 1, "d");
  assert_sv(d->items[2].text, "页尾");
  assert_int_equal(d->tables[1].rows, 3);
  assert_cell(d, 1, 1, 1, "1");
  assert_true(d->tables[2].flags & TABLE_NESTED);
  assert_cell(d, 2, 0, 1, "f");
  document_free(d);
}

static void test_wrong_charset(void **state) {
  (void)state;
  /* UTF-8 that says it is GB2312, and GB18030 that says it is UTF-8; every cell must be there. */
  struct buf b;
  buf_init(&b, 1 << 22);
  buf_puts(&b, "<html><meta charset=gb2312><table>");
  for (int i = 0; i < 3000; i++) buf_puts(&b, "<tr><td>预算<td>1");
  struct document *d = read_bytes(b.p, b.n);
  assert_int_equal(d->tables[0].ncells, 6000);
  assert_cell(d, 0, 2999, 0, "预算");
  document_free(d);
  buf_clear(&b);
  buf_puts(&b, "<html><meta charset=utf-8><table>");
  for (int i = 0; i < 3000; i++) buf_puts(&b, "<tr><td>\xD4\xA4\xCB\xE3<td>1");
  d = read_bytes(b.p, b.n);
  assert_int_equal(d->tables[0].ncells, 6000);
  assert_cell(d, 0, 2999, 0, "预算");
  document_free(d);
  buf_release(&b);
}

static void test_soup(void **state) {
  (void)state;
  struct document *d =
      READ("<table><td>a</td></td></table></table><td>b<tr><table><tr><td rowspan=0 colspan=-3>c<td>d</tr></body></html><table><tr><th>e<td>");
  assert_true(d->nitems > 0);
  document_free(d);
  struct err e;
  struct buf b;
  buf_init(&b, 1 << 22);
  buf_puts(&b, "<html>");
  for (int i = 0; i < 30000; i++) buf_puts(&b, "<span>");
  struct made m = {malloc(b.n), b.n};
  memcpy(m.p, b.p, b.n);
  assert_int_equal(read_fails(m, &e), RC_LIMIT);
  buf_clear(&b);
  buf_puts(&b, "<table><tr>");
  for (int i = 0; i < 30; i++) buf_puts(&b, "<td colspan=1000 rowspan=1000>x");
  m = (struct made){malloc(b.n), b.n};
  memcpy(m.p, b.p, b.n);
  assert_int_equal(read_fails(m, &e), RC_LIMIT);
  buf_release(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_spans), cmocka_unit_test(test_layout_and_nested),
                                     cmocka_unit_test(test_wrong_charset), cmocka_unit_test(test_soup)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
