/* template.c: a sheet an entity of profiles/workspace.txt: heads with notes, fields with lists to choose from, the workspace's records, and grey
 * columns behind them whose formulas tell the names of the codes. */
#include "rooms/book/template.h"
#include "document/write.h"
#include "rooms/book/field.h"

#include <string.h>

enum { FORMULA = 600, WIDTH_LEAST = 8, WIDTH_MOST = 46, ENTITY_FIELDS = 26 /* columns A … Z, grey ones with them */ };
#define YUAN_MOST 9999999999999.0 /* 15 digits with 分: as many as Excel keeps */

struct writer {
  struct xlsx *x;
  const struct records *r;
  const struct workspace *w;
  const struct code_lists *codes;
  struct err *e;
};

static char column_letter(int column) {
  return (char)('A' + column);
}

/* A name for a range: "keys_budget_lines"; Excel allows no dash. */
static char *range_name(char *out, size_t size, const char *what, const struct ws_entity *d) {
  snprintf(out, size, "%s_%s", what, d->name);
  for (char *p = out; *p; p++)
    if (*p == '-') *p = '_';
  return out;
}

/* ---- one column ---- */

static const char *type_words(const struct ws_field *f) {
  switch (f->type) {
  case TYPE_CODE: return tr("编码：数字和字母，按文本保存", "a code: digits and letters, kept as text");
  case TYPE_YUAN: return tr("金额：单位元，最多两位小数，不写千位分隔符", "an amount in 元, at most two decimals, no separators");
  case TYPE_YEAR: return tr("年度：四位数", "a year in four digits");
  case TYPE_INT: return tr("整数", "a whole number");
  case TYPE_DATE: return tr("日期：写成 2022-12-31", "a date, as 2022-12-31");
  case TYPE_CHOICE: return tr("从下拉列表中选", "choose from the list");
  case TYPE_FLAG: return tr("1 是，0 否", "1 yes, 0 no");
  case TYPE_TEXT:
  default: return tr("文字", "text");
  }
}

static int head_note(struct writer *t, const struct ws_field *f, int column) {
  struct buf note;
  buf_init(&note, 4000);
  buf_printf(&note, "%s\n%s%s", tr(f->zh, f->en), type_words(f), f->need ? tr("；必须填写", "; must be filled in") : "");
  if (f->key) buf_puts(&note, tr("\n用来区分各行：改了它就是另一行", "\ntells lines apart: changed, it is another line"));
  if (f->ref >= 0) buf_printf(&note, tr("\n要在“%s”表里有", "\nmust be in the sheet \"%s\""), ws_schema_entity(t->r->schema, f->ref)->zh);
  if (f->choices) buf_printf(&note, tr("\n可选：%s", "\none of: %s"), f->choices);
  if (f->example) buf_printf(&note, tr("\n例：%s", "\nexample: %s"), f->example);
  if (f->note) buf_printf(&note, "\n%s", f->note);
  int rc = xlsx_note(t->x, 0, column, note.p ? note.p : f->name);
  buf_release(&note);
  return rc;
}

static bool of_official_list(const struct ws_entity *t) {
  return strcmp(t->name, "functions") == 0 || strcmp(t->name, "economics") == 0;
}

static int choices(struct writer *t, const struct ws_field *f, int column) {
  char room[1000];
  const char *list[64];
  int n = 0;
  size_t used = (size_t)snprintf(room, sizeof room, "%s", f->choices);
  if (used >= sizeof room) return RC_OK;
  list[n++] = room;
  for (char *p = room; *p && n < 63; p++)
    if (*p == '/') *p = '\0', list[n++] = p + 1;
  list[n] = NULL;
  return xlsx_choices(t->x, TEMPLATE_HEAD, TEMPLATE_ROWS, column, list, true);
}

/* The versions of the year to choose from; another may be written, as 调整4 is. */
static int versions(struct writer *t, int first, int last, int column) {
  const char *list[32];
  int n = 0, count;
  const struct ws_stage *v = ws_schema_stages(t->r->schema, &count);
  for (int i = 0; i < count && n < 31; i++) list[n++] = v[i].numbered ? arena_printf(&t->r->w->arena, "%s1", v[i].name) : v[i].name;
  list[n] = NULL;
  return n ? xlsx_choices(t->x, first, last, column, list, false) : RC_OK;
}

static int validate(struct writer *t, const struct ws_entity *entity, const struct ws_field *f, int column) {
  char formula[FORMULA];
  int first = TEMPLATE_HEAD, last = TEMPLATE_ROWS;
  switch (f->type) {
  case TYPE_CHOICE: return choices(t, f, column);
  case TYPE_FLAG: return xlsx_choices(t->x, first, last, column, (const char *[]){"1", "0", NULL}, true);
  case TYPE_YUAN:
    return xlsx_between(t->x, first, last, column, -YUAN_MOST, YUAN_MOST, false,
                        tr("请填数字，单位是元，不写千位分隔符和单位", "enter a number in 元, without separators or unit"));
  case TYPE_YEAR: return xlsx_between(t->x, first, last, column, 2000, 2100, true, tr("请填四位数的年度", "enter a year in four digits"));
  case TYPE_INT: return xlsx_between(t->x, first, last, column, 0, 999999, true, tr("请填整数", "enter a whole number"));
  case TYPE_CODE:
    if (f->ref >= 0) {
      const struct ws_entity *to = ws_schema_entity(t->r->schema, f->ref);
      range_name(formula, sizeof formula, "=keys", to);
      char refusal[300];
      snprintf(refusal, sizeof refusal,
               tr("“%s”表里没有这个编码；先在那里加一行，或改正", "the sheet \"%s\" has no such code; add it there or mend it"), to->zh);
      return xlsx_choices_of(t->x, first, last, column, formula, refusal);
    }
    if (of_official_list(entity) && f->key) {
      snprintf(formula, sizeof formula, "=list_%s", entity->name);
      return xlsx_choices_of(t->x, first, last, column, formula,
                             tr("代码表里没有这个编码；确认年度科目里有它", "it is in no list of codes; be sure that the year's list has it"));
    }
    return RC_OK;
  case TYPE_TEXT: return strcmp(f->name, "version") == 0 ? versions(t, first, last, column) : RC_OK;
  case TYPE_DATE:
  default: return RC_OK;
  }
}

/* ---- grey columns: names of codes ---- */

struct grey {
  int field; /* whose name it tells */
  char keys[80], names[80];
  int entity; /* to look up in, -1: the official list */
};

static int name_field(const struct ws_entity *t) {
  return ws_entity_field(t, "name");
}

/* What a field's code means is told by another sheet: the entity it points to, 资金来源, or the official list. */
static bool grey_of(const struct writer *t, const struct ws_entity *entity, int k, struct grey *g) {
  const struct ws_field *f = &entity->fields[k];
  int to = f->ref >= 0 ? f->ref : f->type == TYPE_CHOICE && strcmp(f->name, "source") == 0 ? ws_schema_find(t->r->schema, "sources") : -1;
  *g = (struct grey){.field = k, .entity = to};
  if (to >= 0 && name_field(ws_schema_entity(t->r->schema, to)) >= 0) {
    range_name(g->keys, sizeof g->keys, "keys", ws_schema_entity(t->r->schema, to));
    range_name(g->names, sizeof g->names, "names", ws_schema_entity(t->r->schema, to));
    return true;
  }
  if (to < 0 && of_official_list(entity) && f->key) {
    snprintf(g->keys, sizeof g->keys, "list_%s", entity->name);
    snprintf(g->names, sizeof g->names, "list_names_%s", entity->name);
    return true;
  }
  return false;
}

static struct sv name_of(const struct writer *t, const struct grey *g, const struct ws_entity *entity, struct sv code) {
  if (g->entity >= 0) {
    const struct ws_file *f = &t->r->files[g->entity];
    int name = name_field(f->entity);
    for (size_t row = 1; code.n && row <= records_count(t->r, g->entity); row++)
      if (sv_equal(ws_get(f, row, 0), code)) return ws_get(f, row, name);
    return (struct sv){0};
  }
  enum code_list_id list = strcmp(entity->name, "functions") == 0 ? CODES_FUNCTIONAL : CODES_ECON_DEPARTMENT;
  const struct code *c = code.n ? code_find(t->codes, list, code, t->w ? t->w->year : 0) : NULL;
  return sv_from(c ? c->name : NULL);
}

static void grey_cell(struct writer *t, const struct ws_entity *entity, const struct grey *g, int row, int column, struct sv code) {
  char formula[FORMULA];
  snprintf(formula, sizeof formula, "=IF(%c%d=\"\",\"\",IFERROR(INDEX(%s,MATCH(%c%d,%s,0)),\"%s\"))", column_letter(g->field), row + 1, g->names,
           column_letter(g->field), row + 1, g->keys, g->entity >= 0 ? tr("没有这个编码", "no such code") : tr("代码表里没有", "not in the list"));
  struct sv name = name_of(t, g, entity, code);
  if (code.n && !name.n) name = sv_from(g->entity >= 0 ? tr("没有这个编码", "no such code") : tr("代码表里没有", "not in the list"));
  xlsx_formula_text(t->x, row, column, formula, name, XLSX_DERIVED);
}

/* ---- one sheet ---- */

static bool whole_number(struct sv s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n > 0 && s.n <= 6 && (s.n == 1 || s.p[0] != '0');
}

/* A number where the field is one and it is written as one; else text, so that whatever stands in the file is shown and comes back as it is. */
static int value_cell(struct writer *t, const struct ws_field *f, int row, int column, struct sv text) {
  struct number n;
  int64_t fen;
  struct field_fault fault = {0};
  if (text.n > 30000)
    return err_set(t->e, RC_LIMIT, tr("有一段文字超过 Excel 单元格的限度（约一万字），不能放进模板", "a text is longer than a cell of Excel may be"));
  if (text.n) field_check(f, text, &fault);
  bool sound = text.n && !fault.id;
  if (f->type == TYPE_YUAN && sound && number_parse(text, &n) == RC_OK && money_from(&n, SCALE_YUAN, &fen) == RC_OK &&
      (double)fen / 100 <= YUAN_MOST && (double)fen / 100 >= -YUAN_MOST)
    return xlsx_number(t->x, row, column, (double)fen / 100, 2, XLSX_INPUT_NUMBER);
  if ((f->type == TYPE_YEAR || f->type == TYPE_INT || f->type == TYPE_FLAG) && sound && whole_number(text)) {
    int64_t value = 0;
    for (size_t i = 0; i < text.n; i++) value = value * 10 + (text.p[i] - '0');
    return xlsx_number(t->x, row, column, (double)value, -1, XLSX_INPUT_NUMBER);
  }
  return text.n ? xlsx_text(t->x, row, column, text, XLSX_INPUT) : RC_OK;
}

static int width_of(const struct writer *t, int entity, int k) {
  const struct ws_file *f = &t->r->files[entity];
  int width = text_width(sv_from(f->entity->fields[k].zh)) + 4;
  if (f->entity->fields[k].type == TYPE_YUAN && width < 18) width = 18;
  for (size_t row = 1; row <= records_count(t->r, entity) && row < 300; row++) {
    int own = text_width(ws_get(f, row, k)) + 2;
    if (own > width) width = own;
  }
  return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
}

static void head(struct writer *t, int entity) {
  const struct ws_entity *d = t->r->files[entity].entity;
  for (int k = 0; k < d->nfields; k++) {
    const struct ws_field *f = &d->fields[k];
    bool number = f->type == TYPE_YUAN || f->type == TYPE_YEAR || f->type == TYPE_INT || f->type == TYPE_FLAG;
    xlsx_column(t->x, k, width_of(t, entity, k), !number ? -2 : f->type == TYPE_YUAN ? 2 : -1, number ? XLSX_INPUT_NUMBER : XLSX_INPUT);
    xlsx_text(t->x, 0, k, sv_from(tr(f->zh, f->en)), f->need ? XLSX_NEED : XLSX_HEADER);
    xlsx_text(t->x, 1, k, sv_from(f->name), XLSX_SMALL);
    head_note(t, f, k);
    validate(t, d, f, k);
  }
}

static void grey_columns(struct writer *t, int entity) {
  const struct ws_file *f = &t->r->files[entity];
  const struct ws_entity *d = f->entity;
  int column = d->nfields;
  size_t n = records_count(t->r, entity);
  struct grey g;
  for (int k = 0; k < d->nfields && column < ENTITY_FIELDS; k++) {
    if (!grey_of(t, d, k, &g)) continue;
    char title[200], field[80];
    snprintf(title, sizeof title, tr("%s名称", "%s: name"), tr(d->fields[k].zh, d->fields[k].en));
    snprintf(field, sizeof field, "=%s", d->fields[k].name);
    xlsx_column(t->x, column, 26, -2, XLSX_DERIVED);
    xlsx_text(t->x, 0, column, sv_from(title), XLSX_HEADER);
    xlsx_text(t->x, 1, column, sv_from(field), XLSX_SMALL);
    for (size_t i = 0; i < n + TEMPLATE_SPARE; i++) grey_cell(t, d, &g, (int)i + TEMPLATE_HEAD, column, i < n ? ws_get(f, i + 1, k) : (struct sv){0});
    column++;
  }
}

/* Of a template without a workspace: the lines that every new one has, such as the sources. */
static void begin_rows(struct writer *t, const struct ws_entity *d) {
  for (int i = 0; i < d->nrows; i++) {
    struct sv rest = sv_from(d->rows[i]);
    for (int k = 0; rest.p && k < d->nfields; k++) value_cell(t, &d->fields[k], i + TEMPLATE_HEAD, k, sv_cut(&rest, ','));
  }
}

static int entity_sheet(struct writer *t, int entity) {
  const struct ws_file *f = &t->r->files[entity];
  const struct ws_entity *d = f->entity;
  size_t n = records_count(t->r, entity);
  int rc = RC_OK;
  if (d->nfields >= ENTITY_FIELDS) return err_set(t->e, RC_LIMIT, tr("%s 的列太多", "%s has too many columns"), d->file);
  if (n + TEMPLATE_SPARE > TEMPLATE_ROWS)
    return err_set(t->e, RC_LIMIT,
                   tr("%s 有 %zu 行，模板最多放 %d 行；请直接改 CSV 文件", "%s has %zu lines, a template holds %d; change the CSV itself"), d->file,
                   n, TEMPLATE_ROWS - TEMPLATE_SPARE);
  if (xlsx_sheet(t->x, d->zh, NULL, 0, false) < 0) return RC_OK; /* told at the end */
  xlsx_page(t->x, true, 0, TEMPLATE_HEAD - 1);
  head(t, entity);
  for (size_t row = 1; row <= n && rc == RC_OK; row++)
    for (int k = 0; k < d->nfields && rc == RC_OK; k++) rc = value_cell(t, &d->fields[k], (int)row - 1 + TEMPLATE_HEAD, k, ws_get(f, row, k));
  if (!t->r->w->folder) begin_rows(t, d);
  grey_columns(t, entity);
  xlsx_lock(t->x);
  return rc;
}

/* keys_units: the codes that are filled in, as far as they go without a gap; names_units beside them. */
static void names_define(struct writer *t) {
  char name[100], formula[FORMULA];
  for (int i = 0; i < t->r->n; i++) {
    const struct ws_entity *d = t->r->files[i].entity;
    int names = name_field(d);
    if (!d->fields[0].key || (d->nfields > 1 && d->fields[1].key)) continue;
    range_name(name, sizeof name, "keys", d);
    snprintf(formula, sizeof formula, "=OFFSET('%s'!$A$%d,0,0,MAX(1,COUNTA('%s'!$A$%d:$A$%d)),1)", d->zh, TEMPLATE_HEAD + 1, d->zh, TEMPLATE_HEAD + 1,
             TEMPLATE_ROWS);
    xlsx_name(t->x, name, formula);
    if (names < 0) continue;
    range_name(name, sizeof name, "names", d);
    snprintf(formula, sizeof formula, "='%s'!$%c$%d:$%c$%d", d->zh, column_letter(names), TEMPLATE_HEAD + 1, column_letter(names), TEMPLATE_ROWS);
    xlsx_name(t->x, name, formula);
  }
}

/* ---- the sheets around them ---- */

static void guide_sheet(struct writer *t) {
  static const int widths[] = {26, 46, 12, 26};
  static const char *const zh[] = {
      "一张工作表是工作区的一个文件，一行一条记录。橙色表头的列必须填写；鼠标停在表头上有说明和例子。第二行的小字是字段名，不要改。",
      "灰色的列由公式得出，已锁定；其他格子都可以填写。编码旁边的灰色列显示它的名称，显示“没有这个编码”时请改正。",
      "金额一律以元为单位，写数字，不写千位分隔符，不写“万元”。编码（单位、科目、项目）按文本保存，不会丢掉前面的零。",
      "不要合并单元格。增加一条记录就在最后一行下面填写；要删除一条，把那一行的内容清空，导入时加 --delete-missing。",
      "填好以后先看会改什么：heng book import 工作区文件夹 本文件.xlsx；确认后加 --apply 写入。没有写的记录会保留，加 --delete-missing 才删除。",
  };
  static const char *const en[] = {
      "A sheet is a file, a row a record. Columns with an orange head must be filled in; its note explains. Leave the small second row as it is.",
      "Grey columns are formulas and locked; all other cells can be filled in. Beside a code the grey column tells its name.",
      "Amounts are in 元, as numbers, without separators. Codes (units, classes, projects) are kept as text: no zero is lost.",
      "Merge no cells. A new record goes below the last; to delete one, clear its row and import with --delete-missing.",
      "Then: heng book import FOLDER THIS.xlsx shows what would change; --apply writes it. --delete-missing deletes what the sheets lack.",
  };
  char line[200];
  if (xlsx_sheet(t->x, TEMPLATE_GUIDE, widths, 4, false) < 0) return;
  xlsx_page(t->x, true, 0, -1);
  xlsx_text(t->x, 0, 0, sv_from(t->w && t->w->title[0] ? t->w->title : tr("部门预算填报模板", "Workbook for a department's budget")), XLSX_TITLE);
  xlsx_merge(t->x, 0, 0, 1, 4);
  xlsx_height(t->x, 0, 2);
  int row = 2;
  for (size_t i = 0; i < sizeof zh / sizeof *zh; i++, row++) {
    snprintf(line, sizeof line, "%zu.", i + 1);
    struct buf text;
    buf_init(&text, 2000);
    buf_printf(&text, "%s %s", line, tr(zh[i], en[i]));
    xlsx_text(t->x, row, 0, sv_from(text.p ? text.p : ""), XLSX_BARE);
    xlsx_merge(t->x, row, 0, 1, 4);
    xlsx_height(t->x, row, 2);
    buf_release(&text);
  }
  row++;
  xlsx_text(t->x, row, 0, sv_from(tr("工作表", "Sheet")), XLSX_HEADER);
  xlsx_text(t->x, row, 1, sv_from(tr("一行是什么", "A row is")), XLSX_HEADER);
  xlsx_text(t->x, row, 2, sv_from(tr("现有行数", "Rows now")), XLSX_HEADER);
  xlsx_text(t->x, row++, 3, sv_from(tr("工作区文件", "File")), XLSX_HEADER);
  for (int i = 0; i < t->r->n; i++, row++) {
    const struct ws_entity *d = t->r->files[i].entity;
    xlsx_link(t->x, row, 0, d->zh, sv_from(d->zh));
    xlsx_text(t->x, row, 1, sv_from(d->what ? d->what : ""), XLSX_PLAIN);
    xlsx_number(t->x, row, 2, (double)records_count(t->r, i), -1, XLSX_PLAIN);
    xlsx_text(t->x, row, 3, sv_from(d->file), XLSX_PLAIN);
  }
  xlsx_link(t->x, row, 0, TEMPLATE_TOTAL, SV(TEMPLATE_TOTAL));
  xlsx_text(t->x, row, 1, sv_from(tr("各单位收入、支出和差额，由公式得出", "income, spending and difference of each unit, by formulas")), XLSX_PLAIN);
}

struct total {
  const char *entity; /* whose amounts are added up */
  bool version;
};
static const struct total totals[] = {{"income", true}, {"budget-lines", true}, {"carry-over", false}};

/* "'支出预算'!$J$3:$J$20000": the cells of a field. */
static void range_put(struct buf *out, const struct ws_entity *d, int field) {
  buf_printf(out, "'%s'!$%c$%d:$%c$%d", d->zh, column_letter(field), TEMPLATE_HEAD + 1, column_letter(field), TEMPLATE_ROWS);
}

/* Whether a record of the file is of the version: of a file where a version's records may go without its name, so is one without, unless one has it.
 */
static bool of_version(const struct ws_file *f, size_t record, struct sv version, bool named) {
  struct sv own = ws_get(f, record, ws_entity_field(f->entity, "version"));
  return named ? sv_equal(own, version) : own.n == 0;
}

static bool version_named(const struct ws_file *f, const struct total *k, struct sv version, size_t n) {
  for (size_t i = 1; i <= n && !k->version; i++)
    if (of_version(f, i, version, true)) return true;
  return k->version;
}

/* SUMIFS over a sheet: the unit's amounts of that version; 年终结转 by year too. */
static int64_t total_cell(struct writer *t, const struct total *k, int row, int column, struct sv unit) {
  int entity = ws_schema_find(t->r->schema, k->entity);
  const struct ws_file *f = &t->r->files[entity];
  const struct ws_entity *d = f->entity;
  int of = ws_entity_field(d, "unit"), by = ws_entity_field(d, "version"), at = ws_entity_field(d, "year");
  char year[16];
  size_t n = records_count(t->r, entity);
  struct sv version = t->w && t->w->versions.n ? t->w->versions.v[t->w->version] : (struct sv){0};
  bool named = version_named(f, k, version, n);
  struct buf formula;
  int64_t sum = 0;
  snprintf(year, sizeof year, "%d", t->w ? t->w->year : 0);
  for (size_t i = 1; i <= n && unit.n; i++)
    if (sv_equal(ws_get(f, i, of), unit) && of_version(f, i, version, named) && (k->version || sv_is(ws_get(f, i, at), year)))
      sum += ws_yuan(ws_get(f, i, ws_entity_field(d, "amount")));
  buf_init(&formula, 2000);
  buf_printf(&formula, "=IF($A%d=\"\",\"\",SUMIFS(", row + 1);
  range_put(&formula, d, ws_entity_field(d, "amount"));
  buf_puts(&formula, ",");
  range_put(&formula, d, of);
  buf_printf(&formula, ",$A%d,", row + 1);
  range_put(&formula, d, by);
  if (k->version) {
    buf_puts(&formula, ",$B$2))");
  } else {
    buf_puts(&formula, ",IF(COUNTIF(");
    range_put(&formula, d, by);
    buf_puts(&formula, ",$B$2)>0,$B$2,\"=\"),");
    range_put(&formula, d, at);
    buf_puts(&formula, ",$D$2))");
  }
  if (formula.rc == RC_OK && unit.n)
    xlsx_formula(t->x, row, column, formula.p, (double)sum / 100, 2, XLSX_DERIVED);
  else if (formula.rc == RC_OK)
    xlsx_formula_text(t->x, row, column, formula.p, (struct sv){0}, XLSX_DERIVED);
  buf_release(&formula);
  return sum;
}

/* Running totals: a row a unit; what comes in, what goes out, what is left. */
static void total_sheet(struct writer *t) {
  static const int widths[] = {14, 36, 20, 20, 20, 20};
  const char *const heads[] = {tr("单位编码", "Unit"),
                               tr("单位名称", "Name"),
                               tr("收入和上年结转", "Income, carried in"),
                               tr("支出预算", "Spending"),
                               tr("年终结转结余", "Carried out"),
                               tr("差额（应为零）", "Difference (to be 0)")};
  int units = ws_schema_find(t->r->schema, "units");
  const struct ws_file *f = &t->r->files[units];
  size_t n = records_count(t->r, units);
  char formula[FORMULA];
  if (xlsx_sheet(t->x, TEMPLATE_TOTAL, widths, 6, false) < 0) return;
  xlsx_page(t->x, true, 3, 3);
  xlsx_text(t->x, 0, 0, sv_from(tr("各单位收支汇总（元）", "Income and spending of each unit (元)")), XLSX_TITLE);
  xlsx_merge(t->x, 0, 0, 1, 6);
  xlsx_height(t->x, 0, 2);
  xlsx_text(t->x, 1, 0, sv_from(tr("预算版本", "Version")), XLSX_HEADER);
  xlsx_text(t->x, 1, 1, t->w && t->w->versions.n ? t->w->versions.v[t->w->version] : (struct sv){0}, XLSX_INPUT);
  versions(t, 1, 1, 1);
  xlsx_text(t->x, 1, 2, sv_from(tr("年度", "Year")), XLSX_HEADER);
  xlsx_number(t->x, 1, 3, t->w ? t->w->year : 0, -1, XLSX_INPUT_NUMBER);
  for (int c = 0; c < 6; c++) xlsx_text(t->x, 3, c, sv_from(heads[c]), XLSX_HEADER);
  size_t rows = n + 30;
  for (size_t i = 0; i < rows; i++) {
    int row = 4 + (int)i;
    struct sv unit = i < n ? ws_get(f, i + 1, 0) : (struct sv){0};
    int64_t sum[3];
    snprintf(formula, sizeof formula, "=IF('%s'!$A$%d=\"\",\"\",'%s'!$A$%d)", f->entity->zh, TEMPLATE_HEAD + 1 + (int)i, f->entity->zh,
             TEMPLATE_HEAD + 1 + (int)i);
    xlsx_formula_text(t->x, row, 0, formula, unit, XLSX_DERIVED);
    snprintf(formula, sizeof formula, "=IF(A%d=\"\",\"\",'%s'!$B$%d)", row + 1, f->entity->zh, TEMPLATE_HEAD + 1 + (int)i);
    xlsx_formula_text(t->x, row, 1, formula, i < n ? ws_get(f, i + 1, 1) : (struct sv){0}, XLSX_DERIVED);
    for (int k = 0; k < 3; k++) sum[k] = total_cell(t, &totals[k], row, 2 + k, unit);
    snprintf(formula, sizeof formula, "=IF(A%d=\"\",\"\",ROUND(C%d-D%d-E%d,2))", row + 1, row + 1, row + 1, row + 1);
    if (unit.n)
      xlsx_formula(t->x, row, 5, formula, (double)(sum[0] - sum[1] - sum[2]) / 100, 2, XLSX_DERIVED);
    else
      xlsx_formula_text(t->x, row, 5, formula, unit, XLSX_DERIVED);
  }
  xlsx_lock(t->x);
}

/* The lists of codes, on a hidden sheet: drop-downs of hundreds of rows. */
static void codes_sheet(struct writer *t) {
  static const struct {
    enum code_list_id id;
    const char *entity;
  } lists[] = {{CODES_FUNCTIONAL, "functions"}, {CODES_ECON_DEPARTMENT, "economics"}};
  char name[100], formula[FORMULA];
  if (xlsx_sheet(t->x, TEMPLATE_CODES, (const int[]){12, 40, 12, 40}, 4, true) < 0) return;
  for (int k = 0; k < 2; k++) {
    int column = k * 2, row = 1, year = t->w ? t->w->year : 0;
    xlsx_text(t->x, 0, column, sv_from(tr("编码", "Code")), XLSX_HEADER);
    xlsx_text(t->x, 0, column + 1, sv_from(tr("名称", "Name")), XLSX_HEADER);
    for (size_t i = 0; i < codes_count(t->codes, lists[k].id) && row < TEMPLATE_ROWS; i++) {
      const struct code *c = codes_entry(t->codes, lists[k].id, i);
      if (year && ((c->since && year < c->since) || (c->until && year > c->until))) continue;
      xlsx_text(t->x, row, column, sv_from(c->code), XLSX_PLAIN);
      xlsx_text(t->x, row++, column + 1, sv_from(c->name), XLSX_PLAIN);
    }
    if (row == 1) row = 2;
    snprintf(name, sizeof name, "list_%s", lists[k].entity);
    snprintf(formula, sizeof formula, "='%s'!$%c$2:$%c$%d", TEMPLATE_CODES, column_letter(column), column_letter(column), row);
    xlsx_name(t->x, name, formula);
    snprintf(name, sizeof name, "list_names_%s", lists[k].entity);
    snprintf(formula, sizeof formula, "='%s'!$%c$2:$%c$%d", TEMPLATE_CODES, column_letter(column + 1), column_letter(column + 1), row);
    xlsx_name(t->x, name, formula);
  }
  xlsx_hide(t->x);
}

int template_write(const struct records *r, const struct workspace *w, const struct code_lists *codes, const char *path, struct err *e) {
  struct writer t = {.r = r, .w = w, .codes = codes, .e = e};
  int rc = xlsx_new(&t.x, path, e);
  if (rc < 0) return rc;
  guide_sheet(&t);
  for (int i = 0; i < r->n && rc == RC_OK; i++) rc = entity_sheet(&t, i);
  if (rc < 0) {
    xlsx_abandon(t.x);
    return rc;
  }
  total_sheet(&t);
  codes_sheet(&t);
  names_define(&t);
  return xlsx_close(t.x, e);
}
