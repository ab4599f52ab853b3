/* http.c: request heads by the letter of RFC 9112, without its leniencies. */
#include "rooms/book/http.h"

#include <string.h>
#include <strings.h>

static bool is_token(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The next line without its CRLF; false when its end is not there yet. *bad: a control character, or an end that is not CRLF; *line is then what
 * stands before it. */
static bool line_next(struct sv bytes, size_t *at, struct sv *line, bool *bad) {
  size_t from = *at, i = from;
  while (i < bytes.n && bytes.p[i] != '\r') {
    unsigned char c = (unsigned char)bytes.p[i];
    if ((c < 0x20 && c != '\t') || c == 0x7f) break;
    i++;
  }
  bool end = i < bytes.n && bytes.p[i] == '\r';
  if (i == bytes.n || (end && i + 1 == bytes.n)) return false;
  *line = (struct sv){bytes.p + from, i - from};
  *bad = !end || bytes.p[i + 1] != '\n';
  *at = i + 2;
  return !*bad;
}

/* What can be said of a request line whose end has not come: nothing good, but that it cannot become one. */
static int line_begun(struct sv line) {
  size_t method = 0;
  while (method < line.n && is_token((unsigned char)line.p[method])) method++;
  if (method > HTTP_METHOD_MAX || (method < line.n && (line.p[method] != ' ' || method == 0))) return 400;
  if (method == line.n) return HTTP_MORE;
  size_t target = method + 1;
  while (target < line.n && line.p[target] != ' ') target++;
  if (target - method - 1 > HTTP_TARGET_MAX) return 414;
  return line.n > HTTP_METHOD_MAX + HTTP_TARGET_MAX + 16 ? 400 : HTTP_MORE;
}

static int version_read(struct sv s, struct http_request *out) {
  if (s.n != 8 || memcmp(s.p, "HTTP/", 5) != 0 || !is_digit(s.p[5]) || s.p[6] != '.' || !is_digit(s.p[7])) return 400;
  if (s.p[5] != '1') return 505;
  out->minor = s.p[7] == '0' ? 0 : 1; /* a later 1.x is answered as 1.1 */
  return HTTP_OK;
}

/* Only the origin form: whoever sends "http://…" or "*" takes this for a proxy. */
static int target_read(struct sv target, struct http_request *out) {
  if (target.n > HTTP_TARGET_MAX) return 414;
  if (target.n == 0 || target.p[0] != '/') return 400;
  for (size_t i = 0; i < target.n; i++)
    if (target.p[i] <= ' ' || target.p[i] > '~' || target.p[i] == '#') return 400;
  const char *mark = memchr(target.p, '?', target.n);
  size_t n = mark ? (size_t)(mark - target.p) : target.n;
  out->path = (struct sv){target.p, n};
  out->query = mark ? (struct sv){mark + 1, target.n - n - 1} : (struct sv){NULL, 0};
  return HTTP_OK;
}

static int request_line(struct sv line, struct http_request *out) {
  int status = line_begun(line);
  if (status) return status;
  struct sv rest = line, method = sv_cut(&rest, ' '), target = {0};
  if (rest.p) target = sv_cut(&rest, ' ');
  if (!rest.p) return 400;
  out->method = method;
  out->head = sv_is(method, "HEAD");
  status = version_read(rest, out); /* a further blank is part of it, and refused */
  return status == HTTP_OK ? target_read(target, out) : status;
}

struct fields {
  int count, hosts;
};

static bool name_is(struct sv name, const char *word) {
  return name.n == strlen(word) && strncasecmp(name.p, word, name.n) == 0;
}

static struct sv value_trim(struct sv s) {
  while (s.n > 0 && (*s.p == ' ' || *s.p == '\t')) s.p++, s.n--;
  while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) s.n--;
  return s;
}

/* No blank before the colon and no folded lines: both have been used to make two readers see two requests. */
static int field_read(struct sv line, struct fields *f, struct http_request *out) {
  size_t n = 0;
  while (n < line.n && is_token((unsigned char)line.p[n])) n++;
  if (n == 0 || n == line.n || line.p[n] != ':') return 400;
  if (++f->count > HTTP_FIELDS_MAX) return 431;
  struct sv name = {line.p, n}, value = value_trim((struct sv){line.p + n + 1, line.n - n - 1});
  if (name_is(name, "Host")) {
    if (++f->hosts > 1) return 400;
    out->host = value;
  }
  if (name_is(name, "Transfer-Encoding")) return 400;
  if (!name_is(name, "Content-Length")) return HTTP_OK;
  for (size_t i = 0; i < value.n; i++)
    if (value.p[i] != '0') return 400; /* nothing here takes a body */
  return value.n > 0 ? HTTP_OK : 400;
}

int http_read(struct sv bytes, struct http_request *out) {
  struct sv line = {0};
  struct fields f = {0};
  size_t at = 0;
  bool bad = false, whole = bytes.n >= HTTP_HEAD_MAX;
  *out = (struct http_request){0};
  if (bytes.n > HTTP_HEAD_MAX) bytes.n = HTTP_HEAD_MAX;
  if (!line_next(bytes, &at, &line, &bad)) {
    int begun = line_begun(bad ? line : bytes);
    return bad && begun == HTTP_MORE ? 400 : begun;
  }
  int status = request_line(line, out);
  while (status == HTTP_OK && line_next(bytes, &at, &line, &bad) && line.n > 0) status = field_read(line, &f, out);
  if (status != HTTP_OK) return status;
  if (bad) return 400;
  if (line.n > 0) return whole ? 431 : HTTP_MORE; /* no empty line yet */
  if (f.hosts != 1) return 400;
  return sv_is(out->method, "GET") || out->head ? HTTP_OK : 405;
}

bool http_host_is_loopback(struct sv host) {
  static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    size_t n = strlen(names[k]);
    if (host.n < n || strncasecmp(host.p, names[k], n) != 0) continue;
    if (host.n == n) return true;
    if (host.p[n] != ':' || host.n < n + 2 || host.n > n + 6) return false;
    for (size_t i = n + 1; i < host.n; i++)
      if (!is_digit(host.p[i])) return false;
    return true;
  }
  return false;
}

const char *http_reason(int status) {
  switch (status) {
  case 200: return "OK";
  case 204: return "No Content";
  case 400: return "Bad Request";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  case 408: return "Request Timeout";
  case 414: return "URI Too Long";
  case 421: return "Misdirected Request";
  case 431: return "Request Header Fields Too Large";
  case 503: return "Service Unavailable";
  case 505: return "HTTP Version Not Supported";
  default: return "Error";
  }
}

void http_answer(struct buf *out, int status, const char *type, int64_t length, const char *policy) {
  buf_printf(out, "HTTP/1.1 %d %s\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n", status,
             http_reason(status));
  buf_puts(out, "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n"
                "Cross-Origin-Opener-Policy: same-origin\r\n");
  buf_printf(out, "Content-Security-Policy: %s\r\n", policy ? policy : "default-src 'none'; frame-ancestors 'none'");
  if (status == 405) buf_puts(out, "Allow: GET, HEAD\r\n");
  if (type) buf_printf(out, "Content-Type: %s\r\n", type);
  if (length >= 0) buf_printf(out, "Content-Length: %lld\r\n", (long long)length);
  buf_puts(out, "\r\n");
}
