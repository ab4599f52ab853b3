/* report_html_table.c: tables of the HTML report as they were recovered, with the cells of findings marked: a sign, a border and a link back. */
#include "rooms/audit/report_html.h"

#include <stdlib.h>

enum { MARKS_MAX = 200000, TERMS_MARKED = 500, LINKS_SHOWN = 4 };

void report_html_text(struct buf *out, struct sv s) {
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if (c == '&')
      buf_puts(out, "&amp;");
    else if (c == '<')
      buf_puts(out, "&lt;");
    else if (c == '>')
      buf_puts(out, "&gt;");
    else if (c == '"')
      buf_puts(out, "&quot;");
    else if (c >= 32 || c == '\n' || c == '\t')
      buf_putc(out, (char)c);
  }
}

void html_buf(struct buf *out, struct buf *b) {
  report_html_text(out, (struct sv){b->p, b->n});
  if (b->rc < 0 && out->rc == RC_OK) out->rc = b->rc; /* no report that is short of a text */
  buf_clear(b);
}

const char *html_chinese(void) {
  return lang_get() == LANG_EN ? " lang=zh-CN" : "";
}

const char *html_sign(enum severity s) {
  return s == SEVERITY_ERROR ? "✕" : s == SEVERITY_WARNING ? "▲" : "ⓘ";
}

/* ---- which cells are marked ---- */

static int mark_obs(struct marks *m, const struct view *v, int32_t obs, int finding, enum mark_role role) {
  const struct obs *o = obs_at(v, obs);
  struct mark k = {0};
  if (!o || o->table < 0 || m->list.n >= MARKS_MAX) return RC_OK;
  k = (struct mark){o->table, o->row, o->column, finding, role};
  return VEC_PUSH(&m->list, k, MARKS_MAX);
}

static int mark_finding(struct marks *m, const struct view *v, int index) {
  const struct finding *f = &v->r->findings.v[index];
  const struct relation *r = relation_at(v, f->relation);
  int rc = RC_OK;
  for (int i = 0; i < f->nsuspects && rc == RC_OK; i++) rc = mark_obs(m, v, f->suspects[i].obs, index, MARK_SUSPECT);
  for (int i = 0; i < f->nalternatives && rc == RC_OK; i++) rc = mark_obs(m, v, f->alternatives[i].obs, index, MARK_MAYBE);
  for (int i = 0; r && i < r->nterms && i < TERMS_MARKED && rc == RC_OK; i++)
    if (i == 0 || !term_silent(v, r, i)) rc = mark_obs(m, v, r->terms[i].obs, index, i == 0 ? MARK_STATED : MARK_TERM);
  struct mark at = html_finding_place(v, f);
  at.finding = index;
  if (rc == RC_OK && f->remark >= 0 && !r && at.table >= 0 && at.row >= 0) rc = VEC_PUSH(&m->list, at, MARKS_MAX);
  return rc;
}

static int mark_compare(const void *pa, const void *pb) {
  const struct mark *a = pa, *b = pb;
  const int32_t x[] = {a->table, a->row, a->column, a->finding, (int32_t)a->role}, y[] = {b->table, b->row, b->column, b->finding, (int32_t)b->role};
  for (int i = 0; i < 5; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

int html_marks_make(const struct view *v, struct marks *out) {
  int rc = RC_OK;
  *out = (struct marks){0};
  for (size_t i = 0; i < v->r->findings.n && rc == RC_OK; i++)
    if (!accepted_at(v, i)) rc = mark_finding(out, v, (int)i);
  if (out->list.n > 1) qsort(out->list.v, out->list.n, sizeof *out->list.v, mark_compare);
  return rc;
}

struct mark html_finding_place(const struct view *v, const struct finding *f) {
  struct telling t;
  struct mark m = {.table = -1, .row = -1, .column = -1, .role = MARK_SUSPECT};
  finding_tell(v, f, true, &t);
  if (t.table) m.table = (int32_t)(t.table - v->b->tables.v);
  if (t.row) m.row = (int32_t)(t.row - t.table->rows);
  if (t.obs) m.row = t.obs->row, m.column = t.obs->column;
  return m;
}

/* The first mark at or behind a place. */
static size_t mark_find(const struct marks *m, int32_t table, int32_t row, int32_t column) {
  size_t low = 0, high = m->list.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct mark *k = &m->list.v[middle];
    bool before = k->table != table ? k->table < table : k->row != row ? k->row < row : k->column < column;
    if (before)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int html_table_marks(const struct html_book *h, int32_t table) {
  return (int)(mark_find(&h->marks, table + 1, -1, -1) - mark_find(&h->marks, table, -1, -1));
}

/* ---- drawing ---- */

void html_cell_anchor(struct buf *out, int number, int32_t table, int32_t row, int32_t column) {
  buf_printf(out, "t%d-%d", number, table);
  if (row >= 0) buf_printf(out, "-%d", row);
  if (column >= 0) buf_printf(out, "-%d", column);
}

static const char *role_words(enum mark_role r) {
  switch (r) {
  case MARK_SUSPECT: return tr("最可能错，发现", "most likely wrong, finding");
  case MARK_STATED: return tr("印出的一方，发现", "stated side, finding");
  case MARK_MAYBE: return tr("可能错，发现", "may be wrong, finding");
  case MARK_TERM: break;
  }
  return tr("算式的一项，发现", "a term, finding");
}

static const char *role_class(enum mark_role r, enum severity s) {
  static const char *const suspect[] = {"mi", "mw", "me"};
  return r == MARK_SUSPECT ? suspect[s] : r == MARK_STATED ? "ms" : r == MARK_MAYBE ? "mm" : "mt";
}

static const char *role_sign(enum mark_role r, enum severity s) {
  return r == MARK_SUSPECT ? html_sign(s) : r == MARK_STATED ? "＝" : r == MARK_MAYBE ? "?" : "+";
}

/* The marks of one place: the strongest sets class and anchor, each finding has one link. */
struct here {
  const struct mark *first;
  size_t n;
  const struct mark *strongest;
};

static struct here marks_at(const struct html_book *h, int32_t table, int32_t row, int32_t column) {
  size_t at = mark_find(&h->marks, table, row, column);
  struct here x = {h->marks.list.v + at, 0, NULL};
  for (; at + x.n < h->marks.list.n; x.n++) {
    const struct mark *k = x.first + x.n;
    if (k->table != table || k->row != row || k->column != column) break;
    if (!x.strongest || k->role < x.strongest->role) x.strongest = k;
  }
  return x;
}

static void put_attributes(const struct html_book *h, const struct here *x, const char *kind) {
  const struct mark *k = x->strongest;
  if (!k) {
    if (*kind) buf_printf(h->out, " class=%s", kind);
    return;
  }
  buf_puts(h->out, " id=");
  html_cell_anchor(h->out, h->number, k->table, k->row, k->column);
  buf_printf(h->out, " class=\"%s%s%s\"", kind, *kind ? " " : "", role_class(k->role, h->v->r->findings.v[k->finding].severity));
}

static const char *expected_at(const struct html_book *h, const struct mark *k, struct buf *b) {
  const struct finding *f = &h->v->r->findings.v[k->finding];
  for (int i = 0; i < f->nsuspects; i++) {
    const struct obs *o = obs_at(h->v, f->suspects[i].obs);
    if (!o || o->table != k->table || o->row != k->row || o->column != k->column) continue;
    suspect_expected(h->v, &f->suspects[i], b);
    return b->p;
  }
  return NULL;
}

static void put_links(const struct html_book *h, const struct here *x) {
  int shown = 0, last = -1;
  struct buf b;
  buf_init(&b, 4096);
  for (size_t i = 0; i < x->n && shown < LINKS_SHOWN; i++) {
    const struct mark *k = x->first + i;
    const struct finding *f = &h->v->r->findings.v[k->finding];
    if (k->finding == last) continue; /* suspect and stated side at once: the sign of the first says it */
    last = k->finding, shown++;
    buf_printf(h->out, " <a href=#f%d-%d><span class=v>%s</span>%s%d</a>", h->number, k->finding + 1, role_words(k->role),
               role_sign(k->role, f->severity), k->finding + 1);
    const char *expected = k->role == MARK_SUSPECT ? expected_at(h, k, &b) : NULL;
    if (expected) buf_puts(h->out, "<br>→ <ins>"), html_buf(h->out, &b), buf_puts(h->out, "</ins>");
  }
  buf_release(&b);
}

static void put_cell(const struct html_book *h, const struct book_table *t, int32_t table, int row, int column) {
  const struct obs *o = obs_at(h->v, t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)column]);
  struct here x = marks_at(h, table, row, column);
  bool text = o && (o->type == OBS_TEXT || o->type == OBS_CODE);
  buf_puts(h->out, "<td");
  put_attributes(h, &x, text ? "x" : "");
  buf_putc(h->out, '>');
  if (o) report_html_text(h->out, o->text);
  put_links(h, &x);
}

static void put_row(const struct html_book *h, const struct book_table *t, int32_t table, int row, bool codes) {
  struct here x = marks_at(h, table, row, -1);
  buf_puts(h->out, "<tr>");
  if (codes) buf_puts(h->out, "<td class=x>"), report_html_text(h->out, t->rows[row].code);
  buf_puts(h->out, "<th scope=row");
  put_attributes(h, &x, "");
  buf_putc(h->out, '>');
  report_html_text(h->out, t->rows[row].label.n || t->rows[row].code.n ? t->rows[row].label : sv_from(tr("（无名称）", "(no label)")));
  put_links(h, &x);
  for (int c = 0; c < t->ncolumns; c++)
    if (!t->columns[c].derived) put_cell(h, t, table, row, c);
  buf_putc(h->out, '\n');
}

static void put_caption(const struct html_book *h, const struct book_table *t) {
  struct buf b;
  buf_init(&b, 65536);
  buf_puts(h->out, "<caption>");
  place_print(t->place, &b);
  if (t->scale != SCALE_NONE) buf_printf(&b, tr("%s单位：%s", "%sunit: %s"), b.n ? tr("，", ", ") : "", scale_unit_shown(t->scale));
  if (t->doubtful) buf_printf(&b, "%s%s", b.n ? tr("，", ", ") : "", tr("没有读清，不作判断", "not read cleanly, proves nothing"));
  html_buf(h->out, &b);
  buf_puts(h->out, "</caption>");
  buf_release(&b);
}

void html_quote(struct buf *out, struct sv sentence, struct sv mark) {
  size_t from = 0, at, n;
  while (quote_next(sentence, mark, from, &at, &n)) {
    report_html_text(out, (struct sv){sentence.p + from, at - from});
    buf_puts(out, "<mark>"), report_html_text(out, (struct sv){sentence.p + at, n}), buf_puts(out, "</mark>");
    from = at + n;
  }
  report_html_text(out, (struct sv){sentence.p + from, sentence.n - from});
}

void html_row_excerpt(const struct html_book *h, int32_t table, int row, int column) {
  const struct book_table *t = &h->v->b->tables.v[table];
  buf_printf(h->out, "<div class=scroll role=region tabindex=0 aria-label=\"%s\"><table%s><thead><tr><th scope=col>%s",
             tr("原文的行", "rows as printed"), html_chinese(), tr("项目", "item"));
  for (int c = 0; c < t->ncolumns; c++) buf_puts(h->out, "<th scope=col>"), report_html_text(h->out, t->columns[c].header);
  buf_puts(h->out, "<tbody>");
  for (int i = row > 0 ? row - 1 : 0; i < t->nrows && i <= row + 1; i++) {
    buf_printf(h->out, "<tr><th scope=row%s>", i == row ? " class=ms" : "");
    report_html_text(h->out, t->rows[i].label.n ? t->rows[i].label : t->rows[i].code);
    for (int c = 0; c < t->ncolumns; c++) {
      const struct obs *o = obs_at(h->v, t->cells[(size_t)i * (size_t)t->ncolumns + (size_t)c]);
      bool here = i == row && c == column;
      buf_puts(h->out, here ? "<td class=ms><mark>" : "<td>");
      if (o) report_html_text(h->out, o->text);
      if (here) buf_puts(h->out, "</mark>");
    }
  }
  buf_puts(h->out, "</table></div>\n");
}

void html_table(const struct html_book *h, int32_t table) {
  const struct book_table *t = &h->v->b->tables.v[table];
  bool codes = false;
  for (int i = 0; i < t->nrows; i++) codes |= t->rows[i].code.n > 0;
  buf_puts(h->out, "<div class=scroll role=region tabindex=0 aria-label=\"");
  report_html_text(h->out, t->title);
  buf_printf(h->out, " %s\"><table%s>", t->id ? t->id : "", html_chinese()); /* the id: sides of one table share their title */
  put_caption(h, t);
  buf_puts(h->out, "<thead><tr>");
  if (codes) buf_printf(h->out, "<th scope=col>%s", tr("编码", "code"));
  buf_printf(h->out, "<th scope=col>%s", tr("项目", "item"));
  for (int c = 0; c < t->ncolumns; c++) {
    if (t->columns[c].derived) continue;
    buf_puts(h->out, "<th scope=col>");
    if (t->columns[c].header.n)
      report_html_text(h->out, t->columns[c].header);
    else
      buf_printf(h->out, "<span class=v>%s %d</span>", tr("列", "column"), c + 1);
  }
  buf_puts(h->out, "<tbody>\n");
  for (int i = 0; i < t->nrows; i++) put_row(h, t, table, i, codes);
  buf_puts(h->out, "</table></div>\n");
}
