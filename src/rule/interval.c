/* interval.c: printed numbers as intervals, and judging one relation.
 * A value v printed in a column whose finest unit is q stands for [v - q/2, v + q/2]; all is doubled so that halves stay whole. A printed zero or a
 * blank is exact. A relation fails only when no values inside the intervals satisfy it. */
#include "rule/rule.h"

__extension__ typedef __int128 wide;

enum {
  RATIO_ONE = 1000000, /* percentages are in millionths */
  FINER = 10           /* how many times finer a unit is that counts as another one */
};

static int64_t spread(const struct obs *o) {
  return o->quantum > 0 ? o->quantum : 0;
}

void obs_interval(const struct obs *o, int64_t *low, int64_t *high) {
  int64_t q = spread(o);
  *low = 2 * o->value - q;
  *high = 2 * o->value + q;
}

static int64_t clamp(wide v) {
  return v > INT64_MAX ? INT64_MAX : v < -INT64_MAX ? -INT64_MAX : (int64_t)v;
}

static int64_t value_of(const struct book *b, int32_t at, const int64_t *values) {
  return values ? values[at] : b->obs.v[at].value;
}

static void settle(struct relation *r, bool exact, bool inside, wide difference) {
  r->difference = clamp(difference);
  r->rounding = !exact && inside;
  r->outcome = exact ? OUTCOME_PASSED : OUTCOME_FAILED;
}

/* A zero printed in a coarse unit, set against a figure in a finer one, is a rounded zero: 0.00 万元 may be 40 元. */
static int64_t spread_beside(const struct book *b, const struct obs *o, const struct obs *other) {
  if (o->state != OBS_ZERO || o->table < 0 || (size_t)o->table >= b->tables.n) return spread(o);
  const struct book_table *t = &b->tables.v[o->table];
  int64_t q = o->column >= 0 && o->column < t->ncolumns ? t->columns[o->column].quantum : 0;
  return q / FINER > spread(other) && spread(other) > 0 ? q : spread(o);
}

static void judge_sum(const struct book *b, struct relation *r, const int64_t *values) {
  wide sum = 0, slack = 0, coarsest = 0;
  for (int i = 0; i < r->nterms; i++) {
    wide c = r->terms[i].coefficient;
    const struct obs *o = &b->obs.v[r->terms[i].obs];
    wide q = (c < 0 ? -c : c) * (r->nterms == 2 ? spread_beside(b, o, &b->obs.v[r->terms[1 - i].obs]) : spread(o));
    sum += c * value_of(b, r->terms[i].obs, values);
    slack += q;
    if (q > coarsest) coarsest = q;
  }
  if (r->op == REL_LE && sum <= 0)
    settle(r, true, true, sum);
  else if (r->op == REL_GE && sum >= 0)
    settle(r, true, true, sum);
  else {
    wide off = (sum < 0 ? -sum : sum) * 2;
    /* One coarse number beside finer ones is their rounding: it holds when its interval holds them. */
    bool rounded_once = (slack - coarsest) * FINER <= coarsest && coarsest > 0;
    settle(r, sum == 0 || (rounded_once && off <= slack), off <= slack, sum);
  }
}

/* terms: [0] the percentage, [1] the part, [2] the whole. Percentages are in millionths of 1. */
static void judge_ratio(const struct book *b, struct relation *r, const int64_t *values) {
  if (r->nterms != 3) {
    r->outcome = OUTCOME_NOT_CHECKED;
    return;
  }
  wide p = value_of(b, r->terms[0].obs, values), part = value_of(b, r->terms[1].obs, values), whole = value_of(b, r->terms[2].obs, values);
  wide q = spread(&b->obs.v[r->terms[0].obs]), qpart = spread(&b->obs.v[r->terms[1].obs]), qwhole = spread(&b->obs.v[r->terms[2].obs]);
  if (whole == 0) {
    settle(r, p == 0 || part == 0, false, p);
    return;
  }
  /* [2p - q, 2p + q] must meet [low, high] = part/whole in doubled units: compare products, not quotients. Signs are those of whole. */
  wide sign = whole < 0 ? -1 : 1;
  wide wide_low = 2 * whole * sign - qwhole, wide_high = 2 * whole * sign + qwhole;
  wide part_low = 2 * part * sign - qpart, part_high = 2 * part * sign + qpart;
  wide low_divisor = part_low >= 0 ? wide_high : wide_low, high_divisor = part_high >= 0 ? wide_low : wide_high;
  bool inside = low_divisor <= 0 || high_divisor <= 0 ||
                ((2 * p + q) * low_divisor >= 2 * part_low * RATIO_ONE && (2 * p - q) * high_divisor <= 2 * part_high * RATIO_ONE);
  wide right = part * RATIO_ONE * 2 / whole; /* doubled, rounded to the printed unit below */
  wide unit = q > 0 ? q : 1, rounded = (right >= 0 ? (right + unit) / (2 * unit) : -((-right + unit) / (2 * unit))) * unit;
  wide difference = p - rounded;
  settle(r, inside && (difference < 0 ? -difference : difference) <= unit / 2, inside, difference);
}

void relation_judge(const struct book *b, struct relation *r, const int64_t *values) {
  for (int i = 0; i < r->nterms; i++)
    if (r->terms[i].obs < 0 || (size_t)r->terms[i].obs >= b->obs.n) {
      r->outcome = OUTCOME_NOT_CHECKED;
      return;
    }
  r->rounding = false;
  if (r->op == REL_RATIO)
    judge_ratio(b, r, values);
  else
    judge_sum(b, r, values);
}
