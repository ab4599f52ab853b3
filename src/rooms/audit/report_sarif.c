/* report_sarif.c: findings in SARIF 2.1.0, for code hosts and other viewers of results. One run; one rule entry for each rule that found something.
 * A line of text input becomes a region; pages and tables, which SARIF does not know, stand in the properties. */
#include "rooms/audit/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct sarif {
  json_t *rules, *results, *faults;
};

int report_sarif_begin(struct reporter *r) {
  struct sarif *s = calloc(1, sizeof *s);
  if (!s) return RC_NOMEM;
  *s = (struct sarif){json_array(), json_array(), json_array()};
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

static int rule_index(struct sarif *s, const struct view *v, int32_t rule) {
  const char *id = rule_id(v, rule);
  size_t n = json_array_size(s->rules);
  for (size_t i = 0; i < n; i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(s->rules, i), "id")), id) == 0) return (int)i;
  const struct rule_head *h = rule_at(v, rule);
  json_t *j = json_object();
  json_object_set_new(j, "id", text(id));
  json_object_set_new(j, "shortDescription", json_pack("{s:o}", "text", text(rule_title(v, rule))));
  if (h && h->basis) json_object_set_new(j, "help", json_pack("{s:o}", "text", text(h->basis)));
  json_object_set_new(j, "defaultConfiguration", json_pack("{s:s}", "level", level_name(h ? h->severity : SEVERITY_WARNING)));
  json_array_append_new(s->rules, j);
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

static json_t *location(const struct view *v, const struct finding *f, const struct telling *t) {
  const struct book *b = v->b;
  const struct document *d = t->document >= 0 && t->document < b->ndocuments ? b->documents[t->document] : NULL;
  json_t *physical = json_object(), *logical = json_object();
  struct buf where;
  buf_init(&where, 1 << 16);
  (void)f;
  json_object_set_new(physical, "artifactLocation", json_pack("{s:o}", "uri", uri(d && d->path ? d->path : v->x->path)));
  if (t->place.line > 0) json_object_set_new(physical, "region", json_pack("{s:i}", "startLine", t->place.line));
  if (t->obs)
    obs_where(v, t->obs, &where);
  else if (t->table)
    buf_printf(&where, "%.*s", SV_ARG(t->table->title));
  json_object_set_new(logical, "fullyQualifiedName", text(where.p ? where.p : ""));
  buf_release(&where);
  return json_pack("{s:o,s:[o]}", "physicalLocation", physical, "logicalLocations", logical);
}

static void add_result(struct sarif *s, const struct view *v, const struct finding *f) {
  struct telling t;
  struct buf message;
  json_t *j = json_object(), *properties = json_object();
  finding_tell(v, f, false, &t);
  buf_init(&message, 1 << 20);
  finding_message(v, f, &t, &message);
  json_object_set_new(j, "ruleId", text(rule_id(v, f->rule)));
  json_object_set_new(j, "ruleIndex", json_integer(rule_index(s, v, f->rule)));
  json_object_set_new(j, "level", json_string(level_name(f->severity)));
  json_object_set_new(j, "message", json_pack("{s:o}", "text", text(message.p ? message.p : "")));
  json_object_set_new(j, "locations", json_pack("[o]", location(v, f, &t)));
  json_object_set_new(j, "partialFingerprints", json_pack("{s:o}", "heng/v1", text(f->id)));
  if (t.place.page > 0) json_object_set_new(properties, "page", json_integer(t.place.page));
  if (t.table) json_object_set_new(properties, "table", text(t.table->id));
  if (t.stated_text[0]) json_object_set_new(properties, "stated", text(t.stated_text));
  if (t.expected_text[0]) json_object_set_new(properties, "expected", text(t.expected_text));
  if (t.unit[0]) json_object_set_new(properties, "unit", text(t.unit));
  json_object_set_new(j, "properties", properties);
  json_array_append_new(s->results, j);
  buf_release(&message);
}

int report_sarif_add(struct reporter *r, const struct audit *x) {
  struct sarif *s = r->state;
  if (x->rc < 0) {
    json_array_append_new(s->faults, json_pack("{s:s,s:{s:o},s:[{s:{s:{s:o}}}]}", "level", "error", "message", "text", text(x->error.text),
                                               "locations", "physicalLocation", "artifactLocation", "uri", uri(x->path)));
    return RC_OK;
  }
  for (int i = 0; i < x->nbooks; i++) {
    struct view v = view_of(r->a, x, i);
    for (size_t k = 0; k < v.r->findings.n; k++) add_result(s, &v, &v.r->findings.v[k]);
  }
  return RC_OK;
}

int report_sarif_end(struct reporter *r) {
  struct sarif *s = r->state;
  if (!s) return RC_OK;
  json_t *driver = json_pack("{s:s,s:s,s:o}", "name", "heng", "version", HENG_VERSION, "rules", s->rules);
  bool whole = json_array_size(s->faults) == 0;
  json_t *invocation = json_pack("{s:b,s:o}", "executionSuccessful", whole, "toolExecutionNotifications", s->faults);
  json_t *run = json_pack("{s:{s:o},s:[o],s:o}", "tool", "driver", driver, "invocations", invocation, "results", s->results);
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
