/* fuzz_pdfcontent.c: the interpreter of page descriptions alone, with a fixed set of resources to name. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char resources[] =
    "<< /Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [65 /uni4E00 /fi /ffi] >> >>"
    " /F1 << /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /GBK-EUC-H /DescendantFonts [<< /Subtype /CIDFontType0 /DW 1000"
    " /W [1 [500 600] 814 907 500] >>] >>"
    " /F2 << /Type /Font /Subtype /Type0 /BaseFont /Hei /Encoding /UniGB-UTF16-V /DescendantFonts [<< /Subtype /CIDFontType2"
    " /DW2 [880 -1000] /W2 [1 [-500 250 800] 5 9 -1000 500 880] >>] >>"
    " /F3 << /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FirstChar 65 /Widths [50 60] /Encoding << /Differences [65 /one /two] >> >> >>"
    " /ColorSpace << /C0 [/Indexed /DeviceRGB 1 <ffffff000000>] /C1 [/Separation /Spot /DeviceGray << >>] /C2 [/Lab << >>] >>"
    " /ExtGState << /G0 << /ca 0 /CA 0.5 /LW 2 >> >> /Properties << /P0 << /ActualText (text) >> >> >>";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct document d = {.path = "fuzz.pdf"};
  struct build b = {.d = &d};
  struct pdf p = {.b = &b, .q = qpdf_init()};
  struct pdf_bytes content = {malloc(size + 1), size};
  struct layout l = {0};
  struct err e = {0};
  if (!p.q || !content.p) return 0;
  memcpy(content.p, data, size);
  content.p[size] = 0;
  qpdf_silence_errors(p.q);
  (void)qpdf_empty_pdf(p.q);
  struct content c = {.resources = qpdf_oh_parse(p.q, resources), .annotations = qpdf_oh_new_null(p.q), .bytes = content};
  c.geometry = (struct geometry){{1, 0, 0, -1, 0, 842}, 595, 842, 0};
  (void)!content_run(&p, &c, &l, &e);
  free(l.glyphs.v);
  free(l.rulings.v);
  free(content.p);
  pdf_close(&p);
  return 0;
}
