/* internal.h: between the files of document/ only. */
#ifndef HENG_DOCUMENT_INTERNAL_H
#define HENG_DOCUMENT_INTERNAL_H

#include "document/document.h"

/* ---- what a page description gives: glyphs and rulings, in displayed coordinates (points, origin top left, /Rotate and boxes applied) ---- */
struct glyph {
  float x0, y0, x1, y1;                  /* advance box: x along the baseline, y from descent to ascent */
  float size;                            /* font size in points as displayed */
  uint32_t cp[3];                        /* Unicode; ligatures and the like may carry up to 3 */
  uint8_t ncp;                           /* 0: no Unicode known */
  bool bold, invisible, vertical, space; /* space: a white-space character */
  uint32_t order;                        /* position in the page description */
};

/* A thin line, horizontal (y0 == y1) or vertical (x0 == x1), visible against its background. */
struct ruling {
  float x0, y0, x1, y1, width;
  bool horizontal;
};

struct layout {
  VEC(struct glyph) glyphs;
  VEC(struct ruling) rulings;
  float image_cover; /* share of the page that images cover, 0…1 */
  int unmapped;
  bool damaged;    /* the page description broke off or held errors */
  bool recognised; /* not from the page description but by character recognition */
};

struct xlsx_cells;
/* Builder of a document: readers append pages, items and tables; build_finish() sets the arrays in the document. */
struct build {
  struct document *d;
  struct document_limits limits;
  VEC(struct page) pages;
  VEC(struct item) items;
  VEC(struct table) tables;
  VEC(const char *) warnings;
  long cells;
  struct xlsx_cells *keep; /* cells of a workbook are wanted as they are stored, not as lines and tables; else NULL */
  int64_t deadline;        /* in ms of this thread's processor time: a busy machine must not refuse a good file; 0 none */
};
int build_page(struct build *b, struct page p, struct err *e) MUST_CHECK;
int build_line(struct build *b, struct item line, struct err *e) MUST_CHECK;
/* Takes rows, columns, cells (any order, in the arena; uncovered positions are filled with empty cells, overlaps make the table doubtful), flags,
 * doubt, parts. Adds the table and its item; *index (may be NULL) is its place in tables. */
int build_table(struct build *b, struct table t, int *index, struct err *e) MUST_CHECK;
int build_warn(struct build *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
int build_finish(struct build *b, struct err *e) MUST_CHECK;
void build_release(struct build *b);
int build_late(const struct build *b, struct err *e); /* RC_LIMIT once the deadline has passed */

/* Lays out pages one after another: lines, tables (lattice, or white space where there is no ruling), tables joined over pages. */
struct flow; /* state over pages */
int flow_new(struct flow **out, struct build *b, struct err *e) MUST_CHECK;
int flow_page(struct flow *f, int page_number, const struct layout *l, float width, float height,
              struct err *e) MUST_CHECK;                   /* appends to items/tables */
int flow_finish(struct flow *f, struct err *e) MUST_CHECK; /* joins what spans pages, then hands everything to the build */
void flow_free(struct flow *f);

/* Readers. Each fills b; data stays valid until they return. */
int pdf_read(struct build *b, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
int xlsx_read(struct build *b, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
int docx_read(struct build *b, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
int html_read(struct build *b, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
int text_read(struct build *b, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
/* Old .doc and .xls through LibreOffice in a sandboxed child; *out (malloc'ed) is a DOCX or XLSX. RC_UNSUPPORTED, saying what to do, where there is
 * none. */
int convert_old(const char *name, const unsigned char *data, size_t size, bool spreadsheet, unsigned char **out, size_t *out_size,
                struct err *e) MUST_CHECK;

/* Bytes in any Chinese encoding to UTF-8: BOM, strict UTF-8, else GB18030, into the arena. *encoding names what was found. */
int text_to_utf8(struct arena *a, const unsigned char *data, size_t size, const char *hint, struct sv *out, const char **encoding,
                 struct err *e) MUST_CHECK;

#endif
