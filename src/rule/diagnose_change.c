/* diagnose_change.c: one changed cell: what value a relation asks of it, what values all relations allow it, and how a clerk could have got from
 * there to what is printed: a wrong digit, two digits exchanged, a sign, a lost digit or point, a unit, nothing typed at all. */
#include "rule/diagnose_internal.h"

#include <string.h>

__extension__ typedef __int128 wide;

/* What is held against an explanation; the order is that of experience with retyped tables. */
enum {
  COST_DIGIT = 0,
  COST_TRANSPOSED = 4,
  COST_SIGN = 6,
  COST_LOST_DIGIT = 8,
  COST_POINT = 8,
  COST_UNIT = 10,
  COST_BLANK = 12,
  COST_OTHER = 16,
  COST_NEGATIVE = 10
};
enum { DIGITS_MOST = 24, SAID_DECIMALS = 2, RANGE_TERMS_MOST = 64 };

static const struct book_column *cell_column(const struct book *b, const struct obs *o) {
  if (o->table < 0 || (size_t)o->table >= b->tables.n) return NULL;
  const struct book_table *t = &b->tables.v[o->table];
  return o->column >= 0 && o->column < t->ncolumns ? &t->columns[o->column] : NULL;
}

/* Sentences print each number in its own way, and drop zeros at its end: 8.1 万元 may have been 8.10, but not 8.1000. */
static int64_t said_quantum(const struct obs *o, const struct book_column *c) {
  int64_t q = o->quantum > 0 ? o->quantum : c ? c->quantum : 1, finest = c && c->quantum > 0 ? c->quantum : 1;
  for (int i = o->decimals; o->type == OBS_AMOUNT && o->quantum > 0 && i < SAID_DECIMALS && q / 10 >= finest; i++) q /= 10;
  return q > 0 ? q : 1;
}

int64_t cell_quantum(const struct book *b, const struct obs *o) {
  const struct book_column *c = cell_column(b, o);
  if (obs_is_prose(b, o)) return said_quantum(o, c);
  int64_t q = c && c->quantum > 0 ? c->quantum : o->quantum;
  return q > 0 ? q : 1;
}

static int64_t clamp(wide v) {
  const int64_t most = INT64_MAX / 4; /* leaves room for the halves and sums of the callers */
  if (v > most) return most;
  return v < -most ? -most : (int64_t)v;
}

/* a ÷ b to the nearest, halves away from zero. */
static int64_t divide_nearest(wide a, wide b) {
  if (b < 0) a = -a, b = -b;
  return clamp(a >= 0 ? (a + b / 2) / b : -((-a + b / 2) / b));
}

static wide divide_down(wide a, wide b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static wide divide_up(wide a, wide b) {
  return a / b + (a % b != 0 && (a < 0) == (b < 0));
}

int64_t cell_snap(const struct book *b, const struct obs *o, int64_t value) {
  int64_t q = cell_quantum(b, o);
  return clamp((wide)divide_nearest(value, q) * q);
}

/* Digits of |value| in quanta, at least `least` of them; returns how many. */
static int digits_of(int64_t value, int64_t quantum, int least, char out[DIGITS_MOST]) {
  uint64_t m = (value < 0 ? 0 - (uint64_t)value : (uint64_t)value) / (uint64_t)quantum;
  char back[DIGITS_MOST];
  int n = 0;
  while (n < DIGITS_MOST && (m > 0 || n < least)) back[n++] = (char)('0' + m % 10), m /= 10;
  for (int i = 0; i < n; i++) out[i] = back[n - 1 - i];
  return n;
}

static int least_digits(const struct book *b, const struct obs *o) {
  const struct book_column *c = cell_column(b, o);
  int decimals = obs_is_prose(b, o) ? (o->decimals < SAID_DECIMALS ? SAID_DECIMALS : o->decimals) : c ? c->decimals : o->decimals;
  return decimals < 0 || decimals > DIGITS_MOST - 2 ? 1 : decimals + 1;
}

/* Whether `longer` is `shorter` with one digit put in. */
static bool one_digit_more(const char *shorter, int n, const char *longer) {
  int i = 0;
  while (i < n && shorter[i] == longer[i]) i++;
  return memcmp(shorter + i, longer + i + 1, (size_t)(n - i)) == 0;
}

static bool is_power_of_ten_apart(int64_t a, int64_t b, int powers) {
  wide f = 1;
  for (int i = 0; i < powers; i++) f *= 10;
  return a != 0 && b != 0 && ((wide)a * f == b || (wide)b * f == a);
}

static enum cause_kind digits_kind(const struct book *b, const struct obs *o, int64_t printed, int64_t value, long *cost) {
  char was[DIGITS_MOST], is[DIGITS_MOST];
  int64_t q = cell_quantum(b, o);
  int n = digits_of(value, q, least_digits(b, o), was), m = digits_of(printed, q, least_digits(b, o), is);
  if (n == m) {
    int different = 0, last = -1;
    for (int i = 0; i < n; i++)
      if (was[i] != is[i]) different++, last = i;
    if (different == 1) return *cost = COST_DIGIT, CAUSE_DIGIT;
    if (different == 2 && last > 0 && was[last] == is[last - 1] && was[last - 1] == is[last]) return *cost = COST_TRANSPOSED, CAUSE_TRANSPOSED;
  }
  for (int powers = 1; powers <= 8; powers++)
    if (is_power_of_ten_apart(printed, value, powers)) return *cost = powers <= 2 ? COST_POINT : COST_UNIT, CAUSE_SCALE;
  if (n + 1 == m && one_digit_more(was, n, is)) return *cost = COST_LOST_DIGIT, CAUSE_DIGIT;
  if (m + 1 == n && one_digit_more(is, m, was)) return *cost = COST_LOST_DIGIT, CAUSE_DIGIT;
  return *cost = COST_OTHER, CAUSE_OTHER_VALUE;
}

enum cause_kind change_kind(const struct book *b, const struct obs *o, int64_t value, long *cost) {
  if (o->state == OBS_BLANK || o->state == OBS_DASH || o->state == OBS_NOT_APPLICABLE || o->state == OBS_UNREADABLE)
    return *cost = COST_BLANK + (value < 0 ? COST_NEGATIVE : 0), CAUSE_BLANK;
  if ((wide)value + o->value == 0) return *cost = COST_SIGN, CAUSE_SIGN;
  if ((value < 0) != (o->value < 0) && value != 0 && o->value != 0) return *cost = COST_OTHER + COST_NEGATIVE, CAUSE_OTHER_VALUE;
  enum cause_kind kind = digits_kind(b, o, o->value, value, cost);
  if (value < 0 && o->value == 0) *cost += COST_NEGATIVE;
  return kind;
}

int change_digits(const struct book *b, const struct obs *o, int64_t low, int64_t high, int64_t *out, int most) {
  char digits[DIGITS_MOST];
  int64_t q = cell_quantum(b, o), sign = o->value < 0 ? -1 : 1;
  if (o->value % q != 0 || o->state == OBS_BLANK || o->state == OBS_DASH) return 0;
  int n = digits_of(o->value, q, least_digits(b, o), digits), found = 0;
  wide weight = q;
  for (int i = n - 1; i >= 0; i--, weight *= 10)
    for (int digit = 0; digit <= 9 && found < most; digit++) {
      wide v = (wide)o->value + sign * (digit - (digits[i] - '0')) * weight;
      if (v != o->value && v >= low && v <= high) out[found++] = (int64_t)v;
    }
  return found;
}

/* percentage · whole = part, for one cell, which may be a term of both. */
static bool ratio_solve(const struct diagnosis *d, const struct relation *r, int32_t obs, int64_t *value) {
  const wide one = 1000000, most = (wide)1 << 80, percent_most = (wide)1 << 40; /* products stay below 2^127 */
  wide part = 0, whole = 0, in_part = 0, in_whole = 0, percent = d->values[r->terms[0].obs];
  for (int i = 1; i < r->nterms; i++) {
    wide c = r->terms[i].coefficient, v = c * d->values[r->terms[i].obs];
    bool mine = r->terms[i].obs == obs && obs != r->terms[0].obs;
    if (i < r->nterms - r->nwhole)
      part += mine ? 0 : v, in_part += mine ? c : 0;
    else
      whole += mine ? 0 : v, in_whole += mine ? c : 0;
  }
  if (part > most || part < -most || whole > most || whole < -most || percent > percent_most || percent < -percent_most) return false;
  if (obs == r->terms[0].obs) return whole != 0 && (*value = divide_nearest(part * one, whole), true);
  /* one·(part + in_part·x) = percent·(whole + in_whole·x) */
  wide mine = one * in_part - percent * in_whole;
  return mine != 0 && (*value = divide_nearest(percent * whole - one * part, mine), true);
}

bool relation_solve(const struct diagnosis *d, const struct relation *r, int32_t obs, int64_t *value) {
  bool found;
  if (r->op == REL_RATIO) {
    found = ratio_solve(d, r, obs, value);
  } else {
    wide others = 0, mine = 0;
    for (int i = 0; i < r->nterms; i++) {
      if (r->terms[i].obs == obs)
        mine += r->terms[i].coefficient;
      else
        others += (wide)r->terms[i].coefficient * d->values[r->terms[i].obs];
    }
    found = mine != 0;
    if (found) *value = divide_nearest(-others, mine);
  }
  if (found) *value = cell_snap(d->book, &d->book->obs.v[obs], *value);
  return found;
}

/* Narrows [*low, *high] of a cell to what one relation allows; others at their current values, each anywhere in its printed interval. */
static void relation_narrow(const struct diagnosis *d, const struct relation *r, int32_t obs, wide *low, wide *high) {
  wide least = 0, greatest = 0, mine = 0;
  for (int i = 0; i < r->nterms; i++) {
    const struct obs *o = &d->book->obs.v[r->terms[i].obs];
    wide c = r->terms[i].coefficient, half = (c < 0 ? -c : c) * o->quantum;
    least -= half, greatest += half; /* the cell's own interval widens it as well */
    if (r->terms[i].obs == obs)
      mine += c;
    else
      least += 2 * c * d->values[r->terms[i].obs], greatest += 2 * c * d->values[r->terms[i].obs];
  }
  if (mine == 0) return;
  bool above = r->op == REL_EQ || r->op == REL_GE, below = r->op == REL_EQ || r->op == REL_LE;
  if (mine < 0) { /* turned round so that the cell has a positive sign */
    wide swap = least;
    least = -greatest, greatest = -swap, mine = -mine;
    bool side = above;
    above = below, below = side;
  }
  wide v;
  if (above && (v = divide_up(-greatest, 2 * mine)) > *low) *low = v;
  if (below && (v = divide_down(-least, 2 * mine)) < *high) *high = v;
}

/* coefficient·x + rest >= 0, all doubled but the coefficient. */
static void half_narrow(wide coefficient, wide rest, wide *low, wide *high) {
  wide v;
  if (coefficient > 0 && (v = divide_up(-rest, 2 * coefficient)) > *low) *low = v;
  if (coefficient < 0 && (v = divide_down(rest, -2 * coefficient)) < *high) *high = v;
}

/* The same for a cell of a ratio's part or whole: what gives a percentage that prints as it does (interval.c tells why two sums are enough). */
static void ratio_narrow(const struct diagnosis *d, const struct relation *r, int32_t obs, wide *low, wide *high) {
  const wide one = 1000000, percent_most = (wide)1 << 40;
  const struct obs *p = &d->book->obs.v[r->terms[0].obs];
  wide percent = d->values[r->terms[0].obs], q = p->quantum > 0 ? p->quantum : one / 100, whole = 0;
  if (obs == r->terms[0].obs || percent > percent_most || percent < -percent_most || q > percent_most || r->nterms > RANGE_TERMS_MOST) return;
  for (int i = r->nterms - r->nwhole; i < r->nterms; i++) whole += (wide)r->terms[i].coefficient * d->values[r->terms[i].obs];
  int sign = whole < 0 ? -1 : 1;
  for (int side = 0; side < 2; side++) {
    wide edge = side == 0 ? 2 * percent - q : 2 * percent + q, mine = 0, rest = 0;
    for (int i = 1; i < r->nterms; i++) {
      const struct obs *o = &d->book->obs.v[r->terms[i].obs];
      bool part = i < r->nterms - r->nwhole;
      wide c = (part ? 2 * one : -edge) * r->terms[i].coefficient * sign * (side == 0 ? 1 : -1);
      rest += (c < 0 ? -c : c) * o->quantum;
      if (r->terms[i].obs == obs)
        mine += c;
      else
        rest += c * 2 * d->values[r->terms[i].obs];
    }
    half_narrow(mine, rest, low, high);
  }
}

void cell_range(struct diagnosis *d, int32_t obs, int64_t *low, int64_t *high) {
  wide least = INT64_MIN / 8, greatest = INT64_MAX / 8;
  for (int32_t i = d->first[obs]; i < d->first[obs + 1]; i++) {
    int32_t at = d->uses[i];
    const struct relation *r = &d->result->relations.v[at];
    bool elsewhere = d->initial[at] == LEVEL_BROKEN && d->level[at] == LEVEL_BROKEN && !d->target[at]; /* broken by another cause */
    if (!d->hard[at] || elsewhere) continue;
    d->steps += r->nterms;
    if (r->op == REL_RATIO)
      ratio_narrow(d, r, obs, &least, &greatest);
    else
      relation_narrow(d, r, obs, &least, &greatest);
  }
  *low = clamp(least);
  *high = clamp(greatest);
}
