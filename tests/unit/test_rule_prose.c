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
  m.b->obs.v[growth].value = 377000; /* off by one in its last place: rounded by hand */
  EXPECT(&m, GROWTH, .rounding = 1);
  m.b->obs.v[growth].value = 378000;
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
  EXPECT(&m, SHARE, .passed = 1);                            /* 0.004 % */
  m.b->obs.v[maker_at(&m, t, 0, SAID_AMOUNT)].value = 6 * W; /* 0.01 % */
  EXPECT(&m, SHARE, .rounding = 1);
  m.b->obs.v[maker_at(&m, t, 0, SAID_AMOUNT)].value = 26 * W;
  EXPECT(&m, SHARE, .failed = 1);
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

/* ---- sentences beside tables ---- */

static void a_printed_number_holds_what_it_rounds(void **state) {
  (void)state;
  static const char equal[] = "  for row in said\n  check [row, amount] = k[row, total]!";
  struct maker m;
  book_begin(&m);
  int k = tree_make(&m, "k"), t = said_make(&m, "said", 1);
  maker_row(&m, t, 0, "208", 1, -1);
  maker_print(&m, maker_at(&m, k, 6, 0), 823 * W);
  int32_t said = say(&m, t, 0, SAID_AMOUNT, 823 * W, 2);
  EXPECT(&m, equal, .passed = 1);
  m.b->obs.v[said].value = 820 * W, m.b->obs.v[said].quantum = 10 * W; /* 8.2 */
  EXPECT(&m, equal, .passed = 1);
  m.b->obs.v[said].value = 810 * W;
  EXPECT(&m, equal, .failed = 1);
  m.b->obs.v[said].value = 824 * W, m.b->obs.v[said].quantum = W; /* as many decimals: one unit off is told, two are wrong */
  EXPECT(&m, equal, .failed = 0, .rounding = 1);
  m.b->obs.v[said].value = 825 * W;
  EXPECT(&m, equal, .failed = 1);
  m.b->tables.v[k].columns[0].quantum = 100, m.b->tables.v[k].scale = SCALE_YUAN; /* 782,164 元 beside 78.21 万元 */
  m.b->obs.v[maker_at(&m, k, 6, 0)].value = 78216400, m.b->obs.v[maker_at(&m, k, 6, 0)].quantum = 100;
  m.b->obs.v[said].value = 78220000;
  EXPECT(&m, equal, .passed = 1);
  m.b->obs.v[said].value = 78210000; /* cut short instead of rounded */
  EXPECT(&m, equal, .rounding = 1);
  m.b->obs.v[said].value = 78200000;
  EXPECT(&m, equal, .failed = 1);
  m.b->tables.v[t].rows[0].key = book_symbol(m.b, "209");
  EXPECT(&m, "  for row in k\n  where row.key = \"208\"\n  check [row, total] = said[row, amount]!", .failed = 1);
  book_end(&m);
}

/* What is said twice stands in two rows of one key: the first that has the cell is meant. */
static void said_twice(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  tree_make(&m, "k");
  int t = said_make(&m, "said", 4);
  for (int i = 0; i < 4; i++) maker_row(&m, t, i, i == 2 ? "b" : "a", 1, -1);
  say(&m, t, 0, SAID_SHARE, 300000, 2);
  say(&m, t, 1, SAID_AMOUNT, 7000 * W, 2);
  say(&m, t, 2, SAID_AMOUNT, 5000 * W, 2);
  int32_t again = say(&m, t, 3, SAID_AMOUNT, 7000 * W, 2);
  EXPECT(&m, "  for book\n  check said[a, amount] >= said[b, amount]\n  require said[a, amount] > said[b, amount] and said[a, share] > 0",
         .passed = 2);
  EXPECT(&m, "  for row in said\n  check [row, amount] = [first, amount]", .passed = 1);
  m.b->obs.v[again].value = 7100 * W;
  EXPECT(&m, "  for row in said\n  check [row, amount] = [first, amount]", .failed = 1);
  book_end(&m);
}

static void sentences_disturb_no_table(void **state) {
  (void)state;
  struct maker m;
  book_begin(&m);
  tree_make(&m, "k");
  int t = said_make(&m, "said", 2);
  maker_row(&m, t, 0, "a", 1, -1);
  maker_row(&m, t, 1, "b", 1, -1);
  m.b->tables.v[t].rows[1].role = ROW_UNKNOWN;
  m.b->tables.v[t].columns[SAID_CHANGE].measure = NO_SYMBOL;
  say(&m, t, 0, SAID_AMOUNT, 160 * W, 2), say(&m, t, 1, SAID_AMOUNT, 7 * W, 2), say(&m, t, 0, SAID_CHANGE, 7 * W, 2);
  EXPECT(&m, "  require book.tables = 1 and count(k) = 1 and count(said) = 1", .passed = 1);
  EXPECT(&m, "  for book\n  check k[total, total] = said[a, amount] + said[c, amount]?", .passed = 1);
  EXPECT(&m, "  for book\n  check k[total, total] = said[a, amount] + said[a, share]?", .passed = 1);
  EXPECT(&m, "  for book\n  check k[201, total] = said[a, amount] + said[c, amount]?", .failed = 1);
  book_end(&m);
}

/* ---- who is wrong ---- */

struct trial {
  struct rule_set *s;
  struct check_result *r;
};

static void try_rules(struct trial *t, const struct maker *m, const char *rules) {
  struct err e = {0};
  assert_int_equal(rule_set_new(&t->s, &e), RC_OK);
  if (rule_set_parse(t->s, "t", sv_from(rules), &e) < 0) fail_msg("%d:%d %s", e.line, e.column, e.text);
  assert_int_equal(rule_check(t->s, m->b, &t->r, &e), RC_OK);
}

static void trial_end(struct trial *t) {
  check_free(t->r);
  rule_set_free(t->s);
}

#define RULE(id) "rule " id "\n  title x\n  scope national\n  basis y\n"

static void the_table_is_believed(void **state) {
  (void)state;
  static const char beside[] = RULE("N-AMT") "  for row in said\n  check [row, amount] = k[row, total]\n",
                    confirmed[] = RULE("N-AMT") "  for row in said\n  check [row, amount] = k[row, total]\n" RULE(
                        "LE") "  for book\n  check k[208, total] <= k[head, total]\n";
  struct maker m;
  struct trial t;
  book_begin(&m);
  int k = tree_make(&m, "k"), s = said_make(&m, "said", 1);
  maker_row(&m, s, 0, "208", 1, -1);
  int32_t said = say(&m, s, 0, SAID_AMOUNT, 47 * W, 2), table = maker_at(&m, k, 6, 0);
  try_rules(&t, &m, beside); /* one against one */
  assert_int_equal(t.r->findings.n, 1);
  assert_int_equal(t.r->findings.v[0].nsuspects, 0);
  assert_int_equal(t.r->findings.v[0].nalternatives, 2);
  assert_int_equal(t.r->relations.v[t.r->findings.v[0].relation].terms[0].obs, said);
  trial_end(&t);
  try_rules(&t, &m, confirmed);
  assert_int_equal(t.r->findings.n, 1);
  assert_int_equal(t.r->findings.v[0].nsuspects, 1);
  assert_int_equal(t.r->findings.v[0].suspects[0].obs, said);
  assert_int_equal(t.r->findings.v[0].suspects[0].expected, 40 * W);
  trial_end(&t);
  (void)table;
  book_end(&m);
}

#define CLAIMS                                                                                                                                       \
  RULE("N-AMT")                                                                                                                                      \
  "  for row in said\n  check [row, amount] = k[row, total]\n" RULE("N-PCT") GROWTH                                                                  \
      "\n" RULE("H-SUM") "  for cell in k\n  where row.code\n  check [row, column] = sum [children, column]\n"

/* An amount, its change and its growth in one sentence: the wrong one of the three is told by the table and by the ratio. */
static void the_wrong_word_of_a_sentence(void **state) {
  (void)state;
  struct maker m;
  struct trial t;
  book_begin(&m);
  tree_make(&m, "k");
  int s = said_make(&m, "said", 1);
  maker_row(&m, s, 0, "201", 1, -1);
  int32_t amount = say(&m, s, 0, SAID_AMOUNT, 120 * W, 2);
  say(&m, s, 0, SAID_CHANGE, 45 * W, 2);
  int32_t growth = say(&m, s, 0, SAID_GROWTH, 600000, 1);
  try_rules(&t, &m, CLAIMS);
  assert_int_equal(t.r->findings.n, 0);
  trial_end(&t);
  m.b->obs.v[amount].value = 150 * W;
  try_rules(&t, &m, CLAIMS);
  assert_int_equal(t.r->findings.n, 1);
  assert_int_equal(t.r->findings.v[0].nrelations, 2);
  assert_int_equal(t.r->findings.v[0].nsuspects, 1);
  assert_int_equal(t.r->findings.v[0].suspects[0].obs, amount);
  assert_int_equal(t.r->findings.v[0].suspects[0].expected, 120 * W);
  trial_end(&t);
  m.b->obs.v[amount].value = 120 * W;
  int32_t change = maker_at(&m, s, 0, SAID_CHANGE); /* 45 → 47 is one digit; 60.0 → 64.4 would be two */
  m.b->obs.v[change].value = 47 * W;
  try_rules(&t, &m, CLAIMS);
  assert_int_equal(t.r->findings.n, 1);
  assert_int_equal(t.r->findings.v[0].nsuspects, 1);
  assert_int_equal(t.r->findings.v[0].suspects[0].obs, change);
  assert_int_equal(t.r->findings.v[0].suspects[0].expected, 45 * W);
  trial_end(&t);
  m.b->obs.v[change].value = 45 * W;
  m.b->obs.v[growth].value = 900000;
  try_rules(&t, &m, CLAIMS);
  assert_int_equal(t.r->findings.n, 1);
  bool named = false;
  const struct finding *f = &t.r->findings.v[0];
  for (int i = 0; i < f->nsuspects; i++) named = named || (f->suspects[i].obs == growth && f->suspects[i].expected == 600000);
  for (int i = 0; i < f->nalternatives; i++) named = named || (f->alternatives[i].obs == growth && f->alternatives[i].expected == 600000);
  assert_true(named);
  for (int i = 0; i < f->nalternatives; i++) assert_true(f->alternatives[i].obs != amount); /* the table confirms it */
  trial_end(&t);
  book_end(&m);
}

/* ---- sentences as fields ---- */

static const char *const sentences[] = {
    "2023年部门预算收入包括：一般公共预算拨款收入。",
    "2．联系人：ＸＸＸ 科长，电话13800000000。",
    ("本年度机关运行经费支出一百万元，比上年增加十万元，主要是按照有关规定调整了公用经费的定额标准，人员有所增加，并且新增设备购置 "
     "××  项目 的支出，与上年口径一致，其他各项支出与上年持平，没有其他需要说明的事项，情况属实。"),
};

static void sentences_make(struct maker *m) {
  for (int i = 0; i < 3; i++) {
    struct book_field f = {.name = book_symbol(m->b, "sentence"),
                           .table = -1,
                           .subject = NO_SYMBOL,
                           .text = sv_from(sentences[i]),
                           .place = {.page = i + 4, .line = i + 1}};
    assert_int_equal(VEC_PUSH(&m->b->fields, f, 10), RC_OK);
  }
}

static void what_matched_is_quoted(void **state) {
  (void)state;
  struct maker m;
  struct trial t;
  book_begin(&m);
  sentences_make(&m);
  try_rules(
      &t, &m,
      RULE("T-A") "  message [{match}] {field}\n  for field in sentence\n  require not contains(field.text, \"XXX|项目的\")\n" RULE(
          "T-B") "  message [{match}] {field}\n  for field in sentence\n  require not field.text ~ \"××项目\"\n" RULE("T-C") "  message "
                                                                                                                             "[{match}] {field}\n  "
                                                                                                                             "for field in "
                                                                                                                             "sentence\n  require "
                                                                                                                             "field.text ~ "
                                                                                                                             "\"20[0-9]+年\" or "
                                                                                                                             "matches-count(field."
                                                                                                                             "text, "
                                                                                                                             "\"(支出|公用)\") < "
                                                                                                                             "3\n");
  assert_int_equal(t.r->findings.n, 4);
  const struct remark *a = NULL, *b = NULL, *c = NULL;
  for (size_t i = 0; i < t.r->remarks.n; i++) {
    const struct remark *x = &t.r->remarks.v[i];
    if (x->place.page == 5) a = x;
    if (x->rule == 1 && x->place.page == 6) b = x;
    if (x->rule == 2) c = x;
  }
  assert_non_null(a);
  assert_non_null(b);
  assert_non_null(c);
  if (!a || !b || !c) return; /* the compiler does not know that an assertion does not come back */
  assert_int_equal(a->place.line, 2);
  assert_string_equal(a->detail, "[ＸＸＸ] 2．联系人：ＸＸＸ 科长，电话13800000000。");
  assert_string_equal(b->detail, "[××  项目] …了公用经费的定额标准，人员有所增加，并且新增设备购置 ××  "
                                 "项目 的支出，与上年口径一致，其他各项支出与上年持平，没有…");
  assert_true(sv_starts(sv_from(c->detail), "[支出]"));
  trial_end(&t);
  EXPECT(&m, "  for field in sentence\n  require matches-count(field.text, \"[0-9]+\") < 2", .passed = 2, .failed = 1);
  EXPECT(&m, "  for field in sentence\n  require matches-count(field.text, \"^(2|本)\") = 1", .passed = 3);
  book_end(&m);
}

/* Two sentences with one mistake are two findings; a third elsewhere leaves their ids as they are. */
static void ids_of_sentences(void **state) {
  (void)state;
  static const char rules[] = RULE("T-A") "  message {field}\n  for field in sentence\n  require not contains(field.text, \"ＸＸ\")\n";
  struct maker m;
  struct trial t;
  char one[2][20], two[20];
  book_begin(&m);
  sentences_make(&m);
  m.b->fields.v[2].text = m.b->fields.v[1].text;
  try_rules(&t, &m, rules);
  assert_int_equal(t.r->findings.n, 2);
  for (int i = 0; i < 2; i++) memcpy(one[i], t.r->findings.v[i].id, sizeof two);
  assert_string_not_equal(one[0], one[1]);
  trial_end(&t);
  m.b->fields.v[0].text = sv_from("xx局");
  lang_set(LANG_ZH);
  try_rules(&t, &m, rules);
  lang_set(LANG_EN);
  assert_int_equal(t.r->findings.n, 3);
  assert_string_equal(t.r->findings.v[1].id, one[0]);
  assert_string_equal(t.r->findings.v[2].id, one[1]);
  trial_end(&t);
  book_end(&m);
}

int main(void) {
  lang_set(LANG_EN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(growth_of_what_it_was),
      cmocka_unit_test(a_cell_of_both_sides_is_one_cell),
      cmocka_unit_test(shares_of_sums),
      cmocka_unit_test(a_small_share_prints_as_nothing),
      cmocka_unit_test(checks_with_a_condition),
      cmocka_unit_test(parents_and_first_rows),
      cmocka_unit_test(reservations_give_their_reason),
      cmocka_unit_test(a_printed_number_holds_what_it_rounds),
      cmocka_unit_test(said_twice),
      cmocka_unit_test(sentences_disturb_no_table),
      cmocka_unit_test(the_table_is_believed),
      cmocka_unit_test(the_wrong_word_of_a_sentence),
      cmocka_unit_test(what_matched_is_quoted),
      cmocka_unit_test(ids_of_sentences),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
