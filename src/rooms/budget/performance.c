/* performance.c: what rules ask of indicators beside what is printed: which row of another table is the same indicator, what was reached last year,
 * which classes a form covers, which numbers of a goal have an indicator. All of it as derived columns and fields, so that the rules stay text. */
#include "rooms/budget/performance.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_NAME = 80, MAX_INDICATORS = 4000, NAMES_SHOWN = 6, NAMES_BACK = 60, NEAR = 6, LIKE_LEAST = 100000 /* 10 */, MAX_PAIRS = 1000000 };

/* ---- derived columns ---- */

bool table_is(const struct book *b, const struct book_table *t, const char *kind) {
  return strcmp(intern_name(&b->symbols, t->kind), kind) == 0;
}

static int column_of(const struct book *b, const struct book_table *t, const char *measure) {
  symbol m = book_find(b, measure);
  for (int c = 0; c < t->ncolumns && m != NO_SYMBOL; c++)
    if (t->columns[c].measure == m) return c;
  return -1;
}

const struct obs *table_cell_of(const struct book *b, const struct book_table *t, int row, const char *measure) {
  int c = column_of(b, t, measure);
  return c < 0 ? NULL : book_cell(b, t, row, c);
}

int table_add_column(struct recogniser *r, int table, const char *measure, enum obs_type type) {
  struct book_table *t = &r->book->tables.v[table];
  int known = column_of(r->book, t, measure), n = t->ncolumns;
  if (known >= 0) return known;
  struct book_column *columns = ARENA_ARRAY(&r->book->arena, struct book_column, (size_t)n + 1);
  int32_t *cells = ARENA_ARRAY(&r->book->arena, int32_t, (size_t)t->nrows * (size_t)(n + 1) + 1);
  if (!columns || !cells) return RC_NOMEM;
  memcpy(columns, t->columns, (size_t)n * sizeof *columns);
  columns[n] = (struct book_column){.measure = book_symbol(r->book, measure), .group = NO_SYMBOL, .type = type, .derived = true};
  for (int row = 0; row < t->nrows; row++) {
    memcpy(cells + row * (n + 1), t->cells + row * n, (size_t)n * sizeof *cells);
    cells[row * (n + 1) + n] = -1;
  }
  t->columns = columns, t->cells = cells, t->ncolumns = n + 1;
  return n;
}

int table_set(struct recogniser *r, int table, int row, int column, const struct obs *o) {
  struct book_table *t = &r->book->tables.v[table];
  struct obs x = *o;
  x.table = table, x.row = row, x.column = column;
  t->cells[row * t->ncolumns + column] = (int32_t)r->book->obs.n;
  return VEC_PUSH(&r->book->obs, x, 4000000) < 0 ? RC_LIMIT : RC_OK;
}

int table_set_text(struct recogniser *r, int table, int row, int column, const char *text, const struct obs *from) {
  const struct book_table *t = &r->book->tables.v[table];
  struct obs o = from ? *from : (struct obs){.place = t->rows[row].place, .document = t->document, .document_table = t->document_table};
  if (!text) return RC_NOMEM;
  o.type = OBS_TEXT, o.state = OBS_VALUE, o.text = sv_from(text), o.value = 0, o.quantum = 0;
  return table_set(r, table, row, column, &o);
}

/* ---- indicators as a list ---- */

struct word {
  uint32_t c[MAX_NAME];
  int n;
  uint64_t bits;
};
struct indicator {
  int table, row;
  bool annual, department;
  int instance;
  const char *key, *l2, *name;             /* folded */
  const char *unit, *value, *goal, *plain; /* goal: its core; plain: the name without quotes */
  const struct word *word;
  int64_t low, high;
  bool number, paired;
};
typedef VEC(struct indicator) indicators;

const char *indicator_key(struct arena *a, const char *s) {
  static const char *const dropped[] = {"的", "\"", "、", ":", ";", ",", "(", ")", "-", "《", "》"};
  char *out = arena_text(a, s, strlen(s));
  size_t n = 0;
  for (size_t i = 0; out && s[i];) {
    size_t skip = 0;
    for (size_t k = 0; k < sizeof dropped / sizeof *dropped && !skip; k++)
      if (strncmp(s + i, dropped[k], strlen(dropped[k])) == 0) skip = strlen(dropped[k]);
    if (skip == 0) out[n++] = s[i++];
    i += skip;
  }
  if (!out) return NULL;
  static const char *const ends[] = {"费用", "费"};
  for (size_t k = 0; k < 2; k++)
    if (n > strlen(ends[k]) + 6 && memcmp(out + n - strlen(ends[k]), ends[k], strlen(ends[k])) == 0) {
      n -= strlen(ends[k]);
      break;
    }
  out[n] = '\0';
  return out;
}

static const char *folded_cell(struct recogniser *r, const struct book_table *t, int row, const char *measure) {
  const struct obs *o = table_cell_of(r->book, t, row, measure);
  const char *s = o && o->text.n ? text_fold(&r->scratch, o->text) : "";
  return s ? s : "";
}

/* What is left of a goal's name without its numbers and the words that all goals have. */
static const char *goal_core(struct recogniser *r, const char *s) {
  static const char *const dropped[] = {"长期绩效目标", "年度绩效目标", "长期目标", "年度目标", "绩效目标", "(长期)", "(年度)", "目标", "\"", ":"};
  char *out = arena_text(&r->scratch, s, strlen(s));
  size_t n = 0;
  for (size_t i = 0; out && s[i];) {
    size_t skip = s[i] >= '0' && s[i] <= '9';
    for (size_t k = 0; k < sizeof dropped / sizeof *dropped && !skip; k++)
      if (strncmp(s + i, dropped[k], strlen(dropped[k])) == 0) skip = strlen(dropped[k]);
    if (!skip) out[n++] = s[i++];
    i += skip;
  }
  if (out) out[n] = '\0';
  return out ? out : "";
}

static const char *unquoted(struct arena *a, const char *s) {
  char *out = arena_text(a, s, strlen(s));
  size_t n = 0;
  for (size_t i = 0; out && s[i]; i++)
    if (s[i] != '"') out[n++] = s[i];
  if (out) out[n] = '\0';
  return out;
}

static struct word *decode(struct recogniser *r, const char *s);

static int collect(struct recogniser *r, indicators *out) {
  static const struct {
    const char *kind;
    bool annual, department;
  } kinds[] = {{"goal-long", false, true}, {"goal-annual", true, true}, {"project-long", false, false}, {"project-annual", true, false}};
  const struct book *b = r->book;
  for (size_t i = 0; i < b->tables.n; i++)
    for (size_t k = 0; k < 4; k++) {
      const struct book_table *t = &b->tables.v[i];
      if (!table_is(b, t, kinds[k].kind)) continue;
      for (int row = 0; row < t->nrows; row++) {
        if (t->rows[row].label.n == 0) continue;
        const struct obs *low = table_cell_of(b, t, row, "low");
        struct indicator x = {.table = (int)i,
                              .row = row,
                              .annual = kinds[k].annual,
                              .department = kinds[k].department,
                              .instance = t->instance,
                              .key = intern_name(&b->symbols, t->rows[row].key),
                              .l2 = folded_cell(r, t, row, "l2"),
                              .name = text_fold(&r->scratch, t->rows[row].label),
                              .unit = folded_cell(r, t, row, "unit"),
                              .low = low ? low->value : 0,
                              .number = low != NULL};
        const struct obs *high = table_cell_of(b, t, row, "high");
        const char *goal = folded_cell(r, t, row, "goal");
        x.high = high ? high->value : 0;
        x.value = folded_cell(r, t, row, "value");
        x.goal = *goal ? goal_core(r, goal) : NULL;
        x.plain = x.name ? unquoted(&r->scratch, x.name) : NULL;
        x.word = x.key ? decode(r, x.key) : NULL;
        if (!x.name || !x.word || !x.plain) return RC_NOMEM;
        if (out->n == MAX_INDICATORS) return RC_OK; /* comparing all with all has to end; the rest has no counterpart */
        if (VEC_PUSH(out, x, MAX_INDICATORS) < 0) return RC_NOMEM;
      }
    }
  return RC_OK;
}

/* ---- likeness of names ---- */

/* A name taken apart once: comparing all with all must stay cheap. */
static struct word *decode(struct recogniser *r, const char *s) {
  struct word *w = ARENA_NEW(&r->scratch, struct word);
  struct sv v = sv_from(s);
  if (!w) return NULL;
  for (size_t at = 0; at < v.n && w->n < MAX_NAME;) {
    w->c[w->n] = utf8_next(v, &at);
    w->bits |= UINT64_C(1) << (w->c[w->n++] * 2654435761u >> 26);
  }
  return w;
}

/* No more characters than these can both have. */
static int common_most(const struct word *a, const struct word *b) {
  int n = 0;
  for (int i = 0; i < a->n; i++) n += (int)(b->bits >> (a->c[i] * 2654435761u >> 26) & 1);
  return n;
}

/* Characters to insert, drop or change, and how many both have in one order. */
static int compare_words(const struct word *a, const struct word *b, int *common) {
  int edit[MAX_NAME + 1], lcs[MAX_NAME + 1];
  for (int j = 0; j <= b->n; j++) edit[j] = j, lcs[j] = 0;
  for (int i = 1; i <= a->n; i++) {
    int corner = edit[0], above = 0;
    edit[0] = i;
    for (int j = 1; j <= b->n; j++) {
      bool same = a->c[i - 1] == b->c[j - 1];
      int change = corner + !same, keep = lcs[j];
      corner = edit[j];
      int other = edit[j] < edit[j - 1] ? edit[j] + 1 : edit[j - 1] + 1;
      edit[j] = change < other ? change : other;
      lcs[j] = same ? above + 1 : lcs[j] > lcs[j - 1] ? lcs[j] : lcs[j - 1];
      above = keep;
    }
  }
  *common = lcs[b->n];
  return edit[b->n];
}

enum likeness { UNLIKE, LIKE, NEARLY, SAME };
static enum likeness like(const struct indicator *x, const struct indicator *y) {
  if (strcmp(x->key, y->key) == 0) return SAME;
  const struct word *a = x->word, *b = y->word;
  int longer = a->n > b->n ? a->n : b->n, shorter = a->n > b->n ? b->n : a->n, common;
  if (shorter < 4 || common_most(a, b) * 2 < longer) return shorter >= 5 && (strstr(x->key, y->key) || strstr(y->key, x->key)) ? NEARLY : UNLIKE;
  int apart = compare_words(a, b, &common);
  if (apart * NEAR <= longer) return NEARLY;
  if (shorter >= 5 && (strstr(x->key, y->key) || strstr(y->key, x->key))) return NEARLY;
  return common * 2 >= longer ? LIKE : UNLIKE;
}

/* ---- pairs ---- */

static const char *const carried[] = {"l1", "l2", "l3", "value", "op", "low", "high", "unit", "basis", "date", "better", "per", "second"};
enum { CARRIED = sizeof carried / sizeof *carried };

static struct sv project_of(const struct book *b, const struct book_table *t) {
  symbol name = book_find(b, "project.name");
  for (size_t i = 0; i < b->fields.n && name != NO_SYMBOL; i++) {
    const struct book_field *f = &b->fields.v[i];
    const struct book_table *head = f->table >= 0 ? &b->tables.v[f->table] : NULL;
    if (f->name == name && f->text.n && head && head->instance == t->instance && table_is(b, head, "project-head")) return f->text;
  }
  return (struct sv){NULL, 0};
}

/* 《项目支出绩效目标表（X）》长期指标第 3 页: where the other side stands, in words. */
static const char *where_text(struct recogniser *r, const struct indicator *x) {
  const struct book_table *t = &r->book->tables.v[x->table];
  const struct place p = t->rows[x->row].place;
  struct sv project = x->department ? (struct sv){NULL, 0} : project_of(r->book, t);
  char at[64] = "";
  if (p.sheet > 0)
    snprintf(at, sizeof at, tr("（工作表 %d）", " (sheet %d)"), p.sheet);
  else if (p.page > 0)
    snprintf(at, sizeof at, tr("（第 %d 页）", " (page %d)"), p.page);
  else if (p.line > 0)
    snprintf(at, sizeof at, tr("（第 %d 行）", " (line %d)"), p.line);
  const char *kind = x->annual ? tr("年度指标", "annual indicators") : tr("长期指标", "long-term indicators");
  if (x->department) return arena_printf(&r->book->arena, tr("整体支出绩效目标表的%s%s", "the overall goals, %s%s"), kind, at);
  return arena_printf(&r->book->arena, tr("项目“%.*s”的%s%s", "the form of \"%.*s\", %s%s"), SV_ARG(project), kind, at);
}

/* The cells of `other` beside the row of x, under "group.measure". */
static int set_pair(struct recogniser *r, const struct indicator *x, const struct indicator *other, const char *group) {
  char name[40];
  for (int i = 0; i < CARRIED; i++) {
    const struct book_table *t = &r->book->tables.v[other->table];
    int from = column_of(r->book, t, carried[i]);
    int32_t obs = from < 0 ? -1 : t->cells[other->row * t->ncolumns + from];
    snprintf(name, sizeof name, "%s.%s", group, carried[i]);
    int c = table_add_column(r, x->table, name, from < 0 ? OBS_TEXT : t->columns[from].type);
    if (c < 0) return c;
    struct book_table *own = &r->book->tables.v[x->table];
    own->cells[x->row * own->ncolumns + c] = obs;
  }
  snprintf(name, sizeof name, "%s.where", group);
  int c = table_add_column(r, x->table, name, OBS_TEXT);
  return c < 0 ? c : table_set_text(r, x->table, x->row, c, where_text(r, other), NULL);
}

/* What may be held beside what: an indicator of the department and one of a project; long-term and annual of one owner. */
struct pairing {
  const char *group;
  bool department, annual;    /* of the row at hand */
  bool other_department, own; /* own: of the same form */
  int other_horizon;          /* 0, 1 */
  bool fallback;              /* only where there is none yet */
};

static bool fits(const struct pairing *p, const struct indicator *x, const struct indicator *o) {
  return o->department == p->other_department && o->annual == (p->other_horizon == 1) && (!p->own || o->instance == x->instance);
}

/* A better partner scores higher: the same name in the same class, the same name, nearly the same name with the same number. */
static int score(const struct pairing *p, const struct indicator *x, const struct indicator *o) {
  bool class = strcmp(x->l2, o->l2) == 0, value = x->number && o->number && x->low == o->low;
  switch (like(x, o)) {
  case SAME: return 100 + (class ? 10 : 0) + value;
  case NEARLY: return class && (value || p->own) ? 50 + value : 0;
  case LIKE:
  case UNLIKE: break;
  }
  return 0;
}

/* How sure the pair is: the same name, and only one that bears it (in that class); "other": of the other horizon. */
static int set_alike(struct recogniser *r, const indicators *all, const struct pairing *p, const struct indicator *x, int best) {
  char name[40];
  int bearers = 0; /* of the name, and of the class where the pair has one class */
  for (size_t k = 0; k < all->n; k++) {
    const struct indicator *o = &all->v[k];
    bearers += o != x && fits(p, x, o) && strcmp(o->key, x->key) == 0 && (best < 110 || strcmp(o->l2, x->l2) == 0);
  }
  snprintf(name, sizeof name, "%s.alike", p->group);
  int c = table_add_column(r, x->table, name, OBS_TEXT);
  const char *how = p->fallback ? "other" : best < 100 ? "near" : bearers > 1 ? "several" : "same";
  return c < 0 ? c : table_set_text(r, x->table, x->row, c, how, NULL);
}

static int pair_up(struct recogniser *r, indicators *all, const struct pairing *p) {
  long looked = 0;
  int rc = RC_OK;
  for (size_t i = 0; i < all->n && rc == RC_OK; i++) {
    struct indicator *x = &all->v[i];
    if (x->department != p->department || x->annual != p->annual || (p->fallback && x->paired)) continue;
    int best = 0, at = -1;
    for (size_t k = 0; k < all->n; k++) {
      if (k == i || !fits(p, x, &all->v[k]) || ++looked > MAX_PAIRS) continue;
      int s = score(p, x, &all->v[k]);
      if (s > best) best = s, at = (int)k;
    }
    if (at < 0) continue;
    /* nearly the same name counts only where neither has the same elsewhere */
    bool taken = false;
    for (size_t k = 0; k < all->n && best < 100 && !taken; k++)
      taken = all->v[k].table == x->table && (int)k != (int)i && strcmp(all->v[k].key, all->v[at].key) == 0;
    if (taken) continue;
    x->paired = x->paired || !p->own;
    rc = set_pair(r, x, &all->v[at], p->group);
    if (rc == RC_OK) rc = set_alike(r, all, p, x, best);
  }
  return rc;
}

/* An indicator of the department that no project has: one with the same number and a like name may be meant. */
static int suggest(struct recogniser *r, const indicators *all) {
  int rc = RC_OK;
  for (size_t i = 0; i < all->n && rc == RC_OK; i++) {
    const struct indicator *x = &all->v[i];
    if (!x->department || x->paired || !x->number || x->low < LIKE_LEAST) continue;
    int at = -1, hits = 0;
    for (size_t k = 0; k < all->n; k++) {
      const struct indicator *o = &all->v[k];
      if (o->department || o->annual != x->annual || !o->number || o->low != x->low || like(x, o) == UNLIKE) continue;
      at = (int)k, hits++;
    }
    if (hits == 1) rc = set_pair(r, x, &all->v[at], "like");
  }
  return rc;
}

static int pair_all(struct recogniser *r, indicators *all) {
  static const struct pairing pairings[] = {
      {"project", true, true, false, false, 1, false}, {"project", true, false, false, false, 0, false},
      {"project", true, true, false, false, 0, true},  {"project", true, false, false, false, 1, true},
      {"long", false, true, false, true, 0, false},    {"annual", false, false, false, true, 1, false},
      {"long", true, true, true, true, 0, false},
  };
  int rc = RC_OK;
  for (size_t i = 0; i < sizeof pairings / sizeof *pairings && rc == RC_OK; i++) rc = pair_up(r, all, &pairings[i]);
  return rc == RC_OK ? suggest(r, all) : rc;
}

/* ---- repeated, classes, last year's value ---- */

static int name_repeated(struct recogniser *r, const indicators *all) {
  int rc = RC_OK;
  for (size_t i = 0; i < all->n && rc == RC_OK; i++)
    for (size_t k = 0; k < i; k++) {
      if (all->v[k].table != all->v[i].table || strcmp(all->v[k].key, all->v[i].key) != 0) continue;
      const struct indicator *a = &all->v[i], *b = &all->v[k];
      bool same = strcmp(a->l2, b->l2) == 0 || (a->number && b->number && a->low == b->low && strcmp(a->unit, b->unit) == 0);
      rc = set_pair(r, a, b, same ? "twin" : "namesake"); /* one name for two measures is another matter */
      break;
    }
  return rc;
}

static const char *class_of(struct recogniser *r, const struct book_table *t, int row, const char *measure) {
  int k = vocabulary_kind(r->v, "project-annual");
  const struct item_set *set = k >= 0 && r->v->kinds.v[k].items >= 0 ? &r->v->items.v[r->v->kinds.v[k].items] : NULL;
  const char *s = folded_cell(r, t, row, measure);
  uint32_t id = set && *s ? intern_find(&set->labels, s, strlen(s)) : INTERN_NONE;
  return id != INTERN_NONE && id < set->first.n && set->first.v[id] != INTERN_NONE ? set->names.v[set->first.v[id]].key : NULL;
}

/* The name that the items have first for a key. */
static const char *class_name(struct recogniser *r, const char *key, size_t n) {
  int k = vocabulary_kind(r->v, "project-annual");
  const struct item_set *set = k >= 0 && r->v->kinds.v[k].items >= 0 ? &r->v->items.v[r->v->kinds.v[k].items] : NULL;
  for (size_t i = 0; set && i < set->names.n; i++)
    if (strlen(set->names.v[i].key) == n && memcmp(set->names.v[i].key, key, n) == 0) return intern_name(&set->labels, set->names.v[i].label);
  return NULL;
}

/* "first": the first level under its usual name; "under": that to which the second belongs. 产出指标 | 成本指标 was the place until 2021: nothing is
 * said of it. */
static int name_levels(struct recogniser *r, int table, int row, int first, int under, int second) {
  const struct book_table *t = &r->book->tables.v[table];
  const char *key1 = class_of(r, t, row, "l1"), *key2 = class_of(r, t, row, "l2");
  const struct obs *cell = table_cell_of(r->book, t, row, "l2");
  int rc = RC_OK;
  if (!key2 || !cell || !key2[1]) return RC_OK;
  struct obs copy = *cell;
  const char *name = class_name(r, key2, 1);
  if (name) rc = table_set_text(r, table, row, under, name, &copy);
  name = class_name(r, key2, strlen(key2));
  if (rc == RC_OK && name) rc = table_set_text(r, table, row, second, name, &copy);
  name = key1 ? class_name(r, key1, 1) : NULL;
  return rc == RC_OK && name ? table_set_text(r, table, row, first, name, &copy) : rc;
}

/* Classes under their usual names, and last year's value as a number. */
static int read_further(struct recogniser *r, int table) {
  static const char *const columns[] = {"first", "under", "before1.low", "before1.unit", "second"};
  int c[5], rc = RC_OK;
  for (int i = 0; i < 5; i++)
    if ((c[i] = table_add_column(r, table, columns[i], i == 2 ? OBS_COUNT : OBS_TEXT)) < 0) return c[i];
  for (int row = 0; row < r->book->tables.v[table].nrows && rc == RC_OK; row++) {
    rc = name_levels(r, table, row, c[0], c[1], c[4]);
    const struct obs *before = table_cell_of(r->book, &r->book->tables.v[table], row, "before1");
    struct target g = {.op = TARGET_NONE};
    if (before && before->state == OBS_VALUE) {
      const char *s = text_fold(&r->scratch, before->text);
      if (!s) return RC_NOMEM;
      target_parse(r->v, s, &g);
    }
    if (rc < 0 || g.op == TARGET_NONE || g.op == TARGET_WORDS || g.op == TARGET_DATE) continue;
    struct obs o = *before;
    o.type = OBS_COUNT, o.value = g.low;
    rc = table_set(r, table, row, c[2], &o);
    if (rc == RC_OK) rc = table_set_text(r, table, row, c[3], arena_printf(&r->book->arena, "%s", g.unit), &o);
  }
  return rc;
}

/* Beside what a project may cost: its budget of the year. */
static int set_budget(struct recogniser *r, int table) {
  const struct obs *year = NULL;
  const int instance = r->book->tables.v[table].instance;
  for (size_t i = 0; i < r->book->tables.n && !year; i++)
    if (r->book->tables.v[i].instance == instance && table_is(r->book, &r->book->tables.v[i], "project-head"))
      year = table_cell_of(r->book, &r->book->tables.v[i], 0, "year");
  if (!year || year->state != OBS_VALUE || year->doubtful || year->value > INT64_MAX / 100) return RC_OK;
  struct obs o = *year; /* a copy: adding observations moves them */
  o.type = OBS_COUNT, o.value = year->value * 100, o.quantum = 0;
  int c = table_add_column(r, table, "budget", OBS_COUNT), rc = c < 0 ? c : RC_OK;
  for (int row = 0; row < r->book->tables.v[table].nrows && rc == RC_OK; row++) {
    const char *key = class_of(r, &r->book->tables.v[table], row, "l1");
    if (key && *key == '1') rc = table_set(r, table, row, c, &o);
  }
  return rc;
}

/* “A”“B”“C”等 7 项 of the rows that miss() picks; "" when there are none. */
static const char *names_of(struct recogniser *r, const struct book_table *t,
                            bool (*miss)(struct recogniser *r, const struct book_table *t, int row)) {
  struct buf out;
  int n = 0;
  buf_init(&out, 4096);
  for (int row = 0; row < t->nrows; row++) {
    bool before = false; /* one name twice is told once */
    for (int k = row - 1; k >= 0 && k > row - NAMES_BACK && !before; k--) before = t->rows[k].key == t->rows[row].key && miss(r, t, k);
    if (before || t->rows[row].label.n == 0 || !miss(r, t, row)) continue;
    if (++n > NAMES_SHOWN) continue;
    if (n > 1) buf_puts(&out, tr("", ", "));
    buf_printf(&out, tr("“%.*s”", "\"%.*s\""), SV_ARG(t->rows[row].label));
  }
  if (n > NAMES_SHOWN) buf_printf(&out, tr("等 %d 项", " and others, %d in all"), n);
  char *text = arena_text(&r->book->arena, out.p ? out.p : "", out.n);
  buf_release(&out);
  return text;
}

static bool blank_in(struct recogniser *r, const struct book_table *t, int row, const char *measure) {
  int c = column_of(r->book, t, measure);
  return c >= 0 && !t->columns[c].derived && *folded_cell(r, t, row, measure) == '\0'; /* a form without the column lacks nothing */
}

static bool without_class(struct recogniser *r, const struct book_table *t, int row) {
  return blank_in(r, t, row, "l1") || blank_in(r, t, row, "l2");
}

static bool without_before(struct recogniser *r, const struct book_table *t, int row) {
  const struct obs *o = table_cell_of(r->book, t, row, "before1");
  return !o || o->state == OBS_BLANK || o->state == OBS_DASH;
}

static bool without_measure(struct recogniser *r, const struct book_table *t, int row) {
  return *folded_cell(r, t, row, "value") && *folded_cell(r, t, row, "op") == '\0';
}

static bool with_namesake(struct recogniser *r, const struct book_table *t, int row) {
  return table_cell_of(r->book, t, row, "namesake.l3") != NULL;
}

static bool without_project(struct recogniser *r, const struct book_table *t, int row) {
  return !table_cell_of(r->book, t, row, "project.l3") && !table_cell_of(r->book, t, row, "like.l3");
}

static bool without_total(struct recogniser *r, const struct book_table *t, int row) {
  const struct obs *total = table_cell_of(r->book, t, row, "all-years"), *year = table_cell_of(r->book, t, row, "year");
  return total && total->text.n == 0 && year && year->state == OBS_VALUE;
}

static bool without_long(struct recogniser *r, const struct book_table *t, int row) {
  return table_cell_of(r->book, t, row, "long.l3") == NULL;
}

static bool without_annual(struct recogniser *r, const struct book_table *t, int row) {
  return table_cell_of(r->book, t, row, "annual.l3") == NULL;
}

static bool had_money(struct recogniser *r, const struct book_table *t) {
  const char *kind = table_is(r->book, t, "project-annual") ? "project-head" : "goal-money";
  for (size_t i = 0; i < r->book->tables.n; i++) {
    const struct book_table *m = &r->book->tables.v[i];
    if (!table_is(r->book, m, kind) || m->instance != t->instance) continue;
    for (int row = 0; row < m->nrows; row++) {
      const struct obs *o = table_cell_of(r->book, m, row, "prior1");
      if (o && o->state == OBS_VALUE && o->value > 0) return true;
    }
  }
  return false;
}

/* Whether a row of the table has a class that begins with one of "202/203". */
static bool covers(struct recogniser *r, const struct book_table *t, struct sv keys) {
  for (int row = 0; row < t->nrows; row++) {
    const char *key1 = class_of(r, t, row, "l1"), *key2 = class_of(r, t, row, "l2");
    if (t->rows[row].label.n == 0) continue;
    for (struct sv rest = keys; rest.p;) {
      struct sv one = sv_cut(&rest, '/');
      if ((key1 && sv_starts(sv_from(key1), arena_text(&r->scratch, one.p, one.n))) ||
          (key2 && sv_starts(sv_from(key2), arena_text(&r->scratch, one.p, one.n))))
        return true;
    }
  }
  return false;
}

/* 效益指标、满意度指标: the classes of which there is none. */
static const char *uncovered(struct recogniser *r, const struct book_table *t, bool unclassed) {
  struct buf out;
  buf_init(&out, 4096);
  for (size_t i = 0; i < r->v->targets.n; i++) {
    if (r->v->targets.v[i].role != TARGET_COVER) continue;
    struct sv rest = sv_from(r->v->targets.v[i].text), keys = sv_cut(&rest, '@');
    int since = 0;
    for (size_t k = 0; rest.p && k < rest.n; k++) since = since * 10 + (rest.p[k] - '0');
    if (r->book->year < since || (unclassed && keys.n >= 3) || covers(r, t, keys)) continue;
    bool more = false;
    if (out.n) buf_puts(&out, tr("、", ", "));
    for (struct sv list = keys; list.p; more = true) {
      struct sv one = sv_cut(&list, '/');
      const char *name = class_name(r, one.p, one.n);
      buf_printf(&out, "%s%s", more ? tr("或", " or ") : "", name ? name : "");
    }
  }
  char *text = arena_text(&r->book->arena, out.p ? out.p : "", out.n);
  buf_release(&out);
  return text;
}

static int add_names(struct recogniser *r, const char *field, int table, bool (*miss)(struct recogniser *r, const struct book_table *t, int row)) {
  const struct book_table t = r->book->tables.v[table];
  const char *text = names_of(r, &t, miss);
  return text ? book_add_field(r, field, table, t.subject, sv_from(text), t.place, t.document) : RC_NOMEM;
}

static bool has_block(struct recogniser *r, const struct book_table *t, const char *kind) {
  for (size_t i = 0; i < r->book->tables.n; i++)
    if (r->book->tables.v[i].instance == t->instance && table_is(r->book, &r->book->tables.v[i], kind)) return true;
  return false;
}

static bool has_kind(struct recogniser *r, const char *kind) {
  for (size_t i = 0; i < r->book->tables.n; i++)
    if (table_is(r->book, &r->book->tables.v[i], kind)) return true;
  return false;
}

/* 绩效自评: the weights of all indicators, with 10 for the rate of execution where that is counted beside them. "" when they make 100 or 90. */
static int review_fields(struct recogniser *r, int table) {
  const struct book_table t = r->book->tables.v[table];
  int64_t sum = 0;
  for (int row = 0; row < t.nrows; row++) {
    const struct obs *o = table_cell_of(r->book, &t, row, "weight.n");
    if (!o || o->doubtful) return RC_OK; /* one that was not read: nothing is said of the sum */
    sum += o->value;
  }
  const char *text =
      sum == 1000000 || sum == 900000 ? "" : arena_printf(&r->book->arena, "%lld.%02lld", (long long)(sum / 10000), (long long)(sum / 100 % 100));
  return text ? book_add_field(r, "review.sum", table, t.subject, sv_from(text), t.place, t.document) : RC_NOMEM;
}

/* What is said once of a table, not once a row. */
static int table_fields(struct recogniser *r, int table) {
  const struct book_table t = r->book->tables.v[table];
  bool annual = table_is(r->book, &t, "project-annual"), all_long = table_is(r->book, &t, "project-long");
  int rc = add_names(r, "indicator.unclassed", table, without_class), before = column_of(r->book, &t, "before1");
  if (rc == RC_OK) rc = add_names(r, "indicator.unmeasured", table, without_measure);
  if (rc == RC_OK) rc = add_names(r, "indicator.namesakes", table, with_namesake);
  if (rc == RC_OK && before >= 0 && !t.columns[before].derived && had_money(r, &t)) rc = add_names(r, "indicator.nobefore", table, without_before);
  if (rc == RC_OK && table_is(r->book, &t, "goal-annual") && has_kind(r, "project-annual"))
    rc = add_names(r, "indicator.noproject", table, without_project);
  if (rc == RC_OK && annual && has_block(r, &t, "project-long")) rc = add_names(r, "indicator.nolong", table, without_long);
  if (rc == RC_OK && all_long && has_block(r, &t, "project-annual")) rc = add_names(r, "indicator.noannual", table, without_annual);
  if (rc == RC_OK && table_is(r->book, &t, "review")) rc = review_fields(r, table);
  if (rc < 0 || !annual) return rc;
  const char *unserved = covers(r, &t, SV("4")) ? "" : "4";
  rc = book_add_field(r, "indicator.unserved", table, t.subject, sv_from(unserved), t.place, t.document);
  if (rc < 0) return rc;
  const char *missing = uncovered(r, &t, *names_of(r, &t, without_class) != '\0');
  return missing ? book_add_field(r, "indicator.uncovered", table, t.subject, sv_from(missing), t.place, t.document) : RC_NOMEM;
}

static bool is_indicator_table(const struct book *b, const struct book_table *t) {
  return table_is(b, t, "goal-long") || table_is(b, t, "goal-annual") || table_is(b, t, "project-long") || table_is(b, t, "project-annual") ||
         table_is(b, t, "review");
}

/* ---- goals: each number of a goal has an indicator ---- */

static bool same_measure(const struct quantity *q, const struct indicator *x) {
  bool percent = strcmp(q->unit, "%") == 0;
  return percent == (strcmp(x->unit, "%") == 0);
}

static bool is_measure(const struct vocabulary *v, const struct quantity *q, const char *text) {
  if (strcmp(q->unit, "%") != 0 && !q->scaled && !target_word_at(v, TARGET_COUNTER, false, q->unit)) return false;
  if (q->at > 0 && (text[q->at - 1] == '*' || text[q->at - 1] == '+')) return false;
  return q->at < 3 || strncmp(text + q->at - 3, "第", 3) != 0;
}

static int goal_row(struct recogniser *r, const indicators *all, int table, int row, int column, long *work) {
  const struct book_table *t = &r->book->tables.v[table];
  bool department = table_is(r->book, t, "goal-goals");
  const char *text = folded_cell(r, t, row, "text"), *horizon = folded_cell(r, t, row, "horizon");
  struct quantity q;
  const char *missing = NULL;
  int looked = 0;
  for (size_t at = 0; quantity_next(text, at, &q); at = q.end > at ? q.end : at + 1) {
    if (!is_measure(r->v, &q, text)) continue;
    bool found = false;
    for (size_t i = 0; i < all->n && !found; i++) {
      const struct indicator *x = &all->v[i];
      if (++*work > MAX_PAIRS) return RC_OK;
      if (x->department != department || x->instance != t->instance || (strcmp(horizon, "any") != 0 && x->annual != (strcmp(horizon, "annual") == 0)))
        continue;
      looked++;
      found = x->number && same_measure(&q, x) && (x->low == q.value || x->high == q.value);
      if (!x->number) { /* a target in words may hold it */
        char number[64];
        size_t n = q.end - q.at < sizeof number ? q.end - q.at : sizeof number - 1;
        memcpy(number, text + q.at, n);
        number[n] = '\0';
        found = strstr(x->value, number) != NULL;
      }
    }
    if (!found && !missing) missing = arena_text(&r->book->arena, text + q.at, q.end - q.at);
  }
  if (looked == 0) return RC_OK;
  return table_set_text(r, table, row, column, missing ? missing : "", NULL);
}

/* "alone": the indicators name their goals, and none of them is this one. */
static int goal_named(struct recogniser *r, const indicators *all, int table, int row, int column, long *work) {
  const struct book_table *t = &r->book->tables.v[table];
  const char *label = text_fold(&r->scratch, t->rows[row].label), *core = label ? goal_core(r, label) : "";
  bool any = false, found = strlen(core) < 6;
  for (size_t i = 0; i < all->n && !found; i++) {
    const struct indicator *x = &all->v[i];
    if (++*work > MAX_PAIRS) return RC_OK;
    if (x->department || x->instance != t->instance) continue;
    any = any || x->goal;
    found = x->goal && (*x->goal == '\0' || strstr(core, x->goal) || strstr(x->goal, core));
  }
  return any || found ? table_set_text(r, table, row, column, found ? "" : "alone", NULL) : RC_OK;
}

static int goals_settle(struct recogniser *r, const indicators *all) {
  int rc = RC_OK;
  long work = 0;
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &r->book->tables.v[i];
    if (!table_is(r->book, t, "goal-goals") && !table_is(r->book, t, "project-goals")) continue;
    int c = table_add_column(r, (int)i, "missing", OBS_TEXT);
    if (c < 0) return c;
    int named = table_is(r->book, &r->book->tables.v[i], "project-goals") ? table_add_column(r, (int)i, "alone", OBS_TEXT) : -1;
    for (int row = 0; row < r->book->tables.v[i].nrows && rc == RC_OK; row++) {
      rc = goal_row(r, all, (int)i, row, c, &work);
      if (rc == RC_OK && named >= 0) rc = goal_named(r, all, (int)i, row, named, &work);
    }
  }
  return rc;
}

/* ---- what the list of projects says beside the indicators: "电视和广播电台宣传≥300天" ---- */

/* The indicator's name with a number of its unit right behind it, and another number than the indicator has: the words; NULL when there is none. */
static const char *said_otherwise(struct recogniser *r, const char *text, const struct indicator *x) {
  const char *name = x->plain, *hit = strlen(name) >= 12 ? strstr(text, name) : NULL;
  struct quantity q;
  if (!hit || !x->number || !x->unit[0]) return NULL;
  size_t behind = (size_t)(hit - text) + strlen(name);
  if (!quantity_next(text, behind, &q) || strcmp(q.unit, x->unit) != 0 || q.value == x->low) return NULL;
  bool close = q.at == behind || target_word_before(r->v, TARGET_AT_LEAST, text, q.at) == q.at - behind ||
               target_word_before(r->v, TARGET_AT_MOST, text, q.at) == q.at - behind;
  return close ? arena_text(&r->book->arena, hit, q.end - (size_t)(hit - text)) : NULL;
}

static int said_row(struct recogniser *r, const indicators *all, int table, int row, long *work) {
  const char *text = unquoted(&r->scratch, folded_cell(r, &r->book->tables.v[table], row, "purpose"));
  for (size_t i = 0; text && *text && i < all->n && ++*work < MAX_PAIRS; i++) {
    const struct indicator *x = &all->v[i];
    const char *said = x->department && x->annual ? said_otherwise(r, text, x) : NULL;
    if (!said) continue;
    const struct book_table *t = &r->book->tables.v[x->table];
    const struct obs *value = table_cell_of(r->book, t, x->row, "value"),
                     *purpose = table_cell_of(r->book, &r->book->tables.v[table], row, "purpose");
    int c = table_add_column(r, table, "said", OBS_TEXT), k = table_add_column(r, table, "said.value", OBS_TEXT);
    if (c < 0 || k < 0 || !value) return c < 0 ? c : RC_OK;
    struct obs from = *purpose, other = *value;
    int rc = table_set_text(r, table, row, c, said, &from);
    return rc < 0 ? rc : table_set_text(r, table, row, k, arena_text(&r->book->arena, other.text.p, other.text.n), &other);
  }
  return text ? RC_OK : RC_NOMEM;
}

static int said_settle(struct recogniser *r, const indicators *all) {
  int rc = RC_OK;
  long work = 0;
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++)
    if (table_is(r->book, &r->book->tables.v[i], "goal-projects")) rc = add_names(r, "projects.nototal", (int)i, without_total);
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++)
    for (int row = 0; table_is(r->book, &r->book->tables.v[i], "goal-projects") && row < r->book->tables.v[i].nrows && rc == RC_OK; row++)
      rc = said_row(r, all, (int)i, row, &work);
  return rc;
}

int performance_settle(struct recogniser *r) {
  indicators all = {0};
  int rc = collect(r, &all);
  if (rc == RC_OK) rc = reckon_heads(r);
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++) {
    if (!is_indicator_table(r->book, &r->book->tables.v[i])) continue;
    rc = read_further(r, (int)i);
    if (rc == RC_OK && table_is(r->book, &r->book->tables.v[i], "project-annual")) rc = set_budget(r, (int)i);
  }
  if (rc == RC_OK) rc = pair_all(r, &all);
  if (rc == RC_OK) rc = name_repeated(r, &all);
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++)
    if (is_indicator_table(r->book, &r->book->tables.v[i])) rc = table_fields(r, (int)i);
  if (rc == RC_OK) rc = said_settle(r, &all);
  if (rc == RC_OK) rc = goals_settle(r, &all);
  free(all.v);
  return rc;
}
