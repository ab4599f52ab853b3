/* text.c: string views, UTF-8, display width, Chinese numbers and enumerators. */
#include "base/text.h"

#include <string.h>

struct sv sv_from(const char *s) {
  return (struct sv){s, s ? strlen(s) : 0};
}

bool sv_equal(struct sv a, struct sv b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool sv_is(struct sv a, const char *s) {
  return sv_equal(a, sv_from(s));
}

bool sv_starts(struct sv a, const char *s) {
  size_t n = strlen(s);
  return a.n >= n && (n == 0 || memcmp(a.p, s, n) == 0);
}

bool sv_ends(struct sv a, const char *s) {
  size_t n = strlen(s);
  return a.n >= n && (n == 0 || memcmp(a.p + a.n - n, s, n) == 0);
}

size_t sv_find(struct sv a, const char *s) {
  size_t n = strlen(s);
  if (n == 0) return 0;
  if (a.n < n) return SIZE_MAX;
  const char *hit = memmem(a.p, a.n, s, n);
  return hit ? (size_t)(hit - a.p) : SIZE_MAX;
}

bool sv_contains(struct sv a, const char *s) {
  return sv_find(a, s) != SIZE_MAX;
}

static size_t blank_at_start(struct sv s) {
  if (s.n == 0) return 0;
  unsigned char first = (unsigned char)s.p[0];
  if (first == ' ' || (first >= '\t' && first <= '\r')) return 1;
  if (s.n >= 2 && memcmp(s.p, "\xC2\xA0", 2) == 0) return 2;
  if (s.n >= 3 && memcmp(s.p, "\xE3\x80\x80", 3) == 0) return 3;
  return 0;
}

static size_t blank_at_end(struct sv s) {
  if (s.n == 0) return 0;
  unsigned char last = (unsigned char)s.p[s.n - 1];
  if (last == ' ' || (last >= '\t' && last <= '\r')) return 1;
  if (last == 0xA0 && s.n >= 2 && (unsigned char)s.p[s.n - 2] == 0xC2) return 2;
  if (last == 0x80 && s.n >= 3 && memcmp(s.p + s.n - 3, "\xE3\x80\x80", 3) == 0) return 3;
  return 0;
}

struct sv sv_trim(struct sv s) {
  for (size_t n; (n = blank_at_start(s)) > 0;) s = (struct sv){s.p + n, s.n - n};
  for (size_t n; (n = blank_at_end(s)) > 0;) s.n -= n;
  return s;
}

struct sv sv_cut(struct sv *rest, char separator) {
  struct sv piece = *rest;
  const char *hit = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
  if (!hit) {
    *rest = (struct sv){NULL, 0};
    return piece;
  }
  piece.n = (size_t)(hit - piece.p);
  *rest = (struct sv){hit + 1, rest->n - piece.n - 1};
  return piece;
}

/* Bytes a lead byte announces, 0 when it cannot lead. */
static int sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

uint32_t utf8_next(struct sv s, size_t *at) {
  const unsigned char *p = (const unsigned char *)s.p + *at;
  size_t left = s.n - *at;
  int n = sequence_length(p[0]);
  *at += 1;
  if (n == 1) return p[0];
  if (n == 0 || (size_t)n > left) return 0xFFFD;
  uint32_t cp = p[0] & (0x7Fu >> n);
  for (int i = 1; i < n; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0xFFFD;
    cp = cp << 6 | (p[i] & 0x3Fu);
  }
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return 0xFFFD;
  *at += (size_t)n - 1;
  return cp;
}

size_t utf8_put(char out[4], uint32_t cp) {
  if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) cp = 0xFFFD;
  if (cp < 0x80) {
    out[0] = (char)cp;
    return 1;
  }
  if (cp < 0x800) {
    out[0] = (char)(0xC0 | cp >> 6);
    out[1] = (char)(0x80 | (cp & 0x3F));
    return 2;
  }
  if (cp < 0x10000) {
    out[0] = (char)(0xE0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[2] = (char)(0x80 | (cp & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | cp >> 18);
  out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
  out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
  out[3] = (char)(0x80 | (cp & 0x3F));
  return 4;
}

bool utf8_valid(struct sv s) {
  for (size_t at = 0; at < s.n;) {
    if ((unsigned char)s.p[at] < 0x80) { /* most of any file */
      at++;
      continue;
    }
    size_t start = at;
    if (utf8_next(s, &at) == 0xFFFD && !(at - start == 3 && memcmp(s.p + start, "\xEF\xBF\xBD", 3) == 0)) return false;
  }
  return true;
}

size_t utf8_length(struct sv s) {
  size_t n = 0;
  for (size_t at = 0; at < s.n; n++) utf8_next(s, &at);
  return n;
}

/* East Asian Wide and Fullwidth, by blocks (Unicode TR 11), and what takes no column. */
static int code_point_width(uint32_t cp) {
  if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x200B && cp <= 0x200F) || cp == 0xFEFF || (cp >= 0x300 && cp <= 0x36F)) return 0;
  if (cp < 0x1100) return 1;
  if (cp <= 0x115F || (cp >= 0x2E80 && cp <= 0x303E) || (cp >= 0x3041 && cp <= 0xA4CF) || (cp >= 0xAC00 && cp <= 0xD7A3) ||
      (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0xFE30 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF60) || (cp >= 0xFFE0 && cp <= 0xFFE6) ||
      (cp >= 0x1F300 && cp <= 0x1F64F) || (cp >= 0x20000 && cp <= 0x3FFFD))
    return 2;
  return 1;
}

int text_width(struct sv s) {
  int width = 0;
  for (size_t at = 0; at < s.n;) width += code_point_width(utf8_next(s, &at));
  return width;
}

/* ---- Chinese numbers ---- */

static int cn_digit(uint32_t cp) {
  static const uint32_t digits[] = {0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D}; /* 一 … 九 */
  for (int i = 0; i < 9; i++)
    if (cp == digits[i]) return i + 1;
  return cp == 0x4E24 ? 2 : cp == 0x3007 ? 0 : -1; /* 两, 〇 */
}

static int cn_tens(uint32_t cp) {
  return cp == 0x5341 ? 10 : cp == 0x5EFF ? 20 : cp == 0x5345 ? 30 : -1; /* 十, 廿, 卅 */
}

int cn_number(struct sv s, size_t *used) {
  size_t at = 0, end = 0;
  int value = -1, pending = -1;
  while (at < s.n) {
    uint32_t cp = utf8_next(s, &at);
    int digit = cn_digit(cp), tens = cn_tens(cp);
    if (digit >= 0 && pending < 0 && (value < 0 || value % 10 == 0)) {
      pending = digit;
    } else if (tens == 10 && value < 0) {
      value = (pending > 0 ? pending : 1) * 10;
      pending = -1;
    } else if (tens > 10 && value < 0 && pending < 0) {
      value = tens;
    } else if (tens == 10 && (value == 20 || value == 30) && pending < 0) {
      /* 廿十 is not written; 二十 was handled above */
      break;
    } else {
      break;
    }
    end = at;
  }
  if (pending >= 0) value = (value < 0 ? 0 : value) + pending;
  if (used) *used = end;
  return value;
}

/* ---- enumerators ---- */

static bool next_is(struct sv s, size_t at, const char *const *options, size_t *after) {
  struct sv rest = {s.p + at, s.n - at};
  for (; *options; options++)
    if (sv_starts(rest, *options)) {
      *after = at + strlen(*options);
      return true;
    }
  return false;
}

static int arabic_number(struct sv s, size_t *used) {
  int value = 0;
  size_t at = 0, end = 0;
  for (int digits = 0; at < s.n && digits < 3; digits++) {
    uint32_t cp = utf8_next(s, &at);
    if (cp >= 0xFF10 && cp <= 0xFF19) cp -= 0xFF10 - '0';
    if (cp < '0' || cp > '9') break;
    value = value * 10 + (int)(cp - '0');
    end = at;
  }
  *used = end;
  return end ? value : -1;
}

static const char *const OPEN[] = {"（", "(", NULL};
static const char *const CLOSE[] = {"）", ")", NULL};
static const char *const AFTER_CN[] = {"、", "．", ".", "，", ",", NULL};
static const char *const AFTER_ARABIC[] = {"、", "．", ".", NULL};

static struct enumerator bracketed(struct sv s) {
  size_t at, used, end;
  if (!next_is(s, 0, OPEN, &at)) return (struct enumerator){0};
  struct sv rest = {s.p + at, s.n - at};
  enum enumerator_kind kind = ENUM_CN_PAREN;
  int value = cn_number(rest, &used);
  if (value < 0) {
    value = arabic_number(rest, &used);
    kind = ENUM_ARABIC_PAREN;
  }
  if (value < 0 || !next_is(s, at + used, CLOSE, &end)) return (struct enumerator){0};
  return (struct enumerator){kind, value, end};
}

static struct enumerator of_which(struct sv s) {
  if (!sv_starts(s, "其中")) return (struct enumerator){0};
  static const char *const colon[] = {"：", ":", NULL};
  size_t end = strlen("其中");
  next_is(s, end, colon, &end);
  return (struct enumerator){ENUM_OF_WHICH, 0, end};
}

struct enumerator text_enumerator(struct sv s) {
  size_t start = 0;
  if (s.n == 0) return (struct enumerator){0}; /* its p may be NULL */
  for (size_t n; (n = blank_at_start((struct sv){s.p + start, s.n - start})) > 0;) start += n;
  struct sv rest = {s.p + start, s.n - start};
  struct enumerator e = bracketed(rest);
  if (e.kind == ENUM_NONE) e = of_which(rest);
  size_t used = 0, end = 0;
  if (e.kind == ENUM_NONE) {
    int value = cn_number(rest, &used);
    if (value > 0 && next_is(rest, used, AFTER_CN, &end)) e = (struct enumerator){ENUM_CN, value, end};
  }
  if (e.kind == ENUM_NONE) {
    int value = arabic_number(rest, &used);
    bool digit_follows = false;
    if (value > 0 && next_is(rest, used, AFTER_ARABIC, &end)) {
      size_t more;
      digit_follows = arabic_number((struct sv){rest.p + end, rest.n - end}, &more) >= 0; /* 12.50 is a number, not an item */
      if (!digit_follows) e = (struct enumerator){ENUM_ARABIC, value, end};
    }
  }
  if (e.kind == ENUM_NONE && rest.n >= 3) { /* ① … ⑳ */
    size_t at = 0;
    uint32_t cp = utf8_next(rest, &at);
    if (cp >= 0x2460 && cp <= 0x2473) e = (struct enumerator){ENUM_ARABIC_PAREN, (int)(cp - 0x2460) + 1, at};
  }
  if (e.kind != ENUM_NONE) e.bytes += start;
  return e;
}
