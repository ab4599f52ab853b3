/* session.c: who a call comes from: a session's cookie, or an API token. What the browser holds is random; the database has only its hash. */
#include "rooms/admin/internal.h"

#include <string.h>

enum { WORD = 64, AGENT_MOST = 120, GRANTS_MOST = 2000 };

/* The cookie and the token begin with the tenant, "1.…", so that every key leads with it. */
static bool word_split(struct sv word, int64_t *tenant, struct sv *secret) {
  size_t dot = sv_find(word, ".");
  if (dot == SIZE_MAX || dot == 0 || dot > 10 || word.n - dot - 1 != WORD) return false;
  *tenant = 0;
  for (size_t i = 0; i < dot; i++) {
    if (word.p[i] < '0' || word.p[i] > '9') return false;
    *tenant = *tenant * 10 + (word.p[i] - '0');
  }
  *secret = (struct sv){word.p + dot + 1, WORD};
  return *tenant > 0;
}

static const char *keep(struct web_call *c, struct sv s, struct err *e) {
  const char *p = arena_text(web_arena(c), s.p ? s.p : "", s.n);
  if (!p) err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return p;
}

/* Is a permission among the words of a token's scopes? NULL scopes: a session, all of them. */
static bool in_scope(const char *scopes, struct sv permission) {
  if (!scopes) return true;
  struct sv rest = sv_from(scopes);
  while (rest.p) {
    struct sv word = sv_cut(&rest, ' ');
    if (sv_equal(word, permission)) return true;
  }
  return false;
}

int grants_read(struct web_call *c, struct web_user *u, const char *scopes, struct err *e) {
  struct db_statement *s;
  struct web_grant *grants = ARENA_ARRAY(web_arena(c), struct web_grant, GRANTS_MOST);
  if (!grants) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = DB_ROWS(web_db(c), user_grants, &s, e, db_int(u->tenant), db_int(u->id)), n = 0;
  while (rc >= 0 && (rc = db_step(s, e)) == 1 && n < GRANTS_MOST) {
    if (!in_scope(scopes, db_col_text(s, 0))) continue;
    grants[n].permission = keep(c, db_col_text(s, 0), e);
    grants[n].org = keep(c, db_col_text(s, 1), e);
    if (!grants[n].permission || !grants[n].org) rc = RC_NOMEM;
    n++;
  }
  if (rc == 1) db_reset(s);
  u->grants = grants;
  u->ngrants = n;
  return rc < 0 ? rc : RC_OK;
}

bool grants_ask_codes(const struct web_user *u) {
  for (int i = 0; i < u->ngrants; i++)
    if (strcmp(u->grants[i].permission, CODES_PERMISSION) == 0) return true;
  return false;
}

/* Whoever has to change the password first, or to enable one-time codes as a role asks, may do nothing else: no grants. */
static int user_take(struct web_call *c, struct web_user *u, const char *scopes, bool must_change, bool codes, struct err *e) {
  const struct people *p = people_now();
  char csrf[HASH_HEX];
  if (!u->login || !u->name || !u->org) return RC_NOMEM;
  snprintf(csrf, sizeof csrf, "%lld", (long long)u->session);
  secret_sign(p, "csrf", sv_from(csrf), csrf);
  u->csrf = keep(c, sv_from(csrf), e);
  if (!u->csrf) return RC_NOMEM;
  int rc = must_change ? RC_OK : grants_read(c, u, scopes, e);
  if (rc < 0) return rc;
  if (!codes && grants_ask_codes(u)) u->ngrants = 0;
  struct web_user *kept = ARENA_NEW(web_arena(c), struct web_user);
  if (!kept) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  *kept = *u;
  web_user_set(c, kept);
  return RC_OK;
}

static int by_session(struct web_call *c, int64_t tenant, const char *hash, struct err *e) {
  struct db *d = web_db(c);
  struct db_statement *s;
  int64_t now = db_now();
  int rc = DB_ROWS(d, session_find, &s, e, db_int(tenant), db_str(hash));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  struct web_user u = {.tenant = tenant, .session = db_col_int(s, 0), .id = db_col_int(s, 1), .org_id = db_col_int(s, 7)};
  bool waits = db_col_int(s, 2), disabled = db_col_int(s, 9), must_change = db_col_int(s, 10), codes = db_col_text(s, 11).n > 0;
  int64_t seen = db_col_int(s, 3), ends = db_col_int(s, 4);
  u.login = keep(c, db_col_text(s, 5), e);
  u.name = keep(c, db_col_text(s, 6), e);
  u.org = keep(c, db_col_text(s, 8), e);
  db_reset(s);
  if (waits || disabled || now > ends || now - seen > SESSION_IDLE_MS) return RC_OK;
  if (now - seen > 60000) { /* once a minute is enough, and a read stays a read */
    int64_t changed = DB_RUN(d, session_seen, e, db_int(tenant), db_int(u.session), db_int(now));
    if (changed < 0 && changed != RC_BUSY) return (int)changed;
  }
  return user_take(c, &u, NULL, must_change, codes, e);
}

static int by_token(struct web_call *c, int64_t tenant, const char *hash, struct err *e) {
  struct db *d = web_db(c);
  struct db_statement *s;
  int64_t now = db_now();
  int rc = DB_ROWS(d, token_find, &s, e, db_int(tenant), db_str(hash));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  struct web_user u = {.tenant = tenant, .id = db_col_int(s, 1), .org_id = db_col_int(s, 7)};
  int64_t token = db_col_int(s, 0), ends = db_col_int(s, 3), used = db_col_int(s, 4);
  const char *scopes = keep(c, db_col_text(s, 2), e);
  bool disabled = db_col_int(s, 9);
  u.login = keep(c, db_col_text(s, 5), e);
  u.name = keep(c, db_col_text(s, 6), e);
  u.org = keep(c, db_col_text(s, 8), e);
  db_reset(s);
  if (disabled || now > ends || !scopes) return RC_OK;
  if (now - used > 60000) {
    int64_t changed = DB_RUN(d, token_used, e, db_int(tenant), db_int(token), db_int(now));
    if (changed < 0 && changed != RC_BUSY) return (int)changed;
  }
  return user_take(c, &u, scopes, false, true, e); /* its scopes are words of its maker, who had to have codes then */
}

int people_identify(void *context, struct web_call *c, struct err *e) {
  (void)context;
  int64_t tenant;
  struct sv secret, header = web_header(c, "Authorization");
  char hash[HASH_HEX];
  if (sv_starts(header, "Bearer ")) {
    if (!word_split(sv_trim((struct sv){header.p + 7, header.n - 7}), &tenant, &secret)) return RC_OK;
    secret_hash("token", secret, hash);
    return by_token(c, tenant, hash, e);
  }
  if (!word_split(web_cookie(c, SESSION_COOKIE), &tenant, &secret)) return RC_OK;
  secret_hash("session", secret, hash);
  return by_session(c, tenant, hash, e);
}

/* The session of this browser's cookie, in whatever state; 0 none. */
static int session_here(struct web_call *c, int64_t *tenant, int64_t *session, int64_t *user, bool *waits, int64_t *ends, struct err *e) {
  struct sv secret;
  struct db_statement *s;
  char hash[HASH_HEX];
  *session = *user = 0;
  if (!word_split(web_cookie(c, SESSION_COOKIE), tenant, &secret)) return RC_OK;
  secret_hash("session", secret, hash);
  int rc = DB_ROWS(web_db(c), session_find, &s, e, db_int(*tenant), db_str(hash));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  *session = db_col_int(s, 0);
  *user = db_col_int(s, 1);
  *waits = db_col_int(s, 2);
  *ends = db_col_int(s, 4);
  db_reset(s);
  return RC_OK;
}

int session_end_here(struct web_call *c, struct err *e) {
  int64_t tenant = 0, session, user, ends = 0;
  bool waits = false;
  int rc = session_here(c, &tenant, &session, &user, &waits, &ends, e);
  if (rc < 0) return rc;
  if (session) {
    int64_t changed = DB_RUN(web_db(c), session_end, e, db_int(tenant), db_int(session), db_int(user));
    if (changed < 0) return (int)changed;
  }
  web_cookie_set(c, SESSION_COOKIE, "", 0);
  return RC_OK;
}

int session_begin(struct web_call *c, int64_t tenant, int64_t user, bool waits_for_code, struct err *e) {
  char secret[WORD + 1], hash[HASH_HEX], cookie[WORD + 24];
  int rc = session_end_here(c, e); /* a session that was there before signing in is never carried over */
  if (rc < 0) return rc;
  secret_random_hex(secret, WORD / 2);
  secret_hash("session", sv_from(secret), hash);
  struct sv agent = web_header(c, "User-Agent");
  if (agent.n > AGENT_MOST) agent.n = AGENT_MOST;
  if (!agent.p || !utf8_valid(agent)) agent = SV("");
  int64_t now = db_now(), life = waits_for_code ? SESSION_CODE_MS : SESSION_MS;
  int64_t changed = DB_RUN(web_db(c), session_add, e, db_int(tenant), db_int(db_id()), db_int(user), db_str(hash), db_int(waits_for_code),
                           db_int(now), db_int(now + life), db_str(web_peer(c)), db_text(agent));
  if (changed < 0) return (int)changed;
  snprintf(cookie, sizeof cookie, "%lld.%s", (long long)tenant, secret);
  web_cookie_set(c, SESSION_COOKIE, cookie, life / 1000);
  return RC_OK;
}

int session_waiting(struct web_call *c, int64_t tenant, int64_t *user, int64_t *session, struct err *e) {
  int64_t its = 0, ends = 0;
  bool waits = false;
  int rc = session_here(c, &its, session, user, &waits, &ends, e);
  if (rc < 0) return rc;
  if (!*session || !waits || its != tenant || db_now() > ends) *session = *user = 0;
  return RC_OK;
}

int people_forget_old(struct db *d, int64_t tenant, struct err *e) {
  int64_t now = db_now();
  int64_t n = DB_RUN(d, session_end_old, e, db_int(tenant), db_int(now), db_int(now - SESSION_IDLE_MS));
  if (n >= 0) n = DB_RUN(d, attempt_clear_old, e, db_int(tenant), db_int(now - 2 * DAY_MS));
  return n < 0 ? (int)n : RC_OK;
}
