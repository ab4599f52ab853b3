/* compare.c: this year's book beside another of the same body: heng compare in a confined child, shown as the page it writes. */
#include "rooms/desk/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The page is made from two strangers' files: it may show itself and do nothing. */
#define PAGE_POLICY                                                                                                                                  \
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"

static int name_it(const char *scratch, const char *name, const struct desk_document *d, char out[64], char file[PATH_SIZE], struct err *e) {
  char link[PATH_SIZE + 80];
  snprintf(out, 64, "%s.%.20s", name, strcmp(d->format, "text") == 0 ? "txt" : *d->format ? d->format : "bin");
  snprintf(link, sizeof link, "%s/%s", scratch, out);
  return symlink(desk_file(file, d->sha256), link) == 0 ? RC_OK : err_set(e, RC_IO, "%s", err_system(errno));
}

static int compare(const struct desk_document *old, const struct desk_document *new, const char *scratch, const char *to, struct err *e) {
  char old_name[64], new_name[64], old_file[PATH_SIZE], new_file[PATH_SIZE], from[PATH_SIZE + 16];
  struct engine_end end;
  unsigned char *data;
  size_t size;
  int rc = name_it(scratch, "old", old, old_name, old_file, e);
  if (rc == RC_OK) rc = name_it(scratch, "new", new, new_name, new_file, e);
  if (rc < 0) return rc;
  const char *const files[] = {old_file, new_file, NULL};
  const char *const words[] = {"--lang", lang_get() == LANG_EN ? "en" : "zh", "compare", old_name, new_name, "--format", "html", "-o", "compare.html",
                               NULL};
  if ((rc = engine_run(scratch, files, words, 120, &end, e)) < 0) return rc;
  if (!end.well) return err_set(e, RC_LIMIT, "%s", end.why);
  snprintf(from, sizeof from, "%s/compare.html", scratch);
  if ((rc = file_read(from, (size_t)64 << 20, &data, &size, e)) < 0)
    return err_set(e, RC_USAGE, "%s",
                   tr("这两份文件不能比：有一份没有认出预决算表", "these two cannot be compared: tables of one were not recognised"));
  rc = file_replace(to, data, size, e);
  free(data);
  return rc;
}

int document_compare(struct web_call *c, struct err *e) {
  struct desk_document old, new;
  char scratch[PATH_SIZE], file[PATH_SIZE], kept[PATH_SIZE + 160];
  int rc = desk_document_read(c, "audit.read", web_int(c, "id"), &new, e);
  if (rc == RC_OK) rc = desk_document_read(c, "audit.read", web_int(c, "with"), &old, e);
  if (rc < 0) return rc;
  snprintf(kept, sizeof kept, "%s.%s.%s.compare-%.64s", desk_file(file, new.sha256), HENG_VERSION, lang_get() == LANG_EN ? "en" : "zh", old.sha256);
  if (access(kept, R_OK) != 0) {
    db_read_end(web_db(c));
    if ((rc = engine_scratch(scratch, e)) < 0) return rc;
    rc = compare(&old, &new, scratch, kept, e);
    engine_clean(scratch);
    if (rc < 0) return rc;
  }
  web_header_set(c, "Content-Security-Policy", PAGE_POLICY);
  return web_send_file(c, kept, "text/html; charset=utf-8", NULL, e);
}
