/* layout_text.c: from glyphs to text: printed lines, and the text of one cell.
 * Lines are found by the vertical middle of the glyphs, so that sub- and superscripts and mixed fonts stay in their line. */
#include "base/money.h"
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 1 << 20 }; /* bytes of one cell or line */

/* ---- sorting glyph numbers ---- */

static float middle(const struct glyph *g) {
  return (g->y0 + g->y1) / 2;
}

static int by_y(const void *a, const void *b) {
  const struct keyed *p = a, *q = b;
  if (p->y != q->y) return p->y < q->y ? -1 : 1;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return p->order < q->order ? -1 : p->order > q->order;
}

static int by_x(const void *a, const void *b) {
  const struct keyed *p = a, *q = b;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return p->order < q->order ? -1 : p->order > q->order;
}

static int by_order(const void *a, const void *b) {
  const struct keyed *p = a, *q = b;
  return p->order < q->order ? -1 : p->order > q->order;
}

/* Small runs are common (one cell), and mostly in order already. */
static void sort_keyed(struct keyed *v, size_t n, int (*compare)(const void *, const void *)) {
  if (n > 24) {
    qsort(v, n, sizeof *v, compare);
    return;
  }
  for (size_t i = 1; i < n; i++) {
    struct keyed k = v[i];
    size_t j = i;
    for (; j > 0 && compare(&k, &v[j - 1]) < 0; j--) v[j] = v[j - 1];
    v[j] = k;
  }
}

/* ---- one line ---- */

static bool cjk(uint32_t cp) {
  return cp >= 0x2E80;
}

/* A gap wide enough to have been a blank: between Latin words or digits a third of the size, elsewhere a whole character. */
static bool blank_between(const struct glyph *left, const struct glyph *right) {
  float size = fmaxf(left->size, right->size);
  float gap = right->x0 - left->x1;
  bool wide = left->ncp && right->ncp && (cjk(left->cp[left->ncp - 1]) || cjk(right->cp[0]));
  return gap > size * (wide ? 1.0f : 0.3f);
}

static int put_glyph(struct buf *out, const struct glyph *g) {
  char bytes[4];
  if (g->ncp == 0) return buf_puts(out, "\xEF\xBF\xBD");
  for (int i = 0; i < g->ncp && i < 3; i++) {
    uint32_t cp = g->cp[i];
    if (cp < 0x20 || cp == 0x7F) continue;
    buf_add(out, bytes, utf8_put(bytes, cp));
  }
  return out->rc;
}

static int put_line(struct buf *out, const struct glyph *glyphs, const struct line *l) {
  const struct glyph *last = NULL;
  bool blank = false;
  for (size_t i = 0; i < l->n; i++) {
    const struct glyph *g = &glyphs[l->v[i].glyph];
    if (g->space) {
      blank = last != NULL;
      continue;
    }
    if (last && (blank || (!g->vertical && blank_between(last, g)))) buf_putc(out, ' ');
    blank = false;
    put_glyph(out, g);
    last = g;
  }
  return out->rc;
}

static void measure(const struct glyph *g, struct text_run *r, size_t *bold, size_t *seen) {
  if (g->space) return;
  if (*seen == 0) r->box = (struct box){g->x0, g->y0, g->x1, g->y1};
  r->box.x0 = fminf(r->box.x0, g->x0);
  r->box.y0 = fminf(r->box.y0, g->y0);
  r->box.x1 = fmaxf(r->box.x1, g->x1);
  r->box.y1 = fmaxf(r->box.y1, g->y1);
  r->size = fmaxf(r->size, g->size);
  r->invisible = r->invisible || g->invisible;
  r->lost = r->lost || g->ncp == 0;
  *bold += g->bold;
  (*seen)++;
}

/* Cuts glyphs sorted by y into lines; lines[0…] point into v. Returns how many. */
static size_t cut_lines(const struct glyph *glyphs, struct keyed *v, size_t n, struct line *lines) {
  size_t count = 0;
  for (size_t i = 0; i < n;) {
    float at = v[i].y, size = glyphs[v[i].glyph].size;
    double sum = (double)at;
    size_t end = i + 1;
    while (end < n && v[end].y - at <= 0.45f * fmaxf(size, glyphs[v[end].glyph].size)) {
      size = fmaxf(size, glyphs[v[end].glyph].size);
      sum += (double)v[end].y;
      end++;
      at = (float)(sum / (double)(end - i));
    }
    sort_keyed(v + i, end - i, by_x);
    lines[count++] = (struct line){v + i, end - i};
    i = end;
  }
  return count;
}

static struct keyed *make_keys(struct arena *a, const struct glyph *glyphs, const uint32_t *order, size_t n, size_t *vertical) {
  struct keyed *v = ARENA_ARRAY(a, struct keyed, n + 1);
  if (!v) return NULL;
  for (size_t i = 0; i < n; i++) {
    const struct glyph *g = &glyphs[order[i]];
    v[i] = (struct keyed){middle(g), (g->x0 + g->x1) / 2, order[i], g->order};
    *vertical += g->vertical;
  }
  return v;
}

/* ---- the text of a cell ---- */

/* Digits and what stands in numbers only. */
static bool numeric_piece(struct sv s) {
  bool digit = false;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c >= '0' && c <= '9')
      digit = true;
    else if (c != ',' && c != '.' && c != '-' && c != '%' && c != ' ')
      return false;
  }
  return digit;
}

static size_t count_points(struct sv s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) n += s.p[i] == '.';
  return n;
}

/* Two lines of one cell are one number broken in two when together they are a number, and the first is not complete by itself. */
static bool broken_number(struct sv first, struct sv second) {
  if (!numeric_piece(first) || !numeric_piece(second)) return false;
  char joined[128];
  struct number n;
  if (first.n + second.n >= sizeof joined || count_points(first) + count_points(second) > 1) return false;
  memcpy(joined, first.p, first.n);
  memcpy(joined + first.n, second.p, second.n);
  return number_parse((struct sv){joined, first.n + second.n}, &n) == RC_OK && !(count_points(first) == 1 && second.n > 2);
}

static bool digits_only(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n > 0;
}

/* A long code in a narrow column: "208999" over "9", "20805" over "05". */
static bool broken_code(struct sv first, struct sv second) {
  return digits_only(first) && digits_only(second) && first.n >= 4 && second.n <= 3 && (first.n + second.n) % 2 == 1 && second.n < first.n;
}

/* Lines that make a number together but are whole numbers each as well: which of the two was meant cannot be told. */
static bool two_whole_numbers(struct sv first, struct sv second) {
  struct number n;
  if (broken_code(first, second)) return false;
  return !count_points(first) && !count_points(second) && number_parse(first, &n) == RC_OK && number_parse(second, &n) == RC_OK;
}

static bool latin_edge(const struct buf *out, struct sv next) {
  return out->n && next.n && (unsigned char)out->p[out->n - 1] < 0x80 && (unsigned char)next.p[0] < 0x80;
}

/* Two or more complete numbers, and nothing but numbers: two columns fell into one cell. A number with stray blanks inside is one. */
static bool holds_two_numbers(struct sv s) {
  struct number n;
  if (!numeric_piece(s) || number_parse(s, &n) == RC_OK) return false;
  int numbers = 0;
  for (struct sv rest = s; rest.p;) {
    struct sv piece = sv_trim(sv_cut(&rest, ' '));
    if (piece.n && number_parse(piece, &n) == RC_OK) numbers++;
  }
  return numbers >= 2 || count_points(s) > 1;
}

void text_maker_init(struct text_maker *m, struct arena *scratch, struct arena *out) {
  *m = (struct text_maker){.scratch = scratch, .out = out};
  buf_init(&m->all, TEXT_MOST);
  buf_init(&m->one, TEXT_MOST);
}

void text_maker_release(struct text_maker *m) {
  buf_release(&m->all);
  buf_release(&m->one);
}

/* Where the text begins and ends, for judging whether it goes on elsewhere. */
static void measure_ends(const struct glyph *glyphs, const struct line *lines, size_t count, struct text_run *out) {
  bool begun = false;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < lines[i].n; k++) {
      const struct glyph *g = &glyphs[lines[i].v[k].glyph];
      if (g->space) continue;
      if (!begun) {
        out->start = g->x0;
        out->first = g->x1 - g->x0;
      }
      begun = true;
      out->end = g->x1;
    }
}

static int join_lines(struct text_maker *m, const struct glyph *glyphs, const struct line *lines, size_t count, struct text_run *out) {
  struct buf *all = &m->all, *one = &m->one;
  size_t last_start = 0;
  bool ambiguous = false;
  buf_clear(all);
  for (size_t i = 0; i < count && all->rc == RC_OK; i++) {
    buf_clear(one);
    if (put_line(one, glyphs, &lines[i]) < 0) return one->rc;
    struct sv text = sv_trim((struct sv){one->p, one->n});
    if (!text.n) continue;
    struct sv before = {all->n ? all->p + last_start : NULL, all->n - last_start};
    bool number = all->n && broken_number(before, text);
    ambiguous = ambiguous || (number && two_whole_numbers(before, text));
    if (!number && latin_edge(all, text)) buf_putc(all, ' ');
    if (!number) last_start = all->n;
    buf_add(all, text.p, text.n);
  }
  if (all->rc < 0) return all->rc;
  struct sv text = sv_trim((struct sv){all->p, all->n});
  out->text = (struct sv){NULL, text.n};
  if (!text.n) return RC_OK;
  out->text.p = arena_text(m->out, text.p, text.n);
  out->two_numbers = ambiguous || (out->text.p && holds_two_numbers(out->text));
  return out->text.p ? RC_OK : RC_NOMEM;
}

int text_of_cell(struct text_maker *m, const struct glyph *glyphs, const uint32_t *order, size_t n, struct text_run *out) {
  *out = (struct text_run){0};
  if (n == 0) return RC_OK;
  size_t vertical = 0, bold = 0, seen = 0;
  struct keyed *v = make_keys(m->scratch, glyphs, order, n, &vertical);
  struct line *lines = ARENA_ARRAY(m->scratch, struct line, n);
  if (!v || !lines) return RC_NOMEM;
  for (size_t i = 0; i < n; i++) measure(&glyphs[order[i]], out, &bold, &seen);
  out->bold = bold * 2 > seen;
  size_t count = 1;
  if (vertical * 2 > n) { /* written downwards: in the order it was drawn */
    sort_keyed(v, n, by_order);
    lines[0] = (struct line){v, n};
  } else {
    sort_keyed(v, n, by_y);
    count = cut_lines(glyphs, v, n, lines);
  }
  measure_ends(glyphs, lines, count, out);
  return join_lines(m, glyphs, lines, count, out);
}

int text_cut(struct text_maker *m, const struct glyph *glyphs, const uint32_t *order, size_t n, struct line **lines, size_t *count) {
  size_t vertical = 0;
  struct keyed *v = make_keys(m->scratch, glyphs, order, n, &vertical);
  *lines = ARENA_ARRAY(m->scratch, struct line, n + 1);
  if (!v || !*lines) return RC_NOMEM;
  sort_keyed(v, n, by_y);
  *count = cut_lines(glyphs, v, n, *lines);
  return RC_OK;
}

int text_of_line(struct text_maker *m, const struct glyph *glyphs, const struct line *l, struct text_run *out) {
  size_t bold = 0, seen = 0;
  *out = (struct text_run){0};
  for (size_t k = 0; k < l->n; k++) measure(&glyphs[l->v[k].glyph], out, &bold, &seen);
  out->bold = bold * 2 > seen;
  return join_lines(m, glyphs, l, 1, out);
}
