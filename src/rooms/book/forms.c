/* forms.c: tables 11 and 12-x (整体支出、项目支出绩效目标表). Not written yet: a paper has none, and docs/book.md says so. */
#include "rooms/book/paper.h"

int derive_forms(struct paper *p, const struct layout *l, struct err *e) {
  (void)p, (void)l, (void)e;
  return RC_OK;
}
