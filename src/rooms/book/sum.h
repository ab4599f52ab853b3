/* sum.h: conjunctions of conditions on lines. */
#ifndef HENG_BOOK_SUM_H
#define HENG_BOOK_SUM_H

#include "rooms/book/layout.h"

#include <string.h>

bool sum_takes_line(const struct workspace *w, const struct sum *s, const struct ws_line *l);
bool sum_takes_income(const struct workspace *w, const struct sum *s, const struct ws_income *i);
void sum_meet(struct sum *s, const struct layout_filter *f); /* flow SUM_NONE when nothing can be both */

#endif
