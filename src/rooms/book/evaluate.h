/* evaluate.h: 绩效自评 and 绩效运行监控 of one owner, a project or the whole department: money by source, each indicator's score, the total. */
#ifndef HENG_BOOK_EVALUATE_H
#define HENG_BOOK_EVALUATE_H

#include "rooms/book/results.h"
#include "rooms/book/score.h"

struct evaluation {
  const struct score_rules *rules;
  int project; /* -1: the department */
  enum ws_moment moment;
  int64_t money[EXECUTION_COLUMNS][WS_GROUPS];
  bool entered;              /* something was executed, by execution.csv or by the lines of 决算 */
  int64_t funds, funds_full; /* hundredths of a point */
  int64_t weights, scores;   /* of the indicators; the total is scores + funds */
  int indicators, unscored;  /* indicators that have no score yet */
};
int64_t evaluation_total(const struct evaluation *v);
/* What the workspace says of the owner; scores by the rules. */
void evaluation_make(const struct workspace *w, const struct score_rules *rules, int project, enum ws_moment moment, struct evaluation *out);
/* Of one indicator: full weight, score, whether there is one. */
struct evaluated {
  int64_t weight, score;
  bool scored, numeric, short_of /* the target was not reached */, far /* it was far exceeded: perhaps it was low */;
  const char *fault; /* why there is no score; NULL */
  const char *fault_field;
};
void evaluation_indicator(const struct workspace *w, const struct score_rules *rules, int indicator, struct evaluated *out);
struct sv evaluation_target(struct arena *a, const struct ws_indicator *i); /* ≥55家 */

#endif
