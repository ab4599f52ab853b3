/* test_db.c: both engines behind one interface: values, errors, transactions, the pool, migrations, jobs, backup. PostgreSQL when HENG_TEST_PG names
 * one. */
#include "db/jobs.h"
#include "db/migrate.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char folder[] = "/tmp/heng-db-XXXXXX";
static char address[256];
static int fresh;

/* A new database: a file of its own, or the emptied one of PostgreSQL. */
static struct db *open_fresh(void) {
  struct db *d;
  struct err e = {0};
  const char *pg = getenv("HENG_TEST_PG");
  if (pg)
    snprintf(address, sizeof address, "%s", pg);
  else
    snprintf(address, sizeof address, "sqlite:%s/%d.db", folder, ++fresh);
  assert_int_equal(db_open(address, &d, &e), RC_OK);
  if (pg) assert_int_equal(db_exec(d, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &e), RC_OK);
  return d;
}

static const struct db_query insert = {"insert", "INSERT INTO t (tenant, id, name) VALUES ($1, $2, $3)", NULL, 3};
static const struct db_query turned = {"turned", "SELECT name FROM t WHERE id = $2 AND tenant = $1", NULL, 2};
static const struct db_query all = {"all", "SELECT id, name FROM t WHERE tenant = $1 ORDER BY id", NULL, 1};
static const struct db_query update = {"update", "UPDATE t SET name = $2 WHERE tenant = $1", NULL, 2};
enum { insert_parameters = 3, turned_parameters = 2, all_parameters = 1, update_parameters = 2 };

static struct db *with_table(void) {
  struct err e = {0};
  struct db *d = open_fresh();
  assert_int_equal(db_exec(d,
                           "CREATE TABLE t (tenant BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT, PRIMARY KEY (tenant, id)); "
                           "CREATE TABLE u (tenant BIGINT NOT NULL, t BIGINT NOT NULL, FOREIGN KEY (tenant, t) REFERENCES t (tenant, id))",
                           &e),
                   RC_OK);
  return d;
}

static void test_values(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_table();
  struct db_statement *s;
  assert_int_equal(DB_RUN(d, insert, &e, db_int(1), db_int(INT64_MAX), db_str("金融'\"; --")), 1);
  assert_int_equal(DB_RUN(d, insert, &e, db_int(1), db_int(2), db_null()), 1);
  assert_int_equal(DB_ROWS(d, turned, &s, &e, db_int(1), db_int(INT64_MAX)), RC_OK); /* $2 stands before $1 */
  assert_int_equal(db_step(s, &e), 1);
  assert_true(sv_is(db_col_text(s, 0), "金融'\"; --"));
  assert_int_equal(db_step(s, &e), 0);
  assert_int_equal(DB_ROWS(d, all, &s, &e, db_int(1)), RC_OK);
  assert_int_equal(db_step(s, &e), 1);
  assert_int_equal(db_col_int(s, 0), 2);
  assert_true(db_col_null(s, 1));
  struct db_statement *again;
  assert_int_equal(DB_ROWS(d, all, &again, &e, db_int(1)), RC_USAGE); /* still running */
  db_reset(s);
  assert_int_equal(DB_RUN(d, update, &e, db_int(1), db_str("x")), 2);
  assert_int_equal(DB_RUN(d, update, &e, db_int(7), db_str("x")), 0);
  int64_t found = -5;
  assert_int_equal(DB_ONE(d, all, &found, &e, db_int(9)), 0);
  assert_int_equal(found, -5);
  db_close(d);
}

static void test_errors(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_table();
  assert_int_equal(DB_RUN(d, insert, &e, db_int(1), db_int(1), db_str("a")), 1);
  assert_int_equal(DB_RUN(d, insert, &e, db_int(1), db_int(1), db_str("b")), RC_CONFLICT);
  assert_int_equal(db_exec(d, "INSERT INTO u VALUES (1, 99)", &e), RC_REFERENCE);
  assert_true(db_exec(d, "SELECT nonsense", &e) < 0);
  assert_true(e.text[0] != 0);
  db_close(d);
  assert_int_equal(db_open("mysql:x", &d, &e), RC_USAGE);
  assert_int_equal(db_open_existing("sqlite:/nonexistent/x.db", &d, &e), RC_IO);
  assert_null(d);
}

static int insert_two(struct db *d, void *context, struct err *e) {
  const int *fail = context;
  int64_t n = DB_RUN(d, insert, e, db_int(1), db_int(10), db_str("a"));
  if (n >= 0) n = DB_RUN(d, insert, e, db_int(1), db_int(*fail ? 10 : 11), db_str("b"));
  return n < 0 ? (int)n : RC_OK;
}

static int within(struct db *d, void *context, struct err *e) {
  int rc = db_tx(d, insert_two, context, e);
  return rc < 0 ? rc : err_set(e, RC_USAGE, "changed its mind");
}

static int64_t count(struct db *d) {
  struct err e = {0};
  struct db_statement *s;
  assert_int_equal(db_prepare(d, "SELECT count(*) FROM t", &s, &e), RC_OK);
  assert_int_equal(db_step(s, &e), 1);
  int64_t n = db_col_int(s, 0);
  db_finish(s);
  return n;
}

static void test_transactions(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_table();
  int fail = 1;
  assert_int_equal(db_tx(d, insert_two, &fail, &e), RC_CONFLICT);
  assert_int_equal(count(d), 0);
  fail = 0;
  assert_int_equal(db_tx(d, within, &fail, &e), RC_USAGE); /* the outer one fails: nothing of the inner stays */
  assert_int_equal(count(d), 0);
  assert_int_equal(db_tx(d, insert_two, &fail, &e), RC_OK);
  assert_int_equal(count(d), 2);
  db_close(d);
}

static int add_one(struct db *d, void *context, struct err *e) {
  (void)context;
  return db_exec(d, "UPDATE t SET id = id + 1 WHERE tenant = 5", e);
}

static void *adder(void *context) {
  struct db_pool *pool = context;
  for (int i = 0; i < 25; i++) {
    struct err e = {0};
    struct db *d;
    if (db_pool_take(pool, &d, &e) < 0 || db_tx(d, add_one, NULL, &e) < 0) return context;
    db_pool_give(pool, d);
  }
  return NULL;
}

static void test_pool(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_table();
  struct db_pool *pool;
  pthread_t threads[8];
  assert_int_equal(db_exec(d, "INSERT INTO t VALUES (5, 0, NULL)", &e), RC_OK);
  assert_int_equal(db_pool_new(address, 3, &pool, &e), RC_OK);
  for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, adder, pool), 0);
  for (int i = 0; i < 8; i++) {
    void *failed;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
  int64_t n = 0;
  assert_int_equal(DB_ONE(d, all, &n, &e, db_int(5)), 1);
  assert_int_equal(n, 200); /* no update lost */
  db_pool_free(pool);
  db_close(d);
}

/* ---- migrations ---- */
static const struct db_migration steps[] = {
    {1, "one", "CREATE TABLE a (tenant BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (tenant, id))"},
    {2, "two", "CREATE TABLE b (tenant BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (tenant, id)); INSERT INTO a VALUES (1, 1)"}};
static const struct db_migration changed[] = {{1, "one", "CREATE TABLE a (tenant BIGINT NOT NULL, other BIGINT, PRIMARY KEY (tenant))"}};
static const struct db_migration broken[] = {{1, "one", "CREATE TABLE c (tenant BIGINT NOT NULL, PRIMARY KEY (tenant)); SELECT nonsense"}};

static void test_migrate(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = open_fresh();
  const struct db_room first = {"r", steps, 1, NULL, 0}, both = {"r", steps, 2, NULL, 0}, other = {"r", changed, 1, NULL, 0},
                       bad = {"s", broken, 1, NULL, 0};
  const struct db_room *rooms[] = {&first};
  assert_int_equal(db_migrate(d, rooms, 1, true, NULL, NULL, &e), 1);
  assert_true(db_exec(d, "SELECT * FROM a", &e) < 0); /* a dry run changes nothing */
  assert_int_equal(db_migrate(d, rooms, 1, false, NULL, NULL, &e), 1);
  assert_int_equal(db_migrate(d, rooms, 1, false, NULL, NULL, &e), 0);
  rooms[0] = &both;
  assert_int_equal(db_pending(d, rooms, 1, &e), 1);
  assert_int_equal(db_migrate(d, rooms, 1, false, NULL, NULL, &e), 1);
  rooms[0] = &first; /* an older program */
  assert_int_equal(db_migrate(d, rooms, 1, false, NULL, NULL, &e), RC_FORMAT);
  rooms[0] = &other; /* one whose history was rewritten */
  assert_int_equal(db_migrate(d, rooms, 1, false, NULL, NULL, &e), RC_FORMAT);
  rooms[0] = &bad;
  assert_true(db_migrate(d, rooms, 1, false, NULL, NULL, &e) < 0);
  assert_true(db_exec(d, "SELECT * FROM c", &e) < 0); /* the half of a step is undone */
  db_close(d);
}

/* A dry run leaves even no table of its own. */
static void test_migrate_dry(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = open_fresh();
  const struct db_room room = {"r", steps, 2, NULL, 0};
  const struct db_room *rooms[] = {&room};
  assert_int_equal(db_migrate(d, rooms, 1, true, NULL, NULL, &e), 2);
  assert_int_equal(db_pending(d, rooms, 1, &e), 2);
  assert_true(db_exec(d, "SELECT * FROM heng_migration", &e) < 0);
  db_close(d);
}

/* Several programs that start at once: each finds all steps done, and each step was done once. */
static void *migrator(void *context) {
  const struct db_room *rooms[] = {context};
  struct err e = {0};
  struct db *d;
  if (db_open(address, &d, &e) < 0) return context;
  int rc = db_migrate(d, rooms, 1, false, NULL, NULL, &e);
  if (rc < 0) print_message("%s\n", e.text);
  db_close(d);
  return rc < 0 ? context : NULL;
}

static void test_migrate_together(void **state) {
  (void)state;
  struct err e = {0};
  for (int round = 0; round < 5; round++) {
    struct db *d = open_fresh();
    struct db_room room = {"r", steps, 2, NULL, 0};
    const struct db_room *rooms[] = {&room};
    pthread_t threads[6];
    for (int i = 0; i < 6; i++) assert_int_equal(pthread_create(&threads[i], NULL, migrator, &room), 0);
    for (int i = 0; i < 6; i++) {
      void *failed;
      pthread_join(threads[i], &failed);
      assert_null(failed);
    }
    assert_int_equal(db_pending(d, rooms, 1, &e), 0);
    db_close(d);
  }
}

/* PostgreSQL ends a transaction in which a statement failed with ROLLBACK, whatever is asked: that is no success. */
static int overlook(struct db *d, void *context, struct err *e) {
  struct err ignored;
  (void)context;
  int64_t n = DB_RUN(d, insert, e, db_int(1), db_int(1), db_str("a"));
  if (n >= 0) n = DB_RUN(d, insert, &ignored, db_int(1), db_int(1), db_str("again")) < 0 ? 0 : -1;
  return n < 0 ? RC_IO : RC_OK;
}

static void test_commit_refused(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_table();
  int rc = db_tx(d, overlook, NULL, &e);
  assert_int_equal(rc == RC_OK ? 1 : 0, count(d)); /* what it says is what is there */
  if (db_engine_of(d) == DB_POSTGRESQL) assert_int_equal(rc, RC_IO);
  db_close(d);
}

/* A backup of 60 MB while others write all the time comes to its end, and is one state of the database. */
static volatile bool writing;
static void *writer(void *context) {
  struct err e = {0};
  struct db *d;
  (void)context;
  if (db_open(address, &d, &e) < 0) return NULL;
  while (writing)
    if (db_exec(d, "BEGIN IMMEDIATE; UPDATE t SET name = name || 'x' WHERE id = 1; UPDATE t SET name = name || 'x' WHERE id = 2; COMMIT", &e) < 0)
      break;
  db_close(d);
  return NULL;
}

static void test_backup_busy(void **state) {
  (void)state;
  struct err e = {0};
  if (getenv("HENG_TEST_PG")) skip(); /* pg_dump does that by itself */
  struct db *d = with_table();
  pthread_t thread;
  char path[128], to[160];
  snprintf(path, sizeof path, "%s/busy", folder);
  snprintf(to, sizeof to, "sqlite:%s", path);
  assert_int_equal(db_exec(d,
                           "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
                           "INSERT INTO t SELECT 1, i, CASE WHEN i < 3 THEN '' ELSE printf('%01000d', i) END FROM n",
                           &e),
                   RC_OK);
  writing = true;
  assert_int_equal(pthread_create(&thread, NULL, writer, NULL), 0);
  alarm(30); /* the fault was a backup without end */
  int rc = db_backup(address, path, &e);
  alarm(0);
  writing = false;
  pthread_join(thread, NULL);
  assert_int_equal(rc, RC_OK);
  db_close(d);
  assert_int_equal(db_open_existing(to, &d, &e), RC_OK);
  assert_int_equal(count(d), 60000);
  struct db_statement *s;
  assert_int_equal(db_prepare(d, "SELECT count(DISTINCT name) FROM t WHERE id < 3", &s, &e), RC_OK);
  assert_int_equal(db_step(s, &e), 1);
  assert_int_equal(db_col_int(s, 0), 1);
  db_finish(s);
  assert_int_equal(db_verify(d, &e), RC_OK);
  db_close(d);
}

static void test_backup(void **state) {
  (void)state;
  struct err e = {0};
  if (getenv("HENG_TEST_PG")) skip(); /* tests/check/serve.sh takes PostgreSQL's */
  struct db *d = with_table();
  char path[128], to[160];
  snprintf(path, sizeof path, "%s/backup", folder);
  snprintf(to, sizeof to, "sqlite:%s/restored.db", folder);
  assert_int_equal(DB_RUN(d, insert, &e, db_int(1), db_int(1), db_str("kept")), 1);
  assert_int_equal(db_backup(address, path, &e), RC_OK);
  assert_int_equal(db_backup(address, path, &e), RC_USAGE); /* nothing is overwritten */
  assert_int_equal(db_restore(path, to, &e), RC_OK);
  assert_int_equal(db_restore(path, to, &e), RC_USAGE);
  db_close(d);
  assert_int_equal(db_open_existing(to, &d, &e), RC_OK);
  assert_int_equal(count(d), 1);
  assert_int_equal(db_verify(d, &e), RC_OK);
  db_close(d);
}

/* ---- jobs ---- */
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;
static int seen[400];

static int note(struct db *d, const struct job *j, struct job_worker *w, void *context, struct err *e) {
  (void)d;
  (void)context;
  int i = (int)strtol(j->payload.p, NULL, 10);
  pthread_mutex_lock(&seen_lock);
  seen[i]++;
  pthread_mutex_unlock(&seen_lock);
  if (i == 300) return err_set(e, RC_IO, "again");
  if (i == 301) return err_set(e, RC_FORMAT, "hopeless");
  return job_progress(w, 1, 1, SV("done"), e);
}
static int given_up, begun_again;

static int give_up(struct db *d, const struct job *j, const char *why, struct err *e) {
  (void)d;
  (void)e;
  given_up += j->payload.n > 0 && why[0];
  return RC_OK;
}

static int begin_again(struct db *d, const struct job *j, struct err *e) {
  (void)d;
  (void)e;
  begun_again += sv_is(j->payload, "210");
  return RC_OK;
}
static const struct job_kind kind = {"note", 60, 2, note, NULL, give_up, begin_again};
static const struct job_kind *const kinds[] = {&kind};

static struct db *with_jobs(void) {
  struct err e = {0};
  struct db *d = open_fresh();
  const struct db_room *rooms[] = {&jobs_db};
  assert_true(db_migrate(d, rooms, 1, false, NULL, NULL, &e) > 0);
  int n;
  assert_int_equal(db_prepare_all(d, rooms, 1, &n, &e), RC_OK);
  assert_true(n > 8);
  memset(seen, 0, sizeof seen);
  given_up = begun_again = 0;
  return d;
}

static int64_t jobs_in(struct db *d, const char *where) {
  struct err e = {0};
  struct db_statement *s;
  char sql[256];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM heng_job WHERE %s", where);
  assert_int_equal(db_prepare(d, sql, &s, &e), RC_OK);
  assert_int_equal(db_step(s, &e), 1);
  int64_t n = db_col_int(s, 0);
  db_finish(s);
  return n;
}

static void test_jobs(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_jobs();
  struct db_pool *pool;
  struct jobs *jobs;
  int64_t id, same;
  for (int i = 0; i < 200; i++) {
    char text[16];
    snprintf(text, sizeof text, "%d", i);
    assert_int_equal(job_add(d, 1, "note", sv_from(text), NULL, &id, &e), RC_OK);
  }
  assert_int_equal(job_add(d, 1, "other", SV("9"), NULL, &id, &e), RC_OK); /* nobody here does these */
  assert_int_equal(db_pool_new(address, 6, &pool, &e), RC_OK);
  assert_int_equal(jobs_start(pool, kinds, 1, 4, &jobs, &e), RC_OK);
  for (int i = 0; i < 600 && jobs_in(d, "state = 'done'") < 200; i++) usleep(50000);
  jobs_stop(jobs);
  db_pool_free(pool);
  for (int i = 0; i < 200; i++) assert_int_equal(seen[i], 1);
  assert_int_equal(jobs_in(d, "state = 'queued' AND kind = 'other'"), 1);
  assert_int_equal(job_add(d, 1, "note", SV("210"), "key", &id, &e), RC_OK);
  assert_int_equal(job_add(d, 1, "note", SV("210"), "key", &same, &e), RC_OK);
  assert_int_equal(id, same);
  assert_int_equal(job_cancel(d, kinds, 1, 1, id, &e), RC_OK);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 0);
  assert_int_equal(given_up, 1);
  assert_int_equal(job_cancel(d, kinds, 1, 1, id, &e), RC_NOTFOUND);
  assert_int_equal(job_retry(d, kinds, 1, 1, id, &e), RC_OK);
  assert_int_equal(begun_again, 1);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 1);
  assert_int_equal(seen[210], 1);
  db_close(d);
}

static void test_jobs_failing(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_jobs();
  int64_t id;
  assert_int_equal(job_add(d, 1, "note", SV("301"), NULL, &id, &e), RC_OK);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 1);
  assert_int_equal(jobs_in(d, "state = 'failed' AND error = 'hopeless'"), 1);
  assert_int_equal(job_add(d, 1, "note", SV("300"), NULL, &id, &e), RC_OK);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 1);
  assert_int_equal(jobs_in(d, "state = 'queued'"), 1); /* later: back-off */
  assert_int_equal(job_run_one(d, kinds, 1, &e), 0);
  assert_int_equal(db_exec(d, "UPDATE heng_job SET ready_at = 0 WHERE state = 'queued'", &e), RC_OK);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 1);
  assert_int_equal(jobs_in(d, "state = 'failed'"), 2); /* two tries are all */
  /* a worker that was killed: its lease ends, another takes the job up */
  assert_int_equal(job_add(d, 1, "note", SV("5"), NULL, &id, &e), RC_OK);
  assert_int_equal(db_exec(d, "UPDATE heng_job SET state = 'running', attempt = 1, lease_until = 1 WHERE payload = '5'", &e), RC_OK);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 1);
  assert_int_equal(seen[5], 1);
  /* and one that kills each worker is given up */
  assert_int_equal(job_add(d, 1, "note", SV("6"), NULL, &id, &e), RC_OK);
  assert_int_equal(db_exec(d, "UPDATE heng_job SET state = 'running', attempt = 2, lease_until = 1 WHERE payload = '6'", &e), RC_OK);
  assert_int_equal(job_run_one(d, kinds, 1, &e), 1);
  assert_int_equal(seen[6], 0);
  assert_int_equal(jobs_in(d, "payload = '6' AND state = 'failed'"), 1);
  assert_int_equal(given_up, 3); /* 301 at once, 300 after two, 6 */
  db_close(d);
}

/* A worker that slept until another took its job up must not write any more. */
static int slept(struct db *d, const struct job *j, struct job_worker *w, void *context, struct err *e) {
  int64_t *held = context;
  (void)j;
  held[0] = job_hold(w, e);
  if (db_exec(d, "UPDATE heng_job SET attempt = attempt + 1 WHERE state = 'running'", e) < 0) return RC_IO;
  held[1] = job_hold(w, e);
  return RC_OK;
}

static void test_jobs_fenced(void **state) {
  (void)state;
  struct err e = {0};
  struct db *d = with_jobs();
  int64_t id, held[2] = {7, 7};
  struct job_kind sleeper = {"sleeper", 60, 3, slept, held, NULL, NULL};
  const struct job_kind *const only[] = {&sleeper};
  assert_int_equal(job_add(d, 1, "sleeper", SV(""), NULL, &id, &e), RC_OK);
  assert_int_equal(job_run_one(d, only, 1, &e), 1);
  assert_int_equal(held[0], RC_OK);
  assert_int_equal(held[1], RC_USAGE);
  assert_int_equal(jobs_in(d, "state = 'running' AND attempt = 2"), 1); /* the successor's, untouched */
  db_close(d);
}

static void *ids(void *context) {
  int64_t *out = context;
  for (int i = 0; i < 5000; i++) out[i] = db_id();
  return NULL;
}

static int by_value(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static void test_ids(void **state) {
  (void)state;
  static int64_t made[4 * 5000];
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, ids, made + 5000 * i), 0);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  for (int i = 1; i < 5000; i++) assert_true(made[i] > made[i - 1] && made[i - 1] > 0); /* one thread's grow */
  qsort(made, sizeof made / sizeof *made, sizeof *made, by_value);
  for (size_t i = 1; i < sizeof made / sizeof *made; i++) assert_true(made[i] != made[i - 1]);
}

static int begin(void **state) {
  (void)state;
  return sodium_init() >= 0 && mkdtemp(folder) ? 0 : -1;
}

static int end(void **state) {
  char command[64];
  (void)state;
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_migrate_dry),    cmocka_unit_test(test_migrate_together),
                                     cmocka_unit_test(test_commit_refused), cmocka_unit_test(test_backup_busy),
                                     cmocka_unit_test(test_jobs_fenced),    cmocka_unit_test(test_values),
                                     cmocka_unit_test(test_errors),         cmocka_unit_test(test_transactions),
                                     cmocka_unit_test(test_pool),           cmocka_unit_test(test_migrate),
                                     cmocka_unit_test(test_backup),         cmocka_unit_test(test_jobs),
                                     cmocka_unit_test(test_jobs_failing),   cmocka_unit_test(test_ids)};
  return cmocka_run_group_tests(tests, begin, end);
}
