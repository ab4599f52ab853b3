/* graft_lists.c: an approval as plain lists: code, name, amount (or basic, project). profiles/approval.profile knows their heads; which table of the
 * book a list stands for is told by its rows (functional, economic, projects) and by the budget that its title or sheet names. */
#include "rooms/audit/graft_internal.h"

#include <string.h>

/* The title, and the name of the sheet. */
static bool names(const struct book *b, const struct book_table *t, const char *word) {
  if (sv_contains(t->title, word)) return true;
  const struct document *d = t->document >= 0 && t->document < b->ndocuments ? b->documents[t->document] : NULL;
  int sheet = t->place.sheet;
  const char *label = d && sheet > 0 && sheet <= d->npages ? d->pages[sheet - 1].label : NULL;
  return label && strstr(label, word);
}

static const char *stands_for(const struct book *b, const struct book_table *t) {
  const char *kind = intern_name(&b->symbols, t->kind);
  if (strcmp(kind, "list-economic") == 0) return "gp-basic";
  if (strcmp(kind, "list-projects") == 0) return "projects";
  if (strcmp(kind, "list-functional") != 0) return NULL;
  if (names(b, t, "政府性基金")) return "fund";
  if (names(b, t, "国有资本")) return "soe";
  return names(b, t, "一般公共") ? "gp-function" : "expenditure";
}

/* Did the whole reading make a table of the same cells? */
static bool recognised(const struct book *whole, const struct book_table *t) {
  for (size_t i = 0; i < whole->tables.n; i++)
    if (whole->tables.v[i].document == t->document && whole->tables.v[i].document_table == t->document_table) return true;
  return false;
}

int graft_lists(struct graft *x, const struct book *whole, int *tables) {
  int rc = RC_OK;
  for (size_t i = 0; i < x->from->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &x->from->tables.v[i];
    const char *kind = stands_for(x->from, t);
    if (!kind || recognised(whole, t)) continue;
    rc = graft_table(x, t, graft_kind(x, kind), NO_SYMBOL);
    *tables += rc == RC_OK;
  }
  return rc;
}
