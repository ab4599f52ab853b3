/* test_rule.c: the rule language: mistakes with their places, what a rule means in a book, guards, and printed intervals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rulemaker.h"

/* ---- mistakes in files of rules ---- */

struct mistake {
  const char *text;
  int line, column;
  const char *says; /* a piece of the message */
};

static void parse_wrong(const struct mistake *m) {
  struct rule_set *s;
  struct err e = {0};
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  int rc = rule_set_parse(s, "t.rules", sv_from(m->text), &e);
  if (rc >= 0 || e.line != m->line || e.column != m->column || !strstr(e.text, m->says))
    print_error("%s\nrc %d, at %d:%d, \"%s\"; expected %d:%d, \"%s\"\n", m->text, rc, e.line, e.column, e.text, m->line, m->column, m->says);
  assert_true(rc < 0);
  assert_int_equal(e.line, m->line);
  assert_int_equal(e.column, m->column);
  assert_non_null(strstr(e.text, m->says));
  rule_set_free(s);
}

static void test_mistakes_of_heads(void **state) {
  (void)state;
  static const struct mistake all[] = {
      {"title x\n", 1, 1, "left edge"},
      {"  title x\n", 1, 3, "before any rule"},
      {"rule \n", 1, 6, "made of letters"},
      {"rule a b\n", 1, 6, "made of letters"},
      {"rule  规\n", 1, 7, "made of letters"},
      {"rule A\n  title x\n", 1, 1, "no basis"},
      {"rule A\n  title x\n  basis y\n", 1, 1, "no scope"},
      {"rule A\n  scope national\n  basis y\n", 1, 1, "no title"},
      {HEAD, 1, 1, "no check"},
      {"# c\n\nrule A\n  title\n  scope national\n  basis y\n  require 1\n", 3, 1, "no title"},
      {HEAD "  require 1\nrule A\n", 6, 6, "already"},
      {HEAD "  severity fatal\n", 5, 12, "severity is"},
      {HEAD "  years 20\n", 5, 9, "not plausible"},
      {HEAD "  years 2020 to 2021\n", 5, 9, "years are written"},
      {HEAD "  years 2022-2018\n", 5, 9, "not plausible"},
      {HEAD "  books budgets\n", 5, 9, "no such kind"},
      {HEAD "  message 应为 {expected}，{amount}\n", 5, 25, "{amount}"},
      {HEAD "  title z\n", 5, 3, "twice"},
      {HEAD "  where row.code\n  where row.key\n", 6, 3, "twice"},
      {HEAD "  partial sums\n", 5, 11, "not understood"},
      {HEAD "  except 1\n", 5, 11, "reason in quotes"},
      {HEAD "  unchecked 1, why\n", 5, 16, "reason in quotes"},
      {HEAD "  unchecked 1, \" \"\n", 5, 16, "reason in quotes"},
      {HEAD "  unchecked 1, \"a | b\" 2\n", 5, 24, "not understood"},
      {HEAD "  unchecked row.key, \"a\"\n  require 1\n", 5, 13, "no row"},
      {HEAD "  demand 1\n", 5, 3, "no such clause"},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) parse_wrong(&all[i]);
}

static void test_mistakes_of_relations(void **state) {
  (void)state;
  static const struct mistake all[] = {
      {HEAD "  check\n", 5, 8, "clause ends here"},
      {HEAD "  check k[a, b]\n", 5, 16, "=, <= or >="},
      {HEAD "  check k[a, b] < k[c, d]\n", 5, 17, "=, <= or >="},
      {HEAD "  check 0 = k[a, b]\n", 5, 9, "left side is a cell"},
      {HEAD "  check k[a] = k[c, d]\n", 5, 9, "[row, column]"},
      {HEAD "  check k[a, b] = k[top, d]\n", 5, 19, "need sum"},
      {HEAD "  check k[a, b] = sum k[c, d]\n", 5, 23, "sum is for several"},
      {HEAD "  check k[a, b] = k[level x, d]\n", 5, 27, "1 to 9"},
      {HEAD "  check k[a, b] = k[c, d\n", 5, 25, "] is wanted"},
      {HEAD "  check k[a, b] = 12345 * k[c, d]\n", 5, 19, "too large"},
      {HEAD "  check k[a, b] = 2 k[c, d]\n", 5, 21, "followed by *"},
      {HEAD "  check k[a, b] = k[c, d] / 0\n", 5, 27, "ratio"},
      {HEAD "  check 2 * k[a, b] = k[c, d] / k[e, f]\n", 5, 31, "ratio"},
      {HEAD "  check k[a, b] = k[c, d] + k[g, h] / k[e, f]\n", 5, 37, "ratio"},
      {HEAD "  check k[a, b] = k[c, d] k[e, f]\n", 5, 27, "not understood"},
      {HEAD "  check k[a, b] = (k[c, d] + k[g, h]) / 0\n", 5, 39, "ratio"},
      {HEAD "  check k[a, b] = (k[c, d] + k[g, h]) + k[e, f]\n", 5, 39, "followed by /"},
      {HEAD "  check k[a, b] = (k[c, d] + k[g, h] / k[e, f]\n", 5, 38, ") is wanted"},
      {HEAD "  check k[a, b] = k[c, d] / (k[g, h] - k[e, f]\n", 5, 47, ") is wanted"},
      {HEAD "  check k[a, b] = k[c, d] / k[g, h] - k[e, f]\n", 5, 37, "not understood"},
      {HEAD "  check k[a, b] <= k[c, d] / k[g, h]\n", 5, 28, "ratio"},
      {HEAD "  check sum k[top, b] = k[c, d] / k[g, h]\n", 5, 33, "ratio"},
      {HEAD "  check k[a, b] = k[c, d] if\n", 5, 29, "clause ends here"},
      {HEAD "  check k[a, b] = k[c, d] if row.key\n", 5, 30, "no row"},
      {HEAD "  check k[parent, b] = k[c, d]\n", 5, 9, "no row"},
      {HEAD "  check k[first, b] = k[c, d]\n", 5, 9, "no row"},
      {HEAD "  check k[a, b] = k[c, d]\n    + k[e f]\n", 6, 11, "] is wanted"},
      {HEAD "  check k[a, b] = \"x\n", 5, 19, "[ is wanted"},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) parse_wrong(&all[i]);
}

static void test_mistakes_of_conditions(void **state) {
  (void)state;
  static const struct mistake all[] = {
      {HEAD "  for rows in k\n", 5, 7, "for is followed"},
      {HEAD "  for row of k\n", 5, 11, "wanted here"},
      {HEAD "  for row in\n", 5, 13, "no kind"},
      {HEAD "  require (1\n", 5, 13, ") is wanted"},
      {HEAD "  require 1 = \n", 5, 15, "value is wanted"},
      {HEAD "  require 12345678901234567 = 1\n", 5, 11, "too large"},
      {HEAD "  require \"a\" = 1\n", 5, 17, "cannot be compared"},
      {HEAD "  for row in k\n  require row.code in (1, 2)\n", 6, 24, "cannot be compared"},
      {HEAD "  require k[a, b] = 7\n", 5, 21, "compared with 0"},
      {HEAD "  require \"a\" ~ b\n", 5, 18, "["},
      {HEAD "  require \"a\" ~ book.body\n", 5, 17, "pattern in quotes"},
      {HEAD "  require \"a\" ~ \"(\"\n", 5, 17, "not sound"},
      {HEAD "  require \"a\" ~ \"(a{99}){99}\"\n", 5, 17, "not sound"},
      {HEAD "  require book.year ~ \"2\"\n", 5, 11, "text is wanted before"},
      {HEAD "  require left(\"a\")\n", 5, 11, "takes 2"},
      {HEAD "  require left(\"a\", \"b\")\n", 5, 21, "number is wanted"},
      {HEAD "  require length(1)\n", 5, 18, "text is wanted"},
      {HEAD "  require label(k[top])\n", 5, 17, "one row"},
      {HEAD "  require has(k[top, b])\n", 5, 15, "one row"},
      {HEAD "  require k[a]\n", 5, 11, "[row, column]"},
      {HEAD "  require says()\n", 5, 11, "at least one"},
      {HEAD "  require 1 in (1, 2, 3, 4, 5, 6)\n", 5, 32, "at most"},
      {HEAD "  require contains(\"a\", book.body)\n", 5, 25, "stand in quotes"},
      {HEAD "  require contains(\"a\")\n", 5, 11, "takes 2"},
      {HEAD "  require contains(\"a\", 1)\n", 5, 25, "text is wanted"},
      {HEAD "  require matches-count(\"a\", book.body) = 1\n", 5, 30, "pattern in quotes"},
      {HEAD "  require \"a\" ~ \"[增减]\"\n", 5, 17, "round brackets"},
      {HEAD "  require \"a\" ~ \"的?\"\n", 5, 17, "round brackets"},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) parse_wrong(&all[i]);
}

/* A rule that asks for what is not at hand would never be judged. */
static void test_mistakes_of_place(void **state) {
  (void)state;
  static const struct mistake all[] = {
      {HEAD "  check [a, b] = k[a, b]\n", 5, 9, "no table"},
      {HEAD "  require row.code\n", 5, 11, "no row"},
      {HEAD "  for table in k\n  require row.code\n", 6, 11, "no row"},
      {HEAD "  for row in k\n  check [row, column] = sum [children, b]\n", 6, 9, "no column"},
      {HEAD "  for column in k\n  check [row, column] = [a, column]\n", 6, 9, "no row"},
      {HEAD "  for column in k\n  check [a, column] = sum [children, column]\n", 6, 27, "no row"},
      {HEAD "  for row in k\n  require cell.text\n", 6, 11, "no column"},
      {HEAD "  for row in k\n  require field.text\n", 6, 11, "no field"},
      {HEAD "  require field(\"a\")\n", 5, 11, "no table"},
      {HEAD "  require has(k[subject])\n", 5, 15, "no table"},
      {HEAD "  for row in k\n  when row.code\n  require 1\n", 6, 8, "no row"},
      {HEAD "  for row in k\n  where column.measure = \"a\"\n  require 1\n", 6, 9, "no column"},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) parse_wrong(&all[i]);
}

static void test_limits(void **state) {
  (void)state;
  struct rule_set *s;
  struct err e = {0};
  struct buf b;
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  buf_init(&b, 1 << 24);
  buf_puts(&b, HEAD "  require ");
  for (int i = 0; i < 100000; i++) buf_puts(&b, "number(");
  assert_true(rule_set_parse(s, "deep", (struct sv){b.p, b.n}, &e) < 0);
  buf_clear(&b);
  buf_puts(&b, HEAD "  require 1");
  for (int i = 0; i < 100000; i++) buf_puts(&b, " and 1");
  assert_true(rule_set_parse(s, "long", (struct sv){b.p, b.n}, &e) < 0);
  buf_clear(&b);
  buf_puts(&b, HEAD "  require ");
  for (int i = 0; i < 1000; i++) buf_puts(&b, "not (");
  assert_true(rule_set_parse(s, "nested", (struct sv){b.p, b.n}, &e) < 0);
  buf_release(&b);
  assert_true(rule_set_parse(s, "nul", (struct sv){"# a\n# b\0c\n", 10}, &e) < 0);
  assert_int_equal(e.line, 2);
  assert_true(rule_set_parse(s, "bytes", SV("# a\n\n# \xff\n"), &e) < 0);
  assert_int_equal(e.line, 3);
  assert_int_equal(rule_count(s), 0);
  rule_set_free(s);
}

static void test_lines(void **state) {
  (void)state;
  struct rule_set *s;
  struct err e = {0};
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  assert_int_equal(
      rule_set_parse(s, "t",
                     SV("# note\r\nrule A-1\r\n  title   一 | one\r\n  scope national\r\n  basis b\r\n  severity info\r\n  years 2018-\r\n"
                        "  check k[a, b] = k[c, b]\r\n    + k[d, b]?\r\n\r\nrule B\n\ttitle t\n\tscope x, y\n\tbasis b\n\trequire 1\n\t  or 0"),
                     &e),
      RC_OK);
  assert_int_equal(rule_count(s), 2);
  const struct rule_head *h = rule_get(s, 0);
  assert_string_equal(h->id, "A-1");
  assert_string_equal(h->title_zh, "一");
  assert_string_equal(h->title_en, "one");
  assert_int_equal(h->severity, SEVERITY_INFO);
  assert_int_equal(h->since, 2018);
  assert_int_equal(h->until, 0);
  assert_int_equal(h->line, 2);
  assert_true(sv_ends(rule_source(s, 0), "k[d, b]?"));
  assert_int_equal(rule_named(s, "B")->line, 11);
  assert_null(rule_named(s, "C"));
  assert_null(rule_get(s, 2));
  rule_set_free(s);
}

/* ---- what rules mean in a book ---- */

static void test_rows(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  tree_make(&m, "k");
  EXPECT(&m, "  for cell in k\n  where row.code\n  check [row, column] = sum [children, column]", .passed = 6);
  EXPECT(&m, "  for column in k\n  check [head, column] = sum [top, column]", .passed = 3);
  EXPECT(&m, "  for column in k\n  check [total, column] = sum [leaves, column]", .passed = 3);
  EXPECT(&m, "  for column in k\n  check [total, column] = sum [level 1, column]", .passed = 3);
  EXPECT(&m, "  for column in k\n  check [total, column] = sum [coded 2, column]", .passed = 3);
  EXPECT(&m, "  for column in k\n  check [20101, column] = sum [coded 20101, column]", .na = 1); /* the row itself on both sides */
  EXPECT(&m, "  for column in k\n  check [201, column] = sum [all 20101|20102, column]", .passed = 3);
  EXPECT(&m, "  for row in k\n  check [row, total] = [row, basic] + [row, project]", .passed = 7);
  EXPECT(&m, "  for row in k\n  where row.level = 3\n  check [row, total] = [row, basic] + [row, project]", .passed = 2);
  EXPECT(&m, "  for book\n  check k[201, total] = 2 * k[20102, total] - k[x, total]? + k[x|20101, total] - k[20102, total]", .passed = 1);
  EXPECT(&m,
         "  for book\n  check k[201, total] >= k[20101, total]\n  check k[20101, total] <= k[201, total]\n  check k[201, total] <= k[20101, total]",
         .passed = 2, .failed = 1);
  EXPECT(&m, "  for row in k\n  check [row, total] = [row, basic] + [row, other]", .na = 1);
  EXPECT(&m, "  for row in k\n  check [row, total] = [row, basic] + [row, project] + [row, other]?", .passed = 7);
  EXPECT(&m, "  for book\n  check k[201, total] - k[20101, total] - k[20102, total] = 0", .passed = 1);
  book_end(&m);
}

static void test_tables(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int a = tree_make(&m, "k"), b = tree_make(&m, "l");
  EXPECT(&m, "  for cell in k\n  check [row, column] = l[row, column]", .passed = 21);
  EXPECT(&m, "  for book\n  check x|k[total, total] = x|l[201|total, total]", .failed = 1);
  maker_print(&m, maker_at(&m, b, 3, 0), 36 * W);
  EXPECT(&m, "  for cell in k\n  check [row, column] = l[row, column]", .passed = 20, .rounding = 1);
  maker_print(&m, maker_at(&m, b, 3, 0), 37 * W);
  EXPECT(&m, "  for cell in k\n  check [row, column] = l[row, column]", .passed = 20, .failed = 1);
  /* a row that the other table lacks: once, whatever the columns */
  m.b->tables.v[b].rows[4].key = book_symbol(m.b, "2010199");
  EXPECT(&m, "  for cell in k\n  check [row, column] = l[row, column]", .passed = 17, .failed = 1);
  EXPECT(&m, "  for cell in k\n  check [row, column] = l[row, column]!", .passed = 17, .failed = 2);
  /* it may be the one that was not recognised */
  m.b->tables.v[b].rows[4].role = ROW_UNKNOWN;
  EXPECT(&m, "  for cell in k\n  check [row, column] = l[row, column]!", .passed = 17, .failed = 1, .nc = 3);
  EXPECT(&m, "  for book\n  when has(x)\n  check k[total, total] = l[total, total]", .na = 1);
  EXPECT(&m, "  for book\n  when has(k) and not has(x) and count(k) = 1 and count(k[every]) = 6\n  check k[total, total] = l[total, total]",
         .passed = 1);
  /* a third table: not known which is meant */
  tree_make(&m, "l");
  EXPECT(&m, "  for book\n  check k[total, total] = l[total, total]\n  check l[total, total] = k[total, total]", .nc = 2);
  EXPECT(&m, "  for book\n  require l[total, total] = k[total, total]\n  require count(l) = 2", .passed = 1, .nc = 1);
  (void)a;
  book_end(&m);
}

static void test_guards(void **state) {
  (void)state;
  static const char sum[] = "  for column in k\n  check [head, column] = sum [top, column]",
                    cross[] = "  for row in k\n  check [row, total] = [row, basic] + [row, project]";
  struct maker m;
  book_begin(&m);
  int t = tree_make(&m, "k");
  struct book_table *k = &m.b->tables.v[t];
  k->rows[6].role = ROW_UNKNOWN;
  EXPECT(&m, sum, .nc = 3);
  EXPECT(&m, cross, .passed = 6);
  EXPECT(&m, "  for cell in k\n  where row.level = 2\n  check [row, column] = sum [children, column]", .passed = 3);
  for (int c = 0; c < 3; c++) maker_print(&m, maker_at(&m, t, 6, c), 0); /* carries nothing: cannot be missing in the sum */
  EXPECT(&m, sum, .failed = 3);
  EXPECT(&m, "  for column in k\n  check [head, column] = sum [top, column]\n  partial", .failed = 3);
  k->rows[6].role = ROW_OF_WHICH; /* 其中 is never added */
  EXPECT(&m, sum, .failed = 3);
  k->columns[2].measure = NO_SYMBOL;
  EXPECT(&m, "  for row in k\n  check [row, total] = [row, basic] + [row, project]?", .nc = 7);
  k->columns[2].other_year = true; /* last year's: no part of this sum */
  EXPECT(&m, "  for row in k\n  where row.key = \"208\"\n  check [row, total] = [row, basic] + [row, project]?", .passed = 1);
  book_end(&m);
}

/* What is left out because it is not there may be there unrecognised. */
static void test_left_out(void **state) {
  (void)state;
  static const char sum[] = "  for book\n  check k[total, total] = k[total, basic] + l[total, project]?";
  struct maker m;
  book_begin(&m);
  tree_make(&m, "k");
  EXPECT(&m, sum, .failed = 1);
  m.b->money_tables = 2, m.b->recognised_tables = 1;
  EXPECT(&m, sum, .nc = 1);
  m.b->recognised_tables = 2;
  int l = tree_make(&m, "l");
  EXPECT(&m, sum, .passed = 1);
  m.b->tables.v[l].rows[0].key = book_symbol(m.b, "?");
  EXPECT(&m, sum, .failed = 1);
  m.b->tables.v[l].rows[0].role = ROW_UNKNOWN;
  EXPECT(&m, sum, .nc = 1);
  book_end(&m);
}

static void test_subjects(void **state) {
  (void)state;
  static const char *const one[] = {"year"}, *const total[] = {"total"};
  struct maker m;
  book_begin(&m);
  int p = maker_table(&m, "projects", 3, total, 1);
  for (int i = 0; i < 3; i++) {
    static const char *const keys[] = {"p1", "p2", "p3"};
    maker_row(&m, p, i, keys[i], 4, -1);
    maker_cell(&m, p, i, 0, (i + 1) * 10 * W);
    if (i == 2) continue;
    int h = maker_table(&m, "project-head", 1, one, 1);
    maker_row(&m, h, 0, "single", 1, -1);
    maker_cell(&m, h, 0, 0, (i + 1) * 10 * W);
    m.b->tables.v[h].subject = book_symbol(m.b, keys[i]);
    struct book_field f = {.name = book_symbol(m.b, "project.name"), .table = h, .subject = m.b->tables.v[h].subject, .text = sv_from(keys[i])};
    assert_int_equal(VEC_PUSH(&m.b->fields, f, 10), RC_OK);
  }
  EXPECT(&m, "  for row in projects\n  check [row, total] = project-head[single, year]", .passed = 2);
  EXPECT(&m, "  for row in projects\n  require has(project-head)", .passed = 2, .failed = 1);
  EXPECT(&m, "  for row in projects\n  when has(project-head) and count(project-head) = 2\n  require has(project-head[single])", .passed = 2,
         .failed = 1);
  EXPECT(
      &m,
      "  for table in project-head\n  check [single, year] = projects[subject, total]\n  require field(\"project.name\") = label(projects[subject])",
      .passed = 4);
  EXPECT(&m, "  for field in project.name\n  require field.text = label(projects[subject]) and has(field.subject)",
         .failed = 2); /* a project is no kind */
  m.b->tables.v[2].rows[0].key = book_symbol(m.b, "other");
  EXPECT(&m, "  for table in project-head\n  check [single, year] = projects[subject, total]", .passed = 1);
  m.b->tables.v[2].subject = m.b->tables.v[1].subject; /* two forms of one project */
  EXPECT(&m, "  for row in projects\n  check [row, total] = project-head[single, year]", .nc = 1);
  book_end(&m);
}

static void test_conditions(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int t = tree_make(&m, "k");
  struct book_table *k = &m.b->tables.v[t];
  k->title = sv_from("2023年度  支出总表（Ａ）");
  k->rows[1].label = sv_from("一般 公共服务（支出）");
  EXPECT(&m, "  for table in k\n  require table.year = book.year and table.title = \"2023年度支出总表(a)\" and table.unit and not table.empty",
         .passed = 1);
  EXPECT(&m,
         "  for row in k\n  where row.key = \"201\"\n  require row.label = \"一般公共服务(支出)\" and row.children and not row.orphan\n  require "
         "row.label ~ \"^一般.*出\\)$\"",
         .passed = 2);
  EXPECT(&m, "  for row in k\n  where row.code\n  require row.ascending and not row.repeated", .passed = 6);
  k->rows[4].code = sv_from("2010100");
  EXPECT(&m, "  for row in k\n  where row.code\n  require row.ascending", .passed = 5, .failed = 1);
  EXPECT(&m,
         "  require left(\"汉字ab\", 3) = \"汉字a\" and mid(\"汉字ab\", 2, 2) = \"字a\" and length(\"汉字\") = 2\n  require number(\"1,234\") = 1234 "
         "and year(\"自2019年起\") = 2019",
         .passed = 2);
  EXPECT(&m, "  require year(\"1099年\") = 1099\n  require year(\"20230101\") = 2023", .na = 1); /* neither is a year */
  EXPECT(&m, "  require known(\"functional\", \"201\")", .nc = 1);                               /* no list at hand */
  EXPECT(&m, "  require book.kind in (\"unit-budget\", \"department-budget\") and book.profile = \"wuhan\" and 1 < 2 and not 2 <= 1", .passed = 1);
  EXPECT(&m, "  require book.kind = \"x\" or k[total, total] > k[201, total]", .passed = 1);
  EXPECT(&m, "  require k[total, total] = k[zzz, total]", .na = 1);
  EXPECT(&m, "  require k[total, total] != 0 and not k[total, total] < 0", .passed = 1);
  /* a cell that was not read: it is not known whether the rule applies */
  m.b->obs.v[maker_at(&m, t, 3, 0)].doubtful = true;
  EXPECT(&m, "  for row in k\n  where [row, total] != 0\n  require row.code", .passed = 5, .failed = 1, .nc = 1);
  k->doubtful = true;
  EXPECT(&m, "  for row in k\n  where [row, total] != 0\n  require row.code", .nc = 1);
  book_end(&m);
}

static void test_scope(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  EXPECT(&m, "  years 2020-\n  require 1", .passed = 1);
  EXPECT(&m, "  years -2020\n  require 1", .na = 1);
  EXPECT(&m, "  years 2023\n  require 1", .passed = 1);
  EXPECT(&m, "  books final\n  require 1", .na = 1);
  EXPECT(&m, "  books final department-budget\n  require 1", .passed = 1);
  m.b->year = 0;
  EXPECT(&m, "  years 2020-\n  require 1", .na = 1);
  m.b->blank_form = true;
  EXPECT(&m, "  require 1", .passed = 0);
  book_end(&m);
}

/* ---- printed intervals ---- */

static int32_t number_add(struct maker *m, int64_t value, int64_t quantum, enum obs_type type) {
  struct obs o = {
      .state = value ? OBS_VALUE : OBS_ZERO, .type = type, .value = value, .quantum = value ? quantum : 0, .table = -1, .row = -1, .column = -1};
  assert_int_equal(VEC_PUSH(&m->b->obs, o, 1000), RC_OK);
  return (int32_t)m->b->obs.n - 1;
}

/* 'P' passed, 'F' failed, 'R' rounding, '-' not applicable */
static char sum_of(struct maker *m, enum relation_op op, int n, const int64_t (*numbers)[2]) {
  struct term terms[8];
  for (int i = 0; i < n; i++) terms[i] = (struct term){number_add(m, numbers[i][0], numbers[i][1], OBS_AMOUNT), i == 0 ? 1 : -1};
  struct relation r = {.op = op, .terms = terms, .nterms = n};
  relation_judge(m->b, &r, NULL);
  return r.outcome == OUTCOME_PASSED ? 'P' : r.rounding ? 'R' : 'F';
}
#define SUM(op, ...) sum_of(&m, op, (int)(sizeof((int64_t[][2]){__VA_ARGS__}) / sizeof(int64_t[2])), (const int64_t[][2]){__VA_ARGS__})

static void test_sums(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  assert_int_equal(SUM(REL_EQ, {300, 1}, {100, 1}, {200, 1}), 'P');
  assert_int_equal(SUM(REL_EQ, {301, 1}, {100, 1}, {200, 1}), 'R'); /* 1 ≤ 3 halves */
  assert_int_equal(SUM(REL_EQ, {302, 1}, {100, 1}, {200, 1}), 'F');
  assert_int_equal(SUM(REL_EQ, {101, 1}, {100, 1}, {0, 1}), 'R'); /* 1 = 2 halves: the edges meet */
  assert_int_equal(SUM(REL_EQ, {1, 1}, {0, 1}, {0, 1}), 'F');     /* zeros are exact */
  assert_int_equal(SUM(REL_EQ, {0, 1}, {0, 1}), 'P');
  assert_int_equal(SUM(REL_EQ, {101, 1}, {100, 1}), 'R'); /* two printings, one unit apart */
  assert_int_equal(SUM(REL_EQ, {102, 1}, {100, 1}), 'F');
  assert_int_equal(SUM(REL_EQ, {-300, 1}, {-100, 1}, {-200, 1}), 'P');
  /* 0.01 万元 = 10000 beside 0.01 元 = 1: the coarse number must hold the finer one */
  assert_int_equal(SUM(REL_EQ, {1230000, 10000}, {1234999, 1}), 'P');
  assert_int_equal(SUM(REL_EQ, {1230000, 10000}, {1235000, 1}), 'P'); /* the edge itself */
  assert_int_equal(SUM(REL_EQ, {1230000, 10000}, {1235001, 1}), 'F');
  assert_int_equal(SUM(REL_EQ, {1230000, 10000}, {1200000, 1}, {34000, 1}), 'P');
  assert_int_equal(SUM(REL_LE, {100, 1}, {100, 1}), 'P');
  assert_int_equal(SUM(REL_LE, {101, 1}, {100, 1}), 'R');
  assert_int_equal(SUM(REL_LE, {102, 1}, {100, 1}), 'F');
  assert_int_equal(SUM(REL_GE, {99, 1}, {100, 1}), 'R');
  assert_int_equal(SUM(REL_GE, {98, 1}, {100, 1}), 'F');
  assert_int_equal(SUM(REL_GE, {500, 1}, {100, 1}), 'P');
  assert_int_equal(
      SUM(REL_EQ, {INT64_MAX / 4, 1}, {-INT64_MAX / 4, 1}, {-INT64_MAX / 4, 1}, {-INT64_MAX / 4, 1}, {-INT64_MAX / 4, 1}, {-INT64_MAX / 4, 1}), 'F');
  book_end(&m);
}

/* percent in hundredths of a percent */
static char ratio_of(struct maker *m, int64_t percent, int64_t part, int64_t whole, int64_t quantum) {
  struct term terms[] = {{number_add(m, percent * 100, 100, OBS_PERCENT), 1},
                         {number_add(m, part, quantum, OBS_AMOUNT), 1},
                         {number_add(m, whole, quantum, OBS_AMOUNT), 1}};
  struct relation r = {.op = REL_RATIO, .terms = terms, .nterms = 3, .nwhole = 1};
  relation_judge(m->b, &r, NULL);
  return r.outcome == OUTCOME_PASSED ? 'P' : r.outcome == OUTCOME_NOT_APPLICABLE ? '-' : r.rounding ? 'R' : 'F';
}

static void test_ratios(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  assert_int_equal(ratio_of(&m, 5000, 100, 200, 1), 'P');
  assert_int_equal(ratio_of(&m, 3333, 100000, 300000, 1), 'P');
  assert_int_equal(ratio_of(&m, 3334, 100000, 300000, 1), 'F');
  assert_int_equal(ratio_of(&m, 5275, 580, 1100, 1), 'R'); /* 52.73, but 5.804 of 10.996 is 52.78 */
  assert_int_equal(ratio_of(&m, 5290, 580, 1100, 1), 'F');
  assert_int_equal(ratio_of(&m, -5000, -100000, 200000, 1), 'P');
  assert_int_equal(ratio_of(&m, -5000, 100000, -200000, 1), 'P');
  assert_int_equal(ratio_of(&m, 5000, -100000, -200000, 1), 'P');
  assert_int_equal(ratio_of(&m, 5000, -100000, 200000, 1), 'F');
  assert_int_equal(ratio_of(&m, 15000, 300000, 200000, 1), 'P');
  assert_int_equal(ratio_of(&m, 0, 0, 0, 1), 'P');
  assert_int_equal(ratio_of(&m, 10000, 0, 0, 1), '-'); /* nothing over nothing */
  assert_int_equal(ratio_of(&m, 0, 5, 0, 1), '-');
  assert_int_equal(ratio_of(&m, 10000, 5, 0, 1), 'F');
  assert_int_equal(ratio_of(&m, 0, 0, 500, 1), 'P');
  assert_int_equal(ratio_of(&m, 100, 0, 500, 1), 'F');
  book_end(&m);
}

static void test_missing_observations(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  (void)number_add(&m, 100, 1, OBS_AMOUNT);
  struct relation r = {.op = REL_EQ, .terms = (const struct term[]){{0, 1}, {5, -1}}, .nterms = 2};
  relation_judge(m.b, &r, NULL);
  assert_int_equal(r.outcome, OUTCOME_NOT_CHECKED);
  book_end(&m);
}

static void test_rounding_weighs(void **state) {
  (void)state;
  struct maker m;
  struct rule_set *s;
  struct check_result *r;
  struct err e = {0};
  book_begin(&m);
  int t[6];
  for (int i = 0; i < 6; i++) t[i] = tree_make(&m, "k");
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  assert_int_equal(rule_set_parse(s, "t", SV(HEAD "  for row in k\n  check [row, total] = [row, basic] + [row, project]\n"), &e), RC_OK);
  for (int exact = 0; exact < 2; exact++) { /* five tables are 34 exact sums; with 6 of 41 rounded the book was not computed as printed */
    for (int i = 0; i < 6; i++) maker_print(&m, maker_at(&m, t[i], 3, 0), (35 + (exact ? i == 0 : 1)) * W);
    assert_int_equal(rule_evaluate(s, m.b, &r, &e), RC_OK);
    int rounded = 0;
    for (size_t i = 0; i < r->relations.n; i++) {
      if (!r->relations.v[i].rounding) continue;
      rounded++;
      assert_int_equal(r->relations.v[i].severity, exact ? SEVERITY_WARNING : SEVERITY_INFO);
    }
    assert_int_equal(rounded, exact ? 1 : 6);
    check_free(r);
  }
  rule_set_free(s);
  book_end(&m);
}

int main(void) {
  lang_set(LANG_EN);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mistakes_of_heads),
                                     cmocka_unit_test(test_mistakes_of_relations),
                                     cmocka_unit_test(test_mistakes_of_conditions),
                                     cmocka_unit_test(test_mistakes_of_place),
                                     cmocka_unit_test(test_limits),
                                     cmocka_unit_test(test_lines),
                                     cmocka_unit_test(test_rows),
                                     cmocka_unit_test(test_tables),
                                     cmocka_unit_test(test_guards),
                                     cmocka_unit_test(test_left_out),
                                     cmocka_unit_test(test_subjects),
                                     cmocka_unit_test(test_conditions),
                                     cmocka_unit_test(test_scope),
                                     cmocka_unit_test(test_sums),
                                     cmocka_unit_test(test_ratios),
                                     cmocka_unit_test(test_missing_observations),
                                     cmocka_unit_test(test_rounding_weighs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
