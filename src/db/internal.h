/* internal.h: what the two engines have in common, and what each does in its own way. */
#ifndef HENG_DB_INTERNAL_H
#define HENG_DB_INTERNAL_H

#include "db/db.h"

#include <pthread.h>

struct db_driver {
  int (*exec)(struct db *d, const char *sql, struct err *e);
  int (*prepare)(struct db *d, const char *sql, struct db_statement **out, struct err *e);
  void (*finish)(struct db_statement *s);
  void (*bind_int)(struct db_statement *s, int parameter, int64_t value);
  void (*bind_real)(struct db_statement *s, int parameter, double value);
  void (*bind_text)(struct db_statement *s, int parameter, struct sv value);
  void (*bind_null)(struct db_statement *s, int parameter);
  int (*step)(struct db_statement *s, struct err *e);
  void (*reset)(struct db_statement *s);
  int64_t (*col_int)(const struct db_statement *s, int column);
  double (*col_real)(const struct db_statement *s, int column);
  struct sv (*col_text)(const struct db_statement *s, int column);
  bool (*col_null)(const struct db_statement *s, int column);
  int64_t (*changes)(const struct db_statement *s);
  bool (*alive)(const struct db *d);
  void (*close)(struct db *d);
};

enum { DB_CACHE = 1024 }; /* a power of two, over the number of all queries */
struct db {
  const struct db_driver *driver;
  enum db_engine engine;
  int depth;               /* of db_tx within db_tx */
  bool reading;            /* between db_read_begin() and _end() */
  struct db_pool *pool;    /* whose it is; NULL: of nobody */
  bool rings;              /* a job was put into the queue: workers are woken when it is committed */
  pthread_mutex_t *writer; /* one writer at a time within a process: fairer than waiting for the file (SQLite) */
  struct {
    const struct db_query *query;
    struct db_statement *statement;
  } cache[DB_CACHE];
  struct db_statement *used[DB_CACHE]; /* those of the cache, in the order they came */
  int ncache;
};

/* Each engine's own begins with it. */
struct db_statement {
  struct db *db;
  const struct db_driver *driver;
  bool running; /* a row was given, the end not seen */
};

int sqlite_open(const char *path, bool make, struct db **out, struct err *e) MUST_CHECK;
int postgresql_open(const char *address, struct db **out, struct err *e) MUST_CHECK;
void db_cache_clear(struct db *d);
void db_cache_reset(struct db *d); /* whatever was left running */
/* The workers of this process that wait for a job: `lock` may be NULL, nobody then. db_pool_ring() wakes them. */
void db_pool_bell(struct db_pool *p, pthread_mutex_t *lock, pthread_cond_t *bell);
void db_pool_ring(struct db_pool *p);
/* SQLite: every commit reaches the disk before it is answered. PostgreSQL does so by itself. */
int db_durable(struct db *d, struct err *e) MUST_CHECK;

#endif
