/* docx.c: the body of a Word document: paragraphs as lines, tables with merged and nested cells.
 * Tracked changes are read as accepted: deletions are left out, insertions kept and marked. Hidden text is left out. */
#include "document/docx_internal.h"

#include <stdlib.h>
#include <string.h>

#define DOCX_NESTED_MAX 60
#define DOCX_TEXT_MAX   ((size_t)16 << 20) /* one paragraph or cell */

struct docx_pending {
  struct grid grid;
  int header_rows;
};

/* A table that is open. */
struct docx_table {
  struct grid grid;
  VEC(struct docx_pending) pending; /* finished tables inside its cells */
  VEC(size_t) merged;               /* per column: 1 + index of the cell that a vertical merge would continue; 0 none */
  struct buf cell;
  int row, column, span, header_rows, box; /* box: how many text boxes were open when it began */
  bool in_cell, continues, row_deleted, row_header, row_inserted, cell_inserted;
};

struct docx {
  struct build *b;
  struct docx_table *tables[DOCX_NESTED_MAX];
  int depth;
  struct buf line, boxed; /* the paragraph; the text boxes anchored in it */
  int boxes;              /* open text boxes */
  int deleted, inserted, fallback;
  uint32_t chosen; /* one bit per open AlternateContent: a choice was taken */
  int alternates, skipped_choices;
  bool changes; /* there were tracked changes */
  bool in_body, in_text, in_run, in_run_properties, in_row_properties, hidden, bold;
  int half_points;
  struct docx_numbers numbers;
  int number, level; /* of the paragraph's list; number < 0: none, or already written */
  bool in_number;
};

static struct docx_table *top(const struct docx *d) {
  return d->depth > 0 ? d->tables[d->depth - 1] : NULL;
}

static bool in_cell(const struct docx *d) {
  const struct docx_table *t = top(d);
  return t && t->in_cell && t->box == d->boxes;
}

static struct buf *target(struct docx *d) {
  return in_cell(d) ? &top(d)->cell : d->boxes > 0 ? &d->boxed : &d->line;
}

static bool shows(const struct docx *d) {
  return d->deleted == 0 && d->fallback == 0 && d->skipped_choices == 0;
}

/* ---- lines ---- */

static int lines_put(struct docx *d, const struct buf *text, struct err *e) {
  if (text->rc < 0) return err_set(e, RC_LIMIT, "%s", tr("段落文字过长", "a paragraph is too long"));
  struct sv rest = {text->p, text->n};
  while (rest.n > 0) {
    struct sv line = sv_trim(sv_cut(&rest, '\n')), copy;
    if (line.n == 0) continue;
    int rc = office_copy(d->b, line.p, line.n, &copy, e);
    struct item item = {.kind = ITEM_LINE, .text = copy, .bold = d->bold, .size = (float)d->half_points / 2.0f};
    if (rc == RC_OK) rc = build_line(d->b, item, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static int paragraph_end(struct docx *d, struct err *e) {
  if (in_cell(d) || d->boxes > 0) {
    struct buf *t = target(d);
    if (t->n > 0 && t->p[t->n - 1] != '\n') buf_putc(t, '\n');
    return RC_OK;
  }
  int rc = lines_put(d, &d->line, e);
  if (rc == RC_OK) rc = lines_put(d, &d->boxed, e);
  buf_clear(&d->line);
  buf_clear(&d->boxed);
  d->bold = false;
  d->half_points = 0;
  return rc;
}

/* ---- tables ---- */

static void table_free(struct docx_table *t) {
  grid_release(&t->grid);
  for (size_t i = 0; i < t->pending.n; i++) grid_release(&t->pending.v[i].grid);
  free(t->pending.v);
  free(t->merged.v);
  buf_release(&t->cell);
  free(t);
}

static int table_begin(struct docx *d, struct err *e) {
  if (d->depth >= DOCX_NESTED_MAX) return err_set(e, RC_LIMIT, tr("表格嵌套超过 %d 层", "tables are nested more than %d deep"), DOCX_NESTED_MAX);
  struct docx_table *t = calloc(1, sizeof *t);
  if (!t) return office_nomem(e);
  t->row = -1;
  t->box = d->boxes;
  buf_init(&t->cell, DOCX_TEXT_MAX);
  d->tables[d->depth++] = t;
  return RC_OK;
}

static int pending_add(struct docx_table *outer, const struct docx_pending *p, struct err *e) {
  return VEC_PUSH(&outer->pending, *p, 100000) < 0 ? err_set(e, RC_LIMIT, "%s", tr("嵌套表格过多", "too many nested tables")) : RC_OK;
}

/* A table of one cell is a frame around text: its lines are lines. */
static int frame_emit(struct docx *d, struct docx_table *t, struct err *e) {
  t->grid.cells.n = 0;
  return lines_put(d, &t->cell, e);
}

static int table_hand_over(struct docx *d, struct docx_table *t, struct err *e) {
  struct docx_table *outer = top(d);
  struct docx_pending own = {t->grid, t->header_rows};
  int rc;
  if (outer) {
    t->grid = (struct grid){0};
    rc = pending_add(outer, &own, e);
    if (rc < 0) grid_release(&own.grid);
  } else if (t->grid.cells.n == 1) {
    rc = frame_emit(d, t, e);
  } else {
    rc = grid_emit(d->b, &t->grid, 0, t->header_rows, (struct place){0}, NULL, e);
  }
  for (size_t i = 0; rc == RC_OK && i < t->pending.n; i++) {
    struct docx_pending *p = &t->pending.v[i];
    if (!outer) {
      rc = grid_emit(d->b, &p->grid, TABLE_NESTED, p->header_rows, (struct place){0}, NULL, e);
    } else {
      rc = pending_add(outer, p, e);
      if (rc == RC_OK) p->grid = (struct grid){0};
    }
  }
  return rc;
}

static int table_end(struct docx *d, struct err *e) {
  struct docx_table *t = top(d);
  if (!t) return RC_OK;
  d->depth--;
  int rc = table_hand_over(d, t, e);
  table_free(t);
  return rc;
}

static void row_begin(struct docx_table *t) {
  t->row++;
  t->column = 0;
  t->row_deleted = t->row_header = t->row_inserted = false;
}

static void row_end(struct docx_table *t) {
  if (t->row_deleted)
    t->row--;
  else if (t->row_header && t->header_rows == t->row)
    t->header_rows++;
}

static void cell_begin(struct docx_table *t) {
  t->in_cell = true;
  t->span = 1;
  t->continues = t->cell_inserted = false;
  buf_clear(&t->cell);
}

/* Notes for columns [column, column + span) which cell a merge from above would continue. */
static int merged_note(struct docx_table *t, size_t value, struct err *e) {
  while (t->merged.n < (size_t)(t->column + t->span))
    if (VEC_PUSH(&t->merged, (size_t)0, GRID_COLUMNS_MAX) < 0)
      return err_set(e, RC_LIMIT, tr("表格超过 %d 列", "a table has more than %d columns"), GRID_COLUMNS_MAX);
  for (int k = 0; k < t->span; k++) t->merged.v[t->column + k] = k == 0 ? value : 0;
  return RC_OK;
}

/* The cell's paragraphs as they stand, where it has several. */
static int cell_lines(struct docx *d, const struct docx_table *t, struct sv *out, struct err *e) {
  struct sv all = sv_trim((struct sv){t->cell.p ? t->cell.p : "", t->cell.n});
  while (all.n > 0 && all.p[all.n - 1] == '\n') all = sv_trim((struct sv){all.p, all.n - 1});
  return memchr(all.n ? all.p : "", '\n', all.n) ? office_copy(d->b, all.p, all.n, out, e) : RC_OK;
}

static int cell_end(struct docx *d, struct docx_table *t, struct err *e) {
  t->in_cell = false;
  if (t->row < 0 || t->row_deleted) return RC_OK;
  size_t above = (size_t)t->column < t->merged.n ? t->merged.v[t->column] : 0;
  int rc;
  if (t->continues && above > 0) {
    struct cell *c = &t->grid.cells.v[above - 1];
    if (c->row + c->row_span == t->row) c->row_span++;
    if (t->grid.rows < t->row + 1) t->grid.rows = t->row + 1;
    rc = merged_note(t, above, e);
  } else {
    unsigned flags = (t->row_header ? CELL_HEADER : 0u) | (t->row_inserted || t->cell_inserted ? CELL_INSERTED : 0u);
    struct cell c = {.row = t->row, .column = t->column, .row_span = 1, .column_span = t->span, .flags = flags};
    rc = t->cell.rc < 0 ? err_set(e, RC_LIMIT, "%s", tr("单元格文字过长", "the text of a cell is too long")) : RC_OK;
    if (rc == RC_OK) rc = office_cell_text(d->b, (struct sv){t->cell.p ? t->cell.p : "", t->cell.n}, &c.text, e);
    if (rc == RC_OK) rc = cell_lines(d, t, &c.lines, e);
    if (rc == RC_OK) rc = grid_add(d->b, &t->grid, &c, e);
    if (rc == RC_OK) rc = merged_note(t, t->grid.cells.n, e);
  }
  t->column += t->span;
  return rc;
}

static int bounded(int v, int least, int most) {
  return v < least ? least : v > most ? most : v;
}

/* Properties of the open row or cell. */
static void table_property(struct docx *d, struct docx_table *t, const char *name, const struct xml_attributes *a) {
  struct sv val = xml_attribute(a, "val");
  if (strcmp(name, "gridSpan") == 0)
    t->span = bounded(xml_attribute_int(a, "val", 1), 1, GRID_SPAN_MAX);
  else if (strcmp(name, "vMerge") == 0)
    t->continues = !sv_is(val, "restart");
  else if (strcmp(name, "gridBefore") == 0)
    t->column = bounded(xml_attribute_int(a, "val", 0), 0, GRID_SPAN_MAX);
  else if (strcmp(name, "tblHeader") == 0)
    t->row_header = xml_attribute_on(a, "val", true);
  else if (d->in_row_properties && strcmp(name, "del") == 0)
    d->changes = t->row_deleted = true;
  else if (d->in_row_properties && strcmp(name, "ins") == 0)
    d->changes = t->row_inserted = true;
}

/* ---- elements ---- */

static bool is_word(const char *uri) {
  return strstr(uri, "wordprocessingml") != NULL;
}

static bool is_compat(const char *uri) {
  return strstr(uri, "markup-compatibility") != NULL;
}

/* Of the alternatives of one thing the first is taken. */
static void alternative(struct docx *d, const char *name, bool begins) {
  uint32_t bit = d->alternates > 0 && d->alternates <= 32 ? UINT32_C(1) << (d->alternates - 1) : 0;
  if (strcmp(name, "AlternateContent") == 0) {
    d->alternates += begins ? 1 : -1;
    if (begins && d->alternates <= 32) d->chosen &= ~(UINT32_C(1) << (d->alternates - 1));
  } else if (strcmp(name, "Fallback") == 0) {
    d->fallback += begins ? 1 : -1;
  } else if (strcmp(name, "Choice") == 0) {
    if (d->skipped_choices > 0)
      d->skipped_choices += begins ? 1 : -1;
    else if (begins && (d->chosen & bit))
      d->skipped_choices = 1;
    else
      d->chosen |= bit;
  }
}

static void run_property(struct docx *d, const char *name, const struct xml_attributes *a) {
  if (strcmp(name, "vanish") == 0)
    d->hidden = xml_attribute_on(a, "val", true);
  else if (strcmp(name, "b") == 0 && !in_cell(d) && xml_attribute_on(a, "val", true))
    d->bold = true;
  else if (strcmp(name, "sz") == 0 && !in_cell(d) && xml_attribute_int(a, "val", 0) > d->half_points)
    d->half_points = xml_attribute_int(a, "val", 0);
}

static void run_begin(struct docx *d) {
  d->in_run = true;
  d->hidden = false;
}

static void character(struct docx *d, char c) {
  if (shows(d) && d->in_run && !d->hidden) buf_putc(target(d), c);
}

/* w:numPr of a paragraph; w:numId 0 takes an inherited number away. */
static void number_property(struct docx *d, const char *name, const struct xml_attributes *a) {
  if (strcmp(name, "ilvl") == 0) d->level = xml_attribute_int(a, "val", 0);
  if (strcmp(name, "numId") == 0) d->number = xml_attribute_int(a, "val", -1);
}

static bool is_change(const char *name) {
  return strcmp(name, "del") == 0 || strcmp(name, "moveFrom") == 0 || strcmp(name, "ins") == 0 || strcmp(name, "moveTo") == 0;
}

static void change_begin(struct docx *d, const char *name) {
  d->changes = true;
  if (strcmp(name, "del") == 0 || strcmp(name, "moveFrom") == 0)
    d->deleted++;
  else
    d->inserted++;
}

static void change_end(struct docx *d, const char *name) {
  if (strcmp(name, "del") == 0 || strcmp(name, "moveFrom") == 0)
    d->deleted -= d->deleted > 0;
  else
    d->inserted -= d->inserted > 0;
}

static int word_start(struct docx *d, const char *name, const struct xml_attributes *a, struct err *e) {
  struct docx_table *t = top(d);
  if (strcmp(name, "body") == 0)
    d->in_body = true;
  else if (strcmp(name, "r") == 0)
    run_begin(d);
  else if (strcmp(name, "rPr") == 0)
    d->in_run_properties = d->in_run;
  else if (d->in_run_properties)
    run_property(d, name, a);
  else if (strcmp(name, "p") == 0)
    d->number = -1, d->level = 0;
  else if (strcmp(name, "numPr") == 0)
    d->in_number = true;
  else if (d->in_number)
    number_property(d, name, a);
  else if (strcmp(name, "t") == 0)
    d->in_text = true;
  else if (strcmp(name, "tab") == 0 || strcmp(name, "ptab") == 0)
    character(d, ' ');
  else if (strcmp(name, "br") == 0 || strcmp(name, "cr") == 0)
    character(d, '\n');
  else if (strcmp(name, "noBreakHyphen") == 0)
    character(d, '-');
  else if (strcmp(name, "trPr") == 0)
    d->in_row_properties = true;
  else if (d->in_row_properties && t)
    table_property(d, t, name, a);
  else if (is_change(name))
    change_begin(d, name);
  else if (strcmp(name, "txbxContent") == 0)
    d->boxes++;
  else if (!shows(d))
    return RC_OK;
  else if (strcmp(name, "tbl") == 0)
    return table_begin(d, e);
  else if (strcmp(name, "tr") == 0 && t)
    row_begin(t);
  else if (strcmp(name, "tc") == 0 && t)
    cell_begin(t);
  else if (t && t->in_cell)
    table_property(d, t, name, a);
  return RC_OK;
}

static int word_end(struct docx *d, const char *name, struct err *e) {
  struct docx_table *t = top(d);
  if (strcmp(name, "body") == 0)
    d->in_body = false;
  else if (strcmp(name, "r") == 0)
    d->in_run = false;
  else if (strcmp(name, "rPr") == 0)
    d->in_run_properties = false;
  else if (strcmp(name, "t") == 0)
    d->in_text = false;
  else if (strcmp(name, "numPr") == 0)
    d->in_number = false;
  else if (strcmp(name, "trPr") == 0)
    d->in_row_properties = false;
  else if (d->in_run_properties || d->in_row_properties)
    return RC_OK;
  else if (is_change(name))
    change_end(d, name);
  else if (strcmp(name, "txbxContent") == 0 && d->boxes > 0) {
    d->boxes--;
    d->in_run = true; /* a text box stands inside a run */
  } else if (!shows(d))
    return RC_OK;
  else if (strcmp(name, "p") == 0)
    return paragraph_end(d, e);
  else if (strcmp(name, "tbl") == 0)
    return table_end(d, e);
  else if (strcmp(name, "tr") == 0 && t)
    row_end(t);
  else if (strcmp(name, "tc") == 0 && t && t->in_cell)
    return cell_end(d, t, e);
  return RC_OK;
}

static int docx_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  struct docx *d = context;
  if (is_compat(uri))
    alternative(d, name, true);
  else if (is_word(uri))
    return word_start(d, name, a, e);
  return RC_OK;
}

static int docx_end(void *context, const char *uri, const char *name, struct err *e) {
  struct docx *d = context;
  if (is_compat(uri))
    alternative(d, name, false);
  else if (is_word(uri))
    return word_end(d, name, e);
  return RC_OK;
}

static int docx_text(void *context, const char *p, size_t n, struct err *e) {
  struct docx *d = context;
  (void)e;
  if (!d->in_text || !d->in_body || d->hidden || !shows(d)) return RC_OK;
  if (d->number > 0) docx_number_next(&d->numbers, d->number, d->level, target(d));
  d->number = -1;
  buf_add(target(d), p, n);
  if (d->inserted > 0 && in_cell(d)) top(d)->cell_inserted = true;
  return RC_OK;
}

int docx_read(struct build *b, const unsigned char *data, size_t size, struct err *e) {
  struct zip_safe *z;
  int rc = zip_safe_open(&z, data, size, e);
  if (rc < 0) return rc;
  struct docx d = {.b = b, .number = -1};
  const char *main;
  buf_init(&d.line, DOCX_TEXT_MAX);
  buf_init(&d.boxed, DOCX_TEXT_MAX);
  struct xml_sink sink = {.context = &d, .start = docx_start, .end = docx_end, .text = docx_text};
  rc = main_part(b, z, "word/document.xml", &main, e);
  if (rc == RC_OK) rc = docx_numbers_read(b, z, main, &d.numbers, e);
  if (rc == RC_OK) rc = xml_part(b, z, main, &sink, e);
  if (rc == RC_NOTFOUND) rc = err_set(e, RC_FORMAT, "%s", tr("文档没有正文", "the document has no body"));
  if (rc == RC_OK && d.changes)
    rc = build_warn(b, "%s", tr("文档含有修订：按接受全部修订读取", "the document holds tracked changes; it was read as if all were accepted"));
  while (d.depth > 0) table_free(d.tables[--d.depth]);
  buf_release(&d.line);
  buf_release(&d.boxed);
  docx_numbers_release(&d.numbers);
  zip_safe_close(z);
  return rc;
}
