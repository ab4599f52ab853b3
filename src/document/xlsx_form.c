/* xlsx_form.c: what a workbook needs to be filled in by people: lists to choose from, notes, names, links, locked cells. */
#include "document/xlsx_write.h"

#include <string.h>

enum { MESSAGE_MAX = 255 /* characters Excel takes in a refusal */, NOTE_WIDTH = 300, NOTE_LINE = 18 };

static int done(struct xlsx *x, lxw_error rc) {
  if (rc != LXW_NO_ERROR) x->rc = RC_LIMIT;
  return x->rc;
}

int xlsx_page(struct xlsx *x, bool landscape, int first_head, int last_head) {
  if (!x->sheet || first_head < 0 || last_head >= 1000 || (last_head >= 0 && first_head > last_head)) return x->rc = RC_USAGE;
  if (last_head >= 0) {
    worksheet_freeze_panes(x->sheet, (lxw_row_t)last_head + 1, 0);
    worksheet_repeat_rows(x->sheet, (lxw_row_t)first_head, (lxw_row_t)last_head);
  }
  if (landscape) worksheet_set_landscape(x->sheet);
  worksheet_set_paper(x->sheet, 9);
  worksheet_fit_to_pages(x->sheet, 1, 0);
  worksheet_set_margins(x->sheet, 0.4, 0.4, 0.5, 0.5);
  worksheet_center_horizontally(x->sheet);
  worksheet_set_footer(x->sheet, "&C&P / &N");
  return RC_OK;
}

int xlsx_column(struct xlsx *x, int column, int width, int decimals, enum xlsx_style style) {
  if (!xlsx_inside(x, 0, column) || width < 1 || width > 255) return x->rc = RC_USAGE;
  lxw_format *f = decimals < -1 ? xlsx_style_get(x, style) : xlsx_number_style(x, style, decimals);
  return done(x, worksheet_set_column(x->sheet, (lxw_col_t)column, (lxw_col_t)column, width, f));
}

int xlsx_link(struct xlsx *x, int row, int column, const char *sheet, struct sv text) {
  char target[400];
  struct buf clean;
  if (!xlsx_inside(x, row, column)) return x->rc = RC_USAGE;
  int n = snprintf(target, sizeof target, "internal:'%s'!A1", sheet);
  if (n < 0 || (size_t)n >= sizeof target) return x->rc = RC_USAGE;
  buf_init(&clean, CELL_TEXT_MAX + 1);
  xlsx_clean(text, &clean);
  lxw_format *f = xlsx_style_get(x, XLSX_LINK);
  lxw_error rc = worksheet_write_url_opt(x->sheet, (lxw_row_t)row, (lxw_col_t)column, target, f, clean.n ? clean.p : sheet, NULL);
  buf_release(&clean);
  return done(x, rc);
}

int xlsx_note(struct xlsx *x, int row, int column, const char *text) {
  if (!xlsx_inside(x, row, column)) return x->rc = RC_USAGE;
  int lines = 2;
  for (const char *p = text; *p; p++) lines += *p == '\n';
  lines += text_width(sv_from(text)) / 40;
  char author[] = "";
  lxw_comment_options o = {.author = author, .width = NOTE_WIDTH, .height = (uint16_t)(lines * NOTE_LINE), .visible = LXW_COMMENT_DISPLAY_HIDDEN};
  return done(x, worksheet_write_comment_opt(x->sheet, (lxw_row_t)row, (lxw_col_t)column, text, &o));
}

int xlsx_name(struct xlsx *x, const char *name, const char *formula) {
  return done(x, workbook_define_name(x->book, name, formula));
}

/* At most so many characters, whole ones. */
static char *message(char *out, size_t size, const char *text) {
  struct sv s = sv_from(text);
  size_t at = 0, end = 0;
  for (int n = 0; at < s.n && n < MESSAGE_MAX; n++) {
    utf8_next(s, &at);
    if (at < size) end = at;
  }
  memcpy(out, text, end);
  out[end] = '\0';
  return out;
}

static int validate(struct xlsx *x, int first_row, int last_row, int column, lxw_data_validation *v, const char *refusal, bool warn) {
  char text[MESSAGE_MAX * 4 + 1];
  if (first_row > last_row || !xlsx_inside(x, first_row, column) || !xlsx_inside(x, last_row, column)) return x->rc = RC_USAGE;
  v->ignore_blank = LXW_VALIDATION_ON;
  v->show_input = v->show_error = LXW_VALIDATION_ON;
  v->error_type = warn ? LXW_VALIDATION_ERROR_TYPE_WARNING : LXW_VALIDATION_ERROR_TYPE_STOP;
  v->error_message = message(text, sizeof text, refusal);
  return done(x, worksheet_data_validation_range(x->sheet, (lxw_row_t)first_row, (lxw_col_t)column, (lxw_row_t)last_row, (lxw_col_t)column, v));
}

/* libxlsxwriter 1.1 keeps the formula of a list twice and frees it once, that of a condition of one's own once: so it is made as such, and then told
 * to be a list. */
int xlsx_choices_of(struct xlsx *x, int first_row, int last_row, int column, const char *formula, const char *refusal) {
  lxw_data_validation v = {.validate = LXW_VALIDATION_TYPE_CUSTOM_FORMULA, .value_formula = (char *)(uintptr_t)formula}; /* it is only read */
  int rc = validate(x, first_row, last_row, column, &v, refusal, true);
  lxw_data_val_obj *last = rc == RC_OK ? STAILQ_FIRST(x->sheet->data_validations) : NULL;
  while (last && STAILQ_NEXT(last, list_pointers)) last = STAILQ_NEXT(last, list_pointers);
  if (last) last->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
  return rc;
}

int xlsx_between(struct xlsx *x, int first_row, int last_row, int column, double least, double most, bool whole, const char *refusal) {
  lxw_data_validation v = {.validate = whole ? LXW_VALIDATION_TYPE_INTEGER : LXW_VALIDATION_TYPE_DECIMAL,
                           .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                           .minimum_number = least,
                           .maximum_number = most};
  return validate(x, first_row, last_row, column, &v, refusal, false);
}

int xlsx_formula_text(struct xlsx *x, int row, int column, const char *formula, struct sv value, enum xlsx_style style) {
  if (!xlsx_inside(x, row, column)) return x->rc = RC_USAGE;
  struct buf clean;
  buf_init(&clean, CELL_TEXT_MAX + 1);
  xlsx_clean(value, &clean);
  lxw_error rc = worksheet_write_formula_str(x->sheet, (lxw_row_t)row, (lxw_col_t)column, formula, xlsx_style_get(x, style), clean.n ? clean.p : "");
  buf_release(&clean);
  return done(x, rc);
}

int xlsx_hide(struct xlsx *x) {
  if (!x->sheet) return x->rc = RC_USAGE;
  worksheet_hide(x->sheet);
  return RC_OK;
}

int xlsx_lock(struct xlsx *x) {
  if (!x->sheet) return x->rc = RC_USAGE;
  lxw_protection p = {.format_cells = LXW_TRUE, .format_columns = LXW_TRUE, .format_rows = LXW_TRUE, .insert_rows = LXW_TRUE, .autofilter = LXW_TRUE};
  worksheet_protect(x->sheet, NULL, &p);
  return done(x, worksheet_ignore_errors(x->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"));
}
