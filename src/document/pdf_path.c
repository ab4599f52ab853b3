/* pdf_path.c: paths: which of what is stroked and filled is a ruling, which an area; rectangular clipping.
 * Producers draw a table's lines as strokes, as thin filled rectangles, as outlines of cells, or as thick short strokes; all of them end as
 * thin axis-aligned rectangles here, and those are the rulings. */
#include "document/pdf_internal.h"

#include <math.h>

#define THIN        2.5 /* points: a line up to this thick is a ruling, beyond it an area */
#define SHORT       1.2 /* points: shorter pieces are dots */
#define DOTS_MIN    5
#define DOTS_LENGTH 10.0
#define DOTS_GAP    3.0
#define STRAIGHT    0.6 /* points that a line may lean over its whole length */
#define FILLS_MAX   4096
#define DARK_CHECKS 50000000 /* comparisons on one page */
#define PAST_CLIP   0.6      /* a line on the very edge of its clip is half drawn, and shows */

int path_add(struct interpreter *in, char kind, double x, double y) {
  struct path_point q = {matrix_apply(in->g.ctm, x, y), kind};
  if (!isfinite(q.at.x) || !isfinite(q.at.y) || fabs(q.at.x) > 1e7 || fabs(q.at.y) > 1e7) return RC_OK;
  in->current = (struct point){x, y};
  return VEC_PUSH(&in->path, q, PDF_POINTS_MAX);
}

int path_rect(struct interpreter *in, double x, double y, double w, double h) {
  int rc = path_add(in, 'm', x, y);
  if (rc == RC_OK) rc = path_add(in, 'l', x + w, y);
  if (rc == RC_OK) rc = path_add(in, 'l', x + w, y + h);
  if (rc == RC_OK) rc = path_add(in, 'l', x, y + h);
  if (rc == RC_OK) rc = path_add(in, 'h', x, y);
  return rc;
}

/* On an area filled with a colour, white is visible. Later fills lie on top of earlier ones. */
bool rect_on_dark(struct interpreter *in, double x, double y) {
  in->dark_checks += (long)in->fills.n;
  if (in->dark_checks > DARK_CHECKS) return true; /* too much to look through: taken for visible */
  for (size_t i = in->fills.n; i > 0; i--) {
    const struct rect *r = &in->fills.v[i - 1];
    if (x >= r->x0 && x <= r->x1 && y >= r->y0 && y <= r->y1) return true;
  }
  return false;
}

/* Remembers what is painted in a colour, for white things on top of it. */
static void area_add(struct interpreter *in, struct rect r, struct colour c, float alpha) {
  if (in->hidden || alpha < 0.02f || colour_is_white(c)) return;
  r = rect_intersect(r, in->g.clip);
  if (r.x1 > r.x0 && r.y1 > r.y0) (void)VEC_PUSH(&in->fills, r, FILLS_MAX);
}

void path_shading(struct interpreter *in) {
  area_add(in, in->g.clip, (struct colour){0, 0, 0}, in->g.fill_alpha);
}

static void ruling_emit(struct interpreter *in, struct rect r, bool horizontal) {
  double x = (r.x0 + r.x1) / 2, y = (r.y0 + r.y1) / 2;
  struct ruling out = {.width = (float)(horizontal ? r.y1 - r.y0 : r.x1 - r.x0), .horizontal = horizontal};
  out.x0 = (float)(horizontal ? r.x0 : x);
  out.x1 = (float)(horizontal ? r.x1 : x);
  out.y0 = (float)(horizontal ? y : r.y0);
  out.y1 = (float)(horizontal ? y : r.y1);
  if (VEC_PUSH(&in->out->rulings, out, PDF_RULINGS_MAX) < 0) in->out->damaged = true;
}

void path_dots_end(struct interpreter *in) {
  struct dots d = in->dots;
  in->dots.n = 0;
  double w = d.box.x1 - d.box.x0, h = d.box.y1 - d.box.y0;
  if (d.n >= DOTS_MIN && fmax(w, h) >= DOTS_LENGTH) ruling_emit(in, d.box, w >= h);
}

/* Dotted lines may be drawn dot by dot: a row of them in one direction is one line. Single dots are the corners where lines meet. */
static void dot_add(struct interpreter *in, struct rect r) {
  struct dots *d = &in->dots;
  struct rect b = d->box, u = {fmin(b.x0, r.x0), fmin(b.y0, r.y0), fmax(b.x1, r.x1), fmax(b.y1, r.y1)};
  bool row = fabs(r.y0 - b.y0) < 0.3 && fabs(r.y1 - b.y1) < 0.3 && fmax(r.x0 - b.x1, b.x0 - r.x1) <= DOTS_GAP;
  bool column = fabs(r.x0 - b.x0) < 0.3 && fabs(r.x1 - b.x1) < 0.3 && fmax(r.y0 - b.y1, b.y0 - r.y1) <= DOTS_GAP;
  if (d->n > 0 && (d->n == 1 ? row || column : d->row ? row : column)) {
    d->row = row;
    d->box = u;
    d->n++;
    return;
  }
  path_dots_end(in);
  *d = (struct dots){.box = r, .n = 1};
}

static void ruling_add(struct interpreter *in, struct rect r, struct colour c, float alpha) {
  if (in->hidden || alpha < 0.02f) return;
  double w = r.x1 - r.x0, h = r.y1 - r.y0;
  bool horizontal = w >= h;
  if ((horizontal ? h : w) > THIN) {
    area_add(in, r, c, alpha);
    return;
  }
  struct rect clip = in->g.clip;
  clip = (struct rect){clip.x0 - PAST_CLIP, clip.y0 - PAST_CLIP, clip.x1 + PAST_CLIP, clip.y1 + PAST_CLIP};
  double x = (r.x0 + r.x1) / 2, y = (r.y0 + r.y1) / 2;
  if (horizontal ? (y < clip.y0 || y > clip.y1) : (x < clip.x0 || x > clip.x1)) return;
  r = rect_intersect(r, clip);
  if (colour_is_white(c) && !rect_on_dark(in, x, y)) return;
  double length = horizontal ? r.x1 - r.x0 : r.y1 - r.y0, thick = horizontal ? h : w;
  if (length < SHORT || length < 1.5 * thick)
    dot_add(in, r);
  else
    ruling_emit(in, r, horizontal);
}

/* One straight piece of a stroke is a rectangle as thick as the pen, with butt ends. */
static void stroke_segment(struct interpreter *in, struct point a, struct point b, double pen) {
  double dx = fabs(a.x - b.x), dy = fabs(a.y - b.y);
  struct rect r = {fmin(a.x, b.x), fmin(a.y, b.y), fmax(a.x, b.x), fmax(a.y, b.y)};
  if (dx <= STRAIGHT && dx < dy) {
    double x = (a.x + b.x) / 2;
    r.x0 = x - pen / 2;
    r.x1 = x + pen / 2;
  } else if (dy <= STRAIGHT && dy < dx) {
    double y = (a.y + b.y) / 2;
    r.y0 = y - pen / 2;
    r.y1 = y + pen / 2;
  } else {
    return;
  }
  ruling_add(in, r, in->g.stroke, in->g.stroke_alpha);
}

static void path_stroke(struct interpreter *in) {
  struct point start = {0, 0}, at = {0, 0};
  struct matrix m = in->g.ctm;
  double pen = fabs(in->g.line_width) * sqrt(fabs(m.a * m.d - m.b * m.c));
  for (size_t i = 0; i < in->path.n; i++) {
    struct path_point q = in->path.v[i];
    if (q.kind == 'm')
      start = q.at;
    else if (q.kind == 'l')
      stroke_segment(in, at, q.at, pen);
    else if (q.kind == 'h')
      stroke_segment(in, at, start, pen);
    at = q.kind == 'h' ? start : q.at;
  }
}

/* The rectangle that points [from, to) outline; false for other shapes. */
static bool subpath_rect(const struct interpreter *in, size_t from, size_t to, struct rect *out) {
  size_t n = to - from;
  if (n > 0 && in->path.v[to - 1].kind == 'h') n--;
  if (n < 4 || n > 6) return false;
  struct point first = in->path.v[from].at;
  *out = (struct rect){first.x, first.y, first.x, first.y};
  for (size_t i = 1; i < n; i++) {
    struct path_point q = in->path.v[from + i], p = in->path.v[from + i - 1];
    if (q.kind != 'l') return false;
    if (fabs(q.at.x - p.at.x) > 0.1 && fabs(q.at.y - p.at.y) > 0.1) return false;
    *out = (struct rect){fmin(out->x0, q.at.x), fmin(out->y0, q.at.y), fmax(out->x1, q.at.x), fmax(out->y1, q.at.y)};
  }
  return true;
}

/* The box around points [from, to) that outline no rectangle: a round-cornered background, say. */
static struct rect subpath_box(const struct interpreter *in, size_t from, size_t to) {
  struct point p = in->path.v[from].at;
  struct rect r = {p.x, p.y, p.x, p.y};
  for (size_t i = from + 1; i < to; i++) {
    p = in->path.v[i].at;
    r = (struct rect){fmin(r.x0, p.x), fmin(r.y0, p.y), fmax(r.x1, p.x), fmax(r.y1, p.y)};
  }
  return r;
}

/* A frame drawn as the area between two rectangles: its four sides. */
static bool fill_frame(struct interpreter *in, struct rect a, struct rect b) {
  if (b.x0 < a.x0) {
    struct rect swap = a;
    a = b;
    b = swap;
  }
  double left = b.x0 - a.x0, right = a.x1 - b.x1, top = b.y0 - a.y0, bottom = a.y1 - b.y1;
  if (left <= 0 || right <= 0 || top <= 0 || bottom <= 0 || fmax(fmax(left, right), fmax(top, bottom)) > THIN) return false;
  ruling_add(in, (struct rect){a.x0, a.y0, b.x0, a.y1}, in->g.fill, in->g.fill_alpha);
  ruling_add(in, (struct rect){b.x1, a.y0, a.x1, a.y1}, in->g.fill, in->g.fill_alpha);
  ruling_add(in, (struct rect){a.x0, a.y0, a.x1, b.y0}, in->g.fill, in->g.fill_alpha);
  ruling_add(in, (struct rect){a.x0, b.y1, a.x1, a.y1}, in->g.fill, in->g.fill_alpha);
  return true;
}

static void path_fill(struct interpreter *in) {
  struct rect previous = {0, 0, 0, 0}, r;
  bool waiting = false; /* previous is a rectangle that may be the outside of a frame */
  for (size_t from = 0, to; from < in->path.n; from = to) {
    for (to = from + 1; to < in->path.n && in->path.v[to].kind != 'm'; to++) {
    }
    if (!subpath_rect(in, from, to, &r)) {
      r = subpath_box(in, from, to);
      if (fmin(r.x1 - r.x0, r.y1 - r.y0) > THIN) area_add(in, r, in->g.fill, in->g.fill_alpha);
      continue;
    }
    if (waiting && fill_frame(in, previous, r)) {
      waiting = false;
      continue;
    }
    if (waiting) ruling_add(in, previous, in->g.fill, in->g.fill_alpha);
    previous = r;
    waiting = true;
  }
  if (waiting) ruling_add(in, previous, in->g.fill, in->g.fill_alpha);
}

/* Clips are kept as rectangles: other shapes by their bounding box, so that too much rather than too little is kept. */
static void path_clip(struct interpreter *in) {
  if (in->path.n == 0) return;
  struct rect box = subpath_box(in, 0, in->path.n);
  in->g.clip = rect_intersect(box, in->g.clip);
}

static bool path_curved(const struct interpreter *in) {
  for (size_t i = 0; i < in->path.n && i < 64; i++)
    if (in->path.v[i].kind == 'c') return true;
  return false;
}

int path_paint(struct interpreter *in, bool fill, bool stroke, bool even_odd) {
  (void)even_odd; /* for rectangles both rules paint the same outlines */
  if ((fill || stroke) && path_curved(in) && in->hidden == 0) in->pdf->page_shapes++;
  if (fill) path_fill(in);
  if (stroke) path_stroke(in);
  if (in->clip_pending) path_clip(in);
  in->clip_pending = 0;
  in->path.n = 0;
  return RC_OK;
}

/* Marks what an image covers of the page, on a coarse grid so that strips and overlaps add up rightly. */
void path_image(struct interpreter *in) {
  if (in->hidden) return;
  struct rect r = rect_intersect(matrix_box(in->g.ctm, (struct rect){0, 0, 1, 1}), in->g.clip);
  double w = in->page.x1 - in->page.x0, h = in->page.y1 - in->page.y0;
  if (!(w > 0 && h > 0) || !(r.x1 > r.x0 && r.y1 > r.y0)) return;
  (void)VEC_PUSH(&in->fills, r, FILLS_MAX); /* white shows on a picture */
  for (int y = 0; y < COVER_CELLS; y++) {
    double cy = (y + 0.5) * h / COVER_CELLS;
    if (cy < r.y0 || cy > r.y1) continue;
    for (int x = 0; x < COVER_CELLS; x++) {
      double cx = (x + 0.5) * w / COVER_CELLS;
      if (cx >= r.x0 && cx <= r.x1) in->cover[y] |= 1u << x;
    }
  }
}
