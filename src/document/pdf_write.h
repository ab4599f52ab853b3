/* pdf_write.h: between the files that write a flowing document as PDF: the page under the pen, and text on it. */
#ifndef HENG_DOCUMENT_PDF_WRITE_H
#define HENG_DOCUMENT_PDF_WRITE_H

#include "document/doc_internal.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qpdf/qpdf-c.h>

enum { PDF_OUTLINE_LEVELS = 4, PDF_FONTS = 64 };

struct pdf_place { /* of a line of the contents */
  int page, sheet, y;
};

struct pdf_out {
  struct doc_info info;
  struct buf bytes, text; /* what cairo wrote; one piece of text, cleaned */
  cairo_surface_t *surface;
  cairo_t *cr;
  PangoFontMap *fonts;
  PangoContext *context;
  double width, height, left, right, top, bottom; /* of the page, in points; margins */
  double y;                                       /* where the next thing goes */
  int page;                                       /* as printed */
  int sheet;                                      /* as drawn: the contents are drawn last and moved to their place */
  bool landscape, begun;                          /* begun: something stands on the page */
  int outline[PDF_OUTLINE_LEVELS];
  bool narrow, bare, book; /* bare: no number in the foot; book: it has a cover */
  struct sv contents_head;
  const struct doc_entry *entries;
  struct pdf_place *places;
  int nentries, contents_page, contents_pages, contents_sheet;
  double contents_line; /* how far its lines are from each other */
  struct {
    PangoFontDescription *font;
    int face, tenths;
    bool bold;
  } fonts_made[PDF_FONTS];
};

enum pdf_face { PDF_SERIF, PDF_SANS };
/* Text set into lines of a width (points); `indent` of the first line. The caller unrefs it. */
PangoLayout *pdf_text(struct pdf_out *p, struct sv text, enum pdf_face face, double points, bool bold, double width, double indent,
                      enum doc_align align, double spacing);
double pdf_text_height(PangoLayout *l);
/* Draws lines from `first` on as far as they fit above `limit`, from x, y; *y ends under the last one. Returns the first line not drawn. */
int pdf_text_draw(struct pdf_out *p, PangoLayout *l, int first, double x, double *y, double limit);
double pdf_floor(const struct pdf_out *p); /* how far down a page is written */
void pdf_page_begin(struct pdf_out *p);
void pdf_page_finish(struct pdf_out *p);
void pdf_page_turn(struct pdf_out *p); /* to a new page of the same kind */
void pdf_tag(struct pdf_out *p, const char *name);
void pdf_tag_end(struct pdf_out *p, const char *name);

void pdf_lines(struct pdf_out *p, PangoLayout *l); /* all of them, over pages, from the pen on */
void pdf_outline(struct pdf_out *p, int level, struct sv text);

int pdf_page(void *state, bool landscape, bool narrow);
int pdf_cover(void *state, struct sv body, struct sv title);
int pdf_contents(void *state, struct sv head, const struct doc_entry *entries, int n);
int pdf_mark(void *state, int entry);
int pdf_caption(void *state, int level, struct sv number, struct sv title, struct sv unit);
void pdf_contents_draw(struct pdf_out *p);
void pdf_contents_move(struct pdf_out *p, qpdf_data q); /* pages and tags, to behind the cover */

int pdf_write_table(struct pdf_out *p, const struct doc_grid *g);

#endif
