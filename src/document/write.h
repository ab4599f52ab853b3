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
enum xlsx_style { XLSX_PLAIN, XLSX_HEADER, XLSX_ERROR, XLSX_WARNING, XLSX_INFO, XLSX_AMOUNT };
int xlsx_new(struct xlsx **out, const char *path, struct err *e) MUST_CHECK;
int xlsx_sheet(struct xlsx *x, const char *name, const int *widths, int ncolumns, bool freeze_first_row);
int xlsx_text(struct xlsx *x, int row, int column, struct sv text, enum xlsx_style style);
/* decimals -1: a whole number without separators (a year, a page). */
int xlsx_number(struct xlsx *x, int row, int column, double value, int decimals, enum xlsx_style style);
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
