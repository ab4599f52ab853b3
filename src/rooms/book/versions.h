/* versions.h: the versions of a year's budget beside each other, and what two of them differ in. */
#ifndef HENG_BOOK_VERSIONS_H
#define HENG_BOOK_VERSIONS_H

#include "rooms/book/workspace.h"

struct version_total {
  int64_t income, kind[KINDS], spending;
  size_t lines;
};
struct version_difference {      /* of one unit × kind × source, or of one line */
  int unit, func, econ, project; /* func, econ, project: -1 where not by line */
  uint8_t kind, source, origin;
  int64_t before, after;
};
struct version_differences {
  VEC(struct version_difference) v; /* by unit, kind, source …; equal ones left out */
  size_t equal;
};
/* Leaves out details, purchases, goals and indicators of other versions, and those of every version where the derived one has its own. */
int versions_sift(struct workspace *w, bool accounts, struct err *e) MUST_CHECK;
void version_totals(const struct workspace *w, struct version_total *out); /* one a version */
int version_compare(const struct workspace *w, int a, int b, bool by_line, struct version_differences *out, struct err *e) MUST_CHECK;

#endif
