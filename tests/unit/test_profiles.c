/* test_profiles.c: the profile form: what it accepts, where its errors are, headings and words. */
#include "rooms/budget/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char SMALL[] =
    "word 合计 = 总计 | 合 计\nlabel name = 项目\nitems income\nitem in.total = 收入总计\nitem in.gp = 一般公共预算\nitem in.carry = 上年结转\n"
    "item in.carry.gp after in.carry = 一般公共预算\ncolumns money\ncolumn total = 合计\ncolumn basic = 基本支出\n  | 基本支出+小计\n"
    "kind summary-in\nside in\nrows items income\nuse money\ntitle = 收支总表\nnot = 财政拨款\n"
    "kind expenditure\nrows functional\nuse money\ntitle = 支出总表\nnot = 一般公共\n"
    "kind gp-function\nrows functional\nuse money\ntitle = 一般公共预算支出表\nprofile small\nzh 小\ncue = 小城\nblank * zero\nrequire "
    "department-budget = summary-in expenditure|gp-function\n";

static struct vocabulary *make(const char *text) {
  struct vocabulary *v;
  struct err e = {0};
  assert_int_equal(vocabulary_new(&v, &e), RC_OK);
  int rc = vocabulary_read(v, "small", sv_from(text), &e);
  if (rc < 0) print_error("%d:%d %s\n", e.line, e.column, e.text);
  assert_int_equal(rc, RC_OK);
  assert_int_equal(vocabulary_check(v, "small", &e), RC_OK);
  return v;
}

static uint64_t kinds_of(const struct vocabulary *v, const char *heading) {
  char folded[400];
  text_fold_into(folded, sizeof folded, sv_from(heading));
  return vocabulary_title(v, sv_from(folded), NULL);
}

static void headings_are_known_by_what_they_say(void **state) {
  (void)state;
  struct vocabulary *v = make(SMALL);
  uint64_t summary = UINT64_C(1) << vocabulary_kind(v, "summary-in"), out = UINT64_C(1) << vocabulary_kind(v, "expenditure"),
           gp = UINT64_C(1) << vocabulary_kind(v, "gp-function");
  assert_int_equal(kinds_of(v, "2025年部门财务收支预算总表"), summary);
  assert_int_equal(kinds_of(v, "表一  收支总体情况表"), summary);
  assert_int_equal(kinds_of(v, "收入支出决算总表"), summary);
  assert_int_equal(kinds_of(v, "公开 03 表：支出预算总表"), out);
  assert_int_equal(kinds_of(v, "一般公共预算支出预算表（功能科目）"), gp);
  assert_int_equal(kinds_of(v, "财政拨款收支预算总表"), 0);
  assert_int_equal(kinds_of(v, "见一般公共预算支出表。"), 0);
  assert_int_equal(kinds_of(v, "说明"), 0);
  vocabulary_free(v);
}

static void words_fold_and_stand_for_each_other(void **state) {
  (void)state;
  struct vocabulary *v = make(SMALL);
  assert_int_equal(vocabulary_word(v, SV("总计")), vocabulary_word(v, SV("合计")));
  assert_int_equal(vocabulary_word(v, SV("没有")), INTERN_NONE);
  assert_int_equal(vocabulary_label(v, SV("项目")), LABEL_NAME);
  const struct kind *k = &v->kinds.v[vocabulary_kind(v, "expenditure")];
  assert_int_equal(k->columns.n, 2);
  assert_int_equal(k->columns.v[1].patterns.n, 2); /* the line that goes on */
  vocabulary_free(v);
}

static void errors_have_places(void **state) {
  static const struct {
    const char *text;
    int line, column;
  } cases[] = {{"# one\nword 合计 =\n", 2, 1},
               {"kind a\nrows functional\ncolumn total wrong = 合计\n", 3, 14},
               {"nonsense here\n", 1, 1},
               {"| 合计\n", 1, 1},
               {"item in.total = 合计\n", 1, 6},
               {"kind a\nuse nothing\n", 2, 5},
               {"require department-budget = nothing\n", 1, 29},
               {"require some-book = a\n", 1, 9},
               {"kind a\nside left\n", 2, 6},
               {"kind a\ncolumn x = a+b+c+d+e\n", 2, 12},
               {"blank * nothing\n", 1, 9},
               {"target nothing = x\n", 1, 8},
               {"target more above = x\n", 1, 13},
               {"form f\nlong nothing = x\n", 2, 6},
               {"word a = b |  | c\n", 1, 1}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct vocabulary *v;
    struct err e = {0};
    assert_int_equal(vocabulary_new(&v, &e), RC_OK);
    assert_int_equal(vocabulary_read(v, "small", sv_from(cases[i].text), &e), RC_FORMAT);
    if (e.line != cases[i].line || (cases[i].column != 1 && e.column != cases[i].column))
      print_error("case %zu: %d:%d %s\n", i, e.line, e.column, e.text);
    assert_int_equal(e.line, cases[i].line);
    if (cases[i].column != 1) assert_int_equal(e.column, cases[i].column);
    vocabulary_free(v);
  }
}

/* The profiles in the project load, generic first, and every kind has rows and columns. */
static void own_profiles_load(void **state) {
  (void)state;
  char path[4200];
  struct profiles *p;
  struct err e = {0};
  codes_data_path(path, sizeof path, "profiles");
  if (access(path, R_OK) != 0) skip();
  int rc = profiles_load(path, &p, &e);
  if (rc < 0) print_error("%s:%d:%d %s\n", e.file, e.line, e.column, e.text);
  assert_int_equal(rc, RC_OK);
  assert_string_equal(profile_name(p, 0), "generic");
  assert_non_null(profile_find(p, "wuhan"));
  assert_non_null(profile_find(p, "shanghai"));
  assert_non_null(profile_find(p, "jiangsu"));
  const struct vocabulary *v = profile_find(p, "generic");
  static const struct {
    const char *heading, *kind;
  } known[] = {{"部门收支总体情况表", "summary-out"},
               {"表二 部门收入总体情况表", "income-by-unit"},
               {"部门支出总体情况表", "expenditure"},
               {"财政拨款收支总体情况表", "grant-in"},
               {"一般公共预算支出情况表", "gp-function"},
               {"一般公共预算基本支出情况表", "gp-basic"},
               {"一般公共预算“三公”经费支出情况表", "three-public"},
               {"政府性基金预算支出情况表", "fund"},
               {"2020年国有资本经营预算支出表", "soe"},
               {"项目支出表", "projects"},
               {"财政拨款收入支出决算总表", "grant-out"},
               {"一般公共预算财政拨款“三公”经费支出决算表", "three-public"},
               {"国有资本经营预算财政拨款支出决算表", "soe"},
               {"一般公共预算财政拨款基本支出决算明细表", "gp-basic"},
               {"政府性基金预算财政拨款收入支出决算表", "fund"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    uint64_t kinds = kinds_of(v, known[i].heading);
    if (!(kinds >> vocabulary_kind(v, known[i].kind) & 1)) print_error("%s\n", known[i].heading);
    assert_true(kinds >> vocabulary_kind(v, known[i].kind) & 1);
  }
  assert_int_equal(kinds_of(v, "政府购买服务支出预算表"), 0);
  assert_int_equal(kinds_of(v, "对下转移支付支出预算表"), 0);
  profiles_free(p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(headings_are_known_by_what_they_say), cmocka_unit_test(words_fold_and_stand_for_each_other),
                                     cmocka_unit_test(errors_have_places), cmocka_unit_test(own_profiles_load)};
  return cmocka_run_group_tests_name("profiles", tests, NULL, NULL);
}
