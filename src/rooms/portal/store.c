/* store.c: a book's way: entered, published by somebody else or sent back, replaced by a correction or withdrawn. Nothing of it is ever deleted. */
#include "rooms/portal/internal.h"

#include <string.h>

/* Whose a name is: of the organisation that entered it first. Empty: nobody's yet. */
int book_owner_of(struct db *d, int64_t tenant, const char *name, char org[ORG_SIZE], struct err *e) {
  struct db_statement *s;
  org[0] = 0;
  int rc = DB_ROWS(d, book_owner, &s, e, db_int(tenant), db_str(name));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  snprintf(org, ORG_SIZE, "%.*s", SV_ARG(db_col_text(s, 0)));
  db_reset(s);
  return RC_OK;
}

static int parts_add(struct db *d, int64_t tenant, int64_t id, const struct package *p, struct err *e) {
  int64_t n = 0;
  for (int i = 0; n >= 0 && i < p->ntotals; i++)
    n = DB_RUN(d, total_add, e, db_int(tenant), db_int(id), db_int(i), db_str(p->totals[i].code), db_str(p->totals[i].label),
               db_int(p->totals[i].amount));
  for (int i = 0; n >= 0 && i < p->files; i++)
    n = DB_RUN(d, file_add, e, db_int(tenant), db_int(id), db_str(p->file[i].name), db_int(p->file[i].bytes), db_str(p->file[i].sha256));
  if (n >= 0) n = DB_RUN(d, figure_add, e, db_int(tenant), db_int(id), db_str("spending"), db_int(p->spending));
  if (n >= 0 && p->has_income) n = DB_RUN(d, figure_add, e, db_int(tenant), db_int(id), db_str("income"), db_int(p->income));
  return n < 0 ? (int)n : RC_OK;
}

int book_enter(struct db *d, int64_t tenant, const char *org, int64_t by, const char *by_name, const struct package *p, struct sv reason, int64_t *id,
               struct err *e) {
  int64_t version = 0, there = 0;
  char owner[ORG_SIZE];
  int rc = DB_ONE(d, book_last_version, &version, e, db_int(tenant), db_str(p->name));
  if (rc >= 0) rc = DB_ONE(d, book_kept, &there, e, db_int(tenant), db_str(p->name));
  if (rc >= 0) rc = book_owner_of(d, tenant, p->name, owner, e);
  if (rc < 0) return rc;
  if (*owner && strcmp(owner, org) != 0)
    return err_set(e, RC_USAGE, "%s", tr("这个名称的预算是别的单位的", "a book of this name belongs to another organisation"));
  if (there > 0 && reason.n == 0)
    return err_set(e, RC_USAGE, "%s", tr("这本预算已经有了：更正要写原因", "this book is there already: a correction needs its reason"));
  *id = db_id();
  int64_t n =
      DB_RUN(d, book_add, e, db_int(tenant), db_int(*id), db_str(org), db_str(p->name), db_int(version + 1), db_str(p->title), db_str(p->body),
             db_int(p->year), db_str(p->kind), db_str(p->sha256), db_int(p->files), db_text(reason), db_int(by), db_str(by_name), db_int(db_now()));
  return n < 0 ? (int)n : parts_add(d, tenant, *id, p, e);
}

static int event(struct db *d, int64_t tenant, const char *name, int64_t version, const char *what, struct sv why, struct err *e) {
  int64_t n = DB_RUN(d, event_add, e, db_int(tenant), db_int(db_id()), db_str(name), db_int(version), db_str(what), db_text(why), db_int(db_now()));
  return n < 0 ? (int)n : RC_OK;
}

struct row {
  char name[65], state[16], reason[3100];
  int64_t version, entered_by;
};

static int row_read(struct db *d, int64_t tenant, int64_t id, struct row *r, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, book_get, &s, e, db_int(tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这本预算", "there is no such book"));
  snprintf(r->name, sizeof r->name, "%.*s", SV_ARG(db_col_text(s, 1)));
  r->version = db_col_int(s, 2);
  snprintf(r->state, sizeof r->state, "%.*s", SV_ARG(db_col_text(s, 8)));
  snprintf(r->reason, sizeof r->reason, "%.*s", SV_ARG(db_col_text(s, 9)));
  r->entered_by = db_col_int(s, 10);
  db_reset(s);
  return RC_OK;
}

int book_put_out(struct db *d, int64_t tenant, int64_t id, int64_t by, struct err *e) {
  struct row r;
  int64_t newer = 0;
  int rc = row_read(d, tenant, id, &r, e);
  if (rc < 0) return rc;
  if (by && by == r.entered_by) return err_set(e, RC_USAGE, "%s", tr("录入的人不能自己公开", "who entered a book does not publish it"));
  rc = DB_ONE(d, book_newer, &newer, e, db_int(tenant), db_str(r.name), db_int(r.version));
  if (rc < 0) return rc;
  if (newer > 0) return err_set(e, RC_CONFLICT, "%s", tr("更新的版本已经公开过", "a newer version was published already"));
  int64_t n = DB_RUN(d, portal_publish, e, db_int(tenant), db_int(id), db_int(by), db_int(db_now()));
  if (n == 0) return err_set(e, RC_CONFLICT, "%s", tr("只有待公开的能公开", "only one that waits can be published"));
  int64_t replaced = n < 0 ? n : DB_RUN(d, book_replace, e, db_int(tenant), db_str(r.name), db_int(r.version), db_int(db_now()));
  if (replaced < 0) return (int)replaced;
  return event(d, tenant, r.name, r.version, replaced > 0 ? "corrected" : "published", sv_from(r.reason), e);
}

/* With all versions before it: what was wrong may stand in them too. They stay withdrawn when a new one is published. */
int book_take_back(struct db *d, int64_t tenant, int64_t id, struct sv reason, struct err *e) {
  struct row r;
  int rc = row_read(d, tenant, id, &r, e);
  if (rc < 0) return rc;
  int64_t n = DB_RUN(d, book_withdraw, e, db_int(tenant), db_int(id), db_text(reason), db_int(db_now()));
  if (n == 0) return err_set(e, RC_CONFLICT, "%s", tr("只有公开着的能撤回", "only a published one can be withdrawn"));
  if (n > 0) n = DB_RUN(d, book_withdraw_older, e, db_int(tenant), db_str(r.name), db_int(r.version), db_text(reason), db_int(db_now()));
  return n < 0 ? (int)n : event(d, tenant, r.name, r.version, "withdrawn", reason, e);
}

int book_send_back(struct db *d, int64_t tenant, int64_t id, struct sv reason, struct err *e) {
  int64_t n = DB_RUN(d, book_refuse, e, db_int(tenant), db_int(id), db_text(reason), db_int(db_now()));
  if (n == 0) return err_set(e, RC_CONFLICT, "%s", tr("只有待公开的能退回", "only one that waits can be sent back"));
  return n < 0 ? (int)n : RC_OK;
}
