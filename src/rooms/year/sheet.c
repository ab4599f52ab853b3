/* sheet.c: a workspace and its sheets as somebody may see them. */
#include "rooms/year/internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const char *year_text(struct web_call *c, struct sv s) {
  const char *p = arena_text(web_arena(c), s.p ? s.p : "", s.n);
  return p ? p : "";
}

int year_work_read(struct web_call *c, int64_t id, struct year_work *w, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), year_workspace_get, &s, e, db_int(web_user(c)->tenant), db_int(id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  *w = (struct year_work){.id = id, .org = ""};
  if (rc == 1) {
    w->org = year_text(c, db_col_text(s, 0));
    w->year = db_col_int(s, 1);
    w->title = year_text(c, db_col_text(s, 2));
    w->state = year_text(c, db_col_text(s, 3));
    w->head = db_col_int(s, 4);
    w->entered_at = db_col_int(s, 5);
    w->entered_by = db_col_int(s, 6);
    w->checked = db_col_int(s, 7);
    w->errors = db_col_int(s, 8);
    w->warnings = db_col_int(s, 9);
    w->hints = db_col_int(s, 10);
    w->check_failed = year_text(c, db_col_text(s, 11));
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, "year.read", w->org)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个工作区", "there is no such workspace"));
  return RC_OK;
}

static int columns_read(struct web_call *c, struct sv head, struct year_sheet *s, struct err *e) {
  struct sv cells[FIELDS_MOST];
  int n = record_cells(head, web_arena(c), cells);
  if (n < 0) return err_set(e, RC_FORMAT, "%s", tr("表头的列太多", "the head has too many columns"));
  for (int i = 0; i < n; i++) {
    s->columns[i] = year_text(c, cells[i]);
    int field = ws_entity_field(s->entity, s->columns[i]);
    s->fields[i] = field >= 0 ? &s->entity->fields[field] : NULL;
  }
  s->ncolumns = n;
  return RC_OK;
}

int year_sheet_read(struct web_call *c, const struct year_work *w, const char *sheet, struct year_sheet *out, struct err *e) {
  const struct ws_schema *schema = year_now()->schema;
  struct db_statement *s;
  int entity = ws_schema_find(schema, sheet);
  if (entity < 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这张表", "there is no such sheet"));
  *out = (struct year_sheet){.name = sheet, .entity = ws_schema_entity(schema, entity)};
  int rc = DB_ROWS(web_db(c), year_file_sheet, &s, e, db_int(web_user(c)->tenant), db_int(w->id), db_str(sheet));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("工作区里没有这张表", "the workspace does not have this sheet"));
  out->file = db_col_int(s, 0);
  out->revision = db_col_int(s, 2);
  const char *head = year_text(c, db_col_text(s, 1));
  db_reset(s);
  return columns_read(c, sv_from(head), out, e);
}

bool year_may_edit(const struct web_call *c, const struct year_work *w, const char *sheet) {
  const char *permission = year_edit_permission(&year_now()->plan, w->state, sheet);
  return permission && web_may_at(c, permission, w->org);
}

int year_column(const struct year_sheet *s, const char *name) {
  for (int i = 0; i < s->ncolumns; i++)
    if (strcmp(s->columns[i], name) == 0) return i;
  return -1;
}

/* ---- where rows stand: one list a sheet, kept while no row comes or goes ---- */
enum { SHEETS_KEPT = 16 };
static struct places {
  int64_t tenant, file, revision, used, n;
  int64_t *v;
} kept[SHEETS_KEPT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t turn;

static int load(struct db *d, int64_t tenant, const struct year_sheet *sheet, struct places *out, struct err *e) {
  struct db_statement *s;
  int64_t room = 0;
  int rc = DB_ROWS(d, year_row_places, &s, e, db_int(tenant), db_int(sheet->file));
  *out = (struct places){.tenant = tenant, .file = sheet->file, .revision = sheet->revision};
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (out->n == room) {
      room = room ? room * 2 : 4096;
      int64_t *more = realloc(out->v, (size_t)room * sizeof *more);
      if (!more) break;
      out->v = more;
    }
    out->v[out->n++] = db_col_int(s, 0);
  }
  if (rc == 1) {
    db_reset(s);
    rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  if (rc < 0) free(out->v);
  return rc;
}

/* Answers from what is kept: false when it is not, or is older than the sheet. */
static bool answer(int64_t tenant, const struct year_sheet *sheet, int64_t position, int64_t *place, int64_t *total) {
  for (int i = 0; i < SHEETS_KEPT; i++) {
    struct places *p = &kept[i];
    if (p->tenant != tenant || p->file != sheet->file || p->revision != sheet->revision) continue;
    p->used = ++turn;
    *total = p->n;
    *place = position < p->n ? p->v[position] : INT64_MAX;
    return true;
  }
  return false;
}

static void put(const struct places *fresh) {
  int oldest = 0;
  for (int i = 1; i < SHEETS_KEPT; i++)
    if (kept[i].used < kept[oldest].used) oldest = i;
  for (int i = 0; i < SHEETS_KEPT; i++)
    if (kept[i].tenant == fresh->tenant && kept[i].file == fresh->file) oldest = i;
  free(kept[oldest].v);
  kept[oldest] = *fresh;
  kept[oldest].used = ++turn;
}

int sheet_place(struct db *d, int64_t tenant, const struct year_sheet *sheet, int64_t position, int64_t *place, int64_t *total, struct err *e) {
  struct places fresh;
  pthread_mutex_lock(&lock);
  bool there = answer(tenant, sheet, position, place, total);
  pthread_mutex_unlock(&lock);
  if (there) return RC_OK;
  int rc = load(d, tenant, sheet, &fresh, e);
  if (rc < 0) return rc;
  *total = fresh.n;
  *place = position < fresh.n ? fresh.v[position] : INT64_MAX;
  pthread_mutex_lock(&lock);
  put(&fresh);
  pthread_mutex_unlock(&lock);
  return RC_OK;
}

void sheet_places_forget(void) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < SHEETS_KEPT; i++) free(kept[i].v);
  memset(kept, 0, sizeof kept);
  pthread_mutex_unlock(&lock);
}
