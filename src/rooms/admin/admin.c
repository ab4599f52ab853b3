/* admin.c: the room's table: routes, permissions, navigation; what it keeps in the database. */
#include "rooms/admin/internal.h"

#define NEXT                                                                                                                                         \
  { "next", WEB_QUERY, WEB_LINE, false, false, 0, 1000, NULL, "登录后去哪里", "where to go then" }
#define NEXT_FORM                                                                                                                                    \
  { "next", WEB_FORM, WEB_LINE, false, false, 0, 1000, NULL, "登录后去哪里", "where to go then" }
#define ID                                                                                                                                           \
  { "id", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "编号", "number" }
#define FORM_ORG                                                                                                                                     \
  { "org", WEB_FORM, WEB_ID, true, false, 0, 0, NULL, "单位", "organisation" }
#define DONE                                                                                                                                         \
  { "done", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "已保存", "saved" }

static const struct web_field next_query[] = {NEXT};
static const struct web_field login_fields[] = {NEXT_FORM,
                                                {"login", WEB_FORM, WEB_WORD, true, false, 1, 64, NULL, "登录名", "login"},
                                                {"password", WEB_FORM, WEB_SECRET, true, false, 1, PASSWORD_MAX, NULL, "密码", "password"}};
static const struct web_field code_fields[] = {
    NEXT_FORM, {"code", WEB_FORM, WEB_WORD, true, false, CODE_DIGITS, CODE_DIGITS, NULL, "动态口令", "one-time code"}};
static const struct web_field oidc_fields[] = {{"code", WEB_QUERY, WEB_SECRET, false, false, 1, 2000, NULL, "授权码", "code"},
                                               {"state", WEB_QUERY, WEB_WORD, false, false, 1, 64, NULL, "状态", "state"}};
static const struct web_field language_fields[] = {NEXT, {"lang", WEB_QUERY, WEB_CHOICE, true, false, 0, 0, "zh|en", "语言", "language"}};
static const struct web_field static_fields[] = {{"name", WEB_PATH, WEB_WORD, true, false, 1, 64, NULL, "文件", "file"},
                                                 {"v", WEB_QUERY, WEB_WORD, false, false, 1, 16, NULL, "版本", "version"}};
static const struct web_field me_fields[] = {DONE,
                                             {"must", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "要改密码", "the password must be changed"}};
static const struct web_field me_password_fields[] = {
    {"old", WEB_FORM, WEB_SECRET, true, false, 1, PASSWORD_MAX, NULL, "现在的密码", "present password"},
    {"new", WEB_FORM, WEB_SECRET, true, false, 1, PASSWORD_MAX, NULL, "新密码", "new password"},
    {"again", WEB_FORM, WEB_SECRET, true, false, 1, PASSWORD_MAX, NULL, "再输一遍", "once more"}};
static const struct web_field me_totp_fields[] = {
    {"code", WEB_FORM, WEB_WORD, true, false, CODE_DIGITS, CODE_DIGITS, NULL, "动态口令", "one-time code"}};
static const struct web_field me_totp_remove_fields[] = {{"password", WEB_FORM, WEB_SECRET, true, false, 1, PASSWORD_MAX, NULL, "密码", "password"}};
static const struct web_field id_only[] = {ID};
static const struct web_field token_fields[] = {{"name", WEB_FORM, WEB_LINE, true, false, 1, 60, NULL, "用途", "purpose"},
                                                {"scopes", WEB_FORM, WEB_LINE, true, false, 1, 200, NULL, "范围", "scopes"},
                                                {"days", WEB_FORM, WEB_INT, true, false, 1, TOKEN_DAYS_MOST, NULL, "有效天数", "days"}};
static const struct web_field users_fields[] = {{"q", WEB_QUERY, WEB_LINE, false, false, 0, 100, NULL, "筛选", "filter"}};
static const struct web_field user_add_fields[] = {FORM_ORG,
                                                   {"login", WEB_FORM, WEB_WORD, true, false, 2, 64, NULL, "登录名", "login"},
                                                   {"name", WEB_FORM, WEB_LINE, true, false, 1, 60, NULL, "姓名", "name"}};
static const struct web_field user_fields[] = {ID, DONE};
static const struct web_field user_change_fields[] = {ID,
                                                      FORM_ORG,
                                                      {"name", WEB_FORM, WEB_LINE, true, false, 1, 60, NULL, "姓名", "name"},
                                                      {"disabled", WEB_FORM, WEB_FLAG, false, false, 0, 0, NULL, "停用", "disabled"}};
static const struct web_field role_fields[] = {ID, FORM_ORG, {"role", WEB_FORM, WEB_WORD, true, false, 1, 64, NULL, "角色", "role"}};
static const struct web_field role_remove_fields[] = {ID,
                                                      {"role", WEB_PATH, WEB_WORD, true, false, 1, 64, NULL, "角色", "role"},
                                                      {"org", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "单位", "organisation"}};
static const struct web_field org_add_fields[] = {{"parent", WEB_FORM, WEB_ID, true, false, 0, 0, NULL, "上级", "under"},
                                                  {"code", WEB_FORM, WEB_WORD, true, false, 1, 32, NULL, "代码", "code"},
                                                  {"name", WEB_FORM, WEB_LINE, true, false, 1, 100, NULL, "名称", "name"}};
static const struct web_field org_change_fields[] = {ID, {"what", WEB_PATH, WEB_CHOICE, true, false, 0, 0, "close|open", "操作", "action"}};
static const struct web_field log_fields[] = {{"action", WEB_QUERY, WEB_WORD, false, false, 1, 60, NULL, "动作", "action"},
                                              {"who", WEB_QUERY, WEB_WORD, false, false, 1, 64, NULL, "谁", "who"},
                                              {"object", WEB_QUERY, WEB_LINE, false, false, 1, 100, NULL, "对象", "object"},
                                              {"after", WEB_QUERY, WEB_ID, false, false, 0, 0, NULL, "从哪一条", "from which"},
                                              {"columns", WEB_QUERY, WEB_WORD, false, true, 1, 32, NULL, "列", "columns"}};

#define NONE NULL, 0
static const struct web_route routes[] = {
    {"GET", "/login", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(next_query), login_page, "登录页", "sign-in page"},
    {"POST", "/login", NULL, WEB_SIGNS, WEB_OPEN | WEB_NO_CSRF, WEB_FIELDS(login_fields), login_post, "登录", "sign in"},
    {"GET", "/login/code", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(next_query), login_code_page, "动态口令页", "one-time code page"},
    {"POST", "/login/code", NULL, WEB_SIGNS, WEB_OPEN | WEB_NO_CSRF, WEB_FIELDS(code_fields), login_code_post, "验证动态口令",
     "second step of signing in"},
    {"GET", "/login/oidc", NULL, WEB_SIGNS, WEB_OPEN, NONE, oidc_begin, "统一身份登录", "sign in at the provider"},
    {"GET", "/login/oidc/callback", NULL, WEB_SIGNS, WEB_OPEN, WEB_FIELDS(oidc_fields), oidc_callback, "从统一身份回来", "back from the provider"},
    {"POST", "/logout", "", WEB_SIGNS, 0, NONE, logout_post, "退出", "sign out"},
    {"GET", "/language", NULL, WEB_READS, WEB_OPEN, WEB_FIELDS(language_fields), language_get, "切换语言", "choose the language"},
    {"GET", "/static/{name}", NULL, WEB_READS, WEB_OPEN | WEB_HIDDEN | WEB_DATA | WEB_BARE, WEB_FIELDS(static_fields), static_get, "样式与脚本",
     "style and script"},
    {"GET", "/me", "", WEB_READS, 0, WEB_FIELDS(me_fields), me_page, "我的账户", "my account"},
    {"POST", "/me/password", "", WEB_CHANGES, 0, WEB_FIELDS(me_password_fields), me_password, "改密码", "change the password"},
    {"POST", "/me/totp/begin", "", WEB_CHANGES, 0, NONE, me_totp_begin, "启用动态口令", "begin one-time codes"},
    {"POST", "/me/totp/confirm", "", WEB_CHANGES, 0, WEB_FIELDS(me_totp_fields), me_totp_confirm, "确认动态口令", "confirm one-time codes"},
    {"POST", "/me/totp/remove", "", WEB_CHANGES, 0, WEB_FIELDS(me_totp_remove_fields), me_totp_remove, "停用动态口令", "disable one-time codes"},
    {"POST", "/me/sessions/{id}/end", "", WEB_CHANGES, 0, WEB_FIELDS(id_only), me_session_end, "结束一个会话", "end a session"},
    {"POST", "/me/sessions/end", "", WEB_CHANGES, 0, NONE, me_sessions_end, "结束其他会话", "end the other sessions"},
    {"POST", "/me/tokens", "token.own", WEB_CHANGES, 0, WEB_FIELDS(token_fields), me_token_add, "建立令牌", "make a token"},
    {"POST", "/me/tokens/{id}/end", "token.own", WEB_CHANGES, 0, WEB_FIELDS(id_only), me_token_end, "令牌作废", "revoke a token"},
    {"GET", "/users", "user.read", WEB_READS, 0, WEB_FIELDS(users_fields), users_page, "用户", "users"},
    {"POST", "/users", "user.edit", WEB_CHANGES, 0, WEB_FIELDS(user_add_fields), user_add_post, "新用户", "a new user"},
    {"GET", "/users/{id}", "user.read", WEB_READS, 0, WEB_FIELDS(user_fields), user_page, "一个用户", "one user"},
    {"POST", "/users/{id}", "user.edit", WEB_CHANGES, 0, WEB_FIELDS(user_change_fields), user_change_post, "改用户", "change a user"},
    {"POST", "/users/{id}/password", "user.edit", WEB_CHANGES, 0, WEB_FIELDS(id_only), user_password_post, "重设密码", "set a new password"},
    {"POST", "/users/{id}/totp", "user.edit", WEB_CHANGES, 0, WEB_FIELDS(id_only), user_totp_post, "停用其动态口令", "disable a user's codes"},
    {"POST", "/users/{id}/sessions/end", "session.end", WEB_CHANGES, 0, WEB_FIELDS(id_only), user_sessions_post, "结束其会话",
     "end a user's sessions"},
    {"POST", "/users/{id}/roles", "role.edit", WEB_CHANGES, 0, WEB_FIELDS(role_fields), user_role_post, "授予角色", "give a role"},
    {"POST", "/users/{id}/roles/{role}/{org}/remove", "role.edit", WEB_CHANGES, 0, WEB_FIELDS(role_remove_fields), user_role_remove_post, "收回角色",
     "take a role back"},
    {"GET", "/orgs", "user.read", WEB_READS, 0, NONE, orgs_page, "单位", "organisations"},
    {"POST", "/orgs", "org.edit", WEB_CHANGES, 0, WEB_FIELDS(org_add_fields), org_add_post, "新增单位", "add an organisation"},
    {"POST", "/orgs/{id}/{what}", "org.edit", WEB_CHANGES, 0, WEB_FIELDS(org_change_fields), org_change_post, "撤销或恢复单位",
     "close or open an organisation"},
    {"GET", "/roles", "user.read", WEB_READS, 0, NONE, roles_page, "角色", "roles"},
    {"GET", "/log", "log.read", WEB_READS, 0, WEB_FIELDS(log_fields), log_page, "审计日志", "audit log"},
    {"GET", "/log/verify", "log.read", WEB_READS, 0, NONE, log_verify_page, "验证审计日志", "verify the audit log"}};

static const struct web_permission permissions[] = {{"user.read", "查看用户", "see users"},      {"user.edit", "管理用户", "administer users"},
                                                    {"role.edit", "授予角色", "give roles"},     {"org.edit", "管理单位", "administer organisations"},
                                                    {"session.end", "结束会话", "end sessions"}, {"log.read", "查看审计日志", "read the audit log"},
                                                    {"token.own", "使用令牌", "use API tokens"}};
static const struct web_nav nav[] = {{"/users", "用户", "Users", "user.read", "管理", "Administration"},
                                     {"/orgs", "单位", "Organisations", "user.read", "管理", "Administration"},
                                     {"/roles", "角色", "Roles", "user.read", "管理", "Administration"},
                                     {"/log", "审计日志", "Audit log", "log.read", "管理", "Administration"},
                                     {"/me", "我的账户", "My account", "", "管理", "Administration"}};
#define COUNT(a) (int)(sizeof(a) / sizeof *(a))
const struct web_room admin_web = {"admin", routes, COUNT(routes), permissions, COUNT(permissions), nav, COUNT(nav)};
const struct db_room admin_db = {"people", people_migrations, people_migrations_count, people_queries, people_queries_count};
