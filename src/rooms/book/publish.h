/* publish.h: a published folder: made beside its place, audited, and put there as a whole or not at all. */
#ifndef HENG_BOOK_PUBLISH_H
#define HENG_BOOK_PUBLISH_H

#include "base/option.h"
#include "rooms/book/opened.h"

/* What stands against publishing, each with the word that --override takes ("R-T1:252b8d0d", "W-DETAILS:projects.csv:3"). */
struct objection {
  const char *word, *text, *reason; /* reason: given by the officer, NULL none */
};
struct objections {
  struct arena arena;
  VEC(struct objection) v;
  int warnings, hints; /* of the audit of book.pdf: they do not stand in the way */
};
void objections_init(struct objections *o);
void objections_release(struct objections *o);
int objection_add(struct objections *o, const char *word,
                  const char *text) MUST_CHECK; /* copies; the same word and text once; another text under a word gets WORD#2 … */

/* Writes all files of the book into the folder `next`, which must be there and empty. */
int publish_write(const struct opened *o, const char *next, struct err *e) MUST_CHECK;
/* Audits what lies in `next` as a book of the layout `profile`; adds an objection for each error. */
int publish_audit(const char *next, const char *profile, struct objections *out, struct err *e) MUST_CHECK;
/* A new empty folder beside `out`; what an interrupted run left there is removed. RC_USAGE when `out` is something else than a published folder. */
int staging_new(const char *out, char *next, size_t size, struct err *e) MUST_CHECK;
int staging_swap(const char *next, const char *out, struct err *e) MUST_CHECK; /* in one step; what was there is removed */
void folder_remove(const char *path);
void folder_trim(char *path); /* takes the slashes at the end away */

#endif
