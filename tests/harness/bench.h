/* bench.h: what the mutation harnesses share: the data files, one document audited in memory, and the tally of what was noticed.
 * A change is noticed when the audit has a finding, of any severity, that the unchanged book does not have. */
#ifndef HENG_TESTS_BENCH_H
#define HENG_TESTS_BENCH_H

#include "determine.h"

#include "rooms/budget/budget.h"
#ifdef HENG_CLAIMS
#include "rooms/claims/claims.h"
#endif

/* Rules, profiles, codes: read once. */
struct bench {
  struct rule_set *rules;
  struct profiles *profiles;
  struct code_lists *codes;
#ifdef HENG_CLAIMS
  struct claim_grammar *claims;
#endif
};
int bench_open(struct bench *x, struct err *e) MUST_CHECK;
void bench_close(struct bench *x);

/* The books of one document, checked. */
struct checked {
  struct book **books;
  struct check_result **results;
  int n;
};
int bench_check(const struct bench *x, const struct document *d, struct checked *out, struct err *e) MUST_CHECK;
void checked_free(struct checked *c);

/* How the unchanged document stood. */
struct reference {
  struct checked checked;
  struct baseline *baselines; /* one a book */
};
int reference_take(const struct bench *x, const struct document *d, struct reference *out, struct err *e) MUST_CHECK;
void reference_free(struct reference *r);

/* Which cell was changed: by its place in the recognised book; and what it was. */
struct target {
  int book;
  int32_t table, row, column;
  int64_t was;
};

enum { TALLY_KINDS_MOST = 64, TALLY_MISSES_MOST = 512 };
struct tally_line {
  char name[64];
  long changes, noticed, errors;
};
struct tally {
  long changes, noticed, errors, lost; /* lost: the changed cell was not recognised any more */
  long determined, named;              /* one cell, one value; named with its right value */
  long open, holds, smallest;          /* elsewhere: the named set holds the cell; and is not larger than what brute force leaves */
  long named_cells, possible_cells;
  long silent;       /* not noticed, and no relation of a proving rule stands worse: nothing printed contradicts the change */
  long false_errors; /* changes with a new error that does not point at the changed cell */
  struct tally_line kinds[TALLY_KINDS_MOST], misses[TALLY_MISSES_MOST];
  int nkinds, nmisses;
  int verbose;
};
/* Compares the changed document's check with the reference, and counts. */
void tally_change(struct tally *t, const struct bench *x, const struct reference *before, const struct checked *after, const struct target *target,
                  const char *what);
void tally_print(const struct tally *t, FILE *out);

/* A repeatable source of chance. */
uint64_t chance(uint64_t *seed);
/* The shared documents' folder (HENG_SHARED, else ../shared beside the checkout), or NULL when there is none. */
const char *shared_folder(char *out, size_t size);
/* Another digit for text.p[at], so that the number keeps its form: no leading zero appears or goes. 0 when there is none. */
char other_digit(struct sv text, size_t at, uint64_t *seed);
/* Paths of the real books of a folder with one of the endings, sorted; forms to be filled in and copies with planted errors left out. */
int real_books(const char *folder, const char *const *endings, char ***paths);
void paths_free(char **paths, int n);

#endif
