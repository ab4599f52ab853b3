/* arithmetic.c: a broken relation written out so that it can be followed by hand: each number with what tells its cell from the stated one.
 * 基本支出 173.51 + 项目支出 162.50 = 336.01，印为 336.10 */
#include "rooms/audit/internal.h"

#include <stdlib.h>

enum { TERMS_SHOWN = 12 };

bool relation_expected(const struct view *v, const struct relation *r, int64_t *out) {
  const struct obs *o = r->nterms > 0 ? obs_at(v, r->terms[0].obs) : NULL;
  int64_t change = 0, value = 0;
  if (!o) return false;
  int64_t k = r->op == REL_RATIO ? 1 : r->terms[0].coefficient;
  if (k == 0 || (k == -1 && r->difference == INT64_MIN) || r->difference % k != 0) return false;
  change = r->difference / k;
  if (__builtin_sub_overflow(o->value, change, &value)) return false;
  *out = value;
  return true;
}

static enum scale scale_of(const struct view *v, const struct obs *o) {
  const struct book_table *t = table_at(v, o->table);
  return t ? t->scale : SCALE_NONE;
}

/* One number of a formula. `base`: the stated cell, in whose decimals numbers of its own table are printed. */
static void put_value(const struct view *v, const struct obs *base, const struct obs *o, int64_t value, struct buf *out) {
  char text[VALUE_TEXT];
  struct obs shown = *o;
  bool own = o->type == base->type && scale_of(v, o) == scale_of(v, base);
  if (own && base->decimals > shown.decimals) shown.decimals = base->decimals;
  buf_puts(out, value_print(text, v, &shown, value, true));
  if (!own && o->type == OBS_AMOUNT && base->type == OBS_AMOUNT) buf_printf(out, " %s", scale_unit_shown(scale_of(v, o)));
}

/* The label of a term, with its blank: what tells it from the stated cell, or from the term before it where both lie in another table. */
static void put_label(const struct view *v, const struct obs *base, const struct obs *last, const struct obs *o, struct buf *out) {
  size_t before = out->n;
  cell_label(v, last && last->table == o->table && o->table != base->table ? last : base, o, out);
  if (out->n > before) buf_putc(out, ' ');
}

bool term_silent(const struct view *v, const struct relation *r, int term) {
  const struct obs *o = obs_at(v, r->terms[term].obs);
  return !o || (o->value == 0 && r->nterms > 3);
}

struct sum {
  const struct view *v;
  const struct obs *base, *last;
  struct buf *out;
  int shown;
  bool units; /* amounts with their unit: several are at hand */
};

static void put_term(struct sum *s, const struct obs *o, int64_t coefficient) {
  bool minus = coefficient < 0, first = s->shown == 0;
  int64_t value = o->value, times = coefficient < 0 ? -coefficient : coefficient;
  if (value < 0 && value != INT64_MIN && !first) value = -value, minus = !minus; /* a − (−b) reads as a + b */
  if (!first)
    buf_puts(s->out, minus ? " − " : " + ");
  else if (minus)
    buf_puts(s->out, "−");
  put_label(s->v, s->base, s->last, o, s->out);
  if (times != 1) buf_printf(s->out, "%ld × ", (long)times);
  put_value(s->v, s->base, o, value, s->out);
  if (s->units && o->type == OBS_AMOUNT) buf_printf(s->out, " %s", scale_unit_shown(scale_of(s->v, o)));
  s->last = o, s->shown++;
}

/* What is printed at the stated cell, which is named when the reader looks at another one. */
static void put_stated(const struct view *v, const struct relation *r, const struct obs *stated, const struct obs *at, struct buf *out) {
  char text[VALUE_TEXT];
  const char *limit = r->op == REL_LE   ? tr("，不应小于", ", may not be less than ")
                      : r->op == REL_GE ? tr("，不应大于", ", may not exceed ")
                                        : tr("，", ", ");
  buf_puts(out, limit);
  if (at && at != stated) cell_label(v, at, stated, out), buf_puts(out, tr("", " "));
  if (stated->state == OBS_BLANK && stated->value == 0)
    buf_puts(out, tr("本格空白", "this cell is blank"));
  else if (r->op == REL_LE || r->op == REL_GE)
    buf_printf(out, tr("印出的 %s", "the printed %s"), value_print(text, v, stated, stated->value, true));
  else
    buf_printf(out, tr("印为 %s", "printed %s"), value_print(text, v, stated, stated->value, true));
  if (r->op != REL_RATIO && stated->type == OBS_PERCENT) buf_putc(out, '%');
}

/* Part or whole of a ratio: terms `from`… before `to`, in brackets where there are several. */
static void put_share_side(struct sum *s, const struct relation *r, int from, int to) {
  bool several = to - from > 1;
  int shown = 0;
  s->shown = 0;
  if (several) buf_putc(s->out, '(');
  for (int i = from; i < to; i++) {
    const struct obs *o = obs_at(s->v, r->terms[i].obs);
    if (!o || (o->value == 0 && to - from > 3)) continue;
    if (shown++ < TERMS_SHOWN) put_term(s, o, r->terms[i].coefficient);
  }
  if (shown > TERMS_SHOWN) buf_printf(s->out, tr(" + …（共 %d 项）", " + … (%d terms)"), shown);
  if (several) buf_putc(s->out, ')');
}

static void ratio_arithmetic(const struct view *v, const struct relation *r, const struct obs *at, struct buf *out) {
  const struct obs *percent = obs_at(v, r->terms[0].obs);
  char text[VALUE_TEXT];
  int split = r->nterms - r->nwhole;
  int64_t expected = 0;
  if (!percent || split < 2 || r->nwhole < 1 || !relation_expected(v, r, &expected)) return;
  struct sum s = {v, percent, NULL, out, 0, false};
  for (int i = 2; i < r->nterms; i++) {
    const struct obs *a = obs_at(v, r->terms[1].obs), *b = obs_at(v, r->terms[i].obs);
    s.units = s.units || (a && b && scale_of(v, a) != scale_of(v, b));
  }
  struct obs finer = *percent;
  finer.decimals = percent->decimals + 1; /* one more than printed shows which way it rounds */
  put_share_side(&s, r, 1, split);
  buf_puts(out, " ÷ ");
  put_share_side(&s, r, split, r->nterms);
  buf_printf(out, " = %s%%", value_print(text, v, &finer, expected, true));
  put_stated(v, r, percent, at, out);
  buf_putc(out, '%');
}

void relation_arithmetic(const struct view *v, const struct relation *r, const struct obs *at, struct buf *out) {
  char text[VALUE_TEXT];
  const struct obs *stated = r->nterms > 0 ? obs_at(v, r->terms[0].obs) : NULL;
  int64_t sum = 0;
  if (!stated || stated->type == OBS_TEXT || stated->type == OBS_CODE) return;
  if (r->op == REL_RATIO) {
    ratio_arithmetic(v, r, at, out);
    return;
  }
  if (!relation_expected(v, r, &sum)) return;
  struct sum s = {v, stated, NULL, out, 0, false};
  int sign = r->terms[0].coefficient < 0 ? 1 : -1, terms = 0;
  for (int i = 1; i < r->nterms; i++) {
    const struct obs *o = obs_at(v, r->terms[i].obs);
    if (!o || term_silent(v, r, i)) continue;
    if (terms++ < TERMS_SHOWN) put_term(&s, o, (int64_t)sign * r->terms[i].coefficient);
  }
  if (terms > s.shown) buf_printf(out, tr(" + …（共 %d 项）", " + … (%d terms)"), terms);
  if (s.shown == 0) buf_puts(out, tr("各项都是 0 或空白", "every term is zero or blank"));
  if (terms > 1) buf_printf(out, " = %s", value_print(text, v, stated, sum, true));
  put_stated(v, r, stated, at, out);
}
