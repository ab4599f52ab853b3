/* me.c: one's own account: password, one-time codes, sessions, API tokens. */
#include "rooms/admin/internal.h"

#include <string.h>

struct mine {
  struct web_call *c;
  const struct web_user *u;
  char shown[128]; /* a new token, once */
  int64_t id;
};

struct account {
  char login[65], totp[256], pending[256], password[PASSWORD_HASH];
  int64_t password_at;
  bool must_change;
};

static void copy(char *out, size_t size, struct sv s) {
  if (s.n >= size) s.n = 0;
  memcpy(out, s.p ? s.p : "", s.n);
  out[s.n] = 0;
}

static int account_read(struct web_call *c, struct account *a, struct err *e) {
  struct db_statement *s;
  const struct web_user *u = web_user(c);
  int rc = DB_ROWS(web_db(c), user_get, &s, e, db_int(u->tenant), db_int(u->id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个用户", "there is no such user"));
  copy(a->login, sizeof a->login, db_col_text(s, 0));
  a->must_change = db_col_int(s, 6);
  copy(a->totp, sizeof a->totp, db_col_text(s, 7));
  copy(a->pending, sizeof a->pending, db_col_text(s, 8));
  copy(a->password, sizeof a->password, db_col_text(s, 10));
  a->password_at = db_col_int(s, 11);
  db_reset(s);
  return RC_OK;
}

static void heading(struct buf *out, const char *text) {
  buf_puts(out, "<h2>");
  html_str(out, text);
  buf_puts(out, "</h2>\n");
}

static void password_form(struct web_call *c, struct buf *out) {
  heading(out, tr("改密码", "Change the password"));
  ui_form(out, "/me/password", web_user(c)->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_PASSWORD,
                                   .name = "old",
                                   .label = tr("现在的密码", "Present password"),
                                   .required = true,
                                   .max = PASSWORD_MAX,
                                   .autocomplete = "current-password"});
  ui_field(out, &(struct ui_field){.kind = UI_PASSWORD,
                                   .name = "new",
                                   .label = tr("新密码", "New password"),
                                   .required = true,
                                   .max = PASSWORD_MAX,
                                   .autocomplete = "new-password",
                                   .help = tr("至少 12 个字符，大写、小写、数字、其他字符中的三种",
                                              "at least 12 characters, three of: capitals, small letters, digits, others")});
  ui_field(out, &(struct ui_field){.kind = UI_PASSWORD,
                                   .name = "again",
                                   .label = tr("再输一遍", "Once more"),
                                   .required = true,
                                   .max = PASSWORD_MAX,
                                   .autocomplete = "new-password"});
  ui_button(out, tr("改密码", "Change it"), "primary", NULL, NULL);
  ui_form_end(out);
}

static int totp_part(struct web_call *c, struct buf *out, const struct account *a, struct err *e) {
  char secret[64];
  heading(out, tr("动态口令", "One-time codes"));
  if (a->pending[0]) {
    int rc = secret_open(people_now(), a->pending, secret, sizeof secret, e);
    if (rc < 0) return rc;
    buf_puts(out, "<div class=\"card\"><p>");
    html_str(out, tr("把这个密钥输入手机上的口令程序，再填它显示的六位数字：",
                     "Enter this key in the application on your telephone, then the six digits it shows:"));
    buf_puts(out, "</p><p><code>");
    html_str(out, secret);
    buf_puts(out, "</code></p><p class=\"help\"><code>otpauth://totp/heng:");
    html_query(out, sv_from(a->login));
    buf_puts(out, "?secret=");
    html_str(out, secret);
    buf_puts(out, "&amp;issuer=heng</code></p></div>\n");
    ui_form(out, "/me/totp/confirm", web_user(c)->csrf, false);
    ui_field(out, &(struct ui_field){.kind = UI_CODE,
                                     .name = "code",
                                     .label = tr("六位数字", "Six digits"),
                                     .required = true,
                                     .max = CODE_DIGITS,
                                     .autocomplete = "one-time-code"});
    ui_button(out, tr("启用", "Enable"), "primary", NULL, NULL);
    ui_form_end(out);
    return RC_OK;
  }
  ui_form(out, a->totp[0] ? "/me/totp/remove" : "/me/totp/begin", web_user(c)->csrf, false);
  buf_puts(out, "<p>");
  html_str(out, a->totp[0] ? tr("已启用：登录时还要手机上的六位数字。", "Enabled: signing in also asks for six digits.")
                           : tr("没有启用。启用后，登录时还要手机上的六位数字。",
                                "Not enabled. With it, signing in also asks for six digits from your telephone."));
  buf_puts(out, "</p>\n");
  if (a->totp[0])
    ui_field(out, &(struct ui_field){.kind = UI_PASSWORD,
                                     .name = "password",
                                     .label = tr("密码", "Password"),
                                     .required = true,
                                     .max = PASSWORD_MAX,
                                     .autocomplete = "current-password"});
  ui_button(out, a->totp[0] ? tr("停用", "Disable") : tr("启用动态口令", "Enable one-time codes"), a->totp[0] ? "danger" : "", NULL, NULL);
  ui_form_end(out);
  return RC_OK;
}

static int sessions_part(struct web_call *c, struct buf *out, struct err *e) {
  static const struct ui_column columns[] = {{"begun", "登录", "Since", 0},
                                             {"seen", "最近", "Last seen", 0},
                                             {"peer", "地址", "Address", 0},
                                             {"agent", "浏览器", "Browser", 0},
                                             {"end", "操作", "Action", 0}};
  const struct web_user *u = web_user(c);
  struct db_statement *s;
  struct ui_table t = {.caption = tr("登录中的会话", "Sessions"), .path = "/me", .columns = columns, .ncolumns = 5, .total = -1};
  heading(out, tr("会话", "Sessions"));
  ui_form(out, "/me/sessions/end", u->csrf, false);
  ui_button(out, tr("退出其他会话", "End the others"), "danger", NULL, NULL);
  ui_form_end(out);
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), session_of_user, &s, e, db_int(u->tenant), db_int(u->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    ui_row(out, &t, db_col_int(s, 0));
    ui_cell_time(out, &t, db_col_int(s, 1));
    ui_cell_time(out, &t, db_col_int(s, 2));
    ui_cell(out, &t, db_col_text(s, 3));
    ui_cell(out, &t, db_col_text(s, 4));
    char action[64];
    snprintf(action, sizeof action, "/me/sessions/%lld/end", (long long)db_col_int(s, 0));
    if (db_col_int(s, 0) == u->session)
      ui_cell(out, &t, sv_from(tr("这一个", "this one")));
    else
      ui_cell_button(out, &t, action, u->csrf, tr("结束", "End"), "danger");
  }
  ui_table_end(out, &t);
  return rc;
}

static int tokens_part(struct web_call *c, struct buf *out, struct err *e) {
  static const struct ui_column columns[] = {{"name", "用途", "Purpose", 0}, {"scopes", "范围", "Scopes", 0},      {"created", "建立", "Made", 0},
                                             {"ends", "到期", "Ends", 0},    {"used", "最近使用", "Last used", 0}, {"end", "操作", "Action", 0}};
  const struct web_user *u = web_user(c);
  struct db_statement *s;
  struct ui_table t = {.caption = tr("接口令牌", "API tokens"), .path = "/me", .columns = columns, .ncolumns = 6, .total = -1};
  if (!web_may(c, "token.own")) return RC_OK;
  heading(out, tr("接口令牌", "API tokens"));
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), token_of_user, &s, e, db_int(u->tenant), db_int(u->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    ui_row(out, &t, db_col_int(s, 0));
    ui_cell(out, &t, db_col_text(s, 1));
    ui_cell(out, &t, db_col_text(s, 2));
    ui_cell_time(out, &t, db_col_int(s, 3));
    ui_cell_time(out, &t, db_col_int(s, 4));
    ui_cell_time(out, &t, db_col_int(s, 5));
    char action[64];
    snprintf(action, sizeof action, "/me/tokens/%lld/end", (long long)db_col_int(s, 0));
    ui_cell_button(out, &t, action, u->csrf, tr("作废", "Revoke"), "danger");
  }
  ui_table_end(out, &t);
  if (rc < 0) return rc;
  ui_form(out, "/me/tokens", u->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_LINE, .name = "name", .label = tr("用途", "Purpose"), .required = true, .max = 60});
  ui_field(out, &(struct ui_field){.kind = UI_LINE,
                                   .name = "scopes",
                                   .label = tr("范围", "Scopes"),
                                   .required = true,
                                   .max = 200,
                                   .value = "audit.read",
                                   .help = tr("用空格分开的权限；不能超出自己的", "permissions with blanks between; never more than your own")});
  ui_field(out, &(struct ui_field){.kind = UI_INT_FIELD, .name = "days", .label = tr("有效天数", "Days"), .value = "90", .required = true});
  ui_button(out, tr("建立令牌", "Make a token"), "", NULL, NULL);
  ui_form_end(out);
  return RC_OK;
}

static int me_show(struct web_call *c, const char *notice, const char *error, const char *token, struct err *e) {
  struct buf *out = web_out(c);
  struct account a;
  int rc = account_read(c, &a, e);
  if (rc < 0) return rc;
  const struct web_user *u = web_user(c);
  struct ui_page p = {.title = tr("我的账户", "My account"), .notice = notice, .error = error};
  if (a.must_change && !error) p.error = tr("第一次登录，请先改密码", "This is a first sign-in: change the password");
  struct web_user asked = *u; /* what the roles would give: a session without codes was given nothing */
  if (!p.error && !a.totp[0] && u->ngrants == 0 && (rc = grants_read(c, &asked, NULL, e)) < 0) return rc;
  if (!p.error && !a.totp[0] && grants_ask_codes(&asked))
    p.error =
        tr("您的角色要求动态口令：请先在下面启用，别的才能用", "Your role asks for one-time codes: enable them below; nothing else is open before");
  people_page(c, &p);
  if (token) {
    buf_puts(out, "<div class=\"card\"><p>");
    html_str(out, tr("新令牌只显示这一次：", "The new token is shown this once:"));
    buf_puts(out, "</p><p><code>");
    html_str(out, token);
    buf_puts(out, "</code></p></div>\n");
  }
  ui_facts_begin(out);
  ui_fact(out, tr("登录名", "Login"), sv_from(u->login));
  ui_fact(out, tr("姓名", "Name"), sv_from(u->name));
  char at[40];
  ui_fact(out, tr("密码改于", "Password changed"), sv_from(ui_time_text(a.password_at, at)));
  ui_facts_end(out);
  password_form(c, out);
  rc = totp_part(c, out, &a, e);
  if (oidc_offered()) {
    heading(out, tr("统一身份", "The organisation's account"));
    buf_puts(out, "<p><a class=\"button\" href=\"/login/oidc\">");
    html_str(out, tr("绑定到这个账户", "Bind it to this account"));
    buf_puts(out, "</a></p>\n");
  }
  if (rc >= 0) rc = sessions_part(c, out, e);
  if (rc >= 0) rc = tokens_part(c, out, e);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

int me_page(struct web_call *c, struct err *e) {
  return me_show(c, web_has(c, "done") ? tr("已保存", "Saved") : NULL, NULL, NULL, e);
}

static int change_password(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  const struct web_user *u = m->u;
  int rc = password_set(d, u->tenant, u->id, sv_from(u->login), web_text(m->c, "new"), false, e);
  if (rc < 0) return rc;
  int64_t n = DB_RUN(d, session_end_others, e, db_int(u->tenant), db_int(u->id), db_int(u->session));
  if (n < 0) return (int)n;
  return people_log(m->c, &(struct audit_entry){.action = "password.change", .object = u->login}, e);
}

int me_password(struct web_call *c, struct err *e) {
  struct account a;
  struct mine m = {.c = c, .u = web_user(c)};
  struct err why = {0};
  int64_t wait;
  int rc = account_read(c, &a, e);
  if (rc == RC_OK) rc = attempt_allowed(web_db(c), m.u->tenant, m.u->login, web_peer(c), &wait, e);
  if (rc < 0) return rc;
  const char *error = NULL;
  if (wait > 0) {
    error = tr("试错太多，请稍后再试", "too many tries: wait");
  } else if (!password_matches(web_text(c, "old"), a.password)) {
    if ((rc = attempt_failed(web_db(c), m.u->tenant, m.u->login, web_peer(c), e)) < 0) return rc;
    error = tr("现在的密码不对", "the present password is wrong");
  } else if (!sv_equal(web_text(c, "new"), web_text(c, "again"))) {
    error = tr("两遍不一样", "the two are not the same");
  } else if ((rc = db_tx(web_db(c), change_password, &m, &why)) < 0) {
    if (rc != RC_USAGE) return err_set(e, why.code, "%s", why.text);
    error = why.text;
  }
  if (!error) return web_redirect(c, "/me?done=1");
  web_status(c, 400);
  return me_show(c, NULL, error, NULL, e);
}

static int totp_begin(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  char secret[40], sealed[256];
  int rc = totp_make(secret, e);
  if (rc == RC_OK) rc = secret_seal(people_now(), sv_from(secret), sealed, sizeof sealed, e);
  if (rc < 0) return rc;
  int64_t n = DB_RUN(d, user_totp, e, db_int(m->u->tenant), db_int(m->u->id), db_str(""), db_str(sealed));
  return n < 0 ? (int)n : people_log(m->c, &(struct audit_entry){.action = "totp.begin", .object = m->u->login}, e);
}

int me_totp_begin(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c)};
  struct account a;
  int rc = account_read(c, &a, e);
  if (rc == RC_OK && a.totp[0]) rc = err_set(e, RC_CONFLICT, "%s", tr("已经启用了", "enabled already"));
  if (rc == RC_OK) rc = db_tx(web_db(c), totp_begin, &m, e);
  return rc < 0 ? rc : web_redirect(c, "/me");
}

static int totp_enable(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  struct account a;
  char secret[64];
  int rc = account_read(m->c, &a, e);
  if (rc == RC_OK && !a.pending[0]) rc = err_set(e, RC_CONFLICT, "%s", tr("请从头启用", "begin again"));
  if (rc == RC_OK) rc = secret_open(people_now(), a.pending, secret, sizeof secret, e);
  if (rc == RC_OK && totp_step(secret, web_text(m->c, "code"), db_now()) < 0) rc = err_set(e, RC_USAGE, "%s", tr("口令不对", "the code is wrong"));
  if (rc < 0) return rc;
  int64_t n = DB_RUN(d, user_totp, e, db_int(m->u->tenant), db_int(m->u->id), db_str(a.pending), db_str(""));
  return n < 0 ? (int)n : people_log(m->c, &(struct audit_entry){.action = "totp.enable", .object = m->u->login}, e);
}

int me_totp_confirm(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c)};
  struct err why = {0};
  int rc = db_tx(web_db(c), totp_enable, &m, &why);
  if (rc == RC_OK) return web_redirect(c, "/me?done=1");
  if (rc != RC_USAGE) return err_set(e, why.code, "%s", why.text);
  web_status(c, 400);
  return me_show(c, NULL, why.text, NULL, e);
}

static int totp_disable(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  int64_t n = DB_RUN(d, user_totp, e, db_int(m->u->tenant), db_int(m->u->id), db_str(""), db_str(""));
  return n < 0 ? (int)n : people_log(m->c, &(struct audit_entry){.action = "totp.disable", .object = m->u->login}, e);
}

int me_totp_remove(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c)};
  struct account a;
  int rc = account_read(c, &a, e);
  if (rc < 0) return rc;
  if (!password_matches(web_text(c, "password"), a.password)) {
    if ((rc = attempt_failed(web_db(c), m.u->tenant, m.u->login, web_peer(c), e)) < 0) return rc;
    web_status(c, 400);
    return me_show(c, NULL, tr("密码不对", "the password is wrong"), NULL, e);
  }
  rc = db_tx(web_db(c), totp_disable, &m, e);
  return rc < 0 ? rc : web_redirect(c, "/me?done=1");
}

static int end_sessions(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  int64_t n = m->id ? DB_RUN(d, session_end, e, db_int(m->u->tenant), db_int(m->id), db_int(m->u->id))
                    : DB_RUN(d, session_end_others, e, db_int(m->u->tenant), db_int(m->u->id), db_int(m->u->session));
  return n < 0 ? (int)n : people_log(m->c, &(struct audit_entry){.action = "session.end", .object = m->u->login}, e);
}

int me_session_end(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c), .id = web_int(c, "id")};
  int rc = db_tx(web_db(c), end_sessions, &m, e);
  return rc < 0 ? rc : web_redirect(c, "/me?done=1");
}

int me_sessions_end(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c)};
  int rc = db_tx(web_db(c), end_sessions, &m, e);
  return rc < 0 ? rc : web_redirect(c, "/me?done=1");
}

/* A token never has what its owner has not: checked when made, and again at each use, since the grants are read anew. */
static int add_token(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  const struct web_user *u = m->u;
  struct sv scopes = web_text(m->c, "scopes"), rest = scopes;
  char secret[65], hash[HASH_HEX];
  while (rest.p) {
    struct sv word = sv_cut(&rest, ' ');
    char name[80];
    snprintf(name, sizeof name, "%.*s", word.n < 70 ? (int)word.n : 70, word.p);
    if (word.n && !web_may(m->c, name)) return err_set(e, RC_USAGE, tr("您自己没有权限 %s", "you do not have %s yourself"), name);
  }
  secret_random_hex(secret, 32);
  secret_hash("token", sv_from(secret), hash);
  int64_t now = db_now();
  int64_t n = DB_RUN(d, token_add, e, db_int(u->tenant), db_int(db_id()), db_int(u->id), db_str(hash), db_text(web_text(m->c, "name")),
                     db_text(scopes), db_int(now), db_int(now + web_int(m->c, "days") * DAY_MS));
  if (n < 0) return (int)n;
  snprintf(m->shown, sizeof m->shown, "%lld.%s", (long long)u->tenant, secret);
  return people_log(m->c, &(struct audit_entry){.action = "token.make", .object = u->login, .after = scopes}, e);
}

int me_token_add(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c)};
  struct err why = {0};
  int rc = db_tx(web_db(c), add_token, &m, &why);
  if (rc < 0 && rc != RC_USAGE) return err_set(e, why.code, "%s", why.text);
  if (rc < 0) web_status(c, 400);
  return me_show(c, NULL, rc < 0 ? why.text : NULL, rc < 0 ? NULL : m.shown, e);
}

static int end_token(struct db *d, void *context, struct err *e) {
  struct mine *m = context;
  int64_t n = DB_RUN(d, token_end, e, db_int(m->u->tenant), db_int(m->id), db_int(m->u->id));
  if (n < 0) return (int)n;
  if (n == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个令牌", "there is no such token"));
  return people_log(m->c, &(struct audit_entry){.action = "token.end", .object = m->u->login}, e);
}

int me_token_end(struct web_call *c, struct err *e) {
  struct mine m = {.c = c, .u = web_user(c), .id = web_int(c, "id")};
  int rc = db_tx(web_db(c), end_token, &m, e);
  return rc < 0 ? rc : web_redirect(c, "/me?done=1");
}
