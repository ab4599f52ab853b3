/* fuzz_clause.c: the check sheet's rows and the notice's words against any text: no crash, no leak, an error with a place or a whole form. */
#include "rooms/audit/notice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sheet_form *rows;
  struct notice_form *words;
  struct err e = {0};
  struct sv text = {(const char *)data, size};
  if (size > 65536) return 0;
  if (sheet_form_parse("fuzz", text, &rows, &e) == RC_OK) {
    for (size_t i = 0; i < rows->rows.n; i++)
      if (!rows->rows.v[i].title_zh || !rows->rows.v[i].require_en || !rows->rows.v[i].basis) abort();
    sheet_form_free(rows);
  } else if (e.line < 1) {
    abort();
  }
  err_clear(&e);
  if (notice_form_parse("fuzz", text, &words, &e) == RC_OK) {
    if (!*notice_demand_for(words, "X-1", false)) abort();
    notice_form_free(words);
  } else if (e.code == RC_FORMAT && e.line < 0) {
    abort();
  }
  return 0;
}
