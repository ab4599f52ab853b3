/* corpus_amounts.c: profiles/amounts.txt: which amounts are followed over the years and where a book prints them. */
#include "rooms/audit/corpus.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 256 << 10 };

struct reading {
  const char *name;
  struct amount_list *out;
  const char *line_start;
  int line;
};

static int wrong(const struct reading *r, const char *at, struct err *e, const char *what) {
  return err_at(e, RC_FORMAT, r->name, r->line, (int)(at - r->line_start) + 1, "%s", what);
}

static bool is_name(struct sv s) {
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) return false;
  }
  return s.n > 0;
}

static const char *kept(struct reading *r, struct sv s) {
  return arena_text(&r->out->arena, s.p, s.n);
}

/* amount NAME = 中文 | English */
static int amount_line(struct reading *r, struct sv rest, struct err *e) {
  struct sv whole = rest, name = sv_trim(sv_cut(&rest, '='));
  if (!is_name(name))
    return wrong(r, whole.p, e, tr("amount 后面要写名字（小写字母、数字、- .）", "after amount a name is wanted (small letters, digits, - .)"));
  if (!rest.p) return wrong(r, whole.p, e, tr("名字后面要写 = 中文 | English", "after the name: = 中文 | English"));
  struct sv zh = sv_trim(sv_cut(&rest, '|')), en = rest.p ? sv_trim(rest) : zh;
  if (zh.n == 0 || en.n == 0) return wrong(r, whole.p, e, tr("名称是空的", "a title is empty"));
  for (int i = 0; i < r->out->n; i++)
    if (sv_is(name, r->out->v[i].name)) return wrong(r, name.p, e, tr("这个名字已经有了", "this name is there already"));
  if (r->out->n >= AMOUNTS_MAX) return wrong(r, whole.p, e, tr("最多 8 项金额", "at most 8 amounts"));
  struct amount *a = &r->out->v[r->out->n++];
  *a = (struct amount){.name = kept(r, name), .zh = kept(r, zh), .en = kept(r, en)};
  return a->name && a->zh && a->en ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* KIND[ROW, MEASURE] */
static int place_line(struct reading *r, struct sv s, struct err *e) {
  if (r->out->n == 0) return wrong(r, s.p, e, tr("前面没有 amount", "there is no amount before it"));
  struct amount *a = &r->out->v[r->out->n - 1];
  struct sv rest = s, kind = sv_trim(sv_cut(&rest, '['));
  if (!rest.p || !sv_ends(rest, "]")) return wrong(r, s.p, e, tr("要写成 表[行, 列]", "to be written KIND[ROW, MEASURE]"));
  rest.n--;
  struct sv row = sv_trim(sv_cut(&rest, ',')), measure = rest.p ? sv_trim(rest) : (struct sv){0};
  if (!is_name(kind) || !is_name(row) || !is_name(measure))
    return wrong(r, s.p, e, tr("要写成 表[行, 列]，名字见 docs/vocabulary.md", "to be written KIND[ROW, MEASURE], names as in docs/vocabulary.md"));
  if (a->nplaces >= AMOUNT_PLACES_MAX) return wrong(r, s.p, e, tr("一项金额最多写 12 处", "an amount has at most 12 places"));
  struct amount_place p = {kept(r, kind), kept(r, row), kept(r, measure)};
  a->places[a->nplaces++] = p;
  return p.kind && p.row && p.measure ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

int amounts_parse(const char *name, struct sv text, struct amount_list *out, struct err *e) {
  struct reading r = {.name = name, .out = out};
  int rc = RC_OK;
  out->n = 0;
  arena_init(&out->arena, 1 << 20);
  if (!utf8_valid(text)) rc = err_at(e, RC_FORMAT, name, 0, 0, "%s", tr("不是 UTF-8 文本", "is no UTF-8 text"));
  for (struct sv rest = text; rc == RC_OK && rest.p;) {
    struct sv line = sv_cut(&rest, '\n');
    r.line++;
    r.line_start = line.p;
    struct sv s = sv_trim(line);
    if (s.n && s.p[s.n - 1] == '\r') s = sv_trim((struct sv){s.p, s.n - 1});
    if (s.n == 0 || s.p[0] == '#') continue;
    if (sv_starts(s, "amount "))
      rc = amount_line(&r, (struct sv){s.p + 7, s.n - 7}, e);
    else
      rc = place_line(&r, s, e);
  }
  for (int i = 0; rc == RC_OK && i < out->n; i++)
    if (out->v[i].nplaces == 0) rc = err_at(e, RC_FORMAT, name, 0, 0, tr("%s 没有写在哪里", "%s has no place"), out->v[i].name);
  if (rc < 0) amounts_release(out);
  return rc;
}

int amounts_load(const char *path, struct amount_list *out, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  int rc = file_read(path, FILE_MAX_BYTES, &data, &size, e);
  if (rc < 0) return rc;
  rc = amounts_parse(path, (struct sv){(const char *)data, size}, out, e);
  free(data);
  return rc;
}

void amounts_release(struct amount_list *a) {
  arena_release(&a->arena);
  a->n = 0;
}

const char *amount_title(const struct amount *a) {
  return lang_get() == LANG_EN ? a->en : a->zh;
}
