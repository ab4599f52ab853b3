/* steps.c: from state to state: who may, what must hold before, what is kept of it. */
#include "rooms/year/internal.h"

#include <stdlib.h>
#include <string.h>

struct stepping {
  struct web_call *c;
  const struct year_work *w;
  const struct year_move *m;
  int64_t step, head;
  const char *reason;
};

static int version_keep(void *context, struct sv path, struct sv body, struct err *e) {
  struct stepping *x = context;
  int64_t n = DB_RUN(web_db(x->c), year_version_add, e, db_int(web_user(x->c)->tenant), db_int(x->step), db_text(path), db_text(body));
  return n < 0 ? (int)n : RC_OK;
}

/* What may stand against a step, within the transaction that takes it. */
static int allowed(struct db *d, const struct stepping *x, const char *state, struct err *e) {
  const struct year_work *w = x->w;
  int64_t last = 0, tenant = web_user(x->c)->tenant;
  if (strcmp(state, x->m->from) != 0)
    return err_set(e, RC_CONFLICT, tr("工作区已是“%s”，请刷新", "the workspace is at \"%s\" by now: reload"), state);
  if (x->m->clean && w->checked < x->head - 1)
    return err_set(e, RC_CONFLICT, "%s",
                   tr("刚改过，检查还没有做完，请稍候再试", "it was changed just now and is still being checked: try again shortly"));
  if (x->m->clean && (w->errors > 0 || *w->check_failed))
    return err_set(e, RC_CONFLICT, tr("检查还有 %lld 个错误，改好再走这一步", "the checks find %lld errors: mend them before this step"),
                   (long long)w->errors);
  if (x->m->apart) {
    int rc = DB_ONE(d, year_step_last_user, &last, e, db_int(tenant), db_int(w->id));
    if (rc < 0) return rc;
    if (rc == 1 && last == web_user(x->c)->id)
      return err_set(e, RC_CONFLICT, "%s", tr("上一步是您走的，这一步要由别人走", "you took the step before: this one is somebody else's"));
  }
  return RC_OK;
}

static int take_step(struct db *d, void *context, struct err *e) {
  struct stepping *x = context;
  const struct web_user *u = web_user(x->c);
  struct year_work now;
  char state[64], object[48], after[200];
  int n = 0, rc = store_hold(d, u->tenant, x->w->id, &x->head, state, e);
  if (rc == RC_OK) rc = year_work_read(x->c, x->w->id, &now, e); /* its checks as they are now */
  if (rc < 0) return rc;
  x->w = &now;
  if ((rc = allowed(d, x, state, e)) < 0) return rc;
  x->step = db_id();
  int64_t done = DB_RUN(d, year_step_add, e, db_int(u->tenant), db_int(x->w->id), db_int(x->step), db_str(x->m->from), db_str(x->m->to),
                        db_int(x->head), db_int(db_now()), db_int(u->id), db_str(u->name), db_str(x->reason));
  if (done < 0) return (int)done;
  if ((rc = store_each(d, u->tenant, x->w->id, version_keep, x, e)) < 0) return rc;
  if (x->m->copy_from)
    rc = store_copy_version(d, u->tenant, x->w->id, (struct year_who){u->id, u->name}, x->head, &n, x->m->copy_from, x->m->copy_to, e);
  if (rc < 0) return rc;
  done = DB_RUN(d, year_workspace_state, e, db_int(u->tenant), db_int(x->w->id), db_str(x->m->to), db_int(db_now()), db_int(u->id));
  if (done < 0) return (int)done;
  if ((rc = check_queue(d, u->tenant, x->w->id, e)) < 0) return rc;
  snprintf(object, sizeof object, "year:%lld", (long long)x->w->id);
  snprintf(after, sizeof after, "%.60s, %.100s", x->m->to, x->reason);
  return people_log(x->c, &(struct audit_entry){.action = "year.step", .object = object, .before = sv_from(x->m->from), .after = sv_from(after)}, e);
}

int year_step_post(struct web_call *c, struct err *e) {
  const struct year_plan *plan = &year_now()->plan;
  struct year_work w;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  struct stepping x = {.c = c, .w = &w, .reason = year_text(c, web_text(c, "reason"))};
  for (size_t i = 0; i < plan->moves.n; i++) {
    const struct year_move *m = &plan->moves.v[i];
    if (strcmp(m->from, w.state) == 0 && sv_is(web_text(c, "to"), m->to) && web_may_at(c, m->permission, w.org)) x.m = m;
  }
  if (!x.m) return err_set(e, RC_CONFLICT, tr("“%s”时您没有这一步", "this is no step of yours in state \"%s\""), w.state);
  if (x.m->reason && !*x.reason) return err_set(e, RC_USAGE, "%s", tr("请写理由", "give the reason"));
  rc = db_tx(web_db(c), take_step, &x, e);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)w.id);
}

/* ---- a version taken up again: as one more change, nothing is lost ---- */
int year_restore_post(struct web_call *c, struct err *e) {
  struct year_work w;
  struct db_statement *s;
  struct year_files files = {0};
  int64_t step = web_int(c, "step");
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc < 0) return rc;
  if ((rc = DB_ROWS(web_db(c), year_step_get, &s, e, db_int(web_user(c)->tenant), db_int(w.id), db_int(step))) < 0 || (rc = db_step(s, e)) < 0)
    return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这一版", "there is no such version"));
  db_reset(s);
  rc = DB_ROWS(web_db(c), year_version_files, &s, e, db_int(web_user(c)->tenant), db_int(step));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if ((rc = year_files_add(&files, db_col_text(s, 0), db_col_text(s, 1), e)) < 0) db_reset(s);
  /* a sheet that is another's in this state stays as it is */
  if (rc == RC_OK) rc = year_files_replace(c, &w, &files, false, "year.restore", e);
  year_files_free(&files);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)w.id);
}
