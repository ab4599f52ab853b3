/* annotate.c: a copy of a PDF in which the cells of the findings are highlighted, with the message in the note. */
#include "document/write.h"
#include "rooms/audit/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MARKS_MAX 10000

struct marks {
  VEC(struct highlight) list;
  struct arena arena;
};

static bool has_box(struct box b) {
  return b.x1 > b.x0 && b.y1 > b.y0;
}

static int mark_add(struct marks *m, struct place p, enum severity s, const char *title, const struct buf *note) {
  if (p.page < 1 || !has_box(p.box) || m->list.n >= MARKS_MAX) return RC_OK;
  struct highlight h = {.page = p.page, .box = p.box};
  h.note = arena_text(&m->arena, note->p ? note->p : "", note->n);
  h.title = arena_text(&m->arena, title, strlen(title));
  if (!h.note || !h.title) return RC_NOMEM;
  h.red = s == SEVERITY_INFO ? 0.55f : 1, h.green = s == SEVERITY_ERROR ? 0.55f : 0.85f,
  h.blue = s == SEVERITY_INFO    ? 1
           : s == SEVERITY_ERROR ? 0.55f
                                 : 0.3f;
  return VEC_PUSH(&m->list, h, MARKS_MAX);
}

static int mark_finding(struct marks *m, const struct view *v, const struct finding *f, int number, int32_t document) {
  struct telling t;
  struct buf note;
  char title[160];
  const struct relation *r = relation_at(v, f->relation);
  int rc = RC_OK;
  finding_tell(v, f, true, &t);
  buf_init(&note, 1 << 16);
  buf_printf(&note, "%d %s\n", number, rule_title(v, f->rule));
  finding_message(v, f, &t, &note);
  if (t.expected_text[0]) buf_printf(&note, tr("\n印为 %s，应为 %s", "\nprinted %s, should be %s"), t.stated_text, t.expected_text);
  if (r) buf_putc(&note, '\n'), relation_arithmetic(v, r, t.obs, &note);
  snprintf(title, sizeof title, "heng %s %.100s", severity_title(f->severity), rule_id(v, f->rule));
  if (t.document == document) rc = mark_add(m, t.place, f->severity, title, &note);
  for (int i = 1; i < f->nsuspects && rc == RC_OK; i++) {
    const struct obs *o = obs_at(v, f->suspects[i].obs);
    if (o && o->document == document) rc = mark_add(m, o->place, f->severity, title, &note);
  }
  buf_release(&note);
  return rc;
}

/* FOLDER/NAME.audit.pdf */
static int target(char *out, size_t size, const char *folder, const char *path, struct err *e) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
  size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
  struct buf b;
  buf_init(&b, size);
  buf_printf(&b, "%s/", folder);
  buf_add(&b, name, length);
  buf_puts(&b, ".audit.pdf");
  bool fits = b.rc == RC_OK && b.n < size;
  if (fits) memcpy(out, b.p, b.n + 1);
  buf_release(&b);
  return fits ? RC_OK : err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
}

static int annotate_document(const struct audit *x, const struct auditor *a, int index, const char *folder, struct err *e) {
  struct document *d = x->documents[index];
  struct marks m = {0};
  char to[4200];
  int rc = RC_OK;
  arena_init(&m.arena, 64 << 20);
  for (int b = 0; b < x->nbooks && rc == RC_OK; b++) {
    struct view v = view_of(a, x, b);
    int at = -1;
    for (int i = 0; i < v.b->ndocuments; i++)
      if (v.b->documents[i] == d) at = i;
    for (size_t i = 0; at >= 0 && i < v.r->findings.n && rc == RC_OK; i++) rc = mark_finding(&m, &v, &v.r->findings.v[i], (int)i + 1, at);
  }
  if (rc < 0) err_set(e, (enum rc)rc, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = target(to, sizeof to, folder, d->path ? d->path : x->path, e);
  if (rc == RC_OK) rc = pdf_annotate(d->path ? d->path : x->path, to, m.list.v, (int)m.list.n, e);
  free(m.list.v);
  arena_release(&m.arena);
  return rc;
}

int report_annotate(const struct audit *x, const struct auditor *a, const char *folder, struct err *e) {
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return err_set(e, RC_IO, tr("建不了文件夹 %s：%s", "cannot make the folder %s: %s"), folder, strerror(errno));
  int rc = RC_OK;
  for (int i = 0; x->rc >= 0 && i < x->ndocuments && rc == RC_OK; i++)
    if (x->documents[i]->format == FORMAT_PDF) rc = annotate_document(x, a, i, folder, e);
  return rc;
}
