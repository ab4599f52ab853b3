/* jobs.h: work that a request leaves for later, kept in the database: several workers on several hosts take from one queue, each job is done by one.
 * A job that its worker left (killed) is taken up again when its lease ends; a job fails for good after `tries` attempts. */
#ifndef HENG_DB_JOBS_H
#define HENG_DB_JOBS_H

#include "db/migrate.h"

extern const struct db_room jobs_db;

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };
const char *job_state_name(enum job_state s); /* "queued" …, as stored */

struct job {
  int64_t tenant, id;
  char kind[48];
  struct sv payload; /* text, usually JSON; lives as long as the call that gave it */
  int attempt;       /* from 1 */
};

struct job_worker; /* what runs a job sees: for progress and cancelling */
struct job_kind {
  const char *name;
  int lease_seconds; /* a worker silent for so long is taken for dead; threads of jobs_start() renew it by themselves every 5 s */
  int tries;
  /* 0: done. Negative: failed, tried again later (back-off 5 s · 2^attempt) unless RC_USAGE or RC_FORMAT, which more tries do not mend.
   * May be run twice for one job: what it writes must be the same then. */
  int (*run)(struct db *d, const struct job *j, struct job_worker *w, void *context, struct err *e);
  void *context;
  /* After the last try, in a transaction: what the job was to do will not be done, and says so. NULL: nothing to say. */
  int (*given_up)(struct db *d, const struct job *j, const char *why, struct err *e);
  /* In the transaction that puts a failed or cancelled job into the queue again: takes back what given_up() said. NULL: nothing. */
  int (*again)(struct db *d, const struct job *j, struct err *e);
};

/* Puts a job into the queue, in the caller's transaction: it is there exactly when what it is about is. `key` (may be NULL): a job of this kind and
 * key that is queued or running already is left, and its id given. */
int job_add(struct db *d, int64_t tenant, const char *kind, struct sv payload, const char *key, int64_t *id, struct err *e) MUST_CHECK;
/* The same for work over data that go on changing: only one that has not begun is left, for one that runs may have read what was there before. */
int job_add_again(struct db *d, int64_t tenant, const char *kind, struct sv payload, const char *key, int64_t *id, struct err *e) MUST_CHECK;
/* From within run(): done of total, and a word; extends the lease. RC_USAGE when somebody cancelled it: leave then. */
int job_progress(struct job_worker *w, int64_t done, int64_t total, struct sv what, struct err *e) MUST_CHECK;
/* First in each transaction of run() that writes results: RC_USAGE when the job is no longer this worker's (its lease ended and another took it up,
 * or somebody cancelled it); until the transaction ends nobody can take it. Without it a worker that slept writes over its successor's work. */
int job_hold(struct job_worker *w, struct err *e) MUST_CHECK;
/* In the caller's transaction. kinds: all there are, for given_up() and again(). RC_NOTFOUND when it has ended / has not failed. */
int job_cancel(struct db *d, const struct job_kind *const *kinds, int n, int64_t tenant, int64_t id, struct err *e) MUST_CHECK;
int job_retry(struct db *d, const struct job_kind *const *kinds, int n, int64_t tenant, int64_t id, struct err *e) MUST_CHECK;

/* One taken and run: 1 a job was run (whatever came of it), 0 nothing to do, negative rc: the database failed. */
int job_run_one(struct db *d, const struct job_kind *const *kinds, int n, struct err *e) MUST_CHECK;

/* `threads` workers of this process, each with its own connection from the pool, until stopped; they look every 200 ms, and at once when a
 * transaction of the pool put a job into the queue, or after jobs_wake(). */
struct jobs;
int jobs_start(struct db_pool *pool, const struct job_kind *const *kinds, int n, int threads, struct jobs **out, struct err *e) MUST_CHECK;
void jobs_wake(struct jobs *j);
void jobs_stop(struct jobs *j); /* waits for those that run */

#endif
