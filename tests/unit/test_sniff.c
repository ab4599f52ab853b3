/* test_sniff.c: the first bytes decide; bombs and what cannot be read are refused, with what to do; old files go through a converter. */
#include "office_make.h"

#include <glob.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct made bytes(const char *p, size_t n) {
  struct made m = {malloc(n + 1), n};
  assert_non_null(m.p);
  memcpy(m.p, p, n);
  return m;
}
#define BYTES(literal) bytes(literal, sizeof(literal) - 1)

static void test_formats(void **state) {
  (void)state;
  struct document *d = read_made(BYTES("  <HTML><body>x</body></HTML>"));
  assert_int_equal(d->format, FORMAT_HTML);
  document_free(d);
  d = read_made(BYTES("<table><tr><td>a<td>b</table>"));
  assert_int_equal(d->format, FORMAT_HTML);
  document_free(d);
  d = read_made(BYTES("\xFF\xFE<\0h\0t\0m\0l\0>\0x\0"));
  assert_int_equal(d->format, FORMAT_HTML);
  document_free(d);
  d = read_made(BYTES("a < b, <p> stays text"));
  assert_int_equal(d->format, FORMAT_TEXT);
  document_free(d);
  d = read_made(xlsx_make("<sheetData/>", NULL, NULL));
  assert_int_equal(d->format, FORMAT_XLSX);
  document_free(d);
  d = read_made(docx_make("<w:p/>"));
  assert_int_equal(d->format, FORMAT_DOCX);
  document_free(d);
}

static void test_refused(void **state) {
  (void)state;
  struct err e;
  assert_int_equal(read_fails(BYTES(""), &e), RC_FORMAT);
  assert_string_equal(e.file, "test");
  assert_int_equal(read_fails(BYTES("{\\rtf1 x}"), &e), RC_UNSUPPORTED);
  assert_int_equal(read_fails(BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), &e), RC_UNSUPPORTED);
  assert_int_equal(read_fails(BYTES("\xFF\xD8\xFF\xE0\0\x10JFIF"), &e), RC_UNSUPPORTED);
  assert_int_equal(read_fails(BYTES("II*\0\x08\0\0\0"), &e), RC_UNSUPPORTED);
  assert_int_equal(read_fails(BYTES("\x7F\x45LF\x02\x01\x01\0\0\0\0\0\0"), &e), RC_UNSUPPORTED);
  assert_int_equal(read_fails(BYTES("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>"), &e), RC_UNSUPPORTED);
  assert_int_equal(read_fails(BYTES("PK\x03\x04rubbish"), &e), RC_FORMAT);
  struct part other[] = {{"readme.txt", "x", 0}};
  assert_int_equal(read_fails(zip_make(other, 1), &e), RC_UNSUPPORTED);
}

/* Seconds of CPU for what we do ourselves, so that a busy machine does not matter; of the clock for waiting. */
static double seconds(clockid_t which) {
  struct timespec t;
  clock_gettime(which, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void test_bombs(void **state) {
  (void)state;
  struct err e;
  double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
  size_t n = (size_t)65 << 20;
  char *zeros = calloc(1, n);
  assert_non_null(zeros);
  struct part big[] = {{"word/document.xml", zeros, n}};
  assert_int_equal(read_fails(zip_make(big, 1), &e), RC_LIMIT);
  free(zeros);
  struct part laughs[] = {
      {"word/document.xml",
       "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><w:document xmlns:w=\"x/wordprocessingml\"><w:body><w:p><w:r>"
       "<w:t>&b;</w:t></w:r></w:p></w:body></w:document>",
       0}};
  assert_int_equal(read_fails(zip_make(laughs, 1), &e), RC_FORMAT);
  assert_non_null(strstr(e.text, "DTD"));
  struct buf deep;
  buf_init(&deep, 1 << 20);
  for (int i = 0; i < 5000; i++) buf_puts(&deep, "<w:tbl><w:tr><w:tc>");
  assert_int_equal(read_fails(docx_make(deep.p), &e), RC_LIMIT);
  buf_clear(&deep);
  for (int i = 0; i < 10000; i++) buf_puts(&deep, "<table><tr><td>");
  assert_int_equal(read_fails(bytes(deep.p, deep.n), &e), RC_LIMIT);
  buf_release(&deep);
  assert_true(seconds(CLOCK_PROCESS_CPUTIME_ID) - start < 8.0); /* making the files included, under a sanitizer */
}

static void test_many_rows(void **state) {
  (void)state;
  struct buf sheet;
  struct err e;
  buf_init(&sheet, (size_t)60 << 20);
  buf_puts(&sheet, "<sheetData>");
  for (int i = 1; i <= 1000000; i++) buf_printf(&sheet, "<row r=\"%d\"><c><v>%d</v></c><c><v>2</v></c></row>", i, i);
  buf_puts(&sheet, "</sheetData>");
  struct made m = xlsx_make(sheet.p, NULL, NULL);
  buf_release(&sheet);
  double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
  assert_int_equal(read_fails(m, &e), RC_LIMIT);
  assert_true(seconds(CLOCK_PROCESS_CPUTIME_ID) - start < 4.0);
}

/* An OLE file as far as names in its directory go. */
static struct made ole_make(const char *stream) {
  struct made m = {calloc(1, 2048), 2048};
  assert_non_null(m.p);
  memcpy(m.p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
  size_t n = strlen(stream);
  for (size_t i = 0; i < n; i++) m.p[1024 + i * 2] = (unsigned char)stream[i];
  m.p[1024 + 64] = (unsigned char)((n + 1) * 2);
  return m;
}

static void script_write(char *path, size_t size, const char *folder, const char *text) {
  snprintf(path, size, "%s/soffice", folder);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
  assert_int_equal(chmod(path, 0700), 0);
  setenv("HENG_SOFFICE", path, 1);
}

static void test_old_files(void **state) {
  (void)state;
  struct err e;
  setenv("HENG_SOFFICE", "", 1);
  assert_int_equal(read_fails(ole_make("Workbook"), &e), RC_UNSUPPORTED);
  assert_non_null(strstr(e.text, ".xlsx"));
  assert_int_equal(read_fails(ole_make("WordDocument"), &e), RC_UNSUPPORTED);
  assert_non_null(strstr(e.text, ".docx"));
  assert_int_equal(read_fails(ole_make("EncryptedPackage"), &e), RC_PASSWORD);
  assert_int_equal(read_fails(ole_make("Other"), &e), RC_UNSUPPORTED);
}

static void test_conversion(void **state) {
  (void)state;
  char folder[] = "/tmp/heng-test-XXXXXX", path[128], made[128], script[512];
  assert_non_null(mkdtemp(folder));
  setenv("TMPDIR", folder, 1);
  snprintf(made, sizeof made, "%s/made.xlsx", folder);
  struct made x = xlsx_make("<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>甲</v></c><c r=\"B1\"><v>1.5</v></c></row></sheetData>", NULL, NULL);
  struct err e = {0};
  assert_int_equal(file_replace(made, x.p, x.n, &e), RC_OK);
  free(x.p);
  /* the last word is the input, the one before it the folder for the result */
  snprintf(script, sizeof script, "#!/bin/sh\ncp %s input.xlsx\n", made);
  script_write(path, sizeof path, folder, script);
  struct document *d = read_made(ole_make("Workbook"));
  assert_int_equal(d->format, FORMAT_XLSX);
  assert_string_equal(d->converted_from, "xls");
  assert_cell(d, 0, 0, 0, "甲");
  document_free(d);
  script_write(path, sizeof path, folder, "#!/bin/sh\nexit 1\n");
  assert_int_equal(read_fails(ole_make("WordDocument"), &e), RC_FORMAT);
  script_write(path, sizeof path, folder, "#!/bin/sh\necho rubbish > input.docx\n");
  assert_int_equal(read_fails(ole_make("WordDocument"), &e), RC_FORMAT);
  setenv("HENG_SOFFICE_SECONDS", "1", 1);
  script_write(path, sizeof path, folder, "#!/bin/sh\nsleep 100 &\nsleep 100\n");
  double start = seconds(CLOCK_MONOTONIC);
  assert_int_equal(read_fails(ole_make("WordDocument"), &e), RC_FORMAT);
  assert_true(seconds(CLOCK_MONOTONIC) - start < 10.0);
  char pattern[128];
  snprintf(pattern, sizeof pattern, "%s/heng-convert-*", folder);
  glob_t left = {0};
  assert_int_equal(glob(pattern, 0, NULL, &left), GLOB_NOMATCH); /* nothing stays behind */
  globfree(&left);
  unlink(path);
  unlink(made);
  rmdir(folder);
  unsetenv("TMPDIR");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_formats),   cmocka_unit_test(test_refused),   cmocka_unit_test(test_bombs),
                                     cmocka_unit_test(test_many_rows), cmocka_unit_test(test_old_files), cmocka_unit_test(test_conversion)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
