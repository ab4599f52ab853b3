/* derive.c: one table of the layout from the lines. */
#include "rooms/book/derive.h"

enum { SCRATCH_CAP = 512 << 20, MAX_BLOCKS = 100000 };

static int64_t side_value(const struct derive_side *side, struct sv key) {
  for (int i = 0; i < side->n; i++)
    if (!side->row[i].filler && sv_equal(side->row[i].key, key))
      for (int c = 0; c < side->layout->ncolumns; c++)
        if (side->layout->column[c].role == COLUMN_MEASURE) return side->row[i].amount[c];
  return 0;
}

static int first_measure(const struct layout_side *s) {
  int c = 0;
  while (c + 1 < s->ncolumns && s->column[c].role != COLUMN_MEASURE) c++;
  return c;
}

/* The row that balances holds everything that its side takes: a listed form must not leave out what it does not list. */
static int check_complete(struct derive *d, const struct derive_side *side, struct sv key) {
  char text[MONEY_TEXT];
  int64_t off = side->all[first_measure(side->layout)] - side_value(side, key);
  if (off == 0) return RC_OK;
  money_print(text, off, SCALE_YUAN, 2, true);
  return derive_problem(d, "C-FIT",
                        arena_printf(&d->paper->arena,
                                     tr("有 %s 元没有可放的行：检查 %s 里科目、资金来源在这张表没有行的",
                                        "%s yuan have no row: look in %s for classes and sources that this table does not list"),
                                     text, derive_file(side->layout->flow)));
}

static int check_balance(struct derive *d, const struct derive_side *sides, int nsides) {
  const struct layout_table *t = d->table;
  if (nsides != 2 || t->balance[0].n == 0) return RC_OK;
  for (int i = 0; i < 2; i++) {
    int rc = check_complete(d, &sides[i], t->balance[i]);
    if (rc < 0) return rc;
  }
  int64_t left = side_value(&sides[0], t->balance[0]), right = side_value(&sides[1], t->balance[1]);
  if (left == right) return RC_OK;
  char a[MONEY_TEXT], b[MONEY_TEXT], difference[MONEY_TEXT];
  money_print(a, left, SCALE_YUAN, 2, true), money_print(b, right, SCALE_YUAN, 2, true), money_print(difference, left - right, SCALE_YUAN, 2, true);
  return derive_problem(
      d, "R-T1B",
      arena_printf(&d->paper->arena,
                   tr("收入 %s 元，支出 %s 元，相差 %s 元：核对 income.csv、budget-lines.csv 和 carry-over.csv",
                      "income %s yuan, spending %s yuan, difference %s yuan: compare income.csv, budget-lines.csv and carry-over.csv"),
                   a, b, difference));
}

/* Blocks of economic classes share what one side takes: together they hold all of it. */
static int check_blocks(struct derive *d, const struct derive_side *sides, int nsides) {
  char text[MONEY_TEXT];
  bool blocks = false;
  int64_t off = sides[0].all[first_measure(sides[0].layout)];
  for (int i = 0; i < nsides; i++) {
    int column = first_measure(sides[i].layout);
    for (int k = 0; k < sides[i].layout->nitems; k++) blocks |= sides[i].layout->item[k].kind == ITEM_ECONOMICS;
    for (int r = 0; r < sides[i].n; r++)
      if (sides[i].row[r].code.n && sides[i].row[r].parent < 0) off -= sides[i].row[r].amount[column];
  }
  if (!blocks || off == 0) return RC_OK;
  money_print(text, off, SCALE_YUAN, 2, true);
  return derive_problem(d, "C-FIT",
                        arena_printf(&d->paper->arena,
                                     tr("有 %s 元没有可放的行：budget-lines.csv 里有这张表不列的经济科目",
                                        "%s yuan have no row: budget-lines.csv has economic classes that this table does not list"),
                                     text));
}

/* A table that nothing is in keeps its head; its remark says so. */
static void make_empty(struct derive_side *side) {
  struct derive_row total = {0};
  bool kept = side->layout->total_last;
  for (int i = 0; i < side->n && kept; i++)
    if (side->row[i].total) total = side->row[i];
  side->n = kept && total.total ? 1 : 0;
  if (side->n) total.nparts = 0, side->row[0] = total;
}

static int table_head(struct derive *d, struct paper_table *p) {
  const struct layout_table *t = d->table;
  struct arena *a = &d->paper->arena;
  struct sv body = d->paper->body;
  int year = d->paper->year;
  p->id = arena_text(a, t->id, strlen(t->id));
  p->kind = arena_text(a, t->side[0]->kind, strlen(t->side[0]->kind));
  if (t->nsides >= 2) p->right_kind = arena_text(a, t->side[1]->kind, strlen(t->side[1]->kind)), p->right_column = t->side[0]->ncolumns;
  if (t->nsides == 3) p->third_column = p->right_column + t->side[1]->ncolumns;
  p->number = layout_fill(a, t->number, body, year), p->title = layout_fill(a, t->title, body, year);
  p->unit_line = layout_fill(a, t->unit, body, year), p->contents = layout_fill(a, t->contents, body, year);
  p->remark = layout_fill(a, t->note, body, year);
  p->scale = t->scale, p->decimals = t->decimals, p->landscape = t->landscape, p->project = -1;
  return a->failed ? derive_no_memory(d->e) : RC_OK;
}

static int table_make(struct derive *d, struct paper_table *p) {
  const struct layout_table *t = d->table;
  struct derive_side sides[LAYOUT_SIDES] = {{0}};
  int rc = table_head(d, p);
  for (int i = 0; i < t->nsides && rc == RC_OK; i++) rc = derive_side_rows(d, t->side[i], &sides[i]);
  if (rc < 0) return rc;
  if (t->empty.n && t->nsides == 1 && !sides[0].money) {
    p->empty = true, p->remark = layout_fill(&d->paper->arena, t->empty, d->paper->body, d->paper->year);
    make_empty(&sides[0]);
  }
  rc = derive_cells(d, sides, t->nsides, p);
  if (rc == RC_OK) rc = check_blocks(d, sides, t->nsides);
  return rc == RC_OK ? check_balance(d, sides, t->nsides) : rc;
}

int derive_table(struct paper *p, const struct layout *l, const struct layout_table *t, struct err *e) {
  struct derive d = {.paper = p, .w = p->workspace, .layout = l, .table = t, .e = e};
  struct paper_table *table = ARENA_NEW(&p->arena, struct paper_table);
  if (!table) return derive_no_memory(e);
  arena_init(&d.scratch, SCRATCH_CAP);
  int rc = table_make(&d, table);
  arena_release(&d.scratch);
  if (rc < 0) return rc;
  struct paper_block block = {.kind = PAPER_TABLE, .text = table->title, .anchor = table->id, .table = table};
  return VEC_PUSH(&p->blocks, block, MAX_BLOCKS) < 0 ? derive_no_memory(e) : RC_OK;
}

int derive_tables(struct paper *p, const struct layout *l, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < l->statements.n && rc == RC_OK; i++)
    if (l->statements.v[i].kind == LAYOUT_TABLE) rc = derive_table(p, l, l->statements.v[i].table, e);
  return rc;
}
