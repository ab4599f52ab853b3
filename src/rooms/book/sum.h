/* sum.h: conjunctions of conditions on lines. */
#ifndef HENG_BOOK_SUM_H
#define HENG_BOOK_SUM_H

#include "rooms/book/layout.h"

#include <string.h>

bool sum_takes_line(const struct workspace *w, const struct sum *s, const struct ws_line *l);
bool sum_takes_income(const struct workspace *w, const struct sum *s, const struct ws_income *i);
/* The records of a flow that is no spending. year: of the workspace, or last year's accounts. */
const struct ws_income *sum_incomes(const struct workspace *w, enum sum_flow flow, int year, size_t *n);
void sum_meet(struct sum *s, const struct layout_filter *f); /* flow SUM_NONE when nothing can be both */

#endif
