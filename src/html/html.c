/* html.c: escaping. */
#include "html/html.h"

#include <string.h>
#include <strings.h>

static void plain(struct buf *out, uint32_t cp) {
  char text[4];
  buf_add(out, text, utf8_put(text, cp));
}

/* Bytes from i on that go out as they are: plain ASCII, and three bytes from U+1000 to U+CFFF (all Chinese text). The rest goes one by one. */
static size_t run_of(struct sv s, size_t i) {
  size_t from = i;
  while (i < s.n) {
    unsigned char c = (unsigned char)s.p[i];
    if (c >= 0xe1 && c <= 0xec && i + 2 < s.n && (s.p[i + 1] & 0xc0) == 0x80 && (s.p[i + 2] & 0xc0) == 0x80) {
      i += 3;
    } else {
      if (c < 0x20 ? c != '\n' && c != '\t' : c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c >= 0x7f) break;
      i++;
    }
  }
  return i - from;
}

void html_text(struct buf *out, struct sv s) {
  for (size_t i = 0; i < s.n;) {
    size_t run = run_of(s, i);
    if (run) {
      buf_add(out, s.p + i, run);
      i += run;
      continue;
    }
    uint32_t cp = utf8_next(s, &i);
    switch (cp) {
    case '&': buf_puts(out, "&amp;"); break;
    case '<': buf_puts(out, "&lt;"); break;
    case '>': buf_puts(out, "&gt;"); break;
    case '"': buf_puts(out, "&quot;"); break;
    case '\'': buf_puts(out, "&#39;"); break;
    default: plain(out, (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) ? 0xfffd : cp);
    }
  }
}

/* Blanks and controls are what browsers drop before they read a scheme: an address with any is nowhere. */
static bool address_is_safe(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '\\') return false;
  if (s.n == 0) return false;
  if (s.p[0] == '/') return s.n == 1 || s.p[1] != '/';
  if (s.p[0] == '#' || s.p[0] == '?') return true;
  static const char *const schemes[] = {"https://", "http://", "mailto:"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (s.n > strlen(schemes[i]) && strncasecmp(s.p, schemes[i], strlen(schemes[i])) == 0) return true;
  return false;
}

void html_url(struct buf *out, struct sv s) {
  if (address_is_safe(s))
    html_text(out, s);
  else
    buf_putc(out, '#');
}

void html_query(struct buf *out, struct sv s) {
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
    if (kept)
      buf_putc(out, (char)c);
    else
      buf_printf(out, "%%%02X", c);
  }
}

void html_int(struct buf *out, int64_t v) {
  char digits[24];
  int at = (int)sizeof digits;
  uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
  do digits[--at] = (char)('0' + u % 10);
  while (u /= 10);
  if (v < 0) digits[--at] = '-';
  buf_add(out, digits + at, sizeof digits - (size_t)at);
}

void html_raw(struct buf *out, struct html_raw r) {
  buf_add(out, r.s.p ? r.s.p : "", r.s.n);
}
