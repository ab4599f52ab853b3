/* files.c: a workspace's files in and out: as they come from `heng book`, from Excel, from units that never sign in. */
#include "document/archive.h"
#include "document/child.h"
#include "rooms/year/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct taken {
  struct year_file_in v[FILES_MOST];
  unsigned char *data[FILES_MOST];
  int n;
};

static void taken_free(struct taken *t) {
  if (!t) return;
  for (int i = 0; i < t->n; i++) free(t->data[i]);
  free(t);
}

static int take(struct web_call *c, struct taken *t, struct sv path, const char *from, struct err *e) {
  size_t size;
  if (t->n == FILES_MOST) return err_set(e, RC_LIMIT, tr("最多 %d 个文件", "at most %d files"), FILES_MOST);
  int rc = file_read(from, FILE_BYTES, &t->data[t->n], &size, e);
  if (rc < 0) return rc;
  t->v[t->n] = (struct year_file_in){{year_text(c, path), path.n}, {(const char *)t->data[t->n], size}};
  t->n++;
  return RC_OK;
}

/* A folder that everything in an archive stands in is no part of the names. */
static size_t common_folder(struct archive *a) {
  size_t n = 0;
  for (int i = 0; i < archive_count(a); i++) {
    struct sv name = archive_name(a, i);
    if (archive_is_folder(a, i) || sv_starts(name, "__MACOSX/")) continue;
    size_t slash = sv_find(name, "datapackage.json");
    if (slash != SIZE_MAX && slash + strlen("datapackage.json") == name.n && (slash == 0 || name.p[slash - 1] == '/')) n = slash;
  }
  return n;
}

static int take_archive(struct web_call *c, struct taken *t, const struct web_file *f, struct err *e) {
  struct archive *a;
  int rc = archive_open(f->path, 2 * FILES_MOST, INT64_C(512) << 20, &a, e);
  if (rc < 0) return rc;
  size_t folder = common_folder(a);
  struct sv prefix = {NULL, folder};
  for (int i = 0; i < archive_count(a) && !prefix.p && folder; i++)
    if (archive_name(a, i).n > folder && sv_ends(archive_name(a, i), "datapackage.json")) prefix.p = archive_name(a, i).p;
  for (int i = 0; rc == RC_OK && i < archive_count(a); i++) {
    struct sv name = archive_name(a, i);
    char path[PATH_SIZE], sha256[65];
    int64_t size;
    if (archive_is_folder(a, i) || sv_starts(name, "__MACOSX/") || sv_ends(name, ".DS_Store")) continue;
    if (folder) {
      if (name.n <= folder || memcmp(name.p, prefix.p, folder) != 0) continue; /* beside the workspace */
      name = (struct sv){name.p + folder, name.n - folder};
    }
    snprintf(path, sizeof path, "%.2000s.%d", f->path, i);
    rc = archive_extract(a, i, path, FILE_BYTES, &size, sha256, e);
    if (rc == RC_OK) rc = take(c, t, name, path, e);
    unlink(path);
  }
  archive_close(a);
  return rc;
}

static int take_all(struct web_call *c, struct taken *t, struct err *e) {
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < web_count(c, "files"); i++) {
    const struct web_file *f = web_file_at(c, "files", i);
    if (f->size == 0) continue;
    rc = sv_ends(f->name, ".zip") || sv_ends(f->name, ".ZIP") ? take_archive(c, t, f, e) : take(c, t, f->name, f->path, e);
  }
  return rc == RC_OK && t->n == 0 ? err_set(e, RC_USAGE, "%s", tr("没有文件", "no files")) : rc;
}

/* ---- a new workspace ---- */
struct importing {
  struct web_call *c;
  const struct year_file_in *v;
  int n;
  int64_t org, id;
  const char *path, *state;
};

static int import(struct db *d, void *context, struct err *e) {
  struct importing *x = context;
  const struct web_user *u = web_user(x->c);
  char object[48], after[80];
  int rc = store_new(d, u->tenant, x->org, x->path, u->id, x->v, x->n, x->state, &x->id, e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "year:%lld", (long long)x->id);
  snprintf(after, sizeof after, "%d, %.60s", x->n, x->state);
  return people_log(x->c, &(struct audit_entry){.action = "year.import", .object = object, .after = sv_from(after)}, e);
}

int year_import_post(struct web_call *c, struct err *e) {
  struct db_statement *s;
  struct importing x = {.c = c, .org = web_int(c, "org"), .state = year_text(c, web_text(c, "state")), .path = ""};
  int rc = DB_ROWS(web_db(c), year_org, &s, e, db_int(web_user(c)->tenant), db_int(x.org));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    x.path = year_text(c, db_col_text(s, 0));
    db_reset(s);
  }
  if (rc == 0 || !web_may_at(c, "year.enter", x.path)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个单位", "there is no such organisation"));
  if (!year_state_named(&year_now()->plan, x.state)) return err_set(e, RC_USAGE, "%s", tr("没有这个状态", "there is no such state"));
  struct taken *t = calloc(1, sizeof *t);
  rc = t ? take_all(c, t, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) {
    x.v = t->v;
    x.n = t->n;
    rc = db_tx(web_db(c), import, &x, e);
  }
  taken_free(t);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)x.id);
}

/* ---- files that replace what is there ---- */
struct replacing {
  struct web_call *c;
  struct year_work w;
  const struct year_file_in *v;
  int n;
  const char *action;
  int64_t changed;
};

static int replace(struct db *d, void *context, struct err *e) {
  struct replacing *x = context;
  const struct web_user *u = web_user(x->c);
  struct db_statement *s;
  int n = 0, rc = DB_ROWS(d, year_workspace_hold, &s, e, db_int(u->tenant), db_int(x->w.id));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  int64_t head = rc == 1 ? db_col_int(s, 0) : 0;
  bool same = rc == 1 && sv_is(db_col_text(s, 1), x->w.state);
  while ((rc = db_step(s, e)) == 1) {
  }
  if (rc == RC_OK && !same) rc = err_set(e, RC_CONFLICT, "%s", tr("工作区的状态变了，请刷新", "the state has changed: reload"));
  x->changed = 0;
  for (int i = 0; rc == RC_OK && i < x->n; i++)
    rc = store_replace(d, u->tenant, x->w.id, (struct year_who){u->id, u->name}, head, &x->v[i], &n, &x->changed, e);
  if (rc == RC_OK) rc = check_queue(d, u->tenant, x->w.id, e);
  if (rc < 0) return rc;
  char object[48], after[80];
  snprintf(object, sizeof object, "year:%lld", (long long)x->w.id);
  snprintf(after, sizeof after, "%d, %lld", x->n, (long long)x->changed);
  return people_log(x->c, &(struct audit_entry){.action = x->action, .object = object, .after = sv_from(after)}, e);
}

/* Each file must be one that the user may change now, and be text. */
static int files_allowed(struct web_call *c, const struct year_work *w, const struct taken *t, struct err *e) {
  const struct ws_schema *schema = year_now()->schema;
  for (int i = 0; i < t->n; i++) {
    const char *sheet = "";
    for (int k = 0; k < ws_schema_count(schema); k++)
      if (sv_is(t->v[i].path, ws_schema_entity(schema, k)->file)) sheet = ws_schema_entity(schema, k)->name;
    if (!year_may_edit(c, w, sheet))
      return err_set(e, RC_CONFLICT, tr("“%s”时您不能改 %.*s", "in state \"%s\" %.*s is not yours to change"), w->state, SV_ARG(t->v[i].path));
  }
  struct err why = {0};
  struct year_file_in all[FILES_MOST + 1];
  memcpy(all, t->v, sizeof *all * (size_t)t->n);
  bool described = false;
  for (int i = 0; i < t->n; i++) described |= sv_is(t->v[i].path, "datapackage.json");
  if (!described) all[t->n] = (struct year_file_in){SV("datapackage.json"), SV("{}")}; /* what is there stays */
  int rc = store_files_check(all, t->n + !described, &why);
  return rc < 0 ? err_set(e, rc, "%s", why.text) : RC_OK;
}

int year_files_replace(struct web_call *c, const struct year_work *w, const struct year_file_in *files, int n, const char *action, struct err *e) {
  struct replacing x = {.c = c, .w = *w, .v = files, .n = n, .action = action};
  return db_tx(web_db(c), replace, &x, e);
}

int year_files_new(struct web_call *c, const struct year_work *like, const struct year_file_in *files, int n, const char *state, int64_t *id,
                   struct err *e) {
  struct importing x = {.c = c, .v = files, .n = n, .state = state, .path = like->org};
  int rc = DB_ONE(web_db(c), year_org_of, &x.org, e, db_int(web_user(c)->tenant), db_int(like->id));
  if (rc >= 0) rc = db_tx(web_db(c), import, &x, e);
  *id = x.id;
  return rc;
}

int year_upload_post(struct web_call *c, struct err *e) {
  struct year_work w;
  struct taken *t = calloc(1, sizeof *t);
  int rc = t ? year_work_read(c, web_int(c, "id"), &w, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = take_all(c, t, e);
  if (rc == RC_OK) rc = files_allowed(c, &w, t, e);
  if (rc == RC_OK) rc = year_files_replace(c, &w, t->v, t->n, "year.upload", e);
  taken_free(t);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)w.id);
}

/* ---- out ---- */
static int zip_put(void *context, struct sv path, struct sv body, struct err *e) {
  return archive_put(context, path, body, e);
}

static int version_put(struct web_call *c, struct archive_out *o, int64_t step, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), year_version_files, &s, e, db_int(web_user(c)->tenant), db_int(step));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if ((rc = archive_put(o, db_col_text(s, 0), db_col_text(s, 1), e)) < 0) db_reset(s);
  }
  return rc < 0 ? rc : RC_OK;
}

static int zip_write(struct web_call *c, const struct year_work *w, const char *file, struct err *e) {
  struct archive_out *o = NULL;
  struct db_statement *s;
  int64_t step = web_int(c, "step");
  int rc = RC_OK;
  if (step) {
    if ((rc = DB_ROWS(web_db(c), year_step_get, &s, e, db_int(web_user(c)->tenant), db_int(w->id), db_int(step))) < 0 || (rc = db_step(s, e)) < 0)
      return rc;
    if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有这一版", "there is no such version"));
    db_reset(s);
  }
  if ((rc = archive_begin(file, &o, e)) < 0) return rc;
  rc = step ? version_put(c, o, step, e) : store_each(web_db(c), web_user(c)->tenant, w->id, zip_put, o, e);
  if (rc == RC_OK) return archive_end(o, e);
  archive_drop(o);
  return rc;
}

int year_zip_get(struct web_call *c, struct err *e) {
  struct year_work w;
  char scratch[CHILD_PATH], file[PATH_SIZE], name[100];
  unsigned char *data;
  size_t size;
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc == RC_OK) rc = child_folder(scratch, "heng-year", e);
  if (rc < 0) return rc;
  snprintf(file, sizeof file, "%s/workspace.zip", scratch);
  snprintf(name, sizeof name, "attachment; filename=\"budget-%lld.zip\"", (long long)w.year);
  db_read_begin(web_db(c));
  rc = zip_write(c, &w, file, e);
  db_read_end(web_db(c));
  if (rc == RC_OK) rc = file_read(file, FILE_BYTES, &data, &size, e);
  child_folder_remove(scratch);
  if (rc < 0) return rc;
  buf_add(web_out(c), data, size);
  free(data);
  web_type(c, "application/zip");
  web_header_set(c, "Content-Disposition", name);
  return RC_OK;
}

/* ---- the sample ---- */
struct sampling {
  struct taken *t;
  int64_t tenant, org, id;
  char path[512];
};

static int sample(struct db *d, void *context, struct err *e) {
  struct sampling *x = context;
  return store_new(d, x->tenant, x->org, x->path, 0, x->t->v, x->t->n, "公开", &x->id, e);
}

static int folder_take(struct taken *t, struct arena *a, const char *folder, const char *within, int depth, struct err *e);

static int entry_take(struct taken *t, struct arena *a, const char *folder, const char *name, int depth, struct err *e) {
  struct stat st;
  const char *full = arena_printf(a, "%s/%s", folder, name);
  size_t size;
  if (!full) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (lstat(full, &st) != 0) return RC_OK; /* gone meanwhile */
  if (S_ISDIR(st.st_mode)) return depth < 4 ? folder_take(t, a, folder, name, depth + 1, e) : RC_OK;
  if (!S_ISREG(st.st_mode) || t->n == FILES_MOST) return RC_OK;
  int rc = file_read(full, FILE_BYTES, &t->data[t->n], &size, e);
  if (rc < 0) return rc;
  t->v[t->n] = (struct year_file_in){sv_from(name), {(const char *)t->data[t->n], size}};
  t->n++;
  return RC_OK;
}

static int folder_take(struct taken *t, struct arena *a, const char *folder, const char *within, int depth, struct err *e) {
  const char *full = *within ? arena_printf(a, "%s/%s", folder, within) : folder;
  DIR *d = full ? opendir(full) : NULL;
  struct dirent *entry;
  int rc = d ? RC_OK : err_set(e, RC_IO, "%s: %s", full ? full : folder, tr("打不开", "cannot be opened"));
  while (rc == RC_OK && (entry = readdir(d))) {
    if (entry->d_name[0] == '.') continue;
    const char *name = arena_printf(a, "%s%s%s", within, *within ? "/" : "", entry->d_name);
    rc = name ? entry_take(t, a, folder, name, depth, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  if (d) closedir(d);
  return rc;
}

int year_sample(struct db *d, int64_t tenant, const char *folder, struct err *e) {
  struct arena a;
  struct db_statement *s;
  struct sampling x = {.t = calloc(1, sizeof *x.t), .tenant = tenant};
  arena_init(&a, 1 << 20);
  int rc = x.t ? DB_ROWS(d, year_workspace_list, &s, e, db_int(tenant)) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  bool there = rc == RC_OK && (rc = db_step(s, e)) == 1;
  if (there) db_reset(s);
  if (rc == 0 && (rc = DB_ROWS(d, year_orgs, &s, e, db_int(tenant))) == RC_OK && (rc = db_step(s, e)) == 1) {
    x.org = db_col_int(s, 0);
    snprintf(x.path, sizeof x.path, "%.*s", SV_ARG(db_col_text(s, 1)));
    db_reset(s);
    rc = folder_take(x.t, &a, folder, "", 0, e);
    if (rc == RC_OK) rc = db_tx(d, sample, &x, e);
  }
  taken_free(x.t);
  arena_release(&a);
  return rc < 0 ? rc : RC_OK;
}
