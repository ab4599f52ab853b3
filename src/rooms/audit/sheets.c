/* sheets.c: the filled check sheets of a batch: kept as texts while their books go, written at the end. */
#include "rooms/audit/sheet.h"

#include <stdlib.h>
#include <string.h>

enum { SHEETS_MAX = 100000, SHEETS_BYTES = 1 << 30 };

int sheets_new(struct sheets **out, const char *form_path, const struct roster *r, int today, struct err *e) {
  struct sheets *s = calloc(1, sizeof *s);
  *out = NULL;
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  s->roster = r, s->today = today;
  arena_init(&s->arena, SHEETS_BYTES);
  int rc = sheet_form_read(form_path, &s->form, e);
  if (rc < 0)
    sheets_free(s);
  else
    *out = s;
  return rc;
}

static const char *keep(struct sheets *s, struct sv text) {
  return arena_text(&s->arena, text.p ? text.p : "", text.n);
}

static int add_book(struct sheets *s, const struct view *v, struct err *e) {
  struct sheet_result *results;
  int rc = sheet_judge(s->form, v, s->roster, s->today, &s->arena, &results, e);
  if (rc < 0) return rc;
  const struct document *d = v->b->ndocuments > 0 ? v->b->documents[0] : NULL;
  struct sheet_book b = {.year = v->b->year, .kind = v->b->kind, .blank_form = v->b->blank_form, .results = results};
  b.body = keep(s, v->b->body);
  b.path = keep(s, sv_from(d && d->path ? d->path : v->x->path));
  b.profile = keep(s, sv_from(v->b->profile));
  if (!b.body || !b.path || !b.profile) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (VEC_PUSH(&s->books, b, SHEETS_MAX) < 0) return err_set(e, RC_LIMIT, tr("检查表超过 %d 份", "more than %d check sheets"), SHEETS_MAX);
  return RC_OK;
}

static int add_unread(struct sheets *s, const struct audit *x, struct err *e) {
  const char *line = arena_printf(&s->arena, tr("%s：%s", "%s: %s"), x->path, x->error.text);
  if (line && VEC_PUSH(&s->unread, line, SHEETS_MAX) == RC_OK) return RC_OK;
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

int sheets_add(struct sheets *s, const struct auditor *a, const struct audit *x, struct err *e) {
  int rc = x->rc < 0 ? add_unread(s, x, e) : RC_OK;
  for (int i = 0; x->rc >= 0 && i < x->nbooks && rc == RC_OK; i++) {
    struct view v = view_of(a, x, i);
    rc = add_book(s, &v, e);
  }
  return rc;
}

void sheets_free(struct sheets *s) {
  if (!s) return;
  sheet_form_free(s->form);
  free(s->books.v), free(s->unread.v);
  arena_release(&s->arena);
  free(s);
}

static bool is_workbook(const char *path) {
  return sv_ends(sv_from(path), ".xlsx");
}

int sheets_check_name(const char *path, struct err *e) {
  if (is_workbook(path) || sv_ends(sv_from(path), ".html")) return RC_OK;
  return err_set(e, RC_USAGE, tr("--sheet 的文件名要以 .xlsx 或 .html 结尾：%s", "--sheet wants a name that ends with .xlsx or .html: %s"), path);
}

int sheets_write(const struct sheets *s, const struct coverage *c, const char *path, struct err *e) {
  return is_workbook(path) ? sheets_write_xlsx(s, c, path, e) : sheets_write_html(s, c, path, e);
}

void sheet_heading(const struct sheet_book *b, struct buf *out) {
  bool final = duty_phase_of(b->kind) == DUTY_FINAL;
  if (b->kind == BOOK_UNKNOWN)
    buf_puts(out, tr("部门预决算公开情况检查表", "Check sheet: publication of budgets and final accounts"));
  else
    buf_puts(out, final ? tr("部门决算公开情况检查表", "Check sheet: publication of final accounts")
                        : tr("部门预算公开情况检查表", "Check sheet: publication of the budget"));
}

void sheet_counts(const struct sheets *s, const struct sheet_book *b, int counts[4]) {
  memset(counts, 0, 4 * sizeof *counts);
  for (size_t i = 0; i < s->form->rows.n; i++) counts[b->results[i].outcome]++;
}
