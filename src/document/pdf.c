/* pdf.c: opens a PDF, walks its pages and hands each page's glyphs and rulings on; says what could not be read. */
#include "document/ocr.h"
#include "document/pdf_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEW_GLYPHS   20  /* fewer visible ones on a page that a picture covers: a scan with a header or stamp */
#define MANY_SHAPES  100 /* curved shapes on a page with few glyphs: letters drawn as outlines */
#define SCAN_COVER   0.7f
#define WARNINGS_MAX 8    /* of the library's, passed on in full */
#define PAGES_MAX    5000 /* where no limits are given */
#define TREE_DEPTH   48   /* of page tree nodes */
#define MS_A_PAGE    20   /* added to the time limit with each page, as document_limits says */
#define MS_A_SCAN    6000 /* added with each page that is recognised: pictures take time */
#define SIDE_MAX     14400.0 * 10

/* ---- pages ---- */

/* An attribute that pages inherit from their ancestors. */
static qpdf_oh page_inherited(struct pdf *p, qpdf_oh page, const char *key) {
  qpdf_oh node = page;
  for (int depth = 0; depth < 64 && qpdf_oh_is_dictionary(p->q, node); depth++) {
    qpdf_oh v = pdf_key(p, node, key);
    if (pdf_has(p, v)) return v;
    node = pdf_key(p, node, "/Parent");
  }
  return qpdf_oh_new_null(p->q);
}

struct geometry pdf_geometry(struct pdf *p, qpdf_oh page) {
  struct rect media = {0, 0, 595.28, 841.89}, crop;
  struct rect given;
  if (pdf_rect(p, page_inherited(p, page, "/MediaBox"), &given) && given.x1 - given.x0 > 1 && given.y1 - given.y0 > 1) media = given;
  if (pdf_rect(p, page_inherited(p, page, "/CropBox"), &crop)) {
    crop = rect_intersect(media, crop);
    if (crop.x1 - crop.x0 > 1 && crop.y1 - crop.y0 > 1) media = crop;
  }
  double unit = pdf_key_number(p, page, "/UserUnit", 1);
  if (!(unit >= 0.01 && unit <= 100)) unit = 1;
  int rotate = (int)fmod(pdf_number(p, page_inherited(p, page, "/Rotate"), 0), 360);
  rotate = ((rotate % 360 + 360) % 360) / 90 * 90;
  double w = fmin((media.x1 - media.x0) * unit, SIDE_MAX), h = fmin((media.y1 - media.y0) * unit, SIDE_MAX);
  struct geometry g = {.width = w, .height = h, .rotate = rotate};
  struct rect m = {media.x0 * unit, media.y0 * unit, media.x1 * unit, media.y1 * unit};
  switch (rotate) {
  case 90: g.base = (struct matrix){0, unit, unit, 0, -m.y0, -m.x0}; break;
  case 180: g.base = (struct matrix){-unit, 0, 0, unit, m.x1, -m.y0}; break;
  case 270: g.base = (struct matrix){0, -unit, -unit, 0, m.y1, m.x1}; break;
  default: g.base = (struct matrix){unit, 0, 0, -unit, -m.x0, m.y1}; break;
  }
  if (rotate % 180 != 0) {
    g.width = h;
    g.height = w;
  }
  return g;
}

static int content_append(struct pdf *p, qpdf_oh stream, struct pdf_bytes *all, bool *damaged, struct err *e) {
  struct pdf_bytes part;
  int rc = pdf_stream(p, stream, &part, damaged, e);
  if (rc == RC_LIMIT || rc == RC_NOMEM) return rc;
  if (rc < 0) {
    *damaged = true;
    return RC_OK;
  }
  if (part.n > PDF_PAGE_MAX - all->n) {
    free(part.p);
    return err_set(e, RC_LIMIT, tr("页面内容太大", "a page's content is too large"));
  }
  if (all->n == 0) {
    free(all->p);
    *all = part;
    return RC_OK;
  }
  unsigned char *joined = realloc(all->p, all->n + part.n + 2);
  if (!joined) {
    free(part.p);
    return err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  }
  all->p = joined;
  all->p[all->n++] = '\n'; /* a token never spans two streams */
  memcpy(all->p + all->n, part.p, part.n);
  all->n += part.n;
  free(part.p);
  return RC_OK;
}

/* The page's content streams as one. */
static int page_content(struct pdf *p, qpdf_oh page, struct pdf_bytes *out, bool *damaged, struct err *e) {
  *out = (struct pdf_bytes){0};
  qpdf_oh contents = pdf_key(p, page, "/Contents");
  int rc = RC_OK;
  if (qpdf_oh_is_stream(p->q, contents))
    rc = content_append(p, contents, out, damaged, e);
  else if (!qpdf_oh_is_array(p->q, contents) && p->b->d->truncated)
    *damaged = true; /* most likely points at what is lost */
  int n = pdf_items(p, contents);
  for (int i = 0; i < n && rc == RC_OK; i++) {
    qpdf_oh item = qpdf_oh_get_array_item(p->q, contents, i);
    if (qpdf_oh_is_stream(p->q, item))
      rc = content_append(p, item, out, damaged, e);
    else
      *damaged = true;
    if (rc == RC_OK) rc = build_late(p->b, e);
    qpdf_oh_release(p->q, item);
  }
  if (rc < 0) {
    free(out->p);
    *out = (struct pdf_bytes){0};
  }
  return rc;
}

struct tally {
  int visible, mapped, invisible;
};

static struct tally page_tally(const struct layout *l) {
  struct tally t = {0};
  for (size_t i = 0; i < l->glyphs.n; i++) {
    const struct glyph *g = &l->glyphs.v[i];
    if (g->space) continue;
    if (g->invisible)
      t.invisible++;
    else
      t.visible++;
    if (g->ncp > 0) t.mapped++;
  }
  return t;
}

static void page_judge(struct page *page, const struct layout *l, int shapes) {
  struct tally t = page_tally(l);
  page->glyphs = t.visible + t.invisible;
  page->unmapped = l->unmapped;
  if (l->image_cover > SCAN_COVER && t.visible < FEW_GLYPHS) {
    page->state = PAGE_SCAN;
    page->note = t.visible > 0 ? tr("图片盖住整页，只有少量文字", "a picture covers the page; there are only a few letters")
                 : t.invisible > 0 ? tr("扫描页：文字来自识别层，待确认", "scanned page: its text comes from an OCR layer and is to be confirmed")
                                   : tr("扫描页：没有文字", "scanned page: there is no text");
  } else if (page->glyphs > 0 && t.mapped * 2 < page->glyphs) {
    page->state = PAGE_NO_TEXT;
    page->note = tr("字形没有对应的字符编码，读不成文字", "its glyphs have no character codes: it cannot be read as text");
  } else if (l->damaged) {
    page->state = PAGE_DAMAGED;
    page->note = tr("页面内容有损坏，可能不全", "the page's content is damaged and may be incomplete");
  } else if (t.visible < FEW_GLYPHS && shapes >= MANY_SHAPES) {
    page->state = PAGE_NO_TEXT;
    page->note = tr("页面画的是图形（文字可能转成了轮廓），读不成文字",
                    "the page is drawn as shapes (text may have been turned into outlines): it cannot be read as text");
  } else if (page->glyphs == 0 && l->image_cover > 0.02f) {
    page->state = PAGE_SCAN;
    page->note = tr("页面只有图片，没有文字", "the page holds only pictures, no text");
  } else if (page->glyphs == 0 && l->rulings.n == 0 && shapes == 0) {
    page->state = PAGE_BLANK;
  } else if (l->unmapped > 0) {
    page->note = tr("有些字没有字符编码，读不出来", "some glyphs have no character codes and were not read");
  }
}

static void layout_release(struct layout *l) {
  free(l->glyphs.v);
  free(l->rulings.v);
}

/* Fonts written in place have no number to know them by and go with their page. */
static void fonts_drop_nameless(struct pdf *p) {
  size_t kept = 0;
  for (size_t i = 0; i < p->fonts.n; i++) {
    if (p->fonts.v[i]->id != 0)
      p->fonts.v[kept++] = p->fonts.v[i];
    else
      font_free(p->fonts.v[i]);
  }
  p->fonts.n = kept;
}

/* A page that holds no text that can be read, through character recognition when that is asked for. What a salvaged file calls a page, another
 * program may count differently. */
static int page_recognise(struct pdf *p, struct page *page, struct layout *l, struct err *e) {
  const char *why = NULL;
  if (!p->b->limits.ocr || (page->state != PAGE_SCAN && page->state != PAGE_NO_TEXT) || p->salvaged) return RC_OK;
  int rc = p->ocr ? RC_OK : ocr_new(&p->ocr, p->b, p->data, p->size, e);
  if (p->b->deadline) p->b->deadline += MS_A_SCAN;
  if (rc == RC_OK) rc = ocr_page(p->ocr, page->number, page->width, page->height, l, &why, e);
  if (rc > 0) page->note = why;
  if (rc != RC_OK) return rc > 0 ? RC_OK : rc;
  l->recognised = true;
  l->damaged = false;
  page->state = PAGE_RECOGNISED;
  page->glyphs = (int)l->glyphs.n;
  page->unmapped = 0;
  page->note = tr("扫描页，由文字识别读出，待核对", "a scanned page, read by character recognition: to be confirmed");
  return RC_OK;
}

static int page_read(struct pdf *p, struct flow *flow, int number, struct err *e) {
  qpdf_oh page = qpdf_get_page_n(p->q, (size_t)number - 1);
  struct geometry g = pdf_geometry(p, page);
  struct layout l = {0};
  struct content c = {.geometry = g};
  struct page out = {.number = number, .width = (float)g.width, .height = (float)g.height, .rotate = g.rotate};
  p->page_inflated = 0;
  p->page_shapes = 0;
  int rc = page_content(p, page, &c.bytes, &l.damaged, e);
  if (rc == RC_OK) {
    p->page_inflated = c.bytes.n;
    c.resources = page_inherited(p, page, "/Resources");
    c.annotations = pdf_key(p, page, "/Annots");
    rc = content_run(p, &c, &l, e);
    free(c.bytes.p);
  }
  if (rc == RC_OK) {
    page_judge(&out, &l, p->page_shapes);
    rc = page_recognise(p, &out, &l, e);
  }
  if (rc == RC_OK) {
    if (out.state == PAGE_DAMAGED) p->b->d->truncated = true;
    rc = build_page(p->b, out, e);
  }
  if (rc == RC_OK) rc = flow_page(flow, number, &l, out.width, out.height, e);
  layout_release(&l);
  fonts_drop_nameless(p);
  qpdf_oh_release_all(p->q);
  return rc;
}

/* ---- the document ---- */

/* Optional content groups that the default configuration leaves off. */
static int load_optional(struct pdf *p) {
  qpdf_oh properties = pdf_key(p, qpdf_get_root(p->q), "/OCProperties"), d = pdf_key(p, properties, "/D");
  qpdf_oh off = pdf_key(p, d, "/OFF"), on = pdf_key(p, d, "/ON"), all = pdf_key(p, properties, "/OCGs");
  bool base_off = pdf_name_is(p, pdf_key(p, d, "/BaseState"), "/OFF");
  qpdf_oh from = base_off ? all : off;
  int n = pdf_items(p, from), rc = RC_OK;
  for (int i = 0; i < n && i < 4096 && rc == RC_OK; i++) {
    int id = qpdf_oh_get_object_id(p->q, qpdf_oh_get_array_item(p->q, from, i));
    bool is_on = false;
    for (int k = 0; base_off && k < pdf_items(p, on) && k < 4096 && !is_on; k++)
      is_on = qpdf_oh_get_object_id(p->q, qpdf_oh_get_array_item(p->q, on, k)) == id;
    if (id != 0 && !is_on) rc = VEC_PUSH(&p->hidden, id, 4096);
  }
  return rc;
}

/* Passes on what the library had to repair; *rebuilt when the index of objects was lost. */
static void take_warnings(struct pdf *p, bool *rebuilt) {
  int n = 0;
  while (qpdf_more_warnings(p->q)) {
    qpdf_error w = qpdf_next_warning(p->q);
    const char *detail = qpdf_get_error_message_detail(p->q, w);
    if (detail && strstr(detail, "reconstruct")) *rebuilt = true;
    if (n++ < WARNINGS_MAX && detail)
      (void)build_warn(p->b, tr("文件结构有损坏，已修复：%s", "the file's structure was damaged and repaired: %s"), detail);
  }
  if (n > WARNINGS_MAX) (void)build_warn(p->b, tr("另有 %d 处类似损坏", "%d more such repairs"), n - WARNINGS_MAX);
}

static bool file_ended(const unsigned char *data, size_t size) {
  size_t tail = size < 2048 ? size : 2048;
  return memmem(data + size - tail, tail, "%%EOF", 5) != NULL;
}

/* Counts pages up to a little over `limit`: the library would first build them all. */
static void count_pages(struct pdf *p, qpdf_oh node, int depth, int limit, int *n) {
  qpdf_oh kids = pdf_key(p, node, "/Kids");
  int items = pdf_items(p, kids);
  if (items == 0) ++*n;
  for (int i = 0; i < items && *n <= limit; i++) {
    qpdf_oh kid = qpdf_oh_get_array_item(p->q, kids, i);
    if (depth >= TREE_DEPTH)
      *n += 1;
    else
      count_pages(p, kid, depth + 1, limit, n);
    pdf_release_since(p, kid);
  }
}

/* Opens and counts the pages; RC_LIMIT when there are too many, RC_FORMAT when there is nothing to go through. */
static int open_once(struct pdf *p, const unsigned char *data, size_t size) {
  p->q = qpdf_init();
  if (!p->q) return RC_NOMEM;
  qpdf_silence_errors(p->q);
  qpdf_set_suppress_warnings(p->q, QPDF_TRUE);
  QPDF_ERROR_CODE rc = qpdf_read_memory(p->q, "input", (const char *)data, size, "");
  if (rc & QPDF_ERRORS) {
    qpdf_error why = qpdf_get_error(p->q);
    return why && qpdf_get_error_code(p->q, why) == qpdf_e_password ? RC_PASSWORD : RC_FORMAT;
  }
  int limit = p->b ? p->b->limits.pages : PAGES_MAX, counted = 0;
  count_pages(p, pdf_key(p, qpdf_get_root(p->q), "/Pages"), 0, limit, &counted);
  if (counted > limit) return RC_LIMIT;
  p->pages = qpdf_get_num_pages(p->q);
  return p->pages > 0 ? RC_OK : RC_FORMAT;
}

static void close_library(struct pdf *p) {
  if (!p->q) return;
  (void)qpdf_get_error(p->q); /* an error that nobody fetched would be printed */
  qpdf_cleanup(&p->q);
}

int pdf_open(struct pdf *p, const unsigned char *data, size_t size, struct err *e) {
  int rc = pdf_guard(data, size, e);
  if (rc < 0) return rc;
  rc = open_once(p, data, size);
  /* An encrypted file that does not open cannot be salvaged: its streams would stay unreadable. */
  bool encrypted = rc == RC_FORMAT && memmem(data, size, "/Encrypt", 8) != NULL;
  for (int attempt = 0; attempt < 2 && rc == RC_FORMAT && !encrypted; attempt++) {
    size_t n = 0;
    close_library(p);
    free(p->salvaged);
    p->salvaged = NULL;
    if (pdf_salvage(data, size, attempt == 0, &p->salvaged, &n) == RC_OK) rc = open_once(p, p->salvaged, n);
  }
  if (rc == RC_NOMEM) return err_set(e, RC_NOMEM, tr("内存不足", "out of memory"));
  if (rc == RC_LIMIT) return err_set(e, RC_LIMIT, tr("页数太多，超过上限", "there are too many pages"));
  if (rc == RC_PASSWORD) return err_set(e, RC_PASSWORD, tr("文件有打开密码，请先去除密码", "the file needs a password to open: remove it first"));
  if (rc == RC_OK) return RC_OK;
  return err_set(e, RC_FORMAT,
                 file_ended(data, size) ? tr("PDF 文件已损坏，找不到任何页", "the PDF is damaged: no page was found")
                                        : tr("PDF 文件不完整（被截断），找不到任何页", "the file is truncated: no page was found"));
}

void pdf_close(struct pdf *p) {
  for (size_t i = 0; i < p->fonts.n; i++) font_free(p->fonts.v[i]);
  free(p->fonts.v);
  free(p->hidden.v);
  close_library(p);
  free(p->salvaged);
}

/* The number of pages; says what the file lacks. */
static int pdf_pages(struct pdf *p, const unsigned char *data, size_t size) {
  int n = p->pages;
  bool rebuilt = false;
  double declared = pdf_key_number(p, pdf_key(p, qpdf_get_root(p->q), "/Pages"), "/Count", 0);
  take_warnings(p, &rebuilt);
  if (declared > n && declared < 1e6) {
    p->b->d->truncated = true;
    (void)build_warn(p->b, tr("文件应有 %d 页，只找到 %d 页", "the file should have %d pages; only %d were found"), (int)declared, n);
  }
  if (p->salvaged || (rebuilt && !file_ended(data, size))) {
    p->b->d->truncated = true;
    (void)build_warn(p->b, tr("文件不完整：只读了还找得到的 %d 页", "the file is incomplete: only the %d pages that could be found were read"), n);
  }
  return n;
}

static void load_title(struct pdf *p) {
  const char *title = NULL;
  size_t n = 0;
  qpdf_oh o = pdf_key(p, pdf_key(p, qpdf_get_trailer(p->q), "/Info"), "/Title");
  if (qpdf_oh_get_value_as_utf8(p->q, o, &title, &n) && n > 0 && n < 1000) p->b->d->title = arena_text(&p->b->d->arena, title, n);
}

int pdf_read(struct build *b, const unsigned char *data, size_t size, struct err *e) {
  struct pdf p = {.b = b, .data = data, .size = size};
  struct flow *flow = NULL;
  int rc = pdf_open(&p, data, size, e);
  int n = rc == RC_OK ? pdf_pages(&p, data, size) : rc;
  if (n > 0) {
    load_title(&p);
    rc = load_optional(&p);
    if (rc == RC_OK) rc = flow_new(&flow, b, e);
  } else {
    rc = n;
  }
  for (int i = 1; i <= n && rc == RC_OK; i++) {
    if (b->deadline) b->deadline += MS_A_PAGE;
    rc = build_late(b, e);
    if (rc == RC_OK) rc = page_read(&p, flow, i, e);
  }
  if (rc == RC_OK) rc = flow_finish(flow, e);
  if (rc == RC_OK) {
    bool rebuilt = false;
    take_warnings(&p, &rebuilt);
  }
  flow_free(flow);
  ocr_free(p.ocr);
  pdf_close(&p);
  return rc;
}
