/* people.c: starting the room, and what it gives the server. */
#include "rooms/admin/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct people *serving; /* set before the server starts, cleared after it has stopped */

const struct people *people_now(void) {
  return serving;
}

int64_t people_tenant(const struct web_call *c) {
  (void)c;
  return PEOPLE_TENANT;
}

int people_start(const struct people_config *config, struct people **out, struct err *e) {
  *out = NULL;
  if (sodium_init() < 0) return err_set(e, RC_IO, "%s", tr("没有随机数", "no source of random numbers"));
  struct people *p = calloc(1, sizeof *p);
  if (!p) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  p->config = *config;
  size_t n;
  if (sodium_hex2bin(p->key, sizeof p->key, config->secret, strlen(config->secret), NULL, &n, NULL) != 0 || n != sizeof p->key) {
    free(p);
    return err_set(e, RC_FORMAT, "%s", tr("密钥要是 64 个十六进制数字", "the secret is 64 hexadecimal digits"));
  }
  *out = serving = p;
  return RC_OK;
}

void people_stop(struct people *p) {
  if (!p) return;
  serving = NULL;
  sodium_memzero(p->key, sizeof p->key);
  free(p);
}

struct web_hooks people_hooks(struct people *p) {
  return (struct web_hooks){p, people_identify, people_refuse};
}

static const char *kept(struct web_call *c, struct sv s, struct err *e) {
  const char *p = arena_text(web_arena(c), s.p ? s.p : "", s.n);
  if (!p) err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return p;
}

int people_org_choices(struct web_call *c, const char *permission, const char ***out, int *n, struct err *e) {
  enum { MOST = 1000 };
  struct db_statement *s;
  const char **list = ARENA_ARRAY(web_arena(c), const char *, 2 * MOST + 1);
  int k = 0,
      rc = list ? DB_ROWS(web_db(c), org_open_all, &s, e, db_int(web_user(c)->tenant)) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    const char *path = kept(c, db_col_text(s, 1), e);
    if (k >= 2 * MOST || !path || !web_may_at(c, permission, path)) continue;
    list[k++] = arena_printf(web_arena(c), "%lld", (long long)db_col_int(s, 0));
    list[k++] = kept(c, db_col_text(s, 2), e);
  }
  *out = list;
  *n = k / 2;
  return rc;
}

int people_org_path(struct web_call *c, const char *permission, int64_t id, const char **path, struct err *e) {
  struct db_statement *s;
  *path = "";
  int rc = DB_ROWS(web_db(c), org_open_path, &s, e, db_int(web_user(c)->tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    *path = kept(c, db_col_text(s, 0), e);
    db_reset(s);
    if (!*path) return RC_NOMEM;
  }
  return rc == 1 && web_may_at(c, permission, *path) ? RC_OK : err_set(e, RC_NOTFOUND, "%s", tr("没有这个单位", "there is no such organisation"));
}
