/* office_make.h: small archives and documents for the tests of the office readers, made in memory.
 * Included by one test each; everything is static. */
#ifndef HENG_TESTS_OFFICE_MAKE_H
#define HENG_TESTS_OFFICE_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "document/document.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct part {
  const char *name, *text;
  size_t n; /* 0: strlen(text) */
};

struct made {
  unsigned char *p;
  size_t n;
};

__attribute__((unused)) static struct made zip_make(const struct part *parts, size_t n) {
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &why);
  assert_non_null(source);
  zip_source_keep(source);
  zip_t *zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &why);
  assert_non_null(zip);
  for (size_t i = 0; i < n; i++) {
    zip_source_t *s = zip_source_buffer(zip, parts[i].text, parts[i].n ? parts[i].n : strlen(parts[i].text), 0);
    assert_non_null(s);
    assert_true(zip_file_add(zip, parts[i].name, s, ZIP_FL_ENC_UTF_8) >= 0);
  }
  assert_int_equal(zip_close(zip), 0);
  assert_int_equal(zip_source_open(source), 0);
  zip_stat_t st;
  assert_int_equal(zip_source_stat(source, &st), 0);
  struct made m = {malloc((size_t)st.size + 1), (size_t)st.size};
  assert_non_null(m.p);
  assert_int_equal(zip_source_read(source, m.p, m.n), (zip_int64_t)m.n);
  zip_source_close(source);
  zip_source_free(source);
  zip_error_fini(&why);
  return m;
}

#define SHEET_NS                                                                                                                                     \
  "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "                                                                             \
  "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define REL_NS   "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""
#define REL_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define WORD_NS                                                                                                                                      \
  "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                                                                        \
  "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""

/* A workbook of one sheet: the sheet's inner XML, shared strings and styles may be NULL. */
__attribute__((unused)) static struct made xlsx_make(const char *sheet, const char *strings, const char *styles) {
  char *body = malloc(strlen(sheet) + 256);
  assert_non_null(body);
  snprintf(body, strlen(sheet) + 256, "<worksheet " SHEET_NS ">%s</worksheet>", sheet);
  struct part parts[] = {
      {"[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>", 0},
      {"xl/workbook.xml", "<workbook " SHEET_NS "><sheets><sheet name=\"收支&amp;总表\" sheetId=\"7\" r:id=\"rId1\"/></sheets></workbook>", 0},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships " REL_NS "><Relationship Id=\"rId1\" Type=\"" REL_TYPE "worksheet\" Target=\"worksheets/a.xml\"/>"
       "<Relationship Id=\"rId2\" Type=\"" REL_TYPE "sharedStrings\" Target=\"/xl/strings.xml\"/>"
       "<Relationship Id=\"rId3\" Type=\"" REL_TYPE "styles\" Target=\"styles.xml\"/></Relationships>",
       0},
      {"xl/worksheets/a.xml", body, 0},
      {"xl/strings.xml", strings ? strings : "<sst " SHEET_NS "/>", 0},
      {"xl/styles.xml", styles ? styles : "<styleSheet " SHEET_NS "/>", 0},
  };
  struct made m = zip_make(parts, sizeof parts / sizeof *parts);
  free(body);
  return m;
}

__attribute__((unused)) static struct made docx_make(const char *body) {
  char *text = malloc(strlen(body) + 512);
  assert_non_null(text);
  snprintf(text, strlen(body) + 512, "<w:document " WORD_NS "><w:body>%s</w:body></w:document>", body);
  struct part parts[] = {{"[Content_Types].xml", "<Types/>", 0}, {"word/document.xml", text, 0}};
  struct made m = zip_make(parts, 2);
  free(text);
  return m;
}

/* Reads and frees what was made. */
__attribute__((unused)) static struct document *read_made(struct made m) {
  struct document *d = NULL;
  struct err e = {0};
  int rc = document_read_memory("test", m.p, m.n, NULL, &d, &e);
  if (rc < 0) print_error("%s\n", e.text);
  free(m.p);
  assert_int_equal(rc, RC_OK);
  return d;
}

__attribute__((unused)) static struct document *read_bytes(const void *p, size_t n) {
  struct made m = {malloc(n + 1), n};
  assert_non_null(m.p);
  memcpy(m.p, p, n);
  return read_made(m);
}

/* What reading returns when it must not succeed. */
__attribute__((unused)) static int read_fails(struct made m, struct err *e) {
  struct document *d = NULL;
  memset(e, 0, sizeof *e);
  int rc = document_read_memory("test", m.p, m.n, NULL, &d, e);
  free(m.p);
  assert_null(d);
  assert_true(rc < 0);
  assert_true(e->text[0] != '\0');
  return rc;
}

/* The cell that covers a position. */
__attribute__((unused)) static const struct cell *cell_at(const struct document *d, int table, int row, int column) {
  assert_in_range(table, 0, d->ntables - 1);
  const struct table *t = &d->tables[table];
  assert_in_range(row, 0, t->rows - 1);
  assert_in_range(column, 0, t->columns - 1);
  return &t->cells[t->at[row * t->columns + column]];
}

#define assert_sv(value, text)                                                                                                                       \
  do {                                                                                                                                               \
    struct sv got_ = (value);                                                                                                                        \
    if (!sv_is(got_, (text))) print_error("got \"%.*s\"\n", (int)got_.n, got_.p ? got_.p : "");                                                      \
    assert_true(sv_is(got_, (text)));                                                                                                                \
  } while (0)
#define assert_cell(d, table, row, column, value) assert_sv(cell_at((d), (table), (row), (column))->text, (value))

#endif
