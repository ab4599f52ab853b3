/* confined.c: runs itself as a confined child (document/child.h), which tries what it may not, and says what came of it. For tests/check/sandbox.sh.
 */
#include "document/child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *what, int yes) {
  printf("%s: %s\n", what, yes ? "yes" : "no");
  fflush(stdout);
}

static int opens(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int socket_of(int family) {
  int fd = socket(family, SOCK_STREAM, 0);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int within(char **argv) {
  say("reads what it was given", opens(argv[2], O_RDONLY));
  say("writes its folder", opens("made", O_WRONLY | O_CREAT));
  say("moves within its folder", mkdir("a", 0700) == 0 && mkdir("b", 0700) == 0 && opens("a/x", O_WRONLY | O_CREAT) && rename("a/x", "b/x") == 0);
  say("moves a file in", rename(argv[3], "taken") == 0);
  say("reads the system", opens("/etc/passwd", O_RDONLY));
  say("reads another document", opens(argv[3], O_RDONLY));
  say("writes elsewhere", opens("/tmp/heng-sandbox-escaped", O_WRONLY | O_CREAT));
  say("opens a socket to a network", socket_of(AF_INET));
  say("opens a socket of IPv6", socket_of(AF_INET6));
  say("traces another process", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
  say("makes a namespace", unshare(CLONE_NEWUSER) == 0);
  say("mounts", mount("none", ".", "tmpfs", 0, NULL) == 0);
  return 0;
}

static int loop_forever(void) {
  volatile unsigned long i = 0;
  while (i < (unsigned long)-1) i++; /* longer than anybody waits */
  return 9;
}

static int eat(void) {
  for (size_t n = 0; n < 4096; n++) {
    char *p = malloc(1 << 20);
    if (!p) return 0; /* refused, as it should be */
    memset(p, 1, 1 << 20);
  }
  return 9;
}

static int run(const char *self, const char *scratch, const char *given, const char *a, const char *b, const char *c, const char *output,
               struct child_end *end) {
  const char *const readable[] = {given, NULL};
  struct err e = {0};
  struct child child = {.program = self,
                        .arguments = {a, b, c},
                        .folder = scratch,
                        .output = output,
                        .seconds = 2,
                        .memory = (size_t)512 << 20,
                        .file_bytes = 1 << 20,
                        .readable = readable,
                        .end = end};
  int rc = child_run(&child, &e);
  if (rc < 0) fprintf(stderr, "%s\n", e.text);
  return rc;
}

int main(int argc, char **argv) {
  char self[4096], line[256], path[4200];
  if (argc == 4 && strcmp(argv[1], "within") == 0) return within(argv);
  if (argc == 2 && strcmp(argv[1], "loop") == 0) return loop_forever();
  if (argc == 2 && strcmp(argv[1], "eat") == 0) return eat();
  if (argc == 2 && strcmp(argv[1], "die") == 0) return raise(SIGSEGV);
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (argc != 4 || n <= 0) return 2;
  self[n] = 0;
  struct child_end end;
  if (run(self, argv[1], argv[2], "within", argv[2], argv[3], "said", &end) != 0) {
    fprintf(stderr, "code %d, signal %d\n", end.code, end.signal);
    return 1;
  }
  snprintf(path, sizeof path, "%s/said", argv[1]);
  FILE *f = fopen(path, "r");
  while (f && fgets(line, sizeof line, f)) fputs(line, stdout);
  if (f) fclose(f);
  say("landlock", syscall(SYS_landlock_create_ruleset, NULL, 0, 1u) > 0);
  run(self, argv[1], argv[2], "eat", NULL, NULL, NULL, &end);
  say("ended for memory", end.code == 0 || end.signal != 0);
  run(self, argv[1], argv[2], "loop", NULL, NULL, NULL, &end);
  say("ended for time", end.late || end.signal == SIGXCPU || end.signal == SIGKILL);
  run(self, argv[1], argv[2], "die", NULL, NULL, NULL, &end);
  say("ended for a signal", end.signal == SIGSEGV);
  return 0;
}
