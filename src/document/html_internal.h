/* html_internal.h: between html.c (tags, lines) and html_table.c (tables of a page, nested as deep as they come). */
#ifndef HENG_DOCUMENT_HTML_INTERNAL_H
#define HENG_DOCUMENT_HTML_INTERNAL_H

#include "document/office.h"

#define HTML_NESTED_MAX 64

/* What a cell holds besides its text, in order: lines (for layout tables), and whole tables. */
struct html_piece {
  bool is_table;
  struct sv line;
  struct place place;
  struct grid grid;
  int header_rows;
};
struct html_pieces {
  VEC(struct html_piece) v;
};

/* A table that is open. */
struct html_table {
  struct grid grid;
  struct html_pieces pieces; /* of all its cells */
  struct buf cell;           /* text of the open cell */
  size_t flushed;            /* how much of it is in pieces already */
  VEC(int) busy;             /* per column: the first row that no cell above reaches into */
  int row, column;           /* row −1 before the first */
  int row_span, column_span, nested;
  bool in_cell, header;
  struct place place, cell_place;
};

struct html_tables {
  struct build *b;
  struct err *e;
  struct html_table *open[HTML_NESTED_MAX];
  int depth;
};

struct html_table *html_table_top(struct html_tables *t); /* NULL outside tables */
int html_table_begin(struct html_tables *t, struct place place);
int html_row_begin(struct html_tables *t);
int html_cell_begin(struct html_tables *t, int row_span, int column_span, bool header, struct place place);
int html_cell_end(struct html_tables *t);
/* Closes the innermost table. The outermost one is handed to the build, with all that it holds. */
int html_table_end(struct html_tables *t);
void html_tables_release(struct html_tables *t);

#endif
