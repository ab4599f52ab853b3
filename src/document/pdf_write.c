/* pdf_write.c: a flowing document as PDF, on cairo and pango: pages, headings, paragraphs over pages, the outline, tags, and page numbers.
 * The fonts are embedded. What cairo cannot say, the language and whether there is a date, is put in afterwards with qpdf. */
#include "document/pdf_write.h"

#include "base/date.h"
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

/* Points: A4, and the margins of an official document (37 mm above, 35 below, 28 left, 26 right); 20 mm all round on its side. */
#define PAGE_SHORT   595.28
#define PAGE_LONG    841.89
#define ASIDE        56.7
#define LINE_SPACING 1.15 /* of what the font itself asks, which is nearly one and a half of its size */
static const char serif[] = "Noto Serif CJK SC,Source Han Serif SC,SimSun,Noto Sans CJK SC,serif";
static const char sans[] = "Noto Sans CJK SC,Source Han Sans SC,SimHei,Noto Serif CJK SC,sans-serif";

static cairo_status_t take_bytes(void *context, const unsigned char *data, unsigned n) {
  struct pdf_out *p = context;
  return buf_add(&p->bytes, data, n) < 0 ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* ---- text ---- */

static PangoFontDescription *font_make(enum pdf_face face, double points, bool bold) {
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family_static(font, face == PDF_SANS ? sans : serif);
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
  return font;
}

static void font_set(struct pdf_out *p, PangoLayout *l, enum pdf_face face, double points, bool bold) {
  int tenths = (int)(points * 10 + 0.5), i = 0;
  while (i < PDF_FONTS && p->fonts_made[i].font &&
         (p->fonts_made[i].face != (int)face || p->fonts_made[i].tenths != tenths || p->fonts_made[i].bold != bold))
    i++;
  if (i < PDF_FONTS) {
    if (!p->fonts_made[i].font)
      p->fonts_made[i].font = font_make(face, points, bold), p->fonts_made[i].face = (int)face, p->fonts_made[i].tenths = tenths,
      p->fonts_made[i].bold = bold;
    pango_layout_set_font_description(l, p->fonts_made[i].font);
    return;
  }
  PangoFontDescription *font = font_make(face, points, bold);
  pango_layout_set_font_description(l, font);
  pango_font_description_free(font);
}

PangoLayout *pdf_text(struct pdf_out *p, struct sv text, enum pdf_face face, double points, bool bold, double width, double indent,
                      enum doc_align align, double spacing) {
  static const PangoAlignment alignments[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};
  PangoLayout *l = pango_layout_new(p->context);
  struct sv clean = doc_clean(text, &p->text);
  font_set(p, l, face, points, bold);
  pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(l, alignments[align]);
  pango_layout_set_width(l, (int)(width * PANGO_SCALE));
  pango_layout_set_indent(l, (int)(indent * PANGO_SCALE));
  pango_layout_set_line_spacing(l, (float)spacing);
  pango_layout_set_text(l, clean.p, (int)clean.n);
  return l;
}

double pdf_text_height(PangoLayout *l) {
  int height = 0;
  pango_layout_get_size(l, NULL, &height);
  return (double)height / PANGO_SCALE;
}

int pdf_text_draw(struct pdf_out *p, PangoLayout *l, int first, double x, double *y, double limit) {
  PangoLayoutIter *at = pango_layout_get_iter(l);
  int line = 0, from = 0, drawn = first;
  do {
    PangoRectangle box;
    int top, bottom;
    pango_layout_iter_get_line_yrange(at, &top, &bottom);
    if (line == first) from = top;
    if (line++ < first) continue;
    if (*y + (double)(bottom - from) / PANGO_SCALE > limit + 0.01) break;
    pango_layout_iter_get_line_extents(at, NULL, &box);
    cairo_move_to(p->cr, x + (double)box.x / PANGO_SCALE, *y + (double)(pango_layout_iter_get_baseline(at) - from) / PANGO_SCALE);
    pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(at));
    drawn = line;
    if (drawn == pango_layout_get_line_count(l)) {
      *y += (double)(bottom - from) / PANGO_SCALE;
      break;
    }
  } while (pango_layout_iter_next_line(at));
  pango_layout_iter_free(at);
  return drawn;
}

void pdf_tag(struct pdf_out *p, const char *name) {
  cairo_tag_begin(p->cr, name, NULL);
}

void pdf_tag_end(struct pdf_out *p, const char *name) {
  cairo_tag_end(p->cr, name);
}

/* ---- pages ---- */

static void page_measure(struct pdf_out *p) {
  p->width = p->landscape ? PAGE_LONG : PAGE_SHORT, p->height = p->landscape ? PAGE_SHORT : PAGE_LONG;
  p->top = p->narrow ? ASIDE : 104.9, p->bottom = p->narrow ? ASIDE : 99.2;
  p->left = p->narrow ? ASIDE : 79.4, p->right = p->narrow ? ASIDE : 73.7;
  p->y = p->top;
  cairo_pdf_surface_set_size(p->surface, p->width, p->height);
}

double pdf_floor(const struct pdf_out *p) {
  return p->height - p->bottom;
}

void pdf_page_finish(struct pdf_out *p) {
  char number[32];
  if (p->bare) {
    p->bare = p->begun = false;
    cairo_show_page(p->cr);
    return;
  }
  snprintf(number, sizeof number, "— %d —", p->page);
  PangoLayout *l = pdf_text(p, sv_from(number), PDF_SERIF, 10.5, false, p->width - p->left - p->right, 0, DOC_CENTRE, 1);
  double y = p->height - (p->narrow ? 40 : 70);
  pdf_text_draw(p, l, 0, p->left, &y, p->height);
  g_object_unref(l);
  cairo_show_page(p->cr);
  p->begun = false;
}

void pdf_page_begin(struct pdf_out *p) {
  p->page++, p->sheet++;
  page_measure(p);
}

void pdf_page_turn(struct pdf_out *p) {
  pdf_page_finish(p);
  pdf_page_begin(p);
}

int pdf_page(void *state, bool landscape, bool narrow) {
  struct pdf_out *p = state;
  if (p->begun) {
    pdf_page_finish(p);
    p->page++, p->sheet++;
  }
  p->landscape = landscape, p->narrow = narrow;
  page_measure(p);
  return RC_OK;
}

/* ---- blocks ---- */

void pdf_outline(struct pdf_out *p, int level, struct sv text) {
  char where[64];
  struct sv clean = doc_clean(text, &p->text);
  int y = (int)p->y; /* whole points: a decimal point would follow the locale */
  snprintf(where, sizeof where, "page=%d pos=[0 %d]", p->sheet, y);
  for (size_t i = 0; i < clean.n; i++)
    if (p->text.p[i] == '\n') p->text.p[i] = ' ';
  if (clean.n == 0 || level < 1) return;
  int parent = CAIRO_PDF_OUTLINE_ROOT;
  for (int i = 1; i < level; i++)
    if (p->outline[i]) parent = p->outline[i];
  p->outline[level] = cairo_pdf_surface_add_outline(p->surface, parent, p->text.p, where, CAIRO_PDF_OUTLINE_FLAG_OPEN);
  for (int i = level + 1; i < PDF_OUTLINE_LEVELS; i++) p->outline[i] = 0;
}

void pdf_lines(struct pdf_out *p, PangoLayout *l) {
  int line = 0, lines = pango_layout_get_line_count(l);
  while (line < lines) {
    int next = pdf_text_draw(p, l, line, p->left, &p->y, pdf_floor(p));
    bool nothing = next == line && !p->begun; /* a line higher than the page */
    p->begun |= next > line;
    line = next;
    if (line == lines || nothing) break;
    pdf_page_turn(p);
  }
}

static int heading_draw(struct pdf_out *p, int level, struct sv text) {
  static const double sizes[] = {22, 16, 14, 13}, before[] = {6, 12, 10, 8}, after[] = {18, 6, 4, 3};
  static const char *const tags[] = {"H1", "H1", "H2", "H3"};
  PangoLayout *l = pdf_text(p, text, level == 0 ? PDF_SERIF : PDF_SANS, sizes[level], level != 2, p->width - p->left - p->right, 0,
                            level == 0 || (p->book && level == 1) ? DOC_CENTRE : DOC_LEFT, 1.3);
  double height = pdf_text_height(l);
  int line = 0, lines = pango_layout_get_line_count(l);
  if (p->begun) p->y += before[level];
  if (p->begun && p->y + height + 3 * sizes[level] > pdf_floor(p)) pdf_page_turn(p); /* never alone at the foot of a page */
  pdf_outline(p, level, text);
  pdf_tag(p, tags[level]);
  while (line < lines) {
    int next = pdf_text_draw(p, l, line, p->left, &p->y, pdf_floor(p));
    if (next == lines || next == line) break;
    line = next;
    pdf_page_turn(p);
  }
  pdf_tag_end(p, tags[level]);
  p->begun = true;
  p->y += after[level];
  g_object_unref(l);
  return RC_OK;
}

static int pdf_heading(void *state, int level, struct sv text) {
  return heading_draw(state, level, text);
}

static int pdf_paragraph(void *state, struct sv text, struct doc_look look) {
  struct pdf_out *p = state;
  double points = look.small || look.role == DOC_REMARK ? 9 : p->info.points > 0 && p->info.points < 100 ? p->info.points : 12;
  PangoLayout *l =
      pdf_text(p, text, PDF_SERIF, points, look.bold, p->width - p->left - p->right, look.indent ? 2 * points : 0, look.align, LINE_SPACING);
  int lines = pango_layout_get_line_count(l);
  /* pango would put all the room of a line into its one blank, behind "1." */
  if (look.role == DOC_BODY && !sv_contains(text, " ")) pango_layout_set_justify(l, TRUE);
  if (look.role == DOC_REMARK && p->begun) p->y += 4;
  pdf_tag(p, "P");
  pdf_lines(p, l);
  pdf_tag_end(p, "P");
  if (lines > 0) p->y += (LINE_SPACING - 1) * pdf_text_height(l) / lines; /* as far from the next paragraph as its lines are from each other */
  g_object_unref(l);
  return RC_OK;
}

static int pdf_table(void *state, const struct doc_grid *g) {
  struct pdf_out *p = state;
  int rc = pdf_write_table(p, g);
  p->y += 6;
  return rc;
}

/* ---- begin and end ---- */

static void metadata_set(struct pdf_out *p) {
  const struct doc_info *i = &p->info;
  if (i->title) cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, i->title);
  if (i->author) cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, i->author);
  if (i->subject) cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, i->subject);
}

/* Boxes instead of Chinese would be worse than no file. */
static int fonts_check(struct pdf_out *p, struct err *e) {
  PangoLayout *l = pdf_text(p, SV("预算决算整改通知书"), PDF_SERIF, 12, false, 400, 0, DOC_LEFT, 1);
  int missing = pango_layout_get_unknown_glyphs_count(l);
  g_object_unref(l);
  return missing == 0 ? RC_OK
                      : err_set(e, RC_UNSUPPORTED, "%s",
                                tr("写 PDF 要有中文字体；请安装 fonts-noto-cjk", "writing PDF wants a Chinese font; please install fonts-noto-cjk"));
}

static int pdf_begin(void **state, const struct doc_info *info, struct err *e) {
  struct pdf_out *p = calloc(1, sizeof *p);
  if (!p) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  p->info = *info;
  p->landscape = p->narrow = info->landscape;
  buf_init(&p->bytes, DOC_BYTES_MAX), buf_init(&p->text, DOC_BYTES_MAX);
  p->surface = cairo_pdf_surface_create_for_stream(take_bytes, p, PAGE_SHORT, PAGE_LONG);
  p->cr = cairo_create(p->surface);
  p->fonts = pango_cairo_font_map_new();
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(p->fonts), 72);
  p->context = pango_font_map_create_context(p->fonts);
  pango_context_set_language(p->context, pango_language_from_string(info->lang ? info->lang : "zh-cn"));
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE); /* widths that do not depend on a screen's settings */
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(p->context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(p->context, FALSE);
  metadata_set(p);
  pdf_page_begin(p);
  cairo_tag_begin(p->cr, "Document", NULL);
  *state = p;
  int rc = cairo_status(p->cr) == CAIRO_STATUS_SUCCESS ? fonts_check(p, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) pdf_backend.release(p);
  return rc;
}

static void pdf_release(void *state) {
  struct pdf_out *p = state;
  if (!p) return;
  for (int i = 0; i < PDF_FONTS && p->fonts_made[i].font; i++) pango_font_description_free(p->fonts_made[i].font);
  free(p->places);
  if (p->context) g_object_unref(p->context);
  if (p->fonts) g_object_unref(p->fonts);
  if (p->cr) cairo_destroy(p->cr);
  if (p->surface) {
    cairo_surface_finish(p->surface);
    cairo_surface_destroy(p->surface);
  }
  buf_release(&p->bytes), buf_release(&p->text);
  free(p);
}

static void set_dates(struct pdf *q, int64_t created) {
  char date[40] = "", day[DAY_TEXT];
  if (created >= 0 && created < (int64_t)200 * 366 * 86400) {
    int year, month, d, seconds = (int)(created % 86400);
    day_print(day, (int)(created / 86400));
    day_split((int)(created / 86400), &year, &month, &d);
    snprintf(date, sizeof date, "D:%04d%02d%02d%02d%02d%02dZ", year % 10000, month % 100, d % 100, seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
  qpdf_set_info_key(q->q, "/CreationDate", date[0] ? date : NULL);
  qpdf_set_info_key(q->q, "/ModDate", NULL);
}

/* The language, and that a reader shows the title; no date but one that was told; an identifier by content. */
static int complete(struct pdf_out *p, struct buf *out, struct err *e) {
  struct pdf q = {0};
  struct buf lang;
  int rc = pdf_open(&q, (const unsigned char *)p->bytes.p, p->bytes.n, e);
  if (rc < 0) return rc;
  buf_init(&lang, 256);
  buf_printf(&lang, "(%.40s)", p->info.lang ? p->info.lang : "zh-CN");
  qpdf_oh root = qpdf_get_root(q.q);
  qpdf_oh_replace_key(q.q, root, "/Lang", qpdf_oh_parse(q.q, lang.p ? lang.p : "(zh-CN)"));
  qpdf_oh_replace_key(q.q, root, "/ViewerPreferences", qpdf_oh_parse(q.q, "<< /DisplayDocTitle true >>"));
  set_dates(&q, p->info.created);
  pdf_contents_move(p, q.q);
  QPDF_ERROR_CODE wrote = qpdf_init_write_memory(q.q);
  if (!(wrote & QPDF_ERRORS)) {
    qpdf_set_deterministic_ID(q.q, QPDF_TRUE);
    qpdf_set_object_stream_mode(q.q, qpdf_o_generate);
    wrote = qpdf_write(q.q);
  }
  if (wrote & QPDF_ERRORS)
    rc = err_set(e, RC_IO, "%s", tr("PDF 写不成", "the PDF cannot be written"));
  else
    buf_add(out, qpdf_get_buffer(q.q), qpdf_get_buffer_length(q.q));
  buf_release(&lang);
  pdf_close(&q);
  return rc;
}

static int pdf_finish(void *state, struct buf *out, struct err *e) {
  struct pdf_out *p = state;
  pdf_page_finish(p);
  if (p->nentries > 0) pdf_contents_draw(p);
  cairo_tag_end(p->cr, "Document");
  cairo_surface_finish(p->surface);
  if (cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS || p->bytes.rc < 0)
    return err_set(e, RC_IO, tr("PDF 写不成：%s", "the PDF cannot be written: %s"), cairo_status_to_string(cairo_surface_status(p->surface)));
  return complete(p, out, e);
}

const struct doc_backend pdf_backend = {pdf_begin,    pdf_heading, pdf_paragraph, pdf_table,  pdf_page,   pdf_cover,
                                        pdf_contents, pdf_mark,    pdf_caption,   pdf_finish, pdf_release};

/* What these two libraries keep until the program ends is not ours to free: cairo 1.16 loses a table of each CFF font that it embeds. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif
#ifdef SANITIZED
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_options(void) {
  return "print_suppressions=0";
}
const char *__lsan_default_suppressions(void) {
  return "leak:libcairo\nleak:libfontconfig\nleak:libpango\n";
}
#endif
