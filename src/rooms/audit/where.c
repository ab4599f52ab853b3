/* where.c: where a cell stands, in words: table, page, row, column; and, beside another cell, only what is different.
 * A form of a project is named with its project, since a book holds many of them under one title. */
#include "rooms/audit/internal.h"

#include <string.h>

enum { LABEL_COLUMNS = 24, HEADER_COLUMNS = 20 };

/* That of the same form before any other. */
struct sv project_name(const struct view *v, const struct book_table *t) {
  const struct book *b = v->b;
  if (t->subject == NO_SYMBOL) return (struct sv){0};
  symbol name = book_find(b, "project.name");
  struct sv found = {0};
  int best = 0;
  for (size_t i = 0; i < b->fields.n && name != NO_SYMBOL; i++) {
    const struct book_field *f = &b->fields.v[i];
    const struct book_table *of = table_at(v, f->table);
    if (f->name != name || f->subject != t->subject || f->text.n == 0) continue;
    bool same = of && of->document == t->document && of->document_table == t->document_table;
    int rank = of == t ? 3 : same ? 2 : 1;
    if (rank > best) best = rank, found = f->text;
  }
  return found;
}

void table_name(const struct view *v, const struct book_table *t, struct buf *out) {
  if (t->title.n) buf_add(out, t->title.p, t->title.n);
  const struct grafted *g = graft_of(v->b, v->g, t->document);
  if (t->subject == NO_SYMBOL || (g && g->other->role == OTHER_UNIT)) return; /* a unit's table is named with its file */
  struct sv project = project_name(v, t);
  const char *symbol_name = intern_name(&v->b->symbols, t->subject);
  if (project.n == 0 && symbol_name) project = sv_from(symbol_name);
  if (project.n) buf_printf(out, tr("（%.*s）", " (%.*s)"), SV_ARG(project));
}

/* A table, and its file where the book lies in several; the title of another book's table names its file already. */
static void put_table(const struct view *v, const struct book_table *t, struct buf *out) {
  const struct document *d = t->document >= 0 && t->document < v->b->ndocuments ? v->b->documents[t->document] : NULL;
  const char *slash = d && d->path ? strrchr(d->path, '/') : NULL;
  buf_puts(out, tr("《", "\""));
  table_name(v, t, out);
  buf_puts(out, tr("》", "\" "));
  if (d && d->path && v->b->ndocuments > 1) buf_printf(out, tr("（%s）", "(%s) "), slash ? slash + 1 : d->path);
}

/* Sentences are not called by the title of the table that their claims are kept in. */
static void put_source(const struct view *v, const struct book_table *t, struct buf *out) {
  if (t->prose)
    buf_puts(out, tr("文字", "text "));
  else
    put_table(v, t, out);
}

struct sv column_title(const struct book_table *t, const struct book_column *column) {
  const struct {
    const char *name, *title;
  } said[] = {{"amount", tr("金额", "amount")},
              {"budget", tr("年初预算数", "initial budget")},
              {"adjusted", tr("全年预算数", "adjusted budget")},
              {"final", tr("决算数", "final accounts")},
              {"prior", tr("上年数", "last year's")},
              {"again", tr("再次写的数", "said again")},
              {"change", tr("增减额", "change")},
              {"growth", tr("增减幅度", "growth")},
              {"share", tr("占比", "share")},
              {"rate", tr("完成年初预算的比率", "completion of the initial budget")},
              {"rate.adjusted", tr("完成全年预算的比率", "completion of the adjusted budget")},
              {"count", tr("数量", "count")},
              {"year", tr("年份", "year")},
              {"base-year", tr("对比的年份", "year compared with")}};
  if (!t || !t->prose) return column->header;
  for (size_t i = 0; i < sizeof said / sizeof *said; i++)
    if (sv_is(column->header, said[i].name)) return sv_from(said[i].title);
  return (struct sv){0};
}

bool place_known(struct place p) {
  return p.page > 0 || p.sheet > 0 || p.line > 0;
}

void place_print(struct place p, struct buf *out) {
  if (p.page > 0)
    buf_printf(out, tr("第 %d 页", "page %d"), p.page);
  else if (p.sheet > 0)
    buf_printf(out, tr("工作表 %d", "sheet %d"), p.sheet);
  if (p.line > 0) buf_printf(out, p.page > 0 || p.sheet > 0 ? tr("第 %d 行", ", line %d") : tr("第 %d 行", "line %d"), p.line);
}

static struct sv header_tail(struct sv header, int components) {
  for (size_t i = header.n; i > 0; i--)
    if (header.p[i - 1] == '/' && i < header.n && --components == 0) return (struct sv){header.p + i, header.n - i};
  return header;
}

/* The lowest head over a column, with the one above it where another column has the same (本年收入/小计, 上年结转/小计). */
static struct sv header_short(const struct book_table *t, const struct book_column *column) {
  struct sv last = header_tail(column->header, 1);
  for (int i = 0; i < t->ncolumns; i++)
    if (&t->columns[i] != column && sv_equal(header_tail(t->columns[i].header, 1), last)) return header_tail(column->header, 2);
  return last;
}

/* As much of s as fits, with … where it was cut. */
static void put_cut(struct buf *out, struct sv s, int columns) {
  size_t at = 0, end = 0;
  int used = 0;
  s = sv_trim(s);
  while (at < s.n && used < columns) {
    size_t start = at;
    utf8_next(s, &at);
    used += text_width((struct sv){s.p + start, at - start});
    if (used <= columns) end = at;
  }
  buf_add(out, s.p ? s.p : "", end);
  if (end < s.n) buf_puts(out, "…");
}

static void put_row(const struct book_row *row, struct buf *out) {
  bool both = row->code.n && row->label.n;
  if (row->code.n == 0 && row->label.n == 0) return;
  buf_printf(out, tr("“%.*s%s%.*s”", " row \"%.*s%s%.*s\""), SV_ARG(row->code), both ? " " : "", SV_ARG(row->label));
}

void obs_where(const struct view *v, const struct obs *o, struct buf *out) {
  const struct book_table *t = o ? table_at(v, o->table) : NULL;
  const struct book_row *row = obs_row(v, o);
  const struct book_column *column = obs_column(v, o);
  if (!o) return;
  if (t) put_source(v, t, out);
  place_print(o->place, out);
  if (row) put_row(row, out);
  struct sv title = column ? column_title(t, column) : (struct sv){0};
  if (title.n && t && t->prose)
    buf_printf(out, tr("的%.*s", ", %.*s"), SV_ARG(title));
  else if (title.n)
    buf_printf(out, tr("列“%.*s”", " column \"%.*s\""), SV_ARG(title));
}

void cell_label(const struct view *v, const struct obs *base, const struct obs *o, struct buf *out) {
  const struct book_table *t = table_at(v, o->table), *from = base ? table_at(v, base->table) : NULL;
  const struct book_row *row = obs_row(v, o);
  const struct book_column *column = obs_column(v, o);
  bool other = t != from || !t, named = row && (row->label.n || row->code.n);
  bool form = t && from && t->document == from->document && t->document_table == from->document_table && t->title.n == from->title.n;
  size_t start = out->n;
  if (other && t && !form) put_source(v, t, out);
  if (other || (!named && o->row != base->row)) place_print(o->place, out);
  if (out->n > start && named) buf_putc(out, ' '), start = out->n;
  if (named && (other || o->row != base->row)) put_cut(out, row->label.n ? row->label : row->code, LABEL_COLUMNS);
  if (!column || !column_title(t, column).n || (!other && o->column == base->column)) return;
  if (out->n > start) buf_puts(out, "·");
  put_cut(out, t->prose ? column_title(t, column) : header_short(t, column), HEADER_COLUMNS);
}

/* Does the sentence name the table, the row itself? Then the place need not. */
static bool says(const struct buf *message, struct sv s) {
  return message && message->n && s.n && memmem(message->p, message->n, s.p, s.n);
}

void finding_where(const struct view *v, const struct finding *f, const struct telling *t, const struct buf *message, struct buf *out) {
  if (t->obs && f->remark < 0) {
    obs_where(v, t->obs, out);
    return;
  }
  if (t->table && !(says(message, t->table->title) && place_known(t->place))) put_source(v, t->table, out);
  place_print(t->place, out);
  if (t->row && f->cause != CAUSE_MISSING_ROW && !says(message, t->row->label)) put_row(t->row, out);
}
