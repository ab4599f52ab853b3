/* graft_lists.c: an approval as plain lists: code, name, amount (or basic, project). profiles/approval.profile knows their heads; which table of the
 * book a list stands for is told by its rows (functional, economic, projects) and by the budget that its title or sheet names. */
#include "rooms/audit/graft_internal.h"

#include <string.h>

enum { LINES_ABOVE = 6 };

/* Do the title, the lines above the table, or the name of its sheet hold the word? */
static bool names(const struct book *whole, const struct book_table *t, const char *word) {
  if (sv_contains(t->title, word)) return true;
  const struct document *d = t->document >= 0 && t->document < whole->ndocuments ? whole->documents[t->document] : NULL;
  if (!d || t->document_table < 0 || t->document_table >= d->ntables) return false;
  int at = d->tables[t->document_table].first_item;
  for (int i = at - 1; i >= 0 && i >= at - LINES_ABOVE && i < d->nitems && d->items[i].kind == ITEM_LINE; i--)
    if (sv_contains(d->items[i].text, word)) return true;
  int sheet = t->place.sheet;
  const char *label = sheet > 0 && sheet <= d->npages ? d->pages[sheet - 1].label : NULL;
  return label && strstr(label, word);
}

/* The table of the book that a list stands for; *as says so to people. */
static const char *stands_for(const struct book *b, const struct book *whole, const struct book_table *t, const char **as) {
  const char *kind = intern_name(&b->symbols, t->kind);
  *as = tr("清单，按基本支出表比", "a list, taken as the table of basic expenditure");
  if (strcmp(kind, "list-economic") == 0) return "gp-basic";
  *as = tr("清单，按项目支出表比", "a list, taken as the table of projects");
  if (strcmp(kind, "list-projects") == 0) return "projects";
  if (strcmp(kind, "list-functional") != 0) return NULL;
  *as = tr("清单，按政府性基金支出表比", "a list, taken as the table of the fund budget");
  if (names(whole, t, "政府性基金")) return "fund";
  *as = tr("清单，按国有资本经营预算支出表比", "a list, taken as the table of the state capital budget");
  if (names(whole, t, "国有资本")) return "soe";
  *as = tr("清单，按一般公共预算支出表比", "a list, taken as the table of the general public budget");
  if (names(whole, t, "一般公共")) return "gp-function";
  *as = tr("清单，没有写明哪本预算，按支出总表比", "a list that names no budget, taken as the table of expenditure");
  return "expenditure";
}

/* Did the whole reading make a table of the same cells? */
static bool recognised(const struct book *whole, const struct book_table *t) {
  for (size_t i = 0; i < whole->tables.n; i++)
    if (whole->tables.v[i].document == t->document && whole->tables.v[i].document_table == t->document_table) return true;
  return false;
}

/* A list of project names only: a project of the book with just that name is the one meant. */
static void key_by_name(const struct book *b, struct book_row *row) {
  char name[512], other[512];
  symbol projects = book_find(b, "projects"), found = NO_SYMBOL;
  text_fold_into(name, sizeof name, row->label);
  for (size_t i = 0; i < b->tables.n && name[0] && projects != NO_SYMBOL; i++) {
    const struct book_table *t = &b->tables.v[i];
    if (t->kind != projects) continue;
    for (int r = 0; r < t->nrows; r++) {
      if (t->rows[r].key == row->key) return;
      text_fold_into(other, sizeof other, t->rows[r].label);
      if (strcmp(name, other) != 0 || t->rows[r].key == NO_SYMBOL) continue;
      if (found != NO_SYMBOL && found != t->rows[r].key) return; /* two of that name */
      found = t->rows[r].key;
    }
  }
  if (found != NO_SYMBOL) row->key = found;
}

/* Functional codes begin with 2 (1 for income), economic ones with 3 and 5: a list that holds both is several lists that ran together. */
static bool is_mixed(const struct book_table *t, bool economic) {
  for (int r = 0; r < t->nrows; r++)
    if (t->rows[r].code.n > 0 && (t->rows[r].code.p[0] == '3' || t->rows[r].code.p[0] == '5') != economic) return true;
  return false;
}

int graft_lists(struct graft *x, const struct book *whole, int *tables) {
  int rc = RC_OK;
  for (size_t i = 0; i < x->from->tables.n && rc == RC_OK; i++) {
    struct book_table t = x->from->tables.v[i];
    const char *as, *kind = stands_for(x->from, whole, &t, &as);
    if (!kind || t.empty || t.nrows == 0 || recognised(whole, &t)) continue;
    t.title = sv_from(as);
    if (strcmp(kind, "projects") != 0 && is_mixed(&t, strcmp(kind, "gp-basic") == 0))
      t.doubtful = true, t.doubt = tr("清单里功能科目和经济科目混在一起", "the list mixes functional and economic codes");
    rc = graft_table(x, &t, graft_kind(x, kind), NO_SYMBOL);
    *tables += rc == RC_OK;
    struct book_table *made = rc == RC_OK ? &x->to->tables.v[x->to->tables.n - 1] : NULL;
    for (int r = 0; made && strcmp(kind, "projects") == 0 && r < made->nrows; r++)
      if (made->rows[r].code.n == 0 && made->rows[r].role != ROW_TOTAL) key_by_name(x->to, &made->rows[r]);
  }
  return rc;
}
