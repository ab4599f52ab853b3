/* lines.c: text for a terminal. Chinese may be broken between any two characters but not before a closing mark or after an opening one;
 * numbers and Latin words stay whole. */
#include "rooms/audit/lines.h"

#include <string.h>

enum { HEADING_WIDTH = 78 };

static const char *const codes[] = {"", "1", "2", "1;31", "1;33", "36"};

void ink_begin(const struct lines *l, enum ink ink) {
  if (l->colour && ink != INK_PLAIN) buf_printf(l->out, "\033[%sm", codes[ink]);
}

void ink_end(const struct lines *l, enum ink ink) {
  if (l->colour && ink != INK_PLAIN) buf_puts(l->out, "\033[0m");
}

void lines_heading(const struct lines *l, const char *heading, enum ink ink) {
  int width = l->width > 0 && l->width < HEADING_WIDTH ? l->width : HEADING_WIDTH;
  buf_putc(l->out, '\n');
  ink_begin(l, ink);
  buf_printf(l->out, "── %s ", heading);
  for (int w = text_width(sv_from(heading)) + 4; w < width; w++) buf_puts(l->out, "─");
  ink_end(l, ink);
  buf_putc(l->out, '\n');
}

static bool one_of(uint32_t cp, const char *marks) {
  struct sv s = sv_from(marks);
  for (size_t at = 0; at < s.n;)
    if (utf8_next(s, &at) == cp) return true;
  return false;
}

static bool breaks_between(uint32_t before, uint32_t after) {
  if (before == ' ') return after != ' ';
  if (one_of(after, " ，。；：、）》”！？…,.;:)%") || one_of(before, "（《“(")) return false;
  return before >= 0x2E80 || after >= 0x2E80; /* ideographs and what goes with them */
}

/* Bytes of s that fit in `width` columns, ended where a line may end; at least one character. */
static size_t fitting(struct sv s, int width) {
  size_t at = 0, good = 0;
  int used = 0;
  uint32_t before = 0;
  while (at < s.n) {
    size_t start = at;
    uint32_t cp = utf8_next(s, &at);
    if (start > 0 && breaks_between(before, cp)) good = start;
    used += text_width((struct sv){s.p + start, at - start});
    if (used > width) return good > 0 ? good : start > 0 ? start : at;
    before = cp;
  }
  return s.n;
}

void lines_put(const struct lines *l, const char *first, struct buf *text, enum ink ink) {
  struct sv rest = {text->p, text->n};
  int indent = text_width(sv_from(first)), room = l->width > 0 ? l->width - indent : 0;
  if (text->rc < 0 && l->out->rc == RC_OK) l->out->rc = text->rc; /* a report that is short of a paragraph is none */
  if (rest.n == 0) return;
  buf_puts(l->out, first);
  for (bool more = false; rest.n > 0; more = true) {
    if (more) buf_printf(l->out, "%*s", indent, "");
    size_t n = room > 0 ? fitting(rest, room < 20 ? 20 : room) : rest.n;
    ink_begin(l, ink);
    size_t shown = n;
    while (shown > 0 && rest.p[shown - 1] == ' ') shown--;
    buf_add(l->out, rest.p, shown);
    ink_end(l, ink);
    buf_putc(l->out, '\n');
    rest.p += n, rest.n -= n;
    while (rest.n > 0 && rest.p[0] == ' ') rest.p++, rest.n--;
  }
  buf_clear(text);
}

static size_t character_before(struct sv s, size_t end) {
  do end--;
  while (end > 0 && ((unsigned char)s.p[end] & 0xC0) == 0x80);
  return end;
}

void lines_cell(const struct lines *l, struct sv s, int width, bool tail) {
  int used = text_width(s);
  bool cut = used > width;
  while (used > width - (cut ? 1 : 0) && s.n > 0) {
    size_t at = 0, end = tail ? 0 : character_before(s, s.n);
    if (tail) utf8_next(s, &at);
    used -= tail ? text_width((struct sv){s.p, at}) : text_width((struct sv){s.p + end, s.n - end});
    s = tail ? (struct sv){s.p + at, s.n - at} : (struct sv){s.p, end};
  }
  if (cut && tail) buf_puts(l->out, "…");
  buf_add(l->out, s.p ? s.p : "", s.n);
  if (cut && !tail) buf_puts(l->out, "…");
  for (used += cut; used < width; used++) buf_putc(l->out, ' ');
}
