/* store.c: a workspace's files as records in the database, and out again byte for byte. */
#include "rooms/year/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A path of a workspace: words with slashes between, none of them hidden or "..". */
static bool path_good(struct sv path) {
  if (path.n == 0 || path.n > 200 || path.p[0] == '/') return false;
  struct sv rest = path;
  while (rest.p) {
    struct sv word = sv_cut(&rest, '/');
    if (word.n == 0 || word.p[0] == '.') return false;
  }
  for (size_t i = 0; i < path.n; i++)
    if ((unsigned char)path.p[i] < 0x20 || path.p[i] == '\\' || path.p[i] == 0x7f) return false;
  return true;
}

int store_files_check(const struct year_file_in *files, int n, bool whole, struct err *e) {
  bool described = false;
  if (n > FILES_MOST) return err_set(e, RC_LIMIT, tr("一个工作区最多 %d 个文件", "at most %d files a workspace"), FILES_MOST);
  for (int i = 0; i < n; i++) {
    const struct year_file_in *f = &files[i];
    if (!path_good(f->path))
      return err_set(e, RC_FORMAT, tr("文件名不能用：%.*s", "a file cannot have this name: %.*s"), f->path.n < 100 ? (int)f->path.n : 100, f->path.p);
    if (f->body.n > FILE_BYTES) return err_set(e, RC_LIMIT, tr("%.*s 太大", "%.*s is too large"), SV_ARG(f->path));
    if (f->body.n > 0 && (memchr(f->body.p, 0, f->body.n) || !utf8_valid(f->body)))
      return err_set(e, RC_FORMAT,
                     tr("%.*s 不是 UTF-8 文本；请在 Excel 中另存为“CSV UTF-8”", "%.*s is not UTF-8 text; save it in Excel as \"CSV UTF-8\""),
                     SV_ARG(f->path));
    for (int k = 0; k < i; k++)
      if (sv_equal(files[k].path, f->path)) return err_set(e, RC_FORMAT, tr("%.*s 有两份", "%.*s is there twice"), SV_ARG(f->path));
    described |= sv_is(f->path, "datapackage.json");
  }
  return described || !whole ? RC_OK
                             : err_set(e, RC_FORMAT, "%s",
                                       tr("没有 datapackage.json：不是部门预算工作区（docs/workspace.md）",
                                          "there is no datapackage.json: not a budget workspace (docs/workspace.md)"));
}

static int rows_put(struct db *d, int64_t tenant, int64_t file, struct sv rest, int64_t head, struct err *e) {
  int64_t place = 0;
  for (int n = 0; rest.n > 0; n++) {
    size_t size = record_length(rest);
    if (n == ROWS_MOST || size > RECORD_MOST)
      return err_set(e, RC_LIMIT, "%s",
                     tr("表太长，或者有一行太长（引号没有收尾？）", "the sheet, or one of its records, is too long (a quote that does not end?)"));
    place += PLACE_STEP;
    int64_t done =
        DB_RUN(d, year_row_add, e, db_int(tenant), db_int(file), db_int(db_id()), db_int(place), db_text((struct sv){rest.p, size}), db_int(head));
    if (done < 0) return (int)done;
    rest = (struct sv){rest.p + size, rest.n - size};
  }
  return RC_OK;
}

static int file_put(struct db *d, int64_t tenant, int64_t workspace, const struct year_file_in *f, int64_t head, struct err *e) {
  const char *sheet = store_sheet_of(f->path);
  size_t first = *sheet ? record_length(f->body) : 0;
  int64_t id = db_id();
  if (first > RECORD_MOST) return err_set(e, RC_LIMIT, tr("%.*s 的第一行太长", "the first record of %.*s is too long"), SV_ARG(f->path));
  struct sv none = SV(""), all = f->body.p ? f->body : none;
  int64_t n = DB_RUN(d, year_file_add, e, db_int(tenant), db_int(workspace), db_int(id), db_text(f->path), db_str(sheet),
                     db_text(*sheet ? (struct sv){all.p, first} : none), db_text(*sheet ? none : all), db_int(head));
  if (n < 0 || !*sheet) return n < 0 ? (int)n : RC_OK;
  return rows_put(d, tenant, id, (struct sv){all.p + first, all.n - first}, head, e);
}

/* Year and title, from datapackage.json. */
static int described(const struct year_file_in *files, int n, int64_t *year, char title[300], struct err *e) {
  const struct year_file_in *f = NULL;
  json_error_t why;
  for (int i = 0; i < n; i++)
    if (sv_is(files[i].path, "datapackage.json")) f = &files[i];
  if (!f) return err_set(e, RC_FORMAT, "%s", tr("没有 datapackage.json", "there is no datapackage.json"));
  json_t *root = json_loadb(f->body.p, f->body.n, JSON_REJECT_DUPLICATES, &why);
  if (!root) return err_set(e, RC_FORMAT, "datapackage.json:%d:%d: %s", why.line, why.column, why.text);
  const json_t *t = json_object_get(root, "title"), *y = json_object_get(root, "fiscalYear");
  if (!y) y = json_object_get(json_object_get(root, "heng"), "year");
  snprintf(title, 300, "%s", json_is_string(t) ? json_string_value(t) : "");
  *year = json_is_integer(y) ? json_integer_value(y) : json_is_string(y) ? strtoll(json_string_value(y), NULL, 10) : 0;
  json_decref(root);
  if (*year < 2000 || *year > 2100) return err_set(e, RC_FORMAT, "%s", tr("datapackage.json 里没有年度", "datapackage.json does not tell the year"));
  if (!title[0]) snprintf(title, 300, tr("%lld 年部门预算", "budget of %lld"), (long long)*year);
  return RC_OK;
}

int store_new(struct db *d, int64_t tenant, int64_t org, const char *org_path, int64_t user, const struct year_file_in *files, int n,
              const char *state, int64_t *id, struct err *e) {
  int64_t year = 0;
  char title[300];
  int rc = store_files_check(files, n, true, e);
  if (rc == RC_OK) rc = described(files, n, &year, title, e);
  if (rc < 0) return rc;
  *id = db_id();
  int64_t done = DB_RUN(d, year_workspace_add, e, db_int(tenant), db_int(*id), db_int(org), db_str(org_path), db_int(year), db_str(title),
                        db_str(state), db_int(user), db_int(db_now()));
  if (done < 0) return (int)done;
  for (int i = 0; rc == RC_OK && i < n; i++) rc = file_put(d, tenant, *id, &files[i], 0, e);
  return rc == RC_OK ? check_queue(d, tenant, *id, e) : rc;
}

int store_hold(struct db *d, int64_t tenant, int64_t workspace, int64_t *head, char state[64], struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, year_workspace_hold, &s, e, db_int(tenant), db_int(workspace));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个工作区", "there is no such workspace"));
  *head = db_col_int(s, 0);
  snprintf(state, 64, "%.*s", SV_ARG(db_col_text(s, 1)));
  while ((rc = db_step(s, e)) == 1) {
  }
  return rc;
}

struct listed {
  int64_t id;
  char *path, *head, *body;
  bool sheet;
};

static char *copy(struct sv s) {
  char *p = malloc(s.n + 1);
  if (!p) return NULL;
  memcpy(p, s.p ? s.p : "", s.n);
  p[s.n] = 0;
  return p;
}

static int files_list(struct db *d, int64_t tenant, int64_t workspace, struct listed *all, int *n, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, year_file_list, &s, e, db_int(tenant), db_int(workspace));
  *n = 0;
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (*n == FILES_MOST) continue;
    struct listed *f = &all[(*n)++];
    *f = (struct listed){db_col_int(s, 0), copy(db_col_text(s, 1)), copy(db_col_text(s, 3)), copy(db_col_text(s, 4)), db_col_text(s, 2).n > 0};
    if (!f->path || !f->head || !f->body) {
      db_reset(s);
      return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    }
  }
  return rc < 0 ? rc : RC_OK;
}

static int sheet_whole(struct db *d, int64_t tenant, const struct listed *f, struct buf *b, struct err *e) {
  struct db_statement *s;
  buf_clear(b);
  buf_puts(b, f->head);
  int rc = DB_ROWS(d, year_row_all, &s, e, db_int(tenant), db_int(f->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    struct sv raw = db_col_text(s, 1);
    buf_add(b, raw.p ? raw.p : "", raw.n);
  }
  if (rc >= 0 && b->rc < 0) rc = err_set(e, RC_LIMIT, tr("%s 太大", "%s is too large"), f->path);
  return rc < 0 ? rc : RC_OK;
}

int store_each(struct db *d, int64_t tenant, int64_t workspace, int (*take)(void *context, struct sv path, struct sv body, struct err *e),
               void *context, struct err *e) {
  struct listed *all = calloc(FILES_MOST, sizeof *all);
  struct buf b;
  int n = 0, rc = all ? files_list(d, tenant, workspace, all, &n, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  buf_init(&b, (size_t)FILE_BYTES * 2);
  for (int i = 0; rc == RC_OK && i < n; i++) {
    if (all[i].sheet) rc = sheet_whole(d, tenant, &all[i], &b, e);
    if (rc == RC_OK) rc = take(context, sv_from(all[i].path), all[i].sheet ? (struct sv){b.p ? b.p : "", b.n} : sv_from(all[i].body), e);
  }
  buf_release(&b);
  for (int i = 0; all && i < n; i++) {
    free(all[i].path);
    free(all[i].head);
    free(all[i].body);
  }
  free(all);
  return rc;
}

/* ---- a file replaced ---- */
struct old_row {
  int64_t id, place;
  char *raw;
  size_t n;
  int match; /* the new record that it stays as, -1 none */
};
struct replacing {
  struct db *d;
  int64_t tenant, workspace, head, file;
  struct year_who who;
  struct old_row *old;
  struct sv *now;
  int *from; /* for each new record: the old row that it was, -1 a new one */
  int nold, nnow, *n;
  int64_t *changed;
  struct err *e;
};

static int note(struct replacing *r, const char *what, int64_t row, struct db_value before, struct db_value after) {
  int64_t done = DB_RUN(r->d, year_change_add, r->e, db_int(r->tenant), db_int(r->workspace), db_int(r->head), db_int((*r->n)++), db_int(db_now()),
                        db_int(r->who.id), db_str(r->who.name), db_str(what), db_int(r->file), db_int(row), before, after);
  ++*r->changed;
  return done < 0 ? (int)done : RC_OK;
}

static int rows_load(struct replacing *r) {
  struct db_statement *s;
  int room = 0, rc = DB_ROWS(r->d, year_row_all, &s, r->e, db_int(r->tenant), db_int(r->file));
  while (rc >= 0 && (rc = db_step(s, r->e)) == 1) {
    if (r->nold == room) {
      room = room ? room * 2 : 1024;
      struct old_row *more = realloc(r->old, (size_t)room * sizeof *more);
      if (!more) break;
      r->old = more;
    }
    struct sv raw = db_col_text(s, 1);
    r->old[r->nold] = (struct old_row){db_col_int(s, 0), db_col_int(s, 3), copy(raw), raw.n, -1};
    if (!r->old[r->nold++].raw) break;
  }
  if (rc == 1) db_reset(s);
  return rc == 1 ? err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : rc;
}

static int records_split(struct replacing *r, struct sv rest) {
  int room = 0;
  while (rest.n > 0) {
    size_t size = record_length(rest);
    if (r->nnow == ROWS_MOST || size > RECORD_MOST)
      return err_set(r->e, RC_LIMIT, "%s",
                     tr("表太长，或者有一行太长（引号没有收尾？）", "the sheet, or one of its records, is too long (a quote that does not end?)"));
    if (r->nnow == room) {
      room = room ? room * 2 : 1024;
      struct sv *more = realloc(r->now, (size_t)room * sizeof *more);
      if (!more) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
      r->now = more;
    }
    r->now[r->nnow++] = (struct sv){rest.p, size};
    rest = (struct sv){rest.p + size, rest.n - size};
  }
  r->from = malloc(((size_t)r->nnow + 1) * sizeof *r->from);
  return r->from ? RC_OK : err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static bool same(const struct old_row *o, struct sv v) {
  return o->n == v.n && memcmp(o->raw, v.p, v.n) == 0;
}

/* Which old row each new record is: the same from the front and from the back; between them, the nearest same one within a window; what is left of
 * a gap is paired in order: an edited row keeps its id, its history and its remarks. */
static void rows_match(struct replacing *r) {
  enum { WINDOW = 400 };
  int front = 0, back_old = r->nold, back_now = r->nnow;
  for (int i = 0; i < r->nnow; i++) r->from[i] = -1;
  while (front < r->nold && front < r->nnow && same(&r->old[front], r->now[front])) r->from[front] = front, r->old[front].match = front, front++;
  while (back_old > front && back_now > front && same(&r->old[back_old - 1], r->now[back_now - 1])) {
    back_old--, back_now--;
    r->from[back_now] = back_old;
    r->old[back_old].match = back_now;
  }
  int next = front;
  for (int i = front; i < back_now; i++)
    for (int k = next; k < back_old && k < next + WINDOW; k++)
      if (same(&r->old[k], r->now[i])) {
        r->from[i] = k;
        r->old[k].match = i;
        next = k + 1;
        break;
      }
  int o = front;
  for (int i = front; i < back_now; i++) {
    if (r->from[i] >= 0) {
      o = r->from[i] + 1;
      continue;
    }
    if (o < back_old && r->old[o].match < 0) {
      r->from[i] = o;
      r->old[o].match = i;
      o++;
    }
  }
}

static int row_between(struct replacing *r, int64_t before, int64_t after, int left, int64_t *place) {
  if (after == 0) {
    *place = before + PLACE_STEP;
    return RC_OK;
  }
  if (after - before <= left) { /* no room: what follows moves on */
    int64_t by = PLACE_STEP * (left + 1), done = DB_RUN(r->d, year_rows_shift, r->e, db_int(r->tenant), db_int(r->file), db_int(before), db_int(by));
    if (done < 0) return (int)done;
    for (int k = 0; k < r->nold; k++)
      if (r->old[k].place > before) r->old[k].place += by;
    after += by;
  }
  *place = before + (after - before) / (left + 1);
  return RC_OK;
}

static int rows_apply(struct replacing *r, bool *moved) {
  int64_t before = 0;
  int rc = RC_OK;
  for (int k = 0; rc == RC_OK && k < r->nold; k++) {
    if (r->old[k].match >= 0) continue;
    int64_t done = DB_RUN(r->d, year_row_drop, r->e, db_int(r->tenant), db_int(r->old[k].id));
    rc = done < 0 ? (int)done : note(r, "delete", r->old[k].id, db_text((struct sv){r->old[k].raw, r->old[k].n}), db_null());
    *moved = true;
  }
  for (int i = 0; rc == RC_OK && i < r->nnow; i++) {
    if (r->from[i] >= 0) {
      struct old_row *o = &r->old[r->from[i]];
      before = o->place;
      if (same(o, r->now[i])) continue;
      int64_t done = DB_RUN(r->d, year_row_set, r->e, db_int(r->tenant), db_int(o->id), db_text(r->now[i]), db_int(r->head));
      rc = done < 0 ? (int)done : note(r, "cells", o->id, db_text((struct sv){o->raw, o->n}), db_text(r->now[i]));
      continue;
    }
    int left = 1, follows = i + 1;
    while (follows < r->nnow && r->from[follows] < 0) left++, follows++;
    int64_t place = 0, id = db_id(), after = follows < r->nnow ? r->old[r->from[follows]].place : 0;
    if ((rc = row_between(r, before, after, left, &place)) < 0) break;
    int64_t done =
        DB_RUN(r->d, year_row_add, r->e, db_int(r->tenant), db_int(r->file), db_int(id), db_int(place), db_text(r->now[i]), db_int(r->head));
    rc = done < 0 ? (int)done : note(r, "insert", id, db_null(), db_text(r->now[i]));
    before = place;
    *moved = true;
  }
  return rc;
}

static int sheet_replace(struct replacing *r, const char *head_before, struct sv body) {
  size_t first = record_length(body);
  struct sv head = {body.p, first};
  bool moved = false;
  int rc = records_split(r, (struct sv){body.p + first, body.n - first});
  if (rc == RC_OK) rc = rows_load(r);
  if (rc == RC_OK) {
    rows_match(r);
    rc = rows_apply(r, &moved);
  }
  if (rc == RC_OK && !sv_is(head, head_before)) {
    int64_t done = DB_RUN(r->d, year_file_body, r->e, db_int(r->tenant), db_int(r->file), db_text(head), db_str(""), db_int(r->head));
    rc = done < 0 ? (int)done : note(r, "head", 0, db_str(head_before), db_text(head));
  } else if (rc == RC_OK && moved) {
    int64_t done = DB_RUN(r->d, year_file_moved, r->e, db_int(r->tenant), db_int(r->file), db_int(r->head));
    rc = done < 0 ? (int)done : RC_OK;
  }
  for (int k = 0; k < r->nold; k++) free(r->old[k].raw);
  free(r->old);
  free(r->now);
  free(r->from);
  return rc;
}

static int file_replace_in(struct replacing *r, const struct listed *f, const struct year_file_in *in) {
  r->file = f->id;
  if (f->sheet) return sheet_replace(r, f->head, in->body);
  if (sv_is(in->body, f->body)) return RC_OK;
  int64_t done = DB_RUN(r->d, year_file_body, r->e, db_int(r->tenant), db_int(f->id), db_str(""), db_text(in->body), db_int(r->head));
  return done < 0 ? (int)done : note(r, "text", 0, db_str(f->body), db_text(in->body));
}

static int file_at(struct replacing *r, struct sv path, struct listed *f) {
  struct db_statement *s;
  int rc = DB_ROWS(r->d, year_file_at, &s, r->e, db_int(r->tenant), db_int(r->workspace), db_text(path));
  if (rc < 0 || (rc = db_step(s, r->e)) <= 0) return rc;
  *f = (struct listed){db_col_int(s, 0), NULL, copy(db_col_text(s, 1)), copy(db_col_text(s, 2)), db_col_text(s, 3).n > 0};
  db_reset(s);
  return f->head && f->body ? 1 : err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

int store_replace(struct db *d, int64_t tenant, int64_t workspace, struct year_who who, int64_t head, const struct year_file_in *file, int *n,
                  int64_t *changed, struct err *e) {
  struct replacing r = {.d = d, .tenant = tenant, .workspace = workspace, .head = head, .who = who, .n = n, .changed = changed, .e = e};
  struct listed f = {0};
  int rc = file_at(&r, file->path, &f);
  if (rc == 1) {
    rc = file_replace_in(&r, &f, file);
  } else if (rc == 0 && (rc = file_put(d, tenant, workspace, file, head, e)) == RC_OK) {
    rc = note(&r, "file", 0, db_null(), db_text(file->path));
  }
  free(f.head);
  free(f.body);
  return rc;
}

const char *store_sheet_of(struct sv path) {
  const struct ws_schema *s = year_now()->schema;
  for (int i = 0; i < ws_schema_count(s); i++)
    if (sv_is(path, ws_schema_entity(s, i)->file)) return ws_schema_entity(s, i)->name;
  return "";
}
