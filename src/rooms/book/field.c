/* field.c: faults that people make in a cell, each told as what was meant and how to mend it. */
#include "rooms/book/field.h"

#include <string.h>

static const int64_t most_yuan = 90000000000; /* 900 亿元 */

/* Digits with at most so many decimals, a minus before them; *fen: the amount, where it is within bounds. */
static bool amount_plain(struct sv s, int64_t *fen, bool *large) {
  size_t i = s.n && s.p[0] == '-', digits = 0, after = 0;
  int64_t n = 0;
  bool point = false;
  *large = false;
  for (; i < s.n; i++) {
    if (s.p[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    digits++, after += point;
    if (n <= most_yuan * 100) n = n * 10 + (s.p[i] - '0');
  }
  if (digits == 0 || after > 2 || (point && after == 0)) return false;
  for (size_t k = after; k < 2; k++) n *= 10;
  *large = n > most_yuan * 100;
  *fen = s.p[0] == '-' ? -n : n;
  return true;
}

int64_t field_yuan(struct sv text) {
  int64_t fen = 0;
  bool large;
  return amount_plain(text, &fen, &large) && !large ? fen : 0;
}

static bool has_wide(struct sv s) {
  for (size_t at = 0; at < s.n;) {
    uint32_t c = utf8_next(s, &at);
    if ((c >= 0xff10 && c <= 0xff19) || c == 0xff0e || c == 0xff0c || c == 0xff0d) return true;
  }
  return false;
}

/* 1.5E+07, 1e308: a number in the notation of Excel. */
static bool scientific(struct sv s) {
  bool digits = false, e = false;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] >= '0' && s.p[i] <= '9')
      digits = true;
    else if ((s.p[i] == 'e' || s.p[i] == 'E') && digits && !e)
      e = true;
    else if (s.p[i] != '.' && s.p[i] != '+' && s.p[i] != '-')
      return false;
  }
  return digits && e;
}

static bool excel_error(struct sv s) {
  return s.p[0] == '#';
}

static const char *excel_error_text(struct sv s) {
  if (s.n > 1 && s.p[1] == '#')
    return tr("是 Excel 列太窄时显示的井号，不是数；加宽列，再存一次", "is what Excel shows in a narrow column; widen it and save again");
  return tr("是 Excel 公式的错误；改正公式，或直接填数", "is an error of an Excel formula; mend it or enter the number");
}

static bool decimals_over(struct sv s) {
  const char *point = memchr(s.p, '.', s.n);
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] != '.' && s.p[i] != '-' && (s.p[i] < '0' || s.p[i] > '9')) return false;
  return point && (size_t)(s.p + s.n - point) > 3;
}

static const char *amount_text(struct sv s) {
  if (excel_error(s)) return excel_error_text(s);
  if (s.p[0] == '=') return tr("是公式；填公式算出的数", "is a formula; enter the number it makes");
  if (scientific(s)) return tr("是科学计数法；把单元格设成“数值”，写出全部数字", "is in scientific notation; write all digits");
  if (sv_contains(s, "万") || sv_contains(s, "亿")) return tr("金额以元为单位，不写单位；请换算成元", "amounts are in 元 without a unit; convert it");
  if (has_wide(s)) return tr("有全角数字或符号；用半角重填", "has full-width digits or marks; enter it in half width");
  if (sv_contains(s, ",") || sv_contains(s, "，")) return tr("去掉千位分隔符，只写数字和小数点", "take out the thousands separators");
  if (sv_contains(s, "元") || sv_contains(s, "¥") || sv_contains(s, "￥"))
    return tr("只写数字，不写“元”和货币符号", "write the number without unit or currency sign");
  if (sv_starts(s, "(") || sv_starts(s, "（")) return tr("负数写成 -1234.00，不用括号", "write a negative amount as -1234.00, without brackets");
  if (sv_is(s, "-") || sv_is(s, "—") || sv_is(s, "——") || sv_is(s, "/") || sv_is(s, "无"))
    return tr("没有金额写 0.00，或删去这一行", "write 0.00, or take the line out");
  if (sv_ends(s, "%")) return tr("是百分比；填金额", "is a percentage; enter the amount");
  if (decimals_over(s)) return tr("最多两位小数（分）", "at most two decimals (分)");
  if (sv_contains(s, " ")) return tr("数字中间有空格；去掉", "has a blank inside; take it out");
  return tr("不是金额；写成 1145200.00 这样", "is no amount; write it as 1145200.00");
}

static const char *code_text(struct sv s) {
  if (s.n > FIELD_CODE_MAX) return tr("编码太长", "the code is too long");
  if (excel_error(s)) return excel_error_text(s);
  if (scientific(s))
    return tr("Excel 把编码变成了科学计数法；把该列设成“文本”后重填",
              "Excel turned the code into scientific notation; make the column text and enter it again");
  if (s.n > 2 && sv_ends(s, ".0")) return tr("编码后多了 .0；把该列设成“文本”后重填", "the code has a .0 too many; make the column text");
  if (has_wide(s)) return tr("编码里有全角数字；用半角重填", "the code has full-width digits; enter it in half width");
  if (s.p[0] == '\'') return tr("编码前多了撇号；去掉", "there is an apostrophe before the code; take it out");
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] <= ' ') return tr("编码里有空格；去掉", "the code has a blank inside; take it out");
  return NULL;
}

static bool digits_only(struct sv s, size_t least, size_t most) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n >= least && s.n <= most;
}

static bool one_of(struct sv s, const char *choices) {
  for (const char *p = choices; *p;) {
    const char *end = strchr(p, '/');
    size_t n = end ? (size_t)(end - p) : strlen(p);
    if (n == s.n && memcmp(p, s.p, n) == 0) return true;
    p += n + (end != NULL);
  }
  return false;
}

static int part(struct sv s, size_t at, size_t n) {
  int v = 0;
  for (size_t i = at; i < at + n; i++) v = v * 10 + (s.p[i] - '0');
  return v;
}

static bool date_ok(struct sv s) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
  if (!digits_only((struct sv){s.p, 4}, 4, 4) || !digits_only((struct sv){s.p + 5, 2}, 2, 2) || !digits_only((struct sv){s.p + 8, 2}, 2, 2))
    return false;
  int y = part(s, 0, 4), m = part(s, 5, 2), d = part(s, 8, 2);
  bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] + (m == 2 && leap);
}

static const char *type_text(const struct ws_field *f, struct sv s, struct field_fault *out) {
  switch (f->type) {
  case TYPE_YEAR:
    out->id = "W-YEAR";
    return digits_only(s, 4, 4) && part(s, 0, 4) >= 1990 && part(s, 0, 4) <= 2100
               ? NULL
               : tr("年份写成 2023 这样的四位数", "write the year in four digits, such as 2023");
  case TYPE_INT: out->id = "W-NUMBER"; return digits_only(s, 1, 6) ? NULL : tr("应为整数", "a whole number is wanted");
  case TYPE_DATE:
    out->id = "W-DATE";
    return date_ok(s) ? NULL : tr("日期写成 2022-12-31，要是日历上有的一天", "write the date as 2022-12-31; it must be in the calendar");
  case TYPE_FLAG: out->id = "W-FLAG"; return sv_is(s, "0") || sv_is(s, "1") ? NULL : tr("填 1（是）或 0（否）", "enter 1 (yes) or 0 (no)");
  case TYPE_CODE: out->id = "W-CODE"; return code_text(s);
  case TYPE_TEXT:
    out->id = "W-TEXT";
    if (s.n > (f->key ? (size_t)FIELD_KEY_MAX : (size_t)FIELD_TEXT_MAX)) return tr("文字太长", "the text is too long");
    return excel_error(s) && sv_ends(s, "!") ? excel_error_text(s) : NULL;
  case TYPE_CHOICE:
  case TYPE_YUAN:
  default: return NULL;
  }
}

void field_check(const struct ws_field *f, struct sv text, struct field_fault *out) {
  int64_t fen;
  bool large;
  const char *what = NULL;
  out->id = NULL;
  if (f->type == TYPE_YUAN) {
    if (!amount_plain(text, &fen, &large))
      what = amount_text(text);
    else if (large)
      what = tr("大得不像一笔预算（超过900亿元）；是不是把分当作元，或多写了几位？",
                "is too large for a line (over 90,000,000,000 元); are digits doubled?");
    out->id = "W-AMOUNT";
  } else if (f->type == TYPE_CHOICE) {
    if (one_of(text, f->choices)) return;
    out->id = "W-CHOICE";
    snprintf(out->text, sizeof out->text, tr("只能是 %s", "must be one of %s"), f->choices);
    return;
  } else {
    what = type_text(f, text, out);
  }
  if (what)
    snprintf(out->text, sizeof out->text, "%s", what);
  else
    out->id = NULL;
}

/* Whether `longer` is `shorter` with one character more. */
static bool one_more(const char *longer, const char *shorter, size_t n) {
  size_t i = 0;
  while (i < n && longer[i] == shorter[i]) i++;
  return memcmp(longer + i + 1, shorter + i, n - i) == 0;
}

const char *field_nearest(const struct intern *known, struct sv code) {
  const char *best = NULL;
  size_t least = 3;
  for (size_t i = 0; i < known->names.n && least > 1; i++) {
    const char *name = known->names.v[i];
    size_t n = strlen(name), differ = 0;
    if (n == code.n) {
      for (size_t k = 0; k < n && differ < least; k++) differ += name[k] != code.p[k];
    } else if (n + 1 == code.n) {
      differ = one_more(code.p, name, n) ? 1 : least;
    } else if (n == code.n + 1) {
      differ = one_more(name, code.p, code.n) ? 1 : least;
    } else {
      continue;
    }
    if (differ < least && differ * 2 < n) least = differ, best = name;
  }
  return best;
}
