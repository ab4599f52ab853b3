/* fuzz_profile.c: the profile form against any text: no crash, no leak, an error with a place or a vocabulary. */
#include "rooms/budget/internal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct vocabulary *v;
  struct err e = {0};
  if (size > 65536 || vocabulary_new(&v, &e) < 0) return 0;
  if (vocabulary_read(v, "fuzz", (struct sv){(const char *)data, size}, &e) == RC_OK) {
    char folded[256];
    text_fold_into(folded, sizeof folded, (struct sv){(const char *)data, size > 200 ? 200 : size});
    vocabulary_title(v, sv_from(folded), NULL);
    vocabulary_word(v, sv_from(folded));
    if (vocabulary_check(v, "fuzz", &e) == RC_OK && !v->name) abort();
  }
  vocabulary_free(v);
  return 0;
}
