/* temporary.h: for targets whose subject reads files by name: the bytes in one file of this process. */
#ifndef HENG_FUZZ_TEMPORARY_H
#define HENG_FUZZ_TEMPORARY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* In memory where there is /dev/shm. The name stays good until the next call. */
static inline const char *temporary_folder(void) {
  return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static char temporary_path[200];
static inline void temporary_remove(void) {
  unlink(temporary_path);
}
static inline const char *temporary(const char *name, const uint8_t *data, size_t size) {
  if (!temporary_path[0]) {
    snprintf(temporary_path, sizeof temporary_path, "%s/heng-fuzz-%s-%ld", temporary_folder(), name, (long)getpid());
    atexit(temporary_remove);
  }
  FILE *f = fopen(temporary_path, "wb");
  if (!f || (size && fwrite(data, 1, size, f) != size) || fclose(f) != 0) abort();
  return temporary_path;
}
#endif
