/* fuzz_import.c: any cells against a small workspace: told, or files that can be read, and the same cells imported again change nothing.
 * A line of input: "#NAME" begins a sheet, "&ABCD" merges cells (row, column, row, column as letters), else row and column as a letter each, n or t
 * for a number or text, then the text. */
#include "document/office.h"
#include "rooms/book/import.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[40];

static void put(const char *name, const void *text, size_t n) {
  char path[100];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(text, 1, n, f) != n || fclose(f)) abort();
}

static const char *const first[][2] = {
    {"units.csv", "code,name,parent,nature,role,listed\n1,a,,行政,,\n11,b,1,行政,,\n"},
    {"functions.csv", "code,name\n201,a\n20101,b\n2010101,c\n"},
    {"economics.csv", "code,name\n301,a\n30101,b\n"},
    {"income.csv", "year,version,unit,source,origin,amount\n2031,二上,11,11,本年,5.00\n"},
    {"causes.csv", "func,cause\n\"a\"\"b\",\"c\nd\"\n\n总计,e\n"},
};

static void folder_clear(void) {
  DIR *d = opendir(folder);
  for (struct dirent *x; d && (x = readdir(d));)
    if (x->d_name[0] != '.') unlinkat(dirfd(d), x->d_name, 0);
  if (d) closedir(d);
}

static void folder_end(void) {
  folder_clear();
  rmdir(folder);
}

static void folder_begin(void) {
  if (!folder[0]) {
    snprintf(folder, sizeof folder, "/tmp/heng-fuzz-import-XXXXXX");
    if (!mkdtemp(folder) || atexit(folder_end) != 0) abort();
  }
  folder_clear();
  for (size_t i = 0; i < sizeof first / sizeof *first; i++) put(first[i][0], first[i][1], strlen(first[i][1]));
}

static int place(char c) {
  return (unsigned char)c % 32;
}

static struct xlsx_cells *cells_make(struct sv input) {
  struct xlsx_cells *book = calloc(1, sizeof *book), *kept = calloc(1, sizeof *kept);
  struct err e;
  if (!book || !kept) abort();
  while (input.p) {
    struct sv line = sv_cut(&input, '\n');
    struct xlsx_sheet *s = book->v.n ? &book->v.v[book->v.n - 1] : NULL;
    if (line.n && line.p[0] == '#' && book->v.n < 8) {
      struct xlsx_sheet made = {.name = strndup(line.p + 1, line.n - 1)};
      if (!made.name || VEC_PUSH(&book->v, made, 8) < 0) abort();
    } else if (s && line.n >= 5 && line.p[0] == '&') {
      struct xlsx_range m = {place(line.p[1]), place(line.p[2]), place(line.p[1]) + place(line.p[3]), place(line.p[2]) + place(line.p[4])};
      if (VEC_PUSH(&s->merges, m, 1000) < 0) abort();
    } else if (s && line.n >= 3 && (line.p[2] == 'n' || line.p[2] == 't')) {
      struct sv text = {line.p + 3, line.n - 3};
      struct xlsx_cell c = {
          .row = place(line.p[0]), .column = place(line.p[1]), .flags = line.p[2] == 'n' ? CELL_NUMERIC : 0, .text = text, .stored = text};
      if (VEC_PUSH(&s->cells, c, 10000) < 0) abort();
    }
  }
  for (size_t i = 0; i < book->v.n; i++)
    if (xlsx_cells_keep(kept, &book->v.v[i], &e) < 0) abort();
  free(book->v.v), free(book);
  return kept;
}

static void cells_free(struct xlsx_cells *c) {
  for (size_t i = 0; i < c->v.n; i++) free((char *)(uintptr_t)c->v.v[i].name);
  xlsx_cells_free(c);
}

/* How many files the cells change, which are then those of the folder; -1: something was told to be wrong. */
static int imported(struct sv input) {
  struct import im = {.keep_missing = input.n % 2, .delete_missing = input.n % 3 == 0 && input.n % 2 == 0};
  struct import_file files[OPEN_FIELDS];
  struct err e = {0};
  size_t n = 0;
  int found, made = -1;
  if (import_open(&im, folder, "fuzz", &e) < 0) fprintf(stderr, "%s:%d %s\n", e.file, e.line, e.text), abort(); /* what an import wrote can be read */
  struct xlsx_cells *book = cells_make(input);
  im.book = book;
  if (import_sheets(&im, &found, &e) == RC_OK && import_compare(&im, &e) == RC_OK && im.errors == 0) {
    if (import_files(&im, files, &n, &e) < 0) abort();
    for (size_t i = 0; i < n; i++) {
      put(files[i].name, files[i].data.p, files[i].data.n);
      buf_release(&files[i].data);
    }
    made = (int)n;
  }
  im.book = NULL;
  import_close(&im);
  cells_free(book);
  return made;
}

/* As XML gives it: characters, no control characters. */
static bool plain(struct sv s) {
  for (size_t at = 0; at < s.n;) {
    uint32_t c = utf8_next(s, &at);
    if ((c < 32 && c != '\n' && c != '\t') || c >= 0xFFFD) return false;
  }
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sv input = {(const char *)data, size};
  if (size > 20000 || !plain(input)) return 0;
  folder_begin();
  if (imported(input) > 0 && imported(input) != 0) abort();
  return 0;
}
