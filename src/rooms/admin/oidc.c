/* oidc.c: signing in by another's word: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636), state and nonce. The ID token comes
 * straight from the token endpoint over TLS (or from this machine), which section 3.1.3.7 (6) takes in place of its signature; issuer, audience, time
 * and nonce are checked. An identity is bound to an account by its owner, signed in with the password first: a name at the provider opens no account
 * by itself. */
#include "http/fetch.h"
#include "rooms/admin/internal.h"

#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { URL_MOST = 600, ANSWER_MOST = 1 << 20, MINUTES = 10 };
#define COOKIE "heng_oidc"

/* What the provider says of itself, asked once. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
  bool known;
  char authorization[URL_MOST], token[URL_MOST];
} provider;

static bool configured(void) {
  const struct people_config *c = &people_now()->config;
  return c->oidc_issuer && *c->oidc_issuer && c->oidc_client && c->oidc_secret && c->site;
}

bool oidc_offered(void) {
  return people_now() && configured();
}

static bool copy(const json_t *o, const char *key, char *out, size_t size) {
  const char *s = json_string_value(json_object_get(o, key));
  size_t n = s ? strlen(s) : 0;
  if (n == 0 || n >= size) return false;
  memcpy(out, s, n + 1);
  return true;
}

static int discover(struct err *e) {
  char url[URL_MOST + 64];
  struct buf b;
  json_error_t why;
  const char *issuer = people_now()->config.oidc_issuer;
  size_t n = strlen(issuer);
  snprintf(url, sizeof url, "%.*s/.well-known/openid-configuration", (int)(n > URL_MOST - 1 ? URL_MOST - 1 : n) - (n > 0 && issuer[n - 1] == '/'),
           issuer);
  buf_init(&b, ANSWER_MOST);
  int status = fetch(url, NULL, NULL, NULL, &b, e);
  json_t *root = status == 200 ? json_loadb(b.p ? b.p : "", b.n, JSON_REJECT_DUPLICATES, &why) : NULL;
  const char *said = json_string_value(json_object_get(root, "issuer"));
  bool well = said && strcmp(said, issuer) == 0 && copy(root, "authorization_endpoint", provider.authorization, sizeof provider.authorization) &&
              copy(root, "token_endpoint", provider.token, sizeof provider.token) && fetch_allowed(provider.authorization) &&
              fetch_allowed(provider.token);
  json_decref(root);
  buf_release(&b);
  if (status < 0) return status;
  provider.known = well;
  return well ? RC_OK : err_set(e, RC_IO, tr("%s 的配置读不懂", "the configuration at %s is not understood"), url);
}

static int provider_read(char authorization[URL_MOST], char token[URL_MOST], struct err *e) {
  pthread_mutex_lock(&lock);
  int rc = provider.known ? RC_OK : discover(e);
  if (rc == RC_OK) {
    memcpy(authorization, provider.authorization, URL_MOST);
    memcpy(token, provider.token, URL_MOST);
  }
  pthread_mutex_unlock(&lock);
  return rc;
}

static void redirect_uri(struct buf *out) {
  html_query(out, sv_from(people_now()->config.site));
  buf_puts(out, "%2Flogin%2Foidc%2Fcallback");
}

/* ---- away to the provider ---- */
/* state, nonce and verifier travel in a sealed cookie: whoever comes back is who went. */
int oidc_begin(struct web_call *c, struct err *e) {
  char state[33], nonce[33], verifier[65], plain[160], sealed[512], authorization[URL_MOST], token[URL_MOST], challenge[64];
  unsigned char digest[crypto_hash_sha256_BYTES];
  if (!oidc_offered()) return err_set(e, RC_NOTFOUND, "%s", tr("没有配置统一登录", "no provider is configured"));
  int rc = provider_read(authorization, token, e);
  if (rc < 0) return rc;
  secret_random_hex(state, 16);
  secret_random_hex(nonce, 16);
  secret_random_hex(verifier, 32);
  crypto_hash_sha256(digest, (const unsigned char *)verifier, strlen(verifier));
  sodium_bin2base64(challenge, sizeof challenge, digest, sizeof digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  snprintf(plain, sizeof plain, "%s %s %s %lld", state, nonce, verifier, (long long)(db_now() + MINUTES * 60000));
  if ((rc = secret_seal(people_now(), sv_from(plain), sealed, sizeof sealed, e)) < 0) return rc;
  web_cookie_set(c, COOKIE, sealed, MINUTES * 60);
  struct buf url;
  buf_init(&url, 4096);
  buf_puts(&url, authorization);
  buf_puts(&url, strchr(authorization, '?') ? "&" : "?");
  buf_puts(&url, "response_type=code&scope=openid&client_id=");
  html_query(&url, sv_from(people_now()->config.oidc_client));
  buf_puts(&url, "&redirect_uri=");
  redirect_uri(&url);
  buf_printf(&url, "&state=%s&nonce=%s&code_challenge=%s&code_challenge_method=S256", state, nonce, challenge);
  rc = url.rc < 0 ? err_set(e, RC_LIMIT, "%s", tr("太长", "too long")) : web_redirect_away(c, url.p, e);
  buf_release(&url);
  return rc;
}

/* ---- and back ---- */
struct flight {
  char state[33], nonce[33], verifier[65];
};

static int flight_read(struct web_call *c, struct flight *f, struct err *e) {
  char sealed[512], plain[160];
  long long until = 0;
  struct sv cookie = web_cookie(c, COOKIE);
  web_cookie_set(c, COOKIE, "", 0); /* each is used once */
  snprintf(sealed, sizeof sealed, "%.*s", SV_ARG(cookie));
  bool well = cookie.n > 0 && cookie.n < sizeof sealed && secret_open(people_now(), sealed, plain, sizeof plain, e) == RC_OK &&
              sscanf(plain, "%32s %32s %64s %lld", f->state, f->nonce, f->verifier, &until) == 4 && db_now() < until;
  return well ? RC_OK : err_set(e, RC_USAGE, "%s", tr("登录过程已过期，请重来", "this sign-in has expired: begin again"));
}

static int exchange(struct web_call *c, const struct flight *f, char **id_token, struct err *e) {
  char authorization[URL_MOST], token[URL_MOST];
  struct buf form, answer;
  json_error_t why;
  int rc = provider_read(authorization, token, e);
  if (rc < 0) return rc;
  buf_init(&form, 8192);
  buf_init(&answer, ANSWER_MOST);
  buf_puts(&form, "grant_type=authorization_code&code=");
  html_query(&form, web_text(c, "code"));
  buf_puts(&form, "&redirect_uri=");
  redirect_uri(&form);
  buf_printf(&form, "&code_verifier=%s&client_id=", f->verifier);
  html_query(&form, sv_from(people_now()->config.oidc_client));
  int status = form.rc < 0 ? err_set(e, RC_LIMIT, "%s", tr("太长", "too long"))
                           : fetch(token, form.p, people_now()->config.oidc_client, people_now()->config.oidc_secret, &answer, e);
  json_t *root = status == 200 ? json_loadb(answer.p ? answer.p : "", answer.n, JSON_REJECT_DUPLICATES, &why) : NULL;
  const char *s = json_string_value(json_object_get(root, "id_token"));
  *id_token = s ? strdup(s) : NULL;
  json_decref(root);
  buf_release(&form);
  buf_release(&answer);
  if (status < 0) return status;
  return *id_token ? RC_OK : err_set(e, RC_USAGE, tr("统一登录没有成功（%d）", "the provider refused (%d)"), status);
}

/* The middle of three parts, base64url: the claims. */
static json_t *claims_of(const char *id_token) {
  const char *a = strchr(id_token, '.'), *b = a ? strchr(a + 1, '.') : NULL;
  size_t n = b ? (size_t)(b - a - 1) : 0, made = 0;
  unsigned char *raw = n > 0 && n < ANSWER_MOST ? malloc(n) : NULL;
  json_error_t why;
  json_t *root = NULL;
  if (raw && sodium_base642bin(raw, n, a + 1, n, NULL, &made, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0)
    root = json_loadb((const char *)raw, made, JSON_REJECT_DUPLICATES, &why);
  free(raw);
  return root;
}

static bool audience_is(const json_t *aud, const char *client) {
  if (json_is_string(aud)) return strcmp(json_string_value(aud), client) == 0;
  return json_array_size(aud) == 1 && json_is_string(json_array_get(aud, 0)) && strcmp(json_string_value(json_array_get(aud, 0)), client) == 0;
}

/* The identity, "issuer subject"; OpenID Connect Core, 3.1.3.7. */
static int subject_of(const char *id_token, const struct flight *f, char *out, size_t size, struct err *e) {
  const struct people_config *config = &people_now()->config;
  json_t *root = claims_of(id_token);
  const char *iss = json_string_value(json_object_get(root, "iss")), *sub = json_string_value(json_object_get(root, "sub")),
             *nonce = json_string_value(json_object_get(root, "nonce"));
  int64_t now = db_now() / 1000, until = json_integer_value(json_object_get(root, "exp")), made = json_integer_value(json_object_get(root, "iat"));
  bool well = iss && sub && nonce && strcmp(iss, config->oidc_issuer) == 0 && audience_is(json_object_get(root, "aud"), config->oidc_client) &&
              secret_equal(nonce, f->nonce) && until > now - 60 && made < now + 60 && *sub && snprintf(out, size, "%s %s", iss, sub) < (int)size;
  json_decref(root);
  return well ? RC_OK : err_set(e, RC_USAGE, "%s", tr("统一登录的凭证不对", "the provider's token is not for this sign-in"));
}

struct arriving {
  struct web_call *c;
  char subject[URL_MOST + 300];
  int64_t tenant, user;
  const char *login;
};

static int bind(struct db *d, void *context, struct err *e) {
  struct arriving *a = context;
  const struct web_user *u = web_user(a->c);
  int64_t n = DB_RUN(d, user_subject, e, db_int(u->tenant), db_int(u->id), db_str(a->subject));
  if (n == RC_CONFLICT) return err_set(e, RC_CONFLICT, "%s", tr("这个身份已经绑定了别的账户", "this identity is bound to another account"));
  return n < 0 ? (int)n : people_log(a->c, &(struct audit_entry){.action = "oidc.bind", .object = u->login, .after = sv_from(a->subject)}, e);
}

static int enter(struct db *d, void *context, struct err *e) {
  struct arriving *a = context;
  int rc = session_begin(a->c, a->tenant, a->user, false, e);
  const struct web_user u = {.tenant = a->tenant, .id = a->user, .login = a->login, .org = ""};
  if (rc < 0) return rc;
  int64_t n = DB_RUN(d, user_seen, e, db_int(a->tenant), db_int(a->user), db_int(db_now()));
  if (n < 0) return (int)n;
  return log_write(d, a->tenant, &u, a->login, web_peer(a->c), web_request_id(a->c),
                   &(struct audit_entry){.action = "login.oidc", .object = a->login}, e);
}

static int account_of(struct arriving *a, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(a->c), user_by_subject, &s, e, db_int(a->tenant), db_str(a->subject));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0)
    return err_set(e, RC_USAGE, "%s",
                   tr("这个身份没有绑定账户：先用密码登录，在“我的账户”里绑定",
                      "this identity is bound to no account: sign in with the password first and bind it there"));
  bool disabled = db_col_int(s, 2);
  struct sv login = db_col_text(s, 1);
  a->user = db_col_int(s, 0);
  a->login = arena_text(web_arena(a->c), login.p, login.n);
  db_reset(s);
  if (disabled || !a->login) return err_set(e, RC_USAGE, "%s", tr("账户已停用", "the account is disabled"));
  return RC_OK;
}

int oidc_callback(struct web_call *c, struct err *e) {
  struct flight f;
  char *id_token = NULL, state[65];
  struct arriving *a = ARENA_NEW(web_arena(c), struct arriving);
  if (!a) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (!oidc_offered()) return err_set(e, RC_NOTFOUND, "%s", tr("没有配置统一登录", "no provider is configured"));
  a->c = c;
  a->tenant = people_tenant(c);
  int rc = flight_read(c, &f, e);
  snprintf(state, sizeof state, "%.64s", web_has(c, "state") ? web_text(c, "state").p : "");
  state[web_text(c, "state").n < 64 ? web_text(c, "state").n : 64] = 0;
  if (rc == RC_OK && (!secret_equal(state, f.state) || !web_has(c, "code")))
    rc = err_set(e, RC_USAGE, "%s", tr("统一登录被拒绝或中断", "the sign-in was refused or broken off"));
  if (rc == RC_OK) rc = exchange(c, &f, &id_token, e);
  if (rc == RC_OK) rc = subject_of(id_token, &f, a->subject, sizeof a->subject, e);
  free(id_token);
  if (rc < 0) return rc;
  if (web_user(c)) {
    rc = db_tx(web_db(c), bind, a, e);
    return rc < 0 ? rc : web_redirect(c, "/me?done=1");
  }
  rc = account_of(a, e);
  if (rc == RC_OK) rc = db_tx(web_db(c), enter, a, e);
  return rc < 0 ? rc : web_redirect(c, "/");
}
