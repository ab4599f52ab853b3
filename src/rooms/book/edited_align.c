/* edited_align.c: longest common subsequence of lines (equal ends first), and the likest pairs in what is left between. */
#include "rooms/book/edited_align.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_MOST = 40 << 20, LINES_MOST = 60000, GAP_MOST = 400000, LIKE_LEAST = 300, POINTS_MOST = 3000 };

static bool same(const struct align_item *a, const struct align_item *b) {
  return a->kind == b->kind && sv_equal(a->key, b->key);
}

/* ---- common subsequence ---- */

/* longest[i][j] of the tails from i and j, in rows of nb + 1. */
static void walk(const uint16_t *longest, int na, int nb, int from, int *pair, bool (*equal)(const void *, int, int), const void *what, int shift) {
  for (int i = 0, j = 0; i < na && j < nb;) {
    size_t at = (size_t)i * ((size_t)nb + 1) + (size_t)j;
    if (equal(what, i, j))
      pair[from + i] = shift + j, i++, j++;
    else if (longest[at + (size_t)nb + 1] >= longest[at + 1])
      i++;
    else
      j++;
  }
}

static bool subsequence(int na, int nb, int from, int *pair, bool (*equal)(const void *, int, int), const void *what, int shift) {
  if (na > LINES_MOST || nb > LINES_MOST || (int64_t)(na + 1) * (nb + 1) > TABLE_MOST) return false;
  uint16_t *longest = calloc((size_t)(na + 1) * (size_t)(nb + 1), sizeof *longest);
  if (!longest) return false;
  for (int i = na - 1; i >= 0; i--)
    for (int j = nb - 1; j >= 0; j--) {
      uint16_t *here = &longest[(size_t)i * ((size_t)nb + 1) + (size_t)j];
      const uint16_t *below = here + nb + 1;
      *here = equal(what, i, j) ? (uint16_t)(below[1] + 1) : below[0] > here[1] ? below[0] : here[1];
    }
  walk(longest, na, nb, from, pair, equal, what, shift);
  free(longest);
  return true;
}

struct lines {
  const struct align_item *a, *b;
};
static bool lines_equal(const void *what, int i, int j) {
  const struct lines *l = what;
  return same(&l->a[i], &l->b[j]);
}

struct points {
  const uint32_t *a, *b;
};
static bool points_equal(const void *what, int i, int j) {
  const struct points *p = what;
  return p->a[i] == p->b[j];
}

bool align_text(const uint32_t *a, int na, const uint32_t *b, int nb, int *pair) {
  int head = 0, end = 0;
  for (int i = 0; i < na; i++) pair[i] = -1;
  while (head < na && head < nb && a[head] == b[head]) pair[head] = head, head++;
  while (end < na - head && end < nb - head && a[na - 1 - end] == b[nb - 1 - end]) pair[na - 1 - end] = nb - 1 - end, end++;
  struct points p = {a + head, b + head};
  return subsequence(na - head - end, nb - head - end, head, pair, points_equal, &p, head);
}

uint32_t *text_points(struct sv s, int **at, int *n) {
  uint32_t *v = calloc(s.n + 1, sizeof *v);
  *at = calloc(s.n + 2, sizeof **at), *n = 0;
  if (!v || !*at) {
    free(v), free(*at);
    return NULL;
  }
  for (size_t k = 0; k < s.n; ++*n) {
    (*at)[*n] = (int)k;
    v[*n] = utf8_next(s, &k);
  }
  (*at)[*n] = (int)s.n;
  return v;
}

/* ---- likeness ---- */

static int by_value(const void *a, const void *b) {
  const uint64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

/* Pairs of neighbouring characters. */
static int pairs_of(struct sv s, uint64_t *out) {
  uint32_t before = 0;
  int n = 0;
  for (size_t at = 0; at < s.n && n < POINTS_MOST;) {
    uint32_t c = utf8_next(s, &at);
    out[n++] = (uint64_t)before << 32 | c;
    before = c;
  }
  qsort(out, (size_t)n, sizeof *out, by_value);
  return n;
}

/* In thousandths; -1: never the same. A table is taken for a table however little of it is left. */
static int likeness(const struct align_item *a, const struct align_item *b, uint64_t *x, uint64_t *y) {
  if (a->kind != b->kind) return -1;
  int n = pairs_of(a->key, x), m = pairs_of(b->key, y), common = 0;
  for (int i = 0, j = 0; i < n && j < m;) {
    if (x[i] == y[j])
      common++, i++, j++;
    else if (x[i] < y[j])
      i++;
    else
      j++;
  }
  int like = n + m ? 2000 * common / (n + m) : 1000;
  return a->kind != 0 && like < LIKE_LEAST ? LIKE_LEAST : like;
}

/* The pairs of a gap that are most like each other in all, in order. */
static bool gap_pair(const struct align_item *a, int na, const struct align_item *b, int nb, int *pair, int shift) {
  size_t wide = (size_t)nb + 1;
  int *best = calloc((size_t)(na + 1) * wide, sizeof *best), *like = calloc((size_t)na * (size_t)nb + 1, sizeof *like);
  uint64_t *room = calloc(2 * POINTS_MOST, sizeof *room);
  for (int i = na - 1; best && like && room && i >= 0; i--)
    for (int j = nb - 1; j >= 0; j--) {
      int l = like[i * nb + j] = likeness(&a[i], &b[j], room, room + POINTS_MOST);
      int *here = &best[(size_t)i * wide + (size_t)j], with = l >= LIKE_LEAST ? here[wide + 1] + l : -1;
      *here = here[1] > here[wide] ? here[1] : here[wide];
      if (with > *here) *here = with;
    }
  bool done = best && like && room;
  for (int i = 0, j = 0; done && i < na && j < nb;) {
    int *here = &best[(size_t)i * wide + (size_t)j];
    if (*here == here[wide])
      i++;
    else if (*here == here[1])
      j++;
    else
      pair[i] = shift + j, i++, j++;
  }
  free(best), free(like), free(room);
  return done;
}

static void gaps_fill(const struct align_item *a, int na, const struct align_item *b, int nb, int *pair) {
  for (int i = 0, j = 0; i <= na; i++) {
    if (i < na && pair[i] < 0) continue;
    int end = i < na ? pair[i] : nb, from = i;
    while (from > 0 && pair[from - 1] < 0) from--;
    if (i > from && end > j && (int64_t)(i - from) * (end - j) <= GAP_MOST) gap_pair(a + from, i - from, b + j, end - j, pair + from, j);
    if (i < na) j = pair[i] + 1;
  }
}

int align_items(const struct align_item *a, int na, const struct align_item *b, int nb, int *pair, struct err *e) {
  int head = 0, end = 0;
  for (int i = 0; i < na; i++) pair[i] = -1;
  while (head < na && head < nb && same(&a[head], &b[head])) pair[head] = head, head++;
  while (end < na - head && end < nb - head && same(&a[na - 1 - end], &b[nb - 1 - end])) pair[na - 1 - end] = nb - 1 - end, end++;
  struct lines l = {a + head, b + head};
  if (!subsequence(na - head - end, nb - head - end, head, pair, lines_equal, &l, head))
    return err_set(e, RC_LIMIT, "%s", tr("两份文件差得太多，比不了", "the two documents differ too much to be compared"));
  gaps_fill(a, na, b, nb, pair);
  return RC_OK;
}
