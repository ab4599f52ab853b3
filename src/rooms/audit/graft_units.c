/* graft_units.c: a department's book and its units': which row of the department is which unit, and the units' tables laid together by row, so that
 * a rule can ask that the department is their sum. Laid together only when no unit is missing: a sum that lacks one proves nothing. */
#include "rooms/audit/graft_internal.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 200000, UNITS_MOST = 2000, NAME_BYTES = 512, SHOWN = 6 };

static const char *const unit_kinds[] = {"income-by-unit", "gp-unit", "expenditure-by-unit"};

/* The head office of a department is 本级 or 机关 in one place and nothing in another. */
static void unit_fold(char out[NAME_BYTES], struct sv name) {
  static const char *const tails[] = {"(本级)", "本级", "(机关)", "机关", "(本部)", "本部"};
  text_fold_into(out, NAME_BYTES, name);
  size_t n = strlen(out);
  for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
    size_t m = strlen(tails[i]);
    if (n > m && strcmp(out + n - m, tails[i]) == 0) {
      out[n - m] = '\0';
      return;
    }
  }
}

static bool unit_same(struct sv a, struct sv b) {
  char x[NAME_BYTES], y[NAME_BYTES];
  unit_fold(x, a);
  unit_fold(y, b);
  return x[0] && strcmp(x, y) == 0;
}

static const struct book_table *next_unit_table(const struct book *b, size_t *at) {
  for (; *at < b->tables.n; ++*at) {
    const struct book_table *t = &b->tables.v[*at];
    if (table_grafted(b, t)) continue;
    for (size_t k = 0; k < sizeof unit_kinds / sizeof *unit_kinds; k++)
      if (t->kind == book_find(b, unit_kinds[k])) return &b->tables.v[(*at)++];
  }
  return NULL;
}

static bool is_unit_row(const struct book_row *row) {
  return row->role == ROW_LEAF && row->key != NO_SYMBOL;
}

static int note(struct units *u, const char *text, struct sv name, struct err *e) {
  struct buf b;
  buf_init(&b, 4096);
  buf_printf(&b, tr("没有与单位账本比对：%.*s%s", "not compared with the unit's book: %.*s%s"), SV_ARG(name), text);
  int rc = graft_note(u->book, u->grafts, &b, e);
  buf_release(&b);
  return rc;
}

symbol unit_subject(struct units *u, const struct book *unit, int *rc, struct err *e) {
  bool tables = false;
  symbol key = NO_SYMBOL;
  const struct book_table *t;
  for (size_t at = 0; key == NO_SYMBOL && (t = next_unit_table(u->book, &at)) != NULL;) {
    tables = true;
    for (int i = 0; i < t->nrows && key == NO_SYMBOL; i++)
      if (is_unit_row(&t->rows[i]) && unit_same(t->rows[i].label, unit->body)) key = t->rows[i].key;
  }
  if (key == NO_SYMBOL && tables) {
    *rc = note(u, tr("不在部门账本分单位的表里", " is not in the department's tables by unit"), unit->body, e);
    return NO_SYMBOL;
  }
  if (key == NO_SYMBOL) {
    char name[NAME_BYTES + 8] = "unit:";
    unit_fold(name + 5, unit->body);
    key = book_symbol(u->book, name);
  }
  for (size_t i = 0; i < u->subjects.n; i++)
    if (u->subjects.v[i] == key) {
      *rc = note(u, tr("给了两本，只用第一本", " was given twice: the first is used"), unit->body, e);
      return NO_SYMBOL;
    }
  if (key == NO_SYMBOL || VEC_PUSH(&u->subjects, key, UNITS_MOST) < 0 || VEC_PUSH(&u->names, unit->body, UNITS_MOST) < 0) {
    *rc = graft_nomem(e);
    return NO_SYMBOL;
  }
  u->taken++;
  return key;
}

static bool has_subject(const struct units *u, symbol s) {
  for (size_t i = 0; i < u->subjects.n; i++)
    if (u->subjects.v[i] == s) return true;
  return false;
}

/* Units of the department's first table by unit whose books were not given: told, and true. */
static bool units_lacking(struct units *u, int *rc, struct err *e) {
  size_t at = 0;
  const struct book_table *t = next_unit_table(u->book, &at);
  int lacking = 0;
  struct buf b;
  buf_init(&b, 4096);
  for (int i = 0; t && i < t->nrows; i++) {
    if (!is_unit_row(&t->rows[i]) || has_subject(u, t->rows[i].key)) continue;
    if (lacking++ < SHOWN)
      buf_printf(&b, "%s%.*s", lacking > 1 ? tr("、", ", ") : tr("没有把单位加总：没有给出 ", "the units were not added up: not given "),
                 SV_ARG(t->rows[i].label));
  }
  if (lacking > SHOWN) buf_printf(&b, tr(" 等 %d 个单位的账本", " and others, %d in all"), lacking);
  if (lacking > 0) *rc = graft_note(u->book, u->grafts, &b, e);
  buf_release(&b);
  return lacking > 0;
}

/* ---- laying tables of one kind together ---- */

struct collation {
  struct units *u;
  VEC(int32_t) tables;  /* of the units, by number in the book */
  VEC(symbol) measures; /* of the columns */
  int32_t *parent;      /* by symbol: 1 + its row in `to`; 0 none */
  int32_t *count;       /* by symbol: rows of the units */
  VEC(symbol) keys;     /* in the order they first stand */
  int unknown;
  struct book_table to;
};

static const struct book_table *table_of(const struct collation *c, size_t i) {
  return &c->u->book->tables.v[c->tables.v[i]];
}

static int columns_gather(struct collation *c) {
  for (size_t i = 0; i < c->tables.n; i++)
    for (int k = 0; k < table_of(c, i)->ncolumns; k++) {
      symbol m = table_of(c, i)->columns[k].measure;
      bool known = m == NO_SYMBOL;
      for (size_t j = 0; j < c->measures.n && !known; j++) known = c->measures.v[j] == m;
      if (!known && VEC_PUSH(&c->measures, m, 200) < 0) return RC_NOMEM;
    }
  return RC_OK;
}

static int keys_gather(struct collation *c) {
  size_t symbols = c->u->book->symbols.names.n;
  c->parent = calloc(symbols + 1, sizeof *c->parent);
  c->count = calloc(symbols + 1, sizeof *c->count);
  if (!c->parent || !c->count) return RC_NOMEM;
  for (size_t i = 0; i < c->tables.n; i++)
    for (int r = 0; r < table_of(c, i)->nrows; r++) {
      const struct book_row *row = &table_of(c, i)->rows[r];
      bool unknown = row->role == ROW_UNKNOWN;
      if (unknown) c->unknown++;
      if (unknown || row->key == NO_SYMBOL) continue;
      if (c->count[row->key]++ == 0 && VEC_PUSH(&c->keys, row->key, ROWS_MOST) < 0) return RC_NOMEM;
    }
  return RC_OK;
}

static int column_with(const struct book_table *t, symbol measure) {
  for (int k = 0; k < t->ncolumns; k++)
    if (t->columns[k].measure == measure) return k;
  return -1;
}

static int table_begin(struct collation *c, size_t rows) {
  struct arena *a = &c->u->book->arena;
  struct book_table *to = &c->to;
  to->ncolumns = (int)c->measures.n;
  to->rows = ARENA_ARRAY(a, struct book_row, rows + 1);
  to->columns = ARENA_ARRAY(a, struct book_column, c->measures.n + 1);
  to->cells = ARENA_ARRAY(a, int32_t, rows * c->measures.n + 1);
  if (!to->rows || !to->columns || !to->cells) return RC_NOMEM;
  memset(to->cells, 0xff, rows * c->measures.n * sizeof *to->cells);
  for (size_t j = 0; j < c->measures.n; j++)
    for (size_t i = 0; i < c->tables.n; i++) {
      int k = column_with(table_of(c, i), c->measures.v[j]);
      if (k >= 0 && to->columns[j].measure == 0 && to->columns[j].header.n == 0) to->columns[j] = table_of(c, i)->columns[k];
    }
  return RC_OK;
}

static void row_copy(struct collation *c, size_t table, int row, int at, int parent) {
  const struct book_table *t = table_of(c, table);
  struct book_row *to = &c->to.rows[at];
  *to = t->rows[row];
  to->parent = parent;
  to->orphan = false;
  if (to->role != ROW_UNKNOWN) to->role = ROW_LEAF, to->key = NO_SYMBOL, to->level++;
  for (size_t j = 0; j < c->measures.n; j++) {
    int k = column_with(t, c->measures.v[j]);
    if (k >= 0) c->to.cells[(size_t)at * c->measures.n + j] = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)k];
  }
}

/* A row of the key, and under it the rows of the units. */
static void rows_lay(struct collation *c) {
  int at = 0;
  for (size_t i = 0; i < c->keys.n; i++) {
    symbol key = c->keys.v[i];
    c->parent[key] = at + 1;
    at += 1 + c->count[key];
    c->count[key] = 0;
  }
  for (size_t i = 0; i < c->tables.n; i++)
    for (int r = 0; r < table_of(c, i)->nrows; r++) {
      const struct book_row *row = &table_of(c, i)->rows[r];
      if (row->role == ROW_UNKNOWN) row_copy(c, i, r, at++, -1);
      if (row->role == ROW_UNKNOWN || row->key == NO_SYMBOL) continue;
      int parent = c->parent[row->key] - 1;
      if (c->count[row->key]++ == 0) {
        c->to.rows[parent] = *row;
        c->to.rows[parent].role = ROW_PARENT, c->to.rows[parent].parent = -1, c->to.rows[parent].orphan = false;
      }
      row_copy(c, i, r, parent + c->count[row->key], parent);
    }
  c->to.nrows = at;
}

static int collate(struct collation *c, const char *kind) {
  struct book *b = c->u->book;
  char name[160];
  const struct book_table *first = table_of(c, 0);
  int n = snprintf(name, sizeof name, "units-%s", kind);
  if (n < 0 || (size_t)n >= sizeof name) return RC_LIMIT;
  struct sv bare = first->title; /* without whose it is */
  size_t colon = sv_find(bare, tr("：", ": "));
  if (colon != SIZE_MAX) bare.p += colon + strlen(tr("：", ": ")), bare.n -= colon + strlen(tr("：", ": "));
  char *title = arena_printf(&b->arena, tr("各单位账本：%.*s", "units' books: %.*s"), SV_ARG(bare));
  c->to = (struct book_table){.kind = book_symbol(b, name),
                              .id = arena_printf(&b->arena, "units/%s", kind),
                              .title = sv_from(title),
                              .scale = first->scale,
                              .subject = NO_SYMBOL,
                              .phase = first->phase,
                              .document = first->document,
                              .document_table = -1,
                              .place = first->place};
  for (size_t i = 0; i < c->tables.n; i++)
    if (table_of(c, i)->doubtful) c->to.doubtful = true, c->to.doubt = table_of(c, i)->doubt;
  int rc = columns_gather(c);
  if (rc == RC_OK) rc = keys_gather(c);
  size_t rows = (size_t)c->unknown + c->keys.n;
  for (size_t i = 0; rc == RC_OK && i < c->keys.n; i++) rows += (size_t)c->count[c->keys.v[i]];
  if (rows > ROWS_MOST) return RC_LIMIT;
  if (rc == RC_OK) rc = table_begin(c, rows);
  if (rc < 0 || c->to.kind == NO_SYMBOL || !c->to.id || !title) return RC_NOMEM;
  rows_lay(c);
  return VEC_PUSH(&b->tables, c->to, ROWS_MOST);
}

static bool is_units(const struct units *u, const struct book_table *t) {
  return table_grafted(u->book, t) && t->subject != NO_SYMBOL && has_subject(u, t->subject) &&
         strncmp(intern_name(&u->book->symbols, t->kind), "unit-", 5) == 0;
}

int units_collate(struct units *u, struct err *e) {
  int rc = RC_OK;
  size_t ntables = u->book->tables.n;
  if (units_lacking(u, &rc, e)) return rc;
  for (size_t i = 0; i < ntables && rc == RC_OK; i++) {
    symbol kind = u->book->tables.v[i].kind;
    struct collation c = {.u = u};
    bool seen = !is_units(u, &u->book->tables.v[i]);
    for (size_t k = 0; k < i && !seen; k++) seen = u->book->tables.v[k].kind == kind;
    for (size_t k = i; k < ntables && !seen && rc == RC_OK; k++)
      if (u->book->tables.v[k].kind == kind && is_units(u, &u->book->tables.v[k])) rc = VEC_PUSH(&c.tables, (int32_t)k, ROWS_MOST);
    if (rc == RC_OK && c.tables.n > 0) rc = collate(&c, intern_name(&u->book->symbols, kind) + 5);
    free(c.tables.v), free(c.measures.v), free(c.parent), free(c.count), free(c.keys.v);
  }
  return rc < 0 ? graft_nomem(e) : RC_OK;
}

void units_release(struct units *u) {
  free(u->subjects.v), free(u->names.v);
}
