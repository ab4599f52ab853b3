/* fuzz_xlsx.c: workbooks: an archive, or the XML of a sheet, shared strings, styles and workbook around which one is built.
 * See office_fuzz.h for the form of the input. */
#include "office_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char book[] = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>";
  static const char rels[] = "<Relationships><Relationship Id=\"r1\" Type=\"/worksheet\" Target=\"s.xml\"/><Relationship Id=\"r2\" "
                             "Type=\"/sharedStrings\" Target=\"t.xml\"/>"
                             "<Relationship Id=\"r3\" Type=\"/styles\" Target=\"y.xml\"/></Relationships>";
  if (size > 1 && memcmp(data, "PK", 2) == 0) {
    fuzz_read(data, size);
    return 0;
  }
  struct fuzz_part p[FUZZ_PARTS];
  fuzz_cut(data, size, p);
  struct fuzz_part parts[] = {{"xl/workbook.xml", p[3].n ? p[3].p : book, p[3].n ? p[3].n : sizeof book - 1},
                              {"xl/_rels/workbook.xml.rels", rels, sizeof rels - 1},
                              {"xl/s.xml", p[0].p, p[0].n},
                              {"xl/t.xml", p[1].n ? p[1].p : "<a/>", p[1].n ? p[1].n : 4},
                              {"xl/y.xml", p[2].n ? p[2].p : "<a/>", p[2].n ? p[2].n : 4}};
  fuzz_archive(parts, sizeof parts / sizeof *parts);
  return 0;
}
