/* test_claims.c: the parts of the claims room that cases cannot reach one by one: words in a trie, mistakes of a grammar and where they are, lines
 * joined to paragraphs and their sections, names and the codes they stand for. */
#include "rooms/claims/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- words ---- */

static int32_t longest(const struct trie *t, const char *text, size_t *length) {
  return trie_longest(t, text, strlen(text), length);
}

static void the_longest_word_is_found(void **state) {
  (void)state;
  struct trie t;
  size_t length;
  int32_t before;
  assert_int_equal(trie_init(&t), RC_OK);
  assert_int_equal(longest(&t, "支出", &length), -1);
  assert_int_equal(trie_add(&t, SV("支出"), 1, &before), RC_OK);
  assert_int_equal(before, -1);
  assert_int_equal(trie_add(&t, SV("支出预算"), 2, &before), RC_OK);
  assert_int_equal(trie_add(&t, SV("支付"), 3, &before), RC_OK);
  assert_int_equal(longest(&t, "支出预算表", &length), 2);
  assert_int_equal(length, strlen("支出预算"));
  assert_int_equal(longest(&t, "支出预", &length), 1); /* the longer one is cut */
  assert_int_equal(length, strlen("支出"));
  assert_int_equal(longest(&t, "支付", &length), 3);
  assert_int_equal(longest(&t, "支", &length), -1);
  assert_int_equal(length, 0);
  assert_int_equal(trie_longest(&t, "支出预算", strlen("支出") + 1, &length), 1); /* the text ends inside a character */
  trie_release(&t);
}

static void a_word_added_again_says_what_it_was(void **state) {
  (void)state;
  struct trie t;
  size_t length;
  int32_t before;
  assert_int_equal(trie_init(&t), RC_OK);
  assert_int_equal(trie_add(&t, SV("占"), 5, &before), RC_OK);
  assert_int_equal(trie_add(&t, SV("占"), 6, &before), RC_OK);
  assert_int_equal(before, 5);
  assert_int_equal(longest(&t, "占比", &length), 6);
  assert_int_equal(trie_add(&t, SV(""), 7, &before), RC_FORMAT);
  assert_int_equal(trie_add(&t, SV("\xF0\x9F\x98\x80"), 8, &before), RC_FORMAT); /* beyond the table of first characters */
  assert_int_equal(trie_add(&t, SV("占\xF0\x9F\x98\x80"), 9, &before), RC_OK);
  assert_int_equal(longest(&t, "占\xF0\x9F\x98\x80", &length), 9);
  trie_release(&t);
}

static void quotes_inside_a_word_do_not_matter(void **state) {
  (void)state;
  struct trie t;
  size_t length;
  int32_t before;
  assert_int_equal(trie_init(&t), RC_OK);
  assert_int_equal(trie_add(&t, SV("三公经费"), 1, &before), RC_OK);
  assert_int_equal(longest(&t, "三公\"经费5", &length), 1);
  assert_int_equal(length, strlen("三公\"经费"));
  assert_int_equal(longest(&t, "\"三公经费", &length), -1); /* a word does not begin with one */
  trie_release(&t);
}

/* ---- the grammar ---- */

static void mistake_at(const char *text, int line, int column, const char *says) {
  struct claim_grammar *g = NULL;
  struct err e = {0};
  lang_set(LANG_EN);
  int rc = claim_grammar_parse("g.txt", sv_from(text), &g, &e);
  lang_set(LANG_ZH);
  assert_int_equal(rc, RC_FORMAT);
  assert_null(g);
  assert_string_equal(e.file, "g.txt");
  if (e.line != line || e.column != column || !strstr(e.text, says)) print_error("%d:%d %s\n", e.line, e.column, e.text);
  assert_int_equal(e.line, line);
  assert_int_equal(e.column, column);
  assert_non_null(strstr(e.text, says));
}

static void mistakes_have_a_place(void **state) {
  (void)state;
  mistake_at("# words\n\nhello\n", 3, 1, "lacks \"=\"");
  mistake_at("hello = 你好\n", 1, 1, "not a known statement");
  mistake_at("up = 增加\nup =\n", 2, 1, "nothing stands behind");
  mistake_at("up = 增加 | | 增长\n", 1, 11, "no word between");
  mistake_at("subject = 收入\n", 1, 8, "a key is wanted");
  mistake_at("subject income at total = 收入\n", 1, 16, "only a subject may have");
  mistake_at("up in total = 增加\n", 1, 7, "only a subject may have");
  mistake_at("subject income in total = 收入\n", 1, 19, "no such section above");
  mistake_at("section total = 收支\nsubject income in = 收入\n", 2, 16, "sections are wanted");
  mistake_at("quiet 无 | none = total\n", 1, 18, "no such section above");
  mistake_at("functional gp = total\n", 1, 17, "no such section above");
  mistake_at("section = 收支\n", 1, 8, "key of the section");
  mistake_at("section total = 收支 & & 总表\n", 1, 17, "between two \"&\"");
  mistake_at("up = 增加\ndown = 减少 | 增加\n", 2, 13, "in another statement already");
  mistake_at("up = \"\"\n", 1, 6, "no word between");
  mistake_at("count = 辆 | | 台\n", 1, 13, "no word between");
}

static void a_mistake_on_a_line_that_goes_on_names_the_first(void **state) {
  (void)state;
  mistake_at("\n  | 增加\n", 2, 1, "lacks \"=\"");
  mistake_at("up = 增加\n\ndown = 减少\n  | 增加\n", 3, 14, "already");
}

static struct claim_grammar *make(const char *text) {
  struct claim_grammar *g = NULL;
  struct err e = {0};
  int rc = claim_grammar_parse("g.txt", sv_from(text), &g, &e);
  if (rc < 0) print_error("%d:%d %s\n", e.line, e.column, e.text);
  assert_int_equal(rc, RC_OK);
  return g;
}

static const char SMALL[] =
    "title-section contents = 目录\nsection three-public = 三公 & !表\nsection gp = 一般公共预算 & 支出 | 一般公共预算 & 拨款\n"
    "section total = 收支总体\nsection others = 其他事项\ntitle-section glossary = 名词解释\nquiet 之外 | outside = contents glossary\n"
    "functional gp = gp\nfunctional-kinds = gp-function\neconomic-kinds = gp-basic\n"
    "subject income in total = 收入\nsubject gp in gp = 收入\nsubject tp.total = 三公经费\nup = 增加\ncount = 辆\n";

static void one_word_may_mean_another_thing_elsewhere(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  size_t length;
  int32_t i = longest(&g->words, "收入", &length);
  assert_true(i >= 0);
  const struct word *first = &g->list.v[i];
  assert_string_equal(intern_name(&g->keys, (uint32_t)first->key), "income");
  assert_int_equal(first->nsections, 1);
  assert_true(first->next >= 0);
  assert_string_equal(intern_name(&g->keys, (uint32_t)g->list.v[first->next].key), "gp");
  assert_true(longest(&g->words, "三公\"经费", &length) >= 0);
  assert_true(g->sections.v[0].quiet && g->sections.v[0].title);
  claim_grammar_free(g);
}

static void windows_line_ends_and_blanks_do_not_matter(void **state) {
  (void)state;
  struct claim_grammar *g = make("\r\n  up = 增 加\r\n  | 增长\r\n# end\r\ndown = 减少");
  size_t length;
  assert_true(longest(&g->words, "增加", &length) >= 0);
  assert_true(longest(&g->words, "增长", &length) >= 0);
  assert_true(longest(&g->words, "减少", &length) >= 0);
  claim_grammar_free(g);
}

/* ---- prose ---- */

struct made {
  struct document *d;
  struct book *b;
  struct prose p;
};

static void prose_make(struct made *m, const struct claim_grammar *g, const char *text) {
  struct err e = {0};
  assert_int_equal(document_read_memory("t.txt", text, strlen(text), &document_limits_default, &m->d, &e), RC_OK);
  assert_int_equal(book_new(&m->b, &e), RC_OK);
  m->b->documents = ARENA_ARRAY(&m->b->arena, const struct document *, 1);
  assert_non_null(m->b->documents);
  m->b->documents[0] = m->d;
  m->b->ndocuments = 1, m->b->end_item = m->d->nitems;
  assert_int_equal(prose_read(g, m->b, &m->p, &e), RC_OK);
}

static void prose_drop(struct made *m) {
  prose_release(&m->p);
  book_free(m->b);
  document_free(m->d);
}

static void paragraph_is(const struct made *m, const struct claim_grammar *g, size_t i, const char *text, const char *section, bool heading) {
  assert_true(i < m->p.paragraphs.n);
  const struct paragraph *p = &m->p.paragraphs.v[i];
  struct sv have = {m->p.text.p + p->from, p->end - p->from};
  if (!sv_is(have, text)) print_error("paragraph %zu: %.*s\n", i, SV_ARG(have));
  assert_true(sv_is(have, text));
  assert_string_equal(p->section < 0 ? "" : g->sections.v[p->section].key, section);
  assert_int_equal(p->heading, heading);
}

static void headings_open_sections(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct made m;
  prose_make(
      &m, g,
      "一、收支总体说明\n\n收入10.00万元。\n\n二、一般公共预算支出说明\n\n（一）总体情况\n\n增加1.00万元。\n\n三、其他事项\n\n（一）“三公”经费\n\n"
      "三公经费2.00万元。\n\n四、未知说明\n\n3.00万元。\n");
  paragraph_is(&m, g, 0, "一、收支总体说明", "total", true);
  paragraph_is(&m, g, 1, "收入10.00万元。", "total", false);
  paragraph_is(&m, g, 2, "二、一般公共预算支出说明", "gp", true);
  paragraph_is(&m, g, 3, "(一)总体情况", "gp", true); /* says nothing: what stood above holds */
  paragraph_is(&m, g, 4, "增加1.00万元。", "gp", false);
  paragraph_is(&m, g, 6, "(一)\"三公\"经费", "three-public", true);
  paragraph_is(&m, g, 7, "三公经费2.00万元。", "three-public", false);
  assert_int_equal(m.p.paragraphs.v[6].level, 3);
  assert_int_equal(m.p.paragraphs.v[6].body, m.p.paragraphs.v[6].from + strlen("(一)"));
  prose_drop(&m);
  claim_grammar_free(g);
}

static void a_heading_with_an_amount_is_a_sentence(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct made m;
  prose_make(&m, g, "一、一般公共预算支出10.00万元\n\n二、一般公共预算支出……5\n\n目录\n\n名词解释\n");
  paragraph_is(&m, g, 0, "一、一般公共预算支出10.00万元", "", false);
  assert_true(m.p.paragraphs.v[1].contents);
  paragraph_is(&m, g, 2, "目录", "contents", true);
  paragraph_is(&m, g, 3, "名词解释", "glossary", true);
  prose_drop(&m);
  claim_grammar_free(g);
}

static void lines_of_one_sentence_are_joined(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct made m;
  prose_make(&m, g,
             "一、收支总体说明\n\n今年的收入比去年多了一些，这一行写得很长很长很长很长很长，一直写到了行的尽头为\n止，增加1.00万元。\n\n12\n\n"
             "下一句另起一段，不再和前面连在一起。\n\n1.第一项，\n\n2.第二项。\n");
  paragraph_is(&m, g, 1, "今年的收入比去年多了一些,这一行写得很长很长很长很长很长,一直写到了行的尽头为止,增加1.00万元。", "total", false);
  paragraph_is(&m, g, 2, "下一句另起一段,不再和前面连在一起。", "total", false); /* the page number between them is gone */
  paragraph_is(&m, g, 3, "1.第一项,", "total", false);
  paragraph_is(&m, g, 4, "2.第二项。", "total", false);
  prose_drop(&m);
  claim_grammar_free(g);
}

static void a_place_is_the_line_where_the_number_stands(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct made m;
  int32_t document;
  prose_make(&m, g, "一、收支总体说明\n今年的收入比去年多了一些，这一行写得很长很长很长很长很长，一直写到了行的尽头为\n止，增加1.00万元。\n");
  const char *at = strstr(m.p.text.p, "1.00");
  uint32_t from = (uint32_t)(at - m.p.text.p);
  assert_int_equal(prose_place(&m.p, from, from + 4, &document).line, 3);
  assert_int_equal(document, 0);
  assert_int_equal(prose_place(&m.p, 0, 3, &document).line, 1);
  prose_drop(&m);
  claim_grammar_free(g);
}

/* ---- names ---- */

struct row {
  const char *label, *code;
};

static void names_make(struct names *n, struct book **b, const struct claim_grammar *g, const char *kind, const struct row *rows, int nrows) {
  struct err e = {0};
  assert_int_equal(book_new(b, &e), RC_OK);
  struct book_table t = {.kind = book_symbol(*b, kind), .id = "T", .nrows = nrows, .rows = ARENA_ARRAY(&(*b)->arena, struct book_row, (size_t)nrows)};
  assert_non_null(t.rows);
  for (int i = 0; i < nrows; i++)
    t.rows[i] = (struct book_row){.label = sv_from(rows[i].label), .key = book_symbol(*b, rows[i].code), .item = NO_SYMBOL, .parent = -1};
  assert_int_equal(VEC_PUSH(&(*b)->tables, t, 100), RC_OK);
  assert_int_equal(names_init(n, g, NULL, *b), RC_OK);
}

static void code_is(const struct names *n, const char *name, const char *parent, const char *want, bool want_near) {
  char code[8];
  bool near = false;
  names_code(n, sv_from(name), parent, false, code, &near);
  if (strcmp(code, want) != 0) print_error("%s under \"%s\": %s\n", name, parent, code);
  assert_string_equal(code, want);
  assert_int_equal(near, want_near);
}

static const struct row FUNCTIONS[] = {
    {"一、农林水支出", "213"},
    {"21303 水利", "21303"},
    {"行政运行", "2130301"},
    {"其他水利支出", "2130399"},
    {"水利工程运行与维护", "2130306"},
    {"社会保障和就业支出", "208"},
    {"行政事业单位养老支出", "20805"},
    {"合计", "total"},
    {"林业和草原", "21302"},
    {"行政运行", "2130201"},
    {"农", "219"},
};

static void names_stand_for_codes_under_their_parents(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct names n;
  struct book *b;
  names_make(&n, &b, g, "gp-function", FUNCTIONS, (int)(sizeof FUNCTIONS / sizeof *FUNCTIONS));
  code_is(&n, "农林水支出", "", "213", false);
  code_is(&n, "农林水", "", "213", false); /* 支出 may be left out */
  code_is(&n, "水利", "213", "21303", false);
  code_is(&n, "行政运行", "21303", "2130301", false);
  code_is(&n, "行政运行", "21302", "2130201", false); /* the same name under another parent */
  code_is(&n, "行政运行", "208", "", false);
  code_is(&n, "水利", "", "", false); /* no class */
  code_is(&n, "其它水利支出", "21303", "2130399", false);
  code_is(&n, "合计", "", "", false); /* no code */
  code_is(&n, "农", "", "", false);   /* one character is no name */
  code_is(&n, "", "", "", false);
  names_release(&n);
  book_free(b);
  claim_grammar_free(g);
}

static void a_name_spelled_otherwise_is_near(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct names n;
  struct book *b;
  names_make(&n, &b, g, "gp-function", FUNCTIONS, (int)(sizeof FUNCTIONS / sizeof *FUNCTIONS));
  code_is(&n, "水利工程运行和维护", "21303", "2130306", true);
  code_is(&n, "行政事业单位养老金支出", "208", "20805", true);
  code_is(&n, "水利设施运行与养护", "21303", "", false); /* too far */
  code_is(&n, "行政运作", "", "", false);                /* no parent to look under */
  names_release(&n);
  book_free(b);
  claim_grammar_free(g);
}

static void other_tables_give_no_names(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct names n;
  struct book *b;
  names_make(&n, &b, g, "projects", FUNCTIONS, (int)(sizeof FUNCTIONS / sizeof *FUNCTIONS));
  code_is(&n, "农林水支出", "", "", false);
  assert_int_equal(n.entries.n, 0);
  names_release(&n);
  book_free(b);
  claim_grammar_free(g);
}

/* ---- all of it ---- */

static void an_unfilled_form_claims_nothing(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct made m;
  struct err e = {0};
  prose_make(&m, g, "一、收支总体说明\n\n收入10.00万元。\n");
  m.b->blank_form = true;
  assert_int_equal(claims_read(g, NULL, m.b, &e), RC_OK);
  assert_int_equal(m.b->tables.n + m.b->fields.n + m.b->obs.n, 0);
  m.b->blank_form = false;
  assert_int_equal(claims_read(g, NULL, m.b, &e), RC_OK);
  struct claim_count n = claims_counted(m.b);
  assert_int_equal(n.bound, 1);
  assert_int_equal(n.apart + n.unbound, 0);
  prose_drop(&m);
  claim_grammar_free(g);
}

/* What a sentence of a recognised page says is to be confirmed, as a cell of such a page is: it may have been misread. */
static void sentences_of_recognised_pages_are_marked(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  for (int recognised = 0; recognised < 2; recognised++) {
    struct made m;
    struct err e = {0};
    struct page page = {.number = 1, .state = recognised ? PAGE_RECOGNISED : PAGE_READ};
    prose_make(&m, g, "一、收支总体说明\n\n收入10.00万元。\n");
    struct page *pages = m.d->pages;
    int npages = m.d->npages;
    m.d->pages = &page, m.d->npages = 1;
    for (int i = 0; i < m.d->nitems; i++) m.d->items[i].place.page = 1;
    assert_int_equal(claims_read(g, NULL, m.b, &e), RC_OK);
    assert_int_equal(claims_counted(m.b).bound, 1);
    assert_int_equal(m.b->recognised, recognised);
    assert_true(m.b->tables.n == 1 && m.b->tables.v[0].recognised == (recognised == 1));
    for (size_t i = 0; i < m.b->obs.n; i++) assert_int_equal(m.b->obs.v[i].recognised, recognised);
    m.d->pages = pages, m.d->npages = npages;
    prose_drop(&m);
  }
  claim_grammar_free(g);
}

static void numbers_too_large_are_not_bound(void **state) {
  (void)state;
  struct claim_grammar *g = make(SMALL);
  struct made m;
  struct err e = {0};
  prose_make(&m, g, "一、收支总体说明\n\n收入99999999999999999999万元。收入9223372036854775807亿元。\n");
  assert_int_equal(claims_read(g, NULL, m.b, &e), RC_OK);
  assert_int_equal(claims_counted(m.b).bound, 0);
  prose_drop(&m);
  claim_grammar_free(g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_longest_word_is_found),
      cmocka_unit_test(a_word_added_again_says_what_it_was),
      cmocka_unit_test(quotes_inside_a_word_do_not_matter),
      cmocka_unit_test(mistakes_have_a_place),
      cmocka_unit_test(a_mistake_on_a_line_that_goes_on_names_the_first),
      cmocka_unit_test(one_word_may_mean_another_thing_elsewhere),
      cmocka_unit_test(windows_line_ends_and_blanks_do_not_matter),
      cmocka_unit_test(headings_open_sections),
      cmocka_unit_test(a_heading_with_an_amount_is_a_sentence),
      cmocka_unit_test(lines_of_one_sentence_are_joined),
      cmocka_unit_test(a_place_is_the_line_where_the_number_stands),
      cmocka_unit_test(names_stand_for_codes_under_their_parents),
      cmocka_unit_test(a_name_spelled_otherwise_is_near),
      cmocka_unit_test(other_tables_give_no_names),
      cmocka_unit_test(an_unfilled_form_claims_nothing),
      cmocka_unit_test(sentences_of_recognised_pages_are_marked),
      cmocka_unit_test(numbers_too_large_are_not_bound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
