/* paper_csv.c: a table as CSV: UTF-8 with a mark (Excel asks for it), RFC 4180. One line of heads, merged heads joined with “/”; amounts as printed
 * but without separators, a zero that is printed blank as zero; words that a spreadsheet would take for a formula begin with '. */
#include "rooms/book/paper.h"

#include <string.h>

enum { CSV_MAX = 256 << 20 };

static bool is_formula(struct sv s) {
  struct number n;
  size_t at = 0;
  if (s.n == 0 || number_parse(s, &n) == RC_OK || number_is_dash(s)) return false;
  if (s.p[0] == '\t' || s.p[0] == '\r' || s.p[0] == '\n') return true;
  uint32_t c = utf8_next(sv_trim(s), &at);
  return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xFF1D || c == 0xFF0B || c == 0xFF0D || c == 0xFF20;
}

static void field(struct buf *out, struct sv s) {
  bool guard = is_formula(s), quote = guard;
  for (size_t i = 0; i < s.n && !quote; i++) quote = strchr(",\"\n\r", s.p[i]) != NULL;
  if (quote) buf_putc(out, '"');
  if (guard) buf_putc(out, '\'');
  for (size_t at = 0; at < s.n;) {
    size_t from = at;
    uint32_t c = utf8_next(s, &at);
    if (c == '"') buf_putc(out, '"');
    if (c == 0xFFFD)
      buf_puts(out, "\xEF\xBF\xBD");
    else if (c != 0)
      buf_add(out, s.p + from, at - from);
  }
  if (quote) buf_putc(out, '"');
}

/* Which cell covers each position; -1 none. */
static int32_t *grid(const struct paper_table *t, struct arena *a) {
  size_t n = t->rows > 0 && t->columns > 0 ? (size_t)t->rows * (size_t)t->columns : 0;
  int32_t *at = ARENA_ARRAY(a, int32_t, n + 1);
  for (size_t i = 0; at && i < n; i++) at[i] = -1;
  for (int32_t i = 0; at && i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    for (int r = c->row; r >= 0 && r < c->row + c->row_span && r < t->rows; r++)
      for (int k = c->column; k >= 0 && k < c->column + c->column_span && k < t->columns; k++) at[r * t->columns + k] = i;
  }
  return at;
}

/* 本年收入/小计: the heads over a column from the top, each once; line ends and blanks between characters belong to the printing. */
static void head(struct buf *out, const struct paper_table *t, const int32_t *at, int column) {
  char text[1024];
  size_t n = 0;
  int32_t last = -1;
  for (int r = 0; r < t->head && r < t->rows; r++) {
    int32_t i = at[r * t->columns + column];
    struct sv s = i >= 0 && i != last ? sv_trim(t->cells[i].text) : (struct sv){0};
    last = i;
    if (s.n == 0 || s.n + n + 2 > sizeof text) continue;
    if (n > 0) text[n++] = '/';
    for (size_t k = 0; k < s.n; k++)
      if (s.p[k] != '\n' && s.p[k] != ' ') text[n++] = s.p[k];
  }
  field(out, (struct sv){text, n});
}

static void value(struct buf *out, const struct paper_table *t, const struct paper_cell *c, bool first) {
  char text[MONEY_TEXT];
  if (c->amount && !first) return; /* an amount stands once, whatever it is merged over */
  if (c->amount)
    buf_puts(out, money_print(text, c->fen, t->scale == SCALE_NONE ? SCALE_YUAN : t->scale, t->decimals, false));
  else if (first || c->column_span == 1)
    field(out, c->text); /* words of merged rows stand in each */
}

int paper_write_csv(const struct paper_table *t, const char *path, struct err *e) {
  struct buf out;
  struct arena arena;
  buf_init(&out, CSV_MAX);
  arena_init(&arena, CSV_MAX);
  int32_t *at = grid(t, &arena);
  int rc = at ? RC_OK : err_set(e, RC_LIMIT, tr("表 %s 过大", "table %s is too large"), t->id ? t->id : "");
  buf_puts(&out, "\xEF\xBB\xBF");
  for (int k = 0; at && t->head > 0 && k < t->columns; k++) {
    head(&out, t, at, k);
    buf_puts(&out, k + 1 < t->columns ? "," : "\r\n");
  }
  for (int r = t->head > 0 ? t->head : 0; at && r < t->rows; r++)
    for (int k = 0; k < t->columns; k++) {
      int32_t i = at[r * t->columns + k];
      if (i >= 0) value(&out, t, &t->cells[i], t->cells[i].row == r && t->cells[i].column == k);
      buf_puts(&out, k + 1 < t->columns ? "," : "\r\n");
    }
  if (rc == RC_OK && out.rc < 0) rc = err_set(e, RC_LIMIT, tr("表 %s 过大", "table %s is too large"), t->id ? t->id : "");
  if (rc == RC_OK) rc = file_replace(path, out.p, out.n, e);
  arena_release(&arena);
  buf_release(&out);
  return rc;
}
