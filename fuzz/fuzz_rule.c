/* fuzz_rule.c: any bytes as a file of rules: an error with a place, or rules that can be listed; no crash, no leak, no unbounded time or memory. */
#include "rule/rule.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct rule_set *s;
  struct err e = {0};
  if (size > 20000 || rule_set_new(&s, &e) < 0) return 0;
  int rc = rule_set_parse(s, "fuzz.rules", (struct sv){(const char *)data, size}, &e);
  if (rc == RC_FORMAT && (e.line < 1 || e.column < 1 || !e.text[0])) abort(); /* a mistake without a place */
  for (int i = 0; rc == RC_OK && i < rule_count(s); i++) {
    const struct rule_head *h = rule_get(s, i);
    struct sv source = rule_source(s, i);
    if (rule_named(s, h->id) != h || !h->title_zh || !h->basis || source.n == 0) abort();
  }
  rule_set_free(s);
  return 0;
}
