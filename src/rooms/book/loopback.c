/* loopback.c: connections of the preview's server, each reading a head, sending an answer, streaming events, or waiting for the peer to close. */
#include "rooms/book/loopback.h"
#include "rooms/book/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum state { FREE, READING, SENDING, STREAMING, LINGERING };
enum { LINGER_BYTES = 256 * 1024, PAUSE_MS = 200 };

struct connection {
  enum state state;
  int fd;
  int64_t due; /* when its time is over; a stream: when it is pinged */
  bool stream; /* after its head */
  size_t nin;
  char in[HTTP_HEAD_MAX];
  struct buf head;
  struct blob *body; /* NULL: none, or not asked for */
  size_t sent;       /* of head and body together */
  size_t discarded;
};
struct loopback {
  int fd, port;
  int64_t paused; /* not listening until then: the system had no descriptors left */
  struct loopback_site site;
  char event[64];
  struct connection connections[LOOPBACK_CONNECTIONS];
};

struct blob *blob_take(struct buf *text) {
  struct blob *b = malloc(sizeof *b);
  if (!b) return NULL;
  *b = (struct blob){.references = 1, .n = text->n, .p = text->p};
  *text = (struct buf){.cap = text->cap};
  return b;
}

struct blob *blob_keep(struct blob *b) {
  b->references++;
  return b;
}

void blob_drop(struct blob *b) {
  if (!b || --b->references > 0) return;
  free(b->p);
  free(b);
}

/* ---- the socket ---- */

static int fails(int fd, int port, struct err *e) {
  int why = errno;
  if (fd >= 0) close(fd);
  if (why == EADDRINUSE)
    return err_set(e, RC_IO, tr("端口 %d 已被别的程序占用；换一个，或用 --port 0", "port %d is in use; take another, or --port 0"), port);
  return err_set(e, RC_IO, tr("不能在 127.0.0.1:%d 上等候：%s", "cannot listen on 127.0.0.1:%d: %s"), port, strerror(why));
}

int loopback_open(int port, const struct loopback_site *site, struct loopback **out, struct err *e) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 || bind(fd, (struct sockaddr *)&at, n) != 0 || listen(fd, 64) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &n) != 0)
    return fails(fd, port, e);
  struct loopback *s = calloc(1, sizeof *s);
  if (!s) {
    close(fd);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  s->fd = fd, s->port = ntohs(at.sin_port), s->site = *site;
  *out = s;
  return RC_OK;
}

static void drop(struct connection *c) {
  if (c->state == FREE) return;
  close(c->fd);
  buf_release(&c->head);
  blob_drop(c->body);
  c->body = NULL, c->state = FREE;
}

void loopback_close(struct loopback *s) {
  if (!s) return;
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) drop(&s->connections[i]);
  close(s->fd);
  free(s);
}

int loopback_port(const struct loopback *s) {
  return s->port;
}

int loopback_count(const struct loopback *s) {
  int n = 0;
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) n += s->connections[i].state != FREE;
  return n;
}

static int streams(const struct loopback *s) {
  int n = 0;
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) n += s->connections[i].state != FREE && s->connections[i].stream;
  return n;
}

/* ---- answers ---- */

/* A peer that is still sending when its connection closes would lose the answer: first our side is closed, then what it sends is thrown away. */
static void linger(struct connection *c, int64_t now) {
  shutdown(c->fd, SHUT_WR);
  blob_drop(c->body);
  c->body = NULL, c->state = LINGERING, c->due = now + LOOPBACK_LINGER_MS;
}

static void event_send(struct connection *c, const char *text) {
  size_t n = strlen(text);
  if (send(c->fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)n) drop(c); /* who does not read comes again by itself */
}

static void event_tell(struct connection *c, const char *event) {
  char text[96];
  snprintf(text, sizeof text, "data: %s\n\n", event);
  event_send(c, text);
}

static void answer_send(struct loopback *s, struct connection *c, int64_t now) {
  size_t whole = c->head.n + (c->body ? c->body->n : 0);
  while (c->sent < whole) {
    bool in_head = c->sent < c->head.n;
    const char *p = in_head ? c->head.p + c->sent : c->body->p + (c->sent - c->head.n);
    ssize_t n = send(c->fd, p, in_head ? c->head.n - c->sent : whole - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT | (in_head && c->body ? MSG_MORE : 0));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      drop(c);
      return;
    }
    c->sent += (size_t)n;
  }
  if (!c->stream) {
    linger(c, now);
    return;
  }
  c->state = STREAMING, c->due = now + LOOPBACK_PING_MS;
  if (s->event[0]) event_tell(c, s->event);
}

static void answer_begin(struct loopback *s, struct connection *c, int64_t now) {
  if (c->head.rc < 0) {
    drop(c);
    return;
  }
  c->state = SENDING, c->due = now + LOOPBACK_SEND_MS;
  answer_send(s, c, now);
}

/* A status with a line of words for whoever looks at it in a browser. */
static void refuse(struct loopback *s, struct connection *c, int status, bool head, int64_t now) {
  char text[300] = "";
  switch (status) {
  case 404:
    snprintf(text, sizeof text, "%s\n",
             tr("预览里只有网页本身。下载的文件由 heng book print 或 heng book publish 生成。",
                "the preview has the page only; files to download are made by heng book print or heng book publish"));
    break;
  case 421:
    snprintf(text, sizeof text, "%s\n", tr("只回答发给 127.0.0.1 或 localhost 的请求。", "answers only what is sent to 127.0.0.1 or localhost"));
    break;
  case 503: snprintf(text, sizeof text, "%s\n", tr("打开的页面太多，请关掉几个。", "too many pages are open; close some")); break;
  default: snprintf(text, sizeof text, "%d %s\n", status, http_reason(status)); break;
  }
  http_answer(&c->head, status, "text/plain; charset=utf-8", (int64_t)strlen(text), NULL);
  if (!head) buf_puts(&c->head, text);
  answer_begin(s, c, now);
}

static void serve(struct loopback *s, struct connection *c, const struct http_request *r, int64_t now) {
  struct blob *body = NULL;
  const char *type = NULL, *policy = NULL;
  if (!http_host_is_loopback(r->host)) {
    refuse(s, c, 421, r->head, now);
    return;
  }
  enum loopback_what what = s->site.find(s->site.context, r->path, &body, &type, &policy);
  if (what == LOOPBACK_STREAM && !r->head && streams(s) >= LOOPBACK_STREAMS) {
    refuse(s, c, 503, false, now);
    return;
  }
  switch (what) {
  case LOOPBACK_STREAM:
    http_answer(&c->head, 200, "text/event-stream", -1, NULL);
    c->stream = !r->head;
    break;
  case LOOPBACK_BODY:
    http_answer(&c->head, 200, type, (int64_t)body->n, policy);
    if (!r->head) c->body = blob_keep(body);
    break;
  case LOOPBACK_EMPTY: http_answer(&c->head, 204, NULL, -1, NULL); break;
  case LOOPBACK_NOT_FOUND:
  default: refuse(s, c, 404, r->head, now); return;
  }
  answer_begin(s, c, now);
}

/* ---- what happens on a connection ---- */

static void request_take(struct loopback *s, struct connection *c, int64_t now) {
  struct http_request r;
  ssize_t n = recv(c->fd, c->in + c->nin, sizeof c->in - c->nin, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    drop(c);
    return;
  }
  c->nin += (size_t)n;
  int status = http_read((struct sv){c->in, c->nin}, &r);
  if (status == HTTP_OK)
    serve(s, c, &r, now);
  else if (status != HTTP_MORE)
    refuse(s, c, status, false, now);
}

/* What a peer sends after its request means nothing here; only that it is gone does. */
static void discard(struct connection *c) {
  char away[4096];
  ssize_t n = recv(c->fd, away, sizeof away, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  c->discarded += n > 0 ? (size_t)n : 0;
  if (n <= 0 || c->discarded > LINGER_BYTES) drop(c);
}

static void welcome(struct loopback *s, int64_t now) {
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) {
    struct connection *c = &s->connections[i];
    if (c->state != FREE) continue;
    int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) s->paused = now + PAUSE_MS;
      return;
    }
    c->state = READING, c->fd = fd, c->due = now + LOOPBACK_HEAD_MS;
    c->stream = false, c->nin = c->sent = c->discarded = 0;
    buf_init(&c->head, 4096);
  }
}

int loopback_fds(struct loopback *s, struct pollfd fds[LOOPBACK_FDS], int64_t now) {
  int n = 0;
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++) {
    const struct connection *c = &s->connections[i];
    if (c->state != FREE) fds[n++] = (struct pollfd){.fd = c->fd, .events = c->state == SENDING ? POLLOUT : POLLIN};
  }
  if (n < LOOPBACK_CONNECTIONS && now >= s->paused) fds[n++] = (struct pollfd){.fd = s->fd, .events = POLLIN};
  return n;
}

int64_t loopback_due(const struct loopback *s, int64_t now) {
  int64_t due = now < s->paused ? s->paused : INT64_MAX;
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++)
    if (s->connections[i].state != FREE && s->connections[i].due < due) due = s->connections[i].due;
  return due;
}

static void time_over(struct loopback *s, struct connection *c, int64_t now) {
  if (c->state == STREAMING) {
    c->due = now + LOOPBACK_PING_MS;
    event_send(c, ":\n\n");
  } else if (c->state == READING && c->nin > 0) {
    refuse(s, c, 408, false, now);
  } else {
    drop(c);
  }
}

static void happen(struct loopback *s, struct connection *c, int64_t now) {
  switch (c->state) {
  case READING: request_take(s, c, now); break;
  case SENDING: answer_send(s, c, now); break;
  case STREAMING:
  case LINGERING: discard(c); break;
  case FREE:
  default: break;
  }
}

void loopback_step(struct loopback *s, const struct pollfd *fds, int n, int64_t now) {
  bool knock = false;
  for (int k = 0; k < n; k++) {
    if (!fds[k].revents) continue;
    if (fds[k].fd == s->fd) knock = true;
    for (int i = 0; i < LOOPBACK_CONNECTIONS; i++)
      if (s->connections[i].state != FREE && s->connections[i].fd == fds[k].fd) {
        happen(s, &s->connections[i], now);
        break;
      }
  }
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++)
    if (s->connections[i].state != FREE && now >= s->connections[i].due) time_over(s, &s->connections[i], now);
  if (knock) welcome(s, now); /* last: a descriptor that closed above may come again as another connection's */
}

void loopback_tell(struct loopback *s, const char *event) {
  snprintf(s->event, sizeof s->event, "%s", event);
  for (int i = 0; i < LOOPBACK_CONNECTIONS; i++)
    if (s->connections[i].state == STREAMING) event_tell(&s->connections[i], s->event);
}
