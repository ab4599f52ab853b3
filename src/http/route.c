/* route.c: which route a path means. */
#include "http/internal.h"

#include <string.h>

const struct web_field *route_field(const struct web_route *r, struct sv name) {
  for (int i = 0; i < r->nfields; i++)
    if (sv_is(name, r->fields[i].name)) return &r->fields[i];
  return NULL;
}

struct match {
  struct sv values[SEGMENTS_MOST];
  const char *names[SEGMENTS_MOST];
  int n, literal; /* literal: segments that are the pattern's own */
};

/* The name inside "{id}" or "{path*}". */
static const char *name_of(const struct web_route *r, struct sv segment) {
  struct sv name = {segment.p + 1, segment.n - 2};
  if (sv_ends(name, "*")) name.n--;
  const struct web_field *f = route_field(r, name);
  return f ? f->name : "";
}

/* The same value for one pattern segment: a literal, or a parameter whose type takes it. */
static bool match_route(const struct web_route *r, struct sv path, struct arena *a, struct match *m) {
  struct sv pattern = sv_from(r->path);
  memset(m, 0, sizeof *m);
  sv_cut(&pattern, '/');
  sv_cut(&path, '/');
  while (pattern.p) {
    struct sv want = sv_cut(&pattern, '/');
    if (!path.p) return false;
    if (sv_starts(want, "{") && sv_ends(want, "*}")) {
      m->values[m->n] = path;
      m->names[m->n++] = name_of(r, want);
      return true;
    }
    struct sv segment = sv_cut(&path, '/');
    if (sv_starts(want, "{")) {
      const char *name = name_of(r, want);
      const struct web_field *f = route_field(r, sv_from(name));
      struct sv text;
      int64_t number;
      if (segment.n == 0 || !f || m->n >= SEGMENTS_MOST - 1 || !field_value(f, segment, a, &text, &number)) return false;
      m->values[m->n] = segment;
      m->names[m->n++] = name;
    } else if (sv_equal(want, segment)) {
      m->literal++;
    } else {
      return false;
    }
  }
  return !path.p;
}

static bool method_is(const struct web_call *c, const char *method) {
  return strcmp(c->head ? "GET" : c->method, method) == 0;
}

static void take_if_better(const struct web *w, struct web_call *c, const struct web_room *room, char *allow, size_t size, int *best) {
  (void)w;
  for (int k = 0; k < room->nroutes; k++) {
    const struct web_route *r = &room->routes[k];
    struct match m;
    if (!match_route(r, sv_from(c->path), &c->arena, &m)) continue;
    if (!method_is(c, r->method)) {
      size_t n = strlen(allow);
      if (!strstr(allow, r->method)) snprintf(allow + n, size - n, "%s%s", n ? ", " : "", r->method);
      continue;
    }
    if (m.literal <= *best) continue;
    *best = m.literal;
    c->route = r;
    c->room = room;
    c->npath = m.n;
    memcpy(c->path_values, m.values, sizeof m.values);
    memcpy(c->path_names, m.names, sizeof m.names);
  }
}

int route_find(const struct web *w, struct web_call *c, char *allow, size_t size) {
  int best = -1;
  allow[0] = 0;
  take_if_better(w, c, &server_room, allow, size, &best);
  for (int i = 0; i < w->config.nrooms; i++) take_if_better(w, c, w->config.rooms[i], allow, size, &best);
  if (best >= 0) return 0;
  return allow[0] ? 405 : 404;
}
