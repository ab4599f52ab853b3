/* print_csv.c: every table of a document as one CSV file (RFC 4180, UTF-8 with a byte order mark so that spreadsheets see the encoding).
 * Each line: number of the table, page, row from 1, then the cells; a merged cell stands at its top left corner. All lines are equally long. */
#include "base/money.h"
#include "document/document.h"

#include <string.h>

/* What a spreadsheet would run as a formula is made text with an apostrophe. */
static bool formula_like(struct sv s) {
  struct number n;
  if (!s.n || !strchr("=@+-\t\r", s.p[0])) return false;
  return !((s.p[0] == '-' || s.p[0] == '+') && (number_parse(s, &n) == RC_OK || number_is_dash(s)));
}

static void put_field(struct buf *out, struct sv s) {
  bool guard = formula_like(s), quote = guard;
  for (size_t i = 0; i < s.n && !quote; i++) quote = strchr(",\"\r\n", s.p[i]) != NULL && s.p[i] != '\0';
  quote = quote || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
  if (!quote) {
    buf_add(out, s.p, s.n);
    return;
  }
  buf_puts(out, guard ? "\"'" : "\"");
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"') buf_putc(out, '"');
    buf_putc(out, s.p[i]);
  }
  buf_putc(out, '"');
}

static int page_of_row(const struct table *t, int row) {
  int page = 0;
  for (int i = 0; i < t->nparts && t->part_row[i] <= row; i++) page = t->parts[i].page;
  return page;
}

static void put_table(struct buf *out, const struct table *t, int columns) {
  for (int row = 0; row < t->rows && out->rc == RC_OK; row++) {
    int page = page_of_row(t, row);
    buf_printf(out, "%d,", t->number);
    if (page > 0) buf_printf(out, "%d", page);
    buf_printf(out, ",%d", row + 1);
    for (int column = 0; column < columns; column++) {
      const struct cell *c = table_cell(t, row, column);
      buf_putc(out, ',');
      if (c && c->row == row && c->column == column) put_field(out, c->text);
    }
    buf_puts(out, "\r\n");
  }
}

int document_print_csv(const struct document *d, struct buf *out) {
  int columns = 0;
  for (int i = 0; i < d->ntables; i++)
    if (d->tables[i].columns > columns) columns = d->tables[i].columns;
  buf_puts(out, "\xEF\xBB\xBF");
  buf_puts(out, tr("表,页,行", "table,page,row"));
  for (int i = 1; i <= columns; i++) buf_printf(out, tr(",列%d", ",column %d"), i);
  buf_puts(out, "\r\n");
  for (int i = 0; i < d->ntables && out->rc == RC_OK; i++) put_table(out, &d->tables[i], columns);
  return out->rc;
}
