/* ocr_image.c: pixels of a scanned page: what is dark, how far it is turned, which long thin lines are rulings. */
#include "document/ocr_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- the picture ---- */

static bool header_number(const unsigned char *p, size_t n, size_t *at, int *out) {
  while (*at < n && (p[*at] == ' ' || p[*at] == '\n' || p[*at] == '\t' || p[*at] == '\r')) ++*at;
  long v = 0;
  size_t from = *at;
  while (*at < n && p[*at] >= '0' && p[*at] <= '9' && v < 1000000) v = v * 10 + (p[(*at)++] - '0');
  *out = (int)v;
  return *at > from;
}

int picture_read(const char *path, struct picture *out, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0, at = 2;
  int most = 0;
  *out = (struct picture){0};
  int rc = file_read(path, PICTURE_MOST + 100, &data, &size, e);
  if (rc < 0) return rc;
  bool ok = size > 2 && data[0] == 'P' && data[1] == '5' && header_number(data, size, &at, &out->width) &&
            header_number(data, size, &at, &out->height) && header_number(data, size, &at, &most) && most == 255 && out->width > 0 &&
            out->height > 0 && ++at <= size && (size_t)out->width * (size_t)out->height <= size - at;
  size_t n = ok ? (size_t)out->width * (size_t)out->height : 0;
  if (ok) out->v = malloc(n);
  if (out->v) memcpy(out->v, data + at, n);
  free(data);
  if (ok && !out->v) return nomem(e);
  return ok ? RC_OK : err_set(e, RC_FORMAT, "%s", tr("页面图像读不了", "the picture of the page cannot be read"));
}

void picture_free(struct picture *p) {
  free(p->v);
  *p = (struct picture){0};
}

/* ---- dark and light ---- */

/* A pixel is dark when it is a sixth darker than the mean of a window around it: paper may be grey, heads of tables shaded. */
unsigned char *picture_dark(const struct picture *p) {
  int w = p->width, h = p->height, r = w / 50 < 12 ? 12 : w / 50;
  unsigned char *dark = calloc((size_t)w, (size_t)h);
  uint32_t *column = calloc((size_t)w, sizeof *column);
  for (int y = -r; dark && column && y < h; y++) {
    int in = y + r, out = y - r - 1;
    for (int x = 0; x < w; x++) {
      if (in < h) column[x] += p->v[(size_t)in * (size_t)w + (size_t)x];
      if (out >= 0) column[x] -= p->v[(size_t)out * (size_t)w + (size_t)x];
    }
    if (y < 0) continue;
    int rows = (in < h ? in : h - 1) - (out >= 0 ? out : -1);
    uint64_t sum = 0;
    for (int x = -r; x < w; x++) {
      if (x + r < w) sum += column[x + r];
      if (x - r - 1 >= 0) sum -= column[x - r - 1];
      if (x < 0) continue;
      int columns = (x + r < w ? x + r : w - 1) - (x - r - 1 >= 0 ? x - r - 1 : -1);
      uint64_t v = p->v[(size_t)y * (size_t)w + (size_t)x];
      dark[(size_t)y * (size_t)w + (size_t)x] = v * 6 * (uint64_t)rows * (uint64_t)columns < sum * 5 && v < 200;
    }
  }
  free(column);
  if (column) return dark;
  free(dark);
  return NULL;
}

/* ---- how far it is turned ---- */

enum { POINTS_MOST = 200000, COARSE = 30 };

struct points {
  int (*v)[2];
  int n;
};

/* Sharpness of the rows when the page is turned back by `angle`: the sum of squares of how much is dark in each. */
static double sharpness(const struct points *p, double angle, uint32_t *rows, int height, int width) {
  double t = tan(angle), sum = 0;
  int offset = (int)(width * 0.06) + 2, n = (height + 2 * offset) / 2 + 2;
  memset(rows, 0, (size_t)n * sizeof *rows);
  for (int i = 0; i < p->n; i++) {
    int row = (int)(p->v[i][1] - p->v[i][0] * t + offset) / 2;
    if (row >= 0 && row < n) rows[row]++;
  }
  for (int i = 0; i < n; i++) sum += (double)rows[i] * rows[i];
  return sum;
}

double mask_skew(const unsigned char *dark, int width, int height) {
  const double degree = 0.017453292519943295;
  struct points p = {.v = malloc(POINTS_MOST * sizeof *p.v)};
  uint32_t *rows = calloc(((size_t)height + (size_t)width) / 2 + 16, sizeof *rows);
  size_t seen = 0, total = 0, all = (size_t)width * (size_t)height;
  for (size_t i = 0; i < all; i++) total += dark[i];
  size_t step = total / POINTS_MOST + 1;
  for (size_t i = 0; p.v && i < all; i++)
    if (dark[i] && seen++ % step == 0 && p.n < POINTS_MOST) p.v[p.n][0] = (int)(i % (size_t)width), p.v[p.n][1] = (int)(i / (size_t)width), p.n++;
  double best = 0, angle = 0, flat = p.n > 500 && rows ? sharpness(&p, 0, rows, height, width) : 0;
  for (int k = -COARSE; flat > 0 && k <= COARSE; k++) {
    double s = sharpness(&p, k * 0.1 * degree, rows, height, width);
    if (s > best) best = s, angle = k * 0.1 * degree;
  }
  double around = angle;
  for (int k = -10; flat > 0 && k <= 10; k++) {
    double s = sharpness(&p, around + k * 0.01 * degree, rows, height, width);
    if (s > best) best = s, angle = around + k * 0.01 * degree;
  }
  free(p.v), free(rows);
  return best > flat * 1.02 ? angle : 0;
}

int picture_turn(struct picture *p, double angle, struct err *e) {
  size_t w = (size_t)p->width, h = (size_t)p->height;
  unsigned char *out = malloc(w * h);
  if (!out) return nomem(e);
  double c = cos(angle), s = sin(angle), mx = p->width / 2.0, my = p->height / 2.0;
  for (int y = 0; y < p->height; y++)
    for (int x = 0; x < p->width; x++) {
      double u = (x - mx) * c - (y - my) * s + mx, v = (x - mx) * s + (y - my) * c + my;
      int ux = (int)floor(u), vy = (int)floor(v), grey = 255;
      if (ux >= 0 && vy >= 0 && ux + 1 < p->width && vy + 1 < p->height) {
        const unsigned char *q = p->v + (size_t)vy * w + (size_t)ux;
        double fu = u - ux, fv = v - vy;
        grey = (int)((q[0] * (1 - fu) + q[1] * fu) * (1 - fv) + (q[w] * (1 - fu) + q[w + 1] * fu) * fv + 0.5);
      }
      out[(size_t)y * w + (size_t)x] = (unsigned char)grey;
    }
  free(p->v);
  p->v = out;
  return RC_OK;
}

/* ---- rulings ---- */

enum { STROKES_MOST = 20000, RUN_GAP = 3 };
#define LONG 0.8 /* inches: no stroke of a character */

/* A line under construction, along x for a horizontal one; `last`: the row across that it was last seen in. */
struct stroke {
  int from, to, first, last;
  double sum, weight; /* of positions across */
};

struct strokes {
  VEC(struct stroke) list;
  size_t open; /* those before it are finished */
};

/* A mask seen along its rows or along its columns. */
struct sight {
  unsigned char *dark;
  size_t along, across; /* steps in memory */
  int length, breadth;
  unsigned char mark;
};

static int add_run(struct strokes *s, int across, int from, int to) {
  double n = to - from;
  for (size_t i = s->list.n; i-- > s->open;) {
    struct stroke *k = &s->list.v[i];
    if (k->last < across - 2 || to < k->from - RUN_GAP || from > k->to + RUN_GAP) continue;
    if (from < k->from) k->from = from;
    if (to > k->to) k->to = to;
    k->last = across, k->sum += across * n, k->weight += n;
    return RC_OK;
  }
  struct stroke fresh = {from, to, across, across, across * n, n};
  return VEC_PUSH(&s->list, fresh, STROKES_MOST);
}

/* Strokes not seen for a while change places with the first open one, so that few are looked at. */
static void close_old(struct strokes *s, int across) {
  for (size_t i = s->open; i < s->list.n; i++)
    if (s->list.v[i].last < across - 2) {
      struct stroke t = s->list.v[s->open];
      s->list.v[s->open++] = s->list.v[i];
      s->list.v[i] = t;
    }
}

static bool dark_near(const struct sight *m, int along, int across) {
  const unsigned char *p = m->dark + (size_t)along * m->along + (size_t)across * m->across;
  return (p[0] & 1) || (across > 0 && (p[-(ptrdiff_t)m->across] & 1)) || (across + 1 < m->breadth && (p[m->across] & 1));
}

enum { MARK_ACROSS = 2, MARK_DOWN = 8 };

/* What is to be erased is only marked, so that lines of the other direction can still be found. */
static void mark_run(const struct sight *m, int across, int from, int to) {
  for (int k = across > 0 ? across - 1 : 0; k <= across + 1 && k < m->breadth; k++)
    for (int i = from; i < to; i++) m->dark[(size_t)i * m->along + (size_t)k * m->across] |= m->mark;
}

static void unmark(const struct sight *m, const struct stroke *s) {
  for (int k = s->first > 1 ? s->first - 1 : 0; k <= s->last + 1 && k < m->breadth; k++)
    for (int i = s->from; i < s->to; i++) m->dark[(size_t)i * m->along + (size_t)k * m->across] &= (unsigned char)~m->mark;
}

static int find_strokes(const struct sight *m, int least, struct strokes *s) {
  for (int k = 0; k < m->breadth; k++) {
    int from = -1, last = -RUN_GAP - 1;
    close_old(s, k);
    for (int i = 0; i <= m->length; i++) {
      if (i < m->length && dark_near(m, i, k)) {
        if (i > last + 1 + RUN_GAP || from < 0) from = i;
        last = i;
        continue;
      }
      if (from >= 0 && (i == m->length || i > last + RUN_GAP)) {
        if (last + 1 - from >= least) {
          if (add_run(s, k, from, last + 1) < 0) return RC_LIMIT;
          mark_run(m, k, from, last + 1);
        }
        from = -1;
      }
    }
  }
  return RC_OK;
}

static int push_ruling(struct layout *l, const struct stroke *k, bool horizontal, double dpi) {
  float scale = (float)(72 / dpi), pos = (float)((k->sum / k->weight + 0.5) * 72 / dpi), from = (float)k->from * scale, to = (float)k->to * scale;
  float width = (float)(k->last - k->first + 1) * scale;
  struct ruling r = horizontal ? (struct ruling){from, pos, to, pos, width, true} : (struct ruling){pos, from, pos, to, width, false};
  return VEC_PUSH(&l->rulings, r, STROKES_MOST);
}

/* One end of a stroke lies on a stroke of the other direction. */
static bool meets(const struct stroke *s, int end, const struct strokes *others, double dpi) {
  int reach = (int)(dpi * 0.04), across = (s->first + s->last) / 2;
  for (size_t i = 0; i < others->list.n; i++) {
    const struct stroke *o = &others->list.v[i];
    if (o->to - o->from >= dpi * LONG && end >= o->first - reach && end <= o->last + reach && across >= o->from - reach && across <= o->to + reach)
      return true;
  }
  return false;
}

/* Goes on where a long one of its direction ends, or lies beside it: a broken line. */
static bool continues(const struct stroke *s, const struct strokes *own, double dpi) {
  for (size_t i = 0; i < own->list.n; i++) {
    const struct stroke *o = &own->list.v[i];
    if (o->to - o->from >= dpi * LONG && s->first <= o->last + dpi * 0.02 && s->last >= o->first - dpi * 0.02 && s->from <= o->to + dpi / 8 &&
        s->to >= o->from - dpi / 8)
      return true;
  }
  return false;
}

/* A long thin line, a piece of one, or a short one between two long ones: alone it may be the stroke of a large character. */
static bool is_ruling(const struct stroke *s, const struct strokes *own, const struct strokes *others, double dpi) {
  int length = s->to - s->from;
  if (s->last - s->first + 1 > dpi / 12 + length * 0.01) return false; /* a bar or a picture */
  return length >= dpi * LONG || continues(s, own, dpi) || (meets(s, s->from, others, dpi) && meets(s, s->to - 1, others, dpi));
}

static int take_direction(const struct sight *m, const struct strokes *s, const struct strokes *others, double dpi, struct layout *l) {
  int rc = RC_OK;
  for (size_t i = 0; rc == RC_OK && i < s->list.n; i++) {
    const struct stroke *k = &s->list.v[i];
    if (is_ruling(k, s, others, dpi)) {
      for (int across = k->first; across <= k->last && k->last - k->first < dpi / 30; across++) mark_run(m, across, k->from, k->to);
      rc = push_ruling(l, k, m->mark == MARK_ACROSS, dpi);
    } else {
      unmark(m, k);
    }
  }
  return rc;
}

int rulings_take(struct picture *p, unsigned char *dark, double dpi, struct layout *l, struct err *e) {
  size_t w = (size_t)p->width, n = w * (size_t)p->height;
  struct sight rows = {dark, 1, w, p->width, p->height, MARK_ACROSS}, columns = {dark, w, 1, p->height, p->width, MARK_DOWN};
  struct strokes across = {0}, down = {0};
  int rc = find_strokes(&rows, (int)(dpi * 0.4), &across);
  if (rc == RC_OK) rc = find_strokes(&columns, (int)(dpi * 0.3), &down);
  if (rc == RC_OK) rc = take_direction(&rows, &across, &down, dpi, l);
  if (rc == RC_OK) rc = take_direction(&columns, &down, &across, dpi, l);
  free(across.list.v), free(down.list.v);
  if (rc < 0) return err_set(e, (enum rc)rc, "%s", tr("页面上的线太多", "there are too many lines on the page"));
  for (size_t i = 0; i < n; i++) {
    if (dark[i] & (MARK_ACROSS | MARK_DOWN)) dark[i] = 0, p->v[i] = 255;
  }
  return RC_OK;
}
