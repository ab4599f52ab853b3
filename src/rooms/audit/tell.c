/* tell.c: what a finding says: where it stands, what is printed, what it should be, the difference, and the arithmetic written out.
 * All reports say it with these words, so that text, HTML, workbook and notes in the PDF agree. For people a blank cell is 空白, not 0. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

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

static void tell_unit(const struct view *v, struct telling *t) {
  const struct book_table *table = t->obs ? table_at(v, t->obs->table) : NULL;
  if (t->obs && t->obs->type == OBS_PERCENT)
    t->unit = t->unit_shown = "%";
  else if (t->obs && t->obs->type == OBS_AMOUNT && table)
    t->unit = scale_unit(table->scale), t->unit_shown = scale_unit_shown(table->scale);
}

/* What is printed: for people (with separators) a blank is called so. */
static void stated_print(char out[VALUE_TEXT], const struct view *v, const struct obs *o, bool for_people) {
  if (for_people && o->state == OBS_BLANK && o->value == 0)
    snprintf(out, VALUE_TEXT, "%s", tr("空白", "blank"));
  else if (for_people && o->state == OBS_DASH && o->value == 0)
    snprintf(out, VALUE_TEXT, "%s", "—");
  else
    value_print(out, v, o, o->value, for_people);
}

static int decimals_in(const char *number) {
  const char *point = strchr(number, '.');
  return point ? (int)strlen(point + 1) : 0;
}

/* Two ends of a range with as many decimals as the finer. */
static void range_print(char out[VALUE_TEXT], const struct view *v, const struct obs *o, const struct suspect *s, bool separators) {
  char low[VALUE_TEXT], high[VALUE_TEXT];
  struct obs finer = *o;
  int a = decimals_in(value_print(low, v, o, s->low, separators)), b = decimals_in(value_print(high, v, o, s->high, separators));
  finer.decimals = a > b ? a : b;
  snprintf(out, VALUE_TEXT, "%.40s…%.40s", value_print(low, v, &finer, s->low, separators), value_print(high, v, &finer, s->high, separators));
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
  if (f->nsuspects > 0 && !known && r && r->op == REL_EQ && r->nterms == 2 && o == obs_at(v, r->terms[0].obs) && obs_is_prose(v->b, o))
    known = relation_expected(v, r, &expected); /* the table has it to the last place, however coarse the sentence is */
  stated_print(t->stated, v, o, separators);
  if (f->nsuspects > 0 && !known && f->suspects[0].low < f->suspects[0].high) {
    range_print(t->expected, v, o, &f->suspects[0], separators);
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

static bool put_field(struct sv name, const struct view *v, const struct telling *t, const struct relation *r, struct buf *out) {
  if (sv_is(name, "row"))
    put_sv(out, t->row ? t->row->label : sv_from(tr("（整表）", "(the table)")));
  else if (sv_is(name, "code"))
    put_sv(out, t->row ? t->row->code : (struct sv){0});
  else if (sv_is(name, "column"))
    put_sv(out, t->column ? column_title(t->table, t->column) : (struct sv){0});
  else if (sv_is(name, "table"))
    put_sv(out, t->table ? t->table->title : (struct sv){0});
  else if (sv_is(name, "project"))
    put_sv(out, t->table ? project_name(v, t->table) : (struct sv){0});
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
    relation_arithmetic(v, r, NULL, out);
  else
    return false;
  return true;
}

static void fill(const char *template, const struct view *v, const struct telling *t, const struct relation *r, struct buf *out) {
  for (const char *p = template; *p;) {
    const char *close = *p == '{' ? strchr(p, '}') : NULL;
    if (close && put_field((struct sv){p + 1, (size_t)(close - p - 1)}, v, t, r, out))
      p = close + 1;
    else
      buf_putc(out, *p++);
  }
}

/* The sentence of a rule is about its own two sides, whichever cell is suspected. */
static void tell_sides(const struct view *v, const struct finding *f, bool separators, struct telling *t) {
  struct finding sides = {.rule = f->rule, .severity = f->severity, .relation = f->relation, .remark = -1, .row_table = -1, .row_after = -1};
  finding_tell(v, &sides, separators, t);
}

void finding_sentence(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  const struct remark *m = remark_at(v, f->remark);
  const struct relation *r = relation_at(v, f->relation);
  const struct rule_head *h = rule_at(v, f->rule);
  const char *zh = h ? h->message_zh : NULL, *en = h ? h->message_en : NULL;
  const char *template = lang_get() == LANG_EN ? (en ? en : zh) : (zh ? zh : en);
  struct telling sides = *t;
  if (r) tell_sides(v, f, true, &sides), t = &sides;
  if (m && m->detail)
    buf_puts(out, m->detail);
  else if (template)
    fill(template, v, t, r, out);
  else if (t->expected_text[0])
    buf_printf(out, tr("印为 %s，应为 %s", "printed %s, should be %s"), t->stated_text, t->expected_text);
  else
    buf_puts(out, rule_title(v, f->rule));
}

bool finding_recognised(const struct view *v, const struct finding *f) {
  const struct remark *m = remark_at(v, f->remark);
  const struct relation *r = relation_at(v, f->relation);
  bool recognised = (m && m->recognised) || (r && r->recognised);
  for (int i = 0; i < f->nrelations && !recognised; i++) r = relation_at(v, f->relations[i]), recognised = r && r->recognised;
  return recognised;
}

const char *recognised_words(void) {
  return tr("（识别结果，待核对）", " (by character recognition: to be confirmed)");
}

void finding_message(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  finding_sentence(v, f, t, out);
  if (finding_recognised(v, f)) buf_puts(out, recognised_words());
}

bool finding_proved(const struct view *v, const struct finding *f) {
  return f->nsuspects > 0 && obs_at(v, f->suspects[0].obs);
}

void suspect_expected(const struct view *v, const struct suspect *s, struct buf *out) {
  char text[VALUE_TEXT];
  const struct obs *o = obs_at(v, s->obs);
  if (!o) return;
  if (s->low < s->high)
    range_print(text, v, o, s, true);
  else
    value_print(text, v, o, s->expected, true);
  buf_puts(out, text);
}

void suspect_change(const struct view *v, const struct suspect *s, struct buf *out) {
  char text[VALUE_TEXT];
  const struct obs *o = obs_at(v, s->obs);
  if (!o) return;
  stated_print(text, v, o, true);
  buf_printf(out, "%s → ", text);
  suspect_expected(v, s, out);
}

void suspect_line(const struct view *v, const struct suspect *s, struct buf *out) {
  obs_where(v, obs_at(v, s->obs), out);
  buf_puts(out, tr("：", ": "));
  suspect_change(v, s, out);
}

void alternatives_line(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  const struct obs *last = t->obs;
  int shown = 0;
  for (int i = 0; i < f->nalternatives && shown < ALTERNATIVES_SHOWN; i++) {
    const struct obs *o = obs_at(v, f->alternatives[i].obs);
    if (!o) continue;
    if (shown++ > 0) buf_puts(out, tr("；", "; "));
    struct obs like = {.table = last ? last->table : -1, .row = -1, .column = last ? last->column : -1}; /* the row is always told */
    size_t before = out->n;
    cell_label(v, &like, o, out);
    if (out->n > before) buf_putc(out, ' ');
    suspect_change(v, &f->alternatives[i], out);
    last = o;
  }
  if (f->nalternatives > shown) buf_printf(out, tr("；等 %d 处", "; one of %d in all"), f->nalternatives);
}
