/* test_rule_prose.c: what rules over sentences need of the language: ratios of sums, checks with a condition, reservations with their reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rulemaker.h"

/* ---- a table of what sentences say ---- */

enum { SAID_AMOUNT, SAID_CHANGE, SAID_GROWTH, SAID_SHARE, SAID_ORDER, SAID_COLUMNS };

static int said_make(struct maker *m, const char *kind, int rows) {
  static const char *const measures[] = {"amount", "change", "growth", "share", "order"};
  int t = maker_table(m, kind, rows, measures, SAID_COLUMNS);
  struct book_table *said = &m->b->tables.v[t];
  said->prose = true;
  said->document_table = -1;
  said->columns[SAID_GROWTH].type = said->columns[SAID_SHARE].type = OBS_PERCENT;
  said->columns[SAID_ORDER].type = OBS_TEXT;
  return t;
}

/* `decimals` of an amount in 万元, of a percentage in hundredths. */
static int32_t say(struct maker *m, int table, int row, int column, int64_t value, int decimals) {
  bool percent = column == SAID_GROWTH || column == SAID_SHARE;
  int64_t quantum = percent ? 10000 : 1000000;
  for (int i = 0; i < decimals; i++) quantum /= 10;
  int32_t at = maker_cell(m, table, row, column, value);
  struct obs *o = &m->b->obs.v[at];
  o->type = percent ? OBS_PERCENT : OBS_AMOUNT;
  o->decimals = decimals;
  o->quantum = value ? quantum : 0;
  return at;
}

static int32_t say_word(struct maker *m, int table, int row, const char *word) {
  int32_t at = maker_cell(m, table, row, SAID_ORDER, 0);
  m->b->obs.v[at].type = OBS_TEXT;
  m->b->obs.v[at].state = OBS_VALUE;
  m->b->obs.v[at].text = sv_from(word);
  return at;
}

#define GROWTH "  for row in said\n  check [row, growth] = [row, change] / ([row, amount] - [row, change])"
#define SHARE  "  for row in said\n  check [row, share] = [row, amount] / (said[a, amount] + said[b, amount])"

static void growth_of_what_it_was(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int t = said_make(&m, "said", 1);
  maker_row(&m, t, 0, "a", 1, -1);
  int32_t amount = say(&m, t, 0, SAID_AMOUNT, 17351 * W, 2), change = say(&m, t, 0, SAID_CHANGE, 4739 * W, 2),
          growth = say(&m, t, 0, SAID_GROWTH, 375753, 1); /* 47.39 of 126.12 */
  EXPECT(&m, GROWTH, .passed = 1);
  m.b->obs.v[growth].value = 377000;
  EXPECT(&m, GROWTH, .failed = 1);
  m.b->obs.v[growth].value = -376000;
  EXPECT(&m, GROWTH, .failed = 1);
  m.b->obs.v[change].value = -4739 * W; /* 220.90 before: down by 21.5 % */
  m.b->obs.v[growth].value = -215000;
  EXPECT(&m, GROWTH, .passed = 1);
  m.b->obs.v[change].value = 17351 * W; /* nothing before, as far as is printed: no growth can be told */
  EXPECT(&m, GROWTH, .na = 1);
  m.b->obs.v[amount].quantum = m.b->obs.v[change].quantum = 0; /* and exactly nothing */
  EXPECT(&m, GROWTH, .failed = 1);
  m.b->obs.v[growth].value = 0;
  EXPECT(&m, GROWTH, .na = 1);
  book_end(&m);
}

/* A cell in part and whole moves both: 0.02 of 0.03 - 0.02 may be much, but 1.00 of 2.00 - 1.00 is 100 % ± 1.5. */
static void a_cell_of_both_sides_is_one_cell(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int t = said_make(&m, "said", 1);
  maker_row(&m, t, 0, "a", 1, -1);
  say(&m, t, 0, SAID_AMOUNT, 200 * W, 2), say(&m, t, 0, SAID_CHANGE, 100 * W, 2);
  int32_t growth = say(&m, t, 0, SAID_GROWTH, 1014000, 2);
  EXPECT(&m, GROWTH, .rounding = 1);
  m.b->obs.v[growth].value = 1016000; /* (1.005) / (1.995 - 1.005) = 101.515 % */
  EXPECT(&m, GROWTH, .failed = 1);
  m.b->obs.v[growth].value = 986000; /* 0.995 / (2.005 - 0.995) = 98.515 % */
  EXPECT(&m, GROWTH, .failed = 0, .rounding = 1);
  m.b->obs.v[growth].value = 985000;
  EXPECT(&m, GROWTH, .failed = 1);
  book_end(&m);
}

static void shares_of_sums(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int k = tree_make(&m, "k"), t = said_make(&m, "said", 2);
  maker_row(&m, t, 0, "a", 1, -1);
  maker_row(&m, t, 1, "b", 1, -1);
  say(&m, t, 0, SAID_AMOUNT, 30 * W, 2), say(&m, t, 0, SAID_SHARE, 300000, 2);
  say(&m, t, 1, SAID_AMOUNT, 70 * W, 2);
  int32_t share = say(&m, t, 1, SAID_SHARE, 700000, 2);
  EXPECT(&m, SHARE, .passed = 2);
  m.b->obs.v[share].value = 770000;
  EXPECT(&m, SHARE, .passed = 1, .failed = 1);
  m.b->obs.v[share].value = 0; /* 0.00 % of a share is rounded, but not from 70 % */
  m.b->obs.v[share].state = OBS_ZERO;
  m.b->obs.v[share].quantum = 0;
  EXPECT(&m, SHARE, .passed = 1, .failed = 1);
  m.b->obs.v[maker_at(&m, t, 1, SAID_AMOUNT)].value = 0;
  m.b->obs.v[maker_at(&m, t, 1, SAID_AMOUNT)].state = OBS_ZERO;
  EXPECT(&m, "  for book\n  check said[b, share] = said[b, amount] / k[head, total]", .passed = 1);
  EXPECT(&m, "  for book\n  check said[a, share] = (k[201, basic] - k[20101, basic]) / sum k[top, basic]", .passed = 1);
  EXPECT(&m, "  for book\n  check said[a, share] = (k[20102, basic]) / (k[x, basic]? + k[head, basic])", .passed = 1);
  EXPECT(&m, "  for book\n  check said[a, share] = k[x, basic] / k[head, basic]", .na = 1);
  EXPECT(&m, "  for book\n  check said[a, share] = k[201, basic] / k[x, basic]?", .na = 1);
  m.b->tables.v[k].rows[6].role = ROW_UNKNOWN;
  EXPECT(&m, "  for book\n  check said[a, share] = k[201, basic] / sum k[top, basic]", .nc = 1);
  book_end(&m);
}

static void a_small_share_prints_as_nothing(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int t = said_make(&m, "said", 2);
  maker_row(&m, t, 0, "a", 1, -1);
  maker_row(&m, t, 1, "b", 1, -1);
  say(&m, t, 0, SAID_AMOUNT, 4 * W, 2), say(&m, t, 0, SAID_SHARE, 0, 2);
  say(&m, t, 1, SAID_AMOUNT, 99996 * W, 2);
  EXPECT(&m, SHARE, .passed = 1); /* 0.004 % */
  m.b->obs.v[maker_at(&m, t, 0, SAID_AMOUNT)].value = 6 * W;
  EXPECT(&m, SHARE, .rounding = 0, .failed = 1);
  book_end(&m);
}

static void checks_with_a_condition(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int t = said_make(&m, "said", 3);
  tree_make(&m, "k");
  for (int i = 0; i < 3; i++) {
    static const char *const keys[] = {"201", "20101", "208"}, *const words[] = {"大于", "等于", "小于"};
    static const int64_t amounts[] = {120, 70, 41};
    maker_row(&m, t, i, keys[i], 1, -1);
    say(&m, t, i, SAID_AMOUNT, amounts[i] * W, 2), say_word(&m, t, i, words[i]);
  }
  EXPECT(&m, "  for row in said\n  check [row, amount] = k[row, total]\n    if [row, order] = \"等于\"", .passed = 1);
  EXPECT(&m,
         "  for row in said\n  check [row, amount] = k[row, total] if [row, order] = \"等于\" or [row, order] = \"小于\"\n"
         "  require [row, amount] > 0 if [row, order] = \"大于\"",
         .passed = 2, .failed = 0, .rounding = 1);
  EXPECT(&m, "  for row in said\n  require 1 if known(\"functional\", row.code)", .nc = 3);
  EXPECT(&m, "  for row in said\n  require 1 if [row, growth] > 0", .na = 1);
  book_end(&m);
}

static void parents_and_first_rows(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  int t = tree_make(&m, "k"), l = tree_make(&m, "l");
  EXPECT(&m, "  for row in k\n  check [row, total] <= [parent, total]", .passed = 6);
  EXPECT(&m, "  for row in k\n  where row.key = \"20101\"\n  check [parent, total] = l[201, total]\n  check l[parent, total] = [201, total]",
         .passed = 2);
  EXPECT(&m, "  for row in k\n  where has([parent])\n  require left(label([parent]), 1) = left(row.key, 1)", .passed = 4, .failed = 2);
  m.b->tables.v[l].rows[1].key = book_symbol(m.b, "other");
  EXPECT(&m, "  for row in k\n  check l[parent, total] >= [row, total]", .passed = 4);
  m.b->tables.v[t].rows[6].key = m.b->tables.v[t].rows[1].key;
  EXPECT(&m, "  for row in k\n  where row.repeated\n  check [row, total] = [first, total]", .failed = 1);
  EXPECT(&m, "  for row in k\n  where not row.repeated\n  check [row, total] = [first, total]", .na = 1);
  book_end(&m);
}

/* The reason in a remark of that outcome; "" when there is none. */
static const char *reason(const struct maker *m, const char *clauses, enum outcome outcome, struct arena *a) {
  struct rule_set *s;
  struct check_result *r;
  struct err e = {0};
  char text[4000];
  const char *why = "";
  snprintf(text, sizeof text, HEAD "%s\n", clauses);
  assert_int_equal(rule_set_new(&s, &e), RC_OK);
  if (rule_set_parse(s, "t", sv_from(text), &e) < 0) fail_msg("%s", e.text);
  assert_int_equal(rule_evaluate(s, m->b, &r, &e), RC_OK);
  for (size_t i = 0; i < r->remarks.n; i++)
    if (r->remarks.v[i].outcome == outcome) why = arena_text(a, r->remarks.v[i].detail, strlen(r->remarks.v[i].detail));
  check_free(r);
  rule_set_free(s);
  return why;
}

#define BASE   "  for row in said\n  except [row, order] = \"不可比\", \"口径不可比 | not comparable\"\n"
#define UNSURE "  unchecked [row, order] = \"去年决算\", \"没有去年决算 | no final accounts of last year\"\n"

static void reservations_give_their_reason(void **state) {
  (void)state;
  struct maker m;
  struct arena a;
  arena_init(&a, 1 << 16);
  book_begin(&m);
  int t = said_make(&m, "said", 3);
  tree_make(&m, "k");
  for (int i = 0; i < 3; i++) {
    static const char *const keys[] = {"201", "20101", "208"}, *const words[] = {"不可比", "去年决算", "去年预算"};
    maker_row(&m, t, i, keys[i], 1, -1);
    say(&m, t, i, SAID_AMOUNT, 40 * W, 2), say_word(&m, t, i, words[i]);
  }
  EXPECT(&m, BASE UNSURE "  check [row, amount] = k[row, total]\n  require row.key", .passed = 2, .na = 1, .nc = 1);
  EXPECT(&m, BASE "  check [row, amount] = k[row, total]", .passed = 1, .failed = 1, .na = 1);
  EXPECT(&m, BASE "  where row.key = \"208\"\n  check [row, amount] = k[row, total]", .passed = 1);
  EXPECT(&m, "  for row in said\n  unchecked known(\"functional\", row.code), \"x\"\n  require 1", .nc = 3);
  EXPECT(&m, "  for row in said\n  unchecked [row, growth] > 0,\n    \"x\"\n  require 1", .passed = 3);
  lang_set(LANG_EN);
  assert_string_equal(reason(&m, BASE UNSURE "  require row.key", OUTCOME_NOT_APPLICABLE, &a), "not comparable");
  assert_string_equal(reason(&m, BASE UNSURE "  require row.key", OUTCOME_NOT_CHECKED, &a), "no final accounts of last year");
  lang_set(LANG_ZH);
  assert_string_equal(reason(&m, BASE UNSURE "  require row.key", OUTCOME_NOT_APPLICABLE, &a), "口径不可比");
  lang_set(LANG_EN);
  assert_string_equal(reason(&m, "  unchecked 1, \"只有中文\"\n  require 1", OUTCOME_NOT_CHECKED, &a), "只有中文");
  book_end(&m);
  arena_release(&a);
}

int main(void) {
  lang_set(LANG_EN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(growth_of_what_it_was),           cmocka_unit_test(a_cell_of_both_sides_is_one_cell), cmocka_unit_test(shares_of_sums),
      cmocka_unit_test(a_small_share_prints_as_nothing), cmocka_unit_test(checks_with_a_condition),          cmocka_unit_test(parents_and_first_rows),
      cmocka_unit_test(reservations_give_their_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
