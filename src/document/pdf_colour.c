/* pdf_colour.c: colour spaces, as nearly as it takes to tell white from what shows. */
#include "document/pdf_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool colour_is_white(struct colour c) {
  return c.r >= 0.985f && c.g >= 0.985f && c.b >= 0.985f;
}

static float unit(double v) {
  return v < 0 ? 0 : v > 1 ? 1 : (float)v;
}

static struct colour colour_of(enum space_kind kind, const double *v, int n) {
  double w[4] = {0};
  for (int i = 0; i < n && i < 4; i++) w[i] = v[i];
  switch (kind) {
  case SPACE_GRAY: return (struct colour){unit(w[0]), unit(w[0]), unit(w[0])};
  case SPACE_RGB: return (struct colour){unit(w[0]), unit(w[1]), unit(w[2])};
  case SPACE_CMYK: return (struct colour){unit(1 - w[0] - w[3]), unit(1 - w[1] - w[3]), unit(1 - w[2] - w[3])};
  case SPACE_LAB: return (struct colour){unit(w[0] / 100), unit(w[0] / 100), unit(w[0] / 100)};
  case SPACE_NONE: return (struct colour){1, 1, 1};
  case SPACE_TINT: { /* amounts of ink */
    double ink = 0;
    for (int i = 0; i < n; i++) ink = fmax(ink, v[i]);
    return (struct colour){unit(1 - ink), unit(1 - ink), unit(1 - ink)};
  }
  case SPACE_INDEXED:
  case SPACE_PATTERN:
  default: return (struct colour){0.5f, 0.5f, 0.5f}; /* something is drawn */
  }
}

static int base_components(enum space_kind kind) {
  return kind == SPACE_GRAY || kind == SPACE_TINT ? 1 : kind == SPACE_CMYK ? 4 : 3;
}

struct colour colour_from(const struct space *s, const double *v, int n) {
  if (s->kind != SPACE_INDEXED) return colour_of(s->kind, v, n);
  int c = base_components(s->base);
  double w[4] = {0}, index = n > 0 ? v[0] : 0;
  if (!s->palette || index < 0 || (index + 1) * c > (double)s->npalette) return colour_of(SPACE_INDEXED, NULL, 0);
  for (int i = 0; i < c; i++) w[i] = s->palette[(size_t)index * (size_t)c + (size_t)i] / 255.0 * (s->base == SPACE_LAB && i == 0 ? 100 : 1);
  return colour_of(s->base, w, c);
}

static bool space_by_name(const char *name, struct space *out) {
  static const struct {
    const char *name;
    enum space_kind kind;
    int components;
  } spaces[] = {{"DeviceGray", SPACE_GRAY, 1}, {"G", SPACE_GRAY, 1},     {"CalGray", SPACE_GRAY, 1},    {"DeviceRGB", SPACE_RGB, 3},
                {"RGB", SPACE_RGB, 3},         {"CalRGB", SPACE_RGB, 3}, {"DeviceCMYK", SPACE_CMYK, 4}, {"CMYK", SPACE_CMYK, 4},
                {"CalCMYK", SPACE_CMYK, 4},    {"Lab", SPACE_LAB, 3},    {"Pattern", SPACE_PATTERN, 0}};
  for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
    if (strcmp(name, spaces[i].name) != 0) continue;
    *out = (struct space){.kind = spaces[i].kind, .components = spaces[i].components};
    return true;
  }
  return false;
}

static struct space space_icc(struct interpreter *in, qpdf_oh stream) {
  int n = (int)pdf_key_number(in->pdf, stream, "/N", 3);
  return (struct space){.kind = n == 1 ? SPACE_GRAY : n == 4 ? SPACE_CMYK : SPACE_RGB, .components = n == 1 || n == 4 ? n : 3};
}

static struct space space_indexed(struct interpreter *in, qpdf_oh o, int depth) {
  struct pdf *p = in->pdf;
  struct space base = colour_space_read(in, qpdf_oh_get_array_item(p->q, o, 1), depth + 1), s = {.kind = SPACE_INDEXED, .components = 1};
  qpdf_oh lookup = qpdf_oh_get_array_item(p->q, o, 3);
  const char *bytes = NULL;
  size_t n = 0;
  s.base = base.kind;
  free(base.palette);
  if (qpdf_oh_is_stream(p->q, lookup)) {
    struct pdf_bytes b;
    bool damaged = false;
    if (pdf_stream(p, lookup, &b, &damaged, NULL) == RC_OK) {
      s.palette = b.p;
      s.npalette = b.n;
    }
  } else if (qpdf_oh_get_value_as_string(p->q, lookup, &bytes, &n) && n > 0 && n <= 4096) {
    s.palette = malloc(n);
    if (s.palette) memcpy(s.palette, bytes, n);
    s.npalette = s.palette ? n : 0;
  }
  return s;
}

struct space colour_space_read(struct interpreter *in, qpdf_oh o, int depth) {
  struct pdf *p = in->pdf;
  struct space s = {.kind = SPACE_PATTERN};
  char name[64];
  if (depth > 4) return s;
  if (pdf_name(p, o, name, sizeof name)) {
    (void)space_by_name(name, &s);
    return s;
  }
  int n = pdf_items(p, o);
  if (n < 1 || !pdf_name(p, qpdf_oh_get_array_item(p->q, o, 0), name, sizeof name)) return s;
  if (n >= 2 && !strcmp(name, "ICCBased")) return space_icc(in, qpdf_oh_get_array_item(p->q, o, 1));
  if (n >= 4 && (!strcmp(name, "Indexed") || !strcmp(name, "I"))) return space_indexed(in, o, depth);
  if (n >= 2 && (!strcmp(name, "Separation") || !strcmp(name, "DeviceN"))) {
    qpdf_oh names = qpdf_oh_get_array_item(p->q, o, 1);
    bool none = pdf_name_is(p, names, "/None");
    int m = pdf_items(p, names);
    return (struct space){.kind = none ? SPACE_NONE : SPACE_TINT, .components = m > 0 ? m : 1};
  }
  (void)space_by_name(name, &s);
  return s;
}

struct space colour_space_named(struct interpreter *in, const struct token *name) {
  struct space s = {.kind = SPACE_PATTERN};
  char text[64], key[80];
  if (name->n >= sizeof text) return s;
  memcpy(text, name->p, name->n);
  text[name->n] = '\0';
  if (space_by_name(text, &s)) return s;
  (void)snprintf(key, sizeof key, "/%s", text);
  return colour_space_read(in, pdf_key(in->pdf, pdf_key(in->pdf, in->frame->resources, "/ColorSpace"), key), 0);
}
