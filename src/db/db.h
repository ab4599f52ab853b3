/* db.h: one interface to a database; SQLite and PostgreSQL are behind it. Only this folder includes sqlite3.h and libpq-fe.h.
 * The same SQL runs on both: $1, $2 … for parameters, and the subset of docs/database.md. No blobs: hashes are hex text, files are files. */
#ifndef HENG_DB_H
#define HENG_DB_H

#include "base/text.h"

struct db;
struct db_statement;

enum db_engine { DB_SQLITE, DB_POSTGRESQL };

/* Besides RC_IO and RC_NOMEM: RC_BUSY (another writer; db_tx() tries again by itself), RC_CONFLICT (a unique key is there already), RC_REFERENCE (a
 * row that it refers to is not there, or is still referred to), RC_FORMAT (PostgreSQL: a value that it does not take). */

/* "sqlite:PATH" (made when it is not there) or "postgresql://…" (libpq's own words, several hosts too). *out is NULL on failure.
 * A connection is used by one thread at a time. */
int db_open(const char *address, struct db **out, struct err *e) MUST_CHECK;
/* The same for a file that must be there: nothing is made, and it may be one that cannot be written. */
int db_open_existing(const char *address, struct db **out, struct err *e) MUST_CHECK;
void db_close(struct db *d);
enum db_engine db_engine_of(const struct db *d);
/* One or more statements without parameters or results. */
int db_exec(struct db *d, const char *sql, struct err *e) MUST_CHECK;

/* A prepared statement belongs to its database and must be freed before it is closed. */
int db_prepare(struct db *d, const char *sql, struct db_statement **out, struct err *e) MUST_CHECK;
void db_finish(struct db_statement *s);
/* Parameters count from 1. Text is copied. A failure to bind shows at the next db_step(). */
void db_bind_int(struct db_statement *s, int parameter, int64_t value);
void db_bind_real(struct db_statement *s, int parameter, double value);
void db_bind_text(struct db_statement *s, int parameter, struct sv value);
void db_bind_null(struct db_statement *s, int parameter);
/* 1 a row is there, 0 the end (the statement is ready to be bound again), negative rc. */
int db_step(struct db_statement *s, struct err *e) MUST_CHECK;
/* Makes a statement ready again before its end. */
void db_reset(struct db_statement *s);

/* Columns count from 0; text lives until the next step. */
int64_t db_col_int(const struct db_statement *s, int column);
double db_col_real(const struct db_statement *s, int column);
struct sv db_col_text(const struct db_statement *s, int column);
bool db_col_null(const struct db_statement *s, int column);
int64_t db_last_id(const struct db *d); /* key of the row inserted last; SQLite only: elsewhere 0. New tables take db_id() */

/* Runs `work` in a transaction that others do not see half done: committed when it returns 0, else rolled back and its rc returned.
 * When another writer is in the way (busy, serialization failure, deadlock) it is run again, up to 8 times: `work` does nothing but SQL.
 * A call within a call joins the outer one. */
int db_tx(struct db *d, int (*work)(struct db *d, void *context, struct err *e), void *context, struct err *e) MUST_CHECK;

/* One view of the data for several queries that only read, until db_read_end(): SQLite then locks once instead of for each. PostgreSQL: nothing. */
void db_read_begin(struct db *d);
void db_read_end(struct db *d);

/* ---- queries of a room: sql/NAME.sql, compiled by tools/mksql into NAME_sql.h (docs/database.md) ---- */
struct db_query {
  const char *name;
  const char *sql;    /* for both */
  const char *sql_pg; /* for PostgreSQL where it must differ; NULL: the same */
  int parameters;
};

enum db_kind { DB_NULL, DB_INT, DB_TEXT };
struct db_value {
  enum db_kind kind;
  int64_t number;
  struct sv text;
};
static inline struct db_value db_int(int64_t v) {
  return (struct db_value){DB_INT, v, {0}};
}
static inline struct db_value db_text(struct sv v) {
  return (struct db_value){DB_TEXT, 0, v};
}
static inline struct db_value db_str(const char *v) { /* NULL is SQL's NULL */
  return v ? (struct db_value){DB_TEXT, 0, sv_from(v)} : (struct db_value){DB_NULL, 0, {0}};
}
static inline struct db_value db_null(void) {
  return (struct db_value){DB_NULL, 0, {0}};
}

/* Prepares a query once per connection, binds, and leaves it before its first row: then db_step(). The statement is the connection's: never
 * finish it; db_reset() it when leaving before its end. Using a query that is still running (a loop within a loop over the same) is a bug: RC_USAGE.
 */
int db_rows(struct db *d, const struct db_query *q, const struct db_value *values, int n, struct db_statement **out, struct err *e) MUST_CHECK;
/* Runs a query that returns no rows. The number of rows changed (0 …), or a negative rc. */
int64_t db_run(struct db *d, const struct db_query *q, const struct db_value *values, int n, struct err *e) MUST_CHECK;
/* The first column of the first row; *out keeps its value when there is none. 1 found, 0 not, negative rc. */
int db_one(struct db *d, const struct db_query *q, const struct db_value *values, int n, int64_t *out, struct err *e) MUST_CHECK;
/* With the number of parameters checked when compiled: DB_ROWS(d, user_by_login, &s, e, db_int(tenant), db_text(login)). `name` is a query
 * of a *_sql.h, which also defines name_parameters. */
#define DB_VALUES(name, ...)                                                                                                                         \
  (struct db_value[sizeof((struct db_value[]){__VA_ARGS__}) == sizeof(struct db_value) * name##_parameters ? name##_parameters : -1]) {              \
    __VA_ARGS__                                                                                                                                      \
  }
#define DB_ROWS(d, name, out, e, ...) db_rows((d), &name, DB_VALUES(name, __VA_ARGS__), name##_parameters, (out), (e))
#define DB_RUN(d, name, e, ...)       db_run((d), &name, DB_VALUES(name, __VA_ARGS__), name##_parameters, (e))
#define DB_ONE(d, name, out, e, ...)  db_one((d), &name, DB_VALUES(name, __VA_ARGS__), name##_parameters, (out), (e))

/* ---- connections shared by the threads of a server ---- */
struct db_pool;
/* `most` connections at most, opened when needed; waits up to 10 seconds for a free one (RC_BUSY then). A connection that broke is replaced. */
int db_pool_new(const char *address, int most, struct db_pool **out, struct err *e) MUST_CHECK;
void db_pool_free(struct db_pool *p); /* all must have been given back */
int db_pool_take(struct db_pool *p, struct db **out, struct err *e) MUST_CHECK;
void db_pool_give(struct db_pool *p, struct db *d); /* d may be NULL */

/* ---- keys and time ---- */
int64_t db_id(void);  /* a new key: positive, 63 bits, grows with time, unique over threads and (by random node bits) over hosts */
int64_t db_now(void); /* milliseconds since 1970, UTC */

#endif
