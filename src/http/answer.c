/* answer.c: from what a handler left to what goes out. */
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *title_of(int status) {
  switch (status) {
  case 400: return tr("请求不对", "Bad request");
  case 401: return tr("请先登录", "Sign in first");
  case 403: return tr("没有权限", "Not allowed");
  case 404: return tr("没有这个页面", "Not found");
  case 405: return tr("不支持这种请求", "Method not allowed");
  case 409: return tr("已经有了，或者刚被别人改过", "Conflict");
  case 411: return tr("请求要写明长度", "Length required");
  case 413: return tr("太大", "Too large");
  case 421: return tr("地址不对", "Misdirected request");
  case 431: return tr("请求头太大", "Request header too large");
  case 503: return tr("忙，请稍后再试", "Busy: try again later");
  default: return tr("出错了", "Something went wrong");
  }
}

static void problem_json(struct web_call *c, int status, const char *text) {
  c->type = "application/problem+json";
  buf_printf(&c->out, "{\"type\":\"about:blank\",\"status\":%d,\"title\":", status);
  json_text(&c->out, sv_from(title_of(status)));
  buf_puts(&c->out, ",\"detail\":");
  json_text(&c->out, sv_from(text && *text ? text : title_of(status)));
  buf_printf(&c->out, ",\"instance\":\"urn:request:%s\"}\n", c->request_id);
}

void answer_status(struct web_call *c, int status, const char *text) {
  struct err e = {0};
  buf_clear(&c->out);
  c->out.rc = RC_OK;
  c->fixed = NULL;
  c->file_path = NULL;
  c->type = NULL;
  c->status = status;
  const struct web_hooks *h = &c->web->config.hooks;
  const char *say = text && *text ? text : title_of(status);
  bool data = c->route && (c->route->flags & WEB_DATA);
  if (data || !h->refuse || sv_contains(web_header(c, "Accept"), "application/json")) {
    problem_json(c, status, say);
    return;
  }
  if (h->refuse(h->context, c, status, say, &e) == RC_OK && c->out.n > 0 && c->out.rc == RC_OK) {
    c->status = status;
    return;
  }
  buf_clear(&c->out);
  c->out.rc = RC_OK;
  c->type = "text/plain; charset=utf-8";
  buf_printf(&c->out, "%s\n", say);
}

int web_send_file(struct web_call *c, const char *path, const char *type, const char *download_name, struct err *e) {
  struct stat st;
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return err_set(e, RC_NOTFOUND, "%s", tr("文件不在了", "the file is not there"));
  c->file_path = arena_text(&c->arena, path, strlen(path));
  c->type = type;
  c->download = download_name ? arena_text(&c->arena, download_name, strlen(download_name)) : NULL;
  return c->file_path && (c->download || !download_name) ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* filename* by RFC 8187: any name, in ASCII. */
static void disposition(struct web_call *c) {
  struct buf b;
  buf_init(&b, 4096);
  buf_puts(&b, "attachment; filename*=UTF-8''");
  for (const char *p = c->download; *p; p++) {
    if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '.' || *p == '-' || *p == '_')
      buf_putc(&b, *p);
    else
      buf_printf(&b, "%%%02X", (unsigned char)*p);
  }
  if (b.rc == RC_OK) web_header_set(c, "Content-Disposition", b.p);
  buf_release(&b);
}

static bool unchanged(struct web_call *c, const char *etag) {
  struct sv asked = web_header(c, "If-None-Match");
  web_header_set(c, "ETag", etag);
  return asked.n > 0 && sv_contains(asked, etag);
}

static struct MHD_Response *of_file(struct web_call *c) {
  struct stat st;
  char etag[64];
  int fd = open(c->file_path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    if (fd >= 0) close(fd);
    return NULL;
  }
  snprintf(etag, sizeof etag, "\"%llx-%llx\"", (unsigned long long)st.st_size,
           (unsigned long long)st.st_mtim.tv_sec * 1000000000ull + (unsigned long long)st.st_mtim.tv_nsec);
  if (c->download) disposition(c);
  if (unchanged(c, etag)) {
    close(fd);
    c->status = 304;
    return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  }
  return MHD_create_response_from_fd64((uint64_t)st.st_size, fd); /* closes it */
}

union constant { /* MHD asks for a pointer it does not write through */
  const void *in;
  void *out;
};

static struct MHD_Response *of_fixed(struct web_call *c) {
  char etag[40];
  uint64_t h = 1469598103934665603u;
  for (size_t i = 0; i < c->fixed_size; i++) h = (h ^ ((const unsigned char *)c->fixed)[i]) * 1099511628211u;
  snprintf(etag, sizeof etag, "\"%016llx\"", (unsigned long long)h);
  bool same = unchanged(c, etag);
  if (same) c->status = 304;
  union constant data = {c->fixed};
  return MHD_create_response_from_buffer(same ? 0 : c->fixed_size, same ? NULL : data.out, MHD_RESPMEM_PERSISTENT);
}

/* The body goes to the library, which frees it. */
static struct MHD_Response *of_body(struct web_call *c) {
  struct MHD_Response *r = MHD_create_response_from_buffer(c->out.n, c->out.p, c->out.p ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
  if (r) buf_init(&c->out, BODY_MOST);
  return r;
}

enum MHD_Result answer(struct web_call *c) {
  if (c->arena.failed || c->out.rc < 0) answer_status(c, 500, tr("这一页太大，请缩小范围", "this page is too large: narrow it down"));
  int64_t size = c->fixed ? (int64_t)c->fixed_size : (int64_t)c->out.n;
  struct MHD_Response *r = c->fixed ? of_fixed(c) : c->file_path ? of_file(c) : NULL;
  if (!r && c->file_path) answer_status(c, 404, NULL);
  if (!r) r = of_body(c);
  if (!r) return MHD_NO;
  if (c->status != 304) MHD_add_response_header(r, "Content-Type", c->type ? c->type : "text/html; charset=utf-8");
  for (int i = 0; i < c->nheaders; i++) MHD_add_response_header(r, c->headers[i].name, c->headers[i].value);
  security_headers(c, r);
  if (atomic_load(&c->web->draining)) MHD_add_response_header(r, "Connection", "close");
  enum MHD_Result queued = MHD_queue_response(c->connection, (unsigned)c->status, r);
  MHD_destroy_response(r);
  c->answered = true;
  if (!(c->room == &server_room && c->status == 200)) log_call(c, c->status, size); /* probes every second say nothing */
  metrics_count(c->status, clock_us() - c->started);
  return queued;
}
