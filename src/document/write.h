/* write.h: files out: a workbook for reports, and a copy of a PDF with highlights. Neither ever leaves half a file, nor writes over its input. */
#ifndef HENG_DOCUMENT_WRITE_H
#define HENG_DOCUMENT_WRITE_H

#include "document/document.h"

/* Copies a PDF with highlights: each box on its page gets a highlight annotation with the note as its contents. Never writes over `from`. */
struct highlight {
  int page;
  struct box box;
  const char *note, *title;
  float red, green, blue;
};
int pdf_annotate(const char *from, const char *to, const struct highlight *marks, int n, struct err *e) MUST_CHECK;

/* A plain workbook writer for reports: sheets of rows of text or numbers. Opaque; xlsx_close writes the file (temporary name, fsync, rename). */
struct xlsx;
enum xlsx_style {
  XLSX_PLAIN,
  XLSX_HEADER,
  XLSX_ERROR,
  XLSX_WARNING,
  XLSX_INFO,
  XLSX_AMOUNT,
  XLSX_TITLE /* large, no border */,
  XLSX_BARE /* no border */
};
int xlsx_new(struct xlsx **out, const char *path, struct err *e) MUST_CHECK;
int xlsx_sheet(struct xlsx *x, const char *name, const int *widths, int ncolumns, bool freeze_first_row);
int xlsx_text(struct xlsx *x, int row, int column, struct sv text, enum xlsx_style style);
/* decimals -1: a whole number without separators (a year, a page). */
int xlsx_number(struct xlsx *x, int row, int column, double value, int decimals, enum xlsx_style style);
/* The current sheet is a form: on A4 lying on its side, as wide as the page, the rows up to `head` again on each page. */
int xlsx_form(struct xlsx *x, int head);
int xlsx_merge(struct xlsx *x, int row, int column, int row_span, int column_span);
/* What follows goes to that sheet again, by number from 0 in the order made; only the first 16 can be turned back to. */
int xlsx_turn(struct xlsx *x, int sheet);
/* A row so many lines of text high: not every program works it out from what is wrapped in it. */
int xlsx_height(struct xlsx *x, int row, int lines);
/* On the current sheet: arrows to filter by over columns from 0 and rows 0…last_row; a list to choose from, up to NULL, in the cells of a column
 * (`only`: nothing else may be entered). */
int xlsx_filter(struct xlsx *x, int last_row, int last_column);
int xlsx_choices(struct xlsx *x, int first_row, int last_row, int column, const char *const *choices, bool only);
int xlsx_close(struct xlsx *x, struct err *e) MUST_CHECK; /* frees x whatever happens */
void xlsx_abandon(struct xlsx *x);

#endif
