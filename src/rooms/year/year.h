/* year.h: the budget year in the browser: workspaces in the database, edited record by record, checked, carried from state to state. docs/year.md. */
#ifndef HENG_ROOMS_YEAR_H
#define HENG_ROOMS_YEAR_H

#include "db/jobs.h"
#include "http/web.h"

extern const struct web_room year_web;
extern const struct db_room year_db;
extern const struct job_kind year_check_job;

/* Reads profiles/year.txt and profiles/workspace.txt; before the server and its workers start. */
int year_start(struct err *e) MUST_CHECK;
void year_stop(void);
/* The sample's workspace as one of the sample bureau's, its year at 控制数. Nothing when there is a workspace already. */
int year_sample(struct db *d, int64_t tenant, const char *folder, struct err *e) MUST_CHECK;

#endif
