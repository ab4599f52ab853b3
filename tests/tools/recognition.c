/* recognition.c: checks tests/recognition.tsv against the real documents: recognition FILE.tsv [SHARED]. The folder of real documents is the second
 * word, else $HENG_SHARED, else ../shared. Absent: says "skipped" and returns 77. One line a document; returns 1 when one is not as the table says.
 */
#include "rooms/budget/budget.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 8, SKIPPED = 77 };
enum column { FILE_NAME, KIND, BODY, YEAR, PROFILE, SCALE, TOTAL, KINDS };

struct check {
  const struct book *book;
  struct sv want[COLUMNS];
  int wrong;
  char name[300];
};

static void differ(struct check *c, const char *what, struct sv want, struct sv have) {
  printf("%s: %s: wanted %.*s, have %.*s\n", c->name, what, SV_ARG(want), SV_ARG(have));
  c->wrong++;
}

static void compare(struct check *c, const char *what, struct sv want, const char *have) {
  if (!sv_is(want, have)) differ(c, what, want, sv_from(have));
}

static void check_identity(struct check *c) {
  const struct book *b = c->book;
  char year[16];
  snprintf(year, sizeof year, "%d", b->year);
  compare(c, "kind", c->want[KIND], book_kind_names[b->kind]);
  compare(c, "year", c->want[YEAR], year);
  compare(c, "profile", c->want[PROFILE], b->profile);
  if (sv_is(c->want[BODY], "blank")) {
    if (!b->blank_form) differ(c, "blank", c->want[BODY], SV("filled"));
  } else if (!sv_equal(c->want[BODY], b->body)) {
    differ(c, "body", c->want[BODY], b->body);
  }
}

static void check_kinds(struct check *c) {
  struct buf have;
  buf_init(&have, 1 << 16);
  for (size_t i = 0; i < c->book->tables.n; i++) buf_printf(&have, "%s%s", i ? " " : "", intern_name(&c->book->symbols, c->book->tables.v[i].kind));
  compare(c, "tables", c->want[KINDS], have.p ? have.p : "");
  buf_release(&have);
}

static void check_summary(struct check *c) {
  const struct book *b = c->book;
  symbol kind = book_find(b, "summary-in"), total = book_find(b, "in.total");
  if (sv_is(c->want[TOTAL], "-")) return;
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    if (t->kind != kind) continue;
    if (!sv_is(c->want[SCALE], t->scale == SCALE_WAN ? "万元" : t->scale == SCALE_YUAN ? "元" : "?"))
      differ(c, "scale", c->want[SCALE], SV("another"));
    for (int row = 0; row < t->nrows; row++) {
      if (t->rows[row].key != total || t->ncolumns < 1) continue;
      const struct obs *o = book_cell(b, t, row, 0);
      char text[MONEY_TEXT];
      money_print(text, o ? o->value : 0, t->scale, o ? o->decimals : 0, false);
      compare(c, "in.total", c->want[TOTAL], text);
      return;
    }
  }
  differ(c, "in.total", c->want[TOTAL], SV("none"));
}

static void check_reading(struct check *c) {
  const struct book *b = c->book;
  int doubtful = 0;
  for (size_t i = 0; i < b->tables.n; i++) doubtful += b->tables.v[i].doubtful;
  if (b->recognised_tables != b->money_tables || b->unread.n || doubtful) {
    printf("%s: %d of %d tables with amounts recognised, %d doubtful, %zu unread\n", c->name, b->recognised_tables, b->money_tables, doubtful,
           b->unread.n);
    c->wrong++;
  }
  for (size_t i = 0; i < b->unread.n && i < 10; i++)
    printf("   table %d row %d column %d page %d: %s: %.*s\n", b->unread.v[i].document_table + 1, b->unread.v[i].row, b->unread.v[i].column,
           b->unread.v[i].place.page, b->unread.v[i].why, SV_ARG(b->unread.v[i].text));
  for (size_t t = 0; t < b->tables.n; t++)
    for (int k = 0; k < b->tables.v[t].ncolumns; k++)
      if (b->tables.v[t].columns[k].measure == NO_SYMBOL) {
        printf("%s: %s: column %.*s has no measure\n", c->name, b->tables.v[t].id, SV_ARG(b->tables.v[t].columns[k].header));
        c->wrong++;
      }
}

static int check_one(struct check *c, const char *path, const struct profiles *profiles, struct err *e) {
  struct document *d;
  struct book **books;
  int n = 0, rc = document_read(path, &document_limits_default, &d, e);
  if (rc < 0) return rc;
  const struct document *one = d;
  struct recognise_options o = {.profiles = profiles};
  rc = book_recognise(&one, 1, &o, &books, &n, e);
  if (rc == RC_OK && n == 1) {
    c->book = books[0];
    check_identity(c);
    check_kinds(c);
    check_summary(c);
    check_reading(c);
    printf("%-5s %s: %d tables, %zu cells\n", c->wrong ? "WRONG" : "ok", c->name, (int)c->book->tables.n, c->book->obs.n);
  } else if (rc == RC_OK) {
    printf("WRONG %s: %d books\n", c->name, n);
    c->wrong++;
  }
  for (int i = 0; i < n; i++) book_free(books[i]);
  if (rc == RC_OK) free(books);
  document_free(d);
  return rc;
}

static int check_all(struct sv text, const char *shared, const struct profiles *profiles, int *wrong) {
  int checked = 0;
  for (bool head = false; text.p;) {
    struct sv line = sv_cut(&text, '\n');
    if (line.n == 0 || line.p[0] == '#') continue;
    if (!head) {
      head = true;
      continue;
    }
    struct check c = {.wrong = 0};
    struct err e = {0};
    char path[1200];
    for (int i = 0; i < COLUMNS; i++) c.want[i] = sv_cut(&line, '\t');
    size_t n = c.want[FILE_NAME].n < sizeof c.name ? c.want[FILE_NAME].n : sizeof c.name - 1;
    memcpy(c.name, c.want[FILE_NAME].p, n);
    c.name[n] = '\0';
    snprintf(path, sizeof path, "%s/%s", shared, c.name);
    if (access(path, R_OK) != 0) {
      printf("skipped %s\n", c.name);
      continue;
    }
    if (check_one(&c, path, profiles, &e) < 0) printf("WRONG %s: %s\n", c.name, e.text), c.wrong++;
    *wrong += c.wrong > 0;
    checked++;
  }
  return checked;
}

int main(int argc, char **argv) {
  const char *shared = argc > 2 ? argv[2] : getenv("HENG_SHARED");
  char folder[4200];
  struct err e = {0};
  struct profiles *profiles;
  unsigned char *data;
  size_t size;
  int wrong = 0;
  if (argc < 2) return fprintf(stderr, "recognition FILE.tsv [SHARED]\n"), 2;
  if (!shared) shared = "../shared";
  if (access(shared, R_OK) != 0) return printf("skipped: no real documents in %s\n", shared), SKIPPED;
  if (file_read(argv[1], 1 << 20, &data, &size, &e) < 0 || profiles_load(codes_data_path(folder, sizeof folder, "profiles"), &profiles, &e) < 0)
    return fprintf(stderr, "%s:%d:%d: %s\n", e.file, e.line, e.column, e.text), 2;
  int checked = check_all((struct sv){(const char *)data, size}, shared, profiles, &wrong);
  printf("%d documents, %d not as the table says\n", checked, wrong);
  profiles_free(profiles);
  free(data);
  return wrong ? 1 : checked ? 0 : SKIPPED;
}
