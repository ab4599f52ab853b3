/* compare.c: what changed between two books: tables are paired by kind and project, rows by what they are of, columns by measure; never by position.
 * A blank, a dash and a zero are the same amount; amounts in 元 and 万元 are the same where the coarser holds the finer. */
#include "rooms/audit/compare.h"

#include <stdlib.h>
#include <string.h>

enum { DIFFERENCES_MOST = 2000000, NAME_BYTES = 1024 };

const char *const change_what_names[] = {"table", "row", "amount", "text", "field"};
const char *const change_how_names[] = {"changed", "added", "removed"};

/* Things of both sides by what they are; pairs are things of equal names. The second of one name on a side is a thing of its own. */
struct counted {
  int32_t side[2];
};
struct pairing {
  int32_t thing[2]; /* -1 none */
};
struct names {
  struct intern bases, set;
  VEC(struct counted) counts; /* by base name: how many so far */
  VEC(struct pairing) pairs;  /* by numbered name */
};

static int name_put(struct names *n, int side, int32_t thing, const char *base) {
  char numbered[NAME_BYTES + 16];
  uint32_t id = intern_add(&n->bases, base, strlen(base));
  struct counted zero = {{0, 0}};
  struct pairing empty = {{-1, -1}};
  if (id == INTERN_NONE || (id == n->counts.n && VEC_PUSH(&n->counts, zero, DIFFERENCES_MOST) < 0)) return RC_NOMEM;
  int length = snprintf(numbered, sizeof numbered, "%s#%d", base, (int)++n->counts.v[id].side[side]);
  id = intern_add(&n->set, numbered, (size_t)length < sizeof numbered ? (size_t)length : sizeof numbered - 1);
  if (id == INTERN_NONE || (id == n->pairs.n && VEC_PUSH(&n->pairs, empty, DIFFERENCES_MOST) < 0)) return RC_NOMEM;
  n->pairs.v[id].thing[side] = thing;
  return RC_OK;
}

static void names_init(struct names *n) {
  *n = (struct names){0};
  intern_init(&n->bases);
  intern_init(&n->set);
}

static void names_release(struct names *n) {
  intern_release(&n->bases);
  intern_release(&n->set);
  free(n->counts.v), free(n->pairs.v);
}

static const char *name_of(const struct book *b, symbol s) {
  return s == NO_SYMBOL ? "" : intern_name(&b->symbols, s);
}

/* ---- differences ---- */

struct making {
  struct comparison *c;
  const struct book *b[2];
  struct err *e;
};

static uint64_t magnitude(int64_t v) {
  return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

static int add(struct making *m, struct difference d) {
  d.size = magnitude(d.amount);
  return VEC_PUSH(&m->c->list, d, DIFFERENCES_MOST) < 0 ? err_set(m->e, RC_LIMIT, "%s", tr("不同之处太多", "too many differences")) : RC_OK;
}

static struct difference none(enum change_what what, enum change_how how) {
  return (struct difference){.what = what, .how = how, .table = {-1, -1}, .row = {-1, -1}, .obs = {-1, -1}, .field = {-1, -1}};
}

static bool is_text(const struct obs *o) {
  return o->type == OBS_TEXT || o->type == OBS_CODE;
}

static bool readable(const struct obs *o) {
  return o->state != OBS_UNREADABLE && !o->doubtful;
}

static bool same_value(const struct obs *a, const struct obs *b) {
  if (a->value == b->value) return true;
  if (a->quantum == b->quantum || a->type != OBS_AMOUNT) return false; /* printed alike: any difference is one */
  int64_t la, ha, lb, hb;
  obs_interval(a, &la, &ha);
  obs_interval(b, &lb, &hb);
  return la <= hb && lb <= ha;
}

static bool same_text(struct sv a, struct sv b) {
  struct arena scratch;
  arena_init(&scratch, 4 << 20);
  const char *x = text_fold(&scratch, a), *y = text_fold(&scratch, b);
  bool same = x && y ? strcmp(x, y) == 0 : sv_equal(a, b);
  arena_release(&scratch);
  return same;
}

static int32_t cell_at(const struct book_table *t, int row, int column) {
  return row < 0 || column < 0 ? -1 : t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)column];
}

static int cell_compare(struct making *m, const struct difference *where, int32_t old, int32_t new) {
  static const struct obs nothing = {.state = OBS_BLANK, .type = OBS_AMOUNT};
  const struct obs *a = old >= 0 ? &m->b[0]->obs.v[old] : &nothing, *b = new >= 0 ? &m->b[1]->obs.v[new] : &nothing;
  struct difference d = *where;
  d.obs[0] = old, d.obs[1] = new;
  m->c->cells++;
  if (!readable(a) || !readable(b)) {
    m->c->not_compared++;
    return RC_OK;
  }
  bool text = is_text(old >= 0 ? a : b);
  if (text ? same_text(a->text, b->text) : same_value(a, b)) {
    m->c->same++;
    return RC_OK;
  }
  d.what = text ? CHANGE_TEXT : CHANGE_AMOUNT;
  if (!text && __builtin_sub_overflow(b->value, a->value, &d.amount)) d.amount = INT64_MAX;
  return add(m, d);
}

/* ---- rows ---- */

/* What a row or table holds: its total, or its first amount. */
static int64_t row_amount(const struct book *b, const struct book_table *t, int row, bool *any, int32_t *obs) {
  static const char *const best[] = {"total", "amount", "expenditure", "year"};
  int at = -1;
  *any = false, *obs = -1;
  for (int k = 0; k < t->ncolumns; k++) {
    const struct obs *o = book_cell(b, t, row, k);
    if (o && (is_text(o) ? o->text.n > 0 : o->value != 0)) *any = true;
    if (!o || o->type != OBS_AMOUNT || t->columns[k].other_year) continue;
    if (at < 0) at = k;
  }
  for (size_t i = sizeof best / sizeof *best; i-- > 0;)
    for (int k = 0; k < t->ncolumns; k++)
      if (t->columns[k].type == OBS_AMOUNT && strcmp(name_of(b, t->columns[k].measure), best[i]) == 0) at = k;
  const struct obs *o = at >= 0 ? book_cell(b, t, row, at) : NULL;
  *obs = cell_at(t, row, at);
  return o ? o->value : 0;
}

/* `counts`: how many rows of the table have a key. */
static void row_name(const struct book *b, const struct book_table *t, int row, const int32_t *counts, struct buf *out) {
  const struct book_row *r = &t->rows[row];
  char label[NAME_BYTES];
  buf_clear(out);
  buf_puts(out, name_of(b, r->key));
  if (r->key != NO_SYMBOL && counts[r->key] == 1) return;
  text_fold_into(label, sizeof label, r->label); /* several rows of one key are told apart by what is written in them */
  buf_putc(out, '/');
  buf_puts(out, label);
  if (r->parent >= 0 && r->parent < t->nrows) buf_putc(out, '<'), buf_puts(out, name_of(b, t->rows[r->parent].key));
}

static int column_with(const struct book *from, const struct book_column *k, const struct book *b, const struct book_table *t) {
  for (int i = 0; i < t->ncolumns; i++) {
    const struct book_column *x = &t->columns[i];
    if (k->measure != NO_SYMBOL ? x->measure != NO_SYMBOL && strcmp(name_of(from, k->measure), name_of(b, x->measure)) == 0
                                : x->measure == NO_SYMBOL && k->header.n && same_text(k->header, x->header))
      return i;
  }
  return -1;
}

static int row_alone(struct making *m, int side, int32_t table, int row) {
  struct difference d = none(CHANGE_ROW, side ? ADDED : REMOVED);
  bool any;
  d.table[side] = table, d.row[side] = row;
  d.amount = row_amount(m->b[side], &m->b[side]->tables.v[table], row, &any, &d.obs[side]);
  if (side == 0 && d.amount != INT64_MIN) d.amount = -d.amount;
  return any ? add(m, d) : RC_OK; /* a fixed row of zeros says nothing */
}

static int rows_compare(struct making *m, const int32_t table[2], int row_a, int row_b) {
  const struct book_table *a = &m->b[0]->tables.v[table[0]], *b = &m->b[1]->tables.v[table[1]];
  struct difference where = none(CHANGE_AMOUNT, CHANGED);
  memcpy(where.table, table, sizeof where.table);
  where.row[0] = row_a, where.row[1] = row_b;
  int rc = RC_OK;
  for (int k = 0; k < a->ncolumns && rc == RC_OK; k++) {
    if (a->columns[k].derived) continue; /* not printed: it follows from what is */
    int other = column_with(m->b[0], &a->columns[k], m->b[1], b);
    if (other >= 0) rc = cell_compare(m, &where, cell_at(a, row_a, k), cell_at(b, row_b, other));
  }
  return rc;
}

static int tables_compare(struct making *m, const int32_t table[2]) {
  struct names n;
  struct buf name;
  int rc = RC_OK;
  if (m->b[0]->tables.v[table[0]].doubtful || m->b[1]->tables.v[table[1]].doubtful) {
    m->c->not_compared++;
    return RC_OK;
  }
  names_init(&n);
  buf_init(&name, 1 << 20);
  for (int side = 0; side < 2 && rc == RC_OK; side++) {
    const struct book_table *t = &m->b[side]->tables.v[table[side]];
    int32_t *counts = calloc(m->b[side]->symbols.names.n + 1, sizeof *counts);
    if (!counts) rc = RC_NOMEM;
    for (int i = 0; counts && i < t->nrows; i++) counts[t->rows[i].key == NO_SYMBOL ? m->b[side]->symbols.names.n : t->rows[i].key]++;
    for (int i = 0; i < t->nrows && rc == RC_OK; i++) {
      row_name(m->b[side], t, i, counts, &name);
      rc = name.rc < 0 ? name.rc : name_put(&n, side, i, name.p ? name.p : "");
    }
    free(counts);
  }
  for (size_t i = 0; i < n.pairs.n && rc == RC_OK; i++) {
    int32_t a = n.pairs.v[i].thing[0], b = n.pairs.v[i].thing[1];
    if (a >= 0 && b >= 0)
      rc = rows_compare(m, table, a, b);
    else if (a >= 0 || b >= 0)
      rc = row_alone(m, a < 0, table[a < 0], a < 0 ? b : a);
  }
  buf_release(&name);
  names_release(&n);
  return rc;
}

/* ---- tables ---- */

static int64_t table_amount(const struct book *b, const struct book_table *t, bool *any) {
  int64_t amount = 0;
  *any = false;
  for (int i = t->nrows; i-- > 0;) { /* the total, or the largest row */
    bool here;
    int32_t obs;
    int64_t v = row_amount(b, t, i, &here, &obs);
    *any |= here;
    if (t->rows[i].role == ROW_TOTAL) return v;
    if (magnitude(v) > magnitude(amount)) amount = v;
  }
  return amount;
}

static int table_alone(struct making *m, int side, int32_t table) {
  struct difference d = none(CHANGE_TABLE, side ? ADDED : REMOVED);
  bool any;
  d.table[side] = table;
  d.amount = table_amount(m->b[side], &m->b[side]->tables.v[table], &any);
  if (side == 0 && d.amount != INT64_MIN) d.amount = -d.amount;
  return any ? add(m, d) : RC_OK;
}

static int all_tables(struct making *m) {
  struct names n;
  char name[NAME_BYTES];
  int rc = RC_OK;
  names_init(&n);
  for (int side = 0; side < 2 && rc == RC_OK; side++)
    for (size_t i = 0; i < m->b[side]->tables.n && rc == RC_OK; i++) {
      const struct book_table *t = &m->b[side]->tables.v[i];
      if (t->prose) continue; /* sentences are not laid side by side */
      snprintf(name, sizeof name, "%s/%s", name_of(m->b[side], t->kind), name_of(m->b[side], t->subject));
      rc = name_put(&n, side, (int32_t)i, name);
    }
  for (size_t i = 0; i < n.pairs.n && rc == RC_OK; i++) {
    const int32_t *pair = n.pairs.v[i].thing;
    if (pair[0] >= 0 && pair[1] >= 0)
      rc = tables_compare(m, pair);
    else if (pair[0] >= 0 || pair[1] >= 0)
      rc = table_alone(m, pair[0] < 0, pair[pair[0] < 0]);
  }
  names_release(&n);
  return rc;
}

/* ---- fields of forms ---- */

/* What recognition notes for itself is not the book's. */
static bool field_told(const char *name) {
  static const char *const passed_over[] = {"required.kind", "contents.table", "project.evidence", "project.alone", "section", "sentence"};
  for (size_t i = 0; i < sizeof passed_over / sizeof *passed_over; i++)
    if (strcmp(name, passed_over[i]) == 0) return false;
  return strncmp(name, "said", 4) != 0;
}

static int fields_compare(struct making *m, int32_t a, int32_t b) {
  const struct book_field *x = a >= 0 ? &m->b[0]->fields.v[a] : NULL, *y = b >= 0 ? &m->b[1]->fields.v[b] : NULL;
  struct sv old = x ? x->text : (struct sv){0}, new = y ? y->text : (struct sv){0};
  struct difference d = none(CHANGE_FIELD, !x || old.n == 0 ? ADDED : !y || new.n == 0 ? REMOVED : CHANGED);
  d.field[0] = a, d.field[1] = b;
  if (x) d.table[0] = x->table;
  if (y) d.table[1] = y->table;
  return same_text(old, new) ? RC_OK : add(m, d);
}

static int all_fields(struct making *m) {
  struct names n;
  char name[NAME_BYTES];
  int rc = RC_OK;
  names_init(&n);
  for (int side = 0; side < 2 && rc == RC_OK; side++)
    for (size_t i = 0; i < m->b[side]->fields.n && rc == RC_OK; i++) {
      const struct book_field *f = &m->b[side]->fields.v[i];
      const char *what = name_of(m->b[side], f->name);
      if (!field_told(what)) continue;
      const struct book_table *t = f->table >= 0 && (size_t)f->table < m->b[side]->tables.n ? &m->b[side]->tables.v[f->table] : NULL;
      snprintf(name, sizeof name, "%s/%s/%s", what, name_of(m->b[side], f->subject), t ? name_of(m->b[side], t->kind) : "");
      rc = name_put(&n, side, (int32_t)i, name);
    }
  for (size_t i = 0; i < n.pairs.n && rc == RC_OK; i++) rc = fields_compare(m, n.pairs.v[i].thing[0], n.pairs.v[i].thing[1]);
  names_release(&n);
  return rc;
}

/* ---- the whole ---- */

/* Money by size, then what is text; of one size in the order of the book. */
static int by_size(const void *pa, const void *pb) {
  const struct difference *a = pa, *b = pb;
  bool ta = a->what == CHANGE_TEXT || a->what == CHANGE_FIELD, tb = b->what == CHANGE_TEXT || b->what == CHANGE_FIELD;
  if (ta != tb) return ta ? 1 : -1;
  if (a->size != b->size) return a->size > b->size ? -1 : 1;
  const int32_t x[] = {a->table[1] >= 0 ? a->table[1] : a->table[0], a->row[1], a->row[0], a->obs[1], a->obs[0], a->field[1], a->field[0]},
                y[] = {b->table[1] >= 0 ? b->table[1] : b->table[0], b->row[1], b->row[0], b->obs[1], b->obs[0], b->field[1], b->field[0]};
  for (size_t i = 0; i < sizeof x / sizeof *x; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

int comparison_make(const struct book *old, const struct book *new, struct comparison *out, struct err *e) {
  *out = (struct comparison){.side = {{.b = old}, {.b = new}}};
  struct making m = {out, {old, new}, e};
  int rc = all_tables(&m);
  if (rc == RC_OK) rc = all_fields(&m);
  if (rc == RC_OK && out->list.n > 1) qsort(out->list.v, out->list.n, sizeof *out->list.v, by_size);
  if (rc == RC_NOMEM) err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) comparison_release(out);
  return rc;
}

void comparison_release(struct comparison *c) {
  free(c->list.v);
  *c = (struct comparison){0};
}

bool difference_percent(const struct comparison *c, const struct difference *d, int64_t *out) {
  const struct obs *o = d->what == CHANGE_AMOUNT ? obs_at(&c->side[0], d->obs[0]) : NULL;
  if (!o || o->value == 0 || d->amount == INT64_MAX) return false;
  int64_t base = o->value < 0 ? -o->value : o->value;
  return money_muldiv(d->amount, 10000, base, ROUND_HALF_UP, out) == RC_OK;
}
