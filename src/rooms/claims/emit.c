/* emit.c: claims become rows of tables of the book, so that rules and diagnosis treat them as they treat cells; sentences, sections and what was not
 * bound become fields. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { TABLES_MOST = 64, FIELDS_MOST = 400000 };

/* The prose lives as long as the book: what is said are views of it. */
static struct sv said_text(const struct claims *c, uint32_t from, uint32_t end) {
  return (struct sv){c->kept ? c->kept + from : NULL, c->kept ? end - from : 0};
}

static enum obs_type column_type(enum column k) {
  if (k <= COL_CHANGE) return OBS_AMOUNT; /* the columns are in this order */
  if (k <= COL_RATE_ADJUSTED) return OBS_PERCENT;
  return k == COL_COUNT || k == COL_YEAR || k == COL_BASE_YEAR ? OBS_COUNT : OBS_TEXT;
}

static int add_obs(const struct claims *c, const struct said_cell *cell, enum column k, int32_t table, int32_t row, int32_t column, int32_t *out) {
  struct book *b = c->book;
  struct obs o = {.type = column_type(k),
                  .value = cell->value,
                  .quantum = cell->quantum,
                  .decimals = cell->decimals,
                  .table = table,
                  .row = row,
                  .column = column,
                  .document_table = -1};
  o.state = o.type == OBS_TEXT || cell->value != 0 ? OBS_VALUE : OBS_ZERO;
  if (cell->value == 0) o.quantum = 0; /* a printed zero is exact */
  uint32_t end = cell->end;
  while (o.type == OBS_COUNT && end > cell->from + 1 && !(c->prose->text.p[end - 1] >= '0' && c->prose->text.p[end - 1] <= '9')) end--; /* 6个: 6 */
  o.text = said_text(c, cell->from, end);
  if (k == COL_BASE) o.text = sv_from(intern_name(&c->g->keys, (uint32_t)cell->value));
  if (k == COL_BASE || o.type == OBS_TEXT) o.value = 0;
  o.place = prose_place(c->prose, cell->from, cell->end, &o.document);
  if (!o.text.p || VEC_PUSH(&b->obs, o, INT32_MAX / 2) < 0) return RC_NOMEM;
  *out = (int32_t)b->obs.n - 1;
  return RC_OK;
}

/* ---- one table of claims ---- */

static int table_columns(const struct claims *c, const char *name, int column_of[COLUMNS]) {
  int n = 0;
  for (int k = 0; k < COLUMNS; k++) column_of[k] = -1;
  for (size_t i = 0; i < c->said.n; i++)
    for (int k = 0; k < COLUMNS && strcmp(c->said.v[i].table, name) == 0; k++)
      if (c->said.v[i].cells[k].there) column_of[k] = 0;
  for (int k = 0; k < COLUMNS; k++)
    if (column_of[k] == 0) column_of[k] = n++;
  return n;
}

static int fill_columns(const struct claims *c, struct book_table *t, const int column_of[COLUMNS]) {
  for (int k = 0; k < COLUMNS; k++) {
    if (column_of[k] < 0) continue;
    struct book_column *x = &t->columns[column_of[k]];
    *x = (struct book_column){.measure = book_symbol(c->book, column_names[k]),
                              .group = NO_SYMBOL,
                              .header = sv_from(column_names[k]),
                              .type = column_type((enum column)k),
                              .amounts = column_type((enum column)k) == OBS_AMOUNT};
    if (x->measure == NO_SYMBOL) return RC_NOMEM;
  }
  return RC_OK;
}

static int fill_row(const struct claims *c, struct book_table *t, int32_t table, int row, const struct said *s, const int column_of[COLUMNS]) {
  struct book_row *r = &t->rows[row];
  int32_t document;
  *r = (struct book_row){.role = ROW_LEAF,
                         .label = said_text(c, s->from, s->end),
                         .key = book_symbol(c->book, s->key),
                         .item = NO_SYMBOL,
                         .parent = -1,
                         .level = 1,
                         .sentence = said_text(c, s->sentence_from, s->sentence_end),
                         .place = prose_place(c->prose, s->from, s->end, &document)};
  if (strspn(s->key, "0123456789") == strlen(s->key)) r->code = sv_from(s->key), r->level = ((int)strlen(s->key) - 1) / 2;
  if (r->key == NO_SYMBOL || !r->label.p) return RC_NOMEM;
  for (int k = 0; k < COLUMNS; k++) {
    if (!s->cells[k].there) continue;
    int rc = add_obs(c, &s->cells[k], (enum column)k, table, row, column_of[k], &t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)column_of[k]]);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static int table_begin(const struct claims *c, const char *name, int nrows, int ncolumns, struct book_table *t) {
  struct arena *a = &c->book->arena;
  *t = (struct book_table){.kind = book_symbol(c->book, name),
                           .id = name,
                           .title = SV("情况说明"),
                           .scale = SCALE_WAN,
                           .instance = 1,
                           .subject = NO_SYMBOL,
                           .prose = true,
                           .nrows = nrows,
                           .ncolumns = ncolumns,
                           .document_table = -1};
  t->rows = ARENA_ARRAY(a, struct book_row, (size_t)nrows + 1);
  t->columns = ARENA_ARRAY(a, struct book_column, (size_t)ncolumns + 1);
  t->cells = ARENA_ARRAY(a, int32_t, (size_t)nrows * (size_t)ncolumns + 1);
  if (!t->rows || !t->columns || !t->cells || t->kind == NO_SYMBOL) return RC_NOMEM;
  for (int i = 0; i < nrows * ncolumns; i++) t->cells[i] = -1;
  return RC_OK;
}

static int emit_table(struct claims *c, const char *name) {
  struct book_table t;
  int column_of[COLUMNS], ncolumns = table_columns(c, name, column_of), nrows = 0;
  int *row_of = malloc((c->said.n + 1) * sizeof *row_of);
  if (!row_of) return RC_NOMEM;
  for (size_t i = 0; i < c->said.n; i++) row_of[i] = strcmp(c->said.v[i].table, name) == 0 ? nrows++ : -1;
  int rc = table_begin(c, name, nrows, ncolumns, &t);
  if (rc == RC_OK) rc = fill_columns(c, &t, column_of);
  int32_t table = (int32_t)c->book->tables.n;
  for (size_t i = 0; i < c->said.n && rc == RC_OK; i++) {
    if (row_of[i] < 0) continue;
    const struct said *s = &c->said.v[i];
    rc = fill_row(c, &t, table, row_of[i], s, column_of);
    if (s->parent >= 0 && row_of[s->parent] >= 0 && row_of[s->parent] != row_of[i]) t.rows[row_of[i]].parent = row_of[s->parent];
  }
  if (rc == RC_OK && nrows > 0) t.place = t.rows[0].place;
  if (rc == RC_OK && VEC_PUSH(&c->book->tables, t, 1 << 20) < 0) rc = RC_NOMEM;
  free(row_of);
  return rc;
}

/* ---- names that a sentence lists ---- */

static int emit_listed(struct claims *c, const char *name) {
  struct book_table t;
  int nrows = 0, row = 0;
  for (size_t i = 0; i < c->listed.n; i++) nrows += strcmp(c->listed.v[i].table, name) == 0;
  int rc = table_begin(c, name, nrows, 1, &t);
  if (rc < 0) return rc;
  t.columns[0] = (struct book_column){.measure = book_symbol(c->book, "listed"), .group = NO_SYMBOL, .header = SV("listed"), .type = OBS_TEXT};
  int32_t table = (int32_t)c->book->tables.n;
  for (size_t i = 0; i < c->listed.n && rc == RC_OK; i++) {
    const struct listed *l = &c->listed.v[i];
    if (strcmp(l->table, name) != 0) continue;
    struct said s = {
        .table = name, .key = l->key, .from = l->from, .end = l->end, .sentence_from = l->sentence_from, .sentence_end = l->sentence_end};
    int column_of[COLUMNS] = {0};
    s.cells[COL_NEAR] = (struct said_cell){.there = true, .from = l->from, .end = l->end};
    rc = fill_row(c, &t, table, row++, &s, column_of);
  }
  if (rc == RC_OK && nrows > 0) t.place = t.rows[0].place;
  if (rc == RC_OK && VEC_PUSH(&c->book->tables, t, 1 << 20) < 0) rc = RC_NOMEM;
  return rc;
}

/* ---- fields ---- */

static int add_field(struct claims *c, const char *name, symbol subject, uint32_t from, uint32_t end) {
  struct book_field f = {.name = book_symbol(c->book, name), .table = -1, .subject = subject, .text = said_text(c, from, end)};
  f.place = prose_place(c->prose, from, end, &f.document);
  if (f.name == NO_SYMBOL || !f.text.p) return RC_NOMEM;
  return VEC_PUSH(&c->book->fields, f, FIELDS_MOST) < 0 ? RC_NOMEM : RC_OK;
}

int claims_field(struct claims *c, const char *name, const char *subject, uint32_t from, uint32_t end) {
  return add_field(c, name, subject ? book_symbol(c->book, subject) : NO_SYMBOL, from, end);
}

static int emit_sentences(struct claims *c, const struct paragraph *p) {
  const char *text = c->prose->text.p;
  uint32_t from = p->from;
  int rc = RC_OK;
  while (from < p->end && rc == RC_OK) {
    const char *stop = memmem(text + from, p->end - from, "。", strlen("。"));
    uint32_t end = stop ? (uint32_t)(stop - text) + (uint32_t)strlen("。") : p->end;
    while (end + 3 <= p->end && memcmp(text + end, "。", 3) == 0) end += 3; /* 。。 stays in one piece, to be seen */
    rc = add_field(c, "sentence", NO_SYMBOL, from, end);
    from = end;
  }
  return rc;
}

static int emit_paragraphs(struct claims *c) {
  int rc = RC_OK;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK; i++) {
    const struct paragraph *p = &c->prose->paragraphs.v[i];
    if (p->contents || p->from >= p->end) continue;
    if (p->heading) {
      symbol subject = p->section >= 0 ? book_symbol(c->book, c->g->sections.v[p->section].key) : NO_SYMBOL;
      rc = add_field(c, "section", subject, p->from, p->end);
    }
    if (rc == RC_OK) rc = emit_sentences(c, p);
  }
  return rc;
}

static int emit_unbound(struct claims *c) {
  int rc = RC_OK;
  for (size_t i = 0; i < c->unbound.n && rc == RC_OK; i++) {
    const struct unbound *u = &c->unbound.v[i];
    symbol why = book_symbol(c->book, u->why); /* its subject is the reason */
    rc = add_field(c, u->apart ? "said.apart" : "said.unbound", why, u->sentence_from, u->sentence_end);
    if (rc < 0) break;
    struct book_field *f = &c->book->fields.v[c->book->fields.n - 1];
    f->place = prose_place(c->prose, u->from, u->end, &f->document);
  }
  return rc;
}

/* A table `said-closed` says that the lists of names are whole: none ends with 等, so that a name that is missing is missing. */
static int note_closed(struct claims *c) {
  if (c->listed.n == 0) return RC_OK;
  for (size_t i = 0; i < c->listed.n; i++)
    if (!c->listed.v[i].closed) return RC_OK;
  const struct listed *l = &c->listed.v[0];
  struct said s = {.table = "said-closed",
                   .key = "names",
                   .from = l->from,
                   .end = l->end,
                   .sentence_from = l->sentence_from,
                   .sentence_end = l->sentence_end,
                   .parent = -1};
  s.cells[COL_NEAR] = (struct said_cell){.there = true, .from = l->from, .end = l->end};
  return VEC_PUSH(&c->said, s, INT32_MAX / 2) < 0 ? RC_NOMEM : RC_OK;
}

static int names_of_tables(const struct claims *c, bool listed, const char *out[TABLES_MOST]) {
  int n = 0;
  size_t all = listed ? c->listed.n : c->said.n;
  for (size_t i = 0; i < all; i++) {
    const char *name = listed ? c->listed.v[i].table : c->said.v[i].table;
    bool there = false;
    for (int k = 0; k < n && !there; k++) there = strcmp(out[k], name) == 0;
    if (!there && n < TABLES_MOST) out[n++] = name;
  }
  return n;
}

/* Counts once more as fields, the digits alone: conditions compare numbers of fields, not of cells. */
static int emit_counts(struct claims *c) {
  int rc = RC_OK;
  for (size_t i = 0; i < c->said.n && rc == RC_OK; i++) {
    const struct said_cell *cell = &c->said.v[i].cells[COL_COUNT];
    uint32_t end = cell->from;
    while (cell->there && end < cell->end && c->prose->text.p[end] >= '0' && c->prose->text.p[end] <= '9') end++;
    if (end > cell->from) rc = claims_field(c, "said.count", c->said.v[i].key, cell->from, end);
  }
  return rc;
}

int claims_emit(struct claims *c, struct err *e) {
  const char *names[TABLES_MOST];
  int rc = note_closed(c), n = names_of_tables(c, false, names);
  for (int i = 0; i < n && rc == RC_OK; i++) rc = emit_table(c, names[i]);
  n = names_of_tables(c, true, names);
  for (int i = 0; i < n && rc == RC_OK; i++) rc = emit_listed(c, names[i]);
  if (rc == RC_OK) rc = emit_paragraphs(c);
  if (rc == RC_OK) rc = emit_unbound(c);
  if (rc == RC_OK) rc = emit_counts(c);
  if (rc == RC_OK) rc = projects_spelled(c);
  if (rc == RC_OK) rc = outline_emit(c);
  if (rc == RC_OK) rc = contents_emit(c);
  if (rc == RC_OK) rc = scan_emit(c);
  return rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : RC_OK;
}
