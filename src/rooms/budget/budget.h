/* budget.h: the budget book (部门预决算): recognising its tables in a document. Kinds of tables and cities' profiles are data in profiles/. */
#ifndef HENG_ROOMS_BUDGET_H
#define HENG_ROOMS_BUDGET_H

#include "base/option.h"
#include "rooms/codes/codes.h"
#include "rule/book.h"

/* Profiles as data: kinds of tables common to all (profiles/kinds.txt), and one file a city. docs/profiles.md is the form. */
struct profiles;
int profiles_load(const char *folder, struct profiles **out, struct err *e) MUST_CHECK;
void profiles_free(struct profiles *p);
int profile_count(const struct profiles *p);
const char *profile_name(const struct profiles *p, int index);

/* Recognises the books that lie in the documents: one book from several files (together), or several books in one file. `profile` NULL: chosen
 * from the text. *books is malloc'ed, each to be freed by book_free(). A document without any recognised table still gives one book of kind unknown.
 */
struct recognise_options {
  const char *profile;
  bool together;
  const struct profiles *profiles;
  const struct code_lists *codes;
};
int book_recognise(const struct document *const *documents, int n, const struct recognise_options *o, struct book ***books, int *nbooks,
                   struct err *e) MUST_CHECK;

/* A first profile from what was and was not recognised: text in the form of profiles/. */
int profile_draft(const struct book *const *books, int n, struct buf *out, struct err *e) MUST_CHECK;

/* The facts of a book as lines: fact key, value, state, quantum, scale, place (text), or JSON. */
int book_print_facts(const struct book *b, bool json, struct buf *out);

extern const struct room budget_room;

#endif
