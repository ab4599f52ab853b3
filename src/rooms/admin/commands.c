/* commands.c: heng admin: what is done without a browser: the first account, a lost password, roles, the proof of the audit log. */
#include "rooms/admin/internal.h"
#include "rooms/codes/codes.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char *address, *org_code, *role_code, *display_name, *roles_path, *head_path;
static int tenant = PEOPLE_TENANT;
static bool drop_codes;

#define DATABASE                                                                                                                                     \
  { "db", 0, OPT_TEXT, &address, "ADDRESS", NULL, "数据库地址，默认 $HENG_DB", "database; $HENG_DB unless given" }
#define TENANT                                                                                                                                       \
  { "tenant", 0, OPT_INT, &tenant, "N", NULL, "租户，默认 1", "tenant; 1 unless given" }

static const struct option plain_options[] = {DATABASE, TENANT};
static const struct option verify_options[] = {DATABASE,
                                               TENANT,
                                               {"head", 0, OPT_TEXT, &head_path, "FILE", NULL, "以前用 log-head 记下的日志头，其中每一条都要还在",
                                                "heads noted earlier by log-head: each entry must still be there"}};
static const struct option password_options[] = {
    DATABASE, TENANT, {"no-codes", 0, OPT_FLAG, &drop_codes, NULL, NULL, "同时停用动态口令", "and disable one-time codes"}};
static const struct option user_options[] = {DATABASE,
                                             TENANT,
                                             {"org", 0, OPT_TEXT, &org_code, "CODE", NULL, "单位代码", "code of the organisation"},
                                             {"role", 0, OPT_TEXT, &role_code, "CODE", NULL, "角色代码", "code of a role"},
                                             {"name", 0, OPT_TEXT, &display_name, "NAME", NULL, "姓名", "name"}};
static const struct option role_options[] = {
    DATABASE,
    TENANT,
    {"file", 0, OPT_TEXT, &roles_path, "FILE", NULL, "角色文件，默认 profiles/roles.txt", "file of roles; profiles/roles.txt unless given"}};

static const struct option *plain(int *n) {
  *n = (int)(sizeof plain_options / sizeof *plain_options);
  return plain_options;
}

static const struct option *verify(int *n) {
  *n = (int)(sizeof verify_options / sizeof *verify_options);
  return verify_options;
}

static const struct option *password(int *n) {
  *n = (int)(sizeof password_options / sizeof *password_options);
  return password_options;
}

static const struct option *user(int *n) {
  *n = (int)(sizeof user_options / sizeof *user_options);
  return user_options;
}

static const struct option *role(int *n) {
  *n = (int)(sizeof role_options / sizeof *role_options);
  return role_options;
}

static int open_db(struct db **d, struct err *e) {
  const char *from = address ? address : getenv("HENG_DB");
  if (!from || !*from)
    return err_set(e, RC_USAGE, "%s",
                   tr("要给 --db sqlite:文件 或 postgresql://…，或设 HENG_DB", "give --db sqlite:FILE or postgresql://…, or set HENG_DB"));
  if (sodium_init() < 0) return err_set(e, RC_IO, "%s", tr("没有随机数", "no source of random numbers"));
  return db_open_existing(from, d, e);
}

static int no_words(int argc, struct err *e) {
  return argc == 0 ? RC_OK : err_set(e, RC_USAGE, "%s", tr("多了参数", "too many words"));
}

static int run_head(int argc, char **argv, struct err *e) {
  struct db *d;
  char hash[HASH_HEX];
  int64_t number;
  (void)argv;
  int rc = no_words(argc, e);
  if (rc == RC_OK) rc = open_db(&d, e);
  if (rc < 0) return rc;
  rc = people_log_head(d, tenant, &number, hash, e);
  db_close(d);
  if (rc < 0) return rc;
  if (number == 0) return err_set(e, RC_NOTFOUND, "%s", tr("审计日志还是空的", "the audit log is empty"));
  printf("heng-log-head %d %lld %s\n", tenant, (long long)number, hash);
  return EXIT_CLEAN;
}

/* One line of a file of heads against the log: 1 it is there, 0 it is not. Other tenants' lines and remarks pass. */
static int head_line(struct db *d, struct sv line, int number, struct err *e) {
  enum { NUMBER_DIGITS = 18 };
  struct sv rest = sv_trim(line), word = sv_cut(&rest, ' '), its = rest.p ? sv_cut(&rest, ' ') : SV(""), at = rest.p ? sv_cut(&rest, ' ') : SV(""),
            hash = rest.p ? sv_trim(rest) : SV("");
  char digits[NUMBER_DIGITS + 1], hex[HASH_HEX];
  bool has;
  if (line.n == 0 || word.n == 0 || word.p[0] == '#') return 1;
  if (!sv_is(word, "heng-log-head") || its.n == 0 || at.n == 0 || at.n > NUMBER_DIGITS || hash.n != HASH_HEX - 1)
    return err_at(e, RC_FORMAT, head_path, number, 1, "%s", tr("不是 heng admin log-head 打印的一行", "not a line that heng admin log-head printed"));
  snprintf(digits, sizeof digits, "%.*s", SV_ARG(its));
  if (strtoll(digits, NULL, 10) != tenant) return 1;
  snprintf(digits, sizeof digits, "%.*s", SV_ARG(at));
  snprintf(hex, sizeof hex, "%.*s", SV_ARG(hash));
  int rc = people_log_has(d, tenant, strtoll(digits, NULL, 10), hex, &has, e);
  if (rc < 0 || has) return rc < 0 ? rc : 1;
  printf(tr("日志第 %s 条不是 %s 第 %d 行记下的那一条：整个日志可能被重写过\n",
            "entry %s of the log is not the one noted in %s, line %d: the whole log may have been written anew\n"),
         digits, head_path, number);
  return 0;
}

static int heads_check(struct db *d, bool *all, struct err *e) {
  enum { HEADS_MOST = 16 * 1024 * 1024 };
  unsigned char *data;
  size_t size;
  int rc = file_read(head_path, HEADS_MOST, &data, &size, e), number = 0;
  if (rc < 0) return rc;
  struct sv rest = {(const char *)data, size};
  *all = true;
  while (rc >= 0 && rest.p) {
    rc = head_line(d, sv_cut(&rest, '\n'), ++number, e);
    if (rc == 0) *all = false;
  }
  free(data);
  return rc < 0 ? rc : RC_OK;
}

static int run_verify(int argc, char **argv, struct err *e) {
  struct db *d;
  int64_t entries, broken;
  (void)argv;
  int rc = no_words(argc, e);
  if (rc == RC_OK) rc = open_db(&d, e);
  if (rc < 0) return rc;
  bool heads = true;
  rc = people_log_verify(d, tenant, &entries, &broken, e);
  if (rc == RC_OK && head_path) rc = heads_check(d, &heads, e);
  db_close(d);
  if (rc < 0) return rc;
  if (!heads) return EXIT_FOUND;
  if (broken) {
    printf(tr("审计日志从第 %lld 条起不是原来写的\n", "the audit log is not as it was written from entry %lld on\n"), (long long)broken);
    return EXIT_FOUND;
  }
  printf(tr("审计日志完整：%lld 条\n", "the audit log is whole: %lld entries\n"), (long long)entries);
  return EXIT_CLEAN;
}

struct adding {
  const char *login, *made;
};

static int add(struct db *d, void *context, struct err *e) {
  const struct adding *a = context;
  int64_t org = 0, id = db_id();
  char hash[PASSWORD_HASH];
  int rc = DB_ONE(d, org_by_code, &org, e, db_int(tenant), db_str(org_code));
  if (rc == 0) { /* the first of a new bureau */
    char path[40];
    org = db_id();
    snprintf(path, sizeof path, "/%lld/", (long long)org);
    int64_t n = DB_RUN(d, org_add, e, db_int(tenant), db_int(org), db_null(), db_str(path), db_str(org_code), db_str(org_code), db_int(db_now()));
    rc = n < 0 ? (int)n : RC_OK;
  }
  if (rc < 0 || (rc = password_hash(sv_from(a->made), hash, e)) < 0) return rc;
  int64_t n = DB_RUN(d, user_add, e, db_int(tenant), db_int(id), db_int(org), db_str(a->login), db_str(display_name ? display_name : a->login),
                     db_str(hash), db_int(db_now()), db_int(1));
  if (n < 0) return (int)n;
  if ((rc = role_give(d, tenant, id, role_code, org, 0, e)) < 0) return rc;
  return people_log_system(d, tenant, "command", &(struct audit_entry){.action = "user.add", .object = a->login, .after = sv_from(role_code)}, e);
}

static const char *usual_roles(char *out, size_t size) {
  char folder[4096];
  snprintf(out, size, "%.4000s/roles.txt", codes_data_path(folder, sizeof folder, "profiles"));
  return out;
}

/* A new database has no roles yet. */
static int roles_needed(struct db *d, struct err *e) {
  struct db_statement *s;
  char path[4200];
  int count, rc = DB_ROWS(d, role_all, &s, e, db_int(tenant));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return roles_load(d, tenant, usual_roles(path, sizeof path), &count, e);
  db_reset(s);
  return RC_OK;
}

static int run_add(int argc, char **argv, struct err *e) {
  struct db *d;
  char made[20];
  if (argc != 1 || !org_code || !role_code)
    return err_set(e, RC_USAGE, "%s", tr("要写：登录名 --org 代码 --role 代码", "write: LOGIN --org CODE --role CODE"));
  int rc = open_db(&d, e);
  if (rc < 0) return rc;
  password_make(made);
  struct adding a = {argv[0], made};
  rc = roles_needed(d, e);
  if (rc == RC_OK) rc = db_tx(d, add, &a, e);
  db_close(d);
  if (rc < 0) return rc;
  printf(tr("%s 的初始密码（首次登录须改）：%s\n", "first password of %s, to be changed at the first sign-in: %s\n"), argv[0], made);
  return EXIT_CLEAN;
}

static int reset(struct db *d, void *context, struct err *e) {
  const struct adding *a = context;
  int64_t id = 0;
  int rc = DB_ONE(d, user_by_login, &id, e, db_int(tenant), db_str(a->login));
  if (rc < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, tr("没有用户 %s", "there is no user %s"), a->login);
  if ((rc = password_set(d, tenant, id, sv_from(a->login), sv_from(a->made), true, e)) < 0) return rc;
  int64_t n = DB_RUN(d, session_end_others, e, db_int(tenant), db_int(id), db_int(0));
  if (n >= 0 && drop_codes) n = DB_RUN(d, user_totp, e, db_int(tenant), db_int(id), db_str(""), db_str(""));
  if (n < 0) return (int)n;
  return people_log_system(d, tenant, "command", &(struct audit_entry){.action = "password.reset", .object = a->login}, e);
}

static int run_password(int argc, char **argv, struct err *e) {
  struct db *d;
  char made[20];
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("要写登录名", "write the login"));
  int rc = open_db(&d, e);
  if (rc < 0) return rc;
  password_make(made);
  struct adding a = {argv[0], made};
  rc = db_tx(d, reset, &a, e);
  db_close(d);
  if (rc < 0) return rc;
  printf(tr("%s 的新密码（登录后须改）：%s\n", "new password of %s, to be changed after signing in: %s\n"), argv[0], made);
  return EXIT_CLEAN;
}

static int run_roles(int argc, char **argv, struct err *e) {
  struct db *d;
  char path[4200];
  int count;
  (void)argv;
  int rc = no_words(argc, e);
  if (rc == RC_OK) rc = open_db(&d, e);
  if (rc < 0) return rc;
  rc = roles_load(d, tenant, roles_path ? roles_path : usual_roles(path, sizeof path), &count, e);
  if (rc == RC_OK) rc = people_log_system(d, tenant, "command", &(struct audit_entry){.action = "role.load", .object = "roles.txt"}, e);
  db_close(d);
  if (rc < 0) return rc;
  printf(tr("载入 %d 个角色\n", "%d roles loaded\n"), count);
  return EXIT_CLEAN;
}

static const struct command commands[] = {
    {"admin verify-log", "[--db ADDRESS]", "验证审计日志：每条是否还是当初写下的", "prove the audit log: each entry as it was written",
     "每条记录带着上一条的 SHA-256，从第一条走到最后一条。退出码 1：从某条起不是原来写的。",
     "Each entry carries the SHA-256 of the one before; the chain is walked from end to end. Exit code 1: it is not as it was written.", verify,
     run_verify},
    {"admin log-head", "[--db ADDRESS]", "打印审计日志最后一条的编号和散列", "print the number and hash of the log's last entry",
     "定期把它追加到数据库管理员改不到的地方（另一台机器、只写一次的介质、打印），verify-log --head 用它证明日志没有整个重写。",
     "Append it regularly to where the database's administrator cannot write (another host, write-once media, paper): verify-log --head proves with "
     "it that the log was not written anew.",
     plain, run_head},
    {"admin add-user", "LOGIN --org CODE --role CODE [--name NAME]", "建立用户，打印初始密码", "make a user and print the first password",
     "新数据库的第一个用户用它建立；单位不存在时一并建立。", "For the first user of a new database; an organisation that is not there is made.", user,
     run_add},
    {"admin password", "LOGIN", "给用户新密码，结束其会话", "a new password for a user, whose sessions end", NULL, NULL, password, run_password},
    {"admin roles", "[--file FILE]", "载入角色与权限", "load roles and permissions", NULL, NULL, role, run_roles}};
const struct room admin_room = {"admin", commands, (int)(sizeof commands / sizeof *commands)};
