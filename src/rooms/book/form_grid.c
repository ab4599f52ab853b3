/* form_grid.c: cells of a form at their places. */
#include "rooms/book/form_grid.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FORM_CELLS = FORM_ROWS * FORM_COLUMNS, FORM_TABLES = 100000 };

int form_begin(struct form *f, struct paper *p, const int64_t *spent, struct err *e) {
  *f = (struct form){.p = p, .row = -1, .spent = spent};
  f->t = ARENA_NEW(&p->arena, struct paper_table);
  return f->t ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static uint8_t *row_mask(struct form *f, int row) {
  while (!f->failed && f->taken.n <= (size_t)row)
    if (VEC_PUSH(&f->taken, 0, FORM_ROWS) < 0) f->failed = true;
  return f->failed ? NULL : &f->taken.v[row];
}

void form_row(struct form *f) {
  f->row++;
  row_mask(f, f->row);
}

static struct paper_cell *place(struct form *f, int row, int column, int across, int down) {
  for (int r = row; r < row + down; r++) {
    uint8_t *mask = row_mask(f, r);
    if (mask) *mask |= (uint8_t)(((1u << across) - 1) << column);
  }
  struct paper_cell c = {.row_span = (int16_t)down, .column_span = (int16_t)across, .row = row, .column = column, .role = CELL_TEXT};
  if (f->failed || VEC_PUSH(&f->cells, c, FORM_CELLS) < 0) {
    f->failed = true;
    return NULL;
  }
  return &f->cells.v[f->cells.n - 1];
}

struct paper_cell *form_put(struct form *f, enum paper_role role, struct sv text, int across, int down) {
  uint8_t *mask = row_mask(f, f->row);
  int column = 0;
  while (mask && column < FORM_COLUMNS && (*mask >> column & 1)) column++;
  if (!mask || column >= FORM_COLUMNS) {
    f->failed = true;
    return NULL;
  }
  if (across == 0 || column + across > FORM_COLUMNS) across = FORM_COLUMNS - column;
  struct paper_cell *c = place(f, f->row, column, across, down);
  if (c) c->role = role, c->text = text;
  return c;
}

void form_head(struct form *f, const char *text, int across, int down) {
  form_put(f, CELL_HEAD, sv_from(text), across, down);
}

void form_text(struct form *f, struct sv text, int across) {
  form_put(f, CELL_TEXT, text, across, 1);
}

void form_centre(struct form *f, struct sv text, int across) {
  form_put(f, CELL_CENTRE, text, across, 1);
}

void form_empty(struct form *f, enum paper_role role, int across) {
  form_put(f, role, (struct sv){0}, across, 1);
}

void form_number(struct form *f, int64_t fen, const struct sum *s, bool blank_zero, int across) {
  char text[MONEY_TEXT];
  struct paper_cell *c = form_put(f, CELL_NUMBER, (struct sv){0}, across, 1);
  if (!c) return;
  c->amount = true, c->fen = fen;
  if (fen || !blank_zero) c->text = form_printf(f, "%s", money_print(text, fen, SCALE_WAN, 2, true));
  struct sum *own = s ? ARENA_NEW(&f->p->arena, struct sum) : NULL;
  if (own) *own = *s, c->sums = own, c->nsums = 1;
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
  for (int r = 0; r < (int)f->taken.n; r++)
    for (int c = 0; c < FORM_COLUMNS; c++)
      if (!(f->taken.v[r] >> c & 1)) place(f, r, c, 1, 1);
}

int form_end(struct form *f, struct err *e) {
  struct paper_table *t = f->t;
  static const int widths[FORM_COLUMNS] = {12, 12, 13, 17, 12, 11, 11, 12};
  fill(f);
  t->rows = (int)f->taken.n, t->columns = FORM_COLUMNS, t->ncells = (int)f->cells.n;
  t->form = true, t->scale = SCALE_WAN, t->decimals = 2, t->unit_line = SV("单位：万元");
  t->row = ARENA_ARRAY(&f->p->arena, struct paper_row, f->taken.n + 1);
  t->column = ARENA_ARRAY(&f->p->arena, struct paper_column, FORM_COLUMNS);
  t->cells = ARENA_ARRAY(&f->p->arena, struct paper_cell, f->cells.n + 1);
  bool ok = !f->failed && t->row && t->column && t->cells && f->cells.n > 0;
  for (int r = 0; ok && r < t->rows; r++) t->row[r].parent = -1;
  for (int c = 0; ok && c < FORM_COLUMNS; c++) t->column[c].width = widths[c];
  if (ok) {
    qsort(f->cells.v, f->cells.n, sizeof *f->cells.v, by_place);
    memcpy(t->cells, f->cells.v, f->cells.n * sizeof *f->cells.v);
  }
  free(f->cells.v), free(f->taken.v);
  struct paper_block b = {.kind = PAPER_TABLE, .anchor = t->id, .table = t};
  return ok && VEC_PUSH(&f->p->blocks, b, FORM_TABLES) == RC_OK ? RC_OK : err_set(e, RC_LIMIT, "%s", tr("绩效表太大", "a form is too large"));
}
