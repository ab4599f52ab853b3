/* money.c: numbers as printed, money in 分, rounding. Intermediate products are __int128; nothing is ever floating point. */
#include "base/money.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide; /* both compilers have it on every 64-bit machine Debian runs on */

enum { MAX_DIGITS = 18, MAX_DECIMALS = 9 };

static const int64_t POW10[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000};

/* ---- parsing ---- */

struct scan {
  struct number *out;
  int digits, group; /* digits in all; digits since the last separator, -1 before the first one */
  int lead;          /* digits before the first separator */
  bool point, negative, bracket, closed, done, any_space, pending_space;
};

static bool scan_digit(struct scan *s, int digit) {
  if (s->done || s->closed || s->digits >= MAX_DIGITS) return false;
  if (s->pending_space) s->out->stray = true;
  s->pending_space = false;
  if (s->out->mantissa || digit) s->digits++; /* leading zeros do not count */
  s->out->mantissa = s->out->mantissa * 10 + digit;
  if (s->point) return ++s->out->decimals <= MAX_DECIMALS;
  if (s->group >= 0) return ++s->group <= 3;
  s->lead++;
  return true;
}

static bool scan_separator(struct scan *s) {
  if (s->done || s->closed || s->point) return false;
  if (s->group < 0 ? (s->lead < 1 || s->lead > 3) : s->group != 3) return false;
  s->out->separators = true;
  s->group = 0;
  return true;
}

static bool scan_point(struct scan *s) {
  if (s->done || s->closed || s->point || s->lead == 0 || (s->group >= 0 && s->group != 3)) return false;
  s->point = true;
  return true;
}

static bool scan_sign(struct scan *s) {
  if (s->negative || s->bracket || s->lead || s->done) return false;
  return s->negative = true;
}

static bool scan_bracket(struct scan *s, bool open) {
  if (open) {
    if (s->negative || s->bracket || s->lead) return false;
    return s->bracket = true;
  }
  if (!s->bracket || s->closed || s->lead == 0) return false;
  return s->closed = true;
}

static bool scan_code_point(struct scan *s, uint32_t cp) {
  if (cp >= 0xFF10 && cp <= 0xFF19) cp -= 0xFF10 - '0';
  if (cp >= '0' && cp <= '9') return scan_digit(s, (int)(cp - '0'));
  switch (cp) {
  case ' ':
  case '\t':
  case '\n':
  case '\r':
  case 0xA0:
  case 0x3000:
  case 0x2009:
  case 0x202F: s->pending_space = s->lead > 0; return true;
  case ',':
  case 0xFF0C: return scan_separator(s);
  case '.':
  case 0xFF0E: return scan_point(s);
  case '-':
  case 0xFF0D:
  case 0x2212:
  case 0x2013:
  case 0x2014:
  case 0x25B3:
  case 0x25B2: return scan_sign(s);
  case '(':
  case 0xFF08: return scan_bracket(s, true);
  case ')':
  case 0xFF09: return scan_bracket(s, false);
  case '%':
  case 0xFF05:
    if (s->done || s->lead == 0) return false;
    return s->out->percent = s->done = true;
  default: return false;
  }
}

int number_parse(struct sv text, struct number *out) {
  *out = (struct number){0};
  struct scan s = {.out = out, .group = -1};
  text = sv_trim(text);
  for (size_t at = 0; at < text.n;)
    if (!scan_code_point(&s, utf8_next(text, &at))) return s.digits >= MAX_DIGITS ? RC_LIMIT : RC_FORMAT;
  if (s.lead == 0 || s.bracket != s.closed || (s.group >= 0 && s.group != 3) || (s.point && out->decimals == 0)) return RC_FORMAT;
  if (s.negative || s.bracket) out->mantissa = -out->mantissa;
  return RC_OK;
}

bool number_is_dash(struct sv s) {
  static const char *const dashes[] = {"-", "－", "—", "——", "--", "–", "−", "/", "／", "无", "*", "**"};
  s = sv_trim(s);
  if (s.n == 0 || s.n > 6 || (s.p[0] >= '0' && s.p[0] <= '9')) return false; /* the longest is two characters of three bytes */
  for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
    if (sv_is(s, dashes[i])) return true;
  return false;
}

/* ---- scaling and rounding ---- */

static int divide(wide n, wide d, enum rounding mode, int64_t *out) {
  if (d == 0) return RC_LIMIT;
  if (d < 0) {
    n = -n;
    d = -d;
  }
  bool negative = n < 0;
  wide magnitude = negative ? -n : n, q = magnitude / d, r = magnitude % d;
  if (r != 0) {
    if (mode == ROUND_EXACT) return RC_FORMAT;
    bool half = r * 2 == d, above = r * 2 > d;
    if (mode == ROUND_HALF_UP && (above || half)) q++;
    if (mode == ROUND_HALF_EVEN && (above || (half && q % 2 != 0))) q++;
  }
  if (q > INT64_MAX) return RC_LIMIT;
  *out = negative ? -(int64_t)q : (int64_t)q;
  return RC_OK;
}

int money_from(const struct number *n, enum scale scale, int64_t *fen) {
  if (n->decimals < 0 || n->decimals > MAX_DECIMALS || scale == SCALE_NONE) return RC_FORMAT;
  return divide((wide)n->mantissa * scale * 100, POW10[n->decimals], ROUND_EXACT, fen);
}

int64_t money_quantum(int decimals, enum scale scale) {
  if (decimals < 0) decimals = 0;
  if (decimals > MAX_DECIMALS) decimals = MAX_DECIMALS;
  int64_t q = (int64_t)scale * 100 / POW10[decimals];
  return q > 0 ? q : 1;
}

int money_muldiv(int64_t value, int64_t numerator, int64_t denominator, enum rounding mode, int64_t *out) {
  return divide((wide)value * numerator, denominator, mode, out);
}

static void print_digits(char *out, size_t size, uint64_t whole, bool separators) {
  char digits[24];
  int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)whole);
  size_t k = 0;
  for (int i = 0; i < n && k + 2 < size; i++) {
    if (separators && i > 0 && (n - i) % 3 == 0) out[k++] = ',';
    out[k++] = digits[i];
  }
  out[k] = '\0';
}

char *money_print(char out[MONEY_TEXT], int64_t fen, enum scale scale, int decimals, bool separators) {
  if (decimals < 0) decimals = 0;
  if (decimals > MAX_DECIMALS) decimals = MAX_DECIMALS;
  int64_t unit = scale == SCALE_NONE ? SCALE_YUAN : (int64_t)scale;
  int64_t scaled = 0;
  if (divide((wide)fen * POW10[decimals], (wide)unit * 100, ROUND_HALF_UP, &scaled) < 0) {
    snprintf(out, MONEY_TEXT, "?");
    return out;
  }
  uint64_t magnitude = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled, power = (uint64_t)POW10[decimals];
  char whole[32];
  print_digits(whole, sizeof whole, magnitude / power, separators);
  if (decimals > 0)
    snprintf(out, MONEY_TEXT, "%s%s.%0*llu", scaled < 0 ? "-" : "", whole, decimals, (unsigned long long)(magnitude % power));
  else
    snprintf(out, MONEY_TEXT, "%s%s", scaled < 0 ? "-" : "", whole);
  return out;
}
