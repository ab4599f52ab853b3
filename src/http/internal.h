/* internal.h: what the files of the server share. */
#ifndef HENG_HTTP_INTERNAL_H
#define HENG_HTTP_INTERNAL_H

#include "http/web.h"

#include <microhttpd.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

enum {
  PATH_MOST = 2000,
  QUERY_MOST = 8000,
  SEGMENTS_MOST = 24,
  PAIRS_MOST = 2000,           /* fields of a query or a form */
  FORM_MOST = 4 * 1024 * 1024, /* bytes of a form that are no files */
  PART_HEAD_MOST = 8192,       /* of a part of multipart/form-data */
  BOUNDARY_MOST = 70,          /* RFC 2046 */
  CALL_MEMORY = 64 * 1024 * 1024,
  BODY_MOST = 16 * 1024 * 1024, /* of an answer */
  HEADERS_MOST = 24,            /* that a handler sets */
  ROUTES_MOST = 1024
};

/* A name and value of a query or form. */
struct pair {
  struct sv name, value;
  struct web_file *file; /* NULL: text */
};
struct pairs {
  struct pair *v;
  int n;
};

/* ---- form.c ---- */
/* application/x-www-form-urlencoded, and a query: '+' is a blank. RC_FORMAT: a broken escape, or no UTF-8, or a NUL. */
int form_decode(struct arena *a, struct sv s, struct pairs *out, struct err *e) MUST_CHECK;
/* Percent-decodes a path; RC_FORMAT also for %2F, %00 and what is no UTF-8. */
int path_decode(struct arena *a, struct sv s, struct sv *out, struct err *e) MUST_CHECK;

/* multipart/form-data (RFC 7578), as it comes in pieces of any size. Files go to `folder` while they come. */
struct multipart {
  struct arena *arena;
  const char *folder;
  int64_t file_most;
  char delimiter[BOUNDARY_MOST + 8];
  size_t ndelimiter;
  enum { PART_PREAMBLE, PART_AFTER, PART_HEAD, PART_BODY, PART_END } state;
  struct buf window, text;
  struct pair now;
  bool is_file;
  int fd;
  struct sha256_ctx hash;
  size_t text_used;
  struct pairs pairs;
};
int multipart_begin(struct multipart *m, struct arena *a, const char *content_type, const char *folder, int64_t file_most, struct err *e) MUST_CHECK;
int multipart_feed(struct multipart *m, const char *p, size_t n, struct err *e) MUST_CHECK;
int multipart_end(struct multipart *m, struct err *e) MUST_CHECK; /* RC_FORMAT: it was cut off */
void multipart_release(struct multipart *m);                      /* and removes the files that are still there */

/* ---- a call ---- */
struct given { /* a declared field with what came for it */
  const struct web_field *field;
  struct sv *texts;
  int64_t *ints;
  struct web_file **files;
  int n;
};
struct web_call {
  struct web *web;
  struct MHD_Connection *connection;
  struct arena arena;
  struct db *db;
  const struct web_user *user;
  const struct web_route *route;
  const struct web_room *room;
  struct sv path_values[SEGMENTS_MOST]; /* of the route's {…}, in order */
  const char *path_names[SEGMENTS_MOST];
  int npath;
  const char *method, *path, *query;
  char request_id[17], peer[64];
  bool head, post, answered, has_body, body_done;
  int refused; /* status to answer with instead of the handler; 0 none */
  const char *why;
  int64_t body_length, body_read, started, body_started;
  struct buf body_text; /* urlencoded */
  struct multipart multipart;
  bool is_multipart;
  struct pairs query_pairs, form_pairs;
  struct given *given;
  int ngiven;
  struct buf out;
  int status;
  const char *type;
  struct {
    const char *name, *value;
  } headers[HEADERS_MOST];
  int nheaders;
  const char *file_path; /* answer is a file */
  const char *download;
  const void *fixed; /* answer is bytes that stay */
  size_t fixed_size;
  const char *etag;
  struct buf log;
};

struct watched;
struct web {
  struct web_config config;
  struct MHD_Daemon *daemon;
  char *listen, *temporary, *site, *unix_path;
  int port;
  atomic_bool draining;
  atomic_int in_flight;
  pthread_mutex_t log_lock, watch_lock;
  struct watched *watched;
  pthread_t watcher;
  bool watches;
  atomic_bool watch_ends;
  int head_seconds;
};

/* ---- watch.c ---- */
int watch_start(struct web *w, struct err *e) MUST_CHECK;
void watch_stop(struct web *w);
void watch_connection(void *context, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code);
void watch_busy(struct web *w, struct MHD_Connection *connection, bool busy);

/* ---- route.c ---- */
/* Literal segments before parameters. 0 found; 404; 405 (`allow` gets the methods). */
int route_find(const struct web *w, struct web_call *c, char *allow, size_t size);
const struct web_field *route_field(const struct web_route *r, struct sv name);

/* ---- field.c: everything typed before a handler runs ---- */
int fields_take(struct web_call *c, struct err *e) MUST_CHECK;
bool field_value(const struct web_field *f, struct sv raw, struct arena *a, struct sv *text, int64_t *number); /* false: not allowed */
const char *field_rule(struct arena *a, const struct web_field *f); /* "1 … 120 characters", for the message */

/* ---- security.c ---- */
int security_request(struct web_call *c, const char **why); /* status, or 0: host, lengths, methods */
int security_csrf(struct web_call *c, const char **why);    /* status, or 0 */
void security_headers(const struct web_call *c, struct MHD_Response *r);

/* ---- answer.c ---- */
enum MHD_Result answer(struct web_call *c);
void answer_status(struct web_call *c, int status, const char *text); /* through the room's page, or as problem+json */

/* ---- log.c, metrics.c ---- */
void log_call(struct web_call *c, int status, int64_t bytes);
void log_problem(struct web *w, const char *id, const char *text);
void json_text(struct buf *out, struct sv s);
void metrics_count(int status, int64_t microseconds);
void metrics_write(struct buf *out, const struct web *w);
int64_t clock_us(void);

/* ---- server's own routes ---- */
extern const struct web_room server_room;

#endif
