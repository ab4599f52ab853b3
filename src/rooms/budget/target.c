/* target.c: what an indicator's value says (≥55家, 10家以上, 50-55人, 不高于3%, 每周更新1次, 2023年底), and numbers with their units in running text.
 * The words are data (target … in profiles/kinds.txt). What is not understood to its last character stays unread: a target is never guessed. */
#include "rooms/budget/performance.h"

#include <string.h>

enum { UNIT_CHARACTERS = 6, TEXT_UNIT_CHARACTERS = 9, FRACTION = 4 };

const char *const target_op_names[] = {"", "=", "≥", ">", "≤", "<", "～", "日期", "定性"};

/* ---- words ---- */

size_t target_word_at(const struct vocabulary *v, enum target_role role, bool after, const char *text) {
  for (size_t i = 0; i < v->targets.n; i++) {
    const struct target_word *w = &v->targets.v[i];
    if (w->role == role && w->after == after && strncmp(text, w->text, w->n) == 0) return w->n;
  }
  return 0;
}

size_t target_word_before(const struct vocabulary *v, enum target_role role, const char *text, size_t n) {
  for (size_t i = 0; i < v->targets.n; i++) {
    const struct target_word *w = &v->targets.v[i];
    if (w->role == role && w->n <= n && memcmp(text + n - w->n, w->text, w->n) == 0) return w->n;
  }
  return 0;
}

bool target_word_in(const struct vocabulary *v, enum target_role role, const char *text) {
  for (size_t i = 0; i < v->targets.n; i++)
    if (v->targets.v[i].role == role && strstr(text, v->targets.v[i].text)) return true;
  return false;
}

static bool is_quality(const struct vocabulary *v, const char *s) {
  for (size_t i = 0; i < v->targets.n; i++)
    if (v->targets.v[i].role == TARGET_QUALITY && strcmp(v->targets.v[i].text, s) == 0) return true;
  return false;
}

/* ---- numbers ---- */

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Digits with separators and a point, or one to ninety-nine in Chinese before a unit: bytes taken, 0 none. */
static size_t number_at(const char *s, int64_t *value, int *decimals) {
  size_t i = 0;
  int64_t n = 0;
  *decimals = 0;
  bool point = false;
  for (; is_digit(s[i]) || (i > 0 && is_digit(s[i - 1]) && is_digit(s[i + 1]) && ((s[i] == '.' && !point) || s[i] == ',')); i++) {
    if (s[i] == ',') {
      if (point || !is_digit(s[i + 2]) || !is_digit(s[i + 3]) || is_digit(s[i + 4])) return 0;
      continue;
    }
    if (s[i] == '.') {
      point = true;
      continue;
    }
    if (*decimals == FRACTION + 2 || __builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, s[i] - '0', &n)) return 0;
    *decimals += point;
  }
  if (i > 0) {
    *value = n;
    return i;
  }
  size_t used = 0;
  int cn = cn_number(sv_from(s), &used);
  static const char *const counters[] = {"次", "场", "期", "个", "家", "名", "人", "项", "份", "篇", "批", "套", "轮", "天", "周"};
  for (size_t k = 0; cn > 0 && used > 0 && k < sizeof counters / sizeof *counters; k++) {
    if (strncmp(s + used, counters[k], strlen(counters[k])) != 0) continue;
    *value = cn;
    return used;
  }
  return 0; /* 一般, 两地 … are no numbers */
}

/* 万, 亿 … behind a number; 千 only where it is no part of 千克, 千米, 千瓦. */
static size_t scale_at(const char *s, int64_t *scale) {
  static const struct {
    const char *text;
    int64_t times;
  } known[] = {{"万亿", 1000000000000}, {"百万", 1000000}, {"千万", 10000000}, {"十万", 100000},
               {"万", 10000},           {"亿", 100000000}, {"千元", 0},        {"千", 1000}};
  *scale = 1;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    size_t n = strlen(known[i].text);
    if (strncmp(s, known[i].text, n) != 0) continue;
    if (known[i].times == 1000 && (strncmp(s + n, "克", 3) == 0 || strncmp(s + n, "米", 3) == 0 || strncmp(s + n, "瓦", 3) == 0)) return 0;
    *scale = known[i].times ? known[i].times : 1000;
    return known[i].times ? n : n - 3;
  }
  return 0;
}

/* value × scale in 1/10^4; false when it is not whole there or does not fit. */
static bool settle_value(int64_t n, int decimals, int64_t scale, int64_t *out) {
  wide x = (wide)n * scale;
  for (int i = 0; i < FRACTION; i++) x *= 10;
  for (int i = 0; i < decimals; i++) {
    if (x % 10 != 0) return false;
    x /= 10;
  }
  if (x > INT64_MAX / 8) return false;
  *out = (int64_t)x;
  return true;
}

/* ---- targets ---- */

struct parsing {
  const struct vocabulary *v;
  const char *s;
  struct target *out;
  bool bad;
};

static void set_op(struct parsing *p, enum target_op op) {
  p->bad = p->bad || (p->out->op != TARGET_NONE && p->out->op != op);
  p->out->op = op;
}

/* One word before the number; false when none is there. */
static bool take_before(struct parsing *p) {
  static const struct {
    enum target_role role;
    enum target_op op;
  } ops[] = {{TARGET_AT_LEAST, TARGET_GE}, {TARGET_AT_MOST, TARGET_LE}, {TARGET_MORE, TARGET_GT}, {TARGET_LESS, TARGET_LT}};
  size_t best = 0;
  int which = -1;
  enum target_role role = TARGET_ROLES;
  for (int i = 0; i < 4; i++) {
    size_t n = target_word_at(p->v, ops[i].role, false, p->s);
    if (n > best) best = n, which = i, role = ops[i].role;
  }
  static const enum target_role others[] = {TARGET_UP, TARGET_DOWN, TARGET_PER, TARGET_LEAD};
  for (int i = 0; i < 4; i++) {
    size_t n = target_word_at(p->v, others[i], false, p->s);
    if (n > best) best = n, which = -1, role = others[i];
  }
  if (best == 0) return false;
  if (which >= 0) set_op(p, ops[which].op);
  if (role == TARGET_UP || role == TARGET_DOWN) {
    p->bad = p->bad || p->out->direction;
    p->out->direction = role == TARGET_UP ? 1 : -1;
  }
  if (role == TARGET_PER && best < sizeof p->out->per) memcpy(p->out->per, p->s, best), p->out->per[best] = '\0';
  p->s += best;
  return true;
}

/* Behind a year: 年, 年底, 年12月31日前 and the like, to the end. */
static bool is_date_rest(const char *s) {
  static const char *const known[] = {"年", "月", "日", "号", "底", "末", "前", "内", "初", "之", "以", "上旬", "中旬", "下旬", "完成"};
  if (strncmp(s, "年", 3) != 0) return false;
  while (*s) {
    size_t n = is_digit(*s) ? 1 : 0;
    for (size_t i = 0; i < sizeof known / sizeof *known && n == 0; i++)
      if (strncmp(s, known[i], strlen(known[i])) == 0) n = strlen(known[i]);
    if (n == 0) return false;
    s += n;
  }
  return true;
}

/* What is left is a unit, with a word of the kind 以上 behind it or not. */
static bool take_unit(struct parsing *p) {
  const char *s = p->s;
  size_t n = strlen(s), cut = 0;
  for (size_t at = 0; at < n && cut == 0; at++) {
    if (((unsigned char)s[at] & 0xC0) == 0x80) continue;
    size_t least = target_word_at(p->v, TARGET_AT_LEAST, true, s + at), most = target_word_at(p->v, TARGET_AT_MOST, true, s + at);
    if ((least && at + least == n) || (most && at + most == n)) {
      set_op(p, least && at + least == n ? TARGET_GE : TARGET_LE);
      cut = n - at;
    }
  }
  n -= cut;
  if (n >= sizeof p->out->unit) return false;
  struct sv unit = {s, n};
  if (utf8_length(unit) > UNIT_CHARACTERS) return false;
  for (size_t i = 0; i < n; i++) {
    bool letter = ((unsigned char)s[i] & 0x80) || (s[i] >= 'a' && s[i] <= 'z') || s[i] == '/' || s[i] == '%';
    if (!letter) return false;
  }
  static const char *const marks[] = {"、", "。", "；", "，", "：", "！", "？", "＋", "×"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (sv_contains(unit, marks[i])) return false;
  memcpy(p->out->unit, s, n);
  p->out->unit[n] = '\0';
  return true;
}

static bool take_number(struct parsing *p) {
  int64_t first, second, scale, scale2;
  int decimals, decimals2;
  size_t n = number_at(p->s, &first, &decimals);
  if (n == 0) return false;
  if (decimals == 0 && n == 4 && first >= 1990 && first < 2100 && strncmp(p->s + n, "年", 3) == 0) {
    if (!is_date_rest(p->s + n)) return false;
    *p->out = (struct target){.op = TARGET_DATE, .year = (int)first};
    return true;
  }
  p->s += n;
  size_t scaled = scale_at(p->s, &scale);
  p->s += scaled;
  const char *before = p->s;
  bool percent = *p->s == '%';
  if (percent) p->s++;
  size_t dash = *p->s == '-' || *p->s == '~' ? 1 : strncmp(p->s, "～", 3) == 0 || strncmp(p->s, "至", 3) == 0 || strncmp(p->s, "到", 3) == 0 ? 3 : 0;
  size_t m = dash ? number_at(p->s + dash, &second, &decimals2) : 0;
  if (dash && m == 0) return false;
  if (!settle_value(first, decimals, scale, &p->out->low)) return false;
  p->out->high = p->out->low;
  if (m) {
    p->s += dash + m;
    p->s += scale_at(p->s, &scale2);
    if (!scaled && scale2 > 1 && !settle_value(first, decimals, scale2, &p->out->low)) return false; /* 5-10万元 */
    if (!settle_value(second, decimals2, scale2, &p->out->high) || p->out->high < p->out->low) return false;
    set_op(p, TARGET_RANGE);
    if (percent && *p->s != '%') return false;
  } else {
    p->s = before;
  }
  if (!take_unit(p)) return false;
  if (p->out->op == TARGET_NONE) p->out->op = TARGET_EQ;
  if (p->out->unit[0] == '\0' && scale >= 100000000) memcpy(p->out->unit, "元", sizeof "元"); /* 150亿 is an amount */
  return !p->bad;
}

void target_parse(const struct vocabulary *v, const char *folded, struct target *out) {
  *out = (struct target){.op = TARGET_NONE};
  if (*folded == '\0') return;
  if (is_quality(v, folded)) {
    out->op = TARGET_WORDS;
    return;
  }
  struct parsing p = {.v = v, .s = folded, .out = out};
  while (take_before(&p)) continue;
  if (!take_number(&p)) *out = (struct target){.op = TARGET_NONE};
}

int target_better(const struct target *t) {
  if (t->op == TARGET_GE || t->op == TARGET_GT) return 1;
  return t->op == TARGET_LE || t->op == TARGET_LT ? -1 : 0;
}

/* ---- quantities in running text ---- */

/* The unit behind a number: the letters up to a mark or another number, at most a few. */
static size_t unit_at(const char *s, char *out, size_t size) {
  static const char *const ends[] = {"，", "。", "；", "、", "：", "的", "计", "测", "以", "及",
                                     "和", "为", "难", "企", "总", "标", "左", "每", "共"};
  size_t n = 0;
  for (int k = 0; k < TEXT_UNIT_CHARACTERS && s[n]; k++) {
    unsigned char c = (unsigned char)s[n];
    size_t step = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    bool stop = c < 0x80 && !(c == '/' || c == '%' || (c >= 'a' && c <= 'z'));
    for (size_t i = 0; i < sizeof ends / sizeof *ends && !stop; i++) stop = strncmp(s + n, ends[i], strlen(ends[i])) == 0;
    if (stop || n + step >= size) break;
    memcpy(out + n, s + n, step);
    n += step;
    if (c == '%') break;
  }
  out[n] = '\0';
  return n;
}

bool quantity_next(const char *folded, size_t at, struct quantity *out) {
  for (size_t i = at; folded[i]; i++) {
    if (!is_digit(folded[i])) continue;
    int64_t n, scale;
    int decimals;
    size_t used = number_at(folded + i, &n, &decimals);
    if (used == 0) {
      while (is_digit(folded[i + 1])) i++;
      continue;
    }
    *out = (struct quantity){.at = i};
    size_t end = i + used, scaled = scale_at(folded + end, &scale);
    end += scaled;
    out->scaled = scaled > 0;
    bool fits = settle_value(n, decimals, scale, &out->value);
    wide half = (wide)scale * 5000;
    for (int k = 0; k < decimals; k++) half /= 10;
    out->half = half > INT64_MAX / 8 ? INT64_MAX / 8 : (int64_t)half;
    end += unit_at(folded + end, out->unit, sizeof out->unit);
    out->end = end;
    if (fits) return true;
    i = end > i ? end - 1 : i;
  }
  return false;
}
