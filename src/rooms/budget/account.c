/* account.c: the account of what was read: every cell that carries an amount is an observation by now, or is listed as unread here. */
#include "rooms/budget/internal.h"

#include <stdlib.h>
#include <string.h>

enum { LARGE = 10000, ENOUGH_LARGE = 3, MAX_LISTED = 200 };

/* What can hardly be anything but money: a point or separators, and no percentage. */
static bool looks_like_money(struct sv text) {
  struct number n;
  return number_parse(text, &n) == RC_OK && !n.percent && (n.decimals > 0 || n.separators);
}

/* A whole number of 元 that is no code: codes have three, five or seven digits and begin with 2, 3 or 5. */
static bool large_number(struct sv text) {
  struct number n;
  if (number_parse(text, &n) < 0 || n.percent || n.decimals || llabs(n.mantissa) < LARGE) return false;
  bool code = (text.n == 5 || text.n == 7) && (text.p[0] == '2' || text.p[0] == '3' || text.p[0] == '5');
  return !code && text.n <= 12;
}

bool cells_have_amounts(const struct table *t) {
  int large = 0;
  for (int i = 0; i < t->ncells; i++) {
    if (t->cells[i].text.n == 0) continue;
    if (looks_like_money(t->cells[i].text)) return true;
    large += large_number(t->cells[i].text);
  }
  return large >= ENOUGH_LARGE;
}

static bool listed_whole(const struct recogniser *r, int document, int table) {
  for (size_t i = 0; i < r->book->unread.n; i++) {
    const struct book_unread *u = &r->book->unread.v[i];
    if (u->document == document && u->document_table == table && u->row < 0) return true;
  }
  return false;
}

/* Columns in which at least one cell became a number of the book: there every number has to. */
static bool *counted_columns(struct recogniser *r, int document, int table) {
  const struct table *t = &r->documents[document]->tables[table];
  bool *counted = ARENA_ARRAY(&r->scratch, bool, (size_t)t->columns + 1);
  for (int i = 0; counted && i < t->ncells; i++) {
    int32_t o = r->observed[document][table][i];
    if (o > 0 && r->book->obs.v[o - 1].type != OBS_TEXT) counted[t->cells[i].column] = true;
  }
  return counted;
}

static int list_rest(struct recogniser *r, int document, int table) {
  const struct table *t = &r->documents[document]->tables[table];
  const bool *counted = counted_columns(r, document, table);
  int rc = counted ? RC_OK : RC_NOMEM, listed = 0;
  for (int i = 0; i < t->ncells && rc == RC_OK && listed < MAX_LISTED; i++) {
    const struct cell *c = &t->cells[i];
    struct number n;
    if (r->observed[document][table][i] || c->text.n == 0) continue;
    bool header = counted[c->column] && c->row < t->header_rows;
    if (!looks_like_money(c->text) && !(counted[c->column] && !header && number_parse(c->text, &n) == RC_OK && llabs(n.mantissa) >= 100)) continue;
    rc = book_add_unread(r, document, table, c->row, c->column, tr("这个数没有归入任何一行一列", "this number came into no row and column"), c->place,
                         c->text);
    listed++;
  }
  return rc;
}

int account_for_cells(struct recogniser *r) {
  int rc = RC_OK;
  for (int k = 0; k < r->ndocuments && rc == RC_OK; k++) {
    const struct document *d = r->documents[k];
    for (int table = 0; table < d->ntables && rc == RC_OK; table++) {
      const struct table *t = &d->tables[table];
      if (t->first_item < r->first_item || t->first_item >= r->end_item || listed_whole(r, k, table)) continue;
      if (r->observed[k][table]) {
        rc = list_rest(r, k, table);
      } else if (cells_have_amounts(t)) {
        r->book->money_tables++;
        rc = book_add_unread(r, k, table, -1, -1, tr("没有认出是哪张表", "which table this is was not recognised"),
                             t->nparts ? t->parts[0] : (struct place){0}, t->cells[0].text);
      }
    }
  }
  return rc;
}

/* What a form holds beside its money: labels, indicators, telephone numbers. They are not in this account. */
void account_leave_out(struct recogniser *r, int document, int table, int row, bool all) {
  const struct table *t = &r->documents[document]->tables[table];
  if (!r->observed[document][table]) r->observed[document][table] = ARENA_ARRAY(&r->scratch, int32_t, (size_t)t->ncells + 1);
  for (int c = 0; r->observed[document][table] && c < t->columns; c++) {
    const struct cell *cell = table_cell(t, row, c);
    int32_t *o = cell ? &r->observed[document][table][cell - t->cells] : NULL;
    if (o && *o == 0 && (all || !looks_like_money(cell->text))) *o = -1;
  }
}
