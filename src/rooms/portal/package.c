/* package.c: what is published: checked before it is taken, then never changed. */
#include "rooms/portal/internal.h"

#include "document/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MOST = 3, TEXT_MOST = 16 << 20 /* of what is parsed */ };
#define FISCAL     ".fiscal.json" /* beside the files, hidden: never asked for by name */
#define FILE_MOST  (INT64_C(100) << 20)
#define TOTAL_MOST (INT64_C(400) << 20)

const char *file_type(struct sv name) {
  static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                         {".csv", "text/csv; charset=utf-8"},
                                         {".json", "application/json"},
                                         {".pdf", "application/pdf"},
                                         {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
                                         {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
                                         {".svg", "image/svg+xml"},
                                         {".png", "image/png"},
                                         {".css", "text/css; charset=utf-8"}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (sv_ends(name, types[i][0])) return types[i][1];
  return NULL;
}

bool name_allowed(struct sv name) {
  int depth = 0;
  if (name.n == 0 || name.n > NAME_MOST || !file_type(name)) return false;
  while (name.p) {
    struct sv s = sv_cut(&name, '/');
    if (s.n == 0 || s.p[0] == '.' || s.p[0] == '-' || ++depth > DEPTH_MOST) return false;
    for (size_t i = 0; i < s.n; i++) {
      char c = s.p[i];
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')) return false;
    }
  }
  return true;
}

/* ---- what is in the folder ---- */
struct listing {
  char names[FILES_MOST][NAME_MOST + 1];
  int n;
  int64_t total;
};

static int list(const char *folder, const char *prefix, int depth, struct listing *l, struct err *e) {
  char path[PATH_SIZE];
  DIR *d = opendir(folder);
  if (!d) return err_set(e, RC_IO, "%s: %s", folder, err_system(errno));
  struct dirent *entry;
  int rc = RC_OK;
  while (rc == RC_OK && (entry = readdir(d))) {
    struct stat st;
    char name[NAME_MOST + 300];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(name, sizeof name, "%s%s", prefix, entry->d_name);
    if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path || lstat(path, &st) != 0) {
      rc = err_set(e, RC_IO, "%s: %s", name, err_system(errno));
    } else if (S_ISDIR(st.st_mode) && depth + 1 < DEPTH_MOST && strlen(name) < NAME_MOST) {
      char below[NAME_MOST + 2];
      snprintf(below, sizeof below, "%.*s/", NAME_MOST, name);
      rc = list(path, below, depth + 1, l, e);
    } else if (!S_ISREG(st.st_mode) || !name_allowed(sv_from(name))) {
      rc = err_set(e, RC_FORMAT, tr("不应有的文件：%.100s", "a file that should not be there: %.100s"), name);
    } else if (l->n >= FILES_MOST || st.st_size > FILE_MOST || (l->total += st.st_size) > TOTAL_MOST) {
      rc = err_set(e, RC_LIMIT, "%s", tr("文件太多或太大", "too many files, or too large"));
    } else {
      snprintf(l->names[l->n++], NAME_MOST + 1, "%.120s", name);
    }
  }
  closedir(d);
  return rc;
}

static int by_name(const void *a, const void *b) {
  return strcmp(a, b);
}

/* The hash of the package: of each name and each file's hash, in the order of names. */
static int hash_all(const char *folder, struct listing *l, struct package *out, struct err *e) {
  crypto_hash_sha256_state whole;
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_init(&whole);
  qsort(l->names, (size_t)l->n, sizeof *l->names, by_name);
  for (int i = 0; i < l->n; i++) {
    char path[PATH_SIZE];
    unsigned char *data;
    size_t size;
    struct package_file *f = &out->file[i];
    snprintf(f->name, sizeof f->name, "%s", l->names[i]);
    snprintf(path, sizeof path, "%.2200s/%s", folder, f->name);
    int rc = file_read(path, (size_t)FILE_MOST, &data, &size, e);
    if (rc < 0) return rc;
    f->bytes = (int64_t)size;
    crypto_hash_sha256(digest, data, size);
    free(data);
    sodium_bin2hex(f->sha256, sizeof f->sha256, digest, sizeof digest);
    crypto_hash_sha256_update(&whole, (const unsigned char *)f->name, strlen(f->name) + 1);
    crypto_hash_sha256_update(&whole, digest, sizeof digest);
  }
  out->files = l->n;
  crypto_hash_sha256_final(&whole, digest);
  sodium_bin2hex(out->sha256, sizeof out->sha256, digest, sizeof digest);
  return RC_OK;
}

static bool has(const struct listing *l, const char *name) {
  for (int i = 0; i < l->n; i++)
    if (strcmp(l->names[i], name) == 0) return true;
  return false;
}

/* ---- what it says of itself ---- */
static int with_file(const char *folder, const char *name, int (*read)(char *data, size_t n, struct package *p, struct err *e), struct package *p,
                     struct err *e) {
  char path[PATH_SIZE];
  unsigned char *data;
  size_t size;
  snprintf(path, sizeof path, "%.2200s/%s", folder, name);
  int rc = file_read(path, TEXT_MOST, &data, &size, e);
  if (rc < 0) return rc;
  rc = read((char *)data, size, p, e);
  free(data);
  return rc;
}

static int identity(char *data, size_t n, struct package *p, struct err *e) {
  return package_identity((struct sv){data, n}, p, e);
}

static int says(const char *folder, const struct listing *l, struct package *out, struct err *e) {
  int rc = with_file(folder, "book.json", identity, out, e);
  if (rc == RC_OK) rc = with_file(folder, "budget-lines.csv", package_spending, out, e);
  if (rc == RC_OK && has(l, "income.csv")) rc = with_file(folder, "income.csv", package_income, out, e);
  if (rc == RC_OK && has(l, "functions.csv")) rc = with_file(folder, "functions.csv", package_labels, out, e);
  return rc;
}

/* ---- to its place ---- */
static int folder_sync(const char *path, struct err *e) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool well = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return well ? RC_OK : err_set(e, RC_IO, "%s: %s", path, err_system(errno));
}

static void folder_remove(const char *folder, int depth) {
  DIR *d = depth < 6 ? opendir(folder) : NULL;
  struct dirent *entry;
  while (d && (entry = readdir(d))) {
    char path[PATH_SIZE];
    struct stat st;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (snprintf(path, sizeof path, "%.2000s/%s", folder, entry->d_name) >= (int)sizeof path || lstat(path, &st) != 0) continue;
    if (S_ISDIR(st.st_mode))
      folder_remove(path, depth + 1);
    else
      unlink(path);
  }
  if (d) closedir(d);
  rmdir(folder);
}

/* Folders above the file at `path`, below the first `skip` bytes of it. */
static int folders_make(char *path, size_t skip, struct err *e) {
  for (char *p = path + skip; (p = strchr(p, '/')); p++) {
    *p = 0;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
    *p = '/';
  }
  return RC_OK;
}

static int copy_one(const char *from, const char *to, const struct package_file *f, struct err *e) {
  char source[PATH_SIZE], target[PATH_SIZE], hex[65];
  unsigned char *data, digest[crypto_hash_sha256_BYTES];
  size_t size;
  snprintf(source, sizeof source, "%.2200s/%s", from, f->name);
  snprintf(target, sizeof target, "%.2200s/%s", to, f->name);
  int rc = folders_make(target, strlen(to) + 1, e);
  if (rc == RC_OK) rc = file_read(source, (size_t)FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  crypto_hash_sha256(digest, data, size);
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  rc = strcmp(hex, f->sha256) == 0 ? file_replace(target, data, size, e)
                                   : err_set(e, RC_CONFLICT, tr("%s 正在被修改", "%s is being changed"), f->name);
  free(data);
  return rc;
}

static int fiscal_write(const char *from, const char *to, const struct package *p, struct err *e) {
  char path[PATH_SIZE];
  unsigned char *data;
  size_t size;
  struct buf out;
  snprintf(path, sizeof path, "%.2200s/datapackage.json", from);
  int rc = file_read(path, TEXT_MOST, &data, &size, e);
  if (rc < 0) return rc;
  buf_init(&out, (size_t)2 * TEXT_MOST);
  rc = fiscal_make((struct sv){(const char *)data, size}, p, &out, e);
  free(data);
  snprintf(path, sizeof path, "%.2200s/" FISCAL, to);
  if (rc == RC_OK) rc = file_replace(path, out.p, out.n, e);
  buf_release(&out);
  return rc;
}

static int place(const char *folder, const struct package *p, struct err *e) {
  char to[PATH_SIZE], part[PATH_SIZE];
  snprintf(to, sizeof to, "%.2200s/%s", portal_now()->folder, p->sha256);
  if (access(to, F_OK) == 0) return RC_OK;
  snprintf(part, sizeof part, "%.2200s/part-XXXXXX", portal_now()->folder);
  if (!mkdtemp(part)) return err_set(e, RC_IO, "%s: %s", part, err_system(errno));
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < p->files; i++) rc = copy_one(folder, part, &p->file[i], e);
  if (rc == RC_OK) rc = fiscal_write(folder, part, p, e);
  if (rc == RC_OK) rc = folder_sync(part, e);
  if (rc == RC_OK && rename(part, to) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY) rc = err_set(e, RC_IO, "%s: %s", to, err_system(errno));
    folder_remove(part, 0); /* the same was placed meanwhile, or it cannot be */
  } else if (rc < 0) {
    folder_remove(part, 0);
  }
  return rc < 0 ? rc : folder_sync(portal_now()->folder, e);
}

int package_take(const char *folder, struct package *out, struct err *e) {
  struct listing *l = calloc(1, sizeof *l);
  memset(out, 0, sizeof *out);
  if (!l) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = list(folder, "", 0, l, e);
  if (rc == RC_OK && (!has(l, "index.html") || !has(l, "book.json") || !has(l, "datapackage.json") || !has(l, "budget-lines.csv")))
    rc = err_set(e, RC_FORMAT, "%s",
                 tr("不是 heng book publish 写的文件夹：缺 index.html、book.json、datapackage.json 或 budget-lines.csv",
                    "not a folder that heng book publish wrote: index.html, book.json, datapackage.json or budget-lines.csv is missing"));
  if (rc == RC_OK) rc = says(folder, l, out, e);
  if (rc == RC_OK) rc = hash_all(folder, l, out, e);
  if (rc == RC_OK) rc = place(folder, out, e);
  free(l);
  return rc;
}

/* ---- from a zip ---- */
/* The folder that all entries lie in, when they lie in one: "book/". */
static size_t common_prefix(const struct archive *a) {
  struct sv first = archive_count(a) ? archive_name(a, 0) : SV("");
  size_t slash = sv_find(first, "/");
  if (slash == SIZE_MAX) return 0;
  for (int i = 0; i < archive_count(a); i++) {
    struct sv s = archive_name(a, i);
    if (s.n <= slash || memcmp(s.p, first.p, slash + 1) != 0) return 0;
  }
  return slash + 1;
}

static int unpack(struct archive *a, const char *folder, struct err *e) {
  size_t skip = common_prefix(a);
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < archive_count(a); i++) {
    struct sv name = archive_name(a, i);
    char path[PATH_SIZE], sha256[65];
    int64_t size;
    if (archive_is_folder(a, i)) continue;
    name = (struct sv){name.p + skip, name.n - skip};
    if (!name_allowed(name))
      return err_set(e, RC_FORMAT, tr("不应有的文件：%.*s", "a file that should not be there: %.*s"), name.n < 100 ? (int)name.n : 100, name.p);
    snprintf(path, sizeof path, "%.2200s/%.*s", folder, SV_ARG(name));
    rc = folders_make(path, strlen(folder) + 1, e);
    if (rc == RC_OK && access(path, F_OK) == 0) rc = err_set(e, RC_FORMAT, tr("重复的文件：%.*s", "a file that is there twice: %.*s"), SV_ARG(name));
    if (rc == RC_OK) rc = archive_extract(a, i, path, FILE_MOST, &size, sha256, e);
    if (rc == RC_IO && (errno == ENOTDIR || errno == EISDIR))
      rc = err_set(e, RC_FORMAT, "%s", tr("文件和文件夹同名", "a file and a folder of one name"));
  }
  return rc;
}

int package_take_zip(const char *zip, const char *temporary, struct package *out, struct err *e) {
  struct archive *a;
  char folder[PATH_SIZE];
  int rc = archive_open(zip, FILES_MOST, TOTAL_MOST, &a, e);
  if (rc < 0) return rc;
  snprintf(folder, sizeof folder, "%.2200s/book-XXXXXX", temporary);
  if (!mkdtemp(folder)) {
    archive_close(a);
    return err_set(e, RC_IO, "%s: %s", folder, err_system(errno));
  }
  rc = unpack(a, folder, e);
  archive_close(a);
  if (rc == RC_OK) rc = package_take(folder, out, e);
  folder_remove(folder, 0);
  return rc;
}

bool package_file(const char *sha256, struct sv name, char path[PATH_SIZE], const char **type) {
  if (name.n == 0) name = SV("index.html");
  if (!name_allowed(name) || strlen(sha256) != 64) return false;
  *type = file_type(name);
  if (sv_is(name, "datapackage.json")) { /* as it came when it was taken in by an earlier version */
    snprintf(path, PATH_SIZE, "%.2000s/%.64s/" FISCAL, portal_now()->folder, sha256);
    if (access(path, R_OK) == 0) return true;
  }
  snprintf(path, PATH_SIZE, "%.2000s/%.64s/%.*s", portal_now()->folder, sha256, SV_ARG(name));
  return access(path, R_OK) == 0;
}

int package_check(const char *sha256, const char *name, const char *expected, struct err *e) {
  char path[PATH_SIZE], hex[65];
  unsigned char *data, digest[crypto_hash_sha256_BYTES];
  size_t size;
  snprintf(path, sizeof path, "%.2000s/%.64s/%s", portal_now()->folder, sha256, name);
  int rc = file_read(path, (size_t)FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  crypto_hash_sha256(digest, data, size);
  free(data);
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return strcmp(hex, expected) == 0 ? RC_OK : err_set(e, RC_FORMAT, tr("%s 不是原来的内容", "%s is not as it was taken in"), path);
}
