/* command_show.c: `heng book show FOLDER [TABLE]`: a derived table on the terminal, or as CSV or JSON; without TABLE the list of them. */
#include "base/terminal.h"
#include "rooms/book/internal.h"
#include "rooms/book/opened.h"

#include <stdlib.h>
#include <string.h>

static struct { const char *format, *profile, *version, *unit; } words = {.format = "text"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|csv|json", "格式（默认 text）", "form (default text)"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的版式（默认工作区写的）", "use this city's layout (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本，如 二下批复（默认最后一个）", "version of the budget (default: the last)"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "只编这个单位自己的（默认整个部门）", "one unit's own book (default: the whole department's)"},
};

const struct option *book_show_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

enum { WIDEST = 40 };

static struct sv one_line(struct buf *spare, struct sv s) {
  buf_clear(spare);
  for (size_t i = 0; i < s.n; i++) buf_putc(spare, s.p[i] == '\n' ? ' ' : s.p[i]);
  return (struct sv){spare->p, spare->n};
}

/* The piece of s from `at` that fits into width columns, at least one character; *used its width. */
static size_t piece_end(struct sv s, size_t at, int width, int *used) {
  for (*used = 0; at < s.n;) {
    size_t next = at;
    utf8_next(s, &next);
    int w = text_width((struct sv){s.p + at, next - at});
    if (*used > 0 && *used + w > width) break;
    *used += w, at = next;
  }
  return at;
}

static void put_blanks(struct buf *out, int n) {
  for (int i = 0; i < n; i++) buf_putc(out, ' ');
}

/* The nth line of s in so many columns; nothing when it has fewer. */
static void put_piece(struct buf *out, struct sv s, int line, int width, bool right, int indent) {
  size_t from = 0, end = piece_end(s, 0, width - indent, &(int){0});
  int used = 0;
  for (int i = 0; i < line && from < s.n; i++) from = end, end = piece_end(s, from, width - indent, &used);
  end = piece_end(s, from, width - indent, &used);
  put_blanks(out, right ? width - used : indent);
  buf_add(out, s.p + from, end - from);
  put_blanks(out, right ? 0 : width - indent - used);
}

static int piece_count(struct sv s, int width) {
  int n = 0, used;
  for (size_t at = 0; at < s.n && n < 60; n++) at = piece_end(s, at, width, &used);
  return n ? n : 1;
}

/* Columns as wide as their own cells ask, heads at most `most`; what spans several asks the last of them for the rest. */
static void column_widths(const struct paper_table *t, struct buf *spare, int most, int *widths) {
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < t->ncells; i++) {
      const struct paper_cell *c = &t->cells[i];
      if ((c->column_span == 1) != (pass == 0)) continue;
      int have = (c->column_span - 1) * 2, want = text_width(one_line(spare, c->text)) + 2 * c->indent, limit = c->role == CELL_HEAD ? most : WIDEST;
      if (!c->amount && want > limit) want = limit;
      for (int k = 0; k < c->column_span; k++) have += widths[c->column + k];
      if (want > have) widths[c->column + c->column_span - 1] += want - have;
    }
}

/* Whole heads where there is room; on a narrow terminal they are broken. */
static void widths_fit(const struct paper_table *t, struct buf *spare, int *widths) {
  int room = terminal_width(stdout);
  for (int most = WIDEST; most >= 4; most -= most > 12 ? most - 12 : 4) {
    int all = 2 * (t->columns - 1);
    for (int c = 0; c < t->columns; c++) widths[c] = 0;
    column_widths(t, spare, most, widths);
    for (int c = 0; c < t->columns; c++) all += widths[c] = widths[c] ? widths[c] : 2;
    if (room == 0 || all <= room) return;
  }
}

static void rule_line(struct buf *out, const int *widths, int columns) {
  for (int c = 0; c < columns; c++) {
    for (int i = 0; i < widths[c]; i++) buf_putc(out, '-');
    buf_puts(out, c + 1 < columns ? "  " : "\n");
  }
}

static const struct paper_cell **cell_grid(const struct paper_table *t) {
  const struct paper_cell **grid = calloc((size_t)t->rows * (size_t)t->columns + 1, sizeof *grid);
  for (int i = 0; grid && i < t->ncells; i++)
    for (int r = 0; r < t->cells[i].row_span; r++)
      for (int k = 0; k < t->cells[i].column_span; k++) grid[(t->cells[i].row + r) * t->columns + t->cells[i].column + k] = &t->cells[i];
  return grid;
}

static int cell_width(const struct paper_cell *c, const int *widths) {
  int width = 0;
  for (int k = 0; c && k < c->column_span; k++) width += widths[c->column + k] + (k ? 2 : 0);
  return width;
}

/* What spans rows stands in the last of them: heads at the bottom, beside the heads under the merged ones. */
static bool shown_in(const struct paper_cell *c, int row) {
  return row == c->row + c->row_span - 1;
}

static void row_text(const struct paper_table *t, const struct paper_cell **grid, int r, const int *widths, struct buf *spare, struct buf *out) {
  int lines = 1;
  for (int c = 0; c < t->columns; c++) {
    const struct paper_cell *cell = grid[r * t->columns + c];
    if (!cell || !shown_in(cell, r) || cell->column != c) continue;
    int n = piece_count(one_line(spare, cell->text), cell_width(cell, widths) - 2 * cell->indent);
    if (n > lines) lines = n;
  }
  for (int line = 0; line < lines; line++) {
    for (int c = 0; c < t->columns;) {
      const struct paper_cell *cell = grid[r * t->columns + c];
      bool shown = cell && shown_in(cell, r);
      struct sv text = shown ? one_line(spare, cell->text) : (struct sv){0};
      bool right = shown && (cell->amount || (cell->role == CELL_HEAD && cell->column_span == 1 && t->column[c].measure));
      put_piece(out, text, line, cell ? cell_width(cell, widths) : widths[c], right, shown ? 2 * cell->indent : 0);
      c += cell ? cell->column_span : 1;
      if (c < t->columns) buf_puts(out, "  ");
    }
    while (out->n > 0 && out->p[out->n - 1] == ' ') out->n--;
    buf_putc(out, '\n');
  }
}

int book_table_text(const struct paper_table *t, struct buf *out) {
  struct buf spare;
  int *widths = calloc((size_t)t->columns + 1, sizeof *widths);
  const struct paper_cell **grid = cell_grid(t);
  if (!widths || !grid) return free(widths), free((void *)grid), RC_NOMEM;
  buf_init(&spare, 1 << 20);
  widths_fit(t, &spare, widths);
  buf_printf(out, "%.*s%s%.*s  %.*s\n", SV_ARG(t->number), t->number.n ? "  " : "", SV_ARG(t->title), SV_ARG(t->unit_line));
  rule_line(out, widths, t->columns);
  for (int r = 0; r < t->rows; r++) {
    row_text(t, grid, r, widths, &spare, out);
    if (r + 1 == t->head) rule_line(out, widths, t->columns);
  }
  if (t->remark.n) buf_printf(out, "%.*s\n", SV_ARG(t->remark));
  free(widths), free((void *)grid), buf_release(&spare);
  return out->rc;
}

static void csv_field(struct buf *out, struct sv s) {
  bool quoted = sv_contains(s, ",") || sv_contains(s, "\"") || sv_contains(s, "\n");
  if (quoted) buf_putc(out, '"');
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"') buf_putc(out, '"');
    buf_putc(out, s.p[i]);
  }
  if (quoted) buf_putc(out, '"');
}

/* Merged cells stand in their first place: what a spreadsheet shows too. */
static int table_csv(const struct paper_table *t, struct buf *out) {
  const struct paper_cell **grid = cell_grid(t);
  if (!grid) return RC_NOMEM;
  buf_puts(out, "\xEF\xBB\xBF");
  for (int r = 0; r < t->rows; r++)
    for (int c = 0; c < t->columns; c++) {
      const struct paper_cell *cell = grid[r * t->columns + c];
      if (cell && cell->row == r && cell->column == c) csv_field(out, cell->text);
      buf_puts(out, c + 1 < t->columns ? "," : "\r\n");
    }
  free((void *)grid);
  return out->rc;
}

static void json_text(struct buf *out, struct sv s) {
  buf_putc(out, '"');
  for (size_t i = 0; i < s.n; i++) {
    unsigned char ch = (unsigned char)s.p[i];
    if (ch == '"' || ch == '\\')
      buf_printf(out, "\\%c", ch);
    else if (ch < 0x20)
      buf_printf(out, "\\u%04x", ch);
    else
      buf_putc(out, (char)ch);
  }
  buf_putc(out, '"');
}

static void json_yuan(struct buf *out, int64_t fen) {
  char text[MONEY_TEXT];
  buf_puts(out, money_print(text, fen, SCALE_YUAN, 2, false));
}

/* A form's cells are mostly words: each with its place, as in book.json. Of the other tables each amount with its row's and its column's key. */
static int table_json(const struct paper_table *t, struct buf *out) {
  buf_puts(out, "{\"id\":"), json_text(out, sv_from(t->id));
  buf_puts(out, ",\"kind\":"), json_text(out, sv_from(t->kind));
  buf_puts(out, ",\"number\":"), json_text(out, t->number);
  buf_puts(out, ",\"title\":"), json_text(out, t->title);
  buf_puts(out, ",\"unit\":"), json_text(out, t->unit_line);
  buf_puts(out, ",\"remark\":"), json_text(out, t->remark);
  buf_puts(out, ",\"cells\":[");
  for (int i = 0, n = 0; i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    if (t->form) {
      buf_puts(out, n++ ? ",\n" : "\n"), paper_json_cell(out, t, c);
      continue;
    }
    if (c->row < t->head || !c->amount || !t->column[c->column].measure) continue;
    int side = paper_side(t, c->column);
    buf_puts(out, n++ ? ",\n" : "\n");
    buf_puts(out, "{\"kind\":"), json_text(out, sv_from(side ? t->right_kind : t->kind));
    buf_puts(out, ",\"row\":"), json_text(out, paper_key(t, c->row, side));
    buf_puts(out, ",\"measure\":"), json_text(out, sv_from(t->column[c->column].measure));
    buf_puts(out, ",\"yuan\":"), json_yuan(out, c->fen);
    buf_puts(out, ",\"printed\":"), json_text(out, c->text), buf_putc(out, '}');
  }
  buf_puts(out, "\n]}\n");
  return out->rc;
}

static int list_text(const struct paper *p, struct buf *out) {
  buf_printf(out, "%.*s\n", SV_ARG(p->title));
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (!t) continue;
    buf_printf(out, "%-8s%.*s%s\n", t->id, SV_ARG(t->title), t->empty ? tr("（空表）", " (empty)") : "");
  }
  buf_puts(out, tr("看一张：heng book show 文件夹 编号；看一格由哪些行得出：heng book why 文件夹 编号 行 [列]\n",
                   "one of them: heng book show FOLDER TABLE; which lines make a cell: heng book why FOLDER TABLE ROW [COLUMN]\n"));
  return out->rc;
}

static int list_json(const struct paper *p, struct buf *out) {
  buf_puts(out, "[");
  for (size_t i = 0, n = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (!t) continue;
    buf_puts(out, n++ ? ",\n{\"id\":" : "\n{\"id\":"), json_text(out, sv_from(t->id));
    buf_puts(out, ",\"kind\":"), json_text(out, sv_from(t->kind ? t->kind : ""));
    buf_puts(out, ",\"title\":"), json_text(out, t->title), buf_putc(out, '}');
  }
  buf_puts(out, "\n]\n");
  return out->rc;
}

static int list_csv(const struct paper *p, struct buf *out) {
  buf_puts(out, "\xEF\xBB\xBFid,kind,title\r\n");
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (!t) continue;
    csv_field(out, sv_from(t->id)), buf_putc(out, ','), csv_field(out, sv_from(t->kind ? t->kind : ""));
    buf_putc(out, ','), csv_field(out, t->title), buf_puts(out, "\r\n");
  }
  return out->rc;
}

static int show(const struct paper *p, const char *id, struct buf *out, struct err *e) {
  bool csv = strcmp(words.format, "csv") == 0, json = strcmp(words.format, "json") == 0;
  if (!id) return csv ? list_csv(p, out) : json ? list_json(p, out) : list_text(p, out);
  const struct paper_table *t = opened_table(p, id, e);
  if (!t) return RC_NOTFOUND;
  return csv ? table_csv(t, out) : json ? table_json(t, out) : book_table_text(t, out);
}

int book_show_command(int argc, char **argv, struct err *e) {
  struct opened o;
  struct buf out;
  if (argc < 1 || argc > 2) return err_set(e, RC_USAGE, "%s", tr("应为：heng book show 文件夹 [表的编号]", "wanted: heng book show FOLDER [TABLE]"));
  int rc = opened_make_unit(&o, argv[0], words.profile, words.version, words.unit, e);
  if (rc < 0) return rc;
  buf_init(&out, 256 << 20);
  rc = show(o.paper, argc == 2 ? argv[1] : NULL, &out, e);
  if (rc == RC_NOMEM || rc == RC_LIMIT) err_set(e, (enum rc)rc, "%s", tr("内存不足，或表太大", "out of memory, or the table is too large"));
  if (rc == RC_OK) fwrite(out.p, 1, out.n, stdout), opened_tell(&o);
  bool found = o.paper->problems.n > 0;
  buf_release(&out), opened_close(&o);
  return rc < 0 ? rc : found ? EXIT_FOUND : EXIT_CLEAN;
}
