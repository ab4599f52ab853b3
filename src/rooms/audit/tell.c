/* tell.c: what a finding says: where it stands, what is printed, what it should be, the difference, and the arithmetic written out.
 * All reports say it with these words, so that text, HTML, workbook and notes in the PDF agree. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

#define TERMS_SHOWN 12

/* The observation a reader should look at first. */
static const struct obs *finding_obs(const struct view *v, const struct finding *f) {
  const struct relation *r = relation_at(v, f->relation);
  const struct remark *m = remark_at(v, f->remark);
  if (f->nsuspects > 0) return obs_at(v, f->suspects[0].obs);
  if (r && r->nterms > 0) return obs_at(v, r->terms[0].obs);
  return m ? obs_at(v, m->obs) : NULL;
}

static void tell_place(const struct view *v, const struct finding *f, struct telling *t) {
  const struct remark *m = remark_at(v, f->remark);
  const struct obs *o = t->obs;
  if (o) {
    t->table = table_at(v, o->table);
    t->row = obs_row(v, o), t->column = obs_column(v, o);
    t->place = o->place, t->document = o->document;
  } else if (m) {
    t->table = table_at(v, m->table);
    t->place = m->place, t->document = m->document;
    if (t->table && m->row >= 0 && m->row < t->table->nrows) t->row = &t->table->rows[m->row];
  } else if (f->row_table >= 0) {
    t->table = table_at(v, f->row_table);
  }
  if (t->table && !t->row && !o && f->row_table >= 0 && f->row_after >= 0 && f->row_after < t->table->nrows) t->row = &t->table->rows[f->row_after];
  if (t->row && t->place.page == 0 && t->place.line == 0) t->place = t->row->place;
  if (t->table && t->place.page == 0 && t->place.line == 0) t->place = t->table->place;
  if (t->table && !o && !m) t->document = t->table->document;
}

/* The value of terms[0] that makes the relation hold; false when the division leaves a rest or nothing is stated. */
static bool relation_expected(const struct view *v, const struct relation *r, int64_t *out) {
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

static void tell_unit(const struct view *v, struct telling *t) {
  const struct book_table *table = t->obs ? table_at(v, t->obs->table) : NULL;
  if (t->obs && t->obs->type == OBS_PERCENT)
    t->unit = t->unit_shown = "%";
  else if (t->obs && t->obs->type == OBS_AMOUNT && table)
    t->unit = scale_unit(table->scale), t->unit_shown = scale_unit_shown(table->scale);
}

static void tell_values(const struct view *v, const struct finding *f, bool separators, struct telling *t) {
  const struct relation *r = relation_at(v, f->relation);
  const struct obs *o = t->obs;
  int64_t expected = 0, difference = 0;
  bool known = false;
  if (f->nsuspects > 0)
    expected = f->suspects[0].expected, known = f->suspects[0].low == f->suspects[0].high || (!f->suspects[0].low && !f->suspects[0].high);
  else if (r)
    known = relation_expected(v, r, &expected);
  value_print(t->stated, v, o, o->value, separators);
  if (f->nsuspects > 0 && !known && f->suspects[0].low < f->suspects[0].high) {
    char low[VALUE_TEXT], high[VALUE_TEXT];
    value_print(low, v, o, f->suspects[0].low, separators);
    value_print(high, v, o, f->suspects[0].high, separators);
    snprintf(t->expected, sizeof t->expected, "%.40s … %.40s", low, high);
    known = true; /* the range holds `expected`, and the difference is told from that */
  } else if (known) {
    value_print(t->expected, v, o, expected, separators);
  }
  if (known && !__builtin_sub_overflow(o->value, expected, &difference)) value_print(t->difference, v, o, difference, separators);
}

void finding_tell(const struct view *v, const struct finding *f, bool separators, struct telling *t) {
  const struct remark *m = remark_at(v, f->remark);
  const struct relation *r = relation_at(v, f->relation);
  *t = (struct telling){.stated_text = "", .expected_text = "", .unit = "", .unit_shown = ""};
  t->obs = finding_obs(v, f);
  t->rounding = r && r->rounding;
  tell_place(v, f, t);
  tell_unit(v, t);
  bool number = t->obs && t->obs->type != OBS_TEXT && t->obs->type != OBS_CODE;
  if (number && (r || f->nsuspects > 0)) tell_values(v, f, separators, t);
  t->stated_text = m && m->stated ? m->stated : t->stated;
  t->expected_text = m && m->expected ? m->expected : t->expected;
}

static void put_sv(struct buf *out, struct sv s) {
  if (s.n) buf_add(out, s.p, s.n);
}

static bool put_field(struct sv name, const struct view *v, const struct telling *t, const struct finding *f, struct buf *out) {
  const struct relation *r = relation_at(v, f->relation);
  if (sv_is(name, "row"))
    put_sv(out, t->row ? t->row->label : sv_from(tr("（整表）", "(the table)")));
  else if (sv_is(name, "code"))
    put_sv(out, t->row ? t->row->code : (struct sv){0});
  else if (sv_is(name, "column"))
    put_sv(out, t->column ? t->column->header : (struct sv){0});
  else if (sv_is(name, "table"))
    put_sv(out, t->table ? t->table->title : (struct sv){0});
  else if (sv_is(name, "stated"))
    buf_puts(out, t->stated_text);
  else if (sv_is(name, "expected"))
    buf_puts(out, t->expected_text);
  else if (sv_is(name, "difference"))
    buf_puts(out, t->difference);
  else if (sv_is(name, "unit"))
    buf_puts(out, t->unit_shown);
  else if (sv_is(name, "page"))
    buf_printf(out, "%d", t->place.page);
  else if (sv_is(name, "arithmetic") && r)
    relation_arithmetic(v, r, out);
  else
    return false;
  return true;
}

static void fill(const char *template, const struct view *v, const struct telling *t, const struct finding *f, struct buf *out) {
  for (const char *p = template; *p;) {
    const char *close = *p == '{' ? strchr(p, '}') : NULL;
    if (close && put_field((struct sv){p + 1, (size_t)(close - p - 1)}, v, t, f, out))
      p = close + 1;
    else
      buf_putc(out, *p++);
  }
}

void finding_message(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  const struct remark *m = remark_at(v, f->remark);
  const struct rule_head *h = rule_at(v, f->rule);
  const char *zh = h ? h->message_zh : NULL, *en = h ? h->message_en : NULL;
  const char *template = lang_get() == LANG_EN ? (en ? en : zh) : (zh ? zh : en);
  if (m && m->detail)
    buf_puts(out, m->detail);
  else if (template)
    fill(template, v, t, f, out);
  else if (t->expected_text[0])
    buf_printf(out, tr("印为 %s，应为 %s", "printed %s, should be %s"), t->stated_text, t->expected_text);
  else
    buf_puts(out, rule_title(v, f->rule));
}

/* One term's value, in the unit of the stated side. */
static void put_term(const struct view *v, const struct obs *unit, const struct obs *o, int64_t coefficient, bool first, struct buf *out) {
  char text[VALUE_TEXT];
  struct obs shown = *unit;
  bool minus = coefficient < 0;
  int64_t value = o->value;
  if (o->type == unit->type && o->decimals > shown.decimals && o->table == unit->table) shown.decimals = o->decimals;
  if (minus && value < 0 && value != INT64_MIN && !first)
    value = -value, minus = false; /* a − (−b) reads as a + b */
  else if (!minus && value < 0 && value != INT64_MIN && !first)
    value = -value, minus = true;
  value_print(text, v, &shown, value, true);
  if (!first)
    buf_puts(out, minus ? " − " : " + ");
  else if (minus)
    buf_puts(out, "−");
  int64_t times = coefficient < 0 ? -coefficient : coefficient;
  if (times != 1) buf_printf(out, "%ld × ", (long)times);
  buf_puts(out, text);
}

static void ratio_arithmetic(const struct view *v, const struct relation *r, struct buf *out) {
  const struct obs *percent = obs_at(v, r->terms[0].obs), *part = obs_at(v, r->terms[1].obs), *whole = obs_at(v, r->terms[2].obs);
  char a[VALUE_TEXT], b[VALUE_TEXT], c[VALUE_TEXT], d[VALUE_TEXT];
  int64_t expected = 0;
  if (!percent || !part || !whole || !relation_expected(v, r, &expected)) return;
  struct obs finer = *percent;
  finer.decimals = percent->decimals + 1; /* one more than printed shows which way it rounds */
  buf_printf(out, tr("%s ÷ %s = %s%%，印为 %s%%", "%s ÷ %s = %s%%, printed %s%%"), value_print(a, v, part, part->value, true),
             value_print(b, v, whole, whole->value, true), value_print(c, v, &finer, expected, true),
             value_print(d, v, percent, percent->value, true));
}

void relation_arithmetic(const struct view *v, const struct relation *r, struct buf *out) {
  char sum_text[VALUE_TEXT], stated_text[VALUE_TEXT];
  const struct obs *stated = r->nterms > 0 ? obs_at(v, r->terms[0].obs) : NULL;
  int64_t sum = 0;
  if (!stated || stated->type == OBS_TEXT || stated->type == OBS_CODE) return;
  if (r->op == REL_RATIO) {
    if (r->nterms >= 3) ratio_arithmetic(v, r, out);
    return;
  }
  if (!relation_expected(v, r, &sum)) return;
  int sign = r->terms[0].coefficient < 0 ? 1 : -1, shown = 0, terms = 0;
  for (int i = 1; i < r->nterms; i++) {
    const struct obs *o = obs_at(v, r->terms[i].obs);
    if (!o || (o->value == 0 && r->nterms > 3)) continue; /* blanks add nothing to a long sum */
    terms++;
    if (shown < TERMS_SHOWN) put_term(v, stated, o, (int64_t)sign * r->terms[i].coefficient, shown == 0, out), shown++;
  }
  if (terms > shown) buf_printf(out, tr(" + …（共 %d 项）", " + … (%d terms)"), terms);
  if (shown == 0) buf_puts(out, "0");
  value_print(stated_text, v, stated, stated->value, true);
  value_print(sum_text, v, stated, sum, true);
  if (terms > 1) buf_printf(out, " = %s", sum_text);
  const char *limit = r->op == REL_LE   ? tr("，不应小于 ", ", may not be less than ")
                      : r->op == REL_GE ? tr("，不应大于 ", ", may not exceed ")
                                        : tr("，印为 ", ", printed ");
  buf_printf(out, "%s%s", limit, stated_text);
}

static void put_place(struct place p, struct buf *out) {
  if (p.page > 0)
    buf_printf(out, tr("第 %d 页", "page %d"), p.page);
  else if (p.sheet > 0)
    buf_printf(out, tr("工作表 %d", "sheet %d"), p.sheet);
  if (p.line > 0) buf_printf(out, p.page > 0 || p.sheet > 0 ? tr("第 %d 行", ", line %d") : tr("第 %d 行", "line %d"), p.line);
}

void obs_where(const struct view *v, const struct obs *o, struct buf *out) {
  const struct book_table *t = o ? table_at(v, o->table) : NULL;
  const struct book_row *row = obs_row(v, o);
  const struct book_column *column = obs_column(v, o);
  if (!o) return;
  if (t) buf_printf(out, tr("《%.*s》", "\"%.*s\" "), SV_ARG(t->title));
  put_place(o->place, out);
  if (row) {
    buf_puts(out, tr("“", ", row \""));
    if (row->code.n) buf_printf(out, "%.*s ", SV_ARG(row->code));
    buf_printf(out, "%.*s%s", SV_ARG(row->label), tr("”", "\""));
  }
  if (column && column->header.n) buf_printf(out, tr("列“%.*s”", ", column \"%.*s\""), SV_ARG(column->header));
}

void suspect_line(const struct view *v, const struct suspect *s, struct buf *out) {
  char stated[VALUE_TEXT], expected[VALUE_TEXT];
  const struct obs *o = obs_at(v, s->obs);
  if (!o) return;
  obs_where(v, o, out);
  value_print(stated, v, o, o->value, true);
  if (s->low < s->high) {
    char high[VALUE_TEXT];
    value_print(expected, v, o, s->low, true);
    buf_printf(out, tr("：%s → %s 到 %s 之间", ": %s → between %s and %s"), stated, expected, value_print(high, v, o, s->high, true));
  } else {
    buf_printf(out, tr("：%s → %s", ": %s → %s"), stated, value_print(expected, v, o, s->expected, true));
  }
}
