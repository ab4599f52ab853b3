/* fuzz_forms.c: files of forms and of scoring against any text: an error with a place, or tables whose cells cover them. */
#include "rooms/book/forms.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define T(s)                                                                                                                                         \
  { (s), sizeof(s) - 1 }
static struct ws_unit units[] = {{.code = T("1"), .name = T("局"), .parent = -1}, {.code = T("11"), .name = T("处"), .parent = 0, .level = 1}};
static struct ws_project projects[] = {{.code = T("P"), .name = T("Q"), .category = T("22"), .unit = 1, .total = 900, .order_forms = 2},
                                       {.code = T("R"), .name = T("S"), .category = T("31"), .unit = -1}};
static struct ws_line lines[] = {{.amount = 500, .unit = 1, .func = -1, .econ = -1, .project = -1, .year = 2031, .kind = KIND_U},
                                 {.amount = 70, .unit = 1, .func = -1, .econ = -1, .project = 0, .year = 2031, .kind = KIND_J}};
static struct ws_detail details[] = {{.project = 0, .econ = -1, .activity = T("a"), .amount = 3}};
static struct ws_purchase purchases[] = {{.project = 0, .unit = 1, .econ = -1, .item = T("b"), .in_project_table = true, .amount = 4}};
static struct ws_goal goals[] = {{.id = T("g"), .owner = T("1"), .name = T("目标"), .project = -1},
                                 {.id = T("h"), .owner = T("P"), .description = T("长"), .project = 0, .long_term = true},
                                 {.id = T("i"), .owner = T("P"), .description = T("年"), .project = 0}};
static struct ws_indicator indicators[] = {
    {.goal = 0, .level1 = T("产出指标"), .level2 = T("数量指标"), .level3 = T("x"), .op = T("≥"), .value = T("5"), .weight = T("90")},
    {.goal = 1, .level1 = T("产出指标"), .level3 = T("y"), .value = T("合规")},
    {.goal = 2, .level1 = T("效益指标"), .level2 = T("社会效益指标"), .level3 = T("z"), .value = T("合规"), .weight = T("9")},
    {.goal = 2, .level3 = T("w"), .op = T("≤"), .value = T("3"), .weight = T("7.5")}};
static struct ws_text texts[] = {{.name = T("evaluation"), .heading = T("年度目标完成情况"), .paragraph = T("好")}};
static struct ws_result result[] = {{.indicator = 0, .actual = T("4")}, {.indicator = 3, .actual = T("9"), .reason = T("因")}};
static struct ws_watch watch[] = {{.indicator = 2, .obstacles = T("其他、经费保障"), .possibility = T("有可能")}};
static struct ws_execution execution[] = {{.project = 0, .moment = MOMENT_YEAR, .amount = {0, 0, 60, 0}, .given = {false, false, true, false}}};
static int result_of[] = {0, -1, -1, 1}, watch_of[] = {-1, -1, 0, -1};

static void check(const struct paper_table *t) {
  char *seen = calloc((size_t)t->rows * (size_t)t->columns + 1, 1);
  long covered = 0;
  for (int i = 0; seen && i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    if (c->row_span < 1 || c->column_span < 1 || c->row + c->row_span > t->rows || c->column + c->column_span > t->columns) abort();
    for (int r = c->row; r < c->row + c->row_span; r++)
      for (int k = c->column; k < c->column + c->column_span; k++, covered++)
        if (seen[r * t->columns + k]++) abort();
  }
  if (seen && covered != (long)t->rows * t->columns) abort();
  free(seen);
}

static void fill(const struct workspace *w, const struct forms *f, const struct score_rules *rules) {
  static const char *const uses[] = {"overall", "projects", "evaluate", "monitor"};
  for (int i = 0; i < 4; i++) {
    struct paper *p = calloc(1, sizeof *p);
    struct err e = {0};
    if (!p) return;
    arena_init(&p->arena, 64 << 20);
    p->workspace = w, p->year = w->year, p->body = w->units.v[0].name;
    if (forms_fill(p, f, rules, uses[i], &e) == RC_OK)
      for (size_t k = 0; k < p->blocks.n; k++) check(p->blocks.v[k].table);
    paper_free(p);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ws_results results = {.execution = execution, .result = result, .watch = watch, .nexecutions = 1, .nresults = 2, .nwatches = 1};
  struct workspace w = {.year = 2031,
                        .folder = "",
                        .profile = "",
                        .results = &results,
                        .units = {units, 2, 2},
                        .projects = {projects, 2, 2},
                        .lines = {lines, 2, 2},
                        .details = {details, 1, 1},
                        .purchases = {purchases, 1, 1},
                        .goals = {goals, 3, 3},
                        .indicators = {indicators, 4, 4},
                        .texts = {texts, 1, 1}};
  struct score_rules rules = {.funds = 1000, .band = {{80, 100}, {60, 80}, {0, 60}}, .far = 130}, read;
  struct forms *f;
  struct err e = {0};
  results.result_of = result_of, results.watch_of = watch_of;
  if (size > 65536) return 0;
  struct sv text = {(const char *)data, size};
  if (sv_starts(text, "funds")) {
    if (score_rules_read("fuzz", text, &read, &e) < 0 && e.code == RC_FORMAT && e.line < 1) abort();
    return 0;
  }
  if (forms_read("fuzz", text, &f, &e) < 0) {
    if (e.code == RC_FORMAT && (e.line < 1 || e.column < 1)) abort();
    return 0;
  }
  fill(&w, f, &rules);
  forms_free(f);
  return 0;
}
