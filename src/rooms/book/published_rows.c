/* published_rows.c: a published book's lines as rows of prior-lines.csv with the classes they name, and what is said of them; opening the book. */
#include "rooms/book/published.h"
#include "rooms/budget/budget.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void published_note(struct published *p, const char *fmt, ...) {
  char text[900];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  const char *kept = arena_text(&p->im->arena, text, strlen(text));
  if (!kept || VEC_PUSH(&p->im->notes, kept, 5000) < 0) p->im->arena.failed = true;
}

const char *published_kind(int kind) {
  static const char *const zh[] = {"人员经费", "公用经费", "项目支出", "事业单位经营支出", "上缴上级支出", "对附属单位补助支出", "未分种类"},
                           *const en[] = {"personnel", "public expenses", "projects", "operation", "remitted", "subsidies", "not told apart"};
  return kind < 0 || kind > KIND_UNSPLIT ? "" : lang_get() == LANG_EN ? en[kind] : zh[kind];
}

/* ---- rows ---- */

static struct import_sheet *sheet_for(struct published *p, const char *entity) {
  int k = ws_schema_find(p->im->records.schema, entity);
  for (size_t i = 0; i < p->im->sheets.n; i++)
    if (p->im->sheets.v[i].entity == k) return &p->im->sheets.v[i];
  struct import_sheet s = {.entity = k, .sheet = -1};
  for (int i = 0; i < OPEN_FIELDS; i++) s.column[i] = -1;
  if (k < 0 || VEC_PUSH(&p->im->sheets, s, OPEN_FIELDS) < 0) return NULL;
  return &p->im->sheets.v[p->im->sheets.n - 1];
}

static struct import_row *row_new(struct published *p, const char *entity, const char *from) {
  struct import_sheet *s = sheet_for(p, entity);
  int n = s ? p->im->records.files[s->entity].entity->nfields : 0;
  struct import_row r = {.row = -1, .from = from, .value = ARENA_ARRAY(&p->im->arena, struct sv, (size_t)(n ? n : 1))};
  if (!s || !r.value || VEC_PUSH(&s->rows, r, IMPORT_ROWS) < 0) {
    p->im->arena.failed = true;
    return NULL;
  }
  return &s->rows.v[s->rows.n - 1];
}

/* Every field of the key is set, empty ones too: they are what the record is found by. */
static void value_set(struct published *p, struct import_row *r, const char *entity, const char *field, struct sv value) {
  const struct ws_entity *d = r ? p->im->records.files[ws_schema_find(p->im->records.schema, entity)].entity : NULL;
  int k = d ? ws_entity_field(d, field) : -1;
  const char *copy = k >= 0 ? arena_text(&p->im->arena, value.p ? value.p : "", value.n) : NULL;
  if (copy) r->value[k] = (struct sv){copy, value.n};
}

static bool class_there(const struct published *p, int entity, struct sv code) {
  const struct ws_file *f = &p->im->records.files[entity];
  for (size_t i = 1; i <= records_count(&p->im->records, entity); i++)
    if (sv_equal(ws_get(f, i, 0), code)) return true;
  for (size_t i = 0; i < p->im->sheets.n; i++)
    for (size_t r = 0; p->im->sheets.v[i].entity == entity && r < p->im->sheets.v[i].rows.n; r++)
      if (sv_equal(p->im->sheets.v[i].rows.v[r].value[0], code)) return true;
  return false;
}

/* The name that the book prints beside a code, in any table. */
static struct sv name_printed(const struct published *p, struct sv code) {
  for (size_t i = 0; i < p->b->tables.n; i++)
    for (int r = 0; r < p->b->tables.v[i].nrows; r++) {
      const struct book_row *row = &p->b->tables.v[i].rows[r];
      if (row->key != NO_SYMBOL && sv_equal(sv_from(intern_name(&p->b->symbols, row->key)), code) && row->label.n) return row->label;
    }
  return SV("（名称待填）");
}

/* A class that the workspace does not list yet, with those above it: without it the line would be of no class. */
static void class_add(struct published *p, bool func, struct sv code) {
  const char *entity = func ? "functions" : "economics";
  int k = ws_schema_find(p->im->records.schema, entity);
  for (size_t n = 3; n <= code.n; n += 2) {
    struct sv up = {code.p, n};
    if (class_there(p, k, up)) continue;
    const struct code *known = code_find(p->codes, func ? CODES_FUNCTIONAL : CODES_ECON_DEPARTMENT, up, p->year);
    struct import_row *r = row_new(p, entity, known ? tr("国家科目", "the official list") : tr("书里的名称", "the book's name"));
    value_set(p, r, entity, "code", up);
    value_set(p, r, entity, "name", known ? sv_from(known->name) : name_printed(p, up));
  }
}

static void line_row(struct published *p, const struct pub_line *l) {
  static const char *const kinds[] = {"P", "U", "J", "B", "S", "A", "X"}, *const sources[] = {"11", "12", "13", "2", "31", "32", "33", "34", "39"};
  static const char entity[] = "prior-lines";
  char amount[MONEY_TEXT], printed[MONEY_TEXT];
  if (l->func.n) class_add(p, true, l->func);
  if (l->econ.n) class_add(p, false, l->econ);
  struct import_row *r = row_new(p, entity, l->from);
  value_set(p, r, entity, "year", sv_from(arena_printf(&p->im->arena, "%d", p->year - l->back)));
  value_set(p, r, entity, "kind", sv_from(kinds[l->kind]));
  value_set(p, r, entity, "func", l->func);
  value_set(p, r, entity, "econ", l->econ);
  value_set(p, r, entity, "project", l->project);
  value_set(p, r, entity, "project_name", l->name);
  value_set(p, r, entity, "category", l->category);
  value_set(p, r, entity, "source", sv_from(sources[l->source]));
  value_set(p, r, entity, "origin", l->origin == ORIGIN_CARRY ? SV("上年结转结余") : SV(""));
  value_set(p, r, entity, "amount", sv_from(money_print(amount, l->fen, SCALE_YUAN, 2, false)));
  if (l->merged || l->scale == SCALE_YUAN) return;
  money_print(printed, l->fen, l->scale, l->decimals, false);
  value_set(p, r, entity, "printed",
            sv_from(arena_printf(&p->im->arena, "%s%s", printed,
                                 l->scale == SCALE_WAN    ? "万元"
                                 : l->scale == SCALE_QIAN ? "千元"
                                 : l->scale == SCALE_YI   ? "亿元"
                                                          : "百万元")));
}

/* ---- what is said ---- */

static void precision_tell(struct published *p) {
  int64_t seen[8];
  int n = 0;
  char a[MONEY_TEXT], b[MONEY_TEXT];
  for (size_t i = 0; i < p->lines.n; i++) {
    int k = 0;
    while (k < n && seen[k] != p->lines.v[i].quantum) k++;
    if (k < n || n == 8 || p->lines.v[i].quantum <= 1) continue;
    seen[n++] = p->lines.v[i].quantum;
    published_note(p,
                   tr("精度：书里印到 %s 元，每个数的真值在印出的数 ± %s 元以内；照印出的数记，不补更细的数",
                      "precision: printed to %s 元, so each true amount lies within ± %s 元 of it; kept as printed"),
                   money_print(a, p->lines.v[i].quantum, SCALE_YUAN, 2, true), money_print(b, p->lines.v[i].quantum / 2, SCALE_YUAN, 2, true));
  }
}

static int64_t joint(const struct published *p, int kind, bool func, bool econ, bool project) {
  int64_t sum = 0;
  for (size_t i = 0; i < p->lines.n; i++) {
    const struct pub_line *l = &p->lines.v[i];
    if (l->name.n && !l->project.n && !l->category.n) continue; /* 尾差, what is taken away */
    if (!l->back && l->kind == kind && (l->func.n > 0) == func && (l->econ.n > 0) == econ && (l->project.n + (l->category.n > 0) > 0) == project)
      sum += l->fen > 0 ? l->fen : 0;
  }
  return sum;
}

/* What a line would say and the book's tables do not. */
static void undetermined_tell(struct published *p) {
  char a[MONEY_TEXT];
  for (int k = 0; k <= KIND_UNSPLIT; k++) {
    int64_t func = joint(p, k, true, false, false), econ = joint(p, k, false, true, false), project = joint(p, k, false, false, true);
    if (k == KIND_UNSPLIT && func)
      published_note(p,
                     tr("定不了：按功能科目的 %s 元，书里没有分人员、公用（或项目）；记作“未分种类”（X），科目合计和种类合计都对",
                        "not determined: %s 元 by functional class is not told apart by kind; kept as X, sums by class and by kind are right"),
                     money_print(a, func, SCALE_YUAN, 2, true));
    if (econ)
      published_note(p,
                     tr("定不了：%s按经济科目的 %s 元，各是哪个功能科目的，书里没有；两种合计分别记",
                        "not determined: %s by economic class, %s 元: of which functional class is not printed; both sums are kept"),
                     published_kind(k), money_print(a, econ, SCALE_YUAN, 2, true));
    if (project)
      published_note(p,
                     tr("定不了：%s 元的项目各用哪个功能科目，书里没有；项目的合计和科目的合计分别记",
                        "not determined: which functional class projects of %s 元 use; both sums are kept"),
                     money_print(a, project, SCALE_YUAN, 2, true));
  }
}

static void projects_tell(struct published *p) {
  char a[MONEY_TEXT];
  if (p->projects.n)
    published_note(
        p, tr("%d 年的项目 %zu 个；今年继续安排的，在 projects.csv 加一行：", "of %d there are %zu projects; add to projects.csv those that go on:"),
        p->year, p->projects.n);
  for (size_t i = 0; i < p->projects.n && i < 500; i++) {
    const struct pub_project *x = &p->projects.v[i];
    bool there = false;
    for (size_t k = 0; k < p->w->projects.n; k++)
      there = there || (x->code.n ? sv_equal(p->w->projects.v[k].code, x->code) : sv_equal(p->w->projects.v[k].name, x->name));
    published_note(p, "  %.*s  %.*s  %.*s  %s %s", SV_ARG(x->code.n ? x->code : SV("（书里没有编码）")), SV_ARG(x->name), SV_ARG(x->category),
                   money_print(a, x->fen, SCALE_YUAN, 2, true), there ? tr("元（projects.csv 里已有）", "元 (in projects.csv)") : tr("元", "元"));
  }
}

/* The sums of the lines against what the book prints as totals. */
static void sums_tell(struct published *p) {
  char a[MONEY_TEXT];
  published_note(p, tr("用了书里 %d 个不为零的数，得出 %zu 行，合计 %s 元：", "%d amounts of the book were used, giving %zu lines, %s 元 together:"),
                 p->figures, p->lines.n, money_print(a, published_sum(p, 0, 0, (struct sv){0}, (struct sv){0}), SCALE_YUAN, 2, true));
  for (int k = 0; k <= KIND_UNSPLIT; k++) {
    int64_t sum = published_sum(p, 1u << k, 0, (struct sv){0}, (struct sv){0});
    if (sum) published_note(p, "  %s %s 元", published_kind(k), money_print(a, sum, SCALE_YUAN, 2, true));
  }
}

void published_rows(struct published *p) {
  size_t n = 0;
  for (size_t i = 0; i < p->lines.n; i++)
    if (p->lines.v[i].fen != 0) p->lines.v[n++] = p->lines.v[i];
  p->lines.n = n;
  for (size_t i = 0; i < n; i++) line_row(p, &p->lines.v[i]);
  sums_tell(p);
  precision_tell(p);
  undetermined_tell(p);
  projects_tell(p);
  for (size_t i = 0; i < p->b->unread.n && i < 20; i++)
    published_note(p, tr("没有读：第 %d 页“%.*s”：%s", "not read: page %d \"%.*s\": %s"), p->b->unread.v[i].place.page,
                   SV_ARG(p->b->unread.v[i].text), p->b->unread.v[i].why ? p->b->unread.v[i].why : "");
}

/* ---- the book ---- */

static int book_fits(struct published *p, const char *unit, int year) {
  const struct book *b = p->b;
  char ours[400], theirs[400];
  if (b->kind == BOOK_DEPARTMENT_FINAL || b->kind == BOOK_UNIT_FINAL)
    return err_set(
        p->e, RC_FORMAT,
        tr("%s 是决算，不是预算；上年的数取上年的预算书", "%s is a book of final accounts; last year's amounts are those of its budget book"),
        p->im->path);
  p->year = year ? year : b->year;
  if (b->year <= 0 && !year)
    return err_set(p->e, RC_FORMAT, tr("%s 里认不出年度；加 --year 写明", "%s does not say its year; name it with --year"), p->im->path);
  if (!year && b->year != p->w->year - 1)
    return err_set(p->e, RC_FORMAT,
                   tr("%s 是 %d 年的书，工作区是 %d 年的，上年是 %d 年；确要把它记作某一年，加 --year",
                      "%s is of %d, the workspace of %d, whose last year is %d; to take it for a year, say --year"),
                   p->im->path, b->year, p->w->year, p->w->year - 1);
  if (p->year >= p->w->year)
    return err_set(p->e, RC_USAGE, tr("--year 要早于工作区的 %d 年", "--year must be before the workspace's %d"), p->w->year);
  if (p->w->department < 0 || (size_t)p->w->department >= p->w->units.n || *unit) return RC_OK;
  text_fold_into(ours, sizeof ours, p->w->units.v[p->w->department].name), text_fold_into(theirs, sizeof theirs, b->body);
  if (strcmp(ours, theirs) == 0) return RC_OK;
  return err_set(p->e, RC_FORMAT,
                 tr("书是“%.*s”的，工作区是“%.*s”的；是同一个部门（改过名）就加 --unit %.*s",
                    "the book is of \"%.*s\", the workspace of \"%.*s\"; if they are one (renamed), say --unit %.*s"),
                 SV_ARG(b->body), SV_ARG(p->w->units.v[p->w->department].name), SV_ARG(p->w->units.v[p->w->department].code));
}

/* The department's book before a unit's; the first that is filled in. */
static const struct book *book_choose(struct book *const *books, int n) {
  const struct book *best = NULL;
  for (int i = 0; i < n; i++) {
    if (books[i]->blank_form || books[i]->money_tables == 0 || books[i]->recognised_tables == 0) continue;
    if (!best || (best->kind != BOOK_DEPARTMENT_BUDGET && books[i]->kind == BOOK_DEPARTMENT_BUDGET)) best = books[i];
  }
  return best;
}

static int one_book(struct published *p, const char *unit, int year) {
  int rc = book_fits(p, unit, year);
  p->seen = calloc(p->b->obs.n + 1, sizeof *p->seen);
  if (rc == RC_OK && !p->seen) rc = err_set(p->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) {
    published_note(p, tr("%.*s %d 年预算（样式 %s），记作 %d 年的以前年度预算", "%.*s, budget of %d (%s), taken for the lines of %d"),
                   SV_ARG(p->b->body), p->b->year, p->b->profile ? p->b->profile : "?", p->year);
    published_read(p);
    published_rows(p);
    if (p->lines.n == 0)
      rc = err_set(p->e, RC_FORMAT, tr("%s 里没有认出可以记作上年数的表", "%s has no table that last year's amounts could be taken from"),
                   p->im->path);
  }
  free(p->seen), free(p->lines.v), free(p->projects.v);
  return rc;
}

int import_published(struct import *im, const struct workspace *w, const struct code_lists *codes, const char *unit, int year, int *taken,
                     struct err *e) {
  struct published p = {.im = im, .w = w, .codes = codes, .e = e};
  struct document *d = NULL;
  struct profiles *profiles = NULL;
  struct book **books = NULL;
  char path[4096];
  int n = 0, rc = document_read(im->path, NULL, &d, e);
  if (rc == RC_OK) rc = profiles_load(codes_data_path(path, sizeof path, "profiles"), &profiles, e);
  struct recognise_options o = {.profiles = profiles, .codes = codes};
  const struct document *one = d;
  if (rc == RC_OK) rc = book_recognise(&one, 1, &o, &books, &n, e);
  p.b = rc == RC_OK ? book_choose(books, n) : NULL, p.d = d;
  if (rc == RC_OK && !p.b)
    rc = err_set(e, RC_FORMAT,
                 tr("%s 里没有认出填好的预算表；表格另成一个文件的，取那个文件",
                    "%s has no table of a budget that is filled in; if the tables are a file of their own, take that"),
                 im->path);
  if (rc == RC_OK) rc = one_book(&p, unit, year);
  *taken = p.year;
  for (int i = 0; i < n; i++) book_free(books[i]);
  free(books);
  profiles_free(profiles);
  document_free(d);
  return rc == RC_OK && im->arena.failed ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : rc;
}

void published_hold(struct import *im, int year) {
  char text[16];
  snprintf(text, sizeof text, "%d", year);
  for (size_t i = 0; i < im->sheets.n; i++) {
    struct import_sheet *s = &im->sheets.v[i];
    const struct ws_file *f = &im->records.files[s->entity];
    int k = strcmp(f->entity->name, "prior-lines") == 0 ? ws_entity_field(f->entity, "year") : -1;
    size_t records = k >= 0 ? records_count(&im->records, s->entity) : 0;
    bool *named = records ? ARENA_ARRAY(&im->arena, bool, records + 1) : NULL;
    if (!named) continue;
    for (size_t r = 0; r < s->rows.n; r++) named[s->rows.v[r].record] = true;
    for (size_t r = 1; r <= records; r++)
      if (!named[r] && sv_is(ws_get(f, r, k), text)) s->missing[r] = true, s->nmissing++;
    if (s->nmissing && !im->delete_missing && !im->keep_missing)
      import_tell(im, WS_ERROR, "X-TWICE", s, -1, -1,
                  tr("工作区里已有 %s 年的另外 %zu 行，和书里的数会算两遍：换成书里的加 --delete-missing，都留下加 --keep-missing",
                     "the workspace has for %s %zu other lines, which would count twice: --delete-missing puts the book's in their place, "
                     "--keep-missing keeps both"),
                  text, s->nmissing);
  }
}
