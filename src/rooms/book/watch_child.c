/* watch_child.c: one derivation of the workspace in a child process, its panel and page sent back through a pipe. */
#include "rooms/book/site.h"
#include "rooms/book/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RESULT_MAX = 600 << 20, SECONDS_MAX = 120 };
static const uint32_t magic = 0x48454e47;

/* Parent and child are the same program: the bytes of a struct are understood. */
struct sent {
  uint32_t magic;
  struct watch_counts counts;
  struct err fault;
  uint64_t panel, page;
};

static bool write_all(int fd, const void *data, size_t n) {
  for (const char *p = data; n > 0;) {
    ssize_t done = write(fd, p, n);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    p += done, n -= (size_t)done;
  }
  return true;
}

static bool derive(int fd, const struct watch_words *words, const char *changed) {
  struct opened o;
  struct buf page, panel;
  struct sent s = {.magic = magic};
  buf_init(&page, 0), buf_init(&panel, 64 << 20);
  int rc = opened_make(&o, words->folder, words->profile, words->version, &s.fault);
  if (rc == RC_OK) rc = site_page(o.paper, &page, &s.fault);
  if (rc == RC_OK) s.counts = panel_count(&o), panel_problems(&panel, &o, &s.counts, changed);
  if (rc == RC_OK && panel.rc < 0) err_set(&s.fault, RC_NOMEM, "%s", tr("内存不足", "out of memory")), s.counts = (struct watch_counts){0};
  if (s.counts.loaded) s.panel = panel.n, s.page = page.n;
  return write_all(fd, &s, sizeof s) && write_all(fd, panel.p, (size_t)s.panel) && write_all(fd, page.p, (size_t)s.page);
}

/* Nothing of the server stays with the child: neither its sockets nor its signals. What it holds is given back by its end. */
static void begin(int fd, const struct watch_words *words, const char *changed) {
  sigset_t nothing;
  struct rlimit core = {0, 0}, cpu = {SECONDS_MAX, SECONDS_MAX};
  sigemptyset(&nothing);
  sigprocmask(SIG_SETMASK, &nothing, NULL);
  setrlimit(RLIMIT_CORE, &core);
  setrlimit(RLIMIT_CPU, &cpu);
  if (dup2(fd, 3) != 3) _exit(126);
  close_range(4, ~0U, 0);
  _exit(derive(3, words, changed) ? 0 : 1);
}

int watch_child_start(struct watch_child *c, const struct watch_words *words, const char *changed, struct err *e) {
  int ends[2];
  *c = (struct watch_child){.fd = -1};
  buf_init(&c->bytes, RESULT_MAX);
  if (pipe2(ends, O_CLOEXEC) != 0) return err_set(e, RC_IO, tr("无法启动生成：%s", "cannot begin to derive: %s"), strerror(errno));
  fflush(stdout), fflush(stderr);
  pid_t pid = fork();
  if (pid == 0) begin(ends[1], words, changed);
  close(ends[1]);
  if (pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    int why = errno;
    close(ends[0]);
    return err_set(e, RC_IO, tr("无法启动生成：%s", "cannot begin to derive: %s"), strerror(why));
  }
  c->pid = pid, c->fd = ends[0];
  return RC_OK;
}

bool watch_child_read(struct watch_child *c) {
  char piece[65536];
  for (int i = 0; i < 64; i++) {
    ssize_t n = read(c->fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return false;
    if (n <= 0 || buf_add(&c->bytes, piece, (size_t)n) < 0) return true;
  }
  return false;
}

static int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

static bool understood(struct watch_result *out) {
  struct sent s;
  if (out->bytes.n < sizeof s) return false;
  memcpy(&s, out->bytes.p, sizeof s);
  size_t left = out->bytes.n - sizeof s;
  if (s.magic != magic || s.panel > left || s.page != left - s.panel) return false;
  out->counts = s.counts, out->fault = s.fault;
  out->panel = (struct sv){out->bytes.p + sizeof s, (size_t)s.panel};
  out->page = (struct sv){out->bytes.p + sizeof s + s.panel, (size_t)s.page};
  return true;
}

void watch_child_finish(struct watch_child *c, struct watch_result *out) {
  kill(c->pid, SIGKILL); /* when it has not ended by itself; else it is only waiting to be collected */
  int status = wait_for(c->pid);
  close(c->fd);
  *out = (struct watch_result){.bytes = c->bytes};
  *c = (struct watch_child){.fd = -1};
  if (understood(out)) return;
  const char *check = tr("请用 heng book check 看看工作区", "look at the workspace with heng book check");
  if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
    err_set(&out->fault, RC_IO, tr("生成时程序出错中断（信号 %d）；%s", "deriving broke off (signal %d); %s"), WTERMSIG(status), check);
  else
    err_set(&out->fault, RC_IO, tr("没有生成完（太慢、太大或被中断）；%s", "deriving did not end (too slow, too large, or interrupted); %s"), check);
}

void watch_child_kill(struct watch_child *c) {
  if (c->pid <= 0) return;
  kill(c->pid, SIGKILL);
  wait_for(c->pid);
  close(c->fd);
  buf_release(&c->bytes);
  *c = (struct watch_child){.fd = -1};
}
