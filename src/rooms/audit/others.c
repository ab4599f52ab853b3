/* others.c: the books given beside the audited ones: read and recognised once a run. An approval is read twice: as tables of a book, and as plain
 * lists (code, name, amount), which the words of profiles/approval.profile describe. */
#include "rooms/audit/internal.h"
#include "rooms/audit/two.h"

#include <stdlib.h>
#include <string.h>

enum { OTHERS_MOST = 5000, LISTS_MOST = 200 };

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

static int too_many(struct err *e) {
  return err_set(e, RC_LIMIT, "%s", tr("另给的账本太多或内存不足", "too many other books, or out of memory"));
}

static int recognise(const struct auditor *a, const struct document *const *d, int n, const char *profile, struct others *o, size_t *count,
                     struct err *e) {
  struct recognise_options options = {.profile = profile, .together = n > 1, .profiles = a->profiles, .codes = a->codes};
  struct book **books = NULL;
  int nbooks = 0, rc = book_recognise(d, n, &options, &books, &nbooks, e);
  *count = 0;
  for (int i = 0; i < nbooks; i++) {
    if (rc == RC_OK && VEC_PUSH(&o->books, books[i], OTHERS_MOST) < 0) rc = too_many(e);
    if (rc == RC_OK)
      ++*count;
    else
      book_free(books[i]);
  }
  free(books);
  return rc;
}

/* The document as if it had this one table: lists on sheets that follow each other must not be taken for one list that goes on. */
static struct document *view_make(const struct document *d, int table, struct others *o) {
  struct document *view = calloc(1, sizeof *view);
  if (!view) return NULL;
  *view = *d;
  view->tables = d->tables + table;
  view->ntables = 1;
  if (VEC_PUSH(&o->views, (void *)view, OTHERS_MOST * LISTS_MOST) == RC_OK) return view;
  free(view);
  return NULL;
}

/* The book's tables and cells lie in that table of the whole document. */
static void number_tables(struct book *b, int table) {
  for (size_t i = 0; i < b->tables.n; i++) b->tables.v[i].document_table = table;
  for (size_t i = 0; i < b->obs.n; i++) b->obs.v[i].document_table = table;
}

int others_lists(const struct auditor *a, const struct document *d, struct others *o, struct other *x, struct err *e) {
  size_t count, nbooks = 0;
  struct book **list = calloc(LISTS_MOST, sizeof *list);
  if (!list || VEC_PUSH(&o->views, (void *)list, OTHERS_MOST * LISTS_MOST) < 0) {
    free(list);
    return too_many(e);
  }
  for (int i = 0; i < d->ntables && nbooks < LISTS_MOST; i++) {
    const struct document *view = view_make(d, i, o);
    if (!view) return too_many(e);
    int rc = recognise(a, &view, 1, "approval", o, &count, e);
    if (rc < 0) return rc;
    for (size_t k = 0; k < count && nbooks < LISTS_MOST; k++) {
      list[nbooks] = o->books.v[o->books.n - count + k];
      number_tables(list[nbooks++], i);
    }
  }
  x->plain = list, x->nplain = (int)nbooks;
  return RC_OK;
}

static int add_books(const struct auditor *a, enum other_role role, const struct document *const *d, int n, const char *profile, struct others *o,
                     struct err *e) {
  size_t first = o->books.n, count;
  int rc = recognise(a, d, n, profile, o, &count, e);
  for (size_t i = 0; i < count && rc == RC_OK; i++) {
    struct other x = {.role = role, .path = d[0]->path, .book = o->books.v[first + i]};
    if (i == 0 && n == 1 && role == OTHER_APPROVED && auditor_has_profile(a, "approval")) rc = others_lists(a, d[0], o, &x, e);
    if (rc == RC_OK && VEC_PUSH(&o->list, x, OTHERS_MOST) < 0) rc = too_many(e);
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
  return too_many(e);
}

static bool named(char **paths, int n, const char *path) {
  for (int i = 0; i < n; i++)
    if (strcmp(paths[i], path) == 0) return true;
  return false;
}

/* A file that was named must be readable; one that only lies in a folder is passed over, and said. */
static int read_all(const struct inputs *in, char **paths, int n, struct others *o, struct err *e) {
  for (size_t i = 0; i < in->paths.n; i++) {
    int rc = read_one(in->paths.v[i], o, e);
    if (rc == RC_OK) continue;
    if (rc == RC_NOMEM || named(paths, n, in->paths.v[i])) return rc;
    fprintf(stderr, "heng: %s\n", e->text);
    err_clear(e);
  }
  return RC_OK;
}

int others_load(const struct auditor *a, enum other_role role, char **paths, int n, bool together, const char *profile, struct others *o,
                struct err *e) {
  struct inputs in = {0};
  size_t first = o->documents.n;
  int rc = inputs_gather(&in, paths, n, e);
  if (rc == RC_OK) rc = read_all(&in, paths, n, o, e);
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
  for (size_t i = 0; i < o->views.n; i++) free(o->views.v[i]);
  free(o->books.v), free(o->documents.v), free(o->list.v), free(o->views.v);
  *o = (struct others){0};
}
