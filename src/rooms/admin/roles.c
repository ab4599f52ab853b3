/* roles.c: profiles/roles.txt: which role may do what, and which two nobody holds together. */
#include "rooms/admin/internal.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 65536, ROLES_MOST = 100 };

struct loading {
  struct db *d;
  const char *path;
  int64_t tenant;
  struct sv text;
  int count, line;
  char role[65];
};

static int put_role(struct loading *l, struct sv line, struct err *e) {
  struct sv rest = {line.p + 5, line.n - 5}, zh_part = sv_cut(&rest, '|'), code = sv_trim(zh_part);
  size_t blank = sv_find(code, " ");
  if (blank == SIZE_MAX || !rest.p)
    return err_at(e, RC_FORMAT, l->path, l->line, 1, "%s", tr("要写：role 代码 中文 | English | 互斥组", "write: role CODE 中文 | English | group"));
  struct sv zh = sv_trim((struct sv){code.p + blank, code.n - blank}), en = sv_trim(sv_cut(&rest, '|')), apart = rest.p ? sv_trim(rest) : SV("");
  code.n = blank;
  if (code.n > 64 || zh.n == 0 || en.n == 0)
    return err_at(e, RC_FORMAT, l->path, l->line, 1, "%s", tr("角色要有代码和两种名称", "a role has a code and two names"));
  if (++l->count > ROLES_MOST) return err_at(e, RC_LIMIT, l->path, l->line, 1, "%s", tr("角色太多", "too many roles"));
  snprintf(l->role, sizeof l->role, "%.*s", SV_ARG(code));
  int64_t n = DB_RUN(l->d, role_put, e, db_int(l->tenant), db_str(l->role), db_text(zh), db_text(en), db_text(apart), db_int(l->count));
  if (n >= 0) n = DB_RUN(l->d, role_permission_clear, e, db_int(l->tenant), db_str(l->role));
  return n < 0 ? (int)n : RC_OK;
}

static int put_permissions(struct loading *l, struct sv line, struct err *e) {
  if (!l->role[0]) return err_at(e, RC_FORMAT, l->path, l->line, 1, "%s", tr("权限要写在一个角色下面", "permissions stand under a role"));
  while (line.p) {
    struct sv word = sv_trim(sv_cut(&line, ' '));
    if (word.n == 0) continue;
    if (word.n > 64 || sv_find(word, ".") == SIZE_MAX)
      return err_at(e, RC_FORMAT, l->path, l->line, 1, tr("“%.*s” 不像权限（如 audit.read）", "\"%.*s\" is no permission (such as audit.read)"),
                    SV_ARG(word));
    int64_t n = DB_RUN(l->d, role_permission_add, e, db_int(l->tenant), db_str(l->role), db_text(word));
    if (n < 0) return (int)n;
  }
  return RC_OK;
}

static int load(struct db *d, void *context, struct err *e) {
  struct loading *l = context;
  struct sv rest = l->text;
  int rc = RC_OK;
  l->count = l->line = 0;
  l->role[0] = 0;
  l->d = d;
  while (rc == RC_OK && rest.p) {
    struct sv line = sv_cut(&rest, '\n');
    l->line++;
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    struct sv bare = sv_trim(line);
    if (bare.n == 0 || bare.p[0] == '#') continue;
    if (sv_starts(line, "role "))
      rc = put_role(l, bare, e);
    else if (line.p[0] == ' ')
      rc = put_permissions(l, bare, e);
    else
      rc = err_at(e, RC_FORMAT, l->path, l->line, 1, "%s", tr("看不懂这一行", "this line is not understood"));
  }
  return rc;
}

int roles_load(struct db *d, int64_t tenant, const char *path, int *count, struct err *e) {
  unsigned char *data;
  size_t size;
  int rc = file_read(path, FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  struct loading l = {.path = path, .tenant = tenant, .text = {(const char *)data, size}};
  rc = db_tx(d, load, &l, e);
  *count = l.count;
  free(data);
  return rc;
}

int role_give(struct db *d, int64_t tenant, int64_t user, const char *role, int64_t org, int64_t by, struct err *e) {
  struct db_statement *s;
  char apart[65] = "", clash[65] = "";
  bool known = false;
  int rc = DB_ROWS(d, role_all, &s, e, db_int(tenant));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (sv_is(db_col_text(s, 0), role)) {
      known = true;
      snprintf(apart, sizeof apart, "%.*s", SV_ARG(db_col_text(s, 3)));
    }
  if (rc < 0) return rc;
  if (!known) return err_set(e, RC_NOTFOUND, tr("没有角色 %s", "there is no role %s"), role);
  rc = DB_ROWS(d, user_roles, &s, e, db_int(tenant), db_int(user));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (apart[0] && sv_is(db_col_text(s, 6), apart) && !sv_is(db_col_text(s, 0), role))
      snprintf(clash, sizeof clash, "%.*s", SV_ARG(db_col_text(s, lang_get() == LANG_EN ? 5 : 4)));
  if (rc < 0) return rc;
  if (clash[0]) return err_set(e, RC_CONFLICT, tr("已有“%s”，与它互斥的角色不能给同一个人", "holds \"%s\" already: nobody holds both"), clash);
  int64_t n = DB_RUN(d, user_role_add, e, db_int(tenant), db_int(user), db_str(role), db_int(org), db_int(by), db_int(db_now()));
  return n < 0 ? (int)n : RC_OK;
}
