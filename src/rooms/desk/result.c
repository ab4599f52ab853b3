/* result.c: the report of an audit (docs/schema/audit.md) into rows. It comes from a child that read strangers' files: it is read like a stranger's.
 */
#include "rooms/desk/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MOST = 256 * 1024 * 1024, FINDINGS_MOST = 5000, PLACES_MOST = 40, GRAM_TEXT = 200000 };

static struct sv text_of(const json_t *o, const char *key) {
  const json_t *v = json_object_get(o, key);
  return json_is_string(v) ? (struct sv){json_string_value(v), json_string_length(v)} : SV("");
}

static int64_t int_of(const json_t *o, const char *key) {
  const json_t *v = json_object_get(o, key);
  return json_is_integer(v) ? json_integer_value(v) : 0;
}

/* A text that both databases take: valid, without NUL, of bounded length. */
static struct sv bounded(struct sv s, size_t most) {
  if (!s.p) return SV("");
  const char *nul = memchr(s.p, 0, s.n);
  if (nul) s.n = (size_t)(nul - s.p);
  if (s.n > most) {
    s.n = most;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80) s.n--;
  }
  return s;
}

struct taking {
  int64_t tenant, document;
  const json_t *report;
  struct buf grams;
};

static int64_t page_of(const json_t *finding) {
  const json_t *suspect = json_object_get(json_object_get(finding, "suspect"), "place");
  int64_t page = int_of(suspect, "page");
  return page > 0 ? page : int_of(json_array_get(json_object_get(finding, "places"), 0), "page");
}

static int take_finding(struct db *d, struct taking *t, const json_t *f, int64_t number, struct err *e) {
  json_t *places = json_object_get(f, "places"), *few = json_array();
  size_t n = json_is_array(places) ? json_array_size(places) : 0;
  for (size_t i = 0; few && i < n && i < PLACES_MOST; i++) json_array_append(few, json_array_get(places, i));
  char *text = few ? json_dumps(few, JSON_COMPACT) : NULL;
  json_decref(few);
  if (!text) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int64_t done = DB_RUN(
      d, desk_finding_add, e, db_int(t->tenant), db_int(db_id()), db_int(t->document), db_int(number), db_text(bounded(text_of(f, "id"), 64)),
      db_text(bounded(text_of(f, "rule"), 64)), db_text(bounded(text_of(f, "severity"), 16)), db_text(bounded(text_of(f, "title"), 500)),
      db_text(bounded(text_of(f, "message"), 4000)), db_text(bounded(text_of(f, "stated"), 200)), db_text(bounded(text_of(f, "expected"), 200)),
      db_text(bounded(text_of(f, "difference"), 200)), db_text(bounded(text_of(f, "unit"), 40)), db_text(bounded(text_of(f, "arithmetic"), 2000)),
      db_text(bounded(text_of(f, "basis"), 1000)), db_text(bounded(text_of(f, "sentence"), 4000)), db_int(page_of(f)), db_str(text));
  free(text);
  const char *const seen[] = {"rule", "title", "message"};
  for (int i = 0; i < 3; i++) {
    struct sv s = bounded(text_of(f, seen[i]), 500);
    buf_add(&t->grams, s.p, s.n);
    buf_putc(&t->grams, '\n');
  }
  return done < 0 ? (int)done : RC_OK;
}

static int failed(struct db *d, const struct taking *t, struct sv why, struct err *e) {
  int64_t n = DB_RUN(d, document_state, e, db_int(t->tenant), db_int(t->document), db_str("failed"), db_text(bounded(why, 500)));
  return n < 0 ? (int)n : RC_OK;
}

static int name_into_grams(struct db *d, struct taking *t, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, document_get, &s, e, db_int(t->tenant), db_int(t->document));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  struct sv name = db_col_text(s, 2);
  buf_add(&t->grams, name.p ? name.p : "", name.n);
  buf_putc(&t->grams, '\n');
  db_reset(s);
  return RC_OK;
}

static int take(struct db *d, void *context, struct err *e) {
  struct taking *t = context;
  const json_t *r = t->report, *findings = json_object_get(r, "findings"), *checks = json_object_get(r, "checks");
  if (json_object_get(r, "error")) return failed(d, t, text_of(r, "error"), e);
  size_t n = json_is_array(findings) ? json_array_size(findings) : 0, kept = n < FINDINGS_MOST ? n : FINDINGS_MOST;
  int64_t by[3] = {0}, open = 0;
  int rc = RC_OK;
  buf_clear(&t->grams);
  for (size_t i = 0; rc == RC_OK && i < kept; i++) rc = take_finding(d, t, json_array_get(findings, i), (int64_t)i + 1, e);
  for (size_t i = 0; i < n; i++) {
    struct sv s = text_of(json_array_get(findings, i), "severity");
    by[sv_is(s, "error") ? 0 : sv_is(s, "warning") ? 1 : 2]++;
    open += i < kept;
  }
  if (rc < 0) return rc;
  struct sv body = bounded(text_of(r, "body"), 300);
  int64_t done =
      DB_RUN(d, document_result, e, db_int(t->tenant), db_int(t->document), db_text(bounded(text_of(r, "format"), 32)),
             db_text(bounded(text_of(r, "kind"), 64)), db_text(body), db_int(int_of(r, "year")), db_int(int_of(r, "pages")), db_int(by[0]),
             db_int(by[1]), db_int(by[2]), db_int(int_of(checks, "passed")), db_int(int_of(checks, "not-checked")), db_int(open), db_int(db_now()));
  if (done < 0) return (int)done;
  buf_printf(&t->grams, "%.*s %lld\n", SV_ARG(body), (long long)int_of(r, "year"));
  if ((rc = name_into_grams(d, t, e)) < 0) return rc;
  return grams_add(d, t->tenant, t->document, (struct sv){t->grams.p, t->grams.n}, e);
}

static const json_t *report_of(const json_t *documents, const char *path) {
  for (size_t i = 0; i < json_array_size(documents); i++) {
    const json_t *r = json_array_get(documents, i);
    if (sv_is(text_of(r, "path"), path)) return r;
  }
  return NULL;
}

/* All documents of a chunk in one transaction: one wait for the disk instead of sixteen. */
struct taking_all {
  struct job_worker *worker;
  struct taking *v;
  int n;
};

static int take_all(struct db *d, void *context, struct err *e) {
  struct taking_all *all = context;
  int rc = job_hold(all->worker, e);
  for (int i = 0; rc == RC_OK && i < all->n; i++) rc = take(d, &all->v[i], e);
  return rc;
}

int result_take(struct db *d, struct job_worker *w, int64_t tenant, const char *report, const char *const *paths, const int64_t *documents, int n,
                struct err *e) {
  unsigned char *data;
  size_t size;
  json_error_t why;
  int rc = file_read(report, REPORT_MOST, &data, &size, e);
  if (rc < 0) return rc;
  json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &why);
  free(data);
  if (!root) return err_set(e, RC_FORMAT, tr("审核报告读不懂：%s", "the report of the audit cannot be read: %s"), why.text);
  struct taking v[CHUNK];
  struct taking_all all = {w, v, n};
  for (int i = 0; i < n; i++) {
    v[i] = (struct taking){.tenant = tenant, .document = documents[i], .report = report_of(json_object_get(root, "documents"), paths[i])};
    buf_init(&v[i].grams, GRAM_TEXT);
    if (!v[i].report) rc = err_set(e, RC_FORMAT, "%s", tr("审核报告里没有这个文件", "the report does not have this file"));
  }
  if (rc == RC_OK) rc = db_tx(d, take_all, &all, e);
  for (int i = 0; i < n; i++) buf_release(&v[i].grams);
  json_decref(root);
  return rc;
}
