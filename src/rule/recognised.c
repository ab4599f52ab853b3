/* recognised.c: what rests on a figure that character recognition read can be wrong in the picture only: it is evaluated, and at most a warning. */
#include "rule/rule_internal.h"

static bool page_recognised(const struct book *b, int32_t document, struct place p) {
  if (document < 0 || document >= b->ndocuments) return false;
  const struct document *d = b->documents[document];
  return p.page > 0 && p.page <= d->npages && d->pages[p.page - 1].state == PAGE_RECOGNISED;
}

static bool table_recognised(const struct book *b, const struct book_table *t) {
  const struct document *d = t->document >= 0 && t->document < b->ndocuments ? b->documents[t->document] : NULL;
  const struct table *source = d && t->document_table >= 0 && t->document_table < d->ntables ? &d->tables[t->document_table] : NULL;
  for (int i = 0; source && i < source->nparts; i++)
    if (page_recognised(b, t->document, source->parts[i])) return true;
  return page_recognised(b, t->document, t->place);
}

void book_mark_recognised(struct book *b) {
  b->recognised = 0;
  for (size_t i = 0; i < b->tables.n; i++) b->tables.v[i].recognised = table_recognised(b, &b->tables.v[i]);
  for (size_t i = 0; i < b->obs.n; i++) {
    struct obs *o = &b->obs.v[i];
    o->recognised = page_recognised(b, o->document, o->place);
    if (!o->recognised) continue;
    if (o->table >= 0) b->tables.v[o->table].recognised = true;
    b->recognised += o->state != OBS_BLANK && o->type != OBS_TEXT && o->type != OBS_CODE;
  }
}

/* A sentence or a missing table may be on any page: with one recognised page a remark about no table may be wrong. What a remark compares a table
 * with is not known here: with one recognised table it may be that one. */
static bool remark_rests(const struct book *b, const struct remark *m, bool any_page, bool any_table) {
  return m->table < 0 ? any_page || page_recognised(b, m->document, m->place) : any_table;
}

void recognised_weigh(const struct book *b, struct check_result *r) {
  bool any_page = false, any_table = false;
  for (int d = 0; d < b->ndocuments; d++)
    for (int i = 0; i < b->documents[d]->npages; i++) any_page |= b->documents[d]->pages[i].state == PAGE_RECOGNISED;
  for (size_t i = 0; i < b->tables.n; i++) any_table |= b->tables.v[i].recognised; /* or one of another book laid beside this one */
  if (!any_page && !any_table) return;
  for (size_t i = 0; i < r->relations.n; i++) {
    struct relation *x = &r->relations.v[i];
    for (int k = 0; k < x->nterms && !x->recognised; k++) x->recognised = b->obs.v[x->terms[k].obs].recognised;
    if (x->recognised && x->severity == SEVERITY_ERROR) x->severity = SEVERITY_WARNING;
  }
  for (size_t i = 0; i < r->remarks.n; i++) {
    struct remark *m = &r->remarks.v[i];
    m->recognised = remark_rests(b, m, any_page, any_table);
    if (m->recognised && m->severity == SEVERITY_ERROR) m->severity = SEVERITY_WARNING;
  }
}
