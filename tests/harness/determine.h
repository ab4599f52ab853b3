/* determine.h: works out by brute force which single cells could be the wrong one, to measure the diagnosis against.
 * Shares no code with it on purpose: every cell of every failing relation is tried with every value that makes one of its relations exact. */
#ifndef HENG_TESTS_DETERMINE_H
#define HENG_TESTS_DETERMINE_H

#include "rule/rule.h"

#include <stdlib.h>
#include <string.h>

/* 0 holds exactly, 1 only as a 尾差, 2 fails. */
static inline int standing(const struct book *b, const struct relation *relation, const int64_t *values) {
  struct relation r = *relation;
  if (values) relation_judge(b, &r, values);
  if (r.outcome != OUTCOME_FAILED) return 0;
  return r.rounding ? 1 : 2;
}

/* A relation by its rule and cells, to find it again in another evaluation of the same tables. */
static inline uint64_t relation_key(const struct book *b, const struct relation *r) {
  uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)(uint32_t)r->rule;
  for (int i = 0; i < r->nterms; i++) {
    const struct obs *o = &b->obs.v[r->terms[i].obs];
    h = (h * 0x100000001b3u) ^ ((uint64_t)(uint32_t)o->document << 56) ^ ((uint64_t)(uint32_t)o->document_table << 40) ^
        ((uint64_t)(uint32_t)o->table << 28) ^ ((uint64_t)(uint32_t)o->row << 8) ^ (uint64_t)(uint32_t)o->column;
    h = (h ^ (h >> 31)) * 0x9e3779b97f4a7c15u;
  }
  return h;
}

/* How the relations of the unchanged book stood: those that fail there are no evidence. Sorted by key. */
struct baseline {
  struct stood {
    uint64_t key;
    int level;
  } * v;
  size_t n;
};

static inline int stood_compare(const void *a, const void *b) {
  uint64_t x = ((const struct stood *)a)->key, y = ((const struct stood *)b)->key;
  return (x > y) - (x < y);
}

static inline int baseline_take(struct baseline *out, const struct book *b, const struct check_result *r) {
  out->n = 0;
  out->v = calloc(r->relations.n + 1, sizeof *out->v);
  if (!out->v) return -1;
  for (size_t i = 0; i < r->relations.n; i++) {
    int level = standing(b, &r->relations.v[i], NULL);
    if (level > 0) out->v[out->n++] = (struct stood){relation_key(b, &r->relations.v[i]), level};
  }
  if (out->n > 1) qsort(out->v, out->n, sizeof *out->v, stood_compare);
  return 0;
}

static inline int baseline_level(const struct baseline *x, uint64_t key) {
  struct stood want = {key, 0};
  const struct stood *s = x->n ? bsearch(&want, x->v, x->n, sizeof *x->v, stood_compare) : NULL;
  return s ? s->level : 0;
}

/* The cells that could each alone be the cause, with a value each. */
#define DETERMINED_MOST 256
struct determined {
  struct {
    int32_t obs;
    int64_t value;
    int values; /* how many different values would do */
  } cells[DETERMINED_MOST];
  int n, failing; /* relations that stand worse than in the unchanged book */
};

static inline bool judged_relation(const struct relation *r) {
  return r->nterms > 0 && (r->outcome == OUTCOME_PASSED || r->outcome == OUTCOME_FAILED);
}

static inline bool relation_names(const struct relation *r, int32_t obs) {
  for (int i = 0; i < r->nterms; i++)
    if (r->terms[i].obs == obs) return true;
  return false;
}

/* The value of a cell that makes the relation exact, in quanta of the cell. */
static inline bool exact_value(const struct book *b, const struct relation *r, int32_t obs, int64_t *value) {
  long double others = 0, mine = 0; /* only proposes: relation_judge decides */
  const struct obs *o = &b->obs.v[obs];
  int64_t q = o->quantum;
  if (o->table >= 0 && (size_t)o->table < b->tables.n && o->column < b->tables.v[o->table].ncolumns)
    q = b->tables.v[o->table].columns[o->column].quantum;
  if (q < 1) q = 1;
  if (r->op == REL_RATIO) {
    long double p = (long double)b->obs.v[r->terms[0].obs].value / 1e6L, side[2] = {0, 0}, own[2] = {0, 0};
    for (int i = 1; i < r->nterms; i++) {
      int whole = i >= r->nterms - r->nwhole;
      if (r->terms[i].obs == obs)
        own[whole] += (long double)r->terms[i].coefficient;
      else
        side[whole] += (long double)r->terms[i].coefficient * (long double)b->obs.v[r->terms[i].obs].value;
    }
    if (obs == r->terms[0].obs) {
      if (side[1] == 0) return false;
      others = -side[0] / side[1] * 1e6L, mine = 1;
    } else {
      others = side[0] - p * side[1], mine = own[0] - p * own[1];
    }
  } else {
    for (int i = 0; i < r->nterms; i++)
      if (r->terms[i].obs == obs)
        mine += (long double)r->terms[i].coefficient;
      else
        others += (long double)r->terms[i].coefficient * (long double)b->obs.v[r->terms[i].obs].value;
  }
  if (mine == 0) return false;
  long double v = -others / mine / (long double)q;
  if (v > 1e15L || v < -1e15L) return false;
  *value = (int64_t)(v < 0 ? v - 0.5L : v + 0.5L) * q;
  return true;
}

/* Needs: rules' severities as rule_get gives them; milder rules are no evidence. */
static inline void determine(const struct rule_set *set, const struct book *b, const struct check_result *r, const struct baseline *base,
                             struct determined *out) {
  size_t n = r->relations.n, nobs = b->obs.n;
  int *allowed = calloc(n + 1, sizeof *allowed), *failing = calloc(n + 1, sizeof *failing);
  int64_t *values = calloc(nobs + 1, sizeof *values);
  int32_t *head = malloc((nobs + 1) * sizeof *head), *next = NULL, *use = NULL;
  size_t terms = 0, at = 0;
  out->n = out->failing = 0;
  for (size_t i = 0; i < n; i++) terms += (size_t)r->relations.v[i].nterms;
  next = malloc((terms + 1) * sizeof *next);
  use = malloc((terms + 1) * sizeof *use);
  if (!allowed || !failing || !values || !head || !next || !use) goto done;
  memset(head, 0xff, (nobs + 1) * sizeof *head);
  for (size_t i = 0; i < nobs; i++) values[i] = b->obs.v[i].value;
  for (size_t i = 0; i < n; i++) {
    const struct relation *x = &r->relations.v[i];
    const struct rule_head *rule = rule_get(set, x->rule);
    allowed[i] = 2;
    if (!judged_relation(x) || (rule && rule->severity != SEVERITY_ERROR)) continue;
    int level = standing(b, x, NULL);
    allowed[i] = baseline_level(base, relation_key(b, x));
    if (allowed[i] == 2) continue;
    if (level > allowed[i]) failing[out->failing++] = (int)i;
    for (int k = 0; k < x->nterms; k++) {
      int32_t obs = x->terms[k].obs;
      use[at] = (int32_t)i, next[at] = head[obs], head[obs] = (int32_t)at++;
    }
  }
  if (out->failing == 0) goto done;
  const struct relation *first = &r->relations.v[failing[0]];
  for (int k = 0; k < first->nterms; k++) {
    int32_t obs = first->terms[k].obs;
    bool everywhere = true;
    for (int i = 0; i < out->failing && everywhere; i++) everywhere = relation_names(&r->relations.v[failing[i]], obs);
    int64_t found[16], v;
    int nfound = 0;
    for (int i = 0; i < out->failing && everywhere; i++) {
      if (!exact_value(b, &r->relations.v[failing[i]], obs, &v) || v == b->obs.v[obs].value) continue;
      bool holds = true, known = false;
      for (int j = 0; j < nfound && !known; j++) known = found[j] == v;
      if (known || nfound == 16) continue;
      values[obs] = v;
      for (int32_t u = head[obs]; u >= 0 && holds; u = next[u]) holds = standing(b, &r->relations.v[use[u]], values) <= allowed[use[u]];
      values[obs] = b->obs.v[obs].value;
      if (holds) found[nfound++] = v;
    }
    bool known = false;
    for (int i = 0; i < out->n && !known; i++) known = out->cells[i].obs == obs;
    if (nfound > 0 && !known && out->n < DETERMINED_MOST) {
      out->cells[out->n].obs = obs;
      out->cells[out->n].value = found[0];
      out->cells[out->n++].values = nfound;
    }
  }
done:
  free(allowed);
  free(failing);
  free(values);
  free(head);
  free(next);
  free(use);
}

static inline bool finding_names(const struct finding *f, int32_t obs, int64_t value) {
  for (int i = 0; i < f->nsuspects; i++)
    if (f->suspects[i].obs == obs && f->suspects[i].expected == value) return true;
  return false;
}

static inline bool finding_lists(const struct finding *f, int32_t obs) {
  for (int i = 0; i < f->nsuspects; i++)
    if (f->suspects[i].obs == obs) return true;
  for (int i = 0; i < f->nalternatives; i++)
    if (f->alternatives[i].obs == obs) return true;
  return false;
}

static inline bool finding_touches(const struct check_result *r, const struct finding *f, int32_t obs) {
  if (finding_lists(f, obs)) return true;
  for (int i = 0; i < f->nrelations; i++)
    if (relation_names(&r->relations.v[f->relations[i]], obs)) return true;
  return f->remark >= 0 && r->remarks.v[f->remark].obs == obs;
}

#endif
