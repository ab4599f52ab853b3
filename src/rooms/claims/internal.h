/* internal.h: between the files of rooms/claims/ only: the grammar, prose, tokens, and claims before they become rows. */
#ifndef HENG_CLAIMS_INTERNAL_H
#define HENG_CLAIMS_INTERNAL_H

#include "rooms/claims/claims.h"

/* ---- words in a trie over code points (trie.c) ---- */
struct trie_node {
  uint32_t cp;
  int32_t child, sibling;
  int32_t value; /* -1 none */
};
struct trie {
  VEC(struct trie_node) nodes;
  int32_t *root; /* by code point below 0x10000: index of the node, 0 none */
};
int trie_init(struct trie *t) MUST_CHECK;
void trie_release(struct trie *t);
int trie_add(struct trie *t, struct sv word, int32_t value, int32_t *before) MUST_CHECK; /* *before: the value it had, -1 none */
int32_t trie_longest(const struct trie *t, const char *text, size_t n, size_t *length);  /* -1: no word begins here */

/* ---- the grammar (grammar.c) ---- */
enum role {
  ROLE_SUBJECT,
  ROLE_SLOT,
  ROLE_UP,
  ROLE_DOWN,
  ROLE_FLAT,
  ROLE_LESS,
  ROLE_MORE,
  ROLE_EQUAL,
  ROLE_COMPARE,
  ROLE_SHARE,
  ROLE_RATE,
  ROLE_OF_WHICH,
  ROLE_LIST,
  ROLE_PURPOSE,
  ROLE_BREAK,
  ROLE_FILLER,
  ROLE_ETC,
  ROLE_NEW,
  ROLE_INCOMPARABLE,
  ROLE_THRESHOLD,
  ROLE_ASIDE,
  ROLE_RESPECTIVELY,
  ROLE_CLASS_MARK,
  ROLE_SECTION_MARK,
  ROLE_ITEM_MARK,
  ROLES
};
enum { SECTIONS_MOST = 64, WORDS_MOST = 20000, KINDS_MOST = 12, SUBJECT_SECTIONS_MOST = 12 };

struct word {
  enum role role;
  int key;                             /* subjects, slots, compare, rate: index in grammar.keys */
  int sections[SUBJECT_SECTIONS_MOST]; /* subjects: only in these */
  int nsections;
  int32_t next; /* another word of the same text, -1 none */
};

struct section_alternative {
  VEC(const char *) all; /* every one of them in the heading */
  VEC(const char *) none;
};
struct section {
  const char *key;
  const char *functional, *economic; /* suffix of the table that codes said here go to: "gp" → said-gp; NULL: none */
  bool quiet;                        /* its numbers are no claims */
  const char *why;                   /* of a quiet one */
  bool title;                        /* a heading without enumerator may be it */
  VEC(struct section_alternative) alternatives;
};

/* ---- what text must hold and must not (grammar_text.c): profiles/text.txt ---- */
struct text_section { /* a section that books must have */
  const char *profile;
  unsigned books; /* bits of enum book_kind */
  int section;
  const char *title;
};
struct text_words { /* words that hold for a profile, or "*" */
  const char *key;
  VEC(const char *) words; /* folded */
};
struct text_against { /* what an item is not for */
  const char *item;
  VEC(struct section_alternative) purposes;
};
struct text_threshold {
  const char *name, *profile;
  int64_t value; /* 10^-6 */
};
struct text_rules {
  VEC(struct text_section) sections;
  VEC(struct text_words) aliases, headings, terms;
  VEC(struct text_against) against;
  VEC(struct text_threshold) thresholds;
};
int64_t text_threshold(const struct claim_grammar *g, const char *name, const char *profile); /* -1: none is given */

struct claim_grammar {
  struct arena arena;
  struct text_rules text;
  struct trie words;
  VEC(struct word) list;
  struct intern keys;
  VEC(struct section) sections;
  VEC(const char *) functional_kinds; /* tables whose rows name functional codes */
  VEC(const char *) economic_kinds;
  VEC(const char *) units[3]; /* count words: 辆, 个 … in [0] */
};

/* ---- prose (prose.c): the lines outside tables, folded, as paragraphs ---- */
struct segment {
  uint32_t at; /* text from here on is of this line */
  int32_t document, item;
};
struct paragraph {
  uint32_t from, end, body; /* body: behind the enumerator */
  int level;                /* 1 第一部分, 2 一、, 3 （一）, 4 1., 5 （1）, 0 no enumerator */
  bool heading, contents, remark;
  int section; /* index in grammar.sections, -1 */
};
struct prose {
  const struct book *book;
  struct buf text;
  VEC(struct segment) segments;
  VEC(struct paragraph) paragraphs;
};
int prose_read(const struct claim_grammar *g, const struct book *b, struct prose *p, struct err *e) MUST_CHECK;
void prose_release(struct prose *p);
struct place prose_place(const struct prose *p, uint32_t from, uint32_t end, int32_t *document);

/* ---- names of codes (names.c) ---- */
struct names {
  const struct claim_grammar *g;
  const struct code_lists *codes;
  const struct book *book;
  struct trie words; /* value: index in entries */
  VEC(struct name_entry) entries;
  long *near_left; /* how many more names may be looked for by their spelling: each look goes through all entries */
};
struct name_entry {
  const char *name; /* folded, without 支出 at its end */
  char code[8];
  bool economic;
  int32_t next; /* another code with the same name, -1 */
};
int names_init(struct names *n, const struct claim_grammar *g, const struct code_lists *codes, struct book *b) MUST_CHECK;
void names_release(struct names *n);
/* The code of a name under `parent` ("" for a class); "" when it is not known. near: it is spelled otherwise there. */
void names_code(const struct names *n, struct sv name, const char *parent, bool economic, char out[8], bool *near);

/* The code of a section (款) said without its class, when only one has that name; economic ones first where the text speaks of them. True: economic.
 */
/* Levenshtein's distance in characters, at most `most` + 1. */
int name_distance(struct sv a, struct sv b, int most);
bool names_only_section(const struct names *n, struct sv name, bool economic, char out[8]);

/* ---- tokens (token.c) ---- */
enum token_kind {
  TOK_WORD,
  TOK_PATH,
  TOK_NAME,
  TOK_AMOUNT,
  TOK_PERCENT,
  TOK_COUNT,
  TOK_NUMBER,
  TOK_YEAR,
  TOK_STOP,
  TOK_SEMICOLON,
  TOK_COMMA,
  TOK_PAUSE,
  TOK_COLON,
  TOK_UNKNOWN
};
struct path {
  struct sv names[3]; /* class, section, item as said; empty when not said */
  char code[8];
  bool economic, near;
};
struct token {
  enum token_kind kind;
  uint32_t from, end;
  int32_t value;  /* TOK_WORD: index in grammar.list; TOK_PATH: in paths; TOK_NAME: in names.entries */
  int64_t number; /* 分, 10^-6, 10^-4; year */
  int64_t quantum;
  int decimals;
};
struct tokens {
  VEC(struct token) list;
  VEC(struct path) paths;
};
/* The tokens of one paragraph. `context`: class and section said by headings above; changed by what is said here. */
struct path_context {
  char code[8];
  bool economic;
};

/* ---- claims (bind.c, emit.c) ---- */
enum column {
  COL_AMOUNT,
  COL_BUDGET,
  COL_ADJUSTED,
  COL_FINAL,
  COL_PRIOR,
  COL_AGAIN,
  COL_CHANGE,
  COL_GROWTH,
  COL_SHARE,
  COL_RATE,
  COL_RATE_ADJUSTED,
  COL_COUNT,
  COL_UP,
  COL_DOWN,
  COL_FLAT,
  COL_LESS,
  COL_MORE,
  COL_EQUAL,
  COL_CAUSE,
  COL_NEW,
  COL_INCOMPARABLE,
  COL_BASE,
  COL_YEAR,
  COL_BASE_YEAR,
  COL_WHOLE,
  COL_BARE,
  COL_NEAR,
  COL_FROM_ZERO, /* a rate of growth where last year had nothing */
  COL_SAME,      /* said to be more or less, and printed the same */
  COLUMNS
};
extern const char *const column_names[COLUMNS];
struct said_cell {
  bool there;
  uint32_t from, end; /* in the prose */
  int64_t value, quantum;
  int decimals;
};
struct said {
  const char *table; /* "said", "said-gp" … */
  const char *key;
  uint32_t from, end;                   /* the subject in the prose */
  uint32_t sentence_from, sentence_end; /* first to last sentence */
  int parent;                           /* of the same table, -1 */
  struct said_cell cells[COLUMNS];
};
struct unbound {
  uint32_t from, end, sentence_from, sentence_end;
  const char *why; /* in the user's language */
  bool apart;      /* no claim of the book: a cause, a threshold */
};
struct listed { /* a name in a list: 主要包括：基本工资、… */
  const char *table, *key;
  int of; /* the claim whose list it is */
  uint32_t from, end, sentence_from, sentence_end;
  bool closed;
};
struct claims {
  const struct claim_grammar *g;
  struct book *book;
  const struct prose *prose;
  const char *kept; /* its text in the book's arena */
  const struct names *names;
  VEC(struct said) said;
  VEC(struct unbound) unbound;
  VEC(struct listed) listed;
};
int tokens_read(const struct claims *c, const struct paragraph *p, struct path_context *context, struct tokens *out) MUST_CHECK;
int claims_bind(struct claims *c) MUST_CHECK;
int projects_spelled(struct claims *c) MUST_CHECK; /* fields said.project */
int claims_conclude(struct claims *c) MUST_CHECK;
int claims_emit(struct claims *c, struct err *e) MUST_CHECK;

#endif
