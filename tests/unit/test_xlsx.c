/* test_xlsx.c: workbooks: numbers as shown and as stored, merged cells, hidden parts, formulas, lines and tables of a sheet; and the writer. */
#include "document/write.h"

#include "office_make.h"

#include <unistd.h>

#define STYLES                                                                                                                                       \
  "<styleSheet " SHEET_NS "><numFmts><numFmt numFmtId=\"176\" formatCode=\"#,##0.00_ ;[Red]\\-#,##0.00\\ \"/>"                                       \
  "<numFmt numFmtId=\"177\" formatCode=\"0.0%\"/><numFmt numFmtId=\"178\" formatCode=\"_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * &quot;-&quot;??_ ;_ @_ " \
  "\"/>"                                                                                                                                             \
  "<numFmt numFmtId=\"179\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/><numFmt numFmtId=\"180\" "                         \
  "formatCode=\"0.00,&quot;千&quot;\"/>"                                                                                                            \
  "<numFmt numFmtId=\"181\" formatCode=\"#,##0.00;(#,##0.00)\"/><numFmt numFmtId=\"182\" formatCode=\"[>100]0;0.0\"/><numFmt numFmtId=\"183\" "      \
  "formatCode=\"00\"/>"                                                                                                                              \
  "<numFmt numFmtId=\"184\" formatCode=\"0.0#\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"176\"/><xf numFmtId=\"177\"/><xf "            \
  "numFmtId=\"178\"/>"                                                                                                                               \
  "<xf numFmtId=\"179\"/><xf numFmtId=\"180\"/><xf numFmtId=\"181\"/><xf numFmtId=\"182\"/><xf numFmtId=\"183\"/><xf numFmtId=\"4\"/><xf "           \
  "numFmtId=\"1\"/>"                                                                                                                                 \
  "<xf numFmtId=\"184\"/></cellXfs></styleSheet>"

static void test_number_formats(void **state) {
  (void)state;
  static const struct {
    int style;
    const char *value, *shown, *stored;
    bool differs;
  } cases[] = {
      {0, "11054.9", "11054.9", "11054.9", false},
      {0, "0.30000000000000004", "0.3", "0.3", false},
      {0, "1.1054900000000001E4", "11054.9", "11054.9", false},
      {0, "2170101", "2170101", "2170101", false},
      {0, "3.3333333333333335", "3.333333333", "3.33333333333333", true},
      {1, "11054.9", "11,054.90", "11054.9", false},
      {1, "-11054.905", "-11,054.91", "-11054.905", true},
      {1, "0", "0.00", "0", false},
      {2, "0.1864", "18.6%", "0.1864", true},
      {3, "0", "-", "0", false},
      {3, "1234567.5", "1,234,567.50", "1234567.5", false},
      {3, "-8", "-8.00", "-8", false},
      {4, "45292", "2024-01-01", "45292", false},
      {5, "12345", "12.35千", "12345", true},
      {6, "-12.5", "(12.50)", "-12.5", false},
      {7, "12.5", "12.5", "12.5", false}, /* a condition: not known, shown as stored */
      {8, "5", "05", "5", false},
      {9, "1000", "1,000.00", "1000", false},
      {9, "0.005", "0.01", "0.005", true},
      {9, "999.995", "1,000.00", "999.995", true},
      {10, "0.4", "0", "0.4", true},
      {11, "1.5", "1.5", "1.5", false},
      {11, "1.25", "1.25", "1.25", false},
  };
  struct buf sheet;
  size_t n = sizeof cases / sizeof *cases;
  buf_init(&sheet, 1 << 16);
  buf_puts(&sheet, "<sheetData>");
  for (size_t i = 0; i < n; i++)
    buf_printf(&sheet, "<row r=\"%zu\"><c r=\"A%zu\" t=\"str\"><v>x</v></c><c r=\"B%zu\" s=\"%d\"><v>%s</v></c></row>", i + 1, i + 1, i + 1,
               cases[i].style, cases[i].value);
  buf_puts(&sheet, "</sheetData>");
  struct document *d = read_made(xlsx_make(sheet.p, NULL, STYLES));
  buf_release(&sheet);
  for (size_t i = 0; i < n; i++) {
    const struct cell *c = cell_at(d, 0, (int)i, 1);
    assert_sv(c->text, cases[i].shown);
    assert_sv(c->stored, cases[i].stored);
    assert_int_equal(c->flags, CELL_NUMERIC | (cases[i].differs ? CELL_SHOWN_DIFFERS : 0u));
  }
  document_free(d);
}

static void test_cells(void **state) {
  (void)state;
  const char *strings =
      "<sst " SHEET_NS
      "><si><t>项目</t></si><si><r><t>预</t></r><r><t xml:space=\"preserve\">算数 </t></r><rPh sb=\"0\" eb=\"1\"><t>yu</t></rPh></si></sst>";
  struct document *d = read_made(xlsx_make("<cols><col min=\"3\" max=\"3\" hidden=\"1\"/></cols><sheetData><row r=\"2\"><c r=\"A2\" "
                                           "t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\" t=\"inlineStr\"><is><t>a&amp;b</t>"
                                           "</is></c></row><row r=\"3\" hidden=\"1\"><c r=\"A3\" t=\"b\"><v>1</v></c><c "
                                           "r=\"B3\"><f>SUM(B4:B9)</f><v>3</v></c><c r=\"C3\"><f>B3</f></c></row>"
                                           "<row r=\"4\"><c r=\"A4\" t=\"e\"><v>#REF!</v></c><c r=\"B4\" t=\"s\"><v>99</v></c><c r=\"C4\" "
                                           "t=\"str\"><f>x</f><v>甲</v></c></row></sheetData>",
                                           strings, NULL));
  assert_int_equal(d->npages, 1);
  assert_string_equal(d->pages[0].label, "收支&总表");
  assert_cell(d, 0, 0, 0, "项目");
  assert_cell(d, 0, 0, 1, "预算数");
  assert_cell(d, 0, 0, 2, "a&b");
  assert_true(cell_at(d, 0, 0, 2)->flags & CELL_HIDDEN);
  assert_cell(d, 0, 1, 0, "TRUE");
  assert_int_equal(cell_at(d, 0, 1, 1)->flags, CELL_HIDDEN | CELL_FORMULA | CELL_NUMERIC);
  assert_true(cell_at(d, 0, 1, 2)->flags & CELL_STALE);
  assert_cell(d, 0, 2, 0, "#REF!");
  assert_cell(d, 0, 2, 1, "");
  assert_int_equal(cell_at(d, 0, 2, 2)->flags, CELL_FORMULA | CELL_HIDDEN);
  assert_int_equal(cell_at(d, 0, 2, 2)->place.line, 4);
  assert_int_equal(cell_at(d, 0, 2, 2)->place.sheet, 1);
  document_free(d);
}

#define S(ref, text) "<c r=\"" ref "\" t=\"str\"><v>" text "</v></c>"

static void test_lines_and_tables(void **state) {
  (void)state;
  struct document *d = read_made(xlsx_make(
      "<sheetData><row r=\"1\">" S("A1", "收支总表") "</row><row r=\"2\">" S("A2", "部门：甲")
          S("D2", "单位：元") "</row>"
                              "<row r=\"3\">" S("A3", "本年收入") S("B3", "盖住的") S("C3", "本年支出") "</row><row r=\"4\">" S("A4", "项目") S(
                                  "B4", "数") S("C4", "项目")
                                  S("D4",
                                    "数") "</row>"
                                          "<row r=\"6\">" S("A6", "合计") "<c r=\"B6\"><v>1</v></c></row><row r=\"7\">" S(
                                              "A7",
                                              "备注：无") "</row>"
                                                          "<row r=\"10\">" S("A10", "第二张表") "</row><row r=\"12\">" S("B12", "甲")
                                                              S("C12", "乙") "</row><row r=\"13\">" S(
                                                                  "C13",
                                                                  "丙") "</row></sheetData>"
                                                                        "<mergeCells><mergeCell ref=\"A1:D1\"/><mergeCell ref=\"A3:B3\"/><mergeCell "
                                                                        "ref=\"C3:D3\"/><mergeCell ref=\"B12:B13\"/></mergeCells>",
      NULL, NULL));
  assert_int_equal(d->ntables, 2);
  assert_int_equal(d->nitems, 7);
  assert_sv(d->items[0].text, "收支总表");
  assert_sv(d->items[1].text, "部门：甲");
  assert_sv(d->items[2].text, "单位：元");
  assert_sv(d->items[4].text, "备注：无");
  assert_sv(d->items[5].text, "第二张表");
  assert_int_equal(d->tables[0].rows, 3); /* the blank row is none of the table */
  assert_int_equal(d->tables[0].columns, 4);
  assert_int_equal(cell_at(d, 0, 0, 0)->column_span, 2);
  assert_cell(d, 0, 0, 1, "本年收入");
  assert_cell(d, 0, 0, 3, "本年支出");
  assert_int_equal(d->tables[1].columns, 2);
  assert_int_equal(cell_at(d, 1, 0, 0)->row_span, 2);
  assert_false(d->tables[0].flags & TABLE_DOUBTFUL);
  document_free(d);
}

static void test_foot_of_a_form(void **state) {
  (void)state;
  struct document *d = read_made(xlsx_make("<sheetData><row r=\"1\">" S("A1", "项目") S("B1", "金额") "</row><row r=\"2\">" S(
                                               "A2", "其中：") "<c r=\"B2\"><v>1</v></c></row>"
                                                               "<row r=\"3\">" S("A3", "合计：") "</row><row r=\"4\">" S("A4", "填表：甲")
                                                                   S("B4", "审核：乙") "</row></sheetData>",
                                           NULL, NULL));
  assert_int_equal(d->tables[0].rows, 3); /* a label with a colon is a row, two of them are none */
  assert_int_equal(d->nitems, 3);
  assert_sv(d->items[2].text, "审核：乙");
  document_free(d);
}

static void test_hostile(void **state) {
  (void)state;
  struct err e;
  struct document *d =
      read_made(xlsx_make("<sheetData><row r=\"1\">" S("A1", "x") S("B1", "y") "</row></sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/>"
                                                                               "<mergeCell ref=\"ZZZZ1:A\"/><mergeCell ref=\"B1:A0\"/></mergeCells>",
                          NULL, NULL));
  document_free(d);
  assert_int_equal(read_fails(xlsx_make("<sheetData><row r=\"1048577\"/></sheetData>", NULL, NULL), &e), RC_LIMIT);
  assert_int_equal(read_fails(xlsx_make("<sheetData><row>", NULL, NULL), &e), RC_FORMAT);
  d = read_made(xlsx_make("<sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row></sheetData>", NULL, NULL));
  document_free(d);
}

static void test_writer(void **state) {
  (void)state;
  char path[] = "/tmp/heng-test-XXXXXX.xlsx";
  int fd = mkstemps(path, 5);
  assert_true(fd >= 0);
  close(fd);
  struct xlsx *x;
  struct err e = {0};
  static const int widths[] = {20, 10};
  assert_int_equal(xlsx_new(&x, path, &e), RC_OK);
  assert_int_equal(xlsx_sheet(x, "问题[1]", widths, 2, true), RC_OK);
  assert_int_equal(xlsx_text(x, 0, 0, SV("表头"), XLSX_HEADER), RC_OK);
  assert_int_equal(xlsx_merge(x, 0, 0, 1, 2), RC_OK);
  assert_int_equal(xlsx_text(x, 1, 0, SV("甲\x01<&>"), XLSX_ERROR), RC_OK);
  assert_int_equal(xlsx_number(x, 1, 1, 1234.5, 2, XLSX_AMOUNT), RC_OK);
  assert_int_equal(xlsx_text(x, 2, 0, SV(""), XLSX_PLAIN), RC_OK);
  assert_int_equal(xlsx_text(x, 2, 1, SV("乙"), XLSX_PLAIN), RC_OK);
  assert_int_equal(xlsx_sheet(x, "问题[1]", NULL, 0, false), RC_OK); /* the name is taken: it gets a number */
  assert_int_equal(xlsx_close(x, &e), RC_OK);
  struct document *d = NULL;
  assert_int_equal(document_read(path, NULL, &d, &e), RC_OK);
  assert_int_equal(d->npages, 2);
  assert_string_equal(d->pages[0].label, "问题_1_");
  assert_int_equal(d->nitems, 2);
  assert_sv(d->items[0].text, "表头");
  assert_cell(d, 0, 0, 0, "甲 <&>");
  assert_cell(d, 0, 0, 1, "1,234.50");
  document_free(d);
  assert_int_equal(xlsx_new(&x, "/nonexistent/folder/x.xlsx", &e), RC_OK);
  assert_true(xlsx_close(x, &e) < 0);
  assert_int_equal(xlsx_new(&x, path, &e), RC_OK);
  xlsx_abandon(x);
  unlink(path);
}

static void test_templates(void **state) {
  (void)state;
  const char *shared = getenv("HENG_SHARED");
  char path[1024];
  snprintf(path, sizeof path, "%s/documents/district-dept-budget-template.xlsx", shared ? shared : "../shared");
  struct document *d = NULL;
  struct err e = {0};
  if (document_read(path, NULL, &d, &e) < 0) {
    print_message("skipped: %s is not there\n", path);
    skip();
  }
  assert_int_equal(d->npages, 17);
  assert_int_equal(d->ntables, 9);
  assert_cell(d, 0, 0, 0, "本年收入");
  for (int i = 0; i < d->ntables; i++) assert_false(d->tables[i].flags & TABLE_DOUBTFUL);
  document_free(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_number_formats), cmocka_unit_test(test_cells),   cmocka_unit_test(test_lines_and_tables),
                                     cmocka_unit_test(test_foot_of_a_form), cmocka_unit_test(test_hostile), cmocka_unit_test(test_writer),
                                     cmocka_unit_test(test_templates)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
