/* loopback.h: a small HTTP server for one person's browser: 127.0.0.1 only, GET and HEAD, a fixed list of paths, nothing read from disk.
 * It never waits: whoever owns the loop asks which descriptors to poll, and hands them back. Time is the owner's, in milliseconds. */
#ifndef HENG_BOOK_LOOPBACK_H
#define HENG_BOOK_LOOPBACK_H

#include "base/text.h"

#include <poll.h>

enum {
  LOOPBACK_CONNECTIONS = 32,
  LOOPBACK_STREAMS = 16,         /* of them that wait for events */
  LOOPBACK_HEAD_MS = 10 * 1000,  /* a request must be whole by then */
  LOOPBACK_SEND_MS = 60 * 1000,  /* and its answer taken */
  LOOPBACK_LINGER_MS = 2 * 1000, /* then the peer may close first */
  LOOPBACK_PING_MS = 20 * 1000,
  LOOPBACK_FDS = LOOPBACK_CONNECTIONS + 1
};

/* A body that answers under way share with whoever replaces it. Made with one reference; taken by blob_keep(), given back by blob_drop(). */
struct blob {
  size_t references, n;
  char *p;
};
struct blob *blob_take(struct buf *text) MUST_CHECK; /* takes the buffer's memory; NULL: out of memory, the buffer keeps it */
struct blob *blob_keep(struct blob *b);
void blob_drop(struct blob *b); /* b may be NULL */

enum loopback_what { LOOPBACK_NOT_FOUND, LOOPBACK_BODY, LOOPBACK_EMPTY /* 204 */, LOOPBACK_STREAM /* text/event-stream */ };
struct loopback_site {
  /* What a path is. For LOOPBACK_BODY sets *body (not kept for the caller), *type and *policy. */
  enum loopback_what (*find)(void *context, struct sv path, struct blob **body, const char **type, const char **policy);
  void *context;
};

struct loopback;
/* port 0: any free one. RC_IO when it cannot be had. */
int loopback_open(int port, const struct loopback_site *site, struct loopback **out, struct err *e) MUST_CHECK;
void loopback_close(struct loopback *s); /* s may be NULL */
int loopback_port(const struct loopback *s);
int loopback_fds(struct loopback *s, struct pollfd fds[LOOPBACK_FDS], int64_t now); /* how many */
int64_t loopback_due(const struct loopback *s, int64_t now);                        /* when loopback_step() is wanted at the latest */
void loopback_step(struct loopback *s, const struct pollfd *fds, int n, int64_t now);
/* The event that every stream is told, and those that begin later at once. At most 60 bytes, no line ends. */
void loopback_tell(struct loopback *s, const char *event);
int loopback_count(const struct loopback *s); /* connections that are open */

#endif
