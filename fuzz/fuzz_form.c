/* fuzz_form.c: what a browser may send: the first byte says what the rest is: a query or form, a path, a multipart upload cut at two places. The same
 * upload in one piece and in pieces gives the same; decoded text is UTF-8 without NUL. */
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_pairs(const struct pairs *p) {
  for (int i = 0; i < p->n; i++)
    if (!p->v[i].file && (!utf8_valid(p->v[i].value) || memchr(p->v[i].value.p, 0, p->v[i].value.n))) abort();
}

static int upload(struct multipart *m, struct arena *a, const char *p, size_t n, size_t first, size_t second) {
  static char folder[] = "/tmp/heng-fuzz-XXXXXX";
  static bool made;
  struct err e = {0};
  if (!made && !mkdtemp(folder)) abort();
  made = true;
  arena_init(a, 8 << 20);
  int rc = multipart_begin(m, a, "multipart/form-data; boundary=b", folder, 4096, &e);
  if (rc == RC_OK && first) rc = multipart_feed(m, p, first, &e);
  if (rc == RC_OK && second > first) rc = multipart_feed(m, p + first, second - first, &e);
  if (rc == RC_OK && n > second) rc = multipart_feed(m, p + second, n - second, &e);
  return rc == RC_OK ? multipart_end(m, &e) : rc;
}

static void uploads(const char *p, size_t n) {
  struct multipart one, three;
  struct arena a, b;
  int whole = upload(&one, &a, p, n, 0, 0), pieces = upload(&three, &b, p, n, n / 3, n / 2);
  if (whole != pieces) abort();
  if (whole == RC_OK && one.pairs.n != three.pairs.n) abort();
  for (int i = 0; whole == RC_OK && i < one.pairs.n; i++) {
    const struct pair *x = &one.pairs.v[i], *y = &three.pairs.v[i];
    if (!sv_equal(x->name, y->name) || !sv_equal(x->value, y->value) || !x->file != !y->file) abort();
    if (x->file && (x->file->size != y->file->size || strcmp(x->file->sha256, y->file->sha256) != 0)) abort();
    if (x->file && (memchr(x->file->name.p, '/', x->file->name.n) || sv_is(x->file->name, ".."))) abort();
  }
  if (whole == RC_OK) check_pairs(&one.pairs);
  multipart_release(&one);
  multipart_release(&three);
  arena_release(&a);
  arena_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 16384) return 0;
  const char *p = (const char *)data + 1;
  size_t n = size - 1;
  if (data[0] % 3 == 2) {
    uploads(p, n);
    return 0;
  }
  struct arena a;
  struct err e = {0};
  arena_init(&a, 8 << 20);
  if (data[0] % 3 == 1) {
    struct sv path = {0};
    if (path_decode(&a, (struct sv){p, n}, &path, &e) == RC_OK && (!utf8_valid(path) || memchr(path.p, 0, path.n))) abort();
  } else {
    struct pairs pairs = {0};
    if (form_decode(&a, (struct sv){p, n}, &pairs, &e) == RC_OK) check_pairs(&pairs);
  }
  arena_release(&a);
  return 0;
}
