/* fuzz_recognise.c: any text as a document, recognised as a book: no crash, no leak. The profiles are those of the project, when they can be found.
 */
#include "rooms/budget/budget.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct profiles *load(void) {
  char path[4200];
  struct profiles *p;
  struct err e = {0};
  return profiles_load(codes_data_path(path, sizeof path, "profiles"), &p, &e) == RC_OK ? p : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct profiles *profiles;
  if (!profiles) profiles = load();
  struct document *d;
  struct err e = {0};
  if (!profiles || size > 20000 || document_read_memory("fuzz.txt", data, size, &document_limits_default, &d, &e) < 0) return 0;
  const struct document *one = d;
  struct recognise_options o = {.profiles = profiles};
  struct book **books;
  int n;
  if (book_recognise(&one, 1, &o, &books, &n, &e) == RC_OK) {
    struct buf out;
    buf_init(&out, 1 << 22);
    for (int i = 0; i < n; i++) {
      book_print_facts(books[i], true, &out);
      book_free(books[i]);
    }
    buf_release(&out);
    free(books);
  }
  document_free(d);
  return 0;
}
