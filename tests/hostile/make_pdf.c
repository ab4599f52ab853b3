/* make_pdf.c: PDF files that turn in circles, nest, expand, lie about their lengths or break off. */
#include "make.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define OBJECTS_MOST 110000
#define FONT         "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"

/* A file under construction: objects in any order, then the table of where they are. */
struct pdf {
  FILE *f;
  long at[OBJECTS_MOST];
  int n; /* highest number + 1 */
};
static struct pdf pdf;

static int begin(const char *name) {
  memset(&pdf, 0, sizeof pdf);
  pdf.f = fopen(name, "wb");
  if (!pdf.f) return -1;
  fputs("%PDF-1.7\n", pdf.f);
  return 0;
}

static void object_at(int number) {
  if (number >= OBJECTS_MOST) abort();
  pdf.at[number] = ftell(pdf.f);
  if (number >= pdf.n) pdf.n = number + 1;
}

__attribute__((format(printf, 2, 3))) static void object(int number, const char *form, ...) {
  va_list args;
  object_at(number);
  fprintf(pdf.f, "%d 0 obj\n", number);
  va_start(args, form);
  vfprintf(pdf.f, form, args);
  va_end(args);
  fputs("\nendobj\n", pdf.f);
}

static void stream(int number, const char *entries, const void *data, size_t size) {
  object_at(number);
  fprintf(pdf.f, "%d 0 obj\n<<%s/Length %zu>>\nstream\n", number, entries, size);
  fwrite(data, 1, size, pdf.f);
  fputs("\nendstream\nendobj\n", pdf.f);
}

static int end_with(const char *trailer) {
  long table = ftell(pdf.f);
  fprintf(pdf.f, "xref\n0 %d\n0000000000 65535 f \n", pdf.n);
  for (int i = 1; i < pdf.n; i++) fprintf(pdf.f, "%010ld 00000 %c \n", pdf.at[i], pdf.at[i] ? 'n' : 'f');
  fprintf(pdf.f, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%ld\n%%%%EOF\n", pdf.n, trailer, table);
  bool bad = ferror(pdf.f) != 0;
  return fclose(pdf.f) != 0 || bad ? -1 : 0;
}

static int end(void) {
  return end_with("");
}

/* Catalogue, one page, its font as 4; the page's content is object 5, to be written by the caller. */
static int begin_page(const char *name, const char *more_resources) {
  if (begin(name) != 0) return -1;
  object(1, "<</Type/Catalog/Pages 2 0 R>>");
  object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
  object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>%s>>/Contents 5 0 R>>", more_resources);
  object(4, FONT);
  return 0;
}

/* ---- what expands ---- */

/* `size` bytes of `fill`, deflated. The result is malloc'ed. */
static unsigned char *deflated(size_t size, unsigned char fill, size_t *n) {
  static unsigned char in[1 << 20];
  size_t room = size / 900 + 65536, left = size;
  unsigned char *out = malloc(room);
  z_stream z = {0};
  if (!out || deflateInit(&z, 9) != Z_OK) abort();
  memset(in, fill, sizeof in);
  z.next_out = out;
  z.avail_out = (uInt)room;
  for (;;) {
    size_t take = left < sizeof in ? left : sizeof in;
    left -= take;
    z.next_in = in;
    z.avail_in = (uInt)take;
    int rc = deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
    if (rc == Z_STREAM_END) break;
    if (rc != Z_OK || z.avail_out == 0) abort();
  }
  *n = z.total_out;
  deflateEnd(&z);
  return out;
}

static int make_flate_bomb(const char *name) {
  size_t n = 0;
  if (begin_page(name, "") != 0) return -1;
  unsigned char *data = deflated((size_t)1 << 30, ' ', &n);
  stream(5, "/Filter/FlateDecode", data, n);
  free(data);
  return end();
}

/* Packed twice: a few kilobytes for a gigabyte. */
static int make_flate_twice(const char *name) {
  size_t n = 0;
  if (begin_page(name, "") != 0) return -1;
  unsigned char *data = deflated((size_t)1 << 30, 'q', &n);
  uLongf packed = compressBound(n);
  unsigned char *again = malloc(packed);
  if (!again || compress2(again, &packed, data, n, 9) != Z_OK) abort();
  stream(5, "/Filter[/FlateDecode/FlateDecode]", again, packed);
  free(data);
  free(again);
  return end();
}

/* An object stream that inflates to a gigabyte: it is unpacked before any page is looked at. */
static int make_object_stream_bomb(const char *name) {
  size_t n = 0;
  if (begin_page(name, "") != 0) return -1;
  unsigned char *data = deflated((size_t)1 << 30, '[', &n);
  stream(5, "", "BT /F 9 Tf (1) Tj ET", 20);
  stream(6, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", data, n);
  free(data);
  return end();
}

/* Each of ten forms draws the next ten times. */
static int make_forms_laughing(const char *name) {
  static const char draw[] = "/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do";
  char entries[128];
  if (begin_page(name, "/XObject<</X 10 0 R>>") != 0) return -1;
  stream(5, "", "/X Do", 5);
  for (int i = 0; i < 10; i++) {
    snprintf(entries, sizeof entries, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>", 11 + i);
    stream(10 + i, entries, draw, sizeof draw - 1);
  }
  stream(20, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 4 0 R>>>>", "BT /F 9 Tf (haha) Tj ET", 23);
  return end();
}

static int make_cmap(const char *name) {
  static const char range[] = "1 beginbfrange <0000> <FFFF> <0000> endbfrange\n";
  size_t n = (sizeof range - 1) * 50000;
  char *data = malloc(n);
  if (!data || begin_page(name, "") != 0) return -1;
  for (size_t i = 0; i < 50000; i++) memcpy(data + i * (sizeof range - 1), range, sizeof range - 1);
  object(4, "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/X"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[0 [500] 1 65535 500]>>]>>");
  stream(5, "", "BT /F 9 Tf <00310032> Tj ET", 27);
  stream(6, "", data, n);
  free(data);
  return end();
}

/* ---- what turns in circles ---- */

static int make_tree_cycle(const char *name) {
  if (begin(name) != 0) return -1;
  object(1, "<</Type/Catalog/Pages 2 0 R>>");
  object(2, "<</Type/Pages/Kids[3 0 R]/Count 2/Parent 3 0 R>>");
  object(3, "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2/Parent 2 0 R>>");
  return end();
}

static int make_parent_cycle(const char *name) {
  if (begin(name) != 0) return -1;
  object(1, "<</Type/Catalog/Pages 2 0 R>>");
  object(2, "<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>");
  object(3, "<</Type/Page/Parent 2 0 R/Contents 5 0 R>>");
  stream(5, "", "BT (x) Tj ET", 12);
  return end();
}

static int make_form_cycle(const char *name) {
  if (begin_page(name, "/XObject<</X 6 0 R>>") != 0) return -1;
  stream(5, "", "/X Do /X Do", 11);
  stream(6, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 7 0 R>>>>", "/X Do /X Do", 11);
  stream(7, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>", "/X Do /X Do", 11);
  return end();
}

/* Objects, lengths, fonts and filters that are themselves. */
static int make_self(const char *name) {
  if (begin(name) != 0) return -1;
  object(1, "<</Type/Catalog/Pages 2 0 R/OCProperties 1 0 R/D 1 0 R>>");
  object(2, "<</Type/Pages/Kids[3 0 R]/Count 2 0 R>>");
  object(3, "<</Type/Page/Parent 2 0 R/MediaBox 3 0 R/Resources 3 0 R/Font 3 0 R/F 4 0 R/Contents[5 0 R 6 0 R 7 0 R]/Annots 3 0 R>>");
  object(4, "<</Type/Font/Subtype/Type0/DescendantFonts[4 0 R]/ToUnicode 4 0 R/Encoding 4 0 R/FontDescriptor 4 0 R/W 4 0 R>>");
  object(5, "5 0 R");
  object(6, "<</Length 6 0 R/Filter 6 0 R>>\nstream\nBT /F 9 Tf (1) Tj ET\nendstream");
  object(7, "[7 0 R 7 0 R]");
  return end();
}

static int make_table_cycle(const char *name) {
  if (begin_page(name, "") != 0) return -1;
  stream(5, "", "BT /F 9 Tf (1) Tj ET", 20);
  char trailer[64];
  snprintf(trailer, sizeof trailer, "/Prev %ld", ftell(pdf.f));
  return end_with(trailer);
}

/* ---- what nests ---- */

static void repeated(const char *piece, size_t times) {
  for (size_t i = 0; i < times; i++) fputs(piece, pdf.f);
}

static int make_deep_object(const char *name, const char *open, size_t times) {
  if (begin_page(name, "") != 0) return -1;
  stream(5, "", "BT /F 9 Tf (1) Tj ET", 20);
  object_at(6);
  fputs("6 0 obj\n", pdf.f);
  repeated(open, times);
  fputs("\nendobj\n", pdf.f);
  return end_with("/Info 6 0 R");
}

static int make_deep_arrays(const char *name) {
  return make_deep_object(name, "[", 1000000);
}

static int make_deep_dicts(const char *name) {
  return make_deep_object(name, "<</A", 1000000);
}

static int content_of(const char *name, const char *open, size_t times) {
  size_t n = strlen(open);
  char *data = malloc(n * times);
  if (!data || begin_page(name, "") != 0) return -1;
  for (size_t i = 0; i < times; i++) memcpy(data + i * n, open, n);
  stream(5, "", data, n * times);
  free(data);
  return end();
}

static int make_deep_q(const char *name) {
  return content_of(name, "q ", 5000000);
}

static int make_deep_content(const char *name) {
  return content_of(name, "[<</A", 2000000);
}

static int make_operands(const char *name) {
  return content_of(name, "1 ", 10000000);
}

/* ---- what is too many ---- */

static int make_rulings(const char *name) {
  size_t room = 100000 * 48, n = 0;
  char *data = malloc(room);
  if (!data || begin_page(name, "") != 0) return -1;
  for (int i = 0; i < 50000; i++) {
    double at = i * 0.01;
    n += (size_t)snprintf(data + n, room - n, "%.2f 20 m %.2f 800 l S\n20 %.2f m 570 %.2f l S\n", 20 + at, 20 + at, 20 + at, 20 + at);
  }
  stream(5, "", data, n);
  free(data);
  return end();
}

/* A page that is nothing but little boxes with a number in each. */
static int make_boxes(const char *name) {
  size_t room = 40000 * 80, n = 0;
  char *data = malloc(room);
  if (!data || begin_page(name, "") != 0) return -1;
  for (int i = 0; i < 40000; i++) {
    int x = i % 200, y = i / 200;
    n +=
        (size_t)snprintf(data + n, room - n, "%.1f %.1f 2.9 4 re S BT /F 2 Tf %.1f %.1f Td (%d) Tj ET\n", x * 2.9, y * 4.0, x * 2.9, y * 4.0, i % 10);
  }
  stream(5, "", data, n);
  free(data);
  return end();
}

static int make_glyphs(const char *name) {
  return content_of(name, "BT /F 9 Tf 1 0 0 1 72 720 Tm (1234567890) Tj ET\n", 200000);
}

static int make_pages(const char *name) {
  if (begin(name) != 0) return -1;
  object(1, "<</Type/Catalog/Pages 2 0 R>>");
  object_at(2);
  fputs("2 0 obj\n<</Type/Pages/Count 100000/Kids[", pdf.f);
  for (int i = 0; i < 100000; i++) fprintf(pdf.f, "%d 0 R\n", 10 + i);
  fputs("]>>\nendobj\n", pdf.f);
  stream(5, "", "BT (1) Tj ET", 12);
  for (int i = 0; i < 100000; i++) object(10 + i, "<</Type/Page/Parent 2 0 R/Contents 5 0 R>>");
  return end();
}

/* ---- what lies or breaks off ---- */

static int make_long_stream(const char *name) {
  if (begin_page(name, "") != 0) return -1;
  object(5, "<</Length 2147483648>>\nstream\nBT /F 9 Tf 72 720 Td (12.34) Tj ET\nendstream");
  return end();
}

static int make_negative_stream(const char *name) {
  if (begin_page(name, "") != 0) return -1;
  object(5, "<</Length -9223372036854775808>>\nstream\nBT /F 9 Tf (1) Tj ET\nendstream");
  return end();
}

static int make_boxes_of_nonsense(const char *name) {
  if (begin_page(name, "") != 0) return -1;
  object(3, "<</Type/Page/Parent 2 0 R/MediaBox[-1e308 -1e308 1e308 99999999999999999999]/Rotate 2147483647/UserUnit 1e300/Resources<</Font<</F 4 0 "
            "R>>>>/Contents 5 0 R>>");
  static const char text[] =
      "1e300 0 0 1e300 -1e300 1e38 cm BT /F 1e30 Tf 1e308 1e308 Td 9e99 Tc 9e99 Tw 9e99 TL T* (12.34) Tj ET 0 0 1e308 -1e308 re S";
  stream(5, "", text, sizeof text - 1);
  return end();
}

static int make_no_tail(const char *name, int percent) {
  if (make_boxes(name) != 0) return -1;
  FILE *f = fopen(name, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0) return -1;
  long size = ftell(f);
  return fclose(f) == 0 ? truncate(name, size * percent / 100) : -1;
}

static int make_cut_90(const char *name) {
  return make_no_tail(name, 90);
}
static int make_cut_30(const char *name) {
  return make_no_tail(name, 30);
}
static int make_head_only(const char *name) {
  if (begin(name) != 0) return -1;
  return fclose(pdf.f) == 0 ? 0 : -1;
}

const struct hostile hostile_pdf[] = {
    {"flate-1gb.pdf", EITHER, make_flate_bomb},
    {"flate-twice.pdf", EITHER, make_flate_twice},
    {"object-stream-1gb.pdf", EITHER, make_object_stream_bomb},
    {"forms-laughing.pdf", EITHER, make_forms_laughing},
    {"cmap.pdf", EITHER, make_cmap},
    {"tree-cycle.pdf", REFUSED, make_tree_cycle},
    {"parent-cycle.pdf", EITHER, make_parent_cycle},
    {"form-cycle.pdf", EITHER, make_form_cycle},
    {"self.pdf", EITHER, make_self},
    {"table-cycle.pdf", EITHER, make_table_cycle},
    {"deep-arrays.pdf", EITHER, make_deep_arrays},
    {"deep-dicts.pdf", EITHER, make_deep_dicts},
    {"deep-q.pdf", EITHER, make_deep_q},
    {"deep-content.pdf", EITHER, make_deep_content},
    {"operands-1e7.pdf", EITHER, make_operands},
    {"rulings-1e5.pdf", EITHER, make_rulings},
    {"boxes-4e4.pdf", EITHER, make_boxes},
    {"glyphs-2e6.pdf", EITHER, make_glyphs},
    {"pages-1e5.pdf", REFUSED, make_pages},
    {"length-2gb.pdf", EITHER, make_long_stream},
    {"length-negative.pdf", EITHER, make_negative_stream},
    {"nonsense-numbers.pdf", EITHER, make_boxes_of_nonsense},
    {"cut-90.pdf", EITHER, make_cut_90},
    {"cut-30.pdf", EITHER, make_cut_30},
    {"head-only.pdf", REFUSED, make_head_only},
    {NULL, EITHER, NULL},
};
