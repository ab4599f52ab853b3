/* xlsx_cells.c: the cells of a workbook kept as they are stored, instead of as lines and tables. */
#include "document/xlsx_cells.h"
#include "document/office.h"

#include <stdlib.h>

static int by_place(const void *a, const void *b) {
  const struct xlsx_cell *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

static int by_int(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return x < y ? -1 : x > y;
}

int xlsx_cells_keep(struct xlsx_cells *k, struct xlsx_sheet *s, struct err *e) {
  size_t kept = 0;
  if (s->cells.n) qsort(s->cells.v, s->cells.n, sizeof *s->cells.v, by_place);
  if (s->hidden_rows.n) qsort(s->hidden_rows.v, s->hidden_rows.n, sizeof *s->hidden_rows.v, by_int);
  for (size_t i = 0; i < s->cells.n; i++)
    if (kept == 0 || by_place(&s->cells.v[kept - 1], &s->cells.v[i]) != 0) s->cells.v[kept++] = s->cells.v[i];
  s->cells.n = kept;
  return VEC_PUSH(&k->v, *s, 1000) < 0 ? office_nomem(e) : RC_OK;
}

void xlsx_cells_free(struct xlsx_cells *s) {
  if (!s) return;
  for (size_t i = 0; i < s->v.n; i++) {
    struct xlsx_sheet *x = &s->v.v[i];
    free(x->cells.v), free(x->merges.v), free(x->hidden_columns.v), free(x->hidden_rows.v);
  }
  free(s->v.v);
  document_free(s->document);
  free(s);
}

const struct xlsx_cell *xlsx_cell_at(const struct xlsx_sheet *s, int row, int column) {
  struct xlsx_cell key = {.row = row, .column = column};
  return s->cells.n ? bsearch(&key, s->cells.v, s->cells.n, sizeof key, by_place) : NULL;
}

bool xlsx_row_hidden(const struct xlsx_sheet *s, int row) {
  return s->hidden_rows.n && bsearch(&row, s->hidden_rows.v, s->hidden_rows.n, sizeof row, by_int);
}

char *xlsx_ref(char out[XLSX_REF], int row, int column) {
  char letters[8];
  int n = 0;
  for (int c = column + 1; c > 0 && n < 7; c = (c - 1) / 26) letters[n++] = (char)('A' + (c - 1) % 26);
  int at = 0;
  while (n > 0) out[at++] = letters[--n];
  snprintf(out + at, (size_t)(XLSX_REF - at), "%d", row + 1);
  return out;
}
