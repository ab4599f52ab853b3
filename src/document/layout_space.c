/* layout_space.c: tables without rulings, by white space. Only what is clearly a table becomes one: several lines below each other in which amounts
 * (numbers with decimals or separators) stand in columns, right edge under right edge. Plain text and lists of contents have no such columns. */
#include "base/money.h"
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_LEAST = 3, BLANK_ROWS_MOST = 12, HEAD_LINES_MOST = 4, COLUMNS_MOST = 200, NUMBER_BYTES = 64 };
static const float BREAK = 0.9f;   /* of the font size: a gap this wide ends a segment */
static const float LEADING = 3.0f; /* of the font size: lines farther apart are not of one table */
static const float ALIGN = 0.6f;   /* of the font size: right edges nearer than this are one column */
static const float LABEL = 0.6f;   /* of the table's width: a line of one piece that is wider is a sentence */

struct segment {
  float x0, x1;
  size_t from, to; /* in its line's glyphs */
  bool amount, colon;
};

struct row {
  struct segment *segments;
  int n, amounts;
  float y0, y1, size;
};

/* ---- lines to segments ---- */

static bool segment_is_amount(const struct glyph *glyphs, const struct line *l, const struct segment *s) {
  char text[NUMBER_BYTES];
  size_t n = 0;
  struct number number;
  for (size_t i = s->from; i < s->to; i++) {
    const struct glyph *g = &glyphs[l->v[i].glyph];
    if (g->space) continue;
    if (g->ncp != 1 || n + 4 >= sizeof text) return false;
    n += utf8_put(text + n, g->cp[0]);
  }
  return n && number_parse((struct sv){text, n}, &number) == RC_OK && (number.decimals > 0 || number.separators);
}

static void measure_row(const struct glyph *glyphs, const struct line *l, struct row *r) {
  bool any = false;
  for (size_t i = 0; i < l->n; i++) {
    const struct glyph *g = &glyphs[l->v[i].glyph];
    if (g->space) continue;
    r->y0 = any ? fminf(r->y0, g->y0) : g->y0;
    r->y1 = any ? fmaxf(r->y1, g->y1) : g->y1;
    r->size = fmaxf(r->size, g->size);
    any = true;
  }
}

static int cut_segments(struct arena *a, const struct glyph *glyphs, const struct line *l, struct row *r) {
  int most = 0;
  measure_row(glyphs, l, r);
  for (int pass = 0; pass < 2; pass++) { /* first how many, then what */
    const struct glyph *last = NULL;
    int n = 0;
    for (size_t i = 0; i < l->n; i++) {
      const struct glyph *g = &glyphs[l->v[i].glyph];
      if (g->space) continue;
      if (!last || g->x0 - last->x1 > BREAK * r->size) {
        if (pass) r->segments[n] = (struct segment){.x0 = g->x0, .x1 = g->x1, .from = i};
        n++;
      }
      last = g;
      if (!pass) continue;
      struct segment *s = &r->segments[n - 1];
      s->x1 = fmaxf(s->x1, g->x1);
      s->to = i + 1;
      s->colon = s->colon || (g->ncp && (g->cp[0] == ':' || g->cp[0] == 0xFF1A));
    }
    most = n;
    if (!pass && !(r->segments = ARENA_ARRAY(a, struct segment, (size_t)n + 1))) return RC_NOMEM;
  }
  r->n = most;
  for (int i = 0; i < r->n && r->n > 1; i++) r->amounts += r->segments[i].amount = segment_is_amount(glyphs, l, &r->segments[i]);
  return RC_OK;
}

/* ---- lines to regions ---- */

static bool near(const struct row *above, const struct row *below) {
  return below->y0 - above->y1 < LEADING * fmaxf(above->size, below->size);
}

static bool is_row(const struct row *r) {
  return r->n >= 2 && r->amounts > 0;
}

/* The end of the run of rows that begins at `from`. Rows without amounts may lie between, but no sentences. */
static size_t region_end(const struct row *rows, size_t n, size_t from) {
  size_t end = from + 1;
  float x0 = rows[from].segments[0].x0, x1 = rows[from].segments[rows[from].n - 1].x1;
  for (size_t i = from + 1; i < n && i - end <= BLANK_ROWS_MOST && near(&rows[i - 1], &rows[i]); i++) {
    const struct row *r = &rows[i];
    if (r->n == 0 || (r->n == 1 && r->segments[0].x1 - r->segments[0].x0 > (x1 - x0) * LABEL)) break;
    if (!is_row(r)) continue;
    x0 = fminf(x0, r->segments[0].x0);
    x1 = fmaxf(x1, r->segments[r->n - 1].x1);
    end = i + 1;
  }
  return end;
}

struct amount_edge {
  float right;
};

static int by_right(const void *a, const void *b) {
  const struct amount_edge *p = a, *q = b;
  return p->right < q->right ? -1 : p->right > q->right;
}

/* Amounts stand under each other: most of them share their right edge with at least two others, and rows enough have them. */
static int amounts_align(struct arena *a, const struct row *rows, size_t from, size_t to, bool *yes) {
  size_t n = 0, total = 0, aligned = 0, lines = 0, columns = 0;
  float size = 0;
  for (size_t i = from; i < to; i++) total += (size_t)rows[i].amounts;
  struct amount_edge *v = ARENA_ARRAY(a, struct amount_edge, total + 1);
  if (!v) return RC_NOMEM;
  for (size_t i = from; i < to; i++) {
    lines += is_row(&rows[i]);
    size = fmaxf(size, rows[i].size);
    for (int k = 0; k < rows[i].n; k++)
      if (rows[i].segments[k].amount) v[n++].right = rows[i].segments[k].x1;
  }
  qsort(v, n, sizeof *v, by_right);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && v[end].right - v[end - 1].right <= ALIGN * size) end++;
    if (end - i >= ROWS_LEAST) {
      aligned += end - i;
      columns++;
    }
    i = end;
  }
  *yes = columns > 0 && aligned * 5 >= n * 4 && lines >= (columns > 1 ? ROWS_LEAST : ROWS_LEAST + 1);
  return RC_OK;
}

/* Lines of several segments over the region are its head; "部门：… 单位：…" is not. */
static size_t head_begin(const struct row *rows, size_t from, size_t least) {
  size_t begin = from;
  while (begin > least && from - begin < HEAD_LINES_MOST && near(&rows[begin - 1], &rows[begin])) {
    const struct row *r = &rows[begin - 1];
    bool colon = false;
    for (int k = 0; k < r->n; k++) colon = colon || r->segments[k].colon;
    if (r->n < 2 || colon) break;
    begin--;
  }
  return begin;
}

/* ---- a region to a table ---- */

struct span {
  float x0, x1;
};

static int by_left(const void *a, const void *b) {
  const struct span *p = a, *q = b;
  return p->x0 < q->x0 ? -1 : p->x0 > q->x0;
}

/* Columns are what the segments of the rows cover; between them nothing is printed. Returns how many; edges[0…n]. */
static int find_columns(struct arena *a, const struct row *rows, size_t from, size_t to, float **edges) {
  size_t n = 0, total = 0;
  for (size_t i = from; i < to; i++) total += is_row(&rows[i]) ? (size_t)rows[i].n : 0;
  struct span *v = ARENA_ARRAY(a, struct span, total + 1);
  *edges = ARENA_ARRAY(a, float, COLUMNS_MOST + 2);
  if (!v || !*edges) return RC_NOMEM;
  for (size_t i = from; i < to; i++)
    for (int k = 0; is_row(&rows[i]) && k < rows[i].n; k++) v[n++] = (struct span){rows[i].segments[k].x0, rows[i].segments[k].x1};
  qsort(v, n, sizeof *v, by_left);
  int columns = 0;
  float reach = v[0].x1;
  (*edges)[0] = v[0].x0 - 2;
  for (size_t i = 1; i < n; i++) {
    if (v[i].x0 > reach && columns < COLUMNS_MOST) (*edges)[++columns] = (reach + v[i].x0) / 2;
    reach = fmaxf(reach, v[i].x1);
  }
  (*edges)[++columns] = reach + 2;
  return columns;
}

static int column_of(const float *edges, int columns, float x) {
  int at = grid_position(edges, columns, x);
  return at >= 0 ? at : x < edges[0] ? 0 : columns - 1;
}

struct region_work {
  struct flow *f;
  const struct glyph *glyphs;
  const struct line *lines;
  const struct row *rows;
  const float *edges;
  int page;
  bool left; /* rows with amounts above were taken by no table */
};

/* Fills the cells of one line; words that begin in one column and end in another span both. */
static int fill_row(const struct region_work *w, size_t line, int row, float y0, float y1, struct part *p) {
  const struct row *r = &w->rows[line];
  const struct line *l = &w->lines[line];
  uint32_t *order = ARENA_ARRAY(&w->f->scratch, uint32_t, l->n + 1);
  if (!order) return RC_NOMEM;
  for (int k = 0; k < r->n;) {
    int first = column_of(w->edges, p->columns, r->segments[k].x0 + 0.1f), last = column_of(w->edges, p->columns, r->segments[k].x1 - 0.1f);
    size_t from = r->segments[k].from, n = 0;
    int amounts = r->segments[k].amount, end = k + 1;
    for (; end < r->n && column_of(w->edges, p->columns, r->segments[end].x0 + 0.1f) <= last; end++) {
      amounts += r->segments[end].amount;
      int reach = column_of(w->edges, p->columns, r->segments[end].x1 - 0.1f);
      if (reach > last) last = reach;
    }
    for (size_t i = from; i < r->segments[end - 1].to; i++) order[n++] = l->v[i].glyph;
    struct text_run run;
    if (text_of_cell(&w->f->text, w->glyphs, order, n, &run) < 0) return RC_NOMEM;
    struct piece *piece = &p->pieces[p->npieces++];
    struct box box = {w->edges[first], y0, w->edges[last + 1], y1};
    *piece = (struct piece){.width = box.x1 - box.x0, .height = y1 - y0, .start = run.start - box.x0, .first = run.first, .end = run.end - box.x0};
    piece->size = run.size;
    bool mixed = run.two_numbers || (amounts > 0 && end > k + 1) || (amounts > 0 && last > first);
    piece->cell = (struct cell){.row = row, .column = first, .row_span = 1, .column_span = last - first + 1, .text = run.text};
    piece->cell.flags = (mixed ? CELL_TWO_NUMBERS : 0u) | (run.lost ? CELL_LOST : 0u) | (run.invisible ? CELL_INVISIBLE : 0u);
    piece->cell.place = (struct place){.page = w->page, .box = box};
    k = end;
  }
  return RC_OK;
}

static int make_part(struct region_work *w, size_t from, size_t to, int columns, struct part *p) {
  size_t pieces = 0;
  for (size_t i = from; i < to; i++) pieces += (size_t)w->rows[i].n;
  *p = (struct part){.page = w->page, .rows = (int)(to - from), .columns = columns, .flags = TABLE_UNRULED};
  p->xs = ARENA_ARRAY(&w->f->kept, float, (size_t)columns + 1);
  p->pieces = ARENA_ARRAY(&w->f->kept, struct piece, pieces + 1);
  if (!p->xs || !p->pieces) return RC_NOMEM;
  memcpy(p->xs, w->edges, ((size_t)columns + 1) * sizeof *p->xs);
  float y0 = w->rows[from].y0, y1 = y0;
  for (size_t i = from; i < to; i++) {
    float top = y1;
    y1 = i + 1 < to ? (w->rows[i].y1 + w->rows[i + 1].y0) / 2 : w->rows[i].y1;
    if (y1 < top) y1 = top;
    if (fill_row(w, i, (int)(i - from), top, y1, p) < 0) return RC_NOMEM;
  }
  p->place = (struct place){.page = w->page, .box = {w->edges[0], y0, w->edges[columns], y1}};
  return RC_OK;
}

static bool amount_text(struct sv s) {
  struct number n;
  return s.n && number_parse(s, &n) == RC_OK;
}

/* An amount with words before or after it: two columns that nothing keeps apart. */
static bool amount_among_words(struct sv s) {
  for (size_t i = 0; i + 2 < s.n; i++) {
    bool digits = i && s.p[i - 1] >= '0' && s.p[i - 1] <= '9' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9' && s.p[i + 2] >= '0' && s.p[i + 2] <= '9';
    if (digits && (s.p[i] == '.' || s.p[i] == ',')) return !amount_text(s);
  }
  return false;
}

/* Rows with amounts after `to` that will be of no table. */
static bool rows_left(const struct row *rows, size_t to, size_t count) {
  for (size_t i = to; i < count; i++)
    if (is_row(&rows[i])) return region_end(rows, count, i) - i < ROWS_LEAST;
  return false;
}

/* A column of amounts must hold nothing else below the head, one word of each line of the head, and no row may be left outside. */
static int judge(struct region_work *w, size_t head, size_t from, size_t to, size_t count, struct part *p) {
  int *amounts = ARENA_ARRAY(&w->f->scratch, int, (size_t)p->columns + 1);
  bool sure = !w->left && !rows_left(w->rows, to, count);
  if (!amounts) return RC_NOMEM;
  for (size_t i = from; i < to; i++)
    for (int k = 0; k < w->rows[i].n; k++)
      if (w->rows[i].segments[k].amount) amounts[column_of(w->edges, p->columns, w->rows[i].segments[k].x0 + 0.1f)]++;
  for (int i = 0; i < p->npieces; i++) {
    const struct cell *c = &p->pieces[i].cell;
    bool data = c->row >= (int)(from - head);
    if (data && amounts[c->column] >= ROWS_LEAST && c->text.n && !amount_text(c->text) && !number_is_dash(c->text)) sure = false;
    if (data && amount_among_words(c->text)) sure = false;
  }
  for (size_t i = head; i < from; i++)
    for (int k = 1; k < w->rows[i].n; k++) {
      int column = column_of(w->edges, p->columns, w->rows[i].segments[k].x0 + 0.1f);
      if (amounts[column] && column == column_of(w->edges, p->columns, w->rows[i].segments[k - 1].x0 + 0.1f)) sure = false;
    }
  if (sure) return RC_OK;
  p->flags |= TABLE_DOUBTFUL;
  p->doubt = tr("没有表线，各列分不清", "there are no rulings, and the columns are not certain");
  return RC_OK;
}

/* Makes a table of rows [from, to) if they are one; *made says so. */
static int try_region(struct region_work *w, size_t least, size_t from, size_t to, size_t count, struct part *p, size_t *begin, bool *made) {
  float *edges;
  int rc = amounts_align(&w->f->scratch, w->rows, from, to, made);
  if (rc < 0 || !*made) return rc;
  int columns = find_columns(&w->f->scratch, w->rows, from, to, &edges);
  if (columns < 0) return columns;
  *made = columns >= 2;
  if (!*made) return RC_OK;
  w->edges = edges;
  *begin = head_begin(w->rows, from, least);
  rc = make_part(w, *begin, to, columns, p);
  return rc < 0 ? rc : judge(w, *begin, from, to, count, p);
}

int space_tables(struct flow *f, int page, const struct glyph *glyphs, struct line *lines, size_t count, int (*take)(void *user, struct part *p),
                 void *user, struct err *e) {
  struct row *rows = ARENA_ARRAY(&f->scratch, struct row, count + 1);
  struct region_work w = {.f = f, .glyphs = glyphs, .lines = lines, .rows = rows, .page = page};
  size_t found = 0, least = 0;
  if (!rows) return RC_NOMEM;
  for (size_t i = 0; i < count; i++) {
    if (cut_segments(&f->scratch, glyphs, &lines[i], &rows[i]) < 0) return RC_NOMEM;
    found += is_row(&rows[i]);
  }
  for (size_t i = 0; i < count && found >= ROWS_LEAST;) {
    if (!is_row(&rows[i])) {
      i++;
      continue;
    }
    size_t end = region_end(rows, count, i), begin = i;
    struct part p;
    bool made = false;
    int rc = end - i >= ROWS_LEAST ? try_region(&w, least, i, end, count, &p, &begin, &made) : RC_OK;
    if (rc == RC_OK && made) rc = take(user, &p);
    if (rc == RC_OK) rc = build_late(f->b, e);
    if (rc < 0) return rc;
    w.left = w.left || !made;
    for (size_t k = begin; made && k < end; k++) lines[k].n = 0;
    least = i = end;
  }
  return RC_OK;
}
