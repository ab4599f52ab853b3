/* conclude.c: what is plain from claims taken together, exactly as printed: growth from nothing, "more" said of equals, lists that are whole. */
#include "rooms/claims/internal.h"

#include <stdlib.h>
#include <string.h>

static bool equal_cells(const struct said *s, enum column a, enum column b) {
  return s->cells[a].there && s->cells[b].there && s->cells[a].value == s->cells[b].value;
}

/* What is plain from the printed figures themselves, exactly as printed. */
static void conclude(struct said *s) {
  const struct said_cell *growth = &s->cells[COL_GROWTH], *change = &s->cells[COL_CHANGE], *prior = &s->cells[COL_PRIOR];
  bool from_nothing = change->there && change->value > 0 &&
                      (equal_cells(s, COL_AMOUNT, COL_CHANGE) || (!s->cells[COL_AMOUNT].there && equal_cells(s, COL_FINAL, COL_CHANGE)));
  bool nothing_before = prior->there && prior->value == 0;
  if (growth->there && growth->value != 0 && (from_nothing || nothing_before)) s->cells[COL_FROM_ZERO] = *growth;
  const struct said_cell *order = s->cells[COL_LESS].there ? &s->cells[COL_LESS] : &s->cells[COL_MORE];
  enum column base = s->cells[COL_ADJUSTED].there ? COL_ADJUSTED : COL_BUDGET;
  if (order->there && equal_cells(s, COL_FINAL, base)) s->cells[COL_SAME] = *order;
}

/* ---- items that are all there: what they add up to may then be held against the whole ---- */

enum { ITEMS_MOST = 4000, HALF_CENT = 5000 /* half of 0.01 万元, in 分 */ };

static const struct whole {
  const char *table;
  size_t digits;
  const char *of[2]; /* the claim that is their whole */
} wholes[] = {
    {"said-gp", 7, {"gp", NULL}}, {"said-grant", 7, {"grant.expenditure", "grant.total"}}, {"said-expenditure", 3, {"expenditure", "total"}}};

static const struct said_cell *amount_of(const struct said *s) {
  return s->cells[COL_AMOUNT].there ? &s->cells[COL_AMOUNT] : s->cells[COL_FINAL].there ? &s->cells[COL_FINAL] : NULL;
}

static const struct said *claim_of(const struct claims *c, const char *key) {
  for (size_t i = 0; key && i < c->said.n; i++)
    if (strcmp(c->said.v[i].table, "said") == 0 && strcmp(c->said.v[i].key, key) == 0 && amount_of(&c->said.v[i])) return &c->said.v[i];
  return NULL;
}

/* The items of a kind, each once; 0 when one comes twice or says no amount. */
static size_t items_of(const struct claims *c, const struct whole *w, const struct said *items[ITEMS_MOST], int64_t *sum) {
  size_t n = 0;
  *sum = 0;
  for (size_t i = 0; i < c->said.n; i++) {
    const struct said *s = &c->said.v[i];
    if (strcmp(s->table, w->table) != 0 || strlen(s->key) != w->digits || strspn(s->key, "0123456789") != w->digits) continue;
    const struct said_cell *amount = amount_of(s);
    if (!amount || n == ITEMS_MOST || amount->value > INT64_MAX / ITEMS_MOST || amount->value < -(INT64_MAX / ITEMS_MOST)) return 0;
    for (size_t k = 0; k < n; k++)
      if (strcmp(items[k]->key, s->key) == 0) return 0;
    *sum += amount->value;
    items[n++] = s;
  }
  return n;
}

/* The claims may move when one is added: where the list begins is taken first. */
static int note(struct claims *c, const struct whole *w, enum column column, uint32_t from, uint32_t end) {
  const char *key = arena_printf(&c->book->arena, "%s.%s", w->table, column_names[column]);
  struct said s = {.table = "said-complete", .key = key, .from = from, .end = end, .sentence_from = from, .sentence_end = end, .parent = -1};
  s.cells[COL_NEAR] = (struct said_cell){.there = true, .from = from, .end = end};
  return !key || VEC_PUSH(&c->said, s, INT32_MAX / 2) < 0 ? RC_NOMEM : RC_OK;
}

static int complete(struct claims *c, const struct whole *w, const struct said **items) {
  static const enum column columns[] = {COL_CHANGE, COL_BUDGET, COL_ADJUSTED};
  int64_t sum;
  size_t n = items_of(c, w, items, &sum);
  const struct said *of = claim_of(c, w->of[0]);
  if (!of) of = claim_of(c, w->of[1]);
  const struct said_cell *total = of ? amount_of(of) : NULL;
  if (n < 2 || !total) return RC_OK;
  int64_t off = sum - total->value;
  if ((off < 0 ? -off : off) > (int64_t)(n + 1) * HALF_CENT) return RC_OK;
  bool all[3] = {true, true, true};
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < 3 && items[i]; k++) all[k] &= items[i]->cells[columns[k]].there;
  uint32_t from = of->from, end = of->end;
  int rc = RC_OK;
  for (int k = 0; k < 3 && rc == RC_OK; k++)
    if (all[k]) rc = note(c, w, columns[k], from, end);
  return rc;
}

int claims_conclude(struct claims *c) {
  const struct said **items = calloc(ITEMS_MOST, sizeof *items);
  int rc = RC_OK;
  if (!items) return RC_NOMEM;
  for (size_t i = 0; i < c->said.n; i++) conclude(&c->said.v[i]);
  for (size_t i = 0; i < sizeof wholes / sizeof *wholes && rc == RC_OK; i++) rc = complete(c, &wholes[i], items);
  free(items);
  return rc;
}
