/* doc_fit.c: how large the text of a table may be, and how wide its columns, so that no amount is broken over lines. By the widths of characters in
 * common Chinese fonts, a little too wide rather than too narrow, so that both formats come out alike and nothing is set twice. */
#include "document/doc_internal.h"

#include <string.h>

enum { COLUMNS_MAX = 64 };
#define PAD 6.6 /* both sides of a cell */

static double em_of(uint32_t cp) {
  if (cp >= '0' && cp <= '9') return 0.59;
  if (cp == '.' || cp == ',' || cp == ' ') return 0.3;
  if (cp == '-') return 0.4;
  return cp < 0x80 ? 0.62 : 1;
}

/* The longest line of a text, in sizes of its font. */
static double ems(struct sv text) {
  double line = 0, most = 0;
  for (size_t at = 0; at < text.n && at < 400;) {
    uint32_t cp = utf8_next(text, &at);
    line = cp == '\n' ? 0 : line + em_of(cp);
    if (line > most) most = line;
  }
  return most;
}

static bool is_code(struct sv text) {
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] < '0' || text.p[i] > '9') return false;
  return text.n > 0 && text.n < 12;
}

/* What each column must have: amounts and codes whole, and two characters of anything else. */
static void needs_find(const struct doc_table *t, double *need) {
  for (int i = 0; i < t->ncells; i++) {
    const struct doc_cell *c = &t->cells[i];
    if (c->column < 0 || c->column >= t->columns || c->column_span != 1) continue;
    double want = c->text.n == 0 ? 0 : 2;
    if (c->row >= t->head && (c->align == DOC_RIGHT || is_code(c->text))) want = ems(c->text) * (c->bold ? 1.04 : 1);
    if (is_code(c->text)) want += 0.4 + (t->indent ? t->indent[i] : 0); /* digits of other fonts are wider, and codes have no comma to give */
    if (want > need[c->column]) need[c->column] = want;
  }
}

/* Gives each column that is too narrow what it needs, out of what the others have to spare; false when they would have to give too much. */
static bool widths_give(const double *need, double points, double *have, int n, double most) {
  double lack = 0, spare = 0;
  for (int k = 0; k < n; k++) {
    double d = have[k] - need[k] * points - PAD;
    if (d < 0)
      lack -= d;
    else
      spare += d;
  }
  if (lack <= 0) return true;
  bool enough = lack <= spare * most;
  double share = spare > 0 ? (lack < spare ? lack / spare : 1) : 0;
  for (int k = 0; k < n; k++) {
    double d = have[k] - need[k] * points - PAD;
    have[k] -= d < 0 ? d : d * share;
  }
  return enough;
}

void doc_fit(struct doc_grid *g, double width, int *widths) {
  const struct doc_table *t = g->t;
  double need[COLUMNS_MAX] = {0}, have[COLUMNS_MAX], total = 0;
  int n = t->columns < COLUMNS_MAX ? t->columns : COLUMNS_MAX;
  needs_find(t, need);
  for (int k = 0; k < n; k++) total += t->widths[k] > 0 && t->widths[k] < 100000 ? t->widths[k] : 1;
  for (g->points = t->most;; g->points -= 0.5) {
    bool last = g->points - 0.5 < t->least;
    for (int k = 0; k < n; k++) have[k] = width * (t->widths[k] > 0 && t->widths[k] < 100000 ? t->widths[k] : 1) / total;
    if (widths_give(need, g->points, have, n, last ? 1 : 0.4) || last) break;
  }
  for (int k = 0; k < n; k++) widths[k] = have[k] > 1 ? (int)(have[k] * 10) : 10;
}
