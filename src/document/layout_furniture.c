/* layout_furniture.c: which lines are page numbers, running heads and feet: they belong to the page, not to what is printed on it. */
#include "document/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float MARGIN = 0.13f; /* share of the page's height, at top and bottom, where furniture stands */
static const float DRIFT = 6.0f;   /* points that a running head may move between pages */
enum { PAGES_LEAST = 3, WORDS_MOST = 160 };

static bool in_margin(const struct element *el) {
  const struct box *b = &el->line.place.box;
  return b->y1 < el->page_height * MARGIN || b->y0 > el->page_height * (1 - MARGIN);
}

/* "12", "- 12 -", "— 3 —", "第 3 页", "3/20", "第3页 共20页", "Page 3 of 20", "iv". */
static bool page_number(struct sv s) {
  static const char *const around[] = {"第", "页", "共", "—", "–", "－", "·", "•", "―", "Page", "page", "of"};
  int numbers = 0, digits = 0;
  bool roman = s.n > 0 && s.n <= 6;
  for (size_t i = 0; i < s.n; i++) roman = roman && strchr("ivxIVX", s.p[i]);
  if (roman) return true;
  for (size_t i = 0; i < s.n;) {
    char c = s.p[i];
    if (c >= '0' && c <= '9') {
      numbers += digits == 0;
      if (++digits > 4) return false;
      i++;
      continue;
    }
    digits = 0;
    size_t step = strchr(" -/|~", c) ? 1 : 0;
    for (size_t k = 0; k < sizeof around / sizeof *around && !step; k++)
      if (sv_starts((struct sv){s.p + i, s.n - i}, around[k])) step = strlen(around[k]);
    if (!step) return false;
    i += step;
  }
  return numbers >= 1 && numbers <= 2;
}

/* ---- what stands at the same height on page after page ---- */

struct candidate {
  uint64_t hash;
  float y;
  int page;
  size_t element;
};

/* Digits aside: a running foot may hold the page's number. */
static uint64_t hash_words(struct sv s) {
  uint64_t h = 1469598103934665603u;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if ((c >= '0' && c <= '9') || c == ' ') continue;
    h = (h ^ (unsigned char)c) * 1099511628211u;
  }
  return h;
}

static int by_words(const void *a, const void *b) {
  const struct candidate *p = a, *q = b;
  if (p->hash != q->hash) return p->hash < q->hash ? -1 : 1;
  if (p->y != q->y) return p->y < q->y ? -1 : 1;
  return p->page < q->page ? -1 : p->page > q->page;
}

static int distinct_pages(const struct candidate *v, size_t n) {
  int first = v[0].page, last = v[0].page, pages = 1;
  for (size_t i = 1; i < n; i++) { /* sorted by height: pages come in any order, but a running head stands once on each */
    first = v[i].page < first ? v[i].page : first;
    last = v[i].page > last ? v[i].page : last;
    pages += v[i].page != v[i - 1].page;
  }
  return last - first + 1 < pages ? last - first + 1 : pages;
}

/* A title that is printed again over the parts of one table repeats too, but not on most pages. */
static void mark_running(struct flow *f, struct candidate *v, size_t n, int pages) {
  qsort(v, n, sizeof *v, by_words);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && v[end].hash == v[i].hash && v[end].y - v[end - 1].y <= DRIFT) end++;
    int on = distinct_pages(v + i, end - i);
    if (on >= PAGES_LEAST && on * 2 > pages)
      for (size_t k = i; k < end; k++) f->elements.v[v[k].element].furniture = true;
    i = end;
  }
}

void furniture_mark(struct flow *f) {
  size_t n = 0;
  struct candidate *v = ARENA_ARRAY(&f->scratch, struct candidate, f->elements.n + 1);
  for (size_t i = 0; i < f->elements.n; i++) {
    struct element *el = &f->elements.v[i];
    if (el->part >= 0 || !in_margin(el)) continue;
    if (page_number(el->line.text))
      el->furniture = true;
    else if (v && el->line.text.n <= WORDS_MOST)
      v[n++] = (struct candidate){hash_words(el->line.text), el->line.place.box.y0, el->page, i};
  }
  if (n > 1) mark_running(f, v, n, (int)f->b->pages.n);
  arena_release(&f->scratch);
}
