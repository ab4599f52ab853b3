/* roll.c: a workspace for the year after. Facts of last year are taken as they stand; what the new year must decide is left empty, or as last year
 * for the officer to change (targets of indicators). */
#include "rooms/book/roll.h"
#include "rooms/book/chain.h"
#include "rooms/book/fresh.h"
#include "rooms/book/records.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { PRIORS_MAX = 2000000 };

struct roll {
  struct arena arena;
  struct records records;
  struct workspace *approved, *final; /* final: NULL when last year has no accounts */
  struct workspace_change *c;
  struct rolled *out;
  bool extra[OPEN_FIELDS][OPEN_FIELDS];
  struct err *e;
};

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- a file being written ---- */

struct sheet {
  struct buf out;
  const struct ws_entity *t;
  const bool *extra; /* optional columns that are written */
};

static void sheet_begin(struct sheet *s, struct roll *r, const char *entity) {
  int at = ws_schema_find(r->records.schema, entity);
  s->t = ws_schema_entity(r->records.schema, at), s->extra = r->extra[at];
  buf_init(&s->out, CSV_BYTES);
  buf_puts(&s->out, "\xEF\xBB\xBF"); /* so that Excel reads it as UTF-8 */
  bool first = true;
  for (int k = 0; k < s->t->nfields; k++)
    if (!s->t->fields[k].optional_column || s->extra[k]) csv_put(&s->out, first, sv_from(s->t->fields[k].name)), first = false;
  buf_putc(&s->out, '\n');
}

static void sheet_row(struct sheet *s, const struct sv *value) {
  bool first = true;
  for (int k = 0; k < s->t->nfields; k++)
    if (!s->t->fields[k].optional_column || s->extra[k]) csv_put(&s->out, first, value[k]), first = false;
  buf_putc(&s->out, '\n');
}

static int sheet_end(struct sheet *s, struct roll *r) {
  int rc = s->out.rc < 0 ? no_memory(r->e) : workspace_change_put(r->c, s->t->file, (struct sv){s->out.p, s->out.n}, r->e);
  buf_release(&s->out);
  return rc;
}

/* The columns of last year's file that are optional and filled in go on. */
static const struct ws_file *file_of(struct roll *r, const char *entity) {
  return &r->records.files[ws_schema_find(r->records.schema, entity)];
}

static void extra_use(struct roll *r, const char *entity, const char *field) {
  int at = ws_schema_find(r->records.schema, entity), k = ws_entity_field(ws_schema_entity(r->records.schema, at), field);
  if (k >= 0) r->extra[at][k] = true;
}

static void values_get(const struct ws_file *f, size_t row, struct sv *value) {
  for (int k = 0; k < f->entity->nfields; k++) value[k] = ws_get(f, row, k);
}

static size_t rows_of(const struct ws_file *f) {
  return f->there ? f->csv.rows.n : 0;
}

static struct sv text_number(struct roll *r, int n) {
  return sv_from(arena_printf(&r->arena, "%d", n));
}

static struct sv text_yuan(struct roll *r, int64_t fen) {
  char text[MONEY_TEXT];
  return sv_from(arena_printf(&r->arena, "%s", money_print(text, fen, SCALE_YUAN, 2, false)));
}

/* ---- what stays as it is ---- */

static int put_same(struct roll *r, const char *entity, int *count) {
  const struct ws_file *f = file_of(r, entity);
  struct sheet s;
  struct sv value[OPEN_FIELDS];
  sheet_begin(&s, r, entity);
  for (size_t i = 1; i < rows_of(f); i++) values_get(f, i, value), sheet_row(&s, value), *count += 1;
  return sheet_end(&s, r);
}

static int put_empty(struct roll *r, const char *entity) {
  struct sheet s;
  sheet_begin(&s, r, entity);
  return sheet_end(&s, r);
}

/* ---- projects ---- */

static int year_of(struct sv s) {
  int n = 0;
  for (size_t i = 0; i < s.n && i < 4 && s.p[i] >= '0' && s.p[i] <= '9'; i++) n = n * 10 + (s.p[i] - '0');
  return n;
}

/* A lasting project without an end goes on; one of a single year, or whose last year is over, does not. */
static bool goes_on(const struct ws_project *p, int year) {
  int end = year_of(p->end);
  return end ? end >= year : !sv_is(p->attribute, "一次性项目");
}

static const struct ws_project *project_coded(const struct roll *r, struct sv code) {
  for (size_t i = 0; i < r->approved->projects.n; i++)
    if (sv_equal(r->approved->projects.v[i].code, code)) return &r->approved->projects.v[i];
  return NULL;
}

static int put_projects(struct roll *r) {
  const struct ws_file *f = file_of(r, "projects");
  struct sheet s;
  struct sv value[OPEN_FIELDS];
  sheet_begin(&s, r, "projects");
  int attribute = ws_entity_field(s.t, "attribute");
  for (size_t i = 1; i < rows_of(f); i++) {
    values_get(f, i, value);
    const struct ws_project *p = project_coded(r, value[0]);
    if (!p || !goes_on(p, r->out->year)) {
      r->out->ended++;
      continue;
    }
    if (attribute >= 0 && sv_is(value[attribute], "新增项目")) value[attribute] = SV("持续性项目"); /* it was new last year */
    sheet_row(&s, value);
    r->out->projects++;
  }
  return sheet_end(&s, r);
}

/* ---- last year's amounts ---- */

struct prior {
  int32_t unit, func, econ, project;
  uint8_t kind, source, origin;
  int64_t fen;
};

static int by_group(const void *a, const void *b) {
  const struct prior *x = a, *y = b;
  const int xs[] = {x->unit, x->kind, x->func, x->econ, x->project, x->source, x->origin},
            ys[] = {y->unit, y->kind, y->func, y->econ, y->project, y->source, y->origin};
  for (size_t k = 0; k < sizeof xs / sizeof *xs; k++)
    if (xs[k] != ys[k]) return xs[k] < ys[k] ? -1 : 1;
  return 0;
}

static void prior_put(struct roll *r, struct sheet *s, const struct prior *p) {
  static const char *const kinds[] = {"P", "U", "J", "B", "S", "A"}, *const sources[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  const struct workspace *w = r->approved;
  const struct ws_project *project = p->project >= 0 ? &w->projects.v[p->project] : NULL;
  const struct sv none = {0};
  const struct {
    const char *name;
    struct sv value;
  } fields[] = {{"year", text_number(r, w->year)},
                {"kind", sv_from(kinds[p->kind])},
                {"func", p->func >= 0 ? w->funcs.v[p->func].code : none},
                {"econ", p->econ >= 0 ? w->econs.v[p->econ].code : none},
                {"project", project ? project->code : none},
                {"project_name", project ? project->name : none},
                {"category", project ? project->category : none},
                {"source", sv_from(sources[p->source])},
                {"unit", p->unit >= 0 ? w->units.v[p->unit].code : none},
                {"amount", text_yuan(r, p->fen)},
                {"origin", p->origin == ORIGIN_CARRY ? SV("上年结转结余") : none}};
  struct sv value[OPEN_FIELDS] = {{0}};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
    int at = ws_entity_field(s->t, fields[k].name);
    if (at >= 0) value[at] = fields[k].value;
  }
  sheet_row(s, value);
  r->out->priors++;
}

static int put_last_year(struct roll *r, struct sheet *s) {
  const struct workspace *w = r->approved;
  VEC(struct prior) v = {0};
  int rc = RC_OK;
  for (size_t i = 0; i < w->lines.n && rc == RC_OK; i++) {
    const struct ws_line *l = &w->lines.v[i];
    struct prior p = {l->unit, l->func, l->econ, l->project, l->kind, l->source, l->origin, l->amount};
    if (l->version == w->version && l->year == w->year && l->amount) rc = VEC_PUSH(&v, p, PRIORS_MAX);
  }
  if (v.n) qsort(v.v, v.n, sizeof *v.v, by_group);
  for (size_t i = 0; i < v.n && rc == RC_OK;) {
    struct prior sum = v.v[i];
    for (i++; i < v.n && by_group(&sum, &v.v[i]) == 0; i++) sum.fen += v.v[i].fen;
    if (sum.fen) prior_put(r, s, &sum);
  }
  free(v.v);
  return rc < 0 ? no_memory(r->e) : RC_OK;
}

/* The year before last, as last year's workspace had it. */
static void put_before(struct roll *r, struct sheet *s) {
  const struct ws_file *f = file_of(r, "prior-lines");
  struct sv value[OPEN_FIELDS];
  int year = ws_entity_field(s->t, "year"), version = ws_entity_field(s->t, "version");
  for (size_t i = 1; i < rows_of(f); i++) {
    values_get(f, i, value);
    if (year_of(value[year]) != r->approved->year - 1 || (version >= 0 && value[version].n)) continue;
    sheet_row(s, value);
    r->out->priors++;
  }
}

static int put_priors(struct roll *r) {
  struct sheet s;
  extra_use(r, "prior-lines", "unit");
  for (size_t i = 0; i < r->approved->lines.n; i++)
    if (r->approved->lines.v[i].version == r->approved->version && r->approved->lines.v[i].origin == ORIGIN_CARRY)
      extra_use(r, "prior-lines", "origin");
  sheet_begin(&s, r, "prior-lines");
  int rc = put_last_year(r, &s);
  if (rc == RC_OK) put_before(r, &s);
  if (rc == RC_OK) return sheet_end(&s, r);
  buf_release(&s.out);
  return rc;
}

/* ---- carry-over ---- */

static int put_carries(struct roll *r) {
  static const char *const sources[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  const struct workspace *w = r->final ? r->final : r->approved;
  struct sheet s;
  sheet_begin(&s, r, "carry-over");
  for (size_t i = 0; i < w->carries.n; i++) {
    const struct ws_income *x = &w->carries.v[i];
    struct sv value[OPEN_FIELDS] = {{0}};
    if (x->year != w->year || x->unit < 0 || x->kind) continue;
    value[ws_entity_field(s.t, "year")] = text_number(r, w->year), value[ws_entity_field(s.t, "unit")] = w->units.v[x->unit].code;
    value[ws_entity_field(s.t, "source")] = sv_from(sources[x->source]);
    value[ws_entity_field(s.t, "origin")] = x->origin == ORIGIN_CARRY ? SV("上年结转结余") : SV("本年");
    value[ws_entity_field(s.t, "amount")] = text_yuan(r, x->amount);
    sheet_row(&s, value);
    r->out->carries++;
  }
  return sheet_end(&s, r);
}

/* ---- goals ---- */

static bool goal_stays(const struct roll *r, struct sv id) {
  for (size_t i = 0; i < r->approved->goals.n; i++) {
    const struct ws_goal *g = &r->approved->goals.v[i];
    if (sv_equal(g->id, id)) return g->project < 0 || goes_on(&r->approved->projects.v[g->project], r->out->year);
  }
  return false;
}

/* With its unit, as a person writes it: 56 and 家 is 56家. */
static struct sv with_unit(struct roll *r, struct sv value, struct sv unit) {
  if (!value.n || !unit.n || sv_ends(value, "%")) return value;
  for (size_t i = 0; i < value.n; i++)
    if ((value.p[i] < '0' || value.p[i] > '9') && value.p[i] != '.') return value;
  return sv_from(arena_printf(&r->arena, "%.*s%.*s", SV_ARG(value), SV_ARG(unit)));
}

/* The indicator that the line of the file became, NULL: it is one of another version. */
static const struct ws_indicator *indicator_at(const struct workspace *w, int32_t line) {
  size_t low = 0, high = w->indicators.n; /* they follow the lines of their file */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (w->indicators.v[middle].place.line < line)
      low = middle + 1;
    else
      high = middle;
  }
  return low < w->indicators.n && w->indicators.v[low].place.line == line ? &w->indicators.v[low] : NULL;
}

static int put_indicators(struct roll *r) {
  const struct ws_file *f = file_of(r, "indicators");
  const struct workspace *w = r->final ? r->final : r->approved;
  struct sheet s;
  struct sv value[OPEN_FIELDS];
  if (ws_entity_field(f->entity, "weight") >= 0 && rows_of(f) && f->column[ws_entity_field(f->entity, "weight")] >= 0)
    extra_use(r, "indicators", "weight");
  sheet_begin(&s, r, "indicators");
  int last = ws_entity_field(s.t, "year_minus_1"), before = ws_entity_field(s.t, "year_minus_2");
  for (size_t i = 1; i < rows_of(f); i++) {
    values_get(f, i, value);
    int32_t line = f->csv.rows.v[i].line;
    if (!goal_stays(r, value[0]) || !indicator_at(r->approved, line)) continue;
    const struct ws_indicator *was = indicator_at(w, line);
    const struct ws_goal *g = was && was->goal >= 0 ? &w->goals.v[was->goal] : NULL;
    struct sv reached = g && !g->long_term ? with_unit(r, chain_reached(w, was), was->unit) : (struct sv){0};
    value[before] = g && !g->long_term ? value[last] : (struct sv){0}, value[last] = reached;
    if (g && !g->long_term && !reached.n) r->out->without++;
    sheet_row(&s, value);
    r->out->indicators++;
  }
  return sheet_end(&s, r);
}

static int put_goals(struct roll *r) {
  const struct ws_file *f = file_of(r, "goals");
  struct sheet s;
  struct sv value[OPEN_FIELDS];
  sheet_begin(&s, r, "goals");
  for (size_t i = 1; i < rows_of(f); i++) {
    values_get(f, i, value);
    if (goal_stays(r, value[0])) sheet_row(&s, value);
  }
  int rc = sheet_end(&s, r);
  return rc == RC_OK ? put_indicators(r) : rc;
}

/* ---- texts: what a department is stays; what the year brings is written anew ---- */

static bool text_stays(const struct roll *r, struct sv name) {
  if (sv_starts(name, "projects/")) {
    const struct ws_project *p = project_coded(r, (struct sv){name.p + 9, name.n - 9});
    return p && goes_on(p, r->out->year);
  }
  return sv_starts(name, "part1-") || sv_is(name, "part4-glossary");
}

static int text_copy(struct roll *r, const char *name) {
  char path[5000];
  unsigned char *data;
  size_t size;
  snprintf(path, sizeof path, "%s/%s", r->approved->folder, name);
  int rc = file_read(path, 1 << 24, &data, &size, r->e);
  if (rc < 0) return rc;
  rc = workspace_change_put(r->c, name, (struct sv){(char *)data, size}, r->e);
  free(data);
  return rc;
}

static int unit_texts(struct roll *r, struct sv code) {
  char path[4600], name[400];
  struct dirent **list = NULL;
  int rc = RC_OK, length = (int)(code.n < 64 ? code.n : 64);
  snprintf(path, sizeof path, "%s/texts/units/%.*s", r->approved->folder, length, code.p);
  int n = scandir(path, &list, NULL, alphasort);
  for (int i = 0; i < n; i++) {
    struct sv file = sv_from(list[i]->d_name);
    snprintf(name, sizeof name, "texts/units/%.*s/%.255s", length, code.p, list[i]->d_name);
    if (rc == RC_OK && sv_ends(file, ".md") && text_stays(r, (struct sv){file.p, file.n - 3})) rc = text_copy(r, name);
    free(list[i]);
  }
  free(list);
  return rc;
}

static int put_texts(struct roll *r) {
  const struct workspace *w = r->approved;
  int rc = fresh_texts(r->c, r->records.schema, r->e);
  for (size_t i = 0; i < w->files.n && rc == RC_OK; i++) {
    struct sv file = sv_from(w->files.v[i]);
    if (sv_starts(file, "texts/") && sv_ends(file, ".md") && text_stays(r, (struct sv){file.p + 6, file.n - 9})) rc = text_copy(r, w->files.v[i]);
  }
  for (size_t u = 0; u < w->units.n && rc == RC_OK; u++) rc = unit_texts(r, w->units.v[u].code);
  return rc;
}

/* ---- all of it ---- */

/* Files that nothing is taken for keep their heads. */
static int put_others(struct roll *r) {
  static const char *const made[] = {"units", "sources", "functions", "economics", "projects", "prior-lines", "carry-over", "goals", "indicators"};
  int rc = RC_OK;
  for (int i = 0; i < ws_schema_count(r->records.schema) && rc == RC_OK; i++) {
    bool done = false;
    for (size_t k = 0; k < sizeof made / sizeof *made; k++) done = done || strcmp(ws_schema_entity(r->records.schema, i)->name, made[k]) == 0;
    if (!done) rc = put_empty(r, ws_schema_entity(r->records.schema, i)->name);
  }
  return rc;
}

static int put_all(struct roll *r, const char *profile) {
  const struct workspace *w = r->approved;
  int other = 0, rc = put_same(r, "units", &r->out->units);
  if (rc == RC_OK) rc = put_same(r, "sources", &other);
  if (rc == RC_OK) rc = put_same(r, "functions", &other);
  if (rc == RC_OK) rc = put_same(r, "economics", &other);
  if (rc == RC_OK) rc = put_projects(r);
  if (rc == RC_OK) rc = put_priors(r);
  if (rc == RC_OK) rc = put_carries(r);
  if (rc == RC_OK) rc = put_goals(r);
  if (rc == RC_OK) rc = put_others(r);
  const char *body = arena_text(&r->arena, w->units.v[0].name.p, w->units.v[0].name.n);
  const struct fresh f = {.profile = profile ? profile : w->profile, .body = body, .year = r->out->year, .extra = r->extra};
  if (rc == RC_OK) rc = body ? fresh_package(r->c, r->records.schema, &f, r->e) : no_memory(r->e);
  if (rc == RC_OK) rc = put_texts(r);
  return rc == RC_OK && r->arena.failed ? no_memory(r->e) : rc;
}

static int roll_write(struct roll *r, const char *folder, const char *profile) {
  int rc = fresh_begin(folder, &r->c, r->e);
  if (rc < 0) return rc;
  rc = put_all(r, profile);
  if (rc < 0) return workspace_change_discard(r->c), rc;
  return workspace_change_commit(r->c, r->e);
}

int roll(const char *last, const char *folder, const char *profile, int year, struct rolled *out, struct err *e) {
  struct roll *r = calloc(1, sizeof *r);
  if (!r) return no_memory(e);
  r->out = out, r->e = e;
  *out = (struct rolled){0};
  arena_init(&r->arena, (size_t)1 << 30);
  int rc = chain_load(last, NULL, year, &r->approved, &r->final, e);
  if (rc == RC_OK && (r->approved->errors > 0 || r->approved->units.n == 0))
    rc = err_set(e, RC_FORMAT, tr("%s 有 %d 个错误，先改正：heng book check %s", "%s has %d errors, mend them first: heng book check %s"), last,
                 r->approved->errors, last);
  if (rc == RC_OK) rc = records_open(&r->records, last, e);
  if (rc == RC_OK) out->year = r->approved->year + 1, rc = roll_write(r, folder, profile);
  if (r->records.n) records_close(&r->records);
  workspace_free(r->approved), workspace_free(r->final);
  arena_release(&r->arena);
  free(r);
  return rc;
}
