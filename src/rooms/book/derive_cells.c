/* derive_cells.c: rows and amounts become cells: merged heads, labels, printed amounts, each with what it is the sum of and which cells add up to it.
 */
#include "rooms/book/derive.h"

struct cells {
  struct derive *d;
  const struct derive_side *own;
  struct paper_table *t;
  int side, first; /* its number; its first column of the table */
  const int *from; /* row of the table below the head → row of the side, -1 none */
  const int *to;   /* row of the side → row of the table */
  const int *at;   /* row × columns of the table → index of the cell */
  int head, body;
};

static struct sv filled(struct derive *d, struct sv text) {
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] == '{') return layout_fill(&d->paper->arena, text, d->paper->body, d->paper->year);
  return text;
}

static struct paper_cell *cell_new(struct paper_table *t, int row, int column, int rows, int columns, enum paper_role role, struct sv text) {
  struct paper_cell *c = &t->cells[t->ncells++];
  *c = (struct paper_cell){.row = row, .column = column, .row_span = (int16_t)rows, .column_span = (int16_t)columns, .role = role, .text = text};
  return c;
}

/* ---- the head ---- */

static const struct layout_column *column_at(const struct derive_side *sides, int nsides, int column) {
  for (int i = 0; i < nsides; column -= sides[i++].layout->ncolumns)
    if (column < sides[i].layout->ncolumns) return &sides[i].layout->column[column];
  return NULL;
}

/* Neighbours are one cell when everything from the top down to this level is the same, and neither ends here. */
static bool one_head(const struct layout_column *a, const struct layout_column *b, int level) {
  if (a->nhead <= level + 1 || b->nhead <= level + 1) return false;
  for (int i = 0; i <= level; i++)
    if (!sv_equal(a->head[i], b->head[i])) return false;
  return true;
}

static void head_cells(struct derive *d, const struct derive_side *sides, int nsides, struct paper_table *t) {
  for (int level = 0; level < t->head; level++)
    for (int c = 0; c < t->columns;) {
      const struct layout_column *column = column_at(sides, nsides, c), *next = NULL;
      if (!column) break;
      int end = c + 1;
      while (end < t->columns && (next = column_at(sides, nsides, end)) && one_head(column, next, level)) end++;
      if (level < column->nhead)
        cell_new(t, level, c, level + 1 == column->nhead ? t->head - level : 1, end - c, CELL_HEAD, filled(d, column->head[level]));
      c = end;
    }
}

/* ---- the body ---- */

static struct sv code_part(struct sv code, int part) {
  size_t from = part == 1 ? 0 : part == 2 ? 3 : 5, to = part == 1 ? 3 : part == 2 ? 5 : 7;
  if (from >= code.n) return (struct sv){0};
  return (struct sv){code.p + from, (to < code.n ? to : code.n) - from};
}

/* The parts of a split code: every level shows the parts above it too. */
static struct sv label_text(struct derive *d, const struct layout_column *c, const struct derive_row *r) {
  switch (c->role) {
  case COLUMN_CODE: return r->code;
  case COLUMN_CODE_PART: return code_part(r->code, c->part);
  case COLUMN_NAME: return filled(d, r->label);
  case COLUMN_UNIT_NAME: return r->unit_name;
  case COLUMN_PURCHASE: return r->purchase ? r->purchase[c->part] : (struct sv){0};
  case COLUMN_LINE:
  case COLUMN_MEASURE: break;
  }
  return (struct sv){0};
}

static int cell_sums(const struct cells *x, const struct derive_row *r, const struct layout_column *column, struct paper_cell *c) {
  struct sum *sums = r->nbase ? ARENA_ARRAY(&x->d->paper->arena, struct sum, (size_t)r->nbase) : NULL;
  if (r->nbase && !sums) return derive_no_memory(x->d->e);
  for (int i = 0; i < r->nbase; i++) {
    sums[c->nsums] = r->base[i];
    sum_meet(&sums[c->nsums], &column->filter);
    if (sums[c->nsums].flow != SUM_NONE || c->nsums == 0) c->nsums++; /* one is kept, that this is a sum of nothing can be seen */
  }
  c->sums = sums;
  return RC_OK;
}

static int amount_cell(const struct cells *x, int row, int column, const struct derive_row *r) {
  const struct layout_column *l = &x->own->layout->column[column];
  const struct layout_table *t = x->d->table;
  struct paper_cell *c = cell_new(x->t, row, x->first + column, 1, 1, CELL_NUMBER, (struct sv){0});
  if (!r || r->filler || r->gap) return RC_OK;
  c->amount = true, c->fen = r->amount[column];
  if (c->fen != 0 || !(l->blank || t->blank || x->t->empty)) {
    char text[MONEY_TEXT];
    money_print(text, c->fen, t->scale, t->decimals, !t->plain);
    struct sv printed = sv_from(text);
    c->text = (struct sv){arena_text(&x->d->paper->arena, printed.p, printed.n), printed.n};
    if (!c->text.p) return derive_no_memory(x->d->e);
  }
  return cell_sums(x, r, l, c);
}

/* 行次: down the left side, then on down the right. */
static int line_cell(const struct cells *x, int row, int column) {
  const char *number = arena_printf(&x->d->paper->arena, "%d", x->side * x->body + row - x->head + 1);
  cell_new(x->t, row, x->first + column, 1, 1, CELL_CENTRE, sv_from(number ? number : ""));
  return number ? RC_OK : derive_no_memory(x->d->e);
}

static int side_cells(const struct cells *x, int row) {
  const struct layout_side *s = x->own->layout;
  int at = x->from[row - x->head], rc = RC_OK, column = 0;
  const struct derive_row *r = at >= 0 ? &x->own->row[at] : NULL;
  if (r && r->total && s->total_merged) {
    while (column < s->ncolumns && s->column[column].role != COLUMN_MEASURE) column++;
    if (column > 0) cell_new(x->t, row, x->first, 1, column, CELL_CENTRE, filled(x->d, r->label));
  }
  for (; column < s->ncolumns && rc == RC_OK; column++) {
    const struct layout_column *l = &s->column[column];
    if (l->role == COLUMN_MEASURE) {
      rc = amount_cell(x, row, column, r);
      continue;
    }
    if (l->role == COLUMN_LINE) {
      rc = line_cell(x, row, column);
      continue;
    }
    bool centre = r && ((l->role != COLUMN_NAME && l->role != COLUMN_UNIT_NAME) || r->total);
    struct paper_cell *c =
        cell_new(x->t, row, x->first + column, 1, 1, centre ? CELL_CENTRE : CELL_TEXT, r ? label_text(x->d, l, r) : (struct sv){0});
    bool tree = s->rows == ROWS_FUNCTIONAL || s->rows == ROWS_ECONOMIC || s->rows == ROWS_ITEMS;
    if (r && tree && l->role == COLUMN_NAME && r->level > 1) c->indent = (int8_t)(r->level - 1);
  }
  return rc;
}

/* ---- which cells add up to a cell ---- */

static bool adds_up(const struct paper_table *t, const int32_t *parts, int n, int64_t fen) {
  int64_t sum = 0;
  for (int i = 0; i < n; i++) {
    if (parts[i] < 0 || !t->cells[parts[i]].amount) return false;
    sum += t->cells[parts[i]].fen;
  }
  return n > 0 && sum == fen;
}

static int cell_parts(const struct cells *x, int row, int column, const struct derive_row *r) {
  int own = x->at[row * x->t->columns + x->first + column];
  struct paper_cell *c = &x->t->cells[own];
  const struct layout_column *l = &x->own->layout->column[column];
  int n = r->nparts > l->nparts ? r->nparts : l->nparts;
  int32_t *parts = n ? ARENA_ARRAY(&x->d->paper->arena, int32_t, (size_t)n) : NULL;
  if (n && !parts) return derive_no_memory(x->d->e);
  for (int i = 0; i < r->nparts; i++) parts[i] = x->at[x->to[r->part[i]] * x->t->columns + x->first + column];
  if (adds_up(x->t, parts, r->nparts, c->fen)) return c->parts = parts, c->nparts = r->nparts, RC_OK;
  for (int i = 0; i < l->nparts; i++) parts[i] = x->at[row * x->t->columns + x->first + l->parts[i]];
  if (adds_up(x->t, parts, l->nparts, c->fen)) c->parts = parts, c->nparts = l->nparts;
  return RC_OK;
}

static int side_parts(const struct cells *x) {
  int rc = RC_OK;
  for (int row = x->head; row < x->head + x->body && rc == RC_OK; row++) {
    int at = x->from[row - x->head];
    if (at < 0 || x->own->row[at].filler) continue;
    for (int c = 0; c < x->own->layout->ncolumns && rc == RC_OK; c++)
      if (x->own->layout->column[c].role == COLUMN_MEASURE && x->t->cells[x->at[row * x->t->columns + x->first + c]].amount)
        rc = cell_parts(x, row, c, &x->own->row[at]);
  }
  return rc;
}

/* ---- the table ---- */

/* Where each row of a side comes: what stands behind `fill` is pushed to the end. */
static void place_rows(const struct derive_side *side, int body, int *from, int *to, int head) {
  int fill = side->n;
  for (int i = 0; i < body; i++) from[i] = -1;
  for (int i = 0; i < side->n; i++)
    if (side->row[i].filler) fill = i;
  for (int i = 0; i < side->n; i++) {
    int row = i < fill ? i : body - (side->n - i);
    if (i != fill) from[row] = i;
    to[i] = head + row;
  }
}

static int side_length(const struct derive_side *side) {
  int n = side->n;
  for (int i = 0; i < side->n; i++) n -= side->row[i].filler;
  return n;
}

static int columns_and_rows(struct derive *d, const struct derive_side *sides, int nsides, struct paper_table *t) {
  struct arena *a = &d->paper->arena;
  t->row = ARENA_ARRAY(a, struct paper_row, (size_t)t->rows);
  t->column = ARENA_ARRAY(a, struct paper_column, (size_t)t->columns);
  t->cells = ARENA_ARRAY(a, struct paper_cell, (size_t)t->rows * (size_t)t->columns);
  if (!t->row || !t->column || !t->cells) return derive_no_memory(d->e);
  for (int c = 0; c < t->columns; c++) {
    const struct layout_column *l = column_at(sides, nsides, c);
    if (!l) return derive_no_memory(d->e); /* the table has as many columns as its sides */
    t->column[c].width = l->width, t->column[c].measure = l->name ? arena_text(a, l->name, strlen(l->name)) : NULL;
  }
  for (int r = 0; r < t->rows; r++) t->row[r].parent = -1;
  return RC_OK;
}

static void row_meaning(const struct cells *x, int side) {
  for (int i = 0; i < x->body; i++) {
    struct paper_row *row = &x->t->row[x->head + i];
    const struct derive_row *r = x->from[i] >= 0 ? &x->own->row[x->from[i]] : NULL;
    if (!r || (x->t->empty && !r->total)) continue;
    if (side > 0) {
      *(side == 1 ? &row->right_key : &row->third_key) = r->key;
      continue;
    }
    row->key = r->key, row->level = (int8_t)r->level, row->parent = r->parent >= 0 ? x->to[r->parent] : -1;
  }
}

static int sides_place(struct derive *d, const struct derive_side *sides, int nsides, struct paper_table *t, struct cells *x) {
  int first = 0;
  int *at = ARENA_ARRAY(&d->scratch, int, (size_t)t->rows *(size_t)t->columns);
  for (int i = 0; i < nsides; i++) {
    int *from = ARENA_ARRAY(&d->scratch, int, (size_t)t->rows), *to = ARENA_ARRAY(&d->scratch, int, (size_t)sides[i].n + 1);
    if (!at || !from || !to) return derive_no_memory(d->e);
    place_rows(&sides[i], t->rows - t->head, from, to, t->head);
    x[i] = (struct cells){d, &sides[i], t, i, first, from, to, at, t->head, t->rows - t->head};
    row_meaning(&x[i], i);
    first += sides[i].layout->ncolumns;
  }
  for (int row = t->head; row < t->rows; row++)
    for (int i = 0; i < nsides; i++) {
      int rc = side_cells(&x[i], row);
      if (rc < 0) return rc;
    }
  for (int i = 0; i < t->ncells; i++) at[t->cells[i].row * t->columns + t->cells[i].column] = i;
  return RC_OK;
}

int derive_cells(struct derive *d, const struct derive_side *sides, int nsides, struct paper_table *t) {
  struct cells x[LAYOUT_SIDES];
  int body = 0;
  for (int i = 0; i < nsides; i++) {
    t->columns += sides[i].layout->ncolumns;
    if (side_length(&sides[i]) > body) body = side_length(&sides[i]);
    for (int c = 0; c < sides[i].layout->ncolumns; c++)
      if (sides[i].layout->column[c].nhead > t->head) t->head = sides[i].layout->column[c].nhead;
  }
  t->rows = t->head + (body ? body : 1);
  int rc = columns_and_rows(d, sides, nsides, t);
  if (rc < 0) return rc;
  head_cells(d, sides, nsides, t);
  rc = sides_place(d, sides, nsides, t, x);
  for (int i = 0; i < nsides && rc == RC_OK; i++) rc = side_parts(&x[i]);
  return rc;
}
