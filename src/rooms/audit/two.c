/* two.c: checking a book with other books beside it. What is wrong inside the book is found as without them; what two books say differently is then
 * told about the book under audit, because that is the one to be mended: the other is given. With the approval beside it, its figure is the right
 * one; elsewhere both are named. */
#include "rooms/audit/two.h"
#include "rooms/audit/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FINDINGS_MOST = 1 << 20, BROKEN_MOST = 20000, GROUP_MOST = 200, TERMS_HASHED = 4 };

struct two {
  const struct auditor *a;
  const struct book *b;
  const struct grafts *g;
  struct check_result *r;
  size_t own;      /* relations before it are inside the book */
  long cut;        /* differences beyond what is told one by one */
  int64_t *values; /* of all observations, to try changes on */
  struct err *e;
};

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static const struct obs *obs_of(const struct two *t, int32_t i) {
  return &t->b->obs.v[i];
}

/* ---- relations of the book first, those between books behind them ---- */

static bool crosses(const struct two *t, const struct relation *r) {
  for (int i = 0; i < r->nterms; i++)
    if (obs_grafted(t->b, obs_of(t, r->terms[i].obs))) return true;
  return false;
}

static int partition(struct two *t) {
  size_t n = t->r->relations.n, at = 0;
  struct relation *v = t->r->relations.v, *apart = malloc((n + 1) * sizeof *apart);
  if (!apart) return no_memory(t->e);
  t->own = 0;
  for (size_t i = 0; i < n; i++) {
    if (crosses(t, &v[i]))
      apart[at++] = v[i];
    else
      v[t->own++] = v[i];
  }
  if (at > 0) memcpy(v + t->own, apart, at * sizeof *apart);
  free(apart);
  return RC_OK;
}

/* ---- identities, as the diagnosis makes them: by what is said, not by where it stands ---- */

static uint64_t hash_bytes(uint64_t h, const void *p, size_t n) {
  const unsigned char *c = p;
  for (size_t i = 0; i < n; i++) h = (h ^ c[i]) * 0x100000001b3u;
  return (h ^ 0x1f) * 0x100000001b3u;
}

static uint64_t hash_text(uint64_t h, const char *s) {
  return hash_bytes(h, s ? s : "", s ? strlen(s) : 0);
}

static uint64_t hash_symbol(uint64_t h, const struct book *b, symbol s) {
  return hash_text(h, s == NO_SYMBOL ? "" : intern_name(&b->symbols, s));
}

static uint64_t hash_obs(uint64_t h, const struct book *b, const struct obs *o) {
  const struct book_table *t = &b->tables.v[o->table];
  h = hash_symbol(hash_symbol(h, b, t->kind), b, t->subject);
  if (o->row >= 0 && o->row < t->nrows) h = hash_symbol(h, b, t->rows[o->row].key);
  if (o->row >= 0 && o->row < t->nrows) h = hash_bytes(h, t->rows[o->row].label.p ? t->rows[o->row].label.p : "", t->rows[o->row].label.n);
  if (o->column >= 0 && o->column < t->ncolumns) h = hash_symbol(h, b, t->columns[o->column].measure);
  return hash_bytes(h, o->text.n ? o->text.p : "", o->text.n);
}

static uint64_t relation_hash(const struct two *t, const struct relation *r) {
  uint64_t h = hash_text(0xcbf29ce484222325u, rule_get(t->a->rules, r->rule)->id);
  char text[24];
  for (int i = 0; i < r->nterms && i < TERMS_HASHED; i++) h = hash_obs(h, t->b, obs_of(t, r->terms[i].obs));
  snprintf(text, sizeof text, "%" PRId64, r->difference);
  return hash_text(h, text);
}

static bool id_taken(const struct check_result *r, const char *id) {
  for (size_t i = 0; i < r->findings.n; i++)
    if (strcmp(r->findings.v[i].id, id) == 0) return true;
  return false;
}

static void id_write(const struct two *t, struct finding *f, uint64_t h) {
  for (int again = 0; again < 1000; again++) {
    snprintf(f->id, sizeof f->id, "%016" PRIx64, h ^ (h >> 31));
    if (!id_taken(t->r, f->id)) return;
    h = hash_text(h, "again");
  }
}

/* ---- one relation between books ---- */

/* The one cell of the book under audit in a relation whose other terms are given; -1 when there are several or none. */
static int own_term(const struct two *t, const struct relation *r) {
  int own = -1;
  for (int i = 0; i < r->nterms; i++) {
    if (obs_grafted(t->b, obs_of(t, r->terms[i].obs))) continue;
    if (own >= 0) return -1;
    own = i;
  }
  return own;
}

/* Is what the relation compares with an approval, which is right by definition? */
static bool is_approved(const struct two *t, const struct relation *r) {
  bool approved = false;
  for (int i = 0; i < r->nterms; i++) {
    const struct grafted *g = graft_of(t->b, t->g, obs_of(t, r->terms[i].obs)->document);
    if (g && g->other->role != OTHER_APPROVED) return false;
    approved |= g != NULL;
  }
  return approved;
}

/* The value of its own cell that makes an equality hold. */
static bool expected_of(const struct two *t, const struct relation *r, int own, int64_t *out) {
  int64_t k = own >= 0 ? r->terms[own].coefficient : 0;
  if (r->op != REL_EQ || (k != 1 && k != -1) || r->difference == INT64_MIN) return false;
  return !__builtin_sub_overflow(obs_of(t, r->terms[own].obs)->value, r->difference * k, out);
}

/* What a finding inside the book would make of a cell: its suspects; a whole table in the wrong unit; two columns exchanged. */
static bool mended_value(const struct two *t, const struct finding *f, int32_t obs, int64_t *out) {
  const struct obs *o = obs_of(t, obs);
  for (int k = 0; k < f->nsuspects; k++)
    if (f->suspects[k].obs == obs) {
      *out = f->suspects[k].expected;
      return true;
    }
  if (f->nsuspects == 0 || f->row_table < 0 || o->table != f->row_table) return false;
  const struct obs *first = obs_of(t, f->suspects[0].obs);
  if (f->cause == CAUSE_SCALE && f->suspects[0].expected != 0 && first->value != 0) {
    int64_t down = first->value / f->suspects[0].expected, up = f->suspects[0].expected / first->value;
    return down > 1 ? (*out = o->value / down, true) : up > 1 && !__builtin_mul_overflow(o->value, up, out);
  }
  if (f->cause != CAUSE_SWAPPED_COLUMNS || f->nsuspects != 2) return false;
  const struct obs *second = obs_of(t, f->suspects[1].obs);
  int column = o->column == first->column ? second->column : o->column == second->column ? first->column : -1;
  const struct obs *other = book_cell(t->b, &t->b->tables.v[o->table], o->row, column);
  if (other) *out = other->value;
  return other != NULL;
}

/* A finding inside the book that mends this relation as well: it is one of its consequences then. */
static int explained_by(const struct two *t, const struct relation *r, int own) {
  if (own < 0) return -1;
  int32_t obs = r->terms[own].obs;
  int found = -1;
  int64_t value;
  for (size_t i = 0; i < t->r->findings.n && found < 0; i++) {
    if (!mended_value(t, &t->r->findings.v[i], obs, &value)) continue;
    struct relation after = *r;
    t->values[obs] = value;
    relation_judge(t->b, &after, t->values);
    t->values[obs] = obs_of(t, obs)->value;
    if (after.outcome != OUTCOME_FAILED || after.rounding) found = (int)i;
  }
  return found;
}

static int consequence_add(const struct two *t, struct finding *f, int32_t relation) {
  int32_t *list = ARENA_ARRAY(&t->r->arena, int32_t, (size_t)f->nrelations + 1);
  if (!list) return no_memory(t->e);
  if (f->nrelations > 0) memcpy(list, f->relations, (size_t)f->nrelations * sizeof *list);
  list[f->nrelations++] = relation;
  f->relations = list;
  if (f->relation < 0) f->relation = relation;
  return RC_OK;
}

/* ---- findings ---- */

/* A broken relation, told about its own cell. */
struct broken {
  int32_t relation;
  int own;
  bool known; /* what the cell should be */
  int64_t expected;
  int32_t document; /* of what it is compared with */
  int level;        /* of the row: the deepest leads */
  bool taken;
};

static int level_of(const struct two *t, const struct obs *o) {
  const struct book_table *x = &t->b->tables.v[o->table];
  return o->row >= 0 && o->row < x->nrows ? x->rows[o->row].level : 0;
}

static struct broken broken_of(const struct two *t, int32_t relation) {
  const struct relation *r = &t->r->relations.v[relation];
  struct broken x = {.relation = relation, .own = own_term(t, r), .document = -1};
  for (int i = 0; i < r->nterms; i++) {
    const struct obs *o = obs_of(t, r->terms[i].obs);
    if (obs_grafted(t->b, o)) x.document = o->document;
  }
  if (x.own >= 0) x.level = level_of(t, obs_of(t, r->terms[x.own].obs));
  x.known = is_approved(t, r) && expected_of(t, r, x.own, &x.expected);
  return x;
}

/* The same wrong amount runs through all tables of a book that is consistent: one cause, told at its deepest row. Where the other book is not right
 * by definition, only within one table and one rule. */
static bool same_cause(const struct two *t, const struct broken *a, const struct broken *b) {
  if (a->known != b->known || a->document != b->document || a->own < 0 || b->own < 0) return false;
  const struct relation *x = &t->r->relations.v[a->relation], *y = &t->r->relations.v[b->relation];
  bool one_table = obs_of(t, x->terms[a->own].obs)->table == obs_of(t, y->terms[b->own].obs)->table;
  if (!a->known) return x->rule == y->rule && one_table && x->difference == y->difference && x->rounding == y->rounding;
  int64_t down = obs_of(t, x->terms[a->own].obs)->value - a->expected, other = obs_of(t, y->terms[b->own].obs)->value - b->expected;
  return down == other && x->rounding == y->rounding;
}

static int finding_make(struct two *t, struct broken *v, size_t n, size_t lead) {
  struct suspect suspects[GROUP_MOST];
  int32_t relations[GROUP_MOST];
  int count = 0;
  const struct relation *r = &t->r->relations.v[v[lead].relation];
  struct finding f = {
      .rule = r->rule, .severity = r->severity, .cause = CAUSE_UNKNOWN, .relation = v[lead].relation, .remark = -1, .row_table = -1, .row_after = -1};
  for (size_t k = 0; k < n && count < GROUP_MOST; k++) {
    size_t i = k == 0 ? lead : k <= lead ? k - 1 : k; /* the leading one first */
    if (v[i].taken || (i != lead && !same_cause(t, &v[lead], &v[i]))) continue;
    const struct relation *x = &t->r->relations.v[v[i].relation];
    v[i].taken = true;
    relations[count] = v[i].relation;
    if (x->severity > f.severity) f.severity = x->severity;
    if (v[i].known) suspects[count] = (struct suspect){x->terms[v[i].own].obs, v[i].expected, v[i].expected, v[i].expected, 1.0};
    count++;
  }
  int32_t *list = ARENA_ARRAY(&t->r->arena, int32_t, (size_t)count);
  struct suspect *cells = ARENA_ARRAY(&t->r->arena, struct suspect, (size_t)count);
  if (!list || !cells) return no_memory(t->e);
  memcpy(list, relations, (size_t)count * sizeof *list);
  f.relations = list, f.nrelations = count;
  if (v[lead].known) {
    for (int i = 0; i < count; i++) { /* a cell that two relations name is told once */
      bool told = false;
      for (int k = 0; k < f.nsuspects; k++) told |= cells[k].obs == suspects[i].obs;
      if (!told) cells[f.nsuspects++] = suspects[i];
    }
    f.suspects = cells;
  }
  id_write(t, &f, relation_hash(t, r));
  return VEC_PUSH(&t->r->findings, f, FINDINGS_MOST) < 0 ? err_set(t->e, RC_LIMIT, "%s", tr("问题太多", "too many findings")) : RC_OK;
}

/* Does i lead rather than the best so far? The more severe, then the deeper, then the earlier. */
static bool leads(const struct two *t, const struct broken *i, const struct broken *best) {
  const struct relation *x = &t->r->relations.v[i->relation], *y = &t->r->relations.v[best->relation];
  if (x->rounding != y->rounding) return !x->rounding;
  if (x->severity != y->severity) return x->severity > y->severity;
  return i->level > best->level;
}

static int findings_add(struct two *t, struct broken *v, size_t n) {
  int rc = RC_OK;
  for (;;) {
    size_t best = n;
    for (size_t i = 0; i < n; i++)
      if (!v[i].taken && (best == n || leads(t, &v[i], &v[best]))) best = i;
    if (best == n || rc < 0) return rc;
    rc = finding_make(t, v, n, best);
  }
}

static int cross_findings(struct two *t) {
  size_t n = 0, all = t->r->relations.n;
  struct broken *v = malloc((all - t->own + 1) * sizeof *v);
  t->values = malloc((t->b->obs.n + 1) * sizeof *t->values);
  int rc = v && t->values ? RC_OK : no_memory(t->e);
  for (size_t i = 0; t->values && i < t->b->obs.n; i++) t->values[i] = t->b->obs.v[i].value;
  for (size_t i = t->own; i < all && rc == RC_OK; i++) {
    const struct relation *r = &t->r->relations.v[i];
    if (r->outcome != OUTCOME_FAILED) continue;
    struct broken x = broken_of(t, (int32_t)i);
    int at = n == BROKEN_MOST ? -1 : explained_by(t, r, x.own);
    if (n == BROKEN_MOST)
      t->cut++;
    else if (at >= 0)
      rc = consequence_add(t, &t->r->findings.v[at], (int32_t)i);
    else
      v[n++] = x;
  }
  if (rc == RC_OK) rc = findings_add(t, v, n);
  free(v);
  free(t->values);
  return rc;
}

/* ---- order, as in every report ---- */

static void place_key(const struct two *t, const struct finding *f, int out[7]) {
  int32_t obs = f->nsuspects ? f->suspects[0].obs : f->relation >= 0 ? t->r->relations.v[f->relation].terms[0].obs : -1;
  const struct remark *m = f->remark >= 0 ? &t->r->remarks.v[f->remark] : NULL;
  memset(out, 0, 7 * sizeof *out);
  if (obs >= 0) {
    const struct obs *o = obs_of(t, obs);
    const int key[7] = {o->document, o->place.sheet, o->place.page, o->place.line, o->table, o->row, o->column};
    memcpy(out, key, sizeof key);
  } else if (m) {
    const int key[7] = {m->document, m->place.sheet, m->place.page, m->place.line, m->table, m->row, -1};
    memcpy(out, key, sizeof key);
  }
}

static int finding_compare(const void *pa, const void *pb, void *context) {
  const struct finding *a = pa, *b = pb;
  int x[7], y[7];
  if (a->severity != b->severity) return a->severity > b->severity ? -1 : 1;
  place_key(context, a, x);
  place_key(context, b, y);
  for (int i = 0; i < 7; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return strcmp(a->id, b->id);
}

/* ---- what was not compared ---- */

static int note_add(struct two *t, int rule, const char *text) {
  struct remark m = {.rule = rule, .outcome = OUTCOME_NOT_CHECKED, .detail = text, .table = -1, .row = -1, .obs = -1};
  t->r->not_checked++;
  return !text || VEC_PUSH(&t->r->remarks, m, FINDINGS_MOST) < 0 ? no_memory(t->e) : RC_OK;
}

static int notes_add(struct two *t) {
  const struct rule_head *h = rule_named(t->a->rules, "TB-BOOK");
  int rule = -1;
  for (int i = 0; h && i < rule_count(t->a->rules); i++)
    if (rule_get(t->a->rules, i) == h) rule = i;
  int rc = RC_OK;
  for (size_t i = 0; t->g && i < t->g->notes.n && rc == RC_OK; i++) rc = note_add(t, rule, t->g->notes.v[i]);
  if (rc == RC_OK && t->cut > 0)
    rc = note_add(t, rule,
                  arena_printf(&t->r->arena,
                               tr("两本账本不同之处太多，另有 %ld 处没有列出", "the two books differ too much: %ld more differences are not told"),
                               t->cut));
  return rc;
}

int two_check(const struct auditor *a, struct book *b, const struct grafts *g, struct check_result **out, struct err *e) {
  struct two t = {.a = a, .b = b, .g = g, .e = e};
  *out = NULL;
  int rc = rule_evaluate(a->rules, b, &t.r, e);
  if (rc < 0) return rc;
  size_t all = t.r->relations.n;
  rc = partition(&t);
  t.r->relations.n = t.own;
  if (rc == RC_OK) rc = rule_diagnose(a->rules, b, t.r, e);
  t.r->relations.n = all;
  if (rc == RC_OK) rc = cross_findings(&t);
  if (rc == RC_OK) rc = notes_add(&t);
  if (rc < 0) {
    check_free(t.r);
    return rc;
  }
  if (t.r->findings.n > 1) qsort_r(t.r->findings.v, t.r->findings.n, sizeof *t.r->findings.v, finding_compare, &t);
  *out = t.r;
  return RC_OK;
}
