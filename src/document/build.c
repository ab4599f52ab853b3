/* build.c: putting a document together: pages, lines, tables with whole grids, warnings, limits.
 * Readers hand in what they found; here it is bounded, made whole (every grid position covered once) and moved into the document's arena. */
#include "document/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS_MOST = 4000000, WARNINGS_MOST = 200, GRID_SIDE_MOST = 1 << 20 };

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或文件展开后超过上限", "out of memory, or the file unfolds past its limit"));
}

int build_page(struct build *b, struct page p, struct err *e) {
  if (b->limits.pages > 0 && b->pages.n >= (size_t)b->limits.pages)
    return err_set(e, RC_LIMIT, tr("页数超过上限 %d", "more than %d pages"), b->limits.pages);
  return VEC_PUSH(&b->pages, p, SIZE_MAX / sizeof p) < 0 ? no_memory(e) : RC_OK;
}

int build_line(struct build *b, struct item line, struct err *e) {
  if (b->items.n >= ITEMS_MOST) return err_set(e, RC_LIMIT, tr("文字行数超过上限 %d", "more than %d lines"), ITEMS_MOST);
  line.kind = ITEM_LINE;
  return VEC_PUSH(&b->items, line, ITEMS_MOST) < 0 ? no_memory(e) : RC_OK;
}

/* ---- tables: every grid position under exactly one cell ---- */

static int by_place(const void *a, const void *b) {
  const struct cell *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

/* Spans that reach past the grid are cut; a cell that lies outside is dropped. */
static bool clip_cell(const struct table *t, struct cell *c) {
  if (c->row < 0 || c->column < 0 || c->row >= t->rows || c->column >= t->columns) return false;
  if (c->row_span < 1) c->row_span = 1;
  if (c->column_span < 1) c->column_span = 1;
  if (c->row_span > t->rows - c->row) c->row_span = t->rows - c->row;
  if (c->column_span > t->columns - c->column) c->column_span = t->columns - c->column;
  return true;
}

/* Writes the cell's index over the positions it covers; of two that overlap the first keeps the position. */
static bool cover(struct table *t, int index) {
  const struct cell *c = &t->cells[index];
  bool clean = true;
  for (int r = c->row; r < c->row + c->row_span; r++)
    for (int k = c->column; k < c->column + c->column_span; k++) {
      int *at = &t->at[(size_t)r * (size_t)t->columns + (size_t)k];
      if (*at >= 0)
        clean = false;
      else
        *at = index;
    }
  return clean;
}

static void cover_all(struct table *t, size_t positions) {
  memset(t->at, 0xFF, positions * sizeof *t->at); /* -1 everywhere */
  for (int i = 0; i < t->ncells; i++)
    if (!cover(t, i)) {
      t->flags |= TABLE_DOUBTFUL;
      if (!t->doubt) t->doubt = tr("单元格互相重叠", "cells overlap");
    }
}

static int make_grid(struct build *b, struct table *t, struct err *e) {
  size_t positions = (size_t)t->rows * (size_t)t->columns;
  struct cell *cells = ARENA_ARRAY(&b->d->arena, struct cell, positions + (size_t)t->ncells);
  t->at = ARENA_ARRAY(&b->d->arena, int, positions);
  if (!cells || !t->at) return no_memory(e);
  int n = 0;
  for (int i = 0; i < t->ncells; i++)
    if (clip_cell(t, &t->cells[i])) cells[n++] = t->cells[i];
  t->cells = cells;
  t->ncells = n;
  qsort(cells, (size_t)n, sizeof *cells, by_place);
  cover_all(t, positions);
  for (int r = 0; r < t->rows; r++)
    for (int k = 0; k < t->columns; k++)
      if (t->at[(size_t)r * (size_t)t->columns + (size_t)k] < 0)
        cells[t->ncells++] = (struct cell){.row = r, .column = k, .row_span = 1, .column_span = 1};
  if (t->ncells > n) {
    qsort(cells, (size_t)t->ncells, sizeof *cells, by_place);
    cover_all(t, positions);
  }
  return RC_OK;
}

static int check_size(struct build *b, const struct table *t, struct err *e) {
  if (t->rows < 1 || t->columns < 1 || t->rows > GRID_SIDE_MOST || t->columns > GRID_SIDE_MOST || t->ncells < 0)
    return err_set(e, RC_LIMIT, tr("表格大小不合理：%d 行 %d 列", "a table of %d rows and %d columns is not plausible"), t->rows, t->columns);
  if (b->limits.tables > 0 && b->tables.n >= (size_t)b->limits.tables)
    return err_set(e, RC_LIMIT, tr("表格超过上限 %d 张", "more than %d tables"), b->limits.tables);
  long positions = (long)t->rows * t->columns;
  if (b->limits.cells > 0 && (positions > b->limits.cells - b->cells || t->ncells > 4L * b->limits.cells))
    return err_set(e, RC_LIMIT, tr("单元格超过上限 %d 个", "more than %d cells"), b->limits.cells);
  b->cells += positions;
  return RC_OK;
}

int build_table(struct build *b, struct table t, int *index, struct err *e) {
  int rc = check_size(b, &t, e);
  if (rc == RC_OK) rc = make_grid(b, &t, e);
  if (rc < 0) return rc;
  if (b->items.n >= ITEMS_MOST) return err_set(e, RC_LIMIT, tr("文字行数超过上限 %d", "more than %d lines"), ITEMS_MOST);
  t.number = (int)b->tables.n + 1;
  t.first_item = (int)b->items.n;
  struct item item = {.kind = ITEM_TABLE, .table = (int)b->tables.n};
  if (t.nparts > 0) item.place = t.parts[0];
  if (index) *index = item.table;
  if (VEC_PUSH(&b->tables, t, SIZE_MAX / sizeof t) < 0 || VEC_PUSH(&b->items, item, ITEMS_MOST) < 0) return no_memory(e);
  return RC_OK;
}

int build_warn(struct build *b, const char *fmt, ...) {
  if (b->warnings.n >= WARNINGS_MOST) return RC_OK; /* enough has been said */
  char text[600];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  const char *copy = arena_text(&b->d->arena, text, strlen(text));
  return copy ? VEC_PUSH(&b->warnings, copy, WARNINGS_MOST) : RC_NOMEM;
}

static void *moved(struct arena *a, const void *v, size_t n, size_t size) {
  void *out = arena_array(a, n ? n : 1, size);
  if (out && n) memcpy(out, v, n * size);
  return out;
}

int build_finish(struct build *b, struct err *e) {
  struct document *d = b->d;
  d->pages = moved(&d->arena, b->pages.v, b->pages.n, sizeof *d->pages);
  d->items = moved(&d->arena, b->items.v, b->items.n, sizeof *d->items);
  d->tables = moved(&d->arena, b->tables.v, b->tables.n, sizeof *d->tables);
  d->warnings = moved(&d->arena, b->warnings.v, b->warnings.n, sizeof *d->warnings);
  if (!d->pages || !d->items || !d->tables || !d->warnings) return no_memory(e);
  d->npages = (int)b->pages.n;
  d->nitems = (int)b->items.n;
  d->ntables = (int)b->tables.n;
  d->nwarnings = (int)b->warnings.n;
  return RC_OK;
}

void build_release(struct build *b) {
  free(b->pages.v);
  free(b->items.v);
  free(b->tables.v);
  free(b->warnings.v);
  memset(&b->pages, 0, sizeof b->pages);
  memset(&b->items, 0, sizeof b->items);
  memset(&b->tables, 0, sizeof b->tables);
  memset(&b->warnings, 0, sizeof b->warnings);
}

int build_late(const struct build *b, struct err *e) {
  struct timespec now;
  if (b->deadline == 0 || clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return RC_OK;
  if ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 <= b->deadline) return RC_OK;
  return err_set(e, RC_LIMIT, "%s", tr("读这个文件用时超过上限，已停止", "reading this file took too long and was stopped"));
}

const struct cell *table_cell(const struct table *t, int row, int column) {
  if (row < 0 || column < 0 || row >= t->rows || column >= t->columns) return NULL;
  int at = t->at[(size_t)row * (size_t)t->columns + (size_t)column];
  return at < 0 || at >= t->ncells ? NULL : &t->cells[at];
}
