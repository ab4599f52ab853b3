/* glyphs.c: prints what the PDF reader hands to the layout: for comparing with other readers, and for timing it alone.
 * It stands in for build_*() and flow_*(): nothing is laid out. */
#include "document/internal.h"
#include "document/ocr.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static enum { SHOW_TEXT, SHOW_GLYPHS, SHOW_RULINGS, SHOW_COUNTS } show;

int build_page(struct build *b, struct page p, struct err *e) {
  (void)b;
  (void)e;
  if (show != SHOW_TEXT || p.state != PAGE_READ)
    fprintf(show == SHOW_TEXT ? stderr : stdout, "#page %d state %d glyphs %d unmapped %d size %.1fx%.1f rotate %d %s\n", p.number, (int)p.state,
            p.glyphs, p.unmapped, (double)p.width, (double)p.height, p.rotate, p.note ? p.note : "");
  return 0;
}

int build_warn(struct build *b, const char *fmt, ...) {
  (void)b;
  va_list ap;
  va_start(ap, fmt);
  fputs("warning: ", stderr);
  vfprintf(stderr, fmt, ap);
  fputc('\n', stderr);
  va_end(ap);
  return 0;
}

int build_late(const struct build *b, struct err *e) {
  (void)b;
  (void)e;
  return 0;
}

int build_finish(struct build *b, struct err *e) {
  (void)b;
  (void)e;
  return 0;
}

void build_release(struct build *b) {
  (void)b;
}

struct flow {
  long glyphs, rulings;
};

int flow_new(struct flow **out, struct build *b, struct err *e) {
  (void)b;
  *out = calloc(1, sizeof **out);
  return *out ? 0 : err_set(e, RC_NOMEM, "out of memory");
}

static void print_glyph(const struct glyph *g) {
  char text[16];
  size_t n = 0;
  for (int i = 0; i < g->ncp; i++) n += utf8_put(text + n, g->cp[i]);
  if (g->ncp == 0) text[n++] = '?';
  if (show == SHOW_GLYPHS)
    printf("glyph %.2f %.2f %.2f %.2f size %.2f%s%s%s '%.*s'\n", (double)g->x0, (double)g->y0, (double)g->x1, (double)g->y1, (double)g->size,
           g->bold ? " bold" : "", g->invisible ? " invisible" : "", g->vertical ? " vertical" : "", (int)n, text);
  else if (!g->space && g->ncp > 0)
    printf("%.*s", (int)n, text);
}

int flow_page(struct flow *f, int number, const struct layout *l, float width, float height, struct err *e) {
  (void)width;
  (void)height;
  (void)e;
  f->glyphs += (long)l->glyphs.n;
  f->rulings += (long)l->rulings.n;
  if (show == SHOW_COUNTS) printf("page %d glyphs %zu rulings %zu cover %.2f\n", number, l->glyphs.n, l->rulings.n, (double)l->image_cover);
  for (size_t i = 0; i < l->glyphs.n && (show == SHOW_TEXT || show == SHOW_GLYPHS); i++) print_glyph(&l->glyphs.v[i]);
  for (size_t i = 0; i < l->rulings.n && show == SHOW_RULINGS; i++) {
    const struct ruling *r = &l->rulings.v[i];
    printf("%c %.2f %.2f %.2f %.2f width %.2f\n", r->horizontal ? 'h' : 'v', (double)r->x0, (double)r->y0, (double)r->x1, (double)r->y1,
           (double)r->width);
  }
  if (show == SHOW_TEXT) printf("\f");
  return 0;
}

int flow_finish(struct flow *f, struct err *e) {
  (void)e;
  if (show == SHOW_COUNTS) printf("total glyphs %ld rulings %ld\n", f->glyphs, f->rulings);
  return 0;
}

void flow_free(struct flow *f) {
  free(f);
}

/* Nothing is recognised here: this tool compares what is written as text. */
int ocr_new(struct ocr **out, struct build *b, const unsigned char *data, size_t size, struct err *e) {
  (void)b, (void)data, (void)size;
  *out = NULL;
  return err_set(e, RC_UNSUPPORTED, "no recognition");
}

int ocr_page(struct ocr *o, int number, float width, float height, struct layout *l, const char **why, struct err *e) {
  (void)o, (void)number, (void)width, (void)height, (void)l, (void)why;
  return err_set(e, RC_UNSUPPORTED, "no recognition");
}

void ocr_free(struct ocr *o) {
  (void)o;
}

static int run(const char *path) {
  struct document d = {0};
  struct build b = {.d = &d, .limits = {.pages = 5000}};
  struct err e = {0};
  unsigned char *data = NULL;
  size_t n = 0;
  arena_init(&d.arena, (size_t)64 << 20);
  int rc = file_read(path, (size_t)256 << 20, &data, &n, &e);
  if (rc == 0) rc = pdf_read(&b, data, n, &e);
  if (rc < 0)
    fprintf(stderr, "%s: %d %s\n", path, rc, e.text);
  else if (d.truncated)
    fprintf(stderr, "%s: truncated\n", path);
  free(data);
  arena_release(&d.arena);
  return rc < 0;
}

int main(int argc, char **argv) {
  int bad = 0;
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "-g"))
      show = SHOW_GLYPHS;
    else if (!strcmp(argv[i], "-r"))
      show = SHOW_RULINGS;
    else if (!strcmp(argv[i], "-c"))
      show = SHOW_COUNTS;
    else
      bad |= run(argv[i]);
  }
  return bad;
}
