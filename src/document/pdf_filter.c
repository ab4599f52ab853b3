/* pdf_filter.c: the general filters of PDF streams, each with a cap on what it may write: Flate, LZW, ASCII85, ASCIIHex, RunLength.
 * Image filters are refused: pictures are not looked at. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Growing output of a filter. */
struct sink {
  unsigned char *p;
  size_t n, capacity, cap;
};

static int sink_reserve(struct sink *s, size_t more) {
  if (more > s->cap || s->n > s->cap - more) return RC_LIMIT;
  if (s->n + more <= s->capacity) return RC_OK;
  size_t to = s->capacity ? s->capacity : 4096;
  while (to < s->n + more) to *= 2;
  unsigned char *p = realloc(s->p, to);
  if (!p) return RC_NOMEM;
  s->p = p;
  s->capacity = to;
  return RC_OK;
}

static int sink_put(struct sink *s, const unsigned char *p, size_t n) {
  int rc = sink_reserve(s, n);
  if (rc < 0) return rc;
  if (n) memcpy(s->p + s->n, p, n);
  s->n += n;
  return RC_OK;
}

/* Only the checksum is missing when what follows the data is taken for a wrong one. */
static bool flate_complete(z_stream *z) {
  unsigned char none[4] = {0}, out[1];
  z->next_in = none;
  z->avail_in = sizeof none;
  z->next_out = out;
  z->avail_out = sizeof out;
  int rc = inflate(z, Z_NO_FLUSH);
  return z->avail_out == sizeof out && (rc == Z_STREAM_END || (rc == Z_DATA_ERROR && z->msg && strstr(z->msg, "data check")));
}

/* Some producers cut the checksum or the end of the data: what came out before the error is kept. */
static int filter_flate(const struct pdf_bytes *in, struct sink *out, bool *damaged) {
  z_stream z = {0};
  if (inflateInit(&z) != Z_OK) return RC_NOMEM;
  z.next_in = in->p;
  z.avail_in = in->n > UINT32_MAX ? UINT32_MAX : (unsigned)in->n;
  size_t guess = in->n < out->cap / 8 ? in->n * 4 + 1024 : 4096;
  int rc = sink_reserve(out, guess < out->cap ? guess : out->cap), z_rc = Z_OK;
  while (rc == RC_OK && z_rc == Z_OK) {
    if (out->n == out->capacity) rc = sink_reserve(out, out->n < out->cap ? 1 : SIZE_MAX);
    if (rc < 0) break;
    size_t room = out->capacity - out->n;
    unsigned step = room > 1 << 24 ? 1u << 24 : (unsigned)room;
    z.next_out = out->p + out->n;
    z.avail_out = step;
    z_rc = inflate(&z, Z_NO_FLUSH);
    out->n += step - z.avail_out;
  }
  bool complete = rc == RC_OK && (z_rc == Z_STREAM_END || (z_rc == Z_BUF_ERROR && z.avail_in == 0 && flate_complete(&z)));
  inflateEnd(&z);
  if (rc < 0) return rc;
  if (!complete) *damaged = true;
  if (z_rc != Z_STREAM_END && out->n == 0 && in->n > 0) return RC_FORMAT;
  return RC_OK;
}

static int filter_hex(const struct pdf_bytes *in, struct sink *out) {
  int high = -1;
  for (size_t i = 0; i < in->n && in->p[i] != '>'; i++) {
    unsigned char c = in->p[i];
    int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (d < 0) continue;
    unsigned char byte = (unsigned char)(high < 0 ? d << 4 : high << 4 | d);
    if (high >= 0 && sink_put(out, &byte, 1) < 0) return RC_LIMIT;
    high = high < 0 ? d : -1;
  }
  if (high < 0) return RC_OK;
  unsigned char last = (unsigned char)(high << 4); /* an odd digit counts as if a 0 followed */
  return sink_put(out, &last, 1);
}

static int filter_85(const struct pdf_bytes *in, struct sink *out) {
  uint32_t value = 0;
  int have = 0;
  for (size_t i = 0; i < in->n && in->p[i] != '~'; i++) {
    unsigned char c = in->p[i];
    if (c == 'z' && have == 0) {
      if (sink_put(out, (const unsigned char[4]){0}, 4) < 0) return RC_LIMIT;
      continue;
    }
    if (c < '!' || c > 'u') continue;
    value = value * 85 + (uint32_t)(c - '!');
    if (++have < 5) continue;
    unsigned char b[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16), (unsigned char)(value >> 8), (unsigned char)value};
    if (sink_put(out, b, 4) < 0) return RC_LIMIT;
    value = 0;
    have = 0;
  }
  if (have < 2) return RC_OK;
  for (int i = have; i < 5; i++) value = value * 85 + 84;
  unsigned char b[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16), (unsigned char)(value >> 8), (unsigned char)value};
  return sink_put(out, b, (size_t)have - 1);
}

static int filter_runs(const struct pdf_bytes *in, struct sink *out) {
  for (size_t i = 0; i < in->n && in->p[i] != 128;) {
    size_t length = in->p[i++];
    if (length < 128) {
      size_t n = length + 1 < in->n - i ? length + 1 : in->n - i;
      if (sink_put(out, in->p + i, n) < 0) return RC_LIMIT;
      i += n;
    } else {
      if (i >= in->n) break;
      unsigned char run[128];
      memset(run, in->p[i++], sizeof run);
      if (sink_put(out, run, 257 - length) < 0) return RC_LIMIT;
    }
  }
  return RC_OK;
}

struct lzw {
  struct {
    uint16_t parent, length;
    unsigned char last;
  } entry[4096];
};

/* Writes the string of a code backwards from its end. */
static int lzw_expand(const struct lzw *w, unsigned code, struct sink *out) {
  size_t n = w->entry[code].length;
  int rc = sink_reserve(out, n);
  if (rc < 0) return rc;
  for (size_t i = n; i > 0; i--) {
    out->p[out->n + i - 1] = w->entry[code].last;
    code = w->entry[code].parent;
  }
  out->n += n;
  return RC_OK;
}

static int filter_lzw(const struct pdf_bytes *in, unsigned early, struct sink *out, bool *damaged) {
  struct lzw *w = calloc(1, sizeof *w);
  if (!w) return RC_NOMEM;
  for (unsigned i = 0; i < 256; i++) {
    w->entry[i].length = 1;
    w->entry[i].last = (unsigned char)i;
  }
  unsigned next = 258, bits = 9, previous = 4096, held = 0;
  uint32_t hold = 0;
  int rc = RC_OK;
  for (size_t i = 0; i < in->n && rc == RC_OK;) {
    while (held < bits && i < in->n) {
      hold = hold << 8 | in->p[i++];
      held += 8;
    }
    if (held < bits) break;
    unsigned code = hold >> (held - bits) & ((1u << bits) - 1);
    held -= bits;
    if (code == 257) break;
    if (code == 256) {
      next = 258;
      bits = 9;
      previous = 4096;
      continue;
    }
    if (code > next || (code == next && previous == 4096) || (code >= 256 && code < 258)) {
      *damaged = true;
      break;
    }
    if (previous < 4096 && next < 4096) {
      unsigned first = code < next ? code : previous;
      while (w->entry[first].length > 1) first = w->entry[first].parent;
      w->entry[next].parent = (uint16_t)previous;
      w->entry[next].length = (uint16_t)(w->entry[previous].length + 1);
      w->entry[next].last = w->entry[first].last;
      next++;
    }
    if (code >= next || code >= 4096) {
      *damaged = true;
      break;
    }
    rc = lzw_expand(w, code, out);
    previous = code;
    bits = next + early >= 2048 ? 12 : next + early >= 1024 ? 11 : next + early >= 512 ? 10 : 9;
  }
  free(w);
  return rc;
}

static int paeth(int a, int b, int c) {
  int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/* PNG predictors, in place: every row begins with the number of its filter. */
static void unpredict_png(struct pdf_bytes *io, size_t row, size_t step) {
  unsigned char *to = io->p;
  size_t written = 0;
  for (size_t at = 0; at < io->n; at += row + 1) {
    int filter = io->p[at];
    size_t n = io->n - at - 1 < row ? io->n - at - 1 : row;
    const unsigned char *up = written >= row ? to + written - row : NULL;
    unsigned char *line = to + written;
    memmove(line, io->p + at + 1, n);
    for (size_t i = 0; i < n; i++) {
      int left = i >= step ? line[i - step] : 0, above = up ? up[i] : 0, corner = up && i >= step ? up[i - step] : 0;
      int add = filter == 1 ? left : filter == 2 ? above : filter == 3 ? (left + above) / 2 : filter == 4 ? paeth(left, above, corner) : 0;
      line[i] = (unsigned char)(line[i] + add);
    }
    written += n;
  }
  io->n = written;
}

static void unpredict(double predictor, int colours, int bits, int columns, struct pdf_bytes *io) {
  size_t row = ((size_t)colours * (size_t)bits * (size_t)columns + 7) / 8, step = ((size_t)colours * (size_t)bits + 7) / 8;
  if (predictor >= 10) {
    unpredict_png(io, row, step);
  } else if (predictor >= 2 && bits == 8) {
    for (size_t at = 0; at < io->n; at += row)
      for (size_t i = at + step; i < at + row && i < io->n; i++) io->p[i] = (unsigned char)(io->p[i] + io->p[i - step]);
  }
}

int pdf_filter(const char *filter, double predictor, int colours, int bits, int columns, size_t cap, struct pdf_bytes *io, bool *damaged) {
  struct sink out = {.cap = cap};
  unsigned early = colours < 0 ? 0 : 1;
  int rc = RC_UNSUPPORTED;
  if (!strcmp(filter, "FlateDecode") || !strcmp(filter, "Fl"))
    rc = filter_flate(io, &out, damaged);
  else if (!strcmp(filter, "LZWDecode") || !strcmp(filter, "LZW"))
    rc = filter_lzw(io, early, &out, damaged);
  else if (!strcmp(filter, "ASCII85Decode") || !strcmp(filter, "A85"))
    rc = filter_85(io, &out);
  else if (!strcmp(filter, "ASCIIHexDecode") || !strcmp(filter, "AHx"))
    rc = filter_hex(io, &out);
  else if (!strcmp(filter, "RunLengthDecode") || !strcmp(filter, "RL"))
    rc = filter_runs(io, &out);
  else if (!strcmp(filter, "Crypt"))
    return RC_OK; /* the library has decrypted already */
  if (rc < 0) {
    free(out.p);
    return rc;
  }
  free(io->p);
  *io = (struct pdf_bytes){out.p, out.n};
  if (predictor > 1) unpredict(predictor, abs(colours), bits, columns, io);
  return RC_OK;
}
