/* auditor.c: what an audit needs is loaded once; then document → book → findings, one input at a time.
 * After auditor_new() nothing here is written any more: workers share it without locks. */
#include "rooms/audit/internal.h"
#include "rooms/audit/two.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATH_BYTES 4200

void auditor_data_path(char *out, size_t size, const char *data, const char *sub) {
  if (data)
    snprintf(out, size, "%s/%s", data, sub);
  else
    codes_data_path(out, size, sub);
}

int auditor_claims(const char *data, struct claim_grammar **out, struct err *e) {
  char path[PATH_BYTES];
  auditor_data_path(path, sizeof path, data, "profiles/claims.txt");
  int rc = claim_grammar_load(path, out, e);
  if (rc < 0) return rc;
  auditor_data_path(path, sizeof path, data, "profiles/text.txt");
  rc = claim_grammar_add(*out, path, e);
  if (rc < 0) claim_grammar_free(*out), *out = NULL;
  return rc;
}

int auditor_load(const char *data, const char *rules, struct auditor **out, struct err *e) {
  char path[PATH_BYTES];
  *out = NULL;
  struct auditor *a = calloc(1, sizeof *a);
  if (!a) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  auditor_data_path(path, sizeof path, data, "codes");
  int rc = codes_load(path, &a->codes, e);
  auditor_data_path(path, sizeof path, data, "profiles");
  if (rc == RC_OK) rc = profiles_load(path, &a->profiles, e);
  if (rc == RC_OK) rc = auditor_claims(data, &a->claims, e);
  if (rc == RC_OK) rc = rule_set_new(&a->rules, e);
  auditor_data_path(path, sizeof path, data, "rules");
  if (rc == RC_OK) rc = rule_set_load(a->rules, rules ? rules : path, e);
  if (rc == RC_OK) rule_set_lookup(a->rules, codes_lookup, a->codes);
  if (rc < 0)
    auditor_free(a);
  else
    *out = a;
  return rc;
}

int auditor_new(const char *data_folder, struct auditor **out, struct err *e) {
  return auditor_load(data_folder, NULL, out, e);
}

void auditor_free(struct auditor *a) {
  if (!a) return;
  if (a->rules) rule_set_free(a->rules);
  if (a->profiles) profiles_free(a->profiles);
  if (a->codes) codes_free(a->codes);
  claim_grammar_free(a->claims);
  free(a);
}

bool auditor_has_profile(const struct auditor *a, const char *name) {
  for (int i = 0; i < profile_count(a->profiles); i++)
    if (strcmp(profile_name(a->profiles, i), name) == 0) return true;
  return false;
}

static double cpu_now(void) {
  struct timespec t;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0) return 0;
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A department's book with books of its units in one file is compared with them unasked. */
static bool has_units(const struct audit *x) {
  bool department = false, unit = false;
  for (int i = 0; i < x->nbooks; i++) {
    enum book_kind k = x->books[i]->kind;
    department = department || k == BOOK_DEPARTMENT_BUDGET || k == BOOK_DEPARTMENT_FINAL;
    unit = unit || k == BOOK_UNIT_BUDGET || k == BOOK_UNIT_FINAL;
  }
  return department && unit;
}

static int check_with_others(const struct auditor *a, const struct audit_request *q, struct audit *x) {
  x->grafts = calloc((size_t)x->nbooks, sizeof *x->grafts);
  if (!x->grafts) return err_set(&x->error, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; i < x->nbooks; i++) {
    int rc = graft_make(x->books[i], q->others, x->books, x->nbooks, &x->grafts[i], &x->error);
    if (rc == RC_OK) rc = two_check(a, x->books[i], &x->grafts[i], &x->results[i], &x->error);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static int amend_books(const struct auditor *a, const struct audit_request *q, struct audit *x) {
  int rc = RC_OK;
  if (!q->against || x->nbooks == 0) return RC_OK;
  x->amendments = calloc((size_t)x->nbooks, sizeof *x->amendments);
  if (!x->amendments) return err_set(&x->error, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; i < x->nbooks && rc == RC_OK; i++) rc = amendment_make(q->against, a, x->books[i], x->results[i], &x->amendments[i], &x->error);
  return rc;
}

static int check_books(const struct auditor *a, const struct audit_request *q, struct audit *x) {
  if (x->nbooks == 0) return RC_OK;
  x->results = calloc((size_t)x->nbooks, sizeof *x->results);
  if (!x->results) return err_set(&x->error, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (q->others || has_units(x)) return check_with_others(a, q, x);
  for (int i = 0; i < x->nbooks; i++) {
    int rc = rule_check(a->rules, x->books[i], &x->results[i], &x->error);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static int audit_run(const struct auditor *a, const char *const *paths, int n, const struct audit_request *q, struct audit *x) {
  x->documents = calloc((size_t)n, sizeof *x->documents);
  if (!x->documents) return err_set(&x->error, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  struct document_limits limits = document_limits_default;
  limits.ocr = q->ocr;
  for (int i = 0; i < n; i++) {
    x->path = paths[i]; /* so that a failure names the file */
    int rc = document_read(paths[i], &limits, &x->documents[i], &x->error);
    if (rc < 0) return rc;
    x->ndocuments++;
  }
  x->path = paths[0];
  struct recognise_options o = {.profile = q->profile, .together = n > 1, .profiles = a->profiles, .codes = a->codes};
  int rc = book_recognise((const struct document *const *)x->documents, n, &o, &x->books, &x->nbooks, &x->error);
  for (int i = 0; i < x->nbooks && rc == RC_OK; i++) rc = claims_read(a->claims, a->codes, x->books[i], &x->error);
  if (rc == RC_OK) rc = check_books(a, q, x);
  if (rc == RC_OK) rc = accepted_match(a, x, q);
  return rc == RC_OK ? amend_books(a, q, x) : rc;
}

int audit_files(const struct auditor *a, const char *const *paths, int n, const struct audit_request *q, struct audit *out) {
  *out = (struct audit){0};
  if (n < 1) return out->rc = err_set(&out->error, RC_USAGE, "%s", tr("没有文件", "no file"));
  out->path = paths[0];
  double start = cpu_now();
  out->rc = audit_run(a, paths, n, q, out);
  out->cpu_seconds = cpu_now() - start;
  return out->rc;
}

void audit_release(struct audit *x) {
  accepted_free(x->accepted, x->nbooks);
  for (int i = 0; x->results && i < x->nbooks; i++)
    if (x->results[i]) check_free(x->results[i]);
  for (int i = 0; x->grafts && i < x->nbooks; i++) graft_release(&x->grafts[i]);
  for (int i = 0; x->books && i < x->nbooks; i++) book_free(x->books[i]);
  for (int i = 0; x->documents && i < x->ndocuments; i++) document_free(x->documents[i]);
  for (int i = 0; x->amendments && i < x->nbooks; i++) amendment_free(x->amendments[i]);
  free(x->amendments);
  free(x->results);
  free(x->grafts);
  free(x->books);
  free(x->documents);
  *x = (struct audit){0};
}

const struct rule_head *auditor_rule(const struct auditor *a, int rule) {
  return rule_get(a->rules, rule);
}
