/* docx_write.c: a flowing document as DOCX: our own parts in an archive, with styles that Word shows in its outline, real tables whose head comes
 * again on each page, and page numbers. Times are written only when told, so that the same calls give the same bytes. */
#include "base/date.h"
#include "document/doc_internal.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

/* A4 and margins in twentieths of a point: 37 mm above, 35 below, 28 left, 26 right as an official document has; 20 mm all round on its side. */
enum { SHORT = 11906, LONG = 16838, TOP = 2098, BOTTOM = 1984, LEFT = 1588, RIGHT = 1474, ASIDE = 1134, DOS_DAY = 33 /* 1980-01-01 */ };

struct docx_out {
  struct buf body, text; /* text: one piece, cleaned */
  struct doc_info info;
  const char *lang;
  bool landscape, narrow, new_page, after_table, book;
  int sections;
  int mark; /* the next heading is line mark - 1 of the contents; 0: of none */
};

static int docx_begin(void **state, const struct doc_info *info, struct err *e) {
  struct docx_out *d = calloc(1, sizeof *d);
  if (!d) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  d->info = *info;
  d->lang = info->lang ? info->lang : "zh-CN";
  d->landscape = d->narrow = info->landscape;
  buf_init(&d->body, DOC_BYTES_MAX);
  buf_init(&d->text, DOC_BYTES_MAX);
  *state = d;
  return RC_OK;
}

static void docx_release(void *state) {
  struct docx_out *d = state;
  if (!d) return;
  buf_release(&d->body), buf_release(&d->text);
  free(d);
}

static void put_escaped(struct buf *out, struct sv s) {
  for (size_t i = 0; i < s.n; i++) switch (s.p[i]) {
    case '&': buf_puts(out, "&amp;"); break;
    case '<': buf_puts(out, "&lt;"); break;
    case '>': buf_puts(out, "&gt;"); break;
    case '"': buf_puts(out, "&quot;"); break;
    default: buf_putc(out, s.p[i]); break;
    }
}

/* A run; line ends become breaks. Half points 0: the style's size. */
static void put_run(struct docx_out *d, struct sv text, bool bold, int half_points) {
  struct sv rest = doc_clean(text, &d->text);
  bool first = true;
  buf_puts(&d->body, "<w:r>");
  if (bold || half_points) buf_puts(&d->body, "<w:rPr>");
  if (bold) buf_puts(&d->body, "<w:b/>");
  if (half_points) buf_printf(&d->body, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>", half_points, half_points);
  if (bold || half_points) buf_puts(&d->body, "</w:rPr>");
  while (rest.p) {
    struct sv line = sv_cut(&rest, '\n');
    if (!first) buf_puts(&d->body, "<w:br/>");
    first = false;
    buf_puts(&d->body, "<w:t xml:space=\"preserve\">");
    put_escaped(&d->body, line);
    buf_puts(&d->body, "</w:t>");
  }
  buf_puts(&d->body, "</w:r>");
}

static const char *align_name(enum doc_align a) {
  return a == DOC_CENTRE ? "center" : a == DOC_RIGHT ? "right" : "left";
}

static void paragraph_begin(struct docx_out *d, const char *style) {
  buf_puts(&d->body, "<w:p><w:pPr>");
  if (style) buf_printf(&d->body, "<w:pStyle w:val=\"%s\"/>", style);
  if (d->new_page) buf_puts(&d->body, "<w:pageBreakBefore/>");
  d->new_page = d->after_table = false;
}

static void put_marked(struct docx_out *d, struct sv text) {
  if (d->mark) buf_printf(&d->body, "<w:bookmarkStart w:id=\"%d\" w:name=\"_Toc%06d\"/>", d->mark, d->mark);
  put_run(d, text, false, 0);
  if (d->mark) buf_printf(&d->body, "<w:bookmarkEnd w:id=\"%d\"/>", d->mark);
  d->mark = 0;
}

static int docx_heading(void *state, int level, struct sv text) {
  static const char *const styles[] = {"Title", "Heading1", "Heading2", "Heading3"};
  struct docx_out *d = state;
  paragraph_begin(d, styles[level]);
  if (d->book && level == 1) buf_puts(&d->body, "<w:jc w:val=\"center\"/>");
  buf_puts(&d->body, "</w:pPr>");
  put_marked(d, text);
  buf_puts(&d->body, "</w:p>");
  return d->body.rc;
}

static int docx_paragraph(void *state, struct sv text, struct doc_look look) {
  struct docx_out *d = state;
  static const char *const styles[] = {NULL, "BodyText", "TableNumber", "TableUnit", "TableRemark"};
  paragraph_begin(d, styles[look.role]);
  if (look.indent && look.role == DOC_PLAIN) buf_puts(&d->body, "<w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/>");
  if (look.align != DOC_LEFT) buf_printf(&d->body, "<w:jc w:val=\"%s\"/>", align_name(look.align));
  buf_puts(&d->body, "</w:pPr>");
  put_run(d, text, look.bold, look.small ? 18 : 0);
  buf_puts(&d->body, "</w:p>");
  return d->body.rc;
}

/* ---- tables ---- */

static int text_width_of(const struct docx_out *d) {
  return d->landscape ? LONG - 2 * ASIDE : d->narrow ? SHORT - 2 * ASIDE : SHORT - LEFT - RIGHT;
}

static int column_width(const struct docx_out *d, const struct doc_grid *g, int from, int n) {
  long sum = 0;
  for (int i = from; i < from + n; i++) sum += g->t->widths[i] > 0 && g->t->widths[i] < 100000 ? g->t->widths[i] : 1;
  return (int)(sum * text_width_of(d) / g->total);
}

/* Nothing but heads: they stay with the row below. */
static bool all_heads(const struct doc_grid *g, int row) {
  for (int k = 0; k < g->t->columns; k++) {
    int i = g->at[(size_t)row * (size_t)g->t->columns + (size_t)k];
    if (i < 0 || !g->t->cells[i].bold) return false;
  }
  return row + 1 < g->t->rows;
}

static void put_cell(struct docx_out *d, const struct doc_grid *g, int row, int column, const struct doc_cell *c, bool kept) {
  int span = c ? c->column_span : 1;
  buf_printf(&d->body, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>", column_width(d, g, column, span));
  if (span > 1) buf_printf(&d->body, "<w:gridSpan w:val=\"%d\"/>", span);
  if (c && c->row_span > 1) buf_puts(&d->body, c->row == row ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>");
  if (c && c->shade) buf_puts(&d->body, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7EDF5\"/>");
  buf_puts(&d->body, "<w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"TableText\"/>");
  if (kept) buf_puts(&d->body, "<w:keepNext/>");
  int levels = c && g->t->indent ? g->t->indent[c - g->t->cells] : 0;
  if (levels > 0) buf_printf(&d->body, "<w:ind w:leftChars=\"%d\" w:left=\"%d\"/>", levels * 100, (int)(levels * g->points * 20));
  if (c && c->align != DOC_LEFT) buf_printf(&d->body, "<w:jc w:val=\"%s\"/>", align_name(c->align));
  buf_puts(&d->body, "</w:pPr>");
  if (c && c->row == row && c->text.n) put_run(d, c->text, c->bold, (int)(g->points * 2 + 0.5));
  buf_puts(&d->body, "</w:p></w:tc>");
}

static void put_row(struct docx_out *d, const struct doc_grid *g, int row) {
  bool kept = all_heads(g, row);
  buf_puts(&d->body, "<w:tr><w:trPr><w:cantSplit/>");
  if (row < g->t->head) buf_puts(&d->body, "<w:tblHeader/>");
  buf_puts(&d->body, "</w:trPr>");
  for (int column = 0; column < g->t->columns;) {
    int i = g->at[(size_t)row * (size_t)g->t->columns + (size_t)column];
    const struct doc_cell *c = i >= 0 ? &g->t->cells[i] : NULL;
    put_cell(d, g, row, column, c, kept);
    column += c ? c->column_span : 1;
  }
  buf_puts(&d->body, "</w:tr>");
}

/* Two tables that touch would become one: a line as low as can be lies between them, and behind the last, where Word wants a paragraph. */
static void put_gap(struct docx_out *d) {
  paragraph_begin(d, "Gap");
  buf_puts(&d->body, "</w:pPr></w:p>");
}

static int docx_table(void *state, const struct doc_grid *g) {
  struct docx_out *d = state;
  if (d->new_page || d->after_table) put_gap(d);
  buf_puts(&d->body, "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/>");
  buf_printf(&d->body, "<w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>", text_width_of(d));
  for (int i = 0; i < g->t->columns; i++) buf_printf(&d->body, "<w:gridCol w:w=\"%d\"/>", column_width(d, g, i, 1));
  buf_puts(&d->body, "</w:tblGrid>");
  for (int row = 0; row < g->t->rows; row++) put_row(d, g, row);
  buf_puts(&d->body, "</w:tbl>");
  d->after_table = true;
  return d->body.rc;
}

/* ---- sections ---- */

static void put_section(struct docx_out *d) {
  buf_puts(&d->body, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:type w:val=\"nextPage\"/>");
  if (d->landscape)
    buf_printf(&d->body,
               "<w:pgSz w:w=\"%d\" w:h=\"%d\" w:orient=\"landscape\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" "
               "w:header=\"600\" w:footer=\"600\" w:gutter=\"0\"/>",
               LONG, SHORT, ASIDE, ASIDE, ASIDE, ASIDE);
  else if (d->narrow)
    buf_printf(&d->body,
               "<w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"600\" "
               "w:footer=\"600\" w:gutter=\"0\"/>",
               SHORT, LONG, ASIDE, ASIDE, ASIDE, ASIDE);
  else
    buf_printf(&d->body,
               "<w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"851\" "
               "w:footer=\"1400\" w:gutter=\"0\"/>",
               SHORT, LONG, TOP, RIGHT, BOTTOM, LEFT);
  if (d->book && !d->sections++) buf_puts(&d->body, "<w:titlePg/>"); /* no number on the cover */
  buf_puts(&d->body, "</w:sectPr>");
}

static int docx_page(void *state, bool landscape, bool narrow) {
  struct docx_out *d = state;
  if (landscape == d->landscape && narrow == d->narrow) {
    if (d->body.n > 0) d->new_page = true;
    return d->body.rc;
  }
  if (d->body.n > 0) { /* the section that ends says so in its last paragraph */
    paragraph_begin(d, "Gap");
    put_section(d);
    buf_puts(&d->body, "</w:pPr></w:p>");
  }
  d->landscape = landscape, d->narrow = narrow, d->new_page = false;
  return d->body.rc;
}

/* ---- a book ---- */

static void put_styled(struct docx_out *d, const char *style, struct sv text) {
  paragraph_begin(d, style);
  buf_puts(&d->body, "</w:pPr>");
  put_run(d, text, false, 0);
  buf_puts(&d->body, "</w:p>");
}

static int docx_cover(void *state, struct sv body, struct sv title) {
  struct docx_out *d = state;
  d->book = true;
  put_styled(d, "CoverBody", body);
  put_styled(d, "CoverTitle", title);
  put_styled(d, "CoverFoot", body);
  d->new_page = true;
  return d->body.rc;
}

static void put_field(struct buf *b, const char *kind) {
  buf_printf(b, "<w:r><w:fldChar w:fldCharType=\"%s\"/></w:r>", kind);
}

/* The entries stand there already; page numbers are the word processor's to find, which settings.xml asks it to do on opening. */
static int docx_contents(void *state, struct sv head_text, const struct doc_entry *entries, int n) {
  struct docx_out *d = state;
  put_styled(d, "ContentsHead", head_text);
  for (int i = 0; i < n; i++) {
    char style[16];
    snprintf(style, sizeof style, "TOC%d", entries[i].level > 3 ? 3 : entries[i].level);
    paragraph_begin(d, style);
    buf_puts(&d->body, "</w:pPr>");
    if (i == 0) {
      put_field(&d->body, "begin");
      buf_puts(&d->body, "<w:r><w:instrText xml:space=\"preserve\"> TOC \\o &quot;1-3&quot; \\h \\z \\u </w:instrText></w:r>");
      put_field(&d->body, "separate");
    }
    buf_printf(&d->body, "<w:hyperlink w:anchor=\"_Toc%06d\" w:history=\"1\">", i + 1);
    put_run(d, entries[i].text, false, 0);
    buf_puts(&d->body, "<w:r><w:tab/></w:r>");
    put_field(&d->body, "begin");
    buf_printf(&d->body, "<w:r><w:instrText xml:space=\"preserve\"> PAGEREF _Toc%06d \\h </w:instrText></w:r>", i + 1);
    put_field(&d->body, "separate"), put_field(&d->body, "end");
    buf_puts(&d->body, "</w:hyperlink>");
    if (i == n - 1) put_field(&d->body, "end");
    buf_puts(&d->body, "</w:p>");
  }
  return d->body.rc;
}

static int docx_mark(void *state, int entry) {
  struct docx_out *d = state;
  d->mark = entry + 1;
  return RC_OK;
}

static int docx_caption(void *state, int level, struct sv number, struct sv title, struct sv unit) {
  struct docx_out *d = state;
  if (number.n) put_styled(d, "TableNumber", number);
  paragraph_begin(d, "TableTitle");
  buf_printf(&d->body, "<w:outlineLvl w:val=\"%d\"/></w:pPr>", level - 1);
  put_marked(d, title);
  buf_puts(&d->body, "</w:p>");
  if (unit.n) put_styled(d, "TableUnit", unit);
  return d->body.rc;
}

/* ---- the parts ---- */

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
#define WORD_NS                                                                                                                                      \
  "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                                                                        \
  "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define PACKAGE   "http://schemas.openxmlformats.org/package/2006/"
#define OFFICE    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

static const char content_types[] =
    "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE
    "document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"" WORD_TYPE
    "styles+xml\"/><Override PartName=\"/word/settings.xml\" ContentType=\"" WORD_TYPE
    "settings+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"" WORD_TYPE
    "footer+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";
static const char package_relations[] = "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
                                        "officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"" PACKAGE
                                        "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>";
static const char document_relations[] =
    "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
    "styles\" Target=\"styles.xml\"/><Relationship Id=\"rId2\" Type=\"" OFFICE
    "settings\" Target=\"settings.xml\"/><Relationship Id=\"rId3\" Type=\"" OFFICE "footer\" Target=\"footer1.xml\"/></Relationships>";
static const char settings[] =
    "<w:settings " WORD_NS "><w:zoom w:percent=\"100\"/><w:updateFields w:val=\"true\"/><w:defaultTabStop w:val=\"420\"/><w:characterSpacingControl "
    "w:val=\"compressPunctuation\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" "
    "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>";
static const char footer[] =
    "<w:ftr " WORD_NS "><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:t "
    "xml:space=\"preserve\">— </w:t></w:r><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:fldChar w:fldCharType=\"begin\"/></w:r>"
    "<w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:rPr><w:sz "
    "w:val=\"21\"/></w:rPr><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:t>1</w:t>"
    "</w:r><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:rPr><w:sz w:val=\"21\"/>"
    "</w:rPr><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>";

static void put_style(struct buf *b, const char *id, const char *name, const char *paragraph, const char *font, int half_points, bool bold) {
  buf_printf(
      b,
      "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:qFormat/>"
      "<w:pPr>%s</w:pPr><w:rPr>",
      id, name, paragraph);
  if (font) buf_printf(b, "<w:rFonts w:eastAsia=\"%s\"/>", font);
  if (bold) buf_puts(b, "<w:b/>");
  buf_printf(b, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr></w:style>", half_points, half_points);
}

#define LINES "w:line=\"300\" w:lineRule=\"auto\"/>"
static void book_styles_put(struct buf *b) {
  char tab[160], toc[320];
  put_style(b, "BodyText", "正文缩进", "<w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/><w:jc w:val=\"both\"/>", "仿宋", 24, false);
  put_style(b, "TableNumber", "表号", "<w:keepNext/><w:spacing " LINES, "黑体", 21, false);
  put_style(b, "TableTitle", "表题", "<w:keepNext/><w:spacing w:after=\"40\" " LINES "<w:jc w:val=\"center\"/>", NULL, 32, true);
  put_style(b, "TableUnit", "单位行", "<w:keepNext/><w:spacing w:after=\"40\" " LINES "<w:jc w:val=\"right\"/>", NULL, 19, false);
  put_style(b, "TableRemark", "表注", "<w:spacing w:before=\"80\" " LINES, NULL, 18, false);
  put_style(b, "CoverBody", "封面单位", "<w:spacing w:before=\"2600\" w:after=\"400\" " LINES "<w:jc w:val=\"center\"/>", NULL, 56, true);
  put_style(b, "CoverTitle", "封面标题", "<w:spacing w:after=\"5600\" " LINES "<w:jc w:val=\"center\"/>", NULL, 64, true);
  put_style(b, "CoverFoot", "封面落款", "<w:spacing " LINES "<w:jc w:val=\"center\"/>", NULL, 36, false);
  put_style(b, "ContentsHead", "目录标题", "<w:keepNext/><w:spacing w:after=\"240\" " LINES "<w:jc w:val=\"center\"/>", "黑体", 36, true);
  snprintf(tab, sizeof tab, "<w:tabs><w:tab w:val=\"right\" w:leader=\"dot\" w:pos=\"%d\"/></w:tabs>", SHORT - LEFT - RIGHT);
  for (int i = 1; i <= 3; i++) {
    char id[16], name[16];
    snprintf(id, sizeof id, "TOC%d", i), snprintf(name, sizeof name, "toc %d", i);
    snprintf(toc, sizeof toc, "%s<w:spacing w:line=\"400\" w:lineRule=\"exact\"/><w:ind w:left=\"%d\"/>", tab, (i - 1) * 440);
    put_style(b, id, name, toc, i == 1 ? "黑体" : NULL, 22, false);
  }
}

static void put_styles(const struct docx_out *d, struct buf *b) {
  int size = (d->info.points > 0 && d->info.points < 100 ? d->info.points : 12) * 2;
  buf_printf(b,
             "%s<w:styles " WORD_NS "><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
             "w:eastAsia=\"宋体\" w:cs=\"Times New Roman\"/><w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/><w:lang w:val=\"en-US\" w:eastAsia=\"%s\"/>"
             "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line=\"%d\" w:lineRule=\"exact\"/></w:pPr></w:pPrDefault></w:docDefaults>"
             "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>",
             head, size, size, d->lang, size * 35 / 2); /* lines of one and three quarters of the size: 28 points for 16 */
  put_style(b, "Title", "Title",
            "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"360\" w:line=\"300\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>", NULL, 44, true);
  put_style(b, "Heading1", "heading 1",
            "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\" w:line=\"300\" w:lineRule=\"auto\"/><w:outlineLvl w:val=\"0\"/>", "黑体", 32,
            true);
  put_style(b, "Heading2", "heading 2",
            "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\" w:line=\"300\" w:lineRule=\"auto\"/><w:outlineLvl w:val=\"1\"/>", "黑体", 28,
            false);
  put_style(b, "Heading3", "heading 3",
            "<w:keepNext/><w:spacing w:before=\"160\" w:after=\"60\" w:line=\"300\" w:lineRule=\"auto\"/><w:outlineLvl w:val=\"2\"/>", NULL, 26,
            true);
  book_styles_put(b);
  put_style(b, "TableText", "Table Text", "<w:spacing w:line=\"240\" w:lineRule=\"auto\"/>", NULL, 20, false);
  put_style(b, "Gap", "Gap", "<w:spacing w:line=\"120\" w:lineRule=\"exact\"/>", NULL, 4, false);
  buf_puts(b, "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblCellMar><w:left "
              "w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"40\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style><w:style w:type=\"table\" "
              "w:styleId=\"Grid\"><w:name w:val=\"Table Grid\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>");
  static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
  for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
    buf_printf(b, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>", sides[i]);
  buf_puts(b, "</w:tblBorders></w:tblPr></w:style></w:styles>");
}

static void put_property(struct buf *b, const char *name, const char *value) {
  if (!value || !*value) return;
  buf_printf(b, "<%s>", name);
  put_escaped(b, sv_from(value));
  buf_printf(b, "</%s>", name);
}

static void put_core(const struct docx_out *d, struct buf *b) {
  buf_printf(b,
             "%s<cp:coreProperties xmlns:cp=\"" PACKAGE "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
             "xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
             head);
  put_property(b, "dc:title", d->info.title);
  put_property(b, "dc:subject", d->info.subject);
  put_property(b, "dc:creator", d->info.author);
  put_property(b, "dc:language", d->lang);
  if (d->info.created >= 0 && d->info.created < (int64_t)200 * 366 * 86400) {
    char day[DAY_TEXT];
    int seconds = (int)(d->info.created % 86400);
    buf_printf(b, "<dcterms:created xsi:type=\"dcterms:W3CDTF\">%sT%02d:%02d:%02dZ</dcterms:created>", day_print(day, (int)(d->info.created / 86400)),
               seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
  buf_puts(b, "</cp:coreProperties>");
}

/* ---- the archive ---- */

static int part_add(zip_t *z, const char *name, const char *before, struct sv text) {
  size_t n = strlen(before);
  char *copy = malloc(n + text.n + 1);
  if (!copy) return RC_NOMEM;
  memcpy(copy, before, n);
  if (text.n) memcpy(copy + n, text.p, text.n);
  zip_source_t *s = zip_source_buffer(z, copy, n + text.n, 1);
  zip_int64_t i = s ? zip_file_add(z, name, s, ZIP_FL_ENC_UTF_8) : -1;
  if (i < 0) {
    if (s)
      zip_source_free(s);
    else
      free(copy);
    return RC_NOMEM;
  }
  return zip_file_set_dostime(z, (zip_uint64_t)i, 0, DOS_DAY, 0) == 0 ? RC_OK : RC_NOMEM;
}

static int parts_add(zip_t *z, struct docx_out *d) {
  struct buf styles, core;
  buf_init(&styles, 1 << 16), buf_init(&core, 1 << 16);
  put_styles(d, &styles);
  put_core(d, &core);
  int rc = styles.rc < 0 ? styles.rc : core.rc < 0 ? core.rc : d->body.rc;
  if (rc == RC_OK) rc = part_add(z, "[Content_Types].xml", head, sv_from(content_types));
  if (rc == RC_OK) rc = part_add(z, "_rels/.rels", head, sv_from(package_relations));
  if (rc == RC_OK) rc = part_add(z, "docProps/core.xml", "", (struct sv){core.p, core.n});
  if (rc == RC_OK) rc = part_add(z, "word/document.xml", "", (struct sv){d->body.p, d->body.n});
  if (rc == RC_OK) rc = part_add(z, "word/_rels/document.xml.rels", head, sv_from(document_relations));
  if (rc == RC_OK) rc = part_add(z, "word/styles.xml", "", (struct sv){styles.p, styles.n});
  if (rc == RC_OK) rc = part_add(z, "word/settings.xml", head, sv_from(settings));
  if (rc == RC_OK) rc = part_add(z, "word/footer1.xml", head, sv_from(footer));
  buf_release(&styles), buf_release(&core);
  return rc;
}

static int source_read(zip_source_t *s, struct buf *out) {
  zip_stat_t st;
  if (zip_source_stat(s, &st) < 0 || !(st.valid & ZIP_STAT_SIZE) || st.size > DOC_BYTES_MAX || zip_source_open(s) < 0) return RC_IO;
  char piece[1 << 14];
  zip_int64_t n;
  while ((n = zip_source_read(s, piece, sizeof piece)) > 0) buf_add(out, piece, (size_t)n);
  zip_source_close(s);
  return n < 0 ? RC_IO : out->rc;
}

static int archive_make(struct docx_out *d, struct buf *out) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *s = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_t *z = s ? zip_open_from_source(s, ZIP_TRUNCATE, &error) : NULL;
  int rc = z ? RC_OK : RC_NOMEM;
  if (!z && s) zip_source_free(s);
  if (z) {
    zip_source_keep(s);
    rc = parts_add(z, d);
    if (rc == RC_OK && zip_close(z) < 0)
      rc = RC_IO, zip_discard(z);
    else if (rc < 0)
      zip_discard(z);
    if (rc == RC_OK) rc = source_read(s, out);
    zip_source_free(s);
  }
  zip_error_fini(&error);
  return rc;
}

static int docx_finish(void *state, struct buf *out, struct err *e) {
  struct docx_out *d = state;
  struct buf all;
  if (d->after_table || d->body.n == 0) put_gap(d);
  put_section(d);
  buf_init(&all, DOC_BYTES_MAX);
  buf_printf(&all, "%s<w:document " WORD_NS "><w:body>", head);
  buf_add(&all, d->body.p, d->body.n);
  buf_puts(&all, "</w:body></w:document>");
  if (d->body.rc < 0) all.rc = d->body.rc;
  buf_release(&d->body);
  d->body = all;
  int rc = archive_make(d, out);
  return rc < 0 ? err_set(e, (enum rc)rc, "%s", tr("DOCX 写不成：内存不足或内容太大", "the DOCX cannot be written: out of memory, or too large"))
                : RC_OK;
}

const struct doc_backend docx_backend = {docx_begin,    docx_heading, docx_paragraph, docx_table,  docx_page,   docx_cover,
                                         docx_contents, docx_mark,    docx_caption,   docx_finish, docx_release};
