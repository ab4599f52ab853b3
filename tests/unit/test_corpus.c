/* test_corpus.c: profiles/amounts.txt: what is shipped can be read and names kinds that there are; mistakes are told with line and column. */
#include "rooms/audit/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void shipped(void **state) {
  struct amount_list a;
  struct err e = {0};
  unsigned char *kinds = NULL;
  size_t size = 0;
  (void)state;
  assert_int_equal(amounts_load(HENG_SOURCE "/profiles/amounts.txt", &a, &e), RC_OK);
  assert_int_equal(file_read(HENG_SOURCE "/docs/vocabulary.md", 1 << 20, &kinds, &size, &e), RC_OK);
  assert_true(a.n >= 6);
  for (int i = 0; i < a.n; i++)
    for (int p = 0; p < a.v[i].nplaces; p++) {
      char name[80];
      snprintf(name, sizeof name, "`%s`", a.v[i].places[p].kind);
      if (!sv_contains((struct sv){(const char *)kinds, size}, name)) fail_msg("%s is no kind", name);
    }
  assert_string_equal(a.v[0].zh, "收入总计");
  free(kinds);
  amounts_release(&a);
}

static void mistakes(void **state) {
  static const struct {
    const char *text;
    int line, column;
  } bad[] = {{"amount Income = 收入 | income\n", 1, 8},
             {"# x\n\n  a[b, c]\n", 3, 3},
             {"amount a = 甲\n  kind[row measure]\n", 2, 3},
             {"amount a = 甲\n  kind\n", 2, 3},
             {"amount a = | b\n", 1, 8},
             {"amount a\n", 1, 8},
             {"amount a = 甲\n k[r, m]\namount a = 乙\n", 3, 8},
             {"amount a = 甲\n", 0, 0},
             {"amount a = \xff\n", 0, 0}};
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct amount_list a;
    struct err e = {0};
    assert_int_equal(amounts_parse("x.txt", sv_from(bad[i].text), &a, &e), RC_FORMAT);
    assert_string_equal(e.file, "x.txt");
    assert_int_equal(e.line, bad[i].line);
    assert_int_equal(e.column, bad[i].column);
    assert_true(e.text[0]);
  }
}

static void limits(void **state) {
  struct buf b;
  struct amount_list a;
  struct err e = {0};
  (void)state;
  buf_init(&b, 65536);
  for (int i = 0; i < AMOUNTS_MAX; i++) buf_printf(&b, "amount a%d = 甲 | a\r\n  k[r, m]\r\n", i);
  assert_int_equal(amounts_parse("x", (struct sv){b.p, b.n}, &a, &e), RC_OK);
  assert_int_equal(a.n, AMOUNTS_MAX);
  assert_string_equal(a.v[7].places[0].measure, "m");
  amounts_release(&a);
  buf_puts(&b, "amount more = 乙\n");
  assert_int_equal(amounts_parse("x", (struct sv){b.p, b.n}, &a, &e), RC_FORMAT);
  buf_clear(&b);
  buf_puts(&b, "amount a = 甲\n");
  for (int i = 0; i <= AMOUNT_PLACES_MAX; i++) buf_puts(&b, " k[r, m]\n");
  assert_int_equal(amounts_parse("x", (struct sv){b.p, b.n}, &a, &e), RC_FORMAT);
  assert_int_equal(e.line, AMOUNT_PLACES_MAX + 2);
  buf_release(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shipped), cmocka_unit_test(mistakes), cmocka_unit_test(limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
