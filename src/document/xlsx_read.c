/* xlsx_read.c: the parts of a workbook: its list of sheets, shared strings, styles, and the cells of each sheet.
 * What the cells mean as lines and tables is for xlsx_sheet.c. */
#include "document/office.h"

#include <stdlib.h>
#include <string.h>

#define SHEETS_MAX 1000

struct sheet_entry {
  struct sv id;
  const char *name;
  bool hidden;
};

enum cell_type { TYPE_NUMBER, TYPE_SHARED, TYPE_INLINE, TYPE_STRING, TYPE_BOOL, TYPE_ERROR };

struct workbook {
  struct build *b;
  struct xlsx_styles styles;
  VEC(struct sheet_entry) sheets;
  VEC(struct sv) strings;
  struct buf text; /* of the string or value being read */
  bool in_text, in_phonetic, in_xfs;
  /* the sheet being read */
  struct xlsx_sheet *sheet;
  int row, column; /* of the current cell, from 0; -1 before the first */
  int style;
  enum cell_type type;
  bool in_cell, has_formula, has_value;
  int stale; /* formulas without a stored result, in all sheets */
};

static int text_take(void *context, const char *p, size_t n, struct err *e) {
  struct workbook *w = context;
  if (!w->in_text || w->in_phonetic) return RC_OK;
  return buf_add(&w->text, p, n) < 0 ? office_nomem(e) : RC_OK;
}

/* libxml2 hands "&amp;" in attributes over as "&#38;" when entities are not replaced. */
static int attribute_copy(struct build *b, struct sv s, const char **out, struct err *e) {
  char *copy = arena_text(&b->d->arena, s.p ? s.p : "", s.n);
  if (!copy) return office_nomem(e);
  size_t m = 0;
  for (size_t i = 0; i < s.n; i++) {
    copy[m++] = copy[i];
    if (s.n - i >= 5 && memcmp(copy + i, "&#38;", 5) == 0) i += 4;
  }
  copy[m] = '\0';
  *out = copy;
  return RC_OK;
}

/* ---- workbook.xml ---- */

static int book_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  (void)uri;
  struct workbook *w = context;
  if (strcmp(name, "workbookPr") == 0) w->styles.date1904 = xml_attribute_on(a, "date1904", false);
  if (strcmp(name, "sheet") != 0) return RC_OK;
  struct sv state = xml_attribute(a, "state"), id = xml_attribute(a, "id");
  struct sheet_entry s = {.hidden = sv_is(state, "hidden") || sv_is(state, "veryHidden")};
  int rc = attribute_copy(w->b, xml_attribute(a, "name"), &s.name, e);
  if (rc == RC_OK) rc = office_copy(w->b, id.p, id.n, &s.id, e);
  if (rc == RC_OK && VEC_PUSH(&w->sheets, s, SHEETS_MAX) < 0)
    rc = err_set(e, RC_LIMIT, tr("工作表超过 %d 张", "the workbook has more than %d sheets"), SHEETS_MAX);
  return rc;
}

/* ---- sharedStrings.xml ---- */

static int string_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  (void)uri, (void)a, (void)e;
  struct workbook *w = context;
  if (strcmp(name, "si") == 0)
    buf_clear(&w->text);
  else if (strcmp(name, "rPh") == 0)
    w->in_phonetic = true;
  else if (strcmp(name, "t") == 0)
    w->in_text = true;
  return RC_OK;
}

static int string_end(void *context, const char *uri, const char *name, struct err *e) {
  (void)uri;
  struct workbook *w = context;
  if (strcmp(name, "t") == 0) w->in_text = false;
  if (strcmp(name, "rPh") == 0) w->in_phonetic = false;
  if (strcmp(name, "si") != 0) return RC_OK;
  struct sv s;
  int rc = office_copy(w->b, w->text.p ? w->text.p : "", w->text.n, &s, e);
  if (rc == RC_OK && VEC_PUSH(&w->strings, s, 2000000) < 0) rc = err_set(e, RC_LIMIT, "%s", tr("共享字符串过多", "too many shared strings"));
  return rc;
}

/* ---- styles.xml ---- */

static int style_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  (void)uri;
  struct workbook *w = context;
  if (strcmp(name, "cellXfs") == 0) w->in_xfs = true;
  if (strcmp(name, "xf") == 0 && w->in_xfs && VEC_PUSH(&w->styles.formats, xml_attribute_int(a, "numFmtId", 0), 100000) < 0)
    return err_set(e, RC_LIMIT, "%s", tr("单元格样式过多", "too many cell styles"));
  if (strcmp(name, "numFmt") != 0) return RC_OK;
  const char *code = NULL;
  int rc = attribute_copy(w->b, xml_attribute(a, "formatCode"), &code, e);
  if (rc < 0) return rc;
  struct xlsx_code c = {.id = xml_attribute_int(a, "numFmtId", 0), .code = sv_from(code)};
  if (VEC_PUSH(&w->styles.codes, c, 10000) < 0) return err_set(e, RC_LIMIT, "%s", tr("数字格式过多", "too many number formats"));
  return RC_OK;
}

static int style_end(void *context, const char *uri, const char *name, struct err *e) {
  (void)uri, (void)e;
  struct workbook *w = context;
  if (strcmp(name, "cellXfs") == 0) w->in_xfs = false;
  return RC_OK;
}

/* ---- a sheet ---- */

/* Reads "B12" at s.p[*at]; rows and columns from 0. */
static bool reference_read(struct sv s, size_t *at, int *row, int *column) {
  int c = 0, r = 0;
  size_t start = *at;
  for (; *at < s.n && s.p[*at] >= 'A' && s.p[*at] <= 'Z'; ++*at)
    if ((c = c * 26 + (s.p[*at] - 'A' + 1)) > GRID_COLUMNS_MAX) return false;
  size_t digits = *at;
  for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at)
    if ((r = r * 10 + (s.p[*at] - '0')) > GRID_ROWS_MAX) return false;
  if (digits == start || *at == digits || r == 0) return false;
  *row = r - 1;
  *column = c - 1;
  return true;
}

static int merge_take(struct workbook *w, struct sv ref, struct err *e) {
  struct xlsx_range m;
  size_t at = 0;
  if (!reference_read(ref, &at, &m.row0, &m.column0) || at >= ref.n || ref.p[at++] != ':' || !reference_read(ref, &at, &m.row1, &m.column1))
    return RC_OK;
  if (m.row1 < m.row0 || m.column1 < m.column0) return RC_OK;
  if (VEC_PUSH(&w->sheet->merges, m, 100000) < 0) return err_set(e, RC_LIMIT, "%s", tr("合并单元格过多", "too many merged cells"));
  return RC_OK;
}

static enum cell_type type_of(struct sv t) {
  static const char *const names[] = {"n", "s", "inlineStr", "str", "b", "e"};
  for (int i = 0; i < 6; i++)
    if (sv_is(t, names[i])) return (enum cell_type)i;
  return t.n == 0 ? TYPE_NUMBER : TYPE_STRING; /* "d": an ISO date, text as it stands */
}

static int cell_start(struct workbook *w, const struct xml_attributes *a) {
  struct sv ref = xml_attribute(a, "r");
  size_t at = 0;
  int row = w->row, column = w->column + 1;
  if (ref.n > 0 && reference_read(ref, &at, &row, &column) && row >= 0) w->row = row;
  w->column = column;
  w->style = xml_attribute_int(a, "s", 0);
  w->type = type_of(xml_attribute(a, "t"));
  w->in_cell = true;
  w->has_formula = w->has_value = false;
  buf_clear(&w->text);
  return RC_OK;
}

static int sheet_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  (void)uri;
  struct workbook *w = context;
  if (strcmp(name, "c") == 0) return cell_start(w, a);
  if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
    w->in_text = w->has_value = w->in_cell;
  else if (strcmp(name, "f") == 0)
    w->has_formula = w->in_cell;
  else if (strcmp(name, "rPh") == 0)
    w->in_phonetic = true;
  else if (strcmp(name, "mergeCell") == 0)
    return merge_take(w, xml_attribute(a, "ref"), e);
  else if (strcmp(name, "row") == 0) {
    w->row = xml_attribute_int(a, "r", w->row + 2) - 1;
    w->column = -1;
    if (w->row < 0 || w->row >= GRID_ROWS_MAX) return err_set(e, RC_LIMIT, tr("工作表超过 %d 行", "a sheet has more than %d rows"), GRID_ROWS_MAX);
    if (xml_attribute_on(a, "hidden", false) && VEC_PUSH(&w->sheet->hidden_rows, w->row, GRID_ROWS_MAX) < 0) return office_nomem(e);
  } else if (strcmp(name, "col") == 0 && xml_attribute_on(a, "hidden", false)) {
    struct xlsx_range r = {.column0 = xml_attribute_int(a, "min", 1) - 1, .column1 = xml_attribute_int(a, "max", 1) - 1};
    if (VEC_PUSH(&w->sheet->hidden_columns, r, GRID_COLUMNS_MAX) < 0) return office_nomem(e);
  }
  return RC_OK;
}

static int shared_string(struct workbook *w, struct sv value, struct xlsx_cell *c) {
  size_t index = 0;
  for (size_t i = 0; i < value.n; i++) {
    if (value.p[i] < '0' || value.p[i] > '9' || index > w->strings.n) return RC_OK; /* no such string: an empty cell */
    index = index * 10 + (size_t)(value.p[i] - '0');
  }
  if (value.n > 0 && index < w->strings.n) c->text = w->strings.v[index];
  return RC_OK;
}

static int cell_end(struct workbook *w, struct err *e) {
  struct sv value = {w->text.p ? w->text.p : "", w->text.n};
  struct xlsx_cell c = {.row = w->row, .column = w->column, .flags = w->has_formula ? CELL_FORMULA : 0};
  w->in_cell = w->in_text = false;
  if (w->has_formula && (!w->has_value || (value.n == 0 && w->type != TYPE_STRING))) {
    c.flags |= CELL_STALE;
    w->stale++;
  }
  int rc = RC_OK;
  bool finer = false;
  switch (w->type) {
  case TYPE_SHARED: rc = shared_string(w, value, &c); break;
  case TYPE_NUMBER:
    if (value.n == 0) break;
    rc = xlsx_show(w->b, &w->styles, w->style, value, &c.text, &c.stored, &finer, e);
    c.flags |= CELL_NUMERIC | (finer ? CELL_SHOWN_DIFFERS : 0u);
    break;
  case TYPE_BOOL: c.text = value.n == 0 ? value : sv_is(value, "0") ? SV("FALSE") : SV("TRUE"); break;
  case TYPE_INLINE:
  case TYPE_STRING:
  case TYPE_ERROR:
  default: rc = office_copy(w->b, value.p, value.n, &c.text, e);
  }
  if (rc < 0 || (c.flags == 0 && sv_trim(c.text).n == 0)) return rc;
  if (w->row < 0) return RC_OK;
  size_t most = w->b->limits.memory_bytes / 5 / sizeof c;
  if (most > (size_t)w->b->limits.cells) most = (size_t)w->b->limits.cells;
  if (VEC_PUSH(&w->sheet->cells, c, most) < 0)
    return err_set(e, RC_LIMIT, tr("工作表单元格超过上限 %zu 个", "a sheet has more than %zu cells"), most);
  return RC_OK;
}

static int sheet_end(void *context, const char *uri, const char *name, struct err *e) {
  (void)uri;
  struct workbook *w = context;
  if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
    w->in_text = false;
  else if (strcmp(name, "rPh") == 0)
    w->in_phonetic = false;
  else if (strcmp(name, "c") == 0 && w->in_cell)
    return cell_end(w, e);
  return RC_OK;
}

static void sheet_release(struct xlsx_sheet *s) {
  free(s->cells.v);
  free(s->merges.v);
  free(s->hidden_columns.v);
  free(s->hidden_rows.v);
}

static int sheet_read(struct workbook *w, struct zip_safe *z, const struct sheet_entry *entry, int number, const char *part, struct err *e) {
  struct xlsx_sheet sheet = {.number = number, .name = entry->name, .hidden = entry->hidden};
  w->sheet = &sheet;
  w->row = w->column = -1;
  w->in_cell = w->in_text = w->in_phonetic = false;
  struct xml_sink sink = {.context = w, .start = sheet_start, .end = sheet_end, .text = text_take};
  int rc = xml_part(w->b, z, part, &sink, e);
  struct page page = {.number = number, .state = sheet.cells.n ? PAGE_READ : PAGE_BLANK, .label = entry->name, .hidden = entry->hidden};
  if (rc == RC_NOTFOUND) {
    page.state = PAGE_DAMAGED;
    page.note = tr("文件里没有这张工作表的内容", "the sheet's content is missing from the file");
    w->b->d->truncated = true;
    rc = RC_OK;
    err_clear(e);
  }
  if (rc == RC_OK) rc = build_page(w->b, page, e);
  if (rc == RC_OK && w->b->keep) {
    rc = xlsx_cells_keep(w->b->keep, &sheet, e);
    if (rc < 0) sheet_release(&sheet);
    return rc;
  }
  if (rc == RC_OK) rc = xlsx_sheet_emit(w->b, &sheet, e);
  sheet_release(&sheet);
  return rc;
}

static int optional_part(struct workbook *w, struct zip_safe *z, const char *part, const struct xml_sink *sink, struct err *e) {
  return part && zip_safe_has(z, part) ? xml_part(w->b, z, part, sink, e) : RC_OK;
}

static const struct relation *relation_by_id(const struct relations *r, struct sv id) {
  for (size_t i = 0; i < r->v.n; i++)
    if (sv_equal(r->v.v[i].id, id)) return &r->v.v[i];
  return NULL;
}

static const char *relation_by_type(const struct relations *r, const char *type) {
  for (size_t i = 0; i < r->v.n; i++)
    if (sv_ends(r->v.v[i].type, type)) return r->v.v[i].target;
  return NULL;
}

static int book_read(struct workbook *w, struct zip_safe *z, const char *main, struct relations *relations, struct err *e) {
  struct xml_sink book = {.context = w, .start = book_start};
  struct xml_sink strings = {.context = w, .start = string_start, .end = string_end, .text = text_take};
  struct xml_sink styles = {.context = w, .start = style_start, .end = style_end};
  int rc = xml_part(w->b, z, main, &book, e);
  if (rc == RC_OK) rc = relations_read(w->b, z, main, relations, e);
  if (rc == RC_OK) rc = optional_part(w, z, relation_by_type(relations, "/sharedStrings"), &strings, e);
  if (rc == RC_OK) rc = optional_part(w, z, relation_by_type(relations, "/styles"), &styles, e);
  for (size_t i = 0; rc == RC_OK && i < w->sheets.n; i++) {
    const struct relation *r = relation_by_id(relations, w->sheets.v[i].id);
    if (r && !sv_ends(r->type, "/worksheet")) continue; /* a chart sheet has no cells */
    rc = sheet_read(w, z, &w->sheets.v[i], (int)i + 1, r ? r->target : "", e);
  }
  if (rc == RC_OK && w->sheets.n == 0) rc = err_set(e, RC_FORMAT, "%s", tr("工作簿里没有工作表", "the workbook has no sheets"));
  if (rc == RC_OK && w->stale > 0)
    rc = build_warn(
        w->b,
        tr("%d 个公式没有保存计算结果，其值未知；请用 Excel 打开后重新保存", "%d formulas have no stored result; open and save the file in Excel"),
        w->stale);
  return rc == RC_NOTFOUND ? RC_FORMAT : rc;
}

int xlsx_read(struct build *b, const unsigned char *data, size_t size, struct err *e) {
  struct zip_safe *z;
  int rc = zip_safe_open(&z, data, size, e);
  if (rc < 0) return rc;
  struct workbook w = {.b = b};
  struct relations relations = {0};
  const char *main;
  buf_init(&w.text, ZIP_PART_MAX);
  rc = main_part(b, z, "xl/workbook.xml", &main, e);
  if (rc == RC_OK) rc = book_read(&w, z, main, &relations, e);
  free(relations.v.v);
  free(w.sheets.v);
  free(w.strings.v);
  free(w.styles.formats.v);
  free(w.styles.codes.v);
  buf_release(&w.text);
  zip_safe_close(z);
  return rc;
}
