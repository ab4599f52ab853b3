/* notice.c: gathers the problems of a batch by department: errors and warnings of the audit, and rows of the check sheet that are not met without
 * one. */
#include "rooms/audit/notice.h"

#include <stdlib.h>
#include <string.h>

enum { NOTICES_MAX = 100000, BOOKS_MAX = 10000, PROBLEMS_MAX = 20000, NOTICES_BYTES = 1 << 30, PIECE_BYTES = 1 << 20, ALTERNATIVES_IN_LETTER = 3 };

static int nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("写通知书时内存不足", "out of memory while writing notices"));
}

int notices_new(struct notices **out, const char *form_path, const char *rows_path, const struct roster *r, int today, int deadline, struct err *e) {
  struct notices *n = calloc(1, sizeof *n);
  *out = NULL;
  if (!n) return nomem(e);
  n->roster = r, n->today = today, n->deadline = deadline;
  arena_init(&n->arena, NOTICES_BYTES);
  int rc = notice_form_read(form_path, &n->form, e);
  if (rc == RC_OK) rc = sheet_form_read(rows_path, &n->rows, e);
  if (rc < 0)
    notices_free(n);
  else
    *out = n;
  return rc;
}

void notices_free(struct notices *n) {
  if (!n) return;
  for (size_t i = 0; i < n->list.n; i++) {
    for (size_t k = 0; k < n->list.v[i].books.n; k++) free(n->list.v[i].books.v[k].problems.v);
    free(n->list.v[i].books.v);
  }
  free(n->list.v);
  notice_form_free(n->form);
  sheet_form_free(n->rows);
  arena_release(&n->arena);
  free(n);
}

static const char *keep(struct notices *n, struct buf *b) {
  const char *s = b->rc < 0 ? NULL : arena_text(&n->arena, b->p ? b->p : "", b->n);
  buf_clear(b);
  return s;
}

/* ---- one finding ---- */

static void put_where(const struct view *v, const struct telling *t, struct buf *b) {
  if (v->b->ndocuments > 1) buf_printf(b, tr("文件 %d ", "file %d "), t->document + 1);
  place_print(t->place, b);
  if (!t->table) return;
  buf_puts(b, b->n ? tr("\n《", "\n\"") : tr("《", "\""));
  table_name(v, t->table, b);
  buf_puts(b, tr("》", "\""));
}

/* What is printed there: the sentence, or the row and column with the figure. */
static void put_quote(const struct telling *t, struct buf *b) {
  if (t->row && t->row->sentence.n) {
    buf_printf(b, tr("“%.*s”", "\"%.*s\""), SV_ARG(t->row->sentence));
    return;
  }
  if (t->row && (t->row->code.n || t->row->label.n))
    buf_printf(b, "%.*s%s%.*s", SV_ARG(t->row->code), t->row->code.n && t->row->label.n ? " " : "", SV_ARG(t->row->label));
  if (t->column && t->column->header.n) buf_printf(b, "%s%.*s", b->n ? tr("，", ", ") : "", SV_ARG(t->column->header));
  if (t->stated_text[0]) buf_printf(b, "%s%s%s", b->n ? tr("：", ": ") : "", t->stated_text, t->obs ? t->unit_shown : "");
}

static void put_what(const struct view *v, const struct finding *f, const struct telling *t, struct buf *b) {
  const struct relation *r = relation_at(v, f->relation);
  buf_puts(b, rule_title(v, f->rule));
  size_t before = b->n;
  buf_puts(b, tr("。", ". "));
  size_t start = b->n;
  if (finding_proved(v, f)) { /* without how sure we are and what it looks like: a letter says what is wrong */
    buf_printf(b, tr("印为 %s，应为 %s", "printed %s, should be %s"), t->stated_text, t->expected_text);
    if (t->difference[0]) buf_printf(b, tr("，相差 %s%s", ", off by %s %s"), t->difference, t->unit_shown);
  } else {
    finding_statement(v, f, t, b);
  }
  if (b->n == start || (b->n - start == before && memcmp(b->p, b->p + start, before) == 0)) b->n = before, b->p[before] = '\0';
  if (r) {
    before = b->n;
    buf_puts(b, tr("\n算式：", "\nsum: "));
    start = b->n;
    relation_arithmetic(v, r, t->obs, b);
    if (b->n == start) b->n = before, b->p[before] = '\0';
  }
  for (int i = 1; i < f->nsuspects; i++) buf_puts(b, tr("\n并改：", "\nand: ")), suspect_line(v, &f->suspects[i], b);
  if (f->nalternatives > 0 && f->nalternatives <= ALTERNATIVES_IN_LETTER)
    buf_puts(b, finding_proved(v, f) ? tr("\n或者：", "\nor: ") : tr("\n可能：", "\nmaybe: ")), alternatives_line(v, f, t, b);
}

/* {stated} and {expected} of the finding. */
static void put_filled(const char *text, const struct telling *t, struct buf *b) {
  for (const char *p = text; *p;) {
    if (strncmp(p, "{stated}", 8) == 0)
      buf_puts(b, t->stated_text), p += 8;
    else if (strncmp(p, "{expected}", 10) == 0)
      buf_puts(b, t->expected_text), p += 10;
    else
      buf_putc(b, *p++);
  }
}

/* One cell is proved wrong and its value known, with nothing else to choose: only then may a notice say what to print. */
static bool is_certain(const struct view *v, const struct finding *f, const struct telling *t) {
  return f->severity == SEVERITY_ERROR && finding_proved(v, f) && f->nsuspects == 1 && f->nalternatives == 0 && !f->several &&
         f->cause != CAUSE_SCALE && t->expected_text[0] && t->stated_text[0] && f->suspects[0].low == f->suspects[0].high;
}

static int add_problem(struct notice *to, struct notice_book *book, const struct notice_problem *p, struct err *e) {
  if (!p->place || !p->quote || !p->what || !p->demand || !p->basis) return nomem(e);
  if (VEC_PUSH(&book->problems, *p, PROBLEMS_MAX) < 0) return err_set(e, RC_LIMIT, "%s", tr("一本书的问题太多", "too many problems in one book"));
  to->errors += p->severity == SEVERITY_ERROR, to->warnings += p->severity == SEVERITY_WARNING;
  return RC_OK;
}

static int add_finding(struct notices *n, struct notice *to, struct notice_book *book, const struct view *v, const struct finding *f, struct buf *b,
                       struct err *e) {
  struct telling t;
  struct notice_problem p = {.severity = f->severity};
  const struct rule_head *h = rule_at(v, f->rule);
  finding_tell(v, f, true, &t);
  put_where(v, &t, b);
  if (b->n == 0) buf_puts(b, tr("全文", "the whole book"));
  p.place = keep(n, b);
  put_quote(&t, b), p.quote = keep(n, b);
  put_what(v, f, &t, b), p.what = keep(n, b);
  put_filled(is_certain(v, f, &t) ? n->form->words[NOTICE_CORRECT] : notice_demand_for(n->form, rule_id(v, f->rule), f->severity != SEVERITY_ERROR),
             &t, b);
  p.demand = keep(n, b);
  buf_puts(b, h && h->basis ? h->basis : ""), p.basis = keep(n, b);
  return add_problem(to, book, &p, e);
}

/* ---- what the check sheet finds besides ---- */

static int add_row(struct notices *n, struct notice *to, struct notice_book *book, const struct sheet_row *row, const struct sheet_result *r,
                   struct buf *b, struct err *e) {
  struct notice_problem p = {.severity = SEVERITY_ERROR, .place = tr("全文", "the whole book"), .basis = row->basis, .quote = r->evidence};
  char name[200];
  snprintf(name, sizeof name, "sheet.%.180s", row->id);
  buf_printf(b, tr("%s不符合要求：%s", "%s is not met: %s"), sheet_title(row), sheet_require(row));
  p.what = keep(n, b);
  p.demand = notice_demand_for(n->form, name, false);
  return add_problem(to, book, &p, e);
}

static int add_rows(struct notices *n, struct notice *to, struct notice_book *book, const struct view *v, struct buf *b, struct err *e) {
  struct sheet_result *results;
  int rc = sheet_judge(n->rows, v, n->roster, n->today, &n->arena, &results, e);
  for (size_t i = 0; rc == RC_OK && i < n->rows->rows.n; i++)
    if (results[i].outcome == SHEET_UNMET && !*results[i].findings) rc = add_row(n, to, book, &n->rows->rows.v[i], &results[i], b, e);
  return rc;
}

/* ---- whose notice ---- */

/* The department: by the roster where it lists the book's body, else whatever the book calls itself. */
static int addressee(struct notices *n, const struct view *v, const char *path, const char **key, const char **name) {
  int body = n->roster ? roster_find(n->roster, v->b) : -1;
  if (body >= 0) {
    const struct body *b = &n->roster->bodies.v[body];
    if (b->parent >= 0) b = &n->roster->bodies.v[b->parent];
    *key = b->key, *name = b->name;
    return RC_OK;
  }
  *name = v->b->body.n ? arena_text(&n->arena, v->b->body.p, v->b->body.n) : path;
  *key = *name ? body_key(&n->arena, sv_from(*name), NULL) : NULL;
  return *key ? RC_OK : RC_NOMEM;
}

static struct notice *notice_for(struct notices *n, const char *key, const char *name) {
  for (size_t i = 0; i < n->list.n; i++)
    if (strcmp(n->list.v[i].key, key) == 0) return &n->list.v[i];
  struct notice fresh = {.key = key, .name = name};
  return VEC_PUSH(&n->list, fresh, NOTICES_MAX) < 0 ? NULL : &n->list.v[n->list.n - 1];
}

/* 2023年部门预算; of a unit under a department: with the unit's name before it. */
static void put_book_title(const struct view *v, const struct notice *to, struct buf *b) {
  struct arena a;
  arena_init(&a, 1 << 16);
  const char *key = v->b->body.n ? body_key(&a, v->b->body, NULL) : NULL;
  if (key && strcmp(key, to->key) != 0) buf_add(b, v->b->body.p, v->b->body.n);
  arena_release(&a);
  if (v->b->year > 0) buf_printf(b, tr("%d年", "%d "), v->b->year);
  buf_puts(b, kind_title(v->b->kind));
}

static int add_book(struct notices *n, const struct view *v, struct buf *b, struct err *e) {
  const struct document *d = v->b->ndocuments > 0 ? v->b->documents[0] : NULL;
  const char *key, *name, *from = d && d->path ? d->path : v->x->path, *path = arena_text(&n->arena, from, strlen(from));
  struct notice_book book = {.path = path};
  if (v->b->blank_form || v->b->kind == BOOK_UNKNOWN) return RC_OK;
  if (!path || addressee(n, v, path, &key, &name) < 0) return nomem(e);
  struct notice *to = notice_for(n, key, name);
  if (!to) return nomem(e);
  put_book_title(v, to, b);
  if (!(book.title = keep(n, b)) || VEC_PUSH(&to->books, book, BOOKS_MAX) < 0) return nomem(e);
  struct notice_book *in = &to->books.v[to->books.n - 1];
  int rc = add_rows(n, to, in, v, b, e);
  for (size_t i = 0; rc == RC_OK && i < v->r->findings.n; i++)
    if (v->r->findings.v[i].severity != SEVERITY_INFO) rc = add_finding(n, to, in, v, &v->r->findings.v[i], b, e);
  return rc;
}

int notices_add(struct notices *n, const struct auditor *a, const struct audit *x, struct err *e) {
  struct buf b;
  int rc = RC_OK;
  buf_init(&b, PIECE_BYTES);
  for (int i = 0; x->rc >= 0 && i < x->nbooks && rc == RC_OK; i++) {
    struct view v = view_of(a, x, i);
    rc = add_book(n, &v, &b, e);
  }
  buf_release(&b);
  return rc;
}
