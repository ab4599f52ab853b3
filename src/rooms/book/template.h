/* template.h: the workbook in which a workspace is entered. Names of its own sheets are known to the import, which passes over them. */
#ifndef HENG_BOOK_TEMPLATE_H
#define HENG_BOOK_TEMPLATE_H

#include "rooms/book/records.h"

#define TEMPLATE_GUIDE "填表说明"
#define TEMPLATE_TOTAL "单位汇总"
#define TEMPLATE_CODES "代码表"
enum { TEMPLATE_HEAD = 2 /* rows: titles, names of fields */, TEMPLATE_SPARE = 200 /* rows to be filled, with formulas */, TEMPLATE_ROWS = 20000 };

/* w NULL: an empty one. codes: lists to choose from; year 0: of any year. */
int template_write(const struct records *r, const struct workspace *w, const struct code_lists *codes, const char *path, struct err *e) MUST_CHECK;

#endif
