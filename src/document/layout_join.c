/* layout_join.c: hands lines and tables to the builder in reading order, and joins a table that goes on over pages.
 * A part goes on when nothing but page furniture lies between, its columns are the same (or a subset: cells that ran together), and it has either
 * the same head, which is dropped, or none of its own. A row that the page's end cut in two becomes one again. */
#include "base/money.h"
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float NEAR = 3.0f;   /* two edges of one column on different pages, in points */
static const float SHIFT = 24.0f; /* how far a whole part may be moved sideways: mirrored margins */
enum { PIECES_MOST = 8000000, PARTS_MOST = 100000, PAGES_BETWEEN = 2 };

/* A table being put together, in the flow's scratch arena and vectors of its own. */
struct whole {
  int rows, columns, header_rows, last_page;
  unsigned flags;
  const char *doubt;
  bool open_bottom, amounts; /* amounts: any cell so far is one */
  int first_amounts;         /* the first row with one */
  float *xs;
  int *bottom; /* by column: the piece that covers the last row */
  VEC(struct piece) pieces;
  VEC(struct place) places;
  VEC(int) part_rows; /* first row of each part */
};

static void whole_release(struct whole *w) {
  free(w->pieces.v);
  free(w->places.v);
  free(w->part_rows.v);
}

/* The next part, its columns numbered as those of the whole. */
struct following {
  const struct part *part;
  struct piece *pieces;
  int n, rows, skip; /* skip: rows of a repeated head */
  int *top;          /* by column: the piece that covers the first row after the head */
};

/* ---- what a cell holds ---- */

static bool is_number(struct sv s) {
  struct number n;
  return s.n && number_parse(s, &n) == RC_OK;
}

/* A number that is no code, year or number of a column. */
static bool is_amount(struct sv s) {
  struct number n;
  return s.n && number_parse(s, &n) == RC_OK && (n.decimals > 0 || n.separators);
}

struct row_shape {
  int cells, texts, numbers, amounts;
};

static int first_of_row(const struct piece *v, int n, int row) {
  int low = 0, high = n;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (v[middle].cell.row < row)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static struct row_shape shape_of_row(const struct piece *v, int n, int row) {
  struct row_shape s = {0};
  for (int i = first_of_row(v, n, row); i < n && v[i].cell.row == row; i++) {
    s.cells++;
    s.amounts += is_amount(v[i].cell.text);
    if (is_number(v[i].cell.text))
      s.numbers++;
    else if (v[i].cell.text.n)
      s.texts++;
  }
  return s;
}

/* ---- columns ---- */

static int edge_near(const float *xs, int n, float at) {
  int best = -1;
  for (int i = 0; i <= n; i++)
    if (fabsf(xs[i] - at) <= NEAR && (best < 0 || fabsf(xs[i] - at) < fabsf(xs[best] - at))) best = i;
  return best;
}

/* map[i] is the edge of `xs` that edge i of `few` lies on; false when one lies on none, or the outer edges are others. */
static bool map_edges(const float *xs, int n, const float *few, int nfew, int *map) {
  float shift = few[0] - xs[0];
  if (fabsf(shift) > SHIFT || nfew > n) return false;
  for (int i = 0; i <= nfew; i++) {
    map[i] = edge_near(xs, n, few[i] - shift);
    if (map[i] < 0 || (i > 0 && map[i] <= map[i - 1])) return false;
  }
  return map[0] == 0 && map[nfew] == n;
}

static void spread(struct piece *v, size_t n, const int *map) {
  for (size_t i = 0; i < n; i++) {
    struct cell *c = &v[i].cell;
    int end = map[c->column + c->column_span];
    c->column = map[c->column];
    c->column_span = end - c->column;
  }
}

static bool find_bottom(struct arena *a, struct whole *w) {
  w->bottom = ARENA_ARRAY(a, int, (size_t)w->columns + 1);
  if (!w->bottom) return false;
  for (int c = 0; c <= w->columns; c++) w->bottom[c] = -1;
  for (size_t i = 0; i < w->pieces.n; i++) {
    const struct cell *c = &w->pieces.v[i].cell;
    for (int k = c->column; c->row + c->row_span == w->rows && k < c->column + c->column_span; k++) w->bottom[k] = (int)i;
  }
  return true;
}

/* ---- heads ---- */

static bool same_row(const struct whole *w, const struct following *f, int row) {
  int n = (int)w->pieces.n, i = first_of_row(w->pieces.v, n, row), k = first_of_row(f->pieces, f->n, row);
  for (; i < n && w->pieces.v[i].cell.row == row; i++, k++) {
    const struct cell *x = &w->pieces.v[i].cell;
    if (k >= f->n) return false;
    const struct cell *y = &f->pieces[k].cell;
    if (y->row != row || x->column != y->column || x->column_span != y->column_span || x->row_span != y->row_span || !sv_equal(x->text, y->text))
      return false;
  }
  return k >= f->n || f->pieces[k].cell.row != row;
}

/* Rows at the top of both that are the same, down to the first with an amount: a head that is repeated. A title alone is none: what follows it may
 * be another table of the same form. */
static int repeated_head(const struct whole *w, const struct following *f) {
  int same = 0, texts = 0, whole_rows = 0;
  for (; same < f->rows && same < w->rows && same_row(w, f, same); same++) {
    struct row_shape s = shape_of_row(f->pieces, f->n, same);
    if (s.amounts > 0) break;
    if (s.texts > texts) texts = s.texts;
  }
  for (int i = 0, reach = 0; i < f->n && f->pieces[i].cell.row < same; i++) { /* a head ends where no cell of it reaches further down */
    const struct cell *c = &f->pieces[i].cell;
    if (c->row + c->row_span > reach) reach = c->row + c->row_span;
    bool last = i + 1 == f->n || f->pieces[i + 1].cell.row > c->row;
    if (last && reach <= c->row + 1 && reach <= same) whole_rows = c->row + 1;
  }
  return texts >= 2 ? whole_rows : 0;
}

/* A first row full of words above rows with amounts: a head of its own, under a table that has had its head and amounts. */
static bool own_head(const struct whole *w, const struct following *f) {
  struct row_shape first = shape_of_row(f->pieces, f->n, 0);
  if (!w->amounts || first.numbers > 0 || first.texts < 2 || first.texts * 5 < first.cells * 3) return false;
  for (int i = 0; i < f->n; i++)
    if (is_amount(f->pieces[i].cell.text)) return true;
  return false;
}

static const struct cell *first_text(const struct piece *v, size_t n) {
  for (size_t i = 0; i < n && v[i].cell.row == 0; i++)
    if (v[i].cell.text.n) return &v[i].cell;
  return NULL;
}

/* The same form filled in for something else: it begins with the same words as the first, but goes on differently. */
static bool begins_again(const struct whole *w, const struct following *f) {
  const struct cell *a = first_text(w->pieces.v, w->pieces.n), *b = first_text(f->pieces, (size_t)f->n);
  return a && b && !is_number(a->text) && sv_equal(a->text, b->text);
}

/* Gives both the same columns; *same is false when they are of different tables. */
static int match_columns(struct arena *a, struct whole *w, struct following *f, bool *same) {
  const struct part *p = f->part;
  int most = w->columns > p->columns ? w->columns : p->columns;
  int *map = ARENA_ARRAY(a, int, (size_t)most + 1);
  f->pieces = ARENA_ARRAY(a, struct piece, (size_t)p->npieces + 1);
  if (!map || !f->pieces) return RC_NOMEM;
  memcpy(f->pieces, p->pieces, (size_t)p->npieces * sizeof *f->pieces);
  f->n = p->npieces;
  f->rows = p->rows;
  *same = map_edges(w->xs, w->columns, p->xs, p->columns, map);
  if (*same) {
    spread(f->pieces, (size_t)f->n, map);
    return RC_OK;
  }
  *same = map_edges(p->xs, p->columns, w->xs, w->columns, map) && !own_head(w, f);
  if (!*same) return RC_OK;
  spread(w->pieces.v, w->pieces.n, map); /* the first part shows fewer columns: its cells ran together */
  w->columns = p->columns;
  w->xs = p->xs;
  return find_bottom(a, w) ? RC_OK : RC_NOMEM;
}

/* ---- rows and cells that the page's end cut in two ---- */

/* The text of the upper piece fills its last line, so that the lower one can be its rest. */
static bool goes_on(const struct piece *up, const struct piece *down) {
  if (!up->cell.text.n || !down->cell.text.n || is_number(up->cell.text) || is_number(down->cell.text)) return false;
  if (text_enumerator(down->cell.text).kind != ENUM_NONE) return false;
  float pad = fminf(fmaxf(up->start, 0), up->size * 0.8f);
  return up->width - pad - up->end < down->first * 1.05f;
}

static bool same_columns(const struct cell *a, const struct cell *b) {
  return a->column == b->column && a->column_span == b->column_span;
}

/* Rows of a list may be as wide as the cell too. That the upper text has a number before it which the lower lacks, that the upper row has a code or
 * amounts and the lower has none, tells the rest of a row from a row of its own. */
static bool rest_likely(const struct whole *w, const struct following *f) {
  bool listed = false, code = false, above = false, below = false;
  for (int c = 0; c < w->columns; c++) {
    struct sv up = w->pieces.v[w->bottom[c]].cell.text, down = f->pieces[f->top[c]].cell.text;
    listed = listed || (down.n && text_enumerator(up).kind != ENUM_NONE);
    code = code || (!down.n && is_number(up) && !is_amount(up));
    above = above || is_amount(up);
    below = below || is_number(down);
  }
  return listed || (!below && (code || above));
}

/* A blank first row that together with the row above the cut is as high as the row after it: the rest of that row, its text all above. */
static bool blank_rest(const struct whole *w, const struct following *f) {
  int after = first_of_row(f->pieces, f->n, f->skip + 1);
  const struct piece *up = &w->pieces.v[w->bottom[0]], *down = &f->pieces[f->top[0]];
  if (after >= f->n || f->pieces[after].cell.row_span > 1) return false;
  for (int c = 0; c < w->columns; c++) {
    const struct cell *below = &f->pieces[f->top[c]].cell, *above = &w->pieces.v[w->bottom[c]].cell;
    if (below->text.n || below->row_span > 1 || above->row_span > 1 || !same_columns(above, below)) return false;
  }
  return up->height + down->height < f->pieces[after].height * 1.3f;
}

/* Whether the first row of the part is the rest of the last row of the whole. */
static bool row_was_cut(const struct whole *w, const struct following *f) {
  bool open = w->open_bottom && f->part->open_top && f->skip == 0, rest = false, texts = false;
  for (int c = 0; c < w->columns; c++) {
    if (w->bottom[c] < 0 || f->top[c] < 0) return false;
    const struct piece *up = &w->pieces.v[w->bottom[c]], *down = &f->pieces[f->top[c]];
    if (!same_columns(&up->cell, &down->cell)) return false;
    bool lower = down->cell.text.n > 0, upper = up->cell.text.n > 0;
    if (lower && !upper && !texts && !open) return false; /* it begins farther left: a row of its own */
    texts = texts || upper;
    if (!lower || !upper) continue;
    if (is_number(up->cell.text) || is_number(down->cell.text)) return false;
    if (!goes_on(up, down) && !open) return false;
    rest = true;
  }
  return open || (rest ? rest_likely(w, f) : blank_rest(w, f));
}

/* By column, below the head: how many cells of more than one row hold text, how many are blank, and how many of one row are. */
struct tall {
  int named, blank, bare;
};

static void count_tall(const struct piece *v, size_t n, int from, int except, struct tall *tall) {
  for (size_t i = 0; i < n; i++) {
    const struct cell *c = &v[i].cell;
    if (c->row < from || c->row == except) continue;
    if (c->row_span < 2)
      tall[c->column].bare += c->text.n == 0;
    else if (c->text.n)
      tall[c->column].named++;
    else
      tall[c->column].blank++;
  }
}

/* Whether a name that stands beside several rows goes on in the part: names of this column do span rows here, and blanks do not. */
static bool cell_was_cut(const struct piece *up, const struct piece *down, const struct tall *tall) {
  if (!same_columns(&up->cell, &down->cell) || is_number(up->cell.text) || !up->cell.text.n) return false;
  bool names_span = tall->named > 0 && tall->blank == 0;
  if (!down->cell.text.n) return names_span && (down->cell.row_span > 1 || (up->cell.row_span > 1 && tall->bare == 0));
  return up->cell.row_span > 1 && down->cell.row_span > 1 && goes_on(up, down);
}

static int join_text(struct arena *a, struct piece *up, const struct piece *down) {
  struct sv x = up->cell.text, y = down->cell.text;
  if (!y.n) return RC_OK;
  bool blank = x.n && (unsigned char)x.p[x.n - 1] < 0x80 && (unsigned char)y.p[0] < 0x80;
  char *p = arena_alloc(a, x.n + y.n + 2);
  if (!p) return RC_NOMEM;
  if (x.n) memcpy(p, x.p, x.n);
  if (blank) p[x.n] = ' ';
  memcpy(p + x.n + blank, y.p, y.n);
  up->cell.text = (struct sv){p, x.n + y.n + blank};
  up->end = down->end;
  return RC_OK;
}

/* Makes `down` part of `up`, which then reaches `rows` rows further. */
static int absorb(struct arena *texts, struct piece *up, struct piece *down, int rows) {
  up->cell.flags |= down->cell.flags;
  up->cell.row_span += rows;
  int rc = join_text(texts, up, down);
  down->cell.row_span = 0; /* gone */
  return rc;
}

static bool find_top(struct arena *a, const struct whole *w, struct following *f) {
  f->top = ARENA_ARRAY(a, int, (size_t)w->columns + 1);
  if (!f->top) return false;
  for (int c = 0; c <= w->columns; c++) f->top[c] = -1;
  for (int i = first_of_row(f->pieces, f->n, f->skip); i < f->n && f->pieces[i].cell.row == f->skip; i++) {
    const struct cell *c = &f->pieces[i].cell;
    for (int k = c->column; k < c->column + c->column_span && k < w->columns; k++) f->top[k] = i;
  }
  return true;
}

/* Mends what was cut at the page's end; *shared is 1 when the part's first row is the whole's last. */
static int mend(struct flow *flow, struct whole *w, struct following *f, int *shared) {
  struct tall *tall = ARENA_ARRAY(&flow->scratch, struct tall, (size_t)w->columns + 1);
  if (!tall) return RC_NOMEM;
  count_tall(w->pieces.v, w->pieces.n, w->first_amounts, -1, tall);
  count_tall(f->pieces, (size_t)f->n, 0, f->skip, tall);
  *shared = row_was_cut(w, f);
  for (int c = 0; c < w->columns; c++) {
    if (w->bottom[c] < 0 || f->top[c] < 0) continue;
    struct piece *up = &w->pieces.v[w->bottom[c]], *down = &f->pieces[f->top[c]];
    if (down->cell.column != c || down->cell.row_span == 0 || !(*shared || cell_was_cut(up, down, &tall[c]))) continue;
    if (absorb(&flow->b->d->arena, up, down, down->cell.row_span - *shared) < 0) return RC_NOMEM;
  }
  return RC_OK;
}

/* ---- joining ---- */

static int add_part(struct whole *w, const struct part *p, const struct piece *v, int n, int skip, int first) {
  for (int i = 0; i < n; i++) {
    struct piece piece = v[i];
    if (piece.cell.row < skip || piece.cell.row_span == 0) continue;
    piece.cell.row += first - skip;
    if (!w->amounts && is_amount(piece.cell.text)) {
      w->amounts = true;
      w->first_amounts = piece.cell.row;
    }
    if (VEC_PUSH(&w->pieces, piece, PIECES_MOST) < 0) return RC_NOMEM;
  }
  w->flags |= p->flags;
  if (!w->doubt) w->doubt = p->doubt;
  w->last_page = p->page;
  w->open_bottom = p->open_bottom;
  if (VEC_PUSH(&w->places, p->place, PARTS_MOST) < 0 || VEC_PUSH(&w->part_rows, first, PARTS_MOST) < 0) return RC_NOMEM;
  return RC_OK;
}

static int whole_start(struct arena *a, struct whole *w, const struct part *p) {
  *w = (struct whole){.rows = p->rows, .columns = p->columns, .xs = p->xs};
  if (add_part(w, p, p->pieces, p->npieces, 0, 0) < 0) return RC_NOMEM;
  return find_bottom(a, w) ? RC_OK : RC_NOMEM;
}

/* Joins p to w if it goes on; *taken says so. */
static int whole_take(struct flow *flow, struct whole *w, const struct part *p, bool *taken) {
  struct arena *a = &flow->scratch;
  struct following f = {.part = p};
  int shared = 0, rc = match_columns(a, w, &f, taken);
  if (rc < 0 || !*taken) return rc;
  f.skip = repeated_head(w, &f);
  *taken = f.skip > 0 || (!own_head(w, &f) && !begins_again(w, &f));
  if (!*taken) return RC_OK;
  if (f.skip && !w->header_rows) w->header_rows = f.skip;
  if (!find_top(a, w, &f)) return RC_NOMEM;
  if (f.skip < f.rows) rc = mend(flow, w, &f, &shared);
  int first = w->rows - shared;
  w->rows = first + f.rows - f.skip;
  if (rc == RC_OK) rc = add_part(w, p, f.pieces, f.n, f.skip, first);
  if (rc == RC_OK && !find_bottom(a, w)) rc = RC_NOMEM;
  return rc;
}

static int whole_emit(struct flow *f, struct whole *w, struct err *e) {
  struct arena *a = &f->b->d->arena;
  struct table t = {.rows = w->rows, .columns = w->columns, .flags = w->flags, .doubt = w->doubt, .header_rows = w->header_rows};
  t.nparts = (int)w->places.n;
  t.ncells = (int)w->pieces.n;
  t.parts = ARENA_ARRAY(a, struct place, w->places.n);
  t.part_row = ARENA_ARRAY(a, int, w->part_rows.n);
  t.cells = ARENA_ARRAY(&f->scratch, struct cell, w->pieces.n + 1); /* the builder copies them */
  if (!t.parts || !t.part_row || !t.cells) return layout_nomem(e);
  memcpy(t.parts, w->places.v, w->places.n * sizeof *t.parts);
  memcpy(t.part_row, w->part_rows.v, w->part_rows.n * sizeof *t.part_row);
  for (size_t i = 0; i < w->pieces.n; i++) t.cells[i] = w->pieces.v[i].cell;
  return build_table(f->b, t, NULL, e);
}

/* The pages between two parts must be empty, not pictures. */
static bool pages_between_empty(const struct flow *f, int from, int to) {
  if (to - from < 1 || to - from > PAGES_BETWEEN + 1) return false;
  for (int i = from; i < to - 1; i++) {
    if (i >= (int)f->b->pages.n) return true;
    const struct page *p = &f->b->pages.v[i];
    if (p->number == i + 1 && (p->state == PAGE_SCAN || p->state == PAGE_NO_TEXT || p->state == PAGE_DAMAGED)) return false;
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
  int rc = whole_start(&f->scratch, &w, &f->parts.v[f->elements.v[i].part]);
  size_t end = i + 1;
  while (rc == RC_OK) {
    size_t k = next_content(f, end);
    bool taken = false;
    if (k >= f->elements.n || f->elements.v[k].part < 0) break;
    const struct part *p = &f->parts.v[f->elements.v[k].part];
    if (!pages_between_empty(f, w.last_page, p->page)) break;
    rc = whole_take(f, &w, p, &taken);
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
