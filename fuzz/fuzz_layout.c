/* fuzz_layout.c: pages of glyphs and rulings made of the input, laid out and joined; then every view of the document.
 * The input is a list of records of 6 bytes: kind, x, y, and three more. Coordinates snap to a coarse grid, so that lines meet and cells fill. */
#include "document/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORD = 6, PAGES = 12, REPEAT = 64 };

struct maker {
  struct document d;
  struct build b;
  struct flow *flow;
  struct layout page;
  int number;
};

static void add_glyph(struct maker *m, const uint8_t *r, float x, float y) {
  static const uint32_t signs[] = {'0', '1', '7', '9', ',', '.', '-', '%', ' ', 'a', 0x4E00, 0x5408, 0x8BA1, 0x3001, 0x3000, 0xFF1A};
  float size = (float)(r[4] % 24) + 1, width = signs[r[3] % 16] < 0x80 ? size / 2 : size;
  struct glyph g = {x, y, x + width, y + size, size, {signs[r[3] % 16]}, 1, false, false, false, false, (uint32_t)m->page.glyphs.n};
  g.ncp = (uint8_t)((r[5] & 0x30) == 0x30 ? (r[5] & 3) : 1);
  g.bold = r[5] & 1;
  g.invisible = (r[5] & 6) == 6;
  g.vertical = (r[5] & 8) != 0;
  g.space = g.cp[0] == ' ' || g.cp[0] == 0x3000;
  if (r[5] == 0xFF) g.x1 = NAN;
  if (r[5] == 0xFE) g.y0 = -INFINITY;
  if (r[5] == 0xFD) g.x0 = 3e38f;
  (void)VEC_PUSH(&m->page.glyphs, g, 100000);
}

/* A run of digits, an amount or a word: what tables are made of. */
static void add_text(struct maker *m, const uint8_t *r, float x, float y) {
  static const char *const words[] = {"1,234.50", "12.00", "合计", "一、收入", "201", "0", "项目名称", "—"};
  struct sv s = sv_from(words[r[3] % 8]);
  for (size_t at = 0; at < s.n;) {
    uint32_t cp = utf8_next(s, &at);
    float w = cp < 0x80 ? 5 : 10;
    struct glyph g = {x, y, x + w, y + 10, 10, {cp}, 1, false, r[5] == 7, false, false, (uint32_t)m->page.glyphs.n};
    (void)VEC_PUSH(&m->page.glyphs, g, 100000);
    x += w;
  }
}

static void add_ruling(struct maker *m, const uint8_t *r, float x, float y) {
  float length = (float)r[3] * 4;
  bool horizontal = r[4] & 1;
  struct ruling line = {x, y, horizontal ? x + length : x, horizontal ? y : y + length, 0.5f, horizontal};
  int times = (r[4] & 2) ? r[5] % REPEAT : 1; /* a hatching of parallel lines */
  for (int i = 0; i < times; i++) {
    if (r[5] == 0xFF) line.x1 = NAN;
    (void)VEC_PUSH(&m->page.rulings, line, 100000);
    if (horizontal)
      line.y0 += 15, line.y1 += 15;
    else
      line.x0 += 40, line.x1 += 40;
  }
}

static int end_page(struct maker *m, uint8_t kind) {
  struct err e = {0};
  struct page p = {.number = ++m->number, .width = 600, .height = 800, .glyphs = (int)m->page.glyphs.n, .state = kind & 8 ? PAGE_SCAN : PAGE_READ};
  m->page.damaged = (kind & 16) != 0;
  int rc = build_page(&m->b, p, &e);
  if (rc == RC_OK) rc = flow_page(m->flow, m->number, &m->page, 600, 800, &e);
  m->page.glyphs.n = m->page.rulings.n = 0;
  return rc;
}

/* Every position of every table is covered by the cell that says so, and no cell reaches outside. */
static void check(const struct document *d) {
  for (int i = 0; i < d->ntables; i++) {
    const struct table *t = &d->tables[i];
    for (int k = 0; k < t->ncells; k++) {
      const struct cell *c = &t->cells[k];
      if (c->row < 0 || c->column < 0 || c->row + c->row_span > t->rows || c->column + c->column_span > t->columns || c->row_span < 1) abort();
    }
    for (int r = 0; r < t->rows; r++)
      for (int c = 0; c < t->columns; c++) {
        const struct cell *cell = table_cell(t, r, c);
        if (!cell || cell->row > r || cell->row + cell->row_span <= r || cell->column > c || cell->column + cell->column_span <= c)
          if (!(t->flags & TABLE_DOUBTFUL)) abort();
      }
    for (int k = 1; k < t->nparts; k++)
      if (t->part_row[k] < t->part_row[k - 1] || t->part_row[k] > t->rows || t->parts[k].page <= t->parts[k - 1].page) abort();
    if ((t->flags & TABLE_DOUBTFUL) && !t->doubt) abort();
  }
}

static void print_all(const struct document *d) {
  int (*const views[])(const struct document *, struct buf *) = {document_print_text, document_print_json, document_print_csv};
  for (int i = 0; i < 3; i++) {
    struct buf out;
    buf_init(&out, (size_t)4 << 20);
    (void)views[i](d, &out);
    buf_release(&out);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct maker m = {0};
  struct err e = {0};
  struct timespec now;
  arena_init(&m.d.arena, (size_t)64 << 20);
  m.b.d = &m.d;
  m.b.limits = (struct document_limits){.memory_bytes = (size_t)64 << 20, .pages = 100, .tables = 200, .cells = 100000};
  clock_gettime(CLOCK_MONOTONIC, &now);
  m.b.deadline = (int64_t)now.tv_sec * 1000 + 2000;
  int rc = flow_new(&m.flow, &m.b, &e);
  for (size_t at = 0; at + RECORD <= size && rc == RC_OK && m.number < PAGES; at += RECORD) {
    const uint8_t *r = data + at;
    float x = (float)(r[1] >> 2) * 10 + (float)(r[1] & 3) * 0.7f, y = (float)(r[2] >> 1) * 7.5f + (float)(r[2] & 1) * 0.9f;
    switch (r[0] & 7) {
    case 0: rc = end_page(&m, r[0]); break;
    case 1:
    case 2: add_ruling(&m, r, x, y); break;
    case 3: add_glyph(&m, r, x, y); break;
    default: add_text(&m, r, x, y); break;
    }
  }
  if (rc == RC_OK) rc = end_page(&m, 0);
  if (rc == RC_OK) rc = flow_finish(m.flow, &e);
  if (rc == RC_OK) rc = build_finish(&m.b, &e);
  if (rc == RC_OK) {
    check(&m.d);
    print_all(&m.d);
  }
  flow_free(m.flow);
  build_release(&m.b);
  arena_release(&m.d.arena);
  free(m.page.glyphs.v);
  free(m.page.rulings.v);
  return 0;
}
