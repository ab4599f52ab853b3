/* test_paper_doc.c: a book written as PDF and DOCX is read back with our own readers: the same cells, one table a table of the paper, its headings
 * and its contents; the same paper gives the same bytes; long tables, cells longer than a page and characters outside the font lose nothing. */
#include "document/document.h"
#include "rooms/book/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { CELLS = 8000 };
static char folder[64];
static char texts[CELLS][24];
static int ntexts;
static char long_text[9000];

static struct sv amount(int i) {
  char *t = texts[ntexts++ % CELLS];
  snprintf(t, sizeof texts[0], "%d,%03d.%02d", 1 + i % 97, i * 37 % 1000, i % 100);
  return sv_from(t);
}

static void put(struct paper_table *t, int row, int column, int down, int across, enum paper_role role, int indent, struct sv text) {
  assert_true(t->ncells < CELLS);
  t->cells[t->ncells++] = (struct paper_cell){
      .row = row, .column = column, .row_span = (int16_t)down, .column_span = (int16_t)across, .role = role, .indent = (int8_t)indent, .text = text};
}

static struct paper_table *table_new(const char *number, const char *title, int rows, int columns, int head) {
  struct paper_table *t = calloc(1, sizeof *t);
  assert_non_null(t);
  t->number = sv_from(number), t->title = t->contents = sv_from(title), t->unit_line = SV("单位：万元");
  t->rows = rows, t->columns = columns, t->head = head, t->project = -1;
  t->cells = calloc(CELLS, sizeof *t->cells), t->column = calloc((size_t)columns, sizeof *t->column);
  assert_true(t->cells && t->column);
  for (int k = 0; k < columns; k++) t->column[k].width = k == 1 ? 20 : 8;
  return t;
}

/* A table of subjects: codes, names by level, amounts; a head of two rows. */
static struct paper_table *subjects(const char *number, const char *title, int rows, int columns) {
  static const char *const names[] = {"金融支出", "金融部门行政支出", "一般行政管理事务与其他各项业务支出"};
  struct paper_table *t = table_new(number, title, rows + 2, columns, 2);
  put(t, 0, 0, 2, 1, CELL_HEAD, 0, SV("科目编码"));
  put(t, 0, 1, 2, 1, CELL_HEAD, 0, SV("科目名称"));
  put(t, 0, 2, 1, columns - 2, CELL_HEAD, 0, SV("本年支出"));
  for (int k = 2; k < columns; k++) put(t, 1, k, 1, 1, CELL_HEAD, 0, k == 2 ? SV("合计") : SV("项目支出"));
  for (int r = 2; r < rows + 2; r++) {
    put(t, r, 0, 1, 1, CELL_CENTRE, 0, r % 3 == 2 ? SV("217") : r % 3 ? SV("2170102") : SV("21701"));
    put(t, r, 1, 1, 1, CELL_TEXT, r % 3, sv_from(names[r % 3]));
    for (int k = 2; k < columns; k++) put(t, r, k, 1, 1, CELL_NUMBER, 0, amount(r * 31 + k));
  }
  return t;
}

static struct paper_table *form(void) {
  struct paper_table *t = table_new("公开表12-1", "项目绩效目标表", 60, 4, 0);
  t->form = true;
  put(t, 0, 0, 1, 1, CELL_HEAD, 0, SV("项目名称"));
  put(t, 0, 1, 1, 3, CELL_TEXT, 0, SV("金融发展专项资金"));
  put(t, 1, 0, 1, 1, CELL_HEAD, 0, SV("立项依据"));
  put(t, 1, 1, 1, 3, CELL_TEXT, 0, sv_from(long_text));
  put(t, 2, 0, 58, 1, CELL_HEAD, 0, SV("绩效指标"));
  for (int r = 2; r < 60; r++) {
    put(t, r, 1, 1, 1, CELL_CENTRE, 0, SV("产出指标"));
    put(t, r, 2, 1, 1, CELL_TEXT, 0, SV("新增上市公司数量"));
    put(t, r, 3, 1, 1, CELL_TEXT, 0, SV("不少于10家"));
  }
  return t;
}

static void block(struct paper *p, enum paper_kind kind, struct sv text, struct paper_table *t) {
  struct paper_block b = {.kind = kind, .text = text, .table = t};
  assert_int_equal(VEC_PUSH(&p->blocks, b, 1000), 0);
}

static void paper_build(struct paper *p) {
  *p = (struct paper){.body = SV("某市地方金融工作局"), .title = SV("某市地方金融工作局2023年部门预算"), .year = 2023};
  ntexts = 0;
  for (size_t n = 0; n + 40 < sizeof long_text;) n += (size_t)snprintf(long_text + n, sizeof long_text - n, "依据文件第%d条。", (int)(n / 20));
  block(p, PAPER_PART, SV("第一部分 概况"), NULL);
  block(p, PAPER_SECTION, SV("一、主要职能"), NULL);
  for (int i = 0; i < 30; i++)
    block(p, PAPER_TEXT, SV("贯彻执行国家金融工作的法律、法规和方针政策，拟订全市金融业发展规划并组织实施，统筹协调金融机构服务地方经济。"), NULL);
  block(p, PAPER_PART, SV("第二部分 部门预算表"), NULL);
  block(p, PAPER_TABLE, (struct sv){0}, subjects("公开表5-1", "一般公共预算支出表", 60, 7));
  struct paper_table *wide = subjects("公开表2", "部门收入总表", 12, 19);
  wide->landscape = true, wide->remark = SV("备注：没有数据的为空。");
  block(p, PAPER_TABLE, (struct sv){0}, wide);
  block(p, PAPER_TABLE, (struct sv){0}, subjects("公开表3", "部门支出总表", 300, 6));
  block(p, PAPER_TABLE, (struct sv){0}, form());
  block(p, PAPER_PART, SV("第三部分 名词解释"), NULL);
  block(p, PAPER_TEXT, SV("字体里没有的字：\xF0\x93\x80\x80 \xF4\x8F\xBF\xBD \xEE\x80\x80。"), NULL);
}

static void paper_drop(struct paper *p) {
  for (size_t i = 0; i < p->blocks.n; i++)
    if (p->blocks.v[i].table) free(p->blocks.v[i].table->cells), free(p->blocks.v[i].table->column), free(p->blocks.v[i].table);
  free(p->blocks.v);
}

static char *at(const char *name) {
  static char paths[4][128];
  static int n;
  char *p = paths[n++ % 4];
  snprintf(p, sizeof paths[0], "%s/%s", folder, name);
  return p;
}

static bool line_found(const struct document *d, const char *text) {
  for (int i = 0; i < d->nitems; i++)
    if (d->items[i].kind == ITEM_LINE && sv_contains(d->items[i].text, text)) return true;
  return false;
}

static void table_same(const struct document *d, const struct table *got, const struct paper_table *t) {
  (void)d;
  assert_int_equal(got->rows, t->rows);
  assert_int_equal(got->columns, t->columns);
  for (int i = 0; i < t->ncells; i++) {
    const struct paper_cell *want = &t->cells[i];
    const struct cell *c = table_cell(got, want->row, want->column);
    assert_non_null(c);
    if (!sv_equal(c->text, want->text)) print_message("%.*s row %d: [%.*s]\n", SV_ARG(t->title), want->row, SV_ARG(c->text));
    assert_true(sv_equal(c->text, want->text));
  }
}

static struct document *written(const struct paper *p, const char *name) {
  struct document *d;
  struct err e = {0};
  const char *path = at(name);
  bool pdf = strstr(name, ".pdf") != NULL;
  assert_int_equal(pdf ? paper_write_pdf(p, path, &e) : paper_write_docx(p, path, &e), RC_OK);
  assert_int_equal(document_read(path, &document_limits_default, &d, &e), RC_OK);
  return d;
}

static void round_trip(const char *name, int exact) {
  struct paper p;
  paper_build(&p);
  struct document *d = written(&p, name);
  assert_int_equal(d->ntables, 4);
  for (size_t i = 0, k = 0; i < p.blocks.n; i++)
    if (p.blocks.v[i].table && (int)k < exact) table_same(d, &d->tables[k++], p.blocks.v[i].table);
  assert_true(line_found(d, "第一部分 概况") && line_found(d, "一、主要职能") && line_found(d, "备注：没有数据的为空。"));
  assert_true(line_found(d, "公开表5-1") && line_found(d, "一般公共预算支出表") && line_found(d, "单位：万元"));
  if (strstr(name, ".pdf")) assert_true(d->title && strstr(d->title, "2023年部门预算"));
  document_free(d), paper_drop(&p);
}

static void docx_comes_back(void **state) {
  (void)state;
  round_trip("book.docx", 4);
}

static void pdf_comes_back(void **state) {
  (void)state;
  round_trip("book.pdf", 3);
}

/* All of a cell longer than a page is there, in pieces over pages. */
static void long_cell_is_whole(void **state) {
  (void)state;
  struct paper p;
  paper_build(&p);
  struct document *d = written(&p, "long.pdf");
  size_t found = 0;
  for (int i = 0; i < d->tables[3].ncells; i++) {
    struct sv s = d->tables[3].cells[i].text;
    for (size_t k = 0; k + 3 <= s.n; k++) found += memcmp(s.p + k, "条", 3) == 0;
  }
  size_t want = 0;
  for (const char *s = long_text; (s = strstr(s, "条")); s++) want++;
  assert_int_equal(found, want);
  document_free(d), paper_drop(&p);
}

static void same_bytes(void **state) {
  (void)state;
  static const char *const names[] = {"a.pdf", "b.pdf", "a.docx", "b.docx"};
  struct paper p;
  unsigned char *bytes[4];
  size_t sizes[4];
  struct err e = {0};
  paper_build(&p);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(i < 2 ? paper_write_pdf(&p, at(names[i]), &e) : paper_write_docx(&p, at(names[i]), &e), RC_OK);
    assert_int_equal(file_read(at(names[i]), 64 << 20, &bytes[i], &sizes[i], &e), RC_OK);
  }
  for (int i = 0; i < 4; i += 2) {
    assert_int_equal(sizes[i], sizes[i + 1]);
    assert_memory_equal(bytes[i], bytes[i + 1], sizes[i]);
  }
  for (int i = 0; i < 4; i++) free(bytes[i]);
  paper_drop(&p);
}

static int folder_make(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-paper-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int folder_drop(void **state) {
  (void)state;
  static const char *const names[] = {"book.pdf", "book.docx", "long.pdf", "a.pdf", "b.pdf", "a.docx", "b.docx"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(at(names[i]));
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(docx_comes_back), cmocka_unit_test(pdf_comes_back), cmocka_unit_test(long_cell_is_whole),
                                     cmocka_unit_test(same_bytes)};
  return cmocka_run_group_tests(tests, folder_make, folder_drop);
}
