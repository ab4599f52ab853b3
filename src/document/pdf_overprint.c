/* pdf_overprint.c: letters drawn twice, a hair apart, to look bold or shadowed: one of each pair goes, or every figure would read double. */
#include "document/pdf_internal.h"

#include <math.h>
#include <stdlib.h>

#define APART 0.1f /* of the font size: nearer than any two letters that are meant to stand side by side */

struct grid {
  uint32_t *slots; /* index of a glyph + 1 */
  size_t mask;
};

static size_t cell_hash(uint32_t cp, int32_t x, int32_t y) {
  uint64_t h = cp * 0x9E3779B97F4A7C15u + (uint32_t)x * 0xC2B2AE3D27D4EB4Fu + (uint32_t)y * 0x165667B19E3779F9u;
  return (size_t)(h ^ h >> 29);
}

static bool same_glyph(const struct glyph *a, const struct glyph *b) {
  if (a->cp[0] != b->cp[0] || a->ncp != b->ncp || fabsf(a->size - b->size) > 0.2f * a->size) return false;
  return fabsf(a->x0 - b->x0) <= APART * a->size && fabsf(a->y1 - b->y1) <= APART * a->size;
}

/* Looks where a twin may lie: in the four cells nearest to the glyph's corner. Cells are 1 pt for letters up to 5 pt high, else more. */
static struct glyph *find_twin(const struct grid *g, struct glyph *glyphs, const struct glyph *a, float cell) {
  int32_t x = (int32_t)floorf(a->x0 / cell - 0.5f), y = (int32_t)floorf(a->y1 / cell - 0.5f);
  for (int i = 0; i < 4; i++) {
    size_t at = cell_hash(a->cp[0], x + (i & 1), y + (i >> 1)) & g->mask;
    for (int tries = 0; g->slots[at] != 0 && tries < 32; tries++, at = (at + 1) & g->mask)
      if (same_glyph(a, &glyphs[g->slots[at] - 1])) return &glyphs[g->slots[at] - 1];
  }
  return NULL;
}

static void grid_insert(struct grid *g, const struct glyph *a, float cell, size_t index) {
  size_t at = cell_hash(a->cp[0], (int32_t)floorf(a->x0 / cell), (int32_t)floorf(a->y1 / cell)) & g->mask;
  for (int tries = 0; tries < 32; tries++, at = (at + 1) & g->mask) {
    if (g->slots[at] != 0) continue;
    g->slots[at] = (uint32_t)index + 1;
    return;
  }
}

void overprint_drop(struct layout *l) {
  if (l->glyphs.n < 2) return;
  struct grid g = {.mask = 63};
  while (g.mask < l->glyphs.n * 2) g.mask = g.mask * 2 + 1;
  g.slots = calloc(g.mask + 1, sizeof *g.slots);
  if (!g.slots) return; /* nothing is lost without */
  size_t kept = 0;
  for (size_t i = 0; i < l->glyphs.n; i++) {
    struct glyph a = l->glyphs.v[i];
    /* Sizes of one line vary a little; the cell may not. Powers of two of a point. */
    float cell = exp2f(ceilf(log2f(fmaxf(a.size, 1) * APART * 2)));
    struct glyph *twin = a.space || a.ncp == 0 ? NULL : find_twin(&g, l->glyphs.v, &a, cell);
    if (twin) {
      twin->bold = twin->bold || (!a.invisible && !twin->invisible);
      twin->invisible = twin->invisible && a.invisible;
      continue;
    }
    l->glyphs.v[kept] = a;
    if (!a.space && a.ncp > 0) grid_insert(&g, &a, cell, kept);
    kept++;
  }
  l->glyphs.n = kept;
  free(g.slots);
}
