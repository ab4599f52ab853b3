/* office.c: books on their way to the public: entered by one, published by another. */
#include "rooms/portal/internal.h"

#include <string.h>

struct acting {
  struct web_call *c;
  int64_t id, entered_by;
  char org[512], object[80];
  struct package package;
  const char *state, *title, *body, *reason, *entered_name, *package_sha, *name;
  int64_t version, year, entered_at, published_at, files;
};

static const char *kept(struct web_call *c, struct sv s) {
  const char *p = arena_text(web_arena(c), s.p ? s.p : "", s.n);
  return p ? p : "";
}

static const char *state_name(struct sv s) {
  static const char *const names[][3] = {{"draft", "待公开", "waits"},
                                         {"published", "已公开", "published"},
                                         {"withdrawn", "已撤回", "withdrawn"},
                                         {"replaced", "已更正", "corrected"},
                                         {"refused", "已退回", "sent back"}};
  for (int i = 0; i < 5; i++)
    if (sv_is(s, names[i][0])) return tr(names[i][1], names[i][2]);
  return "";
}

static const char *state_badge(struct sv s) {
  return sv_is(s, "published") ? "ok" : sv_is(s, "draft") ? "warning" : "wait";
}

static int list_show(struct web_call *c, const char *error, const char *notice, struct err *e) {
  static const struct ui_column columns[] = {{"title", "预决算", "Book", 0},         {"body", "单位", "Body", 0},
                                             {"year", "年度", "Year", UI_NUMBER},    {"version", "版本", "Version", UI_NUMBER},
                                             {"state", "状态", "State", 0},          {"by", "录入", "Entered by", 0},
                                             {"at", "录入时间", "Entered", UI_DATE}, {"out", "公开时间", "Published", UI_DATE}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  struct ui_table t = {.caption = tr("预决算", "Books"), .path = "/books", .columns = columns, .ncolumns = 8, .total = -1};
  struct ui_page p = {.title = tr("预决算公开", "Publication"), .wide = true, .error = error, .notice = notice};
  people_page(c, &p);
  buf_puts(out, "<p><a class=\"button\" href=\"/public/\">");
  html_str(out, tr("公开页面", "The public pages"));
  buf_puts(out, "</a></p>\n");
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), books_all, &s, e, db_int(web_user(c)->tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[64];
    struct sv state = db_col_text(s, 8);
    if (!web_may_at(c, "book.read", kept(c, db_col_text(s, 1)))) continue;
    snprintf(path, sizeof path, "/books/%lld", (long long)db_col_int(s, 0));
    ui_row(out, &t, db_col_int(s, 0));
    ui_cell_link(out, &t, path, db_col_text(s, 4));
    ui_cell(out, &t, db_col_text(s, 5));
    ui_cell_int(out, &t, db_col_int(s, 6));
    ui_cell_int(out, &t, db_col_int(s, 3));
    ui_cell_badge(out, &t, state_badge(state), state_name(state));
    ui_cell(out, &t, db_col_text(s, 9));
    ui_cell_time(out, &t, db_col_int(s, 10));
    ui_cell_time(out, &t, db_col_int(s, 11));
  }
  ui_table_end(out, &t);
  if (rc >= 0 && web_may(c, "book.enter")) {
    buf_puts(out, "<h2>");
    html_str(out, tr("录入一本", "Enter a book"));
    buf_puts(out, "</h2>\n");
    ui_form(out, "/books", web_user(c)->csrf, true);
    ui_field(out, &(struct ui_field){.kind = UI_FILE,
                                     .name = "file",
                                     .label = tr("heng book publish 的文件夹，压成 zip", "The folder that heng book publish wrote, as a zip"),
                                     .required = true,
                                     .accept = ".zip"});
    ui_field(out,
             &(struct ui_field){.kind = UI_AREA,
                                .name = "reason",
                                .label = tr("更正原因（公开；第一次公开不填）", "Reason of a correction (public; empty for a first publication)"),
                                .max = 1000});
    ui_button(out, tr("录入", "Enter"), "primary", NULL, NULL);
    ui_form_end(out);
  }
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

int books_page(struct web_call *c, struct err *e) {
  return list_show(c, NULL, web_has(c, "done") ? tr("已录入，等审批岗公开", "Entered: it waits for an approver") : NULL, e);
}

static int enter(struct db *d, void *context, struct err *e) {
  struct acting *a = context;
  const struct web_user *u = web_user(a->c);
  char org[ORG_SIZE];
  int rc = book_owner_of(d, u->tenant, a->package.name, org, e);
  if (rc < 0) return rc;
  bool known = *org && web_may_at(a->c, "book.enter", org); /* a correction belongs to whom the book belongs; book_enter() refuses other people's */
  rc = book_enter(d, u->tenant, known ? org : u->org, u->id, u->name, &a->package, web_text(a->c, "reason"), &a->id, e);
  if (rc < 0) return rc;
  snprintf(a->object, sizeof a->object, "book:%lld", (long long)a->id);
  return people_log(a->c, &(struct audit_entry){.action = "book.enter", .object = a->object, .after = sv_from(a->package.sha256)}, e);
}

int book_upload_post(struct web_call *c, struct err *e) {
  struct acting *a = ARENA_NEW(web_arena(c), struct acting);
  struct err why = {0};
  const struct web_file *f = web_file_at(c, "file", 0);
  char temporary[PATH_SIZE];
  if (!a) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (!web_may_at(c, "book.enter", web_user(c)->org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个权限", "not allowed here"));
  a->c = c;
  snprintf(temporary, sizeof temporary, "%.2000s", f->path);
  char *slash = strrchr(temporary, '/');
  if (slash) *slash = 0;
  int rc = package_take_zip(f->path, temporary, &a->package, &why);
  if (rc == RC_OK) rc = db_tx(web_db(c), enter, a, &why);
  if (rc == RC_OK) return web_redirect(c, "/books?done=1");
  if (rc != RC_FORMAT && rc != RC_USAGE && rc != RC_LIMIT) return err_set(e, why.code, "%s", why.text);
  web_status(c, 400);
  return list_show(c, why.text, NULL, e);
}

/* ---- one book ---- */
static int read_book(struct web_call *c, const char *permission, struct acting *a, struct err *e) {
  struct db_statement *s;
  a->c = c;
  a->id = web_int(c, "id");
  int rc = DB_ROWS(web_db(c), book_get, &s, e, db_int(web_user(c)->tenant), db_int(a->id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    snprintf(a->org, sizeof a->org, "%.*s", SV_ARG(db_col_text(s, 0)));
    a->name = kept(c, db_col_text(s, 1));
    a->version = db_col_int(s, 2);
    a->title = kept(c, db_col_text(s, 3));
    a->body = kept(c, db_col_text(s, 4));
    a->year = db_col_int(s, 5);
    a->package_sha = kept(c, db_col_text(s, 7));
    a->state = kept(c, db_col_text(s, 8));
    a->reason = kept(c, db_col_text(s, 9));
    a->entered_by = db_col_int(s, 10);
    a->entered_name = kept(c, db_col_text(s, 11));
    a->entered_at = db_col_int(s, 12);
    a->published_at = db_col_int(s, 13);
    a->files = db_col_int(s, 14);
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, permission, a->org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这本预算", "there is no such book"));
  snprintf(a->object, sizeof a->object, "book:%lld", (long long)a->id);
  return RC_OK;
}

static void reason_form(struct buf *out, struct web_call *c, int64_t id, const char *what, const char *label, const char *button, const char *kind) {
  char action[64];
  snprintf(action, sizeof action, "/books/%lld/%s", (long long)id, what);
  ui_form(out, action, web_user(c)->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_AREA, .name = "reason", .label = label, .required = true, .max = 1000});
  ui_button(out, button, kind, NULL, NULL);
  ui_form_end(out);
}

static int book_show(struct web_call *c, struct acting *a, const char *error, struct err *e) {
  struct buf *out = web_out(c);
  char text[40], action[64];
  (void)e;
  const struct ui_link crumbs[] = {{"/books", tr("预决算公开", "Publication"), NULL, false}};
  struct ui_page p = {
      .title = a->title, .crumbs = crumbs, .ncrumbs = 1, .error = error, .notice = !error && web_has(c, "done") ? tr("已保存", "Saved") : NULL};
  people_page(c, &p);
  buf_puts(out, "<p>");
  ui_badge(out, state_badge(sv_from(a->state)), state_name(sv_from(a->state)));
  buf_puts(out, "</p>\n");
  ui_facts_begin(out);
  ui_fact(out, tr("单位", "Body"), sv_from(a->body));
  snprintf(text, sizeof text, "%lld", (long long)a->year);
  ui_fact(out, tr("年度", "Year"), sv_from(text));
  snprintf(text, sizeof text, "%lld", (long long)a->version);
  ui_fact(out, tr("版本", "Version"), sv_from(text));
  snprintf(text, sizeof text, "%lld", (long long)a->files);
  ui_fact(out, tr("文件", "Files"), sv_from(text));
  ui_fact(out, tr("录入", "Entered by"), sv_from(a->entered_name));
  ui_fact(out, tr("录入时间", "Entered"), sv_from(ui_time_text(a->entered_at, text)));
  if (*a->reason) ui_fact(out, tr("原因", "Reason"), sv_from(a->reason));
  ui_fact(out, "SHA-256", sv_from(a->package_sha));
  ui_facts_end(out);
  if (strcmp(a->state, "published") == 0)
    buf_printf(out, "<p><a class=\"button\" href=\"/public/%s/\">%s</a></p>\n", a->name, tr("公开的页面", "The public page"));
  else
    buf_printf(out, "<p><a class=\"button\" href=\"/books/%lld/files/\">%s</a></p>\n", (long long)a->id, tr("看这一版", "Look at this version"));
  if (strcmp(a->state, "draft") == 0 && web_may_at(c, "book.publish", a->org) && a->entered_by != web_user(c)->id) {
    snprintf(action, sizeof action, "/books/%lld/publish", (long long)a->id);
    ui_form(out, action, web_user(c)->csrf, false);
    ui_button(out, tr("公开", "Publish"), "primary", NULL, NULL);
    ui_form_end(out);
    reason_form(out, c, a->id, "refuse", tr("退回原因", "Why it is sent back"), tr("退回", "Send back"), "");
  }
  if (strcmp(a->state, "published") == 0 && web_may_at(c, "book.correct", a->org))
    reason_form(out, c, a->id, "withdraw", tr("撤回原因（公开）", "Reason of the withdrawal (public)"), tr("撤回", "Withdraw"), "danger");
  people_page_end(c, &p);
  return RC_OK;
}

int book_page(struct web_call *c, struct err *e) {
  struct acting *a = ARENA_NEW(web_arena(c), struct acting);
  int rc = a ? read_book(c, "book.read", a, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return rc < 0 ? rc : book_show(c, a, NULL, e);
}

/* The book as it will be, for who decides on it. */
int book_file(struct web_call *c, struct err *e) {
  struct acting *a = ARENA_NEW(web_arena(c), struct acting);
  int rc = a ? read_book(c, "book.read", a, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return rc < 0 ? rc : package_send(c, a->package_sha, "no-store", e);
}

static int publish(struct db *d, void *context, struct err *e) {
  struct acting *a = context;
  int rc = book_put_out(d, web_user(a->c)->tenant, a->id, web_user(a->c)->id, e);
  return rc < 0 ? rc
                : people_log(
                      a->c, &(struct audit_entry){.action = "book.publish", .object = a->object, .before = SV("draft"), .after = SV("published")}, e);
}

static int withdraw(struct db *d, void *context, struct err *e) {
  struct acting *a = context;
  struct sv reason = web_text(a->c, "reason");
  int rc = book_take_back(d, web_user(a->c)->tenant, a->id, reason, e);
  return rc < 0
             ? rc
             : people_log(a->c, &(struct audit_entry){.action = "book.withdraw", .object = a->object, .before = SV("published"), .after = reason}, e);
}

static int refuse(struct db *d, void *context, struct err *e) {
  struct acting *a = context;
  struct sv reason = web_text(a->c, "reason");
  int rc = book_send_back(d, web_user(a->c)->tenant, a->id, reason, e);
  return rc < 0 ? rc
                : people_log(a->c, &(struct audit_entry){.action = "book.refuse", .object = a->object, .before = SV("draft"), .after = reason}, e);
}

static int act(struct web_call *c, const char *permission, int (*work)(struct db *, void *, struct err *), struct err *e) {
  struct acting *a = ARENA_NEW(web_arena(c), struct acting);
  struct err why = {0};
  int rc = a ? read_book(c, permission, a, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) return rc;
  rc = db_tx(web_db(c), work, a, &why);
  if (rc == RC_OK) return web_redirect(c, "/books/%lld?done=1", (long long)a->id);
  if (rc != RC_USAGE && rc != RC_CONFLICT) return err_set(e, why.code, "%s", why.text);
  web_status(c, rc == RC_CONFLICT ? 409 : 403);
  return book_show(c, a, why.text, e);
}

int book_publish_post(struct web_call *c, struct err *e) {
  return act(c, "book.publish", publish, e);
}

int book_withdraw_post(struct web_call *c, struct err *e) {
  return act(c, "book.correct", withdraw, e);
}

int book_refuse_post(struct web_call *c, struct err *e) {
  return act(c, "book.publish", refuse, e);
}

int portal_waiting_count(struct web_call *c, struct portal_waiting *out, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), book_waiting, &s, e, db_int(web_user(c)->tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (web_may_at(c, "book.publish", kept(c, db_col_text(s, 0)))) out->to_approve += db_col_int(s, 1);
  return rc;
}

/* ---- from another room ---- */
struct given {
  struct web_call *c;
  struct package package;
  const char *org, *reason;
  int64_t id;
};

static int enter_given(struct db *d, void *context, struct err *e) {
  struct given *g = context;
  const struct web_user *u = web_user(g->c);
  char object[48];
  int rc = book_enter(d, u->tenant, g->org, u->id, u->name, &g->package, sv_from(g->reason), &g->id, e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "book:%lld", (long long)g->id);
  return people_log(g->c, &(struct audit_entry){.action = "book.enter", .object = object, .after = sv_from(g->package.sha256)}, e);
}

int portal_enter(struct web_call *c, const char *org, const char *folder, const char *reason, int64_t *id, struct err *e) {
  struct given *g = ARENA_NEW(web_arena(c), struct given);
  if (!g) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  g->c = c;
  g->org = org;
  g->reason = reason;
  int rc = package_take(folder, &g->package, e);
  if (rc == RC_OK) rc = db_tx(web_db(c), enter_given, g, e);
  *id = g->id;
  return rc;
}
