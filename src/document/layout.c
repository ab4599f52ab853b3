/* layout.c: drives the layout of pages. Every glyph goes to the cell that holds its centre, or to the lines outside tables; lines and tables then
 * stand in reading order until flow_finish() joins what spans pages (layout_join.c).
 * A page whose text runs up or down is turned first, and its places are turned back. */
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ELEMENTS_MOST = 4000000, STEPS_A_LOOK = 65536 };
#define SCRATCH_MOST ((size_t)96 << 20)
#define REACH_MOST   1e6f /* points: what lies farther out is on no page */

enum turn { TURN_NONE, TURN_DOWN, TURN_UP }; /* which way the text of the page runs */

/* The page in hand. Glyphs fall into buckets: one for each cell of each grid, then these three. */
enum { LOOSE, LOOSE_VERTICAL, LOOSE_INVISIBLE, LOOSE_KINDS };
struct sheet {
  struct flow *f;
  int number;
  const struct layout *l;
  float width, height; /* as displayed */
  enum turn turn;
  struct grid *grids;
  int ngrids;
  float *reach;    /* the lowest bottom of grids 0…i */
  int *first_cell; /* bucket of each grid's first cell */
  uint32_t ncells; /* buckets that are cells */
  uint32_t *order; /* glyph numbers by bucket */
  uint32_t *start; /* buckets + 1 */
  bool *crossed;   /* by grid: a number is printed across a ruling */
  long steps;
};

int layout_nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或页面内容超过上限", "out of memory, or a page unfolds past its limit"));
}

/* ---- pages that lie on their side ---- */

static enum turn find_turn(const struct layout *l) {
  size_t vertical = 0, seen = 0;
  double run = 0;
  const struct glyph *last = NULL;
  for (size_t i = 0; i < l->glyphs.n; i++) {
    const struct glyph *g = &l->glyphs.v[i];
    if (g->space) continue;
    seen++;
    vertical += g->vertical;
    if (last && last->vertical && g->vertical && fabsf(last->x0 - g->x0) < g->size / 2) run += g->y0 > last->y0 ? 1 : -1;
    last = g;
  }
  if (vertical * 2 <= seen) return TURN_NONE;
  return run < 0 ? TURN_UP : TURN_DOWN;
}

static struct box turn_box(const struct sheet *s, struct box b) {
  if (s->turn == TURN_DOWN) return (struct box){b.y0, s->width - b.x1, b.y1, s->width - b.x0};
  if (s->turn == TURN_UP) return (struct box){s->height - b.y1, b.x0, s->height - b.y0, b.x1};
  return b;
}

static struct box turn_back(const struct sheet *s, struct box b) {
  if (s->turn == TURN_DOWN) return (struct box){s->width - b.y1, b.x0, s->width - b.y0, b.x1};
  if (s->turn == TURN_UP) return (struct box){b.y0, s->height - b.x1, b.y1, s->height - b.x0};
  return b;
}

/* A turned copy of the page in the scratch arena; what was upright on it is now vertical. */
static int turn_page(struct sheet *s, struct layout *turned, struct err *e) {
  const struct layout *l = s->l;
  *turned = *l;
  turned->glyphs.v = ARENA_ARRAY(&s->f->scratch, struct glyph, l->glyphs.n);
  turned->rulings.v = ARENA_ARRAY(&s->f->scratch, struct ruling, l->rulings.n);
  if (!turned->glyphs.v || !turned->rulings.v) return layout_nomem(e);
  for (size_t i = 0; i < l->glyphs.n; i++) {
    struct glyph g = l->glyphs.v[i];
    struct box b = turn_box(s, (struct box){g.x0, g.y0, g.x1, g.y1});
    g.x0 = b.x0, g.y0 = b.y0, g.x1 = b.x1, g.y1 = b.y1;
    g.vertical = !g.vertical;
    turned->glyphs.v[i] = g;
  }
  for (size_t i = 0; i < l->rulings.n; i++) {
    struct ruling r = l->rulings.v[i];
    struct box b = turn_box(s, (struct box){fminf(r.x0, r.x1), fminf(r.y0, r.y1), fmaxf(r.x0, r.x1), fmaxf(r.y0, r.y1)});
    turned->rulings.v[i] = (struct ruling){b.x0, b.y0, b.x1, b.y1, r.width, !r.horizontal};
  }
  s->l = turned;
  return RC_OK;
}

/* ---- glyphs to buckets ---- */

static int by_top(const void *a, const void *b) {
  const struct grid *p = a, *q = b;
  if (p->ys[0] != q->ys[0]) return p->ys[0] < q->ys[0] ? -1 : 1;
  return p->xs[0] < q->xs[0] ? -1 : p->xs[0] > q->xs[0];
}

static int index_grids(struct sheet *s, struct err *e) {
  s->reach = ARENA_ARRAY(&s->f->scratch, float, (size_t)s->ngrids + 1);
  s->first_cell = ARENA_ARRAY(&s->f->scratch, int, (size_t)s->ngrids + 1);
  s->crossed = ARENA_ARRAY(&s->f->scratch, bool, (size_t)s->ngrids + 1);
  if (!s->reach || !s->first_cell || !s->crossed) return layout_nomem(e);
  if (s->ngrids) qsort(s->grids, (size_t)s->ngrids, sizeof *s->grids, by_top);
  for (int i = 0; i < s->ngrids; i++) {
    const struct grid *g = &s->grids[i];
    s->reach[i] = i && s->reach[i - 1] > g->ys[g->ny] ? s->reach[i - 1] : g->ys[g->ny];
    s->first_cell[i] = (int)s->ncells;
    s->ncells += (uint32_t)g->nregions;
  }
  return RC_OK;
}

static float area(const struct grid *g) {
  return (g->xs[g->nx] - g->xs[0]) * (g->ys[g->ny] - g->ys[0]);
}

/* The innermost grid that holds the point, or -1. */
static int grid_at(struct sheet *s, float x, float y) {
  int low = 0, high = s->ngrids, found = -1;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (s->grids[middle].ys[0] <= y)
      low = middle + 1;
    else
      high = middle;
  }
  for (int i = low - 1; i >= 0 && s->reach[i] >= y; i--) {
    const struct grid *g = &s->grids[i];
    s->steps++;
    if (y > g->ys[g->ny] || x < g->xs[0] || x > g->xs[g->nx]) continue;
    if (found < 0 || area(g) < area(&s->grids[found])) found = i;
  }
  return found;
}

static bool on_page(const struct glyph *g) {
  return g->x0 > -REACH_MOST && g->x1 < REACH_MOST && g->y0 > -REACH_MOST && g->y1 < REACH_MOST && g->size > 0 && g->size < REACH_MOST;
}

static uint32_t bucket_of(struct sheet *s, const struct glyph *g) {
  float x = (g->x0 + g->x1) / 2, y = (g->y0 + g->y1) / 2;
  int k = grid_at(s, x, y);
  if (k >= 0) {
    const struct grid *grid = &s->grids[k];
    int column = grid_position(grid->xs, grid->nx, x), row = grid_position(grid->ys, grid->ny, y);
    if (column >= 0 && row >= 0) return (uint32_t)(s->first_cell[k] + grid->region[row * grid->nx + column]);
  }
  return s->ncells + (g->invisible ? LOOSE_INVISIBLE : g->vertical ? LOOSE_VERTICAL : LOOSE);
}

/* Invisible text beneath visible text of a cell is kept apart. */
static void part_invisible(struct sheet *s, uint32_t *bucket, const bool *seen) {
  for (size_t i = 0; i < s->l->glyphs.n; i++)
    if (s->l->glyphs.v[i].invisible && bucket[i] < s->ncells && seen[bucket[i]]) bucket[i] = s->ncells + LOOSE_INVISIBLE;
}

static bool of_number(const struct glyph *g) {
  return g->ncp == 1 && ((g->cp[0] >= '0' && g->cp[0] <= '9') || g->cp[0] == '.' || g->cp[0] == ',');
}

static int grid_of_bucket(const struct sheet *s, uint32_t bucket) {
  int low = 0, high = s->ngrids;
  while (high - low > 1) {
    int middle = low + (high - low) / 2;
    if ((uint32_t)s->first_cell[middle] <= bucket)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* A number wider than its cell runs into the next one: its digits then lie in two cells, and neither text can be trusted. */
static void find_crossed(struct sheet *s, const uint32_t *bucket) {
  for (size_t i = 1; i < s->l->glyphs.n; i++) {
    const struct glyph *a = &s->l->glyphs.v[i - 1], *b = &s->l->glyphs.v[i];
    if (bucket[i] == bucket[i - 1] || bucket[i] >= s->ncells || bucket[i - 1] >= s->ncells || !of_number(a) || !of_number(b)) continue;
    float gap = b->x0 - a->x1, size = fmaxf(a->size, b->size);
    if (fabsf(a->y0 - b->y0) > 0.1f * size || gap < -0.3f * size || gap > 0.12f * size || a->vertical || b->vertical) continue;
    int k = grid_of_bucket(s, bucket[i]);
    if (k == grid_of_bucket(s, bucket[i - 1])) s->crossed[k] = true;
  }
}

static int fill_buckets(struct sheet *s, struct err *e) {
  struct arena *a = &s->f->scratch;
  size_t n = s->l->glyphs.n, buckets = (size_t)s->ncells + LOOSE_KINDS;
  uint32_t *bucket = ARENA_ARRAY(a, uint32_t, n);
  bool *seen = ARENA_ARRAY(a, bool, buckets + 1);
  s->order = ARENA_ARRAY(a, uint32_t, n);
  s->start = ARENA_ARRAY(a, uint32_t, buckets + 2);
  if (!bucket || !seen || !s->order || !s->start) return layout_nomem(e);
  long look = STEPS_A_LOOK;
  for (size_t i = 0; i < n; i++) {
    const struct glyph *g = &s->l->glyphs.v[i];
    bucket[i] = on_page(g) ? bucket_of(s, g) : UINT32_MAX;
    if (bucket[i] < s->ncells && !g->invisible && !g->space) seen[bucket[i]] = true;
    if (s->steps > look) {
      look = s->steps + STEPS_A_LOOK;
      if (build_late(s->f->b, e) < 0) return RC_LIMIT;
    }
  }
  part_invisible(s, bucket, seen);
  find_crossed(s, bucket);
  uint32_t *next = s->start + 1; /* counting sort: start[b + 1] runs from the beginning of b to its end */
  for (size_t i = 0; i < n; i++)
    if (bucket[i] != UINT32_MAX) next[bucket[i] + 1]++;
  for (size_t k = 1; k <= buckets; k++) next[k] += next[k - 1];
  for (size_t i = 0; i < n; i++)
    if (bucket[i] != UINT32_MAX) s->order[next[bucket[i]]++] = (uint32_t)i;
  return RC_OK;
}

/* ---- tables ---- */

static bool has_text(const struct sheet *s, uint32_t from, uint32_t to) {
  for (uint32_t i = s->start[from]; i < s->start[to]; i++)
    if (!s->l->glyphs.v[s->order[i]].space) return true;
  return false;
}

static unsigned flags_of(const struct sheet *s, const struct text_run *run, const struct region *r) {
  return (s->l->recognised ? CELL_RECOGNISED : 0u) | (run->two_numbers ? CELL_TWO_NUMBERS : 0u) | (run->invisible ? CELL_INVISIBLE : 0u) |
         (run->lost ? CELL_LOST : 0u) | (r->positions != r->row_span * r->column_span ? CELL_NOT_RECT : 0u);
}

static void doubt(struct part *p, const char *why) {
  p->flags |= TABLE_DOUBTFUL;
  if (!p->doubt) p->doubt = why;
}

static void doubt_cell(struct part *p, const struct cell *c) {
  if (c->flags & CELL_TWO_NUMBERS) doubt(p, tr("有的单元格里有两个数", "a cell holds two numbers"));
  if ((c->flags & CELL_NOT_RECT) && c->text.n) doubt(p, tr("有的单元格不是矩形，表线不全", "a cell is not a rectangle: rulings are missing"));
}

static int fill_piece(struct sheet *s, const struct grid *g, const struct region *r, uint32_t bucket, struct piece *out) {
  struct text_run run;
  int rc = text_of_cell(&s->f->text, s->l->glyphs.v, s->order + s->start[bucket], s->start[bucket + 1] - s->start[bucket], &run);
  if (rc < 0) return rc;
  struct box box = {g->xs[r->column], g->ys[r->row], g->xs[r->column + r->column_span], g->ys[r->row + r->row_span]};
  *out = (struct piece){.width = box.x1 - box.x0,
                        .height = box.y1 - box.y0,
                        .start = run.start - box.x0,
                        .first = run.first,
                        .end = run.end - box.x0,
                        .size = run.size};
  out->cell = (struct cell){.row = r->row,
                            .column = r->column,
                            .row_span = r->row_span,
                            .column_span = r->column_span,
                            .flags = flags_of(s, &run, r),
                            .text = run.text,
                            .place = {.page = s->number, .box = turn_back(s, box)}};
  return RC_OK;
}

static int fill_part(struct sheet *s, int k, struct part *p, struct err *e) {
  const struct grid *g = &s->grids[k];
  struct region *regions = grid_regions(&s->f->scratch, g);
  p->xs = ARENA_ARRAY(&s->f->kept, float, (size_t)g->nx + 1);
  p->pieces = ARENA_ARRAY(&s->f->kept, struct piece, (size_t)g->nregions);
  if (!regions || !p->xs || !p->pieces) return layout_nomem(e);
  memcpy(p->xs, g->xs, ((size_t)g->nx + 1) * sizeof *p->xs);
  for (int i = 0; i < g->nregions; i++) {
    if (fill_piece(s, g, &regions[i], (uint32_t)(s->first_cell[k] + i), &p->pieces[i]) < 0) return layout_nomem(e);
    doubt_cell(p, &p->pieces[i].cell);
    if (i % 1024 == 1023 && build_late(s->f->b, e) < 0) return RC_LIMIT;
  }
  p->npieces = g->nregions;
  return RC_OK;
}

static int add_element(struct flow *f, struct element el, struct err *e) {
  return VEC_PUSH(&f->elements, el, ELEMENTS_MOST) < 0 ? layout_nomem(e) : RC_OK;
}

static int add_part(struct sheet *s, struct part *p, float y, struct err *e) {
  if (s->l->damaged) doubt(p, tr("页面内容有损坏，表可能不全", "the page is damaged: the table may be incomplete"));
  struct element el = {.part = (int)s->f->parts.n, .page = s->number, .y = y, .page_height = s->height, .line.place = p->place};
  if (VEC_PUSH(&s->f->parts, *p, ELEMENTS_MOST) < 0) return layout_nomem(e);
  return add_element(s->f, el, e);
}

static int take_table(struct sheet *s, int k, struct err *e) {
  const struct grid *g = &s->grids[k];
  if (!has_text(s, (uint32_t)s->first_cell[k], (uint32_t)(s->first_cell[k] + g->nregions))) return RC_OK; /* an empty frame: nothing to read */
  struct box box = turn_back(s, (struct box){g->xs[0], g->ys[0], g->xs[g->nx], g->ys[g->ny]});
  struct part p = {.page = s->number, .rows = g->ny, .columns = g->nx, .place = {.page = s->number, .box = box}};
  p.open_top = g->open_top;
  p.open_bottom = g->open_bottom;
  if (s->crossed[k]) doubt(&p, tr("有的数字跨过表线，落在两格里", "a number runs across a ruling into two cells"));
  int rc = fill_part(s, k, &p, e);
  return rc < 0 ? rc : add_part(s, &p, g->ys[0], e);
}

/* A table found by white space: its places are still in the direction of reading. */
static int take_unruled(void *user, struct part *p) {
  struct sheet *s = user;
  float top = p->place.box.y0;
  p->place.box = turn_back(s, p->place.box);
  for (int i = 0; i < p->npieces; i++) {
    p->pieces[i].cell.place.box = turn_back(s, p->pieces[i].cell.place.box);
    if (s->l->recognised) p->pieces[i].cell.flags |= CELL_RECOGNISED;
    doubt_cell(p, &p->pieces[i].cell);
  }
  return add_part(s, p, top, NULL);
}

/* ---- lines ---- */

static int take_line(void *user, const struct text_run *run) {
  struct sheet *s = user;
  struct item line = {
      .kind = ITEM_LINE, .text = run->text, .size = run->size, .bold = run->bold, .invisible = run->invisible, .recognised = s->l->recognised};
  line.place = (struct place){.page = s->number, .box = turn_back(s, run->box)};
  struct element el = {.part = -1, .page = s->number, .y = run->box.y0, .page_height = s->height, .line = line};
  return add_element(s->f, el, NULL);
}

/* Text written downwards beside upright text: as it was drawn, a line wherever it jumps. */
static int take_vertical(struct sheet *s, const uint32_t *order, size_t n) {
  const struct glyph *v = s->l->glyphs.v;
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    for (; end < n; end++) {
      const struct glyph *a = &v[order[end - 1]], *b = &v[order[end]];
      float gap = fmaxf(b->y0 - a->y1, a->y0 - b->y1);
      if (fabsf((a->x0 + a->x1) - (b->x0 + b->x1)) > a->size || gap > a->size * 1.5f) break;
    }
    struct text_run run;
    int rc = text_of_cell(&s->f->text, v, order + i, end - i, &run);
    if (rc == RC_OK && run.text.n) rc = take_line(s, &run);
    if (rc < 0) return rc;
    i = end;
  }
  return RC_OK;
}

static int take_loose(struct sheet *s, int kind, bool tables, struct err *e) {
  const struct glyph *v = s->l->glyphs.v;
  const uint32_t *from = s->start + s->ncells + kind;
  struct line *lines = NULL;
  size_t count = 0;
  int rc = text_cut(&s->f->text, v, s->order + from[0], from[1] - from[0], &lines, &count);
  if (rc == RC_OK && tables) rc = space_tables(s->f, s->number, v, lines, count, take_unruled, s, e);
  for (size_t i = 0; i < count && rc == RC_OK; i++) {
    struct text_run run;
    if (lines[i].n == 0) continue; /* taken by a table */
    rc = text_of_line(&s->f->text, v, &lines[i], &run);
    if (rc == RC_OK && run.text.n) rc = take_line(s, &run);
    if (rc == RC_OK && i % 1024 == 1023) rc = build_late(s->f->b, e);
  }
  return rc;
}

static int take_lines(struct sheet *s, struct err *e) {
  const uint32_t *vertical = s->start + s->ncells + LOOSE_VERTICAL;
  int rc = take_loose(s, LOOSE, true, e);
  if (rc == RC_OK) rc = take_vertical(s, s->order + vertical[0], vertical[1] - vertical[0]);
  if (rc == RC_OK) rc = take_loose(s, LOOSE_INVISIBLE, false, e);
  return rc == RC_NOMEM ? layout_nomem(e) : rc;
}

static int by_reading(const void *a, const void *b) {
  const struct element *p = a, *q = b;
  if (p->y != q->y) return p->y < q->y ? -1 : 1;
  if (p->line.place.box.x0 != q->line.place.box.x0) return p->line.place.box.x0 < q->line.place.box.x0 ? -1 : 1;
  return p->part < q->part ? -1 : p->part > q->part;
}

/* ---- the flow ---- */

static int lay_out(struct sheet *s, struct err *e) {
  struct layout turned;
  size_t first = s->f->elements.n;
  s->turn = find_turn(s->l);
  int rc = s->turn == TURN_NONE ? RC_OK : turn_page(s, &turned, e);
  if (rc == RC_OK) rc = grids_find(&s->f->scratch, s->f->b, s->l, &s->grids, &s->ngrids, e);
  if (rc == RC_OK) rc = index_grids(s, e);
  if (rc == RC_OK) rc = fill_buckets(s, e);
  for (int k = 0; k < s->ngrids && rc == RC_OK; k++) rc = take_table(s, k, e);
  if (rc == RC_OK) rc = take_lines(s, e);
  size_t n = s->f->elements.n - first;
  if (n > 1) qsort(s->f->elements.v + first, n, sizeof *s->f->elements.v, by_reading);
  return rc;
}

int flow_new(struct flow **out, struct build *b, struct err *e) {
  struct flow *f = calloc(1, sizeof *f);
  *out = f;
  if (!f) return layout_nomem(e);
  f->b = b;
  arena_init(&f->scratch, SCRATCH_MOST);
  arena_init(&f->kept, b->limits.memory_bytes);
  text_maker_init(&f->text, &f->scratch, &b->d->arena);
  return RC_OK;
}

int flow_page(struct flow *f, int page_number, const struct layout *l, float width, float height, struct err *e) {
  struct sheet s = {.f = f, .number = page_number, .l = l, .width = width, .height = height};
  int rc = lay_out(&s, e);
  arena_release(&f->scratch);
  return rc;
}

int flow_finish(struct flow *f, struct err *e) {
  furniture_mark(f);
  return flow_join(f, e);
}

void flow_free(struct flow *f) {
  if (!f) return;
  text_maker_release(&f->text);
  arena_release(&f->scratch);
  arena_release(&f->kept);
  free(f->elements.v);
  free(f->parts.v);
  free(f);
}
