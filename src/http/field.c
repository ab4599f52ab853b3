/* field.c: the types of inputs. A handler sees only what passed here. */
#include "http/internal.h"

#include "base/date.h"

#include <stdlib.h>
#include <string.h>

static bool integer(struct sv s, int64_t *out) {
  char text[24];
  char *end;
  if (s.n == 0 || s.n > 20) return false;
  size_t from = s.p[0] == '-';
  for (size_t i = from; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  if (from == s.n || (s.n > from + 1 && s.p[from] == '0')) return false; /* one number, one spelling */
  snprintf(text, sizeof text, "%.*s", SV_ARG(s));
  __extension__ __int128 v = 0;
  for (size_t i = from; i < s.n; i++) v = v * 10 + (s.p[i] - '0');
  if (from) v = -v;
  if (v > INT64_MAX || v < INT64_MIN) return false;
  *out = strtoll(text, &end, 10);
  return true;
}

static bool control(struct sv s, bool lines) {
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0) return true; /* U+0080 … U+009F */
  }
  return false;
}

static bool length_within(const struct web_field *f, struct sv s, int64_t usual) {
  int64_t n = (int64_t)utf8_length(s);
  return n >= f->min && n <= (f->max ? f->max : usual);
}

static bool is_word(struct sv s, bool wide) {
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
    if (!plain && !(wide && c >= 0x80)) return false;
  }
  return s.n > 0 && !sv_contains(s, "..");
}

static bool rest(struct sv s) {
  while (s.p) {
    struct sv segment = sv_cut(&s, '/');
    if (segment.n == 0 && !s.p) return true; /* ends with a slash, or empty: a folder */
    if (!is_word(segment, true) || sv_is(segment, ".")) return false;
  }
  return true;
}

static bool choice(const struct web_field *f, struct sv s) {
  struct sv all = sv_from(f->choices);
  while (all.p)
    if (sv_equal(sv_cut(&all, '|'), s)) return true;
  return false;
}

/* CRLF and CR become LF. */
static struct sv lines_of(struct arena *a, struct sv s) {
  char *p = arena_alloc(a, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; p && i < s.n; i++) {
    if (s.p[i] == '\r') {
      if (i + 1 >= s.n || s.p[i + 1] != '\n') p[n++] = '\n';
    } else {
      p[n++] = s.p[i];
    }
  }
  return (struct sv){p, n};
}

static bool date(struct sv s) {
  int day;
  char again[DAY_TEXT];
  return s.n == 10 && day_parse(s, &day) == RC_OK && day != DAY_NONE && sv_is(s, day_print(again, day));
}

bool field_value(const struct web_field *f, struct sv raw, struct arena *a, struct sv *text, int64_t *number) {
  *text = raw;
  *number = 0;
  switch (f->type) {
  case WEB_ID: return integer(raw, number) && *number >= 1;
  case WEB_INT: return integer(raw, number) && *number >= f->min && *number <= f->max;
  case WEB_LINE: *text = sv_trim(raw); return !control(*text, false) && length_within(f, *text, 200);
  case WEB_TEXT: *text = lines_of(a, raw); return text->p && !control(*text, true) && length_within(f, *text, 10000);
  case WEB_SECRET: return !control(raw, false) && length_within(f, raw, 200);
  case WEB_WORD: return is_word(raw, false) && length_within(f, raw, 64);
  case WEB_CHOICE: return choice(f, raw);
  case WEB_DATE: return date(raw);
  case WEB_FLAG: *number = sv_is(raw, "1") || sv_is(raw, "on") || sv_is(raw, "true"); return *number || raw.n == 0 || sv_is(raw, "0");
  case WEB_REST: return raw.n <= PATH_MOST && rest(raw);
  case WEB_FILES: return false;
  }
  return false;
}

const char *field_rule(struct arena *a, const struct web_field *f) {
  int64_t least = f->min, most = f->max;
  const char *p = NULL;
  switch (f->type) {
  case WEB_ID: p = tr("一个编号", "a number of a thing"); break;
  case WEB_INT: p = arena_printf(a, tr("%lld 到 %lld 的整数", "a whole number, %lld to %lld"), (long long)least, (long long)most); break;
  case WEB_LINE:
  case WEB_SECRET:
    p = arena_printf(a, tr("一行，%lld 到 %lld 个字符", "one line, %lld to %lld characters"), (long long)least, (long long)(most ? most : 200));
    break;
  case WEB_TEXT: p = arena_printf(a, tr("%lld 到 %lld 个字符", "%lld to %lld characters"), (long long)least, (long long)(most ? most : 10000)); break;
  case WEB_WORD: p = tr("字母、数字和 . _ - @", "letters, digits and . _ - @"); break;
  case WEB_CHOICE: p = arena_printf(a, tr("其中之一：%s", "one of: %s"), f->choices); break;
  case WEB_DATE: p = tr("日期，如 2026-11-27", "a date such as 2026-11-27"); break;
  case WEB_FLAG: p = tr("1 或 0", "1 or 0"); break;
  case WEB_FILES: p = arena_printf(a, tr("%lld 到 %lld 个文件", "%lld to %lld files"), (long long)least, (long long)(most ? most : 200)); break;
  case WEB_REST: p = tr("一个路径", "a path"); break;
  }
  return p ? p : "";
}

/* ---- all of a route's ---- */
static int count_of(const struct pairs *p, const char *name) {
  int n = 0;
  for (int i = 0; i < p->n; i++) n += sv_is(p->v[i].name, name);
  return n;
}

static int wrong(struct web_call *c, const struct web_field *f, struct err *e) {
  return err_set(e, RC_USAGE, tr("“%s”（%s）不对：应是%s", "\"%s\" (%s) is wrong: it takes %s"),
                 tr(f->help_zh ? f->help_zh : f->name, f->help_en ? f->help_en : f->name), f->name, field_rule(&c->arena, f));
}

static int take_files(struct web_call *c, struct given *g, const struct pairs *from, struct err *e) {
  const struct web_field *f = g->field;
  for (int i = 0; i < from->n; i++) {
    struct web_file *file = from->v[i].file;
    if (!file || !sv_is(from->v[i].name, f->name)) continue;
    if (file->size == 0 && sv_is(file->name, "file")) continue; /* a browser's way to say that none was chosen */
    g->files[g->n++] = file;
  }
  int64_t least = f->required && f->min < 1 ? 1 : f->min;
  if (g->n < least || g->n > (f->max ? f->max : 200)) return wrong(c, f, e);
  return RC_OK;
}

static int take_values(struct web_call *c, struct given *g, const struct pairs *from, struct err *e) {
  const struct web_field *f = g->field;
  for (int i = 0; i < from->n; i++) {
    if (from->v[i].file || !sv_is(from->v[i].name, f->name)) continue;
    struct sv value = from->v[i].value;
    if (value.n == 0 && !f->required && f->type != WEB_REST) continue; /* an empty field of a form: not given */
    if (g->n > 0 && !f->many) return wrong(c, f, e);
    if (!field_value(f, value, &c->arena, &g->texts[g->n], &g->ints[g->n])) return wrong(c, f, e);
    g->n++;
  }
  return f->required && g->n == 0 ? wrong(c, f, e) : RC_OK;
}

int fields_take(struct web_call *c, struct err *e) {
  const struct web_route *r = c->route;
  struct pairs path = {.v = ARENA_ARRAY(&c->arena, struct pair, SEGMENTS_MOST)};
  c->given = ARENA_ARRAY(&c->arena, struct given, (size_t)r->nfields + 1);
  if (!c->given || !path.v) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; i < c->npath; i++)
    path.v[path.n++] = (struct pair){sv_from(c->path_names[i]), c->path_values[i].p ? c->path_values[i] : SV(""), NULL};
  for (int i = 0; i < r->nfields; i++) {
    const struct web_field *f = &r->fields[i];
    const struct pairs *from = f->place == WEB_PATH ? &path : f->place == WEB_QUERY ? &c->query_pairs : &c->form_pairs;
    struct given *g = &c->given[c->ngiven++];
    size_t n = (size_t)count_of(from, f->name) + 1;
    g->field = f;
    g->texts = ARENA_ARRAY(&c->arena, struct sv, n);
    g->ints = ARENA_ARRAY(&c->arena, int64_t, n);
    g->files = ARENA_ARRAY(&c->arena, struct web_file *, n);
    if (!g->texts || !g->ints || !g->files) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    int rc = f->type == WEB_FILES ? take_files(c, g, from, e) : take_values(c, g, from, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}
