/* date.c: days as people write them. */
#include "base/date.h"

#include <stdlib.h>
#include <string.h>

enum { YEAR_FIRST = 1900, YEAR_LAST = 2199 };

static bool leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Days before January 1st of a year, from the year 1 on. */
static int days_before(int year) {
  int y = year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400;
}

int day_make(int year, int month, int day) {
  if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) return DAY_NONE;
  int n = days_before(year) - days_before(1970) + day - 1;
  for (int m = 1; m < month; m++) n += month_days(year, m);
  return n;
}

void day_split(int day, int *year, int *month, int *day_of_month) {
  int y = 1970 + day / 366, m = 1;
  while (y > YEAR_FIRST && days_before(y) - days_before(1970) > day) y--;
  while (y < YEAR_LAST && days_before(y + 1) - days_before(1970) <= day) y++;
  int rest = day - (days_before(y) - days_before(1970));
  while (m < 12 && rest >= month_days(y, m)) rest -= month_days(y, m++);
  *year = y, *month = m, *day_of_month = rest + 1;
}

/* A run of at most `most` digits: its value, -1 when there is none or it is longer. */
static int digits(const char **p, int most) {
  int v = 0, n = 0;
  for (; **p >= '0' && **p <= '9'; (*p)++, n++) {
    if (n == most) return -1;
    v = v * 10 + (**p - '0');
  }
  return n > 0 ? v : -1;
}

static bool skip(const char **p, const char *word) {
  size_t n = strlen(word);
  if (strncmp(*p, word, n) != 0) return false;
  *p += n;
  return true;
}

/* Behind the day only a time of day may stand. Folding took the blank between them away: 2024-02-0508:30 cannot be told and is no date. */
static bool time_of_day(const char *p) {
  if (!*p) return true;
  if (*p == 't') p++;
  return strspn(p, "0123456789:.") == strlen(p) && strchr(p, ':');
}

int day_parse(struct sv s, int *day) {
  char text[64];
  struct sv first = sv_trim(s);
  for (size_t i = 0; i < first.n; i++) /* the day ends where a blank and a time of day begin */
    if (first.p[i] == ' ' && memchr(first.p + i, ':', first.n - i)) first.n = i;
  if (first.n >= sizeof text) return RC_FORMAT;
  text_fold_into(text, sizeof text, first);
  const char *p = text, *marks[] = {"-", "/", "."};
  *day = DAY_NONE;
  if (strlen(text) == 8 && strspn(text, "0123456789") == 8) {
    int v = digits(&p, 8);
    *day = day_make(v / 10000, v / 100 % 100, v % 100);
    return *day == DAY_NONE ? RC_FORMAT : RC_OK;
  }
  int year = digits(&p, 4), month = -1, date = -1;
  bool chinese = skip(&p, "年");
  const char *mark = "";
  for (size_t i = 0; !chinese && !*mark && i < sizeof marks / sizeof *marks; i++)
    if (skip(&p, marks[i])) mark = marks[i];
  if (year < 0 || (!chinese && !*mark)) return RC_FORMAT;
  month = digits(&p, 2);
  if (!skip(&p, chinese ? "月" : mark)) return RC_FORMAT;
  date = digits(&p, 2);
  if (chinese && !skip(&p, "日")) return RC_FORMAT;
  if (time_of_day(p)) *day = day_make(year, month, date);
  return *day == DAY_NONE ? RC_FORMAT : RC_OK;
}

char *day_print(char out[DAY_TEXT], int day) {
  int y, m, d;
  out[0] = '\0';
  if (day == DAY_NONE) return out;
  day_split(day, &y, &m, &d);
  snprintf(out, DAY_TEXT, "%04d-%02d-%02d", y, m, d);
  return out;
}

char *day_print_words(char out[DAY_TEXT], int day) {
  static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
  int y, m, d;
  out[0] = '\0';
  if (day == DAY_NONE) return out;
  day_split(day, &y, &m, &d);
  if (lang_get() == LANG_EN)
    snprintf(out, DAY_TEXT, "%d %s %d", d, months[m - 1], y);
  else
    snprintf(out, DAY_TEXT, "%d年%d月%d日", y, m, d);
  return out;
}

int64_t day_source_epoch(void) {
  const char *told = getenv("SOURCE_DATE_EPOCH");
  char *end = NULL;
  if (!told || !*told) return -1;
  long long v = strtoll(told, &end, 10);
  return *end == '\0' && v >= 0 && v < 4102444800LL ? v : -1;
}
