/* test_score.c: points of a self-evaluation against cases worked out by hand; the rules' file; figures as people write them. */
#include "rooms/book/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct score_number figure(const char *text, const char *unit) {
  struct score_number n = {0, 0};
  assert_int_equal(score_read(sv_from(text), sv_from(unit), &n), RC_OK);
  return n;
}

static int64_t points(enum score_direction d, const char *target, const char *actual, int64_t full) {
  return score_figure(d, figure(target, "家"), figure(actual, "家"), full);
}

static void at_least(void **state) {
  (void)state;
  assert_int_equal(points(SCORE_AT_LEAST, "80", "80", 700), 700);
  assert_int_equal(points(SCORE_AT_LEAST, "80", "300", 700), 700);
  assert_int_equal(points(SCORE_AT_LEAST, "80", "72", 700), 630);     /* 7 × 72 ÷ 80 = 6.3 */
  assert_int_equal(points(SCORE_AT_LEAST, "95", "93.3", 1000), 982);  /* 9.82105… */
  assert_int_equal(points(SCORE_AT_LEAST, "100", "98.5", 1000), 985); /* 9.85 */
  assert_int_equal(points(SCORE_AT_LEAST, "8", "1", 1000), 125);      /* 1.25 */
  assert_int_equal(points(SCORE_AT_LEAST, "16", "1", 1000), 63);      /* 0.625: half up */
  assert_int_equal(points(SCORE_AT_LEAST, "3", "1", 1000), 333);      /* 3.3333… */
  assert_int_equal(points(SCORE_AT_LEAST, "3", "2", 1000), 667);      /* 6.6666… */
  assert_int_equal(points(SCORE_AT_LEAST, "80", "0", 700), 0);
  assert_int_equal(points(SCORE_AT_LEAST, "5", "-2", 700), 0); /* it shrank: no points, not less than none */
  assert_int_equal(points(SCORE_AT_LEAST, "0", "0", 700), 700);
  assert_int_equal(points(SCORE_AT_LEAST, "-3", "-4", 700), 0); /* no share of a negative target */
  assert_int_equal(points(SCORE_AT_LEAST, "9000000000", "4500000000.5", 1000), 500);
}

static void at_most(void **state) {
  (void)state;
  assert_int_equal(points(SCORE_AT_MOST, "330", "313.5", 2000), 2000);
  assert_int_equal(points(SCORE_AT_MOST, "330", "330", 2000), 2000);
  assert_int_equal(points(SCORE_AT_MOST, "330", "352", 2000), 1875); /* 20 × 330 ÷ 352 = 18.75 */
  assert_int_equal(points(SCORE_AT_MOST, "3", "4", 500), 375);       /* 3.75 */
  assert_int_equal(points(SCORE_AT_MOST, "3", "0", 500), 500);
  assert_int_equal(points(SCORE_AT_MOST, "0", "1", 500), 0); /* nothing was allowed */
}

static void equal(void **state) {
  (void)state;
  assert_int_equal(points(SCORE_EQUAL, "15", "15", 700), 700);
  assert_int_equal(points(SCORE_EQUAL, "15", "12", 700), 560); /* 7 × 12 ÷ 15 = 5.6 */
  assert_int_equal(points(SCORE_EQUAL, "15", "16", 700), 700);
}

static void money(void **state) {
  int64_t out;
  (void)state;
  assert_int_equal(score_funds(1000, 330000000, 313500000, &out), RC_OK);
  assert_int_equal(out, 950);
  assert_int_equal(score_funds(1000, 330000000, 340000000, &out), RC_OK);
  assert_int_equal(out, 1000); /* min(1, B/A) */
  assert_int_equal(score_funds(1000, 3, 2, &out), RC_OK);
  assert_int_equal(out, 667);
  assert_int_equal(score_funds(1000, 789256000000, 1, &out), RC_OK);
  assert_int_equal(out, 0);
  assert_int_equal(score_funds(1000, 330000000, -5, &out), RC_OK);
  assert_int_equal(out, 0);
  assert_int_equal(score_funds(1000, 0, 5, &out), RC_FORMAT); /* no budget, no rate */
}

static void figures(void **state) {
  struct score_number n;
  (void)state;
  assert_int_equal(figure("98.5%", "%").mantissa, 985);
  assert_int_equal(figure("≥ 56 家", "家").mantissa, 56);
  assert_int_equal(figure("１５场", "场").mantissa, 15);
  assert_int_equal(figure("20,000笔", "笔").mantissa, 20000);
  assert_int_equal(figure("313.5", "万元").mantissa, 3135);
  assert_int_equal(score_read(SV("持续下降"), SV(""), &n), RC_FORMAT);
  assert_int_equal(score_read(SV("98%"), SV("家"), &n), RC_FORMAT); /* another unit is no figure of this one */
  assert_int_equal(score_read(SV("50-55"), SV("人"), &n), RC_FORMAT);
  assert_int_equal(score_read(SV("3133000元"), SV("万元"), &n), RC_FORMAT);
  assert_int_equal(score_read(SV(""), SV("家"), &n), RC_FORMAT);
  assert_int_equal(score_compare(figure("0.50", ""), figure("0.5", "")), 0);
  assert_int_equal(score_compare(figure("10", ""), figure("9.99", "")), 1);
}

static void entered_points(void **state) {
  int64_t out;
  char text[MONEY_TEXT];
  (void)state;
  assert_int_equal(score_points(SV("9.5"), &out), RC_OK);
  assert_int_equal(out, 950);
  assert_int_equal(score_points(SV("100"), &out), RC_OK);
  assert_int_equal(score_points(SV("100.01"), &out), RC_FORMAT);
  assert_int_equal(score_points(SV("9.555"), &out), RC_FORMAT);
  assert_int_equal(score_points(SV("-1"), &out), RC_FORMAT);
  assert_int_equal(score_points(SV("9分"), &out), RC_FORMAT);
  assert_string_equal(score_print(text, 950), "9.5");
  assert_string_equal(score_print(text, 1000), "10");
  assert_string_equal(score_print(text, 987), "9.87");
  assert_string_equal(score_print(text, 0), "0");
}

static const char good[] =
    "funds 10\nlevel 达成 80 100\nlevel 部分达成 60 80\nlevel 未达成 0 60\nfar 130\nweights 产出指标 50 效益指标 30 满意度指标 10\n";

static void bands(void **state) {
  struct score_rules r;
  struct err e = {0};
  (void)state;
  assert_int_equal(score_rules_read("x", sv_from(good), &r, &e), RC_OK);
  assert_true(score_in_band(&r, LEVEL_REACHED, 600, 600) && score_in_band(&r, LEVEL_REACHED, 600, 480));
  assert_false(score_in_band(&r, LEVEL_REACHED, 600, 479));
  assert_false(score_in_band(&r, LEVEL_REACHED, 600, 601));
  assert_false(score_in_band(&r, LEVEL_PARTLY, 600, 480)); /* 80 is the upper band's */
  assert_true(score_in_band(&r, LEVEL_PARTLY, 600, 479) && score_in_band(&r, LEVEL_PARTLY, 600, 360));
  assert_false(score_in_band(&r, LEVEL_PARTLY, 600, 359));
  assert_true(score_in_band(&r, LEVEL_MISSED, 600, 359) && score_in_band(&r, LEVEL_MISSED, 600, 0));
  assert_false(score_in_band(&r, LEVEL_MISSED, 600, 360));
  assert_true(score_in_band(&r, LEVEL_REACHED, 333, 267)); /* 2.664 is the bound */
  assert_false(score_in_band(&r, LEVEL_REACHED, 333, 266));
  assert_true(score_far(&r, SCORE_AT_LEAST, figure("180", ""), figure("234", "")));
  assert_false(score_far(&r, SCORE_AT_LEAST, figure("180", ""), figure("233.9", "")));
  assert_true(score_far(&r, SCORE_AT_MOST, figure("130", ""), figure("100", "")));
  assert_false(score_far(&r, SCORE_AT_MOST, figure("3", ""), figure("0", "")));
}

static void wrong(const char *text, int line, int column) {
  struct score_rules r;
  struct err e = {0};
  assert_int_equal(score_rules_read("x", sv_from(text), &r, &e), RC_FORMAT);
  assert_int_equal(e.line, line);
  assert_int_equal(e.column, column);
}

static void rules_refused(void **state) {
  (void)state;
  wrong("funds ten\n", 1, 7);
  wrong("funds 10\nlevel 完成 80 100\n", 2, 7);
  wrong("funds 10\nlevel 达成 80 101\n", 2, 13);
  wrong("funds 10\nweights 产出指标 50 效益指标 30\n", 2, 1); /* 90 */
  wrong("funds 10\n  bonus 5\n", 2, 3);
  wrong("funds 10\n", 2, 1); /* no levels */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(at_least), cmocka_unit_test(at_most),      cmocka_unit_test(equal),
                                     cmocka_unit_test(money),    cmocka_unit_test(figures),      cmocka_unit_test(entered_points),
                                     cmocka_unit_test(bands),    cmocka_unit_test(rules_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
