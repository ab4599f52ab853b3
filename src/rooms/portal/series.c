/* series.c: what a package says in book.json and its CSV files: whose book it is, and a few totals for charts. All from memory, none of it trusted.
 */
#include "rooms/portal/internal.h"

#include <jansson.h>
#include <string.h>

enum { COLUMNS_MOST = 64 };

/* ---- whose book, of which year ---- */
static bool take_text(const json_t *o, const char *key, char *out, size_t size) {
  const char *s = json_string_value(json_object_get(o, key));
  size_t n = s ? strlen(s) : 0;
  if (n == 0 || n >= size) return false;
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)s[i] < ' ') return false;
  memcpy(out, s, n + 1);
  return true;
}

static bool is_plain_name(const char *s) {
  for (; *s; s++)
    if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '-')) return false;
  return true;
}

static bool take_kind(const json_t *book, char *out, size_t size) {
  static const char *const kinds[] = {"department-budget", "unit-budget", "department-final", "unit-final"};
  const json_t *v = json_object_get(book, "kind");
  const char *s = v ? json_string_value(v) : kinds[0]; /* books of version 1 of the schema do not say: they are budgets */
  for (size_t i = 0; s && i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(s, kinds[i]) == 0) {
      snprintf(out, size, "%s", s);
      return true;
    }
  return false;
}

int package_identity(struct sv text, struct package *p, struct err *e) {
  json_error_t why;
  json_t *root = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &why);
  if (!root) return err_set(e, RC_FORMAT, tr("book.json 读不懂：%s", "book.json cannot be read: %s"), why.text);
  const json_t *book = json_object_get(root, "book");
  const char *schema = json_string_value(json_object_get(root, "schema"));
  json_int_t year = json_integer_value(json_object_get(book, "year"));
  bool well = schema && strncmp(schema, "heng-book/", 10) == 0 && take_text(book, "name", p->name, sizeof p->name) && is_plain_name(p->name) &&
              take_text(book, "title", p->title, sizeof p->title) && take_text(book, "body", p->body, sizeof p->body) && year >= 2000 &&
              year <= 2199 && take_kind(book, p->kind, sizeof p->kind);
  if (!take_text(book, "version", p->of_version, sizeof p->of_version)) p->of_version[0] = 0;
  p->year = (int)year;
  json_decref(root);
  return well ? RC_OK
              : err_set(e, RC_FORMAT, "%s", tr("book.json 没有写明是谁、哪一年的哪本预算", "book.json does not say whose book of which year it is"));
}

/* ---- CSV by RFC 4180; quotes are taken out in place ---- */
struct csv {
  char *p;
  size_t n, at;
  struct sv cells[COLUMNS_MOST];
  int ncells;
};

static void csv_begin(struct csv *c, char *data, size_t n) {
  bool mark = n >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0;
  *c = (struct csv){.p = data, .n = n, .at = mark ? 3 : 0};
}

static bool quoted_cell(struct csv *c, struct sv *cell) {
  size_t from = ++c->at, to = from;
  for (; c->at < c->n; c->at++) {
    if (c->p[c->at] == '"') {
      if (c->at + 1 >= c->n || c->p[c->at + 1] != '"') {
        c->at++;
        *cell = (struct sv){c->p + from, to - from};
        return c->at == c->n || c->p[c->at] == ',' || c->p[c->at] == '\r' || c->p[c->at] == '\n';
      }
      c->at++;
    }
    c->p[to++] = c->p[c->at];
  }
  return false; /* no closing quote */
}

/* The cells of the next row; 0 at the end. Empty rows are passed over. */
static int csv_row(struct csv *c, struct err *e) {
  while (c->at < c->n && (c->p[c->at] == '\r' || c->p[c->at] == '\n')) c->at++;
  if (c->at >= c->n) return 0;
  for (c->ncells = 0; c->ncells < COLUMNS_MOST;) {
    struct sv *cell = &c->cells[c->ncells++];
    if (c->at < c->n && c->p[c->at] == '"') {
      if (!quoted_cell(c, cell)) return err_set(e, RC_FORMAT, "%s", tr("CSV 的引号不成对", "a quote in the CSV is not closed"));
    } else {
      size_t from = c->at;
      while (c->at < c->n && c->p[c->at] != ',' && c->p[c->at] != '\r' && c->p[c->at] != '\n') c->at++;
      *cell = (struct sv){c->p + from, c->at - from};
    }
    if (c->at >= c->n || c->p[c->at] != ',') return 1;
    c->at++;
  }
  return err_set(e, RC_LIMIT, "%s", tr("CSV 的列太多", "too many columns in the CSV"));
}

static int column_of(const struct csv *c, const char *name) {
  for (int i = 0; i < c->ncells; i++)
    if (sv_is(c->cells[i], name)) return i;
  return -1;
}

static struct sv cell_at(const struct csv *c, int column) {
  return column >= 0 && column < c->ncells ? c->cells[column] : (struct sv){0};
}

/* 1145200.00 to 分; false: no such amount. Fifteen digits at most: sums of a hundred thousand lines stay within 63 bits. */
static bool fen(struct sv s, int64_t *out) {
  bool minus = s.n && s.p[0] == '-', point = false;
  int decimals = 0, digits = 0;
  int64_t v = 0;
  for (size_t i = minus; i < s.n; i++) {
    if (s.p[i] == '.' && !point && digits > 0) {
      point = true;
      continue;
    }
    if (s.p[i] < '0' || s.p[i] > '9' || ++digits > 15 || (point && ++decimals > 2)) return false;
    v = v * 10 + (s.p[i] - '0');
  }
  if (digits == 0 || (point && decimals == 0)) return false;
  for (; decimals < 2; decimals++) v *= 10;
  *out = minus ? -v : v;
  return true;
}

/* Lines of other versions (the approved budget beside the accounts) and years stand in the same file and are not of this book. */
static bool of_this_book(const struct csv *c, int year_column, int version_column, const struct package *p) {
  char year[16];
  struct sv y = cell_at(c, year_column), v = cell_at(c, version_column);
  snprintf(year, sizeof year, "%d", p->year);
  return (y.n == 0 || sv_is(y, year)) && (v.n == 0 || p->of_version[0] == 0 || sv_is(v, p->of_version));
}

static struct package_total *total_for(struct package *p, struct sv func) {
  if (func.n < 3) return NULL;
  for (int i = 0; i < 3; i++)
    if (func.p[i] < '0' || func.p[i] > '9') return NULL;
  for (int i = 0; i < p->ntotals; i++)
    if (sv_starts(func, p->totals[i].code)) return &p->totals[i];
  if (p->ntotals >= TOTALS_MOST) return NULL;
  struct package_total *t = &p->totals[p->ntotals++];
  snprintf(t->code, sizeof t->code, "%.3s", func.p);
  snprintf(t->label, sizeof t->label, "%.3s", func.p);
  return t;
}

int package_spending(char *data, size_t n, struct package *p, struct err *e) {
  struct csv c;
  csv_begin(&c, data, n);
  int rc = csv_row(&c, e);
  if (rc < 0) return rc;
  int func = column_of(&c, "func"), amount = column_of(&c, "amount"), year = column_of(&c, "year"), version = column_of(&c, "version");
  if (rc == 0 || func < 0 || amount < 0) return err_set(e, RC_FORMAT, "budget-lines.csv: func, amount");
  while ((rc = csv_row(&c, e)) == 1) {
    int64_t v;
    if (!of_this_book(&c, year, version, p)) continue;
    struct package_total *t = total_for(p, cell_at(&c, func));
    if (!t || !fen(cell_at(&c, amount), &v) || __builtin_add_overflow(t->amount, v, &t->amount) ||
        __builtin_add_overflow(p->spending, v, &p->spending))
      return err_set(e, RC_FORMAT, "%s", tr("budget-lines.csv 有读不懂的行", "budget-lines.csv has a line that cannot be read"));
  }
  return rc;
}

int package_income(char *data, size_t n, struct package *p, struct err *e) {
  struct csv c;
  csv_begin(&c, data, n);
  int rc = csv_row(&c, e);
  if (rc < 0) return rc;
  int amount = column_of(&c, "amount"), year = column_of(&c, "year"), version = column_of(&c, "version");
  if (rc == 0 || amount < 0) return err_set(e, RC_FORMAT, "income.csv: amount");
  while ((rc = csv_row(&c, e)) == 1) {
    int64_t v;
    if (!of_this_book(&c, year, version, p)) continue;
    if (!fen(cell_at(&c, amount), &v) || __builtin_add_overflow(p->income, v, &p->income))
      return err_set(e, RC_FORMAT, "%s", tr("income.csv 有读不懂的行", "income.csv has a line that cannot be read"));
  }
  p->has_income = true;
  return rc;
}

int package_labels(char *data, size_t n, struct package *p, struct err *e) {
  struct csv c;
  csv_begin(&c, data, n);
  int rc;
  while ((rc = csv_row(&c, e)) == 1) {
    struct sv code = cell_at(&c, 0), name = cell_at(&c, 1);
    for (int i = 0; i < p->ntotals; i++)
      if (sv_is(code, p->totals[i].code) && name.n && name.n < sizeof p->totals[i].label && utf8_valid(name) && !memchr(name.p, 0, name.n))
        snprintf(p->totals[i].label, sizeof p->totals[i].label, "%.*s", SV_ARG(name));
  }
  return rc;
}
