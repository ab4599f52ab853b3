/* pairs.c: a map from three numbers to where they first stand and how often: so that no look-up walks over a whole book. */
#include "rule/rule_internal.h"

#include <stdlib.h>

enum { PAIRS_FIRST = 64, PAIRS_MOST = 1 << 24 };

static size_t slot_for(const struct pairs *p, uint32_t a, uint32_t b, uint32_t c) {
  uint64_t h = ((uint64_t)a * 0x9E3779B97F4A7C15u) ^ ((uint64_t)b * 0xC2B2AE3D27D4EB4Fu) ^ ((uint64_t)c * 0x165667B19E3779F9u);
  size_t mask = p->size - 1, at = (size_t)(h >> 20) & mask;
  while (p->v[at].count > 0 && (p->v[at].a != a || p->v[at].b != b || p->v[at].c != c)) at = (at + 1) & mask;
  return at;
}

static int grow(struct pairs *p) {
  struct pairs bigger = {.size = p->size ? p->size * 2 : PAIRS_FIRST, .n = p->n};
  if (bigger.size > PAIRS_MOST) return RC_LIMIT;
  bigger.v = calloc(bigger.size, sizeof *bigger.v);
  if (!bigger.v) return RC_NOMEM;
  for (size_t i = 0; i < p->size; i++)
    if (p->v[i].count > 0) bigger.v[slot_for(&bigger, p->v[i].a, p->v[i].b, p->v[i].c)] = p->v[i];
  free(p->v);
  *p = bigger;
  return RC_OK;
}

int pairs_add(struct pairs *p, uint32_t a, uint32_t b, uint32_t c, int32_t where) {
  int rc = p->n * 2 >= p->size ? grow(p) : RC_OK;
  if (rc < 0) return rc;
  struct pair *x = &p->v[slot_for(p, a, b, c)];
  if (x->count++ == 0) {
    x->a = a, x->b = b, x->c = c, x->first = where;
    p->n++;
  }
  return RC_OK;
}

const struct pair *pairs_find(const struct pairs *p, uint32_t a, uint32_t b, uint32_t c) {
  const struct pair *x = p->size ? &p->v[slot_for(p, a, b, c)] : NULL;
  return x && x->count > 0 ? x : NULL;
}

void pairs_release(struct pairs *p) {
  free(p->v);
  *p = (struct pairs){0};
}
