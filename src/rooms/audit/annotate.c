/* annotate.c: a copy of a PDF in which the cells of the findings are highlighted, with the message in the note. */
#include "document/write.h"
#include "rooms/audit/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MARKS_MAX   10000
#define HEAD_POINTS 24 /* of a table: as much as its first line */

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

/* The note of a finding: what the text report says of it. */
static void note_write(const struct view *v, const struct finding *f, const struct telling *t, int number, struct buf *note) {
  const struct relation *r = relation_at(v, f->relation);
  const struct rule_head *h = rule_at(v, f->rule);
  size_t before;
  buf_printf(note, "%d ", number);
  finding_title(v, f, note);
  buf_putc(note, '\n');
  finding_statement(v, f, t, note);
  buf_puts(note, tr("\n算式：", "\nsum: "));
  before = note->n;
  if (r) relation_arithmetic(v, r, t->obs, note);
  if (note->n == before) note->n = before - strlen(tr("\n算式：", "\nsum: ")), note->p[note->n] = '\0';
  if (f->nalternatives > 0) buf_puts(note, tr("\n可能：", "\nmaybe: ")), alternatives_line(v, f, t, note);
  if (h && h->basis) buf_printf(note, tr("\n依据：%s", "\nbasis: %s"), h->basis);
}

/* A cell that is only suspected is marked lightly and says which finding it belongs to. */
static int mark_others(struct marks *m, const struct view *v, const struct finding *f, int number, const char *title, int32_t document) {
  struct buf note;
  int rc = RC_OK;
  buf_init(&note, 1 << 16);
  for (int i = 1; i < f->nsuspects && rc == RC_OK; i++) {
    const struct obs *o = obs_at(v, f->suspects[i].obs);
    if (!o || o->document != document) continue;
    buf_clear(&note);
    buf_printf(&note, tr("%d %s\n并改：", "%d %s\nand: "), number, rule_title(v, f->rule));
    suspect_change(v, &f->suspects[i], &note);
    rc = mark_add(m, o->place, f->severity, title, &note);
  }
  for (int i = 0; i < f->nalternatives && i < ALTERNATIVES_SHOWN && rc == RC_OK; i++) {
    const struct obs *o = obs_at(v, f->alternatives[i].obs);
    if (!o || o->document != document) continue;
    buf_clear(&note);
    buf_printf(&note, tr("%d %s\n可能：", "%d %s\nmaybe: "), number, rule_title(v, f->rule));
    suspect_change(v, &f->alternatives[i], &note);
    rc = mark_add(m, o->place, SEVERITY_WARNING, title, &note);
  }
  buf_release(&note);
  return rc;
}

struct place finding_place_shown(const struct telling *t) {
  struct place p = t->place;
  if (has_box(p.box)) return p;
  if (t->row && has_box(t->row->place.box)) return t->row->place;
  if (!t->table) return p;
  p = t->table->place;
  if (has_box(p.box) && p.box.y1 - p.box.y0 > HEAD_POINTS) p.box.y1 = p.box.y0 + HEAD_POINTS;
  return p;
}

static int mark_finding(struct marks *m, const struct view *v, const struct finding *f, int number, int32_t document) {
  struct telling t;
  struct buf note;
  char title[160];
  int rc = RC_OK;
  finding_tell(v, f, true, &t);
  buf_init(&note, 1 << 16);
  note_write(v, f, &t, number, &note);
  snprintf(title, sizeof title, "heng %s %.100s", severity_title(f->severity), rule_id(v, f->rule));
  if (t.document == document) rc = mark_add(m, finding_place_shown(&t), f->severity, title, &note);
  if (rc == RC_OK) rc = mark_others(m, v, f, number, title, document);
  buf_release(&note);
  return rc;
}

struct sv annotate_name(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
  return (struct sv){name, dot && dot > name ? (size_t)(dot - name) : strlen(name)};
}

/* FOLDER/NAME.audit.pdf, or FOLDER/NAME-1a2b3c4d.audit.pdf by the content when other inputs have the same name. */
static int target(char *out, size_t size, const char *folder, const char *path, const char *hash, bool shared, struct err *e) {
  struct sv name = annotate_name(path);
  struct buf b;
  buf_init(&b, size);
  buf_printf(&b, "%s/%.*s", folder, SV_ARG(name));
  if (shared) buf_printf(&b, "-%.8s", hash);
  buf_puts(&b, ".audit.pdf");
  bool fits = b.rc == RC_OK && b.n < size;
  if (fits) memcpy(out, b.p, b.n + 1);
  buf_release(&b);
  return fits ? RC_OK : err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
}

int annotate_folder(const char *folder, struct err *e) {
  struct stat st;
  if (mkdir(folder, 0777) == 0 || (errno == EEXIST && stat(folder, &st) == 0 && S_ISDIR(st.st_mode))) return RC_OK;
  return err_set(e, RC_IO, tr("建不了文件夹 %s：%s", "cannot make the folder %s: %s"), folder, strerror(errno));
}

int report_annotate(const struct audit *x, const struct auditor *a, int document, const char *folder, bool shared, struct err *e) {
  struct document *d = x->documents[document];
  struct marks m = {0};
  char to[4200];
  int rc = RC_OK;
  arena_init(&m.arena, 64 << 20);
  for (int b = 0; b < x->nbooks && rc == RC_OK; b++) {
    struct view v = view_of(a, x, b);
    int at = -1;
    for (int i = 0; i < v.b->ndocuments; i++)
      if (v.b->documents[i] == d) at = i;
    for (size_t i = 0; at >= 0 && i < v.r->findings.n && rc == RC_OK; i++)
      if (!accepted_at(&v, i)) rc = mark_finding(&m, &v, &v.r->findings.v[i], (int)i + 1, at);
  }
  if (rc < 0) err_set(e, (enum rc)rc, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = target(to, sizeof to, folder, d->path ? d->path : x->path, d->sha256, shared, e);
  if (rc == RC_OK) rc = pdf_annotate(d->path ? d->path : x->path, to, m.list.v, (int)m.list.n, e);
  free(m.list.v);
  arena_release(&m.arena);
  return rc;
}
