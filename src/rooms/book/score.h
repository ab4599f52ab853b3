/* score.h: how a self-evaluation is scored (绩效自评): whole numbers only, hundredths of a point, rounded half up once. docs/performance-forms.md. */
#ifndef HENG_BOOK_SCORE_H
#define HENG_BOOK_SCORE_H

#include "base/money.h"

enum score_level { LEVEL_REACHED /* 达成 */, LEVEL_PARTLY /* 部分达成 */, LEVEL_MISSED /* 未达成 */, SCORE_LEVELS };
enum score_direction { SCORE_AT_LEAST, SCORE_AT_MOST, SCORE_EQUAL };
enum { SCORE_FULL = 10000 /* 100 points */, SCORE_PATTERNS = 6, SCORE_CLASSES = 6, SCORE_OBSTACLES = 8 };

struct score_pattern { /* points of the first levels, by a word of their names */
  char name[SCORE_CLASSES][40];
  int64_t points[SCORE_CLASSES];
  int n;
};
struct score_rules {         /* as profiles/NAME.scoring says */
  int64_t funds;             /* points of 资金执行率, in hundredths */
  int band[SCORE_LEVELS][2]; /* per cent of the points, from and to: 80 100 */
  int far;                   /* per cent of the target from which it is far exceeded */
  struct score_pattern pattern[SCORE_PATTERNS];
  char obstacle[SCORE_OBSTACLES][40]; /* what may stand in the way of an indicator: 经费保障 … */
  int patterns, obstacles;
};
struct score_number { /* an entered figure without its sign and unit */
  int64_t mantissa;
  int decimals;
};

/* "98.5%", "56家", "≥56 家" against the indicator's unit. RC_FORMAT: no number, or another unit. */
int score_read(struct sv text, struct sv unit, struct score_number *out) MUST_CHECK;
bool score_direction_of(struct sv op, enum score_direction *out); /* ≥ > ≤ < = and nothing (=) */
/* "12.5" points to hundredths. RC_FORMAT when it is none, is above 100, or has more than two decimals. */
int score_points(struct sv text, int64_t *out) MUST_CHECK;
char *score_print(char out[MONEY_TEXT], int64_t hundredths); /* without zeros at the end: 9.5, 10 */

/* full × min(1, done ÷ budget). RC_FORMAT: no budget, so there is no rate. */
int score_funds(int64_t full, int64_t budget, int64_t done, int64_t *out) MUST_CHECK;
/* ≥ and =: full from the target on, else full × actual ÷ target; ≤: full up to the target, else full × target ÷ actual; nothing below 0. */
int64_t score_figure(enum score_direction d, struct score_number target, struct score_number actual, int64_t full);
int score_compare(struct score_number a, struct score_number b); /* -1 0 1 */
bool score_far(const struct score_rules *r, enum score_direction d, struct score_number target, struct score_number actual);
/* The band of a level: 100–80, below 80–60, below 60–0 per cent of full. */
bool score_in_band(const struct score_rules *r, enum score_level level, int64_t full, int64_t score);

/* Which profiles/NAME.forms or NAME.scoring (`ending`) hold for a city: its own NAME-performance, else the national performance. */
const char *performance_name(char out[256], const char *data, const char *profile, const char *ending);
/* profiles/NAME.scoring: docs/performance-forms.md is the language. */
int score_rules_load(const char *data, const char *name, struct score_rules *out, struct err *e) MUST_CHECK;
int score_rules_read(const char *file, struct sv text, struct score_rules *out, struct err *e) MUST_CHECK;

#endif
