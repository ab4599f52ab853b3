/* fuzz_rule.c: any bytes as a file of rules. */
#include "rule/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct rule_set *s;
  struct err e;
  if (rule_set_new(&s, &e) < 0) return 0;
  (void)!rule_set_parse(s, "fuzz.rules", (struct sv){(const char *)data, size}, &e);
  for (int i = 0; i < rule_count(s); i++) (void)rule_source(s, i);
  rule_set_free(s);
  return 0;
}
