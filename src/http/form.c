/* form.c: what a browser sends: queries, forms, files. Our own readers, strict and with caps, fuzzed. */
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* Percent escapes; in a form '+' is a blank, in a path a slash must not come by escape. */
static int decode(struct arena *a, struct sv s, bool form, struct sv *out, struct err *e) {
  char *p = arena_alloc(a, s.n + 1);
  size_t n = 0;
  if (!p) return no_memory(e);
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == '%') {
      int high = i + 1 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
      if (high < 0 || low < 0) return err_set(e, RC_FORMAT, "%s", tr("地址里的 % 写错了", "a broken % escape"));
      c = (char)(high * 16 + low);
      if (!form && c == '/') return err_set(e, RC_FORMAT, "%s", tr("路径里不能有转义的斜杠", "an escaped slash in the path"));
      i += 2;
    } else if (form && c == '+') {
      c = ' ';
    }
    if (c == 0) return err_set(e, RC_FORMAT, "%s", tr("不能有空字节", "a NUL byte"));
    p[n++] = c;
  }
  *out = (struct sv){p, n};
  return utf8_valid(*out) ? RC_OK : err_set(e, RC_FORMAT, "%s", tr("不是 UTF-8", "not UTF-8"));
}

int path_decode(struct arena *a, struct sv s, struct sv *out, struct err *e) {
  return decode(a, s, false, out, e);
}

static int pair_add(struct arena *a, struct pairs *out, struct pair p, struct err *e) {
  if (!out->v && !(out->v = ARENA_ARRAY(a, struct pair, PAIRS_MOST))) return no_memory(e);
  if (out->n >= PAIRS_MOST) return err_set(e, RC_LIMIT, "%s", tr("字段太多", "too many fields"));
  out->v[out->n++] = p;
  return RC_OK;
}

int form_decode(struct arena *a, struct sv s, struct pairs *out, struct err *e) {
  while (s.p && s.n > 0) {
    struct sv value = sv_cut(&s, '&'), name = sv_cut(&value, '=');
    struct pair p = {0};
    if (name.n == 0) continue;
    int rc = decode(a, name, true, &p.name, e);
    if (rc == RC_OK) rc = decode(a, value.p ? value : SV(""), true, &p.value, e);
    if (rc == RC_OK) rc = pair_add(a, out, p, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* ---- multipart/form-data ---- */
static int bad(struct err *e) {
  return err_set(e, RC_FORMAT, "%s", tr("上传的内容不合格式", "the upload is malformed"));
}

int multipart_begin(struct multipart *m, struct arena *a, const char *content_type, const char *folder, int64_t file_most, struct err *e) {
  memset(m, 0, sizeof *m);
  m->arena = a;
  m->folder = folder;
  m->file_most = file_most;
  m->fd = -1;
  buf_init(&m->window, 256 * 1024);
  buf_init(&m->text, FORM_MOST);
  const char *p = strcasestr(content_type, "boundary=");
  if (!p) return bad(e);
  p += 9;
  size_t n = *p == '"' ? strcspn(++p, "\"") : strcspn(p, "; \t");
  if (n == 0 || n > BOUNDARY_MOST) return bad(e);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)p[i] < 0x20 || (unsigned char)p[i] > 0x7e) return bad(e);
  m->ndelimiter = (size_t)snprintf(m->delimiter, sizeof m->delimiter, "\r\n--%.*s", (int)n, p);
  return buf_puts(&m->window, "\r\n"); /* so that the first delimiter is like the others */
}

static void window_drop(struct multipart *m, size_t n) {
  memmove(m->window.p, m->window.p + n, m->window.n - n);
  m->window.n -= n;
  m->window.p[m->window.n] = 0;
}

/* A quoted parameter of Content-Disposition: filename="…"; \" and %22 are both what browsers write for a quote. */
static bool parameter(struct sv line, const char *name, struct arena *a, struct sv *out) {
  size_t at = 0, n = strlen(name);
  while (at < line.n) {
    while (at < line.n && line.p[at] != ';') at++;
    at++;
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t')) at++;
    if (at + n + 2 > line.n || strncasecmp(line.p + at, name, n) != 0 || line.p[at + n] != '=' || line.p[at + n + 1] != '"') continue;
    char *p = arena_alloc(a, line.n + 1);
    size_t k = 0;
    if (!p) return false;
    for (at += n + 2; at < line.n && line.p[at] != '"'; at++) {
      if (line.p[at] == '\\' && at + 1 < line.n && line.p[at + 1] == '"') at++;
      p[k++] = line.p[at];
    }
    *out = (struct sv){p, k};
    return at < line.n;
  }
  return false;
}

/* The last part of whatever path a browser sent; what is no name of a file becomes one. */
static struct sv file_name(struct arena *a, struct sv s) {
  for (size_t i = s.n; i > 0; i--)
    if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
      s.p += i;
      s.n -= i;
      break;
    }
  bool clean = s.n > 0 && s.n <= 240 && utf8_valid(s) && !sv_is(s, ".") && !sv_is(s, "..");
  for (size_t i = 0; clean && i < s.n; i++) clean = (unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f;
  if (!clean) return SV("file");
  const char *p = arena_text(a, s.p, s.n);
  return p ? (struct sv){p, s.n} : SV("file");
}

static int file_begin(struct multipart *m, struct sv name, struct err *e) {
  struct web_file *f = ARENA_NEW(m->arena, struct web_file);
  char *path = f ? arena_printf(m->arena, "%s/upload-XXXXXX", m->folder) : NULL;
  if (!path) return no_memory(e);
  m->fd = mkostemp(path, O_CLOEXEC); /* mode 0600 */
  if (m->fd < 0) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  f->path = path;
  f->name = file_name(m->arena, name);
  m->now.file = f;
  sha256_init(&m->hash);
  return pair_add(m->arena, &m->pairs, m->now, e);
}

static int head_read(struct multipart *m, struct sv head, struct err *e) {
  struct sv name = {0}, file = {0};
  bool has_name = false;
  m->is_file = false;
  while (head.p && head.n > 0) {
    struct sv line = sv_cut(&head, '\n');
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    if (line.n < 20 || strncasecmp(line.p, "Content-Disposition:", 20) != 0) continue;
    if (has_name) return bad(e);
    has_name = parameter(line, "name", m->arena, &name);
    m->is_file = parameter(line, "filename", m->arena, &file);
  }
  if (!has_name || name.n == 0 || !utf8_valid(name)) return bad(e);
  m->now = (struct pair){.name = name};
  buf_clear(&m->text);
  return m->is_file ? file_begin(m, file, e) : RC_OK;
}

static int body_add(struct multipart *m, const char *p, size_t n, struct err *e) {
  if (!m->is_file) {
    m->text_used += n;
    if (m->text_used > FORM_MOST || (n > 0 && buf_add(&m->text, p, n) < 0))
      return err_set(e, RC_LIMIT, "%s", tr("表单太大", "the form is too large"));
    return RC_OK;
  }
  struct web_file *f = m->now.file;
  f->size += (int64_t)n;
  if (f->size > m->file_most)
    return err_set(e, RC_LIMIT, tr("文件 %.*s 超过 %lld 字节", "the file %.*s has more than %lld bytes"), SV_ARG(f->name), (long long)m->file_most);
  sha256_update(&m->hash, n, (const uint8_t *)p); /* nettle: with the instructions of the processor, where it has them */
  while (n > 0) {
    ssize_t wrote = write(m->fd, p, n);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return err_set(e, RC_IO, tr("存不下上传的文件：%s", "the upload cannot be kept: %s"), err_system(errno));
    p += wrote;
    n -= (size_t)wrote;
  }
  return RC_OK;
}

static int body_end(struct multipart *m, struct err *e) {
  if (m->is_file) {
    uint8_t raw[SHA256_DIGEST_SIZE];
    sha256_digest(&m->hash, sizeof raw, raw);
    sodium_bin2hex(m->now.file->sha256, sizeof m->now.file->sha256, raw, sizeof raw);
    int failed = close(m->fd);
    m->fd = -1;
    return failed ? err_set(e, RC_IO, "%s", err_system(errno)) : RC_OK;
  }
  const char *p = arena_text(m->arena, m->text.p ? m->text.p : "", m->text.n);
  if (!p) return no_memory(e);
  m->now.value = (struct sv){p, m->text.n};
  if (!utf8_valid(m->now.value) || memchr(p, 0, m->text.n)) return err_set(e, RC_FORMAT, "%s", tr("不是 UTF-8", "not UTF-8"));
  return pair_add(m->arena, &m->pairs, m->now, e);
}

/* It begins with a carriage return, which memchr finds much faster in the bytes of a file than memmem finds all of it. */
static const char *find_delimiter(const struct multipart *m) {
  const char *p = m->window.p, *end = p + m->window.n;
  while (p && (size_t)(end - p) >= m->ndelimiter && (p = memchr(p, m->delimiter[0], (size_t)(end - p) - m->ndelimiter + 1))) {
    if (memcmp(p, m->delimiter, m->ndelimiter) == 0) return p;
    p++;
  }
  return NULL;
}

/* One step on the window: 1 went on, 0 needs more, negative. */
static int advance(struct multipart *m, struct err *e) {
  struct buf *w = &m->window;
  const char *at;
  int rc;
  switch (m->state) {
  case PART_PREAMBLE:
  case PART_BODY:
    at = find_delimiter(m);
    if (at) {
      size_t n = (size_t)(at - w->p);
      if (m->state == PART_BODY && ((rc = body_add(m, w->p, n, e)) < 0 || (rc = body_end(m, e)) < 0)) return rc;
      window_drop(m, n + m->ndelimiter);
      m->state = PART_AFTER;
      return 1;
    }
    if (w->n >= m->ndelimiter) { /* all but what may be the beginning of one */
      size_t n = w->n - (m->ndelimiter - 1);
      if (m->state == PART_BODY && (rc = body_add(m, w->p, n, e)) < 0) return rc;
      window_drop(m, n);
    }
    return 0;
  case PART_AFTER:
    if (w->n < 2) return 0;
    if (w->p[0] == '-' && w->p[1] == '-') {
      m->state = PART_END;
      return 1;
    }
    if (w->p[0] != '\r' || w->p[1] != '\n') return bad(e);
    m->state = PART_HEAD; /* the line's end stays: a head may be empty */
    return 1;
  case PART_HEAD:
    at = memmem(w->p, w->n, "\r\n\r\n", 4);
    if (!at) return w->n > PART_HEAD_MOST ? bad(e) : 0;
    if (at - w->p > PART_HEAD_MOST) return bad(e);
    if ((rc = head_read(m, (struct sv){w->p + 2, at - w->p < 2 ? 0 : (size_t)(at - w->p) - 2}, e)) < 0) return rc;
    window_drop(m, (size_t)(at - w->p) + 4);
    m->state = PART_BODY;
    return w->n > 0;
  case PART_END: buf_clear(w); return 0; /* what follows is nobody's */
  }
  return 0;
}

int multipart_feed(struct multipart *m, const char *p, size_t n, struct err *e) {
  while (n > 0) {
    size_t piece = n > 64 * 1024 ? 64 * 1024 : n;
    if (buf_add(&m->window, p, piece) < 0) return no_memory(e);
    p += piece;
    n -= piece;
    int rc;
    while ((rc = advance(m, e)) == 1) {
    }
    if (rc < 0) return rc;
  }
  return RC_OK;
}

int multipart_end(struct multipart *m, struct err *e) {
  return m->state == PART_END ? RC_OK : err_set(e, RC_FORMAT, "%s", tr("上传中断，请重试", "the upload was cut off: try again"));
}

void multipart_release(struct multipart *m) {
  if (m->fd >= 0) close(m->fd);
  m->fd = -1;
  for (int i = 0; i < m->pairs.n; i++)
    if (m->pairs.v[i].file) unlink(m->pairs.v[i].file->path);
  buf_release(&m->window);
  buf_release(&m->text);
}
