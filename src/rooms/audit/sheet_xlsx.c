/* sheet_xlsx.c: the check sheets as a workbook: an overview, then a sheet a book that prints on A4 lying on its side, with lists to choose the result
 * from and empty columns for the person who checks. */
#include "document/write.h"
#include "rooms/audit/sheet.h"

#include <string.h>

enum { COL_NUMBER, COL_TITLE, COL_REQUIRE, COL_BASIS, COL_RESULT, COL_EVIDENCE, COL_FINDINGS, COL_WHO, COL_NOTE, COLUMNS };
enum { ROW_TITLE, ROW_WHOSE, ROW_FILE, ROW_HEAD, ROW_FIRST, WORKSHEETS_MAX = 2000, NAME_CHARACTERS = 20, NAME_BYTES = 160 };
static const int widths[COLUMNS] = {5, 15, 26, 20, 9, 42, 20, 9, 12};

static void put(struct xlsx *x, int row, int column, const char *s, enum xlsx_style style) {
  xlsx_text(x, row, column, sv_from(s), style);
}

/* A Chinese character is a little wider than the two digits that a column's width counts. */
static int lines_of(const char *s, int width) {
  int lines = 0, room = width * 9 / 10 - 1;
  struct sv rest = sv_from(s);
  while (rest.n > 0) lines += 1 + text_width(sv_cut(&rest, '\n')) / (room > 1 ? room : 1);
  return lines;
}

static void put_merged(struct xlsx *x, int row, const char *s, enum xlsx_style style) {
  put(x, row, 0, s, style);
  xlsx_merge(x, row, 0, 1, COLUMNS);
}

static void put_top(struct xlsx *x, const struct sheet_book *b) {
  struct buf t;
  const char *const heads[COLUMNS] = {tr("序号", "no."),          tr("检查内容", "what"),     tr("检查要求", "requirement"),
                                      tr("依据", "authority"),    tr("检查结果", "result"),   tr("证据（页、原文）", "evidence (page, quotation)"),
                                      tr("发现编号", "findings"), tr("检查人", "checked by"), tr("备注", "note")};
  buf_init(&t, 8192);
  sheet_heading(b, &t);
  put_merged(x, ROW_TITLE, t.p ? t.p : "", XLSX_TITLE);
  xlsx_height(x, ROW_TITLE, 2);
  buf_clear(&t);
  buf_printf(&t, tr("单位：%s　　年度：", "body: %s   year: "), *b->body ? b->body : "—");
  if (b->year > 0) buf_printf(&t, "%d", b->year);
  buf_printf(&t, tr("　　种类：%s　　样式：%s", "   kind: %s   profile: %s"), kind_title(b->kind), b->profile);
  put_merged(x, ROW_WHOSE, t.p ? t.p : "", XLSX_BARE);
  buf_clear(&t);
  buf_printf(&t, tr("文件：%s", "file: %s"), b->path);
  put_merged(x, ROW_FILE, t.p ? t.p : "", XLSX_BARE);
  buf_release(&t);
  for (int i = 0; i < COLUMNS; i++) put(x, ROW_HEAD, i, heads[i], XLSX_HEADER);
}

static void put_row(struct xlsx *x, int at, int number, const struct sheet_row *row, const struct sheet_result *r) {
  static const enum xlsx_style styles[] = {XLSX_PLAIN, XLSX_ERROR, XLSX_PLAIN, XLSX_WARNING};
  const char *const texts[COLUMNS] = {[COL_TITLE] = sheet_title(row),
                                      [COL_REQUIRE] = sheet_require(row),
                                      [COL_BASIS] = row->basis,
                                      [COL_EVIDENCE] = r->evidence,
                                      [COL_FINDINGS] = r->findings};
  int most = 1;
  xlsx_number(x, at, COL_NUMBER, number, -1, XLSX_PLAIN);
  for (int i = COL_TITLE; i < COLUMNS; i++) {
    put(x, at, i, i == COL_RESULT ? sheet_outcome_title(r->outcome) : texts[i], i == COL_RESULT ? styles[r->outcome] : XLSX_PLAIN);
    int lines = texts[i] ? lines_of(texts[i], widths[i]) : 1;
    if (lines > most) most = lines;
  }
  xlsx_height(x, at, most);
}

static void put_bottom(struct xlsx *x, const struct sheets *s, const struct sheet_book *b, int at) {
  int n[4];
  struct buf t;
  sheet_counts(s, b, n);
  buf_init(&t, 1024);
  buf_printf(&t,
             tr("符合 %d 项，不符合 %d 项，不适用 %d 项，未检查 %d 项（未检查不等于符合）",
                "met %d, not met %d, not applicable %d, not checked %d (which does not mean met)"),
             n[SHEET_MET], n[SHEET_UNMET], n[SHEET_NOT_APPLICABLE], n[SHEET_NOT_CHECKED]);
  put_merged(x, at, t.p ? t.p : "", XLSX_BARE);
  put_merged(
      x, at + 1,
      tr("检查人：　　　　　　　　　复核人：　　　　　　　　　检查日期：", "checked by:                    reviewed by:                    date:"),
      XLSX_BARE);
  xlsx_height(x, at + 1, 2);
  buf_release(&t);
}

/* A name within what Excel allows: number, the beginning of the body's name, year. */
static void put_name(char out[NAME_BYTES], const struct sheet_book *b, size_t number) {
  struct sv body = sv_from(b->body);
  size_t at = 0;
  for (int i = 0; i < NAME_CHARACTERS && at < body.n; i++) (void)utf8_next(body, &at);
  struct buf name;
  buf_init(&name, NAME_BYTES);
  buf_printf(&name, "%zu ", number);
  buf_add(&name, body.p ? body.p : "", at);
  if (b->year > 0) buf_printf(&name, "%d", b->year);
  snprintf(out, NAME_BYTES, "%s", name.p ? name.p : "");
  buf_release(&name);
}

static void put_sheet(struct xlsx *x, const struct sheets *s, size_t index) {
  const struct sheet_book *b = &s->books.v[index];
  const char *choices[] = {sheet_outcome_title(SHEET_MET), sheet_outcome_title(SHEET_UNMET), sheet_outcome_title(SHEET_NOT_APPLICABLE),
                           sheet_outcome_title(SHEET_NOT_CHECKED), NULL};
  char name[NAME_BYTES];
  int last = ROW_FIRST + (int)s->form->rows.n - 1;
  put_name(name, b, index + 1);
  xlsx_sheet(x, name, widths, COLUMNS, false);
  xlsx_form(x, ROW_HEAD);
  put_top(x, b);
  for (size_t i = 0; i < s->form->rows.n; i++) put_row(x, ROW_FIRST + (int)i, (int)i + 1, &s->form->rows.v[i], &b->results[i]);
  xlsx_choices(x, ROW_FIRST, last, COL_RESULT, choices, true);
  put_bottom(x, s, b, last + 1);
}

static void put_overview_row(struct xlsx *x, const struct sheets *s, size_t index) {
  const struct sheet_book *b = &s->books.v[index];
  const int order[] = {SHEET_MET, SHEET_UNMET, SHEET_NOT_APPLICABLE, SHEET_NOT_CHECKED};
  int n[4], at = (int)index + 1;
  struct buf t;
  buf_init(&t, 1 << 14);
  sheet_counts(s, b, n);
  xlsx_number(x, at, 0, at, -1, XLSX_PLAIN);
  put(x, at, 1, b->body, XLSX_PLAIN);
  if (b->year > 0) xlsx_number(x, at, 2, b->year, -1, XLSX_PLAIN);
  put(x, at, 3, kind_title(b->kind), XLSX_PLAIN);
  for (int i = 0; i < 4; i++) xlsx_number(x, at, 4 + i, n[order[i]], -1, order[i] == SHEET_UNMET && n[order[i]] ? XLSX_ERROR : XLSX_PLAIN);
  for (size_t k = 0; k < s->form->rows.n; k++)
    if (b->results[k].outcome == SHEET_UNMET) buf_printf(&t, "%s%s", t.n ? tr("、", ", ") : "", sheet_title(&s->form->rows.v[k]));
  put(x, at, 8, t.p ? t.p : "", XLSX_PLAIN);
  put(x, at, 9, b->path, XLSX_PLAIN);
  int lines = lines_of(t.p ? t.p : "", 40), path = lines_of(b->path, 40);
  xlsx_height(x, at, lines > path ? lines : path);
  buf_release(&t);
}

static void put_overview(struct xlsx *x, const struct sheets *s) {
  static const int columns[] = {6, 30, 8, 14, 8, 8, 8, 8, 40, 40};
  const char *const heads[] = {tr("序号", "no."),   tr("单位", "body"),          tr("年度", "year"),
                               tr("种类", "kind"),  tr("符合", "met"),           tr("不符合", "not met"),
                               tr("不适用", "n/a"), tr("未检查", "not checked"), tr("不符合的内容", "what is not met"),
                               tr("文件", "file")};
  int n = (int)(sizeof columns / sizeof *columns);
  xlsx_sheet(x, tr("总览", "overview"), columns, n, true);
  for (int i = 0; i < n; i++) put(x, 0, i, heads[i], XLSX_HEADER);
  for (size_t i = 0; i < s->books.n; i++) put_overview_row(x, s, i);
  for (size_t i = 0; i < s->unread.n; i++) {
    int at = (int)(s->books.n + i) + 1;
    put(x, at, 1, tr("读不了", "cannot be read"), XLSX_WARNING);
    put(x, at, 9, s->unread.v[i], XLSX_PLAIN);
  }
}

int sheets_write_xlsx(const struct sheets *s, const struct coverage *c, const char *path, struct err *e) {
  struct xlsx *x;
  if (s->books.n > WORKSHEETS_MAX)
    return err_set(
        e, RC_LIMIT,
        tr("检查表超过 %d 份，一个工作簿放不下；请写成 .html 或分批", "more than %d check sheets for one workbook: write .html, or fewer at a time"),
        WORKSHEETS_MAX);
  int rc = xlsx_new(&x, path, e);
  if (rc < 0) return rc;
  if (s->books.n != 1 || s->unread.n > 0 || c) put_overview(x, s);
  if (c) coverage_xlsx(c, x);
  for (size_t i = 0; i < s->books.n; i++) put_sheet(x, s, i);
  return xlsx_close(x, e);
}
