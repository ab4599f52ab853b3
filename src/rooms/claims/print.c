/* print.c: claims for people: a line a claim with what was bound, then the numbers that were not. */
#include "rooms/claims/internal.h"

#include <inttypes.h>
#include <string.h>

static void print_cell(const struct book *b, const struct book_table *t, const struct obs *o, struct buf *out) {
  char money[MONEY_TEXT];
  const char *name = intern_name(&b->symbols, t->columns[o->column].measure);
  buf_printf(out, " %s=", name);
  switch (o->type) {
  case OBS_AMOUNT: buf_puts(out, money_print(money, o->value, t->scale, 2, false)); break;
  case OBS_PERCENT: buf_printf(out, "%s%%", money_print(money, o->value, (enum scale)100, o->decimals, false)); break;
  case OBS_COUNT: buf_printf(out, "%" PRId64, o->value / 10000); break;
  case OBS_TEXT:
  case OBS_CODE: buf_add(out, o->text.p, o->text.n); break;
  }
}

static void print_table(const struct book *b, const struct book_table *t, struct buf *out) {
  for (int i = 0; i < t->nrows; i++) {
    const struct book_row *r = &t->rows[i];
    buf_printf(out, "%s %s", intern_name(&b->symbols, t->kind), intern_name(&b->symbols, r->key));
    for (int k = 0; k < t->ncolumns; k++) {
      const struct obs *o = book_cell(b, t, i, k);
      if (o) print_cell(b, t, o, out);
    }
    if (r->parent >= 0) buf_printf(out, " <%s", intern_name(&b->symbols, t->rows[r->parent].key));
    buf_printf(out, "\n    %d/%d %.*s\n", r->place.page, r->place.line, SV_ARG(r->sentence));
  }
}

int claims_print(const struct book *b, struct buf *out) {
  for (size_t i = 0; i < b->tables.n; i++)
    if (b->tables.v[i].prose) print_table(b, &b->tables.v[i], out);
  symbol unbound = book_find(b, "said.unbound"), apart = book_find(b, "said.apart"), section = book_find(b, "section");
  for (size_t i = 0; i < b->fields.n; i++) {
    const struct book_field *f = &b->fields.v[i];
    const char *what = f->name == unbound   ? tr("没有对上", "not bound")
                       : f->name == apart   ? tr("另列", "apart")
                       : f->name == section ? "section"
                                            : NULL;
    if (!what || f->name == NO_SYMBOL) continue;
    buf_printf(out, "%s%s%s %d/%d %.*s\n", what, f->subject == NO_SYMBOL ? "" : " ",
               f->subject == NO_SYMBOL ? "" : intern_name(&b->symbols, f->subject), f->place.page, f->place.line, SV_ARG(f->text));
  }
  struct claim_count n = claims_counted(b);
  buf_printf(out, "# %ld %ld %ld\n", n.bound, n.apart, n.unbound);
  return out->rc;
}
