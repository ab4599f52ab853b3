/* internal.h: what the files of the people room share. */
#ifndef HENG_ROOMS_ADMIN_INTERNAL_H
#define HENG_ROOMS_ADMIN_INTERNAL_H

#include "people_sql.h"
#include "rooms/admin/people.h"

enum {
  PASSWORD_MAX = 128,       /* characters taken */
  PASSWORD_HASH = 160,      /* bytes of an argon2id string */
  HASH_HEX = 65,            /* SHA-256 in hex */
  CODE_DIGITS = 6,          /* of a one-time code */
  TOTP_SECONDS = 30,        /* RFC 6238 */
  SESSION_IDLE_MS = 1800000 /* 30 minutes */
};
#define SESSION_MS      INT64_C(43200000) /* 12 hours */
#define SESSION_CODE_MS INT64_C(300000)   /* a sign-in that waits for its code */
#define SESSION_COOKIE  "heng_session"
#define TOKEN_DAYS_MOST 366
#define DAY_MS          INT64_C(86400000)

struct people {
  struct people_config config;
  unsigned char key[32];
};
/* The one that serves; NULL in a command. */
const struct people *people_now(void);
/* The tenant that somebody not signed in means. */
int64_t people_tenant(const struct web_call *c);

/* ---- password.c ---- */
/* argon2id (RFC 9106) with libsodium's interactive limits, by threads of low priority: each takes 64 MiB. */
int password_hash(struct sv password, char out[PASSWORD_HASH], struct err *e) MUST_CHECK;
bool password_matches(struct sv password, const char *hash);
void password_waste(struct sv password); /* takes as long as a check: whoever asks for a user that is not there learns nothing */
/* The rules: 12 … 128 characters, three of four kinds, not the login, not a usual one. RC_USAGE with what to do. */
int password_rules(struct sv password, struct sv login, struct err *e) MUST_CHECK;
/* Sets it and remembers it; refuses the last five. In the caller's transaction. */
int password_set(struct db *d, int64_t tenant, int64_t user, struct sv login, struct sv password, bool must_change, struct err *e) MUST_CHECK;
/* One that is not to be guessed, for a first sign-in: 16 characters. */
void password_make(char out[20]);

/* ---- secret.c: what is random, what is hashed, what is kept encrypted ---- */
void secret_random_hex(char *out, size_t bytes);                                             /* 2·bytes+1 characters */
void secret_hash(const char *what, struct sv s, char out[HASH_HEX]);                         /* SHA-256 over "what\0s" */
void secret_sign(const struct people *p, const char *what, struct sv s, char out[HASH_HEX]); /* keyed BLAKE2b */
bool secret_equal(const char *a, const char *b);                                             /* in constant time */
int secret_seal(const struct people *p, struct sv plain, char *out, size_t size, struct err *e) MUST_CHECK;
int secret_open(const struct people *p, const char *sealed, char *out, size_t size, struct err *e) MUST_CHECK;

/* ---- totp.c: RFC 6238, SHA-1, 30 s, six digits ---- */
int totp_make(char base32[40], struct err *e) MUST_CHECK;
/* The time step of a code that fits now, one step earlier or later; -1 none. */
int64_t totp_step(const char *base32, struct sv code, int64_t now_ms);

/* ---- session.c ---- */
#define CODES_PERMISSION "sign.code" /* in a role of profiles/roles.txt: whoever has the role must sign in with one-time codes */
/* What a user may do, into u->grants; `scopes` NULL or the words of a token. */
int grants_read(struct web_call *c, struct web_user *u, const char *scopes, struct err *e) MUST_CHECK;
bool grants_ask_codes(const struct web_user *u);
int people_identify(void *context, struct web_call *c, struct err *e) MUST_CHECK;
/* A new session; sets the cookie. The one before it in this browser ends. */
int session_begin(struct web_call *c, int64_t tenant, int64_t user, bool waits_for_code, struct err *e) MUST_CHECK;
int session_end_here(struct web_call *c, struct err *e) MUST_CHECK;
/* The user whose half-finished sign-in this is; 0 nobody. */
int session_waiting(struct web_call *c, int64_t tenant, int64_t *user, int64_t *session, struct err *e) MUST_CHECK;

/* ---- attempt.c: lockout and back-off, by login and by address ---- */
int attempt_allowed(struct db *d, int64_t tenant, const char *login, const char *peer, int64_t *wait_ms, struct err *e) MUST_CHECK;
int attempt_failed(struct db *d, int64_t tenant, const char *login, const char *peer, struct err *e) MUST_CHECK;
int attempt_well(struct db *d, int64_t tenant, const char *login, struct err *e) MUST_CHECK;

/* ---- roles.c ---- */
int roles_load(struct db *d, int64_t tenant, const char *path, int *count, struct err *e) MUST_CHECK;
/* RC_CONFLICT when the user holds a role of the same group. In the caller's transaction. */
int role_give(struct db *d, int64_t tenant, int64_t user, const char *role, int64_t org, int64_t by, struct err *e) MUST_CHECK;

/* ---- oidc.c ---- */
bool oidc_offered(void);
int oidc_begin(struct web_call *c, struct err *e);
int oidc_callback(struct web_call *c, struct err *e);

/* ---- the log's own ---- */
int log_write(struct db *d, int64_t tenant, const struct web_user *u, const char *who, const char *peer, const char *request,
              const struct audit_entry *a, struct err *e) MUST_CHECK;

/* ---- handlers, by file ---- */
int login_page(struct web_call *c, struct err *e);
int login_post(struct web_call *c, struct err *e);
int login_code_page(struct web_call *c, struct err *e);
int login_code_post(struct web_call *c, struct err *e);
int logout_post(struct web_call *c, struct err *e);
int language_get(struct web_call *c, struct err *e);
int static_get(struct web_call *c, struct err *e);
int me_page(struct web_call *c, struct err *e);
int me_password(struct web_call *c, struct err *e);
int me_totp_begin(struct web_call *c, struct err *e);
int me_totp_confirm(struct web_call *c, struct err *e);
int me_totp_remove(struct web_call *c, struct err *e);
int me_session_end(struct web_call *c, struct err *e);
int me_sessions_end(struct web_call *c, struct err *e);
int me_token_add(struct web_call *c, struct err *e);
int me_token_end(struct web_call *c, struct err *e);
int users_page(struct web_call *c, struct err *e);
int user_page(struct web_call *c, struct err *e);
int user_add_post(struct web_call *c, struct err *e);
int user_change_post(struct web_call *c, struct err *e);
int user_password_post(struct web_call *c, struct err *e);
int user_totp_post(struct web_call *c, struct err *e);
int user_sessions_post(struct web_call *c, struct err *e);
int user_role_post(struct web_call *c, struct err *e);
int user_role_remove_post(struct web_call *c, struct err *e);
int orgs_page(struct web_call *c, struct err *e);
int org_add_post(struct web_call *c, struct err *e);
int org_change_post(struct web_call *c, struct err *e);
int roles_page(struct web_call *c, struct err *e);
int log_page(struct web_call *c, struct err *e);
int log_verify_page(struct web_call *c, struct err *e);
int people_refuse(void *context, struct web_call *c, int status, const char *text, struct err *e);

#endif
