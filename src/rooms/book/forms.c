/* forms.c: fills in forms: tables 11 and 12-x of the book, self-evaluation and monitoring. Every amount is a sum of lines; words come from the
 * workspace's texts. What must be filled in and is not is asked for. */
#include "rooms/book/forms.h"
#include "rooms/book/layout.h"

#include <stdlib.h>
#include <string.h>

enum { SUMS_MAX = 16, STEPS_MAX = 5000000 };

static int64_t *spent_by_project(const struct workspace *w) {
  int64_t *spent = calloc((w->projects.n + 1) * SOURCES * ORIGINS, sizeof *spent);
  for (size_t i = 0; spent && i < w->lines.n; i++) {
    const struct ws_line *l = &w->lines.v[i];
    if (l->project >= 0 && l->version == w->version) spent[((size_t)l->project * SOURCES + l->source) * ORIGINS + l->origin] += l->amount;
  }
  return spent;
}

/* A goal of a unit in the department's book: units may have goals of their own. */
static bool of_nobody(const struct workspace *w, const struct ws_goal *g) {
  return g->project < 0 && !sv_equal(g->owner, w->units.v[w->department].code);
}

/* Where the texts of each project begin: those of one file stand together. */
static int index_texts(const struct workspace *w, struct form_index *x) {
  struct intern codes;
  bool failed = false;
  intern_init(&codes);
  for (size_t i = 0; i < w->projects.n && !failed; i++) {
    x->text_first[i] = -1;
    failed = intern_add(&codes, w->projects.v[i].code.p, w->projects.v[i].code.n) != i;
  }
  static const char folder[] = "projects/";
  for (size_t i = 0; i < w->texts.n && !failed; i++) {
    struct sv name = w->texts.v[i].name;
    if ((i && w->texts.v[i - 1].name.p == name.p) || !sv_starts(name, folder)) continue;
    uint32_t project = intern_find(&codes, name.p + sizeof folder - 1, name.n - (sizeof folder - 1));
    if (project != INTERN_NONE && x->text_first[project] < 0) x->text_first[project] = (int)i;
  }
  intern_release(&codes);
  return failed ? RC_NOMEM : RC_OK;
}

static int index_records(const struct workspace *w, struct arena *a, struct form_index *x) {
  x->detail_first = ARENA_ARRAY(a, int, w->projects.n + 1), x->detail_next = ARENA_ARRAY(a, int, w->details.n + 1);
  x->purchase_first = ARENA_ARRAY(a, int, w->projects.n + 1), x->purchase_next = ARENA_ARRAY(a, int, w->purchases.n + 1);
  x->text_first = ARENA_ARRAY(a, int, w->projects.n + 1);
  if (!x->detail_first || !x->detail_next || !x->purchase_first || !x->purchase_next || !x->text_first) return RC_NOMEM;
  for (size_t i = 0; i <= w->projects.n; i++) x->detail_first[i] = x->purchase_first[i] = -1;
  for (size_t i = w->details.n; i-- > 0;) {
    int project = w->details.v[i].project;
    if (project >= 0) x->detail_next[i] = x->detail_first[project], x->detail_first[project] = (int)i;
  }
  for (size_t i = w->purchases.n; i-- > 0;) {
    const struct ws_purchase *b = &w->purchases.v[i];
    if (b->project >= 0 && b->in_project_table) x->purchase_next[i] = x->purchase_first[b->project], x->purchase_first[b->project] = (int)i;
  }
  return index_texts(w, x);
}

/* In the order of the files: the last goal is looked at first and becomes the head of its chain. */
static int index_make(const struct workspace *w, struct arena *a, struct form_index *x) {
  x->goal_first = ARENA_ARRAY(a, int, w->projects.n + 1), x->goal_next = ARENA_ARRAY(a, int, w->goals.n + 1);
  x->indicator_first = ARENA_ARRAY(a, int, w->goals.n + 1), x->indicator_next = ARENA_ARRAY(a, int, w->indicators.n + 1);
  x->spent = spent_by_project(w);
  if (!x->goal_first || !x->goal_next || !x->indicator_first || !x->indicator_next || !x->spent) return RC_NOMEM;
  for (size_t i = 0; i <= w->projects.n; i++) x->goal_first[i] = -1;
  for (size_t g = w->goals.n; g-- > 0;) {
    int *first = &x->goal_first[w->goals.v[g].project + 1];
    x->goal_next[g] = -1, x->indicator_first[g] = -1;
    if (of_nobody(w, &w->goals.v[g])) continue;
    x->goal_next[g] = *first, *first = (int)g;
  }
  for (size_t i = w->indicators.n; i-- > 0;) {
    int goal = w->indicators.v[i].goal;
    if (goal >= 0) x->indicator_next[i] = x->indicator_first[goal], x->indicator_first[goal] = (int)i;
  }
  return index_records(w, a, x);
}

/* Projects in the order of a table: by the number that the workspace gives. */
static int *project_order(struct paper *p, bool forms) {
  const struct workspace *w = p->workspace;
  int *order = ARENA_ARRAY(&p->arena, int, w->projects.n + 1);
  for (size_t i = 0; order && i < w->projects.n; i++) {
    size_t k = i;
    int mine = forms ? w->projects.v[i].order_forms : w->projects.v[i].order_overall;
    for (; k > 0; k--) {
      const struct ws_project *other = &w->projects.v[order[k - 1]];
      if ((forms ? other->order_forms : other->order_overall) <= mine) break;
      order[k] = order[k - 1];
    }
    order[k] = (int)i;
  }
  return order;
}

/* ---- what is missing ---- */

/* A goal without indicators, an owner without goals: asked for, with where to enter it. */
static void ask_goals(struct form_run *r) {
  const struct workspace *w = r->w;
  struct form *f = &r->grid;
  bool seen[2] = {false, false};
  for (int g = r->index->goal_first[r->project + 1]; g >= 0; g = r->index->goal_next[g]) {
    seen[w->goals.v[g].long_term] = true;
    if (r->index->indicator_first[g] < 0)
      form_ask(r, SV("indicators.csv"),
               form_printf(f, tr("绩效目标 %.*s 没有指标：在 indicators.csv 加行", "goal %.*s has no indicators: add them to indicators.csv"),
                           SV_ARG(w->goals.v[g].id)));
  }
  struct sv name = r->project < 0 ? f->p->body : w->projects.v[r->project].name;
  for (int k = 0; k < 2; k++)
    if (!seen[k])
      form_ask(r, SV("goals.csv"),
               form_printf(f, tr("%.*s 没有%s目标：在 goals.csv 加行", "%.*s has no %s goal: add it to goals.csv"), SV_ARG(name),
                           k ? tr("长期", "long-term") : tr("年度", "annual")));
}

/* ---- cells ---- */

/* The paper outlives the file of the form, whose words the conditions are. */
static struct sum sum_kept(struct arena *a, struct sum s) {
  struct sv *const words[] = {&s.category, s.func, s.econ};
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < (k ? SUM_CODES : 1); i++) {
      const char *copy = words[k][i].n ? arena_text(a, words[k][i].p, words[k][i].n) : NULL;
      words[k][i] = copy ? (struct sv){copy, words[k][i].n} : (struct sv){0};
    }
  return s;
}

static void put_money(struct form_run *r, const struct form_statement *s) {
  char text[MONEY_TEXT];
  struct sum sums[SUMS_MAX];
  struct paper_cell c = {.role = s->role, .amount = true, .fen = form_amount(r, s->a)};
  if (c.fen || !s->blank) c.text = form_printf(&r->grid, "%s", money_print(text, c.fen, r->form->scale, r->form->decimals, true));
  int n = form_amount_sums(r, s->a, sums, SUMS_MAX);
  struct sum *own = n ? ARENA_ARRAY(&r->grid.p->arena, struct sum, (size_t)n) : NULL;
  for (int i = 0; own && i < n; i++) own[i] = sum_kept(&r->grid.p->arena, sums[i]);
  if (own) c.sums = own, c.nsums = n;
  form_put(&r->grid, &c, s->across, s->down);
}

/* A share of a whole in per cent, two decimals; nothing where the whole is nought. */
static void put_share(struct form_run *r, const struct form_statement *s) {
  struct paper_cell c = {.role = s->role};
  int64_t part = form_amount(r, s->a), whole = form_amount(r, s->b), share = 0;
  if (whole && (part || !s->blank) && money_muldiv(part, 10000, whole, ROUND_HALF_UP, &share) == RC_OK && share > -1000000000 && share < 1000000000) {
    unsigned n = (unsigned)(share < 0 ? -share : share);
    c.percent = true, c.fen = share * 100;
    c.text = form_printf(&r->grid, "%s%u.%02u%%", share < 0 ? "-" : "", n / 100, n % 100);
  }
  form_put(&r->grid, &c, s->across, s->down);
}

static void put_cell(struct form_run *r, const struct form_statement *s) {
  if (s->value == FORM_MONEY) {
    put_money(r, s);
  } else if (s->value == FORM_SHARE) {
    put_share(r, s);
  } else {
    struct paper_cell c = {.role = s->role, .text = form_text_fill(r, s->text)};
    form_put(&r->grid, &c, s->across, s->down);
  }
}

/* ---- loops ---- */

static void run(struct form_run *r, int from, int to);

static bool horizon_fits(enum form_horizon h, bool long_term) {
  return h == FORM_ANY || (h == FORM_LONG) == long_term;
}

/* The next indicator of what stands around: of the goal, or of all goals of the owner; of the first and second level that a loop is at. */
static int indicator_next(const struct form_run *r, enum form_horizon horizon, int at, int *goal) {
  const struct workspace *w = r->w;
  if (at >= 0) {
    at = r->index->indicator_next[at];
  } else {
    *goal = r->goal >= 0 ? r->goal : r->index->goal_first[r->project + 1];
    at = *goal >= 0 && (r->goal >= 0 || horizon_fits(horizon, w->goals.v[*goal].long_term)) ? r->index->indicator_first[*goal] : -1;
  }
  for (;;) {
    while (at >= 0) {
      const struct ws_indicator *i = &w->indicators.v[at];
      if ((!r->level1.p || sv_equal(r->level1, i->level1)) && (!r->level2.p || sv_equal(r->level2, i->level2))) return at;
      at = r->index->indicator_next[at];
    }
    if (r->goal >= 0 || *goal < 0) return -1;
    do *goal = r->index->goal_next[*goal];
    while (*goal >= 0 && !horizon_fits(horizon, w->goals.v[*goal].long_term));
    if (*goal < 0) return -1;
    at = r->index->indicator_first[*goal];
  }
}

static int each_indicator(struct form_run *r, const struct form_statement *s, int from, int to) {
  int n = 0, goal = -1, before = r->indicator;
  for (int i = indicator_next(r, s->horizon, -1, &goal); i >= 0 && !r->grid.failed; i = indicator_next(r, s->horizon, i, &goal), n++) {
    r->indicator = i;
    run(r, from, to);
    r->indicator = before;
  }
  return n;
}

/* The levels in the order in which they first come. */
static int each_level(struct form_run *r, const struct form_statement *s, int from, int to) {
  struct sv *level = s->set == FORM_SET_LEVEL1 ? &r->level1 : &r->level2;
  const struct sv before = *level;
  struct sv seen[64];
  int n = 0, goal = -1;
  for (int i = indicator_next(r, s->horizon, -1, &goal); i >= 0 && n < 64 && !r->grid.failed; i = indicator_next(r, s->horizon, i, &goal)) {
    struct sv name = s->set == FORM_SET_LEVEL1 ? r->w->indicators.v[i].level1 : r->w->indicators.v[i].level2;
    bool again = name.n == 0;
    for (int k = 0; k < n; k++) again |= sv_equal(seen[k], name);
    if (again) continue;
    seen[n++] = *level = name;
    run(r, from, to);
    *level = before;
  }
  return n;
}

static int each_goal(struct form_run *r, const struct form_statement *s, int from, int to) {
  int n = 0, before = r->goal;
  for (int g = r->index->goal_first[r->project + 1]; g >= 0 && !r->grid.failed; g = r->index->goal_next[g]) {
    if (!horizon_fits(s->horizon, r->w->goals.v[g].long_term)) continue;
    r->goal = g;
    run(r, from, to), n++;
    r->goal = before;
  }
  return n;
}

static int each_project(struct form_run *r, int from, int to) {
  int *order = project_order(r->grid.p, false), before = r->project;
  for (size_t i = 0; order && i < r->w->projects.n && !r->grid.failed; i++) r->project = order[i], run(r, from, to);
  r->project = before;
  return (int)r->w->projects.n;
}

static int each_record(struct form_run *r, const struct form_statement *s, int from, int to) {
  bool details = s->set == FORM_SET_DETAIL;
  const int *first = details ? r->index->detail_first : r->index->purchase_first, *next = details ? r->index->detail_next : r->index->purchase_next;
  int n = 0, *at = details ? &r->detail : &r->purchase, before = *at;
  for (int i = r->project >= 0 ? first[r->project] : -1; i >= 0 && !r->grid.failed; i = next[i]) {
    *at = i;
    run(r, from, to), n++;
  }
  *at = before;
  return n;
}

static int run_each(struct form_run *r, const struct form_statement *s, int from, int to) {
  int before = r->amount;
  switch ((int)s->set) {
  case FORM_SET_AMOUNT:
    for (int i = 0; i < s->nlist; i++) r->amount = s->list[i], run(r, from, to);
    r->amount = before;
    return s->nlist;
  case FORM_SET_PROJECT: return each_project(r, from, to);
  case FORM_SET_GOAL: return each_goal(r, s, from, to);
  case FORM_SET_LEVEL1:
  case FORM_SET_LEVEL2: return each_level(r, s, from, to);
  case FORM_SET_INDICATOR: return each_indicator(r, s, from, to);
  default: return each_record(r, s, from, to);
  }
}

static bool holds(struct form_run *r, const struct form_statement *s) {
  bool is = false;
  if (s->a.amount == -2) return (form_field_text(r, s->text).n > 0) != s->negated;
  int first = s->a.back == 3 ? 0 : s->a.back, last = s->a.back == 3 ? 2 : s->a.back;
  for (int back = first; back <= last; back++) is |= form_amount(r, (struct form_ref){s->a.amount, back}) != 0;
  return is != s->negated;
}

static void run(struct form_run *r, int from, int to) {
  for (int i = from; i < to && !r->grid.failed; i++) {
    const struct form_statement *s = &r->forms->statements.v[i];
    if (++r->steps > STEPS_MAX) r->grid.failed = true;
    int first = i + 1, last = s->middle >= 0 ? s->middle : s->end;
    bool none;
    switch (s->verb) {
    case FORM_ROW: form_row(&r->grid); break;
    case FORM_CELL: put_cell(r, s); break;
    case FORM_ASK: ask_goals(r); break;
    case FORM_BLOCK:
      form_block_begin(&r->grid);
      run(r, first, s->end), i = s->end;
      form_block_end(&r->grid);
      break;
    case FORM_EACH:
    case FORM_WHEN:
      none = s->verb == FORM_EACH ? run_each(r, s, first, last) == 0 : !holds(r, s);
      if (s->verb == FORM_WHEN && !none) run(r, first, last);
      if (none && s->middle >= 0) run(r, s->middle + 1, s->end);
      i = s->end;
      break;
    case FORM_OTHERWISE:
    case FORM_END: break;
    }
  }
}

/* ---- a form ---- */

static int form_fill(struct form_run *r, struct paper *p, bool several, struct err *e) {
  const struct form_layout *l = r->form;
  int rc = form_begin(&r->grid, p, l->width, l->columns, e);
  if (rc < 0) return rc;
  struct paper_table *t = r->grid.t;
  size_t n = strlen(l->id);
  bool digit = n > 0 && l->id[n - 1] >= '0' && l->id[n - 1] <= '9'; /* T12-1, but E1 */
  t->id = several ? arena_printf(&p->arena, digit ? "%s-%d" : "%s%d", l->id, r->number) : arena_printf(&p->arena, "%s", l->id);
  t->kind = l->kind ? arena_printf(&p->arena, "%s", l->kind) : "";
  t->project = r->project, t->scale = l->scale, t->decimals = l->decimals, t->landscape = l->landscape;
  t->number = form_text_fill(r, l->number), t->title = form_text_fill(r, l->title), t->unit_line = form_text_fill(r, l->unit);
  if (l->contents_each || r->number == 1) t->contents = form_text_fill(r, l->contents);
  if (!t->id || !t->kind) r->grid.failed = true;
  run(r, l->first, l->last);
  /* Words of the file of forms outlive it in the paper. */
  struct sv *const own[] = {&t->number, &t->title, &t->unit_line, &t->contents};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) *own[i] = form_printf(&r->grid, "%.*s", SV_ARG(*own[i]));
  for (size_t i = 0; i < r->grid.cells.n; i++) {
    struct sv *text = &r->grid.cells.v[i].text;
    const char *kept = text->n ? arena_text(&p->arena, text->p, text->n) : NULL;
    if (text->n && !kept) r->grid.failed = true;
    *text = (struct sv){kept, kept ? text->n : 0};
  }
  return form_end(&r->grid, e);
}

static void evaluate(struct form_run *r, const struct score_rules *rules, struct evaluation *v) {
  bool evaluates = sv_is(r->form->use, "evaluate"), monitors = sv_is(r->form->use, "monitor");
  r->evaluation = NULL;
  if (!evaluates && !monitors) return;
  evaluation_make(r->w, rules, r->project, monitors ? MOMENT_MONITOR : MOMENT_YEAR, v);
  r->evaluation = v;
}

int forms_fill(struct paper *p, const struct forms *forms, const struct score_rules *rules, const char *use, struct err *e) {
  struct form_index index = {0};
  struct evaluation v;
  struct form_run r = {.w = p->workspace, .forms = forms, .index = &index};
  int *order = project_order(p, true), rc = RC_OK;
  if (!order || index_make(p->workspace, &p->arena, &index) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; i < forms->forms.n && rc == RC_OK; i++) {
    r.form = &forms->forms.v[i];
    if (!sv_is(r.form->use, use)) continue;
    size_t n = r.form->per_project ? p->workspace->projects.n : 1;
    for (size_t k = 0; k < n && rc == RC_OK; k++) {
      r.number = (int)k + 1, r.project = r.form->per_project ? order[k] : -1;
      r.steps = 0, r.goal = r.indicator = r.detail = r.purchase = r.amount = -1;
      evaluate(&r, rules, &v);
      if (r.evaluation && r.project < 0 && v.indicators == 0) continue; /* goals of its projects alone */
      rc = form_fill(&r, p, r.form->per_project, e);
    }
  }
  free(index.spent);
  return rc;
}

int derive_forms(struct paper *p, const struct layout *l, struct err *e) {
  static const char *const uses[] = {"overall", "projects"};
  struct forms *forms;
  int rc = forms_load(l->data, l->name, &forms, e);
  if (rc < 0) return rc;
  for (int i = 0; i < 2 && rc == RC_OK; i++)
    if (layout_has_forms(l, uses[i])) rc = forms_fill(p, forms, NULL, uses[i], e);
  forms_free(forms);
  return rc;
}

int forms_paper(const struct workspace *w, const char *data, const char *profile, const char *use, const char *title, struct paper **out,
                struct err *e) {
  char name[256];
  struct forms *forms = NULL;
  struct score_rules rules;
  *out = NULL;
  if (w->department < 0 || (size_t)w->department >= w->units.n)
    return err_set(e, RC_FORMAT, "%s", tr("units.csv 里没有部门：要有一行没有上级", "units.csv has no department: one row must have no parent"));
  struct paper *p = calloc(1, sizeof *p);
  if (!p) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&p->arena, (size_t)1 << 30);
  p->workspace = w, p->year = w->year, p->body = w->units.v[w->department].name;
  p->profile = arena_printf(&p->arena, "%s", profile);
  p->title = sv_from(arena_printf(&p->arena, "%.*s%d年度%s", SV_ARG(p->body), w->year, title));
  int rc = score_rules_load(data, performance_name(name, data, profile, "scoring"), &rules, e);
  if (rc == RC_OK) rc = forms_load(data, performance_name(name, data, profile, "forms"), &forms, e);
  if (rc == RC_OK) rc = forms_fill(p, forms, &rules, use, e);
  if (rc == RC_OK && p->arena.failed) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  forms_free(forms);
  if (rc < 0)
    paper_free(p);
  else
    *out = p;
  return rc;
}
