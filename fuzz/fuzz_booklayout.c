/* fuzz_booklayout.c: layouts against any text: an error with a place, or tables whose cells cover them and whose parts add up. */
#include "rooms/book/layout.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ws_unit units[] = {{.code = {"1", 1}, .name = {"局", 3}, .parent = -1},
                                 {.code = {"11", 2}, .name = {"处", 3}, .parent = 0, .level = 1}};
static struct ws_code funcs[] = {{.code = {"201", 3}, .parent = -1, .level = 1},
                                 {.code = {"20101", 5}, .parent = 0, .level = 2},
                                 {.code = {"2010101", 7}, .parent = 1, .level = 3}};
static struct ws_code econs[] = {{.code = {"302", 3}, .parent = -1, .level = 1}, {.code = {"30217", 5}, .parent = 0, .level = 2}};
static struct ws_project projects[] = {{.code = {"P", 1}, .name = {"Q", 1}, .category = {"22", 2}, .unit = 1}};
static struct ws_line lines[] = {
    {.amount = 500, .unit = 1, .func = 2, .econ = 1, .project = -1, .year = 2031, .kind = KIND_U},
    {.amount = 70, .unit = 1, .func = 2, .econ = 1, .project = 0, .year = 2031, .kind = KIND_J},
    {.amount = -9, .unit = 0, .func = -1, .econ = -1, .project = -1, .year = 2031, .source = SOURCE_FUND, .origin = ORIGIN_CARRY}};
static struct ws_income incomes[] = {{.amount = 800, .unit = 1, .year = 2031}};

static void check(const struct paper_table *t) {
  long covered = 0;
  for (int i = 0; i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    int64_t sum = 0;
    covered += (long)c->row_span * c->column_span;
    if (c->row + c->row_span > t->rows || c->column + c->column_span > t->columns) abort();
    for (int k = 0; k < c->nparts; k++) sum += t->cells[c->parts[k]].fen;
    if (c->nparts && sum != c->fen) abort();
  }
  if (covered != (long)t->rows * t->columns) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct workspace w = {.year = 2031,
                        .folder = "",
                        .profile = "",
                        .units = {units, 2, 2},
                        .funcs = {funcs, 3, 3},
                        .econs = {econs, 2, 2},
                        .projects = {projects, 1, 1},
                        .lines = {lines, 3, 3},
                        .incomes = {incomes, 1, 1}};
  struct layout *l;
  struct paper *p;
  struct err e = {0};
  if (size > 65536) return 0;
  if (layout_read("", "fuzz", (struct sv){(const char *)data, size}, &l, &e) < 0) {
    if (e.code == RC_FORMAT && e.line < 1) abort();
    return 0;
  }
  if (paper_make(&w, l, &p, &e) == RC_OK) {
    for (size_t i = 0; i < p->blocks.n; i++)
      if (p->blocks.v[i].table) check(p->blocks.v[i].table);
    paper_free(p);
  }
  layout_free(l);
  return 0;
}
