/* rulemaker.h: for tests of the rule language: a small tree of amounts, and what some clauses come to over a book. Needs cmocka before it. */
#ifndef HENG_TESTS_RULEMAKER_H
#define HENG_TESTS_RULEMAKER_H

#include "bookmaker.h"

#define HEAD "rule A\n  title x\n  scope national\n  basis y\n"

enum { W = MAKER_QUANTUM };

/* "expenditure": total, 201 {20101 {2010101, 2010102}, 20102}, 208; columns total, basic, project. All adds up. */
static inline int tree_make(struct maker *m, const char *kind) {
  static const char *const keys[] = {"total", "201", "20101", "2010101", "2010102", "20102", "208"}, *const measures[] = {"total", "basic",
                                                                                                                          "project"};
  static const int levels[] = {0, 1, 2, 3, 3, 2, 1}, parents[] = {-1, 0, 1, 2, 2, 1, 0},
                   values[7][2] = {{100, 60}, {70, 50}, {40, 30}, {25, 10}, {15, 20}, {30, 20}, {30, 10}};
  int t = maker_table(m, kind, 7, measures, 3);
  for (int i = 0; i < 7; i++) {
    maker_row(m, t, i, keys[i], levels[i], parents[i]);
    maker_cell(m, t, i, 0, (int64_t)(values[i][0] + values[i][1]) * W);
    maker_cell(m, t, i, 1, (int64_t)values[i][0] * W);
    maker_cell(m, t, i, 2, (int64_t)values[i][1] * W);
  }
  return t;
}

static inline void book_begin(struct maker *m) {
  struct err e;
  *m = (struct maker){.seed = 1};
  assert_int_equal(book_new(&m->b, &e), RC_OK);
  m->b->profile = "wuhan";
  m->b->year = 2023;
  m->b->kind = BOOK_DEPARTMENT_BUDGET;
}

/* Judges `clauses` over the book: passed, failed (without 尾差), rounding, not applicable, not checked. */
struct counts {
  long passed, failed, rounding, na, nc;
};

static inline struct counts judge(const struct maker *m, const char *clauses) {
  struct rule_set *s;
  struct check_result *r = NULL;
  struct err e = {0};
  char text[4000];
  snprintf(text, sizeof text, HEAD "%s\n", clauses);
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  if (rule_set_parse(s, "t", sv_from(text), &e) < 0) fail_msg("%d:%d %s in\n%s", e.line, e.column, e.text, text);
  assert_int_equal(rule_evaluate(s, m->b, &r, &e), RC_OK);
  const struct rule_tally *t = &r->tallies[0];
  struct counts c = {t->passed, t->failed - t->rounding, t->rounding, t->not_applicable, t->not_checked};
  if (!m->b->blank_form) /* said of the book, not of a rule */
    assert_int_equal(r->passed + r->failed + r->not_applicable + r->not_checked, t->passed + t->failed + t->not_applicable + t->not_checked);
  check_free(r);
  rule_set_free(s);
  return c;
}

static inline void expect_counts(const struct maker *m, const char *clauses, struct counts want) {
  struct counts got = judge(m, clauses);
  if (memcmp(&got, &want, sizeof got) != 0)
    fail_msg("%s\nis %ld passed, %ld failed, %ld rounding, %ld not applicable, %ld not checked", clauses, got.passed, got.failed, got.rounding,
             got.na, got.nc);
}
#define EXPECT(m, clauses, ...) expect_counts(m, clauses, (struct counts){__VA_ARGS__})

static inline void book_end(struct maker *m) {
  book_free(m->b);
}

#endif
