/* csv.h: comma separated values (RFC 4180) as records of fields with their lines. UTF-8 with or without a mark; GB18030 is converted. */
#ifndef HENG_BOOK_CSV_H
#define HENG_BOOK_CSV_H

#include "base/text.h"

enum { CSV_BYTES = 256 << 20, CSV_FIELDS = 64, CSV_ROWS = 2000000 };
struct csv_row {
  int32_t line;   /* of the file, from 1 */
  uint32_t first; /* in fields */
  int32_t n;
};
struct csv {
  VEC(struct sv) fields;
  VEC(struct csv_row) rows; /* rows.v[0] is the head; empty lines are left out */
  bool converted;           /* it was not UTF-8 */
  unsigned char *data;
};
/* Reads a file. Fields are views into data: quotes taken away, blanks around trimmed. RC_FORMAT with line and column: a quote that does not end, text
 * after a closing quote, a byte that is no text. */
int csv_read(const char *path, struct csv *out, struct err *e) MUST_CHECK;
void csv_release(struct csv *c);
/* Empty where the row is short. */
static inline struct sv csv_field(const struct csv *c, size_t row, int column) {
  const struct csv_row *r = &c->rows.v[row];
  return column >= 0 && column < r->n ? c->fields.v[r->first + (uint32_t)column] : (struct sv){0};
}
/* Adds a field to a line being written: a comma before it unless it is the first; quoted when it must be. */
int csv_put(struct buf *out, bool first, struct sv text);

#endif
