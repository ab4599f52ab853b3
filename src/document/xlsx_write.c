/* xlsx_write.c: a plain workbook writer for reports, on libxlsxwriter: sheets of rows of text and numbers, a few styles, merged cells.
 * The file appears whole or not at all: it is written under a temporary name, synced, and renamed. */
#include "document/xlsx_write.h"

#include "base/date.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static lxw_format *style_new(struct xlsx *x, enum xlsx_style style) {
  lxw_format *f = workbook_add_format(x->book);
  if (!f) return NULL;
  format_set_text_wrap(f);
  format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
  if (style != XLSX_TITLE && style != XLSX_BARE && style != XLSX_UNIT && style != XLSX_LINK) {
    format_set_border(f, LXW_BORDER_THIN);
    format_set_border_color(f, 0xBFBFBF);
  }
  switch (style) {
  case XLSX_HEADER:
    format_set_bold(f);
    format_set_bg_color(f, 0xE7EDF5);
    format_set_align(f, LXW_ALIGN_CENTER);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    break;
  case XLSX_ERROR: format_set_bg_color(f, 0xF8D7DA); break;
  case XLSX_WARNING: format_set_bg_color(f, 0xFFF3CD); break;
  case XLSX_INFO: format_set_bg_color(f, 0xE2F0FB); break;
  case XLSX_AMOUNT: format_set_align(f, LXW_ALIGN_RIGHT); break;
  case XLSX_TITLE:
    format_set_bold(f);
    format_set_font_size(f, 18);
    format_set_align(f, LXW_ALIGN_CENTER);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    break;
  case XLSX_BARE: format_set_align(f, LXW_ALIGN_VERTICAL_CENTER); break;
  case XLSX_UNIT:
    format_set_align(f, LXW_ALIGN_RIGHT);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    break;
  case XLSX_NEED:
    format_set_bold(f);
    format_set_bg_color(f, 0xFDE9D9);
    format_set_align(f, LXW_ALIGN_CENTER);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    break;
  case XLSX_SMALL:
    format_set_font_size(f, 8);
    format_set_font_color(f, 0x808080);
    format_set_bg_color(f, 0xF2F2F2);
    format_set_align(f, LXW_ALIGN_CENTER);
    break;
  case XLSX_INPUT:
    format_set_num_format(f, "@"); /* codes stay as they are typed */
    format_set_unlocked(f);
    break;
  case XLSX_INPUT_NUMBER:
    format_set_align(f, LXW_ALIGN_RIGHT);
    format_set_unlocked(f);
    break;
  case XLSX_DERIVED:
    format_set_font_color(f, 0x595959);
    format_set_bg_color(f, 0xF2F2F2);
    break;
  case XLSX_LINK:
    format_set_font_color(f, 0x0563C1);
    format_set_underline(f, LXW_UNDERLINE_SINGLE);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    break;
  case XLSX_PLAIN:
  default: break;
  }
  return f;
}

lxw_format *xlsx_style_get(struct xlsx *x, enum xlsx_style style) {
  unsigned i = (unsigned)style < STYLES ? (unsigned)style : XLSX_PLAIN;
  if (!x->styles[i]) x->styles[i] = style_new(x, style);
  return x->styles[i];
}

lxw_format *xlsx_number_style(struct xlsx *x, enum xlsx_style style, int decimals) {
  static const char zeros[] = "000000000";
  unsigned i = (unsigned)style < STYLES ? (unsigned)style : XLSX_PLAIN;
  int d = decimals < 0 ? DECIMALS_MAX + 1 : decimals > DECIMALS_MAX ? DECIMALS_MAX : decimals;
  if (x->numbers[i][d]) return x->numbers[i][d];
  lxw_format *f = style_new(x, style);
  char code[32];
  if (d > DECIMALS_MAX)
    snprintf(code, sizeof code, "0");
  else
    snprintf(code, sizeof code, "#,##0%s%.*s", d > 0 ? "." : "", d, zeros);
  if (f) format_set_num_format(f, code);
  if (f) format_set_align(f, LXW_ALIGN_RIGHT);
  x->numbers[i][d] = f;
  return f;
}

int xlsx_new(struct xlsx **out, const char *path, struct err *e) {
  *out = NULL;
  struct xlsx *x = calloc(1, sizeof *x);
  if (!x) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int n = snprintf(x->path, sizeof x->path, "%s", path);
  int m = snprintf(x->temporary, sizeof x->temporary, "%s.tmp-%ld", path, (long)getpid());
  int rc = n > 0 && (size_t)n < sizeof x->path && m > 0 && (size_t)m < sizeof x->temporary ? RC_OK : RC_USAGE;
  if (rc < 0) err_set(e, RC_USAGE, "%s", tr("文件路径过长或为空", "the path is too long or empty"));
  if (rc == RC_OK && !(x->book = workbook_new(x->temporary))) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) {
    free(x);
    return rc;
  }
  int64_t told = day_source_epoch();
  lxw_doc_properties properties = {.created = told > 0 ? (time_t)told : 1}; /* 0 would be the time of day: two runs must give the same bytes */
  workbook_set_properties(x->book, &properties);
  *out = x;
  return RC_OK;
}

/* A name that Excel accepts: no []:*?/\, at most 31 characters, not used yet. */
static void name_make(struct xlsx *x, const char *name, char out[SHEET_NAME * 4 + 1]) {
  struct sv s = sv_from(name);
  size_t m = 0, at = 0;
  for (int count = 0; at < s.n && count < SHEET_NAME - 4; count++) {
    uint32_t cp = utf8_next(s, &at);
    bool bad = cp < 32 || (cp < 128 && strchr("[]:*?/\\'", (int)cp));
    m += utf8_put(out + m, bad ? '_' : cp);
  }
  out[m] = '\0';
  if (m == 0 || workbook_get_worksheet_by_name(x->book, out))
    snprintf(out + m, SHEET_NAME * 4 + 1 - m, "%s%d", m ? "-" : "Sheet", x->sheets % 1000 + 1);
}

int xlsx_sheet(struct xlsx *x, const char *name, const int *widths, int ncolumns, bool freeze_first_row) {
  char clean[SHEET_NAME * 4 + 1];
  name_make(x, name, clean);
  x->sheet = workbook_add_worksheet(x->book, clean);
  if (!x->sheet) return x->rc = RC_USAGE;
  if (x->sheets < SHEETS_KEPT) x->kept[x->sheets] = x->sheet;
  x->sheets++;
  for (int i = 0; widths && i < ncolumns && i < 16384; i++)
    if (widths[i] > 0) worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
  if (freeze_first_row) {
    worksheet_freeze_panes(x->sheet, 1, 0);
    worksheet_repeat_rows(x->sheet, 0, 0); /* and on paper: the head on each page, as wide as the page */
    worksheet_set_landscape(x->sheet);
    worksheet_set_paper(x->sheet, 9);
    worksheet_fit_to_pages(x->sheet, 1, 0);
  }
  return RC_OK;
}

int xlsx_form(struct xlsx *x, int head) {
  if (!x->sheet || head < 0 || head >= 1000) return x->rc = RC_USAGE;
  worksheet_freeze_panes(x->sheet, (lxw_row_t)head + 1, 0);
  worksheet_repeat_rows(x->sheet, (lxw_row_t)head, (lxw_row_t)head);
  worksheet_set_landscape(x->sheet);
  worksheet_set_paper(x->sheet, 9);
  worksheet_fit_to_pages(x->sheet, 1, 0);
  worksheet_set_margins(x->sheet, 0.4, 0.4, 0.5, 0.5);
  worksheet_center_horizontally(x->sheet);
  worksheet_set_footer(x->sheet, "&C&P / &N");
  return RC_OK;
}

bool xlsx_inside(const struct xlsx *x, int row, int column) {
  return x->sheet && row >= 0 && row < 1048576 && column >= 0 && column < 16384;
}

int xlsx_turn(struct xlsx *x, int sheet) {
  if (sheet < 0 || sheet >= x->sheets || sheet >= SHEETS_KEPT) return x->rc = RC_USAGE;
  x->sheet = x->kept[sheet];
  return RC_OK;
}

int xlsx_height(struct xlsx *x, int row, int lines) {
  if (!xlsx_inside(x, row, 0)) return x->rc = RC_USAGE;
  int shown = lines < 1 ? 1 : lines > LINES_MAX ? LINES_MAX : lines;
  if (worksheet_set_row(x->sheet, (lxw_row_t)row, shown * LINE_POINTS, NULL) != LXW_NO_ERROR) x->rc = RC_LIMIT;
  return x->rc;
}

int xlsx_filter(struct xlsx *x, int last_row, int last_column) {
  if (!xlsx_inside(x, last_row, last_column)) return x->rc = RC_USAGE;
  if (worksheet_autofilter(x->sheet, 0, 0, (lxw_row_t)last_row, (lxw_col_t)last_column) != LXW_NO_ERROR) x->rc = RC_USAGE;
  return x->rc;
}

int xlsx_choices(struct xlsx *x, int first_row, int last_row, int column, const char *const *choices, bool only) {
  if (first_row > last_row || !xlsx_inside(x, first_row, column) || !xlsx_inside(x, last_row, column)) return x->rc = RC_USAGE;
  lxw_data_validation v = {.validate = LXW_VALIDATION_TYPE_LIST,
                           .value_list = (char **)(uintptr_t)choices, /* the library does not write to it */
                           .ignore_blank = LXW_VALIDATION_ON,
                           .show_input = LXW_VALIDATION_ON,
                           .show_error = only ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF};
  lxw_error rc = worksheet_data_validation_range(x->sheet, (lxw_row_t)first_row, (lxw_col_t)column, (lxw_row_t)last_row, (lxw_col_t)column, &v);
  if (rc != LXW_NO_ERROR) x->rc = RC_USAGE;
  return x->rc;
}

void xlsx_clean(struct sv text, struct buf *out) {
  for (size_t at = 0; at < text.n && out->n < CELL_TEXT_MAX - 4;) {
    char utf8[4];
    uint32_t cp = utf8_next(text, &at);
    if ((cp < 32 && cp != '\n' && cp != '\t') || cp == 0xFFFE || cp == 0xFFFF) cp = ' ';
    buf_add(out, utf8, utf8_put(utf8, cp));
  }
}

int xlsx_text(struct xlsx *x, int row, int column, struct sv text, enum xlsx_style style) {
  if (!xlsx_inside(x, row, column)) return x->rc = RC_USAGE;
  struct buf clean;
  buf_init(&clean, CELL_TEXT_MAX + 1);
  xlsx_clean(text, &clean);
  lxw_format *f = xlsx_style_get(x, style);
  lxw_error rc = clean.n > 0 ? worksheet_write_string(x->sheet, (lxw_row_t)row, (lxw_col_t)column, clean.p, f)
                             : worksheet_write_blank(x->sheet, (lxw_row_t)row, (lxw_col_t)column, f);
  buf_release(&clean);
  if (rc != LXW_NO_ERROR) x->rc = RC_LIMIT;
  return x->rc;
}

int xlsx_formula(struct xlsx *x, int row, int column, const char *formula, double value, int decimals, enum xlsx_style style) {
  if (!xlsx_inside(x, row, column)) return x->rc = RC_USAGE;
  lxw_format *f = xlsx_number_style(x, style, decimals);
  if (worksheet_write_formula_num(x->sheet, (lxw_row_t)row, (lxw_col_t)column, formula, f, value) != LXW_NO_ERROR) x->rc = RC_LIMIT;
  return x->rc;
}

int xlsx_number(struct xlsx *x, int row, int column, double value, int decimals, enum xlsx_style style) {
  if (!xlsx_inside(x, row, column)) return x->rc = RC_USAGE;
  if (worksheet_write_number(x->sheet, (lxw_row_t)row, (lxw_col_t)column, value, xlsx_number_style(x, style, decimals)) != LXW_NO_ERROR)
    x->rc = RC_LIMIT;
  return x->rc;
}

int xlsx_merge(struct xlsx *x, int row, int column, int row_span, int column_span) {
  if (!xlsx_inside(x, row, column) || row_span < 1 || column_span < 1 || row_span > 1048576 - row || column_span > 16384 - column)
    return x->rc = RC_USAGE;
  if (row_span == 1 && column_span == 1) return RC_OK;
  /* libxlsxwriter writes the merged cell itself; the text that is there already must come back afterwards. */
  lxw_cell *have = NULL;
  lxw_row *line = lxw_worksheet_find_row(x->sheet, (lxw_row_t)row);
  if (line) have = lxw_worksheet_find_cell_in_row(line, (lxw_col_t)column);
  struct buf text;
  buf_init(&text, CELL_TEXT_MAX + 1);
  enum cell_types type = have ? have->type : BLANK_CELL;
  double number = have && type == NUMBER_CELL ? have->u.number : 0;
  lxw_format *f = have ? have->format : xlsx_style_get(x, XLSX_PLAIN);
  if (have && type == STRING_CELL && have->sst_string) buf_puts(&text, have->sst_string);
  lxw_error rc = worksheet_merge_range(x->sheet, (lxw_row_t)row, (lxw_col_t)column, (lxw_row_t)(row + row_span - 1),
                                       (lxw_col_t)(column + column_span - 1), text.p ? text.p : "", f);
  if (rc == LXW_NO_ERROR && type == NUMBER_CELL) rc = worksheet_write_number(x->sheet, (lxw_row_t)row, (lxw_col_t)column, number, f);
  buf_release(&text);
  if (rc != LXW_NO_ERROR) x->rc = RC_USAGE; /* overlaps another merged range */
  return rc == LXW_NO_ERROR ? RC_OK : RC_USAGE;
}

/* Makes the temporary file first: libxlsxwriter would complain on stderr where it cannot. */
static int temporary_make(struct xlsx *x, struct err *e) {
  int fd = open(x->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return err_at(e, RC_IO, x->path, 0, 0, tr("写文件失败：%s", "writing failed: %s"), strerror(errno));
  close(fd);
  return RC_OK;
}

static int put_in_place(struct xlsx *x, struct err *e) {
  int fd = open(x->temporary, O_RDONLY | O_CLOEXEC);
  bool synced = fd >= 0 && fsync(fd) == 0;
  int saved = errno;
  if (fd >= 0) close(fd);
  if (synced && rename(x->temporary, x->path) == 0) return RC_OK;
  if (synced) saved = errno;
  unlink(x->temporary);
  return err_at(e, RC_IO, x->path, 0, 0, tr("写文件失败：%s", "writing failed: %s"), strerror(saved));
}

int xlsx_close(struct xlsx *x, struct err *e) {
  if (temporary_make(x, e) < 0) {
    xlsx_abandon(x);
    return RC_IO;
  }
  if (x->sheets == 0) xlsx_sheet(x, "Sheet1", NULL, 0, false);
  lxw_error written = workbook_close(x->book);
  int rc = x->rc;
  if (written != LXW_NO_ERROR)
    rc = err_at(e, RC_IO, x->path, 0, 0, tr("写工作簿失败：%s", "writing the workbook failed: %s"), lxw_strerror(written));
  else if (rc < 0)
    err_at(e, (enum rc)rc, x->path, 0, 0, "%s", tr("工作簿内容超过 Excel 的限制", "the content exceeds what Excel allows"));
  if (rc == RC_OK)
    rc = put_in_place(x, e);
  else
    unlink(x->temporary);
  free(x);
  return rc;
}

void xlsx_abandon(struct xlsx *x) {
  if (!x) return;
  lxw_workbook_free(x->book);
  unlink(x->temporary);
  free(x);
}
