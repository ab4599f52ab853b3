/* write.h: files out: a workbook for reports, a flowing document as DOCX or PDF, and a copy of a PDF with highlights. None ever leaves half a file,
 * nor writes over its input; the same calls give the same bytes. */
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

/* Pages drawn by pdftoppm, where it is installed, and pieces of them as PNG. */
struct raster {
  int width, height;
  float scale;         /* dots a point */
  unsigned char *dots; /* a byte a dot, 0 black */
};
bool pdf_pictures_possible(void);
/* Page `page`, `width` × `height` points as it was read. RC_UNSUPPORTED without pdftoppm, RC_FORMAT when it cannot draw the page. */
int raster_draw(const char *pdf, int page, float width, float height, struct raster *out, struct err *e) MUST_CHECK;
int raster_read(const unsigned char *data, size_t size, struct raster *out, struct err *e) MUST_CHECK; /* a PGM file; scale is left 0 */
void raster_free(struct raster *r);
#define PICTURE_BOXES 8
/* A piece of the page without the white at its sides, with frames of that colour around the boxes; how large it became. */
int raster_piece(const struct raster *r, struct box piece, const struct box *boxed, int n, const unsigned char colour[3], struct buf *png, int *width,
                 int *height) MUST_CHECK;

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
  XLSX_BARE /* no border */,
  XLSX_UNIT /* no border, right */,
  /* of a form to be filled in: heads that must be filled, names of fields, what may be entered (text, numbers), what formulas tell, links */
  XLSX_NEED,
  XLSX_SMALL,
  XLSX_INPUT,
  XLSX_INPUT_NUMBER,
  XLSX_DERIVED,
  XLSX_LINK
};
int xlsx_new(struct xlsx **out, const char *path, struct err *e) MUST_CHECK;
int xlsx_sheet(struct xlsx *x, const char *name, const int *widths, int ncolumns, bool freeze_first_row);
int xlsx_text(struct xlsx *x, int row, int column, struct sv text, enum xlsx_style style);
/* decimals -1: a whole number without separators (a year, a page). */
int xlsx_number(struct xlsx *x, int row, int column, double value, int decimals, enum xlsx_style style);
/* "=A1+A2" with the value that it comes to, for programs that do not count. */
int xlsx_formula(struct xlsx *x, int row, int column, const char *formula, double value, int decimals, enum xlsx_style style);
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
/* A sheet on A4, as wide as the page: rows first_head…last_head stay in view and come again on each page; last_head -1: none. */
int xlsx_page(struct xlsx *x, bool landscape, int first_head, int last_head);
/* A form to be filled in. A whole column's width and look (decimals of numbers, -2: text); a link to a sheet's first cell; a note at a cell; a name
 * for a range or formula; a list to choose from, by formula; numbers from least to most; a formula that comes to a text; hiding, locking the sheet.
 */
int xlsx_column(struct xlsx *x, int column, int width, int decimals, enum xlsx_style style);
int xlsx_link(struct xlsx *x, int row, int column, const char *sheet, struct sv text);
int xlsx_note(struct xlsx *x, int row, int column, const char *text);
int xlsx_name(struct xlsx *x, const char *name, const char *formula);
int xlsx_choices_of(struct xlsx *x, int first_row, int last_row, int column, const char *formula, const char *refusal);
int xlsx_between(struct xlsx *x, int first_row, int last_row, int column, double least, double most, bool whole, const char *refusal);
int xlsx_formula_text(struct xlsx *x, int row, int column, const char *formula, struct sv value, enum xlsx_style style);
int xlsx_hide(struct xlsx *x);
int xlsx_lock(struct xlsx *x);                            /* without a password */
int xlsx_close(struct xlsx *x, struct err *e) MUST_CHECK; /* frees x whatever happens */
void xlsx_abandon(struct xlsx *x);

/* ---- a flowing document (公文, a book): headings, paragraphs, tables, one after the other ---- */
enum doc_format { DOC_DOCX, DOC_PDF };
struct doc_info {
  const char *title, *author, *subject; /* metadata; may be NULL */
  const char *lang;                     /* "zh-CN" when NULL */
  int64_t created;                      /* seconds since 1970, -1: no time is written */
  int points;                           /* size of body text, 0: 12 */
  bool landscape;                       /* the first page lies on its side */
};
enum doc_align { DOC_LEFT, DOC_CENTRE, DOC_RIGHT };
enum doc_role { DOC_PLAIN, DOC_BODY /* justified */, DOC_NUMBER /* 公开表1 */, DOC_UNIT /* 单位：万元 */, DOC_REMARK /* under a table */ };
struct doc_look {
  enum doc_align align;
  bool indent, bold, small; /* indent: the first line by two characters */
  enum doc_role role;
};
struct doc_cell {
  int row, column, row_span, column_span; /* from 0; spans at least 1 */
  enum doc_align align;
  bool bold, shade;
  struct sv text; /* may hold line ends */
};
/* Positions that no cell covers are empty; two cells over one position are a mistake of the caller. The first rows, `head` of them, come again on
 * each page. Widths are shares of the width of the page. */
struct doc_table {
  const int *widths;
  int columns, rows, head;
  const struct doc_cell *cells;
  int ncells;
  int points;           /* 0: 10 */
  double least, most;   /* most > 0: as large between them as keeps what is aligned right on one line; columns give way */
  const int8_t *indent; /* of each cell, in levels; NULL: none */
};
struct doc_entry { /* a line of the contents */
  int level;       /* from 1 */
  struct sv text;
};

/* A failure sticks and is told by doc_close(). Text is UTF-8; control characters become blanks. PDF needs a Chinese font (RC_UNSUPPORTED says which).
 */
struct doc_writer;
int doc_new(struct doc_writer **out, enum doc_format format, const char *path, const struct doc_info *info, struct err *e) MUST_CHECK;
int doc_heading(struct doc_writer *w, int level, struct sv text); /* 0: the title, 1 … 3: of the outline */
int doc_paragraph(struct doc_writer *w, struct sv text, struct doc_look look);
int doc_table(struct doc_writer *w, const struct doc_table *t);
int doc_page(struct doc_writer *w, bool landscape); /* what follows begins on a new page */
/* A book: a cover; the contents, at once after it, whose texts must live until the end; doc_mark(): here is what line `entry` of it names. */
int doc_cover(struct doc_writer *w, struct sv body, struct sv title);
int doc_contents(struct doc_writer *w, struct sv head, const struct doc_entry *entries, int n);
int doc_mark(struct doc_writer *w, int entry);
/* A new page for a table, with narrow margins; above it a number, a title that is in the outline at `level`, and what it is counted in. */
int doc_table_page(struct doc_writer *w, bool landscape);
int doc_caption(struct doc_writer *w, int level, struct sv number, struct sv title, struct sv unit);
int doc_close(struct doc_writer *w, struct err *e) MUST_CHECK; /* writes the file; frees w whatever happens */
void doc_abandon(struct doc_writer *w);

#endif
