/* forms_read.c: reads profiles/NAME.forms: forms as rows of cells. docs/form-language.md is the language. */
#include "rooms/book/forms.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 1 << 20, MAX_LINE = 2000, MAX_FORMS = 24, MAX_AMOUNTS = 100, MAX_STATEMENTS = 2000, FORMS_CAP = 16 << 20 };

enum { MAX_PARTS = 24 };
struct part { /* rows that several forms share, as they stand in the file */
  struct sv name, lines;
  int line; /* of its first line */
  bool used;
};
struct reader {
  struct forms *f;
  const char *line_start;
  int line, depth, open[FORMS_DEPTH], parts;
  struct part part[MAX_PARTS];
  bool in_part; /* its lines are being read in the place of a `use` */
  struct err *e;
};

static int bad(const struct reader *r, struct sv at, const char *text) {
  int column = 1;
  if (at.p && r->line_start && at.p >= r->line_start) column = (int)utf8_length((struct sv){r->line_start, (size_t)(at.p - r->line_start)}) + 1;
  if (at.n == 0) return err_at(r->e, RC_FORMAT, r->f->file, r->line, column, "%s", text);
  return err_at(r->e, RC_FORMAT, r->f->file, r->line, column, tr("%s：%.*s", "%s: %.*s"), text, (int)(at.n > 90 ? 90 : at.n), at.p);
}

static int no_memory(const struct reader *r) {
  return err_set(r->e, RC_NOMEM, "%s", tr("内存不足，或表样文件太大", "out of memory, or the file of forms is too large"));
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

static int named(struct sv word, const char *const *names, int n) {
  for (int i = 0; i < n; i++)
    if (sv_is(word, names[i])) return i;
  return -1;
}

static bool number_of(struct sv word, int min, int max, int *out) {
  int n = 0;
  bool ok = word.n > 0 && word.n < 6;
  for (size_t i = 0; ok && i < word.n; i++) ok = word.p[i] >= '0' && word.p[i] <= '9', n = n * 10 + (word.p[i] - '0');
  *out = n;
  return ok && n >= min && n <= max;
}

/* There is one: read_statement() lets nothing of a form stand before it. */
static struct form_layout *form_now(const struct reader *r) {
  return &r->f->forms.v[r->f->forms.n - 1];
}

/* ---- amounts ---- */

static const char *const condition_names[] = {"kind", "source", "origin", "nature", "func", "econ", "category"};
enum { CONDITIONS = 7, IS_FUNC = 4, IS_ECON, IS_CATEGORY };
static const char *const kind_letters[] = {"P", "U", "J", "B", "S", "A"};
static const char *const source_codes[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
static const char *const origin_names[] = {"本年", "上年结转结余"};
static const char *const nature_names[] = {"行政", "参公", "公益一类", "公益二类", "其他"};
static const struct {
  const char *const *names;
  int n;
} choices[] = {{kind_letters, KINDS}, {source_codes, SOURCES}, {origin_names, ORIGINS}, {nature_names, 5}};

static int condition_value(const struct reader *r, int is, struct sv word, struct sum *s) {
  if (is == IS_CATEGORY) return s->category = word, RC_OK;
  if (is >= IS_FUNC) {
    struct sv *list = is == IS_FUNC ? s->func : s->econ;
    bool digits = word.n > 0 && word.n <= 7;
    for (size_t i = 0; i < word.n; i++) digits &= word.p[i] >= '0' && word.p[i] <= '9';
    for (int i = 0; digits && i < SUM_CODES; i++)
      if (list[i].n == 0) return list[i] = word, RC_OK;
    return bad(r, word,
               digits ? tr("一个条件里的科目代码太多", "too many codes in one condition")
                      : tr("这里要科目代码（数字）", "a code of a class is needed"));
  }
  int at = named(word, choices[is].names, choices[is].n);
  if (at < 0) return bad(r, word, tr("这个条件没有这个值；写法见 docs/form-language.md", "not a value of this condition; see docs/form-language.md"));
  if (is == 0) s->kinds |= (uint8_t)(1u << at);
  if (is == 1) s->sources |= (uint16_t)(1u << at);
  if (is == 2) s->origins |= (uint8_t)(1u << at);
  if (is == 3) s->natures |= (uint8_t)(1u << at);
  return RC_OK;
}

static int read_conditions(const struct reader *r, struct sv *rest, struct sum *s) {
  int is = -1, given = 1, rc = RC_OK;
  while (rest->n > 0 && rc == RC_OK) {
    struct sv before = *rest, word = word_cut(rest);
    if (sv_is(word, "+") || sv_is(word, "-")) {
      *rest = before;
      break;
    }
    int next = named(word, condition_names, CONDITIONS);
    if (next >= 0 && given == 0) return bad(r, word, tr("前面的条件没有写值", "the condition before this has no value"));
    if (next >= 0) {
      is = next, given = 0;
      continue;
    }
    if (is < 0)
      return bad(r, word,
                 tr("不认识的条件；条件有 kind source origin nature func econ category",
                    "unknown condition; they are kind source origin nature func econ category"));
    given++;
    rc = condition_value(r, is, word, s);
  }
  return rc == RC_OK && given == 0 ? bad(r, *rest, tr("最后的条件没有写值", "the last condition has no value")) : rc;
}

static int amount_named(const struct reader *r, struct sv name) {
  for (size_t i = 0; i < r->f->amounts.n; i++)
    if (sv_equal(r->f->amounts.v[i].name, name)) return (int)i;
  return -1;
}

static int read_term(const struct reader *r, struct sv *rest, struct form_term *t) {
  static const char *const flows[] = {"spending", "income"}, *const records[] = {"project-total", "detail", "purchase"};
  static const char *const columns[] = {"initial", "adjusted", "executed", "expected"};
  struct sv word = word_cut(rest);
  int at = named(word, flows, 2);
  t->sum = (struct sum){.flow = at == 1 ? SUM_INCOME : SUM_SPENDING, .unit = -1, .project = -1};
  if (at >= 0) return t->flow = FORM_SUM, read_conditions(r, rest, &t->sum);
  if ((at = named(word, records, 3)) >= 0) return t->flow = FORM_RECORD, t->record = (enum form_record)at, RC_OK;
  if ((at = named(word, columns, 4)) >= 0) {
    t->flow = FORM_EXECUTION, t->column = (enum ws_execution_column)at, t->group = -1;
    struct sv before = *rest, group = word_cut(rest);
    if (group.n == 0 || sv_is(group, "+") || sv_is(group, "-")) return *rest = before, RC_OK;
    t->group = named(group, ws_group_names, WS_GROUPS);
    return t->group < 0 ? bad(r, group, tr("资金来源是 本年财政拨款 上年结转资金 其他资金 之一", "needed: 本年财政拨款, 上年结转资金 or 其他资金"))
                        : RC_OK;
  }
  t->flow = FORM_AMOUNT, t->amount = amount_named(r, word);
  return t->amount >= 0 ? RC_OK
                        : bad(r, word,
                              tr("应为 spending income project-total detail purchase initial adjusted executed expected，或前面写过的金额",
                                 "needed: spending income project-total detail purchase initial adjusted executed expected, or an amount above"));
}

static int read_amount(struct reader *r, struct sv rest) {
  struct form_amount a = {.name = word_cut(&rest)};
  if (a.name.n == 0 || sv_is(a.name, "@")) return bad(r, rest, tr("amount 后要写名字", "amount needs a name"));
  if (amount_named(r, a.name) >= 0) return bad(r, a.name, tr("这个金额写了两次", "this amount is defined twice"));
  a.label = word_taken(&rest, "as") ? word_cut(&rest) : a.name;
  if (!word_taken(&rest, "=")) return bad(r, rest, tr("名字后要写“=”和它是什么的和", "\"=\" and its terms follow the name"));
  bool negative = false;
  do {
    if (a.nterms == FORMS_TERMS) return bad(r, rest, tr("相加的项太多，请拆成两个 amount", "too many terms; make two amounts of it"));
    struct form_term *t = &a.term[a.nterms++];
    int rc = read_term(r, &rest, t);
    if (rc < 0) return rc;
    t->negative = negative, negative = sv_starts(rest, "- ");
    a.leaves += t->flow == FORM_AMOUNT ? r->f->amounts.v[t->amount].leaves : 1;
    if (a.leaves > FORMS_LEAVES) return bad(r, a.name, tr("相加的项太多", "too many terms"));
  } while (word_taken(&rest, "+") || word_taken(&rest, "-"));
  if (rest.n > 0) return bad(r, rest, tr("多余的字", "this is too much"));
  return VEC_PUSH(&r->f->amounts, a, MAX_AMOUNTS) < 0 ? bad(r, a.name, tr("金额太多", "too many amounts")) : RC_OK;
}

/* ---- the head of a form ---- */

static const char *copy(struct reader *r, struct sv s) {
  return arena_text(&r->f->arena, s.p, s.n);
}

/* form T12 project for projects */
static int read_form(struct reader *r, struct sv rest) {
  struct form_layout f = {.scale = SCALE_WAN, .decimals = 2, .line = r->line, .unit = {0}, .first = (int)r->f->statements.n};
  struct sv id = word_cut(&rest), each = word_cut(&rest);
  f.last = f.first;
  if (r->depth > 0) return bad(r, id, tr("上一张表里有没写 end 的 block、each 或 when", "a block, each or when of the form above has no end"));
  if (id.n == 0 || id.n > 16) return bad(r, id, tr("应为：form 短编号 once 或 project，再写 for 用途", "needed: form ID once|project for USE"));
  for (size_t i = 0; i < r->f->forms.n; i++)
    if (sv_is(id, r->f->forms.v[i].id)) return bad(r, id, tr("这个编号的表写了两次", "a form of this id is there already"));
  f.per_project = sv_is(each, "project");
  if (!f.per_project && !sv_is(each, "once")) return bad(r, each, tr("应为 once（一张）或 project（每个项目一张）", "needed: once, or project"));
  static const char *const uses[] = {"overall", "projects", "evaluate", "monitor"};
  if (!word_taken(&rest, "for") || named(f.use = word_cut(&rest), uses, 4) < 0)
    return bad(r, f.use.n ? f.use : rest,
               tr("应为 for overall、projects、evaluate 或 monitor", "needed: for overall, projects, evaluate or monitor"));
  if (rest.n > 0) return bad(r, rest, tr("多余的字", "this is too much"));
  if (!(f.id = copy(r, id))) return no_memory(r);
  return VEC_PUSH(&r->f->forms, f, MAX_FORMS) < 0 ? bad(r, id, tr("表太多", "too many forms")) : RC_OK;
}

static int read_columns(struct reader *r, struct sv rest, struct form_layout *f) {
  for (f->columns = 0; rest.n > 0;) {
    struct sv word = word_cut(&rest);
    if (f->columns == FORM_COLUMNS) return bad(r, word, tr("一张表最多 24 列", "a form has 24 columns at most"));
    if (!number_of(word, 1, 1000, &f->width[f->columns]))
      return bad(r, word, tr("列宽是 1 到 1000 的整数", "widths are whole numbers from 1 to 1000"));
    f->columns++;
  }
  return f->columns == 0 ? bad(r, rest, tr("columns 后要写各列的宽", "columns needs the widths")) : RC_OK;
}

static int read_scale(struct reader *r, struct sv rest, struct form_layout *f) {
  static const char *const names[] = {"元", "千元", "万元", "百万元", "亿元"};
  static const enum scale scales[] = {SCALE_YUAN, SCALE_QIAN, SCALE_WAN, SCALE_BAIWAN, SCALE_YI};
  struct sv name = word_cut(&rest);
  int at = named(name, names, 5);
  if (at < 0) return bad(r, name, tr("单位是 元 千元 万元 百万元 亿元 之一", "scales are 元 千元 万元 百万元 亿元"));
  f->scale = scales[at];
  return number_of(rest, 0, 6, &f->decimals) ? RC_OK : bad(r, rest, tr("小数位数是 0 到 6", "decimals are 0 to 6"));
}

/* ---- its rows ---- */

static int statement_add(struct reader *r, struct form_statement s, struct sv at) {
  s.line = r->line, s.middle = -1;
  if (VEC_PUSH(&r->f->statements, s, MAX_STATEMENTS) < 0) return bad(r, at, tr("语句太多", "too many statements"));
  form_now(r)->last = (int)r->f->statements.n;
  return RC_OK;
}

static int open_add(struct reader *r, struct form_statement s, struct sv at) {
  if (r->depth == FORMS_DEPTH) return bad(r, at, tr("套得太深", "nested too deep"));
  r->open[r->depth++] = (int)r->f->statements.n;
  return statement_add(r, s, at);
}

/* The loops around the place: bits of their sets. A form of each project is a loop over projects. */
static unsigned loops(const struct reader *r) {
  unsigned sets = form_now(r)->per_project ? 1u << FORM_SET_PROJECT : 0;
  for (int i = 0; i < r->depth; i++) {
    const struct form_statement *s = &r->f->statements.v[r->open[i]];
    if (s->verb == FORM_EACH && s->middle < 0) sets |= 1u << s->set;
  }
  return sets;
}

static const char *const set_names[FORM_SETS] = {"amount", "project", "goal", "level1", "level2", "indicator", "detail", "purchase"};

static int check_field(const struct reader *r, struct sv inner) {
  unsigned needs = 0;
  if (form_field_find(inner, &needs) < 0)
    return bad(r, inner, tr("没有这个字段；docs/form-language.md 列出全部", "no such field; docs/form-language.md lists all"));
  if (!needs || (needs & loops(r))) return RC_OK;
  char text[160];
  int set = 0;
  while (set + 1 < FORM_SETS && !(needs >> set & 1)) set++;
  snprintf(text, sizeof text, tr("这个字段只能写在 each %s 里", "this field stands only within each %s"), set_names[set]);
  return bad(r, inner, text);
}

static int check_text(const struct reader *r, struct sv text) {
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '}') return bad(r, (struct sv){text.p + i, text.n - i}, tr("多了 }", "} without {"));
    if (text.p[i] != '{') continue;
    size_t end = i + 1;
    while (end < text.n && text.p[end] != '}' && text.p[end] != '{') end++;
    if (end == text.n || text.p[end] != '}') return bad(r, (struct sv){text.p + i, text.n - i}, tr("{ 没有配对的 }", "{ without }"));
    int rc = check_field(r, (struct sv){text.p + i + 1, end - i - 1});
    if (rc < 0) return rc;
    i = end;
  }
  return RC_OK;
}

static int read_ref(const struct reader *r, struct sv *rest, bool any, struct form_ref *out) {
  static const char *const backs[] = {"本年", "上年", "前年", "近三年"};
  struct sv word = word_cut(rest), after = *rest, back = word_cut(&after);
  *out = (struct form_ref){-1, 0};
  if (sv_is(word, "@")) {
    if (!(loops(r) >> FORM_SET_AMOUNT & 1)) return bad(r, word, tr("@ 只能写在 each amount 里", "@ stands only within each amount"));
  } else if ((out->amount = amount_named(r, word)) < 0) {
    return bad(r, word, tr("没有这个金额；先用 amount 定义", "no such amount: define it with amount"));
  }
  int at = named(back, backs, any ? 4 : 3);
  if (at >= 0) out->back = at, *rest = after;
  return RC_OK;
}

/* 2x3: two columns, three rows; * the rest of the row; x* down to the end of the block. */
static int read_span(const struct reader *r, struct sv word, const struct form_layout *f, struct form_statement *s) {
  struct sv down = word, across = sv_cut(&down, 'x');
  const char *wrong = tr("应为格子的宽，如 2、2x3（两列三行）、*（到行尾）、1x*（到这一块的末行）",
                         "the cell's span is needed: 2, 2x3 (columns x rows), * (rest of the row), 1x* (down to the end of the block)");
  s->across = 0, s->down = 1;
  if (!sv_is(across, "*") && !number_of(across, 1, f->columns, &s->across)) return bad(r, word, wrong);
  if (!down.p) return RC_OK;
  s->down = 0;
  if (!sv_is(down, "*")) return number_of(down, 1, 200, &s->down) ? RC_OK : bad(r, word, wrong);
  for (int i = 0; i < r->depth; i++)
    if (r->f->statements.v[r->open[i]].verb == FORM_BLOCK) return RC_OK;
  return bad(r, word, tr("x* 只能写在 block 里", "x* stands only within a block"));
}

static int read_cell(struct reader *r, enum paper_role role, enum form_value value, struct sv rest) {
  struct form_statement s = {.verb = FORM_CELL, .role = role, .value = value};
  struct sv span = word_cut(&rest);
  int rc = read_span(r, span, form_now(r), &s);
  if (rc < 0) return rc;
  if (value == FORM_WORDS) {
    s.text = rest;
    rc = check_text(r, rest);
    return rc == RC_OK ? statement_add(r, s, span) : rc;
  }
  s.blank = word_taken(&rest, "blank");
  rc = read_ref(r, &rest, false, &s.a);
  if (rc == RC_OK && value == FORM_SHARE)
    rc = word_taken(&rest, "of") ? read_ref(r, &rest, false, &s.b) : bad(r, rest, tr("占比后要写 of 和整体", "of and the whole follow"));
  if (rc == RC_OK && rest.n > 0) rc = bad(r, rest, tr("多余的字", "this is too much"));
  return rc == RC_OK ? statement_add(r, s, span) : rc;
}

static int read_each(struct reader *r, struct sv rest) {
  static const char *const horizons[] = {"any", "long", "annual"};
  struct form_statement s = {.verb = FORM_EACH};
  struct sv name = word_cut(&rest);
  int at = named(name, set_names, FORM_SETS);
  if (at < 0)
    return bad(r, name,
               tr("应为 each amount project goal level1 level2 indicator detail purchase",
                  "needed: each amount project goal level1 level2 indicator detail purchase"));
  s.set = (enum form_set)at;
  s.horizon = s.set == FORM_SET_GOAL ? FORM_ANY : FORM_ANNUAL;
  while (s.set == FORM_SET_AMOUNT && rest.n > 0) {
    struct sv word = word_cut(&rest);
    if (s.nlist == FORMS_LIST) return bad(r, word, tr("金额太多", "too many amounts"));
    if ((s.list[s.nlist++] = amount_named(r, word)) < 0)
      return bad(r, word, tr("没有这个金额；先用 amount 定义", "no such amount: define it with amount"));
  }
  bool timed = s.set == FORM_SET_GOAL || s.set == FORM_SET_LEVEL1 || s.set == FORM_SET_INDICATOR;
  if (timed && rest.n > 0) {
    struct sv word = word_cut(&rest);
    if ((at = named(word, horizons, 3)) < 0) return bad(r, word, tr("应为 long、annual 或 any", "needed: long, annual or any"));
    s.horizon = (enum form_horizon)at;
  }
  if (rest.n > 0) return bad(r, rest, tr("多余的字", "this is too much"));
  if (s.set == FORM_SET_AMOUNT && s.nlist == 0) return bad(r, name, tr("each amount 后要写金额的名字", "each amount needs names of amounts"));
  if ((s.set == FORM_SET_DETAIL || s.set == FORM_SET_PURCHASE) && !(loops(r) >> FORM_SET_PROJECT & 1))
    return bad(
        r, name,
        tr("明细和采购要在一个项目里：form … project，或 each project", "details and purchases are of a project: form … project, or each project"));
  if (s.set == FORM_SET_LEVEL2 && !(loops(r) >> FORM_SET_LEVEL1 & 1))
    return bad(r, name, tr("each level2 要写在 each level1 里", "each level2 stands within each level1"));
  return open_add(r, s, name);
}

static int read_when(struct reader *r, struct sv rest) {
  struct form_statement s = {.verb = FORM_WHEN, .a = {-2, 0}};
  s.negated = word_taken(&rest, "no");
  struct sv at = rest, name = at;
  struct sv probe = rest, word = word_cut(&probe);
  if (sv_is(word, "@") || amount_named(r, word) >= 0) {
    int rc = read_ref(r, &rest, true, &s.a);
    if (rc < 0) return rc;
    if (rest.n > 0) return bad(r, rest, tr("多余的字", "this is too much"));
  } else {
    int rc = check_field(r, name);
    if (rc < 0) return rc;
    s.text = name, s.a.amount = -2;
  }
  return open_add(r, s, at);
}

static int read_otherwise(struct reader *r, struct sv at) {
  struct form_statement *s = r->depth ? &r->f->statements.v[r->open[r->depth - 1]] : NULL;
  if (!s || s->verb == FORM_BLOCK || s->middle >= 0)
    return bad(r, at, tr("otherwise 只能在 each 或 when 里写一次", "otherwise stands once within each or when"));
  s->middle = (int)r->f->statements.n;
  return statement_add(r, (struct form_statement){.verb = FORM_OTHERWISE}, at);
}

static int read_end(struct reader *r, struct sv at) {
  if (r->depth == 0) return bad(r, at, tr("多了 end", "end without a block, each or when"));
  r->f->statements.v[r->open[--r->depth]].end = (int)r->f->statements.n;
  return statement_add(r, (struct form_statement){.verb = FORM_END}, at);
}

static int read_row(struct reader *r, struct sv word, struct sv rest, bool *known) {
  static const char *const cells[] = {"head", "text", "centre", "number", "money", "share"};
  static const enum paper_role roles[] = {CELL_HEAD, CELL_TEXT, CELL_CENTRE, CELL_NUMBER, CELL_NUMBER, CELL_NUMBER};
  int at = named(word, cells, 6);
  if (form_now(r)->columns == 0) return bad(r, word, tr("先写 columns：各列的宽", "columns, the widths, come first"));
  if (at >= 0) return read_cell(r, roles[at], at == 4 ? FORM_MONEY : at == 5 ? FORM_SHARE : FORM_WORDS, rest);
  if (sv_is(word, "each")) return read_each(r, rest);
  if (sv_is(word, "when")) return read_when(r, rest);
  if (sv_is(word, "ask") && sv_is(rest, "goals")) return statement_add(r, (struct form_statement){.verb = FORM_ASK}, word);
  if (rest.n > 0) return *known = false, RC_OK;
  if (sv_is(word, "row")) return statement_add(r, (struct form_statement){.verb = FORM_ROW}, word);
  if (sv_is(word, "block")) return open_add(r, (struct form_statement){.verb = FORM_BLOCK}, word);
  if (sv_is(word, "otherwise")) return read_otherwise(r, word);
  if (sv_is(word, "end")) return read_end(r, word);
  *known = false;
  return RC_OK;
}

static int read_statement(struct reader *r, struct sv line);

/* Blanks at the ends, comments and empty lines are nothing. */
static int read_line(struct reader *r, struct sv line) {
  r->line_start = line.p;
  if (line.n > MAX_LINE) return bad(r, (struct sv){0}, tr("这一行太长", "this line is too long"));
  if (!utf8_valid(line)) return bad(r, (struct sv){0}, tr("这一行不是 UTF-8；请另存为 UTF-8", "this line is not UTF-8; save the file as UTF-8"));
  line = sv_trim(line);
  return line.n > 0 && line.p[0] != '#' ? read_statement(r, line) : RC_OK;
}

/* part NAME … end part: kept as it stands; *rest goes on behind it. */
static int part_keep(struct reader *r, struct sv name, struct sv *rest) {
  struct part p = {.name = name, .line = r->line + 1, .lines = {rest->p, 0}};
  const char *begin = r->line_start;
  int line = r->line;
  if (name.n == 0 || r->parts == MAX_PARTS) return bad(r, name, tr("part 后要写名字；最多 24 个", "part needs a name; there are 24 at most"));
  for (int i = 0; i < r->parts; i++)
    if (sv_equal(name, r->part[i].name)) return bad(r, name, tr("这个 part 写了两次", "this part is there twice"));
  while (rest->p) {
    struct sv one = sv_trim(sv_cut(rest, '\n'));
    r->line++;
    if (sv_is(one, "end part")) return r->part[r->parts++] = p, RC_OK;
    p.lines.n = rest->p ? (size_t)(rest->p - p.lines.p) : p.lines.n;
  }
  r->line = line, r->line_start = begin;
  return bad(r, name, tr("这个 part 没有 end part", "this part has no end part"));
}

/* The lines of the part are read here as if they stood here; what is wrong with them is told where they stand. */
static int read_use(struct reader *r, struct sv name) {
  struct part *p = NULL;
  for (int i = 0; i < r->parts; i++)
    if (sv_equal(name, r->part[i].name)) p = &r->part[i];
  if (!p) return bad(r, name, tr("没有这个 part；part 写在用它的表前面", "no such part: it stands before the forms that use it"));
  if (r->in_part) return bad(r, name, tr("part 里不能再写 use", "a part cannot use another"));
  int line = r->line, depth = r->depth, rc = RC_OK;
  const char *start = r->line_start;
  r->in_part = p->used = true, r->line = p->line - 1;
  for (struct sv rest = p->lines; rest.p && rest.n > 0 && rc == RC_OK;) {
    struct sv one = sv_cut(&rest, '\n');
    r->line++;
    rc = read_line(r, one);
  }
  if (rc == RC_OK && r->depth != depth)
    rc = bad(r, (struct sv){0}, tr("part 里的 block、each、when 和 end 不成对", "block, each, when and end of the part do not pair"));
  r->in_part = false;
  if (rc == RC_OK) r->line = line, r->line_start = start;
  return rc;
}

static int read_statement(struct reader *r, struct sv line) {
  struct sv rest = line, word = word_cut(&rest);
  struct form_layout *f = r->f->forms.n ? form_now(r) : NULL;
  bool known = true;
  if (sv_is(word, "forms")) return RC_OK; /* the file's name, for its reader */
  if (r->in_part && (sv_is(word, "form") || sv_is(word, "columns") || sv_is(word, "amount")))
    return bad(r, word, tr("part 里只写行和格子", "a part has rows and cells only"));
  if (sv_is(word, "form")) return read_form(r, rest);
  if (f && sv_is(word, "use")) return read_use(r, rest);
  if (sv_is(word, "amount")) return f ? bad(r, word, tr("amount 写在第一张表前面", "amounts stand before the first form")) : read_amount(r, rest);
  if (!f) return bad(r, word, tr("这里应为 amount 或 form", "amount or form is needed here"));
  if (sv_is(word, "kind")) return (f->kind = copy(r, rest)) ? RC_OK : no_memory(r);
  struct sv *const texts[] = {&f->number, &f->title, &f->contents, &f->unit};
  static const char *const names[] = {"number", "title", "contents", "unit"};
  int at = named(word, names, 4);
  /* `number 公开表11` above the columns is the form's, `number 1 …` below them a cell. */
  if (at > 0 || (at == 0 && f->columns == 0)) {
    if (at == 2) f->contents_each = word_taken(&rest, "each");
    *texts[at] = rest;
    return check_text(r, rest);
  }
  if (sv_is(word, "landscape") && rest.n == 0) return f->landscape = true, RC_OK;
  if (sv_is(word, "columns")) return read_columns(r, rest, f);
  if (sv_is(word, "scale")) return read_scale(r, rest, f);
  int rc = read_row(r, word, rest, &known);
  return rc == RC_OK && !known ? bad(r, word, tr("不认识的词；docs/form-language.md 列出全部", "unknown word; docs/form-language.md lists all")) : rc;
}

static int read_all(struct reader *r, struct sv text) {
  int rc = RC_OK;
  if (sv_starts(text, "\xEF\xBB\xBF")) text.p += 3, text.n -= 3;
  while (text.p && rc == RC_OK) {
    struct sv line = sv_cut(&text, '\n'), rest = line, word = word_cut(&rest);
    r->line++, r->line_start = line.p;
    rc = sv_is(word, "part") ? part_keep(r, rest, &text) : read_line(r, line);
  }
  if (rc < 0) return rc;
  r->line_start = NULL;
  if (r->depth > 0) {
    r->line = r->f->statements.v[r->open[r->depth - 1]].line;
    return bad(r, (struct sv){0}, tr("这里开始的 block、each 或 when 没有 end", "the block, each or when that begins here has no end"));
  }
  for (size_t i = 0; i < r->f->forms.n; i++) {
    const struct form_layout *f = &r->f->forms.v[i];
    r->line = f->line;
    if (f->title.n == 0 || f->first == f->last) return bad(r, (struct sv){0}, tr("这张表缺 title 或没有行", "this form has no title or no rows"));
  }
  r->line = 1;
  for (int i = 0; i < r->parts; i++)
    if (!r->part[i].used) return r->line = r->part[i].line - 1, bad(r, (struct sv){0}, tr("这个 part 没有表用它", "no form uses this part"));
  if (r->f->forms.n == 0) return bad(r, (struct sv){0}, tr("文件里没有 form", "the file has no form"));
  return r->f->arena.failed ? no_memory(r) : RC_OK;
}

int forms_read(const char *file, struct sv text, struct forms **out, struct err *e) {
  *out = NULL;
  struct forms *f = calloc(1, sizeof *f);
  if (!f) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&f->arena, FORMS_CAP);
  struct reader r = {.f = f, .e = e};
  f->file = arena_text(&f->arena, file, strlen(file));
  const char *copied = text.n <= MAX_BYTES ? arena_text(&f->arena, text.p ? text.p : "", text.n) : NULL; /* its words are views of it */
  int rc = f->file && copied ? read_all(&r, (struct sv){copied, text.n}) : no_memory(&r);
  if (rc == RC_OK) *out = f;
  if (rc < 0) forms_free(f);
  return rc;
}

int forms_load(const char *data, const char *name, struct forms **out, struct err *e) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  char path[4400];
  *out = NULL;
  snprintf(path, sizeof path, "%s/profiles/%s.forms", data, name);
  int rc = file_read(path, MAX_BYTES, &bytes, &size, e);
  if (rc == RC_OK) rc = forms_read(path, (struct sv){(const char *)bytes, size}, out, e);
  free(bytes);
  return rc;
}

void forms_free(struct forms *f) {
  if (!f) return;
  free(f->amounts.v), free(f->forms.v), free(f->statements.v);
  arena_release(&f->arena);
  free(f);
}
