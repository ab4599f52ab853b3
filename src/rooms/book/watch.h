/* watch.h: what the files of `heng book watch` share: one derivation in a child process, the panel over the page, the page as it is served. */
#ifndef HENG_BOOK_WATCH_H
#define HENG_BOOK_WATCH_H

#include "rooms/book/loopback.h"
#include "rooms/book/opened.h"

#include <sys/types.h>

struct watch_words {
  const char *folder, *profile, *version; /* profile, version: NULL as opened_make() takes them */
};
struct watch_counts {
  int errors, warnings, hints, missing;
  bool loaded; /* false: the workspace could not be read; the others are then 0 */
};

/* The panel: a fault that kept the page from being made (NULL: none), or the problems and what is missing. `changed`: the files, for a person. */
void panel_pending(struct buf *out); /* the first derivation is under way */
void panel_fault(struct buf *out, const struct err *fault, bool kept, const char *changed);
void panel_problems(struct buf *out, const struct opened *o, const struct watch_counts *counts, const char *changed);
void panel_style(struct buf *out);
struct watch_counts panel_count(const struct opened *o);

/* A derivation in a process of its own: a crash or an endless loop costs one preview, and the page stays served meanwhile. */
struct watch_child {
  pid_t pid; /* 0: none is running */
  int fd;    /* what it writes comes here, -1 */
  struct buf bytes;
};
/* What came of it: `page` is empty when it did not load. Views into `bytes`. */
struct watch_result {
  struct watch_counts counts;
  struct err fault; /* not loaded: why */
  struct sv panel, page;
  struct buf bytes;
};
int watch_child_start(struct watch_child *c, const struct watch_words *words, const char *changed, struct err *e) MUST_CHECK;
bool watch_child_read(struct watch_child *c);                             /* takes what is there; true when it has ended */
void watch_child_finish(struct watch_child *c, struct watch_result *out); /* after the end; release out->bytes */
void watch_child_kill(struct watch_child *c);

/* The page that a browser is given: the last good one, or none yet, with the panel on top. */
struct watch_page {
  struct buf good; /* the last page that could be made */
  char policy[512];
};
void watch_page_init(struct watch_page *p);
void watch_page_release(struct watch_page *p);
/* Takes a new page, or keeps the old one when `page` is empty; `state` tells the browser apart what it shows from what is there. */
struct blob *watch_page_make(struct watch_page *p, struct sv page, struct sv panel, const char *state, struct err *e) MUST_CHECK;

#endif
