/* serve_data.c: the folder of an installation: database, secret, documents; and heng db. */
#include "rooms/admin/people.h"
#include "rooms/desk/desk.h"
#include "rooms/home/home.h"
#include "rooms/portal/portal.h"
#include "rooms/year/year.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const struct db_room *const db_rooms[] = {&jobs_db, &admin_db, &desk_db, &portal_db, &year_db};
const int db_rooms_count = (int)(sizeof db_rooms / sizeof *db_rooms);
const struct web_room *const web_rooms[] = {&home_web, &desk_web, &portal_web, &year_web, &admin_web, &home_more_web};
const int web_rooms_count = (int)(sizeof web_rooms / sizeof *web_rooms);

static int folder_make(const char *path, struct err *e) {
  struct stat st;
  char part[2100];
  snprintf(part, sizeof part, "%s", path);
  for (char *p = part + 1; *p; p++)
    if (*p == '/') {
      *p = 0;
      if (mkdir(part, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", part, err_system(errno));
      *p = '/';
    }
  if (mkdir(path, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) return err_set(e, RC_IO, tr("%s 不是文件夹", "%s is no folder"), path);
  if (st.st_mode & 077) return err_set(e, RC_USAGE, tr("%s 别人也能读，请先 chmod 700", "others can read %s: chmod 700 first"), path);
  return RC_OK;
}

static int lock_take(struct serve_data *d, struct err *e) {
  char path[2200];
  snprintf(path, sizeof path, "%s/lock", d->folder);
  d->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (d->lock < 0) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  if (flock(d->lock, LOCK_EX | LOCK_NB) != 0)
    return err_set(e, RC_BUSY, tr("%s 正被另一个 heng serve 使用", "another heng serve uses %s"), d->folder);
  return RC_OK;
}

static int secret_take(struct serve_data *d, struct err *e) {
  char path[2200], part[2240];
  unsigned char *data = NULL, raw[32];
  size_t n = 0;
  snprintf(path, sizeof path, "%s/secret", d->folder);
  if (access(path, F_OK) != 0) {
    char text[66];
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(text, sizeof text, raw, sizeof raw);
    snprintf(part, sizeof part, "%s.%d", path, (int)getpid());
    int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    bool well = fd >= 0 && write(fd, text, 64) == 64 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    if (well && link(part, path) != 0 && errno != EEXIST) well = false; /* a secret that is there already is never replaced */
    unlink(part);
    if (!well) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  }
  int rc = file_read(path, 4096, &data, &n, e);
  if (rc < 0) return rc;
  struct sv text = sv_trim((struct sv){(const char *)data, n});
  if (text.n == 64) {
    memcpy(d->secret, text.p, 64);
    d->secret[64] = 0;
  } else {
    rc = err_set(e, RC_FORMAT, tr("%s 应是 64 个十六进制数字", "%s should hold 64 hexadecimal digits"), path);
  }
  free(data);
  return rc;
}

int serve_data_open(struct serve_data *d, const char *folder, const char *address, bool alone, struct err *e) {
  memset(d, 0, sizeof *d);
  d->lock = -1;
  if (sodium_init() < 0) return err_set(e, RC_IO, "%s", tr("没有随机数", "no source of random numbers"));
  if (strlen(folder) >= sizeof d->folder - 100) return err_set(e, RC_USAGE, "%s", tr("路径太长", "the path is too long"));
  snprintf(d->folder, sizeof d->folder, "%s", folder);
  if (address)
    snprintf(d->address, sizeof d->address, "%s", address);
  else
    snprintf(d->address, sizeof d->address, "sqlite:%s/heng.db", folder);
  int rc = folder_make(folder, e);
  if (rc == RC_OK && alone) rc = lock_take(d, e);
  if (rc == RC_OK) rc = secret_take(d, e);
  if (rc < 0) serve_data_close(d);
  return rc;
}

void serve_data_close(struct serve_data *d) {
  if (d->lock >= 0) close(d->lock);
  d->lock = -1;
  sodium_memzero(d->secret, sizeof d->secret);
}

static void say_step(void *context, const char *step) {
  (void)context;
  fprintf(stderr, "%s %s\n", tr("数据库：", "database:"), step);
}

/* An SQLite file that is in use already is copied beside itself before its tables change; PostgreSQL has its administrators' backups. */
static int backup_first(const struct db *db, const char *at, int pending, struct err *e) {
  char path[2300];
  int all = 0;
  for (int i = 0; i < db_rooms_count; i++) all += db_rooms[i]->nmigrations;
  if (db_engine_of(db) != DB_SQLITE || pending == 0 || pending == all) return RC_OK;
  if (snprintf(path, sizeof path, "%s.before-%lld", at + strlen("sqlite:"), (long long)db_now()) >= (int)sizeof path)
    return err_set(e, RC_LIMIT, "%s", tr("路径太长", "the path is too long"));
  int rc = db_backup(at, path, e);
  if (rc == RC_OK) fprintf(stderr, tr("先备份到 %s\n", "backed up to %s first\n"), path);
  return rc;
}

int serve_data_migrate(const struct serve_data *d, struct err *e) {
  struct db *db;
  int rc = db_open(d->address, &db, e);
  if (rc < 0) return rc;
  int pending = rc = db_pending(db, db_rooms, db_rooms_count, e);
  if (pending > 0) rc = backup_first(db, d->address, pending, e);
  if (rc == RC_OK && pending > 0) rc = db_migrate(db, db_rooms, db_rooms_count, false, say_step, NULL, e);
  db_close(db);
  return rc < 0 ? rc : RC_OK;
}

/* ---- heng db ---- */
static const char *address;
static bool dry;
static const struct option options[] = {
    {"db", 0, OPT_TEXT, &address, "ADDRESS", NULL, "数据库地址，默认 $HENG_DB", "database; $HENG_DB unless given"},
    {"dry-run", 'n', OPT_FLAG, &dry, NULL, NULL, "只说要做什么", "only say what would be done"}};

static const struct option *all_options(int *n) {
  *n = 2;
  return options;
}

static const struct option *address_option(int *n) {
  *n = 1;
  return options;
}

static int address_needed(int argc, int words, struct err *e) {
  if (!address) address = getenv("HENG_DB");
  if (!address || !*address)
    return err_set(e, RC_USAGE, "%s",
                   tr("要给 --db sqlite:文件 或 postgresql://…，或设 HENG_DB", "give --db sqlite:FILE or postgresql://…, or set HENG_DB"));
  if (argc != words) return err_set(e, RC_USAGE, "%s", words ? tr("要写一个文件", "write one file") : tr("多了参数", "too many words"));
  return RC_OK;
}

static void print_step(void *context, const char *step) {
  (void)context;
  printf("%s\n", step);
}

static int run_migrate(int argc, char **argv, struct err *e) {
  struct db *d;
  (void)argv;
  int rc = address_needed(argc, 0, e);
  if (rc < 0 || (rc = dry ? db_open_existing(address, &d, e) : db_open(address, &d, e)) < 0) return rc;
  int pending = rc = db_pending(d, db_rooms, db_rooms_count, e);
  if (pending > 0 && !dry) rc = backup_first(d, address, pending, e);
  if (rc >= 0) rc = db_migrate(d, db_rooms, db_rooms_count, dry, print_step, NULL, e);
  db_close(d);
  if (rc < 0) return rc;
  printf(dry ? tr("要做 %d 步\n", "%d steps to do\n") : tr("做了 %d 步\n", "%d steps done\n"), rc);
  return EXIT_CLEAN;
}

static int run_backup(int argc, char **argv, struct err *e) {
  int rc = address_needed(argc, 1, e);
  if (rc == RC_OK) rc = db_backup(address, argv[0], e);
  if (rc == RC_OK) printf("%s\n", argv[0]);
  return rc < 0 ? rc : EXIT_CLEAN;
}

static int run_restore(int argc, char **argv, struct err *e) {
  int rc = address_needed(argc, 1, e);
  if (rc == RC_OK) rc = db_restore(argv[0], address, e);
  if (rc == RC_OK) printf("%s\n", tr("已恢复并检查", "restored and verified"));
  return rc < 0 ? rc : EXIT_CLEAN;
}

static int run_verify(int argc, char **argv, struct err *e) {
  struct db *d;
  int count;
  (void)argv;
  int rc = address_needed(argc, 0, e);
  if (rc < 0 || (rc = db_open_existing(address, &d, e)) < 0) return rc;
  rc = db_verify(d, e);
  int pending = rc == RC_OK ? db_pending(d, db_rooms, db_rooms_count, e) : 0;
  if (pending < 0) rc = pending;
  if (rc == RC_OK && pending == 0) rc = db_prepare_all(d, db_rooms, db_rooms_count, &count, e);
  db_close(d);
  if (rc < 0) return rc;
  if (pending > 0)
    printf(tr("完整；还有 %d 步没有做：heng db migrate\n", "whole; %d steps are still to be done: heng db migrate\n"), pending);
  else
    printf(tr("完整；%d 条查询都能用\n", "whole; all %d queries can be prepared\n"), count);
  return pending > 0 ? EXIT_FOUND : EXIT_CLEAN;
}

static const struct command commands[] = {
    {"db migrate", "[--db ADDRESS] [--dry-run]", "把数据库的表做到这个版本", "bring the tables of a database to this version", NULL, NULL,
     all_options, run_migrate},
    {"db backup", "FILE [--db ADDRESS]", "在线备份到文件", "back up to a file while it is used",
     "SQLite 得一个数据库文件，PostgreSQL 得 pg_dump 的文件。", "SQLite gives a database file, PostgreSQL a file of pg_dump.", address_option,
     run_backup},
    {"db restore", "FILE [--db ADDRESS]", "从备份恢复到空数据库", "restore a backup into an empty database", NULL, NULL, address_option, run_restore},
    {"db verify", "[--db ADDRESS]", "检查数据库是否完整、每条查询是否能用", "check that a database is whole and every query can be prepared", NULL,
     NULL, address_option, run_verify}};
const struct room database_room = {"db", commands, (int)(sizeof commands / sizeof *commands)};
