/* fuzz_accept.c: the file of accepted findings against any text: no crash, no leak; a mistake has a place, and what was read is whole and found by
 * id. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct accept_list *l = NULL;
  struct err e = {0};
  if (size > 65536) return 0;
  if (accept_parse("fuzz", (struct sv){(const char *)data, size}, &l, &e) < 0) {
    if (l || e.line < 1 || e.column < 1 || !e.text[0]) abort();
    return 0;
  }
  for (size_t i = 0; i < l->list.n; i++) {
    const struct acceptance *a = &l->list.v[i];
    if (!a->id || !a->reason || !a->by || !a->date || accept_find(l, a->id) != a) abort();
    if (strpbrk(a->reason, "\n\033") || !utf8_valid(sv_from(a->reason))) abort();
  }
  accept_free(l);
  return 0;
}
