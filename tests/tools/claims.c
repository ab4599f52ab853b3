/* claims.c: compares what the program binds with what people bound by hand (tests/claims.tsv): claims FILE.tsv [SHARED]. The folder of real documents
 * is the second word, else $HENG_SHARED, else ../shared. Absent: says "skipped" and returns 77. Every number of the list is looked for where it
 * stands: right; named (bound to its path of names, of which no code was found); wrong (bound to something else); missing (listed as not bound); lost
 * (neither). Returns 1 when more than one number in a hundred of
 * those bound is wrong, more than five in a hundred are missing or lost, or less than 95 in a hundred of all amounts and percentages of the
 * narratives are bound or said to be no claims. */
#include "rooms/claims/claims.h"
#include "rooms/budget/budget.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 7, SKIPPED = 77, WANTS_MOST = 20000, WRONG_PERMILLE = 10, MISSING_PERMILLE = 50, COVERED_PERMILLE = 950 };
enum column { FILE_NAME, PAGE, SENTENCE, TABLE, KEY, COLUMN, VALUE };
enum verdict { OPEN, RIGHT, NAMED, WRONG, MISSING, LOST };

struct want {
  struct sv word[COLUMNS];
  int page, line;
  bool apart, none;
  enum obs_type type;
  int64_t value;
  enum verdict verdict;
  struct sv had_table, had_key, had_column;
};

struct tally {
  long right, named, wrong, missing, lost, sentences, whole; /* whole: sentences of which every number is right */
  struct claim_count counted;
  int documents;
};

struct check {
  const struct book *book;
  struct want *wants;
  size_t nwants;
  bool *used; /* by observation */
};

/* ---- the list ---- */

static int to_int(struct sv s) {
  int n = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9' || n > 1000000) return -1;
    n = n * 10 + (s.p[i] - '0');
  }
  return s.n ? n : -1;
}

static bool one_of(struct sv s, const char *const *names) {
  for (; *names; names++)
    if (sv_is(s, *names)) return true;
  return false;
}

static bool parse_want(struct want *w) {
  static const char *const percents[] = {"growth", "share", "rate", "rate.adjusted", "percent", NULL};
  static const char *const amounts[] = {"amount", "budget", "adjusted", "final", "prior", "again", "change", NULL};
  struct number n;
  w->page = to_int(w->word[PAGE]);
  w->apart = sv_is(w->word[TABLE], "apart"), w->none = sv_is(w->word[TABLE], "none");
  if (w->page < 0 || to_int(w->word[SENTENCE]) < 0 || w->word[KEY].n == 0 || number_parse(w->word[VALUE], &n) < 0) return false;
  if (one_of(w->word[COLUMN], amounts)) {
    w->type = OBS_AMOUNT;
    return money_from(&n, SCALE_WAN, &w->value) == RC_OK;
  }
  if (!one_of(w->word[COLUMN], percents) && !sv_is(w->word[COLUMN], "count")) return false;
  w->type = sv_is(w->word[COLUMN], "count") ? OBS_COUNT : OBS_PERCENT;
  w->value = n.mantissa; /* both in ten thousandths: of one, of one per cent */
  for (int i = n.decimals; i < 4; i++) w->value *= 10;
  return n.decimals <= 4;
}

static int read_list(struct sv text, const char *name, struct want *wants, size_t *n) {
  bool head = false;
  *n = 0;
  for (int number = 1; text.p; number++) {
    struct sv line = sv_cut(&text, '\n');
    if (line.n == 0 || line.p[0] == '#') continue;
    if (!head) {
      head = true;
      continue;
    }
    struct want w = {.line = number};
    for (int i = 0; i < COLUMNS; i++) w.word[i] = sv_cut(&line, '\t');
    if (*n == WANTS_MOST || line.p || !parse_want(&w)) return fprintf(stderr, "%s:%d: not a line of this list\n", name, number), -1;
    wants[(*n)++] = w;
  }
  return 0;
}

/* ---- one number ---- */

static bool stands_here(const struct check *c, const struct want *w, size_t i) {
  const struct obs *o = &c->book->obs.v[i];
  return c->book->tables.v[o->table].prose && o->type == w->type && (w->page == 0 || o->place.page == w->page);
}

static const char *name_of(const struct check *c, symbol s) {
  return s == NO_SYMBOL ? "?" : intern_name(&c->book->symbols, s);
}

/* As the list says, or (named) to a path of names where the list has a code; of a fact without a key: a part of the list before it. */
static bool bound_as(const struct check *c, const struct want *w, const struct obs *o, bool named) {
  const struct book_table *t = &c->book->tables.v[o->table];
  struct sv key = sv_from(name_of(c, t->rows[o->row].key));
  if (!sv_is(w->word[COLUMN], name_of(c, t->columns[o->column].measure))) return false;
  if (w->none) return sv_starts(key, "part.");
  if (!sv_is(w->word[TABLE], name_of(c, t->kind))) return false;
  return named ? sv_contains(key, "/") && w->word[KEY].p[0] >= '0' && w->word[KEY].p[0] <= '9' : sv_equal(w->word[KEY], key);
}

static void find_right(const struct check *c, struct want *w, bool named) {
  for (size_t i = 0; i < c->book->obs.n && !w->apart && w->verdict == OPEN; i++) {
    const struct obs *o = &c->book->obs.v[i];
    if (c->used[i] || !stands_here(c, w, i) || o->value != w->value || !bound_as(c, w, o, named)) continue;
    c->used[i] = true;
    w->verdict = named ? NAMED : RIGHT;
  }
}

/* The same number, bound on the same page to what nobody asks for. */
static bool find_wrong(const struct check *c, struct want *w) {
  const struct obs *found = NULL;
  size_t at = 0;
  for (size_t i = 0; i < c->book->obs.n; i++) {
    const struct obs *o = &c->book->obs.v[i];
    if (c->used[i] || !stands_here(c, w, i) || (o->value != w->value && o->value != -w->value)) continue;
    bool same_key = sv_is(w->word[KEY], name_of(c, c->book->tables.v[o->table].rows[o->row].key));
    if (same_key || (!found && w->value != 0)) found = o, at = i; /* zeros are everywhere: only one of the same key is this one */
  }
  if (!found) return false;
  const struct book_table *t = &c->book->tables.v[found->table];
  c->used[at] = true;
  w->verdict = WRONG;
  w->had_table = sv_from(name_of(c, t->kind)), w->had_key = sv_from(name_of(c, t->rows[found->row].key));
  w->had_column = sv_from(name_of(c, t->columns[found->column].measure));
  return true;
}

/* Is the number in a sentence that the book lists as not bound, or as no claim? */
static bool is_listed(const struct check *c, const struct want *w, const char *field) {
  symbol name = book_find(c->book, field);
  char plain[8192];
  for (size_t i = 0; i < c->book->fields.n && name != NO_SYMBOL; i++) {
    const struct book_field *f = &c->book->fields.v[i];
    size_t n = 0;
    if (f->name != name || (w->page > 0 && f->place.page != w->page)) continue;
    for (size_t k = 0; k < f->text.n && n < sizeof plain; k++)
      if (f->text.p[k] != ',') plain[n++] = f->text.p[k];
    struct sv value = w->word[VALUE];
    if (value.n && value.p[0] == '-') value.p++, value.n--;
    if (memmem(plain, n, value.p, value.n)) return true;
  }
  return false;
}

static void judge(const struct check *c, struct want *w) {
  if (w->verdict != OPEN || find_wrong(c, w)) return;
  bool apart = is_listed(c, w, "said.apart"), unbound = is_listed(c, w, "said.unbound");
  if (w->apart || w->none)
    w->verdict = apart || unbound ? RIGHT : LOST;
  else
    w->verdict = apart || unbound ? MISSING : LOST;
}

/* ---- one document ---- */

static void report(const struct want *w, struct tally *t) {
  static const char *const words[] = {"open", "right", "named", "wrong", "missing", "lost"};
  t->right += w->verdict == RIGHT, t->wrong += w->verdict == WRONG;
  t->missing += w->verdict == MISSING, t->lost += w->verdict == LOST;
  t->named += w->verdict == NAMED;
  if (w->verdict == RIGHT || w->verdict == NAMED) return;
  printf("  %s: page %d: %.*s %.*s %.*s=%.*s", words[w->verdict], w->page, SV_ARG(w->word[TABLE]), SV_ARG(w->word[KEY]), SV_ARG(w->word[COLUMN]),
         SV_ARG(w->word[VALUE]));
  if (w->verdict == WRONG) printf(", bound to %.*s %.*s %.*s", SV_ARG(w->had_table), SV_ARG(w->had_key), SV_ARG(w->had_column));
  printf(" (line %d)\n", w->line);
}

static void compare(struct check *c, struct tally *t) {
  for (size_t i = 0; i < c->nwants; i++) find_right(c, &c->wants[i], false);
  for (size_t i = 0; i < c->nwants; i++) find_right(c, &c->wants[i], true);
  for (size_t i = 0; i < c->nwants; i++)
    if (!c->wants[i].apart && !c->wants[i].none) judge(c, &c->wants[i]);
  for (size_t i = 0; i < c->nwants; i++) judge(c, &c->wants[i]);
  bool whole = true;
  for (size_t i = 0; i < c->nwants; i++) {
    report(&c->wants[i], t);
    whole &= c->wants[i].verdict == RIGHT || c->wants[i].verdict == NAMED;
    if (i + 1 < c->nwants && sv_equal(c->wants[i].word[SENTENCE], c->wants[i + 1].word[SENTENCE])) continue;
    t->sentences++, t->whole += whole;
    whole = true;
  }
  struct claim_count n = claims_counted(c->book);
  t->counted.bound += n.bound, t->counted.apart += n.apart, t->counted.unbound += n.unbound;
  t->documents++;
}

struct data {
  struct profiles *profiles;
  struct code_lists *codes;
  struct claim_grammar *grammar;
};

static int read_books(const char *path, const struct data *data, struct document **d, struct book ***books, int *n, struct err *e) {
  int rc = document_read(path, &document_limits_default, d, e);
  if (rc < 0) return rc;
  const struct document *one = *d;
  struct recognise_options o = {.profiles = data->profiles, .codes = data->codes};
  rc = book_recognise(&one, 1, &o, books, n, e);
  for (int i = 0; i < *n && rc == RC_OK; i++) rc = claims_read(data->grammar, data->codes, (*books)[i], e);
  return rc;
}

static int check_document(const char *path, struct want *wants, size_t n, const struct data *data, struct tally *t) {
  struct document *d = NULL;
  struct book **books = NULL;
  struct tally before = *t;
  struct err e = {0};
  int nbooks = 0, rc = read_books(path, data, &d, &books, &nbooks, &e);
  if (rc == RC_OK && nbooks == 1) {
    struct check c = {.book = books[0], .wants = wants, .nwants = n, .used = calloc(books[0]->obs.n + 1, sizeof *c.used)};
    if (!c.used) return -1;
    compare(&c, t);
    free(c.used);
  } else {
    fprintf(stderr, "%s: %d books: %s\n", path, nbooks, e.text);
  }
  printf("%.*s: %ld right, %ld named, %ld wrong, %ld missing, %ld lost; all numbers: %ld bound, %ld apart, %ld not\n", SV_ARG(wants->word[FILE_NAME]),
         t->right - before.right, t->named - before.named, t->wrong - before.wrong, t->missing - before.missing, t->lost - before.lost,
         t->counted.bound - before.counted.bound, t->counted.apart - before.counted.apart, t->counted.unbound - before.counted.unbound);
  for (int i = 0; i < nbooks; i++) book_free(books[i]);
  free(books);
  document_free(d);
  return rc == RC_OK && nbooks == 1 ? 0 : -1;
}

static int check_all(struct want *wants, size_t n, const char *shared, const struct data *data, struct tally *t) {
  int unread = 0;
  for (size_t i = 0, end; i < n; i = end) {
    struct buf path;
    for (end = i; end < n && sv_equal(wants[end].word[FILE_NAME], wants[i].word[FILE_NAME]);) end++;
    buf_init(&path, 8192);
    buf_printf(&path, "%s/%.*s", shared, SV_ARG(wants[i].word[FILE_NAME]));
    if (path.rc < 0 || access(path.p, R_OK) != 0)
      printf("skipped %.*s\n", SV_ARG(wants[i].word[FILE_NAME]));
    else
      unread += check_document(path.p, wants + i, end - i, data, t) < 0;
    buf_release(&path);
  }
  return unread;
}

static long beyond(long n, long of, int permille) {
  long most = of * permille / 1000;
  return n > most ? n - most : 0;
}

static long print_tally(const struct tally *t) {
  long bound = t->right + t->named + t->wrong, all = bound + t->missing + t->lost, counted = t->counted.bound + t->counted.apart + t->counted.unbound;
  long known = t->counted.bound + t->counted.apart;
  long failed = beyond(t->wrong, bound, WRONG_PERMILLE) + beyond(t->missing + t->lost, all, MISSING_PERMILLE);
  if (all == 0 || counted == 0) return printf("claims: skipped (no real documents)\n"), 0;
  printf("%ld sentences by hand, %ld of them wholly right; %d documents\n", t->sentences, t->whole, t->documents);
  printf("%ld wrong, %ld by names without a code, of %ld bound (at most %d wrong in 1,000); %ld missing and %ld lost of %ld (at most %d in 1,000)\n",
         t->wrong, t->named, bound, WRONG_PERMILLE, t->missing, t->lost, all, MISSING_PERMILLE);
  printf("all narratives: %ld bound, %ld apart, %ld not bound: %ld.%ld %% (at least %d in 1,000)\n", t->counted.bound, t->counted.apart,
         t->counted.unbound, known * 1000 / counted / 10, known * 1000 / counted % 10, COVERED_PERMILLE);
  failed += known * 1000 < counted * COVERED_PERMILLE;
  printf("claims: %ld passed, %ld failed\n", t->right + t->named, failed);
  return failed;
}

static int load(struct data *d, struct err *e) {
  char path[4200], file[4300];
  int rc = codes_load(codes_data_path(path, sizeof path, "codes"), &d->codes, e);
  if (rc == RC_OK) rc = profiles_load(codes_data_path(path, sizeof path, "profiles"), &d->profiles, e);
  snprintf(file, sizeof file, "%s/claims.txt", codes_data_path(path, sizeof path, "profiles"));
  return rc == RC_OK ? claim_grammar_load(file, &d->grammar, e) : rc;
}

int main(int argc, char **argv) {
  const char *shared = argc > 2 ? argv[2] : getenv("HENG_SHARED");
  struct err e = {0};
  struct data data = {0};
  struct tally tally = {0};
  unsigned char *text = NULL;
  size_t size, n = 0;
  if (argc < 2) return fprintf(stderr, "claims FILE.tsv [SHARED]\n"), 2;
  if (!shared) shared = "../shared";
  if (access(shared, R_OK) != 0) return printf("skipped: no real documents in %s\n", shared), SKIPPED;
  struct want *wants = calloc(WANTS_MOST, sizeof *wants);
  if (!wants || file_read(argv[1], 4 << 20, &text, &size, &e) < 0 || load(&data, &e) < 0)
    return fprintf(stderr, "%s:%d:%d: %s\n", e.file, e.line, e.column, e.text), 2;
  if (read_list((struct sv){(const char *)text, size}, argv[1], wants, &n) < 0) return 2;
  int unread = check_all(wants, n, shared, &data, &tally);
  long failed = print_tally(&tally) + unread;
  claim_grammar_free(data.grammar);
  profiles_free(data.profiles);
  codes_free(data.codes);
  free(wants), free(text);
  return failed ? 1 : tally.documents ? 0 : SKIPPED;
}
