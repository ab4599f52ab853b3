/* xlsx_cells.h: a workbook cell by cell, as stored: for reading back what people entered in a form of ours. Its lines and tables: document.h. */
#ifndef HENG_DOCUMENT_XLSX_CELLS_H
#define HENG_DOCUMENT_XLSX_CELLS_H

#include "document/document.h"

/* Rows and columns are from 0. */
struct xlsx_cell {
  int row, column;
  unsigned flags;         /* enum cell_flag */
  struct sv text, stored; /* as shown, with its line ends; a number as stored, in full digits */
};
struct xlsx_range {
  int row0, column0, row1, column1; /* inclusive */
};
struct xlsx_sheet {
  int number; /* from 1 */
  const char *name;
  bool hidden;
  VEC(struct xlsx_cell) cells; /* those with text or a formula; in what xlsx_cells_read() gives, by row, then column, each place once */
  VEC(struct xlsx_range) merges, hidden_columns;
  VEC(int) hidden_rows; /* ascending */
};

struct xlsx_cells {
  struct document *document; /* holds the texts; its pages are the sheets, it has no tables */
  VEC(struct xlsx_sheet) v;
};
/* XLSX, and XLS through LibreOffice; within document_limits_default. Anything else: RC_UNSUPPORTED. */
int xlsx_cells_read(const char *path, struct xlsx_cells **out, struct err *e) MUST_CHECK;
void xlsx_cells_free(struct xlsx_cells *s);
const struct xlsx_cell *xlsx_cell_at(const struct xlsx_sheet *s, int row, int column); /* NULL: an empty cell */
bool xlsx_row_hidden(const struct xlsx_sheet *s, int row);
#define XLSX_REF 20
char *xlsx_ref(char out[XLSX_REF], int row, int column); /* "B12" */

#endif
