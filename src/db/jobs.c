/* jobs.c: the queue, and the threads that work on it. */
#include "db/jobs.h"

#include "db/internal.h"
#include "jobs_sql.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KINDS_TEXT = 1024, PAYLOAD_MOST = 65536 };

const struct db_room jobs_db = {"jobs", jobs_migrations, jobs_migrations_count, jobs_queries, jobs_queries_count};

const char *job_state_name(enum job_state s) {
  static const char *const names[] = {"queued", "running", "done", "failed", "cancelled"};
  return names[s];
}

static int insert(struct db *d, int64_t tenant, const char *kind, struct sv payload, const char *key, int64_t *id, struct err *e) {
  if (payload.n > PAYLOAD_MOST) return err_set(e, RC_LIMIT, "%s", tr("任务内容太长", "the job's payload is too long"));
  *id = db_id();
  int64_t n = DB_RUN(d, job_insert, e, db_int(tenant), db_int(*id), db_str(kind), db_text(payload), db_str(key ? key : ""), db_int(db_now()));
  d->rings = n > 0;
  return n < 0 ? (int)n : RC_OK;
}

int job_add(struct db *d, int64_t tenant, const char *kind, struct sv payload, const char *key, int64_t *id, struct err *e) {
  int rc = key ? DB_ONE(d, job_find_key, id, e, db_int(tenant), db_str(kind), db_str(key)) : 0;
  return rc < 0 ? rc : rc == 1 ? RC_OK : insert(d, tenant, kind, payload, key, id, e);
}

int job_add_again(struct db *d, int64_t tenant, const char *kind, struct sv payload, const char *key, int64_t *id, struct err *e) {
  int rc = DB_ONE(d, job_find_queued, id, e, db_int(tenant), db_str(kind), db_str(key));
  return rc < 0 ? rc : rc == 1 ? RC_OK : insert(d, tenant, kind, payload, key, id, e);
}

struct job_worker {
  struct db *db;
  const struct job_kind *kind;
  int64_t tenant, id, attempt;
};

int job_progress(struct job_worker *w, int64_t done, int64_t total, struct sv what, struct err *e) {
  int64_t until = db_now() + (int64_t)w->kind->lease_seconds * 1000;
  int64_t n =
      DB_RUN(w->db, job_report, e, db_int(w->tenant), db_int(w->id), db_int(w->attempt), db_int(done), db_int(total), db_text(what), db_int(until));
  if (n < 0) return (int)n;
  return n == 1 ? RC_OK : err_set(e, RC_USAGE, "%s", tr("任务被取消", "the job was cancelled"));
}

int job_hold(struct job_worker *w, struct err *e) {
  int64_t n =
      DB_RUN(w->db, job_lease, e, db_int(w->tenant), db_int(w->id), db_int(w->attempt), db_int(db_now() + (int64_t)w->kind->lease_seconds * 1000));
  if (n < 0) return (int)n;
  return n == 1 ? RC_OK : err_set(e, RC_USAGE, "%s", tr("任务被取消，或已由别的进程接手", "the job was cancelled or is another worker's now"));
}

static const struct job_kind *kind_named(const struct job_kind *const *kinds, int n, struct sv name) {
  for (int i = 0; i < n; i++)
    if (sv_is(name, kinds[i]->name)) return kinds[i];
  return NULL;
}

/* Of a job whose state was just changed by hand: tells its kind. */
static int tell_kind(struct db *d, const struct job_kind *const *kinds, int n, int64_t tenant, int64_t id, bool cancelled, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, job_payload, &s, e, db_int(tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  const struct job_kind *kind = kind_named(kinds, n, db_col_text(s, 0));
  struct sv payload = db_col_text(s, 1);
  char *copy = strndup(payload.p ? payload.p : "", payload.n);
  struct job j = {.tenant = tenant, .id = id, .payload = sv_from(copy ? copy : "")};
  db_reset(s);
  if (!copy) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  snprintf(j.kind, sizeof j.kind, "%s", kind ? kind->name : "");
  if (kind && cancelled && kind->given_up) rc = kind->given_up(d, &j, tr("任务被取消", "the job was cancelled"), e);
  if (kind && !cancelled && kind->again) rc = kind->again(d, &j, e);
  free(copy);
  return rc < 0 ? rc : RC_OK;
}

int job_cancel(struct db *d, const struct job_kind *const *kinds, int nkinds, int64_t tenant, int64_t id, struct err *e) {
  int64_t n = DB_RUN(d, job_cancel_one, e, db_int(tenant), db_int(id), db_int(db_now()));
  if (n < 0) return (int)n;
  if (n == 0) return err_set(e, RC_NOTFOUND, "%s", tr("任务已经结束", "the job has ended"));
  return tell_kind(d, kinds, nkinds, tenant, id, true, e);
}

int job_retry(struct db *d, const struct job_kind *const *kinds, int nkinds, int64_t tenant, int64_t id, struct err *e) {
  int64_t n = DB_RUN(d, job_retry_one, e, db_int(tenant), db_int(id), db_int(db_now()));
  if (n < 0) return (int)n;
  if (n == 0) return err_set(e, RC_NOTFOUND, "%s", tr("只有失败或取消了的任务能重做", "only a failed or cancelled job can be run again"));
  return tell_kind(d, kinds, nkinds, tenant, id, false, e);
}

struct taking {
  const struct job_kind *const *kinds;
  int nkinds;
  const struct job_kind *kind;
  struct job job;
  char *payload;
};

/* 0 also when there is nothing: t->kind stays NULL. */
static int take(struct db *d, void *context, struct err *e) {
  struct taking *t = context;
  struct db_statement *s;
  int64_t now = db_now();
  struct buf names; /* ",a,b," */
  buf_init(&names, KINDS_TEXT);
  for (int i = 0; i < t->nkinds; i++) buf_printf(&names, ",%s", t->kinds[i]->name);
  buf_puts(&names, ",");
  t->kind = NULL;
  free(t->payload);
  t->payload = NULL;
  int rc = names.rc < 0 ? err_set(e, RC_LIMIT, "%s", tr("任务种类太多", "too many kinds of jobs"))
                        : DB_ROWS(d, job_take, &s, e, db_int(now), db_str(names.p));
  buf_release(&names);
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  const struct job_kind *kind = kind_named(t->kinds, t->nkinds, db_col_text(s, 2));
  struct sv payload = db_col_text(s, 3);
  t->job = (struct job){.tenant = db_col_int(s, 0), .id = db_col_int(s, 1), .attempt = (int)db_col_int(s, 4) + 1};
  t->payload = strndup(payload.p ? payload.p : "", payload.n);
  db_reset(s);
  if (!kind || !t->payload) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  snprintf(t->job.kind, sizeof t->job.kind, "%s", kind->name);
  t->job.payload = sv_from(t->payload);
  int64_t n = DB_RUN(d, job_start, e, db_int(t->job.tenant), db_int(t->job.id), db_int(now), db_int(now + (int64_t)kind->lease_seconds * 1000),
                     db_int(kind->tries));
  if (n < 0) return (int)n;
  t->kind = kind;
  return RC_OK;
}

struct ending {
  const struct taking *t;
  int rc;
  const struct err *why;
};

static int end(struct db *d, void *context, struct err *e) {
  const struct ending *x = context;
  const struct taking *t = x->t;
  const struct err *why = x->why;
  int rc = x->rc;
  int64_t now = db_now(), ready = now;
  const char *state = "done";
  bool hopeless = rc == RC_USAGE || rc == RC_FORMAT;
  if (rc < 0) {
    state = hopeless || t->job.attempt >= t->kind->tries ? "failed" : "queued";
    ready = now + (INT64_C(5000) << (t->job.attempt > 10 ? 10 : t->job.attempt));
  }
  int64_t n = DB_RUN(d, job_end, e, db_int(t->job.tenant), db_int(t->job.id), db_int(t->job.attempt), db_str(state), db_str(rc < 0 ? why->text : ""),
                     db_int(ready), db_int(now));
  if (n < 0) return (int)n;
  bool over = n == 1 && strcmp(state, "failed") == 0; /* 0 rows: cancelled meanwhile, or taken up by another when the lease ended */
  return over && t->kind->given_up ? t->kind->given_up(d, &t->job, why->text, e) : RC_OK;
}

/* What a thread of `jobs` is at, for the keeper of leases. */
struct at_work {
  const struct job_kind *kind; /* NULL: nothing */
  int64_t tenant, id, attempt;
};

static void note(pthread_mutex_t *lock, struct at_work *slot, struct at_work what) {
  if (!slot) return;
  pthread_mutex_lock(lock);
  *slot = what;
  pthread_mutex_unlock(lock);
}

static int run_one(struct db *d, const struct job_kind *const *kinds, int n, pthread_mutex_t *lock, struct at_work *slot, struct err *e) {
  struct taking t = {.kinds = kinds, .nkinds = n};
  int rc = db_tx(d, take, &t, e);
  if (rc == 0 && t.kind) {
    struct job_worker w = {d, t.kind, t.job.tenant, t.job.id, t.job.attempt};
    struct err why = {0};
    note(lock, slot, (struct at_work){t.kind, t.job.tenant, t.job.id, t.job.attempt});
    if (t.job.attempt > t.kind->tries) /* those before died without a word */
      rc = err_set(&why, RC_USAGE, "%s", tr("几次都没有做完", "it was begun several times and never came to an end"));
    else
      rc = t.kind->run(d, &t.job, &w, t.kind->context, &why);
    db_cache_reset(d);
    note(lock, slot, (struct at_work){0});
    struct ending x = {&t, rc, &why};
    rc = db_tx(d, end, &x, e);
    if (rc == 0) rc = 1;
  }
  free(t.payload);
  return rc;
}

int job_run_one(struct db *d, const struct job_kind *const *kinds, int n, struct err *e) {
  return run_one(d, kinds, n, NULL, NULL, e);
}

/* ---- threads ---- */
enum { KEEP_MS = 5000 };
struct jobs {
  struct db_pool *pool;
  const struct job_kind *const *kinds;
  int nkinds, nthreads, next_slot;
  pthread_t *threads, keeper;
  struct at_work *slots;
  bool keeps;
  pthread_mutex_t lock;
  pthread_cond_t woken;
  bool stop;
};

static bool wait_or_stop(struct jobs *j, int ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += (long)ms * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock(&j->lock);
  if (!j->stop && ms > 0) pthread_cond_timedwait(&j->woken, &j->lock, &until);
  bool stop = j->stop;
  pthread_mutex_unlock(&j->lock);
  return stop;
}

/* Leases are short, so that the work of a process that was killed is taken up soon; while a thread of ours is at a job, its lease is renewed. */
static void leases_renew(struct jobs *j, struct db *d) {
  for (int i = 0; i < j->nthreads; i++) {
    struct err ignored; /* a lease that cannot be renewed ends, and the job is done again */
    pthread_mutex_lock(&j->lock);
    struct at_work a = j->slots[i];
    pthread_mutex_unlock(&j->lock);
    if (a.kind && DB_RUN(d, job_lease, &ignored, db_int(a.tenant), db_int(a.id), db_int(a.attempt),
                         db_int(db_now() + (int64_t)a.kind->lease_seconds * 1000)) < 0)
      return;
  }
}

static void *keep_leases(void *context) {
  struct jobs *j = context;
  while (!wait_or_stop(j, KEEP_MS)) {
    struct err ignored;
    struct db *d;
    if (db_pool_take(j->pool, &d, &ignored) < 0) continue;
    leases_renew(j, d);
    db_pool_give(j->pool, d);
  }
  return NULL;
}

static void *work(void *context) {
  struct jobs *j = context;
  int pause = 0;
  pthread_mutex_lock(&j->lock);
  struct at_work *slot = &j->slots[j->next_slot++];
  pthread_mutex_unlock(&j->lock);
  while (!wait_or_stop(j, pause)) {
    struct err e;
    struct db *d;
    err_clear(&e);
    int rc = db_pool_take(j->pool, &d, &e);
    if (rc == 0) {
      rc = run_one(d, j->kinds, j->nkinds, &j->lock, slot, &e);
      db_pool_give(j->pool, d);
    }
    pause = rc == 1 ? 0 : rc == 0 ? 200 : 1000; /* a database that is away is asked once a second */
  }
  return NULL;
}

int jobs_start(struct db_pool *pool, const struct job_kind *const *kinds, int n, int threads, struct jobs **out, struct err *e) {
  *out = NULL;
  struct jobs *j = calloc(1, sizeof *j);
  if (j) j->threads = calloc((size_t)threads, sizeof *j->threads);
  if (j) j->slots = calloc((size_t)threads, sizeof *j->slots);
  if (!j || !j->threads || !j->slots) {
    if (j) free(j->threads), free(j->slots);
    free(j);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  j->pool = pool;
  j->kinds = kinds;
  j->nkinds = n;
  pthread_mutex_init(&j->lock, NULL);
  pthread_cond_init(&j->woken, NULL);
  db_pool_bell(pool, &j->lock, &j->woken);
  for (; j->nthreads < threads; j->nthreads++)
    if (pthread_create(&j->threads[j->nthreads], NULL, work, j) != 0) {
      jobs_stop(j);
      return err_set(e, RC_IO, "%s", tr("开不了线程", "cannot start a thread"));
    }
  j->keeps = pthread_create(&j->keeper, NULL, keep_leases, j) == 0;
  *out = j;
  return RC_OK;
}

void jobs_wake(struct jobs *j) {
  if (!j) return;
  pthread_mutex_lock(&j->lock);
  pthread_cond_broadcast(&j->woken);
  pthread_mutex_unlock(&j->lock);
}

void jobs_stop(struct jobs *j) {
  if (!j) return;
  db_pool_bell(j->pool, NULL, NULL);
  pthread_mutex_lock(&j->lock);
  j->stop = true;
  pthread_cond_broadcast(&j->woken);
  pthread_mutex_unlock(&j->lock);
  for (int i = 0; i < j->nthreads; i++) pthread_join(j->threads[i], NULL);
  if (j->keeps) pthread_join(j->keeper, NULL);
  pthread_cond_destroy(&j->woken);
  pthread_mutex_destroy(&j->lock);
  free(j->threads);
  free(j->slots);
  free(j);
}
