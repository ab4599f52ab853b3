/* pdf_text.c: text showing: strings to glyph boxes, and marked content with replacement text. */
#include "document/pdf_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One height for all fonts, in ems: descriptors disagree wildly about ascent and descent, and boxes of one line should agree. */
#define ASCENT  0.88
#define DESCENT -0.12

void text_move(struct interpreter *in, double x, double y) {
  in->line = matrix_multiply((struct matrix){1, 0, 0, 1, x, y}, in->line);
  in->text = in->line;
}

static void text_advance(struct interpreter *in, double x, double y) {
  in->text.e += x * in->text.a + y * in->text.c;
  in->text.f += x * in->text.b + y * in->text.d;
}

void text_adjust(struct interpreter *in, double thousandths) {
  double by = -thousandths / 1000 * in->g.size;
  if (in->g.font && in->g.font->vertical)
    text_advance(in, 0, by);
  else
    text_advance(in, by * in->g.scale, 0);
}

static bool is_space(uint32_t cp) {
  return cp == ' ' || cp == 0xA0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200B) || (cp >= 9 && cp <= 13) || cp == 0x202F || cp == 0xFEFF;
}

/* What the mode and colour make of text: not drawn, or drawn white on white. */
static bool text_invisible(struct interpreter *in, double x, double y) {
  bool stroked = in->g.mode == 1 || in->g.mode == 5;
  if (in->g.mode == 3 || in->g.mode >= 7) return true;
  if ((stroked ? in->g.stroke_alpha : in->g.fill_alpha) < 0.02f) return true;
  return colour_is_white(stroked ? in->g.stroke : in->g.fill) && !rect_on_dark(in, x, y);
}

/* em: the glyph's box in text space units already multiplied by the size; m: text space to display. */
static void glyph_add(struct interpreter *in, const struct matrix *m, struct rect em, double size, uint32_t code, size_t bytes) {
  struct rect box = matrix_box(*m, em);
  double x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
  struct rect clip = in->g.clip;
  if (!(x >= clip.x0 && x <= clip.x1 && y >= clip.y0 && y <= clip.y1)) return; /* also false for what is not a number */
  struct pdf_font *f = in->g.font;
  struct glyph g = {.x0 = (float)box.x0, .y0 = (float)box.y0, .x1 = (float)box.x1, .y1 = (float)box.y1, .size = (float)size};
  g.ncp = (uint8_t)font_unicode(f, code, bytes, g.cp);
  g.space = g.ncp == 1 && is_space(g.cp[0]);
  if (g.ncp == 1 && !g.space && (g.cp[0] < 0x20 || g.cp[0] == 0xFFFD || (g.cp[0] >= 0x7F && g.cp[0] < 0xA0))) g.ncp = 0;
  g.bold = f->bold || in->g.mode == 2;
  g.vertical = f->vertical || fabs(m->b) > fabs(m->a);
  g.invisible = text_invisible(in, x, y);
  g.order = in->order++;
  if (g.ncp == 0) in->out->unmapped++;
  if (VEC_PUSH(&in->out->glyphs, g, PDF_GLYPHS_MAX) < 0) in->out->damaged = true;
}

void text_show(struct interpreter *in, const unsigned char *s, size_t n) {
  struct pdf_font *f = in->g.font;
  if (n == 0) return;
  if (!f) { /* the font is missing or damaged: what it would have shown is lost, and that is said */
    in->out->damaged = true;
    return;
  }
  double size = in->g.size, scale = in->g.scale;
  struct matrix trm = matrix_multiply(in->text, in->g.ctm);
  double shown = fabs(size) * hypot(trm.c, trm.d);
  bool drawn = in->hidden == 0 && shown > 0.1 && shown < 5000;
  if (n > PDF_GLYPHS_MAX) {
    n = PDF_GLYPHS_MAX;
    in->out->damaged = true;
  }
  for (size_t at = 0; at < n && in->out->glyphs.n < PDF_GLYPHS_MAX;) {
    uint32_t code = 0;
    size_t bytes = font_code(f, s + at, n - at, &code);
    if (bytes == 0) break;
    at += bytes;
    double width = (double)font_width(f, code, bytes) * (double)f->width_scale * size;
    double extra = in->g.char_space + (bytes == 1 && code == ' ' ? in->g.word_space : 0), dx = 0, dy = 0;
    struct rect em = {0, DESCENT * size + in->g.rise, width * scale, ASCENT * size + in->g.rise};
    if (f->vertical) {
      const struct pdf_vertical *v = font_vertical(f, code, bytes);
      double down = (double)(v ? v->advance : f->v_default) / 1000 * size, vx = v ? (double)v->vx / 1000 * size : width / 2;
      em = (struct rect){-vx * scale, down, (width - vx) * scale, 0};
      dy = down + (down < 0 ? -extra : extra);
    } else {
      dx = (width + extra) * scale;
    }
    if (drawn) glyph_add(in, &trm, em, shown, code, bytes);
    text_advance(in, dx, dy);
    trm.e += dx * trm.a + dy * trm.c;
    trm.f += dx * trm.b + dy * trm.d;
  }
}

/* ---- marked content ---- */

#define MARKS_MAX  4096
#define ACTUAL_MAX 8192

/* A text string of PDF: UTF-16BE or UTF-8 with their marks, else PDFDocEncoding (which is WinAnsi but for a few signs). */
static size_t text_string(const unsigned char *p, size_t n, uint32_t *out, size_t max) {
  size_t count = 0;
  if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF) {
    for (size_t i = 2; i + 1 < n && count < max; i += 2) {
      uint32_t u = (uint32_t)p[i] << 8 | p[i + 1];
      if (u >= 0xD800 && u < 0xDC00 && i + 3 < n) {
        u = 0x10000 + ((u - 0xD800) << 10) + ((((uint32_t)p[i + 2] << 8 | p[i + 3]) - 0xDC00) & 0x3FF);
        i += 2;
      }
      out[count++] = u;
    }
  } else if (n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF) {
    struct sv s = {(const char *)p, n};
    for (size_t at = 3; at < n && count < max;) out[count++] = utf8_next(s, &at);
  } else {
    for (size_t i = 0; i < n && count < max; i++) out[count++] = encoding_unicode(ENCODING_WINANSI, p[i]);
  }
  return count;
}

int mark_begin(struct interpreter *in, const unsigned char *actual, size_t n, bool has_actual, bool hides) {
  struct mark m = {.hides = hides, .actual = has_actual, .first_glyph = in->out->glyphs.n};
  if (has_actual && n > 0 && in->actual == 0) {
    size_t max = n < ACTUAL_MAX ? n : ACTUAL_MAX;
    m.text = malloc(max * sizeof *m.text);
    if (!m.text) return RC_NOMEM;
    m.ntext = text_string(actual, n, m.text, max);
  }
  if (VEC_PUSH(&in->marks, m, MARKS_MAX) < 0) {
    free(m.text);
    return RC_LIMIT;
  }
  in->hidden += hides;
  in->actual += has_actual;
  return RC_OK;
}

static void glyph_set(struct glyph *g, const uint32_t *cp, size_t n) {
  g->ncp = (uint8_t)(n < 3 ? n : 3);
  memcpy(g->cp, cp, g->ncp * sizeof *cp);
  g->space = n > 0;
  for (size_t i = 0; i < g->ncp; i++) g->space = g->space && is_space(cp[i]);
}

static void recount_unmapped(struct layout *l, size_t from) {
  for (size_t i = from; i < l->glyphs.n; i++) l->unmapped += l->glyphs.v[i].ncp == 0 ? 1 : 0;
}

/* Gives the glyphs since m began the replacement text: one to one where the counts agree, else shared out evenly; more characters
 * than glyphs can hold make new boxes by dividing the last glyph's. */
static void mark_replace(struct interpreter *in, const struct mark *m) {
  struct layout *l = in->out;
  size_t first = m->first_glyph, n = l->glyphs.n - first;
  if (l->glyphs.n <= first) return;
  struct glyph *g = l->glyphs.v + first;
  for (size_t i = 0; i < n; i++) l->unmapped -= g[i].ncp == 0 ? 1 : 0;
  if (m->ntext <= n) {
    size_t kept = 0;
    for (size_t i = 0; i < m->ntext; i++) {
      size_t from = i * n / m->ntext, to = (i + 1) * n / m->ntext;
      struct glyph joined = g[from];
      for (size_t k = from + 1; k < to; k++) {
        joined.x1 = fmaxf(joined.x1, g[k].x1);
        joined.x0 = fminf(joined.x0, g[k].x0);
      }
      glyph_set(&joined, m->text + i, 1);
      g[kept++] = joined;
    }
    l->glyphs.n = first + kept;
  } else {
    size_t each = m->ntext / n;
    for (size_t i = 0; i + 1 < n; i++) glyph_set(&g[i], m->text + i * each, each);
    size_t at = each * (n - 1), left = m->ntext - at;
    struct glyph last = g[n - 1];
    l->glyphs.n--;
    for (size_t i = 0; i < left; i++) {
      struct glyph part = last;
      part.x0 = last.x0 + (last.x1 - last.x0) * (float)i / (float)left;
      part.x1 = last.x0 + (last.x1 - last.x0) * (float)(i + 1) / (float)left;
      part.order = in->order++;
      glyph_set(&part, m->text + at + i, 1);
      if (VEC_PUSH(&l->glyphs, part, PDF_GLYPHS_MAX) < 0) break;
    }
  }
  recount_unmapped(l, first);
}

void mark_end(struct interpreter *in) {
  if (in->marks.n == 0) return;
  struct mark m = in->marks.v[--in->marks.n];
  in->hidden -= m.hides;
  in->actual -= m.actual;
  if (m.actual && in->actual == 0) mark_replace(in, &m);
  free(m.text);
}

void mark_end_all(struct interpreter *in, size_t keep) {
  while (in->marks.n > keep) mark_end(in);
}
