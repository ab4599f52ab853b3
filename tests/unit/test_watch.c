/* test_watch.c: the preview's server: hostile heads, connections that are slow, silent, greedy or many, streams; which files count as changed. */
#include "rooms/book/folder_watch.h"
#include "rooms/book/http.h"
#include "rooms/book/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define HOST "Host: 127.0.0.1:8765\r\n"

/* ---- heads ---- */

static int status_of(const char *p, size_t n) {
  struct http_request r;
  char *own = malloc(n ? n : 1); /* no byte more than it has: a reader past the end is noticed by the sanitizer */
  assert_non_null(own);
  memcpy(own, p, n);
  int status = http_read((struct sv){own, n}, &r);
  free(own);
  return status;
}

static const struct {
  int status;
  const char *head;
} heads[] = {
    {200, "GET / HTTP/1.1\r\n" HOST "\r\n"},
    {200, "HEAD /events?x=1&y HTTP/1.1\r\nhOsT:\t127.0.0.1 \r\nAccept: */*\r\n\r\n"},
    {200, "GET / HTTP/1.0\r\n" HOST "Content-Length: 0\r\n\r\n"},
    {200, "GET / HTTP/1.1\r\n" HOST "X: \xE8\xB4\xA2\r\n\r\nGET /second HTTP/1.1\r\n" HOST "\r\n"},
    {200, "GET /../../etc/passwd HTTP/1.1\r\n" HOST "\r\n"}, /* a path like any other: nothing has this name */
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST HOST "\r\n"},
    {400, "GET /\r\n"},
    {400, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /  HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "\r\r\n"},
    {400, "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET http://127.0.0.1/ HTTP/1.1\r\n" HOST "\r\n"},
    {400, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /a#b HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /\x7f HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET /\xE8\xB4\xA2 HTTP/1.1\r\n" HOST "\r\n"},
    {400, "G\x01T / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "G(T / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GETGETGETGETGETGETGETGETGETGETGETGET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST " folded: yes\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Name : blank\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST ": no name\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "X: a\x08\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 0, 5\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "tRANSFER-eNCODING: identity\r\n\r\n"},
    {400, "GET / HTTX/1.1\r\n" HOST "\r\n"},
    {400, "GET / HTTP/11\r\n" HOST "\r\n"},
    {405, "POST / HTTP/1.1\r\n" HOST "\r\n"},
    {405, "get / HTTP/1.1\r\n" HOST "\r\n"},
    {405, "DELETE / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"},
    {405, "CONNECT / HTTP/1.1\r\n" HOST "\r\n"},
    {505, "GET / HTTP/2.0\r\n" HOST "\r\n"},
    {505, "PRI / HTTP/3.0\r\n\r\n"},
};

/* Split anywhere: nothing before the end but "more" or the same refusal, and a refusal stays one. */
static void test_heads(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    size_t n = strlen(heads[i].head);
    if (status_of(heads[i].head, n) != heads[i].status) print_error("%s: %d\n", heads[i].head, status_of(heads[i].head, n));
    assert_int_equal(status_of(heads[i].head, n), heads[i].status);
    for (size_t k = 0, before = HTTP_MORE; k <= n; k++) {
      int now = status_of(heads[i].head, k);
      if (before != HTTP_MORE) assert_int_equal(now, before);
      assert_true(now == HTTP_MORE || now == heads[i].status);
      before = (size_t)now;
    }
  }
}

static void test_head_fields(void **state) {
  struct http_request r;
  (void)state;
  assert_int_equal(http_read(SV("HEAD /a?b?c HTTP/1.0\r\nX: y\r\nHost:  localhost:1\t\r\n\r\nrest"), &r), HTTP_OK);
  assert_true(r.head && r.minor == 0 && sv_is(r.path, "/a") && sv_is(r.query, "b?c") && sv_is(r.host, "localhost:1") && sv_is(r.method, "HEAD"));
  assert_int_equal(http_read(SV("GET / HTTP/1.7\r\nHost: x\r\n\r\n"), &r), HTTP_OK);
  assert_true(!r.head && r.minor == 1 && r.query.n == 0);
}

static void test_head_null_bytes(void **state) {
  static const char good[] = "GET / HTTP/1.1\r\n" HOST "A: b\r\n\r\n";
  char bytes[sizeof good];
  (void)state;
  for (size_t i = 0; i < sizeof good - 1; i++) {
    memcpy(bytes, good, sizeof good);
    bytes[i] = '\0';
    assert_int_equal(status_of(bytes, sizeof good - 1), 400);
    assert_int_equal(status_of(bytes, i + 1), 400); /* known at once */
  }
  assert_int_equal(status_of(good, sizeof good), HTTP_OK); /* behind the head it is not part of it */
}

static void test_head_huge(void **state) {
  char bytes[3 * HTTP_HEAD_MAX];
  (void)state;
  memset(bytes, 'a', sizeof bytes);
  memcpy(bytes, "GET /", 5);
  assert_int_equal(status_of(bytes, sizeof bytes), 414);
  assert_int_equal(status_of(bytes, HTTP_TARGET_MAX + 4), HTTP_MORE);
  assert_int_equal(status_of(bytes, HTTP_TARGET_MAX + 5), 414);
  memset(bytes, 'a', sizeof bytes);
  assert_int_equal(status_of(bytes, sizeof bytes), 400); /* a method without an end */
  int n = snprintf(bytes, 64, "GET / HTTP/1.1\r\n" HOST "X: ");
  bytes[n] = 'a';
  assert_int_equal(status_of(bytes, HTTP_HEAD_MAX - 1), HTTP_MORE);
  assert_int_equal(status_of(bytes, HTTP_HEAD_MAX), 431);
  memcpy(bytes + HTTP_HEAD_MAX - 4, "\r\n\r\n", 4);
  assert_int_equal(status_of(bytes, HTTP_HEAD_MAX), HTTP_OK); /* just fits */
  memcpy(bytes + HTTP_HEAD_MAX - 4, "a\r\n\r\n", 5);
  assert_int_equal(status_of(bytes, HTTP_HEAD_MAX + 1), 431);
  size_t at = (size_t)snprintf(bytes, 64, "GET / HTTP/1.1\r\n" HOST);
  for (int i = 0; i < HTTP_FIELDS_MAX; i++) at += (size_t)snprintf(bytes + at, 16, "a: b\r\n");
  memcpy(bytes + at, "\r\n", 2);
  assert_int_equal(status_of(bytes, at + 2), 431);
}

static void test_hosts(void **state) {
  static const char *const good[] = {"127.0.0.1", "127.0.0.1:1", "localhost:8765", "LOCALHOST", "[::1]:65535", "[::1]"};
  static const char *const bad[] = {"",
                                    "evil.example",
                                    "127.0.0.1.evil.example",
                                    "127.0.0.1:",
                                    "127.0.0.1:8a",
                                    "127.0.0.1:123456",
                                    "localhost.",
                                    "localhost.a",
                                    "127.0.0.2",
                                    "::1",
                                    "[::1",
                                    "user@localhost",
                                    "localhost@x:1",
                                    "0.0.0.0:80",
                                    "127.1",
                                    "127.0.0.1:-1",
                                    "127.0.0.1 evil",
                                    "evil:80/127",
                                    "localhos"};
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(http_host_is_loopback(sv_from(good[i])));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(http_host_is_loopback(sv_from(bad[i])));
}

/* ---- connections; the clock is ours ---- */

static struct loopback *server;
static struct blob *page;
static int64_t now_ms;
static int64_t due_told;

static enum loopback_what find(void *context, struct sv path, struct blob **body, const char **type, const char **policy) {
  (void)context;
  if (sv_is(path, "/events")) return LOOPBACK_STREAM;
  if (sv_is(path, "/empty")) return LOOPBACK_EMPTY;
  if (!sv_is(path, "/")) return LOOPBACK_NOT_FOUND;
  *body = page, *type = "text/html; charset=utf-8", *policy = "default-src 'none'";
  return LOOPBACK_BODY;
}

static struct blob *blob_of(size_t n, char c) {
  struct buf b;
  buf_init(&b, 64 << 20);
  for (size_t i = 0; i < n; i++) buf_putc(&b, c);
  struct blob *made = blob_take(&b);
  assert_non_null(made);
  return made;
}

static int setup(void **state) {
  struct err e = {0};
  struct loopback_site site = {find, NULL};
  (void)state;
  page = blob_of(1000, 'p');
  now_ms = 1000;
  return loopback_open(0, &site, &server, &e) == RC_OK ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  loopback_close(server);
  blob_drop(page);
  return 0;
}

/* The server goes on until nothing has happened for a moment. */
static void settle(void) {
  struct pollfd fds[LOOPBACK_FDS];
  for (int quiet = 0, turns = 0; quiet < 2 && turns < 20000; turns++) {
    int n = loopback_fds(server, fds, now_ms);
    int ready = poll(fds, (nfds_t)n, 5);
    due_told = loopback_due(server, now_ms);
    loopback_step(server, fds, ready > 0 ? n : 0, now_ms);
    quiet = ready > 0 ? 0 : quiet + 1;
  }
}

static int client(const char *request) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)loopback_port(server)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(fd >= 0);
  assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
  assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  if (request) assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
  return fd;
}

static char got[20 << 20];
static size_t ngot;
/* What came so far, ended by NUL; true when the server has closed its side. */
static bool take(int fd) {
  ngot = 0;
  for (;;) {
    ssize_t n = recv(fd, got + ngot, sizeof got - 1 - ngot, 0);
    if (n > 0) ngot += (size_t)n;
    got[ngot] = '\0';
    if (n == 0) return true;
    if (n < 0) return false;
  }
}

static int answer_to(const char *request) {
  int fd = client(request);
  settle();
  bool closed = take(fd);
  assert_true(closed);
  close(fd);
  settle();
  assert_int_equal(loopback_count(server), 0);
  assert_memory_equal(got, "HTTP/1.1 ", 9);
  assert_non_null(strstr(got, "X-Content-Type-Options: nosniff\r\n"));
  assert_non_null(strstr(got, "Content-Security-Policy: default-src 'none'"));
  assert_non_null(strstr(got, "Cache-Control: no-store\r\n"));
  return (int)strtol(got + 9, NULL, 10);
}

static void test_answers(void **state) {
  (void)state;
  assert_int_equal(answer_to("GET / HTTP/1.1\r\n" HOST "\r\n"), 200);
  const char *body = strstr(got, "\r\n\r\n");
  assert_non_null(body);
  assert_int_equal(strlen(body + 4), 1000);
  assert_non_null(strstr(got, "Content-Length: 1000\r\n"));
  assert_int_equal(answer_to("HEAD / HTTP/1.1\r\n" HOST "\r\n"), 200);
  assert_non_null(strstr(got, "Content-Length: 1000\r\n"));
  assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
  assert_int_equal(answer_to("HEAD /none HTTP/1.1\r\n" HOST "\r\n"), 404);
  assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
  assert_int_equal(answer_to("GET /empty HTTP/1.1\r\n" HOST "\r\n"), 204);
  assert_int_equal(answer_to("HEAD /events HTTP/1.1\r\n" HOST "\r\n"), 200);
  assert_int_equal(answer_to("GET /../../../etc/passwd HTTP/1.1\r\n" HOST "\r\n"), 404);
  assert_int_equal(answer_to("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" HOST "\r\n"), 404);
  assert_int_equal(answer_to("GET // HTTP/1.1\r\n" HOST "\r\n"), 404);
  assert_int_equal(answer_to("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421);
  assert_int_equal(answer_to("GET /events HTTP/1.1\r\nHost: evil.example:8765\r\n\r\n"), 421);
  assert_int_equal(answer_to("POST / HTTP/1.1\r\n" HOST "\r\n"), 405);
  assert_non_null(strstr(got, "Allow: GET, HEAD\r\n"));
  assert_int_equal(answer_to("\x16\x03\x01\x02"), 400); /* TLS */
}

/* One answer a connection: what comes behind the request is thrown away and does not cut the answer off. */
static void test_pipelined(void **state) {
  static char much[200000];
  (void)state;
  assert_int_equal(answer_to("GET /empty HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), 204);
  assert_null(strstr(got + 9, "HTTP/1.1 "));
  memset(much, 'x', sizeof much - 1);
  int n = snprintf(much, 100, "GET / HTTP/1.1\r\n" HOST "\r\n");
  much[n] = 'x';
  assert_int_equal(answer_to(much), 200);
  assert_int_equal(strlen(strstr(got, "\r\n\r\n") + 4), 1000);
}

static void test_byte_by_byte(void **state) {
  static const char request[] = "GET / HTTP/1.1\r\n" HOST "\r\n";
  int fd = client(NULL);
  (void)state;
  for (size_t i = 0; i + 1 < sizeof request; i++) {
    assert_int_equal(send(fd, request + i, 1, MSG_NOSIGNAL), 1);
    settle();
    assert_int_equal(take(fd), i + 2 == sizeof request);
    assert_int_equal(ngot > 0, i + 2 == sizeof request);
  }
  assert_memory_equal(got, "HTTP/1.1 200 ", 13);
  close(fd);
  settle();
  assert_int_equal(loopback_count(server), 0);
}

static void test_slow(void **state) {
  int silent = client(NULL), slow = client("GET / HTTP/1.1\r\n");
  (void)state;
  settle();
  assert_int_equal(loopback_count(server), 2);
  assert_int_equal(due_told, now_ms + LOOPBACK_HEAD_MS);
  now_ms += LOOPBACK_HEAD_MS - 1;
  assert_int_equal(send(slow, "X: y\r\n", 6, MSG_NOSIGNAL), 6); /* each line of it does not win more time */
  settle();
  assert_int_equal(loopback_count(server), 2);
  now_ms += 1;
  settle();
  assert_true(take(slow));
  assert_memory_equal(got, "HTTP/1.1 408 ", 13);
  assert_true(take(silent));
  assert_int_equal(ngot, 0);
  now_ms += LOOPBACK_LINGER_MS; /* `slow` keeps its side open */
  settle();
  assert_int_equal(loopback_count(server), 0);
  close(silent), close(slow);
}

/* A reader that does not read keeps what it was answered, though the page is a new one by then; not for ever. */
static void test_slow_reader(void **state) {
  (void)state;
  blob_drop(page);
  page = blob_of(16 << 20, 'o');
  int first = client("GET / HTTP/1.1\r\n" HOST "\r\n"), second = client("GET / HTTP/1.1\r\n" HOST "\r\n");
  settle();
  blob_drop(page);
  page = blob_of(10, 'n');
  size_t all = 0, old = 0;
  bool closed = false;
  for (int i = 0; i < 20000 && !closed; i++) {
    closed = take(first);
    const char *from = all == 0 && ngot > 0 ? strstr(got, "\r\n\r\n") + 4 : got;
    for (const char *p = from; p < got + ngot; p++) old += *p == 'o';
    all += ngot;
    settle();
  }
  assert_true(closed);
  assert_int_equal(old, 16 << 20);
  now_ms += LOOPBACK_SEND_MS;
  settle();
  close(first);
  settle();
  assert_int_equal(loopback_count(server), 0);
  close(second);
}

static void test_many(void **state) {
  int fds[LOOPBACK_CONNECTIONS + 8];
  (void)state;
  for (int i = 0; i < LOOPBACK_CONNECTIONS + 8; i++) fds[i] = client(i < LOOPBACK_CONNECTIONS ? "G" : "GET /empty HTTP/1.1\r\n" HOST "\r\n");
  settle();
  assert_int_equal(loopback_count(server), LOOPBACK_CONNECTIONS);
  assert_false(take(fds[LOOPBACK_CONNECTIONS]));
  now_ms += LOOPBACK_HEAD_MS;
  settle(); /* those that say nothing more are answered 408 … */
  now_ms += LOOPBACK_LINGER_MS;
  settle(); /* … and their places go to those who waited */
  for (int i = LOOPBACK_CONNECTIONS; i < LOOPBACK_CONNECTIONS + 8; i++) {
    assert_true(take(fds[i]));
    assert_memory_equal(got, "HTTP/1.1 204 ", 13);
  }
  for (int i = 0; i < LOOPBACK_CONNECTIONS + 8; i++) close(fds[i]);
  settle();
  assert_int_equal(loopback_count(server), 0);
}

static void test_streams(void **state) {
  static const char request[] = "GET /events HTTP/1.1\r\n" HOST "\r\n";
  int fds[LOOPBACK_STREAMS];
  (void)state;
  loopback_tell(server, "one");
  for (int i = 0; i < LOOPBACK_STREAMS; i++) fds[i] = client(request);
  settle();
  for (int i = 0; i < LOOPBACK_STREAMS; i++) {
    assert_false(take(fds[i]));
    assert_non_null(strstr(got, "Content-Type: text/event-stream\r\n"));
    assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\ndata: one\n\n");
  }
  int more = client(request);
  settle();
  assert_true(take(more));
  assert_memory_equal(got, "HTTP/1.1 503 ", 13);
  close(more);
  loopback_tell(server, "two");
  assert_false(take(fds[3]));
  assert_string_equal(got, "data: two\n\n");
  now_ms += LOOPBACK_PING_MS;
  settle();
  assert_false(take(fds[3]));
  assert_string_equal(got, ":\n\n");
  close(fds[0]);
  settle();
  more = client(request);
  settle();
  assert_false(take(more));
  assert_non_null(strstr(got, "data: two\n\n"));
  close(more);
  for (int i = 1; i < LOOPBACK_STREAMS; i++) close(fds[i]);
  settle();
  assert_int_equal(loopback_count(server), 0);
}

/* A stream that is never read is given up, not waited for. */
static void test_stream_unread(void **state) {
  int fd = client("GET /events HTTP/1.1\r\n" HOST "\r\n");
  (void)state;
  settle();
  for (int i = 0; i < 400000 && loopback_count(server) > 0; i++) loopback_tell(server, "a-state-of-some-length-so-that-the-pipe-is-full-soon");
  settle();
  assert_int_equal(loopback_count(server), 0);
  close(fd);
}

static void test_port_taken(void **state) {
  struct err e = {0};
  struct loopback_site site = {find, NULL};
  struct loopback *other = NULL;
  (void)state;
  assert_int_equal(loopback_open(loopback_port(server), &site, &other, &e), RC_IO);
  assert_null(other);
  assert_non_null(strstr(e.text, "--port 0"));
}

/* ---- files ---- */

static char folder[64];

static void put(const char *name, const char *text) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

/* $F is the folder. */
static void command(const char *text) {
  assert_int_equal(setenv("F", folder, 1), 0);
  assert_int_equal(system(text), 0);
}

static int looked(struct folder_watch *w, const char *names) {
  struct buf b;
  buf_init(&b, 4096);
  int n = folder_watch_look(w, &b);
  if (names) assert_string_equal(b.n ? b.p : "", names);
  buf_release(&b);
  return n;
}

static bool noticed(struct folder_watch *w) {
  struct pollfd p = {.fd = folder_watch_fd(w), .events = POLLIN};
  return p.fd >= 0 && poll(&p, 1, 500) > 0 && folder_watch_drain(w);
}

static void watched(bool blind) {
  struct folder_watch *w;
  struct err e = {0};
  snprintf(folder, sizeof folder, "/tmp/heng-watch-XXXXXX");
  assert_non_null(mkdtemp(folder));
  put("a.csv", "1"), put("b.csv", "1");
  command("mkdir -p $F/texts/projects $F/deep");
  put("texts/part3.md", "1");
  assert_int_equal(folder_watch_open(folder, blind, &w, &e), RC_OK);
  assert_int_equal(folder_watch_fd(w) < 0, blind);
  assert_int_equal(looked(w, ""), 0);
  put("a.csv", "22");
  assert_true(blind || noticed(w));
  assert_int_equal(looked(w, "a.csv"), 1);
  assert_int_equal(looked(w, ""), 0);
  put(".a.csv.swp", "1"), put("~$a.csv", "1"), put(".hidden.csv", "1"), put("a.csv.bak", "1"), put("deep/c.csv", "1");
  if (!blind) folder_watch_drain(w);
  assert_int_equal(looked(w, ""), 0);
  put("texts/projects/P1.md", "1");
  assert_true(blind || noticed(w));
  assert_int_equal(looked(w, "texts/projects/P1.md"), 1);
  command("mv $F/a.csv $F/d.csv");
  assert_true(blind || noticed(w));
  assert_int_equal(looked(w, "a.csv（删去）、d.csv"), 2);
  put("e\x1b[2J\xC2\x9B.csv", "1");
  assert_int_equal(looked(w, "e?[2J?.csv"), 1);
  command("mv $F $F.away");
  assert_int_equal(looked(w, NULL), 5);
  command("mkdir $F");
  put("z.csv", "1");
  assert_int_equal(looked(w, "z.csv"), 1); /* a folder of the same name is followed … */
  if (!blind) folder_watch_drain(w);
  put("z.csv", "22");
  assert_true(blind || noticed(w)); /* … by notices too */
  assert_int_equal(looked(w, "z.csv"), 1);
  folder_watch_close(w);
  command("rm -rf $F $F.away");
}

static void test_folder(void **state) {
  (void)state;
  watched(false);
}

static void test_folder_blind(void **state) {
  (void)state;
  watched(true);
}

static void test_no_folder(void **state) {
  struct folder_watch *w = NULL;
  struct err e = {0};
  (void)state;
  assert_int_equal(folder_watch_open("/nowhere/at/all", false, &w, &e), RC_NOTFOUND);
  assert_int_equal(folder_watch_open("/dev/null", false, &w, &e), RC_NOTFOUND);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_heads),
      cmocka_unit_test(test_head_fields),
      cmocka_unit_test(test_head_null_bytes),
      cmocka_unit_test(test_head_huge),
      cmocka_unit_test(test_hosts),
      cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
      cmocka_unit_test_setup_teardown(test_pipelined, setup, teardown),
      cmocka_unit_test_setup_teardown(test_byte_by_byte, setup, teardown),
      cmocka_unit_test_setup_teardown(test_slow, setup, teardown),
      cmocka_unit_test_setup_teardown(test_slow_reader, setup, teardown),
      cmocka_unit_test_setup_teardown(test_many, setup, teardown),
      cmocka_unit_test_setup_teardown(test_streams, setup, teardown),
      cmocka_unit_test_setup_teardown(test_stream_unread, setup, teardown),
      cmocka_unit_test_setup_teardown(test_port_taken, setup, teardown),
      cmocka_unit_test(test_folder),
      cmocka_unit_test(test_folder_blind),
      cmocka_unit_test(test_no_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
