/* orgs.c: the tree of organisations, and the table of roles. */
#include "rooms/admin/internal.h"

#include <string.h>

struct adding {
  struct web_call *c;
  const struct web_user *u;
  int64_t id;
  char path[512];
};

static int parent_choices(struct web_call *c, const char ***out, struct err *e) {
  enum { MOST = 1000 };
  struct db_statement *s;
  const char **list = ARENA_ARRAY(web_arena(c), const char *, 2 * MOST + 1);
  int n = 0,
      rc = list ? DB_ROWS(web_db(c), org_all, &s, e, db_int(web_user(c)->tenant)) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[512];
    snprintf(path, sizeof path, "%.*s", SV_ARG(db_col_text(s, 2)));
    if (n >= 2 * MOST || !web_may_at(c, "org.edit", path)) continue;
    list[n++] = arena_printf(web_arena(c), "%lld", (long long)db_col_int(s, 0));
    list[n++] = arena_printf(web_arena(c), "%.*s", SV_ARG(db_col_text(s, 4)));
  }
  *out = list;
  return rc;
}

static int orgs_rows(struct web_call *c, struct buf *out, struct ui_table *t, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), org_all, &s, e, db_int(web_user(c)->tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[512], action[64];
    int depth = -2;
    snprintf(path, sizeof path, "%.*s", SV_ARG(db_col_text(s, 2)));
    if (!web_may_at(c, "user.read", path)) continue;
    for (const char *p = path; *p; p++) depth += *p == '/';
    char *name = arena_printf(web_arena(c), "%.*s%.*s", depth > 0 ? 3 * (depth > 5 ? 5 : depth) : 0, "　　　　　", SV_ARG(db_col_text(s, 4)));
    ui_row(out, t, db_col_int(s, 0));
    ui_cell(out, t, sv_from(name));
    ui_cell(out, t, db_col_text(s, 3));
    ui_cell_badge(out, t, db_col_int(s, 5) ? "wait" : "ok", db_col_int(s, 5) ? tr("撤销", "closed") : tr("在用", "open"));
    snprintf(action, sizeof action, "/orgs/%lld/%s", (long long)db_col_int(s, 0), db_col_int(s, 5) ? "open" : "close");
    ui_cell_button(out, t, action, web_user(c)->csrf, db_col_int(s, 5) ? tr("恢复", "Open again") : tr("撤销", "Close"), "danger");
  }
  return rc;
}

static int orgs_show(struct web_call *c, const char *error, struct err *e) {
  static const struct ui_column columns[] = {
      {"name", "名称", "Name", 0}, {"code", "代码", "Code", 0}, {"state", "状态", "State", 0}, {"change", "操作", "Action", 0}};
  struct buf *out = web_out(c);
  struct ui_table t = {
      .caption = tr("单位", "Organisations"), .path = "/orgs", .columns = columns, .ncolumns = web_may(c, "org.edit") ? 4 : 3, .total = -1};
  struct ui_page p = {.title = tr("单位", "Organisations"), .error = error};
  people_page(c, &p);
  ui_table_begin(out, &t);
  int rc = orgs_rows(c, out, &t, e);
  ui_table_end(out, &t);
  if (rc >= 0 && web_may(c, "org.edit")) {
    const char **parents;
    if ((rc = parent_choices(c, &parents, e)) < 0) return rc;
    ui_form(out, "/orgs", web_user(c)->csrf, false);
    ui_field(out, &(struct ui_field){.kind = UI_CHOICE, .name = "parent", .label = tr("上级", "Under"), .choices = parents, .required = true});
    ui_field(out, &(struct ui_field){.kind = UI_LINE, .name = "code", .label = tr("代码", "Code"), .required = true, .max = 32});
    ui_field(out, &(struct ui_field){.kind = UI_LINE, .name = "name", .label = tr("名称", "Name"), .required = true, .max = 100});
    ui_button(out, tr("新增单位", "Add"), "primary", NULL, NULL);
    ui_form_end(out);
  }
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}

int orgs_page(struct web_call *c, struct err *e) {
  return orgs_show(c, NULL, e);
}

static int read_org(struct web_call *c, int64_t id, char *path, size_t size, char *name, size_t name_size, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), org_get, &s, e, db_int(web_user(c)->tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  path[0] = 0;
  if (rc == 1) {
    snprintf(path, size, "%.*s", SV_ARG(db_col_text(s, 0)));
    snprintf(name, name_size, "%.*s", SV_ARG(db_col_text(s, 2)));
    db_reset(s);
  }
  if (!path[0] || !web_may_at(c, "org.edit", path)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个单位", "there is no such organisation"));
  return RC_OK;
}

static int add_org(struct db *d, void *context, struct err *e) {
  struct adding *a = context;
  struct sv code = web_text(a->c, "code");
  char path[640];
  a->id = db_id();
  snprintf(path, sizeof path, "%s%lld/", a->path, (long long)a->id);
  int64_t n = DB_RUN(d, org_add, e, db_int(a->u->tenant), db_int(a->id), db_int(web_int(a->c, "parent")), db_str(path), db_text(code),
                     db_text(web_text(a->c, "name")), db_int(db_now()));
  if (n == RC_CONFLICT) return err_set(e, RC_CONFLICT, "%s", tr("这个代码已经有了", "this code is taken"));
  char object[80];
  snprintf(object, sizeof object, "org:%.*s", code.n < 64 ? (int)code.n : 64, code.p);
  return n < 0 ? (int)n : people_log(a->c, &(struct audit_entry){.action = "org.add", .object = object, .after = web_text(a->c, "name")}, e);
}

int org_add_post(struct web_call *c, struct err *e) {
  struct adding a = {.c = c, .u = web_user(c)};
  struct err why = {0};
  char name[201];
  int rc = read_org(c, web_int(c, "parent"), a.path, sizeof a.path, name, sizeof name, e);
  if (rc < 0) return rc;
  rc = db_tx(web_db(c), add_org, &a, &why);
  if (rc == RC_OK) return web_redirect(c, "/orgs");
  if (rc != RC_CONFLICT) return err_set(e, why.code, "%s", why.text);
  web_status(c, 409);
  return orgs_show(c, why.text, e);
}

struct closing {
  struct web_call *c;
  int64_t id, closed;
  char name[201];
};

static int close_org(struct db *d, void *context, struct err *e) {
  struct closing *x = context;
  char object[40];
  snprintf(object, sizeof object, "org:%lld", (long long)x->id);
  int64_t n = DB_RUN(d, org_change, e, db_int(web_user(x->c)->tenant), db_int(x->id), db_str(x->name), db_int(x->closed));
  return n < 0 ? (int)n
               : people_log(x->c, &(struct audit_entry){.action = x->closed ? "org.close" : "org.open", .object = object, .after = sv_from(x->name)},
                            e);
}

int org_change_post(struct web_call *c, struct err *e) {
  struct closing x = {.c = c, .id = web_int(c, "id"), .closed = sv_is(web_text(c, "what"), "close")};
  char path[512];
  int rc = read_org(c, x.id, path, sizeof path, x.name, sizeof x.name, e);
  if (rc == RC_OK) rc = db_tx(web_db(c), close_org, &x, e);
  return rc < 0 ? rc : web_redirect(c, "/orgs");
}

/* ---- roles ---- */
static int permissions_of(struct web_call *c, const char *role, struct buf *out, struct err *e) {
  struct db_statement *s;
  const struct people_config *config = &people_now()->config;
  int rc = DB_ROWS(web_db(c), role_permissions, &s, e, db_int(web_user(c)->tenant)), n = 0;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (!sv_is(db_col_text(s, 0), role)) continue;
    struct sv name = db_col_text(s, 1);
    const char *text = NULL;
    for (int i = 0; i < config->nrooms && !text; i++)
      for (int k = 0; k < config->rooms[i]->npermissions; k++)
        if (sv_is(name, config->rooms[i]->permissions[k].name)) text = tr(config->rooms[i]->permissions[k].zh, config->rooms[i]->permissions[k].en);
    if (n++) buf_puts(out, tr("、", ", "));
    if (text)
      buf_puts(out, text);
    else
      buf_add(out, name.p, name.n);
  }
  return rc;
}

int roles_page(struct web_call *c, struct err *e) {
  enum { MOST = 100 };
  static const struct ui_column columns[] = {{"name", "角色", "Role", 0}, {"apart", "互斥组", "Group", 0}, {"may", "权限", "May", 0}};
  struct ui_table t = {.caption = tr("角色与权限", "Roles and permissions"), .path = "/roles", .columns = columns, .ncolumns = 3, .total = -1};
  struct ui_page p = {.title = tr("角色", "Roles")};
  struct buf *out = web_out(c);
  struct db_statement *s;
  char codes[MOST][65], names[MOST][201], groups[MOST][65];
  int n = 0, rc = DB_ROWS(web_db(c), role_all, &s, e, db_int(web_user(c)->tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (n >= MOST) continue;
    snprintf(codes[n], sizeof codes[n], "%.*s", SV_ARG(db_col_text(s, 0)));
    snprintf(names[n], sizeof names[n], "%.*s", SV_ARG(db_col_text(s, lang_get() == LANG_EN ? 2 : 1)));
    snprintf(groups[n], sizeof groups[n], "%.*s", SV_ARG(db_col_text(s, 3)));
    n++;
  }
  if (rc < 0) return rc;
  people_page(c, &p);
  ui_table_begin(out, &t);
  for (int i = 0; i < n; i++) {
    struct buf may;
    buf_init(&may, 16384);
    rc = permissions_of(c, codes[i], &may, e);
    ui_row(out, &t, i);
    ui_cell(out, &t, sv_from(names[i]));
    ui_cell(out, &t, sv_from(groups[i]));
    ui_cell(out, &t, (struct sv){may.p, may.n});
    buf_release(&may);
    if (rc < 0) return rc;
  }
  ui_table_end(out, &t);
  buf_puts(out, "<p class=\"help\">");
  html_str(out, tr("角色写在 profiles/roles.txt，改后用 heng admin roles 载入。同一互斥组的两个角色不能给同一个人。",
                   "Roles stand in profiles/roles.txt; after a change, heng admin roles loads them. Nobody holds two roles of one group."));
  buf_puts(out, "</p>\n");
  people_page_end(c, &p);
  return RC_OK;
}
