/* people.h: who may do what: organisations, users, roles, sessions, API tokens; the audit log. docs/people.md. */
#ifndef HENG_ROOMS_ADMIN_PEOPLE_H
#define HENG_ROOMS_ADMIN_PEOPLE_H

#include "db/migrate.h"
#include "html/ui.h"
#include "http/web.h"

extern const struct web_room admin_web;
extern const struct db_room admin_db;
extern const struct room admin_room; /* heng admin … */

struct people; /* what the room keeps while serving: configuration, the gate of password hashing */
struct people_config {
  const char *site_name;               /* on every page */
  const struct web_room *const *rooms; /* for navigation and permissions */
  int nrooms;
  bool secure;
  const char *site;                                    /* "https://heng.example": where the provider sends people back to */
  const char *oidc_issuer, *oidc_client, *oidc_secret; /* OpenID Connect; NULL: none */
  const char *secret;                                  /* 64 hex digits, from a file of mode 0600: key of TOTP secrets and session hashes */
};
int people_start(const struct people_config *config, struct people **out, struct err *e) MUST_CHECK;
void people_stop(struct people *p);
struct web_hooks people_hooks(struct people *p);

/* The sample: tenant 1, organisations, one account a role (entry, review, approve, system, security, auditor, reader, foreign), password
 * heng-Sample-2026. Says what it made into `told`. Refuses a database that has users. */
int people_sample(struct db *d, struct buf *told, struct err *e) MUST_CHECK;
#define PEOPLE_SAMPLE_PASSWORD "heng-Sample-2026"
#define PEOPLE_TENANT          1 /* of those not signed in: one bureau a database until a host name tells another */

/* Sessions that ended and failures long past are deleted. */
int people_forget_old(struct db *d, int64_t tenant, struct err *e) MUST_CHECK;

/* A page of the frame: title, crumbs and notices by the caller, navigation, user and language from the call. Ends with people_page_end(). */
void people_page(struct web_call *c, struct ui_page *p);
void people_page_end(struct web_call *c, const struct ui_page *p);

/* ---- the audit log: append-only, each entry hashed with the one before it ---- */
struct audit_entry {
  const char *action;      /* "finding.settle" */
  const char *object;      /* "finding:123" */
  struct sv before, after; /* JSON or a line of text; may be empty */
};
/* In the transaction of the change itself: neither is there without the other. Who, from where and when come from the call. */
int people_log(struct web_call *c, const struct audit_entry *a, struct err *e) MUST_CHECK;
/* The same for what no request did: a worker, a command. */
int people_log_system(struct db *d, int64_t tenant, const char *who, const struct audit_entry *a, struct err *e) MUST_CHECK;
/* Walks a tenant's chain: entries whole, or the number of the first that is not as it was written (in *broken; 0: all are). */
int people_log_verify(struct db *d, int64_t tenant, int64_t *entries, int64_t *broken, struct err *e) MUST_CHECK;
/* The last entry's number and hash (64 hex digits), to be noted where who writes the database cannot: a whole chain written anew is told by it. */
int people_log_head(struct db *d, int64_t tenant, int64_t *number, char hash[65], struct err *e) MUST_CHECK;
/* Has the entry this hash still? */
int people_log_has(struct db *d, int64_t tenant, int64_t number, const char *hash, bool *has, struct err *e) MUST_CHECK;

/* Organisations that are open and where the user has a permission: "id", name, …, NULL: choices of a ui_field. In the call's arena. */
int people_org_choices(struct web_call *c, const char *permission, const char ***out, int *n, struct err *e) MUST_CHECK;
/* The path of one of them; RC_NOTFOUND when it is not there, closed, or not his. */
int people_org_path(struct web_call *c, const char *permission, int64_t id, const char **path, struct err *e) MUST_CHECK;

/* Users of an organisation and below, for choosing whom to assign: id, name. */
struct person {
  int64_t id;
  const char *login, *name;
};
int people_list(struct web_call *c, const char *permission, const char *org, struct person **out, int *n, struct err *e) MUST_CHECK;

#endif
