/* document.h: a file as it was recovered: pages, lines of text, tables of cells, each with its place. No word of any field of knowledge here.
 * What is written is in write.h. Everything in a document lives in its arena and dies with document_free(). */
#ifndef HENG_DOCUMENT_H
#define HENG_DOCUMENT_H

#include "base/text.h"

enum document_format { FORMAT_UNKNOWN, FORMAT_PDF, FORMAT_XLSX, FORMAT_DOCX, FORMAT_HTML, FORMAT_TEXT };
extern const char *const document_format_names[]; /* "unknown", "pdf", "xlsx" … */

/* A box in points, origin top left of the page as displayed; all zero when the format has none. */
struct box {
  float x0, y0, x1, y1;
};

/* Where something stands. page from 1 (0: the format has no pages), line from 1 (text input), sheet from 1 (XLSX), cell_ref "B12" (XLSX). */
struct place {
  int page, line, sheet;
  struct box box;
};

enum page_state {
  PAGE_READ,      /* text was read */
  PAGE_BLANK,     /* nothing is drawn on it */
  PAGE_SCAN,      /* a picture covers it; there is no text, or only invisible text (which was kept, marked below) */
  PAGE_NO_TEXT,   /* glyphs without Unicode: drawn, but cannot be read as text */
  PAGE_DAMAGED,   /* could be read only in part, or not at all */
  PAGE_RECOGNISED /* a scan that was read by character recognition: to be confirmed */
};
extern const char *const page_state_names[];

struct page {
  int number;
  enum page_state state;
  float width, height;  /* points, as displayed (after /Rotate) */
  int rotate;           /* 0, 90, 180, 270 */
  int glyphs, unmapped; /* drawn glyphs, and those of them without Unicode */
  const char *label;    /* sheet name for XLSX; NULL otherwise */
  bool hidden;          /* a hidden sheet */
  const char *note;     /* why the state is not PAGE_READ, in the user's language; or NULL */
};

/* Faults of a cell or table: what makes it doubtful. */
enum cell_flag {
  CELL_TWO_NUMBERS = 1 << 0,   /* text of two columns fell into one cell */
  CELL_NOT_RECT = 1 << 1,      /* region of the grid is not a rectangle */
  CELL_HIDDEN = 1 << 2,        /* hidden row, column or sheet */
  CELL_INVISIBLE = 1 << 3,     /* from invisible text (render mode 3: an OCR layer): to be confirmed */
  CELL_FORMULA = 1 << 4,       /* XLSX: value is the cached result of a formula */
  CELL_STALE = 1 << 5,         /* XLSX: formula without a usable cached value */
  CELL_SHOWN_DIFFERS = 1 << 6, /* XLSX: stored value is finer than what is shown; text is as shown, `stored` as stored */
  CELL_NUMERIC = 1 << 7,       /* XLSX: the file stores a number, not text */
  CELL_HEADER = 1 << 8,        /* th, or a header row marked so in the file */
  CELL_INSERTED = 1 << 9,      /* DOCX: tracked insertion */
  CELL_LOST = 1 << 10,         /* characters of it could not be decoded */
  CELL_MARKUP = 1 << 11,       /* left-over markup was removed from the text */
  CELL_RECOGNISED = 1 << 12    /* by character recognition: to be confirmed */
};

struct cell {
  int row, column;           /* top left corner, from 0 */
  int row_span, column_span; /* at least 1 */
  unsigned flags;
  struct sv text;   /* lines joined: without a blank between CJK, with one between ASCII words; trimmed */
  struct sv stored; /* XLSX number as stored; empty otherwise */
  struct sv lines;  /* DOCX: its paragraphs, one a line; empty when it has one */
  struct place place;
};

enum table_flag {
  TABLE_DOUBTFUL = 1 << 0, /* proves nothing; `doubt` says why */
  TABLE_UNRULED = 1 << 1,  /* recovered from white space */
  TABLE_NESTED = 1 << 2,
  TABLE_HIDDEN = 1 << 3
};

/* One table, whole: parts on following pages are already joined (repeated headers dropped). Cells are sorted by row, then column; every
 * grid position is covered by exactly one cell. */
struct table {
  int number; /* from 1 in the document */
  int rows, columns;
  unsigned flags;
  const char *doubt; /* in the user's language; NULL when clean */
  struct cell *cells;
  int ncells;
  int *at;             /* rows × columns: index of the covering cell */
  int header_rows;     /* what the reader knows of repeated or marked headers; 0 when it knows nothing */
  struct place *parts; /* place of each part, in page order */
  int nparts;
  int *part_row;  /* first row of each part */
  int first_item; /* index in document.items of the table's item */
};

/* Lines of text outside tables and tables, in reading order. */
enum item_kind { ITEM_LINE, ITEM_TABLE };
struct item {
  enum item_kind kind;
  struct sv text;                   /* ITEM_LINE: one line as printed */
  int table;                        /* ITEM_TABLE: index in document.tables */
  float size;                       /* ITEM_LINE: font size in points, 0 unknown */
  bool bold, invisible, recognised; /* recognised: by character recognition, to be confirmed */
  struct place place;
};

struct document {
  struct arena arena;
  const char *path;
  char sha256[65];
  enum document_format format;
  const char *converted_from; /* "doc", "xls" when LibreOffice made what was read; NULL otherwise */
  const char *title;          /* metadata, or NULL */
  struct page *pages;
  int npages;
  struct item *items;
  int nitems;
  struct table *tables;
  int ntables;
  const char **warnings; /* what was passed over or repaired, in the user's language */
  int nwarnings;
  bool truncated; /* the file was damaged and something is missing */
};

/* What one reading may cost. */
struct document_limits {
  size_t file_bytes;        /* 256 MiB */
  size_t memory_bytes;      /* 200 MiB: the document's arena and what the reader inflates */
  int pages, tables, cells; /* 5,000; 5,000; 2,000,000 */
  int milliseconds;         /* of processor time: 1,800 + 20 a page; 0 = no limit */
  bool ocr;                 /* read scanned pages by character recognition: seconds a page (document_ocr_ready) */
};
extern const struct document_limits document_limits_default;

/* Reads a file of any supported kind; its first bytes decide which. *out is NULL on failure. */
int document_read(const char *path, const struct document_limits *limits, struct document **out, struct err *e) MUST_CHECK;
/* The same from memory; `name` is for messages. */
int document_read_memory(const char *name, const void *data, size_t size, const struct document_limits *limits, struct document **out,
                         struct err *e) MUST_CHECK;
void document_free(struct document *d);
int document_ocr_ready(struct err *e) MUST_CHECK; /* whether limits.ocr can work here; RC_UNSUPPORTED, saying what to install */

/* The cell that covers a grid position, or NULL outside. */
const struct cell *table_cell(const struct table *t, int row, int column);

/* Views of a document for `heng read`: */
int document_print_text(const struct document *d, struct buf *out); /* lines, with tables drawn */
int document_print_json(const struct document *d, struct buf *out);
int document_print_csv(const struct document *d, struct buf *out);
int document_write_xlsx(const struct document *d, const char *path, struct err *e) MUST_CHECK;

#endif
