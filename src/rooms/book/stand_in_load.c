/* stand_in_load.c: to be removed when the loader is there: reads a workspace without checking it. */
#include "rooms/book/workspace.h"

#include <stdlib.h>
#include <string.h>

struct csv {
  struct workspace *w;
  struct sv text, head[40], field[40];
  int nhead, nfield, line;
  int16_t file;
};

static bool csv_row(struct csv *c) {
  struct sv *out = c->nhead ? c->field : c->head;
  int n = 0;
  c->line++;
  if (c->text.n == 0) return false;
  for (bool more = true; more && n < 40;) {
    char *p = arena_alloc(&c->w->arena, c->text.n < 4000 ? c->text.n + 1 : 4000);
    size_t k = 0, i = 0;
    bool quoted = c->text.n > 0 && c->text.p[0] == '"';
    for (i = quoted ? 1 : 0; p && i < c->text.n && k < 3999; i++) {
      if (quoted && c->text.p[i] == '"') {
        if (i + 1 < c->text.n && c->text.p[i + 1] == '"')
          i++;
        else {
          quoted = false;
          continue;
        }
      } else if (!quoted && (c->text.p[i] == ',' || c->text.p[i] == '\n' || c->text.p[i] == '\r'))
        break;
      p[k++] = c->text.p[i];
    }
    out[n++] = (struct sv){p, k};
    more = i < c->text.n && c->text.p[i] == ',';
    while (i < c->text.n && c->text.p[i] == '\r') i++;
    if (i < c->text.n) i++;
    c->text.p += i, c->text.n -= i;
  }
  *(c->nhead ? &c->nfield : &c->nhead) = n;
  return true;
}

static struct sv get(const struct csv *c, const char *name) {
  for (int i = 0; i < c->nhead && i < c->nfield; i++)
    if (sv_is(c->head[i], name)) return c->field[i];
  return (struct sv){0};
}

static int64_t amount(const struct csv *c, const char *name) {
  struct number n;
  int64_t fen = 0;
  struct sv s = get(c, name);
  return s.n && number_parse(s, &n) == 0 && money_from(&n, SCALE_YUAN, &fen) == 0 ? fen : 0;
}

static int whole(const struct csv *c, const char *name) {
  return (int)(amount(c, name) / 100);
}

static bool csv_open(struct workspace *w, const char *name, struct csv *c) {
  unsigned char *data;
  size_t size;
  struct err e;
  *c = (struct csv){.w = w, .file = (int16_t)w->files.n};
  char *path = arena_printf(&w->arena, "%s/%s", w->folder, name);
  if (!path || VEC_PUSH(&w->files, name, 100) < 0 || file_read(path, 1 << 28, &data, &size, &e) < 0) return false;
  char *copy = arena_text(&w->arena, (char *)data, size);
  free(data);
  c->text = (struct sv){copy, copy ? size : 0};
  if (sv_starts(c->text, "\xEF\xBB\xBF")) c->text.p += 3, c->text.n -= 3;
  return csv_row(c);
}

static int unit_at(const struct workspace *w, struct sv code) {
  for (size_t i = 0; code.n && i < w->units.n; i++)
    if (sv_equal(w->units.v[i].code, code)) return (int)i;
  return -1;
}

static int code_at(const struct ws_code *v, size_t n, struct sv code) {
  for (size_t i = 0; code.n && i < n; i++)
    if (sv_equal(v[i].code, code)) return (int)i;
  return -1;
}

static int project_at(const struct workspace *w, struct sv code) {
  for (size_t i = 0; code.n && i < w->projects.n; i++)
    if (sv_equal(w->projects.v[i].code, code)) return (int)i;
  return -1;
}

static int choice(struct sv s, const char *const *names, int n) {
  for (int i = 0; i < n; i++)
    if (sv_is(s, names[i])) return i;
  return 0;
}

static uint8_t source(struct sv s) {
  static const char *const names[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  return (uint8_t)choice(s, names, SOURCES);
}

static uint8_t kind(struct sv s) {
  static const char *const names[] = {"P", "U", "J", "B", "S", "A"};
  return (uint8_t)choice(s, names, KINDS);
}

static void read_codes(struct workspace *w, const char *name, bool func) {
  struct csv c;
  if (!csv_open(w, name, &c)) return;
  while (csv_row(&c)) {
    struct ws_code k = {.code = get(&c, "code"), .name = get(&c, "name"), .parent = -1, .place = {c.file, c.line}};
    k.level = k.code.n <= 3 ? 1 : k.code.n <= 5 ? 2 : 3;
    for (size_t up = k.code.n - 2; k.level > 1 && up >= 3 && k.parent < 0; up -= 2)
      k.parent = func ? code_at(w->funcs.v, w->funcs.n, (struct sv){k.code.p, up}) : code_at(w->econs.v, w->econs.n, (struct sv){k.code.p, up});
    if ((func ? VEC_PUSH(&w->funcs, k, 5000) : VEC_PUSH(&w->econs, k, 5000)) < 0) return;
  }
}

static int version_at(struct workspace *w, struct sv name) {
  for (size_t i = 0; i < w->versions.n; i++)
    if (sv_equal(w->versions.v[i], name)) return (int)i;
  return VEC_PUSH(&w->versions, name, 50) < 0 ? 0 : (int)w->versions.n - 1;
}

static void read_lists(struct workspace *w) {
  static const char *const natures[] = {"行政", "参公", "公益一类", "公益二类", "其他"};
  struct csv c;
  for (bool ok = csv_open(w, "units.csv", &c); ok && csv_row(&c);) {
    struct ws_unit u = {.code = get(&c, "code"),
                        .name = get(&c, "name"),
                        .listed = get(&c, "listed"),
                        .parent = unit_at(w, get(&c, "parent")),
                        .place = {c.file, c.line}};
    u.nature = (enum ws_nature)choice(get(&c, "nature"), natures, 5);
    u.level = u.parent >= 0 ? w->units.v[u.parent].level + 1 : 0;
    if (VEC_PUSH(&w->units, u, 10000) < 0) return;
  }
  read_codes(w, "functions.csv", true), read_codes(w, "economics.csv", false);
  for (bool ok = csv_open(w, "projects.csv", &c); ok && csv_row(&c);) {
    struct ws_project p = {.code = get(&c, "code"),
                           .name = get(&c, "name"),
                           .category = get(&c, "category"),
                           .category_name = get(&c, "category_name"),
                           .class_name = get(&c, "class"),
                           .attribute = get(&c, "attribute"),
                           .start = get(&c, "start"),
                           .end = get(&c, "end"),
                           .owner = get(&c, "owner"),
                           .phone = get(&c, "phone"),
                           .address = get(&c, "address"),
                           .zip = get(&c, "zip"),
                           .unit = unit_at(w, get(&c, "unit")),
                           .order_overall = whole(&c, "order_t11"),
                           .order_forms = whole(&c, "order_t12"),
                           .total = amount(&c, "total"),
                           .place = {c.file, c.line}};
    if (VEC_PUSH(&w->projects, p, 100000) < 0) return;
  }
}

static void read_lines(struct workspace *w, const char *name, bool prior) {
  struct csv c;
  for (bool ok = csv_open(w, name, &c); ok && csv_row(&c);) {
    struct ws_line l = {.amount = amount(&c, "amount"),
                        .unit = unit_at(w, get(&c, "unit")),
                        .func = code_at(w->funcs.v, w->funcs.n, get(&c, "func")),
                        .econ = code_at(w->econs.v, w->econs.n, get(&c, "econ")),
                        .project = project_at(w, get(&c, "project")),
                        .year = (int16_t)whole(&c, "year"),
                        .version = -1,
                        .kind = kind(get(&c, "kind")),
                        .source = source(get(&c, "source")),
                        .origin = (uint8_t)sv_is(get(&c, "origin"), "上年结转结余"),
                        .place = {c.file, c.line},
                        .project_name = get(&c, "project_name"),
                        .category = get(&c, "category")};
    if (!prior) l.version = (int16_t)version_at(w, get(&c, "version"));
    if (!prior && !w->year) w->year = l.year;
    if ((prior ? VEC_PUSH(&w->priors, l, 1000000) : VEC_PUSH(&w->lines, l, 1000000)) < 0) return;
  }
}

static void read_income(struct workspace *w, const char *name, bool carry) {
  struct csv c;
  for (bool ok = csv_open(w, name, &c); ok && csv_row(&c);) {
    struct ws_income i = {.amount = amount(&c, "amount"),
                          .unit = unit_at(w, get(&c, "unit")),
                          .year = (int16_t)whole(&c, "year"),
                          .version = -1,
                          .source = source(get(&c, "source")),
                          .origin = (uint8_t)sv_is(get(&c, "origin"), "上年结转结余"),
                          .place = {c.file, c.line}};
    if (!carry) i.version = (int16_t)version_at(w, get(&c, "version"));
    if ((carry ? VEC_PUSH(&w->carries, i, 100000) : VEC_PUSH(&w->incomes, i, 100000)) < 0) return;
  }
}

__attribute__((weak)) int workspace_load(const char *folder, const char *version, const struct code_lists *codes, struct workspace **out,
                                         struct err *e) {
  (void)version, (void)codes;
  struct workspace *w = calloc(1, sizeof *w);
  *out = w;
  if (!w) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&w->arena, (size_t)1 << 31);
  w->folder = arena_text(&w->arena, folder, strlen(folder)), w->profile = "wuhan", w->name = w->title = "";
  read_lists(w), read_lines(w, "budget-lines.csv", false), read_lines(w, "prior-lines.csv", true);
  read_income(w, "income.csv", false), read_income(w, "carry-over.csv", true);
  w->version = w->versions.n ? (int)w->versions.n - 1 : 0;
  if (w->lines.n > 0 && !w->arena.failed) return RC_OK;
  workspace_free(w);
  *out = NULL;
  return err_set(e, RC_FORMAT, "%s", tr("不是工作区", "not a workspace"));
}

__attribute__((weak)) void workspace_free(struct workspace *w) {
  if (!w) return;
  free(w->files.v), free(w->versions.v), free(w->units.v), free(w->funcs.v), free(w->econs.v), free(w->lines.v), free(w->priors.v);
  free(w->incomes.v), free(w->carries.v), free(w->projects.v);
  arena_release(&w->arena);
  free(w);
}
