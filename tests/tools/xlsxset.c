/* xlsxset.c: xlsxset IN.xlsx OUT.xlsx [VERB SHEET WHERE WHAT]…: what a person does to a workbook: one cell other than before, cells merged, a column
 * emptied, a sheet renamed. Only for workbooks as Excel and its writers make them; it looks for the text of the parts and mends that.
 *   text SHEET B3 WORDS, number SHEET B3 1.5, error SHEET B3 '#REF!', date SHEET B3 44926, formula SHEET B3 A1*2 (no stored result),
 *   clear SHEET B3 -, merge SHEET B3:C4 -, column SHEET B - (emptied), rename SHEET NAME - */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PARTS = 500 };
static struct part {
  char name[300], *text;
  size_t n;
} parts[PARTS];
static int nparts;

static void fail(const char *what, const char *which) {
  fprintf(stderr, "xlsxset: %s: %s\n", what, which);
  exit(2);
}

/* printf into a room; what does not fit is the end. */
__attribute__((format(printf, 3, 4))) static int fit(char *out, size_t size, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(out, size, fmt, args);
  va_end(args);
  if (n < 0 || (size_t)n >= size) fail("too long", fmt);
  return n;
}

static void parts_read(const char *path) {
  int why;
  zip_t *z = zip_open(path, ZIP_RDONLY, &why);
  if (!z) fail("cannot read", path);
  for (zip_int64_t i = 0; i < zip_get_num_entries(z, 0) && nparts < PARTS; i++) {
    zip_stat_t st;
    zip_file_t *f = zip_fopen_index(z, (zip_uint64_t)i, 0);
    if (!f || zip_stat_index(z, (zip_uint64_t)i, 0, &st) != 0) fail("cannot read a part of", path);
    struct part *p = &parts[nparts++];
    fit(p->name, sizeof p->name, "%s", st.name);
    p->n = (size_t)st.size;
    p->text = calloc(1, p->n + 1);
    if (!p->text || zip_fread(f, p->text, st.size) != (zip_int64_t)st.size) fail("cannot read a part of", path);
    zip_fclose(f);
  }
  zip_close(z);
}

static void parts_write(const char *path) {
  int why;
  zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
  if (!z) fail("cannot write", path);
  for (int i = 0; i < nparts; i++) {
    zip_source_t *s = zip_source_buffer(z, parts[i].text, parts[i].n, 0);
    if (!s || zip_file_add(z, parts[i].name, s, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE) < 0) fail("cannot write", path);
  }
  if (zip_close(z) != 0) fail("cannot write", path);
}

static struct part *part(const char *name) {
  for (int i = 0; i < nparts; i++)
    if (strcmp(parts[i].name, name) == 0) return &parts[i];
  fail("no part", name);
  return NULL;
}

/* The bytes from … to of a part made others. */
static void splice(struct part *p, size_t from, size_t to, const char *with) {
  size_t n = strlen(with);
  char *text = malloc(p->n - (to - from) + n + 1);
  if (!text) fail("no memory", p->name);
  memcpy(text, p->text, from);
  memcpy(text + from, with, n);
  memcpy(text + from + n, p->text + to, p->n - to + 1);
  free(p->text);
  p->text = text, p->n += n - (to - from);
}

static size_t place(const struct part *p, const char *at) {
  return (size_t)(at - p->text);
}

static struct part *sheet(const char *name) {
  char look[400], id[100], path[400];
  struct part *book = part("xl/workbook.xml"), *rels = part("xl/_rels/workbook.xml.rels");
  fit(look, sizeof look, "name=\"%s\"", name);
  char *at = strstr(book->text, look);
  if (!at || !(at = strstr(at, "r:id=\""))) fail("no sheet", name);
  fit(id, sizeof id, "Id=\"%.*s\"", (int)strcspn(at + 6, "\""), at + 6);
  at = strstr(rels->text, id);
  while (at && at > rels->text && *at != '<') at--;
  if (!at || !(at = strstr(at, "Target=\""))) fail("no target of", name);
  at += 8;
  fit(path, sizeof path, "%s%.*s", *at == '/' ? "" : "xl/", (int)strcspn(at, "\""), at + (*at == '/'));
  if (*at == '/') path[strcspn(path, "\"")] = '\0';
  return part(path);
}

/* Where a cell's element begins and ends, and the style it has; made where there is none. */
static void cell_find(struct part *p, const char *ref, size_t *from, size_t *to, char *style, size_t size) {
  char look[64];
  fit(look, sizeof look, "<c r=\"%s\"", ref);
  char *at = strstr(p->text, look);
  style[0] = '\0';
  if (!at) {
    const char *number = ref + strspn(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    fit(look, sizeof look, "<row r=\"%s\"", number);
    char *row = strstr(p->text, look), *end = row ? strchr(row, '>') : NULL;
    if (end && end[-1] == '/')
      splice(p, place(p, end) - 1, place(p, end) + 1, "></row>"), row = strstr(p->text, look);
    else if (!row) {
      char made[100];
      fit(made, sizeof made, "<row r=\"%s\"></row>", number);
      char *close = strstr(p->text, "</sheetData>");
      if (!close) fail("no rows in", p->name);
      splice(p, place(p, close), place(p, close), made);
      row = strstr(p->text, look);
    }
    *from = *to = place(p, strstr(row, "</row>"));
    return;
  }
  char *end = strchr(at, '>'), *s = strstr(at, " s=\"");
  if (s && s < end) fit(style, size, " s=\"%.*s\"", (int)strcspn(s + 4, "\""), s + 4);
  *from = place(p, at);
  *to = end[-1] == '/' ? place(p, end) + 1 : place(p, strstr(at, "</c>")) + 4;
}

static void escaped(char *out, size_t size, const char *text) {
  size_t n = 0;
  for (; *text && n + 6 < size; text++) {
    const char *as = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : NULL;
    if (as)
      n += (size_t)fit(out + n, size - n, "%s", as);
    else
      out[n++] = *text;
  }
  out[n] = '\0';
}

/* A style of the workbook that shows a number as a day. */
static const char *date_style(void) {
  static char out[40];
  struct part *p = part("xl/styles.xml");
  char *at = strstr(p->text, "<cellXfs count=\""), *end = strstr(p->text, "</cellXfs>"), count[60];
  if (!at || !end) fail("no styles in", p->name);
  long n = strtol(at + 16, NULL, 10);
  splice(p, place(p, end), place(p, end), "<xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>");
  at = strstr(p->text, "<cellXfs count=\"");
  fit(count, sizeof count, "<cellXfs count=\"%ld\"", n + 1);
  splice(p, place(p, at), place(p, strchr(at + 16, '"')) + 1, count);
  fit(out, sizeof out, " s=\"%ld\"", n);
  return out;
}

static void cell_set(struct part *p, const char *verb, const char *ref, const char *what) {
  static char value[40000], made[41000];
  char style[40];
  size_t from, to;
  const char *day = strcmp(verb, "date") == 0 ? date_style() : NULL;
  cell_find(p, ref, &from, &to, style, sizeof style);
  escaped(value, sizeof value, what);
  if (strcmp(verb, "clear") == 0)
    made[0] = '\0';
  else if (strcmp(verb, "text") == 0)
    fit(made, sizeof made, "<c r=\"%s\"%s t=\"inlineStr\"><is><t xml:space=\"preserve\">%s</t></is></c>", ref, style, value);
  else if (strcmp(verb, "error") == 0)
    fit(made, sizeof made, "<c r=\"%s\"%s t=\"e\"><f>Sheet9!A1</f><v>%s</v></c>", ref, style, value);
  else if (strcmp(verb, "formula") == 0)
    fit(made, sizeof made, "<c r=\"%s\"%s><f>%s</f></c>", ref, style, value);
  else
    fit(made, sizeof made, "<c r=\"%s\"%s><v>%s</v></c>", ref, day ? day : style, value);
  splice(p, from, to, made);
}

static void cells_merge(struct part *p, const char *range) {
  char made[200];
  char *at = strstr(p->text, "</sheetData>");
  if (!at || strstr(p->text, "<mergeCells")) fail("cannot merge in", p->name);
  fit(made, sizeof made, "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"%s\"/></mergeCells>", range);
  splice(p, place(p, at), place(p, at) + 12, made);
}

static void column_clear(struct part *p, const char *letter) {
  char look[40], ref[400], style[40];
  size_t n = (size_t)fit(look, sizeof look, "<c r=\"%s", letter), from, to;
  for (char *at = p->text; (at = strstr(at, look));) {
    if (at[n] < '0' || at[n] > '9') {
      at++;
      continue;
    }
    fit(ref, sizeof ref, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
    cell_find(p, ref, &from, &to, style, sizeof style);
    splice(p, from, to, "");
    at = p->text + from;
  }
}

static void sheet_rename(const char *old, const char *name) {
  char look[400], made[400];
  struct part *book = part("xl/workbook.xml");
  fit(look, sizeof look, "<sheet name=\"%s\"", old);
  fit(made, sizeof made, "<sheet name=\"%s\"", name);
  char *at = strstr(book->text, look);
  if (!at) fail("no sheet", old);
  splice(book, place(book, at), place(book, at) + strlen(look), made);
}

int main(int argc, char **argv) {
  if (argc < 3 || (argc - 3) % 4) fail("wanted", "IN OUT [VERB SHEET WHERE WHAT]…");
  parts_read(argv[1]);
  for (char **a = argv + 3; *a; a += 4) {
    if (strcmp(a[0], "rename") == 0)
      sheet_rename(a[1], a[2]);
    else if (strcmp(a[0], "merge") == 0)
      cells_merge(sheet(a[1]), a[2]);
    else if (strcmp(a[0], "column") == 0)
      column_clear(sheet(a[1]), a[2]);
    else
      cell_set(sheet(a[1]), a[0], a[2], a[3]);
  }
  parts_write(argv[2]);
  for (int i = 0; i < nparts; i++) free(parts[i].text);
  return 0;
}
