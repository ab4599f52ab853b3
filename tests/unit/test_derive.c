/* test_derive.c: the sample's tables against the published text, cell by cell; every derived amount against a walk over the lines, for the sample and
 * for random departments, in both layouts; money without a row is said; mistakes in layouts have their line and column. */
#include "rooms/book/layout.h"
#include "rooms/budget/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct workspace *sample_load(void) {
  struct workspace *w = NULL;
  struct err e = {0};
  if (workspace_load(HENG_SOURCE "/sample/workspace", NULL, NULL, &w, &e) < 0) fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.text);
  return w;
}

static struct paper *paper_of(const struct workspace *w, const char *profile, struct layout **l) {
  struct paper *p = NULL;
  struct err e = {0};
  if (layout_load(HENG_SOURCE, profile, l, &e) < 0) fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.text);
  if (paper_make(w, *l, &p, &e) < 0) fail_msg("%s", e.text);
  return p;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the published text ---- */

static void row_text(const struct paper_table *t, int row, struct buf *out) {
  buf_clear(out);
  for (int c = 0, i; c < t->columns; c++) {
    if (c) buf_putc(out, '\t');
    for (i = 0; i < t->ncells && (t->cells[i].row != row || t->cells[i].column != c); i++) continue;
    if (i < t->ncells) buf_add(out, t->cells[i].text.p, t->cells[i].text.n);
  }
}

/* The lines of the table's own in book.txt: those behind its unit line, up to an empty one. */
static int compare_table(const struct paper_table *t, struct sv book) {
  struct buf row;
  struct buf start;
  int compared = 0;
  buf_init(&row, 1 << 20);
  buf_init(&start, 1000);
  buf_printf(&start, "\n%.*s\n\n%.*s\n\n%.*s\n\n", SV_ARG(t->number), SV_ARG(t->title), SV_ARG(t->unit_line));
  size_t at = sv_find(book, start.p);
  if (at == SIZE_MAX) fail_msg("%s is not in book.txt", t->id);
  struct sv rest = {book.p + at + start.n, book.n - at - start.n};
  for (int r = 0; r < t->rows; r++) {
    struct sv line = sv_cut(&rest, '\n');
    row_text(t, r, &row);
    if (!sv_equal(line, (struct sv){row.p, row.n})) fail_msg("%s row %d: derived %s, published %.*s", t->id, r, row.p, SV_ARG(line));
    compared += t->columns;
  }
  assert_true(sv_starts(rest, "\n"));
  if (t->remark.n) assert_true(rest.n > t->remark.n && memcmp(rest.p + 1, t->remark.p, t->remark.n) == 0);
  buf_release(&row), buf_release(&start);
  return compared;
}

static void sample_is_as_published(void **state) {
  struct layout *l;
  struct workspace *w = sample_load();
  struct paper *p = paper_of(w, "wuhan", &l);
  unsigned char *data;
  size_t size;
  struct err e;
  int tables = 0, cells = 0;
  (void)state;
  assert_int_equal(file_read(HENG_SOURCE "/sample/published/book.txt", 1 << 24, &data, &size, &e), RC_OK);
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (t && !t->form) tables++, cells += compare_table(t, (struct sv){(char *)data, size});
  }
  print_message("%d tables, %d cells equal\n", tables, cells);
  assert_int_equal(tables, 11);
  assert_int_equal(p->problems.n, 0);
  free(data), paper_free(p), layout_free(l), workspace_free(w);
}

/* ---- the slow walk ---- */

static void check_covered(const struct paper_table *t) {
  char *covered = calloc((size_t)t->rows * (size_t)t->columns, 1);
  int last = -1;
  assert_non_null(covered);
  for (int i = 0; i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    assert_true(c->row_span >= 1 && c->column_span >= 1 && c->row + c->row_span <= t->rows && c->column + c->column_span <= t->columns);
    assert_true(c->row * t->columns + c->column > last);
    last = c->row * t->columns + c->column;
    for (int r = c->row; r < c->row + c->row_span; r++)
      for (int k = c->column; k < c->column + c->column_span; k++) assert_int_equal(covered[r * t->columns + k]++, 0);
  }
  for (int i = 0; i < t->rows * t->columns; i++) assert_int_equal(covered[i], 1);
  free(covered);
}

static int check_amounts(const struct workspace *w, const struct paper *p) {
  int amounts = 0, with_parts = 0;
  for (size_t b = 0; b < p->blocks.n; b++) {
    const struct paper_table *t = p->blocks.v[b].table;
    if (!t || t->form) continue;
    check_covered(t);
    for (int i = 0; i < t->ncells; i++) {
      const struct paper_cell *c = &t->cells[i];
      int64_t sum = 0, parts = 0;
      if (!c->amount) continue;
      assert_true(c->nsums > 0);
      for (int k = 0; k < c->nsums; k++) sum += sum_of(w, &c->sums[k], -1);
      for (int k = 0; k < c->nparts; k++) parts += t->cells[c->parts[k]].fen;
      if (sum != c->fen)
        fail_msg("%s row %d column %d: derived %lld, the lines give %lld", t->id, c->row, c->column, (long long)c->fen, (long long)sum);
      if (c->nparts) assert_int_equal(parts, c->fen);
      amounts++, with_parts += c->nparts > 0;
    }
  }
  assert_true(with_parts > 0);
  return amounts;
}

static void sample_adds_up(void **state) {
  static const char *const profiles[] = {"wuhan", "shanghai"};
  struct workspace *w = sample_load();
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct layout *l;
    struct paper *p = paper_of(w, profiles[i], &l), *again;
    struct err e;
    double start = seconds();
    assert_int_equal(paper_make(w, l, &again, &e), RC_OK);
    print_message("%s: derived in %.2f ms, %d amounts\n", profiles[i], (seconds() - start) * 1000, check_amounts(w, p));
    paper_free(again);
    assert_int_equal(p->problems.n, 0);
    paper_free(p), layout_free(l);
  }
  workspace_free(w);
}

/* ---- the audit's own eyes ---- */

static void book_text(const struct paper *p, struct buf *out) {
  struct buf row;
  buf_init(&row, 1 << 20);
  buf_printf(out, "\n%.*s\n\n第二部分 %.*s表\n", SV_ARG(p->title), SV_ARG(p->title));
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (!t || t->form) continue;
    buf_printf(out, "\n%.*s\n\n%.*s\n\n%.*s\n\n", SV_ARG(t->number), SV_ARG(t->title), SV_ARG(t->unit_line));
    for (int r = 0; r < t->rows; r++) row_text(t, r, &row), buf_printf(out, "%s\n", row.p);
    if (t->remark.n) buf_printf(out, "\n%.*s\n", SV_ARG(t->remark));
  }
  buf_release(&row);
}

static bool seen_in(const struct book *b, const struct book_table *t, symbol key, symbol measure, const struct paper_cell *c, int64_t quantum) {
  for (int r = 0; r < t->nrows; r++)
    for (int k = 0; k < t->ncolumns && t->rows[r].key == key; k++) {
      const struct obs *o = t->columns[k].measure == measure ? book_cell(b, t, r, k) : NULL;
      int64_t off = o ? o->value - c->fen : 0;
      if (o && sv_equal(o->text, c->text) && 2 * (off < 0 ? -off : off) <= quantum) return true;
    }
  return false;
}

/* What was derived is what the audit recognises in the printed table: the same kind, key, measure, amount. */
static int check_seen(const struct paper *p, const struct book *b) {
  int seen = 0;
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    for (int n = 0; t && !t->form && n < t->ncells; n++) {
      const struct paper_cell *c = &t->cells[n];
      bool right = t->right_kind && c->column >= t->right_column, found = false;
      if (!c->amount) continue;
      struct sv row = right ? t->row[c->row].right_key : t->row[c->row].key;
      symbol kind = book_find(b, right ? t->right_kind : t->kind), measure = book_find(b, t->column[c->column].measure);
      symbol key = intern_find(&b->symbols, row.p, row.n);
      for (size_t k = 0; k < b->tables.n && !found; k++)
        if (b->tables.v[k].kind == kind) found = seen_in(b, &b->tables.v[k], key, measure, c, money_quantum(t->decimals, t->scale));
      if (!found) fail_msg("%s: %.*s %s %.*s is not recognised", t->id, SV_ARG(row), t->column[c->column].measure, SV_ARG(c->text));
      seen++;
    }
  }
  return seen;
}

static void audit_sees_what_was_derived(void **state) {
  static const char *const names[] = {"wuhan", "shanghai"};
  struct workspace *w = sample_load();
  struct profiles *profiles;
  struct code_lists *codes;
  struct err e = {0};
  (void)state;
  assert_int_equal(profiles_load(HENG_SOURCE "/profiles", &profiles, &e), RC_OK);
  assert_int_equal(codes_load(HENG_SOURCE "/codes", &codes, &e), RC_OK);
  for (int i = 0; i < 2; i++) {
    struct layout *l;
    struct paper *p = paper_of(w, names[i], &l);
    struct document *d = NULL;
    struct book **books = NULL;
    struct buf text;
    int n = 0;
    buf_init(&text, 1 << 24);
    book_text(p, &text);
    assert_int_equal(document_read_memory("book.txt", text.p, text.n, NULL, &d, &e), RC_OK);
    const struct document *one = d;
    struct recognise_options o = {.profile = names[i], .profiles = profiles, .codes = codes};
    assert_int_equal(book_recognise(&one, 1, &o, &books, &n, &e), RC_OK);
    assert_int_equal(n, 1);
    assert_int_equal(books[0]->unread.n, 0);
    print_message("%s: %d amounts recognised\n", names[i], check_seen(p, books[0]));
    book_free(books[0]), free(books), document_free(d), buf_release(&text), paper_free(p), layout_free(l);
  }
  profiles_free(profiles), codes_free(codes), workspace_free(w);
}

/* ---- departments made up ---- */

static uint32_t next(uint32_t *s) {
  *s ^= *s << 13, *s ^= *s >> 17, *s ^= *s << 5;
  return *s;
}

static int below(uint32_t *s, int n) {
  return (int)(next(s) % (uint32_t)n);
}

static struct sv text(struct workspace *w, const char *form, int n) {
  char spare[60];
  snprintf(spare, sizeof spare, "%s%d", form, n);
  return sv_from(arena_text(&w->arena, spare, strlen(spare)));
}

static void code_add(struct workspace *w, bool func, const char *code, int parent) {
  size_t n = strlen(code);
  struct ws_code c = {.code = sv_from(arena_text(&w->arena, code, n)), .parent = parent, .level = n <= 3 ? 1 : n <= 5 ? 2 : 3};
  c.name = c.code;
  assert_int_equal(func ? VEC_PUSH(&w->funcs, c, 10000) : VEC_PUSH(&w->econs, c, 10000), 0);
}

static void codes_add(struct workspace *w) {
  static const char *const classes[] = {"201", "202", "205", "208", "210", "217", "221", "230"}; /* 202 and 230 are not in the layout's list */
  static const char *const econs[] = {"301", "302", "303", "309", "310"};
  static const char *const below_econ[] = {"01", "12", "13", "17", "31"};
  for (int i = 0; i < 8; i++) {
    int class = (int)w->funcs.n;
    char code[40];
    code_add(w, true, classes[i], -1);
    for (int k = 1; k < 4; k++) {
      int section = (int)w->funcs.n;
      snprintf(code, sizeof code, "%s0%d", classes[i], k), code_add(w, true, code, class);
      for (int m = 1; m < 4; m++) snprintf(code, sizeof code, "%s0%d0%d", classes[i], k, m), code_add(w, true, code, section);
    }
  }
  for (int i = 0; i < 5; i++) {
    int class = (int)w->econs.n;
    char code[40];
    code_add(w, false, econs[i], -1);
    for (int k = 0; k < 5; k++) snprintf(code, sizeof code, "%s%s", econs[i], below_econ[k]), code_add(w, false, code, class);
  }
}

static void people_add(struct workspace *w, uint32_t *seed, int units, int projects) {
  for (int i = 0; i < units; i++) {
    struct ws_unit u = {.code = text(w, i ? "9" : "", 100000 + i),
                        .name = text(w, "单位", i),
                        .parent = i ? (i > 4 && below(seed, 3) == 0 ? below(seed, i) : 0) : -1};
    u.level = i ? w->units.v[u.parent].level + 1 : 0, u.nature = (enum ws_nature)below(seed, 5);
    assert_int_equal(VEC_PUSH(&w->units, u, 10000), 0);
  }
  for (int i = 0; i < projects; i++) {
    static const char *const categories[] = {"22", "31", "32"};
    struct ws_project p = {
        .code = text(w, "P", i), .name = text(w, "项目", i), .unit = below(seed, units), .category = sv_from(categories[below(seed, 3)])};
    p.category_name = p.category;
    assert_int_equal(VEC_PUSH(&w->projects, p, 10000), 0);
  }
}

static struct workspace *department(uint32_t seed, int units, int projects, int lines) {
  struct workspace *w = calloc(1, sizeof *w);
  assert_non_null(w);
  arena_init(&w->arena, 1 << 28);
  w->year = 2031, w->profile = "wuhan", w->folder = "", w->name = w->title = "", w->version = 1;
  assert_int_equal(VEC_PUSH(&w->versions, SV("一上"), 10), 0);
  assert_int_equal(VEC_PUSH(&w->versions, SV("二下批复"), 10), 0);
  codes_add(w), people_add(w, &seed, units, projects);
  for (int i = 0; i < lines; i++) {
    struct ws_line l = {
        .amount = (int64_t)below(&seed, 2000000) - 5000, .econ = below(&seed, (int)w->econs.n), .project = -1, .year = 2031, .version = 1};
    do l.func = below(&seed, (int)w->funcs.n);
    while (w->funcs.v[l.func].level < 3);
    l.kind = (uint8_t)below(&seed, KINDS), l.source = (uint8_t)below(&seed, SOURCES),
    l.origin = (uint8_t)below(&seed, ORIGIN_BALANCE); /* what a budget has */
    l.unit = below(&seed, units);
    if (l.kind == KIND_J) l.project = below(&seed, projects), l.unit = w->projects.v[l.project].unit;
    if (below(&seed, 9) == 0) l.amount = 0;
    if (below(&seed, 20) == 0) l.version = 0; /* of another version, of another year: not of this book */
    if (below(&seed, 20) == 0) l.year = 2030;
    assert_int_equal(VEC_PUSH(&w->lines, l, 1000000), 0);
    if (i % 4) continue;
    struct ws_income in = {.func = -1,
                           .amount = below(&seed, 9999999),
                           .unit = below(&seed, units),
                           .year = 2031,
                           .version = (int16_t)below(&seed, 2),
                           .source = l.source,
                           .origin = l.origin};
    struct ws_income out = {
        .func = -1, .amount = below(&seed, 999999), .unit = in.unit, .year = (int16_t)(2030 + below(&seed, 2)), .version = -1, .source = l.source};
    assert_int_equal(VEC_PUSH(&w->incomes, in, 1000000), 0);
    assert_int_equal(VEC_PUSH(&w->carries, out, 1000000), 0);
  }
  return w;
}

static bool has_problem(const struct paper *p, const char *id, const char *table) {
  for (size_t i = 0; i < p->problems.n; i++)
    if (strcmp(p->problems.v[i].id, id) == 0 && strcmp(p->problems.v[i].table, table) == 0) return true;
  return false;
}

static void random_departments_add_up(void **state) {
  (void)state;
  for (uint32_t seed = 1; seed <= 12; seed++) {
    struct workspace *w = department(seed * 7919, 2 + (int)seed * 2, 3 + (int)seed, 120 * (int)seed);
    for (int k = 0; k < 2; k++) {
      struct layout *l;
      struct paper *p = paper_of(w, k ? "shanghai" : "wuhan", &l);
      check_amounts(w, p);
      assert_true(has_problem(p, "R-T1B", "T1")); /* nobody made the two sides equal */
      assert_false(has_problem(p, "C-FIT", "T3") || has_problem(p, "C-FIT", "T1") || has_problem(p, "C-FIT", "T4"));
      paper_free(p), layout_free(l);
    }
    workspace_free(w);
  }
}

static int row_keyed(const struct paper_table *t, const char *key, bool right) {
  for (int r = t->head; r < t->rows; r++)
    if (sv_is(right ? t->row[r].right_key : t->row[r].key, key)) return r;
  return -1;
}

static const struct paper_cell *cell_at(const struct paper_table *t, int row, int column) {
  for (int i = 0; i < t->ncells; i++)
    if (t->cells[i].row == row && t->cells[i].column == column) return &t->cells[i];
  return NULL;
}

static void money_never_vanishes(void **state) {
  struct layout *l;
  struct workspace *w = department(77, 6, 4, 200);
  (void)state;
  struct paper *p = paper_of(w, "wuhan", &l);
  const struct paper_table *t = paper_table_named(p, "T1");
  int row = row_keyed(t, "202", true), last = row_keyed(t, "233", true);
  assert_true(row == last + 1); /* the class that the form does not list comes behind those it lists */
  const struct paper_cell *label = cell_at(t, row, 2);
  assert_non_null(label);
  if (!label) return;
  assert_string_equal(label->text.p, "廿五、202");
  paper_free(p);
  w->lines.v[3] = (struct ws_line){.amount = 12345, .func = -1, .econ = -1, .unit = 1, .project = -1, .year = 2031, .version = 1};
  w->lines.v[4] = (struct ws_line){.amount = 700, .func = 5, .econ = 2, .unit = 1, .project = -1, .year = 2031, .version = 1, .kind = KIND_J};
  struct err e = {0};
  assert_int_equal(paper_make(w, l, &p, &e), RC_OK);
  assert_true(has_problem(p, "C-FIT", "T1") && has_problem(p, "C-FIT", "T4"));
  assert_true(has_problem(p, "C-FIT", "T3") && has_problem(p, "C-FIT", "T5-1") && has_problem(p, "C-FIT", "T6") && has_problem(p, "H-TOTAL", "T10"));
  paper_free(p), layout_free(l), workspace_free(w);
}

static void large_department_is_quick(void **state) {
  struct layout *l;
  struct workspace *w = department(5, 500, 3000, 200000);
  (void)state;
  double start = seconds();
  struct paper *p = paper_of(w, "wuhan", &l);
  double took = seconds() - start;
  print_message("500 units, 3,000 projects, 200,000 lines: %.0f ms\n", took * 1000);
  assert_true(took < 5); /* of a build with sanitizers; the measured time is in bench/ */
  paper_free(p), layout_free(l), workspace_free(w);
}

/* ---- layouts ---- */

static void bad_layout(const char *body, int line, int column, const char *part) {
  char folder[] = "/tmp/heng-layout-XXXXXX", path[100];
  struct layout *l = NULL;
  struct err e = {0};
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "mkdir -p %s/profiles", folder);
  assert_int_equal(system(path), 0);
  snprintf(path, sizeof path, "%s/profiles/x.layout", folder);
  assert_int_equal(file_replace(path, body, strlen(body), &e), RC_OK);
  assert_int_equal(layout_load(folder, "x", &l, &e), RC_FORMAT);
  if (e.line != line || e.column != column || !strstr(e.text, part))
    fail_msg("%d:%d %s; expected %d:%d …%s…\n%s", e.line, e.column, e.text, line, column, part, body);
  assert_null(l);
  unlink(path);
  snprintf(path, sizeof path, "%s/profiles", folder), rmdir(path), rmdir(folder);
}

#define TABLE "title x\nmeasure total\ntable T1\ntitle 表\nside gp\nlines spending\n" /* 6 lines */

static void mistakes_have_a_place(void **state) {
  (void)state;
  bad_layout("titel x\n", 1, 1, "不认识的词");
  bad_layout("title x\n", 1, 1, "没有表");
  bad_layout("title x\n\xFF\n", 2, 1, "UTF-8");
  bad_layout("measure a = kind Q\n", 1, 18, "P U J B S A");
  bad_layout("measure a = source 14\n", 1, 20, "11 12 13");
  bad_layout("measure a = kind source 11\n", 1, 18, "没有写值");
  bad_layout("measure a = econ 302a\n", 1, 18, "数字");
  bad_layout("measure a\nmeasure a\n", 2, 9, "两次");
  bad_layout("class 20 x\n", 1, 7, "三位");
  bad_layout("title x\nnumber 1\n", 2, 1, "table 之后");
  bad_layout("title x\ntable T1\nlines income\n", 3, 1, "side 之后");
  bad_layout("title x\ntable T1\ntable T1\n", 3, 7, "两次");
  bad_layout("title x\ntable T1\nscale 两 2\n", 3, 7, "万元");
  bad_layout("title x\ntable T1\nscale 万元 9\n", 3, 10, "0 到 6");
  bad_layout(TABLE "column x total 合计\n", 7, 8, "整数");
  bad_layout(TABLE "column 3 totl 合计\n", 7, 10, "没有这个口径");
  bad_layout(TABLE "column 3 total\n", 7, 15, "表头");
  bad_layout(TABLE "column 3 total 合计+\n", 7, 19, "“+”");
  bad_layout(TABLE "column 3 total 合计\ncolumn 3 total 合计\n", 8, 10, "同名的列");
  bad_layout(TABLE "column 3 total 合计\n", 5, 1, "没有行");
  bad_layout(TABLE "rows single\n", 5, 1, "没有金额列");
  bad_layout(TABLE "rows tree\n", 7, 6, "functional");
  bad_layout(TABLE "column 3 total 合计\nsum total = basic\n", 8, 13, "没有这一列");
  bad_layout(TABLE "column 3 total 合计\nitem a 甲\n", 8, 8, "item");
  bad_layout(TABLE "column 3 total 合计\nitem a 甲 = all\nitem a 乙 = all\n", 9, 6, "同名的行");
  bad_layout(TABLE "column 3 total 合计\nitem a 甲 = sum b\n", 8, 16, "没有这一行");
  bad_layout(TABLE "column 3 total 合计\nitem a 甲 = sum b\nitem b 乙 = sum a\n", 9, 1, "互相引用");
  bad_layout(TABLE "column 3 total 合计\nclasses all 二、\n", 8, 13, "序号从");
  bad_layout(TABLE "column 3 total 合计\nrows single\nside b\nlines income\nrows single\ncolumn 3 total 合计\n", 3, 1, "两边并列");
}

/* Another city: a table by unit in 千元 without separators, one of two levels of heads and the total last, a list with a remark. */
static const char third_city[] =
    "layout linjiang\ntitle {body}{year}年预算\nmeasure total\nmeasure basic = kind P U\nmeasure project = kind J\n"
    "measure amount\nclass 217 金融支出\npart 甲\n"
    "table A1\ntitle {year}年支出表\nunit 单位：千元\nscale 千元 1 plain\nside expenditure-by-unit\nlines spending\nrows units\n"
    "total last merged 总计\ncolumn 1 code 编码\ncolumn 3 name 名称\ncolumn 2 basic 支出+基本支出\ncolumn 2 project 支出+项目支出\n"
    "column 2 total 合计\nsum total = basic project\n"
    "table A2\ntitle 基金表\nempty {last-year}年后没有基金。\nside fund\nlines spending source 12\nrows functional\n"
    "column 1 name 名称\ncolumn 2 total 合计\n"
    "table A3\ntitle 总表\nside summary-out\nlines spending\ncolumn 1 name 项目\ncolumn 1 amount 金额\nclasses used 1. \n"
    "item out.total 合计 = sum classes\n";

static void a_third_city_is_data(void **state) {
  char folder[] = "/tmp/heng-layout-XXXXXX", path[100];
  struct workspace *w = sample_load();
  struct layout *l = NULL;
  struct paper *p = NULL;
  struct buf row;
  struct err e = {0};
  (void)state;
  buf_init(&row, 1000);
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "mkdir -p %s/profiles", folder);
  assert_int_equal(system(path), 0);
  snprintf(path, sizeof path, "%s/profiles/x.layout", folder);
  assert_int_equal(file_replace(path, third_city, strlen(third_city), &e), RC_OK);
  if (layout_load(folder, "x", &l, &e) < 0) fail_msg("%d:%d %s", e.line, e.column, e.text);
  assert_int_equal(paper_make(w, l, &p, &e), RC_OK);
  check_amounts(w, p);
  const struct paper_table *t = paper_table_named(p, "A1");
  assert_true(sv_is(t->title, "2023年支出表") && t->head == 2 && t->rows == 6);
  row_text(t, 0, &row), assert_string_equal(row.p, "编码\t名称\t支出\t\t合计");
  row_text(t, 4, &row), assert_string_equal(row.p, "169002\t武汉市金融发展促进中心\t2000.0\t500.0\t2500.0");
  row_text(t, 5, &row), assert_string_equal(row.p, "总计\t\t20610.4\t89938.6\t110549.0");
  t = paper_table_named(p, "A2");
  assert_true(t->empty && sv_is(t->remark, "2022年后没有基金。") && t->rows == 2);
  t = paper_table_named(p, "A3"); /* classes that are not named in the layout come too */
  row_text(t, 1, &row), assert_string_equal(row.p, "1.金融支出\t10,580.02");
  row_text(t, 4, &row), assert_string_equal(row.p, "4.住房保障支出\t138.87");
  row_text(t, 5, &row), assert_string_equal(row.p, "合计\t11,054.90");
  assert_true(sv_is(p->title, "武汉市地方金融工作局2023年预算") && p->blocks.v[0].kind == PAPER_PART);
  unlink(path);
  snprintf(path, sizeof path, "%s/profiles", folder), rmdir(path), rmdir(folder);
  buf_release(&row), paper_free(p), layout_free(l), workspace_free(w);
}

static void names_of_layouts_are_names(void **state) {
  struct layout *l;
  struct err e;
  (void)state;
  assert_int_equal(layout_load(HENG_SOURCE, "../x", &l, &e), RC_USAGE);
  assert_int_equal(layout_load(HENG_SOURCE, "", &l, &e), RC_USAGE);
  assert_int_equal(layout_load(HENG_SOURCE, "nowhere", &l, &e), RC_USAGE);
  assert_non_null(strstr(e.text, "shanghai wuhan")); /* those that there are; those of accounts follow from them */
}

static void ordinals_are_as_in_the_forms(void **state) {
  static const struct {
    const char *first, *is;
    int n;
  } list[] = {{"一、", "十、", 10},       {"一、", "十一、", 11},   {"（一）", "（二十）", 20},
              {"（一）", "（廿四）", 24}, {"一、", "三十一、", 31}, {"1. ", "12. ", 12}};
  struct arena a;
  (void)state;
  arena_init(&a, 1 << 16);
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) assert_true(sv_is(layout_ordinal(&a, sv_from(list[i].first), list[i].n), list[i].is));
  assert_true(sv_is(layout_fill(&a, sv_from("{body}{year}年，{last-year}{x}"), SV("某局"), 2031), "某局2031年，2030{x}"));
  arena_release(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sample_is_as_published),    cmocka_unit_test(sample_adds_up),
      cmocka_unit_test(random_departments_add_up), cmocka_unit_test(money_never_vanishes),
      cmocka_unit_test(mistakes_have_a_place),     cmocka_unit_test(names_of_layouts_are_names),
      cmocka_unit_test(large_department_is_quick), cmocka_unit_test(audit_sees_what_was_derived),
      cmocka_unit_test(a_third_city_is_data),      cmocka_unit_test(ordinals_are_as_in_the_forms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
