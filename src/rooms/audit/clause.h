/* clause.h: data files of this room: a statement a line, a word and what follows it; clauses that belong to a statement are indented; # comments. */
#ifndef HENG_ROOMS_AUDIT_CLAUSE_H
#define HENG_ROOMS_AUDIT_CLAUSE_H

#include "base/text.h"

struct clause {
  struct sv word, rest; /* rest is trimmed, and may be empty */
  int line, column;     /* of rest, in characters from 1 */
  bool indented;
};

struct clauses {
  const char *file;
  struct sv text;
  size_t at;
  int line;
};

/* The next statement; false at the end. A line of more than 4,000 bytes or bytes that are no UTF-8 end it with *rc negative. */
bool clause_next(struct clauses *c, struct clause *out, int *rc, struct err *e);
/* A mistake in what follows the word, `at` bytes into it. */
int clause_error(const struct clauses *c, const struct clause *s, size_t at, const char *zh, const char *en, struct sv what, struct err *e);

/* A list of texts, in an arena. */
struct words {
  const char **v;
  int n;
};
enum { WORDS_MAX = 64 };
/* Cuts at the separator (' ': any blanks), trims each, folds it when asked. RC_LIMIT past WORDS_MAX; empty pieces are left out. */
int words_read(struct arena *a, struct sv s, char separator, bool fold, struct words *out) MUST_CHECK;
/* Is the text one of the patterns? A pattern that ends with * stands for all that begin so. */
bool words_match(const struct words *w, const char *text);

#endif
