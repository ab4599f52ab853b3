/* web.h: the server as rooms see it: routes as tables, every input checked by its table before a handler runs, one call answered at a time by a
 * thread of its own, so that a handler may wait for the database. docs/http.md. */
#ifndef HENG_HTTP_WEB_H
#define HENG_HTTP_WEB_H

#include "base/text.h"
#include "db/db.h"

struct web;
struct web_call; /* a request being answered: everything of it lives in its arena */
enum web_place { WEB_PATH, WEB_QUERY, WEB_FORM };
enum web_type {
  WEB_ID,     /* 1 … 2^63-1 */
  WEB_INT,    /* min … max */
  WEB_LINE,   /* one line of text, min … max characters (max 0: 200); no control characters; blanks at the ends dropped */
  WEB_TEXT,   /* several lines, min … max characters (max 0: 10,000); CRLF becomes LF */
  WEB_SECRET, /* as WEB_LINE, untrimmed, never logged or echoed */
  WEB_WORD,   /* letters a-z A-Z 0-9 . _ - @, min … max (max 0: 64); never ".." */
  WEB_CHOICE, /* one of `choices` */
  WEB_DATE,   /* 2026-11-27 that exists */
  WEB_FLAG,   /* 1, on, true: 1; absent or 0: 0 */
  WEB_FILES,  /* uploaded files, min … max of them (max 0: 200) */
  WEB_REST    /* the end of the path, slashes and all, of "/public/{path*}": segments of WEB_WORD characters and non-ASCII letters, none . or .. */
};
struct web_field {
  const char *name;
  enum web_place place;
  enum web_type type;
  bool required, many; /* many: may be given several times (web_count, web_int_at) */
  int64_t min, max;
  const char *choices; /* "open|closed" */
  const char *help_zh, *help_en;
};
enum web_audit { WEB_READS, WEB_CHANGES, WEB_SIGNS }; /* audit class: a WEB_CHANGES handler writes an audit entry, WEB_SIGNS is sign-in and -out */
enum {
  WEB_OPEN = 1,    /* no sign-in needed; `permission` is NULL then and only then */
  WEB_NO_CSRF = 2, /* a POST that carries no session's power (sign-in by another's redirect …) */
  WEB_HIDDEN = 4,  /* not in OpenAPI: pages of the server itself */
  WEB_DATA = 8,    /* answers JSON or a file: errors are JSON (RFC 9457), no redirect to sign-in */
  WEB_BARE = 16    /* needs neither who asks nor the database: files of the program itself */
};
struct web_route {
  const char *method, *path; /* "GET", "/documents/{id}"; a GET also answers HEAD */
  const char *permission;    /* NULL with WEB_OPEN; "" any signed-in user */
  enum web_audit audit;
  unsigned flags;
  const struct web_field *fields;
  int nfields;
  int (*handle)(struct web_call *c, struct err *e); /* 0, or a negative rc: RC_NOTFOUND 404, RC_USAGE and RC_FORMAT 400, RC_CONFLICT 409, RC_LIMIT
                                                       413, RC_BUSY 503, else 500 (the text goes to the log, not to the page) */
  const char *summary_zh, *summary_en;
};
#define WEB_FIELDS(array) (array), (int)(sizeof(array) / sizeof *(array))
struct web_permission {
  const char *name, *zh, *en;
};
struct web_nav { /* an entry of the navigation, shown to those who have the permission ("" any user) */
  const char *path, *zh, *en, *permission, *group_zh, *group_en;
};
struct web_room {
  const char *name;
  const struct web_route *routes;
  int nroutes;
  const struct web_permission *permissions;
  int npermissions;
  const struct web_nav *nav;
  int nnav;
};
struct web_grant {
  const char *permission; /* "audit.read" */
  const char *org;        /* the path of an organisation, "/1/3/": holds for it and all below */
};
struct web_user {
  int64_t tenant, id, session, org_id; /* session 0: an API token */
  const char *login, *name, *org;      /* org: path */
  const char *csrf;                    /* hex; of the session */
  const struct web_grant *grants;
  int ngrants;
};
struct web_hooks { /* what the people room gives the server */
  void *context;
  int (*identify)(void *context, struct web_call *c, struct err *e); /* web_user_set() when cookie or token say who; 0 also when nobody */
  int (*refuse)(void *context, struct web_call *c, int status, const char *text, struct err *e); /* writes a page for 400 … 503 */
};

/* ---- a call: what was asked ---- */
struct arena *web_arena(struct web_call *c);
struct db *web_db(struct web_call *c); /* a connection from the pool, taken at first use; never NULL within a handler (503 before it runs) */
const struct web_user *web_user(const struct web_call *c); /* NULL: nobody */
void web_user_set(struct web_call *c, const struct web_user *u);
bool web_may(const struct web_call *c, const char *permission);                     /* in some organisation */
bool web_may_at(const struct web_call *c, const char *permission, const char *org); /* in this one: a grant's path is a prefix of it */
bool web_has(const struct web_call *c, const char *field);
int64_t web_int(const struct web_call *c, const char *field);    /* 0 when not given */
struct sv web_text(const struct web_call *c, const char *field); /* empty when not given */
int web_count(const struct web_call *c, const char *field);
int64_t web_int_at(const struct web_call *c, const char *field, int i);
struct sv web_text_at(const struct web_call *c, const char *field, int i);
struct web_file {
  struct sv name;   /* the last part of what the browser called it, valid UTF-8, no control characters, never empty */
  const char *path; /* a temporary file, removed after the call unless it was renamed away */
  int64_t size;
  char sha256[65];
};
const struct web_file *web_file_at(const struct web_call *c, const char *field, int i);
struct sv web_header(const struct web_call *c, const char *name);
struct sv web_cookie(const struct web_call *c, const char *name);
const char *web_peer(const struct web_call *c);       /* address; X-Forwarded-For's last one when the peer is a trusted proxy */
const char *web_request_id(const struct web_call *c); /* 16 hex digits; in the log, and in X-Request-Id */
const char *web_path(const struct web_call *c);       /* as asked, decoded */
const char *web_query(const struct web_call *c);      /* raw; "" without */
/* What is answered; the last call wins. */
struct buf *web_out(struct web_call *c);                                              /* the body; 16 MiB at most */
void web_status(struct web_call *c, int status);                                      /* 200 unless said */
void web_type(struct web_call *c, const char *type);                                  /* "text/html; charset=utf-8" unless said */
int web_redirect(struct web_call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);         /* 303, to a path of this server */
int web_redirect_away(struct web_call *c, const char *url, struct err *e) MUST_CHECK; /* to another that is configured, never one that came in */
int web_send_file(struct web_call *c, const char *path, const char *type, const char *download_name,
                  struct err *e) MUST_CHECK; /* name NULL: shown; with ETag */
/* Bytes that live as long as the server; gzip may be NULL. With ETag and Cache-Control: immutable when the query is v=…, else no-cache. */
int web_send_static(struct web_call *c, const void *data, size_t size, const void *gzip, size_t gzip_size, const char *type);
void web_header_set(struct web_call *c, const char *name, const char *value); /* refuses control characters */
void web_cookie_set(struct web_call *c, const char *name, const char *value,
                    int64_t seconds);                                     /* HttpOnly, SameSite=Lax, Path=/, Secure when configured; 0 deletes */
void web_log_add(struct web_call *c, const char *key, const char *value); /* into the line of this request in the log */
struct web_config {
  const char *listen;            /* "127.0.0.1:8080", "[::1]:8080", "unix:/run/heng.sock"; port 0: any, see web_port() */
  bool secure;                   /* cookies Secure, HSTS: behind TLS */
  bool trust_proxy;              /* the peer is our nginx: believe X-Forwarded-For */
  const char *site;              /* "https://heng.example": the only Host and Origin that are taken; NULL: any loopback name */
  const char *temporary;         /* folder for uploads */
  int64_t upload_file, upload;   /* bytes a file, a request; 0: 100 MiB, 1 GiB */
  int connections, head_seconds; /* 0: 256; 40: for a request's head to come, also after a pause between two */
  struct db_pool *pool;          /* may be NULL: no handler uses web_db() */
  const struct web_room *const *rooms;
  int nrooms;
  struct web_hooks hooks;
  int log; /* file descriptor for JSON lines; -1 none */
};
int web_start(const struct web_config *config, struct web **out, struct err *e) MUST_CHECK; /* refuses tables that are wrong, naming the route */
int web_port(const struct web *w);
void web_drain(struct web *w); /* no new connections; waits up to 20 s for calls under way */
void web_free(struct web *w);
int web_check(const struct web_room *const *rooms, int n, struct err *e) MUST_CHECK;
int web_openapi(const struct web_room *const *rooms, int n, struct buf *out, struct err *e) MUST_CHECK; /* OpenAPI 3.1, JSON */
/* Counters for /metrics: name with labels ("heng_audits_total{outcome=\"done\"}"); at most 256 names. */
void web_metric_add(const char *name, int64_t n);
void web_metric_set(const char *name, int64_t v);

#endif
