/* internal.h: what the files of the public site share. */
#ifndef HENG_ROOMS_PORTAL_INTERNAL_H
#define HENG_ROOMS_PORTAL_INTERNAL_H

#include "base/option.h"
#include "portal_sql.h"
#include "rooms/admin/people.h"
#include "rooms/portal/portal.h"

enum { FILES_MOST = 400, NAME_MOST = 120, PATH_SIZE = 2400, ORG_SIZE = 512, TOTALS_MOST = 64 };

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
struct package_file {
  char name[NAME_MOST + 1], sha256[65];
  int64_t bytes;
};
struct package {
  char name[65], title[401], body[301], kind[40], of_version[81], sha256[65];
  int year, files, ntotals;
  struct package_total totals[TOTALS_MOST]; /* spending by the first three digits of the function */
  int64_t spending, income;                 /* 分 */
  bool has_income;
  struct package_file file[FILES_MOST]; /* in the order of names */
};
/* Reads the folder, checks it and moves a copy of it to its place by its hash (nothing happens when it is there). */
int package_take(const char *folder, struct package *out, struct err *e) MUST_CHECK;
/* The same from a zip archive. */
int package_take_zip(const char *zip, const char *temporary, struct package *out, struct err *e) MUST_CHECK;
/* A file of a package: its full path when the name may be asked for and is there; its type. */
bool package_file(const char *sha256, struct sv name, char path[PATH_SIZE], const char **type);
/* RC_OK when the file is still what its hash says. */
int package_check(const char *sha256, const char *name, const char *expected, struct err *e) MUST_CHECK;
const char *file_type(struct sv name); /* NULL: such files are not published */
/* A name within a package: up to three segments of letters, digits, . _ -; never hidden, never up. */
bool name_allowed(struct sv name);

/* ---- series.c: from memory; `data` is changed while it is read ---- */
int package_identity(struct sv json, struct package *p, struct err *e) MUST_CHECK;
int package_spending(char *data, size_t n, struct package *p, struct err *e) MUST_CHECK; /* after the identity: only lines of its year and version */
int package_income(char *data, size_t n, struct package *p, struct err *e) MUST_CHECK;
int package_labels(char *data, size_t n, struct package *p, struct err *e) MUST_CHECK; /* after the spending */

/* ---- store.c ---- */
int book_enter(struct db *d, int64_t tenant, const char *org, int64_t by, const char *by_name, const struct package *p, struct sv reason, int64_t *id,
               struct err *e) MUST_CHECK;
int book_owner_of(struct db *d, int64_t tenant, const char *name, char org[ORG_SIZE], struct err *e) MUST_CHECK;
int book_put_out(struct db *d, int64_t tenant, int64_t id, int64_t by, struct err *e) MUST_CHECK; /* RC_CONFLICT: no draft; RC_USAGE: one's own */
int book_take_back(struct db *d, int64_t tenant, int64_t id, struct sv reason, struct err *e) MUST_CHECK;
int book_send_back(struct db *d, int64_t tenant, int64_t id, struct sv reason, struct err *e) MUST_CHECK;

/* ---- fiscal.c: the Fiscal Data Package of a package, from its own datapackage.json ---- */
int fiscal_make(struct sv json, const struct package *p, struct buf *out, struct err *e) MUST_CHECK;

/* ---- handlers ---- */
#define SHORTLY "public, max-age=300"
/* The file that the field "path" names, with a policy under which it can run nothing. */
int package_send(struct web_call *c, const char *package, const char *cache, struct err *e) MUST_CHECK;
const char *what_text(struct sv what);
int public_same(struct web_call *c); /* sets the ETag of what was written; answers 304 when it is known already */
int public_index(struct web_call *c, struct err *e);
int public_file(struct web_call *c, struct err *e);
int public_version_file(struct web_call *c, struct err *e);
int public_record(struct web_call *c, struct err *e);
int public_feed(struct web_call *c, struct err *e);
int public_sitemap(struct web_call *c, struct err *e);
int public_robots(struct web_call *c, struct err *e);
int books_page(struct web_call *c, struct err *e);
int book_page(struct web_call *c, struct err *e);
int book_file(struct web_call *c, struct err *e);
int book_upload_post(struct web_call *c, struct err *e);
int book_publish_post(struct web_call *c, struct err *e);
int book_withdraw_post(struct web_call *c, struct err *e);
int book_refuse_post(struct web_call *c, struct err *e);

#endif
