/* test_web.c: the server spoken to over raw sockets: routing, every type of input, uploads cut anywhere, and what is refused. */
#include "http/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct web *web;
static char folder[] = "/tmp/heng-web-XXXXXX";
static int log_pipe[2];

/* ---- a room of the test ---- */
static int echo(struct web_call *c, struct err *e) {
  (void)e;
  struct buf *out = web_out(c);
  web_type(c, "text/plain; charset=utf-8");
  buf_printf(out, "id=%lld int=%lld line=[%.*s] text=[%.*s] word=[%.*s] choice=[%.*s] date=[%.*s] flag=%lld many=%d rest=[%.*s] files=%d",
             (long long)web_int(c, "id"), (long long)web_int(c, "int"), SV_ARG(web_text(c, "line")), SV_ARG(web_text(c, "text")),
             SV_ARG(web_text(c, "word")), SV_ARG(web_text(c, "choice")), SV_ARG(web_text(c, "date")), (long long)web_int(c, "flag"),
             web_count(c, "many"), SV_ARG(web_text(c, "path")), web_count(c, "files"));
  for (int i = 0; i < web_count(c, "files"); i++) {
    const struct web_file *f = web_file_at(c, "files", i);
    buf_printf(out, " (%.*s %lld %.8s)", SV_ARG(f->name), (long long)f->size, f->sha256);
  }
  return RC_OK;
}

static int go(struct web_call *c, struct err *e) {
  (void)e;
  web_cookie_set(c, "bad", "a\r\nX: y", 5);
  web_cookie_set(c, "good", "abc", 5);
  return web_redirect(c, "%.*s", SV_ARG(web_text(c, "line")));
}

static int broken(struct web_call *c, struct err *e) {
  (void)c;
  return err_set(e, RC_IO, "a secret of the inside");
}

static int who(struct web_call *c, struct err *e) {
  (void)e;
  return buf_printf(web_out(c), "<p>%s", web_user(c)->login);
}

#define F(name, place, type, ...)                                                                                                                    \
  { name, place, type, __VA_ARGS__, "x", "x" }
static const struct web_field query_fields[] = {F("int", WEB_QUERY, WEB_INT, false, false, -5, 100, NULL),
                                                F("line", WEB_QUERY, WEB_LINE, false, false, 2, 5, NULL),
                                                F("text", WEB_QUERY, WEB_TEXT, false, false, 0, 20, NULL),
                                                F("word", WEB_QUERY, WEB_WORD, false, false, 0, 0, NULL),
                                                F("choice", WEB_QUERY, WEB_CHOICE, false, false, 0, 0, "open|closed"),
                                                F("date", WEB_QUERY, WEB_DATE, false, false, 0, 0, NULL),
                                                F("flag", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL),
                                                F("many", WEB_QUERY, WEB_ID, false, true, 0, 0, NULL)};
static const struct web_field id_fields[] = {F("id", WEB_PATH, WEB_ID, true, false, 0, 0, NULL)};
static const struct web_field rest_fields[] = {F("path", WEB_PATH, WEB_REST, false, false, 0, 0, NULL)};
static const struct web_field form_fields[] = {F("line", WEB_FORM, WEB_LINE, true, false, 0, 0, NULL),
                                               F("files", WEB_FORM, WEB_FILES, false, true, 0, 5, NULL)};
static const struct web_field go_fields[] = {F("line", WEB_QUERY, WEB_LINE, true, false, 0, 0, NULL)};
static const struct web_route routes[] = {{"GET", "/echo", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(query_fields), echo, "x", "x"},
                                          {"GET", "/echo/{id}", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(id_fields), echo, "x", "x"},
                                          {"GET", "/echo/new", NULL, WEB_READS, WEB_OPEN, NULL, 0, go, "x", "x"},
                                          {"GET", "/files/{path*}", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(rest_fields), echo, "x", "x"},
                                          {"POST", "/form", NULL, WEB_CHANGES, WEB_OPEN, WEB_FIELDS(form_fields), echo, "x", "x"},
                                          {"POST", "/mine", "", WEB_CHANGES, 0, WEB_FIELDS(form_fields), echo, "x", "x"},
                                          {"GET", "/go", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(go_fields), go, "x", "x"},
                                          {"GET", "/broken", NULL, WEB_READS, WEB_OPEN, NULL, 0, broken, "x", "x"},
                                          {"GET", "/who", "", WEB_READS, 0, NULL, 0, who, "x", "x"},
                                          {"GET", "/power", "thing.do", WEB_READS, 0, NULL, 0, who, "x", "x"}};
static const struct web_permission permissions[] = {{"thing.do", "x", "x"}};
static const struct web_room room = {"test", routes, sizeof routes / sizeof *routes, permissions, 1, NULL, 0};
static const struct web_room *const rooms[] = {&room};

static int identify(void *context, struct web_call *c, struct err *e) {
  static const struct web_grant grants[] = {{"thing.do", "/1/2/"}};
  static const struct web_user plain = {.tenant = 1, .id = 7, .session = 9, .login = "li", .name = "li", .org = "/1/", .csrf = "c0ffee"};
  static const struct web_user able = {
      .tenant = 1, .id = 8, .session = 9, .login = "wang", .name = "wang", .org = "/1/", .csrf = "c0ffee", .grants = grants, .ngrants = 1};
  (void)context;
  (void)e;
  if (sv_is(web_cookie(c, "who"), "li")) web_user_set(c, &plain);
  if (sv_is(web_cookie(c, "who"), "wang")) web_user_set(c, &able);
  return RC_OK;
}

static int start(void **state) {
  struct err e = {0};
  (void)state;
  if (!mkdtemp(folder) || pipe(log_pipe) != 0) return -1;
  const struct web_config config = {.listen = "127.0.0.1:0",
                                    .temporary = folder,
                                    .upload_file = 1000000,
                                    .upload = 2000000,
                                    .rooms = rooms,
                                    .nrooms = 1,
                                    .hooks = {NULL, identify, NULL},
                                    .log = log_pipe[1],
                                    .head_seconds = 2};
  return web_start(&config, &web, &e);
}

static int stop(void **state) {
  char command[64];
  (void)state;
  web_drain(web);
  web_free(web);
  close(log_pipe[0]);
  close(log_pipe[1]);
  snprintf(command, sizeof command, "rmdir %s", folder); /* fails when an upload was left */
  return system(command);
}

/* ---- a client ---- */
static char answer_text[1 << 20];

static int dial(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web_port(web)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval patience = {10, 0};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
  return fd;
}

static int read_answer(int fd) {
  size_t n = 0;
  ssize_t got;
  while (n < sizeof answer_text - 1 && (got = read(fd, answer_text + n, sizeof answer_text - 1 - n)) > 0) n += (size_t)got;
  answer_text[n] = 0;
  close(fd);
  int status = 0;
  sscanf(answer_text, "HTTP/1.1 %d", &status);
  return status;
}

static int ask(const char *request, size_t n) {
  int fd = dial();
  size_t sent = 0;
  while (sent < n) {
    ssize_t k = send(fd, request + sent, n - sent, MSG_NOSIGNAL);
    if (k <= 0) break;
    sent += (size_t)k;
  }
  return read_answer(fd);
}

static int get_with(const char *target, const char *headers) {
  char request[8192];
  int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", target, headers);
  return ask(request, (size_t)n);
}

static int get(const char *target) {
  return get_with(target, "");
}

static bool says(const char *text) {
  return strstr(answer_text, text) != NULL;
}

static void test_routes(void **state) {
  (void)state;
  assert_int_equal(get("/echo/12"), 200);
  assert_true(says("id=12 "));
  assert_int_equal(get("/echo/new"), 303); /* a literal before a parameter */
  assert_int_equal(get("/echo/0"), 404);
  assert_int_equal(get("/echo/012"), 404);
  assert_int_equal(get("/echo/9223372036854775807"), 200);
  assert_int_equal(get("/echo/9223372036854775808"), 404);
  assert_int_equal(get("/echo/1/2"), 404);
  assert_int_equal(get("/nothing"), 404);
  assert_int_equal(get("/form"), 405);
  assert_true(says("Allow: POST"));
  assert_int_equal(get("/files/a/b-c_1.csv"), 200);
  assert_true(says("rest=[a/b-c_1.csv]"));
  assert_int_equal(get("/files/"), 200);
  assert_int_equal(get("/healthz"), 200);
  assert_int_equal(get("/readyz"), 200);
  const char *head = "HEAD /echo/3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  assert_int_equal(ask(head, strlen(head)), 200);
  assert_false(says("id=3"));
}

static void test_paths(void **state) {
  static const char *const bad[] = {"/files/../x", "/files/%2e%2e/x", "/files/a/..", "/files/a%2fb",   "/files/a%00b",
                                    "/files/a\\b", "/files/a%5cb",    "/files//x",   "/files/./x",     "/files/a%ff",
                                    "/files/%",    "/files/%4",       "//evil/x",    "/files/a%0d%0ab"};
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int status = get(bad[i]);
    if (status != 400 && status != 404) fail_msg("%s: %d", bad[i], status);
  }
}

static void test_fields(void **state) {
  static const struct {
    const char *query;
    int status;
    const char *seen;
  } cases[] = {{"int=5", 200, "int=5 "},
               {"int=-5", 200, "int=-5 "},
               {"int=101", 400, NULL},
               {"int=-6", 400, NULL},
               {"int=1e2", 400, NULL},
               {"int=05", 400, NULL},
               {"int=", 200, "int=0 "},
               {"int=1&int=2", 400, NULL},
               {"line=%E9%87%91%E8%9E%8D", 200, "line=[金融]"},
               {"line=a", 400, NULL},
               {"line=abcdef", 400, NULL},
               {"line=++ab+", 200, "line=[ab]"},
               {"line=a%0Ab", 400, NULL},
               {"line=a%C2%85b", 400, NULL},
               {"text=a%0D%0Ab%0Dc", 200, "text=[a\nb\nc]"},
               {"text=a%07", 400, NULL},
               {"word=a.b-C_9@x", 200, "word=[a.b-C_9@x]"},
               {"word=a..b", 400, NULL},
               {"word=a%2Fb", 400, NULL},
               {"word=a'b", 400, NULL},
               {"choice=open", 200, "choice=[open]"},
               {"choice=ope", 400, NULL},
               {"choice=open%7Cclosed", 400, NULL},
               {"date=2024-02-29", 200, "date=[2024-02-29]"},
               {"date=2023-02-29", 400, NULL},
               {"date=2024-2-9", 400, NULL},
               {"flag=on", 200, "flag=1"},
               {"flag=0", 200, "flag=0"},
               {"flag=2", 400, NULL},
               {"many=1&many=2&many=3", 200, "many=3"},
               {"many=1&many=x", 400, NULL},
               {"unknown=1", 200, "int=0"},
               {"line=%FF%FE", 400, NULL},
               {"line=a%00b", 400, NULL}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char target[256];
    snprintf(target, sizeof target, "/echo?%s", cases[i].query);
    int status = get(target);
    if (status != cases[i].status || (cases[i].seen && !says(cases[i].seen))) fail_msg("%s: %d, %s", cases[i].query, status, answer_text);
  }
}

static void test_who(void **state) {
  (void)state;
  assert_int_equal(get("/who"), 303);
  assert_true(says("Location: /login?next=/who"));
  assert_int_equal(get_with("/who", "Cookie: a=b; who=li\r\n"), 200);
  assert_true(says("<p>li"));
  assert_int_equal(get_with("/power", "Cookie: who=li\r\n"), 403);
  assert_int_equal(get_with("/power", "Cookie: who=wang\r\n"), 200);
  assert_int_equal(get_with("/who", "Cookie: xwho=li\r\n"), 303);
}

static int form(const char *path, const char *headers, const char *body) {
  char request[8192];
  int n = snprintf(request, sizeof request,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n%sContent-Length: "
                   "%zu\r\n\r\n%s",
                   path, headers, strlen(body), body);
  return ask(request, (size_t)n);
}

static void test_csrf(void **state) {
  (void)state;
  assert_int_equal(form("/mine", "", "line=x"), 401);
  assert_int_equal(form("/mine", "Cookie: who=li\r\n", "line=x"), 403);
  assert_int_equal(form("/mine", "Cookie: who=li\r\n", "line=x&csrf=c0ffef"), 403);
  assert_int_equal(form("/mine", "Cookie: who=li\r\n", "line=x&csrf=c0ffee"), 200);
  assert_int_equal(form("/mine", "Cookie: who=li\r\nOrigin: http://evil.example\r\n", "line=x&csrf=c0ffee"), 403);
  assert_int_equal(form("/mine", "Cookie: who=li\r\nOrigin: http://localhost\r\n", "line=x&csrf=c0ffee"), 200);
  assert_int_equal(form("/mine", "Cookie: who=li\r\nOrigin: null\r\n", "line=x&csrf=c0ffee"), 403);
  assert_int_equal(form("/mine", "Cookie: who=li\r\nSec-Fetch-Site: cross-site\r\n", "line=x&csrf=c0ffee"), 403);
  assert_int_equal(form("/form", "Origin: http://evil.example\r\n", "line=x"), 403); /* nobody's form too */
  assert_int_equal(form("/form", "", "line=x"), 200);
}

/* What two servers in a row could read differently. */
static void test_smuggling(void **state) {
  static const struct {
    const char *text;
    int status; /* 0: any refusal, or no answer at all */
  } cases[] = {{"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\nline=x", 0},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nline=x\r\n0\r\n\r\n", 411},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: +6\r\n\r\nline=x", 0},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 0},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n", 0},
               {"GET /echo HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", 400},
               {"GET /echo HTTP/1.1\r\n\r\n", 400},
               {"GET /echo HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
               {"GET /echo HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 421},
               {"GET /echo HTTP/1.1\r\nHost : localhost\r\n\r\n", 0},
               {"GET /echo HTTP/1.1\r\nHost: localhost\r\n X: folded\r\n\r\n", 0},
               {"GET http://evil/echo HTTP/1.1\r\nHost: localhost\r\n\r\n", 0},
               {"PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405},
               {"TRACE /echo HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
               {"GET /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 400},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<x/>", 415},
               {"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000000\r\n\r\n", 413},
               {"GET /echo HTTP/1.1\r\nHost: localhost\r\nCookie: who=li\r\nCookie: who=wang\r\n\r\n", 400}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int fd = dial();
    assert_true(send(fd, cases[i].text, strlen(cases[i].text), MSG_NOSIGNAL) > 0);
    shutdown(fd, SHUT_WR);
    int status = read_answer(fd);
    if (cases[i].status ? status != cases[i].status : status >= 200 && status < 400) fail_msg("%s\n%d", cases[i].text, status);
  }
}

static void test_answers(void **state) {
  (void)state;
  assert_int_equal(get("/go?line=/x"), 303);
  assert_true(says("Location: /x\r\n") && says("good=abc") && !says("bad="));
  static const char *const away[] = {"//evil", "/%5Cevil", "https://evil", "%2F%2Fevil"};
  for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
    char target[64];
    snprintf(target, sizeof target, "/go?line=%s", away[i]);
    int status = get(target);
    if (status != 400 && !says("Location: /\r\n")) fail_msg("%s: %s", target, answer_text);
  }
  assert_int_equal(get("/broken"), 500);
  assert_false(says("secret"));
  assert_true(says("Content-Security-Policy: default-src 'none'") && says("X-Content-Type-Options: nosniff") && says("frame-ancestors 'none'"));
}

static void test_log(void **state) {
  char seen[65536];
  (void)state;
  assert_int_equal(get("/nothing%0A%22,%22forged%22:%22yes"), 404);
  ssize_t n = read(log_pipe[0], seen, sizeof seen - 1);
  assert_true(n > 0);
  seen[n] = 0;
  assert_non_null(strstr(seen, "\\u000a\\\"")); /* neither a new line nor a new field */
  assert_null(strstr(seen, "\"forged\""));
  for (char *p = seen; (p = strchr(p, '\n')) && p[1]; p++) assert_int_equal(p[1], '{');
}

/* ---- uploads: the same bytes, cut at every place ---- */
#define BODY                                                                                                                                         \
  "preamble\r\n--XyZ\r\nContent-Disposition: form-data; name=\"line\"\r\n\r\nvalue\r\n--XyZ\r\nContent-Disposition: form-data; name=\"files\"; "     \
  "filename=\"C:\\\\d\\\\../a b.pdf\"\r\nContent-Type: application/pdf\r\n\r\n\r\n--Xy\r\n-not-the-end\r\n--XyZ\r\nContent-Disposition: form-data; " \
  "name=\"files\"; filename=\"empty\"\r\n\r\n\r\n--XyZ--\r\nepilogue"

static int feed(const char *body, size_t n, size_t cut, struct multipart *m, struct arena *a) {
  struct err e = {0};
  arena_init(a, 1 << 22);
  int rc = multipart_begin(m, a, "multipart/form-data; boundary=XyZ", folder, 100000, &e);
  if (rc == RC_OK && cut > 0) rc = multipart_feed(m, body, cut, &e);
  if (rc == RC_OK && cut < n) rc = multipart_feed(m, body + cut, n - cut, &e);
  return rc == RC_OK ? multipart_end(m, &e) : rc;
}

static void test_multipart(void **state) {
  (void)state;
  size_t n = sizeof BODY - 1;
  for (size_t cut = 0; cut <= n; cut++) {
    struct multipart m;
    struct arena a;
    if (feed(BODY, n, cut, &m, &a) != RC_OK) fail_msg("cut at %zu", cut);
    assert_int_equal(m.pairs.n, 3);
    assert_true(sv_is(m.pairs.v[0].name, "line") && sv_is(m.pairs.v[0].value, "value"));
    assert_true(sv_is(m.pairs.v[1].file->name, "a b.pdf"));
    assert_int_equal(m.pairs.v[1].file->size, (int64_t)strlen("\r\n--Xy\r\n-not-the-end"));
    assert_int_equal(m.pairs.v[2].file->size, 0);
    multipart_release(&m);
    arena_release(&a);
  }
  for (size_t cut = 1; cut < n - 12; cut += 7) { /* cut off: never taken for whole */
    struct multipart m;
    struct arena a;
    assert_true(feed(BODY, cut, cut, &m, &a) < 0);
    multipart_release(&m);
    arena_release(&a);
  }
}

static void test_upload(void **state) {
  char request[8192];
  (void)state;
  int n = snprintf(request, sizeof request,
                   "POST /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; "
                   "boundary=XyZ\r\nContent-Length: %zu\r\n\r\n%s",
                   sizeof BODY - 1, BODY);
  assert_int_equal(ask(request, (size_t)n), 200);
  assert_true(says("line=[value]") && says("files=2") && says("(a b.pdf 20 "));
  /* a file beyond its limit, within the request's */
  size_t big = 1500000;
  char *long_one = malloc(big + 4096);
  assert_non_null(long_one);
  int head = snprintf(
      long_one, 4096,
      "POST /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n",
      big);
  int part = snprintf(long_one + head, 512, "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x\"\r\n\r\n");
  memset(long_one + head + part, 'x', big);
  assert_int_equal(ask(long_one, (size_t)head + big), 413);
  free(long_one);
}

static void test_urlencoded_property(void **state) {
  (void)state;
  unsigned seed = 7;
  for (int round = 0; round < 500; round++) {
    char text[64], encoded[256];
    size_t n = 0, k = 0;
    for (int i = 0; i < 20; i++) {
      seed = seed * 1103515245u + 12345u;
      uint32_t cp = (seed >> 8) % 5 == 0 ? 0x4e00 + (seed >> 16) % 2000 : 1 + (seed >> 16) % 126;
      n += utf8_put(text + n, cp);
      if (n > 50) break;
    }
    for (size_t i = 0; i < n; i++) k += (size_t)snprintf(encoded + k, sizeof encoded - k, "%%%02X", (unsigned char)text[i]);
    struct arena a;
    struct pairs out = {0};
    struct err e = {0};
    char body[300];
    arena_init(&a, 1 << 20);
    snprintf(body, sizeof body, "x=%s&y=1", encoded);
    assert_int_equal(form_decode(&a, sv_from(body), &out, &e), RC_OK);
    assert_int_equal(out.n, 2);
    assert_true(out.v[0].value.n == n && memcmp(out.v[0].value.p, text, n) == 0);
    arena_release(&a);
  }
}

/* A byte now and then: the connection is ended all the same, and others are answered meanwhile. */
static void test_slow_loris(void **state) {
  (void)state;
  enum { MANY = 20 };
  int fds[MANY], ended = 0;
  for (int i = 0; i < MANY; i++) {
    fds[i] = dial();
    assert_true(send(fds[i], "GET / HTTP/1.1\r\nX: ", 20, MSG_NOSIGNAL) == 20);
  }
  for (int round = 0; round < 16; round++) {
    usleep(250000);
    for (int i = 0; i < MANY; i++) send(fds[i], "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (round == 4) assert_int_equal(get("/echo/1"), 200);
  }
  for (int i = 0; i < MANY; i++) {
    char c;
    ssize_t n = recv(fds[i], &c, 1, MSG_DONTWAIT);
    ended += n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) || n > 0;
    close(fds[i]);
  }
  assert_int_equal(ended, MANY);
}

/* ---- tables ---- */
static void test_tables(void **state) {
  (void)state;
  struct err e = {0};
  assert_int_equal(web_check(rooms, 1, &e), RC_OK);
  static const struct web_route bad[] = {
      {"GET", "/a", "x", WEB_READS, WEB_OPEN, NULL, 0, echo, "x", "x"},      {"GET", "/a/{id}", NULL, WEB_READS, WEB_OPEN, NULL, 0, echo, "x", "x"},
      {"GET", "/a", "no.such", WEB_READS, 0, NULL, 0, echo, "x", "x"},       {"GET", "/a", NULL, WEB_CHANGES, WEB_OPEN, NULL, 0, echo, "x", "x"},
      {"GET", "/a", NULL, WEB_READS, WEB_OPEN, NULL, 0, echo, "x", NULL},    {"POST", "/a", NULL, WEB_READS, WEB_OPEN, NULL, 0, echo, "x", "x"},
      {"DELETE", "/a", NULL, WEB_CHANGES, WEB_OPEN, NULL, 0, echo, "x", "x"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const struct web_room one = {"bad", &bad[i], 1, NULL, 0, NULL, 0};
    const struct web_room *const list[] = {&one};
    if (web_check(list, 1, &e) != RC_USAGE) fail_msg("table %zu was taken", i);
  }
  const struct web_room *const twice[] = {&room, &room};
  assert_int_equal(web_check(twice, 2, &e), RC_USAGE);
  struct buf out;
  buf_init(&out, 1 << 20);
  assert_int_equal(web_openapi(rooms, 1, &out, &e), RC_OK);
  assert_non_null(strstr(out.p, "\"/echo/{id}\""));
  buf_release(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_log),       cmocka_unit_test(test_routes),     cmocka_unit_test(test_paths),
                                     cmocka_unit_test(test_fields),    cmocka_unit_test(test_who),        cmocka_unit_test(test_csrf),
                                     cmocka_unit_test(test_smuggling), cmocka_unit_test(test_answers),    cmocka_unit_test(test_multipart),
                                     cmocka_unit_test(test_upload),    cmocka_unit_test(test_slow_loris), cmocka_unit_test(test_urlencoded_property),
                                     cmocka_unit_test(test_tables)};
  return cmocka_run_group_tests(tests, start, stop);
}
