/* print_xlsx.c: every table of a document as a sheet of a workbook: merged cells merged, amounts as numbers, codes and years as text.
 * Cells and tables that were not read cleanly are coloured. */
#include "base/money.h"
#include "document/document.h"
#include "document/write.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH_LEAST = 6, WIDTH_MOST = 44, DIGITS_MOST = 15 };

/* Whole numbers without separators are amounts only in a column that prints others with decimals or separators: elsewhere they are codes and years.
 */
static bool surely_amount(const struct cell *c, const struct number *n) {
  return n->decimals > 0 || n->separators || (c->flags & CELL_NUMERIC);
}

static void find_amounts(const struct table *t, bool *amounts) {
  struct number n;
  for (int i = 0; i < t->ncells; i++) {
    const struct cell *c = &t->cells[i];
    if (c->column_span == 1 && c->text.n && number_parse(c->text, &n) == RC_OK && surely_amount(c, &n)) amounts[c->column] = true;
  }
}

static bool as_amount(const struct cell *c, bool column, struct number *n) {
  if (!c->text.n || number_parse(c->text, n) < 0 || n->percent) return false;
  int64_t limit = 1;
  for (int i = 0; i < DIGITS_MOST; i++) limit *= 10;
  bool exact = n->mantissa > -limit && n->mantissa < limit; /* what a spreadsheet's number can hold */
  bool code = c->text.n > 1 && c->text.p[0] == '0' && n->decimals == 0;
  return exact && !code && (column || surely_amount(c, n));
}

static int put_cell(struct xlsx *x, const struct table *t, const struct cell *c, bool column) {
  const unsigned faults = CELL_TWO_NUMBERS | CELL_NOT_RECT | CELL_INVISIBLE | CELL_STALE | CELL_LOST;
  enum xlsx_style style = c->flags & faults ? XLSX_WARNING : c->row < t->header_rows || (c->flags & CELL_HEADER) ? XLSX_HEADER : XLSX_PLAIN;
  struct number n;
  int rc;
  if (as_amount(c, column, &n)) {
    double value = (double)n.mantissa;
    for (int i = 0; i < n.decimals; i++) value /= 10;
    rc = xlsx_number(x, c->row, c->column, value, n.decimals, style == XLSX_PLAIN ? XLSX_AMOUNT : style);
  } else {
    rc = xlsx_text(x, c->row, c->column, c->text, style);
  }
  if (rc == RC_OK && (c->row_span > 1 || c->column_span > 1)) rc = xlsx_merge(x, c->row, c->column, c->row_span, c->column_span);
  return rc;
}

static int put_sheet(struct xlsx *x, const struct table *t) {
  char name[96];
  int page = t->nparts ? t->parts[0].page : 0;
  int *widths = calloc((size_t)t->columns, sizeof *widths);
  bool *amounts = calloc((size_t)t->columns, sizeof *amounts);
  const char *doubtful = t->flags & TABLE_DOUBTFUL ? tr("（存疑）", " (doubtful)") : "";
  if (page > 0)
    snprintf(name, sizeof name, tr("表%d 第%d页%s", "table %d, page %d%s"), t->number, page, doubtful);
  else
    snprintf(name, sizeof name, tr("表%d%s", "table %d%s"), t->number, doubtful);
  int rc = widths && amounts ? RC_OK : RC_NOMEM;
  for (int i = 0; i < t->ncells && rc == RC_OK; i++) {
    const struct cell *c = &t->cells[i];
    int width = c->column_span == 1 ? text_width(c->text) + 2 : 0;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    if (width > widths[c->column]) widths[c->column] = width;
  }
  if (rc == RC_OK) {
    find_amounts(t, amounts);
    rc = xlsx_sheet(x, name, widths, t->columns, false);
  }
  for (int i = 0; i < t->ncells && rc == RC_OK; i++) rc = put_cell(x, t, &t->cells[i], amounts[t->cells[i].column]);
  free(widths);
  free(amounts);
  return rc;
}

int document_write_xlsx(const struct document *d, const char *path, struct err *e) {
  struct xlsx *x = NULL;
  int rc = xlsx_new(&x, path, e);
  if (rc < 0) return rc;
  for (int i = 0; i < d->ntables && rc == RC_OK; i++) rc = put_sheet(x, &d->tables[i]);
  if (rc == RC_OK) return xlsx_close(x, e);
  xlsx_abandon(x);
  return err_set(e, (enum rc)rc, "%s",
                 rc == RC_NOMEM ? tr("内存不足", "out of memory") : tr("表太大，Excel 放不下", "a table is larger than Excel allows"));
}
