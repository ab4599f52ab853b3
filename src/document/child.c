/* child.c: other programs in a child that has little. Everything a program with threads may not do between fork and exec is done before. */
#include "document/child.h"

#include "document/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *child_find(const char *variable, const char *const *usual) {
  const char *told = getenv(variable);
  if (told) return told[0] == '/' && access(told, X_OK) == 0 ? told : NULL;
  for (size_t i = 0; usual[i]; i++)
    if (access(usual[i], X_OK) == 0) return usual[i];
  return NULL;
}

static void limit(int resource, rlim_t value) {
  struct rlimit r = {value, value};
  setrlimit((__rlimit_resource_t)resource, &r);
}

/* Everything between fork and exec is safe after a fork of a program with threads: system calls only. */
static void begin(const struct child *c, const struct confine *confined, char *const *argv, char *const *envp) {
  setpgid(0, 0);
  int null = open("/dev/null", O_RDWR);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 || chdir(c->folder) != 0) _exit(126);
  if (c->output) {
    int out = open(c->output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0 || dup2(out, 1) < 0) _exit(126);
  }
  if (c->errors) {
    int out = open(c->errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0 || dup2(out, 2) < 0) _exit(126);
  }
  if (confined && !confine_enter(confined)) _exit(125);
  close_range(3, ~0U, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, (rlim_t)c->seconds);
  limit(RLIMIT_FSIZE, c->file_bytes);
  limit(RLIMIT_AS, c->memory);
  if (unshare(CLONE_NEWNET) != 0) errno = 0; /* only the privileged may; others keep the network, and the other limits */
  execve(c->program, argv, envp);
  _exit(127);
}

/* Waits for the child until the time is over, then ends its whole group. True when it ended by itself with success. */
static bool wait_for(pid_t child, int seconds, struct child_end *end) {
  int status = 0;
  bool ended = false;
  long step = 2000000; /* short at first: most are done in a moment */
  for (long waited = 0; waited < (long)seconds * 1000000000 && !ended; waited += step) {
    pid_t got = waitpid(child, &status, WNOHANG);
    if (got == child)
      ended = true;
    else if (got < 0 && errno != EINTR)
      break;
    else
      nanosleep(&(struct timespec){.tv_nsec = step}, NULL);
    if (waited > 100000000) step = 20000000;
  }
  kill(-child, SIGKILL);
  if (!ended)
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (end)
    *end = (struct child_end){ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1, ended && WIFSIGNALED(status) ? WTERMSIG(status) : 0, !ended};
  return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool path_make(char *out, size_t size, const char *a, const char *b) {
  int n = snprintf(out, size, "%s%s", a, b);
  return n > 0 && (size_t)n < size;
}

int child_run(const struct child *c, struct err *e) {
  char home[CHILD_PATH + 8], temporary[CHILD_PATH + 8];
  const char *argv[CHILD_WORDS + 2] = {c->program}, *envp[] = {
    home,
    temporary,
    "PATH=/usr/bin:/bin",
    "LANG=C.UTF-8",
#if defined __SANITIZE_ADDRESS__
    "ASAN_OPTIONS=detect_leaks=0", /* looking for leaks traces the process, which a confined one may not */
#endif
    c->environment,
    NULL
  };
  char *args[CHILD_WORDS + 2], *environment[sizeof envp / sizeof *envp];
  if (!path_make(home, sizeof home, "HOME=", c->folder) || !path_make(temporary, sizeof temporary, "TMPDIR=", c->folder))
    return err_set(e, RC_IO, "%s", tr("临时文件夹的路径过长", "the path of the temporary folder is too long"));
  for (int i = 0; i < CHILD_WORDS && c->arguments[i]; i++) argv[i + 1] = c->arguments[i];
  memcpy(args, argv, sizeof argv); /* execve's prototype lacks const; it does not write */
  memcpy(environment, envp, sizeof envp);
  struct confine confined;
  int rc = c->readable ? confine_prepare(&confined, c->folder, c->program, c->readable, e) : RC_OK;
  if (rc < 0) return rc;
  pid_t child = fork();
  if (child == 0) begin(c, c->readable ? &confined : NULL, args, environment);
  int failed = errno;
  if (c->readable) confine_release(&confined);
  if (child < 0) return err_set(e, RC_IO, tr("无法启动 %s：%s", "cannot start %s: %s"), c->program, strerror(failed));
  setpgid(child, child); /* whoever comes first; the other fails harmlessly */
  return wait_for(child, c->seconds, c->end) ? RC_OK : 1;
}

/* ---- its folder ---- */

int child_folder(char out[CHILD_PATH], const char *name, struct err *e) {
  const char *base = getenv("TMPDIR");
  if (!base || base[0] != '/') base = "/tmp";
  int n = snprintf(out, CHILD_PATH, "%s/%s-XXXXXX", base, name);
  if (n > 0 && n < CHILD_PATH && mkdtemp(out)) return RC_OK;
  out[0] = '\0';
  return err_set(e, RC_IO, tr("无法建立临时文件夹：%s", "cannot make a temporary folder: %s"), strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st, (void)type, (void)ftw;
  remove(path);
  return 0;
}

void child_folder_remove(const char *folder) {
  if (folder[0]) nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

int child_file(const char *path, const void *data, size_t size, struct err *e) {
  const unsigned char *p = data;
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  size_t done = 0;
  while (fd >= 0 && done < size) {
    ssize_t n = write(fd, p + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += (size_t)n;
  }
  bool ok = fd >= 0 && close(fd) == 0 && done == size;
  return ok ? RC_OK : err_set(e, RC_IO, tr("写临时文件失败：%s", "writing a temporary file failed: %s"), strerror(errno));
}
