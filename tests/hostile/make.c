/* make.c: makes hostile files in the current folder, and prints what is to be expected of each: "name expectation" a line.
 * make [NAME…]: all of them, or those named. Plain files are here; make_pdf.c and make_office.c have the others. */
#include "make.h"

#include <string.h>
#include <sys/stat.h>

static int close_file(FILE *f) {
  bool bad = ferror(f) != 0;
  return fclose(f) != 0 || bad ? -1 : 0;
}

static int write_bytes(const char *name, const void *p, size_t n) {
  FILE *f = fopen(name, "wb");
  if (!f) return -1;
  fwrite(p, 1, n, f);
  return close_file(f);
}

static int repeat(const char *name, const char *before, const char *piece, size_t times, const char *after) {
  FILE *f = fopen(name, "wb");
  if (!f) return -1;
  fputs(before, f);
  for (size_t i = 0; i < times; i++) fputs(piece, f);
  fputs(after, f);
  return close_file(f);
}

static int make_empty(const char *name) {
  return write_bytes(name, "", 0);
}

static int make_folder(const char *name) {
  return mkdir(name, 0777);
}

static int make_jpeg(const char *name) {
  static const unsigned char head[] = {0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xD9};
  return write_bytes(name, head, sizeof head);
}

static int make_rtf(const char *name) {
  static const char text[] = "{\\rtf1\\ansi\\ansicpg936 {\\b \\'d4\\'a4\\'cb\\'e3}\\par 1,234.56}";
  return write_bytes(name, text, sizeof text - 1);
}

/* Bytes of a fixed sequence that looks like nothing. */
static int make_noise(const char *name) {
  FILE *f = fopen(name, "wb");
  unsigned long long state = 88172645463325252ULL;
  if (!f) return -1;
  for (int i = 0; i < 4 << 20; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    fputc((int)(state >> 24 & 255), f);
  }
  return close_file(f);
}

static int make_tabs(const char *name) {
  return repeat(name, "部门收支总表\n合计", "\t1", 1000000, "\n");
}

static int make_long_line(const char *name) {
  return repeat(name, "", "0123456789", 10000000, "\n");
}

static int make_lines(const char *name) {
  FILE *f = fopen(name, "wb");
  if (!f) return -1;
  for (int i = 0; i < 5000000; i++) fprintf(f, "%d\t%d.00\n", i, i);
  return close_file(f);
}

/* Every byte begins a character of several bytes that never comes. */
static int make_broken_text(const char *name) {
  return repeat(name, "预算", "\xF0\x9F\xF0\x81\xE4\xB8", 2000000, "\n");
}

static int make_html_nested(const char *name) {
  return repeat(name, "<html><body>", "<table><tr><td>1</td><td>", 10000, "x");
}

static int make_html_deep(const char *name) {
  return repeat(name, "<html><body>", "<div><p><b>", 1000000, "x");
}

/* Each cell says it covers 1000 × 1000 others. */
static int make_html_spans(const char *name) {
  return repeat(name, "<html><body><table>", "<tr><td rowspan=1000 colspan=1000>1</td><td rowspan=65534 colspan=2147483647>2</td></tr>\n", 20000,
                "</table>");
}

static int make_html_cells(const char *name) {
  return repeat(name, "<html><body><table>", "<tr><td>1<td>2<td>3<td>4\n", 1000000, "</table>");
}

static int make_html_tables(const char *name) {
  return repeat(name, "<html><body>", "<table><tr><td>1<td>2<tr><td>3<td>4</table>\n", 100000, "</body></html>");
}

/* Entities that would grow without end, and one that asks for a file of this machine. */
static int make_html_entities(const char *name) {
  return repeat(name, "<!DOCTYPE html [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><html><body>", "&a;&b;&#x110000;&#0;",
                200000, "</body></html>");
}

const struct hostile hostile_text[] = {
    {"empty.pdf", REFUSED, make_empty},
    {"empty.txt", REFUSED, make_empty},
    {"folder.pdf", FOLDER, make_folder},
    {"jpeg.pdf", REFUSED, make_jpeg},
    {"letter.rtf", REFUSED, make_rtf},
    {"noise.xlsx", REFUSED, make_noise},
    {"tabs-1e6.txt", EITHER, make_tabs},
    {"line-100mb.txt", EITHER, make_long_line},
    {"lines-5e6.csv", EITHER, make_lines},
    {"broken-text.txt", EITHER, make_broken_text},
    {"nested-1e4.html", EITHER, make_html_nested},
    {"deep-1e6.html", EITHER, make_html_deep},
    {"spans.html", EITHER, make_html_spans},
    {"cells-4e6.html", REFUSED, make_html_cells},
    {"tables-1e5.html", REFUSED, make_html_tables},
    {"entities.html", EITHER, make_html_entities},
    {NULL, EITHER, NULL},
};

static bool wanted(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], name) == 0) return true;
  return argc < 2;
}

int main(int argc, char **argv) {
  static const char *const words[] = {"refused", "either", "read", "folder"};
  const struct hostile *const lists[] = {hostile_text, hostile_office, hostile_pdf};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
    for (const struct hostile *h = lists[k]; h->name; h++) {
      if (!wanted(h->name, argc, argv)) continue;
      if (h->make(h->name) != 0) {
        fprintf(stderr, "make: %s could not be made\n", h->name);
        return 1;
      }
      printf("%s %s\n", h->name, words[h->expect]);
    }
  return fflush(stdout) == 0 ? 0 : 1;
}
