/* ocr.c: a scanned page: picture, lines, strips, two looks at them, glyphs. The first look is for text; what it shows to be numbers is looked at
 * again with digits only, since a model of Chinese text reads one number in five wrongly. */
#include "document/ocr_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OCR_PAGES   300                 /* of a document */
#define OCR_SECONDS 120                 /* for each program on a page */
#define OCR_MEMORY  ((size_t)3 << 30)   /* address space */
#define OCR_FILE    ((size_t)128 << 20) /* the largest file a program may write */
#define OCR_SIDE    7200                /* pixels; larger pages are looked at less finely */
#define OCR_DPI     300.0
/* Pixels of a line. Larger Chinese print is read worse (款 became 蒜, 合 台): measured from 20 to 64. */
#define TALL_TEXT   28
#define TALL_AGAIN  48
#define TALL_DIGITS 40

struct ocr {
  struct build *b;
  const char *renderer, *reader;
  char folder[CHILD_PATH], input[CHILD_PATH + 16];
  int pages, strips; /* done; strips: files written, none of which has a name twice */
};

static bool path_make(char out[CHILD_PATH + 64], const struct ocr *o, const char *name) {
  int n = snprintf(out, CHILD_PATH + 64, "%s/%s", o->folder, name);
  return n > 0 && n < CHILD_PATH + 64;
}

/* ---- the programs ---- */

static int find_programs(struct ocr *o, struct err *e) {
  static const char *const renderers[] = {"/usr/bin/pdftoppm", "/usr/local/bin/pdftoppm", NULL};
  static const char *const readers[] = {"/usr/bin/tesseract", "/usr/local/bin/tesseract", NULL};
  o->renderer = child_find("HENG_PDFTOPPM", renderers);
  o->reader = child_find("HENG_TESSERACT", readers);
  if (!o->reader)
    return err_set(
        e, RC_UNSUPPORTED, "%s",
        tr("--ocr 要用 tesseract，没有找到；请安装（Debian：apt install tesseract-ocr tesseract-ocr-chi-sim），或用 HENG_TESSERACT 写出它的完整路径",
           "--ocr needs tesseract, which was not found; install it (Debian: apt install tesseract-ocr tesseract-ocr-chi-sim), or give its full path "
           "in HENG_TESSERACT"));
  if (!o->renderer)
    return err_set(e, RC_UNSUPPORTED, "%s",
                   tr("--ocr 要用 pdftoppm 取得页面图像，没有找到；请安装（Debian：apt install poppler-utils），或用 HENG_PDFTOPPM 写出它的完整路径",
                      "--ocr needs pdftoppm for the picture of a page, which was not found; install it (Debian: apt install poppler-utils), or give "
                      "its full path in HENG_PDFTOPPM"));
  return RC_OK;
}

static struct child program(const struct ocr *o, const char *path) {
  return (struct child){.program = path,
                        .folder = o->folder,
                        .environment = "OMP_THREAD_LIMIT=1", /* -j says how many work at a time */
                        .seconds = OCR_SECONDS,
                        .memory = OCR_MEMORY,
                        .file_bytes = OCR_FILE};
}

static bool lists(struct sv all, const char *language) {
  while (all.p)
    if (sv_is(sv_trim(sv_cut(&all, '\n')), language)) return true;
  return false;
}

static int check_languages(const struct ocr *o, struct err *e) {
  static const char *const wanted[] = {"chi_sim", "eng"};
  char path[CHILD_PATH + 64];
  unsigned char *data = NULL;
  size_t size = 0;
  struct child c = program(o, o->reader);
  c.arguments[0] = "--list-langs";
  c.output = "languages";
  int rc = child_run(&c, e);
  if (rc < 0) return rc;
  if (rc > 0 || !path_make(path, o, "languages") || file_read(path, 1 << 20, &data, &size, e) < 0)
    return err_set(e, RC_UNSUPPORTED, tr("%s 不能运行", "%s cannot be run"), o->reader);
  for (size_t i = 0; rc == RC_OK && i < sizeof wanted / sizeof *wanted; i++)
    if (!lists((struct sv){(const char *)data, size}, wanted[i]))
      rc = err_set(e, RC_UNSUPPORTED,
                   tr("tesseract 没有 %s 的语言数据；请安装（Debian：apt install tesseract-ocr-chi-sim tesseract-ocr-eng）",
                      "tesseract has no data for %s; install it (Debian: apt install tesseract-ocr-chi-sim tesseract-ocr-eng)"),
                   wanted[i]);
  free(data);
  return rc;
}

int ocr_new(struct ocr **out, struct build *b, const unsigned char *data, size_t size, struct err *e) {
  *out = NULL;
  struct ocr *o = calloc(1, sizeof *o);
  if (!o) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  o->b = b;
  int rc = find_programs(o, e);
  if (rc == RC_OK) rc = child_folder(o->folder, "heng-ocr", e);
  if (rc == RC_OK) rc = check_languages(o, e);
  if (rc == RC_OK && data) {
    snprintf(o->input, sizeof o->input, "%s/input.pdf", o->folder);
    rc = child_file(o->input, data, size, e);
  }
  if (rc < 0)
    ocr_free(o);
  else
    *out = o;
  return rc;
}

void ocr_free(struct ocr *o) {
  if (!o) return;
  child_folder_remove(o->folder);
  free(o);
}

int document_ocr_ready(struct err *e) {
  struct ocr *o = NULL;
  int rc = ocr_new(&o, NULL, NULL, 0, e);
  ocr_free(o);
  return rc;
}

/* ---- a page ---- */

static int render(const struct ocr *o, int number, double dpi, struct picture *p, struct err *e) {
  char resolution[32], page[16], path[CHILD_PATH + 64];
  snprintf(resolution, sizeof resolution, "%d", (int)dpi);
  snprintf(page, sizeof page, "%d", number);
  struct child c = program(o, o->renderer);
  const char *const words[] = {"-r", resolution, "-gray", "-singlefile", "-f", page, "-l", page, o->input, "page"};
  memcpy(c.arguments, words, sizeof words);
  int rc = child_run(&c, e);
  if (rc != RC_OK) return rc;
  if (!path_make(path, o, "page.pgm")) return err_set(e, RC_IO, "%s", tr("路径过长", "the path is too long"));
  rc = picture_read(path, p, e);
  unlink(path);
  return rc;
}

/* One look at the strips in `order`: their pictures, a list of them, and one run of the recogniser over it. */
static int look(struct ocr *o, const struct picture *p, const unsigned char *dark, struct strips *s, const int *order, int n, int tall,
                struct err *e) {
  char path[CHILD_PATH + 64], name[48], list[32], base[32];
  struct buf names;
  bool digits = tall == TALL_DIGITS;
  int rc = RC_OK, first = o->strips;
  unsigned char *data = NULL;
  size_t size = 0;
  buf_init(&names, 8 << 20);
  for (int i = 0; i < n && rc == RC_OK; i++) {
    snprintf(name, sizeof name, "s%d.pgm", o->strips++);
    buf_printf(&names, "%s\n", name);
    rc = path_make(path, o, name) ? strip_write(p, dark, &s->list.v[order[i]], tall, path, e) : RC_IO;
  }
  snprintf(list, sizeof list, "list%d.txt", first);
  snprintf(base, sizeof base, "out%d", first);
  if (rc == RC_OK) rc = names.rc == RC_OK && path_make(path, o, list) ? child_file(path, names.p, names.n, e) : RC_IO;
  buf_release(&names);
  if (rc < 0) return rc;
  struct child c = program(o, o->reader);
  const char *const words[] = {
      list,    base, "-l", digits ? "eng" : "chi_sim", "--dpi", "300",
      "--psm", "7",  "-c", "tessedit_create_tsv=1",    "-c",    digits ? "tessedit_char_whitelist=0123456789.,-%" : "tessedit_create_txt=0"};
  memcpy(c.arguments, words, sizeof words);
  rc = child_run(&c, e);
  snprintf(name, sizeof name, "out%d.tsv", first);
  if (rc == RC_OK && path_make(path, o, name)) rc = file_read(path, OCR_FILE, &data, &size, e) < 0 ? 1 : RC_OK;
  if (rc == RC_OK) rc = strips_read(s, (struct sv){(const char *)data, size}, order, n, digits, e);
  free(data);
  for (int i = first; i < o->strips; i++) {
    snprintf(name, sizeof name, "s%d.pgm", i);
    if (path_make(path, o, name)) unlink(path);
  }
  return rc;
}

/* Text; what came out unsure once more at another size; then numbers. */
static int recognise(struct ocr *o, const struct picture *p, const unsigned char *dark, struct strips *s, struct err *e) {
  int n = 0, *order = calloc(s->list.n + 1, sizeof *order);
  if (!order) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; i < s->list.n; i++)
    if (!s->list.v[i].dash) order[n++] = (int)i;
  int rc = n > 0 ? look(o, p, dark, s, order, n, TALL_TEXT, e) : RC_OK;
  free(order), order = NULL;
  if (rc == RC_OK) rc = strips_unsure(s, &order, &n, e);
  if (rc == RC_OK && n > 0) rc = look(o, p, dark, s, order, n, TALL_AGAIN, e);
  free(order), order = NULL;
  if (rc == RC_OK) rc = strips_numeric(s, &order, &n, e);
  if (rc == RC_OK && n > 0) rc = look(o, p, dark, s, order, n, TALL_DIGITS, e);
  free(order);
  return rc;
}

/* Lines are found on the upright picture, the grids that they make say where the cells are. */
static int read_picture(struct ocr *o, struct picture *p, double dpi, struct layout *l, struct err *e) {
  struct arena a;
  struct grid *grids = NULL;
  struct strips s = {0};
  int ngrids = 0, rc = RC_OK;
  unsigned char *dark = picture_dark(p);
  double angle = dark ? mask_skew(dark, p->width, p->height) : 0;
  if (fabs(angle) > 0.0004) {
    free(dark);
    rc = picture_turn(p, angle, e);
    dark = rc == RC_OK ? picture_dark(p) : NULL;
  }
  if (rc == RC_OK && !dark) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = rulings_take(p, dark, dpi, l, e);
  arena_init(&a, (size_t)64 << 20);
  if (rc == RC_OK) rc = grids_find(&a, o->b, l, &grids, &ngrids, e);
  if (rc == RC_OK) rc = strips_cut(dark, p->width, p->height, dpi, grids, ngrids, &s, e);
  if (rc == RC_OK) rc = recognise(o, p, dark, &s, e);
  if (rc == RC_OK) rc = strips_glyphs(&s, dpi, l, e);
  strips_release(&s);
  arena_release(&a);
  free(dark);
  return rc;
}

int ocr_page(struct ocr *o, int number, float width, float height, struct layout *l, const char **why, struct err *e) {
  struct picture p = {0};
  double side = fmax((double)width, (double)height), dpi = side * OCR_DPI / 72 > OCR_SIDE ? floor(OCR_SIDE * 72 / side) : OCR_DPI;
  *why = NULL;
  if (o->pages >= OCR_PAGES || dpi < 100) {
    *why = dpi < 100 ? tr("页面太大，没有识别", "the page is too large and was not recognised")
                     : tr("扫描页太多，这一页没有识别", "there are too many scanned pages; this one was not recognised");
    return 1;
  }
  o->pages++;
  l->glyphs.n = l->rulings.n = 0;
  l->unmapped = 0;
  int rc = render(o, number, dpi, &p, e);
  if (rc == RC_OK) rc = read_picture(o, &p, dpi, l, e);
  picture_free(&p);
  if (rc > 0 || rc == RC_FORMAT)
    *why = tr("识别程序失败或超时，这一页没有识别", "the recogniser failed or took too long; this page was not recognised");
  if (*why) l->glyphs.n = l->rulings.n = 0;
  return rc == RC_FORMAT ? 1 : rc;
}
