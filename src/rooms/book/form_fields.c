/* form_fields.c: what the fields and amounts of a form are in the workspace. docs/form-language.md lists them. */
#include "rooms/book/forms.h"
#include "rooms/book/unit.h"

#include <string.h>

enum field_kind {
  FIELD_BODY,
  FIELD_YEAR,
  FIELD_SERIAL,
  FIELD_PROJECT,
  FIELD_UNIT_NAME,
  FIELD_UNIT_CODE_NAME,
  FIELD_GOAL,
  FIELD_INDICATOR,
  FIELD_LEVEL1,
  FIELD_LEVEL2,
  FIELD_TARGET,
  FIELD_DETAIL,
  FIELD_ECON_NAME,
  FIELD_PURCHASE,
  FIELD_LABEL,
  FIELD_TEXT,
  FIELD_HEADING,
  FIELD_PROJECT_TEXT,
  FIELD_RESULT,
  FIELD_WATCH,
  FIELD_TICK,
  FIELD_WEIGHT,
  FIELD_SCORE,
  FIELD_FUNDS,
  FIELD_FUNDS_FULL,
  FIELD_TOTAL,
  FIELD_FULL,
  FIELD_GOALS,
  FIELD_EXECUTED
};
#define OF(set) (1u << FORM_SET_##set)
static const struct {
  const char *name;
  enum field_kind kind;
  unsigned needs;
  size_t offset; /* of the text in its record; of years how many back */
} fields[] = {
    {"部门", FIELD_BODY, 0, 0},
    {"年", FIELD_YEAR, 0, 0},
    {"上年", FIELD_YEAR, 0, 1},
    {"前年", FIELD_YEAR, 0, 2},
    {"序号", FIELD_SERIAL, 0, 0},
    {"项目名称", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, name)},
    {"项目编码", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, code)},
    {"项目类别", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, category_name)},
    {"支出项目类别", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, class_name)},
    {"项目属性", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, attribute)},
    {"起始年度", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, start)},
    {"终止年度", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, end)},
    {"负责人", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, owner)},
    {"联系电话", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, phone)},
    {"地址", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, address)},
    {"邮编", FIELD_PROJECT, OF(PROJECT), offsetof(struct ws_project, zip)},
    {"执行单位", FIELD_UNIT_NAME, OF(PROJECT), 0},
    {"部门编码名称", FIELD_UNIT_CODE_NAME, 0, 0},
    {"目标名称", FIELD_GOAL, OF(GOAL) | OF(INDICATOR), offsetof(struct ws_goal, name)},
    {"目标说明", FIELD_GOAL, OF(GOAL) | OF(INDICATOR), offsetof(struct ws_goal, description)},
    {"一级指标", FIELD_LEVEL1, OF(LEVEL1) | OF(INDICATOR), 0},
    {"二级指标", FIELD_LEVEL2, OF(LEVEL2) | OF(INDICATOR), 0},
    {"三级指标", FIELD_INDICATOR, OF(INDICATOR), offsetof(struct ws_indicator, level3)},
    {"指标值", FIELD_TARGET, OF(INDICATOR), 0},
    {"前年值", FIELD_INDICATOR, OF(INDICATOR), offsetof(struct ws_indicator, before_last)},
    {"上年值", FIELD_INDICATOR, OF(INDICATOR), offsetof(struct ws_indicator, last)},
    {"依据", FIELD_INDICATOR, OF(INDICATOR), offsetof(struct ws_indicator, basis)},
    {"项目活动", FIELD_DETAIL, OF(DETAIL), offsetof(struct ws_detail, activity)},
    {"活动内容", FIELD_DETAIL, OF(DETAIL), offsetof(struct ws_detail, content)},
    {"测算依据", FIELD_DETAIL, OF(DETAIL), offsetof(struct ws_detail, basis)},
    {"明细备注", FIELD_DETAIL, OF(DETAIL), offsetof(struct ws_detail, note)},
    {"经济分类", FIELD_ECON_NAME, OF(DETAIL), 0},
    {"品名", FIELD_PURCHASE, OF(PURCHASE), offsetof(struct ws_purchase, item)},
    {"数量", FIELD_PURCHASE, OF(PURCHASE), offsetof(struct ws_purchase, quantity)},
    {"名称", FIELD_LABEL, OF(AMOUNT), 0},
    {"文字", FIELD_TEXT, 0, 0},
    {"标题", FIELD_HEADING, 0, 0},
    {"项目文字", FIELD_PROJECT_TEXT, OF(PROJECT), 0},
    {"实际完成值", FIELD_RESULT, OF(INDICATOR), offsetof(struct ws_result, actual)},
    {"偏差原因", FIELD_RESULT, OF(INDICATOR), offsetof(struct ws_result, reason)},
    {"执行情况", FIELD_WATCH, OF(INDICATOR), offsetof(struct ws_watch, actual)},
    {"预计完成", FIELD_WATCH, OF(INDICATOR), offsetof(struct ws_watch, forecast)},
    {"原因说明", FIELD_WATCH, OF(INDICATOR), offsetof(struct ws_watch, reason)},
    {"监控备注", FIELD_WATCH, OF(INDICATOR), offsetof(struct ws_watch, note)},
    {"勾", FIELD_TICK, OF(INDICATOR), 0},
    {"分值", FIELD_WEIGHT, OF(INDICATOR), 0},
    {"得分", FIELD_SCORE, OF(INDICATOR), 0},
    {"执行得分", FIELD_FUNDS, 0, 0},
    {"执行分值", FIELD_FUNDS_FULL, 0, 0},
    {"总分", FIELD_TOTAL, 0, 0},
    {"满分", FIELD_FULL, 0, 0},
    {"年度目标", FIELD_GOALS, 0, 0},
    {"已执行", FIELD_EXECUTED, 0, 0},
};

int form_field_find(struct sv inner, unsigned *needs) {
  struct sv argument = sv_trim(inner), name = sv_cut(&argument, ' ');
  argument = sv_trim(argument);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const char *word = fields[i].name; /* two bytes tell most apart: this runs for every cell of every form */
    if (name.n < 2 || name.p[0] != word[0] || name.p[1] != word[1] || !sv_is(name, word)) continue;
    enum field_kind k = fields[i].kind;
    bool wants = k == FIELD_TEXT || k == FIELD_HEADING || k == FIELD_PROJECT_TEXT || k == FIELD_TICK;
    *needs = fields[i].needs;
    bool counted = argument.n > 2 && argument.p[argument.n - 2] == ' ' && argument.p[argument.n - 1] >= '1' && argument.p[argument.n - 1] <= '9';
    return wants == (argument.n > 0) && (k != FIELD_HEADING || counted) ? (int)i : -1;
  }
  return -1;
}

void form_ask(struct form_run *r, struct sv subject, struct sv text) {
  struct paper_missing m = {subject, text.p};
  if (!text.p || VEC_PUSH(&r->grid.p->missing, m, 100000) < 0) r->grid.failed = true;
}

/* Paragraphs of a text under a heading (the n from first on), one a line; asked for when there are none. */
static struct sv paragraphs(struct form_run *r, const char *name, const char *heading, const struct ws_text *first, int n) {
  struct form *f = &r->grid;
  struct buf out;
  buf_init(&out, 1 << 16);
  for (int i = 0; first && i < n; i++) {
    if (i) buf_putc(&out, '\n');
    buf_add(&out, first[i].paragraph.p, first[i].paragraph.n);
  }
  struct sv made = {arena_text(&f->p->arena, out.p ? out.p : "", out.n), out.n};
  if (!made.p || out.rc < 0) f->failed = true;
  buf_release(&out);
  struct sv path = n == 0 ? unit_text_path(r->w, sv_from(name), &f->p->arena) : (struct sv){0};
  if (n == 0 && *heading)
    form_ask(r, path,
             form_printf(f, tr("绩效表里要填“%s”：写在 %.*s 的“# %s”下面", "a form needs \"%s\": write it in %.*s under \"# %s\""), heading,
                         SV_ARG(path), heading));
  else if (n == 0)
    form_ask(r, path, form_printf(f, tr("绩效表里要填的文字还没有：写在 %.*s", "a form needs a text: write it in %.*s"), SV_ARG(path)));
  return made;
}

/* The nth different heading of a text. */
static struct sv heading_of(const struct workspace *w, struct sv name, int n) {
  struct sv last = {0};
  for (size_t i = 0; i < w->texts.n; i++) {
    const struct ws_text *t = &w->texts.v[i];
    if (!sv_equal(t->name, name) || !t->heading.n || sv_equal(t->heading, last)) continue;
    last = t->heading;
    if (--n == 0) return last;
  }
  return (struct sv){0};
}

/* {文字 NAME}, {文字 NAME HEADING}, {文字 NAME #2}: what stands under its second heading. */
static struct sv text_of(struct form_run *r, struct sv argument) {
  struct sv rest = argument, name = sv_cut(&rest, ' ');
  struct sv heading = sv_trim(rest);
  if (heading.n == 2 && heading.p[0] == '#') {
    heading = heading_of(r->w, name, heading.p[1] - '0');
    if (heading.n == 0) return heading;
  }
  const char *n = form_printf(&r->grid, "%.*s", SV_ARG(name)).p, *h = form_printf(&r->grid, "%.*s", SV_ARG(heading)).p;
  int count = 0;
  const struct ws_text *first = n && h ? workspace_text(r->w, n, h, &count) : NULL;
  return n && h ? paragraphs(r, n, h, first, count) : (struct sv){0};
}

static struct sv project_text(struct form_run *r, struct sv heading) {
  const char *name = form_printf(&r->grid, "projects/%.*s", SV_ARG(r->w->projects.v[r->project].code)).p;
  const char *h = form_printf(&r->grid, "%.*s", SV_ARG(heading)).p;
  const struct ws_text *v = r->w->texts.v, *first = NULL;
  int n = 0, from = r->index->text_first[r->project];
  for (size_t i = from < 0 ? r->w->texts.n : (size_t)from; i < r->w->texts.n && v[i].name.p == v[from].name.p; i++)
    if (sv_equal(v[i].heading, heading) && ++n == 1) first = &v[i];
  return name && h ? paragraphs(r, name, h, first, n) : (struct sv){0};
}

/* What the annual goals of the owner say, one a line; numbered where there are several. */
static struct sv goals_text(struct form_run *r) {
  struct buf out;
  int n = 0, several = 0;
  for (int g = r->index->goal_first[r->project + 1]; g >= 0; g = r->index->goal_next[g]) several += !r->w->goals.v[g].long_term;
  buf_init(&out, 1 << 18);
  for (int g = r->index->goal_first[r->project + 1]; g >= 0; g = r->index->goal_next[g]) {
    const struct ws_goal *x = &r->w->goals.v[g];
    if (x->long_term) continue;
    if (several > 1) buf_printf(&out, "%s%d. ", n ? "\n" : "", n + 1);
    buf_add(&out, x->description.p, x->description.n), n++;
  }
  const char *kept = arena_text(&r->grid.p->arena, out.p ? out.p : "", out.n);
  struct sv made = {kept, kept ? out.n : 0};
  if (!kept || out.rc < 0) r->grid.failed = true;
  buf_release(&out);
  return made;
}

static struct sv at_offset(const void *record, size_t offset) {
  struct sv s;
  memcpy(&s, (const char *)record + offset, sizeof s);
  return s;
}

/* A tick where the list of a watched indicator names the word: among the obstacles, or the possibility. */
static struct sv tick(const struct ws_watch *x, struct sv word) {
  if (!x) return (struct sv){0};
  if (sv_equal(x->possibility, word)) return SV("√");
  for (struct sv rest = x->obstacles, one; rest.p && rest.n > 0;) {
    size_t at = sv_find(rest, "、");
    one = (struct sv){rest.p, at == SIZE_MAX ? rest.n : at};
    rest = at == SIZE_MAX ? (struct sv){0} : (struct sv){rest.p + at + 3, rest.n - at - 3};
    if (sv_equal(sv_trim(one), word)) return SV("√");
  }
  return (struct sv){0};
}

static struct sv points(struct form_run *r, int64_t hundredths) {
  char text[MONEY_TEXT];
  return form_printf(&r->grid, "%s", score_print(text, hundredths));
}

static struct sv scored(struct form_run *r, enum field_kind kind) {
  const struct evaluation *v = r->evaluation;
  struct evaluated one;
  if (!v) return (struct sv){0};
  switch ((int)kind) {
  case FIELD_FUNDS: return v->entered ? points(r, v->funds) : (struct sv){0};
  case FIELD_FUNDS_FULL: return points(r, v->funds_full);
  case FIELD_TOTAL: return v->entered && v->unscored == 0 ? points(r, evaluation_total(v)) : (struct sv){0};
  case FIELD_FULL: return points(r, v->weights + v->funds_full);
  default: break;
  }
  evaluation_indicator(r->w, v->rules, r->indicator, &one);
  if (kind == FIELD_WEIGHT) return one.weight > 0 ? points(r, one.weight) : (struct sv){0};
  return one.scored ? points(r, one.score) : (struct sv){0};
}

static const struct ws_result *result_at(const struct form_run *r) {
  const struct ws_results *x = r->w->results;
  int at = x && r->indicator >= 0 ? x->result_of[r->indicator] : -1;
  return at >= 0 ? &x->result[at] : NULL;
}

static const struct ws_watch *watch_at(const struct form_run *r) {
  const struct ws_results *x = r->w->results;
  int at = x && r->indicator >= 0 ? x->watch_of[r->indicator] : -1;
  return at >= 0 ? &x->watch[at] : NULL;
}

static struct sv of_record(struct form_run *r, enum field_kind kind, size_t offset) {
  const struct workspace *w = r->w;
  const struct ws_indicator *i = r->indicator >= 0 ? &w->indicators.v[r->indicator] : NULL;
  int goal = r->goal >= 0 ? r->goal : i ? i->goal : -1;
  struct sv none = {0};
  switch ((int)kind) {
  case FIELD_PROJECT: return r->project >= 0 ? at_offset(&w->projects.v[r->project], offset) : none;
  case FIELD_UNIT_NAME: return r->project >= 0 && w->projects.v[r->project].unit >= 0 ? w->units.v[w->projects.v[r->project].unit].name : none;
  case FIELD_GOAL: return goal >= 0 ? at_offset(&w->goals.v[goal], offset) : none;
  case FIELD_INDICATOR: return i ? at_offset(i, offset) : none;
  case FIELD_LEVEL1: return i ? i->level1 : r->level1;
  case FIELD_LEVEL2: return i ? i->level2 : r->level2;
  case FIELD_TARGET: return i ? evaluation_target(&r->grid.p->arena, i) : none;
  case FIELD_DETAIL: return r->detail >= 0 ? at_offset(&w->details.v[r->detail], offset) : none;
  case FIELD_ECON_NAME: return r->detail >= 0 && w->details.v[r->detail].econ >= 0 ? w->econs.v[w->details.v[r->detail].econ].name : none;
  case FIELD_PURCHASE: return r->purchase >= 0 ? at_offset(&w->purchases.v[r->purchase], offset) : none;
  case FIELD_RESULT: return result_at(r) ? at_offset(result_at(r), offset) : none;
  case FIELD_WATCH: return watch_at(r) ? at_offset(watch_at(r), offset) : none;
  default: return scored(r, kind);
  }
}

struct sv form_field_text(struct form_run *r, struct sv inner) {
  unsigned needs;
  int at = form_field_find(inner, &needs);
  if (at < 0) return (struct sv){0};
  struct sv argument = sv_trim(inner), name = sv_cut(&argument, ' ');
  (void)name;
  argument = sv_trim(argument);
  switch ((int)fields[at].kind) {
  case FIELD_BODY: return r->grid.p->body;
  case FIELD_YEAR: return form_printf(&r->grid, "%d", r->w->year - (int)fields[at].offset);
  case FIELD_SERIAL: return form_printf(&r->grid, "%d", r->number);
  case FIELD_UNIT_CODE_NAME: return form_printf(&r->grid, "%.*s-%.*s", SV_ARG(r->w->units.v[r->w->department].code), SV_ARG(r->grid.p->body));
  case FIELD_LABEL: return r->amount >= 0 ? r->forms->amounts.v[r->amount].label : (struct sv){0};
  case FIELD_TEXT: return text_of(r, argument);
  case FIELD_HEADING: return heading_of(r->w, (struct sv){argument.p, argument.n > 2 ? argument.n - 2 : 0}, argument.p[argument.n - 1] - '0');
  case FIELD_PROJECT_TEXT: return r->project >= 0 ? project_text(r, argument) : (struct sv){0};
  case FIELD_GOALS: return goals_text(r);
  case FIELD_EXECUTED: return r->evaluation && r->evaluation->entered ? SV("1") : (struct sv){0};
  case FIELD_TICK: return tick(watch_at(r), argument);
  default: return of_record(r, fields[at].kind, fields[at].offset);
  }
}

/* A text that is one field is that field itself, without a copy. */
struct sv form_text_fill(struct form_run *r, struct sv text) {
  if (text.n == 0) return text;
  size_t open = sv_find(text, "{");
  if (open == SIZE_MAX) return text;
  if (open == 0 && text.p[text.n - 1] == '}' && sv_find((struct sv){text.p + 1, text.n - 1}, "{") == SIZE_MAX)
    return form_field_text(r, (struct sv){text.p + 1, text.n - 2});
  struct buf b;
  buf_init(&b, 1 << 18);
  for (size_t i = 0; i < text.n;) {
    size_t end = i;
    while (text.p[i] == '{' && end < text.n && text.p[end] != '}') end++;
    if (text.p[i] != '{' || end == text.n) {
      buf_putc(&b, text.p[i++]);
      continue;
    }
    struct sv value = form_field_text(r, (struct sv){text.p + i + 1, end - i - 1});
    buf_add(&b, value.p, value.n);
    i = end + 1;
  }
  const char *kept = arena_text(&r->grid.p->arena, b.p ? b.p : "", b.n);
  struct sv out = {kept, kept ? b.n : 0};
  if (!kept || b.rc < 0) r->grid.failed = true;
  buf_release(&b);
  return out;
}

/* ---- amounts ---- */

/* In a year: earlier years are what prior-lines.csv keeps, income taken as what was spent of it. */
static struct sum of_year(const struct form_run *r, struct sum s, int back) {
  s.project = s.flow == SUM_SPENDING ? r->project : -1;
  if (back) s.flow = SUM_PRIOR, s.year = (int16_t)(r->w->year - back);
  return s;
}

/* The lines of a project were added up once, by source and origin. */
static int64_t sum_value(const struct form_run *r, const struct sum *s) {
  bool quick = s->flow == SUM_SPENDING && s->project >= 0 && !s->kinds && !s->natures && !s->category.n && !s->func[0].n && !s->econ[0].n;
  if (!quick || !r->index->spent) return sum_of(r->w, s, -1);
  int64_t fen = 0;
  for (int k = 0; k < SOURCES; k++)
    for (int o = 0; o < ORIGINS; o++)
      if ((!s->sources || s->sources >> k & 1) && (!s->origins || s->origins >> o & 1))
        fen += r->index->spent[((size_t)s->project * SOURCES + (size_t)k) * ORIGINS + (size_t)o];
  return fen;
}

static int64_t record_value(const struct form_run *r, enum form_record record) {
  const struct workspace *w = r->w;
  if (record == RECORD_TOTAL) return r->project >= 0 ? w->projects.v[r->project].total : 0;
  if (record == RECORD_DETAIL) return r->detail >= 0 ? w->details.v[r->detail].amount : 0;
  return r->purchase >= 0 ? w->purchases.v[r->purchase].amount : 0;
}

static int64_t execution_value(const struct form_run *r, const struct form_term *t) {
  int64_t fen = 0;
  for (int g = 0; r->evaluation && g < WS_GROUPS; g++)
    if (t->group < 0 || t->group == g) fen += r->evaluation->money[t->column][g];
  return fen;
}

static int64_t amount_value(const struct form_run *r, int amount, int back) {
  const struct form_amount *a = &r->forms->amounts.v[amount];
  int64_t fen = 0;
  for (int i = 0; i < a->nterms; i++) {
    const struct form_term *t = &a->term[i];
    struct sum s = of_year(r, t->sum, back);
    int64_t one = t->flow == FORM_SUM      ? sum_value(r, &s)
                  : t->flow == FORM_AMOUNT ? amount_value(r, t->amount, back)
                  : back                   ? 0
                  : t->flow == FORM_RECORD ? record_value(r, t->record)
                                           : execution_value(r, t);
    fen += t->negative ? -one : one;
  }
  return fen;
}

int64_t form_amount(struct form_run *r, struct form_ref ref) {
  int amount = ref.amount >= 0 ? ref.amount : r->amount;
  return amount >= 0 ? amount_value(r, amount, ref.back) : 0;
}

int form_amount_sums(struct form_run *r, struct form_ref ref, struct sum *out, int max) {
  int amount = ref.amount >= 0 ? ref.amount : r->amount, n = 0;
  if (amount < 0) return 0;
  const struct form_amount *a = &r->forms->amounts.v[amount];
  for (int i = 0; i < a->nterms; i++) {
    const struct form_term *t = &a->term[i];
    int more = 0;
    if (t->flow == FORM_SUM && n < max)
      out[n] = of_year(r, t->sum, ref.back), more = 1;
    else if (t->flow == FORM_AMOUNT)
      more = form_amount_sums(r, (struct form_ref){t->amount, ref.back}, out + n, max - n);
    if (more == 0) return 0;
    for (int k = n; t->negative && k < n + more; k++) out[k].negative = !out[k].negative;
    n += more;
  }
  return n;
}
