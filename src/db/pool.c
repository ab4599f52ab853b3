/* pool.c: connections that the threads of a server share. */
#include "db/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WAIT_SECONDS = 10 };

struct db_pool {
  char *address;
  pthread_mutex_t lock, writer;
  pthread_cond_t given, *bell;
  pthread_mutex_t *bell_lock;
  struct db **idle;
  int nidle, out, most;
};

int db_pool_new(const char *address, int most, struct db_pool **out, struct err *e) {
  *out = NULL;
  struct db_pool *p = calloc(1, sizeof *p);
  if (p) p->idle = calloc((size_t)most, sizeof *p->idle);
  if (p) p->address = strdup(address);
  if (!p || !p->idle || !p->address) {
    if (p) free(p->idle), free(p->address);
    free(p);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  p->most = most;
  pthread_mutex_init(&p->lock, NULL);
  pthread_mutex_init(&p->writer, NULL);
  pthread_cond_init(&p->given, NULL);
  struct db *first;
  int rc = db_pool_take(p, &first, e); /* an address that is wrong shows now */
  if (rc < 0) {
    db_pool_free(p);
    return rc;
  }
  db_pool_give(p, first);
  *out = p;
  return RC_OK;
}

void db_pool_free(struct db_pool *p) {
  if (!p) return;
  for (int i = 0; i < p->nidle; i++) db_close(p->idle[i]);
  pthread_cond_destroy(&p->given);
  pthread_mutex_destroy(&p->writer);
  pthread_mutex_destroy(&p->lock);
  free(p->idle);
  free(p->address);
  free(p);
}

static int make(struct db_pool *p, struct db **out, struct err *e) {
  int rc = db_open(p->address, out, e);
  if (rc == RC_OK && (rc = db_durable(*out, e)) < 0) {
    db_close(*out);
    *out = NULL;
  }
  if (rc == RC_OK) (*out)->pool = p;
  if (rc == RC_OK && (*out)->engine == DB_SQLITE) (*out)->writer = &p->writer;
  return rc;
}

void db_pool_bell(struct db_pool *p, pthread_mutex_t *lock, pthread_cond_t *bell) {
  pthread_mutex_lock(&p->lock);
  p->bell = bell;
  p->bell_lock = lock;
  pthread_mutex_unlock(&p->lock);
}

void db_pool_ring(struct db_pool *p) {
  pthread_mutex_lock(&p->lock);
  if (p->bell_lock) {
    pthread_mutex_lock(p->bell_lock);
    pthread_cond_broadcast(p->bell);
    pthread_mutex_unlock(p->bell_lock);
  }
  pthread_mutex_unlock(&p->lock);
}

static void taken_back(struct db_pool *p) {
  pthread_mutex_lock(&p->lock);
  p->out--;
  pthread_cond_signal(&p->given);
  pthread_mutex_unlock(&p->lock);
}

int db_pool_take(struct db_pool *p, struct db **out, struct err *e) {
  struct timespec until;
  int waited = 0;
  *out = NULL;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += WAIT_SECONDS;
  pthread_mutex_lock(&p->lock);
  while (p->nidle == 0 && p->out >= p->most && waited == 0) waited = pthread_cond_timedwait(&p->given, &p->lock, &until);
  bool room = p->nidle > 0 || p->out < p->most;
  if (room) {
    p->out++;
    if (p->nidle > 0) *out = p->idle[--p->nidle];
  }
  pthread_mutex_unlock(&p->lock);
  if (!room) return err_set(e, RC_BUSY, "%s", tr("数据库太忙，请稍后再试", "the database is busy: try again later"));
  if (*out && !(*out)->driver->alive(*out)) {
    db_close(*out);
    *out = NULL;
  }
  int rc = *out ? RC_OK : make(p, out, e);
  if (rc < 0) taken_back(p);
  return rc;
}

void db_pool_give(struct db_pool *p, struct db *d) {
  if (!d) return;
  db_cache_reset(d);
  if (!d->driver->alive(d)) {
    db_close(d);
    taken_back(p);
    return;
  }
  pthread_mutex_lock(&p->lock);
  p->idle[p->nidle++] = d;
  p->out--;
  pthread_cond_signal(&p->given);
  pthread_mutex_unlock(&p->lock);
}
