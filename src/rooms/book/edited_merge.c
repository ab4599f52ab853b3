/* edited_merge.c: the derived words of a paragraph are looked for in what it became; what stands between them is the officer's. Where they are not
 * all there, the two texts are compared character by character, and each difference belongs to the words that it touches. A digit that comes to stand
 * beside a figure is part of the figure, never of the officer's words. */
#include "rooms/book/edited_merge.h"

#include "rooms/book/edited_align.h"

#include <stdlib.h>
#include <string.h>

/* Part of a figure as people write it: digits of any width, points, separators, signs, 万 and its like. */
static bool of_figure(uint32_t c) {
  static const uint32_t more[] = {
      '.',   ',', '-', '+', '%', 0x2212, 0xFF0D, 0xFF0E, 0xFF0B, 0xFF05, 0x2030, 0x4E07 /* 万 */, 0x4EBF /* 亿 */, 0x5343 /* 千 */, 0x767E /* 百 */,
      0x5341 /* 十 */};
  if ((c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19)) return true;
  for (size_t i = 0; i < sizeof more / sizeof *more; i++)
    if (c == more[i]) return true;
  return false;
}

static bool digit(uint32_t c) {
  return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

static uint32_t first_point(struct sv s) {
  size_t at = 0;
  return s.n ? utf8_next(s, &at) : 0;
}

static uint32_t last_point(struct sv s) {
  size_t at = s.n;
  while (at > 0 && ((unsigned char)s.p[at - 1] & 0xC0) == 0x80) at--;
  if (at > 0) at--;
  return s.n ? utf8_next(s, &at) : 0;
}

/* Own words that came to touch a figure in another way than before. */
static bool touches(const struct merge_piece *derived, struct sv ours, struct sv theirs, bool behind) {
  uint32_t edge = behind ? last_point(derived->ours) : first_point(derived->ours), was = behind ? first_point(ours) : last_point(ours),
           is = behind ? first_point(theirs) : last_point(theirs);
  bool figure = digit(edge) || edge == '%' || (!behind && (edge == '-' || edge == '+'));
  return figure && was != is && (of_figure(is) || of_figure(was));
}

static bool touching(const struct merge *m) {
  for (int i = 0; i < m->npieces; i++) {
    const struct merge_piece *p = &m->piece[i];
    if (!p->own) continue;
    if (i > 0 && touches(&m->piece[i - 1], p->ours, p->theirs, true)) return true;
    if (i + 1 < m->npieces && touches(&m->piece[i + 1], p->ours, p->theirs, false)) return true;
  }
  return false;
}

/* All derived words are there, in their order: the rest is the officer's. */
static bool split(struct merge *m, struct sv theirs) {
  const struct merge_piece *last = &m->piece[m->npieces - 1];
  size_t at = 0, end = theirs.n;
  if (!last->own) {
    if (theirs.n < last->ours.n || memcmp(theirs.p + theirs.n - last->ours.n, last->ours.p, last->ours.n) != 0) return false;
    end -= last->ours.n;
  }
  for (int i = 0; i < m->npieces; i++) {
    struct merge_piece *p = &m->piece[i];
    if (p->own) {
      size_t found = end;
      if (i + 1 < m->npieces - 1 || (i + 1 < m->npieces && m->piece[i + 1].own)) {
        const char *wanted = arena_text(m->arena, m->piece[i + 1].ours.p, m->piece[i + 1].ours.n);
        size_t step = wanted ? sv_find((struct sv){theirs.p + at, end - at}, wanted) : SIZE_MAX;
        if (step == SIZE_MAX) return false;
        found = at + step;
      }
      p->theirs = (struct sv){theirs.p + at, found - at};
      at = found;
    } else if (i == m->npieces - 1) {
      return at == end;
    } else {
      if (end < at + p->ours.n || memcmp(theirs.p + at, p->ours.p, p->ours.n) != 0) return false;
      at += p->ours.n;
    }
  }
  return at == end;
}

/* ---- by characters ---- */

struct byte_map {
  uint32_t *a, *b;
  int *at_a, *at_b, na, nb, *pair;
};

static void map_free(struct byte_map *x) {
  free(x->a), free(x->b), free(x->at_a), free(x->at_b), free(x->pair);
}

static struct sv part(struct sv s, const int *at, int from, int to) {
  return (struct sv){s.p + at[from], (size_t)(at[to] - at[from])};
}

/* A stretch of ours with a few characters around it, and the figure in it. */
static void change_add(struct merge *m, const struct byte_map *x, struct sv ours, struct sv theirs, int i, int i_end, int j, int j_end) {
  int before = i, after = i_end, figure = i, figure_end = i_end, j_before = j, j_after = j_end;
  if (m->nchanges == MERGE_CHANGES) return;
  while (before > 0 && i - before < 8) before--;
  while (after < x->na && after - i_end < 8) after++;
  while (j_before > 0 && j - j_before < 8) j_before--;
  while (j_after < x->nb && j_after - j_end < 8) j_after++;
  while (figure > 0 && (digit(x->a[figure - 1]) || x->a[figure - 1] == '.' || x->a[figure - 1] == ',')) figure--;
  while (figure_end < x->na && (digit(x->a[figure_end]) || x->a[figure_end] == '.' || x->a[figure_end] == ',')) figure_end++;
  struct merge_change *c = &m->change[m->nchanges++];
  c->ours = part(ours, x->at_a, before, after), c->theirs = part(theirs, x->at_b, j_before, j_after);
  bool has = false;
  for (int k = i; k < i_end; k++) has = has || digit(x->a[k]);
  for (int k = j; k < j_end; k++) has = has || digit(x->b[k]);
  while (has && figure < figure_end && !digit(x->a[figure])) figure++;
  while (has && figure_end > figure && !digit(x->a[figure_end - 1])) figure_end--;
  c->number = has;
  if (has) c->figure = part(ours, x->at_a, figure, figure_end);
}

/* The piece that a difference lies in; -1: in several. An insertion at an edge is the officer's, unless it makes another figure. */
static int owner_of(const struct merge *m, const struct byte_map *x, const int *first, int i, int i_end, int j, int j_end) {
  int lo = 0, hi = 0;
  while (lo + 1 < m->npieces && first[lo + 1] <= i) lo++;
  if (i == i_end) {
    bool edge = first[lo] == i && lo > 0;
    bool left = edge && m->piece[lo - 1].own, right = m->piece[lo].own;
    if (!edge || left == right) return lo;
    int derived = left ? lo : lo - 1;
    uint32_t c = left ? (i < x->na ? x->a[i] : 0) : x->a[i - 1], added = left ? x->b[j_end - 1] : x->b[j];
    return digit(c) && of_figure(added) ? derived : left ? lo - 1 : lo;
  }
  hi = lo;
  while (hi + 1 < m->npieces && first[hi + 1] < i_end) hi++;
  return lo == hi ? lo : -1;
}

static void piece_put(struct merge *m, struct buf *own, int owner, struct sv text) {
  if (owner >= 0 && m->piece[owner].own) buf_add(&own[owner], text.p, text.n);
}

static void differences(struct merge *m, struct byte_map *x, const int *first, struct sv ours, struct sv theirs, struct buf *own) {
  int piece = 0;
  for (int i = 0, j = 0; i < x->na || j < x->nb;) {
    if (i < x->na && x->pair[i] == j) {
      while (piece + 1 < m->npieces && first[piece + 1] <= i) piece++;
      piece_put(m, own, piece, part(ours, x->at_a, i, i + 1));
      i++, j++;
      continue;
    }
    int i_end = i;
    while (i_end < x->na && x->pair[i_end] < 0) i_end++;
    int j_end = i_end < x->na ? x->pair[i_end] : x->nb, owner = owner_of(m, x, first, i, i_end, j, j_end);
    if (owner < 0) m->mixed = true;
    if (owner >= 0 && m->piece[owner].own)
      piece_put(m, own, owner, part(theirs, x->at_b, j, j_end));
    else
      change_add(m, x, ours, theirs, i, i_end, j, j_end);
    i = i_end, j = j_end;
  }
}

static int by_characters(struct merge *m, struct sv ours, struct sv theirs, struct err *e) {
  struct byte_map x = {0};
  x.a = text_points(ours, &x.at_a, &x.na);
  x.b = x.a ? text_points(theirs, &x.at_b, &x.nb) : NULL;
  x.pair = x.b ? calloc((size_t)x.na + 1, sizeof *x.pair) : NULL;
  int *first = calloc((size_t)m->npieces + 1, sizeof *first);
  struct buf *own = calloc((size_t)m->npieces + 1, sizeof *own);
  int rc = x.pair && first && own ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0, n = 0; rc == RC_OK && i < m->npieces; i++) {
    first[i] = n, n += (int)utf8_length(m->piece[i].ours);
    buf_init(&own[i], 1 << 20);
  }
  if (rc == RC_OK && align_text(x.a, x.na, x.b, x.nb, x.pair))
    differences(m, &x, first, ours, theirs, own);
  else
    m->mixed = true;
  for (int i = 0; rc == RC_OK && i < m->npieces; i++) {
    const char *kept = m->piece[i].own ? arena_text(m->arena, own[i].p ? own[i].p : "", own[i].n) : "";
    if (!kept || own[i].rc < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    if (m->piece[i].own) m->piece[i].theirs = (struct sv){kept, own[i].n};
  }
  for (int i = 0; own && i < m->npieces; i++) buf_release(&own[i]);
  map_free(&x);
  free(first), free(own);
  return rc;
}

int merge_paragraph(struct merge *m, struct sv theirs, struct err *e) {
  struct buf ours;
  m->nchanges = 0, m->mixed = false;
  if (m->npieces == 0) return RC_OK;
  if (split(m, theirs) && !touching(m)) return RC_OK;
  buf_init(&ours, 1 << 22);
  for (int i = 0; i < m->npieces; i++) buf_add(&ours, m->piece[i].ours.p, m->piece[i].ours.n);
  const char *kept = arena_text(m->arena, ours.p ? ours.p : "", ours.n);
  struct sv all = {kept, ours.n};
  buf_release(&ours);
  int rc = kept ? by_characters(m, all, theirs, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK && !m->mixed && touching(m)) m->mixed = true;
  if (rc == RC_OK && m->mixed && m->nchanges == 0) m->change[m->nchanges++] = (struct merge_change){.ours = all, .theirs = theirs};
  for (int i = 0; m->mixed && i < m->npieces; i++) m->piece[i].theirs = m->piece[i].ours;
  return rc;
}
