/* corpus_table.c: the view over many books for programs (JSON, docs/schema/corpus.md) and as a workbook. */
#include "document/write.h"
#include "rooms/audit/corpus.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 1000000 };

static json_t *text(const char *s) {
  json_t *j = json_string(s ? s : "");
  return j ? j : json_string("�"); /* not UTF-8 */
}

static json_t *counts(const struct corpus_count *n) {
  return json_pack("{s:I,s:I,s:I,s:I,s:I}", "errors", (json_int_t)n->severity[SEVERITY_ERROR], "warnings", (json_int_t)n->severity[SEVERITY_WARNING],
                   "infos", (json_int_t)n->severity[SEVERITY_INFO], "roundings", (json_int_t)n->roundings, "accepted", (json_int_t)n->accepted);
}

static void set_year(json_t *j, int year) {
  if (year > 0) json_object_set_new(j, "year", json_integer(year));
}

static json_t *amounts(const struct corpus *c, const struct corpus_book *b) {
  json_t *all = json_object();
  for (int a = 0; a < c->amounts.n; a++) {
    const struct corpus_value *v = &b->amounts[a];
    char t[MONEY_TEXT];
    if (!v->there) continue;
    json_t *j = json_object();
    json_object_set_new(j, "wan", json_string(money_print(t, v->fen, SCALE_WAN, 6, false)));
    if (v->page > 0) json_object_set_new(j, "page", json_integer(v->page));
    if (v->doubtful) json_object_set_new(j, "to_confirm", json_true());
    if (v->differs) json_object_set_new(j, "files_differ", json_true());
    json_object_set_new(all, c->amounts.v[a].name, j);
  }
  return all;
}

static json_t *book(const struct corpus *c, const struct corpus_book *b) {
  json_t *j = json_object(), *files = json_array();
  json_object_set_new(j, "body", text(c->bodies.v[b->body].name));
  set_year(j, b->year);
  json_object_set_new(j, "kind", json_string(book_kind_names[b->kind]));
  if (b->blank) json_object_set_new(j, "blank_form", json_true());
  for (int i = b->first; i < b->first + b->nfiles; i++) {
    const struct corpus_file *f = &c->files.v[i];
    json_t *one = json_object();
    json_object_set_new(one, "book", json_integer(f->id));
    json_object_set_new(one, "path", text(f->path));
    json_object_set_new(one, "sha256", text(f->sha256));
    json_object_set_new(
        one, "checks",
        json_pack("{s:I,s:I,s:I}", "passed", (json_int_t)f->passed, "failed", (json_int_t)f->failed, "not_checked", (json_int_t)f->not_checked));
    json_object_set_new(one, "to_confirm", json_integer(f->to_confirm));
    json_object_set_new(one, "repeated_findings", json_integer(f->repeated));
    json_array_append_new(files, one);
  }
  json_object_set_new(j, "files", files);
  json_object_set_new(j, "findings", counts(&b->count));
  json_object_set_new(j, "amounts", amounts(c, b));
  return j;
}

static json_t *rules(const struct corpus *c) {
  json_t *all = json_array();
  for (size_t i = 0; i < c->rules_found.n; i++) {
    const struct corpus_rule *r = &c->rules_found.v[i];
    json_t *j = json_object();
    json_object_set_new(j, "rule", text(r->id));
    json_object_set_new(j, "title", text(corpus_rule_title(c, r)));
    json_object_set_new(j, "findings", counts(&r->count));
    json_object_set_new(j, "books", json_integer(r->books));
    if (c->rates) json_object_set_new(j, "books_asked", json_integer(r->checked));
    json_array_append_new(all, j);
  }
  return all;
}

int corpus_json_write(const struct corpus *c, const char *path, struct err *e) {
  json_t *root = json_object(), *books = json_array();
  json_object_set_new(root, "heng", json_string(HENG_VERSION));
  json_object_set_new(root, "summary",
                      json_pack("{s:I,s:I,s:I,s:I,s:o}", "books", (json_int_t)c->books_counted, "bodies", (json_int_t)c->bodies_counted, "documents",
                                (json_int_t)c->documents, "blank_forms", (json_int_t)c->blanks, "findings", counts(&c->count)));
  for (size_t i = 0; i < c->books.n; i++) json_array_append_new(books, book(c, &c->books.v[i]));
  json_object_set_new(root, "rules", rules(c));
  json_object_set_new(root, "books", books);
  char *out = json_dumps(root, JSON_INDENT(1));
  json_decref(root);
  if (!out) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  size_t n = strlen(out);
  out[n] = '\n'; /* in place of the end: files end with a line */
  int rc = file_replace(path, out, n + 1, e);
  free(out);
  return rc;
}

/* ---- workbook ---- */

struct column {
  int width;
  const char *zh, *en;
};

static const struct column book_columns[] = {{30, "单位", "body"},
                                             {8, "年度", "year"},
                                             {18, "种类", "kind"},
                                             {8, "文件数", "files"},
                                             {8, "错误", "errors"},
                                             {8, "警告", "warnings"},
                                             {8, "提示", "infos"},
                                             {8, "尾差", "rounding"},
                                             {8, "已认可", "accepted"},
                                             {10, "检查通过", "passed"},
                                             {10, "没有检查", "not checked"},
                                             {10, "待核对的数", "to confirm"},
                                             {60, "文件", "path"}};
static const struct column rule_columns[] = {{14, "规则", "rule"},      {50, "名称", "title"},     {8, "错误", "errors"},
                                             {8, "警告", "warnings"},   {8, "提示", "infos"},      {8, "尾差", "rounding"},
                                             {8, "已认可", "accepted"}, {10, "涉及的书", "books"}, {12, "检查过的书", "books asked"}};
static const struct column amount_columns[] = {{30, "单位", "body"},        {8, "年度", "year"}, {18, "种类", "kind"}, {22, "金额", "amount"},
                                               {16, "万元", "10,000 yuan"}, {8, "页", "page"},   {30, "备注", "note"}, {60, "文件", "path"}};
static const struct column finding_columns[] = {
    {30, "单位", "body"},    {8, "年度", "year"},   {18, "种类", "kind"},    {8, "级别", "severity"},           {14, "规则", "rule"},
    {50, "说明", "message"}, {44, "位置", "place"}, {14, "印为", "printed"}, {14, "应为", "should be"},         {12, "差额", "difference"},
    {9, "金额单位", "unit"}, {44, "算式", "sum"},   {10, "处理", "status"},  {18, "编号（不变）", "stable id"}, {60, "文件", "path"}};

static void sheet(struct xlsx *x, const char *name, const struct column *columns, int n) {
  int widths[16] = {0};
  for (int i = 0; i < n; i++) widths[i] = columns[i].width;
  xlsx_sheet(x, name, widths, n, true);
  for (int i = 0; i < n; i++) xlsx_text(x, 0, i, sv_from(lang_get() == LANG_EN ? columns[i].en : columns[i].zh), XLSX_HEADER);
}

static void words(struct xlsx *x, int row, int column, const char *s) {
  xlsx_text(x, row, column, sv_from(s), XLSX_PLAIN);
}

static void whole(struct xlsx *x, int row, int column, long n) {
  xlsx_number(x, row, column, (double)n, -1, XLSX_PLAIN);
}

static void put_count_cells(struct xlsx *x, int row, int column, const struct corpus_count *n) {
  for (int s = SEVERITY_ERROR; s >= SEVERITY_INFO; s--) whole(x, row, column++, n->severity[s]);
  whole(x, row, column, n->roundings);
  whole(x, row, column + 1, n->accepted);
}

static void head_cells(struct xlsx *x, int row, const struct corpus *c, const struct corpus_book *b) {
  words(x, row, 0, corpus_body_name(&c->bodies.v[b->body]));
  if (b->year > 0) whole(x, row, 1, b->year);
  words(x, row, 2, kind_title(b->kind));
}

static void put_books(struct xlsx *x, const struct corpus *c) {
  int row = 0;
  sheet(x, tr("书", "books"), book_columns, 13);
  for (size_t i = 0; i < c->books.n && row < ROWS_MAX; i++) {
    const struct corpus_book *b = &c->books.v[i];
    long passed = 0, unchecked = 0, confirm = 0;
    if (b->blank) continue;
    for (int k = b->first; k < b->first + b->nfiles; k++)
      passed += c->files.v[k].passed, unchecked += c->files.v[k].not_checked, confirm += c->files.v[k].to_confirm;
    head_cells(x, ++row, c, b);
    whole(x, row, 3, b->nfiles);
    put_count_cells(x, row, 4, &b->count);
    whole(x, row, 9, passed), whole(x, row, 10, unchecked), whole(x, row, 11, confirm);
    words(x, row, 12, c->files.v[b->first].path);
  }
  xlsx_filter(x, row, 12);
}

static void put_rules(struct xlsx *x, const struct corpus *c) {
  int row = 0;
  sheet(x, tr("规则", "rules"), rule_columns, 9);
  for (size_t i = 0; i < c->rules_found.n; i++) {
    const struct corpus_rule *r = &c->rules_found.v[i];
    words(x, ++row, 0, r->id), words(x, row, 1, corpus_rule_title(c, r));
    put_count_cells(x, row, 2, &r->count);
    whole(x, row, 7, r->books);
    if (c->rates) whole(x, row, 8, r->checked);
  }
  xlsx_filter(x, row, 8);
}

static void put_amounts(struct xlsx *x, const struct corpus *c) {
  int row = 0;
  sheet(x, tr("主要金额", "key amounts"), amount_columns, 8);
  for (size_t i = 0; i < c->books.n; i++)
    for (int a = 0; a < c->amounts.n && row < ROWS_MAX; a++) {
      const struct corpus_book *b = &c->books.v[i];
      const struct corpus_value *v = &b->amounts[a];
      const struct corpus_file *f = v->there ? corpus_file_of(c, v->file) : NULL;
      if (!v->there || b->blank) continue;
      head_cells(x, ++row, c, b);
      words(x, row, 3, amount_title(&c->amounts.v[a]));
      xlsx_number(x, row, 4, (double)v->fen / 1e6, 2, XLSX_AMOUNT);
      if (v->page > 0) whole(x, row, 5, v->page);
      if (v->doubtful || v->differs) words(x, row, 6, v->doubtful ? tr("待核对", "to be confirmed") : tr("几个文件不一", "files differ"));
      if (f) words(x, row, 7, f->path);
    }
  xlsx_filter(x, row, 7);
}

static void put_finding(struct xlsx *x, int row, const struct corpus *c, const struct corpus_file *f, const struct db_statement *s) {
  struct sv severity = db_col_text(s, 2);
  enum severity level = sv_is(severity, "error") ? SEVERITY_ERROR : sv_is(severity, "warning") ? SEVERITY_WARNING : SEVERITY_INFO;
  head_cells(x, row, c, &c->books.v[f->book]);
  xlsx_text(x, row, 3, sv_from(db_col_int(s, 11) ? tr("尾差", "rounding") : severity_title(level)),
            level == SEVERITY_ERROR     ? XLSX_ERROR
            : level == SEVERITY_WARNING ? XLSX_WARNING
                                        : XLSX_INFO);
  for (int i = 0; i < 8; i++) xlsx_text(x, row, 4 + i, db_col_text(s, 3 + i), XLSX_PLAIN);
  if (sv_is(db_col_text(s, 12), "accepted")) words(x, row, 12, tr("已认可", "accepted"));
  xlsx_text(x, row, 13, db_col_text(s, 1), XLSX_PLAIN);
  words(x, row, 14, f->path);
}

static int put_findings(struct xlsx *x, const struct corpus *c, struct err *e) {
  struct db_statement *s = NULL;
  int row = 0;
  sheet(x, tr("发现", "findings"), finding_columns, 15);
  int rc = db_prepare(c->db,
                      "SELECT book, id, severity, rule, message, place, stated, expected, difference, unit, arithmetic, rounding, status FROM "
                      "finding ORDER BY book, number",
                      &s, e);
  while (rc == RC_OK && row < ROWS_MAX && (rc = db_step(s, e)) == 1) {
    const struct corpus_file *f = corpus_file_of(c, db_col_int(s, 0));
    rc = RC_OK;
    if (f && !f->blank && !corpus_repeats(c, f, db_col_text(s, 1))) put_finding(x, ++row, c, f, s);
  }
  db_finish(s);
  if (row >= ROWS_MAX) words(x, row + 1, 0, tr("工作表放不下了，其余的没有写", "the sheet is full; the rest was not written"));
  xlsx_filter(x, row, 14);
  return rc;
}

int corpus_xlsx_write(const struct corpus *c, const char *path, struct err *e) {
  struct xlsx *x = NULL;
  int rc = xlsx_new(&x, path, e);
  if (rc < 0) return rc;
  put_books(x, c);
  put_rules(x, c);
  put_amounts(x, c);
  rc = put_findings(x, c, e);
  if (rc == RC_OK) return xlsx_close(x, e);
  xlsx_abandon(x);
  return rc;
}
