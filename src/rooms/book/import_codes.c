/* import_codes.c: classes that the workspace's files use and its lists of classes lack, proposed with the names of the official list. */
#include "rooms/book/import.h"

#include <stdlib.h>
#include <string.h>

struct listing {
  struct import *im;
  const struct code_lists *codes;
  int entity, year; /* functions or economics */
  int code, name;   /* fields */
  enum code_list_id list;
  struct intern there; /* codes that are listed, or proposed */
  size_t found, unknown;
};

static int list_new(struct listing *l, struct err *e) {
  struct import_sheet s = {.entity = l->entity, .sheet = -1};
  for (int i = 0; i < OPEN_FIELDS; i++) s.column[i] = -1;
  return VEC_PUSH(&l->im->sheets, s, OPEN_FIELDS) < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : RC_OK;
}

static struct sv kept(struct listing *l, struct sv s) {
  const char *p = arena_text(&l->im->arena, s.p, s.n);
  return (struct sv){p, p ? s.n : 0};
}

/* A code that no list knows stays out: its line goes on saying that it is in no list, and which is near. */
static bool add_one(struct listing *l, struct sv code) {
  const struct code *known = code_find(l->codes, l->list, code, l->year);
  struct import_sheet *s = &l->im->sheets.v[l->im->sheets.n - 1];
  const struct ws_entity *d = l->im->records.files[l->entity].entity;
  if (intern_find(&l->there, code.p, code.n) != INTERN_NONE) return true;
  if (!known) return false;
  struct import_row r = {.row = -1,
                         .from = arena_printf(&l->im->arena, tr("%d 年科目表", "the list of %d"), l->year),
                         .value = ARENA_ARRAY(&l->im->arena, struct sv, (size_t)d->nfields)};
  if (!r.value || intern_add(&l->there, code.p, code.n) == INTERN_NONE || VEC_PUSH(&s->rows, r, IMPORT_ROWS) < 0) {
    l->im->arena.failed = true;
    return true;
  }
  r.value[l->code] = kept(l, code), r.value[l->name] = sv_from(known->name);
  l->found++;
  return true;
}

/* A class with those above it: 217, 21701, 2170101. */
static void add_all(struct listing *l, struct sv code) {
  for (size_t n = 3; n <= code.n; n += 2)
    if (!add_one(l, (struct sv){code.p, n})) {
      l->unknown++;
      return;
    }
}

static bool digits(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n == 3 || s.n == 5 || s.n == 7;
}

static void read_file(struct listing *l, const struct ws_file *f) {
  struct sv last = {0};
  for (int k = 0; f->there && k < f->entity->nfields; k++) {
    if (f->entity->fields[k].ref != l->entity || f->column[k] < 0) continue;
    for (size_t row = 1; row < f->csv.rows.n; row++) {
      struct sv code = ws_get(f, row, k);
      if (!digits(code) || sv_equal(code, last)) continue;
      last = code;
      add_all(l, code);
    }
  }
}

/* In the order of the codes, each behind the class above it. */
static int by_code(const void *a, const void *b) {
  const struct import_row *x = a, *y = b;
  size_t n = x->value[0].n < y->value[0].n ? x->value[0].n : y->value[0].n;
  int c = memcmp(x->value[0].p, y->value[0].p, n);
  return c ? c : (x->value[0].n > y->value[0].n) - (x->value[0].n < y->value[0].n);
}

static int one_list(struct listing *l, const char *entity, struct err *e) {
  const struct records *r = &l->im->records;
  l->entity = ws_schema_find(r->schema, entity);
  const struct ws_entity *d = l->entity >= 0 ? ws_schema_entity(r->schema, l->entity) : NULL;
  if (!d) return RC_OK;
  l->code = ws_entity_field(d, "code"), l->name = ws_entity_field(d, "name");
  if (l->code != 0 || l->name < 0) return RC_OK; /* another schema: its key is no code */
  intern_init(&l->there);
  for (size_t i = 1; i <= records_count(r, l->entity); i++) {
    struct sv code = ws_get(&r->files[l->entity], i, l->code);
    if (code.n && intern_add(&l->there, code.p, code.n) == INTERN_NONE) l->im->arena.failed = true;
  }
  int rc = list_new(l, e);
  for (int i = 0; rc == RC_OK && i < r->n; i++) read_file(l, &r->files[i]);
  struct import_sheet *s = rc == RC_OK ? &l->im->sheets.v[l->im->sheets.n - 1] : NULL;
  if (s && s->rows.n) qsort(s->rows.v, s->rows.n, sizeof *s->rows.v, by_code);
  intern_release(&l->there);
  return rc;
}

int import_codes(struct import *im, const struct workspace *w, const struct code_lists *codes, struct err *e) {
  struct listing l = {.im = im, .codes = codes, .year = w->year, .list = CODES_FUNCTIONAL};
  int rc = one_list(&l, "functions", e);
  l.list = CODES_ECON_DEPARTMENT;
  if (rc == RC_OK) rc = one_list(&l, "economics", e);
  const char *text = l.unknown ? arena_printf(&im->arena,
                                              tr("有 %zu 处用到的科目所附科目表里没有；先改正编码，或自己写进 functions.csv、economics.csv",
                                                 "%zu uses of classes that the bundled lists lack; mend the codes or list them yourself"),
                                              l.unknown)
                               : NULL;
  if (text && VEC_PUSH(&im->notes, text, 100000) < 0) im->arena.failed = true;
  return rc == RC_OK && im->arena.failed ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : rc;
}
