/* serve.c: heng serve and heng worker: the parts put together, and taken down in order. */
#include "serve.h"

#include "rooms/admin/people.h"
#include "rooms/codes/codes.h"
#include "rooms/desk/desk.h"
#include "rooms/home/home.h"
#include "rooms/portal/portal.h"
#include "rooms/year/year.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *listen_address = "127.0.0.1:8080", *data_folder = "heng-data", *database, *site, *site_name, *sample_book, *oidc_issuer,
                  *oidc_client;
static bool with_sample, secure, trust_proxy, quiet;
static int workers = 3, retention_days, connections;

static const struct option serve_options[] = {
    {"listen", 0, OPT_TEXT, &listen_address, "ADDRESS", NULL, "监听地址：127.0.0.1:8080、[::1]:8080、unix:路径",
     "where to listen: 127.0.0.1:8080, [::1]:8080, unix:PATH"},
    {"data", 0, OPT_TEXT, &data_folder, "FOLDER", NULL, "数据文件夹（默认 heng-data）", "folder of the data (heng-data unless given)"},
    {"db", 0, OPT_TEXT, &database, "ADDRESS", NULL, "数据库（默认数据文件夹里的 SQLite；或 $HENG_DB）",
     "database (SQLite in the folder unless given; or $HENG_DB)"},
    {"sample", 0, OPT_FLAG, &with_sample, NULL, NULL, "装入样例单位和账户（只在空数据库里）",
     "load the sample bureau and its accounts (into an empty database only)"},
    {"sample-book", 0, OPT_TEXT, &sample_book, "FOLDER", NULL, "样例一并公开的预算（heng book publish 的输出）",
     "a book to publish with the sample (what heng book publish wrote)"},
    {"site", 0, OPT_TEXT, &site, "URL", NULL, "对外的地址，如 https://heng.example.cn", "the address people use, such as https://heng.example.cn"},
    {"name", 0, OPT_TEXT, &site_name, "NAME", NULL, "页面上的单位名称", "name of the office on its pages"},
    {"secure", 0, OPT_FLAG, &secure, NULL, NULL, "前面有 TLS：Cookie 带 Secure，发 HSTS", "behind TLS: Secure cookies, HSTS"},
    {"trust-proxy", 0, OPT_FLAG, &trust_proxy, NULL, NULL, "相信代理的 X-Forwarded-For", "believe the proxy's X-Forwarded-For"},
    {"oidc-issuer", 0, OPT_TEXT, &oidc_issuer, "URL", NULL, "统一身份（OpenID Connect）的发行者；密钥在 $HENG_OIDC_SECRET，另要 --site",
     "issuer of OpenID Connect; its secret in $HENG_OIDC_SECRET, with --site"},
    {"oidc-client", 0, OPT_TEXT, &oidc_client, "ID", NULL, "在统一身份那里登记的客户端", "the client registered there"},
    {"workers", 'j', OPT_INT, &workers, "N", NULL, "后台工作线程（0：只由 heng worker 做）", "background workers (0: heng worker does it all)"},
    {"db-connections", 0, OPT_INT, &connections, "N", NULL, "数据库连接数（默认 SQLite 72，PostgreSQL 24）",
     "connections to the database (72 for SQLite, 24 for PostgreSQL unless given)"},
    {"retention", 0, OPT_INT, &retention_days, "DAYS", NULL, "没有人保留的文件过多少天删除（0：不删）",
     "days after which documents that nobody keeps are deleted (0: never)"},
    {"quiet", 'q', OPT_FLAG, &quiet, NULL, NULL, "不写访问日志", "no log of requests"}};

static const struct option *options(int *n) {
  *n = (int)(sizeof serve_options / sizeof *serve_options);
  return serve_options;
}

/* sd_notify(3) without the library: a datagram to the socket that systemd names. */
static void notify(const char *text) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  size_t n = path ? strlen(path) : 0;
  if (n == 0 || n >= sizeof a.sun_path) return;
  memcpy(a.sun_path, path, n);
  if (a.sun_path[0] == '@') a.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
  ssize_t sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&a, size);
  (void)sent; /* nobody to tell */
  close(fd);
}

/* What workers of this process do. */
enum { KINDS_MOST = 16 };
static const struct job_kind *kinds[KINDS_MOST];
static int nkinds;

static void kinds_gather(void) {
  for (nkinds = 0; nkinds < desk_jobs_count && nkinds < KINDS_MOST - 1; nkinds++) kinds[nkinds] = desk_jobs[nkinds];
  kinds[nkinds++] = &year_check_job;
}

struct running {
  struct serve_data data;
  struct db_pool *pool;
  struct people *people;
  struct web *web;
  struct jobs *jobs;
  bool desk, portal, year;
  char temporary[2200], documents[2200];
};

static int load_sample(struct running *r, struct err *e) {
  struct db *d;
  struct buf told;
  buf_init(&told, 65536);
  int rc = db_pool_take(r->pool, &d, e);
  if (rc < 0) return rc;
  struct err inner = {0};
  rc = people_sample(d, &told, &inner);
  if (rc == RC_USAGE) {
    rc = RC_OK; /* loaded before: the accounts are there */
  } else if (rc < 0) {
    rc = err_set(e, inner.code, "%s", inner.text);
  } else {
    char folder[4096], data[4096];
    snprintf(folder, sizeof folder, "%.4000s/sample/workspace", codes_data_path(data, sizeof data, ""));
    if (sample_book) rc = portal_sample(d, sample_book, e);
    if (rc == RC_OK && access(folder, R_OK) == 0) rc = year_sample(d, PEOPLE_TENANT, folder, e); /* installed without the sample: none */
  }
  db_pool_give(r->pool, d);
  if (rc == RC_OK)
    printf(tr("样例账户（密码都是 %s）：\n%s", "sample accounts (password %s):\n%s"), PEOPLE_SAMPLE_PASSWORD,
           told.n ? told.p : tr("  已装过\n", "  loaded before\n"));
  buf_release(&told);
  return rc;
}

static int start_rooms(struct running *r, struct err *e) {
  const struct people_config people = {.site_name = site_name,
                                       .rooms = web_rooms,
                                       .nrooms = web_rooms_count,
                                       .secure = secure,
                                       .site = site,
                                       .oidc_issuer = oidc_issuer,
                                       .oidc_client = oidc_client,
                                       .oidc_secret = getenv("HENG_OIDC_SECRET"),
                                       .secret = r->data.secret};
  const struct desk_config desk = {.data_folder = r->documents, .retention_days = retention_days};
  const struct portal_config portal = {.data_folder = r->documents, .site = site, .title = site_name};
  int rc = people_start(&people, &r->people, e);
  if (rc == RC_OK) rc = desk_start(&desk, e);
  if (rc == RC_OK) {
    r->desk = true;
    rc = portal_start(&portal, e);
  }
  if (rc == RC_OK) {
    r->portal = true;
    rc = year_start(e);
  }
  if (rc == RC_OK) {
    r->year = true;
    kinds_gather();
    home_start(web_rooms, web_rooms_count, kinds, nkinds);
  }
  return rc;
}

static int start(struct running *r, bool web, struct err *e) {
  if (!database) database = getenv("HENG_DB");
  int rc = serve_data_open(&r->data, data_folder, database && *database ? database : NULL, web, e);
  if (rc < 0) return rc;
  snprintf(r->temporary, sizeof r->temporary, "%s/tmp", r->data.folder);
  snprintf(r->documents, sizeof r->documents, "%s/files", r->data.folder);
  if (mkdir(r->temporary, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", r->temporary, err_system(errno));
  if (mkdir(r->documents, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", r->documents, err_system(errno));
  rc = serve_data_migrate(&r->data, e);
  if (rc == RC_OK)
    rc = db_pool_new(r->data.address, connections > 0 ? connections : strncmp(r->data.address, "sqlite:", 7) == 0 ? 72 : 24, &r->pool, e);
  if (rc == RC_OK) rc = start_rooms(r, e);
  if (rc == RC_OK && web && with_sample) rc = load_sample(r, e);
  if (rc < 0 || !web) return rc;
  const struct web_config config = {.listen = listen_address,
                                    .secure = secure,
                                    .trust_proxy = trust_proxy,
                                    .site = site,
                                    .temporary = r->temporary,
                                    .pool = r->pool,
                                    .rooms = web_rooms,
                                    .nrooms = web_rooms_count,
                                    .hooks = people_hooks(r->people),
                                    .log = quiet ? -1 : STDERR_FILENO};
  return web_start(&config, &r->web, e);
}

static void stop(struct running *r) {
  if (r->web) web_drain(r->web);
  jobs_stop(r->jobs);
  web_free(r->web);
  if (r->year) year_stop();
  if (r->portal) portal_stop();
  if (r->desk) desk_stop();
  people_stop(r->people);
  db_pool_free(r->pool);
  serve_data_close(&r->data);
}

static void signals_block(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGINT);
  pthread_sigmask(SIG_BLOCK, set, NULL); /* before any thread: all inherit it, and one waits */
  signal(SIGPIPE, SIG_IGN);
}

/* Once an hour: sessions that ended are forgotten, and documents whose time is over are looked for. */
static void housekeeping(struct running *r) {
  struct db *d;
  struct err e = {0};
  int64_t id;
  int rc = db_pool_take(r->pool, &d, &e);
  if (rc < 0) return;
  rc = people_forget_old(d, PEOPLE_TENANT, &e);
  if (rc == RC_OK && retention_days > 0) rc = job_add(d, PEOPLE_TENANT, "desk.retention", SV(""), "hourly", &id, &e);
  db_pool_give(r->pool, d);
  if (rc < 0) fprintf(stderr, "%s\n", e.text);
}

/* Until told to end; meanwhile systemd hears that we live, as often as it wants. */
static void wait_for_end(struct running *r, const sigset_t *set) {
  enum { HOUR = 3600 };
  const char *usec = getenv("WATCHDOG_USEC");
  long long every = usec ? strtoll(usec, NULL, 10) / 2000000 : 0;
  struct timespec pause = {every > 0 && every < HOUR ? every : HOUR, 0};
  long long passed = 0;
  housekeeping(r);
  for (;;) {
    int got = sigtimedwait(set, NULL, &pause);
    if (got == SIGTERM || got == SIGINT) return;
    if (got >= 0 || errno != EAGAIN) continue;
    notify("WATCHDOG=1");
    if ((passed += pause.tv_sec) < HOUR) continue;
    passed = 0;
    housekeeping(r);
  }
}

static int run(bool web, int argc, struct err *e) {
  struct running r = {.data.lock = -1};
  sigset_t set;
  if (argc > 0) return err_set(e, RC_USAGE, "%s", tr("多了参数", "too many words"));
  if (connections < 0 || connections > 1000)
    return err_set(e, RC_USAGE, "%s", tr("--db-connections 要在 0 到 1000 之间", "--db-connections is 0 to 1000"));
  if (workers < 0 || workers > 64) return err_set(e, RC_USAGE, "%s", tr("--workers 要在 0 到 64 之间", "--workers is 0 to 64"));
  mallopt(M_ARENA_MAX, 4); /* a server of many threads: with the usual eight a core, what each arena keeps adds up */
  signals_block(&set);
  int rc = start(&r, web, e);
  int threads = web ? workers : workers > 0 ? workers : 1;
  if (rc == RC_OK && threads > 0) rc = jobs_start(r.pool, kinds, nkinds, threads, &r.jobs, e);
  if (rc == RC_OK) {
    if (web && strncmp(listen_address, "unix:", 5) != 0)
      printf(tr("打开 http://127.0.0.1:%d\n", "open http://127.0.0.1:%d\n"), web_port(r.web));
    else
      printf("%s\n", web ? listen_address : tr("工作中", "working"));
    fflush(stdout);
    notify("READY=1");
    wait_for_end(&r, &set);
    notify("STOPPING=1");
  }
  stop(&r);
  return rc < 0 ? rc : EXIT_CLEAN;
}

static int run_serve(int argc, char **argv, struct err *e) {
  (void)argv;
  return run(true, argc, e);
}

static int run_worker(int argc, char **argv, struct err *e) {
  (void)argv;
  return run(false, argc, e);
}

static const struct command commands[] = {
    {"serve", "[options]", "在浏览器里用：审核、公开、管理", "the platform in the browser: audits, publication, administration",
     "默认只在本机监听 8080 端口，数据放在 heng-data。对外服务时前面放 nginx（docs/operations.md）。SIGTERM 或 Ctrl-C "
     "结束：先不接新请求，做完手上的再停。",
     "Listens at port 8080 of this machine only, data in heng-data. To serve others, put nginx in front (docs/operations.md). SIGTERM or Ctrl-C ends "
     "it: no new requests, those under way "
     "are finished.",
     options, run_serve},
    {"worker", "[options]", "只做后台任务，可在多台机器上开", "only background jobs; several hosts may run it", NULL, NULL, options, run_worker}};

const struct room serve_room = {"serve", commands, (int)(sizeof commands / sizeof *commands)};
