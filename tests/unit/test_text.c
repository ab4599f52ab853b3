/* test_text.c: what stands in the text itself: numbers that are private, contents and their pages, numbering, names; mistakes in profiles/text.txt.
 */
#include "rooms/claims/text_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const char GRAMMAR[] = "title-section contents = 目录\n"
                              "section duty = 主要职能\n"
                              "section structure = 机构设置\n"
                              "section assets = 国有资产\n"
                              "section gp = 支出情况\n"
                              "title-section glossary = 名词解释\n";

struct made {
  struct claim_grammar *g;
  struct document *d;
  struct book *b;
};

static void make(struct made *m, const char *words, const char *text, int year) {
  struct err e = {0};
  char both[4096];
  snprintf(both, sizeof both, "%s%s", GRAMMAR, words);
  assert_int_equal(claim_grammar_parse("t", sv_from(both), &m->g, &e), RC_OK);
  assert_int_equal(document_read_memory("t.txt", text, strlen(text), &document_limits_default, &m->d, &e), RC_OK);
  assert_int_equal(book_new(&m->b, &e), RC_OK);
  m->b->documents = ARENA_ARRAY(&m->b->arena, const struct document *, 1);
  assert_non_null(m->b->documents);
  m->b->documents[0] = m->d;
  m->b->ndocuments = 1, m->b->end_item = m->d->nitems, m->b->year = year;
  m->b->body = sv_from("江苏省人民检察院"), m->b->profile = "wuhan", m->b->kind = BOOK_DEPARTMENT_BUDGET;
}

static void read_claims(struct made *m) {
  struct err e = {0};
  assert_int_equal(claims_read(m->g, NULL, m->b, &e), RC_OK);
}

static void drop(struct made *m) {
  book_free(m->b);
  document_free(m->d);
  claim_grammar_free(m->g);
}

/* The subjects of the fields of that name, with blanks between. */
static void subjects_are(const struct made *m, const char *name, const char *want) {
  struct buf have;
  buf_init(&have, 4000);
  symbol s = book_find(m->b, name);
  for (size_t i = 0; i < m->b->fields.n && s != NO_SYMBOL; i++) {
    const struct book_field *f = &m->b->fields.v[i];
    if (f->name == s) buf_printf(&have, "%s%s", have.n ? " " : "", f->subject == NO_SYMBOL ? "-" : intern_name(&m->b->symbols, f->subject));
  }
  buf_putc(&have, '\0');
  assert_int_equal(have.rc, RC_OK);
  assert_string_equal(have.p, want);
  buf_release(&have);
}

static void check(const char *words, const char *text, const char *name, const char *want) {
  struct made m;
  make(&m, words, text, 2023);
  read_claims(&m);
  subjects_are(&m, name, want);
  drop(&m);
}

static void private_numbers_are_told_from_others(void **state) {
  (void)state;
  check("", "电话13800138000。\n", "text.number", "mobile");
  check("", "电话12800138000。\n", "text.number", "other");
  check("", "电话027-82825618。\n", "text.number", "");
  check("", "收入13800138000.50元。\n", "text.number", "");
  check("", "项目42010022169Y00000010512345678901。\n", "text.number", "");
  check("", "11010519491231002X\n", "text.number", "identity");
  check("", "11010519491231002x\n", "text.number", "identity");
  check("", "110105194912310021\n", "text.number", "other"); /* the check digit does not fit */
  check("", "11010519491331002X\n", "text.number", "other"); /* there is no thirteenth month */
  check("", "账号：123456789012\n", "text.number", "account");
  check("", "6222020000000000001\n", "text.number", "other");
}

static void brackets_close(void **state) {
  (void)state;
  check("", "按《办法》（试行）管理“三公”经费。\n", "text.bracket", "closed");
  check("", "按《办法管理。\n", "text.bracket", "open");
  check("", "按（《办法）》管理。\n", "text.bracket", "open");
  check("", "按”办法管理。\n", "text.bracket", "open");
  check("", "1）按办法管理。\n", "text.bracket", "open");
}

static void contents_are_compared_with_headings(void **state) {
  (void)state;
  static const char TEXT[] =
      "目录\n\n一、主要职能\n\n二、机构设置\n\n三、国有资产占用\n\n四、绩效管理情况\n\n"
      "一、主要职能\n\n负责管理。\n\n二、机构设置\n\n共有一家。\n\n三、国有资产占用\n\n没有资产。\n\n五、名词解释\n\n没有名词。\n";
  check("", TEXT, "contents.entry", "found found found missing");
  check("", TEXT, "contents.order", "follows follows follows");
  check("", TEXT, "heading.number", "first follows follows gap");
}

/* Page numbers of text: lines are put on pages as a page reader does. */
static void paged(int last, const char *want) {
  static const char TEXT[] = "目录\n\n一、主要职能……1\n\n二、机构设置……2\n\n三、国有资产占用……3\n\n四、支出情况说明……4\n\n五、名词解释……5\n\n"
                             "一、主要职能\n\n二、机构设置\n\n三、国有资产占用\n\n四、支出情况说明\n\n五、名词解释\n";
  struct made m;
  make(&m, "", TEXT, 2023);
  for (int i = 0; i < m.d->nitems; i++) m.d->items[i].place.page = i < 6 ? 2 : i == 10 ? last : i - 3;
  read_claims(&m);
  subjects_are(&m, "contents.page", want);
  drop(&m);
}

static void pages_of_the_contents_are_compared(void **state) {
  (void)state;
  paged(7, "agrees agrees agrees agrees agrees");
  paged(9, "agrees agrees agrees agrees differs");
  check("", "目录\n\n一、主要职能……1\n\n一、主要职能\n", "contents.page", "");
}

static void a_text_without_pages_has_no_page_numbers(void **state) {
  (void)state;
  check("",
        "目录\n\n一、主要职能……1\n\n二、机构设置……2\n\n三、国有资产占用……3\n\n四、支出情况说明……4\n\n"
        "一、主要职能\n\n二、机构设置\n\n三、国有资产占用\n\n四、支出情况说明\n",
        "contents.page", "");
}

static void numbers_follow_in_their_lists(void **state) {
  (void)state;
  check("", "一、主要职能\n\n（一）管理。\n\n（二）服务。\n\n二、机构设置\n\n（一）本级。\n\n（二）中心。\n", "heading.number",
        "first first follows follows first follows");
  check("", "一、主要职能\n\n1. 管理市场，1、市场；2、企业。\n\n3. 服务企业，办理事项。\n", "item.number",
        "first follows"); /* the second stands inside */
  check("", "一、主要职能\n\n1. 管理市场，办理事项。\n\n3. 服务企业，办理事项。\n", "item.number", "first gap");
  check("", "一、主要职能\n\n二、机构设置\n\n三、支出情况\n\n一、项目概述\n\n二、立项依据\n\n四、国有资产\n", "heading.number",
        "first follows follows first follows follows"); /* a list in a list of the same style */
  check("", "一、支出情况\n\n（一）支出规模变化情况\n\n（二）支出规模结构情况\n\n支出规模使用情况\n", "heading.number",
        "first first follows unnumbered");
  check("", "一、支出情况\n\n（一）人员经费10.00万元，包括：\n\n公用经费。\n", "item.number", "first alone");
}

static void names_in_headings_are_compared(void **state) {
  (void)state;
  check("", "第二部分 江苏省人民检察院2023年部门预算表\n", "heading.body", "same");
  check("", "第二部分 省检察院2023年部门预算表\n", "heading.body", "short");
  check("", "第二部分 江苏省XX院2023年部门预算表\n", "heading.body", "placeholder");
  check("", "第二部分 江苏省高级人民法院2023年部门预算表\n", "heading.body", "other");
  check("", "第二部分 2023年部门预算表\n", "heading.body", "");
}

static void years_stand_as_they_lie_to_the_books(void **state) {
  (void)state;
  check("", "第二部分 2023年度部门预算表\n\n第三部分 2022年度部门预算情况说明\n", "part.year", "same prior");
  check("", "第三部分 2022年度部门预算情况说明\n", "part.year", ""); /* nothing confirms the book's year */
  check("", "第三部分 2023年度部门预算情况说明\n", "part.year", "same");
  check("", "第三部分 2023年与2022年预算情况说明\n", "part.year", "");
  check("", "一、国有资产情况\n\n截至2022年8月31日，有车辆。\n", "assets.date", "prior.08-31");
  check("", "一、国有资产情况\n\n截至2023年底，有车辆。\n", "assets.date", "same.12-31");
}

static void a_heading_that_lacks_a_character_is_seen(void **state) {
  (void)state;
  check("heading wuhan = 机构设置情况\n", "一、机构设置情况\n", "heading.spelled", "as-the-form");
  check("heading wuhan = 机构设置情况\n", "一、机构置情况\n", "heading.spelled", "lacks-one");
  check("heading wuhan = 机构设置情况\n", "一、构设置情况\n", "heading.spelled", "lacks-one");
  check("heading wuhan = 机构设置情况\n", "一、机构设置情\n", "heading.spelled", "lacks-one");
  check("heading shanghai = 机构设置情况\n", "一、机构置情况\n", "heading.spelled", "");
}

static void mistake_at(const char *text, int line, int column) {
  struct err e = {0};
  struct claim_grammar *g = NULL;
  assert_int_equal(claim_grammar_parse("t", sv_from(text), &g, &e), RC_FORMAT);
  assert_int_equal(e.line, line);
  assert_int_equal(e.column, column);
}

static void mistakes_have_a_place(void **state) {
  (void)state;
  mistake_at("section a = 甲\nrequire-section wuhan unit-budget = b 乙\n", 2, 37);
  mistake_at("section a = 甲\nrequire-section wuhan unit-plan = a 甲\n", 2, 23);
  mistake_at("limit change = 10\n", 1, 16);
  mistake_at("against 甲 = 乙 & | 丙\n", 1, 13);
  mistake_at("term k = a || b\n", 1, 13);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(private_numbers_are_told_from_others),     cmocka_unit_test(brackets_close),
      cmocka_unit_test(contents_are_compared_with_headings),      cmocka_unit_test(pages_of_the_contents_are_compared),
      cmocka_unit_test(a_text_without_pages_has_no_page_numbers), cmocka_unit_test(numbers_follow_in_their_lists),
      cmocka_unit_test(names_in_headings_are_compared),           cmocka_unit_test(years_stand_as_they_lie_to_the_books),
      cmocka_unit_test(a_heading_that_lacks_a_character_is_seen), cmocka_unit_test(mistakes_have_a_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
