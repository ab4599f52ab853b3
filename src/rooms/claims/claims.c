/* claims.c: prose → tokens → claims → rows of the book. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

int claims_read(const struct claim_grammar *g, const struct code_lists *codes, struct book *b, struct err *e) {
  if (b->blank_form) return RC_OK; /* nothing is claimed of an unfilled form */
  struct prose prose;
  struct names names = {0};
  struct claims c = {.g = g, .book = b, .prose = &prose, .names = &names};
  int rc = prose_read(g, b, &prose, e);
  if (rc == RC_OK) c.kept = arena_text(&b->arena, prose.text.p ? prose.text.p : "", prose.text.n);
  if (rc == RC_OK && !c.kept) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) contents_mark(&prose);
  if (rc == RC_OK && names_init(&names, g, codes, b) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK && claims_bind(&c) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK && claims_conclude(&c) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK && glossary_read(&c) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = claims_emit(&c, e);
  if (rc == RC_OK && (b->arena.failed || b->symbols.arena.failed)) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  free(c.said.v), free(c.unbound.v), free(c.listed.v);
  names_release(&names);
  prose_release(&prose);
  if (rc == RC_OK) book_mark_recognised(b); /* again: sentences of recognised pages are to be confirmed like their tables */
  return rc;
}

struct claim_count claims_counted(const struct book *b) {
  struct claim_count n = {0};
  symbol unbound = book_find(b, "said.unbound"), apart = book_find(b, "said.apart");
  for (size_t i = 0; i < b->obs.n; i++) {
    const struct obs *o = &b->obs.v[i];
    if (!b->tables.v[o->table].prose || (o->type != OBS_AMOUNT && o->type != OBS_PERCENT)) continue;
    for (size_t k = 0; k < o->text.n; k++)
      if (o->text.p[k] >= '0' && o->text.p[k] <= '9') { /* 持平 is a change of nothing, and no number */
        n.bound++;
        break;
      }
  }
  for (size_t i = 0; i < b->fields.n; i++) {
    n.unbound += unbound != NO_SYMBOL && b->fields.v[i].name == unbound;
    n.apart += apart != NO_SYMBOL && b->fields.v[i].name == apart;
  }
  return n;
}
