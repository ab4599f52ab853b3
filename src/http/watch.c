/* watch.c: connections that take for ever to say what they want (slow loris): a thread of its own ends them. The library's time-out counts from the
 * last byte, so that a byte now and then would hold a connection's thread without end. */
#include "http/internal.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct watched {
  struct watched *next, *before;
  int fd;
  int64_t since; /* when it began to wait for a request; 0: one is being answered */
};

void watch_connection(void *context, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code) {
  struct web *w = context;
  pthread_mutex_lock(&w->watch_lock);
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct watched *x = info ? calloc(1, sizeof *x) : NULL;
    if (x) {
      x->fd = info->connect_fd;
      x->since = clock_us();
      x->next = w->watched;
      if (x->next) x->next->before = x;
      w->watched = x;
    }
    *socket_context = x;
  } else if (*socket_context) {
    struct watched *x = *socket_context;
    if (x->before)
      x->before->next = x->next;
    else
      w->watched = x->next;
    if (x->next) x->next->before = x->before;
    free(x);
    *socket_context = NULL;
  }
  pthread_mutex_unlock(&w->watch_lock);
}

void watch_busy(struct web *w, struct MHD_Connection *connection, bool busy) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  struct watched *x = info ? info->socket_context : NULL;
  if (!x) return;
  pthread_mutex_lock(&w->watch_lock);
  x->since = busy ? 0 : clock_us();
  pthread_mutex_unlock(&w->watch_lock);
}

static void *watch(void *context) {
  struct web *w = context;
  while (!atomic_load(&w->watch_ends)) {
    nanosleep(&(struct timespec){0, 200000000}, NULL);
    int64_t now = clock_us();
    pthread_mutex_lock(&w->watch_lock);
    for (struct watched *x = w->watched; x; x = x->next)
      if (x->since && now - x->since > (int64_t)w->head_seconds * 1000000) {
        shutdown(x->fd, SHUT_RDWR); /* its own thread then closes it */
        x->since = now;
      }
    pthread_mutex_unlock(&w->watch_lock);
  }
  return NULL;
}

int watch_start(struct web *w, struct err *e) {
  pthread_mutex_init(&w->watch_lock, NULL);
  w->watches = pthread_create(&w->watcher, NULL, watch, w) == 0;
  return w->watches ? RC_OK : err_set(e, RC_IO, "%s", tr("开不了线程", "cannot start a thread"));
}

void watch_stop(struct web *w) {
  if (!w->watches) return;
  atomic_store(&w->watch_ends, true);
  pthread_join(w->watcher, NULL);
  pthread_mutex_destroy(&w->watch_lock);
}
