/* fuzz_roster.c: the roster of bodies against any bytes: no crash, no leak; an error that says why, or bodies whose departments are bodies. */
#include "rooms/audit/roster.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct roster *r;
  struct err e = {0};
  if (size > 65536) return 0;
  if (roster_read_memory("fuzz.csv", data, size, &r, &e) < 0) {
    if (r || !e.text[0]) abort();
    return 0;
  }
  for (size_t i = 0; i < r->bodies.n; i++) {
    const struct body *b = &r->bodies.v[i];
    if (!b->name || !*b->name || !b->key || b->parent >= (int)r->bodies.n || (b->parent >= 0 && (!b->unit || r->bodies.v[b->parent].unit))) abort();
  }
  struct coverage *c;
  if (coverage_new(&c, r, 20000, &e) == RC_OK) {
    struct buf out;
    buf_init(&out, 1 << 24);
    struct lines l = {.out = &out};
    coverage_text(c, &l), coverage_html(c, &out);
    if (coverage_json(c, &out) < 0 && out.rc == RC_OK) abort();
    buf_release(&out);
    coverage_free(c);
  }
  roster_free(r);
  return 0;
}
