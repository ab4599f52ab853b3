/* office.h: between the readers of text, HTML, XLSX and DOCX only: a table under construction, safe archives, cell text.
 * Everything that ends in the document is allocated in its arena; the rest is malloc'ed and released by the reader. */
#ifndef HENG_DOCUMENT_OFFICE_H
#define HENG_DOCUMENT_OFFICE_H

#include "document/internal.h"
#include "document/xlsx_cells.h"

#include <libxml/parser.h>

/* ---- a table under construction (grid.c) ---- */
#define GRID_ROWS_MAX    1048576
#define GRID_COLUMNS_MAX 16384
#define GRID_SPAN_MAX    1000

struct grid {
  VEC(struct cell) cells;
  int rows, columns; /* as large as the cells need */
};
/* Adds a cell (spans cut to the caps). RC_LIMIT past the document's cell limit or the caps above. */
int grid_add(struct build *b, struct grid *g, const struct cell *c, struct err *e) MUST_CHECK;
/* Hands the table to the build and empties the grid; a grid without cells adds nothing and sets *index to -1. index may be NULL. */
int grid_emit(struct build *b, struct grid *g, unsigned flags, int header_rows, struct place place, int *index, struct err *e) MUST_CHECK;
void grid_release(struct grid *g);

/* Adds a line of text that stands at `place`; white-space-only text adds nothing. The text must be in the arena. */
int office_line(struct build *b, struct sv text, bool bold, struct place place, struct err *e) MUST_CHECK;
int office_nomem(struct err *e); /* RC_NOMEM with its text */
/* Copies text into the arena. */
int office_copy(struct build *b, const char *p, size_t n, struct sv *out, struct err *e) MUST_CHECK;
/* Joins the lines of a cell as document.h says (no blank between CJK, one between ASCII words), trims, and copies into the arena. */
int office_cell_text(struct build *b, struct sv text, struct sv *out, struct err *e) MUST_CHECK;

/* Removes left-over HTML tags and decodes entities; *removed tells whether there were any. The text stays as it was when there are none. */
int markup_strip(struct arena *a, struct sv text, struct sv *out, bool *removed, struct err *e) MUST_CHECK;

/* ---- what a file is, by its bytes (sniff.c) ---- */
enum sniffed {
  SNIFF_BINARY, /* nothing that is known */
  SNIFF_EMPTY,
  SNIFF_PDF,
  SNIFF_XLSX,
  SNIFF_DOCX,
  SNIFF_DOC,       /* Word 97–2003 */
  SNIFF_XLS,       /* Excel 5–2003 */
  SNIFF_OLE,       /* another OLE file */
  SNIFF_OLE_CRYPT, /* an encrypted XLSX or DOCX */
  SNIFF_ZIP,       /* another archive */
  SNIFF_HTML,
  SNIFF_XML, /* Office 2003 XML and web archives */
  SNIFF_RTF,
  SNIFF_IMAGE,
  SNIFF_TEXT
};
/* An archive that breaks the limits of zip_safe.c is a negative rc with its reason in e. */
int sniff(const unsigned char *data, size_t size, enum sniffed *kind, struct err *e) MUST_CHECK;

/* ---- archives (zip_safe.c) ---- */
#define ZIP_PART_MAX    ((size_t)64 << 20)
#define ZIP_ARCHIVE_MAX ((size_t)256 << 20)
#define ZIP_ENTRIES_MAX 10000
#define ZIP_RATIO_MAX   1000
#define ZIP_RATIO_FLOOR ((size_t)1 << 20) /* parts smaller than this may compress as hard as they like */

struct zip_safe;
int zip_safe_open(struct zip_safe **out, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
void zip_safe_close(struct zip_safe *z);
bool zip_safe_has(const struct zip_safe *z, const char *name);
bool zip_safe_has_folder(const struct zip_safe *z, const char *prefix); /* does any name start so? */
/* Reads a part piece by piece: `take` gets each piece and stops the reading with a negative rc. RC_NOTFOUND when there is no such part. */
typedef int (*zip_take)(void *context, const char *piece, size_t n, struct err *e);
int zip_safe_read(struct zip_safe *z, const char *name, zip_take take, void *context, struct err *e) MUST_CHECK;

/* ---- XML parts of an archive (xml.c) ---- */
#define XML_DEPTH_MAX 200

void office_xml_begin(void); /* before any call of libxml2's parsers; safe in threads */

/* Attributes of an element by local name; values are read with xml_attribute. */
struct xml_attributes {
  const xmlChar **v; /* as libxml2's SAX2 gives them: name, prefix, URI, value, end of value */
  int n;
};
/* The attribute's value as libxml2 gives it; {NULL, 0} when absent. */
struct sv xml_attribute(const struct xml_attributes *a, const char *name);
int xml_attribute_int(const struct xml_attributes *a, const char *name, int absent);  /* absent also for what is no whole number */
bool xml_attribute_on(const struct xml_attributes *a, const char *name, bool absent); /* 1, true, on */

/* What happens to the elements of a part. name is the local name, uri its namespace ("" for none). A negative rc ends the reading. */
struct xml_sink {
  void *context;
  int (*start)(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e);
  int (*end)(void *context, const char *uri, const char *name, struct err *e);
  int (*text)(void *context, const char *p, size_t n, struct err *e);
};
/* Refuses a DTD, depth beyond XML_DEPTH_MAX and what is not well-formed. RC_NOTFOUND when there is no such part. */
int xml_part(struct build *b, struct zip_safe *z, const char *part, const struct xml_sink *sink, struct err *e) MUST_CHECK;

/* Relationships of a part: identifier → name of the part it points to, in the arena. */
struct relation {
  struct sv id, type;
  const char *target; /* name in the archive */
};
struct relations {
  VEC(struct relation) v;
};
/* Reads the relationships of `part` ("" for the archive's own); none is no error. The caller frees r->v.v. */
int relations_read(struct build *b, struct zip_safe *z, const char *part, struct relations *r, struct err *e) MUST_CHECK;
/* The part that is the document itself, or `usual` when the archive does not say. */
int main_part(struct build *b, struct zip_safe *z, const char *usual, const char **out, struct err *e) MUST_CHECK;

/* ---- workbooks: xlsx_read.c reads parts, xlsx_style.c shows numbers, xlsx_sheet.c finds lines and tables ---- */
struct xlsx_code {
  int id;
  struct sv code;
};
struct xlsx_styles {
  VEC(int) formats; /* number format of each cell style */
  VEC(struct xlsx_code) codes;
  bool date1904;
};
/* The text that Excel shows for a stored number; *stored is its plain decimal form with the 15 digits that Excel keeps, *finer whether it holds
 * more than what is shown. What is no number, or has a format that is not known, is shown as stored. */
int xlsx_show(struct build *b, const struct xlsx_styles *styles, int style, struct sv value, struct sv *shown, struct sv *stored, bool *finer,
              struct err *e) MUST_CHECK;

int xlsx_sheet_emit(struct build *b, struct xlsx_sheet *s, struct err *e) MUST_CHECK;
/* Takes the sheet over, sorted (xlsx_cells.c). On failure it stays the caller's. */
int xlsx_cells_keep(struct xlsx_cells *k, struct xlsx_sheet *s, struct err *e) MUST_CHECK;

#endif
