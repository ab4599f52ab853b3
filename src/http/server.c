/* server.c: the listening socket, connections, and the order in which a call is worked off:
 * limits → host → route → who asks → permission → body → fields → form token → handler → answer → log. */
#include "http/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { IDLE_SECONDS = 30, HEAD_SECONDS = 40, DRAIN_SECONDS = 20, BODY_GRACE_US = 30000000, BODY_RATE = 1024 };

static _Thread_local char raw_target[PATH_MOST + QUERY_MOST + 2]; /* of the request whose head this connection's thread just read */
static _Thread_local bool raw_too_long;

static void *target_seen(void *context, const char *uri, struct MHD_Connection *connection) {
  (void)context;
  (void)connection;
  raw_too_long = strlen(uri) >= sizeof raw_target;
  snprintf(raw_target, sizeof raw_target, "%s", uri);
  return NULL;
}

static size_t unescape_nothing(void *context, struct MHD_Connection *connection, char *s) {
  (void)context;
  (void)connection;
  return strlen(s); /* path and query are decoded here, strictly */
}

/* ---- who is at the other end ---- */
static void peer_of(struct web_call *c) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const struct sockaddr *a = info ? info->client_addr : NULL;
  snprintf(c->peer, sizeof c->peer, "local");
  if (a && a->sa_family == AF_INET) inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, c->peer, sizeof c->peer);
  if (a && a->sa_family == AF_INET6) inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, c->peer, sizeof c->peer);
  if (!c->web->config.trust_proxy) return;
  struct sv all = web_header(c, "X-Forwarded-For"), last = all;
  while (all.p && all.n) last = sv_trim(sv_cut(&all, ','));
  char text[64];
  unsigned char raw[16];
  snprintf(text, sizeof text, "%.*s", SV_ARG(last));
  if (last.n < sizeof text && (inet_pton(AF_INET, text, raw) == 1 || inet_pton(AF_INET6, text, raw) == 1))
    snprintf(c->peer, sizeof c->peer, "%.60s", text);
}

static void language_of(struct web_call *c) {
  struct sv lang = web_cookie(c, "lang"), accepted = web_header(c, "Accept-Language");
  bool english = sv_is(lang, "en") || (!sv_is(lang, "zh") && sv_starts(accepted, "en"));
  lang_set_thread(english ? LANG_EN : LANG_ZH);
}

static struct web_call *call_new(struct web *w, struct MHD_Connection *connection, const char *method) {
  struct web_call *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->web = w;
  c->connection = connection;
  c->started = clock_us();
  c->status = 200;
  c->head = strcmp(method, "HEAD") == 0;
  c->post = strcmp(method, "POST") == 0;
  unsigned char id[8];
  randombytes_buf(id, sizeof id);
  sodium_bin2hex(c->request_id, sizeof c->request_id, id, sizeof id);
  arena_init(&c->arena, CALL_MEMORY);
  buf_init(&c->out, BODY_MOST);
  buf_init(&c->body_text, FORM_MOST);
  buf_init(&c->log, 4096);
  c->method = arena_text(&c->arena, method, strlen(method) > 20 ? 20 : strlen(method));
  c->multipart.fd = -1;
  peer_of(c);
  language_of(c);
  atomic_fetch_add(&w->in_flight, 1);
  return c;
}

static void call_free(struct web_call *c) {
  if (c->is_multipart) multipart_release(&c->multipart);
  if (c->db) db_pool_give(c->web->config.pool, c->db);
  buf_release(&c->out);
  buf_release(&c->body_text);
  buf_release(&c->log);
  arena_release(&c->arena);
  atomic_fetch_sub(&c->web->in_flight, 1);
  free(c);
}

static int status_of(int rc) {
  switch (rc) {
  case RC_NOTFOUND: return 404;
  case RC_USAGE:
  case RC_FORMAT: return 400;
  case RC_CONFLICT:
  case RC_REFERENCE: return 409;
  case RC_LIMIT: return 413;
  case RC_BUSY: return 503;
  default: return 500;
  }
}

/* What an inner failure says goes to the log; a page says only that there was one. */
static void failed(struct web_call *c, int rc, const struct err *e) {
  int status = status_of(rc);
  if (status == 500) log_problem(c->web, c->request_id, e->text);
  answer_status(c, status, status == 500 ? NULL : e->text);
}

/* ---- the head ---- */
static int target_read(struct web_call *c, const char **why) {
  struct err e = {0};
  struct sv path = sv_from(raw_target), decoded;
  size_t mark = sv_find(path, "?");
  if (raw_too_long) return 414;
  struct sv query = mark == SIZE_MAX ? SV("") : (struct sv){path.p + mark + 1, path.n - mark - 1};
  if (mark != SIZE_MAX) path.n = mark;
  c->path = "/";
  if (path.n > PATH_MOST || query.n > QUERY_MOST) return 414;
  if (path.n == 0 || path.p[0] != '/') return 400; /* only the origin form: this is no proxy */
  if (path_decode(&c->arena, path, &decoded, &e) < 0 || memchr(decoded.p, '\\', decoded.n)) return 400;
  c->path = arena_text(&c->arena, decoded.p, decoded.n);
  c->query = arena_text(&c->arena, query.p, query.n);
  if (!c->path || !c->query) return 500;
  if (strstr(c->path, "/../") || sv_ends(decoded, "/..") || strstr(c->path, "/./") || strstr(c->path, "//")) return 404;
  if (form_decode(&c->arena, sv_from(c->query), &c->query_pairs, &e) < 0) {
    *why = arena_text(&c->arena, e.text, strlen(e.text));
    return 400;
  }
  return 0;
}

static int to_sign_in(struct web_call *c) {
  if (c->post || (c->route->flags & WEB_DATA)) return 401;
  struct buf next;
  buf_init(&next, 8192);
  for (const char *p = c->path; *p; p++) {
    unsigned char ch = (unsigned char)*p;
    if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || strchr("/-_.", ch))
      buf_putc(&next, *p);
    else
      buf_printf(&next, "%%%02X", ch);
  }
  if (*c->query) buf_puts(&next, "%3F");
  for (const char *p = c->query; *p; p++) buf_printf(&next, "%%%02X", (unsigned char)*p);
  web_redirect(c, "/login?next=%s", next.rc == RC_OK && next.p ? next.p : "/");
  buf_release(&next);
  return 303;
}

static int db_take(struct web_call *c, struct err *e) {
  if (!c->web->config.pool || c->db || (c->route->flags & WEB_BARE)) return RC_OK;
  int rc = db_pool_take(c->web->config.pool, &c->db, e);
  if (rc < 0) log_problem(c->web, c->request_id, e->text);
  return rc;
}

static void db_give(struct web_call *c) {
  if (c->db) db_pool_give(c->web->config.pool, c->db);
  c->db = NULL;
}

static int who_and_whether(struct web_call *c, const char **why) {
  struct err e = {0};
  const struct web_route *r = c->route;
  const struct web_hooks *h = &c->web->config.hooks;
  if (r->flags & WEB_BARE) return 0;
  if (db_take(c, &e) < 0) return 503;
  int rc = h->identify ? h->identify(h->context, c, &e) : RC_OK;
  if (rc < 0) {
    log_problem(c->web, c->request_id, e.text);
    return rc == RC_BUSY ? 503 : 500;
  }
  if (r->flags & WEB_OPEN) return 0;
  if (!c->user) return to_sign_in(c);
  if (*r->permission && !web_may(c, r->permission)) {
    *why = tr("您的角色没有这个权限", "your roles do not include this");
    return 403;
  }
  return 0;
}

static int body_prepare(struct web_call *c, const char **why) {
  struct err e = {0};
  struct sv type = web_header(c, "Content-Type");
  int64_t most = c->web->config.upload ? c->web->config.upload : INT64_C(1) << 30;
  int64_t file = c->web->config.upload_file ? c->web->config.upload_file : INT64_C(100) << 20;
  if (c->body_length == 0) return 0;
  if (sv_starts(type, "application/x-www-form-urlencoded")) {
    if (c->body_length > FORM_MOST) return 413;
  } else if (sv_starts(type, "multipart/form-data")) {
    if (c->body_length > most) return 413;
    if (multipart_begin(&c->multipart, &c->arena, type.p, c->web->temporary, file, &e) < 0) return 400;
    c->is_multipart = true;
  } else {
    *why = tr("只接受表单", "only forms are taken");
    return 415;
  }
  c->has_body = true;
  return 0;
}

static void head_judge(struct web_call *c) {
  const char *why = "";
  char allow[128] = "";
  int status = target_read(c, &why), other = security_request(c, &why);
  if (other) status = other;
  if (!status && atomic_load(&c->web->draining)) status = 503;
  if (!status) status = route_find(c->web, c, allow, sizeof allow);
  if (status == 405) web_header_set(c, "Allow", *allow ? allow : "GET, HEAD, POST");
  if (!status) status = who_and_whether(c, &why);
  if (!status) status = body_prepare(c, &why);
  c->refused = status;
  c->why = why;
  if (c->has_body) db_give(c); /* a slow upload holds no connection */
}

/* ---- the body, and the handler ---- */
static void body_take(struct web_call *c, const char *p, size_t n) {
  struct err e = {0};
  int64_t now = clock_us();
  if (!c->body_started) c->body_started = now;
  c->body_read += (int64_t)n;
  if (c->refused) return; /* read to its end and dropped */
  int64_t spent = now - c->body_started;
  int rc = c->is_multipart ? multipart_feed(&c->multipart, p, n, &e) : buf_add(&c->body_text, p, n);
  if (rc == RC_OK && spent > BODY_GRACE_US && c->body_read < spent / 1000000 * BODY_RATE) {
    rc = RC_LIMIT;
    c->refused = 408;
  }
  if (rc < 0) {
    if (!c->refused) c->refused = status_of(rc);
    c->why = arena_text(&c->arena, e.text, strlen(e.text));
  }
}

static int inputs_take(struct web_call *c, struct err *e) {
  int rc = RC_OK;
  if (c->is_multipart) {
    rc = multipart_end(&c->multipart, e);
    c->form_pairs = c->multipart.pairs;
  } else if (c->body_text.n) {
    rc = form_decode(&c->arena, (struct sv){c->body_text.p, c->body_text.n}, &c->form_pairs, e);
  }
  return rc < 0 ? rc : fields_take(c, e);
}

static void handle(struct web_call *c) {
  struct err e = {0};
  const char *why = "";
  int rc = db_take(c, &e);
  if (rc < 0) {
    answer_status(c, 503, NULL);
    return;
  }
  if ((rc = inputs_take(c, &e)) < 0) {
    failed(c, rc, &e);
    return;
  }
  int status = security_csrf(c, &why);
  if (status) {
    answer_status(c, status, why);
    return;
  }
  bool reads = c->db && !c->post && c->route->audit == WEB_READS;
  if (reads) db_read_begin(c->db);
  rc = c->route->handle(c, &e);
  if (reads) db_read_end(c->db);
  if (rc < 0) failed(c, rc, &e);
}

static enum MHD_Result finish(struct web_call *c) {
  if (c->refused == 303)
    ; /* the redirect is written already */
  else if (c->refused)
    answer_status(c, c->refused, c->why);
  else
    handle(c);
  enum MHD_Result r = answer(c);
  db_give(c);
  return r;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state) {
  struct web_call *c = *state;
  (void)url;
  (void)version;
  if (!c) {
    if (!(c = call_new(context, connection, method))) return MHD_NO;
    *state = c;
    watch_busy(c->web, connection, true);
    head_judge(c);
    return c->refused && c->body_length > 0 ? finish(c) : MHD_YES; /* what is refused is not uploaded first */
  }
  if (c->answered) {
    *upload_size = 0;
    return MHD_YES;
  }
  if (*upload_size > 0) {
    body_take(c, upload, *upload_size);
    *upload_size = 0;
    return c->refused == 408 ? MHD_NO : MHD_YES; /* too slow: it is not waited for any longer */
  }
  return finish(c);
}

static void on_done(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code) {
  (void)code;
  watch_busy(context, connection, false);
  if (*state) call_free(*state);
  *state = NULL;
}

/* ---- listening ---- */
static int listen_unix(struct web *w, const char *path, struct err *e) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof a.sun_path) return err_set(e, RC_USAGE, "%s", tr("套接字路径太长", "the socket's path is too long"));
  snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct stat st;
  if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) unlink(path);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof a) != 0 || chmod(path, 0660) != 0 || listen(fd, 512) != 0) {
    int code = errno;
    if (fd >= 0) close(fd);
    return err_set(e, RC_IO, "%s: %s", path, err_system(code));
  }
  w->unix_path = strdup(path);
  return fd;
}

static int listen_tcp(struct web *w, const char *address, struct err *e) {
  struct sockaddr_in six_or_four = {.sin_family = AF_INET};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6};
  char host[64];
  const char *colon = strrchr(address, ':');
  char *end = NULL;
  long port = colon ? strtol(colon + 1, &end, 10) : -1;
  size_t n = colon ? (size_t)(colon - address) : 0;
  if (port < 0 || port > 65535 || !end || *end || n == 0 || n >= sizeof host)
    return err_set(
        e, RC_USAGE,
        tr("监听地址 %s 不对：写 127.0.0.1:8080、[::1]:8080 或 unix:路径", "listening address %s: write 127.0.0.1:8080, [::1]:8080 or unix:PATH"),
        address);
  bool is_six = address[0] == '[' && address[n - 1] == ']';
  snprintf(host, sizeof host, "%.*s", (int)(is_six ? n - 2 : n), address + is_six);
  six_or_four.sin_port = six.sin6_port = htons((uint16_t)port);
  if (inet_pton(is_six ? AF_INET6 : AF_INET, host, is_six ? (void *)&six.sin6_addr : (void *)&six_or_four.sin_addr) != 1)
    return err_set(e, RC_USAGE, tr("监听地址 %s 不对", "listening address %s is wrong"), address);
  const struct sockaddr *a = is_six ? (const struct sockaddr *)&six : (const struct sockaddr *)&six_or_four;
  socklen_t size = is_six ? sizeof six : sizeof six_or_four;
  int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || bind(fd, a, size) != 0 || listen(fd, 512) != 0) {
    int code = errno;
    if (fd >= 0) close(fd);
    return err_set(e, RC_IO, tr("不能监听 %s：%s", "cannot listen at %s: %s"), address, err_system(code));
  }
  struct sockaddr_in6 bound;
  size = sizeof bound;
  if (getsockname(fd, (struct sockaddr *)&bound, &size) == 0) w->port = ntohs(bound.sin6_port); /* at the same place in both families */
  return fd;
}

static int daemon_start(struct web *w, int fd, struct err *e) {
  unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
  unsigned most = w->config.connections > 0 ? (unsigned)w->config.connections : 256;
  w->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, w, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, most,
                               MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
                               MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, on_done, w, MHD_OPTION_NOTIFY_CONNECTION,
                               watch_connection, w, MHD_OPTION_URI_LOG_CALLBACK, target_seen, w, MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, w,
                               MHD_OPTION_THREAD_STACK_SIZE, (size_t)1024 * 1024, MHD_OPTION_END);
  return w->daemon ? RC_OK : err_set(e, RC_IO, "%s", tr("服务器起不来", "the server cannot start"));
}

int web_start(const struct web_config *config, struct web **out, struct err *e) {
  *out = NULL;
  if (sodium_init() < 0) return err_set(e, RC_IO, "%s", tr("没有随机数", "no source of random numbers"));
  int rc = web_check(config->rooms, config->nrooms, e);
  if (rc < 0) return rc;
  struct web *w = calloc(1, sizeof *w);
  if (!w) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  w->config = *config;
  w->temporary = strdup(config->temporary ? config->temporary : "/tmp");
  w->site = config->site ? strdup(config->site) : NULL;
  pthread_mutex_init(&w->log_lock, NULL);
  int fd = strncmp(config->listen, "unix:", 5) == 0 ? listen_unix(w, config->listen + 5, e) : listen_tcp(w, config->listen, e);
  w->head_seconds = config->head_seconds > 0 ? config->head_seconds : HEAD_SECONDS;
  rc = fd < 0 ? fd : watch_start(w, e);
  if (rc == RC_OK) rc = daemon_start(w, fd, e);
  if (rc < 0) {
    web_free(w);
    return rc;
  }
  *out = w;
  return RC_OK;
}

int web_port(const struct web *w) {
  return w->port;
}

void web_drain(struct web *w) {
  atomic_store(&w->draining, true);
  MHD_socket fd = w->daemon ? MHD_quiesce_daemon(w->daemon) : MHD_INVALID_SOCKET;
  if (fd != MHD_INVALID_SOCKET) close(fd);
  for (int i = 0; i < DRAIN_SECONDS * 50 && atomic_load(&w->in_flight) > 0; i++) nanosleep(&(struct timespec){0, 20000000}, NULL);
}

void web_free(struct web *w) {
  if (!w) return;
  if (w->daemon) MHD_stop_daemon(w->daemon);
  watch_stop(w);
  if (w->unix_path) unlink(w->unix_path);
  pthread_mutex_destroy(&w->log_lock);
  free(w->unix_path);
  free(w->temporary);
  free(w->site);
  free(w);
}
