/* portal.h: the public site: published books under /public/, without signing in. docs/portal.md. */
#ifndef HENG_ROOMS_PORTAL_H
#define HENG_ROOMS_PORTAL_H

#include "db/migrate.h"
#include "http/web.h"

extern const struct web_room portal_web;
extern const struct db_room portal_db;
extern const struct room portal_room; /* heng portal … */

struct portal_config {
  const char *data_folder; /* published files are kept below it */
  const char *site;        /* "https://…" for feeds; NULL: relative */
  const char *title;
};
int portal_start(const struct portal_config *config, struct err *e) MUST_CHECK;
void portal_stop(void);
/* Publishes the sample book from a folder that `heng book publish` wrote. */
int portal_sample(struct db *d, const char *folder, struct err *e) MUST_CHECK;

/* A folder that `heng book publish` wrote, entered for `org` as a draft that waits for another's decision to publish it. Its number in *id. */
int portal_enter(struct web_call *c, const char *org, const char *folder, const char *reason, int64_t *id, struct err *e) MUST_CHECK;

struct portal_waiting {
  int64_t to_approve; /* books entered and not published yet */
};
int portal_waiting_count(struct web_call *c, struct portal_waiting *out, struct err *e) MUST_CHECK;

#endif
