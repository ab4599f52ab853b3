/* records.c: all files of a workspace by the schema, without making a workspace of them. */
#include "rooms/book/records.h"
#include "rooms/book/workspace_change.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file that is there and cannot be read would be taken for an empty one and written over: its mistakes come first. */
static int head_refuse(const struct records *r, struct err *e) {
  char path[4200];
  for (size_t i = 0; i < r->w->problems.n; i++) {
    const struct ws_problem *p = &r->w->problems.v[i];
    struct stat st;
    if (p->severity != WS_ERROR) continue;
    snprintf(path, sizeof path, "%s/%s", r->w->folder, r->w->files.v[p->file]);
    if (stat(path, &st) != 0 || st.st_size == 0) continue;
    return err_at(e, RC_FORMAT, r->w->files.v[p->file], p->line, p->column, "%s", p->text);
  }
  return RC_OK;
}

int records_open(struct records *r, const char *folder, struct err *e) {
  char path[4096];
  int hold = -1, rc = RC_OK;
  memset(r, 0, sizeof *r);
  size_t n = strlen(codes_data_path(path, sizeof path - 16, "profiles"));
  snprintf(path + n, sizeof path - n, "/workspace.txt");
  rc = ws_schema_load(path, &r->schema, e);
  if (rc < 0) return rc;
  r->w = calloc(1, sizeof *r->w);
  if (!r->w) {
    records_close(r);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  arena_init(&r->w->arena, (size_t)1 << 30);
  r->w->folder = folder;
  r->n = ws_schema_count(r->schema);
  if (folder) rc = workspace_hold(folder, &hold, e);
  for (int i = 0; i < r->n && rc == RC_OK; i++) {
    const struct ws_entity *t = ws_schema_entity(r->schema, i);
    r->files[i].entity = t, r->files[i].w = r->w, r->files[i].schema = r->schema;
    if (folder) rc = ws_file_open(&r->files[i], r->w, r->schema, t->name, e);
  }
  workspace_release(hold);
  if (rc == RC_OK) rc = head_refuse(r, e);
  if (rc == RC_OK && r->w->arena.failed) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0) records_close(r);
  return rc;
}

void records_close(struct records *r) {
  for (int i = 0; i < r->n; i++) ws_file_close(&r->files[i]);
  workspace_free(r->w);
  ws_schema_free(r->schema);
  memset(r, 0, sizeof *r);
}

size_t records_count(const struct records *r, int entity) {
  const struct ws_file *f = &r->files[entity];
  return f->there && f->csv.rows.n > 0 ? f->csv.rows.n - 1 : 0;
}
