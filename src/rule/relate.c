/* relate.c: one relation of a rule over what is at hand: its terms gathered from the tables, what stands in its way said, and judged. */
#include "rule/rule_internal.h"

#include <string.h>

enum { RELATIONS_MOST = 4000000, TERMS_IN_ALL_MOST = 1 << 21 };

/* Why a relation cannot be made here. */
enum gathered { GATHERED, GATHERED_NOT, GATHERED_BAD };

struct gathering {
  const struct context *c;
  const struct relation_def *d;
  int right;           /* terms found on the right side */
  int nwhole;          /* of a ratio: terms found of the whole */
  const char *unknown; /* why it cannot be checked, or NULL */
  const char *stuck;   /* why a term is not known that may be there, or NULL */
  const char *maybe;   /* why a term taken as zero may be there unrecognised, or NULL */
  struct err *e;
  int rc;
};

static const struct book_table *table_at(const struct context *c, int32_t table) {
  return &c->b->book->tables.v[table];
}

/* ---- what must have been recognised ---- */

#define ROWS_NOT_KNOWN tr("表中有没有认出的行，不能断定是否加全", "the table has rows that were not recognised: the sum may lack them")

static bool row_carries_amount(const struct context *c, const struct book_table *t, int row) {
  for (int k = 0; k < t->ncolumns; k++) {
    const struct obs *o = book_cell(c->b->book, t, row, k);
    if (o && o->state != OBS_BLANK && o->state != OBS_ZERO && o->state != OBS_DASH && o->type == OBS_AMOUNT) return true;
  }
  return false;
}

/* The row behind the last descendant of `row`. */
static int span_end(const struct book_table *t, int row) {
  int end = row + 1;
  while (end < t->nrows && (t->rows[end].role == ROW_UNKNOWN || t->rows[end].parent >= row)) end++;
  return end;
}

static const char *rows_unknown(const struct context *c, int32_t table, const struct relation_def *d) {
  const struct book_table *t = table_at(c, table);
  int from = 0, end = t->nrows;
  if (!d->all_rows && table == c->table && c->row >= 0) from = c->row, end = span_end(t, c->row);
  for (int i = from; i < end; i++)
    if (t->rows[i].role == ROW_UNKNOWN && row_carries_amount(c, t, i)) return ROWS_NOT_KNOWN;
  return NULL;
}

static const char *columns_unknown(const struct context *c, int32_t table) {
  const struct book_table *t = table_at(c, table);
  for (int k = 0; k < t->ncolumns; k++)
    if (t->columns[k].measure == NO_SYMBOL && t->columns[k].amounts && t->columns[k].type == OBS_AMOUNT && !t->columns[k].other_year)
      return tr("表中有没有认出的列，不能断定是否加全", "the table has columns that were not recognised: the sum may lack them");
  return NULL;
}

static const char *guard(const struct gathering *g, int32_t table) {
  const char *why = NULL;
  if (table_at(g->c, table)->prose) return NULL; /* what no sentence says is missing nowhere */
  if (g->d->guard_rows) why = rows_unknown(g->c, table, g->d);
  if (!why && g->d->guard_columns) why = columns_unknown(g->c, table);
  return why;
}

/* ---- terms ---- */

static int add_term(struct gathering *g, int32_t obs, int coefficient) {
  struct binding *b = g->c->b;
  for (size_t i = 0; g->d->op != REL_RATIO && i < b->terms.n && i < 64; i++)
    if (b->terms.v[i].obs == obs) { /* one printed cell on both sides cancels */
      b->terms.v[i].coefficient += coefficient;
      return RC_OK;
    }
  struct term t = {obs, coefficient};
  return VEC_PUSH(&b->terms, t, TERMS_IN_ALL_MOST) < 0 ? RC_NOMEM : RC_OK;
}

/* A row that another table must have, and has not. */
static enum gathered row_missing(struct gathering *g, int32_t table) {
  const struct context *c = g->c;
  struct binding *b = c->b;
  const struct obs *first = b->terms.n ? &b->book->obs.v[b->terms.v[0].obs] : NULL;
  if (!first || first->state != OBS_VALUE || first->doubtful || c->row < 0) return GATHERED_NOT;
  const struct book_table *t = table_at(c, table);
  if (t->doubtful || has_unknown_rows(b, table)) { /* it may be one of those */
    g->stuck = t->doubtful ? tr("表没有读清楚", "the table was not read cleanly") : ROWS_NOT_KNOWN;
    return GATHERED;
  }
  const struct book_row *row = &table_at(c, c->table)->rows[c->row];
  if (pairs_find(&b->missed, (uint32_t)table, row->key, 0)) return GATHERED_BAD; /* by another column, or by another rule */
  if (pairs_add(&b->missed, (uint32_t)table, row->key, 0, c->row) < 0) {
    g->rc = err_set(g->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    return GATHERED_BAD;
  }
  struct sv other = table_at(c, c->table)->title;
  const char *detail =
      t->prose ? arena_printf(&b->result->arena,
                              tr("文字说明没有说到“%.*s %.*s”，而《%.*s》为 %.*s", "no sentence speaks of \"%.*s %.*s\"; \"%.*s\" has it with %.*s"),
                              SV_ARG(row->code), SV_ARG(row->label), SV_ARG(other), SV_ARG(first->text))
               : arena_printf(&b->result->arena,
                              tr("《%.*s》没有“%.*s %.*s”这一行，而《%.*s》为 %.*s", "\"%.*s\" has no row \"%.*s %.*s\"; \"%.*s\" has it with %.*s"),
                              SV_ARG(t->title), SV_ARG(row->code), SV_ARG(row->label), SV_ARG(other), SV_ARG(first->text));
  struct remark m = {.rule = c->rule_index,
                     .outcome = OUTCOME_FAILED,
                     .severity = c->rule->head.severity,
                     .detail = detail,
                     .table = table,
                     .row = -1,
                     .obs = b->terms.v[0].obs,
                     .place = first->place,
                     .document = first->document};
  outcome_count(c, OUTCOME_FAILED);
  if (!detail || VEC_PUSH(&b->result->remarks, m, RELATIONS_MOST) < 0) g->rc = err_set(g->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return GATHERED_BAD;
}

/* Why a term that is not there may be there after all, in what was not recognised. table, column: -1 absent. */
static const char *may_be_there(const struct gathering *g, int32_t table, int32_t column) {
  const struct book *b = g->c->b->book;
  if (table >= 0 && b->tables.v[table].prose) return NULL;
  if (table >= 0 && column >= 0) return has_unknown_rows(g->c->b, table) ? ROWS_NOT_KNOWN : NULL;
  if (table >= 0) return columns_unknown(g->c, table);
  bool incomplete = b->money_tables > b->recognised_tables || !g->c->b->whole;
  return incomplete ? tr("账本里有没有认出的表或没有读出的页，缺的数可能在那里",
                         "the book has tables that were not recognised or pages that were not read: what is missing may be there")
                    : NULL;
}

static enum gathered absent(struct gathering *g, const struct term_def *t, int32_t table, int32_t column) {
  if (t->absence == ABSENT_IS_ZERO) {
    if (!g->maybe) g->maybe = may_be_there(g, table, column);
    return GATHERED;
  }
  return t->absence == ABSENT_IS_WRONG && column >= 0 ? row_missing(g, table) : GATHERED_NOT;
}

static enum gathered gather_rows(struct gathering *g, const struct term_def *t, int32_t table, int32_t column, int index) {
  struct binding *b = g->c->b;
  const struct book_table *x = table_at(g->c, table);
  if (ref_rows(g->c, table, &t->ref) < 0) {
    g->rc = err_set(g->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    return GATHERED_BAD;
  }
  if (b->rows.n == 0) return absent(g, t, table, column);
  int found = 0;
  if (b->rows.n == 1 && !t->sum) b->rows.v[0] = said_row(g->c, table, &t->ref, b->rows.v[0], column);
  for (size_t i = 0; i < b->rows.n; i++) {
    int32_t obs = x->cells[(size_t)b->rows.v[i] * (size_t)x->ncolumns + (size_t)column];
    if (obs < 0) continue;
    if (b->book->obs.v[obs].state == OBS_NOT_APPLICABLE) return GATHERED_NOT;
    if (add_term(g, obs, t->coefficient) < 0) {
      g->rc = err_set(g->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
      return GATHERED_BAD;
    }
    g->right += index > 0;
    g->nwhole += index >= g->d->nterms - g->d->nwhole;
    found++;
  }
  if (found == 0) return t->absence == ABSENT_IS_ZERO ? GATHERED : GATHERED_NOT; /* the rows have no such cells */
  if (!g->unknown) g->unknown = guard(g, table);
  return GATHERED;
}

static enum gathered gather_term(struct gathering *g, int index) {
  const struct term_def *t = &g->d->terms[index];
  int32_t table;
  enum found f = find_table(g->c, &t->ref.kind, &table);
  if (f == FOUND_SEVERAL) {
    g->stuck = tr("同一种表有几张，不知该对哪一张", "there are several tables of this kind: not known which one is meant");
    return GATHERED;
  }
  if (f == FOUND_NONE) return absent(g, t, -1, -1);
  int32_t column = find_column(g->c, table, &t->ref);
  if (column < 0) return absent(g, t, table, -1);
  return gather_rows(g, t, table, column, index);
}

/* ---- the relation ---- */

static void drop_cancelled(struct binding *b) {
  size_t kept = 0;
  for (size_t i = 0; i < b->terms.n; i++)
    if (b->terms.v[i].coefficient != 0) b->terms.v[kept++] = b->terms.v[i];
  b->terms.n = kept;
}

static bool nothing_printed(const struct gathering *g) {
  const struct binding *b = g->c->b;
  for (size_t i = 0; i < b->terms.n; i++)
    if (b->book->obs.v[b->terms.v[i].obs].state != OBS_BLANK) return g->d->op == REL_RATIO && i > 0;
  return true;
}

/* Amounts of tables with and without a unit cannot be compared; text cannot be added. */
static const char *not_comparable(const struct gathering *g) {
  const struct binding *b = g->c->b;
  bool with = false, without = false;
  for (size_t i = 0; i < b->terms.n; i++) {
    const struct obs *o = &b->book->obs.v[b->terms.v[i].obs];
    enum obs_type wanted = g->d->op == REL_RATIO && i == 0 ? OBS_PERCENT : OBS_AMOUNT;
    if (o->state != OBS_BLANK && o->state != OBS_DASH && o->state != OBS_ZERO && o->type != wanted)
      return tr("单元格不是金额", "a cell is no amount");
    if (o->type != OBS_AMOUNT || o->value == 0) continue;
    if (b->book->tables.v[o->table].scale == SCALE_NONE)
      without = true;
    else
      with = true;
  }
  return with && without ? tr("表上没有金额单位", "the table states no unit") : NULL;
}

static bool in_doubt(const struct binding *b) {
  for (size_t i = 0; i < b->terms.n; i++) {
    const struct obs *o = &b->book->obs.v[b->terms.v[i].obs];
    if (o->doubtful || o->state == OBS_UNREADABLE) return true;
  }
  return false;
}

static int not_checked(const struct gathering *g, const char *why) {
  int rc = remark_add(g->c, OUTCOME_NOT_CHECKED, why, NULL, NULL, g->e);
  return rc < 0 ? rc : 1;
}

static int relation_make(const struct gathering *g) {
  struct binding *b = g->c->b;
  struct term *terms = ARENA_ARRAY(&b->result->arena, struct term, b->terms.n);
  if (!terms) return err_set(g->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  memcpy(terms, b->terms.v, b->terms.n * sizeof *terms);
  struct relation r = {.rule = g->c->rule_index, .op = g->d->op, .terms = terms, .nterms = (int)b->terms.n, .nwhole = g->nwhole};
  r.same_fact = r.op == REL_EQ && r.nterms == 2 && terms[0].coefficient == -terms[1].coefficient &&
                b->book->obs.v[terms[0].obs].table != b->book->obs.v[terms[1].obs].table;
  if (in_doubt(b))
    r.outcome = OUTCOME_NOT_CHECKED;
  else
    relation_judge(b->book, &r, NULL);
  if (r.outcome == OUTCOME_FAILED && !r.rounding && g->maybe) return not_checked(g, g->maybe);
  r.severity = SEVERITY_INFO;
  if (r.outcome == OUTCOME_FAILED && !r.rounding) r.severity = g->c->rule->head.severity;
  return VEC_PUSH(&b->result->relations, r, RELATIONS_MOST) < 0 ? err_set(g->e, RC_LIMIT, "%s", tr("检查项太多", "too many checks")) : 1;
}

int relation_bind(const struct context *c, const struct relation_def *d, struct err *e) {
  struct gathering g = {.c = c, .d = d, .e = e};
  c->b->terms.n = 0;
  bool zero_side = true;
  for (int i = 0; i < d->nterms; i++) {
    enum gathered how = gather_term(&g, i);
    if (how == GATHERED_BAD) return g.rc < 0 ? g.rc : 1;
    if (how == GATHERED_NOT) return 0;
    if (c->b->terms.n == 0 && !g.stuck) return 0; /* what is stated is not there */
    if (i > 0) zero_side = false;
  }
  if (g.stuck) return not_checked(&g, g.stuck);
  drop_cancelled(c->b);
  if (c->b->terms.n == 0 || (g.right == 0 && !zero_side) || nothing_printed(&g)) return 0;
  if (d->op == REL_RATIO && (g.nwhole == 0 || g.right == g.nwhole)) return 0; /* no part, or no whole */
  if (!g.unknown) g.unknown = not_comparable(&g);
  if (g.unknown) return not_checked(&g, g.unknown);
  return relation_make(&g);
}
