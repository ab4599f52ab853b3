/* test_recognise.c: small documents of ours, recognised: sides, split codes, blocks side by side, forms, projects, identity. */
#include "rooms/budget/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct profiles *profiles;

static int load(void **state) {
  char path[4200];
  struct err e = {0};
  (void)state;
  codes_data_path(path, sizeof path, "profiles");
  if (access(path, R_OK) != 0) return 0;
  int rc = profiles_load(path, &profiles, &e);
  if (rc < 0) print_error("%s:%d:%d %s\n", e.file, e.line, e.column, e.text);
  return rc;
}

static int drop(void **state) {
  (void)state;
  profiles_free(profiles);
  return 0;
}

struct reading {
  struct document *document;
  struct book *book;
};

static struct reading read_named(const char *name, const char *text) {
  struct reading x = {NULL, NULL};
  struct err e = {0};
  struct book **books = NULL;
  int n = 0;
  if (!profiles) skip();
  assert_int_equal(document_read_memory(name, text, strlen(text), &document_limits_default, &x.document, &e), RC_OK);
  const struct document *d = x.document;
  struct recognise_options o = {.profiles = profiles};
  assert_int_equal(book_recognise(&d, 1, &o, &books, &n, &e), RC_OK);
  assert_int_equal(n, 1);
  x.book = books[0];
  free(books);
  return x;
}

static struct reading read_text(const char *text) {
  return read_named("test.txt", text);
}

static void release(struct reading *x) {
  book_free(x->book);
  document_free(x->document);
}

static const struct book_table *table_of(const struct book *b, const char *kind) {
  for (size_t i = 0; i < b->tables.n; i++)
    if (strcmp(intern_name(&b->symbols, b->tables.v[i].kind), kind) == 0) return &b->tables.v[i];
  print_error("no table %s\n", kind);
  fail();
  abort(); /* fail() does not return, and does not say so */
}

static const struct book_row *row_of(const struct book *b, const struct book_table *t, const char *key) {
  for (int i = 0; i < t->nrows; i++)
    if (t->rows[i].key != NO_SYMBOL && strcmp(intern_name(&b->symbols, t->rows[i].key), key) == 0) return &t->rows[i];
  print_error("no row %s\n", key);
  fail();
  abort(); /* fail() does not return, and does not say so */
}

static const struct obs *cell_of(const struct book *b, const char *kind, const char *key, const char *measure) {
  const struct book_table *t = table_of(b, kind);
  const struct book_row *row = row_of(b, t, key);
  for (int c = 0; c < t->ncolumns; c++)
    if (t->columns[c].measure != NO_SYMBOL && strcmp(intern_name(&b->symbols, t->columns[c].measure), measure) == 0)
      return book_cell(b, t, (int)(row - t->rows), c);
  print_error("no measure %s\n", measure);
  fail();
  abort(); /* fail() does not return, and does not say so */
}

#define FEN(b, kind, key, measure) cell_of(b, kind, key, measure)->value

static void sides_of_a_summary(void **state) {
  (void)state;
  struct reading x = read_text("临江市文旅局2024年部门预算\n\n收支总表\n\n单位：万元\n\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、一般公共预算"
                               "拨款收入\t10.00\t一、一般公共服务支出\t12.50\n"
                               "二、其他收入\t3.00\t二、文化体育与传媒支出\t0.50\n本年收入合计\t13.00\t本年支出合计\t13."
                               "00\n上年结转\t\t年终结转结余\t\n（一）一般公共预算拨款\t\t\t\n收入总计\t13.00\t支出总计\t13.00\n");
  const struct book *b = x.book;
  assert_int_equal(FEN(b, "summary-in", "in.gp", "amount"), 10 * 1000000);
  assert_int_equal(FEN(b, "summary-in", "in.other", "amount"), 3 * 1000000);
  assert_int_equal(FEN(b, "summary-out", "201", "amount"), 12500000);
  assert_int_equal(FEN(b, "summary-out", "207", "amount"), 500000); /* the class by its older name */
  assert_int_equal(cell_of(b, "summary-in", "in.carry", "amount")->state, OBS_BLANK);
  assert_int_equal(cell_of(b, "summary-in", "in.carry.gp", "amount")->quantum, 0);
  assert_int_equal(cell_of(b, "summary-in", "in.gp", "amount")->quantum, 10000); /* 0.01 万元 in 分 */
  assert_int_equal(row_of(b, table_of(b, "summary-in"), "in.total")->role, ROW_TOTAL);
  assert_int_equal(row_of(b, table_of(b, "summary-in"), "in.year")->role, ROW_SUBTOTAL);
  assert_int_equal(b->kind, BOOK_DEPARTMENT_BUDGET);
  assert_int_equal(b->year, 2024);
  assert_true(sv_is(b->body, "临江市文旅局"));
  assert_int_equal(b->unread.n, 0);
  release(&x);
}

static void split_codes_are_joined(void **state) {
  (void)state;
  struct reading x = read_text("2025年部门支出预算总表\n编制部门：临江市文旅局\n单位：元\n\n项目\t\t\t\t支出预算\t\t\n功能分类科目编码\t\t\t功能分类"
                               "科目名称\t合计\t基本支出\t项目支出\n类\t款\t项\t\t\t\t\n"
                               "207\t\t\t文化旅游体育与传媒支出\t300\t100\t200\n207\t01\t\t文化和旅游\t300\t100\t200\n207\t01\t01\t行政运行\t100\t100"
                               "\t\n207\t1\t99\t其他文化和旅游支出\t200\t\t200\n"
                               "\t\t\t合计\t300\t100\t200\n");
  const struct book *b = x.book;
  const struct book_table *t = table_of(b, "expenditure");
  assert_int_equal(FEN(b, "expenditure", "2070199", "project"), 20000);
  assert_int_equal(FEN(b, "expenditure", "total", "total"), 30000);
  assert_ptr_equal(&t->rows[row_of(b, t, "2070101")->parent], row_of(b, t, "20701"));
  assert_int_equal(row_of(b, t, "20701")->role, ROW_PARENT);
  assert_int_equal(row_of(b, t, "2070101")->level, 3);
  assert_int_equal(t->scale, SCALE_YUAN);
  release(&x);
}

static void blocks_side_by_side_become_one(void **state) {
  (void)state;
  struct reading x = read_text("临江市文旅局2023年度部门决算\n\n一般公共预算财政拨款基本支出决算表\n单位：万元\n\n人员经费\t\t\t公用经费\t\t\n科目编"
                               "码\t科目名称\t决算数\t科目编码\t科目名称\t决算数\n"
                               "301\t工资福利支出\t90.00\t302\t商品和服务支出\t9.00\n30101\t基本工资\t90.00\t30201\t办公费\t9.00\n\t人员经费合计\t90."
                               "00\t\t公用经费合计\t9.00\n");
  const struct book *b = x.book;
  assert_int_equal(FEN(b, "gp-basic", "30101", "amount"), 90000000);
  assert_int_equal(FEN(b, "gp-basic", "302", "amount"), 9000000);
  assert_int_equal(FEN(b, "gp-basic", "basic.personnel", "amount"), 90000000);
  assert_int_equal(FEN(b, "gp-basic", "basic.public", "amount"), 9000000);
  assert_int_equal(b->kind, BOOK_DEPARTMENT_FINAL);
  release(&x);
}

static void three_public_of_two_forms(void **state) {
  (void)state;
  struct reading x = read_text("“三公”经费、会议费、培训费支出预算表\n单位：万元\n\n合计\t“三公”经费\t\t\t\t\t\t会议费\t培训费\n\t小计\t因公出国（境"
                               "）费\t公务用车购置及运行维护费\t\t\t公务接待费\t\t\n"
                               "\t\t\t小计\t公务用车购置费\t公务用车运行维护费\t\t\t\n20.00\t14.00\t3.00\t6.00\t1.00\t5.00\t5.00\t4.00\t2.00\n");
  assert_int_equal(FEN(x.book, "three-public", "single", "all"), 20000000);
  assert_int_equal(FEN(x.book, "three-public", "single", "total"), 14000000);
  assert_int_equal(FEN(x.book, "three-public", "single", "vehicle"), 6000000);
  assert_int_equal(FEN(x.book, "three-public", "single", "vehicle.running"), 5000000);
  release(&x);
  x = read_text("部门“三公”经费表\n单位：万元\n\n合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n\t\t小计\t购置费\t运行费\t\n6.0\t1."
                "0\t3.0\t\t3.0\t2.0\n");
  assert_int_equal(FEN(x.book, "three-public", "single", "total"), 6000000);
  assert_int_equal(FEN(x.book, "three-public", "single", "vehicle.running"), 3000000);
  assert_int_equal(cell_of(x.book, "three-public", "single", "vehicle.purchase")->state, OBS_BLANK);
  release(&x);
}

static const char PROJECTS[] = "项目支出表\n单位：万元\n\n项目编码\t项目名称\t项目单位\t合计\t本年拨款\t\t\n\t\t\t\t一般公共预算\t政府性基金预算\t国"
                               "有资本经营预算\n\t\t\t9.00\t9.00\t\t\n501\t临江市文旅局\t\t9.00\t9.00\t\t\n"
                               "501001\t临江市文旅局本级\t\t9.00\t9.00\t\t\n31\t本级支出项目\t\t9.00\t9."
                               "00\t\t\n11010022501T000000001\t文物保护工作经费\t临江市文旅局本级\t5.00\t5.00\t\t\n"
                               "11010022501T000000002\t公共图书馆免费开放补助\t临江市文旅局本级\t4.00\t4.00\t\t\n\n"
                               "项目支出绩效目标表\n单位：万元\n\n项目名称\t公共图书馆开放补助\t项目编码\t11010022501T000000001\n项目主管部门\t临江市"
                               "文旅局\t项目执行单位\t临江市文旅局机关\n项目总预算\t4\t项目当年预算\t4\n"
                               "项目资金来源\t来源项目\t\t金额\n\t合计\t\t4\n\t一般公共预算财政拨款\t\t4\n\t其中：申请当年预算拨款\t\t4\n项目支出明细"
                               "测算\n项目活动\t活动内容表述\t支出经济分类\t金额\n开放\t补助\t对企业补助\t4\n";

/* The form has the code of the other project, and a shorter name: name, unit and amount together say which it is. */
static void a_wrong_code_does_not_mislead(void **state) {
  (void)state;
  struct reading x = read_text(PROJECTS);
  const struct book *b = x.book;
  const struct book_table *head = table_of(b, "project-head");
  assert_string_equal(intern_name(&b->symbols, head->subject), "11010022501T000000002");
  assert_int_equal(table_of(b, "project-sources")->subject, head->subject);
  assert_int_equal(FEN(b, "project-head", "single", "year"), 4000000);
  assert_int_equal(FEN(b, "project-sources", "source.total", "amount"), 4000000);
  assert_int_equal(FEN(b, "project-details", "detail", "amount"), 4000000);
  assert_int_equal(FEN(b, "projects", "total", "total"), 9000000);
  assert_int_equal(row_of(b, table_of(b, "projects"), "501001")->level, 2);
  symbol code = book_find(b, "project.code");
  int of_form = 0;
  for (size_t i = 0; i < b->fields.n; i++)
    if (b->fields.v[i].name == code && b->fields.v[i].table == (int)(head - b->tables.v))
      of_form += sv_is(b->fields.v[i].text, "11010022501T000000001");
  assert_int_equal(of_form, 1);
  release(&x);
}

static void what_is_not_read_is_listed(void **state) {
  (void)state;
  struct reading x = read_text("支出总表\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t3.00\t1."
                               "00\t约2\n201\t一般公共服务支出\t3.00\t1.00\t2.00\n\n某种别的表\n\n甲\t乙\n丙\t1.50\n丁\t2.50\n");
  assert_int_equal(cell_of(x.book, "expenditure", "total", "project")->state, OBS_UNREADABLE);
  assert_int_equal(x.book->unread.n, 2); /* the cell, and the table that is none of ours */
  assert_int_equal(x.book->money_tables, 2);
  assert_int_equal(x.book->recognised_tables, 1);
  release(&x);
}

static void a_form_without_amounts_claims_nothing(void **state) {
  (void)state;
  struct reading x = read_text(
      "XX局2024年度部门决算\n\n收入决算表\n单位：万元\n\n科目编码\t科目名称\t本年收入合计\t财政拨款收入\t事业收入\n\t合计\t\t\t\n\t\t\t\t\n");
  assert_true(x.book->blank_form);
  release(&x);
  x = read_text("只有文字，没有表。\n");
  assert_int_equal(x.book->kind, BOOK_UNKNOWN);
  assert_int_equal(x.book->tables.n, 0);
  release(&x);
}

/* Two bodies' books in one file: two covers, two summaries. */
/* The blocks of a form share a grid: 2022年 takes two of its columns, 2021年 one; 当年金额 reaches down beside them. Each is one column of the block.
 */
static void merged_columns_of_a_form_are_one(void **state) {
  static const char html[] =
      "<html><meta charset=utf-8><body><p>某市某局2023年部门预算</p><p>公开表11</p><p>整体支出绩效目标表</p><p>单位：万元</p><table>"
      "<tr><td>部门(单位)名称</td><td colspan=6>某市某局</td></tr>"
      "<tr><td colspan=2 rowspan=2>总体资金情况</td><td rowspan=2>当年金额</td><td rowspan=2>占比</td><td colspan=3>近两年收支金额</td></tr>"
      "<tr><td colspan=2>2022年</td><td>2021年</td></tr>"
      "<tr><td rowspan=3>支出构成</td><td>人员类项目支出</td><td>60.00</td><td>60.00%</td><td colspan=2>50.00</td><td>40.00</td></tr>"
      "<tr><td>运转类项目支出</td><td>40.00</td><td>40.00%</td><td colspan=2>30.00</td><td>20.00</td></tr>"
      "<tr><td>合计</td><td>100.00</td><td>100.00%</td><td colspan=2>80.00</td><td>60.00</td></tr>"
      "</table></body></html>";
  (void)state;
  struct reading x = read_named("test.html", html);
  const struct book_table *t = table_of(x.book, "goal-money");
  assert_int_equal(t->nrows, 3);
  assert_int_equal(t->ncolumns, 4);
  assert_int_equal(x.book->unread.n, 0);
  assert_int_equal(FEN(x.book, "goal-money", "out.personnel", "amount"), 60 * 1000000);
  assert_int_equal(FEN(x.book, "goal-money", "out.personnel", "prior1"), 50 * 1000000);
  assert_int_equal(FEN(x.book, "goal-money", "out.total", "prior2"), 60 * 1000000);
  release(&x);
}

static void two_books_in_one_file(void **state) {
  static const char text[] = "临江市文旅局2024年部门预算\n\n收支总表\n单位：万元\n\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、其他收入\t1."
                             "00\t一、教育支出\t1.00\n收入总计\t1.00\t支出总计\t1.00\n\n"
                             "说明文字。\n\n临江市教育局2024年部门预算\n\n收支总表\n单位：万元\n\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、其"
                             "他收入\t2.00\t一、教育支出\t2.00\n收入总计\t2.00\t支出总计\t2.00\n";
  struct document *d;
  struct err e = {0};
  struct book **books;
  int n = 0;
  (void)state;
  if (!profiles) skip();
  assert_int_equal(document_read_memory("two.txt", text, strlen(text), &document_limits_default, &d, &e), RC_OK);
  const struct document *one = d;
  struct recognise_options o = {.profiles = profiles};
  assert_int_equal(book_recognise(&one, 1, &o, &books, &n, &e), RC_OK);
  assert_int_equal(n, 2);
  assert_true(sv_is(books[0]->body, "临江市文旅局"));
  assert_true(sv_is(books[1]->body, "临江市教育局"));
  assert_int_equal(FEN(books[0], "summary-in", "in.total", "amount"), 1000000);
  assert_int_equal(FEN(books[1], "summary-in", "in.total", "amount"), 2000000);
  for (int i = 0; i < n; i++) book_free(books[i]);
  free(books);
  o.together = true;
  assert_int_equal(book_recognise(&one, 1, &o, &books, &n, &e), RC_OK);
  assert_int_equal(n, 1);
  book_free(books[0]);
  free(books);
  document_free(d);
}

static void facts_are_printed(void **state) {
  (void)state;
  struct reading x = read_text(PROJECTS);
  struct buf out;
  buf_init(&out, 1 << 20);
  assert_int_equal(book_print_facts(x.book, false, &out), RC_OK);
  assert_non_null(strstr(out.p, "11010022501T000000002\ttotal\tleaf\t4.00\tvalue\t万元"));
  buf_clear(&out);
  assert_int_equal(book_print_facts(x.book, true, &out), RC_OK);
  assert_non_null(strstr(out.p, "\"measure\":\"year.gp\""));
  buf_clear(&out);
  const struct book *b = x.book;
  struct err e = {0};
  assert_int_equal(profile_draft(&b, 1, &out, &e), RC_OK);
  assert_non_null(strstr(out.p, "profile NAME"));
  buf_release(&out);
  release(&x);
}

/* Year, body and kind stand on a cover in any order, on one line or several. */
static void covers_in_any_order(void **state) {
  (void)state;
  static const struct {
    const char *cover, *body;
    enum book_kind kind;
    int year;
  } covers[] = {
      {"临江市教育学院2025年区级单位预算", "临江市教育学院", BOOK_UNIT_BUDGET, 2025},
      {"临江市教育局\n2023年部门预算", "临江市教育局", BOOK_DEPARTMENT_BUDGET, 2023},
      {"2023年度临江市教育局部门决算", "临江市教育局", BOOK_DEPARTMENT_FINAL, 2023},
      {"临江市教育局2023年度\n部门决算", "临江市教育局", BOOK_DEPARTMENT_FINAL, 2023},
      {"江南省临江市\n教育局2023年度部门决算", "江南省临江市教育局", BOOK_DEPARTMENT_FINAL, 2023},
      {"2019 年度\n江南省教育厅\n部门预算公开", "江南省教育厅", BOOK_DEPARTMENT_BUDGET, 2019},
      {"临江市人民政府江滩街道办事处\n2022年度\n部门决算", "临江市人民政府江滩街道办事处", BOOK_DEPARTMENT_FINAL, 2022},
      {"附件2：临江市统计局2018年度部门预算公开", "临江市统计局", BOOK_DEPARTMENT_BUDGET, 2018},
      {"2023年\n临江市水务局（部门）\n预算公开", "临江市水务局", BOOK_DEPARTMENT_BUDGET, 2023},
      {"二〇二三年度\n临江市档案馆单位决算", "临江市档案馆", BOOK_UNIT_FINAL, 2023},
  };
  for (size_t i = 0; i < sizeof covers / sizeof *covers; i++) {
    char text[1000];
    snprintf(text, sizeof text,
             "%s\n\n目录\n\n第一部分 概况\n一、主要职能\n\n收支总表\n\n单位：万元\n\n收入\t\t支出\t\n项目\t金额\t项目\t金额\n"
             "一、一般公共预算拨款收入\t1.00\t一、教育支出\t1.00\n总计\t1.00\t总计\t1.00\n",
             covers[i].cover);
    struct reading x = read_text(text);
    if (!sv_is(x.book->body, covers[i].body)) fail_msg("%s: %.*s", covers[i].cover, SV_ARG(x.book->body));
    assert_int_equal(x.book->year, covers[i].year);
    assert_int_equal(x.book->kind, covers[i].kind);
    release(&x);
  }
}

/* A number that came into no row and column of a recognised table is listed; so is a table of amounts that is no kind of ours. */
static void no_amount_vanishes(void **state) {
  (void)state;
  struct reading x = read_text("支出总表\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n201\t一般公共服务支出\t5.00\t3.00\t2.00\n"
                               "\t合计\t5.00\t3.00\t2.00\n备注\t另有\t7.25\t\t\n\n另一段文字\n\n栏目\t期初\t期末\n甲\t10.50\t11.50\n");
  const struct book *b = x.book;
  assert_int_equal(b->tables.n, 1);
  bool number = false, table = false;
  for (size_t i = 0; i < b->unread.n; i++) {
    number = number || sv_is(b->unread.v[i].text, "7.25") || sv_is(b->unread.v[i].text, "另有");
    table = table || b->unread.v[i].document_table == 1;
  }
  assert_true(number);
  assert_true(table);
  assert_int_equal(b->money_tables, 2);
  assert_int_equal(b->recognised_tables, 1);
  release(&x);
}

/* Typed in by hand, 330 means 330.00 when another form of the book prints two decimals. */
static void forms_share_their_finest_decimals(void **state) {
  (void)state;
  struct reading x = read_text("项目支出绩效目标表\n单位：万元\n\n项目名称\t甲\t项目编码\t1\n项目总预算\t330\t项目当年预算\t330\n\n一段文字。\n\n"
                               "项目支出绩效目标表\n单位：万元\n\n项目名称\t乙\t项目编码\t2\n项目总预算\t7892.56\t项目当年预算\t7892.56\n");
  const struct obs *o = cell_of(x.book, "project-head", "single", "year");
  assert_true(sv_is(o->text, "330"));
  assert_int_equal(o->quantum, 10000); /* 0.01 万元 */
  release(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sides_of_a_summary),
                                     cmocka_unit_test(split_codes_are_joined),
                                     cmocka_unit_test(blocks_side_by_side_become_one),
                                     cmocka_unit_test(three_public_of_two_forms),
                                     cmocka_unit_test(a_wrong_code_does_not_mislead),
                                     cmocka_unit_test(what_is_not_read_is_listed),
                                     cmocka_unit_test(a_form_without_amounts_claims_nothing),
                                     cmocka_unit_test(merged_columns_of_a_form_are_one),
                                     cmocka_unit_test(two_books_in_one_file),
                                     cmocka_unit_test(facts_are_printed),
                                     cmocka_unit_test(covers_in_any_order),
                                     cmocka_unit_test(no_amount_vanishes),
                                     cmocka_unit_test(forms_share_their_finest_decimals)};
  return cmocka_run_group_tests_name("recognise", tests, load, drop);
}
