/* money.h: amounts. Money is int64 分 (0.01 元); what is printed is a number with so many decimals in a scale (元, 万元, 亿元). Never floating point.
 */
#ifndef HENG_BASE_MONEY_H
#define HENG_BASE_MONEY_H

#include "base/text.h"

/* A number as printed. */
struct number {
  int64_t mantissa; /* 1,234.50 → 123450 */
  int decimals;     /* 0…9 */
  bool separators;  /* had thousands separators */
  bool percent;     /* had a % sign */
  bool stray;       /* had white space inside, as in "11, 054. 90" */
};

/* Parses a whole cell as one number: sign (-, －, −, △, brackets), separators "," and "，", white space inside, full-width digits, a trailing %.
 * 0 on success, RC_FORMAT when it is anything else (two numbers, letters, two points, misplaced separators), RC_LIMIT when it does not fit. */
int number_parse(struct sv s, struct number *out) MUST_CHECK;
bool number_is_dash(struct sv s); /* -, －, —, --, /, 无 as a whole cell */

enum scale { SCALE_NONE = 0, SCALE_YUAN = 1, SCALE_QIAN = 1000, SCALE_WAN = 10000, SCALE_BAIWAN = 1000000, SCALE_YI = 100000000 }; /* 元 per unit */

/* Exact value in 分: mantissa × 10^-decimals × scale × 100. RC_FORMAT when it is not a whole number of 分, RC_LIMIT when it does not fit in int64. */
int money_from(const struct number *n, enum scale scale, int64_t *fen) MUST_CHECK;
/* One unit in the last place of `decimals` decimals of `scale`, in 分 (at least 1). */
int64_t money_quantum(int decimals, enum scale scale);

enum rounding { ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_EXACT };
/* value × numerator ÷ denominator, rounded; RC_FORMAT for ROUND_EXACT when it does not divide, RC_LIMIT on overflow or zero denominator. */
int money_muldiv(int64_t value, int64_t numerator, int64_t denominator, enum rounding mode, int64_t *out) MUST_CHECK;

/* Prints fen in `scale` with exactly `decimals` decimals (rounded half up), with or without thousands separators. Writes at most size bytes; returns
 * out. */
#define MONEY_TEXT 64
char *money_print(char out[MONEY_TEXT], int64_t fen, enum scale scale, int decimals, bool separators);

#endif
