/* publish.c: the files of a published book, and what the audit says of them. */
#include "rooms/book/publish.h"

#include "rooms/audit/audit.h"

#include <errno.h>
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

int objection_add(struct objections *o, const char *word, const char *text) {
  for (size_t i = 0; i < o->v.n; i++)
    if (strcmp(o->v.v[i].word, word) == 0) return RC_OK;
  struct objection x = {arena_text(&o->arena, word, strlen(word)), arena_text(&o->arena, text, strlen(text)), NULL};
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

/* The workspace's own data, so that whoever reads the book can count again: datapackage.json names the CSV files beside it. */
static int write_data(const struct workspace *w, const char *next, struct err *e) {
  char from[4200], to[4200];
  int rc = copy_file(path_in(from, w->folder, "datapackage.json"), path_in(to, next, "datapackage.json"), e);
  for (size_t i = 0; rc == RC_OK && i < w->files.n; i++) {
    struct err ignored;
    const char *name = w->files.v[i];
    if (strncmp(name, "texts/", 6) == 0) continue;
    err_clear(&ignored);
    int copied = copy_file(path_in(from, w->folder, name), path_in(to, next, name), &ignored);
    if (copied < 0 && access(from, F_OK) == 0) *e = ignored, rc = copied; /* a file that may be missing is not copied */
  }
  return rc;
}

int publish_write(const struct opened *o, const char *next, struct err *e) {
  char path[4200], name[128];
  int rc = paper_write_html(o->paper, path_in(path, next, "index.html"), e);
  if (rc == RC_OK) rc = paper_write_pdf(o->paper, path_in(path, next, "book.pdf"), e);
  if (rc == RC_OK) rc = paper_write_docx(o->paper, path_in(path, next, "book.docx"), e);
  if (rc == RC_OK) rc = paper_write_xlsx(o->paper, path_in(path, next, "book.xlsx"), e);
  if (rc == RC_OK) rc = paper_write_json(o->paper, path_in(path, next, "book.json"), e);
  if (rc == RC_OK && mkdir(path_in(path, next, "tables"), 0777) < 0) rc = err_set(e, RC_IO, "%s: %s", path, strerror(errno));
  for (size_t i = 0; rc == RC_OK && i < o->paper->blocks.n; i++) {
    const struct paper_table *t = o->paper->blocks.v[i].table;
    if (!t) continue;
    snprintf(name, sizeof name, "tables/%s.csv", t->id);
    rc = paper_write_csv(t, path_in(path, next, name), e);
  }
  return rc == RC_OK ? write_data(o->workspace, next, e) : rc;
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

int publish_audit(const char *next, struct objections *out, struct err *e) {
  static const char *const files[] = {"book.pdf", "book.docx", "book.xlsx", "index.html"};
  struct auditor *a = NULL;
  const struct audit_request request = {0};
  char path[4200];
  int rc = auditor_new(NULL, &a, e);
  for (size_t i = 0; rc == RC_OK && i < sizeof files / sizeof *files; i++) {
    struct audit x = {0};
    const char *paths[1] = {path_in(path, next, files[i])};
    audit_files(a, paths, 1, &request, &x);
    rc = object(a, &x, out, e);
    audit_release(&x);
  }
  auditor_free(a);
  return rc;
}
