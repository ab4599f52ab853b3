/* command_watch.c: `heng book watch FOLDER`: on every save the book is derived and checked anew, and a page on 127.0.0.1 follows. */
#include "base/terminal.h"
#include "rooms/book/folder_watch.h"
#include "rooms/book/internal.h"
#include "rooms/book/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORT_USUAL = 8765, SETTLE_MS = 100, SETTLE_MOST_MS = 1000, LOOK_MS = 2000, LOOK_BLIND_MS = 500, DERIVE_MS = 120 * 1000 };

static struct {
  int port;
  bool open, poll;
  const char *profile, *version;
} words = {.port = -1};

static const struct option options[] = {
    {"port", 0, OPT_INT, &words.port, "N", NULL, "端口（默认 8765，被占用时换一个；0：任一空的）",
     "port (default 8765, another when it is taken; 0: any free one)"},
    {"open", 0, OPT_FLAG, &words.open, NULL, NULL, "在浏览器里打开", "open it in the browser"},
    {"poll", 0, OPT_FLAG, &words.poll, NULL, NULL, "不靠系统通知，每半秒看一次文件",
     "look at the files twice a second instead of being told by the system"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的版式（默认工作区写的）", "use this city's layout (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本，如 二下批复（默认最后一个）", "version of the budget (default: the last)"},
};

const struct option *book_watch_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

struct watch {
  struct watch_words words;
  struct folder_watch *files;
  struct loopback *server;
  struct watch_page page;
  struct blob *body;
  struct watch_child child;
  struct buf pending, changed; /* names: to be derived next, being derived */
  bool dirty;
  int signals;
  pid_t browser;
  int64_t look_due, unsettled /* when the first of a run of changes came, 0 none */, began;
  uint32_t run;
  unsigned generation;
};

static int64_t clock_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *state_name(const struct watch *w, char out[40]) {
  snprintf(out, 40, "%08x-%u", (unsigned)w->run, w->generation);
  return out;
}

/* All that this server has. */
static enum loopback_what find(void *context, struct sv path, struct blob **body, const char **type, const char **policy) {
  struct watch *w = context;
  if (sv_is(path, "/events")) return LOOPBACK_STREAM;
  if (sv_is(path, "/favicon.ico")) return LOOPBACK_EMPTY;
  if (!sv_is(path, "/") && !sv_is(path, "/index.html")) return LOOPBACK_NOT_FOUND;
  *body = w->body, *type = "text/html; charset=utf-8", *policy = w->page.policy;
  return LOOPBACK_BODY;
}

/* ---- the page ---- */

static int show(struct watch *w, struct sv page, struct sv panel, struct err *e) {
  char state[40];
  w->generation++;
  struct blob *b = watch_page_make(&w->page, page, panel, state_name(w, state), e);
  if (!b) return RC_NOMEM;
  blob_drop(w->body);
  w->body = b;
  if (w->server) loopback_tell(w->server, state);
  return RC_OK;
}

static int show_pending(struct watch *w, struct err *e) {
  struct buf panel;
  buf_init(&panel, 1 << 20);
  panel_pending(&panel);
  int rc = panel.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : show(w, (struct sv){0}, (struct sv){panel.p, panel.n}, e);
  buf_release(&panel);
  return rc;
}

static int show_fault(struct watch *w, const struct err *fault, struct err *e) {
  struct buf panel;
  buf_init(&panel, 1 << 20);
  panel_fault(&panel, fault, w->page.good.n > 0, w->changed.n ? w->changed.p : "");
  int rc = panel.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : show(w, (struct sv){0}, (struct sv){panel.p, panel.n}, e);
  buf_release(&panel);
  return rc;
}

/* ---- the terminal ---- */

static void tell(const struct watch *w, const struct watch_counts *n, const struct err *fault, int64_t ms) {
  time_t now = time(NULL);
  struct tm t = {0};
  localtime_r(&now, &t);
  bool colour = terminal_colour(stdout), bad = !n->loaded || n->errors > 0;
  const char *mark = !colour ? "" : bad ? "\033[31m" : n->warnings || n->missing ? "\033[33m" : "\033[32m";
  printf("%02d:%02d:%02d  %s  %s", t.tm_hour, t.tm_min, t.tm_sec, w->changed.n ? w->changed.p : tr("（开始）", "(start)"), mark);
  if (n->loaded) {
    printf(tr("错误 %d，警告 %d，提示 %d，待补 %d", "%d errors, %d warnings, %d hints, %d missing"), n->errors, n->warnings, n->hints, n->missing);
  } else {
    printf("%s", tr("读不进来：", "cannot be read: "));
    if (fault->file[0]) printf("%s:", fault->file);
    if (fault->line > 0) printf("%d:", fault->line);
    if (fault->line > 0 && fault->column > 0) printf("%d:", fault->column);
    printf("%s%s", fault->file[0] ? " " : "", fault->text);
  }
  printf("%s  %lld ms\n", colour ? "\033[0m" : "", (long long)ms);
  fflush(stdout);
}

/* ---- deriving ---- */

static int derive(struct watch *w, int64_t now, struct err *e) {
  struct err why = {0};
  struct watch_counts none = {0};
  struct buf empty = w->changed;
  w->changed = w->pending, w->pending = empty;
  buf_clear(&w->pending);
  w->dirty = false, w->began = now;
  if (watch_child_start(&w->child, &w->words, w->changed.n ? w->changed.p : "", &why) == RC_OK) return RC_OK;
  tell(w, &none, &why, 0);
  return show_fault(w, &why, e);
}

static int derived(struct watch *w, struct err *e) {
  struct watch_result r;
  watch_child_finish(&w->child, &r);
  int rc = r.counts.loaded ? show(w, r.page, r.panel, e) : show_fault(w, &r.fault, e);
  tell(w, &r.counts, &r.fault, clock_ms() - w->began);
  buf_release(&r.bytes);
  return rc;
}

/* Without notices a file is seen in the midst of being written: then it is looked at until it keeps still. */
static void look(struct watch *w, int64_t now) {
  struct buf names;
  buf_init(&names, 4096);
  int changed = folder_watch_look(w->files, &names);
  bool blind = folder_watch_fd(w->files) < 0;
  if (changed > 0) {
    if (w->pending.n > 0 && names.n > 0) buf_puts(&w->pending, tr("、", ", "));
    if (names.n > 0) buf_add(&w->pending, names.p, names.n);
    w->dirty = true;
    if (!w->unsettled) w->unsettled = now;
  }
  buf_release(&names);
  bool again = blind && changed > 0 && now - w->unsettled < SETTLE_MOST_MS;
  if (!again) w->unsettled = 0;
  w->look_due = now + (again ? SETTLE_MS : blind ? LOOK_BLIND_MS : LOOK_MS);
}

static void noticed(struct watch *w, int64_t now) {
  if (!w->unsettled) w->unsettled = now;
  w->look_due = now + SETTLE_MS;
  if (w->look_due > w->unsettled + SETTLE_MOST_MS) w->look_due = w->unsettled + SETTLE_MOST_MS;
}

/* ---- the browser ---- */

static void browser_open(struct watch *w, const char *url) {
  sigset_t nothing;
  sigemptyset(&nothing);
  pid_t pid = fork();
  if (pid == 0) {
    int null = open("/dev/null", O_RDWR);
    setsid(); /* Ctrl+C here must not end a browser there */
    sigprocmask(SIG_SETMASK, &nothing, NULL);
    for (int i = 0; i < 3; i++) dup2(null, i);
    close_range(3, ~0U, 0);
    execlp("xdg-open", "xdg-open", url, (char *)NULL);
    _exit(127);
  }
  w->browser = pid > 0 ? pid : 0;
}

static void browser_collect(struct watch *w) {
  int status = 0;
  if (w->browser <= 0 || waitpid(w->browser, &status, WNOHANG) == 0) return;
  w->browser = 0;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    fprintf(stderr, "%s\n", tr("打不开浏览器；请自己打开上面的地址", "the browser did not open; please open the address above yourself"));
}

/* ---- the loop ---- */

static int wait_ms(const struct watch *w, int64_t now) {
  int64_t due = w->look_due, other = loopback_due(w->server, now);
  if (other < due) due = other;
  if (w->child.pid > 0 && w->began + DERIVE_MS < due) due = w->began + DERIVE_MS;
  if (w->browser > 0 && now + LOOK_BLIND_MS < due) due = now + LOOK_BLIND_MS;
  return due <= now ? 0 : (int)(due - now);
}

/* One turn: 1 when a signal asked to end. */
static int turn(struct watch *w, struct err *e) {
  struct pollfd fds[LOOPBACK_FDS + 3];
  int64_t now = clock_ms();
  int n = loopback_fds(w->server, fds, now), rc = RC_OK;
  struct pollfd *own = fds + n;
  own[0] = (struct pollfd){.fd = w->signals, .events = POLLIN};
  own[1] = (struct pollfd){.fd = folder_watch_fd(w->files), .events = POLLIN}; /* poll() passes over -1 */
  own[2] = (struct pollfd){.fd = w->child.fd, .events = POLLIN};
  if (poll(fds, (nfds_t)n + 3, wait_ms(w, now)) < 0) {
    if (errno == EINTR) return 0;
    return err_set(e, RC_IO, "poll: %s", strerror(errno));
  }
  now = clock_ms();
  struct signalfd_siginfo signal; /* taken, so that it is not delivered when signals are let in again */
  if (own[0].revents) return read(w->signals, &signal, sizeof signal) >= 0 ? 1 : RC_OK;
  if (own[1].revents && folder_watch_drain(w->files)) noticed(w, now);
  bool over = w->child.pid > 0 && now >= w->began + DERIVE_MS;
  if (w->child.pid > 0 && (over || (own[2].revents && watch_child_read(&w->child)))) rc = derived(w, e);
  if (rc == RC_OK && now >= w->look_due) look(w, now);
  if (rc == RC_OK && w->dirty && !w->unsettled && w->child.pid <= 0) rc = derive(w, now, e);
  loopback_step(w->server, fds, n, now);
  browser_collect(w);
  return rc;
}

static int signals_take(int *fd, sigset_t *before, struct err *e) {
  sigset_t mine;
  sigemptyset(&mine);
  sigaddset(&mine, SIGINT), sigaddset(&mine, SIGTERM), sigaddset(&mine, SIGHUP);
  sigprocmask(SIG_BLOCK, &mine, before);
  *fd = signalfd(-1, &mine, SFD_NONBLOCK | SFD_CLOEXEC);
  return *fd < 0 ? err_set(e, RC_IO, "signalfd: %s", strerror(errno)) : RC_OK;
}

static int server_open(struct watch *w, struct err *e) {
  struct loopback_site site = {.find = find, .context = w};
  if (words.port >= 0) return loopback_open(words.port, &site, &w->server, e);
  int rc = loopback_open(PORT_USUAL, &site, &w->server, e);
  return rc == RC_IO ? loopback_open(0, &site, &w->server, e) : rc;
}

static int begin(struct watch *w, struct err *e) {
  char url[64];
  int rc = folder_watch_open(w->words.folder, words.poll, &w->files, e);
  if (rc == RC_OK) rc = show_pending(w, e);
  if (rc == RC_OK) rc = server_open(w, e);
  if (rc < 0) return rc;
  snprintf(url, sizeof url, "http://127.0.0.1:%d/", loopback_port(w->server));
  printf(tr("预览：%s  （按 Ctrl+C 结束）\n", "preview: %s  (Ctrl+C ends it)\n"), url);
  if (folder_watch_fd(w->files) < 0)
    printf("%s\n", tr("系统不能通知文件的改动：每半秒看一次", "no notices of changed files: looking twice a second"));
  fflush(stdout);
  if (words.open) browser_open(w, url);
  w->look_due = clock_ms() + LOOK_BLIND_MS;
  return derive(w, clock_ms(), e);
}

int book_watch(int argc, char **argv, struct err *e) {
  struct watch w = {.signals = -1, .child = {.fd = -1}};
  sigset_t before;
  if (argc != 1 || words.port > 65535 || words.port < -1)
    return err_set(e, RC_USAGE, "%s",
                   tr("应为：heng book watch 文件夹 [--port 0…65535] [--open]", "wanted: heng book watch FOLDER [--port 0…65535] [--open]"));
  w.words = (struct watch_words){.folder = argv[0], .profile = words.profile, .version = words.version};
  if (getrandom(&w.run, sizeof w.run, 0) != (ssize_t)sizeof w.run) w.run = (uint32_t)getpid();
  watch_page_init(&w.page), buf_init(&w.pending, 1 << 16), buf_init(&w.changed, 1 << 16);
  int rc = signals_take(&w.signals, &before, e);
  if (rc == RC_OK) rc = begin(&w, e);
  while (rc == RC_OK) rc = turn(&w, e);
  watch_child_kill(&w.child);
  loopback_close(w.server), folder_watch_close(w.files);
  blob_drop(w.body), watch_page_release(&w.page);
  buf_release(&w.pending), buf_release(&w.changed);
  if (w.signals >= 0) close(w.signals);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return rc < 0 ? rc : EXIT_CLEAN;
}
