/* files.c: a workspace's files in and out: as they come from `heng book`, from Excel, from units that never sign in. */
#include "document/archive.h"
#include "document/child.h"
#include "rooms/year/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* Takes `data` over, also when it fails. */
static int own(struct year_files *f, struct sv path, char *data, size_t size, struct err *e) {
  char *name = malloc(path.n + 1);
  struct year_file_in in = {{name, path.n}, {data, size}};
  if (name) {
    memcpy(name, path.p, path.n);
    name[path.n] = 0;
  }
  if (name && data && VEC_PUSH(f, in, FILES_MOST) == RC_OK) return RC_OK;
  free(name);
  free(data);
  return name && data ? err_set(e, RC_LIMIT, tr("最多 %d 个文件", "at most %d files"), FILES_MOST) : no_memory(e);
}

int year_files_add(struct year_files *f, struct sv path, struct sv body, struct err *e) {
  char *data = malloc(body.n + 1);
  if (data) {
    memcpy(data, body.p ? body.p : "", body.n);
    data[body.n] = 0;
  }
  return own(f, path, data, body.n, e);
}

static int take(struct year_files *f, struct sv path, const char *from, struct err *e) {
  unsigned char *data;
  size_t size;
  int rc = file_read(from, FILE_BYTES, &data, &size, e);
  return rc < 0 ? rc : own(f, path, (char *)data, size, e);
}

void year_files_free(struct year_files *f) {
  for (size_t i = 0; i < f->n; i++) {
    free((void *)(uintptr_t)f->v[i].path.p);
    free((void *)(uintptr_t)f->v[i].body.p);
  }
  free(f->v);
  *f = (struct year_files){0};
}

int year_files_folder(struct year_files *f, const char *folder, const char *within, int depth, struct err *e) {
  char full[PATH_SIZE], name[1000];
  snprintf(full, sizeof full, "%.1300s%s%.900s", folder, *within ? "/" : "", within);
  DIR *d = opendir(full);
  struct dirent *entry;
  int rc = d ? RC_OK : err_set(e, RC_IO, "%s: %s", full, err_system(errno));
  while (rc == RC_OK && (entry = readdir(d))) {
    struct stat st;
    int n = snprintf(name, sizeof name, "%s%s%s", within, *within ? "/" : "", entry->d_name);
    if (entry->d_name[0] == '.') continue;
    if (n >= (int)sizeof name) rc = err_set(e, RC_LIMIT, "%s", tr("文件名太长", "a name is too long"));
    snprintf(full, sizeof full, "%.1300s/%s", folder, name);
    if (rc < 0 || lstat(full, &st) != 0) continue; /* gone meanwhile */
    if (S_ISDIR(st.st_mode) && depth < 4) rc = year_files_folder(f, folder, name, depth + 1, e);
    if (S_ISREG(st.st_mode)) rc = take(f, sv_from(name), full, e);
  }
  if (d) closedir(d);
  return rc;
}

/* The folder of an archive that datapackage.json stands in, with its slash: no part of the names. Empty: none. */
static struct sv common_folder(struct archive *a) {
  for (int i = 0; i < archive_count(a); i++) {
    struct sv name = archive_name(a, i);
    size_t n = name.n - (name.n < strlen("datapackage.json") ? name.n : strlen("datapackage.json"));
    if (!archive_is_folder(a, i) && !sv_starts(name, "__MACOSX/") && sv_ends(name, "datapackage.json") && (n == 0 || name.p[n - 1] == '/'))
      return (struct sv){name.p, n};
  }
  return SV("");
}

static int take_archive(struct year_files *f, const char *zip, struct err *e) {
  struct archive *a;
  int rc = archive_open(zip, 2 * FILES_MOST, INT64_C(512) << 20, &a, e);
  if (rc < 0) return rc;
  struct sv folder = common_folder(a);
  for (int i = 0; rc == RC_OK && i < archive_count(a); i++) {
    struct sv name = archive_name(a, i);
    char path[PATH_SIZE], sha256[65];
    int64_t size;
    if (archive_is_folder(a, i) || sv_starts(name, "__MACOSX/") || sv_ends(name, ".DS_Store")) continue;
    if (name.n <= folder.n || memcmp(name.p, folder.p, folder.n) != 0) continue; /* beside the workspace */
    snprintf(path, sizeof path, "%.2000s.%d", zip, i);
    rc = archive_extract(a, i, path, FILE_BYTES, &size, sha256, e);
    if (rc == RC_OK) rc = take(f, (struct sv){name.p + folder.n, name.n - folder.n}, path, e);
    unlink(path);
  }
  archive_close(a);
  return rc;
}

static int take_all(struct web_call *c, struct year_files *f, struct err *e) {
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < web_count(c, "files"); i++) {
    const struct web_file *in = web_file_at(c, "files", i);
    if (in->size == 0) continue;
    rc = sv_ends(in->name, ".zip") || sv_ends(in->name, ".ZIP") ? take_archive(f, in->path, e) : take(f, in->name, in->path, e);
  }
  return rc == RC_OK && f->n == 0 ? err_set(e, RC_USAGE, "%s", tr("没有文件", "no files")) : rc;
}

/* ---- a new workspace ---- */
struct importing {
  struct web_call *c;
  const struct year_files *files;
  int64_t org, id;
  const char *path, *state;
};

static int import(struct db *d, void *context, struct err *e) {
  struct importing *x = context;
  const struct web_user *u = web_user(x->c);
  char object[48], after[100];
  int rc = store_new(d, u->tenant, x->org, x->path, u->id, x->files->v, (int)x->files->n, x->state, &x->id, e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "year:%lld", (long long)x->id);
  snprintf(after, sizeof after, "%zu, %.60s", x->files->n, x->state);
  return people_log(x->c, &(struct audit_entry){.action = "year.import", .object = object, .after = sv_from(after)}, e);
}

bool year_may_begin(const struct web_call *c, const char *state, const char *org) {
  const struct year_state *s = year_state_named(&year_now()->plan, state);
  return s && s->edit && web_may_at(c, s->edit, org);
}

int year_import_post(struct web_call *c, struct err *e) {
  struct year_files files = {0};
  struct importing x = {.c = c, .files = &files, .org = web_int(c, "org"), .state = year_text(c, web_text(c, "state")), .path = ""};
  int rc = people_org_path(c, "year.enter", x.org, &x.path, e);
  if (rc < 0) return rc;
  if (!year_may_begin(c, x.state, x.path))
    return err_set(
        e, RC_USAGE, "%s",
        tr("只能装入成您能编辑的状态：后面的状态要由各岗走到", "only a state that you may edit: those after it are reached by each one's step"));
  rc = take_all(c, &files, e);
  if (rc == RC_OK) rc = db_tx(web_db(c), import, &x, e);
  year_files_free(&files);
  return rc < 0 ? rc : web_redirect(c, "/year/%lld?done=1", (long long)x.id);
}

int year_files_new(struct web_call *c, const struct year_work *like, const struct year_files *files, const char *state, int64_t *id, struct err *e) {
  struct importing x = {.c = c, .files = files, .state = state, .path = like->org};
  int rc = DB_ONE(web_db(c), year_org_of, &x.org, e, db_int(web_user(c)->tenant), db_int(like->id));
  if (rc >= 0) rc = db_tx(web_db(c), import, &x, e);
  *id = x.id;
  return rc;
}

/* ---- files that replace what is there ---- */
struct replacing {
  struct web_call *c;
  const struct year_work *w;
  const struct year_files *files;
  const char *action;
  bool strict;
};

/* A sheet that is not this user's to change in this state: unchanged it passes, else it is refused, or left as it is. */
static int replace_one(struct db *d, const struct replacing *x, const struct year_file_in *f, int64_t head, int *n, int64_t *changed, struct err *e) {
  const struct web_user *u = web_user(x->c);
  bool may = year_may_edit(x->c, x->w, store_sheet_of(f->path));
  if (!may && !x->strict) return RC_OK;
  int64_t before = *changed;
  int rc = store_replace(d, u->tenant, x->w->id, (struct year_who){u->id, u->name}, head, f, n, changed, e);
  if (rc == RC_OK && !may && *changed > before)
    return err_set(e, RC_CONFLICT, tr("“%s”时您不能改 %.*s", "in state \"%s\" %.*s is not yours to change"), x->w->state, SV_ARG(f->path));
  return rc;
}

static int replace(struct db *d, void *context, struct err *e) {
  const struct replacing *x = context;
  int64_t tenant = web_user(x->c)->tenant, head, changed = 0;
  char state[64], object[48], after[80];
  int n = 0, rc = store_hold(d, tenant, x->w->id, &head, state, e);
  if (rc == RC_OK && strcmp(state, x->w->state) != 0)
    rc = err_set(e, RC_CONFLICT, "%s", tr("工作区的状态变了，请刷新", "the state has changed: reload"));
  for (size_t i = 0; rc == RC_OK && i < x->files->n; i++) rc = replace_one(d, x, &x->files->v[i], head, &n, &changed, e);
  if (rc == RC_OK) rc = check_queue(d, tenant, x->w->id, e);
  if (rc < 0) return rc;
  snprintf(object, sizeof object, "year:%lld", (long long)x->w->id);
  snprintf(after, sizeof after, "%zu, %lld", x->files->n, (long long)changed);
  return people_log(x->c, &(struct audit_entry){.action = x->action, .object = object, .after = sv_from(after)}, e);
}

int year_files_replace(struct web_call *c, const struct year_work *w, const struct year_files *files, bool strict, const char *action,
                       struct err *e) {
  struct replacing x = {c, w, files, action, strict};
  if (!year_may_edit(c, w, "budget-lines") && !year_may_edit(c, w, "ceilings"))
    return err_set(e, RC_CONFLICT, tr("“%s”时您不能改数据", "in state \"%s\" the data are not yours to change"), w->state);
  int rc = store_files_check(files->v, (int)files->n, false, e);
  return rc < 0 ? rc : db_tx(web_db(c), replace, &x, e);
}

int year_upload_post(struct web_call *c, struct err *e) {
  struct year_work w;
  struct year_files files = {0};
  int rc = year_work_read(c, web_int(c, "id"), &w, e);
  if (rc == RC_OK) rc = take_all(c, &files, e);
  if (rc == RC_OK) rc = year_files_replace(c, &w, &files, true, "year.upload", e);
  year_files_free(&files);
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
  struct year_files files;
  int64_t tenant, org, id;
  char path[512];
};

static int sample(struct db *d, void *context, struct err *e) {
  struct sampling *x = context;
  return store_new(d, x->tenant, x->org, x->path, 0, x->files.v, (int)x->files.n, "公开", &x->id, e);
}

int year_sample(struct db *d, int64_t tenant, const char *folder, struct err *e) {
  struct db_statement *s;
  struct sampling x = {.tenant = tenant};
  int rc = DB_ROWS(d, year_workspace_list, &s, e, db_int(tenant));
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 1) {
    db_reset(s);
    return RC_OK; /* there is one already */
  }
  if ((rc = DB_ROWS(d, year_first_org, &s, e, db_int(tenant))) < 0 || (rc = db_step(s, e)) <= 0) return rc;
  x.org = db_col_int(s, 0);
  snprintf(x.path, sizeof x.path, "%.*s", SV_ARG(db_col_text(s, 1)));
  db_reset(s);
  rc = year_files_folder(&x.files, folder, "", 0, e);
  if (rc == RC_OK) rc = db_tx(d, sample, &x, e);
  year_files_free(&x.files);
  return rc;
}
