/* grammar_text.c: the statements of profiles/text.txt: sections that books must have, other wordings, what explains what, what an item is not for.
 * docs/text.md is the form. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MOST = 2000, WORDS_EACH = 200 };

/* PROFILE BOOK… = KEY 中文 | KEY 中文 … */
static int read_required(const struct grammar_reader *r, struct sv head, struct sv words) {
  struct claim_grammar *g = r->g;
  struct sv profile = grammar_word(&head);
  struct text_section s = {.profile = arena_text(&g->arena, profile.p, profile.n)};
  if (profile.n == 0) return grammar_wrong(r, head, "这里要写城市样式的名称", "the name of a profile is wanted here");
  for (struct sv kind = grammar_word(&head); kind.n; kind = grammar_word(&head)) {
    int at = 0;
    while (at <= BOOK_UNIT_FINAL && !sv_is(kind, book_kind_names[at])) at++;
    if (at > BOOK_UNIT_FINAL) return grammar_wrong(r, kind, "不认识的账本种类", "not a known kind of book");
    s.books |= 1u << at;
  }
  if (!s.books) return grammar_wrong(r, head, "这里要写账本种类", "kinds of books are wanted here");
  while (words.p) {
    struct sv one = sv_trim(sv_cut(&words, '|')), key = grammar_word(&one);
    s.section = grammar_section(g, key);
    if (s.section < 0) return grammar_wrong(r, key, "没有这个小节", "there is no such section");
    one = sv_trim(one);
    if (one.n == 0) return grammar_wrong(r, key, "键后面要写小节的名称", "the section's title is wanted after its key");
    s.title = arena_text(&g->arena, one.p, one.n);
    if (!s.title || VEC_PUSH(&g->text.sections, s, ENTRIES_MOST) < 0) return grammar_no_memory(r);
  }
  return RC_OK;
}

/* KEY = A | B, as "alias", "heading" and "term" are. */
static int read_list(const struct grammar_reader *r, struct sv head, struct sv words, bool fold_key, struct text_words *out) {
  struct sv key = sv_trim(head);
  *out = (struct text_words){0};
  if (key.n == 0) return grammar_wrong(r, head, "这里要写一个键", "a key is wanted here");
  out->key = fold_key ? text_fold(&r->g->arena, key) : arena_text(&r->g->arena, key.p, key.n);
  int rc = out->key ? RC_OK : grammar_no_memory(r);
  while (words.p && rc == RC_OK) {
    struct sv one = sv_trim(sv_cut(&words, '|'));
    const char *folded = text_fold(&r->g->arena, one);
    if (!folded)
      rc = grammar_no_memory(r);
    else if (!*folded)
      rc = grammar_wrong(r, one, "“|”之间没有词", "there is no word between two \"|\"");
    else if (VEC_PUSH(&out->words, folded, WORDS_EACH) < 0)
      rc = grammar_wrong(r, one, "词太多", "too many words");
  }
  if (rc < 0) free(out->words.v);
  return rc;
}

static int read_against(const struct grammar_reader *r, struct sv head, struct sv words) {
  struct text_against a = {.item = text_fold(&r->g->arena, sv_trim(head))};
  if (!a.item) return grammar_no_memory(r);
  if (!*a.item) return grammar_wrong(r, head, "这里要写项目的名称", "the name of an item is wanted here");
  int rc = RC_OK;
  while (words.p && rc == RC_OK) {
    struct section_alternative one = {0};
    rc = grammar_alternative(r, sv_trim(sv_cut(&words, '|')), &one);
    if (rc == RC_OK && VEC_PUSH(&a.purposes, one, WORDS_EACH) < 0) rc = grammar_no_memory(r);
    if (rc < 0) free(one.all.v), free(one.none.v);
  }
  if (VEC_PUSH(&r->g->text.against, a, ENTRIES_MOST) < 0) rc = rc < 0 ? rc : grammar_no_memory(r);
  return rc;
}

/* NAME [PROFILE] = 10% */
static int read_threshold(const struct grammar_reader *r, struct sv head, struct sv words) {
  struct sv name = grammar_word(&head), profile = grammar_word(&head);
  struct text_threshold t = {.name = arena_text(&r->g->arena, name.p, name.n), .profile = "*"};
  if (name.n == 0) return grammar_wrong(r, head, "这里要写界限的名称", "the name of the threshold is wanted here");
  if (profile.n) t.profile = arena_text(&r->g->arena, profile.p, profile.n);
  if (!t.name || !t.profile) return grammar_no_memory(r);
  struct number n;
  bool percent = words.n > 1 && words.p[words.n - 1] == '%';
  if (!percent || number_parse((struct sv){words.p, words.n - 1}, &n) < 0 || n.decimals > 4 || n.mantissa < 0 || n.mantissa > 10000000)
    return grammar_wrong(r, words, "这里要写百分数，如 10%", "a percentage is wanted here, such as 10%");
  t.value = n.mantissa * 10000;
  for (int i = 0; i < n.decimals; i++) t.value /= 10;
  return VEC_PUSH(&r->g->text.thresholds, t, ENTRIES_MOST) < 0 ? grammar_no_memory(r) : RC_OK;
}

static int keep(const struct grammar_reader *r, struct text_words *w, bool heading, bool term) {
  struct text_rules *t = &r->g->text;
  int rc = heading ? VEC_PUSH(&t->headings, *w, ENTRIES_MOST)
           : term  ? VEC_PUSH(&t->terms, *w, ENTRIES_MOST)
                   : VEC_PUSH(&t->aliases, *w, ENTRIES_MOST);
  if (rc >= 0) return RC_OK;
  free(w->words.v);
  return grammar_no_memory(r);
}

int grammar_text(const struct grammar_reader *r, struct sv name, struct sv head, struct sv words, bool *known) {
  bool heading = sv_is(name, "heading"), term = sv_is(name, "term"), alias = sv_is(name, "alias");
  *known = true;
  if (sv_is(name, "require-section")) return read_required(r, head, words);
  if (sv_is(name, "against")) return read_against(r, head, words);
  if (sv_is(name, "limit")) return read_threshold(r, head, words);
  if (!heading && !term && !alias) {
    *known = false;
    return RC_OK;
  }
  struct text_words w;
  int rc = read_list(r, head, words, alias, &w);
  return rc < 0 ? rc : keep(r, &w, heading, term);
}

static void words_free(struct text_words *w, size_t n) {
  for (size_t i = 0; i < n; i++) free(w[i].words.v);
  free(w);
}

void grammar_text_free(struct text_rules *t) {
  for (size_t i = 0; i < t->against.n; i++) {
    struct text_against *a = &t->against.v[i];
    for (size_t k = 0; k < a->purposes.n; k++) free(a->purposes.v[k].all.v), free(a->purposes.v[k].none.v);
    free(a->purposes.v);
  }
  free(t->against.v), free(t->sections.v), free(t->thresholds.v);
  words_free(t->aliases.v, t->aliases.n);
  words_free(t->headings.v, t->headings.n);
  words_free(t->terms.v, t->terms.n);
}

int64_t text_threshold(const struct claim_grammar *g, const char *name, const char *profile) {
  int64_t found = -1;
  for (size_t i = 0; i < g->text.thresholds.n; i++) {
    const struct text_threshold *t = &g->text.thresholds.v[i];
    if (strcmp(t->name, name) != 0) continue;
    if (profile && strcmp(t->profile, profile) == 0) return t->value;
    if (strcmp(t->profile, "*") == 0) found = t->value;
  }
  return found;
}
