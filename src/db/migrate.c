/* migrate.c: each room's tables brought to what this program knows; backup, restore, verification. */
#include "db/migrate.h"

#include "db/internal.h"
#include "migrate_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char own_table[] =
    "CREATE TABLE IF NOT EXISTS heng_migration (tenant BIGINT NOT NULL, room TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, "
    "hash TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (tenant, room, number))";

static void text_hash(const char *s, char out[65]) {
  unsigned char raw[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(raw, (const unsigned char *)s, strlen(s));
  sodium_bin2hex(out, 65, raw, sizeof raw);
}

/* How many of a room's steps are done; refuses a history that is not this program's. */
static int done_of(struct db *d, const struct db_room *room, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, migrate_done, &s, e, db_int(0), db_str(room->name)), n = 0;
  if (rc < 0) return rc;
  while ((rc = db_step(s, e)) == 1) {
    char hash[65];
    if (db_col_int(s, 0) != n + 1 || n >= room->nmigrations) {
      rc = err_set(e, RC_FORMAT,
                   tr("数据库是更新的程序建的（%s 第 %d 步），请用那个版本", "the database was made by a newer program (%s, step %d): use that one"),
                   room->name, (int)db_col_int(s, 0));
      db_reset(s);
      return rc;
    }
    text_hash(room->migrations[n].sql, hash);
    if (!sv_is(db_col_text(s, 2), hash)) {
      rc = err_set(e, RC_FORMAT, tr("数据库里 %s 的第 %d 步与程序里的不同", "the database has another %s step %d than this program"), room->name,
                   n + 1);
      db_reset(s);
      return rc;
    }
    n++;
  }
  return rc < 0 ? rc : n;
}

/* Whether the table of steps is there: a database that was never migrated has none, and a dry run makes none. */
static int table_there(struct db *d, struct err *e) {
  const char *sql = db_engine_of(d) == DB_SQLITE ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'heng_migration'"
                                                 : "SELECT count(to_regclass('heng_migration'))";
  struct db_statement *s;
  int rc = db_prepare(d, sql, &s, e);
  if (rc < 0) return rc;
  rc = db_step(s, e);
  int64_t n = rc == 1 ? db_col_int(s, 0) : 0;
  db_finish(s);
  return rc < 0 ? rc : n > 0;
}

/* Held until the transaction ends: of two programs that migrate at once the second waits, and finds the step done. SQLite's BEGIN IMMEDIATE does so.
 */
static int alone(struct db *d, struct err *e) {
  return db_engine_of(d) == DB_SQLITE ? RC_OK : db_exec(d, "SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(7307281)", e);
}

static int table_make(struct db *d, void *context, struct err *e) {
  (void)context;
  int rc = alone(d, e);
  return rc < 0 ? rc : db_exec(d, own_table, e);
}

struct step {
  const struct db_room *room;
  int number; /* the one that is to be done, unless another program did it meanwhile */
};

static int apply(struct db *d, void *context, struct err *e) {
  const struct step *s = context;
  const struct db_migration *m = &s->room->migrations[s->number - 1];
  char hash[65];
  int rc = alone(d, e), done = rc < 0 ? rc : done_of(d, s->room, e);
  if (done < 0) return done;
  if (done >= s->number) return RC_OK;
  if ((rc = db_exec(d, m->sql, e)) < 0) return rc;
  text_hash(m->sql, hash);
  int64_t n = DB_RUN(d, migrate_add, e, db_int(0), db_str(s->room->name), db_int(m->number), db_str(m->name), db_str(hash), db_int(db_now()));
  return n < 0 ? (int)n : RC_OK;
}

int db_migrate(struct db *d, const struct db_room *const *rooms, int n, bool dry, void (*say)(void *context, const char *step), void *context,
               struct err *e) {
  int steps = 0, there = dry ? table_there(d, e) : db_tx(d, table_make, NULL, e), rc = there;
  if (!dry && rc == RC_OK) there = 1;
  for (int i = 0; rc >= 0 && i < n; i++) {
    int done = rc = there ? done_of(d, rooms[i], e) : 0;
    for (int k = done; rc >= 0 && k < rooms[i]->nmigrations; k++) {
      char text[256];
      struct step s = {rooms[i], k + 1};
      snprintf(text, sizeof text, "%s %d %s", rooms[i]->name, k + 1, rooms[i]->migrations[k].name);
      if (say) say(context, text);
      if (!dry) rc = db_tx(d, apply, &s, e);
      steps++;
    }
  }
  return rc < 0 ? rc : steps;
}

int db_pending(struct db *d, const struct db_room *const *rooms, int n, struct err *e) {
  return db_migrate(d, rooms, n, true, NULL, NULL, e);
}

int db_prepare_all(struct db *d, const struct db_room *const *rooms, int n, int *count, struct err *e) {
  *count = 0;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < rooms[i]->nqueries; k++) {
      const struct db_query *q = rooms[i]->queries[k];
      const char *sql = db_engine_of(d) == DB_POSTGRESQL && q->sql_pg ? q->sql_pg : q->sql;
      struct db_statement *s;
      struct err inner = {0};
      char *prepare = NULL;
      int rc = RC_OK;
      if (db_engine_of(d) == DB_POSTGRESQL) { /* ours are prepared when they run: ask the server itself */
        if (asprintf(&prepare, "PREPARE heng_check AS %s; DEALLOCATE heng_check", sql) < 0)
          return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
        rc = db_exec(d, prepare, &inner);
        free(prepare);
      } else if ((rc = db_prepare(d, sql, &s, &inner)) == RC_OK) {
        db_finish(s);
      }
      if (rc < 0) return err_set(e, RC_FORMAT, "%s: %s", q->name, inner.text);
      ++*count;
    }
  return RC_OK;
}

/* ---- backup ---- */
static bool is_sqlite(const char *address) {
  return strncmp(address, "sqlite:", 7) == 0;
}

static int sync_path(const char *path, struct err *e) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int rc = fd >= 0 && fsync(fd) == 0 ? RC_OK : err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  if (fd >= 0) close(fd);
  return rc;
}

static int lite_copy(const char *from, const char *to, struct err *e) {
  sqlite3 *a = NULL, *b = NULL;
  int rc = RC_OK;
  if (sqlite3_open_v2(from, &a, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
      sqlite3_open_v2(to, &b, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
    rc = err_set(e, RC_IO, tr("备份打不开：%s", "the backup cannot be opened: %s"), sqlite3_errmsg(b ? b : a));
  } else {
    sqlite3_busy_timeout(a, 5000);
    /* In one step: with the write-ahead log others go on writing meanwhile, and this copy does not begin again with each of their writes. */
    sqlite3_backup *copy = sqlite3_backup_init(b, "main", a, "main");
    int code = copy ? SQLITE_BUSY : sqlite3_errcode(b);
    for (int i = 0; copy && i < 250 && (code == SQLITE_BUSY || code == SQLITE_LOCKED); i++) {
      if (i > 0) sqlite3_sleep(20);
      code = sqlite3_backup_step(copy, -1);
    }
    if (copy) sqlite3_backup_finish(copy);
    if (code != SQLITE_DONE) rc = err_set(e, RC_IO, tr("备份没有完成：%s", "the backup did not finish: %s"), sqlite3_errstr(code));
    if (rc == RC_OK) sqlite3_exec(b, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL); /* one file, whole by itself */
  }
  sqlite3_close(a);
  sqlite3_close(b);
  return rc;
}

static int run_program(char *const *words, struct err *e) {
  pid_t pid;
  int status;
  int code = posix_spawnp(&pid, words[0], NULL, NULL, words, environ);
  if (code != 0)
    return err_set(e, RC_IO, tr("%s 不能运行：%s（要装 postgresql-client）", "%s cannot be run: %s (postgresql-client is needed)"), words[0],
                   err_system(code));
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return err_set(e, RC_IO, "%s: %s", words[0], err_system(errno));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? RC_OK : err_set(e, RC_IO, tr("%s 没有成功", "%s did not succeed"), words[0]);
}

static char *word(const char *s) {
  union {
    const char *in;
    char *out;
  } u = {s}; /* posix_spawn does not write to them */
  return u.out;
}

int db_backup(const char *address, const char *path, struct err *e) {
  char part[4096];
  if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part) return err_set(e, RC_LIMIT, "%s", tr("路径太长", "the path is too long"));
  if (access(path, F_OK) == 0) return err_set(e, RC_USAGE, tr("%s 已经在了，请换个名字", "%s is there already: choose another name"), path);
  unlink(part);
  int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600); /* nobody else reads it, from its first byte */
  if (fd < 0) return err_set(e, RC_IO, "%s: %s", part, err_system(errno));
  close(fd);
  int rc;
  if (is_sqlite(address)) {
    rc = lite_copy(address + 7, part, e);
  } else {
    char *words[] = {word("pg_dump"), word("-Fc"), word("--no-owner"), word("-f"), part, word("-d"), word(address), NULL};
    rc = run_program(words, e);
  }
  if (rc == RC_OK) rc = sync_path(part, e);
  if (rc == RC_OK && rename(part, path) != 0) rc = err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  if (rc < 0) unlink(part);
  return rc;
}

static int holds_tables(const char *address, struct err *e) {
  struct db *d;
  struct db_statement *s;
  int rc = db_open(address, &d, e);
  if (rc < 0) return rc;
  const char *sql = db_engine_of(d) == DB_SQLITE ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                                                 : "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
  int64_t n = 0;
  rc = db_prepare(d, sql, &s, e);
  if (rc == RC_OK && (rc = db_step(s, e)) == 1) {
    n = db_col_int(s, 0);
    rc = RC_OK;
  }
  db_finish(rc < 0 ? NULL : s);
  db_close(d);
  if (rc == RC_OK && n > 0) rc = err_set(e, RC_USAGE, tr("目标数据库不是空的，不覆盖", "the target is not empty: nothing is overwritten"));
  return rc;
}

int db_restore(const char *path, const char *address, struct err *e) {
  if (access(path, R_OK) != 0) return err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  int rc = holds_tables(address, e);
  if (rc < 0) return rc;
  if (is_sqlite(address)) {
    rc = lite_copy(path, address + 7, e);
  } else {
    char *words[] = {
        word("pg_restore"), word("--no-owner"), word("--single-transaction"), word("--exit-on-error"), word("-d"), word(address), word(path), NULL};
    rc = run_program(words, e);
  }
  struct db *d;
  if (rc == RC_OK && (rc = db_open(address, &d, e)) == RC_OK) {
    rc = db_verify(d, e);
    db_close(d);
  }
  return rc;
}

int db_verify(struct db *d, struct err *e) {
  if (db_engine_of(d) != DB_SQLITE)
    return db_exec(d, "SELECT count(*) FROM heng_migration", e); /* PostgreSQL keeps its own checksums and references */
  static const char *const checks[] = {"PRAGMA integrity_check(5)", "PRAGMA foreign_key_check"};
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < 2; i++) {
    struct db_statement *s;
    if ((rc = db_prepare(d, checks[i], &s, e)) < 0) return rc;
    while ((rc = db_step(s, e)) == 1)
      if (i == 1 || !sv_is(db_col_text(s, 0), "ok")) {
        struct sv what = db_col_text(s, 0);
        rc = err_set(e, RC_FORMAT, tr("数据库不完整：%.*s", "the database is not whole: %.*s"), SV_ARG(what));
        break;
      }
    db_finish(s);
  }
  return rc;
}
