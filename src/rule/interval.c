/* interval.c: printed numbers as intervals, and judging one relation.
 * A value v printed in a column whose finest unit is q stands for [v - q/2, v + q/2]; all is doubled so that halves stay whole. A printed zero or a
 * blank is exact. A relation fails only when no values inside the intervals satisfy it. */
#include "rule/rule.h"

__extension__ typedef __int128 wide;

enum {
  RATIO_ONE = 1000000, /* percentages are in millionths */
  FINER = 10,          /* how many times finer a unit is that counts as another one */
  RATIO_TERMS_MOST = 1024,
  RATIO_MERGED_MOST = 24,
  RATIO_TIMES_MOST = 10000
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

bool relation_has_prose(const struct book *b, const struct relation *r) {
  for (int i = 0; i < r->nterms; i++)
    if (obs_is_prose(b, &b->obs.v[r->terms[i].obs])) return true;
  return false;
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
    /* A sentence that cuts a figure short instead of rounding it (87.70 of 877,080 元) is off by less than its last place. */
    bool cut = r->nterms == 2 && coarsest > 0 && off < 2 * coarsest && relation_has_prose(b, r);
    settle(r, sum == 0 || (rounded_once && off <= slack), off <= slack || cut, sum);
  }
}

/* ---- ratios: percentage = part / whole, each of the two a sum of cells ---- */

/* A share of 0.00 % is a rounded one, where an amount of 0.00 is none at all. */
static int64_t percent_spread(const struct obs *o) {
  if (o->state != OBS_ZERO || o->quantum > 0) return spread(o);
  int64_t q = RATIO_ONE / 100;
  for (int i = 0; i < o->decimals && q > 1; i++) q /= 10;
  return q;
}

/* part and whole as they stand, and how far the printed intervals reach to either side, doubled. */
struct share {
  wide part, whole, whole_slack;
  bool sound; /* small enough to be multiplied */
};

static struct share share_of(const struct book *b, const struct relation *r, const int64_t *values) {
  const int64_t value_most = (int64_t)1 << 56;
  struct share s = {.sound = r->nterms <= RATIO_TERMS_MOST};
  for (int i = 1; i < r->nterms && s.sound; i++) {
    int64_t v = value_of(b, r->terms[i].obs, values), q = spread(&b->obs.v[r->terms[i].obs]);
    wide c = r->terms[i].coefficient;
    s.sound = v <= value_most && v >= -value_most && q <= value_most && c < RATIO_TIMES_MOST && c > -RATIO_TIMES_MOST;
    if (i < r->nterms - r->nwhole)
      s.part += c * v;
    else
      s.whole += c * v, s.whole_slack += (c < 0 ? -c : c) * q;
  }
  return s;
}

static wide coefficient_in(const struct relation *r, int from, int to, int32_t obs) {
  wide c = 0;
  for (int i = from; i < to; i++)
    if (r->terms[i].obs == obs) c += r->terms[i].coefficient;
  return c;
}

/* 2·part - p·whole, p a doubled percentage, at its most (`up`) or least over the printed intervals. A cell that is a term of both moves both:
 * only so is (amount - prior) / prior judged by what the two can be together. */
static wide ratio_reach(const struct book *b, const struct relation *r, const int64_t *values, wide p, bool up) {
  int split = r->nterms - r->nwhole;
  bool merged = r->nterms <= RATIO_MERGED_MOST; /* beyond, the bounds are only wider */
  wide sum = 0, slack = 0;
  for (int i = 1; i < r->nterms; i++) {
    int32_t obs = r->terms[i].obs;
    wide c = i < split ? 2 * RATIO_ONE * (wide)r->terms[i].coefficient : -p * (wide)r->terms[i].coefficient;
    bool seen = false;
    for (int k = 1; merged && k < i && !seen; k++) seen = r->terms[k].obs == obs;
    if (seen) continue;
    if (merged) c = 2 * RATIO_ONE * coefficient_in(r, 1, split, obs) - p * coefficient_in(r, split, r->nterms, obs);
    sum += c * 2 * value_of(b, obs, values);
    slack += (c < 0 ? -c : c) * spread(&b->obs.v[obs]);
  }
  return up ? sum + slack : sum - slack;
}

/* Whether some values inside the intervals give a percentage that prints so. The whole is not zero in its interval. */
static bool ratio_inside(const struct book *b, const struct relation *r, const int64_t *values, wide p, wide q, bool negative) {
  wide high = ratio_reach(b, r, values, 2 * p - q, !negative), low = ratio_reach(b, r, values, 2 * p + q, negative);
  return negative ? high <= 0 && low >= 0 : high >= 0 && low <= 0;
}

static void judge_ratio(const struct book *b, struct relation *r, const int64_t *values) {
  const int64_t percent_most = (int64_t)1 << 40;
  if (r->nwhole < 1 || r->nterms - r->nwhole < 2) {
    r->outcome = OUTCOME_NOT_CHECKED;
    return;
  }
  struct share s = share_of(b, r, values);
  wide p = value_of(b, r->terms[0].obs, values), q = percent_spread(&b->obs.v[r->terms[0].obs]);
  if (!s.sound || p > percent_most || p < -percent_most || q > percent_most) {
    r->outcome = OUTCOME_NOT_CHECKED;
    return;
  }
  if (s.whole == 0 && s.whole_slack == 0) {
    settle(r, p == 0 && s.part == 0, false, p);
    if (p == 0 || s.part == 0) r->outcome = p == s.part ? OUTCOME_PASSED : OUTCOME_NOT_APPLICABLE; /* nothing over nothing is no share */
    return;
  }
  if ((s.whole < 0 ? -s.whole : s.whole) * 2 <= s.whole_slack) { /* it may be nothing: any share would do */
    settle(r, true, true, 0);
    r->outcome = OUTCOME_NOT_APPLICABLE;
    return;
  }
  bool inside = ratio_inside(b, r, values, p, q, s.whole < 0);
  wide right = s.part * RATIO_ONE * 2 / s.whole; /* doubled, rounded to the printed unit below */
  wide unit = q > 0 ? q : 1, rounded = (right >= 0 ? (right + unit) / (2 * unit) : -((-right + unit) / (2 * unit))) * unit;
  wide difference = p - rounded;
  wide off = difference < 0 ? -difference : difference;
  /* Budget offices round percentages by hand: one unit of the last place is 尾差 (部门预决算 model, tolerance p: ±0.01 point). */
  bool by_hand = off <= unit && obs_is_prose(b, &b->obs.v[r->terms[0].obs]);
  settle(r, inside && off <= unit / 2, inside || by_hand, difference);
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
  if (values && r->outcome != OUTCOME_PASSED) { /* a value that takes the relation its meaning does not mend it */
    r->rounding = r->rounding && r->outcome == OUTCOME_FAILED;
    r->outcome = OUTCOME_FAILED;
  }
}
