/* claims.h: what the sentences of a book say (文字说明), as rows of tables of the book. The grammar of sentences is data: profiles/claims.txt,
 * docs/claims.md. A number is bound to a fact by the names before it and its role in the sentence, never by being near or equal; what is not bound is
 * listed with why. */
#ifndef HENG_ROOMS_CLAIMS_H
#define HENG_ROOMS_CLAIMS_H

#include "rooms/codes/codes.h"
#include "rule/book.h"

struct claim_grammar;
int claim_grammar_load(const char *path, struct claim_grammar **out, struct err *e) MUST_CHECK;
int claim_grammar_parse(const char *name, struct sv text, struct claim_grammar **out, struct err *e) MUST_CHECK; /* `name` is for messages */
/* Reads another file of the same statements into it: profiles/text.txt, what text must hold and must not (docs/text.md). */
int claim_grammar_add(struct claim_grammar *g, const char *path, struct err *e) MUST_CHECK;
void claim_grammar_free(struct claim_grammar *g);

/* Adds to the book what its documents say outside the tables:
 *   tables with `prose` set, kinds `said` (row key = concept) and `said-…` (row key = functional or economic code): columns and keys in
 * docs/claims.md; fields `section` (subject = what the section is about), `sentence`, `said.unbound` (a number that was not bound; `why` in
 * said.unbound.why); what docs/text.md lists of headings, contents and text (`heading.number`, `contents.entry` …). To be called once, after
 * recognition. `codes` may be NULL. */
int claims_read(const struct claim_grammar *g, const struct code_lists *codes, struct book *b, struct err *e) MUST_CHECK;

/* How many numbers of the narrative were bound, were told apart as no claims of the book (causes, thresholds …), and were not understood. */
struct claim_count {
  long bound, apart, unbound;
};
struct claim_count claims_counted(const struct book *b);

/* A line a claim, then what was not bound: for people who teach the grammar. */
int claims_print(const struct book *b, struct buf *out);

#endif
