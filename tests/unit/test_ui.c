/* test_ui.c: whatever text comes in, the structure of a page is the same: read again by another parser. */
#include "html/ui.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void text_is(const char *in, const char *want) {
  struct buf b;
  buf_init(&b, 4096);
  html_text(&b, sv_from(in));
  assert_string_equal(b.p ? b.p : "", want);
  buf_release(&b);
}

static void url_is(const char *in, const char *want) {
  struct buf b;
  buf_init(&b, 4096);
  html_url(&b, sv_from(in));
  assert_string_equal(b.p, want);
  buf_release(&b);
}

static void test_escapes(void **state) {
  (void)state;
  text_is("<b a=\"x\" b='y'>&amp;", "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  text_is("金融\n\t", "金融\n\t");
  text_is("a\x01\x7f", "a\xef\xbf\xbd\xef\xbf\xbd");
  text_is("\xff\xc0\x80<", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd&lt;");
  url_is("/a?b=1&c=2", "/a?b=1&amp;c=2");
  url_is("https://example.cn/", "https://example.cn/");
  static const char *const bad[] = {"javascript:alert(1)",
                                    "JaVaScRiPt:alert(1)",
                                    "java\tscript:alert(1)",
                                    " javascript:x",
                                    "data:text/html,x",
                                    "//evil.example",
                                    "/\\evil.example",
                                    "\\\\evil",
                                    "vbscript:x",
                                    "",
                                    "file:///etc/passwd",
                                    "x:y"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) url_is(bad[i], "#");
}

/* ---- a page of everything, with the same hostile text in every place ---- */
static void page_of(struct buf *out, const char *t) {
  const struct ui_link nav[] = {{t, t, t, true}, {"/x", t, t, false}}, crumbs[] = {{t, t, NULL, false}};
  const struct ui_page p = {
      .title = t, .crumbs = crumbs, .ncrumbs = 1, .nav = nav, .nnav = 2, .user = t, .csrf = t, .site_name = t, .path = t, .notice = t, .error = t};
  const struct ui_column columns[] = {{t, t, t, UI_SORT}, {"b", t, t, UI_OPTIONAL | UI_NUMBER}, {"c", t, t, 0}};
  struct ui_table table = {.caption = t,
                           .path = t,
                           .columns = columns,
                           .ncolumns = 3,
                           .sort = t,
                           .columns_shown = "",
                           .filter = t,
                           .more = t,
                           .next = t,
                           .total = 5,
                           .export_xlsx = true,
                           .many = true};
  const char *const choices[] = {t, t, "b", t, NULL}, *const labels[] = {t, t}, *const series[] = {t, t};
  const int64_t values[] = {100, -250, 0, 99999999};
  ui_begin(out, &p);
  ui_table_begin(out, &table);
  ui_row(out, &table, 1);
  ui_cell(out, &table, sv_from(t));
  ui_cell_int(out, &table, -5);
  ui_cell_link(out, &table, t, sv_from(t));
  ui_row(out, &table, 2);
  ui_cell_badge(out, &table, t, t);
  ui_cell_time(out, &table, 1700000000000);
  ui_cell_button(out, &table, t, t, t, t);
  ui_table_end(out, &table);
  ui_form(out, t, t, true);
  for (int kind = UI_LINE; kind <= UI_CODE; kind++)
    ui_field(out, &(struct ui_field){.kind = (enum ui_kind)kind,
                                     .name = kind == UI_LINE ? t : "n",
                                     .label = t,
                                     .help = t,
                                     .value = t,
                                     .error = t,
                                     .required = true,
                                     .max = 5,
                                     .choices = choices,
                                     .autocomplete = t,
                                     .accept = t});
  ui_button(out, t, t, t, t);
  ui_form_end(out);
  ui_badge(out, t, t);
  ui_progress(out, 1, 3, t);
  ui_facts_begin(out);
  ui_fact(out, t, sv_from(t));
  ui_facts_end(out);
  ui_tile(out, t, 3, t, t);
  ui_chart(out, &(struct ui_chart){"bar", t, t, labels, 2, series, 2, values});
  ui_chart(out, &(struct ui_chart){"line", t, t, labels, 2, series, 2, values});
  ui_chart(out, &(struct ui_chart){"stack", t, t, labels, 2, series, 2, values});
  ui_end(out, &p);
}

/* The names of elements and of their attributes, in order: what a text must not change. */
static void shape(const xmlNode *n, struct buf *out) {
  for (; n; n = n->next) {
    if (n->type != XML_ELEMENT_NODE) continue;
    buf_printf(out, "<%s", (const char *)n->name);
    for (const xmlAttr *a = n->properties; a; a = a->next) buf_printf(out, " %s", (const char *)a->name);
    buf_puts(out, ">");
    shape(n->children, out);
    buf_puts(out, "</>");
  }
}

static char *shape_of(const char *t) {
  struct buf page, s;
  buf_init(&page, 1 << 20);
  buf_init(&s, 1 << 20);
  page_of(&page, t);
  assert_int_equal(page.rc, 0);
  htmlDocPtr doc = htmlReadMemory(page.p, (int)page.n, NULL, "UTF-8", HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
  assert_non_null(doc);
  shape(xmlDocGetRootElement(doc), &s);
  xmlFreeDoc(doc);
  buf_release(&page);
  char *kept = strdup(s.p);
  buf_release(&s);
  return kept;
}

static void test_structure(void **state) {
  static const char *const hostile[] = {"<script>alert(1)</script>",
                                        "\"><img src=x onerror=alert(1)>",
                                        "' onmouseover='x",
                                        "</title><script>",
                                        "x--><b>",
                                        "]]>",
                                        "&lt;",
                                        "\x80\xff<",
                                        "{{x}}",
                                        "%3Cb%3E",
                                        "a&b=c&d",
                                        "</textarea><b>",
                                        "</option><b>",
                                        "javascript:alert(1)"};
  (void)state;
  char *plain = shape_of("plain");
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
    char *s = shape_of(hostile[i]);
    /* "more" is a list of fields: one with '&' makes one hidden field more, and is the only difference that may be */
    if (!strchr(hostile[i], '&') && strcmp(s, plain) != 0) fail_msg("%s changes the page", hostile[i]);
    if (strstr(s, "<b>") != strstr(plain, "<b>") && strstr(plain, "<b>") == NULL) fail_msg("%s", hostile[i]);
    if (strstr(s, "onerror") || strstr(s, "onmouseover")) fail_msg("%s becomes an attribute", hostile[i]);
    free(s);
  }
  unsigned seed = 3;
  for (int round = 0; round < 300; round++) {
    char text[24];
    for (size_t i = 0; i < sizeof text - 1; i++) {
      seed = seed * 1103515245u + 12345u;
      text[i] = "<>\"'&/=abc \xe9\x87\x91\x01-!"[(seed >> 16) % 18];
      if (text[i] == '&') text[i] = '<'; /* see above */
    }
    text[0] = 'x'; /* a leading dash turns the order of a table */
    text[sizeof text - 1] = 0;
    char *s = shape_of(text);
    if (strcmp(s, plain) != 0) fail_msg("%s changes the page", text);
    free(s);
  }
  free(plain);
}

static bool page_has(struct ui_table *t, const char *what) {
  struct buf b;
  buf_init(&b, 65536);
  ui_table_begin(&b, t);
  ui_table_end(&b, t);
  bool has = strstr(b.p, what) != NULL;
  buf_release(&b);
  return has;
}

static void test_tables(void **state) {
  (void)state;
  static const struct ui_column columns[] = {{"a", "甲", "A", UI_SORT}, {"b", "乙", "B", UI_OPTIONAL}};
  struct ui_table t = {.caption = "x", .path = "/x", .columns = columns, .ncolumns = 2, .total = -1};
  assert_true(ui_shown(&t, 0) && !ui_shown(&t, 1) && !ui_shown(&t, 2));
  assert_true(page_has(&t, "colspan=\"1\""));
  t.columns_shown = "b";
  assert_true(!ui_shown(&t, 0) && ui_shown(&t, 1));
  t.columns_shown = "a";
  assert_true(page_has(&t, "sort=a"));
  t.sort = "a";
  assert_true(page_has(&t, "sort=-a") && page_has(&t, "aria-sort=\"ascending\""));
  t.sort = "-a";
  assert_true(page_has(&t, "aria-sort=\"descending\""));
  t.next = "9 9";
  t.filter = "金";
  assert_true(page_has(&t, "after=9%209") && page_has(&t, "q=%E9%87%91"));
}

static void test_charts(void **state) {
  (void)state;
  enum { MOST = 60 };
  const char *labels[MOST], *series[] = {"s"};
  int64_t values[MOST] = {0};
  struct buf b;
  for (int i = 0; i < MOST; i++) labels[i] = "l";
  static const int64_t edges[] = {0, 1, -1, INT64_MAX / 100, -(INT64_MAX / 100), 99, 100};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
    for (int n = 1; n <= MOST; n += 59) {
      values[0] = edges[i];
      buf_init(&b, 1 << 20);
      ui_chart(&b, &(struct ui_chart){"bar", "t", "", labels, n, series, 1, values});
      assert_int_equal(b.rc, 0);
      assert_null(strstr(b.p, "nan"));
      assert_null(strstr(b.p, "inf"));
      assert_true(b.n < 100000);
      buf_release(&b);
    }
  char at[40];
  assert_string_equal(ui_time_text(INT64_C(1795763040000), at), "2026年11月27日 15:04");
  assert_string_equal(ui_time_text(0, at), "");
}

/* Our calendar against the C library's, in both languages: random moments and the edges of days, months and leap years. */
static void test_times(void **state) {
  (void)state;
  uint64_t x = 88172645463325252U;
  char at[40], wanted[160];
  for (int i = 0; i < 20000; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    int64_t s = i < 10000 ? (int64_t)(x % UINT64_C(253402300799)) : (int64_t)(x % 94609) * 86400 - 8 * 3600 - (int64_t)(x >> 63);
    if (s <= 0) continue;
    time_t there = (time_t)s + 8 * 3600;
    struct tm t;
    if (!gmtime_r(&there, &t) || t.tm_year + 1900 > 9999) continue;
    snprintf(wanted, sizeof wanted, "%d年%d月%d日 %02d:%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min);
    if (ui_time_text(s * 1000, at)[0])
      assert_string_equal(at, wanted);
    else
      assert_true(s > INT64_C(253402300799));
    struct buf b;
    buf_init(&b, 400);
    ui_time(&b, s * 1000);
    assert_non_null(b.p);
    strftime(wanted, sizeof wanted, "=\"%Y-%m-%dT%H:%M:%S+08:00\"", &t);
    if (t.tm_year >= -900) assert_non_null(strstr(b.p, wanted));
    buf_release(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_escapes), cmocka_unit_test(test_structure), cmocka_unit_test(test_tables),
                                     cmocka_unit_test(test_charts), cmocka_unit_test(test_times)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
