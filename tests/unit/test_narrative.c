/* test_narrative.c: sentences from facts: the sample says the published figures in order; last year nought, equal, below nought; shares that do not
 * add to 100.00; causes that are missing; joins and loops; officers' own words; mistakes in patterns have their line and column. */
#include "rooms/book/narrative.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the sample against the published text ---- */

static struct sv next_number(struct sv *rest) {
  while (rest->n && (rest->p[0] < '0' || rest->p[0] > '9')) rest->p++, rest->n--;
  size_t n = 0;
  while (n < rest->n &&
         ((rest->p[n] >= '0' && rest->p[n] <= '9') || (rest->p[n] == '.' && n + 1 < rest->n && rest->p[n + 1] >= '0' && rest->p[n + 1] <= '9')))
    n++;
  struct sv number = {rest->p, n};
  rest->p += n, rest->n -= n;
  return number;
}

static void test_sample_says_the_published_figures(void **state) {
  (void)state;
  struct workspace *w = NULL;
  struct layout *l = NULL;
  struct paper *p = NULL;
  struct err e = {0};
  unsigned char *bytes = NULL;
  size_t size = 0;
  if (workspace_load(HENG_SOURCE "/sample/workspace", NULL, NULL, &w, &e) < 0 || layout_load(HENG_SOURCE, "wuhan", &l, &e) < 0 ||
      paper_make(w, l, &p, &e) < 0 || file_read(HENG_SOURCE "/sample/published/book.txt", 4 << 20, &bytes, &size, &e) < 0)
    fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.text);
  struct buf mine;
  buf_init(&mine, 4 << 20);
  bool within = false;
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_block *b = &p->blocks.v[i];
    if (b->kind == PAPER_PART) within = sv_starts(b->text, "第三部分");
    if (within && b->kind != PAPER_TABLE && b->kind != PAPER_PART) buf_add(&mine, b->text.p, b->text.n), buf_putc(&mine, '\n');
  }
  struct sv book = {(char *)bytes, size}, said = {mine.p, mine.n};
  for (int i = 0; i < 2; i++) { /* the first is in the contents */
    size_t at = sv_find(book, "\n第三部分");
    assert_true(at != SIZE_MAX);
    book.p += at + 1, book.n -= at + 1;
  }
  (void)sv_cut(&book, '\n');
  book.n = sv_find(book, "\n第四部分");
  int compared = 0;
  for (struct sv a = next_number(&book), b = next_number(&said); a.n || b.n; a = next_number(&book), b = next_number(&said), compared++)
    if (!sv_equal(a, b)) fail_msg("figure %d: published %.*s, ours %.*s, before %.60s", compared, SV_ARG(a), SV_ARG(b), said.p);
  assert_true(compared > 100);
  assert_int_equal(p->missing.n, 0);
  buf_release(&mine), free(bytes), paper_free(p), layout_free(l), workspace_free(w);
}

/* ---- a small department by hand ---- */

static struct ws_code funcs[] = {{{"217", sizeof "217" - 1}, {"金融支出", sizeof "金融支出" - 1}, -1, 1, {0, 0}},
                                 {{"21701", sizeof "21701" - 1}, {"行政", sizeof "行政" - 1}, 0, 2, {0, 0}},
                                 {{"2170101", sizeof "2170101" - 1}, {"行政运行", sizeof "行政运行" - 1}, 1, 3, {0, 0}},
                                 {{"2170102", sizeof "2170102" - 1}, {"事务", sizeof "事务" - 1}, 1, 3, {0, 0}},
                                 {{"2170103", sizeof "2170103" - 1}, {"服务", sizeof "服务" - 1}, 1, 3, {0, 0}},
                                 {{"2170199", sizeof "2170199" - 1}, {"其他", sizeof "其他" - 1}, 1, 3, {0, 0}}};
static struct ws_code econs[] = {{{"301", sizeof "301" - 1}, {"工资福利支出", sizeof "工资福利支出" - 1}, -1, 1, {0, 0}},
                                 {{"30101", sizeof "30101" - 1}, {"基本工资", sizeof "基本工资" - 1}, 0, 2, {0, 0}},
                                 {{"30103", sizeof "30103" - 1}, {"奖金", sizeof "奖金" - 1}, 0, 2, {0, 0}}};
static struct ws_unit units[] = {{{"100", sizeof "100" - 1}, {"某局", sizeof "某局" - 1}, {NULL, 0}, -1, 0, NATURE_ADMIN, {0, 0}}};

struct case_of {
  struct ws_line lines[8], priors[8];
  struct ws_cause causes[4];
  struct ws_text texts[4];
  int nlines, npriors, ncauses, ntexts;
};

static void add(struct case_of *c, bool prior, int func, int econ, int64_t wan) {
  struct ws_line l = {.amount = wan, .func = func, .econ = econ, .project = -1, .year = prior ? 2024 : 2025, .version = prior ? -1 : 0};
  if (prior)
    l.unit = -1, c->priors[c->npriors++] = l;
  else
    c->lines[c->nlines++] = l;
}

static char folder[100];

static void write_file(const char *name, const char *text) {
  char path[200];
  struct err e;
  snprintf(path, sizeof path, "%s/profiles/%s", folder, name);
  if (file_replace(path, text, strlen(text), &e) < 0) fail_msg("%s", e.text);
}

static int setup(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-narrative-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  char path[200];
  snprintf(path, sizeof path, "%s/profiles", folder);
  return mkdir(path, 0700);
}

static int teardown(void **state) {
  (void)state;
  char path[200];
  static const char *const names[] = {"glossary.tsv", "t.narrative"};
  for (int i = 0; i < 2; i++) snprintf(path, sizeof path, "%s/profiles/%s", folder, names[i]), (void)unlink(path);
  snprintf(path, sizeof path, "%s/profiles", folder), (void)rmdir(path);
  return rmdir(folder);
}

static int tell(struct case_of *c, const char *pattern, struct paper *p, struct workspace *w, struct err *e) {
  write_file("glossary.tsv", "*\t行政运行\t解释甲。\n2170102\t事务\t解释乙\n");
  write_file("t.narrative", pattern);
  *w = (struct workspace){.year = 2025, .folder = "."};
  w->units.v = units, w->units.n = 1, w->funcs.v = funcs, w->funcs.n = 6, w->econs.v = econs, w->econs.n = 3;
  w->lines.v = c->lines, w->lines.n = (size_t)c->nlines, w->priors.v = c->priors, w->priors.n = (size_t)c->npriors;
  w->causes.v = c->causes, w->causes.n = (size_t)c->ncauses, w->texts.v = c->texts, w->texts.n = (size_t)c->ntexts;
  *p = (struct paper){.workspace = w, .body = SV("某局"), .year = 2025, .profile = "t"};
  arena_init(&p->arena, 1 << 24);
  return derive_narrative(p, folder, "3", e);
}

static void done(struct paper *p) {
  free(p->blocks.v), free(p->missing.v), free(p->problems.v), free(p->origins.v);
  arena_release(&p->arena);
}

/* The paragraphs, a line each. */
static void expect(struct case_of *c, const char *pattern, const char *wanted, size_t missing) {
  struct paper p;
  struct workspace w;
  struct err e = {0};
  struct buf b;
  buf_init(&b, 1 << 20);
  if (tell(c, pattern, &p, &w, &e) < 0) fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.text);
  for (size_t i = 0; i < p.blocks.n; i++) buf_add(&b, p.blocks.v[i].text.p, p.blocks.v[i].text.n), buf_putc(&b, '\n');
  assert_string_equal(b.p ? b.p : "", wanted);
  if (p.missing.n != missing) fail_msg("%zu missing, first: %s", p.missing.n, p.missing.n ? p.missing.v[0].text : "");
  buf_release(&b), done(&p);
}

#define HEAD                                                                                                                                                                      \
  "fact 总 = spending\nphrase 变动\nup 增加{差额}，增长{百分比}%{原因}\ndown 减少{差额}，下降{百分比}%{原因}\nsame 持平\nnew 上年没有{原因}\n" \
  "bare 相差{差额}\ncause ，因{文字}\nnote-shares 注{占比和}\npart 3\n"

static void test_changes(void **state) {
  (void)state;
  struct case_of c = {.ncauses = 2,
                      .causes = {{.subject = SV("2170101"), .text = SV("加人，其中{{@总 变动}}。")}, {.subject = SV("2170102"), .text = SV("新设")}}};
  c.causes[0].text = SV("加人。");
  add(&c, false, 2, 1, 3000000), add(&c, true, 2, 1, 2000000); /* 3 of 2 万元 */
  add(&c, false, 3, 1, 1000000);                               /* base nought */
  add(&c, false, 4, 1, 1000000), add(&c, true, 4, 1, 1000040); /* equal as printed */
  add(&c, false, 5, 1, 1000000), add(&c, true, 5, 1, -500000); /* base below nought */
  expect(&c, HEAD "each 项 of 总\n text {编号} {名称}{@}：{@ 变动}\nend\n",
         "1 行政运行3.00：增加1.00，增长50.00%，因加人\n2 事务1.00：上年没有，因新设\n3 服务1.00：持平\n4 其他1.00：相差1.50\n", 0);
}

static void test_missing_cause(void **state) {
  (void)state;
  struct case_of c = {0};
  struct paper p;
  struct workspace w;
  struct err e = {0};
  add(&c, false, 2, 1, 1000000), add(&c, true, 2, 1, 3000000);
  expect(&c, HEAD "each 项 of 总\n text {@}，{@ 变动}。{@ 变动}\nend\n", "1.00，减少2.00，下降66.67%。减少2.00，下降66.67%\n", 1);
  assert_int_equal(tell(&c, HEAD "text {总 变动}\n", &p, &w, &e), RC_OK);
  assert_int_equal(p.missing.n, 1);
  assert_true(sv_is(p.missing.v[0].subject, "总"));
  assert_non_null(strstr(p.missing.v[0].text, "2.00"));
  assert_non_null(strstr(p.missing.v[0].text, "causes.csv"));
  done(&p);
  c.lines[0].amount = 0; /* nothing left of it: wholly gone */
  expect(&c, HEAD "text {总 变动}\n", "减少3.00，下降100.00%\n", 1);
}

static void test_shares_joins_loops(void **state) {
  (void)state;
  struct case_of c = {0};
  add(&c, false, 2, 1, 100), add(&c, false, 3, 2, 100), add(&c, false, 4, 1, 100);
  expect(&c, HEAD "text 其中：\njoin ；\n each 项 of 总\n  item {名称}占{@ 占 总}\n end\nend\nmore 。\n",
         "其中：行政运行占33.33%；事务占33.33%；服务占33.33%。\n注99.99%\n", 0);
  expect(&c, HEAD "text {名单 款 总}共{数 款 总}个\nwhen 多 款 总\n more 多\notherwise\n more 少\nend\n", "基本工资、奖金共2个多\n", 0);
  expect(&c, HEAD "each 经济类 of 总\n each 项 of @总\n  text {全称}：{名单 款 @总}\n end\nend\n",
         "金融支出（类）行政（款）行政运行（项）：基本工资\n金融支出（类）行政（款）事务（项）：奖金\n金融支出（类）行政（款）服务（项）：基本工资\n",
         0);
  c.lines[1].amount = 0;
  expect(&c, HEAD "text {名单 款 总}\nwhen 无 总\n more 无\notherwise\n more 有\nend\n", "基本工资有\n", 0);
  expect(&c, HEAD "each 项 of 总\n text {名称}：{解释}\nend\n", "行政运行：解释甲\n服务：（待补充）\n", 1);
}

static void test_own_words(void **state) {
  (void)state;
  struct case_of c = {.ntexts = 3,
                      .texts = {{SV("part3"), SV("二、甲"), SV("另有{{总}}万元，{{没有的}}。"), {0, 0}},
                                {SV("part3"), SV("一、乙"), SV("乙的话"), {0, 0}},
                                {SV("part3"), SV("丙"), SV("没有地方"), {0, 0}}}};
  add(&c, false, 2, 1, 1000000);
  expect(&c, HEAD "section 一、甲\ntext 一\nsection 二、乙\ntext [无 总] 不说\n", "一、甲\n一\n另有1.00万元，{{没有的}}。\n二、乙\n乙的话\n", 2);
}

static void expect_bad(const char *pattern, int line, int column) {
  struct case_of c = {0};
  struct paper p;
  struct workspace w;
  struct err e = {0};
  assert_int_equal(tell(&c, pattern, &p, &w, &e), RC_FORMAT);
  if (e.line != line || e.column != column) fail_msg("%d:%d wanted, %d:%d %s", line, column, e.line, e.column, e.text);
  done(&p);
}

static void test_mistakes_have_a_place(void **state) {
  (void)state;
  expect_bad("fact 甲 = spending kind X\n", 1, 24);
  expect_bad("fact 甲 = spending\nfact 甲 = income\n", 2, 6);
  expect_bad("fact 甲 = 乙 + spending\n", 1, 10);
  expect_bad("part 3\ntext 共{没有}万元\n", 2, 8);
  expect_bad("fact 甲 = spending\npart 3\ntext {甲 变}\n", 3, 7);
  expect_bad("part 3\ntext {名称}\n", 2, 7);
  expect_bad("part 3\ntext 共{\n", 2, 7);
  expect_bad("fact 甲 = spending\npart 3\nwhen 甲\ntext 一\n", 3, 1);
  expect_bad("part 3\nend\n", 2, 4);
  expect_bad("fact 甲 = purchase\nphrase 变\nup 多\npart 3\ntext {甲 变}\n", 5, 7);
  expect_bad("write 一\n", 1, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sample_says_the_published_figures),
      cmocka_unit_test(test_changes),
      cmocka_unit_test(test_missing_cause),
      cmocka_unit_test(test_shares_joins_loops),
      cmocka_unit_test(test_own_words),
      cmocka_unit_test(test_mistakes_have_a_place),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
