/* grammar.c: reads profiles/claims.txt: sections, subjects and the words of sentences. docs/claims.md is the form.
 * Every mistake is reported with file, line and column. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MOST = 16384, FILE_MOST = 1 << 20, WORD_BYTES = 300 };

static const struct {
  const char *name;
  enum role role;
  bool keyed; /* a key stands after the name */
} statements[] = {
    {"subject", ROLE_SUBJECT, true},
    {"slot", ROLE_SLOT, true},
    {"compare", ROLE_COMPARE, true},
    {"rate", ROLE_RATE, true},
    {"less", ROLE_LESS, false},
    {"more", ROLE_MORE, false},
    {"equal", ROLE_EQUAL, false},
    {"up", ROLE_UP, false},
    {"down", ROLE_DOWN, false},
    {"flat", ROLE_FLAT, false},
    {"share", ROLE_SHARE, false},
    {"of-which", ROLE_OF_WHICH, false},
    {"list", ROLE_LIST, false},
    {"purpose", ROLE_PURPOSE, false},
    {"cause", ROLE_BREAK, false},
    {"filler", ROLE_FILLER, false},
    {"and-so-on", ROLE_ETC, false},
    {"new", ROLE_NEW, false},
    {"incomparable", ROLE_INCOMPARABLE, false},
    {"threshold", ROLE_THRESHOLD, false},
    {"aside", ROLE_ASIDE, false},
    {"respectively", ROLE_RESPECTIVELY, false},
    {"class-mark", ROLE_CLASS_MARK, false},
    {"section-mark", ROLE_SECTION_MARK, false},
    {"item-mark", ROLE_ITEM_MARK, false},
};

int grammar_wrong(const struct grammar_reader *r, struct sv at, const char *zh, const char *en) {
  int column = at.p && at.p >= r->whole.p ? (int)(utf8_length((struct sv){r->whole.p, (size_t)(at.p - r->whole.p)}) + 1) : 1;
  return err_at(r->e, RC_FORMAT, r->file, r->line, column, "%s", tr(zh, en));
}

int grammar_no_memory(const struct grammar_reader *r) {
  return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

struct sv grammar_word(struct sv *rest) {
  *rest = sv_trim(*rest);
  size_t n = 0;
  while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
  struct sv word = {rest->p, n};
  rest->p += n, rest->n -= n;
  return word;
}

int grammar_section(const struct claim_grammar *g, struct sv key) {
  for (size_t i = 0; i < g->sections.n; i++)
    if (sv_is(key, g->sections.v[i].key)) return (int)i;
  return -1;
}

/* ---- words ---- */

static int add_word(const struct grammar_reader *r, struct sv text, struct word w) {
  struct claim_grammar *g = r->g;
  char *folded = (char *)(uintptr_t)text_fold(&g->arena, text);
  int32_t before = -1;
  if (!folded) return grammar_no_memory(r);
  size_t kept = 0;
  for (size_t i = 0; folded[i]; i++)
    if (folded[i] != '"') folded[kept++] = folded[i];
  folded[kept] = '\0'; /* quotes do not matter */
  if (!*folded) return grammar_wrong(r, text, "“|”之间没有词", "there is no word between two \"|\"");
  if (strlen(folded) > WORD_BYTES) return grammar_wrong(r, text, "词太长（最多 100 字）", "a word is too long (at most 100 characters)");
  w.next = -1;
  if (VEC_PUSH(&g->list, w, WORDS_MOST) < 0) return grammar_wrong(r, text, "词太多", "too many words");
  int32_t index = (int32_t)g->list.n - 1;
  int rc = trie_add(&g->words, sv_from(folded), index, &before);
  if (rc == RC_NOMEM) return grammar_no_memory(r);
  if (rc < 0) return grammar_wrong(r, text, "不能用的词", "a word that cannot be used");
  for (int32_t i = before; i >= 0; i = g->list.v[i].next)
    if (g->list.v[i].nsections == 0) /* it holds everywhere: this one would never be asked */
      return grammar_wrong(r, text, "这个词已经在别的行里", "this word stands in another statement already");
  if (before >= 0) { /* the first written is asked first */
    int32_t last = before;
    while (g->list.v[last].next >= 0) last = g->list.v[last].next;
    g->list.v[last].next = index;
    int32_t ignored;
    if (trie_add(&g->words, sv_from(folded), before, &ignored) < 0) return grammar_no_memory(r);
  }
  return RC_OK;
}

static int add_words(const struct grammar_reader *r, struct sv words, struct word w) {
  int rc = RC_OK;
  while (words.p && rc == RC_OK) {
    struct sv one = sv_trim(sv_cut(&words, '|'));
    rc = add_word(r, one, w);
  }
  return rc;
}

/* subject KEY [in SECTION…] = words */
static int read_words(const struct grammar_reader *r, int statement, struct sv head, struct sv words) {
  struct word w = {.role = statements[statement].role, .key = -1};
  struct sv key = grammar_word(&head);
  if (statements[statement].keyed && key.n == 0) return grammar_wrong(r, head, "这里要写一个键", "a key is wanted here");
  if (key.n) {
    uint32_t id = intern_add(&r->g->keys, key.p, key.n);
    if (id == INTERN_NONE) return grammar_no_memory(r);
    w.key = (int)id;
  }
  struct sv in = grammar_word(&head);
  if (in.n && !(w.role == ROLE_SUBJECT && sv_is(in, "in")))
    return grammar_wrong(r, in, "只有 subject 可以写 in 小节", "only a subject may have \"in SECTION\"");
  for (struct sv s = grammar_word(&head); s.n; s = grammar_word(&head)) {
    int section = grammar_section(r->g, s);
    if (section < 0) return grammar_wrong(r, s, "前面没有这个小节", "there is no such section above");
    if (w.nsections == SUBJECT_SECTIONS_MOST) return grammar_wrong(r, s, "小节太多", "too many sections");
    w.sections[w.nsections++] = section;
  }
  if (in.n && w.nsections == 0) return grammar_wrong(r, in, "in 后面要写小节", "sections are wanted after \"in\"");
  return add_words(r, words, w);
}

/* ---- sections ---- */

int grammar_alternative(const struct grammar_reader *r, struct sv text, struct section_alternative *a) {
  struct sv rest = text;
  while (rest.p) {
    struct sv one = sv_trim(sv_cut(&rest, '&'));
    bool none = one.n && one.p[0] == '!';
    if (none) one = sv_trim((struct sv){one.p + 1, one.n - 1});
    const char *folded = text_fold(&r->g->arena, one);
    if (!folded) return grammar_no_memory(r);
    if (!*folded) return grammar_wrong(r, text, "“&”之间没有词", "there is no word between two \"&\"");
    int rc = none ? VEC_PUSH(&a->none, folded, 16) : VEC_PUSH(&a->all, folded, 16);
    if (rc < 0) return grammar_wrong(r, text, "“&”太多", "too many \"&\"");
  }
  return RC_OK;
}

static int read_section(const struct grammar_reader *r, bool title, struct sv head, struct sv words) {
  struct sv key = grammar_word(&head);
  if (key.n == 0) return grammar_wrong(r, head, "这里要写小节的键", "the key of the section is wanted here");
  int at = grammar_section(r->g, key);
  if (at < 0) {
    struct section s = {.key = arena_text(&r->g->arena, key.p, key.n), .title = title};
    if (!s.key) return grammar_no_memory(r);
    if (VEC_PUSH(&r->g->sections, s, SECTIONS_MOST) < 0) return grammar_wrong(r, key, "小节太多", "too many sections");
    at = (int)r->g->sections.n - 1;
  }
  struct section *s = &r->g->sections.v[at];
  int rc = RC_OK;
  while (words.p && rc == RC_OK) {
    struct section_alternative a = {0};
    rc = grammar_alternative(r, sv_trim(sv_cut(&words, '|')), &a);
    if (rc == RC_OK && VEC_PUSH(&s->alternatives, a, 64) < 0) rc = grammar_wrong(r, words, "标题写法太多", "too many headings");
    if (rc < 0) free(a.all.v), free(a.none.v);
  }
  return rc;
}

/* quiet 中文 | English = SECTION… ; functional SUFFIX = SECTION… */
static int for_sections(const struct grammar_reader *r, struct sv list, void (*set)(struct section *s, const char *value), const char *value) {
  if (!value) return grammar_no_memory(r);
  for (struct sv key = grammar_word(&list); key.n; key = grammar_word(&list)) {
    int at = grammar_section(r->g, key);
    if (at < 0) return grammar_wrong(r, key, "前面没有这个小节", "there is no such section above");
    set(&r->g->sections.v[at], value);
  }
  return RC_OK;
}

static void set_functional(struct section *s, const char *value) {
  s->functional = value;
}
static void set_economic(struct section *s, const char *value) {
  s->economic = value;
}
static void set_quiet(struct section *s, const char *value) {
  s->quiet = true, s->why = value;
}

static int read_kinds(const struct grammar_reader *r, bool economic, struct sv list) {
  for (struct sv kind = grammar_word(&list); kind.n; kind = grammar_word(&list)) {
    const char *name = arena_text(&r->g->arena, kind.p, kind.n);
    if (!name) return grammar_no_memory(r);
    int rc = economic ? VEC_PUSH(&r->g->economic_kinds, name, KINDS_MOST) : VEC_PUSH(&r->g->functional_kinds, name, KINDS_MOST);
    if (rc < 0) return grammar_wrong(r, kind, "表太多", "too many kinds");
  }
  return RC_OK;
}

static int read_units(const struct grammar_reader *r, struct sv list) {
  while (list.p) {
    struct sv one = sv_trim(sv_cut(&list, '|'));
    const char *folded = text_fold(&r->g->arena, one);
    if (!folded) return grammar_no_memory(r);
    if (!*folded) return grammar_wrong(r, one, "“|”之间没有词", "there is no word between two \"|\"");
    if (VEC_PUSH(&r->g->units[0], folded, 64) < 0) return grammar_wrong(r, one, "量词太多", "too many units of counting");
  }
  return RC_OK;
}

/* ---- lines ---- */

static int read_statement(const struct grammar_reader *r, struct sv line) {
  size_t equal = sv_find(line, "=");
  if (equal == SIZE_MAX) return grammar_wrong(r, line, "这一行缺少“=”", "the line lacks \"=\"");
  struct sv head = {line.p, equal}, words = sv_trim((struct sv){line.p + equal + 1, line.n - equal - 1});
  struct sv name = grammar_word(&head);
  if (words.n == 0) return grammar_wrong(r, line, "“=”后面没有词", "nothing stands behind \"=\"");
  head = sv_trim(head);
  struct arena *a = &r->g->arena;
  if (sv_is(name, "section") || sv_is(name, "title-section")) return read_section(r, sv_is(name, "title-section"), head, words);
  if (sv_is(name, "quiet")) {
    struct sv zh = sv_trim(sv_cut(&head, '|')), en = sv_trim(head);
    const char *z = arena_text(a, zh.p, zh.n), *n = arena_text(a, en.n ? en.p : zh.p, en.n ? en.n : zh.n);
    if (!z || !n) return grammar_no_memory(r);
    return for_sections(r, words, set_quiet, lang_get() == LANG_EN ? n : z);
  }
  if (sv_is(name, "functional")) return for_sections(r, words, set_functional, arena_text(a, head.p, head.n));
  if (sv_is(name, "economic")) return for_sections(r, words, set_economic, arena_text(a, head.p, head.n));
  if (sv_is(name, "functional-kinds") || sv_is(name, "economic-kinds")) return read_kinds(r, sv_is(name, "economic-kinds"), words);
  if (sv_is(name, "count")) return read_units(r, words);
  for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
    if (sv_is(name, statements[i].name)) return read_words(r, (int)i, head, words);
  bool known = false;
  int rc = grammar_text(r, name, head, words, &known);
  if (known) return rc;
  return grammar_wrong(r, name, "不认识的行：要以 section、subject、slot 等开头", "not a known statement: it begins with section, subject, slot …");
}

/* Lines that begin with "|" go on with the line before. */
static int read_text(struct grammar_reader *r, struct sv text) {
  char *line = malloc(LINE_MOST);
  size_t n = 0;
  int rc = line ? RC_OK : grammar_no_memory(r), number = 0;
  while (rc == RC_OK && (text.p || n)) {
    struct sv next = text.p ? sv_cut(&text, '\n') : (struct sv){0};
    if (next.n && next.p[next.n - 1] == '\r') next.n--;
    struct sv trimmed = sv_trim(next);
    bool goes_on = trimmed.n && trimmed.p[0] == '|';
    number++;
    if (!goes_on && n) {
      r->whole = (struct sv){line, n};
      rc = read_statement(r, r->whole);
      n = 0;
    }
    if (rc < 0 || trimmed.n == 0 || trimmed.p[0] == '#') continue;
    if (!goes_on || n == 0) r->line = number; /* a file may begin with "|" */
    if (n + next.n + 1 >= LINE_MOST) {
      r->whole = next;
      rc = grammar_wrong(r, next, "这一行太长", "the line is too long");
      break;
    }
    memcpy(line + n, next.p, next.n);
    n += next.n;
  }
  free(line);
  return rc;
}

int claim_grammar_parse(const char *name, struct sv text, struct claim_grammar **out, struct err *e) {
  *out = NULL;
  struct claim_grammar *g = calloc(1, sizeof *g);
  if (!g) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  struct grammar_reader r = {.g = g, .file = name, .e = e};
  arena_init(&g->arena, 8 << 20);
  intern_init(&g->keys);
  int rc = trie_init(&g->words);
  if (rc < 0)
    err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  else
    rc = read_text(&r, text);
  if (rc == RC_OK && (g->arena.failed || g->keys.arena.failed)) rc = grammar_no_memory(&r);
  if (rc < 0)
    claim_grammar_free(g);
  else
    *out = g;
  return rc;
}

int claim_grammar_load(const char *path, struct claim_grammar **out, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  *out = NULL;
  int rc = file_read(path, FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  rc = claim_grammar_parse(path, (struct sv){(const char *)data, size}, out, e);
  free(data);
  return rc;
}

int claim_grammar_add(struct claim_grammar *g, const char *path, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  int rc = file_read(path, FILE_MOST, &data, &size, e);
  if (rc < 0) return rc;
  struct grammar_reader r = {.g = g, .file = path, .e = e};
  rc = read_text(&r, (struct sv){(const char *)data, size});
  if (rc == RC_OK && (g->arena.failed || g->keys.arena.failed)) rc = grammar_no_memory(&r);
  free(data);
  return rc;
}

void claim_grammar_free(struct claim_grammar *g) {
  if (!g) return;
  for (size_t i = 0; i < g->sections.n; i++) {
    struct section *s = &g->sections.v[i];
    for (size_t k = 0; k < s->alternatives.n; k++) free(s->alternatives.v[k].all.v), free(s->alternatives.v[k].none.v);
    free(s->alternatives.v);
  }
  grammar_text_free(&g->text);
  free(g->sections.v), free(g->list.v), free(g->functional_kinds.v), free(g->economic_kinds.v), free(g->units[0].v);
  trie_release(&g->words);
  intern_release(&g->keys);
  arena_release(&g->arena);
  free(g);
}
