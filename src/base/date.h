/* date.h: days as people write them, and between them arithmetic in whole days. No clock is asked: what is written must not depend on when it was. */
#ifndef HENG_BASE_DATE_H
#define HENG_BASE_DATE_H

#include "base/text.h"

#include <limits.h>

/* A day by its number from 1970-01-01; DAY_NONE: not known. Years 1900 … 2199. */
#define DAY_NONE INT_MIN
#define DAY_TEXT 64

int day_make(int year, int month, int day); /* DAY_NONE when there is no such day */
void day_split(int day, int *year, int *month, int *day_of_month);
/* 2024-02-05, 2024/2/5, 2024.2.5, 20240205, 2024年2月5日, full width too, a time of day behind it passed over. RC_FORMAT for anything else. */
int day_parse(struct sv s, int *day) MUST_CHECK;
char *day_print(char out[DAY_TEXT], int day);       /* 2024-02-05; "" for DAY_NONE */
char *day_print_words(char out[DAY_TEXT], int day); /* 2024年2月5日, 5 February 2024 */
/* Seconds since 1970 that $SOURCE_DATE_EPOCH tells, -1 when it does not: the only time that may go into a file unasked. */
int64_t day_source_epoch(void);

#endif
