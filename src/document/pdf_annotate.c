/* pdf_annotate.c: a copy of a PDF with highlight annotations and notes. The copy is written whole; the original is never touched.
 * Each highlight has its own appearance stream, because not every viewer makes one up. */
#include "document/pdf_internal.h"
#include "document/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ANNOTATE_FILE_MAX ((size_t)256 << 20)

/* A number for PDF syntax, two decimals, whatever the locale. */
static void put_number(struct buf *b, double v) {
  if (!(fabs(v) < 1e7)) v = 0;
  long long hundredths = llround(v * 100), whole = hundredths < 0 ? -hundredths : hundredths;
  (void)buf_printf(b, "%s%lld.%02lld ", hundredths < 0 ? "-" : "", whole / 100, whole % 100);
}

static void put_colour(struct buf *b, const struct highlight *h) {
  put_number(b, (double)h->red);
  put_number(b, (double)h->green);
  put_number(b, (double)h->blue);
}

static struct matrix matrix_inverse(struct matrix m) {
  double det = m.a * m.d - m.b * m.c; /* pages are only rotated by right angles and scaled: never zero */
  struct matrix r = {m.d / det, -m.b / det, -m.c / det, m.a / det, 0, 0};
  r.e = -(m.e * r.a + m.f * r.c);
  r.f = -(m.e * r.b + m.f * r.d);
  return r;
}

static qpdf_oh appearance(struct pdf *p, const struct highlight *h, struct rect r, struct buf *b) {
  qpdf_oh stream = qpdf_oh_new_stream(p->q);
  buf_clear(b);
  (void)buf_puts(b, "/H gs ");
  put_colour(b, h);
  (void)buf_puts(b, "rg ");
  put_number(b, r.x0);
  put_number(b, r.y0);
  put_number(b, r.x1 - r.x0);
  put_number(b, r.y1 - r.y0);
  (void)buf_puts(b, "re f\n");
  qpdf_oh_replace_stream_data(p->q, stream, (const unsigned char *)b->p, b->n, qpdf_oh_new_null(p->q), qpdf_oh_new_null(p->q));
  qpdf_oh dict = qpdf_oh_get_dict(p->q, stream);
  buf_clear(b);
  (void)buf_puts(b, "[ ");
  put_number(b, r.x0);
  put_number(b, r.y0);
  put_number(b, r.x1);
  put_number(b, r.y1);
  (void)buf_puts(b, "]");
  qpdf_oh_replace_key(p->q, dict, "/Type", qpdf_oh_new_name(p->q, "/XObject"));
  qpdf_oh_replace_key(p->q, dict, "/Subtype", qpdf_oh_new_name(p->q, "/Form"));
  qpdf_oh_replace_key(p->q, dict, "/BBox", qpdf_oh_parse(p->q, b->p));
  qpdf_oh_replace_key(p->q, dict, "/Group", qpdf_oh_parse(p->q, "<< /S /Transparency >>"));
  qpdf_oh_replace_key(p->q, dict, "/Resources", qpdf_oh_parse(p->q, "<< /ExtGState << /H << /Type /ExtGState /BM /Multiply /ca 1 >> >> >>"));
  return stream;
}

/* The array that the page's annotations are appended to, its own from the first highlight on. */
static qpdf_oh page_annotations(struct pdf *p, qpdf_oh page, bool *touched) {
  qpdf_oh old = pdf_key(p, page, "/Annots");
  if (*touched) return old;
  qpdf_oh own = qpdf_oh_new_array(p->q);
  int n = pdf_items(p, old);
  for (int i = 0; i < n; i++) qpdf_oh_append_item(p->q, own, qpdf_oh_get_array_item(p->q, old, i));
  qpdf_oh_replace_key(p->q, page, "/Annots", own);
  *touched = true;
  return own;
}

/* Corners as viewers expect them: upper left, upper right, lower left, lower right as displayed. */
static void put_quad(struct buf *b, struct matrix to_page, struct box box) {
  double x[4] = {(double)box.x0, (double)box.x1, (double)box.x0, (double)box.x1},
         y[4] = {(double)box.y0, (double)box.y0, (double)box.y1, (double)box.y1};
  for (int i = 0; i < 4; i++) {
    struct point q = matrix_apply(to_page, x[i], y[i]);
    put_number(b, q.x);
    put_number(b, q.y);
  }
}

static int highlight_add(struct pdf *p, const struct highlight *h, bool *touched, struct buf *b, struct err *e) {
  qpdf_oh page = qpdf_get_page_n(p->q, (size_t)h->page - 1);
  struct geometry g = pdf_geometry(p, page);
  struct matrix to_page = matrix_inverse(g.base);
  struct rect r = matrix_box(to_page, (struct rect){(double)h->box.x0, (double)h->box.y0, (double)h->box.x1, (double)h->box.y1});
  if (!isfinite(r.x0) || !isfinite(r.y0) || !isfinite(r.x1) || !isfinite(r.y1))
    return err_set(e, RC_USAGE, tr("标注的位置无效", "a highlight has no valid place"));
  qpdf_oh form = appearance(p, h, r, b);
  buf_clear(b);
  (void)buf_puts(b, "<< /Type /Annot /Subtype /Highlight /F 4 /Rect [ ");
  put_number(b, r.x0);
  put_number(b, r.y0);
  put_number(b, r.x1);
  put_number(b, r.y1);
  (void)buf_puts(b, "] /C [ ");
  put_colour(b, h);
  (void)buf_puts(b, "] /QuadPoints [ ");
  put_quad(b, to_page, h->box);
  (void)buf_puts(b, "] >>");
  if (b->rc < 0) return err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  qpdf_oh annotation = qpdf_oh_parse(p->q, b->p), normal = qpdf_oh_new_dictionary(p->q);
  if (!qpdf_oh_is_dictionary(p->q, annotation)) return err_set(e, RC_FORMAT, tr("无法写入标注", "a highlight cannot be written"));
  qpdf_oh_replace_key(p->q, normal, "/N", form);
  qpdf_oh_replace_key(p->q, annotation, "/AP", normal);
  qpdf_oh_replace_key(p->q, annotation, "/P", page);
  if (h->note && utf8_valid(sv_from(h->note))) qpdf_oh_replace_key(p->q, annotation, "/Contents", qpdf_oh_new_unicode_string(p->q, h->note));
  if (h->title && utf8_valid(sv_from(h->title))) qpdf_oh_replace_key(p->q, annotation, "/T", qpdf_oh_new_unicode_string(p->q, h->title));
  qpdf_oh_append_item(p->q, page_annotations(p, page, touched), qpdf_make_indirect_object(p->q, annotation));
  qpdf_oh_release_all(p->q);
  return RC_OK;
}

static int annotate_all(struct pdf *p, const struct highlight *marks, int n, struct err *e) {
  int pages = qpdf_get_num_pages(p->q), rc = RC_OK;
  if (pages <= 0) return err_set(e, RC_FORMAT, tr("PDF 文件里没有页", "the PDF has no pages"));
  bool *touched = calloc((size_t)pages, sizeof *touched);
  if (!touched) return err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  struct buf b;
  buf_init(&b, 65536);
  for (int i = 0; i < n && rc == RC_OK; i++) {
    if (marks[i].page < 1 || marks[i].page > pages)
      rc = err_set(e, RC_USAGE, tr("标注的页号 %d 不存在", "there is no page %d to highlight"), marks[i].page);
    else
      rc = highlight_add(p, &marks[i], &touched[marks[i].page - 1], &b, e);
  }
  buf_release(&b);
  free(touched);
  return rc;
}

static bool same_file(const char *a, const char *b) {
  struct stat x, y;
  if (!strcmp(a, b)) return true;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int annotate_write(struct pdf *p, const char *to, struct err *e) {
  QPDF_ERROR_CODE rc = qpdf_init_write_memory(p->q);
  if (!(rc & QPDF_ERRORS)) {
    qpdf_set_object_stream_mode(p->q, qpdf_o_generate);
    qpdf_set_stream_data_mode(p->q, qpdf_s_preserve);
    rc = qpdf_write(p->q);
  }
  if (rc & QPDF_ERRORS) return err_set(e, RC_IO, tr("无法写出带标注的副本", "the highlighted copy cannot be written"));
  return file_replace(to, qpdf_get_buffer(p->q), qpdf_get_buffer_length(p->q), e);
}

int pdf_annotate(const char *from, const char *to, const struct highlight *marks, int n, struct err *e) {
  if (same_file(from, to)) return err_set(e, RC_USAGE, tr("不能覆盖原文件：%s", "the original is never written over: %s"), from);
  unsigned char *data = NULL;
  size_t size = 0;
  int rc = file_read(from, ANNOTATE_FILE_MAX, &data, &size, e);
  if (rc < 0) return rc;
  struct pdf p = {0};
  rc = pdf_open(&p, data, size, e);
  if (rc == RC_OK) rc = annotate_all(&p, marks, n, e);
  if (rc == RC_OK) rc = annotate_write(&p, to, e);
  pdf_close(&p);
  free(data);
  return rc;
}
