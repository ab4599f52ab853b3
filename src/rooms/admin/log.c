/* log.c: the audit log. Each entry carries the SHA-256 of the entry before it and of its own fields, each with its length in front, so that nothing
 * can be changed, moved, taken out of the middle or put in unnoticed; the last entry's number and hash, noted elsewhere, also tell what was cut off
 * the end. */
#include "rooms/admin/internal.h"

#include <sodium.h>
#include <string.h>

enum { TEXT_MOST = 8192 }; /* bytes kept of before and after */

static void hash_text(crypto_hash_sha256_state *state, struct sv s) {
  unsigned char size[8];
  for (int i = 0; i < 8; i++) size[i] = (unsigned char)((uint64_t)s.n >> (8 * i));
  crypto_hash_sha256_update(state, size, sizeof size);
  if (s.n) crypto_hash_sha256_update(state, (const unsigned char *)s.p, s.n);
}

static void hash_number(crypto_hash_sha256_state *state, int64_t v) {
  char text[24];
  int n = snprintf(text, sizeof text, "%lld", (long long)v);
  hash_text(state, (struct sv){text, (size_t)n});
}

struct entry {
  int64_t tenant, number, at, user;
  struct sv who, org, peer, request, action, object, before, after;
};

static void entry_hash(const struct entry *x, const char *previous, char out[HASH_HEX]) {
  unsigned char raw[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  hash_text(&state, sv_from(previous));
  hash_number(&state, x->tenant);
  hash_number(&state, x->number);
  hash_number(&state, x->at);
  hash_number(&state, x->user);
  const struct sv texts[] = {x->who, x->org, x->peer, x->request, x->action, x->object, x->before, x->after};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) hash_text(&state, texts[i]);
  crypto_hash_sha256_final(&state, raw);
  sodium_bin2hex(out, HASH_HEX, raw, sizeof raw);
}

/* What is kept of a long text ends on a whole character, so that both engines take it. */
static struct sv shortened(struct sv s) {
  if (!s.p) return SV("");
  if (s.n <= TEXT_MOST) return s;
  s.n = TEXT_MOST;
  while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80) s.n--;
  return s;
}

static int log_append(struct db *d, void *context, struct err *e) {
  struct entry *x = context;
  char previous[HASH_HEX] = "", hash[HASH_HEX];
  struct db_statement *s;
  int64_t changed = DB_RUN(d, log_head_make, e, db_int(x->tenant));
  if (changed < 0) return (int)changed;
  int rc = DB_ROWS(d, log_head_take, &s, e, db_int(x->tenant));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_IO, "%s", tr("审计日志没有头", "the audit log has no head"));
  x->number = db_col_int(s, 0);
  struct sv before = db_col_text(s, 1);
  if (before.n < HASH_HEX) {
    memcpy(previous, before.p ? before.p : "", before.n);
    previous[before.n] = 0;
  }
  while ((rc = db_step(s, e)) == 1) {
  }
  if (rc < 0) return rc;
  entry_hash(x, previous, hash);
  changed =
      DB_RUN(d, log_add, e, db_int(x->tenant), db_int(x->number), db_int(x->at), db_int(x->user), db_text(x->who), db_text(x->org), db_text(x->peer),
             db_text(x->request), db_text(x->action), db_text(x->object), db_text(x->before), db_text(x->after), db_str(hash));
  if (changed >= 0) changed = DB_RUN(d, log_head_set, e, db_int(x->tenant), db_str(hash));
  return changed < 0 ? (int)changed : RC_OK;
}

int log_write(struct db *d, int64_t tenant, const struct web_user *u, const char *who, const char *peer, const char *request,
              const struct audit_entry *a, struct err *e) {
  struct entry x = {.tenant = tenant,
                    .at = db_now(),
                    .user = u ? u->id : 0,
                    .who = shortened(sv_from(who)),
                    .org = sv_from(u && u->org ? u->org : ""),
                    .peer = sv_from(peer),
                    .request = sv_from(request),
                    .action = sv_from(a->action),
                    .object = sv_from(a->object ? a->object : ""),
                    .before = shortened(a->before),
                    .after = shortened(a->after)};
  return db_tx(d, log_append, &x, e);
}

int people_log(struct web_call *c, const struct audit_entry *a, struct err *e) {
  const struct web_user *u = web_user(c);
  return log_write(web_db(c), u ? u->tenant : people_tenant(c), u, u ? u->login : "", web_peer(c), web_request_id(c), a, e);
}

int people_log_system(struct db *d, int64_t tenant, const char *who, const struct audit_entry *a, struct err *e) {
  return log_write(d, tenant, NULL, who, "", "", a, e);
}

/* One page of the walk: continues from *number and `previous`. 1 more may follow, 0 the end or a break (*broken). */
static int walk_some(struct db *d, int64_t tenant, int64_t *number, char previous[HASH_HEX], int64_t *broken, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, log_walk, &s, e, db_int(tenant), db_int(*number)), some = 0;
  if (rc < 0) return rc;
  while ((rc = db_step(s, e)) == 1) {
    char hash[HASH_HEX];
    struct entry x = {.tenant = tenant, .number = db_col_int(s, 0), .at = db_col_int(s, 1), .user = db_col_int(s, 2)};
    struct sv *texts[] = {&x.who, &x.org, &x.peer, &x.request, &x.action, &x.object, &x.before, &x.after};
    for (int i = 0; i < 8; i++) *texts[i] = db_col_text(s, 3 + i);
    entry_hash(&x, previous, hash);
    if (x.number != *number + 1 || !sv_is(db_col_text(s, 11), hash)) {
      *broken = *number + 1;
      db_reset(s);
      return 0;
    }
    memcpy(previous, hash, HASH_HEX);
    *number = x.number;
    some = 1;
  }
  return rc < 0 ? rc : some;
}

int people_log_verify(struct db *d, int64_t tenant, int64_t *entries, int64_t *broken, struct err *e) {
  char previous[HASH_HEX] = "";
  struct db_statement *s;
  *entries = *broken = 0;
  int rc;
  while ((rc = walk_some(d, tenant, entries, previous, broken, e)) == 1) {
  }
  if (rc < 0 || *broken) return rc;
  if ((rc = DB_ROWS(d, log_head_get, &s, e, db_int(tenant))) < 0) return rc;
  bool head = (rc = db_step(s, e)) == 1;
  if (rc < 0) return rc;
  /* entries written since the walk are not a break: only a head behind, or another hash at the same number, is */
  if (head && (db_col_int(s, 0) < *entries || (db_col_int(s, 0) == *entries && !sv_is(db_col_text(s, 1), previous)))) *broken = *entries + 1;
  int64_t last = head ? db_col_int(s, 0) : 0;
  if (head) db_reset(s);
  if (!head && *entries > 0) *broken = *entries + 1;
  if (*broken || last <= *entries) return RC_OK;
  int64_t before = *entries; /* a head further on: they are there by now, or were cut off */
  while ((rc = walk_some(d, tenant, entries, previous, broken, e)) == 1) {
  }
  if (rc == 0 && !*broken && *entries < last) *broken = *entries + 1;
  return before <= *entries ? rc : RC_IO;
}

static int hash_read(struct db_statement *s, int column, char hash[HASH_HEX]) {
  struct sv text = db_col_text(s, column);
  snprintf(hash, HASH_HEX, "%.*s", text.n < HASH_HEX ? (int)text.n : 0, text.p ? text.p : "");
  db_reset(s);
  return RC_OK;
}

int people_log_head(struct db *d, int64_t tenant, int64_t *number, char hash[HASH_HEX], struct err *e) {
  struct db_statement *s;
  *number = 0;
  hash[0] = 0;
  int rc = DB_ROWS(d, log_head_get, &s, e, db_int(tenant));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  *number = db_col_int(s, 0);
  return hash_read(s, 1, hash);
}

int people_log_has(struct db *d, int64_t tenant, int64_t number, const char *hash, bool *has, struct err *e) {
  struct db_statement *s;
  char there[HASH_HEX];
  *has = false;
  int rc = DB_ROWS(d, log_hash, &s, e, db_int(tenant), db_int(number));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  rc = hash_read(s, 0, there);
  *has = strcmp(there, hash) == 0;
  return rc;
}
