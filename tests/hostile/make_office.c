/* make_office.c: workbooks and text documents (ZIP with XML inside) that expand, nest, lie about their size or break off. */
#include "make.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#define TYPES                                                                                                                                        \
  "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>"       \
  "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/></Types>"
#define RELS(kind, target)                                                                                                                           \
  "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "                                 \
  "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" kind "\" Target=\"" target "\"/></Relationships>"
#define BOOK                                                                                                                                         \
  "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "                                                                   \
  "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"rId1\"/>"          \
  "</sheets></workbook>"
#define SHEET_OPEN "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
#define SHEET_END  "</sheetData></worksheet>"
#define BODY_OPEN  "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"
#define BODY_END   "</w:body></w:document>"
#define LAUGHS                                                                                                                                       \
  "<!DOCTYPE x [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"                    \
  "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">"       \
  "<!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\"><!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;\"><!ENTITY i \"&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;\">]>"

struct text {
  char *p;
  size_t n, room;
  bool failed;
};

static void put(struct text *t, const char *s) {
  size_t n = strlen(s);
  if (t->n + n > t->room) {
    size_t room = (t->room + n) * 2 + 4096;
    char *p = realloc(t->p, room);
    if (!p) {
      t->failed = true;
      return;
    }
    t->p = p;
    t->room = room;
  }
  memcpy(t->p + t->n, s, n);
  t->n += n;
}

static void put_many(struct text *t, const char *s, size_t times) {
  for (size_t i = 0; i < times && !t->failed; i++) put(t, s);
}

/* Adds one part; the archive owns the bytes from here on. */
static int part(zip_t *z, const char *name, struct text t) {
  zip_source_t *s = t.failed ? NULL : zip_source_buffer(z, t.p, t.n, 1);
  if (!s) free(t.p);
  return s && zip_file_add(z, name, s, ZIP_FL_OVERWRITE) >= 0 ? 0 : -1;
}

static int part_text(zip_t *z, const char *name, const char *s) {
  struct text t = {0};
  put(&t, s);
  return part(z, name, t);
}

static int package(const char *file, bool sheet, struct text main) {
  zip_t *z = zip_open(file, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  if (!z) return -1;
  int rc = part_text(z, "[Content_Types].xml", TYPES);
  if (sheet) {
    rc |= part_text(z, "_rels/.rels", RELS("officeDocument", "xl/workbook.xml")) | part_text(z, "xl/workbook.xml", BOOK);
    rc |= part_text(z, "xl/_rels/workbook.xml.rels", RELS("worksheet", "worksheets/sheet1.xml")) | part(z, "xl/worksheets/sheet1.xml", main);
  } else {
    rc |= part_text(z, "_rels/.rels", RELS("officeDocument", "word/document.xml")) | part(z, "word/document.xml", main);
  }
  return zip_close(z) != 0 ? -1 : rc;
}

static int make_bomb(const char *name) {
  struct text t = {0};
  static char blank[65537];
  memset(blank, ' ', sizeof blank - 1);
  put(&t, SHEET_OPEN);
  put_many(&t, blank, 300 * 16);
  put(&t, SHEET_END);
  return package(name, true, t);
}

/* The same, but its directory and headers say that each part has 1000 bytes. */
static int make_lying_bomb(const char *name) {
  if (make_bomb(name) != 0) return -1;
  FILE *f = fopen(name, "r+b");
  static unsigned char bytes[4 << 20];
  static const unsigned char small[4] = {0xE8, 3, 0, 0};
  size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
  for (size_t i = 0; i + 46 < n; i++) {
    bool local = memcmp(bytes + i, "PK\3\4", 4) == 0, central = memcmp(bytes + i, "PK\1\2", 4) == 0;
    if (local) memcpy(bytes + i + 22, small, 4);
    if (central) memcpy(bytes + i + 24, small, 4);
  }
  if (!f || fseek(f, 0, SEEK_SET) != 0 || fwrite(bytes, 1, n, f) != n) return -1;
  return fclose(f) == 0 ? 0 : -1;
}

static int make_entities_xlsx(const char *name) {
  struct text t = {0};
  put(&t, LAUGHS SHEET_OPEN "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&i;</t></is></c></row>" SHEET_END);
  return package(name, true, t);
}

static int make_entities_docx(const char *name) {
  struct text t = {0};
  put(&t, LAUGHS BODY_OPEN "<w:p><w:r><w:t>&i;</w:t></w:r></w:p>" BODY_END);
  return package(name, false, t);
}

static int rows(const char *name, int columns, int count) {
  struct text t = {0};
  put(&t, SHEET_OPEN);
  for (int i = 0; i < count && !t.failed; i++) {
    put(&t, "<row>");
    for (int k = 0; k < columns; k++) {
      char cell[64];
      snprintf(cell, sizeof cell, "<c><v>%d</v></c>", (i * 7 + k * 131) % 9973);
      put(&t, cell);
    }
    put(&t, "</row>");
  }
  put(&t, SHEET_END);
  return package(name, true, t);
}

static int make_rows(const char *name) {
  return rows(name, 1, 1000000);
}

static int make_rows_wide(const char *name) {
  return rows(name, 3, 1000000);
}

/* Two cells at opposite corners of the largest sheet there can be, and rows and columns beyond it. */
static int make_corners(const char *name) {
  struct text t = {0};
  put(&t, SHEET_OPEN "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>"
                     "<row r=\"4294967295\"><c r=\"ZZZZZZZ4294967295\"><v>3</v></c></row>" SHEET_END);
  return package(name, true, t);
}

static int make_merges(const char *name) {
  struct text t = {0};
  put(&t, "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c "
          "r=\"A1\"><v>1</v></c></row></sheetData><mergeCells>");
  put_many(&t, "<mergeCell ref=\"A1:XFD1048576\"/>", 200000);
  put(&t, "</mergeCells></worksheet>");
  return package(name, true, t);
}

static int make_xml_deep(const char *name) {
  struct text t = {0};
  put(&t, SHEET_OPEN);
  put_many(&t, "<a>", 1000000);
  return package(name, true, t);
}

static int make_nested_docx(const char *name) {
  struct text t = {0};
  put(&t, BODY_OPEN);
  put_many(&t, "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p>", 10000);
  put_many(&t, "<w:p/></w:tc></w:tr></w:tbl>", 10000);
  put(&t, BODY_END);
  return package(name, false, t);
}

static int make_spans_docx(const char *name) {
  struct text t = {0};
  put(&t, BODY_OPEN "<w:tbl>");
  put_many(&t, "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2147483647\"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>", 10000);
  put(&t, "</w:tbl>" BODY_END);
  return package(name, false, t);
}

static int make_paragraph(const char *name) {
  struct text t = {0};
  put(&t, BODY_OPEN "<w:p><w:r><w:t>");
  for (int i = 0; i < 4000000 && !t.failed; i++) {
    char word[16];
    snprintf(word, sizeof word, "%d,", i * 31 % 100003);
    put(&t, word);
  }
  put(&t, "</w:t></w:r></w:p>" BODY_END);
  return package(name, false, t);
}

static int make_entries(const char *name) {
  zip_t *z = zip_open(name, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  int rc = z ? part_text(z, "[Content_Types].xml", TYPES) : -1;
  for (int i = 0; i < 20000 && rc == 0; i++) {
    char entry[64];
    snprintf(entry, sizeof entry, "xl/worksheets/sheet%d.xml", i);
    rc = part_text(z, entry, "x");
  }
  return z && zip_close(z) == 0 ? rc : -1;
}

/* A part that does not end its tags, and parts that name each other. */
static int make_half_sheet(const char *name) {
  struct text t = {0};
  put(&t, SHEET_OPEN "<row r=\"1\"><c r=\"A1\"><v>12");
  return package(name, true, t);
}

static int cut(const char *name, int percent) {
  if (rows(name, 4, 2000) != 0) return -1;
  FILE *f = fopen(name, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0) return -1;
  long size = ftell(f);
  return fclose(f) == 0 && size > 0 ? truncate(name, size * percent / 100) : -1;
}

static int make_cut_10(const char *name) {
  return cut(name, 10);
}
static int make_cut_50(const char *name) {
  return cut(name, 50);
}
static int make_cut_99(const char *name) {
  return cut(name, 99);
}

const struct hostile hostile_office[] = {
    {"bomb-300mb.xlsx", REFUSED, make_bomb},        {"bomb-lying.xlsx", REFUSED, make_lying_bomb}, {"entities.xlsx", REFUSED, make_entities_xlsx},
    {"entities.docx", REFUSED, make_entities_docx}, {"rows-1e6.xlsx", EITHER, make_rows},          {"cells-3e6.xlsx", REFUSED, make_rows_wide},
    {"corners.xlsx", EITHER, make_corners},         {"merges.xlsx", EITHER, make_merges},          {"deep.xlsx", REFUSED, make_xml_deep},
    {"nested-1e4.docx", REFUSED, make_nested_docx}, {"spans.docx", EITHER, make_spans_docx},       {"paragraph-24mb.docx", EITHER, make_paragraph},
    {"entries-2e4.xlsx", REFUSED, make_entries},    {"half-sheet.xlsx", EITHER, make_half_sheet},  {"cut-10.xlsx", REFUSED, make_cut_10},
    {"cut-50.xlsx", REFUSED, make_cut_50},          {"cut-99.xlsx", REFUSED, make_cut_99},         {NULL, EITHER, NULL},
};
