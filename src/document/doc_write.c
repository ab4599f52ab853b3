/* doc_write.c: flowing documents: what is common to DOCX and PDF. Calls are looked over here, so that both formats take the same and refuse the same.
 */
#include "document/doc_internal.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 64, ENTRIES_MAX = 2000, ROWS_MAX = 100000, CELLS_MAX = 1000000, PATH_BYTES = 4096, TEXT_MAX = 1 << 20 };

struct doc_writer {
  const struct doc_backend *backend;
  void *state;
  int rc;
  double width; /* of the text of a page, points */
  char path[PATH_BYTES];
};

int doc_new(struct doc_writer **out, enum doc_format format, const char *path, const struct doc_info *info, struct err *e) {
  *out = NULL;
  struct doc_writer *w = calloc(1, sizeof *w);
  if (!w) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  w->backend = format == DOC_PDF ? &pdf_backend : &docx_backend;
  int n = snprintf(w->path, sizeof w->path, "%s", path);
  int rc = n > 0 && (size_t)n < sizeof w->path ? RC_OK : err_set(e, RC_USAGE, "%s", tr("文件路径过长或为空", "the path is too long or empty"));
  if (rc == RC_OK) rc = w->backend->begin(&w->state, info, e);
  if (rc < 0)
    free(w);
  else
    *out = w, w->width = info->landscape ? 728 : 442;
  return rc;
}

struct sv doc_clean(struct sv text, struct buf *out) {
  buf_clear(out);
  if (text.n > TEXT_MAX) text.n = TEXT_MAX;
  for (size_t at = 0; at < text.n;) {
    char utf8[4];
    uint32_t cp = utf8_next(text, &at);
    if ((cp < 32 && cp != '\n') || cp == 0x7F || cp == 0xFFFE || cp == 0xFFFF) cp = ' ';
    buf_add(out, utf8, utf8_put(utf8, cp));
  }
  return (struct sv){out->p ? out->p : "", out->n};
}

static int settle(struct doc_writer *w, int rc) {
  if (w->rc == RC_OK && rc < 0) w->rc = rc;
  return w->rc;
}

int doc_heading(struct doc_writer *w, int level, struct sv text) {
  if (w->rc < 0) return w->rc;
  return settle(w, level < 0 || level > 3 ? RC_USAGE : w->backend->heading(w->state, level, text));
}

int doc_paragraph(struct doc_writer *w, struct sv text, struct doc_look look) {
  return w->rc < 0 ? w->rc : settle(w, w->backend->paragraph(w->state, text, look));
}

int doc_page(struct doc_writer *w, bool landscape) {
  w->width = landscape ? 728 : 442;
  return w->rc < 0 ? w->rc : settle(w, w->backend->page(w->state, landscape, landscape));
}

int doc_table_page(struct doc_writer *w, bool landscape) {
  w->width = landscape ? 728 : 481;
  return w->rc < 0 ? w->rc : settle(w, w->backend->page(w->state, landscape, true));
}

int doc_cover(struct doc_writer *w, struct sv body, struct sv title) {
  return w->rc < 0 ? w->rc : settle(w, w->backend->cover(w->state, body, title));
}

int doc_contents(struct doc_writer *w, struct sv head, const struct doc_entry *entries, int n) {
  if (w->rc < 0) return w->rc;
  return settle(w, n < 0 || n > ENTRIES_MAX ? RC_LIMIT : w->backend->contents(w->state, head, entries, n));
}

int doc_mark(struct doc_writer *w, int entry) {
  return w->rc < 0 ? w->rc : settle(w, w->backend->mark(w->state, entry));
}

int doc_caption(struct doc_writer *w, int level, struct sv number, struct sv title, struct sv unit) {
  if (w->rc < 0) return w->rc;
  return settle(w, level < 1 || level > 3 ? RC_USAGE : w->backend->caption(w->state, level, number, title, unit));
}

static int cover(struct doc_grid *g, int index) {
  const struct doc_cell *c = &g->t->cells[index];
  if (c->row < 0 || c->column < 0 || c->row_span < 1 || c->column_span < 1 || c->row_span > g->t->rows - c->row ||
      c->column_span > g->t->columns - c->column)
    return RC_USAGE;
  for (int r = c->row; r < c->row + c->row_span; r++)
    for (int k = c->column; k < c->column + c->column_span; k++) {
      int *at = &g->at[(size_t)r * (size_t)g->t->columns + (size_t)k];
      if (*at >= 0) return RC_USAGE;
      *at = index;
    }
  return RC_OK;
}

int doc_table(struct doc_writer *w, const struct doc_table *t) {
  struct doc_grid g = {.t = t};
  if (w->rc < 0) return w->rc;
  if (t->columns < 1 || t->columns > COLUMNS_MAX || t->rows < 1 || t->rows > ROWS_MAX || t->head < 0 || t->head > t->rows || t->ncells > CELLS_MAX)
    return settle(w, RC_USAGE);
  struct doc_table fitted = *t;
  int widths[COLUMNS_MAX];
  g.points = t->points > 0 && t->points < 100 ? t->points : 10;
  if (t->most > 0) doc_fit(&g, w->width, widths), fitted.widths = widths, g.t = &fitted, t = &fitted;
  for (int i = 0; i < t->columns; i++) g.total += t->widths[i] > 0 && t->widths[i] < 100000 ? t->widths[i] : 1;
  size_t n = (size_t)t->rows * (size_t)t->columns;
  g.at = malloc(n * sizeof *g.at);
  if (!g.at) return settle(w, RC_NOMEM);
  memset(g.at, 0xFF, n * sizeof *g.at);
  int rc = RC_OK;
  for (int i = 0; i < t->ncells && rc == RC_OK; i++) rc = cover(&g, i);
  if (rc == RC_OK) rc = w->backend->table(w->state, &g);
  free(g.at);
  return settle(w, rc);
}

int doc_close(struct doc_writer *w, struct err *e) {
  struct buf out;
  buf_init(&out, DOC_BYTES_MAX);
  int rc = w->rc;
  if (rc < 0)
    err_at(e, (enum rc)rc, w->path, 0, 0, "%s",
           rc == RC_NOMEM ? tr("内存不足", "out of memory")
                          : tr("文档写不成：表格或标题超出限制", "the document cannot be written: a table or heading is beyond the limits"));
  if (rc == RC_OK) rc = w->backend->finish(w->state, &out, e);
  if (rc == RC_OK && out.rc < 0) rc = err_at(e, (enum rc)out.rc, w->path, 0, 0, "%s", tr("文档太大", "the document is too large"));
  if (rc == RC_OK) rc = file_replace(w->path, out.p, out.n, e);
  buf_release(&out);
  doc_abandon(w);
  return rc;
}

void doc_abandon(struct doc_writer *w) {
  if (!w) return;
  w->backend->release(w->state);
  free(w);
}
