/* pdf_write_table.c: tables in a PDF: rows as high as their text, merged cells, the head again on each page. Rows that a merged cell joins stay on
 * one page when they fit on one, heads among the rows with what is below them; a row higher than a page goes on over the next. A table that would
 * leave a few rows on a page of their own is set a little closer. */
#include "document/pdf_write.h"

#include <stdlib.h>
#include <string.h>

#define PAD_X 3.0
#define PAD_Y 2.0
enum { BAND_CELLS_MAX = 65536, CLOSER_ROWS = 400, HEADS_KEPT = 12 };

/* The cells of rows that belong together, set into lines. */
struct set_cell {
  const struct doc_cell *cell;
  PangoLayout *text;
  int line; /* the first not drawn yet */
};

struct band {
  int first, end; /* rows */
  struct set_cell *cells;
  int ncells;
  double *heights; /* of its rows */
  double height;
};

struct drawing {
  struct pdf_out *p;
  const struct doc_grid *g;
  double *x; /* of the left edge of each column, and the right edge of the last */
  struct band head;
  double points, pad; /* size of the text; room above and below it in a cell */
  bool tagged;        /* the head was drawn once: what comes again is decoration */
};

static double points_of(const struct drawing *d) {
  return d->points;
}

static double cell_width(const struct drawing *d, const struct doc_cell *c) {
  return d->x[c->column + c->column_span] - d->x[c->column];
}

static double indent_of(const struct drawing *d, const struct doc_cell *c) {
  double in = d->g->t->indent ? d->g->t->indent[c - d->g->t->cells] * points_of(d) : 0, most = cell_width(d, c) / 3;
  return in < 0 ? 0 : in > most ? most : in;
}

/* Where the rows that begin at `first` end: no merged cell goes beyond. */
static int band_end(const struct doc_grid *g, int first, int limit) {
  int end = first + 1;
  for (int row = first; row < end; row++)
    for (int k = 0; k < g->t->columns; k++) {
      int i = g->at[(size_t)row * (size_t)g->t->columns + (size_t)k];
      if (i >= 0 && g->t->cells[i].row + g->t->cells[i].row_span > end) end = g->t->cells[i].row + g->t->cells[i].row_span;
    }
  return end < limit ? end : limit;
}

/* Nothing but heads: of what comes below. */
static bool all_heads(const struct doc_grid *g, int row) {
  for (int k = 0; k < g->t->columns; k++) {
    int i = g->at[(size_t)row * (size_t)g->t->columns + (size_t)k];
    if (i < 0 || !g->t->cells[i].bold) return false;
  }
  return true;
}

/* The same with the rows that heads at its beginning belong to. */
static int band_end_kept(const struct doc_grid *g, int first, int limit) {
  int end = band_end(g, first, limit);
  while (end < limit && end - first < HEADS_KEPT && all_heads(g, end - 1)) end = band_end(g, end, limit);
  return end;
}

static void band_release(struct band *b) {
  for (int i = 0; i < b->ncells; i++)
    if (b->cells[i].text) g_object_unref(b->cells[i].text);
  free(b->cells), free(b->heights);
  *b = (struct band){0};
}

static int cells_set(const struct drawing *d, struct band *b) {
  const struct doc_grid *g = d->g;
  for (int row = b->first; row < b->end; row++)
    for (int k = 0; k < g->t->columns; k++) {
      int i = g->at[(size_t)row * (size_t)g->t->columns + (size_t)k];
      const struct doc_cell *c = i >= 0 ? &g->t->cells[i] : NULL;
      if (!c || c->row != row || c->column != k) continue;
      if (b->ncells == BAND_CELLS_MAX) return RC_LIMIT;
      struct set_cell *s = &b->cells[b->ncells++];
      double width = cell_width(d, c) - 2 * PAD_X - indent_of(d, c);
      s->cell = c;
      s->text = pdf_text(d->p, c->text, PDF_SERIF, points_of(d), c->bold, width > 4 ? width : 4, 0, c->align, 1.15);
    }
  return RC_OK;
}

/* Cells of one row make it as high as they are; one over several rows makes the last of them higher where it must. */
static void heights_find(struct band *b, double least, double pad) {
  for (int r = 0; r < b->end - b->first; r++) b->heights[r] = least;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < b->ncells; i++) {
      const struct doc_cell *c = b->cells[i].cell;
      if ((c->row_span > 1) != (pass > 0)) continue;
      double want = pdf_text_height(b->cells[i].text) + 2 * pad, have = 0;
      int last = c->row + c->row_span < b->end ? c->row + c->row_span : b->end;
      for (int r = c->row; r < last; r++) have += b->heights[r - b->first];
      if (want > have) b->heights[last - 1 - b->first] += want - have;
    }
  b->height = 0;
  for (int r = 0; r < b->end - b->first; r++) b->height += b->heights[r];
}

static int band_make(const struct drawing *d, int first, int end, struct band *b) {
  size_t rows = (size_t)(end - first), most = rows * (size_t)d->g->t->columns;
  *b = (struct band){.first = first, .end = end};
  if (most > BAND_CELLS_MAX) return RC_LIMIT;
  b->cells = calloc(most + 1, sizeof *b->cells), b->heights = calloc(rows + 1, sizeof *b->heights);
  int rc = b->cells && b->heights ? cells_set(d, b) : RC_NOMEM;
  if (rc == RC_OK) heights_find(b, points_of(d) * 1.3 + 2 * d->pad, d->pad);
  if (rc < 0) band_release(b);
  return rc;
}

/* ---- drawing ---- */

static void box_draw(const struct drawing *d, double x, double y, double width, double height, bool shade) {
  cairo_t *cr = d->p->cr;
  if (shade) {
    cairo_set_source_rgb(cr, 0.906, 0.929, 0.961);
    cairo_rectangle(cr, x, y, width, height);
    cairo_fill(cr);
  }
  cairo_set_source_rgb(cr, 0, 0, 0);
  cairo_set_line_width(cr, 0.5);
  cairo_rectangle(cr, x, y, width, height);
  cairo_stroke(cr);
}

/* The text of a cell in a box: in its middle, or, when it has to go on, from the top. */
static void cell_draw(const struct drawing *d, struct set_cell *s, double y, double height, bool tag) {
  const struct doc_cell *c = s->cell;
  const char *name = c->row < d->g->t->head ? "TH" : "TD";
  double x = d->x[c->column], in = indent_of(d, c), text = pdf_text_height(s->text), at = y + d->pad;
  int lines = pango_layout_get_line_count(s->text);
  if (tag) pdf_tag(d->p, name);
  box_draw(d, x, y, cell_width(d, c), height, c->shade);
  if (s->line == 0 && text + 2 * d->pad <= height) at = y + (height - text) / 2;
  if (s->line < lines) s->line = pdf_text_draw(d->p, s->text, s->line, x + PAD_X + in, &at, y + height);
  if (tag) pdf_tag_end(d->p, name);
}

static void empty_draw(const struct drawing *d, int row, double y, double height) {
  for (int k = 0; k < d->g->t->columns; k++)
    if (d->g->at[(size_t)row * (size_t)d->g->t->columns + (size_t)k] < 0) box_draw(d, d->x[k], y, d->x[k + 1] - d->x[k], height, false);
}

/* All rows of a band from the pen on. */
static void band_draw(const struct drawing *d, struct band *b, bool tag) {
  for (int row = b->first; row < b->end; row++) {
    double height = b->heights[row - b->first];
    if (tag) pdf_tag(d->p, "TR");
    for (int i = 0; i < b->ncells; i++) {
      struct set_cell *s = &b->cells[i];
      if (s->cell->row != row) continue;
      double all = 0;
      for (int r = row; r < row + s->cell->row_span && r < b->end; r++) all += b->heights[r - b->first];
      cell_draw(d, s, d->p->y, all, tag);
    }
    empty_draw(d, row, d->p->y, height);
    if (tag) pdf_tag_end(d->p, "TR");
    d->p->y += height;
  }
  d->p->begun = true;
}

static void head_draw(struct drawing *d) {
  if (d->head.ncells == 0) return;
  for (int i = 0; i < d->head.ncells; i++) d->head.cells[i].line = 0;
  band_draw(d, &d->head, !d->tagged);
  d->tagged = true;
}

static void turn(struct drawing *d) {
  pdf_page_turn(d->p);
  head_draw(d);
}

static bool covers(const struct doc_cell *c, int row) {
  return c->row <= row && row < c->row + c->row_span;
}

/* A row in pieces, each as high as what is left of the page; every piece draws at least a line or moves to a whole page. A cell that goes on in the
 * rows below may go on with its text there. */
static void row_split(struct drawing *d, struct band *b, int row) {
  for (bool more = true, fresh = false; more;) {
    double room = pdf_floor(d->p) - d->p->y, height = 0;
    bool drew = false;
    more = false;
    for (int i = 0; i < b->ncells; i++) { /* as much of the page as the longest of the rest wants */
      struct set_cell *s = &b->cells[i];
      if (!covers(s->cell, row) || covers(s->cell, row + 1)) continue;
      int lines = pango_layout_get_line_count(s->text);
      double share = lines > 0 ? pdf_text_height(s->text) * (lines - s->line) / lines + 2 * d->pad + 2 : 0;
      if (share > height) height = share;
    }
    if (height > room) height = room;
    pdf_tag(d->p, "TR");
    for (int i = 0; i < b->ncells; i++) {
      struct set_cell *s = &b->cells[i];
      int before = s->line;
      if (!covers(s->cell, row)) continue;
      cell_draw(d, s, d->p->y, height, true);
      drew |= s->line > before;
      more |= !covers(s->cell, row + 1) && s->line < pango_layout_get_line_count(s->text);
    }
    empty_draw(d, row, d->p->y, height);
    pdf_tag_end(d->p, "TR");
    d->p->y += height;
    if (!drew && fresh) break; /* a line higher than a page */
    fresh = !drew;
    if (more) turn(d);
  }
}

/* Rows that stand on one page, of a band that does not: a merged cell is as high as its rows here, and its text goes on over the page. */
static void piece_draw(const struct drawing *d, struct band *b, int first, int end) {
  for (int row = first; row < end; row++) {
    double height = b->heights[row - b->first];
    pdf_tag(d->p, "TR");
    for (int i = 0; i < b->ncells; i++) {
      struct set_cell *s = &b->cells[i];
      double all = 0;
      if (s->cell->row != row && !(row == first && covers(s->cell, row))) continue;
      for (int r = row; r < end && covers(s->cell, r); r++) all += b->heights[r - b->first];
      cell_draw(d, s, d->p->y, all, true);
    }
    empty_draw(d, row, d->p->y, height);
    pdf_tag_end(d->p, "TR");
    d->p->y += height;
  }
  d->p->begun = true;
}

/* The text of a merged cell that is cut loses up to a line at each page's end: room for that in its last row. */
static void slack_add(const struct drawing *d, struct band *b) {
  for (int i = 0; i < b->ncells; i++) {
    const struct doc_cell *c = b->cells[i].cell;
    double have = 0;
    if (c->row_span == 1 || c->row + c->row_span > b->end) continue;
    for (int r = c->row; r < c->row + c->row_span; r++) have += b->heights[r - b->first];
    double lack = pdf_text_height(b->cells[i].text) * 1.15 + points_of(d) * 4 - have;
    if (lack > 0 && pango_layout_get_line_count(b->cells[i].text) > 1) b->heights[c->row + c->row_span - 1 - b->first] += lack;
  }
}

/* A band that fits on no page: as many rows as a page takes, and rows that fit on none in pieces. */
static void band_split(struct drawing *d, struct band *b) {
  double page = pdf_floor(d->p) - d->p->top - d->head.height;
  slack_add(d, b);
  for (int row = b->first; row < b->end;) {
    double room = pdf_floor(d->p) - d->p->y;
    int end = row;
    while (end < b->end && b->heights[end - b->first] <= room) room -= b->heights[end++ - b->first];
    if (end > row) {
      piece_draw(d, b, row, end);
      row = end;
    } else if (b->heights[row - b->first] <= page) {
      turn(d);
    } else {
      row_split(d, b, row++);
      d->p->begun = true;
    }
  }
}

/* The rows from `row` on that stay together, if they fit on a page, else without what the heads among them are kept with. */
static int next_band(const struct drawing *d, int row, struct band *b) {
  const struct doc_grid *g = d->g;
  int plain = band_end(g, row, g->t->rows), kept = band_end_kept(g, row, g->t->rows);
  int rc = band_make(d, row, kept, b);
  bool tall = rc == RC_OK && b->height > pdf_floor(d->p) - d->p->top - d->head.height;
  if (kept == plain || (rc == RC_OK && !tall)) return rc;
  if (rc == RC_OK) band_release(b);
  return band_make(d, row, plain, b);
}

static int rows_draw(struct drawing *d) {
  const struct doc_table *t = d->g->t;
  int rc = RC_OK;
  for (int row = t->head; row < t->rows && rc == RC_OK;) {
    struct band b;
    rc = next_band(d, row, &b);
    if (rc < 0) break;
    double room = pdf_floor(d->p) - d->p->y, page = pdf_floor(d->p) - d->p->top - d->head.height;
    if (b.height > room && b.height <= page) turn(d), room = b.height;
    if (b.height <= room)
      band_draw(d, &b, true);
    else
      band_split(d, &b);
    row = b.end;
    band_release(&b);
  }
  return rc;
}

/* How many pages the table goes over from the pen on, and how much of the last one it takes. */
static int pages_find(struct drawing *d, int *pages, double *last) {
  const struct doc_table *t = d->g->t;
  struct band b;
  int rc = band_make(d, 0, t->head, &b);
  if (rc < 0) return rc;
  double head = b.height, page = pdf_floor(d->p) - d->p->top - head, y = page - (pdf_floor(d->p) - d->p->y - head);
  d->head.height = head; /* for next_band() */
  band_release(&b);
  *pages = 1;
  for (int row = t->head; row < t->rows && rc == RC_OK;) {
    rc = next_band(d, row, &b);
    if (rc < 0) break;
    bool whole = b.height <= page;
    if (whole && y + b.height > page) ++*pages, y = 0;
    for (int i = 0; i < b.end - b.first; i++) {
      if (y + b.heights[i] > page && y > 0) ++*pages, y = 0;
      y += b.heights[i];
    }
    row = b.end;
    band_release(&b);
  }
  d->head.height = 0;
  *last = page > 0 ? y / page : 1;
  return rc;
}

/* Less room in the cells, and then a size smaller, when that saves a last page that is almost empty. */
static int closer_set(struct drawing *d) {
  static const struct { double points, pad; } steps[] = {{0, 1.3}, {0, 0.7}, {0.5, 0.7}, {1, 0.5}};
  const struct doc_table *t = d->g->t;
  int pages, fewer;
  double last;
  if (t->rows > CLOSER_ROWS || t->most <= 0) return RC_OK;
  int rc = pages_find(d, &pages, &last);
  if (rc < 0 || pages == 1 || last > 0.35) return rc;
  for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == RC_OK; i++) {
    if (d->g->points - steps[i].points < t->least) continue;
    d->points = d->g->points - steps[i].points, d->pad = steps[i].pad;
    rc = pages_find(d, &fewer, &last);
    if (rc == RC_OK && fewer < pages) return RC_OK;
  }
  d->points = d->g->points, d->pad = PAD_Y;
  return rc;
}

/* The head with the first row under it stands on one page; a head of more than half a page does not come again. */
static int head_begin(struct drawing *d) {
  const struct doc_table *t = d->g->t;
  if (t->head == 0) return RC_OK;
  int rc = band_make(d, 0, t->head, &d->head);
  if (rc < 0) return rc;
  if (d->p->begun && d->p->y + d->head.height + 3 * points_of(d) > pdf_floor(d->p)) pdf_page_turn(d->p);
  if (d->head.height > (pdf_floor(d->p) - d->p->top) / 2) {
    band_split(d, &d->head);
    band_release(&d->head);
    return RC_OK;
  }
  head_draw(d);
  return RC_OK;
}

int pdf_write_table(struct pdf_out *p, const struct doc_grid *g) {
  struct drawing d = {.p = p, .g = g, .points = g->points, .pad = PAD_Y};
  double width = p->width - p->left - p->right, sum = 0;
  d.x = calloc((size_t)g->t->columns + 1, sizeof *d.x);
  if (!d.x) return RC_NOMEM;
  for (int i = 0; i <= g->t->columns; i++) {
    d.x[i] = p->left + width * sum / g->total;
    if (i < g->t->columns) sum += g->t->widths[i] > 0 && g->t->widths[i] < 100000 ? g->t->widths[i] : 1;
  }
  pdf_tag(p, "Table");
  int rc = closer_set(&d);
  if (rc == RC_OK) rc = head_begin(&d);
  if (rc == RC_OK) rc = rows_draw(&d);
  pdf_tag_end(p, "Table");
  band_release(&d.head);
  free(d.x);
  return rc;
}
