/* call.c: what a handler sees of its call. */
#include "http/fetch.h"
#include "http/internal.h"

#include <stdarg.h>
#include <string.h>

struct arena *web_arena(struct web_call *c) {
  return &c->arena;
}

struct db *web_db(struct web_call *c) {
  return c->db;
}

const struct web_user *web_user(const struct web_call *c) {
  return c->user;
}

void web_user_set(struct web_call *c, const struct web_user *u) {
  c->user = u;
}

bool web_may(const struct web_call *c, const char *permission) {
  for (int i = 0; c->user && i < c->user->ngrants; i++)
    if (strcmp(c->user->grants[i].permission, permission) == 0) return true;
  return false;
}

bool web_may_at(const struct web_call *c, const char *permission, const char *org) {
  for (int i = 0; c->user && org && i < c->user->ngrants; i++) {
    const struct web_grant *g = &c->user->grants[i];
    if (strcmp(g->permission, permission) == 0 && strncmp(g->org, org, strlen(g->org)) == 0) return true;
  }
  return false;
}

static const struct given *given(const struct web_call *c, const char *field) {
  for (int i = 0; i < c->ngiven; i++)
    if (strcmp(c->given[i].field->name, field) == 0) return &c->given[i];
  return NULL;
}

bool web_has(const struct web_call *c, const char *field) {
  return web_count(c, field) > 0;
}

int web_count(const struct web_call *c, const char *field) {
  const struct given *g = given(c, field);
  return g ? g->n : 0;
}

int64_t web_int(const struct web_call *c, const char *field) {
  return web_int_at(c, field, 0);
}

int64_t web_int_at(const struct web_call *c, const char *field, int i) {
  const struct given *g = given(c, field);
  return g && i >= 0 && i < g->n ? g->ints[i] : 0;
}

struct sv web_text(const struct web_call *c, const char *field) {
  return web_text_at(c, field, 0);
}

struct sv web_text_at(const struct web_call *c, const char *field, int i) {
  const struct given *g = given(c, field);
  return g && i >= 0 && i < g->n && g->texts[i].p ? g->texts[i] : SV("");
}

const struct web_file *web_file_at(const struct web_call *c, const char *field, int i) {
  const struct given *g = given(c, field);
  return g && i >= 0 && i < g->n ? g->files[i] : NULL;
}

struct sv web_header(const struct web_call *c, const char *name) {
  const char *v = c->connection ? MHD_lookup_connection_value(c->connection, MHD_HEADER_KIND, name) : NULL;
  return sv_from(v ? v : "");
}

/* Our own reading of Cookie: the first of that name, its value as it is. */
struct sv web_cookie(const struct web_call *c, const char *name) {
  struct sv all = web_header(c, "Cookie");
  while (all.p && all.n > 0) {
    struct sv value = sv_trim(sv_cut(&all, ';')), key = sv_cut(&value, '=');
    if (sv_is(key, name) && value.p) return value;
  }
  return SV("");
}

const char *web_peer(const struct web_call *c) {
  return c->peer;
}

const char *web_request_id(const struct web_call *c) {
  return c->request_id;
}

const char *web_path(const struct web_call *c) {
  return c->path ? c->path : "/";
}

const char *web_query(const struct web_call *c) {
  return c->query ? c->query : "";
}

/* ---- the answer ---- */
struct buf *web_out(struct web_call *c) {
  return &c->out;
}

void web_status(struct web_call *c, int status) {
  c->status = status;
}

void web_type(struct web_call *c, const char *type) {
  c->type = type;
}

void web_header_set(struct web_call *c, const char *name, const char *value) {
  for (const char *p = value; *p; p++)
    if ((unsigned char)*p < 0x20 || *p == 0x7f) return;
  const char *kept = arena_text(&c->arena, value, strlen(value));
  if (!kept || c->nheaders >= HEADERS_MOST) return;
  c->headers[c->nheaders].name = name;
  c->headers[c->nheaders++].value = kept;
}

void web_cookie_set(struct web_call *c, const char *name, const char *value, int64_t seconds) {
  for (const char *p = value; *p; p++)
    if ((unsigned char)*p <= 0x20 || strchr("\",;\\", *p) || (unsigned char)*p >= 0x7f) return;
  char *text = arena_printf(&c->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s; Max-Age=%lld", name, value, c->web->config.secure ? "; Secure" : "",
                            (long long)(seconds > 0 ? seconds : 0));
  if (text) web_header_set(c, "Set-Cookie", text);
}

int web_redirect(struct web_call *c, const char *fmt, ...) {
  char path[4096];
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(path, sizeof path, fmt, args);
  va_end(args);
  bool local = n > 0 && n < (int)sizeof path && path[0] == '/' && path[1] != '/' && path[1] != '\\';
  for (int i = 0; local && i < n; i++) local = (unsigned char)path[i] > 0x20 && (unsigned char)path[i] < 0x7f && path[i] != '\\';
  web_header_set(c, "Location", local ? path : "/");
  c->status = 303;
  buf_clear(&c->out);
  return RC_OK;
}

int web_redirect_away(struct web_call *c, const char *url, struct err *e) {
  if (!fetch_allowed(url)) return err_set(e, RC_USAGE, tr("不能转到 %s", "no redirect to %s"), url);
  web_header_set(c, "Location", url);
  c->status = 303;
  buf_clear(&c->out);
  return RC_OK;
}

int web_send_static(struct web_call *c, const void *data, size_t size, const void *gzip, size_t gzip_size, const char *type) {
  bool packed = gzip && sv_contains(web_header(c, "Accept-Encoding"), "gzip");
  c->fixed = packed ? gzip : data;
  c->fixed_size = packed ? gzip_size : size;
  c->type = type;
  if (gzip) web_header_set(c, "Vary", "Accept-Encoding");
  if (packed) web_header_set(c, "Content-Encoding", "gzip");
  web_header_set(c, "Cache-Control", sv_starts(sv_from(web_query(c)), "v=") ? "public, max-age=31536000, immutable" : "no-cache");
  return RC_OK;
}

void web_log_add(struct web_call *c, const char *key, const char *value) {
  buf_puts(&c->log, ",\"");
  buf_puts(&c->log, key);
  buf_puts(&c->log, "\":");
  json_text(&c->log, sv_from(value));
}
