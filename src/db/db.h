/* db.h: one interface to a database; SQLite is behind it. Only this folder includes sqlite3.h.
 * Statements are written with $1, $2 … so that the same SQL can serve another engine later. */
#ifndef HENG_DB_H
#define HENG_DB_H

#include "base/text.h"

struct db;
struct db_statement;

/* "sqlite:PATH"; the file is made when it is not there. *out is NULL on failure. */
int db_open(const char *address, struct db **out, struct err *e) MUST_CHECK;
/* The same for a file that must be there: nothing is made, and it may be one that cannot be written. */
int db_open_existing(const char *address, struct db **out, struct err *e) MUST_CHECK;
void db_close(struct db *d);
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
struct sv db_col_text(const struct db_statement *s, int column);
bool db_col_null(const struct db_statement *s, int column);
int64_t db_last_id(const struct db *d); /* key of the row inserted last */

/* Runs `work` in a transaction that others do not see half done: committed when it returns 0, else rolled back and its rc returned. */
int db_tx(struct db *d, int (*work)(struct db *d, void *context, struct err *e), void *context, struct err *e) MUST_CHECK;

#endif
