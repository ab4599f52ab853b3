/* command_new.c: `heng book new FOLDER`: a workspace with every file's head, the texts with their headings, and datapackage.json, from the schema. */
#include "base/date.h"
#include "rooms/book/csv.h"
#include "rooms/book/internal.h"
#include "rooms/book/schema.h"
#include "rooms/book/workspace_change.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
  const char *profile, *body;
  int year;
} words = {.profile = "wuhan"};

static const struct option options[] = {
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "哪个城市的格式（默认 wuhan）", "which city's layout (default wuhan)"},
    {"year", 0, OPT_INT, &words.year, "YEAR", NULL, "预算年度（默认：下半年起是明年，否则今年）",
     "the budget's year (default: from July on the next, else this one)"},
    {"body", 0, OPT_TEXT, &words.body, "NAME", NULL, "部门的名称", "the department's name"},
};

const struct option *book_new_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static int year_default(void) {
  int64_t told = day_source_epoch();
  time_t now = told >= 0 ? (time_t)told : time(NULL);
  struct tm t;
  return localtime_r(&now, &t) ? t.tm_year + 1900 + (t.tm_mon >= 6) : 2025;
}

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

/* Optional columns stay out of a new file. */
static json_t *schema_json(const struct ws_schema *s, const struct ws_entity *t) {
  json_t *o = json_object(), *fields = json_array(), *keys = json_array(), *refs = json_array();
  for (int k = 0; k < t->nfields; k++) {
    const struct ws_field *f = &t->fields[k];
    if (f->optional_column) continue;
    json_array_append_new(fields, field_json(f));
    if (f->key && f->need) json_array_append_new(keys, json_string(f->name));
    if (f->ref < 0) continue;
    const struct ws_entity *to = ws_schema_entity(s, f->ref);
    json_array_append_new(refs, json_pack("{s:s, s:{s:s, s:s}}", "fields", f->name, "reference", "resource", to->name, "fields", to->fields[0].name));
  }
  json_object_set_new(o, "fields", fields);
  bool whole = json_array_size(keys) > 0; /* a key may hold fields that can be empty: then it is no primary key */
  for (int k = 0; k < t->nfields; k++) whole = whole && (!t->fields[k].key || t->fields[k].need);
  if (whole) json_object_set(o, "primaryKey", keys);
  if (json_array_size(refs) > 0) json_object_set(o, "foreignKeys", refs);
  json_object_set_new(o, "missingValues", json_pack("[s]", ""));
  json_decref(keys), json_decref(refs);
  return o;
}

static json_t *package_json(const struct ws_schema *s, int year) {
  char title[400], start[16], end[16], name[32];
  snprintf(title, sizeof title, "%.300s%d年部门预算", words.body ? words.body : "", year);
  snprintf(start, sizeof start, "%d-01-01", year), snprintf(end, sizeof end, "%d-12-31", year), snprintf(name, sizeof name, "budget-%d", year);
  json_t *o = json_object(), *resources = json_array();
  json_object_set_new(o, "name", json_string(name));
  json_object_set_new(o, "title", json_string(title));
  json_object_set_new(o, "profile", json_string("data-package"));
  json_object_set_new(o, "heng", json_pack("{s:i, s:s}", "year", year, "profile", words.profile));
  json_object_set_new(o, "countryCode", json_string("CN"));
  json_object_set_new(o, "fiscalPeriod", json_pack("{s:s, s:s}", "start", start, "end", end));
  for (int i = 0; i < ws_schema_count(s); i++) {
    const struct ws_entity *t = ws_schema_entity(s, i);
    if (t->secret) continue; /* what the package names is published */
    json_t *r = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", t->name, "title", t->zh, "path", t->file, "profile", "tabular-data-resource",
                          "encoding", "utf-8");
    json_object_set_new(r, "schema", schema_json(s, t));
    json_array_append_new(resources, r);
  }
  json_object_set_new(o, "resources", resources);
  return o;
}

static int put_package(struct workspace_change *c, const struct ws_schema *s, int year, struct err *e) {
  json_t *o = package_json(s, year);
  char *text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
  int rc = text ? workspace_change_put(c, "datapackage.json", sv_from(text), e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  free(text);
  json_decref(o);
  return rc;
}

static int put_csv(struct workspace_change *c, const struct ws_entity *t, struct err *e) {
  struct buf out;
  bool first = true;
  buf_init(&out, 1 << 20);
  buf_puts(&out, "\xEF\xBB\xBF"); /* so that Excel reads it as UTF-8 */
  for (int k = 0; k < t->nfields; k++) {
    if (t->fields[k].optional_column) continue;
    csv_put(&out, first, sv_from(t->fields[k].name));
    first = false;
  }
  buf_putc(&out, '\n');
  for (int i = 0; i < t->nrows; i++) buf_printf(&out, "%s\n", t->rows[i]);
  int rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : workspace_change_put(c, t->file, (struct sv){out.p, out.n}, e);
  buf_release(&out);
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

static int put_all(struct workspace_change *c, const struct ws_schema *s, int year, struct err *e) {
  int n, rc = put_package(c, s, year, e);
  for (int i = 0; rc == RC_OK && i < ws_schema_count(s); i++) rc = put_csv(c, ws_schema_entity(s, i), e);
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
  if (errno != EEXIST) return err_set(e, RC_IO, tr("不能新建文件夹 %s：%s", "cannot make the folder %s: %s"), folder, strerror(errno));
  DIR *d = opendir(folder);
  bool other = !d;
  for (struct dirent *x; d && (x = readdir(d));)
    other = other || (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0 && strcmp(x->d_name, ".heng-next") != 0);
  if (d) closedir(d);
  if (!other) return RC_OK;
  return err_set(e, RC_USAGE, tr("%s 已经在，而且不是空文件夹；换一个名字", "%s is there and is no empty folder; use another name"), folder);
}

static int profile_known(const char *data, struct err *e) {
  char path[4400];
  bool plain = *words.profile && strlen(words.profile) < 60;
  for (const char *p = words.profile; *p; p++) plain = plain && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-');
  snprintf(path, sizeof path, "%s/%.60s.layout", data, words.profile);
  if (plain && access(path, F_OK) == 0) return RC_OK;
  return err_set(e, RC_USAGE, tr("没有城市格式 %s；profiles/ 里每个 *.layout 是一种", "there is no layout %s; each *.layout in profiles/ is one"),
                 words.profile);
}

/* What an interrupted `new` had settled is finished before the folder is called empty. */
static int make(const char *folder, const struct ws_schema *s, int year, struct err *e) {
  struct workspace_change *c;
  struct err ignored;
  int hold = -1;
  err_clear(&ignored);
  if (workspace_hold(folder, &hold, &ignored) == RC_OK) workspace_release(hold);
  int rc = folder_ready(folder, e);
  if (rc == RC_OK) rc = workspace_change_begin(folder, &c, e);
  if (rc < 0) return rc;
  rc = put_all(c, s, year, e);
  if (rc < 0) return workspace_change_discard(c), rc;
  return workspace_change_commit(c, e);
}

int book_new_command(int argc, char **argv, struct err *e) {
  struct ws_schema *s;
  char data[4096], path[4200];
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("应为：heng book new 文件夹", "wanted: heng book new FOLDER"));
  int year = words.year ? words.year : year_default();
  if (year < 2000 || year > 2100) return err_set(e, RC_USAGE, "%s", tr("年度写成 2025 这样的四位数", "write the year in four digits, such as 2025"));
  codes_data_path(data, sizeof data, "profiles");
  int rc = profile_known(data, e);
  snprintf(path, sizeof path, "%s/workspace.txt", data);
  if (rc == RC_OK) rc = ws_schema_load(path, &s, e);
  if (rc < 0) return rc;
  rc = make(argv[0], s, year, e);
  ws_schema_free(s);
  if (rc < 0) return rc;
  printf(tr("已新建 %s（%d年，%s）。先填 units.csv（部门在第一行）、functions.csv、economics.csv，再填 budget-lines.csv 和 income.csv；\n"
            "随时用 heng book check %s 检查。每一栏怎么填见 docs/workspace.md。\n",
            "made %s (%d, %s). Fill units.csv (the department first), functions.csv and economics.csv, then budget-lines.csv and income.csv;\n"
            "heng book check %s checks it at any time. docs/workspace.md tells each field.\n"),
         argv[0], year, words.profile, argv[0]);
  return EXIT_CLEAN;
}
