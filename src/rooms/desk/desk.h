/* desk.h: the audit desk: files dropped in the browser, audited by sandboxed workers, findings settled by people. docs/desk.md. */
#ifndef HENG_ROOMS_DESK_H
#define HENG_ROOMS_DESK_H

#include "db/jobs.h"
#include "http/web.h"

extern const struct web_room desk_web;
extern const struct db_room desk_db;

struct desk_config {
  const char *data_folder; /* documents are kept below it by their SHA-256, mode 0600 */
  int retention_days;      /* of documents that nobody keeps; 0: for good */
};
int desk_start(const struct desk_config *config, struct err *e) MUST_CHECK; /* once, before serving; the room keeps it */
void desk_stop(void);
extern const struct job_kind *const desk_jobs[]; /* what its workers do; run by serve or heng worker */
extern const int desk_jobs_count;

/* For the home page: of the user who asks. */
struct desk_waiting {
  int64_t queued, open, mine; /* documents not audited yet; open findings in sight; those assigned to the user */
};
int desk_waiting_count(struct web_call *c, struct desk_waiting *out, struct err *e) MUST_CHECK;

#endif
