/* fuzz_portal.c: what a package says of itself, any bytes: book.json, the CSV files, datapackage.json. The first byte says which. What is taken is
 * well-formed: names that can stand in an address, valid UTF-8, totals that add up. */
#include "rooms/portal/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sums_hold(const struct package *p) {
  int64_t sum = 0;
  for (int i = 0; i < p->ntotals; i++) {
    if (strlen(p->totals[i].code) != 3 || !utf8_valid(sv_from(p->totals[i].label))) abort();
    if (__builtin_add_overflow(sum, p->totals[i].amount, &sum)) return;
  }
  if (sum != p->spending) abort();
}

static void described(const char *text, size_t n, const struct package *p) {
  struct buf out;
  struct err e = {0};
  buf_init(&out, 1 << 22);
  if (fiscal_make((struct sv){text, n}, p, &out, &e) == RC_OK) {
    json_t *again = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
    if (!again) abort();
    json_decref(again);
  }
  buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct err e = {0};
  if (size < 1 || size > 65536) return 0;
  struct package *p = calloc(1, sizeof *p);
  char *text = malloc(size);
  if (!p || !text) abort();
  memcpy(text, data + 1, size - 1);
  snprintf(p->name, sizeof p->name, "x");
  snprintf(p->of_version, sizeof p->of_version, "v");
  p->year = 2025;
  p->files = 1;
  snprintf(p->file[0].name, sizeof p->file[0].name, "budget-lines.csv");
  switch (data[0] % 5) {
  case 0:
    if (package_identity((struct sv){text, size - 1}, p, &e) == RC_OK && (!*p->name || strpbrk(p->name, "/.<\"") || !utf8_valid(sv_from(p->title))))
      abort();
    break;
  case 1:
    if (package_spending(text, size - 1, p, &e) == RC_OK) sums_hold(p);
    break;
  case 2:
    if (package_income(text, size - 1, p, &e) == RC_OK && !p->has_income) abort();
    break;
  case 3:
    p->ntotals = 1;
    memcpy(p->totals[0].code, "208", 4);
    if (package_labels(text, size - 1, p, &e) == RC_OK && !utf8_valid(sv_from(p->totals[0].label))) abort();
    break;
  default: described(text, size - 1, p);
  }
  free(text);
  free(p);
  return 0;
}
