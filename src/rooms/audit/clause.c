/* clause.c: statements of this room's data files, with the place of each for messages. */
#include "rooms/audit/clause.h"

#include <string.h>

enum { LINE_BYTES = 4000 };

static struct sv without_comment(struct sv line) {
  for (size_t i = 0; i < line.n; i++)
    if (line.p[i] == '#' && (i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t')) return (struct sv){line.p, i};
  return line;
}

bool clause_next(struct clauses *c, struct clause *out, int *rc, struct err *e) {
  *rc = RC_OK;
  while (c->at < c->text.n) {
    struct sv rest = {c->text.p + c->at, c->text.n - c->at}, line = sv_cut(&rest, '\n');
    c->at = rest.p ? (size_t)(rest.p - c->text.p) : c->text.n;
    c->line++;
    if (c->line == 1 && sv_starts(line, "\xEF\xBB\xBF")) line.p += 3, line.n -= 3;
    if (line.n > LINE_BYTES)
      return *rc = err_at(e, RC_LIMIT, c->file, c->line, 1, tr("一行超过 %d 字节", "a line of more than %d bytes"), LINE_BYTES), false;
    if (!utf8_valid(line)) return *rc = err_at(e, RC_FORMAT, c->file, c->line, 1, "%s", tr("不是 UTF-8 文本", "is not UTF-8")), false;
    struct sv s = sv_trim(without_comment(line));
    if (s.n == 0) continue;
    size_t end = 0;
    while (end < s.n && s.p[end] != ' ' && s.p[end] != '\t') end++;
    *out = (struct clause){.word = {s.p, end}, .rest = sv_trim((struct sv){s.p + end, s.n - end}), .line = c->line};
    out->indented = line.p[0] == ' ' || line.p[0] == '\t';
    if (out->rest.n == 0) out->rest.p = s.p + s.n;
    out->column = (int)utf8_length((struct sv){line.p, (size_t)(out->rest.p - line.p)}) + 1;
    return true;
  }
  return false;
}

int clause_error(const struct clauses *c, const struct clause *s, size_t at, const char *zh, const char *en, struct sv what, struct err *e) {
  size_t before = at < s->rest.n ? at : s->rest.n;
  return err_at(e, RC_FORMAT, c->file, s->line, s->column + (int)utf8_length((struct sv){s->rest.p, before}), "%s%s%.*s",
                lang_get() == LANG_EN ? en : zh, what.n ? tr("：", ": ") : "", SV_ARG(what));
}

static int word_add(struct arena *a, struct sv one, bool fold, struct words *out, const char **list) {
  if (out->n == WORDS_MAX) return RC_LIMIT;
  const char *copy = fold ? text_fold(a, one) : arena_text(a, one.p, one.n);
  if (!copy) return RC_NOMEM;
  list[out->n++] = copy;
  return RC_OK;
}

int words_read(struct arena *a, struct sv s, char separator, bool fold, struct words *out) {
  const char *list[WORDS_MAX];
  int rc = RC_OK;
  out->n = 0;
  for (struct sv rest = s; rest.p && rc == RC_OK;) {
    struct sv one = sv_trim(sv_cut(&rest, separator));
    if (one.n) rc = word_add(a, one, fold, out, list);
  }
  if (rc < 0 || out->n == 0) return rc;
  out->v = ARENA_ARRAY(a, const char *, (size_t)out->n);
  if (!out->v) return RC_NOMEM;
  memcpy(out->v, list, (size_t)out->n * sizeof *list);
  return RC_OK;
}

bool words_match(const struct words *w, const char *text) {
  for (int i = 0; i < w->n; i++) {
    size_t n = strlen(w->v[i]);
    if (n > 0 && w->v[i][n - 1] == '*' ? strncmp(w->v[i], text, n - 1) == 0 : strcmp(w->v[i], text) == 0) return true;
  }
  return false;
}
