/* expression.c: what stands behind check, require, where, when: relations of cells, and conditions. Recursive descent; depth and counts are capped.
 */
#include "rule/rule_internal.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

const char *const attribute_names[] = {
    "row.key",       "row.code",      "row.label",      "row.level",   "row.role",          "row.children",   "row.orphan",
    "row.repeated",  "row.ascending", "table.kind",     "table.title", "table.unit",        "table.empty",    "table.remark",
    "table.rows",    "table.subject", "table.instance", "table.year",  "column.measure",    "column.header",  "cell.text",
    "cell.decimals", "cell.state",    "field.text",     "field.name",  "field.subject",     "field.required", "book.year",
    "book.kind",     "book.body",     "book.profile",   "book.tables", "book.unrecognised", "book.whole",     NULL};
const char *const call_names[] = {"has",  "field", "number", "left",  "mid",   "length", "known", "name",
                                  "says", "label", "code",   "count", "noted", "year",   NULL};

struct reader {
  struct rule_set *s;
  const char *file;
  struct lexer *l;
  int depth;
  struct err *e;
};

static int wrong(struct reader *r, const char *zh, const char *en) {
  const struct token *t = &r->l->now;
  int n = t->text.n > 30 ? 30 : (int)t->text.n;
  if (t->kind == TOKEN_END)
    return err_at(r->e, RC_FORMAT, r->file, t->line, t->column, tr("%s，但子句到此结束", "%s, but the clause ends here"), tr(zh, en));
  return err_at(r->e, RC_FORMAT, r->file, t->line, t->column, tr("%s，这里却是 %.*s", "%s, but here is %.*s"), tr(zh, en), n, t->text.p);
}

static void *make(struct reader *r, size_t size) {
  void *p = arena_alloc(&r->s->arena, size);
  if (!p) (void)err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return p;
}

static bool take(struct reader *r, const char *word) {
  if (!lexer_is(r->l, word)) return false;
  lexer_next(r->l);
  return true;
}

static int expect(struct reader *r, const char *sign, const char *zh, const char *en) {
  return take(r, sign) ? RC_OK : wrong(r, zh, en);
}

/* ---- names ---- */

/* Literals are numbered one after another, so that a book's symbols for them can stand in one array. */
int names_add(struct rule_set *s, struct names *n, struct sv name, const char *file, const struct token *at, struct err *e) {
  if (n->n == NAMES_MOST) return err_at(e, RC_LIMIT, file, at->line, at->column, tr("最多 %d 个名字", "at most %d names"), NAMES_MOST);
  uint32_t id = intern_add(&s->literals, name.p, name.n);
  if (id == INTERN_NONE) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  n->v[n->n] = intern_name(&s->literals, id);
  n->id[n->n++] = id;
  return RC_OK;
}

static int read_names(struct reader *r, struct names *n) {
  do {
    if (r->l->now.kind != TOKEN_NAME && r->l->now.kind != TOKEN_NUMBER) return wrong(r, "这里应是名字", "a name is wanted");
    int rc = names_add(r->s, n, r->l->now.text, r->file, &r->l->now, r->e);
    if (rc < 0) return rc;
    lexer_next(r->l);
  } while (take(r, "|"));
  return RC_OK;
}

/* ---- cells: KIND[rows, column] ---- */

static int read_rows(struct reader *r, struct cell_ref *c) {
  static const struct {
    const char *word;
    enum row_select rows;
  } words[] = {{"row", ROWS_SAME},    {"children", ROWS_CHILDREN},  {"top", ROWS_TOP},  {"leaves", ROWS_LEAVES},
               {"every", ROWS_EVERY}, {"subject", ROWS_OF_SUBJECT}, {"head", ROWS_HEAD}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (take(r, words[i].word)) {
      c->rows = words[i].rows;
      return RC_OK;
    }
  if (take(r, "level")) {
    if (r->l->now.kind != TOKEN_NUMBER || r->l->now.text.n != 1) return wrong(r, "level 之后应是 1 到 9", "level is followed by 1 to 9");
    c->rows = ROWS_AT_LEVEL;
    c->level = r->l->now.text.p[0] - '0';
    lexer_next(r->l);
    return RC_OK;
  }
  c->rows = take(r, "coded") ? ROWS_CODED : take(r, "all") ? ROWS_ALL_NAMED : ROWS_NAMED;
  return read_names(r, &c->row);
}

/* The sign "[" is what is at hand when this is called. */
static int read_brackets(struct reader *r, struct cell_ref *c) {
  int rc = expect(r, "[", "这里应是 [", "[ is wanted");
  if (rc == RC_OK) rc = read_rows(r, c);
  if (rc < 0) return rc;
  if (take(r, ",")) {
    if (take(r, "column"))
      c->same_column = true;
    else
      rc = read_names(r, &c->column);
  } else {
    c->no_column = true;
  }
  return rc == RC_OK ? expect(r, "]", "这里应是 ]", "] is wanted") : rc;
}

static int read_cell(struct reader *r, struct cell_ref *c) {
  int rc = RC_OK;
  if (r->l->now.kind == TOKEN_NAME) rc = read_names(r, &c->kind);
  return rc == RC_OK ? read_brackets(r, c) : rc;
}

/* ---- relations ---- */

static int read_term(struct reader *r, int sign, struct relation_def *d) {
  if (d->nterms == TERMS_MOST) return wrong(r, "项太多", "too many terms");
  struct term_def *t = &d->terms[d->nterms];
  *t = (struct term_def){.coefficient = sign};
  if (r->l->now.kind == TOKEN_NUMBER) {
    if (sv_is(r->l->now.text, "0")) { /* nothing: a side of its own */
      lexer_next(r->l);
      return RC_OK;
    }
    if (r->l->now.text.n > 4) return wrong(r, "倍数太大", "the multiple is too large");
    int times = 0;
    for (size_t i = 0; i < r->l->now.text.n; i++) times = times * 10 + (r->l->now.text.p[i] - '0');
    t->coefficient *= times;
    lexer_next(r->l);
    int rc = expect(r, "*", "倍数之后应是 *", "a multiple is followed by *");
    if (rc < 0) return rc;
  }
  t->sum = take(r, "sum");
  int rc = read_cell(r, &t->ref);
  if (rc < 0) return rc;
  if (t->ref.no_column) return wrong(r, "这里应是单元格 [行, 列]", "a cell [row, column] is wanted");
  bool many = t->ref.rows != ROWS_SAME && t->ref.rows != ROWS_NAMED && t->ref.rows != ROWS_OF_SUBJECT && t->ref.rows != ROWS_HEAD;
  if (many != t->sum)
    return wrong(r, t->sum ? "sum 只用于多行（children、top、leaves、every、level、coded、all）" : "多行之前要写 sum",
                 t->sum ? "sum is for several rows (children, top, leaves, every, level, coded, all)" : "several rows need sum before them");
  t->absence = take(r, "?") ? ABSENT_IS_ZERO : take(r, "!") ? ABSENT_IS_WRONG : ABSENT_SKIPS;
  d->nterms++;
  return RC_OK;
}

static int read_side(struct reader *r, int sign, struct relation_def *d) {
  int rc = read_term(r, take(r, "-") ? -sign : sign, d);
  while (rc == RC_OK && (lexer_is(r->l, "+") || lexer_is(r->l, "-"))) {
    int s = lexer_is(r->l, "+") ? sign : -sign;
    lexer_next(r->l);
    rc = read_term(r, s, d);
  }
  return rc;
}

static bool same_names(const struct names *a, const struct names *b) {
  if (a->n != b->n) return false;
  for (int i = 0; i < a->n; i++)
    if (strcmp(a->v[i], b->v[i]) != 0) return false;
  return true;
}

/* Whether the relation adds up rows, or columns, of one table: then none of them may be unknown. */
static void find_guards(struct relation_def *d) {
  for (int i = 0; i < d->nterms; i++) {
    const struct cell_ref *a = &d->terms[i].ref;
    if (d->terms[i].sum) {
      d->guard_rows = true;
      if (a->rows != ROWS_CHILDREN) d->all_rows = true;
    }
    for (int k = i + 1; k < d->nterms; k++) {
      const struct cell_ref *b = &d->terms[k].ref;
      if (!same_names(&a->kind, &b->kind)) continue;
      if (a->same_column == b->same_column && same_names(&a->column, &b->column)) {
        if (d->nterms > 2 && (a->rows != b->rows || !same_names(&a->row, &b->row))) d->guard_rows = d->all_rows = true;
      } else if (d->nterms > 2) {
        d->guard_columns = true;
      }
    }
  }
}

int parse_relation(struct rule_set *s, const char *file, struct lexer *l, struct relation_def **out, struct err *e) {
  struct reader r = {.s = s, .file = file, .l = l, .e = e};
  struct term_def terms[TERMS_MOST];
  struct relation_def *d = make(&r, sizeof *d);
  if (!d) return RC_NOMEM;
  d->terms = terms;
  int rc = read_side(&r, 1, d);
  if (rc < 0) return rc;
  d->op = take(&r, "=") ? REL_EQ : take(&r, "<=") ? REL_LE : take(&r, ">=") ? REL_GE : REL_RATIO;
  if (d->op == REL_RATIO) return wrong(&r, "这里应是 =、<= 或 >=", "=, <= or >= is wanted");
  int left = d->nterms;
  rc = read_side(&r, -1, d);
  if (rc < 0) return rc;
  if (take(&r, "/")) {
    if (left != 1 || d->nterms != 2 || d->op != REL_EQ) return wrong(&r, "比例应写成 占比 = 部分 / 整体", "a ratio is written share = part / whole");
    d->op = REL_RATIO;
    rc = read_term(&r, 1, d);
    if (rc < 0) return rc;
    for (int i = 0; i < 3; i++) {
      d->terms[i].coefficient = 1;
      if (d->terms[i].sum) return wrong(&r, "比例里不能用 sum", "a ratio has no sum");
    }
  }
  if (left == 0 || d->nterms < 1 || (d->op == REL_RATIO && d->nterms != 3)) return wrong(&r, "左边应是单元格", "the left side is a cell");
  if (d->op == REL_EQ) find_guards(d);
  d->terms = make(&r, sizeof terms);
  if (!d->terms) return RC_NOMEM;
  memcpy(d->terms, terms, sizeof terms);
  *out = d;
  return RC_OK;
}

/* ---- conditions ---- */

static int read_or(struct reader *r, struct node **out);

static int find_word(const char *const *list, struct sv word) {
  for (int i = 0; list[i]; i++)
    if (sv_is(word, list[i])) return i;
  return -1;
}

/* What a call may be given: C a cell or row, X a text or number; lower case: may be left out. */
static const char *const call_args[] = {"A", "x", "x", "xx", "xxx", "x", "xx", "xx", "xy", "C", "C", "A", "x", "x"};

static int read_primary(struct reader *r, struct node **out);

static int read_call(struct reader *r, enum call call, struct node *n) {
  n->kind = NODE_CALL;
  n->call = call;
  const struct token open = r->l->now;
  int rc = expect(r, "(", "这里应是 (", "( is wanted");
  while (rc == RC_OK && !lexer_is(r->l, ")")) {
    if (n->nargs == ARGS_MOST) return wrong(r, "参数太多", "too many arguments");
    bool kind_only = (call == CALL_HAS || call == CALL_COUNT) && r->l->now.kind == TOKEN_NAME && find_word(attribute_names, r->l->now.text) < 0;
    struct node **arg = &n->args[n->nargs++];
    if (kind_only) { /* a kind of table, with or without rows */
      if (!(*arg = make(r, sizeof **arg)) || !((*arg)->cell = make(r, sizeof *(*arg)->cell))) return RC_NOMEM;
      (*arg)->kind = NODE_CELL;
      rc = read_names(r, &(*arg)->cell->kind);
      if (rc == RC_OK && lexer_is(r->l, "["))
        rc = read_brackets(r, (*arg)->cell);
      else
        (*arg)->cell->no_column = true, (*arg)->cell->rows = ROWS_EVERY;
    } else {
      rc = read_primary(r, arg);
    }
    if (rc == RC_OK && !take(r, ",")) break;
  }
  if (rc == RC_OK) rc = expect(r, ")", "这里应是 )", ") is wanted");
  size_t most = strlen(call_args[call]);
  if (rc == RC_OK && call != CALL_SAYS && (size_t)n->nargs != most)
    return err_at(r->e, RC_FORMAT, r->file, open.line, open.column, tr("%s 要 %zu 个参数", "%s takes %zu arguments"), call_names[call], most);
  if (rc == RC_OK && call == CALL_SAYS && n->nargs < 1) return wrong(r, "says 至少要一个词", "says wants at least one word");
  return rc;
}

static int read_literal(struct reader *r, struct node *n) {
  const struct token *t = &r->l->now;
  if (t->kind == TOKEN_NUMBER) {
    if (t->text.n > 15) return wrong(r, "数太大", "the number is too large");
    n->kind = NODE_NUMBER;
    for (size_t i = 0; i < t->text.n; i++) n->number = n->number * 10 + (t->text.p[i] - '0');
  } else {
    n->kind = NODE_TEXT;
    n->text = arena_text(&r->s->arena, t->text.p, t->text.n);
    if (!n->text) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  lexer_next(r->l);
  return RC_OK;
}

static int read_primary(struct reader *r, struct node **out) {
  struct node *n = *out = make(r, sizeof *n);
  if (!n) return RC_NOMEM;
  const struct token *t = &r->l->now;
  if (t->kind == TOKEN_NUMBER || t->kind == TOKEN_TEXT) return read_literal(r, n);
  int attribute = t->kind == TOKEN_NAME ? find_word(attribute_names, t->text) : -1,
      call = t->kind == TOKEN_NAME ? find_word(call_names, t->text) : -1;
  if (attribute >= 0) {
    n->kind = NODE_ATTRIBUTE;
    n->attribute = (enum attribute)attribute;
    lexer_next(r->l);
    return RC_OK;
  }
  if (call >= 0) {
    lexer_next(r->l);
    return read_call(r, (enum call)call, n);
  }
  if (t->kind != TOKEN_NAME && !lexer_is(r->l, "["))
    return wrong(r, "这里应是值：文字、数、单元格或属性", "a value is wanted: a text, a number, a cell or an attribute");
  n->kind = NODE_CELL;
  n->cell = make(r, sizeof *n->cell);
  return n->cell ? read_cell(r, n->cell) : RC_NOMEM;
}

/* The pattern stood at `at`. */
static int compile_pattern(struct reader *r, struct node *n, const struct token *at) {
  struct node *right = n->args[1];
  if (right->kind != NODE_TEXT) return wrong(r, "~ 之后应是写在引号里的正则式", "~ is followed by a pattern in quotes");
  regex_t *x = malloc(sizeof *x);
  if (!x) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (strlen(right->text) > 400 || regcomp(x, right->text, REG_EXTENDED | REG_NOSUB) != 0) {
    free(x);
    return err_at(r->e, RC_FORMAT, r->file, at->line, at->column, "%s", tr("正则式不对", "the pattern is not sound"));
  }
  if (VEC_PUSH(&r->s->patterns, (void *)x, RULES_MOST) < 0) {
    regfree(x);
    free(x);
    return err_set(r->e, RC_LIMIT, "%s", tr("正则式太多", "too many patterns"));
  }
  n->pattern = x;
  return RC_OK;
}

static int read_in(struct reader *r, struct node *n) {
  int rc = expect(r, "(", "in 之后应是 (", "in is followed by (");
  n->kind = NODE_IN;
  do {
    if (rc < 0) return rc;
    if (n->nargs == ARGS_MOST) return wrong(r, "in 里最多 5 个值", "in has at most 5 values");
    rc = read_primary(r, &n->args[n->nargs++]);
  } while (rc == RC_OK && take(r, ","));
  return rc == RC_OK ? expect(r, ")", "这里应是 )", ") is wanted") : rc;
}

static int read_compare(struct reader *r, struct node **out) {
  static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">=", "~"};
  struct node *left;
  int rc = read_primary(r, &left);
  if (rc < 0) return rc;
  struct node *n = *out = make(r, sizeof *n);
  if (!n) return RC_NOMEM;
  n->args[n->nargs++] = left;
  n->kind = NODE_TRUTH;
  if (take(r, "in")) return read_in(r, n);
  for (int i = 0; i < 7; i++)
    if (take(r, signs[i])) {
      n->kind = NODE_COMPARE;
      n->op = (enum compare_op)i;
      const struct token right = r->l->now;
      rc = read_primary(r, &n->args[n->nargs++]);
      return rc == RC_OK && n->op == CMP_MATCH ? compile_pattern(r, n, &right) : rc;
    }
  return RC_OK;
}

static int read_not(struct reader *r, struct node **out) {
  if (r->depth >= DEPTH_MOST) return wrong(r, "条件套得太深", "the condition is nested too deep");
  if (take(r, "not")) {
    struct node *n = *out = make(r, sizeof *n);
    if (!n) return RC_NOMEM;
    n->kind = NODE_NOT;
    n->nargs = 1;
    r->depth++;
    int rc = read_not(r, &n->args[0]);
    r->depth--;
    return rc;
  }
  if (take(r, "(")) {
    r->depth++;
    int rc = read_or(r, out);
    r->depth--;
    return rc == RC_OK ? expect(r, ")", "这里应是 )", ") is wanted") : rc;
  }
  return read_compare(r, out);
}

static int read_and(struct reader *r, struct node **out) {
  int rc = read_not(r, out);
  while (rc == RC_OK && take(r, "and")) {
    struct node *n = make(r, sizeof *n);
    if (!n) return RC_NOMEM;
    n->kind = NODE_AND;
    n->nargs = 2;
    n->args[0] = *out;
    rc = read_not(r, &n->args[1]);
    *out = n;
  }
  return rc;
}

static int read_or(struct reader *r, struct node **out) {
  int rc = read_and(r, out);
  while (rc == RC_OK && take(r, "or")) {
    struct node *n = make(r, sizeof *n);
    if (!n) return RC_NOMEM;
    n->kind = NODE_OR;
    n->nargs = 2;
    n->args[0] = *out;
    rc = read_and(r, &n->args[1]);
    *out = n;
  }
  return rc;
}

int parse_condition(struct rule_set *s, const char *file, struct lexer *l, struct node **out, struct err *e) {
  struct reader r = {.s = s, .file = file, .l = l, .e = e};
  return read_or(&r, out);
}
