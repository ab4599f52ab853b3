/* openapi.c: the tables of the rooms as OpenAPI 3.1. */
#include "http/internal.h"

#include <string.h>

static void pair_text(struct buf *out, const char *key, const char *value) {
  buf_printf(out, "\"%s\":", key);
  json_text(out, sv_from(value));
}

static void schema(struct buf *out, const struct web_field *f) {
  int64_t most = f->max;
  if (f->many) buf_puts(out, "{\"type\":\"array\",\"items\":");
  switch (f->type) {
  case WEB_ID: buf_puts(out, "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1}"); break;
  case WEB_INT:
    buf_printf(out, "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":%lld,\"maximum\":%lld}", (long long)f->min, (long long)most);
    break;
  case WEB_LINE:
  case WEB_TEXT:
  case WEB_SECRET:
  case WEB_WORD:
    most = most ? most : f->type == WEB_TEXT ? 10000 : f->type == WEB_WORD ? 64 : 200;
    buf_printf(out, "{\"type\":\"string\",\"minLength\":%lld,\"maxLength\":%lld%s}", (long long)f->min, (long long)most,
               f->type == WEB_SECRET ? ",\"format\":\"password\"" : "");
    break;
  case WEB_CHOICE: {
    struct sv rest = sv_from(f->choices);
    buf_puts(out, "{\"type\":\"string\",\"enum\":[");
    for (int i = 0; rest.p; i++) {
      if (i) buf_putc(out, ',');
      json_text(out, sv_cut(&rest, '|'));
    }
    buf_puts(out, "]}");
    break;
  }
  case WEB_DATE: buf_puts(out, "{\"type\":\"string\",\"format\":\"date\"}"); break;
  case WEB_FLAG: buf_puts(out, "{\"type\":\"string\",\"enum\":[\"0\",\"1\"]}"); break;
  case WEB_REST: buf_puts(out, "{\"type\":\"string\"}"); break;
  case WEB_FILES: buf_puts(out, "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"contentMediaType\":\"application/octet-stream\"}}"); break;
  }
  if (f->many) buf_putc(out, '}');
}

static void parameters(struct buf *out, const struct web_route *r) {
  int n = 0;
  buf_puts(out, ",\"parameters\":[");
  for (int i = 0; i < r->nfields; i++) {
    const struct web_field *f = &r->fields[i];
    if (f->place == WEB_FORM) continue;
    if (n++) buf_putc(out, ',');
    buf_putc(out, '{');
    pair_text(out, "name", f->name);
    buf_printf(out, ",\"in\":\"%s\",\"required\":%s,", f->place == WEB_PATH ? "path" : "query",
               f->required || f->place == WEB_PATH ? "true" : "false");
    pair_text(out, "description", tr(f->help_zh, f->help_en));
    buf_puts(out, ",\"schema\":");
    schema(out, f);
    buf_putc(out, '}');
  }
  buf_putc(out, ']');
}

static void body(struct buf *out, const struct web_route *r) {
  bool files = false, any = false;
  for (int i = 0; i < r->nfields; i++) files |= r->fields[i].type == WEB_FILES;
  buf_printf(out, ",\"requestBody\":{\"content\":{\"%s\":{\"schema\":{\"type\":\"object\",\"properties\":{",
             files ? "multipart/form-data" : "application/x-www-form-urlencoded");
  for (int i = 0; i < r->nfields; i++) {
    if (r->fields[i].place != WEB_FORM) continue;
    if (any) buf_putc(out, ',');
    any = true;
    json_text(out, sv_from(r->fields[i].name));
    buf_putc(out, ':');
    schema(out, &r->fields[i]);
  }
  buf_puts(out, "},\"required\":[");
  any = false;
  for (int i = 0; i < r->nfields; i++) {
    if (r->fields[i].place != WEB_FORM || !r->fields[i].required) continue;
    if (any) buf_putc(out, ',');
    any = true;
    json_text(out, sv_from(r->fields[i].name));
  }
  buf_puts(out, "]}}}}");
}

static void operation(struct buf *out, const struct web_room *room, const struct web_route *r) {
  bool get = strcmp(r->method, "GET") == 0;
  buf_printf(out, "\"%s\":{", get ? "get" : "post");
  pair_text(out, "summary", tr(r->summary_zh, r->summary_en));
  buf_puts(out, ",\"tags\":[");
  json_text(out, sv_from(room->name));
  buf_putc(out, ']');
  if (r->permission) {
    buf_puts(out, ",\"security\":[{\"session\":[]},{\"token\":[]}],");
    pair_text(out, "x-permission", r->permission);
  } else {
    buf_puts(out, ",\"security\":[]");
  }
  parameters(out, r);
  if (!get) body(out, r);
  buf_printf(out, ",\"responses\":{\"%s\":{\"description\":\"%s\"},\"default\":{\"description\":\"RFC 9457\"}}}", get ? "200" : "303",
             get ? "OK" : "See Other");
}

/* {path*} is ours: OpenAPI has only {path}. */
static void path_key(struct buf *out, const char *path) {
  buf_putc(out, '"');
  for (; *path; path++)
    if (*path != '*') buf_putc(out, *path);
  buf_puts(out, "\":{");
}

int web_openapi(const struct web_room *const *rooms, int n, struct buf *out, struct err *e) {
  int paths = 0;
  buf_printf(out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Heng\",\"version\":\"%s\"},\"paths\":{", HENG_VERSION);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < rooms[i]->nroutes; k++) {
      const struct web_route *r = &rooms[i]->routes[k];
      if (r->flags & WEB_HIDDEN) continue;
      bool before = false; /* the two methods of a path stand together, where the first is */
      for (int b = 0; b < k; b++) before |= strcmp(rooms[i]->routes[b].path, r->path) == 0 && !(rooms[i]->routes[b].flags & WEB_HIDDEN);
      if (before) continue;
      if (paths++) buf_putc(out, ',');
      path_key(out, r->path);
      operation(out, rooms[i], r);
      for (int b = k + 1; b < rooms[i]->nroutes; b++)
        if (strcmp(rooms[i]->routes[b].path, r->path) == 0 && !(rooms[i]->routes[b].flags & WEB_HIDDEN)) {
          buf_putc(out, ',');
          operation(out, rooms[i], &rooms[i]->routes[b]);
        }
      buf_putc(out, '}');
    }
  buf_puts(out, "},\"components\":{\"securitySchemes\":{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"heng_session\"},"
                "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}}}\n");
  return out->rc < 0 ? err_set(e, RC_LIMIT, "%s", tr("太长", "too long")) : RC_OK;
}
