/* performance.h: between indicator.c, target.c, reckon.c and performance.c only: what a target, an indicator, a quantity in running text is. */
#ifndef HENG_BUDGET_PERFORMANCE_H
#define HENG_BUDGET_PERFORMANCE_H

#include "rooms/budget/internal.h"

__extension__ typedef __int128 wide; /* between, so that nothing overflows */

/* ---- targets (target.c) ---- */

enum target_op { TARGET_NONE, TARGET_EQ, TARGET_GE, TARGET_GT, TARGET_LE, TARGET_LT, TARGET_RANGE, TARGET_DATE, TARGET_WORDS };
extern const char *const target_op_names[]; /* "", "=", "≥" … as shown to people */

/* What an indicator's value says. Numbers are 1/10^4 of the plain unit: 10亿元 is 1e9 元, 5% is 5 of unit "%". */
struct target {
  enum target_op op; /* TARGET_NONE: it could not be read as a target, and nothing is guessed */
  int64_t low, high; /* the same but for a range */
  int direction;     /* what changes: 1 增长, -1 下降, 0 a level */
  int year;          /* of TARGET_DATE */
  char unit[48], per[24];
};
/* `folded` as text_fold() gives it. */
void target_parse(const struct vocabulary *v, const char *folded, struct target *out);
/* 1 more is better, -1 less is better, 0 not said. */
int target_better(const struct target *t);

/* A number in running text with the unit behind it: "55 家", "202.858 亿元", "0.002%". */
struct quantity {
  int64_t value;  /* 1/10^4 of the plain unit; a percentage too */
  int64_t half;   /* half a unit of the last place as printed, in the same measure: what rounding may hide */
  size_t at, end; /* bytes in the text */
  char unit[40];
  bool scaled; /* 万, 亿 stood behind the number */
};
/* The next quantity from `at` on in a folded text; false when there is none. */
bool quantity_next(const char *folded, size_t at, struct quantity *out);
/* The word of that role that ends where the text's first n bytes end, or begins at its beginning; 0 when none does: its length. */
size_t target_word_before(const struct vocabulary *v, enum target_role role, const char *text, size_t n);
size_t target_word_at(const struct vocabulary *v, enum target_role role, bool after, const char *text);
/* Whether a word of the role stands anywhere in it. */
bool target_word_in(const struct vocabulary *v, enum target_role role, const char *text);

/* ---- indicators (indicator.c) ---- */

int indicators_read(struct recogniser *r, int document, int first, int end, const struct form *f, const struct title *t, int instance) MUST_CHECK;

/* ---- what follows from them (performance.c, reckon.c) ---- */

/* A column that is not printed but follows from what is; its cells are -1 until set. Its index, or a negative rc. */
int table_add_column(struct recogniser *r, int table, const char *measure, enum obs_type type) MUST_CHECK;
/* Cell of a derived column: text and place of what it follows from. */
int table_set(struct recogniser *r, int table, int row, int column, const struct obs *o) MUST_CHECK;
int table_set_text(struct recogniser *r, int table, int row, int column, const char *text, const struct obs *from) MUST_CHECK;
const struct obs *table_cell_of(const struct book *b, const struct book_table *t, int row, const char *measure); /* NULL when there is none */
bool table_is(const struct book *b, const struct book_table *t, const char *kind);

/* Everything that the rules of rules/50-performance.rules look at: pairs of indicators, amounts worked out, what goals and grounds pledge. */
int performance_settle(struct recogniser *r) MUST_CHECK;
int reckon_heads(struct recogniser *r) MUST_CHECK; /* budgets of earlier years, before all else */
int reckon_settle(struct recogniser *r) MUST_CHECK;
const char *indicator_key(struct arena *a, const char *folded_name); /* without 的, quotes, 费用 … */

#endif
