/* bind.c: a set of rules meets a book: which table, row and cell a reference means there. */
#include "rule/rule_internal.h"

#include <stdlib.h>
#include <string.h>

enum { SCRATCH = 96 * 1024 * 1024, WORDS = 64 * 1024 * 1024, ROWS_MOST = 1 << 21 };

static bool book_whole(const struct book *b) {
  for (int d = 0; d < b->ndocuments; d++)
    for (int i = 0; i < b->documents[d]->npages; i++) {
      enum page_state s = b->documents[d]->pages[i].state;
      if (s != PAGE_READ && s != PAGE_BLANK) return false;
    }
  return true;
}

static int index_kinds(struct binding *b) {
  int rc = RC_OK;
  for (size_t i = 0; i < b->book->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &b->book->tables.v[i];
    rc = pairs_add(&b->kinds, t->kind, t->subject, 0, (int32_t)i);
    if (rc == RC_OK && t->subject != NO_SYMBOL) rc = pairs_add(&b->kinds, t->kind, ANY_SUBJECT, 0, (int32_t)i);
  }
  return rc;
}

int binding_begin(struct binding *b, const struct rule_set *s, const struct book *book, struct check_result *r, struct err *e) {
  *b = (struct binding){.set = s, .book = book, .result = r};
  arena_init(&b->scratch, SCRATCH);
  arena_init(&b->words, WORDS);
  b->whole = book_whole(book);
  b->symbols = ARENA_ARRAY(&b->scratch, symbol, s->literals.names.n + 1);
  b->tables = ARENA_ARRAY(&b->scratch, struct table_index, book->tables.n + 1);
  r->tallies = b->tallies = ARENA_ARRAY(&r->arena, struct rule_tally, s->rules.n + 1);
  if (!b->symbols || !b->tables || !b->tallies || index_kinds(b) < 0) {
    binding_end(b);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  for (size_t i = 0; i < s->literals.names.n; i++) b->symbols[i] = book_find(book, s->literals.names.v[i]);
  return RC_OK;
}

void binding_end(struct binding *b) {
  free(b->rows.v);
  free(b->terms.v);
  pairs_release(&b->kinds);
  pairs_release(&b->fields);
  pairs_release(&b->missed);
  arena_release(&b->words);
  arena_release(&b->scratch);
}

/* ---- tables ---- */

static const struct book_table *table_at(const struct binding *b, int32_t table) {
  return &b->book->tables.v[table];
}

symbol context_subject(const struct context *c) {
  if (c->field && c->field->subject != NO_SYMBOL) return c->field->subject;
  if (c->table < 0) return NO_SYMBOL;
  const struct book_table *t = table_at(c->b, c->table);
  if (t->subject != NO_SYMBOL) return t->subject;
  return c->row >= 0 && c->row < t->nrows ? t->rows[c->row].key : NO_SYMBOL;
}

/* Tables of one kind: where any of them is of a project, only that of the project at hand counts. */
static enum found table_of_kind(const struct context *c, symbol kind, int32_t *out) {
  symbol subject = context_subject(c);
  bool subjects = pairs_find(&c->b->kinds, kind, ANY_SUBJECT, 0) != NULL;
  if (subjects && subject == NO_SYMBOL) return FOUND_NONE;
  const struct pair *p = pairs_find(&c->b->kinds, kind, subjects ? subject : NO_SYMBOL, 0);
  if (!p) return FOUND_NONE;
  *out = p->first;
  return p->count == 1 ? FOUND_ONE : FOUND_SEVERAL;
}

enum found find_table(const struct context *c, const struct names *kind, int32_t *table) {
  *table = c->table;
  if (kind->n == 0) return c->table >= 0 ? FOUND_ONE : FOUND_NONE;
  for (int i = 0; i < kind->n; i++) {
    symbol s = c->b->symbols[kind->id[i]];
    enum found f = s == NO_SYMBOL ? FOUND_NONE : table_of_kind(c, s, table);
    if (f != FOUND_NONE) return f;
  }
  return FOUND_NONE;
}

/* ---- rows ---- */

bool row_added(const struct book_row *row) {
  return row->role == ROW_LEAF || row->role == ROW_PARENT;
}

bool row_is_top(const struct book_table *t, const struct book_row *row) {
  return row_added(row) && row->level > 0 && (row->parent < 0 || t->rows[row->parent].role == ROW_TOTAL);
}

static uint32_t slot_of(symbol key, uint32_t mask) {
  return (key * 2654435761u >> 7) & mask;
}

static void index_children(struct table_index *x, const struct book_table *t) {
  for (int i = 0; i < t->nrows; i++) x->first_child[i] = x->next_sibling[i] = -1;
  for (int i = t->nrows; i-- > 0;) {
    int parent = t->rows[i].parent;
    if (parent < 0 || parent >= t->nrows || !row_added(&t->rows[i])) continue;
    x->next_sibling[i] = x->first_child[parent];
    x->first_child[parent] = i;
  }
}

/* Rows of one key, one behind the other: for sentences, which may say a thing several times. */
static void index_same(struct table_index *x, const struct book_table *t) {
  for (int i = t->nrows; i-- > 0;) x->next_same[i] = -1;
  for (int i = t->nrows; i-- > 0;) { /* the slots hold first rows; from the end, each row goes between the first and what follows it */
    uint32_t at = slot_of(t->rows[i].key, x->mask);
    if (t->rows[i].key == NO_SYMBOL) continue;
    while (t->rows[x->slots[at] - 1].key != t->rows[i].key) at = (at + 1) & x->mask;
    int32_t first = (int32_t)x->slots[at] - 1;
    if (first == i) continue;
    x->next_same[i] = x->next_same[first];
    x->next_same[first] = i;
  }
}

static struct table_index *index_of(struct binding *b, int32_t table) {
  struct table_index *x = &b->tables[table];
  const struct book_table *t = table_at(b, table);
  if (x->slots) return x;
  uint32_t size = 16;
  while (size < (uint32_t)t->nrows * 2) size *= 2;
  x->first_child = ARENA_ARRAY(&b->scratch, int32_t, (size_t)t->nrows + 1);
  x->next_sibling = ARENA_ARRAY(&b->scratch, int32_t, (size_t)t->nrows + 1);
  x->slots = ARENA_ARRAY(&b->scratch, uint32_t, size);
  x->next_same = t->prose ? ARENA_ARRAY(&b->scratch, int32_t, (size_t)t->nrows + 1) : NULL;
  if (!x->first_child || !x->next_sibling || !x->slots || (t->prose && !x->next_same)) {
    x->slots = NULL;
    return NULL;
  }
  x->mask = size - 1;
  for (int i = 0; i < t->nrows; i++) x->unknown_rows = x->unknown_rows || t->rows[i].role == ROW_UNKNOWN;
  index_children(x, t);
  for (int i = 0; i < t->nrows; i++) {
    if (t->rows[i].key == NO_SYMBOL) continue;
    uint32_t at = slot_of(t->rows[i].key, x->mask);
    while (x->slots[at] && t->rows[x->slots[at] - 1].key != t->rows[i].key) at = (at + 1) & x->mask;
    if (!x->slots[at]) x->slots[at] = (uint32_t)i + 1;
  }
  if (x->next_same) index_same(x, t);
  return x;
}

int32_t find_row(struct binding *b, int32_t table, symbol key) {
  struct table_index *x = index_of(b, table);
  if (!x || key == NO_SYMBOL) return -1;
  for (uint32_t at = slot_of(key, x->mask); x->slots[at]; at = (at + 1) & x->mask)
    if (table_at(b, table)->rows[x->slots[at] - 1].key == key) return (int32_t)x->slots[at] - 1;
  return -1;
}

bool has_unknown_rows(struct binding *b, int32_t table) {
  const struct table_index *x = index_of(b, table);
  return !x || (x->unknown_rows && !table_at(b, table)->prose);
}

int32_t row_child(struct binding *b, int32_t table, int32_t row) {
  struct table_index *x = index_of(b, table);
  return x && row >= 0 ? x->first_child[row] : -1;
}

/* The row that the row at hand lies under, in `table`. */
static int32_t parent_row(const struct context *c, int32_t table) {
  const struct book_table *t = c->table >= 0 ? table_at(c->b, c->table) : NULL;
  int32_t parent = t && c->row >= 0 ? t->rows[c->row].parent : -1;
  if (parent < 0 || parent >= t->nrows || table == c->table) return parent < 0 || parent >= t->nrows ? -1 : parent;
  return find_row(c->b, table, t->rows[parent].key);
}

static int32_t named_row(const struct context *c, int32_t table, const struct names *row) {
  for (int i = 0; i < row->n; i++) {
    int32_t at = find_row(c->b, table, c->b->symbols[row->id[i]]);
    if (at >= 0) return at;
  }
  return -1;
}

static int32_t total_row(const struct book_table *t) {
  for (int i = 0; i < t->nrows; i++)
    if (t->rows[i].role == ROW_TOTAL) return i;
  return -1;
}

int32_t ref_row(const struct context *c, int32_t table, const struct cell_ref *ref) {
  const struct book_table *t = table_at(c->b, table);
  switch (ref->rows) {
  case ROWS_SAME:
    if (table == c->table) return c->row;
    return c->row >= 0 ? find_row(c->b, table, table_at(c->b, c->table)->rows[c->row].key) : -1;
  case ROWS_NAMED: return named_row(c, table, &ref->row);
  case ROWS_OF_SUBJECT: return find_row(c->b, table, context_subject(c));
  case ROWS_HEAD: return total_row(t);
  case ROWS_PARENT: return parent_row(c, table);
  case ROWS_FIRST: return c->row >= 0 ? find_row(c->b, table, table_at(c->b, c->table)->rows[c->row].key) : -1;
  case ROWS_CHILDREN:
  case ROWS_TOP:
  case ROWS_LEAVES:
  case ROWS_EVERY:
  case ROWS_CODED:
  case ROWS_AT_LEVEL:
  case ROWS_ALL_NAMED: break;
  }
  return -1;
}

static bool coded(const struct context *c, const struct book_row *row, const struct names *prefixes) {
  struct sv key = sv_from(row->key == NO_SYMBOL ? "" : intern_name(&c->b->book->symbols, row->key));
  for (int i = 0; i < prefixes->n; i++)
    if (sv_starts(key, prefixes->v[i])) return true;
  return false;
}

static bool has_name(const struct context *c, const struct book_row *row, const struct names *names) {
  for (int i = 0; i < names->n; i++)
    if (row->key != NO_SYMBOL && row->key == c->b->symbols[names->id[i]]) return true;
  return false;
}

static bool row_wanted(const struct context *c, int32_t table, const struct cell_ref *ref, int row) {
  const struct book_table *t = table_at(c->b, table);
  const struct book_row *r = &t->rows[row];
  switch (ref->rows) {
  case ROWS_TOP: return row_is_top(t, r);
  case ROWS_LEAVES: return row_added(r) && r->level > 0 && row_child(c->b, table, row) < 0;
  case ROWS_EVERY: return row_added(r);
  case ROWS_CODED: return row_added(r) && coded(c, r, &ref->row) && (r->parent < 0 || !coded(c, &t->rows[r->parent], &ref->row));
  case ROWS_AT_LEVEL: return row_added(r) && r->level == ref->level;
  case ROWS_ALL_NAMED: return row_added(r) && has_name(c, r, &ref->row);
  case ROWS_SAME:
  case ROWS_CHILDREN:
  case ROWS_NAMED:
  case ROWS_OF_SUBJECT:
  case ROWS_HEAD:
  case ROWS_PARENT:
  case ROWS_FIRST: break;
  }
  return false;
}

static int push_row(struct binding *b, int32_t row) {
  return VEC_PUSH(&b->rows, row, ROWS_MOST) < 0 ? RC_NOMEM : RC_OK;
}

int ref_rows(const struct context *c, int32_t table, const struct cell_ref *ref) {
  const struct book_table *t = table_at(c->b, table);
  struct table_index *x = index_of(c->b, table);
  int rc = RC_OK;
  c->b->rows.n = 0;
  if (!x) return RC_NOMEM;
  if (ref->rows == ROWS_CHILDREN) {
    int32_t parent = table == c->table ? c->row : c->row >= 0 ? find_row(c->b, table, table_at(c->b, c->table)->rows[c->row].key) : -1;
    for (int32_t i = parent >= 0 ? x->first_child[parent] : -1; i >= 0 && rc == RC_OK; i = x->next_sibling[i]) rc = push_row(c->b, i);
  } else if (ref->rows == ROWS_SAME || ref->rows == ROWS_NAMED || ref->rows == ROWS_OF_SUBJECT || ref->rows == ROWS_HEAD ||
             ref->rows == ROWS_PARENT || ref->rows == ROWS_FIRST) {
    int32_t row = ref_row(c, table, ref);
    if (row >= 0) rc = push_row(c->b, row);
  } else {
    for (int i = 0; i < t->nrows && rc == RC_OK; i++)
      if (row_wanted(c, table, ref, i)) rc = push_row(c->b, i);
  }
  return rc;
}

/* ---- columns and cells ---- */

static int32_t column_of(const struct book_table *t, symbol measure) {
  for (int i = 0; i < t->ncolumns && measure != NO_SYMBOL; i++)
    if (t->columns[i].measure == measure) return i;
  return -1;
}

int32_t find_column(const struct context *c, int32_t table, const struct cell_ref *ref) {
  const struct book_table *t = table_at(c->b, table);
  if (ref->same_column) {
    if (c->column < 0) return -1;
    return table == c->table ? c->column : column_of(t, table_at(c->b, c->table)->columns[c->column].measure);
  }
  for (int i = 0; i < ref->column.n; i++) {
    int32_t at = column_of(t, c->b->symbols[ref->column.id[i]]);
    if (at >= 0) return at;
  }
  return -1;
}

int32_t said_row(const struct context *c, int32_t table, const struct cell_ref *ref, int32_t row, int32_t column) {
  const struct book_table *t = table_at(c->b, table);
  const struct table_index *x = t->prose ? index_of(c->b, table) : NULL;
  bool at_hand = ref->rows == ROWS_SAME && table == c->table;
  if (!x || row < 0 || column < 0 || at_hand) return row;
  for (int32_t i = row; i >= 0; i = x->next_same[i])
    if (t->cells[(size_t)i * (size_t)t->ncolumns + (size_t)column] >= 0) return i;
  return row;
}

int32_t ref_obs(const struct context *c, const struct cell_ref *ref) {
  int32_t table, row, column;
  if (find_table(c, &ref->kind, &table) != FOUND_ONE) return -1;
  column = find_column(c, table, ref);
  row = said_row(c, table, ref, ref_row(c, table, ref), column);
  if (row < 0 || column < 0) return -1;
  const struct book_table *t = table_at(c->b, table);
  int32_t at = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)column];
  return at < 0 || (size_t)at >= c->b->book->obs.n ? -1 : at;
}

/* ---- fields ---- */

static int index_fields(struct binding *b) {
  int rc = RC_OK;
  b->fields_ready = true;
  for (size_t i = 0; i < b->book->fields.n && rc == RC_OK; i++) {
    const struct book_field *f = &b->book->fields.v[i];
    uint32_t table = (uint32_t)f->table;
    rc = pairs_add(&b->fields, f->name, table, f->subject, (int32_t)i);
    if (rc == RC_OK) rc = pairs_add(&b->fields, f->name, table, ANY_SUBJECT, (int32_t)i);
    if (rc == RC_OK) rc = pairs_add(&b->fields, f->name, ANY_SUBJECT, f->subject, (int32_t)i);
  }
  return rc;
}

const struct book_field *find_field(const struct context *c, symbol name) {
  struct binding *b = c->b;
  symbol subject = context_subject(c);
  const struct pair *p = NULL;
  if (!b->fields_ready && index_fields(b) < 0) b->failed = true;
  if (name == NO_SYMBOL) return NULL;
  if (c->table >= 0) p = pairs_find(&b->fields, name, (uint32_t)c->table, c->row < 0 ? ANY_SUBJECT : subject);
  if (!p && subject != NO_SYMBOL) p = pairs_find(&b->fields, name, ANY_SUBJECT, subject);
  return p ? &b->book->fields.v[p->first] : NULL;
}
