/* narrative_read.c: reads profiles/NAME.narrative and glossary.tsv. docs/narrative.md is the language. */
#include "rooms/book/accounts.h"
#include "rooms/book/narrative.h"

#include <stdlib.h>

enum { MAX_BYTES = 1 << 20, MAX_LINE = 3000, MAX_FACTS = 400, MAX_PHRASES = 40, MAX_STATEMENTS = 2000, MAX_GLOSSES = 5000, NARRATIVE_CAP = 32 << 20 };

struct reader {
  struct narrative *n;
  const char *line_start;
  int line, loops, depth, open[NARR_DEPTH];
  struct narr_phrase *phrase;
  struct err *e;
};

static int bad(const struct reader *r, struct sv at, const char *text) {
  int column = 1;
  if (at.p && at.p >= r->line_start) column = (int)utf8_length((struct sv){r->line_start, (size_t)(at.p - r->line_start)}) + 1;
  if (at.n == 0) return err_at(r->e, RC_FORMAT, r->n->file, r->line, column, "%s", text);
  return err_at(r->e, RC_FORMAT, r->n->file, r->line, column, tr("%s：%.*s", "%s: %.*s"), text, (int)(at.n > 90 ? 90 : at.n), at.p);
}

static int no_memory(const struct reader *r) {
  return err_set(r->e, RC_NOMEM, "%s", tr("内存不足，或句式文件太大", "out of memory, or the file of sentences is too large"));
}

static struct sv word_cut(struct sv *rest) {
  *rest = sv_trim(*rest);
  size_t n = 0;
  while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
  struct sv word = {rest->p, n};
  *rest = sv_trim((struct sv){rest->p + n, rest->n - n});
  return word;
}

static int named(struct sv word, const char *const *names, int n) {
  for (int i = 0; i < n; i++)
    if (sv_is(word, names[i])) return i;
  return -1;
}

static const char *const word_names[WORDS] = {"年",   "上年", "前年",     "部门", "序号",   "编号", "名称", "列名",   "代码", "全称", "大类", "数量",
                                              "单位", "解释", "资产日期", "差额", "百分比", "原因", "文字", "占比和", "比率", "基数", "本数"};
static const char *const set_names[SETS] = {"来源", "类", "项", "单位", "类别", "项目", "经济类", "款", "实物"};

static int fact_named(const struct narrative *n, struct sv name) {
  for (size_t i = 0; i < n->facts.n; i++)
    if (sv_equal(n->facts.v[i].name, name)) return (int)i;
  return -1;
}

static const char *ref_parse(const struct narrative *n, struct sv word, int loops, struct narr_ref *out) {
  *out = (struct narr_ref){-1, word.n > 0 && word.p[0] == '@'};
  if (out->here && loops == 0) return tr("@ 只能写在 each 里", "@ stands only within each");
  if (out->here) word.p++, word.n--;
  if (out->here && word.n == 0) return NULL;
  out->fact = fact_named(n, word);
  return out->fact < 0 ? tr("没有这个名字的事实（fact 要写在用它的前面）", "no fact of this name (a fact stands before its use)") : NULL;
}

const char *narr_piece_parse(const struct narrative *n, struct sv inner, int loops, struct narr_piece *out) {
  struct sv rest = inner, first = word_cut(&rest), second = word_cut(&rest), third = word_cut(&rest);
  *out = (struct narr_piece){.phrase = -1, .a = {-1, false}, .b = {-1, false}};
  if (first.n == 0 || rest.n > 0) return tr("花括号里应为 1 到 3 个词", "one to three words are needed between braces");
  int at = named(first, word_names, WORDS);
  if (at == WORD_EXPLAIN && second.n) {
    out->kind = PIECE_EXPLAIN, out->subject = second;
    return third.n ? tr("多余的字", "this is too much") : NULL;
  }
  if (at >= 0) {
    out->kind = PIECE_WORD, out->word = (enum narr_word)at;
    if (second.n) return tr("这个词后面不能再写字", "nothing may follow this word");
    return loops == 0 && at >= WORD_NUMBER && at <= WORD_MEASURE ? tr("这个词只能写在 each 里", "this word stands only within each") : NULL;
  }
  if (sv_is(first, "名单") || sv_is(first, "数")) {
    out->kind = sv_is(first, "数") ? PIECE_COUNT : PIECE_NAMES;
    if ((at = named(second, set_names, SETS)) < 0)
      return tr("应为 来源 类 项 单位 类别 项目 经济类 款 实物 之一", "needed: one of 来源 类 项 单位 类别 项目 经济类 款 实物");
    out->set = (enum narr_set)at;
    return third.n ? ref_parse(n, third, loops, &out->a) : NULL;
  }
  const char *wrong = ref_parse(n, first, loops, &out->a);
  if (wrong) return wrong;
  out->kind = PIECE_AMOUNT;
  if (second.n == 0) return NULL;
  if (sv_is(second, "占")) {
    out->kind = PIECE_SHARE;
    return third.n ? ref_parse(n, third, loops, &out->b) : tr("“占”后要写整体的名字", "the whole follows 占");
  }
  out->kind = PIECE_CHANGE, out->subject = third;
  for (size_t i = 0; i < n->phrases.n; i++)
    if (sv_equal(n->phrases.v[i].name, second)) out->phrase = (int)i;
  if (out->phrase < 0) return tr("没有这个名字的 phrase", "no phrase of this name");
  if (out->a.fact >= 0 && n->facts.v[out->a.fact].no_prior)
    return tr("采购和资产没有上年数，不能写变动", "purchases and assets have no figures of last year");
  return NULL;
}

/* Every {…} of a text is known. */
static int check_text(const struct reader *r, struct sv text) {
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '}') return bad(r, (struct sv){text.p + i, text.n - i}, tr("多了 }", "} without {"));
    if (text.p[i] != '{') continue;
    size_t end = i + 1;
    while (end < text.n && text.p[end] != '}' && text.p[end] != '{') end++;
    if (end == text.n || text.p[end] != '}') return bad(r, (struct sv){text.p + i, text.n - i}, tr("{ 没有配对的 }", "{ without }"));
    struct narr_piece piece;
    struct sv inner = {text.p + i + 1, end - i - 1};
    const char *wrong = narr_piece_parse(r->n, inner, r->loops, &piece);
    if (wrong) return bad(r, inner, wrong);
    i = end;
  }
  return RC_OK;
}

/* ---- facts ---- */

static const char *const condition_names[] = {"kind",    "source",      "origin",  "nature",     "func",     "econ",    "category",
                                              "version", "procurement", "service", "in-project", "supplier", "reserved"};
enum { IS_VERSION = 7, IS_PROCUREMENT, IS_SERVICE, IS_IN_PROJECT, IS_SUPPLIER, IS_RESERVED, CONDITIONS };
static const char *const kind_letters[] = {"P", "U", "J", "B", "S", "A"};
static const char *const source_codes[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
static const char *const origin_names[] = {"本年", "上年结转结余", "使用非财政拨款结余"};
static const char *const of_names[] = {"决算", "年初", "全年"};
static const char *const nature_names[] = {"行政", "参公", "公益一类", "公益二类", "其他"};
static const char *const yes_names[] = {"否", "是"};

static int add_code(const struct reader *r, struct sv list[SUM_CODES], struct sv word) {
  bool digits = word.n > 0 && word.n <= 7;
  for (size_t i = 0; i < word.n; i++) digits &= word.p[i] >= '0' && word.p[i] <= '9';
  if (!digits) return bad(r, word, tr("这里要科目代码（数字）", "a code of a class (digits) is needed here"));
  for (int i = 0; i < SUM_CODES; i++)
    if (list[i].n == 0) return list[i] = word, RC_OK;
  return bad(r, word, tr("一个条件里的科目代码太多", "too many codes in one condition"));
}

static int mask_add(const struct reader *r, struct sv word, const char *const *names, int n, unsigned *mask) {
  int at = named(word, names, n);
  if (at < 0) return bad(r, word, tr("这个条件没有这个值；写法见 docs/narrative.md", "not a value of this condition; see docs/narrative.md"));
  *mask |= 1u << at;
  return RC_OK;
}

static int condition_value(const struct reader *r, int is, struct sv word, struct narr_term *t) {
  struct sum *s = &t->sum;
  unsigned mask = 0;
  int rc;
  switch (is) {
  case 0:
    if (t->flow == NARR_PURCHASE) return t->kind = word, RC_OK;
    rc = mask_add(r, word, kind_letters, KINDS, &mask), s->kinds |= (uint8_t)mask;
    return rc;
  case 1: rc = mask_add(r, word, source_codes, SOURCES, &mask), s->sources |= (uint16_t)mask; return rc;
  case 2: rc = mask_add(r, word, origin_names, ORIGINS, &mask), s->origins |= (uint8_t)mask; return rc;
  case 3: rc = mask_add(r, word, nature_names, 5, &mask), s->natures |= (uint8_t)mask; return rc;
  case 4: return add_code(r, s->func, word);
  case 5: return add_code(r, s->econ, word);
  case 6: return s->category = word, RC_OK;
  case IS_VERSION:
    if ((rc = named(word, of_names, OF_VERSIONS)) < 0) return bad(r, word, tr("版本是 决算 年初 全年 之一", "versions are 决算 年初 全年"));
    return s->of = (uint8_t)rc, RC_OK;
  case IS_SUPPLIER: return t->supplier = word, RC_OK;
  case IS_RESERVED: return t->reserved = word, RC_OK;
  default: break;
  }
  rc = mask_add(r, word, yes_names, 2, &mask);
  *(is == IS_PROCUREMENT ? &t->procurement : is == IS_SERVICE ? &t->service : &t->of_project) = mask == 2;
  return rc;
}

static int read_conditions(const struct reader *r, struct sv *rest, struct narr_term *t) {
  int is = -1, given = 0, rc = RC_OK;
  while (rest->n > 0 && rc == RC_OK) {
    struct sv before = *rest, word = word_cut(rest);
    if (sv_is(word, "+") || sv_is(word, "-")) {
      *rest = before;
      break;
    }
    int next = named(word, condition_names, CONDITIONS);
    if (next >= 0 && is >= 0 && given == 0) return bad(r, word, tr("前面的条件没有写值", "the condition before this has no value"));
    if (next > IS_VERSION && t->flow != NARR_PURCHASE) return bad(r, word, tr("这个条件只用于 purchase", "this condition is of purchases"));
    if (next > 0 && next < IS_VERSION && t->flow == NARR_PURCHASE)
      return bad(r, word, tr("purchase 没有这个条件", "purchases have no such condition"));
    if (next >= 0) {
      is = next, given = 0;
      continue;
    }
    if (is < 0)
      return bad(r, word,
                 tr("不认识的条件；条件有 kind source origin nature func econ category version",
                    "unknown condition; they are kind source origin nature func econ category version"));
    given++;
    rc = condition_value(r, is, word, t);
  }
  return rc == RC_OK && is >= 0 && given == 0 ? bad(r, *rest, tr("最后的条件没有写值", "the last condition has no value")) : rc;
}

static int read_term(const struct reader *r, struct sv *rest, struct narr_fact *f) {
  static const char *const flows[] = {"spending", "income", "carry-out", "distribution"};
  static const enum sum_flow values[] = {SUM_SPENDING, SUM_INCOME, SUM_CARRY_OUT, SUM_DISTRIBUTION};
  if (f->nterms == NARR_TERMS) return bad(r, *rest, tr("相加的项太多，请拆成两个 fact", "too many terms; make two facts of it"));
  struct narr_term *t = &f->term[f->nterms];
  bool negative = t->negative;
  struct sv word = word_cut(rest);
  *t = (struct narr_term){.flow = NARR_SUM, .fact = -1, .procurement = -1, .service = -1, .of_project = -1, .negative = negative};
  t->sum.unit = t->sum.project = -1;
  f->nterms++;
  int at = named(word, flows, 4);
  if (at >= 0) {
    t->sum.flow = values[at];
    return read_conditions(r, rest, t);
  }
  if (sv_is(word, "purchase")) return t->flow = NARR_PURCHASE, f->no_prior = true, read_conditions(r, rest, t);
  if (sv_is(word, "count")) {
    t->flow = NARR_COUNT, t->kind = word_cut(rest), f->no_prior = f->count = true;
    return t->kind.n ? RC_OK : bad(r, *rest, tr("count 后写 counts.csv 的名称", "an item of counts.csv follows"));
  }
  if (sv_is(word, "asset")) {
    t->flow = NARR_ASSET, t->kind = word_cut(rest), f->no_prior = true;
    return t->kind.n ? RC_OK : bad(r, *rest, tr("asset 后写资产名称", "the asset's name follows"));
  }
  t->flow = NARR_FACT, t->fact = fact_named(r->n, word);
  if (t->fact < 0)
    return bad(r, word,
               tr("应为 spending income carry-out distribution purchase asset count，或前面写过的事实",
                  "needed: spending income carry-out distribution purchase asset count, or a fact above"));
  f->no_prior |= r->n->facts.v[t->fact].no_prior, f->count |= r->n->facts.v[t->fact].count;
  return RC_OK;
}

static int read_fact(struct reader *r, struct sv rest) {
  struct narr_fact f = {.name = word_cut(&rest)};
  if (f.name.n == 0 || f.name.p[0] == '@' || named(f.name, word_names, WORDS) >= 0 || sv_is(f.name, "名单") || sv_is(f.name, "数") ||
      sv_is(f.name, "无"))
    return bad(r, f.name, tr("fact 后要写名字，不能用语言自己的词", "fact needs a name that is no word of the language"));
  if (fact_named(r->n, f.name) >= 0) return bad(r, f.name, tr("这个事实写了两次", "this fact is defined twice"));
  if (!sv_is(word_cut(&rest), "=")) return bad(r, rest, tr("名字后要写“=”", "\"=\" follows the name"));
  int rc = read_term(r, &rest, &f);
  while (rc == RC_OK && rest.n > 0) {
    struct sv sign = word_cut(&rest);
    if (!sv_is(sign, "+") && !sv_is(sign, "-")) return bad(r, sign, tr("这里应为 + 或 -", "+ or - is needed here"));
    if (f.nterms < NARR_TERMS) f.term[f.nterms].negative = sv_is(sign, "-");
    rc = read_term(r, &rest, &f);
  }
  for (int i = 0; i < f.nterms && f.count && rc == RC_OK; i++)
    if (f.term[i].flow != NARR_COUNT && !(f.term[i].flow == NARR_FACT && r->n->facts.v[f.term[i].fact].count))
      return bad(r, f.name, tr("数量和金额不能相加", "counts and money do not add"));
  if (rc == RC_OK && VEC_PUSH(&r->n->facts, f, MAX_FACTS) < 0) return bad(r, f.name, tr("事实太多", "too many facts"));
  return rc;
}

static int read_source(struct reader *r, struct sv rest) {
  struct sv code = word_cut(&rest);
  int at = named(code, source_codes, SOURCES);
  if (at < 0 || rest.n == 0) return bad(r, code, tr("应为：source 资金来源代码 名称", "needed: source CODE NAME"));
  r->n->source_name[at] = rest;
  return RC_OK;
}

static int read_unit(struct reader *r, struct sv rest) {
  static const char *const names[] = {"元", "万元", "亿元"};
  static const enum scale scales[] = {SCALE_YUAN, SCALE_WAN, SCALE_YI};
  struct sv name = word_cut(&rest), digits = word_cut(&rest);
  int at = named(name, names, 3);
  if (at < 0 || digits.n != 1 || digits.p[0] < '0' || digits.p[0] > '6' || rest.n)
    return bad(r, name, tr("应为：unit 元、万元或亿元 小数位数", "needed: unit 元, 万元 or 亿元, and the number of decimals"));
  r->n->scale = scales[at], r->n->decimals = digits.p[0] - '0';
  return RC_OK;
}

/* ---- phrases ---- */

static const char *const form_names[FORMS] = {"up", "down", "same", "new", "gone", "bare", "nought", "cause"};

static int read_form(struct reader *r, int form, struct sv rest) {
  if (!r->phrase) return bad(r, rest, tr("这一行要写在 phrase 后面", "this line stands after a phrase"));
  if (rest.n == 0) return bad(r, rest, tr("缺文字", "the words are missing"));
  r->phrase->form[form] = rest;
  return check_text(r, rest);
}

static int read_phrase(struct reader *r, struct sv rest) {
  struct narr_phrase p = {.name = word_cut(&rest), .against = WHEN_LAST, .line = r->line};
  if (p.name.n == 0 || rest.n || sv_is(p.name, "占")) return bad(r, p.name, tr("应为：phrase 名字", "needed: phrase NAME"));
  if (VEC_PUSH(&r->n->phrases, p, MAX_PHRASES) < 0) return bad(r, p.name, tr("phrase 太多", "too many phrases"));
  r->phrase = &r->n->phrases.v[r->n->phrases.n - 1];
  return RC_OK;
}

/* against 年初: compared with the approved budget; 全年: with the adjusted one. */
static int read_against(struct reader *r, struct sv rest) {
  if (!r->phrase || (!sv_is(rest, "年初") && !sv_is(rest, "全年")))
    return bad(r, rest, tr("应写在 phrase 后面：against 年初 或 全年", "needed, after a phrase: against 年初 or 全年"));
  return r->phrase->against = sv_is(rest, "年初") ? WHEN_APPROVED : WHEN_ADJUSTED, RC_OK;
}

/* A rate of nothing is none: a phrase with {比率} says what it prints instead. */
static int check_rates(struct reader *r) {
  for (size_t i = 0; i < r->n->phrases.n; i++) {
    const struct narr_phrase *p = &r->n->phrases.v[i];
    bool some = sv_contains(p->form[FORM_UP], "{比率}") || sv_contains(p->form[FORM_DOWN], "{比率}");
    if ((some && !p->form[FORM_NEW].n) || (sv_contains(p->form[FORM_SAME], "{比率}") && !p->form[FORM_NOUGHT].n))
      return r->line = p->line, r->line_start = NULL,
             bad(r, (struct sv){0},
                 tr("有 {比率} 的 phrase 要写 new 和 nought（基数为零时没有比率）", "a phrase with {比率} needs new and nought: no rate of nothing"));
  }
  return RC_OK;
}

/* ---- statements ---- */

static int read_condition_words(const struct reader *r, struct sv words, struct narr_statement *s) {
  while (words.n > 0) {
    struct narr_condition c = {.set = SET_NONE};
    struct sv word = word_cut(&words);
    if (sv_is(word, "无")) c.negated = true, word = word_cut(&words);
    if (sv_is(word, "上年") || sv_is(word, "年初")) c.when = sv_is(word, "上年") ? WHEN_LAST : WHEN_APPROVED, word = word_cut(&words);
    if (sv_is(word, "多") || sv_is(word, "有")) {
      c.least = sv_is(word, "多") ? 2 : 1, word = word_cut(&words);
      int at = named(word, set_names, SETS);
      if (at < 0) return bad(r, word, tr("“多”“有”后应为 来源 类 项 单位 等", "a set such as 来源 follows 多 and 有"));
      c.set = (enum narr_set)at, word = word_cut(&words);
    }
    const char *wrong = NULL;
    c.ref.fact = -1;
    if (!c.least || word.n || (c.set != SET_UNIT && c.set != SET_ASSET)) wrong = ref_parse(r->n, word, r->loops, &c.ref);
    if (wrong) return bad(r, word, wrong);
    if (s->nconditions == NARR_CONDITIONS) return bad(r, word, tr("条件太多", "too many conditions"));
    s->condition[s->nconditions++] = c;
  }
  return s->nconditions ? RC_OK : bad(r, words, tr("缺条件", "the condition is missing"));
}

static int read_each(const struct reader *r, struct sv rest, struct narr_statement *s) {
  struct sv word = word_cut(&rest);
  int at = named(word, set_names, SETS);
  if (at < 0)
    return bad(r, word,
               tr("应为：each 来源 类 项 单位 类别 项目 经济类 款 实物 之一", "needed: each and one of 来源 类 项 单位 类别 项目 经济类 款 实物"));
  s->set = (enum narr_set)at, s->all = rest.n == 0, s->ref.fact = -1;
  if (s->all) return at == SET_UNIT || at == SET_ASSET ? RC_OK : bad(r, word, tr("后面要写 of 事实", "of FACT must follow"));
  if (!sv_is(word_cut(&rest), "of")) return bad(r, word, tr("后面要写 of 事实", "of FACT must follow"));
  struct sv name = word_cut(&rest);
  const char *wrong = ref_parse(r->n, name, r->loops, &s->ref);
  if (!wrong && sv_starts(rest, "or ")) {
    word_cut(&rest), name = word_cut(&rest);
    wrong = ref_parse(r->n, name, r->loops, &s->also);
  }
  if (!wrong && s->ref.fact < 0) wrong = tr("@ 后要写事实的名字", "a fact's name follows @");
  if (wrong) return bad(r, name, wrong);
  return rest.n ? bad(r, rest, tr("多余的字", "this is too much")) : RC_OK;
}

static int read_text(const struct reader *r, struct sv rest, struct narr_statement *s) {
  if (rest.n && rest.p[0] == '[') {
    size_t end = sv_find(rest, "]");
    if (end == SIZE_MAX) return bad(r, rest, tr("[ 没有配对的 ]", "[ without ]"));
    int rc = read_condition_words(r, sv_trim((struct sv){rest.p + 1, end - 1}), s);
    if (rc < 0) return rc;
    rest = sv_trim((struct sv){rest.p + end + 1, rest.n - end - 1});
  }
  s->text = rest;
  if (rest.n == 0 && s->verb == VERB_TEXT && !s->nconditions) return RC_OK;
  if (rest.n == 0) return bad(r, rest, tr("缺文字", "the words are missing"));
  return s->verb == VERB_TEXTS ? RC_OK : check_text(r, rest);
}

static int block_close(struct reader *r, struct narr_statement *s, struct sv at) {
  if (r->depth == 0) return bad(r, at, tr("多了 end 或 otherwise", "end or otherwise without a beginning"));
  int open = r->open[--r->depth];
  struct narr_statement *first = &r->n->statements.v[open];
  first->end = (int)r->n->statements.n;
  if (first->verb == VERB_EACH) r->loops--;
  if (s->verb != VERB_OTHERWISE) return RC_OK;
  if (first->verb != VERB_WHEN) return bad(r, at, tr("otherwise 只能接在 when 后", "otherwise follows only when"));
  r->open[r->depth++] = (int)r->n->statements.n;
  return RC_OK;
}

static int read_statement(struct reader *r, int verb, struct sv rest) {
  struct narr_statement s = {.verb = (enum narr_verb)verb, .line = r->line, .set = SET_NONE, .also = {-1, false}};
  int rc = RC_OK;
  r->phrase = NULL;
  bool opens = verb == VERB_JOIN || verb == VERB_EACH || verb == VERB_WHEN;
  if (opens && r->depth == NARR_DEPTH) return bad(r, rest, tr("套得太深", "nested too deeply"));
  if (verb == VERB_EACH) rc = read_each(r, rest, &s);
  if (verb == VERB_WHEN) rc = read_condition_words(r, rest, &s);
  if (verb == VERB_JOIN || verb == VERB_PART) s.text = rest, rc = rest.n ? RC_OK : bad(r, rest, tr("缺文字", "the words are missing"));
  if (verb == VERB_PART && r->depth) return bad(r, rest, tr("前面的 each、when 或 join 没有 end", "an each, when or join above has no end"));
  if (verb >= VERB_SECTION && verb <= VERB_TEXTS) rc = read_text(r, rest, &s);
  if ((verb == VERB_END || verb == VERB_OTHERWISE || verb == VERB_NOTES) && rest.n) return bad(r, rest, tr("多余的字", "this is too much"));
  if (verb == VERB_END || verb == VERB_OTHERWISE) rc = block_close(r, &s, rest);
  if (rc == RC_OK && opens) r->open[r->depth++] = (int)r->n->statements.n, r->loops += verb == VERB_EACH;
  if (rc == RC_OK && VEC_PUSH(&r->n->statements, s, MAX_STATEMENTS) < 0) return bad(r, rest, tr("语句太多", "too many statements"));
  return rc;
}

static int read_line(struct reader *r, struct sv line) {
  static const char *const verbs[] = {"part",  "section", "subsection", "text", "more",      "item", "texts",
                                      "notes", "join",    "each",       "when", "otherwise", "end"};
  struct sv rest = line, word = word_cut(&rest);
  if (word.n == 0 || word.p[0] == '#') return RC_OK;
  int at = named(word, verbs, 13);
  if (at >= 0) return read_statement(r, at, rest);
  if ((at = named(word, form_names, FORMS)) >= 0) return read_form(r, at, rest);
  if (sv_is(word, "against")) return read_against(r, rest);
  r->phrase = NULL;
  if (sv_is(word, "fact")) return read_fact(r, rest);
  if (sv_is(word, "phrase")) return read_phrase(r, rest);
  if (sv_is(word, "source")) return read_source(r, rest);
  if (sv_is(word, "unit")) return read_unit(r, rest);
  if (sv_is(word, "note-shares")) return r->n->note_shares = rest, check_text(r, rest);
  if (sv_is(word, "narrative")) return RC_OK;
  return bad(r, word, tr("不认识的语句；写法见 docs/narrative.md", "unknown statement; see docs/narrative.md"));
}

static int read_gloss(struct reader *r, struct sv line) {
  if (sv_trim(line).n == 0 || line.p[0] == '#') return RC_OK;
  struct sv rest = line;
  struct narr_gloss g = {.key = sv_trim(sv_cut(&rest, '\t'))};
  g.name = rest.p ? sv_trim(sv_cut(&rest, '\t')) : (struct sv){0};
  g.text = rest.p ? sv_trim(rest) : (struct sv){0};
  if (g.key.n == 0 || g.name.n == 0 || g.text.n == 0)
    return bad(r, line, tr("应为三栏，用制表符分开：代码或 *、名称、解释", "three columns between tabs are needed: code or *, name, explanation"));
  return VEC_PUSH(&r->n->glosses, g, MAX_GLOSSES) < 0 ? bad(r, line, tr("名词太多", "too many entries")) : RC_OK;
}

static int read_file(struct reader *r, const char *path, int (*each)(struct reader *, struct sv)) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  int rc = file_read(path, MAX_BYTES, &bytes, &size, r->e);
  if (rc < 0) return rc;
  char *copy = arena_text(&r->n->arena, (const char *)bytes, size);
  free(bytes);
  r->n->file = arena_printf(&r->n->arena, "%s", path);
  if (!copy || !r->n->file) return no_memory(r);
  struct sv rest = {copy, size};
  if (!utf8_valid(rest)) {
    r->line = 1;
    while (rest.p && utf8_valid(sv_cut(&rest, '\n'))) r->line++;
    return err_at(r->e, RC_FORMAT, path, r->line, 0, "%s", tr("这一行不是 UTF-8", "this line is not UTF-8"));
  }
  if (sv_starts(rest, "\xEF\xBB\xBF")) rest.p += 3, rest.n -= 3;
  for (r->line = 1; rest.p && rc == RC_OK; r->line++) {
    struct sv line = sv_cut(&rest, '\n');
    if (line.n && line.p[line.n - 1] == '\r') line.n--;
    r->line_start = line.p;
    if (line.n > MAX_LINE) return bad(r, (struct sv){line.p, 30}, tr("这一行太长", "this line is too long"));
    rc = each(r, line);
  }
  return rc;
}

int narrative_load(const char *data, const char *profile, struct narrative **out, struct err *e) {
  char path[4200];
  *out = NULL;
  struct narrative *n = calloc(1, sizeof *n);
  struct reader r = {.n = n, .e = e};
  if (!n) return no_memory(&r);
  arena_init(&n->arena, NARRATIVE_CAP);
  n->scale = SCALE_WAN, n->decimals = 2;
  snprintf(path, sizeof path, "%s/profiles/glossary.tsv", data);
  int rc = read_file(&r, path, read_gloss);
  snprintf(path, sizeof path, "%s/profiles/%s.narrative", data, profile);
  if (rc == RC_OK) rc = read_file(&r, path, read_line);
  if (rc == RC_OK) rc = check_rates(&r);
  if (rc == RC_OK && r.depth) {
    r.line = n->statements.v[r.open[r.depth - 1]].line;
    rc = bad(&r, (struct sv){0}, tr("这里开始的 each、when 或 join 没有 end", "the each, when or join that begins here has no end"));
  }
  if (rc < 0)
    narrative_free(n);
  else
    *out = n;
  return rc;
}

void narrative_free(struct narrative *n) {
  if (!n) return;
  free(n->facts.v), free(n->phrases.v), free(n->statements.v), free(n->glosses.v);
  arena_release(&n->arena);
  free(n);
}
