/* view.c: rows for pages, read only by those whose organisations cover them: for all others they are not there. */
#include "rooms/desk/internal.h"

#include <string.h>

const char *kept_text(struct web_call *c, struct sv s) {
  const char *p = arena_text(web_arena(c), s.p ? s.p : "", s.n);
  return p ? p : "";
}

int desk_document_read(struct web_call *c, const char *permission, int64_t id, struct desk_document *o, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), document_get, &s, e, db_int(web_user(c)->tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  memset(o, 0, sizeof *o);
  o->org = "";
  if (rc == 1) {
    *o = (struct desk_document){.id = id,
                                .batch = db_col_int(s, 0),
                                .org = kept_text(c, db_col_text(s, 1)),
                                .name = kept_text(c, db_col_text(s, 2)),
                                .sha256 = kept_text(c, db_col_text(s, 3)),
                                .size = db_col_int(s, 4),
                                .state = kept_text(c, db_col_text(s, 5)),
                                .why = kept_text(c, db_col_text(s, 6)),
                                .format = kept_text(c, db_col_text(s, 7)),
                                .kind = kept_text(c, db_col_text(s, 8)),
                                .body = kept_text(c, db_col_text(s, 9)),
                                .year = db_col_int(s, 10),
                                .pages = db_col_int(s, 11),
                                .errors = db_col_int(s, 12),
                                .warnings = db_col_int(s, 13),
                                .infos = db_col_int(s, 14),
                                .passed = db_col_int(s, 15),
                                .not_checked = db_col_int(s, 16),
                                .open = db_col_int(s, 17),
                                .kept = db_col_int(s, 18),
                                .uploaded_by = db_col_int(s, 19),
                                .uploaded_name = kept_text(c, db_col_text(s, 20)),
                                .uploaded_at = db_col_int(s, 21),
                                .audited_at = db_col_int(s, 22)};
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, permission, o->org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这份文件", "there is no such document"));
  return RC_OK;
}

int desk_finding_read(struct web_call *c, const char *permission, int64_t id, struct desk_finding *o, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), finding_get, &s, e, db_int(web_user(c)->tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  memset(o, 0, sizeof *o);
  o->org = "";
  if (rc == 1) {
    o->id = id;
    o->document = db_col_int(s, 0);
    o->number = db_col_int(s, 1);
    const char **const texts[] = {&o->finding,  &o->rule,       &o->severity, &o->title,      &o->message, &o->stated,
                                  &o->expected, &o->difference, &o->unit,     &o->arithmetic, &o->basis,   &o->sentence};
    for (int i = 0; i < 12; i++) *texts[i] = kept_text(c, db_col_text(s, 2 + i));
    o->page = db_col_int(s, 14);
    o->places = kept_text(c, db_col_text(s, 15));
    o->state = kept_text(c, db_col_text(s, 16));
    o->assigned_to = db_col_int(s, 17);
    o->assigned_name = kept_text(c, db_col_text(s, 18));
    o->reason = kept_text(c, db_col_text(s, 19));
    o->settled_name = kept_text(c, db_col_text(s, 20));
    o->settled_at = db_col_int(s, 21);
    o->org = kept_text(c, db_col_text(s, 22));
    o->document_name = kept_text(c, db_col_text(s, 23));
    o->format = kept_text(c, db_col_text(s, 24));
    o->sha256 = kept_text(c, db_col_text(s, 25));
    o->uploaded_by = db_col_int(s, 26);
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, permission, o->org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个问题", "there is no such finding"));
  return RC_OK;
}

struct word {
  const char *name, *zh, *en, *kind;
};

static const struct word *find(const struct word *list, int n, struct sv s) {
  for (int i = 0; i < n; i++)
    if (sv_is(s, list[i].name)) return &list[i];
  return NULL;
}

static const struct word kinds[] = {{"department-budget", "部门预算", "department budget", ""},
                                    {"unit-budget", "单位预算", "unit budget", ""},
                                    {"department-final", "部门决算", "department final account", ""},
                                    {"unit-final", "单位决算", "unit final account", ""}};
static const struct word states[] = {{"queued", "等待", "waiting", "wait"},
                                     {"running", "审核中", "running", "info"},
                                     {"done", "已审核", "audited", "ok"},
                                     {"failed", "失败", "failed", "error"}};
static const struct word severities[] = {
    {"error", "错误", "error", "error"}, {"warning", "警告", "warning", "warning"}, {"info", "提示", "info", "info"}};
static const struct word finding_states[] = {{"open", "未处理", "open", "warning"},
                                             {"accepted", "认可", "accepted", "ok"},
                                             {"fixed", "已改正", "corrected", "ok"},
                                             {"false-alarm", "误报", "false alarm", "wait"}};
#define TEXT(list, s)                                                                                                                                \
  const struct word *w = find(list, (int)(sizeof(list) / sizeof *(list)), s);                                                                        \
  return w ? tr(w->zh, w->en) : ""

const char *kind_text(struct sv kind) {
  TEXT(kinds, kind);
}

const char *state_text(struct sv state) {
  TEXT(states, state);
}

const char *state_kind(struct sv state) {
  const struct word *w = find(states, 4, state);
  return w ? w->kind : "wait";
}

const char *severity_text(struct sv severity) {
  TEXT(severities, severity);
}

const char *finding_state_text(struct sv state) {
  TEXT(finding_states, state);
}
