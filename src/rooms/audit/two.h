/* two.h: other books beside the one under audit: last year's, the budget of the same year, the approval, the units' books. Their recognised tables
 * are grafted into the audited book under kinds of their own (prior-gp-function …), so that ordinary rules compare them. docs/two-books.md. A grafted
 * table is known by its document: its number is not below the book's own number of documents. */
#ifndef HENG_ROOMS_AUDIT_TWO_H
#define HENG_ROOMS_AUDIT_TWO_H

#include "rooms/audit/audit.h"

enum other_role { OTHER_PRIOR, OTHER_BUDGET, OTHER_APPROVED, OTHER_UNIT, OTHER_ROLES };
const char *other_role_name(enum other_role role);  /* "prior", "budget", "approved", "unit" */
const char *other_role_title(enum other_role role); /* 上年账本 … */

/* One book of the files given beside the audited ones. Read once, shared by all workers, never written to afterwards. */
struct other {
  enum other_role role;
  const char *path; /* of its first file */
  const struct book *book;
  struct book *const *plain; /* OTHER_APPROVED: the tables of its file read one by one as plain lists (code, name, amount) */
  int nplain;
};
struct others {
  VEC(struct other) list;
  VEC(struct document *) documents;
  VEC(struct book *) books;
  VEC(void *) views; /* of documents: one table of them */
};
/* Reads the files (folders are walked) for one role and adds their books. `together`: they are one book. */
int others_load(const struct auditor *a, enum other_role role, char **paths, int n, bool together, const char *profile, struct others *o,
                struct err *e) MUST_CHECK;
/* Reads each table of a document as a plain list; for an approval. */
int others_lists(const struct auditor *a, const struct document *d, struct others *o, struct other *x, struct err *e) MUST_CHECK;
void others_release(struct others *o);

/* ---- what of them belongs to one audited book ---- */
struct grafted {
  const struct other *other;
  int first_document; /* number of its first document in places of the audited book */
  int tables;
};
struct grafts {
  VEC(struct grafted) list;
  VEC(const struct document *) documents; /* numbered on from the book's own */
  VEC(const char *) notes;                /* what was not compared, and why; in the book's arena */
};
/* Grafts those of the others that fit the book. What does not fit is a note. Books of the same input (`peers`) serve as units' books. */
int graft_make(struct book *b, const struct others *o, struct book *const *peers, int npeers, struct grafts *g, struct err *e) MUST_CHECK;
void graft_release(struct grafts *g);
bool table_grafted(const struct book *b, const struct book_table *t);
bool obs_grafted(const struct book *b, const struct obs *o);
/* Own documents and grafted ones alike; NULL outside. */
const struct document *graft_document(const struct book *b, const struct grafts *g, int32_t document);
const struct grafted *graft_of(const struct book *b, const struct grafts *g, int32_t document); /* NULL: the book's own */
bool body_same(struct sv a, struct sv b);

/* The whole check of one book with its grafts: its own findings are what they would be without them. */
int two_check(const struct auditor *a, struct book *b, const struct grafts *g, struct check_result **out, struct err *e) MUST_CHECK;

#endif
