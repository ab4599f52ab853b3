/* workspace_change.c: a change of several files in steps that can each be the last:
 *   1. new files into .heng-next/, fsync             a cut here: thrown away
 *   2. .heng-next/journal, fsync, by rename          from here on the change holds
 *   3. each file renamed to its place, fsync         a cut here: the next opening goes on where it ended
 *   4. journal and folder removed
 * Readers hold a shared lock on the workspace's folder while they read; steps 2–4 hold it alone. Writers hold a lock on .heng-next from the
 * beginning. */
#include "rooms/book/workspace_change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dirent.h>

enum { FILES_MAX = 5000, NAME_BYTES = 400, JOURNAL_BYTES = 4 << 20, PATIENCE = 500 /* × 10 ms */ };
static const char next_name[] = ".heng-next", journal_name[] = "journal", journal_head[] = "heng change 1\n", journal_end[] = "end\n";

struct put {
  const char *name;
  int number; /* of its file in .heng-next */
};
struct workspace_change {
  struct arena arena;
  int folder, next; /* descriptors */
  VEC(struct put) puts;
  int numbers;
};

static int fails(struct err *e, const char *what) {
  return err_set(e, RC_IO, tr("改工作区失败（%s）：%s", "changing the workspace failed (%s): %s"), what, err_system(errno));
}

/* Only files of a workspace: a journal that somebody else wrote must not move anything elsewhere. */
static bool name_allowed(struct sv name) {
  if (name.n == 0 || name.n > NAME_BYTES || name.p[0] == '/') return false;
  for (struct sv rest = name; rest.p;) {
    struct sv part = sv_cut(&rest, '/');
    if (part.n == 0 || part.n > 200 || part.p[0] == '.') return false;
    for (size_t i = 0; i < part.n; i++)
      if ((unsigned char)part.p[i] < 0x20 || part.p[i] == '\\' || part.p[i] == 0x7f) return false;
  }
  return true;
}

/* The folder that a name lies in, made when it is not there, never through a link; *last its own name. */
static int parent_open(int folder, struct sv name, char last[NAME_BYTES + 1], bool make) {
  int at = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  last[0] = '\0';
  for (struct sv rest = name; at >= 0 && rest.p;) {
    struct sv part = sv_cut(&rest, '/');
    memcpy(last, part.p, part.n);
    last[part.n] = '\0';
    if (!rest.p) break;
    if (make && mkdirat(at, last, 0777) == 0 && fsync(at) != 0) return close(at), -1;
    int down = openat(at, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(at);
    at = down;
  }
  return at;
}

static bool lock_wait(int fd, int how) {
  struct timespec moment = {0, 10 * 1000 * 1000};
  for (int i = 0; i < PATIENCE; i++) {
    if (flock(fd, how | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return true; /* a file system without locks: as if alone */
    nanosleep(&moment, NULL);
  }
  return false;
}

static int busy(struct err *e) {
  return err_set(e, RC_IO, "%s", tr("另一个程序正在改这个工作区；等它完成再试", "another program is changing this workspace; wait and try again"));
}

/* ---- finishing and throwing away ---- */

static void next_remove(int folder, int next) {
  int own = dup(next);
  DIR *d = own < 0 ? NULL : fdopendir(own);
  if (d)
    rewinddir(d);
  else if (own >= 0)
    close(own);
  unlinkat(next, journal_name, 0); /* first: without it the rest means nothing */
  for (struct dirent *x; d && (x = readdir(d));)
    if (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0) unlinkat(next, x->d_name, 0);
  if (d) closedir(d);
  unlinkat(folder, next_name, AT_REMOVEDIR);
}

static char *journal_read(int next, size_t *size) {
  int fd = openat(next, journal_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;
  if (fd < 0) return NULL;
  char *text = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= JOURNAL_BYTES ? malloc((size_t)st.st_size + 1) : NULL;
  ssize_t n = 0;
  for (*size = 0; text && (n = read(fd, text + *size, (size_t)st.st_size - *size)) > 0;) *size += (size_t)n;
  close(fd);
  if (text && n < 0) free(text), text = NULL;
  if (text) text[*size] = '\0';
  return text;
}

/* One line "NUMBER NAME": the file is moved to its place, unless it was before. */
static int journal_line(int folder, int next, struct sv line, struct err *e) {
  char from[32], last[NAME_BYTES + 1];
  struct sv number = sv_cut(&line, ' ');
  bool digits = number.n > 0 && number.n <= 9;
  for (size_t i = 0; digits && i < number.n; i++) digits = number.p[i] >= '0' && number.p[i] <= '9';
  if (!digits || !line.p || !name_allowed(line))
    return err_set(e, RC_FORMAT, "%s",
                   tr("未完成的改动的记录已损坏：看过 .heng-next 里的文件后删去这个文件夹",
                      "the record of an unfinished change is damaged: look at the files in .heng-next, then remove that folder"));
  snprintf(from, sizeof from, "%.*s", SV_ARG(number));
  int to = parent_open(folder, line, last, true);
  if (to < 0) return fails(e, last);
  int rc = renameat(next, from, to, last) == 0 || errno == ENOENT ? RC_OK : fails(e, last);
  if (rc == RC_OK && fsync(to) != 0) rc = fails(e, last);
  close(to);
  return rc;
}

static int journal_apply(int folder, int next, struct sv text, struct err *e) {
  int rc = RC_OK;
  struct sv rest = text;
  if (!sv_starts(text, journal_head) || !sv_ends(text, journal_end)) return journal_line(folder, next, (struct sv){0}, e);
  sv_cut(&rest, '\n');
  while (rc == RC_OK && rest.p) {
    struct sv line = sv_cut(&rest, '\n');
    if (sv_is(line, "end")) break;
    rc = journal_line(folder, next, line, e);
  }
  return rc;
}

/* The workspace is locked alone. A change that holds is finished; one that does not, and whose writer is gone, is thrown away. */
static int recover(int folder, int next, struct err *e) {
  size_t size;
  bool holds = faccessat(next, journal_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  char *text = holds ? journal_read(next, &size) : NULL;
  int rc = !holds ? RC_OK : text ? journal_apply(folder, next, (struct sv){text, size}, e) : journal_line(folder, next, (struct sv){0}, e);
  free(text);
  if (rc == RC_OK) next_remove(folder, next);
  return rc;
}

static int next_open(int folder) {
  return openat(folder, next_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* With the shared lock: nothing is left over, or its writer lives and has not come to the journal, so that the old files are whole. */
enum hold { HOLD_QUIET, HOLD_WAIT, HOLD_MEND };
static enum hold hold_look(int folder, int *next) {
  *next = next_open(folder);
  if (*next < 0) return HOLD_QUIET;
  bool journal = faccessat(*next, journal_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (flock(*next, LOCK_EX | LOCK_NB) == 0) return HOLD_MEND;
  if (errno != EWOULDBLOCK) return journal ? HOLD_MEND : HOLD_QUIET;
  return journal ? HOLD_WAIT : HOLD_QUIET; /* another reader is about to finish it */
}

int workspace_folder_missing(const char *folder, struct err *e) {
  if (errno == ENOENT)
    return err_set(e, RC_NOTFOUND,
                   tr("没有文件夹 %s：看名字和位置写对没有；新的工作区用 heng book new 建",
                      "there is no folder %s: look at its name and place; heng book new makes a new workspace"),
                   folder);
  if (errno == ENOTDIR)
    return err_set(e, RC_NOTFOUND,
                   tr("%s 是文件，不是文件夹；要给的是工作区的文件夹，里面有 datapackage.json 和 CSV 文件",
                      "%s is a file and no folder; name the workspace's folder, in which datapackage.json and the CSV files lie"),
                   folder);
  if (errno == EACCES) return err_set(e, RC_NOTFOUND, tr("没有权限打开文件夹 %s", "no permission to open the folder %s"), folder);
  return err_set(e, RC_NOTFOUND, tr("打不开文件夹 %s：%s", "cannot open the folder %s: %s"), folder, err_system(errno));
}

int workspace_hold(const char *folder, int *hold, struct err *e) {
  struct timespec moment = {0, 10 * 1000 * 1000};
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = RC_OK;
  *hold = -1;
  if (fd < 0) return workspace_folder_missing(folder, e);
  for (int i = 0; rc == RC_OK; i++) {
    int next = -1;
    if (i == PATIENCE || !lock_wait(fd, LOCK_SH)) {
      rc = busy(e);
      break;
    }
    enum hold state = hold_look(fd, &next);
    if (state == HOLD_MEND) rc = lock_wait(fd, LOCK_EX) ? recover(fd, next, e) : busy(e);
    if (next >= 0) close(next);
    if (state == HOLD_QUIET) {
      *hold = fd;
      return RC_OK;
    }
    flock(fd, LOCK_UN);
    if (state == HOLD_WAIT) nanosleep(&moment, NULL);
  }
  close(fd);
  return rc;
}

void workspace_release(int hold) {
  if (hold >= 0) close(hold);
}

/* ---- a change ---- */

/* .heng-next of our own: made, locked, and still the one that has the name. */
static int next_take(struct workspace_change *c, struct err *e) {
  struct stat here, named;
  for (int i = 0; i < 50; i++) {
    if (mkdirat(c->folder, next_name, 0777) != 0 && errno != EEXIST) return fails(e, next_name);
    c->next = next_open(c->folder);
    if (c->next < 0 && errno == ENOENT) continue;
    if (c->next < 0) return fails(e, next_name);
    if (flock(c->next, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return busy(e);
    if (fstat(c->next, &here) == 0 && fstatat(c->folder, next_name, &named, AT_SYMLINK_NOFOLLOW) == 0 && here.st_ino == named.st_ino) return RC_OK;
    close(c->next);
    c->next = -1;
  }
  return busy(e);
}

static void change_end(struct workspace_change *c) {
  if (c->next >= 0) close(c->next);
  if (c->folder >= 0) close(c->folder);
  free(c->puts.v);
  arena_release(&c->arena);
  free(c);
}

int workspace_change_begin(const char *folder, struct workspace_change **out, struct err *e) {
  int hold;
  *out = NULL;
  int rc = workspace_hold(folder, &hold, e);
  if (rc < 0) return rc;
  workspace_release(hold);
  struct workspace_change *c = calloc(1, sizeof *c);
  if (!c) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&c->arena, 64 << 20);
  c->next = -1;
  c->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  rc = c->folder < 0 ? fails(e, folder) : next_take(c, e);
  if (rc < 0)
    change_end(c);
  else
    *out = c;
  return rc;
}

static int write_file(int at, const char *name, struct sv text) {
  int fd = openat(at, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return -1;
  while (text.n > 0) {
    ssize_t n = write(fd, text.p, text.n);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return close(fd), -1;
    text.p += n, text.n -= (size_t)n;
  }
  int bad = fsync(fd);
  return close(fd) != 0 || bad != 0 ? -1 : 0;
}

/* Whether the file is there and holds exactly this text. */
static bool same_now(int folder, struct sv name, struct sv text) {
  char last[NAME_BYTES + 1], piece[65536];
  struct stat st;
  int at = parent_open(folder, name, last, false);
  int fd = at >= 0 ? openat(at, last, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
  bool same = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == text.n;
  for (ssize_t n; same && text.n > 0; text.p += n, text.n -= (size_t)n) {
    n = read(fd, piece, sizeof piece < text.n ? sizeof piece : text.n);
    same = n > 0 && memcmp(piece, text.p, (size_t)n) == 0;
    if (!same) break;
  }
  if (fd >= 0) close(fd);
  if (at >= 0) close(at);
  return same;
}

/* The new file may be read by those who could read the old one. */
static int mode_keep(const struct workspace_change *c, struct sv name, const char *number) {
  char last[NAME_BYTES + 1];
  struct stat st;
  int rc = 0, at = parent_open(c->folder, name, last, false);
  if (at >= 0 && fstatat(at, last, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) rc = fchmodat(c->next, number, st.st_mode & 0777, 0);
  if (at >= 0) close(at);
  return rc;
}

int workspace_change_put(struct workspace_change *c, const char *name, struct sv text, struct err *e) {
  char number[32];
  size_t at = 0;
  if (!name_allowed(sv_from(name))) return err_set(e, RC_USAGE, tr("工作区里不能有文件 %s", "a workspace can hold no file %s"), name);
  while (at < c->puts.n && strcmp(c->puts.v[at].name, name) != 0) at++;
  bool same = same_now(c->folder, sv_from(name), text);
  if (same && at < c->puts.n) c->puts.v[at] = c->puts.v[--c->puts.n];
  if (same) return RC_OK;
  if (at == c->puts.n) {
    struct put p = {arena_text(&c->arena, name, strlen(name)), ++c->numbers};
    if (!p.name || VEC_PUSH(&c->puts, p, FILES_MAX) < 0) return err_set(e, RC_LIMIT, "%s", tr("一次改动的文件太多", "too many files in one change"));
  }
  snprintf(number, sizeof number, "%d", c->puts.v[at].number);
  return write_file(c->next, number, text) < 0 || mode_keep(c, sv_from(name), number) < 0 ? fails(e, name) : RC_OK;
}

int workspace_change_count(const struct workspace_change *c) {
  return (int)c->puts.n;
}

static int journal_write(const struct workspace_change *c, struct buf *text, struct err *e) {
  buf_puts(text, journal_head);
  for (size_t i = 0; i < c->puts.n; i++) buf_printf(text, "%d %s\n", c->puts.v[i].number, c->puts.v[i].name);
  buf_puts(text, journal_end);
  if (text->rc < 0) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (fsync(c->next) != 0 || fsync(c->folder) != 0 || write_file(c->next, "journal.new", (struct sv){text->p, text->n}) < 0 ||
      renameat(c->next, "journal.new", c->next, journal_name) != 0 || fsync(c->next) != 0)
    return fails(e, journal_name);
  return RC_OK;
}

int workspace_change_commit(struct workspace_change *c, struct err *e) {
  struct buf text;
  buf_init(&text, JOURNAL_BYTES);
  int rc = RC_OK;
  if (c->puts.n > 0 && !lock_wait(c->folder, LOCK_EX)) rc = busy(e);
  for (size_t i = 0; i < c->puts.n && rc == RC_OK; i++) { /* behind the journal a file that is gone counts as moved */
    char number[32];
    snprintf(number, sizeof number, "%d", c->puts.v[i].number);
    if (faccessat(c->next, number, F_OK, AT_SYMLINK_NOFOLLOW) != 0) rc = fails(e, c->puts.v[i].name);
  }
  if (rc == RC_OK && c->puts.n > 0) rc = journal_write(c, &text, e);
  if (rc < 0 || c->puts.n == 0) {
    next_remove(c->folder, c->next);
  } else {
    rc = journal_apply(c->folder, c->next, (struct sv){text.p, text.n}, e);
    if (rc == RC_OK) next_remove(c->folder, c->next);
  }
  buf_release(&text);
  change_end(c);
  return rc;
}

void workspace_change_discard(struct workspace_change *c) {
  if (!c) return;
  next_remove(c->folder, c->next);
  change_end(c);
}
