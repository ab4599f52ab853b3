/* staging.c: folders that are there whole or not at all. The new one is made beside its place and exchanged with the old in one step of the system,
 * so that whoever looks, even after kill -9 or a power cut, sees the old book or the new one. */
#include "rooms/book/publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st, (void)kind, (void)at;
  return remove(path);
}

void folder_remove(const char *path) {
  nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Whether publishing wrote a file of this name into the folder whose datapackage.json is `package`. */
static bool name_known(const char *name, struct sv package) {
  static const char *const known[] = {"index.html", "book.pdf", "book.docx", "book.xlsx", "book.json", "tables", "datapackage.json", "record.txt"};
  char quoted[300];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(name, known[i]) == 0) return true;
  snprintf(quoted, sizeof quoted, "\"%s\"", name);
  return sv_ends(sv_from(name), ".csv") && sv_contains(package, quoted);
}

/* The first entry of a folder that publishing did not write: true, and its name. package NULL: the folder of tables. */
static bool stranger(const char *folder, const struct sv *package, char *name, size_t size) {
  bool found = false;
  struct dirent *x;
  DIR *d = opendir(folder);
  while (d && !found && (x = readdir(d))) {
    if (strcmp(x->d_name, ".") == 0 || strcmp(x->d_name, "..") == 0) continue;
    bool known = package ? name_known(x->d_name, *package) : x->d_name[0] == 'T' && sv_ends(sv_from(x->d_name), ".csv");
    if (!known) snprintf(name, size, "%s", x->d_name), found = true;
  }
  if (d) closedir(d);
  return found;
}

static bool folder_empty(const char *folder) {
  int entries = 0;
  DIR *d = opendir(folder);
  for (struct dirent *x; d && (x = readdir(d));) entries += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
  bool empty = d && entries == 0;
  if (d) closedir(d);
  return empty;
}

/* book.json of a published folder begins so: a file of that name alone proves nothing. */
static bool has_mark(const char *out) {
  static const char mark[] = "{\"schema\":\"heng-book/";
  char path[4200], head[sizeof mark - 1];
  snprintf(path, sizeof path, "%s/book.json", out);
  FILE *f = fopen(path, "rb");
  bool has = f && fread(head, 1, sizeof head, f) == sizeof head && memcmp(head, mark, sizeof head) == 0;
  if (f) fclose(f);
  return has;
}

/* Only what publishing wrote is replaced, for the old folder is removed with everything in it: a file that a person laid there must not go. */
static int ours(const char *out, struct err *e) {
  struct stat st;
  struct err ignored;
  char path[4200], name[300];
  unsigned char *data = NULL;
  size_t n = 0;
  if (lstat(out, &st) < 0) return errno == ENOENT ? RC_OK : err_set(e, RC_IO, "%s: %s", out, err_system(errno));
  if (!S_ISDIR(st.st_mode)) return err_set(e, RC_USAGE, tr("%s 不是文件夹", "%s is no folder"), out);
  if (folder_empty(out)) return RC_OK;
  if (!has_mark(out))
    return err_set(e, RC_USAGE,
                   tr("%s 里有别的文件，不是公开过的预算书；请换一个文件夹", "%s holds other files and no published book; name another folder"), out);
  err_clear(&ignored);
  snprintf(path, sizeof path, "%s/datapackage.json", out);
  if (file_read(path, 16 << 20, &data, &n, &ignored) < 0) data = NULL, n = 0;
  struct sv package = {(const char *)data, n};
  bool found = stranger(out, &package, name, sizeof name);
  free(data);
  snprintf(path, sizeof path, "%s/tables", out);
  if (!found) found = stranger(path, NULL, name, sizeof name);
  if (!found) return RC_OK;
  return err_set(
      e, RC_USAGE,
      tr("%s 里有不是公开时写的文件 %s；移走它，或换一个文件夹", "%s holds %s, which publishing did not write; move it away or name another folder"),
      out, name);
}

/* Without the slashes at its end, as a shell completes the names of folders. */
void folder_trim(char *path) {
  for (size_t n = strlen(path); n > 1 && path[n - 1] == '/';) path[--n] = '\0';
}

/* Folder and name of a path: "a/b" → "a", "b". */
static void split(const char *path, char *folder, size_t size, const char **name) {
  const char *slash = strrchr(path, '/');
  size_t n = slash ? (size_t)(slash - path) : 0;
  *name = slash ? slash + 1 : path;
  if (n == 0) {
    snprintf(folder, size, "%s", slash ? "/" : ".");
    return;
  }
  if (n >= size) n = size - 1; /* staging_new() has refused such a path */
  memcpy(folder, path, n);
  folder[n] = '\0';
}

static void sweep(const char *folder, const char *name) {
  char prefix[300], path[4500];
  struct dirent *x;
  DIR *d = opendir(folder);
  snprintf(prefix, sizeof prefix, ".%s.heng-next-", name);
  while (d && (x = readdir(d))) {
    if (strncmp(x->d_name, prefix, strlen(prefix)) != 0) continue;
    long pid = strtol(x->d_name + strlen(prefix), NULL, 10);
    char proc[64];
    snprintf(proc, sizeof proc, "/proc/%ld", pid);
    if (pid != (long)getpid() && access(proc, F_OK) == 0) continue; /* another run is at work; our own number was a killed run's */
    snprintf(path, sizeof path, "%s/%s", folder, x->d_name);
    folder_remove(path);
  }
  if (d) closedir(d);
}

int staging_new(const char *out, char *next, size_t size, struct err *e) {
  char folder[4096];
  const char *name;
  if (strlen(out) > 3500 || !*out)
    return err_set(e, RC_USAGE, "%s", tr("输出文件夹的名字太长或是空的", "the output folder's name is empty or too long"));
  int rc = ours(out, e);
  if (rc < 0) return rc;
  split(out, folder, sizeof folder, &name);
  if (!*name || strlen(name) > 200) return err_set(e, RC_USAGE, tr("不能写到 %s", "cannot write to %s"), out);
  sweep(folder, name);
  int n = snprintf(next, size, "%s/.%s.heng-next-%ld", folder, name, (long)getpid());
  if (n < 0 || (size_t)n >= size) return err_set(e, RC_USAGE, tr("%s 的名字太长", "%s is too long"), out);
  if (mkdir(next, 0777) < 0) return err_set(e, RC_IO, tr("不能在 %s 新建文件夹：%s", "cannot make a folder in %s: %s"), folder, err_system(errno));
  return RC_OK;
}

static int sync_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st, (void)at;
  int fd = open(path, kind == FTW_D || kind == FTW_DP ? O_RDONLY | O_DIRECTORY : O_RDONLY);
  if (fd < 0) return -1;
  int rc = fsync(fd);
  close(fd);
  return rc;
}

int staging_swap(const char *next, const char *out, struct err *e) {
  char folder[4096];
  const char *name;
  struct stat st;
  split(out, folder, sizeof folder, &name);
  if (nftw(next, sync_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
    return err_set(e, RC_IO, tr("写 %s 失败：%s", "writing %s failed: %s"), next, err_system(errno));
  bool there = lstat(out, &st) == 0;
  int rc = there ? renameat2(AT_FDCWD, next, AT_FDCWD, out, RENAME_EXCHANGE) : rename(next, out);
  if (rc < 0) return err_set(e, RC_IO, tr("不能换上 %s：%s", "cannot put %s in place: %s"), out, err_system(errno));
  int fd = open(folder, O_RDONLY | O_DIRECTORY);
  if (fd >= 0) fsync(fd), close(fd);
  if (there) folder_remove(next);
  return RC_OK;
}
