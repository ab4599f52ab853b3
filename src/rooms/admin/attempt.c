/* attempt.c: sign-ins that failed. Five of one login, or fifty from one address, and there is a pause that doubles up to a day; a login that does
 * not exist is treated alike, so that nobody learns which do. */
#include "rooms/admin/internal.h"

#include <string.h>

enum { LOGIN_FREE = 5, PEER_FREE = 50 };
#define FIRST_PAUSE INT64_C(60000) /* a minute after the fifth, two after the sixth … */

static void key_of(char out[HASH_HEX + 8], const char *kind, const char *what) {
  char hash[HASH_HEX];
  secret_hash(kind, sv_from(what), hash); /* of one length, whatever is typed */
  snprintf(out, HASH_HEX + 8, "%s:%.56s", kind, hash);
}

static int attempt_read(struct db *d, int64_t tenant, const char *key, int64_t *failed, int64_t *until, struct err *e) {
  struct db_statement *s;
  *failed = *until = 0;
  int rc = DB_ROWS(d, attempt_get, &s, e, db_int(tenant), db_str(key));
  if (rc == 0 && (rc = db_step(s, e)) == 1) {
    *failed = db_now() - db_col_int(s, 1) > DAY_MS ? 0 : db_col_int(s, 0);
    *until = db_col_int(s, 2);
    db_reset(s);
    rc = 0;
  }
  return rc;
}

int attempt_allowed(struct db *d, int64_t tenant, const char *login, const char *peer, int64_t *wait_ms, struct err *e) {
  char key[HASH_HEX + 8];
  int64_t failed, until, now = db_now();
  key_of(key, "login", login);
  int rc = attempt_read(d, tenant, key, &failed, &until, e);
  *wait_ms = until > now ? until - now : 0;
  if (rc < 0) return rc;
  key_of(key, "peer", peer);
  rc = attempt_read(d, tenant, key, &failed, &until, e);
  if (until - now > *wait_ms) *wait_ms = until - now;
  return rc;
}

static int count_up(struct db *d, int64_t tenant, const char *key, int free_tries, struct err *e) {
  int64_t failed, until, now = db_now();
  int rc = attempt_read(d, tenant, key, &failed, &until, e);
  if (rc < 0) return rc;
  failed++;
  int over = failed > free_tries + 10 ? 10 : (int)(failed - free_tries); /* 2^10 minutes: 17 hours */
  until = over >= 0 ? now + (FIRST_PAUSE << over) : 0;
  int64_t changed = DB_RUN(d, attempt_put, e, db_int(tenant), db_str(key), db_int(failed), db_int(now), db_int(until));
  return changed < 0 ? (int)changed : RC_OK;
}

int attempt_failed(struct db *d, int64_t tenant, const char *login, const char *peer, struct err *e) {
  char key[HASH_HEX + 8];
  key_of(key, "login", login);
  int rc = count_up(d, tenant, key, LOGIN_FREE, e);
  if (rc < 0) return rc;
  key_of(key, "peer", peer);
  return count_up(d, tenant, key, PEER_FREE, e);
}

int attempt_well(struct db *d, int64_t tenant, const char *login, struct err *e) {
  char key[HASH_HEX + 8];
  key_of(key, "login", login);
  int64_t changed = DB_RUN(d, attempt_clear, e, db_int(tenant), db_str(key));
  return changed < 0 ? (int)changed : RC_OK;
}
