/* names.c: names of functional and economic codes, as the book's own tables print them, then as the lists of codes do. */
#include "rooms/claims/internal.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MOST = 100000, NAME_BYTES = 300, LIST_YEARS = 9, LIST_LAST = 2025, FIRST_CLASS = 201, LAST_CLASS = 234, NEAR_MOST = 2000 };

static const char SPENDING[] = "支出";

/* Without 支出 at the end, 其它 as 其他, without an enumerator or a code before it. */
static size_t name_reduce(char out[NAME_BYTES], struct sv s) {
  struct enumerator en = text_enumerator(s);
  s.p += en.bytes, s.n -= en.bytes;
  while (s.n && ((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '-' || s.p[0] == '[' || s.p[0] == ']')) s.p++, s.n--;
  if (sv_ends(s, SPENDING) && s.n > strlen(SPENDING)) s.n -= strlen(SPENDING);
  size_t n = 0;
  for (size_t at = 0; at < s.n && n + 8 < NAME_BYTES;) {
    if (sv_starts((struct sv){s.p + at, s.n - at}, "其它")) {
      memcpy(out + n, "其他", strlen("其他"));
      n += strlen("其他"), at += strlen("其它");
      continue;
    }
    if (s.p[at] == '"' || s.p[at] == '\'') {
      at++;
      continue;
    }
    out[n++] = s.p[at++];
  }
  out[n] = '\0';
  return n;
}

static bool is_code(const char *key) {
  size_t n = strlen(key);
  return (n == 3 || n == 5 || n == 7) && strspn(key, "0123456789") == n;
}

static int add_spelling(struct names *n, const char *spelling, int32_t index) {
  int32_t before;
  int rc = trie_add(&n->words, sv_from(spelling), index, &before);
  if (rc == RC_FORMAT) return RC_OK;
  if (rc == RC_OK && before >= 0 && before != index) {
    for (int32_t i = before; i >= 0; i = n->entries.v[i].next)
      if (i == index) return trie_add(&n->words, sv_from(spelling), before, &before); /* a second spelling that is the first one again */
    n->entries.v[index].next = before;
  }
  return rc;
}

static int add_name(struct names *n, struct book *b, struct sv label, const char *code, bool economic) {
  char folded[NAME_BYTES], name[NAME_BYTES + 8];
  size_t k = text_fold_into(folded, sizeof folded, label);
  k = name_reduce(name, (struct sv){folded, k});
  if (k < 6 || !is_code(code)) return RC_OK; /* one character is no name */
  size_t length;
  for (int32_t i = trie_longest(&n->words, name, k, &length); i >= 0 && length == k; i = n->entries.v[i].next)
    if (strcmp(n->entries.v[i].code, code) == 0 && n->entries.v[i].economic == economic) return RC_OK;
  struct name_entry entry = {.name = arena_text(&b->arena, name, k), .economic = economic, .next = -1};
  if (!entry.name) return RC_NOMEM;
  memcpy(entry.code, code, strlen(code) + 1);
  if (VEC_PUSH(&n->entries, entry, ENTRIES_MOST) < 0) return RC_NOMEM;
  return add_spelling(n, entry.name, (int32_t)n->entries.n - 1);
}

static bool kind_among(const char *const *kinds, size_t n, const char *kind) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(kinds[i], kind) == 0) return true;
  return false;
}

/* Classes without their mark, where the book has no table: 社会保障和就业支出2000.39万元. */
static int add_classes(struct names *n, struct book *b) {
  int rc = RC_OK;
  for (int class = FIRST_CLASS; class <= LAST_CLASS && n->codes && rc == RC_OK; class ++) {
    char code[16];
    snprintf(code, sizeof code, "%d", class);
    const struct code *c = NULL;
    for (int i = 0; i < LIST_YEARS && !c; i++) c = code_find(n->codes, CODES_FUNCTIONAL, sv_from(code), i == 0 ? b->year : LIST_LAST + 1 - i);
    if (c) rc = add_name(n, b, sv_from(c->name), code, false);
  }
  return rc;
}

int names_init(struct names *n, const struct claim_grammar *g, const struct code_lists *codes, struct book *b) {
  *n = (struct names){.g = g, .codes = codes, .book = b, .near_left = ARENA_NEW(&b->arena, long)};
  if (!n->near_left) return RC_NOMEM;
  *n->near_left = NEAR_MOST;
  int rc = trie_init(&n->words);
  for (size_t i = 0; i < b->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &b->tables.v[i];
    const char *kind = intern_name(&b->symbols, t->kind);
    bool functional = kind_among((const char *const *)g->functional_kinds.v, g->functional_kinds.n, kind);
    bool economic = kind_among((const char *const *)g->economic_kinds.v, g->economic_kinds.n, kind);
    for (int k = 0; k < t->nrows && rc == RC_OK && (functional || economic); k++)
      if (t->rows[k].key != NO_SYMBOL) rc = add_name(n, b, t->rows[k].label, intern_name(&b->symbols, t->rows[k].key), economic);
  }
  return rc == RC_OK ? add_classes(n, b) : rc;
}

void names_release(struct names *n) {
  trie_release(&n->words);
  free(n->entries.v);
  *n = (struct names){0};
}

static bool below(const char *code, const char *parent) {
  size_t p = strlen(parent), c = strlen(code);
  return p == 0 ? c == 3 : c == p + 2 && memcmp(code, parent, p) == 0;
}

/* Levenshtein's distance in characters, at most `most`+1. */
int name_distance(struct sv a, struct sv b, int most) {
  uint32_t x[64], y[64];
  int n = 0, m = 0, row[65];
  for (size_t at = 0; at < a.n && n < 64;) x[n++] = utf8_next(a, &at);
  for (size_t at = 0; at < b.n && m < 64;) y[m++] = utf8_next(b, &at);
  if (n - m > most || m - n > most || n == 64 || m == 64) return most + 1;
  for (int k = 0; k <= m; k++) row[k] = k;
  for (int i = 1; i <= n; i++) {
    int diagonal = row[0];
    row[0] = i;
    for (int k = 1; k <= m; k++) {
      int best = diagonal + (x[i - 1] != y[k - 1]);
      diagonal = row[k];
      if (row[k] + 1 < best) best = row[k] + 1;
      if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
      row[k] = best;
    }
  }
  return row[m];
}

static bool code_near(const struct names *n, struct sv name, const char *parent, bool economic, char out[8]) {
  const struct name_entry *found = NULL;
  int most = utf8_length(name) >= 10 ? 2 : 1;
  if (utf8_length(name) < 3 || !*parent || !n->near_left || --*n->near_left < 0) return false;
  for (size_t i = 0; i < n->entries.n; i++) {
    const struct name_entry *x = &n->entries.v[i];
    if (x->economic != economic || !below(x->code, parent) || name_distance(name, sv_from(x->name), most) > most) continue;
    if (found && strcmp(found->code, x->code) != 0) return false;
    found = x;
  }
  if (found) memcpy(out, found->code, 8);
  return found != NULL;
}

static bool code_listed(const struct names *n, struct sv name, const char *parent, bool economic, char out[8]) {
  char longer[NAME_BYTES + 8];
  enum code_list_id list = economic ? CODES_ECON_DEPARTMENT : CODES_FUNCTIONAL;
  if (!n->codes || name.n >= NAME_BYTES) return false;
  snprintf(longer, sizeof longer, "%.*s%s", SV_ARG(name), SPENDING);
  const struct code *c = NULL;
  for (int i = 0; i < LIST_YEARS && !c; i++) { /* a list of another year serves to know the name; rules judge it by the book's own year */
    int year = i == 0 ? n->book->year : LIST_LAST + 1 - i;
    c = code_by_name(n->codes, list, name, parent, year);
    if (!c) c = code_by_name(n->codes, list, sv_from(longer), parent, year);
  }
  if (!c || strlen(c->code) >= 8 || !below(c->code, parent)) return false;
  memcpy(out, c->code, strlen(c->code) + 1);
  return true;
}

void names_code(const struct names *n, struct sv said, const char *parent, bool economic, char out[8], bool *near) {
  char name[NAME_BYTES];
  size_t k = name_reduce(name, said), length;
  struct sv reduced = {name, k};
  out[0] = '\0', *near = false;
  if (k == 0) return;
  for (int32_t i = trie_longest(&n->words, name, k, &length); i >= 0 && length == k; i = n->entries.v[i].next) {
    const struct name_entry *x = &n->entries.v[i];
    if (x->economic != economic || !below(x->code, parent)) continue;
    memcpy(out, x->code, 8);
    return;
  }
  if (code_listed(n, reduced, parent, economic, out)) return;
  *near = code_near(n, reduced, parent, economic, out);
}

bool names_only_section(const struct names *n, struct sv said, bool economic, char out[8]) {
  char name[NAME_BYTES];
  size_t k = name_reduce(name, said), length;
  out[0] = '\0';
  bool found_economic = false;
  for (int32_t i = k ? trie_longest(&n->words, name, k, &length) : -1; i >= 0 && length == k; i = n->entries.v[i].next) {
    const struct name_entry *x = &n->entries.v[i];
    if (strlen(x->code) != 5 || (economic && !x->economic && out[0])) continue;
    if (out[0] && (found_economic || !economic || !x->economic) && strcmp(out, x->code) != 0) {
      out[0] = '\0';
      return false;
    }
    memcpy(out, x->code, 8);
    found_economic = x->economic;
  }
  return found_economic;
}
