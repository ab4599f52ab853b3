/* job.c: what the workers do: audits, several documents a child; and the deletion of old documents. */
#include "rooms/desk/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One job a chunk: starting the program and reading the rules costs as much as an audit does. Large chunks first, smaller ones towards the end, so
 * that the last worker is not long alone. */
static int chunk_of(int left) {
  int size = left / 3;
  return size > CHUNK ? CHUNK : size < 8 ? 8 : size;
}

int desk_queue(struct db *d, int64_t tenant, const int64_t *documents, int n, struct err *e) {
  int rc = RC_OK;
  for (int from = 0, size; rc == RC_OK && from < n; from += size) {
    struct buf payload;
    int64_t id;
    size = chunk_of(n - from);
    buf_init(&payload, 8192);
    for (int i = from; i < n && i < from + size; i++) buf_printf(&payload, "%s%lld", i > from ? "," : "", (long long)documents[i]);
    rc = job_add(d, tenant, desk_audit_job.name, (struct sv){payload.p, payload.n}, NULL, &id, e);
    buf_release(&payload);
  }
  return rc;
}

struct chunk {
  int64_t tenant, ids[CHUNK];
  char paths[CHUNK][PATH_SIZE];
  int n;
};

/* The documents of a job that still wait (or, asked for, those that failed); those that another attempt finished are left. */
static int chunk_read(struct db *d, const struct job *j, bool failed, struct chunk *c, struct err *e) {
  struct sv rest = j->payload;
  c->tenant = j->tenant;
  while (rest.p && c->n < CHUNK) {
    struct sv word = sv_cut(&rest, ',');
    char text[24];
    struct db_statement *s;
    snprintf(text, sizeof text, "%.*s", word.n < 23 ? (int)word.n : 23, word.p);
    int64_t id = strtoll(text, NULL, 10);
    int rc = DB_ROWS(d, document_get, &s, e, db_int(c->tenant), db_int(id));
    if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
    if (rc == 0) continue; /* deleted meanwhile */
    struct sv sha = db_col_text(s, 3), state = db_col_text(s, 5);
    char hash[65];
    bool waits = sha.n == 64 && (failed ? sv_is(state, "failed") : sv_is(state, "queued") || sv_is(state, "running"));
    snprintf(hash, sizeof hash, "%.64s", waits ? sha.p : "");
    db_reset(s);
    if (!waits) continue;
    c->ids[c->n] = id;
    desk_file(c->paths[c->n++], hash);
  }
  return RC_OK;
}

struct marking {
  struct job_worker *worker; /* NULL: no worker's */
  const struct chunk *c;
  const char *state, *why;
  int from, n;
};

static int mark(struct db *d, void *context, struct err *e) {
  const struct marking *m = context;
  int rc = m->worker ? job_hold(m->worker, e) : RC_OK;
  if (rc < 0) return rc;
  for (int i = m->from; i < m->from + m->n; i++) {
    int64_t n = DB_RUN(d, document_state, e, db_int(m->c->tenant), db_int(m->c->ids[i]), db_str(m->state), db_str(m->why));
    if (n < 0) return (int)n;
  }
  return RC_OK;
}

/* Audits documents from…from+n in one child. When that child is lost, the caller tries one by one: a hostile file costs only itself. */
static int audit_some(struct db *d, struct job_worker *w, const struct chunk *c, int from, int n, bool *lost, struct err *e) {
  char scratch[PATH_SIZE], report[PATH_SIZE + 16];
  const char *words[CHUNK + 8] = {"audit", "--quiet", "--format", "json", "-o", "report.json"}, *paths[CHUNK + 1] = {NULL};
  struct engine_end end;
  int rc = engine_scratch(scratch, e);
  if (rc < 0) return rc;
  for (int i = 0; i < n; i++) words[6 + i] = paths[i] = c->paths[from + i];
  words[6 + n] = NULL;
  snprintf(report, sizeof report, "%s/report.json", scratch);
  rc = engine_run(scratch, paths, words, 60 + 15 * n, &end, e);
  *lost = rc == RC_OK && !end.well;
  if (rc == RC_OK && end.well) rc = result_take(d, w, c->tenant, report, paths, c->ids + from, n, e);
  if (*lost && n == 1) {
    struct marking failed = {w, c, "failed", end.why, from, 1};
    rc = db_tx(d, mark, &failed, e);
  }
  engine_clean(scratch);
  return rc;
}

static int run_audit(struct db *d, const struct job *j, struct job_worker *w, void *context, struct err *e) {
  struct chunk *c = calloc(1, sizeof *c);
  bool lost = false;
  (void)context;
  if (!c) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = chunk_read(d, j, false, c, e);
  struct marking running = {w, c, "running", "", 0, c->n};
  if (rc == RC_OK && c->n > 0) rc = db_tx(d, mark, &running, e);
  if (rc == RC_OK && c->n > 0) rc = audit_some(d, w, c, 0, c->n, &lost, e);
  for (int i = 0; rc == RC_OK && lost && c->n > 1 && i < c->n; i++) {
    bool again;
    rc = audit_some(d, w, c, i, 1, &again, e);
    if (rc == RC_OK) rc = job_progress(w, i + 1, c->n, SV(""), e);
  }
  if (rc == RC_OK) rc = job_progress(w, c->n, c->n, SV(""), e);
  if (rc == RC_OK) web_metric_add("heng_documents_audited_total", c->n);
  free(c);
  return rc;
}

/* What still waits will not be audited by itself any more: its page offers to try again. */
static int audit_given_up(struct db *d, const struct job *j, const char *why, struct err *e) {
  struct chunk *c = calloc(1, sizeof *c);
  int rc = c ? chunk_read(d, j, false, c, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) {
    struct marking failed = {NULL, c, "failed", why, 0, c->n};
    rc = mark(d, &failed, e);
  }
  free(c);
  return rc;
}

/* Somebody wants the whole job again: what failed in it waits again. */
static int audit_again(struct db *d, const struct job *j, struct err *e) {
  struct chunk *c = calloc(1, sizeof *c);
  int rc = c ? chunk_read(d, j, true, c, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) {
    struct marking waits = {NULL, c, "queued", "", 0, c->n};
    rc = mark(d, &waits, e);
  }
  free(c);
  return rc;
}

const struct job_kind desk_audit_job = {"desk.audit", 30, 3, run_audit, NULL, audit_given_up, audit_again};

/* ---- retention ---- */
struct dropping {
  int64_t tenant, id;
  char sha256[65], object[48], name[400];
  bool last;
};

static int drop(struct db *d, void *context, struct err *e) {
  struct dropping *x = context;
  int64_t uses = 0, open = 0;
  int found = DB_ONE(d, document_open, &open, e, db_int(x->tenant), db_int(x->id));
  int64_t n = found < 0 ? found : DB_RUN(d, open_change, e, db_int(x->tenant), db_int(x->id), db_int(-open));
  if (n >= 0) n = DB_RUN(d, comment_drop, e, db_int(x->tenant), db_int(x->id));
  if (n >= 0) n = DB_RUN(d, finding_drop, e, db_int(x->tenant), db_int(x->id));
  if (n >= 0) n = grams_remove(d, x->tenant, x->id, e);
  if (n >= 0) n = DB_RUN(d, document_drop, e, db_int(x->tenant), db_int(x->id));
  if (n < 0) return (int)n;
  int rc = DB_ONE(d, document_uses, &uses, e, db_int(x->tenant), db_str(x->sha256));
  if (rc < 0) return rc;
  x->last = uses == 0;
  return people_log_system(d, x->tenant, "retention",
                           &(struct audit_entry){.action = "document.drop", .object = x->object, .before = sv_from(x->name)}, e);
}

static int run_retention(struct db *d, const struct job *j, struct job_worker *w, void *context, struct err *e) {
  enum { MOST = 100 };
  const struct desk *now = desk_now();
  (void)context;
  if (now->config.retention_days <= 0) return RC_OK;
  int64_t before = db_now() - now->config.retention_days * INT64_C(86400000);
  struct dropping *all = calloc(MOST, sizeof *all);
  struct db_statement *s;
  int n = 0,
      rc = all ? DB_ROWS(d, documents_old, &s, e, db_int(j->tenant), db_int(before)) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (n >= MOST) continue;
    struct dropping *x = &all[n++];
    x->tenant = j->tenant;
    x->id = db_col_int(s, 0);
    snprintf(x->sha256, sizeof x->sha256, "%.*s", SV_ARG(db_col_text(s, 1)));
    snprintf(x->name, sizeof x->name, "%.*s", SV_ARG(db_col_text(s, 2)));
    snprintf(x->object, sizeof x->object, "document:%lld", (long long)x->id);
  }
  for (int i = 0; rc >= 0 && i < n; i++) {
    rc = db_tx(d, drop, &all[i], e);
    if (rc == RC_OK && all[i].last) rc = keep_drop(all[i].sha256, e); /* the file after its rows: never a row without its file */
    if (rc == RC_OK) rc = job_progress(w, i + 1, n, SV(""), e);
  }
  free(all);
  return rc < 0 ? rc : RC_OK;
}

const struct job_kind desk_retention_job = {"desk.retention", 30, 3, run_retention, NULL, NULL, NULL};
