/* against.c: reading an earlier report and laying it against a new result. */
#include "rooms/audit/against.h"
#include "rooms/audit/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_FILE_MOST = 256 << 20, BOOKS_MOST = 100000, OLD_FINDINGS_MOST = 200000, NAME_BYTES = 512 };

const char *const amend_state_names[] = {"mended", "remaining", "new", "unclear"};

const char *amend_state_title(enum amend_state s) {
  switch (s) {
  case AMEND_MENDED: return tr("已改", "mended");
  case AMEND_REMAINING: return tr("未改", "remaining");
  case AMEND_NEW: return tr("新增", "new");
  case AMEND_UNCLEAR: return tr("不能判断", "cannot be told");
  case AMEND_STATES: break;
  }
  return "";
}

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- reading the report ---- */

struct reading {
  struct old_report *r;
  bool failed;
};

static const char *text_of(struct reading *x, const json_t *j, const char *key) {
  const json_t *v = json_object_get(j, key);
  if (!json_is_string(v)) return "";
  const char *copy = arena_text(&x->r->arena, json_string_value(v), json_string_length(v));
  x->failed |= !copy;
  return copy ? copy : "";
}

static int number_of(const json_t *j, const char *key) {
  json_int_t v = json_integer_value(json_object_get(j, key));
  return v > 0 && v < 1000000000 ? (int)v : 0;
}

/* The kind and title of a table by its id, in the list that the report gives. */
static const json_t *table_named(const json_t *tables, const char *id) {
  for (size_t i = 0; id[0] && i < json_array_size(tables); i++) {
    const char *here = json_string_value(json_object_get(json_array_get(tables, i), "id"));
    if (here && strcmp(here, id) == 0) return json_array_get(tables, i);
  }
  return NULL;
}

static struct old_finding finding_read(struct reading *x, const json_t *j, const json_t *tables) {
  const json_t *place = json_array_get(json_object_get(j, "places"), 0), *key = json_object_get(j, "key");
  const json_t *table = table_named(tables, text_of(x, place, "table"));
  struct old_finding f = {.id = text_of(x, j, "id"),
                          .rule = text_of(x, j, "rule"),
                          .severity = text_of(x, j, "severity"),
                          .title = text_of(x, j, "title"),
                          .message = text_of(x, j, "message"),
                          .stated = text_of(x, j, "stated"),
                          .expected = text_of(x, j, "expected"),
                          .unit = text_of(x, j, "unit"),
                          .kind = text_of(x, table, "kind"),
                          .table = text_of(x, table, "title"),
                          .row = text_of(x, place, "row"),
                          .code = text_of(x, place, "code"),
                          .column = text_of(x, place, "column"),
                          .key_row = text_of(x, key, "row"),
                          .key_measure = text_of(x, key, "measure"),
                          .page = number_of(place, "page"),
                          .line = number_of(place, "line"),
                          .number = number_of(j, "number")};
  if (json_is_object(key)) f.kind = text_of(x, key, "kind");
  return f;
}

static int book_read(struct reading *x, const json_t *j) {
  const json_t *findings = json_object_get(j, "findings"), *tables = json_object_get(j, "tables");
  struct old_book b = {.path = text_of(x, j, "path"), .kind = text_of(x, j, "kind"), .body = text_of(x, j, "body"), .year = number_of(j, "year")};
  int rc = RC_OK;
  for (size_t i = 0; i < json_array_size(findings) && rc == RC_OK; i++)
    rc = VEC_PUSH(&b.findings, finding_read(x, json_array_get(findings, i), tables), OLD_FINDINGS_MOST);
  if (rc == RC_OK) rc = VEC_PUSH(&x->r->books, b, BOOKS_MOST);
  if (rc < 0) free(b.findings.v);
  return rc;
}

static int report_read(struct old_report *r, const char *path, const json_t *j, struct err *e) {
  const json_t *documents = json_object_get(j, "documents");
  struct reading x = {r, false};
  int rc = RC_OK;
  if (!json_is_string(json_object_get(j, "heng")) || !json_is_array(documents))
    return err_set(e, RC_FORMAT, tr("%.400s 不是 heng audit --format json 的报告", "%.400s is no report of heng audit --format json"), path);
  for (size_t i = 0; i < json_array_size(documents) && rc == RC_OK; i++) {
    const json_t *d = json_array_get(documents, i);
    if (!json_is_object(d) || (!json_is_array(json_object_get(d, "findings")) && !json_is_string(json_object_get(d, "error"))))
      return err_set(e, RC_FORMAT, tr("%.400s 的第 %zu 项不是一本账本的审核结果", "%.400s: entry %zu is no result of an audit"), path, i + 1);
    rc = book_read(&x, d);
  }
  if (rc < 0 || x.failed) return err_set(e, RC_LIMIT, tr("%.400s 太大，读不下", "%.400s is too large"), path);
  return RC_OK;
}

int old_report_parse(const char *path, const void *data, size_t size, struct old_report **out, struct err *e) {
  json_error_t why;
  *out = NULL;
  json_t *j = json_loadb(data, size, JSON_REJECT_DUPLICATES, &why);
  if (!j)
    return err_at(e, RC_FORMAT, path, why.line, why.column, "%s",
                  tr("不是 JSON；--against 要 heng audit --format json 的报告", "is no JSON; --against wants a report of heng audit --format json"));
  struct old_report *r = calloc(1, sizeof *r);
  if (r) arena_init(&r->arena, (size_t)REPORT_FILE_MOST * 2);
  if (r) r->path = arena_text(&r->arena, path, strlen(path));
  int rc = r && r->path ? report_read(r, path, j, e) : no_memory(e);
  json_decref(j);
  if (rc < 0)
    old_report_free(r);
  else
    *out = r;
  return rc;
}

int old_report_load(const char *path, struct old_report **out, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  *out = NULL;
  int rc = file_read(path, REPORT_FILE_MOST, &data, &size, e);
  if (rc == RC_OK) rc = old_report_parse(path, data, size, out, e);
  free(data);
  return rc;
}

void old_report_free(struct old_report *r) {
  if (!r) return;
  for (size_t i = 0; i < r->books.n; i++) free(r->books.v[i].findings.v);
  free(r->books.v);
  arena_release(&r->arena);
  free(r);
}

/* ---- which book of the report ---- */

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static const struct old_book *book_find_old(const struct old_report *r, const struct book *b) {
  const struct old_book *found = NULL;
  const char *path = b->ndocuments > 0 && b->documents[0]->path ? b->documents[0]->path : "";
  for (size_t i = 0; i < r->books.n; i++) {
    const struct old_book *o = &r->books.v[i];
    bool same_file = strcmp(base_name(o->path), base_name(path)) == 0;
    bool same = o->year == b->year && strcmp(o->kind, book_kind_names[b->kind]) == 0 &&
                (body_same(sv_from(o->body), b->body) || (o->body[0] == '\0' && b->body.n == 0 && same_file));
    if (same && (!found || same_file)) found = o;
    if (same && same_file) break;
  }
  return found;
}

/* ---- which finding is which ---- */

/* What a new finding is about, by names. */
struct about {
  const char *rule, *kind, *row, *measure;
  struct sv code, label, header;
};

static struct about about_of(const struct view *v, const struct finding *f) {
  struct telling t;
  finding_tell(v, f, false, &t);
  struct about x = {.rule = rule_id(v, f->rule), .kind = "", .row = "", .measure = ""};
  if (t.table) x.kind = intern_name(&v->b->symbols, t.table->kind);
  if (t.row && t.row->key != NO_SYMBOL) x.row = intern_name(&v->b->symbols, t.row->key);
  if (t.column && t.column->measure != NO_SYMBOL) x.measure = intern_name(&v->b->symbols, t.column->measure);
  if (t.row) x.code = t.row->code, x.label = t.row->label;
  if (t.column) x.header = t.column->header;
  return x;
}

static bool folded_same(const char *a, struct sv b) {
  char x[NAME_BYTES], y[NAME_BYTES];
  text_fold_into(x, sizeof x, sv_from(a));
  text_fold_into(y, sizeof y, b);
  return strcmp(x, y) == 0;
}

static bool message_same(const struct view *v, const struct finding *f, const struct old_finding *o) {
  struct telling t;
  struct buf b;
  buf_init(&b, 1 << 20);
  finding_tell(v, f, false, &t);
  finding_message(v, f, &t, &b);
  bool same = strcmp(b.p ? b.p : "", o->message) == 0;
  buf_release(&b);
  return same;
}

/* `any_rule`: the same cell is still wrong, though another rule says so now. */
static bool same_thing(const struct view *v, const struct finding *f, const struct old_finding *o, bool any_rule) {
  struct about x = about_of(v, f);
  if ((!any_rule && strcmp(x.rule, o->rule) != 0) || strcmp(x.kind, o->kind) != 0) return false;
  if (any_rule && (!x.measure[0] || !o->column[0] || strcmp(o->severity, "info") == 0 || f->severity == SEVERITY_INFO)) return false;
  if (x.kind[0] == '\0' || (x.row[0] == '\0' && x.label.n == 0)) return !any_rule && message_same(v, f, o);
  bool row = o->key_row[0] ? strcmp(o->key_row, x.row) == 0 : o->code[0] ? sv_is(x.code, o->code) : folded_same(o->row, x.label);
  bool measure = o->key_measure[0] ? strcmp(o->key_measure, x.measure) == 0 : folded_same(o->column, x.header);
  return row && measure;
}

/* A rule between two books says nothing when the other book is not there. */
static bool between_books(const struct view *v, int rule) {
  static const char *const prefixes[] = {"prior-", "closed-", "budget-", "approved-", "unit-", "units-"};
  struct sv source = rule_source(v->a->rules, rule);
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (sv_contains(source, prefixes[i])) return true;
  return false;
}

/* The rule does not apply any more although the table is there: what it complained of is gone. */
static bool gone(const struct view *v, const struct old_finding *o, int rule) {
  symbol kind = o->kind[0] ? book_find(v->b, o->kind) : NO_SYMBOL;
  if (v->r->tallies[rule].not_checked > 0 || between_books(v, rule)) return false;
  for (size_t i = 0; kind != NO_SYMBOL && i < v->b->tables.n; i++)
    if (v->b->tables.v[i].kind == kind && !v->b->tables.v[i].doubtful) return true;
  return false;
}

/* Was the rule run over that kind of table this time, so that its silence means something? */
static bool checked_again(const struct view *v, const struct old_finding *o) {
  int rule = -1;
  for (int i = 0; i < rule_count(v->a->rules); i++)
    if (strcmp(rule_get(v->a->rules, i)->id, o->rule) == 0) rule = i;
  if (rule < 0 || !v->r->tallies) return false;
  if (v->r->tallies[rule].passed + v->r->tallies[rule].failed == 0) return gone(v, o, rule);
  if (v->r->tallies[rule].not_checked == 0) return true;
  symbol kind = o->kind[0] ? book_find(v->b, o->kind) : NO_SYMBOL;
  for (size_t i = 0; i < v->r->remarks.n; i++) {
    const struct remark *m = &v->r->remarks.v[i];
    const struct book_table *t = table_at(v, m->table);
    if (m->rule == rule && m->outcome == OUTCOME_NOT_CHECKED && (!t || t->kind == kind)) return false;
  }
  for (size_t i = 0; i < v->r->relations.n; i++) {
    const struct relation *r = &v->r->relations.v[i];
    const struct obs *x = r->rule == rule && r->outcome == OUTCOME_NOT_CHECKED && r->nterms > 0 ? obs_at(v, r->terms[0].obs) : NULL;
    const struct book_table *t = x ? table_at(v, x->table) : NULL;
    if (t && t->kind == kind) return false;
  }
  return true;
}

static bool counts(const char *severity) {
  return strcmp(severity, "error") == 0 || strcmp(severity, "warning") == 0;
}

static int line_add(struct amendment *m, enum amend_state state, const struct old_finding *o, int now, const char *severity) {
  struct amend_line l = {state, o, now};
  if (counts(severity)) m->counts[state]++;
  return VEC_PUSH(&m->lines, l, OLD_FINDINGS_MOST * 2) < 0 ? RC_NOMEM : RC_OK;
}

/* By id, then by what it is about; each new finding answers one old one. */
static int match(const struct view *v, const struct old_book *old, struct amendment *m, int *now) {
  size_t n = v->r->findings.n;
  bool *used = calloc(n + 1, sizeof *used);
  if (!used) return RC_NOMEM;
  for (size_t i = 0; i < old->findings.n; i++) {
    now[i] = -1;
    for (size_t k = 0; k < n && now[i] < 0; k++)
      if (!used[k] && strcmp(v->r->findings.v[k].id, old->findings.v[i].id) == 0) now[i] = (int)k, used[k] = true;
  }
  for (int any_rule = 0; any_rule < 2; any_rule++)
    for (size_t i = 0; i < old->findings.n; i++)
      for (size_t k = 0; k < n && now[i] < 0; k++)
        if (!used[k] && same_thing(v, &v->r->findings.v[k], &old->findings.v[i], any_rule)) now[i] = (int)k, used[k] = true;
  for (size_t k = 0; k < n; k++) m->states[k] = used[k] ? AMEND_REMAINING : AMEND_NEW;
  free(used);
  return RC_OK;
}

static int lines_make(const struct view *v, const struct old_book *old, struct amendment *m, const int *now) {
  int rc = RC_OK;
  for (size_t i = 0; i < old->findings.n && rc == RC_OK; i++) {
    const struct old_finding *o = &old->findings.v[i];
    enum amend_state s = now[i] >= 0 ? AMEND_REMAINING : checked_again(v, o) ? AMEND_MENDED : AMEND_UNCLEAR;
    rc = line_add(m, s, o, now[i], o->severity);
  }
  for (size_t k = 0; k < v->r->findings.n && rc == RC_OK; k++)
    if (m->states[k] == AMEND_NEW) rc = line_add(m, AMEND_NEW, NULL, (int)k, severity_names[v->r->findings.v[k].severity]);
  return rc;
}

int amendment_make(const struct old_report *r, const struct auditor *a, const struct book *b, const struct check_result *result,
                   struct amendment **out, struct err *e) {
  struct view v = {.a = a, .b = b, .r = result};
  struct amendment *m = calloc(1, sizeof *m);
  *out = m;
  if (!m) return no_memory(e);
  m->path = r->path;
  const struct old_book *old = book_find_old(r, b);
  m->found = old != NULL;
  if (!old) return RC_OK;
  m->states = calloc(result->findings.n + 1, sizeof *m->states);
  int *now = calloc(old->findings.n + 1, sizeof *now);
  int rc = m->states && now ? match(&v, old, m, now) : RC_NOMEM;
  if (rc == RC_OK) rc = lines_make(&v, old, m, now);
  free(now);
  return rc < 0 ? no_memory(e) : RC_OK;
}

void amendment_free(struct amendment *m) {
  if (!m) return;
  free(m->lines.v);
  free(m->states);
  free(m);
}
