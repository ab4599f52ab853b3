/* open.h: one CSV file of a workspace being loaded: its columns by the schema, its faults told with line and column. */
#ifndef HENG_BOOK_OPEN_H
#define HENG_BOOK_OPEN_H

#include "rooms/book/csv.h"
#include "rooms/book/schema.h"
#include "rooms/book/workspace.h"

enum { OPEN_FIELDS = 40 };
struct ws_memo {
  struct sv text;
  int id;
};
struct ws_file {
  struct workspace *w;
  const struct ws_schema *schema;
  const struct ws_entity *entity;
  struct csv csv;
  int column[OPEN_FIELDS];          /* of each field in the file, -1 */
  uint64_t nameless;                /* columns without a head */
  struct sv good[OPEN_FIELDS];      /* the last text of each field that was right */
  struct ws_memo memo[OPEN_FIELDS]; /* the last reference that was looked up */
  int16_t file;
  bool there;
};
/* Keys of every entity that others point to, by entity and code: their record number. */
struct ws_keys {
  struct intern of[OPEN_FIELDS];
};

/* Adds a problem. column: from 0, -1 the whole line. The text is made with the format. */
void ws_tell(struct workspace *w, enum ws_severity severity, const char *id, int16_t file, int32_t line, int column, const char *fmt, ...)
    PRINTF_LIKE(7, 8);
int ws_file_open(struct ws_file *f, struct workspace *w, const struct ws_schema *s, const char *entity, struct err *e) MUST_CHECK;
void ws_file_check(struct ws_file *f, struct ws_keys *keys); /* every field of every record by type, reference, key */
void ws_file_close(struct ws_file *f);
struct sv ws_get(const struct ws_file *f, size_t row, int field);
int ws_ref(struct ws_file *f, const struct ws_keys *keys, size_t row, int field); /* the record that a ref= field names, -1 */
int64_t ws_yuan(struct sv text);                                                  /* 分; 0 when it is none (already told) */

#endif
