/* layout.c: reads profiles/NAME.layout: which tables a city's book has, in which order, of which lines and columns. docs/layout.md is the language.
 */
#include "rooms/book/layout.h"
#include "rooms/book/accounts.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  MAX_BYTES = 1 << 20,
  MAX_MEASURES = 300,
  MAX_CLASSES = 60,
  MAX_ECONOMICS = 200,
  MAX_STATEMENTS = 300,
  MAX_TABLES = 64,
  LAYOUT_CAP = 64 << 20,
  MAX_LINE = 2000
};

struct reader {
  struct layout *l;
  const char *line_start;
  int line, tables;
  struct layout_table *table;
  struct layout_side *side;
  struct err *e;
};

static int bad(const struct reader *r, struct sv at, const char *text) {
  int column = 1;
  if (at.p && at.p >= r->line_start) column = (int)utf8_length((struct sv){r->line_start, (size_t)(at.p - r->line_start)}) + 1;
  if (at.n == 0) return err_at(r->e, RC_FORMAT, r->l->file, r->line, column, "%s", text);
  return err_at(r->e, RC_FORMAT, r->l->file, r->line, column, tr("%s：%.*s", "%s: %.*s"), text, (int)(at.n > 90 ? 90 : at.n), at.p);
}

static int no_memory(const struct reader *r) {
  return err_set(r->e, RC_NOMEM, "%s", tr("内存不足，或版式文件太大", "out of memory, or the layout is too large"));
}

static struct sv word_cut(struct sv *rest) {
  *rest = sv_trim(*rest);
  size_t n = 0;
  while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
  struct sv word = {rest->p, n};
  *rest = sv_trim((struct sv){rest->p + n, rest->n - n});
  return word;
}

static bool word_taken(struct sv *rest, const char *word) {
  struct sv after = *rest, w = word_cut(&after);
  if (!sv_is(w, word)) return false;
  *rest = after;
  return true;
}

static const char *copy(struct reader *r, struct sv s) {
  return arena_text(&r->l->arena, s.p, s.n);
}

static int number_cut(const struct reader *r, struct sv *rest, int min, int max, int *out) {
  struct sv word = word_cut(rest);
  int n = 0;
  bool ok = word.n > 0 && word.n < 6;
  for (size_t i = 0; ok && i < word.n; i++) ok = word.p[i] >= '0' && word.p[i] <= '9', n = n * 10 + (word.p[i] - '0');
  if (!ok || n < min || n > max) {
    char text[160];
    snprintf(text, sizeof text, tr("这里要一个 %d 到 %d 的整数", "a whole number from %d to %d is needed here"), min, max);
    return bad(r, word.n ? word : *rest, text);
  }
  *out = n;
  return RC_OK;
}

/* ---- conditions ---- */

static const char *const kind_letters[] = {"P", "U", "J", "B", "S", "A"};
static const char *const source_codes[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
static const char *const origin_names[] = {"本年", "上年结转结余", "使用非财政拨款结余"};
static const char *const nature_names[] = {"行政", "参公", "公益一类", "公益二类", "其他"};
static const char *const of_names[] = {"决算", "年初", "全年"};
enum condition { IS_KIND, IS_SOURCE, IS_ORIGIN, IS_NATURE, IS_VERSION, IS_FUNC, IS_ECON, CONDITIONS };
static const char *const condition_names[] = {"kind", "source", "origin", "nature", "version", "func", "econ"};
static const struct {
  const char *const *names;
  int n;
} choices[] = {{kind_letters, KINDS}, {source_codes, SOURCES}, {origin_names, ORIGINS}, {nature_names, 5}, {of_names, OF_VERSIONS}};

static int condition_named(struct sv word) {
  for (int i = 0; i < CONDITIONS; i++)
    if (sv_is(word, condition_names[i])) return i;
  return -1;
}

static int add_code(const struct reader *r, struct layout_filter *f, int is, struct sv word) {
  bool digits = word.n > 0 && word.n <= 7;
  for (size_t i = 0; i < word.n; i++) digits &= word.p[i] >= '0' && word.p[i] <= '9';
  if (!digits) return bad(r, word, tr("这里要科目代码（数字）", "a code of a class (digits) is needed here"));
  struct sv *list = is == IS_FUNC ? f->func : f->econ;
  for (int i = 0; i < SUM_CODES; i++)
    if (list[i].n == 0) return list[i] = word, RC_OK;
  return bad(r, word, tr("一个条件里的科目代码太多", "too many codes in one condition"));
}

static int read_filter(const struct reader *r, struct sv rest, struct layout_filter *f) {
  int is = -1, rc = RC_OK, given = 0;
  while (rest.n > 0 && rc == RC_OK) {
    struct sv word = word_cut(&rest);
    int next = condition_named(word);
    if (next >= 0) {
      if (is >= 0 && given == 0) return bad(r, word, tr("前面的条件没有写值", "the condition before this has no value"));
      is = next, given = 0;
      continue;
    }
    if (is < 0)
      return bad(r, word,
                 tr("不认识的条件；条件有 kind source origin nature version func econ",
                    "unknown condition; they are kind source origin nature version func econ"));
    given++;
    if (is >= IS_FUNC) {
      rc = add_code(r, f, is, word);
      continue;
    }
    int at = -1;
    for (int i = 0; i < choices[is].n; i++)
      if (sv_is(word, choices[is].names[i])) at = i;
    if (at < 0) {
      static const char *const hint[][2] = {
          {"支出种类是 P U J B S A 之一", "kinds are P U J B S A"},
          {"资金来源是 11 12 13 2 31 32 33 34 39 之一", "sources are 11 12 13 2 31 32 33 34 39"},
          {"来源年度是 本年、上年结转结余 或 使用非财政拨款结余", "origins are 本年, 上年结转结余 and 使用非财政拨款结余"},
          {"单位性质是 行政 参公 公益一类 公益二类 其他", "natures are 行政 参公 公益一类 公益二类 其他"},
          {"版本是 决算 年初 全年 之一", "versions are 决算 年初 全年"}};
      return bad(r, word, lang_get() == LANG_ZH ? hint[is][0] : hint[is][1]);
    }
    if (is == IS_KIND) f->kinds |= (uint8_t)(1u << at);
    if (is == IS_SOURCE) f->sources |= (uint16_t)(1u << at);
    if (is == IS_ORIGIN) f->origins |= (uint8_t)(1u << at);
    if (is == IS_NATURE) f->natures |= (uint8_t)(1u << at);
    if (is == IS_VERSION) f->of = (uint8_t)at;
  }
  if (rc == RC_OK && is >= 0 && given == 0) return bad(r, rest, tr("最后的条件没有写值", "the last condition has no value"));
  return rc;
}

static bool flow_cut(struct sv *rest, enum sum_flow *flow) {
  if (word_taken(rest, "spending")) return *flow = SUM_SPENDING, true;
  if (word_taken(rest, "income")) return *flow = SUM_INCOME, true;
  if (word_taken(rest, "carry-out")) return *flow = SUM_CARRY_OUT, true;
  if (word_taken(rest, "distribution")) return *flow = SUM_DISTRIBUTION, true;
  return false;
}

static const char *flow_words(void) {
  return tr("lines 后应为 spending、income、carry-out 或 distribution", "spending, income, carry-out or distribution follow lines");
}

static int read_measure(struct reader *r, struct sv rest) {
  struct layout_measure m = {0};
  struct sv name = word_cut(&rest);
  if (name.n == 0) return bad(r, rest, tr("measure 后要写名字", "measure needs a name"));
  for (size_t i = 0; i < r->l->measures.n; i++)
    if (sv_is(name, r->l->measures.v[i].name)) return bad(r, name, tr("这个口径写了两次", "this measure is defined twice"));
  if (!(m.name = copy(r, name))) return no_memory(r);
  if (rest.n > 0 && !word_taken(&rest, "=")) return bad(r, rest, tr("名字后要写“=”和条件", "\"=\" and conditions follow the name"));
  if (word_taken(&rest, "lines") && !flow_cut(&rest, &m.filter.flow)) return bad(r, rest, flow_words());
  int rc = read_filter(r, rest, &m.filter);
  if (rc == RC_OK && VEC_PUSH(&r->l->measures, m, MAX_MEASURES) < 0) return bad(r, name, tr("口径太多", "too many measures"));
  return rc;
}

static int read_class(struct reader *r, struct sv rest) {
  struct layout_class c = {word_cut(&rest), rest};
  if (c.code.n != 3 || c.name.n == 0) return bad(r, c.code, tr("应为：class 三位类代码 名称", "needed: class CODE-OF-3-DIGITS NAME"));
  for (size_t i = 0; i < r->l->classes.n; i++)
    if (sv_equal(r->l->classes.v[i].code, c.code)) return bad(r, c.code, tr("这个类写了两次", "this class is given twice"));
  return VEC_PUSH(&r->l->classes, c, MAX_CLASSES) < 0 ? bad(r, c.code, tr("类太多", "too many classes")) : RC_OK;
}

/* economic CODE NAME: a 类 or 款 as tables of blocks list it. */
static int read_economic(struct reader *r, struct sv rest) {
  struct layout_class c = {word_cut(&rest), rest};
  if ((c.code.n != 3 && c.code.n != 5) || c.name.n == 0)
    return bad(r, c.code, tr("应为：economic 三位或五位代码 名称", "needed: economic CODE-OF-3-OR-5-DIGITS NAME"));
  for (size_t i = 0; i < r->l->economics.n; i++)
    if (sv_equal(r->l->economics.v[i].code, c.code)) return bad(r, c.code, tr("这个科目写了两次", "this class is given twice"));
  return VEC_PUSH(&r->l->economics, c, MAX_ECONOMICS) < 0 ? bad(r, c.code, tr("科目太多", "too many classes")) : RC_OK;
}

/* ---- tables ---- */

static int statement_add(struct reader *r, enum layout_statement_kind kind, struct sv text, struct layout_table *t) {
  struct layout_statement s = {kind, text, t};
  r->table = t, r->side = NULL;
  return VEC_PUSH(&r->l->statements, s, MAX_STATEMENTS) < 0 ? bad(r, text, tr("语句太多", "too many statements")) : RC_OK;
}

static int read_table(struct reader *r, struct sv rest) {
  struct sv id = word_cut(&rest);
  if (id.n == 0 || id.n > 20 || rest.n > 0) return bad(r, id, tr("应为：table 短编号，例如 table T5-1", "needed: table ID, such as table T5-1"));
  for (size_t i = 0; i < r->l->statements.n; i++)
    if (r->l->statements.v[i].table && sv_is(id, r->l->statements.v[i].table->id))
      return bad(r, id, tr("这个编号的表写了两次", "a table of this id is there already"));
  if (++r->tables > MAX_TABLES) return bad(r, id, tr("表太多", "too many tables"));
  struct layout_table *t = ARENA_NEW(&r->l->arena, struct layout_table);
  if (!t || !(t->id = copy(r, id))) return no_memory(r);
  t->line = r->line, t->scale = SCALE_WAN, t->decimals = 2;
  return statement_add(r, LAYOUT_TABLE, id, t);
}

static int read_scale(struct reader *r, struct sv rest) {
  static const struct {
    const char *name;
    enum scale scale;
  } scales[] = {{"元", SCALE_YUAN}, {"千元", SCALE_QIAN}, {"万元", SCALE_WAN}, {"百万元", SCALE_BAIWAN}, {"亿元", SCALE_YI}};
  struct sv name = word_cut(&rest);
  r->table->scale = SCALE_NONE;
  for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
    if (sv_is(name, scales[i].name)) r->table->scale = scales[i].scale;
  if (r->table->scale == SCALE_NONE) return bad(r, name, tr("单位是 元 千元 万元 百万元 亿元 之一", "scales are 元 千元 万元 百万元 亿元"));
  int rc = number_cut(r, &rest, 0, 6, &r->table->decimals);
  if (rc == RC_OK) r->table->plain = word_taken(&rest, "plain");
  return rc == RC_OK && rest.n > 0 ? bad(r, rest, tr("多余的字", "this is too much")) : rc;
}

static int read_side(struct reader *r, struct sv rest) {
  struct layout_table *t = r->table;
  struct sv kind = word_cut(&rest);
  if (kind.n == 0 || rest.n > 0) return bad(r, kind, tr("应为：side 表的种类（见 kinds.txt）", "needed: side KIND (of kinds.txt)"));
  if (t->nsides == LAYOUT_SIDES) return bad(r, kind, tr("一张表最多三边", "a table has three sides at most"));
  struct layout_side *s = ARENA_NEW(&r->l->arena, struct layout_side);
  if (!s || !(s->kind = copy(r, kind))) return no_memory(r);
  s->line = r->line;
  t->side[t->nsides++] = r->side = s;
  return RC_OK;
}

static int read_lines(struct reader *r, struct sv rest) {
  if (word_taken(&rest, "purchase")) return r->side->flow = SUM_PURCHASE, rest.n ? bad(r, rest, tr("多余的字", "this is too much")) : RC_OK;
  if (!flow_cut(&rest, &r->side->flow)) return bad(r, rest, flow_words());
  return read_filter(r, rest, &r->side->lines);
}

static int read_rows(struct reader *r, struct sv rest) {
  static const char *const names[] = {"items", "functional", "economic", "units", "projects", "single", "purchases"};
  struct sv word = word_cut(&rest);
  int at = -1;
  for (int i = 0; i < 7; i++)
    if (sv_is(word, names[i])) at = i;
  if (at < 0)
    return bad(r, word,
               tr("行是 functional economic units projects single purchases 之一", "rows are functional economic units projects single purchases"));
  r->side->rows = (enum rows_kind)at;
  r->side->with_zero = word_taken(&rest, "with-zero");
  return rest.n > 0 ? bad(r, rest, tr("多余的字", "this is too much")) : RC_OK;
}

static int read_total(struct reader *r, struct sv rest) {
  if (word_taken(&rest, "last"))
    r->side->total_last = true;
  else if (!word_taken(&rest, "first"))
    return bad(r, rest, tr("应为：total first 或 last，再写行名", "needed: total first or last, and the label"));
  r->side->total_merged = word_taken(&rest, "merged");
  r->side->total = rest;
  return rest.n == 0 ? bad(r, rest, tr("缺行名，例如 合计", "the label is missing, such as 合计")) : RC_OK;
}

static int read_heads(struct reader *r, struct layout_column *c, struct sv heads) {
  if (heads.n == 0) return bad(r, heads, tr("缺表头文字", "the head's words are missing"));
  while (heads.p) {
    if (c->nhead == LAYOUT_HEADS) return bad(r, heads, tr("表头最多 4 层", "at most 4 levels of heads"));
    struct sv h = sv_trim(sv_cut(&heads, '+'));
    if (h.n == 0) return bad(r, h, tr("“+”旁边没有字", "nothing stands beside \"+\""));
    c->head[c->nhead++] = h;
  }
  return RC_OK;
}

const char *const layout_purchase_words[PURCHASE_WORDS] = {"purchase-project", "purchase-class", "purchase-item", "purchase-quantity",
                                                           "purchase-how"};

static int read_column(struct reader *r, struct sv rest) {
  struct layout_side *s = r->side;
  if (s->ncolumns == LAYOUT_COLUMNS) return bad(r, rest, tr("列太多", "too many columns"));
  struct layout_column *c = &s->column[s->ncolumns];
  int rc = number_cut(r, &rest, 1, 1000, &c->width);
  if (rc < 0) return rc;
  c->line = r->line;
  struct sv name = word_cut(&rest);
  c->role = COLUMN_MEASURE;
  if (sv_is(name, "code")) c->role = COLUMN_CODE;
  if (sv_is(name, "name")) c->role = COLUMN_NAME;
  if (sv_is(name, "unit-name")) c->role = COLUMN_UNIT_NAME;
  if (sv_is(name, "line")) c->role = COLUMN_LINE;
  for (int i = 0; i < PURCHASE_WORDS; i++)
    if (sv_is(name, layout_purchase_words[i])) c->role = COLUMN_PURCHASE, c->part = i;
  if (sv_starts(name, "code-") && name.n == 6 && name.p[5] >= '1' && name.p[5] <= '3') c->role = COLUMN_CODE_PART, c->part = name.p[5] - '0';
  if (c->role == COLUMN_MEASURE) {
    const struct layout_measure *m = NULL;
    for (size_t i = 0; i < r->l->measures.n && !m; i++)
      if (sv_is(name, r->l->measures.v[i].name)) m = &r->l->measures.v[i];
    if (!m)
      return bad(r, name,
                 tr("没有这个口径；先用 measure 定义，或写 code code-1 name unit-name line",
                    "no such measure: define it with measure, or say code code-1 name unit-name line"));
    c->filter = m->filter, c->name = m->name;
    if (word_taken(&rest, "as")) c->name = copy(r, word_cut(&rest));
    if (!c->name) return no_memory(r);
  }
  c->blank = word_taken(&rest, "blank");
  for (int i = 0; i < s->ncolumns && c->name; i++)
    if (s->column[i].name && strcmp(s->column[i].name, c->name) == 0)
      return bad(r, name, tr("这一边已有同名的列", "this side has such a column already"));
  s->ncolumns++;
  return read_heads(r, c, rest);
}

static int column_index(const struct layout_side *s, struct sv name) {
  for (int i = 0; i < s->ncolumns; i++)
    if (s->column[i].name && sv_is(name, s->column[i].name)) return i;
  return -1;
}

static int read_sum(struct reader *r, struct sv rest) {
  struct sv name = word_cut(&rest);
  int at = column_index(r->side, name);
  if (at < 0) return bad(r, name, tr("这一边没有这一列", "this side has no such column"));
  struct layout_column *c = &r->side->column[at];
  if (!word_taken(&rest, "=") || rest.n == 0) return bad(r, rest, tr("应为：sum 列 = 列 列 …", "needed: sum COLUMN = COLUMN COLUMN …"));
  for (c->nparts = 0; rest.n > 0;) {
    struct sv part = word_cut(&rest);
    int p = column_index(r->side, part);
    if (p < 0 || p == at) return bad(r, part, tr("这一边没有这一列", "this side has no such column"));
    if (c->nparts == LAYOUT_PARTS) return bad(r, part, tr("加数太多", "too many parts"));
    c->parts[c->nparts++] = p;
  }
  return RC_OK;
}

/* ---- rows that are listed ---- */

/* NULL when there are too many; that has been said. */
static struct layout_item *item_new(struct reader *r, struct sv at, enum layout_item_kind kind) {
  struct layout_side *s = r->side;
  if (s->nitems == LAYOUT_ITEMS) return (void)bad(r, at, tr("行太多", "too many rows")), NULL;
  struct layout_item *i = &s->item[s->nitems++];
  i->kind = kind, i->level = 1, i->line = r->line, i->start = r->line_start, i->flow = s->flow;
  return i;
}

static int read_item(struct reader *r, struct sv rest) {
  struct sv key = word_cut(&rest);
  struct layout_item *i = item_new(r, key, ITEM_LINES);
  int rc = RC_OK;
  if (!i) return RC_FORMAT;
  for (int k = 0; k + 1 < r->side->nitems; k++)
    if (sv_equal(r->side->item[k].key, key)) return bad(r, key, tr("这一边已有同名的行", "this side has such a row already"));
  if (word_taken(&rest, "level")) rc = number_cut(r, &rest, 1, 4, &i->level);
  if (rc < 0) return rc;
  size_t at = sv_find(rest, " = ");
  if (key.n == 0 || at == SIZE_MAX)
    return bad(r, rest, tr("应为：item 名字 行名 = 条件，或 = sum 名字 名字", "needed: item KEY LABEL = CONDITIONS, or = sum KEY KEY"));
  i->key = key, i->label = sv_trim((struct sv){rest.p, at});
  rest = sv_trim((struct sv){rest.p + at + 3, rest.n - at - 3});
  if (word_taken(&rest, "sum")) {
    for (i->kind = ITEM_SUM; rest.n > 0;) {
      struct sv part = word_cut(&rest);
      if (i->nparts == LAYOUT_PARTS) return bad(r, part, tr("加数太多", "too many parts"));
      i->parts[i->nparts++] = part;
    }
    return i->nparts == 0 ? bad(r, rest, tr("sum 后要写行的名字", "sum needs the keys of rows")) : RC_OK;
  }
  if (word_taken(&rest, "lines") && !flow_cut(&rest, &i->flow)) return bad(r, rest, flow_words());
  if (word_taken(&rest, "all")) return rest.n > 0 ? bad(r, rest, tr("all 后不写别的", "nothing stands behind all")) : RC_OK;
  return read_filter(r, rest, &i->filter);
}

static int read_classes(struct reader *r, struct sv rest) {
  struct layout_item *i = item_new(r, rest, ITEM_CLASSES);
  int rc = RC_OK;
  if (!i) return RC_FORMAT;
  for (int k = 0; k + 1 < r->side->nitems; k++)
    if (r->side->item[k].kind == ITEM_CLASSES) return bad(r, rest, tr("一边只能有一处 classes", "one classes a side"));
  i->used = word_taken(&rest, "used");
  if (!i->used && !word_taken(&rest, "all"))
    return bad(r, rest, tr("应为：classes all 或 used，再写第一个序号，如 一、", "needed: classes all or used, and the first number, such as 一、"));
  i->long_numbers = word_taken(&rest, "long");
  if (word_taken(&rest, "level")) rc = number_cut(r, &rest, 1, 4, &i->level);
  i->key = SV("classes"), i->label = rest;
  if (rc == RC_OK && rest.n > 0 && text_enumerator(rest).value != 1)
    return bad(r, rest, tr("序号从 一、 （一） 或 1. 起", "numbers begin with 一、 （一） or 1."));
  return rc;
}

/* economics all 301 303: the listed classes below these, and what else of them has money. */
static int read_economics(struct reader *r, struct sv rest) {
  struct layout_item *i = item_new(r, rest, ITEM_ECONOMICS);
  int rc = RC_OK;
  if (!i) return RC_FORMAT;
  for (int k = 0; k + 1 < r->side->nitems; k++)
    if (r->side->item[k].kind == ITEM_CLASSES || r->side->item[k].kind == ITEM_ECONOMICS)
      return bad(r, rest, tr("一边只能有一处 classes 或 economics", "one classes or economics a side"));
  i->used = word_taken(&rest, "used");
  if ((!i->used && !word_taken(&rest, "all")) || rest.n == 0)
    return bad(r, rest, tr("应为：economics all 或 used，再写类的代码，如 301 303", "needed: economics all or used, and codes, such as 301 303"));
  i->key = SV("economics");
  while (rest.n > 0 && rc == RC_OK) rc = add_code(r, &i->filter, IS_ECON, word_cut(&rest));
  return rc;
}

static int read_gap(struct reader *r, struct sv rest) {
  int n = 1, rc = rest.n ? number_cut(r, &rest, 1, LAYOUT_ITEMS, &n) : RC_OK;
  for (; n > 0 && rc == RC_OK; n--) {
    struct layout_item *i = item_new(r, rest, ITEM_GAP);
    if (!i) return RC_FORMAT;
    i->key = SV("gap");
  }
  return rc;
}

static int read_fill(struct reader *r, struct sv rest) {
  for (int k = 0; k < r->side->nitems; k++)
    if (r->side->item[k].kind == ITEM_FILL) return bad(r, rest, tr("一边只能有一处 fill", "one fill a side"));
  return item_new(r, rest, ITEM_FILL) ? RC_OK : RC_FORMAT;
}

/* purchases 货物 KEY LABEL: the purchases of that kind. */
static int read_purchases(struct reader *r, struct sv rest) {
  struct sv kind = word_cut(&rest), key = word_cut(&rest);
  for (int k = 0; k < r->side->nitems; k++)
    if (sv_equal(r->side->item[k].key, key)) return bad(r, key, tr("这一边已有同名的行", "this side has such a row already"));
  if (rest.n == 0)
    return bad(r, kind, tr("应为：purchases 采购类别 名字 行名，如 purchases 货物 class.goods 一、货物", "needed: purchases KIND KEY LABEL"));
  if (!sv_is(kind, "货物") && !sv_is(kind, "工程") && !sv_is(kind, "服务"))
    return bad(r, kind, tr("采购类别是 货物 工程 服务 之一", "kinds of purchases are 货物 工程 服务"));
  struct layout_item *i = item_new(r, key, ITEM_PURCHASES);
  if (!i) return RC_FORMAT;
  i->key = key, i->label = rest, i->parts[0] = kind;
  return RC_OK;
}

/* ---- statements ---- */

static int in_side(struct reader *r, struct sv word, struct sv rest, bool *known) {
  static const struct {
    const char *name;
    int (*read)(struct reader *r, struct sv rest);
  } words[] = {{"lines", read_lines},        {"rows", read_rows}, {"total", read_total},     {"column", read_column},       {"sum", read_sum},
               {"item", read_item},          {"fill", read_fill}, {"classes", read_classes}, {"economics", read_economics}, {"gap", read_gap},
               {"purchases", read_purchases}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (sv_is(word, words[i].name)) {
      *known = true;
      return r->side ? words[i].read(r, rest) : bad(r, word, tr("这一句要写在 side 之后", "this belongs after side"));
    }
  return RC_OK;
}

static int in_table(struct reader *r, struct sv word, struct sv rest, bool *known) {
  struct layout_table *t = r->table;
  static const char *const words[] = {"number", "contents", "unit", "scale", "landscape", "zero", "empty", "note", "side", "balance"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) *known |= sv_is(word, words[i]);
  if (!*known) return in_side(r, word, rest, known);
  if (!t) return bad(r, word, tr("这一句要写在 table 之后", "this belongs after table"));
  if (sv_is(word, "number")) t->number = rest;
  if (sv_is(word, "contents")) t->contents = rest;
  if (sv_is(word, "unit")) t->unit = rest;
  if (sv_is(word, "empty")) t->empty = rest;
  if (sv_is(word, "note")) t->note = rest;
  if (sv_is(word, "landscape")) t->landscape = true;
  if (sv_is(word, "scale")) return read_scale(r, rest);
  if (sv_is(word, "side")) return read_side(r, rest);
  if (sv_is(word, "balance")) t->balance[0] = word_cut(&rest), t->balance[1] = rest;
  if (sv_is(word, "zero")) {
    t->blank = sv_is(rest, "blank");
    if (!t->blank && !sv_is(rest, "printed")) return bad(r, rest, tr("零是 blank（不印）或 printed（印）", "zero is blank or printed"));
  }
  return RC_OK;
}

static int read_statement(struct reader *r, struct sv line) {
  struct sv rest = line, word = word_cut(&rest);
  bool known = false;
  if (sv_is(word, "layout")) return r->l->name = copy(r, rest), rest.n ? RC_OK : bad(r, rest, tr("layout 后要写名字", "layout needs a name"));
  if (sv_is(word, "title")) return *(r->table ? &r->table->title : &r->l->title) = rest, RC_OK;
  if (sv_is(word, "measure")) return read_measure(r, rest);
  if (sv_is(word, "class")) return read_class(r, rest);
  if (sv_is(word, "economic")) return read_economic(r, rest);
  if (sv_is(word, "part")) return statement_add(r, LAYOUT_PART, rest, NULL);
  if (sv_is(word, "section")) return statement_add(r, LAYOUT_SECTION, rest, NULL);
  if (sv_is(word, "narrative"))
    return rest.n ? statement_add(r, LAYOUT_NARRATIVE, rest, NULL) : bad(r, rest, tr("narrative 后要写 1、3 或 4", "narrative needs 1, 3 or 4"));
  if (sv_is(word, "forms")) return statement_add(r, LAYOUT_FORMS, rest, NULL);
  if (sv_is(word, "table")) return read_table(r, rest);
  int rc = in_table(r, word, rest, &known);
  return rc == RC_OK && !known ? bad(r, word, tr("不认识的词；docs/layout.md 列出全部", "unknown word; docs/layout.md lists all")) : rc;
}

/* ---- what can only be seen at the end ---- */

static int item_index(const struct layout_side *s, struct sv key) {
  for (int i = 0; i < s->nitems; i++)
    if (s->item[i].kind < ITEM_FILL && sv_equal(s->item[i].key, key)) return i;
  return -1;
}

static int check_sums(struct reader *r, const struct layout_side *s, int i, int depth) {
  const struct layout_item *it = &s->item[i];
  r->line = it->line, r->line_start = it->start;
  if (depth > 6) return bad(r, (struct sv){0}, tr("sum 互相引用，或层次太深", "sums refer to each other, or too deep"));
  for (int k = 0; k < it->nparts; k++) {
    int at = item_index(s, it->parts[k]);
    if (at < 0) return bad(r, it->parts[k], tr("这一边没有这一行", "this side has no such row"));
    int rc = s->item[at].kind == ITEM_SUM ? check_sums(r, s, at, depth + 1) : RC_OK;
    if (rc < 0) return rc;
    r->line = it->line, r->line_start = it->start;
  }
  return RC_OK;
}

static bool filter_empty(const struct layout_filter *f) {
  return !f->sources && !f->kinds && !f->origins && !f->natures && !f->of && f->flow == SUM_NONE && !f->func[0].n && !f->econ[0].n;
}

/* A purchase says its unit, project and class, not what pays it. */
static int check_purchases(struct reader *r, const struct layout_side *s) {
  bool purchases = s->rows == ROWS_PURCHASES;
  if ((s->flow == SUM_PURCHASE) != purchases)
    return bad(r, (struct sv){0}, tr("rows purchases 和 lines purchase 要同时写", "rows purchases and lines purchase go together"));
  if (purchases && s->nitems == 0)
    return bad(r, (struct sv){0}, tr("这一边没有行：写 purchases 采购类别 名字 行名", "this side has no rows: say purchases KIND KEY LABEL"));
  for (int i = 0; i < s->nitems; i++)
    if ((s->item[i].kind == ITEM_PURCHASES) != purchases)
      return r->line = s->item[i].line, r->line_start = s->item[i].start,
             bad(r, s->item[i].key, tr("purchases 的行只与 rows purchases 同用", "rows of purchases go together with rows purchases only"));
  for (int i = 0; i < s->ncolumns; i++) {
    const struct layout_column *c = &s->column[i];
    bool fits = purchases ? c->role != COLUMN_MEASURE || filter_empty(&c->filter) : c->role != COLUMN_PURCHASE;
    if (fits) continue;
    r->line = c->line, r->line_start = NULL;
    return bad(r, (struct sv){0},
               purchases ? tr("采购没有种类和来源：列的口径不能有条件", "purchases have no kind and source: no conditions in their columns")
                         : tr("这一列只与 rows purchases 同用", "this column goes together with rows purchases only"));
  }
  return RC_OK;
}

static int check_side(struct reader *r, const struct layout_side *s) {
  int measures = 0, rc = RC_OK;
  r->line = s->line, r->line_start = NULL;
  for (int i = 0; i < s->ncolumns; i++) measures += s->column[i].role == COLUMN_MEASURE;
  if (measures == 0) return bad(r, (struct sv){0}, tr("这一边没有金额列", "this side has no column of amounts"));
  if (s->flow == SUM_NONE) return bad(r, (struct sv){0}, tr("这一边没有 lines：取哪些行", "this side has no lines statement"));
  if (s->rows == ROWS_ITEMS && s->nitems == 0)
    return bad(r, (struct sv){0}, tr("这一边没有行：写 rows 或 item", "this side has no rows: say rows or item"));
  if ((rc = check_purchases(r, s)) < 0 || s->rows == ROWS_PURCHASES) return rc;
  bool own = false;
  for (int i = 0; i < s->ncolumns; i++) own |= s->column[i].filter.flow != SUM_NONE;
  for (int i = 0; i < s->nitems && own; i++)
    if (s->item[i].kind == ITEM_LINES && s->item[i].flow != s->flow)
      return r->line = s->item[i].line, r->line_start = s->item[i].start,
             bad(r, s->item[i].key, tr("列有自己的 lines 时，行不能再有", "rows cannot have lines of their own where columns have"));
  if (own && s->rows == ROWS_PROJECTS)
    return bad(r, (struct sv){0}, tr("项目表的列不能有自己的 lines", "no lines of their own in columns of projects"));
  if (s->rows != ROWS_ITEMS && s->nitems > 0) return bad(r, (struct sv){0}, tr("rows 和 item 不能同在一边", "rows and item do not go together"));
  for (int i = 0; i < s->nitems && rc == RC_OK; i++) rc = check_sums(r, s, i, 0);
  return rc;
}

static int check_table(struct reader *r, const struct layout_table *t) {
  int rc = RC_OK;
  for (int i = 0; i < t->nsides && rc == RC_OK; i++) rc = check_side(r, t->side[i]);
  r->line = t->line, r->line_start = NULL;
  if (rc < 0) return rc;
  if (t->nsides == 0 || t->title.n == 0) return bad(r, (struct sv){0}, tr("表缺 title 或 side", "the table has no title or no side"));
  for (int i = 0; i < t->nsides && t->nsides > 1; i++)
    if (t->side[i]->rows != ROWS_ITEMS)
      return bad(r, (struct sv){0}, tr("两边并列的表，行要用 item 列出", "rows of a table with two sides are listed with item"));
  if (t->nsides == 3 && strcmp(t->side[1]->kind, t->side[2]->kind) != 0)
    return bad(r, (struct sv){0}, tr("第三边要与第二边同种类", "the third side must be of the second's kind"));
  for (int i = 0; i < 2 && t->balance[0].n; i++)
    if (i >= t->nsides || item_index(t->side[i], t->balance[i]) < 0)
      return bad(r, (struct sv){0}, tr("balance 指的行不在表里", "balance names a row that is not there"));
  return RC_OK;
}

/* Kinds, measures and keys are words of kinds.txt: the audit recognises the published book by them. A folder without it has nothing to compare with.
 */
static bool word_known(struct sv kinds, const char *statement, struct sv word) {
  char line[160];
  int n = snprintf(line, sizeof line, "\n%s %.*s", statement, (int)(word.n < 100 ? word.n : 100), word.p);
  for (size_t at; kinds.n > 0 && n > 0 && (at = sv_find(kinds, line)) != SIZE_MAX;) {
    size_t end = at + (size_t)n;
    if (end >= kinds.n || kinds.p[end] == ' ' || kinds.p[end] == '\n' || kinds.p[end] == '\r') return true;
    kinds.p += end, kinds.n -= end;
  }
  return false;
}

static int check_words(struct reader *r, const struct layout_side *s, struct sv kinds) {
  const char *unknown = tr("profiles/kinds.txt 里没有这个词", "profiles/kinds.txt has no such word");
  r->line = s->line, r->line_start = NULL;
  if (!word_known(kinds, "kind", sv_from(s->kind))) return bad(r, sv_from(s->kind), unknown);
  for (int i = 0; i < s->ncolumns; i++) {
    r->line = s->column[i].line, r->line_start = NULL;
    if (s->column[i].name && !word_known(kinds, "column", sv_from(s->column[i].name))) return bad(r, sv_from(s->column[i].name), unknown);
  }
  for (int i = 0; i < s->nitems; i++) {
    r->line = s->item[i].line, r->line_start = s->item[i].start;
    enum layout_item_kind kind = s->item[i].kind;
    if ((kind == ITEM_LINES || kind == ITEM_SUM || kind == ITEM_PURCHASES) && !word_known(kinds, "item", s->item[i].key))
      return bad(r, s->item[i].key, unknown);
  }
  return RC_OK;
}

static int check_kinds(struct reader *r) {
  char path[4400];
  unsigned char *bytes = NULL;
  size_t size = 0;
  struct err ignored;
  snprintf(path, sizeof path, "%s/profiles/kinds.txt", r->l->data);
  if (file_read(path, MAX_BYTES * 4, &bytes, &size, &ignored) < 0) return RC_OK;
  int rc = RC_OK;
  for (size_t i = 0; i < r->l->statements.n && rc == RC_OK; i++) {
    const struct layout_table *t = r->l->statements.v[i].table;
    for (int k = 0; t && k < t->nsides && rc == RC_OK; k++) rc = check_words(r, t->side[k], (struct sv){(char *)bytes, size});
  }
  free(bytes);
  return rc;
}

static int read_all(struct reader *r, struct sv text) {
  int rc = RC_OK;
  if (sv_starts(text, "\xEF\xBB\xBF")) text.p += 3, text.n -= 3;
  while (text.p && rc == RC_OK) {
    struct sv line = sv_cut(&text, '\n');
    r->line++, r->line_start = line.p;
    if (line.n > MAX_LINE) return bad(r, (struct sv){0}, tr("这一行太长", "this line is too long"));
    if (!utf8_valid(line)) return bad(r, (struct sv){0}, tr("这一行不是 UTF-8；请另存为 UTF-8", "this line is not UTF-8; save the file as UTF-8"));
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    line = sv_trim(line);
    if (line.n > 0 && line.p[0] != '#') rc = read_statement(r, line);
  }
  for (size_t i = 0; i < r->l->statements.n && rc == RC_OK; i++)
    if (r->l->statements.v[i].table) rc = check_table(r, r->l->statements.v[i].table);
  r->line = 1, r->line_start = NULL;
  if (rc == RC_OK && r->tables == 0) return bad(r, (struct sv){0}, tr("版式里没有表", "the layout has no table"));
  if (rc == RC_OK && r->l->title.n == 0) return bad(r, (struct sv){0}, tr("版式缺 title：书名", "the layout has no title"));
  if (rc == RC_OK) rc = check_kinds(r);
  return rc == RC_OK && r->l->arena.failed ? no_memory(r) : rc;
}

static bool name_safe(const char *name) {
  size_t n = strlen(name);
  for (size_t i = 0; i < n; i++)
    if (name[i] == '/' || name[i] == '\\') return false;
  return n > 0 && n < 64 && name[0] != '.';
}

int layout_read(const char *data, const char *file, struct sv text, struct layout **out, struct err *e) {
  *out = NULL;
  struct layout *l = calloc(1, sizeof *l);
  if (!l) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&l->arena, LAYOUT_CAP);
  struct reader r = {.l = l, .e = e};
  l->data = arena_text(&l->arena, data, strlen(data));
  l->file = arena_text(&l->arena, file, strlen(file));
  const char *copied = text.n <= MAX_BYTES ? arena_text(&l->arena, text.p, text.n) : NULL; /* its words are views of it */
  int rc = l->data && l->file && copied ? read_all(&r, (struct sv){copied, text.n}) : no_memory(&r);
  if (rc == RC_OK) *out = l;
  if (rc < 0) layout_free(l);
  return rc;
}

static int by_text(const void *a, const void *b) {
  return strcmp(a, b);
}

/* The names of the cities' layouts; those of accounts follow from them. */
static void names_list(const char *data, char *out, size_t size) {
  char path[4400], names[40][64];
  size_t n = 0, at = 0;
  snprintf(path, sizeof path, "%s/profiles", data);
  DIR *d = opendir(path);
  for (const struct dirent *f; d && n < 40 && (f = readdir(d));) {
    struct sv name = sv_from(f->d_name);
    if (!sv_ends(name, ".layout") || sv_ends(name, "-final.layout") || name.n >= 64) continue;
    memcpy(names[n], name.p, name.n - 7), names[n++][name.n - 7] = '\0';
  }
  if (d) closedir(d);
  if (n) qsort(names, n, sizeof *names, by_text);
  *out = '\0';
  for (size_t i = 0; i < n && at + 70 < size; i++) at += (size_t)snprintf(out + at, size - at, " %.63s", names[i]);
}

int layout_there(const char *data, const char *profile, struct err *e) {
  char path[4400], names[800];
  bool safe = profile && name_safe(profile);
  if (safe) snprintf(path, sizeof path, "%s/profiles/%.63s.layout", data, profile);
  if (safe && access(path, F_OK) == 0) return RC_OK;
  names_list(data, names, sizeof names);
  return err_set(
      e, RC_USAGE,
      tr("没有城市格式 %s；有：%s（profiles/ 里每个 .layout 是一种）", "there is no layout %s; there are:%s (each .layout in profiles/ is one)"),
      profile ? profile : "", names);
}

int layout_load(const char *data, const char *profile, struct layout **out, struct err *e) {
  *out = NULL;
  unsigned char *bytes = NULL;
  size_t size = 0;
  char path[4400];
  int rc = layout_there(data, profile, e);
  if (rc < 0) return rc;
  snprintf(path, sizeof path, "%s/profiles/%.63s.layout", data, profile);
  rc = file_read(path, MAX_BYTES, &bytes, &size, e);
  if (rc == RC_OK) rc = layout_read(data, path, (struct sv){(const char *)bytes, size}, out, e);
  free(bytes);
  if (rc == RC_OK && !(*out)->name) (*out)->name = arena_text(&(*out)->arena, profile, strlen(profile));
  if (rc == RC_OK && !(*out)->name) layout_free(*out), *out = NULL, rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return rc;
}

void layout_free(struct layout *l) {
  if (!l) return;
  free(l->measures.v), free(l->classes.v), free(l->economics.v), free(l->statements.v);
  arena_release(&l->arena);
  free(l);
}

bool layout_has_forms(const struct layout *l, const char *which) {
  for (size_t i = 0; i < l->statements.n; i++)
    for (struct sv rest = l->statements.v[i].text, w; l->statements.v[i].kind == LAYOUT_FORMS && rest.n > 0;) {
      w = word_cut(&rest);
      if (sv_is(w, which)) return true;
    }
  return false;
}

struct sv layout_fill(struct arena *a, struct sv text, struct sv body, int year) {
  struct buf b;
  buf_init(&b, 1 << 16);
  for (size_t i = 0; i < text.n;) {
    struct sv rest = {text.p + i, text.n - i};
    if (sv_starts(rest, "{body}"))
      buf_add(&b, body.p, body.n), i += strlen("{body}");
    else if (sv_starts(rest, "{year}"))
      buf_printf(&b, "%d", year), i += strlen("{year}");
    else if (sv_starts(rest, "{last-year}"))
      buf_printf(&b, "%d", year - 1), i += strlen("{last-year}");
    else
      buf_putc(&b, text.p[i++]);
  }
  const char *copied = b.p ? arena_text(a, b.p, b.n) : NULL;
  struct sv out = {copied, copied ? b.n : 0};
  buf_release(&b);
  return out;
}

struct sv layout_ordinal(struct arena *a, struct sv first, int n) {
  return layout_ordinal_long(a, first, n, false);
}

struct sv layout_ordinal_long(struct arena *a, struct sv first, int n, bool all) {
  static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
  if (first.n == 0) return first;
  char number[32];
  bool chinese = sv_contains(first, "一");
  const char *one = chinese ? "一" : "1";
  if (!chinese)
    snprintf(number, sizeof number, "%d", n);
  else if (n <= 10)
    snprintf(number, sizeof number, "%s", digits[n < 0 ? 0 : n]);
  else if (n > 20 && n < 30 && !all) /* the forms print 廿一 */
    snprintf(number, sizeof number, "廿%s", digits[n - 20]);
  else
    snprintf(number, sizeof number, "%s十%s", n < 20 ? "" : digits[n / 10 % 10], digits[n % 10]);
  size_t at = sv_find(first, one), after = at == SIZE_MAX ? first.n : at + strlen(one);
  if (at == SIZE_MAX) at = first.n;
  const char *p = arena_printf(a, "%.*s%s%.*s", (int)at, first.p, number, (int)(first.n - after), first.p + after);
  return sv_from(p);
}
