/* load.c: a folder to a workspace: each file against the schema (open.c), then its records into the lists. */
#include "rooms/book/accounts.h"
#include "rooms/book/open.h"
#include "rooms/book/results.h"
#include "rooms/book/unit.h"
#include "rooms/book/versions.h"
#include "rooms/book/workspace_change.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct loader {
  struct workspace *w;
  struct ws_schema *schema;
  struct ws_keys *keys;
  struct ws_heads *heads;
  struct ws_accounts *accounts;
  struct err *e;
};

/* The record that a code names, by the order of its list; -1 none. */
static int known(const struct loader *l, const char *entity, struct sv code) {
  int k = ws_schema_find(l->schema, entity);
  uint32_t id = code.n && k >= 0 ? intern_find(&l->keys->of[k], code.p, code.n) : INTERN_NONE;
  return id == INTERN_NONE ? -1 : (int)id;
}

static struct sv kept(const struct loader *l, struct sv s) {
  const char *p = s.n ? arena_text(&l->w->arena, s.p, s.n) : NULL;
  return p ? (struct sv){p, s.n} : (struct sv){0};
}

/* A field of the record by its name in the schema. */
#define FIELD(f, name)  ws_entity_field((f).entity, name)
#define TEXT(f, row, k) kept(l, ws_get(&(f), row, k))

static int choice(struct sv s, const char *const *names, int n) {
  for (int i = 0; i < n; i++)
    if (sv_is(s, names[i])) return i;
  return 0;
}

static uint8_t source_of(struct sv s) {
  static const char *const names[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  return (uint8_t)choice(s, names, SOURCES);
}

static uint8_t kind_of(struct sv s) {
  static const char *const names[] = {"P", "U", "J", "B", "S", "A"};
  return (uint8_t)choice(s, names, KINDS);
}

static int number_of(struct sv s) {
  int n = 0;
  for (size_t i = 0; i < s.n && i < 6 && s.p[i] >= '0' && s.p[i] <= '9'; i++) n = n * 10 + (s.p[i] - '0');
  return n;
}

/* The names of the versions that there may be, for a message. */
static const char *version_words(const struct loader *l) {
  int n;
  const struct ws_stage *v = ws_schema_stages(l->schema, &n);
  char *all = arena_text(&l->w->arena, "", 0);
  for (int i = 0; all && i < n; i++) all = arena_printf(&l->w->arena, "%s%s%s%s", all, i ? "、" : "", v[i].name, v[i].numbered ? "1…" : "");
  return all ? all : "";
}

static int version_of(const struct loader *l, const struct ws_file *f, size_t row, int field) {
  struct workspace *w = l->w;
  struct sv name = ws_get(f, row, field);
  for (size_t i = 0; i < w->versions.n; i++)
    if (sv_equal(w->versions.v[i], name)) return (int)i;
  if (name.n && ws_schema_version(l->schema, name, NULL) < 0)
    ws_tell(w, WS_ERROR, "W-VERSION", f->file, f->csv.rows.v[row].line, f->column[field],
            tr("没有“%.*s”这个版本；有：%s", "there is no version \"%.*s\"; there are: %s"), (int)(name.n < 90 ? name.n : 90), name.p,
            version_words(l));
  struct sv keep = kept(l, name);
  return VEC_PUSH(&w->versions, keep, 50) < 0 ? 0 : (int)w->versions.n - 1;
}

static int open_file(const struct loader *l, const char *entity, struct ws_file *f) {
  int rc = ws_file_open(f, l->w, l->schema, entity, l->e);
  if (rc == RC_OK) ws_file_check(f, l->keys);
  int index = ws_schema_find(l->schema, entity);
  for (int k = 0; rc == RC_OK && index >= 0 && k < f->entity->nfields; k++) l->heads->column[index][k] = f->there ? f->column[k] : -1;
  return rc;
}

/* Records follow the numbers of their codes: one with a code that was there before is told, and left out. */
static bool again(const struct loader *l, const struct ws_file *f, size_t row, size_t n) {
  return known(l, f->entity->name, ws_get(f, row, 0)) != (int)n;
}

static int read_units(const struct loader *l) {
  static const char *const natures[] = {"行政", "参公", "公益一类", "公益二类", "其他"};
  struct workspace *w = l->w;
  struct ws_file f;
  int rc = open_file(l, "units", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    if (again(l, &f, row, w->units.n)) continue;
    int parent = known(l, "units", ws_get(&f, row, FIELD(f, "parent")));
    struct ws_unit u = {.code = TEXT(f, row, FIELD(f, "code")),
                        .name = TEXT(f, row, FIELD(f, "name")),
                        .listed = TEXT(f, row, FIELD(f, "listed")),
                        .parent = parent,
                        .place = {f.file, f.csv.rows.v[row].line}};
    u.nature = (enum ws_nature)choice(ws_get(&f, row, FIELD(f, "nature")), natures, 5);
    if (parent >= (int)w->units.n) {
      ws_tell(w, WS_ERROR, "W-ORDER", f.file, u.place.line, f.column[FIELD(f, "parent")], "%s", tr("上级要排在前面", "the parent must come first"));
      u.parent = parent = -1;
    }
    u.level = parent >= 0 ? w->units.v[parent].level + 1 : 0;
    if (parent < 0 && w->units.n > 0)
      ws_tell(w, WS_ERROR, "W-DEPARTMENT", f.file, u.place.line, f.column[FIELD(f, "parent")], "%s",
              tr("一个工作区只有一个部门；其他单位要填上级", "a workspace has one department; other units need a parent"));
    rc = VEC_PUSH(&w->units, u, 10000);
  }
  if (rc == RC_OK && f.there && w->units.n == 0)
    ws_tell(w, WS_ERROR, "W-DEPARTMENT", f.file, 1, f.column[FIELD(f, "code")], "%s",
            tr("还没有部门：第2行写部门的代码和名称，上级空着；下面再写各单位",
               "no department yet: line 2 is the department, without a parent; its units below"));
  ws_file_close(&f);
  return rc;
}

static int read_codes(const struct loader *l, const char *entity, bool func) {
  struct workspace *w = l->w;
  struct ws_file f;
  int rc = open_file(l, entity, &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    size_t n = func ? w->funcs.n : w->econs.n;
    if (again(l, &f, row, n)) continue;
    struct ws_code k = {.code = TEXT(f, row, 0), .name = TEXT(f, row, 1), .parent = -1, .place = {f.file, f.csv.rows.v[row].line}};
    k.level = k.code.n <= 3 ? 1 : k.code.n <= 5 ? 2 : 3;
    if (k.code.n != 3 && k.code.n != 5 && (!func || k.code.n != 7))
      ws_tell(w, WS_ERROR, "W-LEVEL", f.file, k.place.line, f.column[0],
              func ? tr("功能科目是3位（类）、5位（款）或7位（项）", "functional codes have 3, 5 or 7 digits")
                   : tr("经济科目是3位（类）或5位（款）", "economic codes have 3 or 5 digits"));
    for (size_t up = k.code.n >= 2 ? k.code.n - 2 : 0; k.level > 1 && up >= 3 && k.parent < 0; up -= 2)
      k.parent = known(l, entity, (struct sv){k.code.p, up});
    if (k.level > 1 && k.parent < 0)
      ws_tell(w, WS_ERROR, "W-PARENT", f.file, k.place.line, f.column[0], tr("没有上级科目 %.*s；先加上它", "its parent %.*s is missing; add it"),
              (int)(k.code.n - 2), k.code.p);
    rc = func ? VEC_PUSH(&w->funcs, k, 5000) : VEC_PUSH(&w->econs, k, 5000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_projects(const struct loader *l) {
  struct workspace *w = l->w;
  struct ws_file f;
  int rc = open_file(l, "projects", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    if (again(l, &f, row, w->projects.n)) continue;
    struct ws_project p = {.place = {f.file, f.csv.rows.v[row].line}, .unit = known(l, "units", ws_get(&f, row, FIELD(f, "unit")))};
    struct sv *const texts[] = {&p.code,  &p.name, &p.category, &p.category_name, &p.class_name, &p.attribute,
                                &p.start, &p.end,  &p.owner,    &p.phone,         &p.address,    &p.zip};
    static const char *const names[] = {"code",  "name", "category", "category_name", "class",   "attribute",
                                        "start", "end",  "owner",    "phone",         "address", "zip"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) *texts[k] = TEXT(f, row, FIELD(f, names[k]));
    p.order_overall = number_of(ws_get(&f, row, FIELD(f, "order_t11"))), p.order_forms = number_of(ws_get(&f, row, FIELD(f, "order_t12")));
    p.total = ws_yuan(ws_get(&f, row, FIELD(f, "total")));
    rc = VEC_PUSH(&w->projects, p, 100000);
  }
  ws_file_close(&f);
  return rc;
}

/* -1: an earlier year's budget; -2: its accounts (accounts.c). */
static int prior_version(const struct loader *l, const struct ws_file *f, size_t row, int field) {
  const struct ws_stage *stage = NULL;
  struct sv name = ws_get(f, row, field);
  if (!name.n) return -1;
  if (ws_schema_version(l->schema, name, &stage) < 0)
    ws_tell(l->w, WS_ERROR, "W-VERSION", f->file, f->csv.rows.v[row].line, f->column[field],
            tr("没有“%.*s”这个版本；有：%s", "there is no version \"%.*s\"; there are: %s"), (int)(name.n < 90 ? name.n : 90), name.p,
            version_words(l));
  return stage && stage->layout ? -2 : -1;
}

/* The one version that a record is for; empty: all of them. */
static struct sv version_only(const struct loader *l, const struct ws_file *f, size_t row) {
  int field = FIELD(*f, "version");
  prior_version(l, f, row, field); /* tells a name that is none */
  return TEXT(*f, row, field);
}

static int read_lines(const struct loader *l, bool prior) {
  struct workspace *w = l->w;
  struct ws_file f;
  int rc = open_file(l, prior ? "prior-lines" : "budget-lines", &f);
  if (rc < 0) return rc;
  int k_amount = FIELD(f, "amount"), k_unit = FIELD(f, "unit"), k_func = FIELD(f, "func"), k_econ = FIELD(f, "econ"), k_project = FIELD(f, "project"),
      k_year = FIELD(f, "year"), k_kind = FIELD(f, "kind"), k_source = FIELD(f, "source"), k_origin = FIELD(f, "origin"),
      k_version = FIELD(f, "version"), k_name = FIELD(f, "project_name"), k_category = FIELD(f, "category");
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_line x = {.amount = ws_yuan(ws_get(&f, row, k_amount)),
                        .unit = ws_ref(&f, l->keys, row, k_unit),
                        .func = prior ? known(l, "functions", ws_get(&f, row, k_func)) : ws_ref(&f, l->keys, row, k_func),
                        .econ = prior ? known(l, "economics", ws_get(&f, row, k_econ)) : ws_ref(&f, l->keys, row, k_econ),
                        .project = prior ? known(l, "projects", ws_get(&f, row, k_project)) : ws_ref(&f, l->keys, row, k_project),
                        .year = (int16_t)number_of(ws_get(&f, row, k_year)),
                        .version = -1,
                        .kind = kind_of(ws_get(&f, row, k_kind)),
                        .source = source_of(ws_get(&f, row, k_source)),
                        .origin = (uint8_t)sv_is(ws_get(&f, row, k_origin), "上年结转结余"),
                        .place = {f.file, f.csv.rows.v[row].line},
                        .project_name = TEXT(f, row, k_name),
                        .category = TEXT(f, row, k_category)};
    if (prior && sv_is(ws_get(&f, row, k_kind), "X")) x.kind = KINDS; /* a sum that its book did not split: of no kind */
    x.version = (int16_t)(prior ? prior_version(l, &f, row, k_version) : version_of(l, &f, row, k_version));
    rc = prior ? VEC_PUSH(&w->priors, x, 1000000) : VEC_PUSH(&w->lines, x, 1000000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_income(const struct loader *l, bool carry) {
  static const char *const origins[] = {"本年", "上年结转结余", "使用非财政拨款结余"};
  struct workspace *w = l->w;
  struct ws_file f;
  int rc = open_file(l, carry ? "carry-over" : "income", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_income i = {.amount = ws_yuan(ws_get(&f, row, FIELD(f, "amount"))),
                          .unit = known(l, "units", ws_get(&f, row, FIELD(f, "unit"))),
                          .func = ws_ref(&f, l->keys, row, FIELD(f, "func")),
                          .year = (int16_t)number_of(ws_get(&f, row, FIELD(f, "year"))),
                          .version = -1,
                          .source = source_of(ws_get(&f, row, FIELD(f, "source"))),
                          .origin = (uint8_t)choice(ws_get(&f, row, FIELD(f, "origin")), origins, ORIGINS),
                          .kind = carry && sv_is(ws_get(&f, row, FIELD(f, "use")), "结余分配"),
                          .place = {f.file, f.csv.rows.v[row].line}};
    struct sv version = ws_get(&f, row, FIELD(f, "version"));
    if (!carry || (version.n && i.year == w->year)) i.version = (int16_t)version_of(l, &f, row, FIELD(f, "version"));
    rc = carry ? VEC_PUSH(&w->carries, i, 100000) : VEC_PUSH(&w->incomes, i, 100000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_ceilings(const struct loader *l) {
  static const char *const groups[] = {"人员", "公用", "项目"}; /* P, U, J */
  struct ws_file f;
  int rc = open_file(l, "ceilings", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_income c = {.amount = ws_yuan(ws_get(&f, row, FIELD(f, "amount"))),
                          .unit = ws_ref(&f, l->keys, row, FIELD(f, "unit")),
                          .func = -1,
                          .year = (int16_t)l->w->year,
                          .version = -1,
                          .source = source_of(ws_get(&f, row, FIELD(f, "source"))),
                          .kind = (uint8_t)choice(ws_get(&f, row, FIELD(f, "group")), groups, 3),
                          .place = {f.file, f.csv.rows.v[row].line}};
    rc = VEC_PUSH(&l->w->ceilings, c, 100000);
  }
  ws_file_close(&f);
  return rc;
}

static bool flag(const struct ws_file *f, size_t row, const char *name) {
  return sv_is(ws_get(f, row, ws_entity_field(f->entity, name)), "1");
}

static int read_details(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "project-details", &f);
  if (rc < 0) return rc;
  int k_project = FIELD(f, "project"), k_econ = FIELD(f, "econ"), k_activity = FIELD(f, "activity"), k_content = FIELD(f, "content"),
      k_basis = FIELD(f, "basis"), k_note = FIELD(f, "note"), k_amount = FIELD(f, "amount");
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_detail d = {.project = ws_ref(&f, l->keys, row, k_project),
                          .econ = ws_ref(&f, l->keys, row, k_econ),
                          .activity = TEXT(f, row, k_activity),
                          .content = TEXT(f, row, k_content),
                          .basis = TEXT(f, row, k_basis),
                          .note = TEXT(f, row, k_note),
                          .version = version_only(l, &f, row),
                          .amount = ws_yuan(ws_get(&f, row, k_amount)),
                          .place = {f.file, f.csv.rows.v[row].line}};
    rc = VEC_PUSH(&l->w->details, d, 1000000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_purchases(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "purchases", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_purchase p = {.unit = known(l, "units", ws_get(&f, row, FIELD(f, "unit"))),
                            .project = known(l, "projects", ws_get(&f, row, FIELD(f, "project"))),
                            .econ = known(l, "economics", ws_get(&f, row, FIELD(f, "econ"))),
                            .item = TEXT(f, row, FIELD(f, "item")),
                            .quantity = TEXT(f, row, FIELD(f, "quantity")),
                            .kind = TEXT(f, row, FIELD(f, "kind")),
                            .how = TEXT(f, row, FIELD(f, "organised")),
                            .procurement = flag(&f, row, "in_procurement"),
                            .supplier = TEXT(f, row, FIELD(f, "supplier")),
                            .reserved = TEXT(f, row, FIELD(f, "reserved")),
                            .version = version_only(l, &f, row),
                            .service = flag(&f, row, "service_purchase"),
                            .in_project_table = flag(&f, row, "in_project_table"),
                            .amount = ws_yuan(ws_get(&f, row, FIELD(f, "amount"))),
                            .place = {f.file, f.csv.rows.v[row].line}};
    rc = VEC_PUSH(&l->w->purchases, p, 1000000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_goals(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "goals", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    if (again(l, &f, row, l->w->goals.n)) continue;
    struct sv owner = ws_get(&f, row, FIELD(f, "owner"));
    struct ws_goal g = {.id = TEXT(f, row, FIELD(f, "id")),
                        .owner = TEXT(f, row, FIELD(f, "owner")),
                        .name = TEXT(f, row, FIELD(f, "name")),
                        .description = TEXT(f, row, FIELD(f, "description")),
                        .version = version_only(l, &f, row),
                        .long_term = sv_is(ws_get(&f, row, FIELD(f, "horizon")), "长期"),
                        .number = number_of(ws_get(&f, row, FIELD(f, "number"))),
                        .project = known(l, "projects", owner),
                        .place = {f.file, f.csv.rows.v[row].line}};
    if (owner.n && g.project < 0 && known(l, "units", owner) < 0)
      ws_tell(l->w, WS_ERROR, "W-REF", f.file, g.place.line, f.column[FIELD(f, "owner")],
              tr("没有编码为“%.*s”的部门或项目", "no unit or project has the code \"%.*s\""), SV_ARG(owner));
    rc = VEC_PUSH(&l->w->goals, g, 100000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_indicators(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "indicators", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_indicator i = {.goal = known(l, "goals", ws_get(&f, row, FIELD(f, "goal"))),
                             .seq = number_of(ws_get(&f, row, FIELD(f, "seq"))),
                             .version = version_only(l, &f, row),
                             .place = {f.file, f.csv.rows.v[row].line}};
    struct sv *const texts[] = {&i.level1, &i.level2, &i.level3, &i.op, &i.value, &i.unit, &i.before_last, &i.last, &i.basis, &i.weight};
    static const char *const names[] = {"level1", "level2", "level3", "operator", "value", "unit", "year_minus_2", "year_minus_1", "basis", "weight"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) *texts[k] = TEXT(f, row, FIELD(f, names[k]));
    rc = VEC_PUSH(&l->w->indicators, i, 1000000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_causes(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "causes", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_cause k = {.subject = TEXT(f, row, 0),
                         .text = TEXT(f, row, 1),
                         .version = TEXT(f, row, FIELD(f, "version")),
                         .unit = ws_ref(&f, l->keys, row, FIELD(f, "unit")),
                         .place = {f.file, f.csv.rows.v[row].line}};
    rc = VEC_PUSH(&l->w->causes, k, 10000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_counts(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "counts", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct ws_count c = {.item = TEXT(f, row, FIELD(f, "item")),
                         .version = TEXT(f, row, FIELD(f, "version")),
                         .number = number_of(ws_get(&f, row, FIELD(f, "number"))),
                         .unit = ws_ref(&f, l->keys, row, FIELD(f, "unit")),
                         .place = {f.file, f.csv.rows.v[row].line}};
    rc = VEC_PUSH(&l->accounts->counts, c, 10000);
  }
  ws_file_close(&f);
  return rc;
}

static int read_assets(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "assets", &f);
  for (size_t row = 1; rc == RC_OK && f.there && row < f.csv.rows.n; row++) {
    struct sv amount = ws_get(&f, row, FIELD(f, "amount"));
    struct ws_asset a = {.as_of = TEXT(f, row, FIELD(f, "as_of")),
                         .item = TEXT(f, row, FIELD(f, "item")),
                         .kind = TEXT(f, row, FIELD(f, "kind")),
                         .quantity = TEXT(f, row, FIELD(f, "quantity")),
                         .unit = TEXT(f, row, FIELD(f, "unit")),
                         .amount = ws_yuan(amount),
                         .has_amount = amount.n > 0,
                         .of = ws_ref(&f, l->keys, row, FIELD(f, "of")),
                         .place = {f.file, f.csv.rows.v[row].line}};
    rc = VEC_PUSH(&l->w->assets, a, 10000);
  }
  ws_file_close(&f);
  return rc;
}

enum { FILES_MAX = 32000 }; /* a place counts them with 16 bits */
static void read_text(struct workspace *w, const char *name, size_t n) {
  unsigned char *data;
  size_t size;
  struct err e;
  const char *rest = arena_printf(&w->arena, "texts/%.*s.md", (int)n, name);
  const char *path = arena_printf(&w->arena, "%s/%s", w->folder, rest ? rest : ""), *kept = arena_text(&w->arena, name, n);
  if (!rest || !path || !kept) return;
  if (VEC_PUSH(&w->files, rest, FILES_MAX) < 0) {
    ws_tell(w, WS_ERROR, "W-FILE", 0, 0, -1, tr("文件太多（最多 %d 个），%s 没有读", "too many files (at most %d): %s was not read"), FILES_MAX,
            rest);
    return;
  }
  if (file_read(path, 1 << 24, &data, &size, &e) < 0) {
    ws_tell(w, WS_ERROR, "W-FILE", (int16_t)(w->files.n - 1), 0, -1, tr("读不了：%s", "cannot be read: %s"), e.text);
    return;
  }
  const char *copy = arena_text(&w->arena, (char *)data, size);
  struct ws_text t = {.name = {kept, n}, .place = {(int16_t)(w->files.n - 1), 0}};
  free(data);
  for (struct sv all = {copy, copy ? size : 0}; all.p && all.n > 0;) {
    struct sv line = sv_trim(sv_cut(&all, '\n'));
    t.place.line++;
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    if (sv_starts(line, "# ")) {
      t.heading = sv_trim((struct sv){line.p + 2, line.n - 2});
      continue;
    }
    if (sv_starts(line, "<!--") && sv_ends(line, "-->")) continue; /* a note to the writer */
    t.paragraph = line;
    if (line.n > 0 && VEC_PUSH(&w->texts, t, 500000) < 0) {
      ws_tell(w, WS_ERROR, "W-FILE", t.place.file, t.place.line, -1, "%s",
              tr("文字太多，这里以后没有读", "too much text: what follows was not read"));
      return;
    }
  }
}

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_texts(struct workspace *w, const char *sub) {
  struct dirent **list = NULL;
  char path[4200], name[800];
  snprintf(path, sizeof path, "%s/texts/%s", w->folder, sub);
  int n = scandir(path, &list, NULL, by_name);
  for (int i = 0; i < n; i++) {
    struct sv file = sv_from(list[i]->d_name);
    snprintf(name, sizeof name, "%s%s%.*s", sub, *sub ? "/" : "", (int)(file.n > 3 && file.n < 256 ? file.n - 3 : 0), file.p);
    if (sv_ends(file, ".md")) read_text(w, name, strlen(name));
    free(list[i]);
  }
  free(list);
}

/* datapackage.json: the name, the year and the layout; whatever else a data package says is not ours. */
static int read_package(const struct loader *l) {
  struct workspace *w = l->w;
  char *path = arena_printf(&w->arena, "%s/datapackage.json", w->folder);
  unsigned char *data = NULL;
  size_t size = 0;
  json_error_t why;
  if (!path) return err_set(l->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (file_read(path, 4 << 20, &data, &size, l->e) < 0)
    return err_set(l->e, RC_NOTFOUND,
                   tr("%s 不是工作区：没有 datapackage.json；用 heng book new 新建",
                      "%s is no workspace: it has no datapackage.json; make one with heng book new"),
                   w->folder);
  json_t *all = json_loadb((char *)data, size, JSON_REJECT_DUPLICATES, &why);
  free(data);
  if (!all) return err_at(l->e, RC_FORMAT, path, why.line, why.column, "%s", why.text);
  json_t *own = json_object_get(all, "heng");
  const char *profile = json_string_value(json_object_get(own, "profile")), *name = json_string_value(json_object_get(all, "name")),
             *title = json_string_value(json_object_get(all, "title"));
  const char *start = json_string_value(json_object_get(json_object_get(all, "fiscalPeriod"), "start"));
  w->year = (int)json_integer_value(json_object_get(own, "year"));
  if (!w->year && start) w->year = number_of((struct sv){start, strlen(start) > 4 ? 4 : strlen(start)});
  w->profile = arena_text(&w->arena, profile ? profile : "wuhan", strlen(profile ? profile : "wuhan"));
  w->name = arena_text(&w->arena, name ? name : "", name ? strlen(name) : 0),
  w->title = arena_text(&w->arena, title ? title : "", title ? strlen(title) : 0);
  json_decref(all);
  if (w->year < 2000 || w->year > 2100)
    return err_at(l->e, RC_FORMAT, path, 0, 0, "%s",
                  tr("没有写明年度：加上 \"heng\": {\"year\": 2023, \"profile\": \"wuhan\"}",
                     "no year: add \"heng\": {\"year\": 2023, \"profile\": \"wuhan\"}"));
  return RC_OK;
}

const struct ws_text *workspace_text(const struct workspace *w, const char *name, const char *heading, int *n) {
  const struct ws_text *first = NULL;
  *n = 0;
  for (size_t i = 0; i < w->texts.n; i++)
    if (sv_is(w->texts.v[i].name, name) && sv_is(w->texts.v[i].heading, heading ? heading : "") && ++*n == 1) first = &w->texts.v[i];
  return first;
}

/* sources.csv holds names only: it is checked and goes with the published data. */
static int read_sources(const struct loader *l) {
  struct ws_file f;
  int rc = open_file(l, "sources", &f);
  ws_file_close(&f);
  return rc;
}

static int read_all(const struct loader *l) {
  int rc = read_package(l);
  if (rc == RC_OK) rc = read_units(l);
  if (rc == RC_OK) rc = read_codes(l, "functions", true);
  if (rc == RC_OK) rc = read_codes(l, "economics", false);
  if (rc == RC_OK) rc = read_sources(l);
  if (rc == RC_OK) rc = read_projects(l);
  if (rc == RC_OK) rc = read_income(l, false);
  if (rc == RC_OK) rc = read_income(l, true);
  if (rc == RC_OK) rc = read_ceilings(l);
  if (rc == RC_OK) rc = read_lines(l, false);
  if (rc == RC_OK) rc = read_lines(l, true);
  if (rc == RC_OK) rc = read_details(l);
  if (rc == RC_OK) rc = read_purchases(l);
  if (rc == RC_OK) rc = read_goals(l);
  if (rc == RC_OK) rc = read_indicators(l);
  if (rc == RC_OK) rc = results_load(l->w, l->schema, l->keys, l->heads, l->e);
  if (rc == RC_OK) rc = read_causes(l);
  if (rc == RC_OK) rc = read_assets(l);
  if (rc == RC_OK) rc = read_counts(l);
  if (rc == RC_OK) read_texts(l->w, ""), read_texts(l->w, "projects");
  return rc;
}

/* Versions in the order of the year, whatever the order of the lines. */
static void sort_versions(const struct loader *l) {
  struct workspace *w = l->w;
  int16_t now[50];
  size_t n = w->versions.n;
  struct sv old[50];
  for (size_t i = 0; i < n; i++) {
    int rank = ws_schema_version(l->schema, w->versions.v[i], NULL);
    size_t before = 0;
    old[i] = w->versions.v[i];
    for (size_t k = 0; k < n; k++) {
      int other = ws_schema_version(l->schema, w->versions.v[k], NULL);
      before += other < rank || (other == rank && k < i);
    }
    now[i] = (int16_t)before;
  }
  for (size_t i = 0; i < n; i++) w->versions.v[now[i]] = old[i];
  for (size_t i = 0; n && i < w->lines.n; i++) w->lines.v[i].version = now[w->lines.v[i].version];
  for (size_t i = 0; n && i < w->incomes.n; i++) w->incomes.v[i].version = now[w->incomes.v[i].version];
  for (size_t i = 0; n && i < w->carries.n; i++)
    if (w->carries.v[i].version >= 0) w->carries.v[i].version = now[w->carries.v[i].version];
}

/* The version that is derived: the one asked for, else the last that a budget book is made of. */
static int choose_version(const struct loader *l, const char *asked) {
  struct workspace *w = l->w;
  char *all = arena_text(&w->arena, "", 0);
  for (size_t i = 0; i < w->versions.n; i++) {
    const struct ws_stage *stage = NULL;
    if (asked && sv_is(w->versions.v[i], asked)) return w->version = (int)i, RC_OK;
    if (ws_schema_version(l->schema, w->versions.v[i], &stage) < 0 || !stage->later) w->version = (int)i;
    if (all) all = arena_printf(&w->arena, "%s%s%.*s", all, i ? "、" : "", SV_ARG(w->versions.v[i]));
  }
  if (!asked) return RC_OK;
  return err_set(l->e, RC_USAGE, tr("工作区里没有“%s”这一版预算；有：%s", "the workspace has no version \"%s\"; it has: %s"), asked, all ? all : "");
}

static bool derives_accounts(const struct loader *l) {
  const struct workspace *w = l->w;
  const struct ws_stage *stage = NULL;
  bool there = w->version >= 0 && (size_t)w->version < w->versions.n;
  return there && ws_schema_version(l->schema, w->versions.v[w->version], &stage) >= 0 && stage->layout;
}

static int by_place(const void *a, const void *b) {
  const struct ws_problem *x = a, *y = b;
  if (x->file != y->file) return x->file < y->file ? -1 : 1;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  if (x->column != y->column) return x->column < y->column ? -1 : 1;
  int order = strcmp(x->id, y->id);
  return order ? order : strcmp(x->text, y->text);
}

/* Texts of one unit: with hundreds of units, only those that are asked for. */
static void read_unit_texts(struct workspace *w, const char *unit) {
  char sub[100];
  if (!unit || unit_find(w, sv_from(unit)) < 0 || strlen(unit) > 64) return;
  snprintf(sub, sizeof sub, "units/%s", unit);
  read_texts(w, sub);
}

int workspace_load(const char *folder, const char *version, const struct code_lists *codes, struct workspace **out, struct err *e) {
  return workspace_load_unit(folder, version, NULL, codes, out, e);
}

int workspace_load_unit(const char *folder, const char *version, const char *unit, const struct code_lists *codes, struct workspace **out,
                        struct err *e) {
  char path[4096];
  struct loader l = {.e = e};
  *out = NULL;
  size_t n = strlen(codes_data_path(path, sizeof path - 16, "profiles"));
  snprintf(path + n, sizeof path - n, "/workspace.txt");
  int rc = ws_schema_load(path, &l.schema, e);
  if (rc < 0) return rc;
  l.w = calloc(1, sizeof *l.w), l.keys = calloc(1, sizeof *l.keys), l.heads = calloc(1, sizeof *l.heads);
  l.accounts = calloc(1, sizeof *l.accounts);
  if (!l.w || !l.keys || !l.heads || !l.accounts) {
    free(l.w), free(l.keys), free(l.heads), free(l.accounts), ws_schema_free(l.schema);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  for (int i = 0; i < OPEN_FIELDS; i++) intern_init(&l.keys->of[i]);
  arena_init(&l.w->arena, (size_t)1 << 30);
  l.w->folder = arena_text(&l.w->arena, folder, strlen(folder));
  int hold = -1;
  rc = l.w->folder ? workspace_hold(folder, &hold, e) : RC_NOMEM;
  if (rc == RC_OK) rc = read_all(&l);
  if (rc == RC_OK) read_unit_texts(l.w, unit);
  workspace_release(hold);
  if (rc == RC_OK) sort_versions(&l), rc = choose_version(&l, version);
  if (rc == RC_OK) rc = versions_sift(l.w, derives_accounts(&l), e);
  if (rc == RC_OK && unit) rc = unit_narrow(l.w, unit, l.accounts, e);
  if (rc == RC_OK) rc = accounts_split(l.w, l.schema, l.accounts);
  if (!l.w->accounts) accounts_free(l.accounts);
  if (rc == RC_OK && l.w->units.n > 0) l.heads->schema = l.schema, workspace_check(l.w, l.heads, codes);
  if (rc == RC_OK && l.w->units.n > 0) rc = results_bind(l.w, l.heads, e);
  if (rc == RC_OK && l.w->units.n > 0) rc = results_check(l.w, l.heads, e);
  if (rc == RC_OK && l.w->problems.n) qsort(l.w->problems.v, l.w->problems.n, sizeof *l.w->problems.v, by_place);
  if (rc == RC_OK && l.w->arena.failed) rc = RC_NOMEM;
  if (rc == RC_NOMEM || (rc == RC_LIMIT && !e->text[0])) err_set(e, (enum rc)rc, "%s", tr("工作区太大", "the workspace is too large"));
  for (int i = 0; i < OPEN_FIELDS; i++) intern_release(&l.keys->of[i]);
  free(l.keys), free(l.heads), ws_schema_free(l.schema);
  if (rc < 0)
    workspace_free(l.w);
  else
    *out = l.w;
  return rc;
}

void workspace_free(struct workspace *w) {
  if (!w) return;
  free(w->files.v), free(w->versions.v), free(w->units.v), free(w->funcs.v), free(w->econs.v), free(w->lines.v), free(w->priors.v);
  free(w->incomes.v), free(w->carries.v), free(w->ceilings.v), free(w->projects.v), free(w->details.v), free(w->purchases.v), free(w->goals.v);
  free(w->indicators.v), free(w->causes.v), free(w->assets.v), free(w->texts.v), free(w->problems.v), free(w->others.v);
  accounts_free(w->accounts);
  arena_release(&w->arena);
  free(w);
}
