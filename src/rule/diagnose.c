/* diagnose.c: from broken relations to causes. Relations that share observations are one component; a component is explained by the fewest changed
 * cells, or taken apart cell by cell, or said to have several explanations. Errors first, then what is only doubtful, then differences of rounding.
 */
#include "rule/diagnose_internal.h"

#include <stdlib.h>
#include <string.h>

enum { PEELS_MOST = 64, ALTERNATIVES_MOST = EXPLANATIONS_MOST * CHANGES_MOST, ROUNDED_APART_MOST = 20 };
static const size_t scratch_cap = (size_t)256 << 20;

/* A list of relations, and what is needed to split it into components. */
struct component {
  int32_t *relations;
  int n;
  uint64_t hash; /* for an order that does not depend on positions */
};

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- setting up ---- */

static int uses_build(struct diagnosis *d) {
  const struct check_result *r = d->result;
  size_t n = d->book->obs.n, total = 0;
  int32_t *last = ARENA_ARRAY(&d->scratch, int32_t, n);
  d->first = ARENA_ARRAY(&d->scratch, int32_t, n + 1);
  if (!last || !d->first) return RC_NOMEM;
  for (int pass = 0; pass < 2; pass++) { /* count, then fill; a cell that a relation names twice is one use */
    memset(last, 0xff, n * sizeof *last);
    for (size_t i = 0; i < r->relations.n; i++)
      for (int k = 0; d->judged[i] && k < r->relations.v[i].nterms; k++) {
        int32_t obs = r->relations.v[i].terms[k].obs;
        if (last[obs] == (int32_t)i) continue;
        last[obs] = (int32_t)i;
        if (pass == 0)
          d->first[obs + 1]++, total++;
        else
          d->uses[d->first[obs]++] = (int32_t)i;
      }
    if (pass == 1) break;
    for (size_t i = 0; i < n; i++) d->first[i + 1] += d->first[i];
    d->uses = ARENA_ARRAY(&d->scratch, int32_t, total);
    if (!d->uses || total > INT32_MAX) return RC_NOMEM;
  }
  for (size_t i = n; i > 0; i--) d->first[i] = d->first[i - 1]; /* filling moved each start to the next one's */
  if (n > 0) d->first[0] = 0;
  return RC_OK;
}

/* Only relations with a verdict and sound terms take part. */
static bool relation_sound(const struct book *b, const struct relation *r) {
  if (r->nterms <= 0 || (r->outcome != OUTCOME_PASSED && r->outcome != OUTCOME_FAILED)) return false;
  for (int i = 0; i < r->nterms; i++)
    if (r->terms[i].obs < 0 || (size_t)r->terms[i].obs >= b->obs.n) return false;
  return true;
}

/* A sum in which something is added, so that its holding exactly means something. */
static bool relation_adds(const struct book *b, const struct relation *r) {
  int n = 0;
  if (r->op != REL_EQ) return false;
  for (int i = 0; i < r->nterms && n < 3; i++) n += b->obs.v[r->terms[i].obs].value != 0;
  return n >= 3;
}

/* Two printings of one number in one unit: however it was rounded, it was rounded once. */
static bool relation_copies(const struct book *b, const struct relation *r) {
  return r->op == REL_EQ && r->nterms == 2 && r->terms[0].coefficient == -r->terms[1].coefficient &&
         cell_quantum(b, &b->obs.v[r->terms[0].obs]) == cell_quantum(b, &b->obs.v[r->terms[1].obs]);
}

static void levels_set(struct diagnosis *d) {
  long exact = 0, rounded = 0;
  for (size_t i = 0; i < d->result->relations.n; i++) {
    const struct relation *r = &d->result->relations.v[i];
    const struct rule_head *head = rule_get(d->set, r->rule);
    d->judged[i] = relation_sound(d->book, r);
    d->open_at[i] = -1;
    d->hard[i] = d->judged[i] && (!head || head->severity == SEVERITY_ERROR);
    if (!d->judged[i]) continue;
    enum level level = r->outcome == OUTCOME_PASSED ? LEVEL_EXACT : r->rounding ? LEVEL_ROUNDED : LEVEL_BROKEN;
    d->initial[i] = d->level[i] = (uint8_t)level;
    d->prose[i] = relation_has_prose(d->book, r);
    if (d->prose[i] || !relation_adds(d->book, r)) continue;
    exact += level == LEVEL_EXACT;
    rounded += level == LEVEL_ROUNDED;
  }
  d->exact = exact >= 8 * rounded;
  for (size_t i = 0; i < d->result->relations.n; i++)
    d->loose[i] = d->judged[i] && !d->exact && !relation_copies(d->book, &d->result->relations.v[i]);
}

static int diagnosis_init(struct diagnosis *d) {
  size_t nobs = d->book->obs.n, n = d->result->relations.n;
  arena_init(&d->scratch, scratch_cap);
  d->values = ARENA_ARRAY(&d->scratch, int64_t, nobs);
  d->seen = ARENA_ARRAY(&d->scratch, bool, nobs);
  d->owner = ARENA_ARRAY(&d->scratch, int32_t, nobs);
  d->listed = ARENA_ARRAY(&d->scratch, bool, n);
  d->initial = ARENA_ARRAY(&d->scratch, uint8_t, n);
  d->level = ARENA_ARRAY(&d->scratch, uint8_t, n);
  d->hard = ARENA_ARRAY(&d->scratch, bool, n);
  d->judged = ARENA_ARRAY(&d->scratch, bool, n);
  d->prose = ARENA_ARRAY(&d->scratch, bool, n);
  d->loose = ARENA_ARRAY(&d->scratch, bool, n);
  d->taken = ARENA_ARRAY(&d->scratch, bool, n);
  d->target = ARENA_ARRAY(&d->scratch, bool, n);
  d->open = ARENA_ARRAY(&d->scratch, int32_t, n);
  d->open_at = ARENA_ARRAY(&d->scratch, int32_t, n);
  d->dropped = ARENA_ARRAY(&d->scratch, bool, d->result->remarks.n);
  if (!d->values || !d->seen || !d->owner || !d->listed || !d->initial || !d->level || !d->hard || !d->judged || !d->prose || !d->loose ||
      !d->taken || !d->target || !d->open || !d->open_at || !d->dropped)
    return RC_NOMEM;
  memset(d->owner, 0xff, nobs * sizeof *d->owner);
  for (size_t i = 0; i < nobs; i++) d->values[i] = d->book->obs.v[i].value;
  levels_set(d);
  return uses_build(d);
}

/* ---- components ---- */

static int32_t root(int32_t *parent, int32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

static int component_compare(const void *pa, const void *pb) {
  const struct component *a = pa, *b = pb;
  if (a->n != b->n) return a->n > b->n ? -1 : 1;
  return (a->hash > b->hash) - (a->hash < b->hash);
}

/* Joins relations that have a cell in common. */
static void join_shared(struct diagnosis *d, const int32_t *relations, int n, int32_t *parent) {
  for (int pass = 0; pass < 2; pass++) /* the second pass cleans up */
    for (int i = 0; i < n; i++) {
      const struct relation *r = &d->result->relations.v[relations[i]];
      for (int k = 0; k < r->nterms; k++) {
        int32_t *owner = &d->owner[r->terms[k].obs];
        if (pass == 1)
          *owner = -1;
        else if (*owner < 0)
          *owner = i;
        else
          parent[root(parent, i)] = root(parent, *owner);
      }
    }
}

/* Splits relations by shared observations. *out lives in the scratch arena; larger components come first. */
static int components_of(struct diagnosis *d, const int32_t *relations, int n, struct component **out, int *count) {
  int32_t *parent = ARENA_ARRAY(&d->scratch, int32_t, (size_t)n), *place = ARENA_ARRAY(&d->scratch, int32_t, (size_t)n);
  int32_t *slots = ARENA_ARRAY(&d->scratch, int32_t, (size_t)n);
  struct component *v = ARENA_ARRAY(&d->scratch, struct component, (size_t)n);
  if (!parent || !place || !slots || !v) return RC_NOMEM;
  for (int i = 0; i < n; i++) parent[i] = i;
  join_shared(d, relations, n, parent);
  *count = 0;
  memset(place, 0xff, (size_t)n * sizeof *place);
  for (int i = 0; i < n; i++) {
    int32_t top = root(parent, i);
    if (place[top] < 0) place[top] = (*count)++;
    v[place[top]].n++;
  }
  for (int i = 0, at = 0; i < *count; i++) v[i].relations = slots + at, at += v[i].n, v[i].n = 0;
  for (int i = 0; i < n; i++) {
    struct component *c = &v[place[root(parent, i)]];
    c->relations[c->n++] = relations[i];
    c->hash += relation_hash(d, relations[i]);
  }
  qsort(v, (size_t)*count, sizeof *v, component_compare);
  *out = v;
  return RC_OK;
}

/* ---- from explanations to findings ---- */

/* Adds to list the untaken relations that stand better with the changes made than as printed; the caller unlists them. */
static int improved_by(struct diagnosis *d, const struct change *c, int nchanges, int32_t *list, int n, int most) {
  int64_t was[ALTERNATIVES_MOST];
  for (int i = 0; i < nchanges; i++) was[i] = cell_set(d, c[i].obs, c[i].value);
  for (int i = 0; i < nchanges; i++)
    for (int32_t u = d->first[c[i].obs]; u < d->first[c[i].obs + 1]; u++) {
      int32_t relation = d->uses[u];
      if (d->taken[relation] || d->level[relation] >= d->initial[relation]) continue;
      if (d->listed[relation] || n == most) continue;
      d->listed[relation] = true;
      list[n++] = relation;
    }
  for (int i = nchanges; i-- > 0;) cell_set(d, c[i].obs, was[i]);
  return n;
}

static void unlist(struct diagnosis *d, const int32_t *list, int n) {
  for (int i = 0; i < n; i++) d->listed[list[i]] = false;
}

static int list_room(const struct diagnosis *d, const struct change *c, int nchanges, int n) {
  for (int i = 0; i < nchanges; i++) n += d->first[c[i].obs + 1] - d->first[c[i].obs];
  return n;
}

/* What the changes leave inexact of the relations they explain. */
static uint64_t rest_of(struct diagnosis *d, const struct change *c, int nchanges, const int32_t *list, int n) {
  int64_t was[CHANGES_MOST];
  uint64_t h = 0;
  for (int i = 0; i < nchanges; i++) was[i] = cell_set(d, c[i].obs, c[i].value);
  for (int i = 0; i < n; i++)
    if (d->level[list[i]] != LEVEL_EXACT) h += relation_name_hash(d, list[i]);
  for (int i = nchanges; i-- > 0;) cell_set(d, c[i].obs, was[i]);
  return h;
}

/* One finding that names `changes` (all of them wrong together), or that names them as alternatives. `also`: relations it explains in any case. */
static int report(struct diagnosis *d, const struct change *changes, int n, bool alternatives, enum cause_kind cause, const int32_t *also, int nalso,
                  struct err *e) {
  struct suspect suspects[ALTERNATIVES_MOST];
  int room = list_room(d, changes, n, nalso), nlist = 0;
  int32_t *list = ARENA_ARRAY(&d->scratch, int32_t, (size_t)room);
  if (!list) return no_memory(e);
  for (int i = 0; i < nalso; i++)
    if (!d->taken[also[i]]) d->listed[also[i]] = true, list[nlist++] = also[i];
  for (int i = 0; i < n; i++) {
    suspect_fill(d, &changes[i], &suspects[i]);
    if (alternatives) nlist = improved_by(d, &changes[i], 1, list, nlist, room);
  }
  if (!alternatives) nlist = improved_by(d, changes, n, list, nlist, room);
  unlist(d, list, nlist);
  uint64_t rest = alternatives ? 0 : rest_of(d, changes, n, list, nlist);
  struct draft x = {.cause = cause, .relations = list, .nrelations = nlist, .row_table = -1, .row_after = -1, .remark = -1, .rest = rest};
  if (alternatives)
    x.alternatives = suspects, x.nalternatives = n;
  else
    x.suspects = suspects, x.nsuspects = n;
  return nlist > 0 ? finding_add(d, &x, e) : RC_OK;
}

static enum cause_kind kind_of(const struct diagnosis *d, const struct change *c) {
  long cost;
  return change_kind(d->book, &d->book->obs.v[c->obs], c->value, &cost);
}

/* Whether a change made alone breaks what holds as printed: then the others belong to it. */
static bool breaks_alone(struct diagnosis *d, const struct change *c) {
  bool broken = false;
  int64_t was = cell_set(d, c->obs, c->value);
  for (int32_t u = d->first[c->obs]; u < d->first[c->obs + 1] && !broken; u++)
    broken = d->hard[d->uses[u]] && d->level[d->uses[u]] == LEVEL_BROKEN && d->initial[d->uses[u]] != LEVEL_BROKEN;
  cell_set(d, c->obs, was);
  return broken;
}

/* What the changes have in common. */
static enum cause_kind kind_of_all(const struct diagnosis *d, const struct explanation *x) {
  enum cause_kind kind = kind_of(d, &x->changes[0]);
  if (shape_stale(d, x)) return CAUSE_STALE_COPY;
  for (int i = 1; i < x->n; i++)
    if (kind_of(d, &x->changes[i]) != kind) return CAUSE_OTHER_VALUE;
  return kind;
}

/* Several wrong cells are several causes when each of them alone repairs something and breaks nothing: 合计 and a part of it that carry the same
 * wrong number are one. */
static int report_apart(struct diagnosis *d, const struct explanation *x, const int32_t *also, int nalso, struct err *e) {
  int32_t one[1];
  bool apart = true;
  for (int i = 0; i < x->n && apart; i++) {
    int n = improved_by(d, &x->changes[i], 1, one, 0, 1);
    unlist(d, one, n);
    apart = n > 0 && !(x->n > 1 && breaks_alone(d, &x->changes[i]));
  }
  if (!apart) return report(d, x->changes, x->n, false, kind_of_all(d, x), also, nalso, e);
  for (int i = 0; i < x->n; i++) {
    bool last = i == x->n - 1; /* what only all of them together repair goes with the last */
    int rc = report(d, &x->changes[i], 1, false, kind_of(d, &x->changes[i]), also, last ? nalso : 0, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static bool in_all(const struct search *s, const struct change *c) {
  for (int i = 0; i < s->n; i++) {
    bool found = false;
    for (int k = 0; k < s->best[i].n && !found; k++) found = s->best[i].changes[k].obs == c->obs && s->best[i].changes[k].value == c->value;
    if (!found) return false;
  }
  return true;
}

/* Equally good explanations: what is common to all is certain; the rest are alternatives. */
static int report_tied(struct diagnosis *d, const struct search *s, const int32_t *relations, int nrelations, struct err *e) {
  struct change others[ALTERNATIVES_MOST];
  int n = 0;
  enum cause_kind cause = CAUSE_UNKNOWN;
  for (int i = 0; i < s->n; i++)
    for (int k = 0; k < s->best[i].n; k++) {
      const struct change *c = &s->best[i].changes[k];
      bool certain = in_all(s, c), known = false;
      if (certain && i == 0) {
        int rc = report(d, c, 1, false, kind_of(d, c), NULL, 0, e);
        if (rc < 0) return rc;
      }
      for (int j = 0; j < n && !known; j++) known = others[j].obs == c->obs;
      if (certain || known) continue;
      enum cause_kind kind = kind_of(d, c);
      cause = n == 0 || cause == kind ? kind : CAUSE_UNKNOWN;
      others[n++] = *c;
    }
  return report(d, others, n, true, cause, relations, nrelations, e);
}

static int report_search(struct diagnosis *d, const struct search *s, const int32_t *relations, int n, struct err *e) {
  const struct explanation *x = &s->best[0];
  if (s->n > 1) return report_tied(d, s, relations, n, e);
  if (shape_swapped(d, x)) return report(d, x->changes, x->n, false, CAUSE_SWAPPED_COLUMNS, relations, n, e);
  if (shape_stale(d, x)) return report(d, x->changes, x->n, false, CAUSE_STALE_COPY, relations, n, e);
  return report_apart(d, x, relations, n, e);
}

static int report_several(struct diagnosis *d, const int32_t *relations, int n, struct err *e) {
  struct draft x = {.cause = CAUSE_UNKNOWN, .several = true, .relations = relations, .nrelations = n, .row_table = -1, .row_after = -1, .remark = -1};
  return finding_add(d, &x, e);
}

static int drop_taken(const struct diagnosis *d, int32_t *relations, int n) {
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (!d->taken[relations[i]]) relations[kept++] = relations[i];
  return kept;
}

static int explain_list(struct diagnosis *d, int32_t *relations, int n, int peels, struct err *e);

static int explain_component(struct diagnosis *d, int32_t *relations, int n, int peels, struct err *e) {
  struct search s;
  n = drop_taken(d, relations, n);
  if (n == 0) return RC_OK;
  search_run(d, relations, n, CHANGES_MOST, &s);
  if (s.n > 0 && !s.cut) return report_search(d, &s, relations, n, e);
  if (n > 1 && peels < PEELS_MOST) {
    search_peel(d, relations, n, 2, &s);
    if (s.n > 0) {
      int rc = report_search(d, &s, NULL, 0, e), left = drop_taken(d, relations, n);
      if (rc < 0) return rc;
      if (left < n) return explain_list(d, relations, left, peels + 1, e);
    }
  }
  return report_several(d, relations, n, e);
}

static int explain_list(struct diagnosis *d, int32_t *relations, int n, int peels, struct err *e) {
  struct component *v;
  int count;
  if (n == 0) return RC_OK;
  if (components_of(d, relations, n, &v, &count) < 0) return no_memory(e);
  for (int i = 0; i < count; i++) {
    int rc = explain_component(d, v[i].relations, v[i].n, peels, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* Relations as printed at a level, not yet explained. */
static int32_t *collect(struct diagnosis *d, enum level level, bool hard_only, int *n) {
  int32_t *list = ARENA_ARRAY(&d->scratch, int32_t, d->result->relations.n);
  *n = 0;
  for (size_t i = 0; list && i < d->result->relations.n; i++)
    if (d->judged[i] && d->initial[i] == level && !d->taken[i] && (d->hard[i] || !hard_only)) list[(*n)++] = (int32_t)i;
  return list;
}

/* ---- differences of rounding ---- */

/* A 尾差 that one cell explains. Where numbers should agree exactly every one is worth naming; of loose sums only what several agree on. */
static int rounded_component(struct diagnosis *d, struct component *c, bool apart, bool loose, struct err *e) {
  struct search s;
  int least = loose ? 3 : 2;
  for (int peels = 0; peels < PEELS_MOST; peels++) {
    c->n = drop_taken(d, c->relations, c->n);
    if (c->n == 0) return RC_OK;
    search_run(d, c->relations, c->n, 1, &s);
    if (s.n > 0 && !s.cut && ((apart && !loose) || (c->n >= least && s.n == 1))) return report_search(d, &s, c->relations, c->n, e);
    if (c->n <= least) return RC_OK;
    search_peel(d, c->relations, c->n, least, &s);
    if (s.n != 1) return RC_OK;
    int rc = report_search(d, &s, NULL, 0, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static int32_t stated_table(const struct diagnosis *d, int32_t relation) {
  return d->book->obs.v[d->result->relations.v[relation].terms[0].obs].table;
}

/* What remains: one finding a table. */
static int rounded_by_table(struct diagnosis *d, struct err *e) {
  int n;
  int32_t *list = collect(d, LEVEL_ROUNDED, false, &n), *group = ARENA_ARRAY(&d->scratch, int32_t, d->result->relations.n);
  if (!list || !group) return no_memory(e);
  for (size_t t = 0; t <= d->book->tables.n && n > 0; t++) { /* the last turn: whatever lies in no table */
    int count = 0, kept = 0;
    for (int i = 0; i < n; i++) {
      bool here = t == d->book->tables.n || stated_table(d, list[i]) == (int32_t)t;
      if (here)
        group[count++] = list[i];
      else
        list[kept++] = list[i];
    }
    n = kept;
    if (count == 0) continue;
    struct draft x = {.cause = CAUSE_UNKNOWN, .relations = group, .nrelations = count, .row_table = -1, .row_after = -1, .remark = -1};
    int rc = finding_add(d, &x, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static int explain_rounded(struct diagnosis *d, bool loose, struct err *e) {
  struct component *v;
  int n, kept = 0, count, rc = RC_OK;
  int32_t *list = collect(d, LEVEL_ROUNDED, false, &n);
  if (!list) return no_memory(e);
  for (int i = 0; i < n; i++)
    if (d->loose[list[i]] == loose) list[kept++] = list[i];
  if (kept == 0) return RC_OK;
  if (components_of(d, list, kept, &v, &count) < 0) return no_memory(e);
  d->strict = true;
  for (int i = 0; i < count && rc == RC_OK; i++) rc = rounded_component(d, &v[i], count <= ROUNDED_APART_MOST, loose, e);
  d->strict = false;
  return rc;
}

static int diagnose(struct diagnosis *d, struct err *e) {
  int rc = shape_find(d, e), n;
  for (int pass = 0; pass < 2 && rc == RC_OK; pass++) { /* proven errors, then what a milder rule says */
    int32_t *list = collect(d, LEVEL_BROKEN, pass == 0, &n);
    rc = list ? explain_list(d, list, n, 0, e) : no_memory(e);
  }
  if (rc == RC_OK) rc = explain_rounded(d, false, e);
  if (rc == RC_OK) rc = explain_rounded(d, true, e);
  if (rc == RC_OK) rc = rounded_by_table(d, e);
  if (rc == RC_OK) rc = findings_of_remarks(d, e);
  if (rc == RC_OK) findings_sort(d);
  return rc;
}

int rule_diagnose(const struct rule_set *s, const struct book *b, struct check_result *r, struct err *e) {
  struct diagnosis d = {.set = s, .book = b, .result = r};
  if (b->obs.n >= INT32_MAX || r->relations.n >= INT32_MAX) return err_set(e, RC_LIMIT, "%s", tr("账本太大", "the book is too large"));
  r->findings.n = 0;
  int rc = diagnosis_init(&d) < 0 ? no_memory(e) : diagnose(&d, e);
  arena_release(&d.scratch);
  return rc;
}
