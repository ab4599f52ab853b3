/* test_pdf.c: the PDF reader on small files made here: every kind of font and encoding, page geometry, visibility, damage.
 * It takes the place of the layout and sees what the reader hands over. */
#include "document/pdf_internal.h"
#include "document/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

/* ---- in place of the builder and the layout ---- */

static struct {
  struct page pages[8];
  int npages, warnings;
  char text[4096]; /* of all glyphs, '?' without Unicode, '|' before each page but the first */
  struct glyph glyphs[512];
  size_t nglyphs;
  struct ruling rulings[64];
  size_t nrulings;
  float cover;
  bool truncated;
  int rc;
  struct err e;
} got;

int build_page(struct build *b, struct page p, struct err *e) {
  (void)b;
  (void)e;
  if (got.npages < 8) got.pages[got.npages++] = p;
  return 0;
}

int build_warn(struct build *b, const char *fmt, ...) {
  (void)b;
  (void)fmt;
  got.warnings++;
  return 0;
}

int build_late(const struct build *b, struct err *e) {
  (void)b;
  (void)e;
  return 0;
}

struct flow {
  int pages;
};

int flow_new(struct flow **out, struct build *b, struct err *e) {
  (void)b;
  (void)e;
  *out = calloc(1, sizeof **out);
  return *out ? 0 : RC_NOMEM;
}

int flow_page(struct flow *f, int number, const struct layout *l, float width, float height, struct err *e) {
  (void)f;
  (void)width;
  (void)height;
  (void)e;
  size_t at = strlen(got.text);
  if (number > 1) got.text[at++] = '|';
  for (size_t i = 0; i < l->glyphs.n && at < sizeof got.text - 16; i++) {
    const struct glyph *g = &l->glyphs.v[i];
    for (int k = 0; k < g->ncp; k++) at += utf8_put(got.text + at, g->cp[k]);
    if (g->ncp == 0) got.text[at++] = '?';
    if (got.nglyphs < 512) got.glyphs[got.nglyphs++] = *g;
  }
  got.text[at] = '\0';
  for (size_t i = 0; i < l->rulings.n && got.nrulings < 64; i++) got.rulings[got.nrulings++] = l->rulings.v[i];
  got.cover = l->image_cover;
  return 0;
}

int flow_finish(struct flow *f, struct err *e) {
  (void)f;
  (void)e;
  return 0;
}

void flow_free(struct flow *f) {
  free(f);
}

static void read_bytes(const void *p, size_t n) {
  struct document d = {.path = "test.pdf"};
  struct build b = {.d = &d, .limits = {.pages = 100}};
  memset(&got, 0, sizeof got);
  arena_init(&d.arena, (size_t)1 << 20);
  got.rc = pdf_read(&b, p, n, &got.e);
  got.truncated = d.truncated;
  arena_release(&d.arena);
}

/* ---- a maker of PDFs ---- */

struct maker {
  struct buf b;
  size_t offsets[64];
};

static void maker_start(struct maker *m) {
  memset(m, 0, sizeof *m);
  buf_init(&m->b, (size_t)8 << 20);
  buf_puts(&m->b, "%PDF-1.7\n");
}

static void maker_object(struct maker *m, int id, const char *text) {
  m->offsets[id] = m->b.n;
  buf_printf(&m->b, "%d 0 obj\n%s\nendobj\n", id, text);
}

static void maker_stream(struct maker *m, int id, const char *keys, const void *data, size_t n) {
  m->offsets[id] = m->b.n;
  buf_printf(&m->b, "%d 0 obj\n<< %s /Length %zu >>\nstream\n", id, keys, n);
  buf_add(&m->b, data, n);
  buf_puts(&m->b, "\nendstream\nendobj\n");
}

static void maker_end(struct maker *m, const char *trailer) {
  size_t at = m->b.n;
  buf_printf(&m->b, "xref\n0 64\n0000000000 65535 f \n");
  for (int i = 1; i < 64; i++) buf_printf(&m->b, "%010zu 00000 %c \n", m->offsets[i], m->offsets[i] ? 'n' : 'f');
  buf_printf(&m->b, "trailer\n<< /Size 64 /Root 1 0 R %s >>\nstartxref\n%zu\n%%%%EOF\n", trailer, at);
}

/* One page (objects 1 to 4) with a content; further objects come as id, text pairs, ended by 0. */
static void maker_page(struct maker *m, const char *page_keys, const char *resources, const char *content) {
  char text[2048];
  maker_object(m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  snprintf(text, sizeof text, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << %s >> %s %s >>", resources,
           strstr(page_keys, "MediaBox") ? "" : "/MediaBox [0 0 600 800]", page_keys);
  maker_object(m, 3, text);
  maker_stream(m, 4, "", content, strlen(content));
}

static void maker_read(struct maker *m) {
  maker_end(m, "");
  read_bytes(m->b.p, m->b.n);
  buf_release(&m->b);
}

static void read_page(const char *page_keys, const char *resources, const char *content) {
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(&m, page_keys, resources, content);
  maker_read(&m);
}

/* The same with a ToUnicode or other stream as object 10. */
static void read_with_stream(const char *resources, const char *content, const char *keys, const void *data, size_t n) {
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(&m, "", resources, content);
  maker_stream(&m, 10, keys, data, n);
  maker_read(&m);
}

#define HELVETICA "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>"
#define SONG(encoding)                                                                                                                               \
  "/Font << /F << /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /" encoding " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0"       \
  " /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500 814 907 500] >>] >> >>"
#define NEAR(a, b) assert_true((double)(a) > (b)-0.06 && (double)(a) < (b) + 0.06)

static void check_text(const char *text) {
  assert_int_equal(got.rc, RC_OK);
  assert_string_equal(got.text, text);
}

/* ---- encodings ---- */

static void test_simple_encodings(void **state) {
  (void)state;
  read_page("", HELVETICA, "BT /F 10 Tf 100 700 Td (A\\(1\\)\\200\\351) Tj ET");
  check_text("A(1)€é");
  NEAR(got.glyphs[0].x0, 100);
  NEAR(got.glyphs[0].y1, 101.2);
  NEAR(got.glyphs[0].y0, 91.2);
  NEAR(got.glyphs[0].size, 10);
  assert_int_equal(got.pages[0].state, PAGE_READ);
  read_page("", "/Font << /F << /Subtype /Type1 /BaseFont /X /Encoding /MacRomanEncoding >> >>", "BT /F 10 Tf (\\216\\245) Tj ET 1 g");
  check_text("é•");
  read_page("", "/Font << /F << /Subtype /Type1 /BaseFont /X >> >>", "BT /F 10 Tf ('`\\256) Tj ET");
  check_text("’‘ﬁ");
}

static void test_differences(void **state) {
  (void)state;
  read_page("",
            "/Font << /F << /Subtype /Type1 /BaseFont /X /FirstChar 1 /Widths [500 500 500 500 500 500 500] /Encoding << /Type /Encoding"
            " /Differences [1 /uni4E00 /u20000 /one /Eacute.sc /comma /period 7 /g123] >> >> >>",
            "BT /F 10 Tf 10 10 Td <01020304050607> Tj ET");
  check_text("一𠀀1É,.?");
  NEAR(got.glyphs[1].x0, 15);
}

static void test_tounicode(void **state) {
  (void)state;
  static const char map[] = "1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <9884> <0002> <00660069> endbfchar"
                            " 2 beginbfrange <0010> <0012> <0031> <0020> <0021> [<7B97> <D840DC00>] endbfrange";
  read_with_stream("/Font << /F << /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 10 0 R /DescendantFonts"
                   " [<< /Subtype /CIDFontType2 /DW 1000 /W [1 [250 300] 16 18 500] >>] >> >>",
                   "BT /F 10 Tf 10 10 Td [<00010020> 1000 <00100011001200020021>] TJ ET", "", map, strlen(map));
  check_text("预算123fi𠀀");
  NEAR(got.glyphs[0].x1, 12.5);
  NEAR(got.glyphs[1].x1, 22.5);
  NEAR(got.glyphs[2].x0, 12.5);
  NEAR(got.glyphs[2].x1, 17.5);
}

static void test_predefined_cmaps(void **state) {
  (void)state;
  read_page("", SONG("GBK-EUC-H"), "BT /F 10 Tf 10 10 Td <d4a4cbe331e94c> Tj ET");
  assert_int_equal(got.nglyphs, 4);
  assert_int_equal(got.glyphs[0].cp[0], 0x9884);
  assert_int_equal(got.glyphs[1].cp[0], 0x7B97);
  assert_int_equal(got.glyphs[2].cp[0], '1');
  NEAR(got.glyphs[2].x1 - got.glyphs[2].x0, 5);
  NEAR(got.glyphs[0].x1 - got.glyphs[0].x0, 10);
  read_page("", SONG("GB-EUC-H"), "BT /F 10 Tf <d4a4> Tj ET");
  check_text("预");
  read_page("", SONG("GBKp-EUC-H"), "BT /F 10 Tf <d4a4> Tj (a) Tj ET");
  check_text("预a");
  read_page("", SONG("GBK2K-H"), "BT /F 10 Tf <d4a48139ef3041> Tj ET");
  assert_int_equal(got.nglyphs, 3);
  assert_int_equal(got.glyphs[2].cp[0], 'A');
  read_page("", SONG("UniGB-UCS2-H"), "BT /F 10 Tf <988400317b97> Tj ET");
  check_text("预1算");
  NEAR(got.glyphs[1].x1 - got.glyphs[1].x0, 5);
  read_page("", SONG("UniGB-UTF16-H"), "BT /F 10 Tf <9884d840dc00> Tj ET");
  check_text("预𠀀");
  read_page("", SONG("UniGB-UTF8-H"), "BT /F 10 Tf <e9a284e7ae9731> Tj ET");
  check_text("预算1");
}

static void test_collection_without_tounicode(void **state) {
  (void)state;
  /* Adobe-GB1: CID 940 is the first ideograph of GB 2312, 34 is A. */
  read_page("", SONG("Identity-H"), "BT /F 10 Tf <03ac0022> Tj ET");
  check_text("啊A");
}

static void test_embedded_cmap(void **state) {
  (void)state;
  static const char map[] = "/WMode 0 def 2 begincodespacerange <00> <80> <8140> <fefe> endcodespacerange 1 begincidrange <31> <39> 815 endcidrange"
                            " 1 begincidchar <b0a1> 940 endcidchar";
  read_with_stream("/Font << /F << /Subtype /Type0 /BaseFont /X /Encoding 10 0 R /DescendantFonts [<< /Subtype /CIDFontType0"
                   " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> /W [814 907 500] >>] >> >>",
                   "BT /F 10 Tf 10 10 Td <b0a131> Tj ET", "/Type /CMap", map, strlen(map));
  assert_int_equal(got.nglyphs, 2);
  assert_int_equal(got.glyphs[0].cp[0], 0x554A);
  NEAR(got.glyphs[1].x0, 20);
  NEAR(got.glyphs[1].x1, 25);
}

static void test_no_unicode(void **state) {
  (void)state;
  read_page("", "/Font << /F << /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Subtype /CIDFontType2 >>] >> >>",
            "BT /F 10 Tf 10 10 Td <00010002> Tj ET");
  check_text("??");
  assert_int_equal(got.pages[0].state, PAGE_NO_TEXT);
  assert_non_null(got.pages[0].note);
  assert_int_equal(got.pages[0].unmapped, 2);
}

/* A font program of one cmap table: U+4E00 is glyph 5. */
static const unsigned char truetype[] = {0, 1, 0, 0, 0, 1, 0, 16, 0, 0, 0, 0,  'c', 'm', 'a', 'p', 0, 0, 0,    0, 0, 0, 0, 28, 0, 0, 0, 28,
                                         0, 0, 0, 1, 0, 3, 0, 1,  0, 0, 0, 12, 0,   6,   0,   12,  0, 0, 0x4E, 0, 0, 1, 0, 5,  0, 0, 0, 0};

static void test_truetype_program(void **state) {
  (void)state;
  read_with_stream("/Font << /F << /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Subtype /CIDFontType2"
                   " /CIDToGIDMap /Identity /FontDescriptor << /Flags 4 /FontFile2 10 0 R >> >>] >> >>",
                   "BT /F 10 Tf 10 10 Td <0005> Tj ET", "", truetype, sizeof truetype);
  check_text("一");
}

static void test_type3(void **state) {
  (void)state;
  read_page("",
            "/Font << /F << /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 65 /Widths [5 6] /CharProcs << >>"
            " /Encoding << /Differences [65 /seven /percent] >> >> >>",
            "BT /F 10 Tf 10 10 Td (AB) Tj ET");
  check_text("7%");
  NEAR(got.glyphs[1].x0, 15);
  NEAR(got.glyphs[1].x1, 21);
}

static void test_vertical(void **state) {
  (void)state;
  read_page("", SONG("UniGB-UCS2-V"), "BT /F 10 Tf 100 700 Td <98847b97> Tj ET");
  check_text("预算");
  assert_true(got.glyphs[0].vertical);
  NEAR(got.glyphs[0].x0, 95);
  NEAR(got.glyphs[0].y0, 100);
  NEAR(got.glyphs[1].y0, 110);
}

static void test_text_state(void **state) {
  (void)state;
  read_page("", HELVETICA, "BT /F 10 Tf 50 Tz 2 Tc 4 Tw 3 Ts 12 TL 100 700 Td (1 2) Tj T* (3) ' 1 0 0 1 5 5 Tm (4) Tj ET");
  check_text("1 234");
  NEAR(got.glyphs[0].x1, 102.78);
  NEAR(got.glyphs[0].y1, 98.2);
  NEAR(got.glyphs[1].x0, 103.78);
  NEAR(got.glyphs[2].x0, 108.17);
  NEAR(got.glyphs[3].y1, 122.2);
  NEAR(got.glyphs[4].x0, 5);
}

/* ---- visibility ---- */

static void test_render_modes(void **state) {
  (void)state;
  read_page("", HELVETICA, "BT /F 10 Tf 10 10 Td 3 Tr (a) Tj 0 Tr (b) Tj 7 Tr (c) Tj 2 Tr (d) Tj ET");
  check_text("abcd");
  assert_true(got.glyphs[0].invisible && !got.glyphs[1].invisible && got.glyphs[2].invisible && got.glyphs[3].bold);
}

static void test_white_text(void **state) {
  (void)state;
  read_page("", HELVETICA " /ExtGState << /Z << /ca 0 >> >>",
            "BT /F 10 Tf 1 g 10 10 Td (a) Tj ET 0 0 1 rg 100 100 50 50 re f BT 1 1 1 rg 110 110 Td (b) Tj ET q /Z gs 0 g BT 10 50 Td (c) Tj ET Q"
            " BT 10 90 Td 0 0 0 1 k (d) Tj 0 0 0 0 k (e) Tj ET");
  check_text("abcde");
  assert_true(got.glyphs[0].invisible);
  assert_false(got.glyphs[1].invisible);
  assert_true(got.glyphs[2].invisible);
  assert_false(got.glyphs[3].invisible);
  assert_true(got.glyphs[4].invisible);
}

/* White letters show on whatever is painted in colour: a shading, a thick line, a round shape, a picture. */
static void test_white_on_areas(void **state) {
  (void)state;
  read_page(
      "", HELVETICA,
      "q 0 0 50 50 re W n /S sh Q 20 w 0 100 m 90 100 l S 1 0 0 rg 10 200 m 10 240 60 240 60 200 c 60 160 10 160 10 200 c f"
      " q 50 0 0 50 0 300 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q 1 g BT /F 10 Tf 20 20 Td (a) Tj 0 77 Td (b) Tj 0 103 Td (c) Tj 0 120 Td (d) Tj"
      " 0 100 Td (e) Tj ET");
  check_text("abcde");
  for (int i = 0; i < 4; i++) assert_false(got.glyphs[i].invisible);
  assert_true(got.glyphs[4].invisible);
}

static void test_clip(void **state) {
  (void)state;
  read_page("", HELVETICA,
            "q 100 100 100 100 re W n BT /F 10 Tf 110 150 Td (a) Tj 200 0 Td (b) Tj ET 50 150 m 300 150 l S 50 300 m 300 300 l S Q"
            " BT /F 10 Tf 700 10 Td (off the page) Tj ET");
  check_text("a");
  assert_int_equal(got.nrulings, 1);
  NEAR(got.rulings[0].x0, 99.4);
  NEAR(got.rulings[0].x1, 200.6);
}

static void test_optional_content(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [10 0 R 11 0 R] /D << /OFF [10 0 R] >> >> >>");
  maker_page(&m, "", HELVETICA " /Properties << /Off 10 0 R /On 11 0 R /Any << /Type /OCMD /OCGs [10 0 R 11 0 R] >> >>",
             "/OC /Off BDC BT /F 10 Tf 10 10 Td (a) Tj ET 10 10 m 90 10 l S EMC /OC /On BDC BT /F 10 Tf 10 30 Td (b) Tj ET EMC"
             " /OC /Any BDC BT 10 50 Td (c) Tj ET EMC");
  maker_object(&m, 10, "<< /Type /OCG /Name (off) >>");
  maker_object(&m, 11, "<< /Type /OCG /Name (on) >>");
  maker_read(&m);
  check_text("bc");
  assert_int_equal(got.nrulings, 0);
}

static void test_actual_text(void **state) {
  (void)state;
  read_page("", HELVETICA,
            "BT /F 10 Tf 10 10 Td /Span << /ActualText <FEFF4E004E8C> >> BDC (xy) Tj EMC (z) Tj"
            " /Span << /ActualText (abc) >> BDC (q) Tj EMC /Span << /ActualText () >> BDC (-) Tj EMC /P << /MCID 0 >> BDC (k) Tj EMC ET");
  check_text("一二zabck");
  assert_true(got.glyphs[4].x0 > got.glyphs[3].x0);
}

/* ---- rulings ---- */

static void test_rulings(void **state) {
  (void)state;
  read_page("", "", "1 w 10 700 m 110 700 l S 200 600 0.5 100 re f 300 500 40 20 re S 0.9 g 10 10 200 30 re f 400 400 m 450 420 l S");
  assert_int_equal(got.rc, RC_OK);
  assert_int_equal(got.nrulings, 6);
  assert_true(got.rulings[0].horizontal);
  NEAR(got.rulings[0].y0, 100);
  NEAR(got.rulings[0].width, 1);
  assert_false(got.rulings[1].horizontal);
  NEAR(got.rulings[1].x0, 200.25);
  NEAR(got.rulings[1].y0, 100);
  NEAR(got.rulings[1].y1, 200);
}

static void test_white_rulings(void **state) {
  (void)state;
  read_page("", "/ColorSpace << /S [/Separation /Spot /DeviceGray << >>] >> /ExtGState << /Z << /CA 0 >> >>",
            "1 G 10 10 m 100 10 l S 0 0 0 0 K 10 20 m 100 20 l S /S CS 0 SCN 10 30 m 100 30 l S 1 1 1 rg 10 40 100 0.5 re f"
            " q 0 G /Z gs 10 50 m 100 50 l S Q 0 0 1 rg 200 200 100 100 re f 1 G 210 250 m 290 250 l S");
  assert_int_equal(got.rc, RC_OK);
  assert_int_equal(got.nrulings, 1); /* the white line on the blue area shows */
  NEAR(got.rulings[0].y0, 550);
}

static void test_frames(void **state) {
  (void)state;
  read_page("", "", "100 100 200 100 re 101 101 198 98 re f* 1 w q 50 0 0 0.01 0 0 cm Q 100 w 10 400 m 10.5 400 l S");
  assert_int_equal(got.nrulings, 5);
  assert_false(got.rulings[4].horizontal); /* a thick short stroke is a line across */
}

static void test_dots(void **state) {
  (void)state;
  static char content[4096];
  size_t n = 0;
  for (int i = 0; i < 30; i++) n += (size_t)snprintf(content + n, sizeof content - n, "%d 500 1 1 re f ", 100 + 2 * i);
  for (int i = 0; i < 3; i++) n += (size_t)snprintf(content + n, sizeof content - n, "%d 300 1 1 re f ", 100 + 50 * i);
  for (int i = 0; i < 30; i++) n += (size_t)snprintf(content + n, sizeof content - n, "300 %d m 300 %d l S ", 100 + 2 * i, 101 + 2 * i);
  read_page("", "", content);
  assert_int_equal(got.nrulings, 2);
  assert_true(got.rulings[0].horizontal && !got.rulings[1].horizontal);
  NEAR(got.rulings[0].x0, 100);
  NEAR(got.rulings[0].x1, 159);
}

static void test_outlines(void **state) {
  (void)state;
  static char content[8192];
  size_t n = 0;
  for (int i = 0; i < 120; i++) n += (size_t)snprintf(content + n, sizeof content - n, "%d 9 m 1 2 3 4 %d 6 c f ", i, i + 5);
  read_page("", "", content);
  assert_int_equal(got.pages[0].state, PAGE_NO_TEXT);
}

/* ---- geometry ---- */

static void test_rotation(void **state) {
  (void)state;
  static const double x[4] = {100, 50, 500, 750}, y[4] = {750, 100, 50, 500};
  for (int i = 0; i < 4; i++) {
    char keys[64];
    snprintf(keys, sizeof keys, "/Rotate %d", i * 90);
    read_page(keys, HELVETICA, "BT /F 10 Tf 100 50 Td (a) Tj ET 100 50 m 200 50 l S");
    check_text("a");
    assert_true(got.pages[0].width == (i % 2 ? 800 : 600));
    struct glyph g = got.glyphs[0];
    assert_true((double)g.x0 - 9 < x[i] && x[i] < (double)g.x1 + 9 && (double)g.y0 - 9 < y[i] && y[i] < (double)g.y1 + 9);
    assert_true(got.rulings[0].horizontal == (i % 2 == 0));
    assert_true(g.vertical == (i % 2 == 1));
  }
}

static void test_boxes(void **state) {
  (void)state;
  read_page("/MediaBox [100 100 700 900] /CropBox [150 200 650 800] /UserUnit 2", HELVETICA, "BT /F 10 Tf 160 700 Td (a) Tj ET");
  check_text("a");
  assert_true(got.pages[0].width == 1000 && got.pages[0].height == 1200);
  NEAR(got.glyphs[0].x0, 20);
  NEAR(got.glyphs[0].y1, 202.4);
}

static void test_inherited(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_object(&m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 /Rotate 90 /MediaBox [0 0 300 400] /Resources << " HELVETICA " >> >>");
  maker_object(&m, 3, "<< /Type /Page /Parent 2 0 R /Contents [4 0 R 5 0 R] >>");
  maker_stream(&m, 4, "", "BT /F 10 Tf 20 20 Td (a) Tj", 27);
  maker_stream(&m, 5, "/Filter /ASCIIHexDecode", "286229546a204554>", 17); /* (b)Tj ET */
  maker_read(&m);
  check_text("ab");
  assert_true(got.pages[0].width == 400 && got.pages[0].rotate == 90);
}

/* ---- forms, images, pages without text ---- */

static void test_forms(void **state) {
  (void)state;
  static const char form[] = "BT /F 10 Tf 0 0 Td (in) Tj ET /Me Do q q q";
  read_with_stream(HELVETICA " /XObject << /Me 10 0 R >>", "q 1 0 0 1 100 100 cm /Me Do Q BT /F 10 Tf 10 10 Td (out) Tj ET",
                   "/Type /XObject /Subtype /Form /BBox [0 -10 100 100] /Matrix [1 0 0 1 5 5]", form, strlen(form));
  check_text("inout");
  NEAR(got.glyphs[0].x0, 105);
  NEAR(got.glyphs[2].x0, 10);
}

static void test_inline_image(void **state) {
  (void)state;
  read_page("", HELVETICA, "q 10 0 0 10 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q BT /F 10 Tf 10 50 Td (a) Tj ET");
  check_text("a");
}

static void test_scan(void **state) {
  (void)state;
  static const char image[] = "x";
  read_with_stream(HELVETICA " /XObject << /I 10 0 R >>", "q 600 0 0 800 0 0 cm /I Do Q BT /F 10 Tf 3 Tr 10 50 Td (hidden layer of text) Tj ET",
                   "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", image, 1);
  assert_int_equal(got.pages[0].state, PAGE_SCAN);
  assert_true((double)got.cover > 0.99);
  read_page("", HELVETICA, "");
  assert_int_equal(got.rc, RC_OK);
  assert_int_equal(got.pages[0].state, PAGE_BLANK);
}

/* ---- damage and hostility ---- */

static void test_damaged(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(&m, "", HELVETICA, "BT /F 10 Tf 10 10 Td (a) Tj ET");
  maker_end(&m, "");
  read_bytes(m.b.p, m.b.n - 200); /* the index is cut off: everything can be found again */
  check_text("a");
  assert_true(got.warnings > 0);
  read_bytes(m.b.p, 150); /* the page itself is gone */
  assert_int_equal(got.rc, RC_OK);
  assert_int_equal(got.pages[0].state, PAGE_DAMAGED);
  assert_true(got.truncated);
  read_bytes("%PDF-1.4\n", 9);
  assert_int_equal(got.rc, RC_FORMAT);
  buf_release(&m.b);
}

/* Without its index and catalog, with its page in an object stream. */
static void test_salvage(void **state) {
  (void)state;
  static const char objects[] = "3 0 5 98   << /Type /Page /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>   "
                                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
  struct maker m;
  maker_start(&m);
  maker_stream(&m, 4, "", "BT /F 10 Tf 10 10 Td (a) Tj ET", 30);
  maker_stream(&m, 6, "/Type /ObjStm /N 2 /First 11", objects, sizeof objects - 1);
  read_bytes(m.b.p, m.b.n);
  buf_release(&m.b);
  check_text("a");
  assert_true(got.truncated && got.warnings > 0);
}

static void test_overprint(void **state) {
  (void)state;
  read_page("", HELVETICA, "BT /F 10 Tf 100 700 Td (11.5) Tj 0.3 0.2 Td (11.5) Tj ET BT /F 10 Tf 100 685 Td (11.5) Tj ET");
  check_text("11.511.5");
  assert_true(got.glyphs[0].bold);
  assert_false(got.glyphs[4].bold);
}

static void test_annotation_text(void **state) {
  (void)state;
  static const char form[] = "BT /F 10 Tf 0 0 Td (v) Tj ET";
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(
      &m,
      "/Annots [<< /Subtype /Widget /Rect [100 100 200 120] /AP << /N 10 0 R >> >> << /Subtype /Widget /F 2 /Rect [0 0 9 9] /AP << /N 10 0 R >> >>"
      " << /Subtype /Link /Rect [0 0 9 9] >>]",
      HELVETICA, "");
  maker_stream(&m, 10, "/Type /XObject /Subtype /Form /BBox [0 -5 100 15] /Resources << " HELVETICA " >>", form, strlen(form));
  maker_read(&m);
  check_text("v");
  NEAR(got.glyphs[0].x0, 100);
}

static void test_bomb(void **state) {
  (void)state;
  uLong n = (uLong)PDF_STREAM_MAX * 2;
  uLongf packed = compressBound(n);
  unsigned char *zeros = calloc(1, n), *out = malloc(packed);
  assert_true(zeros && out && compress2(out, &packed, zeros, n, 1) == Z_OK);
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_object(&m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  maker_object(&m, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>");
  maker_stream(&m, 4, "/Filter /FlateDecode", out, packed);
  maker_read(&m);
  assert_int_equal(got.rc, RC_LIMIT);
  free(zeros);
  free(out);
}

static void test_flate_endings(void **state) {
  (void)state;
  static const char text[] = "BT /F 10 Tf 10 10 Td (whole) Tj ET";
  unsigned char out[128];
  uLongf n = sizeof out;
  assert_int_equal(compress2(out, &n, (const unsigned char *)text, sizeof text - 1, 9), Z_OK);
  for (uLongf cut = 0; cut <= 12; cut += 3) {
    struct pdf_bytes io = {malloc(n), n - cut};
    bool damaged = false;
    assert_non_null(io.p);
    memcpy(io.p, out, n);
    assert_int_equal(pdf_filter("FlateDecode", 1, 1, 8, 1, 1000, &io, &damaged), RC_OK);
    assert_int_equal(damaged, cut > 4); /* a cut checksum loses nothing */
    assert_true(cut > 4 || io.n == sizeof text - 1);
    free(io.p);
  }
}

static void test_too_many_pages(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  m.offsets[2] = m.b.n;
  buf_puts(&m.b, "2 0 obj\n<< /Type /Pages /Count 1 /Kids [");
  for (int i = 0; i < 200; i++) buf_puts(&m.b, "3 0 R ");
  buf_puts(&m.b, "] >>\nendobj\n");
  maker_object(&m, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>");
  maker_read(&m);
  assert_int_equal(got.rc, RC_LIMIT);
}

static void test_lost_content(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_object(&m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 3 >>");
  maker_object(&m, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 40 0 R >>");
  maker_read(&m);
  assert_int_equal(got.rc, RC_OK);
  assert_int_equal(got.pages[0].state, PAGE_DAMAGED);
  assert_true(got.truncated);
}

static void test_page_tree_cycle(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_object(&m, 2, "<< /Type /Pages /Kids [3 0 R 2 0 R] /Parent 2 0 R /Count 2 >>");
  maker_object(&m, 3, "<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>");
  maker_read(&m);
  assert_true(got.rc == RC_FORMAT || got.rc == RC_LIMIT || got.rc == RC_OK);
  if (got.rc == RC_OK) assert_true(got.npages > 0);
}

static void test_huge_declared_stream(void **state) {
  (void)state;
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_object(&m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  maker_object(&m, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << " HELVETICA " >> >>");
  maker_object(&m, 4, "<< /Length 2147483647 >>\nstream\nBT /F 10 Tf 10 10 Td (a) Tj ET\nendstream");
  maker_read(&m);
  check_text("a");
}

static void test_deep_nesting(void **state) {
  (void)state;
  static char content[200000];
  for (size_t i = 0; i + 2 < sizeof content; i += 2) memcpy(content + i, i < 60000 ? "q " : i < 120000 ? "[ " : "<<", 2);
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(&m, "", HELVETICA, content);
  maker_read(&m);
  assert_int_equal(got.rc, RC_OK);
  assert_int_equal(got.pages[0].state, PAGE_DAMAGED);
}

static void test_password(void **state) {
  (void)state;
  /* Revision 2 with a key that the empty password does not give. */
  struct maker m;
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(&m, "", HELVETICA, "BT ET");
  maker_object(&m, 10,
               "<< /Filter /Standard /V 1 /R 2 /P -4 /O <2055c756c72e1ad702608e8196acad447ad32d17cff583235f6dd15fed7dab67>"
               " /U <000000000000000000000000000000000000000000000000000000000000000a> >>");
  maker_end(&m, "/Encrypt 10 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]");
  read_bytes(m.b.p, m.b.n);
  buf_release(&m.b);
  assert_int_equal(got.rc, RC_PASSWORD);
}

/* ---- annotating ---- */

static void test_annotate(void **state) {
  (void)state;
  struct maker m;
  char from[64], to[64];
  snprintf(from, sizeof from, "/tmp/heng-test-%d.pdf", (int)getpid());
  snprintf(to, sizeof to, "/tmp/heng-test-%d-out.pdf", (int)getpid());
  maker_start(&m);
  maker_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
  maker_page(&m, "/Rotate 90", HELVETICA, "BT /F 10 Tf 100 50 Td (a) Tj ET");
  maker_end(&m, "");
  assert_int_equal(file_replace(from, m.b.p, m.b.n, &got.e), 0);
  buf_release(&m.b);
  struct highlight marks[2] = {{.page = 1, .box = {40, 95, 60, 115}, .note = "合计不等", .title = "衡", .red = 1},
                               {.page = 1, .box = {10, 10, 20, 20}, .note = "b", .green = 1}};
  assert_int_equal(pdf_annotate(from, to, marks, 2, &got.e), RC_OK);
  assert_int_equal(pdf_annotate(from, from, marks, 2, &got.e), RC_USAGE);
  marks[1].page = 2;
  assert_int_equal(pdf_annotate(from, to, marks, 2, &got.e), RC_USAGE);
  unsigned char *data = NULL;
  size_t n = 0;
  assert_int_equal(file_read(to, (size_t)1 << 20, &data, &n, &got.e), 0);
  struct pdf p = {0};
  struct rect r;
  assert_int_equal(pdf_open(&p, data, n, &got.e), RC_OK);
  qpdf_oh annotations = pdf_key(&p, qpdf_get_page_n(p.q, 0), "/Annots");
  assert_int_equal(pdf_items(&p, annotations), 2);
  assert_true(pdf_rect(&p, pdf_key(&p, qpdf_oh_get_array_item(p.q, annotations, 0), "/Rect"), &r));
  NEAR(r.x0, 95);
  NEAR(r.y0, 40);
  pdf_close(&p);
  read_bytes(data, n);
  check_text("a");
  free(data);
  unlink(from);
  unlink(to);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_simple_encodings),
                                     cmocka_unit_test(test_differences),
                                     cmocka_unit_test(test_tounicode),
                                     cmocka_unit_test(test_predefined_cmaps),
                                     cmocka_unit_test(test_embedded_cmap),
                                     cmocka_unit_test(test_collection_without_tounicode),
                                     cmocka_unit_test(test_no_unicode),
                                     cmocka_unit_test(test_truetype_program),
                                     cmocka_unit_test(test_type3),
                                     cmocka_unit_test(test_vertical),
                                     cmocka_unit_test(test_text_state),
                                     cmocka_unit_test(test_render_modes),
                                     cmocka_unit_test(test_white_text),
                                     cmocka_unit_test(test_white_on_areas),
                                     cmocka_unit_test(test_clip),
                                     cmocka_unit_test(test_optional_content),
                                     cmocka_unit_test(test_actual_text),
                                     cmocka_unit_test(test_rulings),
                                     cmocka_unit_test(test_white_rulings),
                                     cmocka_unit_test(test_dots),
                                     cmocka_unit_test(test_outlines),
                                     cmocka_unit_test(test_frames),
                                     cmocka_unit_test(test_rotation),
                                     cmocka_unit_test(test_boxes),
                                     cmocka_unit_test(test_inherited),
                                     cmocka_unit_test(test_forms),
                                     cmocka_unit_test(test_inline_image),
                                     cmocka_unit_test(test_scan),
                                     cmocka_unit_test(test_damaged),
                                     cmocka_unit_test(test_lost_content),
                                     cmocka_unit_test(test_page_tree_cycle),
                                     cmocka_unit_test(test_huge_declared_stream),
                                     cmocka_unit_test(test_deep_nesting),
                                     cmocka_unit_test(test_salvage),
                                     cmocka_unit_test(test_overprint),
                                     cmocka_unit_test(test_annotation_text),
                                     cmocka_unit_test(test_bomb),
                                     cmocka_unit_test(test_too_many_pages),
                                     cmocka_unit_test(test_flate_endings),
                                     cmocka_unit_test(test_password),
                                     cmocka_unit_test(test_annotate)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
