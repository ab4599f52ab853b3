/* glossary.c: what a book's glossary (名词解释) explains, as rows of the table `glossary`: functional items by their code, terms by the keys of
 * profiles/text.txt. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

static int add(struct claims *c, const char *key, const struct paragraph *a, uint32_t from, uint32_t end) {
  struct said s = {.table = "glossary", .key = key, .from = from, .end = end, .sentence_from = a->from, .sentence_end = a->end, .parent = -1};
  return VEC_PUSH(&c->said, s, 100000) < 0 ? RC_NOMEM : RC_OK;
}

/* What is explained: 机关运行经费 of “七、机关运行经费：指…”. */
static struct sv head_of(const struct prose *p, const struct paragraph *a, size_t marked) {
  static const char *const ends[] = {":", "是指", "指", "是", "反映", "。"};
  struct sv s = {p->text.p + a->from + marked, a->end - a->from - marked};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t at = sv_find(s, ends[i]);
    if (at != SIZE_MAX && at > 0 && at < s.n) s.n = at;
  }
  return s.n > 150 ? (struct sv){s.p, 0} : s;
}

static int read_terms(struct claims *c, const struct paragraph *a) {
  struct paragraph_mark m = paragraph_mark(c->prose, a);
  struct sv head = head_of(c->prose, a, m.style >= 0 ? m.bytes : 0);
  for (size_t i = 0; i < c->g->text.terms.n && head.n; i++) {
    const struct text_words *t = &c->g->text.terms.v[i];
    bool named = false;
    for (size_t k = 0; k < t->words.n && !named; k++) named = sv_contains(head, t->words.v[k]);
    uint32_t from = (uint32_t)(head.p - c->prose->text.p);
    if (named && add(c, t->key, a, from, from + (uint32_t)head.n) < 0) return RC_NOMEM;
  }
  return RC_OK;
}

static int read_items(struct claims *c, const struct paragraph *a, struct tokens *tokens) {
  struct path_context none = {0};
  int rc = tokens_read(c, a, &none, tokens);
  for (size_t i = 0; i < tokens->list.n && rc == RC_OK; i++) {
    const struct token *t = &tokens->list.v[i];
    if (t->kind != TOK_PATH) continue;
    const struct path *p = &tokens->paths.v[t->value];
    if (p->economic || strlen(p->code) != 7) continue;
    const char *key = arena_text(&c->book->arena, p->code, strlen(p->code));
    rc = key ? add(c, key, a, t->from, t->end) : RC_NOMEM;
    break; /* what follows is the explanation */
  }
  return rc;
}

int glossary_read(struct claims *c) {
  struct tokens tokens = {0};
  bool any = false;
  int rc = RC_OK, section = grammar_section(c->g, SV("glossary"));
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK && section >= 0; i++) {
    const struct paragraph *a = &c->prose->paragraphs.v[i];
    if (a->contents || a->section != section) continue;
    if (!any) any = true, rc = claims_field(c, "glossary.there", NULL, a->from, a->end);
    if (rc < 0) break;
    rc = read_items(c, a, &tokens);
    if (rc == RC_OK) rc = read_terms(c, a);
  }
  free(tokens.list.v), free(tokens.paths.v);
  return rc;
}
