/* diagnose_search.c: the smallest set of changed cells that repairs some relations and breaks no other.
 * One wrong cell must lie in every broken relation; so the last change of a set is sought in the intersection of what is still open. */
#include "rule/diagnose_internal.h"

#include <string.h>

enum { VALUES_MOST = 24, DIGIT_VALUES_MOST = 8, COST_SWAP = 4, COST_TABLE = 3 };

enum level relation_level(struct diagnosis *d, int32_t relation) {
  struct relation r = d->result->relations.v[relation];
  d->steps += r.nterms;
  relation_judge(d->book, &r, d->values);
  if (r.outcome != OUTCOME_FAILED) return LEVEL_EXACT;
  return r.rounding ? LEVEL_ROUNDED : LEVEL_BROKEN;
}

/* What a relation that does not hold weighs against an explanation. */
static long weight(const struct diagnosis *d, int32_t relation, uint8_t level) {
  if (level == LEVEL_EXACT) return 0;
  if (level == LEVEL_BROKEN) return d->hard[relation] ? 40 : 6;
  return d->hard[relation] && !d->loose[relation] ? 12 : 1;
}

/* Whether the running search must not end with the relation like this. */
static bool is_open(const struct diagnosis *d, int32_t relation, uint8_t level) {
  if (d->target[relation]) return level > (d->strict ? LEVEL_EXACT : LEVEL_ROUNDED);
  if (!d->hard[relation]) return false;
  if (level == LEVEL_ROUNDED && (!d->strict || d->loose[relation])) return false;
  return level > d->initial[relation];
}

static void open_update(struct diagnosis *d, int32_t relation) {
  bool open = is_open(d, relation, d->level[relation]);
  int32_t at = d->open_at[relation];
  if (open && at < 0) {
    d->open_at[relation] = d->nopen;
    d->open[d->nopen++] = relation;
  } else if (!open && at >= 0) {
    int32_t last = d->open[--d->nopen];
    d->open[at] = last;
    d->open_at[last] = at;
    d->open_at[relation] = -1;
  }
}

int64_t cell_set(struct diagnosis *d, int32_t obs, int64_t value) {
  int64_t was = d->values[obs];
  d->values[obs] = value;
  for (int32_t i = d->first[obs]; i < d->first[obs + 1]; i++) {
    int32_t relation = d->uses[i];
    uint8_t level = (uint8_t)relation_level(d, relation);
    if (level == d->level[relation]) continue;
    d->running += weight(d, relation, level) - weight(d, relation, d->level[relation]);
    d->level[relation] = level;
    open_update(d, relation);
  }
  return was;
}

static bool out_of_steps(const struct diagnosis *d) {
  return d->steps > STEPS_COMPONENT || d->steps_book + d->steps > STEPS_BOOK;
}

static bool same_cells(const struct explanation *a, const struct explanation *b) {
  if (a->n != b->n) return false;
  for (int i = 0; i < a->n; i++)
    if (a->changes[i].obs != b->changes[i].obs) return false;
  return true;
}

/* How much dearer an explanation may be and still count as equally good. */
static long margin(const struct diagnosis *d) {
  return d->exact ? 0 : 2;
}

/* Keeps an explanation among the best; one for each set of cells, the cheaper. */
static void explanation_keep(const struct diagnosis *d, struct search *s, const struct explanation *x) {
  int kept = 0;
  long best = x->cost;
  for (int i = 0; i < s->n; i++) {
    if (same_cells(&s->best[i], x) && s->best[i].cost <= x->cost) return;
    if (s->best[i].cost < best) best = s->best[i].cost;
  }
  if (x->cost > best + margin(d)) return;
  for (int i = 0; i < s->n; i++)
    if (!same_cells(&s->best[i], x) && s->best[i].cost <= best + margin(d)) s->best[kept++] = s->best[i];
  s->n = kept;
  if (s->n == EXPLANATIONS_MOST) {
    s->cut = true;
    return;
  }
  s->best[s->n++] = *x;
}

/* A sentence is written by hand, a table is made by a program: between the two the table is believed, when anything confirms it. */
static long table_cost(const struct diagnosis *d, int32_t obs) {
  bool said = false, confirmed = false;
  if (obs_is_prose(d->book, &d->book->obs.v[obs])) return 0;
  for (int32_t i = d->first[obs]; i < d->first[obs + 1] && !(said && confirmed); i++) {
    int32_t relation = d->uses[i];
    said = said || (d->target[relation] && d->prose[relation]);
    confirmed = confirmed || (d->initial[relation] == LEVEL_EXACT && d->result->relations.v[relation].nterms > 1);
  }
  return said && confirmed ? COST_TABLE : 0;
}

static void explanation_make(const struct diagnosis *d, const struct change *stack, int n, struct explanation *x) {
  *x = (struct explanation){.n = n, .cost = d->running};
  for (int i = 0; i < n; i++) {
    long cost;
    change_kind(d->book, &d->book->obs.v[stack[i].obs], stack[i].value, &cost);
    x->cost += cost + table_cost(d, stack[i].obs);
    int at = i;
    while (at > 0 && x->changes[at - 1].obs > stack[i].obs) x->changes[at] = x->changes[at - 1], at--;
    x->changes[at] = stack[i];
  }
  if (shape_swapped(d, x)) x->cost = d->running + COST_SWAP; /* one slip, not two */
}

static int value_add(int64_t *values, int n, int64_t value, int64_t current) {
  if (value == current || n == VALUES_MOST) return n;
  for (int i = 0; i < n; i++)
    if (values[i] == value) return n;
  values[n] = value;
  return n + 1;
}

/* Values of a cell that make one of its relations exact; of the open ones only, or of all that are not exact now. */
static int values_of(struct diagnosis *d, int32_t obs, bool only_open, int64_t *values) {
  int n = 0;
  for (int32_t i = d->first[obs]; i < d->first[obs + 1]; i++) {
    int32_t relation = d->uses[i];
    int64_t value;
    if (only_open ? d->open_at[relation] < 0 : d->level[relation] == LEVEL_EXACT) continue;
    const struct relation *r = &d->result->relations.v[relation];
    d->steps += r->nterms;
    if (relation_solve(d, r, obs, &value)) n = value_add(values, n, value, d->values[obs]);
  }
  return n;
}

static bool is_changed(const struct change *stack, int n, int32_t obs) {
  for (int i = 0; i < n; i++)
    if (stack[i].obs == obs) return true;
  return false;
}

/* The last change: any value that closes everything. */
static void try_last(struct diagnosis *d, struct search *s, struct change *stack, int n, int32_t obs) {
  int64_t values[VALUES_MOST], low, high, digits[DIGIT_VALUES_MOST];
  cell_range(d, obs, &low, &high);
  if (low > high) return; /* some relation exonerates it */
  int count = values_of(d, obs, false, values);
  if (!d->strict) {
    int near = change_digits(d->book, &d->book->obs.v[obs], low, high, digits, DIGIT_VALUES_MOST);
    if (near < DIGIT_VALUES_MOST) /* a range that holds many is open to one side and says nothing of the digit */
      for (int i = 0; i < near; i++) count = value_add(values, count, digits[i], d->values[obs]);
  }
  for (int i = 0; i < count && !out_of_steps(d); i++) {
    if (!d->strict && (values[i] < low || values[i] > high)) continue;
    int64_t was = cell_set(d, obs, values[i]);
    if (d->nopen == 0) {
      struct explanation x;
      stack[n] = (struct change){obs, values[i]};
      explanation_make(d, stack, n + 1, &x);
      explanation_keep(d, s, &x);
    }
    cell_set(d, obs, was);
  }
}

static const struct relation *smallest_open(struct diagnosis *d) {
  const struct relation *best = NULL;
  d->steps += d->nopen;
  for (int i = 0; i < d->nopen; i++) {
    const struct relation *r = &d->result->relations.v[d->open[i]];
    if (!best || r->nterms < best->nterms) best = r;
  }
  return best;
}

static bool in_every_open(const struct diagnosis *d, int32_t obs) {
  int n = 0;
  for (int32_t i = d->first[obs]; i < d->first[obs + 1]; i++) n += d->open_at[d->uses[i]] >= 0;
  return n == d->nopen;
}

static void search_depth(struct diagnosis *d, struct search *s, struct change *stack, int n, int left) {
  const struct relation *r = smallest_open(d);
  if (!r || left == 0) return;
  for (int i = 0; i < r->nterms; i++) {
    int32_t obs = r->terms[i].obs;
    if (out_of_steps(d)) {
      s->cut = true;
      return;
    }
    if (is_changed(stack, n, obs)) continue;
    if (left == 1 || n >= CHANGES_MOST) {
      d->steps += d->first[obs + 1] - d->first[obs];
      if (in_every_open(d, obs)) try_last(d, s, stack, n, obs);
      continue;
    }
    int64_t values[VALUES_MOST];
    int count = values_of(d, obs, true, values);
    for (int k = 0; k < count && !out_of_steps(d); k++) {
      int64_t was = cell_set(d, obs, values[k]);
      stack[n] = (struct change){obs, values[k]};
      if (d->nopen > 0) search_depth(d, s, stack, n + 1, left - 1);
      cell_set(d, obs, was);
    }
  }
  if (out_of_steps(d)) s->cut = true;
}

static void search_begin(struct diagnosis *d, const int32_t *relations, int n) {
  d->steps_book += d->steps;
  d->steps = 0;
  d->running = 0;
  for (int i = 0; i < n; i++) d->target[relations[i]] = true;
  for (int i = 0; i < n; i++) open_update(d, relations[i]);
}

static void search_end(struct diagnosis *d, const int32_t *relations, int n) {
  for (int i = 0; i < n; i++) d->target[relations[i]] = false;
  while (d->nopen > 0) d->open_at[d->open[--d->nopen]] = -1;
}

void search_run(struct diagnosis *d, const int32_t *relations, int n, int changes_most, struct search *s) {
  *s = (struct search){0};
  search_begin(d, relations, n);
  s->cut = out_of_steps(d);
  for (int changes = 1; changes <= changes_most && s->n == 0 && !s->cut; changes++) {
    struct change stack[CHANGES_MOST];
    search_depth(d, s, stack, 0, changes);
  }
  search_end(d, relations, n);
}

/* How many targets a change closes; 0 when it breaks anything. */
static int closed_by(const struct diagnosis *d, int32_t obs, int open_before) {
  for (int32_t i = d->first[obs]; i < d->first[obs + 1]; i++)
    if (d->open_at[d->uses[i]] >= 0 && !d->target[d->uses[i]]) return 0;
  return open_before - d->nopen;
}

static void peel_cell(struct diagnosis *d, struct search *s, int32_t obs, int least, int *most) {
  int64_t values[VALUES_MOST];
  int count = values_of(d, obs, true, values), before = d->nopen;
  for (int i = 0; i < count && !out_of_steps(d); i++) {
    int64_t was = cell_set(d, obs, values[i]);
    int closed = closed_by(d, obs, before);
    if (closed >= least && closed >= *most) {
      struct change c = {obs, values[i]};
      struct explanation x;
      explanation_make(d, &c, 1, &x);
      if (closed > *most) s->n = 0;
      *most = closed;
      explanation_keep(d, s, &x);
    }
    cell_set(d, obs, was);
  }
}

void search_peel(struct diagnosis *d, const int32_t *relations, int n, int least, struct search *s) {
  *s = (struct search){0};
  search_begin(d, relations, n);
  int most = 0;
  s->cut = out_of_steps(d);
  for (int i = 0; i < n && !s->cut; i++) {
    const struct relation *r = &d->result->relations.v[relations[i]];
    for (int k = 0; k < r->nterms && !s->cut; k++) {
      int32_t obs = r->terms[k].obs;
      if (!d->seen[obs]) peel_cell(d, s, obs, least, &most);
      d->seen[obs] = true;
      s->cut = out_of_steps(d);
    }
  }
  for (int i = 0; i < n; i++) {
    const struct relation *r = &d->result->relations.v[relations[i]];
    for (int k = 0; k < r->nterms; k++) d->seen[r->terms[k].obs] = false;
  }
  search_end(d, relations, n);
}
