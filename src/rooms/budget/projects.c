/* projects.c: which rows and forms speak of the same project. Code, name, unit and amount are weighed together, so that one wrong code or one
 * other spelling leaves the pairing right and shows as one conflict. */
#include "rooms/budget/internal.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PROJECTS = 4000, MAX_NAME = 120, ENOUGH = 5 };

/* One mention of a project: a row of 项目支出情况表, a row of 整体支出绩效目标表, or a form of its own. */
struct mention {
  int table, row;
  const char *code, *name, *unit; /* folded; NULL unknown */
  int64_t amount;
  bool has_amount;
};
typedef VEC(struct mention) mentions;

static const struct obs *cell_of(const struct book *b, const struct book_table *t, int row, const char *measure) {
  symbol m = book_find(b, measure);
  for (int c = 0; c < t->ncolumns && m != NO_SYMBOL; c++)
    if (t->columns[c].measure == m) return book_cell(b, t, row, c);
  return NULL;
}

static void set_amount(struct mention *m, const struct obs *o) {
  m->has_amount = o && (o->state == OBS_VALUE || o->state == OBS_ZERO) && o->type == OBS_AMOUNT;
  m->amount = m->has_amount ? o->value : 0;
}

static const char *folded_field(struct recogniser *r, int table, const char *name) {
  symbol s = book_find(r->book, name);
  for (size_t i = 0; i < r->book->fields.n && s != NO_SYMBOL; i++) {
    const struct book_field *f = &r->book->fields.v[i];
    if (f->table == table && f->name == s && f->text.n) return text_fold(&r->scratch, f->text);
  }
  return NULL;
}

static bool kind_is(const struct book *b, const struct book_table *t, const char *name) {
  return strcmp(intern_name(&b->symbols, t->kind), name) == 0;
}

static const char *unit_above(struct recogniser *r, const struct book_table *t, int row) {
  for (int p = t->rows[row].parent; p >= 0; p = t->rows[p].parent)
    if (t->rows[p].level == 2) return text_fold(&r->scratch, t->rows[p].label);
  return NULL;
}

static int collect(struct recogniser *r, mentions *rows, mentions *list, mentions *forms) {
  const struct book *b = r->book;
  int rc = RC_OK;
  for (size_t i = 0; i < b->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &b->tables.v[i];
    bool projects = kind_is(b, t, "projects"), goals = kind_is(b, t, "goal-projects"), head = kind_is(b, t, "project-head");
    for (int row = 0; row < t->nrows && (projects || goals || head) && rc == RC_OK; row++) {
      struct mention m = {.table = (int)i, .row = row};
      if (projects && (t->rows[row].level != 4 || t->rows[row].role == ROW_UNKNOWN)) continue;
      if (head) {
        m.code = folded_field(r, m.table, "project.code");
        m.name = folded_field(r, m.table, "project.name");
        m.unit = folded_field(r, m.table, "project.unit");
        if (!m.code && !m.name) continue;
      } else {
        m.code = projects && t->rows[row].code.n ? text_fold(&r->scratch, t->rows[row].code) : NULL;
        m.name = t->rows[row].label.n ? text_fold(&r->scratch, t->rows[row].label) : NULL;
        m.unit = projects ? unit_above(r, t, row) : NULL;
      }
      set_amount(&m, cell_of(b, t, row, projects ? "total" : "year"));
      rc = VEC_PUSH(projects ? rows : goals ? list : forms, m, MAX_PROJECTS);
    }
  }
  return rc;
}

/* ---- likeness ---- */

static int decode(const char *s, uint32_t *out) {
  struct sv v = sv_from(s);
  int n = 0;
  for (size_t at = 0; at < v.n && n < MAX_NAME;) out[n++] = utf8_next(v, &at);
  return n;
}

/* Characters to insert, drop or change to make one of the other. */
static int distance(const uint32_t *a, int n, const uint32_t *b, int m) {
  int row[MAX_NAME + 1];
  for (int j = 0; j <= m; j++) row[j] = j;
  for (int i = 1; i <= n; i++) {
    int corner = row[0];
    row[0] = i;
    for (int j = 1; j <= m; j++) {
      int change = corner + (a[i - 1] != b[j - 1]);
      corner = row[j];
      int add = row[j - 1] + 1, drop = row[j] + 1;
      row[j] = change < add ? (change < drop ? change : drop) : (add < drop ? add : drop);
    }
  }
  return row[m];
}

/* 4 the same, 2 nearly (a quarter of the characters, or one within the other), 1 somewhat (a third), 0 different. */
static int name_likeness(const char *a, const char *b) {
  if (!a || !b) return 0;
  if (strcmp(a, b) == 0) return 4;
  if (strlen(a) >= 12 && strlen(b) >= 12 && (strstr(a, b) || strstr(b, a))) return 2;
  uint32_t x[MAX_NAME], y[MAX_NAME];
  int n = decode(a, x), m = decode(b, y), longer = n > m ? n : m;
  int apart = distance(x, n, y, m);
  return longer < 5 ? 0 : apart * 4 <= longer ? 2 : apart * 3 <= longer ? 1 : 0;
}

static bool same_unit(const char *a, const char *b) {
  if (!a || !b) return false;
  if (strcmp(a, b) == 0) return true;
  static const char *const ends[] = {"本级", "机关", "本部", "(本级)", "(机关)", NULL};
  size_t n = strlen(a), m = strlen(b);
  for (int i = 0; ends[i]; i++) {
    size_t k = strlen(ends[i]);
    if (n > k && strcmp(a + n - k, ends[i]) == 0) n -= k;
    if (m > k && strcmp(b + m - k, ends[i]) == 0) m -= k;
  }
  return n == m && strncmp(a, b, n) == 0;
}

static int likeness(const struct mention *a, const struct mention *b) {
  int code = a->code && b->code && strcmp(a->code, b->code) == 0 ? 4 : 0, name = name_likeness(a->name, b->name);
  int amount = a->has_amount && b->has_amount && a->amount == b->amount && a->amount != 0 ? 3 : 0, unit = same_unit(a->unit, b->unit) ? 1 : 0;
  if (!code && !name) return 0; /* an equal amount alone is chance */
  return code + name + amount + unit;
}

/* One left over on either side, and somewhat alike: each other's by elimination, whatever is wrong with code and amount. */
static void pair_rest(const mentions *a, const mentions *b, const bool *taken, int *pair) {
  int left = -1, right = -1, nleft = 0, nright = 0;
  for (size_t k = 0; k < a->n; k++)
    if (!taken[k]) left = (int)k, nleft++;
  for (size_t i = 0; i < b->n; i++)
    if (pair[i] < 0) right = (int)i, nright++;
  if (nleft == 1 && nright == 1 && likeness(&a->v[left], &b->v[right]) > 0) pair[right] = left;
}

/* Pairs greedily, the likest first; each mention once. pair[i] is the partner of b->v[i] in a, -1 none. */
static int pair_up(struct recogniser *r, const mentions *a, const mentions *b, int *pair) {
  bool *taken = ARENA_ARRAY(&r->scratch, bool, a->n + 1);
  if (!taken) return RC_NOMEM;
  for (size_t i = 0; i < b->n; i++) pair[i] = -1;
  for (int want = 12; want >= ENOUGH - 1; want--)
    for (size_t i = 0; i < b->n; i++) {
      int best = -1;
      for (size_t k = 0; pair[i] < 0 && k < a->n; k++)
        if (!taken[k] && likeness(&a->v[k], &b->v[i]) == want) best = best < 0 ? (int)k : -2;
      if (best >= 0) pair[i] = best, taken[best] = true;
    }
  pair_rest(a, b, taken, pair);
  return RC_OK;
}

static const char *evidence(struct recogniser *r, const struct mention *a, const struct mention *b) {
  int name = name_likeness(a->name, b->name);
  const char *code_text = !a->code || !b->code            ? ""
                          : strcmp(a->code, b->code) == 0 ? tr("编码同；", "same code; ")
                                                          : tr("编码不同；", "another code; ");
  const char *name_text = name == 4 ? tr("名称同；", "same name; ") : name ? tr("名称相近；", "a like name; ") : tr("名称不同；", "another name; ");
  const char *unit_text = !a->unit || !b->unit          ? ""
                          : same_unit(a->unit, b->unit) ? tr("单位同；", "same unit; ")
                                                        : tr("单位不同；", "another unit; ");
  const char *amount_text =
      a->has_amount && b->has_amount && a->amount == b->amount ? tr("金额同", "same amount") : tr("金额不同或没有", "another amount or none");
  return arena_printf(&r->book->arena, "%s%s%s%s", code_text, name_text, unit_text, amount_text);
}

static symbol subject_of(struct recogniser *r, const struct mention *m) {
  const struct book_table *t = &r->book->tables.v[m->table];
  if (t->rows[m->row].key != NO_SYMBOL && !kind_is(r->book, t, "project-head")) return t->rows[m->row].key;
  char code[64];
  size_t n = m->code ? strlen(m->code) : 0;
  if (n == 0 || n >= sizeof code) return book_symbol(r->book, m->name ? m->name : m->code);
  for (size_t i = 0; i <= n; i++) code[i] = m->code[i] >= 'a' && m->code[i] <= 'z' ? (char)(m->code[i] - 'a' + 'A') : m->code[i];
  return book_symbol(r->book, code);
}

static int name_forms(struct recogniser *r, const mentions *rows, const mentions *forms, const int *pair) {
  int rc = RC_OK;
  for (size_t i = 0; i < forms->n && rc == RC_OK; i++) {
    const struct mention *m = &forms->v[i];
    struct book_table *head = &r->book->tables.v[m->table];
    symbol subject = pair[i] >= 0 ? subject_of(r, &rows->v[pair[i]]) : subject_of(r, m);
    const struct book_table copy = *head;
    for (size_t t = 0; t < r->book->tables.n; t++) {
      struct book_table *x = &r->book->tables.v[t];
      const char *kind = intern_name(&r->book->symbols, x->kind);
      if (x->instance == copy.instance && strncmp(kind, "project-", 8) == 0) x->subject = subject;
    }
    for (size_t f = 0; f < r->book->fields.n; f++)
      if (r->book->fields.v[f].table == m->table) r->book->fields.v[f].subject = subject;
    if (pair[i] >= 0)
      rc = book_add_field(r, "project.evidence", m->table, subject, sv_from(evidence(r, &rows->v[pair[i]], m)), copy.place, copy.document);
    else if (rows->n)
      rc = book_add_field(r, "project.alone", m->table, subject, sv_from(tr("项目支出情况表中没有", "not in the table of projects")), copy.place,
                          copy.document);
  }
  return rc;
}

/* The rows of the list in the overall form take the key of their project; names and codes as printed become fields. */
static int name_list(struct recogniser *r, const mentions *rows, const mentions *list, const int *pair) {
  int rc = RC_OK;
  for (size_t i = 0; i < list->n && rc == RC_OK; i++) {
    const struct mention *m = &list->v[i];
    struct book_row *row = &r->book->tables.v[m->table].rows[m->row];
    if (pair[i] >= 0) row->key = subject_of(r, &rows->v[pair[i]]);
    rc = book_add_field(r, "project.name", m->table, row->key, row->label, row->place, r->book->tables.v[m->table].document);
    if (rc == RC_OK && pair[i] >= 0)
      rc = book_add_field(r, "project.evidence", m->table, row->key, sv_from(evidence(r, &rows->v[pair[i]], m)), row->place,
                          r->book->tables.v[m->table].document);
  }
  return rc;
}

static int name_rows(struct recogniser *r, const mentions *rows) {
  int rc = RC_OK;
  for (size_t i = 0; i < rows->n && rc == RC_OK; i++) {
    const struct mention *m = &rows->v[i];
    const struct book_table *t = &r->book->tables.v[m->table];
    const struct book_row row = t->rows[m->row];
    int document = t->document;
    if (row.code.n) rc = book_add_field(r, "project.code", m->table, row.key, row.code, row.place, document);
    if (rc == RC_OK) rc = book_add_field(r, "project.name", m->table, row.key, row.label, row.place, document);
  }
  return rc;
}

int projects_resolve(struct recogniser *r) {
  mentions rows = {0}, list = {0}, forms = {0};
  int rc = collect(r, &rows, &list, &forms);
  const mentions *base = rows.n ? &rows : &forms; /* a book without a table of projects: the forms say which there are */
  int *pair = ARENA_ARRAY(&r->scratch, int, rows.n + list.n + forms.n + 1);
  if (!pair) rc = RC_NOMEM;
  if (rc == RC_OK) rc = pair_up(r, &rows, &forms, pair);
  if (rc == RC_OK) rc = name_forms(r, &rows, &forms, pair);
  if (rc == RC_OK) rc = pair_up(r, base, &list, pair);
  if (rc == RC_OK) rc = name_list(r, base, &list, pair);
  if (rc == RC_OK) rc = name_rows(r, &rows);
  free(rows.v), free(list.v), free(forms.v);
  return rc;
}
