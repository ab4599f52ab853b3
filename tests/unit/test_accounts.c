/* test_accounts.c: final accounts: 年初 + 收入 + 使用 − 支出 − 分配 = 年末 for each unit and source, and that one 分 more anywhere is told with its
 * unit and source; every cell of both layouts against the slow walk; what belongs to the accounts and what to the budget. */
#include "rooms/book/accounts.h"
#include "rooms/book/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char source[] = HENG_SOURCE "/tests/accounts";
static char folder[64];

static struct workspace *load(const char *from, const char *version) {
  struct workspace *w = NULL;
  struct err e = {0};
  if (workspace_load(from, version, NULL, &w, &e) < 0) fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.text);
  return w;
}

static int problems(const struct workspace *w, const char *id) {
  int n = 0;
  for (size_t i = 0; i < w->problems.n; i++) n += strcmp(w->problems.v[i].id, id) == 0;
  return n;
}

static bool told(const struct workspace *w, const char *id, const char *words) {
  for (size_t i = 0; i < w->problems.n; i++)
    if (strcmp(w->problems.v[i].id, id) == 0 && strstr(w->problems.v[i].text, words)) return true;
  return false;
}

/* ---- what belongs to which ---- */

static void accounts_and_budget_are_apart(void **state) {
  (void)state;
  struct workspace *budget = load(source, NULL), *accounts = load(source, "决算");
  assert_null(budget->accounts);
  assert_non_null(accounts->accounts);
  assert_string_equal(accounts->accounts->layout, "final");
  assert_true(sv_is(budget->versions.v[budget->version], "调整1")); /* the last that a budget book is made of */
  assert_true(sv_is(accounts->versions.v[accounts_version(accounts, OF_APPROVED)], "批复"));
  assert_true(sv_is(accounts->versions.v[accounts_version(accounts, OF_ADJUSTED)], "调整1"));
  assert_int_equal(budget->purchases.n, 2);
  assert_int_equal(accounts->purchases.n, 4);
  assert_int_equal(accounts->accounts->planned.n, 2);
  assert_int_equal(accounts->accounts->counts.n, 7);
  assert_int_equal(accounts->accounts->distributions.n, 2);
  assert_int_equal(accounts->accounts->last_incomes.n, 5);
  assert_int_equal(budget->causes.n, 0);
  assert_true(accounts->causes.n > 10);
  assert_int_equal(budget->priors.n, 1);
  assert_int_equal(accounts->priors.n, 6);
  assert_int_equal(budget->assets.n, 1);   /* of the end of the year before */
  assert_int_equal(accounts->assets.n, 3); /* of the year's own */
  for (size_t i = 0; i < budget->carries.n; i++) assert_int_equal(budget->carries.v[i].year, 2023);
  assert_int_equal(budget->errors, 0);
  assert_int_equal(accounts->errors, 0);
  assert_int_equal(problems(accounts, "W-CARRY"), 0);
  workspace_free(budget), workspace_free(accounts);
}

/* ---- the identity ---- */

static void copy_all(const struct workspace *w) {
  for (size_t i = 0; i <= w->files.n; i++) {
    const char *name = i < w->files.n ? w->files.v[i] : "datapackage.json";
    char from[4200], to[4200];
    unsigned char *data;
    size_t size;
    struct err e;
    snprintf(from, sizeof from, "%s/%s", source, name), snprintf(to, sizeof to, "%s/%s", folder, name);
    if (strncmp(name, "texts/", 6) == 0 || file_read(from, 1 << 20, &data, &size, &e) < 0) continue;
    assert_int_equal(file_replace(to, data, size, &e), RC_OK);
    free(data);
  }
}

static void remove_all(const struct workspace *w) {
  char path[4200];
  for (size_t i = 0; i <= w->files.n; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, i < w->files.n ? w->files.v[i] : "datapackage.json");
    unlink(path);
  }
  rmdir(folder);
}

/* Every amount ends ".00": line `number` of the file gets one 分. The lines of the file, and the line as it was. */
static int change_line(const char *name, int number, char line[400]) {
  char from[4200], to[4200];
  unsigned char *data;
  size_t size;
  struct err e;
  int n = 0;
  snprintf(from, sizeof from, "%s/%s", source, name), snprintf(to, sizeof to, "%s/%s", folder, name);
  assert_int_equal(file_read(from, 1 << 20, &data, &size, &e), RC_OK);
  for (struct sv rest = {(char *)data, size}; rest.p && rest.n;) {
    struct sv one = sv_cut(&rest, '\n');
    if (++n != number) continue;
    assert_true(sv_ends(one, ".00"));
    snprintf(line, 400, "%.*s", SV_ARG(one));
    data[one.p + one.n - (char *)data - 1] = '1';
  }
  assert_int_equal(file_replace(to, data, size, &e), RC_OK);
  free(data);
  return n;
}

/* The n-th field of a line, from 0. */
static struct sv field(const char *line, int n) {
  struct sv rest = sv_from(line), one = sv_cut(&rest, ',');
  while (n-- > 0) one = sv_cut(&rest, ',');
  return one;
}

static const char *source_named(struct sv code) {
  static const char *const codes[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  for (int i = 0; i < SOURCES; i++)
    if (sv_is(code, codes[i])) return ws_source_names[i];
  return "?";
}

static void one_fen_is_told(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int unit, source, version; /* fields */
  } files[] = {{"income.csv", 2, 3, 1}, {"carry-over.csv", 1, 2, 4}, {"budget-lines.csv", 2, 7, 1}};
  struct workspace *right = load(source, "决算");
  int changed = 0;
  snprintf(folder, sizeof folder, "/tmp/heng-accounts-XXXXXX");
  assert_non_null(mkdtemp(folder));
  for (size_t f = 0; f < 3; f++) {
    copy_all(right);
    char line[400] = "";
    for (int number = 2, lines = 2; number <= lines; number++) {
      lines = change_line(files[f].name, number, line);
      if (!sv_is(field(line, files[f].version), "决算") || !sv_is(field(line, 0), "2024")) continue;
      struct workspace *w = load(folder, "决算");
      struct sv unit = field(line, files[f].unit);
      char words[200];
      for (size_t u = 0; u < w->units.n; u++)
        if (sv_equal(w->units.v[u].code, unit))
          snprintf(words, sizeof words, "%.*s %s", SV_ARG(w->units.v[u].name), source_named(field(line, files[f].source)));
      if (!told(w, "W-CARRY", words)) fail_msg("%s:%d %s: not told", files[f].name, number, line);
      assert_true(w->errors > 0);
      workspace_free(w), changed++;
    }
  }
  print_message("%d amounts changed by one 分, each told\n", changed);
  assert_true(changed > 40);
  remove_all(right), workspace_free(right);
}

/* The fund is kept by class: what one class lacks, another must not make good. */
static void classes_of_funds_balance(void **state) {
  (void)state;
  struct workspace *w = load(source, "决算");
  int other = -1;
  for (size_t i = 0; i < w->funcs.n; i++)
    if (sv_is(w->funcs.v[i].code, "2239999")) other = (int)i;
  assert_true(other >= 0);
  for (size_t i = 0; i < w->incomes.n; i++)
    if (w->incomes.v[i].version == w->version && w->incomes.v[i].source == SOURCE_FUND && w->incomes.v[i].origin == ORIGIN_CARRY)
      w->incomes.v[i].func = other;
  struct ws_heads *h = calloc(1, sizeof *h);
  struct ws_schema *s = NULL;
  struct err e;
  assert_non_null(h);
  assert_int_equal(ws_schema_load(HENG_SOURCE "/profiles/workspace.txt", &s, &e), RC_OK);
  h->schema = s;
  accounts_check(w, h);
  assert_true(told(w, "W-CARRY", "2239999"));
  assert_true(told(w, "W-CARRY", "2120899"));
  ws_schema_free(s), free(h), workspace_free(w);
}

/* ---- every cell ---- */

static int64_t cell(const struct paper *p, const char *id, const char *key, int side, const char *measure) {
  const struct paper_table *t = paper_table_named(p, id);
  for (int i = 0; t && i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    const char *m = t->column[c->column].measure;
    if (c->amount && m && strcmp(m, measure) == 0 && paper_side(t, c->column) == side && sv_is(paper_key(t, c->row, side), key)) return c->fen;
  }
  fail_msg("%s has no %s %s", id, key, measure);
  return 0;
}

static void check_sums(const struct workspace *w, const struct paper *p) {
  int amounts = 0;
  for (size_t b = 0; b < p->blocks.n; b++) {
    const struct paper_table *t = p->blocks.v[b].table;
    for (int i = 0; t && i < t->ncells; i++) {
      const struct paper_cell *c = &t->cells[i];
      int64_t sum = 0, parts = 0;
      if (!c->amount) continue;
      for (int k = 0; k < c->nsums; k++) sum += sum_of(w, &c->sums[k], -1);
      for (int k = 0; k < c->nparts; k++) parts += t->cells[c->parts[k]].fen;
      if (sum != c->fen || (c->nparts && parts != c->fen))
        fail_msg("%s %s row %d column %d: %lld, its lines %lld, its parts %lld", p->profile, t->id, c->row, c->column, (long long)c->fen,
                 (long long)sum, (long long)parts);
      amounts++;
    }
  }
  assert_true(amounts > 300);
}

/* Reckoned by hand from tests/accounts, in 元. */
static void tables_hold_what_was_entered(void **state) {
  (void)state;
  static const char *const layouts[] = {"shanghai-final", "wuhan-final"};
  struct workspace *w = load(source, "决算");
  for (int i = 0; i < 2; i++) {
    struct layout *l = NULL;
    struct paper *p = NULL;
    struct err e = {0};
    if (layout_load(HENG_SOURCE, layouts[i], &l, &e) < 0) fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.text);
    if (paper_make(w, l, &p, &e) < 0) fail_msg("%s", e.text);
    assert_int_equal(p->problems.n, 0);
    assert_int_equal(p->missing.n, 0);
    check_sums(w, p);
    int64_t in = cell(p, "T1", "in.total", 0, "amount"), year = cell(p, "T1", "in.year", 0, "amount");
    assert_int_equal(in, cell(p, "T1", "out.total", 1, "amount"));
    assert_int_equal(in, year + cell(p, "T1", "in.nongrant-balance", 0, "amount") + cell(p, "T1", "in.carry", 0, "amount"));
    assert_int_equal(cell(p, "T1", "in.nongrant-balance", 0, "amount"), 1000000);
    assert_int_equal(cell(p, "T1", "out.distribution", 1, "amount"), 3000000);
    assert_int_equal(cell(p, "T1", "in.carry", 0, "amount"), 24000000);
    assert_int_equal(cell(p, "T1", "out.carry", 1, "amount"), 26700000);
    assert_int_equal(cell(p, "T2", "total", 0, "total"), year);
    assert_int_equal(cell(p, "T3", "total", 0, "total"), cell(p, "T1", "out.year", 1, "amount"));
    assert_int_equal(cell(p, "T4", "in.total", 0, "amount"), cell(p, "T4", "out.total", 1, "total"));
    assert_int_equal(cell(p, "T5", "total", 0, "total"), cell(p, "T4", "out.year", 1, "gp"));
    assert_int_equal(cell(p, "T5", "total", 0, "basic"),
                     cell(p, "T6", "basic.personnel", 0, "amount") + cell(p, "T6", "basic.public", i ? 2 : 1, "amount"));
    assert_int_equal(cell(p, "T7", "single", 0, "budget.total"), 36500000); /* approved, though the adjusted one differs */
    assert_int_equal(cell(p, "T7", "single", 0, "final.total"), 32070000);
    assert_int_equal(cell(p, "T8", "total", 0, "opening") + cell(p, "T8", "total", 0, "income") - cell(p, "T8", "total", 0, "expenditure"),
                     cell(p, "T8", "total", 0, "closing"));
    assert_int_equal(cell(p, "T8", "2120899", 0, "closing"), 7000000);
    paper_free(p), layout_free(l);
  }
  workspace_free(w);
}

/* ---- the language ---- */

static void wrong(const char *line, const char *words) {
  struct buf text;
  struct layout *l = NULL;
  struct err e = {0};
  buf_init(&text, 10000);
  buf_printf(&text, "layout x\ntitle t\nmeasure amount\nmeasure closing = lines carry-out\neconomic 301 工资福利支出\n%s\n", line);
  assert_true(layout_read(HENG_SOURCE, "x.layout", (struct sv){text.p, text.n}, &l, &e) < 0);
  if (!strstr(e.text, words)) fail_msg("%s: %s", line, e.text);
  assert_true(e.line > 0);
  buf_release(&text);
}

#define TABLE "table T1\ntitle a\nside gp-basic\nlines spending\ncolumn 9 name 项目\ncolumn 9 amount 数\n"

static void mistakes_are_told(void **state) {
  (void)state;
  wrong("measure a = version 明年", "版本是");
  wrong("measure a = lines everything", "distribution");
  wrong("economic 3010 一", "三位或五位");
  wrong("economic 301 又一次", "两次");
  wrong(TABLE "economics some 301", "economics all");
  wrong(TABLE "economics all 301\neconomics all 302", "一处");
  wrong(TABLE "gap 99\nitem total 合计 = all", "整数");
  wrong(TABLE "item total 合计 = lines carry-out\ncolumn 9 closing 年末", "列有自己的 lines");
  wrong(TABLE "item total 合计 = sum gap", "没有这一行");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(accounts_and_budget_are_apart), cmocka_unit_test(one_fen_is_told),
                                     cmocka_unit_test(classes_of_funds_balance), cmocka_unit_test(tables_hold_what_was_entered),
                                     cmocka_unit_test(mistakes_are_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
