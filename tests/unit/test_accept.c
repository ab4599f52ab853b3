/* test_accept.c: the file of accepted findings: what is read, where its mistakes stand, what an acceptance covers and what it never does; and that
 * the id of a finding stays what it is when the book changes elsewhere. */
#include "rooms/audit/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the file ---- */

static struct accept_list *read_good(const char *text) {
  struct accept_list *l = NULL;
  struct err e = {0};
  if (accept_parse("a", sv_from(text), &l, &e) < 0) fail_msg("%d:%d %s", e.line, e.column, e.text);
  return l;
}

static void test_parse(void **state) {
  (void)state;
  struct accept_list *l = read_good("\xEF\xBB\xBF# 注释\r\naccept 00ff\r\n  rule R-T3\r\n  stated 1,234.50 万元\r\n  reason 有文件 # 说明\r\n  by "
                                    "审核科\r\n  date 2024-02-29\r\n\r\n"
                                    "认可 00aa\n\t理由　两处口径不同\n\t认可人 甲\n\t日期 2024-03-01");
  assert_int_equal(l->list.n, 2);
  const struct acceptance *a = accept_find(l, "00ff"), *b = accept_find(l, "00aa");
  assert_non_null(a);
  assert_non_null(b);
  assert_string_equal(a->rule, "R-T3");
  assert_string_equal(a->stated, "1,234.50 万元");
  assert_string_equal(a->reason, "有文件 # 说明");
  assert_int_equal(a->line, 2);
  assert_string_equal(b->reason, "两处口径不同");
  assert_null(b->stated);
  assert_null(accept_find(l, "00f"));
  accept_free(l);
  l = read_good("");
  assert_int_equal(l->list.n, 0);
  accept_free(l);
}

static void test_mistakes(void **state) {
  (void)state;
#define REST "\n reason r\n by b\n date 2024-01-01\n"
  static const struct {
    const char *text;
    int line, column;
  } wrong[] = {{"  reason r\n", 1, 3},
               {"accept 00ff\n  colour red\n", 2, 3},
               {"accept 00FF\n", 1, 8},
               {"accept 012345678901234567890\n", 1, 8},
               {"accept\n", 1, 7},
               {"认可 编号\n", 1, 4},
               {"accept 00ff\n reason r\n by b\n", 1, 1},
               {"accept 00ff\n by b\n date 2024-01-01\naccept 00aa" REST, 1, 1},
               {"accept 00ff\n reason r\n date 2024-01-01\n", 1, 1},
               {"accept 00ff\n reason r\n by b\n date 2024-13-01\n", 4, 7},
               {"accept 00ff\n reason r\n by b\n date 2024-1-1\n", 4, 7},
               {"accept 00ff\n reason r\n reason s\n", 3, 1},
               {"accept 00ff" REST "\naccept 00ff" REST, 6, 1},
               {"accept 00ff\n reason \xc0\xed\xd3\xc9\n", 2, 9},
               {"accept 00ff\n reason a\033[31m\n", 2, 10}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct accept_list *l = NULL;
    struct err e = {0};
    assert_int_equal(accept_parse("beside.heng-accept", sv_from(wrong[i].text), &l, &e), RC_FORMAT);
    assert_null(l);
    assert_string_equal(e.file, "beside.heng-accept");
    if (e.line != wrong[i].line || e.column != wrong[i].column) fail_msg("%zu: told at %d:%d: %s", i, e.line, e.column, e.text);
  }
}

/* ---- whole audits ---- */

#define HEAD "武汉市示例局2023年部门预算\n\n"
#define TABLE(total, pension, more)                                                                                                                                                                     \
  "公开表 3\n\n部门支出总表\n\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\t事业单位经营支出\t上缴上级支出\t对附属单位补助支出\n" \
  "\t合计\t" total "\t263.51\t100.00\t\t\t\n208\t社会保障和就业支出\t163.51\t163.51\t0.00\t\t\t\n"                                                                                             \
  "20805\t行政事业单位养老支出\t163.51\t163.51\t0.00\t\t\t\n2080505\t机关事业单位基本养老保险缴费支出\t" pension "\t130.24\t0.00\t\t\t\n"                                                               \
  "2080506\t机关事业单位职业年金缴费支出\t33.27\t33.27\t0.00\t\t\t\n" more "217\t金融支出\t200.00\t100.00\t100.00\t\t\t\n"                                                                          \
  "21701\t金融部门行政支出\t200.00\t100.00\t100.00\t\t\t\n2170101\t行政运行\t100.00\t100.00\t0.00\t\t\t\n"                                                                                  \
  "2170102\t一般行政管理事务\t100.00\t0.00\t100.00\t\t\t\n"

struct ground {
  struct auditor *auditor;
  char path[64];
};

static int setup(void **state) {
  static struct ground g;
  struct err e = {0};
  snprintf(g.path, sizeof g.path, "/tmp/heng-accept-%ld.txt", (long)getpid());
  if (auditor_new(HENG_SOURCE, &g.auditor, &e) < 0) return -1;
  *state = &g;
  return 0;
}

static int teardown(void **state) {
  struct ground *g = *state;
  unlink(g->path);
  auditor_free(g->auditor);
  return 0;
}

static void audit_text(struct ground *g, const char *text, const struct accept_list *l, struct audit *x) {
  struct err e = {0};
  const char *path = g->path;
  struct audit_request q = {.accept = l, .accept_alone = true};
  assert_int_equal(file_replace(g->path, text, strlen(text), &e), RC_OK);
  assert_int_equal(audit_files(g->auditor, &path, 1, &q, x), RC_OK);
  assert_int_equal(x->nbooks, 1);
}

static void first_id(struct ground *g, const char *text, char id[20]) {
  struct audit x;
  audit_text(g, text, NULL, &x);
  assert_true(x.results[0]->findings.n >= 1);
  memcpy(id, x.results[0]->findings.v[0].id, 20);
  audit_release(&x);
}

static void test_stable_ids(void **state) {
  struct ground *g = *state;
  char base[20], other[20];
  first_id(g, HEAD TABLE("363.51", "130.42", ""), base);
  first_id(g, "封面\n\n\n目录\n\n" HEAD TABLE("363.51", "130.42", ""), other); /* a page more before it */
  assert_string_equal(base, other);
  first_id(g, HEAD TABLE("363.51", "130.42", "210\t卫生健康支出\t0.00\t0.00\t0.00\t\t\t\n"), other); /* a row more */
  assert_string_equal(base, other);
  first_id(g,
           HEAD "公开表 "
                "2\n\n部门收入总表\n\n单位：万元\n\n部门（单位）代码\t部门（单位）名称\t合计\t本年收入\n\t合计\t363.51\t363.51\n001\t示例局\t363."
                "51\t363.51\n\n" TABLE("363.51", "130.42", ""),
           other);
  assert_string_equal(base, other);
  first_id(g, HEAD TABLE("363.51", "131.24", ""), other); /* another printed figure: another finding */
  assert_string_not_equal(base, other);
}

static struct accept_list *list_for(const char *id, const char *stated) {
  char text[400];
  snprintf(text, sizeof text, "accept %s\n rule R-T3\n stated %s\n reason 说明\n by 审核科\n date 2024-03-01\n", id, stated);
  return read_good(text);
}

static struct tally tally_with(struct ground *g, const char *text, const struct accept_list *l) {
  struct audit x;
  audit_text(g, text, l, &x);
  struct tally t = tally_audit(g->auditor, &x);
  audit_release(&x);
  return t;
}

static void test_covers(void **state) {
  struct ground *g = *state;
  char id[20];
  first_id(g, HEAD TABLE("363.51", "130.42", ""), id);
  struct accept_list *l = list_for(id, "130.42"), *other = list_for(id, "130.43");
  struct tally t = tally_with(g, HEAD TABLE("363.51", "130.42", ""), l);
  assert_int_equal(t.errors, 0);
  assert_int_equal(t.accepted, 1);
  assert_int_equal(t.unmatched, 0);
  t = tally_with(g, "封面\n\n" HEAD TABLE("363.51", "130.42", "210\t卫生健康支出\t0.00\t0.00\t0.00\t\t\t\n"), l); /* elsewhere */
  assert_int_equal(t.accepted, 1);
  t = tally_with(g, HEAD TABLE("363.51", "131.42", ""), l); /* same rule, same cell, another figure: not covered, and the entry is told */
  assert_int_equal(t.errors, 1);
  assert_int_equal(t.accepted, 0);
  assert_int_equal(t.unmatched, 1);
  t = tally_with(g, HEAD TABLE("363.51", "130.42", ""), other); /* the text of the entry disagrees with the finding */
  assert_int_equal(t.errors, 1);
  assert_int_equal(t.unmatched, 1);
  t = tally_with(g, HEAD TABLE("363.51", "130.24", ""), l); /* mended */
  assert_int_equal(t.errors, 0);
  assert_int_equal(t.unmatched, 1);
  accept_free(l), accept_free(other);
}

/* What is written is read again and covers the finding it was written for. */
static void test_written(void **state) {
  struct ground *g = *state;
  struct audit x;
  struct buf b;
  audit_text(g, HEAD TABLE("363.51", "130.42", ""), NULL, &x);
  struct view v = view_of(g->auditor, &x, 0);
  for (int english = 0; english < 2; english++) {
    buf_init(&b, 1 << 16);
    lang_set(english ? LANG_EN : LANG_ZH);
    accept_head(&b);
    accept_write(&v, &v.r->findings.v[0], &(struct acceptance){.date = "2024-03-01"}, &b); /* commented out */
    accept_write(&v, &v.r->findings.v[0], &(struct acceptance){.reason = "两行\n的理由", .by = "甲", .date = "2024-03-01"}, &b);
    lang_set(LANG_ZH);
    assert_int_equal(b.rc, RC_OK);
    struct accept_list *l = read_good(b.p);
    assert_int_equal(l->list.n, 1);
    assert_string_equal(l->list.v[0].reason, "两行 的理由");
    assert_int_equal(tally_with(g, HEAD TABLE("363.51", "130.42", ""), l).accepted, 1);
    accept_free(l);
    buf_release(&b);
  }
  audit_release(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_mistakes), cmocka_unit_test(test_stable_ids),
                                     cmocka_unit_test(test_covers), cmocka_unit_test(test_written)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
