/* papers.h: what an audit writes besides its report, from all books of a batch: check sheets, coverage of the roster, rectification notices. */
#ifndef HENG_ROOMS_AUDIT_PAPERS_H
#define HENG_ROOMS_AUDIT_PAPERS_H

#include "base/err.h"

struct auditor;
struct audit;
struct coverage;

struct paper_options {
  const char *data;            /* folder of data, or NULL */
  const char *roster, *sheet;  /* files, or NULL */
  const char *notice;          /* folder, or NULL */
  const char *deadline, *date; /* days as written, or NULL */
};

struct papers;
/* Reads the roster and the forms; *out stays NULL when nothing is asked for. */
int papers_open(struct papers **out, const struct paper_options *o, struct err *e) MUST_CHECK;
int papers_add(struct papers *p, const struct auditor *a, const struct audit *x, struct err *e) MUST_CHECK;
int papers_write(const struct papers *p, struct err *e) MUST_CHECK;
const struct coverage *papers_coverage(const struct papers *p); /* NULL without a roster, or without papers */
void papers_free(struct papers *p);

#endif
