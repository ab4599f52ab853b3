/* grid.c: a table under construction, shared by the readers of text, HTML, XLSX and DOCX.
 * Cells are collected in a malloc'ed vector and copied into the arena once, when the table is whole. */
#include "document/office.h"

#include <stdlib.h>
#include <string.h>

int office_nomem(struct err *e) {
  return err_set(e, RC_NOMEM, tr("内存不足，或文件超过内存上限", "out of memory, or the file needs more than the memory limit"));
}

int office_copy(struct build *b, const char *p, size_t n, struct sv *out, struct err *e) {
  *out = (struct sv){NULL, 0};
  if (n == 0) return RC_OK;
  const char *copy = arena_text(&b->d->arena, p, n);
  if (!copy) return office_nomem(e);
  *out = (struct sv){copy, n};
  return RC_OK;
}

int office_line(struct build *b, struct sv text, bool bold, struct place place, struct err *e) {
  text = sv_trim(text);
  if (text.n == 0) return RC_OK;
  return build_line(b, (struct item){.kind = ITEM_LINE, .text = text, .bold = bold, .place = place}, e);
}

static int clamp(int v, int low, int high) {
  return v < low ? low : v > high ? high : v;
}

int grid_add(struct build *b, struct grid *g, const struct cell *c, struct err *e) {
  struct cell copy = *c;
  copy.row_span = clamp(copy.row_span, 1, GRID_SPAN_MAX);
  copy.column_span = clamp(copy.column_span, 1, GRID_SPAN_MAX);
  if (copy.row < 0 || copy.column < 0 || copy.row > GRID_ROWS_MAX - copy.row_span || copy.column > GRID_COLUMNS_MAX - copy.column_span)
    return err_set(e, RC_LIMIT, tr("表格过大：超过 %d 行或 %d 列", "a table has more than %d rows or %d columns"), GRID_ROWS_MAX, GRID_COLUMNS_MAX);
  size_t most = b->limits.cells > 0 ? (size_t)b->limits.cells : 0, share = b->limits.memory_bytes / 4 / sizeof copy;
  if (most > share) most = share; /* the vector, its copy in the arena and the build's grid must fit together */
  int rc = VEC_PUSH(&g->cells, copy, most);
  if (rc < 0) return err_set(e, RC_LIMIT, tr("表格单元格超过上限 %zu 个", "a table has more than %zu cells"), most);
  if (copy.row + copy.row_span > g->rows) g->rows = copy.row + copy.row_span;
  if (copy.column + copy.column_span > g->columns) g->columns = copy.column + copy.column_span;
  return RC_OK;
}

void grid_release(struct grid *g) {
  free(g->cells.v);
  *g = (struct grid){0};
}

int grid_emit(struct build *b, struct grid *g, unsigned flags, int header_rows, struct place place, int *index, struct err *e) {
  if (index) *index = -1;
  if (g->cells.n == 0) return RC_OK;
  if ((int64_t)g->rows * g->columns > b->limits.cells)
    return err_set(e, RC_LIMIT, tr("表格 %d 行 × %d 列，超过上限 %d 格", "a table of %d rows by %d columns exceeds the limit of %d cells"), g->rows,
                   g->columns, b->limits.cells);
  struct cell *cells = ARENA_ARRAY(&b->d->arena, struct cell, g->cells.n);
  struct place *part = ARENA_NEW(&b->d->arena, struct place);
  int *part_row = ARENA_NEW(&b->d->arena, int);
  if (!cells || !part || !part_row) return office_nomem(e);
  memcpy(cells, g->cells.v, g->cells.n * sizeof *cells);
  *part = place;
  struct table t = {.rows = g->rows,
                    .columns = g->columns,
                    .flags = flags,
                    .cells = cells,
                    .ncells = (int)g->cells.n,
                    .header_rows = header_rows,
                    .parts = part,
                    .nparts = 1,
                    .part_row = part_row};
  g->cells.n = 0;
  g->rows = g->columns = 0;
  return build_table(b, t, index, e);
}
