/* change.c: the new files are written into a folder inside the workspace under a name of this run; one rename of that folder to its final name
 * decides. From then on they are moved to their places, by this run or by whoever loads the workspace next. */
#include "rooms/book/change.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DECIDED ".heng-change"
#define DRAFT   ".heng-draft-"
enum { PATH = 4200 };

static int path_make(char out[PATH], const char *folder, const char *name, const char *file, struct err *e) {
  int n = snprintf(out, PATH, "%s/%s%s%s", folder, name, file ? "/" : "", file ? file : "");
  return n > 0 && n < PATH ? RC_OK : err_set(e, RC_USAGE, "%s", tr("文件夹的名字太长", "the folder's name is too long"));
}

static int folder_sync(const char *path, struct err *e) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int rc = fd >= 0 ? fsync(fd) : -1, saved = errno;
  if (fd >= 0) close(fd);
  return rc == 0 ? RC_OK : err_set(e, RC_IO, tr("写 %s 失败：%s", "writing %s failed: %s"), path, strerror(saved));
}

int change_lock(const char *folder, int *lock, struct err *e) {
  *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (*lock < 0) return err_set(e, RC_IO, "%s: %s", folder, strerror(errno));
  if (flock(*lock, LOCK_EX | LOCK_NB) == 0) return RC_OK;
  change_unlock(*lock);
  *lock = -1;
  return err_set(e, RC_USAGE, tr("另一个 heng 正在改 %s；等它结束再试", "another heng is changing %s; try again when it is done"), folder);
}

void change_unlock(int lock) {
  if (lock >= 0) close(lock);
}

/* Names of ours only: no folders, nothing hidden, nothing with a way in it. */
static bool name_plain(const char *name) {
  return name[0] && name[0] != '.' && !strchr(name, '/') && strlen(name) < 200;
}

static void draft_remove(const char *path) {
  char file[PATH];
  struct err ignored;
  struct dirent *x;
  DIR *d = opendir(path);
  while (d && (x = readdir(d)))
    if (x->d_type != DT_DIR && path_make(file, path, x->d_name, NULL, &ignored) == RC_OK) unlink(file);
  if (d) closedir(d);
  rmdir(path);
}

/* Drafts of runs that were killed before they had decided. */
static void drafts_sweep(const char *folder) {
  char path[PATH], proc[64];
  struct err ignored;
  struct dirent *x;
  DIR *d = opendir(folder);
  while (d && (x = readdir(d))) {
    if (strncmp(x->d_name, DRAFT, sizeof DRAFT - 1) != 0) continue;
    snprintf(proc, sizeof proc, "/proc/%ld", strtol(x->d_name + sizeof DRAFT - 1, NULL, 10));
    if (access(proc, F_OK) == 0) continue;
    if (path_make(path, folder, x->d_name, NULL, &ignored) == RC_OK) draft_remove(path);
  }
  if (d) closedir(d);
}

/* A file that is gone already was moved by another run that ends the same change. */
static int move(const char *decided, const char *folder, const char *name, struct err *e) {
  char from[PATH], to[PATH];
  int rc = path_make(from, decided, name, NULL, e);
  if (rc == RC_OK) rc = path_make(to, folder, name, NULL, e);
  if (rc < 0) return rc;
  if (rename(from, to) == 0 || errno == ENOENT) return RC_OK;
  return err_set(e, RC_IO, tr("上次导入没有写完，现在也写不了 %s：%s", "an import was interrupted and %s cannot be written: %s"), to,
                 strerror(errno));
}

int change_recover(const char *folder, struct err *e) {
  char decided[PATH];
  struct dirent *x;
  int rc = path_make(decided, folder, DECIDED, NULL, e);
  if (rc < 0) return rc;
  DIR *d = opendir(decided);
  if (!d) return RC_OK;
  while (rc == RC_OK && (x = readdir(d)))
    if (name_plain(x->d_name)) rc = move(decided, folder, x->d_name, e);
  closedir(d);
  if (rc == RC_OK) rc = folder_sync(folder, e);
  if (rc == RC_OK) draft_remove(decided);
  return rc;
}

int change_apply(const char *folder, const struct change_file *files, size_t n, struct err *e) {
  char draft[PATH], decided[PATH], file[PATH], name[64];
  snprintf(name, sizeof name, DRAFT "%ld", (long)getpid());
  int rc = path_make(draft, folder, name, NULL, e);
  if (rc == RC_OK) rc = path_make(decided, folder, DECIDED, NULL, e);
  if (rc == RC_OK) rc = change_recover(folder, e);
  if (rc < 0 || n == 0) return rc;
  drafts_sweep(folder);
  draft_remove(draft); /* our own number was a killed run's */
  if (mkdir(draft, 0777) < 0) return err_set(e, RC_IO, tr("不能在 %s 写文件：%s", "cannot write in %s: %s"), folder, strerror(errno));
  for (size_t i = 0; i < n && rc == RC_OK; i++) {
    rc = name_plain(files[i].name) ? path_make(file, draft, files[i].name, NULL, e) : err_set(e, RC_USAGE, "%s", files[i].name);
    if (rc == RC_OK) rc = file_replace(file, files[i].data.p ? files[i].data.p : "", files[i].data.n, e);
  }
  if (rc == RC_OK) rc = folder_sync(draft, e);
  if (rc == RC_OK && rename(draft, decided) < 0)
    rc = err_set(e, RC_IO, tr("不能在 %s 写文件：%s", "cannot write in %s: %s"), folder, strerror(errno));
  if (rc < 0) {
    draft_remove(draft);
    return rc;
  }
  rc = folder_sync(folder, e);
  return rc < 0 ? rc : change_recover(folder, e);
}
