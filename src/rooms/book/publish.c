/* publish.c: the files of a published book, and what the audit says of them. */
#include "rooms/book/publish.h"

#include "rooms/audit/audit.h"
#include "rooms/book/accounts.h"
#include "rooms/book/csv.h"
#include "rooms/book/schema.h"
#include "rooms/book/unit.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OBJECTIONS_MAX = 5000 };

void objections_init(struct objections *o) {
  memset(o, 0, sizeof *o);
  arena_init(&o->arena, 16 << 20);
}

void objections_release(struct objections *o) {
  free(o->v.v);
  arena_release(&o->arena);
}

/* Is this objection of that word, or WORD#2 … of it? */
static bool same_word(const char *has, const char *word) {
  size_t n = strlen(word);
  return strncmp(has, word, n) == 0 && (has[n] == '\0' || (has[n] == '#' && strspn(has + n + 1, "0123456789") == strlen(has + n + 1)));
}

/* An override answers one error, which the officer has read: two errors at one place must not hide behind one word. */
int objection_add(struct objections *o, const char *word, const char *text) {
  int same = 0;
  for (size_t i = 0; i < o->v.n; i++) {
    if (!same_word(o->v.v[i].word, word)) continue;
    if (strcmp(o->v.v[i].text, text) == 0) return RC_OK;
    same++;
  }
  const char *kept = same ? arena_printf(&o->arena, "%s#%d", word, same + 1) : arena_text(&o->arena, word, strlen(word));
  struct objection x = {kept, arena_text(&o->arena, text, strlen(text)), NULL};
  return x.word && x.text ? VEC_PUSH(&o->v, x, OBJECTIONS_MAX) : RC_NOMEM;
}

static const char *path_in(char out[4200], const char *folder, const char *name) {
  snprintf(out, 4200, "%s/%s", folder, name);
  return out;
}

static int copy_file(const char *from, const char *to, struct err *e) {
  unsigned char *data;
  size_t size;
  int rc = file_read(from, 256 << 20, &data, &size, e);
  if (rc < 0) return rc;
  rc = file_replace(to, data, size, e);
  free(data);
  return rc;
}

/* Of the derived version, or of none; accounts tell the approved and the adjusted budget too. */
static bool version_public(const struct workspace *w, struct sv name) {
  bool known = name.n == 0;
  for (int of = OF_DERIVED; of < OF_VERSIONS && !known; of++) {
    int at = accounts_version(w, of);
    known = at >= 0 && (size_t)at < w->versions.n && sv_equal(name, w->versions.v[at]);
  }
  return known;
}

/* A CSV file without the records of other versions: drafts and ceilings (一上, 控制数) are not public. As it is when there are none. */
static int copy_version(const struct workspace *w, int16_t file, const char *from, const char *to, struct err *e) {
  struct csv c = {0};
  struct buf out;
  int column = -1, parent = -1;
  size_t left = 0;
  int rc = csv_read(from, &c, e);
  if (rc < 0) return rc;
  for (int k = 0; c.rows.n && k < c.rows.v[0].n; k++)
    if (sv_is(csv_field(&c, 0, k), "version") || sv_is(csv_field(&c, 0, k), "预算版本")) column = k;
  for (int k = 0; c.rows.n && k < c.rows.v[0].n; k++)
    if (sv_is(csv_field(&c, 0, k), "parent") || sv_is(csv_field(&c, 0, k), "上级")) parent = k;
  buf_init(&out, CSV_BYTES);
  buf_puts(&out, "\xEF\xBB\xBF"); /* so that Excel reads it as UTF-8 */
  for (size_t i = 0; i < c.rows.n; i++) {
    bool draft = column >= 0 && !version_public(w, sv_trim(csv_field(&c, i, column)));
    if (i && (draft || unit_others(w, file, c.rows.v[i].line))) {
      left++;
      continue;
    }
    bool root = w->others.n && w->units.v[0].place.file == file && w->units.v[0].place.line == c.rows.v[i].line; /* its parent is not in the book */
    for (int k = 0; k < c.rows.v[i].n; k++) csv_put(&out, k == 0, root && k == parent ? (struct sv){0} : csv_field(&c, i, k));
    buf_putc(&out, '\n');
  }
  if (left == 0)
    rc = copy_file(from, to, e);
  else
    rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : file_replace(to, out.p, out.n, e);
  buf_release(&out);
  csv_release(&c);
  return rc;
}

/* A unit's data goes under the unit's name. */
static int write_package(const struct opened *o, const char *from, const char *to, struct err *e) {
  const struct workspace *w = o->workspace;
  if (!w->others.n) return copy_file(from, to, e);
  json_error_t why;
  json_t *all = json_load_file(from, JSON_REJECT_DUPLICATES, &why);
  if (!all) return err_at(e, RC_FORMAT, from, why.line, why.column, "%s", why.text);
  json_object_set_new(all, "title", json_stringn(o->paper->title.p, o->paper->title.n));
  json_object_set_new(all, "name", json_sprintf("%s-%s", w->name, w->unit));
  char *text = json_dumps(all, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
  int rc = text ? file_replace(to, text, strlen(text), e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  free(text), json_decref(all);
  return rc;
}

/* What the schema keeps to the department: ceilings are the bureau's; execution and results are told with the accounts. */
static bool is_secret(const struct ws_schema *s, const char *file) {
  for (int k = 0; k < ws_schema_count(s); k++)
    if (strcmp(ws_schema_entity(s, k)->file, file) == 0) return ws_schema_entity(s, k)->secret;
  return strncmp(file, "texts/", 6) == 0;
}

/* The workspace's own data, so that whoever reads the book can count again: datapackage.json names the CSV files beside it. */
static int write_data(const struct opened *o, const char *next, struct err *e) {
  const struct workspace *w = o->workspace;
  char from[4200], to[4200], data[4096];
  struct ws_schema *schema = NULL;
  codes_data_path(data, sizeof data, "profiles");
  int rc = ws_schema_load(path_in(from, data, "workspace.txt"), &schema, e);
  if (rc == RC_OK) rc = write_package(o, path_in(from, w->folder, "datapackage.json"), path_in(to, next, "datapackage.json"), e);
  for (size_t i = 0; rc == RC_OK && i < w->files.n; i++) {
    struct err ignored;
    const char *name = w->files.v[i];
    if (is_secret(schema, name)) continue;
    err_clear(&ignored);
    path_in(from, w->folder, name), path_in(to, next, name);
    int copied = copy_version(w, (int16_t)i, from, to, &ignored);
    if (copied < 0 && access(from, F_OK) == 0) *e = ignored, rc = copied; /* a file that may be missing is not copied */
  }
  ws_schema_free(schema);
  return rc;
}

int publish_write(const struct opened *o, const char *next, struct err *e) {
  char path[4200], name[128];
  int rc = paper_write_html(o->paper, path_in(path, next, "index.html"), e);
  if (rc == RC_OK) rc = paper_write_pdf(o->paper, path_in(path, next, "book.pdf"), e);
  if (rc == RC_OK) rc = paper_write_docx(o->paper, path_in(path, next, "book.docx"), e);
  if (rc == RC_OK) rc = paper_write_xlsx(o->paper, path_in(path, next, "book.xlsx"), e);
  if (rc == RC_OK) rc = paper_write_json(o->paper, path_in(path, next, "book.json"), e);
  if (rc == RC_OK && mkdir(path_in(path, next, "tables"), 0777) < 0) rc = err_set(e, RC_IO, "%s: %s", path, err_system(errno));
  for (size_t i = 0; rc == RC_OK && i < o->paper->blocks.n; i++) {
    const struct paper_table *t = o->paper->blocks.v[i].table;
    if (!t) continue;
    snprintf(name, sizeof name, "tables/%s.csv", t->id);
    rc = paper_write_csv(t, path_in(path, next, name), e);
  }
  return rc == RC_OK ? write_data(o, next, e) : rc;
}

static void count_lesser(const struct audit *x, struct objections *out) {
  for (int b = 0; b < x->nbooks; b++)
    for (size_t i = 0; i < x->results[b]->findings.n; i++) {
      enum severity s = x->results[b]->findings.v[i].severity;
      out->warnings += s == SEVERITY_WARNING, out->hints += s == SEVERITY_INFO;
    }
}

static int object(const struct auditor *a, const struct audit *x, struct objections *out, struct err *e) {
  if (x->rc < 0) return *e = x->error, x->rc;
  for (int b = 0; b < x->nbooks; b++)
    for (size_t i = 0; i < x->results[b]->findings.n; i++) {
      const struct finding *f = &x->results[b]->findings.v[i];
      char word[200], text[600];
      if (f->severity != SEVERITY_ERROR) continue;
      const struct rule_head *r = auditor_rule(a, f->rule);
      snprintf(word, sizeof word, "%s:%.8s", r->id, f->id);
      snprintf(text, sizeof text, tr("%s（看全文：heng audit --explain %.8s）", "%s (in full: heng audit --explain %.8s)"),
               tr(r->title_zh, r->title_en), f->id);
      if (objection_add(out, word, text) < 0) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    }
  return RC_OK;
}

/* The book's layout and the profile it is audited by have one name; that of final accounts ends in -final. False: no such profile, the text decides.
 */
static bool profile_of(const char *layout, char *out, size_t size) {
  char path[4200], data[4096];
  struct sv name = sv_from(layout);
  if (sv_ends(name, "-final")) name.n -= 6;
  if (name.n == 0 || name.n >= size) return false;
  snprintf(out, size, "%.*s", SV_ARG(name));
  codes_data_path(data, sizeof data, "profiles");
  snprintf(path, sizeof path, "%s/%s.profile", data, out);
  return access(path, R_OK) == 0;
}

int publish_audit(const char *next, const char *profile, struct objections *out, struct err *e) {
  static const char *const files[] = {"book.pdf", "book.docx", "book.xlsx", "index.html"};
  struct auditor *a = NULL;
  struct audit_request request = {0};
  char path[4200], own[64];
  int rc = auditor_new(NULL, &a, e);
  if (profile_of(profile, own, sizeof own)) request.profile = own;
  for (size_t i = 0; rc == RC_OK && i < sizeof files / sizeof *files; i++) {
    struct audit x = {0};
    const char *paths[1] = {path_in(path, next, files[i])};
    audit_files(a, paths, 1, &request, &x);
    rc = object(a, &x, out, e);
    if (i == 0) count_lesser(&x, out);
    audit_release(&x);
  }
  auditor_free(a);
  return rc;
}
