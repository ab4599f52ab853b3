/* alloc.c: the allocations of our own code, one of which fails: linked into a copy of the program with -Wl,--wrap. HENG_FAIL_AT=N refuses the
 * N-th allocation of the process and no other; HENG_FAIL_COUNT=FILE writes down at the end how many there were. HENG_FAIL_SHOW=1 stops there
 * instead: with ASAN_OPTIONS=handle_abort=1 that prints who asked. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* The names that the linker's --wrap gives. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *s);

static atomic_long calls;
static long refused;
static bool stop;

static void count_write(void) {
  const char *path = getenv("HENG_FAIL_COUNT");
  FILE *f = path ? fopen(path, "w") : NULL;
  if (!f) return;
  fprintf(f, "%ld\n", atomic_load(&calls));
  fclose(f);
}

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("HENG_FAIL_AT");
  refused = at ? strtol(at, NULL, 10) : 0;
  stop = getenv("HENG_FAIL_SHOW") != NULL;
  atexit(count_write);
}

static bool refuse(void) {
  bool this_one = atomic_fetch_add(&calls, 1) + 1 == refused;
  if (this_one && stop) abort();
  return this_one;
}

void *__wrap_malloc(size_t size) {
  return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  return refuse() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size) {
  return refuse() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *s) {
  return refuse() ? NULL : __real_strdup(s);
}
