/* test_print.c: views of a document: text, JSON, CSV and workbook of a document made here. */
#include "document/internal.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct document d;
static struct build b;

/* Two rows of head cells merged over two columns, amounts, a code with a leading zero, text that needs quoting. */
static void make(void) {
  struct err e = {0};
  memset(&d, 0, sizeof d);
  memset(&b, 0, sizeof b);
  arena_init(&d.arena, (size_t)8 << 20);
  d.path = "made.pdf";
  d.format = FORMAT_PDF;
  b.d = &d;
  b.limits = document_limits_default;
  struct page page = {.number = 3, .state = PAGE_SCAN, .width = 595.3f, .height = 841.9f, .note = "没有文字"};
  assert_int_equal(build_page(&b, page, &e), RC_OK);
  struct item line = {.text = SV("收支\x1b[31m总表"), .size = 16, .bold = true, .place = {.page = 3, .box = {50, 60, 130, 76}}};
  assert_int_equal(build_line(&b, line, &e), RC_OK);
  static struct cell cells[] = {
      {.row = 0, .column = 0, .row_span = 1, .column_span = 2, .text = {"支出", 6}},
      {.row = 0, .column = 2, .row_span = 2, .column_span = 1, .text = {"备注", 6}},
      {.row = 1, .column = 0, .row_span = 1, .column_span = 1, .text = {"编码", 6}},
      {.row = 1, .column = 1, .row_span = 1, .column_span = 1, .text = {"金额", 6}},
      {.row = 2, .column = 0, .row_span = 1, .column_span = 1, .text = {"0201", 4}},
      {.row = 2, .column = 1, .row_span = 1, .column_span = 1, .text = {"1,234.50", 8}, .flags = CELL_TWO_NUMBERS},
      {.row = 2, .column = 2, .row_span = 1, .column_span = 1, .text = {"a,\"b\"", 5}},
      {.row = 3, .column = 0, .row_span = 1, .column_span = 1, .text = {"=1+1", 4}},
      {.row = 3, .column = 1, .row_span = 1, .column_span = 1, .text = {"600", 3}},
      {.row = 3, .column = 2, .row_span = 1, .column_span = 1, .text = {"-5", 2}},
  };
  static struct place parts[] = {{.page = 3, .box = {50, 100, 400, 180}}, {.page = 4, .box = {50, 60, 400, 80}}};
  static int rows[] = {0, 3};
  struct table t = {.rows = 4, .columns = 3, .cells = cells, .ncells = 10, .header_rows = 2, .parts = parts, .nparts = 2, .part_row = rows};
  t.flags = TABLE_DOUBTFUL;
  t.doubt = "有两个数";
  assert_int_equal(build_table(&b, t, NULL, &e), RC_OK);
  assert_int_equal(build_finish(&b, &e), RC_OK);
}

static void drop(void) {
  build_release(&b);
  arena_release(&d.arena);
}

static void test_text(void **state) {
  struct buf out;
  (void)state;
  make();
  buf_init(&out, 1 << 20);
  assert_int_equal(document_print_text(&d, &out), RC_OK);
  assert_non_null(strstr(out.p, "没有文字"));
  assert_non_null(strstr(out.p, "第 3 页"));
  assert_non_null(strstr(out.p, "存疑：有两个数"));
  assert_null(strchr(out.p, 0x1b)); /* nothing that a terminal would obey */
  assert_non_null(strstr(out.p, "| 支出            | 备注  |\n"));
  assert_non_null(strstr(out.p, "| 编码 | 金额     |       |\n"));
  assert_non_null(strstr(out.p, "| 0201 | 1,234.50 |"));
  int width = 0; /* every drawn line is equally wide */
  for (struct sv rest = {out.p, out.n}; rest.p;) {
    struct sv l = sv_cut(&rest, '\n');
    if (!l.n || (l.p[0] != '|' && l.p[0] != '+')) continue;
    if (!width) width = text_width(l);
    assert_int_equal(text_width(l), width);
  }
  assert_true(width > 0);
  buf_release(&out);
  drop();
}

static void test_json(void **state) {
  struct buf out;
  json_error_t why;
  (void)state;
  make();
  buf_init(&out, 1 << 20);
  assert_int_equal(document_print_json(&d, &out), RC_OK);
  json_t *j = json_loadb(out.p, out.n, 0, &why);
  assert_non_null(j);
  json_t *t = json_array_get(json_object_get(j, "tables"), 0), *cells = json_object_get(t, "cells"), *cell = json_array_get(cells, 0);
  assert_string_equal(json_string_value(json_object_get(j, "format")), "pdf");
  assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(j, "pages"), 0), "state")), "scan");
  assert_string_equal(json_string_value(json_object_get(t, "read")), "doubtful");
  assert_int_equal(json_integer_value(json_object_get(t, "header_rows")), 2);
  assert_int_equal(json_array_size(cells), 10);
  assert_int_equal(json_integer_value(json_object_get(cell, "column_span")), 2);
  assert_string_equal(json_string_value(json_object_get(cell, "text")), "支出");
  assert_int_equal(json_array_size(json_object_get(t, "parts")), 2);
  assert_int_equal(json_array_size(json_object_get(j, "items")), 2);
  assert_int_equal(json_integer_value(json_object_get(json_array_get(json_object_get(j, "items"), 1), "table")), 1);
  json_decref(j);
  buf_release(&out);
  drop();
}

static void test_csv(void **state) {
  struct buf out;
  (void)state;
  make();
  buf_init(&out, 1 << 20);
  assert_int_equal(document_print_csv(&d, &out), RC_OK);
  assert_string_equal(out.p, "\xEF\xBB\xBF"
                             "表,页,行,列1,列2,列3\r\n"
                             "1,3,1,支出,,备注\r\n"
                             "1,3,2,编码,金额,\r\n"
                             "1,3,3,0201,\"1,234.50\",\"a,\"\"b\"\"\"\r\n"
                             "1,4,4,\"'=1+1\",600,-5\r\n");
  buf_release(&out);
  drop();
}

static void check_text(const struct table *t, int row, int column, const char *want) {
  const struct cell *c = table_cell(t, row, column);
  char got[200];
  assert_non_null(c);
  assert_true(c->text.n < sizeof got);
  if (c->text.n) memcpy(got, c->text.p, c->text.n);
  got[c->text.n] = '\0';
  assert_string_equal(got, want);
}

/* Written and read back by the reader of workbooks. */
static void test_xlsx(void **state) {
  char path[] = "/tmp/heng-print-XXXXXX.xlsx";
  struct err e = {0};
  struct document *back = NULL;
  (void)state;
  make();
  int fd = mkstemps(path, 5);
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(document_write_xlsx(&d, path, &e), RC_OK);
  assert_int_equal(document_read(path, &document_limits_default, &back, &e), RC_OK);
  assert_int_equal(back->ntables, 1);
  const struct table *t = &back->tables[0];
  check_text(t, 0, 0, "支出");
  assert_int_equal(table_cell(t, 0, 0)->column_span, 2);
  assert_int_equal(table_cell(t, 0, 2)->row_span, 2);
  check_text(t, 2, 0, "0201"); /* a code stays text */
  assert_false(table_cell(t, 2, 0)->flags & CELL_NUMERIC);
  check_text(t, 2, 1, "1,234.50");
  assert_true(table_cell(t, 2, 1)->flags & CELL_NUMERIC);
  check_text(t, 3, 1, "600"); /* beside an amount it is one */
  assert_true(table_cell(t, 3, 1)->flags & CELL_NUMERIC);
  check_text(t, 3, 0, "=1+1"); /* text, no formula */
  assert_false(table_cell(t, 3, 0)->flags & CELL_FORMULA);
  document_free(back);
  unlink(path);
  drop();
}

static void test_too_large(void **state) {
  struct buf out;
  (void)state;
  make();
  int (*const views[])(const struct document *, struct buf *) = {document_print_text, document_print_json, document_print_csv};
  for (int i = 0; i < 3; i++) { /* a full buffer is said, at whatever place */
    buf_init(&out, 1 << 20);
    assert_int_equal(views[i](&d, &out), RC_OK);
    size_t whole = out.n;
    buf_release(&out);
    for (size_t cap = 1; cap < whole; cap += 7) {
      buf_init(&out, cap);
      assert_true(views[i](&d, &out) < 0);
      buf_release(&out);
    }
  }
  drop();
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_json), cmocka_unit_test(test_csv),
                                     cmocka_unit_test(test_xlsx), cmocka_unit_test(test_too_large)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
