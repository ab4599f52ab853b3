/* serve.h: heng serve, heng worker, heng db: the platform's commands, which know all rooms. */
#ifndef HENG_SERVE_H
#define HENG_SERVE_H

#include "base/option.h"
#include "db/jobs.h"
#include "http/web.h"

extern const struct room serve_room, database_room;

/* All that keep tables, in the order in which they refer to each other; all that have pages, in the order of the navigation. */
extern const struct db_room *const db_rooms[];
extern const int db_rooms_count;
extern const struct web_room *const web_rooms[];
extern const int web_rooms_count;

/* ---- serve_data.c: the folder of an installation ---- */
struct serve_data {
  char folder[2048], address[2200], secret[65];
  int lock; /* held while serving: two servers on one folder would be one too many */
};
/* Makes what is not there: the folder (0700), its secret (0600), the database; migrates, with a backup first when there is something to lose. */
int serve_data_open(struct serve_data *d, const char *folder, const char *address, bool alone, struct err *e) MUST_CHECK;
void serve_data_close(struct serve_data *d);
int serve_data_migrate(const struct serve_data *d, struct err *e) MUST_CHECK;

#endif
