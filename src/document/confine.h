/* confine.h: what a child that reads strangers' files may do: read a few folders, write one, no network, no way to other processes or to more power.
 * Landlock for files where the kernel has it (5.13; by policy only what it names), a seccomp filter for system calls. */
#ifndef HENG_DOCUMENT_CONFINE_H
#define HENG_DOCUMENT_CONFINE_H

#include "base/err.h"

#include <stdbool.h>

struct confine {
  int ruleset; /* -1: this kernel has no Landlock */
};
/* Before fork. */
int confine_prepare(struct confine *c, const char *writable, const char *program, const char *const *readable, struct err *e) MUST_CHECK;
void confine_release(struct confine *c);
/* In the child, before exec: system calls only. False: it could not be, and nothing may be run. */
bool confine_enter(const struct confine *c);

#endif
