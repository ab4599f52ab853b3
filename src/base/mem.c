/* mem.c: arenas, capped vectors and buffers, whole-file reading, safe writing, string numbering.
 * An arena block is a malloc'ed piece; big requests get a block of their own so that small ones stay dense. */
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_FIRST = 16 * 1024, BLOCK_MOST = 1024 * 1024 };

struct arena_block {
  struct arena_block *next;
  size_t size, used;
  alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a, size_t cap) {
  *a = (struct arena){.cap = cap};
}

void arena_release(struct arena *a) {
  struct arena_block *b = a->head;
  while (b) {
    struct arena_block *next = b->next;
    free(b);
    b = next;
  }
  a->head = NULL;
  a->used = 0;
}

static void *arena_refuse(struct arena *a) {
  a->failed = true;
  return NULL;
}

static struct arena_block *arena_grow(struct arena *a, size_t size) {
  size_t want = a->head ? a->head->size * 2 : BLOCK_FIRST;
  if (want > BLOCK_MOST) want = BLOCK_MOST;
  if (want < size) want = size;
  if (a->used > a->cap || want > a->cap - a->used) {
    want = size; /* near the cap: just what is asked */
    if (a->used > a->cap || want > a->cap - a->used) return NULL;
  }
  struct arena_block *b = calloc(1, sizeof *b + want);
  if (!b) return NULL;
  b->size = want;
  a->used += want;
  if (a->head && size > BLOCK_MOST / 4) { /* keep filling the current block after a big one */
    b->next = a->head->next;
    a->head->next = b;
  } else {
    b->next = a->head;
    a->head = b;
  }
  return b;
}

void *arena_alloc(struct arena *a, size_t size) {
  const size_t align = alignof(max_align_t);
  if (size == 0) size = 1;
  if (size > SIZE_MAX - align) return arena_refuse(a);
  size = (size + align - 1) / align * align;
  struct arena_block *b = a->head;
  if (!b || b->size - b->used < size) {
    b = arena_grow(a, size);
    if (!b) return arena_refuse(a);
  }
  void *p = b->data + b->used;
  b->used += size;
  return p;
}

void *arena_array(struct arena *a, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return arena_refuse(a);
  return arena_alloc(a, bytes);
}

char *arena_text(struct arena *a, const char *p, size_t n) {
  char *out = n < SIZE_MAX ? arena_alloc(a, n + 1) : arena_refuse(a);
  if (out && n) memcpy(out, p, n);
  return out;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
  char small[512];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(small, sizeof small, fmt, ap);
  va_end(ap);
  if (n < 0) return NULL;
  if ((size_t)n < sizeof small) return arena_text(a, small, (size_t)n);
  char *out = arena_alloc(a, (size_t)n + 1);
  if (!out) return NULL;
  va_start(ap, fmt);
  vsnprintf(out, (size_t)n + 1, fmt, ap);
  va_end(ap);
  return out;
}

int vec_reserve(void **vector, size_t *capacity, size_t need, size_t element, size_t max) {
  if (need <= *capacity) return RC_OK;
  if (need > max) return RC_LIMIT;
  size_t want = *capacity ? *capacity * 2 : 16;
  if (want < need) want = need;
  if (want > max) want = max;
  size_t bytes;
  if (__builtin_mul_overflow(want, element, &bytes)) return RC_LIMIT;
  void *p = realloc(*vector, bytes);
  if (!p) return RC_NOMEM;
  *vector = p;
  *capacity = want;
  return RC_OK;
}

void buf_init(struct buf *b, size_t cap) {
  *b = (struct buf){.cap = cap};
}

void buf_release(struct buf *b) {
  free(b->p);
  *b = (struct buf){.cap = b->cap};
}

void buf_clear(struct buf *b) {
  b->n = 0;
  b->rc = RC_OK;
  if (b->p) b->p[0] = '\0';
}

static int buf_room(struct buf *b, size_t more) {
  if (b->rc < 0) return b->rc;
  if (b->capacity > more && b->n < b->capacity - more) return RC_OK;
  if (more >= b->cap || b->n > b->cap - more - 1) return b->rc = RC_LIMIT;
  void *p = b->p;
  b->rc = vec_reserve(&p, &b->capacity, b->n + more + 1, 1, b->cap);
  b->p = p;
  return b->rc;
}

int buf_add(struct buf *b, const void *p, size_t n) {
  if (buf_room(b, n) < 0) return b->rc;
  if (n) memcpy(b->p + b->n, p, n);
  b->n += n;
  b->p[b->n] = '\0';
  return RC_OK;
}

int buf_putc(struct buf *b, char c) {
  return buf_add(b, &c, 1);
}

int buf_printf(struct buf *b, const char *fmt, ...) {
  enum { GUESS = 120 }; /* mostly it fits at the first try */
  va_list ap;
  if (buf_room(b, 0) < 0) return b->rc;
  if (b->capacity - b->n <= GUESS && b->cap - b->n > GUESS && buf_room(b, GUESS) < 0) return b->rc;
  size_t room = b->capacity - b->n;
  va_start(ap, fmt);
  int n = vsnprintf(b->p + b->n, room, fmt, ap);
  va_end(ap);
  if (n >= 0 && (size_t)n >= room) {
    b->p[b->n] = '\0'; /* as it was, should there be no room */
    if (buf_room(b, (size_t)n) < 0) return b->rc;
    va_start(ap, fmt);
    n = vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
  }
  if (n < 0) {
    b->p[b->n] = '\0';
    return b->rc = RC_FORMAT;
  }
  b->n += (size_t)n;
  return RC_OK;
}

static int read_all(int fd, size_t cap, unsigned char **data, size_t *size) {
  unsigned char *p = NULL;
  size_t capacity = 0, n = 0;
  struct stat st;
  int rc = RC_OK;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
    if (st.st_size < 0 || (uintmax_t)st.st_size > cap) return RC_LIMIT;
    rc = vec_reserve((void **)&p, &capacity, (size_t)st.st_size + 1, 1, cap + 1);
  }
  while (rc == RC_OK) {
    rc = vec_reserve((void **)&p, &capacity, n + 1, 1, cap + 1);
    if (rc < 0) break;
    ssize_t got = read(fd, p + n, capacity - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) rc = RC_IO;
    if (got <= 0) break;
    n += (size_t)got;
    if (n > cap) rc = RC_LIMIT;
  }
  if (rc < 0) {
    free(p);
    return rc;
  }
  *data = p;
  *size = n;
  return RC_OK;
}

int file_read(const char *path, size_t cap, unsigned char **data, size_t *size, struct err *e) {
  *data = NULL;
  *size = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return err_at(e, RC_IO, path, 0, 0, tr("打不开文件：%s", "cannot open: %s"), err_system(errno));
  struct stat st;
  int rc = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) ? RC_USAGE : read_all(fd, cap, data, size);
  int saved = errno;
  close(fd);
  if (rc == RC_USAGE) return err_at(e, RC_IO, path, 0, 0, "%s", tr("这是文件夹，不是文件", "is a folder, not a file"));
  if (rc == RC_LIMIT) return err_at(e, rc, path, 0, 0, tr("文件超过上限 %zu MB", "file is larger than the limit of %zu MB"), cap / (1024 * 1024));
  if (rc == RC_NOMEM) return err_at(e, rc, path, 0, 0, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) return err_at(e, RC_IO, path, 0, 0, tr("读文件失败：%s", "reading failed: %s"), err_system(saved));
  return RC_OK;
}

static int write_all(int fd, const void *data, size_t size) {
  const unsigned char *p = data;
  while (size > 0) {
    ssize_t put = write(fd, p, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return RC_IO;
    p += put;
    size -= (size_t)put;
  }
  return RC_OK;
}

int file_replace(const char *path, const void *data, size_t size, struct err *e) {
  if (strcmp(path, "-") == 0) {
    if (fflush(stdout) != 0 || write_all(STDOUT_FILENO, data, size) < 0)
      return err_set(e, RC_IO, tr("写标准输出失败：%s", "writing standard output failed: %s"), err_system(errno));
    return RC_OK;
  }
  char temporary[4096];
  int n = snprintf(temporary, sizeof temporary, "%s.tmp-%ld", path, (long)getpid());
  if (n < 0 || (size_t)n >= sizeof temporary) return err_at(e, RC_IO, path, 0, 0, "%s", tr("路径太长", "path is too long"));
  int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return err_at(e, RC_IO, path, 0, 0, tr("不能写：%s", "cannot write: %s"), err_system(errno));
  int rc = write_all(fd, data, size);
  if (rc == RC_OK && fsync(fd) != 0) rc = RC_IO;
  if (close(fd) != 0 && rc == RC_OK) rc = RC_IO;
  if (rc == RC_OK && rename(temporary, path) != 0) rc = RC_IO;
  if (rc == RC_OK) return RC_OK;
  int saved = errno;
  unlink(temporary);
  return err_at(e, RC_IO, path, 0, 0, tr("写文件失败：%s", "writing failed: %s"), err_system(saved));
}

/* ---- string numbering: open addressing, slots hold id + 1 ---- */

enum { INTERN_MOST = 1 << 24 };

static uint64_t hash_bytes(const char *p, size_t n) {
  uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, with a final mix */
  for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
  return h ^ (h >> 29);
}

void intern_init(struct intern *t) {
  *t = (struct intern){0};
  arena_init(&t->arena, SIZE_MAX / 2);
}

void intern_release(struct intern *t) {
  free(t->names.v);
  free(t->slots);
  arena_release(&t->arena);
  *t = (struct intern){0};
}

static size_t intern_slot(const struct intern *t, const char *p, size_t n) {
  size_t mask = t->nslots - 1;
  size_t i = (size_t)hash_bytes(p, n) & mask;
  while (t->slots[i]) {
    const char *name = t->names.v[t->slots[i] - 1];
    if (strncmp(name, p, n) == 0 && name[n] == '\0') break;
    i = (i + 1) & mask;
  }
  return i;
}

static int intern_resize(struct intern *t, size_t nslots) {
  uint32_t *slots = calloc(nslots, sizeof *slots);
  if (!slots) return RC_NOMEM;
  free(t->slots);
  t->slots = slots;
  t->nslots = nslots;
  for (size_t i = 0; i < t->names.n; i++) {
    const char *name = t->names.v[i];
    slots[intern_slot(t, name, strlen(name))] = (uint32_t)i + 1;
  }
  return RC_OK;
}

uint32_t intern_find(const struct intern *t, const char *p, size_t n) {
  if (t->nslots == 0) return INTERN_NONE;
  uint32_t slot = t->slots[intern_slot(t, p, n)];
  return slot ? slot - 1 : INTERN_NONE;
}

static uint32_t intern_refuse(struct intern *t) {
  t->arena.failed = true;
  return INTERN_NONE;
}

uint32_t intern_add(struct intern *t, const char *p, size_t n) {
  if (memchr(p ? p : "", '\0', n)) return INTERN_NONE; /* names are C strings */
  if ((t->names.n + 1) * 2 > t->nslots && intern_resize(t, t->nslots ? t->nslots * 2 : 64) < 0) return intern_refuse(t);
  size_t i = intern_slot(t, p, n);
  if (t->slots[i]) return t->slots[i] - 1;
  char *copy = arena_text(&t->arena, p, n);
  if (!copy || VEC_PUSH(&t->names, copy, INTERN_MOST) < 0) return intern_refuse(t);
  t->slots[i] = (uint32_t)t->names.n;
  return t->slots[i] - 1;
}

const char *intern_name(const struct intern *t, uint32_t id) {
  return id < t->names.n ? t->names.v[id] : "";
}
