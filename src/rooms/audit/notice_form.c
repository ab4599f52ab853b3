/* notice_form.c: the words of the notice, read from profiles/notice.txt and looked over: a field that does not exist would be printed as it stands.
 */
#include "rooms/audit/notice.h"

#include <stdlib.h>
#include <string.h>

enum { FORM_BYTES = 1 << 20, PARAGRAPHS_MAX = 50, DEMANDS_MAX = 500 };

static const char *const names[NOTICE_WORDS] = {"heading",        "subject",    "number", "addressee", "opening", "opening-errors",
                                                "opening-doubts", "attachment", "sign",   "day",       "blank",   "list",
                                                "errors",         "warnings",   "reply",  "correct"};

struct parsing {
  struct notice_form *f;
  struct clauses c;
  struct clause s;
  struct err *e;
};

static int nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static int wrong(struct parsing *p, size_t at, const char *zh, const char *en, struct sv what) {
  return clause_error(&p->c, &p->s, at, zh, en, what, p->e);
}

/* Fields in braces; {stated} and {expected} only where one finding is spoken of. */
static int fields_check(struct parsing *p, struct sv s, bool finding) {
  static const char *const general[] = {"body", "books", "errors", "warnings", "deadline", NULL}, *const single[] = {"stated", "expected", NULL};
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] != '{') continue;
    const char *close = memchr(s.p + i, '}', s.n - i);
    size_t at = (size_t)(s.p - p->s.rest.p) + i;
    if (!close) return wrong(p, at, "花括号没有合上", "a brace is not closed", (struct sv){0});
    struct sv name = {s.p + i + 1, (size_t)(close - s.p) - i - 1};
    bool known = false;
    for (const char *const *k = finding ? single : general; *k; k++) known |= sv_is(name, *k);
    if (!known) return wrong(p, at, "没有这个字段", "there is no such field", name);
  }
  return RC_OK;
}

static int take_text(struct parsing *p, struct sv s, bool finding, const char **out) {
  if (s.n == 0) return wrong(p, 0, "后面没有文字", "no text follows", p->s.word);
  int rc = fields_check(p, s, finding);
  if (rc < 0) return rc;
  *out = arena_text(&p->f->arena, s.p, s.n);
  return *out ? RC_OK : nomem(p->e);
}

static int take_paragraph(struct parsing *p) {
  const char *text;
  int rc = take_text(p, p->s.rest, false, &text);
  if (rc == RC_OK && VEC_PUSH(&p->f->paragraphs, text, PARAGRAPHS_MAX) < 0) rc = wrong(p, 0, "段落太多", "too many paragraphs", (struct sv){0});
  return rc;
}

static int take_columns(struct parsing *p, struct words *out, int want) {
  if (out->n > 0) return wrong(p, 0, "这一项写了两次", "this stands twice", p->s.word);
  int rc = words_read(&p->f->arena, p->s.rest, '|', false, out);
  if (rc == RC_NOMEM) return nomem(p->e);
  if (rc < 0 || out->n != want)
    return err_at(p->e, RC_FORMAT, p->c.file, p->s.line, p->s.column, tr("要写 %d 个栏目，用 | 隔开", "%d columns are wanted, with | between"), want);
  return RC_OK;
}

static int take_demand(struct parsing *p, bool doubt) {
  struct notice_demand d = {.doubt = doubt};
  size_t equals = sv_find(p->s.rest, " = ");
  if (equals == SIZE_MAX) return wrong(p, 0, "要写“规则 = 要求”", "wants \"RULES = what is required\"", (struct sv){0});
  int rc = words_read(&p->f->arena, (struct sv){p->s.rest.p, equals}, ' ', false, &d.rules);
  if (rc == RC_NOMEM) return nomem(p->e);
  if (rc < 0 || d.rules.n == 0) return wrong(p, 0, "规则太多或没有写", "too many rules, or none", (struct sv){0});
  rc = take_text(p, sv_trim((struct sv){p->s.rest.p + equals + 3, p->s.rest.n - equals - 3}), true, &d.text);
  if (rc == RC_OK && VEC_PUSH(&p->f->demands, d, DEMANDS_MAX) < 0) rc = wrong(p, 0, "要求太多", "too many demands", (struct sv){0});
  return rc;
}

static int take(struct parsing *p) {
  struct sv word = p->s.word;
  if (sv_is(word, "paragraph")) return take_paragraph(p);
  if (sv_is(word, "columns")) return take_columns(p, &p->f->columns, NOTICE_COLUMNS);
  if (sv_is(word, "reply-columns")) return take_columns(p, &p->f->reply, NOTICE_REPLY_COLUMNS);
  if (sv_is(word, "demand")) return take_demand(p, false);
  if (sv_is(word, "doubt")) return take_demand(p, true);
  for (int i = 0; i < NOTICE_WORDS; i++) {
    if (!sv_is(word, names[i])) continue;
    if (p->f->words[i]) return wrong(p, 0, "这一项写了两次", "this stands twice", word);
    return take_text(p, p->s.rest, i == NOTICE_CORRECT, &p->f->words[i]);
  }
  return err_at(p->e, RC_FORMAT, p->c.file, p->s.line, 1, tr("没有“%.*s”这一项", "there is no \"%.*s\""), SV_ARG(word));
}

static int complete(struct parsing *p) {
  for (int i = 0; i < NOTICE_WORDS; i++)
    if (!p->f->words[i]) return err_at(p->e, RC_FORMAT, p->c.file, p->c.line, 1, tr("缺少 %s", "%s is missing"), names[i]);
  if (p->f->columns.n == 0 || p->f->reply.n == 0)
    return err_at(p->e, RC_FORMAT, p->c.file, p->c.line, 1, tr("缺少 %s", "%s is missing"), p->f->columns.n ? "reply-columns" : "columns");
  for (int doubt = 0; doubt < 2; doubt++)
    if (!*notice_demand_for(p->f, "?", doubt > 0))
      return err_at(p->e, RC_FORMAT, p->c.file, p->c.line, 1, tr("缺少 %s * = …", "%s * = … is missing"), doubt ? "doubt" : "demand");
  return RC_OK;
}

int notice_form_parse(const char *name, struct sv text, struct notice_form **out, struct err *e) {
  struct notice_form *f = calloc(1, sizeof *f);
  *out = NULL;
  if (!f) return nomem(e);
  arena_init(&f->arena, 8 << 20);
  struct parsing p = {.f = f, .c = {.file = name, .text = text}, .e = e};
  int rc = RC_OK;
  while (rc == RC_OK && clause_next(&p.c, &p.s, &rc, e)) rc = take(&p);
  if (rc == RC_OK) rc = complete(&p);
  if (rc < 0)
    notice_form_free(f);
  else
    *out = f;
  return rc;
}

int notice_form_read(const char *path, struct notice_form **out, struct err *e) {
  unsigned char *data;
  size_t size;
  *out = NULL;
  int rc = file_read(path, FORM_BYTES, &data, &size, e);
  if (rc < 0) return rc;
  rc = notice_form_parse(path, (struct sv){(const char *)data, size}, out, e);
  free(data);
  return rc;
}

void notice_form_free(struct notice_form *f) {
  if (!f) return;
  free(f->paragraphs.v), free(f->demands.v);
  arena_release(&f->arena);
  free(f);
}

const char *notice_demand_for(const struct notice_form *f, const char *rule, bool doubt) {
  for (size_t i = 0; i < f->demands.n; i++)
    if (f->demands.v[i].doubt == doubt && words_match(&f->demands.v[i].rules, rule)) return f->demands.v[i].text;
  return "";
}
