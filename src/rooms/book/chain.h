/* chain.h: this year's workspace against last year's: what was approved, left over and achieved then is what this year's prior amounts say. */
#ifndef HENG_BOOK_CHAIN_H
#define HENG_BOOK_CHAIN_H

#include "rooms/book/workspace.h"

/* Adds problems W-CHAIN to w. last: last year's folder; unit NULL: the whole department. */
int chain_check(struct workspace *w, const char *last, const char *unit, struct err *e) MUST_CHECK;
/* Last year's workspace with its approved budget (年初预算) derived. *final: the same with its accounts (决算), NULL when it has none. */
int chain_load(const char *last, const char *unit, int year, struct workspace **approved, struct workspace **final, struct err *e) MUST_CHECK;
/* What last year came to: the actual value, else what was expected of the year; empty: neither is entered. */
struct sv chain_reached(const struct workspace *w, const struct ws_indicator *i);

#endif
