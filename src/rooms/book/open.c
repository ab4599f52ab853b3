/* open.c: a file of the workspace against the schema. Everything wrong is told at once, each with the remedy. */
#include "rooms/book/open.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEMS_MAX = 2000, TEXT_MAX = 20000 };

void ws_tell(struct workspace *w, enum ws_severity severity, const char *id, int16_t file, int32_t line, int column, const char *fmt, ...) {
  char text[1024];
  va_list args;
  if (severity == WS_ERROR) w->errors++;
  if (w->problems.n >= PROBLEMS_MAX) return;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  struct ws_problem p = {severity, id, file, line, column + 1, arena_text(&w->arena, text, strlen(text))};
  if (p.text && VEC_PUSH(&w->problems, p, PROBLEMS_MAX) < 0) w->arena.failed = true;
}

static bool heads_match(struct ws_file *f) {
  const struct ws_entity *t = f->entity;
  struct workspace *w = f->w;
  bool all = true;
  for (int k = 0; k < t->nfields; k++) f->column[k] = -1;
  for (int c = 0; c < f->csv.rows.v[0].n; c++) {
    struct sv head = sv_trim(csv_field(&f->csv, 0, c));
    int k = 0;
    while (k < t->nfields && !sv_is(head, t->fields[k].name) && !sv_is(head, t->fields[k].zh)) k++;
    if (k == t->nfields)
      ws_tell(w, WS_WARNING, "W-COLUMN", f->file, f->csv.rows.v[0].line, c,
              tr("没有叫“%.*s”的列，这一列不读；删去它，或改成规定的列名", "there is no column \"%.*s\"; it is not read: delete or rename it"),
              SV_ARG(head));
    else if (f->column[k] >= 0)
      ws_tell(w, WS_ERROR, "W-COLUMN", f->file, f->csv.rows.v[0].line, c, tr("列“%s”出现了两次；留下一列", "column \"%s\" is there twice; keep one"),
              t->fields[k].name);
    else
      f->column[k] = c;
  }
  for (int k = 0; k < t->nfields; k++)
    if (f->column[k] < 0 && !t->fields[k].optional_column) {
      ws_tell(w, WS_ERROR, "W-COLUMN", f->file, f->csv.rows.v[0].line, -1,
              tr("缺少列“%s”（%s）；在第一行加上", "column \"%s\" (%s) is missing; add it to the first line"), t->fields[k].name,
              tr(t->fields[k].zh, t->fields[k].en));
      all = false;
    }
  return all;
}

int ws_file_open(struct ws_file *f, struct workspace *w, const struct ws_schema *s, const char *entity, struct err *e) {
  int index = ws_schema_find(s, entity);
  memset(f, 0, sizeof *f);
  if (index < 0) return err_set(e, RC_FORMAT, tr("profiles/workspace.txt 中没有 %s", "profiles/workspace.txt has no %s"), entity);
  f->w = w, f->schema = s, f->entity = ws_schema_entity(s, index), f->file = (int16_t)w->files.n;
  char *path = arena_printf(&w->arena, "%s/%s", w->folder, f->entity->file);
  const char *name = arena_text(&w->arena, f->entity->file, strlen(f->entity->file));
  if (!path || !name || VEC_PUSH(&w->files, name, 10000) < 0) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  struct err why;
  err_clear(&why);
  int rc = csv_read(path, &f->csv, &why);
  if (rc == RC_NOMEM || rc == RC_LIMIT) return *e = why, rc;
  if (rc == RC_FORMAT) {
    ws_tell(w, WS_ERROR, "W-FILE", f->file, why.line, why.column - 1, "%s", why.text);
    return RC_OK;
  }
  if (rc < 0 || f->csv.rows.n == 0) {
    if (f->entity->need)
      ws_tell(w, WS_ERROR, "W-FILE", f->file, 0, -1, tr("缺少这个文件，或者是空的（%s）", "the file is missing or empty (%s)"),
              tr(f->entity->zh, f->entity->en));
    csv_release(&f->csv);
    return RC_OK;
  }
  if (f->csv.converted)
    ws_tell(w, WS_HINT, "W-ENCODING", f->file, 1, -1, "%s",
            tr("文件是 GBK 编码，已按 GBK 读入；请另存为“CSV UTF-8”", "the file is GBK and was read so; save it as \"CSV UTF-8\""));
  f->there = heads_match(f);
  return RC_OK;
}

void ws_file_close(struct ws_file *f) {
  csv_release(&f->csv);
}

struct sv ws_get(const struct ws_file *f, size_t row, int field) {
  return field < 0 ? (struct sv){0} : sv_trim(csv_field(&f->csv, row, f->column[field]));
}

int64_t ws_yuan(struct sv text) {
  struct number n;
  int64_t fen;
  if (!text.n || number_parse(text, &n) < 0 || n.percent || n.separators || n.stray || money_from(&n, SCALE_YUAN, &fen) < 0) return 0;
  return fen;
}

/* ---- one field ---- */

struct at {
  struct ws_file *f;
  size_t row;
  int field;
  struct sv text;
};

static void bad(const struct at *a, const char *id, const char *what) {
  const struct ws_field *d = &a->f->entity->fields[a->field];
  ws_tell(a->f->w, WS_ERROR, id, a->f->file, a->f->csv.rows.v[a->row].line, a->f->column[a->field], tr("%s“%.*s”：%s", "%s \"%.*s\": %s"),
          tr(d->zh, d->en), (int)(a->text.n < 80 ? a->text.n : 80), a->text.p, what);
}

static bool plain_number(struct sv s, int decimals) {
  size_t i = s.n && s.p[0] == '-', digits = 0, after = 0;
  bool point = false;
  for (; i < s.n; i++) {
    if (s.p[i] == '.' && !point)
      point = true;
    else if (s.p[i] < '0' || s.p[i] > '9')
      return false;
    else
      digits++, after += point;
  }
  return digits > 0 && digits <= 17 && (int)after <= decimals && !(point && after == 0);
}

/* Why it is no amount, with the remedy; NULL when it is one. */
static const char *yuan_fault(struct sv s) {
  struct number n;
  if (plain_number(s, 2)) return NULL;
  if (s.n && s.p[0] == '#')
    return tr("这是 Excel 公式的错误；改正公式，或直接填数", "this is an error of an Excel formula; mend it or enter the number");
  if (sv_contains(s, "E") || sv_contains(s, "e"))
    return tr("是科学计数法；把单元格设成“数值”，写出全部数字", "is in scientific notation; write all digits");
  if (sv_contains(s, "万") || sv_contains(s, "亿")) return tr("金额以元为单位，不写单位；请换算成元", "amounts are in 元 without a unit; convert it");
  if (sv_contains(s, ",") || sv_contains(s, "，")) return tr("去掉千位分隔符，只写数字和小数点", "take out the thousands separators");
  if (number_parse(s, &n) == RC_OK && n.decimals > 2) return tr("最多两位小数（分）", "at most two decimals (分)");
  return tr("不是金额；写成 1145200.00 这样", "is no amount; write it as 1145200.00");
}

static bool digits_only(struct sv s, size_t least, size_t most) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n >= least && s.n <= most;
}

static bool one_of(struct sv s, const char *choices) {
  struct sv rest = sv_from(choices);
  while (rest.p)
    if (sv_equal(sv_cut(&rest, '/'), s)) return true;
  return false;
}

static const char *code_fault(struct sv s) {
  if (s.n > 64) return tr("编码太长", "the code is too long");
  if (sv_contains(s, "E+"))
    return tr("Excel 把编码变成了科学计数法；把该列设成“文本”后重填",
              "Excel turned the code into scientific notation; make the column text and enter it again");
  if (s.n > 2 && sv_ends(s, ".0")) return tr("编码后多了 .0；把该列设成“文本”后重填", "the code has a .0 too many; make the column text");
  return NULL;
}

static bool date_ok(struct sv s) {
  return s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && digits_only((struct sv){s.p, 4}, 4, 4) && digits_only((struct sv){s.p + 5, 2}, 2, 2) &&
         digits_only((struct sv){s.p + 8, 2}, 2, 2);
}

const char *ws_field_id(const struct ws_field *d) {
  static const char *const ids[] = {"W-CODE", "W-TEXT", "W-AMOUNT", "W-YEAR", "W-NUMBER", "W-DATE", "W-CHOICE", "W-FLAG"};
  return ids[d->type];
}

const char *ws_field_fault(const struct ws_field *d, struct sv text, char *room, size_t size) {
  switch (d->type) {
  case TYPE_YUAN: return yuan_fault(text);
  case TYPE_CODE: return code_fault(text);
  case TYPE_YEAR: return digits_only(text, 4, 4) ? NULL : tr("年份写成 2023 这样的四位数", "write the year in four digits, such as 2023");
  case TYPE_INT: return digits_only(text, 1, 6) ? NULL : tr("应为整数", "a whole number is wanted");
  case TYPE_DATE: return date_ok(text) ? NULL : tr("日期写成 2022-12-31", "write the date as 2022-12-31");
  case TYPE_FLAG: return sv_is(text, "0") || sv_is(text, "1") ? NULL : tr("填 1（是）或 0（否）", "enter 1 (yes) or 0 (no)");
  case TYPE_CHOICE:
    if (one_of(text, d->choices)) return NULL;
    snprintf(room, size, tr("只能是 %s", "must be one of %s"), d->choices);
    return room;
  case TYPE_TEXT:
  default: return text.n > TEXT_MAX ? tr("文字太长", "the text is too long") : NULL;
  }
}

static void check_type(const struct at *a) {
  const struct ws_field *d = &a->f->entity->fields[a->field];
  char room[512];
  const char *fault = ws_field_fault(d, a->text, room, sizeof room);
  if (fault) bad(a, ws_field_id(d), fault);
}

const char *ws_nearest(const struct intern *known, struct sv code) {
  const char *best = NULL;
  size_t least = 3;
  for (size_t i = 0; i < known->names.n; i++) {
    const char *name = known->names.v[i];
    size_t differ = 0;
    if (strlen(name) != code.n) continue;
    for (size_t k = 0; k < code.n; k++) differ += name[k] != code.p[k];
    if (differ < least) least = differ, best = name;
  }
  return best;
}

static void check_reference(const struct at *a, const struct ws_keys *keys) {
  const struct ws_field *d = &a->f->entity->fields[a->field];
  if (d->ref < 0) return;
  const struct intern *known = &keys->of[d->ref];
  if (intern_find(known, a->text.p, a->text.n) != INTERN_NONE) return;
  const char *near = ws_nearest(known, a->text), *file = ws_schema_entity(a->f->schema, d->ref)->file;
  char what[256];
  if (near)
    snprintf(what, sizeof what, tr("%s 中没有；是不是 %s？", "is not in %s; is it %s?"), file, near);
  else
    snprintf(what, sizeof what, tr("%s 中没有；改正，或在那里加一行", "is not in %s; correct it or add it there"), file);
  bad(a, "W-REF", what);
}

size_t ws_key(const struct ws_file *f, size_t row, char *out, size_t size) {
  size_t n = 0;
  for (int k = 0; k < f->entity->nfields; k++) {
    if (!f->entity->fields[k].key) continue;
    struct sv s = ws_get(f, row, k);
    if (n + s.n + 1 >= size) break;
    if (s.n) memcpy(out + n, s.p, s.n);
    n += s.n;
    out[n++] = '\x1f';
  }
  return n;
}

static void check_keys(struct ws_file *f) {
  struct intern seen;
  VEC(int32_t) first = {0};
  char key[2048];
  intern_init(&seen);
  for (size_t row = 1; row < f->csv.rows.n; row++) {
    size_t n = ws_key(f, row, key, sizeof key), before = seen.names.n;
    uint32_t id = n ? intern_add(&seen, key, n) : INTERN_NONE;
    if (id == INTERN_NONE) break;
    if (seen.names.n > before) {
      if (VEC_PUSH(&first, f->csv.rows.v[row].line, CSV_ROWS) < 0) break;
      continue;
    }
    ws_tell(f->w, WS_ERROR, "W-TWICE", f->file, f->csv.rows.v[row].line, -1,
            tr("与第 %d 行重复（同样的编码或项目）；合并成一行", "is the same as line %d (the same key); make one of them"), first.v[id]);
  }
  free(first.v);
  intern_release(&seen);
}

void ws_file_check(struct ws_file *f, struct ws_keys *keys) {
  if (!f->there) return;
  int index = ws_schema_find(f->schema, f->entity->name), nhead = f->csv.rows.v[0].n;
  for (size_t row = 1; row < f->csv.rows.n; row++) {
    if (f->csv.rows.v[row].n > nhead)
      ws_tell(f->w, WS_ERROR, "W-RAGGED", f->file, f->csv.rows.v[row].line, nhead, "%s",
              tr("这一行比表头多出内容；文字里有逗号时整格要加引号", "the line is longer than the head; put a cell with commas into quotes"));
    for (int k = 0; k < f->entity->nfields; k++) {
      struct at a = {f, row, k, ws_get(f, row, k)};
      if (f->column[k] < 0) continue;
      if (!a.text.n) {
        if (f->entity->fields[k].need) bad(&a, "W-EMPTY", tr("必须填写", "must be filled in"));
        continue;
      }
      check_type(&a);
      check_reference(&a, keys);
    }
    if (index >= 0 && f->entity->nfields && f->entity->fields[0].key && (f->entity->nfields < 2 || !f->entity->fields[1].key)) {
      struct sv code = ws_get(f, row, 0);
      if (code.n && intern_add(&keys->of[index], code.p, code.n) == INTERN_NONE) f->w->arena.failed = true;
    }
  }
  check_keys(f);
}
