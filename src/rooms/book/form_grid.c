/* form_grid.c: cells of a form at their places. */
#include "rooms/book/form_grid.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FORM_CELLS = FORM_ROWS * 8, FORM_TABLES = 100000, MAX_SPAN = 30000 };

int form_begin(struct form *f, struct paper *p, const int *widths, int columns, struct err *e) {
  *f = (struct form){.p = p, .row = -1, .columns = columns};
  f->t = ARENA_NEW(&p->arena, struct paper_table);
  struct paper_column *c = ARENA_ARRAY(&p->arena, struct paper_column, (size_t)columns + 1);
  if (!f->t || !c) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; i < columns; i++) c[i].width = widths[i];
  f->t->column = c, f->t->columns = columns, f->t->form = true, f->t->project = -1;
  return RC_OK;
}

static uint32_t *row_mask(struct form *f, int row) {
  while (!f->failed && f->taken.n <= (size_t)row)
    if (VEC_PUSH(&f->taken, 0, FORM_ROWS) < 0) f->failed = true;
  return f->failed ? NULL : &f->taken.v[row];
}

static uint32_t bits(int column, int across) {
  return ((1u << across) - 1) << column;
}

static struct paper_cell *place(struct form *f, const struct paper_cell *cell, int row, int column, int across, int down) {
  for (int r = row; r < row + down; r++) {
    uint32_t *mask = row_mask(f, r);
    if (mask) *mask |= bits(column, across);
  }
  struct paper_cell c = *cell;
  c.row = row, c.column = column, c.row_span = (int16_t)down, c.column_span = (int16_t)across;
  if (f->failed || VEC_PUSH(&f->cells, c, FORM_CELLS) < 0) {
    f->failed = true;
    return NULL;
  }
  return &f->cells.v[f->cells.n - 1];
}

static void put(struct form *f, const struct paper_cell *cell, int across, int down, int block) {
  uint32_t *mask = row_mask(f, f->row);
  int column = 0;
  while (mask && column < f->columns && (*mask >> column & 1)) column++;
  if (!mask || column >= f->columns) {
    f->failed = true;
    return;
  }
  int room = 1;
  while (column + room < f->columns && !(*mask >> (column + room) & 1)) room++;
  if (across == 0 || column + across > f->columns) across = across == 0 ? room : f->columns - column;
  if (across > room) { /* a cell from above stands in between */
    f->failed = true;
    return;
  }
  if (!place(f, cell, f->row, column, across, down ? down : 1) || down) return;
  if (f->nopen == FORM_OPEN)
    f->failed = true;
  else
    f->open[f->nopen++] = (struct form_open){(int)f->cells.n - 1, block};
}

void form_row(struct form *f) {
  f->row++;
  uint32_t *mask = row_mask(f, f->row);
  for (int i = 0; mask && i < f->nopen; i++) *mask |= bits(f->cells.v[f->open[i].cell].column, f->cells.v[f->open[i].cell].column_span);
  int n = f->nwaiting;
  f->nwaiting = 0;
  for (int i = 0; i < n; i++) put(f, &f->waiting[i].cell, f->waiting[i].cell.column_span, f->waiting[i].down, f->waiting[i].block);
}

void form_put(struct form *f, const struct paper_cell *cell, int across, int down) {
  if (f->blocks == 0 || f->row > f->block_row[f->blocks]) {
    put(f, cell, across, down, f->blocks);
    return;
  }
  if (f->nwaiting == FORM_OPEN) {
    f->failed = true;
    return;
  }
  struct form_waiting *w = &f->waiting[f->nwaiting++];
  *w = (struct form_waiting){*cell, f->blocks, down};
  w->cell.column_span = (int16_t)across;
}

void form_block_begin(struct form *f) {
  if (f->blocks == FORM_BLOCKS) {
    f->failed = true;
    return;
  }
  f->block_row[++f->blocks] = f->row;
}

void form_block_end(struct form *f) {
  while (f->nwaiting > 0 && f->waiting[f->nwaiting - 1].block == f->blocks) f->nwaiting--; /* a block without rows leaves nothing */
  while (f->nopen > 0 && f->open[f->nopen - 1].block == f->blocks) {
    struct paper_cell *c = &f->cells.v[f->open[--f->nopen].cell];
    int down = f->row - c->row + 1;
    if (down > MAX_SPAN) f->failed = true;
    c->row_span = (int16_t)(down > MAX_SPAN ? MAX_SPAN : down);
  }
  if (f->blocks > 0) f->blocks--;
}

struct sv form_printf(struct form *f, const char *fmt, ...) {
  char text[16384];
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  if (n < 0) n = 0;
  if ((size_t)n >= sizeof text) n = (int)sizeof text - 1;
  const char *kept = arena_text(&f->p->arena, text, (size_t)n);
  if (!kept) f->failed = true;
  return kept ? (struct sv){kept, (size_t)n} : (struct sv){0};
}

static int by_place(const void *a, const void *b) {
  const struct paper_cell *x = a, *y = b;
  return x->row != y->row ? (x->row > y->row) - (x->row < y->row) : (x->column > y->column) - (x->column < y->column);
}

static void fill(struct form *f) {
  const struct paper_cell empty = {.role = CELL_TEXT};
  for (int r = 0; r < (int)f->taken.n; r++)
    for (int c = 0; c < f->columns; c++)
      if (!(f->taken.v[r] >> c & 1)) place(f, &empty, r, c, 1, 1);
}

int form_end(struct form *f, struct err *e) {
  struct paper_table *t = f->t;
  while (f->blocks > 0) form_block_end(f);
  fill(f);
  t->rows = (int)f->taken.n, t->ncells = (int)f->cells.n;
  t->row = ARENA_ARRAY(&f->p->arena, struct paper_row, f->taken.n + 1);
  t->cells = ARENA_ARRAY(&f->p->arena, struct paper_cell, f->cells.n + 1);
  bool ok = !f->failed && t->row && t->cells && f->cells.n > 0;
  for (int r = 0; ok && r < t->rows; r++) t->row[r].parent = -1;
  if (ok) {
    qsort(f->cells.v, f->cells.n, sizeof *f->cells.v, by_place);
    memcpy(t->cells, f->cells.v, f->cells.n * sizeof *f->cells.v);
  }
  free(f->cells.v), free(f->taken.v);
  struct paper_block b = {.kind = PAPER_TABLE, .anchor = t->id, .table = t};
  return ok && VEC_PUSH(&f->p->blocks, b, FORM_TABLES) == RC_OK
             ? RC_OK
             : err_set(e, RC_LIMIT,
                       tr("绩效表 %s 太大，或一行的格子放不下（多于各列，或被上面的格子隔开）",
                          "form %s is too large, or the cells of a row do not fit: more than its columns, or a cell from above between them"),
                       t->id ? t->id : "");
}
