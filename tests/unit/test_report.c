/* test_report.c: the reports of a made-up audit: one table with a wrong total, one finding without a cell, one check not made.
 * Every form must be well formed and carry the same figures. */
#include "db/db.h"
#include "rooms/audit/internal.h"

#include "json_schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct made {
  struct arena arena;
  struct document document;
  const struct document *documents[1];
  struct document *owned[1];
  struct page pages[2];
  struct book book;
  struct book *books[1];
  struct check_result result;
  struct check_result *results[1];
  struct auditor auditor;
  struct audit audit;
};

static const char *const labels[] = {"合计", "201 一般公共服务支出", "208 <社会保障> & 就业"};
static const int64_t values[] = {110549000, 100000000, 10546000}; /* 分: 110.55, 100.00, 10.55 万元 in units of 0.01 万元 */

static void make_table(struct made *m) {
  struct book_table t = {.id = "T05-1",
                         .title = SV("一般公共预算支出表"),
                         .scale = SCALE_WAN,
                         .instance = 1,
                         .subject = NO_SYMBOL,
                         .nrows = 3,
                         .ncolumns = 1,
                         .place = {.page = 2}};
  t.kind = intern_add(&m->book.symbols, "gp-function", 11);
  t.rows = ARENA_ARRAY(&m->arena, struct book_row, 3);
  t.columns = ARENA_ARRAY(&m->arena, struct book_column, 1);
  t.cells = ARENA_ARRAY(&m->arena, int32_t, 3);
  assert_true(t.rows && t.columns && t.cells);
  t.columns[0] = (struct book_column){
      .measure = NO_SYMBOL, .group = NO_SYMBOL, .header = SV("金额"), .type = OBS_AMOUNT, .quantum = 10000, .decimals = 2, .amounts = true};
  for (int i = 0; i < 3; i++) {
    t.rows[i] = (struct book_row){
        .label = sv_from(labels[i]), .key = NO_SYMBOL, .item = NO_SYMBOL, .parent = i ? 0 : -1, .level = i ? 1 : 0, .role = i ? ROW_LEAF : ROW_TOTAL};
    struct obs o = {.state = OBS_VALUE,
                    .type = OBS_AMOUNT,
                    .value = values[i],
                    .quantum = 10000,
                    .decimals = 2,
                    .text = SV("1.00"),
                    .row = i,
                    .place = {.page = 2, .box = {100, 100.0f + 20.0f * (float)i, 160, 115.0f + 20.0f * (float)i}}};
    assert_int_equal(VEC_PUSH(&m->book.obs, o, 100), RC_OK);
    t.cells[i] = i;
  }
  assert_int_equal(VEC_PUSH(&m->book.tables, t, 100), RC_OK);
}

static void make_result(struct made *m) {
  static const struct term terms[] = {{0, 1}, {1, -1}, {2, -1}};
  static const struct suspect suspects[] = {{0, 110546000, 110546000, 110546000, 0.9}};
  static const int32_t broken[] = {0};
  struct relation r = {
      .rule = -1, .op = REL_EQ, .outcome = OUTCOME_FAILED, .severity = SEVERITY_ERROR, .difference = 3000, .terms = terms, .nterms = 3};
  struct remark failed = {
      .rule = -1, .outcome = OUTCOME_FAILED, .severity = SEVERITY_WARNING, .detail = "缺少“三公”经费表", .table = -1, .row = -1, .obs = -1};
  struct remark skipped = {.rule = -1, .outcome = OUTCOME_NOT_CHECKED, .detail = "没有上年的书", .table = -1, .row = -1, .obs = -1};
  struct finding a = {.rule = -1,
                      .severity = SEVERITY_ERROR,
                      .cause = CAUSE_DIGIT,
                      .relation = 0,
                      .remark = -1,
                      .suspects = suspects,
                      .nsuspects = 1,
                      .relations = broken,
                      .nrelations = 1,
                      .row_table = -1,
                      .row_after = -1,
                      .id = "f1"};
  struct finding b = {
      .rule = -1, .severity = SEVERITY_WARNING, .cause = CAUSE_UNKNOWN, .relation = -1, .remark = 0, .row_table = -1, .row_after = -1, .id = "f2"};
  assert_int_equal(VEC_PUSH(&m->result.relations, r, 10), RC_OK);
  assert_int_equal(VEC_PUSH(&m->result.remarks, failed, 10), RC_OK);
  assert_int_equal(VEC_PUSH(&m->result.remarks, skipped, 10), RC_OK);
  assert_int_equal(VEC_PUSH(&m->result.findings, a, 10), RC_OK);
  assert_int_equal(VEC_PUSH(&m->result.findings, b, 10), RC_OK);
  m->result.failed = 2, m->result.not_checked = 1;
}

static struct made *make(void) {
  struct made *m = calloc(1, sizeof *m);
  assert_non_null(m);
  arena_init(&m->arena, 1 << 20);
  intern_init(&m->book.symbols);
  m->pages[0] = (struct page){.number = 1, .state = PAGE_SCAN};
  m->pages[1] = (struct page){.number = 2, .state = PAGE_READ};
  m->document = (struct document){.path = "样本/a b.pdf", .format = FORMAT_PDF, .pages = m->pages, .npages = 2, .sha256 = "00ff"};
  m->documents[0] = &m->document, m->owned[0] = &m->document;
  m->book.kind = BOOK_DEPARTMENT_BUDGET, m->book.id = "169-2023-budget", m->book.profile = "generic", m->book.body = SV("某市金融局"),
  m->book.year = 2023;
  m->book.documents = m->documents, m->book.ndocuments = 1, m->book.money_tables = 1, m->book.recognised_tables = 1;
  make_table(m);
  make_result(m);
  m->books[0] = &m->book, m->results[0] = &m->result;
  m->audit = (struct audit){.path = m->document.path, .documents = m->owned, .ndocuments = 1, .books = m->books, .results = m->results, .nbooks = 1};
  return m;
}

static void unmake(struct made *m) {
  free(m->book.obs.v), free(m->book.tables.v);
  free(m->result.relations.v), free(m->result.remarks.v), free(m->result.findings.v);
  intern_release(&m->book.symbols);
  arena_release(&m->arena);
  free(m);
}

/* The report as text; the caller frees it. */
static char *written(enum report_format format) {
  struct made *m = make();
  struct err e = {0};
  char path[] = "/tmp/heng-report-XXXXXX";
  unsigned char *data = NULL;
  size_t size = 0;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(report_write(format, &m->audit, 1, &m->auditor, 0.01, path, &e), RC_OK);
  assert_int_equal(file_read(path, 1 << 24, &data, &size, &e), RC_OK);
  char *text = strndup((char *)data, size);
  free(data);
  unlink(path);
  unmake(m);
  return text;
}

/* The same audit with a claim: its total is stated wrong in a sentence, which a finding of its own is about; written in that form. */
static char *written_prose(enum report_format format) {
  struct made *m = make();
  struct err e = {0};
  char path[] = "/tmp/heng-report-XXXXXX";
  unsigned char *data = NULL;
  size_t size = 0;
  int fd = mkstemp(path);
  struct book_table t = m->book.tables.v[0];
  struct book_row row = {
      .label = SV("收入总计"), .key = NO_SYMBOL, .item = NO_SYMBOL, .parent = -1, .sentence = SV("收入总计1110.50万元,其中财政拨款110.50万元。")};
  int32_t cell = 3;
  struct obs o = {.state = OBS_VALUE,
                  .type = OBS_AMOUNT,
                  .value = 110500000,
                  .quantum = 10000,
                  .decimals = 2,
                  .text = SV("１１０．５０"),
                  .table = 1,
                  .place = {.page = 1, .box = {80, 80, 500, 95}}};
  static const struct term terms[] = {{3, 1}, {0, -1}};
  struct relation r = {
      .rule = -1, .op = REL_EQ, .outcome = OUTCOME_FAILED, .severity = SEVERITY_ERROR, .difference = -49000, .terms = terms, .nterms = 2};
  static const int32_t broken[] = {1};
  struct finding f = {.rule = -1,
                      .severity = SEVERITY_ERROR,
                      .relation = 1,
                      .remark = -1,
                      .relations = broken,
                      .nrelations = 1,
                      .cause = CAUSE_UNKNOWN,
                      .row_table = -1,
                      .row_after = -1,
                      .id = "f3"};
  t.id = "claims", t.title = SV("claims-table"), t.prose = true, t.nrows = 1, t.rows = &row, t.cells = &cell, t.document_table = -1;
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(VEC_PUSH(&m->book.tables, t, 100), RC_OK);
  assert_int_equal(VEC_PUSH(&m->book.obs, o, 100), RC_OK);
  assert_int_equal(VEC_PUSH(&m->result.relations, r, 10), RC_OK);
  assert_int_equal(VEC_PUSH(&m->result.findings, f, 10), RC_OK);
  assert_int_equal(report_write(format, &m->audit, 1, &m->auditor, 0.01, path, &e), RC_OK);
  assert_int_equal(file_read(path, 1 << 24, &data, &size, &e), RC_OK);
  char *text = strndup((char *)data, size);
  free(data);
  unlink(path);
  unmake(m);
  return text;
}

/* A claim is quoted with its own number marked, not with the longer one it is a part of; it is no table and no observation. */
static void test_prose(void **state) {
  (void)state;
  char *s = written_prose(REPORT_TEXT);
  assert_non_null(strstr(s, "原文 “收入总计1110.50万元,其中财政拨款【110.50】万元。”"));
  assert_non_null(strstr(s, "文字第 1 页"));
  assert_non_null(strstr(s, "分边分段算 1 张"));
  assert_non_null(strstr(s, "数据 3 个"));
  assert_non_null(strstr(s, "文字说明里读出 1 句"));
  assert_null(strstr(s, "claims-table"));
  free(s);
  s = written_prose(REPORT_HTML);
  assert_non_null(strstr(s, "其中财政拨款<mark>110.50</mark>万元"));
  assert_null(strstr(s, "claims-table"));
  assert_null(strstr(s, "id=t1-1"));
  assert_null(strstr(s, "href=#t1-1"));
  free(s);
  s = written_prose(REPORT_SARIF);
  assert_non_null(strstr(s, "【110.50】"));
  free(s);
  s = written_prose(REPORT_JSON);
  json_t *j = json_loads(s, JSON_REJECT_DUPLICATES, NULL), *root = json_load_file(HENG_SOURCE "/docs/schema/audit.schema.json", 0, NULL);
  struct schema check = {.root = root};
  if (!schema_check(&check, root, j, "report")) fail_msg("%s", check.why);
  json_t *d = json_array_get(json_object_get(j, "documents"), 0), *f = json_array_get(json_object_get(d, "findings"), 2);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(d, "read"), "claims")), 1);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(d, "read"), "observations")), 3);
  assert_string_equal(json_string_value(json_object_get(f, "sentence")), "收入总计1110.50万元,其中财政拨款110.50万元。");
  assert_int_equal(json_integer_value(json_array_get(json_object_get(f, "sentence_mark"), 0)), 20);
  assert_int_equal(json_integer_value(json_array_get(json_object_get(f, "sentence_mark"), 1)), 6);
  json_decref(root);
  json_decref(j);
  free(s);
}

static void test_text(void **state) {
  (void)state;
  char *s = written(REPORT_TEXT);
  const char *scan = strstr(s, "扫描"), *error = strstr(s, "110.549"),
             *sum = strstr(s, "一般公共服务支出 100.00 + 208 <社会保障> & 就业 10.546 = 110.546，印为 110.549");
  assert_non_null(scan);
  assert_non_null(error);
  assert_non_null(sum);
  assert_true(scan < error); /* what was not read stands first */
  assert_non_null(strstr(s, "没有上年的书"));
  free(s);
}

static json_t *schema_load(void) {
  json_t *j = json_load_file(HENG_SOURCE "/docs/schema/audit.schema.json", JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(j);
  return j;
}

static void test_json(void **state) {
  (void)state;
  char *s = written(REPORT_JSON);
  json_t *j = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(j);
  json_t *d = json_array_get(json_object_get(j, "documents"), 0), *f = json_array_get(json_object_get(d, "findings"), 0);
  assert_string_equal(json_string_value(json_object_get(f, "stated")), "110.549");
  assert_string_equal(json_string_value(json_object_get(f, "expected")), "110.546");
  assert_string_equal(json_string_value(json_object_get(f, "difference")), "0.003");
  assert_string_equal(json_string_value(json_object_get(f, "unit")), "万元");
  assert_int_equal(json_array_size(json_object_get(d, "not_checked")), 1);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(j, "summary"), "errors")), 1);
  json_decref(j);
  free(s);
}

static void test_json_schema(void **state) {
  (void)state;
  char *s = written(REPORT_JSON);
  json_t *j = json_loads(s, 0, NULL), *root = schema_load();
  struct schema check = {.root = root};
  json_t *finding = json_array_get(json_object_get(json_array_get(json_object_get(j, "documents"), 0), "findings"), 0);
  if (!schema_check(&check, root, j, "report")) fail_msg("%s", check.why);
  /* and it can fail: a field too many, one too few, a word that is none, a number that should be a text */
  json_object_set_new(finding, "colour", json_string("red"));
  assert_false(schema_check(&check, root, j, "report"));
  assert_non_null(strstr(check.why, "documents[0]"));
  json_object_del(finding, "colour");
  json_object_set_new(finding, "severity", json_string("bad"));
  assert_false(schema_check(&(struct schema){.root = root}, root, j, "report"));
  json_object_set_new(finding, "severity", json_string("error"));
  json_object_set_new(finding, "stated", json_real(110.549));
  assert_false(schema_check(&(struct schema){.root = root}, root, j, "report"));
  json_object_set_new(finding, "stated", json_string("110.549"));
  assert_true(schema_check(&(struct schema){.root = root}, root, j, "report"));
  json_object_del(finding, "id");
  assert_false(schema_check(&(struct schema){.root = root}, root, j, "report"));
  json_decref(root);
  json_decref(j);
  free(s);
}

static void test_sarif(void **state) {
  (void)state;
  char *s = written(REPORT_SARIF);
  json_t *j = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(j);
  json_t *run = json_array_get(json_object_get(j, "runs"), 0), *results = json_object_get(run, "results");
  json_t *rules = json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
  assert_string_equal(json_string_value(json_object_get(j, "version")), "2.1.0");
  assert_int_equal(json_array_size(results), 2);
  for (size_t i = 0; i < json_array_size(results); i++) {
    json_t *r = json_array_get(results, i), *rule = json_array_get(rules, (size_t)json_integer_value(json_object_get(r, "ruleIndex")));
    assert_true(json_equal(json_object_get(rule, "id"), json_object_get(r, "ruleId")));
    assert_true(json_is_string(json_object_get(json_object_get(r, "message"), "text")));
    assert_int_equal(json_array_size(json_object_get(r, "locations")), 1);
    assert_non_null(json_object_get(json_object_get(r, "partialFingerprints"), "heng/v1"));
  }
  json_t *first = json_array_get(results, 0);
  assert_string_equal(json_string_value(json_object_get(first, "level")), "error");
  assert_int_equal(json_integer_value(json_object_get(json_object_get(first, "properties"), "page")), 2);
  assert_int_equal(json_array_size(json_object_get(first, "relatedLocations")), 2); /* the two terms; the stated cell is the suspect */
  assert_non_null(strstr(s, "a%20b.pdf"));
  json_decref(j);
  free(s);
}

/* Does the page hold id=WORD exactly once? */
static int ids_named(const char *page, const char *word, size_t n) {
  int found = 0;
  for (const char *p = page; (p = strstr(p, " id=")); p += 4) found += strncmp(p + 4, word, n) == 0 && (p[4 + n] == ' ' || p[4 + n] == '>');
  return found;
}

static void test_html(void **state) {
  (void)state;
  char *s = written(REPORT_HTML);
  const char *keep = getenv("HENG_KEEP_HTML");
  struct err e = {0};
  if (keep) assert_int_equal(file_replace(keep, s, strlen(s), &e), RC_OK);
  assert_non_null(strstr(s, "&lt;社会保障&gt; &amp;"));
  assert_non_null(strstr(s, "class=\"me\""));
  assert_non_null(strstr(s, "lang=\"zh-CN\""));
  assert_null(strstr(s, "<script"));
  assert_null(strstr(s, "http"));
  int links = 0;
  for (const char *p = s; (p = strstr(p, "href=#")); links++) { /* every link leads to one place on the page */
    p += 6;
    size_t n = strcspn(p, "> ");
    if (ids_named(s, p, n) != 1) fail_msg("%d places are named %.*s", ids_named(s, p, n), (int)n, p);
  }
  assert_true(links >= 6); /* skip link, index, card to cell, cell and terms to card */
  free(s);
}

/* The text of the cell under a head in the first row that has it, on a sheet; "" when there is none. */
static struct sv cell_under(const struct document *d, const char *head, const struct cell **cell) {
  for (int t = 0; t < d->ntables; t++)
    for (int c = 0; c < d->tables[t].columns; c++) {
      const struct cell *top = table_cell(&d->tables[t], 0, c);
      *cell = table_cell(&d->tables[t], 1, c);
      if (top && sv_is(top->text, head) && *cell) return (*cell)->text;
    }
  return (struct sv){0};
}

static void test_xlsx(void **state) {
  (void)state;
  struct made *m = make();
  struct err e = {0};
  struct document *d = NULL;
  const struct cell *cell = NULL;
  char path[] = "/tmp/heng-report-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(report_write(REPORT_XLSX, &m->audit, 1, &m->auditor, 0.01, path, &e), RC_OK);
  assert_int_equal(document_read(path, &document_limits_default, &d, &e), RC_OK);
  assert_int_equal(d->npages, 4);
  assert_true(sv_is(cell_under(d, "印为", &cell), "110.549"));
  assert_true(cell->flags & CELL_NUMERIC);
  assert_true(sv_is(cell_under(d, "应为", &cell), "110.546"));
  assert_true(cell->flags & CELL_NUMERIC);
  assert_true(sv_is(cell_under(d, "差额", &cell), "0.003"));
  assert_true(sv_is(cell_under(d, "页", &cell), "2"));
  assert_true(sv_is(cell_under(d, "年度", &cell), "2023"));
  assert_true(sv_is(cell_under(d, "没有检查的原因", &cell), "没有上年的书"));
  assert_int_equal(cell_under(d, "核实结论", &cell).n, 0);
  document_free(d);
  unlink(path);
  unmake(m);
}

static int64_t count_of(struct db *db, const char *sql) {
  struct db_statement *q = NULL;
  struct err e = {0};
  assert_int_equal(db_prepare(db, sql, &q, &e), RC_OK);
  assert_int_equal(db_step(q, &e), 1);
  int64_t n = db_col_int(q, 0);
  db_finish(q);
  return n;
}

static void test_store(void **state) {
  (void)state;
  struct made *m = make();
  struct err e = {0};
  struct db *db = NULL;
  char path[] = "/tmp/heng-store-XXXXXX", address[64];
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  snprintf(address, sizeof address, "sqlite:%s", path);
  for (int twice = 0; twice < 2; twice++) assert_int_equal(store_append(path, &m->audit, 1, &m->auditor, &e), RC_OK);
  assert_int_equal(db_open(address, &db, &e), RC_OK);
  assert_int_equal(count_of(db, "SELECT count(*) FROM document"), 1);
  assert_int_equal(count_of(db, "SELECT count(*) FROM book"), 1);
  assert_int_equal(count_of(db, "SELECT count(*) FROM obs"), 3);
  assert_int_equal(count_of(db, "SELECT count(*) FROM finding"), 2);
  assert_int_equal(count_of(db, "SELECT value FROM obs WHERE number = 0"), 110549000);
  db_close(db);
  unlink(path);
  unmake(m);
}

/* ---- lines for a terminal ---- */

static char *wrapped(int width, const char *first, const char *text) {
  struct buf out, b;
  buf_init(&out, 1 << 16);
  buf_init(&b, 1 << 16);
  struct lines l = {&out, false, width};
  buf_puts(&b, text);
  lines_put(&l, first, &b, INK_ERROR);
  char *s = strdup(out.p ? out.p : "");
  buf_release(&out);
  buf_release(&b);
  return s;
}

static void assert_wrapped(int width, const char *first, const char *text, const char *expected) {
  char *s = wrapped(width, first, text);
  assert_string_equal(s, expected);
  free(s);
}

static void test_lines(void **state) {
  (void)state;
  assert_wrapped(0, "  ", "印为 1.00，应为 2.00", "  印为 1.00，应为 2.00\n");
  assert_wrapped(24, "算式 ", "基本支出 1,234.56 + 项目支出 7.00", "算式 基本支出 1,234.56 +\n     项目支出 7.00\n"); /* numbers stay whole */
  assert_wrapped(24, "    ", "一二三四五六七八九十，一二", "    一二三四五六七八九\n    十，一二\n"); /* no line begins with a comma */
  assert_wrapped(40, "", "", "");
  struct buf out;
  buf_init(&out, 1 << 16);
  struct lines l = {&out, true, 0};
  lines_cell(&l, SV("预算表.pdf"), 8, true);
  buf_putc(&out, '|');
  lines_cell(&l, SV("预算表.pdf"), 7, false);
  buf_putc(&out, '|');
  lines_cell(&l, SV("表"), 4, false);
  assert_string_equal(out.p, "…表.pdf |预算表…|表  ");
  buf_release(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_text),        cmocka_unit_test(test_prose), cmocka_unit_test(test_json),
                                     cmocka_unit_test(test_json_schema), cmocka_unit_test(test_lines), cmocka_unit_test(test_sarif),
                                     cmocka_unit_test(test_html),        cmocka_unit_test(test_xlsx),  cmocka_unit_test(test_store)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
