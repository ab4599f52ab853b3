/* internal.h: what the first page shows. */
#ifndef HENG_ROOMS_HOME_INTERNAL_H
#define HENG_ROOMS_HOME_INTERNAL_H

#include "html/ui.h"
#include "http/web.h"

struct home_waiting {
  bool audits, uploads, publishes, nothing; /* what the user may; nothing: no role yet, or a password to change */
  int64_t mine, open, queued, to_approve;
};

#endif
