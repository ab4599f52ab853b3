/* import.h: a workbook back into the workspace: read (import_read.c), compared by key (import_compare.c), made into files (import_write.c).
 * Or the tables of a published form, from which what they determine is proposed (import_district.c). */
#ifndef HENG_BOOK_IMPORT_H
#define HENG_BOOK_IMPORT_H

#include "document/xlsx_cells.h"
#include "rooms/book/records.h"

enum { IMPORT_FAULTS = 2000, IMPORT_ROWS = 200000 };
enum import_money { MONEY_ASK, MONEY_YUAN, MONEY_WAN }; /* what a sheet's amounts are in; ask: 元, unless they look like 万元 */

struct import_file {
  const char *name; /* in the folder: "budget-lines.csv" */
  struct buf data;
};
struct import_fault {
  enum ws_severity severity;
  const char *id, *sheet; /* "X-MERGED" …; the sheet's name */
  int row, column;        /* from 0; -1: the whole sheet, or row */
  const char *text;
};
struct import_row {
  int row;          /* of the sheet, from 0; -1: proposed from a form */
  const char *from; /* then: which table and cell */
  struct sv *value; /* by field: p NULL where the sheet has no such column or what it has was told to be wrong, else as the file would hold it */
  size_t record;    /* of the file, 0: new */
  int64_t step;     /* amounts of a form are rounded to so many 分; 0, 1: exact */
  bool broken;      /* its key is wrong: told, and compared with nothing */
};
struct import_sheet {
  int entity, sheet, first; /* sheet: index of the workbook's; first: row of the first record, from 0 */
  int column[OPEN_FIELDS];  /* of each field, -1 */
  VEC(struct import_row) rows;
  enum import_money money;
  bool lost;     /* a column that must be there is not: no row was read */
  bool *missing; /* by record of the file: the workbook has no such key */
  size_t added, changed, nmissing, nbroken;
};
struct import {
  struct arena arena;
  struct records records;
  struct xlsx_cells *book; /* NULL: proposed from a form */
  const char *path;
  const char *amounts; /* "wan", "yuan", "收入=wan,支出预算=yuan"; NULL: not said */
  bool delete_missing, keep_missing;
  VEC(struct import_sheet) sheets;
  VEC(struct import_fault) faults;
  VEC(const char *) notes;         /* what a form holds that could not be mapped, or agrees with the workspace */
  struct intern keys[OPEN_FIELDS]; /* codes that others may point to, of the file and of the workbook */
  int errors;
};

int import_open(struct import *im, const char *folder, const char *path, struct err *e) MUST_CHECK; /* the rest of *im as the caller set it */
void import_close(struct import *im);
void import_tell(struct import *im, enum ws_severity s, const char *id, const struct import_sheet *sheet, int row, int column, const char *fmt, ...)
    PRINTF_LIKE(7, 8);
struct sv import_shown(struct sv text); /* its first characters, of its first line, for a message */
/* Every sheet that is one of ours. *found 0: the workbook is none of ours. */
int import_read(struct import *im, int *found, struct err *e) MUST_CHECK;
int import_sheets(struct import *im, int *found, struct err *e) MUST_CHECK; /* of im->book as it is */
/* Proposes records from a published form's tables (a district platform's export); unit "": by the name on it; version
 * NULL: the workspace's. */
int import_district(struct import *im, const struct workspace *w, const struct code_lists *codes, const char *unit, const char *version,
                    struct err *e) MUST_CHECK;
/* Proposes the classes that the files use and functions.csv, economics.csv lack, with those above them, as the official list of the year names them.
 */
int import_codes(struct import *im, const struct workspace *w, const struct code_lists *codes, struct err *e) MUST_CHECK;
/* Matches rows with records; counts; asks where a changed key or 万元 may be meant. */
int import_compare(struct import *im, struct err *e) MUST_CHECK;
bool import_differs(const struct import *im, const struct import_sheet *s, const struct import_row *row, int field); /* from the record's */
struct sv import_key(const struct import_sheet *s, const struct ws_entity *d, const struct import_row *row, char *room, size_t size); /* to be read */
/* The files as they would be; only those that change. data of each is to be released. */
int import_files(const struct import *im, struct import_file *files, size_t *n, struct err *e) MUST_CHECK;

#endif
