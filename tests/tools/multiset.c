/* multiset.c: compares two texts with form feeds between pages: which characters each page has more or fewer of. White space is ignored.
 * Usage: multiset OURS THEIRS; prints one line a differing page; the last line counts. Status 1 when anything differs. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define POINTS 0x110000

static bool ignored(uint32_t cp) {
  return cp <= 0x20 || cp == 0xA0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200F) || cp == 0xFEFF || cp == 0x202F || cp == 0x7F;
}

static void count_page(struct sv *rest, int *table, int sign, long *total) {
  size_t at = 0;
  while (at < rest->n && rest->p[at] != '\f') {
    uint32_t cp = utf8_next(*rest, &at);
    if (ignored(cp)) continue;
    table[cp < POINTS ? cp : 0xFFFD] += sign;
    if (total) ++*total;
  }
  if (at < rest->n) at++;
  rest->p += at;
  rest->n -= at;
}

static int report_page(int page, int *table) {
  int differing = 0;
  for (uint32_t cp = 0; cp < POINTS; cp++) {
    if (table[cp] == 0) continue;
    char text[4];
    size_t n = utf8_put(text, cp);
    if (differing == 0) printf("page %d:", page);
    if (differing < 40) printf(" %+d %.*s(U+%04X)", table[cp], (int)n, text, (unsigned)cp);
    differing += abs(table[cp]);
    table[cp] = 0;
  }
  if (differing) printf("\n");
  return differing;
}

int main(int argc, char **argv) {
  unsigned char *data[2] = {NULL, NULL};
  size_t n[2] = {0, 0};
  struct err e = {0};
  int *table = calloc(POINTS, sizeof *table);
  long total = 0;
  int differing = 0, page = 0;
  if (argc != 3 || !table) return 2;
  for (int i = 0; i < 2; i++)
    if (file_read(argv[i + 1], (size_t)1 << 30, &data[i], &n[i], &e) < 0) return 2;
  struct sv ours = {(char *)data[0], n[0]}, theirs = {(char *)data[1], n[1]};
  while (ours.n > 0 || theirs.n > 0) {
    count_page(&ours, table, 1, &total);
    count_page(&theirs, table, -1, NULL);
    differing += report_page(++page, table);
  }
  printf("%ld characters, %d differ\n", total, differing);
  free(data[0]);
  free(data[1]);
  free(table);
  return differing > 0;
}
