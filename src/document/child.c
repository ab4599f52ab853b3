/* child.c: another program run in a child process. See child.h. */
#include "document/child.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *child_program(const char *variable, const char *const *usual) {
  const char *told = getenv(variable);
  if (told) return told[0] == '/' && access(told, X_OK) == 0 ? told : NULL;
  for (; *usual; usual++)
    if (access(*usual, X_OK) == 0) return *usual;
  return NULL;
}

static void limit(int resource, rlim_t value) {
  struct rlimit r = {value, value};
  setrlimit((__rlimit_resource_t)resource, &r);
}

/* Everything between fork and exec is safe after a fork of a program with threads: system calls only. */
static void become(const struct child *c) {
  setpgid(0, 0);
  int null = open("/dev/null", O_RDWR);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 || chdir(c->folder) != 0) _exit(126);
  close_range(3, ~0U, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, (rlim_t)c->processor);
  limit(RLIMIT_FSIZE, c->file_bytes);
  limit(RLIMIT_AS, c->memory);
  if (unshare(CLONE_NEWNET) != 0) errno = 0; /* only the privileged may; others keep the network, and the other limits */
  execve(c->program, c->argv, c->envp);
  _exit(127);
}

/* Waits for the child until the time is over, then ends its whole group. True when it ended by itself with success. */
static bool child_wait(pid_t child, int seconds) {
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
  if (!ended) {
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int child_run(const struct child *c, struct err *e) {
  pid_t child = fork();
  if (child < 0) return err_set(e, RC_IO, tr("无法启动 %s：%s", "cannot start %s: %s"), c->program, strerror(errno));
  if (child == 0) become(c);
  setpgid(child, child); /* whoever comes first; the other fails harmlessly */
  if (child_wait(child, c->seconds)) return RC_OK;
  return err_set(e, RC_FORMAT, tr("%s 没有成功（文件损坏或超时）", "%s did not succeed (the file is damaged, or it took too long)"), c->program);
}

int child_folder(char *out, size_t size, const char *name, struct err *e) {
  const char *base = getenv("TMPDIR");
  if (!base || base[0] != '/') base = "/tmp";
  int n = snprintf(out, size, "%s/%s-XXXXXX", base, name);
  if (n > 0 && (size_t)n < size && mkdtemp(out)) return RC_OK;
  return err_set(e, RC_IO, tr("无法建立临时文件夹：%s", "cannot make a temporary folder: %s"), strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st, (void)type, (void)ftw;
  remove(path);
  return 0;
}

void child_folder_remove(const char *folder) {
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
