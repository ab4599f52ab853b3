/* fuzz_claims.c: any bytes as a grammar of sentences: an error with a place, or a grammar that reads a small book; no crash, no leak. */
#include "rooms/budget/budget.h"
#include "rooms/claims/claims.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char BOOK[] = "某局2024年部门预算\n\n一、收支预算总体情况说明\n\n2024年收支总预算1,330.00万元，比2023年预算增加30.00万元，增长2.31%"
                           "。其中：基本支出580.50万元，占43.65%，"
                           "主要用于：人员、车辆3辆等；农林水支出（类）水利（款）行政运行（项）4000000元，去年无此项目。\n";

static void read_with(const struct claim_grammar *g) {
  struct document *d;
  struct book *b;
  struct err e = {0};
  if (document_read_memory("fuzz.txt", BOOK, sizeof BOOK - 1, &document_limits_default, &d, &e) < 0) return;
  if (book_new(&b, &e) == RC_OK) {
    b->documents = ARENA_ARRAY(&b->arena, const struct document *, 1);
    if (!b->documents) abort();
    b->documents[0] = d;
    b->ndocuments = 1, b->end_item = d->nitems;
    if (claims_read(g, NULL, b, &e) == RC_OK) {
      struct claim_count n = claims_counted(b);
      if (n.bound < 0 || n.unbound < 0 || n.apart < 0 || n.bound + n.unbound + n.apart > 8) abort(); /* so many numbers there are */
    }
    book_free(b);
  }
  document_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct claim_grammar *g;
  struct err e = {0};
  if (size > 65536) return 0;
  int rc = claim_grammar_parse("fuzz", (struct sv){(const char *)data, size}, &g, &e);
  if (rc == RC_FORMAT && (e.line < 1 || e.column < 1 || !e.text[0])) abort(); /* a mistake without a place */
  if (rc < 0) {
    if (g) abort();
    return 0;
  }
  read_with(g);
  claim_grammar_free(g);
  return 0;
}
