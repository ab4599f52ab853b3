/* test_diagnose.c: one cause, one finding: wrong digits, several at once, exchanged and left-out figures, on made books.
 * The books are consistent until a test changes them, so the right answer is always known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../harness/determine.h"
#include "bookmaker.h"

static struct rule_set *rules;

static int rules_open(void **state) {
  struct err e;
  (void)state;
  return rule_set_new(&rules, &e); /* empty: relations whose rule is unknown count as proven, which is what is wanted here */
}

static int rules_close(void **state) {
  (void)state;
  rule_set_free(rules);
  return 0;
}

static void diagnose(struct maker *m) {
  struct err e;
  maker_judge(m);
  assert_int_equal(rule_diagnose(rules, m->b, m->r, &e), 0);
}

static const struct finding *finding_of(const struct maker *m, int32_t obs, int64_t value) {
  for (size_t i = 0; i < m->r->findings.n; i++)
    if (finding_names(&m->r->findings.v[i], obs, value)) return &m->r->findings.v[i];
  return NULL;
}

/* A cell of the book whose value is large enough for the test. */
static int32_t some_cell(struct maker *m, int table, int64_t least) {
  for (int tries = 0; tries < 10000; tries++) {
    int32_t i = (int32_t)maker_random(m, (uint32_t)m->b->obs.n);
    if (m->b->obs.v[i].table == table && m->b->obs.v[i].value >= least) return i;
  }
  return maker_at(m, table, 0, 0);
}

static void consistent_book_has_no_finding(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed < 20; seed++) {
    struct maker m;
    maker_new(&m, seed);
    diagnose(&m);
    assert_int_equal(m.r->findings.n, 0);
    maker_free(&m);
  }
}

/* One digit of a cell: noticed; named when brute force leaves one cell; else in the smallest set. */
static void check_digit(struct maker *m, const struct baseline *base, int32_t obs, int64_t value, int64_t was) {
  struct determined d;
  maker_print(m, obs, value);
  diagnose(m);
  determine(rules, m->b, m->r, base, &d);
  assert_true(m->r->findings.n > 0);
  bool holds = false;
  for (size_t i = 0; i < m->r->findings.n; i++) {
    const struct finding *f = &m->r->findings.v[i];
    assert_true(finding_touches(m->r, f, obs));
    if (finding_lists(f, obs)) holds = holds || f->nsuspects + f->nalternatives <= d.n;
  }
  assert_true(holds);
  if (d.n == 1 && d.cells[0].values == 1) assert_non_null(finding_of(m, obs, was));
  maker_print(m, obs, was);
}

static void one_wrong_digit(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    struct maker m;
    struct baseline base;
    maker_new(&m, seed);
    assert_int_equal(baseline_take(&base, m.b, m.r), 0);
    for (int32_t obs = 0; obs < (int32_t)m.b->obs.n; obs++) {
      int64_t was = m.b->obs.v[obs].value, weight = MAKER_QUANTUM;
      for (uint32_t shift = maker_random(&m, was >= 100 * MAKER_QUANTUM ? 3 : 2); shift > 0; shift--) weight *= 10;
      int64_t digit = was / weight % 10, other = (digit + 1 + maker_random(&m, 9)) % 10;
      if (was >= weight && was / weight < 10 && other == 0) continue; /* would lose the leading digit */
      check_digit(&m, &base, obs, was + (other - digit) * weight, was);
    }
    free(base.v);
    maker_free(&m);
  }
}

static void causes_are_told_apart(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    struct maker m;
    maker_new(&m, seed);
    int32_t leaf = some_cell(&m, T_BASIC, 100 * MAKER_QUANTUM);
    int64_t was = m.b->obs.v[leaf].value;
    struct {
      int64_t value;
      enum cause_kind cause;
    } cases[] = {{-was, CAUSE_SIGN}, {-was, CAUSE_SIGN}, {was * 10, CAUSE_SCALE}, {was * 10000, CAUSE_SCALE}, {0, CAUSE_UNKNOWN}};
    int64_t last = was / MAKER_QUANTUM % 10, before = was / MAKER_QUANTUM / 10 % 10;
    if (last != before) cases[0].value = was + 9 * (last - before) * MAKER_QUANTUM, cases[0].cause = CAUSE_TRANSPOSED;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      maker_print(&m, leaf, cases[i].value);
      if (cases[i].value == 0) m.b->obs.v[leaf].state = OBS_BLANK, cases[i].cause = CAUSE_BLANK;
      diagnose(&m);
      const struct finding *f = finding_of(&m, leaf, was);
      assert_int_equal(m.r->findings.n, 1);
      assert_non_null(f);
      if (!f) abort(); /* unreached: assert_non_null() ends, which the compiler is not told */
      assert_int_equal(f->cause, cases[i].cause);
      assert_int_equal(f->severity, SEVERITY_ERROR);
    }
    maker_free(&m);
  }
}

/* Two wrong cells are two findings, each with its right value, wherever they lie. */
static void two_wrong_cells(void **state) {
  (void)state;
  int named = 0, tried = 0;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    struct maker m;
    maker_new(&m, seed);
    int32_t a = some_cell(&m, T_FUNCTION, 10 * MAKER_QUANTUM), b = some_cell(&m, seed % 2 ? T_UNIT : T_FUNCTION, 10 * MAKER_QUANTUM);
    int64_t wa = m.b->obs.v[a].value, wb = m.b->obs.v[b].value;
    maker_print(&m, a, wa + 3 * MAKER_QUANTUM * 10);
    if (a != b) maker_print(&m, b, wb + 5 * MAKER_QUANTUM * 10);
    diagnose(&m);
    tried += 2;
    named += finding_of(&m, a, wa) != NULL;
    named += finding_of(&m, b, wb) != NULL;
    assert_true(m.r->findings.n <= 4);
    maker_free(&m);
  }
  assert_true(named * 100 >= tried * 90);
}

static void two_cells_exchanged(void **state) {
  (void)state;
  struct maker m;
  maker_new(&m, 3);
  for (int row = 3; row < 24; row++) {
    int32_t a = maker_at(&m, T_FUNCTION, row, 2), b = maker_at(&m, T_FUNCTION, row, 3);
    int64_t wa = m.b->obs.v[a].value, wb = m.b->obs.v[b].value;
    if (wa == 0 || wb == 0 || wa == wb) continue;
    maker_print(&m, a, wb);
    maker_print(&m, b, wa);
    diagnose(&m);
    assert_int_equal(m.r->findings.n, 1);
    assert_int_equal(m.r->findings.v[0].cause, CAUSE_SWAPPED_COLUMNS);
    assert_int_equal(m.r->findings.v[0].nsuspects, 2);
    maker_print(&m, a, wa);
    maker_print(&m, b, wb);
  }
  maker_free(&m);
}

static void columns_exchanged(void **state) {
  (void)state;
  struct maker m;
  maker_new(&m, 5);
  for (int row = 0; row < 24; row++) {
    int32_t a = maker_at(&m, T_EXPENDITURE, row, 1), b = maker_at(&m, T_EXPENDITURE, row, 2);
    int64_t wa = m.b->obs.v[a].value, wb = m.b->obs.v[b].value;
    maker_print(&m, a, wb);
    maker_print(&m, b, wa);
  }
  diagnose(&m);
  assert_int_equal(m.r->findings.n, 1);
  assert_int_equal(m.r->findings.v[0].cause, CAUSE_SWAPPED_COLUMNS);
  assert_int_equal(m.r->findings.v[0].row_table, T_EXPENDITURE);
  maker_free(&m);
}

static void table_in_wrong_unit(void **state) {
  (void)state;
  struct maker m;
  maker_new(&m, 7);
  for (size_t i = 0; i < m.b->obs.n; i++)
    if (m.b->obs.v[i].table == T_UNIT) maker_print(&m, (int32_t)i, m.b->obs.v[i].value * 10000);
  diagnose(&m);
  assert_int_equal(m.r->findings.n, 1);
  assert_int_equal(m.r->findings.v[0].cause, CAUSE_SCALE);
  assert_int_equal(m.r->findings.v[0].row_table, T_UNIT);
  maker_free(&m);
}

/* Takes a row out of a table: its cells leave every relation. */
static void row_remove(struct maker *m, int table, int row) {
  for (size_t i = 0; i < m->r->relations.n; i++) {
    struct relation *r = &m->r->relations.v[i];
    struct term *t = ARENA_ARRAY(&m->r->arena, struct term, (size_t)r->nterms);
    int n = 0;
    assert_non_null(t);
    for (int k = 0; k < r->nterms; k++) {
      const struct obs *o = &m->b->obs.v[r->terms[k].obs];
      if (o->table == table && o->row == row && (k == 0 || r->nterms == 2))
        r->op = REL_LE, n = 0, k = r->nterms;
      else if (o->table != table || o->row != row)
        t[n++] = r->terms[k];
    }
    r->terms = t;
    r->nterms = n;
  }
  struct book_row *x = &m->b->tables.v[table].rows[row];
  x->key = NO_SYMBOL;
  x->code = (struct sv){0};
}

static void missing_row(void **state) {
  (void)state;
  int found = 0;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    struct maker m;
    maker_new(&m, seed);
    row_remove(&m, T_FUNCTION, 15); /* 2170102, which the expenditure table still has */
    diagnose(&m);
    assert_true(m.r->findings.n > 0);
    assert_int_equal(m.r->findings.v[0].cause, CAUSE_MISSING_ROW);
    assert_int_equal(m.r->findings.v[0].row_table, T_FUNCTION);
    assert_int_equal(m.r->findings.v[0].row_after, 14);
    found += m.r->findings.n == 1;
    maker_free(&m);
  }
  assert_true(found >= 6); /* columns that the other table does not have may stand apart */
}

/* A row whose figures stand nowhere else: what its columns lack makes a row, and that is told before any guess at cells. */
static void missing_row_that_is_nowhere_else(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    struct maker m;
    maker_new(&m, seed);
    int row = maker_value(&m, T_BASIC, 5, 0) > 0 ? 5 : 6;
    if (maker_value(&m, T_BASIC, row, 0) > 0) {
      row_remove(&m, T_BASIC, row);
      diagnose(&m);
      assert_int_equal(m.r->findings.n, 1);
      assert_int_equal(m.r->findings.v[0].cause, CAUSE_MISSING_ROW);
      assert_int_equal(m.r->findings.v[0].row_table, T_BASIC);
      assert_int_equal(m.r->findings.v[0].row_after, 1);
      assert_int_equal(m.r->findings.v[0].nsuspects, 0);
      assert_int_equal(m.r->findings.v[0].nrelations, 2);
    }
    maker_free(&m);
  }
}

/* 合计 and the part that it consists of carry the same wrong number: one cause with two cells. */
static void one_wrong_number_in_two_columns(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    struct maker m;
    maker_new(&m, seed);
    int32_t total = maker_at(&m, T_BASIC, 12, 0), part = maker_at(&m, T_BASIC, 12, 2);
    int64_t was = m.b->obs.v[total].value;
    assert_int_equal(was, m.b->obs.v[part].value);
    maker_print(&m, total, was + 31 * MAKER_QUANTUM);
    maker_print(&m, part, was + 31 * MAKER_QUANTUM);
    diagnose(&m);
    assert_int_equal(m.r->findings.n, 1);
    assert_int_equal(m.r->findings.v[0].nsuspects, 2);
    assert_non_null(finding_of(&m, total, was));
    assert_non_null(finding_of(&m, part, was));
    maker_free(&m);
  }
}

/* Last year's figures left standing in this year's column: one finding, not one a cell. */
static void stale_copy(void **state) {
  (void)state;
  static const char *const measures[] = {"amount", "prior1"}, *const keys[] = {"out.total", "out.personnel", "out.operation", "out.target"};
  static const int64_t now[] = {6000, 1000, 2000, 3000}, before[] = {4641, 911, 1711, 2019};
  struct maker m;
  int32_t parts[3], priors[3];
  maker_new(&m, 17);
  int t = maker_table(&m, "goal-money", 4, measures, 2);
  for (int row = 0; row < 4; row++) {
    maker_row(&m, t, row, keys[row], row ? 1 : 0, row ? 0 : -1);
    int32_t a = maker_cell(&m, t, row, 0, now[row] * MAKER_QUANTUM), b = maker_cell(&m, t, row, 1, before[row] * MAKER_QUANTUM);
    if (row) parts[row - 1] = a, priors[row - 1] = b;
  }
  maker_relation(&m, MAKER_TOTAL, maker_at(&m, t, 0, 0), parts, 3);
  maker_relation(&m, MAKER_TOTAL, maker_at(&m, t, 0, 1), priors, 3);
  int u = maker_table(&m, "other", 4, measures, 1);
  for (int row = 0; row < 4; row++) {
    maker_row(&m, u, row, keys[row], 1, -1);
    maker_equal(&m, maker_cell(&m, u, row, 0, now[row] * MAKER_QUANTUM), maker_at(&m, t, row, 0));
  }
  diagnose(&m);
  assert_int_equal(m.r->findings.n, 0);
  maker_print(&m, parts[0], before[1] * MAKER_QUANTUM);
  maker_print(&m, parts[1], before[2] * MAKER_QUANTUM);
  diagnose(&m);
  assert_int_equal(m.r->findings.n, 1);
  assert_int_equal(m.r->findings.v[0].cause, CAUSE_STALE_COPY);
  assert_int_equal(m.r->findings.v[0].nsuspects, 2);
  maker_free(&m);
}

/* A last digit in a long sum stays inside the printed intervals: no error, but said, with the cell where it is determined. */
static void rounding_is_said(void **state) {
  (void)state;
  struct maker m;
  maker_new(&m, 11);
  int32_t leaf = maker_at(&m, T_BASIC, 4, 1);
  int64_t was = m.b->obs.v[leaf].value;
  int64_t other = was / MAKER_QUANTUM % 10 == 9 ? was - MAKER_QUANTUM : was + MAKER_QUANTUM;
  maker_print(&m, leaf, other);
  diagnose(&m);
  assert_int_equal(m.r->findings.n, 1);
  assert_true(m.r->findings.v[0].severity < SEVERITY_ERROR);
  assert_non_null(finding_of(&m, leaf, was));
  maker_free(&m);
}

static int id_compare(const void *a, const void *b) {
  return strcmp(a, b);
}

static void ids_of(const struct maker *m, char ids[64][20], size_t *n) {
  *n = m->r->findings.n < 64 ? m->r->findings.n : 64;
  for (size_t i = 0; i < *n; i++) memcpy(ids[i], m->r->findings.v[i].id, 20);
  qsort(ids, *n, 20, id_compare);
}

/* Tables and relations in another order: the same findings under the same ids. */
static void order_does_not_matter(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    struct maker m;
    char before[64][20], after[64][20];
    size_t n, k;
    maker_new(&m, seed);
    for (int i = 0; i < 5; i++) {
      int32_t obs = some_cell(&m, i, MAKER_QUANTUM);
      maker_print(&m, obs, m.b->obs.v[obs].value + (1 + i) * 10 * MAKER_QUANTUM);
    }
    diagnose(&m);
    ids_of(&m, before, &n);
    assert_true(n > 0);
    int tables = (int)m.b->tables.n;
    for (int i = 0; i < tables / 2; i++) {
      struct book_table t = m.b->tables.v[i];
      m.b->tables.v[i] = m.b->tables.v[tables - 1 - i];
      m.b->tables.v[tables - 1 - i] = t;
    }
    for (size_t i = 0; i < m.b->obs.n; i++) m.b->obs.v[i].table = tables - 1 - m.b->obs.v[i].table;
    for (size_t i = 0; i < m.r->relations.n / 2; i++) {
      struct relation r = m.r->relations.v[i];
      m.r->relations.v[i] = m.r->relations.v[m.r->relations.n - 1 - i];
      m.r->relations.v[m.r->relations.n - 1 - i] = r;
    }
    diagnose(&m);
    ids_of(&m, after, &k);
    assert_int_equal(n, k);
    for (size_t i = 0; i < n; i++) assert_string_equal(before[i], after[i]);
    maker_free(&m);
  }
}

/* A book in which nothing fits ends in bounded time, and says that there are several explanations rather than naming cells at random. */
static void chaos_is_bounded(void **state) {
  (void)state;
  struct maker m;
  maker_new(&m, 13);
  for (size_t i = 0; i < m.b->obs.n; i++) maker_print(&m, (int32_t)i, maker_amount(&m));
  diagnose(&m);
  assert_true(m.r->findings.n > 0);
  for (size_t i = 0; i < m.r->relations.n; i++) { /* every broken relation is in exactly one finding */
    int n = 0;
    for (size_t k = 0; k < m.r->findings.n; k++)
      for (int j = 0; j < m.r->findings.v[k].nrelations; j++) n += m.r->findings.v[k].relations[j] == (int32_t)i;
    assert_int_equal(n, m.r->relations.v[i].outcome == OUTCOME_FAILED);
  }
  maker_free(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(consistent_book_has_no_finding),
      cmocka_unit_test(one_wrong_digit),
      cmocka_unit_test(causes_are_told_apart),
      cmocka_unit_test(two_wrong_cells),
      cmocka_unit_test(two_cells_exchanged),
      cmocka_unit_test(columns_exchanged),
      cmocka_unit_test(table_in_wrong_unit),
      cmocka_unit_test(missing_row),
      cmocka_unit_test(missing_row_that_is_nowhere_else),
      cmocka_unit_test(one_wrong_number_in_two_columns),
      cmocka_unit_test(stale_copy),
      cmocka_unit_test(rounding_is_said),
      cmocka_unit_test(order_does_not_matter),
      cmocka_unit_test(chaos_is_bounded),
  };
  return cmocka_run_group_tests(tests, rules_open, rules_close);
}
