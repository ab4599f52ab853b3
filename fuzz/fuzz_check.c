/* fuzz_check.c: any bytes as a book in plain text, recognised and checked by the rules that are shipped. HENG_DATA: the folder of data files. */
#include "rooms/budget/budget.h"
#include "rule/rule.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rule_set *rules;
static struct code_lists *codes;
static struct profiles *profiles;

static void load(void) {
  char path[4200];
  struct err e;
  bool ready = rule_set_new(&rules, &e) == RC_OK && rule_set_load(rules, codes_data_path(path, sizeof path, "rules"), &e) == RC_OK &&
               codes_load(codes_data_path(path, sizeof path, "codes"), &codes, &e) == RC_OK &&
               profiles_load(codes_data_path(path, sizeof path, "profiles"), &profiles, &e) == RC_OK;
  if (!ready) {
    fprintf(stderr, "fuzz_check: %s\n", e.text);
    abort();
  }
  rule_set_lookup(rules, codes_lookup, codes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct document *d = NULL;
  struct book **books = NULL;
  struct err e;
  int n = 0;
  if (!rules) load();
  if (document_read_memory("fuzz.txt", data, size, NULL, &d, &e) < 0) return 0;
  struct recognise_options o = {.profiles = profiles, .codes = codes};
  const struct document *const documents[] = {d};
  if (book_recognise(documents, 1, &o, &books, &n, &e) < 0) n = 0;
  for (int i = 0; i < n; i++) {
    struct check_result *r = NULL;
    if (rule_check(rules, books[i], &r, &e) == RC_OK) check_free(r);
    book_free(books[i]);
  }
  free(books);
  document_free(d);
  return 0;
}
