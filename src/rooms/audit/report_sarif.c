/* report_sarif.c: findings in SARIF 2.1.0, for code hosts and other viewers of results. One run; one rule entry for each rule that found something.
 * A line of text input becomes a region; pages and tables, which SARIF does not know, stand in the properties. */
#include "rooms/audit/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { RELATED_MAX = 64 };

struct sarif {
  json_t *rules, *results, *faults, *artifacts;
};

int report_sarif_begin(struct reporter *r) {
  struct sarif *s = calloc(1, sizeof *s);
  if (!s) return RC_NOMEM;
  *s = (struct sarif){json_array(), json_array(), json_array(), json_array()};
  r->state = s;
  return RC_OK;
}

static const char *level_name(enum severity s) {
  return s == SEVERITY_ERROR ? "error" : s == SEVERITY_WARNING ? "warning" : "note";
}

static json_t *text(const char *s) {
  json_t *j = json_string(s);
  return j ? j : json_string("?");
}

static json_t *message(const char *words) {
  return json_pack("{s:o}", "text", text(words));
}

static json_t *rule_json(const struct view *v, int32_t rule) {
  const struct rule_head *h = rule_at(v, rule);
  json_t *j = json_object(), *properties = json_object();
  json_object_set_new(j, "id", text(rule_id(v, rule)));
  json_object_set_new(j, "shortDescription", message(rule_title(v, rule)));
  if (h && h->basis) {
    struct buf b;
    buf_init(&b, 1 << 16);
    buf_printf(&b, tr("%s。依据：%s", "%s. Basis: %s"), rule_title(v, rule), h->basis);
    json_object_set_new(j, "fullDescription", message(b.p ? b.p : ""));
    json_object_set_new(j, "help", message(h->basis));
    buf_release(&b);
  }
  json_object_set_new(j, "defaultConfiguration", json_pack("{s:s}", "level", level_name(h ? h->severity : SEVERITY_WARNING)));
  if (h && h->scope) json_object_set_new(properties, "scope", text(h->scope));
  if (h && h->since > 0) json_object_set_new(properties, "since", json_integer(h->since));
  if (h && h->until > 0) json_object_set_new(properties, "until", json_integer(h->until));
  json_object_set_new(j, "properties", properties);
  return j;
}

static int rule_index(struct sarif *s, const struct view *v, int32_t rule) {
  const char *id = rule_id(v, rule);
  size_t n = json_array_size(s->rules);
  for (size_t i = 0; i < n; i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(s->rules, i), "id")), id) == 0) return (int)i;
  json_array_append_new(s->rules, rule_json(v, rule));
  return (int)n;
}

/* A path as a relative or file URI: everything but unreserved characters and slashes is percent-encoded. */
static json_t *uri(const char *path) {
  struct buf b;
  buf_init(&b, 64 << 10);
  if (path[0] == '/') buf_puts(&b, "file://");
  for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
    bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._~/", *p);
    if (plain)
      buf_putc(&b, (char)*p);
    else
      buf_printf(&b, "%%%02X", *p);
  }
  json_t *j = json_string(b.p ? b.p : "");
  buf_release(&b);
  return j;
}

static json_t *place_properties(struct place p) {
  json_t *j = json_object();
  if (p.page > 0) json_object_set_new(j, "page", json_integer(p.page));
  if (p.sheet > 0) json_object_set_new(j, "sheet", json_integer(p.sheet));
  if (p.box.x1 > p.box.x0 && p.box.y1 > p.box.y0)
    json_object_set_new(j, "box", json_pack("[f,f,f,f]", (double)p.box.x0, (double)p.box.y0, (double)p.box.x1, (double)p.box.y1));
  return j;
}

static json_t *location(const struct view *v, int32_t document, struct place place, const char *where) {
  const struct book *b = v->b;
  const struct document *d = graft_document(b, v->g, document);
  json_t *physical = json_object();
  json_object_set_new(physical, "artifactLocation", json_pack("{s:o}", "uri", uri(d && d->path ? d->path : v->x->path)));
  if (place.line > 0) json_object_set_new(physical, "region", json_pack("{s:i}", "startLine", place.line));
  json_t *properties = place_properties(place);
  if (json_object_size(properties) > 0)
    json_object_set_new(physical, "properties", properties);
  else
    json_decref(properties);
  json_t *j = json_pack("{s:o}", "physicalLocation", physical);
  if (where[0]) json_object_set_new(j, "logicalLocations", json_pack("[{s:o}]", "fullyQualifiedName", text(where)));
  return j;
}

/* The other cells of the relation, so that a viewer can step through them. */
static json_t *related(const struct view *v, const struct finding *f, const struct telling *t) {
  const struct relation *r = relation_at(v, f->relation);
  json_t *list = json_array();
  for (int i = 0; r && i < r->nterms && json_array_size(list) < RELATED_MAX; i++) {
    const struct obs *o = obs_at(v, r->terms[i].obs);
    struct buf where;
    if (!o || o == t->obs || (i > 0 && term_silent(v, r, i))) continue;
    buf_init(&where, 1 << 16);
    obs_where(v, o, &where);
    json_t *j = location(v, o->document, o->place, where.p ? where.p : "");
    json_object_set_new(j, "id", json_integer((json_int_t)json_array_size(list) + 1));
    buf_printf(&where, tr("：%.*s", ": %.*s"), SV_ARG(o->text));
    json_object_set_new(j, "message", message(where.p ? where.p : ""));
    json_array_append_new(list, j);
    buf_release(&where);
  }
  return list;
}

static json_t *result_properties(const struct view *v, const struct finding *f, const struct telling *t) {
  json_t *j = place_properties(t->place);
  struct buf b;
  buf_init(&b, 1 << 20);
  json_object_set_new(j, "body", json_stringn(v->b->body.n ? v->b->body.p : "", v->b->body.n));
  if (v->b->year > 0) json_object_set_new(j, "year", json_integer(v->b->year));
  if (t->table) json_object_set_new(j, "table", text(t->table->id));
  if (t->stated_text[0]) json_object_set_new(j, "stated", text(t->stated_text));
  if (t->expected_text[0]) json_object_set_new(j, "expected", text(t->expected_text));
  if (t->difference[0]) json_object_set_new(j, "difference", text(t->difference));
  if (t->unit[0]) json_object_set_new(j, "unit", text(t->unit));
  json_object_set_new(j, "cause", json_string(cause_kind_names[f->cause]));
  const struct relation *r = relation_at(v, f->relation);
  if (r) relation_arithmetic(v, r, t->obs, &b);
  if (b.n) json_object_set_new(j, "arithmetic", text(b.p));
  buf_clear(&b);
  finding_quote(v, f, t, &b);
  if (b.n) json_object_set_new(j, "sentence", text(b.p));
  buf_release(&b);
  return j;
}

static void set_suppression(json_t *j, const struct acceptance *c) {
  struct buf b;
  if (!c) return;
  buf_init(&b, 1 << 16);
  buf_printf(&b, tr("%s（%s，%s）", "%s (%s, %s)"), c->reason, c->by, c->date);
  json_object_set_new(j, "suppressions",
                      json_pack("[{s:s,s:s,s:o}]", "kind", "external", "status", "accepted", "justification", text(b.p ? b.p : "")));
  buf_release(&b);
}

static void add_result(struct sarif *s, const struct view *v, const struct finding *f, const struct acceptance *accepted) {
  struct telling t, shown;
  struct buf words, where;
  json_t *j = json_object(), *cells;
  finding_tell(v, f, false, &t);
  finding_tell(v, f, true, &shown);
  buf_init(&words, 1 << 20);
  buf_init(&where, 1 << 20);
  finding_title(v, f, &words);
  buf_puts(&words, tr("。", ". "));
  finding_statement(v, f, &shown, &words);
  finding_where(v, f, &t, NULL, &where);
  json_object_set_new(j, "ruleId", text(rule_id(v, f->rule)));
  json_object_set_new(j, "ruleIndex", json_integer(rule_index(s, v, f->rule)));
  json_object_set_new(j, "level", json_string(level_name(f->severity)));
  json_object_set_new(j, "message", message(words.p ? words.p : ""));
  json_object_set_new(j, "locations", json_pack("[o]", location(v, t.document, t.place, where.p ? where.p : "")));
  cells = related(v, f, &t);
  if (json_array_size(cells) > 0)
    json_object_set_new(j, "relatedLocations", cells);
  else
    json_decref(cells);
  json_object_set_new(j, "partialFingerprints", json_pack("{s:o}", "heng/v1", text(f->id)));
  json_object_set_new(j, "properties", result_properties(v, f, &t));
  set_suppression(j, accepted);
  json_array_append_new(s->results, j);
  buf_release(&words);
  buf_release(&where);
}

static void add_artifacts(struct sarif *s, const struct audit *x) {
  for (int i = 0; i < x->ndocuments; i++) {
    const struct document *d = x->documents[i];
    json_array_append_new(s->artifacts,
                          json_pack("{s:{s:o},s:{s:o}}", "location", "uri", uri(d->path ? d->path : x->path), "hashes", "sha-256", text(d->sha256)));
  }
}

int report_sarif_add(struct reporter *r, const struct audit *x) {
  struct sarif *s = r->state;
  if (x->rc < 0) {
    json_array_append_new(s->faults, json_pack("{s:s,s:{s:o},s:[{s:{s:{s:o}}}]}", "level", "error", "message", "text", text(x->error.text),
                                               "locations", "physicalLocation", "artifactLocation", "uri", uri(x->path)));
    return RC_OK;
  }
  add_artifacts(s, x);
  for (int i = 0; i < x->nbooks; i++) {
    struct view v = view_of(r->a, x, i);
    for (size_t k = 0; k < v.r->findings.n; k++) add_result(s, &v, &v.r->findings.v[k], accepted_at(&v, k));
  }
  return RC_OK;
}

int report_sarif_end(struct reporter *r) {
  struct sarif *s = r->state;
  if (!s) return RC_OK;
  json_t *driver = json_pack("{s:s,s:s,s:o}", "name", "heng", "version", HENG_VERSION, "rules", s->rules);
  bool whole = json_array_size(s->faults) == 0;
  json_t *invocation = json_pack("{s:b,s:o}", "executionSuccessful", whole, "toolExecutionNotifications", s->faults);
  json_t *run = json_pack("{s:{s:o},s:s,s:[o],s:o,s:o}", "tool", "driver", driver, "language", lang_get() == LANG_EN ? "en" : "zh-CN", "invocations",
                          invocation, "artifacts", s->artifacts, "results", s->results);
  json_t *j = json_pack("{s:s,s:s,s:[o]}", "$schema", "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", run);
  char *out = j ? json_dumps(j, JSON_INDENT(1)) : NULL;
  int rc = out ? RC_OK : RC_NOMEM;
  if (out) buf_puts(&r->out, out), buf_putc(&r->out, '\n');
  free(out);
  json_decref(j);
  free(s);
  r->state = NULL;
  return rc;
}
