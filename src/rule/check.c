/* check.c: every rule of a set over a book: which apply, what each check comes to, and how severe a difference of rounding is here. */
#include "rule/rule_internal.h"

#include <stdlib.h>
#include <string.h>

enum { RESULT_ARENA = 256 * 1024 * 1024, REMARKS_MOST = 1 << 20, EXACT_SUMS = 30, EXACT_SHARE = 8 };

/* ---- remarks ---- */

static void put_sv(struct buf *out, struct sv s) {
  if (s.n) buf_add(out, s.p, s.n);
}

bool message_field_known(struct sv name) {
  static const char *const known[] = {"row",    "code",     "column",     "table", "field", "year",
                                      "stated", "expected", "difference", "unit",  "page",  "arithmetic"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (sv_is(name, known[i])) return true;
  return false;
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
    put_sv(out, c->field ? c->field->text : (struct sv){0});
  else if (sv_is(name, "year"))
    buf_printf(out, "%d", c->b->book->year);
  else if (sv_is(name, "stated"))
    buf_puts(out, stated ? stated : "");
  else if (sv_is(name, "expected"))
    buf_puts(out, expected ? expected : "");
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

static void remark_place(const struct context *c, struct remark *m) {
  const struct book_table *t = c->table >= 0 ? &c->b->book->tables.v[c->table] : NULL;
  if (c->field) m->place = c->field->place, m->document = c->field->document;
  if (!t) return;
  m->table = c->table, m->row = c->row, m->document = t->document;
  if (!c->field) m->place = c->row >= 0 ? t->rows[c->row].place : t->place;
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

static int checks_run(const struct context *c, long *made, struct err *e) {
  struct judged where = {.truth = TRUTH_YES};
  if (c->rule->where) where = condition_judge(c, c->rule->where);
  if (where.truth == TRUTH_UNKNOWN && where.why && !in_doubt(c)) { /* whether it applies is not known: that is not "does not apply" */
    int rc = not_checked(c, where.why, e);
    *made += rc > 0;
    return rc < 0 ? rc : RC_OK;
  }
  if (where.truth != TRUTH_YES) return RC_OK;
  for (int i = 0; i < c->rule->nchecks; i++) {
    const struct check_def *k = &c->rule->checks[i];
    int rc = k->relation ? relation_bind(c, k->relation, e) : requirement_judge(c, k->require, e);
    if (rc < 0) return rc;
    *made += rc;
  }
  return RC_OK;
}

/* A table that was not read cleanly: once for each rule that looks at more than its amounts, not once a cell. */
static int table_doubted(const struct context *c, long *made, struct err *e) {
  bool looks = c->rule->where != NULL;
  for (int i = 0; i < c->rule->nchecks; i++) looks = looks || c->rule->checks[i].require;
  int rc = looks && in_doubt(c) ? doubt_tell(c, e) : 0;
  *made += rc > 0;
  return rc < 0 ? rc : RC_OK;
}

static bool column_counts(const struct book_column *k) {
  return k->measure != NO_SYMBOL && k->type == OBS_AMOUNT && !k->other_year;
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
    if (x->op != REL_EQ || !adds(b, x)) continue;
    exact += x->outcome == OUTCOME_PASSED;
    rounded += x->outcome == OUTCOME_FAILED && x->rounding;
  }
  bool computed = exact >= EXACT_SUMS && exact >= EXACT_SHARE * rounded;
  for (size_t i = 0; i < r->relations.n; i++)
    if (r->relations.v[i].outcome == OUTCOME_FAILED && r->relations.v[i].rounding)
      r->relations.v[i].severity = computed ? SEVERITY_WARNING : SEVERITY_INFO;
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
