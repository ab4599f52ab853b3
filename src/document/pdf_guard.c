/* pdf_guard.c: a look at the raw file before the library parses it. The library keeps every parsed object in memory and inflates
 * compressed object streams whole, so what would not fit is refused here: by counting, without building anything. */
#include "document/pdf_internal.h"

#include <string.h>
#include <zlib.h>

#define OBJECT_TOKENS_MAX 600000             /* in one object written in clear: about 100 to 300 bytes of memory each once parsed */
#define STREAM_TOKENS_MAX 2000000            /* in all compressed object streams together */
#define STREAM_BYTES_MAX  ((size_t)64 << 20) /* inflated, together */

/* Tokens begin where something that is not white space follows white space, or at a delimiter. */
static size_t count_tokens(const unsigned char *p, size_t n) {
  size_t tokens = 0;
  bool inside = false;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = p[i];
    bool blank = c <= ' ', delimiter = c == '/' || c == '[' || c == '<' || c == '(';
    tokens += delimiter || (!blank && !inside);
    inside = !blank;
  }
  return tokens;
}

/* Inflates without keeping anything. */
static int probe_inflate(const unsigned char *p, size_t n, size_t *bytes, size_t *tokens) {
  unsigned char out[16384];
  z_stream z = {0};
  if (inflateInit(&z) != Z_OK) return RC_NOMEM;
  int rc = RC_OK, z_rc = Z_OK;
  union {
    const unsigned char *in;
    unsigned char *library; /* its interface lacks a const */
  } from = {p};
  z.next_in = from.library;
  z.avail_in = n > UINT32_MAX ? UINT32_MAX : (unsigned)n;
  while (z_rc == Z_OK && rc == RC_OK) {
    z.next_out = out;
    z.avail_out = sizeof out;
    z_rc = inflate(&z, Z_NO_FLUSH);
    size_t got = sizeof out - z.avail_out;
    *bytes += got;
    *tokens += count_tokens(out, got);
    if (*bytes > STREAM_BYTES_MAX || *tokens > STREAM_TOKENS_MAX) rc = RC_LIMIT;
    if (got == 0) break;
  }
  inflateEnd(&z);
  return rc;
}

/* Does one object among these hold too much? Objects end at endobj. */
static bool object_too_large(const unsigned char *p, size_t n) {
  while (n > OBJECT_TOKENS_MAX) { /* a token takes a byte at least */
    const unsigned char *end = memmem(p, n, "endobj", 6);
    size_t length = end ? (size_t)(end - p) : n;
    if (length > OBJECT_TOKENS_MAX && count_tokens(p, length) > OBJECT_TOKENS_MAX) return true;
    if (!end) return false;
    p += length + 6;
    n -= length + 6;
  }
  return false;
}

static bool contains(const unsigned char *p, size_t n, const char *word) {
  return memmem(p, n, word, strlen(word)) != NULL;
}

/* The end of a stream's data: behind its declared end or, where that is wrong, at the next endstream. */
static size_t stream_end(const unsigned char *p, size_t n, size_t from) {
  const unsigned char *end = memmem(p + from, n - from, "endstream", 9);
  return end ? (size_t)(end - p) : n;
}

int pdf_guard(const unsigned char *data, size_t size, struct err *e) {
  size_t bytes = 0, tokens = 0, at = 0;
  int rc = RC_OK;
  while (at < size && rc == RC_OK) {
    const unsigned char *word = memmem(data + at, size - at, "stream", 6);
    size_t text_end = word ? (size_t)(word - data) : size, n = text_end - at;
    if (object_too_large(data + at, n)) rc = RC_LIMIT;
    if (!word || rc < 0) break;
    size_t from = text_end + 6, head = n < 512 ? n : 512;
    if (from < size && data[from] == '\r') from++;
    if (from < size && data[from] == '\n') from++;
    size_t end = stream_end(data, size, from);
    if (contains(word - head, head, "/ObjStm") || contains(word - head, head, "/XRef")) rc = probe_inflate(data + from, end - from, &bytes, &tokens);
    at = end < size ? end + 9 : size;
  }
  if (rc == RC_LIMIT) return err_set(e, rc, tr("文件里的对象太大，疑为压缩炸弹", "objects in the file are too large: probably a decompression bomb"));
  return rc;
}
