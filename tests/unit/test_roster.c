/* test_roster.c: days; the roster, its mistakes with line and column; which body a book is of; deadlines; coverage; the rows of the check sheet and
 * the words of the notice as shipped, and what is refused in them. */
#include "rooms/audit/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "单位编码,单位名称,上级部门,类型,年度,预算批复日期,预算公开日期,别名\n"

static int day_of(const char *text) {
  int day;
  return day_parse(sv_from(text), &day) == RC_OK ? day : DAY_NONE;
}

static void days_are_read(void **state) {
  static const char *const same[] = {"2024-02-05", "2024/2/5", "2024.2.5", "20240205", "2024年2月5日", "２０２４年２月５日", " 2024-02-05 08:30 "};
  static const char *const none[] = {"",     "2024",      "2024-02-30", "2023-02-29", "2024-2-5-1", "2024-13-01",
                                     "五月", "2024年2月", "1-2-3",      "99999999",   "2024-02-05x"};
  char out[DAY_TEXT];
  (void)state;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) assert_int_equal(day_of(same[i]), day_make(2024, 2, 5));
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_int_equal(day_of(none[i]), DAY_NONE);
  assert_int_equal(day_make(1970, 1, 1), 0);
  assert_int_equal(day_make(2024, 2, 29), 19782);
  assert_int_equal(day_make(1900, 1, 1), -25567);
  for (int d = -25567; d < 84000; d += 13) {
    int y, m, k;
    day_split(d, &y, &m, &k);
    assert_int_equal(day_make(y, m, k), d);
  }
  assert_string_equal(day_print(out, day_make(2024, 2, 5)), "2024-02-05");
  assert_string_equal(day_print_words(out, day_make(2024, 2, 5)), "2024年2月5日");
  assert_string_equal(day_print(out, DAY_NONE), "");
}

static struct roster *roster_of(const char *text) {
  struct roster *r;
  struct err e = {0};
  int rc = roster_read_memory("r.csv", text, strlen(text), &r, &e);
  if (rc < 0) print_message("%s:%d:%d %s\n", e.file, e.line, e.column, e.text);
  assert_int_equal(rc, RC_OK);
  return r;
}

static void roster_is_read(void **state) {
  struct roster *r = roster_of(HEAD "169001,某市金融局本级,某市金融局（机关）,单位,2023,2023-02-01,,\n"
                                    "169,某市金融局,,部门,2023,2023-01-20,2023-02-09,金融局；市金融办\n"
                                    ",,,,,,,\n"
                                    "\"170\",\"某市\"\"示例\"\"局\",,,,,,\n"
                                    "169002,中心,169,,2023年,,,\n");
  (void)state;
  assert_int_equal(r->bodies.n, 4);
  const struct body *b = r->bodies.v;
  assert_true(b[0].unit && b[0].own && b[0].parent == 1);
  assert_true(!b[1].unit && b[1].parent == -1 && b[1].aliases.n == 2);
  assert_string_equal(b[1].aliases.v[1], "市金融办");
  assert_string_equal(b[2].name, "某市\"示例\"局");
  assert_int_equal(b[2].year, 0);
  assert_true(b[3].unit && b[3].parent == 1 && b[3].year == 2023);
  assert_int_equal(b[3].line, 6);
  assert_int_equal(b[1].duty[DUTY_BUDGET].approved, day_make(2023, 1, 20));
  assert_int_equal(b[0].duty[DUTY_BUDGET].published, DAY_NONE);
  roster_free(r);
}

static void roster_in_other_encodings(void **state) {
  static const char gbk[] = "\xB5\xA5\xCE\xBB\xC3\xFB\xB3\xC6,\xC0\xE0\xD0\xCD\n\xB2\xC6\xD5\xFE\xBE\xD6,\xB2\xBF\xC3\xC5\n";
  struct roster *r = roster_of(gbk);
  (void)state;
  assert_string_equal(r->bodies.v[0].name, "财政局");
  roster_free(r);
  r = roster_of("\xEF\xBB\xBF名册\t\n单位名称\t类型\n财政局\t部门\n");
  assert_int_equal(r->bodies.n, 1);
  roster_free(r);
}

static void mistakes_are_placed(void **state) {
  static const struct {
    const char *text;
    int line, column;
    const char *says;
  } cases[] = {{HEAD "1,甲,,部门,2023,2023-2-30,,\n", 2, 6, "不是日期"},
               {HEAD "1,甲,,部门,2023,,,\n2,乙,,科室,2023,,,\n", 3, 4, "部门"},
               {HEAD "1,甲,,部门,二三,,,\n", 2, 5, "不是年份"},
               {HEAD "1,甲,,部门,2023,,,\n1,甲,,部门,2023,,,\n", 3, 2, "两次"},
               {HEAD "1,甲,丙,单位,2023,,,\n", 2, 3, "没有这个部门"},
               {HEAD "1,,,部门,2023,,,\n", 2, 2, "单位名称"},
               {"单位名称,公开日\n甲,1\n", 1, 2, "公开日"},
               {"单位名称,类型,类型\n甲,部门,部门\n", 1, 3, "两次"},
               {"甲,乙\n丙,丁\n", 1, 1, "表头"},
               {"单位名称,类型\n甲,部门\n乙\n", 3, 1, "栏"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct roster *r;
    struct err e = {0};
    assert_int_equal(roster_read_memory("r.csv", cases[i].text, strlen(cases[i].text), &r, &e), RC_FORMAT);
    assert_null(r);
    if (e.line != cases[i].line || e.column != cases[i].column || !strstr(e.text, cases[i].says))
      print_message("%zu: %d:%d %s\n", i, e.line, e.column, e.text);
    assert_int_equal(e.line, cases[i].line);
    assert_int_equal(e.column, cases[i].column);
    assert_non_null(strstr(e.text, cases[i].says));
  }
}

static int find(const struct roster *r, const char *body, enum book_kind kind, int year, const char *id) {
  struct book b = {.kind = kind, .id = id, .body = sv_from(body), .year = year};
  return roster_find(r, &b);
}

static void books_find_their_body(void **state) {
  struct roster *r = roster_of(HEAD "169,某市金融局,,部门,2023,,,市金融办\n"
                                    "169001,某市金融局机关,169,单位,2023,,,\n"
                                    "170,某市示例局,,部门,2022,,,\n"
                                    "170001,某市示例局,170,单位,2022,,,\n");
  (void)state;
  assert_int_equal(find(r, "某市金融局", BOOK_DEPARTMENT_BUDGET, 2023, ""), 0);
  assert_int_equal(find(r, "某市金融局（本级）", BOOK_UNIT_FINAL, 2023, ""), 1);
  assert_int_equal(find(r, "某市金融局", BOOK_UNIT_BUDGET, 2023, ""), 1);
  assert_int_equal(find(r, "市金融办", BOOK_DEPARTMENT_FINAL, 2023, ""), 0);
  assert_int_equal(find(r, "某市示例局", BOOK_UNIT_BUDGET, 2022, ""), 3);
  assert_int_equal(find(r, "某市示例局", BOOK_DEPARTMENT_BUDGET, 2023, ""), -1);
  assert_int_equal(find(r, "", BOOK_DEPARTMENT_BUDGET, 2023, "169-2023-budget"), 0);
  assert_int_equal(find(r, "别的局", BOOK_DEPARTMENT_BUDGET, 2023, "1690-2023-budget"), -1);
  assert_int_equal(find(r, "某市金融局", BOOK_UNKNOWN, 2023, ""), -1);
  roster_free(r);
}

static void deadlines_are_judged(void **state) {
  int due, late, approved = day_make(2024, 2, 1);
  struct duty d = {.approved = approved, .published = approved + 20, .address = ""};
  (void)state;
  assert_int_equal(duty_judge(&d, true, DAY_NONE, &due, &late), DUTY_MET);
  assert_int_equal(due, day_make(2024, 2, 21));
  d.published++;
  assert_int_equal(duty_judge(&d, true, DAY_NONE, &due, &late), DUTY_LATE);
  assert_int_equal(late, 1);
  d.published = approved - 1;
  assert_int_equal(duty_judge(&d, true, DAY_NONE, &due, &late), DUTY_EARLY);
  d.published = DAY_NONE;
  assert_int_equal(duty_judge(&d, true, DAY_NONE, &due, &late), DUTY_UNDATED);
  assert_int_equal(duty_judge(&d, false, DAY_NONE, &due, &late), DUTY_UNPUBLISHED);
  assert_int_equal(duty_judge(&d, false, approved + 20, &due, &late), DUTY_UNPUBLISHED);
  assert_int_equal(duty_judge(&d, false, approved + 23, &due, &late), DUTY_OVERDUE);
  assert_int_equal(late, 3);
  d.approved = DAY_NONE;
  assert_int_equal(duty_judge(&d, false, approved, &due, &late), DUTY_UNKNOWN);
  d.published = approved;
  assert_int_equal(duty_judge(&d, false, approved, &due, &late), DUTY_UNDATED);
}

static void coverage_tells_who_is_missing(void **state) {
  struct roster *r = roster_of("单位名称,上级部门,类型,年度,预算批复日期,预算公开日期,决算批复日期\n"
                               "甲局,,部门,2023,2023-01-20,2023-02-01,2024-08-01\n"
                               "甲局本级,甲局,单位,2023,2023-02-01,,\n"
                               "乙局,,部门,2023,2023-01-20,,\n");
  struct coverage *c;
  struct err e = {0};
  struct book books[] = {{.kind = BOOK_UNIT_BUDGET, .id = "", .body = SV("甲局"), .year = 2023},
                         {.kind = BOOK_UNIT_BUDGET, .id = "", .body = SV("丙中心"), .year = 2023}};
  struct book *list[] = {&books[0], &books[1]};
  struct audit x = {.path = "a.pdf", .books = list, .nbooks = 1};
  (void)state;
  assert_int_equal(coverage_new(&c, r, DAY_NONE, &e), RC_OK);
  assert_true(coverage_without_units(c, 0));
  assert_true(coverage_unpublished(c, 1, DUTY_BUDGET));
  assert_int_equal(coverage_add(c, &x), RC_OK);
  assert_false(coverage_without_units(c, 0));
  assert_false(coverage_unpublished(c, 1, DUTY_BUDGET));
  assert_true(coverage_unpublished(c, 2, DUTY_BUDGET));
  assert_true(coverage_without_final(c, 0));
  assert_false(coverage_without_final(c, 2));
  x.nbooks = 2;
  assert_int_equal(coverage_add(c, &x), RC_OK);
  assert_int_equal(c->unlisted.n, 1);
  assert_string_equal(c->unlisted.v[0].body, "丙中心");
  coverage_free(c);
  roster_free(r);
}

static void shipped_forms_are_right(void **state) {
  struct sheet_form *rows;
  struct notice_form *words;
  struct err e = {0};
  (void)state;
  assert_int_equal(sheet_form_read(HENG_SOURCE "/profiles/checksheet.txt", &rows, &e), RC_OK);
  assert_int_equal(rows->rows.n, 21);
  for (size_t i = 0; i < rows->rows.n; i++) assert_true(rows->rows.v[i].basis[0] != '\0');
  sheet_form_free(rows);
  assert_int_equal(notice_form_read(HENG_SOURCE "/profiles/notice.txt", &words, &e), RC_OK);
  assert_non_null(strstr(notice_demand_for(words, "C-TAB", false), "补充公开"));
  assert_non_null(strstr(notice_demand_for(words, "R-T5", false), "更正"));
  assert_non_null(strstr(notice_demand_for(words, "R-T5", true), "请核实"));
  notice_form_free(words);
}

static void mistakes_in_forms_are_placed(void **state) {
#define ROW "row a\n  title 甲 | A\n  require 乙 | B\n"
  static const struct {
    const char *text;
    int line, column;
  } cases[] = {{ROW "  tabel x\n", 4, 3},
               {ROW "  absent maybe\n", 4, 10},
               {ROW "  from moon\n", 4, 8},
               {ROW "  table x\n  books tax\n", 5, 9},
               {ROW, 1, 1},
               {"row a\n  title 甲\n", 2, 9},
               {"  title 甲 | A\n", 1, 9},
               {ROW "  table x\nrow a\n", 5, 5},
               {"", 1, 1}};
  struct err e = {0};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sheet_form *f;
    assert_int_equal(sheet_form_parse("f", sv_from(cases[i].text), &f, &e), RC_FORMAT);
    if (e.line != cases[i].line || e.column != cases[i].column) print_message("%zu: %d:%d %s\n", i, e.line, e.column, e.text);
    assert_int_equal(e.line, cases[i].line);
    assert_int_equal(e.column, cases[i].column);
  }
  struct notice_form *n;
  assert_int_equal(notice_form_parse("n", SV("subject 关于{who}的通知\n"), &n, &e), RC_FORMAT);
  assert_int_equal(e.column, 11);
  assert_int_equal(notice_form_parse("n", SV("heading 通知\nheading 通知\n"), &n, &e), RC_FORMAT);
  assert_int_equal(e.line, 2);
  assert_int_equal(notice_form_parse("n", SV("heading 通知\n"), &n, &e), RC_FORMAT);
  assert_non_null(strstr(e.text, "subject"));
  assert_int_equal(notice_form_parse("n", SV("columns a | b\n"), &n, &e), RC_FORMAT);
  assert_int_equal(notice_form_parse("n", SV("demand X-1 更正\n"), &n, &e), RC_FORMAT);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(days_are_read),
                                     cmocka_unit_test(roster_is_read),
                                     cmocka_unit_test(roster_in_other_encodings),
                                     cmocka_unit_test(mistakes_are_placed),
                                     cmocka_unit_test(books_find_their_body),
                                     cmocka_unit_test(deadlines_are_judged),
                                     cmocka_unit_test(coverage_tells_who_is_missing),
                                     cmocka_unit_test(shipped_forms_are_right),
                                     cmocka_unit_test(mistakes_in_forms_are_placed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
