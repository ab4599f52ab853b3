/* site_table.c: a table of the book on the page: every amount says which heads and which row it stands under, also where heads are merged. */
#include "rooms/book/site.h"

#include <string.h>

enum { ROWS_NAMED_MAX = 100000, LINKED_MAX = 200 };

/* A grid of which cell covers a position; NULL when the table is too large for it or is a form. */
struct table_writer {
  struct site *s;
  const struct paper_table *t;
  int32_t *at; /* rows × columns: index of the covering cell, -1 */
  bool linked; /* amounts name their heads */
};

static const struct paper_cell *covering(const struct table_writer *x, int row, int column) {
  int32_t at = x->at && row >= 0 && row < x->t->rows && column >= 0 && column < x->t->columns
                   ? x->at[(size_t)row * (size_t)x->t->columns + (size_t)column]
                   : -1;
  return at < 0 ? NULL : &x->t->cells[at];
}

static bool grid_make(struct table_writer *x) {
  const struct paper_table *t = x->t;
  if (t->rows <= 0 || t->columns <= 0 || (int64_t)t->rows * t->columns > 8000000) return false;
  size_t n = (size_t)t->rows * (size_t)t->columns;
  x->at = ARENA_ARRAY(x->s->arena, int32_t, n);
  if (!x->at) return false;
  for (size_t i = 0; i < n; i++) x->at[i] = -1;
  for (int32_t i = 0; i < t->ncells; i++)
    for (int r = t->cells[i].row; r < t->cells[i].row + t->cells[i].row_span && r < t->rows; r++)
      for (int c = t->cells[i].column; c < t->cells[i].column + t->cells[i].column_span && c < t->columns; c++)
        if (r >= 0 && c >= 0) x->at[(size_t)r * (size_t)t->columns + (size_t)c] = i;
  return true;
}

static bool is_label(const struct paper_cell *c) {
  return c && !c->amount && !c->percent && c->role != CELL_NUMBER && c->role != CELL_HEAD && sv_trim(c->text).n > 0;
}

static bool is_number(const struct paper_cell *c) {
  return c->amount || c->percent || c->role == CELL_NUMBER;
}

/* Words name the amounts to their right, up to the next words: code and name of a subject both, each side of a two-sided table its own. */
static bool names_row(const struct table_writer *x, const struct paper_cell *c) {
  if (!is_label(c)) return false;
  for (int k = c->column + c->column_span; k < x->t->columns; k++) {
    const struct paper_cell *next = covering(x, c->row, k);
    if (!next || next->role == CELL_HEAD) return false;
    if (is_number(next)) return true;
  }
  return false;
}

/* In a form heads stand among the rows: over columns when the whole row is heads, else before a value. */
static bool head_row(const struct paper_table *t, int row) {
  for (int i = 0; i < t->ncells; i++)
    if (t->cells[i].row == row && t->cells[i].role != CELL_HEAD) return false;
  return true;
}

static void cell_id(const struct table_writer *x, int row, int column) {
  site_text(x->s->out, sv_from(x->t->id));
  buf_printf(x->s->out, ".%d.%d", row, column);
}

/* The ids of the heads over an amount, from the top, and of the words that name its row. */
static void headers(const struct table_writer *x, const struct paper_cell *c) {
  const struct paper_cell *last = NULL;
  const char *between = " headers=\"";
  for (int r = 0; r < x->t->head && r < x->t->rows; r++) {
    const struct paper_cell *h = covering(x, r, c->column);
    if (!h || h == last || h->role != CELL_HEAD || sv_trim(h->text).n == 0) continue;
    buf_puts(x->s->out, between), cell_id(x, h->row, h->column);
    between = " ", last = h;
  }
  int k = c->column - 1;
  while (k >= 0 && covering(x, c->row, k) && is_number(covering(x, c->row, k))) k--;
  for (last = NULL; k >= 0; k--) {
    const struct paper_cell *l = covering(x, c->row, k);
    if (!l || is_number(l)) break;
    if (l == last || !names_row(x, l)) continue;
    buf_puts(x->s->out, between), cell_id(x, l->row, l->column);
    between = " ", last = l;
  }
  if (!between[1]) buf_putc(x->s->out, '"');
}

/* 表11 names projects within its words: the first mention from `from` on, the longer name where two begin at one place. */
static const struct ws_project *mention(const struct site *s, struct sv text, size_t from, size_t *at) {
  const struct ws_project *best = NULL;
  for (size_t i = 0; i < s->w->projects.n; i++) {
    const struct ws_project *p = &s->w->projects.v[i];
    if (p->name.n == 0 || from >= text.n) continue;
    const char *found = memmem(text.p + from, text.n - from, p->name.p, p->name.n);
    size_t here = found ? (size_t)(found - text.p) : SIZE_MAX;
    if (!found || (best && (here > *at || (here == *at && p->name.n <= best->name.n)))) continue;
    best = p, *at = here;
  }
  return best;
}

static void link_to(struct site *s, int project, struct sv text) {
  buf_printf(s->out, "<a href=\"#project-%d\">", project + 1);
  site_lines(s->out, text);
  buf_puts(s->out, "</a>");
}

static void words(struct site *s, const struct paper_table *t, const struct paper_cell *c) {
  bool label = !c->amount && c->role != CELL_NUMBER && c->role != CELL_HEAD;
  int project = label ? site_project_named(s, c->text) : -1;
  size_t done = 0, at = 0;
  if (project >= 0 && project != t->project) {
    link_to(s, project, c->text);
    return;
  }
  if (label && t->form && t->project < 0 && s->w && s->w->projects.n <= LINKED_MAX)
    for (const struct ws_project *p = mention(s, c->text, 0, &at); p; p = mention(s, c->text, done, &at)) {
      site_lines(s->out, (struct sv){c->text.p + done, at - done});
      link_to(s, (int)(p - s->w->projects.v), p->name);
      done = at + p->name.n;
    }
  site_lines(s->out, (struct sv){c->text.p + done, c->text.n - done});
}

static void cell(const struct table_writer *x, const struct paper_cell *c) {
  struct buf *out = x->s->out;
  bool number = is_number(c), empty = sv_trim(c->text).n == 0;
  bool names = x->linked && names_row(x, c);
  bool th = (c->role == CELL_HEAD && !empty) || names;
  buf_puts(out, th ? "<th" : "<td");
  if (th && x->linked) buf_puts(out, " id=\""), cell_id(x, c->row, c->column), buf_putc(out, '"');
  if (th && c->role == CELL_HEAD) {
    bool column = c->row < x->t->head || head_row(x->t, c->row);
    buf_puts(out, !column ? " scope=\"row\"" : c->column_span > 1 ? " scope=\"colgroup\"" : " scope=\"col\"");
  } else if (th) {
    buf_puts(out, " scope=\"row\"");
  }
  if (c->row_span > 1) buf_printf(out, " rowspan=\"%d\"", c->row_span);
  if (c->column_span > 1) buf_printf(out, " colspan=\"%d\"", c->column_span);
  const char *look = number ? "n" : c->role == CELL_CENTRE ? "c" : c->role == CELL_HEAD && !th ? "h" : "";
  int indent = c->indent < 0 ? 0 : c->indent > 4 ? 4 : c->indent;
  if (*look && indent > 0)
    buf_printf(out, " class=\"%s i%d\"", look, indent);
  else if (*look)
    buf_printf(out, " class=\"%s\"", look);
  else if (indent > 0)
    buf_printf(out, " class=\"i%d\"", indent);
  if (number && !th && x->linked) headers(x, c);
  buf_putc(out, '>');
  words(x->s, x->t, c);
  buf_puts(out, th ? "</th>" : "</td>");
}

static void rows(const struct table_writer *x) {
  const struct paper_table *t = x->t;
  int i = 0;
  for (int r = 0; r < t->rows; r++) {
    if (r == 0) buf_puts(x->s->out, t->head > 0 ? "<thead>\n" : "<tbody>\n");
    if (r == t->head && r > 0) buf_puts(x->s->out, "</thead>\n<tbody>\n");
    bool total = t->row && r >= t->head && !t->form && !t->right_kind && t->row[r].level == 0;
    buf_puts(x->s->out, total ? "<tr class=\"l0\">" : "<tr>");
    for (; i < t->ncells && t->cells[i].row <= r; i++) cell(x, &t->cells[i]);
    buf_puts(x->s->out, "</tr>\n");
  }
  buf_puts(x->s->out, t->rows <= t->head && t->head > 0 ? "</thead>\n" : "</tbody>\n");
}

static void columns(const struct table_writer *x) {
  const struct paper_table *t = x->t;
  int64_t all = 0;
  for (int c = 0; t->column && c < t->columns; c++) all += t->column[c].width > 0 ? t->column[c].width : 0;
  if (all <= 0) return;
  buf_puts(x->s->out, "<colgroup>");
  for (int c = 0; c < t->columns; c++) {
    int64_t share = (t->column[c].width > 0 ? t->column[c].width : 0) * INT64_C(10000) / all;
    buf_printf(x->s->out, "<col style=\"width:%d.%02d%%\">", (int)(share / 100), (int)(share % 100));
  }
  buf_puts(x->s->out, "</colgroup>\n");
}

/* Number, title and unit belong to the table; they stay in sight when a wide table is moved sideways. */
static void caption(struct site *s, const struct paper_table *t) {
  struct buf *out = s->out;
  int level = s->level >= 3 ? 3 : s->level + 1;
  s->level = level;
  buf_puts(out, "<caption><div class=\"cap\">");
  if (t->number.n > 0)
    buf_puts(out, "<p class=\"number\" id=\""), site_text(out, sv_from(t->id)), buf_puts(out, ".n\">"), site_text(out, t->number),
        buf_puts(out, "</p>");
  buf_printf(out, "<h%d id=\"", level), site_text(out, sv_from(t->id)), buf_puts(out, ".h\">");
  site_text(out, t->title);
  buf_printf(out, "</h%d>", level);
  if (t->unit_line.n > 0) buf_puts(out, "<p class=\"unit\">"), site_text(out, t->unit_line), buf_puts(out, "</p>");
  buf_puts(out, "</div></caption>\n");
}

void site_table(struct site *s, const struct paper_table *t) {
  struct table_writer x = {.s = s, .t = t};
  struct buf *out = s->out;
  bool grid = grid_make(&x);
  x.linked = grid && !t->form && t->rows <= ROWS_NAMED_MAX;
  buf_printf(out, "<section class=\"sheet%s%s\" id=\"", t->landscape ? " wide" : "", t->form ? " form" : "");
  site_text(out, sv_from(t->id));
  buf_puts(out, "\">\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"");
  site_text(out, sv_from(t->id));
  buf_puts(out, ".h");
  if (t->number.n > 0) buf_putc(out, ' '), site_text(out, sv_from(t->id)), buf_puts(out, ".n");
  buf_puts(out, "\">\n<table>\n");
  caption(s, t);
  columns(&x);
  rows(&x);
  buf_puts(out, "</table>\n</div>\n");
  if (t->remark.n > 0) buf_puts(out, "<p class=\"remark\">"), site_lines(out, t->remark), buf_puts(out, "</p>\n");
  buf_puts(out, "<p class=\"csv\" data-derived><a href=\"tables/");
  site_text(out, sv_from(t->id));
  buf_printf(out, ".csv\"%s>%s<span class=\"v\"%s>%s", tr("", " lang=\"en\""), tr("下载 CSV", "Download CSV"), site_zh(), tr("：", ": "));
  site_text(out, t->title);
  buf_puts(out, "</span></a></p>\n</section>\n");
}
