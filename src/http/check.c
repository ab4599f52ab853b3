/* check.c: that the tables of the rooms say all that must be said, before a server starts; and the server's own routes. */
#include "http/internal.h"

#include <string.h>

static int wrong(const struct web_room *room, const struct web_route *r, const char *what, struct err *e) {
  return err_set(e, RC_USAGE, "%s: %s %s: %s", room->name, r->method, r->path, what);
}

static bool declared(const struct web_room *const *rooms, int n, const char *permission) {
  for (int i = 0; i < n; i++)
    for (int k = 0; k < rooms[i]->npermissions; k++)
      if (strcmp(rooms[i]->permissions[k].name, permission) == 0) return true;
  return false;
}

/* Every {name} of the path is a field of the path, and every field of the path stands in it. */
static int check_path(const struct web_room *room, const struct web_route *r, struct err *e) {
  struct sv path = sv_from(r->path);
  int in_path = 0, fields = 0, segments = 0;
  while (path.p) {
    struct sv s = sv_cut(&path, '/');
    if (++segments > SEGMENTS_MOST - 2) return wrong(room, r, "too many segments", e);
    if (!sv_starts(s, "{")) continue;
    bool rest = sv_ends(s, "*}");
    struct sv name = {s.p + 1, s.n - (rest ? 3 : 2)};
    const struct web_field *f = route_field(r, name);
    in_path++;
    if (!sv_ends(s, "}") || !f || f->place != WEB_PATH || (f->type == WEB_REST) != rest || (rest && path.p))
      return wrong(room, r, "a {name} without its field", e);
  }
  for (int i = 0; i < r->nfields; i++) fields += r->fields[i].place == WEB_PATH;
  return fields == in_path ? RC_OK : wrong(room, r, "a path field that the path does not have", e);
}

static int check_field(const struct web_room *room, const struct web_route *r, const struct web_field *f, struct err *e) {
  bool get = strcmp(r->method, "GET") == 0;
  if (!f->help_zh || !f->help_en) return wrong(room, r, "a field without help", e);
  if (f->place == WEB_FORM && get) return wrong(room, r, "a GET with a form", e);
  if (f->type == WEB_FILES && f->place != WEB_FORM) return wrong(room, r, "files come by a form", e);
  if (f->type == WEB_CHOICE && !f->choices) return wrong(room, r, "a choice without choices", e);
  if (f->type == WEB_INT && f->min > f->max) return wrong(room, r, "a number without bounds", e);
  return RC_OK;
}

static int check_route(const struct web_room *const *rooms, int n, const struct web_room *room, const struct web_route *r, struct err *e) {
  bool get = strcmp(r->method, "GET") == 0;
  if (!get && strcmp(r->method, "POST") != 0) return wrong(room, r, "only GET and POST", e);
  if (r->path[0] != '/') return wrong(room, r, "a path begins with /", e);
  if (!r->handle || !r->summary_zh || !r->summary_en) return wrong(room, r, "no handler or summary", e);
  if (!r->permission != !!(r->flags & WEB_OPEN)) return wrong(room, r, "open, or a permission", e);
  if (r->permission && *r->permission && !declared(rooms, n, r->permission)) return wrong(room, r, "a permission that no room declares", e);
  if (get && r->audit == WEB_CHANGES) return wrong(room, r, "a GET changes nothing", e);
  if (!get && r->audit == WEB_READS && !(r->flags & WEB_NO_CSRF)) return wrong(room, r, "a POST changes something", e);
  if ((r->flags & WEB_BARE) && !(r->flags & WEB_OPEN)) return wrong(room, r, "bare and not open", e);
  int rc = check_path(room, r, e);
  for (int i = 0; rc == RC_OK && i < r->nfields; i++) rc = check_field(room, r, &r->fields[i], e);
  return rc;
}

/* Two routes that differ in the names of their parameters only. */
static bool alike(const char *a, const char *b) {
  struct sv x = sv_from(a), y = sv_from(b);
  while (x.p && y.p) {
    struct sv s = sv_cut(&x, '/'), t = sv_cut(&y, '/');
    bool parameters = sv_starts(s, "{") && sv_starts(t, "{");
    if (!parameters && !sv_equal(s, t)) return false;
  }
  return !x.p && !y.p;
}

static int check_twice(const struct web_room *const *rooms, int n, int i, int k, struct err *e) {
  const struct web_route *r = &rooms[i]->routes[k];
  for (int a = 0; a <= i && a < n; a++)
    for (int b = 0; b < (a == i ? k : rooms[a]->nroutes); b++)
      if (strcmp(rooms[a]->routes[b].method, r->method) == 0 && alike(rooms[a]->routes[b].path, r->path))
        return wrong(rooms[i], r, "the same route twice", e);
  return RC_OK;
}

int web_check(const struct web_room *const *rooms, int n, struct err *e) {
  int count = 0;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < rooms[i]->nroutes; k++) {
      int rc = check_route(rooms, n, rooms[i], &rooms[i]->routes[k], e);
      if (rc == RC_OK) rc = check_twice(rooms, n, i, k, e);
      if (rc == RC_OK && ++count > ROUTES_MOST) rc = wrong(rooms[i], &rooms[i]->routes[k], "too many routes", e);
      if (rc < 0) return rc;
    }
  return RC_OK;
}

/* ---- the server's own ---- */
static int healthz(struct web_call *c, struct err *e) {
  (void)e;
  web_type(c, "text/plain; charset=utf-8");
  return buf_puts(web_out(c), "ok\n");
}

static int readyz(struct web_call *c, struct err *e) {
  struct db *d = NULL;
  web_type(c, "text/plain; charset=utf-8");
  int rc = c->web->config.pool ? db_pool_take(c->web->config.pool, &d, e) : RC_OK;
  if (rc == RC_OK && d) rc = db_exec(d, "SELECT 1", e);
  db_pool_give(c->web->config.pool, d);
  if (rc < 0) web_status(c, 503);
  return buf_puts(web_out(c), rc < 0 ? "database\n" : "ready\n");
}

/* Figures of the inside: for a collector on this machine, not through the proxy. */
static int metrics(struct web_call *c, struct err *e) {
  bool near = strcmp(c->peer, "127.0.0.1") == 0 || strcmp(c->peer, "::1") == 0;
  if (!near || web_header(c, "X-Forwarded-For").n) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个页面", "Not found"));
  web_type(c, "text/plain; version=0.0.4; charset=utf-8");
  metrics_write(web_out(c), c->web);
  return RC_OK;
}

static int openapi(struct web_call *c, struct err *e) {
  web_type(c, "application/json");
  return web_openapi(c->web->config.rooms, c->web->config.nrooms, web_out(c), e);
}

static const struct web_route routes[] = {
    {"GET", "/healthz", NULL, WEB_READS, WEB_OPEN | WEB_HIDDEN | WEB_DATA | WEB_BARE, NULL, 0, healthz, "活着", "alive"},
    {"GET", "/readyz", NULL, WEB_READS, WEB_OPEN | WEB_HIDDEN | WEB_DATA | WEB_BARE, NULL, 0, readyz, "能用", "ready"},
    {"GET", "/metrics", NULL, WEB_READS, WEB_OPEN | WEB_HIDDEN | WEB_DATA | WEB_BARE, NULL, 0, metrics, "计数", "metrics"},
    {"GET", "/openapi.json", NULL, WEB_READS, WEB_OPEN | WEB_HIDDEN | WEB_DATA | WEB_BARE, NULL, 0, openapi, "接口说明",
     "description of the interface"}};
const struct web_room server_room = {.name = "server", .routes = routes, .nroutes = (int)(sizeof routes / sizeof *routes)};
