/* upload.c: files dropped in the browser, singly or as archives, become documents that wait for their audit. */
#include "document/archive.h"
#include "rooms/desk/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct item {
  const char *name, *sha256;
  int64_t size, id;
};

struct upload {
  struct web_call *c;
  int64_t org, batch;
  char path[512], name[201];
  VEC(struct item) items;
  int64_t *queue;
  int nqueue;
};

static int upload_show(struct web_call *c, const char *error, struct err *e) {
  struct buf *out = web_out(c);
  const char **orgs;
  char own[24];
  int norgs, rc = people_org_choices(c, "audit.upload", &orgs, &norgs, e);
  if (rc < 0) return rc;
  const struct ui_link crumbs[] = {{"/audit", tr("审核", "Audit"), NULL, false}};
  struct ui_page p = {.title = tr("上传文件审核", "Upload files to audit"), .crumbs = crumbs, .ncrumbs = 1, .error = error};
  snprintf(own, sizeof own, "%lld", (long long)web_user(c)->org_id);
  people_page(c, &p);
  ui_form(out, "/audit/upload", web_user(c)->csrf, true);
  ui_field(out, &(struct ui_field){.kind = UI_FILE,
                                   .name = "files",
                                   .label = tr("文件（可拖放；多个，或一个 zip）", "Files (drop them here; several, or one zip)"),
                                   .required = true,
                                   .many = true,
                                   .accept = ".pdf,.xlsx,.xls,.docx,.doc,.html,.htm,.txt,.zip",
                                   .help = tr("PDF、Excel、Word、网页；每个不超过 100 MB", "PDF, Excel, Word, web pages; each up to 100 MB")});
  ui_field(out, &(struct ui_field){.kind = UI_CHOICE,
                                   .name = "org",
                                   .label = tr("归属单位", "Organisation"),
                                   .choices = orgs,
                                   .value = own,
                                   .required = true,
                                   .help = tr("只有这个单位和上级的人看得到", "seen by this organisation and those above it only")});
  ui_field(out, &(struct ui_field){
                    .kind = UI_LINE, .name = "name", .label = tr("批次名称", "Name of the batch"), .max = 60, .help = tr("可不填", "optional")});
  ui_button(out, tr("上传并审核", "Upload and audit"), "primary", NULL, NULL);
  ui_form_end(out);
  people_page_end(c, &p);
  return RC_OK;
}

int upload_page(struct web_call *c, struct err *e) {
  return upload_show(c, NULL, e);
}

static int item_add(struct upload *u, const char *name, const char *sha256, int64_t size, struct err *e) {
  const char *kept_name = kept_text(u->c, sv_from(name)), *kept_sha = kept_text(u->c, sv_from(sha256));
  struct item x = {kept_name, kept_sha, size, 0};
  return VEC_PUSH(&u->items, x, ZIP_FILES_MOST) < 0 ? err_set(e, RC_LIMIT, tr("一次不超过 %d 个文件", "%d files at most at once"), ZIP_FILES_MOST)
                                                    : RC_OK;
}

/* What an archive of a Mac or of Windows brings along is nobody's document. */
static bool is_litter(struct sv name) {
  return sv_contains(name, "__MACOSX/") || sv_ends(name, ".DS_Store") || sv_ends(name, "Thumbs.db") || sv_contains(name, "/._");
}

static int take_archive(struct upload *u, const struct web_file *f, struct err *e) {
  struct archive *a;
  int rc = archive_open(f->path, ZIP_FILES_MOST, INT64_C(2) << 30, &a, e);
  if (rc < 0) return rc;
  for (int i = 0; rc == RC_OK && i < archive_count(a); i++) {
    struct sv name = archive_name(a, i);
    char path[PATH_SIZE], sha256[65];
    int64_t size = 0;
    if (archive_is_folder(a, i) || is_litter(name)) continue;
    snprintf(path, sizeof path, "%s.%d", f->path, i);
    rc = archive_extract(a, i, path, (int64_t)FILE_MOST_MB << 20, &size, sha256, e);
    if (rc < 0) break;
    if (size > 0) rc = keep_file(path, sha256, e);
    unlink(path); /* kept already, or the same as one that is */
    size_t slash = name.n;
    while (slash > 0 && name.p[slash - 1] != '/') slash--;
    struct sv last = {name.p + slash, name.n - slash};
    for (size_t k = 0; k < last.n; k++)
      if ((unsigned char)last.p[k] < 0x20) last = SV("file");
    if (rc == RC_OK && size > 0) rc = item_add(u, kept_text(u->c, last.n && last.n <= 400 ? last : SV("file")), sha256, size, e);
  }
  archive_close(a);
  return rc;
}

static int take_files(struct upload *u, struct err *e) {
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < web_count(u->c, "files"); i++) {
    const struct web_file *f = web_file_at(u->c, "files", i);
    if (f->size == 0) continue;
    if (sv_ends(f->name, ".zip") || sv_ends(f->name, ".ZIP")) {
      rc = take_archive(u, f, e);
    } else {
      rc = keep_file(f->path, f->sha256, e);
      if (rc == RC_OK) rc = item_add(u, kept_text(u->c, f->name), f->sha256, f->size, e);
    }
  }
  if (rc == RC_OK && u->items.n == 0) rc = err_set(e, RC_USAGE, "%s", tr("没有可审核的文件", "there is no file to audit"));
  return rc;
}

/* Files first, then rows: when this is rolled back, a file without a row is left, which costs room and nothing else. */
static int rows_add(struct db *d, void *context, struct err *e) {
  struct upload *u = context;
  const struct web_user *who = web_user(u->c);
  u->batch = db_id();
  u->nqueue = 0;
  int64_t n = DB_RUN(d, batch_add, e, db_int(who->tenant), db_int(u->batch), db_int(u->org), db_str(u->path), db_str(u->name), db_int(who->id),
                     db_str(who->name), db_int(db_now()));
  for (size_t i = 0; n >= 0 && i < u->items.n; i++) {
    struct item *x = &u->items.v[i];
    x->id = db_id();
    n = DB_RUN(d, document_add, e, db_int(who->tenant), db_int(x->id), db_int(u->batch), db_str(u->path), db_str(x->name), db_str(x->sha256),
               db_int(x->size), db_str("queued"), db_int(who->id), db_str(who->name), db_int(db_now()));
    u->queue[u->nqueue++] = x->id;
  }
  if (n < 0) return (int)n;
  int rc = desk_queue(d, who->tenant, u->queue, u->nqueue, e);
  if (rc < 0) return rc;
  char object[40], after[300];
  snprintf(object, sizeof object, "batch:%lld", (long long)u->batch);
  snprintf(after, sizeof after, "%zu, %.200s", u->items.n, u->path);
  return people_log(u->c, &(struct audit_entry){.action = "document.upload", .object = object, .after = sv_from(after)}, e);
}

/* The same file in sight already: its page, instead of a second audit. */
static int same_already(struct upload *u, int64_t *document, struct err *e) {
  struct db_statement *s;
  *document = 0;
  if (u->items.n != 1) return RC_OK;
  int rc = DB_ROWS(web_db(u->c), document_same, &s, e, db_int(web_user(u->c)->tenant), db_str(u->items.v[0].sha256));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (web_may_at(u->c, "audit.read", kept_text(u->c, db_col_text(s, 1))) && sv_is(db_col_text(s, 1), u->path)) *document = db_col_int(s, 0);
  return rc;
}

int upload_post(struct web_call *c, struct err *e) {
  struct upload u = {.c = c, .org = web_int(c, "org")};
  const char *path;
  struct err why = {0};
  int64_t same = 0;
  int rc = people_org_path(c, "audit.upload", u.org, &path, e);
  if (rc < 0) return rc;
  snprintf(u.path, sizeof u.path, "%s", path);
  snprintf(u.name, sizeof u.name, "%.*s", SV_ARG(web_text(c, "name")));
  rc = take_files(&u, &why);
  if (rc == RC_OK) rc = same_already(&u, &same, &why);
  if (rc == RC_OK && !same) {
    u.queue = ARENA_ARRAY(web_arena(c), int64_t, u.items.n);
    rc = u.queue ? db_tx(web_db(c), rows_add, &u, &why) : RC_NOMEM;
  }
  size_t taken = u.items.n;
  free(u.items.v);
  if (rc == RC_USAGE || rc == RC_FORMAT || rc == RC_LIMIT) {
    web_status(c, rc == RC_LIMIT ? 413 : 400);
    return upload_show(c, why.text, e);
  }
  if (rc < 0) return err_set(e, why.code ? why.code : RC_NOMEM, "%s", why.text);
  web_metric_add("heng_documents_uploaded_total", (int64_t)taken);
  return same ? web_redirect(c, "/audit/documents/%lld?same=1", (long long)same) : web_redirect(c, "/audit/batches/%lld", (long long)u.batch);
}
