/* merge.c: rows of the units' files become rows of the department's. A code is the same everywhere; money stands in one folder only. */
#include "rooms/book/merge.h"
#include "rooms/book/csv.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 2000000, TOLD_MAX = 2000, ORDERS = 1000000 };

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- the folders ---- */

/* The lowest unit that has money, or that alone is there. */
static struct sv own_unit(const struct workspace *w) {
  int money = -1, any = -1, nmoney = 0, nany = 0;
  for (size_t u = 0; u < w->units.n; u++) {
    bool lowest = true, has = false;
    for (size_t k = 0; k < w->units.n; k++) lowest = lowest && w->units.v[k].parent != (int)u;
    for (size_t i = 0; i < w->lines.n && !has; i++) has = w->lines.v[i].unit == (int)u;
    for (size_t i = 0; i < w->incomes.n && !has; i++) has = w->incomes.v[i].unit == (int)u;
    if (lowest) any = (int)u, nany++;
    if (has) money = (int)u, nmoney++;
  }
  int one = nmoney == 1 ? money : nmoney == 0 && nany == 1 ? any : -1;
  return one >= 0 ? w->units.v[one].code : (struct sv){0};
}

static int folder_open(struct merge *m, int i, char *path, struct err *e) {
  struct merge_folder *f = &m->folder[i];
  f->path = path;
  for (int k = 0; k < i; k++)
    if (strcmp(m->folder[k].path, path) == 0) return err_set(e, RC_USAGE, tr("%s 给了两次", "%s is named twice"), path);
  int rc = workspace_load(path, NULL, NULL, &f->w, e);
  if (rc < 0) return rc;
  if (f->w->errors > 0 || f->w->units.n == 0)
    return err_set(e, RC_FORMAT, tr("%s 有 %d 个错误，先改正：heng book check %s", "%s has %d errors, mend them first: heng book check %s"), path,
                   f->w->errors, path);
  if (f->w->year != m->folder[0].w->year)
    return err_set(e, RC_FORMAT, tr("%s 是 %d 年的，%s 是 %d 年的；一年一汇总", "%s is of %d, %s of %d; a merged book is of one year"), path,
                   f->w->year, m->folder[0].path, m->folder[0].w->year);
  f->root = f->w->units.v[0].code, f->own = own_unit(f->w);
  return records_open(&f->records, path, e);
}

static int choose_root(struct merge *m, const char *code, const char *body, struct err *e) {
  bool same = true;
  for (int i = 1; i < m->nfolders; i++) same = same && sv_equal(m->folder[i].root, m->folder[0].root);
  if (same && (!code || sv_is(m->folder[0].root, code))) return RC_OK;
  if (!code || !body || !*code || !*body)
    return err_set(e, RC_USAGE,
                   tr("各文件夹不属于同一个部门（%.*s、%.*s……）；用 --code 编码 --body 名称 写明上级部门",
                      "the folders are not of one department (%.*s, %.*s …); name the one above them: --code CODE --body NAME"),
                   SV_ARG(m->folder[0].root), SV_ARG(m->folder[m->nfolders > 1 ? 1 : 0].root));
  m->code = code, m->body = body;
  return RC_OK;
}

int merge_open(struct merge *m, char **folders, int n, const char *code, const char *body, struct err *e) {
  memset(m, 0, sizeof *m);
  arena_init(&m->arena, (size_t)1 << 30);
  intern_init(&m->renamed);
  for (int k = 0; k < OPEN_FIELDS; k++) intern_init(&m->entity[k].keys);
  m->folder = calloc((size_t)n, sizeof *m->folder);
  if (!m->folder) return no_memory(e);
  for (int i = 0; i < n; i++) {
    int rc = folder_open(m, m->nfolders++, folders[i], e);
    if (rc < 0) return rc;
  }
  m->schema = m->folder[0].records.schema;
  return choose_root(m, code, body, e);
}

void merge_close(struct merge *m) {
  for (int i = 0; i < m->nfolders; i++) {
    if (m->folder[i].records.n) records_close(&m->folder[i].records);
    workspace_free(m->folder[i].w);
  }
  for (int k = 0; k < OPEN_FIELDS; k++) intern_release(&m->entity[k].keys), free(m->entity[k].rows.v), free(m->entity[k].row_of.v);
  intern_release(&m->renamed);
  free(m->folder), free(m->names.v), free(m->conflicts.v), free(m->notes.v);
  arena_release(&m->arena);
}

/* ---- what is told ---- */

static void PRINTF_LIKE(3, 4) tell(struct merge *m, bool conflict, const char *fmt, ...) {
  char text[1200];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  const char *kept = arena_text(&m->arena, text, strlen(text));
  if (!kept || (conflict ? VEC_PUSH(&m->conflicts, kept, TOLD_MAX) : VEC_PUSH(&m->notes, kept, TOLD_MAX)) < 0) m->arena.failed |= !kept;
}

static const char *place(struct merge *m, const struct ws_entity *t, int folder, int32_t line) {
  const char *p =
      folder < 0 ? arena_printf(&m->arena, "--code %s", m->code) : arena_printf(&m->arena, "%s/%s:%d", m->folder[folder].path, t->file, (int)line);
  return p ? p : "";
}

/* ---- rows ---- */

static bool has_key(const struct ws_entity *t) {
  for (int k = 0; k < t->nfields; k++)
    if (t->fields[k].key) return true;
  return false;
}

/* Money that is reported twice would be counted twice. */
static bool holds_money(const struct ws_entity *t) {
  for (int k = 0; k < t->nfields; k++)
    if (t->fields[k].type == TYPE_YUAN && t->fields[k].need) return true;
  return false;
}

static int key_of(const struct ws_entity *t, const struct merge_row *r, struct buf *key) {
  buf_clear(key);
  for (int k = 0; k < t->nfields; k++) {
    if (!t->fields[k].key) continue;
    buf_add(key, r->value[k].p ? r->value[k].p : "", r->value[k].n);
    buf_putc(key, '\x1f');
  }
  return key->rc;
}

static int differs(const struct ws_entity *t, const struct merge_row *a, const struct merge_row *b) {
  for (int k = 0; k < t->nfields; k++) /* places in a table are numbered anew */
    if (strncmp(t->fields[k].name, "order_", 6) != 0 && !sv_equal(a->value[k], b->value[k])) return k;
  return -1;
}

static struct sv shown(struct sv s) {
  size_t n = 0;
  while (n < s.n && n < 60) utf8_next(s, &n);
  return s.n ? (struct sv){s.p, n} : sv_from(tr("（空）", "(empty)"));
}

/* The same key is there: the same facts are one; others are a conflict. */
static void meet(struct merge *m, const struct ws_entity *t, const struct merge_row *had, const struct merge_row *r) {
  int k = differs(t, had, r);
  const char *here = place(m, t, r->folder, r->line), *there = place(m, t, had->folder, had->line);
  struct sv code = r->value[0];
  if (k < 0 && !holds_money(t)) return;
  if (k < 0 || t->fields[k].type == TYPE_YUAN)
    tell(m, true,
         tr("%s: 与 %s 是同一笔（%s），不能计两次；只留一个文件夹里的", "%s: is the same as %s (%s) and cannot count twice; keep it in one folder"),
         here, there, tr(t->zh, t->en));
  else
    tell(m, true, tr("%s: %s“%.*s”的“%s”是“%.*s”，%s 是“%.*s”；改成一样", "%s: %s \"%.*s\": %s is \"%.*s\", in %s \"%.*s\"; make them the same"),
         here, tr(t->zh, t->en), SV_ARG(shown(code)), tr(t->fields[k].zh, t->fields[k].en), SV_ARG(shown(r->value[k])), there,
         SV_ARG(shown(had->value[k])));
}

static int row_add(struct merge *m, int entity, const struct merge_row *r, struct buf *key, struct err *e) {
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  struct merge_entity *x = &m->entity[entity];
  if (has_key(t)) {
    if (key_of(t, r, key) < 0) return no_memory(e);
    uint32_t had = intern_find(&x->keys, key->p, key->n);
    if (had != INTERN_NONE) return meet(m, t, &x->rows.v[x->row_of.v[had]], r), RC_OK;
    if (intern_add(&x->keys, key->p, key->n) == INTERN_NONE || VEC_PUSH(&x->row_of, (uint32_t)x->rows.n, ROWS_MAX) < 0) return no_memory(e);
  }
  for (int k = 0; k < t->nfields; k++) x->used[k] = x->used[k] || r->value[k].n > 0;
  return VEC_PUSH(&x->rows, *r, ROWS_MAX) < 0 ? no_memory(e) : RC_OK;
}

static void fill(const struct ws_entity *t, struct merge_row *r, const char *field, struct sv value) {
  int k = ws_entity_field(t, field);
  if (k >= 0 && !r->value[k].n) r->value[k] = value;
}

/* Numbers of goals are the unit's own affair: D-L1 of two units are two goals. */
static int goal_rename(struct merge *m, int entity, struct merge_row *r, struct buf *key, struct err *e) {
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  const struct merge_folder *f = &m->folder[r->folder];
  char old[160];
  if (key_of(t, r, key) < 0) return no_memory(e);
  uint32_t had = intern_find(&m->entity[entity].keys, key->p, key->n);
  if (had == INTERN_NONE || differs(t, &m->entity[entity].rows.v[m->entity[entity].row_of.v[had]], r) < 0) return RC_OK;
  struct sv id = r->value[0], whose = f->own.n ? f->own : f->root;
  struct sv now = sv_from(arena_printf(&m->arena, "%.*s-%.*s", SV_ARG(whose), SV_ARG(id)));
  if (!now.p) return no_memory(e);
  snprintf(old, sizeof old, "%d %.*s", r->folder, (int)(id.n < 100 ? id.n : 100), id.p);
  if (intern_add(&m->renamed, old, strlen(old)) == INTERN_NONE || VEC_PUSH(&m->names, now, ROWS_MAX) < 0) return no_memory(e);
  if (m->names.n <= 20)
    tell(m, false, tr("%s: 绩效目标编号 %.*s 别的文件夹也有，汇总里改为 %.*s", "%s: another folder has a goal %.*s too; here it is %.*s"),
         place(m, t, r->folder, r->line), SV_ARG(id), SV_ARG(now));
  r->value[0] = now;
  return RC_OK;
}

static void goal_follow(const struct merge *m, struct merge_row *r) {
  char old[160];
  snprintf(old, sizeof old, "%d %.*s", r->folder, (int)(r->value[0].n < 100 ? r->value[0].n : 100), r->value[0].p);
  uint32_t id = intern_find(&m->renamed, old, strlen(old));
  if (id != INTERN_NONE) r->value[0] = m->names.v[id];
}

static int number_of(struct sv s) {
  int n = 0;
  for (size_t i = 0; i < s.n && i < 6 && s.p[i] >= '0' && s.p[i] <= '9'; i++) n = n * 10 + (s.p[i] - '0');
  return n;
}

/* Each folder numbers its projects from one: those of the next come behind. */
static void order_shift(struct merge *m, const struct ws_entity *t, struct merge_row *r, const int before[2], int most[2]) {
  static const char *const names[] = {"order_t11", "order_t12"};
  for (int i = 0; i < 2; i++) {
    int k = ws_entity_field(t, names[i]);
    if (k < 0 || !r->value[k].n) continue;
    int n = number_of(r->value[k]) + before[i];
    if (n > most[i]) most[i] = n;
    const char *p = arena_printf(&m->arena, "%d", n % ORDERS);
    if (p) r->value[k] = sv_from(p);
  }
}

/* What a row becomes in the department's workspace. */
static int row_adapt(struct merge *m, int entity, struct merge_row *r, struct buf *key, struct err *e) {
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  const struct merge_folder *f = &m->folder[r->folder];
  int parent = ws_entity_field(t, "parent");
  if (strcmp(t->name, "units") == 0 && m->code && parent >= 0 && !r->value[parent].n && !sv_is(r->value[0], m->code))
    r->value[parent] = sv_from(m->code);
  if (strcmp(t->name, "prior-lines") == 0 || strcmp(t->name, "causes") == 0) fill(t, r, "unit", f->own);
  if (strcmp(t->name, "assets") == 0) fill(t, r, "of", f->own);
  if (strcmp(t->fields[0].name, "goal") == 0) goal_follow(m, r); /* indicators, and what became of them */
  return strcmp(t->name, "goals") == 0 ? goal_rename(m, entity, r, key, e) : RC_OK;
}

static int folder_unite(struct merge *m, int entity, int folder, struct buf *key, struct err *e) {
  const struct records *in = &m->folder[folder].records;
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  const struct ws_file *f = &in->files[entity];
  int before[2] = {m->order[0], m->order[1]}, rc = RC_OK;
  for (size_t i = 1; i <= records_count(in, entity) && rc == RC_OK; i++) {
    struct merge_row r = {ARENA_ARRAY(&m->arena, struct sv, (size_t)t->nfields), folder, f->csv.rows.v[i].line};
    if (!r.value) return no_memory(e);
    for (int k = 0; k < t->nfields; k++) r.value[k] = ws_get(f, i, k);
    if (strcmp(t->name, "projects") == 0) order_shift(m, t, &r, before, m->order);
    rc = row_adapt(m, entity, &r, key, e);
    if (rc == RC_OK) rc = row_add(m, entity, &r, key, e);
  }
  return rc;
}

/* The department above all: money lies in the units, so that its nature decides nothing. */
static int root_add(struct merge *m, int entity, struct buf *key, struct err *e) {
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  struct merge_row r = {ARENA_ARRAY(&m->arena, struct sv, (size_t)t->nfields), -1, 0};
  if (!r.value) return no_memory(e);
  r.value[0] = sv_from(m->code);
  fill(t, &r, "name", sv_from(m->body)), fill(t, &r, "nature", SV("行政")), fill(t, &r, "role", SV("一级预算单位"));
  tell(m, false,
       tr("units.csv 第一行是新的部门 %s %s，性质填了“行政”；不对就改",
          "the first line of units.csv is the new department %s %s, of the nature 行政; correct it if it is not"),
       m->code, m->body);
  return row_add(m, entity, &r, key, e);
}

static int by_code(const void *a, const void *b) {
  struct sv x = ((const struct merge_row *)a)->value[0], y = ((const struct merge_row *)b)->value[0];
  int c = x.n && y.n ? memcmp(x.p, y.p, x.n < y.n ? x.n : y.n) : 0;
  return c ? c : (x.n > y.n) - (x.n < y.n);
}

static int entity_unite(struct merge *m, int entity, struct buf *key, struct err *e) {
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  bool units = strcmp(t->name, "units") == 0, above = m->code != NULL, codes = strcmp(t->name, "functions") == 0 || strcmp(t->name, "economics") == 0;
  int rc = RC_OK, first = 0;
  for (int i = 0; above && i < m->nfolders; i++)
    if (sv_is(m->folder[i].root, m->code)) above = false, first = i;
  if (units && above) rc = root_add(m, entity, key, e);
  for (int i = 0; i < m->nfolders && rc == RC_OK; i++) { /* a parent comes before its units */
    int at = units ? (i == 0 ? first : i <= first ? i - 1 : i) : i;
    rc = folder_unite(m, entity, at, key, e);
  }
  struct merge_entity *x = &m->entity[entity];
  if (rc == RC_OK && codes && x->rows.n) qsort(x->rows.v, x->rows.n, sizeof *x->rows.v, by_code);
  return rc;
}

int merge_unite(struct merge *m, struct err *e) {
  struct buf key;
  int rc = RC_OK;
  buf_init(&key, 1 << 20);
  for (int i = 0; i < ws_schema_count(m->schema) && rc == RC_OK; i++) rc = entity_unite(m, i, &key, e);
  buf_release(&key);
  for (int i = 1; i < m->nfolders; i++)
    if (strcmp(m->folder[i].w->profile, m->folder[0].w->profile) != 0)
      tell(m, false, tr("%s 的格式是 %s；汇总用 %s", "%s has the layout %s; the merged book has %s"), m->folder[i].path, m->folder[i].w->profile,
           m->folder[0].w->profile);
  return rc == RC_OK && m->arena.failed ? no_memory(e) : rc;
}

/* ---- files ---- */

static int put_entity(struct merge *m, int entity, struct workspace_change *c, struct err *e) {
  const struct ws_entity *t = ws_schema_entity(m->schema, entity);
  const struct merge_entity *x = &m->entity[entity];
  struct buf out;
  bool first = true;
  buf_init(&out, CSV_BYTES);
  buf_puts(&out, "\xEF\xBB\xBF"); /* so that Excel reads it as UTF-8 */
  for (int k = 0; k < t->nfields; k++)
    if (!t->fields[k].optional_column || x->used[k]) csv_put(&out, first, sv_from(t->fields[k].name)), first = false;
  buf_putc(&out, '\n');
  for (size_t i = 0; i < x->rows.n; i++) {
    first = true;
    for (int k = 0; k < t->nfields; k++)
      if (!t->fields[k].optional_column || x->used[k]) csv_put(&out, first, x->rows.v[i].value[k]), first = false;
    buf_putc(&out, '\n');
  }
  int rc = out.rc < 0 ? no_memory(e) : workspace_change_put(c, t->file, (struct sv){out.p, out.n}, e);
  buf_release(&out);
  return rc;
}

int merge_put(struct merge *m, struct workspace_change *c, struct err *e) {
  bool extra[OPEN_FIELDS][OPEN_FIELDS];
  const struct workspace *w = m->folder[0].w;
  struct sv name = m->code ? sv_from(m->body) : w->units.v[0].name;
  for (int i = 0; i < OPEN_FIELDS; i++) memcpy(extra[i], m->entity[i].used, sizeof extra[i]);
  const char *body = arena_text(&m->arena, name.p, name.n);
  const struct fresh f = {.profile = w->profile, .body = body, .year = w->year, .extra = extra};
  int rc = body ? fresh_package(c, m->schema, &f, e) : no_memory(e);
  for (int i = 0; i < ws_schema_count(m->schema) && rc == RC_OK; i++) rc = put_entity(m, i, c, e);
  return rc;
}
