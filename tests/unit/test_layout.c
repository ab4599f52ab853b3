/* test_layout.c: the layout of pages on glyphs and rulings made here: cells, lines, joins over pages, what is doubtful. */
#include "document/internal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a maker of pages ---- */

#define SIZE   10.0f
#define WIDTH  600.0f
#define HEIGHT 800.0f

static struct {
  struct layout page;
  struct document d;
  struct build b;
  struct flow *flow;
  int number;
  bool invisible, bold;
} m;

static void start(void) {
  struct err e = {0};
  memset(&m, 0, sizeof m);
  arena_init(&m.d.arena, (size_t)64 << 20);
  m.b.d = &m.d;
  m.b.limits = document_limits_default;
  assert_int_equal(flow_new(&m.flow, &m.b, &e), RC_OK);
}

static void end_page_sized(float width, float height) {
  struct err e = {0};
  struct page p = {.number = ++m.number, .width = width, .height = height};
  p.state = m.page.glyphs.n || m.page.rulings.n ? PAGE_READ : PAGE_BLANK;
  p.glyphs = (int)m.page.glyphs.n;
  assert_int_equal(build_page(&m.b, p, &e), RC_OK);
  assert_int_equal(flow_page(m.flow, m.number, &m.page, width, height, &e), RC_OK);
  m.page.glyphs.n = m.page.rulings.n = 0;
  m.page.damaged = false;
}

static void end_page(void) {
  end_page_sized(WIDTH, HEIGHT);
}

static void finish(void) {
  struct err e = {0};
  assert_int_equal(flow_finish(m.flow, &e), RC_OK);
  assert_int_equal(build_finish(&m.b, &e), RC_OK);
  flow_free(m.flow);
  m.flow = NULL;
}

static void stop(void) {
  build_release(&m.b);
  arena_release(&m.d.arena);
  free(m.page.glyphs.v);
  free(m.page.rulings.v);
}

static void put_glyph(struct glyph g) {
  g.order = (uint32_t)m.page.glyphs.n;
  g.invisible = m.invisible;
  g.bold = m.bold;
  assert_int_equal(VEC_PUSH(&m.page.glyphs, g, 1000000), RC_OK);
}

/* Writes s from (x, y), y being the top of the line; returns where it ends. */
static float put(float x, float y, const char *s) {
  struct sv text = sv_from(s);
  for (size_t at = 0; at < text.n;) {
    uint32_t cp = utf8_next(text, &at);
    float w = cp < 0x80 ? SIZE / 2 : SIZE;
    struct glyph g = {x, y, x + w, y + SIZE, SIZE, {cp}, 1, false, false, false, cp == ' ', 0};
    put_glyph(g);
    x += w;
  }
  return x;
}

static void put_right(float right, float y, const char *s) {
  float width = 0;
  for (size_t at = 0; at < strlen(s);) width += utf8_next(sv_from(s), &at) < 0x80 ? SIZE / 2 : SIZE;
  put(right - width, y, s);
}

static void rule(float x0, float y0, float x1, float y1) {
  struct ruling r = {x0, y0, x1, y1, 0.5f, fabsf(y1 - y0) < fabsf(x1 - x0)};
  assert_int_equal(VEC_PUSH(&m.page.rulings, r, 1000000), RC_OK);
}

static char *copy(char *out, size_t size, struct sv s) {
  size_t n = s.n < size ? s.n : size - 1;
  if (n) memcpy(out, s.p, n);
  out[n] = '\0';
  return out;
}

/* A full lattice over columns xs[0…nx] with rows of height h from y. */
static void lattice(const float *xs, int nx, float y, int rows, float h) {
  for (int i = 0; i <= rows; i++) rule(xs[0], y + h * (float)i, xs[nx], y + h * (float)i);
  for (int i = 0; i <= nx; i++) rule(xs[i], y, xs[i], y + h * (float)rows);
}

static const float columns3[] = {50, 150, 300, 400};

/* Rows of "a|b|c" at a lattice of columns3. */
static void table3(float y, const char *const *rows, int n) {
  lattice(columns3, 3, y, n, 20);
  for (int i = 0; i < n; i++) {
    struct sv rest = sv_from(rows[i]);
    for (int c = 0; c < 3; c++) {
      char text[200];
      put(columns3[c] + 4, y + 20 * (float)i + 5, copy(text, sizeof text, sv_cut(&rest, '|')));
    }
  }
}

static const struct table *table(int i) {
  assert_true(i < m.d.ntables);
  return &m.d.tables[i];
}

static void check_cell(int t, int row, int column, const char *want) {
  const struct cell *c = table_cell(table(t), row, column);
  char got[400];
  assert_non_null(c);
  assert_string_equal(copy(got, sizeof got, c->text), want);
}

static const char *line_text(int i) {
  static char text[400];
  int seen = 0;
  for (int k = 0; k < m.d.nitems; k++)
    if (m.d.items[k].kind == ITEM_LINE && seen++ == i) return copy(text, sizeof text, m.d.items[k].text);
  return "";
}

/* ---- lines ---- */

static void test_lines(void **state) {
  (void)state;
  start();
  put(50, 100, "第二行");
  put(50, 50, "第一行");
  put(put(50, 150, "Heng") + SIZE, 150, "reads");
  put(put(50, 200, "部门") + 3 * SIZE, 200, "单位");
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 0);
  assert_string_equal(line_text(0), "第一行");
  assert_string_equal(line_text(1), "第二行");
  assert_string_equal(line_text(2), "Heng reads");
  assert_string_equal(line_text(3), "部门 单位");
  assert_int_equal(m.d.items[0].place.page, 1);
  assert_true(fabsf(m.d.items[0].place.box.y0 - 50) < 0.01f && fabsf(m.d.items[0].place.box.x1 - 80) < 0.01f);
  stop();
}

static void test_plain_text_is_no_table(void **state) {
  static const char *const prose[] = {"2025年收入预算3,121.42万元，比上年增加107.62万元。", "支出预算3,121.42万元，其中基本支出2,512.11万元，",
                                      "项目支出609.31万元，机关运行经费229.43万元。", "公务接待费0.95万元，与上年持平。"};
  static const char *const contents[] = {"一、部门主要职能", "二、部门机构设置", "三、名词解释", "四、部门预算编制说明", "五、部门预算表"};
  (void)state;
  start();
  for (int i = 0; i < 4; i++) put(50, 50 + 20 * (float)i, prose[i]);
  for (int i = 0; i < 5; i++) { /* page numbers under each other, with and without leaders */
    put(50, 200 + 20 * (float)i, contents[i]);
    put_right(500, 200 + 20 * (float)i, i == 4 ? "12" : "3");
  }
  for (int i = 0; i < 5; i++) {
    float x = put(50, 400 + 20 * (float)i, contents[i]);
    while (x < 480) x = put(x, 400 + 20 * (float)i, "…");
    put(x, 400 + 20 * (float)i, "7");
  }
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 0);
  assert_int_equal(m.d.nitems, 14);
  stop();
}

/* ---- one table ---- */

static void test_cells(void **state) {
  static const char *const rows[] = {"项目|预算数|决算数", "基本支出|1,234.50|1,200.00", "项目支出||3.00"};
  (void)state;
  start();
  put(50, 60, "收支总表");
  table3(100, rows, 3);
  put(50, 200, "注：无");
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->rows, 3);
  assert_int_equal(table(0)->columns, 3);
  assert_int_equal(table(0)->flags, 0);
  check_cell(0, 0, 1, "预算数");
  check_cell(0, 1, 1, "1,234.50");
  check_cell(0, 2, 1, "");
  check_cell(0, 2, 2, "3.00");
  assert_int_equal(m.d.items[0].kind, ITEM_LINE);
  assert_int_equal(m.d.items[1].kind, ITEM_TABLE);
  assert_string_equal(line_text(1), "注：无");
  struct box b = table_cell(table(0), 1, 1)->place.box;
  assert_true(fabsf(b.x0 - 150) < 1 && fabsf(b.x1 - 300) < 1 && fabsf(b.y0 - 120) < 1 && fabsf(b.y1 - 140) < 1);
  stop();
}

static void test_merged(void **state) {
  (void)state;
  start();
  lattice(columns3, 3, 100, 3, 20);
  m.page.rulings.n = 0; /* the same without the line between columns 1 and 2 of row 0 and without that between rows 0 and 1 of column 0 */
  for (int i = 0; i <= 3; i++) rule(i == 1 ? 150 : 50, 100 + 20 * (float)i, 400, 100 + 20 * (float)i);
  rule(50, 100, 50, 160), rule(150, 100, 150, 160), rule(300, 120, 300, 160), rule(400, 100, 400, 160);
  put(54, 115, "项目");
  put(200, 105, "支出");
  put(154, 125, "基本"), put(304, 125, "项目");
  put(54, 145, "合计"), put(154, 145, "1.00"), put(304, 145, "2.00");
  end_page();
  finish();
  const struct cell *project = table_cell(table(0), 1, 0), *spending = table_cell(table(0), 0, 2);
  assert_int_equal(project->row_span, 2);
  assert_int_equal(project->row, 0);
  assert_int_equal(spending->column_span, 2);
  assert_int_equal(spending->column, 1);
  check_cell(0, 0, 0, "项目");
  check_cell(0, 0, 1, "支出");
  check_cell(0, 1, 2, "项目");
  assert_false(table(0)->flags & TABLE_DOUBTFUL);
  stop();
}

static void test_double_and_broken_rulings(void **state) {
  static const char *const rows[] = {"项目|甲|乙", "合计|1.00|2.00"};
  (void)state;
  start();
  table3(100, rows, 2);
  for (size_t i = 0, n = m.page.rulings.n; i < n; i++) { /* every line a second time, a little beside, and in pieces */
    struct ruling r = m.page.rulings.v[i];
    if (r.horizontal) {
      rule(r.x0, r.y0 + 1.2f, (r.x0 + r.x1) / 2, r.y0 + 1.2f);
      rule((r.x0 + r.x1) / 2 + 2, r.y0 + 1.2f, r.x1, r.y0 + 1.2f);
    } else {
      rule(r.x0 + 1.9f, r.y0, r.x0 + 1.9f, r.y1);
    }
  }
  end_page();
  finish();
  assert_int_equal(table(0)->rows, 2);
  assert_int_equal(table(0)->columns, 3);
  check_cell(0, 1, 2, "2.00");
  stop();
}

static void test_missing_outer_rulings(void **state) {
  (void)state;
  start();
  for (int i = 0; i <= 2; i++) rule(50, 100 + 20 * (float)i, 400, 100 + 20 * (float)i);
  rule(150, 100, 150, 140), rule(300, 100, 300, 140); /* open at both sides */
  put(54, 105, "项目"), put(154, 105, "甲"), put(304, 105, "乙");
  put(54, 125, "合计"), put(154, 125, "1.00"), put(304, 125, "2.00");
  end_page();
  for (int i = 0; i <= 2; i++) rule(45, 100 + 20 * (float)i, 405, 100 + 20 * (float)i); /* lines that stick out a little */
  rule(50, 100, 50, 140), rule(150, 100, 150, 140), rule(400, 100, 400, 140);
  put(54, 105, "项目"), put(154, 105, "甲"), put(54, 125, "合计"), put(154, 125, "1.00");
  end_page();
  finish();
  assert_int_equal(table(0)->columns, 3);
  check_cell(0, 1, 0, "合计");
  check_cell(0, 1, 2, "2.00");
  assert_int_equal(table(1)->columns, 2);
  stop();
}

static void test_two_tables_on_a_page(void **state) {
  static const char *const one[] = {"项目|甲|乙", "合计|1.00|2.00"};
  (void)state;
  start();
  table3(100, one, 2);
  put(50, 160, "第二张表");
  table3(200, one, 2);
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 2);
  assert_int_equal(m.d.items[1].kind, ITEM_LINE);
  assert_int_equal(table(0)->first_item, 0);
  assert_int_equal(table(1)->first_item, 2);
  stop();
}

static void test_text_in_cells(void **state) {
  (void)state;
  start();
  lattice(columns3, 3, 100, 1, 60);
  put(54, 105, "信息网络及"), put(54, 120, "软件购置"); /* Chinese goes on without a blank */
  put(154, 105, "PC"), put(154, 120, "server");
  put(304, 105, "12,345,6"), put(304, 120, "78.90"); /* a number broken in its cell is one */
  end_page();
  finish();
  check_cell(0, 0, 0, "信息网络及软件购置");
  check_cell(0, 0, 1, "PC server");
  check_cell(0, 0, 2, "12,345,678.90");
  assert_false(table(0)->flags & TABLE_DOUBTFUL);
  stop();
}

static void test_glyph_by_centre(void **state) {
  (void)state;
  start();
  lattice(columns3, 3, 100, 2, 20);
  put_right(302, 105, "31,214,205.80"); /* touches the ruling and the text of the next column */
  put(302, 105, "一、公共");
  put(54, 125, "合计"), put(154, 125, "1.00");
  end_page();
  finish();
  check_cell(0, 0, 1, "31,214,205.80");
  check_cell(0, 0, 2, "一、公共");
  assert_false(table(0)->flags & TABLE_DOUBTFUL);
  stop();
}

/* ---- what is doubtful ---- */

static void test_two_numbers(void **state) {
  (void)state;
  start();
  lattice(columns3, 3, 100, 2, 20);
  put(54, 105, "合计"), put(154, 105, "1.00"), put(220, 105, "2.00"), put(304, 105, "3.00"), put(54, 125, "甲");
  end_page();
  lattice(columns3, 3, 100, 1, 40);
  put(54, 105, "甲"), put(154, 105, "120"), put(154, 120, "340"), put(304, 105, "3.00");
  end_page();
  finish();
  assert_true(table_cell(table(0), 0, 1)->flags & CELL_TWO_NUMBERS);
  assert_true(table(0)->flags & TABLE_DOUBTFUL);
  assert_non_null(table(0)->doubt);
  assert_false(table_cell(table(0), 0, 2)->flags & CELL_TWO_NUMBERS);
  assert_true(table(m.d.ntables - 1)->flags & TABLE_DOUBTFUL);
  stop();
}

static void test_not_rectangular(void **state) {
  (void)state;
  start();
  for (int i = 0; i <= 2; i += 2) rule(50, 100 + 20 * (float)i, 400, 100 + 20 * (float)i);
  rule(50, 120, 300, 120);
  rule(50, 100, 50, 140), rule(150, 100, 150, 140), rule(300, 120, 300, 140), rule(400, 100, 400, 140);
  put(54, 105, "甲"), put(160, 105, "1.00"), put(54, 125, "乙"), put(160, 125, "2.00"), put(310, 125, "3.00");
  end_page();
  finish();
  assert_true(table(0)->flags & TABLE_DOUBTFUL);
  assert_true(table_cell(table(0), 0, 1)->flags & CELL_NOT_RECT);
  stop();
}

static void test_number_across_ruling(void **state) {
  (void)state;
  start();
  lattice(columns3, 3, 100, 2, 20);
  put(270, 105, "1,234,567.89"); /* begins in column 1, ends in column 2 */
  put(54, 105, "甲"), put(54, 125, "乙"), put(154, 125, "2.00");
  end_page();
  finish();
  assert_true(table(0)->flags & TABLE_DOUBTFUL);
  stop();
}

static void test_lost_and_damaged(void **state) {
  static const char *const rows[] = {"项目|甲|乙", "合计|1.00|2.00"};
  (void)state;
  start();
  table3(100, rows, 2);
  for (size_t i = 0; i < m.page.glyphs.n; i++)
    if (m.page.glyphs.v[i].cp[0] == '2') m.page.glyphs.v[i].ncp = 0;
  end_page();
  put(50, 50, "另一张");
  table3(100, rows, 2);
  m.page.damaged = true;
  end_page();
  finish();
  assert_true(table_cell(table(0), 1, 2)->flags & CELL_LOST);
  assert_false(table_cell(table(0), 1, 1)->flags & CELL_LOST);
  assert_true(table(1)->flags & TABLE_DOUBTFUL);
  stop();
}

static void test_invisible(void **state) {
  static const char *const rows[] = {"项目|甲|乙", "合计|1.00|"};
  (void)state;
  start();
  table3(100, rows, 2);
  m.invisible = true;
  put(154, 125, "9.99"); /* beneath visible text: kept apart */
  put(304, 125, "7.77"); /* alone in its cell: kept, marked */
  put(50, 300, "识别层");
  m.invisible = false;
  end_page();
  finish();
  check_cell(0, 1, 1, "1.00");
  check_cell(0, 1, 2, "7.77");
  assert_true(table_cell(table(0), 1, 2)->flags & CELL_INVISIBLE);
  assert_false(table_cell(table(0), 1, 1)->flags & CELL_INVISIBLE);
  int invisible = 0;
  for (int i = 0; i < m.d.nitems; i++) invisible += m.d.items[i].invisible;
  assert_int_equal(invisible, 2);
  stop();
}

/* ---- joining over pages ---- */

static const char *const first_part[] = {"科目|名称|金额", "201|公共服务|10.00", "208|社会保障|20.00"};

static void test_join_repeated_head(void **state) {
  static const char *const second[] = {"科目|名称|金额", "210|卫生健康|30.00", "|合计|60.00"};
  (void)state;
  start();
  put(50, 60, "支出表");
  table3(100, first_part, 3);
  put(295, 770, "1");
  end_page();
  table3(60, second, 3);
  put(295, 770, "2");
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->rows, 5);
  assert_int_equal(table(0)->header_rows, 1);
  assert_int_equal(table(0)->nparts, 2);
  assert_int_equal(table(0)->parts[1].page, 2);
  assert_int_equal(table(0)->part_row[1], 3);
  check_cell(0, 3, 1, "卫生健康");
  check_cell(0, 4, 2, "60.00");
  assert_string_equal(line_text(1), "1"); /* page numbers stay, after the table */
  assert_int_equal(table_cell(table(0), 3, 1)->place.page, 2);
  stop();
}

static void test_join_without_head(void **state) {
  static const char *const second[] = {"210|卫生健康|30.00"};
  static const float shifted[] = {52, 152, 302, 402};
  (void)state;
  start();
  table3(100, first_part, 3);
  end_page();
  table3(60, second, 1); /* one row */
  end_page();
  end_page(); /* an empty page */
  lattice(shifted, 3, 60, 1, 20);
  end_page(); /* an empty frame that spilled over */
  lattice(shifted, 3, 60, 1, 20);
  m.page.rulings.n--; /* without its right side */
  put(56, 65, "合计"), put(306, 65, "60.00");
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->rows, 5);
  check_cell(0, 3, 2, "30.00");
  check_cell(0, 4, 0, "合计");
  check_cell(0, 4, 2, "60.00");
  stop();
}

static void test_join_total_row_of_fewer_columns(void **state) {
  static const float two[] = {50, 300, 400};
  (void)state;
  start();
  table3(100, first_part, 3);
  end_page();
  lattice(two, 2, 60, 1, 20);
  put(100, 65, "合计"), put(304, 65, "30.00");
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->columns, 3);
  assert_int_equal(table_cell(table(0), 3, 0)->column_span, 2);
  check_cell(0, 3, 2, "30.00");
  stop();
}

static void test_join_head_alone_on_first_page(void **state) {
  static const char *const second[] = {"项目|甲|乙", "合计|1.00|2.00"};
  static const float two[] = {50, 150, 400};
  (void)state;
  start();
  lattice(two, 2, 700, 1, 20);
  put(54, 705, "收入"), put(154, 705, "支出");
  end_page();
  table3(60, second, 2);
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->rows, 3);
  assert_int_equal(table(0)->columns, 3);
  assert_int_equal(table_cell(table(0), 0, 1)->column_span, 2);
  check_cell(0, 2, 2, "2.00");
  stop();
}

static void join_of(const char *title, const char *const *second, int n, const float *xs, int tables) {
  start();
  table3(100, first_part, 3);
  end_page();
  if (title) put(50, 30, title);
  if (xs) {
    lattice(xs, 3, 60, n, 20);
    for (int i = 0; i < n; i++) put(xs[0] + 4, 65 + 20 * (float)i, "甲"), put(xs[2] + 4, 65 + 20 * (float)i, "1.00");
  } else {
    table3(60, second, n);
  }
  end_page();
  finish();
  assert_int_equal(m.d.ntables, tables);
  stop();
}

static void test_different_tables_stay_apart(void **state) {
  static const char *const same_head[] = {"科目|名称|金额", "301|工资|5.00"}, *const other_head[] = {"单位|人数|金额", "本级|十人|5.00"};
  static const char *const plain[] = {"301|工资|5.00"};
  static const float other[] = {50, 120, 300, 400}, wider[] = {50, 150, 300, 460};
  (void)state;
  join_of(NULL, same_head, 2, NULL, 1);
  join_of(NULL, plain, 1, NULL, 1);
  join_of("表二 收入表", same_head, 2, NULL, 2); /* a title between */
  join_of("表二 收入表", plain, 1, NULL, 2);
  join_of(NULL, other_head, 2, NULL, 2); /* another head */
  join_of(NULL, NULL, 2, other, 2);      /* other columns */
  join_of(NULL, NULL, 2, wider, 2);
}

/* Forms of one kind, each on its page under the same title, are not one table. */
static void test_forms_stay_apart(void **state) {
  static const char *const one[] = {"项目名称|信息系统|", "数量指标|系统个数|1个"}, *const two[] = {"项目名称|办公用房|",
                                                                                                    "数量指标|修缮面积|200平方米"};
  (void)state;
  start();
  for (int page = 0; page < 4; page++) {
    put(200, 20, "项目支出绩效目标表");
    table3(60, page % 2 ? two : one, 2);
    end_page();
  }
  finish();
  assert_int_equal(m.d.ntables, 4);
  stop();
}

static void test_scan_between_keeps_apart(void **state) {
  static const char *const second[] = {"210|卫生健康|30.00"};
  (void)state;
  start();
  table3(100, first_part, 3);
  end_page();
  end_page();
  m.b.pages.v[1].state = PAGE_SCAN; /* what is on it is not known */
  table3(60, second, 1);
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 2);
  stop();
}

static void test_running_head_is_no_title(void **state) {
  static const char *const second[] = {"210|卫生健康|30.00"};
  (void)state;
  start();
  for (int page = 0; page < 4; page++) {
    put(200, 20, "某市财政局部门预算");
    if (page == 1)
      table3(100, first_part, 3);
    else if (page == 2)
      table3(60, second, 1);
    else
      put(50, 300, page ? "正文结束。" : "正文开始。");
    put(280, 770, page == 0 ? "第 1 页 共 4 页" : page == 1 ? "第 2 页 共 4 页" : page == 2 ? "- 3 -" : "— 4 —");
    end_page();
  }
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->rows, 4);
  stop();
}

/* A row that the page's end cut: its name fills the width of the cell and goes on below. */
static void page_with_full_last_row(void) {
  static const char *const first[] = {"科目|名称|金额", "八、|交通运输支出|10.00", "九、|自然资源海洋气象等支出预|20.00"};
  table3(700, first, 3);
  for (size_t i = 0; i < m.page.glyphs.n; i++) {
    struct glyph *g = &m.page.glyphs.v[i];
    if (g->y0 < 740 || g->x0 < 150 || g->x0 > 300) continue;
    g->x0 = 154 + (g->x0 - 154) * 1.15f;
    g->x1 = g->x0 + 11.5f;
  }
  end_page();
}

static void test_row_cut_in_two(void **state) {
  static const char *const rest[] = {"|留资金|", "十、|其他支出|5.00"}, *const own[] = {"|其他支出|3.00", "十、|其他支出|5.00"};
  (void)state;
  start();
  page_with_full_last_row();
  table3(60, rest, 2);
  end_page();
  put(50, 60, "另一章");
  end_page();
  page_with_full_last_row();
  table3(60, own, 2);
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 2);
  assert_int_equal(table(0)->rows, 4);
  check_cell(0, 2, 1, "自然资源海洋气象等支出预留资金");
  check_cell(0, 2, 2, "20.00");
  check_cell(0, 3, 1, "其他支出");
  assert_int_equal(table(1)->rows, 5); /* with amounts of its own it is a row of its own */
  stop();
}

static void test_tall_cell_cut_in_two(void **state) {
  (void)state;
  start();
  lattice(columns3, 3, 700, 4, 20); /* rows 0; 1–2 one name; 3 begins another */
  for (size_t i = m.page.rulings.n; i-- > 0;)
    if (m.page.rulings.v[i].horizontal && fabsf(m.page.rulings.v[i].y0 - 740) < 1) m.page.rulings.v[i].x0 = 150;
  put(54, 705, "来源"), put(154, 705, "项目"), put(304, 705, "金额");
  put(54, 735, "一般预算"), put(154, 725, "小计"), put(304, 725, "5.00"), put(154, 745, "拨款"), put(304, 745, "5.00");
  put(54, 765, "其他资金"), put(154, 765, "小计"), put(304, 765, "3.00");
  end_page();
  lattice(columns3, 3, 60, 2, 20);
  for (size_t i = 0; i < m.page.rulings.n; i++)
    if (m.page.rulings.v[i].horizontal && fabsf(m.page.rulings.v[i].y0 - 80) < 1) m.page.rulings.v[i].x0 = 150;
  put(154, 65, "事业收入"), put(304, 65, "1.00"), put(154, 85, "其他收入"), put(304, 85, "2.00");
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->rows, 6);
  assert_int_equal(table_cell(table(0), 5, 0)->row, 3);
  assert_int_equal(table_cell(table(0), 5, 0)->row_span, 3);
  check_cell(0, 5, 0, "其他资金");
  stop();
}

/* ---- pages on their side ---- */

static void turn(bool up, float width, float height) {
  for (size_t i = 0; i < m.page.glyphs.n; i++) {
    struct glyph *g = &m.page.glyphs.v[i], o = *g;
    g->vertical = true;
    if (up)
      g->x0 = o.y0, g->x1 = o.y1, g->y0 = height - o.x1, g->y1 = height - o.x0;
    else
      g->x0 = width - o.y1, g->x1 = width - o.y0, g->y0 = o.x0, g->y1 = o.x1;
  }
  for (size_t i = 0; i < m.page.rulings.n; i++) {
    struct ruling *r = &m.page.rulings.v[i], o = *r;
    r->horizontal = !o.horizontal;
    if (up)
      r->x0 = o.y0, r->x1 = o.y1, r->y0 = height - o.x1, r->y1 = height - o.x0;
    else
      r->x0 = width - o.y1, r->x1 = width - o.y0, r->y0 = o.x0, r->y1 = o.x1;
  }
}

static void test_sideways(void **state) {
  static const char *const rows[] = {"项目|预算数|决算数", "合计|1,234.50|2.00"};
  (void)state;
  for (int up = 0; up < 2; up++) {
    start();
    put(50, 60, "收支总表");
    table3(100, rows, 2);
    turn(up != 0, WIDTH, HEIGHT);
    put(290, 780, "5"); /* upright */
    end_page();
    finish();
    assert_int_equal(m.d.ntables, 1);
    assert_string_equal(line_text(0), "收支总表");
    check_cell(0, 0, 2, "决算数");
    check_cell(0, 1, 1, "1,234.50");
    struct box b = table_cell(table(0), 1, 1)->place.box; /* as displayed */
    assert_true(fabsf(b.x0 - (up ? 120 : WIDTH - 140)) < 1 && fabsf(b.y0 - (up ? HEIGHT - 300 : 150)) < 1);
    stop();
  }
}

/* ---- without rulings ---- */

static void test_unruled(void **state) {
  static const char *const names[] = {"合计", "基本支出", "项目支出", "上缴上级支出"}, *const a[] = {"1,300.00", "800.00", "500.00", ""},
                           *const b[] = {"1,250.50", "800.00", "450.50", "0.00"};
  (void)state;
  start();
  put(50, 60, "支出表");
  put(50, 80, "部门：财政局"), put_right(400, 80, "单位：万元");
  put(50, 100, "项目"), put_right(250, 100, "预算数"), put_right(400, 100, "决算数");
  for (int i = 0; i < 4; i++) {
    put(50, 120 + 16 * (float)i, names[i]);
    put_right(250, 120 + 16 * (float)i, a[i]);
    put_right(400, 120 + 16 * (float)i, b[i]);
  }
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_int_equal(table(0)->flags, TABLE_UNRULED);
  assert_int_equal(table(0)->rows, 5);
  assert_int_equal(table(0)->columns, 3);
  check_cell(0, 0, 2, "决算数");
  check_cell(0, 2, 1, "800.00");
  check_cell(0, 4, 1, "");
  check_cell(0, 4, 2, "0.00");
  assert_string_equal(line_text(1), "部门：财政局 单位：万元");
  stop();
}

static void test_unruled_uncertain(void **state) {
  (void)state;
  start();
  for (int i = 0; i < 4; i++) { /* nothing between an amount and the words of the next column */
    put(50, 100 + 16 * (float)i, "收入");
    put_right(200, 100 + 16 * (float)i, "1,234.00");
    put(200, 100 + 16 * (float)i, "支出");
    put_right(400, 100 + 16 * (float)i, "1,234.00");
  }
  end_page();
  finish();
  assert_int_equal(m.d.ntables, 1);
  assert_true(table(0)->flags & TABLE_UNRULED);
  assert_true(table(0)->flags & TABLE_DOUBTFUL);
  stop();
}

/* ---- strange input ---- */

static void test_strange_input(void **state) {
  struct err e = {0};
  (void)state;
  start();
  put(50, 50, "好");
  struct glyph bad = {NAN, 0, 10, 10, 10, {'x'}, 1, false, false, false, false, 0};
  put_glyph(bad);
  bad.x0 = 1e30f, bad.x1 = INFINITY;
  put_glyph(bad);
  bad = (struct glyph){10, 10, 5, 5, -3, {'x'}, 1, false, false, false, false, 0};
  put_glyph(bad);
  rule(NAN, 0, 100, 0), rule(0, INFINITY, 0, 5), rule(-1e9f, 3, 1e9f, 3);
  end_page();
  for (int i = 0; i < 3000; i++) rule(0, (float)i * 3, 9000, (float)i * 3), rule((float)i * 3, 0, (float)i * 3, 9000);
  put(50, 50, "网"); /* a drawing of nine million squares is no table */
  end_page();
  m.b.deadline = 1; /* long past in processor time: the many rulings are not looked through */
  for (int i = 0; i < 3000; i++) rule(0, (float)i * 3, 9000, (float)i * 3), rule((float)i * 3, 0, (float)i * 3, 9000);
  assert_int_equal(flow_page(m.flow, 3, &m.page, WIDTH, HEIGHT, &e), RC_LIMIT);
  m.b.deadline = 0;
  finish();
  assert_int_equal(m.d.ntables, 0);
  assert_string_equal(line_text(0), "好");
  assert_string_equal(line_text(1), "网");
  stop();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_plain_text_is_no_table),
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_merged),
      cmocka_unit_test(test_double_and_broken_rulings),
      cmocka_unit_test(test_missing_outer_rulings),
      cmocka_unit_test(test_two_tables_on_a_page),
      cmocka_unit_test(test_text_in_cells),
      cmocka_unit_test(test_glyph_by_centre),
      cmocka_unit_test(test_two_numbers),
      cmocka_unit_test(test_not_rectangular),
      cmocka_unit_test(test_number_across_ruling),
      cmocka_unit_test(test_lost_and_damaged),
      cmocka_unit_test(test_invisible),
      cmocka_unit_test(test_join_repeated_head),
      cmocka_unit_test(test_join_without_head),
      cmocka_unit_test(test_join_total_row_of_fewer_columns),
      cmocka_unit_test(test_join_head_alone_on_first_page),
      cmocka_unit_test(test_different_tables_stay_apart),
      cmocka_unit_test(test_forms_stay_apart),
      cmocka_unit_test(test_scan_between_keeps_apart),
      cmocka_unit_test(test_running_head_is_no_title),
      cmocka_unit_test(test_row_cut_in_two),
      cmocka_unit_test(test_tall_cell_cut_in_two),
      cmocka_unit_test(test_sideways),
      cmocka_unit_test(test_unruled),
      cmocka_unit_test(test_unruled_uncertain),
      cmocka_unit_test(test_strange_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
