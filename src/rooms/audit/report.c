/* report.c: what all reports share: opening, the lines of the summary, writing the result where it belongs.
 * Text goes to standard output document by document; a file appears whole, at the end. */
#include "document/write.h"
#include "rooms/audit/internal.h"

#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>

int reporter_open(struct reporter *r, enum report_format format, const struct auditor *a, const char *path, struct err *e) {
  *r = (struct reporter){.a = a, .format = format, .path = path ? path : "-", .images = IMAGES_NONE};
  buf_init(&r->out, REPORT_BYTES_MAX);
  if (strcmp(r->path, "-") == 0) r->colour = terminal_colour(stdout), r->width = terminal_width(stdout);
  int rc = RC_OK;
  switch (format) {
  case REPORT_TEXT: break;
  case REPORT_JSON: report_json_begin(r); break;
  case REPORT_SARIF: rc = report_sarif_begin(r); break;
  case REPORT_HTML: report_html_begin(r); break;
  case REPORT_XLSX:
    if (strcmp(r->path, "-") == 0) return err_set(e, RC_USAGE, "%s", tr("xlsx 要用 -o 写到文件", "xlsx needs a file: -o FILE"));
    rc = report_xlsx_begin(r, e);
    break;
  }
  if (rc < 0 && (!e || !e->text[0])) err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) reporter_release(r);
  return rc;
}

static char *copy_sv(struct sv s) {
  return strndup(s.p ? s.p : "", s.n);
}

static int summary_add(struct reporter *r, const struct audit *x) {
  const struct book *b = x->nbooks > 0 ? x->books[0] : NULL;
  struct summary s = {.tally = tally_audit(r->a, x), .seconds = x->cpu_seconds};
  for (int i = 0; i < x->nbooks; i++) /* the book that was recognised speaks for the file */
    if (!b || (b->kind == BOOK_UNKNOWN && x->books[i]->kind != BOOK_UNKNOWN)) b = x->books[i];
  s.path = copy_sv(sv_from(x->path));
  s.body = copy_sv(b ? b->body : (struct sv){0});
  s.why = x->rc < 0 ? copy_sv(sv_from(x->error.text)) : NULL;
  if (b) s.year = b->year, s.kind = b->kind;
  for (int i = 0; x->rc >= 0 && i < x->ndocuments; i++) s.damaged |= all_damaged(x->documents[i]);
  if (VEC_PUSH(&r->all, s, 10000000) < 0) {
    free(s.path), free(s.body), free(s.why);
    return RC_NOMEM;
  }
  struct tally *t = &r->total;
  t->errors += s.tally.errors, t->warnings += s.tally.warnings, t->infos += s.tally.infos, t->roundings += s.tally.roundings;
  t->passed += s.tally.passed, t->failed += s.tally.failed;
  t->not_applicable += s.tally.not_applicable, t->not_checked += s.tally.not_checked;
  t->accepted += s.tally.accepted, t->unmatched += s.tally.unmatched, t->claims += s.tally.claims;
  t->observations += s.tally.observations, t->unread += s.tally.unread;
  return RC_OK;
}

static int flush(struct reporter *r, struct err *e) {
  if (r->out.rc == RC_IO) return err_set(e, RC_IO, "%s", tr("报告的图写不下来", "the pictures of the report cannot be written"));
  if (r->out.rc < 0) return err_set(e, (enum rc)r->out.rc, "%s", tr("报告太大，写不下", "the report is too large"));
  if (strcmp(r->path, "-") != 0 || r->out.n == 0) return RC_OK;
  bool written = fwrite(r->out.p, 1, r->out.n, stdout) == r->out.n && fflush(stdout) == 0;
  buf_clear(&r->out);
  return written ? RC_OK : err_set(e, RC_IO, "%s", tr("写不到标准输出", "cannot write to standard output"));
}

int reporter_add(struct reporter *r, const struct audit *x, struct err *e) {
  int rc = summary_add(r, x);
  if (rc == RC_OK) switch (r->format) {
    case REPORT_TEXT: report_text_add(r, x); break;
    case REPORT_JSON: rc = report_json_add(r, x); break;
    case REPORT_SARIF: rc = report_sarif_add(r, x); break;
    case REPORT_HTML: report_html_add(r, x); break;
    case REPORT_XLSX: report_xlsx_add(r, x); break;
    }
  if (rc < 0) return err_set(e, (enum rc)rc, "%s", tr("写报告时内存不足", "out of memory while writing the report"));
  r->documents++;
  return flush(r, e);
}

int reporter_close(struct reporter *r, double seconds, struct err *e) {
  int rc = RC_OK;
  switch (r->format) {
  case REPORT_TEXT: report_text_end(r, seconds); break;
  case REPORT_JSON: report_json_end(r, seconds); break;
  case REPORT_SARIF: rc = report_sarif_end(r); break;
  case REPORT_HTML: report_html_end(r, seconds); break;
  case REPORT_XLSX:
    report_xlsx_end(r);
    rc = xlsx_close(r->book, e);
    r->book = NULL;
    break;
  }
  if (rc < 0 && (!e || !e->text[0])) err_set(e, RC_NOMEM, "%s", tr("写报告时内存不足", "out of memory while writing the report"));
  if (rc == RC_OK) rc = flush(r, e);
  if (rc == RC_OK && r->format != REPORT_XLSX && strcmp(r->path, "-") != 0) rc = file_replace(r->path, r->out.p ? r->out.p : "", r->out.n, e);
  reporter_release(r);
  return rc;
}

void reporter_release(struct reporter *r) {
  for (size_t i = 0; i < r->all.n; i++) {
    free(r->all.v[i].path);
    free(r->all.v[i].body);
    free(r->all.v[i].why);
  }
  free(r->all.v);
  if (r->book) xlsx_abandon(r->book);
  if (r->format == REPORT_SARIF && r->state)
    report_sarif_end(r);
  else
    free(r->state);
  buf_release(&r->out);
  *r = (struct reporter){0};
}

int report_write(enum report_format format, const struct audit *audits, int n, const struct auditor *a, double seconds, const char *path,
                 struct err *e) {
  struct reporter r;
  int rc = reporter_open(&r, format, a, path, e);
  if (rc < 0) return rc;
  for (int i = 0; i < n && rc == RC_OK; i++) rc = reporter_add(&r, &audits[i], e);
  if (rc == RC_OK) return reporter_close(&r, seconds, e);
  reporter_release(&r);
  return rc;
}
