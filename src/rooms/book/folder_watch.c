/* folder_watch.c: a list of a workspace's files with their sizes and times, compared with the one before. */
#include "rooms/book/folder_watch.h"
#include "base/text.h"
#include "rooms/book/workspace_change.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };
static const uint32_t events = IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

struct entry {
  const char *name; /* from the folder on */
  int64_t size;
  struct timespec changed, written;
  ino_t inode;
};
struct listing {
  struct arena arena;
  VEC(struct entry) files;
};
struct folder_watch {
  char folder[PATH_BYTES];
  int fd; /* of inotify, -1 */
  struct listing before;
};

/* What loading reads: hidden files and what office programs leave beside an open file (~$x.csv, .~lock) do not count. */
static bool counts(const char *name) {
  struct sv s = sv_from(name);
  return name[0] != '.' && name[0] != '~' && (sv_ends(s, ".csv") || sv_ends(s, ".md") || sv_ends(s, ".json"));
}

static void listing_release(struct listing *l) {
  free(l->files.v);
  arena_release(&l->arena);
  *l = (struct listing){0};
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void list_folder(struct folder_watch *w, struct listing *l, const char *below, int depth);

static void list_one(struct folder_watch *w, struct listing *l, int at, const char *below, const char *name, int depth) {
  struct stat st;
  const char *whole = arena_printf(&l->arena, "%s%s", below, name);
  if (!whole || fstatat(at, name, &st, 0) != 0) return;
  if (S_ISDIR(st.st_mode) && depth < FOLDER_DEPTH_MAX && (depth > 0 || strcmp(name, "texts") == 0)) {
    const char *deeper = arena_printf(&l->arena, "%s/", whole);
    if (deeper) list_folder(w, l, deeper, depth + 1);
  } else if (S_ISREG(st.st_mode) && counts(name)) {
    struct entry f = {whole, st.st_size, st.st_ctim, st.st_mtim, st.st_ino};
    if (VEC_PUSH(&l->files, f, FOLDER_FILES_MAX) < 0) return; /* a workspace with so many files is refused by its loading */
  }
}

/* Watches anew each time: the same folder stays one watch, and one that was replaced (git, unpacking) is followed again. */
static void list_folder(struct folder_watch *w, struct listing *l, const char *below, int depth) {
  const char *path = arena_printf(&l->arena, "%s/%s", w->folder, below);
  if (!path) return;
  if (w->fd >= 0 && inotify_add_watch(w->fd, path, events | IN_ONLYDIR) < 0 && errno != ENOENT && errno != ENOTDIR) {
    close(w->fd); /* no watches left: better look often than miss one */
    w->fd = -1;
  }
  DIR *d = opendir(path);
  if (!d) return;
  for (struct dirent *f; (f = readdir(d));)
    if (f->d_name[0] != '.') list_one(w, l, dirfd(d), below, f->d_name, depth);
  closedir(d);
}

static struct listing list(struct folder_watch *w) {
  struct listing l = {0};
  arena_init(&l.arena, 64 << 20);
  list_folder(w, &l, "", 0);
  if (l.files.n > 1) qsort(l.files.v, l.files.n, sizeof *l.files.v, by_name);
  return l;
}

int folder_watch_open(const char *folder, bool poll_only, struct folder_watch **out, struct err *e) {
  struct stat st;
  if (stat(folder, &st) != 0) return workspace_folder_missing(folder, e);
  if (!S_ISDIR(st.st_mode)) return errno = ENOTDIR, workspace_folder_missing(folder, e);
  struct folder_watch *w = calloc(1, sizeof *w);
  if (!w) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int n = snprintf(w->folder, sizeof w->folder, "%s", folder);
  if (n < 0 || (size_t)n >= sizeof w->folder) {
    free(w);
    return err_set(e, RC_LIMIT, "%s", tr("文件夹的路径太长", "the path of the folder is too long"));
  }
  w->fd = poll_only ? -1 : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  w->before = list(w);
  *out = w;
  return RC_OK;
}

void folder_watch_close(struct folder_watch *w) {
  if (!w) return;
  if (w->fd >= 0) close(w->fd);
  listing_release(&w->before);
  free(w);
}

int folder_watch_fd(const struct folder_watch *w) {
  return w->fd;
}

bool folder_watch_drain(struct folder_watch *w) {
  _Alignas(struct inotify_event) char bytes[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
  bool concerns = false;
  for (ssize_t n; w->fd >= 0 && (n = read(w->fd, bytes, sizeof bytes)) > 0;)
    for (ssize_t at = 0; at < n;) {
      const struct inotify_event *one = (const struct inotify_event *)(const void *)(bytes + at);
      concerns = concerns || one->len == 0 || (one->mask & (IN_ISDIR | IN_Q_OVERFLOW)) || counts(one->name);
      at += (ssize_t)(sizeof *one + one->len);
    }
  return concerns;
}

static bool same_time(struct timespec a, struct timespec b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same(const struct entry *a, const struct entry *b) {
  return a->size == b->size && a->inode == b->inode && same_time(a->changed, b->changed) && same_time(a->written, b->written);
}

/* A name goes to a terminal: control characters must not. */
static void name_put(struct buf *out, const char *name, int told) {
  if (told > 0) buf_puts(out, tr("、", ", "));
  struct sv s = sv_from(name);
  for (size_t at = 0; at < s.n;) {
    size_t from = at;
    uint32_t c = utf8_next(s, &at);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xFFFD)
      buf_putc(out, '?');
    else
      buf_add(out, s.p + from, at - from);
  }
}

int folder_watch_look(struct folder_watch *w, struct buf *names) {
  struct listing now = list(w);
  int changed = 0;
  for (size_t i = 0, k = 0; i < w->before.files.n || k < now.files.n;) {
    const struct entry *old = i < w->before.files.n ? &w->before.files.v[i] : NULL, *new = k < now.files.n ? &now.files.v[k] : NULL;
    int order = !old ? 1 : !new ? -1 : strcmp(old->name, new->name);
    i += order <= 0, k += order >= 0;
    if (order == 0 && same(old, new)) continue;
    if (changed < FOLDER_NAMES_TOLD) name_put(names, order <= 0 ? old->name : new->name, changed);
    if (order < 0 && changed < FOLDER_NAMES_TOLD) buf_puts(names, tr("（删去）", " (gone)"));
    changed++;
  }
  if (changed > FOLDER_NAMES_TOLD) buf_printf(names, tr(" 等 %d 个文件", " and others, %d files"), changed);
  listing_release(&w->before);
  w->before = now;
  return changed;
}
