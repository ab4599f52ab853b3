/* archive.c: archive.h over libzip. */
#include "document/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

enum { RATIO_MOST = 200, RATIO_FLOOR = 1 << 20 };

struct archive {
  zip_t *zip;
  int n;
  struct arena arena;
  struct sv *names;
};

/* Names carry a flag for UTF-8; without it they are mostly GBK in this country, whatever the format's own text says. */
static struct sv name_of(struct arena *a, const char *raw) {
  size_t n = strlen(raw);
  struct sv s = {raw, n};
  if (utf8_valid(s)) {
    const char *kept = arena_text(a, raw, n);
    return kept ? (struct sv){kept, n} : SV("");
  }
  size_t room = n * 4 + 1, left = n, free_bytes = room - 1;
  char *out = arena_alloc(a, room), *to = out, *in = arena_text(a, raw, n);
  iconv_t cd = out && in ? iconv_open("UTF-8", "GB18030") : (iconv_t)-1;
  if (cd == (iconv_t)-1) return SV("");
  size_t rc = iconv(cd, &in, &left, &to, &free_bytes);
  iconv_close(cd);
  return rc == (size_t)-1 ? SV("") : (struct sv){out, (size_t)(to - out)};
}

static int sizes_check(struct archive *a, int64_t total_most, struct err *e) {
  uint64_t total = 0;
  for (int i = 0; i < a->n; i++) {
    zip_stat_t st;
    zip_stat_init(&st);
    if (zip_stat_index(a->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW, &st) != 0 || !(st.valid & ZIP_STAT_NAME))
      return err_set(e, RC_FORMAT, "%s", tr("压缩包损坏", "the archive is damaged"));
    if (!(st.valid & ZIP_STAT_SIZE) || !(st.valid & ZIP_STAT_COMP_SIZE))
      return err_set(e, RC_FORMAT, "%s", tr("压缩包没有写明大小", "the archive does not tell sizes"));
    if (st.size > (uint64_t)total_most || (total += st.size) > (uint64_t)total_most)
      return err_set(e, RC_LIMIT, tr("压缩包解压后超过 %lld MB", "the archive holds more than %lld MB"), (long long)(total_most >> 20));
    if (st.size > RATIO_FLOOR && st.size / RATIO_MOST > st.comp_size)
      return err_set(e, RC_LIMIT, tr("压缩比超过 %d 倍（疑为压缩炸弹）", "compressed more than %d times (a bomb?)"), RATIO_MOST);
    a->names[i] = name_of(&a->arena, st.name);
  }
  return a->arena.failed ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : RC_OK;
}

int archive_open(const char *path, int entries_most, int64_t total_most, struct archive **out, struct err *e) {
  *out = NULL;
  struct archive *a = calloc(1, sizeof *a);
  int code;
  if (!a) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&a->arena, (size_t)32 << 20);
  a->zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!a->zip) {
    free(a);
    return err_set(e, RC_FORMAT, "%s", tr("压缩包损坏，或不是 zip", "the archive is damaged, or no zip"));
  }
  zip_int64_t n = zip_get_num_entries(a->zip, 0);
  int rc = n > entries_most ? err_set(e, RC_LIMIT, tr("压缩包里超过 %d 个文件", "more than %d files in the archive"), entries_most) : RC_OK;
  if (rc == RC_OK) {
    a->n = (int)n;
    a->names = ARENA_ARRAY(&a->arena, struct sv, (size_t)n + 1);
    rc = a->names ? sizes_check(a, total_most, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  if (rc < 0)
    archive_close(a);
  else
    *out = a;
  return rc;
}

void archive_close(struct archive *a) {
  if (!a) return;
  zip_discard(a->zip);
  arena_release(&a->arena);
  free(a);
}

int archive_count(const struct archive *a) {
  return a->n;
}

struct sv archive_name(const struct archive *a, int i) {
  return i >= 0 && i < a->n ? a->names[i] : SV("");
}

bool archive_is_folder(const struct archive *a, int i) {
  struct sv s = archive_name(a, i);
  return s.n > 0 && s.p[s.n - 1] == '/';
}

bool archive_is_plain(const struct archive *a, int i) {
  zip_uint8_t system;
  zip_uint32_t attributes;
  zip_stat_t st;
  zip_stat_init(&st);
  if (archive_is_folder(a, i) || zip_stat_index(a->zip, (zip_uint64_t)i, 0, &st) != 0) return false;
  if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE) return false;
  if (zip_file_get_external_attributes(a->zip, (zip_uint64_t)i, 0, &system, &attributes) != 0) return true;
  unsigned mode = attributes >> 16;
  return system != ZIP_OPSYS_UNIX || (mode & S_IFMT) == 0 || S_ISREG(mode);
}

static int copy_out(zip_file_t *f, int fd, int64_t most, int64_t *size, struct sha256_ctx *hash, struct err *e) {
  char piece[65536];
  zip_int64_t n;
  *size = 0;
  while ((n = zip_fread(f, piece, sizeof piece)) > 0) {
    if ((*size += n) > most)
      return err_set(e, RC_LIMIT, tr("压缩包里的文件超过 %lld MB", "a file in the archive has more than %lld MB"), (long long)(most >> 20));
    sha256_update(hash, (size_t)n, (const uint8_t *)piece);
    for (zip_int64_t done = 0; done < n;) {
      ssize_t wrote = write(fd, piece + done, (size_t)(n - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return err_set(e, RC_IO, "%s", err_system(errno));
      done += wrote;
    }
  }
  return n < 0 ? err_set(e, RC_FORMAT, "%s", tr("压缩包里的文件损坏", "a file in the archive is damaged")) : RC_OK;
}

int archive_extract(struct archive *a, int i, const char *path, int64_t most, int64_t *size, char sha256[65], struct err *e) {
  struct sha256_ctx hash;
  uint8_t digest[SHA256_DIGEST_SIZE];
  if (!archive_is_plain(a, i)) return err_set(e, RC_FORMAT, "%s", tr("压缩包里有链接或加密的文件", "the archive holds a link, or is encrypted"));
  zip_file_t *f = zip_fopen_index(a->zip, (zip_uint64_t)i, 0);
  if (!f) return err_set(e, RC_FORMAT, "%s", tr("压缩包里的文件打不开", "a file in the archive cannot be opened"));
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  sha256_init(&hash);
  int rc = fd < 0 ? err_set(e, RC_IO, "%s: %s", path, err_system(errno)) : copy_out(f, fd, most, size, &hash, e);
  zip_fclose(f);
  if (fd >= 0 && close(fd) != 0 && rc == RC_OK) rc = err_set(e, RC_IO, "%s", err_system(errno));
  sha256_digest(&hash, sizeof digest, digest);
  base16_encode_update(sha256, sizeof digest, digest);
  sha256[64] = 0;
  if (rc < 0 && fd >= 0) unlink(path);
  return rc;
}

bool archive_looks(const char *path) {
  char head[4] = {0};
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool zip = fd >= 0 && read(fd, head, 4) == 4 && memcmp(head, "PK\x03\x04", 4) == 0;
  if (fd >= 0) close(fd);
  return zip;
}

/* ---- writing ---- */
struct archive_out {
  zip_t *zip;
};

int archive_begin(const char *path, struct archive_out **out, struct err *e) {
  int code;
  *out = calloc(1, sizeof **out);
  if (!*out) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  (*out)->zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
  if ((*out)->zip) return RC_OK;
  free(*out);
  *out = NULL;
  return err_set(e, RC_IO, tr("%s：不能写压缩包（%d）", "%s: the archive cannot be written (%d)"), path, code);
}

int archive_put(struct archive_out *o, struct sv name, struct sv body, struct err *e) {
  char file[512];
  void *copy = malloc(body.n ? body.n : 1);
  if (name.n >= sizeof file || !copy) {
    free(copy);
    return err_set(e, RC_LIMIT, "%s", tr("文件名太长，或内存不足", "a name is too long, or out of memory"));
  }
  snprintf(file, sizeof file, "%.*s", SV_ARG(name));
  if (body.n) memcpy(copy, body.p, body.n);
  zip_source_t *s = zip_source_buffer(o->zip, copy, body.n, 1);
  if (!s) free(copy);
  zip_int64_t i = s ? zip_file_add(o->zip, file, s, ZIP_FL_ENC_UTF_8) : -1;
  if (i < 0) {
    if (s) zip_source_free(s);
    return err_set(e, RC_IO, "%s: %s", file, zip_strerror(o->zip));
  }
  zip_file_set_mtime(o->zip, (zip_uint64_t)i, 315532800, 0); /* 1980: the same bytes whenever */
  return RC_OK;
}

int archive_end(struct archive_out *o, struct err *e) {
  int rc = RC_OK;
  if (zip_close(o->zip) != 0) {
    rc = err_set(e, RC_IO, "%s", zip_strerror(o->zip));
    zip_discard(o->zip);
  }
  free(o);
  return rc;
}

void archive_drop(struct archive_out *o) {
  if (!o) return;
  zip_discard(o->zip);
  free(o);
}
