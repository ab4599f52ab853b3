/* store.c: documents, facts and findings as a dataset in one SQLite file, for questions over many books. docs/store.md shows the tables.
 * A document is known by the hash of its bytes: what is there already is not added again. */
#include "db/db.h"
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

enum { Q_KNOWN, Q_DOCUMENT, Q_BOOK, Q_OBS, Q_FINDING, Q_RULE, Q_ACCEPTANCE, QUERIES };
static const char *const queries[QUERIES] = {
    "SELECT 1 FROM document WHERE sha256 = $1",
    "INSERT OR IGNORE INTO document VALUES($1, $2, $3, $4, $5)",
    ("INSERT INTO book(sha256, name, body, year, kind, profile, passed, failed, not_applicable, not_checked, blank_form, money_tables, "
     "recognised_tables, observations, unread, to_confirm) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"),
    "INSERT INTO obs VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    ("INSERT INTO finding(book, number, id, rule, severity, cause, message, obs, table_id, page, stated, expected, difference, unit, title, place, "
     "arithmetic, rounding, status, reason) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"),
    "INSERT INTO rule_count VALUES($1, $2, $3, $4, $5)",
    "INSERT INTO acceptance VALUES($1, $2, $3, $4, $5)"};

struct store {
  struct db *db;
  struct db_statement *q[QUERIES];
};

int store_open(const char *path, struct store **out, struct err *e) {
  char address[4200];
  *out = NULL;
  int n = snprintf(address, sizeof address, "sqlite:%s", path);
  if (n < 0 || (size_t)n >= sizeof address) return err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
  struct store *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = db_open(address, &s->db, e);
  if (rc == RC_OK) rc = store_schema_ready(s->db, true, e);
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
  db_bind_int(q, 20, o->doubtful || o->recognised);
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
  db_bind_int(q, 18, t.rounding && f->severity == SEVERITY_INFO);
  if (accepted_at(v, number)) {
    db_bind_text(q, 19, SV("accepted"));
    db_bind_text(q, 20, sv_from(accepted_at(v, number)->reason));
  } else {
    db_bind_null(q, 19);
    db_bind_null(q, 20);
  }
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

/* How often each rule was asked and what came of it, so that a rate can be told from a count. */
static int add_rule_counts(struct store *s, const struct view *v, int64_t book, struct err *e) {
  struct db_statement *q = s->q[Q_RULE];
  int rc = RC_OK, n = v->r->tallies ? rule_count(v->a->rules) : 0;
  for (int i = 0; i < n && rc == RC_OK; i++) {
    const struct rule_tally *t = &v->r->tallies[i];
    if (t->passed + t->failed + t->not_checked == 0) continue;
    db_bind_int(q, 1, book);
    db_bind_text(q, 2, sv_from(rule_id(v, i)));
    db_bind_int(q, 3, t->passed);
    db_bind_int(q, 4, t->failed);
    db_bind_int(q, 5, t->not_checked);
    rc = run(q, e);
  }
  return rc;
}

static long doubtful_amounts(const struct book *b) {
  long n = 0;
  for (size_t i = 0; i < b->obs.n; i++)
    n += (b->obs.v[i].doubtful || b->obs.v[i].recognised) && b->obs.v[i].state != OBS_BLANK && b->obs.v[i].type != OBS_TEXT &&
         b->obs.v[i].type != OBS_CODE;
  return n;
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
  db_bind_int(q, 11, b->blank_form);
  db_bind_int(q, 12, b->money_tables);
  db_bind_int(q, 13, b->recognised_tables);
  db_bind_int(q, 14, (int64_t)b->obs.n);
  db_bind_int(q, 15, (int64_t)b->unread.n);
  db_bind_int(q, 16, doubtful_amounts(b));
  int rc = run(q, e);
  int64_t id = db_last_id(s->db);
  for (size_t i = 0; i < b->obs.n && rc == RC_OK; i++) {
    const struct book_column *column = obs_column(v, &b->obs.v[i]);
    if (obs_grafted(b, &b->obs.v[i]) || (column && column->derived)) continue; /* the dataset holds what is printed here */
    rc = add_obs(s, v, id, i, e);
  }
  for (size_t i = 0; i < v->r->findings.n && rc == RC_OK; i++) rc = add_finding(s, v, id, i, e);
  for (size_t i = 0; i < v->r->findings.n && rc == RC_OK; i++) rc = add_acceptance(s, accepted_at(v, i), id, i, e);
  return rc == RC_OK ? add_rule_counts(s, v, id, e) : rc;
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
