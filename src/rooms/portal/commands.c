/* commands.c: heng portal: what is done without a browser. A book is entered here, never published: that is another person's decision. */
#include "rooms/portal/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char *data_folder = "heng-data", *address, *reason, *org_code;
static int tenant = PEOPLE_TENANT;

#define WHERE                                                                                                                                        \
  {"data", 0, OPT_TEXT, &data_folder, "FOLDER", NULL, "数据文件夹（默认 heng-data）", "folder of the data (heng-data unless given)"},                \
      {"db",                                                                                                                                         \
       0,                                                                                                                                            \
       OPT_TEXT,                                                                                                                                     \
       &address,                                                                                                                                     \
       "ADDRESS",                                                                                                                                    \
       NULL,                                                                                                                                         \
       "数据库（默认 $HENG_DB，或数据文件夹里的 SQLite）",                                                                                           \
       "database ($HENG_DB, or SQLite in the folder, unless given)"},                                                                                \
  {                                                                                                                                                  \
    "tenant", 0, OPT_INT, &tenant, "N", NULL, "租户，默认 1", "tenant; 1 unless given"                                                               \
  }
static const struct option plain_options[] = {WHERE};
static const struct option enter_options[] = {
    WHERE,
    {"reason", 0, OPT_TEXT, &reason, "TEXT", NULL, "更正原因（公开）", "reason of a correction (public)"},
    {"org", 0, OPT_TEXT, &org_code, "CODE", NULL, "单位代码（默认第一个单位）", "code of the organisation (the first unless given)"}};
static const struct option withdraw_options[] = {
    WHERE, {"reason", 0, OPT_TEXT, &reason, "TEXT", NULL, "撤回原因（公开）", "reason of the withdrawal (public)"}};

static const struct option *plain(int *n) {
  *n = (int)(sizeof plain_options / sizeof *plain_options);
  return plain_options;
}

static const struct option *entering(int *n) {
  *n = (int)(sizeof enter_options / sizeof *enter_options);
  return enter_options;
}

static const struct option *withdrawing(int *n) {
  *n = (int)(sizeof withdraw_options / sizeof *withdraw_options);
  return withdraw_options;
}

/* The database, and the folder of packages as heng serve has it. */
static int open_all(struct db **d, struct err *e) {
  static char files[2200], sqlite[2200];
  const char *from = address ? address : getenv("HENG_DB");
  if (strlen(data_folder) > 2000) return err_set(e, RC_USAGE, "%s", tr("路径太长", "the path is too long"));
  snprintf(files, sizeof files, "%s/files", data_folder);
  snprintf(sqlite, sizeof sqlite, "sqlite:%s/heng.db", data_folder);
  if (sodium_init() < 0) return err_set(e, RC_IO, "%s", tr("没有随机数", "no source of random numbers"));
  int rc = db_open_existing(from && *from ? from : sqlite, d, e);
  if (rc < 0) return rc;
  rc = portal_start(&(struct portal_config){.data_folder = files}, e);
  if (rc < 0) db_close(*d);
  return rc;
}

static void close_all(struct db *d) {
  portal_stop();
  db_close(d);
}

struct entering {
  struct package package;
  char org[ORG_SIZE];
  int64_t id;
};

static int enter(struct db *d, void *context, struct err *e) {
  struct entering *x = context;
  char object[80];
  int rc = book_enter(d, tenant, x->org, 0, tr("命令行", "command line"), &x->package, sv_from(reason), &x->id, e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "book:%lld", (long long)x->id);
  return people_log_system(d, tenant, "command", &(struct audit_entry){.action = "book.enter", .object = object, .after = sv_from(x->package.sha256)},
                           e);
}

static int org_find(struct db *d, char org[ORG_SIZE], struct err *e) {
  struct db_statement *s;
  int rc = org_code ? DB_ROWS(d, portal_org, &s, e, db_int(tenant), db_str(org_code)) : DB_ROWS(d, portal_first_org, &s, e, db_int(tenant));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个单位", "there is no such organisation"));
  snprintf(org, ORG_SIZE, "%.*s", SV_ARG(db_col_text(s, 0)));
  db_reset(s);
  return RC_OK;
}

static int run_enter(int argc, char **argv, struct err *e) {
  struct db *d;
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("要写：heng book publish 写的文件夹", "write: the folder that heng book publish wrote"));
  int rc = open_all(&d, e);
  if (rc < 0) return rc;
  struct entering *x = calloc(1, sizeof *x);
  rc = x ? package_take(argv[0], &x->package, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = org_find(d, x->org, e);
  if (rc == RC_OK) rc = db_tx(d, enter, x, e);
  if (rc == RC_OK)
    printf(tr("已录入 %s，等审批岗在 /books/%lld 公开\n", "entered %s; it waits for an approver at /books/%lld\n"), x->package.name,
           (long long)x->id);
  free(x);
  close_all(d);
  return rc < 0 ? rc : EXIT_CLEAN;
}

static int run_list(int argc, char **argv, struct err *e) {
  struct db *d;
  struct db_statement *s;
  (void)argv;
  if (argc != 0) return err_set(e, RC_USAGE, "%s", tr("多了参数", "too many words"));
  int rc = open_all(&d, e);
  if (rc < 0) return rc;
  rc = DB_ROWS(d, books_all, &s, e, db_int(tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    printf("%.*s\t%lld\t%.*s\t%lld\t%.*s\n", SV_ARG(db_col_text(s, 2)), (long long)db_col_int(s, 3), SV_ARG(db_col_text(s, 8)),
           (long long)db_col_int(s, 6), SV_ARG(db_col_text(s, 5)));
  close_all(d);
  return rc < 0 ? rc : EXIT_CLEAN;
}

static int withdraw(struct db *d, void *context, struct err *e) {
  const char *name = context;
  int64_t id = 0;
  char object[80];
  int rc = DB_ONE(d, book_named, &id, e, db_int(tenant), db_str(name));
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有公开这本预决算", "no such book is published"));
  if (rc > 0) rc = book_take_back(d, tenant, id, sv_from(reason), e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "book:%lld", (long long)id);
  return people_log_system(d, tenant, "command", &(struct audit_entry){.action = "book.withdraw", .object = object, .after = sv_from(reason)}, e);
}

static int run_withdraw(int argc, char **argv, struct err *e) {
  struct db *d;
  if (argc != 1 || !reason || !*reason || strlen(reason) > 3000 || !utf8_valid(sv_from(reason)))
    return err_set(e, RC_USAGE, "%s", tr("要写：名称 --reason 原因", "write: NAME --reason TEXT"));
  int rc = open_all(&d, e);
  if (rc < 0) return rc;
  rc = db_tx(d, withdraw, argv[0], e);
  close_all(d);
  return rc < 0 ? rc : EXIT_CLEAN;
}

/* Every file of every version against the hash it came with: what is wrong is named. */
static int run_verify(int argc, char **argv, struct err *e) {
  struct db *d;
  struct db_statement *s;
  int64_t files = 0, wrong = 0;
  (void)argv;
  if (argc != 0) return err_set(e, RC_USAGE, "%s", tr("多了参数", "too many words"));
  int rc = open_all(&d, e);
  if (rc < 0) return rc;
  rc = DB_ROWS(d, files_all, &s, e, db_int(tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char package[65], name[NAME_MOST + 1], sha256[65];
    struct err why = {0};
    snprintf(package, sizeof package, "%.*s", SV_ARG(db_col_text(s, 0)));
    snprintf(name, sizeof name, "%.*s", SV_ARG(db_col_text(s, 1)));
    snprintf(sha256, sizeof sha256, "%.*s", SV_ARG(db_col_text(s, 2)));
    files++;
    if (package_check(package, name, sha256, &why) == RC_OK) continue;
    wrong++;
    printf("%s\n", why.text);
  }
  close_all(d);
  if (rc < 0) return rc;
  printf(tr("%lld 个文件，%lld 个不对\n", "%lld files, %lld wrong\n"), (long long)files, (long long)wrong);
  return wrong ? EXIT_FOUND : EXIT_CLEAN;
}

static const struct command commands[] = {
    {"portal enter", "FOLDER [options]", "录入一本要公开的预决算", "enter a book that is to be published",
     "文件夹是 heng book publish 写的。录入后由审批岗在浏览器里公开。",
     "The folder is what heng book publish wrote. An approver then publishes it in the browser.", entering, run_enter},
    {"portal list", "[options]", "列出录入和公开的预决算", "list books: name, version, state, year, body", NULL, NULL, plain, run_list},
    {"portal withdraw", "NAME --reason TEXT [options]", "撤回一本公开的预决算", "withdraw a published book", "它的所有版本都不再公开，原因公开。",
     "None of its versions is public any more; the reason is.", withdrawing, run_withdraw},
    {"portal verify", "[options]", "核对公开的文件没有被改过", "prove that the published files are as they were taken in", NULL, NULL, plain,
     run_verify}};

const struct room portal_room = {"portal", commands, (int)(sizeof commands / sizeof *commands)};
