/* paper.c: the whole book in the order of the layout. */
#include "rooms/book/layout.h"

#include <stdlib.h>
#include <string.h>

enum { PAPER_CAP = 1 << 30, MAX_BLOCKS = 100000 };

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或书太大", "out of memory, or the book is too large"));
}

static int heading_add(struct paper *p, enum paper_kind kind, struct sv text, struct err *e) {
  struct paper_block b = {.kind = kind, .text = layout_fill(&p->arena, text, p->body, p->year)};
  int same = 1;
  for (size_t i = 0; i < p->blocks.n; i++) same += p->blocks.v[i].kind == kind;
  b.anchor = arena_printf(&p->arena, kind == PAPER_PART ? "P%d" : "L%d", same);
  return !b.anchor || VEC_PUSH(&p->blocks, b, MAX_BLOCKS) < 0 ? no_memory(e) : RC_OK;
}

static int statement_make(struct paper *p, const struct layout *l, const struct layout_statement *s, bool *formed, struct err *e) {
  char part[16];
  switch (s->kind) {
  case LAYOUT_PART: return heading_add(p, PAPER_PART, s->text, e);
  case LAYOUT_SECTION: return heading_add(p, PAPER_SECTION, s->text, e);
  case LAYOUT_TABLE: return derive_table(p, l, s->table, e);
  case LAYOUT_FORMS:
    if (*formed) return RC_OK;
    *formed = true;
    return derive_forms(p, l, e);
  case LAYOUT_NARRATIVE: break;
  }
  snprintf(part, sizeof part, "%.*s", (int)(s->text.n < sizeof part ? s->text.n : sizeof part - 1), s->text.p);
  return derive_narrative(p, l->data, part, e);
}

int paper_make(const struct workspace *w, const struct layout *l, struct paper **out, struct err *e) {
  *out = NULL;
  if (w->department < 0 || (size_t)w->department >= w->units.n)
    return err_set(e, RC_FORMAT, "%s", tr("units.csv 里没有部门：要有一行没有上级", "units.csv has no department: one row must have no parent"));
  struct paper *p = calloc(1, sizeof *p);
  if (!p) return no_memory(e);
  arena_init(&p->arena, PAPER_CAP);
  p->workspace = w, p->year = w->year, p->body = w->units.v[w->department].name;
  p->profile = arena_printf(&p->arena, "%s", l->name ? l->name : "");
  p->title = layout_fill(&p->arena, l->title, p->body, p->year);
  bool formed = false;
  int rc = RC_OK;
  for (size_t i = 0; i < l->statements.n && rc == RC_OK; i++) rc = statement_make(p, l, &l->statements.v[i], &formed, e);
  if (rc == RC_OK && p->arena.failed) rc = no_memory(e);
  if (rc < 0) {
    paper_free(p);
    return rc;
  }
  *out = p;
  return RC_OK;
}

int paper_side(const struct paper_table *t, int column) {
  return !t->right_kind || column < t->right_column ? 0 : t->third_column && column >= t->third_column ? 2 : 1;
}

struct sv paper_key(const struct paper_table *t, int row, int side) {
  return side == 2 ? t->row[row].third_key : side == 1 ? t->row[row].right_key : t->row[row].key;
}

void paper_free(struct paper *p) {
  if (!p) return;
  free(p->blocks.v), free(p->missing.v), free(p->problems.v), free(p->origins.v);
  arena_release(&p->arena);
  free(p);
}

const struct paper_table *paper_table_named(const struct paper *p, const char *id) {
  for (size_t i = 0; i < p->blocks.n; i++)
    if (p->blocks.v[i].table && strcmp(p->blocks.v[i].table->id, id) == 0) return p->blocks.v[i].table;
  return NULL;
}
