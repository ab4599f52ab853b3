/* roster.c: the roster of bodies: read from a table with a head, each mistake with line and column; and which body a book is of. */
#include "rooms/audit/roster.h"

#include <stdlib.h>
#include <string.h>

enum { BODIES_MAX = 200000, HEAD_ROWS = 5, COLUMNS_MAX = 64, ROSTER_BYTES = 64 << 20, SERIAL_FIRST = 20000, SERIAL_LAST = 80000 };

/* What a column is, by its head. */
enum field {
  FIELD_CODE,
  FIELD_NAME,
  FIELD_PARENT,
  FIELD_TYPE,
  FIELD_YEAR,
  FIELD_BUDGET_APPROVED,
  FIELD_BUDGET_PUBLISHED,
  FIELD_BUDGET_ADDRESS,
  FIELD_FINAL_APPROVED,
  FIELD_FINAL_PUBLISHED,
  FIELD_FINAL_ADDRESS,
  FIELD_ALIASES,
  FIELD_NOTE,
  FIELDS
};
static const char *const heads[FIELDS] = {
    [FIELD_CODE] = "单位编码|部门编码|编码|单位代码|code",
    [FIELD_NAME] = "单位名称|部门名称|名称|单位|name",
    [FIELD_PARENT] = "上级部门|主管部门|上级|上级单位|parent",
    [FIELD_TYPE] = "类型|单位类型|type",
    [FIELD_YEAR] = "年度|年份|预算年度|year",
    [FIELD_BUDGET_APPROVED] = "预算批复日期|预算批复|budgetapproved",
    [FIELD_BUDGET_PUBLISHED] = "预算公开日期|预算公开|budgetpublished",
    [FIELD_BUDGET_ADDRESS] = "预算公开地址|预算公开网址|budgetaddress",
    [FIELD_FINAL_APPROVED] = "决算批复日期|决算批复|finalapproved",
    [FIELD_FINAL_PUBLISHED] = "决算公开日期|决算公开|finalpublished",
    [FIELD_FINAL_ADDRESS] = "决算公开地址|决算公开网址|finaladdress",
    [FIELD_ALIASES] = "别名|简称|曾用名|aliases",
    [FIELD_NOTE] = "备注|序号|说明|note",
};

struct reading {
  struct roster *r;
  const struct table *t;
  int column[FIELDS]; /* -1: the roster has no such column */
  int head;           /* its row */
  struct err *e;
};

static int nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static int mistake(const struct reading *d, int row, int column, const char *what, struct sv text) {
  const struct cell *c = column >= 0 ? table_cell(d->t, row, column) : NULL;
  const struct cell *first = c ? c : table_cell(d->t, row, 0);
  return err_at(d->e, RC_FORMAT, d->r->path, first && first->place.line > 0 ? first->place.line : row + 1, column + 1,
                tr("名册：%s“%.*s”", "roster: %s \"%.*s\""), what, SV_ARG(text));
}

/* ---- the head ---- */

static int field_of(const char *folded) {
  for (int f = 0; f < FIELDS; f++) {
    struct sv rest = sv_from(heads[f]);
    while (rest.p)
      if (sv_is(sv_cut(&rest, '|'), folded)) return f;
  }
  return -1;
}

static const char *cell_folded(struct reading *d, int row, int column) {
  const struct cell *c = table_cell(d->t, row, column);
  return c ? text_fold(&d->r->arena, c->text) : "";
}

static int head_find(struct reading *d) {
  for (d->head = 0; d->head < d->t->rows && d->head < HEAD_ROWS; d->head++)
    for (int c = 0; c < d->t->columns && c < COLUMNS_MAX; c++) {
      const char *folded = cell_folded(d, d->head, c);
      if (!folded) return nomem(d->e);
      if (*folded && field_of(folded) == FIELD_NAME) return RC_OK;
    }
  d->head = 0;
  return mistake(d, 0, 0, tr("前几行里没有表头“单位名称”；第一格是", "no head \"单位名称\" in the first rows; the first cell is"),
                 table_cell(d->t, 0, 0)->text);
}

static int head_read(struct reading *d) {
  for (int f = 0; f < FIELDS; f++) d->column[f] = -1;
  for (int c = 0; c < d->t->columns; c++) {
    const char *folded = cell_folded(d, d->head, c);
    if (!folded) return nomem(d->e);
    if (!*folded) continue;
    int f = field_of(folded);
    struct sv shown = table_cell(d->t, d->head, c)->text;
    if (f < 0 || c >= COLUMNS_MAX)
      return mistake(d, d->head, c, tr("不认识的栏（docs/roster.md 列出全部）", "unknown column (docs/roster.md lists them)"), shown);
    if (d->column[f] >= 0 && f != FIELD_NOTE) return mistake(d, d->head, c, tr("这一栏列了两次", "the column is there twice"), shown);
    d->column[f] = c;
  }
  return RC_OK;
}

/* ---- a row ---- */

static struct sv cell_text(const struct reading *d, int row, enum field f) {
  const struct cell *c = d->column[f] >= 0 ? table_cell(d->t, row, d->column[f]) : NULL;
  return c && c->row == row ? sv_trim(c->text) : (struct sv){0};
}

static const char *cell_copy(const struct reading *d, int row, enum field f) {
  struct sv s = cell_text(d, row, f);
  return arena_text(&d->r->arena, s.p ? s.p : "", s.n);
}

/* A workbook stores a day as the number of days since 1899-12-30, and may show it in a form of its own. */
static int serial_day(const struct cell *c) {
  struct number n;
  if (!c || !(c->flags & CELL_NUMERIC) || number_parse(c->stored.n ? c->stored : c->text, &n) < 0) return DAY_NONE;
  int64_t whole = n.mantissa;
  for (int i = 0; i < n.decimals; i++) whole /= 10;
  return whole >= SERIAL_FIRST && whole <= SERIAL_LAST ? (int)whole - 25569 : DAY_NONE;
}

static int read_day(const struct reading *d, int row, enum field f, int *day) {
  struct sv s = cell_text(d, row, f);
  *day = DAY_NONE;
  if (s.n == 0 || number_is_dash(s) || day_parse(s, day) == RC_OK) return RC_OK;
  *day = serial_day(table_cell(d->t, row, d->column[f]));
  if (*day != DAY_NONE) return RC_OK;
  return mistake(d, row, d->column[f], tr("不是日期（写成 2024-02-05）：", "is no date (write 2024-02-05):"), s);
}

static int read_year(const struct reading *d, int row, int *year) {
  struct sv s = cell_text(d, row, FIELD_YEAR);
  struct number n;
  *year = 0;
  if (s.n == 0) return RC_OK;
  if (sv_ends(s, "年度")) s.n -= strlen("年度");
  if (sv_ends(s, "年")) s.n -= strlen("年");
  if (number_parse(s, &n) < 0 || n.decimals > 0 || n.mantissa < 1990 || n.mantissa > 2199)
    return mistake(d, row, d->column[FIELD_YEAR], tr("不是年份：", "is no year:"), s);
  *year = (int)n.mantissa;
  return RC_OK;
}

static int read_type(const struct reading *d, int row, bool *unit) {
  struct sv s = cell_text(d, row, FIELD_TYPE);
  if (s.n == 0)
    *unit = cell_text(d, row, FIELD_PARENT).n > 0;
  else if (sv_is(s, "部门") || sv_is(s, "department"))
    *unit = false;
  else if (sv_is(s, "单位") || sv_is(s, "unit"))
    *unit = true;
  else
    return mistake(d, row, d->column[FIELD_TYPE], tr("类型应是“部门”或“单位”：", "the type is 部门 or 单位, not"), s);
  return RC_OK;
}

const char *body_key(struct arena *a, struct sv name, bool *own) {
  static const char *const ends[] = {"(本级)", "(机关)", "本级", "机关", "(部门)", "(汇总)", "(单位)", NULL};
  char *key = (char *)(uintptr_t)text_fold(a, name); /* a fresh copy in the arena */
  if (own) *own = false;
  if (!key) return NULL;
  for (int i = 0; ends[i]; i++) {
    size_t n = strlen(key), m = strlen(ends[i]);
    if (n <= m + 3 || strcmp(key + n - m, ends[i]) != 0) continue;
    key[n - m] = '\0';
    if (own) *own = i < 4;
    break;
  }
  return key;
}

static int read_aliases(const struct reading *d, int row, struct body *b) {
  struct words w;
  struct sv s = cell_text(d, row, FIELD_ALIASES);
  char *text = arena_text(&d->r->arena, s.p ? s.p : "", s.n);
  static const char *const marks[] = {"；", "、", ";", "|"};
  if (!text) return nomem(d->e);
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    for (char *at = text; (at = strstr(at, marks[i]));) memset(at, '\n', strlen(marks[i]));
  int rc = words_read(&d->r->arena, sv_from(text), '\n', false, &w);
  if (rc == RC_LIMIT) return mistake(d, row, d->column[FIELD_ALIASES], tr("别名太多", "too many aliases"), (struct sv){0});
  for (int i = 0; rc == RC_OK && i < w.n; i++)
    if (!(w.v[i] = body_key(&d->r->arena, sv_from(w.v[i]), NULL))) rc = RC_NOMEM;
  b->aliases = w;
  return rc < 0 ? nomem(d->e) : RC_OK;
}

static int read_duties(const struct reading *d, int row, struct body *b) {
  static const enum field approved[] = {FIELD_BUDGET_APPROVED, FIELD_FINAL_APPROVED}, published[] = {FIELD_BUDGET_PUBLISHED, FIELD_FINAL_PUBLISHED},
                          address[] = {FIELD_BUDGET_ADDRESS, FIELD_FINAL_ADDRESS};
  for (int p = 0; p < DUTY_PHASES; p++) {
    int rc = read_day(d, row, approved[p], &b->duty[p].approved);
    if (rc == RC_OK) rc = read_day(d, row, published[p], &b->duty[p].published);
    if (rc < 0) return rc;
    if (!(b->duty[p].address = cell_copy(d, row, address[p]))) return nomem(d->e);
  }
  return RC_OK;
}

/* Names are looked up, not compared with all before: a roster may hold every unit of a province. */
static int body_twice(const struct reading *d, struct intern *seen, const struct body *b, int row) {
  char text[1200];
  int n = snprintf(text, sizeof text, "%d %d %d %.1000s", b->unit, b->own, b->year, b->key);
  size_t before = seen->names.n;
  if (intern_add(seen, text, (size_t)n) == INTERN_NONE) return nomem(d->e);
  return seen->names.n > before ? RC_OK
                                : mistake(d, row, d->column[FIELD_NAME], tr("同一年度列了两次：", "is listed twice for one year:"), sv_from(b->name));
}

static int read_row(const struct reading *d, struct intern *seen, int row) {
  struct body b = {.parent = -1};
  struct sv name = cell_text(d, row, FIELD_NAME);
  bool empty = true;
  for (int c = 0; c < d->t->columns; c++) empty &= sv_trim(table_cell(d->t, row, c)->text).n == 0;
  if (empty) return RC_OK;
  if (name.n == 0) return mistake(d, row, d->column[FIELD_NAME], tr("没有写单位名称", "no name of a body"), name);
  b.code = cell_copy(d, row, FIELD_CODE), b.name = cell_copy(d, row, FIELD_NAME);
  b.key = body_key(&d->r->arena, name, &b.own);
  const struct cell *c = table_cell(d->t, row, 0);
  b.line = c->place.line > 0 ? c->place.line : row + 1;
  if (!b.code || !b.name || !b.key) return nomem(d->e);
  int rc = read_type(d, row, &b.unit);
  if (rc == RC_OK) rc = read_year(d, row, &b.year);
  if (rc == RC_OK) rc = read_aliases(d, row, &b);
  if (rc == RC_OK) rc = read_duties(d, row, &b);
  if (rc == RC_OK) rc = body_twice(d, seen, &b, row);
  if (rc == RC_OK && VEC_PUSH(&d->r->bodies, b, BODIES_MAX) < 0)
    rc = err_set(d->e, RC_LIMIT, tr("名册超过 %d 行", "a roster of more than %d rows"), BODIES_MAX);
  return rc;
}

/* ---- whose unit it is ---- */

static int parent_find(const struct roster *r, const struct intern *names, const uint32_t *next, const char *key, int year) {
  uint32_t id = intern_find(names, key, strlen(key));
  int any = -1;
  for (uint32_t i = id == INTERN_NONE ? INTERN_NONE : next[r->bodies.n + id]; i != INTERN_NONE; i = next[i]) {
    const struct body *b = &r->bodies.v[i];
    if (b->year == year) return (int)i;
    if (!b->year || !year) any = (int)i;
  }
  return any;
}

/* Departments by their key, each a chain through `next`; its heads stand behind the bodies. */
static int departments_index(const struct roster *r, struct intern *names, uint32_t **out) {
  size_t n = r->bodies.n;
  uint32_t *next = calloc(n * 3 + 1, sizeof *next);
  if (!next) return RC_NOMEM;
  memset(next, 0xFF, (n * 3 + 1) * sizeof *next);
  *out = next;
  for (uint32_t i = 0; i < n; i++) {
    if (r->bodies.v[i].unit) continue;
    uint32_t id = intern_add(names, r->bodies.v[i].key, strlen(r->bodies.v[i].key));
    if (id == INTERN_NONE) return RC_NOMEM;
    next[i] = next[n + id], next[n + id] = i;
  }
  return RC_OK;
}

/* A department may be named by its code: then its name is what that code stands for. */
static const char *named_by_code(const struct roster *r, const char *text) {
  if (!*text || strspn(text, "0123456789") != strlen(text)) return NULL;
  for (size_t i = 0; i < r->bodies.n; i++)
    if (!r->bodies.v[i].unit && strcmp(r->bodies.v[i].code, text) == 0) return r->bodies.v[i].key;
  return NULL;
}

static int parents_find(struct reading *d, const int *rows) {
  struct intern names;
  uint32_t *next = NULL;
  intern_init(&names);
  int rc = departments_index(d->r, &names, &next) < 0 ? nomem(d->e) : RC_OK;
  for (size_t i = 0; i < d->r->bodies.n && rc == RC_OK; i++) {
    struct body *b = &d->r->bodies.v[i];
    struct sv s = cell_text(d, rows[i], FIELD_PARENT);
    if (!b->unit || s.n == 0) continue;
    const char *key = body_key(&d->r->arena, s, NULL), *code = key ? named_by_code(d->r, key) : NULL;
    if (!key) rc = nomem(d->e);
    if (rc == RC_OK) b->parent = parent_find(d->r, &names, next, code ? code : key, b->year);
    if (rc == RC_OK && b->parent < 0)
      rc = mistake(d, rows[i], d->column[FIELD_PARENT], tr("名册里没有这个部门：", "no such department in the roster:"), s);
  }
  free(next);
  intern_release(&names);
  return rc;
}

/* ---- the whole ---- */

/* A CSV whose rows have different numbers of fields is read as lines: say which is the first. */
static int no_table(const struct document *d, const char *path, struct err *e) {
  long first = -1;
  for (int i = 0; i < d->nitems; i++) {
    long commas = 0;
    for (size_t k = 0; k < d->items[i].text.n; k++) commas += d->items[i].text.p[k] == ',';
    if (first < 0) first = commas;
    if (commas != first)
      return err_at(e, RC_FORMAT, path, d->items[i].place.line, 1,
                    tr("名册：这一行有 %ld 栏，第一行有 %ld 栏", "roster: %ld fields here, %ld in the first line"), commas + 1, first + 1);
  }
  return err_at(e, RC_FORMAT, path, 1, 1, "%s",
                tr("名册里没有表格：要有表头和至少一行，CSV 每行栏数相同",
                   "no table in the roster: a head and at least one row are wanted, in CSV with as many fields in each"));
}

static int rows_read(struct reading *d) {
  struct intern seen;
  intern_init(&seen);
  int *rows = calloc((size_t)d->t->rows + 1, sizeof *rows), rc = rows ? RC_OK : nomem(d->e);
  for (int row = d->head + 1; row < d->t->rows && rc == RC_OK; row++) {
    rows[d->r->bodies.n] = row;
    rc = read_row(d, &seen, row);
  }
  if (rc == RC_OK && d->r->bodies.n == 0) rc = mistake(d, d->head, 0, tr("表头之下没有一行", "no row under the head"), (struct sv){0});
  if (rc == RC_OK) rc = parents_find(d, rows);
  free(rows);
  intern_release(&seen);
  return rc;
}

static int roster_take(const struct document *doc, const char *name, struct roster **out, struct err *e) {
  struct roster *r = calloc(1, sizeof *r);
  if (!r) return nomem(e);
  arena_init(&r->arena, (size_t)256 << 20);
  r->path = arena_text(&r->arena, name, strlen(name));
  struct reading d = {.r = r, .t = doc->ntables > 0 ? &doc->tables[0] : NULL, .e = e};
  int rc = r->path ? RC_OK : nomem(e);
  if (rc == RC_OK && (!d.t || d.t->rows < 1 || d.t->columns < 1)) rc = no_table(doc, name, e);
  if (rc == RC_OK) rc = head_find(&d);
  if (rc == RC_OK) rc = head_read(&d);
  if (rc == RC_OK) rc = rows_read(&d);
  if (rc < 0)
    roster_free(r);
  else
    *out = r;
  return rc;
}

int roster_read(const char *path, struct roster **out, struct err *e) {
  struct document *d;
  *out = NULL;
  int rc = document_read(path, &document_limits_default, &d, e);
  if (rc < 0) return rc;
  rc = roster_take(d, path, out, e);
  document_free(d);
  return rc;
}

int roster_read_memory(const char *name, const void *data, size_t size, struct roster **out, struct err *e) {
  struct document *d;
  *out = NULL;
  if (size > ROSTER_BYTES) return err_set(e, RC_LIMIT, "%s", tr("名册太大", "the roster is too large"));
  int rc = document_read_memory(name, data, size, &document_limits_default, &d, e);
  if (rc < 0) return rc;
  rc = roster_take(d, name, out, e);
  document_free(d);
  return rc;
}

void roster_free(struct roster *r) {
  if (!r) return;
  free(r->bodies.v);
  arena_release(&r->arena);
  free(r);
}

/* ---- which body a book is of ---- */

static bool answers_to(const struct body *b, const char *key) {
  if (strcmp(b->key, key) == 0) return true;
  for (int i = 0; i < b->aliases.n; i++)
    if (strcmp(b->aliases.v[i], key) == 0) return true;
  return false;
}

/* A code is digits before the first dash of the book's id: 169001-2023-budget. */
static bool has_code(const struct body *b, const char *id) {
  size_t n = strlen(b->code);
  return n >= 3 && id && strncmp(id, b->code, n) == 0 && id[n] == '-';
}

int roster_find(const struct roster *r, const struct book *book) {
  struct arena a;
  bool unit = book->kind == BOOK_UNIT_BUDGET || book->kind == BOOK_UNIT_FINAL;
  int best = -1, best_score = 0;
  arena_init(&a, 1 << 16);
  const char *key = book->body.n ? body_key(&a, book->body, NULL) : NULL;
  for (size_t i = 0; i < r->bodies.n && book->kind != BOOK_UNKNOWN; i++) {
    const struct body *b = &r->bodies.v[i];
    if (b->unit != unit || (b->year && b->year != book->year)) continue;
    int score = key && answers_to(b, key) ? 2 : has_code(b, book->id) ? 1 : 0;
    if (score > best_score) best = (int)i, best_score = score;
  }
  arena_release(&a);
  return best;
}
