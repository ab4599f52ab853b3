/* bench.c: the part that the mutation harnesses share.
 * Measures only; what is right and wrong is decided by determine.h and by comparing with the unchanged book. */
#include "bench.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

int bench_open(struct bench *x, struct err *e) {
  char path[4096];
  *x = (struct bench){0};
  setenv("HENG_DATA", HENG_SOURCE, 0); /* the checkout's own data, unless told otherwise */
  int rc = rule_set_new(&x->rules, e);
  if (rc == RC_OK) rc = rule_set_load(x->rules, codes_data_path(path, sizeof path, "rules"), e);
  if (rc == RC_OK) rc = codes_load(codes_data_path(path, sizeof path, "codes"), &x->codes, e);
  if (rc == RC_OK) rule_set_lookup(x->rules, codes_lookup, x->codes);
  if (rc == RC_OK) rc = profiles_load(codes_data_path(path, sizeof path, "profiles"), &x->profiles, e);
#ifdef HENG_CLAIMS
  if (rc == RC_OK) rc = claim_grammar_load(codes_data_path(path, sizeof path, "profiles/claims.txt"), &x->claims, e);
  if (rc == RC_OK) rc = claim_grammar_add(x->claims, codes_data_path(path, sizeof path, "profiles/text.txt"), e);
#endif
  if (rc < 0) bench_close(x);
  return rc;
}

void bench_close(struct bench *x) {
#ifdef HENG_CLAIMS
  if (x->claims) claim_grammar_free(x->claims);
#endif
  if (x->rules) rule_set_free(x->rules);
  if (x->profiles) profiles_free(x->profiles);
  if (x->codes) codes_free(x->codes);
  *x = (struct bench){0};
}

int bench_check(const struct bench *x, const struct document *d, struct checked *out, struct err *e) {
  struct recognise_options o = {.profiles = x->profiles, .codes = x->codes};
  *out = (struct checked){0};
  int rc = book_recognise(&d, 1, &o, &out->books, &out->n, e);
#ifdef HENG_CLAIMS
  for (int i = 0; i < out->n && rc == RC_OK; i++) rc = claims_read(x->claims, x->codes, out->books[i], e);
#endif
  if (rc < 0) {
    checked_free(out);
    return rc;
  }
  out->results = calloc((size_t)out->n + 1, sizeof *out->results);
  if (!out->results) rc = RC_NOMEM;
  for (int i = 0; i < out->n && rc == RC_OK; i++) rc = rule_check(x->rules, out->books[i], &out->results[i], e);
  if (rc < 0) checked_free(out);
  return rc;
}

void checked_free(struct checked *c) {
  for (int i = 0; i < c->n; i++) {
    if (c->results && c->results[i]) check_free(c->results[i]);
    book_free(c->books[i]);
  }
  free(c->results);
  free(c->books);
  *c = (struct checked){0};
}

int reference_take(const struct bench *x, const struct document *d, struct reference *out, struct err *e) {
  *out = (struct reference){0};
  int rc = bench_check(x, d, &out->checked, e);
  if (rc < 0) return rc;
  out->baselines = calloc((size_t)out->checked.n + 1, sizeof *out->baselines);
  if (!out->baselines) rc = RC_NOMEM;
  for (int i = 0; i < out->checked.n && rc == RC_OK; i++)
    rc = baseline_take(&out->baselines[i], out->checked.books[i], out->checked.results[i]) < 0 ? RC_NOMEM : RC_OK;
  if (rc < 0) reference_free(out);
  return rc;
}

void reference_free(struct reference *r) {
  for (int i = 0; i < r->checked.n && r->baselines; i++) free(r->baselines[i].v);
  free(r->baselines);
  checked_free(&r->checked);
}

static struct tally_line *line_of(struct tally_line *lines, int *n, int most, const char *name) {
  for (int i = 0; i < *n; i++)
    if (strcmp(lines[i].name, name) == 0) return &lines[i];
  if (*n == most) return &lines[most - 1];
  struct tally_line *l = &lines[(*n)++];
  *l = (struct tally_line){0};
  snprintf(l->name, sizeof l->name, "%s", name);
  return l;
}

static bool is_new(const struct checked *before, const struct finding *f) {
  for (int i = 0; i < before->n; i++)
    for (size_t k = 0; k < before->results[i]->findings.n; k++)
      if (strcmp(before->results[i]->findings.v[k].id, f->id) == 0) return false;
  return true;
}

static const char *symbol_text(const struct book *b, symbol s) {
  return s == NO_SYMBOL ? "-" : intern_name(&b->symbols, s);
}

/* What one change brought. */
struct outcome_of_change {
  bool noticed, error, named, holds, elsewhere;
  int set;
};

static void look(const struct reference *before, const struct checked *after, const struct target *target, int32_t obs, struct outcome_of_change *o) {
  for (int i = 0; i < after->n; i++)
    for (size_t k = 0; k < after->results[i]->findings.n; k++) {
      const struct finding *f = &after->results[i]->findings.v[k];
      if (!is_new(&before->checked, f)) continue;
      bool here = i == target->book && obs >= 0;
      o->noticed = true;
      o->error = o->error || f->severity == SEVERITY_ERROR;
      if (here && finding_names(f, obs, target->was)) o->named = true;
      if (here && finding_lists(f, obs)) {
        int set = f->nsuspects + f->nalternatives;
        if (!o->holds || set < o->set) o->set = set;
        o->holds = true;
      }
      if (f->severity == SEVERITY_ERROR && !(here && finding_touches(after->results[i], f, obs))) o->elsewhere = true;
    }
}

static void say(const struct book *b, const struct check_result *r, const struct target *t, const char *what, const char *fault,
                const struct determined *d) {
  printf("%s: %s; possible %d, failing %d\n", fault, what, d->n, d->failing);
  (void)t;
  for (size_t i = 0; i < r->findings.n && i < 12; i++) {
    const struct finding *f = &r->findings.v[i];
    printf("    %s %s relations %d%s:", severity_names[f->severity], cause_kind_names[f->cause], f->nrelations, f->several ? " several" : "");
    for (int k = 0; k < f->nsuspects + f->nalternatives && k < 6; k++) {
      const struct suspect *s = k < f->nsuspects ? &f->suspects[k] : &f->alternatives[k - f->nsuspects];
      const struct obs *o = &b->obs.v[s->obs];
      printf(" %s%s[%d,%d] %.*s", k < f->nsuspects ? "=" : "?", b->tables.v[o->table].id, o->row, o->column, SV_ARG(o->text));
    }
    printf("\n");
  }
}

static void tally_miss(struct tally *t, const struct book *b, const struct target *target) {
  const struct book_table *table = &b->tables.v[target->table];
  static const char *const roles[] = {"leaf", "parent", "total", "subtotal", "of-which", "unknown"};
  char name[64];
  snprintf(name, sizeof name, "%s %s %s%s", symbol_text(b, table->kind), symbol_text(b, table->columns[target->column].measure),
           roles[table->rows[target->row].role], target->was == 0 ? " 0" : "");
  line_of(t->misses, &t->nmisses, TALLY_MISSES_MOST, name)->changes++;
}

void tally_change(struct tally *t, const struct bench *x, const struct reference *before, const struct checked *after, const struct target *target,
                  const char *what) {
  const struct book *was = before->checked.books[target->book];
  struct outcome_of_change o = {0};
  struct determined d = {0};
  const struct obs *changed = NULL;
  const struct book *b = target->book < after->n ? after->books[target->book] : NULL;
  if (b && (size_t)target->table < b->tables.n) changed = book_cell(b, &b->tables.v[target->table], target->row, target->column);
  int32_t obs = changed ? (int32_t)(changed - b->obs.v) : -1;
  look(before, after, target, obs, &o);
  struct tally_line *kind = line_of(t->kinds, &t->nkinds, TALLY_KINDS_MOST, symbol_text(was, was->tables.v[target->table].kind));
  t->changes++, kind->changes++;
  t->noticed += o.noticed, kind->noticed += o.noticed;
  t->errors += o.error, kind->errors += o.error;
  t->lost += obs < 0;
  t->false_errors += o.elsewhere;
  if (!o.noticed) tally_miss(t, was, target);
  if (!o.noticed && t->verbose) printf("not noticed: %s\n", what);
  if (obs < 0) return;
  determine(x->rules, b, after->results[target->book], &before->baselines[target->book], &d);
  if (o.elsewhere && t->verbose) say(b, after->results[target->book], target, what, "error elsewhere", &d);
  t->silent += !o.noticed && d.failing == 0;
  if (d.failing == 0) return;
  if (d.n == 1 && d.cells[0].values == 1) {
    t->determined++;
    t->named += o.named;
    if (!o.named && t->verbose) say(b, after->results[target->book], target, what, "not named", &d);
    return;
  }
  t->open++;
  t->holds += o.holds;
  t->smallest += o.holds && o.set <= d.n;
  if (o.holds) t->named_cells += o.set, t->possible_cells += d.n;
  if (!(o.holds && o.set <= d.n) && t->verbose) say(b, after->results[target->book], target, what, "set not smallest or without it", &d);
}

static double percent(long part, long whole) {
  return whole > 0 ? 100.0 * (double)part / (double)whole : 0.0;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct tally_line *)a)->name, ((const struct tally_line *)b)->name);
}

static int by_changes(const void *a, const void *b) {
  long x = ((const struct tally_line *)a)->changes, y = ((const struct tally_line *)b)->changes;
  return (x < y) - (x > y);
}

void tally_print(const struct tally *t, FILE *out) {
  struct tally_line kinds[TALLY_KINDS_MOST], misses[TALLY_MISSES_MOST];
  memcpy(kinds, t->kinds, sizeof kinds);
  memcpy(misses, t->misses, sizeof misses);
  if (t->nkinds > 1) qsort(kinds, (size_t)t->nkinds, sizeof *kinds, by_name);
  if (t->nmisses > 1) qsort(misses, (size_t)t->nmisses, sizeof *misses, by_changes);
  fprintf(out, "%-24s %8s %10s %10s\n", "table", "changes", "noticed %", "error %");
  for (int i = 0; i < t->nkinds; i++)
    fprintf(out, "%-24s %8ld %10.2f %10.2f\n", kinds[i].name, kinds[i].changes, percent(kinds[i].noticed, kinds[i].changes),
            percent(kinds[i].errors, kinds[i].changes));
  fprintf(out, "%-24s %8ld %10.2f %10.2f\n", "all", t->changes, percent(t->noticed, t->changes), percent(t->errors, t->changes));
  fprintf(out, "determined by the book's relations: %ld; named with the right value: %ld (%.2f %%)\n", t->determined, t->named,
          percent(t->named, t->determined));
  fprintf(
      out,
      "elsewhere: %ld; named set holds the cell: %ld (%.2f %%), and is no larger than brute force leaves: %ld (%.2f %%); mean %.2f cells of %.2f\n",
      t->open, t->holds, percent(t->holds, t->open), t->smallest, percent(t->smallest, t->open),
      t->holds ? (double)t->named_cells / (double)t->holds : 0.0, t->holds ? (double)t->possible_cells / (double)t->holds : 0.0);
  fprintf(out, "not noticed: %ld; of these nothing printed contradicts: %ld; noticed of the others: %.2f %%\n", t->changes - t->noticed, t->silent,
          percent(t->noticed, t->changes - t->silent));
  fprintf(out, "changes with a new error that points elsewhere: %ld; changed cell no longer recognised: %ld\n", t->false_errors, t->lost);
  if (t->nmisses) fprintf(out, "not noticed, by table, measure, row (0: a printed zero):\n");
  for (int i = 0; i < t->nmisses && i < 60; i++) fprintf(out, "  %5ld  %s\n", misses[i].changes, misses[i].name);
}

uint64_t chance(uint64_t *seed) {
  uint64_t z = *seed += 0x9e3779b97f4a7c15u; /* splitmix64 */
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

const char *shared_folder(char *out, size_t size) {
  const char *given = getenv("HENG_SHARED");
  struct stat st;
  int n = snprintf(out, size, "%s/documents", given && *given ? given : HENG_SOURCE "/../shared");
  return n > 0 && (size_t)n < size && stat(out, &st) == 0 && S_ISDIR(st.st_mode) ? out : NULL;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char other_digit(struct sv text, size_t at, uint64_t *seed) {
  if (at >= text.n || !is_digit(text.p[at])) return 0;
  bool first = true, alone = at + 1 >= text.n || !is_digit(text.p[at + 1]);
  for (size_t i = 0; i < at; i++) first = first && !is_digit(text.p[i]);
  if (first && text.p[at] == '0' && !alone) return 0;
  char c = (char)('0' + chance(seed) % 9);
  if (c >= text.p[at]) c++;
  return first && !alone && c == '0' ? (char)(text.p[at] == '9' ? '8' : text.p[at] + 1) : c;
}

static int path_compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

int real_books(const char *folder, const char *const *endings, char ***paths) {
  DIR *dir = opendir(folder);
  char **v = NULL;
  int n = 0;
  size_t cap = 0;
  for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
    bool wanted = false;
    for (int i = 0; endings[i]; i++) wanted = wanted || sv_ends(sv_from(entry->d_name), endings[i]);
    if (!wanted || strstr(entry->d_name, "template") || strstr(entry->d_name, "SEEDED")) continue;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    char *copy = strdup(path);
    if (!copy || vec_reserve((void **)&v, &cap, (size_t)n + 1, sizeof *v, 10000) < 0) {
      free(copy);
      break;
    }
    v[n++] = copy;
  }
  if (dir) closedir(dir);
  if (n > 1) qsort(v, (size_t)n, sizeof *v, path_compare);
  *paths = v;
  return n;
}

void paths_free(char **paths, int n) {
  for (int i = 0; i < n; i++) free(paths[i]);
  free(paths);
}
