/* paper_doc.c: a paper as PDF and DOCX: cover, contents, parts, sections, paragraphs, and each table on pages of its own. How a page looks is the
 * business of document/; here is only what stands on which. */
#include "base/date.h"
#include "document/write.h"
#include "rooms/book/paper.h"

#include <stdlib.h>
#include <string.h>

static bool listed(const struct paper_block *b) {
  if (b->kind == PAPER_TABLE) return b->table && b->table->contents.n > 0;
  return b->kind == PAPER_PART || b->kind == PAPER_SECTION;
}

/* A table below a section is one level further in. */
static int level_of(const struct paper_block *b, bool sections) {
  switch (b->kind) {
  case PAPER_PART: return 1;
  case PAPER_SECTION: return 2;
  case PAPER_SUBSECTION: return 3;
  case PAPER_TABLE: return sections ? 3 : 2;
  case PAPER_TEXT: break;
  }
  return 1;
}

static int contents_put(const struct paper *p, struct doc_writer *w, struct doc_entry *entries) {
  int n = 0;
  bool sections = false;
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_block *b = &p->blocks.v[i];
    if (b->kind == PAPER_PART) sections = false;
    if (b->kind == PAPER_SECTION) sections = true;
    if (listed(b)) entries[n++] = (struct doc_entry){level_of(b, sections), b->table ? b->table->contents : b->text};
  }
  return n ? doc_contents(w, SV("目　录"), entries, n) : RC_OK;
}

/* Heads are bold and in the middle, amounts right; a cell without a word of its own follows its role. */
static struct doc_cell cell_of(const struct paper_cell *c) {
  static const enum doc_align aligns[] = {[CELL_HEAD] = DOC_CENTRE, [CELL_TEXT] = DOC_LEFT, [CELL_CENTRE] = DOC_CENTRE, [CELL_NUMBER] = DOC_RIGHT};
  struct doc_cell d = {.row = c->row, .column = c->column, .row_span = c->row_span, .column_span = c->column_span, .text = c->text};
  d.align = aligns[c->role], d.bold = c->role == CELL_HEAD;
  return d;
}

static int table_put(const struct paper_table *t, struct doc_writer *w) {
  size_t n = (size_t)t->ncells, columns = (size_t)t->columns;
  struct doc_cell *cells = calloc(n + 1, sizeof *cells);
  int8_t *indent = calloc(n + 1, 1);
  int *widths = calloc(columns + 1, sizeof *widths), rc = RC_NOMEM;
  if (cells && indent && widths) {
    for (size_t i = 0; i < n; i++) cells[i] = cell_of(&t->cells[i]), indent[i] = t->cells[i].indent;
    for (size_t i = 0; i < columns; i++) widths[i] = t->column[i].width;
    struct doc_table d = {.widths = widths, .columns = t->columns, .rows = t->rows, .head = t->head, .cells = cells, .ncells = t->ncells};
    d.least = 7.5, d.most = t->form ? 9 : 10, d.indent = indent;
    rc = doc_table(w, &d);
  }
  free(cells), free(indent), free(widths);
  return rc;
}

/* What a paper's blocks are put with: where the last one left the page. */
struct put {
  struct doc_writer *w;
  int entry;
  bool sections, table, begun; /* begun: something stands on an upright page that is not full */
  bool led;                    /* headings that lead to a table stand on its page already */
};

/* The table that headings from `at` on stand right above: they go onto its page, for a page with a heading alone says nothing. */
static const struct paper_table *table_led_to(const struct paper *p, size_t at) {
  while (at < p->blocks.n && (p->blocks.v[at].kind == PAPER_PART || p->blocks.v[at].kind == PAPER_SECTION)) at++;
  return at < p->blocks.n && p->blocks.v[at].kind == PAPER_TABLE ? p->blocks.v[at].table : NULL;
}

static void table_block_put(struct put *s, const struct paper_table *t) {
  if (!s->led) doc_table_page(s->w, t->landscape);
  s->led = false;
  if (t->contents.n) doc_mark(s->w, s->entry++);
  doc_caption(s->w, s->sections ? 3 : 2, t->number, t->title, t->unit_line);
  table_put(t, s->w);
  if (t->remark.n) doc_paragraph(s->w, t->remark, (struct doc_look){.role = DOC_REMARK});
  s->table = true;
}

static void block_put(struct put *s, const struct paper *p, size_t at) {
  const struct paper_block *b = &p->blocks.v[at];
  const struct paper_table *below = table_led_to(p, at);
  if (b->kind == PAPER_PART) s->sections = false;
  if (b->kind == PAPER_SECTION) s->sections = true;
  if (b->kind == PAPER_TABLE) {
    if (b->table) table_block_put(s, b->table);
    return;
  }
  if (below && !s->led)
    doc_table_page(s->w, below->landscape);
  else if (!below && (b->kind == PAPER_PART || s->table || !s->begun))
    doc_page(s->w, false);
  s->table = false, s->begun = true, s->led = below != NULL;
  if (listed(b)) doc_mark(s->w, s->entry++);
  if (b->kind == PAPER_TEXT)
    doc_paragraph(s->w, b->text, (struct doc_look){.indent = true, .role = DOC_BODY});
  else
    doc_heading(s->w, level_of(b, s->sections), b->text);
}

static void text_copy(char *to, size_t size, struct sv s) {
  size_t n = s.n < size ? s.n : size - 1;
  while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) n--; /* whole characters */
  if (n) memcpy(to, s.p, n);
  to[n] = 0;
}

static int paper_write(const struct paper *p, enum doc_format format, const char *path, struct err *e) {
  struct doc_writer *w;
  char title[512], author[256];
  struct sv rest = p->title;
  text_copy(title, sizeof title, p->title), text_copy(author, sizeof author, p->body);
  struct doc_entry *entries = calloc(p->blocks.n + 1, sizeof *entries);
  if (!entries) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = doc_new(&w, format, path, &(struct doc_info){.title = title, .author = author, .created = day_source_epoch()}, e);
  if (rc == RC_OK) {
    struct put s = {.w = w};
    if (rest.n > p->body.n && memcmp(rest.p, p->body.p, p->body.n) == 0) rest.p += p->body.n, rest.n -= p->body.n;
    doc_cover(w, p->body, rest);
    contents_put(p, w, entries);
    for (size_t i = 0; i < p->blocks.n; i++) block_put(&s, p, i);
    rc = doc_close(w, e);
  }
  free(entries);
  return rc;
}

int paper_write_pdf(const struct paper *p, const char *path, struct err *e) {
  return paper_write(p, DOC_PDF, path, e);
}

int paper_write_docx(const struct paper *p, const char *path, struct err *e) {
  return paper_write(p, DOC_DOCX, path, e);
}
