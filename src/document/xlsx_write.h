/* xlsx_write.h: between xlsx_write.c and xlsx_form.c only. */
#ifndef HENG_DOCUMENT_XLSX_WRITE_H
#define HENG_DOCUMENT_XLSX_WRITE_H

#include "document/write.h"

#include <xlsxwriter.h>

#define STYLES        (XLSX_LINK + 1)
#define DECIMALS_MAX  9
#define SHEET_NAME    31    /* characters that Excel allows */
#define CELL_TEXT_MAX 32767 /* bytes here, characters in Excel: never more than it allows */
#define PATH_BYTES    4096
#define LINE_POINTS   15.0
#define LINES_MAX     27 /* Excel: 409 points */
#define SHEETS_KEPT   16 /* that can be turned back to */

struct xlsx {
  lxw_workbook *book;
  lxw_worksheet *sheet, *kept[SHEETS_KEPT];
  lxw_format *styles[STYLES];
  lxw_format *numbers[STYLES][DECIMALS_MAX + 2]; /* by decimals; the last: a whole number without separators */
  int sheets, rc;
  char path[PATH_BYTES], temporary[PATH_BYTES + 32];
};

lxw_format *xlsx_style_get(struct xlsx *x, enum xlsx_style style);
lxw_format *xlsx_number_style(struct xlsx *x, enum xlsx_style style, int decimals);
bool xlsx_inside(const struct xlsx *x, int row, int column);
/* Text as XML and Excel allow it: no control characters, not too long, whole characters. */
void xlsx_clean(struct sv text, struct buf *out);

#endif
