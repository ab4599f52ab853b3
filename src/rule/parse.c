/* parse.c: a file of rules to rules: heads and clauses. A rule begins with "rule ID" at the left edge; its clauses are indented, one a line, and go
 * on over lines that begin with a sign or with "and", "or", "if". The expressions inside a clause are read by expression.c. */
#include "rule/rule_internal.h"

#include <stdlib.h>
#include <string.h>

struct parser {
  struct rule_set *s;
  const char *file;
  struct sv rest; /* lines not yet read */
  int line;       /* number of the first of them */
  struct rule rule;
  bool open;
  int keyword_column; /* of the clause at hand */
  unsigned seen;      /* bits of the clauses that may stand once */
  const char *start;  /* of the rule at hand */
  struct err *e;
};

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static struct sv line_of(struct sv text) {
  size_t n = 0;
  while (n < text.n && text.p[n] != '\n') n++;
  return (struct sv){text.p, n};
}

static struct sv left_trim(struct sv s) {
  while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) s.p++, s.n--;
  return s;
}

static bool goes_on(struct sv line) {
  struct sv s = left_trim(line);
  if (s.n == 0 || s.p == line.p) return false;
  return strchr("+-=<>|,/)\"", s.p[0]) || sv_starts(s, "and ") || sv_starts(s, "or ") || sv_starts(s, "if ");
}

static int column_in(struct sv line, const char *at) {
  int column = 1;
  for (const char *p = line.p; p < at; p++) column += ((unsigned char)*p & 0xC0) != 0x80;
  return column;
}

/* ---- clauses of words ---- */

static const char *keep(struct parser *p, struct sv s) {
  s = sv_trim(s);
  return arena_text(&p->s->arena, s.n ? s.p : "", s.n);
}

/* "中文 | English" */
static int two_languages(struct parser *p, struct sv text, const char **zh, const char **en) {
  size_t bar = sv_find(text, " | ");
  *zh = keep(p, bar == SIZE_MAX ? text : (struct sv){text.p, bar});
  *en = bar == SIZE_MAX ? NULL : keep(p, (struct sv){text.p + bar + 3, text.n - bar - 3});
  return *zh && (bar == SIZE_MAX || *en) ? RC_OK : no_memory(p->e);
}

static int read_years(struct parser *p, struct sv text, int line, int column) {
  struct rule_head *h = &p->rule.head;
  int *which = &h->since, dashes = 0;
  text = sv_trim(text);
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '-' && dashes++ == 0)
      which = &h->until;
    else if (text.p[i] >= '0' && text.p[i] <= '9' && *which < 1000)
      *which = *which * 10 + (text.p[i] - '0');
    else
      return err_at(p->e, RC_FORMAT, p->file, line, column, "%s",
                    tr("年份应写成 2018-2022、2020- 或 -2019", "years are written 2018-2022, 2020- or -2019"));
  }
  if (dashes == 0) h->until = h->since;
  bool sound = (h->since == 0 || (h->since > 1990 && h->since < 2200)) && (h->until == 0 || (h->until >= h->since && h->until < 2200)) && text.n > 1;
  return sound ? RC_OK : err_at(p->e, RC_FORMAT, p->file, line, column, "%s", tr("年份不合理", "these years are not plausible"));
}

static int read_severity(struct parser *p, struct sv text, int line, int column) {
  text = sv_trim(text);
  for (int i = 0; i <= SEVERITY_ERROR; i++)
    if (sv_is(text, severity_names[i])) {
      p->rule.head.severity = (enum severity)i;
      return RC_OK;
    }
  return err_at(p->e, RC_FORMAT, p->file, line, column,
                tr("严重程度只有 error、warning、info，不是 %.*s", "severity is error, warning or info, not %.*s"), SV_ARG(shortened(text)));
}

static int read_books(struct parser *p, struct sv text, int line, int column) {
  while (sv_trim(text).n) {
    text = sv_trim(text);
    struct sv word = sv_cut(&text, ' ');
    unsigned bits = 0;
    for (int i = BOOK_DEPARTMENT_BUDGET; i <= BOOK_UNIT_FINAL; i++)
      if (sv_is(word, book_kind_names[i])) bits |= 1u << i;
    if (sv_is(word, "budget")) bits = 1u << BOOK_DEPARTMENT_BUDGET | 1u << BOOK_UNIT_BUDGET;
    if (sv_is(word, "final")) bits = 1u << BOOK_DEPARTMENT_FINAL | 1u << BOOK_UNIT_FINAL;
    if (bits == 0)
      return err_at(p->e, RC_FORMAT, p->file, line, column, tr("没有这种账本：%.*s", "no such kind of book: %.*s"), SV_ARG(shortened(word)));
    p->rule.books |= bits;
  }
  return RC_OK;
}

/* for row in expenditure gp-function … */
static int read_for(struct parser *p, struct lexer *l) {
  static const char *const words[] = {"book", "table", "row", "column", "cell", "field"};
  int each = -1;
  for (int i = 0; i < 6; i++)
    if (lexer_is(l, words[i])) each = i;
  if (each < 0)
    return err_at(p->e, RC_FORMAT, p->file, l->now.line, l->now.column, "%s",
                  tr("for 之后应是 table、row、column、cell 或 field", "for is followed by table, row, column, cell or field"));
  p->rule.each = (enum for_each)each;
  lexer_next(l);
  if (each == FOR_BOOK) return RC_OK;
  if (!lexer_is(l, "in"))
    return err_at(p->e, RC_FORMAT, p->file, l->now.line, l->now.column, "%s", tr("应是 in 和表的种类", "in, and kinds of tables, are wanted here"));
  lexer_next(l);
  while (l->now.kind == TOKEN_NAME) {
    int rc = names_add(p->s, &p->rule.over, l->now.text, p->file, &l->now, p->e);
    if (rc < 0) return rc;
    lexer_next(l);
  }
  if (p->rule.over.n == 0)
    return err_at(p->e, RC_FORMAT, p->file, l->now.line, l->now.column, "%s", tr("没有写表的种类", "no kind of table is named"));
  return RC_OK;
}

static int read_check(struct parser *p, struct lexer *l, bool relation, int line) {
  struct rule *r = &p->rule;
  if (r->nchecks == CHECKS_MOST)
    return err_at(p->e, RC_LIMIT, p->file, line, 1, tr("一条规则最多 %d 项检查", "a rule has at most %d checks"), CHECKS_MOST);
  struct check_def *c = &r->checks[r->nchecks++];
  c->line = line;
  int rc = relation ? parse_relation(p->s, p->file, l, &c->relation, p->e) : parse_condition(p->s, p->file, l, &c->require, p->e);
  if (rc < 0 || !lexer_is(l, "if")) return rc;
  lexer_next(l);
  return parse_condition(p->s, p->file, l, &c->only_if, p->e);
}

/* except CONDITION, "why | why"   unchecked CONDITION, "why | why" */
static int read_reservation(struct parser *p, struct lexer *l, enum outcome outcome, int line) {
  struct rule *r = &p->rule;
  if (r->nreservations == RESERVATIONS_MOST)
    return err_at(p->e, RC_LIMIT, p->file, line, 1, tr("一条规则最多 %d 个 except、unchecked", "a rule has at most %d of except and unchecked"),
                  RESERVATIONS_MOST);
  struct reservation *x = &r->reservations[r->nreservations++];
  x->outcome = outcome;
  int rc = parse_condition(p->s, p->file, l, &x->condition, p->e);
  if (rc < 0) return rc;
  bool comma = lexer_is(l, ",");
  if (comma) lexer_next(l);
  if (!comma || l->now.kind != TOKEN_TEXT || sv_trim(l->now.text).n == 0)
    return err_at(p->e, RC_FORMAT, p->file, l->now.line, l->now.column, "%s",
                  tr("条件之后应是逗号和写在引号里的原因：\"中文 | English\"",
                     "the condition is followed by a comma and the reason in quotes: \"中文 | English\""));
  rc = two_languages(p, l->now.text, &x->why_zh, &x->why_en);
  lexer_next(l);
  return rc;
}

/* Clauses with an expression behind them. 1: it was one. */
static int read_expression(struct parser *p, struct sv keyword, struct sv text, int line, int column) {
  struct lexer l;
  lexer_begin(&l, text, line, column);
  int rc = 1;
  if (sv_is(keyword, "for"))
    rc = read_for(p, &l);
  else if (sv_is(keyword, "where"))
    rc = parse_condition(p->s, p->file, &l, &p->rule.where, p->e);
  else if (sv_is(keyword, "when"))
    rc = parse_condition(p->s, p->file, &l, &p->rule.when, p->e);
  else if (sv_is(keyword, "check"))
    rc = read_check(p, &l, true, line);
  else if (sv_is(keyword, "require"))
    rc = read_check(p, &l, false, line);
  else if (sv_is(keyword, "except"))
    rc = read_reservation(p, &l, OUTCOME_NOT_APPLICABLE, line);
  else if (sv_is(keyword, "unchecked"))
    rc = read_reservation(p, &l, OUTCOME_NOT_CHECKED, line);
  else
    return 0;
  if (rc == RC_OK && l.now.kind != TOKEN_END)
    rc = err_at(p->e, RC_FORMAT, p->file, l.now.line, l.now.column, tr("多出的字：%.*s", "not understood here: %.*s"), SV_ARG(shortened(l.now.text)));
  return rc < 0 ? rc : 1;
}

/* {names} in braces of a message: each must be one that is filled in. */
static int message_validate(struct parser *p, struct sv text, int line, int column) {
  struct lexer l = {.text = text, .line = line, .column = column};
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '\n') {
      l.line++, l.column = 1;
      continue;
    }
    struct sv rest = {text.p + i + 1, text.n - i - 1};
    size_t end = text.p[i] == '{' ? sv_find(rest, "}") : SIZE_MAX;
    if (end != SIZE_MAX && !message_field_known((struct sv){rest.p, end}))
      return err_at(
          p->e, RC_FORMAT, p->file, l.line, l.column,
          tr("消息里不能用 {%.*s}；可用：row code column table project field match year stated expected difference unit page arithmetic [列]",
             "a message has no {%.*s}; there are row code column table project field match year stated expected difference unit page arithmetic "
             "[column]"),
          SV_ARG(shortened((struct sv){rest.p, end})));
    l.column += ((unsigned char)text.p[i] & 0xC0) != 0x80;
  }
  return RC_OK;
}

/* Each clause but check and require stands once: a second one would silently replace the first. */
static int once(struct parser *p, struct sv keyword, int line, int column) {
  static const char *const words[] = {"title", "message", "severity", "scope", "years", "books", "basis", "for", "where", "when"};
  for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
    if (!sv_is(keyword, words[i])) continue;
    if (p->seen & 1u << i) return err_at(p->e, RC_FORMAT, p->file, line, column, tr("子句 %s 写了两次", "the clause %s stands twice"), words[i]);
    p->seen |= 1u << i;
  }
  return RC_OK;
}

static int read_partial(struct parser *p, struct sv text, int line, int column) {
  p->rule.partial = true;
  text = sv_trim(text);
  return text.n == 0 ? RC_OK
                     : err_at(p->e, RC_FORMAT, p->file, line, column, tr("多出的字：%.*s", "not understood here: %.*s"), SV_ARG(shortened(text)));
}

static int read_clause(struct parser *p, struct sv keyword, struct sv text, int line, int column) {
  struct rule_head *h = &p->rule.head;
  int rc = read_expression(p, keyword, text, line, column);
  if (rc != 0) return rc < 0 ? rc : RC_OK;
  while (text.n && (text.p[0] == ' ' || text.p[0] == '\t')) text.p++, text.n--, column++;
  if (sv_is(keyword, "title")) return two_languages(p, text, &h->title_zh, &h->title_en);
  if (sv_is(keyword, "message")) {
    rc = message_validate(p, text, line, column);
    return rc < 0 ? rc : two_languages(p, text, &h->message_zh, &h->message_en);
  }
  if (sv_is(keyword, "severity")) return read_severity(p, text, line, column);
  if (sv_is(keyword, "years")) return read_years(p, text, line, column);
  if (sv_is(keyword, "books")) return read_books(p, text, line, column);
  if (sv_is(keyword, "basis")) return (h->basis = keep(p, text)) ? RC_OK : no_memory(p->e);
  if (sv_is(keyword, "scope")) return (h->scope = keep(p, text)) ? RC_OK : no_memory(p->e);
  if (sv_is(keyword, "partial")) return read_partial(p, text, line, column);
  return err_at(
      p->e, RC_FORMAT, p->file, line, p->keyword_column,
      tr("不认识的子句 %.*s；可用：title message severity scope years books basis for where when except unchecked check require partial",
         "no such clause: %.*s; there are title message severity scope years books basis for where when except unchecked check require partial"),
      SV_ARG(shortened(keyword)));
}

/* ---- rules ---- */

static int lacking(struct parser *p, const char *what) {
  return err_at(p->e, RC_FORMAT, p->file, p->rule.head.line, 1, tr("规则 %s 没有 %s", "rule %s has no %s"), p->rule.head.id, what);
}

static int rule_close(struct parser *p, const char *end) {
  struct rule *r = &p->rule;
  if (!p->open) return RC_OK;
  p->open = false;
  if (!r->head.title_zh || !r->head.title_zh[0]) return lacking(p, "title");
  if (!r->head.basis || !r->head.basis[0]) return lacking(p, "basis");
  if (!r->head.scope || !r->head.scope[0]) return lacking(p, "scope");
  if (r->nchecks == 0) return lacking(p, "check");
  while (end > p->start && strchr(" \t\r\n", end[-1])) end--;
  r->source = (struct sv){p->start, (size_t)(end - p->start)};
  for (int i = 0; i < r->nchecks; i++)
    if (r->checks[i].relation && r->partial) r->checks[i].relation->guard_rows = r->checks[i].relation->guard_columns = false;
  int rc = rule_validate(r, p->e);
  if (rc < 0) return rc;
  return VEC_PUSH(&p->s->rules, *r, RULES_MOST) < 0 ? err_at(p->e, RC_LIMIT, p->file, r->head.line, 1, "%s", tr("规则太多", "too many rules"))
                                                    : RC_OK;
}

static int rule_open(struct parser *p, struct sv line, const char *at) {
  struct sv id = sv_trim((struct sv){line.p + 5, line.n - 5});
  int rc = rule_close(p, at), column = id.n ? column_in(line, id.p) : 6;
  if (rc < 0) return rc;
  bool sound = id.n > 0 && id.n < 40;
  for (size_t i = 0; i < id.n && sound; i++)
    sound = (id.p[i] >= 'A' && id.p[i] <= 'Z') || (id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= '0' && id.p[i] <= '9') ||
            (i > 0 && (id.p[i] == '-' || id.p[i] == '.'));
  if (!sound)
    return err_at(p->e, RC_FORMAT, p->file, p->line, column, "%s",
                  tr("规则编号应由字母、数字和横线组成", "a rule's id is made of letters, digits and dashes"));
  if (intern_find(&p->s->ids, id.p, id.n) != INTERN_NONE)
    return err_at(p->e, RC_FORMAT, p->file, p->line, column, tr("规则 %.*s 已经有了", "there is a rule %.*s already"), SV_ARG(id));
  if (intern_add(&p->s->ids, id.p, id.n) == INTERN_NONE) return no_memory(p->e);
  p->rule = (struct rule){.head = {.severity = SEVERITY_ERROR, .file = p->file, .line = p->line}};
  p->rule.head.id = keep(p, id);
  p->start = line.p;
  p->open = true;
  p->seen = 0;
  return p->rule.head.id ? RC_OK : no_memory(p->e);
}

/* One clause with the lines it goes on over; advances p. */
static int take_clause(struct parser *p, struct sv line) {
  int first = p->line;
  struct sv body = left_trim(line), keyword = body;
  size_t n = 0;
  while (n < body.n && body.p[n] != ' ' && body.p[n] != '\t' && body.p[n] != '\r') n++;
  keyword.n = n;
  const char *end = line.p + line.n;
  p->rest.p += line.n, p->rest.n -= line.n;
  while (p->rest.n > 1 && goes_on(line_of((struct sv){p->rest.p + 1, p->rest.n - 1}))) {
    struct sv next = line_of((struct sv){p->rest.p + 1, p->rest.n - 1});
    p->rest.p += next.n + 1, p->rest.n -= next.n + 1;
    p->line++;
    end = next.p + next.n;
  }
  p->keyword_column = column_in(line, keyword.p);
  if (!p->open) return err_at(p->e, RC_FORMAT, p->file, first, p->keyword_column, "%s", tr("子句之前没有 rule 行", "a clause before any rule"));
  struct sv text = {keyword.p + keyword.n, (size_t)(end - (keyword.p + keyword.n))};
  int column = column_in(line, text.p), rc = once(p, keyword, first, p->keyword_column);
  return rc < 0 ? rc : read_clause(p, keyword, text, first, column);
}

int rule_parse_text(struct rule_set *s, const char *file, struct sv text, struct err *e) {
  struct parser p = {.s = s, .file = file, .rest = text, .line = 1, .e = e};
  int rc = RC_OK;
  while (p.rest.n > 0 && rc == RC_OK) {
    struct sv line = line_of(p.rest), body = sv_trim(line);
    if (body.n == 0 || body.p[0] == '#') {
      p.rest.p += line.n, p.rest.n -= line.n;
    } else if (sv_starts(line, "rule ")) {
      rc = rule_open(&p, line, line.p);
      p.rest.p += line.n, p.rest.n -= line.n;
    } else if (line.p[0] == ' ' || line.p[0] == '\t') {
      rc = take_clause(&p, line);
    } else {
      rc = err_at(e, RC_FORMAT, file, p.line, 1, "%s",
                  tr("行首应是 rule；子句要缩进", "a line at the left edge begins with rule; clauses are indented"));
    }
    while (p.rest.n > 0 && p.rest.p[0] != '\n') p.rest.p++, p.rest.n--;
    if (p.rest.n > 0) p.rest.p++, p.rest.n--, p.line++;
  }
  return rc == RC_OK ? rule_close(&p, p.rest.p) : rc;
}
