/* migrate.h: the tables of each room, numbered and forward-only; backup, restore, verification. docs/database.md. */
#ifndef HENG_DB_MIGRATE_H
#define HENG_DB_MIGRATE_H

#include "db/db.h"

/* One step. `sql` has only the portable subset (TEXT, BIGINT), so that one text serves both engines; once released it never changes. */
struct db_migration {
  int number; /* from 1, without gaps within a room */
  const char *name, *sql;
};

/* What a room keeps in the database. */
struct db_room {
  const char *name;
  const struct db_migration *migrations;
  int nmigrations;
  const struct db_query *const *queries; /* all of them: each is prepared on both engines in the tests */
  int nqueries;
};

/* In order: a room's tables may refer to those of rooms before it. Each migration in a transaction of its own, recorded in heng_migration with the
 * SHA-256 of its text: one that was applied and reads otherwise now is refused, as is a database made by a newer program.
 * `say` (may be NULL) hears of each step: "admin 1 users". dry: says, and changes nothing. Returns the number of steps, or a negative rc. */
int db_migrate(struct db *d, const struct db_room *const *rooms, int n, bool dry, void (*say)(void *context, const char *step), void *context,
               struct err *e) MUST_CHECK;
/* Steps that are still to be done; negative rc. */
int db_pending(struct db *d, const struct db_room *const *rooms, int n, struct err *e) MUST_CHECK;
/* Prepares every query of the rooms; *count of them. The first that fails is named. */
int db_prepare_all(struct db *d, const struct db_room *const *rooms, int n, int *count, struct err *e) MUST_CHECK;

/* A copy while others go on writing, to a temporary name, synced and renamed: SQLite by its backup interface, PostgreSQL by pg_dump (custom format).
 * Restoring refuses a target that holds tables. Verification: the engine's own check of the file (SQLite) and of references. */
int db_backup(const char *address, const char *path, struct err *e) MUST_CHECK;
int db_restore(const char *path, const char *address, struct err *e) MUST_CHECK;
int db_verify(struct db *d, struct err *e) MUST_CHECK;

#endif
