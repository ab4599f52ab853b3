/* fuzz_http.c: request heads, whole and in pieces: a refusal stays one however much follows, a head that is whole is so in any split, and what was
 * read lies within it. */
#include "rooms/book/http.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_exact(const uint8_t *data, size_t n, struct http_request *r) {
  char *own = malloc(n ? n : 1);
  if (!own) abort();
  if (n) memcpy(own, data, n);
  int status = http_read((struct sv){own, n}, r);
  if (status == HTTP_OK) {
    if (r->path.p <= own || r->path.p + r->path.n > own + n || r->host.p <= own || r->host.p + r->host.n > own + n) abort();
    if (r->path.n == 0 || r->path.p[0] != '/' || r->path.n + r->query.n > HTTP_TARGET_MAX) abort();
    for (size_t i = 0; i < r->path.n; i++)
      if (r->path.p[i] <= ' ' || r->path.p[i] > '~' || r->path.p[i] == '?' || r->path.p[i] == '#') abort();
    if (r->head != sv_is(r->method, "HEAD") || (!r->head && !sv_is(r->method, "GET"))) abort();
    if (http_host_is_loopback(r->host) && r->host.n > 15) abort();
  } else if (status != HTTP_MORE && status != 400 && status != 405 && status != 414 && status != 431 && status != 505) {
    abort();
  }
  r->path.p = NULL;
  free(own);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct http_request r;
  int before = HTTP_MORE;
  if (size > 3 * HTTP_HEAD_MAX) return 0;
  size_t step = size < 400 ? 1 : size / 60;
  for (size_t n = 0; n < size; n += step) {
    int now = read_exact(data, n, &r);
    if (before != HTTP_MORE && now != before) abort();
    before = now;
  }
  int whole = read_exact(data, size, &r);
  if (before != HTTP_MORE && whole != before) abort();
  if (size >= HTTP_HEAD_MAX && whole == HTTP_MORE) abort();
  return 0;
}
