/* roll.h: next year's workspace from last year's: units, codes, projects that go on, goals with the values reached, last year's amounts. */
#ifndef HENG_BOOK_ROLL_H
#define HENG_BOOK_ROLL_H

#include "base/text.h"

struct rolled { /* what was taken, for the report */
  int year, units, projects, ended, priors, indicators, without /* values that last year's workspace does not tell */, carries;
};
/* profile NULL: last year's; year 0: the next (another is refused). */
int roll(const char *last, const char *folder, const char *profile, int year, struct rolled *out, struct err *e) MUST_CHECK;

#endif
