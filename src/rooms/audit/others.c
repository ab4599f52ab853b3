/* others.c: the books given beside the audited ones: read and recognised once a run. An approval is read twice: as tables of a book, and as plain
 * lists (code, name, amount), which the words of profiles/approval.profile describe. */
#include "rooms/audit/internal.h"
#include "rooms/audit/two.h"

#include <stdlib.h>
#include <string.h>

enum { OTHERS_MOST = 5000 };

const char *other_role_name(enum other_role role) {
  static const char *const names[OTHER_ROLES] = {"prior", "budget", "approved", "unit"};
  return names[role];
}

const char *other_role_title(enum other_role role) {
  switch (role) {
  case OTHER_PRIOR: return tr("上年账本", "last year's book");
  case OTHER_BUDGET: return tr("年初预算", "budget of the year");
  case OTHER_APPROVED: return tr("批复", "approval");
  case OTHER_UNIT: return tr("单位账本", "unit's book");
  case OTHER_ROLES: break;
  }
  return "";
}

static int recognise(const struct auditor *a, const struct document *const *d, int n, const char *profile, struct others *o, size_t *first,
                     size_t *count, struct err *e) {
  struct recognise_options options = {.profile = profile, .together = n > 1, .profiles = a->profiles, .codes = a->codes};
  struct book **books = NULL;
  int nbooks = 0, rc = book_recognise(d, n, &options, &books, &nbooks, e);
  *first = o->books.n;
  *count = 0;
  for (int i = 0; i < nbooks; i++) {
    if (rc == RC_OK && VEC_PUSH(&o->books, books[i], OTHERS_MOST) < 0) rc = err_set(e, RC_LIMIT, "%s", tr("另给的账本太多", "too many other books"));
    if (rc == RC_OK)
      ++*count;
    else
      book_free(books[i]);
  }
  free(books);
  return rc;
}

static int add_books(const struct auditor *a, enum other_role role, const struct document *const *d, int n, const char *profile, struct others *o,
                     struct err *e) {
  size_t first, count, plain_first = 0, plain_count = 0;
  int rc = recognise(a, d, n, profile, o, &first, &count, e);
  if (rc == RC_OK && role == OTHER_APPROVED && auditor_has_profile(a, "approval"))
    rc = recognise(a, d, n, "approval", o, &plain_first, &plain_count, e);
  for (size_t i = 0; i < count && rc == RC_OK; i++) {
    struct other x = {.role = role, .path = d[0]->path, .book = o->books.v[first + i]};
    if (i == 0 && plain_count == 1) x.plain = o->books.v[plain_first];
    if (VEC_PUSH(&o->list, x, OTHERS_MOST) < 0) rc = err_set(e, RC_LIMIT, "%s", tr("另给的账本太多", "too many other books"));
  }
  return rc;
}

static int read_one(const char *path, struct others *o, struct err *e) {
  struct document *d = NULL;
  struct err why = {0};
  int rc = document_read(path, &document_limits_default, &d, &why);
  if (rc < 0) return err_set(e, (enum rc)rc, tr("另给的账本 %.300s 读不了：%.500s", "the other book %.300s cannot be read: %.500s"), path, why.text);
  if (VEC_PUSH(&o->documents, d, OTHERS_MOST) == RC_OK) return RC_OK;
  document_free(d);
  return err_set(e, RC_LIMIT, "%s", tr("另给的账本太多", "too many other books"));
}

int others_load(const struct auditor *a, enum other_role role, char **paths, int n, bool together, const char *profile, struct others *o,
                struct err *e) {
  struct inputs in = {0};
  size_t first = o->documents.n;
  int rc = inputs_gather(&in, paths, n, e);
  for (size_t i = 0; i < in.paths.n && rc == RC_OK; i++) rc = read_one(in.paths.v[i], o, e);
  inputs_release(&in);
  const struct document *const *all = (const struct document *const *)o->documents.v;
  int count = (int)(o->documents.n - first);
  if (rc == RC_OK && together && count > 1) return add_books(a, role, all + first, count, profile, o, e);
  for (int i = 0; i < count && rc == RC_OK; i++) rc = add_books(a, role, all + first + i, 1, profile, o, e);
  return rc;
}

void others_release(struct others *o) {
  for (size_t i = 0; i < o->books.n; i++) book_free(o->books.v[i]);
  for (size_t i = 0; i < o->documents.n; i++) document_free(o->documents.v[i]);
  free(o->books.v), free(o->documents.v), free(o->list.v);
  *o = (struct others){0};
}
