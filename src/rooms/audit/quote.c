/* quote.c: what the document says where a finding stands: the sentence of a claim with its number marked, the line of a remark, the cells of a row.
 * A reader should be able to follow a finding without opening the file, and to find the words in it with a search. */
#include "rooms/audit/internal.h"

#include <string.h>

enum { NUMBER_BYTES = 96, LINES_QUOTED = 3, QUOTE_BYTES = 4000, CELLS_QUOTED = 24, BEFORE_MARK = 90, AFTER_MARK = 60, UNMARKED = 200 };

struct sv row_sentence(const struct book_table *t, const struct book_row *row) {
  return t && t->prose && row ? row->sentence : (struct sv){0};
}

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

/* Is s[at, at + n) a whole number there, not a part of a longer one? */
static bool whole_number(struct sv s, size_t at, size_t n) {
  bool before = at > 0 && (digit(s.p[at - 1]) || ((s.p[at - 1] == '.' || s.p[at - 1] == ',') && at > 1 && digit(s.p[at - 2])));
  size_t end = at + n;
  bool after = end < s.n && (digit(s.p[end]) || ((s.p[end] == '.' || s.p[end] == ',') && end + 1 < s.n && digit(s.p[end + 1])));
  return n > 0 && !(digit(s.p[at]) && before) && !(digit(s.p[end - 1]) && after);
}

bool quote_next(struct sv sentence, struct sv mark, size_t from, size_t *at, size_t *n) {
  char folded[NUMBER_BYTES];
  struct sv forms[2] = {sv_trim(mark), {folded, 0}};
  forms[1].n = mark.n < sizeof folded ? text_fold_into(folded, sizeof folded, mark) : 0;
  for (int k = 0; k < 2; k++) {
    for (size_t i = from; forms[k].n > 0 && i + forms[k].n <= sentence.n; i++) {
      if (memcmp(sentence.p + i, forms[k].p, forms[k].n) != 0 || !whole_number(sentence, i, forms[k].n)) continue;
      *at = i, *n = forms[k].n;
      return true;
    }
  }
  return false;
}

/* So many characters on from a place, to the left or to the right, on a boundary of characters. */
static size_t step_left(struct sv s, size_t at, int characters) {
  while (at > 0 && characters > 0)
    if (((unsigned char)s.p[--at] & 0xC0) != 0x80) characters--;
  return at;
}

static size_t step_right(struct sv s, size_t at, int characters) {
  while (at < s.n && characters > 0)
    if (++at == s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80) characters--;
  return at;
}

void quote_marked(struct sv sentence, struct sv mark, bool whole, struct buf *out) {
  size_t from = 0, at, n;
  bool marked = quote_next(sentence, mark, 0, &at, &n);
  size_t begin = whole ? 0 : step_left(sentence, marked ? at : 0, BEFORE_MARK), end = sentence.n;
  if (!whole) end = step_right(sentence, marked ? at + n : 0, marked ? AFTER_MARK : UNMARKED);
  buf_puts(out, tr("“", "\""));
  if (begin > 0) buf_puts(out, "…");
  bool cut = end < sentence.n;
  sentence = (struct sv){sentence.p + begin, end - begin};
  while (quote_next(sentence, mark, from, &at, &n)) {
    buf_add(out, sentence.p + from, at - from);
    buf_printf(out, "【%.*s】", (int)n, sentence.p + at);
    from = at + n;
  }
  if (from < sentence.n) buf_add(out, sentence.p + from, sentence.n - from);
  if (cut) buf_puts(out, "…");
  buf_puts(out, tr("”", "\""));
}

static bool meets(struct box a, struct box b) {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

static bool stands_at(const struct item *i, struct place p) {
  if (i->kind != ITEM_LINE || i->place.page != p.page || i->place.sheet != p.sheet) return false;
  if (p.box.x1 > p.box.x0 && p.box.y1 > p.box.y0) return meets(i->place.box, p.box);
  return p.line > 0 && i->place.line == p.line;
}

void lines_at(const struct view *v, int32_t document, struct place p, struct buf *out) {
  const struct document *d = document >= 0 && document < v->b->ndocuments ? v->b->documents[document] : NULL;
  int shown = 0;
  for (int i = 0; d && i < d->nitems && shown < LINES_QUOTED; i++) {
    struct sv text = sv_trim(d->items[i].text);
    if (!stands_at(&d->items[i], p) || text.n == 0 || text.n > QUOTE_BYTES) continue;
    if (shown++ > 0) buf_puts(out, " ");
    buf_add(out, text.p, text.n);
  }
}

bool finding_quoted(const struct view *v, const struct finding *f, const struct telling *t, struct buf *line, struct quotation *q) {
  const struct remark *m = remark_at(v, f->remark);
  *q = (struct quotation){.sentence = row_sentence(t->table, t->row), .mark = t->obs ? t->obs->text : sv_from(t->stated_text)};
  size_t at, n;
  if (t->row && !quote_next(q->sentence, q->mark, 0, &at, &n)) q->mark = t->row->label; /* no figure: what it speaks of */
  if (q->sentence.n == 0 && m && !t->obs && (!t->table || t->table->prose)) {
    lines_at(v, t->document, t->place, line);
    q->sentence = (struct sv){line->p, line->n};
  }
  return q->sentence.n > 0;
}

void finding_quote(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  struct quotation q;
  struct buf line;
  buf_init(&line, 1 << 16);
  if (finding_quoted(v, f, t, &line, &q)) quote_marked(q.sentence, q.mark, false, out);
  buf_release(&line);
}

void row_cells(const struct view *v, const struct book_table *t, int row, struct buf *out) {
  int shown = 0;
  for (int c = 0; c < t->ncolumns && shown < CELLS_QUOTED; c++) {
    const struct obs *o = obs_at(v, t->cells[(size_t)row * (size_t)t->ncolumns + (size_t)c]);
    if (!o || o->text.n == 0) continue;
    if (shown++ > 0) buf_puts(out, tr("；", "; "));
    if (t->columns[c].header.n) buf_printf(out, "%.*s ", SV_ARG(t->columns[c].header));
    buf_add(out, o->text.p, o->text.n);
  }
}
