/* validate.c: whether all that a rule speaks of is at hand where it runs. A rule over tables that asks for "row.code" would never be judged, and a
 * check that never runs must not look like one that holds: it is an error of the rule's file, with its place. */
#include "rule/rule_internal.h"

/* What is at hand. */
enum { HAND_TABLE = 1, HAND_ROW = 2, HAND_COLUMN = 4, HAND_FIELD = 8 };

struct validating {
  const struct rule *rule;
  unsigned hand;
  struct err *e;
};

static unsigned hand_of(enum for_each each) {
  switch (each) {
  case FOR_BOOK: return 0;
  case FOR_TABLE: return HAND_TABLE;
  case FOR_ROW: return HAND_TABLE | HAND_ROW;
  case FOR_COLUMN: return HAND_TABLE | HAND_COLUMN;
  case FOR_CELL: return HAND_TABLE | HAND_ROW | HAND_COLUMN;
  case FOR_FIELD: return HAND_TABLE | HAND_FIELD;
  }
  return 0;
}

static int not_at_hand(const struct validating *v, unsigned lacking, int line, int at) {
  const char *file = v->rule->head.file;
  if (lacking & HAND_FIELD)
    return err_at(v->e, RC_FORMAT, file, line, at, "%s", tr("这里没有字段；要写 for field", "no field is at hand here: for field is wanted"));
  if (lacking & HAND_ROW)
    return err_at(v->e, RC_FORMAT, file, line, at, "%s",
                  tr("这里没有行；要写 for row 或 for cell", "no row is at hand here: for row or for cell is wanted"));
  if (lacking & HAND_COLUMN)
    return err_at(v->e, RC_FORMAT, file, line, at, "%s",
                  tr("这里没有列；要写 for column 或 for cell", "no column is at hand here: for column or for cell is wanted"));
  return err_at(v->e, RC_FORMAT, file, line, at, "%s", tr("这里没有表；要写表的种类", "no table is at hand here: name its kind"));
}

static int need(const struct validating *v, unsigned wanted, int line, int at) {
  unsigned lacking = wanted & ~v->hand;
  return lacking ? not_at_hand(v, lacking, line, at) : RC_OK;
}

static int ref_validate(const struct validating *v, const struct cell_ref *c) {
  unsigned wanted = c->kind.n == 0 ? HAND_TABLE : 0;
  if (c->rows == ROWS_SAME || c->rows == ROWS_CHILDREN || c->rows == ROWS_PARENT || c->rows == ROWS_FIRST) wanted |= HAND_ROW;
  if (c->rows == ROWS_OF_SUBJECT) wanted |= HAND_TABLE;
  if (c->same_column) wanted |= HAND_COLUMN;
  return need(v, wanted, c->line, c->at);
}

static unsigned attribute_needs(enum attribute a) {
  if (a <= ATTR_ROW_ASCENDING) return HAND_ROW;
  if (a <= ATTR_TABLE_YEAR) return HAND_TABLE;
  if (a <= ATTR_COLUMN_HEADER) return HAND_COLUMN;
  if (a <= ATTR_CELL_STATE) return HAND_ROW | HAND_COLUMN;
  return a < ATTR_BOOK_YEAR ? HAND_FIELD : 0;
}

/* Depth is bounded by the count of nodes in a condition. */
static int node_validate(const struct validating *v, const struct node *n) {
  int rc = RC_OK;
  if (n->kind == NODE_CELL) return ref_validate(v, n->cell);
  if (n->kind == NODE_ATTRIBUTE) return need(v, attribute_needs(n->attribute), n->line, n->at);
  if (n->kind == NODE_CALL && (n->call == CALL_FIELD || n->call == CALL_NOTED)) rc = need(v, HAND_TABLE, n->line, n->at);
  for (int i = 0; i < n->nargs && rc == RC_OK; i++) rc = node_validate(v, n->args[i]);
  return rc;
}

int rule_validate(const struct rule *r, struct err *e) {
  struct validating at_start = {r, 0, e}, running = {r, hand_of(r->each), e};
  int rc = r->when ? node_validate(&at_start, r->when) : RC_OK;
  if (rc == RC_OK && r->where) rc = node_validate(&running, r->where);
  for (int i = 0; i < r->nreservations && rc == RC_OK; i++) rc = node_validate(&running, r->reservations[i].condition);
  for (int i = 0; i < r->nchecks && rc == RC_OK; i++) {
    const struct check_def *c = &r->checks[i];
    if (c->require) rc = node_validate(&running, c->require);
    if (rc == RC_OK && c->only_if) rc = node_validate(&running, c->only_if);
    for (int k = 0; c->relation && k < c->relation->nterms && rc == RC_OK; k++) rc = ref_validate(&running, &c->relation->terms[k].ref);
  }
  return rc;
}
