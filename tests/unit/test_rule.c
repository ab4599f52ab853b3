/* test_rule.c: the language's mistakes with their places, printed numbers as intervals, and the guards of sums, on books of a few cells. */
#include "bookmaker.h"
#include "rule/rule.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEAD "rule T\n  title 甲 | A\n  severity error\n  scope national\n  basis 乙\n"
#define BODY "  for row in k\n  check [row, a] = [row, b]\n"

/* ---- mistakes ---- */

static const struct {
  const char *text;
  int line, column;
} mistakes[] = {
    {"  title a\n", 1, 1},
    {"rles X\n", 1, 1},
    {"rule a_b\n", 1, 6},
    {HEAD BODY "rule T\n", 8, 6},
    {"rule T\n  titel a\n", 2, 1},
    {"rule T\n  severity bad\n", 2, 12},
    {"rule T\n  years last\n", 2, 9},
    {"rule T\n  years 2022-2018\n", 2, 9},
    {"rule T\n  books novel\n", 2, 9},
    {HEAD "  for page in k\n", 6, 7},
    {HEAD "  for row k\n", 6, 11},
    {HEAD "  for row in\n", 6, 13},
    {HEAD "  for row in k\n  check [row, a] = \n", 7, 20},
    {HEAD "  for row in k\n  check [row, a = [row, b]\n", 7, 17},
    {HEAD "  for row in k\n  check [row, a] [row, b]\n", 7, 18},
    {HEAD "  for row in k\n  check [row, a] = [row, b] [row, c]\n", 7, 29},
    {HEAD "  for row in k\n  check [row, a]\n    = [row b]\n", 8, 12},
    {HEAD "  for row in k\n  where row.colour = 1\n", 7, 20},
    {HEAD "  for row in k\n  where row.key ~ \"[\"\n", 7, 19},
    {HEAD "  for row in k\n  where left(row.key) = \"2\"\n", 7, 13},
    {HEAD "  for row in k\n  where (row.key = \"2\"\n", 7, 23},
    {HEAD "  for row in k\n  where row.key = \"2\n", 7, 19},
    {HEAD "  for row in k\n", 1, 1},
    {"rule T\n  severity error\n  scope national\n  basis 乙\n" BODY, 1, 1},
    {"rule T\n  title 甲\n  severity error\n  basis 乙\n" BODY, 1, 1},
    {"rule T\n  title 甲\n  severity error\n  scope national\n" BODY, 1, 1},
};

static void mistakes_are_placed(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    struct rule_set *s;
    struct err e = {0};
    assert_int_equal(rule_set_new(&s, &e), RC_OK);
    int rc = rule_set_parse(s, "t.rules", sv_from(mistakes[i].text), &e);
    if (rc == RC_OK || e.line != mistakes[i].line || e.column != mistakes[i].column || strcmp(e.file, "t.rules") != 0) {
      wrong++;
      fprintf(stderr, "mistake %zu: rc %d, %s:%d:%d %s; wanted %d:%d\n", i, rc, e.file, e.line, e.column, e.text, mistakes[i].line,
              mistakes[i].column);
    }
    rule_set_free(s);
  }
  assert_int_equal(wrong, 0);
}

/* ---- intervals ---- */

/* One relation over up to four printings of value and quantum in 分. */
struct printing {
  int64_t value, quantum;
  bool zero;
};

static struct relation judged(enum relation_op op, const struct printing *p, const int *coefficients, int n) {
  static struct term terms[4];
  static struct relation r;
  struct book *b;
  struct err e = {0};
  assert_int_equal(book_new(&b, &e), RC_OK);
  for (int i = 0; i < n; i++) {
    bool zero = p[i].zero;
    struct obs o = {.state = zero ? OBS_ZERO : OBS_VALUE, .value = p[i].value, .quantum = zero ? 0 : p[i].quantum, .table = -1, .column = -1};
    assert_int_equal(VEC_PUSH(&b->obs, o, 8), 0);
    terms[i] = (struct term){.obs = i, .coefficient = coefficients[i]};
  }
  r = (struct relation){.op = op, .terms = terms, .nterms = n};
  relation_judge(b, &r, NULL);
  book_free(b);
  return r;
}

static void expect_sum(int64_t whole, int64_t first, int64_t second, int64_t quantum, enum outcome outcome, bool rounding) {
  const struct printing p[] = {{whole, quantum, false}, {first, quantum, first == 0}, {second, quantum, second == 0}};
  struct relation r = judged(REL_EQ, p, (const int[]){1, -1, -1}, 3);
  assert_int_equal(r.outcome, outcome);
  assert_int_equal(r.rounding, rounding);
  assert_int_equal(r.difference, whole - first - second);
}

static void sums_hold_within_half_units(void **state) {
  (void)state;
  const int64_t q = MAKER_QUANTUM;
  expect_sum(30 * q, 10 * q, 20 * q, q, OUTCOME_PASSED, false);
  expect_sum(31 * q, 10 * q, 20 * q, q, OUTCOME_FAILED, true); /* three halves hold one whole */
  expect_sum(29 * q, 10 * q, 20 * q, q, OUTCOME_FAILED, true);
  expect_sum(32 * q, 10 * q, 20 * q, q, OUTCOME_FAILED, false);
  expect_sum(31 * q, 0, 30 * q, q, OUTCOME_FAILED, true); /* a printed zero is exact: two halves */
  expect_sum(32 * q, 0, 30 * q, q, OUTCOME_FAILED, false);
  expect_sum(q, 0, 0, q, OUTCOME_FAILED, false); /* half a unit does not reach 1 */
}

static void sides_may_lie_beside_each_other(void **state) {
  (void)state;
  const struct printing more[] = {{101, 2, false}, {100, 2, false}}, less[] = {{96, 2, false}, {100, 2, false}};
  const int sides[] = {1, -1};
  assert_int_equal(judged(REL_LE, more, sides, 2).outcome, OUTCOME_FAILED);
  assert_true(judged(REL_LE, more, sides, 2).rounding);
  assert_int_equal(judged(REL_GE, more, sides, 2).outcome, OUTCOME_PASSED);
  assert_int_equal(judged(REL_LE, less, sides, 2).outcome, OUTCOME_PASSED);
  assert_int_equal(judged(REL_GE, less, sides, 2).outcome, OUTCOME_FAILED);
  assert_false(judged(REL_GE, less, sides, 2).rounding);
}

/* 元 in whole 元 (100 分) beside 万元 with two decimals (10000 分): the coarse number must hold the fine one. */
static void coarse_numbers_hold_fine_ones(void **state) {
  (void)state;
  const int sides[] = {1, -1};
  const struct printing holds[] = {{10020000, 10000, false}, {10025000, 100, false}}, past[] = {{10020000, 10000, false}, {10025100, 100, false}};
  assert_int_equal(judged(REL_EQ, holds, sides, 2).outcome, OUTCOME_PASSED);
  assert_int_equal(judged(REL_EQ, past, sides, 2).outcome, OUTCOME_FAILED);
  assert_false(judged(REL_EQ, past, sides, 2).rounding);
}

static void shares_are_intervals_too(void **state) {
  (void)state;
  const int one[] = {1, 1, 1};
  const struct printing third[] = {{333300, 100, false}, {100, 0, false}, {300, 0, false}},
                        up[] = {{333400, 100, false}, {100, 0, false}, {300, 0, false}};
  const struct printing loose[] = {{333400, 100, false}, {100000, 100, false}, {300000, 100, false}},
                        none[] = {{0, 0, true}, {0, 0, true}, {0, 0, true}};
  assert_int_equal(judged(REL_RATIO, third, one, 3).outcome, OUTCOME_PASSED);
  assert_int_equal(judged(REL_RATIO, up, one, 3).outcome, OUTCOME_FAILED);
  assert_false(judged(REL_RATIO, up, one, 3).rounding);
  assert_true(judged(REL_RATIO, loose, one, 3).rounding); /* the amounts' own rounding leaves room for it */
  assert_int_equal(judged(REL_RATIO, none, one, 3).outcome, OUTCOME_PASSED);
}

static void missing_observations_are_not_checked(void **state) {
  (void)state;
  struct book *b;
  struct err e = {0};
  assert_int_equal(book_new(&b, &e), RC_OK);
  struct relation r = {.op = REL_EQ, .terms = (const struct term[]){{0, 1}, {5, -1}}, .nterms = 2};
  relation_judge(b, &r, NULL);
  assert_int_equal(r.outcome, OUTCOME_NOT_CHECKED);
  book_free(b);
}

/* ---- guards ---- */

/* A table of one column: total 30, and rows 10 and 20 under it. */
static int small_table(struct maker *m, const char *kind) {
  static const char *const measures[] = {"a"};
  static const int64_t values[] = {30, 10, 20};
  static const char *const keys[] = {"total", "201", "202"};
  int table = maker_table(m, kind, 3, measures, 1);
  for (int row = 0; row < 3; row++) {
    maker_row(m, table, row, keys[row], row > 0, -1);
    struct obs o = {.state = OBS_VALUE,
                    .type = OBS_AMOUNT,
                    .value = values[row] * MAKER_QUANTUM,
                    .quantum = MAKER_QUANTUM,
                    .decimals = 2,
                    .row = row,
                    .table = table};
    m->b->tables.v[table].cells[row] = (int32_t)m->b->obs.n;
    assert_int_equal(VEC_PUSH(&m->b->obs, o, 100), 0);
  }
  return table;
}

static struct maker small_book(void) {
  struct maker m = {0};
  struct err e = {0};
  assert_int_equal(book_new(&m.b, &e), RC_OK);
  m.b->profile = "generic", m.b->kind = BOOK_DEPARTMENT_BUDGET, m.b->year = 2023;
  return m;
}

/* The counts of one rule over the book; the remarks of an outcome in *remarks. The book is released. */
static struct check_result counted(struct book *b, const char *clauses, enum outcome outcome, int *remarks) {
  struct rule_set *s;
  struct check_result *r, counts;
  struct err e = {0};
  char text[2000];
  snprintf(text, sizeof text, HEAD "%s", clauses);
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  if (rule_set_parse(s, "t.rules", sv_from(text), &e) < 0) fail_msg("%d:%d %s", e.line, e.column, e.text);
  assert_int_equal(rule_evaluate(s, b, &r, &e), RC_OK);
  *remarks = 0;
  for (size_t i = 0; i < r->remarks.n; i++) *remarks += r->remarks.v[i].outcome == outcome;
  counts = (struct check_result){.passed = r->passed, .failed = r->failed, .not_applicable = r->not_applicable, .not_checked = r->not_checked};
  check_free(r);
  rule_set_free(s);
  book_free(b);
  return counts;
}

#define SUM_OF_ROWS "  for column in k\n  check [head, column] = sum [top, column]\n"

static void a_sum_holds_or_fails(void **state) {
  (void)state;
  int remarks;
  struct maker m = small_book();
  (void)small_table(&m, "k");
  assert_int_equal(counted(m.b, SUM_OF_ROWS, OUTCOME_NOT_CHECKED, &remarks).passed, 1);
  m = small_book();
  (void)small_table(&m, "k");
  m.b->obs.v[1].value += 5 * MAKER_QUANTUM;
  assert_int_equal(counted(m.b, SUM_OF_ROWS, OUTCOME_NOT_CHECKED, &remarks).failed, 1);
}

static void an_unknown_row_keeps_the_sum_from_failing(void **state) {
  (void)state;
  int remarks;
  struct maker m = small_book();
  int table = small_table(&m, "k");
  m.b->obs.v[1].value += 5 * MAKER_QUANTUM;
  m.b->tables.v[table].rows[2].role = ROW_UNKNOWN, m.b->tables.v[table].rows[2].key = NO_SYMBOL;
  struct check_result c = counted(m.b, SUM_OF_ROWS, OUTCOME_NOT_CHECKED, &remarks);
  assert_int_equal(c.failed, 0);
  assert_int_equal(c.passed, 0);
  assert_true(c.not_checked > 0);
}

static void a_table_read_badly_proves_nothing(void **state) {
  (void)state;
  int remarks;
  struct maker m = small_book();
  int table = small_table(&m, "k");
  m.b->obs.v[1].value += 5 * MAKER_QUANTUM;
  m.b->tables.v[table].doubtful = true;
  for (int i = 0; i < 3; i++) m.b->obs.v[i].doubtful = true; /* as recognition marks every cell of such a table */
  struct check_result c = counted(m.b, SUM_OF_ROWS, OUTCOME_NOT_CHECKED, &remarks);
  assert_int_equal(c.failed, 0);
  assert_true(c.not_checked > 0);
}

static void two_tables_of_a_kind_are_not_chosen_between(void **state) {
  (void)state;
  int remarks;
  struct maker m = small_book();
  (void)small_table(&m, "k"), (void)small_table(&m, "other"), (void)small_table(&m, "other");
  struct check_result c = counted(m.b, "  for row in k\n  check [row, a] = other[row, a]\n", OUTCOME_NOT_CHECKED, &remarks);
  assert_int_equal(c.failed, 0);
  assert_int_equal(c.passed, 0);
  assert_true(c.not_checked > 0);
}

static void a_missing_row_is_said_once(void **state) {
  (void)state;
  int remarks;
  for (int demanded = 0; demanded < 2; demanded++) {
    struct maker m = small_book();
    (void)small_table(&m, "k");
    int other = small_table(&m, "other");
    m.b->tables.v[other].rows[2].key = book_symbol(m.b, "299");
    struct check_result c =
        counted(m.b, demanded ? "  for row in k\n  check [row, a] = other[row, a]!\n" : "  for row in k\n  check [row, a] = other[row, a]\n",
                OUTCOME_FAILED, &remarks);
    assert_int_equal(c.passed, 2);
    assert_int_equal(c.failed, demanded);
    assert_int_equal(remarks, demanded);
  }
}

static void what_is_not_there_does_not_apply(void **state) {
  (void)state;
  int remarks;
  struct maker m = small_book();
  (void)small_table(&m, "other");
  struct check_result c = counted(m.b, SUM_OF_ROWS, OUTCOME_NOT_APPLICABLE, &remarks);
  assert_int_equal(c.passed + c.failed + c.not_checked, 0);
  assert_int_equal(c.not_applicable, 1);
  assert_int_equal(remarks, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes_are_placed),
      cmocka_unit_test(sums_hold_within_half_units),
      cmocka_unit_test(sides_may_lie_beside_each_other),
      cmocka_unit_test(coarse_numbers_hold_fine_ones),
      cmocka_unit_test(shares_are_intervals_too),
      cmocka_unit_test(missing_observations_are_not_checked),
      cmocka_unit_test(a_sum_holds_or_fails),
      cmocka_unit_test(an_unknown_row_keeps_the_sum_from_failing),
      cmocka_unit_test(a_table_read_badly_proves_nothing),
      cmocka_unit_test(two_tables_of_a_kind_are_not_chosen_between),
      cmocka_unit_test(a_missing_row_is_said_once),
      cmocka_unit_test(what_is_not_there_does_not_apply),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
