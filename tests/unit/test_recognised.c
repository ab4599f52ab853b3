/* test_recognised.c: what rests on character recognition is evaluated and at most a warning; what does not stays an error. */
#include "bookmaker.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char rules[] =
    "rule SUM\n  title 加 | adds up\n  scope national\n  basis x\n  for row in expenditure gp-function\n"
    "  check [row, total] = [row, basic] + [row, project]\n"
    "rule CODE\n  title 码 | code\n  scope national\n  basis x\n  for row in expenditure gp-function\n  require row.code ~ \"^2\"\n"
    "rule THERE\n  title 有 | there\n  scope national\n  basis x\n  for book\n  require has(projects)\n";

struct made {
  struct maker m;
  struct document d;
  struct page pages[2];
  const struct document *documents[1];
  struct rule_set *s;
};

/* Two tables, a page each; in both the row does not add up, and its code is wrong. */
static void make(struct made *x, enum page_state first) {
  static const char *const kinds[] = {"expenditure", "gp-function"}, *const measures[] = {"total", "basic", "project"};
  struct err e = {0};
  memset(x, 0, sizeof *x);
  assert_int_equal(book_new(&x->m.b, &e), RC_OK);
  for (int i = 0; i < 2; i++) {
    int t = maker_table(&x->m, kinds[i], 1, measures, 3);
    maker_row(&x->m, t, 0, "30101", 1, -1);
    for (int c = 0; c < 3; c++) {
      int32_t cell = maker_cell(&x->m, t, 0, c, c == 0 ? 9000000 : 2000000);
      x->m.b->obs.v[cell].place.page = i + 1;
    }
    x->m.b->tables.v[t].place.page = i + 1;
    x->m.b->tables.v[t].document_table = -1;
  }
  x->pages[0] = (struct page){.number = 1, .state = first}, x->pages[1] = (struct page){.number = 2, .state = PAGE_READ};
  x->d = (struct document){.pages = x->pages, .npages = 2};
  x->documents[0] = &x->d;
  x->m.b->documents = x->documents, x->m.b->ndocuments = 1, x->m.b->year = 2023;
  book_mark_recognised(x->m.b);
  assert_int_equal(rule_set_new(&x->s, &e), RC_OK);
  assert_int_equal(rule_set_parse(x->s, "test", sv_from(rules), &e), RC_OK);
  assert_int_equal(rule_check(x->s, x->m.b, &x->m.r, &e), RC_OK);
}

static void release(struct made *x) {
  check_free(x->m.r);
  book_free(x->m.b);
  rule_set_free(x->s);
}

static int errors(const struct made *x) {
  int n = 0;
  for (size_t i = 0; i < x->m.r->findings.n; i++) n += x->m.r->findings.v[i].severity == SEVERITY_ERROR;
  return n;
}

static void clean_pages_give_errors(void **state) {
  struct made x;
  (void)state;
  make(&x, PAGE_READ);
  assert_int_equal(x.m.b->recognised, 0);
  assert_int_equal(errors(&x), (int)x.m.r->findings.n);
  assert_true(x.m.r->findings.n >= 4);
  release(&x);
}

static void recognised_pages_warn(void **state) {
  struct made x;
  (void)state;
  make(&x, PAGE_RECOGNISED);
  assert_int_equal(x.m.b->recognised, 3);
  assert_true(x.m.b->tables.v[0].recognised && !x.m.b->tables.v[1].recognised);
  for (size_t i = 0; i < x.m.r->relations.n; i++) {
    const struct relation *r = &x.m.r->relations.v[i];
    bool first = x.m.b->obs.v[r->terms[0].obs].table == 0;
    assert_int_equal(r->outcome, OUTCOME_FAILED);
    assert_int_equal(r->recognised, first);
    assert_int_equal(r->severity, first ? SEVERITY_WARNING : SEVERITY_ERROR);
  }
  int failed = 0;
  for (size_t i = 0; i < x.m.r->remarks.n; i++) {
    const struct remark *m = &x.m.r->remarks.v[i];
    if (m->outcome != OUTCOME_FAILED) continue;
    failed++;
    assert_true(m->recognised); /* it may compare with the other table */
    assert_int_equal(m->severity, SEVERITY_WARNING);
  }
  assert_int_equal(failed, 3);
  assert_int_equal(errors(&x), 1); /* the sum on the page that was read */
  release(&x);
}

/* A recognised page without a table (a letter with a stamp) says nothing about tables elsewhere, but a table or sentence may stand on it. */
static void a_page_without_tables(void **state) {
  struct made x;
  struct err e = {0};
  (void)state;
  make(&x, PAGE_READ);
  check_free(x.m.r);
  for (size_t i = 0; i < x.m.b->obs.n; i++) x.m.b->obs.v[i].place.page = 2;
  for (size_t i = 0; i < x.m.b->tables.n; i++) x.m.b->tables.v[i].place.page = 2;
  x.pages[0].state = PAGE_RECOGNISED;
  book_mark_recognised(x.m.b);
  assert_int_equal(rule_check(x.s, x.m.b, &x.m.r, &e), RC_OK);
  for (size_t i = 0; i < x.m.r->remarks.n; i++) {
    const struct remark *m = &x.m.r->remarks.v[i];
    if (m->outcome == OUTCOME_FAILED) assert_int_equal(m->severity, m->table < 0 ? SEVERITY_WARNING : SEVERITY_ERROR);
  }
  for (size_t i = 0; i < x.m.r->relations.n; i++) assert_int_equal(x.m.r->relations.v[i].severity, SEVERITY_ERROR);
  release(&x);
}

/* A table of another book laid beside this one brings its mark along; the pages of this book were all read. */
static void a_recognised_table_of_another_book(void **state) {
  struct made x;
  struct err e = {0};
  (void)state;
  make(&x, PAGE_READ);
  check_free(x.m.r);
  for (size_t i = 0; i < x.m.b->obs.n; i++) {
    struct obs *o = &x.m.b->obs.v[i];
    if (o->table == 0) o->document = 1, o->recognised = true;
  }
  x.m.b->tables.v[0].document = 1, x.m.b->tables.v[0].recognised = true;
  assert_int_equal(rule_check(x.s, x.m.b, &x.m.r, &e), RC_OK);
  assert_int_equal(x.m.r->relations.n, 2);
  for (size_t i = 0; i < x.m.r->relations.n; i++) {
    const struct relation *r = &x.m.r->relations.v[i];
    assert_int_equal(r->severity, x.m.b->obs.v[r->terms[0].obs].table == 0 ? SEVERITY_WARNING : SEVERITY_ERROR);
  }
  release(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(clean_pages_give_errors), cmocka_unit_test(recognised_pages_warn),
                                     cmocka_unit_test(a_page_without_tables), cmocka_unit_test(a_recognised_table_of_another_book)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
