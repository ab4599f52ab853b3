/* db.c: what is the same whichever engine is behind: addresses, the cache of prepared queries, transactions. */
#include "db/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int open_any(const char *address, bool make, struct db **out, struct err *e) {
  *out = NULL;
  if (strncmp(address, "sqlite:", 7) == 0) return sqlite_open(address + 7, make, out, e);
  if (strncmp(address, "postgresql://", 13) == 0 || strncmp(address, "postgres://", 11) == 0) return postgresql_open(address, out, e);
  return err_set(
      e, RC_USAGE,
      tr("不认识的数据库地址 %s（要写 sqlite:文件 或 postgresql://…）", "unknown database address %s (write sqlite:FILE or postgresql://…)"),
      address);
}

int db_open(const char *address, struct db **out, struct err *e) {
  return open_any(address, true, out, e);
}

int db_open_existing(const char *address, struct db **out, struct err *e) {
  return open_any(address, false, out, e);
}

void db_close(struct db *d) {
  if (!d) return;
  db_cache_clear(d);
  d->driver->close(d);
}

enum db_engine db_engine_of(const struct db *d) {
  return d->engine;
}

int db_durable(struct db *d, struct err *e) {
  return d->engine == DB_SQLITE ? db_exec(d, "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864", e)
                                : RC_OK;
}

int db_exec(struct db *d, const char *sql, struct err *e) {
  return d->driver->exec(d, sql, e);
}

int db_prepare(struct db *d, const char *sql, struct db_statement **out, struct err *e) {
  return d->driver->prepare(d, sql, out, e);
}

void db_finish(struct db_statement *s) {
  if (s) s->driver->finish(s);
}

void db_bind_int(struct db_statement *s, int parameter, int64_t value) {
  s->driver->bind_int(s, parameter, value);
}

void db_bind_real(struct db_statement *s, int parameter, double value) {
  s->driver->bind_real(s, parameter, value);
}

void db_bind_text(struct db_statement *s, int parameter, struct sv value) {
  s->driver->bind_text(s, parameter, value);
}

void db_bind_null(struct db_statement *s, int parameter) {
  s->driver->bind_null(s, parameter);
}

int db_step(struct db_statement *s, struct err *e) {
  int rc = s->driver->step(s, e);
  s->running = rc == 1;
  return rc;
}

void db_reset(struct db_statement *s) {
  s->driver->reset(s);
  s->running = false;
}

int64_t db_col_int(const struct db_statement *s, int column) {
  return s->driver->col_int(s, column);
}

double db_col_real(const struct db_statement *s, int column) {
  return s->driver->col_real(s, column);
}

struct sv db_col_text(const struct db_statement *s, int column) {
  return s->driver->col_text(s, column);
}

bool db_col_null(const struct db_statement *s, int column) {
  return s->driver->col_null(s, column);
}

/* ---- queries ---- */
static size_t slot_of(const struct db_query *q) {
  return (size_t)(((uintptr_t)q >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (DB_CACHE - 1);
}

static int cached(struct db *d, const struct db_query *q, struct db_statement **out, struct err *e) {
  size_t at = slot_of(q);
  while (d->cache[at].query && d->cache[at].query != q) at = (at + 1) & (DB_CACHE - 1);
  *out = d->cache[at].statement;
  if (*out) return RC_OK;
  if (d->ncache >= DB_CACHE - 1) return err_set(e, RC_LIMIT, "%s", tr("查询太多", "too many queries"));
  const char *sql = d->engine == DB_POSTGRESQL && q->sql_pg ? q->sql_pg : q->sql;
  int rc = db_prepare(d, sql, out, e);
  if (rc < 0) return rc;
  d->cache[at].query = q;
  d->cache[at].statement = *out;
  d->used[d->ncache++] = *out;
  return RC_OK;
}

void db_cache_reset(struct db *d) {
  for (int i = 0; i < d->ncache; i++)
    if (d->used[i]->running) db_reset(d->used[i]);
}

void db_cache_clear(struct db *d) {
  for (int i = 0; i < d->ncache; i++) db_finish(d->used[i]);
  memset(d->cache, 0, sizeof d->cache);
  d->ncache = 0;
}

int db_rows(struct db *d, const struct db_query *q, const struct db_value *values, int n, struct db_statement **out, struct err *e) {
  if (n != q->parameters) return err_set(e, RC_USAGE, "%s: %d/%d", q->name, n, q->parameters);
  int rc = cached(d, q, out, e);
  if (rc < 0) return rc;
  struct db_statement *s = *out;
  if (s->running) return err_set(e, RC_USAGE, tr("查询 %s 还没有读完", "query %s has not been read to its end"), q->name);
  s->driver->reset(s);
  for (int i = 0; i < n; i++) {
    if (values[i].kind == DB_INT)
      db_bind_int(s, i + 1, values[i].number);
    else if (values[i].kind == DB_TEXT)
      db_bind_text(s, i + 1, values[i].text);
    else
      db_bind_null(s, i + 1);
  }
  return RC_OK;
}

int64_t db_run(struct db *d, const struct db_query *q, const struct db_value *values, int n, struct err *e) {
  struct db_statement *s;
  int rc = db_rows(d, q, values, n, &s, e);
  if (rc < 0) return rc;
  while ((rc = db_step(s, e)) == 1) {
  }
  return rc < 0 ? rc : s->driver->changes(s);
}

int db_one(struct db *d, const struct db_query *q, const struct db_value *values, int n, int64_t *out, struct err *e) {
  struct db_statement *s;
  int rc = db_rows(d, q, values, n, &s, e);
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  *out = db_col_int(s, 0);
  db_reset(s);
  return 1;
}

/* ---- transactions ---- */
static int tx_once(struct db *d, int (*work)(struct db *d, void *context, struct err *e), void *context, struct err *e) {
  int rc = db_exec(d, d->engine == DB_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN", e);
  if (rc < 0) return rc;
  d->depth = 1;
  rc = work(d, context, e);
  d->depth = 0;
  if (rc == RC_OK) rc = db_exec(d, "COMMIT", e);
  if (rc != RC_OK) {
    struct err ignored; /* the first failure is the one to report */
    db_cache_reset(d);
    if (db_exec(d, "ROLLBACK", &ignored) < 0) return rc;
  }
  return rc;
}

int db_tx(struct db *d, int (*work)(struct db *d, void *context, struct err *e), void *context, struct err *e) {
  enum { TRIES = 8 };
  if (d->depth > 0) return work(d, context, e);
  int rc = RC_BUSY;
  for (int i = 0; i < TRIES && rc == RC_BUSY; i++) {
    if (i > 0) {
      struct timespec pause = {0, (long)((1u << i) * 1000000u) + (long)randombytes_uniform(2000000)};
      nanosleep(&pause, NULL);
    }
    err_clear(e);
    if (d->writer) pthread_mutex_lock(d->writer);
    rc = tx_once(d, work, context, e);
    if (d->writer) pthread_mutex_unlock(d->writer);
    if (rc == RC_OK && d->rings && d->pool) db_pool_ring(d->pool);
    d->rings = false;
  }
  return rc;
}

void db_read_begin(struct db *d) {
  struct err ignored; /* without it each query reads for itself: slower, and right */
  if (d->engine == DB_SQLITE && d->depth == 0 && !d->reading) d->reading = db_exec(d, "BEGIN", &ignored) == RC_OK;
}

void db_read_end(struct db *d) {
  struct err ignored;
  if (!d->reading) return;
  db_cache_reset(d);
  d->reading = false;
  int rc = db_exec(d, "COMMIT", &ignored); /* nothing was written: nothing can be lost */
  (void)rc;
}

/* ---- keys and time ---- */
int64_t db_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 42 bits of milliseconds since 2020, 9 bits of this process, 12 bits that count: 4,096 keys a millisecond. */
int64_t db_id(void) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static int64_t last;
  static int64_t node = -1;
  const int64_t epoch = INT64_C(1577836800000);
  pthread_mutex_lock(&lock);
  if (node < 0) node = (int64_t)randombytes_uniform(512);
  int64_t tick = (db_now() - epoch) << 12; /* time and counter as one number: when a millisecond is used up, the next is taken */
  last = tick > last ? tick : last + 1;
  int64_t made = ((last >> 12) << 21) | (node << 12) | (last & 4095);
  pthread_mutex_unlock(&lock);
  return made;
}
