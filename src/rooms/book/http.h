/* http.h: the head of an HTTP/1.x request of GET or HEAD, and of its answer. Bytes only: no socket, no clock, no memory of its own.
 * Strict on purpose: what two readers could read differently is refused. */
#ifndef HENG_BOOK_HTTP_H
#define HENG_BOOK_HTTP_H

#include "base/text.h"

enum { HTTP_HEAD_MAX = 8192, HTTP_TARGET_MAX = 2000, HTTP_METHOD_MAX = 32, HTTP_FIELDS_MAX = 100 };
enum { HTTP_MORE = 0 /* not all there yet */, HTTP_OK = 200 };

/* Views into the bytes that were read. */
struct http_request {
  struct sv method, path, query; /* path: as sent, nothing decoded; query: behind the first ?, without it */
  struct sv host;
  bool head; /* HEAD: the answer has no body */
  int minor; /* 0 or 1 */
};

/* Reads the head that `bytes` begin with; what follows it is not looked at. HTTP_MORE, HTTP_OK, or the status to answer with: 400 malformed, or a
 * body, 405 another method, 414 target too long, 431 head too long, 505 another version. An error never goes away when more bytes come. */
int http_read(struct sv bytes, struct http_request *out);
/* Whether a Host names this computer itself: 127.0.0.1, localhost or [::1], with or without a port. A page elsewhere whose name was made to point
 * here (DNS rebinding) sends another. */
bool http_host_is_loopback(struct sv host);

/* The head of an answer, with the empty line. length < 0: not known, ends with the connection. policy: Content-Security-Policy, NULL nothing allowed.
 */
void http_answer(struct buf *out, int status, const char *type, int64_t length, const char *policy);
const char *http_reason(int status);

#endif
