/* import_read.c: the sheets of a filled-in workbook, each cell as the text that the CSV file would hold. Everything that people and Excel do to cells
 * is told with its sheet and cell and what to do; nothing is guessed. */
#include "rooms/book/field.h"
#include "rooms/book/import.h"
#include "rooms/book/template.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_ROWS = 10, ROOM = 600, SHOWN = 60 };

void import_tell(struct import *im, enum ws_severity s, const char *id, const struct import_sheet *sheet, int row, int column, const char *fmt, ...) {
  char text[1024];
  va_list args;
  if (s == WS_ERROR) im->errors++;
  if (im->faults.n >= IMPORT_FAULTS) return;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  const char *name = !sheet ? "" : im->book ? im->book->v.v[sheet->sheet].name : im->records.files[sheet->entity].entity->zh;
  struct import_fault f = {s, id, name, row, column, arena_text(&im->arena, text, strlen(text))};
  if (f.text && VEC_PUSH(&im->faults, f, IMPORT_FAULTS) < 0) im->arena.failed = true;
}

struct sv import_shown(struct sv text) {
  size_t n = 0;
  while (n < text.n && n < SHOWN && (unsigned char)text.p[n] >= ' ') utf8_next(text, &n);
  return (struct sv){text.p ? text.p : "", n};
}

int import_open(struct import *im, const char *folder, const char *path, struct err *e) {
  arena_init(&im->arena, (size_t)512 << 20);
  for (int i = 0; i < OPEN_FIELDS; i++) intern_init(&im->keys[i]);
  im->path = path;
  int rc = records_open(&im->records, folder, e);
  if (rc < 0) import_close(im);
  return rc;
}

void import_close(struct import *im) {
  for (size_t i = 0; i < im->sheets.n; i++) free(im->sheets.v[i].rows.v);
  free(im->sheets.v), free(im->faults.v), free(im->notes.v);
  for (int i = 0; i < OPEN_FIELDS; i++) intern_release(&im->keys[i]);
  xlsx_cells_free(im->book);
  records_close(&im->records);
  arena_release(&im->arena);
}

/* ---- one cell ---- */

struct reading {
  struct import *im;
  struct import_sheet *s;
  const struct xlsx_sheet *x;
  const struct ws_entity *entity;
};
struct at {
  const struct reading *r;
  const struct ws_field *f;
  const struct xlsx_cell *c;
  int row, column;
};

static void bad(const struct at *a, const char *id, const char *why) {
  struct sv shown = import_shown(a->c->text);
  import_tell(a->r->im, WS_ERROR, id, a->r->s, a->row, a->column, tr("%s“%.*s”：%s", "%s \"%.*s\": %s"), tr(a->f->zh, a->f->en), SV_ARG(shown), why);
}

static bool excel_error(struct sv s) {
  static const char *const errors[] = {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#N/A", "#NULL!"};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (sv_is(s, errors[i])) return true;
  return false;
}

/* Excel shows it as a day: "2022-12-31", stored 44926. */
static bool shown_as_date(const struct xlsx_cell *c) {
  return (c->flags & CELL_NUMERIC) && c->text.n >= 10 && c->text.p[4] == '-' && !sv_contains(c->stored, "-");
}

static bool integer(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n > 0;
}

static struct sv kept(struct import *im, const char *p, size_t n) {
  char *copy = arena_text(&im->arena, p ? p : "", n);
  return copy ? (struct sv){copy, n} : SV("");
}

/* Line ends of another system, and what stands around the text, are no part of it. */
static struct sv text_of(const struct at *a, struct sv s) {
  struct sv t = sv_trim(s);
  while (t.n && strchr("\r\n\t", t.p[t.n - 1])) t = sv_trim((struct sv){t.p, t.n - 1});
  while (t.n && strchr("\r\n\t", t.p[0])) t = sv_trim((struct sv){t.p + 1, t.n - 1});
  if (t.n != s.n && a->f->type != TYPE_TEXT)
    import_tell(a->r->im, WS_HINT, "X-BLANKS", a->r->s, a->row, a->column, tr("%s前后的空格已去掉", "%s: the blanks around it were taken away"),
                tr(a->f->zh, a->f->en));
  if (!memchr(t.n ? t.p : "", '\r', t.n)) return t;
  char *copy = arena_text(&a->r->im->arena, t.p, t.n);
  size_t n = 0;
  for (size_t i = 0; copy && i < t.n; i++)
    if (copy[i] != '\r') copy[n++] = copy[i];
  return copy ? (struct sv){copy, n} : SV("");
}

static struct sv yuan_text(const struct at *a, int64_t fen) {
  char room[MONEY_TEXT];
  money_print(room, fen, SCALE_YUAN, 2, false);
  return kept(a->r->im, room, strlen(room));
}

/* An amount in the workbook's unit as 元. */
static struct sv amount(const struct at *a, struct sv s, bool number) {
  struct number n;
  int64_t fen;
  char room[ROOM];
  enum scale scale = a->r->s->money == MONEY_WAN ? SCALE_WAN : SCALE_YUAN;
  bool read = number_parse(s, &n) == RC_OK;
  struct field_fault fault = {0};
  if (!number && scale != SCALE_WAN) field_check(a->f, s, &fault);
  if (read && n.separators && !number && money_from(&n, scale, &fen) == RC_OK) {
    char plain[MONEY_TEXT];
    snprintf(room, sizeof room,
             tr("是带千位分隔符的文字，不是数；改成数 %s", "is text with thousands separators and no number; make it the number %s"),
             money_print(plain, fen, SCALE_YUAN, 2, false));
    return bad(a, "X-SEPARATORS", room), (struct sv){0};
  }
  if (fault.id) return bad(a, fault.id, fault.text), (struct sv){0};
  if (!read || n.percent || n.stray)
    return bad(a, "W-AMOUNT", tr("不是金额；填一个以元为单位的数", "is no amount; enter a number in 元")), (struct sv){0};
  int rc = money_from(&n, scale, &fen);
  if (rc == RC_FORMAT)
    return bad(a, "W-AMOUNT", tr("不足一分的零头；最多两位小数", "is no whole number of 分; at most two decimals")), (struct sv){0};
  struct sv text = rc == RC_OK ? yuan_text(a, fen) : (struct sv){0};
  if (rc == RC_OK) field_check(a->f, text, &fault);
  if (rc < 0 || fault.id)
    return bad(a, "W-AMOUNT", tr("数太大，不会是预算金额；请核对", "is too large for an amount of a budget; check it")), (struct sv){0};
  if (!number)
    import_tell(a->r->im, WS_WARNING, "X-TEXT", a->r->s, a->row, a->column,
                tr("%s“%.*s”是文本格式的数字，已按数读入；把单元格设成“数值”，公式才会算它",
                   "%s \"%.*s\" is a number kept as text and was read as one; make the cell a number"),
                tr(a->f->zh, a->f->en), SV_ARG(import_shown(s)));
  return text;
}

/* A code that Excel made a number of: exact up to 15 digits; a zero in front is lost, which only the list of codes can tell. */
static struct sv code_number(const struct at *a) {
  if (!integer(a->c->stored) || a->c->stored.n > 15)
    return bad(a, "W-CODE",
               tr("编码被存成了数，位数可能已经丢失；把该列设成“文本”后重填",
                  "the code was kept as a number and may have lost digits; make the column text and enter it again")),
           (struct sv){0};
  return a->c->stored;
}

static struct sv number_value(const struct at *a) {
  struct sv s = a->c->stored;
  bool date = shown_as_date(a->c);
  switch (a->f->type) {
  case TYPE_YUAN:
    if (date || sv_ends(a->c->text, "%"))
      return bad(a, "W-AMOUNT",
                 tr("显示成日期或百分比；把单元格设成“数值”，核对后重填", "is shown as a date or percentage; make the cell a number and check it")),
             (struct sv){0};
    if (sv_contains(s, "E") || sv_contains(s, "e"))
      return bad(a, "W-AMOUNT", tr("数太大，不会是预算金额；请核对", "is too large for an amount of a budget; check it")), (struct sv){0};
    return amount(a, s, true);
  case TYPE_CODE:
    if (date)
      return bad(a, "X-DATE",
                 tr("编码被 Excel 当成了日期；把该列设成“文本”后重填", "Excel took the code for a date; make the column text and enter it again")),
             (struct sv){0};
    return code_number(a);
  case TYPE_DATE: return date ? (struct sv){a->c->text.p, 10} : s;
  case TYPE_TEXT: /* as it is shown: 95% and 2022-12-31 are what the officer means */
    if (a->c->flags & CELL_SHOWN_DIFFERS)
      import_tell(a->r->im, WS_WARNING, "X-SHOWN", a->r->s, a->row, a->column,
                  tr("%s显示为“%.*s”，实际存的是 %.*s；取显示的", "%s is shown as \"%.*s\" and stored as %.*s; what is shown is taken"),
                  tr(a->f->zh, a->f->en), SV_ARG(import_shown(a->c->text)), SV_ARG(import_shown(s)));
    return a->c->text;
  case TYPE_YEAR:
  case TYPE_INT:
  case TYPE_CHOICE:
  case TYPE_FLAG:
  default:
    if (date)
      return bad(a, "X-DATE", tr("被 Excel 当成了日期；改成数字或文本后重填", "Excel took it for a date; make the cell text and enter it again")),
             (struct sv){0};
    return s;
  }
}

/* p NULL: told to be wrong. */
static struct sv cell_value(const struct at *a) {
  struct field_fault fault;
  if (!a->c || (a->c->text.n == 0 && !(a->c->flags & CELL_STALE))) return SV("");
  if (a->c->flags & CELL_STALE)
    return bad(a, "X-FORMULA",
               tr("公式没有保存结果；用 Excel 打开、重新保存后再导入", "the formula has no stored result; open and save the file in Excel")),
           (struct sv){0};
  if (excel_error(a->c->text))
    return bad(a, "X-FORMULA", tr("是 Excel 公式的错误；改正公式，或直接填数", "is an error of an Excel formula; mend it or enter the value")),
           (struct sv){0};
  bool number = a->c->flags & CELL_NUMERIC;
  struct sv s = number ? number_value(a) : text_of(a, a->c->text);
  if (!s.p || s.n == 0) return s;
  if (a->f->type == TYPE_YUAN) return number ? s : amount(a, s, false);
  if (a->f->type == TYPE_FLAG && (sv_is(s, "TRUE") || sv_is(s, "FALSE"))) return sv_is(s, "TRUE") ? SV("1") : SV("0");
  field_check(a->f, s, &fault);
  if (fault.id) return bad(a, fault.id, fault.text), (struct sv){0};
  return s;
}

/* ---- a sheet's head ---- */

static bool head_is(struct sv text, const struct ws_field *f, bool title) {
  struct sv s = sv_trim(text);
  while (s.n && (s.p[s.n - 1] == '*' || s.p[s.n - 1] == ' ')) s.n--;
  return title ? sv_is(s, f->zh) || sv_is(s, f->en) : sv_is(s, f->name);
}

static int heads_in_row(const struct xlsx_sheet *x, const struct ws_entity *d, int row, bool title) {
  int n = 0;
  for (int c = 0; c < OPEN_FIELDS; c++) {
    const struct xlsx_cell *cell = xlsx_cell_at(x, row, c);
    for (int k = 0; cell && k < d->nfields; k++)
      if (head_is(cell->text, &d->fields[k], title)) {
        n++;
        break;
      }
  }
  return n;
}

/* The row of titles and that of names among the first rows; -1 where there is none. */
static void heads_find(const struct xlsx_sheet *x, const struct ws_entity *d, int *titles, int *names) {
  int most[2] = {1, 1};
  *titles = *names = -1;
  for (int row = 0; row < HEAD_ROWS; row++)
    for (int kind = 0; kind < 2; kind++) {
      int n = heads_in_row(x, d, row, kind == 0);
      if (n > most[kind] || (n == 1 && d->nfields == 1)) most[kind] = n, *(kind == 0 ? titles : names) = row;
    }
}

static bool merged(const struct xlsx_sheet *x, int row, int column, struct xlsx_range *out) {
  for (size_t i = 0; i < x->merges.n; i++) {
    struct xlsx_range m = x->merges.v[i];
    if (row >= m.row0 && row <= m.row1 && column >= m.column0 && column <= m.column1) return *out = m, true;
  }
  return false;
}

/* A head that is no field's: the nearest that is still wanted, for a slip of the pen. */
static const char *head_near(const struct reading *r, struct sv text) {
  const char *best = NULL;
  size_t most = 0;
  for (int k = 0; k < r->entity->nfields; k++) {
    size_t same = 0, at = 0, all;
    struct sv zh = sv_from(r->entity->fields[k].zh);
    if (r->s->column[k] >= 0) continue;
    all = utf8_length(zh);
    while (at < zh.n) {
      char one[5] = {0};
      uint32_t cp = utf8_next(zh, &at);
      utf8_put(one, cp);
      same += sv_contains(text, one);
    }
    if (same * 2 >= all && same > most) most = same, best = r->entity->fields[k].zh;
  }
  return best;
}

static void head_match(const struct reading *r, int row, bool title) {
  for (int c = 0; row >= 0 && c < OPEN_FIELDS * 2; c++) {
    const struct xlsx_cell *cell = xlsx_cell_at(r->x, row, c);
    struct sv text = cell ? sv_trim(cell->text) : (struct sv){0};
    for (int k = 0; text.n && k < r->entity->nfields; k++) {
      if (!head_is(text, &r->entity->fields[k], title)) continue;
      if (r->s->column[k] < 0)
        r->s->column[k] = c;
      else if (r->s->column[k] != c)
        import_tell(r->im, WS_ERROR, "X-COLUMN", r->s, row, c, tr("列“%s”出现了两次；留下一列", "column \"%s\" is there twice; keep one"),
                    r->entity->fields[k].zh);
      break;
    }
  }
}

/* Whether a record of the file has something in the field. */
static bool in_use(const struct reading *r, int field) {
  const struct ws_file *f = &r->im->records.files[r->s->entity];
  for (size_t i = 1; i <= records_count(&r->im->records, r->s->entity); i++)
    if (ws_get(f, i, field).n) return true;
  return false;
}

/* What is in the heads and is no column of ours; what is missing. */
static int head_complain(const struct reading *r, int titles, int names) {
  int row = titles >= 0 ? titles : names, lost = 0;
  for (int c = 0; c < OPEN_FIELDS * 2; c++) {
    const struct xlsx_cell *cell = xlsx_cell_at(r->x, row, c), *name = names >= 0 ? xlsx_cell_at(r->x, names, c) : NULL;
    struct sv text = cell ? sv_trim(cell->text) : (struct sv){0};
    int k = 0;
    while (k < r->entity->nfields && r->s->column[k] != c) k++;
    if (k < r->entity->nfields && titles >= 0 && !head_is(text, &r->entity->fields[k], true))
      import_tell(r->im, WS_WARNING, "X-COLUMN", r->s, row, c,
                  tr("表头“%.*s”改过名；按字段名 %s 当作“%s”读", "the head \"%.*s\" was renamed; read by its field's name %s as \"%s\""),
                  SV_ARG(import_shown(text)), r->entity->fields[k].name, tr(r->entity->fields[k].zh, r->entity->fields[k].en));
    if (k < r->entity->nfields || !text.n || (name && sv_starts(sv_trim(name->text), "="))) continue;
    const char *near = head_near(r, text);
    import_tell(r->im, near ? WS_ERROR : WS_WARNING, "X-COLUMN", r->s, row, c,
                near ? tr("没有叫“%.*s”的列；是不是“%s”？改回表头再导入", "there is no column \"%.*s\"; is it \"%s\"? Mend the head")
                     : tr("没有叫“%.*s”的列，这一列不读%s", "there is no column \"%.*s\"; it is not read%s"),
                SV_ARG(import_shown(text)), near ? near : "");
  }
  for (int k = 0; k < r->entity->nfields; k++) {
    const struct ws_field *f = &r->entity->fields[k];
    if (r->s->column[k] >= 0) continue;
    bool fatal = f->need || (f->key && !(f->optional_column && !in_use(r, k)));
    if (f->optional_column && !fatal && !in_use(r, k)) continue; /* a workbook from before there was such a column */
    import_tell(r->im, fatal ? WS_ERROR : WS_WARNING, "X-COLUMN", r->s, row, -1,
                fatal ? tr("缺少列“%s”（%s）；在表头加上", "column \"%s\" (%s) is missing; add it to the head")
                      : tr("没有列“%s”（%s）；工作区里原来的内容保留", "there is no column \"%s\" (%s); what the workspace has is kept"),
                tr(f->zh, f->en), f->name);
    lost += fatal;
  }
  return lost;
}

/* ---- its rows ---- */

static bool row_empty(const struct reading *r, int row) {
  for (int k = 0; k < r->entity->nfields; k++) {
    const struct xlsx_cell *c = r->s->column[k] >= 0 ? xlsx_cell_at(r->x, row, r->s->column[k]) : NULL;
    if (c && sv_trim(c->text).n > 0) return false;
  }
  return true;
}

static void merges_complain(const struct reading *r) {
  for (size_t i = 0; i < r->x->merges.n; i++) {
    struct xlsx_range m = r->x->merges.v[i];
    bool ours = false;
    for (int k = 0; k < r->entity->nfields && !ours; k++)
      ours = r->s->column[k] >= m.column0 && r->s->column[k] <= m.column1 && m.row1 >= r->s->first - 1;
    char from[XLSX_REF], to[XLSX_REF];
    if (ours)
      import_tell(r->im, WS_ERROR, "X-MERGED", r->s, m.row0, m.column0,
                  tr("%s:%s 合并了单元格；取消合并，每一格都填上", "%s:%s are merged; take the merge apart and fill in each cell"),
                  xlsx_ref(from, m.row0, m.column0), xlsx_ref(to, m.row1, m.column1));
  }
}

static int row_read(const struct reading *r, int row, struct err *e) {
  struct import_row out = {.row = row, .value = ARENA_ARRAY(&r->im->arena, struct sv, (size_t)r->entity->nfields)};
  if (!out.value) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (xlsx_row_hidden(r->x, row))
    import_tell(r->im, WS_WARNING, "X-HIDDEN", r->s, row, -1, "%s",
                tr("这一行被隐藏或筛掉了，仍然读入；不要的请清空",
                   "the row is hidden or filtered away and was read all the same; clear it if it is not wanted"));
  for (int k = 0; k < r->entity->nfields; k++) {
    struct xlsx_range m;
    int column = r->s->column[k];
    if (column < 0) continue;
    struct at a = {r, &r->entity->fields[k], xlsx_cell_at(r->x, row, column), row, column};
    out.value[k] = cell_value(&a);
    bool told = !out.value[k].p || (r->x->merges.n && merged(r->x, row, column, &m));
    if (a.f->need && !told && out.value[k].n == 0) {
      import_tell(r->im, WS_ERROR, "W-EMPTY", r->s, row, column, tr("%s必须填写", "%s must be filled in"), tr(a.f->zh, a.f->en));
      out.value[k].p = NULL;
    }
    out.broken = out.broken || (a.f->key && !out.value[k].p);
  }
  return VEC_PUSH(&r->s->rows, out, IMPORT_ROWS) < 0
             ? err_set(e, RC_LIMIT, tr("工作表“%s”行数太多", "the sheet \"%s\" has too many rows"), r->x->name)
             : RC_OK;
}

static int amounts_refuse(const char *amounts, struct err *e) {
  return err_set(e, RC_USAGE,
                 tr("--amounts %s：应为 wan、yuan，或 工作表=wan,工作表=yuan", "--amounts %s: wan, yuan, or SHEET=wan,SHEET=yuan is wanted"),
                 amounts);
}

/* Whether the sheet's amounts are in 元 or 万元, as --amounts says; a head that says 万元 is asked about. */
static int money_choose(const struct reading *r, int titles, struct err *e) {
  struct sv rest = sv_from(r->im->amounts);
  while (rest.p) {
    struct sv unit = sv_cut(&rest, ','), sheet = sv_cut(&unit, '=');
    if (!unit.p) unit = sheet, sheet = (struct sv){0};
    if (!sv_is(unit, "wan") && !sv_is(unit, "yuan")) return amounts_refuse(r->im->amounts, e);
    if (!sheet.p || sv_is(sheet, r->x->name) || sv_is(sheet, r->entity->zh)) r->s->money = sv_is(unit, "wan") ? MONEY_WAN : MONEY_YUAN;
  }
  for (int k = 0; k < r->entity->nfields && titles >= 0; k++) {
    const struct xlsx_cell *head = r->s->column[k] >= 0 ? xlsx_cell_at(r->x, titles, r->s->column[k]) : NULL;
    if (!head || r->entity->fields[k].type != TYPE_YUAN || r->s->money != MONEY_ASK || !sv_contains(head->text, "万")) continue;
    import_tell(r->im, WS_ERROR, "X-WAN", r->s, titles, r->s->column[k],
                tr("表头写着“%.*s”，模板里是“%s”。确是万元加 --amounts %s=wan，确是元加 --amounts %s=yuan",
                   "the head says \"%.*s\", the template \"%s\". If it is 万元 say --amounts %s=wan, else --amounts %s=yuan"),
                SV_ARG(import_shown(head->text)), tr(r->entity->fields[k].zh, r->entity->fields[k].en), r->x->name, r->x->name);
  }
  return RC_OK;
}

static int sheet_read(struct import *im, int sheet, int entity, struct err *e) {
  const struct xlsx_sheet *x = &im->book->v.v[sheet];
  struct import_sheet made = {.entity = entity, .sheet = sheet};
  struct reading r = {im, &made, x, im->records.files[entity].entity};
  int titles, names, last = x->cells.n ? x->cells.v[x->cells.n - 1].row : -1, rc = RC_OK;
  for (int k = 0; k < OPEN_FIELDS; k++) made.column[k] = -1;
  heads_find(x, r.entity, &titles, &names);
  if (titles < 0 && names < 0) {
    if (x->cells.n)
      import_tell(im, WS_ERROR, "X-COLUMN", &made, -1, -1, "%s",
                  tr("找不到表头；第一行应是各列的名称", "there is no head; the first row should name the columns"));
    return RC_OK;
  }
  head_match(&r, names, false);
  head_match(&r, titles, true);
  made.first = (titles > names ? titles : names) + 1;
  if (x->hidden)
    import_tell(im, WS_WARNING, "X-HIDDEN", &made, -1, -1, "%s", tr("工作表是隐藏的，仍然读入", "the sheet is hidden and was read all the same"));
  if (money_choose(&r, titles, e) < 0) return e->code;
  made.lost = head_complain(&r, titles, names) > 0;
  merges_complain(&r);
  for (int row = made.first; !made.lost && rc == RC_OK && row <= last; row++)
    if (!row_empty(&r, row)) rc = row_read(&r, row, e);
  if (rc == RC_OK && VEC_PUSH(&im->sheets, made, OPEN_FIELDS) < 0) rc = err_set(e, RC_LIMIT, "%s", tr("工作表太多", "too many sheets"));
  if (rc < 0) free(made.rows.v);
  return rc;
}

/* ---- which sheets are ours ---- */

static int entity_named(const struct import *im, const char *sheet) {
  struct sv name = sv_trim(sv_from(sheet));
  for (int i = 0; i < im->records.n; i++) {
    const struct ws_entity *d = im->records.files[i].entity;
    if (sv_is(name, d->zh) || sv_is(name, d->name) || sv_is(name, d->en) || sv_is(name, d->file)) return i;
  }
  return -1;
}

/* A sheet under another name whose row of field names is one of ours. */
static int entity_by_head(const struct import *im, const struct xlsx_sheet *x) {
  int best = -1, most = 0;
  for (int i = 0; i < im->records.n; i++) {
    const struct ws_entity *d = im->records.files[i].entity;
    for (int row = 0; row < HEAD_ROWS; row++) {
      int n = heads_in_row(x, d, row, false);
      if (n > most && n * 10 >= d->nfields * 8) most = n, best = i;
    }
  }
  return most >= 2 ? best : -1;
}

static bool ours_to_pass(const char *name) {
  static const char *const names[] = {TEMPLATE_GUIDE, TEMPLATE_TOTAL, TEMPLATE_CODES};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

int import_read(struct import *im, int *found, struct err *e) {
  *found = 0;
  int rc = xlsx_cells_read(im->path, &im->book, e);
  return rc < 0 ? rc : import_sheets(im, found, e);
}

int import_sheets(struct import *im, int *found, struct err *e) {
  bool taken[OPEN_FIELDS] = {false};
  int rc = RC_OK;
  *found = 0;
  for (size_t i = 0; rc == RC_OK && i < im->book->v.n; i++) {
    const struct xlsx_sheet *x = &im->book->v.v[i];
    struct import_sheet here = {.sheet = (int)i};
    if (ours_to_pass(x->name)) continue;
    int entity = entity_named(im, x->name), renamed = entity < 0 ? entity_by_head(im, x) : -1;
    if (entity < 0 && renamed < 0) {
      if (x->cells.n)
        import_tell(im, WS_HINT, "X-SHEET", &here, -1, -1, "%s", tr("不是填报模板的工作表，没有读", "no sheet of the template; it was not read"));
      continue;
    }
    if (entity < 0) {
      entity = renamed;
      import_tell(im, WS_WARNING, "X-SHEET", &here, -1, -1, tr("工作表改过名，按表头当作“%s”读", "the sheet was renamed; read by its head as \"%s\""),
                  im->records.files[entity].entity->zh);
    }
    ++*found;
    if (taken[entity])
      import_tell(im, WS_ERROR, "X-SHEET", &here, -1, -1, tr("“%s”有两张工作表；合成一张", "there are two sheets of \"%s\"; make them one"),
                  im->records.files[entity].entity->zh);
    else
      taken[entity] = true, rc = sheet_read(im, (int)i, entity, e);
  }
  return rc;
}
