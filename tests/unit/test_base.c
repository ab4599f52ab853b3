/* test_base.c: arenas, buffers, string numbering, folding, enumerators, numbers, money, options. */
#include "base/money.h"
#include "base/option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void arena_keeps_its_cap(void **state) {
  (void)state;
  struct arena a;
  arena_init(&a, 100000);
  size_t got = 0;
  void *p;
  while ((p = arena_alloc(&a, 1000)) != NULL) got += 1000;
  assert_in_range(got, 60000, 100000);
  assert_null(arena_array(&a, SIZE_MAX / 2, 4));
  arena_release(&a);
  arena_init(&a, 1 << 20);
  unsigned char *q = arena_alloc(&a, 300);
  for (int i = 0; i < 300; i++) assert_int_equal(q[i], 0);
  assert_string_equal(arena_printf(&a, "%0600d", 7) + 599, "7");
  arena_release(&a);
}

static void buffer_stops_at_its_cap(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 10);
  assert_int_equal(buf_puts(&b, "12345678"), RC_OK);
  assert_int_equal(buf_printf(&b, "%d", 9), RC_OK);
  assert_int_equal(buf_putc(&b, 'x'), RC_LIMIT);
  assert_int_equal(buf_putc(&b, 'x'), RC_LIMIT); /* sticks */
  assert_string_equal(b.p, "123456789");
  buf_release(&b);
}

static void intern_gives_dense_numbers(void **state) {
  (void)state;
  struct intern t;
  intern_init(&t);
  char name[16];
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < 1000; i++) {
      int n = snprintf(name, sizeof name, "k%u", i);
      assert_int_equal(intern_add(&t, name, (size_t)n), i);
    }
  assert_int_equal(intern_find(&t, "k77x", 4), INTERN_NONE);
  assert_int_equal(intern_find(&t, "k77x", 3), 77);
  assert_string_equal(intern_name(&t, 999), "k999");
  intern_release(&t);
}

static void fold_makes_equal_what_reads_equal(void **state) {
  (void)state;
  struct arena a;
  arena_init(&a, 1 << 20);
  assert_string_equal(text_fold(&a, SV("（一）　ＡＢ c")), "(一)abc");
  assert_string_equal(text_fold(&a, SV("“三公”经费〔2023〕")), "\"三公\"经费(2023)");
  assert_string_equal(text_fold(&a, SV("\xE2\xBC\x80般公共")), "一般公共"); /* Kangxi radical one */
  assert_string_equal(text_fold(&a, SV("a\xFFz")), "a\xEF\xBF\xBDz");
  char small[5];
  assert_int_equal(text_fold_into(small, sizeof small, SV("一二")), 3); /* never half a character */
  arena_release(&a);
}

static void enumerators_are_seen(void **state) {
  (void)state;
  static const struct {
    const char *text;
    enum enumerator_kind kind;
    int value;
    const char *rest;
  } cases[] = {{"一、本年收入", ENUM_CN, 1, "本年收入"},
               {"廿四、债务", ENUM_CN, 24, "债务"},
               {"二十一、国有", ENUM_CN, 21, "国有"},
               {"（十三）商业", ENUM_CN_PAREN, 13, "商业"},
               {"(廿一)其他", ENUM_CN_PAREN, 21, "其他"},
               {"1.一般公共", ENUM_ARABIC, 1, "一般公共"},
               {"12、小计", ENUM_ARABIC, 12, "小计"},
               {"其中：财政拨款", ENUM_OF_WHICH, 0, "财政拨款"},
               {"12.50", ENUM_NONE, 0, "12.50"},
               {"三公经费", ENUM_NONE, 0, "三公经费"},
               {"（1）购置", ENUM_ARABIC_PAREN, 1, "购置"},
               {"①甲", ENUM_ARABIC_PAREN, 1, "甲"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct enumerator e = text_enumerator(sv_from(cases[i].text));
    assert_int_equal(e.kind, cases[i].kind);
    assert_int_equal(e.value, cases[i].value);
    assert_string_equal(cases[i].text + e.bytes, cases[i].rest);
  }
}

static void numbers_parse_whole_or_not_at_all(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int rc;
    int64_t mantissa;
    int decimals;
  } cases[] = {{"11, 054. 90", 0, 1105490, 2},
               {"1,234", 0, 1234, 0},
               {"－8.10", 0, -810, 2},
               {"（5.6）", 0, -56, 1},
               {"１２３．４", 0, 1234, 1},
               {"100%", 0, 100, 0},
               {"0.00", 0, 0, 2},
               {"12,34.5", RC_FORMAT, 0, 0},
               {"1.2.3", RC_FORMAT, 0, 0},
               {"", RC_FORMAT, 0, 0},
               {"12a", RC_FORMAT, 0, 0},
               {"1.", RC_FORMAT, 0, 0},
               {".5", RC_FORMAT, 0, 0},
               {"(5", RC_FORMAT, 0, 0},
               {"9999999999999999999", RC_LIMIT, 0, 0},
               {"1234,567", RC_FORMAT, 0, 0},
               {"5-", RC_FORMAT, 0, 0},
               {"0000000000000000000012", 0, 12, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct number n;
    assert_int_equal(number_parse(sv_from(cases[i].text), &n), cases[i].rc);
    if (cases[i].rc) continue;
    assert_int_equal(n.mantissa, cases[i].mantissa);
    assert_int_equal(n.decimals, cases[i].decimals);
  }
  assert_true(number_is_dash(SV(" — ")));
  assert_false(number_is_dash(SV("-1")));
}

static void money_is_exact(void **state) {
  (void)state;
  struct number n;
  int64_t fen;
  assert_int_equal(number_parse(SV("11054.90"), &n), 0);
  assert_int_equal(money_from(&n, SCALE_WAN, &fen), 0);
  assert_int_equal(fen, 11054900000);
  char out[MONEY_TEXT];
  assert_string_equal(money_print(out, fen, SCALE_WAN, 2, true), "11,054.90");
  assert_string_equal(money_print(out, -5, SCALE_YUAN, 2, false), "-0.05");
  assert_string_equal(money_print(out, INT64_MIN + 1, SCALE_YUAN, 2, true), "-92,233,720,368,547,758.07");
  assert_int_equal(number_parse(SV("0.0000001"), &n), 0);
  assert_int_equal(money_from(&n, SCALE_WAN, &fen), RC_FORMAT); /* a tenth of a 分 */
  assert_int_equal(money_quantum(2, SCALE_WAN), 10000);
  assert_int_equal(money_muldiv(1, 1, 2, ROUND_HALF_UP, &fen), 0);
  assert_int_equal(fen, 1);
  assert_int_equal(money_muldiv(-5, 1, 2, ROUND_HALF_EVEN, &fen), 0);
  assert_int_equal(fen, -2);
  assert_int_equal(money_muldiv(1, 1, 3, ROUND_EXACT, &fen), RC_FORMAT);
  assert_int_equal(money_muldiv(1, 1, 0, ROUND_DOWN, &fen), RC_LIMIT);
}

static void options_are_taken_out(void **state) {
  (void)state;
  bool quiet = false;
  int jobs = 1;
  const char *format = "text";
  struct option_list book = {0};
  const struct option options[] = {{"quiet", 'q', OPT_FLAG, &quiet, NULL, NULL, "", ""},
                                   {"jobs", 'j', OPT_INT, &jobs, "N", NULL, "", ""},
                                   {"format", 'f', OPT_CHOICE, &format, "F", "text|json", "", ""},
                                   {"book", 0, OPT_LIST, &book, "FILE", NULL, "", ""}};
  char *argv[] = {(char[]){"--book"}, (char[]){"A"},  (char[]){"B"}, (char[]){"--format=json"}, (char[]){"C"}, (char[]){"-qj4"},
                  (char[]){"D"},      (char[]){"--"}, (char[]){"-x"}};
  struct err e = {0};
  assert_int_equal(options_parse(options, 4, 9, argv, &e), 3);
  assert_string_equal(argv[0], "C");
  assert_string_equal(argv[1], "D");
  assert_string_equal(argv[2], "-x");
  assert_true(quiet);
  assert_int_equal(jobs, 4);
  assert_string_equal(format, "json");
  assert_int_equal(book.n, 2);
  assert_string_equal(book.v[0], "A");
  assert_string_equal(book.v[1], "B");
  free(book.v);
  char *bad[] = {(char[]){"--format"}, (char[]){"pdf"}};
  assert_int_equal(options_parse(options, 4, 2, bad, &e), RC_USAGE);
}

static void a_file_is_whole_or_untouched(void **state) {
  (void)state;
  char path[] = "/tmp/heng-test-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  struct err e = {0};
  assert_int_equal(file_replace(path, "hello", 5, &e), RC_OK);
  unsigned char *data;
  size_t size;
  assert_int_equal(file_read(path, 100, &data, &size, &e), RC_OK);
  assert_int_equal(size, 5);
  assert_memory_equal(data, "hello", 5);
  free(data);
  assert_int_equal(file_read(path, 4, &data, &size, &e), RC_LIMIT);
  assert_int_equal(file_read("/tmp", 4, &data, &size, &e), RC_IO);
  assert_int_equal(file_replace("/nonexistent/x", "a", 1, &e), RC_IO);
  remove(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(arena_keeps_its_cap),
                                     cmocka_unit_test(buffer_stops_at_its_cap),
                                     cmocka_unit_test(intern_gives_dense_numbers),
                                     cmocka_unit_test(fold_makes_equal_what_reads_equal),
                                     cmocka_unit_test(enumerators_are_seen),
                                     cmocka_unit_test(numbers_parse_whole_or_not_at_all),
                                     cmocka_unit_test(money_is_exact),
                                     cmocka_unit_test(options_are_taken_out),
                                     cmocka_unit_test(a_file_is_whole_or_untouched)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
