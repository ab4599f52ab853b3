/* pictures.c: for the HTML report: of each finding in a PDF the piece of the page with its cell boxed, and links from the report to its documents.
 * Each page is drawn once for all its findings. Without pdftoppm the report says so once and is otherwise the same. */
#include "document/write.h"
#include "rooms/audit/report_html.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EMBED_AUTO_MAX ((size_t)8 << 20)  /* of pictures in one page that somebody may want to mail */
#define EMBED_MAX      ((size_t)96 << 20) /* when asked for */
#define FILES_MOST     20000
#define PNG_MAX        ((size_t)4 << 20)
enum { AROUND = 42 /* points above and below: two or three rows */, REACH = 220, PAGES_AUTO = 40, PAGES_MOST = 2000, FAILURES_MOST = 3 };

enum images images_named(const char *name) {
  static const char *const names[] = {"auto", "none", "embed", "folder"};
  for (int i = 0; i < 4; i++)
    if (strcmp(names[i], name) == 0) return (enum images)i;
  return IMAGES_AUTO;
}

/* What is to be drawn: by document and page, so that each page is drawn once. */
struct wanted {
  int32_t document;
  int page, finding;
  struct box box;
};
struct wanted_list {
  VEC(struct wanted) list;
};

static int by_page(const void *pa, const void *pb) {
  const struct wanted *a = pa, *b = pb;
  if (a->document != b->document) return a->document < b->document ? -1 : 1;
  if (a->page != b->page) return a->page < b->page ? -1 : 1;
  return a->finding < b->finding ? -1 : a->finding > b->finding;
}

static void widen(struct box *b, struct box more) {
  if (!(more.x1 > more.x0 && more.y1 > more.y0)) return;
  if (more.x0 < b->x0) b->x0 = more.x0;
  if (more.y0 < b->y0) b->y0 = more.y0;
  if (more.x1 > b->x1) b->x1 = more.x1;
  if (more.y1 > b->y1) b->y1 = more.y1;
}

/* A finding about a row is boxed with all cells of it that stand on the page. */
static struct box whole_row(const struct view *v, const struct telling *t, struct place p) {
  struct box b = p.box;
  if (t->obs || !t->row || t->table->prose) return b;
  size_t first = (size_t)(t->row - t->table->rows) * (size_t)t->table->ncolumns;
  for (int c = 0; c < t->table->ncolumns; c++) {
    const struct obs *o = obs_at(v, t->table->cells[first + (size_t)c]);
    if (o && o->place.page == p.page && o->document == t->document) widen(&b, o->place.box);
  }
  return b;
}

static int gather(const struct view *v, struct wanted_list *out) {
  int rc = RC_OK;
  for (size_t i = 0; i < v->r->findings.n && rc == RC_OK; i++) {
    const struct finding *f = &v->r->findings.v[i];
    struct telling t;
    finding_tell(v, f, true, &t);
    struct place p = finding_place_shown(&t);
    const struct document *d = t.document >= 0 && t.document < v->b->ndocuments ? v->b->documents[t.document] : NULL;
    if (accepted_at(v, i) || (f->severity == SEVERITY_INFO && t.rounding)) continue;
    if (!d || d->format != FORMAT_PDF || !d->path || p.page < 1 || p.page > d->npages || !(p.box.x1 > p.box.x0 && p.box.y1 > p.box.y0)) continue;
    rc = VEC_PUSH(&out->list, ((struct wanted){t.document, p.page, (int)i, whole_row(v, &t, p)}), 200000);
  }
  if (out->list.n > 1) qsort(out->list.v, out->list.n, sizeof *out->list.v, by_page);
  return rc;
}

static const unsigned char *colour_of(enum severity s) {
  static const unsigned char colours[3][3] = {{30, 73, 150}, {180, 83, 9}, {200, 16, 46}};
  return colours[s];
}

/* The cells of a finding that can be boxed on one piece: its own, and the others of its explanation that stand near. */
static int boxes_of(const struct view *v, const struct wanted *w, struct box *out, struct box *piece) {
  const struct finding *f = &v->r->findings.v[w->finding];
  int n = 0;
  out[n++] = w->box;
  *piece = w->box;
  for (int i = 1; i < f->nsuspects && n < PICTURE_BOXES; i++) {
    const struct obs *o = obs_at(v, f->suspects[i].obs);
    if (!o || o->document != w->document || o->place.page != w->page || !(o->place.box.x1 > o->place.box.x0)) continue;
    if (o->place.box.y0 < w->box.y0 - REACH || o->place.box.y1 > w->box.y1 + REACH) continue;
    out[n++] = o->place.box;
    widen(piece, o->place.box);
  }
  return n;
}

static void put_base64(struct buf *out, const unsigned char *p, size_t n) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < n; i += 3) {
    unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
    char four[4] = {letters[v >> 18], letters[v >> 12 & 63], i + 1 < n ? letters[v >> 6 & 63] : '=', i + 2 < n ? letters[v & 63] : '='};
    buf_add(out, four, 4);
  }
}

/* REPORT.files beside the report. */
static int folder_make(const struct reporter *r, struct buf *path, struct err *e) {
  struct stat st;
  buf_printf(path, "%s.files", r->path);
  if (path->rc < 0) return path->rc;
  if (mkdir(path->p, 0777) == 0 || (errno == EEXIST && stat(path->p, &st) == 0 && S_ISDIR(st.st_mode))) return RC_OK;
  return err_set(e, RC_IO, tr("建不了文件夹 %s：%s", "cannot make the folder %s: %s"), path->p, strerror(errno));
}

static int to_file(struct reporter *r, int book, int finding, const struct buf *png, struct buf *source, struct err *e) {
  struct buf path;
  const char *slash = strrchr(r->path, '/');
  buf_init(&path, 8192);
  int rc = folder_make(r, &path, e);
  buf_printf(&path, "/f%d-%d.png", book, finding + 1);
  if (rc == RC_OK) rc = path.rc;
  if (rc == RC_OK) rc = file_replace(path.p, png->p, png->n, e);
  if (rc == RC_OK) html_link_text(source, slash ? slash + 1 : r->path), buf_printf(source, ".files/f%d-%d.png", book, finding + 1);
  buf_release(&path);
  return rc;
}

/* What stands in src="…" of a picture. */
static int put_source(struct reporter *r, int book, int finding, const struct buf *png, struct picture *out, struct err *e) {
  struct buf source;
  int rc = RC_OK;
  buf_init(&source, PNG_MAX * 2);
  if (r->images == IMAGES_FOLDER)
    rc = to_file(r, book, finding, png, &source, e);
  else
    buf_puts(&source, "data:image/png;base64,"), put_base64(&source, (const unsigned char *)png->p, png->n);
  if (rc == RC_OK) rc = source.rc;
  out->source = rc == RC_OK ? source.p : NULL;
  if (rc < 0) buf_release(&source);
  r->image_bytes += source.n;
  return rc;
}

static bool full(const struct reporter *r) {
  if (r->images == IMAGES_FOLDER) return r->image_count >= FILES_MOST;
  return r->image_bytes >= (r->images == IMAGES_AUTO ? EMBED_AUTO_MAX : EMBED_MAX);
}

static int piece_make(struct reporter *r, const struct view *v, int book, const struct raster *page, float width, const struct wanted *w,
                      struct picture *out, struct err *e) {
  struct box boxed[PICTURE_BOXES], piece;
  struct buf png;
  int n = boxes_of(v, w, boxed, &piece);
  piece = (struct box){0, piece.y0 - AROUND, width, piece.y1 + AROUND};
  buf_init(&png, PNG_MAX);
  int rc = raster_piece(page, piece, boxed, n, colour_of(v->r->findings.v[w->finding].severity), &png, &out->width, &out->height);
  if (rc == RC_OK) rc = put_source(r, book, w->finding, &png, out, e);
  if (rc == RC_OK) r->image_count++;
  out->page = w->page;
  buf_release(&png);
  return rc;
}

/* All findings of one page. One that cannot be drawn leaves them without picture; only want of memory, or of a place to write, ends the report. */
static int page_make(struct reporter *r, const struct view *v, int book, const struct wanted *list, size_t n, struct picture *out) {
  const struct document *d = v->b->documents[list[0].document];
  const struct page *p = &d->pages[list[0].page - 1];
  struct raster page;
  struct err e = {0};
  int rc = raster_draw(d->path, p->number, p->width, p->height, &page, &e);
  if (rc == RC_NOMEM) return rc;
  if (rc < 0) {
    if (r->image_failures++ == 0)
      fprintf(stderr, tr("heng: %s 第 %d 页没有附图：%s\n", "heng: %s page %d: no picture: %s\n"), d->path, p->number, e.text);
    r->image_missing += (long)n;
    return RC_OK;
  }
  for (size_t i = 0; i < n && rc != RC_NOMEM && rc != RC_IO; i++) {
    rc = full(r) ? RC_LIMIT : piece_make(r, v, book, &page, p->width, &list[i], &out[list[i].finding], &e);
    if (rc < 0) r->image_missing++;
  }
  if (rc == RC_IO) fprintf(stderr, "heng: %s%s%s\n", e.file, e.file[0] ? ": " : "", e.text);
  raster_free(&page);
  return rc == RC_NOMEM || rc == RC_IO ? rc : RC_OK;
}

static bool possible(struct reporter *r) {
  if (r->images == IMAGES_NONE) return false;
  if (pdf_pictures_possible()) return true;
  fprintf(stderr, "%s",
          tr("heng: 没有安装 pdftoppm（软件包 poppler-utils），报告不附页面图\n",
             "heng: pdftoppm is not installed (package poppler-utils): the report has no pictures of pages\n"));
  r->images = IMAGES_NONE;
  return false;
}

int pictures_make(struct reporter *r, const struct view *v, int book, struct picture **out) {
  struct wanted_list w = {0};
  int pages = 0, most = r->images == IMAGES_AUTO ? PAGES_AUTO : PAGES_MOST;
  *out = NULL;
  int rc = r->images == IMAGES_NONE ? RC_OK : gather(v, &w);
  if (rc < 0 || w.list.n == 0 || !possible(r)) {
    free(w.list.v);
    return rc;
  }
  *out = calloc(v->r->findings.n, sizeof **out);
  if (!*out) rc = RC_NOMEM;
  long failures = r->image_failures;
  for (size_t i = 0, to; i < w.list.n && rc == RC_OK; i = to) {
    for (to = i + 1; to < w.list.n && w.list.v[to].document == w.list.v[i].document && w.list.v[to].page == w.list.v[i].page;) to++;
    if (pages++ < most && !full(r) && r->image_failures - failures < FAILURES_MOST)
      rc = page_make(r, v, book, &w.list.v[i], to - i, *out);
    else
      r->image_missing += (long)(to - i);
  }
  free(w.list.v);
  return rc;
}

void pictures_free(struct picture *p, size_t n) {
  for (size_t i = 0; p && i < n; i++) free(p[i].source);
  free(p);
}

/* ---- links to documents ---- */

void html_link_text(struct buf *out, const char *path) {
  for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
    bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._~/", *p);
    if (plain)
      buf_putc(out, (char)*p);
    else
      buf_printf(out, "%%%02X", *p);
  }
}

/* Both whole: the way from a folder to a file. */
static void put_relative(struct buf *out, const char *folder, const char *file) {
  size_t same = 0, i = 0;
  for (; folder[i] && folder[i] == file[i]; i++)
    if (file[i] == '/') same = i + 1;
  if (folder[i] == '\0' && file[i] == '/') same = i + 1;
  for (const char *p = folder + (same < i || folder[i] ? same : i); *p;) {
    p += strspn(p, "/");
    if (*p == '\0') break;
    buf_puts(out, "../");
    p += strcspn(p, "/");
  }
  html_link_text(out, file + same);
}

void html_document_link(const struct reporter *r, const char *path, int page, struct buf *out) {
  char file[PATH_MAX], folder[PATH_MAX], copy[PATH_MAX] = ".";
  size_t n = strlen(r->path);
  const char *slash = strrchr(r->path, '/');
  if (slash && n < sizeof copy) {
    memcpy(copy, r->path, n + 1);
    copy[slash == r->path ? 1 : slash - r->path] = '\0';
  }
  bool whole = strcmp(r->path, "-") != 0 && n < sizeof copy && realpath(path, file) && realpath(copy, folder);
  if (whole)
    put_relative(out, folder, file);
  else
    html_link_text(out, path);
  if (page > 0) buf_printf(out, "#page=%d", page);
}
