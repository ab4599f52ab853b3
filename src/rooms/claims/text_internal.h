/* text_internal.h: between the files of rooms/claims/ that look at the text itself: headings, contents, glossary, what stands in sentences. */
#ifndef HENG_CLAIMS_TEXT_INTERNAL_H
#define HENG_CLAIMS_TEXT_INTERNAL_H

#include "rooms/claims/internal.h"

/* ---- grammar files (grammar.c, grammar_text.c) ---- */
struct grammar_reader {
  struct claim_grammar *g;
  const char *file;
  int line;
  struct sv whole; /* the line, for columns */
  struct err *e;
};
int grammar_wrong(const struct grammar_reader *r, struct sv at, const char *zh, const char *en); /* err_at with the column of `at` */
int grammar_no_memory(const struct grammar_reader *r);
struct sv grammar_word(struct sv *rest);
int grammar_alternative(const struct grammar_reader *r, struct sv text, struct section_alternative *a) MUST_CHECK;
int grammar_section(const struct claim_grammar *g, struct sv key); /* -1 */
/* Statements of profiles/text.txt. *known: whether `name` is one. */
int grammar_text(const struct grammar_reader *r, struct sv name, struct sv head, struct sv words, bool *known) MUST_CHECK;
void grammar_text_free(struct text_rules *t);

/* ---- the text itself (outline.c, contents.c, scan.c): fields that rules judge, docs/text.md ---- */
int outline_emit(struct claims *c) MUST_CHECK;
int contents_emit(struct claims *c) MUST_CHECK;
int scan_emit(struct claims *c) MUST_CHECK;
void contents_mark(struct prose *p);            /* the paragraphs of the 目录, so that its lines are no headings */
int glossary_read(struct claims *c) MUST_CHECK; /* rows of the table `glossary` */
bool section_matches(const struct section *s, struct sv folded);
int claims_field(struct claims *c, const char *name, const char *subject, uint32_t from, uint32_t end) MUST_CHECK;
struct paragraph_mark {
  int style; /* 0 第一部分, 1 一、, 2 （一）, 3 1., 4 （1）; -1 none */
  int value;
  size_t bytes;
};
struct paragraph_mark paragraph_mark(const struct prose *p, const struct paragraph *a);
bool paragraph_titles(const struct prose *p, const struct paragraph *a); /* it reads like a heading, whatever follows */

#endif
