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

static void ratio_arithmetic(const struct view *v, const struct relation *r, const struct obs *at, struct buf *out) {
  const struct obs *percent = obs_at(v, r->terms[0].obs), *part = obs_at(v, r->terms[1].obs), *whole = obs_at(v, r->terms[2].obs);
  char text[VALUE_TEXT];
  int64_t expected = 0;
  if (!percent || !part || !whole || !relation_expected(v, r, &expected)) return;
  struct obs finer = *percent;
  finer.decimals = percent->decimals + 1; /* one more than printed shows which way it rounds */
  put_label(v, percent, NULL, part, out);
  buf_puts(out, value_print(text, v, part, part->value, true));
  buf_puts(out, " ÷ ");
  put_label(v, percent, part, whole, out);
  buf_puts(out, value_print(text, v, whole, whole->value, true));
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
    if (r->nterms >= 3) ratio_arithmetic(v, r, at, out);
    return;
  }
  if (!relation_expected(v, r, &sum)) return;
  struct sum s = {v, stated, NULL, out, 0};
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
