/* fuzz_two.c: two texts, parted by a NUL: the second beside the first in each role, and both compared. */
#include "rooms/audit/compare.h"

#include <stdlib.h>
#include <string.h>

static struct auditor *auditor;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  struct err e;
  (void)argc, (void)argv;
  if (auditor_new(NULL, &auditor, &e) < 0) abort();
  return 0;
}

/* One text read as books. */
struct side {
  struct document *d;
  struct book **books;
  int n;
};

static bool side_read(struct side *s, const uint8_t *data, size_t size) {
  struct err e;
  *s = (struct side){0};
  if (document_read_memory("t.txt", data, size, NULL, &s->d, &e) < 0) return false;
  struct recognise_options o = {.profiles = auditor->profiles, .codes = auditor->codes};
  const struct document *const documents[] = {s->d};
  return book_recognise(documents, 1, &o, &s->books, &s->n, &e) == RC_OK && s->n > 0;
}

static void side_free(struct side *s) {
  for (int i = 0; i < s->n; i++) book_free(s->books[i]);
  free(s->books);
  document_free(s->d);
}

static void compare(const struct side *a, const struct side *b) {
  struct comparison c;
  struct err e;
  if (comparison_make(a->books[0], b->books[0], &c, &e) == RC_OK) comparison_release(&c);
}

static void lay(struct side *a, const struct side *b, enum other_role role) {
  struct err e;
  struct grafts g = {0};
  struct check_result *r = NULL;
  struct others others = {0};
  struct other x = {.role = role, .path = "t.txt", .book = b->books[0]};
  int rc = role == OTHER_APPROVED ? others_lists(auditor, b->d, &others, &x, &e) : RC_OK;
  struct others all = {.list = {.v = &x, .n = 1, .cap = 1}};
  if (rc == RC_OK) rc = graft_make(a->books[0], &all, a->books, a->n, &g, &e);
  if (rc == RC_OK && two_check(auditor, a->books[0], &g, &r, &e) == RC_OK) check_free(r);
  graft_release(&g);
  others_release(&others);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *parted = size > 1 ? memchr(data + 1, 0, size - 1) : NULL;
  if (!parted) return 0;
  struct side a, b = {0};
  size_t first = (size_t)(parted - data - 1);
  bool read = side_read(&a, data + 1, first) && side_read(&b, parted + 1, size - first - 2);
  if (read) compare(&a, &b);
  if (read) lay(&a, &b, (enum other_role)(data[0] % OTHER_ROLES));
  side_free(&a);
  side_free(&b);
  return 0;
}
