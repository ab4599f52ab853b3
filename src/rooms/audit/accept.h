/* accept.h: findings that a reviewer accepted with a reason: the file beside the document, and which findings of an audit it covers.
 * docs/accept.md is the form. */
#ifndef HENG_ROOMS_AUDIT_ACCEPT_H
#define HENG_ROOMS_AUDIT_ACCEPT_H

#include "base/text.h"

/* One entry of the file; the texts live with the list. rule and stated may be NULL: then the id alone decides. */
struct acceptance {
  const char *id, *rule, *stated, *reason, *by, *date;
  int line;
};

struct accept_list {
  struct arena arena;
  const char *path;
  VEC(struct acceptance) list;
  const struct acceptance **by_id; /* sorted */
};
int accept_parse(const char *name, struct sv text, struct accept_list **out, struct err *e) MUST_CHECK;
int accept_load(const char *path, struct accept_list **out, struct err *e) MUST_CHECK;
void accept_free(struct accept_list *l);
const struct acceptance *accept_find(const struct accept_list *l, const char *id);
/* FILE.heng-accept; NULL when the path is too long. */
char *accept_path(char *out, size_t size, const char *document);
bool accept_date_good(struct sv s); /* 2024-03-01 */

/* What the lists cover of one audit. */
struct accepted {
  const struct acceptance ***of;            /* by book and finding; NULL: not accepted */
  VEC(struct accept_list *) files;          /* those found beside the documents; owned */
  VEC(const struct acceptance *) unmatched; /* entries that cover no finding any more */
  bool failed;                              /* one beside the documents cannot be read: it covers nothing */
  struct err why;
};
void accepted_free(struct accepted *all, int nbooks);

#endif
