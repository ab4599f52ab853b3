/* score.c: points of a self-evaluation: exact quotients in 128 bits, rounded half up once. */
#include "rooms/book/score.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__extension__ typedef __int128 wide;
enum { FIGURE_BYTES = 200, RULES_MAX = 1 << 16, MOST_DECIMALS = 9 };

static wide scaled(struct score_number n, int decimals) {
  wide v = n.mantissa;
  for (int i = n.decimals; i < decimals; i++) v *= 10;
  return v;
}

static void align(struct score_number x, struct score_number y, wide *a, wide *b) {
  int decimals = x.decimals > y.decimals ? x.decimals : y.decimals;
  *a = scaled(x, decimals), *b = scaled(y, decimals);
}

/* full × part ÷ whole for 0 ≤ part < whole. */
static int64_t share(int64_t full, wide part, wide whole) {
  return (int64_t)((2 * (wide)full * part + whole) / (2 * whole));
}

bool score_direction_of(struct sv op, enum score_direction *out) {
  static const struct {
    const char *op;
    enum score_direction d;
  } known[] = {{"", SCORE_EQUAL},      {"=", SCORE_EQUAL},    {"＝", SCORE_EQUAL},    {"≥", SCORE_AT_LEAST},
               {">=", SCORE_AT_LEAST}, {">", SCORE_AT_LEAST}, {"＞", SCORE_AT_LEAST}, {"≤", SCORE_AT_MOST},
               {"<=", SCORE_AT_MOST},  {"<", SCORE_AT_MOST},  {"＜", SCORE_AT_MOST}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (sv_is(sv_trim(op), known[i].op)) return *out = known[i].d, true;
  return false;
}

int score_read(struct sv text, struct sv unit, struct score_number *out) {
  static const char *const signs[] = {"≥", "≤", ">=", "<=", ">", "<", "="};
  char folded[FIGURE_BYTES], measure[FIGURE_BYTES];
  struct number n;
  if (text.n == 0 || text.n >= FIGURE_BYTES || unit.n >= FIGURE_BYTES) return RC_FORMAT;
  struct sv s = {folded, text_fold_into(folded, sizeof folded, text)}, u = {measure, text_fold_into(measure, sizeof measure, unit)};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (sv_starts(s, signs[i])) {
      s.p += strlen(signs[i]), s.n -= strlen(signs[i]);
      break;
    }
  if (u.n > 0 && s.n > u.n && memcmp(s.p + s.n - u.n, u.p, u.n) == 0) s.n -= u.n;
  if (number_parse(s, &n) < 0 || n.percent || n.stray || n.decimals > MOST_DECIMALS) return RC_FORMAT;
  *out = (struct score_number){n.mantissa, n.decimals};
  return RC_OK;
}

int score_points(struct sv text, int64_t *out) {
  struct number n;
  *out = 0;
  if (number_parse(text, &n) < 0 || n.percent || n.decimals > 2 || n.mantissa < 0 || n.mantissa > SCORE_FULL) return RC_FORMAT;
  for (int i = n.decimals; i < 2; i++) n.mantissa *= 10;
  if (n.mantissa > SCORE_FULL) return RC_FORMAT;
  *out = n.mantissa;
  return RC_OK;
}

char *score_print(char out[MONEY_TEXT], int64_t hundredths) {
  money_print(out, hundredths, SCALE_YUAN, 2, false);
  size_t n = strlen(out);
  while (n > 1 && out[n - 1] == '0') out[--n] = 0;
  if (n > 0 && out[n - 1] == '.') out[n - 1] = 0;
  return out;
}

int score_funds(int64_t full, int64_t budget, int64_t done, int64_t *out) {
  *out = 0;
  if (budget <= 0) return RC_FORMAT;
  *out = done <= 0 ? 0 : done >= budget ? full : share(full, done, budget);
  return RC_OK;
}

int64_t score_figure(enum score_direction d, struct score_number target, struct score_number actual, int64_t full) {
  wide t, a;
  align(target, actual, &t, &a);
  if (d == SCORE_AT_MOST) return a <= t ? full : t <= 0 ? 0 : share(full, t, a);
  return a >= t ? full : a <= 0 || t <= 0 ? 0 : share(full, a, t);
}

int score_compare(struct score_number x, struct score_number y) {
  wide a, b;
  align(x, y, &a, &b);
  return (a > b) - (a < b);
}

bool score_far(const struct score_rules *r, enum score_direction d, struct score_number target, struct score_number actual) {
  wide t, a;
  align(target, actual, &t, &a);
  if (t <= 0 || a <= 0) return false;
  return d == SCORE_AT_MOST ? t * 100 >= a * r->far : a * 100 >= t * r->far;
}

bool score_in_band(const struct score_rules *r, enum score_level level, int64_t full, int64_t score) {
  int64_t low = full * r->band[level][0], high = full * r->band[level][1], at = score * 100;
  return at >= low && (level == LEVEL_REACHED ? at <= high : at < high || (at == 0 && high == 0));
}

/* ---- the rules ---- */

static struct sv word_cut(struct sv *rest) {
  *rest = sv_trim(*rest);
  size_t n = 0;
  while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
  struct sv word = {rest->p, n};
  *rest = sv_trim((struct sv){rest->p + n, rest->n - n});
  return word;
}

struct reader {
  struct score_rules *r;
  const char *file, *start;
  int line, levels;
  struct err *e;
};

static int bad(const struct reader *x, struct sv at, const char *text) {
  int column = at.p && at.p >= x->start ? (int)utf8_length((struct sv){x->start, (size_t)(at.p - x->start)}) + 1 : 1;
  return err_at(x->e, RC_FORMAT, x->file, x->line, column, "%s%s%.*s", text, at.n ? tr("：", ": ") : "", (int)(at.n > 90 ? 90 : at.n),
                at.p ? at.p : "");
}

static int whole(const struct reader *x, struct sv *rest, int max, int *out) {
  struct sv word = word_cut(rest);
  int n = 0;
  bool ok = word.n > 0 && word.n < 6;
  for (size_t i = 0; ok && i < word.n; i++) ok = word.p[i] >= '0' && word.p[i] <= '9', n = n * 10 + (word.p[i] - '0');
  *out = n;
  return ok && n <= max ? RC_OK : bad(x, word.n ? word : *rest, tr("这里要一个整数", "a whole number is needed here"));
}

/* weights 产出指标 50 效益指标 30 满意度指标 10 */
static int read_weights(struct reader *x, struct sv rest) {
  if (x->r->patterns == SCORE_PATTERNS) return bad(x, rest, tr("weights 太多", "too many weights"));
  struct score_pattern *p = &x->r->pattern[x->r->patterns++];
  int64_t all = x->r->funds;
  while (rest.n > 0) {
    struct sv name = word_cut(&rest), points = word_cut(&rest);
    if (p->n == SCORE_CLASSES || name.n >= sizeof p->name[0])
      return bad(x, name, tr("一级指标太多，或名字太长", "too many levels, or too long a name"));
    memcpy(p->name[p->n], name.p, name.n);
    if (score_points(points, &p->points[p->n]) < 0) return bad(x, points.n ? points : name, tr("这里要分值", "points are needed here"));
    all += p->points[p->n++];
  }
  return all == SCORE_FULL
             ? RC_OK
             : bad(x, (struct sv){0},
                   tr("这些分值加上资金执行率的分值（funds 写在前面）不是 100", "these and the points of funds, which stand above, are not 100"));
}

static int read_rule(struct reader *x, struct sv line) {
  static const char *const levels[SCORE_LEVELS] = {"达成", "部分达成", "未达成"};
  struct sv rest = line, word = word_cut(&rest);
  if (sv_is(word, "funds")) return score_points(rest, &x->r->funds) < 0 ? bad(x, rest, tr("这里要分值", "points are needed here")) : RC_OK;
  if (sv_is(word, "far")) return whole(x, &rest, 10000, &x->r->far);
  if (sv_is(word, "weights")) return read_weights(x, rest);
  if (sv_is(word, "obstacle")) {
    if (x->r->obstacles == SCORE_OBSTACLES || rest.n == 0 || rest.n >= sizeof x->r->obstacle[0])
      return bad(x, rest, tr("obstacle 后写一类原因的名称，最多 8 类", "the name of a kind of cause follows; at most 8"));
    memcpy(x->r->obstacle[x->r->obstacles++], rest.p, rest.n);
    return RC_OK;
  }
  if (!sv_is(word, "level")) return bad(x, word, tr("应为 funds、level、far、weights 或 obstacle", "needed: funds, level, far, weights or obstacle"));
  struct sv name = word_cut(&rest);
  for (int i = 0; i < SCORE_LEVELS; i++) {
    if (!sv_is(name, levels[i])) continue;
    x->levels |= 1 << i;
    int rc = whole(x, &rest, 100, &x->r->band[i][0]);
    return rc == RC_OK ? whole(x, &rest, 100, &x->r->band[i][1]) : rc;
  }
  return bad(x, name, tr("应为 达成、部分达成 或 未达成", "needed: 达成, 部分达成 or 未达成"));
}

int score_rules_read(const char *file, struct sv text, struct score_rules *out, struct err *e) {
  *out = (struct score_rules){.far = 130};
  struct reader x = {.r = out, .file = file, .e = e};
  int rc = RC_OK;
  while (text.p && rc == RC_OK) {
    struct sv line = sv_cut(&text, '\n');
    x.line++, x.start = line.p;
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    line = sv_trim(line);
    if (!utf8_valid(line)) return bad(&x, (struct sv){0}, tr("这一行不是 UTF-8；请另存为 UTF-8", "this line is not UTF-8; save the file as UTF-8"));
    if (line.n > 0 && line.p[0] != '#') rc = read_rule(&x, line);
  }
  if (rc == RC_OK && (x.levels != 7 || out->patterns == 0 || out->far <= 100))
    rc = bad(&x, (struct sv){0},
             tr("缺 level（达成、部分达成、未达成）、weights，或 far 不到 101", "level (three of them) or weights is missing, or far is below 101"));
  return rc;
}

int score_rules_load(const char *data, const char *name, struct score_rules *out, struct err *e) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  char path[4400];
  snprintf(path, sizeof path, "%s/profiles/%s.scoring", data, name);
  int rc = file_read(path, RULES_MAX, &bytes, &size, e);
  if (rc == RC_OK) rc = score_rules_read(path, (struct sv){(const char *)bytes, size}, out, e);
  free(bytes);
  return rc;
}

/* A city's own file where it has one (NAME-performance.forms), else the national one. */
const char *performance_name(char out[256], const char *data, const char *profile, const char *ending) {
  char path[4600];
  snprintf(out, 256, "%.200s-performance", profile);
  snprintf(path, sizeof path, "%s/profiles/%s.%s", data, out, ending);
  if (profile[0] == '.' || strchr(profile, '/') || access(path, R_OK) != 0) snprintf(out, 256, "performance");
  return out;
}
