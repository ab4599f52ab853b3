/* mem.h: arenas, capped growth, capped buffers. All sizes in bytes. */
#ifndef HENG_BASE_MEM_H
#define HENG_BASE_MEM_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* An arena hands out zeroed memory that lives until arena_release(); it never grows past its cap. */
struct arena_block;
struct arena {
  struct arena_block *head;
  size_t used, cap;
  bool failed; /* something was refused: whoever ends the work looks here, so that no missing text goes unnoticed */
};

void arena_init(struct arena *a, size_t cap);
void arena_release(struct arena *a);
/* NULL when the cap or the machine's memory is reached. Aligned for any type. */
void *arena_alloc(struct arena *a, size_t size) MUST_CHECK;
void *arena_array(struct arena *a, size_t count, size_t size) MUST_CHECK; /* checks the product */
char *arena_text(struct arena *a, const char *p, size_t n) MUST_CHECK;    /* a NUL-terminated copy */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) MUST_CHECK;
#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))

/* Makes room for `need` elements in a malloc'ed vector, doubling, never past `max` elements. *vector may be NULL. 0, RC_NOMEM or RC_LIMIT. */
int vec_reserve(void **vector, size_t *capacity, size_t need, size_t element, size_t max) MUST_CHECK;
/* Pushes onto struct {T *v; size_t n, cap;}: VEC_PUSH(&things, value, max) is 0 or a negative rc. */
#define VEC(type)                                                                                                                                    \
  struct {                                                                                                                                           \
    type *v;                                                                                                                                         \
    size_t n, cap;                                                                                                                                   \
  }
#define VEC_PUSH(vec, value, max)                                                                                                                    \
  (vec_reserve((void **)&(vec)->v, &(vec)->cap, (vec)->n + 1, sizeof *(vec)->v, (max)) < 0 ? RC_LIMIT : ((vec)->v[(vec)->n++] = (value), RC_OK))

/* A growing text buffer with a compulsory cap. `rc` sticks at the first failure, so that a writer can check once at the end.
 * p is always NUL-terminated once anything was written; NULL before. */
struct buf {
  char *p;
  size_t n, capacity, cap;
  int rc;
};

void buf_init(struct buf *b, size_t cap);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
int buf_add(struct buf *b, const void *p, size_t n);
static inline int buf_puts(struct buf *b, const char *s) { /* here, so that the length of a literal is known */
  return buf_add(b, s, strlen(s));
}
int buf_putc(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Whole-file reading and safe writing. file_read refuses more than `cap` bytes; the caller frees *data.
 * file_replace writes path.tmp-PID, fsyncs and renames: never half a file. path "-" is standard output. */
int file_read(const char *path, size_t cap, unsigned char **data, size_t *size, struct err *e) MUST_CHECK;
int file_replace(const char *path, const void *data, size_t size, struct err *e) MUST_CHECK;

/* A set of strings with small dense numbers (0, 1, 2 …) and a map from text to such numbers. */
struct intern {
  VEC(const char *) names;
  uint32_t *slots;
  size_t nslots;
  struct arena arena; /* its `failed` also says that a name got no number */
};
#define INTERN_NONE UINT32_MAX
void intern_init(struct intern *t);
void intern_release(struct intern *t);
uint32_t intern_add(struct intern *t, const char *p, size_t n);        /* INTERN_NONE when out of memory */
uint32_t intern_find(const struct intern *t, const char *p, size_t n); /* INTERN_NONE when absent */
const char *intern_name(const struct intern *t, uint32_t id);

#endif
