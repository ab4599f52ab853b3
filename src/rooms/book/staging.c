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

/* A published folder holds book.json; anything else is not ours to replace. */
static int ours(const char *out, struct err *e) {
  struct stat st;
  char path[4200];
  if (lstat(out, &st) < 0) return errno == ENOENT ? RC_OK : err_set(e, RC_IO, "%s: %s", out, strerror(errno));
  if (!S_ISDIR(st.st_mode)) return err_set(e, RC_USAGE, tr("%s 不是文件夹", "%s is no folder"), out);
  snprintf(path, sizeof path, "%s/book.json", out);
  if (access(path, F_OK) == 0) return RC_OK;
  DIR *d = opendir(out);
  int entries = 0;
  for (struct dirent *x; d && (x = readdir(d));) entries += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
  if (d) closedir(d);
  if (entries == 0) return RC_OK;
  return err_set(e, RC_USAGE,
                 tr("%s 里有别的文件，不是公开过的预算书；请换一个文件夹", "%s holds other files and no published book; name another folder"), out);
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
    if (access(proc, F_OK) == 0) continue; /* another run is at work */
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
  if (mkdir(next, 0777) < 0) return err_set(e, RC_IO, tr("不能在 %s 新建文件夹：%s", "cannot make a folder in %s: %s"), folder, strerror(errno));
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
    return err_set(e, RC_IO, tr("写 %s 失败：%s", "writing %s failed: %s"), next, strerror(errno));
  bool there = lstat(out, &st) == 0;
  int rc = there ? renameat2(AT_FDCWD, next, AT_FDCWD, out, RENAME_EXCHANGE) : rename(next, out);
  if (rc < 0) return err_set(e, RC_IO, tr("不能换上 %s：%s", "cannot put %s in place: %s"), out, strerror(errno));
  int fd = open(folder, O_RDONLY | O_DIRECTORY);
  if (fd >= 0) fsync(fd), close(fd);
  if (there) folder_remove(next);
  return RC_OK;
}
