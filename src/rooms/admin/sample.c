/* sample.c: the sample bureau: an account a role, so that whoever tries it sees each side. */
#include "rooms/admin/internal.h"
#include "rooms/codes/codes.h"

#include <string.h>

struct sample_user {
  const char *login, *zh, *role;
  int org, over; /* of `orgs`: where the account belongs, where its role holds */
};

static const char *const orgs[][3] = {
    {"bureau", "临江市地方金融工作局", ""}, {"finance", "临江市财政局", ""}, {"unit", "临江市金融服务中心", "bureau"}};
static const struct sample_user users[] = {{"entry", "录入岗", "entry", 0, 0},           {"review", "审核岗", "review", 0, 0},
                                           {"approve", "审批岗", "approve", 0, 0},       {"system", "系统管理员", "system", 0, 0},
                                           {"security", "安全管理员", "security", 0, 0}, {"auditor", "审计管理员", "auditor", 0, 0},
                                           {"reader", "查阅岗", "reader", 0, 0},         {"entry2", "下属单位录入岗", "entry", 2, 2},
                                           {"foreign", "外单位录入岗", "entry", 1, 1},   {"finance", "财政预算岗", "finance", 1, 0}};

struct making {
  struct buf *told;
  int64_t ids[3];
  char paths[3][160];
  char hash[PASSWORD_HASH];
};

static int make_orgs(struct db *d, struct making *m, struct err *e) {
  for (int i = 0; i < 3; i++) {
    int parent = *orgs[i][2] ? 0 : -1;
    m->ids[i] = db_id();
    snprintf(m->paths[i], sizeof m->paths[i], "%.100s%lld/", parent < 0 ? "/" : m->paths[parent], (long long)m->ids[i]);
    int64_t n = DB_RUN(d, org_add, e, db_int(PEOPLE_TENANT), db_int(m->ids[i]), parent < 0 ? db_null() : db_int(m->ids[parent]), db_str(m->paths[i]),
                       db_str(orgs[i][0]), db_str(orgs[i][1]), db_int(db_now()));
    if (n < 0) return (int)n;
  }
  return RC_OK;
}

static int make_user(struct db *d, struct making *m, const struct sample_user *u, struct err *e) {
  int64_t id = db_id(), now = db_now();
  int64_t n = DB_RUN(d, user_add, e, db_int(PEOPLE_TENANT), db_int(id), db_int(m->ids[u->org]), db_str(u->login), db_str(u->zh), db_str(m->hash),
                     db_int(now), db_int(0));
  if (n >= 0) n = DB_RUN(d, password_past_add, e, db_int(PEOPLE_TENANT), db_int(id), db_int(now), db_str(m->hash));
  if (n < 0) return (int)n;
  return role_give(d, PEOPLE_TENANT, id, u->role, m->ids[u->over], 0, e);
}

static int make(struct db *d, void *context, struct err *e) {
  struct making *m = context;
  int rc = make_orgs(d, m, e);
  for (size_t i = 0; rc == RC_OK && i < sizeof users / sizeof *users; i++) rc = make_user(d, m, &users[i], e);
  return rc < 0 ? rc : people_log_system(d, PEOPLE_TENANT, "sample", &(struct audit_entry){.action = "sample.load", .object = "bureau"}, e);
}

int people_sample(struct db *d, struct buf *told, struct err *e) {
  int64_t n = 0;
  int count;
  char folder[4096];
  struct making m = {.told = told};
  int rc = DB_ONE(d, user_count, &n, e, db_int(PEOPLE_TENANT));
  if (rc < 0) return rc;
  if (n > 0) return err_set(e, RC_USAGE, "%s", tr("数据库里已有用户，不装样例", "the database has users: the sample is not loaded into it"));
  codes_data_path(folder, sizeof folder, "profiles");
  char path[4200];
  snprintf(path, sizeof path, "%s/roles.txt", folder);
  if ((rc = roles_load(d, PEOPLE_TENANT, path, &count, e)) < 0) return rc;
  /* one hash for all: the sample's password is no secret */
  if ((rc = password_hash(sv_from(PEOPLE_SAMPLE_PASSWORD), m.hash, e)) < 0 || (rc = db_tx(d, make, &m, e)) < 0) return rc;
  for (size_t i = 0; i < sizeof users / sizeof *users; i++) buf_printf(told, "  %-9s %s\n", users[i].login, users[i].zh);
  return RC_OK;
}
