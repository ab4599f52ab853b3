/* expression.c: what stands behind check, require, where, when: relations of cells, and conditions. Recursive descent; depth and counts are capped.
 */
#include "rule/rule_internal.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

const char *const attribute_names[] = {
    "row.key",       "row.code",      "row.label",      "row.level",   "row.role",          "row.children",   "row.orphan",
    "row.repeated",  "row.ascending", "table.kind",     "table.title", "table.unit",        "table.empty",    "table.remark",
    "table.rows",    "table.subject", "table.instance", "table.year",  "column.measure",    "column.header",  "cell.text",
    "cell.decimals", "cell.state",    "field.text",     "field.name",  "field.subject",     "field.required", "book.year",
    "book.kind",     "book.body",     "book.profile",   "book.tables", "book.unrecognised", "book.whole",     NULL};
const char *const call_names[] = {"has",   "field", "number", "left",  "mid",  "length",   "known",         "name", "says",
                                  "label", "code",  "count",  "noted", "year", "contains", "matches-count", NULL};

/* By attribute: T a text, N a number or truth. */
static const char attribute_shapes[ATTR_COUNT + 1] = "TTTNTNNNN"
                                                     "TTNNTNTNN"
                                                     "TT"
                                                     "TNT"
                                                     "TTTN"
                                                     "NTTTNNN";
/* By call: what it gives (T text, N number or truth), then its arguments: A a table, rows or a cell; R one row; x a text; y a number. */
static const char *const call_shapes[] = {"NA", "Tx", "Nx", "Txy", "Txyy", "Nx", "Nxx", "Txx", "Nx", "TR", "TR", "NA", "Nx", "Nx", "Nxx", "Nxx"};

struct reader {
  struct rule_set *s;
  const char *file;
  struct lexer *l;
  int depth, nodes;
  struct err *e;
};

static int wrong(struct reader *r, const char *zh, const char *en) {
  const struct token *t = &r->l->now;
  if (t->kind == TOKEN_END)
    return err_at(r->e, RC_FORMAT, r->file, t->line, t->column, tr("%s，但子句到此结束", "%s, but the clause ends here"), tr(zh, en));
  return err_at(r->e, RC_FORMAT, r->file, t->line, t->column, tr("%s，这里却是 %.*s", "%s, but here is %.*s"), tr(zh, en),
                SV_ARG(shortened(t->text)));
}

/* The same about something that was read already. */
static int wrong_at(struct reader *r, int line, int at, const char *zh, const char *en) {
  return err_at(r->e, RC_FORMAT, r->file, line, at, "%s", tr(zh, en));
}

static void *make(struct reader *r, size_t size) {
  void *p = arena_alloc(&r->s->arena, size);
  if (!p) (void)err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return p;
}

/* Nodes are counted: conditions are walked by recursion. */
static int make_node(struct reader *r, enum node_kind kind, struct node **out) {
  if (r->nodes++ == NODES_MOST) return wrong(r, "条件太长", "the condition is too long");
  if (!(*out = make(r, sizeof **out))) return RC_NOMEM;
  **out = (struct node){.kind = kind, .line = r->l->now.line, .at = r->l->now.column};
  return RC_OK;
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
  } words[] = {{"row", ROWS_SAME},           {"children", ROWS_CHILDREN}, {"top", ROWS_TOP},       {"leaves", ROWS_LEAVES}, {"every", ROWS_EVERY},
               {"subject", ROWS_OF_SUBJECT}, {"head", ROWS_HEAD},         {"parent", ROWS_PARENT}, {"first", ROWS_FIRST}};
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
  c->line = r->l->now.line, c->at = r->l->now.column;
  if (r->l->now.kind == TOKEN_NAME) rc = read_names(r, &c->kind);
  return rc == RC_OK ? read_brackets(r, c) : rc;
}

/* ---- relations ---- */

static bool many_rows(const struct cell_ref *c) {
  switch (c->rows) {
  case ROWS_CHILDREN:
  case ROWS_TOP:
  case ROWS_LEAVES:
  case ROWS_EVERY:
  case ROWS_CODED:
  case ROWS_AT_LEVEL:
  case ROWS_ALL_NAMED: return true;
  case ROWS_SAME:
  case ROWS_NAMED:
  case ROWS_OF_SUBJECT:
  case ROWS_HEAD:
  case ROWS_PARENT:
  case ROWS_FIRST: break;
  }
  return false;
}

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
  if (t->ref.no_column) return wrong_at(r, t->ref.line, t->ref.at, "这里应是单元格 [行, 列]", "a cell [row, column] is wanted");
  if (many_rows(&t->ref) != t->sum)
    return wrong_at(r, t->ref.line, t->ref.at, t->sum ? "sum 只用于多行（children、top、leaves、every、level、coded、all）" : "多行之前要写 sum",
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

/* Part or whole of a ratio: a term, or a sum in brackets. */
static int read_share_side(struct reader *r, int sign, struct relation_def *d, bool *bracketed) {
  *bracketed = take(r, "(");
  if (!*bracketed) return read_term(r, sign, d);
  int rc = read_side(r, sign, d);
  return rc == RC_OK ? expect(r, ")", "这里应是 )", ") is wanted") : rc;
}

/* What stands behind "/": the whole. `bracketed`: the part was. */
static int read_ratio(struct reader *r, bool bracketed, struct relation_def *d) {
  const char *zh = "比例应写成 占比 = 部分 / 整体；部分、整体是单元格，或圆括号里的几个单元格加减",
             *en = "a ratio is written share = part / whole; part and whole are a cell each, or cells added up in brackets";
  int line = r->l->now.line, at = r->l->now.column, part = d->nterms;
  lexer_next(r->l);
  bool stated = d->op == REL_EQ && part > 1 && d->terms[0].coefficient == 1 && !d->terms[0].sum;
  if (!stated || (part > 2 && !bracketed)) return wrong_at(r, line, at, zh, en);
  int rc = read_share_side(r, -1, d, &bracketed);
  if (rc < 0) return rc;
  if (d->nterms == part) return wrong_at(r, line, at, zh, en);
  d->op = REL_RATIO;
  d->nwhole = d->nterms - part;
  for (int i = 1; i < d->nterms; i++) {
    d->terms[i].coefficient = -d->terms[i].coefficient;
    if (!d->terms[i].sum) continue;
    d->guard_rows = true;
    d->all_rows = d->all_rows || d->terms[i].ref.rows != ROWS_CHILDREN;
  }
  return RC_OK;
}

/* The right side: terms, or the two sides of a ratio. */
static int read_right(struct reader *r, struct relation_def *d) {
  bool bracketed = false, first = lexer_is(r->l, "(");
  int rc = first ? read_share_side(r, -1, d, &bracketed) : read_side(r, -1, d);
  if (rc < 0) return rc;
  if (lexer_is(r->l, "/")) return read_ratio(r, bracketed, d);
  return bracketed ? wrong(r, "圆括号之后应是 /", "a sum in brackets is followed by /") : RC_OK;
}

int parse_relation(struct rule_set *s, const char *file, struct lexer *l, struct relation_def **out, struct err *e) {
  struct reader r = {.s = s, .file = file, .l = l, .e = e};
  struct term_def terms[TERMS_MOST];
  struct relation_def d = {.terms = terms};
  int line = l->now.line, at = l->now.column, rc = read_side(&r, 1, &d);
  if (rc < 0) return rc;
  if (d.nterms == 0) return wrong_at(&r, line, at, "左边应是单元格", "the left side is a cell");
  d.op = take(&r, "=") ? REL_EQ : take(&r, "<=") ? REL_LE : take(&r, ">=") ? REL_GE : REL_RATIO;
  if (d.op == REL_RATIO) return wrong(&r, "这里应是 =、<= 或 >=", "=, <= or >= is wanted");
  rc = read_right(&r, &d);
  if (rc < 0) return rc;
  if (d.op == REL_EQ) find_guards(&d);
  struct relation_def *kept = make(&r, sizeof *kept);
  d.terms = kept ? make(&r, (size_t)d.nterms * sizeof *terms) : NULL;
  if (!d.terms) return RC_NOMEM;
  memcpy(d.terms, terms, (size_t)d.nterms * sizeof *terms);
  *kept = d;
  *out = kept;
  return RC_OK;
}

/* ---- conditions ---- */

static int read_or(struct reader *r, struct node **out);

static int find_word(const char *const *list, struct sv word) {
  for (int i = 0; list[i]; i++)
    if (sv_is(word, list[i])) return i;
  return -1;
}

/* What a value is, as far as the words say: a cell may hold anything. */
enum value_type { TYPE_TEXT, TYPE_NUMBER, TYPE_CELL };

static enum value_type type_of(const struct node *n) {
  if (n->kind == NODE_TEXT) return TYPE_TEXT;
  if (n->kind == NODE_CELL) return TYPE_CELL;
  if (n->kind == NODE_CALL) return call_shapes[n->call][0] == 'T' ? TYPE_TEXT : TYPE_NUMBER;
  return n->kind == NODE_ATTRIBUTE && attribute_shapes[n->attribute] == 'T' ? TYPE_TEXT : TYPE_NUMBER;
}

static int argument_validate(struct reader *r, const struct node *n, char wanted) {
  const struct cell_ref *c = n->kind == NODE_CELL ? n->cell : NULL;
  if (c && !c->no_column && many_rows(c)) return wrong_at(r, n->line, n->at, "这里应只有一行", "one row is wanted here");
  if (wanted == 'A' && (c || type_of(n) == TYPE_TEXT)) return RC_OK;
  if (wanted == 'A') return wrong_at(r, n->line, n->at, "这里应是表、行或单元格", "a table, rows or a cell is wanted here");
  if (wanted == 'R' && c && !many_rows(c)) return RC_OK;
  if (wanted == 'R') return wrong_at(r, n->line, n->at, "这里应是一行：表[行]", "one row is wanted here: KIND[row]");
  if (c && c->no_column) return wrong_at(r, n->line, n->at, "这里应是单元格 [行, 列]", "a cell [row, column] is wanted here");
  if (wanted == 'x' && type_of(n) == TYPE_NUMBER) return wrong_at(r, n->line, n->at, "这里应是文字", "a text is wanted here");
  if (wanted == 'y' && type_of(n) != TYPE_NUMBER) return wrong_at(r, n->line, n->at, "这里应是数", "a number is wanted here");
  return RC_OK;
}

static int read_primary(struct reader *r, struct node **out);

/* A kind of table, with or without rows. */
static int read_kind(struct reader *r, struct node **out) {
  int rc = make_node(r, NODE_CELL, out);
  struct cell_ref *c = rc == RC_OK ? make(r, sizeof *c) : NULL;
  if (!c) return rc < 0 ? rc : RC_NOMEM;
  (*out)->cell = c;
  c->line = (*out)->line, c->at = (*out)->at;
  rc = read_names(r, &c->kind);
  if (rc == RC_OK && lexer_is(r->l, "[")) return read_brackets(r, c);
  c->whole_table = c->no_column = true;
  c->rows = ROWS_EVERY;
  return rc;
}

static int compile_pattern(struct reader *r, struct node *n);

/* The words that contains() looks for are folded once. */
static int fold_words(struct reader *r, struct node *words) {
  if (words->kind != NODE_TEXT) return wrong_at(r, words->line, words->at, "contains 的词要写在引号里", "the words of contains stand in quotes");
  words->text = text_fold(&r->s->arena, sv_from(words->text));
  return words->text ? RC_OK : err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static int read_call(struct reader *r, enum call call, struct node *n) {
  const char *args = call_shapes[call] + 1;
  size_t most = strlen(args);
  n->kind = NODE_CALL;
  n->call = call;
  int rc = expect(r, "(", "这里应是 (", "( is wanted");
  while (rc == RC_OK && !lexer_is(r->l, ")")) {
    if (n->nargs == ARGS_MOST) return wrong(r, "参数太多", "too many arguments");
    bool kind = (call == CALL_HAS || call == CALL_COUNT) && r->l->now.kind == TOKEN_NAME && find_word(attribute_names, r->l->now.text) < 0 &&
                find_word(call_names, r->l->now.text) < 0;
    char wanted = call == CALL_SAYS ? 'x' : (size_t)n->nargs < most ? args[n->nargs] : '\0';
    struct node **arg = &n->args[n->nargs++];
    rc = kind ? read_kind(r, arg) : read_primary(r, arg);
    if (rc == RC_OK && wanted) rc = argument_validate(r, *arg, wanted);
    if (rc == RC_OK && !take(r, ",")) break;
  }
  if (rc == RC_OK) rc = expect(r, ")", "这里应是 )", ") is wanted");
  if (rc == RC_OK && call != CALL_SAYS && (size_t)n->nargs != most)
    return err_at(r->e, RC_FORMAT, r->file, n->line, n->at, tr("%s 要 %zu 个参数", "%s takes %zu arguments"), call_names[call], most);
  if (rc == RC_OK && n->nargs < 1) return wrong_at(r, n->line, n->at, "says 至少要一个词", "says wants at least one word");
  if (rc == RC_OK && call == CALL_CONTAINS) return fold_words(r, n->args[1]);
  return rc == RC_OK && call == CALL_MATCHES ? compile_pattern(r, n) : rc;
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
  int made = make_node(r, NODE_TRUTH, out);
  if (made < 0) return made;
  struct node *n = *out;
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

/* Behind the bracket expression that begins at p; its end when it is not closed. */
static const char *bracket_end(const char *p) {
  p++;
  if (*p == '^') p++;
  if (*p == ']') p++;
  while (*p && *p != ']') {
    const char *end = *p == '[' && p[1] && strchr(":.=", p[1]) ? strchr(p + 2, ']') : NULL; /* [:alpha:] */
    p = end ? end + 1 : p + 1;
  }
  return *p ? p + 1 : p;
}

/* The larger number of {n,m} at p, and what is behind it. */
static long repetition(const char *p, const char **behind) {
  long most = 1, n = 0;
  for (p++; *p && *p != '}'; p++) {
    n = *p >= '0' && *p <= '9' && n < 100000 ? n * 10 + (*p - '0') : *p == ',' ? 0 : n;
    if (n > most) most = n;
  }
  *behind = *p ? p + 1 : p;
  return most;
}

/* Patterns that would take for ever, or all memory, to compile: a repetition copies what it repeats, so repetitions of repetitions multiply.
 * References back are slow to match. A pattern of a rule needs neither. */
static bool pattern_is_modest(const char *p) {
  enum { COPIES_MOST = 4096 };
  long copies = 1;
  bool repeated = false, group = false; /* what stands before p */
  while (*p) {
    long times = 1;
    if (*p == '\\' && p[1] >= '1' && p[1] <= '9') return false;
    if (strchr("*+?{", *p)) {
      if (repeated) return false;
      if (*p == '{')
        times = repetition(p, &p);
      else
        times = group ? 2 : 1, p++;
      copies *= times > 1 ? times : 1;
      if (copies > COPIES_MOST) return false;
      repeated = true, group = false;
      continue;
    }
    repeated = false;
    group = *p == ')';
    p = *p == '[' ? bracket_end(p) : *p == '\\' && p[1] ? p + 2 : p + 1;
  }
  return true;
}

/* Patterns match bytes: a bracket expression or a repetition sees only a piece of a Chinese letter. */
static bool pattern_keeps_letters(const char *p) {
  bool letter = false; /* before p ends a letter of several bytes */
  while (*p) {
    if (letter && strchr("*+?{", *p)) return false;
    letter = (unsigned char)*p >= 0x80;
    const char *end = *p == '[' ? bracket_end(p) : *p == '\\' && p[1] ? p + 2 : p + 1;
    bool brackets = *p == '[';
    for (; p < end; p++)
      if (brackets && (unsigned char)*p >= 0x80) return false;
  }
  return true;
}

/* Behind the group that begins at p. */
static const char *group_end(const char *p) {
  int depth = 0;
  while (*p) {
    depth += *p == '(';
    depth -= *p == ')';
    p = *p == '[' ? bracket_end(p) : *p == '\\' && p[1] ? p + 2 : p + 1;
    if (depth == 0) return p;
  }
  return p;
}

/* The longest piece that every match holds, to look for it first: that is many times faster. NULL when there is none. */
static const char *pattern_needle(struct reader *r, const char *p) {
  char run[400], best[400];
  size_t n = 0, most = 0;
  for (bool more = true; more;) {
    bool classes = *p == '\\' && p[1] && (isalnum((unsigned char)p[1]) || strchr("<>`'", p[1])); /* \w, \b: no letters */
    bool letter = *p && !classes && !strchr("^$.[(|)*+?{", *p);
    more = *p != '\0';
    if (*p == '|') return NULL;
    if (strchr("*?{", *p) && *p && n > 0) n--; /* the letter before it may be missing */
    if (letter && n + 1 < sizeof run) {
      if (*p == '\\' && p[1]) p++;
      run[n++] = *p++;
      continue;
    }
    if (n > most) memcpy(best, run, n), most = n;
    n = 0;
    if (*p == '{')
      (void)repetition(p, &p);
    else
      p = *p == '[' ? bracket_end(p) : *p == '(' ? group_end(p) : p + (classes ? 2 : *p != '\0');
  }
  return most > 1 ? arena_text(&r->s->arena, best, most) : NULL;
}

static int compile_pattern(struct reader *r, struct node *n) {
  const struct node *right = n->args[1];
  if (right->kind != NODE_TEXT) return wrong_at(r, right->line, right->at, "这里应是写在引号里的正则式", "a pattern in quotes is wanted here");
  if (!pattern_keeps_letters(right->text))
    return wrong_at(r, right->line, right->at, "方括号里、*+?{} 之前的汉字要写进圆括号：(增|减)、(的)?",
                    "a Chinese letter in square brackets or before * + ? {} stands in round brackets: (增|减), (的)?");
  regex_t *x = malloc(sizeof *x);
  if (!x) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (strlen(right->text) > 400 || !pattern_is_modest(right->text) || regcomp(x, right->text, REG_EXTENDED) != 0) {
    free(x);
    return wrong_at(r, right->line, right->at, "正则式不对，或太大", "the pattern is not sound, or too large");
  }
  if (VEC_PUSH(&r->s->patterns, (void *)x, RULES_MOST) < 0) {
    regfree(x);
    free(x);
    return err_set(r->e, RC_LIMIT, "%s", tr("正则式太多", "too many patterns"));
  }
  n->pattern = x;
  n->needle = pattern_needle(r, right->text);
  return RC_OK;
}

/* Both sides of a comparison must be able to be equal. */
static int sides_validate(struct reader *r, const struct node *a, const struct node *b) {
  enum value_type ta = type_of(a), tb = type_of(b);
  if ((ta == TYPE_TEXT && tb == TYPE_NUMBER) || (ta == TYPE_NUMBER && tb == TYPE_TEXT))
    return wrong_at(r, b->line, b->at, "文字和数不能相比；编码要写在引号里", "a text and a number cannot be compared; codes stand in quotes");
  if ((ta == TYPE_CELL && b->kind == NODE_NUMBER && b->number != 0) || (tb == TYPE_CELL && a->kind == NODE_NUMBER && a->number != 0))
    return wrong_at(r, b->line, b->at, "金额只能与 0 或另一单元格相比", "an amount is compared with 0 or with another cell");
  return RC_OK;
}

/* A value that stands alone or beside a sign: a text, a number or one cell. */
static int read_value(struct reader *r, struct node **out) {
  int rc = read_primary(r, out);
  return rc == RC_OK && (*out)->kind == NODE_CELL ? argument_validate(r, *out, 'v') : rc;
}

static int read_in(struct reader *r, struct node *n) {
  int rc = expect(r, "(", "in 之后应是 (", "in is followed by (");
  n->kind = NODE_IN;
  do {
    if (rc < 0) return rc;
    if (n->nargs == ARGS_MOST) return wrong(r, "in 里最多 5 个值", "in has at most 5 values");
    rc = read_value(r, &n->args[n->nargs]);
    if (rc == RC_OK) rc = sides_validate(r, n->args[0], n->args[n->nargs++]);
  } while (rc == RC_OK && take(r, ","));
  return rc == RC_OK ? expect(r, ")", "这里应是 )", ") is wanted") : rc;
}

static int read_sides(struct reader *r, struct node *n, enum compare_op op) {
  n->kind = NODE_COMPARE;
  n->op = op;
  int rc = read_value(r, &n->args[n->nargs++]);
  if (rc < 0) return rc;
  if (op != CMP_MATCH) return sides_validate(r, n->args[0], n->args[1]);
  if (type_of(n->args[0]) == TYPE_NUMBER) return wrong_at(r, n->args[0]->line, n->args[0]->at, "~ 之前应是文字", "a text is wanted before ~");
  return compile_pattern(r, n);
}

static int read_compare(struct reader *r, struct node **out) {
  static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">=", "~"};
  struct node *left;
  int rc = read_value(r, &left);
  if (rc == RC_OK) rc = make_node(r, NODE_TRUTH, out);
  if (rc < 0) return rc;
  struct node *n = *out;
  n->args[n->nargs++] = left;
  if (take(r, "in")) return read_in(r, n);
  for (int i = 0; i < 7; i++)
    if (take(r, signs[i])) return read_sides(r, n, (enum compare_op)i);
  return RC_OK;
}

static int read_not(struct reader *r, struct node **out) {
  if (r->depth >= DEPTH_MOST) return wrong(r, "条件套得太深", "the condition is nested too deep");
  bool negated = lexer_is(r->l, "not");
  if (!negated && !lexer_is(r->l, "(")) return read_compare(r, out);
  struct node **inner = out;
  int rc = negated ? make_node(r, NODE_NOT, out) : RC_OK;
  if (rc < 0) return rc;
  if (negated) (*out)->nargs = 1, inner = &(*out)->args[0];
  lexer_next(r->l);
  r->depth++;
  rc = negated ? read_not(r, inner) : read_or(r, inner);
  r->depth--;
  return rc == RC_OK && !negated ? expect(r, ")", "这里应是 )", ") is wanted") : rc;
}

/* A chain of one word, "and" or "or", between parts of the next closer kind. */
static int read_chain(struct reader *r, struct node **out, const char *word, enum node_kind kind) {
  int rc = kind == NODE_AND ? read_not(r, out) : read_chain(r, out, "and", NODE_AND);
  while (rc == RC_OK && lexer_is(r->l, word)) {
    struct node *left = *out;
    rc = make_node(r, kind, out);
    if (rc < 0) return rc;
    lexer_next(r->l);
    struct node *n = *out;
    n->nargs = 2;
    n->args[0] = left;
    rc = kind == NODE_AND ? read_not(r, &n->args[1]) : read_chain(r, &n->args[1], "and", NODE_AND);
  }
  return rc;
}

static int read_or(struct reader *r, struct node **out) {
  return read_chain(r, out, "or", NODE_OR);
}

int parse_condition(struct rule_set *s, const char *file, struct lexer *l, struct node **out, struct err *e) {
  struct reader r = {.s = s, .file = file, .l = l, .e = e};
  return read_or(&r, out);
}
