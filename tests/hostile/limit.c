/* limit.c: runs a command and measures it: limit OUT SECONDS COMMAND… writes one line "exit signal wall_ms cpu_ms peak_kib" to OUT.
 * After SECONDS the command is killed (signal 9). The exit code is the command's, 128 + signal when it died of one. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;

static void too_late(int number) {
  (void)number;
  if (child > 0) kill(child, SIGKILL);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu_ms(const struct rusage *u) {
  return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 + (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

/* wait4 is interrupted by the timer; the child is dead then, and the next call returns. */
static int wait_for(pid_t pid, struct rusage *usage) {
  int status = 0;
  while (wait4(pid, &status, 0, usage) < 0)
    if (errno != EINTR) return -1;
  return status;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: limit OUT SECONDS COMMAND…\n");
    return 2;
  }
  long seconds = strtol(argv[2], NULL, 10);
  struct sigaction action = {.sa_handler = too_late};
  struct itimerval timer = {.it_value = {.tv_sec = seconds > 0 ? seconds : 60}};
  struct rusage usage = {0};
  double start = now_ms();
  child = fork();
  if (child == 0) {
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    _exit(127);
  }
  if (child < 0 || sigaction(SIGALRM, &action, NULL) != 0 || setitimer(ITIMER_REAL, &timer, NULL) != 0) {
    perror("limit");
    return 2;
  }
  int status = wait_for(child, &usage);
  double wall = now_ms() - start;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1, number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  FILE *out = fopen(argv[1], "w");
  if (!out || fprintf(out, "%d %d %.1f %.1f %ld\n", code, number, wall, cpu_ms(&usage), usage.ru_maxrss) < 0 || fclose(out) != 0) {
    perror(argv[1]);
    return 2;
  }
  return number ? 128 + number : code;
}
