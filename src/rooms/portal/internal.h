/* internal.h: what the files of the public site share. */
#ifndef HENG_ROOMS_PORTAL_INTERNAL_H
#define HENG_ROOMS_PORTAL_INTERNAL_H

#include "portal_sql.h"
#include "rooms/admin/people.h"
#include "rooms/portal/portal.h"

enum { FILES_MOST = 400, PATH_SIZE = 2400, TOTALS_MOST = 64 };

struct portal {
  struct portal_config config;
  char folder[2200]; /* of published packages, by their hash */
};
const struct portal *portal_now(void);

/* ---- package.c: a folder that `heng book publish` wrote, taken in only when it is what it should be ---- */
struct package_total {
  char code[8], label[200];
  int64_t amount; /* 分 */
};
struct package {
  char name[65], title[401], body[301], kind[40], sha256[65];
  int year, files, ntotals;
  struct package_total totals[TOTALS_MOST]; /* spending by the first three digits of the function */
};
/* Reads the folder, checks it and moves a copy of it to its place by its hash (nothing happens when it is there). */
int package_take(const char *folder, struct package *out, struct err *e) MUST_CHECK;
/* The same from a zip archive. */
int package_take_zip(const char *zip, const char *temporary, struct package *out, struct err *e) MUST_CHECK;
/* A file of a package: its full path when the name may be asked for and is there; its type. */
bool package_file(const char *sha256, struct sv name, char path[PATH_SIZE], const char **type);
const char *file_type(struct sv name); /* NULL: such files are not published */
/* A name within a package: up to three segments of letters, digits, . _ -; never hidden, never up. */
bool name_allowed(struct sv name);

/* ---- store.c ---- */
int book_enter(struct db *d, int64_t tenant, const char *org, int64_t by, const char *by_name, const struct package *p, struct sv reason, int64_t *id,
               struct err *e) MUST_CHECK;
int book_put_out(struct db *d, int64_t tenant, int64_t id, int64_t by, struct err *e) MUST_CHECK; /* RC_CONFLICT: no draft; RC_USAGE: one's own */
int book_take_back(struct db *d, int64_t tenant, int64_t id, struct sv reason, struct err *e) MUST_CHECK;

/* ---- handlers ---- */
int public_index(struct web_call *c, struct err *e);
int public_file(struct web_call *c, struct err *e);
int public_version_file(struct web_call *c, struct err *e);
int public_record(struct web_call *c, struct err *e);
int public_feed(struct web_call *c, struct err *e);
int public_sitemap(struct web_call *c, struct err *e);
int public_robots(struct web_call *c, struct err *e);
int books_page(struct web_call *c, struct err *e);
int book_page(struct web_call *c, struct err *e);
int book_upload_post(struct web_call *c, struct err *e);
int book_publish_post(struct web_call *c, struct err *e);
int book_withdraw_post(struct web_call *c, struct err *e);

#endif
