/* test_books.c: tests/cases/books/NAME.case: a book of ours in text or HTML, and what must be recognised in it. No C is needed to write one:
 *   --- input text|html      the file
 *   --- book                 kind year profile body
 *   --- tables               the kinds in order
 *   --- facts                KIND KEY MEASURE = amount as printed, or blank, dash
 *   --- rows                 KIND KEY role level parent-or-"-"
 *   --- unread               one line each: the text of what is not read. Without the section nothing may be unread.
 *   --- nameless             one line each: the head of a column without a measure. Without the section there may be none. */
#include "rooms/budget/budget.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_CASES = 200 };

static struct profiles *profiles;

struct book_case {
  char name[300];
  struct sv format, input, book, tables, facts, rows, unread, nameless;
  const struct book *have;
  struct sv path;
};

static struct sv section(struct sv text, const char *title, struct sv *rest_of_line) {
  struct sv none = {NULL, 0};
  while (text.p) {
    struct sv line = sv_cut(&text, '\n');
    if (!sv_starts(line, "--- ") || !sv_starts((struct sv){line.p + 4, line.n - 4}, title)) continue;
    if (rest_of_line) *rest_of_line = sv_trim((struct sv){line.p + 4 + strlen(title), line.n - 4 - strlen(title)});
    if (!text.p) return none;
    size_t end = sv_starts(text, "--- ") ? 0 : sv_find(text, "\n--- ");
    return (struct sv){text.p, end == SIZE_MAX ? text.n : end};
  }
  return none;
}

static struct sv word_cut(struct sv *rest) {
  *rest = sv_trim(*rest);
  return sv_cut(rest, ' ');
}

static const char *name_of(const struct book *b, symbol s) {
  return s == NO_SYMBOL ? "?" : intern_name(&b->symbols, s);
}

static const struct book_table *find_table(const struct book_case *c, struct sv kind) {
  for (size_t i = 0; i < c->have->tables.n; i++)
    if (sv_is(kind, name_of(c->have, c->have->tables.v[i].kind))) return &c->have->tables.v[i];
  fail_msg("%s: no table %.*s", c->name, SV_ARG(kind));
  return NULL;
}

static int find_row(const struct book_case *c, const struct book_table *t, struct sv key) {
  for (int i = 0; i < t->nrows; i++)
    if (sv_is(key, name_of(c->have, t->rows[i].key))) return i;
  fail_msg("%s: %s has no row %.*s", c->name, name_of(c->have, t->kind), SV_ARG(key));
  return -1;
}

static void check_book(const struct book_case *c) {
  struct buf have;
  buf_init(&have, 4096);
  buf_printf(&have, "%s %d %s %.*s", book_kind_names[c->have->kind], c->have->year, c->have->profile, SV_ARG(c->have->body));
  if (!sv_is(sv_trim(c->book), have.p)) fail_msg("%s: the book is %s", c->name, have.p);
  buf_release(&have);
}

static void check_tables(const struct book_case *c) {
  struct sv rest = c->tables;
  for (size_t i = 0; i < c->have->tables.n; i++) {
    struct sv want = word_cut(&rest);
    const char *have = name_of(c->have, c->have->tables.v[i].kind);
    if (!sv_is(want, have)) fail_msg("%s: table %zu is %s, not %.*s", c->name, i + 1, have, SV_ARG(want));
  }
  if (sv_trim(rest).n) fail_msg("%s: missing tables: %.*s", c->name, SV_ARG(rest));
}

static void obs_text(const struct obs *o, const struct book_table *t, char out[MONEY_TEXT]) {
  if (!o || o->state == OBS_BLANK)
    snprintf(out, MONEY_TEXT, "blank");
  else if (o->state == OBS_DASH)
    snprintf(out, MONEY_TEXT, "dash");
  else if (o->type == OBS_AMOUNT)
    money_print(out, o->value, t->scale, o->decimals, false);
  else
    snprintf(out, MONEY_TEXT, "%.*s", (int)(o->text.n < 40 ? o->text.n : 40), o->text.p);
}

static void check_fact(const struct book_case *c, struct sv line) {
  struct sv rest = line, kind = word_cut(&rest), key = word_cut(&rest), measure = word_cut(&rest);
  const struct book_table *t = find_table(c, kind);
  int row = find_row(c, t, key), column = 0;
  while (column < t->ncolumns && !sv_is(measure, name_of(c->have, t->columns[column].measure))) column++;
  if (column == t->ncolumns) fail_msg("%s: %.*s has no measure %.*s", c->name, SV_ARG(kind), SV_ARG(measure));
  assert_true(sv_starts(rest, "= "));
  struct sv want = sv_trim((struct sv){rest.p + 2, rest.n - 2});
  char have[MONEY_TEXT];
  obs_text(book_cell(c->have, t, row, column), t, have);
  if (!sv_is(want, have)) fail_msg("%s: %.*s: have %s", c->name, SV_ARG(line), have);
}

static void check_row(const struct book_case *c, struct sv line) {
  static const char *const roles[] = {"leaf", "parent", "total", "subtotal", "of-which", "unknown"};
  struct sv rest = line, kind = word_cut(&rest), key = word_cut(&rest);
  const struct book_table *t = find_table(c, kind);
  const struct book_row *row = &t->rows[find_row(c, t, key)];
  char have[300];
  snprintf(have, sizeof have, "%s %d %s%s", roles[row->role], row->level, row->parent < 0 ? "-" : name_of(c->have, t->rows[row->parent].key),
           row->orphan ? " orphan" : "");
  if (!sv_is(sv_trim(rest), have)) fail_msg("%s: %.*s: have %s", c->name, SV_ARG(line), have);
}

static void each_line(const struct book_case *c, struct sv lines, void (*check)(const struct book_case *c, struct sv line)) {
  while (lines.p) {
    struct sv line = sv_trim(sv_cut(&lines, '\n'));
    if (line.n) check(c, line);
  }
}

static void check_lists(const struct book_case *c) {
  struct sv unread = c->unread, nameless = c->nameless;
  for (size_t i = 0; i < c->have->unread.n; i++) {
    struct sv want = sv_trim(sv_cut(&unread, '\n')), text = c->have->unread.v[i].text;
    if (!sv_equal(want, sv_trim(text))) fail_msg("%s: unread: %.*s (%s)", c->name, SV_ARG(text), c->have->unread.v[i].why);
  }
  if (unread.p && sv_trim(unread).n) fail_msg("%s: should be unread: %.*s", c->name, SV_ARG(unread));
  for (size_t i = 0; i < c->have->tables.n; i++)
    for (int k = 0; k < c->have->tables.v[i].ncolumns; k++) {
      const struct book_column *column = &c->have->tables.v[i].columns[k];
      if (column->measure != NO_SYMBOL) continue;
      struct sv want = sv_trim(sv_cut(&nameless, '\n'));
      if (!sv_equal(want, column->header))
        fail_msg("%s: %s: no measure: %.*s", c->name, name_of(c->have, c->have->tables.v[i].kind), SV_ARG(column->header));
    }
  if (nameless.p && sv_trim(nameless).n) fail_msg("%s: should have no measure: %.*s", c->name, SV_ARG(nameless));
}

static void book_is_recognised(void **state) {
  struct book_case *c = *state;
  struct err e = {0};
  unsigned char *data;
  size_t size;
  if (!profiles) skip();
  assert_int_equal(file_read(c->path.p, 1 << 20, &data, &size, &e), RC_OK);
  struct sv text = {(const char *)data, size};
  c->input = section(text, "input", &c->format), c->book = section(text, "book", NULL), c->tables = section(text, "tables", NULL);
  c->facts = section(text, "facts", NULL), c->rows = section(text, "rows", NULL);
  c->unread = section(text, "unread", NULL), c->nameless = section(text, "nameless", NULL);
  struct document *d;
  struct book **books;
  int n;
  assert_int_equal(document_read_memory(c->name, c->input.p, c->input.n, &document_limits_default, &d, &e), RC_OK);
  assert_string_equal(document_format_names[d->format], sv_is(c->format, "html") ? "html" : "text");
  const struct document *one = d;
  struct recognise_options o = {.profiles = profiles};
  assert_int_equal(book_recognise(&one, 1, &o, &books, &n, &e), RC_OK);
  assert_int_equal(n, 1);
  c->have = books[0];
  check_tables(c);
  check_book(c);
  each_line(c, c->facts, check_fact);
  each_line(c, c->rows, check_row);
  check_lists(c);
  book_free(books[0]);
  free(books);
  document_free(d);
  free(data);
}

static int is_case(const struct dirent *d) {
  size_t n = strlen(d->d_name);
  return n > 5 && n < 200 && strcmp(d->d_name + n - 5, ".case") == 0;
}

int main(void) {
  static struct book_case cases[MAX_CASES];
  static char paths[MAX_CASES][4096];
  static struct CMUnitTest tests[MAX_CASES];
  struct dirent **names = NULL;
  struct err e = {0};
  const char *folder = HENG_SOURCE "/tests/cases/books";
  if (profiles_load(HENG_SOURCE "/profiles", &profiles, &e) < 0) return fprintf(stderr, "%s:%d:%d %s\n", e.file, e.line, e.column, e.text), 1;
  int n = scandir(folder, &names, is_case, alphasort), count = 0;
  for (int i = 0; i < n; i++) {
    if (count < MAX_CASES) {
      snprintf(paths[count], sizeof paths[count], "%s/%s", folder, names[i]->d_name);
      snprintf(cases[count].name, sizeof cases[count].name, "%s", names[i]->d_name);
      cases[count].path = sv_from(paths[count]);
      tests[count] = (struct CMUnitTest){cases[count].name, book_is_recognised, NULL, NULL, &cases[count]};
      count++;
    }
    free(names[i]);
  }
  free(names);
  if (count == 0) return fprintf(stderr, "no cases in %s\n", folder), 1;
  int rc = _cmocka_run_group_tests("books", tests, (size_t)count, NULL, NULL);
  profiles_free(profiles);
  return rc;
}
