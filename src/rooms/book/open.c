/* open.c: a file of the workspace against the schema. Everything wrong is told at once, each with the remedy. */
#include "rooms/book/open.h"
#include "rooms/book/field.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEMS_MAX = 2000 };

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

static void head_tell(struct ws_file *f, int column, enum ws_severity severity, const char *text) {
  ws_tell(f->w, severity, "W-COLUMN", f->file, f->csv.rows.v[0].line, column, "%s", text);
}

/* One line, no commas: the file was saved with another separator. */
static bool other_separator(struct ws_file *f) {
  struct sv head = csv_field(&f->csv, 0, 0);
  if (f->csv.rows.v[0].n > 1 || (!sv_contains(head, ";") && !sv_contains(head, "\t"))) return false;
  head_tell(
      f, -1, WS_ERROR,
      tr("列之间用的不是逗号；请另存为“CSV UTF-8（逗号分隔）”", "columns are not separated by commas; save it as \"CSV UTF-8 (comma delimited)\""));
  return true;
}

static void head_read(struct ws_file *f, int c) {
  const struct ws_entity *t = f->entity;
  struct sv head = csv_field(&f->csv, 0, c);
  char text[300];
  int k = 0;
  if (!head.n) { /* Excel leaves such columns behind; what stands in them is told line by line */
    f->nameless |= (uint64_t)1 << c;
    return;
  }
  while (k < t->nfields && !sv_is(head, t->fields[k].name) && !sv_is(head, t->fields[k].zh)) k++;
  if (k < t->nfields && f->column[k] < 0) {
    f->column[k] = c;
    return;
  }
  snprintf(text, sizeof text,
           k < t->nfields
               ? tr("列“%.*s”出现了两次；留下一列", "column \"%.*s\" is there twice; keep one")
               : tr("没有叫“%.*s”的列，这一列不读；删去它，或改成规定的列名", "there is no column \"%.*s\"; it is not read: delete or rename it"),
           (int)(head.n < 120 ? head.n : 120), head.p);
  head_tell(f, c, k < t->nfields ? WS_ERROR : WS_WARNING, text);
}

static bool heads_match(struct ws_file *f) {
  const struct ws_entity *t = f->entity;
  char text[300];
  bool all = true;
  for (int k = 0; k < t->nfields; k++) f->column[k] = -1;
  if (other_separator(f)) return false;
  for (int c = 0; c < f->csv.rows.v[0].n; c++) head_read(f, c);
  for (int k = 0; k < t->nfields; k++)
    if (f->column[k] < 0 && !t->fields[k].optional_column) {
      snprintf(text, sizeof text, tr("缺少列“%s”（%s）；在第一行加上", "column \"%s\" (%s) is missing; add it to the first line"), t->fields[k].name,
               tr(t->fields[k].zh, t->fields[k].en));
      head_tell(f, -1, WS_ERROR, text);
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
  return field < 0 ? (struct sv){0} : csv_field(&f->csv, row, f->column[field]);
}

int64_t ws_yuan(struct sv text) {
  return field_yuan(text);
}

/* ---- the records ---- */

static void bad(const struct ws_file *f, size_t row, int field, const char *id, const char *what) {
  const struct ws_field *d = &f->entity->fields[field];
  struct sv text = ws_get(f, row, field);
  size_t n = 0; /* no half characters */
  while (n < text.n && n < 80) utf8_next(text, &n);
  ws_tell(f->w, WS_ERROR, id, f->file, f->csv.rows.v[row].line, f->column[field], tr("%s“%.*s”：%s", "%s \"%.*s\": %s"), tr(d->zh, d->en), (int)n,
          text.p ? text.p : "", what);
}

/* The record that the field names; ws_file_check() has told when there is none. Lines that follow one another mostly name the same. */
int ws_ref(struct ws_file *f, const struct ws_keys *keys, size_t row, int field) {
  if (field < 0 || f->entity->fields[field].ref < 0) return -1;
  struct sv text = ws_get(f, row, field);
  struct ws_memo *m = &f->memo[field];
  if (!text.n) return -1;
  if (!m->text.n || !sv_equal(m->text, text)) {
    uint32_t id = intern_find(&keys->of[f->entity->fields[field].ref], text.p, text.n);
    if (id == INTERN_NONE) return -1;
    *m = (struct ws_memo){text, (int)id};
  }
  return m->id;
}

static void check_reference(struct ws_file *f, const struct ws_keys *keys, size_t row, int field) {
  int ref = f->entity->fields[field].ref;
  if (ref < 0 || ws_ref(f, keys, row, field) >= 0) return;
  const char *near = f->w->problems.n < PROBLEMS_MAX ? field_nearest(&keys->of[ref], ws_get(f, row, field)) : NULL;
  const char *file = ws_schema_entity(f->schema, ref)->file;
  char what[256];
  if (near)
    snprintf(what, sizeof what, tr("%s 中没有；是不是 %s？", "is not in %s; is it %s?"), file, near);
  else
    snprintf(what, sizeof what, tr("%s 中没有；改正，或在那里加一行", "is not in %s; correct it or add it there"), file);
  bad(f, row, field, "W-REF", what);
}

/* A column that repeats the cell above repeats its verdict; only faults are told again. */
static void check_field(struct ws_file *f, const struct ws_keys *keys, size_t row, int field) {
  struct sv text = ws_get(f, row, field);
  struct field_fault fault;
  if (!text.n) {
    if (f->entity->fields[field].need) bad(f, row, field, "W-EMPTY", tr("必须填写", "must be filled in"));
    return;
  }
  if (sv_equal(text, f->good[field])) return;
  int before = f->w->errors;
  field_check(&f->entity->fields[field], text, &fault);
  if (fault.id)
    bad(f, row, field, fault.id, fault.text);
  else
    check_reference(f, keys, row, field);
  if (f->w->errors == before) f->good[field] = text;
}

/* Lines longer than the head, shorter, and cells under no head: something was lost or moved when the file was made. */
static void check_length(const struct ws_file *f, size_t row) {
  const struct csv_row *r = &f->csv.rows.v[row];
  int nhead = f->csv.rows.v[0].n;
  for (int c = 0; c < r->n; c++) {
    if (c < nhead && !(f->nameless >> c & 1)) continue;
    if (!csv_field(&f->csv, row, c).n) continue;
    ws_tell(f->w, WS_ERROR, "W-RAGGED", f->file, r->line, c, "%s",
            c < nhead
                ? tr("这一格上面没有列名；在第一行写上，或删去这一格", "there is no head over this cell; write one, or delete the cell")
                : tr("这一行比表头多出内容；文字里有逗号时整格要加引号", "the line is longer than the head; put a cell with commas into quotes"));
    return;
  }
  if (r->n < nhead)
    ws_tell(f->w, WS_WARNING, "W-RAGGED", f->file, r->line, -1,
            tr("这一行只有 %d 格，表头有 %d 格；补上逗号", "the line has %d cells, the head %d; add commas"), r->n, nhead);
}

/* ---- keys ---- */

static uint64_t key_hash(const struct ws_file *f, size_t row) {
  uint64_t h = 1469598103934665603u;
  for (int k = 0; k < f->entity->nfields; k++) {
    if (!f->entity->fields[k].key) continue;
    struct sv s = ws_get(f, row, k);
    for (size_t i = 0; i < s.n; i += 8) {
      uint64_t piece = 0;
      memcpy(&piece, s.p + i, s.n - i < 8 ? s.n - i : 8);
      h = (h ^ piece) * 0x9e3779b97f4a7c15u;
      h ^= h >> 32;
    }
    h = (h ^ 0x1f) * 1099511628211u;
  }
  return h ^ h >> 29;
}

static bool key_same(const struct ws_file *f, size_t a, size_t b) {
  for (int k = 0; k < f->entity->nfields; k++)
    if (f->entity->fields[k].key && !sv_equal(ws_get(f, a, k), ws_get(f, b, k))) return false;
  return true;
}

/* The fields that make the key, for the message. */
static void key_names(const struct ws_entity *t, struct buf *out) {
  for (int k = 0; k < t->nfields; k++)
    if (t->fields[k].key) buf_printf(out, "%s%s", out->n ? tr("、", ", ") : "", tr(t->fields[k].zh, t->fields[k].en));
}

static void check_keys(struct ws_file *f) {
  size_t rows = f->csv.rows.n, size = 16;
  struct buf names;
  bool any = false;
  for (int k = 0; k < f->entity->nfields; k++) any = any || f->entity->fields[k].key;
  while (size < rows * 2) size *= 2;
  uint32_t *slots = any ? calloc(size, sizeof *slots) : NULL; /* rows; 0 is the head, so that it means empty */
  if (any && !slots) f->w->arena.failed = true;
  buf_init(&names, 1000);
  key_names(f->entity, &names);
  for (size_t row = 1; slots && row < rows; row++) {
    size_t at = key_hash(f, row) & (size - 1);
    while (slots[at] && !key_same(f, slots[at], row)) at = (at + 1) & (size - 1);
    if (!slots[at])
      slots[at] = (uint32_t)row;
    else
      ws_tell(f->w, WS_ERROR, "W-TWICE", f->file, f->csv.rows.v[row].line, -1,
              tr("与第 %d 行重复（%s都相同）；合并成一行", "is the same as line %d (%s are the same); make one of them"),
              f->csv.rows.v[slots[at]].line, names.p ? names.p : "");
  }
  free(slots);
  buf_release(&names);
}

void ws_file_check(struct ws_file *f, struct ws_keys *keys) {
  if (!f->there) return;
  const struct ws_entity *t = f->entity;
  int index = ws_schema_find(f->schema, t->name);
  bool named = index >= 0 && t->nfields && t->fields[0].key && (t->nfields < 2 || !t->fields[1].key);
  for (size_t row = 1; row < f->csv.rows.n; row++) {
    if (f->csv.rows.v[row].n != f->csv.rows.v[0].n || f->nameless) check_length(f, row);
    struct sv code = named ? ws_get(f, row, 0) : (struct sv){0};
    if (code.n && intern_add(&keys->of[index], code.p, code.n) == INTERN_NONE) f->w->arena.failed = true;
    for (int k = 0; k < t->nfields; k++)
      if (f->column[k] >= 0) check_field(f, keys, row, k);
  }
  check_keys(f);
}
