/* home.h: the first page: what waits for whoever signs in; background jobs; the description of the interface. */
#ifndef HENG_ROOMS_HOME_H
#define HENG_ROOMS_HOME_H

#include "db/jobs.h"
#include "http/web.h"

extern const struct web_room home_web, home_more_web; /* home_more_web: entries at the end of the navigation */

/* The rooms whose interface /api describes, and the kinds of jobs there are. Once, before serving. */
void home_start(const struct web_room *const *rooms, int nrooms, const struct job_kind *const *kinds, int nkinds);

#endif
