/* origin.c: marks around the officer's words. BEGIN kind index ',' offset ';' words END: the numbers are decimal. */
#include "rooms/book/origin.h"

#define MARK_BEGIN '\x01'
#define MARK_END   '\x02'
enum { MAX_ORIGINS = 1000000 };

int origin_put(struct buf *out, const struct origin_source *s, struct sv piece) {
  if (!s) return buf_add(out, piece.p, piece.n);
  for (size_t i = 0; i < piece.n; i++)
    if (piece.p[i] == MARK_BEGIN || piece.p[i] == MARK_END)
      return buf_add(out, piece.p, piece.n); /* no text: not traced, and its own bytes go below */
  buf_printf(out, "%c%c%zu,%zu;", MARK_BEGIN, s->kind == PAPER_FROM_CAUSE ? 'c' : 't', s->index, (size_t)(piece.p - s->base));
  buf_add(out, piece.p, piece.n);
  return buf_putc(out, MARK_END);
}

static bool number_take(struct sv text, size_t *at, char end, int32_t *out) {
  int64_t n = 0;
  size_t from = *at;
  for (; *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9' && n < INT32_MAX; ++*at) n = n * 10 + (text.p[*at] - '0');
  if (*at == from || n > INT32_MAX || *at >= text.n || text.p[*at] != end) return false;
  ++*at;
  *out = (int32_t)n;
  return true;
}

struct sv origin_take(struct paper *p, int32_t block, struct sv text) {
  char *made = arena_text(&p->arena, text.p ? text.p : "", text.n);
  struct paper_origin o = {.block = block, .cell = -1};
  bool open = false;
  size_t n = 0;
  for (size_t at = 0; made && at < text.n;) {
    char c = text.p[at++];
    if (c == MARK_BEGIN && at < text.n) {
      o.from_kind = text.p[at++] == 'c' ? PAPER_FROM_CAUSE : PAPER_FROM_TEXT;
      open = number_take(text, &at, ',', &o.index) && number_take(text, &at, ';', &o.source);
      o.from = (int32_t)n;
    } else if (c == MARK_END) {
      o.n = (int32_t)n - o.from;
      if (open && VEC_PUSH(&p->origins, o, MAX_ORIGINS) < 0) return (struct sv){0};
      open = false;
    } else {
      made[n++] = c;
    }
  }
  if (made) made[n] = '\0';
  return (struct sv){made, n};
}
