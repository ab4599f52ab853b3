/* book_time.c: book_time FOLDER [REPEATS]: how long a workspace takes inside the process, in ms: reading and checking its files, reading the layout,
 * deriving tables, forms and sentences. The best and the middle of REPEATS (21). bench/book.sh calls it. */
#include "rooms/book/opened.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPEATS_MOST = 1001, PHASES = 5 };
static double spent[PHASES][REPEATS_MOST];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Once, by the steps of opened_make(). */
static int once(const char *folder, int at, struct err *e) {
  struct opened o = {0};
  char data[4096], path[4200];
  double t[PHASES];
  codes_data_path(data, sizeof data, "");
  snprintf(path, sizeof path, "%s/codes", data);
  t[0] = now();
  int rc = codes_load(path, &o.codes, e);
  t[1] = now();
  if (rc == RC_OK) rc = workspace_load(folder, NULL, o.codes, &o.workspace, e);
  t[2] = now();
  if (rc == RC_OK) rc = layout_load(data, o.workspace->profile, &o.layout, e);
  t[3] = now();
  if (rc == RC_OK) rc = paper_make(o.workspace, o.layout, &o.paper, e);
  t[4] = now();
  for (int i = 0; i < PHASES - 1; i++) spent[i][at] = t[i + 1] - t[i];
  spent[PHASES - 1][at] = t[4] - t[1]; /* the lists of codes belong to the program */
  opened_close(&o);
  return rc;
}

int main(int argc, char **argv) {
  static const char *const names[PHASES] = {"lists of codes", "read + check", "layout", "derive", "read + check + layout + derive"};
  struct err e = {0};
  long n = argc > 2 ? strtol(argv[2], NULL, 10) : 21;
  if (argc < 2 || n < 1 || n > REPEATS_MOST) return fprintf(stderr, "book_time FOLDER [REPEATS]\n"), 2;
  for (int i = 0; i < (int)n; i++)
    if (once(argv[1], i, &e) < 0) return fprintf(stderr, "book_time: %s\n", e.text), 1;
  for (int i = 0; i < PHASES; i++) {
    qsort(spent[i], (size_t)n, sizeof spent[i][0], by_size);
    printf("%-32s best %8.2f ms, middle %8.2f ms\n", names[i], spent[i][0], spent[i][n / 2]);
  }
  return 0;
}
