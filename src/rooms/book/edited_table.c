/* edited_table.c: a table of our document and what became of it, row by row and cell by cell. Figures are never taken: each is told with the lines
 * that make it. A cell whose words are one of the officer's texts comes home paragraph by paragraph. */
#include "rooms/book/accounts.h"
#include "rooms/book/edited.h"
#include "rooms/book/sum.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_SHOWN = 5, PARAGRAPHS = 300 };

static int no_memory(struct edited *x) {
  return err_set(x->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- why ---- */

struct made { /* a record that may be part of a cell */
  int year, version;
  int64_t amount;
  struct ws_place place;
  bool taken;
};

static struct made made_of_line(const struct workspace *w, const struct sum *s, const struct ws_line *l) {
  return (struct made){l->year, l->version, l->amount, l->place, sum_takes_line(w, s, l)};
}

static struct made made_of_income(const struct workspace *w, const struct sum *s, const struct ws_income *in) {
  return (struct made){in->year, in->version, in->amount, in->place, sum_takes_income(w, s, in)};
}

static void lines_put(const struct workspace *w, const struct sum *s, struct buf *out, int *n, int *more) {
  char a[MONEY_TEXT];
  bool income = s->flow == SUM_INCOME || s->flow == SUM_CARRY_OUT || s->flow == SUM_DISTRIBUTION, prior = s->flow == SUM_PRIOR;
  int year = s->year ? s->year : w->year, version = accounts_version(w, s->of);
  size_t count;
  const struct ws_income *in = sum_incomes(w, s->flow, year, &count);
  if (s->flow != SUM_SPENDING && !income && !prior) return;
  if (!income) count = prior ? w->priors.n : w->lines.n;
  for (size_t i = 0; i < count; i++) {
    struct made m = income ? made_of_income(w, s, &in[i]) : made_of_line(w, s, prior ? &w->priors.v[i] : &w->lines.v[i]);
    if (!m.taken || m.year != year || (m.version >= 0 && m.version != version)) continue;
    if (++*n <= LINES_SHOWN)
      buf_printf(out, "\n      %s:%d  %s", w->files.v[m.place.file], (int)m.place.line, money_print(a, m.amount, SCALE_YUAN, 2, true));
    else
      ++*more;
  }
}

static const char *measure_of(const struct paper_table *t, const struct paper_cell *c) {
  for (int k = c->column; k < c->column + c->column_span && k < t->columns; k++)
    if (t->column[k].measure) return t->column[k].measure;
  return "";
}

const char *edited_cell_why(struct edited *x, const struct paper_table *t, const struct paper_cell *c) {
  struct buf out;
  int n = 0, more = 0;
  buf_init(&out, 1 << 16);
  struct sv key = c->row >= 0 && c->row < t->rows ? paper_key(t, c->row, paper_side(t, c->column)) : (struct sv){0};
  if (c->nsums || c->nparts)
    buf_printf(&out,
               tr("由工作区的行算出，没有取；要改就改这些行：heng book why %s %s %.*s %s",
                  "derived and not taken; change its lines: heng book why %s %s %.*s %s"),
               x->o.workspace->folder, t->id, SV_ARG(key), measure_of(t, c));
  else
    buf_puts(&out, tr("是录入的数（projects.csv、project-details.csv、purchases.csv 等），没有取；请在那里改",
                      "entered (projects.csv, project-details.csv, purchases.csv …) and not taken; change it there"));
  for (int i = 0; i < c->nsums; i++) lines_put(x->o.workspace, &c->sums[i], &out, &n, &more);
  if (more) buf_printf(&out, tr("\n      …… 还有 %d 行", "\n      … and %d more"), more);
  const char *kept = edited_keep(x, (struct sv){out.p, out.n}).p;
  buf_release(&out);
  return kept;
}

const char *edited_why(struct edited *x, struct sv figure) {
  const struct paper *p = x->o.paper;
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    for (int k = 0; t && k < t->ncells; k++) {
      const struct paper_cell *c = &t->cells[k];
      if (!c->amount || c->nsums == 0) continue;
      char plain[MONEY_TEXT];
      if (!sv_equal(c->text, figure) && !sv_is(figure, money_print(plain, c->fen, t->scale, t->decimals, false))) continue;
      return edited_cell_why(x, t, c);
    }
  }
  return NULL;
}

/* ---- one cell ---- */

static const struct paper_cell *cell_at(const struct paper_table *t, int row, int column) {
  for (int i = 0; t && i < t->ncells; i++)
    if (t->cells[i].row == row && t->cells[i].column == column) return &t->cells[i];
  return NULL;
}

static struct sv head_over(const struct table *t, int row, int column) {
  struct sv head = {0};
  for (int r = 0; r < row && r < (t->header_rows ? t->header_rows : 1); r++) {
    const struct cell *c = table_cell(t, r, column);
    if (c && c->text.n) head = c->text;
  }
  return head;
}

static const char *cell_place(struct edited *x, const struct paper_table *pt, const struct table *t, const struct cell *c) {
  struct sv label = {0}, head = head_over(t, c->row, c->column), number = pt ? pt->number : (struct sv){0}, title = pt ? pt->title : (struct sv){0};
  for (int k = 0; k < c->column; k++) {
    const struct cell *l = table_cell(t, c->row, k);
    if (l && l->text.n && l->text.n < 90 && l->row == c->row) label = l->text;
    if (label.n && label.p[0] >= '0' && label.p[0] <= '9') continue; /* a name says more than a code or an amount */
    if (label.n) break;
  }
  return arena_printf(&x->arena, tr("%.*s %.*s 第 %d 行 %.*s%s%.*s", "%.*s %.*s row %d %.*s%s%.*s"), SV_ARG(number), SV_ARG(title), c->row + 1,
                      SV_ARG(label), head.n ? " / " : "", SV_ARG(head));
}

/* Texts NAME HEADING whose paragraphs make up the cell: the first of them and how many; -1 none. Of a project's own first. */
static int text_of(struct edited *x, const struct paper_table *t, struct sv cell, int *count) {
  const struct workspace *w = x->o.workspace;
  int found = -1;
  for (size_t i = 0; i < w->texts.n && cell.n; i++) {
    const struct ws_text *a = &w->texts.v[i];
    if (i > 0 && sv_equal(a[-1].name, a->name) && sv_equal(a[-1].heading, a->heading)) continue;
    struct sv rest = cell;
    size_t k = i;
    bool same = true;
    for (; same && rest.p && k < w->texts.n && sv_equal(w->texts.v[k].name, a->name) && sv_equal(w->texts.v[k].heading, a->heading); k++)
      same = sv_equal(sv_cut(&rest, '\n'), w->texts.v[k].paragraph);
    bool all = k == w->texts.n || !sv_equal(w->texts.v[k].name, a->name) || !sv_equal(w->texts.v[k].heading, a->heading);
    if (!same || rest.p || !all) continue;
    bool own =
        t->project >= 0 && sv_starts(a->name, "projects/") && sv_equal((struct sv){a->name.p + 9, a->name.n - 9}, w->projects.v[t->project].code);
    if (found < 0 || own) found = (int)i, *count = (int)(k - i);
    if (own) break;
  }
  return found;
}

static int paragraphs_of(struct edited *x, struct sv text, struct align_item *out, struct sv *raw) {
  int n = 0;
  for (struct sv rest = text; rest.p && rest.n && n < PARAGRAPHS;) {
    struct sv one = sv_trim(sv_cut(&rest, '\n'));
    const char *key = one.n ? text_fold(&x->arena, one) : NULL;
    if (!key) continue;
    raw[n] = one, out[n++] = (struct align_item){sv_from(key), 0};
  }
  return n;
}

static int text_compare(struct edited *x, const char *place, int first, int count, struct sv theirs) {
  struct align_item a[PARAGRAPHS], b[PARAGRAPHS];
  struct sv ours_raw[PARAGRAPHS], raw[PARAGRAPHS];
  int pair[PARAGRAPHS + 1], na = 0, nb = paragraphs_of(x, theirs, b, raw), rc = RC_OK, j = 0;
  for (int i = 0; i < count && i < PARAGRAPHS; i++) na += paragraphs_of(x, x->o.workspace->texts.v[first + i].paragraph, a + na, ours_raw + na);
  if (na != count) return RC_OK;
  if (nb == 0)
    return edited_tell(x, place, ours_raw[0], (struct sv){0}, tr("这一格的文字被删空了，没有删", "the text of the cell was emptied; it stays"),
                       false);
  rc = align_items(a, na, b, nb, pair, x->e);
  if (na == 1 && nb == 1) pair[0] = 0;
  for (int i = 0, before = -1; i <= na && rc == RC_OK; i++) {
    if (i < na && pair[i] < 0) continue;
    int end = i < na ? pair[i] : nb;
    for (; j < end && rc == RC_OK; j++) {
      struct edited_take t = {
          .kind = before < 0 ? TAKE_BEFORE : TAKE_AFTER, .index = first + (before < 0 ? 0 : before), .text = edited_keep(x, raw[j]), .place = place};
      rc = edited_paragraph_good(raw[j])
               ? edited_take(x, &t)
               : edited_tell(x, place, (struct sv){0}, raw[j], tr("这样的段落写不进 texts", "such a paragraph cannot stand in texts"), false);
    }
    for (int k = before + 1; k < i && rc == RC_OK; k++)
      rc = edited_take(x, &(struct edited_take){.kind = TAKE_DELETE, .index = first + k, .place = place});
    if (i == na || rc < 0) break;
    before = i, j++;
    if (sv_equal(ours_raw[i], raw[j - 1])) continue;
    struct edited_take t = {.kind = TAKE_CHANGE, .index = first + i, .text = edited_keep(x, raw[j - 1]), .place = place};
    rc = edited_paragraph_good(raw[j - 1])
             ? edited_take(x, &t)
             : edited_tell(x, place, ours_raw[i], raw[j - 1], tr("这样的段落写不进 texts", "such a paragraph cannot stand in texts"), false);
  }
  return rc;
}

static bool has_digit(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] >= '0' && s.p[i] <= '9') return true;
  return false;
}

static int cell_compare(struct edited *x, const struct paper_table *t, const struct table *a, const struct cell *ours, const struct cell *theirs) {
  const struct paper_cell *c = cell_at(t, ours->row, ours->column);
  struct sv text = theirs ? theirs->lines.n ? theirs->lines : theirs->text : (struct sv){0}, old = ours->lines.n ? ours->lines : ours->text;
  int count = 0, first = c && !c->amount && !c->percent ? text_of(x, t, c->text, &count) : -1;
  if (sv_equal(text, old)) return RC_OK;
  const char *place = cell_place(x, t, a, ours);
  if (first >= 0 && theirs) return text_compare(x, place, first, count, text);
  if (sv_equal(theirs ? theirs->text : (struct sv){0}, ours->text)) return RC_OK; /* other line ends */
  if (c && (c->amount || c->percent)) return edited_tell(x, place, ours->text, text, edited_cell_why(x, t, c), true);
  return edited_tell(x, place, ours->text, text,
                     tr("表里的字由工作区的 CSV 或版式得出，没有取；请在那里改",
                        "words of tables come from the workspace's CSV files or the layout and are not taken; change them there"),
                     !c && has_digit(ours->text));
}

/* ---- rows ---- */

static struct align_item *rows_of(struct edited *x, const struct table *t) {
  struct align_item *v = calloc((size_t)t->rows + 1, sizeof *v);
  struct buf b;
  buf_init(&b, 1 << 20);
  for (int i = 0, r = 0; v && r < t->rows; r++) {
    buf_clear(&b);
    for (; i < t->ncells && t->cells[i].row <= r; i++) buf_add(&b, t->cells[i].text.p, t->cells[i].text.n), buf_putc(&b, '|');
    const char *key = text_fold(&x->arena, (struct sv){b.p ? b.p : "", b.n});
    if (key) v[r].key = sv_from(key);
  }
  buf_release(&b);
  return v;
}

static int row_tell(struct edited *x, const struct paper_table *t, const struct table *d, int row, bool gone) {
  struct buf b;
  buf_init(&b, 1 << 16);
  for (int i = 0; i < d->ncells; i++)
    if (d->cells[i].row == row) buf_printf(&b, "%s%.*s", b.n ? " | " : "", SV_ARG(d->cells[i].text));
  struct sv text = {b.p, b.n};
  const char *place = arena_printf(&x->arena, tr("%.*s %.*s 第 %d 行", "%.*s %.*s row %d"), SV_ARG(t ? t->number : (struct sv){0}),
                                   SV_ARG(t ? t->title : (struct sv){0}), row + 1);
  int rc = edited_tell(x, place, gone ? text : (struct sv){0}, gone ? (struct sv){0} : text,
                       gone ? tr("表里的一行被删去了；表由数据得出，没有删", "a row was taken out; tables are derived, it stays")
                            : tr("表里新加的一行没有取；在工作区的 CSV 里加", "a new row is not taken; add it to the workspace's CSV files"),
                       has_digit(text));
  buf_release(&b);
  return rc;
}

/* As many rows as before: what is like no other stands where it stood, if its neighbours do. */
static void rows_in_place(int *pair, int n) {
  for (int i = 0, least = 0; i < n; i++) {
    int next = i;
    while (next < n && pair[next] < 0) next++;
    if (pair[i] < 0 && least <= i && (next == n || pair[next] > i)) pair[i] = i;
    if (pair[i] >= 0) least = pair[i] + 1;
  }
}

int edited_table(struct edited *x, int block, const struct table *a, const struct table *b) {
  const struct paper_table *t = block >= 0 ? x->o.paper->blocks.v[block].table : NULL;
  if (t && (t->rows != a->rows || t->columns != a->columns)) t = NULL;
  if (a->columns != b->columns)
    return edited_tell(
        x, block >= 0 ? edited_place(x, block) : "", t ? t->title : (struct sv){0}, (struct sv){0},
        tr("表的列数变了，没有逐格比较；表由数据得出", "the table has another number of columns and was not compared; tables are derived"), true);
  struct align_item *rows_a = rows_of(x, a), *rows_b = rows_of(x, b);
  int *pair = calloc((size_t)a->rows + 1, sizeof *pair);
  int rc = rows_a && rows_b && pair ? align_items(rows_a, a->rows, rows_b, b->rows, pair, x->e) : no_memory(x), j = 0;
  if (rc == RC_OK && a->rows == b->rows) rows_in_place(pair, a->rows);
  for (int i = 0, at = 0; i <= a->rows && rc == RC_OK; i++) {
    if (i < a->rows && pair[i] < 0) {
      rc = row_tell(x, t, a, i, true);
      continue;
    }
    for (int end = i < a->rows ? pair[i] : b->rows; j < end && rc == RC_OK; j++) rc = row_tell(x, t, b, j, false);
    if (i == a->rows) break;
    for (; at < a->ncells && a->cells[at].row < i; at++) continue;
    for (; at < a->ncells && a->cells[at].row == i && rc == RC_OK; at++)
      rc = cell_compare(x, t, a, &a->cells[at], table_cell(b, j, a->cells[at].column));
    j++;
  }
  free(rows_a), free(rows_b), free(pair);
  return rc;
}
