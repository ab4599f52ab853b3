/* xlsx_sheet.c: finds in the cells of a sheet its lines of text (titles, units, remarks) and its tables.
 * A table begins with the first row of two or more cells and goes on, over blank rows, until a title stands behind a blank row. */
#include "document/office.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define MERGED_ROWS_BUDGET 2000000 /* rows of all merged ranges of a sheet */
#define REMARK_LENGTH      60      /* bytes: a lone cell as long as this under a table is a remark, not a label */

/* A row of the sheet that holds something: its cells are cells[first … first + n). */
struct sheet_row {
  int row, n, covered; /* covered: merged ranges that reach into it from above */
  size_t first;
  bool hidden;
};

struct sheet_view {
  struct build *b;
  struct xlsx_sheet *s;
  VEC(struct sheet_row) rows;
  struct grid grid;
  struct err *e;
};

static int by_place(const void *a, const void *b) {
  const struct xlsx_cell *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

static size_t first_at(const struct xlsx_sheet *s, int row, int column) {
  size_t low = 0, high = s->cells.n;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    const struct xlsx_cell *c = &s->cells.v[mid];
    if (c->row < row || (c->row == row && c->column < column))
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

static int by_range(const void *a, const void *b) {
  const struct xlsx_range *x = a, *y = b;
  if (x->row0 != y->row0) return x->row0 < y->row0 ? -1 : 1;
  return x->column0 < y->column0 ? -1 : x->column0 > y->column0;
}

static struct xlsx_range *merge_at(const struct xlsx_sheet *s, int row, int column) {
  struct xlsx_range key = {.row0 = row, .column0 = column};
  return s->merges.n ? bsearch(&key, s->merges.v, s->merges.n, sizeof key, by_range) : NULL;
}

/* Sorts the cells, drops doubles and what lies hidden under a merged cell. */
static int cells_settle(struct sheet_view *v) {
  struct xlsx_sheet *s = v->s;
  if (s->cells.n == 0) return RC_OK;
  qsort(s->cells.v, s->cells.n, sizeof *s->cells.v, by_place);
  if (s->merges.n) qsort(s->merges.v, s->merges.n, sizeof *s->merges.v, by_range);
  int last = s->cells.v[s->cells.n - 1].row;
  int64_t budget = MERGED_ROWS_BUDGET;
  for (size_t i = 0; i < s->merges.n; i++) {
    struct xlsx_range *m = &s->merges.v[i];
    int end = m->row1 < last ? m->row1 : last;
    if ((budget -= end >= m->row0 ? end - m->row0 + 1 : 0) < 0) return err_set(v->e, RC_LIMIT, "%s", tr("合并单元格过多", "too many merged cells"));
    for (int r = m->row0; r <= end; r++)
      for (size_t k = first_at(s, r, m->column0); k < s->cells.n && s->cells.v[k].row == r && s->cells.v[k].column <= m->column1; k++)
        if (r != m->row0 || s->cells.v[k].column != m->column0) s->cells.v[k].flags = UINT_MAX; /* to be dropped */
  }
  size_t kept = 0;
  for (size_t i = 0; i < s->cells.n; i++) {
    struct xlsx_cell c = s->cells.v[i];
    bool twice = kept > 0 && s->cells.v[kept - 1].row == c.row && s->cells.v[kept - 1].column == c.column;
    if (c.flags != UINT_MAX && !twice) s->cells.v[kept++] = c;
  }
  s->cells.n = kept;
  return RC_OK;
}

static int by_int(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return x < y ? -1 : x > y;
}

static bool row_hidden(const struct xlsx_sheet *s, int row) {
  return s->hidden_rows.n && bsearch(&row, s->hidden_rows.v, s->hidden_rows.n, sizeof row, by_int);
}

static bool column_hidden(const struct xlsx_sheet *s, int column) {
  for (size_t i = 0; i < s->hidden_columns.n && i < 256; i++)
    if (column >= s->hidden_columns.v[i].column0 && column <= s->hidden_columns.v[i].column1) return true;
  return false;
}

/* Lists the rows that hold cells, and those that a merged cell with text reaches into. */
static int rows_list(struct sheet_view *v) {
  const struct xlsx_sheet *s = v->s;
  if (s->hidden_rows.n) qsort(s->hidden_rows.v, s->hidden_rows.n, sizeof(int), by_int);
  int covered_to = -1;
  for (size_t i = 0; i < s->cells.n;) {
    struct sheet_row r = {.row = s->cells.v[i].row, .first = i};
    for (int gap = v->rows.n ? v->rows.v[v->rows.n - 1].row + 1 : r.row; gap < r.row && gap <= covered_to; gap++)
      if (VEC_PUSH(&v->rows, ((struct sheet_row){.row = gap, .first = i, .covered = 1, .hidden = row_hidden(s, gap)}), GRID_ROWS_MAX) < 0)
        return office_nomem(v->e);
    for (; i < s->cells.n && s->cells.v[i].row == r.row; i++) {
      const struct xlsx_range *m = merge_at(s, r.row, s->cells.v[i].column);
      if (m && m->row1 > covered_to && m->row1 - m->row0 < GRID_SPAN_MAX) covered_to = m->row1;
      r.n++;
    }
    r.hidden = row_hidden(s, r.row);
    if (VEC_PUSH(&v->rows, r, GRID_ROWS_MAX) < 0) return office_nomem(v->e);
  }
  return RC_OK;
}

static const struct xlsx_cell *row_cell(const struct sheet_view *v, const struct sheet_row *r, int i) {
  return &v->s->cells.v[r->first + (size_t)i];
}

/* Every cell of the row is text with a colon in it: "部门：… | 单位：万元", "填表人：… | 审核人：…". */
static bool all_colons(const struct sheet_view *v, const struct sheet_row *r) {
  for (int k = 0; k < r->n; k++) {
    const struct xlsx_cell *c = row_cell(v, r, k);
    if ((c->flags & CELL_NUMERIC) || (!sv_contains(c->text, "：") && !sv_contains(c->text, ":"))) return false;
  }
  return r->n > 0;
}

/* A title, or a line above a table: one text alone, or at most three cells with colons over a row that has as many. */
static bool is_caption(const struct sheet_view *v, size_t i) {
  const struct sheet_row *r = &v->rows.v[i];
  if (r->n == 0) return false;
  if (r->n == 1) return !(row_cell(v, r, 0)->flags & CELL_NUMERIC);
  return r->n <= 3 && i + 1 < v->rows.n && v->rows.v[i + 1].n >= r->n && all_colons(v, r);
}

/* A line under a table: a remark, or who filled the form in. */
static bool is_remark(const struct sheet_view *v, const struct sheet_row *r) {
  if (r->n >= 2 && r->n <= 4) return all_colons(v, r);
  if (r->n != 1 || row_cell(v, r, 0)->flags & CELL_NUMERIC) return false;
  struct sv t = sv_trim(row_cell(v, r, 0)->text);
  return t.n >= REMARK_LENGTH || sv_starts(t, "备注") || sv_starts(t, "注：") || sv_starts(t, "注:") || sv_starts(t, "说明") || sv_starts(t, "※");
}

static int lines_emit(struct sheet_view *v, const struct sheet_row *r) {
  for (int i = 0; i < r->n; i++) {
    struct sv rest = row_cell(v, r, i)->text;
    while (rest.p) {
      struct sv line = sv_cut(&rest, '\n');
      int rc = office_line(v->b, line, false, (struct place){.page = v->s->number, .sheet = v->s->number, .line = r->row + 1}, v->e);
      if (rc < 0) return rc;
    }
  }
  return RC_OK;
}

/* Is there a title behind a blank row, and a table under it? Then the table ends before row i. */
static bool another_begins(const struct sheet_view *v, size_t i) {
  if (v->rows.v[i].row == v->rows.v[i - 1].row + 1 || !is_caption(v, i)) return false;
  for (; i < v->rows.n; i++)
    if (!is_caption(v, i)) return v->rows.v[i].n > 1;
  return false;
}

/* Rows [first, end) of the view are one table; *left and *right are its columns. */
static void columns_of(const struct sheet_view *v, size_t first, size_t end, int *left, int *right) {
  *left = INT_MAX;
  *right = -1;
  for (size_t i = first; i < end; i++)
    for (int k = 0; k < v->rows.v[i].n; k++) {
      const struct xlsx_cell *c = row_cell(v, &v->rows.v[i], k);
      const struct xlsx_range *m = merge_at(v->s, c->row, c->column);
      int to = m && m->column1 - m->column0 < GRID_SPAN_MAX ? m->column1 : c->column;
      if (c->column < *left) *left = c->column;
      if (to > *right) *right = to;
    }
}

static int cell_emit(struct sheet_view *v, const struct xlsx_cell *c, int row, int row_span, int left, int right, bool hidden) {
  const struct xlsx_range *m = merge_at(v->s, c->row, c->column);
  int to = m && m->column1 < right ? m->column1 : m ? right : c->column;
  struct cell out = {.row = row,
                     .column = c->column - left,
                     .row_span = row_span,
                     .column_span = to - c->column + 1,
                     .flags = c->flags,
                     .stored = c->stored,
                     .place = {.page = v->s->number, .sheet = v->s->number, .line = c->row + 1}};
  if (hidden || v->s->hidden || column_hidden(v->s, c->column)) out.flags |= CELL_HIDDEN;
  int rc = office_cell_text(v->b, c->text, &out.text, v->e);
  return rc < 0 ? rc : grid_add(v->b, &v->grid, &out, v->e);
}

/* How many rows of the table a merged cell covers: blank rows between are not rows of the table. */
static int span_of(const struct sheet_view *v, const struct xlsx_cell *c, size_t at, size_t end) {
  const struct xlsx_range *m = merge_at(v->s, c->row, c->column);
  size_t k = at + 1;
  while (m && k < end && v->rows.v[k].row <= m->row1 && k - at < GRID_SPAN_MAX) k++;
  return (int)(k - at);
}

static int table_emit(struct sheet_view *v, size_t first, size_t end) {
  int left, right;
  columns_of(v, first, end, &left, &right);
  for (size_t i = first; i < end; i++) {
    const struct sheet_row *r = &v->rows.v[i];
    for (int k = 0; k < r->n; k++) {
      const struct xlsx_cell *c = row_cell(v, r, k);
      int rc = cell_emit(v, c, (int)(i - first), span_of(v, c, i, end), left, right, r->hidden);
      if (rc < 0) return rc;
    }
    int rc = i % 1024 == 0 ? build_late(v->b, v->e) : RC_OK;
    if (rc < 0) return rc;
  }
  struct place place = {.page = v->s->number, .sheet = v->s->number, .line = v->rows.v[first].row + 1};
  return grid_emit(v->b, &v->grid, v->s->hidden ? TABLE_HIDDEN : 0, 0, place, NULL, v->e);
}

/* Takes captions, then a table with its remarks; *at moves behind them. */
static int region_take(struct sheet_view *v, size_t *at) {
  size_t i = *at;
  int rc = RC_OK;
  for (; rc == RC_OK && i < v->rows.n && (is_caption(v, i) || v->rows.v[i].n == 0); i++) rc = lines_emit(v, &v->rows.v[i]);
  size_t first = i, end = i;
  while (end < v->rows.n && (end == first || !another_begins(v, end))) end++;
  size_t table = end;
  while (table > first + 1 && is_remark(v, &v->rows.v[table - 1])) table--;
  while (table > first + 1 && table < end && v->rows.v[table - 1].n == 0) table--;
  if (rc == RC_OK && table > first) rc = table_emit(v, first, table);
  for (; rc == RC_OK && table < end; table++) rc = lines_emit(v, &v->rows.v[table]);
  *at = end;
  return rc;
}

int xlsx_sheet_emit(struct build *b, struct xlsx_sheet *s, struct err *e) {
  struct sheet_view v = {.b = b, .s = s, .e = e};
  int rc = cells_settle(&v);
  if (rc == RC_OK) rc = rows_list(&v);
  for (size_t at = 0; rc == RC_OK && at < v.rows.n;) rc = region_take(&v, &at);
  free(v.rows.v);
  grid_release(&v.grid);
  return rc;
}
