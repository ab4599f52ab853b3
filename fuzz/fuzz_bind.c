/* fuzz_bind.c: the rules of the project, or rules made of the bytes, over small books made of the bytes: every check has an outcome, every finding
 * points into the book, the same book gives the same result. Bytes: how the book is made; from the first line that begins with "rule " on, rules. */
#include "rooms/codes/codes.h"
#include "rule/rule.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TABLES_MOST = 8, ROWS_MOST = 12, COLUMNS_MOST = 6 };

struct source {
  const uint8_t *p;
  size_t n;
};

static unsigned take(struct source *s) {
  if (s->n == 0) return 0;
  s->n--;
  return *s->p++;
}

static const char *const kinds[] = {
    "summary-in",      "summary-out",   "income-by-unit", "expenditure", "grant-in", "grant-out",    "gp-function", "gp-unit",
    "gp-basic",        "three-public",  "fund",           "soe",         "projects", "project-head", "goal-money",  "project-sources",
    "project-details", "goal-projects", "income-items",   "grant-basic", "x",        "said"};
static const char *const keys[] = {"total", "in.total", "in.year", "in.gp", "in.carry", "out.total",    "out.year",      "201",
                                   "20103", "2010301",  "2010302", "208",   "301",      "30101",        "302",           "single",
                                   "777",   "777001",   "22",      "31",    "in.grant", "source.total", "out.personnel", "basic.personnel",
                                   "p1",    "p2"};
static const char *const measures[] = {"total",  "amount",  "basic",   "project",   "basic.personnel", "basic.public", "gp",        "fund",
                                       "year",   "year.gp", "carry",   "share",     "personnel",       "public",       "all-years", "expenditure",
                                       "income", "opening", "closing", "reception", "growth",          "change"};
static const char *const texts[] = {"",     "行政运行", "2023年部门预算",          "一", "0", "无", "99010023777T000000102", "2024",
                                    "空表", "大于",     "比上年增加１２.３%，××。"};

#define PICK(list, s) (list[take(s) % (sizeof(list) / sizeof *(list))])

static struct sv text_of(struct source *s) {
  return sv_from(PICK(texts, s));
}

static int cells_make(struct book *b, struct book_table *t, int32_t table, struct source *s) {
  for (int i = 0; i < t->nrows * t->ncolumns; i++) {
    unsigned how = take(s);
    t->cells[i] = -1;
    if (how % 16 == 15) continue;
    const struct book_column *k = &t->columns[i % t->ncolumns];
    struct obs o = {.state = (enum obs_state)(how % 16 < 10 ? OBS_VALUE : how % 6),
                    .type = k->type,
                    .quantum = k->quantum,
                    .text = text_of(s),
                    .doubtful = how >= 250,
                    .row = i / t->ncolumns,
                    .column = i % t->ncolumns,
                    .table = table};
    o.value = (int64_t)(int8_t)take(s) * k->quantum;
    if (how == 200) o.value = INT64_MAX / 4;
    if (how == 201) o.value = -INT64_MAX / 4;
    if (o.state != OBS_VALUE || o.value == 0) o.value = 0, o.quantum = 0;
    t->cells[i] = (int32_t)b->obs.n;
    if (VEC_PUSH(&b->obs, o, 1 << 16) < 0) return -1;
  }
  return 0;
}

static int rows_make(struct book *b, struct book_table *t, struct source *s) {
  for (int i = 0; i < t->nrows; i++) {
    unsigned how = take(s);
    struct book_row *r = &t->rows[i];
    *r = (struct book_row){.role = (enum row_role)(how % (ROW_UNKNOWN + 1)),
                           .label = text_of(s),
                           .key = book_symbol(b, PICK(keys, s)),
                           .item = NO_SYMBOL,
                           .level = (int)(how >> 3 & 3),
                           .parent = -1};
    if (how & 128) r->code = sv_from(intern_name(&b->symbols, r->key));
    if (how & 64 && i > 0) r->parent = (int)(take(s) % (unsigned)i);
    if (take(s) == 7) r->key = NO_SYMBOL;
  }
  return 0;
}

static int table_make(struct book *b, struct source *s) {
  static const int64_t quanta[] = {1, 100, 10000, 1000000};
  struct book_table t = {.kind = book_symbol(b, PICK(kinds, s)), .id = "T", .title = text_of(s), .subject = NO_SYMBOL, .remark = text_of(s)};
  unsigned how = take(s);
  t.nrows = (int)(take(s) % (ROWS_MOST + 1));
  t.ncolumns = (int)(take(s) % COLUMNS_MOST) + 1;
  t.scale = how % 3 == 0 ? SCALE_YUAN : how % 3 == 1 ? SCALE_WAN : SCALE_NONE;
  t.doubtful = how >= 240;
  t.empty = (how & 32) != 0;
  t.prose = (how & 24) == 24;
  if (how & 64) t.subject = book_symbol(b, PICK(keys, s));
  t.rows = ARENA_ARRAY(&b->arena, struct book_row, (size_t)t.nrows + 1);
  t.columns = ARENA_ARRAY(&b->arena, struct book_column, (size_t)t.ncolumns);
  t.cells = ARENA_ARRAY(&b->arena, int32_t, (size_t)(t.nrows * t.ncolumns) + 1);
  if (!t.rows || !t.columns || !t.cells) return -1;
  for (int i = 0; i < t.ncolumns; i++) {
    unsigned kind = take(s);
    t.columns[i] = (struct book_column){.measure = kind % 10 == 9 ? NO_SYMBOL : book_symbol(b, PICK(measures, s)),
                                        .group = NO_SYMBOL,
                                        .header = text_of(s),
                                        .type = kind >= 230   ? OBS_PERCENT
                                                : kind >= 220 ? OBS_TEXT
                                                              : OBS_AMOUNT,
                                        .quantum = quanta[kind % 4],
                                        .amounts = (kind & 32) != 0,
                                        .other_year = kind == 99};
  }
  int32_t at = (int32_t)b->tables.n;
  if (rows_make(b, &t, s) < 0 || cells_make(b, &t, at, s) < 0) return -1;
  return VEC_PUSH(&b->tables, t, TABLES_MOST + 1) < 0 ? -1 : 0;
}

static int book_make(struct book *b, struct source *s) {
  static const char *const names[] = {"project.code",   "project.name",     "project.start", "required.kind",
                                      "contents.table", "project.category", "sentence"};
  static const char *const profiles[] = {"wuhan", "shanghai", "jiangsu", "generic"};
  b->kind = (enum book_kind)(take(s) % (BOOK_UNIT_FINAL + 1));
  b->profile = PICK(profiles, s);
  b->id = "fuzz";
  b->year = 2015 + (int)(take(s) % 12);
  b->body = sv_from("某局");
  b->money_tables = (int)(take(s) % 3);
  int tables = (int)(take(s) % (TABLES_MOST + 1)), fields = (int)(take(s) % 8);
  for (int i = 0; i < tables; i++)
    if (table_make(b, s) < 0) return -1;
  for (int i = 0; i < fields; i++) {
    struct book_field f = {.name = book_symbol(b, PICK(names, s)),
                           .table = tables ? (int32_t)(take(s) % (unsigned)(tables + 1)) - 1 : -1,
                           .subject = book_symbol(b, take(s) & 1 ? PICK(kinds, s) : PICK(keys, s)),
                           .text = text_of(s)};
    if (VEC_PUSH(&b->fields, f, 100) < 0) return -1;
  }
  return 0;
}

/* What reports rely on. */
static void check_result_sound(const struct book *b, const struct check_result *r) {
  for (size_t i = 0; i < r->relations.n; i++) {
    const struct relation *x = &r->relations.v[i];
    if (x->nterms < 1 || x->rule < 0) abort();
    if (x->op == REL_RATIO && (x->nwhole < 1 || x->nterms - x->nwhole < 2)) abort();
    for (int k = 0; k < x->nterms; k++)
      if (x->terms[k].obs < 0 || (size_t)x->terms[k].obs >= b->obs.n) abort();
  }
  for (size_t i = 0; i < r->remarks.n; i++)
    if (r->remarks.v[i].outcome == OUTCOME_PASSED || !r->remarks.v[i].detail) abort();
  for (size_t i = 0; i < r->findings.n; i++) {
    const struct finding *f = &r->findings.v[i];
    if (f->relation >= (int32_t)r->relations.n || f->remark >= (int32_t)r->remarks.n || (f->relation < 0 && f->remark < 0)) abort();
    for (int k = 0; k < f->nsuspects; k++)
      if (f->suspects[k].obs < 0 || (size_t)f->suspects[k].obs >= b->obs.n) abort();
  }
}

/* Now and then twice: the same book gives the same result. */
static void check_with(const struct rule_set *rules, const struct book *b, bool twice) {
  struct check_result *one = NULL, *two = NULL;
  struct err e = {0};
  if (rule_check(rules, b, &one, &e) == RC_OK) check_result_sound(b, one);
  if (one && twice && rule_check(rules, b, &two, &e) == RC_OK &&
      (one->passed != two->passed || one->failed != two->failed || one->not_checked != two->not_checked || one->findings.n != two->findings.n))
    abort();
  check_free(one);
  check_free(two);
}

static struct rule_set *shipped(void) {
  static struct code_lists *codes;
  char path[4200];
  struct rule_set *s = NULL;
  struct err e = {0};
  if (rule_set_new(&s, &e) < 0 || rule_set_load(s, codes_data_path(path, sizeof path, "rules"), &e) < 0) return NULL;
  if (codes_load(codes_data_path(path, sizeof path, "codes"), &codes, &e) == RC_OK) rule_set_lookup(s, codes_lookup, codes);
  return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct rule_set *rules;
  if (!rules) rules = shipped();
  if (!rules || size > 8000) return 0;
  const uint8_t *cut = size ? memmem(data, size, "\nrule ", 6) : NULL;
  struct source s = {data, cut ? (size_t)(cut - data) : size};
  struct book *b;
  struct err e = {0};
  if (book_new(&b, &e) < 0) return 0;
  if (book_make(b, &s) == 0) {
    struct rule_set *own = NULL;
    bool twice = size % 8 == 0;
    if (!cut)
      check_with(rules, b, twice);
    else if (rule_set_new(&own, &e) == RC_OK &&
             rule_set_parse(own, "fuzz.rules", (struct sv){(const char *)cut, size - (size_t)(cut - data)}, &e) == RC_OK)
      check_with(own, b, twice);
    rule_set_free(own);
  }
  book_free(b);
  return 0;
}
