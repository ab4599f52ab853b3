/* change.h: several files of a workspace changed together: whoever loads it, even after kill -9 or a power cut, sees all of them old or all new. */
#ifndef HENG_BOOK_CHANGE_H
#define HENG_BOOK_CHANGE_H

#include "base/text.h"

struct change_file {
  const char *name; /* in the folder: "budget-lines.csv" */
  struct buf data;
};
/* Nobody else changes the workspace meanwhile: *lock is closed by change_unlock(). RC_USAGE when another run is at it. */
int change_lock(const char *folder, int *lock, struct err *e) MUST_CHECK;
void change_unlock(int lock);
int change_apply(const char *folder, const struct change_file *files, size_t n, struct err *e) MUST_CHECK;
/* Ends what a killed run had decided and not yet done. Called before anything of the workspace is read; nothing to do is RC_OK. */
int change_recover(const char *folder, struct err *e) MUST_CHECK;

#endif
