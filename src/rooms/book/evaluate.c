/* evaluate.c: 绩效自评 and 绩效运行监控 of one owner. What was entered is read here once; what is wrong with it is told by results_check(). */
#include "rooms/book/evaluate.h"

#include <string.h>

struct sv evaluation_target(struct arena *a, const struct ws_indicator *i) {
  const char *text = arena_printf(a, "%.*s%.*s%.*s", SV_ARG(i->op), SV_ARG(i->value), SV_ARG(i->unit));
  return sv_from(text);
}

int64_t evaluation_total(const struct evaluation *v) {
  return v->scores + v->funds;
}

static bool level_of(struct sv name, enum score_level *out) {
  static const char *const names[SCORE_LEVELS] = {"达成", "部分达成", "未达成"};
  for (int i = 0; i < SCORE_LEVELS; i++)
    if (sv_is(name, names[i])) return *out = (enum score_level)i, true;
  return false;
}

static void fault(struct evaluated *x, const char *field, const char *text) {
  x->fault = text, x->fault_field = field;
}

static void score_numeric(const struct score_rules *rules, const struct ws_indicator *i, const struct ws_result *r, enum score_direction d,
                          struct score_number target, struct evaluated *x) {
  struct score_number actual;
  int64_t entered;
  if (score_read(r->actual, i->unit, &actual) < 0) {
    fault(x, "actual",
          r->actual.n
              ? tr("实际完成值不是一个数，或单位与指标不同；指标值是数，完成值也要是数", "the actual value is no number, or its unit is another")
              : tr("还没有填实际完成值", "the actual value is missing"));
    return;
  }
  x->scored = true, x->score = score_figure(d, target, actual, x->weight);
  x->short_of = d == SCORE_AT_MOST ? score_compare(actual, target) > 0 : score_compare(actual, target) < 0;
  x->far = score_far(rules, d, target, actual);
  if (r->score.n == 0) return;
  if (score_points(r->score, &entered) < 0)
    fault(x, "score", tr("得分应为 0 到 100、最多两位小数的数", "points are a number from 0 to 100 with two decimals at most"));
  else if (entered > x->score)
    fault(x, "score",
          tr("填写的得分高于按完成值算出的得分；空着就按完成值计算",
             "the entered score is above what the actual value makes; leave it empty to have it computed"));
  else
    x->score = entered; /* less than computed: points taken off by hand */
}

static void score_quality(const struct score_rules *rules, const struct ws_result *r, struct evaluated *x) {
  enum score_level level;
  int64_t entered;
  if (!level_of(r->level, &level)) {
    fault(x, "level", tr("指标值不是数：要填完成档次 达成、部分达成 或 未达成", "the target is no number: enter the level 达成, 部分达成 or 未达成"));
    return;
  }
  x->short_of = level != LEVEL_REACHED;
  if (r->score.n == 0)
    fault(x, "score", tr("定性指标要在档次的区间里填得分", "an indicator without a number needs a score within the band of its level"));
  else if (score_points(r->score, &entered) < 0)
    fault(x, "score", tr("得分应为 0 到 100、最多两位小数的数", "points are a number from 0 to 100 with two decimals at most"));
  else if (!score_in_band(rules, level, x->weight, entered))
    fault(x, "score",
          tr("得分不在这一档的区间里：达成是分值的 80%–100%，部分达成 60%–80%（不含），未达成 60% 以下",
             "the score is outside the band of its level: 达成 80–100 per cent of the points, 部分达成 60 to below 80, 未达成 below 60"));
  else
    x->scored = true, x->score = entered;
}

void evaluation_indicator(const struct workspace *w, const struct score_rules *rules, int indicator, struct evaluated *out) {
  const struct ws_indicator *i = &w->indicators.v[indicator];
  int at = w->results && w->results->result_of ? w->results->result_of[indicator] : -1;
  const struct ws_result *r = at >= 0 ? &w->results->result[at] : NULL;
  struct sv weight = r && r->weight.n ? r->weight : i->weight;
  enum score_direction d = SCORE_EQUAL;
  struct score_number target;
  *out = (struct evaluated){0};
  out->numeric = score_direction_of(i->op, &d) && score_read(i->value, i->unit, &target) == RC_OK;
  bool weighed = weight.n > 0 && score_points(weight, &out->weight) == RC_OK && out->weight > 0;
  if (!r) return;
  if (!weighed)
    fault(out, "weight",
          tr("没有分值，或分值不是 100 以内、最多两位小数的数", "the points are missing, or no number up to 100 with two decimals at most"));
  else if (out->numeric)
    score_numeric(rules, i, r, d, target, out);
  else
    score_quality(rules, r, out);
}

void evaluation_make(const struct workspace *w, const struct score_rules *rules, int project, enum ws_moment moment, struct evaluation *out) {
  *out = (struct evaluation){.rules = rules, .project = project, .moment = moment};
  int64_t sum[EXECUTION_COLUMNS] = {0};
  out->entered = results_money(w, project, moment, out->money);
  for (int c = 0; c < EXECUTION_COLUMNS; c++)
    for (int g = 0; g < WS_GROUPS; g++) sum[c] += out->money[c][g];
  out->funds_full = rules->funds;
  if (out->entered && score_funds(rules->funds, sum[EXECUTION_ADJUSTED], sum[EXECUTION_DONE], &out->funds) < 0) out->entered = false;
  for (size_t i = 0; i < w->indicators.n; i++) {
    struct evaluated one;
    if (!results_owns(w, (int)i, project)) continue;
    evaluation_indicator(w, rules, (int)i, &one);
    out->indicators++, out->weights += one.weight, out->scores += one.score, out->unscored += !one.scored;
  }
}
