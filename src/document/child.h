/* child.h: another program run on a stranger's file, with little: a folder of its own as home, limits on time, memory and file sizes, no standard
 * streams, no network where the system allows to take it away. */
#ifndef HENG_DOCUMENT_CHILD_H
#define HENG_DOCUMENT_CHILD_H

#include "base/mem.h"

#include <sys/resource.h>

#define CHILD_PATH 512

struct child {
  const char *program; /* full path */
  char *const *argv, *const *envp;
  const char *folder;        /* where it runs */
  int seconds, processor;    /* by the clock; of processor time */
  rlim_t file_bytes, memory; /* of each file it writes; of address space */
};
/* 0 when it ended by itself in time with success; RC_FORMAT when it did not; RC_IO when it could not be started. */
int child_run(const struct child *c, struct err *e) MUST_CHECK;
/* The environment's choice (a full path, or empty for none), else the first of `usual` (up to NULL) that is there; NULL when none is. */
const char *child_program(const char *variable, const char *const *usual);
/* A new folder below $TMPDIR or /tmp, and away with it and what is in it. */
int child_folder(char *out, size_t size, const char *name, struct err *e) MUST_CHECK;
void child_folder_remove(const char *folder);

#endif
