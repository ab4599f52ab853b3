/* fiscal.c: the open data as a Fiscal Data Package 1.0-rc1: what the package's own datapackage.json says, with the concept that each column stands
 * for (columnType, of the budget taxonomy), constants of the whole file (extraFields), and the size and hash of each file. */
#include "rooms/portal/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct meaning {
  const char *resource, *field, *type;
};

static const struct meaning meanings[] = {{"budget-lines", "year", "date:fiscal-year"},
                                          {"budget-lines", "version", "phase:id"},
                                          {"budget-lines", "unit", "administrative-classification:generic:code"},
                                          {"budget-lines", "kind", "expenditure-type:code"},
                                          {"budget-lines", "func", "functional-classification:generic:code"},
                                          {"budget-lines", "econ", "economic-classification:generic:code"},
                                          {"budget-lines", "project", "activity:generic:project:code"},
                                          {"budget-lines", "source", "fin-source:generic:code"},
                                          {"budget-lines", "amount", "value"},
                                          {"income", "year", "date:fiscal-year"},
                                          {"income", "version", "phase:id"},
                                          {"income", "unit", "administrative-classification:generic:code"},
                                          {"income", "source", "fin-source:generic:code"},
                                          {"income", "amount", "value"},
                                          {"prior-lines", "year", "date:fiscal-year"},
                                          {"prior-lines", "unit", "administrative-classification:generic:code"},
                                          {"prior-lines", "kind", "expenditure-type:code"},
                                          {"prior-lines", "func", "functional-classification:generic:code"},
                                          {"prior-lines", "econ", "economic-classification:generic:code"},
                                          {"prior-lines", "project", "activity:generic:project:code"},
                                          {"prior-lines", "project_name", "activity:generic:project:label"},
                                          {"prior-lines", "source", "fin-source:generic:code"},
                                          {"prior-lines", "amount", "value"},
                                          {"functions", "code", "functional-classification:generic:code"},
                                          {"functions", "name", "functional-classification:generic:label"},
                                          {"economics", "code", "economic-classification:generic:code"},
                                          {"economics", "name", "economic-classification:generic:label"},
                                          {"units", "code", "administrative-classification:generic:code"},
                                          {"units", "name", "administrative-classification:generic:label"},
                                          {"sources", "code", "fin-source:generic:code"},
                                          {"sources", "name", "fin-source:generic:label"},
                                          {"projects", "code", "activity:generic:project:code"},
                                          {"projects", "name", "activity:generic:project:label"}};

static const char *type_of(const char *resource, const char *field) {
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
    if (strcmp(meanings[i].resource, resource) == 0 && strcmp(meanings[i].field, field) == 0) return meanings[i].type;
  return NULL;
}

static void constant(json_t *extra, const char *name, const char *type, const char *value) {
  json_array_append_new(extra, json_pack("{s:s, s:s, s:s, s:s}", "name", name, "type", "string", "columnType", type, "constant", value));
}

/* Every line of such a file is in yuan, and on one side of the budget. */
static void constants(json_t *schema, const char *resource) {
  const char *direction = strcmp(resource, "income") == 0                                                 ? "revenue"
                          : strcmp(resource, "budget-lines") == 0 || strcmp(resource, "prior-lines") == 0 ? "expenditure"
                                                                                                          : NULL;
  json_t *extra = direction ? json_array() : NULL;
  if (!extra) return;
  constant(extra, "currency", "value-currency:code", "CNY");
  constant(extra, "direction", "direction", direction);
  json_object_set_new(schema, "extraFields", extra);
}

static void columns(json_t *schema, const char *resource) {
  size_t i;
  json_t *field;
  json_array_foreach(json_object_get(schema, "fields"), i, field) {
    const char *name = json_string_value(json_object_get(field, "name")), *type = name ? type_of(resource, name) : NULL;
    if (!type) continue;
    json_object_set_new(field, "columnType", json_string(type));
    if (strcmp(type, "date:fiscal-year") == 0) json_object_set_new(field, "type", json_string("integer")); /* as the taxonomy wants it */
  }
}

static const struct package_file *file_named(const struct package *p, const char *path) {
  for (int i = 0; path && i < p->files; i++)
    if (strcmp(p->file[i].name, path) == 0) return &p->file[i];
  return NULL;
}

/* What is not among the files is left out: a package describes what it holds. */
static json_t *described(json_t *all, const struct package *p) {
  json_t *kept = json_array(), *r;
  size_t i;
  json_array_foreach(json_object_get(all, "resources"), i, r) {
    char hash[80];
    const char *name = json_string_value(json_object_get(r, "name"));
    const struct package_file *f = file_named(p, json_string_value(json_object_get(r, "path")));
    if (!name || !f) continue;
    json_t *schema = json_object_get(r, "schema");
    snprintf(hash, sizeof hash, "sha256:%s", f->sha256);
    json_object_set_new(r, "format", json_string("csv"));
    json_object_set_new(r, "mediatype", json_string("text/csv"));
    json_object_set_new(r, "bytes", json_integer(f->bytes));
    json_object_set_new(r, "hash", json_string(hash));
    if (json_is_object(schema)) {
      columns(schema, name);
      constants(schema, name);
    }
    json_array_append(kept, r);
  }
  return kept;
}

int fiscal_make(struct sv text, const struct package *p, struct buf *out, struct err *e) {
  json_error_t why;
  json_t *all = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &why);
  if (!json_is_object(all) || !json_is_array(json_object_get(all, "resources"))) {
    json_decref(all);
    return err_set(e, RC_FORMAT, "%s", tr("datapackage.json 读不懂", "datapackage.json cannot be read"));
  }
  json_object_set_new(all, "profile", json_string("tabular-data-package"));
  json_object_set_new(all, "name", json_string(p->name));
  json_object_set_new(all, "title", json_string(p->title));
  json_object_set_new(all, "columnTypes", json_pack("[s]", "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"));
  json_object_set_new(all, "resources", described(all, p));
  char *made = json_dumps(all, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
  if (made) buf_puts(out, made);
  free(made);
  json_decref(all);
  return made && out->rc == RC_OK ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}
