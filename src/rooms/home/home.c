/* home.c: the first page, background jobs, and the interface as a page. */
#include "rooms/home/home.h"

#include "home_html.h"
#include "home_sql.h"
#include "rooms/admin/people.h"
#include "rooms/desk/desk.h"
#include "rooms/portal/portal.h"

#include <string.h>

static const struct web_room *const *all_rooms; /* set once, before serving */
static const struct job_kind *const *all_kinds;
static int nrooms, nkinds;

void home_start(const struct web_room *const *rooms, int n, const struct job_kind *const *kinds, int k) {
  all_rooms = rooms;
  nrooms = n;
  all_kinds = kinds;
  nkinds = k;
}

/* ---- what waits for me ---- */
static int home_page(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct desk_waiting desk = {0};
  struct portal_waiting portal = {0};
  struct ui_page p = {.title = tr("待办", "What waits for you")};
  int rc = web_may(c, "audit.read") ? desk_waiting_count(c, &desk, e) : RC_OK;
  if (rc == RC_OK && web_may(c, "book.read")) rc = portal_waiting_count(c, &portal, e);
  if (rc < 0) return rc;
  const struct home_waiting w = {.audits = web_may(c, "audit.read"),
                                 .uploads = web_may(c, "audit.upload"),
                                 .publishes = web_may(c, "book.publish"),
                                 .nothing = web_user(c)->ngrants == 0,
                                 .mine = desk.mine,
                                 .open = desk.open,
                                 .queued = desk.queued,
                                 .to_approve = portal.to_approve};
  people_page(c, &p);
  home_waiting_page(out, &w);
  people_page_end(c, &p);
  return RC_OK;
}

/* ---- jobs ---- */
static const char *state_text(struct sv s) {
  static const char *const names[][3] = {{"queued", "等待", "waiting"},
                                         {"running", "进行", "running"},
                                         {"done", "完成", "done"},
                                         {"failed", "失败", "failed"},
                                         {"cancelled", "取消", "cancelled"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (sv_is(s, names[i][0])) return tr(names[i][1], names[i][2]);
  return "?";
}

static const char *state_kind(struct sv s) {
  return sv_is(s, "failed") ? "error" : sv_is(s, "done") ? "ok" : sv_is(s, "running") ? "info" : "wait";
}

static int jobs_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {
      {"id", "编号", "No.", UI_NUMBER},          {"kind", "种类", "Kind", 0},         {"state", "状态", "State", 0},
      {"attempt", "次数", "Attempt", UI_NUMBER}, {"done", "进度", "Done", 0},         {"error", "原因", "Error", 0},
      {"created", "建立", "Created", UI_DATE},   {"ended", "结束", "Ended", UI_DATE}, {"act", "操作", "Action", 0}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  char next[24], text[64], action[64];
  int64_t last = 0;
  bool edits = web_may(c, "system.edit");
  struct ui_table t = {
      .caption = tr("后台任务", "Background jobs"), .path = "/system/jobs", .columns = columns, .ncolumns = edits ? 9 : 8, .total = -1};
  struct ui_page p = {.title = tr("后台任务", "Background jobs"), .wide = true, .notice = web_has(c, "done") ? tr("已保存", "Saved") : NULL};
  people_page(c, &p);
  ui_table_begin(out, &t);
  int n = 0, rc = DB_ROWS(web_db(c), home_jobs, &s, e, db_int(web_user(c)->tenant), db_int(web_has(c, "after") ? web_int(c, "after") : INT64_MAX));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    struct sv state = db_col_text(s, 2);
    bool open = sv_is(state, "queued") || sv_is(state, "running");
    last = db_col_int(s, 0);
    n++;
    ui_row(out, &t, last);
    ui_cell_int(out, &t, last);
    ui_cell(out, &t, db_col_text(s, 1));
    ui_cell_badge(out, &t, state_kind(state), state_text(state));
    ui_cell_int(out, &t, db_col_int(s, 3));
    snprintf(text, sizeof text, "%lld / %lld", (long long)db_col_int(s, 4), (long long)db_col_int(s, 5));
    ui_cell(out, &t, sv_from(text));
    ui_cell(out, &t, db_col_text(s, 6));
    ui_cell_time(out, &t, db_col_int(s, 7));
    ui_cell_time(out, &t, db_col_int(s, 8));
    snprintf(action, sizeof action, "/system/jobs/%lld/%s", (long long)last, open ? "cancel" : "retry");
    if (open || sv_is(state, "failed") || sv_is(state, "cancelled"))
      ui_cell_button(out, &t, action, web_user(c)->csrf, open ? tr("取消", "Cancel") : tr("重做", "Run again"), open ? "danger" : "");
    else
      ui_cell(out, &t, SV(""));
  }
  snprintf(next, sizeof next, "%lld", (long long)last);
  if (n == 100) t.next = next;
  ui_table_end(out, &t);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

static int change_job(struct db *d, void *context, struct err *e) {
  struct web_call *c = context;
  bool cancel = sv_is(web_text(c, "what"), "cancel");
  char object[40];
  snprintf(object, sizeof object, "job:%lld", (long long)web_int(c, "id"));
  int64_t tenant = web_user(c)->tenant, id = web_int(c, "id");
  int rc = cancel ? job_cancel(d, all_kinds, nkinds, tenant, id, e) : job_retry(d, all_kinds, nkinds, tenant, id, e);
  return rc < 0 ? rc : people_log(c, &(struct audit_entry){.action = cancel ? "job.cancel" : "job.retry", .object = object}, e);
}

static int job_post(struct web_call *c, struct err *e) {
  int rc = db_tx(web_db(c), change_job, c, e);
  return rc < 0 ? rc : web_redirect(c, "/system/jobs?done=1");
}

/* ---- the interface ---- */
static int api_page(struct web_call *c, struct err *e) {
  (void)e;
  struct buf *out = web_out(c);
  struct ui_page p = {.title = tr("接口", "Interface")};
  people_page(c, &p);
  home_interface(out, all_rooms, nrooms);
  people_page_end(c, &p);
  return RC_OK;
}

static const struct web_field jobs_fields[] = {{"after", WEB_QUERY, WEB_ID, false, false, 0, 0, NULL, "从哪一条", "from which"},
                                               {"done", WEB_QUERY, WEB_FLAG, false, false, 0, 0, NULL, "已保存", "saved"}};
static const struct web_field job_fields[] = {{"id", WEB_PATH, WEB_ID, true, false, 0, 0, NULL, "编号", "number"},
                                              {"what", WEB_PATH, WEB_CHOICE, true, false, 0, 0, "cancel|retry", "操作", "action"}};
static const struct web_route routes[] = {
    {"GET", "/", "", WEB_READS, 0, NULL, 0, home_page, "待办", "what waits"},
    {"GET", "/api", "", WEB_READS, 0, NULL, 0, api_page, "接口说明", "the interface"},
    {"GET", "/system/jobs", "job.read", WEB_READS, 0, WEB_FIELDS(jobs_fields), jobs_page, "后台任务", "background jobs"},
    {"POST", "/system/jobs/{id}/{what}", "system.edit", WEB_CHANGES, 0, WEB_FIELDS(job_fields), job_post, "取消或重做任务",
     "cancel a job or run it again"}};
static const struct web_permission permissions[] = {{"job.read", "查看后台任务", "see background jobs"},
                                                    {"system.read", "查看系统", "see the system"},
                                                    {"system.edit", "管理系统", "administer the system"}};
static const struct web_nav nav[] = {{"/", "待办", "Home", "", NULL, NULL}};
static const struct web_nav more[] = {{"/system/jobs", "后台任务", "Jobs", "job.read", "系统", "System"},
                                      {"/api", "接口", "Interface", "", "系统", "System"}};
#define COUNT(a) (int)(sizeof(a) / sizeof *(a))
const struct web_room home_web = {"home", routes, COUNT(routes), permissions, COUNT(permissions), nav, COUNT(nav)};
const struct web_room home_more_web = {.name = "system", .nav = more, .nnav = COUNT(more)};
