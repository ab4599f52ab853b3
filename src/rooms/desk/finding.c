/* finding.c: one finding beside the page it stands on, and what people do about it. */
#include "rooms/desk/internal.h"

#include <jansson.h>
#include <string.h>

enum { DPI = 110, BOXES_MOST = 40 };

struct box {
  double x, y, w, h;
  bool suspect;
};

static double coordinate(const json_t *box, size_t i) {
  double v = json_number_value(json_array_get(box, i));
  return v >= 0 && v < 100000 ? v : 0;
}

static int boxes_of(const char *places, int64_t page, struct box out[BOXES_MOST]) {
  json_error_t why;
  json_t *list = json_loads(places, 0, &why);
  int n = 0;
  for (size_t i = 0; i < json_array_size(list) && n < BOXES_MOST; i++) {
    const json_t *p = json_array_get(list, i), *box = json_object_get(p, "box"), *role = json_object_get(p, "role");
    if (json_integer_value(json_object_get(p, "page")) != page || json_array_size(box) != 4) continue;
    double x = coordinate(box, 0), y = coordinate(box, 1);
    out[n++] =
        (struct box){x, y, coordinate(box, 2) - x, coordinate(box, 3) - y, json_is_string(role) && strcmp(json_string_value(role), "suspect") == 0};
  }
  json_decref(list);
  return n;
}

/* The picture is in pixels of DPI, boxes in points: the drawing scales them; its size comes from the picture itself, which the browser knows. */
static void page_picture(struct buf *out, const struct desk_finding *f, int64_t page) {
  struct box boxes[BOXES_MOST];
  int n = boxes_of(f->places, page, boxes);
  char label[120];
  snprintf(label, sizeof label, tr("第 %lld 页，%d 处框出", "page %lld, %d places boxed"), (long long)page, n);
  buf_printf(out, "<figure class=\"card\"><div class=\"sheet\" tabindex=\"0\"><img class=\"page\" src=\"/audit/documents/%lld/pages/%lld\" alt=\"",
             (long long)f->document, (long long)page);
  html_str(out, label);
  buf_puts(out, "\"><svg class=\"boxes\" aria-hidden=\"true\">");
  for (int i = 0; i < n; i++)
    buf_printf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", boxes[i].suspect ? "suspect" : "term",
               (boxes[i].x - 1) * DPI / 72, (boxes[i].y - 1) * DPI / 72, (boxes[i].w + 2) * DPI / 72, (boxes[i].h + 2) * DPI / 72);
  buf_puts(out, "</svg></div><figcaption>");
  html_str(out, label);
  buf_puts(out, "</figcaption></figure>\n");
}

/* Where it stands, in words: for files without pages, and for those who do not see the picture. */
static void places_table(struct web_call *c, struct buf *out, const struct desk_finding *f) {
  static const struct ui_column columns[] = {{"table", "表", "Table", 0},
                                             {"row", "行", "Row", 0},
                                             {"column", "列", "Column", 0},
                                             {"page", "页", "Page", 0},
                                             {"text", "印的是", "Printed", 0}};
  struct ui_table t = {.caption = tr("在哪里", "Where"), .path = "", .columns = columns, .ncolumns = 5, .total = -1};
  json_error_t why;
  json_t *list = json_loads(f->places, 0, &why);
  (void)c;
  ui_table_begin(out, &t);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *p = json_array_get(list, i);
    static const char *const keys[] = {"table", "row", "column"};
    ui_row(out, &t, (int64_t)i);
    for (int k = 0; k < 3; k++) {
      const char *s = json_string_value(json_object_get(p, keys[k]));
      ui_cell(out, &t, sv_from(s ? s : ""));
    }
    int64_t page = json_integer_value(json_object_get(p, "page"));
    if (page)
      ui_cell_int(out, &t, page);
    else
      ui_cell(out, &t, SV(""));
    const char *s = json_string_value(json_object_get(p, "text"));
    ui_cell(out, &t, sv_from(s ? s : ""));
  }
  json_decref(list);
  ui_table_end(out, &t);
}

static void fact_if(struct buf *out, const char *name, const char *value) {
  if (*value) ui_fact(out, name, sv_from(value));
}

static void facts(struct buf *out, const struct desk_finding *f) {
  char at[40];
  ui_facts_begin(out);
  ui_fact(out, tr("规则", "Rule"), sv_from(f->rule));
  fact_if(out, tr("印的是", "Stated"), f->stated);
  fact_if(out, tr("应为", "Expected"), f->expected);
  fact_if(out, tr("差", "Difference"), f->difference);
  fact_if(out, tr("单位", "Unit"), f->unit);
  fact_if(out, tr("算法", "Arithmetic"), f->arithmetic);
  fact_if(out, tr("原句", "Sentence"), f->sentence);
  fact_if(out, tr("依据", "Basis"), f->basis);
  fact_if(out, tr("分给", "Assigned to"), f->assigned_name);
  fact_if(out, tr("处理人", "Settled by"), f->settled_name);
  fact_if(out, tr("理由", "Reason"), f->reason);
  if (f->settled_at) ui_fact(out, tr("处理时间", "Settled"), sv_from(ui_time_text(f->settled_at, at)));
  ui_facts_end(out);
}

static int comments_part(struct web_call *c, struct buf *out, const struct desk_finding *f, struct err *e) {
  struct db_statement *s;
  char action[64];
  buf_puts(out, "<h2>");
  html_str(out, tr("意见", "Comments"));
  buf_puts(out, "</h2>\n");
  enum { PAGE = 100 }; /* the newest first; one more is asked for, to know whether there are earlier ones */
  int64_t last = 0;
  int n = 0, rc = DB_ROWS(web_db(c), comments_of, &s, e, db_int(web_user(c)->tenant), db_int(f->id),
                          db_int(web_has(c, "before") ? web_int(c, "before") : INT64_MAX));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (++n > PAGE) continue;
    last = db_col_int(s, 3);
    buf_puts(out, "<div class=\"card\"><p class=\"help\">");
    html_text(out, db_col_text(s, 0));
    buf_puts(out, " · ");
    ui_time(out, db_col_int(s, 1));
    buf_puts(out, "</p><p>");
    html_text(out, db_col_text(s, 2));
    buf_puts(out, "</p></div>\n");
  }
  if (n > PAGE) {
    buf_printf(out, "<p><a href=\"/audit/findings/%lld?before=%lld\">", (long long)f->id, (long long)last);
    html_str(out, tr("更早的意见", "Earlier comments"));
    buf_puts(out, "</a></p>\n");
  }
  if (rc < 0 || !web_may_at(c, "audit.comment", f->org)) return rc;
  snprintf(action, sizeof action, "/audit/findings/%lld/comment", (long long)f->id);
  ui_form(out, action, web_user(c)->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_AREA, .name = "text", .label = tr("写意见", "Comment"), .required = true, .max = 2000});
  ui_button(out, tr("提交", "Send"), "", NULL, NULL);
  ui_form_end(out);
  return RC_OK;
}

static int assign_part(struct web_call *c, struct buf *out, const struct desk_finding *f, struct err *e) {
  struct person *people;
  char action[64], now[24];
  int n;
  int rc = people_list(c, "audit.settle", f->org, &people, &n, e);
  const char **choices = rc == RC_OK ? ARENA_ARRAY(web_arena(c), const char *, 2 * (size_t)n + 3) : NULL;
  if (!choices) return rc < 0 ? rc : RC_NOMEM;
  choices[0] = "0";
  choices[1] = tr("（不分）", "(nobody)");
  for (int i = 0; i < n; i++) {
    choices[2 * i + 2] = arena_printf(web_arena(c), "%lld", (long long)people[i].id);
    choices[2 * i + 3] = *people[i].name ? people[i].name : people[i].login;
  }
  snprintf(action, sizeof action, "/audit/findings/%lld/assign", (long long)f->id);
  snprintf(now, sizeof now, "%lld", (long long)f->assigned_to);
  ui_form(out, action, web_user(c)->csrf, false);
  ui_field(out, &(struct ui_field){
                    .kind = UI_CHOICE, .name = "user", .label = tr("分给", "Assign to"), .choices = choices, .value = now, .required = true});
  ui_button(out, tr("分派", "Assign"), "", NULL, NULL);
  ui_form_end(out);
  return RC_OK;
}

/* What this asker may do with an open finding: to accept one is an approver's; whoever uploaded a document settles nothing of it. */
static bool may_settle(struct web_call *c, const struct desk_finding *f, const char *state) {
  if (f->uploaded_by == web_user(c)->id) return false;
  return web_may_at(c, strcmp(state, "accepted") == 0 ? "audit.accept" : "audit.settle", f->org);
}

static void settle_part(struct web_call *c, struct buf *out, const struct desk_finding *f) {
  char action[64];
  const char *choices[10];
  int n = 0;
  static const char *const states[] = {"fixed", "false-alarm", "accepted"};
  bool open = strcmp(f->state, "open") == 0;
  for (int i = 0; open && i < 3; i++)
    if (may_settle(c, f, states[i])) {
      choices[n++] = states[i];
      choices[n++] = finding_state_text(sv_from(states[i]));
    }
  if (!open && may_settle(c, f, f->state)) {
    choices[n++] = "open";
    choices[n++] = tr("重新打开", "open it again");
  }
  choices[n] = NULL;
  if (n == 0) return;
  snprintf(action, sizeof action, "/audit/findings/%lld/settle", (long long)f->id);
  ui_form(out, action, web_user(c)->csrf, false);
  ui_field(out, &(struct ui_field){.kind = UI_CHOICE, .name = "state", .label = tr("处理", "Settle as"), .choices = choices, .required = true});
  ui_field(out, &(struct ui_field){.kind = UI_AREA, .name = "reason", .label = tr("理由", "Reason"), .required = true, .max = 1000});
  ui_button(out, tr("提交", "Settle"), "primary", NULL, NULL);
  ui_form_end(out);
}

static int neighbours(struct web_call *c, struct buf *out, const struct desk_finding *f, struct err *e) {
  int64_t before = 0, next = 0, tenant = web_user(c)->tenant;
  int rc = DB_ONE(web_db(c), finding_before, &before, e, db_int(tenant), db_int(f->document), db_int(f->number));
  if (rc >= 0) rc = DB_ONE(web_db(c), finding_next, &next, e, db_int(tenant), db_int(f->document), db_int(f->number));
  if (rc < 0) return rc;
  buf_puts(out, "<p class=\"pages\">");
  if (before)
    buf_printf(out, "<a class=\"button\" rel=\"prev\" accesskey=\"[\" href=\"/audit/findings/%lld\">%s</a> ", (long long)before,
               tr("上一个", "Previous"));
  if (next)
    buf_printf(out, "<a class=\"button\" rel=\"next\" accesskey=\"]\" href=\"/audit/findings/%lld\">%s</a>", (long long)next, tr("下一个", "Next"));
  buf_puts(out, "</p>\n");
  return RC_OK;
}

static int finding_show(struct web_call *c, const struct desk_finding *f, const char *error, struct err *e) {
  struct buf *out = web_out(c);
  char document[64];
  snprintf(document, sizeof document, "/audit/documents/%lld", (long long)f->document);
  const struct ui_link crumbs[] = {{"/audit", tr("审核", "Audit"), NULL, false}, {document, f->document_name, NULL, false}};
  struct ui_page p = {.title = f->title,
                      .crumbs = crumbs,
                      .ncrumbs = 2,
                      .wide = true,
                      .error = error,
                      .notice = !error && web_has(c, "done") ? tr("已保存", "Saved") : NULL};
  people_page(c, &p);
  buf_puts(out, "<p>");
  ui_badge(out, f->severity, severity_text(sv_from(f->severity)));
  buf_puts(out, " ");
  ui_badge(out, strcmp(f->state, "open") == 0 ? "wait" : "ok", finding_state_text(sv_from(f->state)));
  buf_puts(out, " ");
  html_str(out, f->message);
  buf_puts(out, "</p>\n");
  int rc = neighbours(c, out, f, e);
  if (rc < 0) return rc;
  buf_puts(out, "<div class=\"columns-2\">\n<div>\n");
  if (strcmp(f->format, "pdf") == 0 && f->page > 0) page_picture(out, f, f->page);
  places_table(c, out, f);
  buf_puts(out, "</div>\n<div>\n");
  facts(out, f);
  settle_part(c, out, f);
  if (web_may_at(c, "audit.assign", f->org)) rc = assign_part(c, out, f, e);
  if (rc >= 0) rc = comments_part(c, out, f, e);
  buf_puts(out, "</div>\n</div>\n");
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

int finding_page(struct web_call *c, struct err *e) {
  struct desk_finding f;
  int rc = desk_finding_read(c, "audit.read", web_int(c, "id"), &f, e);
  return rc < 0 ? rc : finding_show(c, &f, NULL, e);
}

/* ---- changes ---- */
struct changing {
  struct web_call *c;
  struct desk_finding f;
  const char *state, *name;
  int64_t user;
  char object[48];
};

static int settle(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  const struct web_user *u = web_user(x->c);
  struct sv reason = web_text(x->c, "reason");
  bool reopen = strcmp(x->state, "open") == 0, was_open = strcmp(x->f.state, "open") == 0;
  int64_t n = DB_RUN(d, finding_settle, e, db_int(u->tenant), db_int(x->f.id), db_str(x->state), db_text(reason), db_str(reopen ? "" : u->name),
                     db_int(reopen ? 0 : db_now()), db_str(x->f.state));
  if (n == 0) return err_set(e, RC_CONFLICT, "%s", tr("刚被别人处理过，请刷新", "somebody else settled it meanwhile: reload"));
  int by = was_open && !reopen ? -1 : !was_open && reopen ? 1 : 0;
  if (n > 0 && by) n = DB_RUN(d, document_open_change, e, db_int(u->tenant), db_int(x->f.document), db_int(by));
  if (n > 0 && by) n = DB_RUN(d, open_change, e, db_int(u->tenant), db_int(x->f.document), db_int(by));
  if (n < 0) return (int)n;
  char *after = arena_printf(web_arena(x->c), "%s: %.*s", x->state, SV_ARG(reason));
  return people_log(
      x->c, &(struct audit_entry){.action = "finding.settle", .object = x->object, .before = sv_from(x->f.state), .after = sv_from(after)}, e);
}

static int back(struct web_call *c, struct changing *x, int rc, const struct err *why, struct err *e) {
  if (rc == RC_OK) return web_redirect(c, "/audit/findings/%lld?done=1", (long long)x->f.id);
  if (rc != RC_CONFLICT && rc != RC_USAGE) return err_set(e, why->code, "%s", why->text);
  web_status(c, rc == RC_CONFLICT ? 409 : 403);
  return finding_show(c, &x->f, why->text, e);
}

static int changing_read(struct web_call *c, const char *permission, struct changing *x, struct err *e) {
  x->c = c;
  int rc = desk_finding_read(c, permission, web_int(c, "id"), &x->f, e);
  snprintf(x->object, sizeof x->object, "finding:%lld", (long long)x->f.id);
  return rc;
}

int finding_settle_post(struct web_call *c, struct err *e) {
  struct changing x = {.state = kept_text(c, web_text(c, "state"))};
  struct err why = {0};
  int rc = changing_read(c, "audit.read", &x, e);
  if (rc < 0) return rc;
  const char *power = strcmp(x.state, "open") == 0 ? x.f.state : x.state;
  bool same = strcmp(x.state, x.f.state) == 0, closed = strcmp(x.f.state, "open") != 0 && strcmp(x.state, "open") != 0;
  if (!may_settle(c, &x.f, power))
    rc =
        err_set(&why, RC_USAGE, "%s",
                tr("您的角色不能这样处理；也没有人处理自己上传的文件", "your role cannot settle it so; and nobody settles what he uploaded himself"));
  else if (same || closed)
    rc = err_set(&why, RC_CONFLICT, "%s", tr("已经处理过，要改请先重新打开", "settled already: open it again first"));
  else
    rc = db_tx(web_db(c), settle, &x, &why);
  return back(c, &x, rc, &why, e);
}

static int assign(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  int64_t n = DB_RUN(d, finding_assign, e, db_int(web_user(x->c)->tenant), db_int(x->f.id), db_int(x->user), db_str(x->name));
  return n < 0 ? (int)n
               : people_log(x->c,
                            &(struct audit_entry){
                                .action = "finding.assign", .object = x->object, .before = sv_from(x->f.assigned_name), .after = sv_from(x->name)},
                            e);
}

int finding_assign_post(struct web_call *c, struct err *e) {
  struct changing x = {.user = web_int(c, "user"), .name = ""};
  struct person *people;
  struct err why = {0};
  int n, found = 0, rc = changing_read(c, "audit.assign", &x, e);
  if (rc == RC_OK) rc = people_list(c, "audit.settle", x.f.org, &people, &n, e);
  if (rc < 0) return rc;
  for (int i = 0; i < n; i++)
    if (people[i].id == x.user) {
      x.name = *people[i].name ? people[i].name : people[i].login;
      found = 1;
    }
  if (x.user && !found) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个人，或他不能处理", "there is no such person, or he cannot settle it"));
  rc = db_tx(web_db(c), assign, &x, &why);
  return back(c, &x, rc, &why, e);
}

static int comment(struct db *d, void *context, struct err *e) {
  struct changing *x = context;
  const struct web_user *u = web_user(x->c);
  struct sv text = web_text(x->c, "text");
  int64_t n = DB_RUN(d, comment_add, e, db_int(u->tenant), db_int(db_id()), db_int(x->f.id), db_str(u->name), db_int(db_now()), db_text(text));
  return n < 0 ? (int)n : people_log(x->c, &(struct audit_entry){.action = "finding.comment", .object = x->object, .after = text}, e);
}

int finding_comment_post(struct web_call *c, struct err *e) {
  struct changing x = {0};
  struct err why = {0};
  int rc = changing_read(c, "audit.comment", &x, e);
  if (rc < 0) return rc;
  rc = db_tx(web_db(c), comment, &x, &why);
  return back(c, &x, rc, &why, e);
}
