/* print_text.c: a document for reading on a terminal: its lines, and its tables drawn, in reading order.
 * Widths are East Asian (a Chinese character takes two columns); borders are ASCII, because terminals disagree on how wide drawn lines are. */
#include "base/money.h"
#include "document/document.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH_MOST = 36, PIECES_MOST = 4096 };

/* Nothing that a terminal would obey; a broken line inside a cell becomes a blank. */
static uint32_t printable(uint32_t cp) {
  bool control = cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
  return control ? ' ' : cp;
}

static void put_clean(struct buf *out, struct sv s) {
  char bytes[4];
  for (size_t at = 0; at < s.n;) buf_add(out, bytes, utf8_put(bytes, printable(utf8_next(s, &at))));
}

static void put_repeated(struct buf *out, char c, int n) {
  for (int i = 0; i < n; i++) buf_putc(out, c);
}

static int width_of(struct sv s, size_t from, size_t *next) {
  char bytes[4];
  *next = from;
  uint32_t cp = printable(utf8_next(s, next));
  return text_width((struct sv){bytes, utf8_put(bytes, cp)});
}

/* The end of the piece of s that begins at `from` and fits into `width` columns: at least one character, and up to a line end. */
static size_t piece_end(struct sv s, size_t from, int width, int *used) {
  size_t at = from;
  *used = 0;
  while (at < s.n && s.p[at] != '\n') {
    size_t next;
    int w = width_of(s, at, &next);
    if (*used > 0 && *used + w > width) break;
    *used += w;
    at = next;
  }
  return at;
}

static size_t skip_break(struct sv s, size_t at) {
  while (at < s.n && (s.p[at] == '\n' || s.p[at] == ' ')) at++;
  return at;
}

static int widest_line(struct sv s) {
  int most = 0, used;
  for (size_t at = 0; at < s.n;) {
    at = skip_break(s, piece_end(s, at, WIDTH_MOST, &used));
    if (used > most) most = used;
  }
  return most;
}

/* Columns as wide as their own cells ask; what spans several asks the last of them for the rest. */
static void measure(const struct table *t, int *widths) {
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < t->ncells; i++) {
      const struct cell *c = &t->cells[i];
      if ((c->column_span == 1) != (pass == 0)) continue;
      int have = (c->column_span - 1) * 3, want = widest_line(c->text);
      for (int k = 0; k < c->column_span; k++) have += widths[c->column + k];
      if (want > have) widths[c->column + c->column_span - 1] += want - have;
    }
}

static int span_width(const struct cell *c, const int *widths) {
  int width = (c->column_span - 1) * 3;
  for (int k = 0; k < c->column_span; k++) width += widths[c->column + k];
  return width;
}

static bool right_aligned(struct sv s) {
  struct number n;
  return s.n && number_parse(s, &n) == RC_OK;
}

/* One printed line of a cell: what of its text begins at *at. */
static void put_piece(struct buf *out, const struct cell *c, int width, bool shown, size_t *at) {
  int used = 0;
  size_t from = shown ? *at : c->text.n, end = piece_end(c->text, from, width > 0 ? width : 1, &used);
  bool right = shown && from == 0 && end == c->text.n && right_aligned(c->text);
  buf_puts(out, "| ");
  if (right) put_repeated(out, ' ', width - used);
  put_clean(out, (struct sv){c->text.p ? c->text.p + from : NULL, end - from});
  if (!right) put_repeated(out, ' ', width - used);
  buf_putc(out, ' ');
  if (shown) *at = skip_break(c->text, end);
}

static void put_row(struct buf *out, const struct table *t, int row, const int *widths, size_t *at) {
  bool more = true;
  memset(at, 0, (size_t)t->columns * sizeof *at);
  for (int line = 0; more && line < PIECES_MOST && out->rc == RC_OK; line++) {
    more = false;
    for (int column = 0; column < t->columns;) {
      const struct cell *c = table_cell(t, row, column);
      if (!c) break;
      put_piece(out, c, span_width(c, widths), c->row == row, &at[column]);
      more = more || (c->row == row && at[column] < c->text.n);
      column = c->column + c->column_span;
    }
    buf_puts(out, "|\n");
  }
}

static void put_border(struct buf *out, const struct table *t, const int *widths) {
  for (int i = 0; i < t->columns; i++) {
    buf_puts(out, i ? "-+" : "+");
    put_repeated(out, '-', widths[i] + 1);
  }
  buf_puts(out, "-+\n");
}

static void put_pages(struct buf *out, const struct table *t) {
  int first = t->nparts ? t->parts[0].page : 0, last = t->nparts ? t->parts[t->nparts - 1].page : 0;
  if (first > 0 && last > first)
    buf_printf(out, tr("，第 %d–%d 页", ", pages %d–%d"), first, last);
  else if (first > 0)
    buf_printf(out, tr("，第 %d 页", ", page %d"), first);
}

static int put_table(struct buf *out, const struct table *t) {
  int *widths = calloc((size_t)t->columns, sizeof *widths);
  size_t *at = calloc((size_t)t->columns, sizeof *at);
  int rc = widths && at ? RC_OK : RC_NOMEM;
  if (rc == RC_OK) {
    buf_printf(out, tr("[表 %d：%d 行 × %d 列", "[table %d: %d rows × %d columns"), t->number, t->rows, t->columns);
    put_pages(out, t);
    if (t->flags & TABLE_UNRULED) buf_puts(out, tr("，无表线", ", without rulings"));
    if (t->flags & TABLE_HIDDEN) buf_puts(out, tr("，隐藏", ", hidden"));
    if (t->flags & TABLE_DOUBTFUL) buf_printf(out, tr("，存疑：%s", ", doubtful: %s"), t->doubt ? t->doubt : "");
    buf_puts(out, "]\n");
    measure(t, widths);
    put_border(out, t, widths);
    for (int row = 0; row < t->rows && out->rc == RC_OK; row++) {
      put_row(out, t, row, widths, at);
      if (row + 1 == t->header_rows) put_border(out, t, widths);
    }
    put_border(out, t, widths);
  }
  free(widths);
  free(at);
  return rc;
}

static void put_page(struct buf *out, const struct document *d, int number) {
  const char *label = NULL;
  for (int i = 0; i < d->npages; i++)
    if (d->pages[i].number == number && d->pages[i].label) label = d->pages[i].label;
  if (label)
    buf_printf(out, tr("\n—— 工作表 %d：%s ——\n", "\n—— sheet %d: %s ——\n"), number, label);
  else
    buf_printf(out, tr("\n—— 第 %d 页 ——\n", "\n—— page %d ——\n"), number);
  for (int i = 0; i < d->npages; i++)
    if (d->pages[i].number == number && d->pages[i].note) buf_printf(out, "[%s]\n", d->pages[i].note);
}

static void put_unread(struct buf *out, const struct document *d) {
  for (int i = 0; i < d->npages; i++) {
    const struct page *p = &d->pages[i];
    if (p->state != PAGE_READ && p->state != PAGE_BLANK && p->state != PAGE_RECOGNISED && p->note)
      buf_printf(out, tr("[第 %d 页没有读全：%s]\n", "[page %d was not read whole: %s]\n"), p->number, p->note);
  }
}

int document_print_text(const struct document *d, struct buf *out) {
  int page = 0, rc = RC_OK;
  put_unread(out, d);
  for (int i = 0; i < d->nitems && rc == RC_OK && out->rc == RC_OK; i++) {
    const struct item *item = &d->items[i];
    if (item->place.page > page) put_page(out, d, page = item->place.page);
    if (item->kind == ITEM_TABLE) {
      rc = put_table(out, &d->tables[item->table]);
    } else {
      if (item->invisible) buf_puts(out, tr("[不可见] ", "[invisible] "));
      put_clean(out, item->text);
      buf_putc(out, '\n');
    }
  }
  return rc < 0 ? rc : out->rc;
}
