/* numbers.c: the amounts (digits with a separator or decimals) on each page: of a document as Heng reads it, or of a text with form feeds between
 * pages. Usage: numbers FILE.pdf | numbers -t FILE.txt. Prints "page amount", sorted, one a line, so that diff compares them. With -c only what
 * stands in cells of tables that were read cleanly; the others are named on stderr. */
#include "document/document.h"

#include <stdlib.h>
#include <string.h>

struct amount {
  int page;
  char text[64];
};

static VEC(struct amount) all;

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

static void take(int page, struct sv s) {
  for (size_t i = 0; i < s.n;) {
    size_t end = i;
    bool mark = false;
    while (end < s.n && (digit(s.p[end]) || (end > i && (s.p[end] == '.' || s.p[end] == ',') && end + 1 < s.n && digit(s.p[end + 1])))) {
      mark = mark || !digit(s.p[end]);
      end++;
    }
    struct amount a = {.page = page};
    if (mark && end - i < sizeof a.text) {
      memcpy(a.text, s.p + i, end - i);
      if (VEC_PUSH(&all, a, 10000000) < 0) abort();
    }
    i = end > i ? end : i + 1;
  }
}

static int by_page(const void *a, const void *b) {
  const struct amount *x = a, *y = b;
  return x->page != y->page ? x->page - y->page : strcmp(x->text, y->text);
}

static int of_document(const char *path, bool cells_only) {
  struct document *d = NULL;
  struct err e = {0};
  if (document_read(path, &document_limits_default, &d, &e) < 0) {
    fprintf(stderr, "%s: %s\n", path, e.text);
    return 1;
  }
  for (int i = 0; i < d->nitems && !cells_only; i++)
    if (d->items[i].kind == ITEM_LINE && !d->items[i].invisible) take(d->items[i].place.page, d->items[i].text);
  for (int i = 0; i < d->ntables && cells_only; i++)
    if (d->tables[i].flags & TABLE_DOUBTFUL)
      fprintf(stderr, "doubtful: table %d, page %d: %s\n", i + 1, d->tables[i].parts[0].page, d->tables[i].doubt);
  for (int i = 0; i < d->ntables; i++)
    for (int k = 0; k < d->tables[i].ncells && !(cells_only && (d->tables[i].flags & TABLE_DOUBTFUL)); k++)
      take(d->tables[i].cells[k].place.page, d->tables[i].cells[k].text);
  document_free(d);
  return 0;
}

static int of_text(const char *path) {
  unsigned char *data = NULL;
  size_t n = 0;
  struct err e = {0};
  if (file_read(path, (size_t)256 << 20, &data, &n, &e) < 0) return 1;
  struct sv rest = {(const char *)data, n};
  for (int page = 1; rest.p; page++) take(page, sv_cut(&rest, '\f'));
  free(data);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  bool option = argv[1][0] == '-' && argc > 2;
  int rc = option && argv[1][1] == 't' ? of_text(argv[2]) : of_document(argv[option ? 2 : 1], option);
  if (all.n) qsort(all.v, all.n, sizeof *all.v, by_page);
  for (size_t i = 0; i < all.n; i++) printf("%d %s\n", all.v[i].page, all.v[i].text);
  free(all.v);
  return rc;
}
