/* ocr_strip.c: a scanned page cut into strips, a strip a printed line of a cell, since that is what can be recognised well; and what was
 * recognised made into glyphs at the place of the strip. */
#include "document/ocr_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRIPS_MOST = 20000, WORDS_MOST = 200000, GLYPHS_MOST = 400000, SPECK = 8, UNSURE = 75 /* per cent of confidence */ };

static int nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或页面上的文字太多", "out of memory, or too much text on the page"));
}

/* ---- specks and sizes ---- */

struct blobs {
  VEC(uint32_t) stack; /* pixels of the blob in hand, those before `next` looked at */
  VEC(int) heights;
};

/* One connected blob, from a pixel; visited pixels get bit 4. */
static int blob_walk(struct blobs *b, unsigned char *dark, int width, int height, uint32_t from, int *tall) {
  int top = height, bottom = 0;
  b->stack.n = 0;
  if (VEC_PUSH(&b->stack, from, PICTURE_MOST) < 0) return RC_NOMEM;
  dark[from] |= 4;
  for (size_t next = 0; next < b->stack.n; next++) {
    int x = (int)(b->stack.v[next] % (uint32_t)width), y = (int)(b->stack.v[next] / (uint32_t)width);
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    for (int dy = -1; dy <= 1; dy++)
      for (int dx = -1; dx <= 1; dx++) {
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
        uint32_t at = (uint32_t)((y + dy) * width + x + dx);
        if (dark[at] != 1) continue;
        dark[at] |= 4;
        if (VEC_PUSH(&b->stack, at, PICTURE_MOST) < 0) return RC_NOMEM;
      }
  }
  *tall = bottom - top + 1;
  return RC_OK;
}

static int by_size(const void *a, const void *b) {
  const int *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Takes specks away and says how tall ordinary characters are: three quarters of what is of a likely size is not taller. */
static int clean(unsigned char *dark, int width, int height, double dpi, int *line) {
  struct blobs b = {0};
  int rc = RC_OK;
  size_t n = (size_t)width * (size_t)height;
  for (size_t i = 0; i < n && rc == RC_OK; i++) {
    int tall = 0;
    if (dark[i] != 1) continue;
    rc = blob_walk(&b, dark, width, height, (uint32_t)i, &tall);
    if (b.stack.n < SPECK)
      for (size_t k = 0; k < b.stack.n; k++) dark[b.stack.v[k]] = 0;
    else if (tall > dpi * 0.05 && tall < dpi * 0.4)
      rc = VEC_PUSH(&b.heights, tall, PICTURE_MOST);
  }
  for (size_t i = 0; i < n; i++) dark[i] &= 1;
  if (b.heights.n) qsort(b.heights.v, b.heights.n, sizeof *b.heights.v, by_size);
  *line = b.heights.n ? b.heights.v[b.heights.n * 3 / 4] : (int)(dpi * 0.12);
  free(b.stack.v), free(b.heights.v);
  return rc;
}

/* ---- cutting ---- */

struct cutting {
  const unsigned char *dark;
  int width;
  struct strips *out;
  struct strip like; /* what is the same for all strips of the area */
  int split;         /* a gap wider than so many line heights parts a line in two; 0 never */
  int *rows, *columns;
};

static int push_strip(struct cutting *c, struct area a) {
  struct strip s = c->like;
  int w = a.x1 - a.x0, h = a.y1 - a.y0, line = c->out->line;
  s.at = a;
  if (w * 4 < line && h * 4 < line) return RC_OK; /* a spot */
  s.dash = h * 9 <= line * 2 && w * 10 >= line * 3 && w <= line * 4;
  if (h * 5 < line && !s.dash) return RC_OK; /* what is left of a line */
  return VEC_PUSH(&c->out->list, s, STRIPS_MOST);
}

/* The dark columns of a band: its ends, and where it is parted. */
static int cut_band(struct cutting *c, struct area a, int top, int bottom) {
  int from = -1, last = -1, rc = RC_OK;
  memset(c->columns, 0, (size_t)(a.x1 - a.x0) * sizeof *c->columns);
  for (int y = top; y < bottom; y++)
    for (int x = a.x0; x < a.x1; x++) c->columns[x - a.x0] += c->dark[(size_t)y * (size_t)c->width + (size_t)x];
  for (int x = a.x0; x < a.x1 && rc == RC_OK; x++) {
    if (!c->columns[x - a.x0]) continue;
    if (from >= 0 && c->split && x - last > c->split * (bottom - top > c->out->line ? bottom - top : c->out->line)) {
      rc = push_strip(c, (struct area){from, top, last + 1, bottom});
      from = -1;
    }
    if (from < 0) from = x;
    last = x;
  }
  return from >= 0 && rc == RC_OK ? push_strip(c, (struct area){from, top, last + 1, bottom}) : rc;
}

/* A band of several lines that touch is parted where next to nothing is dark; large print is left whole. */
static int cut_tall(struct cutting *c, struct area a, int top, int bottom) {
  int line = c->out->line, rc = RC_OK;
  while (bottom - top > line * 9 / 5 && rc == RC_OK) {
    int best = -1, sum = 0;
    for (int y = top; y < bottom; y++) sum += c->rows[y - a.y0];
    for (int y = top + line * 4 / 5; y < bottom - line * 3 / 5 && y < top + line * 9 / 5; y++)
      if (best < 0 || c->rows[y - a.y0] < c->rows[best - a.y0]) best = y;
    if (best < 0 || c->rows[best - a.y0] * 8 > sum / (bottom - top)) break;
    rc = cut_band(c, a, top, best);
    top = best;
  }
  return rc == RC_OK ? cut_band(c, a, top, bottom) : rc;
}

/* Bands of rows with something dark; neighbours that together are no taller than a character are one (二, 三). */
static int cut_area(struct cutting *c, struct area a) {
  int top = -1, end = -1, rc = RC_OK;
  if (a.x1 <= a.x0 || a.y1 <= a.y0) return RC_OK;
  for (int y = a.y0; y < a.y1; y++) {
    int n = 0;
    for (int x = a.x0; x < a.x1; x++) n += c->dark[(size_t)y * (size_t)c->width + (size_t)x];
    c->rows[y - a.y0] = n;
  }
  for (int y = a.y0; y <= a.y1 && rc == RC_OK; y++) {
    bool ink = y < a.y1 && c->rows[y - a.y0] > 0;
    if (!ink) continue;
    if (top < 0) {
      top = y;
    } else if (y > end + 1) {
      int stop = y;
      while (stop < a.y1 && c->rows[stop - a.y0] > 0) stop++;
      if (stop - top > c->out->line * 13 / 10) {
        rc = cut_tall(c, a, top, end + 1);
        top = y;
      }
    }
    end = y;
  }
  return top >= 0 && rc == RC_OK ? cut_tall(c, a, top, end + 1) : rc;
}

static int clamp(double v, int most) {
  return v < 0 ? 0 : v > most ? most : (int)v;
}

/* An edge of a grid in pixels. */
static int edge(const float *edges, int i, double scale, int more, int most) {
  return clamp((double)edges[i] * scale + more, most);
}

static int cut_grid(struct cutting *c, const struct grid *g, int number, unsigned char *outside, int height, double scale, struct arena *a) {
  struct region *r = grid_regions(a, g);
  int rc = r ? RC_OK : RC_NOMEM;
  for (int i = 0; i < g->nregions && rc == RC_OK; i++) {
    struct area at = {edge(g->xs, r[i].column, scale, 2, c->width), edge(g->ys, r[i].row, scale, 2, height),
                      edge(g->xs, r[i].column + r[i].column_span, scale, -1, c->width), edge(g->ys, r[i].row + r[i].row_span, scale, -1, height)};
    c->like = (struct strip){.grid = number, .region = i, .column = r[i].column, .row = r[i].row};
    rc = cut_area(c, at);
  }
  int x0 = edge(g->xs, 0, scale, -3, c->width), x1 = edge(g->xs, g->nx, scale, 3, c->width), y1 = edge(g->ys, g->ny, scale, 3, height);
  for (int y = edge(g->ys, 0, scale, -3, height); x1 > x0 && y < y1; y++) memset(outside + (size_t)y * (size_t)c->width + x0, 0, (size_t)(x1 - x0));
  return rc;
}

int strips_cut(const unsigned char *dark, int width, int height, double dpi, const struct grid *grids, int ngrids, struct strips *out,
               struct err *e) {
  struct arena a;
  size_t n = (size_t)width * (size_t)height;
  unsigned char *mask = malloc(n), *outside = malloc(n);
  struct cutting c = {.dark = mask, .width = width, .out = out};
  c.rows = calloc((size_t)height + 1, sizeof *c.rows), c.columns = calloc((size_t)width + 1, sizeof *c.columns);
  arena_init(&a, (size_t)64 << 20);
  arena_init(&out->arena, (size_t)16 << 20);
  int rc = mask && outside && c.rows && c.columns ? RC_OK : RC_NOMEM;
  if (rc == RC_OK) memcpy(mask, dark, n), rc = clean(mask, width, height, dpi, &out->line);
  if (rc == RC_OK) memcpy(outside, mask, n);
  for (int i = 0; i < ngrids && rc == RC_OK; i++) rc = cut_grid(&c, &grids[i], i, outside, height, dpi / 72, &a);
  int margin = (int)(dpi * 0.15); /* shadows at the paper's edge */
  c.dark = outside, c.split = 2, c.like = (struct strip){.grid = -1, .region = -1, .column = -1, .row = -1};
  if (rc == RC_OK) rc = cut_area(&c, (struct area){margin, margin, width - margin, height - margin});
  arena_release(&a);
  free(mask), free(outside), free(c.rows), free(c.columns);
  return rc < 0 ? nomem(e) : RC_OK;
}

void strips_release(struct strips *s) {
  arena_release(&s->arena);
  free(s->list.v), free(s->words.v);
  *s = (struct strips){0};
}

/* ---- the picture of a strip ---- */

/* The grey of the paper: the level that nineteen of twenty pixels do not pass. */
static int paper(const struct picture *p, struct area a) {
  size_t count[256] = {0}, seen = 0, all = 0;
  for (int y = a.y0; y < a.y1; y++)
    for (int x = a.x0; x < a.x1; x++) count[p->v[(size_t)y * (size_t)p->width + (size_t)x]]++, all++;
  for (int i = 0; i < 255; i++)
    if ((seen += count[i]) * 10 > all * 9) return i < 64 ? 64 : i;
  return 255;
}

static bool dark_around(const unsigned char *dark, int width, int height, int x, int y) {
  for (int v = y > 2 ? y - 2 : 0; v <= y + 2 && v < height; v++)
    for (int u = x > 2 ? x - 2 : 0; u <= x + 2 && u < width; u++)
      if (dark[(size_t)v * (size_t)width + (size_t)u]) return true;
  return false;
}

/* A pixel of the strip's picture before it is made smaller: only what is near something dark is shown, against white. */
static int shown(const struct picture *p, const unsigned char *dark, const struct strip *s, int white, int x, int y) {
  int u = x + s->at.x0 - STRIP_MARGIN, v = y + s->at.y0 - STRIP_MARGIN;
  bool inside = u >= s->at.x0 - 1 && u <= s->at.x1 && v >= s->at.y0 - 1 && v <= s->at.y1 && u >= 0 && v >= 0 && u < p->width && v < p->height;
  if (!inside || !dark_around(dark, p->width, p->height, u, v)) return 255;
  int grey = p->v[(size_t)v * (size_t)p->width + (size_t)u] * 255 / white;
  return grey > 255 ? 255 : grey;
}

int strip_write(const struct picture *p, const unsigned char *dark, struct strip *s, int tall, const char *path, struct err *e) {
  int w = s->at.x1 - s->at.x0 + 2 * STRIP_MARGIN, h = s->at.y1 - s->at.y0 + 2 * STRIP_MARGIN, white = paper(p, s->at);
  int from = s->at.y1 - s->at.y0, to = from > tall ? tall : from; /* made smaller by to / from */
  int width = (w * to + from - 1) / from, height = (h * to + from - 1) / from;
  unsigned char *grey = malloc((size_t)w * (size_t)h);
  struct buf out;
  s->scale = (float)from / (float)to;
  buf_init(&out, PICTURE_MOST);
  buf_printf(&out, "P5\n%d %d\n255\n", width, height);
  for (int y = 0; grey && y < h; y++)
    for (int x = 0; x < w; x++) grey[(size_t)y * (size_t)w + (size_t)x] = (unsigned char)shown(p, dark, s, white, x, y);
  for (int y = 0; grey && y < height; y++)
    for (int x = 0; x < width; x++) {
      int sum = 0, n = 0;
      for (int v = y * from / to; v < h && (v == y * from / to || v < (y + 1) * from / to); v++)
        for (int u = x * from / to; u < w && (u == x * from / to || u < (x + 1) * from / to); u++)
          sum += grey[(size_t)v * (size_t)w + (size_t)u], n++;
      buf_putc(&out, (char)(unsigned char)(n ? sum / n : 255));
    }
  int rc = !grey || out.rc < 0 ? nomem(e) : child_file(path, out.p, out.n, e);
  buf_release(&out);
  free(grey);
  return rc;
}

/* ---- what was recognised ---- */

static long field_number(struct sv s) {
  char digits[16];
  snprintf(digits, sizeof digits, "%.*s", (int)(s.n < 15 ? s.n : 15), s.p ? s.p : "");
  return strtol(digits, NULL, 10);
}

/* level page block paragraph line word left top width height confidence text */
enum { T_LEVEL, T_PAGE, T_LEFT = 6, T_WIDTH = 8, T_CONFIDENCE = 10, T_TEXT = 11, T_FIELDS };

struct word_list {
  VEC(struct word) list;
};

static int read_row(struct strips *s, struct sv line, const int *order, int n, struct word_list *out) {
  struct sv f[T_FIELDS] = {0}, rest = line;
  for (int i = 0; i < T_FIELDS && rest.p; i++) f[i] = i == T_TEXT ? rest : sv_cut(&rest, '\t');
  long page = field_number(f[T_PAGE]);
  struct sv text = sv_trim(f[T_TEXT]);
  if (!sv_is(f[T_LEVEL], "5") || page < 1 || page > n || text.n == 0 || text.n > 2000 || !utf8_valid(text)) return RC_OK;
  const struct strip *strip = &s->list.v[order[page - 1]];
  float x = (float)(strip->at.x0 - STRIP_MARGIN) + (float)field_number(f[T_LEFT]) * strip->scale,
        width = (float)field_number(f[T_WIDTH]) * strip->scale;
  struct word w = {
      order[page - 1], (int)out->list.n, x, x + (width > 1 ? width : 1), (float)field_number(f[T_CONFIDENCE]), arena_text(&s->arena, text.p, text.n)};
  return w.text ? VEC_PUSH(&out->list, w, WORDS_MOST) : RC_NOMEM;
}

static int by_strip(const void *a, const void *b) {
  const struct word *x = a, *y = b;
  if (x->strip != y->strip) return x->strip < y->strip ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

/* Mean confidence of each strip's words; -1 where there are none. */
static void confidences(const struct word *v, size_t n, float *sum, int *count, size_t strips) {
  for (size_t i = 0; i < strips; i++) sum[i] = -1, count[i] = 0;
  for (size_t i = 0; i < n; i++) {
    int k = v[i].strip;
    sum[k] = count[k] ? sum[k] + v[i].confidence : v[i].confidence;
    count[k]++;
  }
  for (size_t i = 0; i < strips; i++)
    if (count[i]) sum[i] /= (float)count[i];
}

/* Of two looks at a strip the surer one is kept; a look for digits in any case, when it saw any. */
static int merge(struct strips *s, const struct word_list *fresh, bool digits) {
  size_t n = s->list.n + 1, kept = 0;
  float *old = calloc(n, sizeof *old), *now = calloc(n, sizeof *now);
  int *count = calloc(n, sizeof *count), rc = old && now && count ? RC_OK : RC_NOMEM;
  if (rc == RC_OK) confidences(s->words.v, s->words.n, old, count, s->list.n), confidences(fresh->list.v, fresh->list.n, now, count, s->list.n);
  for (size_t i = 0; rc == RC_OK && i < s->list.n; i++)
    if (!digits && now[i] <= old[i]) now[i] = -1;
  for (size_t i = 0; rc == RC_OK && i < s->words.n; i++)
    if (now[s->words.v[i].strip] < 0) s->words.v[kept++] = s->words.v[i];
  s->words.n = kept;
  for (size_t i = 0; i < fresh->list.n && rc == RC_OK; i++) {
    if (now[fresh->list.v[i].strip] < 0) continue;
    s->list.v[fresh->list.v[i].strip].digits = digits;
    rc = VEC_PUSH(&s->words, fresh->list.v[i], WORDS_MOST);
  }
  free(old), free(now), free(count);
  return rc;
}

int strips_read(struct strips *s, struct sv tsv, const int *order, int n, bool digits, struct err *e) {
  struct word_list fresh = {0};
  int rc = RC_OK;
  for (struct sv rest = tsv; rest.p && rc == RC_OK;) rc = read_row(s, sv_cut(&rest, '\n'), order, n, &fresh);
  if (rc == RC_OK) rc = merge(s, &fresh, digits);
  if (rc == RC_OK && s->words.n > 1) qsort(s->words.v, s->words.n, sizeof *s->words.v, by_strip);
  free(fresh.list.v);
  return rc < 0 ? nomem(e) : RC_OK;
}

int strips_unsure(const struct strips *s, int **order, int *n, struct err *e) {
  float *mean = calloc(s->list.n + 1, sizeof *mean);
  int *count = calloc(s->list.n + 1, sizeof *count);
  *n = 0;
  *order = calloc(s->list.n + 1, sizeof **order);
  if (mean && count && *order) confidences(s->words.v, s->words.n, mean, count, s->list.n);
  for (size_t i = 0; mean && count && *order && i < s->list.n; i++)
    if (!s->list.v[i].dash && mean[i] < UNSURE) (*order)[(*n)++] = (int)i;
  bool ok = mean && count && *order;
  free(mean), free(count);
  if (ok) return RC_OK;
  free(*order);
  *order = NULL;
  return nomem(e);
}

/* ---- which are numbers ---- */

struct look {
  int digits, signs, words, all; /* code points: digits; . , - and the like; ideographs */
};

static bool is_sign(uint32_t c) {
  return (c < 128 && strchr(".,-%:;'`\"_~ ", (int)c)) || c == 0x3002 || c == 0xFF0C || c == 0xFF0E || c == 0xB7 || (c >= 0x2010 && c <= 0x2015) ||
         c == 0x3001;
}

static void look_at(struct look *k, const char *text) {
  struct sv s = sv_from(text);
  for (size_t at = 0; at < s.n;) {
    uint32_t c = utf8_next(s, &at);
    k->all++;
    if (c >= '0' && c <= '9')
      k->digits++;
    else if (is_sign(c))
      k->signs++;
    else if (c >= 0x2E80)
      k->words++;
  }
}

static bool is_number(const struct look *k) {
  return k->digits > 0 && k->digits * 2 >= k->all && k->words == 0;
}

struct columns { /* of the grid in hand */
  int *numbers, *texts;
  int n;
};

static int columns_count(const struct strips *s, const struct look *looks, int grid, struct columns *c) {
  c->n = 0;
  for (size_t i = 0; i < s->list.n; i++)
    if (s->list.v[i].grid == grid && s->list.v[i].column >= c->n) c->n = s->list.v[i].column + 1;
  c->numbers = calloc((size_t)c->n + 1, sizeof *c->numbers), c->texts = calloc((size_t)c->n + 1, sizeof *c->texts);
  if (!c->numbers || !c->texts) return RC_NOMEM;
  for (size_t i = 0; i < s->list.n; i++) {
    if (s->list.v[i].grid != grid || looks[i].all == 0) continue;
    if (is_number(&looks[i]))
      c->numbers[s->list.v[i].column]++;
    else
      c->texts[s->list.v[i].column]++;
  }
  return RC_OK;
}

int strips_numeric(const struct strips *s, int **order, int *n, struct err *e) {
  struct look *looks = calloc(s->list.n + 1, sizeof *looks);
  int rc = looks ? RC_OK : RC_NOMEM, grid = -1;
  struct columns c = {0};
  *n = 0;
  *order = calloc(s->list.n + 1, sizeof **order);
  if (!*order) rc = RC_NOMEM;
  for (size_t i = 0; rc == RC_OK && i < s->words.n; i++) look_at(&looks[s->words.v[i].strip], s->words.v[i].text);
  for (size_t i = 0; rc == RC_OK && i < s->list.n; i++) {
    const struct strip *k = &s->list.v[i];
    if (k->grid < 0 || k->dash) continue;
    if (k->grid != grid) {
      free(c.numbers), free(c.texts);
      c = (struct columns){0};
      grid = k->grid;
      rc = columns_count(s, looks, grid, &c);
    }
    /* In a column of numbers whatever is short and mostly no ideograph is one too, read wrongly or not at all. */
    bool column = rc == RC_OK && c.numbers[k->column] >= 3 && c.numbers[k->column] >= c.texts[k->column];
    if (rc == RC_OK && (is_number(&looks[i]) || (column && looks[i].words * 3 <= looks[i].all && looks[i].all <= 20))) (*order)[(*n)++] = (int)i;
  }
  free(c.numbers), free(c.texts), free(looks);
  if (rc == RC_OK) return RC_OK;
  free(*order);
  *order = NULL;
  return nomem(e);
}

/* ---- glyphs ---- */

/* Signs that a model of Chinese text mistakes for others: half and full brackets, the colon of a short line, dashes of page numbers (— 9 —). */
static uint32_t mended(struct sv rest, size_t next, uint32_t c, const struct strip *s, bool edge) {
  struct sv after = {rest.p + next, rest.n - next};
  if (c == 0x3008) return '(';
  if (c == 0x3009) return ')';
  if ((c == ';' || c == 0xFF1B) && s->grid < 0 && rest.n <= 40 && after.n > 0) return ':';
  if (c == 0x300A && !sv_contains(after, "》") && (sv_contains(after, ")") || sv_contains(after, "）"))) return '(';
  if (c == 0x4E00 && edge && s->grid < 0 && rest.n > 6 && rest.n <= 12 && sv_starts(rest, "一") && sv_ends(rest, "一")) {
    for (size_t i = 3; i < rest.n - 3; i++)
      if (rest.p[i] < '0' || rest.p[i] > '9') return c;
    return 0x2014;
  }
  return c;
}

/* Characters of a word side by side over its width, wide ones twice as wide. */
static int put_text(const struct strip *s, const char *text, float x0, float x1, double dpi, struct layout *l) {
  struct sv t = sv_from(text);
  float scale = (float)(72 / dpi), height = (float)(s->at.y1 - s->at.y0) * scale, middle = (float)(s->at.y0 + s->at.y1) * scale / 2;
  float size = height * (s->digits ? 1.35f : 1.05f), units = 0, at = 0;
  for (size_t i = 0; i < t.n;) units += utf8_next(t, &i) < 0x2E80 ? 1 : 2;
  for (size_t i = 0; i < t.n;) {
    bool edge = i == 0;
    uint32_t c = utf8_next(t, &i);
    float wide = c < 0x2E80 ? 1 : 2;
    c = mended(t, i, c, s, edge || i == t.n);
    struct glyph g = {.size = size, .cp = {c}, .ncp = 1, .order = (uint32_t)l->glyphs.n, .space = c == ' '};
    g.x0 = (x0 + (x1 - x0) * at / units) * scale, g.x1 = (x0 + (x1 - x0) * (at + wide) / units) * scale;
    g.y0 = middle - size / 2, g.y1 = middle + size / 2;
    at += wide;
    if (VEC_PUSH(&l->glyphs, g, GLYPHS_MOST) < 0) return RC_NOMEM;
  }
  return RC_OK;
}

/* The words of a strip in the order of reading. The recogniser's boxes overlap and even change places: words that stand close are spread evenly
 * over what they cover together. Of a number that also closes blanks that were seen in it. */
static int put_words(const struct strips *s, size_t from, size_t to, double dpi, struct layout *l) {
  const struct strip *k = &s->list.v[s->words.v[from].strip];
  float close = (float)s->line * (k->digits ? 1.2f : 0.7f);
  int rc = RC_OK;
  for (size_t i = from; i < to && rc == RC_OK;) {
    char joined[1024] = "";
    size_t end = i, n = 0;
    float x0 = s->words.v[i].x0, x1 = s->words.v[i].x1;
    do {
      size_t more = strlen(s->words.v[end].text);
      if (n + more >= sizeof joined) break;
      memcpy(joined + n, s->words.v[end].text, more + 1);
      n += more;
      x0 = fminf(x0, s->words.v[end].x0), x1 = fmaxf(x1, s->words.v[end].x1);
      end++;
    } while (end < to && s->words.v[end].x0 - x1 < close);
    if (end == i) end = i + 1; /* a word that long is put down as it is */
    rc = put_text(k, n ? joined : s->words.v[i].text, x0, x1, dpi, l);
    i = end;
  }
  return rc;
}

int strips_glyphs(const struct strips *s, double dpi, struct layout *l, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < s->words.n && rc == RC_OK;) {
    size_t end = i + 1;
    while (end < s->words.n && s->words.v[end].strip == s->words.v[i].strip) end++;
    rc = put_words(s, i, end, dpi, l);
    i = end;
  }
  for (size_t i = 0; i < s->list.n && rc == RC_OK; i++)
    if (s->list.v[i].dash) {
      struct strip k = s->list.v[i];
      k.at.y0 -= s->line / 2, k.at.y1 += s->line / 2;
      rc = put_text(&k, "-", (float)k.at.x0, (float)k.at.x1, dpi, l);
    }
  return rc < 0 ? nomem(e) : RC_OK;
}
