/* import_write.c: the CSV files as an import makes them. Lines that do not change keep their bytes, so that a diff shows what was imported and no
 * more. */
#include "rooms/book/import.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES = CSV_BYTES };

struct writing {
  const struct import *im;
  const struct import_sheet *s;
  const struct ws_file *f;
  struct buf *out;
  const char *end; /* of a line */
  bool raw;        /* lines can be taken as they stand */
  struct sv text;  /* the file as it stands */
  size_t *line;    /* where each of its lines begins; NULL when none is taken */
  size_t nlines;
  int extra[OPEN_FIELDS]; /* fields whose column is new */
  int nextra;
};
struct fresh { /* a new row and the record that it goes before */
  const struct import_row *row;
  size_t before;
};

static bool changes(const struct writing *w, const struct import_row *row) {
  for (int k = 0; k < w->f->entity->nfields; k++)
    if (import_differs(w->im, w->s, row, k)) return true;
  return false;
}

static bool lone_return(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n')) return true;
  return false;
}

static int lines_find(struct writing *w, struct err *e) {
  size_t n = 1;
  for (size_t i = 0; i < w->text.n; i++) n += w->text.p[i] == '\n';
  w->line = calloc(n + 1, sizeof *w->line);
  if (!w->line) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  w->line[w->nlines++] = 0;
  for (size_t i = 0; i < w->text.n; i++)
    if (w->text.p[i] == '\n') w->line[w->nlines++] = i + 1;
  return RC_OK;
}

/* The bytes of a record with the empty lines behind it. */
static struct sv record_raw(const struct writing *w, size_t record) {
  size_t from = (size_t)w->f->csv.rows.v[record].line - 1;
  size_t to = record + 1 < w->f->csv.rows.n ? (size_t)w->f->csv.rows.v[record + 1].line - 1 : w->nlines;
  size_t start = record == 0 ? 0 : w->line[from], end = to < w->nlines ? w->line[to] : w->text.n;
  return (struct sv){w->text.p + start, end - start};
}

static void line_end(struct writing *w) {
  buf_puts(w->out, w->end);
}

static int field_at(const struct ws_file *f, int column) {
  for (int k = 0; k < f->entity->nfields; k++)
    if (f->column[k] == column) return k;
  return -1;
}

/* A record with a row's values over it; row NULL: as it stands; record 0: a new one. */
static void record_put(struct writing *w, size_t record, const struct import_row *row) {
  int n = w->f->csv.rows.n ? w->f->csv.rows.v[0].n : 0;
  for (int c = 0; c < n; c++) {
    int k = field_at(w->f, c);
    struct sv value = record ? csv_field(&w->f->csv, record, c) : (struct sv){0};
    if (row && k >= 0 && row->value[k].p && (!record || import_differs(w->im, w->s, row, k))) value = row->value[k];
    csv_put(w->out, c == 0, value);
  }
  for (int i = 0; i < w->nextra; i++) csv_put(w->out, n == 0 && i == 0, row ? row->value[w->extra[i]] : (struct sv){0});
  line_end(w);
}

static void head_put(struct writing *w) {
  int n = w->f->csv.rows.n ? w->f->csv.rows.v[0].n : 0;
  buf_puts(w->out, "\xef\xbb\xbf"); /* Excel opens it as UTF-8 */
  for (int c = 0; c < n; c++) csv_put(w->out, c == 0, csv_field(&w->f->csv, 0, c));
  for (int i = 0; i < w->nextra; i++) csv_put(w->out, n == 0 && i == 0, sv_from(w->f->entity->fields[w->extra[i]].name));
  line_end(w);
}

/* Columns that the file lacks and a row fills in; of a new file all that must be there. */
static int extras_find(struct writing *w, struct err *e) {
  for (int k = 0; k < w->f->entity->nfields; k++) {
    bool wanted = !w->f->there && !w->f->entity->fields[k].optional_column;
    for (size_t i = 0; i < w->s->rows.n && !wanted; i++) wanted = w->s->rows.v[i].value[k].n > 0;
    if (w->f->column[k] < 0 || !w->f->there)
      if (wanted) w->extra[w->nextra++] = k;
  }
  for (size_t i = 1; w->nextra && w->f->there && i < w->f->csv.rows.n; i++)
    if (w->f->csv.rows.v[i].n > w->f->csv.rows.v[0].n)
      return err_at(
          e, RC_FORMAT, w->f->entity->file, w->f->csv.rows.v[i].line, 0, "%s",
          tr("这一行比表头长，不能再加列；先改正它：heng book check", "the line is longer than the head, so no column can be added; mend it first"));
  return RC_OK;
}

static bool by_code(const struct writing *w) {
  const struct ws_entity *d = w->f->entity;
  if (d->fields[0].type != TYPE_CODE || !d->fields[0].key) return false;
  for (int k = 1; k < d->nfields; k++)
    if (d->fields[k].key) return false;
  for (size_t i = 2; i < w->f->csv.rows.n; i++) {
    struct sv a = ws_get(w->f, i - 1, 0), b = ws_get(w->f, i, 0);
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c > 0 || (c == 0 && a.n >= b.n)) return false;
  }
  return true;
}

static int code_order(struct sv a, struct sv b) {
  size_t n = a.n < b.n ? a.n : b.n;
  int c = n ? memcmp(a.p, b.p, n) : 0;
  return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

static int fresh_order(const void *a, const void *b) {
  const struct fresh *x = a, *y = b;
  if (x->before != y->before) return x->before < y->before ? -1 : 1;
  if (x->before == SIZE_MAX) return x->row < y->row ? -1 : x->row > y->row; /* in the order of the sheet */
  int c = code_order(x->row->value[0], y->row->value[0]);
  return c ? c : x->row < y->row ? -1 : x->row > y->row;
}

/* New rows in the order that they are written; a file that is in the order of its codes stays so. */
static struct fresh *fresh_list(const struct writing *w, size_t *n) {
  struct fresh *list = calloc(w->s->rows.n + 1, sizeof *list);
  bool sorted = w->f->there && by_code(w);
  *n = 0;
  for (size_t i = 0; list && i < w->s->rows.n; i++) {
    const struct import_row *row = &w->s->rows.v[i];
    if (row->record) continue;
    size_t before = SIZE_MAX;
    for (size_t r = 1; sorted && before == SIZE_MAX && r < w->f->csv.rows.n; r++)
      if (code_order(ws_get(w->f, r, 0), row->value[0]) > 0) before = r;
    list[(*n)++] = (struct fresh){row, before};
  }
  if (list && *n) qsort(list, *n, sizeof *list, fresh_order);
  return list;
}

static int file_write(struct writing *w, struct err *e) {
  size_t nfresh, at = 0, records = w->f->there ? w->f->csv.rows.n : 0;
  const struct import_row **row = calloc(records + 1, sizeof *row);
  struct fresh *fresh = fresh_list(w, &nfresh);
  if (!row || !fresh) {
    free(row), free(fresh);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  for (size_t i = 0; i < w->s->rows.n; i++)
    if (w->s->rows.v[i].record && changes(w, &w->s->rows.v[i])) row[w->s->rows.v[i].record] = &w->s->rows.v[i];
  if (w->raw && w->nextra == 0 && records)
    buf_add(w->out, record_raw(w, 0).p, record_raw(w, 0).n);
  else
    head_put(w);
  for (size_t i = 1; i <= records; i++) {
    for (; at < nfresh && fresh[at].before == i; at++) record_put(w, 0, fresh[at].row);
    if (i == records || (w->s->missing[i] && w->im->delete_missing)) continue;
    if (row[i] || !w->raw || w->nextra)
      record_put(w, i, row[i]);
    else
      buf_add(w->out, record_raw(w, i).p, record_raw(w, i).n);
  }
  if (at < nfresh && w->out->n && w->out->p[w->out->n - 1] != '\n') line_end(w);
  for (; at < nfresh; at++) record_put(w, 0, fresh[at].row);
  free(row), free(fresh);
  return w->out->rc < 0 ? err_set(e, RC_LIMIT, tr("%s 太大", "%s is too large"), w->f->entity->file) : RC_OK;
}

static int one_file(const struct import *im, const struct import_sheet *s, struct buf *out, struct err *e) {
  struct writing w = {.im = im, .s = s, .f = &im->records.files[s->entity], .out = out, .end = "\n"};
  unsigned char *data = NULL;
  char path[4200];
  int rc = extras_find(&w, e);
  if (rc == RC_OK && w.f->there) {
    snprintf(path, sizeof path, "%s/%s", im->records.w->folder, w.f->entity->file);
    rc = file_read(path, BYTES, &data, &w.text.n, e);
    w.text.p = (char *)data;
    if (rc == RC_OK && sv_contains((struct sv){w.text.p, w.text.n < 4096 ? w.text.n : 4096}, "\r\n")) w.end = "\r\n";
    w.raw = rc == RC_OK && !w.f->csv.converted && !lone_return(w.text);
    if (w.raw) rc = lines_find(&w, e);
  }
  if (rc == RC_OK) rc = file_write(&w, e);
  free(w.line), free(data);
  return rc;
}

int import_files(const struct import *im, struct import_file *files, size_t *n, struct err *e) {
  int rc = RC_OK;
  *n = 0;
  for (size_t i = 0; i < im->sheets.n && rc == RC_OK; i++) {
    const struct import_sheet *s = &im->sheets.v[i];
    if (!s->added && !s->changed && !(s->nmissing && im->delete_missing)) continue;
    struct import_file *f = &files[(*n)++];
    f->name = im->records.files[s->entity].entity->file;
    buf_init(&f->data, BYTES);
    rc = one_file(im, s, &f->data, e);
  }
  return rc;
}
