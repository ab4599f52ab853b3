/* test_write.c: flowing documents: what was written as DOCX and PDF is read back with our own readers; the same calls give the same bytes; nothing is
 * left half written; what a caller gets wrong is refused. */
#include "document/document.h"
#include "document/write.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static const struct doc_info info = {.title = "整改通知书", .subject = "检查", .created = -1};

/* A head of two rows with a cell over two columns and one over two rows; 60 rows; a cell over two of them. */
static int make_table(struct doc_writer *w) {
  static const int widths[] = {1, 4, 3, 3};
  static char numbers[60][32];
  struct doc_cell cells[400];
  int n = 0;
  cells[n++] = (struct doc_cell){0, 0, 2, 1, DOC_CENTRE, true, true, SV("序号")};
  cells[n++] = (struct doc_cell){0, 1, 2, 1, DOC_CENTRE, true, true, SV("科目名称")};
  cells[n++] = (struct doc_cell){0, 2, 1, 2, DOC_CENTRE, true, true, SV("预算数")};
  cells[n++] = (struct doc_cell){1, 2, 1, 1, DOC_CENTRE, true, true, SV("基本支出")};
  cells[n++] = (struct doc_cell){1, 3, 1, 1, DOC_CENTRE, true, true, SV("项目支出")};
  for (int i = 0; i < 60; i++) {
    int row = i + 2;
    snprintf(numbers[i], sizeof numbers[i], "%d.%02d", 1000 + i * 7, i);
    cells[n++] = (struct doc_cell){row, 0, 1, 1, DOC_CENTRE, false, false, sv_from(numbers[i])};
    if (i != 11) cells[n++] = (struct doc_cell){row, 1, i == 10 ? 2 : 1, 1, DOC_LEFT, false, false, SV("一般行政管理事务 <&>")};
    cells[n++] = (struct doc_cell){row, 2, 1, 1, DOC_RIGHT, false, false, sv_from(numbers[i])};
    if (i % 5) cells[n++] = (struct doc_cell){row, 3, 1, 1, DOC_RIGHT, false, false, SV("0.00")};
  }
  return doc_table(w, &(struct doc_table){.widths = widths, .columns = 4, .rows = 62, .head = 2, .cells = cells, .ncells = n});
}

static void make(enum doc_format format, const char *path) {
  struct doc_writer *w;
  struct err e = {0};
  assert_int_equal(doc_new(&w, format, path, &info, &e), RC_OK);
  doc_heading(w, 0, SV("关于部门预算公开问题的整改通知书"));
  doc_paragraph(w, SV("某市金融局：\x01"), (struct doc_look){0});
  for (int i = 0; i < 30; i++)
    doc_paragraph(w, SV("我们对你单位公开的预算进行了检查，发现的问题见附件，请逐项核实，更正后重新公开，并说明原因。"),
                  (struct doc_look){.indent = true});
  doc_heading(w, 1, SV("一、问题清单"));
  make_table(w);
  doc_page(w, true);
  doc_heading(w, 2, SV("横排一页"));
  make_table(w);
  make_table(w);
  assert_int_equal(doc_close(w, &e), RC_OK);
}

static char *at(const char *name) {
  static char path[2][512];
  static int turn;
  turn = !turn;
  snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
  return path[turn];
}

static void check_tables(const struct document *d) {
  assert_int_equal(d->ntables, 3);
  for (int t = 0; t < 3; t++) {
    const struct table *table = &d->tables[t];
    assert_int_equal(table->columns, 4);
    assert_int_equal(table->rows, 62);
    assert_true(sv_is(table_cell(table, 0, 2)->text, "预算数"));
    assert_int_equal(table_cell(table, 0, 2)->column_span, 2);
    assert_int_equal(table_cell(table, 0, 0)->row_span, 2);
    assert_int_equal(table_cell(table, 12, 1)->row_span, 2);
    assert_true(sv_is(table_cell(table, 2, 1)->text, "一般行政管理事务 <&>") || sv_is(table_cell(table, 2, 1)->text, "一般行政管理事务<&>"));
    assert_true(sv_is(table_cell(table, 61, 2)->text, "1413.59"));
    assert_int_equal(table_cell(table, 2, 3)->text.n, 0);
  }
}

static bool has_line(const struct document *d, const char *text) {
  for (int i = 0; i < d->nitems; i++)
    if (d->items[i].kind == ITEM_LINE && sv_contains(d->items[i].text, text)) return true;
  return false;
}

static void read_back(enum doc_format format, const char *name) {
  struct document *d;
  struct err e = {0};
  make(format, at(name));
  assert_int_equal(document_read(at(name), &document_limits_default, &d, &e), RC_OK);
  check_tables(d);
  assert_true(has_line(d, "整改通知书"));
  assert_true(has_line(d, "某市金融局"));
  assert_true(has_line(d, "横排一页"));
  if (format == DOC_PDF) {
    assert_string_equal(d->title ? d->title : "", "整改通知书");
    assert_true(d->npages > 4);
    assert_true(d->pages[0].height > d->pages[0].width);
    assert_true(d->pages[d->npages - 1].width > d->pages[d->npages - 1].height);
    for (int i = 0; i < d->npages; i++) assert_int_equal(d->pages[i].unmapped, 0);
  }
  document_free(d);
}

static void docx_is_read_back(void **state) {
  (void)state;
  read_back(DOC_DOCX, "a.docx");
}

static void pdf_is_read_back(void **state) {
  (void)state;
  read_back(DOC_PDF, "a.pdf");
}

static void same_calls_same_bytes(void **state) {
  static const char *const names[2][2] = {{"b.docx", "c.docx"}, {"b.pdf", "c.pdf"}};
  (void)state;
  for (int f = 0; f < 2; f++) {
    unsigned char *a, *b;
    size_t n, m;
    struct err e = {0};
    make((enum doc_format)f, at(names[f][0]));
    sleep(1);
    make((enum doc_format)f, at(names[f][1]));
    assert_int_equal(file_read(at(names[f][0]), 1 << 24, &a, &n, &e), RC_OK);
    assert_int_equal(file_read(at(names[f][1]), 1 << 24, &b, &m, &e), RC_OK);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a), free(b);
  }
}

/* A cell that fills more than a page, and one wide word that fits no column. */
static void pdf_splits_what_is_too_high(void **state) {
  static const int widths[] = {1, 1};
  struct doc_writer *w;
  struct document *d;
  struct err e = {0};
  struct buf text;
  (void)state;
  buf_init(&text, 1 << 20);
  for (int i = 0; i < 400; i++) buf_printf(&text, "第%d句，说明项目立项依据和实施方案的具体内容。", i);
  struct doc_cell cells[] = {{0, 0, 1, 1, DOC_LEFT, true, true, SV("名称")},
                             {0, 1, 1, 1, DOC_LEFT, true, true, SV("说明")},
                             {1, 0, 1, 1, DOC_LEFT, false, false, SV("甲")},
                             {1, 1, 1, 1, DOC_LEFT, false, false, {text.p, text.n}},
                             {2, 0, 1, 2, DOC_LEFT, false, false, SV("最后一行")}};
  assert_int_equal(doc_new(&w, DOC_PDF, at("d.pdf"), &info, &e), RC_OK);
  doc_table(w, &(struct doc_table){.widths = widths, .columns = 2, .rows = 3, .head = 1, .cells = cells, .ncells = 5});
  assert_int_equal(doc_close(w, &e), RC_OK);
  assert_int_equal(document_read(at("d.pdf"), &document_limits_default, &d, &e), RC_OK);
  assert_true(d->npages >= 4);
  struct buf all;
  buf_init(&all, 1 << 22);
  for (int t = 0; t < d->ntables; t++)
    for (int i = 0; i < d->tables[t].ncells; i++) buf_add(&all, d->tables[t].cells[i].text.p, d->tables[t].cells[i].text.n);
  assert_non_null(all.p);
  for (int i = 0; i < 400; i += 37) {
    char want[32];
    snprintf(want, sizeof want, "第%d句", i);
    assert_non_null(strstr(all.p, want));
  }
  assert_non_null(strstr(all.p, "最后一行"));
  buf_release(&all), buf_release(&text);
  document_free(d);
}

static void mistakes_are_refused(void **state) {
  static const int widths[] = {1, 1};
  const struct doc_cell over[] = {{0, 0, 1, 2, DOC_LEFT, false, false, SV("a")}, {0, 1, 1, 1, DOC_LEFT, false, false, SV("b")}};
  const struct doc_cell outside[] = {{0, 1, 1, 2, DOC_LEFT, false, false, SV("a")}};
  const struct doc_table tables[] = {{.widths = widths, .columns = 2, .rows = 1, .cells = over, .ncells = 2},
                                     {.widths = widths, .columns = 2, .rows = 1, .cells = outside, .ncells = 1},
                                     {.widths = widths, .columns = 2, .rows = 1, .head = 2}};
  (void)state;
  for (size_t i = 0; i < 3; i++)
    for (int f = 0; f < 2; f++) {
      struct doc_writer *w;
      struct err e = {0};
      assert_int_equal(doc_new(&w, (enum doc_format)f, at("e.out"), &info, &e), RC_OK);
      assert_int_equal(doc_table(w, &tables[i]), RC_USAGE);
      assert_int_equal(doc_close(w, &e), RC_USAGE);
      assert_true(e.text[0] != '\0');
      assert_int_equal(access(at("e.out"), F_OK), -1);
    }
}

static void nothing_is_left(void **state) {
  struct doc_writer *w;
  struct err e = {0};
  (void)state;
  assert_int_equal(doc_new(&w, DOC_PDF, "/no/such/folder/x.pdf", &info, &e), RC_OK);
  doc_paragraph(w, SV("一"), (struct doc_look){0});
  assert_int_equal(doc_close(w, &e), RC_IO);
  assert_int_equal(doc_new(&w, DOC_DOCX, at("f.docx"), &info, &e), RC_OK);
  doc_abandon(w);
  assert_int_equal(access(at("f.docx"), F_OK), -1);
  DIR *d = opendir(folder);
  assert_non_null(d);
  for (struct dirent *x; (x = readdir(d));) assert_null(strstr(x->d_name, ".tmp"));
  closedir(d);
}

static int begin(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-write-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  if (getenv("HENG_KEEP")) return print_message("%s\n", folder), 0;
  DIR *d = opendir(folder);
  for (struct dirent *x; d && (x = readdir(d));) unlink(at(x->d_name));
  if (d) closedir(d);
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(docx_is_read_back),     cmocka_unit_test(pdf_is_read_back),
                                     cmocka_unit_test(same_calls_same_bytes), cmocka_unit_test(pdf_splits_what_is_too_high),
                                     cmocka_unit_test(mistakes_are_refused),  cmocka_unit_test(nothing_is_left)};
  return cmocka_run_group_tests(tests, begin, end);
}
