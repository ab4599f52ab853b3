/* report_xlsx.c: the reviewer's worklist: a row a finding, figures as numbers, then columns for what the reviewer decides, with lists to choose from;
 * a sheet of all files with totals, one of what was not checked, one of what was not read. */
#include "document/write.h"
#include "rooms/audit/roster.h"

#include <stdlib.h>
#include <string.h>

/* Accepted findings have a sheet of their own, made when there is something for it; what was mended stands before the others. */
enum { SHEET_FINDINGS, SHEET_FILES, SHEET_SKIPPED, SHEET_UNREAD, SHEET_ACCEPTED, SHEET_AGAINST, SHEETS };
enum { ROWS_MAX = 1000000 };

/* Columns of the worklist. */
enum {
  COL_NUMBER,
  COL_FILE,
  COL_BODY,
  COL_YEAR,
  COL_PAGE,
  COL_TABLE,
  COL_ROW,
  COL_COLUMN,
  COL_STATED,
  COL_EXPECTED,
  COL_DIFFERENCE,
  COL_UNIT,
  COL_SEVERITY,
  COL_RULE,
  COL_MESSAGE,
  COL_ARITHMETIC,
  COL_SENTENCE,
  COL_BASIS,
  COL_VERDICT,
  COL_DEMAND,
  COL_NOTE,
  COL_ID,
  COL_AMENDED,
  COLUMNS
};

struct column {
  int width;
  const char *zh, *en;
};

static const struct column findings_columns[COLUMNS] = {[COL_NUMBER] = {6, "序号", "no."},
                                                        [COL_FILE] = {26, "文件", "file"},
                                                        [COL_BODY] = {20, "单位", "body"},
                                                        [COL_YEAR] = {7, "年度", "year"},
                                                        [COL_PAGE] = {8, "页", "page"},
                                                        [COL_TABLE] = {26, "表", "table"},
                                                        [COL_ROW] = {24, "行", "row"},
                                                        [COL_COLUMN] = {18, "列", "column"},
                                                        [COL_STATED] = {14, "印为", "printed"},
                                                        [COL_EXPECTED] = {14, "应为", "should be"},
                                                        [COL_DIFFERENCE] = {12, "差额", "difference"},
                                                        [COL_UNIT] = {9, "金额单位", "unit"},
                                                        [COL_SEVERITY] = {7, "级别", "severity"},
                                                        [COL_RULE] = {12, "规则", "rule"},
                                                        [COL_MESSAGE] = {44, "说明", "message"},
                                                        [COL_ARITHMETIC] = {44, "算式", "sum"},
                                                        [COL_SENTENCE] = {40, "原文", "quotation"},
                                                        [COL_BASIS] = {30, "依据", "basis"},
                                                        [COL_VERDICT] = {12, "核实结论", "verdict"},
                                                        [COL_DEMAND] = {18, "整改要求", "demand"},
                                                        [COL_NOTE] = {24, "备注", "note"},
                                                        [COL_ID] = {18, "编号（不变）", "stable id"},
                                                        [COL_AMENDED] = {10, "与上次比", "since then"}};
static const struct column files_columns[] = {{40, "文件", "file"},       {30, "单位", "body"},
                                              {8, "年度", "year"},        {18, "种类", "kind"},
                                              {8, "错误", "errors"},      {8, "警告", "warnings"},
                                              {8, "提示", "infos"},       {8, "尾差", "rounding"},
                                              {10, "检查通过", "passed"}, {10, "没有检查", "not checked"},
                                              {10, "未读", "not read"},   {40, "读不了的原因", "why not readable"}};
static const struct column skipped_columns[] = {
    {40, "文件", "file"}, {30, "单位", "body"}, {14, "规则", "rule"}, {40, "规则名称", "title"}, {50, "没有检查的原因", "why not checked"},
    {8, "项数", "count"}};
static const struct column unread_columns[] = {
    {40, "文件", "file"}, {12, "位置", "place"}, {40, "内容", "what"}, {50, "没有读的原因", "why not read"}};
static const struct column against_columns[] = {{30, "文件", "file"},        {12, "结果", "result"},     {8, "级别", "severity"},
                                                {14, "规则", "rule"},        {70, "问题", "finding"},    {10, "上次序号", "no. then"},
                                                {10, "这次序号", "no. now"}, {20, "上次编号", "id then"}};
enum {
  AGAINST_COLUMNS = (int)(sizeof against_columns / sizeof *against_columns),
  FILES_COLUMNS = (int)(sizeof files_columns / sizeof *files_columns),
  SKIPPED_COLUMNS = (int)(sizeof skipped_columns / sizeof *skipped_columns),
  UNREAD_COLUMNS = (int)(sizeof unread_columns / sizeof *unread_columns)
};

struct sheet {
  int row[SHEETS]; /* the last one written of each */
  bool begun;
  int shift;     /* 1: the sheet of what was mended stands before the others */
  bool accepted; /* the last sheet is there */
};

static int sheet_number(const struct sheet *s, int sheet) {
  return sheet == SHEET_AGAINST ? 0 : sheet + s->shift;
}

static void sheet_begin(struct reporter *r, const char *name, const struct column *columns, int n) {
  int widths[COLUMNS] = {0};
  for (int i = 0; i < n; i++) widths[i] = columns[i].width;
  xlsx_sheet(r->book, name, widths, n, true);
  for (int i = 0; i < n; i++) xlsx_text(r->book, 0, i, sv_from(lang_get() == LANG_EN ? columns[i].en : columns[i].zh), XLSX_HEADER);
}

int report_xlsx_begin(struct reporter *r, struct err *e) {
  struct sheet *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = xlsx_new(&r->book, r->path, e);
  if (rc < 0) {
    free(s);
    return rc;
  }
  r->state = s;
  return RC_OK;
}

/* Only with the first input is it known whether there is an earlier report. */
static void sheets_begin(struct reporter *r) {
  struct sheet *s = r->state;
  if (s->begun) return;
  s->begun = true;
  s->shift = r->against;
  if (r->against) sheet_begin(r, tr("整改对照", "since then"), against_columns, AGAINST_COLUMNS);
  sheet_begin(r, tr("问题清单", "findings"), findings_columns, COLUMNS);
  sheet_begin(r, tr("汇总", "files"), files_columns, FILES_COLUMNS);
  sheet_begin(r, tr("没有检查", "not checked"), skipped_columns, SKIPPED_COLUMNS);
  sheet_begin(r, tr("没有读到", "not read"), unread_columns, UNREAD_COLUMNS);
}

/* A row being written; its height grows with what is wrapped in it. */
struct row {
  struct xlsx *x;
  int at, lines;
  const struct column *columns;
};

/* The next row of a sheet, which becomes the current one; false when the sheet is full. */
static bool row_next(struct reporter *r, int sheet, struct row *row) {
  static const struct column *const columns[SHEETS] = {findings_columns, files_columns,    skipped_columns,
                                                       unread_columns,   findings_columns, against_columns};
  struct sheet *s = r->state;
  if (s->row[sheet] >= ROWS_MAX) return false;
  xlsx_turn(r->book, sheet_number(s, sheet));
  *row = (struct row){.x = r->book, .at = ++s->row[sheet], .lines = 1, .columns = columns[sheet]};
  return true;
}

static void row_end(const struct row *r) {
  xlsx_height(r->x, r->at, r->lines);
}

static void put_styled(struct row *r, int column, struct sv s, enum xlsx_style style) {
  int lines = 0, width = r->columns[column].width > 1 ? r->columns[column].width - 1 : 1;
  struct sv rest = s;
  while (rest.n > 0) lines += 1 + text_width(sv_cut(&rest, '\n')) / width;
  if (lines > r->lines) r->lines = lines;
  xlsx_text(r->x, r->at, column, s, style);
}

static void put_sv(struct row *r, int column, struct sv s) {
  put_styled(r, column, s, XLSX_PLAIN);
}

static void put_z(struct row *r, int column, const char *s) {
  put_sv(r, column, sv_from(s));
}

static void put_buf(struct row *r, int column, struct buf *b) {
  put_sv(r, column, (struct sv){b->p, b->n});
  buf_clear(b);
}

static void put_integer(struct row *r, int column, long n) {
  xlsx_number(r->x, r->at, column, (double)n, -1, XLSX_PLAIN);
}

/* A figure as a number that Excel can add up, with the decimals it was printed with; whatever is no plain number as text. */
static void put_figure(struct row *r, int column, const char *text, bool number) {
  struct number n;
  if (!number || number_parse(sv_from(text), &n) != RC_OK) {
    put_styled(r, column, sv_from(text), XLSX_AMOUNT);
    return;
  }
  double unit = 1; /* floating point only here, for the cell of a workbook: one division, so that 15 digits come back as printed */
  for (int i = 0; i < n.decimals; i++) unit *= 10;
  xlsx_number(r->x, r->at, column, (double)n.mantissa / unit, n.decimals, XLSX_AMOUNT);
}

static void put_place(struct row *r, const struct telling *t, struct buf *b) {
  if (t->place.page > 0) {
    put_integer(r, COL_PAGE, t->place.page);
    return;
  }
  place_print(t->place, b);
  put_buf(r, COL_PAGE, b);
}

static void put_message(struct row *r, const struct view *v, const struct finding *f, const struct telling *t, struct buf *b) {
  finding_title(v, f, b);
  buf_puts(b, tr("。", ". "));
  if (f->remark >= 0 || !finding_proved(v, f))
    finding_statement(v, f, t, b);
  else if (cause_title(f->cause))
    buf_printf(b, tr("像是%s（可信度 %.0f%%）", "looks like %s (confidence %.0f%%)"), cause_title(f->cause), f->suspects[0].confidence * 100);
  if (f->remark < 0 && finding_proved(v, f) && finding_recognised(v, f)) buf_puts(b, recognised_words());
  for (int i = 1; i < f->nsuspects && i <= SUSPECTS_SHOWN; i++) buf_puts(b, tr("\n并改：", "\nand: ")), suspect_line(v, &f->suspects[i], b);
  if (f->nsuspects > SUSPECTS_SHOWN + 1)
    buf_printf(b, tr("\n另有 %d 格（见 html、json）", "\n%d more cells (see html, json)"), f->nsuspects - SUSPECTS_SHOWN - 1);
  if (f->nalternatives > 0) buf_puts(b, finding_proved(v, f) ? tr("\n或者：", "\nor: ") : tr("\n可能：", "\nmaybe: ")), alternatives_line(v, f, t, b);
  size_t before = b->n;
  buf_putc(b, '\n');
  finding_cause(v, f, b);
  if (b->n == before + 1) b->n = before, b->p[before] = '\0';
  put_buf(r, COL_MESSAGE, b);
}

static void put_severity(struct row *r, const struct finding *f, bool rounding) {
  static const enum xlsx_style styles[] = {XLSX_INFO, XLSX_WARNING, XLSX_ERROR};
  bool plain = rounding && f->severity == SEVERITY_INFO;
  put_styled(r, COL_SEVERITY, sv_from(plain ? tr("尾差", "rounding") : severity_title(f->severity)), plain ? XLSX_PLAIN : styles[f->severity]);
}

static void put_cells(struct row *r, const struct view *v, const struct telling *t, struct buf *b) {
  put_place(r, t, b);
  if (t->table) table_name(v, t->table, b);
  put_buf(r, COL_TABLE, b);
  if (t->row) buf_printf(b, "%.*s%s%.*s", SV_ARG(t->row->code), t->row->code.n && t->row->label.n ? " " : "", SV_ARG(t->row->label));
  put_buf(r, COL_ROW, b);
  put_sv(r, COL_COLUMN, t->column ? column_title(t->table, t->column) : (struct sv){0});
}

/* What stands in the reviewer's columns: nothing yet, or on the sheet of accepted findings why, by whom and when. */
static void put_review(struct row *row, const struct acceptance *c) {
  put_z(row, COL_VERDICT, c ? c->reason : NULL);
  put_z(row, COL_DEMAND, c ? c->by : NULL);
  put_z(row, COL_NOTE, c ? c->date : NULL);
}

/* The columns of the worklist, with those of the reviewer filled in. */
static void accepted_sheet(struct reporter *r) {
  struct sheet *s = r->state;
  if (s->accepted) return;
  s->accepted = true;
  sheet_begin(r, tr("已认可", "accepted"), findings_columns, COLUMNS);
  xlsx_text(r->book, 0, COL_VERDICT, sv_from(tr("认可的理由", "reason")), XLSX_HEADER);
  xlsx_text(r->book, 0, COL_DEMAND, sv_from(tr("认可人", "by")), XLSX_HEADER);
  xlsx_text(r->book, 0, COL_NOTE, sv_from(tr("日期", "date")), XLSX_HEADER);
}

static void put_unmatched(struct reporter *r, const struct audit *x) {
  struct row row;
  for (size_t i = 0; x->accepted && i < x->accepted->unmatched.n; i++) {
    const struct acceptance *c = x->accepted->unmatched.v[i];
    accepted_sheet(r);
    if (!row_next(r, SHEET_ACCEPTED, &row)) return;
    put_z(&row, COL_FILE, x->path);
    put_z(&row, COL_STATED, c->stated);
    put_z(&row, COL_RULE, c->rule);
    put_z(&row, COL_MESSAGE, tr("与任何发现都对不上：已改正，或数字变了", "covers no finding: mended, or a figure changed"));
    put_review(&row, c);
    put_z(&row, COL_ID, c->id);
    row_end(&row);
  }
}

static void put_finding(struct reporter *r, const struct view *v, size_t index) {
  const struct finding *f = &v->r->findings.v[index];
  const struct relation *relation = relation_at(v, f->relation);
  const struct rule_head *h = rule_at(v, f->rule);
  struct telling t;
  struct buf b;
  struct row row;
  const struct acceptance *c = accepted_at(v, index);
  if (c) accepted_sheet(r);
  if (!row_next(r, c ? SHEET_ACCEPTED : SHEET_FINDINGS, &row)) return;
  finding_tell(v, f, true, &t);
  bool number = t.obs && t.obs->type != OBS_TEXT && t.obs->type != OBS_CODE;
  const struct document *d = graft_document(v->b, v->g, t.document);
  buf_init(&b, 1 << 20);
  put_integer(&row, COL_NUMBER, (long)index + 1);
  put_z(&row, COL_FILE, d && d->path ? d->path : v->x->path);
  put_sv(&row, COL_BODY, v->b->body);
  if (v->b->year > 0) put_integer(&row, COL_YEAR, v->b->year);
  put_cells(&row, v, &t, &b);
  put_figure(&row, COL_STATED, t.stated_text, number);
  put_figure(&row, COL_EXPECTED, t.expected_text, number);
  put_figure(&row, COL_DIFFERENCE, t.difference, number);
  put_z(&row, COL_UNIT, t.unit_shown);
  put_severity(&row, f, t.rounding);
  put_z(&row, COL_RULE, rule_id(v, f->rule));
  put_message(&row, v, f, &t, &b);
  if (relation) relation_arithmetic(v, relation, t.obs, &b);
  put_buf(&row, COL_ARITHMETIC, &b);
  finding_quote(v, f, &t, &b);
  put_buf(&row, COL_SENTENCE, &b);
  put_z(&row, COL_BASIS, h ? h->basis : NULL);
  put_review(&row, c);
  put_z(&row, COL_ID, f->id);
  const struct amendment *m = view_amendment(v);
  put_z(&row, COL_AMENDED, m && m->found ? amend_state_title(m->states[index]) : NULL);
  row_end(&row);
  buf_release(&b);
}

static void put_skipped(struct reporter *r, const struct view *v) {
  struct skipped_list l;
  struct row row;
  skipped_gather(v, &l);
  for (size_t i = 0; i < l.list.n && row_next(r, SHEET_SKIPPED, &row); i++) {
    put_z(&row, 0, v->x->path);
    put_sv(&row, 1, v->b->body);
    put_z(&row, 2, l.list.v[i].rule);
    put_z(&row, 3, l.list.v[i].title);
    put_z(&row, 4, l.list.v[i].why);
    put_integer(&row, 5, l.list.v[i].count);
    row_end(&row);
  }
  free(l.list.v);
}

static void put_unread_row(struct reporter *r, const char *path, struct place p, struct sv what, const char *why) {
  struct buf b;
  struct row row;
  if (!row_next(r, SHEET_UNREAD, &row)) return;
  buf_init(&b, 4096);
  place_print(p, &b);
  put_z(&row, 0, path);
  put_buf(&row, 1, &b);
  put_sv(&row, 2, what);
  put_z(&row, 3, why);
  row_end(&row);
  buf_release(&b);
}

static void put_unread_pages(struct reporter *r, const struct audit *x) {
  for (int d = 0; d < x->ndocuments; d++)
    for (int i = 0; i < x->documents[d]->npages; i++) {
      const struct page *p = &x->documents[d]->pages[i];
      if (p->state == PAGE_READ || p->state == PAGE_BLANK) continue;
      put_unread_row(r, x->documents[d]->path, (struct place){.page = p->number}, sv_from(tr("整页", "the page")),
                     p->note ? p->note : page_state_title(p->state));
    }
}

static void put_unread(struct reporter *r, const struct view *v) {
  for (size_t i = 0; i < v->b->tables.n; i++) {
    const struct book_table *t = &v->b->tables.v[i];
    if (t->doubtful) put_unread_row(r, table_grafted(v->b, t) ? "" : v->x->path, t->place, t->title, t->doubt);
  }
  for (size_t i = 0; i < v->b->unread.n; i++) {
    const struct book_unread *u = &v->b->unread.v[i];
    put_unread_row(r, v->x->path, u->place, u->text, u->why);
  }
}

/* What became of the findings of an earlier report, line by line. */
static void put_against(struct reporter *r, const struct view *v) {
  const struct amendment *m = view_amendment(v);
  struct buf b;
  struct row row;
  if (!m || !row_next(r, SHEET_AGAINST, &row)) return;
  buf_init(&b, 1 << 20);
  amendment_head(m, &b);
  put_z(&row, 0, v->x->path);
  put_buf(&row, 4, &b);
  row_end(&row);
  for (size_t i = 0; i < m->lines.n && row_next(r, SHEET_AGAINST, &row); i++) {
    const struct amend_line *l = &m->lines.v[i];
    const struct finding *f = l->now >= 0 ? &v->r->findings.v[l->now] : NULL;
    enum severity s = f                                          ? f->severity
                      : strcmp(l->old->severity, "error") == 0   ? SEVERITY_ERROR
                      : strcmp(l->old->severity, "warning") == 0 ? SEVERITY_WARNING
                                                                 : SEVERITY_INFO;
    put_z(&row, 0, v->x->path);
    put_z(&row, 1, amend_state_title(l->state));
    put_z(&row, 2, severity_title(s));
    put_z(&row, 3, f ? rule_id(v, f->rule) : l->old->rule);
    amend_line_print(v, l, &b);
    put_buf(&row, 4, &b);
    if (l->old && l->old->number > 0) put_integer(&row, 5, l->old->number);
    if (f) put_integer(&row, 6, l->now + 1);
    if (l->old) put_z(&row, 7, l->old->id);
    row_end(&row);
  }
  buf_release(&b);
}

void report_xlsx_add(struct reporter *r, const struct audit *x) {
  sheets_begin(r);
  if (x->rc >= 0) put_unread_pages(r, x), put_unmatched(r, x);
  for (int i = 0; x->rc >= 0 && i < x->nbooks; i++) {
    struct view v = view_of(r->a, x, i);
    put_against(r, &v);
    for (size_t k = 0; k < v.r->findings.n; k++) put_finding(r, &v, k);
    put_skipped(r, &v);
    put_unread(r, &v);
  }
}

static void put_counts(struct row *r, const struct tally *t) {
  const long counts[] = {t->errors, t->warnings, t->infos - t->roundings, t->roundings, t->passed, t->not_checked, t->unread};
  for (int i = 0; i < (int)(sizeof counts / sizeof *counts); i++) xlsx_number(r->x, r->at, 4 + i, (double)counts[i], 0, XLSX_PLAIN);
}

static void put_files(struct reporter *r) {
  struct row row;
  for (size_t i = 0; i < r->all.n && row_next(r, SHEET_FILES, &row); i++) {
    const struct summary *s = &r->all.v[i];
    put_z(&row, 0, s->path);
    put_z(&row, 1, s->body);
    if (s->year > 0) put_integer(&row, 2, s->year);
    put_z(&row, 3, s->why ? "" : kind_title(s->kind));
    if (!s->why) put_counts(&row, &s->tally);
    put_z(&row, 11, s->why);
    row_end(&row);
  }
  if (r->all.n < 2 || !row_next(r, SHEET_FILES, &row)) return;
  put_styled(&row, 0, sv_from(tr("合计", "total")), XLSX_HEADER);
  put_counts(&row, &r->total);
}

void report_xlsx_end(struct reporter *r) {
  static const int columns[SHEETS] = {COLUMNS, FILES_COLUMNS, SKIPPED_COLUMNS, UNREAD_COLUMNS, COLUMNS, AGAINST_COLUMNS};
  sheets_begin(r);
  const char *const verdicts[] = {tr("属实", "true"), tr("不属实", "false"), tr("待核实", "open"), NULL};
  const char *const demands[] = {tr("更正后重新公开", "correct and publish again"), tr("补充说明", "explain"), tr("下年改正", "correct next year"),
                                 tr("无需整改", "nothing to do"), NULL};
  const struct sheet *s = r->state;
  put_files(r);
  int last = s->row[SHEET_FINDINGS];
  xlsx_turn(r->book, sheet_number(s, SHEET_FINDINGS));
  if (last > 0) xlsx_choices(r->book, 1, last, COL_VERDICT, verdicts, true);
  if (last > 0) xlsx_choices(r->book, 1, last, COL_DEMAND, demands, false);
  for (int i = 0; i < SHEETS; i++) {
    if ((i == SHEET_AGAINST && !s->shift) || (i == SHEET_ACCEPTED && !s->accepted)) continue;
    xlsx_turn(r->book, sheet_number(s, i));
    xlsx_filter(r->book, s->row[i], columns[i] - 1);
  }
  if (r->coverage) coverage_xlsx(r->coverage, r->book);
  free(r->state);
  r->state = NULL;
}
