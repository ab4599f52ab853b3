/* grid.c: a sheet for the grid in the browser: columns, rows by position, what changed since, edits. docs/year.md has the answers' form. */
#include "rooms/codes/codes.h"
#include "rooms/year/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 500, CHANGES_AT_ONCE = 2000, LIST_MOST = 5000 };

struct asked {
  struct year_work work;
  struct year_sheet sheet;
};

static int asked_read(struct web_call *c, struct asked *a, struct err *e) {
  int rc = year_work_read(c, web_int(c, "id"), &a->work, e);
  return rc < 0 ? rc : year_sheet_read(c, &a->work, year_text(c, web_text(c, "sheet")), &a->sheet, e);
}

static int send(struct web_call *c, json_t *root, struct err *e) {
  char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
  json_decref(root);
  if (!text) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  web_type(c, "application/json");
  buf_puts(web_out(c), text);
  free(text);
  return RC_OK;
}

static json_t *text_json(struct sv s) {
  return json_stringn(s.p ? s.p : "", s.n);
}

/* Ids are texts in JSON: they have 63 bits, and the numbers of JavaScript 53. */
static json_t *id_json(int64_t id) {
  char text[24];
  snprintf(text, sizeof text, "%lld", (long long)id);
  return json_string(text);
}

/* An id that came in, as a text or (from programs that have such numbers) a number; -1 none. */
static int64_t id_of(const json_t *o, const char *key) {
  const json_t *v = json_object_get(o, key);
  if (json_is_integer(v)) return json_integer_value(v);
  const char *text = json_string_value(v);
  if (!text || !*text || strlen(text) > 19 || strspn(text, "0123456789") != strlen(text)) return -1;
  return strtoll(text, NULL, 10);
}

/* ---- columns ---- */
static const char *type_word(const struct ws_field *f) {
  if (!f) return "text";
  if (f->ref >= 0) return "code";
  switch (f->type) {
  case TYPE_YUAN: return "amount";
  case TYPE_YEAR:
  case TYPE_INT: return "int";
  case TYPE_DATE: return "date";
  case TYPE_CHOICE: return "choice";
  case TYPE_FLAG: return "flag";
  case TYPE_CODE:
  case TYPE_TEXT: break;
  }
  return "text";
}

static int width_of(const struct ws_field *f) {
  if (!f) return 12;
  if (f->type == TYPE_YUAN) return 16;
  if (f->type == TYPE_FLAG || f->type == TYPE_INT || f->type == TYPE_YEAR) return 8;
  if (f->type == TYPE_CHOICE) return 12;
  size_t n = f->example ? strlen(f->example) : 12;
  return n < 8 ? 8 : n > 40 ? 40 : (int)n;
}

static json_t *column_json(const struct asked *a, int i) {
  const struct ws_field *f = a->sheet.fields[i];
  json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:i, s:b}", "name", a->sheet.columns[i], "title", f ? tr(f->zh, f->en) : a->sheet.columns[i], "help",
                        f && f->note ? f->note : "", "type", type_word(f), "width", width_of(f), "need", f && f->need);
  if (o && f && f->choices) {
    json_t *list = json_array();
    struct sv rest = sv_from(f->choices);
    while (list && rest.p) {
      struct sv word = sv_cut(&rest, '/');
      json_array_append_new(list, json_pack("[o, o]", text_json(word), text_json(word)));
    }
    json_object_set_new(o, "choices", list);
  }
  if (o && f && f->ref >= 0) {
    char path[160];
    snprintf(path, sizeof path, "/year/%lld/list/%s", (long long)a->work.id, ws_schema_entity(year_now()->schema, f->ref)->name);
    json_object_set_new(o, "list", json_string(path));
  }
  return o;
}

int grid_columns(struct web_call *c, struct err *e) {
  struct asked a;
  int64_t place, total;
  int rc = asked_read(c, &a, e);
  if (rc == RC_OK) rc = sheet_place(web_db(c), web_user(c)->tenant, &a.sheet, 0, &place, &total, e);
  if (rc < 0) return rc;
  json_t *columns = json_array();
  for (int i = 0; columns && i < a.sheet.ncolumns; i++) json_array_append_new(columns, column_json(&a, i));
  return send(c,
              json_pack("{s:s, s:b, s:I, s:I, s:i, s:o}", "title", tr(a.sheet.entity->zh, a.sheet.entity->en), "editable",
                        year_may_edit(c, &a.work, a.sheet.name), "revision", (json_int_t)a.work.head, "total", (json_int_t)total, "frozen", 1,
                        "columns", columns),
              e);
}

/* The codes and names of another sheet, for a drop-down. */
int grid_list(struct web_call *c, struct err *e) {
  struct asked a;
  struct db_statement *s;
  struct sv cells[FIELDS_MOST];
  int rc = asked_read(c, &a, e);
  if (rc < 0) return rc;
  int code = year_column(&a.sheet, "code"), name = year_column(&a.sheet, "name"), n;
  if (code < 0) code = year_column(&a.sheet, "id");
  json_t *items = json_array();
  rc = DB_ROWS(web_db(c), year_row_some, &s, e, db_int(web_user(c)->tenant), db_int(a.sheet.file), db_int(0), db_int(LIST_MOST));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    n = record_cells(db_col_text(s, 1), web_arena(c), cells);
    if (code < 0 || n <= code || cells[code].n == 0) continue;
    json_array_append_new(items, json_pack("[o, o]", text_json(cells[code]), text_json(name >= 0 && name < n ? cells[name] : SV(""))));
  }
  if (rc < 0) {
    json_decref(items);
    return rc;
  }
  return send(c, json_pack("{s:o}", "items", items), e);
}

/* ---- rows ---- */
static json_t *row_json(struct web_call *c, const struct asked *a, int64_t id, int64_t revision, struct sv raw) {
  struct sv cells[FIELDS_MOST];
  int n = record_cells(raw, web_arena(c), cells);
  json_t *row = json_array();
  json_array_append_new(row, id_json(id));
  json_array_append_new(row, json_integer(revision));
  for (int i = 0; i < a->sheet.ncolumns; i++) json_array_append_new(row, text_json(i < n ? cells[i] : SV("")));
  return row;
}

static int rows_json(struct web_call *c, const struct asked *a, struct db_statement *s, int most, json_t *rows, struct err *e) {
  int rc = RC_OK;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if ((int)json_array_size(rows) == most) {
      db_reset(s);
      return 1; /* more than that */
    }
    json_array_append_new(rows, row_json(c, a, db_col_int(s, 0), db_col_int(s, 2), db_col_text(s, 1)));
  }
  return rc;
}

int grid_rows(struct web_call *c, struct err *e) {
  struct asked a;
  struct db_statement *s;
  int64_t place, total, from = web_int(c, "from"), count = web_has(c, "count") ? web_int(c, "count") : 200;
  int rc = asked_read(c, &a, e);
  if (rc == RC_OK) rc = sheet_place(web_db(c), web_user(c)->tenant, &a.sheet, from, &place, &total, e);
  if (rc < 0) return rc;
  json_t *rows = json_array();
  if (from < total &&
      (rc = DB_ROWS(web_db(c), year_row_some, &s, e, db_int(web_user(c)->tenant), db_int(a.sheet.file), db_int(place), db_int(count))) >= 0)
    rc = rows_json(c, &a, s, ROWS_AT_ONCE, rows, e);
  if (rc < 0) {
    json_decref(rows);
    return rc;
  }
  return send(c, json_pack("{s:I, s:I, s:o}", "revision", (json_int_t)a.work.head, "total", (json_int_t)total, "rows", rows), e);
}

int grid_changes(struct web_call *c, struct err *e) {
  struct asked a;
  struct db_statement *s;
  int64_t place, total, since = web_int(c, "since");
  int rc = asked_read(c, &a, e);
  if (rc == RC_OK) rc = sheet_place(web_db(c), web_user(c)->tenant, &a.sheet, 0, &place, &total, e);
  if (rc < 0) return rc;
  bool moved = a.sheet.revision > since;
  json_t *rows = json_array();
  if (a.work.head > since && (rc = DB_ROWS(web_db(c), year_row_since, &s, e, db_int(web_user(c)->tenant), db_int(a.sheet.file), db_int(since))) >= 0)
    rc = rows_json(c, &a, s, CHANGES_AT_ONCE, rows, e);
  if (rc < 0) {
    json_decref(rows);
    return rc;
  }
  if (rc == 1) moved = true; /* too many to tell one by one: ask again for what is seen */
  return send(c, json_pack("{s:I, s:I, s:b, s:o}", "revision", (json_int_t)a.work.head, "total", (json_int_t)total, "moved", moved, "rows", rows), e);
}

/* ---- problems ---- */
static int problems_json(struct web_call *c, const struct asked *a, json_t **out, struct err *e) {
  struct db_statement *s;
  json_t *items = json_array();
  int rc = DB_ROWS(web_db(c), year_problem_of_file, &s, e, db_int(web_user(c)->tenant), db_int(a->work.id), db_int(a->sheet.file));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    int64_t column = db_col_int(s, 2);
    json_array_append_new(items, json_pack("{s:o, s:s, s:o, s:o, s:o}", "row", id_json(db_col_int(s, 4)), "column",
                                           column > 0 && column <= a->sheet.ncolumns ? a->sheet.columns[column - 1] : "", "severity",
                                           text_json(db_col_text(s, 5)), "id", text_json(db_col_text(s, 6)), "text", text_json(db_col_text(s, 7))));
  }
  *out = json_pack("{s:I, s:I, s:I, s:I, s:b, s:s, s:o}", "errors", (json_int_t)a->work.errors, "warnings", (json_int_t)a->work.warnings, "hints",
                   (json_int_t)a->work.hints, "checked", (json_int_t)a->work.checked, "fresh", a->work.checked >= a->work.head, "failed",
                   a->work.check_failed, "items", items);
  return rc < 0 ? rc : RC_OK;
}

int grid_problems(struct web_call *c, struct err *e) {
  struct asked a;
  json_t *problems = NULL;
  int rc = asked_read(c, &a, e);
  if (rc == RC_OK) rc = problems_json(c, &a, &problems, e);
  if (rc < 0) {
    json_decref(problems);
    return rc;
  }
  return send(c, problems, e);
}

/* ---- history: what each change of a row made of which cell ---- */
static void cells_changed(struct web_call *c, const struct asked *a, struct db_statement *s, json_t *items) {
  struct sv before[FIELDS_MOST], after[FIELDS_MOST];
  char at[40];
  bool was = !db_col_null(s, 4), is = !db_col_null(s, 5);
  int nb = was ? record_cells(db_col_text(s, 4), web_arena(c), before) : 0, na = is ? record_cells(db_col_text(s, 5), web_arena(c), after) : 0;
  ui_time_text(db_col_int(s, 1), at);
  for (int i = 0; i < a->sheet.ncolumns; i++) {
    struct sv b = i < nb ? before[i] : SV(""), n = i < na ? after[i] : SV("");
    if (sv_equal(b, n)) continue;
    json_array_append_new(items, json_pack("{s:s, s:o, s:s, s:o, s:o}", "at", at, "who", text_json(db_col_text(s, 2)), "what", a->sheet.columns[i],
                                           "before", text_json(b), "after", text_json(n)));
  }
}

int grid_history(struct web_call *c, struct err *e) {
  struct asked a;
  struct db_statement *s;
  int rc = asked_read(c, &a, e);
  if (rc < 0) return rc;
  json_t *items = json_array();
  rc = DB_ROWS(web_db(c), year_change_of_row, &s, e, db_int(web_user(c)->tenant), db_int(a.work.id), db_int(web_int(c, "row")));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) cells_changed(c, &a, s, items);
  if (rc < 0) {
    json_decref(items);
    return rc;
  }
  return send(c, json_pack("{s:o}", "items", items), e);
}

/* ---- edits ---- */
static int wrong(struct err *e, size_t i, const char *what) {
  return err_set(e, RC_USAGE, tr("第 %zu 处修改：%s", "edit %zu: %s"), i + 1, what);
}

static bool cell_text_good(struct sv s) {
  if (s.n > CELL_MOST || memchr(s.p, 0, s.n)) return false;
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t') return false;
  return true;
}

static int cells_parse(struct web_call *c, const struct asked *a, const json_t *o, size_t i, struct year_edit *t, struct err *e) {
  json_t *cells = json_object_get(o, "cells"), *was = json_object_get(o, "was");
  const char *key;
  json_t *value;
  size_t n = json_object_size(cells);
  if (!json_is_object(cells) || n > FIELDS_MOST) return wrong(e, i, tr("没有 cells", "no cells"));
  struct year_cell *v = ARENA_ARRAY(web_arena(c), struct year_cell, n + 1);
  if (!v) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  json_object_foreach(cells, key, value) {
    int column = year_column(&a->sheet, key);
    const json_t *old = json_object_get(was, key);
    if (column < 0) return wrong(e, i, tr("没有这一列", "there is no such column"));
    if (!json_is_string(value)) return wrong(e, i, tr("值要是文字", "a value is a text"));
    struct sv text = {json_string_value(value), json_string_length(value)};
    if (!cell_text_good(text)) return wrong(e, i, tr("值太长，或有不能用的字符", "a value is too long, or has characters that cannot be used"));
    v[t->ncells++] = (struct year_cell){column, sv_trim(text),
                                        json_is_string(old) ? (struct sv){json_string_value(old), json_string_length(old)} : (struct sv){0}};
  }
  t->cells = v;
  return RC_OK;
}

static int edit_parse(struct web_call *c, const struct asked *a, const json_t *o, size_t i, struct year_edit *t, struct err *e) {
  const json_t *key = json_object_get(o, "key");
  int64_t row = id_of(o, "row"), above = id_of(o, "insert"), gone = id_of(o, "delete");
  *t = (struct year_edit){.revision = json_integer_value(json_object_get(o, "revision"))};
  if ((row >= 0) + (above >= 0) + (gone >= 0) != 1)
    return wrong(e, i, tr("要有 row、insert 或 delete，只一个", "expected row, insert or delete, one of them"));
  t->kind = above >= 0 ? EDIT_INSERT : gone >= 0 ? EDIT_DELETE : EDIT_CELLS;
  t->row = above >= 0 ? above : gone >= 0 ? gone : row;
  if (t->kind == EDIT_INSERT && json_is_string(key)) t->key = (struct sv){json_string_value(key), json_string_length(key)};
  return t->kind == EDIT_DELETE ? RC_OK : cells_parse(c, a, o, i, t, e);
}

static int edits_parse(struct web_call *c, const struct asked *a, const json_t *root, struct year_edits *x, struct err *e) {
  size_t n = json_array_size(root);
  if (!json_is_array(root) || n == 0 || n > EDITS_MOST)
    return err_set(e, RC_USAGE, tr("edits 是 1 到 %d 处修改的数组", "edits is an array of 1 to %d edits"), EDITS_MOST);
  x->edits = ARENA_ARRAY(web_arena(c), struct year_edit, n);
  if (!x->edits) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = RC_OK;
  for (size_t i = 0; rc == RC_OK && i < n; i++) rc = edit_parse(c, a, json_array_get(root, i), i, &x->edits[i], e);
  x->n = (int)n;
  return rc;
}

static json_t *row_now(struct web_call *c, const struct asked *a, int64_t id, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), year_row_get, &s, e, db_int(web_user(c)->tenant), db_int(a->sheet.file), db_int(id));
  if (rc < 0 || db_step(s, e) <= 0) return NULL;
  json_t *row = row_json(c, a, id, db_col_int(s, 1), db_col_text(s, 0));
  db_reset(s);
  return row;
}

static int conflict_answer(struct web_call *c, const struct asked *a, const struct year_edits *x, struct err *e) {
  json_t *list = json_array(), *rows = json_array();
  int most = (int)(sizeof x->conflicts / sizeof *x->conflicts), n = x->nconflicts < most ? x->nconflicts : most;
  int64_t last = 0;
  for (int i = 0; i < n; i++) {
    const struct year_conflict *k = &x->conflicts[i];
    json_t *o = json_pack("{s:o, s:b}", "row", id_json(k->row), "gone", k->gone);
    if (!k->gone && k->column >= 0) {
      json_object_set_new(o, "column", json_string(a->sheet.columns[k->column]));
      json_object_set_new(o, "yours", text_json(k->yours));
      json_object_set_new(o, "was", text_json(k->was));
      json_object_set_new(o, "theirs", text_json(k->theirs));
    }
    struct db_statement *s;
    char at[40];
    if (DB_ROWS(web_db(c), year_change_of_row, &s, e, db_int(web_user(c)->tenant), db_int(a->work.id), db_int(k->row)) >= 0 && db_step(s, e) == 1) {
      json_object_set_new(o, "who", text_json(db_col_text(s, 2)));
      json_object_set_new(o, "at", json_string(ui_time_text(db_col_int(s, 1), at)));
      db_reset(s);
    }
    json_array_append_new(list, o);
    if (k->row != last && !k->gone) json_array_append_new(rows, row_now(c, a, k->row, e));
    last = k->row;
  }
  web_status(c, 409);
  return send(c, json_pack("{s:I, s:o, s:o}", "revision", (json_int_t)a->work.head, "conflicts", list, "rows", rows), e);
}

static int well_answer(struct web_call *c, struct asked *a, const struct year_edits *x, struct err *e) {
  json_t *rows = json_array(), *inserted = json_object(), *problems = NULL;
  int64_t place, total;
  int rc = asked_read(c, a, e); /* as it is now */
  if (rc == RC_OK) rc = sheet_place(web_db(c), web_user(c)->tenant, &a->sheet, 0, &place, &total, e);
  for (int i = 0; rc == RC_OK && i < x->n && !x->again; i++) {
    const struct year_edit *t = &x->edits[i];
    int64_t id = t->kind == EDIT_INSERT ? t->revision : t->row;
    json_t *row = t->kind == EDIT_DELETE ? NULL : row_now(c, a, id, e);
    if (row) json_array_append_new(rows, row);
    if (t->kind == EDIT_INSERT && t->key.n) json_object_setn_new(inserted, t->key.p, t->key.n, id_json(id));
  }
  if (rc == RC_OK) rc = problems_json(c, a, &problems, e);
  if (rc < 0) {
    json_decref(rows);
    json_decref(inserted);
    json_decref(problems);
    return rc;
  }
  return send(c,
              json_pack("{s:I, s:I, s:b, s:b, s:o, s:o, s:o}", "revision", (json_int_t)x->head, "total", (json_int_t)total, "moved",
                        x->moved || x->again, "again", x->again, "rows", rows, "inserted", inserted, "problems", problems),
              e);
}

struct editing {
  struct web_call *c;
  struct year_edits *x;
};

static int edit_logged(struct db *d, void *context, struct err *e) {
  struct editing *g = context;
  char object[48], after[120];
  int rc = store_edit(d, g->x, e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "year:%lld", (long long)g->x->workspace);
  snprintf(after, sizeof after, "%.60s, %lld, %d", g->x->sheet, (long long)g->x->head, g->x->n);
  return people_log(g->c, &(struct audit_entry){.action = "year.edit", .object = object, .after = sv_from(after)}, e);
}

int year_edit(struct web_call *c, struct year_edits *x, struct err *e) {
  int rc = db_tx(web_db(c), edit_logged, &(struct editing){c, x}, e);
  return rc == RC_CONFLICT && x->again ? RC_OK : rc;
}

int grid_edit(struct web_call *c, struct err *e) {
  struct asked a;
  json_error_t why;
  struct sv text = web_text(c, "edits");
  int rc = asked_read(c, &a, e);
  if (rc < 0) return rc;
  if (!year_may_edit(c, &a.work, a.sheet.name))
    return err_set(e, RC_CONFLICT, tr("“%s”时这张表不能由您修改", "in state \"%s\" this sheet is not yours to change"), a.work.state);
  json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
  if (!root) return err_set(e, RC_USAGE, "edits:%d:%d: %s", why.line, why.column, why.text);
  struct year_edits x = {.tenant = web_user(c)->tenant,
                         .workspace = a.work.id,
                         .file = a.sheet.file,
                         .sheet = a.sheet.name,
                         .permission = year_edit_permission(&year_now()->plan, a.work.state, a.sheet.name),
                         .op = year_text(c, web_text(c, "op")),
                         .who = {web_user(c)->id, web_user(c)->name},
                         .arena = web_arena(c)};
  rc = edits_parse(c, &a, root, &x, e);
  if (rc == RC_OK) rc = year_edit(c, &x, e);
  if (rc == RC_CONFLICT && x.nconflicts > 0)
    rc = conflict_answer(c, &a, &x, e);
  else if (rc == RC_OK)
    rc = well_answer(c, &a, &x, e);
  json_decref(root);
  return rc;
}
