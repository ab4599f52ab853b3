/* login.c: signing in and out. What went wrong is never said closer than "name or password": neither tells which logins there are. */
#include "rooms/admin/internal.h"

#include <string.h>

static const char *const usual = "/";

/* Only a path of this server, so that a link to the sign-in page leads nowhere else. */
static const char *next_of(struct web_call *c) {
  struct sv next = web_text(c, "next");
  if (next.n < 1 || next.n > 1000 || next.p[0] != '/' || (next.n > 1 && (next.p[1] == '/' || next.p[1] == '\\'))) return usual;
  for (size_t i = 0; i < next.n; i++)
    if ((unsigned char)next.p[i] <= 0x20 || next.p[i] == '\\') return usual;
  const char *p = arena_text(web_arena(c), next.p, next.n);
  return p ? p : usual;
}

static void login_form(struct web_call *c, const char *error, struct sv login) {
  struct buf *out = web_out(c);
  struct ui_page p = {.title = tr("登录", "Sign in"), .error = error};
  const char *value = arena_text(web_arena(c), login.p ? login.p : "", login.n);
  people_page(c, &p);
  ui_form(out, "/login", "", false);
  ui_hidden(out, "next", next_of(c));
  ui_field(
      out,
      &(struct ui_field){
          .kind = UI_LINE, .name = "login", .label = tr("登录名", "Login"), .value = value, .required = true, .max = 64, .autocomplete = "username"});
  ui_field(out, &(struct ui_field){.kind = UI_PASSWORD,
                                   .name = "password",
                                   .label = tr("密码", "Password"),
                                   .required = true,
                                   .max = PASSWORD_MAX,
                                   .autocomplete = "current-password"});
  ui_button(out, tr("登录", "Sign in"), "primary", NULL, NULL);
  ui_form_end(out);
  if (oidc_offered()) {
    buf_puts(out, "<p><a class=\"button\" href=\"/login/oidc\">");
    html_str(out, tr("统一身份登录", "Sign in with the organisation's account"));
    buf_puts(out, "</a></p>\n");
  }
  people_page_end(c, &p);
}

int login_page(struct web_call *c, struct err *e) {
  (void)e;
  if (web_user(c)) return web_redirect(c, "%s", next_of(c));
  login_form(c, NULL, SV(""));
  return RC_OK;
}

struct signing {
  struct web_call *c;
  const char *login;
  int64_t tenant, user;
  bool code;
};

static int sign_in(struct db *d, void *context, struct err *e) {
  struct signing *s = context;
  int rc = session_begin(s->c, s->tenant, s->user, s->code, e);
  if (rc < 0 || s->code) return rc; /* with a code, the first half is neither a success nor forgets failures */
  if ((rc = attempt_well(d, s->tenant, s->login, e)) < 0) return rc;
  int64_t changed = DB_RUN(d, user_seen, e, db_int(s->tenant), db_int(s->user), db_int(db_now()));
  if (changed < 0) return (int)changed;
  const struct web_user u = {.tenant = s->tenant, .id = s->user, .login = s->login, .org = ""};
  return log_write(d, s->tenant, &u, s->login, web_peer(s->c), web_request_id(s->c),
                   &(struct audit_entry){.action = "login.well", .object = s->login}, e);
}

static int sign_in_failed(struct db *d, void *context, struct err *e) {
  struct signing *s = context;
  int rc = attempt_failed(d, s->tenant, s->login, web_peer(s->c), e);
  if (rc < 0) return rc;
  return log_write(d, s->tenant, NULL, s->login, web_peer(s->c), web_request_id(s->c),
                   &(struct audit_entry){.action = "login.failed", .object = s->login}, e);
}

static int refused(struct signing *s, const char *text, int status, struct err *e) {
  int rc = db_tx(web_db(s->c), sign_in_failed, s, e);
  if (rc < 0) return rc;
  web_status(s->c, status);
  login_form(s->c, text, sv_from(s->login));
  return RC_OK;
}

/* 1 when too many tries came before this one: said already. */
static int paused(struct signing *s, struct err *e) {
  int64_t wait;
  char text[160], seconds[24];
  int rc = attempt_allowed(web_db(s->c), s->tenant, s->login, web_peer(s->c), &wait, e);
  if (rc < 0 || wait <= 0) return rc;
  snprintf(text, sizeof text, tr("试错太多，请 %d 分钟后再试", "too many tries: wait %d minutes"), (int)(wait / 60000) + 1);
  snprintf(seconds, sizeof seconds, "%lld", (long long)(wait / 1000 + 1));
  web_header_set(s->c, "Retry-After", seconds);
  web_status(s->c, 429);
  login_form(s->c, text, sv_from(s->login));
  return 1;
}

int login_post(struct web_call *c, struct err *e) {
  struct db *d = web_db(c);
  struct db_statement *st;
  char hash[PASSWORD_HASH] = "";
  struct sv typed = web_text(c, "login");
  struct signing s = {.c = c, .tenant = people_tenant(c), .login = arena_text(web_arena(c), typed.p, typed.n)};
  if (!s.login) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = paused(&s, e);
  if (rc != 0) return rc < 0 ? rc : RC_OK;
  bool disabled = false, must_change = false;
  if ((rc = DB_ROWS(d, user_by_login, &st, e, db_int(s.tenant), db_text(typed))) < 0 || (rc = db_step(st, e)) < 0) return rc;
  if (rc == 1) {
    struct sv stored = db_col_text(st, 1);
    s.user = db_col_int(st, 0);
    if (stored.n < sizeof hash) memcpy(hash, stored.p, stored.n + 0);
    hash[stored.n < sizeof hash ? stored.n : 0] = 0;
    disabled = db_col_int(st, 2);
    s.code = db_col_text(st, 3).n > 0;
    must_change = db_col_int(st, 4);
    db_reset(st);
  }
  bool well = hash[0] ? password_matches(web_text(c, "password"), hash) : (password_waste(web_text(c, "password")), false);
  if (!well || disabled) return refused(&s, tr("登录名或密码不对", "the login or the password is wrong"), 401, e);
  if ((rc = db_tx(d, sign_in, &s, e)) < 0) return rc;
  if (s.code) {
    const char *next = next_of(c);
    struct buf query;
    buf_init(&query, 4096);
    html_query(&query, sv_from(next));
    rc = query.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : web_redirect(c, "/login/code?next=%s", query.p ? query.p : "");
    buf_release(&query);
    return rc;
  }
  return must_change ? web_redirect(c, "/me?must=1") : web_redirect(c, "%s", next_of(c));
}

/* ---- the second step: a one-time code ---- */
static void code_form(struct web_call *c, const char *error) {
  struct buf *out = web_out(c);
  struct ui_page p = {.title = tr("动态口令", "One-time code"), .error = error};
  people_page(c, &p);
  ui_form(out, "/login/code", "", false);
  ui_hidden(out, "next", next_of(c));
  ui_field(out, &(struct ui_field){.kind = UI_CODE,
                                   .name = "code",
                                   .label = tr("手机上的六位数字", "Six digits on your telephone"),
                                   .required = true,
                                   .max = CODE_DIGITS,
                                   .autocomplete = "one-time-code"});
  ui_button(out, tr("继续", "Continue"), "primary", NULL, NULL);
  ui_form_end(out);
  people_page_end(c, &p);
}

int login_code_page(struct web_call *c, struct err *e) {
  int64_t user, session;
  int rc = session_waiting(c, people_tenant(c), &user, &session, e);
  if (rc < 0) return rc;
  if (!user) return web_redirect(c, "/login");
  code_form(c, NULL);
  return RC_OK;
}

/* Login, secret and the step of the last code used. */
static int second_factor(struct web_call *c, int64_t tenant, int64_t user, const char **login, char secret[64], struct err *e) {
  struct db_statement *st;
  char sealed[256] = "";
  int rc = DB_ROWS(web_db(c), user_get, &st, e, db_int(tenant), db_int(user));
  if (rc < 0 || (rc = db_step(st, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个用户", "there is no such user"));
  struct sv name = db_col_text(st, 0), s = db_col_text(st, 7);
  *login = arena_text(web_arena(c), name.p, name.n);
  if (s.n < sizeof sealed) memcpy(sealed, s.p, s.n);
  db_reset(st);
  return *login ? secret_open(people_now(), sealed, secret, 64, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

int login_code_post(struct web_call *c, struct err *e) {
  int64_t session;
  char secret[64];
  struct signing s = {.c = c, .tenant = people_tenant(c)};
  int rc = session_waiting(c, s.tenant, &s.user, &session, e);
  if (rc < 0) return rc;
  if (!s.user) return web_redirect(c, "/login");
  if ((rc = second_factor(c, s.tenant, s.user, &s.login, secret, e)) < 0) return rc;
  if ((rc = paused(&s, e)) != 0) return rc < 0 ? rc : RC_OK;
  int64_t step = totp_step(secret, web_text(c, "code"), db_now()), fresh = 0;
  if (step >= 0 && (fresh = DB_RUN(web_db(c), user_totp_step, e, db_int(s.tenant), db_int(s.user), db_int(step))) < 0) return (int)fresh;
  if (fresh != 1) { /* wrong, or used already */
    if ((rc = db_tx(web_db(c), sign_in_failed, &s, e)) < 0) return rc;
    web_status(c, 401);
    code_form(c, tr("口令不对或已用过，请等下一个", "wrong, or used already: wait for the next one"));
    return RC_OK;
  }
  if ((rc = db_tx(web_db(c), sign_in, &s, e)) < 0) return rc;
  return web_redirect(c, "%s", next_of(c));
}

static int sign_out(struct db *d, void *context, struct err *e) {
  (void)d;
  struct web_call *c = context;
  int rc = people_log(c, &(struct audit_entry){.action = "logout", .object = web_user(c)->login}, e);
  return rc < 0 ? rc : session_end_here(c, e);
}

int logout_post(struct web_call *c, struct err *e) {
  int rc = db_tx(web_db(c), sign_out, c, e);
  return rc < 0 ? rc : web_redirect(c, "/login");
}

int language_get(struct web_call *c, struct err *e) {
  (void)e;
  web_cookie_set(c, "lang", sv_is(web_text(c, "lang"), "en") ? "en" : "zh", INT64_C(31536000));
  return web_redirect(c, "%s", next_of(c));
}
