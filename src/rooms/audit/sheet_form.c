/* sheet_form.c: the rows of the check sheet, read from profiles/checksheet.txt. */
#include "rooms/audit/sheet.h"

#include <stdlib.h>
#include <string.h>

enum { FORM_BYTES = 1 << 20 };

const char *sheet_title(const struct sheet_row *row) {
  return lang_get() == LANG_EN ? row->title_en : row->title_zh;
}

const char *sheet_require(const struct sheet_row *row) {
  return lang_get() == LANG_EN ? row->require_en : row->require_zh;
}

const char *sheet_outcome_title(enum sheet_outcome o) {
  switch (o) {
  case SHEET_MET: return tr("符合", "met");
  case SHEET_UNMET: return tr("不符合", "not met");
  case SHEET_NOT_APPLICABLE: return tr("不适用", "not applicable");
  case SHEET_NOT_CHECKED: break;
  }
  return tr("未检查", "not checked");
}

const char *sheet_outcome_name(enum sheet_outcome o) {
  static const char *const names[] = {"met", "unmet", "not-applicable", "not-checked"};
  return names[o];
}

struct parsing {
  struct sheet_form *f;
  struct clauses c;
  struct clause s;
  struct sheet_row *row;
  struct err *e;
};

static int nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static int wrong(struct parsing *p, size_t at, const char *zh, const char *en, struct sv what) {
  return clause_error(&p->c, &p->s, at, zh, en, what, p->e);
}

static const char *copy(struct parsing *p, struct sv s) {
  s = sv_trim(s);
  return arena_text(&p->f->arena, s.p ? s.p : "", s.n);
}

/* 中文 | English */
static int take_both(struct parsing *p, const char **zh, const char **en) {
  struct sv rest = p->s.rest, first = sv_cut(&rest, '|');
  if (*zh) return wrong(p, 0, "这一项写了两次", "this clause stands twice", p->s.word);
  if (sv_trim(first).n == 0 || sv_trim(rest).n == 0) return wrong(p, 0, "要写“中文 | English”", "wants \"中文 | English\"", (struct sv){0});
  *zh = copy(p, first), *en = copy(p, rest);
  return *zh && *en ? RC_OK : nomem(p->e);
}

static int take_words(struct parsing *p, struct sv s, char separator, bool fold, struct words *out) {
  if (out->n > 0) return wrong(p, 0, "这一项写了两次", "this clause stands twice", p->s.word);
  int rc = words_read(&p->f->arena, s, separator, fold, out);
  if (rc == RC_LIMIT) return wrong(p, 0, "词太多", "too many words", (struct sv){0});
  if (rc < 0) return nomem(p->e);
  return out->n > 0 ? RC_OK : wrong(p, 0, "后面没有词", "no words follow", p->s.word);
}

static int take_table(struct parsing *p) {
  struct words groups = {0};
  if (p->row->ngroups > 0) return wrong(p, 0, "这一项写了两次", "this clause stands twice", p->s.word);
  int rc = take_words(p, p->s.rest, ' ', false, &groups);
  if (rc == RC_OK && groups.n > SHEET_GROUPS) return wrong(p, 0, "表太多", "too many tables", (struct sv){0});
  for (int i = 0; i < groups.n && rc == RC_OK; i++) rc = take_words(p, sv_from(groups.v[i]), '|', false, &p->row->table[p->row->ngroups++]);
  return rc;
}

static int take_books(struct parsing *p) {
  struct words w = {0};
  int rc = take_words(p, p->s.rest, ' ', false, &w);
  for (int i = 0; i < w.n && rc == RC_OK; i++) {
    unsigned bits = 0;
    for (int k = BOOK_DEPARTMENT_BUDGET; k <= BOOK_UNIT_FINAL; k++)
      if (strcmp(w.v[i], book_kind_names[k]) == 0 || (strlen(w.v[i]) > 3 && sv_ends(sv_from(book_kind_names[k]), w.v[i]))) bits |= 1u << k;
    if (!bits) return wrong(p, 0, "没有这种预决算", "there is no such kind of book", sv_from(w.v[i]));
    p->row->books |= bits;
  }
  return rc;
}

static int take_from(struct parsing *p) {
  if (sv_is(p->s.rest, "roster"))
    p->row->from = SHEET_FROM_ROSTER;
  else if (sv_is(p->s.rest, "cover"))
    p->row->from = SHEET_FROM_COVER;
  else if (sv_is(p->s.rest, "contents"))
    p->row->from = SHEET_FROM_CONTENTS;
  else
    return wrong(p, 0, "只有 roster、cover、contents", "only roster, cover, contents", p->s.rest);
  return RC_OK;
}

static int take_absent(struct parsing *p) {
  static const enum sheet_outcome outcomes[] = {SHEET_UNMET, SHEET_NOT_APPLICABLE, SHEET_NOT_CHECKED};
  for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
    if (sv_is(p->s.rest, sheet_outcome_name(outcomes[i]))) return p->row->absent = outcomes[i], RC_OK;
  return wrong(p, 0, "只有 unmet、not-applicable、not-checked", "only unmet, not-applicable, not-checked", p->s.rest);
}

static int take_basis(struct parsing *p) {
  p->row->basis = copy(p, p->s.rest);
  return p->row->basis ? RC_OK : nomem(p->e);
}

static int take_clause(struct parsing *p) {
  struct sheet_row *r = p->row;
  struct sv word = p->s.word, rest = p->s.rest;
  if (sv_is(word, "title")) return take_both(p, &r->title_zh, &r->title_en);
  if (sv_is(word, "require")) return take_both(p, &r->require_zh, &r->require_en);
  if (sv_is(word, "basis")) return take_basis(p);
  if (sv_is(word, "books")) return take_books(p);
  if (sv_is(word, "from")) return take_from(p);
  if (sv_is(word, "table")) return take_table(p);
  if (sv_is(word, "also")) return take_words(p, rest, ' ', false, &r->also);
  if (sv_is(word, "field")) return take_words(p, rest, ' ', false, &r->fields);
  if (sv_is(word, "rules")) return take_words(p, rest, ' ', false, &r->rules);
  if (sv_is(word, "heading")) return take_words(p, rest, '|', true, &r->headings);
  if (sv_is(word, "words")) return take_words(p, rest, '|', true, &r->says);
  if (sv_is(word, "absent")) return take_absent(p);
  return err_at(p->e, RC_FORMAT, p->c.file, p->s.line, p->s.column - (int)utf8_length(word) - 1,
                tr("没有“%.*s”这一项", "there is no clause \"%.*s\""), SV_ARG(word));
}

static int row_begin(struct parsing *p) {
  struct sheet_row row = {.line = p->s.line, .absent = SHEET_NOT_CHECKED, .basis = ""};
  if (!sv_is(p->s.word, "row")) return wrong(p, 0, "行首只能是 row", "only row begins at the edge", p->s.word);
  if (p->s.rest.n == 0) return wrong(p, 0, "row 后面要有名字", "row wants a name", (struct sv){0});
  for (size_t i = 0; i < p->f->rows.n; i++)
    if (sv_is(p->s.rest, p->f->rows.v[i].id)) return wrong(p, 0, "这一行列了两次", "this row is there twice", p->s.rest);
  if (!(row.id = copy(p, p->s.rest))) return nomem(p->e);
  if (VEC_PUSH(&p->f->rows, row, SHEET_ROWS_MAX) < 0) return wrong(p, 0, "行太多", "too many rows", (struct sv){0});
  p->row = &p->f->rows.v[p->f->rows.n - 1];
  return RC_OK;
}

static int row_check(struct parsing *p, const struct sheet_row *r) {
  bool source = r->from != SHEET_FROM_BOOK || r->ngroups || r->fields.n || r->headings.n || r->says.n;
  const char *why = !r->title_zh     ? tr("缺少 title", "has no title")
                    : !r->require_zh ? tr("缺少 require", "has no require")
                    : !source        ? tr("缺少 from、table、field、heading 或 words", "has none of from, table, field, heading, words")
                                     : NULL;
  return why ? err_at(p->e, RC_FORMAT, p->c.file, r->line, 1, tr("%s 这一行%s", "row %s %s"), r->id, why) : RC_OK;
}

int sheet_form_parse(const char *name, struct sv text, struct sheet_form **out, struct err *e) {
  struct sheet_form *f = calloc(1, sizeof *f);
  *out = NULL;
  if (!f) return nomem(e);
  arena_init(&f->arena, 8 << 20);
  struct parsing p = {.f = f, .c = {.file = name, .text = text}, .e = e};
  int rc = RC_OK;
  while (rc == RC_OK && clause_next(&p.c, &p.s, &rc, e)) {
    if (!p.s.indented)
      rc = row_begin(&p);
    else if (p.row)
      rc = take_clause(&p);
    else
      rc = wrong(&p, 0, "前面没有 row", "no row before it", p.s.word);
  }
  for (size_t i = 0; i < f->rows.n && rc == RC_OK; i++) rc = row_check(&p, &f->rows.v[i]);
  if (rc == RC_OK && f->rows.n == 0) rc = err_at(e, RC_FORMAT, name, 1, 1, "%s", tr("没有一行", "has no row"));
  if (rc < 0)
    sheet_form_free(f);
  else
    *out = f;
  return rc;
}

int sheet_form_read(const char *path, struct sheet_form **out, struct err *e) {
  unsigned char *data;
  size_t size;
  *out = NULL;
  int rc = file_read(path, FORM_BYTES, &data, &size, e);
  if (rc < 0) return rc;
  rc = sheet_form_parse(path, (struct sv){(const char *)data, size}, out, e);
  free(data);
  return rc;
}

void sheet_form_free(struct sheet_form *f) {
  if (!f) return;
  free(f->rows.v);
  arena_release(&f->arena);
  free(f);
}
