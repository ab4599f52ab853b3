/* fresh.c: a new workspace's folder, its datapackage.json and its texts with their headings, from the schema. */
#include "rooms/book/fresh.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *table_type(enum ws_type t) {
  switch (t) {
  case TYPE_YUAN: return "number";
  case TYPE_YEAR: return "year";
  case TYPE_INT: return "integer";
  case TYPE_DATE: return "date";
  case TYPE_FLAG: return "boolean";
  case TYPE_CODE:
  case TYPE_TEXT:
  case TYPE_CHOICE:
  default: return "string";
  }
}

static json_t *choices_of(const char *choices) {
  json_t *list = json_array();
  struct sv rest = sv_from(choices);
  while (rest.p) {
    struct sv one = sv_cut(&rest, '/');
    json_array_append_new(list, json_stringn(one.p, one.n));
  }
  return list;
}

static json_t *field_json(const struct ws_field *f) {
  json_t *o = json_object(), *limits = json_object();
  json_object_set_new(o, "name", json_string(f->name));
  json_object_set_new(o, "type", json_string(table_type(f->type)));
  json_object_set_new(o, "title", json_string(f->zh));
  if (f->note) json_object_set_new(o, "description", json_string(f->note));
  if (f->type == TYPE_YUAN) json_object_set_new(o, "currency", json_string("CNY"));
  if (f->type == TYPE_FLAG) {
    json_object_set_new(o, "trueValues", json_pack("[s]", "1"));
    json_object_set_new(o, "falseValues", json_pack("[s]", "0"));
  }
  if (f->need) json_object_set_new(limits, "required", json_true());
  if (f->choices) json_object_set_new(limits, "enum", choices_of(f->choices));
  if (json_object_size(limits) > 0) json_object_set(o, "constraints", limits);
  json_decref(limits);
  return o;
}

/* Optional columns only where they are used. */
static json_t *schema_json(const struct ws_schema *s, const struct ws_entity *t, const bool *extra) {
  json_t *o = json_object(), *fields = json_array(), *keys = json_array(), *refs = json_array();
  for (int k = 0; k < t->nfields; k++) {
    const struct ws_field *f = &t->fields[k];
    if (f->optional_column && !(extra && extra[k])) continue;
    json_array_append_new(fields, field_json(f));
    if (f->key && f->need) json_array_append_new(keys, json_string(f->name));
    if (f->ref < 0) continue;
    const struct ws_entity *to = ws_schema_entity(s, f->ref);
    json_array_append_new(refs, json_pack("{s:s, s:{s:s, s:s}}", "fields", f->name, "reference", "resource", to->name, "fields", to->fields[0].name));
  }
  json_object_set_new(o, "fields", fields);
  bool whole = json_array_size(keys) > 0; /* a key may hold fields that can be empty: then it is no primary key */
  for (int k = 0; k < t->nfields; k++)
    whole = whole && (!t->fields[k].key || t->fields[k].need || (t->fields[k].optional_column && !(extra && extra[k])));
  if (whole) json_object_set(o, "primaryKey", keys);
  if (json_array_size(refs) > 0) json_object_set(o, "foreignKeys", refs);
  json_object_set_new(o, "missingValues", json_pack("[s]", ""));
  json_decref(keys), json_decref(refs);
  return o;
}

static json_t *package_json(const struct ws_schema *s, const struct fresh *f) {
  int year = f->year;
  char title[400], start[32], end[32], name[32];
  snprintf(title, sizeof title, "%.300s%d年部门预算", f->body ? f->body : "", year);
  snprintf(start, sizeof start, "%d-01-01", year), snprintf(end, sizeof end, "%d-12-31", year), snprintf(name, sizeof name, "budget-%d", year);
  json_t *o = json_object(), *resources = json_array();
  json_object_set_new(o, "name", json_string(name));
  json_object_set_new(o, "title", json_string(title));
  json_object_set_new(o, "profile", json_string("data-package"));
  json_object_set_new(o, "heng", json_pack("{s:i, s:s}", "year", year, "profile", f->profile));
  json_object_set_new(o, "countryCode", json_string("CN"));
  json_object_set_new(o, "fiscalPeriod", json_pack("{s:s, s:s}", "start", start, "end", end));
  for (int i = 0; i < ws_schema_count(s); i++) {
    const struct ws_entity *t = ws_schema_entity(s, i);
    if (t->secret) continue; /* what the package names is published */
    json_t *r = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", t->name, "title", t->zh, "path", t->file, "profile", "tabular-data-resource",
                          "encoding", "utf-8");
    json_object_set_new(r, "schema", schema_json(s, t, f->extra ? f->extra[i] : NULL));
    json_array_append_new(resources, r);
  }
  json_object_set_new(o, "resources", resources);
  return o;
}

int fresh_package(struct workspace_change *c, const struct ws_schema *s, const struct fresh *f, struct err *e) {
  json_t *o = package_json(s, f);
  char *text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
  int rc = text ? workspace_change_put(c, "datapackage.json", sv_from(text), e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  free(text);
  json_decref(o);
  return rc;
}

/* The headings of one text, each with what belongs under it as a comment. */
static int put_text(struct workspace_change *c, const struct ws_plan *plans, int n, int from, struct err *e) {
  struct buf out;
  char path[300];
  buf_init(&out, 1 << 20);
  for (int i = from; i < n; i++) {
    if (strcmp(plans[i].name, plans[from].name) != 0) continue;
    if (plans[i].heading) buf_printf(&out, "%s# %s\n\n", out.n ? "\n" : "", plans[i].heading);
    buf_printf(&out, "<!-- %s -->\n", tr(plans[i].zh, plans[i].en));
  }
  snprintf(path, sizeof path, "texts/%.200s.md", plans[from].name);
  int rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : workspace_change_put(c, path, (struct sv){out.p, out.n}, e);
  buf_release(&out);
  return rc;
}

int fresh_texts(struct workspace_change *c, const struct ws_schema *s, struct err *e) {
  int n, rc = RC_OK;
  const struct ws_plan *plans = ws_schema_plans(s, &n);
  for (int i = 0; rc == RC_OK && i < n; i++) {
    bool done = false;
    for (int k = 0; k < i; k++) done = done || strcmp(plans[k].name, plans[i].name) == 0;
    if (!done) rc = put_text(c, plans, n, i, e);
  }
  return rc;
}

/* Made when it is not there; an existing one must be empty, but for what a killed run of ours left. */
static int folder_ready(const char *folder, struct err *e) {
  if (mkdir(folder, 0777) == 0) return RC_OK;
  if (errno != EEXIST) return err_set(e, RC_IO, tr("不能新建文件夹 %s：%s", "cannot make the folder %s: %s"), folder, err_system(errno));
  DIR *d = opendir(folder);
  bool other = !d;
  for (struct dirent *x; d && (x = readdir(d));)
    other = other || (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0 && strcmp(x->d_name, ".heng-next") != 0);
  if (d) closedir(d);
  if (!other) return RC_OK;
  return err_set(e, RC_USAGE, tr("%s 已经在，而且不是空文件夹；换一个名字", "%s is there and is no empty folder; use another name"), folder);
}

/* What an interrupted run had settled is finished before the folder is called empty. */
int fresh_begin(const char *folder, struct workspace_change **out, struct err *e) {
  struct err ignored;
  int hold = -1;
  err_clear(&ignored);
  if (workspace_hold(folder, &hold, &ignored) == RC_OK) workspace_release(hold);
  int rc = folder_ready(folder, e);
  return rc == RC_OK ? workspace_change_begin(folder, out, e) : rc;
}
