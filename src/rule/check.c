/* check.c: every rule of a set over a book: which apply, what each check comes to, and how severe a difference of rounding is here. */
#include "rule/rule_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
  RESULT_ARENA = 256 * 1024 * 1024,
  REMARKS_MOST = 1 << 20,
  EXACT_SUMS = 30,
  EXACT_SHARE = 8,
  CELL_SHOWN = 90 /* characters of a cell in a message */
};

/* ---- remarks ---- */

static void put_sv(struct buf *out, struct sv s) {
  if (s.n) buf_add(out, s.p, s.n);
}

bool message_field_known(struct sv name) {
  static const char *const known[] = {"row",  "code",   "column",   "table",      "project", "field", "match",
                                      "year", "stated", "expected", "difference", "unit",    "page",  "arithmetic"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (sv_is(name, known[i])) return true;
  return name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']'; /* the text of this row in that column */
}

static void put_cell(const struct context *c, const struct book_table *t, struct sv measure, struct buf *out) {
  symbol m = intern_find(&c->b->book->symbols, measure.p, measure.n);
  for (int k = 0; t && c->row >= 0 && m != NO_SYMBOL && k < t->ncolumns; k++) {
    const struct obs *o = t->columns[k].measure == m ? book_cell(c->b->book, t, c->row, k) : NULL;
    if (!o) continue;
    struct sv text = sv_trim(o->text);
    size_t at = 0;
    for (int n = 0; n < CELL_SHOWN && at < text.n; n++) (void)utf8_next(text, &at);
    buf_add(out, text.p ? text.p : "", at);
    if (at < text.n) buf_puts(out, "…");
    return;
  }
}

/* Its name as the form at hand, or the form of the row at hand, gives it; else what tells it from others. */
static struct sv project_at_hand(const struct context *c) {
  symbol subject = context_subject(c);
  const struct book_field *f = find_field(c, book_find(c->b->book, "project.name"));
  if (f && f->text.n) return f->text;
  return subject == NO_SYMBOL ? (struct sv){0} : sv_from(intern_name(&c->b->book->symbols, subject));
}

static bool put_field(const struct context *c, struct sv name, const char *stated, const char *expected, struct buf *out) {
  const struct book_table *t = c->table >= 0 ? &c->b->book->tables.v[c->table] : NULL;
  const struct book_row *row = t && c->row >= 0 ? &t->rows[c->row] : NULL;
  if (sv_is(name, "row"))
    put_sv(out, row ? row->label : (struct sv){0});
  else if (sv_is(name, "code"))
    put_sv(out, row ? row->code : (struct sv){0});
  else if (sv_is(name, "column"))
    put_sv(out, t && c->column >= 0 ? t->columns[c->column].header : (struct sv){0});
  else if (sv_is(name, "table"))
    put_sv(out, t ? t->title : (struct sv){0});
  else if (sv_is(name, "field"))
    buf_puts(out, c->field ? field_quote(c) : "");
  else if (sv_is(name, "match"))
    buf_puts(out, match_quote(c));
  else if (sv_is(name, "project"))
    put_sv(out, project_at_hand(c));
  else if (sv_is(name, "year"))
    buf_printf(out, "%d", c->b->book->year);
  else if (sv_is(name, "stated"))
    buf_puts(out, stated ? stated : "");
  else if (sv_is(name, "expected"))
    buf_puts(out, expected ? expected : "");
  else if (name.n > 2 && name.p[0] == '[')
    put_cell(c, t, (struct sv){name.p + 1, name.n - 2}, out);
  else
    return false;
  return true;
}

const char *message_fill(const struct context *c, const char *stated, const char *expected) {
  const struct rule_head *h = &c->rule->head;
  const char *zh = h->message_zh ? h->message_zh : h->title_zh, *en = h->message_en ? h->message_en : h->title_en ? h->title_en : zh;
  struct buf out;
  buf_init(&out, 8192);
  for (const char *p = lang_get() == LANG_EN ? en : zh; *p;) {
    const char *close = *p == '{' ? strchr(p, '}') : NULL;
    if (close && put_field(c, (struct sv){p + 1, (size_t)(close - p - 1)}, stated, expected, &out))
      p = close + 1;
    else
      buf_putc(&out, *p++);
  }
  const char *text = out.rc == RC_NOMEM ? NULL : arena_text(&c->b->result->arena, out.p ? out.p : "", out.n);
  buf_release(&out);
  return text;
}

/* A row of words has no label whose place is known: its first cell then. */
static struct place row_place(const struct book *b, const struct book_table *t, int row) {
  struct place p = t->rows[row].place;
  for (int k = 0; k < t->ncolumns && p.page == 0 && p.line == 0 && p.sheet == 0; k++) {
    const struct obs *o = book_cell(b, t, row, k);
    if (o) p = o->place;
  }
  return p;
}

static void remark_place(const struct context *c, struct remark *m) {
  const struct book_table *t = c->table >= 0 ? &c->b->book->tables.v[c->table] : NULL;
  if (c->field) m->field = c->field, m->place = c->field->place, m->document = c->field->document;
  if (!t) return;
  m->table = c->table, m->row = c->row;
  if (!c->field) m->document = t->document;
  if (!c->field) m->place = c->row >= 0 ? row_place(c->b->book, t, c->row) : t->place;
  if (c->row >= 0 && c->column >= 0) {
    int32_t obs = t->cells[(size_t)c->row * (size_t)t->ncolumns + (size_t)c->column];
    if (obs >= 0) m->obs = obs, m->place = c->b->book->obs.v[obs].place, m->document = c->b->book->obs.v[obs].document;
  }
}

static void tally_outcome(struct rule_tally *t, enum outcome o) {
  t->passed += o == OUTCOME_PASSED;
  t->failed += o == OUTCOME_FAILED;
  t->not_applicable += o == OUTCOME_NOT_APPLICABLE;
  t->not_checked += o == OUTCOME_NOT_CHECKED;
}

void outcome_count(const struct context *c, enum outcome outcome) {
  if (c->rule_index >= 0) tally_outcome(&c->b->tallies[c->rule_index], outcome);
  struct rule_tally one = {0};
  tally_outcome(&one, outcome);
  struct check_result *r = c->b->result;
  r->passed += one.passed, r->failed += one.failed, r->not_applicable += one.not_applicable, r->not_checked += one.not_checked;
}

int remark_add(const struct context *c, enum outcome outcome, const char *detail, const char *stated, const char *expected, struct err *e) {
  struct check_result *r = c->b->result;
  struct remark m = {
      .rule = c->rule_index, .outcome = outcome, .detail = detail, .stated = stated, .expected = expected, .table = -1, .row = -1, .obs = -1};
  if (outcome == OUTCOME_FAILED) m.severity = c->rule->head.severity;
  remark_place(c, &m);
  outcome_count(c, outcome);
  return VEC_PUSH(&r->remarks, m, REMARKS_MOST) < 0 ? err_set(e, RC_LIMIT, "%s", tr("检查项太多", "too many checks")) : RC_OK;
}

/* ---- one rule ---- */

static int not_checked(const struct context *c, const char *why, struct err *e) {
  int rc = remark_add(c, OUTCOME_NOT_CHECKED, why, NULL, NULL, e);
  return rc < 0 ? rc : 1;
}

static bool in_doubt(const struct context *c) {
  return c->table >= 0 && c->b->book->tables.v[c->table].doubtful;
}

static int doubt_tell(const struct context *c, struct err *e) {
  const char *why = c->b->book->tables.v[c->table].doubt;
  return not_checked(c, why ? why : tr("表没有读清楚", "the table was not read cleanly"), e);
}

/* A structure predicate: 1 judged, 0 it does not apply. */
static int requirement_judge(const struct context *c, const struct node *n, struct err *e) {
  if (in_doubt(c)) return c->field ? doubt_tell(c, e) : 0; /* table_run() said so once for the table */
  struct judged j = condition_judge(c, n);
  if (j.truth == TRUTH_YES) {
    outcome_count(c, OUTCOME_PASSED);
    return 1;
  }
  if (j.truth == TRUTH_UNKNOWN) {
    if (!j.why) return 0;
    return not_checked(c, j.why, e);
  }
  const char *detail = message_fill(c, j.stated, j.expected);
  if (!detail) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = remark_add(c, OUTCOME_FAILED, detail, j.stated, j.expected, e);
  return rc < 0 ? rc : 1;
}

/* Whether a reservation of the rule holds here; then its reason is told. 1 it does. */
static int reserved(const struct context *c, struct err *e) {
  for (int i = 0; i < c->rule->nreservations; i++) {
    const struct reservation *x = &c->rule->reservations[i];
    struct judged j = condition_judge(c, x->condition);
    if (j.truth == TRUTH_UNKNOWN && j.why) return not_checked(c, j.why, e);
    if (j.truth != TRUTH_YES) continue;
    int rc = remark_add(c, x->outcome, lang_get() == LANG_EN && x->why_en ? x->why_en : x->why_zh, NULL, NULL, e);
    return rc < 0 ? rc : 1;
  }
  return 0;
}

static int check_run(const struct context *c, const struct check_def *k, struct err *e) {
  if (k->only_if) {
    if (in_doubt(c)) return 0;
    struct judged j = condition_judge(c, k->only_if);
    if (j.truth == TRUTH_UNKNOWN && j.why) return not_checked(c, j.why, e);
    if (j.truth != TRUTH_YES) return 0;
  }
  return k->relation ? relation_bind(c, k->relation, e) : requirement_judge(c, k->require, e);
}

static int checks_run(const struct context *c, long *made, struct err *e) {
  c->b->matched = (struct matched){0};
  struct judged where = {.truth = TRUTH_YES};
  if (c->rule->where) where = condition_judge(c, c->rule->where);
  if (where.truth == TRUTH_UNKNOWN && where.why && !in_doubt(c)) { /* whether it applies is not known: that is not "does not apply" */
    int rc = not_checked(c, where.why, e);
    *made += rc > 0;
    return rc < 0 ? rc : RC_OK;
  }
  if (where.truth != TRUTH_YES) return RC_OK;
  int held = in_doubt(c) ? 0 : reserved(c, e);
  *made += held > 0;
  if (held) return held < 0 ? held : RC_OK;
  for (int i = 0; i < c->rule->nchecks; i++) {
    int rc = check_run(c, &c->rule->checks[i], e);
    if (rc < 0) return rc;
    *made += rc;
  }
  return RC_OK;
}

/* A table that was not read cleanly: once for each rule that looks at more than its amounts, not once a cell. */
static int table_doubted(const struct context *c, long *made, struct err *e) {
  bool looks = c->rule->where != NULL || c->rule->nreservations > 0;
  for (int i = 0; i < c->rule->nchecks; i++) looks = looks || c->rule->checks[i].require || c->rule->checks[i].only_if;
  int rc = looks && in_doubt(c) ? doubt_tell(c, e) : 0;
  *made += rc > 0;
  return rc < 0 ? rc : RC_OK;
}

static bool column_counts(const struct book_column *k) {
  return k->measure != NO_SYMBOL && k->type == OBS_AMOUNT && !k->other_year && !k->derived;
}

static int table_run(struct context *c, long *made, struct err *e) {
  const struct book_table *t = &c->b->book->tables.v[c->table];
  enum for_each each = c->rule->each;
  bool rows = each == FOR_ROW || each == FOR_CELL, columns = each == FOR_COLUMN || each == FOR_CELL;
  int rc = table_doubted(c, made, e);
  for (int row = rows ? 0 : -1; row < (rows ? t->nrows : 0) && rc == RC_OK; row++) {
    if (rows && t->rows[row].role == ROW_UNKNOWN) continue;
    c->row = row;
    for (int k = columns ? 0 : -1; k < (columns ? t->ncolumns : 0) && rc == RC_OK; k++) {
      if (columns && !column_counts(&t->columns[k])) continue;
      c->column = k;
      rc = checks_run(c, made, e);
    }
  }
  c->row = c->column = -1;
  return rc;
}

static bool is_over(const struct context *c, symbol name) {
  for (int i = 0; i < c->rule->over.n; i++)
    if (c->b->symbols[c->rule->over.id[i]] == name) return true;
  return false;
}

static int fields_run(struct context *c, long *made, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < c->b->book->fields.n && rc == RC_OK; i++) {
    const struct book_field *f = &c->b->book->fields.v[i];
    if (!is_over(c, f->name)) continue;
    c->field = f;
    c->table = f->table;
    rc = checks_run(c, made, e);
  }
  c->field = NULL;
  c->table = -1;
  return rc;
}

static int rule_over(struct context *c, long *made, struct err *e) {
  int rc = RC_OK;
  if (c->rule->each == FOR_BOOK) return checks_run(c, made, e);
  if (c->rule->each == FOR_FIELD) return fields_run(c, made, e);
  for (size_t i = 0; i < c->b->book->tables.n && rc == RC_OK; i++) {
    if (!is_over(c, c->b->book->tables.v[i].kind)) continue;
    c->table = (int32_t)i;
    rc = table_run(c, made, e);
  }
  c->table = -1;
  return rc;
}

/* ---- which rules apply ---- */

static bool in_scope(const char *scope, const char *profile) {
  struct sv rest = sv_from(scope);
  while (rest.p) {
    struct sv one = sv_trim(sv_cut(&rest, ','));
    if (sv_is(one, "national") || (profile && sv_is(one, profile))) return true;
  }
  return false;
}

static const char *not_for_book(const struct rule *r, const struct book *b) {
  if (!in_scope(r->head.scope, b->profile)) return tr("不属于这个城市", "not a rule of this city");
  if (r->books && !(r->books >> b->kind & 1u)) return tr("不是这一类账本", "not for this kind of book");
  if ((r->head.since || r->head.until) && b->year == 0) return tr("账本没有年份", "the book has no year");
  if ((r->head.since && b->year < r->head.since) || (r->head.until && b->year > r->head.until))
    return tr("不在施行的年份", "not in effect in that year");
  return NULL;
}

static int rule_run(struct binding *b, int index, struct err *e) {
  const struct rule *r = &b->set->rules.v[index];
  struct context c = {.b = b, .rule = r, .rule_index = index, .table = -1, .row = -1, .column = -1};
  const char *why = not_for_book(r, b->book);
  if (!why && r->when) {
    struct judged j = condition_judge(&c, r->when);
    if (j.truth == TRUTH_UNKNOWN && j.why) return remark_add(&c, OUTCOME_NOT_CHECKED, j.why, NULL, NULL, e);
    if (j.truth != TRUTH_YES) why = tr("不合适用条件", "its condition does not hold");
  }
  long made = 0;
  int rc = why ? RC_OK : rule_over(&c, &made, e);
  if (rc == RC_OK && made == 0)
    rc = remark_add(&c, OUTCOME_NOT_APPLICABLE, why ? why : tr("账本里没有它说的表、行或列", "the book has no table, row or column of the kind"),
                    NULL, NULL, e);
  return rc;
}

/* ---- rounding ---- */

static bool adds(const struct book *b, const struct relation *r) {
  int n = 0;
  for (int i = 0; i < r->nterms && n < 3; i++) n += b->obs.v[r->terms[i].obs].value != 0;
  return n >= 3;
}

/* A 尾差 is information; in a book whose sums hold exactly, which was computed in the unit it prints, it is a warning. */
static void rounding_weigh(const struct book *b, struct check_result *r) {
  long exact = 0, rounded = 0;
  for (size_t i = 0; i < r->relations.n; i++) {
    const struct relation *x = &r->relations.v[i];
    if (x->op != REL_EQ || !adds(b, x) || relation_has_prose(b, x)) continue;
    exact += x->outcome == OUTCOME_PASSED;
    rounded += x->outcome == OUTCOME_FAILED && x->rounding;
  }
  bool computed = exact >= EXACT_SUMS && exact >= EXACT_SHARE * rounded;
  for (size_t i = 0; i < r->relations.n; i++)
    if (r->relations.v[i].outcome == OUTCOME_FAILED && r->relations.v[i].rounding)
      r->relations.v[i].severity =
          computed && !relation_has_prose(b, &r->relations.v[i]) ? SEVERITY_WARNING : SEVERITY_INFO; /* sentences are by hand */
}

static void relations_count(struct binding *b) {
  for (size_t i = 0; i < b->result->relations.n; i++) {
    const struct relation *r = &b->result->relations.v[i];
    struct context c = {.b = b, .rule_index = r->rule};
    outcome_count(&c, r->outcome);
    if (r->outcome == OUTCOME_FAILED && r->rounding) b->tallies[r->rule].rounding++;
  }
}

/* ---- the public side ---- */

static int blank_form(struct binding *b, struct err *e) {
  struct context c = {.b = b, .rule = NULL, .rule_index = -1, .table = -1, .row = -1, .column = -1};
  return remark_add(&c, OUTCOME_NOT_CHECKED, tr("这是没有填写的样表，不作检查", "an unfilled form: nothing is checked"), NULL, NULL, e);
}

int rule_evaluate(const struct rule_set *s, const struct book *b, struct check_result **out, struct err *e) {
  struct binding binding;
  *out = NULL;
  struct check_result *r = calloc(1, sizeof *r);
  if (!r) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&r->arena, RESULT_ARENA);
  int rc = binding_begin(&binding, s, b, r, e);
  if (rc == RC_OK) {
    if (b->blank_form) rc = blank_form(&binding, e);
    for (size_t i = 0; i < s->rules.n && rc == RC_OK && !b->blank_form; i++) rc = rule_run(&binding, (int)i, e);
    if (rc == RC_OK && (binding.failed || binding.scratch.failed || r->arena.failed))
      rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    relations_count(&binding);
    binding_end(&binding);
  }
  if (rc < 0) {
    check_free(r);
    return rc;
  }
  rounding_weigh(b, r);
  recognised_weigh(b, r);
  *out = r;
  return RC_OK;
}

int rule_check(const struct rule_set *s, const struct book *b, struct check_result **out, struct err *e) {
  int rc = rule_evaluate(s, b, out, e);
  if (rc == RC_OK) rc = rule_diagnose(s, b, *out, e);
  if (rc < 0 && *out) {
    check_free(*out);
    *out = NULL;
  }
  return rc;
}

void check_free(struct check_result *r) {
  if (!r) return;
  free(r->relations.v);
  free(r->remarks.v);
  free(r->findings.v);
  arena_release(&r->arena);
  free(r);
}
