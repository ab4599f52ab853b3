/* explain.c: everything about one finding: the cells or sentences with their places, the arithmetic, each broken rule with its text and authority,
 * what else was considered, what was checked around it and holds, and how to verify it by hand. */
#include "rooms/audit/internal.h"

#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS_SHOWN = 40, RULES_SHOWN = 20, AROUND_SHOWN = 20, TERMS_LOOKED_AT = 500, RELATIONS_LOOKED_AT = 1000 };

struct explaining {
  struct lines l;
  const struct view *v;
  const struct finding *f;
  size_t index;
  struct telling t;
  struct buf b; /* the paragraph at hand */
  bool *around; /* by observation: a cell of the broken relations */
};

static void put(struct explaining *x, const char *first, enum ink ink) {
  lines_put(&x->l, first, &x->b, ink);
}

/* ---- what is printed ---- */

static void put_sentence(struct explaining *x, const struct obs *o) {
  const struct book_table *t = table_at(x->v, o->table);
  struct sv sentence = row_sentence(t, obs_row(x->v, o));
  if (sentence.n) quote_marked(sentence, o->text, true, &x->b);
  put(x, tr("       原文 ", "       quote "), INK_PLAIN);
}

static void put_cell(struct explaining *x, const struct obs *o, const char *role) {
  const struct book_table *t = table_at(x->v, o->table);
  obs_where(x->v, o, &x->b);
  if (o->text.n)
    buf_printf(&x->b, tr("：印为 %.*s", ": printed %.*s"), SV_ARG(o->text));
  else
    buf_puts(&x->b, tr("：空白", ": blank"));
  if (o->text.n && o->type == OBS_AMOUNT && t && !t->prose && t->scale != SCALE_NONE) buf_printf(&x->b, " %s", scale_unit_shown(t->scale));
  if (o->doubtful) buf_puts(&x->b, tr("（没有读清，不作判断）", " (not read cleanly, proves nothing)"));
  put(x, role, INK_PLAIN);
  put_sentence(x, o);
}

static bool is_suspect(const struct finding *f, int32_t obs) {
  for (int i = 0; i < f->nsuspects; i++)
    if (f->suspects[i].obs == obs) return true;
  return false;
}

static void put_cells(struct explaining *x) {
  const struct view *v = x->v;
  const struct relation *r = relation_at(v, x->f->relation);
  int silent = 0, shown = 0;
  lines_heading(&x->l, tr("文件里印的", "what is printed"), INK_BOLD);
  for (int i = 0; i < x->f->nsuspects; i++)
    if (obs_at(v, x->f->suspects[i].obs)) put_cell(x, obs_at(v, x->f->suspects[i].obs), tr("  最可能错 ", "  suspect "));
  for (int i = 0; r && i < r->nterms; i++) {
    const struct obs *o = obs_at(v, r->terms[i].obs);
    if (!o || is_suspect(x->f, r->terms[i].obs)) continue;
    if (i > 0 && term_silent(v, r, i))
      silent++;
    else if (shown++ < CELLS_SHOWN)
      put_cell(x, o, i == 0 ? tr("  印出的一方 ", "  stated  ") : tr("  算式的一项 ", "  term    "));
  }
  if (shown > CELLS_SHOWN) buf_printf(&x->b, tr("另有 %d 项", "and %d more terms"), shown - CELLS_SHOWN);
  put(x, "  ", INK_PLAIN);
  if (silent > 0) buf_printf(&x->b, tr("另有 %d 项是 0 或空白", "%d more terms are zero or blank"), silent);
  put(x, "  ", INK_PLAIN);
  if (r || x->f->nsuspects > 0) return;
  if (x->t.obs) {
    put_cell(x, x->t.obs, "  ");
    return;
  }
  finding_where(v, x->f, &x->t, NULL, &x->b);
  if (x->t.stated_text[0]) buf_printf(&x->b, tr("：印为 %s", ": printed %s"), x->t.stated_text);
  if (x->t.expected_text[0]) buf_printf(&x->b, tr("，对照的一方是 %s", ", compared with %s"), x->t.expected_text);
  put(x, "  ", INK_PLAIN);
  finding_quote(v, x->f, &x->t, &x->b);
  put(x, tr("  原文 ", "  quote "), INK_PLAIN);
  if (x->t.table && x->t.row && !x->t.table->prose) row_cells(v, x->t.table, (int)(x->t.row - x->t.table->rows), &x->b);
  put(x, tr("  这一行 ", "  the row "), INK_PLAIN);
}

/* ---- rules ---- */

static void put_rule(struct explaining *x, int32_t rule) {
  const struct rule_head *h = rule_at(x->v, rule);
  if (h && h->scope && strcmp(h->scope, "national") != 0) buf_printf(&x->b, tr("只用于：%s", "only for: %s"), h->scope);
  put(x, "     ", INK_PLAIN);
  if (h && h->basis) buf_puts(&x->b, h->basis);
  put(x, tr("     依据 ", "     basis "), INK_PLAIN);
}

/* The broken relations of one rule, from the first of them on: its title, each written out, its authority once. */
static void put_relations(struct explaining *x, int32_t rule, int from, int *shown) {
  buf_printf(&x->b, "%s  %s", rule_id(x->v, rule), rule_title(x->v, rule));
  put(x, "  ", INK_BOLD);
  for (int i = from; i < x->f->nrelations && *shown < RULES_SHOWN; i++) {
    const struct relation *r = relation_at(x->v, x->f->relations[i]);
    if (!r || r->rule != rule) continue;
    relation_arithmetic(x->v, r, x->t.obs, &x->b);
    put(x, tr("     算式 ", "     sum   "), INK_PLAIN);
    ++*shown;
  }
  put_rule(x, rule);
}

static void put_broken(struct explaining *x) {
  const struct finding *f = x->f;
  int n = f->nrelations < RELATIONS_LOOKED_AT ? f->nrelations : RELATIONS_LOOKED_AT, shown = 0;
  lines_heading(&x->l, tr("不成立的规则", "the rules broken"), INK_BOLD);
  if (n == 0) {
    buf_printf(&x->b, "%s  %s", rule_id(x->v, f->rule), rule_title(x->v, f->rule));
    put(x, "  ", INK_BOLD);
    put_rule(x, f->rule);
  }
  for (int i = 0; i < n && shown < RULES_SHOWN; i++) {
    const struct relation *r = relation_at(x->v, f->relations[i]);
    bool told = !r;
    for (int k = 0; k < i && !told; k++) {
      const struct relation *before = relation_at(x->v, f->relations[k]);
      told = before && before->rule == r->rule;
    }
    if (!told) put_relations(x, r->rule, i, &shown);
  }
  if (n > shown) buf_printf(&x->b, tr("另有 %d 条关系", "and %d more relations"), n - shown);
  put(x, "  ", INK_PLAIN);
}

static void put_rule_text(struct explaining *x) {
  const struct rule_head *h = rule_at(x->v, x->f->rule);
  if (!h) return;
  struct sv source = rule_source(x->v->a->rules, x->f->rule);
  lines_heading(&x->l, tr("规则原文", "the rule as its file has it"), INK_BOLD);
  while (source.n > 0) {
    struct sv line = sv_cut(&source, '\n');
    if (sv_trim(line).n) buf_printf(x->l.out, "  %.*s\n", SV_ARG(line));
  }
  if (h->file) buf_printf(&x->b, "%s:%d", h->file, h->line);
  put(x, "  # ", INK_DIM);
}

/* ---- what else ---- */

static void put_considered(struct explaining *x) {
  const struct finding *f = x->f;
  lines_heading(&x->l, tr("还考虑过", "what else was considered"), INK_BOLD);
  for (int i = 0; i < f->nalternatives; i++) {
    suspect_line(x->v, &f->alternatives[i], &x->b);
    put(x, tr("  也说得通 ", "  as well "), INK_PLAIN);
  }
  finding_cause(x->v, f, &x->b);
  put(x, "  ", INK_PLAIN);
  if (finding_proved(x->v, f)) {
    const struct suspect *s = &f->suspects[0];
    buf_printf(&x->b,
               tr("改成应有的数以后，用到这一格的关系中有 %.0f%% 恰好成立",
                  "with the value it should have %.0f%% of the relations of the cell hold exactly"),
               s->confidence * 100);
    put(x, "  ", INK_PLAIN);
    if (f->nalternatives == 0) buf_puts(&x->b, tr("没有同样说得通的其他解释", "no other explanation does as well"));
  } else if (f->relation >= 0 && f->nrelations < 2 && f->nalternatives == 0 && f->cause == CAUSE_UNKNOWN) {
    buf_puts(&x->b,
             tr("只有这一条关系可比，不能断定错的是哪一方", "there is only this relation to compare, which does not tell which side is wrong"));
  } else if (f->relation < 0) {
    buf_puts(&x->b, tr("这是对结构或文字的检查，没有别的算法可比", "this is a check of structure or text: there is nothing else to compare"));
  }
  put(x, "  ", INK_PLAIN);
}

/* Every cell of the broken relations: those that hold with the same cells say which of them to trust. */
static int mark_around(struct explaining *x) {
  x->around = calloc(x->v->b->obs.n + 1, sizeof *x->around);
  if (!x->around) return RC_NOMEM;
  for (int i = 0; i < x->f->nsuspects; i++)
    if (obs_at(x->v, x->f->suspects[i].obs)) x->around[x->f->suspects[i].obs] = true;
  for (int i = 0; i < x->f->nrelations && i < RELATIONS_LOOKED_AT; i++) {
    const struct relation *r = relation_at(x->v, x->f->relations[i]);
    for (int k = 0; r && k < r->nterms && k < TERMS_LOOKED_AT; k++) {
      const struct obs *o = obs_at(x->v, r->terms[k].obs);
      if (o && (k == 0 || !term_silent(x->v, r, k))) x->around[r->terms[k].obs] = true;
    }
  }
  return RC_OK;
}

static bool is_around(const struct explaining *x, const struct relation *r) {
  for (int i = 0; i < r->nterms; i++)
    if (obs_at(x->v, r->terms[i].obs) && x->around[r->terms[i].obs] && (i == 0 || !term_silent(x->v, r, i))) return true;
  return false;
}

static long put_around(struct explaining *x, enum outcome outcome, const char *mark) {
  long n = 0;
  for (size_t i = 0; i < x->v->r->relations.n; i++) {
    const struct relation *r = &x->v->r->relations.v[i];
    if (r->outcome != outcome || !is_around(x, r) || n++ >= AROUND_SHOWN) continue;
    buf_printf(&x->b, "%s %s%s", rule_id(x->v, r->rule), rule_title(x->v, r->rule), tr("：", ": "));
    relation_arithmetic(x->v, r, x->t.obs, &x->b);
    put(x, mark, INK_PLAIN);
  }
  if (n > AROUND_SHOWN) buf_printf(&x->b, tr("另有 %ld 项", "and %ld more"), n - AROUND_SHOWN);
  put(x, mark, INK_PLAIN);
  return n;
}

static void put_surroundings(struct explaining *x) {
  if (x->f->relation < 0) return;
  lines_heading(&x->l, tr("同这些数有关、查过成立的", "checks around it that hold"), INK_BOLD);
  if (put_around(x, OUTCOME_PASSED, "  ✓ ") == 0)
    buf_puts(&x->b, tr("没有：这些数只在上面的关系里出现", "none: these figures stand in the relations above only"));
  put(x, "  ", INK_PLAIN);
  long n = 0;
  for (size_t i = 0; i < x->v->r->relations.n; i++)
    n += x->v->r->relations.v[i].outcome == OUTCOME_NOT_CHECKED && is_around(x, &x->v->r->relations.v[i]);
  if (n == 0) return;
  lines_heading(&x->l, tr("同这些数有关、没有检查的", "checks around it that were not made"), INK_BOLD);
  put_around(x, OUTCOME_NOT_CHECKED, "  - ");
}

/* ---- by hand ---- */

static void put_step(struct explaining *x, int *step) {
  char first[16];
  snprintf(first, sizeof first, "  %d. ", ++*step);
  put(x, first, INK_PLAIN);
}

static void put_by_hand(struct explaining *x) {
  const struct view *v = x->v;
  const struct relation *r = relation_at(v, x->f->relation);
  const struct document *d = x->t.document >= 0 && x->t.document < v->b->ndocuments ? v->b->documents[x->t.document] : NULL;
  const char *path = d && d->path ? d->path : v->x->path;
  int step = 0;
  lines_heading(&x->l, tr("怎样自己核对", "how to verify it by hand"), INK_BOLD);
  buf_printf(&x->b, tr("打开 %s，找到", "open %s at "), path);
  size_t before = x->b.n;
  if (x->t.obs)
    obs_where(v, x->t.obs, &x->b);
  else
    finding_where(v, x->f, &x->t, NULL, &x->b);
  if (x->b.n == before) buf_puts(&x->b, tr("全文", "the whole book"));
  if (x->t.obs && x->t.obs->text.n) buf_printf(&x->b, tr("，看印的是不是 %.*s", ", and see whether it reads %.*s"), SV_ARG(x->t.obs->text));
  put_step(x, &step);
  if (r) {
    buf_puts(&x->b, r->nterms > 2 ? tr("把上面列出的各数也找到，用计算器算：", "find the other figures listed above as well, and compute: ")
                                  : tr("把另一个数也找到，两处比较：", "find the other figure as well, and compare: "));
    relation_arithmetic(v, r, x->t.obs, &x->b);
  } else {
    buf_puts(&x->b, tr("对照上面的规则和依据，看文件是否如此", "compare the file with the rule and its authority above"));
  }
  put_step(x, &step);
  buf_puts(&x->b,
           tr("与底稿（批复、账、系统导出表）核对哪个数对", "see in the records (approval, ledger, export of the system) which figure is right"));
  put_step(x, &step);
  buf_printf(&x->b,
             tr("是文件错了：改正后重新公开，再审一次。确有原因：heng accept '%s' %.*s --reason \"……\" --by \"……\"",
                "the file is wrong: mend it, publish again, audit again. There is a reason for it: heng accept '%s' %.*s --reason \"…\" --by \"…\""),
             path, SHORT_ID, x->f->id);
  put_step(x, &step);
}

static void put_head(struct explaining *x) {
  const struct acceptance *c = accepted_at(x->v, x->index);
  enum ink ink = x->f->severity == SEVERITY_ERROR ? INK_ERROR : x->f->severity == SEVERITY_WARNING ? INK_WARNING : INK_INFO;
  buf_printf(&x->b, "%s  ", rule_id(x->v, x->f->rule));
  finding_title(x->v, x->f, &x->b);
  char first[48];
  snprintf(first, sizeof first, "%zu  %s  ", x->index + 1, severity_title(x->f->severity));
  put(x, first, ink);
  buf_puts(&x->b, x->f->id);
  put(x, tr("     编号 ", "     id    "), INK_DIM);
  finding_where(x->v, x->f, &x->t, NULL, &x->b);
  put(x, "     ", INK_PLAIN);
  finding_statement(x->v, x->f, &x->t, &x->b);
  put(x, "     ", INK_BOLD);
  if (c) buf_printf(&x->b, tr("已认可：%s（%s，%s）", "accepted: %s (%s, %s)"), c->reason, c->by, c->date);
  put(x, "     ", INK_INFO);
}

static void explain(struct explaining *x) {
  put_head(x);
  put_cells(x);
  put_broken(x);
  put_considered(x);
  put_surroundings(x);
  put_rule_text(x);
  put_by_hand(x);
}

int explain_run(const struct auditor *a, const struct audit *audit, const char *name, struct err *e) {
  struct view v = {0};
  struct buf out;
  struct explaining x = {0};
  int rc = finding_named(a, audit, name, &v, &x.index, e);
  if (rc < 0) return rc;
  buf_init(&out, 64 << 20);
  buf_init(&x.b, 1 << 22);
  x.l = (struct lines){&out, terminal_colour(stdout), terminal_width(stdout)};
  x.v = &v, x.f = &v.r->findings.v[x.index];
  finding_tell(&v, x.f, true, &x.t);
  rc = mark_around(&x);
  if (rc < 0)
    err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  else
    explain(&x);
  if (rc == RC_OK && (x.b.rc < 0 || out.rc < 0)) rc = err_set(e, RC_LIMIT, "%s", tr("说明太长，写不下", "the explanation is too long"));
  if (rc == RC_OK) rc = file_replace("-", out.p ? out.p : "", out.n, e);
  free(x.around);
  buf_release(&x.b);
  buf_release(&out);
  return rc < 0 ? rc : EXIT_CLEAN;
}
