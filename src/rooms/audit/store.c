/* store.c: documents, facts and findings as a dataset in one SQLite file, for questions over many books. docs/store.md shows the tables.
 * A document is known by the hash of its bytes: what is there already is not added again. */
#include "db/db.h"
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA_VERSION 1

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS document(sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, format TEXT NOT NULL, pages INTEGER NOT NULL, heng TEXT NOT "
    "NULL);"
    "CREATE TABLE IF NOT EXISTS book(id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL REFERENCES document(sha256) ON DELETE CASCADE, name TEXT, body "
    "TEXT, year INTEGER, kind TEXT NOT NULL,"
    " profile TEXT, passed INTEGER, failed INTEGER, not_applicable INTEGER, not_checked INTEGER);"
    "CREATE TABLE IF NOT EXISTS obs(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, number INTEGER NOT NULL, table_id TEXT, kind TEXT, "
    "subject TEXT, phase INTEGER, row_key TEXT,"
    " code TEXT, label TEXT, role INTEGER, measure TEXT, header TEXT, type INTEGER NOT NULL, state INTEGER NOT NULL, value INTEGER, quantum INTEGER, "
    "unit TEXT, text TEXT, page INTEGER,"
    " doubtful INTEGER NOT NULL, PRIMARY KEY(book, number)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS finding(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, number INTEGER NOT NULL, id TEXT, rule TEXT, "
    "severity TEXT, cause TEXT, message TEXT,"
    " obs INTEGER, table_id TEXT, page INTEGER, stated TEXT, expected TEXT, difference TEXT, unit TEXT, title TEXT, place TEXT, "
    "arithmetic TEXT, PRIMARY KEY(book, number)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS acceptance(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, number INTEGER NOT NULL, reason TEXT, "
    "by_whom "
    "TEXT, day TEXT, PRIMARY KEY(book, number)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS obs_by_fact ON obs(kind, row_key, measure);"
    "CREATE INDEX IF NOT EXISTS finding_by_rule ON finding(rule);";

enum { Q_KNOWN, Q_DOCUMENT, Q_BOOK, Q_OBS, Q_FINDING, Q_ACCEPTANCE, QUERIES };
static const char *const queries[QUERIES] = {
    "SELECT 1 FROM document WHERE sha256 = $1",
    "INSERT OR IGNORE INTO document VALUES($1, $2, $3, $4, $5)",
    ("INSERT INTO book(sha256, name, body, year, kind, profile, passed, failed, not_applicable, not_checked)"
     " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
    "INSERT INTO obs VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    "INSERT INTO finding VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    "INSERT INTO acceptance VALUES($1, $2, $3, $4, $5)"};

struct store {
  struct db *db;
  struct db_statement *q[QUERIES];
};

static int version_check(struct db *d, struct err *e) {
  struct db_statement *s = NULL;
  int rc = db_exec(d, "INSERT OR IGNORE INTO meta VALUES('schema', '1')", e);
  if (rc == RC_OK) rc = db_prepare(d, "SELECT value FROM meta WHERE key = 'schema'", &s, e);
  if (rc == RC_OK) rc = db_step(s, e);
  if (rc == 1) {
    struct sv v = db_col_text(s, 0);
    rc = sv_is(v, "1") ? RC_OK
                       : err_set(e, RC_UNSUPPORTED, tr("数据集是第 %.*s 版，本程序写第 %d 版", "the dataset has schema %.*s, this program writes %d"),
                                 SV_ARG(v), SCHEMA_VERSION);
  }
  db_finish(s);
  return rc;
}

int store_open(const char *path, struct store **out, struct err *e) {
  char address[4200];
  *out = NULL;
  int n = snprintf(address, sizeof address, "sqlite:%s", path);
  if (n < 0 || (size_t)n >= sizeof address) return err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
  struct store *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = db_open(address, &s->db, e);
  if (rc == RC_OK) rc = db_exec(s->db, schema, e);
  if (rc == RC_OK) rc = version_check(s->db, e);
  for (int i = 0; i < QUERIES && rc == RC_OK; i++) rc = db_prepare(s->db, queries[i], &s->q[i], e);
  if (rc < 0)
    store_close(s);
  else
    *out = s;
  return rc;
}

void store_close(struct store *s) {
  if (!s) return;
  for (int i = 0; i < QUERIES; i++) db_finish(s->q[i]);
  db_close(s->db);
  free(s);
}

static int run(struct db_statement *s, struct err *e) {
  int rc = db_step(s, e);
  return rc > 0 ? RC_OK : rc;
}

static void bind_symbol(struct db_statement *s, int at, const struct book *b, symbol name) {
  if (name == NO_SYMBOL)
    db_bind_null(s, at);
  else
    db_bind_text(s, at, sv_from(intern_name(&b->symbols, name)));
}

static int add_obs(struct store *s, const struct view *v, int64_t book, size_t number, struct err *e) {
  const struct obs *o = &v->b->obs.v[number];
  const struct book_table *t = table_at(v, o->table);
  const struct book_row *row = obs_row(v, o);
  const struct book_column *column = obs_column(v, o);
  struct db_statement *q = s->q[Q_OBS];
  db_bind_int(q, 1, book);
  db_bind_int(q, 2, (int64_t)number);
  db_bind_text(q, 3, sv_from(t ? t->id : NULL));
  bind_symbol(q, 4, v->b, t ? t->kind : NO_SYMBOL);
  bind_symbol(q, 5, v->b, t ? t->subject : NO_SYMBOL);
  db_bind_int(q, 6, t ? t->phase : 0);
  bind_symbol(q, 7, v->b, row ? row->key : NO_SYMBOL);
  db_bind_text(q, 8, row ? row->code : (struct sv){0});
  db_bind_text(q, 9, row ? row->label : (struct sv){0});
  db_bind_int(q, 10, row ? (int64_t)row->role : (int64_t)ROW_UNKNOWN);
  bind_symbol(q, 11, v->b, column ? column->measure : NO_SYMBOL);
  db_bind_text(q, 12, column ? column->header : (struct sv){0});
  db_bind_int(q, 13, (int64_t)o->type);
  db_bind_int(q, 14, (int64_t)o->state);
  db_bind_int(q, 15, o->value);
  db_bind_int(q, 16, o->quantum);
  db_bind_text(q, 17, sv_from(t ? scale_unit(t->scale) : ""));
  db_bind_text(q, 18, o->text);
  db_bind_int(q, 19, o->place.page);
  db_bind_int(q, 20, o->doubtful);
  return run(q, e);
}

static int add_finding(struct store *s, const struct view *v, int64_t book, size_t number, struct err *e) {
  const struct finding *f = &v->r->findings.v[number];
  struct db_statement *q = s->q[Q_FINDING];
  const struct relation *r = relation_at(v, f->relation);
  struct telling t;
  struct buf message, place, arithmetic;
  finding_tell(v, f, false, &t);
  buf_init(&message, 1 << 20);
  buf_init(&place, 1 << 20);
  buf_init(&arithmetic, 1 << 20);
  finding_where(v, f, &t, NULL, &place);
  if (r) relation_arithmetic(v, r, t.obs, &arithmetic);
  finding_message(v, f, &t, &message);
  db_bind_int(q, 1, book);
  db_bind_int(q, 2, (int64_t)number + 1);
  db_bind_text(q, 3, sv_from(f->id));
  db_bind_text(q, 4, sv_from(rule_id(v, f->rule)));
  db_bind_text(q, 5, sv_from(severity_names[f->severity]));
  db_bind_text(q, 6, sv_from(cause_kind_names[f->cause]));
  db_bind_text(q, 7, (struct sv){message.p, message.n});
  if (t.obs && !obs_grafted(v->b, t.obs))
    db_bind_int(q, 8, t.obs - v->b->obs.v);
  else
    db_bind_null(q, 8);
  db_bind_text(q, 9, sv_from(t.table ? t.table->id : NULL));
  if (t.place.page > 0)
    db_bind_int(q, 10, t.place.page);
  else
    db_bind_null(q, 10);
  db_bind_text(q, 11, sv_from(t.stated_text));
  db_bind_text(q, 12, sv_from(t.expected_text));
  db_bind_text(q, 13, sv_from(t.difference));
  db_bind_text(q, 14, sv_from(t.unit));
  db_bind_text(q, 15, sv_from(rule_title(v, f->rule)));
  db_bind_text(q, 16, (struct sv){place.p, place.n});
  db_bind_text(q, 17, (struct sv){arithmetic.p, arithmetic.n});
  buf_release(&message);
  buf_release(&place);
  buf_release(&arithmetic);
  return run(q, e);
}

static int add_acceptance(struct store *s, const struct acceptance *c, int64_t book, size_t number, struct err *e) {
  struct db_statement *q = s->q[Q_ACCEPTANCE];
  if (!c) return RC_OK;
  db_bind_int(q, 1, book);
  db_bind_int(q, 2, (int64_t)number + 1);
  db_bind_text(q, 3, sv_from(c->reason));
  db_bind_text(q, 4, sv_from(c->by));
  db_bind_text(q, 5, sv_from(c->date));
  return run(q, e);
}

static int add_book(struct store *s, const struct view *v, struct err *e) {
  const struct book *b = v->b;
  struct db_statement *q = s->q[Q_BOOK];
  db_bind_text(q, 1, sv_from(b->ndocuments > 0 ? b->documents[0]->sha256 : ""));
  db_bind_text(q, 2, sv_from(b->id));
  db_bind_text(q, 3, b->body);
  db_bind_int(q, 4, b->year);
  db_bind_text(q, 5, sv_from(book_kind_names[b->kind]));
  db_bind_text(q, 6, sv_from(b->profile));
  db_bind_int(q, 7, v->r->passed);
  db_bind_int(q, 8, v->r->failed);
  db_bind_int(q, 9, v->r->not_applicable);
  db_bind_int(q, 10, v->r->not_checked);
  int rc = run(q, e);
  int64_t id = db_last_id(s->db);
  for (size_t i = 0; i < b->obs.n && rc == RC_OK; i++) {
    const struct book_column *column = obs_column(v, &b->obs.v[i]);
    if (obs_grafted(b, &b->obs.v[i]) || (column && column->derived)) continue; /* the dataset holds what is printed here */
    rc = add_obs(s, v, id, i, e);
  }
  for (size_t i = 0; i < v->r->findings.n && rc == RC_OK; i++) rc = add_finding(s, v, id, i, e);
  for (size_t i = 0; i < v->r->findings.n && rc == RC_OK; i++) rc = add_acceptance(s, accepted_at(v, i), id, i, e);
  return rc;
}

struct addition {
  struct store *store;
  const struct audit *x;
  const struct auditor *a;
};

static int add_all(struct db *d, void *context, struct err *e) {
  struct addition *c = context;
  struct store *s = c->store;
  bool fresh = false;
  int rc = RC_OK;
  (void)d;
  for (int i = 0; i < c->x->ndocuments && rc == RC_OK; i++) {
    const struct document *doc = c->x->documents[i];
    db_bind_text(s->q[Q_KNOWN], 1, sv_from(doc->sha256));
    rc = db_step(s->q[Q_KNOWN], e);
    if (rc < 0) return rc;
    bool known = rc == 1;
    db_reset(s->q[Q_KNOWN]);
    fresh |= !known;
    rc = RC_OK;
    if (known) continue;
    struct db_statement *q = s->q[Q_DOCUMENT];
    db_bind_text(q, 1, sv_from(doc->sha256));
    db_bind_text(q, 2, sv_from(doc->path ? doc->path : c->x->path));
    db_bind_text(q, 3, sv_from(document_format_names[doc->format]));
    db_bind_int(q, 4, doc->npages);
    db_bind_text(q, 5, SV(HENG_VERSION));
    rc = run(q, e);
  }
  for (int i = 0; fresh && i < c->x->nbooks && rc == RC_OK; i++) {
    struct view v = view_of(c->a, c->x, i);
    rc = add_book(s, &v, e);
  }
  return rc;
}

int store_add(struct store *s, const struct audit *x, const struct auditor *a, struct err *e) {
  struct addition c = {s, x, a};
  return x->rc < 0 ? RC_OK : db_tx(s->db, add_all, &c, e);
}

int store_append(const char *path, const struct audit *audits, int n, const struct auditor *a, struct err *e) {
  struct store *s = NULL;
  int rc = store_open(path, &s, e);
  for (int i = 0; i < n && rc == RC_OK; i++) rc = store_add(s, &audits[i], a, e);
  store_close(s);
  return rc;
}
