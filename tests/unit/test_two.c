/* test_two.c: books beside a book: what sentences say against last year's and the year's budget; findings inside a book stay what they are; an
 * earlier report, right and wrong; two books compared. */
#include "rooms/audit/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { QUANTUM = 10000, WAN = 1000000 }; /* in 分 */

static struct auditor *auditor;

static int open_auditor(void **state) {
  struct err e = {0};
  (void)state;
  setenv("HENG_DATA", HENG_SOURCE, 1);
  lang_set(LANG_EN);
  return auditor_new(HENG_SOURCE, &auditor, &e);
}

static int close_auditor(void **state) {
  (void)state;
  auditor_free(auditor);
  return 0;
}

/* One text read as one book. */
struct read {
  struct document *d;
  struct book **books;
  int n;
};

static struct read read_text(const char *text) {
  struct read r = {0};
  struct err e = {0};
  assert_int_equal(document_read_memory("t.txt", text, strlen(text), NULL, &r.d, &e), RC_OK);
  struct recognise_options o = {.profiles = auditor->profiles, .codes = auditor->codes};
  const struct document *const documents[] = {r.d};
  assert_int_equal(book_recognise(documents, 1, &o, &r.books, &r.n, &e), RC_OK);
  assert_int_equal(r.n, 1);
  return r;
}

static void read_free(struct read *r) {
  for (int i = 0; i < r->n; i++) book_free(r->books[i]);
  free(r->books);
  document_free(r->d);
}

/* A budget or final accounts of one body with so much in the item. */
static char *book_text(int year, const char *kind, const char *amount) {
  static char text[4096];
  snprintf(
      text, sizeof text,
      "临江市样本局%d年部门%s\n\n收支总表\n\n单位：万元\n\n收入\t\t支出\t\n项目\t%s数\t项目\t%s数\n一、一般公共预算财政拨款收入\t%"
      "s\t一、一般公共服务支出\t%s\n"
      "收入总计\t%s\t支出总计\t%s\n\n一般公共预算支出表\n\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t%s\t%s\t0.00\n"
      "201\t一般公共服务支出\t%s\t%s\t0.00\n20103\t政府办公厅（室）及相关机构事务\t%s\t%s\t0.00\n2010301\t行政运行\t%s\t%s\t0.00\n\n"
      "“三公”经费支出表\n\n单位：万元\n\n合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n\t\t小计\t公务用车购置费\t公务用车运行费\t\n"
      "%s\t0.00\t0.00\t0.00\t0.00\t%s\n",
      year, kind, kind, kind, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount);
  return text;
}

/* ---- what sentences say ---- */

struct said {
  const char *key, *column;
  int64_t value;
};

static void add_said(struct book *b, const char *kind, const struct said *all, int n) {
  static const char *const measures[] = {"amount", "change", "prior", "budget", "new"};
  struct book_table t = {.kind = book_symbol(b, kind), .id = kind, .subject = NO_SYMBOL, .scale = SCALE_WAN, .prose = true, .document_table = -1};
  t.rows = ARENA_ARRAY(&b->arena, struct book_row, (size_t)n);
  t.columns = ARENA_ARRAY(&b->arena, struct book_column, 5);
  t.cells = ARENA_ARRAY(&b->arena, int32_t, (size_t)n * 5);
  t.ncolumns = 5;
  for (int k = 0; k < 5; k++)
    t.columns[k] =
        (struct book_column){.measure = book_symbol(b, measures[k]), .group = NO_SYMBOL, .type = k == 4 ? OBS_TEXT : OBS_AMOUNT, .amounts = k < 4};
  for (int i = 0; i < n * 5; i++) t.cells[i] = -1;
  for (int i = 0; i < n; i++) {
    int row = 0, column = 0;
    symbol key = book_symbol(b, all[i].key);
    while (row < t.nrows && t.rows[row].key != key) row++;
    if (row == t.nrows) t.rows[t.nrows++] = (struct book_row){.key = key, .item = NO_SYMBOL, .label = sv_from(all[i].key), .level = 1, .parent = -1};
    while (strcmp(measures[column], all[i].column) != 0) column++;
    struct obs o = {.state = OBS_VALUE,
                    .type = t.columns[column].type,
                    .value = all[i].value * WAN,
                    .quantum = QUANTUM,
                    .decimals = 2,
                    .text = SV("x"),
                    .row = row,
                    .column = column,
                    .table = (int32_t)b->tables.n,
                    .document_table = -1};
    if (VEC_PUSH(&b->obs, o, 1000000) < 0) fail();
    t.cells[row * 5 + column] = (int32_t)b->obs.n - 1;
  }
  if (VEC_PUSH(&b->tables, t, 1000) < 0) fail();
}

static struct rule_tally tally_of(const struct check_result *r, const char *id) {
  for (int i = 0; i < rule_count(auditor->rules); i++)
    if (strcmp(rule_get(auditor->rules, i)->id, id) == 0) return r->tallies[i];
  fail();
  return (struct rule_tally){0};
}

/* The book says `all`; beside it lies the other in its role: passed and failed of a rule. */
static void expect(int year, const char *kind, enum other_role role, const char *other, const char *table, const struct said *all, int n,
                   const char *rule, long passed, long failed) {
  struct read it = read_text(book_text(year, kind, "120.00")), beside = read_text(other);
  struct other x = {.role = role, .path = "other.txt", .book = beside.books[0]};
  struct others others = {.list = {.v = &x, .n = 1, .cap = 1}};
  struct grafts g;
  struct check_result *r = NULL;
  struct err e = {0};
  add_said(it.books[0], table, all, n);
  assert_int_equal(graft_make(it.books[0], &others, NULL, 0, &g, &e), RC_OK);
  assert_int_equal(g.notes.n, 0);
  assert_int_equal(two_check(auditor, it.books[0], &g, &r, &e), RC_OK);
  struct rule_tally t = tally_of(r, rule);
  if (t.passed != passed || t.failed != failed) print_error("%s: %ld passed, %ld failed\n", rule, t.passed, t.failed);
  assert_int_equal(t.passed, passed);
  assert_int_equal(t.failed, failed);
  check_free(r);
  graft_release(&g);
  read_free(&it);
  read_free(&beside);
}

static void test_said(void **state) {
  (void)state;
  char *prior = strdup(book_text(2022, "预算", "100.00")), *budget = strdup(book_text(2023, "预算", "110.00"));
  const struct said total[] = {{"total", "amount", 120}, {"total", "change", 20}, {"income", "amount", 120}, {"income", "change", 21}};
  expect(2023, "预算", OTHER_PRIOR, prior, "said", total, 4, "YC-SAID", 1, 1);
  const struct said parts[] = {{"gp", "amount", 120}, {"gp", "change", 20}, {"tp.reception", "amount", 120}, {"tp.reception", "change", -20}};
  expect(2023, "预算", OTHER_PRIOR, prior, "said", parts, 4, "YC-SAID-B", 1, 1);
  const struct said before[] = {{"gp", "prior", 100}, {"tp.total", "prior", 90}};
  expect(2023, "预算", OTHER_PRIOR, prior, "said", before, 2, "YC-SAID-P", 1, 1);
  const struct said item[] = {{"2010301", "amount", 120}, {"2010301", "change", 20}},
                    wrong[] = {{"2010301", "amount", 120}, {"2010301", "change", 30}};
  expect(2023, "预算", OTHER_PRIOR, prior, "said-gp", item, 2, "YC-SAID-F", 1, 0);
  expect(2023, "预算", OTHER_PRIOR, prior, "said-gp", wrong, 2, "YC-SAID-F", 0, 1);
  const struct said new[] = {{"2010301", "amount", 120}, {"2010301", "new", 1}}, truly[] = {{"2010399", "amount", 120}, {"2010399", "new", 1}};
  expect(2023, "预算", OTHER_PRIOR, prior, "said-gp", new, 2, "YC-SAID-N", 0, 1);
  expect(2023, "预算", OTHER_PRIOR, prior, "said-gp", truly, 2, "YC-SAID-N", 1, 0);
  const struct said planned[] = {{"gp", "budget", 110}, {"tp.total", "budget", 111}};
  expect(2023, "决算", OTHER_BUDGET, budget, "said", planned, 2, "B-SAID", 1, 1);
  const struct said items[] = {{"2010301", "budget", 110}}, other[] = {{"2010301", "budget", 100}};
  expect(2023, "决算", OTHER_BUDGET, budget, "said-gp", items, 1, "B-SAID-F", 1, 0);
  expect(2023, "决算", OTHER_BUDGET, budget, "said-gp", other, 1, "B-SAID-F", 0, 1);
  free(prior);
  free(budget);
}

/* ---- findings inside a book ---- */

static char *file_text(const char *name) {
  char path[4200];
  unsigned char *data = NULL;
  size_t size = 0;
  struct err e = {0};
  snprintf(path, sizeof path, "%s/%s", HENG_SOURCE, name);
  assert_int_equal(file_read(path, 1 << 22, &data, &size, &e), RC_OK);
  char *text = strndup((const char *)data, size);
  free(data);
  return text;
}

static void test_inside_unchanged(void **state) {
  (void)state;
  struct err e = {0};
  struct grafts g;
  struct check_result *alone = NULL, *both = NULL;
  char *wrong = file_text("sample/with-errors/book.txt"), *right = file_text("sample/published/book.txt");
  struct read it = read_text(wrong), beside = read_text(right);
  assert_int_equal(rule_check(auditor->rules, it.books[0], &alone, &e), RC_OK);
  struct other x = {.role = OTHER_APPROVED, .path = "right.txt", .book = beside.books[0]};
  struct others others = {.list = {.v = &x, .n = 1, .cap = 1}};
  assert_int_equal(graft_make(it.books[0], &others, NULL, 0, &g, &e), RC_OK);
  assert_int_equal(two_check(auditor, it.books[0], &g, &both, &e), RC_OK);
  for (size_t i = 0; i < alone->findings.n; i++) {
    bool found = false;
    for (size_t k = 0; k < both->findings.n && !found; k++) found = strcmp(alone->findings.v[i].id, both->findings.v[k].id) == 0;
    assert_true(found);
  }
  /* whatever differs from the approval is explained by what is wrong inside, but for the row that is missing */
  for (size_t k = 0; k < both->findings.n; k++) {
    const char *rule = rule_get(auditor->rules, both->findings.v[k].rule)->id;
    if (strncmp(rule, "A-", 2) == 0) assert_int_equal(both->findings.v[k].nsuspects, 0);
  }
  check_free(alone);
  check_free(both);
  graft_release(&g);
  read_free(&it);
  read_free(&beside);
  free(wrong);
  free(right);
}

static void test_bodies(void **state) {
  (void)state;
  assert_true(body_same(SV("中国共产党临江省委员会办公厅"), SV("中共临江省委办公厅")));
  assert_true(body_same(SV("临江省委办公厅"), SV("中共临江省委办公厅")));
  assert_false(body_same(SV("临江市财政局"), SV("临江市审计局")));
  assert_false(body_same(SV(""), SV("")));
}

/* ---- an earlier report ---- */

static void report_wrong(const char *text, const char *says) {
  char path[] = "/tmp/heng-old-XXXXXX";
  struct old_report *r = NULL;
  struct err e = {0};
  int fd = mkstemp(path);
  FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
  int rc = old_report_load(path, &r, &e);
  remove(path);
  if (rc >= 0 || !strstr(e.text, says)) print_error("%.60s: %d %s\n", text, rc, e.text);
  assert_true(rc < 0);
  assert_null(r);
  assert_non_null(strstr(e.text, says));
}

static void test_wrong_reports(void **state) {
  (void)state;
  report_wrong("", "is no JSON");
  report_wrong("{\"heng\":\"0.1.0\",\"documents\":[", "is no JSON");
  report_wrong("[]", "is no report");
  report_wrong("{\"documents\":[]}", "is no report");
  report_wrong("{\"heng\":\"0.1.0\",\"documents\":{}}", "is no report");
  report_wrong("{\"heng\":\"0.1.0\",\"documents\":[1]}", "entry 1");
  report_wrong("{\"heng\":\"0.1.0\",\"documents\":[{\"path\":\"a\"}]}", "entry 1");
  struct err e = {0};
  struct old_report *r = NULL;
  assert_true(old_report_load("/nowhere/at/all.json", &r, &e) < 0);
}

/* ---- two books ---- */

static size_t differences(const char *old, const char *new) {
  struct read a = read_text(old), b = read_text(new);
  struct comparison c;
  struct err e = {0};
  assert_int_equal(comparison_make(a.books[0], b.books[0], &c, &e), RC_OK);
  size_t n = c.list.n;
  for (size_t i = 1; i < n; i++) assert_true(c.list.v[i - 1].size >= c.list.v[i].size);
  comparison_release(&c);
  read_free(&a);
  read_free(&b);
  return n;
}

static void test_compare(void **state) {
  (void)state;
  char *a = strdup(book_text(2023, "预算", "100.00")), *b = strdup(book_text(2023, "预算", "100.01"));
  assert_int_equal(differences(a, a), 0);
  size_t n = differences(a, b);
  assert_true(n >= 10);
  assert_int_equal(differences(b, a), n);
  char *item = strstr(b, "2010301"); /* an item under another code: one row goes, one comes */
  memcpy(item, "2010399", 7);
  assert_int_equal(differences(a, b), n);
  free(a);
  free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_said), cmocka_unit_test(test_inside_unchanged), cmocka_unit_test(test_bodies),
                                     cmocka_unit_test(test_wrong_reports), cmocka_unit_test(test_compare)};
  return cmocka_run_group_tests(tests, open_auditor, close_auditor);
}
