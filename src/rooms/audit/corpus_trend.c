/* corpus_trend.c: amounts over the years. Each drawing has its own scale from 0, since “三公” beside a total would be a flat line; lines differ in
 * dashes and marks besides colour; the table below says the same in figures, each of which leads to the book it is printed in. */
#include "rooms/audit/corpus_html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 260, HEIGHT = 120, LEFT = 12, RIGHT = 248, TOP = 24, BOTTOM = 98 };

static const char *const stroke[] = {[BOOK_UNKNOWN] = "#57534e",
                                     [BOOK_DEPARTMENT_BUDGET] = "#1e4976",
                                     [BOOK_UNIT_BUDGET] = "#166534",
                                     [BOOK_DEPARTMENT_FINAL] = "#9f1239",
                                     [BOOK_UNIT_FINAL] = "#854d0e"};
static const char *const dashes[] = {[BOOK_UNKNOWN] = "1 4",
                                     [BOOK_DEPARTMENT_BUDGET] = "none",
                                     [BOOK_UNIT_BUDGET] = "2 3",
                                     [BOOK_DEPARTMENT_FINAL] = "7 3",
                                     [BOOK_UNIT_FINAL] = "7 3 2 3"};

static const char *wan(char out[MONEY_TEXT], int64_t fen) {
  return money_print(out, fen, SCALE_WAN, 2, true);
}

struct series {
  const struct corpus *c;
  const struct corpus_body *body;
  int amount, first_year, last_year;
  int64_t low, high;
  int points;
};

static const struct corpus_value *value_of(const struct series *s, int book) {
  const struct corpus_book *b = &s->c->books.v[book];
  const struct corpus_value *v = &b->amounts[s->amount];
  return b->blank || b->year <= 0 || !v->there ? NULL : v;
}

/* Range of years and values; points only where a line can be drawn: two years of one kind. */
static void series_measure(struct series *s) {
  s->low = s->high = 0, s->points = 0, s->first_year = s->last_year = 0;
  for (int i = s->body->first; i < s->body->first + s->body->nbooks; i++) {
    const struct corpus_value *v = value_of(s, i);
    int year = s->c->books.v[i].year;
    if (!v) continue;
    if (!s->points || year < s->first_year) s->first_year = year;
    if (!s->points || year > s->last_year) s->last_year = year;
    if (v->fen < s->low) s->low = v->fen;
    if (v->fen > s->high) s->high = v->fen;
    s->points++;
  }
}

static int at_year(const struct series *s, int year) {
  int span = s->last_year - s->first_year;
  return span > 0 ? LEFT + (RIGHT - LEFT) * (year - s->first_year) / span : (LEFT + RIGHT) / 2;
}

static int at_value(const struct series *s, int64_t fen) {
  int64_t span = 0, above = 0, y = 0;
  if (__builtin_sub_overflow(s->high, s->low, &span) || __builtin_sub_overflow(fen, s->low, &above) || span <= 0) return BOTTOM;
  return money_muldiv(above, BOTTOM - TOP, span, ROUND_HALF_UP, &y) < 0 ? BOTTOM : BOTTOM - (int)y;
}

static void put_mark(struct buf *out, enum book_kind kind, int x, int y) {
  if (kind == BOOK_DEPARTMENT_BUDGET || kind == BOOK_UNKNOWN)
    buf_printf(out, "<circle cx=%d cy=%d r=3.5 fill=\"%s\"/>", x, y, stroke[kind]);
  else if (kind == BOOK_DEPARTMENT_FINAL)
    buf_printf(out, "<rect x=%d y=%d width=7 height=7 fill=\"%s\"/>", x - 3, y - 3, stroke[kind]);
  else if (kind == BOOK_UNIT_BUDGET)
    buf_printf(out, "<path d=\"M%d %dl4 7h-8z\" fill=\"%s\"/>", x, y - 4, stroke[kind]);
  else
    buf_printf(out, "<path d=\"M%d %dl4 4-4 4-4-4z\" fill=\"%s\"/>", x, y - 4, stroke[kind]);
}

static void put_line(struct buf *out, const struct series *s, enum book_kind kind) {
  int n = 0;
  for (int i = s->body->first; i < s->body->first + s->body->nbooks; i++) {
    const struct corpus_value *v = value_of(s, i);
    if (!v || s->c->books.v[i].kind != kind) continue;
    if (n == 0) buf_printf(out, "<polyline fill=none stroke=\"%s\" stroke-width=2 stroke-dasharray=\"%s\" points=\"", stroke[kind], dashes[kind]);
    buf_printf(out, "%s%d,%d", n ? " " : "", at_year(s, s->c->books.v[i].year), at_value(s, v->fen));
    n++;
  }
  if (n) buf_puts(out, "\"/>");
  for (int i = s->body->first; i < s->body->first + s->body->nbooks; i++) {
    const struct corpus_value *v = value_of(s, i);
    if (v && s->c->books.v[i].kind == kind) put_mark(out, kind, at_year(s, s->c->books.v[i].year), at_value(s, v->fen));
  }
}

/* In words what the drawing shows. */
static void put_label(struct buf *out, const struct series *s) {
  char t[MONEY_TEXT];
  put_words(out, amount_title(&s->c->amounts.v[s->amount]));
  buf_puts(out, tr("（万元）：", " (10,000 yuan): "));
  for (int i = s->body->first, n = 0; i < s->body->first + s->body->nbooks; i++) {
    const struct corpus_value *v = value_of(s, i);
    if (v) buf_printf(out, "%s%d %s %s", n++ ? tr("，", ", ") : "", s->c->books.v[i].year, kind_title(s->c->books.v[i].kind), wan(t, v->fen));
  }
}

static void put_drawing(struct buf *out, const struct series *s) {
  char t[MONEY_TEXT];
  buf_puts(out, "<li><svg role=img width=260 height=120 viewBox=\"0 0 260 120\" aria-label=\"");
  put_label(out, s);
  buf_printf(out, "\"><text x=%d y=14 font-size=12 font-weight=700>", LEFT);
  put_words(out, amount_title(&s->c->amounts.v[s->amount]));
  int64_t top = s->high > 0 ? s->high : s->low;
  buf_printf(out, "</text><text x=%d y=14 font-size=11 text-anchor=end>%s</text><path d=\"M%d %dH%d\" stroke=\"#a8a29e\"/>", RIGHT, wan(t, top), LEFT,
             at_value(s, 0), RIGHT);
  for (int k = BOOK_UNKNOWN; k <= BOOK_UNIT_FINAL; k++) put_line(out, s, (enum book_kind)k);
  buf_printf(out, "<text x=%d y=114 font-size=11>%d</text>", LEFT - 8, s->first_year);
  buf_printf(out, "<text x=%d y=114 font-size=11 text-anchor=end>%d</text></svg></li>\n", RIGHT + 8, s->last_year);
}

static void put_legend(struct buf *out, const struct corpus *c, const struct corpus_body *b) {
  bool has[BOOK_UNIT_FINAL + 1] = {0};
  for (int i = b->first; i < b->first + b->nbooks; i++) has[c->books.v[i].kind] |= !c->books.v[i].blank;
  buf_puts(out, "<ul class=key>");
  for (int k = BOOK_UNKNOWN; k <= BOOK_UNIT_FINAL; k++) {
    if (!has[k]) continue;
    buf_printf(out,
               "<li><svg width=34 height=12 viewBox=\"0 0 34 12\" aria-hidden=true><path d=\"M1 6H33\" stroke=\"%s\" stroke-width=2 "
               "stroke-dasharray=\"%s\"/>",
               stroke[k], dashes[k]);
    put_mark(out, (enum book_kind)k, 17, 6);
    buf_printf(out, "</svg> %s</li>", kind_title((enum book_kind)k));
  }
  buf_puts(out, "</ul>");
}

static void put_value(const struct corpus_page *p, const struct corpus_value *v) {
  const struct corpus_file *f = corpus_file_of(p->s->c, v->file);
  char t[MONEY_TEXT];
  buf_puts(p->out, "<td>");
  if (f) link_file(p, f);
  buf_puts(p->out, wan(t, v->fen));
  if (f) buf_puts(p->out, "</a>");
  if (v->doubtful) buf_printf(p->out, " <small>%s</small>", tr("待核对", "to be confirmed"));
  if (v->differs) buf_printf(p->out, " <small>%s</small>", tr("几个文件不一", "files differ"));
}

static void put_figures(const struct corpus_page *p, const struct corpus_body *b) {
  const struct corpus *c = p->s->c;
  const char *heads[AMOUNTS_MAX + 2] = {tr("年度", "year"), tr("种类", "kind")};
  for (int a = 0; a < c->amounts.n; a++) heads[a + 2] = amount_title(&c->amounts.v[a]);
  table_open(p->out, tr("主要金额（万元），点数字看它印在哪本书里", "key amounts (10,000 yuan); a figure leads to its book"), heads,
             c->amounts.n + 2);
  for (int i = b->first; i < b->first + b->nbooks; i++) {
    const struct corpus_book *k = &c->books.v[i];
    if (k->blank || k->year <= 0) continue;
    buf_printf(p->out, "<tr><th scope=row>%d<td class=x>%s", k->year, kind_title(k->kind));
    for (int a = 0; a < c->amounts.n; a++) {
      if (k->amounts[a].there)
        put_value(p, &k->amounts[a]);
      else
        buf_puts(p->out, "<td>—");
    }
    buf_putc(p->out, '\n');
  }
  table_close(p->out);
}

void put_trends(const struct corpus_page *p, int body) {
  const struct corpus *c = p->s->c;
  const struct corpus_body *b = &c->bodies.v[body];
  int drawn = 0, any = 0;
  for (int a = 0; a < c->amounts.n && b->name[0]; a++) {
    struct series s = {.c = c, .body = b, .amount = a};
    series_measure(&s);
    any += s.points;
    if (s.first_year == s.last_year) continue;
    if (drawn++ == 0) buf_puts(p->out, "<ul class=charts>\n");
    put_drawing(p->out, &s);
  }
  if (drawn) buf_puts(p->out, "</ul>"), put_legend(p->out, c, b);
  if (any) put_figures(p, b);
}

void put_changes(const struct corpus_page *p) {
  struct corpus_change change[CHANGES_MAX];
  const struct corpus *c = p->s->c;
  int n = corpus_changes(c, change);
  const char *const heads[] = {tr("单位", "body"), tr("种类", "kind"), tr("金额", "amount"), tr("年度", "years"),
                               tr("从", "from"),   tr("到", "to"),     tr("变化", "change")};
  if (n == 0) return;
  buf_printf(p->out, "<h2 id=changes>%s</h2><p class=dim>%s</p>", tr("变化最大的金额", "amounts that changed most"),
             tr("线索，不是错误：与上年同种书相比变化 30% 以上、10 万元以上。",
                "where to look, not what is wrong: at least 30 % and 100,000 yuan against the same kind of book a year before."));
  table_open(p->out, tr("万元", "10,000 yuan"), heads, 7);
  for (int i = 0; i < n; i++) {
    const struct corpus_book *from = &c->books.v[change[i].from], *to = &c->books.v[change[i].to];
    uint64_t size = change[i].tenths < 0 ? 0 - (uint64_t)change[i].tenths : (uint64_t)change[i].tenths;
    buf_puts(p->out, "<tr><th scope=row>");
    link_body(p, to->body), put_body_name(p->out, &c->bodies.v[to->body]);
    buf_printf(p->out, "</a><td class=x>%s<td class=x>", kind_title(to->kind));
    put_words(p->out, amount_title(&c->amounts.v[change[i].amount]));
    buf_printf(p->out, "<td>%d → %d", from->year, to->year);
    put_value(p, &from->amounts[change[i].amount]), put_value(p, &to->amounts[change[i].amount]);
    buf_printf(p->out, "<td>%s%" PRIu64 ".%" PRIu64 "%%\n", change[i].tenths < 0 ? "−" : "+", size / 10, size % 10);
  }
  table_close(p->out);
}
