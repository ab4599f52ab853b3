/* report_xlsx.c: the reviewer's worklist: a row a finding, with empty columns for what the reviewer decides; then a sheet of all files. */
#include "document/write.h"
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

enum {
  COL_FILE,
  COL_BODY,
  COL_YEAR,
  COL_SEVERITY,
  COL_RULE,
  COL_TITLE,
  COL_PAGE,
  COL_TABLE,
  COL_ROW,
  COL_COLUMN,
  COL_STATED,
  COL_EXPECTED,
  COL_DIFFERENCE,
  COL_UNIT,
  COL_MESSAGE,
  COL_ARITHMETIC,
  COL_STATUS,
  COL_REVIEWER,
  COL_NOTE,
  COLUMNS
};

struct sheet {
  int row;
};

static const char *heading(int column) {
  switch (column) {
  case COL_FILE: return tr("文件", "file");
  case COL_BODY: return tr("单位", "body");
  case COL_YEAR: return tr("年度", "year");
  case COL_SEVERITY: return tr("级别", "severity");
  case COL_RULE: return tr("规则", "rule");
  case COL_TITLE: return tr("规则名称", "rule title");
  case COL_PAGE: return tr("页", "page");
  case COL_TABLE: return tr("表", "table");
  case COL_ROW: return tr("行", "row");
  case COL_COLUMN: return tr("列", "column");
  case COL_STATED: return tr("印为", "printed");
  case COL_EXPECTED: return tr("应为", "should be");
  case COL_DIFFERENCE: return tr("差额", "difference");
  case COL_UNIT: return tr("金额单位", "unit");
  case COL_MESSAGE: return tr("说明", "message");
  case COL_ARITHMETIC: return tr("算式", "arithmetic");
  case COL_STATUS: return tr("处理结果（属实/不属实/待查）", "verdict (true/false/open)");
  case COL_REVIEWER: return tr("审核人", "reviewer");
  default: return tr("备注", "note");
  }
}

int report_xlsx_begin(struct reporter *r, struct err *e) {
  static const int widths[COLUMNS] = {28, 24, 7, 7, 14, 26, 6, 30, 26, 22, 16, 16, 14, 9, 50, 50, 16, 12, 24};
  struct sheet *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = xlsx_new(&r->book, r->path, e);
  if (rc < 0) {
    free(s);
    return rc;
  }
  r->state = s;
  xlsx_sheet(r->book, tr("问题清单", "findings"), widths, COLUMNS, true);
  for (int i = 0; i < COLUMNS; i++) xlsx_text(r->book, 0, i, sv_from(heading(i)), XLSX_HEADER);
  return RC_OK;
}

static enum xlsx_style style_of(enum severity s) {
  return s == SEVERITY_ERROR ? XLSX_ERROR : s == SEVERITY_WARNING ? XLSX_WARNING : XLSX_INFO;
}

static void put_finding(struct reporter *r, const struct view *v, const struct finding *f) {
  struct sheet *s = r->state;
  struct telling t;
  struct buf b;
  const struct relation *relation = relation_at(v, f->relation);
  int row = ++s->row;
  char year[16] = "";
  struct xlsx *x = r->book;
  finding_tell(v, f, true, &t);
  buf_init(&b, 1 << 20);
  xlsx_text(x, row, COL_FILE, sv_from(v->x->path), XLSX_PLAIN);
  xlsx_text(x, row, COL_BODY, v->b->body, XLSX_PLAIN);
  if (v->b->year > 0) snprintf(year, sizeof year, "%d", v->b->year);
  xlsx_text(x, row, COL_YEAR, sv_from(year), XLSX_PLAIN); /* a year has no thousands separator */
  xlsx_text(x, row, COL_SEVERITY, sv_from(severity_title(f->severity)), style_of(f->severity));
  xlsx_text(x, row, COL_RULE, sv_from(rule_id(v, f->rule)), XLSX_PLAIN);
  xlsx_text(x, row, COL_TITLE, sv_from(rule_title(v, f->rule)), XLSX_PLAIN);
  xlsx_text(x, row, COL_TABLE, t.table ? t.table->title : (struct sv){0}, XLSX_PLAIN);
  xlsx_text(x, row, COL_ROW, t.row ? t.row->label : (struct sv){0}, XLSX_PLAIN);
  xlsx_text(x, row, COL_COLUMN, t.column ? t.column->header : (struct sv){0}, XLSX_PLAIN);
  xlsx_text(x, row, COL_STATED, sv_from(t.stated_text), XLSX_AMOUNT);
  xlsx_text(x, row, COL_EXPECTED, sv_from(t.expected_text), XLSX_AMOUNT);
  xlsx_text(x, row, COL_DIFFERENCE, sv_from(t.difference), XLSX_AMOUNT);
  xlsx_text(x, row, COL_UNIT, sv_from(t.unit), XLSX_PLAIN);
  finding_message(v, f, &t, &b);
  xlsx_text(x, row, COL_MESSAGE, (struct sv){b.p, b.n}, XLSX_PLAIN);
  buf_clear(&b);
  if (relation) relation_arithmetic(v, relation, t.obs, &b);
  xlsx_text(x, row, COL_ARITHMETIC, (struct sv){b.p, b.n}, XLSX_PLAIN);
  for (int i = COL_STATUS; i < COLUMNS; i++) xlsx_text(x, row, i, (struct sv){0}, XLSX_PLAIN);
  if (t.place.page > 0) xlsx_number(x, row, COL_PAGE, t.place.page, 0, XLSX_PLAIN);
  buf_release(&b);
}

void report_xlsx_add(struct reporter *r, const struct audit *x) {
  for (int i = 0; x->rc >= 0 && i < x->nbooks; i++) {
    struct view v = view_of(r->a, x, i);
    for (size_t k = 0; k < v.r->findings.n; k++) put_finding(r, &v, &v.r->findings.v[k]);
  }
}

void report_xlsx_end(struct reporter *r) {
  static const int widths[] = {40, 30, 8, 14, 8, 8, 8, 10, 40};
  const char *const heads[] = {tr("文件", "file"),
                               tr("单位", "body"),
                               tr("年度", "year"),
                               tr("种类", "kind"),
                               tr("错误", "errors"),
                               tr("警告", "warnings"),
                               tr("提示", "infos"),
                               tr("没有检查", "not checked"),
                               tr("读不了的原因", "why not readable")};
  struct xlsx *x = r->book;
  xlsx_sheet(x, tr("文件", "files"), widths, 9, true);
  for (int i = 0; i < 9; i++) xlsx_text(x, 0, i, sv_from(heads[i]), XLSX_HEADER);
  for (size_t i = 0; i < r->all.n && i < 1000000; i++) {
    const struct summary *s = &r->all.v[i];
    const long counts[] = {s->tally.errors, s->tally.warnings, s->tally.infos, s->tally.not_checked};
    int row = (int)i + 1;
    xlsx_text(x, row, 0, sv_from(s->path), XLSX_PLAIN);
    xlsx_text(x, row, 1, sv_from(s->body), XLSX_PLAIN);
    xlsx_text(x, row, 3, sv_from(s->why ? "" : kind_title(s->kind)), XLSX_PLAIN);
    for (int k = 0; k < 4 && !s->why; k++) xlsx_number(x, row, 4 + k, (double)counts[k], 0, XLSX_PLAIN);
    xlsx_text(x, row, 8, sv_from(s->why), XLSX_PLAIN);
    char year[16];
    snprintf(year, sizeof year, "%d", s->year);
    xlsx_text(x, row, 2, sv_from(s->year > 0 ? year : ""), XLSX_PLAIN);
  }
  free(r->state);
  r->state = NULL;
}
