/* accounts.h: what a workspace holds beside its lines when final accounts (部门决算) are derived from it: what was left, given out, counted, planned.
 */
#ifndef HENG_BOOK_ACCOUNTS_H
#define HENG_BOOK_ACCOUNTS_H

#include "rooms/book/check.h"

/* Which of the year's versions an amount is of. */
enum ws_of { OF_DERIVED, OF_APPROVED /* 年初预算: the last that is no 调整 */, OF_ADJUSTED /* 全年预算: the last of the budget */, OF_VERSIONS };

struct ws_count { /* counts.csv: 团组数, 人次, 保有量 … */
  struct sv item, version;
  int64_t number;
  int32_t unit;
  struct ws_place place;
};
struct ws_accounts {
  const char *layout; /* "final": CITY-final.layout, CITY-final.narrative */
  int of[OF_VERSIONS];
  VEC(struct ws_income) distributions; /* 结余分配 */
  VEC(struct ws_income) last_incomes;  /* income of last year's accounts, to compare with */
  VEC(struct ws_purchase) planned;     /* purchases of the budget */
  VEC(struct ws_count) counts;
};
/* After loading: what belongs to the derived version stays, so that nobody else needs to ask. stage: of the derived version, NULL not known. */
int accounts_split(struct workspace *w, const struct ws_schema *s, struct ws_accounts *all);
void accounts_free(struct ws_accounts *a);
int accounts_version(const struct workspace *w, int of); /* index of the version, -1 none; OF_DERIVED in a budget for all */
void accounts_check(struct workspace *w, const struct ws_heads *h);

#endif
