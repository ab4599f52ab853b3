/* table.c: a view becomes a table of the book: columns to measures, rows to keys, cells to observations. */
#include "rooms/budget/internal.h"

#include <string.h>

enum { MAX_OBS = 4000000, MAX_TABLES = 20000, MAX_UNREAD = 1000000, MAX_FIELDS = 200000 };

/* ---- columns ---- */

static int path_has(const struct view_column *c, uint32_t word) {
  for (int i = c->n - 1; i >= 0; i--)
    if (c->word[i] == word) return i;
  return -1;
}

/* Every word of the pattern is in the head, one of them is its last; more words are a better match, of as many those that stand lower. */
static int pattern_score(const struct pattern *p, const struct view_column *c) {
  bool last = false;
  int depth = 0;
  for (int i = 0; i < p->n; i++) {
    int at = path_has(c, p->word[i]);
    if (at < 0) return 0;
    depth += at;
    last = last || at == c->n - 1;
  }
  return last ? p->n * 1000 + depth : 0;
}

static int match_columns(const struct kind *k, const struct view_column *c) {
  int best = -1, best_score = 0;
  for (size_t i = 0; i < k->columns.n; i++)
    for (size_t p = 0; p < k->columns.v[i].patterns.n; p++) {
      int score = pattern_score(&k->columns.v[i].patterns.v[p], c);
      if (score > best_score) best_score = score, best = (int)i;
    }
  return best;
}

int column_measure(const struct kind *k, const struct view_column *c) {
  return c->n == 0 || c->when != WHEN_NOW ? -1 : match_columns(k, c);
}

int columns_known(const struct kind *k, const struct view *w, int from, int to) {
  int known = 0;
  for (int c = from; c < to; c++)
    if (w->columns[c].label == LABEL_NOT) known += column_measure(k, &w->columns[c]) >= 0;
  return known;
}

/* The measure of which a column is a part: by its name ("basic.personnel" of "basic"), if the table prints that. */
static symbol group_of(struct recogniser *r, const struct book_table *t, const char *measure) {
  char prefix[64];
  const char *dot = strrchr(measure, '.');
  if (!dot || (size_t)(dot - measure) >= sizeof prefix) return NO_SYMBOL;
  memcpy(prefix, measure, (size_t)(dot - measure));
  prefix[dot - measure] = '\0';
  symbol s = book_find(r->book, prefix);
  for (int i = 0; s != NO_SYMBOL && i < t->ncolumns; i++)
    if (t->columns[i].measure == s) return s;
  return NO_SYMBOL;
}

/* "prior.total" for an earlier year's total, "prior" for an earlier year's figure of a measure that is not known; "change", "change.percent". */
static int name_other_year(struct recogniser *r, const struct kind *k, const struct view_column *v, struct book_column *out) {
  char name[80] = "prior";
  out->other_year = true;
  if (v->when == WHEN_COMPARED) {
    const char *last = v->n ? v->part[v->n - 1] : "";
    bool share = strstr(last, "%") || strstr(last, "率") || strstr(last, "幅度") || strstr(last, "比例");
    snprintf(name, sizeof name, "%s", share ? "change.percent" : "change");
    if (share) out->type = OBS_PERCENT;
  } else {
    int measure = v->n ? match_columns(k, v) : -1;
    if (measure >= 0) snprintf(name, sizeof name, "prior.%s", k->columns.v[measure].measure);
  }
  out->measure = book_symbol(r->book, name);
  return out->measure == NO_SYMBOL ? RC_NOMEM : RC_OK;
}

/* In a table that prints only one of two like measures the plain head means the usual one (kinds.txt: fallback). */
static void apply_fallback(struct recogniser *r, const struct kind *k, struct book_table *t) {
  if (!k->fallback[0]) return;
  symbol wanted = book_symbol(r->book, k->fallback[0]), other = book_symbol(r->book, k->fallback[1]);
  for (int i = 0; i < t->ncolumns; i++)
    if (t->columns[i].measure == wanted) return;
  for (int i = 0; i < t->ncolumns; i++)
    if (t->columns[i].measure == other) t->columns[i].measure = wanted;
}

/* A column of the grid that only goes on what stands left of it: nothing begins in it, and cells lie over both. */
static bool column_repeats(struct recogniser *r, const struct view *w, int c) {
  bool shared = false;
  for (int row = w->nrows > w->header ? w->header : 0; c > 0 && row < w->nrows; row++) {
    const struct cell *cell = view_cell(r, w, row, c);
    bool same = cell && cell == view_cell(r, w, row, c - 1);
    if (cell && !same && cell->text.n > 0) return false;
    shared = shared || same;
  }
  return shared;
}

static int build_columns(struct recogniser *r, const struct view *w, const struct kind *k, struct book_table *t, int *source) {
  t->columns = ARENA_ARRAY(&r->book->arena, struct book_column, (size_t)w->ncolumns + 1);
  if (!t->columns) return RC_NOMEM;
  for (int c = 0; c < w->ncolumns; c++) {
    const struct view_column *v = &w->columns[c];
    int measure = column_measure(k, v);
    bool value = v->label == LABEL_NOT || (measure >= 0 && v->label == LABEL_NAME && v->numbers && !v->texts);
    if (!value || (measure < 0 && !v->numbers && !v->texts && v->n == 0) || column_repeats(r, w, c)) continue;
    struct book_column *out = &t->columns[t->ncolumns];
    *out = (struct book_column){.measure = NO_SYMBOL, .group = NO_SYMBOL, .header = view_header_text(r, w, c), .type = OBS_AMOUNT};
    if (measure >= 0) {
      out->measure = book_symbol(r->book, k->columns.v[measure].measure);
      out->type = k->columns.v[measure].type;
    } else if (v->when != WHEN_NOW && name_other_year(r, k, v, out) < 0) {
      return RC_NOMEM;
    }
    for (int i = 0; i < t->ncolumns; i++)
      if (t->columns[i].measure == out->measure) out->measure = NO_SYMBOL; /* a second column under one name is not understood */
    source[t->ncolumns++] = c;
  }
  apply_fallback(r, k, t);
  for (int i = 0; i < t->ncolumns; i++)
    if (t->columns[i].measure != NO_SYMBOL) t->columns[i].group = group_of(r, t, intern_name(&r->book->symbols, t->columns[i].measure));
  return RC_OK;
}

/* ---- cells ---- */

static int64_t scaled(const struct number *n, int places, bool *fits) {
  int64_t value = n->mantissa;
  *fits = true;
  for (int i = n->decimals; i < places && *fits; i++) *fits = !__builtin_mul_overflow(value, 10, &value);
  for (int i = places; i < n->decimals && *fits; i++) {
    *fits = value % 10 == 0;
    value /= 10;
  }
  return value;
}

/* Reads a cell as an amount, percentage, count or text; the place and text are kept whatever it holds. Never fails but for want of memory. */
int obs_read(struct recogniser *r, const struct cell *cell, enum obs_type type, enum scale scale, struct obs *out) {
  (void)r;
  *out = (struct obs){.type = type, .state = OBS_BLANK};
  if (!cell) return RC_OK;
  out->text = cell->text;
  out->place = cell->place;
  const unsigned faults = CELL_TWO_NUMBERS | CELL_NOT_RECT | CELL_INVISIBLE | CELL_STALE | CELL_LOST;
  out->doubtful = (cell->flags & faults) != 0;
  if (sv_trim(cell->text).n == 0) return RC_OK;
  if (type == OBS_TEXT || type == OBS_CODE) {
    out->state = OBS_VALUE;
    return RC_OK;
  }
  if (number_is_dash(cell->text)) {
    out->state = OBS_DASH;
    return RC_OK;
  }
  struct number n;
  bool fits = true;
  out->state = OBS_UNREADABLE;
  if (number_parse(cell->text, &n) < 0) return RC_OK;
  if (type == OBS_AMOUNT && n.percent) out->type = type = OBS_PERCENT;
  if (type == OBS_AMOUNT)
    fits = money_from(&n, scale == SCALE_NONE ? SCALE_YUAN : scale, &out->value) == RC_OK;
  else
    out->value = scaled(&n, 4, &fits); /* percentages and counts alike: 1.00% and 1 piece are 10000 */
  if (type == OBS_AMOUNT && !fits && scale == SCALE_NONE) fits = money_from(&n, SCALE_WAN, &out->value) == RC_OK;
  out->decimals = n.decimals;
  if (fits) out->state = n.mantissa == 0 ? OBS_ZERO : OBS_VALUE;
  return RC_OK;
}

static int64_t quantum_of(enum obs_type type, int decimals, enum scale scale) {
  if (type == OBS_AMOUNT) return money_quantum(decimals, scale == SCALE_NONE ? SCALE_YUAN : scale);
  int64_t q = 1;
  for (int i = decimals; i < 4; i++) q *= 10;
  return q;
}

/* The quantum of a column is that of its finest printed number: 600 beside 7892.56 is 600.00. */
static void settle_quantum(struct book *b, struct book_table *t, int column) {
  struct book_column *c = &t->columns[column];
  for (int row = 0; row < t->nrows; row++) {
    const struct obs *o = &b->obs.v[t->cells[row * t->ncolumns + column]];
    if (o->state != OBS_VALUE && o->state != OBS_ZERO) continue;
    if (o->type == OBS_TEXT || o->type == OBS_CODE) continue;
    c->amounts = true;
    c->type = o->type;
    if (o->decimals > c->decimals) c->decimals = o->decimals;
  }
  if (c->amounts) c->quantum = quantum_of(c->type, c->decimals, t->scale);
  for (int row = 0; row < t->nrows; row++) {
    struct obs *o = &b->obs.v[t->cells[row * t->ncolumns + column]];
    if (o->state == OBS_VALUE && o->type != OBS_TEXT && o->type != OBS_CODE) o->quantum = quantum_of(o->type, c->decimals, t->scale);
  }
}

int book_add_unread(struct recogniser *r, int document, int table, int row, int column, const char *why, struct place place, struct sv text) {
  struct book_unread u = {document, table, row, column, why, place, text};
  return VEC_PUSH(&r->book->unread, u, MAX_UNREAD) < 0 ? err_set(r->e, RC_LIMIT, "%s", tr("未读的单元格太多", "too many unread cells")) : RC_OK;
}

int book_add_field(struct recogniser *r, const char *name, int32_t table, symbol subject, struct sv text, struct place place, int document) {
  struct book_field f = {book_symbol(r->book, name), table, subject, text, place, document};
  return VEC_PUSH(&r->book->fields, f, MAX_FIELDS) < 0 ? err_set(r->e, RC_LIMIT, "%s", tr("字段太多", "too many fields")) : RC_OK;
}

bool blank_is_unknown(const struct recogniser *r, const struct kind *k) {
  for (size_t i = 0; i < r->v->blank_unknown.n; i++)
    if (strcmp(r->v->blank_unknown.v[i], "*") == 0 || strcmp(r->v->blank_unknown.v[i], k->name) == 0) return true;
  return false;
}

/* A footer whose label reaches over the amount's column has its amount in the next cell: Jiangsu's 当年支出小计 over both halves of the expenditure.
 */
static const struct cell *value_cell(struct recogniser *r, const struct view *w, int row, int column) {
  const struct cell *cell = view_cell(r, w, row, column);
  for (int c = 0; cell && c < column; c++)
    if (w->columns[c].label != LABEL_NOT && view_cell(r, w, row, c) == cell && cell->text.n) {
      const struct row_ref *ref = &w->rows[row];
      return table_cell(&r->documents[w->document]->tables[ref->table], ref->row, cell->column + cell->column_span);
    }
  return cell;
}

/* One printed cell is one observation, also when two sides of a table share it. */
static int32_t *observed(struct recogniser *r, int document, int table, const struct cell *cell) {
  const struct table *t = &r->documents[document]->tables[table];
  if (!cell) return NULL;
  if (!r->observed[document][table]) r->observed[document][table] = ARENA_ARRAY(&r->scratch, int32_t, (size_t)t->ncells + 1);
  return r->observed[document][table] ? &r->observed[document][table][cell - t->cells] : NULL;
}

static int build_cell(struct recogniser *r, const struct view *w, const struct kind *k, struct book_table *t, int index, int row, int column,
                      const int *rows, const int *columns) {
  struct obs o;
  const struct cell *cell = value_cell(r, w, rows[row], columns[column]);
  int32_t *known = observed(r, w->document, w->rows[rows[row]].table, cell);
  if (known && *known > 0 && r->book->obs.v[*known - 1].table != index && r->book->obs.v[*known - 1].type == t->columns[column].type) {
    t->cells[row * t->ncolumns + column] = *known - 1;
    return RC_OK;
  }
  int rc = obs_read(r, cell, t->columns[column].type, t->scale, &o);
  if (rc < 0) return rc;
  if (known) *known = (int32_t)r->book->obs.n + 1;
  if (o.state == OBS_BLANK && blank_is_unknown(r, k)) o.state = OBS_NOT_APPLICABLE;
  o.row = row, o.column = column, o.table = index;
  o.document = w->document;
  o.document_table = w->rows[rows[row]].table;
  o.doubtful = o.doubtful || t->doubtful;
  if (o.state == OBS_UNREADABLE)
    rc = book_add_unread(r, w->document, o.document_table, w->rows[rows[row]].row, cell ? cell->column : -1, tr("不是数", "not a number"), o.place,
                         o.text);
  if (rc < 0) return rc;
  t->cells[row * t->ncolumns + column] = (int32_t)r->book->obs.n;
  return VEC_PUSH(&r->book->obs, o, MAX_OBS) < 0 ? err_set(r->e, RC_LIMIT, "%s", tr("单元格太多", "too many cells")) : RC_OK;
}

const char *table_id(struct recogniser *r, const struct title *t, const char *suffix) {
  char number[24];
  if (t->number.n && t->number.n < 16) {
    bool digit_one = t->number.n == 1 || t->number.p[1] == '-';
    snprintf(number, sizeof number, "%s%.*s", digit_one ? "0" : "", SV_ARG(t->number));
  } else {
    snprintf(number, sizeof number, "%02d", r->order);
  }
  for (int try = 0; try < 100; try++) {
    char *id = try == 0 ? arena_printf(&r->book->arena, "T%s%s%s", number, *suffix ? "." : "", suffix)
                        : arena_printf(&r->book->arena, "T%s%s%s-%d", number, *suffix ? "." : "", suffix, try + 1);
    bool taken = false;
    for (size_t i = 0; id && i < r->book->tables.n; i++) taken = taken || strcmp(r->book->tables.v[i].id, id) == 0;
    if (!taken) return id;
  }
  return arena_printf(&r->book->arena, "T%s-%zu", number, r->book->tables.n + 1);
}

static int build_cells(struct recogniser *r, const struct view *w, const struct kind *k, struct book_table *t, int index, const int *rows,
                       const int *columns) {
  size_t n = (size_t)t->nrows * (size_t)t->ncolumns;
  t->cells = ARENA_ARRAY(&r->book->arena, int32_t, n + 1);
  if (!t->cells) return RC_NOMEM;
  for (int row = 0; row < t->nrows; row++)
    for (int c = 0; c < t->ncolumns; c++) {
      int rc = build_cell(r, w, k, t, index, row, c, rows, columns);
      if (rc < 0) return rc;
    }
  t->empty = true;
  for (int c = 0; c < t->ncolumns; c++) {
    settle_quantum(r->book, t, c);
    if (t->columns[c].amounts) t->empty = false;
  }
  return RC_OK;
}

static int list_unknown_rows(struct recogniser *r, const struct view *w, const struct book_table *t, const int *rows) {
  for (int row = 0; row < t->nrows; row++) {
    if (t->rows[row].role != ROW_UNKNOWN) continue;
    int rc = book_add_unread(r, w->document, w->rows[rows[row]].table, w->rows[rows[row]].row, -1,
                             tr("这一行是什么没有认出", "what this row is of was not recognised"), t->rows[row].place, t->rows[row].label);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

int table_build(struct recogniser *r, const struct view *w, const struct kind *k, const struct title *title, const char *suffix, int *out) {
  const struct document *d = r->documents[w->document];
  int first = w->nrows ? w->rows[0].table : 0, index = (int)r->book->tables.n, rc;
  struct book_table t = {.kind = book_symbol(r->book, k->name),
                         .title = title->text,
                         .scale = title->scale,
                         .subject = NO_SYMBOL,
                         .remark = title->remark,
                         .document = w->document,
                         .document_table = first,
                         .phase = PHASE_BUDGET};
  t.place = d->tables[first].nparts ? d->tables[first].parts[0] : (struct place){0};
  t.id = table_id(r, title, suffix);
  if (w->doubt) t.doubtful = true, t.doubt = w->doubt;
  for (int i = 0; i < w->nrows; i++) {
    const struct table *part = &d->tables[w->rows[i].table];
    if (!t.doubtful && (part->flags & (TABLE_DOUBTFUL | TABLE_HIDDEN))) {
      t.doubtful = true;
      t.doubt = part->doubt ? part->doubt : tr("表没有读清楚", "the table was not read cleanly");
    }
  }
  int *rows = ARENA_ARRAY(&r->scratch, int, (size_t)w->nrows + 1), *columns = ARENA_ARRAY(&r->scratch, int, (size_t)w->ncolumns + 1);
  if (!rows || !columns || !t.id || t.kind == NO_SYMBOL) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  rc = build_columns(r, w, k, &t, columns);
  if (rc == RC_OK) rc = rows_build(r, w, k, &t, rows, NULL);
  if (rc == RC_OK) rc = build_cells(r, w, k, &t, index, rows, columns);
  if (rc == RC_OK) rc = list_unknown_rows(r, w, &t, rows);
  if (rc == RC_OK && VEC_PUSH(&r->book->tables, t, MAX_TABLES) < 0) rc = RC_LIMIT;
  if (rc < 0) return r->e && r->e->code < 0 ? rc : err_set(r->e, (enum rc)rc, "%s", tr("表太大", "the table is too large"));
  if (out) *out = index;
  return RC_OK;
}
