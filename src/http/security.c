/* security.c: what is refused before anything is done, and what every answer carries. */
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool loopback_name(struct sv host) {
  struct sv name = host;
  if (sv_starts(host, "[::1]")) return host.n == 5 || host.p[5] == ':';
  size_t colon = sv_find(host, ":");
  if (colon != SIZE_MAX) name.n = colon;
  return sv_is(name, "localhost") || sv_is(name, "127.0.0.1");
}

/* "https://heng.example:8443" → "heng.example:8443" */
static struct sv host_of(struct sv origin) {
  size_t at = sv_find(origin, "://");
  return at == SIZE_MAX ? SV("") : (struct sv){origin.p + at + 3, origin.n - at - 3};
}

static bool same_text(struct sv a, struct sv b) {
  return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool host_allowed(const struct web_call *c, struct sv host) {
  if (c->web->site) return same_text(host, host_of(sv_from(c->web->site)));
  return loopback_name(host);
}

struct counting {
  int hosts, lengths, encodings, origins, cookies, authorizations, fields;
};

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  struct counting *n = context;
  (void)kind;
  (void)value;
  n->fields++;
  n->hosts += strcasecmp(name, "Host") == 0;
  n->lengths += strcasecmp(name, "Content-Length") == 0;
  n->encodings += strcasecmp(name, "Transfer-Encoding") == 0;
  n->origins += strcasecmp(name, "Origin") == 0;
  n->cookies += strcasecmp(name, "Cookie") == 0;
  n->authorizations += strcasecmp(name, "Authorization") == 0;
  return MHD_YES;
}

static bool digits(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n > 0 && s.n <= 15;
}

/* What two servers in a row could read differently is refused (RFC 9112, 6.3 and 11.2). */
int security_request(struct web_call *c, const char **why) {
  struct counting n = {0};
  MHD_get_connection_values(c->connection, MHD_HEADER_KIND, count_header, &n);
  struct sv length = web_header(c, "Content-Length"), host = web_header(c, "Host");
  *why = "";
  if (n.fields > 100) return 431;
  if (n.hosts != 1 || n.lengths > 1 || n.encodings > 1 || n.origins > 1 || n.cookies > 1 || n.authorizations > 1) {
    *why = tr("请求头重复", "a header that comes twice");
    return 400;
  }
  if (n.encodings) {
    *why = tr("请求要写明长度", "a request says its length");
    return n.lengths ? 400 : 411;
  }
  if (n.lengths && !digits(length)) return 400;
  if (!host_allowed(c, host)) {
    *why = tr("这台服务器不叫这个名字", "this server has not that name");
    return 421;
  }
  if (strcmp(c->method, "GET") != 0 && strcmp(c->method, "HEAD") != 0 && strcmp(c->method, "POST") != 0) return 405;
  if (c->post && !n.lengths) return 411;
  c->body_length = n.lengths ? strtoll(length.p, NULL, 10) : 0;
  if (!c->post && c->body_length > 0) return 400;
  return 0;
}

static bool equal_secret(struct sv a, const char *b) {
  size_t n = b ? strlen(b) : 0;
  return n > 0 && a.n == n && sodium_memcmp(a.p, b, n) == 0;
}

/* A form of another site is told by Origin or Sec-Fetch-Site, which its page cannot write; a session's also carries its token. */
int security_csrf(struct web_call *c, const char **why) {
  if (!c->post) return 0;
  *why = tr("这个表单不是从本系统的页面来的，请回到页面再提交",
            "this form did not come from a page of this system: go back to the page and send it again");
  struct sv origin = web_header(c, "Origin"), site = web_header(c, "Sec-Fetch-Site");
  bool token = c->user && c->user->session == 0;
  if (token) return 0; /* a program's own key, which no browser adds by itself */
  if (origin.n > 0 && !sv_is(origin, "null") && !same_text(host_of(origin), web_header(c, "Host"))) return 403;
  if (sv_is(origin, "null") && !sv_is(site, "same-origin")) return 403;
  if (site.n > 0 && !sv_is(site, "same-origin") && !sv_is(site, "none")) return 403;
  if (!c->user || (c->route->flags & WEB_NO_CSRF)) return 0;
  for (int i = 0; i < c->form_pairs.n; i++)
    if (sv_is(c->form_pairs.v[i].name, "csrf")) return equal_secret(c->form_pairs.v[i].value, c->user->csrf) ? 0 : 403;
  return 403;
}

static bool set_already(const struct web_call *c, const char *name) {
  for (int i = 0; i < c->nheaders; i++)
    if (strcasecmp(c->headers[i].name, name) == 0) return true;
  return false;
}

void security_headers(const struct web_call *c, struct MHD_Response *r) {
  static const char *const always[][2] = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
       "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"},
      {"Cache-Control", "no-store"}};
  for (size_t i = 0; i < sizeof always / sizeof *always; i++)
    if (!set_already(c, always[i][0])) MHD_add_response_header(r, always[i][0], always[i][1]);
  if (c->web->config.secure) MHD_add_response_header(r, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  MHD_add_response_header(r, "X-Request-Id", c->request_id);
}
