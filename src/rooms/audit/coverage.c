/* coverage.c: the roster against the books of a batch: who has published, who has not, and which books nobody of the roster is the publisher of. */
#include "rooms/audit/roster.h"

#include <stdlib.h>
#include <string.h>

enum { UNLISTED_MAX = 100000 };

int coverage_new(struct coverage **out, const struct roster *r, int today, struct err *e) {
  struct coverage *c = calloc(1, sizeof *c);
  *out = NULL;
  if (c) c->cells = calloc(r->bodies.n + 1, sizeof *c->cells);
  if (!c || !c->cells) {
    free(c);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  c->roster = r, c->today = today;
  arena_init(&c->arena, (size_t)256 << 20);
  *out = c;
  return RC_OK;
}

static int add_book(struct coverage *c, const struct book *b, const char *path) {
  int body = roster_find(c->roster, b);
  const char *copy = arena_text(&c->arena, path, strlen(path));
  if (!copy) return RC_NOMEM;
  if (body >= 0) {
    struct covered *cell = &c->cells[body][duty_phase_of(b->kind)];
    if (cell->books++ == 0) cell->path = copy;
    return RC_OK;
  }
  struct unlisted u = {.path = copy, .body = arena_text(&c->arena, b->body.p ? b->body.p : "", b->body.n), .year = b->year, .kind = b->kind};
  return u.body ? VEC_PUSH(&c->unlisted, u, UNLISTED_MAX) : RC_NOMEM;
}

int coverage_add(struct coverage *c, const struct audit *x) {
  int rc = RC_OK;
  for (int i = 0; x->rc >= 0 && i < x->nbooks && rc == RC_OK; i++) {
    const struct book *b = x->books[i];
    const struct document *d = b->ndocuments > 0 ? b->documents[0] : NULL;
    if (!b->blank_form) rc = add_book(c, b, d && d->path ? d->path : x->path);
  }
  return rc;
}

void coverage_free(struct coverage *c) {
  if (!c) return;
  free(c->cells), free(c->unlisted.v);
  arena_release(&c->arena);
  free(c);
}

struct coverage_cell coverage_at(const struct coverage *c, int body, enum duty_phase p) {
  struct coverage_cell cell = {.books = c->cells[body][p].books, .duty = &c->roster->bodies.v[body].duty[p]};
  cell.state = duty_judge(cell.duty, cell.books > 0, c->today, &cell.due, &cell.late);
  return cell;
}

static bool is_published(const struct coverage *c, int body, enum duty_phase p) {
  struct coverage_cell cell = coverage_at(c, body, p);
  return cell.books > 0 || cell.duty->published != DAY_NONE;
}

bool coverage_unpublished(const struct coverage *c, int body, enum duty_phase p) {
  enum duty_state s = coverage_at(c, body, p).state;
  return s == DUTY_UNPUBLISHED || s == DUTY_OVERDUE;
}

/* A department's own book is no excuse for its units: each publishes its own (实施条例第六条). */
bool coverage_without_units(const struct coverage *c, int body) {
  const struct body *b = &c->roster->bodies.v[body];
  for (int p = 0; !b->unit && p < DUTY_PHASES; p++) {
    if (!is_published(c, body, (enum duty_phase)p)) continue;
    for (size_t i = 0; i < c->roster->bodies.n; i++)
      if (c->roster->bodies.v[i].parent == body && !is_published(c, (int)i, (enum duty_phase)p)) return true;
  }
  return false;
}

bool coverage_without_final(const struct coverage *c, int body) {
  return is_published(c, body, DUTY_BUDGET) && coverage_unpublished(c, body, DUTY_FINAL);
}
