/* bookmaker.h: a small consistent budget book, made of random numbers, with its relations, for tests of the diagnosis.
 * Seven tables as a department publishes them; everything adds up exactly until a test changes a cell. */
#ifndef HENG_TESTS_BOOKMAKER_H
#define HENG_TESTS_BOOKMAKER_H

#include "rule/rule.h"

#include <stdlib.h>
#include <string.h>

enum { MAKER_QUANTUM = 10000 /* 0.01 万元 in 分 */ };
enum maker_rule { MAKER_SUM, MAKER_TOTAL, MAKER_ROW, MAKER_CROSS, MAKER_RULES };

struct maker {
  struct book *b;
  struct check_result *r;
  uint64_t seed;
  bool fine; /* amounts finer than printed, so that rounding leaves 尾差 */
};

static inline uint32_t maker_random(struct maker *m, uint32_t below) {
  m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(m->seed >> 33) % below;
}

static inline struct sv maker_text(struct maker *m, int64_t value) {
  char text[MONEY_TEXT];
  money_print(text, value, SCALE_WAN, 2, false);
  char *copy = arena_text(&m->b->arena, text, strlen(text));
  return sv_from(copy);
}

static inline int maker_table(struct maker *m, const char *kind, int rows, const char *const *measures, int columns) {
  struct book_table t = {
      .kind = book_symbol(m->b, kind), .subject = NO_SYMBOL, .scale = SCALE_WAN, .id = kind, .instance = 1, .nrows = rows, .ncolumns = columns};
  t.rows = ARENA_ARRAY(&m->b->arena, struct book_row, (size_t)rows);
  t.columns = ARENA_ARRAY(&m->b->arena, struct book_column, (size_t)columns);
  t.cells = ARENA_ARRAY(&m->b->arena, int32_t, (size_t)rows * (size_t)columns);
  if (!t.rows || !t.columns || !t.cells) abort();
  for (int c = 0; c < columns; c++)
    t.columns[c] = (struct book_column){
        .measure = book_symbol(m->b, measures[c]), .group = NO_SYMBOL, .type = OBS_AMOUNT, .quantum = MAKER_QUANTUM, .decimals = 2, .amounts = true};
  for (int i = 0; i < rows * columns; i++) t.cells[i] = -1;
  if (VEC_PUSH(&m->b->tables, t, 1000) < 0) abort();
  return (int)m->b->tables.n - 1;
}

static inline void maker_row(struct maker *m, int table, int row, const char *key, int level, int parent) {
  struct book_row *r = &m->b->tables.v[table].rows[row];
  bool coded = key[0] >= '0' && key[0] <= '9';
  char *copy = arena_text(&m->b->arena, key, strlen(key));
  *r = (struct book_row){.key = book_symbol(m->b, key),
                         .item = NO_SYMBOL,
                         .label = sv_from(copy),
                         .code = coded ? sv_from(copy) : (struct sv){0},
                         .level = level,
                         .parent = parent,
                         .role = level == 0 ? ROW_TOTAL : ROW_LEAF};
}

static inline int32_t maker_cell(struct maker *m, int table, int row, int column, int64_t value) {
  struct obs o = {.state = value ? OBS_VALUE : OBS_ZERO,
                  .type = OBS_AMOUNT,
                  .value = value,
                  .quantum = value ? MAKER_QUANTUM : 0,
                  .decimals = 2,
                  .row = row,
                  .column = column,
                  .table = table};
  o.text = maker_text(m, value);
  if (VEC_PUSH(&m->b->obs, o, 1000000) < 0) abort();
  struct book_table *t = &m->b->tables.v[table];
  return t->cells[row * t->ncolumns + column] = (int32_t)m->b->obs.n - 1;
}

static inline int32_t maker_at(const struct maker *m, int table, int row, int column) {
  const struct book_table *t = &m->b->tables.v[table];
  return t->cells[row * t->ncolumns + column];
}

static inline int64_t maker_value(const struct maker *m, int table, int row, int column) {
  return m->b->obs.v[maker_at(m, table, row, column)].value;
}

/* stated = Σ parts */
static inline void maker_relation(struct maker *m, enum maker_rule rule, int32_t stated, const int32_t *parts, int n) {
  struct term *t = ARENA_ARRAY(&m->r->arena, struct term, (size_t)n + 1);
  if (!t) abort();
  t[0] = (struct term){stated, 1};
  for (int i = 0; i < n; i++) t[i + 1] = (struct term){parts[i], -1};
  struct relation r = {.rule = (int32_t)rule, .op = REL_EQ, .same_fact = rule == MAKER_CROSS && n == 1, .terms = t, .nterms = n + 1};
  if (VEC_PUSH(&m->r->relations, r, 1000000) < 0) abort();
}

static inline void maker_equal(struct maker *m, int32_t a, int32_t b) {
  maker_relation(m, MAKER_CROSS, a, &b, 1);
}

/* Every column of a tree: each parent is the sum of its children. */
static inline void maker_sums(struct maker *m, int table) {
  const struct book_table *t = &m->b->tables.v[table];
  int32_t parts[256];
  for (int row = 0; row < t->nrows; row++)
    for (int c = 0; c < t->ncolumns; c++) {
      int n = 0;
      for (int k = 0; k < t->nrows && n < 256; k++)
        if (t->rows[k].parent == row) parts[n++] = maker_at(m, table, k, c);
      if (n > 0) maker_relation(m, t->rows[row].level == 0 ? MAKER_TOTAL : MAKER_SUM, maker_at(m, table, row, c), parts, n);
    }
}

static inline void maker_across(struct maker *m, int table, int total, int a, int b) {
  for (int row = 0; row < m->b->tables.v[table].nrows; row++) {
    int32_t parts[2] = {maker_at(m, table, row, a), maker_at(m, table, row, b)};
    maker_relation(m, MAKER_ROW, maker_at(m, table, row, total), parts, 2);
  }
}

/* Fills a tree's leaves by `leaf`, and its parents by adding up. */
static inline void maker_fill(struct maker *m, int table, void (*leaf)(struct maker *, int row, int64_t *values)) {
  const struct book_table t = m->b->tables.v[table];
  int64_t *v = calloc((size_t)t.nrows * (size_t)t.ncolumns, sizeof *v);
  if (!v) abort();
  for (int row = t.nrows - 1; row >= 0; row--) {
    bool parent = false;
    for (int k = 0; k < t.nrows; k++) parent = parent || t.rows[k].parent == row;
    if (!parent) leaf(m, row, v + row * t.ncolumns);
    for (int c = 0; c < t.ncolumns && t.rows[row].parent >= 0; c++) v[t.rows[row].parent * t.ncolumns + c] += v[row * t.ncolumns + c];
  }
  for (int row = 0; row < t.nrows; row++)
    for (int c = 0; c < t.ncolumns; c++) maker_cell(m, table, row, c, v[row * t.ncolumns + c]);
  free(v);
}

static inline int64_t maker_amount(struct maker *m) {
  static const uint32_t sizes[] = {900, 9000, 90000, 900000};
  int64_t v = (int64_t)(1 + maker_random(m, sizes[maker_random(m, 4)])) * MAKER_QUANTUM;
  return m->fine ? v + maker_random(m, MAKER_QUANTUM) : v;
}

/* total basic personnel public project */
static inline void maker_leaf_function(struct maker *m, int row, int64_t *v) {
  (void)row;
  bool runs = maker_random(m, 3) > 0;
  if (runs) v[2] = maker_amount(m), v[3] = maker_random(m, 2) ? maker_amount(m) : 0;
  if (!runs || maker_random(m, 3) == 0) v[4] = maker_amount(m);
  v[1] = v[2] + v[3];
  v[0] = v[1] + v[4];
}

/* Splits a total over the children of a row at random. */
static inline void maker_split(struct maker *m, int64_t total, int64_t *parts, int n) {
  for (int i = 0; i < n - 1; i++) {
    uint32_t most = (uint32_t)(total / MAKER_QUANTUM / 2);
    parts[i] = most > 1 ? (int64_t)maker_random(m, most) * MAKER_QUANTUM : 0;
    if (m->fine && parts[i]) parts[i] += maker_random(m, MAKER_QUANTUM);
    total -= parts[i];
  }
  parts[n - 1] = total;
}

enum { T_FUNCTION, T_EXPENDITURE, T_OUT, T_IN, T_UNIT, T_BASIC, T_PROJECTS };

static inline void maker_functions(struct maker *m) {
  static const char *const measures[] = {"total", "basic", "basic.personnel", "basic.public", "project"};
  static const char *const keys[] = {"total",   "208",   "20805",   "2080505", "2080506", "2080508", "20899",   "2089999",
                                     "210",     "21011", "2101101", "2101103", "217",     "21701",   "2170101", "2170102",
                                     "2170150", "21703", "2170399", "221",     "22102",   "2210201", "2210202", "2210203"};
  static const int parents[] = {-1, 0, 1, 2, 2, 2, 1, 6, 0, 8, 9, 9, 0, 12, 13, 13, 13, 12, 17, 0, 19, 20, 20, 20};
  static const char *const three[] = {"total", "basic", "project"};
  int n = sizeof keys / sizeof *keys, g = maker_table(m, "gp-function", n, measures, 5), e;
  for (int i = 0; i < n; i++) maker_row(m, g, i, keys[i], i == 0 ? 0 : ((int)strlen(keys[i]) - 1) / 2, parents[i]);
  maker_fill(m, g, maker_leaf_function);
  maker_sums(m, g);
  maker_across(m, g, 0, 1, 4);
  maker_across(m, g, 1, 2, 3);
  e = maker_table(m, "expenditure", n, three, 3);
  for (int i = 0; i < n; i++) {
    static const int from[] = {0, 1, 4};
    maker_row(m, e, i, keys[i], i == 0 ? 0 : ((int)strlen(keys[i]) - 1) / 2, parents[i]);
    for (int c = 0; c < 3; c++) {
      maker_cell(m, e, i, c, maker_value(m, g, i, from[c]));
      maker_equal(m, maker_at(m, e, i, c), maker_at(m, g, i, from[c]));
    }
  }
  maker_sums(m, e);
  maker_across(m, e, 0, 1, 2);
}

static inline void maker_summaries(struct maker *m) {
  static const char *const amount[] = {"amount"};
  static const char *const out[] = {"208", "210", "217", "221", "out.year", "out.carry", "out.total"}, *const in[] = {"in.gp", "in.fund", "in.year",
                                                                                                                      "in.carry", "in.total"};
  static const int rows[] = {1, 8, 12, 19};
  int o = maker_table(m, "summary-out", 7, amount, 1), i = maker_table(m, "summary-in", 5, amount, 1);
  int32_t parts[4];
  int64_t total = maker_value(m, T_EXPENDITURE, 0, 0);
  for (int k = 0; k < 7; k++) {
    maker_row(m, o, k, out[k], k < 4 ? 1 : 0, -1);
    maker_cell(m, o, k, 0, k < 4 ? maker_value(m, T_EXPENDITURE, rows[k], 0) : k == 5 ? 0 : total);
    if (k < 4) maker_equal(m, parts[k] = maker_at(m, o, k, 0), maker_at(m, T_EXPENDITURE, rows[k], 0));
  }
  for (int k = 0; k < 5; k++) {
    maker_row(m, i, k, in[k], k < 2 ? 1 : 0, -1);
    maker_cell(m, i, k, 0, k == 1 || k == 3 ? 0 : total);
  }
  maker_relation(m, MAKER_ROW, maker_at(m, o, 4, 0), parts, 4);
  maker_relation(m, MAKER_ROW, maker_at(m, o, 6, 0), (int32_t[]){maker_at(m, o, 4, 0), maker_at(m, o, 5, 0)}, 2);
  maker_relation(m, MAKER_ROW, maker_at(m, i, 2, 0), (int32_t[]){maker_at(m, i, 0, 0), maker_at(m, i, 1, 0)}, 2);
  maker_relation(m, MAKER_ROW, maker_at(m, i, 4, 0), (int32_t[]){maker_at(m, i, 2, 0), maker_at(m, i, 3, 0)}, 2);
  maker_equal(m, maker_at(m, i, 4, 0), maker_at(m, o, 6, 0));
  maker_equal(m, maker_at(m, o, 4, 0), maker_at(m, T_EXPENDITURE, 0, 0));
}

static inline void maker_units(struct maker *m) {
  static const char *const measures[] = {"total", "basic", "basic.personnel", "basic.public", "project"}, *const keys[] = {"total", "169", "169001",
                                                                                                                           "169002"};
  int u = maker_table(m, "gp-unit", 4, measures, 5);
  int64_t part[2][5] = {{0}}, split[2];
  for (int c = 2; c < 5; c++) {
    maker_split(m, maker_value(m, T_FUNCTION, 0, c), split, 2);
    part[0][c] = split[0], part[1][c] = split[1];
  }
  for (int k = 0; k < 2; k++) part[k][1] = part[k][2] + part[k][3], part[k][0] = part[k][1] + part[k][4];
  for (int k = 0; k < 4; k++) {
    maker_row(m, u, k, keys[k], k < 2 ? k : 2, k < 2 ? k - 1 : 1);
    for (int c = 0; c < 5; c++) maker_cell(m, u, k, c, k < 2 ? part[0][c] + part[1][c] : part[k - 2][c]);
  }
  maker_sums(m, u);
  maker_across(m, u, 0, 1, 4);
  maker_across(m, u, 1, 2, 3);
  for (int c = 0; c < 5; c++) maker_equal(m, maker_at(m, u, 0, c), maker_at(m, T_FUNCTION, 0, c));
}

static inline void maker_basics(struct maker *m) {
  static const char *const measures[] = {"total", "personnel", "public"};
  int t = maker_table(m, "gp-basic", 1 + 2 + 20, measures, 3);
  int64_t parts[2][10];
  maker_row(m, t, 0, "total", 0, -1);
  for (int g = 0; g < 2; g++) {
    char key[32];
    snprintf(key, sizeof key, "30%d", g + 1);
    maker_row(m, t, 1 + g * 11, key, 1, 0);
    maker_split(m, maker_value(m, T_FUNCTION, 0, 2 + g), parts[g], 10);
    for (int k = 0; k < 10; k++) {
      snprintf(key, sizeof key, "30%d%02d", g + 1, k + 1);
      maker_row(m, t, 2 + g * 11 + k, key, 2, 1 + g * 11);
    }
  }
  for (int row = 0; row < 23; row++)
    for (int c = 0; c < 3; c++) {
      int g = row <= 11 ? 0 : 1, k = row - 2 - g * 11;
      int64_t p = maker_value(m, T_FUNCTION, 0, 2), q = maker_value(m, T_FUNCTION, 0, 3);
      int64_t v = row == 0 ? (c == 0 ? p + q : c == 1 ? p : q) : c == 0 || c == g + 1 ? (k < 0 ? (g ? q : p) : parts[g][k]) : 0;
      maker_cell(m, t, row, c, v);
    }
  maker_sums(m, t);
  maker_across(m, t, 0, 1, 2);
  for (int c = 0; c < 3; c++) maker_equal(m, maker_at(m, t, 0, c), maker_at(m, T_FUNCTION, 0, c + 1));
}

static inline void maker_projects(struct maker *m) {
  static const char *const measures[] = {"total", "year.gp"};
  static const char *const keys[] = {"total", "169", "169001", "22", "p1", "p2", "31", "p3", "p4", "p5"};
  static const int parents[] = {-1, 0, 1, 2, 3, 3, 2, 6, 6, 6};
  int t = maker_table(m, "projects", 10, measures, 2);
  int64_t parts[5], v[10];
  maker_split(m, maker_value(m, T_FUNCTION, 0, 4), parts, 5);
  for (int k = 9, p = 4; k >= 0; k--) {
    bool leaf = k > 6 || k == 4 || k == 5;
    v[k] = leaf ? parts[p--] : 0;
    for (int c = k + 1; c < 10 && !leaf; c++) v[k] += parents[c] == k ? v[c] : 0;
  }
  for (int k = 0; k < 10; k++) {
    maker_row(m, t, k, keys[k], k < 3 ? k : parents[k] == 2 ? 3 : 4, parents[k]);
    for (int c = 0; c < 2; c++) maker_cell(m, t, k, c, v[k]);
    maker_relation(m, MAKER_ROW, maker_at(m, t, k, 0), (int32_t[]){maker_at(m, t, k, 1)}, 1);
  }
  maker_sums(m, t);
  maker_equal(m, maker_at(m, t, 0, 0), maker_at(m, T_EXPENDITURE, 0, 2));
}

static inline void maker_judge(struct maker *m) {
  for (size_t i = 0; i < m->r->relations.n; i++) {
    struct relation *r = &m->r->relations.v[i];
    relation_judge(m->b, r, NULL);
    r->severity = r->outcome != OUTCOME_FAILED ? SEVERITY_INFO : r->rounding ? SEVERITY_WARNING : SEVERITY_ERROR;
  }
}

/* Each number rounded for itself. */
static inline void maker_round(struct maker *m) {
  for (size_t i = 0; i < m->b->obs.n; i++) {
    struct obs *o = &m->b->obs.v[i];
    o->value = (o->value + MAKER_QUANTUM / 2) / MAKER_QUANTUM * MAKER_QUANTUM;
    if (o->value == 0) o->state = OBS_ZERO, o->quantum = 0;
    o->text = maker_text(m, o->value);
  }
}

static inline void maker_make(struct maker *m, uint64_t seed, bool fine) {
  struct err e;
  *m = (struct maker){.seed = seed * 2 + 1, .fine = fine};
  if (book_new(&m->b, &e) < 0) abort();
  m->r = calloc(1, sizeof *m->r);
  if (!m->r) abort();
  arena_init(&m->r->arena, (size_t)64 << 20);
  maker_functions(m);
  maker_summaries(m);
  maker_units(m);
  maker_basics(m);
  maker_projects(m);
  if (fine) maker_round(m);
  maker_judge(m);
}

/* A book of its own for every seed. */
static inline void maker_new(struct maker *m, uint64_t seed) {
  maker_make(m, seed, false);
}

static inline void maker_free(struct maker *m) {
  check_free(m->r);
  book_free(m->b);
}

/* Changes what a cell prints; as the reader would have it. */
static inline void maker_print(struct maker *m, int32_t obs, int64_t value) {
  struct obs *o = &m->b->obs.v[obs];
  o->value = value;
  o->state = value ? OBS_VALUE : OBS_ZERO;
  o->quantum = value ? MAKER_QUANTUM : 0;
  o->text = maker_text(m, value);
}

#endif
