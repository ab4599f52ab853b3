/* indicator.c: goals and indicators of forms (整体支出, 项目支出绩效目标表): blocks of 一级|二级|三级指标|指标值|依据, long-term and annual, as
 * tables of the book. A block is known by its head words; classes by the items of the kind. Where a file lost its grid, a row is set right by what
 * its cells hold: a class stands in a class column, the name behind it. */
#include "rooms/budget/performance.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_MEASURES = 16, MAX_ROWS = 4000, MAX_COLUMNS = 64, HEAD_ROWS = 4, LABEL_CELLS = 3, DERIVED = 9 };

/* Measures with a part in how a row is read; their place in the kind's columns. */
enum part { GOAL, L1, L2, L3, VALUE, BEFORE2, BEFORE1, BASIS, WEIGHT, SIGN, MEASURED, ACTUAL, SCORE, CAUSE, PARTS };
static const char *const part_names[PARTS] = {"goal",  "l1",     "l2",   "l3",       "value",  "before2", "before1",
                                              "basis", "weight", "sign", "measured", "actual", "score",   "cause"};

struct entry {
  const struct cell *cell[PARTS];
  struct sv text[PARTS]; /* of the cell, or what is left of it */
  const char *key1, *key2;
  int table, row;
};

/* One table of the book to be: all indicators of one owner and horizon. */
struct block {
  VEC(struct entry) rows;
  struct sv header[PARTS];
  bool printed[PARTS], doubtful;
  const char *doubt;
  int first_table;
};

struct goal {
  struct sv name, text;
  struct place place;
  int horizon; /* -1 not said */
};

struct reader {
  struct recogniser *r;
  int document;
  const struct form *form;
  struct block block[2];
  VEC(struct goal) goals;
  int horizon; /* 0 long-term, 1 annual */
  bool in_goals, in_block, horizon_said, twice;
  const struct kind *kind;
  int from[PARTS], to[PARTS], columns; /* the head's columns; from -1: none */
  struct sv head[PARTS];
  struct cell_text {
    const struct cell *cell;
    const char *s;
  } c[MAX_COLUMNS]; /* of the row at hand */
  int n;
  struct entry last; /* classes and goal are carried down */
  struct sv goal_name;
  const struct cell *goal_cell;
};

static bool starts_with_any(const struct vocabulary *v, const uint32_t *words, size_t n, const char *s) {
  for (size_t i = 0; i < n; i++) {
    const char *word = intern_name(&v->words, words[i]);
    if (strncmp(s, word, strlen(word)) == 0) return true;
  }
  return false;
}

/* 0 long-term, 1 annual, 2 goals, -1 none: what a label begins. */
static int label_begins(const struct reader *x, const char *s) {
  const struct form *f = x->form;
  for (int h = 0; h < 2; h++)
    if (starts_with_any(x->r->v, f->horizon_words[h].v, f->horizon_words[h].n, s)) return h;
  return starts_with_any(x->r->v, f->goal_words.v, f->goal_words.n, s) ? 2 : -1;
}

/* Key of a class of indicators: one digit for the first level, three for the second; NULL when it is none. */
static const char *class_key(const struct reader *x, const char *s) {
  const struct item_set *set = x->kind && x->kind->items >= 0 ? &x->r->v->items.v[x->kind->items] : NULL;
  uint32_t id = set && *s ? intern_find(&set->labels, s, strlen(s)) : INTERN_NONE;
  if (id == INTERN_NONE || id >= set->first.n || set->first.v[id] == INTERN_NONE) return NULL;
  return set->names.v[set->first.v[id]].key;
}

static int measure_of(const struct kind *k, const char *name) {
  for (size_t i = 0; i < k->columns.n; i++)
    if (strcmp(k->columns.v[i].measure, name) == 0) return (int)i;
  return -1;
}

static bool word_is(const struct kind *k, int measure, uint32_t word) {
  if (measure < 0 || word == INTERN_NONE) return false;
  const struct column_def *d = &k->columns.v[measure];
  for (size_t p = 0; p < d->patterns.n; p++)
    if (d->patterns.v[p].n == 1 && d->patterns.v[p].word[0] == word) return true;
  return false;
}

static enum part part_of_word(const struct kind *k, uint32_t word) {
  for (int p = 0; p < PARTS; p++)
    if (word_is(k, measure_of(k, part_names[p]), word)) return (enum part)p;
  return PARTS;
}

static void read_row(struct reader *x, int table, int row) {
  const struct table *t = &x->r->documents[x->document]->tables[table];
  struct row_ref ref = {table, row, 0, NULL};
  struct view w = {.document = x->document, .rows = &ref, .nrows = 1, .ncolumns = t->columns};
  x->n = t->columns < MAX_COLUMNS ? t->columns : MAX_COLUMNS;
  for (int c = 0; c < x->n; c++) {
    x->c[c].cell = view_cell(x->r, &w, 0, c);
    x->c[c].s = x->c[c].cell && x->c[c].cell->text.n ? view_folded(x->r, &w, 0, c) : "";
  }
}

/* ---- heads ---- */

static bool is_head(const struct reader *x, int row) {
  const struct kind *k = x->kind;
  bool l3 = false, other = false;
  for (int c = 0; c < x->n; c++) {
    if (!*x->c[c].s || x->c[c].cell->row != row) continue;
    enum part p = part_of_word(k, vocabulary_word(x->r->v, sv_from(x->c[c].s)));
    l3 = l3 || p == L3;
    other = other || p == L2 || p == L1 || p == VALUE;
  }
  return l3 && other;
}

/* A further row of the head: head words and years only. */
static bool is_sub_head(const struct reader *x, int row) {
  int words = 0;
  for (int c = 0; c < x->n; c++) {
    if (!*x->c[c].s || x->c[c].cell->row != row) continue;
    const char *s = x->c[c].s;
    bool year = strncmp(s, "20", 2) == 0 && strlen(s) >= 4 && strlen(s) <= 8;
    if (class_key(x, s) || (vocabulary_word(x->r->v, sv_from(s)) == INTERN_NONE && !year && !strstr(s, "指标值"))) return false;
    words++;
  }
  return words > 0;
}

static int head_year(const char *s) {
  if (strncmp(s, "20", 2) != 0 || strlen(s) < 4 || s[2] < '0' || s[2] > '9' || s[3] < '0' || s[3] > '9') return 0;
  return s[4] && strncmp(s + 4, "年", 3) != 0 ? 0 : 2000 + (s[2] - '0') * 10 + (s[3] - '0');
}

/* A head into which the one beside it ran ("指标值 指标值确定依据" | "指标值确定依据"). */
static enum part part_of_joined(const struct reader *x, const char *s, const char *beside) {
  size_t n = strlen(s), m = strlen(beside);
  if (m == 0 || m >= n || strcmp(s + n - m, beside) != 0) return PARTS;
  return part_of_word(x->kind, vocabulary_word(x->r->v, (struct sv){s, n - m}));
}

struct lowest {
  const char *s;
  const struct cell *cell;
};

static void place_years(struct reader *x, const struct lowest *low) {
  int later = 0, earlier = 0;
  for (int c = 0; c < x->columns; c++) {
    int y = head_year(low[c].s);
    if (y > later)
      earlier = later, later = y;
    else if (y && y < later && y > earlier)
      earlier = y;
  }
  if (!later || !earlier) return;
  for (int c = 0; c < x->columns; c++) {
    int y = head_year(low[c].s);
    enum part p = y == later ? BEFORE1 : y == earlier ? BEFORE2 : PARTS;
    if (p == PARTS || x->from[p] >= 0) continue;
    x->from[p] = c, x->to[p] = c + 1, x->head[p] = low[c].cell->text;
  }
}

/* Columns of the head: of each, what its lowest cell says. A head that a lossy file cut short lacks the current value and has the grounds in its
 * place.
 */
static void head_columns(struct reader *x, const struct lowest *low) {
  for (int p = 0; p < PARTS; p++) x->from[p] = x->to[p] = -1, x->head[p] = (struct sv){NULL, 0};
  x->twice = false;
  for (int c = 0; c < x->columns; c++) {
    if (!low[c].cell) continue;
    enum part p = part_of_word(x->kind, vocabulary_word(x->r->v, sv_from(low[c].s)));
    if (p == PARTS && c + 1 < x->columns) p = part_of_joined(x, low[c].s, low[c + 1].s);
    if (p == PARTS) continue;
    if (x->from[p] < 0)
      x->from[p] = c, x->head[p] = low[c].cell->text;
    else if (x->to[p] != c) {
      x->twice = x->twice || p == L3; /* two blocks side by side: which is of the year is not known */
      continue;
    }
    x->to[p] = c + 1;
  }
  place_years(x, low);
  if (x->from[BEFORE1] >= 0 && x->from[VALUE] < 0) {
    x->from[VALUE] = x->to[BEFORE1], x->to[VALUE] = x->from[VALUE] + 1;
    if (x->from[BASIS] == x->from[VALUE]) x->from[BASIS]++, x->to[BASIS]++;
  }
}

/* Reads the head that begins in this row; how many rows it has. */
static int read_head(struct reader *x, int table, int row) {
  const struct table *t = &x->r->documents[x->document]->tables[table];
  struct lowest low[MAX_COLUMNS] = {{NULL, NULL}};
  int rows = 0;
  for (; rows < HEAD_ROWS && row + rows < t->rows; rows++) {
    read_row(x, table, row + rows);
    if (rows > 0 && !is_sub_head(x, row + rows)) break;
    for (int c = 0; c < x->n; c++) {
      if (!low[c].s) low[c].s = "";
      if (*x->c[c].s) low[c] = (struct lowest){x->c[c].s, x->c[c].cell};
    }
  }
  x->columns = x->n;
  head_columns(x, low);
  int said = low[0].s ? label_begins(x, low[0].s) : -1;
  if (said == 0 || said == 1)
    x->horizon = said;
  else if (!x->horizon_said)
    x->horizon = 1;
  x->in_block = x->from[L3] >= 0 && x->from[VALUE] >= 0 && !x->twice;
  x->in_goals = false;
  x->last = (struct entry){.table = -1};
  return rows;
}

/* ---- rows ---- */

static const struct cell_text *at(const struct reader *x, int part, int shift) {
  for (int c = x->from[part] + shift; x->from[part] >= 0 && c < x->to[part] + shift; c++)
    if (c >= 0 && c < x->n && *x->c[c].s) return &x->c[c];
  return NULL;
}

/* What may stand left of the name: classes, the goal in its column, the label of the block. */
static bool left_is_right(const struct reader *x, int shift) {
  for (int c = 0; c < x->from[L3] + shift; c++) {
    if (c >= x->n || !*x->c[c].s || class_key(x, x->c[c].s)) continue;
    bool goal = x->from[GOAL] >= 0 && c >= x->from[GOAL] && c < x->to[GOAL];
    if (!goal && label_begins(x, x->c[c].s) < 0) return false;
  }
  return true;
}

/* By how many columns the row was moved to the left when blank cells before it were lost. */
static bool find_shift(const struct reader *x, int *shift) {
  for (*shift = 0; *shift >= -2; --*shift) {
    const struct cell_text *name = at(x, L3, *shift);
    if (!name || class_key(x, name->s) || !left_is_right(x, *shift)) continue;
    bool behind = false;
    for (int c = x->columns + *shift; c < x->n && *shift < 0; c++) behind = behind || (c >= 0 && *x->c[c].s);
    if (!behind) return true;
  }
  *shift = 0; /* a class that is not known stands left of the name: the grid is right all the same */
  const struct cell_text *name = at(x, L3, 0);
  return name && !class_key(x, name->s);
}

static void take_classes(struct reader *x, struct entry *e, int end) {
  for (int c = 0; c < end && c < x->n; c++) {
    const char *key = *x->c[c].s ? class_key(x, x->c[c].s) : NULL;
    if (!key && x->from[GOAL] >= 0 && c >= x->from[GOAL] && c < x->to[GOAL] && *x->c[c].s && label_begins(x, x->c[c].s) != 2)
      e->cell[GOAL] = x->c[c].cell, e->text[GOAL] = x->c[c].cell->text;
    if (!key && *x->c[c].s && x->from[L2] >= 0 && c >= x->from[L2] && c < x->to[L2]) /* a second level that is not known */
      e->cell[L2] = x->c[c].cell, e->text[L2] = x->c[c].cell->text, e->key2 = NULL;
    if (!key) continue;
    bool second = strlen(key) > 1;
    if (!second && x->from[L2] >= 0 && c >= x->from[L2] && c < x->to[L2] && e->key1) /* 产出指标 | 成本指标, as until 2021; 满意度指标 twice */
      second = true, key = *key == '1' ? "204" : key;
    if (!second && x->c[c].cell != e->cell[L1]) { /* a new first level: the second begins anew */
      e->cell[L1] = x->c[c].cell, e->text[L1] = x->c[c].cell->text, e->key1 = key;
      e->cell[L2] = NULL, e->text[L2] = (struct sv){NULL, 0}, e->key2 = NULL;
    }
    if (second) e->cell[L2] = x->c[c].cell, e->text[L2] = x->c[c].cell->text, e->key2 = key;
  }
}

/* A value whose cell also holds the grounds beside it. */
static void strip_joined(struct entry *e) {
  struct sv v = sv_trim(e->text[VALUE]), basis = sv_trim(e->text[BASIS]);
  if (basis.n && v.n > basis.n && memcmp(v.p + v.n - basis.n, basis.p, basis.n) == 0) e->text[VALUE] = sv_trim((struct sv){v.p, v.n - basis.n});
}

static int add_entry(struct reader *x, const struct entry *e) {
  struct block *b = &x->block[x->horizon];
  const struct table *t = &x->r->documents[x->document]->tables[e->table];
  if (b->rows.n == 0) b->first_table = e->table;
  for (int p = 0; p < PARTS; p++)
    if (x->from[p] >= 0) {
      b->printed[p] = true;
      if (!b->header[p].n) b->header[p] = x->head[p];
    }
  if (t->flags & (TABLE_DOUBTFUL | TABLE_HIDDEN)) b->doubtful = true, b->doubt = t->doubt;
  return VEC_PUSH(&b->rows, *e, MAX_ROWS) < 0 ? RC_LIMIT : RC_OK;
}

/* The rest of a cell that a page cut: it belongs to the row above. */
static bool take_rest(struct reader *x, int cells) {
  struct block *b = &x->block[x->horizon];
  if (cells != 1 || b->rows.n == 0) return false;
  struct entry *above = &b->rows.v[b->rows.n - 1];
  for (int p = L3; p < PARTS; p++) {
    const struct cell_text *c = at(x, p, 0);
    if (!c || !above->text[p].n) continue;
    char *joined = arena_printf(&x->r->book->arena, "%.*s%.*s", SV_ARG(above->text[p]), SV_ARG(c->cell->text));
    if (joined) above->text[p] = sv_from(joined);
    return true;
  }
  return false;
}

static int data_row(struct reader *x, int table, int row) {
  struct entry e = x->last;
  int shift = 0, cells = 0, right = 0;
  for (int c = 0; c < x->n; c++) cells += *x->c[c].s != '\0' && (c == 0 || x->c[c].cell != x->c[c - 1].cell);
  if (cells == 0) return RC_OK;
  bool named = find_shift(x, &shift);
  if (!named) shift = 0;
  const struct cell_text *name = at(x, L3, 0), *value = at(x, VALUE, 0);
  if (name && value && name->cell == value->cell) return RC_OK; /* one cell over name and value: 总分 below the indicators */
  e.table = table, e.row = row;
  e.cell[L3] = NULL;
  for (int p = L3; p < PARTS; p++) e.cell[p] = NULL, e.text[p] = (struct sv){NULL, 0};
  take_classes(x, &e, x->from[L3] + shift);
  for (int c = x->columns; c < x->n; c++) right = right || *x->c[c].s;
  int last = x->to[BASIS] > x->to[VALUE] ? x->to[BASIS] : x->to[VALUE];
  if (named && shift == 0 && last < x->n && *x->c[last].s && !at(x, VALUE, 0) && at(x, VALUE, 1)) right = 1;
  for (int p = L3; p < PARTS; p++) {
    const struct cell_text *c = at(x, p, p == L3 ? shift : shift + right);
    if (c && !(p == L3 && !named)) e.cell[p] = c->cell, e.text[p] = c->cell->text;
  }
  if (!named && take_rest(x, cells)) return RC_OK;
  if (e.text[GOAL].n == 0) e.cell[GOAL] = x->goal_cell, e.text[GOAL] = x->goal_name;
  strip_joined(&e);
  x->last = e;
  return e.text[L3].n || e.text[VALUE].n ? add_entry(x, &e) : RC_OK;
}

/* ---- goals ---- */

static int goal_row(struct reader *x) {
  const struct cell *name = NULL, *text = NULL;
  for (int c = 0; c < x->n; c++) {
    if (!*x->c[c].s) continue;
    if (c == 0) name = x->c[c].cell;
    if (name && x->c[c].cell != name) text = x->c[c].cell;
  }
  if (!name || !text || label_begins(x, x->c[0].s) == 2) return RC_OK;
  char folded[64];
  text_fold_into(folded, sizeof folded, text->text);
  const struct kind *k = &x->r->v->kinds.v[vocabulary_kind(x->r->v, x->form->goals)];
  if (word_is(k, 0, vocabulary_word(x->r->v, sv_from(folded)))) return RC_OK; /* the head */
  bool is_long = strstr(x->c[0].s, "长期") || strstr(x->c[0].s, "中期"), annual = strstr(x->c[0].s, "年度") != NULL;
  struct goal g = {name->text, text->text, text->place, is_long == annual ? -1 : annual};
  return VEC_PUSH(&x->goals, g, MAX_ROWS) < 0 ? RC_LIMIT : RC_OK;
}

/* "年度目标 1:" | its text: a goal of the whole department, over the block of its indicators. */
static int goal_label(struct reader *x, int horizon) {
  x->goal_name = (struct sv){NULL, 0}, x->goal_cell = NULL;
  if (!strpbrk(x->c[0].s, "0123456789:")) return RC_OK;
  for (int c = 1; c < x->n; c++) {
    if (!*x->c[c].s || x->c[c].cell == x->c[0].cell) continue;
    struct goal g = {x->c[0].cell->text, x->c[c].cell->text, x->c[c].cell->place, horizon};
    x->goal_name = g.name, x->goal_cell = x->c[0].cell;
    return VEC_PUSH(&x->goals, g, MAX_ROWS) < 0 ? RC_LIMIT : RC_OK;
  }
  return RC_OK;
}

/* ---- a row of the form ---- */

static bool has_class(const struct reader *x) {
  for (int c = 0; c < x->n; c++)
    if (*x->c[c].s && class_key(x, x->c[c].s)) return true;
  return false;
}

static int form_row(struct reader *x, int table, int row, int *taken) {
  read_row(x, table, row);
  *taken = 1;
  if (is_head(x, row)) {
    *taken = read_head(x, table, row);
    return RC_OK;
  }
  int cells = 0, first = -1;
  for (int c = 0; c < x->n; c++) {
    if (!*x->c[c].s || (c > 0 && x->c[c].cell == x->c[c - 1].cell)) continue;
    if (first < 0) first = c;
    cells++;
  }
  for (int c = 0; c < x->n; c++) { /* 长期目标（截止2025年） */
    if (!strstr(x->c[c].s, "截止") || label_begins(x, x->c[c].s) != 0 || (c > 0 && x->c[c].cell == x->c[c - 1].cell)) continue;
    int rc = book_add_field(x->r, "goal.until", -1, NO_SYMBOL, x->c[c].cell->text, x->c[c].cell->place, x->document);
    if (rc < 0) return rc;
  }
  int begins = first >= 0 && cells <= LABEL_CELLS && !has_class(x) ? label_begins(x, x->c[first].s) : -1;
  bool own_row = first >= 0 && x->c[first].cell->row == row;
  if (begins == 2 && own_row) {
    x->in_goals = strcmp(x->form->goals, "project-goals") == 0, x->in_block = false;
    return RC_OK;
  }
  if (x->in_goals && !(begins >= 0 && cells == 1)) return goal_row(x);
  if (begins >= 0 && own_row) {
    x->horizon = begins, x->horizon_said = true, x->in_block = x->in_goals = false;
    return goal_label(x, begins);
  }
  return x->in_block ? data_row(x, table, row) : RC_OK;
}

/* A label may stand in a line over a table of its own: 年度绩效目标表. */
static void lines_before(struct reader *x, int table) {
  const struct document *d = x->r->documents[x->document];
  int from = table > 0 ? d->tables[table - 1].first_item + 1 : d->tables[table].first_item;
  char line[120];
  for (int i = from; i < d->tables[table].first_item; i++) {
    if (d->items[i].kind != ITEM_LINE || d->items[i].text.n == 0 || d->items[i].text.n > 90) continue;
    text_fold_into(line, sizeof line, d->items[i].text);
    int begins = label_begins(x, line);
    if (begins == 2) x->in_goals = strcmp(x->form->goals, "project-goals") == 0, x->in_block = false;
    if (begins == 0 || begins == 1) x->horizon = begins, x->horizon_said = true, x->in_block = x->in_goals = false;
  }
}

/* ---- tables of the book ---- */

static int push_obs(struct recogniser *r, struct obs o, int32_t *out) {
  *out = (int32_t)r->book->obs.n;
  return VEC_PUSH(&r->book->obs, o, 4000000) < 0 ? RC_LIMIT : RC_OK;
}

static struct obs entry_obs(const struct reader *x, const struct book_table *t, const struct entry *e, int part) {
  const struct cell *cell = e->cell[part];
  struct obs o = {.type = OBS_TEXT, .state = OBS_BLANK, .document = x->document, .document_table = e->table, .text = e->text[part]};
  const unsigned faults = CELL_TWO_NUMBERS | CELL_NOT_RECT | CELL_INVISIBLE | CELL_STALE | CELL_LOST;
  if (cell) o.place = cell->place, o.doubtful = (cell->flags & faults & ~(unsigned)CELL_TWO_NUMBERS) != 0;
  if (sv_trim(o.text).n) o.state = number_is_dash(o.text) ? OBS_DASH : OBS_VALUE;
  if (o.state == OBS_DASH && part != BEFORE1 && part != BEFORE2) o.state = OBS_VALUE;
  o.doubtful = o.doubtful || t->doubtful;
  return o;
}

/* The target as one text: its sign and unit may stand in columns of their own. NULL: no memory. */
static const char *target_text(struct reader *x, const struct entry *e) {
  struct arena *a = &x->r->scratch;
  const char *value = text_fold(a, e->text[VALUE]), *sign = text_fold(a, e->text[SIGN]), *unit = text_fold(a, e->text[MEASURED]);
  if (!value || !sign || !unit || !*value) return value;
  static const enum target_role roles[] = {TARGET_AT_LEAST, TARGET_AT_MOST, TARGET_MORE, TARGET_LESS};
  bool is_sign = strcmp(sign, "=") == 0;
  for (size_t i = 0; i < sizeof roles / sizeof *roles && !is_sign; i++)
    is_sign = *sign && target_word_at(x->r->v, roles[i], false, sign) == strlen(sign);
  size_t n = strlen(value), m = strlen(unit);
  bool has_unit = m == 0 || (n >= m && strcmp(value + n - m, unit) == 0) || value[n - 1] < '0' || value[n - 1] > '9';
  return arena_printf(a, "%s%s%s", is_sign ? sign : "", value, has_unit ? "" : unit);
}

/* What a target says, beside what is printed. */
static int fill_derived(struct reader *x, struct book_table *t, const struct entry *e, int index, int row, int base) {
  struct recogniser *r = x->r;
  const char *folded = target_text(x, e);
  struct target g;
  if (!folded) return RC_NOMEM;
  target_parse(r->v, folded, &g);
  struct obs shown = entry_obs(x, t, e, VALUE);
  shown.table = index, shown.row = row;
  int32_t *cells = &t->cells[row * t->ncolumns];
  for (int k = 0; k < DERIVED; k++) {
    struct obs o = shown;
    const char *text = NULL;
    o.column = base + k;
    if (k >= 7) {
      struct obs points;
      int rc = obs_read(r, e->cell[k == 7 ? WEIGHT : SCORE], OBS_COUNT, SCALE_NONE, &points);
      if (rc < 0 || (points.state != OBS_VALUE && points.state != OBS_ZERO)) continue;
      points.table = index, points.row = row, points.column = base + k, points.document = x->document, points.document_table = e->table;
      points.doubtful = points.doubtful || t->doubtful;
      if (push_obs(r, points, &cells[base + k]) < 0) return RC_LIMIT;
      continue;
    }
    bool number = g.op != TARGET_NONE && g.op != TARGET_WORDS && g.op != TARGET_DATE;
    if (k == 0 && g.op != TARGET_NONE) text = target_op_names[g.op];
    if (k == 3 && number) text = g.unit;
    if (k == 4 && g.op == TARGET_DATE) text = arena_printf(&r->book->arena, "%d", g.year);
    if (k == 6 && number) text = g.per;
    if (k == 5 && number && target_better(&g)) text = target_better(&g) > 0 ? "more" : "less";
    if (k == 1 || k == 2) {
      if (!number) continue;
      o.type = OBS_COUNT, o.state = OBS_VALUE, o.value = k == 1 ? g.low : g.high;
    } else {
      if (!text) continue;
      char *copy = arena_printf(&r->book->arena, "%s", text);
      if (!copy) return RC_NOMEM;
      o.state = OBS_VALUE, o.text = sv_from(copy);
    }
    if (push_obs(r, o, &cells[base + k]) < 0) return RC_LIMIT;
  }
  return RC_OK;
}

static void name_columns(struct reader *x, const struct block *b, struct book_table *t) {
  static const char *const derived[DERIVED] = {"op", "low", "high", "unit", "date", "better", "per", "weight.n", "score.n"};
  for (int p = 0; p < PARTS; p++)
    t->columns[p] = (struct book_column){.measure = book_symbol(x->r->book, part_names[p]),
                                         .group = NO_SYMBOL,
                                         .type = OBS_TEXT,
                                         .header = b->header[p].n ? b->header[p] : (struct sv){NULL, 0},
                                         .derived = !b->printed[p]};
  for (int k = 0; k < DERIVED; k++)
    t->columns[PARTS + k] = (struct book_column){.measure = book_symbol(x->r->book, derived[k]),
                                                 .group = NO_SYMBOL,
                                                 .type = k == 1 || k == 2 || k >= 7 ? OBS_COUNT : OBS_TEXT,
                                                 .derived = true};
}

static int fill_row(struct reader *x, const struct block *b, struct book_table *t, int index, int row) {
  const struct entry *e = &b->rows.v[row], *above = row ? &b->rows.v[row - 1] : NULL;
  struct book *book = x->r->book;
  const char *folded = text_fold(&x->r->scratch, e->text[L3]), *key = folded ? indicator_key(&x->r->scratch, folded) : NULL;
  if (!key) return RC_NOMEM;
  const struct cell *where = e->cell[L3] ? e->cell[L3] : e->cell[VALUE];
  t->rows[row] = (struct book_row){.role = ROW_LEAF,
                                   .label = e->text[L3],
                                   .key = book_symbol(book, *key ? key : "indicator"),
                                   .item = NO_SYMBOL,
                                   .level = 1,
                                   .parent = -1,
                                   .place = where ? where->place : (struct place){0}};
  for (int p = 0; p < PARTS; p++) {
    int32_t *cell = &t->cells[row * t->ncolumns + p];
    *cell = -1;
    if (!b->printed[p] && !e->text[p].n) continue;
    if (above && p <= L2 && e->cell[p] && e->cell[p] == above->cell[p]) { /* a cell that reaches down is one observation */
      *cell = t->cells[(row - 1) * t->ncolumns + p];
      continue;
    }
    struct obs o = entry_obs(x, t, e, p);
    if (!e->cell[p]) o.place = t->rows[row].place;
    o.table = index, o.row = row, o.column = p;
    if (push_obs(x->r, o, cell) < 0) return RC_LIMIT;
  }
  return fill_derived(x, t, e, index, row, PARTS);
}

static int build_block(struct reader *x, int horizon, const struct title *title, int instance) {
  struct recogniser *r = x->r;
  const struct block *b = &x->block[horizon];
  int index = (int)r->book->tables.n, n = (int)b->rows.n, rc = RC_OK;
  if (n == 0 || !x->form->horizons[horizon]) return RC_OK;
  const struct table *first = &r->documents[x->document]->tables[b->first_table];
  struct book_table t = {.kind = book_symbol(r->book, x->form->horizons[horizon]),
                         .id = table_id(r, title, x->form->horizons[horizon]),
                         .title = title->text,
                         .scale = title->scale,
                         .instance = instance,
                         .subject = NO_SYMBOL,
                         .document = x->document,
                         .document_table = b->first_table,
                         .doubtful = b->doubtful,
                         .doubt = b->doubt,
                         .wordy = true,
                         .nrows = n,
                         .ncolumns = PARTS + DERIVED};
  if (t.doubtful && !t.doubt) t.doubt = tr("表没有读清楚", "the table was not read cleanly");
  t.rows = ARENA_ARRAY(&r->book->arena, struct book_row, (size_t)n);
  t.columns = ARENA_ARRAY(&r->book->arena, struct book_column, (size_t)t.ncolumns);
  t.cells = ARENA_ARRAY(&r->book->arena, int32_t, (size_t)n * (size_t)t.ncolumns);
  if (!t.rows || !t.columns || !t.cells || !t.id) return RC_NOMEM;
  for (size_t i = 0; i < (size_t)n * (size_t)t.ncolumns; i++) t.cells[i] = -1;
  name_columns(x, b, &t);
  for (int row = 0; row < n && rc == RC_OK; row++) rc = fill_row(x, b, &t, index, row);
  t.place = t.rows[0].place.page || t.rows[0].place.line ? t.rows[0].place : first->nparts ? first->parts[0] : (struct place){0};
  return rc == RC_OK && VEC_PUSH(&r->book->tables, t, 20000) < 0 ? RC_LIMIT : rc;
}

static int build_goals(struct reader *x, const struct title *title, int instance) {
  struct recogniser *r = x->r;
  int index = (int)r->book->tables.n, n = (int)x->goals.n, rc = RC_OK;
  if (n == 0 || !x->form->goals) return RC_OK;
  struct book_table t = {.kind = book_symbol(r->book, x->form->goals),
                         .id = table_id(r, title, x->form->goals),
                         .title = title->text,
                         .scale = title->scale,
                         .instance = instance,
                         .subject = NO_SYMBOL,
                         .document = x->document,
                         .document_table = -1,
                         .wordy = true,
                         .nrows = n,
                         .ncolumns = 2};
  t.rows = ARENA_ARRAY(&r->book->arena, struct book_row, (size_t)n);
  t.columns = ARENA_ARRAY(&r->book->arena, struct book_column, 2);
  t.cells = ARENA_ARRAY(&r->book->arena, int32_t, (size_t)n * 2);
  if (!t.rows || !t.columns || !t.cells || !t.id) return RC_NOMEM;
  t.columns[0] = (struct book_column){.measure = book_symbol(r->book, "text"), .group = NO_SYMBOL, .type = OBS_TEXT, .header = SV("目标说明")};
  t.columns[1] = (struct book_column){.measure = book_symbol(r->book, "horizon"), .group = NO_SYMBOL, .type = OBS_TEXT, .derived = true};
  for (int i = 0; i < n && rc == RC_OK; i++) {
    const struct goal *g = &x->goals.v[i];
    t.rows[i] = (struct book_row){
        .role = ROW_LEAF, .label = g->name, .key = book_symbol(r->book, "goal"), .item = NO_SYMBOL, .level = 1, .parent = -1, .place = g->place};
    struct obs o = {.type = OBS_TEXT,
                    .state = OBS_VALUE,
                    .text = g->text,
                    .place = g->place,
                    .row = i,
                    .column = 0,
                    .table = index,
                    .document = x->document,
                    .document_table = -1};
    rc = push_obs(r, o, &t.cells[i * 2]);
    o.column = 1, o.text = g->horizon < 0 ? SV("any") : g->horizon ? SV("annual") : SV("long");
    if (rc == RC_OK) rc = push_obs(r, o, &t.cells[i * 2 + 1]);
  }
  t.place = t.rows[0].place;
  return rc == RC_OK && VEC_PUSH(&r->book->tables, t, 20000) < 0 ? RC_LIMIT : rc;
}

int indicators_read(struct recogniser *r, int document, int first, int end, const struct form *f, const struct title *title, int instance) {
  const struct document *d = r->documents[document];
  struct reader x = {.r = r, .document = document, .form = f, .horizon = 1};
  int rc = RC_OK, kind = f->horizons[1] ? vocabulary_kind(r->v, f->horizons[1]) : -1;
  if (kind < 0 || !f->goals) return RC_OK;
  x.kind = &r->v->kinds.v[kind];
  for (int table = first; table < end && rc == RC_OK; table++) {
    if (table > first) lines_before(&x, table);
    for (int row = 0, taken = 1; row < d->tables[table].rows && rc == RC_OK; row += taken) rc = form_row(&x, table, row, &taken);
  }
  for (int h = 0; h < 2 && rc == RC_OK; h++) rc = build_block(&x, h, title, instance);
  if (rc == RC_OK) rc = build_goals(&x, title, instance);
  free(x.block[0].rows.v), free(x.block[1].rows.v), free(x.goals.v);
  return rc;
}
