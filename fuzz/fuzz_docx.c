/* fuzz_docx.c: Word documents: an archive, or the XML of the body and of its numbering, around which one is built.
 * See office_fuzz.h for the form of the input. */
#include "office_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 1 && memcmp(data, "PK", 2) == 0) {
    fuzz_read(data, size);
    return 0;
  }
  static const char rels[] = "<Relationships><Relationship Id=\"r\" Type=\"/numbering\" Target=\"n.xml\"/></Relationships>";
  struct fuzz_part p[FUZZ_PARTS];
  fuzz_cut(data, size, p);
  struct fuzz_part parts[] = {
      {"word/document.xml", p[0].p, p[0].n}, {"word/_rels/document.xml.rels", rels, sizeof rels - 1}, {"word/n.xml", p[1].p, p[1].n}};
  fuzz_archive(parts, p[1].n ? 3 : 1);
  return 0;
}
