/* pdf_write_book.c: what makes a PDF a book: cover, contents, and the lines above a table. The contents come last from the pen, when all pages are
 * known, and are moved behind the cover afterwards: nothing is set twice. */
#include "document/pdf_write.h"

#include <stdlib.h>
#include <string.h>

#define LINE   21.0 /* of the contents, */
#define CLOSER 15.6 /* where that makes them one page */
#define POINTS 11.0
#define STEP   22.0 /* a level further in */
#define ROOM   30.0 /* for the page's number */

static double room_across(const struct pdf_out *p) {
  return p->width - p->left - p->right;
}

static void centred(struct pdf_out *p, struct sv text, enum pdf_face face, double points, bool bold, double y, const char *tag) {
  PangoLayout *l = pdf_text(p, text, face, points, bold, room_across(p), 0, DOC_CENTRE, 1.3);
  pdf_tag(p, tag);
  p->y = y;
  pdf_lines(p, l);
  pdf_tag_end(p, tag);
  g_object_unref(l);
}

int pdf_cover(void *state, struct sv body, struct sv title) {
  struct pdf_out *p = state;
  centred(p, body, PDF_SERIF, 28, true, 230, "P");
  centred(p, title, PDF_SERIF, 32, true, p->y + 18, "P");
  centred(p, body, PDF_SERIF, 18, false, p->height - 190, "P");
  p->bare = p->book = true;
  return pdf_page(p, false, false);
}

/* ---- the contents ---- */

static PangoLayout *entry_text(struct pdf_out *p, int i) {
  double in = STEP * (p->entries[i].level - 1);
  return pdf_text(p, p->entries[i].text, p->entries[i].level == 1 ? PDF_SANS : PDF_SERIF, POINTS, p->entries[i].level == 1,
                  room_across(p) - in - ROOM - 20, 0, DOC_LEFT, 1);
}

static double entry_height(const struct pdf_out *p, PangoLayout *l) {
  int lines = pango_layout_get_line_count(l);
  return p->contents_line + (lines - 1) * POINTS * 1.45;
}

/* As many pages as the entries take; a few lines beyond the first page are brought onto it. */
static int contents_fit(struct pdf_out *p) {
  double room = pdf_floor(p) - p->top - 50, all = 0, least = 0;
  int pages = 1;
  p->contents_line = LINE;
  for (int i = 0; i < p->nentries; i++) {
    PangoLayout *l = entry_text(p, i);
    all += entry_height(p, l), least += entry_height(p, l) - LINE + CLOSER;
    g_object_unref(l);
  }
  if (all > room && least <= room) p->contents_line = LINE - (all - room + 0.5) / p->nentries;
  double y = p->top + 50;
  for (int i = 0; i < p->nentries; i++) {
    PangoLayout *l = entry_text(p, i);
    double height = entry_height(p, l);
    if (y + height > pdf_floor(p)) pages++, y = p->top;
    y += height;
    g_object_unref(l);
  }
  return pages;
}

int pdf_contents(void *state, struct sv head, const struct doc_entry *entries, int n) {
  struct pdf_out *p = state;
  if (p->entries || n == 0) return RC_OK;
  p->places = calloc((size_t)n, sizeof *p->places);
  if (!p->places) return RC_NOMEM;
  p->entries = entries, p->nentries = n, p->contents_head = head;
  p->contents_page = p->page, p->contents_pages = contents_fit(p);
  p->page += p->contents_pages;
  return RC_OK;
}

int pdf_mark(void *state, int entry) {
  struct pdf_out *p = state;
  if (entry >= 0 && entry < p->nentries) p->places[entry] = (struct pdf_place){p->page, p->sheet, (int)p->y};
  return RC_OK;
}

/* Dots up to the number, in columns that stand under each other. */
static void leader_draw(struct pdf_out *p, double from, double to, double y) {
  cairo_set_source_rgb(p->cr, 0, 0, 0);
  for (double x = p->left + room_across(p) - ROOM - 4; x > from + 4; x -= 5)
    if (x < to) cairo_rectangle(p->cr, x, y - 1, 0.9, 0.9);
  cairo_fill(p->cr);
}

static void entry_draw(struct pdf_out *p, int i, PangoLayout *l) {
  char where[96], number[16];
  double in = STEP * (p->entries[i].level - 1), y = p->y, top;
  int last = pango_layout_get_line_count(l) - 1;
  PangoRectangle box;
  snprintf(where, sizeof where, "page=%d pos=[0 %d]", p->places[i].sheet, p->places[i].y > 12 ? p->places[i].y - 12 : 0);
  snprintf(number, sizeof number, "%d", p->places[i].page);
  pdf_tag(p, "TOCI");
  if (p->places[i].sheet > 0) cairo_tag_begin(p->cr, CAIRO_TAG_LINK, where);
  pdf_text_draw(p, l, 0, p->left + in, &y, p->height);
  pango_layout_line_get_extents(pango_layout_get_line_readonly(l, last), NULL, &box);
  PangoLayout *n = pdf_text(p, p->places[i].page > 0 ? sv_from(number) : (struct sv){0}, PDF_SERIF, POINTS, false, ROOM, 0, DOC_RIGHT, 1);
  top = y - pdf_text_height(n);
  leader_draw(p, p->left + in + (double)box.width / PANGO_SCALE, p->width - p->right - ROOM, top + pdf_text_height(n) * 0.72);
  pdf_text_draw(p, n, 0, p->width - p->right - ROOM, &top, p->height);
  if (p->places[i].sheet > 0) cairo_tag_end(p->cr, CAIRO_TAG_LINK);
  pdf_tag_end(p, "TOCI");
  g_object_unref(n);
}

void pdf_contents_draw(struct pdf_out *p) {
  p->page = p->contents_page - 1, p->landscape = p->narrow = false;
  p->begun = true;
  pdf_page_begin(p);
  p->contents_sheet = p->sheet;
  pdf_tag(p, "TOC");
  centred(p, p->contents_head, PDF_SANS, 18, true, p->top, "Caption");
  p->y = p->top + 50;
  for (int i = 0; i < p->nentries; i++) {
    PangoLayout *l = entry_text(p, i);
    double height = entry_height(p, l);
    if (p->y + height > pdf_floor(p)) pdf_page_turn(p);
    entry_draw(p, i, l);
    p->y += height;
    g_object_unref(l);
  }
  pdf_tag_end(p, "TOC");
  pdf_page_finish(p);
}

static void array_move(qpdf_data q, qpdf_oh array, int from, int to) {
  qpdf_oh item = qpdf_oh_get_array_item(q, array, from);
  qpdf_oh_erase_item(q, array, from);
  qpdf_oh_insert_item(q, array, to, item);
}

void pdf_contents_move(struct pdf_out *p, qpdf_data q) {
  if (p->contents_sheet == 0) return;
  qpdf_oh root = qpdf_get_root(q), kids = qpdf_oh_get_key(q, qpdf_oh_get_key(q, root, "/Pages"), "/Kids");
  int n = qpdf_oh_is_array(q, kids) ? qpdf_oh_get_array_n_items(q, kids) : 0;
  if (n == p->sheet)
    for (int i = 0; i < p->contents_pages; i++) array_move(q, kids, p->contents_sheet - 1 + i, p->contents_page - 1 + i);
  qpdf_oh tags = qpdf_oh_get_key(q, qpdf_oh_get_key(q, root, "/StructTreeRoot"), "/K");
  if (qpdf_oh_is_array(q, tags)) tags = qpdf_oh_get_array_item(q, tags, 0);
  tags = qpdf_oh_is_dictionary(q, tags) ? qpdf_oh_get_key(q, tags, "/K") : tags;
  n = qpdf_oh_is_array(q, tags) ? qpdf_oh_get_array_n_items(q, tags) : 0;
  if (n > 3) array_move(q, tags, n - 1, p->book ? 3 : 0); /* three lines of the cover */
}

/* ---- above a table ---- */

static void line_draw(struct pdf_out *p, struct sv text, enum pdf_face face, double points, bool bold, enum doc_align align, const char *tag) {
  if (text.n == 0) return;
  PangoLayout *l = pdf_text(p, text, face, points, bold, room_across(p), 0, align, 1.1);
  pdf_tag(p, tag);
  pdf_lines(p, l);
  pdf_tag_end(p, tag);
  g_object_unref(l);
}

int pdf_caption(void *state, int level, struct sv number, struct sv title, struct sv unit) {
  static const char *const tags[] = {"H1", "H1", "H2", "H3"};
  struct pdf_out *p = state;
  struct buf both;
  if (p->begun && p->y + 110 > pdf_floor(p)) pdf_page_turn(p);
  buf_init(&both, 1 << 16);
  buf_add(&both, number.p, number.n);
  if (number.n) buf_putc(&both, ' ');
  buf_add(&both, title.p, title.n);
  pdf_outline(p, level, (struct sv){both.p, both.n});
  line_draw(p, number, PDF_SANS, 10.5, false, DOC_LEFT, "P");
  p->y += 2;
  line_draw(p, title, PDF_SERIF, 16, true, DOC_CENTRE, tags[level]);
  line_draw(p, unit, PDF_SERIF, 9.5, false, DOC_RIGHT, "P");
  p->y += 2;
  buf_release(&both);
  return RC_OK;
}
