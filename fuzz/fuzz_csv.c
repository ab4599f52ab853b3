/* fuzz_csv.c: comma separated values against any bytes: an error with a line, or records whose fields lie in the data and, written again, read the
 * same. */
#include "rooms/book/csv.h"
#include "temporary.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void written_again(const struct csv *c) {
  struct buf out;
  struct csv again;
  struct err e = {0};
  buf_init(&out, 1 << 22);
  buf_puts(&out, "\xEF\xBB\xBF"); /* as the program writes: a field may begin with one, or like a workbook */
  for (size_t r = 0; r < c->rows.n; r++) {
    for (int k = 0; k < c->rows.v[r].n; k++)
      if (csv_put(&out, k == 0, csv_field(c, r, k)) < 0) abort();
    buf_putc(&out, '\n');
  }
  const char *path = temporary("csv", (const uint8_t *)out.p, out.n);
  if (csv_read(path, &again, &e) < 0) abort();
  if (again.rows.n != c->rows.n) abort();
  for (size_t r = 0; r < c->rows.n; r++)
    for (int k = 0; k < c->rows.v[r].n; k++)
      if (!sv_equal(csv_field(c, r, k), csv_field(&again, r, k))) abort();
  csv_release(&again);
  buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct csv c;
  struct err e = {0};
  if (size > 65536) return 0;
  if (csv_read(temporary("csv", data, size), &c, &e) < 0) {
    if (e.code == RC_FORMAT && !e.file[0]) abort(); /* of a file that is no CSV at all there is no line to tell */
    return 0;
  }
  for (size_t r = 0; r < c.rows.n; r++) {
    if (c.rows.v[r].line < 1 || (r && c.rows.v[r].line <= c.rows.v[r - 1].line)) abort();
    for (int k = 0; k < c.rows.v[r].n; k++) {
      struct sv f = csv_field(&c, r, k);
      if (f.n && (!f.p || !utf8_valid(f))) abort();
    }
  }
  written_again(&c);
  csv_release(&c);
  return 0;
}
