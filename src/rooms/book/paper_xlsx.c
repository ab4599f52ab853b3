/* paper_xlsx.c: book.xlsx: a sheet a table, numbers as numbers (exact, shown to the table's decimals), sums as formulas that come to the same values.
 */
#include "document/write.h"
#include "rooms/book/paper.h"

#include <string.h>

enum { SHEET_WIDTH = 130, PARTS_MAX = 300, FORMULA_BYTES = 8000, ABOVE = 3 /* number, title, unit line */ };
#define CONTENTS "目录"

/* A1, B1 … of a cell of the table. */
static void cell_name(struct buf *out, const struct paper_cell *c) {
  int column = c->column;
  if (column >= 26) buf_putc(out, (char)('A' + column / 26 - 1));
  buf_putc(out, (char)('A' + column % 26));
  buf_printf(out, "%d", (int)c->row + ABOVE + 1);
}

/* The sum of other cells of the table; empty when it is none, or when they do not add up to it exactly. */
static const char *formula_of(const struct paper_table *t, const struct paper_cell *c, struct buf *out) {
  int64_t sum = 0;
  buf_clear(out);
  if (c->nparts < 1 || c->nparts > PARTS_MAX) return NULL;
  buf_putc(out, '=');
  for (int i = 0; i < c->nparts; i++) {
    const struct paper_cell *part = &t->cells[c->parts[i]];
    if (i) buf_putc(out, '+');
    cell_name(out, part);
    sum += part->fen;
  }
  return out->rc < 0 || out->n > FORMULA_BYTES || sum != c->fen ? NULL : out->p;
}

static void put(struct xlsx *x, const struct paper_table *t, const struct paper_cell *c, struct buf *formula) {
  int row = c->row + ABOVE;
  double unit = 100.0 * (double)t->scale; /* 分 to the table's unit: only for showing, as a sheet's numbers are */
  enum xlsx_style style = c->role == CELL_HEAD ? XLSX_HEADER : c->role == CELL_NUMBER ? XLSX_AMOUNT : XLSX_PLAIN;
  if (c->row_span > 1 || c->column_span > 1) xlsx_merge(x, row, c->column, c->row_span, c->column_span);
  struct number n;
  bool figure = c->role == CELL_NUMBER && !c->amount && number_parse(c->text, &n) == RC_OK && !n.percent && n.decimals <= 6; /* points of a score */
  if (figure) {
    double value = (double)n.mantissa;
    for (int i = 0; i < n.decimals; i++) value /= 10;
    xlsx_number(x, row, c->column, value, n.decimals, XLSX_AMOUNT);
  } else if (!c->amount || c->text.n == 0) {
    xlsx_text(x, row, c->column, c->text, style);
  } else {
    const char *sum = formula_of(t, c, formula);
    double value = (double)c->fen / unit;
    if (sum)
      xlsx_formula(x, row, c->column, sum, value, t->decimals, XLSX_AMOUNT);
    else
      xlsx_number(x, row, c->column, value, t->decimals, XLSX_AMOUNT);
  }
}

static void table_name(char out[64], const struct paper_table *t) {
  snprintf(out, 64, "表%.50s", t->id[0] == 'T' ? t->id + 1 : t->id);
}

static void table_sheet(struct xlsx *x, const struct paper_table *t, struct buf *formula) {
  int widths[64], all = 0, n = t->columns < 64 ? t->columns : 64;
  for (int c = 0; c < n; c++) all += t->column[c].width;
  for (int c = 0; c < n; c++) widths[c] = all > 0 ? SHEET_WIDTH * t->column[c].width / all + 1 : 12;
  char name[64];
  table_name(name, t);
  if (xlsx_sheet(x, name, widths, n, false) < 0) return;
  xlsx_page(x, t->landscape || t->columns > 6, ABOVE, t->head > 0 ? ABOVE + t->head - 1 : -1);
  xlsx_text(x, 0, 0, t->number, XLSX_BARE);
  xlsx_text(x, 1, 0, t->title, XLSX_TITLE);
  xlsx_merge(x, 1, 0, 1, t->columns);
  xlsx_text(x, 2, t->columns - 1, t->unit_line, XLSX_BARE);
  for (int i = 0; i < t->ncells; i++) put(x, t, &t->cells[i], formula);
  if (t->remark.n == 0) return;
  if (t->columns > 1) xlsx_merge(x, t->rows + ABOVE, 0, 1, t->columns); /* else it wraps within a column of codes */
  xlsx_height(x, t->rows + ABOVE, 1 + (int)(2 * utf8_length(t->remark)) / SHEET_WIDTH);
  xlsx_text(x, t->rows + ABOVE, 0, t->remark, XLSX_BARE);
}

static void part_name(char out[96], const struct paper_block *b) {
  struct sv rest = b->text, word = sv_cut(&rest, ' ');
  snprintf(out, 96, "%.*s", (int)(word.n < 60 ? word.n : 60), word.p);
}

/* What the workbook holds, each line a link to its sheet. */
static void contents_sheet(struct xlsx *x, const struct paper *p) {
  static const int widths[] = {18, 70};
  char name[96], row_name[64];
  int row = 3;
  if (xlsx_sheet(x, CONTENTS, widths, 2, false) < 0) return;
  xlsx_page(x, false, 0, -1);
  xlsx_text(x, 0, 0, p->title, XLSX_TITLE);
  xlsx_merge(x, 0, 0, 1, 2);
  xlsx_height(x, 0, 3);
  xlsx_text(x, 1, 0, p->body, XLSX_BARE);
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_block *b = &p->blocks.v[i];
    if (b->kind == PAPER_PART) {
      part_name(name, b);
      xlsx_link(x, row, 0, name, sv_from(name));
      xlsx_text(x, row++, 1, b->text, XLSX_BARE);
    } else if (b->table) {
      table_name(row_name, b->table);
      xlsx_link(x, row, 0, row_name, sv_from(row_name));
      xlsx_text(x, row++, 1, b->table->title, XLSX_BARE);
    }
  }
}

/* The text of a part, a paragraph a row. */
static size_t part_sheet(struct xlsx *x, const struct paper *p, size_t first) {
  static const int widths[] = {110};
  char name[96];
  size_t at = 0, end = first + 1;
  const struct paper_block *b = &p->blocks.v[first];
  part_name(name, b);
  while (end < p->blocks.n && p->blocks.v[end].kind != PAPER_PART && p->blocks.v[end].kind != PAPER_TABLE) end++;
  if (xlsx_sheet(x, name, widths, 1, false) < 0) return end;
  xlsx_page(x, false, 0, -1);
  for (size_t i = first; i < end; i++, at++) {
    struct sv text = p->blocks.v[i].text;
    xlsx_text(x, (int)at, 0, text, XLSX_BARE);
    xlsx_height(x, (int)at, text_width(text) / 105 + 1);
  }
  return end;
}

int paper_write_xlsx(const struct paper *p, const char *path, struct err *e) {
  struct xlsx *x;
  struct buf formula;
  int rc = xlsx_new(&x, path, e);
  if (rc < 0) return rc;
  buf_init(&formula, FORMULA_BYTES * 2);
  contents_sheet(x, p);
  for (size_t i = 0; i < p->blocks.n;) {
    if (p->blocks.v[i].kind == PAPER_PART) {
      i = part_sheet(x, p, i);
      continue;
    }
    if (p->blocks.v[i].table) table_sheet(x, p->blocks.v[i].table, &formula);
    i++;
  }
  buf_release(&formula);
  return xlsx_close(x, e);
}
