/* mutate.c: changes one digit of one amount in the tables of real books, many times over, and measures what the audit makes of it.
 * The change is made in the document as read, before recognition: mutate [--prose] [--changes N | --every] [--least PERCENT] [--seed S] [--verbose]
 * [FILE…]
 * --prose changes amounts, changes and percentages that sentences say and that some relation compares with something, instead; --every changes each
 * once; --least makes it a test: exit code 1 when fewer are noticed, or when any new error points elsewhere. */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { BOOKS_MOST = 256 };

/* One number that can be changed: where it is in the book, and where in the document. */
struct candidate {
  struct target target;
  struct sv *text, *stored; /* of a cell or line; stored: NULL when it is only shown */
  size_t from, n;           /* the number in it */
};

struct subject {
  const char *path;
  struct document *document;
  struct reference reference;
  VEC(struct candidate) candidates;
  long alone, nowhere; /* numbers of sentences that nothing compares; whose line was not found */
};

/* The cell of the document that an observation was read from: the text is a view into it, or stands in the same place. */
static int32_t cell_of(const struct table *t, const struct obs *o) {
  for (int i = 0; i < t->ncells; i++) {
    const struct sv x = t->cells[i].text;
    if (o->text.n && o->text.p >= x.p && o->text.p < x.p + x.n) return i;
  }
  for (int i = 0; i < t->ncells; i++) {
    const struct place *a = &t->cells[i].place, *b = &o->place;
    if (a->page == b->page && a->line == b->line && memcmp(&a->box, &b->box, sizeof a->box) == 0 &&
        sv_equal(sv_trim(t->cells[i].text), sv_trim(o->text)))
      return i;
  }
  return -1;
}

static bool is_amount(const struct obs *o) {
  return o->type == OBS_AMOUNT && (o->state == OBS_VALUE || o->state == OBS_ZERO) && !o->doubtful && o->text.n > 0;
}

static int table_candidate(struct subject *s, int book, const struct obs *o) {
  const struct book *b = s->reference.checked.books[book];
  if (!is_amount(o) || o->table < 0 || o->document_table < 0 || o->document_table >= s->document->ntables || b->tables.v[o->table].doubtful)
    return RC_OK;
  int32_t cell = cell_of(&s->document->tables[o->document_table], o);
  if (cell < 0) return RC_OK;
  struct cell *of = &s->document->tables[o->document_table].cells[cell];
  struct candidate c = {{book, o->table, o->row, o->column, o->value}, &of->text, of->stored.n ? &of->stored : NULL, 0, of->text.n};
  return VEC_PUSH(&s->candidates, c, 10000000);
}

/* ---- numbers of sentences ---- */

enum { LINE_BYTES = 4096 };

/* Where `number`, folded, stands in a line, and that it stands there once. */
static bool number_find(struct sv line, struct sv number, size_t *from, size_t *n) {
  char folded[LINE_BYTES];
  size_t origin[LINE_BYTES + 1], length = 0, found = 0;
  for (size_t at = 0; at < line.n && length + 16 < LINE_BYTES;) {
    size_t begin = at;
    (void)utf8_next(line, &at);
    size_t more = text_fold_into(folded + length, 16, (struct sv){line.p + begin, at - begin});
    for (size_t k = 0; k < more; k++) origin[length++] = begin;
    origin[length] = at;
  }
  for (size_t at = 0; number.n > 0 && at + number.n <= length; at++) {
    bool inside = at > 0 && strchr("0123456789.,", folded[at - 1]), goes_on = at + number.n < length && strchr("0123456789", folded[at + number.n]);
    if (memcmp(folded + at, number.p, number.n) != 0 || inside || goes_on) continue;
    *from = origin[at];
    *n = origin[at + number.n] - origin[at];
    found++;
  }
  return found == 1;
}

static bool compared(const struct check_result *r, int32_t obs) {
  for (size_t i = 0; i < r->relations.n; i++)
    for (int k = 0; k < r->relations.v[i].nterms; k++)
      if (r->relations.v[i].terms[k].obs == obs && (r->relations.v[i].outcome == OUTCOME_PASSED || r->relations.v[i].outcome == OUTCOME_FAILED))
        return true;
  return false;
}

static int prose_candidate(struct subject *s, int book, int32_t at) {
  const struct obs *o = &s->reference.checked.books[book]->obs.v[at];
  bool number = (o->type == OBS_AMOUNT || o->type == OBS_PERCENT) && (o->state == OBS_VALUE || o->state == OBS_ZERO) && !o->doubtful;
  if (!number || !obs_is_prose(s->reference.checked.books[book], o)) return RC_OK;
  if (!compared(s->reference.checked.results[book], at)) return s->alone++, RC_OK;
  size_t digits = 0; /* the unit behind is no part of it */
  while (digits < o->text.n && strchr("0123456789.,", o->text.p[digits])) digits++;
  for (int i = 0; i < s->document->nitems; i++) {
    struct item *line = &s->document->items[i];
    const struct place *a = &line->place, *b = &o->place;
    size_t from, n;
    bool here = line->kind == ITEM_LINE && a->page == b->page && a->line == b->line && memcmp(&a->box.y0, &b->box.y0, sizeof a->box.y0) == 0;
    if (!here || !number_find(line->text, (struct sv){o->text.p, digits}, &from, &n)) continue;
    struct candidate c = {{book, o->table, o->row, o->column, o->value}, &line->text, NULL, from, n};
    return VEC_PUSH(&s->candidates, c, 10000000);
  }
  s->nowhere++;
  return RC_OK;
}

static int subject_open(const struct bench *x, const char *path, bool prose, struct subject *s, struct err *e) {
  *s = (struct subject){.path = path};
  int rc = document_read(path, &document_limits_default, &s->document, e);
  if (rc == RC_OK) rc = reference_take(x, s->document, &s->reference, e);
  for (int i = 0; i < s->reference.checked.n && rc == RC_OK; i++) {
    const struct book *b = s->reference.checked.books[i];
    for (size_t k = 0; k < b->obs.n && rc == RC_OK; k++) rc = prose ? prose_candidate(s, i, (int32_t)k) : table_candidate(s, i, &b->obs.v[k]);
  }
  return rc;
}

static void subject_close(struct subject *s) {
  reference_free(&s->reference);
  document_free(s->document);
  free(s->candidates.v);
}

/* Changes one digit of the number in the text; the new text is malloc'ed. NULL when there is no digit that can be changed. */
static char *changed_text(struct sv text, size_t from, size_t n, uint64_t *seed) {
  size_t digits = 0;
  struct sv number = {text.p + from, n};
  for (size_t i = 0; i < n; i++) digits += number.p[i] >= '0' && number.p[i] <= '9';
  if (digits == 0) return NULL;
  char *out = malloc(text.n + 1);
  if (!out) return NULL;
  memcpy(out, text.p, text.n);
  out[text.n] = '\0';
  for (int tries = 0; tries < 20; tries++) {
    size_t pick = (size_t)(chance(seed) % digits), at = 0;
    for (;; at++)
      if (number.p[at] >= '0' && number.p[at] <= '9' && pick-- == 0) break;
    char c = other_digit(number, at, seed);
    if (!c) continue;
    out[from + at] = c;
    return out;
  }
  free(out);
  return NULL;
}

/* Changes a digit, audits, counts, and puts the digit back. */
static int change_once(const struct bench *x, struct subject *s, const struct candidate *c, uint64_t *seed, struct tally *t, struct err *e) {
  const struct sv kept = *c->text, stored = c->stored ? *c->stored : kept;
  const struct book *b = s->reference.checked.books[c->target.book];
  const struct book_table *table = &b->tables.v[c->target.table];
  struct checked after;
  char *text = changed_text(kept, c->from, c->n, seed);
  if (!text) return RC_OK;
  *c->text = sv_from(text);
  if (c->stored) *c->stored = *c->text; /* a workbook: what is stored is what is shown */
  struct buf what;
  buf_init(&what, 4096);
  buf_printf(&what, "%s %s [%d,%d] %.*s %.*s/%.*s: %.*s -> %s", strrchr(s->path, '/') ? strrchr(s->path, '/') + 1 : s->path, table->id, c->target.row,
             c->target.column, SV_ARG(table->title), SV_ARG(table->rows[c->target.row].label), SV_ARG(table->columns[c->target.column].header),
             SV_ARG(kept), text);
  int rc = bench_check(x, s->document, &after, e);
  if (rc == RC_OK) {
    tally_change(t, x, &s->reference, &after, &c->target, what.p ? what.p : "");
    checked_free(&after);
  }
  *c->text = kept;
  if (c->stored) *c->stored = stored;
  buf_release(&what);
  free(text);
  return rc;
}

static int change_every(const struct bench *x, struct subject *v, int n, uint64_t seed, struct tally *t, struct err *e) {
  for (int i = 0; i < n; i++)
    for (size_t k = 0; k < v[i].candidates.n; k++) {
      int rc = change_once(x, &v[i], &v[i].candidates.v[k], &seed, t, e);
      if (rc < 0) return rc;
    }
  return RC_OK;
}

static int change_many(const struct bench *x, struct subject *v, int n, long changes, uint64_t seed, struct tally *t, struct err *e) {
  size_t all = 0;
  for (int i = 0; i < n; i++) all += v[i].candidates.n;
  for (long k = 0; k < changes && all > 0; k++) {
    size_t pick = (size_t)(chance(&seed) % all);
    int i = 0;
    while (pick >= v[i].candidates.n) pick -= v[i++].candidates.n;
    int rc = change_once(x, &v[i], &v[i].candidates.v[pick], &seed, t, e);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

struct choices {
  long changes;
  double least;
  uint64_t seed;
  bool every, verbose, prose;
};

/* Reads the options; returns the index of the first file, or -1. */
static int choices_read(int argc, char **argv, struct choices *c) {
  int at = 1;
  for (; at < argc && argv[at][0] == '-'; at++) {
    bool valued = at + 1 < argc;
    if (strcmp(argv[at], "--changes") == 0 && valued)
      c->changes = strtol(argv[++at], NULL, 10);
    else if (strcmp(argv[at], "--least") == 0 && valued)
      c->least = strtod(argv[++at], NULL);
    else if (strcmp(argv[at], "--seed") == 0 && valued)
      c->seed = strtoull(argv[++at], NULL, 10);
    else if (strcmp(argv[at], "--every") == 0)
      c->every = true;
    else if (strcmp(argv[at], "--prose") == 0)
      c->prose = true;
    else if (strcmp(argv[at], "--verbose") == 0)
      c->verbose = true;
    else
      return -1;
  }
  return at;
}

static int subjects_open(const struct bench *x, char *const *paths, int npaths, bool prose, struct subject *v) {
  struct err e;
  int n = 0;
  for (int i = 0; i < npaths && n < BOOKS_MOST; i++) {
    const char *name = strrchr(paths[i], '/');
    size_t findings = 0;
    if (subject_open(x, paths[i], prose, &v[n], &e) < 0) {
      printf("%s: %s\n", paths[i], e.text);
      subject_close(&v[n]);
      continue;
    }
    for (int k = 0; k < v[n].reference.checked.n; k++) findings += v[n].reference.checked.results[k]->findings.n;
    printf("%-44s %6zu amounts, %4zu findings unchanged", name ? name + 1 : paths[i], v[n].candidates.n, findings);
    if (prose) printf("; %ld compared with nothing, %ld not found in one line", v[n].alone, v[n].nowhere);
    printf("\n");
    n++;
  }
  return n;
}

int main(int argc, char **argv) {
  static struct subject subjects[BOOKS_MOST];
  static struct tally tally;
  static const char *const endings[] = {".pdf", ".xlsx", NULL}, *const with_sentences[] = {".pdf", ".docx", ".txt", NULL};
  struct choices c = {.changes = 2000, .seed = 20230101};
  char folder[4096], **paths = NULL;
  struct bench x;
  struct err e;
  int at = choices_read(argc, argv, &c), npaths = 0;
  if (at < 0) return fprintf(stderr, "usage: mutate [--prose] [--changes N | --every] [--least PERCENT] [--seed S] [--verbose] [FILE...]\n"), 2;
  if (at == argc) {
    if (!shared_folder(folder, sizeof folder)) return printf("skipped: no shared documents\n"), 77;
    npaths = real_books(folder, c.prose ? with_sentences : endings, &paths);
  }
  if (bench_open(&x, &e) < 0) return fprintf(stderr, "%s\n", e.text), 3;
  tally.verbose = c.verbose;
  int n = subjects_open(&x, at < argc ? argv + at : paths, at < argc ? argc - at : npaths, c.prose, subjects);
  clock_t begin = clock();
  int rc = c.every ? change_every(&x, subjects, n, c.seed, &tally, &e) : change_many(&x, subjects, n, c.changes, c.seed, &tally, &e);
  if (rc < 0) fprintf(stderr, "%s\n", e.text);
  tally_print(&tally, stdout);
  printf("%ld changes in %.1f s of CPU, seed %" PRIu64 "\n", tally.changes, (double)(clock() - begin) / CLOCKS_PER_SEC, c.seed);
  for (int i = 0; i < n; i++) subject_close(&subjects[i]);
  bench_close(&x);
  paths_free(paths, npaths);
  if (rc == RC_OK && c.prose && tally.changes == 0) return printf("skipped: no sentence is compared with anything\n"), 77;
  if (rc < 0 || tally.changes == 0) return 3;
  return c.least > 0 && (100.0 * (double)tally.noticed < c.least * (double)tally.changes || tally.false_errors > 0) ? 1 : 0;
}
