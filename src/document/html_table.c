/* html_table.c: tables of a web page: spans expanded under caps, nested tables kept behind the one that holds them,
 * tables that only lay out the page taken apart into lines. */
#include "document/html_internal.h"

#include <stdlib.h>
#include <string.h>

struct html_table *html_table_top(struct html_tables *t) {
  return t->depth > 0 ? t->open[t->depth - 1] : NULL;
}

static void pieces_release(struct html_pieces *p) {
  for (size_t i = 0; i < p->v.n; i++) grid_release(&p->v.v[i].grid);
  free(p->v.v);
  *p = (struct html_pieces){0};
}

static void table_free(struct html_table *h) {
  grid_release(&h->grid);
  pieces_release(&h->pieces);
  buf_release(&h->cell);
  free(h->busy.v);
  free(h);
}

void html_tables_release(struct html_tables *t) {
  while (t->depth > 0) table_free(t->open[--t->depth]);
}

static int piece_add(struct html_tables *t, struct html_table *h, const struct html_piece *p) {
  if (VEC_PUSH(&h->pieces.v, *p, 1000000) < 0) return err_set(t->e, RC_LIMIT, "%s", tr("表格内容过多", "a table holds too much"));
  return RC_OK;
}

/* Moves what the open cell has gathered into pieces, line by line. */
static int cell_flush(struct html_tables *t, struct html_table *h) {
  if (h->cell.n <= h->flushed) return RC_OK;
  struct sv rest = {h->cell.p + h->flushed, h->cell.n - h->flushed};
  h->flushed = h->cell.n;
  while (rest.p) {
    struct sv line = sv_trim(sv_cut(&rest, '\n'));
    if (line.n == 0) continue;
    struct html_piece p = {.place = h->cell_place};
    int rc = office_copy(t->b, line.p, line.n, &p.line, t->e);
    if (rc == RC_OK) rc = piece_add(t, h, &p);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

int html_table_begin(struct html_tables *t, struct place place) {
  if (t->depth >= HTML_NESTED_MAX) return err_set(t->e, RC_LIMIT, tr("表格嵌套超过 %d 层", "tables are nested more than %d deep"), HTML_NESTED_MAX);
  struct html_table *outer = html_table_top(t);
  int rc = outer && outer->in_cell ? cell_flush(t, outer) : RC_OK;
  if (rc < 0) return rc;
  struct html_table *h = calloc(1, sizeof *h);
  if (!h) return office_nomem(t->e);
  h->row = -1;
  h->place = place;
  buf_init(&h->cell, (size_t)16 << 20);
  t->open[t->depth++] = h;
  return RC_OK;
}

int html_row_begin(struct html_tables *t) {
  struct html_table *h = html_table_top(t);
  if (!h) return RC_OK;
  int rc = html_cell_end(t);
  if (h->row >= GRID_ROWS_MAX) return err_set(t->e, RC_LIMIT, tr("表格超过 %d 行", "a table has more than %d rows"), GRID_ROWS_MAX);
  h->row++;
  h->column = 0;
  return rc;
}

static int busy_until(const struct html_table *h, int column) {
  return (size_t)column < h->busy.n ? h->busy.v[column] : 0;
}

int html_cell_begin(struct html_tables *t, int row_span, int column_span, bool header, struct place place) {
  struct html_table *h = html_table_top(t);
  if (!h) return RC_OK;
  int rc = h->row < 0 ? html_row_begin(t) : html_cell_end(t);
  if (rc < 0) return rc;
  while (h->column < GRID_COLUMNS_MAX && busy_until(h, h->column) > h->row) h->column++;
  h->row_span = row_span == 0 || row_span > GRID_SPAN_MAX ? GRID_SPAN_MAX : row_span < 0 ? 1 : row_span;
  h->column_span = column_span < 1 ? 1 : column_span > GRID_SPAN_MAX ? GRID_SPAN_MAX : column_span;
  if (h->column + h->column_span > GRID_COLUMNS_MAX)
    return err_set(t->e, RC_LIMIT, tr("表格超过 %d 列", "a table has more than %d columns"), GRID_COLUMNS_MAX);
  for (int k = 1; k < h->column_span; k++) /* a cell from above cuts the span */
    if (busy_until(h, h->column + k) > h->row) h->column_span = k;
  while (h->busy.n < (size_t)(h->column + h->column_span))
    if (VEC_PUSH(&h->busy, 0, GRID_COLUMNS_MAX) < 0) return office_nomem(t->e);
  for (int k = 0; k < h->column_span; k++) h->busy.v[h->column + k] = h->row + h->row_span;
  h->in_cell = true;
  h->header = header;
  h->cell_place = place;
  buf_clear(&h->cell);
  h->flushed = 0;
  return RC_OK;
}

int html_cell_end(struct html_tables *t) {
  struct html_table *h = html_table_top(t);
  if (!h || !h->in_cell) return RC_OK;
  h->in_cell = false;
  int rc = h->cell.rc < 0 ? err_set(t->e, RC_LIMIT, "%s", tr("单元格文字过长", "the text of a cell is too long")) : cell_flush(t, h);
  struct cell c = {.row = h->row,
                   .column = h->column,
                   .row_span = h->row_span,
                   .column_span = h->column_span,
                   .flags = h->header ? CELL_HEADER : 0,
                   .place = h->cell_place};
  if (rc == RC_OK) rc = office_cell_text(t->b, (struct sv){h->cell.p ? h->cell.p : "", h->cell.n}, &c.text, t->e);
  if (sv_contains(c.text, "\xEF\xBF\xBD")) c.flags |= CELL_LOST;
  if (rc == RC_OK) rc = grid_add(t->b, &h->grid, &c, t->e);
  h->column += h->column_span;
  return rc;
}

/* Cuts spans that reach beyond the table: below its last row, and beyond the widest row of more than one cell. */
static void spans_cut(struct html_table *h) {
  int rows = 0, wide = 0, any = 0;
  for (size_t i = 0; i < h->grid.cells.n; i++) {
    const struct cell *c = &h->grid.cells.v[i];
    bool alone = (i == 0 || c[-1].row != c->row) && (i + 1 >= h->grid.cells.n || c[1].row != c->row);
    int end = c->column + c->column_span;
    if (c->row >= rows) rows = c->row + 1;
    if (end > any) any = end;
    if (!alone && end > wide) wide = end;
  }
  int columns = wide > 0 ? wide : any;
  for (size_t i = 0; i < h->grid.cells.n; i++) {
    struct cell *c = &h->grid.cells.v[i];
    if (c->row + c->row_span > rows) c->row_span = rows - c->row;
    if (c->column < columns && c->column + c->column_span > columns) c->column_span = columns - c->column;
    if (c->column >= columns) columns = c->column + 1; /* a lone cell right of a rowspan */
  }
  h->grid.rows = rows;
  h->grid.columns = columns;
}

/* A table of one cell, or one that holds tables and hardly has a row of its own, only lays out the page. */
static bool is_layout(const struct html_table *h) {
  if (h->grid.cells.n <= 1 || h->grid.columns <= 1) return h->nested > 0 || h->grid.cells.n <= 1;
  if (h->nested == 0) return false;
  int full = 0, filled = 0, row = -1;
  for (size_t i = 0; i < h->grid.cells.n; i++) {
    const struct cell *c = &h->grid.cells.v[i];
    if (c->row != row) filled = 0;
    row = c->row;
    filled += c->text.n > 0;
    full += filled == 2;
  }
  return full < 2;
}

static int header_rows(const struct html_table *h) {
  int rows = h->grid.rows;
  for (size_t i = 0; i < h->grid.cells.n; i++)
    if (!(h->grid.cells.v[i].flags & CELL_HEADER) && h->grid.cells.v[i].row < rows) rows = h->grid.cells.v[i].row;
  return rows == h->grid.rows ? 0 : rows;
}

static int piece_emit(struct html_tables *t, struct html_piece *p, unsigned flags) {
  if (!p->is_table) return office_line(t->b, p->line, false, p->place, t->e);
  return grid_emit(t->b, &p->grid, flags, p->header_rows, p->place, NULL, t->e);
}

int html_table_end(struct html_tables *t) {
  struct html_table *h = html_table_top(t);
  if (!h) return RC_OK;
  int rc = html_cell_end(t);
  spans_cut(h);
  t->depth--;
  bool layout = is_layout(h), nested = t->depth > 0 && t->open[t->depth - 1]->in_cell;
  struct html_table *outer = t->depth > 0 ? t->open[t->depth - 1] : NULL;
  struct html_piece own = {.is_table = true, .place = h->place, .grid = h->grid, .header_rows = header_rows(h)};
  if (!layout) h->grid = (struct grid){0};
  if (!layout && rc == RC_OK && outer)
    rc = piece_add(t, outer, &own);
  else if (!layout && rc == RC_OK)
    rc = piece_emit(t, &own, 0);
  if (!layout && (!outer || rc < 0)) grid_release(&own.grid);
  if (outer && !layout) outer->nested++;
  for (size_t i = 0; rc == RC_OK && i < h->pieces.v.n; i++) {
    struct html_piece *p = &h->pieces.v.v[i];
    if (!layout && !p->is_table) continue; /* its lines are in its cells */
    if (!outer) {
      rc = piece_emit(t, p, layout ? 0 : TABLE_NESTED);
    } else {
      rc = piece_add(t, outer, p);
      if (rc == RC_OK && p->is_table) p->grid = (struct grid){0};
      outer->nested += p->is_table && layout;
      if (nested && !p->is_table) { /* the words of a layout table belong to the cell that holds it */
        buf_putc(&outer->cell, '\n');
        buf_add(&outer->cell, p->line.p, p->line.n);
        outer->flushed = outer->cell.n;
      }
    }
  }
  table_free(h);
  return rc;
}
