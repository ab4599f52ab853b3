/* store_schema.c: the tables of a dataset, and how an older dataset becomes one of today's. docs/store.md shows the tables. */
#include "db/db.h"
#include "rooms/audit/internal.h"

#include <string.h>

#define SCHEMA_VERSION 2

/* The first version as it was: a new dataset is made from it and brought up step by step, so that old and new ones cannot differ. */
static const char schema_1[] =
    "CREATE TABLE document(sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, format TEXT NOT NULL, pages INTEGER NOT NULL, heng TEXT NOT NULL);"
    "CREATE TABLE book(id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL REFERENCES document(sha256) ON DELETE CASCADE, name TEXT, body "
    "TEXT, year INTEGER, kind TEXT NOT NULL,"
    " profile TEXT, passed INTEGER, failed INTEGER, not_applicable INTEGER, not_checked INTEGER);"
    "CREATE TABLE obs(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, number INTEGER NOT NULL, table_id TEXT, kind TEXT, "
    "subject TEXT, phase INTEGER, row_key TEXT,"
    " code TEXT, label TEXT, role INTEGER, measure TEXT, header TEXT, type INTEGER NOT NULL, state INTEGER NOT NULL, value INTEGER, quantum INTEGER, "
    "unit TEXT, text TEXT, page INTEGER,"
    " doubtful INTEGER NOT NULL, PRIMARY KEY(book, number)) WITHOUT ROWID;"
    "CREATE TABLE finding(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, number INTEGER NOT NULL, id TEXT, rule TEXT, "
    "severity TEXT, cause TEXT, message TEXT,"
    " obs INTEGER, table_id TEXT, page INTEGER, stated TEXT, expected TEXT, difference TEXT, unit TEXT, title TEXT, place TEXT, "
    "arithmetic TEXT, PRIMARY KEY(book, number)) WITHOUT ROWID;"
    "CREATE INDEX obs_by_fact ON obs(kind, row_key, measure);"
    "CREATE INDEX finding_by_rule ON finding(rule);";

/* What the view over many books asks for. Books of a first-version dataset have NULL there: not known. */
static const char schema_2[] =
    "ALTER TABLE book ADD COLUMN blank_form INTEGER;"
    "ALTER TABLE book ADD COLUMN money_tables INTEGER;"
    "ALTER TABLE book ADD COLUMN recognised_tables INTEGER;"
    "ALTER TABLE book ADD COLUMN observations INTEGER;"
    "ALTER TABLE book ADD COLUMN unread INTEGER;"
    "ALTER TABLE book ADD COLUMN to_confirm INTEGER;"
    "ALTER TABLE finding ADD COLUMN rounding INTEGER;"
    "ALTER TABLE finding ADD COLUMN status TEXT;"
    "ALTER TABLE finding ADD COLUMN reason TEXT;"
    "CREATE TABLE rule_count(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, rule TEXT NOT NULL, passed INTEGER NOT NULL, "
    "failed INTEGER NOT NULL, not_checked INTEGER NOT NULL, PRIMARY KEY(book, rule)) WITHOUT ROWID;"
    "CREATE TABLE acceptance(book INTEGER NOT NULL REFERENCES book(id) ON DELETE CASCADE, number INTEGER NOT NULL, reason TEXT, by_whom TEXT, "
    "day TEXT, PRIMARY KEY(book, number)) WITHOUT ROWID;"
    "CREATE INDEX book_by_document ON book(sha256);"
    "CREATE INDEX book_by_body ON book(body, year, kind);";

static const char *const steps[SCHEMA_VERSION] = {schema_1, schema_2};

/* 0: no dataset yet; negative rc. Text lives in `out`. */
static int version_read(struct db *d, int *version, struct err *e) {
  struct db_statement *s = NULL;
  *version = 0;
  int rc = db_prepare(d, "SELECT value FROM meta WHERE key = 'schema'", &s, e);
  if (rc == RC_OK) rc = db_step(s, e);
  if (rc == 1) {
    *version = (int)db_col_int(s, 0);
    struct sv text = db_col_text(s, 0);
    rc = *version >= 1 && *version <= SCHEMA_VERSION ? RC_OK
                                                     : err_set(e, RC_UNSUPPORTED,
                                                               tr("数据集是第 %.*s 版，本程序写第 %d 版；请用新版的程序",
                                                                  "the dataset has schema %.*s, this program writes %d; use a newer program"),
                                                               SV_ARG(text), SCHEMA_VERSION);
  }
  db_finish(s);
  return rc < 0 ? rc : RC_OK;
}

static int has_meta(struct db *d, struct err *e) {
  struct db_statement *s = NULL;
  int rc = db_prepare(d, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'", &s, e);
  if (rc == RC_OK) rc = db_step(s, e);
  db_finish(s);
  return rc;
}

static int bring_up(struct db *d, void *context, struct err *e) {
  int version = 0;
  (void)context;
  int rc = db_exec(d, "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL)", e);
  if (rc == RC_OK) rc = version_read(d, &version, e); /* again: another program may have been first */
  for (int i = version; i < SCHEMA_VERSION && rc == RC_OK; i++) rc = db_exec(d, steps[i], e);
  if (rc == RC_OK && version < SCHEMA_VERSION) rc = db_exec(d, "INSERT OR REPLACE INTO meta VALUES('schema', '2')", e);
  return rc;
}

int store_schema_ready(struct db *d, bool make, struct err *e) {
  int version = 0, rc = has_meta(d, e);
  if (rc < 0) return rc;
  if (rc == 0 && !make) return err_set(e, RC_FORMAT, "%s", tr("不是 heng audit --store 写的数据集", "is no dataset written by heng audit --store"));
  rc = rc == 1 ? version_read(d, &version, e) : RC_OK;
  return rc < 0 || version == SCHEMA_VERSION ? rc : db_tx(d, bring_up, NULL, e);
}
