/* diagnose_report.c: from explanations to findings: which rule is reported, how severe, a stable id, and the order in which people read them. */
#include "rule/diagnose_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FINDINGS_MOST = 1 << 20, TERMS_HASHED = 4 };

const char *const cause_kind_names[] = {"digit",     "transposed",      "sign",       "scale",  "blank", "other-value", "missing-row",
                                        "extra-row", "swapped-columns", "stale-copy", "unknown"};

static uint64_t hash_bytes(uint64_t h, const void *p, size_t n) {
  const unsigned char *c = p;
  for (size_t i = 0; i < n; i++) h = (h ^ c[i]) * 0x100000001b3u; /* FNV-1a */
  return (h ^ 0x1f) * 0x100000001b3u;
}

static uint64_t hash_text(uint64_t h, const char *s) {
  return hash_bytes(h, s ? s : "", s ? strlen(s) : 0);
}

static uint64_t hash_sv(uint64_t h, struct sv s) {
  return hash_bytes(h, s.n ? s.p : "", s.n);
}

static uint64_t hash_symbol(uint64_t h, const struct book *b, symbol s) {
  return hash_text(h, s == NO_SYMBOL ? "" : intern_name(&b->symbols, s));
}

static uint64_t hash_number(uint64_t h, int64_t v) {
  char text[24];
  int n = snprintf(text, sizeof text, "%" PRId64, v); /* as text: the same on every machine */
  return hash_bytes(h, text, n > 0 ? (size_t)n : 0);
}

/* A cell by what it is of, not by where it stands. */
static uint64_t hash_cell(uint64_t h, const struct book *b, int32_t table, int32_t row, int32_t column) {
  if (table < 0 || (size_t)table >= b->tables.n) return h;
  const struct book_table *t = &b->tables.v[table];
  h = hash_symbol(h, b, t->kind);
  h = hash_symbol(h, b, t->subject);
  if (row >= 0 && row < t->nrows) {
    h = hash_symbol(h, b, t->rows[row].key);
    h = hash_sv(h, t->rows[row].label);
  }
  if (column >= 0 && column < t->ncolumns) h = hash_symbol(h, b, t->columns[column].measure);
  return h;
}

static uint64_t hash_obs(uint64_t h, const struct book *b, int32_t obs) {
  const struct obs *o = &b->obs.v[obs];
  return hash_sv(hash_cell(h, b, o->table, o->row, o->column), o->text);
}

static const char *rule_id(const struct diagnosis *d, int32_t rule) {
  const struct rule_head *head = rule_get(d->set, rule);
  return head ? head->id : "";
}

uint64_t relation_hash(const struct diagnosis *d, int32_t relation) {
  const struct relation *r = &d->result->relations.v[relation];
  uint64_t h = hash_text(0xcbf29ce484222325u, rule_id(d, r->rule));
  for (int i = 0; i < r->nterms && i < TERMS_HASHED; i++) h = hash_obs(h, d->book, r->terms[i].obs);
  return hash_number(h, r->difference);
}

uint64_t relation_name_hash(const struct diagnosis *d, int32_t relation) {
  const struct relation *r = &d->result->relations.v[relation];
  uint64_t h = hash_text(0xcbf29ce484222325u, rule_id(d, r->rule));
  if (r->nterms > 0) h = hash_obs(h, d->book, r->terms[0].obs);
  return hash_number(h, r->difference);
}

static uint64_t remark_hash(const struct diagnosis *d, const struct remark *m) {
  uint64_t h = hash_text(0xcbf29ce484222325u, rule_id(d, m->rule));
  h = hash_cell(h, d->book, m->table, m->row, -1);
  if (m->obs >= 0) h = hash_obs(h, d->book, m->obs);
  if (m->field) h = hash_sv(hash_symbol(hash_symbol(h, d->book, m->field->name), d->book, m->field->subject), m->field->text);
  return hash_text(hash_text(h, m->stated), m->expected); /* not the words of the message, which come in two languages */
}

static void id_write(struct finding *f, uint64_t h) {
  snprintf(f->id, sizeof f->id, "%016" PRIx64, h ^ (h >> 31));
}

void suspect_fill(struct diagnosis *d, const struct change *c, struct suspect *out) {
  const int64_t most = (int64_t)1 << 50; /* beyond it the range is open to one side and says nothing */
  int exact = 0, firm = 0, all = d->first[c->obs + 1] - d->first[c->obs];
  int64_t was = cell_set(d, c->obs, c->value), low, high;
  for (int32_t i = d->first[c->obs]; i < d->first[c->obs + 1]; i++) {
    int32_t relation = d->uses[i];
    exact += d->level[relation] == LEVEL_EXACT;
    const struct relation *r = &d->result->relations.v[relation];
    bool tells = r->op != REL_RATIO || r->terms[0].obs == c->obs; /* a percentage leaves an amount much room */
    firm += d->level[relation] == LEVEL_EXACT && d->hard[relation] && !d->loose[relation] && tells;
  }
  cell_range(d, c->obs, &low, &high);
  cell_set(d, c->obs, was);
  bool ranged = firm == 0 && low <= c->value && c->value <= high && low > -most && high < most;
  *out = (struct suspect){.obs = c->obs,
                          .expected = c->value,
                          .low = ranged ? low : c->value,
                          .high = ranged ? high : c->value,
                          .confidence = all > 0 ? (double)exact / all : 0.0};
}

/* The table all of a relation lies in, or -1. */
static int32_t relation_table(const struct diagnosis *d, const struct relation *r) {
  int32_t table = r->nterms ? d->book->obs.v[r->terms[0].obs].table : -1;
  for (int i = 1; i < r->nterms; i++)
    if (d->book->obs.v[r->terms[i].obs].table != table) return -1;
  return table;
}

static bool relation_has(const struct relation *r, int32_t obs) {
  for (int i = 0; i < r->nterms; i++)
    if (r->terms[i].obs == obs) return true;
  return false;
}

/* How well a broken relation tells what is wrong: severe, about the suspect, in one table, about the deepest row, short. */
static long relation_telling(const struct diagnosis *d, int32_t relation, const struct draft *x) {
  const struct relation *r = &d->result->relations.v[relation];
  long score = (long)r->severity * 100000;
  int32_t table = relation_table(d, r);
  if (x->nsuspects > 0 && relation_has(r, x->suspects[0].obs)) score += 40000;
  if (table >= 0) score += 20000;
  bool sentence = x->nsuspects > 0 && obs_is_prose(d->book, &d->book->obs.v[x->suspects[0].obs]);
  if (sentence && table < 0 && r->op == REL_EQ && r->nterms == 2) score += 25000; /* the table has another figure: seen at one glance */
  if (!sentence && relation_has_prose(d->book, r)) score -= 15000;                /* a table's fault is told by tables */
  score += 25000;                                                                 /* the table has another figure: at one glance */
  if (!r->rounding) score += 10000;
  if (table >= 0 && r->nterms > 0) {
    const struct obs *o = &d->book->obs.v[r->terms[0].obs];
    const struct book_table *t = &d->book->tables.v[table];
    if (o->row >= 0 && o->row < t->nrows) score += 1000L * (t->rows[o->row].level < 9 ? t->rows[o->row].level : 9);
  }
  return score - (r->nterms < 900 ? r->nterms : 900);
}

static int32_t leading(const struct diagnosis *d, const struct draft *x) {
  int32_t best = -1;
  long best_score = 0;
  for (int i = 0; i < x->nrelations; i++) {
    long score = relation_telling(d, x->relations[i], x);
    if (best < 0 || score > best_score || (score == best_score && relation_hash(d, x->relations[i]) < relation_hash(d, best)))
      best = x->relations[i], best_score = score;
  }
  return best;
}

static uint64_t suspects_hash(const struct diagnosis *d, const struct draft *x) {
  uint64_t sum = x->rest;
  for (int i = 0; i < x->nsuspects; i++)
    sum += hash_number(hash_obs(0xcbf29ce484222325u, d->book, x->suspects[i].obs), x->suspects[i].expected) * 0x9e3779b97f4a7c15u;
  return hash_number(sum, (int64_t)x->cause);
}

static int copy_array(struct diagnosis *d, const void *from, int n, size_t size, void **out, struct err *e) {
  *out = NULL;
  if (n == 0) return RC_OK;
  *out = arena_array(&d->result->arena, (size_t)n, size);
  if (!*out) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  memcpy(*out, from, (size_t)n * size);
  return RC_OK;
}

int finding_add(struct diagnosis *d, const struct draft *x, struct err *e) {
  struct finding f = {.cause = x->cause,
                      .relation = leading(d, x),
                      .remark = x->remark,
                      .nsuspects = x->nsuspects,
                      .nalternatives = x->nalternatives,
                      .several = x->several,
                      .nrelations = x->nrelations,
                      .row_table = x->row_table,
                      .row_after = x->row_after,
                      .rule = -1};
  void *suspects, *alternatives, *relations;
  if (copy_array(d, x->suspects, x->nsuspects, sizeof *x->suspects, &suspects, e) < 0 ||
      copy_array(d, x->alternatives, x->nalternatives, sizeof *x->alternatives, &alternatives, e) < 0 ||
      copy_array(d, x->relations, x->nrelations, sizeof *x->relations, &relations, e) < 0)
    return RC_NOMEM;
  uint64_t h = 0;
  int32_t *list = relations;
  for (int i = 0; i < f.nrelations; i++) {
    const struct relation *r = &d->result->relations.v[list[i]];
    if (r->severity > f.severity) f.severity = r->severity;
    h += relation_name_hash(d, list[i]) * 0x9e3779b97f4a7c15u; /* a sum: whatever the order */
    d->taken[list[i]] = true;
    if (list[i] == f.relation && i > 0) list[i] = list[0], list[0] = f.relation;
  }
  f.suspects = suspects;
  f.alternatives = alternatives;
  f.relations = list;
  if (f.relation >= 0) f.rule = d->result->relations.v[f.relation].rule;
  if (f.relation >= 0) h ^= relation_name_hash(d, f.relation);
  if (f.nsuspects > 0) h = suspects_hash(d, x); /* one cell and its right value: the same cause, whichever relations show it */
  if (f.remark >= 0) {
    const struct remark *m = &d->result->remarks.v[f.remark];
    if (m->severity >= f.severity) f.severity = m->severity, f.rule = m->rule;
    h ^= remark_hash(d, m);
    d->dropped[f.remark] = true;
  }
  id_write(&f, h);
  if (VEC_PUSH(&d->result->findings, f, FINDINGS_MOST) < 0) return err_set(e, RC_LIMIT, "%s", tr("问题太多", "too many findings"));
  return RC_OK;
}

int findings_of_remarks(struct diagnosis *d, struct err *e) {
  for (size_t i = 0; i < d->result->remarks.n; i++) {
    if (d->result->remarks.v[i].outcome != OUTCOME_FAILED || d->dropped[i]) continue;
    struct draft x = {.cause = CAUSE_UNKNOWN, .row_table = -1, .row_after = -1, .remark = (int32_t)i};
    int rc = finding_add(d, &x, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

/* ---- order ---- */

struct place_key {
  int document, page, line, sheet, table, row, column;
};

static struct place_key place_of(const struct place *p, int document) {
  return (struct place_key){.document = document, .page = p->page, .line = p->line, .sheet = p->sheet, .table = -1, .row = -1, .column = -1};
}

static struct place_key finding_place(const struct diagnosis *d, const struct finding *f) {
  int32_t obs = f->nsuspects ? f->suspects[0].obs : -1;
  if (obs < 0 && f->relation >= 0 && d->result->relations.v[f->relation].nterms) obs = d->result->relations.v[f->relation].terms[0].obs;
  if (obs < 0 && f->remark >= 0) {
    const struct remark *m = &d->result->remarks.v[f->remark];
    struct place_key k = place_of(&m->place, m->document);
    k.table = m->table, k.row = m->row;
    return k;
  }
  if (obs < 0) return (struct place_key){0};
  const struct obs *o = &d->book->obs.v[obs];
  struct place_key k = place_of(&o->place, o->document);
  k.table = o->table, k.row = o->row, k.column = o->column;
  return k;
}

static int compare(int a, int b) {
  return (a > b) - (a < b);
}

static int finding_compare(const void *pa, const void *pb, void *context) {
  const struct finding *a = pa, *b = pb;
  const struct diagnosis *d = context;
  int c = compare((int)b->severity, (int)a->severity);
  if (c) return c;
  struct place_key x = finding_place(d, a), y = finding_place(d, b);
  const int left[] = {x.document, x.sheet, x.page, x.line, x.table, x.row, x.column},
            right[] = {y.document, y.sheet, y.page, y.line, y.table, y.row, y.column};
  for (size_t i = 0; i < sizeof left / sizeof *left; i++)
    if ((c = compare(left[i], right[i])) != 0) return c;
  return strcmp(a->id, b->id);
}

static int id_compare(const void *pa, const void *pb, void *context) {
  const struct finding *v = ((const struct diagnosis *)context)->result->findings.v;
  int32_t a = *(const int32_t *)pa, b = *(const int32_t *)pb;
  int c = strcmp(v[a].id, v[b].id);
  return c ? c : compare(a, b);
}

/* Two findings that say the same in the same words still need two ids: the second gets the first's with its number mixed in. */
static void ids_distinct(struct diagnosis *d) {
  struct finding *v = d->result->findings.v;
  size_t n = d->result->findings.n;
  int32_t *order = ARENA_ARRAY(&d->scratch, int32_t, n);
  if (!order) return;
  for (size_t i = 0; i < n; i++) order[i] = (int32_t)i;
  qsort_r(order, n, sizeof *order, id_compare, d);
  char id[sizeof v->id] = "";
  int repeated = 0;
  for (size_t i = 0; i < n; i++) {
    struct finding *f = &v[order[i]];
    if (strcmp(f->id, id) != 0) {
      memcpy(id, f->id, sizeof id);
      repeated = 0;
    } else {
      id_write(f, hash_number(hash_text(0xcbf29ce484222325u, id), ++repeated));
    }
  }
}

void findings_sort(struct diagnosis *d) {
  if (d->result->findings.n == 0) return;
  qsort_r(d->result->findings.v, d->result->findings.n, sizeof *d->result->findings.v, finding_compare, d);
  ids_distinct(d);
}
