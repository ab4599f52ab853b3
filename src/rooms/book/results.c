/* results.c: execution.csv, results.csv and monitoring.csv of a workspace: what became of the budget and of its indicators. */
#include "rooms/book/results.h"

#include <string.h>

const char *const ws_group_names[WS_GROUPS] = {"本年财政拨款", "上年结转资金", "其他资金"};

struct loading {
  struct workspace *w;
  const struct ws_schema *schema;
  struct ws_keys *keys;
  struct ws_heads *heads;
  struct err *e;
};

static int open_file(const struct loading *l, const char *entity, struct ws_file *f) {
  int rc = ws_file_open(f, l->w, l->schema, entity, l->e), index = ws_schema_find(l->schema, entity);
  if (rc == RC_OK) ws_file_check(f, l->keys);
  for (int k = 0; rc == RC_OK && index >= 0 && k < f->entity->nfields; k++) l->heads->column[index][k] = f->there ? f->column[k] : -1;
  return rc;
}

static struct sv get(const struct ws_file *f, size_t row, const char *field) {
  int k = ws_entity_field(f->entity, field);
  return k >= 0 ? ws_get(f, row, k) : (struct sv){0};
}

static struct sv kept(const struct loading *l, const struct ws_file *f, size_t row, const char *field) {
  struct sv s = get(f, row, field);
  const char *p = s.n ? arena_text(&l->w->arena, s.p, s.n) : NULL;
  return p ? (struct sv){p, s.n} : (struct sv){0};
}

static int number_of(struct sv s) {
  int n = 0;
  for (size_t i = 0; i < s.n && i < 6 && s.p[i] >= '0' && s.p[i] <= '9'; i++) n = n * 10 + (s.p[i] - '0');
  return n;
}

/* Room for every line of the file; *n counts those that are taken. */
#define ROOM(l, f, type) ((f).there && (f).csv.rows.n > 1 ? ARENA_ARRAY(&(l)->w->arena, type, (f).csv.rows.n) : NULL)

static int read_execution(const struct loading *l, struct ws_results *x) {
  static const char *const fields[EXECUTION_COLUMNS] = {"initial", "adjusted", "executed", "expected"};
  struct ws_file f;
  int rc = open_file(l, "execution", &f);
  x->execution = rc == RC_OK ? ROOM(l, f, struct ws_execution) : NULL;
  for (size_t row = 1; x->execution && row < f.csv.rows.n; row++) {
    struct sv group = get(&f, row, "group");
    struct ws_execution r = {.owner = kept(l, &f, row, "owner"), .project = -1, .place = {f.file, f.csv.rows.v[row].line}};
    r.moment = sv_is(get(&f, row, "moment"), "监控") ? MOMENT_MONITOR : MOMENT_YEAR;
    for (int g = 0; g < WS_GROUPS; g++)
      if (sv_is(group, ws_group_names[g])) r.group = (enum ws_group)g;
    for (int c = 0; c < EXECUTION_COLUMNS; c++) {
      struct sv text = get(&f, row, fields[c]);
      r.given[c] = text.n > 0, r.amount[c] = ws_yuan(text);
    }
    x->execution[x->nexecutions++] = r;
  }
  ws_file_close(&f);
  return rc;
}

static int read_results(const struct loading *l, struct ws_results *x) {
  struct ws_file f;
  int rc = open_file(l, "results", &f);
  x->result = rc == RC_OK ? ROOM(l, f, struct ws_result) : NULL;
  for (size_t row = 1; x->result && row < f.csv.rows.n; row++) {
    struct ws_result r = {.goal = kept(l, &f, row, "goal"), .seq = number_of(get(&f, row, "seq")), .place = {f.file, f.csv.rows.v[row].line}};
    struct sv *const texts[] = {&r.target, &r.weight, &r.actual, &r.level, &r.score, &r.reason};
    static const char *const names[] = {"target", "weight", "actual", "level", "score", "reason"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) *texts[k] = kept(l, &f, row, names[k]);
    x->result[x->nresults++] = r;
  }
  ws_file_close(&f);
  return rc;
}

static int read_monitoring(const struct loading *l, struct ws_results *x) {
  struct ws_file f;
  int rc = open_file(l, "monitoring", &f);
  x->watch = rc == RC_OK ? ROOM(l, f, struct ws_watch) : NULL;
  for (size_t row = 1; x->watch && row < f.csv.rows.n; row++) {
    struct ws_watch r = {.goal = kept(l, &f, row, "goal"), .seq = number_of(get(&f, row, "seq")), .place = {f.file, f.csv.rows.v[row].line}};
    struct sv *const texts[] = {&r.target, &r.actual, &r.forecast, &r.obstacles, &r.reason, &r.possibility, &r.note};
    static const char *const names[] = {"target", "actual", "forecast", "obstacles", "reason", "possibility", "note"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) *texts[k] = kept(l, &f, row, names[k]);
    x->watch[x->nwatches++] = r;
  }
  ws_file_close(&f);
  return rc;
}

int results_load(struct workspace *w, const struct ws_schema *s, struct ws_keys *keys, struct ws_heads *heads, struct err *e) {
  struct loading l = {w, s, keys, heads, e};
  struct ws_results *x = ARENA_NEW(&w->arena, struct ws_results);
  if (!x) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = read_execution(&l, x);
  if (rc == RC_OK) rc = read_results(&l, x);
  if (rc == RC_OK) rc = read_monitoring(&l, x);
  if (rc == RC_OK) w->results = x;
  return rc;
}

/* ---- whose it is ---- */

/* Lines by project, so that an owner's money needs no walk over all; only where something was entered. */
static bool lines_chain(struct workspace *w, struct ws_results *x) {
  if (x->nexecutions + x->nresults + x->nwatches == 0) return true;
  x->line_first = ARENA_ARRAY(&w->arena, int, w->projects.n + 1), x->line_next = ARENA_ARRAY(&w->arena, int, w->lines.n + 1);
  if (!x->line_first || !x->line_next) return false;
  for (size_t i = 0; i <= w->projects.n; i++) x->line_first[i] = -1;
  for (size_t i = w->lines.n; i-- > 0;) {
    int *first = &x->line_first[w->lines.v[i].project + 1];
    x->line_next[i] = *first, *first = (int)i;
  }
  return true;
}

/* Codes of the lists as they are now, after a unit's part was taken out. */
struct binding {
  struct workspace *w;
  const struct ws_heads *heads;
  struct intern goals, projects;
  int *first, *next; /* indicators by goal */
};

static int bound(const struct intern *t, struct sv code) {
  uint32_t id = code.n ? intern_find(t, code.p, code.n) : INTERN_NONE;
  return id == INTERN_NONE ? -1 : (int)id;
}

/* The annual indicator that goal and number name, -1 none. Told where the workspace is whole: of a unit's part the others' goals are not there. */
static int indicator_of(const struct binding *b, const char *entity, struct sv id, int seq, struct ws_place at) {
  struct workspace *w = b->w;
  int goal = bound(&b->goals, id);
  if (goal < 0) return -1; /* told already: the goal is a reference */
  if (w->goals.v[goal].long_term) {
    ws_tell(w, WS_ERROR, "W-REF", at.file, at.line, ws_column(b->heads, entity, "goal"), "%s",
            tr("这是长期目标；自评和监控只看年度目标的指标", "this goal is long-term; only annual indicators are evaluated and monitored"));
    return -1;
  }
  for (int i = b->first[goal]; i >= 0; i = b->next[i])
    if (w->indicators.v[i].seq == seq) return i;
  if (w->sifted) return -1; /* it may be one of another version */
  ws_tell(w, WS_ERROR, "W-REF", at.file, at.line, ws_column(b->heads, entity, "seq"),
          tr("indicators.csv 里目标 %.*s 没有序号 %d 的指标", "goal %.*s has no indicator %d in indicators.csv"), SV_ARG(id), seq);
  return -1;
}

static bool unit_known(const struct workspace *w, struct sv code) {
  for (size_t i = 0; i < w->units.n; i++)
    if (sv_equal(w->units.v[i].code, code)) return true;
  return false;
}

/* Rows of units other than the department itself wait for a book of that unit. */
static void bind_execution(struct binding *b, struct ws_results *x) {
  struct workspace *w = b->w;
  int n = 0;
  for (int i = 0; i < x->nexecutions; i++) {
    struct ws_execution r = x->execution[i];
    r.project = bound(&b->projects, r.owner);
    bool whole = w->department >= 0 && sv_equal(r.owner, w->units.v[w->department].code);
    if (r.project >= 0 || whole)
      x->execution[n++] = r;
    else if (r.owner.n && w->others.n == 0 && !unit_known(w, r.owner))
      ws_tell(w, WS_ERROR, "W-REF", r.place.file, r.place.line, ws_column(b->heads, "execution", "owner"),
              tr("没有编码为“%.*s”的项目或单位；整个部门写部门的编码",
                 "no project or unit has the code \"%.*s\"; the whole department is written with its code"),
              (int)(r.owner.n < 90 ? r.owner.n : 90), r.owner.p);
  }
  x->nexecutions = n;
}

static void bind_indicators(struct binding *b, struct ws_results *x) {
  int n = 0;
  for (int i = 0; i < x->nresults; i++) {
    struct ws_result r = x->result[i];
    if ((r.indicator = indicator_of(b, "results", r.goal, r.seq, r.place)) < 0 || x->result_of[r.indicator] >= 0)
      continue; /* a second is told: the key */
    x->result_of[r.indicator] = n, x->result[n++] = r;
  }
  x->nresults = n, n = 0;
  for (int i = 0; i < x->nwatches; i++) {
    struct ws_watch r = x->watch[i];
    if ((r.indicator = indicator_of(b, "monitoring", r.goal, r.seq, r.place)) < 0 || x->watch_of[r.indicator] >= 0) continue;
    x->watch_of[r.indicator] = n, x->watch[n++] = r;
  }
  x->nwatches = n;
}

static bool binding_make(struct binding *b) {
  struct workspace *w = b->w;
  bool ok = true;
  for (size_t i = 0; i < w->goals.n && ok; i++) ok = intern_add(&b->goals, w->goals.v[i].id.p, w->goals.v[i].id.n) != INTERN_NONE;
  for (size_t i = 0; i < w->projects.n && ok; i++) ok = intern_add(&b->projects, w->projects.v[i].code.p, w->projects.v[i].code.n) != INTERN_NONE;
  b->first = ARENA_ARRAY(&w->arena, int, w->goals.n + 1), b->next = ARENA_ARRAY(&w->arena, int, w->indicators.n + 1);
  if (!ok || !b->first || !b->next) return false;
  for (size_t i = 0; i <= w->goals.n; i++) b->first[i] = -1;
  for (size_t i = w->indicators.n; i-- > 0;) {
    int goal = w->indicators.v[i].goal;
    b->next[i] = -1;
    if (goal >= 0) b->next[i] = b->first[goal], b->first[goal] = (int)i;
  }
  return true;
}

int results_bind(struct workspace *w, const struct ws_heads *heads, struct err *e) {
  struct ws_results *x = w->results;
  struct binding b = {.w = w, .heads = heads};
  if (!x) return RC_OK;
  x->result_of = ARENA_ARRAY(&w->arena, int, w->indicators.n + 1), x->watch_of = ARENA_ARRAY(&w->arena, int, w->indicators.n + 1);
  for (size_t i = 0; x->result_of && x->watch_of && i <= w->indicators.n; i++) x->result_of[i] = x->watch_of[i] = -1;
  bool ok = x->result_of && x->watch_of, any = x->nexecutions + x->nresults + x->nwatches > 0;
  intern_init(&b.goals), intern_init(&b.projects);
  if (ok && any && (ok = binding_make(&b))) bind_execution(&b, x), bind_indicators(&b, x), ok = lines_chain(w, x);
  intern_release(&b.goals), intern_release(&b.projects);
  return ok ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

bool results_owns(const struct workspace *w, int indicator, int project) {
  int goal = w->indicators.v[indicator].goal;
  const struct ws_goal *g = goal >= 0 ? &w->goals.v[goal] : NULL;
  if (!g || g->long_term || g->project != project) return false;
  return project >= 0 || (w->department >= 0 && sv_equal(g->owner, w->units.v[w->department].code));
}

/* ---- money ---- */

static enum ws_group group_of(const struct ws_line *l) {
  return l->origin == ORIGIN_CARRY ? GROUP_CARRY : SOURCES_GRANT >> l->source & 1 ? GROUP_GRANT : GROUP_OTHER;
}

/* The last version whose name begins so, -1 none. */
static int version_named(const struct workspace *w, const char *name) {
  int last = -1;
  for (size_t i = 0; i < w->versions.n; i++)
    if (sv_starts(w->versions.v[i], name)) last = (int)i;
  return last;
}

static bool add_line(const struct workspace *w, int i, int version, int64_t out[WS_GROUPS]) {
  const struct ws_line *l = &w->lines.v[i];
  if (l->version != version || l->year != w->year) return false;
  out[group_of(l)] += l->amount;
  return true;
}

static bool add_version(const struct workspace *w, int project, int version, int64_t out[WS_GROUPS]) {
  const struct ws_results *x = w->results;
  bool any = false;
  if (version < 0) return false;
  if (x && x->line_first && project >= 0) {
    for (int i = x->line_first[project + 1]; i >= 0; i = x->line_next[i]) any |= add_line(w, i, version, out);
    return any;
  }
  for (size_t i = 0; i < w->lines.n; i++)
    if (project < 0 || w->lines.v[i].project == project) any |= add_line(w, (int)i, version, out);
  return any;
}

/* 年初预算 is what was approved, not a later adjustment. */
static int approved_version(const struct workspace *w) {
  int v = version_named(w, "二下批复");
  if (v < 0) v = version_named(w, "批复");
  return v >= 0 ? v : w->version;
}

bool results_lines(const struct workspace *w, int project, enum ws_moment moment, int64_t out[WS_GROUPS]) {
  int version = moment == MOMENT_YEAR ? version_named(w, "决算") : -1;
  memset(out, 0, sizeof(int64_t) * WS_GROUPS);
  return add_version(w, project, version >= 0 ? version : version_named(w, "执行"), out);
}

bool results_money(const struct workspace *w, int project, enum ws_moment moment, int64_t out[EXECUTION_COLUMNS][WS_GROUPS]) {
  const struct ws_results *x = w->results;
  bool given[EXECUTION_COLUMNS][WS_GROUPS] = {{false}}, done = false;
  memset(out, 0, sizeof(int64_t) * EXECUTION_COLUMNS * WS_GROUPS);
  add_version(w, project, approved_version(w), out[EXECUTION_INITIAL]);
  int adjusted = version_named(w, "调整");
  add_version(w, project, adjusted >= 0 ? adjusted : approved_version(w), out[EXECUTION_ADJUSTED]);
  done = results_lines(w, project, moment, out[EXECUTION_DONE]);
  for (int i = 0; x && i < x->nexecutions; i++) {
    const struct ws_execution *r = &x->execution[i];
    if (r->project != project || r->moment != moment) continue;
    for (int c = EXECUTION_ADJUSTED; c < EXECUTION_COLUMNS; c++) {
      if (!r->given[c]) continue;
      if (!given[c][r->group]) out[c][r->group] = 0;
      out[c][r->group] += r->amount[c], given[c][r->group] = true;
      done |= c == EXECUTION_DONE;
    }
  }
  return done;
}
