/* accounts.c: final accounts (部门决算) out of a workspace that also holds the year's budgets: what belongs to which, and what must hold:
 * 年初结转和结余 + 收入 + 使用非财政拨款结余 = 支出 + 结余分配 + 年末结转和结余, for each unit and source. Ids: docs/accounts.md. */
#include "rooms/book/accounts.h"

#include <stdlib.h>
#include <string.h>

enum { MANY = 1000000 };

int accounts_version(const struct workspace *w, int of) {
  return w->accounts && of > OF_DERIVED && of < OF_VERSIONS ? w->accounts->of[of] : w->version;
}

/* ---- what belongs to the derived version ---- */

static struct sv derived_name(const struct workspace *w) {
  return w->version >= 0 && (size_t)w->version < w->versions.n ? w->versions.v[w->version] : (struct sv){0};
}

/* Records that say no version are the budget's. */
static bool belongs(const struct workspace *w, struct sv version) {
  return sv_equal(version, derived_name(w)) || (!w->accounts && version.n == 0);
}

static int split_incomes(struct workspace *w, struct ws_accounts *a) {
  size_t n = 0;
  for (size_t i = 0; i < w->incomes.n; i++) {
    struct ws_income x = w->incomes.v[i];
    if (x.year == w->year)
      w->incomes.v[n++] = x;
    else if (w->accounts && x.year == w->year - 1 && x.version == w->version && VEC_PUSH(&a->last_incomes, x, MANY) < 0)
      return RC_NOMEM;
    if (x.year != w->year && x.year != w->year - 1)
      ws_tell(w, WS_ERROR, "W-YEAR", x.place.file, x.place.line, -1, tr("年度是 %d，工作区是 %d 年", "the year is %d, the workspace's %d"), x.year,
              w->year);
  }
  w->incomes.n = n;
  return RC_OK;
}

/* Loading marks 结余分配 with kind 1. What was left at the end of another year is what it is, whoever entered it. */
static int split_carries(struct workspace *w, struct ws_accounts *a) {
  size_t n = 0;
  for (size_t i = 0; i < w->carries.n; i++) {
    struct ws_income x = w->carries.v[i];
    bool given = x.kind == 1, ours = x.version == w->version || (!w->accounts && x.version < 0);
    x.kind = 0;
    if (given && x.year == w->year && x.version < 0)
      ws_tell(w, WS_ERROR, "W-VERSION", x.place.file, x.place.line, -1, "%s",
              tr("结余分配只在决算里有；version 列填 决算", "distribution is of accounts only: write 决算 into the column version"));
    if (x.year == w->year && !ours) continue;
    x.version = -1;
    if (!given)
      w->carries.v[n++] = x;
    else if (x.year == w->year && VEC_PUSH(&a->distributions, x, MANY) < 0)
      return RC_NOMEM;
  }
  w->carries.n = n;
  return RC_OK;
}

/* Loading marks lines of an earlier year's accounts with version -2. */
static void split_priors(struct workspace *w) {
  size_t n = 0;
  for (size_t i = 0; i < w->priors.n; i++) {
    struct ws_line x = w->priors.v[i];
    if ((x.version == -2) != (w->accounts != NULL)) continue;
    x.version = -1, w->priors.v[n++] = x;
  }
  w->priors.n = n;
}

static int split_purchases(struct workspace *w, struct ws_accounts *a) {
  size_t n = 0;
  for (size_t i = 0; i < w->purchases.n; i++) {
    struct ws_purchase x = w->purchases.v[i];
    if (belongs(w, x.version))
      w->purchases.v[n++] = x;
    else if (w->accounts && x.version.n == 0 && VEC_PUSH(&a->planned, x, MANY) < 0)
      return RC_NOMEM;
  }
  w->purchases.n = n;
  return RC_OK;
}

/* A budget tells the assets of the end of the year before, accounts those of the year's own. */
static void split_assets(struct workspace *w) {
  char end[24];
  size_t n = 0;
  snprintf(end, sizeof end, "%d-12-31", w->year);
  for (size_t i = 0; i < w->assets.n; i++) {
    struct ws_asset x = w->assets.v[i];
    if (sv_is(x.as_of, end) == (w->accounts != NULL)) w->assets.v[n++] = x;
  }
  w->assets.n = n;
}

static void split_texts(struct workspace *w, struct ws_accounts *a) {
  size_t n = 0;
  for (size_t i = 0; i < w->causes.n; i++)
    if (belongs(w, w->causes.v[i].version)) w->causes.v[n++] = w->causes.v[i];
  w->causes.n = n, n = 0;
  for (size_t i = 0; i < a->counts.n; i++)
    if (belongs(w, a->counts.v[i].version)) a->counts.v[n++] = a->counts.v[i];
  a->counts.n = n;
}

static void find_versions(const struct workspace *w, const struct ws_schema *s, struct ws_accounts *a) {
  a->of[OF_DERIVED] = w->version, a->of[OF_APPROVED] = a->of[OF_ADJUSTED] = -1;
  for (size_t i = 0; i < w->versions.n; i++) {
    const struct ws_stage *stage = NULL;
    if (ws_schema_version(s, w->versions.v[i], &stage) < 0 || stage->later) continue;
    a->of[OF_ADJUSTED] = (int)i;
    if (!stage->numbered) a->of[OF_APPROVED] = (int)i;
  }
}

int accounts_split(struct workspace *w, const struct ws_schema *s, struct ws_accounts *all) {
  const struct ws_stage *stage = NULL;
  struct ws_accounts *a = all;
  int rank = ws_schema_version(s, derived_name(w), &stage);
  find_versions(w, s, a);
  if (rank >= 0 && stage->layout) {
    a->layout = arena_text(&w->arena, stage->layout, strlen(stage->layout));
    if (!a->layout) return RC_NOMEM;
    w->accounts = a; /* what follows asks for it */
  }
  int rc = split_incomes(w, a);
  if (rc == RC_OK) rc = split_carries(w, a);
  if (rc == RC_OK) rc = split_purchases(w, a);
  split_priors(w), split_assets(w), split_texts(w, a);
  return rc;
}

void accounts_free(struct ws_accounts *a) {
  if (!a) return;
  free(a->distributions.v), free(a->last_incomes.v), free(a->planned.v), free(a->counts.v);
  free(a);
}

/* ---- what must hold ---- */

enum { OPENING, INCOME, USED, SPENT, GIVEN, CLOSING, PARTS };
struct account {
  int64_t part[PARTS];
};

static const char *yuan(char out[MONEY_TEXT], int64_t fen) {
  return money_print(out, fen, SCALE_YUAN, 2, false);
}

static int16_t file_named(const struct workspace *w, const char *name) {
  for (size_t i = 0; i < w->files.n; i++)
    if (strcmp(w->files.v[i], name) == 0) return (int16_t)i;
  return 0;
}

static void check_identity(struct workspace *w, const struct account *a, struct sv unit, int source, struct sv func) {
  char text[PARTS + 1][MONEY_TEXT];
  int64_t off = a->part[OPENING] + a->part[INCOME] + a->part[USED] - a->part[SPENT] - a->part[GIVEN] - a->part[CLOSING];
  if (off == 0) return;
  for (int i = 0; i < PARTS; i++) yuan(text[i], a->part[i]);
  ws_tell(
      w, WS_ERROR, "W-CARRY", file_named(w, "carry-over.csv"), 0, -1,
      tr("%.*s %s%s%.*s：年初结转和结余 %s + 本年收入 %s + 使用非财政拨款结余 %s − 本年支出 %s − 结余分配 %s，应等于年末结转和结余 %s，相差 %s "
         "元；核对 income.csv、budget-lines.csv 和 carry-over.csv 的决算行",
         "%.*s %s%s%.*s: opening %s + income %s + balance used %s - spending %s - distributed %s is not the closing %s, difference %s 元: compare "
         "the lines of the accounts"),
      SV_ARG(unit), ws_source_names[source], func.n ? " " : "", SV_ARG(func), text[OPENING], text[INCOME], text[USED], text[SPENT], text[GIVEN],
      text[CLOSING], yuan(text[PARTS], off));
}

static int part_of(const struct ws_income *x) {
  return x->origin == ORIGIN_CARRY ? OPENING : x->origin == ORIGIN_BALANCE ? USED : INCOME;
}

struct books {
  struct workspace *w;
  struct account *unit, *func; /* unit × source; func × source, of funds that are kept by class */
};

static void book_add(const struct books *b, int part, int unit, int func, int source, int64_t amount) {
  if (unit >= 0) b->unit[unit * SOURCES + source].part[part] += amount;
  if (func >= 0) b->func[func * SOURCES + source].part[part] += amount;
}

/* Funds and state capital are told by class with what was left (08表, 09表), so each of their lines needs its class. */
static bool by_class(int source) {
  return source == SOURCE_FUND || source == SOURCE_SOE;
}

static void check_func(struct workspace *w, const struct ws_heads *h, const struct ws_income *x, const char *entity, bool need) {
  int column = ws_column(h, entity, "func");
  if (x->func < 0 && need)
    ws_tell(w, WS_ERROR, "W-LEVEL", x->place.file, x->place.line, column, "%s",
            tr("决算的这一行要填功能科目（项）", "this line of the accounts needs a functional class"));
  if (x->func >= 0 && w->funcs.v[x->func].level != 3)
    ws_tell(w, WS_ERROR, "W-LEVEL", x->place.file, x->place.line, column,
            tr("功能科目 %.*s 不是项级；要到项（7位）", "functional code %.*s is not of the level 项 (7 digits)"), SV_ARG(w->funcs.v[x->func].code));
}

static void check_identities(struct workspace *w, const struct ws_heads *h) {
  const struct ws_accounts *a = w->accounts;
  struct books b = {w, calloc(w->units.n * SOURCES + 1, sizeof *b.unit), calloc(w->funcs.n * SOURCES + 1, sizeof *b.func)};
  if (!b.unit || !b.func) {
    w->arena.failed = true, free(b.unit), free(b.func);
    return;
  }
  for (size_t i = 0; i < w->incomes.n; i++) {
    const struct ws_income *x = &w->incomes.v[i];
    if (x->version != w->version) continue;
    check_func(w, h, x, "income", x->origin == ORIGIN_YEAR || by_class(x->source));
    book_add(&b, part_of(x), x->unit, x->func, x->source, x->amount);
  }
  for (size_t i = 0; i < w->carries.n + a->distributions.n; i++) {
    bool left = i < w->carries.n;
    const struct ws_income *x = left ? &w->carries.v[i] : &a->distributions.v[i - w->carries.n];
    if (x->year != w->year) continue;
    check_func(w, h, x, "carry-over", by_class(x->source));
    book_add(&b, left ? CLOSING : GIVEN, x->unit, x->func, x->source, x->amount);
  }
  for (size_t i = 0; i < w->lines.n; i++)
    if (w->lines.v[i].version == w->version) book_add(&b, SPENT, w->lines.v[i].unit, w->lines.v[i].func, w->lines.v[i].source, w->lines.v[i].amount);
  for (size_t i = 0; i < w->units.n * SOURCES; i++) check_identity(w, &b.unit[i], w->units.v[i / SOURCES].name, (int)(i % SOURCES), (struct sv){0});
  for (size_t i = 0; i < w->funcs.n * SOURCES; i++)
    if (by_class((int)(i % SOURCES))) check_identity(w, &b.func[i], SV(""), (int)(i % SOURCES), w->funcs.v[i / SOURCES].code);
  free(b.unit), free(b.func);
}

static int64_t counted(const struct workspace *w, const char *item) {
  int64_t n = 0;
  for (size_t i = 0; i < w->accounts->counts.n; i++)
    if (sv_is(w->accounts->counts.v[i].item, item)) n += w->accounts->counts.v[i].number;
  return n;
}

/* Money of the three public expenses without what it was for. */
static void check_counts(struct workspace *w) {
  static const struct {
    const char *econ[2], *item[2], *zh, *en;
  } pairs[] = {{{"30212", "30212"}, {"因公出国团组数", "因公出国人次"}, "因公出国（境）费", "travel abroad"},
               {{"31013", "30913"}, {"公务用车购置数", "公务用车购置数"}, "公务用车购置费", "purchase of vehicles"},
               {{"30231", "30231"}, {"公务用车保有量", "公务用车保有量"}, "公务用车运行维护费", "running of vehicles"},
               {{"30217", "30217"}, {"国内接待批次", "外事接待批次"}, "公务接待费", "receptions"}};
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
    int64_t spent = 0, n = counted(w, pairs[k].item[0]) + counted(w, pairs[k].item[1]);
    char text[MONEY_TEXT];
    for (size_t i = 0; i < w->lines.n; i++) {
      const struct ws_line *l = &w->lines.v[i];
      struct sv econ = l->econ >= 0 ? w->econs.v[l->econ].code : (struct sv){0};
      bool ours = l->version == w->version && (SOURCES_GRANT >> l->source & 1) != 0;
      if (ours && (sv_is(econ, pairs[k].econ[0]) || sv_is(econ, pairs[k].econ[1]))) spent += l->amount;
    }
    if (spent > 0 && n == 0)
      ws_tell(w, WS_WARNING, "W-COUNT", file_named(w, "counts.csv"), 0, -1,
              tr("%s %s 元，没有数量：在 counts.csv 加上%s", "%s: %s 元 and no count: add %s to counts.csv"), tr(pairs[k].zh, pairs[k].en),
              yuan(text, spent), pairs[k].item[0]);
  }
}

void accounts_check(struct workspace *w, const struct ws_heads *h) {
  if (w->accounts->of[OF_APPROVED] < 0)
    ws_tell(w, WS_WARNING, "W-VERSION", file_named(w, "budget-lines.csv"), 0, -1, "%s",
            tr("没有年初批复的预算这一版，预算数和完成率都算作零；加上批复的行",
               "there is no approved budget, so budgeted amounts are nought and no rate is told; add its lines"));
  check_identities(w, h);
  check_counts(w);
}
