/* test_codes.c: the lists of codes: loading with exact error places, years, names, what a list says of itself. */
#include "rooms/codes/codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static void write_file(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static void remove_file(const char *name) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  unlink(path);
}

static int make_folder(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-codes-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state) {
  (void)state;
  remove_file("functional.tsv");
  return rmdir(folder);
}

static void years_choose_the_name(void **state) {
  (void)state;
  write_file(
      "functional.tsv",
      "# a comment\n#covers 2018 2024\n#official 2024 2024\ncode\tname\tsince\tuntil\tsource\tconfidence\n"
      "207\t文化体育与传媒支出\t\t2018\tp\tH\n207\t文化旅游体育与传媒支出\t2019\t\tp\tH\n20701\t文化和旅游\t\t\tr\tM\n2070101\t行政运行\t\t\tr\tM\n"
      "217\t金融支出\t\t\ts\tH\n21701\t金融部门行政支出\t\t\ts\tH\n2170101\t行政运行\t\t\ts\tH\n");
  struct code_lists *c;
  struct err e = {0};
  assert_int_equal(codes_load(folder, &c, &e), RC_OK);
  assert_string_equal(code_find(c, CODES_FUNCTIONAL, SV("207"), 2018)->name, "文化体育与传媒支出");
  assert_string_equal(code_find(c, CODES_FUNCTIONAL, SV("207"), 2023)->name, "文化旅游体育与传媒支出");
  assert_null(code_find(c, CODES_FUNCTIONAL, SV("20702"), 2023));
  assert_null(code_find(c, CODES_REVENUE, SV("101"), 2023));                /* a list that is absent knows nothing */
  assert_null(code_by_name(c, CODES_FUNCTIONAL, SV("行政运行"), "", 2023)); /* ambiguous */
  assert_string_equal(code_by_name(c, CODES_FUNCTIONAL, SV("行政运行"), "217", 2023)->code, "2170101");
  assert_string_equal(code_by_name(c, CODES_FUNCTIONAL, SV("文化体育与传媒支出"), "", 2017)->code, "207");
  assert_null(code_by_name(c, CODES_FUNCTIONAL, SV("文化体育与传媒支出"), "", 2020));
  assert_true(codes_cover(c, CODES_FUNCTIONAL, 2018));
  assert_false(codes_cover(c, CODES_FUNCTIONAL, 2017));
  assert_true(codes_official(c, CODES_FUNCTIONAL, 2024));
  assert_false(codes_official(c, CODES_FUNCTIONAL, 2023));
  codes_free(c);
}

static void errors_have_places(void **state) {
  static const struct {
    const char *text;
    int line, column;
  } cases[] = {{"code\tname\tsince\n201\t甲\t20x9\n", 2, 9},
               {"name\tsince\n", 1, 1},
               {"code\tname\n201\t\n", 2, 5},
               {"#covers 2020\ncode\tname\n", 1, 1},
               {"code\tname\n\t甲\n", 2, 1}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct code_lists *c;
    struct err e = {0};
    write_file("functional.tsv", cases[i].text);
    assert_int_equal(codes_load(folder, &c, &e), RC_FORMAT);
    assert_null(c);
    assert_int_equal(e.line, cases[i].line);
    assert_int_equal(e.column, cases[i].column);
  }
}

/* The lists in the project: every code has its parents, no two rows of a code hold in one year. */
static void own_lists_are_sound(void **state) {
  (void)state;
  char path[4200];
  struct code_lists *c;
  struct err e = {0};
  codes_data_path(path, sizeof path, "codes");
  if (access(path, R_OK) != 0) skip();
  assert_int_equal(codes_load(path, &c, &e), RC_OK);
  assert_int_equal(codes_room.commands[0].run(0, NULL, &e), EXIT_CLEAN);
  assert_string_equal(code_find(c, CODES_ECON_DEPARTMENT, SV("30311"), 2017)->name, "住房公积金");
  assert_string_equal(code_find(c, CODES_ECON_DEPARTMENT, SV("30311"), 2024)->name, "代缴社会保险费");
  assert_string_equal(code_find(c, CODES_FUNCTIONAL, SV("20805"), 2019)->name, "行政事业单位离退休");
  codes_free(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(years_choose_the_name), cmocka_unit_test(errors_have_places),
                                     cmocka_unit_test(own_lists_are_sound)};
  return cmocka_run_group_tests_name("codes", tests, make_folder, drop_folder);
}
