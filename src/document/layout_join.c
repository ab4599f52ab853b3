/* layout_join.c: hands lines and tables to the builder in reading order, and joins a table that goes on over pages.
 * A part goes on when nothing but page furniture lies between, its columns are the same (or a subset: cells that ran together), and it has either
 * the same head, which is dropped, or none of its own. */
#include "base/money.h"
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float NEAR = 3.0f;   /* two edges of one column on different pages, in points */
static const float SHIFT = 24.0f; /* how far a whole part may be moved sideways: mirrored margins */
enum { CELLS_MOST = 8000000, PAGES_BETWEEN = 2 };

/* A table being put together. Its cells are copied only once a second part comes. */
struct whole {
  struct table table;
  float *xs;
  float shift;
  const struct part *last;
  bool joined;
  VEC(struct cell) cells;
  VEC(struct place) places;
  VEC(int) rows; /* first row of each part */
};

static void whole_release(struct whole *w) {
  free(w->cells.v);
  free(w->places.v);
  free(w->rows.v);
}

/* ---- columns ---- */

static int edge_near(const float *xs, int n, float at) {
  for (int i = 0; i <= n; i++)
    if (fabsf(xs[i] - at) <= NEAR) return i;
  return -1;
}

/* map[i] is the edge of `xs` that edge i of the part lies on; false when one lies on none, or the outer edges are others. */
static bool map_edges(const float *xs, int n, const float *part, int npart, int *map) {
  float shift = part[0] - xs[0];
  if (fabsf(shift) > SHIFT || npart > n) return false;
  for (int i = 0; i <= npart; i++) {
    map[i] = edge_near(xs, n, part[i] - shift);
    if (map[i] < 0 || (i > 0 && map[i] <= map[i - 1])) return false;
  }
  return map[npart] == n;
}

static void spread_cells(struct cell *cells, size_t n, const int *map) {
  for (size_t i = 0; i < n; i++) {
    int end = map[cells[i].column + cells[i].column_span];
    cells[i].column = map[cells[i].column];
    cells[i].column_span = end - cells[i].column;
  }
}

/* ---- heads ---- */

static const struct cell *first_of_row(const struct cell *cells, size_t n, int row) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (cells[middle].row < row) low = middle + 1;
    else high = middle;
  }
  return low < n && cells[low].row == row ? &cells[low] : NULL;
}

static bool is_number(struct sv s) {
  struct number n;
  return s.n && number_parse(s, &n) == RC_OK;
}

struct row_shape {
  int cells, texts, numbers;
};

static struct row_shape shape_of_row(const struct cell *cells, size_t n, int row) {
  struct row_shape s = {0};
  const struct cell *end = cells + n;
  for (const struct cell *c = first_of_row(cells, n, row); c && c < end && c->row == row; c++) {
    s.cells++;
    if (is_number(c->text)) s.numbers++;
    else if (c->text.n) s.texts++;
  }
  return s;
}

static bool same_rows(const struct cell *a, size_t na, const struct cell *b, size_t nb, int row) {
  const struct cell *x = first_of_row(a, na, row), *y = first_of_row(b, nb, row);
  if (!x || !y) return !x && !y;
  for (; x < a + na && x->row == row; x++, y++) {
    if (y >= b + nb || y->row != row || x->column != y->column || x->column_span != y->column_span || x->row_span != y->row_span) return false;
    if (!sv_equal(x->text, y->text)) return false;
  }
  return y >= b + nb || y->row != row;
}

/* Rows at the top of both that are the same: a head that is repeated. A title alone is none: it may stand over another table. */
static int repeated_head(const struct whole *w, const struct cell *cells, size_t n, int rows) {
  int same = 0, texts = 0;
  const struct cell *head = w->joined ? w->cells.v : w->table.cells;
  size_t nhead = w->joined ? w->cells.n : (size_t)w->table.ncells;
  while (same < rows && same < w->table.rows && same_rows(head, nhead, cells, n, same)) {
    struct row_shape s = shape_of_row(cells, n, same);
    if (s.numbers > 0 && texts < 2) break;
    if (s.numbers > 0 && s.numbers >= s.texts && same > 0 && s.cells > 3 && s.texts > 0) break;
    if (s.texts > texts) texts = s.texts;
    same++;
  }
  return texts >= 2 ? same : 0;
}

/* A first row full of words above rows with numbers: a head of its own. */
static bool own_head(const struct cell *cells, size_t n, int rows) {
  struct row_shape first = shape_of_row(cells, n, 0);
  if (first.numbers > 0 || first.texts < 2 || first.texts * 5 < first.cells * 3) return false;
  for (int r = 1; r < rows; r++)
    if (shape_of_row(cells, n, r).numbers > 0) return true;
  return false;
}

/* ---- joining ---- */

static int whole_start(struct whole *w, const struct part *p) {
  *w = (struct whole){.table = p->table, .xs = p->xs, .last = p};
  return VEC_PUSH(&w->places, p->place, CELLS_MOST) < 0 || VEC_PUSH(&w->rows, 0, CELLS_MOST) < 0 ? RC_NOMEM : RC_OK;
}

static int push_cells(struct whole *w, const struct cell *cells, size_t n, int skip, int by) {
  for (size_t i = 0; i < n; i++) {
    struct cell c = cells[i];
    if (c.row < skip) continue;
    c.row += by - skip;
    if (VEC_PUSH(&w->cells, c, CELLS_MOST) < 0) return RC_NOMEM;
  }
  return RC_OK;
}

static int whole_append(struct whole *w, const struct part *p, const struct cell *cells, size_t n, int skip) {
  if (!w->joined) {
    w->joined = true;
    if (push_cells(w, w->table.cells, (size_t)w->table.ncells, 0, 0) < 0) return RC_NOMEM;
  }
  int first = w->table.rows;
  if (skip && !w->table.header_rows) w->table.header_rows = skip;
  if (push_cells(w, cells, n, skip, first) < 0) return RC_NOMEM;
  if (VEC_PUSH(&w->places, p->place, CELLS_MOST) < 0 || VEC_PUSH(&w->rows, first, CELLS_MOST) < 0) return RC_NOMEM;
  w->table.rows += p->table.rows - skip;
  w->table.flags |= p->table.flags;
  if (!w->table.doubt) w->table.doubt = p->table.doubt;
  w->last = p;
  return RC_OK;
}

/* Joins p to w if it goes on; *taken says so. */
static int whole_take(struct arena *scratch, struct whole *w, const struct part *p, bool *taken) {
  const struct table *t = &p->table;
  int columns = w->table.columns > t->columns ? w->table.columns : t->columns;
  int *map = ARENA_ARRAY(scratch, int, (size_t)columns + 1);
  struct cell *cells = ARENA_ARRAY(scratch, struct cell, (size_t)t->ncells + 1);
  *taken = false;
  if (!map || !cells) return RC_NOMEM;
  memcpy(cells, t->cells, (size_t)t->ncells * sizeof *cells);
  if (!map_edges(w->xs, w->table.columns, p->xs, t->columns, map)) return RC_OK;
  spread_cells(cells, (size_t)t->ncells, map);
  int skip = repeated_head(w, cells, (size_t)t->ncells, t->rows);
  if (skip == 0 && own_head(cells, (size_t)t->ncells, t->rows)) return RC_OK;
  *taken = true;
  return whole_append(w, p, cells, (size_t)t->ncells, skip);
}

static int whole_emit(struct flow *f, struct whole *w, struct err *e) {
  struct arena *a = &f->b->d->arena;
  struct table t = w->table;
  t.nparts = (int)w->places.n;
  t.parts = ARENA_ARRAY(a, struct place, w->places.n);
  t.part_row = ARENA_ARRAY(a, int, w->rows.n);
  if (!t.parts || !t.part_row) return layout_nomem(e);
  memcpy(t.parts, w->places.v, w->places.n * sizeof *t.parts);
  memcpy(t.part_row, w->rows.v, w->rows.n * sizeof *t.part_row);
  if (w->joined) {
    t.cells = w->cells.v; /* the builder copies them */
    t.ncells = (int)w->cells.n;
  }
  return build_table(f->b, t, NULL, e);
}

/* The pages between two parts must be empty, not pictures. */
static bool pages_between_empty(const struct flow *f, int from, int to) {
  if (to - from < 1 || to - from > PAGES_BETWEEN + 1) return false;
  for (size_t i = 0; i < f->b->pages.n; i++) {
    const struct page *p = &f->b->pages.v[i];
    if (p->number > from && p->number < to && (p->state == PAGE_SCAN || p->state == PAGE_NO_TEXT || p->state == PAGE_DAMAGED)) return false;
  }
  return true;
}

static size_t next_content(const struct flow *f, size_t i) {
  while (i < f->elements.n && f->elements.v[i].part < 0 && (f->elements.v[i].furniture || f->elements.v[i].line.invisible)) i++;
  return i;
}

/* Takes the table at element i with all its parts; *next is the element after the last of them. */
static int take_whole(struct flow *f, size_t i, size_t *next, struct err *e) {
  struct whole w;
  int rc = whole_start(&w, &f->parts.v[f->elements.v[i].part]);
  size_t end = i + 1;
  while (rc == RC_OK) {
    size_t k = next_content(f, end);
    bool taken = false;
    if (k >= f->elements.n || f->elements.v[k].part < 0) break;
    const struct part *p = &f->parts.v[f->elements.v[k].part];
    if (!pages_between_empty(f, w.last->page, p->page)) break;
    rc = whole_take(&f->scratch, &w, p, &taken);
    if (rc < 0 || !taken) break;
    end = k + 1;
    rc = build_late(f->b, e);
  }
  rc = rc == RC_NOMEM ? layout_nomem(e) : rc == RC_OK ? whole_emit(f, &w, e) : rc;
  arena_release(&f->scratch);
  whole_release(&w);
  *next = end;
  return rc;
}

int flow_join(struct flow *f, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < f->elements.n && rc == RC_OK;) {
    size_t next = i + 1;
    if (f->elements.v[i].part < 0) {
      rc = build_line(f->b, f->elements.v[i].line, e);
    } else {
      rc = take_whole(f, i, &next, e);
      for (size_t k = i + 1; k < next && rc == RC_OK; k++) /* page furniture between its parts comes after it */
        if (f->elements.v[k].part < 0) rc = build_line(f->b, f->elements.v[k].line, e);
    }
    i = next;
  }
  return rc;
}
