/* text.c: plain text whose tables are lines with tabs, and comma-separated files.
 * A table goes on over blank lines and page breaks as long as no line of prose stands between. */
#include "base/money.h"
#include "document/office.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_COLUMNS_MAX 1024
#define TEXT_LATE_EVERY  1024 /* lines between two looks at the clock */
#define TEXT_BYTES_MAX   ((size_t)64 << 20)
#define TEXT_LINES_MAX   ((size_t)1 << 20)

struct line {
  struct sv text; /* without its line end */
  int number;
  bool tabs, paragraph; /* paragraph: an empty line or page break stands before it */
};

struct reader {
  struct build *b;
  VEC(struct line) lines; /* lines that are not blank */
  struct grid grid;
  struct err *e;
};

/* One cell: markup and outer blanks go, the rest stays as printed. */
static int cell_put(struct reader *r, int row, int column, int span, struct sv text, int line) {
  bool removed = false;
  int rc = markup_strip(&r->b->d->arena, text, &text, &removed, r->e);
  if (rc < 0) return rc;
  struct cell c = {.row = row, .column = column, .row_span = 1, .column_span = span, .text = sv_trim(text), .place = {.line = line}};
  if (removed) c.flags |= CELL_MARKUP;
  return grid_add(r->b, &r->grid, &c, r->e);
}

static bool is_end(char c) {
  return c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Cuts the text into its lines; CR LF counts once, a form feed ends a line like a page does. */
static int lines_cut(struct reader *r, struct sv text) {
  int number = 1;
  bool paragraph = true;
  for (size_t at = 0; at < text.n;) {
    size_t end = at;
    bool tabs = false;
    for (; end < text.n && !is_end(text.p[end]); end++) tabs |= text.p[end] == '\t';
    struct sv s = {text.p + at, end - at};
    struct sv trimmed = sv_trim(s);
    if (trimmed.n > 0) {
      struct line l = {.text = s, .number = number, .tabs = tabs, .paragraph = paragraph};
      if (VEC_PUSH(&r->lines, l, TEXT_LINES_MAX) < 0)
        return err_set(r->e, RC_LIMIT, tr("文本超过 %zu 行", "the text has more than %zu lines"), TEXT_LINES_MAX);
      paragraph = false;
    } else {
      paragraph = true;
    }
    if (end < text.n && text.p[end] == '\r' && end + 1 < text.n && text.p[end + 1] == '\n') end++;
    if (end < text.n && text.p[end] == '\f')
      paragraph = true;
    else
      number++;
    at = end + 1;
  }
  return RC_OK;
}

static int fields_count(struct sv s) {
  int n = 1;
  for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\t';
  return n;
}

/* Does a line without tabs stand inside a table, like the title of a block of a form: right between two rows, no blank line around? */
static bool is_inner_title(const struct reader *r, size_t i) {
  const struct line *l = &r->lines.v[i];
  if (l->tabs || l->paragraph || i == 0 || i + 1 >= r->lines.n) return false;
  const struct line *next = l + 1;
  return l[-1].tabs && next->tabs && !next->paragraph && l->text.n <= 120;
}

/* Numbers of fields that the rows of a table have. */
struct widths {
  bool seen[TEXT_COLUMNS_MAX + 1];
  int widest;
};

static void widths_add(struct widths *w, const struct line *l) {
  int n = fields_count(l->text);
  if (n > TEXT_COLUMNS_MAX) n = TEXT_COLUMNS_MAX;
  w->seen[n] = true;
  if (n > w->widest) w->widest = n;
}

/* A row that starts another table although nothing but a blank line stands between: all its fields are filled, and it is far wider or
 * narrower than every row before. */
static bool starts_anew(const struct widths *before, const struct line *l) {
  int n = fields_count(l->text);
  if (!l->paragraph || n > TEXT_COLUMNS_MAX || before->seen[n]) return false;
  struct sv rest = l->text;
  while (rest.p)
    if (sv_trim(sv_cut(&rest, '\t')).n == 0) return false;
  return n > before->widest * 2 || before->widest > n * 2;
}

static int row_put(struct reader *r, int row, const struct line *l, int columns) {
  if (!l->tabs) return cell_put(r, row, 0, columns, l->text, l->number);
  struct sv rest = l->text;
  int column = 0;
  while (rest.p) {
    struct sv field = sv_cut(&rest, '\t');
    if (column >= TEXT_COLUMNS_MAX)
      return err_set(r->e, RC_LIMIT, tr("第 %d 行超过 %d 列", "line %d has more than %d columns"), l->number, TEXT_COLUMNS_MAX);
    int rc = cell_put(r, row, column++, 1, field, l->number);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* Columns of the table in lines [first, end): those in which any row has text. */
static int columns_used(const struct reader *r, size_t first, size_t end) {
  int used = 1;
  for (size_t i = first; i < end; i++) {
    struct sv rest = r->lines.v[i].text;
    for (int column = 1; rest.p; column++)
      if (sv_trim(sv_cut(&rest, '\t')).n > 0 && column > used) used = column;
  }
  return used;
}

static bool same_row(const struct line *a, const struct line *b) {
  return sv_equal(sv_trim(a->text), sv_trim(b->text));
}

/* The first line of a continuation that only repeats the table's head. */
static bool is_repeated_head(const struct reader *r, size_t first, size_t i) {
  return i > first && r->lines.v[i].paragraph && r->lines.v[i].tabs && same_row(&r->lines.v[first], &r->lines.v[i]);
}

/* ---- rows that a page break cut in two ---- */

/* The fields of a row, trimmed. */
static int fields_split(struct sv text, struct sv out[TEXT_COLUMNS_MAX]) {
  int n = 0;
  while (text.p && n < TEXT_COLUMNS_MAX) out[n++] = sv_trim(sv_cut(&text, '\t'));
  return n;
}

/* Does the column hold this text as a whole field in another row of lines [first, end)? Then it is a label and no fragment. */
static bool is_label(const struct reader *r, size_t first, size_t end, size_t self, int column, struct sv text) {
  for (size_t i = first; i < end && i < first + 2000; i++) {
    struct sv rest = r->lines.v[i].text, field = {0};
    for (int c = 0; c <= column && rest.p; c++) field = sv_cut(&rest, '\t');
    if (i != self && sv_equal(sv_trim(field), text)) return true;
  }
  return false;
}

static bool continues_text(struct sv above, struct sv text) {
  struct number n;
  if (above.n == 0 || number_parse(text, &n) == RC_OK || number_parse(above, &n) == RC_OK || number_is_dash(text)) return false;
  if (text_enumerator(text).kind == ENUM_NONE) return true;
  return sv_ends(above, "；") || sv_ends(above, ";") || sv_ends(above, "，") || sv_ends(above, "、"); /* a list that goes on */
}

/* Is row i, the first behind a page break, the rest of the row before it? Few fields, each below a text that may go on, none a number or a
 * label of its own; and the row above has enough fields for the missing ones to mean something. Rows of amounts are left alone: there a label
 * without amounts is a row of its own. */
static bool is_remainder(const struct reader *r, size_t first, size_t i, size_t end) {
  struct sv above[TEXT_COLUMNS_MAX], here[TEXT_COLUMNS_MAX];
  if (i <= first || !r->lines.v[i].paragraph || !r->lines.v[i].tabs || !r->lines.v[i - 1].tabs) return false;
  int n = fields_split(r->lines.v[i - 1].text, above), m = fields_split(r->lines.v[i].text, here), filled = 0, parts = 0, amounts = 0;
  for (int c = 0; c < n; c++) {
    struct number number;
    filled += above[c].n > 0;
    amounts += above[c].n > 0 && number_parse(above[c], &number) == RC_OK;
  }
  for (int c = 0; c < m; c++) {
    if (here[c].n == 0) continue;
    parts++;
    if (c >= n || !continues_text(above[c], here[c]) || is_label(r, first, end, i, c, here[c])) return false;
  }
  return n >= 5 && filled >= 3 && amounts <= 1 && parts * 5 <= filled * 2;
}

/* Appends the fields of a remainder to the cells of the row before. */
static int remainder_join(struct reader *r, int row, const struct line *l) {
  struct sv here[TEXT_COLUMNS_MAX];
  int n = fields_split(l->text, here);
  for (size_t k = r->grid.cells.n; k > 0 && r->grid.cells.v[k - 1].row == row; k--) {
    struct cell *c = &r->grid.cells.v[k - 1];
    if (c->column >= n || here[c->column].n == 0) continue;
    struct buf joined;
    buf_init(&joined, c->text.n + here[c->column].n + 16);
    buf_add(&joined, c->text.p, c->text.n);
    buf_putc(&joined, '\n');
    buf_add(&joined, here[c->column].p, here[c->column].n);
    int rc = joined.rc < 0 ? office_nomem(r->e) : office_cell_text(r->b, (struct sv){joined.p, joined.n}, &c->text, r->e);
    buf_release(&joined);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* Takes the table that starts at line i; *end is the line behind it. */
static int table_take(struct reader *r, size_t first, size_t *end) {
  size_t i = first + 1;
  struct widths widths = {0};
  widths_add(&widths, &r->lines.v[first]);
  for (; i < r->lines.n; i++) {
    const struct line *l = &r->lines.v[i];
    if (l->tabs ? starts_anew(&widths, l) : !is_inner_title(r, i)) break;
    if (l->tabs) widths_add(&widths, l);
  }
  *end = i;
  int columns = columns_used(r, first, i), row = 0;
  for (size_t k = first; k < i; k++) {
    if (is_repeated_head(r, first, k)) continue;
    bool rest = row > 0 && is_remainder(r, first, k, i);
    int rc = rest ? remainder_join(r, row - 1, &r->lines.v[k]) : row_put(r, row++, &r->lines.v[k], columns);
    if (rc < 0) return rc;
    if (k % TEXT_LATE_EVERY == 0 && (rc = build_late(r->b, r->e)) < 0) return rc;
  }
  /* Trailing tabs alone make no column. */
  size_t kept = 0;
  for (size_t k = 0; k < r->grid.cells.n; k++)
    if (r->grid.cells.v[k].column < columns) r->grid.cells.v[kept++] = r->grid.cells.v[k];
  r->grid.cells.n = kept;
  r->grid.columns = columns;
  return grid_emit(r->b, &r->grid, 0, 0, (struct place){.line = r->lines.v[first].number}, NULL, r->e);
}

static int line_take(struct reader *r, const struct line *l) {
  struct sv text;
  bool removed;
  int rc = markup_strip(&r->b->d->arena, l->text, &text, &removed, r->e);
  return rc < 0 ? rc : office_line(r->b, text, false, (struct place){.line = l->number}, r->e);
}

static int tabbed_read(struct reader *r) {
  for (size_t i = 0; i < r->lines.n;) {
    int rc;
    if (r->lines.v[i].tabs) {
      rc = table_take(r, i, &i);
    } else {
      rc = line_take(r, &r->lines.v[i]);
      if (rc == RC_OK && i % TEXT_LATE_EVERY == 0) rc = build_late(r->b, r->e);
      i++;
    }
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* ---- comma-separated files ---- */

struct csv {
  struct sv text;
  size_t at;
  int line;
};

enum csv_end { CSV_FIELD, CSV_RECORD, CSV_BAD };

/* Reads one field; what follows it: another field, the end of the record, or rubbish behind a closing quote. *quoted: doubled quotes inside. */
static enum csv_end csv_field(struct csv *c, struct sv *field, bool *doubled) {
  *doubled = false;
  size_t start = c->at, end;
  if (c->at < c->text.n && c->text.p[c->at] == '"') {
    start = ++c->at;
    for (;; c->at++) {
      if (c->at >= c->text.n) return CSV_BAD;
      if (c->text.p[c->at] == '\n') c->line++;
      if (c->text.p[c->at] != '"') continue;
      if (c->at + 1 >= c->text.n || c->text.p[c->at + 1] != '"') break;
      *doubled = true;
      c->at++;
    }
    end = c->at++;
  } else {
    while (c->at < c->text.n && c->text.p[c->at] != ',' && c->text.p[c->at] != '\n' && c->text.p[c->at] != '\r') c->at++;
    end = c->at;
  }
  *field = (struct sv){c->text.p + start, end - start};
  if (c->at >= c->text.n) return CSV_RECORD;
  char stop = c->text.p[c->at++];
  if (stop == ',') return CSV_FIELD;
  if (stop == '\r' && c->at < c->text.n && c->text.p[c->at] == '\n') c->at++;
  if (stop != '\n' && stop != '\r') return CSV_BAD;
  c->line++;
  return CSV_RECORD;
}

/* Is the whole text a table of at least two records with the same number of fields, at least two? */
static bool csv_is(struct sv text) {
  struct csv c = {.text = text, .line = 1};
  int width = 0, fields = 0, records = 0;
  while (c.at < c.text.n) {
    struct sv field;
    bool doubled;
    enum csv_end end = csv_field(&c, &field, &doubled);
    if (end == CSV_BAD || ++fields > TEXT_COLUMNS_MAX) return false;
    if (end == CSV_FIELD) continue;
    bool empty = fields == 1 && field.n == 0;
    if (!empty && width == 0) width = fields;
    if (!empty && (fields != width || width < 2)) return false;
    records += !empty;
    fields = 0;
  }
  return records >= 2 && fields == 0;
}

static int csv_unquote(struct reader *r, struct sv *field) {
  char *copy = arena_text(&r->b->d->arena, field->p, field->n);
  if (!copy) return office_nomem(r->e);
  size_t m = 0;
  for (size_t i = 0; i < field->n; i++) {
    copy[m++] = field->p[i];
    if (field->p[i] == '"' && i + 1 < field->n && field->p[i + 1] == '"') i++;
  }
  *field = (struct sv){copy, m};
  return RC_OK;
}

static int csv_read(struct reader *r, struct sv text) {
  struct csv c = {.text = text, .line = 1};
  int row = 0, column = 0, line = 1;
  while (c.at < c.text.n) {
    struct sv field;
    bool doubled;
    enum csv_end end = csv_field(&c, &field, &doubled);
    bool empty_record = end == CSV_RECORD && column == 0 && field.n == 0;
    int rc = doubled ? csv_unquote(r, &field) : RC_OK;
    if (rc == RC_OK && !empty_record) rc = cell_put(r, row, column++, 1, field, line);
    if (rc < 0) return rc;
    if (end == CSV_FIELD) continue;
    row += !empty_record;
    column = 0;
    line = c.line;
    if (row % TEXT_LATE_EVERY == 0 && (rc = build_late(r->b, r->e)) < 0) return rc;
  }
  return grid_emit(r->b, &r->grid, 0, 0, (struct place){.line = 1}, NULL, r->e);
}

int text_read(struct build *b, const unsigned char *data, size_t size, struct err *e) {
  struct sv text;
  const char *encoding;
  if (size > TEXT_BYTES_MAX) return err_set(e, RC_LIMIT, tr("文本超过 %zu MB", "a text of more than %zu MB"), TEXT_BYTES_MAX >> 20);
  int rc = text_to_utf8(&b->d->arena, data, size, NULL, &text, &encoding, e);
  if (rc < 0) return rc;
  struct reader r = {.b = b, .e = e};
  bool tabs = text.n > 0 && memchr(text.p, '\t', text.n);
  if (!tabs && csv_is(text)) {
    rc = csv_read(&r, text);
  } else {
    rc = lines_cut(&r, text);
    if (rc == RC_OK) rc = tabbed_read(&r);
  }
  free(r.lines.v);
  grid_release(&r.grid);
  return rc;
}
