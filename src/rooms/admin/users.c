/* users.c: users and what they may, for those who administer them. Who grants is not who enters: user.edit makes accounts, role.edit gives roles. */
#include "rooms/admin/internal.h"

#include <string.h>

struct changing {
  struct web_call *c;
  const struct web_user *u; /* who does it */
  int64_t id;
  char login[65], name[201], org_path[512], org_name[201], made[20];
  int64_t org;
  bool disabled, has_totp;
};

static void copy(char *out, size_t size, struct sv s) {
  snprintf(out, size, "%.*s", SV_ARG(s));
}

/* Reads the user and refuses whom this administrator's organisations do not cover: not there, for them. */
static int read_user(struct web_call *c, const char *permission, struct changing *x, struct err *e) {
  struct db_statement *s;
  x->c = c;
  x->u = web_user(c);
  x->id = web_int(c, "id");
  int rc = DB_ROWS(web_db(c), user_get, &s, e, db_int(x->u->tenant), db_int(x->id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    copy(x->login, sizeof x->login, db_col_text(s, 0));
    copy(x->name, sizeof x->name, db_col_text(s, 1));
    x->org = db_col_int(s, 2);
    copy(x->org_path, sizeof x->org_path, db_col_text(s, 3));
    copy(x->org_name, sizeof x->org_name, db_col_text(s, 4));
    x->disabled = db_col_int(s, 5);
    x->has_totp = db_col_text(s, 7).n > 0;
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, permission, x->org_path)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个用户", "there is no such user"));
  return RC_OK;
}

/* value, text, … of the organisations where the user has a permission; NULL when out of memory. */
static const char **org_choices(struct web_call *c, const char *permission, struct err *e) {
  enum { MOST = 1000 };
  struct db_statement *s;
  const char **list = ARENA_ARRAY(web_arena(c), const char *, 2 * MOST + 1);
  int n = 0, rc = DB_ROWS(web_db(c), org_all, &s, e, db_int(web_user(c)->tenant));
  while (list && rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[512];
    copy(path, sizeof path, db_col_text(s, 2));
    if (n >= 2 * MOST || !web_may_at(c, permission, path)) continue;
    int depth = -2;
    for (const char *p = path; *p; p++) depth += *p == '/';
    list[n++] = arena_printf(web_arena(c), "%lld", (long long)db_col_int(s, 0));
    list[n++] = arena_printf(web_arena(c), "%.*s%.*s", depth > 0 ? 3 * (depth > 5 ? 5 : depth) : 0, "　　　　　", SV_ARG(db_col_text(s, 4)));
  }
  if (rc < 0) return NULL;
  if (!list) err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return list;
}

static int org_path_of(struct web_call *c, int64_t org, const char *permission, char *path, size_t size, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), org_get, &s, e, db_int(web_user(c)->tenant), db_int(org));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    copy(path, size, db_col_text(s, 0));
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, permission, path)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个单位", "there is no such organisation"));
  return RC_OK;
}

static int list_rows(struct web_call *c, struct buf *out, struct ui_table *t, struct err *e) {
  struct db_statement *s;
  struct sv q = web_text(c, "q");
  char want[256], seen[1024], path[512], where[64];
  text_fold_into(want, sizeof want, q);
  int rc = DB_ROWS(web_db(c), user_list, &s, e, db_int(web_user(c)->tenant), db_str(""));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    copy(path, sizeof path, db_col_text(s, 4));
    if (!web_may_at(c, "user.read", path)) continue;
    struct buf all;
    buf_init(&all, 2048);
    for (int i = 1; i <= 3; i++) buf_add(&all, db_col_text(s, i).p ? db_col_text(s, i).p : "", db_col_text(s, i).n);
    text_fold_into(seen, sizeof seen, (struct sv){all.p, all.n});
    buf_release(&all);
    if (want[0] && !strstr(seen, want)) continue;
    snprintf(where, sizeof where, "/users/%lld", (long long)db_col_int(s, 0));
    ui_row(out, t, db_col_int(s, 0));
    ui_cell_link(out, t, where, db_col_text(s, 1));
    ui_cell(out, t, db_col_text(s, 2));
    ui_cell(out, t, db_col_text(s, 3));
    ui_cell_badge(out, t, db_col_int(s, 5) ? "wait" : "ok", db_col_int(s, 5) ? tr("停用", "disabled") : tr("在用", "active"));
    ui_cell(out, t, db_col_text(s, 7).n ? sv_from(tr("有", "yes")) : SV(""));
    ui_cell_time(out, t, db_col_int(s, 6));
  }
  return rc;
}

static int list_show(struct web_call *c, const char *error, const char *made, struct err *e) {
  static const struct ui_column columns[] = {{"login", "登录名", "Login", 0},    {"name", "姓名", "Name", 0},
                                             {"org", "单位", "Organisation", 0}, {"state", "状态", "State", 0},
                                             {"totp", "动态口令", "Codes", 0},   {"seen", "最近登录", "Last signed in", UI_DATE}};
  struct buf *out = web_out(c);
  char filter[401];
  copy(filter, sizeof filter, web_text(c, "q"));
  struct ui_table t = {.caption = tr("用户", "Users"), .path = "/users", .columns = columns, .ncolumns = 6, .filter = filter, .total = -1};
  struct ui_page p = {.title = tr("用户", "Users"), .error = error, .notice = made, .wide = true};
  people_page(c, &p);
  ui_table_begin(out, &t);
  int rc = list_rows(c, out, &t, e);
  ui_table_end(out, &t);
  if (rc >= 0 && web_may(c, "user.edit")) {
    const char **orgs = org_choices(c, "user.edit", e);
    if (!orgs) return RC_NOMEM;
    buf_puts(out, "<h2>");
    html_str(out, tr("新用户", "New user"));
    buf_puts(out, "</h2>\n");
    ui_form(out, "/users", web_user(c)->csrf, false);
    ui_field(out, &(struct ui_field){.kind = UI_LINE,
                                     .name = "login",
                                     .label = tr("登录名", "Login"),
                                     .required = true,
                                     .max = 64,
                                     .help = tr("字母、数字和 . _ -", "letters, digits and . _ -")});
    ui_field(out, &(struct ui_field){.kind = UI_LINE, .name = "name", .label = tr("姓名", "Name"), .required = true, .max = 60});
    ui_field(out, &(struct ui_field){.kind = UI_CHOICE, .name = "org", .label = tr("单位", "Organisation"), .choices = orgs, .required = true});
    ui_button(out, tr("建立", "Make"), "primary", NULL, NULL);
    ui_form_end(out);
  }
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

int users_page(struct web_call *c, struct err *e) {
  return list_show(c, NULL, NULL, e);
}

static int add_user(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  char hash[PASSWORD_HASH];
  password_make(x->made);
  int rc = password_hash(sv_from(x->made), hash, e);
  if (rc < 0) return rc;
  x->id = db_id();
  int64_t n = DB_RUN(d, user_add, e, db_int(x->u->tenant), db_int(x->id), db_int(x->org), db_str(x->login), db_str(x->name), db_str(hash),
                     db_int(db_now()), db_int(1));
  if (n == RC_CONFLICT) return err_set(e, RC_CONFLICT, "%s", tr("这个登录名已经有了", "this login is taken"));
  return n < 0 ? (int)n : people_log(x->c, &(struct audit_entry){.action = "user.add", .object = x->login, .after = sv_from(x->org_path)}, e);
}

static const char *say_password(struct web_call *c, const char *login, const char *password) {
  const char *s = arena_printf(
      web_arena(c),
      tr("%s 的初始密码（只显示这一次，首次登录须改）：%s", "first password of %s, shown this once, to be changed at the first sign-in: %s"), login,
      password);
  return s ? s : password;
}

int user_add_post(struct web_call *c, struct err *e) {
  struct changing x = {.c = c, .u = web_user(c), .org = web_int(c, "org")};
  struct err why = {0};
  copy(x.login, sizeof x.login, web_text(c, "login"));
  copy(x.name, sizeof x.name, web_text(c, "name"));
  int rc = org_path_of(c, x.org, "user.edit", x.org_path, sizeof x.org_path, e);
  if (rc < 0) return rc;
  rc = db_tx(web_db(c), add_user, &x, &why);
  if (rc < 0 && rc != RC_CONFLICT) return err_set(e, why.code, "%s", why.text);
  if (rc < 0) web_status(c, 409);
  return list_show(c, rc < 0 ? why.text : NULL, rc < 0 ? NULL : say_password(c, x.login, x.made), e);
}

/* ---- one user ---- */
static int roles_part(struct web_call *c, struct buf *out, const struct changing *x, struct err *e) {
  static const struct ui_column columns[] = {{"role", "角色", "Role", 0}, {"org", "在单位", "In", 0}, {"end", "操作", "Action", 0}};
  struct ui_table t = {
      .caption = tr("角色", "Roles"), .path = "/users", .columns = columns, .ncolumns = web_may(c, "role.edit") ? 3 : 2, .total = -1};
  struct db_statement *s;
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), user_roles, &s, e, db_int(x->u->tenant), db_int(x->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    ui_row(out, &t, 0);
    ui_cell(out, &t, db_col_text(s, lang_get() == LANG_EN ? 5 : 4));
    ui_cell(out, &t, db_col_text(s, 3));
    char action[200];
    snprintf(action, sizeof action, "/users/%lld/roles/%.*s/%lld/remove", (long long)x->id, SV_ARG(db_col_text(s, 0)), (long long)db_col_int(s, 1));
    ui_cell_button(out, &t, action, x->u->csrf, tr("收回", "Take back"), "danger");
  }
  ui_table_end(out, &t);
  if (rc < 0 || !web_may(c, "role.edit")) return rc;
  enum { ROLES = 100 };
  const char **orgs = org_choices(c, "role.edit", e), *roles[2 * ROLES + 1] = {0};
  int n = 0;
  rc = orgs ? DB_ROWS(web_db(c), role_all, &s, e, db_int(x->u->tenant)) : RC_NOMEM;
  while (rc >= 0 && (rc = db_step(s, e)) == 1 && n < 2 * ROLES) {
    struct sv code = db_col_text(s, 0), name = db_col_text(s, lang_get() == LANG_EN ? 2 : 1);
    roles[n++] = arena_text(web_arena(c), code.p, code.n);
    roles[n++] = arena_text(web_arena(c), name.p, name.n);
  }
  if (rc < 0) return rc;
  char action[64];
  snprintf(action, sizeof action, "/users/%lld/roles", (long long)x->id);
  ui_form(out, action, x->u->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_CHOICE, .name = "role", .label = tr("角色", "Role"), .choices = roles, .required = true});
  ui_field(out,
           &(struct ui_field){
               .kind = UI_CHOICE, .name = "org", .label = tr("在单位（含下级）", "In organisation, and below"), .choices = orgs, .required = true});
  ui_button(out, tr("授予", "Give"), "primary", NULL, NULL);
  ui_form_end(out);
  return RC_OK;
}

static int edit_part(struct web_call *c, struct buf *out, const struct changing *x, struct err *e) {
  char action[64], org[24];
  const char **orgs = org_choices(c, "user.edit", e);
  if (!orgs) return RC_NOMEM;
  snprintf(action, sizeof action, "/users/%lld", (long long)x->id);
  snprintf(org, sizeof org, "%lld", (long long)x->org);
  ui_form(out, action, x->u->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_LINE, .name = "name", .label = tr("姓名", "Name"), .value = x->name, .required = true, .max = 60});
  ui_field(out, &(struct ui_field){
                    .kind = UI_CHOICE, .name = "org", .label = tr("单位", "Organisation"), .value = org, .choices = orgs, .required = true});
  ui_field(out, &(struct ui_field){
                    .kind = UI_CHECK, .name = "disabled", .label = tr("停用（立即退出）", "Disabled (signed out at once)"), .checked = x->disabled});
  ui_button(out, tr("保存", "Save"), "primary", NULL, NULL);
  ui_form_end(out);
  snprintf(action, sizeof action, "/users/%lld/password", (long long)x->id);
  ui_form(out, action, x->u->csrf, false);
  ui_button(out, tr("重设密码", "Set a new password"), "danger", NULL, NULL);
  ui_form_end(out);
  if (x->has_totp) {
    snprintf(action, sizeof action, "/users/%lld/totp", (long long)x->id);
    ui_form(out, action, x->u->csrf, false);
    ui_button(out, tr("停用动态口令（手机丢了）", "Disable one-time codes (telephone lost)"), "danger", NULL, NULL);
    ui_form_end(out);
  }
  return RC_OK;
}

static int user_show(struct web_call *c, struct changing *x, const char *notice, const char *error, struct err *e) {
  const struct ui_link crumbs[] = {{"/users", tr("用户", "Users"), NULL, false}};
  struct buf *out = web_out(c);
  struct ui_page p = {.title = x->name, .crumbs = crumbs, .ncrumbs = 1, .notice = notice, .error = error};
  people_page(c, &p);
  ui_facts_begin(out);
  ui_fact(out, tr("登录名", "Login"), sv_from(x->login));
  ui_fact(out, tr("单位", "Organisation"), sv_from(x->org_name));
  ui_fact(out, tr("状态", "State"), sv_from(x->disabled ? tr("停用", "disabled") : tr("在用", "active")));
  ui_facts_end(out);
  int rc = roles_part(c, out, x, e);
  if (rc >= 0 && web_may_at(c, "user.edit", x->org_path)) rc = edit_part(c, out, x, e);
  if (rc >= 0 && web_may_at(c, "session.end", x->org_path)) {
    char action[64];
    snprintf(action, sizeof action, "/users/%lld/sessions/end", (long long)x->id);
    ui_form(out, action, x->u->csrf, false);
    ui_button(out, tr("结束其全部会话", "End all sessions"), "danger", NULL, NULL);
    ui_form_end(out);
  }
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

int user_page(struct web_call *c, struct err *e) {
  struct changing x = {0};
  int rc = read_user(c, "user.read", &x, e);
  return rc < 0 ? rc : user_show(c, &x, web_has(c, "done") ? tr("已保存", "Saved") : NULL, NULL, e);
}

static int change_user(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  struct sv name = web_text(x->c, "name");
  int64_t org = web_int(x->c, "org"), disabled = web_int(x->c, "disabled");
  int64_t n = DB_RUN(d, user_change, e, db_int(x->u->tenant), db_int(x->id), db_text(name), db_int(org), db_int(disabled));
  if (n >= 0 && disabled) n = DB_RUN(d, session_end_others, e, db_int(x->u->tenant), db_int(x->id), db_int(0));
  if (n < 0) return (int)n;
  char *before = arena_printf(web_arena(x->c), "%s, %lld, %d", x->name, (long long)x->org, x->disabled);
  char *after = arena_printf(web_arena(x->c), "%.*s, %lld, %d", SV_ARG(name), (long long)org, (int)disabled);
  return people_log(x->c, &(struct audit_entry){.action = "user.change", .object = x->login, .before = sv_from(before), .after = sv_from(after)}, e);
}

/* The page of the user after a change, or the change's own complaint on it. */
static int after(struct web_call *c, struct changing *x, int rc, const struct err *why, struct err *e) {
  if (rc == RC_OK) return web_redirect(c, "/users/%lld?done=1", (long long)x->id);
  if (rc != RC_CONFLICT && rc != RC_USAGE) return err_set(e, why->code, "%s", why->text);
  web_status(c, rc == RC_CONFLICT ? 409 : 400);
  return user_show(c, x, NULL, why->text, e);
}

int user_change_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  char path[512];
  int rc = read_user(c, "user.edit", &x, e);
  if (rc == RC_OK) rc = org_path_of(c, web_int(c, "org"), "user.edit", path, sizeof path, e);
  if (rc < 0) return rc;
  if (x.id == x.u->id && web_int(c, "disabled")) {
    err_set(&why, RC_USAGE, "%s", tr("不能停用自己", "nobody disables himself"));
    return after(c, &x, RC_USAGE, &why, e);
  }
  rc = db_tx(web_db(c), change_user, &x, &why);
  return after(c, &x, rc, &why, e);
}

/* Whoever administers accounts must not come by the powers of the other administrators: their passwords and codes are reset on the host. */
static int refuse_administrators(const struct changing *x, struct err *e) {
  struct db_statement *s;
  bool other = false;
  int rc = DB_ROWS(web_db(x->c), user_roles, &s, e, db_int(x->u->tenant), db_int(x->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) other |= sv_is(db_col_text(s, 6), "admin");
  if (rc < 0) return rc;
  return other ? err_set(e, RC_USAGE, "%s",
                         tr("管理员的密码和动态口令只能在服务器上重设：heng admin password",
                            "an administrator's password and codes are reset on the host: heng admin password"))
               : RC_OK;
}

static int reset_password(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  password_make(x->made);
  int rc = password_set(d, x->u->tenant, x->id, sv_from(x->login), sv_from(x->made), true, e);
  if (rc < 0) return rc;
  int64_t n = DB_RUN(d, session_end_others, e, db_int(x->u->tenant), db_int(x->id), db_int(0));
  return n < 0 ? (int)n : people_log(x->c, &(struct audit_entry){.action = "password.reset", .object = x->login}, e);
}

int user_password_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  int rc = read_user(c, "user.edit", &x, e);
  if (rc < 0) return rc;
  if ((rc = refuse_administrators(&x, &why)) < 0) return after(c, &x, rc, &why, e);
  rc = db_tx(web_db(c), reset_password, &x, e);
  return rc < 0 ? rc : user_show(c, &x, say_password(c, x.login, x.made), NULL, e);
}

static int drop_totp(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  int64_t n = DB_RUN(d, user_totp, e, db_int(x->u->tenant), db_int(x->id), db_str(""), db_str(""));
  return n < 0 ? (int)n : people_log(x->c, &(struct audit_entry){.action = "totp.drop", .object = x->login}, e);
}

int user_totp_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  int rc = read_user(c, "user.edit", &x, e);
  if (rc < 0) return rc;
  rc = refuse_administrators(&x, &why);
  if (rc == RC_OK) rc = db_tx(web_db(c), drop_totp, &x, &why);
  return after(c, &x, rc, &why, e);
}

static int end_sessions(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  int64_t n = DB_RUN(d, session_end_others, e, db_int(x->u->tenant), db_int(x->id), db_int(0));
  return n < 0 ? (int)n : people_log(x->c, &(struct audit_entry){.action = "session.end", .object = x->login}, e);
}

int user_sessions_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  int rc = read_user(c, "session.end", &x, e);
  if (rc < 0) return rc;
  rc = db_tx(web_db(c), end_sessions, &x, &why);
  return after(c, &x, rc, &why, e);
}

static int give_role(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  char role[65], *said = arena_printf(web_arena(x->c), "%.*s @ %s", SV_ARG(web_text(x->c, "role")), x->org_path);
  copy(role, sizeof role, web_text(x->c, "role"));
  int rc = role_give(d, x->u->tenant, x->id, role, web_int(x->c, "org"), x->u->id, e);
  return rc < 0 ? rc : people_log(x->c, &(struct audit_entry){.action = "role.give", .object = x->login, .after = sv_from(said)}, e);
}

int user_role_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  int rc = read_user(c, "role.edit", &x, e);
  if (rc == RC_OK) rc = org_path_of(c, web_int(c, "org"), "role.edit", x.org_path, sizeof x.org_path, e);
  if (rc < 0) return rc;
  if (x.id == x.u->id) {
    err_set(&why, RC_USAGE, "%s", tr("不能给自己授权", "nobody gives himself a role"));
    return after(c, &x, RC_USAGE, &why, e);
  }
  rc = db_tx(web_db(c), give_role, &x, &why);
  return after(c, &x, rc, &why, e);
}

static int take_role(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  struct sv role = web_text(x->c, "role");
  int64_t n = DB_RUN(d, user_role_remove, e, db_int(x->u->tenant), db_int(x->id), db_text(role), db_int(web_int(x->c, "org")));
  if (n < 0) return (int)n;
  if (n == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个授权", "there is no such grant"));
  return people_log(x->c, &(struct audit_entry){.action = "role.take", .object = x->login, .before = role}, e);
}

int user_role_remove_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  char path[512];
  int rc = read_user(c, "role.edit", &x, e);
  if (rc == RC_OK) rc = org_path_of(c, web_int(c, "org"), "role.edit", path, sizeof path, e);
  if (rc < 0) return rc;
  rc = db_tx(web_db(c), take_role, &x, &why);
  return after(c, &x, rc, &why, e);
}

int people_list(struct web_call *c, const char *permission, const char *org, struct person **out, int *n, struct err *e) {
  enum { MOST = 500 };
  struct db_statement *s;
  struct person *list = ARENA_ARRAY(web_arena(c), struct person, MOST);
  *out = list;
  *n = 0;
  int rc = list ? DB_ROWS(web_db(c), users_with, &s, e, db_int(web_user(c)->tenant), db_str(permission)) : RC_NOMEM;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    struct sv path = db_col_text(s, 3), login = db_col_text(s, 1), name = db_col_text(s, 2);
    bool covers = strlen(org) >= path.n && strncmp(org, path.p, path.n) == 0, twice = *n > 0 && list[*n - 1].id == db_col_int(s, 0);
    if (!covers || twice || *n >= MOST) continue;
    list[*n] = (struct person){db_col_int(s, 0), arena_text(web_arena(c), login.p, login.n), arena_text(web_arena(c), name.p ? name.p : "", name.n)};
    if (!list[*n].login || !list[*n].name) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    ++*n;
  }
  return rc < 0 ? rc : RC_OK;
}
