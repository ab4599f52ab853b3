/* keep.c: documents on disk, by the hash of what is in them: the same file is there once, whoever uploads it and how often. */
#include "rooms/desk/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *desk_file(char out[PATH_SIZE], const char *sha256) {
  snprintf(out, PATH_SIZE, "%s/%.2s/%.64s", desk_now()->folder, sha256, sha256);
  return out;
}

static int sync_file(const char *path, int flags, struct err *e) {
  int fd = open(path, flags | O_CLOEXEC);
  int rc = fd >= 0 && fsync(fd) == 0 ? RC_OK : err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  if (fd >= 0) close(fd);
  return rc;
}

int keep_file(const char *from, const char *sha256, struct err *e) {
  char to[PATH_SIZE], folder[PATH_SIZE];
  desk_file(to, sha256);
  snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(to, '/') - to), to);
  if (access(to, R_OK) == 0) return RC_OK;
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", folder, err_system(errno));
  int rc = sync_file(from, O_RDONLY, e);
  if (rc == RC_OK && rename(from, to) != 0) rc = err_set(e, RC_IO, "%s: %s", to, err_system(errno));
  return rc == RC_OK ? sync_file(folder, O_RDONLY | O_DIRECTORY, e) : rc;
}

/* The document and all that was made of it: pictures of its pages, exports. */
int keep_drop(const char *sha256, struct err *e) {
  char path[PATH_SIZE], folder[PATH_SIZE];
  desk_file(path, sha256);
  snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
  DIR *d = opendir(folder);
  if (!d) return errno == ENOENT ? RC_OK : err_set(e, RC_IO, "%s: %s", folder, err_system(errno));
  struct dirent *entry;
  int rc = RC_OK;
  while (rc == RC_OK && (entry = readdir(d)))
    if (strncmp(entry->d_name, sha256, 64) == 0 && unlinkat(dirfd(d), entry->d_name, 0) != 0 && errno != ENOENT)
      rc = err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  closedir(d);
  return rc;
}
