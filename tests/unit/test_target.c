/* test_target.c: what a target says, read with the words of profiles/kinds.txt; numbers with units in running text. What is not understood to its
 * last character must stay unread. */
#include "rooms/budget/performance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct profiles *profiles;

static int load(void **state) {
  struct err e = {0};
  (void)state;
  int rc = profiles_load(HENG_SOURCE "/profiles", &profiles, &e);
  if (rc < 0) print_error("%s\n", e.text);
  return rc;
}

static int unload(void **state) {
  (void)state;
  profiles_free(profiles);
  return 0;
}

static struct target parsed(const char *text) {
  char folded[400];
  struct target t;
  text_fold_into(folded, sizeof folded, sv_from(text));
  target_parse(profile_find(profiles, "wuhan"), folded, &t);
  return t;
}

static void targets_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text;
    enum target_op op;
    int64_t low, high; /* 1/10^4 */
    const char *unit;
    int direction;
  } cases[] = {
      {"15场", TARGET_EQ, 150000, 150000, "场", 0},
      {"≥80 场", TARGET_GE, 800000, 800000, "场", 0},
      {">=80场", TARGET_GE, 800000, 800000, "场", 0},
      {"≥ 55 家/次", TARGET_GE, 550000, 550000, "家/次", 0},
      {"10 家以上", TARGET_GE, 100000, 100000, "家", 0},
      {"大于 10 家", TARGET_GT, 100000, 100000, "家", 0},
      {"大于等于10家", TARGET_GE, 100000, 100000, "家", 0},
      {"不高于 3%", TARGET_LE, 30000, 30000, "%", 0},
      {"≤1%", TARGET_LE, 10000, 10000, "%", 0},
      {"≤0.5％", TARGET_LE, 5000, 5000, "%", 0},
      {"达到 90% 以上", TARGET_GE, 900000, 900000, "%", 0},
      {"降低 20%以上", TARGET_GE, 200000, 200000, "%", -1},
      {"下降30%", TARGET_EQ, 300000, 300000, "%", -1},
      {"增长5%", TARGET_EQ, 50000, 50000, "%", 1},
      {"50-55人", TARGET_RANGE, 500000, 550000, "人", 0},
      {"培训 50～55 人", TARGET_RANGE, 500000, 550000, "人", 0},
      {"90%-95%", TARGET_RANGE, 900000, 950000, "%", 0},
      {"100%", TARGET_EQ, 1000000, 1000000, "%", 0},
      {"≥150 亿", TARGET_GE, 150000000000000, 150000000000000, "元", 0},
      {"≥150亿元", TARGET_GE, 150000000000000, 150000000000000, "元", 0},
      {"≥12 万家", TARGET_GE, 1200000000, 1200000000, "家", 0},
      {"≥1,000条", TARGET_GE, 10000000, 10000000, "条", 0},
      {"≤3个月", TARGET_LE, 30000, 30000, "个月", 0},
      {"3个月以内", TARGET_LE, 30000, 30000, "个月", 0},
      {"每周更新1次", TARGET_EQ, 10000, 10000, "次", 0},
      {"至少每月更新一次", TARGET_GE, 10000, 10000, "次", 0},
      {"≥3", TARGET_GE, 30000, 30000, "", 0},
      {"5-10万元", TARGET_RANGE, 500000000, 1000000000, "元", 0},
      {"3千克", TARGET_EQ, 30000, 30000, "千克", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct target t = parsed(cases[i].text);
    if (t.op != cases[i].op || t.low != cases[i].low || t.high != cases[i].high) print_error("%s\n", cases[i].text);
    assert_int_equal(t.op, cases[i].op);
    assert_int_equal(t.low, cases[i].low);
    assert_int_equal(t.high, cases[i].high);
    assert_string_equal(t.unit, cases[i].unit);
    assert_int_equal(t.direction, cases[i].direction);
  }
  assert_string_equal(parsed("每周更新1次").per, "每周");
  assert_string_equal(parsed("至少每月更新一次").per, "每月");
}

static void what_is_not_understood_is_not_guessed(void **state) {
  (void)state;
  static const char *const cases[] = {"",
                                      "5分钟内远程支持，2小时内到达现场",
                                      "7*24小时",
                                      "27(两个奖项有重合,去重后为17家)",
                                      "2名派遣人员年度考核合格",
                                      "参赛个人冠军获得五一劳动奖章",
                                      "无该项奖励",
                                      "一般",
                                      "≥",
                                      "≥≤5家",
                                      "不低于10家以下",
                                      "十四五",
                                      "55-50人",
                                      "1,23家",
                                      "99999999999999999999家",
                                      "2023年1号文件",
                                      "便于公众浏览"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (parsed(cases[i]).op != TARGET_NONE) print_error("%s\n", cases[i]);
    assert_int_equal(parsed(cases[i]).op, TARGET_NONE);
  }
}

static void dates_and_words(void **state) {
  (void)state;
  assert_int_equal(parsed("2022 年底").op, TARGET_DATE);
  assert_int_equal(parsed("2022年底").year, 2022);
  assert_int_equal(parsed("2023年12月31日前").year, 2023);
  assert_int_equal(parsed("合规").op, TARGET_WORDS);
  assert_int_equal(parsed("持续下降").op, TARGET_WORDS);
  assert_int_equal(parsed("每季度").op, TARGET_WORDS);
}

static void quantities_in_text(void **state) {
  (void)state;
  static const char text[] = "55家机构注册资本202.858亿元,费率0.002%;按40元/天/人/次,2500人/天/次,每家2664元难以覆盖";
  static const struct {
    int64_t value;
    const char *unit;
  } wanted[] = {{550000, "家机构注册资本"}, {202858000000000, "元"}, {20, "%"}, {400000, "元/天/人/次"}, {25000000, "人/天/次"}, {26640000, "元"}};
  struct quantity q;
  size_t at = 0;
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    assert_true(quantity_next(text, at, &q));
    assert_int_equal(q.value, wanted[i].value);
    assert_string_equal(q.unit, wanted[i].unit);
    at = q.end;
  }
  assert_false(quantity_next(text, at, &q));
  assert_true(quantity_next("202.858亿元", 0, &q));
  assert_int_equal(q.half, 50000LL * 10000); /* half of 0.001 亿元 is 50 000 元 */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(targets_are_read), cmocka_unit_test(what_is_not_understood_is_not_guessed),
                                     cmocka_unit_test(dates_and_words), cmocka_unit_test(quantities_in_text)};
  return cmocka_run_group_tests(tests, load, unload);
}
