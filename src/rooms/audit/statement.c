/* statement.c: the sentences of a finding that text and HTML share: what is wrong, what kind of slip it looks like, what else it breaks. */
#include "rooms/audit/internal.h"

#include <string.h>

enum { RELATIONS_COUNTED = 1000, CONSEQUENCES_SHOWN = 8 };

static void put_change(const struct finding *f, const struct telling *t, struct buf *out) {
  const char *cause = cause_title(f->cause);
  bool percent = strcmp(t->unit_shown, "%") == 0;
  const char *sign = percent ? "%" : "";
  double confidence = f->suspects[0].confidence * 100;
  buf_printf(out, tr("印为 %s%s → 应为 %s%s", "printed %s%s → should be %s%s"), t->stated_text, sign, t->expected_text, sign);
  if (t->difference[0]) buf_printf(out, tr("，差 %s", ", off by %s"), t->difference);
  if (t->unit_shown[0]) buf_printf(out, " %s", percent ? tr("个百分点", "points") : t->unit_shown);
  if (cause && confidence >= 1)
    buf_printf(out, tr("（像是%s，可信度 %.0f%%）", " (looks like %s, confidence %.0f%%)"), cause, confidence);
  else if (cause)
    buf_printf(out, tr("（像是%s）", " (looks like %s)"), cause);
}

static bool says(const struct buf *sentence, const char *words) {
  return words[0] == '\0' || memmem(sentence->p, sentence->n, words, strlen(words));
}

/* The sentence of a remark, with what is printed when the sentence does not say it. What a hint would have instead is not claimed. */
static void put_remark(const struct remark *m, const struct finding *f, const struct buf *sentence, struct buf *out) {
  bool stated = m->stated && !says(sentence, m->stated), expected = m->expected && f->severity != SEVERITY_INFO && !says(sentence, m->expected);
  buf_add(out, sentence->p, sentence->n);
  if (stated) buf_printf(out, tr("（印为 %s", " (printed %s"), m->stated);
  if (expected) buf_printf(out, stated ? tr("，应为 %s", ", should be %s") : tr("（应为 %s", " (should be %s"), m->expected);
  if (stated || expected) buf_puts(out, tr("）", ")"));
}

void finding_cause(const struct view *v, const struct finding *f, struct buf *out) {
  const char *cause = cause_title(f->cause);
  const struct book_table *t = table_at(v, f->row_table);
  const struct book_row *row = t && f->row_after >= 0 && f->row_after < t->nrows ? &t->rows[f->row_after] : NULL;
  if (finding_proved(v, f)) return;
  if (f->several) buf_puts(out, tr("有多种解释，不能断定是哪个数错", "several explanations; none can be preferred"));
  if (!cause) return;
  buf_printf(out, "%s%s%s", f->several ? tr("；", "; ") : "", tr("像是", "looks like "), cause);
  if (row) {
    buf_puts(out, f->cause == CAUSE_MISSING_ROW ? tr("，在", ", after ") : tr("：", ": "));
    buf_printf(out, tr("“%.*s”", "\"%.*s\""), SV_ARG(row->label.n ? row->label : row->code));
    if (f->cause == CAUSE_MISSING_ROW) buf_puts(out, tr("之后", ""));
  }
}

/* The rules broken besides, each once with how often. */
void finding_consequences(const struct view *v, const struct finding *f, struct buf *out) {
  int n = f->nrelations < RELATIONS_COUNTED ? f->nrelations : RELATIONS_COUNTED;
  if (n < 2) return;
  buf_printf(out,
             n == 2 ? tr("同一原因另使 %d 条关系不成立：", "the same cause breaks %d more relation: ")
                    : tr("同一原因另使 %d 条关系不成立：", "the same cause breaks %d more relations: "),
             f->nrelations - 1);
  for (int i = 1, shown = 0; i < n && shown < CONSEQUENCES_SHOWN; i++) {
    const struct relation *r = relation_at(v, f->relations[i]);
    int times = 0;
    bool told = !r;
    for (int k = 1; k < n && !told; k++) {
      const struct relation *other = relation_at(v, f->relations[k]);
      bool same = other && other->rule == r->rule;
      told = same && k < i;
      times += same;
    }
    if (told) continue;
    buf_printf(out, "%s%s", shown++ > 0 ? " " : "", rule_id(v, r->rule));
    if (times > 1) buf_printf(out, "×%d", times);
  }
}

/* Titles of checks say what must hold, those of requirements what is wrong: docs/rules.md. */
static bool says_what_must_hold(const struct view *v, int32_t rule) {
  struct sv source = rule_at(v, rule) ? rule_source(v->a->rules, rule) : (struct sv){0};
  while (source.n > 0) {
    struct sv line = sv_trim(sv_cut(&source, '\n'));
    if (sv_starts(line, "check ") || sv_starts(line, "check\t")) return true;
  }
  return false;
}

void finding_title(const struct view *v, const struct finding *f, struct buf *out) {
  buf_puts(out, rule_title(v, f->rule));
  if (says_what_must_hold(v, f->rule)) buf_puts(out, tr("：不成立", ": does not hold"));
}

static void put_statement(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  struct buf message;
  if (finding_proved(v, f)) {
    put_change(f, t, out);
    return;
  }
  buf_init(&message, 1 << 20);
  finding_sentence(v, f, t, &message);
  const struct remark *m = remark_at(v, f->remark);
  if (m && message.n)
    put_remark(m, f, &message, out);
  else
    buf_add(out, message.p ? message.p : "", message.n);
  if (message.rc < 0) out->rc = message.rc;
  buf_release(&message);
}

void finding_statement(const struct view *v, const struct finding *f, const struct telling *t, struct buf *out) {
  put_statement(v, f, t, out);
  if (finding_recognised(v, f)) buf_puts(out, recognised_words());
}
