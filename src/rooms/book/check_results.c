/* check_results.c: what self-evaluation and monitoring must hold: targets as approved, points that make 100, scores by the rules, reasons given. */
#include "rooms/book/evaluate.h"

#include <stdlib.h>
#include <string.h>

struct checker {
  struct workspace *w;
  const struct ws_heads *h;
  struct score_rules rules;
};

static void tell(const struct checker *c, enum ws_severity severity, const char *id, struct ws_place at, const char *entity, const char *field,
                 struct sv about, const char *text) {
  ws_tell(c->w, severity, id, at.file, at.line, field ? ws_column(c->h, entity, field) : -1, tr("%.*s：%s", "%.*s: %s"), SV_ARG(about), text);
}

static struct sv owner_name(const struct checker *c, int project) {
  const struct workspace *w = c->w;
  return project >= 0 ? w->projects.v[project].name : w->department >= 0 ? w->units.v[w->department].name : (struct sv){0};
}

static int owner_of(const struct workspace *w, int indicator) {
  return w->goals.v[w->indicators.v[indicator].goal].project;
}

/* ---- execution.csv ---- */

static void money_differs(const struct checker *c, const struct ws_execution *r, const char *id, const char *field, int64_t entered, int64_t derived,
                          const char *what) {
  char a[MONEY_TEXT], b[MONEY_TEXT], text[400];
  if (entered == derived) return;
  snprintf(text, sizeof text, tr("填写 %s 元，%s %s 元；改成一致，或空着", "%s was entered, %s %s; make them equal, or leave it empty"),
           money_print(a, entered, SCALE_YUAN, 2, false), what, money_print(b, derived, SCALE_YUAN, 2, false));
  tell(c, WS_ERROR, id, r->place, "execution", field, owner_name(c, r->project), text);
}

static void check_execution(const struct checker *c, const struct ws_execution *r) {
  const struct sv name = owner_name(c, r->project);
  int64_t money[EXECUTION_COLUMNS][WS_GROUPS], lines[WS_GROUPS];
  results_money(c->w, r->project, r->moment, money);
  if (r->given[EXECUTION_INITIAL])
    money_differs(c, r, "W-INITIAL", "initial", r->amount[EXECUTION_INITIAL], money[EXECUTION_INITIAL][r->group],
                  tr("批复的预算（表12 当年预算）是", "the approved budget (table 12) is"));
  if (r->given[EXECUTION_DONE] && results_lines(c->w, r->project, r->moment, lines))
    money_differs(c, r, "W-EXECUTED", "executed", r->amount[EXECUTION_DONE], lines[r->group],
                  tr("budget-lines.csv 里执行、决算的行合计", "lines of 执行 or 决算 in budget-lines.csv add up to"));
  if (r->given[EXECUTION_DONE] && r->amount[EXECUTION_DONE] > money[EXECUTION_ADJUSTED][r->group])
    tell(c, WS_WARNING, "W-EXECUTED", r->place, "execution", "executed", name,
         tr("执行数超过全年预算数；核对，或补上调整后的预算数", "more was spent than the year's budget; check it, or enter the adjusted budget"));
  if (r->moment == MOMENT_MONITOR && !r->given[EXECUTION_EXPECTED])
    tell(c, WS_WARNING, "W-EXECUTED", r->place, "execution", "expected", name, tr("没有全年预计执行数", "what is expected for the year is missing"));
  if (r->given[EXECUTION_EXPECTED] && r->amount[EXECUTION_EXPECTED] < r->amount[EXECUTION_DONE])
    tell(c, WS_ERROR, "W-EXECUTED", r->place, "execution", "expected", name,
         tr("全年预计执行数小于已经执行的数", "what is expected for the year is less than was spent already"));
}

/* ---- what both files must hold of an indicator ---- */

/* Restated targets are the approved ones, in any spelling of signs and blanks. */
static void check_target(const struct checker *c, int indicator, struct sv target, struct ws_place at, const char *entity) {
  const struct ws_indicator *i = &c->w->indicators.v[indicator];
  char own[400], given[400], text[700];
  struct sv approved = evaluation_target(&c->w->arena, i);
  if (target.n == 0) return;
  size_t n = text_fold_into(own, sizeof own, approved), m = text_fold_into(given, sizeof given, target);
  if (n == m && memcmp(own, given, n) == 0) return;
  snprintf(text, sizeof text,
           tr("年度指标值“%.*s”不是批复的“%.*s”；空着就用批复的",
              "the target \"%.*s\" is not the approved \"%.*s\"; left empty, the approved one is taken"),
           (int)(target.n < 200 ? target.n : 200), target.p, (int)(approved.n < 200 ? approved.n : 200), approved.p ? approved.p : "");
  tell(c, WS_ERROR, "W-TARGET", at, entity, "target", i->level3, text);
}

/* ---- results.csv ---- */

static void check_result(const struct checker *c, const struct ws_result *r) {
  const struct ws_indicator *i = &c->w->indicators.v[r->indicator];
  struct evaluated one;
  evaluation_indicator(c->w, &c->rules, r->indicator, &one);
  check_target(c, r->indicator, r->target, r->place, "results");
  if (one.fault) tell(c, WS_ERROR, "W-SCORE", r->place, "results", one.fault_field, i->level3, one.fault);
  if (one.numeric && r->level.n)
    tell(c, WS_HINT, "W-SCORE", r->place, "results", "level", i->level3,
         tr("指标值是数，按完成值计分，档次不用填", "the target is a number and is scored by it; the level is not used"));
  if ((one.short_of || (one.scored && one.score < one.weight)) && r->reason.n == 0)
    tell(c, WS_ERROR, "W-REASON", r->place, "results", "reason", i->level3,
         one.short_of ? tr("没有完成指标值，要填偏差原因和改进措施", "the target was not reached: enter the reason and what will be done")
                      : tr("没有得满分，要填原因", "the score is not full: enter the reason"));
  if (one.far)
    tell(c, WS_HINT, "W-FAR", r->place, "results", "actual", i->level3,
         tr("完成值大大超过指标值：指标值是不是定低了？定低的要写明原因并扣分",
            "far beyond the target: was it set too low? If so, say why and take points off"));
}

/* The points of the first levels against the patterns of the rules. */
static bool pattern_fits(const struct score_pattern *p, const int64_t *points, const struct sv *names, int n) {
  int matched = 0;
  for (int k = 0; k < n; k++) {
    bool found = false;
    for (int i = 0; i < p->n && !found; i++) found = sv_is(names[k], p->name[i]) && points[k] == p->points[i];
    if (!found) return false;
    matched++;
  }
  return matched == p->n;
}

static void check_weights(const struct checker *c, int project, struct ws_place at, const struct evaluation *v) {
  const struct workspace *w = c->w;
  struct sv names[SCORE_CLASSES + 1];
  int64_t points[SCORE_CLASSES + 1] = {0};
  int n = 0;
  char a[MONEY_TEXT], b[MONEY_TEXT], text[300];
  if (v->weights + v->funds_full != SCORE_FULL) {
    snprintf(text, sizeof text,
             tr("指标的分值合计 %s，加上资金执行率 %s 分应为 100", "the points of the indicators are %s; with %s for the money they must be 100"),
             score_print(a, v->weights), score_print(b, v->funds_full));
    tell(c, WS_ERROR, "W-WEIGHTS", at, "results", "weight", owner_name(c, project), text);
    return;
  }
  for (size_t i = 0; i < w->indicators.n; i++) {
    const struct ws_indicator *x = &w->indicators.v[i];
    struct evaluated one;
    if (!results_owns(w, (int)i, project)) continue;
    evaluation_indicator(w, &c->rules, (int)i, &one);
    int k = 0;
    while (k < n && !sv_equal(names[k], x->level1)) k++;
    if (k > SCORE_CLASSES) break;
    if (k == n) names[n++] = x->level1;
    points[k] += one.weight;
  }
  for (int i = 0; i < c->rules.patterns; i++)
    if (pattern_fits(&c->rules.pattern[i], points, names, n)) return;
  tell(c, WS_WARNING, "W-WEIGHTS", at, "results", "weight", owner_name(c, project),
       tr("各一级指标的分值不是规定的分配（profiles 里的 .scoring）；没有某类指标时要说明怎样分配",
          "the first levels do not have the points of the rules (profiles/*.scoring); where a level is missing, say how its points were given"));
}

/* Once an owner has any line, every approved annual indicator must have one. */
static void check_complete(const struct checker *c, int project, struct ws_place at, const int *of, bool year) {
  const struct workspace *w = c->w;
  for (size_t i = 0; i < w->indicators.n; i++)
    if (results_owns(w, (int)i, project) && of[i] < 0)
      tell(c, year ? WS_ERROR : WS_WARNING, "W-RESULT", at, "results", NULL, w->indicators.v[i].level3,
           year
               ? tr("批复的年度指标，没有自评：在 results.csv 加一行", "an approved annual indicator without a result: add it to results.csv")
               : tr("批复的年度指标，没有监控：在 monitoring.csv 加一行", "an approved annual indicator is not monitored: add it to monitoring.csv"));
}

/* Once for each owner that has any result: nothing left out, money, points. */
static void check_owner(const struct checker *c, int project, struct ws_place at) {
  struct evaluation v;
  evaluation_make(c->w, &c->rules, project, MOMENT_YEAR, &v);
  check_complete(c, project, at, c->w->results->result_of, true);
  if (!v.entered)
    tell(c, WS_ERROR, "W-EXECUTED", at, "results", NULL, owner_name(c, project),
         tr("没有全年执行数，或全年预算数是零：在 execution.csv 填写",
            "what was spent is missing, or the year's budget is nought: enter it in execution.csv"));
  check_weights(c, project, at, &v);
}

/* ---- monitoring.csv ---- */

static void check_obstacles(const struct checker *c, const struct ws_watch *r) {
  for (struct sv rest = r->obstacles, one; rest.p && rest.n > 0;) {
    size_t at = sv_find(rest, "、");
    bool found = false;
    one = sv_trim((struct sv){rest.p, at == SIZE_MAX ? rest.n : at});
    rest = at == SIZE_MAX ? (struct sv){0} : (struct sv){rest.p + at + 3, rest.n - at - 3};
    for (int i = 0; i < c->rules.obstacles; i++) found |= sv_is(one, c->rules.obstacle[i]);
    if (!found)
      ws_tell(c->w, WS_ERROR, "W-CHOICE", r->place.file, r->place.line, ws_column(c->h, "monitoring", "obstacles"),
              tr("没有“%.*s”这一类偏差原因；用顿号分开，各类见 profiles 里的 .scoring",
                 "there is no kind of cause \"%.*s\"; they are separated by 、 and stand in profiles/*.scoring"),
              (int)(one.n < 90 ? one.n : 90), one.p);
  }
}

static void check_watch(const struct checker *c, const struct ws_watch *r) {
  const struct ws_indicator *i = &c->w->indicators.v[r->indicator];
  enum score_direction d;
  struct score_number target, forecast;
  check_target(c, r->indicator, r->target, r->place, "monitoring");
  check_obstacles(c, r);
  bool sure = sv_is(r->possibility, "确定能");
  bool numeric =
      score_direction_of(i->op, &d) && score_read(i->value, i->unit, &target) == RC_OK && score_read(r->forecast, i->unit, &forecast) == RC_OK;
  bool short_of = numeric && (d == SCORE_AT_MOST ? score_compare(forecast, target) > 0 : score_compare(forecast, target) < 0);
  if (sure && short_of)
    tell(c, WS_ERROR, "W-POSSIBILITY", r->place, "monitoring", "possibility", i->level3,
         tr("全年预计完不成指标值，可能性却是“确定能”", "the year's forecast falls short of the target, yet it is said to be certain"));
  if ((!sure || short_of || r->obstacles.n) && r->reason.n == 0)
    tell(c, WS_ERROR, "W-REASON", r->place, "monitoring", "reason", i->level3,
         tr("有偏差，或不能确定完成：要填原因说明", "there is a deviation, or the target is not certain: enter the reason"));
}

/* ---- all ---- */

int results_check(struct workspace *w, const struct ws_heads *h, struct err *e) {
  const struct ws_results *x = w->results;
  char data[4096], name[256];
  struct checker c = {.w = w, .h = h};
  if (!x || x->nexecutions + x->nresults + x->nwatches == 0) return RC_OK;
  codes_data_path(data, sizeof data, "");
  int rc = score_rules_load(data, performance_name(name, data, w->profile, "scoring"), &c.rules, e);
  bool *seen = rc == RC_OK ? calloc(w->projects.n + 1, sizeof *seen) : NULL;
  if (rc == RC_OK && !seen) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; rc == RC_OK && i < x->nexecutions; i++) check_execution(&c, &x->execution[i]);
  for (int i = 0; rc == RC_OK && i < x->nresults; i++) {
    int project = owner_of(w, x->result[i].indicator);
    check_result(&c, &x->result[i]);
    if (!results_owns(w, x->result[i].indicator, project)) continue; /* a unit's own goal: its book is evaluated with --unit */
    if (!seen[project + 1]) seen[project + 1] = true, check_owner(&c, project, x->result[i].place);
  }
  if (seen) memset(seen, 0, (w->projects.n + 1) * sizeof *seen);
  for (int i = 0; rc == RC_OK && i < x->nwatches; i++) {
    int project = owner_of(w, x->watch[i].indicator);
    check_watch(&c, &x->watch[i]);
    if (!results_owns(w, x->watch[i].indicator, project)) continue;
    if (!seen[project + 1]) seen[project + 1] = true, check_complete(&c, project, x->watch[i].place, x->watch_of, false);
  }
  free(seen);
  return rc;
}
