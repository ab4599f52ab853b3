/* child.h: other programs, run without a shell, with little: a folder of their own, limits on time, memory and file sizes, no input or output but
 * files, no network where the system allows to take it away. What they wrote is read like any other stranger's file. */
#ifndef HENG_DOCUMENT_CHILD_H
#define HENG_DOCUMENT_CHILD_H

#include "base/mem.h"

enum { CHILD_WORDS = 64, CHILD_PATH = 512 };

struct child {
  const char *program;                /* a full path */
  const char *arguments[CHILD_WORDS]; /* after the program's name, up to NULL */
  const char *folder;                 /* where it works; also its HOME and TMPDIR */
  const char *environment;            /* one more variable, "NAME=VALUE", or NULL */
  const char *output, *errors;        /* files in `folder` for its standard output and error, or NULL */
  int seconds;                        /* of the clock, and of processor time */
  size_t memory, file_bytes;          /* address space; the largest file it may write */
  const char *const *readable; /* up to NULL: confined (confine.h): only these, the system's own folders, and `folder` to write. NULL: not confined */
  struct child_end *end;       /* how it ended; may be NULL */
};
struct child_end {
  int code;   /* of its exit; -1 when it did not exit by itself */
  int signal; /* that ended it; 0 none */
  bool late;  /* its time was over */
};
/* 0 when it ended by itself with success; 1 when it did not, or took too long; RC_IO when it could not be started. */
int child_run(const struct child *c, struct err *e) MUST_CHECK;

/* The program: the full path that the environment variable holds (empty: none), else the first of `usual` (up to NULL) that can be run. */
const char *child_find(const char *variable, const char *const *usual);

/* A folder of its own below $TMPDIR, "/NAME-XXXXXX"; its path in `out`. Removed with everything in it. */
int child_folder(char out[CHILD_PATH], const char *name, struct err *e) MUST_CHECK;
void child_folder_remove(const char *folder);
/* A file that must not be there yet. */
int child_file(const char *path, const void *data, size_t size, struct err *e) MUST_CHECK;

#endif
