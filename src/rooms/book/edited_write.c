/* edited_write.c: the texts and causes as they would be with what came home: only the lines that change are touched. */
#include "rooms/book/edited.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES = 16 << 20, LINES_MOST = 200000 };

struct text_page { /* a text file by its lines, the line ends with them */
  VEC(struct sv) lines;
  const char *end; /* how its lines end */
};

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static int page_read(struct edited *x, const char *name, struct text_page *p, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  const char *path = arena_printf(&x->arena, "%s/%s", x->o.workspace->folder, name);
  struct err none = {0};
  p->end = "\n";
  if (!path) return no_memory(e);
  if (file_read(path, BYTES, &data, &size, &none) < 0) return RC_OK; /* a new file */
  struct sv rest = edited_keep(x, (struct sv){(char *)data, size});
  free(data);
  if (sv_contains(rest, "\r\n")) p->end = "\r\n";
  while (rest.n > 0) {
    const char *stop = memchr(rest.p, '\n', rest.n);
    size_t n = stop ? (size_t)(stop - rest.p) + 1 : rest.n;
    if (VEC_PUSH(&p->lines, ((struct sv){rest.p, n}), LINES_MOST) < 0) return err_set(e, RC_LIMIT, tr("%s 太长", "%s is too long"), name);
    rest.p += n, rest.n -= n;
  }
  return RC_OK;
}

static struct sv line_text(struct sv line) {
  while (line.n > 0 && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r')) line.n--;
  return sv_trim(line);
}

static bool blank(const struct text_page *p, int line) {
  return line < 0 || (size_t)line >= p->lines.n || line_text(p->lines.v[line]).n == 0;
}

static bool paragraph(const struct text_page *p, int line) {
  return !blank(p, line) && !sv_starts(line_text(p->lines.v[line]), "# ");
}

/* Whether paragraphs stand line by line here, or with blank lines between. */
static bool close_set(const struct text_page *p, int line) {
  return paragraph(p, line - 1) || paragraph(p, line + 1);
}

static void line_put(struct buf *out, const struct text_page *p, struct sv text) {
  buf_add(out, text.p, text.n);
  buf_puts(out, p->end);
}

static void line_close(struct buf *out, const struct text_page *p) {
  if (out->n > 0 && out->p[out->n - 1] != '\n') buf_puts(out, p->end);
}

static void new_put(struct edited *x, const struct text_page *p, int index, int line, enum take_kind kind, struct buf *out) {
  for (size_t i = 0; i < x->takes.n; i++) {
    const struct edited_take *t = &x->takes.v[i];
    if (t->kind != kind || t->from != PAPER_FROM_TEXT || t->index != index) continue;
    if (kind == TAKE_AFTER) line_close(out, p);
    if (kind == TAKE_AFTER && !close_set(p, line)) buf_puts(out, p->end);
    line_put(out, p, t->text);
    if (kind == TAKE_BEFORE && !close_set(p, line)) buf_puts(out, p->end);
  }
}

static bool heading_same(struct edited *x, struct sv a, const char *b) {
  struct sv s[2] = {sv_trim(a), sv_trim(sv_from(b))};
  const char *key[2];
  for (int i = 0; i < 2; i++) {
    struct enumerator n = text_enumerator(s[i]);
    key[i] = text_fold(&x->arena, (struct sv){s[i].p + n.bytes, s[i].n - n.bytes});
  }
  return key[0] && key[1] && strcmp(key[0], key[1]) == 0;
}

/* The last line of the section with this heading that holds a paragraph, or the heading; -1: the file has no such section. */
static int section_last(struct edited *x, const struct text_page *p, const char *heading) {
  int last = -1;
  for (size_t i = 0; i < p->lines.n; i++) {
    struct sv text = line_text(p->lines.v[i]);
    bool head = sv_starts(text, "# ");
    if (head && last >= 0) break;
    if (head && heading_same(x, (struct sv){text.p + 2, text.n - 2}, heading)) last = (int)i;
    if (last >= 0 && text.n > 0) last = (int)i;
  }
  return last;
}

static void sections_put(struct edited *x, const struct text_page *p, const char *name, int line, struct buf *out) {
  for (size_t i = 0; i < x->takes.n; i++) {
    const struct edited_take *t = &x->takes.v[i];
    if (t->kind != TAKE_SECTION || strcmp(t->file, name) != 0 || section_last(x, p, t->heading) != line) continue;
    bool again = false;
    for (size_t k = 0; k < i; k++)
      again =
          again || (x->takes.v[k].kind == TAKE_SECTION && strcmp(x->takes.v[k].file, name) == 0 && strcmp(x->takes.v[k].heading, t->heading) == 0);
    line_close(out, p);
    if (line < 0 && !again) buf_printf(out, "%s# %s%s", out->n ? p->end : "", t->heading, p->end);
    buf_puts(out, p->end);
    line_put(out, p, t->text);
  }
}

static const struct edited_take *take_at(const struct edited *x, int index) {
  for (size_t i = 0; i < x->takes.n; i++)
    if (x->takes.v[i].kind <= TAKE_DELETE && x->takes.v[i].from == PAPER_FROM_TEXT && x->takes.v[i].index == index) return &x->takes.v[i];
  return NULL;
}

static int text_at(const struct workspace *w, const char *name, int line) {
  for (size_t i = 0; i < w->texts.n; i++)
    if (w->texts.v[i].place.line == line + 1 && strcmp(w->files.v[w->texts.v[i].place.file], name) == 0) return (int)i;
  return -1;
}

static int text_file(struct edited *x, const char *name, struct buf *out, struct err *e) {
  struct text_page p = {0};
  int rc = page_read(x, name, &p, e);
  for (size_t i = 0; i < p.lines.n && rc == RC_OK; i++) {
    struct sv whole = p.lines.v[i], old = line_text(whole);
    int index = text_at(x->o.workspace, name, (int)i);
    const struct edited_take *t = index >= 0 ? take_at(x, index) : NULL;
    if (index >= 0) new_put(x, &p, index, (int)i, TAKE_BEFORE, out);
    if (!t) {
      buf_add(out, whole.p, whole.n);
    } else if (t->kind == TAKE_CHANGE) {
      size_t lead = (size_t)(old.p - whole.p);
      buf_add(out, whole.p, lead);
      buf_add(out, t->text.p, t->text.n);
      buf_add(out, old.p + old.n, whole.n - lead - old.n);
    } else if (blank(&p, (int)i - 1) && blank(&p, (int)i + 1) && i + 1 < p.lines.n) {
      i++; /* with the blank line behind it */
      new_put(x, &p, index, (int)i - 1, TAKE_AFTER, out);
      continue;
    }
    if (index >= 0) new_put(x, &p, index, (int)i, TAKE_AFTER, out);
    sections_put(x, &p, name, (int)i, out);
  }
  if (rc == RC_OK) sections_put(x, &p, name, -1, out);
  free(p.lines.v);
  return rc == RC_OK && out->rc < 0 ? no_memory(e) : rc;
}

static const char *file_of(const struct edited *x, const struct edited_take *t) {
  const struct workspace *w = x->o.workspace;
  if (t->kind == TAKE_SECTION) return t->file;
  return t->from == PAPER_FROM_TEXT ? w->files.v[w->texts.v[t->index].place.file] : NULL;
}

static int texts_write(struct edited *x, struct edited_file *files, int most, int *n, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < x->takes.n && rc == RC_OK; i++) {
    const char *name = file_of(x, &x->takes.v[i]);
    bool again = name == NULL;
    for (int k = 0; k < *n && !again; k++) again = strcmp(files[k].name, name) == 0;
    if (again) continue;
    if (*n == most) return err_set(e, RC_LIMIT, "%s", tr("一次改动的文件太多", "too many files in one change"));
    files[*n].name = name;
    buf_init(&files[*n].data, BYTES);
    rc = text_file(x, name, &files[(*n)++].data, e);
  }
  return rc;
}

/* The record that the cause was read from, with its new words. */
static void record_fill(const struct edited *x, const struct ws_file *f, const struct edited_take *t, struct sv *value) {
  int cause = ws_entity_field(f->entity, "cause");
  for (size_t i = 1; i < f->csv.rows.n; i++)
    if (f->csv.rows.v[i].line == x->o.workspace->causes.v[t->index].place.line)
      for (int k = 0; k < f->entity->nfields; k++) value[k] = ws_get(f, i, k);
  if (cause >= 0) value[cause] = t->text;
}

/* causes.csv by the same way as any import: only the records that change. */
static int causes_write(struct edited *x, struct edited_file *file, int *n, struct err *e) {
  struct import im = {.keep_missing = true};
  struct import_file out[OPEN_FIELDS];
  size_t written = 0;
  int rc = import_open(&im, x->o.workspace->folder, "", e);
  if (rc < 0) return rc;
  struct import_sheet s = {.entity = ws_schema_find(im.records.schema, "causes"), .sheet = -1};
  for (int i = 0; i < OPEN_FIELDS; i++) s.column[i] = -1;
  for (size_t i = 0; i < x->takes.n && rc == RC_OK; i++) {
    const struct edited_take *t = &x->takes.v[i];
    if (t->from != PAPER_FROM_CAUSE || t->kind != TAKE_CHANGE) continue;
    struct import_row r = {.row = -1, .from = t->place, .value = ARENA_ARRAY(&im.arena, struct sv, OPEN_FIELDS)};
    if (!r.value || VEC_PUSH(&s.rows, r, IMPORT_ROWS) < 0) rc = no_memory(e);
    if (rc == RC_OK) record_fill(x, &im.records.files[s.entity], t, r.value);
  }
  if (s.rows.n == 0 || s.entity < 0)
    free(s.rows.v);
  else if (VEC_PUSH(&im.sheets, s, OPEN_FIELDS) < 0)
    rc = no_memory(e), free(s.rows.v);
  if (rc == RC_OK && im.sheets.n) rc = import_compare(&im, e);
  if (rc == RC_OK && im.sheets.n) rc = import_files(&im, out, &written, e);
  for (size_t i = 0; i < written; i++) *file = (struct edited_file){"causes.csv", out[i].data}, ++*n;
  import_close(&im);
  return rc;
}

int edited_files(struct edited *x, struct edited_file *files, int most, int *n, struct err *e) {
  *n = 0;
  int rc = texts_write(x, files, most - 1, n, e);
  return rc == RC_OK ? causes_write(x, &files[*n], n, e) : rc;
}
