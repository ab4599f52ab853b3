/* layout_ruling.c: from rulings to grids. Rulings are snapped to common positions and joined, those that cross form a connected set, and each set
 * spans a grid whose neighbouring positions are one cell wherever no ruling lies between them. */
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENTS_MOST = 40000, GRID_MOST = 400000 /* positions of all grids of a page */, STEPS_A_LOOK = 65536 };
static const float SNAP = 1.6f;   /* two strokes of one line, in points */
static const float GAP = 3.2f;    /* a break in a line that is still one line */
static const float REACH = 2.6f;  /* how far an end may be from the line it meets */
static const float SLIVER = 2.2f; /* rows and columns thinner than this are double lines */
static const float STRIP =
    9.0f; /* what lines stick out past the outermost crossing line by less is an overhang, not a row or column without its line */

struct segment {
  float pos, lo, hi; /* y of a horizontal one, x of a vertical one; its extent along the other axis */
  int set;           /* union-find parent over both directions */
};

struct segments {
  struct segment *v;
  int n;
};

static int by_position(const void *a, const void *b) {
  const struct segment *x = a, *y = b;
  if (x->pos != y->pos) return x->pos < y->pos ? -1 : 1;
  return x->lo < y->lo ? -1 : x->lo > y->lo;
}

static int by_start(const void *a, const void *b) {
  const struct segment *x = a, *y = b;
  if (x->lo != y->lo) return x->lo < y->lo ? -1 : 1;
  return x->hi < y->hi ? -1 : x->hi > y->hi;
}

/* Segments at (nearly) one position, joined where they touch; returns how many are left at `v`. */
static int join_cluster(struct segment *v, int n) {
  double sum = 0, weight = 0;
  for (int i = 0; i < n; i++) {
    double length = (double)v[i].hi - (double)v[i].lo + 1;
    sum += (double)v[i].pos * length;
    weight += length;
  }
  float pos = (float)(sum / weight);
  qsort(v, (size_t)n, sizeof *v, by_start);
  int kept = 0;
  for (int i = 0; i < n; i++) {
    v[i].pos = pos;
    if (kept > 0 && v[i].lo <= v[kept - 1].hi + GAP) {
      if (v[i].hi > v[kept - 1].hi) v[kept - 1].hi = v[i].hi;
    } else {
      v[kept++] = v[i];
    }
  }
  return kept;
}

static void snap_and_join(struct segments *s) {
  qsort(s->v, (size_t)s->n, sizeof *s->v, by_position);
  int kept = 0;
  for (int i = 0; i < s->n;) {
    int end = i + 1;
    while (end < s->n && s->v[end].pos - s->v[i].pos <= SNAP) end++;
    int n = join_cluster(s->v + i, end - i);
    memmove(s->v + kept, s->v + i, (size_t)n * sizeof *s->v);
    kept += n;
    i = end;
  }
  s->n = kept;
}

static bool finite_ruling(const struct ruling *r) {
  return isfinite(r->x0) && isfinite(r->x1) && isfinite(r->y0) && isfinite(r->y1);
}

static int collect(struct arena *a, const struct layout *l, struct segments *across, struct segments *down, struct err *e) {
  size_t n = l->rulings.n ? l->rulings.n : 1;
  across->v = ARENA_ARRAY(a, struct segment, n);
  down->v = ARENA_ARRAY(a, struct segment, n);
  if (!across->v || !down->v) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; i < l->rulings.n; i++) {
    const struct ruling *r = &l->rulings.v[i];
    if (!finite_ruling(r)) continue;
    if (r->horizontal)
      across->v[across->n++] = (struct segment){.pos = r->y0, .lo = fminf(r->x0, r->x1), .hi = fmaxf(r->x0, r->x1)};
    else
      down->v[down->n++] = (struct segment){.pos = r->x0, .lo = fminf(r->y0, r->y1), .hi = fmaxf(r->y0, r->y1)};
  }
  snap_and_join(across);
  snap_and_join(down);
  return RC_OK;
}

/* ---- connected sets ---- */

static int set_of(int *parent, int i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

static int first_at(const struct segments *s, float pos) {
  int low = 0, high = s->n;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (s->v[middle].pos < pos)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int connect(struct build *b, struct segments *across, struct segments *down, int *parent, struct err *e) {
  long steps = 0;
  for (int i = 0; i < across->n + down->n; i++) parent[i] = i;
  for (int i = 0; i < across->n; i++) {
    const struct segment *h = &across->v[i];
    for (int k = first_at(down, h->lo - REACH); k < down->n && down->v[k].pos <= h->hi + REACH; k++) {
      if (++steps % STEPS_A_LOOK == 0 && build_late(b, e) < 0) return RC_LIMIT;
      if (h->pos < down->v[k].lo - REACH || h->pos > down->v[k].hi + REACH) continue;
      parent[set_of(parent, i)] = set_of(parent, across->n + k);
    }
  }
  for (int i = 0; i < across->n; i++) across->v[i].set = set_of(parent, i);
  for (int k = 0; k < down->n; k++) down->v[k].set = set_of(parent, across->n + k);
  return RC_OK;
}

static int by_set(const void *a, const void *b) {
  const struct segment *x = a, *y = b;
  if (x->set != y->set) return x->set < y->set ? -1 : 1;
  return by_position(a, b);
}

/* ---- one grid ---- */

/* Distinct positions of the segments, with the outermost ends of the crossing ones where no segment closes that side. */
static int edges_of(const struct segment *v, int n, float low, float high, float *out) {
  int k = 0;
  if (n == 0 || v[0].pos - low > STRIP) out[k++] = low;
  for (int i = 0; i < n; i++)
    if (k == 0 || v[i].pos - out[k - 1] > SLIVER) out[k++] = v[i].pos;
  if (k == 0 || high - out[k - 1] > STRIP) out[k++] = high;
  return k;
}

static void extent(const struct segment *v, int n, float *low, float *high) {
  *low = v[0].lo;
  *high = v[0].hi;
  for (int i = 1; i < n; i++) {
    *low = fminf(*low, v[i].lo);
    *high = fmaxf(*high, v[i].hi);
  }
}

int grid_position(const float *edges, int n, float at) {
  if (n < 1 || at < edges[0] || at > edges[n]) return -1;
  int low = 0, high = n;
  while (high - low > 1) {
    int middle = low + (high - low) / 2;
    if (edges[middle] <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static int nearest_edge(const float *edges, int n, float at) {
  int low = grid_position(edges, n, at);
  if (low < 0) return at < edges[0] ? 0 : n;
  return edges[low + 1] - at < at - edges[low] ? low + 1 : low;
}

/* Walls: closed[i * lanes + lane] says that edge i is ruled along that lane (a row for vertical edges, a column for horizontal ones). */
static void mark_walls(const struct segment *v, int n, const float *edges, int nedges, const float *lanes, int nlanes, bool *closed) {
  for (int i = 0; i < n; i++) {
    int edge = nearest_edge(edges, nedges, v[i].pos);
    int from = grid_position(lanes, nlanes, v[i].lo);
    for (int lane = from > 0 ? from : 0; lane < nlanes && lanes[lane] <= v[i].hi + 0.5f; lane++) {
      float middle = (lanes[lane] + lanes[lane + 1]) / 2;
      if (middle >= v[i].lo - 0.5f && middle <= v[i].hi + 0.5f) closed[(size_t)edge * (size_t)nlanes + (size_t)lane] = true;
    }
  }
}

static void unite_cells(struct grid *g, const bool *vertical, const bool *horizontal) {
  int *r = g->region;
  for (int i = 0; i < g->ny * g->nx; i++) r[i] = i;
  for (int y = 0; y < g->ny; y++)
    for (int x = 0; x < g->nx; x++) {
      int here = y * g->nx + x;
      if (x + 1 < g->nx && !vertical[(size_t)(x + 1) * (size_t)g->ny + (size_t)y]) r[set_of(r, here + 1)] = set_of(r, here);
      if (y + 1 < g->ny && !horizontal[(size_t)(y + 1) * (size_t)g->nx + (size_t)x]) r[set_of(r, here + g->nx)] = set_of(r, here);
    }
}

/* Numbers the merged cells 0, 1, 2 … in reading order. */
static int number_regions(struct arena *a, struct grid *g) {
  int total = g->ny * g->nx;
  int *number = ARENA_ARRAY(a, int, (size_t)total), *root = ARENA_ARRAY(a, int, (size_t)total);
  if (!number || !root) return RC_NOMEM;
  for (int i = 0; i < total; i++) {
    number[i] = -1;
    root[i] = set_of(g->region, i);
  }
  for (int i = 0; i < total; i++) {
    if (number[root[i]] < 0) number[root[i]] = g->nregions++;
    g->region[i] = number[root[i]];
  }
  return RC_OK;
}

/* *budget is how many positions the page may still have; a set with more is a drawing. */
static int make_grid(struct arena *a, const struct segment *across, int nacross, const struct segment *down, int ndown, long *budget,
                     struct grid *g) {
  float left, right, top, bottom;
  extent(across, nacross, &left, &right);
  extent(down, ndown, &top, &bottom);
  g->xs = ARENA_ARRAY(a, float, (size_t)ndown + 2);
  g->ys = ARENA_ARRAY(a, float, (size_t)nacross + 2);
  if (!g->xs || !g->ys) return RC_NOMEM;
  g->nx = edges_of(down, ndown, left, right, g->xs) - 1;
  g->ny = edges_of(across, nacross, top, bottom, g->ys) - 1;
  g->open_top = g->ny > 0 && across[0].pos - g->ys[0] > STRIP / 2;
  g->open_bottom = g->ny > 0 && g->ys[g->ny] - across[nacross - 1].pos > STRIP / 2;
  if (g->nx < 1 || g->ny < 1) return RC_OK;
  if ((long)g->nx * g->ny > *budget) return RC_LIMIT;
  *budget -= (long)g->nx * g->ny;
  size_t positions = (size_t)g->nx * (size_t)g->ny;
  g->region = ARENA_ARRAY(a, int, positions);
  bool *vertical = ARENA_ARRAY(a, bool, positions + (size_t)g->ny), *horizontal = ARENA_ARRAY(a, bool, positions + (size_t)g->nx);
  if (!g->region || !vertical || !horizontal) return RC_NOMEM;
  mark_walls(down, ndown, g->xs, g->nx, g->ys, g->ny, vertical);
  mark_walls(across, nacross, g->ys, g->ny, g->xs, g->nx, horizontal);
  unite_cells(g, vertical, horizontal);
  return number_regions(a, g);
}

static int set_end(const struct segments *s, int from) {
  int end = from;
  while (end < s->n && s->v[end].set == s->v[from].set) end++;
  return end;
}

int grids_find(struct arena *a, struct build *b, const struct layout *l, struct grid **grids, int *n, struct err *e) {
  struct segments across = {0}, down = {0};
  long budget = GRID_MOST;
  *n = 0;
  int rc = collect(a, l, &across, &down, e);
  if (rc < 0) return rc;
  if (across.n > SEGMENTS_MOST || down.n > SEGMENTS_MOST) return RC_OK; /* a drawing, not a table */
  int *parent = ARENA_ARRAY(a, int, (size_t)(across.n + down.n + 1));
  *grids = ARENA_ARRAY(a, struct grid, (size_t)(across.n < down.n ? across.n : down.n) + 1);
  if (!parent || !*grids) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  rc = connect(b, &across, &down, parent, e);
  if (rc < 0) return rc;
  qsort(across.v, (size_t)across.n, sizeof *across.v, by_set);
  qsort(down.v, (size_t)down.n, sizeof *down.v, by_set);
  for (int i = 0, k = 0; i < across.n;) {
    int end = set_end(&across, i);
    while (k < down.n && down.v[k].set < across.v[i].set) k++;
    int down_end = k;
    while (down_end < down.n && down.v[down_end].set == across.v[i].set) down_end++;
    struct grid g = {0};
    if (down_end > k) rc = make_grid(a, across.v + i, end - i, down.v + k, down_end - k, &budget, &g);
    if (rc == RC_NOMEM) return err_set(e, rc, "%s", tr("内存不足", "out of memory"));
    if (rc == RC_OK && g.nx >= 2 && g.nregions >= 2) (*grids)[(*n)++] = g;
    rc = RC_OK;
    i = end;
    k = down_end;
  }
  return RC_OK;
}

struct region *grid_regions(struct arena *a, const struct grid *g) {
  struct region *r = ARENA_ARRAY(a, struct region, (size_t)g->nregions + 1);
  if (!r) return NULL;
  for (int y = 0; y < g->ny; y++)
    for (int x = 0; x < g->nx; x++) {
      struct region *c = &r[g->region[y * g->nx + x]];
      if (c->positions++ == 0) {
        *c = (struct region){y, x, 1, 1, 1};
        continue;
      }
      if (x < c->column) {
        c->column_span += c->column - x;
        c->column = x;
      }
      if (x >= c->column + c->column_span) c->column_span = x - c->column + 1;
      if (y >= c->row + c->row_span) c->row_span = y - c->row + 1;
    }
  return r;
}
