/* pdf_object.c: values of PDF objects through the C API of libqpdf, forgiving about types, and a little plane geometry.
 * Streams are fetched raw and decoded here (pdf_filter.c), because the library would inflate a bomb whole. */
#include "document/pdf_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct matrix matrix_multiply(struct matrix m, struct matrix n) {
  return (struct matrix){m.a * n.a + m.b * n.c, m.a * n.b + m.b * n.d,       m.c * n.a + m.d * n.c,
                         m.c * n.b + m.d * n.d, m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f};
}

struct point matrix_apply(struct matrix m, double x, double y) {
  return (struct point){x * m.a + y * m.c + m.e, x * m.b + y * m.d + m.f};
}

struct rect matrix_box(struct matrix m, struct rect r) {
  struct point p[4] = {matrix_apply(m, r.x0, r.y0), matrix_apply(m, r.x1, r.y0), matrix_apply(m, r.x0, r.y1), matrix_apply(m, r.x1, r.y1)};
  struct rect out = {p[0].x, p[0].y, p[0].x, p[0].y};
  for (int i = 1; i < 4; i++) {
    out.x0 = fmin(out.x0, p[i].x);
    out.x1 = fmax(out.x1, p[i].x);
    out.y0 = fmin(out.y0, p[i].y);
    out.y1 = fmax(out.y1, p[i].y);
  }
  return out;
}

/* An empty intersection comes out as a rectangle without area, on the edge of a. */
struct rect rect_intersect(struct rect a, struct rect b) {
  struct rect r = {fmax(a.x0, b.x0), fmax(a.y0, b.y0), fmin(a.x1, b.x1), fmin(a.y1, b.y1)};
  if (r.x1 < r.x0) r.x1 = r.x0;
  if (r.y1 < r.y0) r.y1 = r.y0;
  return r;
}

void pdf_release_since(struct pdf *p, qpdf_oh first) {
  /* Handles are numbered upwards; the library keeps each until it is told. */
  for (qpdf_oh h = qpdf_oh_new_null(p->q); h >= first && h != 0; h--) qpdf_oh_release(p->q, h);
}

double pdf_number(struct pdf *p, qpdf_oh o, double otherwise) {
  double v = 0;
  if (!qpdf_oh_get_value_as_number(p->q, o, &v)) return otherwise;
  return isfinite(v) && fabs(v) < 1e12 ? v : otherwise;
}

qpdf_oh pdf_key(struct pdf *p, qpdf_oh o, const char *key) {
  if (qpdf_oh_is_stream(p->q, o)) o = qpdf_oh_get_dict(p->q, o);
  /* The library warns of a key asked of anything else, as if the file were at fault. */
  return qpdf_oh_is_dictionary(p->q, o) ? qpdf_oh_get_key(p->q, o, key) : qpdf_oh_new_null(p->q);
}

double pdf_key_number(struct pdf *p, qpdf_oh dict, const char *key, double otherwise) {
  return pdf_number(p, pdf_key(p, dict, key), otherwise);
}

bool pdf_has(struct pdf *p, qpdf_oh o) {
  return qpdf_oh_is_initialized(p->q, o) && !qpdf_oh_is_null(p->q, o);
}

int pdf_items(struct pdf *p, qpdf_oh o) {
  if (!qpdf_oh_is_array(p->q, o)) return 0;
  int n = qpdf_oh_get_array_n_items(p->q, o);
  return n > 0 ? n : 0;
}

bool pdf_name(struct pdf *p, qpdf_oh o, char *out, size_t size) {
  const char *name = NULL;
  size_t n = 0;
  out[0] = '\0';
  if (!qpdf_oh_get_value_as_name(p->q, o, &name, &n) || n < 1 || n - 1 >= size) return false;
  memcpy(out, name + 1, n - 1);
  out[n - 1] = '\0';
  return true;
}

bool pdf_name_is(struct pdf *p, qpdf_oh o, const char *name) {
  return qpdf_oh_is_name_and_equals(p->q, o, name);
}

/* count numbers of an array of exactly or at least that many. */
static bool pdf_numbers(struct pdf *p, qpdf_oh o, double *v, int count) {
  if (pdf_items(p, o) < count) return false;
  for (int i = 0; i < count; i++) {
    qpdf_oh item = qpdf_oh_get_array_item(p->q, o, i);
    v[i] = pdf_number(p, item, HUGE_VAL);
    if (v[i] == HUGE_VAL) return false;
  }
  return true;
}

bool pdf_rect(struct pdf *p, qpdf_oh o, struct rect *out) {
  double v[4];
  if (!pdf_numbers(p, o, v, 4)) return false;
  *out = (struct rect){fmin(v[0], v[2]), fmin(v[1], v[3]), fmax(v[0], v[2]), fmax(v[1], v[3])};
  return true;
}

bool pdf_matrix(struct pdf *p, qpdf_oh o, struct matrix *out) {
  double v[6];
  if (!pdf_numbers(p, o, v, 6)) return false;
  *out = (struct matrix){v[0], v[1], v[2], v[3], v[4], v[5]};
  return true;
}

static int stream_filter(struct pdf *p, qpdf_oh filter, qpdf_oh parms, size_t cap, struct pdf_bytes *io, bool *damaged) {
  char name[32];
  if (!pdf_name(p, filter, name, sizeof name)) return RC_FORMAT;
  double predictor = pdf_key_number(p, parms, "/Predictor", 1);
  int colours = (int)fmin(fmax(pdf_key_number(p, parms, "/Colors", 1), 1), 32);
  int bits = (int)fmin(fmax(pdf_key_number(p, parms, "/BitsPerComponent", 8), 1), 16);
  int columns = (int)fmin(fmax(pdf_key_number(p, parms, "/Columns", 1), 1), 1e6);
  /* The old variant of LZW delays the change of code length by one: encoded in the sign of colours to keep one signature. */
  if (pdf_key_number(p, parms, "/EarlyChange", 1) == 0) colours = -colours;
  return pdf_filter(name, predictor, colours, bits, columns, cap, io, damaged);
}

static int stream_decode(struct pdf *p, qpdf_oh dict, size_t cap, struct pdf_bytes *io, bool *damaged) {
  if (io->n == 0) return RC_OK;
  qpdf_oh filter = pdf_key(p, dict, "/Filter"), parms = pdf_key(p, dict, "/DecodeParms");
  if (!pdf_has(p, filter)) return RC_OK;
  int n = pdf_items(p, filter);
  if (n == 0 && qpdf_oh_is_array(p->q, filter)) return RC_OK;
  if (n == 0) return stream_filter(p, filter, pdf_items(p, parms) > 0 ? qpdf_oh_get_array_item(p->q, parms, 0) : parms, cap, io, damaged);
  if (n > 4) return RC_LIMIT; /* nobody stacks so many but to hide a bomb */
  for (int i = 0; i < n; i++) {
    qpdf_oh own = pdf_items(p, parms) > i ? qpdf_oh_get_array_item(p->q, parms, i) : qpdf_oh_new_null(p->q);
    if (n == 1 && qpdf_oh_is_dictionary(p->q, parms)) own = parms;
    int rc = stream_filter(p, qpdf_oh_get_array_item(p->q, filter, i), own, cap, io, damaged);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

int pdf_stream(struct pdf *p, qpdf_oh stream, struct pdf_bytes *out, bool *damaged, struct err *e) {
  *out = (struct pdf_bytes){0};
  if (!qpdf_oh_is_stream(p->q, stream)) return err_set(e, RC_FORMAT, tr("应为数据流的对象不是数据流", "an object that should be a stream is none"));
  unsigned char *raw = NULL;
  size_t n = 0;
  int rc = qpdf_oh_get_stream_data(p->q, stream, qpdf_dl_none, NULL, &raw, &n);
  if (!raw && n == 0 && !(rc & QPDF_ERRORS)) raw = malloc(1);
  if ((rc & QPDF_ERRORS) || !raw) {
    free(raw);
    return err_set(e, RC_FORMAT, tr("数据流读不出来", "a stream cannot be read"));
  }
  struct pdf_bytes io = {raw, n};
  size_t left = p->inflated < PDF_DOCUMENT_MAX ? PDF_DOCUMENT_MAX - p->inflated : 0;
  size_t cap = left < PDF_STREAM_MAX ? left : PDF_STREAM_MAX;
  rc = stream_decode(p, qpdf_oh_get_dict(p->q, stream), cap, &io, damaged);
  if (rc == RC_OK && io.n > cap) rc = RC_LIMIT;
  if (rc == RC_OK) {
    unsigned char *ended = realloc(io.p, io.n + 1);
    if (ended) {
      ended[io.n] = 0;
      io.p = ended;
    } else {
      rc = RC_NOMEM;
    }
  }
  if (rc < 0) {
    free(io.p);
    if (rc == RC_LIMIT) return err_set(e, rc, tr("解压后的数据太大，疑为压缩炸弹", "inflated data are too large: probably a decompression bomb"));
    return err_set(e, (enum rc)rc, tr("数据流的压缩方式不支持或已损坏", "a stream is compressed in an unsupported way, or damaged"));
  }
  p->inflated += io.n;
  *out = io;
  return RC_OK;
}
