/* charset.c: bytes in any encoding that Chinese offices use to UTF-8.
 * What the file says of itself is only a hint: a byte order mark, then the bytes themselves decide. */
#include "document/internal.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Whole characters and stray bytes of a text taken as UTF-8. */
struct utf8_tally {
  size_t multibyte, bad;
};

static size_t utf8_sequence(const unsigned char *p, size_t n) {
  if (p[0] < 0x80) return 1;
  size_t want = p[0] >= 0xC2 && p[0] <= 0xDF ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4 : 0;
  if (want == 0 || want > n) return 0;
  for (size_t i = 1; i < want; i++)
    if ((p[i] & 0xC0) != 0x80) return 0;
  if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F)) return 0;
  return want;
}

static struct utf8_tally utf8_count(const unsigned char *p, size_t n) {
  struct utf8_tally t = {0, 0};
  for (size_t i = 0; i < n;) {
    size_t used = utf8_sequence(p + i, n - i);
    t.multibyte += used > 1;
    t.bad += used == 0;
    i += used ? used : 1;
  }
  return t;
}

/* Copies UTF-8; stray bytes become U+FFFD, NUL a blank. */
static int utf8_repair(struct arena *a, const unsigned char *p, size_t n, size_t bad, struct sv *out, struct err *e) {
  char *q = n <= SIZE_MAX / 4 ? arena_alloc(a, n + bad * 2 + 1) : NULL;
  if (!q) return err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  size_t m = 0;
  for (size_t i = 0; i < n;) {
    size_t used = utf8_sequence(p + i, n - i);
    if (used == 0) {
      memcpy(q + m, "\xEF\xBF\xBD", 3);
      m += 3;
      i++;
    } else if (p[i] == 0) {
      q[m++] = ' ';
      i++;
    } else {
      memcpy(q + m, p + i, used);
      m += used;
      i += used;
    }
  }
  *out = (struct sv){q, m};
  return RC_OK;
}

/* Decodes with iconv into a buffer; malformed bytes become U+FFFD and are counted in *bad, unless strict, where the first one ends it. */
static int decode(const char *from, bool strict, const unsigned char *data, size_t size, struct buf *out, size_t *bad, struct err *e) {
  iconv_t cd = iconv_open("UTF-8", from);
  if (cd == (iconv_t)-1) return err_set(e, RC_UNSUPPORTED, tr("系统不支持编码 %s", "this system does not know the encoding %s"), from);
  char piece[8192];
  const char *in = (const char *)data;
  size_t left = size;
  *bad = 0;
  while (left > 0 && out->rc == RC_OK) {
    char *to = piece, *at = NULL;
    size_t room = sizeof piece;
    memcpy(&at, &in, sizeof at); /* iconv's prototype lacks const; it does not write to its input */
    size_t rc = iconv(cd, &at, &left, &to, &room);
    int why = errno;
    in = at;
    buf_add(out, piece, sizeof piece - room);
    if (rc != (size_t)-1 || why == E2BIG) continue;
    ++*bad;
    if (strict) break;
    buf_puts(out, "\xEF\xBF\xBD");
    if (why != EILSEQ || left == 0) break; /* cut in the middle of the last character */
    in++;
    left--;
  }
  iconv_close(cd);
  if (out->rc < 0) return err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  return RC_OK;
}

static int decode_into(struct arena *a, const char *from, bool strict, const unsigned char *data, size_t size, struct sv *out, size_t *bad,
                       struct err *e) {
  struct buf b;
  buf_init(&b, size <= SIZE_MAX / 8 ? size * 4 + 16 : SIZE_MAX);
  int rc = decode(from, strict, data, size, &b, bad, e);
  if (rc == RC_OK && !(strict && *bad)) {
    for (size_t i = 0; i < b.n; i++)
      if (b.p[i] == '\0') b.p[i] = ' ';
    char *copy = arena_text(a, b.p ? b.p : "", b.n);
    if (copy)
      *out = (struct sv){copy, b.n};
    else
      rc = err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  }
  buf_release(&b);
  return rc;
}

/* UTF-16 without a mark: mostly ASCII markup shows as NUL in every other byte. */
static const char *utf16_guess(const unsigned char *p, size_t n) {
  size_t even = 0, odd = 0, look = n < 4096 ? n : 4096;
  for (size_t i = 0; i + 1 < look; i += 2) {
    even += p[i] == 0;
    odd += p[i + 1] == 0;
  }
  size_t pairs = look / 2;
  if (pairs < 2) return NULL;
  if (odd * 10 > pairs * 3 && even * 50 <= pairs) return "UTF-16LE";
  if (even * 10 > pairs * 3 && odd * 50 <= pairs) return "UTF-16BE";
  return NULL;
}

/* Only encodings that are worth believing: a page that claims a Latin one is usually GB18030. */
static const char *hint_usable(const char *hint) {
  static const char *const known[][2] = {{"big5", "BIG5-HKSCS"}, {"big5-hkscs", "BIG5-HKSCS"}, {"x-x-big5", "BIG5-HKSCS"}, {"cn-big5", "BIG5-HKSCS"}};
  for (size_t i = 0; hint && i < sizeof known / sizeof *known; i++)
    if (strcasecmp(hint, known[i][0]) == 0) return known[i][1];
  return NULL;
}

int text_to_utf8(struct arena *a, const unsigned char *data, size_t size, const char *hint, struct sv *out, const char **encoding, struct err *e) {
  size_t bad = 0;
  const char *wide = NULL, *found = NULL;
  size_t mark = 0;
  if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
    data += 3;
    size -= 3;
  } else if (size >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0)) {
    wide = data[0] == 0xFF ? "UTF-16LE" : "UTF-16BE";
    mark = 2;
  } else {
    wide = utf16_guess(data, size);
  }
  if (!encoding) encoding = &found;
  if (wide) {
    *encoding = wide;
    return decode_into(a, wide, false, data + mark, size - mark, out, &bad, e);
  }
  struct utf8_tally t = utf8_count(data, size);
  if (t.bad == 0 || t.multibyte / 20 >= t.bad) {
    *encoding = "UTF-8";
    return utf8_repair(a, data, size, t.bad, out, e);
  }
  const char *told = hint_usable(hint);
  if (told) {
    *encoding = told;
    int rc = decode_into(a, told, true, data, size, out, &bad, e);
    if (rc == RC_OK && bad == 0) return RC_OK;
  }
  *encoding = "GB18030";
  return decode_into(a, "GB18030", false, data, size, out, &bad, e);
}
