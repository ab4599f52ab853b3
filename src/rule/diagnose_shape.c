/* diagnose_shape.c: what goes wrong as a whole: a table or column in the wrong unit, two columns exchanged, a row left out or put in twice, figures
 * of last year left standing. Each is told from wrong digits by repairing many relations at once. */
#include "rule/diagnose_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
  BLOCKS_MOST = 64,
  PAIRS_MOST = 28,
  GROUPS_MOST = 64,
  GROUP_COLUMNS_MOST = 24,
  SLIPS_MOST = 8,
  SAMPLES_MOST = 6,
  SHRINKS = 100 /* times smaller */
};

__extension__ typedef __int128 wide;

static const struct obs *obs_of(const struct diagnosis *d, int32_t i) {
  return &d->book->obs.v[i];
}

static uint64_t magnitude(int64_t v) {
  return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- labels for explanations that the search found ---- */

bool shape_swapped(const struct diagnosis *d, const struct explanation *x) {
  if (x->n != 2) return false;
  const struct obs *a = obs_of(d, x->changes[0].obs), *b = obs_of(d, x->changes[1].obs);
  return a->table == b->table && (a->row == b->row || a->column == b->column) && x->changes[0].value == b->value && x->changes[1].value == a->value;
}

static bool is_prior(const struct book *b, const struct book_table *t, int column) {
  symbol m = column >= 0 && column < t->ncolumns ? t->columns[column].measure : NO_SYMBOL;
  return m != NO_SYMBOL && strncmp(intern_name(&b->symbols, m), "prior", 5) == 0;
}

/* Whether last year's figure of the same row stands where this year's should. */
static bool is_last_years(const struct diagnosis *d, int32_t obs) {
  const struct obs *o = obs_of(d, obs);
  if (o->value == 0 || o->table < 0 || (size_t)o->table >= d->book->tables.n) return false;
  const struct book_table *t = &d->book->tables.v[o->table];
  if (o->row < 0 || o->row >= t->nrows || is_prior(d->book, t, o->column)) return false;
  for (int c = 0; c < t->ncolumns; c++) {
    const struct obs *other = is_prior(d->book, t, c) ? book_cell(d->book, t, o->row, c) : NULL;
    if (other && other->value == o->value) return true;
  }
  return false;
}

bool shape_stale(const struct diagnosis *d, const struct explanation *x) {
  for (int i = 0; i < x->n; i++) {
    long cost;
    if (!is_last_years(d, x->changes[i].obs)) return false;
    if (x->n == 1 && change_kind(d->book, obs_of(d, x->changes[i].obs), x->changes[i].value, &cost) == CAUSE_DIGIT) return false;
  }
  return x->n > 0;
}

/* ---- blocks: many cells changed in one way ---- */

struct block {
  struct change *changes;
  int n;
  bool scaled;   /* all by one factor */
  int64_t slack; /* a unit of 万元 where 元 was meant hides this many 分 in each cell */
};

/* Whether what is wrong with a relation becomes a small part of what it was. */
static bool shrinks(const struct diagnosis *d, int32_t relation) {
  struct relation after = d->result->relations.v[relation];
  uint64_t before = magnitude(after.difference);
  relation_judge(d->book, &after, d->values);
  return magnitude(after.difference) < before / SHRINKS;
}

/* Whether the relation, broken under the block's values, holds once the coarseness of the block's unit is granted. */
static bool holds_with_slack(const struct diagnosis *d, const struct relation *r, int64_t slack) {
  wide sum = 0, room = 0;
  if (r->op != REL_EQ) return false;
  for (int i = 0; i < r->nterms; i++) {
    wide c = r->terms[i].coefficient;
    sum += c * d->values[r->terms[i].obs];
    room += (c < 0 ? -c : c) * slack;
  }
  return slack > 0 && (sum < 0 ? -sum : sum) * 2 <= room;
}

/* Whether a relation lies wholly inside a block that is being scaled: then scaling neither breaks nor repairs it. */
static bool is_inside(const struct diagnosis *d, const struct relation *r, const struct block *b) {
  if (!b->scaled) return false;
  for (int i = 0; i < r->nterms; i++) {
    int64_t printed = obs_of(d, r->terms[i].obs)->value;
    if (printed != 0 && d->values[r->terms[i].obs] == printed) return false;
  }
  return true;
}

/* A first look at a few broken relations that the block touches, without touching the levels: most blocks fail here, at little cost. */
static bool block_promising(struct diagnosis *d, struct block *b) {
  int looked = 0;
  long limit = d->steps + STEPS_COMPONENT / 16;
  bool promising = true;
  for (int i = 0; i < b->n; i++) {
    int64_t was = d->values[b->changes[i].obs];
    d->values[b->changes[i].obs] = b->changes[i].value;
    b->changes[i].value = was;
  }
  for (int i = 0; i < b->n && promising && looked < SAMPLES_MOST && d->steps < limit; i++)
    for (int32_t u = d->first[b->changes[i].obs]; u < d->first[b->changes[i].obs + 1] && promising && looked < SAMPLES_MOST && d->steps < limit;
         u++) {
      int32_t relation = d->uses[u];
      d->steps += d->initial[relation] == LEVEL_BROKEN ? d->result->relations.v[relation].nterms : 1;
      if (!d->hard[relation] || d->initial[relation] != LEVEL_BROKEN || is_inside(d, &d->result->relations.v[relation], b)) continue;
      looked++;
      promising = relation_level(d, relation) != LEVEL_BROKEN || holds_with_slack(d, &d->result->relations.v[relation], b->slack) ||
                  (b->scaled && shrinks(d, relation));
    }
  for (int i = b->n; i-- > 0;) {
    int64_t is = d->values[b->changes[i].obs];
    d->values[b->changes[i].obs] = b->changes[i].value;
    b->changes[i].value = is;
  }
  d->steps += b->n / 4;
  return promising;
}

/* Makes the changes, lists what they repair, and takes them back. 0 when they break or leave broken any relation they touch. */
static int block_repairs(struct diagnosis *d, struct block *b, int32_t *list, int most) {
  int n = 0;
  long work = 0;
  bool clean = true;
  if (d->steps > STEPS_COMPONENT || !block_promising(d, b)) return 0;
  for (int i = 0; i < b->n; i++)
    for (int32_t u = d->first[b->changes[i].obs]; u < d->first[b->changes[i].obs + 1]; u++) work += d->result->relations.v[d->uses[u]].nterms;
  if (work > STEPS_BOOK) return 0;
  for (int i = 0; i < b->n; i++) {
    int64_t was = cell_set(d, b->changes[i].obs, b->changes[i].value);
    b->changes[i].value = was;
  }
  for (int i = 0; i < b->n && clean; i++)
    for (int32_t u = d->first[b->changes[i].obs]; u < d->first[b->changes[i].obs + 1] && clean; u++) {
      int32_t relation = d->uses[u];
      if (!d->hard[relation] || d->listed[relation] || is_inside(d, &d->result->relations.v[relation], b)) continue;
      uint8_t level = d->level[relation];
      if (level == LEVEL_BROKEN) {
        clean = holds_with_slack(d, &d->result->relations.v[relation], b->slack);
        if (!clean && b->scaled && d->initial[relation] == LEVEL_BROKEN) {
          clean = shrinks(d, relation); /* another cell of it is wrong, too: what is left is for that */
          continue;
        }
      }
      if (level == LEVEL_ROUNDED && b->slack == 0 && !d->loose[relation])
        clean = d->initial[relation] == LEVEL_ROUNDED; /* whole columns fit exactly */
      if (d->initial[relation] != LEVEL_BROKEN || d->taken[relation] || n == most) continue;
      d->listed[relation] = true;
      list[n++] = relation;
    }
  for (int i = 0; i < n; i++) d->listed[list[i]] = false;
  for (int i = b->n; i-- > 0;) b->changes[i].value = cell_set(d, b->changes[i].obs, b->changes[i].value);
  return clean ? n : 0;
}

static int block_report(struct diagnosis *d, const struct block *b, enum cause_kind cause, int32_t table, const int32_t *list, int n, struct err *e) {
  struct suspect suspects[CHANGES_MOST];
  int best = 0, count = 0;
  for (int i = 1; i < b->n; i++) /* the largest figure of a wrong unit stands for all */
    if (magnitude(obs_of(d, b->changes[i].obs)->value) > magnitude(obs_of(d, b->changes[best].obs)->value)) best = i;
  suspect_fill(d, &b->changes[best], &suspects[count++]);
  if (cause == CAUSE_SWAPPED_COLUMNS) suspect_fill(d, &b->changes[best ^ 1], &suspects[count++]);
  struct draft x = {.cause = cause,
                    .suspects = suspects,
                    .nsuspects = count,
                    .relations = list,
                    .nrelations = n,
                    .row_table = table,
                    .row_after = -1,
                    .remark = -1};
  return finding_add(d, &x, e);
}

/* The cells of a table (column -1: all) times a power of ten. */
static void block_scaled(const struct diagnosis *d, const struct book_table *t, int column, int64_t times, int64_t over, struct block *b) {
  b->n = 0;
  b->scaled = true;
  b->slack = times > 1 ? times : 0;
  for (int row = 0; row < t->nrows; row++)
    for (int c = column < 0 ? 0 : column; c < (column < 0 ? t->ncolumns : column + 1); c++) {
      int32_t i = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)c];
      if (i < 0 || t->columns[c].derived || obs_of(d, i)->type != OBS_AMOUNT || obs_of(d, i)->value == 0) continue;
      int64_t v = obs_of(d, i)->value;
      if (magnitude(v) > (uint64_t)(INT64_MAX / 8 / times)) continue;
      if (times > 1 && obs_of(d, i)->quantum * times > b->slack) b->slack = obs_of(d, i)->quantum * times;
      b->changes[b->n++] = (struct change){i, v * times / over};
    }
}

/* From here on the cells count as mended: what else is wrong with their relations is looked for with the values in the right unit. */
static void block_apply(struct diagnosis *d, const struct block *b) {
  for (int i = 0; i < b->n; i++) (void)cell_set(d, b->changes[i].obs, b->changes[i].value);
  for (int i = 0; i < b->n; i++)
    for (int32_t u = d->first[b->changes[i].obs]; u < d->first[b->changes[i].obs + 1]; u++) d->initial[d->uses[u]] = d->level[d->uses[u]];
  d->running = 0;
}

static int scale_find(struct diagnosis *d, int32_t table, struct block *b, int32_t *list, int most, struct err *e) {
  static const int64_t factors[][2] = {{10000, 1}, {1, 10000}};
  const struct book_table *t = &d->book->tables.v[table];
  for (int column = -1; column < t->ncolumns && column < PAIRS_MOST; column++)
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
      if (column >= 0 && t->ncolumns == 1) continue;
      block_scaled(d, t, column, factors[f][0], factors[f][1], b);
      int n = b->n >= 2 ? block_repairs(d, b, list, most) : 0;
      if (n < 2) continue;
      int rc = block_report(d, b, CAUSE_SCALE, table, list, n, e);
      block_apply(d, b);
      return rc;
    }
  return RC_OK;
}

static int columns_exchanged(struct diagnosis *d, int32_t table, struct block *b, int32_t *list, int most, struct err *e) {
  const struct book_table *t = &d->book->tables.v[table];
  int pairs = 0;
  for (int a = 0; a < t->ncolumns; a++)
    for (int c = a + 1; c < t->ncolumns && pairs < PAIRS_MOST; c++, pairs++) {
      b->n = 0;
      b->scaled = false;
      b->slack = 0;
      for (int row = 0; row < t->nrows; row++) {
        int32_t i = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)a], k = t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)c];
        if (i < 0 || k < 0 || t->columns[a].derived || t->columns[c].derived || obs_of(d, i)->value == obs_of(d, k)->value) continue;
        b->changes[b->n++] = (struct change){i, obs_of(d, k)->value};
        b->changes[b->n++] = (struct change){k, obs_of(d, i)->value};
      }
      int n = b->n >= 4 ? block_repairs(d, b, list, most) : 0;
      if (n >= 2) return block_report(d, b, CAUSE_SWAPPED_COLUMNS, table, list, n, e);
    }
  return RC_OK;
}

/* Tables with at least two broken relations that reach them. */
static int blocks_find(struct diagnosis *d, int32_t *list, int most, struct err *e) {
  size_t ntables = d->book->tables.n;
  int32_t *count = ARENA_ARRAY(&d->scratch, int32_t, ntables);
  if (!count) return no_memory(e);
  for (int i = 0; i < most; i++) list[i] = 0;
  for (size_t i = 0; i < d->result->relations.n; i++) {
    const struct relation *r = &d->result->relations.v[i];
    if (!d->judged[i] || !d->hard[i] || d->initial[i] != LEVEL_BROKEN) continue;
    for (int k = 0; k < r->nterms; k++) {
      int32_t table = obs_of(d, r->terms[k].obs)->table;
      if (table >= 0 && (size_t)table < ntables && (k == 0 || table != obs_of(d, r->terms[k - 1].obs)->table)) count[table]++;
    }
  }
  int tried = 0;
  for (size_t t = 0; t < ntables && tried < BLOCKS_MOST && d->steps < STEPS_COMPONENT; t++) {
    const struct book_table *table = &d->book->tables.v[t];
    if (count[t] < 2 || table->prose || table->nrows <= 0 || table->ncolumns <= 0 || !table->cells) continue;
    struct block b = {.changes = ARENA_ARRAY(&d->scratch, struct change, (size_t)table->nrows * (size_t)table->ncolumns * 2)};
    if (!b.changes) return no_memory(e);
    tried++;
    int rc = scale_find(d, (int32_t)t, &b, list, most, e);
    if (rc == RC_OK) rc = columns_exchanged(d, (int32_t)t, &b, list, most, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* ---- rows left out, rows put in twice ---- */

/* The broken sums down the columns under one row. */
struct group {
  int32_t table, row;
  const int32_t *relations;
  int n;
};

/* A sum of rows of one column of one table: parent against children. */
static bool is_column_sum(const struct diagnosis *d, const struct relation *r) {
  if (r->op != REL_EQ || r->nterms < 2) return false;
  const struct obs *p = obs_of(d, r->terms[0].obs);
  if (p->table < 0 || (size_t)p->table >= d->book->tables.n || r->terms[0].coefficient == 0 || obs_is_prose(d->book, p)) return false;
  for (int i = 1; i < r->nterms; i++) {
    const struct obs *o = obs_of(d, r->terms[i].obs);
    if (o->table != p->table || o->column != p->column || o->row == p->row || r->terms[i].coefficient != -r->terms[0].coefficient) return false;
  }
  const struct book_table *t = &d->book->tables.v[p->table];
  return p->row >= 0 && p->row < t->nrows && p->column >= 0 && p->column < t->ncolumns;
}

/* Parent less children, in the parent's unit. */
static int64_t lacking(const struct diagnosis *d, const struct relation *r) {
  int64_t v = obs_of(d, r->terms[0].obs)->value;
  for (int i = 1; i < r->nterms; i++)
    if (__builtin_sub_overflow(v, obs_of(d, r->terms[i].obs)->value, &v)) return 0;
  return v;
}

static int32_t column_of(const struct book_table *t, symbol measure) {
  for (int c = 0; c < t->ncolumns && measure != NO_SYMBOL; c++)
    if (t->columns[c].measure == measure) return c;
  return -1;
}

static bool has_key(const struct book_table *t, symbol key) {
  for (int i = 0; i < t->nrows; i++)
    if (t->rows[i].key == key) return true;
  return false;
}

/* Whether a row of another table could be a child of the group's row: its code begins with the parent's, and is as long as its siblings'. */
static bool could_be_child(const struct diagnosis *d, const struct group *g, const struct book_row *row) {
  const struct book_table *t = &d->book->tables.v[g->table];
  const struct relation *r = &d->result->relations.v[g->relations[0]];
  const struct book_row *parent = &t->rows[g->row], *sibling = &t->rows[obs_of(d, r->terms[1].obs)->row];
  if (row->key == NO_SYMBOL || sibling->key == NO_SYMBOL || row->code.n == 0 || has_key(t, row->key)) return false;
  const char *key = intern_name(&d->book->symbols, row->key), *other = intern_name(&d->book->symbols, sibling->key);
  if (strlen(key) != strlen(other)) return false;
  return parent->code.n == 0 || (parent->code.n < row->code.n && memcmp(parent->code.p, row->code.p, parent->code.n) == 0);
}

/* Whether the figures of a row elsewhere are just what the group's sums lack. */
static bool fills(const struct diagnosis *d, const struct group *g, const struct book_table *u, int row) {
  const struct book_table *t = &d->book->tables.v[g->table];
  int matched = 0;
  for (int i = 0; i < g->n; i++) {
    const struct relation *r = &d->result->relations.v[g->relations[i]];
    int32_t c = column_of(u, t->columns[obs_of(d, r->terms[0].obs)->column].measure);
    const struct obs *o = c < 0 ? NULL : book_cell(d->book, u, row, c);
    if (!o) continue; /* the other table does not tell this column */
    wide x = lacking(d, r), apart = o->value - x;
    if (x == 0 || o->value == 0 || (apart < 0 ? -apart : apart) * 2 > o->quantum) return false;
    matched++;
  }
  return matched > 0;
}

static int32_t remark_about(const struct diagnosis *d, int32_t table, int32_t other, int32_t other_row) {
  for (size_t i = 0; i < d->result->remarks.n; i++) {
    const struct remark *m = &d->result->remarks.v[i];
    if (m->outcome != OUTCOME_FAILED || d->dropped[i]) continue;
    if (m->row >= 0 && m->table == other && m->row == other_row) return (int32_t)i;
    if (m->row < 0 && m->table == table && m->obs >= 0 && obs_of(d, m->obs)->table == other && obs_of(d, m->obs)->row == other_row) return (int32_t)i;
  }
  return -1;
}

static int row_missing(struct diagnosis *d, const struct group *g, bool *found, struct err *e) {
  const struct book_table *t = &d->book->tables.v[g->table];
  for (size_t i = 0; i < d->book->tables.n && d->steps < STEPS_COMPONENT; i++) {
    const struct book_table *u = &d->book->tables.v[i];
    if ((int32_t)i == g->table || !u->cells || u->prose) continue;
    for (int row = 0; row < u->nrows; row++) {
      d->steps++;
      if (!fills(d, g, u, row) || !could_be_child(d, g, &u->rows[row])) continue;
      const struct relation *r = &d->result->relations.v[g->relations[0]];
      int after = g->row;
      for (int k = 1; k < r->nterms; k++) { /* behind the last sibling with a smaller code */
        int sibling = obs_of(d, r->terms[k].obs)->row;
        if (sibling > after && t->rows[sibling].key != NO_SYMBOL &&
            strcmp(intern_name(&d->book->symbols, t->rows[sibling].key), intern_name(&d->book->symbols, u->rows[row].key)) < 0)
          after = sibling;
      }
      struct draft x = {.cause = CAUSE_MISSING_ROW,
                        .relations = g->relations,
                        .nrelations = g->n,
                        .row_table = g->table,
                        .row_after = after,
                        .remark = remark_about(d, g->table, (int32_t)i, row)};
      *found = true;
      return finding_add(d, &x, e);
    }
  }
  return RC_OK;
}

/* ---- a row that is nowhere else ---- */

/* Another sum or copy of the parent's cell holds: its number is right. */
static bool parent_confirmed(const struct diagnosis *d, int32_t obs) {
  for (int32_t i = d->first[obs]; i < d->first[obs + 1]; i++) {
    const struct relation *r = &d->result->relations.v[d->uses[i]];
    bool elsewhere = false;
    for (int k = 0; k < r->nterms; k++) elsewhere = elsewhere || obs_of(d, r->terms[k].obs)->row != obs_of(d, obs)->row;
    if (elsewhere && d->hard[d->uses[i]] && r->op == REL_EQ && d->initial[d->uses[i]] != LEVEL_BROKEN) return true;
  }
  return false;
}

/* What the column of a cell lacks under the group's row; 0 where it lacks nothing. */
static int64_t lacking_in(const struct diagnosis *d, const struct group *g, int32_t column) {
  for (int i = 0; i < g->n; i++) {
    const struct relation *r = &d->result->relations.v[g->relations[i]];
    if (obs_of(d, r->terms[0].obs)->column == column) return lacking(d, r);
  }
  return 0;
}

/* Whether what is lacking is itself a row: what adds up along the parent's row adds up in it, and at least one sum says so. */
static bool lacks_a_row(const struct diagnosis *d, const struct group *g) {
  bool told = false;
  for (int i = 0; i < g->n; i++) {
    int32_t obs = d->result->relations.v[g->relations[i]].terms[0].obs;
    for (int32_t u = d->first[obs]; u < d->first[obs + 1]; u++) {
      const struct relation *r = &d->result->relations.v[d->uses[u]];
      wide sum = 0, room = 0;
      int columns = 0;
      if (r->op != REL_EQ || r->nterms < 2 || !d->hard[d->uses[u]]) continue;
      bool along = true;
      for (int k = 0; k < r->nterms && along; k++) {
        const struct obs *o = obs_of(d, r->terms[k].obs);
        int64_t x = o->table == g->table && o->row == g->row ? lacking_in(d, g, o->column) : 0;
        along = o->table == g->table && o->row == g->row;
        sum += (wide)r->terms[k].coefficient * x;
        room += o->quantum;
        columns += x != 0;
      }
      if (!along) continue;
      if ((sum < 0 ? -sum : sum) * 2 > room * 2) return false;
      told = told || columns > 1;
    }
  }
  return told;
}

/* How a row that is there could have lost the amount in all columns of the group: CAUSE_OTHER_VALUE when by no slip of the hand. */
static enum cause_kind slip_of(const struct diagnosis *d, const struct group *g, int row) {
  const struct book_table *t = &d->book->tables.v[g->table];
  enum cause_kind kind = CAUSE_UNKNOWN;
  for (int i = 0; i < g->n; i++) {
    const struct relation *r = &d->result->relations.v[g->relations[i]];
    const struct obs *o = book_cell(d->book, t, row, obs_of(d, r->terms[0].obs)->column);
    long cost;
    enum cause_kind one = o ? change_kind(d->book, o, o->value + lacking(d, r), &cost) : CAUSE_OTHER_VALUE;
    if (kind != CAUSE_UNKNOWN && kind != one) return CAUSE_OTHER_VALUE;
    kind = one;
  }
  return kind;
}

/* The rows whose figures a slip explains, a cell each. */
static int slips_find(struct diagnosis *d, const struct group *g, struct suspect out[SLIPS_MOST]) {
  const struct relation *first = &d->result->relations.v[g->relations[0]];
  int n = 0;
  for (int k = 1; k < first->nterms; k++) {
    int32_t obs = first->terms[k].obs;
    enum cause_kind kind = slip_of(d, g, obs_of(d, obs)->row);
    if (kind == CAUSE_OTHER_VALUE || n == SLIPS_MOST) continue;
    struct change c = {obs, obs_of(d, obs)->value + lacking(d, first)};
    suspect_fill(d, &c, &out[n++]);
  }
  return n;
}

/* A row left out whose figures stand nowhere else: several columns lack what makes a row, and their totals are confirmed. The same slip in several
 * columns of one row is told as an alternative: it takes several slips. */
static int row_lost(struct diagnosis *d, const struct group *g, bool *found, struct err *e) {
  struct suspect slips[SLIPS_MOST];
  bool confirmed = false, positive = g->n > 1;
  for (int i = 0; i < g->n && positive; i++) {
    const struct relation *r = &d->result->relations.v[g->relations[i]];
    positive = lacking(d, r) > 0;
    confirmed = confirmed || parent_confirmed(d, r->terms[0].obs);
  }
  if (!positive || !confirmed || !lacks_a_row(d, g)) return RC_OK;
  int nslips = slips_find(d, g, slips);
  struct draft x = {.cause = CAUSE_MISSING_ROW,
                    .relations = g->relations,
                    .nrelations = g->n,
                    .alternatives = slips,
                    .nalternatives = nslips,
                    .row_table = g->table,
                    .row_after = g->row,
                    .remark = -1};
  *found = true;
  return finding_add(d, &x, e);
}

/* Whether the sums of the group exceed the parent by just this row. */
static bool exceeds_by(const struct diagnosis *d, const struct group *g, const struct book_table *t, int row, int *columns) {
  *columns = 0;
  for (int i = 0; i < g->n; i++) {
    const struct relation *r = &d->result->relations.v[g->relations[i]];
    const struct obs *o = book_cell(d->book, t, row, obs_of(d, r->terms[0].obs)->column);
    if (!o || o->value == 0 || (wide)lacking(d, r) + o->value != 0) return false;
    ++*columns;
  }
  return true;
}

static int row_extra(struct diagnosis *d, const struct group *g, bool *found, struct err *e) {
  const struct book_table *t = &d->book->tables.v[g->table];
  const struct relation *r = &d->result->relations.v[g->relations[0]];
  for (int k = r->nterms - 1; k > 0; k--) { /* of two equal rows the later one is the copy */
    int row = obs_of(d, r->terms[k].obs)->row, columns;
    if (row < 0 || row >= t->nrows || !exceeds_by(d, g, t, row, &columns)) continue;
    bool twice = false;
    for (int i = 1; i < k && !twice; i++) {
      int other = obs_of(d, r->terms[i].obs)->row;
      twice = other >= 0 && other < t->nrows && t->rows[other].key == t->rows[row].key && t->rows[row].key != NO_SYMBOL;
    }
    if (!twice && columns < 2) continue;
    struct draft x = {.cause = CAUSE_EXTRA_ROW, .relations = g->relations, .nrelations = g->n, .row_table = g->table, .row_after = row, .remark = -1};
    *found = true;
    return finding_add(d, &x, e);
  }
  return RC_OK;
}

static int sum_compare(const void *pa, const void *pb, void *context) {
  const struct diagnosis *d = context;
  int32_t ra = *(const int32_t *)pa, rb = *(const int32_t *)pb;
  const struct obs *a = obs_of(d, d->result->relations.v[ra].terms[0].obs), *b = obs_of(d, d->result->relations.v[rb].terms[0].obs);
  if (a->table != b->table) return a->table < b->table ? -1 : 1;
  if (a->row != b->row) return a->row < b->row ? -1 : 1;
  return (ra > rb) - (ra < rb);
}

static int rows_find(struct diagnosis *d, int32_t *list, struct err *e) {
  int n = 0, groups = 0;
  for (size_t i = 0; i < d->result->relations.n; i++)
    if (d->judged[i] && d->hard[i] && !d->taken[i] && d->initial[i] == LEVEL_BROKEN && is_column_sum(d, &d->result->relations.v[i]))
      list[n++] = (int32_t)i;
  if (n > 1) qsort_r(list, (size_t)n, sizeof *list, sum_compare, d);
  for (int i = 0, j; i < n && groups < GROUPS_MOST; i = j, groups++) {
    const struct obs *p = obs_of(d, d->result->relations.v[list[i]].terms[0].obs);
    for (j = i + 1; j < n; j++) {
      const struct obs *o = obs_of(d, d->result->relations.v[list[j]].terms[0].obs);
      if (o->table != p->table || o->row != p->row) break;
    }
    struct group g = {.table = p->table, .row = p->row, .relations = list + i, .n = j - i};
    bool found = false;
    if (g.n > GROUP_COLUMNS_MOST) continue;
    int rc = row_missing(d, &g, &found, e);
    if (rc == RC_OK && !found) rc = row_extra(d, &g, &found, e);
    if (rc == RC_OK && !found) rc = row_lost(d, &g, &found, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

int shape_find(struct diagnosis *d, struct err *e) {
  int broken = 0;
  for (size_t i = 0; i < d->result->relations.n; i++) broken += d->judged[i] && d->hard[i] && d->initial[i] == LEVEL_BROKEN;
  if (broken < 1) return RC_OK;
  int32_t *list = ARENA_ARRAY(&d->scratch, int32_t, (size_t)broken);
  if (!list) return no_memory(e);
  int rc = broken >= 2 ? blocks_find(d, list, broken, e) : RC_OK;
  return rc == RC_OK ? rows_find(d, list, e) : rc;
}
