/* package.c: what is published: checked before it is taken, then never changed. */
#include "rooms/portal/internal.h"

#include "document/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MOST = 3, NAME_MOST = 120 };
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
static int hash_all(const char *folder, struct listing *l, char out[65], struct err *e) {
  crypto_hash_sha256_state whole;
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_init(&whole);
  qsort(l->names, (size_t)l->n, sizeof *l->names, by_name);
  for (int i = 0; i < l->n; i++) {
    char path[PATH_SIZE];
    unsigned char *data;
    size_t size;
    snprintf(path, sizeof path, "%.2200s/%.*s", folder, NAME_MOST, l->names[i]);
    int rc = file_read(path, (size_t)FILE_MOST, &data, &size, e);
    if (rc < 0) return rc;
    crypto_hash_sha256(digest, data, size);
    free(data);
    crypto_hash_sha256_update(&whole, (const unsigned char *)l->names[i], strlen(l->names[i]) + 1);
    crypto_hash_sha256_update(&whole, digest, sizeof digest);
  }
  crypto_hash_sha256_final(&whole, digest);
  sodium_bin2hex(out, 65, digest, sizeof digest);
  return RC_OK;
}

static bool has(const struct listing *l, const char *name) {
  for (int i = 0; i < l->n; i++)
    if (strcmp(l->names[i], name) == 0) return true;
  return false;
}

/* ---- what it says of itself ---- */
static bool take_text(const json_t *o, const char *key, char *out, size_t size) {
  const char *s = json_string_value(json_object_get(o, key));
  size_t n = s ? strlen(s) : 0;
  if (n == 0 || n >= size) return false;
  memcpy(out, s, n + 1);
  return true;
}

static bool is_plain_name(const char *s) {
  for (; *s; s++)
    if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '-')) return false;
  return true;
}

static int identity(const char *folder, struct package *p, struct err *e) {
  char path[PATH_SIZE];
  unsigned char *data;
  size_t size;
  json_error_t why;
  snprintf(path, sizeof path, "%.2200s/book.json", folder);
  int rc = file_read(path, (size_t)FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &why);
  free(data);
  if (!root) return err_set(e, RC_FORMAT, tr("book.json 读不懂：%s", "book.json cannot be read: %s"), why.text);
  const json_t *book = json_object_get(root, "book");
  const char *schema = json_string_value(json_object_get(root, "schema"));
  p->year = (int)json_integer_value(json_object_get(book, "year"));
  bool well = schema && strncmp(schema, "heng-book/", 10) == 0 && take_text(book, "name", p->name, sizeof p->name) &&
              take_text(book, "title", p->title, sizeof p->title) && take_text(book, "body", p->body, sizeof p->body) && p->year >= 2000 &&
              p->year <= 2199 && is_plain_name(p->name);
  const char *kind = json_string_value(json_object_get(book, "kind"));
  snprintf(p->kind, sizeof p->kind, "%.39s", kind ? kind : "department-budget");
  json_decref(root);
  return well ? RC_OK
              : err_set(e, RC_FORMAT, "%s", tr("book.json 没有写明是谁、哪一年的哪本预算", "book.json does not say whose book of which year it is"));
}

/* ---- totals: the lines of the book added up by the first three digits of their function ---- */
static struct sv csv_cell(struct sv *line) {
  if (line->n && line->p[0] == '"') {
    const char *end = memchr(line->p + 1, '"', line->n - 1);
    struct sv cell = {line->p + 1, end ? (size_t)(end - line->p - 1) : line->n - 1};
    size_t used = cell.n + 2 + 1;
    *line = used <= line->n ? (struct sv){line->p + used, line->n - used} : (struct sv){NULL, 0};
    return cell;
  }
  return sv_cut(line, ',');
}

/* 1145200.00 to 分; false: no such amount. */
static bool fen(struct sv s, int64_t *out) {
  bool minus = s.n && s.p[0] == '-', point = false;
  int decimals = 0;
  int64_t v = 0;
  if (s.n == (size_t)minus || s.n > 17) return false;
  for (size_t i = minus; i < s.n; i++) {
    if (s.p[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (s.p[i] < '0' || s.p[i] > '9' || (point && ++decimals > 2)) return false;
    v = v * 10 + (s.p[i] - '0');
  }
  for (; decimals < 2; decimals++) v *= 10;
  *out = minus ? -v : v;
  return true;
}

static int read_csv(const char *folder, const char *name, unsigned char **data, struct sv *rows, struct err *e) {
  char path[PATH_SIZE];
  size_t size;
  snprintf(path, sizeof path, "%.2200s/%s", folder, name);
  int rc = file_read(path, (size_t)FILE_MOST, data, &size, e);
  if (rc < 0) return rc;
  *rows = (struct sv){(const char *)*data, size};
  if (sv_starts(*rows, "\xef\xbb\xbf")) *rows = (struct sv){rows->p + 3, rows->n - 3};
  return RC_OK;
}

static int column_of(struct sv head, const char *name) {
  for (int i = 0; head.p; i++)
    if (sv_is(csv_cell(&head), name)) return i;
  return -1;
}

static struct sv line_next(struct sv *rows) {
  struct sv line = sv_cut(rows, '\n');
  if (line.n && line.p[line.n - 1] == '\r') line.n--;
  return line;
}

static struct package_total *total_for(struct package *p, struct sv func) {
  for (int i = 0; i < p->ntotals; i++)
    if (sv_starts(func, p->totals[i].code)) return &p->totals[i];
  if (p->ntotals >= TOTALS_MOST || func.n < 3) return NULL;
  struct package_total *t = &p->totals[p->ntotals++];
  snprintf(t->code, sizeof t->code, "%.3s", func.p);
  snprintf(t->label, sizeof t->label, "%.3s", func.p);
  return t;
}

static int totals_read(const char *folder, struct package *p, struct err *e) {
  unsigned char *data;
  struct sv rows;
  int rc = read_csv(folder, "budget-lines.csv", &data, &rows, e);
  if (rc < 0) return rc;
  struct sv head = line_next(&rows);
  int func_column = column_of(head, "func"), amount_column = column_of(head, "amount");
  if (func_column < 0 || amount_column < 0) rc = err_set(e, RC_FORMAT, "budget-lines.csv: func, amount");
  while (rc == RC_OK && rows.p) {
    struct sv line = line_next(&rows), func = {0}, amount = {0};
    int64_t v;
    if (line.n == 0) continue;
    for (int i = 0; line.p; i++) {
      struct sv cell = csv_cell(&line);
      if (i == func_column) func = cell;
      if (i == amount_column) amount = cell;
    }
    struct package_total *t = total_for(p, func);
    if (!t || !fen(amount, &v) || __builtin_add_overflow(t->amount, v, &t->amount))
      rc = err_set(e, RC_FORMAT, tr("budget-lines.csv 有读不懂的行", "budget-lines.csv has a line that cannot be read"));
  }
  free(data);
  return rc;
}

static int labels_read(const char *folder, struct package *p, struct err *e) {
  unsigned char *data;
  struct sv rows;
  int rc = read_csv(folder, "functions.csv", &data, &rows, e);
  if (rc < 0) return rc;
  while (rows.p) {
    struct sv line = line_next(&rows), code = csv_cell(&line), name = csv_cell(&line);
    for (int i = 0; i < p->ntotals; i++)
      if (sv_is(code, p->totals[i].code) && name.n && name.n < sizeof p->totals[i].label && utf8_valid(name))
        snprintf(p->totals[i].label, sizeof p->totals[i].label, "%.*s", SV_ARG(name));
  }
  free(data);
  return RC_OK;
}

/* ---- to its place ---- */
static int copy_one(const char *from, const char *to, const char *name, struct err *e) {
  char source[PATH_SIZE], target[PATH_SIZE];
  unsigned char *data;
  size_t size;
  snprintf(source, sizeof source, "%.2200s/%s", from, name);
  snprintf(target, sizeof target, "%.2200s/%s", to, name);
  for (char *p = target + strlen(to) + 1; (p = strchr(p, '/')); p++) {
    *p = 0;
    if (mkdir(target, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", target, err_system(errno));
    *p = '/';
  }
  int rc = file_read(source, (size_t)FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  rc = file_replace(target, data, size, e);
  free(data);
  return rc;
}

static int place(const char *folder, const struct listing *l, const char *sha256, struct err *e) {
  char to[PATH_SIZE], part[PATH_SIZE];
  snprintf(to, sizeof to, "%.2200s/%s", portal_now()->folder, sha256);
  if (access(to, F_OK) == 0) return RC_OK;
  snprintf(part, sizeof part, "%.2200s/part-XXXXXX", portal_now()->folder);
  if (!mkdtemp(part)) return err_set(e, RC_IO, "%s: %s", part, err_system(errno));
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < l->n; i++) rc = copy_one(folder, part, l->names[i], e);
  if (rc == RC_OK && rename(part, to) != 0 && errno != EEXIST && errno != ENOTEMPTY) rc = err_set(e, RC_IO, "%s: %s", to, err_system(errno));
  return rc;
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
  if (rc == RC_OK) rc = identity(folder, out, e);
  if (rc == RC_OK) rc = totals_read(folder, out, e);
  if (rc == RC_OK && has(l, "functions.csv")) rc = labels_read(folder, out, e);
  if (rc == RC_OK) rc = hash_all(folder, l, out->sha256, e);
  if (rc == RC_OK) rc = place(folder, l, out->sha256, e);
  out->files = l->n;
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
    for (char *p = path + strlen(folder) + 1; (p = strchr(p, '/')); p++) {
      *p = 0;
      if (mkdir(path, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
      *p = '/';
    }
    rc = archive_extract(a, i, path, FILE_MOST, &size, sha256, e);
  }
  return rc;
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
  snprintf(path, PATH_SIZE, "%.2000s/%.64s/%.*s", portal_now()->folder, sha256, SV_ARG(name));
  return access(path, R_OK) == 0;
}
