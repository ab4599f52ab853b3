/* narrative.c: sentences from facts: walks the statements of a part and adds headings and paragraphs to the paper. */
#include "rooms/book/narrative.h"
#include "rooms/book/unit.h"

#include "base/date.h"
#include "rooms/book/origin.h"

#include <stdlib.h>

enum { PARAGRAPH_CAP = 1 << 20, MAX_BLOCKS = 100000, MAX_MISSING = 5000, MAX_SHARES = 200, OFFICER_DEPTH = 2 };

struct share {
  int64_t part, whole, printed;
};
struct teller {
  struct paper *paper;
  const struct workspace *w;
  const struct narrative *n;
  const char *part;
  struct buf text; /* the paragraph so far */
  struct sv separator, section;
  int joined; /* pieces since the join began */
  struct narr_scope scope;
  const struct narr_member *member; /* of the innermost loop */
  int member_fact, number, serial /* {序号} since the heading */, depth;
  struct sv difference, percent, cause, said, rate, base, now; /* of the change that is told */
  bool cause_asked;
  struct share share[MAX_SHARES];
  int nshares;
  int64_t shares_sum;
  int64_t *known; /* facts of the whole, at each time */
  bool *is_known;
  struct err *e;
};

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或文字太长", "out of memory, or the text is too long"));
}

static int render(struct teller *t, struct sv text, struct buf *out);

static int missing_add(struct teller *t, struct sv subject, const char *text) {
  for (size_t i = 0; i < t->paper->missing.n; i++)
    if (sv_equal(t->paper->missing.v[i].subject, subject)) return RC_OK;
  struct arena *a = &t->paper->arena;
  struct paper_missing m = {{arena_text(a, subject.p, subject.n), subject.n}, text};
  return !m.subject.p || !text || VEC_PUSH(&t->paper->missing, m, MAX_MISSING) < 0 ? no_memory(t->e) : RC_OK;
}

/* ---- figures ---- */

static int64_t value_of(struct teller *t, struct narr_ref r, enum narr_when when) {
  if (r.here && r.fact < 0 && when == WHEN_NOW) return t->member ? t->member->value : 0;
  int fact = r.fact < 0 ? t->member_fact : r.fact;
  if (fact < 0) return 0;
  if (r.here) return narr_value(t->w, t->n, fact, &t->scope, when);
  int at = fact * WHENS + (int)when;
  if (!t->is_known[at]) t->known[at] = narr_value(t->w, t->n, fact, NULL, when), t->is_known[at] = true;
  return t->known[at];
}

static void amount_print(const struct teller *t, char out[MONEY_TEXT], int64_t fen) {
  money_print(out, fen, t->n->scale, t->n->decimals, false);
}

/* Hundredths of a per cent of the whole, rounded half up; digits to print. */
static int64_t per_ten_thousand(int64_t part, int64_t whole) {
  int64_t out = 0;
  if (whole == 0 || money_muldiv(part, 10000, whole, ROUND_HALF_UP, &out) < 0) return 0;
  return out;
}

static void percent_print(char out[MONEY_TEXT], int64_t hundredths) {
  money_print(out, hundredths, SCALE_YUAN, 2, false);
}

static void share_put(struct teller *t, int64_t part, int64_t whole, struct buf *out) {
  char text[MONEY_TEXT];
  struct share s = {part, whole, per_ten_thousand(part, whole)};
  if (t->nshares < MAX_SHARES) t->share[t->nshares++] = s;
  percent_print(text, s.printed);
  buf_printf(out, "%s%%", text);
}

/* ---- causes ---- */

static struct sv without_stop(struct sv s) {
  s = sv_trim(s);
  while (sv_ends(s, "。")) s.n -= 3;
  return s;
}

/* An officer's text may hold {{…}} of the same names as the sentences; what is not known is told and left as it stands. */
static int officer_text(struct teller *t, struct sv text, struct sv where, const struct origin_source *from, struct buf *out) {
  while (text.n) {
    size_t open = sv_find(text, "{{");
    if (open == SIZE_MAX) return origin_put(out, from, text);
    origin_put(out, from, (struct sv){text.p, open});
    text.p += open, text.n -= open;
    size_t close = sv_find(text, "}}");
    struct sv inner = {text.p + 2, close == SIZE_MAX ? 0 : close - 2};
    struct narr_piece piece;
    const char *wrong = close == SIZE_MAX || t->depth >= OFFICER_DEPTH ? tr("{{ 没有配对的 }}", "{{ without }}")
                                                                       : narr_piece_parse(t->n, inner, t->member ? 1 : 0, &piece);
    int rc = RC_OK;
    if (wrong) {
      rc = missing_add(t, where, arena_printf(&t->paper->arena, tr("里面的 {{%.*s}}：%s", "{{%.*s}}: %s"), SV_ARG(inner), wrong));
      if (rc == RC_OK) rc = origin_put(out, from, (struct sv){text.p, close == SIZE_MAX ? text.n : close + 2});
    } else {
      char *one = arena_printf(&t->paper->arena, "{%.*s}", SV_ARG(inner));
      t->depth++;
      rc = one ? render(t, sv_from(one), out) : no_memory(t->e);
      t->depth--;
    }
    if (rc < 0 || close == SIZE_MAX) return rc;
    text.p += close + 2, text.n -= close + 2;
  }
  return origin_put(out, from, text);
}

/* The whole's own cause; else what its units say: one as it is, several each with its name. */
static int cause_put(struct teller *t, struct sv subject, bool *found, struct buf *out) {
  const struct workspace *w = t->w;
  const struct ws_cause *own = NULL;
  int said = 0, rc = RC_OK, n = 0;
  for (size_t i = 0; i < w->causes.n && !own; i++) {
    const struct ws_cause *c = &w->causes.v[i];
    if (!without_stop(c->text).n || !sv_equal(c->subject, subject)) continue;
    said++;
    if (c->unit < 0 || c->unit == w->department) own = c;
  }
  for (size_t i = 0; i < w->causes.n && rc == RC_OK; i++) {
    const struct ws_cause *c = &w->causes.v[i];
    if (!without_stop(c->text).n || !sv_equal(c->subject, subject) || (own && c != own)) continue;
    if (!own && said > 1) buf_printf(out, "%s%.*s：", n++ ? "；" : "", SV_ARG(w->units.v[c->unit].name));
    rc = officer_text(t, without_stop(c->text), subject, &(struct origin_source){PAPER_FROM_CAUSE, i, c->text.p}, out);
  }
  *found = said > 0;
  return rc;
}

static int ask_cause(struct teller *t, struct sv subject, struct sv name, enum narr_when against, int64_t now, int64_t before) {
  char a[MONEY_TEXT], b[MONEY_TEXT], d[MONEY_TEXT];
  const char *unit = t->n->scale == SCALE_YUAN ? "元" : t->n->scale == SCALE_YI ? "亿元" : "万元";
  amount_print(t, a, now), amount_print(t, b, before), amount_print(t, d, now > before ? now - before : before - now);
  const char *more = arena_printf(&t->paper->arena, "%s%s%s", t->w->accounts ? tr("，version 列填决算", ", with 决算 in the column version") : "",
                                  t->w->others.n ? tr("，unit 列填 ", ", in the column unit ") : "", t->w->others.n ? t->w->unit : "");
  if (!more) return no_memory(t->e);
  if (against != WHEN_LAST)
    return missing_add(t, subject,
                       arena_printf(&t->paper->arena,
                                    tr("%.*s：预算%s%s，决算%s%s，相差%s%s，缺原因。在 causes.csv 加一行：%.*s,原因%s",
                                       "%.*s: budget %s%s, accounts %s%s, difference %s%s, without a cause. Add a line to causes.csv: %.*s,CAUSE%s"),
                                    SV_ARG(name), b, unit, a, unit, d, unit, SV_ARG(subject), more));
  return missing_add(t, subject,
                     arena_printf(&t->paper->arena,
                                  tr("%.*s：%d年%s%s，%d年%s%s，%s%s%s，缺原因。在 causes.csv 加一行：%.*s,原因（“主要是”后面的话）%s",
                                     "%.*s: %d %s%s, %d %s%s, %s%s%s, without a cause. Add a line to causes.csv: %.*s,CAUSE (what follows 主要是)%s"),
                                  SV_ARG(name), t->w->year, a, unit, t->w->year - 1, b, unit, now > before ? tr("增加", "up ") : tr("减少", "down "),
                                  d, unit, SV_ARG(subject), more));
}

/* ---- change against last year, or against the budget ---- */

static enum narr_form form_of(const struct teller *t, const struct narr_phrase *p, int64_t now, int64_t before) {
  int64_t half = money_quantum(t->n->decimals, t->n->scale), d = now > before ? now - before : before - now;
  if (now == 0 && before == 0 && p->form[FORM_NOUGHT].n) return FORM_NOUGHT;
  if (d == 0 || d * 2 < half) return FORM_SAME;   /* nought as it would be printed */
  if (!sv_contains(p->form[FORM_UP], "{差额}")) { /* both figures are told, not what lies between: then they must differ as printed */
    char a[MONEY_TEXT], b[MONEY_TEXT];
    amount_print(t, a, now), amount_print(t, b, before);
    if (strcmp(a, b) == 0) return FORM_SAME;
  }
  enum narr_form form = now > before ? FORM_UP : FORM_DOWN;
  if (before == 0 && p->form[FORM_NEW].n) form = FORM_NEW;
  if (before < 0 && p->form[FORM_BARE].n) form = FORM_BARE;
  if (before > 0 && now == 0 && p->form[FORM_GONE].n) form = FORM_GONE;
  return form;
}

static struct sv subject_of(const struct teller *t, const struct narr_piece *piece, struct sv *name) {
  int fact = piece->a.fact < 0 ? t->member_fact : piece->a.fact;
  struct sv fact_name = fact >= 0 ? t->n->facts.v[fact].name : (struct sv){0};
  bool member = piece->a.here && t->member;
  *name = member ? (t->member->path.n ? t->member->path : t->member->name) : piece->subject.n ? piece->subject : fact_name;
  return piece->subject.n ? piece->subject : member ? t->member->code : fact_name;
}

static int change_put(struct teller *t, const struct narr_piece *piece, struct buf *out) {
  const struct narr_phrase *p = &t->n->phrases.v[piece->phrase];
  struct sv kept[] = {t->difference, t->percent, t->cause, t->said, t->rate, t->base, t->now}, name, subject = subject_of(t, piece, &name);
  int64_t now = value_of(t, piece->a, false), before = value_of(t, piece->a, p->against), d = now > before ? now - before : before - now;
  enum narr_form form = form_of(t, p, now, before);
  char difference[MONEY_TEXT], percent[MONEY_TEXT], rate[MONEY_TEXT], base[MONEY_TEXT], figure[MONEY_TEXT];
  struct buf cause, said;
  int rc = RC_OK;
  buf_init(&cause, PARAGRAPH_CAP), buf_init(&said, PARAGRAPH_CAP);
  if (form == FORM_BARE && !sv_contains(p->form[form], "{差额}")) form = now > before ? FORM_UP : FORM_DOWN;
  if (sv_contains(p->form[form], "{原因}")) {
    bool found = false;
    rc = cause_put(t, subject, &found, &said);
    if (rc == RC_OK && !found) rc = ask_cause(t, subject, name, p->against, now, before);
    t->said = (struct sv){said.p, said.n};
    if (found && rc == RC_OK) rc = render(t, p->form[FORM_CAUSE], &cause);
  }
  amount_print(t, difference, d), percent_print(percent, per_ten_thousand(d, before < 0 ? -before : before));
  percent_print(rate, per_ten_thousand(now, before)), amount_print(t, base, before), amount_print(t, figure, now);
  t->rate = sv_from(rate), t->base = sv_from(base), t->now = sv_from(figure);
  t->difference = sv_from(difference), t->percent = sv_from(percent), t->cause = (struct sv){cause.p, cause.n};
  if (rc == RC_OK) rc = render(t, p->form[form], out);
  t->difference = kept[0], t->percent = kept[1], t->cause = kept[2], t->said = kept[3];
  t->rate = kept[4], t->base = kept[5], t->now = kept[6];
  buf_release(&cause), buf_release(&said);
  return rc;
}

/* ---- explanations, names, words ---- */

static int explain_put(struct teller *t, struct sv key, struct sv name, struct buf *out) {
  int many = 0;
  const struct ws_text *own = workspace_text(t->w, "part4-glossary", arena_text(&t->paper->arena, key.p, key.n), &many);
  if (!own || many == 0) own = workspace_text(t->w, "part4-glossary", arena_text(&t->paper->arena, name.p, name.n), &many);
  if (own && many > 0) {
    struct origin_source from = {PAPER_FROM_TEXT, (size_t)(own - t->w->texts.v), own->paragraph.p};
    return officer_text(t, without_stop(own->paragraph), SV("texts/part4-glossary.md"), &from, out);
  }
  const struct narr_gloss *found = NULL;
  for (size_t i = 0; i < t->n->glosses.n && !found; i++)
    if (sv_equal(t->n->glosses.v[i].key, key)) found = &t->n->glosses.v[i];
  for (size_t i = 0; i < t->n->glosses.n && !found; i++)
    if (sv_is(t->n->glosses.v[i].key, "*") && sv_equal(t->n->glosses.v[i].name, name)) found = &t->n->glosses.v[i];
  if (found) {
    struct sv text = without_stop(found->text);
    return buf_add(out, text.p, text.n);
  }
  char *subject = arena_printf(&t->paper->arena, "texts/part4-glossary.md#%.*s", SV_ARG(key));
  buf_puts(out, "（待补充）");
  return missing_add(t, sv_from(subject),
                     arena_printf(&t->paper->arena,
                                  tr("%.*s（%.*s）没有名词解释。在 texts/part4-glossary.md 加一节：# %.*s，下面写解释",
                                     "%.*s (%.*s) is not explained. Add a section to texts/part4-glossary.md: # %.*s, and the explanation below"),
                                  SV_ARG(key), SV_ARG(name), SV_ARG(key)));
}

static int members(struct teller *t, enum narr_set set, struct narr_ref ref, int also, bool all, struct narr_member **v, int *n) {
  int fact = ref.fact < 0 ? t->member_fact : ref.fact;
  int rc = narr_members(t->w, t->n, set, fact, also, ref.here ? &t->scope : NULL, all, &t->paper->arena, v, n);
  return rc < 0 ? no_memory(t->e) : RC_OK;
}

static int names_put(struct teller *t, const struct narr_piece *piece, struct buf *out) {
  struct narr_member *v;
  int n = 0, rc = members(t, piece->set, piece->a, -1, piece->a.fact < 0 && !piece->a.here, &v, &n);
  if (rc < 0) return rc;
  if (piece->kind == PIECE_COUNT) rc = buf_printf(out, "%d", n);
  for (int i = 0; i < n && piece->kind == PIECE_NAMES; i++) {
    if (i) buf_puts(out, "、");
    rc = buf_add(out, v[i].name.p, v[i].name.n);
  }
  free(v);
  return rc;
}

/* "2022-12-31" as 2022年12月31日; as entered when it is no date. */
static int asset_date_put(const struct teller *t, struct buf *out) {
  int day = DAY_NONE, year, month, of_month;
  struct sv as_of = t->w->assets.n ? t->w->assets.v[0].as_of : (struct sv){0};
  if (day_parse(as_of, &day) < 0 || day == DAY_NONE) return buf_add(out, as_of.p, as_of.n);
  day_split(day, &year, &month, &of_month);
  return buf_printf(out, "%d年%d月%d日", year, month, of_month);
}

static int word_put(struct teller *t, enum narr_word word, struct buf *out) {
  static const struct narr_member none;
  const struct narr_member *m = t->member ? t->member : &none;
  struct sv s = {0};
  char text[MONEY_TEXT];
  switch (word) {
  case WORD_YEAR: return buf_printf(out, "%d", t->w->year);
  case WORD_LAST: return buf_printf(out, "%d", t->w->year - 1);
  case WORD_BEFORE_LAST: return buf_printf(out, "%d", t->w->year - 2);
  case WORD_SERIAL: s = layout_ordinal(&t->paper->arena, SV("（一）"), ++t->serial); break;
  case WORD_NUMBER: return buf_printf(out, "%d", t->number);
  case WORD_BODY: s = t->paper->body; break;
  case WORD_NAME: s = m->name; break;
  case WORD_LISTED: s = m->listed; break;
  case WORD_CODE: s = m->code; break;
  case WORD_PATH: s = m->path; break;
  case WORD_GROUP: s = m->group; break;
  case WORD_QUANTITY: s = m->quantity; break;
  case WORD_MEASURE: s = m->measure; break;
  case WORD_EXPLAIN: return explain_put(t, m->code, m->name, out);
  case WORD_ASSET_DATE: return asset_date_put(t, out);
  case WORD_DIFFERENCE: s = t->difference; break;
  case WORD_PERCENT: s = t->percent; break;
  case WORD_CAUSE: s = t->cause; break;
  case WORD_SAID: s = t->said; break;
  case WORD_RATE: s = t->rate; break;
  case WORD_BASE: s = t->base; break;
  case WORD_NOW: s = t->now; break;
  case WORD_SHARES: percent_print(text, t->shares_sum); return buf_printf(out, "%s%%", text);
  case WORDS: break;
  }
  return buf_add(out, s.p, s.n);
}

static int piece_put(struct teller *t, const struct narr_piece *p, struct buf *out) {
  char text[MONEY_TEXT];
  switch (p->kind) {
  case PIECE_WORD: return word_put(t, p->word, out);
  case PIECE_AMOUNT:
    if (p->a.fact >= 0 && t->n->facts.v[p->a.fact].count) return buf_printf(out, "%lld", (long long)value_of(t, p->a, WHEN_NOW));
    amount_print(t, text, value_of(t, p->a, WHEN_NOW));
    return buf_puts(out, text);
  case PIECE_SHARE: share_put(t, value_of(t, p->a, WHEN_NOW), value_of(t, p->b, WHEN_NOW), out); return RC_OK;
  case PIECE_CHANGE: return change_put(t, p, out);
  case PIECE_NAMES:
  case PIECE_COUNT: return names_put(t, p, out);
  case PIECE_EXPLAIN: return explain_put(t, p->subject, p->subject, out);
  }
  return RC_OK;
}

static int render(struct teller *t, struct sv text, struct buf *out) {
  int rc = RC_OK;
  while (text.n && rc == RC_OK) {
    size_t open = sv_find(text, "{"), close;
    if (open == SIZE_MAX) return buf_add(out, text.p, text.n);
    buf_add(out, text.p, open);
    text.p += open + 1, text.n -= open + 1;
    if ((close = sv_find(text, "}")) == SIZE_MAX) return RC_OK;
    struct narr_piece piece;
    if (!narr_piece_parse(t->n, (struct sv){text.p, close}, 1, &piece)) rc = piece_put(t, &piece, out);
    text.p += close + 1, text.n -= close + 1;
  }
  return rc;
}

/* ---- blocks ---- */

static int block_add(struct teller *t, enum paper_kind kind, struct sv text) {
  struct paper *p = t->paper;
  struct paper_block b = {.kind = kind, .text = origin_take(p, (int32_t)p->blocks.n, text)};
  if (kind != PAPER_TEXT) {
    int same = 1;
    for (size_t i = 0; i < p->blocks.n; i++) same += p->blocks.v[i].kind == PAPER_SECTION || p->blocks.v[i].kind == PAPER_SUBSECTION;
    b.anchor = arena_printf(&p->arena, "N%s-%d", t->part, same);
  }
  return !b.text.p || VEC_PUSH(&p->blocks, b, MAX_BLOCKS) < 0 ? no_memory(t->e) : RC_OK;
}

/* Shares of one whole that it is made of, each rounded by itself, and 100.00 missed. */
static int shares_note(struct teller *t) {
  int rc = RC_OK;
  for (int i = 0; i < t->nshares && rc == RC_OK; i++) {
    int64_t part = 0, printed = 0;
    int n = 0;
    bool first = true;
    for (int k = 0; k < t->nshares; k++) {
      if (t->share[k].whole != t->share[i].whole) continue;
      if (k < i) first = false;
      part += t->share[k].part, printed += t->share[k].printed, n++;
    }
    if (!first || n < 2 || part != t->share[i].whole || printed == 10000 || t->n->note_shares.n == 0) continue;
    struct buf note;
    buf_init(&note, PARAGRAPH_CAP);
    t->shares_sum = printed;
    rc = render(t, t->n->note_shares, &note);
    if (rc == RC_OK) rc = block_add(t, PAPER_TEXT, (struct sv){note.p, note.n});
    buf_release(&note);
  }
  t->nshares = 0;
  return rc;
}

static int paragraph_end(struct teller *t) {
  int rc = t->text.n ? block_add(t, PAPER_TEXT, (struct sv){t->text.p, t->text.n}) : RC_OK;
  if (rc == RC_OK && t->text.rc < 0) rc = no_memory(t->e);
  buf_clear(&t->text);
  return rc == RC_OK ? shares_note(t) : rc;
}

static struct sv without_number(struct sv heading) {
  struct sv s = sv_trim(heading);
  struct enumerator e = text_enumerator(s);
  s.p += e.bytes, s.n -= e.bytes;
  s = sv_trim(s);
  return without_stop(s);
}

static bool same_heading(struct sv a, struct sv b) {
  return sv_equal(without_number(a), without_number(b));
}

/* The officer's paragraphs of one heading, after the sentences that we made. */
static int own_notes(struct teller *t, struct sv name, struct sv heading) {
  int rc = RC_OK;
  for (size_t i = 0; i < t->w->texts.n && rc == RC_OK; i++) {
    const struct ws_text *x = &t->w->texts.v[i];
    if (!sv_equal(x->name, name) || !same_heading(x->heading, heading) || x->paragraph.n == 0) continue;
    struct buf b;
    buf_init(&b, PARAGRAPH_CAP);
    rc = officer_text(t, x->paragraph, name, &(struct origin_source){PAPER_FROM_TEXT, i, x->paragraph.p}, &b);
    if (rc == RC_OK) rc = block_add(t, PAPER_TEXT, (struct sv){b.p, b.n});
    buf_release(&b);
  }
  return rc;
}

static int section_end(struct teller *t) {
  char name[40];
  int rc = paragraph_end(t);
  snprintf(name, sizeof name, "part%s", t->part);
  if (rc == RC_OK && t->section.n) rc = own_notes(t, sv_from(name), t->section);
  t->section = (struct sv){0};
  return rc;
}

static int texts_put(struct teller *t, struct sv name) {
  int rc = paragraph_end(t), many = 0;
  if (rc < 0) return rc;
  for (size_t i = 0; i < t->w->texts.n && rc == RC_OK; i++) {
    const struct ws_text *x = &t->w->texts.v[i];
    if (!sv_equal(x->name, name) || x->paragraph.n == 0) continue;
    struct buf b;
    buf_init(&b, PARAGRAPH_CAP);
    rc = officer_text(t, x->paragraph, name, &(struct origin_source){PAPER_FROM_TEXT, i, x->paragraph.p}, &b);
    if (rc == RC_OK) rc = block_add(t, PAPER_TEXT, (struct sv){b.p, b.n});
    buf_release(&b), many++;
  }
  if (rc < 0 || many) return rc;
  struct sv path = unit_text_path(t->w, name, &t->paper->arena);
  return missing_add(t, path, arena_printf(&t->paper->arena, tr("%.*s 没有文字", "%.*s has no text"), SV_ARG(path)));
}

/* ---- statements ---- */

static int conditions_hold(struct teller *t, const struct narr_statement *s, bool *hold) {
  *hold = true;
  for (int i = 0; i < s->nconditions; i++) {
    const struct narr_condition *c = &s->condition[i];
    bool is;
    if (c->least) {
      struct narr_member *v;
      int n = 0, rc = members(t, c->set, c->ref, -1, c->ref.fact < 0 && !c->ref.here, &v, &n);
      if (rc < 0) return rc;
      free(v), is = n >= c->least;
    } else
      is = value_of(t, c->ref, c->when) != 0;
    if (is == c->negated) *hold = false;
  }
  return RC_OK;
}

static int heading(struct teller *t, const struct narr_statement *s) {
  int rc = section_end(t);
  struct buf b;
  buf_init(&b, PARAGRAPH_CAP);
  if (rc == RC_OK) rc = render(t, s->text, &b);
  if (rc == RC_OK) rc = block_add(t, s->verb == VERB_SECTION ? PAPER_SECTION : PAPER_SUBSECTION, (struct sv){b.p, b.n});
  buf_release(&b);
  t->section = s->text, t->serial = 0;
  return rc;
}

static int run(struct teller *t, int from, int to);

static int run_each(struct teller *t, const struct narr_statement *s, int from) {
  struct narr_member *v;
  int n = 0, rc = members(t, s->set, s->ref, s->also.fact, s->all, &v, &n);
  struct narr_scope outer = t->scope;
  const struct narr_member *kept = t->member;
  int fact = t->member_fact, number = t->number;
  for (int i = 0; i < n && rc == RC_OK; i++) {
    struct sum meet = {.flow = SUM_SPENDING};
    meet.sources = outer.filter.sources, memcpy(meet.func, outer.filter.func, sizeof meet.func),
    memcpy(meet.econ, outer.filter.econ, sizeof meet.econ);
    sum_meet(&meet, &v[i].scope.filter);
    t->scope = outer;
    t->scope.filter.sources = meet.sources;
    memcpy(t->scope.filter.func, meet.func, sizeof meet.func), memcpy(t->scope.filter.econ, meet.econ, sizeof meet.econ);
    if (v[i].scope.unit >= 0) t->scope.unit = v[i].scope.unit;
    if (v[i].scope.project >= 0) t->scope.project = v[i].scope.project;
    if (v[i].scope.category.n) t->scope.category = v[i].scope.category;
    t->member = &v[i], t->member_fact = s->ref.fact, t->number = i + 1;
    rc = run(t, from + 1, s->end);
  }
  free(v);
  t->scope = outer, t->member = kept, t->member_fact = fact, t->number = number;
  return rc;
}

static int run_join(struct teller *t, const struct narr_statement *s, int from) {
  struct sv kept = t->separator;
  int joined = t->joined;
  t->separator = s->text, t->joined = 0;
  int rc = run(t, from + 1, s->end);
  t->separator = kept, t->joined = joined;
  return rc;
}

static int run_words(struct teller *t, const struct narr_statement *s) {
  bool hold;
  int rc = conditions_hold(t, s, &hold);
  if (rc == RC_OK && s->verb == VERB_TEXT) rc = paragraph_end(t);
  if (rc < 0 || !hold) return rc;
  if (s->verb == VERB_TEXTS) return texts_put(t, s->text);
  if (s->verb == VERB_SECTION || s->verb == VERB_SUBSECTION) return heading(t, s);
  if (s->verb == VERB_ITEM && t->joined++ > 0) buf_add(&t->text, t->separator.p, t->separator.n);
  rc = render(t, s->text, &t->text);
  return rc < 0 && t->e->code == RC_OK ? no_memory(t->e) : rc;
}

static int run(struct teller *t, int from, int to) {
  int rc = RC_OK;
  bool hold;
  for (int i = from; i < to && rc == RC_OK; i++) {
    const struct narr_statement *s = &t->n->statements.v[i];
    switch (s->verb) {
    case VERB_EACH: rc = run_each(t, s, i), i = s->end; break;
    case VERB_JOIN: rc = run_join(t, s, i), i = s->end; break;
    case VERB_WHEN:
      rc = conditions_hold(t, s, &hold);
      if (rc == RC_OK && !hold) i = s->end; /* past the otherwise, or the end */
      break;
    case VERB_OTHERWISE: i = s->end; break; /* what was before it held */
    case VERB_NOTES: rc = section_end(t); break;
    case VERB_END:
    case VERB_PART: break;
    case VERB_SECTION:
    case VERB_SUBSECTION:
    case VERB_TEXT:
    case VERB_MORE:
    case VERB_ITEM:
    case VERB_TEXTS: rc = run_words(t, s); break;
    }
  }
  return rc;
}

/* Remarks of the officer under a heading that the book has not. */
static int stray_notes(struct teller *t, size_t first_block) {
  char name[40];
  int rc = RC_OK;
  snprintf(name, sizeof name, "part%s", t->part);
  for (size_t i = 0; i < t->w->texts.n && rc == RC_OK; i++) {
    const struct ws_text *x = &t->w->texts.v[i];
    bool found = !sv_is(x->name, name);
    for (size_t k = first_block; k < t->paper->blocks.n && !found; k++)
      found = t->paper->blocks.v[k].kind != PAPER_TEXT && same_heading(t->paper->blocks.v[k].text, x->heading);
    if (found) continue;
    char *subject = arena_printf(&t->paper->arena, "texts/%s.md#%.*s", name, SV_ARG(x->heading));
    rc = missing_add(t, sv_from(subject),
                     arena_printf(&t->paper->arena,
                                  tr("texts/%s.md 的“%.*s”在书里没有这个标题，文字没有印出。改成书里的标题",
                                     "texts/%s.md: the book has no heading “%.*s”, so this is not printed. Use a heading of the book"),
                                  name, SV_ARG(x->heading)));
  }
  return rc;
}

static int part_tell(struct teller *t) {
  const struct narrative *n = t->n;
  size_t first = t->paper->blocks.n;
  int from = -1, to = (int)n->statements.n;
  for (int i = 0; i < (int)n->statements.n; i++) {
    if (n->statements.v[i].verb != VERB_PART) continue;
    if (from >= 0) {
      to = i;
      break;
    }
    if (sv_is(n->statements.v[i].text, t->part)) from = i + 1;
  }
  if (from < 0) return err_set(t->e, RC_FORMAT, tr("%s 没有 part %s", "%s has no part %s"), n->file, t->part);
  int rc = run(t, from, to);
  if (rc == RC_OK) rc = section_end(t);
  return rc == RC_OK ? stray_notes(t, first) : rc;
}

int derive_narrative(struct paper *p, const char *data, const char *part, struct err *e) {
  struct narrative *n;
  int rc = narrative_load(data, p->profile, &n, e);
  if (rc < 0) return rc;
  struct teller *t = calloc(1, sizeof *t);
  if (!t) {
    narrative_free(n);
    return no_memory(e);
  }
  t->paper = p, t->w = p->workspace, t->n = n, t->part = part, t->member_fact = -1, t->e = e;
  t->scope.unit = t->scope.project = -1;
  t->known = calloc(n->facts.n + 1, WHENS * sizeof *t->known), t->is_known = calloc(n->facts.n + 1, WHENS * sizeof *t->is_known);
  buf_init(&t->text, PARAGRAPH_CAP);
  err_clear(e);
  rc = t->known && t->is_known ? part_tell(t) : no_memory(e);
  if (rc < 0 && e->code == RC_OK) rc = no_memory(e);
  free(t->known), free(t->is_known), buf_release(&t->text);
  free(t);
  narrative_free(n);
  return rc;
}
