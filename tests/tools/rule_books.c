/* rule_books.c: whole books and what all rules say of them: rule_books [--show] DATA PATH…  Every *.case under the paths is a book and changes of it,
 * each with what the rules must say then; tests/cases/rule-books/README.md describes the form. DATA is the folder of rules, profiles and codes.
 * --show prints what every rule says of each case instead of judging. The last line is "rule books: N passed, N failed".
 * Exit code 0 when none failed, 1 otherwise, 2 for wrong usage. */
#include "rooms/audit/internal.h"
#include "rooms/budget/budget.h"
#include "rooms/claims/claims.h"
#include "rooms/codes/codes.h"
#include "rule/rule.h"

#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_BYTES = 1 << 20, FILES_MOST = 10000 };

enum wish { WISH_PASSED, WISH_FAILED, WISH_ROUNDING, WISH_NOT_APPLICABLE, WISH_NOT_CHECKED, WISHES };
static const char *const wish_names[WISHES] = {"passed", "failed", "rounding", "not-applicable", "not-checked"};

struct runner {
  struct rule_set *rules;
  struct profiles *profiles;
  struct code_lists *codes;
  struct claim_grammar *claims;
  bool show;
  long passed, failed;
  const char *path; /* of the case file at hand */
};

static VEC(char *) files;

/* ---- what went wrong ---- */

static void complain(struct runner *r, int line, const char *what, struct sv word) {
  r->failed++;
  printf("FAIL %s:%d: %s%s%.*s\n", r->path, line, what, word.n ? ": " : "", SV_ARG(word));
}

/* ---- changing a book ---- */

/* The part of a book from the line that holds `title` to the next blank line behind the first line with a tab. */
static bool scope_find(struct sv book, struct sv title, struct sv *out) {
  bool found = false, table = false;
  struct sv rest = book;
  *out = (struct sv){book.p, 0};
  while (rest.p && rest.n) {
    const char *start = rest.p;
    struct sv line = sv_cut(&rest, '\n');
    if (!found && sv_equal(sv_trim(line), title)) found = true, out->p = start;
    if (!found) continue;
    table = table || memchr(line.p, '\t', line.n);
    if (table && sv_trim(line).n == 0) return true;
    out->n = (size_t)(line.p + line.n - out->p) + (rest.p != NULL);
  }
  return found;
}

static size_t count_of(struct sv text, struct sv piece, size_t *at) {
  size_t n = 0;
  for (size_t i = 0; piece.n && i + piece.n <= text.n; i++)
    if (memcmp(text.p + i, piece.p, piece.n) == 0 && n++ == 0) *at = i;
  return n;
}

/* Replaces what must stand once in the scope. */
static int replace_once(struct buf *book, struct sv scope, struct sv old, struct sv new) {
  size_t at = 0;
  if (count_of(scope, old, &at) != 1) return -1;
  size_t from = (size_t)(scope.p - book->p) + at;
  struct buf changed;
  buf_init(&changed, book->cap);
  buf_add(&changed, book->p, from);
  buf_add(&changed, new.n ? new.p : "", new.n);
  buf_add(&changed, book->p + from + old.n, book->n - from - old.n);
  buf_release(book);
  *book = changed;
  return changed.rc;
}

/* "- TEXT" takes the one line out that holds TEXT. */
static int drop_line(struct buf *book, struct sv scope, struct sv piece) {
  size_t at = 0;
  if (count_of(scope, piece, &at) != 1) return -1;
  size_t from = at, to = at;
  while (from > 0 && scope.p[from - 1] != '\n') from--;
  while (to < scope.n && scope.p[to] != '\n') to++;
  if (to < scope.n) to++;
  struct sv line = {scope.p + from, to - from};
  struct buf changed;
  buf_init(&changed, book->cap);
  buf_add(&changed, book->p, (size_t)(line.p - book->p));
  buf_add(&changed, line.p + line.n, book->n - (size_t)(line.p - book->p) - line.n);
  buf_release(book);
  *book = changed;
  return changed.rc;
}

/* A line "@ TITLE", "old => new", "- text", or "--" alone: the whole table at hand goes. 0, or -1: not found, or more than once. */
static int change(struct buf *book, struct sv *title, struct sv line) {
  struct sv scope = {book->p, book->n};
  if (sv_starts(line, "@ ")) {
    *title = sv_trim((struct sv){line.p + 2, line.n - 2});
    return scope_find(scope, *title, &scope) ? 0 : -1;
  }
  if (title->n && !scope_find((struct sv){book->p, book->n}, *title, &scope)) return -1;
  if (sv_is(line, "--")) return title->n ? replace_once(book, scope, scope, (struct sv){NULL, 0}) : -1;
  if (sv_starts(line, "- ")) return drop_line(book, scope, (struct sv){line.p + 2, line.n - 2});
  size_t arrow = sv_find(line, " => ");
  if (arrow == SIZE_MAX && sv_ends(line, " =>")) return replace_once(book, scope, (struct sv){line.p, line.n - 3}, (struct sv){NULL, 0});
  if (arrow == SIZE_MAX) return -1;
  return replace_once(book, scope, (struct sv){line.p, arrow}, (struct sv){line.p + arrow + 4, line.n - arrow - 4});
}

/* ---- judging ---- */

static long count_for(const struct rule_tally *t, enum wish w) {
  switch (w) {
  case WISH_PASSED: return t->passed;
  case WISH_FAILED: return t->failed - t->rounding;
  case WISH_ROUNDING: return t->rounding;
  case WISH_NOT_APPLICABLE: return t->passed + t->failed + t->not_checked == 0;
  case WISH_NOT_CHECKED: return t->not_checked;
  case WISHES: break;
  }
  return 0;
}

/* A rule passed when nothing of it failed or was left unchecked; it failed, or rounded, when one check did. */
static bool holds(const struct rule_tally *t, enum wish w) {
  bool clean = t->failed == 0 && t->not_checked == 0;
  if (w == WISH_PASSED) return t->passed > 0 && clean;
  if (w == WISH_ROUNDING) return t->rounding > 0 && t->failed == t->rounding;
  if (w == WISH_NOT_CHECKED) return t->not_checked > 0 && t->failed == 0;
  return count_for(t, w) > 0;
}

static int rule_index(const struct runner *r, struct sv id) {
  for (int i = 0; i < rule_count(r->rules); i++)
    if (sv_is(id, rule_get(r->rules, i)->id)) return i;
  return -1;
}

static void tell(struct runner *r, int line, const char *id, const struct rule_tally *t, enum wish w) {
  r->failed++;
  printf("FAIL %s:%d: %s is not %s: %ld passed, %ld failed, %ld rounding, %ld not checked\n", r->path, line, id, wish_names[w], t->passed,
         t->failed - t->rounding, t->rounding, t->not_checked);
}

static void expect_rule(struct runner *r, int line, enum wish w, struct sv word, const struct check_result *c) {
  struct sv count = word, id = sv_cut(&count, '=');
  int index = rule_index(r, id);
  if (index < 0) {
    complain(r, line, "no such rule", id);
    return;
  }
  const struct rule_tally *t = &c->tallies[index];
  if (holds(t, w) && (!count.p || count_for(t, w) == strtol(count.p, NULL, 10))) {
    r->passed++;
  } else {
    tell(r, line, rule_get(r->rules, index)->id, t, w);
  }
}

/* "outcome ID ID=N …" */
static void expect(struct runner *r, int line, struct sv text, const struct check_result *c) {
  struct sv rest = text, word = sv_cut(&rest, ' ');
  int w = 0;
  while (w < WISHES && !sv_is(word, wish_names[w])) w++;
  if (w == WISHES || !rest.p) {
    complain(r, line, "not an outcome and rules", text);
    return;
  }
  while (rest.p) {
    struct sv one = sv_trim(sv_cut(&rest, ' '));
    if (one.n) expect_rule(r, line, (enum wish)w, one, c);
  }
}

static void show(const struct runner *r, const struct check_result *c) {
  for (int i = 0; i < rule_count(r->rules); i++) {
    const struct rule_tally *t = &c->tallies[i];
    for (int w = 0; w < WISHES; w++)
      if (w != WISH_NOT_APPLICABLE && count_for(t, (enum wish)w))
        printf("%s %s %ld\n", rule_get(r->rules, i)->id, wish_names[w], count_for(t, (enum wish)w));
  }
  for (size_t i = 0; i < c->remarks.n; i++)
    if (c->remarks.v[i].outcome == OUTCOME_FAILED) printf("  %s\n", c->remarks.v[i].detail);
}

/* The one book of a text; NULL when it is none. */
static int audit_text(struct runner *r, struct sv text, struct document **d, struct book ***books, struct check_result **out, struct err *e) {
  int n = 0, rc = document_read_memory("book.txt", text.p, text.n, &document_limits_default, d, e);
  if (rc < 0) return rc;
  const struct document *one = *d;
  struct recognise_options o = {.profiles = r->profiles, .codes = r->codes};
  rc = book_recognise(&one, 1, &o, books, &n, e);
  if (rc == RC_OK && n != 1) rc = err_set(e, RC_FORMAT, "%d books, not one", n);
  if (rc == RC_OK) rc = claims_read(r->claims, r->codes, (*books)[0], e);
  return rc < 0 ? rc : rule_check(r->rules, (*books)[0], out, e);
}

/* ---- a case file ---- */

struct variant {
  struct sv title, changes, expects;
  int line, changes_line, expects_line;
};

static void variant_run(struct runner *r, const struct variant *v, struct sv base) {
  struct buf book;
  struct document *d = NULL;
  struct book **books = NULL;
  struct check_result *c = NULL;
  struct err e = {0};
  struct sv title = {NULL, 0};
  int line = v->changes_line, rc = RC_OK;
  buf_init(&book, CASE_BYTES);
  buf_add(&book, base.p, base.n);
  for (struct sv rest = v->changes; rest.p && rest.n && rc == RC_OK; line++) {
    struct sv one = sv_cut(&rest, '\n');
    if (sv_trim(one).n && change(&book, &title, one) < 0) rc = -1, complain(r, line, "does not stand there once", one);
  }
  if (rc == RC_OK && audit_text(r, (struct sv){book.p, book.n}, &d, &books, &c, &e) < 0) rc = -1, complain(r, v->line, "no book", sv_from(e.text));
  if (rc == RC_OK && r->show) printf("--- %s: %.*s\n", r->path, SV_ARG(v->title)), show(r, c);
  line = v->expects_line;
  for (struct sv rest = v->expects; rest.p && rest.n && rc == RC_OK && !r->show; line++) {
    struct sv one = sv_trim(sv_cut(&rest, '\n'));
    if (one.n) expect(r, line, one, c);
  }
  if (c) check_free(c);
  if (books) book_free(books[0]);
  free(books);
  if (d) document_free(d);
  buf_release(&book);
}

/* "--- book FILE": the text of a file beside the case. */
static char *beside(const struct runner *r, struct sv name, struct err *e) {
  char path[PATH_MAX];
  const char *slash = strrchr(r->path, '/');
  unsigned char *data = NULL;
  size_t size = 0;
  size_t folder = slash ? (size_t)(slash - r->path) + 1 : 0;
  if (folder + name.n >= sizeof path) return NULL;
  memcpy(path, r->path, folder);
  memcpy(path + folder, name.p, name.n);
  path[folder + name.n] = '\0';
  if (file_read(path, CASE_BYTES, &data, &size, e) < 0) return NULL;
  char *text = strndup((char *)data, size);
  free(data);
  return text;
}

enum part { PART_NONE, PART_BOOK, PART_CASE, PART_EXPECT };

static enum part part_named(struct sv line, struct sv *rest) {
  static const char *const words[] = {"--- book", "--- case", "--- expect"};
  for (int i = 0; i < 3; i++)
    if (sv_starts(line, words[i])) {
      *rest = sv_trim((struct sv){line.p + strlen(words[i]), line.n - strlen(words[i])});
      return (enum part)(i + 1);
    }
  return PART_NONE;
}

/* Reads section after section; each case is run as soon as it is whole. */
static void file_run(struct runner *r, struct sv text) {
  struct variant v = {0};
  struct sv base = {NULL, 0}, *body = NULL, rest;
  char *read = NULL;
  int line = 0;
  for (bool more = true; more;) {
    struct sv one = text.p ? sv_cut(&text, '\n') : (struct sv){NULL, 0};
    struct err e = {0};
    bool section = sv_starts(one, "--- ");
    more = text.p != NULL;
    line++;
    enum part part = section ? part_named(one, &rest) : PART_NONE;
    if ((part == PART_CASE || part == PART_BOOK || !more) && v.expects_line) variant_run(r, &v, base), v = (struct variant){0};
    if (!section && body) {
      if (!body->p) body->p = one.p;
      body->n = (size_t)(one.p + one.n - body->p) + (text.p != NULL);
    }
    if (section && part == PART_NONE) complain(r, line, "not a section", one);
    if (part == PART_BOOK) {
      free(read);
      read = rest.n ? beside(r, rest, &e) : NULL;
      if (rest.n && !read) complain(r, line, "no such book", rest);
      base = read ? sv_from(read) : (struct sv){NULL, 0};
      body = read ? NULL : &base;
    } else if (part == PART_CASE) {
      v = (struct variant){.title = rest, .line = line, .changes_line = line + 1};
      body = &v.changes;
    } else if (part == PART_EXPECT) {
      if (!v.line) complain(r, line, "expect before a case", one);
      v.expects_line = line + 1;
      body = &v.expects;
    }
  }
  free(read);
}

/* ---- all of them ---- */

static int collect(const char *path, const struct stat *st, int type, struct FTW *place) {
  (void)st, (void)place;
  if (type != FTW_F || !sv_ends(sv_from(path), ".case")) return 0;
  char *copy = strdup(path);
  return !copy || VEC_PUSH(&files, copy, FILES_MOST) < 0 ? -1 : 0;
}

static int by_path(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int load(struct runner *r, const char *data, struct err *e) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/codes", data);
  int rc = codes_load(path, &r->codes, e);
  snprintf(path, sizeof path, "%s/profiles", data);
  if (rc == RC_OK) rc = profiles_load(path, &r->profiles, e);
  snprintf(path, sizeof path, "%s/rules", data);
  if (rc == RC_OK) rc = auditor_claims(data, &r->claims, e);
  if (rc == RC_OK) rc = rule_set_new(&r->rules, e);
  if (rc == RC_OK) rc = rule_set_load(r->rules, path, e);
  if (rc == RC_OK) rule_set_lookup(r->rules, codes_lookup, r->codes);
  return rc;
}

static void run_all(struct runner *r) {
  for (size_t i = 0; i < files.n; i++) {
    unsigned char *data = NULL;
    size_t size = 0;
    struct err e = {0};
    r->path = files.v[i];
    if (file_read(files.v[i], CASE_BYTES, &data, &size, &e) < 0)
      complain(r, 0, "cannot be read", sv_from(e.text));
    else
      file_run(r, (struct sv){(const char *)data, size});
    free(data);
    free(files.v[i]);
  }
}

int main(int argc, char **argv) {
  struct runner r = {0};
  struct err e = {0};
  int at = 1;
  if (argc > 1 && strcmp(argv[1], "--show") == 0) r.show = true, at++;
  if (argc - at < 2) return fprintf(stderr, "usage: rule_books [--show] DATA PATH…\n"), 2;
  lang_set(LANG_EN);
  int rc = load(&r, argv[at], &e);
  if (rc < 0) return fprintf(stderr, "rule_books: %s: %s\n", e.file, e.text), 2;
  for (int i = at + 1; i < argc; i++)
    if (nftw(argv[i], collect, 16, FTW_PHYS) != 0) return fprintf(stderr, "rule_books: %s cannot be read\n", argv[i]), 2;
  if (files.n) qsort(files.v, files.n, sizeof *files.v, by_path);
  run_all(&r);
  free(files.v);
  rule_set_free(r.rules);
  profiles_free(r.profiles);
  codes_free(r.codes);
  claim_grammar_free(r.claims);
  printf("rule books: %ld passed, %ld failed\n", r.passed, r.failed);
  return r.failed || (r.passed == 0 && !r.show);
}
