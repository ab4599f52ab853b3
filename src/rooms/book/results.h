/* results.h: what became of the budget, as entered: execution.csv (预算执行), results.csv (绩效自评), monitoring.csv (运行监控). */
#ifndef HENG_BOOK_RESULTS_H
#define HENG_BOOK_RESULTS_H

#include "rooms/book/check.h"

enum ws_moment { MOMENT_MONITOR /* 监控, 1—7月 */, MOMENT_YEAR /* 全年 */, WS_MOMENTS };
enum ws_group { GROUP_GRANT, GROUP_CARRY, GROUP_OTHER, WS_GROUPS };
extern const char *const ws_group_names[WS_GROUPS];
enum ws_execution_column { EXECUTION_INITIAL, EXECUTION_ADJUSTED, EXECUTION_DONE, EXECUTION_EXPECTED, EXECUTION_COLUMNS };
struct ws_execution {
  struct sv owner;
  int project; /* -1: the whole department */
  enum ws_moment moment;
  enum ws_group group;
  int64_t amount[EXECUTION_COLUMNS];
  bool given[EXECUTION_COLUMNS];
  struct ws_place place;
};
struct ws_result { /* of an annual indicator at the end of the year */
  struct sv goal;
  int seq, indicator;
  struct sv target /* as a form that was filled in elsewhere says it; usually empty */, weight, actual, level, score, reason;
  struct ws_place place;
};
struct ws_watch { /* of an annual indicator in the middle of the year */
  struct sv goal;
  int seq, indicator;
  struct sv target, actual, forecast, obstacles, reason, possibility, note;
  struct ws_place place;
};
struct ws_results {
  struct ws_execution *execution;
  struct ws_result *result;
  struct ws_watch *watch;
  int nexecutions, nresults, nwatches;
  int *result_of, *watch_of;   /* by indicator, -1 none */
  int *line_first, *line_next; /* lines by project + 1; NULL: nothing was entered */
};

/* Reads the three files into w->results. */
int results_load(struct workspace *w, const struct ws_schema *s, struct ws_keys *keys, struct ws_heads *heads, struct err *e) MUST_CHECK;
/* Once it is known whose workspace it is (unit.h) and which lines there are: finds the indicators and projects. Records of others are left out. */
int results_bind(struct workspace *w, const struct ws_heads *heads, struct err *e) MUST_CHECK;
/* Whether the indicator is an annual one of this owner: of a project, or (-1) of the department itself, not of one of its units. */
bool results_owns(const struct workspace *w, int indicator, int project);
/* Money of an owner by source: by execution.csv, else by the lines of the versions; whether anything was executed. */
bool results_money(const struct workspace *w, int project, enum ws_moment moment, int64_t out[EXECUTION_COLUMNS][WS_GROUPS]);
bool results_lines(const struct workspace *w, int project, enum ws_moment moment, int64_t out[WS_GROUPS]); /* what the lines say was executed */
/* What they must hold: docs/performance-forms.md. Adds problems; nothing when the files have no lines. */
int results_check(struct workspace *w, const struct ws_heads *h, struct err *e) MUST_CHECK;

#endif
