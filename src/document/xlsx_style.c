/* xlsx_style.c: a stored number as Excel shows it, for the number formats that people use in budgets.
 * Works on the 15 decimal digits that Excel keeps, so that 0.1 + 0.2 is 0.3 and rounding is done on decimals, half away from zero. */
#include "document/office.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DIGITS 15

/* 0.d1d2d3… × 10^point, sign apart. n == 0 is zero. */
struct decimal {
  char d[DIGITS + 2];
  int n, point;
  bool negative;
};

/* ---- decimals ---- */

static bool decimal_from(struct sv s, struct decimal *out, double *value) {
  char text[64], *end;
  s = sv_trim(s);
  if (s.n == 0 || s.n >= sizeof text) return false;
  memcpy(text, s.p, s.n);
  text[s.n] = '\0';
  for (size_t i = 0; i < s.n; i++)
    if (!strchr("0123456789.+-eE", text[i])) return false;
  *value = strtod(text, &end);
  if (*end || !isfinite(*value) || fabs(*value) >= 1e15) return false;
  *out = (struct decimal){.negative = *value < 0};
  if (fabs(*value) < 1e-20) return true;
  char sci[40];
  snprintf(sci, sizeof sci, "%.*e", DIGITS - 1, fabs(*value)); /* d.dddde±xx */
  int n = 0;
  const char *p = sci;
  for (; *p && *p != 'e'; p++)
    if (*p != '.') out->d[n++] = *p;
  out->point = (int)strtol(p + 1, NULL, 10) + 1;
  while (n > 0 && out->d[n - 1] == '0') n--;
  out->n = n;
  return true;
}

static int decimals_of(const struct decimal *x) {
  return x->n > x->point ? x->n - x->point : 0;
}

static void decimal_round(struct decimal *x, int decimals) {
  int keep = x->point + decimals;
  if (keep >= x->n) return;
  if (keep < 0) {
    x->n = 0;
    return;
  }
  bool up = x->d[keep] >= '5';
  x->n = keep;
  while (up && x->n > 0 && x->d[x->n - 1] == '9') x->n--;
  if (up && x->n > 0) {
    x->d[x->n - 1]++;
  } else if (up) {
    x->d[0] = '1';
    x->n = 1;
    x->point++;
  }
  while (x->n > 0 && x->d[x->n - 1] == '0') x->n--;
}

static char digit_at(const struct decimal *x, int i) {
  return i >= 0 && i < x->n ? x->d[i] : '0';
}

/* Prints |x| with at least min_int digits before the point and exactly `decimals` behind it. */
static void decimal_print(struct buf *out, const struct decimal *x, int min_int, int decimals, bool groups) {
  int before = x->n > 0 && x->point > 0 ? x->point : 0;
  int count = before > min_int ? before : min_int;
  for (int i = 0; i < count; i++) {
    int left = count - i;
    buf_putc(out, left > before ? '0' : digit_at(x, before - left));
    if (groups && left > 1 && left % 3 == 1) buf_putc(out, ',');
  }
  if (decimals <= 0) return;
  buf_putc(out, '.');
  for (int i = 0; i < decimals; i++) buf_putc(out, x->n > 0 ? digit_at(x, x->point + i) : '0');
}

static void decimal_plain(struct buf *out, const struct decimal *x) {
  if (x->negative && x->n > 0) buf_putc(out, '-');
  decimal_print(out, x, 1, decimals_of(x), false);
}

/* ---- number formats ---- */

/* One section of a format, taken apart. */
struct section {
  struct buf before, after;        /* literals */
  int min_int, decimals, optional; /* optional: decimals shown only when they are not zero (#) */
  int thousands;                   /* commas that divide by 1000 */
  bool groups, percent, digits, date, time, general, text, unknown;
};

static const char *builtin_code(int id) {
  switch (id) {
  case 0: return "General";
  case 1: return "0";
  case 2: return "0.00";
  case 3: return "#,##0";
  case 4: return "#,##0.00";
  case 5:
  case 6: return "#,##0;-#,##0";
  case 7:
  case 8: return "#,##0.00;-#,##0.00";
  case 9: return "0%";
  case 10: return "0.00%";
  case 14:
  case 15:
  case 16:
  case 17:
  case 27:
  case 28:
  case 29:
  case 30:
  case 31:
  case 36:
  case 50:
  case 51:
  case 52:
  case 53:
  case 54:
  case 57:
  case 58: return "yyyy-mm-dd";
  case 18:
  case 19:
  case 20:
  case 21:
  case 32:
  case 33:
  case 34:
  case 35:
  case 45:
  case 46:
  case 47:
  case 55:
  case 56: return "h:mm:ss";
  case 22: return "yyyy-mm-dd h:mm:ss";
  case 37:
  case 38: return "#,##0;(#,##0)";
  case 39:
  case 40: return "#,##0.00;(#,##0.00)";
  case 41:
  case 42: return "#,##0;-#,##0;\"-\"";
  case 43:
  case 44: return "#,##0.00;-#,##0.00;\"-\"";
  case 49: return "@";
  default: return NULL;
  }
}

static struct sv code_of(const struct xlsx_styles *s, int style) {
  int id = style >= 0 && (size_t)style < s->formats.n ? s->formats.v[style] : 0;
  for (size_t i = 0; i < s->codes.n; i++)
    if (s->codes.v[i].id == id) return s->codes.v[i].code;
  return sv_from(builtin_code(id));
}

/* The end of the section that starts at `at`: a semicolon outside quotes, escapes and brackets. */
static size_t section_end(struct sv code, size_t at) {
  for (; at < code.n && code.p[at] != ';'; at++) {
    char close = code.p[at] == '"' ? '"' : code.p[at] == '[' ? ']' : 0;
    if (code.p[at] == '\\' || code.p[at] == '_' || code.p[at] == '*' || code.p[at] == '!')
      at++;
    else if (close)
      for (at++; at < code.n && code.p[at] != close;) at++;
  }
  return at < code.n ? at : code.n;
}

/* Which section a value takes; the text section stays apart. *own_sign: the section itself shows the minus sign. */
static struct sv section_choose(struct sv code, const struct decimal *x, bool *own_sign) {
  struct sv part[4];
  int n = 0;
  for (size_t at = 0; n < 4;) {
    size_t end = section_end(code, at);
    part[n++] = (struct sv){code.p + at, end - at};
    if (end >= code.n) break;
    at = end + 1;
  }
  *own_sign = n > 1;
  if (x->n == 0) return part[n > 2 ? 2 : 0];
  return part[x->negative && n > 1 ? 1 : 0];
}

/* [Red], [$¥-804]: colours are dropped, currency signs kept; conditions and native digits are not known. */
static void bracket_take(struct section *s, struct sv inside) {
  if (inside.n > 0 && inside.p[0] == '$') {
    struct sv sign = {inside.p + 1, inside.n - 1};
    for (size_t i = 0; i < sign.n; i++)
      if (sign.p[i] == '-') sign.n = i;
    buf_add(s->digits ? &s->after : &s->before, sign.p, sign.n);
    return;
  }
  if (inside.n > 0 && (strchr("<>=", inside.p[0]) || sv_starts(inside, "DBNum") || sv_starts(inside, "dbnum"))) s->unknown = true;
  if (sv_is(inside, "h") || sv_is(inside, "hh") || sv_is(inside, "m") || sv_is(inside, "mm") || sv_is(inside, "s") || sv_is(inside, "ss"))
    s->unknown = true;
}

static void literal_put(struct section *s, const char *p, size_t n) {
  buf_add(s->digits ? &s->after : &s->before, p, n);
}

/* A run of digit placeholders with its point and commas. */
static size_t digits_take(struct section *s, struct sv code, size_t at) {
  if (s->digits) s->unknown = true; /* a second run: fractions and tricks */
  s->digits = true;
  bool point = false;
  int commas = 0;
  for (; at < code.n && strchr("0#?.,", code.p[at]); at++) {
    char c = code.p[at];
    if (c == ',') {
      commas++;
      continue;
    }
    if (commas && !point && c != '.') s->groups = true;
    if (c != '.' || !commas) commas = c == '.' ? commas : 0;
    if (c == '.')
      point = true;
    else if (!point)
      s->min_int += c == '0';
    else
      s->decimals++;
    if (point && (c == '#' || c == '?'))
      s->optional++;
    else if (point && c == '0')
      s->optional = 0;
  }
  s->thousands = commas;
  return at;
}

static size_t utf8_bytes(const char *p, size_t left) {
  unsigned char c = (unsigned char)*p;
  size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  return n < left ? n : left;
}

/* One element of the section; returns where the next begins. */
static size_t element_take(struct section *s, struct sv code, size_t at) {
  char c = code.p[at];
  size_t end = at + 1;
  if (c == '"' || c == '[') {
    while (end < code.n && code.p[end] != (c == '"' ? '"' : ']')) end++;
    struct sv inside = {code.p + at + 1, end - at - 1};
    if (c == '"')
      literal_put(s, inside.p, inside.n);
    else
      bracket_take(s, inside);
    return end + 1;
  }
  if (c == '\\' || c == '!' || c == '_' || c == '*') {
    size_t n = end < code.n ? utf8_bytes(code.p + end, code.n - end) : 0;
    if ((c == '\\' || c == '!') && n) literal_put(s, code.p + end, n);
    return end + n;
  }
  if (strchr("0#?", c) || (c == '.' && end < code.n && strchr("0#?", code.p[end]))) return digits_take(s, code, at);
  if (c == '%') s->percent = true; /* and shown where it stands */
  if (c == '@')
    s->text = true;
  else if (strchr("yYdD", c))
    s->date = true;
  else if (strchr("hHsS", c))
    s->time = true;
  else if (strchr("mM", c))
    s->date |= !s->time;
  else if (strchr("eE/", c))
    s->unknown = s->unknown || s->digits;
  else
    literal_put(s, &c, 1);
  return end;
}

static void section_parse(struct section *s, struct sv code) {
  buf_init(&s->before, 256);
  buf_init(&s->after, 256);
  struct sv general = sv_trim(code);
  if (sv_is(general, "General") || sv_is(general, "GENERAL") || sv_is(general, "general") || sv_is(general, "G/通用格式")) {
    s->general = true;
    return;
  }
  for (size_t at = 0; at < code.n;) {
    if (sv_starts((struct sv){code.p + at, code.n - at}, "General")) {
      s->unknown = true;
      return;
    }
    at = element_take(s, code, at);
  }
  if (s->date || s->time) s->unknown = s->unknown && s->digits;
  if (s->before.rc < 0 || s->after.rc < 0) s->unknown = true;
}

/* Days since the epoch of the workbook to a date; Excel counts a 29 February 1900 that never was. */
static bool date_print(struct buf *out, double serial, bool date1904, bool date, bool clock) {
  if (serial < 0 || serial > 2958465.99999) return false;
  long day = (long)serial;
  long seconds = (long)((serial - (double)day) * 86400 + 0.5);
  if (!date1904 && day < 60) day++;
  time_t t = (time_t)(day + (date1904 ? 1462 : 0) - 25569) * 86400 + seconds;
  struct tm tm;
  if (!gmtime_r(&t, &tm)) return false;
  if (date) buf_printf(out, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
  if (clock && (seconds != 0 || !date)) buf_printf(out, "%s%02d:%02d:%02d", date ? " " : "", tm.tm_hour, tm.tm_min, tm.tm_sec);
  return true;
}

static void general_print(struct buf *out, struct decimal *x) {
  int whole = x->point > 0 ? x->point : 1;
  decimal_round(x, whole >= 10 ? 0 : 10 - whole);
  decimal_plain(out, x);
}

static void digits_print(struct buf *out, const struct section *s, struct decimal *x, bool sign) {
  x->point += (s->percent ? 2 : 0) - 3 * s->thousands;
  decimal_round(x, s->decimals);
  int decimals = s->decimals, drop = s->optional;
  while (drop > 0 && decimals > 0 && digit_at(x, x->point + decimals - 1) == '0') decimals--, drop--;
  if (sign && x->n > 0) buf_putc(out, '-');
  buf_add(out, s->before.p, s->before.n);
  decimal_print(out, x, s->min_int, decimals, s->groups);
  buf_add(out, s->after.p, s->after.n);
}

/* Prints into out; false when the format is not known. *same: what is shown holds the whole stored value. */
static bool section_print(struct buf *out, const struct section *s, const struct decimal *x, double value, bool own_sign, bool date1904, bool *same) {
  struct decimal y = *x;
  *same = true;
  if (s->date || s->time) return date_print(out, value, date1904, s->date, s->time);
  if (s->unknown || s->text) return false;
  if (s->general) {
    general_print(out, &y);
    *same = y.n == x->n;
    return true;
  }
  if (!s->digits) { /* only a literal, such as "-" for zero */
    buf_add(out, s->before.p, s->before.n);
    *same = x->n == 0;
    return true;
  }
  digits_print(out, s, &y, x->negative && !own_sign);
  *same = y.n == x->n && (y.n == 0 || memcmp(y.d, x->d, (size_t)y.n) == 0);
  return true;
}

int xlsx_show(struct build *b, const struct xlsx_styles *styles, int style, struct sv value, struct sv *shown, struct sv *stored, bool *finer,
              struct err *e) {
  struct decimal x;
  double number = 0;
  *finer = false;
  if (!decimal_from(value, &x, &number)) {
    int rc = office_copy(b, value.p, value.n, stored, e);
    *shown = *stored;
    return rc;
  }
  struct buf plain, out;
  buf_init(&plain, 256);
  buf_init(&out, 1024);
  decimal_plain(&plain, &x);
  struct sv code = code_of(styles, style);
  bool own_sign = false, same = true, known = false;
  if (code.n > 0) {
    struct section s = {0};
    section_parse(&s, section_choose(code, &x, &own_sign));
    known = section_print(&out, &s, &x, number, own_sign, styles->date1904, &same) && out.rc == RC_OK;
    buf_release(&s.before);
    buf_release(&s.after);
  }
  int rc = office_copy(b, plain.p ? plain.p : "", plain.n, stored, e);
  struct sv text = known ? sv_trim((struct sv){out.p ? out.p : "", out.n}) : *stored;
  if (rc == RC_OK) rc = office_copy(b, text.p, text.n, shown, e);
  *finer = known && !same;
  buf_release(&plain);
  buf_release(&out);
  return rc;
}
