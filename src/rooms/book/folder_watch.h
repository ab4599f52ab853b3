/* folder_watch.h: which of a workspace's files changed. What counts is what lies there now beside what lay there before (size, times, inode);
 * inotify only says when to look, so that a network folder, where it stays silent, is followed as well, a little later. Never writes. */
#ifndef HENG_BOOK_FOLDER_WATCH_H
#define HENG_BOOK_FOLDER_WATCH_H

#include "base/mem.h"

enum { FOLDER_FILES_MAX = 20000, FOLDER_DEPTH_MAX = 4, FOLDER_NAMES_TOLD = 3 };

struct folder_watch;
/* poll_only: as if the system had no inotify. RC_NOTFOUND: no such folder. */
int folder_watch_open(const char *folder, bool poll_only, struct folder_watch **out, struct err *e) MUST_CHECK;
void folder_watch_close(struct folder_watch *w);   /* may be NULL */
int folder_watch_fd(const struct folder_watch *w); /* readable when something happened; -1: look from time to time */
bool folder_watch_drain(struct folder_watch *w);   /* reads what it says; true when it may concern a file that counts */
/* Looks. How many files changed, came or went since the last look; `names`: the first of them, for a person. */
int folder_watch_look(struct folder_watch *w, struct buf *names);

#endif
