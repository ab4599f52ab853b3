/* rows.c: what each row of a table is of: codes, units, items, projects; how rows lie under one another. */
#include "rooms/budget/internal.h"

#include <string.h>

struct row_text {
  char code[40];      /* digits (and letters of project codes), joined over split columns */
  const char *label;  /* folded; "" when none */
  struct sv raw;      /* the label as printed */
  const char *beside; /* folded text of the label cell to the left, or NULL */
  int first_label;    /* how many label columns are empty before the first text */
  int labels;         /* label columns */
  int label_column;
  bool has_value, has_text_in_values;
  struct place place;
};

static bool code_text(const char *s) {
  size_t n = 0;
  for (; s[n]; n++)
    if (!((s[n] >= '0' && s[n] <= '9') || (s[n] >= 'a' && s[n] <= 'z'))) return false;
  return n > 0 && n < 36 && s[0] >= '0' && s[0] <= '9';
}

/* Appends a part of a split code: the parts after the first have two digits, and a sheet may have lost their zero. */
static void code_append(char code[40], const char *part, bool split) {
  size_t have = strlen(code), n = strlen(part);
  if (have + n + 2 >= 40) return;
  if (split && have && n == 1) code[have++] = '0';
  memcpy(code + have, part, n + 1);
}

/* The name behind the code it is glued to, as printed. */
static struct sv raw_after_code(struct sv s) {
  static const char *const marks[] = {"[", "]",  "(", ")", "（", "）", "【", "】",           "〔", "〕",
                                      "-", "－", "—", ":", "：", "_",  " ",  "\xe3\x80\x80", NULL};
  for (bool again = true; again;) {
    again = false;
    while (s.n && s.p[0] >= '0' && s.p[0] <= '9') s.p++, s.n--, again = true;
    for (int i = 0; marks[i]; i++)
      if (sv_starts(s, marks[i])) s.p += strlen(marks[i]), s.n -= strlen(marks[i]), again = true;
  }
  return sv_trim(s);
}

static void read_label_cell(struct recogniser *r, const struct view *w, int row, int c, bool split, struct row_text *t) {
  const struct cell *cell = view_cell(r, w, row, c);
  const char *s = view_folded(r, w, row, c);
  enum label_kind kind = w->columns[c].label;
  bool code_column = kind == LABEL_CODE || kind == LABEL_UNIT_CODE || kind == LABEL_PROJECT_CODE;
  if (!cell || !*s) return;
  if (t->place.page == 0 && t->place.line == 0 && t->place.sheet == 0) t->place = cell->place;
  if (code_column && code_text(s)) {
    code_append(t->code, s, split);
    return;
  }
  char code[16] = "";
  size_t glued = t->code[0] ? 0 : view_code(s, code);
  if (code_column && (strcmp(s, "类") == 0 || strcmp(s, "款") == 0 || strcmp(s, "项") == 0)) return;
  if (kind == LABEL_PROJECT_UNIT || kind == LABEL_SKIP) return;
  if (!code_column && *t->label == '\0' && t->code[0] == '\0' && fold_is_code(s) && strlen(s) <= 9) { /* a code under a head that says only 项目 */
    code_append(t->code, s, false);
    return;
  }
  if (glued) {
    memcpy(t->code, code, strlen(code) + 1);
    s += glued;
    if (*s == '\0') return;
  }
  if (*t->label) t->beside = t->label;
  t->label = s;
  t->raw = glued ? raw_after_code(cell->text) : cell->text;
  t->label_column = c;
}

static bool begins_here(struct recogniser *r, const struct view *w, int row, int column, const struct cell *cell) {
  return cell->column == row_column(&w->rows[row], column, &r->documents[w->document]->tables[w->rows[row].table]);
}

/* Columns between class and goods: 专项名称 and 经济科目 together are one step, for a programme's next 经济科目 stands without its name. */
static int tree_steps(const struct row_text *t) {
  return t->labels >= 4 ? 2 : 1;
}

/* In a list with steps (procurement) the first label that begins in the row says what it is: class, programme or goods. Goods that stand beside a
 * programme are goods: a merged cell cut open by the end of a page says again whose they are. */
static void take_first_label(struct recogniser *r, const struct view *w, int row, struct row_text *t) {
  bool found = false;
  for (int c = 0, label = 0; c < w->ncolumns; c++) {
    const struct cell *cell = view_cell(r, w, row, c);
    if (w->columns[c].label == LABEL_NOT) continue;
    bool begins = cell && cell->text.n && cell->row == w->rows[row].row && begins_here(r, w, row, c, cell);
    if (begins && (!found || (t->first_label > 0 && t->first_label <= tree_steps(t) && label > tree_steps(t)))) {
      t->label = view_folded(r, w, row, c);
      t->raw = cell->text;
      t->first_label = label;
      t->beside = NULL;
      found = true;
    }
    label++;
  }
}

/* In a list of projects that also names unit, functional code and type, the project's name says what the row is of. */
static int project_name_column(const struct view *w) {
  static const char *const heads[] = {"项目名称", "二级项目名称", "二级项目", "项目", NULL};
  for (int i = 0; heads[i]; i++)
    for (int c = 0; c < w->ncolumns; c++)
      if (w->columns[c].n && strcmp(w->columns[c].part[w->columns[c].n - 1], heads[i]) == 0) return c;
  return -1;
}

static void read_project_text(struct recogniser *r, const struct view *w, int row, struct row_text *t) {
  int name = project_name_column(w);
  const struct cell *cell = name >= 0 ? view_cell(r, w, row, name) : NULL;
  if (!cell || cell->text.n == 0) return;
  t->label = view_folded(r, w, row, name);
  t->raw = cell->text;
  t->beside = NULL;
  t->code[0] = '\0';
  for (int c = 0; c < w->ncolumns; c++)
    if (w->columns[c].label == LABEL_PROJECT_CODE && code_text(view_folded(r, w, row, c))) code_append(t->code, view_folded(r, w, row, c), false);
}

static void read_row_text(struct recogniser *r, const struct view *w, int row, struct row_text *t) {
  *t = (struct row_text){.label = "", .first_label = -1, .label_column = -1};
  int code_columns = 0, labels = 0;
  const struct cell *last = NULL;
  for (int c = 0; c < w->ncolumns; c++) code_columns += w->columns[c].label == LABEL_CODE;
  for (int c = 0; c < w->ncolumns; c++) {
    const struct cell *cell = view_cell(r, w, row, c);
    if (w->columns[c].label == LABEL_NOT) {
      if (cell && cell->text.n) t->has_value = true;
      struct number n;
      if (cell && cell->text.n && number_parse(cell->text, &n) < 0 && !number_is_dash(cell->text)) t->has_text_in_values = true;
      continue;
    }
    if (cell && cell->text.n && t->first_label < 0 && begins_here(r, w, row, c, cell)) t->first_label = labels;
    t->labels = ++labels;
    if (cell && cell != last) read_label_cell(r, w, row, c, code_columns > 1, t);
    last = cell;
  }
}

/* ---- items ---- */

static bool seen_before(const struct book_table *t, const struct book *b, const char *key) {
  symbol s = book_find(b, key);
  for (int i = 0; s != NO_SYMBOL && i < t->nrows; i++)
    if (t->rows[i].key == s) return true;
  return false;
}

static const char *item_lookup(struct recogniser *r, const struct item_set *set, const struct book_table *t, const char *label, const char *beside) {
  uint32_t id = intern_find(&set->labels, label, strlen(label));
  const char *plain = NULL;
  if (id == INTERN_NONE) return NULL;
  for (uint32_t i = set->first.v[id]; i != INTERN_NONE; i = set->names.v[i].next) {
    const struct item_name *x = &set->names.v[i];
    if (x->beside && (!beside || strcmp(x->beside, beside) != 0)) continue;
    if (x->after && !seen_before(t, r->book, x->after)) continue;
    if (x->beside || x->after) return x->key;
    plain = x->key; /* the first written comes last in the chain */
  }
  return plain;
}

/* Tries the label as it is, without its enumerator, without a bracket at its end. */
static const char *item_key(struct recogniser *r, const struct kind *k, const struct book_table *t, const struct row_text *x) {
  if (k->items < 0) return NULL;
  const struct item_set *set = &r->v->items.v[k->items];
  const char *key = item_lookup(r, set, t, x->label, x->beside);
  if (key) return key;
  struct enumerator e = text_enumerator(sv_from(x->label));
  const char *label = x->label + e.bytes;
  struct enumerator again = text_enumerator(sv_from(label)); /* "其中:1." or "1.其中:" */
  label += again.bytes;
  char trimmed[256];
  size_t n = strlen(label);
  if (n >= sizeof trimmed) return NULL;
  key = item_lookup(r, set, t, label, x->beside);
  const char *open = strrchr(label, '(');
  if (!key && open && open > label && label[n - 1] == ')') {
    memcpy(trimmed, label, (size_t)(open - label));
    trimmed[open - label] = '\0';
    key = item_lookup(r, set, t, trimmed, x->beside);
  }
  return key;
}

static const char *class_key(struct recogniser *r, const char *label) {
  struct enumerator e = text_enumerator(sv_from(label));
  const char *name = label + e.bytes;
  char code[16] = "";
  size_t used = view_code(name, code); /* "一、[201]一般公共服务支出": the name is looked up, the code is what it says when that is unknown */
  uint32_t id = intern_find(&r->v->classes, name + used, strlen(name + used));
  if (id != INTERN_NONE) return r->v->class_code.v[id];
  return used && strlen(code) == 3 && code[0] == '2' ? arena_text(&r->scratch, code, 3) : NULL;
}

static bool total_label(const char *s) {
  static const char *const words[] = {"合计",         "总计",         "支出合计", "支出总计", "收入合计", "收入总计",
                                      "本年支出合计", "本年收入合计", "合计:",    "总计:",    NULL};
  for (int i = 0; words[i]; i++)
    if (strcmp(s, words[i]) == 0) return true;
  return false;
}

/* ---- one row ---- */

static void set_key(struct recogniser *r, struct book_row *row, const char *key) {
  row->key = book_symbol(r->book, key);
}

static void set_total(struct recogniser *r, struct book_row *row) {
  set_key(r, row, "total");
  row->role = ROW_TOTAL;
  row->level = 0;
}

static int enumerator_level(enum enumerator_kind kind) {
  return kind == ENUM_CN_PAREN || kind == ENUM_ARABIC ? 2 : kind == ENUM_ARABIC_PAREN ? 3 : 1;
}

static void name_item_row(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x, struct book_row *row) {
  const char *class = k->classes ? class_key(r, x->label) : NULL, *key = class ? NULL : item_key(r, k, t, x);
  struct enumerator e = text_enumerator(sv_from(x->label));
  row->level = enumerator_level(e.kind);
  if (class) {
    set_key(r, row, class);
    row->level = 1;
    return;
  }
  if (!key && x->code[0]) key = x->code; /* classes by code in a summary table */
  if (!key) {
    row->role = ROW_UNKNOWN;
    return;
  }
  set_key(r, row, key);
  row->item = row->key;
  size_t n = strlen(key);
  bool listed = k->side == SIDE_NONE && strcmp(x->label, "小计") != 0; /* Jiangsu's list of income: a source, its 小计, and its parts below */
  if (listed && (x->beside || seen_before(t, r->book, "in.unit")) && strncmp(key, "in.", 3) == 0 && strcmp(k->name, "income-items") == 0)
    row->level = 2;
  if (key[0] >= '0' && key[0] <= '9')
    row->role = ROW_OF_WHICH, row->level = 1, row->item = NO_SYMBOL; /* the same money once more, by economic class */
  else if (strcmp(key, "total") == 0 || (n > 6 && strcmp(key + n - 6, ".total") == 0))
    row->role = ROW_TOTAL, row->level = 0;
  else if (n > 5 && strcmp(key + n - 5, ".year") == 0)
    row->role = ROW_SUBTOTAL;
  else if (strncmp(key, "vehicle.", 8) == 0)
    row->level = 2; /* 其中 is printed before the first of its two parts, which are all of it */
  else if (e.kind == ENUM_OF_WHICH || strcmp(key, "source.carry") == 0)
    row->role = ROW_OF_WHICH, row->level = 2;
}

static void name_coded_row(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x, struct book_row *row) {
  size_t n = strlen(x->code);
  if (n) {
    set_key(r, row, x->code);
    if (k->rows == ROWS_UNITS)
      row->level = (int)((n + 2) / 3);
    else
      row->level = n <= 3 ? 1 : (int)((n - 3 + 1) / 2) + 1;
    return;
  }
  const char *key = item_key(r, k, t, x);
  if (key && strcmp(key, "total") != 0) {
    set_key(r, row, key);
    row->item = row->key;
    row->role = ROW_SUBTOTAL;
    row->level = 1;
  } else if (key || total_label(x->label) || (*x->label == '\0' && t->nrows == 0)) {
    set_total(r, row);
  } else if (k->rows == ROWS_UNITS && *x->label) {
    set_key(r, row, x->label);
    row->level = 1;
  } else {
    row->role = ROW_UNKNOWN;
  }
}

static void name_project_row(struct recogniser *r, struct book_table *t, const struct row_text *x, struct book_row *row) {
  size_t n = strlen(x->code);
  if (n == 0 && (total_label(x->label) || (*x->label == '\0' && t->nrows == 0))) {
    set_total(r, row);
    return;
  }
  if (n == 0 && *x->label == '\0') {
    row->role = ROW_UNKNOWN;
    return;
  }
  set_key(r, row, n ? x->code : x->label);
  row->level = n == 3 ? 1 : n >= 6 && n <= 9 ? 2 : n == 1 || n == 2 ? 3 : 4;
}

static void name_tree_row(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x, struct book_row *row) {
  const char *key = item_key(r, k, t, x);
  if (key && strcmp(key, "total") == 0) {
    set_total(r, row);
    return;
  }
  if (key) {
    set_key(r, row, key);
    row->item = row->key;
    row->level = 1;
    return;
  }
  if (*x->label == '\0') {
    row->role = ROW_UNKNOWN;
    return;
  }
  set_key(r, row, x->label);
  row->level = x->first_label <= 0 ? 1 : x->first_label <= tree_steps(x) ? 2 : 3;
}

static void name_row(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x, struct book_row *row) {
  switch (k->rows) {
  case ROWS_FUNCTIONAL:
  case ROWS_ECONOMIC:
  case ROWS_UNITS: name_coded_row(r, k, t, x, row); break;
  case ROWS_PROJECTS: name_project_row(r, t, x, row); break;
  case ROWS_TREE: name_tree_row(r, k, t, x, row); break;
  case ROWS_SINGLE:
    if (*x->label == '\0' || total_label(x->label) || t->nrows == 0)
      set_key(r, row, "single");
    else
      set_key(r, row, x->code[0] ? x->code : x->label);
    row->level = t->nrows ? 1 : 0;
    break;
  case ROWS_DETAIL:
    set_key(r, row, "detail");
    row->level = 1;
    break;
  case ROWS_PURCHASE:
    set_key(r, row, "purchase");
    row->level = 1;
    break;
  case ROWS_PROJECT_LIST:
    set_key(r, row, x->label);
    row->level = 4;
    break;
  case ROWS_INDICATORS: /* indicator.c builds these */
  case ROWS_GOALS:
  case ROWS_UNKNOWN:
  case ROWS_ITEMS: name_item_row(r, k, t, x, row); break;
  }
}

/* ---- parents and roles ---- */

/* A parent stands at most so many rows above: the whole list of functional codes is shorter. Without a bound, a long table of orphans would take
 * the square of its length. */
enum { LOOK_BACK = 2000, UNITS_BACK = 10000 };

static int parent_by_code(const struct book_table *t, int i, bool *orphan) {
  struct sv code = t->rows[i].code;
  int first = i > LOOK_BACK ? i - LOOK_BACK : 0;
  for (size_t n = code.n; n > 3; n -= 2) {
    struct sv prefix = {code.p, n - 2};
    for (int k = i - 1; k >= first; k--)
      if (t->rows[k].code.n == prefix.n && sv_equal(t->rows[k].code, prefix)) return k;
    *orphan = true;
    if (n < 5) break;
  }
  return -1;
}

static int parent_by_unit_code(const struct book_table *t, int i) {
  struct sv code = t->rows[i].code;
  for (int k = i - 1; k >= 0 && k >= i - UNITS_BACK; k--)
    if (t->rows[k].code.n && t->rows[k].code.n < code.n && memcmp(t->rows[k].code.p, code.p, t->rows[k].code.n) == 0) return k;
  return -1;
}

static int parent_by_level(const struct book_table *t, int i) {
  for (int k = i - 1; k >= 0; k--) {
    if (t->rows[k].role == ROW_UNKNOWN) continue;
    if (t->rows[k].level > 0 && t->rows[k].level < t->rows[i].level) return k;
    if (t->rows[k].level == 0 && t->rows[k].role == ROW_TOTAL && k > 0) return -1;
  }
  return -1;
}

/* "in.carry.gp" lies under "in.carry", wherever it is printed. */
static int parent_by_key(struct recogniser *r, const struct book_table *t, int i) {
  const char *key = t->rows[i].item == NO_SYMBOL ? NULL : intern_name(&r->book->symbols, t->rows[i].item), *dot = key ? strrchr(key, '.') : NULL;
  if (!dot) return -1;
  char prefix[64];
  size_t n = (size_t)(dot - key);
  if (n >= sizeof prefix) return -1;
  memcpy(prefix, key, n);
  prefix[n] = '\0';
  symbol s = book_find(r->book, prefix);
  for (int k = i - 1; k >= 0 && s != NO_SYMBOL; k--)
    if (t->rows[k].key == s) return k;
  return -1;
}

static void find_parents(struct recogniser *r, const struct kind *k, struct book_table *t) {
  for (int i = 0; i < t->nrows; i++) {
    struct book_row *row = &t->rows[i];
    row->parent = -1;
    if (row->role == ROW_UNKNOWN || row->level == 0) continue;
    if (k->rows == ROWS_FUNCTIONAL || k->rows == ROWS_ECONOMIC) {
      if (row->code.n) row->parent = parent_by_code(t, i, &row->orphan);
    } else if (k->rows == ROWS_UNITS) {
      row->parent = row->code.n ? parent_by_unit_code(t, i) : -1;
    } else {
      row->parent = parent_by_key(r, t, i);
      if (row->parent < 0 && row->level > 1 && k->rows != ROWS_PROJECT_LIST) row->parent = parent_by_level(t, i);
      if (row->parent >= 0 && k->rows == ROWS_ITEMS && row->level < 2) row->level = 2;
    }
    if (row->parent >= 0 && row->role != ROW_OF_WHICH && t->rows[row->parent].role == ROW_LEAF) t->rows[row->parent].role = ROW_PARENT;
  }
}

/* One row a year (2020年, 2021年): the latest is the one that the table is of. */
static void latest_row(struct recogniser *r, struct book_table *t) {
  int best = -1, years = 0;
  for (int i = 0; i < t->nrows; i++) {
    struct sv label = sv_trim(t->rows[i].label);
    bool year = label.n >= 7 && sv_starts(label, "20") && label.p[2] >= '0' && label.p[2] <= '9' && label.p[3] >= '0' && label.p[3] <= '9';
    years += year;
    if (year && (best < 0 || memcmp(label.p, sv_trim(t->rows[best].label).p, 4) > 0)) best = i;
  }
  if (years < 2) return;
  for (int i = 0; i < t->nrows; i++) {
    char folded[64];
    text_fold_into(folded, sizeof folded, t->rows[i].label);
    set_key(r, &t->rows[i], i == best ? "single" : folded);
    t->rows[i].level = i == best ? 0 : 1;
  }
}

/* A table's rows repeated from its head, numbering of columns, remarks: not rows of the book. */
static bool not_a_row(struct recogniser *r, const struct row_text *x, struct book_table *t) {
  if (remark_starts(x->label)) {
    if (t->remark.n == 0) t->remark = x->raw;
    return true;
  }
  if (!x->has_value && *x->label == '\0' && x->code[0] == '\0') return true;
  if (strcmp(x->label, "栏次") == 0) return true;
  if (x->has_text_in_values && vocabulary_label(r->v, sv_from(x->label)) != LABEL_NOT && !x->code[0]) return true;
  return !x->has_value && vocabulary_label(r->v, sv_from(x->label)) != LABEL_NOT && !x->code[0];
}

/* A label that wraps into a second row without code and amounts belongs to the row above. */
static bool joins_above(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x) {
  bool coded = k->rows == ROWS_FUNCTIONAL || k->rows == ROWS_ECONOMIC;
  if (t->nrows == 0 || x->has_value || x->code[0] || (!coded && k->rows != ROWS_TREE) || total_label(x->label)) return false;
  struct book_row *above = &t->rows[t->nrows - 1];
  if (above->role == ROW_TOTAL || item_key(r, k, t, x)) return false;
  char *joined = arena_printf(&r->book->arena, "%.*s%.*s", SV_ARG(above->label), SV_ARG(x->raw));
  if (joined) above->label = sv_from(joined);
  return true;
}

/* "当年收入" | "小计" in two rows of the grid is one label, when both together are the item that the first already is. */
static bool joins_item_above(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x) {
  if (k->rows != ROWS_ITEMS || t->nrows == 0 || x->has_value || x->code[0] || *x->label == '\0' || item_key(r, k, t, x)) return false;
  struct book_row *above = &t->rows[t->nrows - 1];
  const char *raw = arena_printf(&r->book->arena, "%.*s%.*s", SV_ARG(above->label), SV_ARG(x->raw));
  struct row_text whole = *x;
  whole.label = raw ? text_fold(&r->scratch, sv_from(raw)) : NULL;
  const char *key = whole.label ? item_key(r, k, t, &whole) : NULL;
  if (!key || above->key == NO_SYMBOL || strcmp(key, intern_name(&r->book->symbols, above->key)) != 0) return false;
  above->label = sv_from(raw);
  return true;
}

static bool known_item(struct recogniser *r, const struct kind *k, struct book_table *t, const struct row_text *x) {
  return (k->classes && class_key(r, x->label)) || item_key(r, k, t, x);
}

/* A label broken by the end of a page ("八、社会保障和就" | "业支出"): joined when only the whole is known. Returns the rows taken beside the first.
 */
static int join_broken_label(struct recogniser *r, const struct view *w, const struct kind *k, struct book_table *t, int row, struct row_text *x) {
  struct row_text next;
  if (k->rows != ROWS_ITEMS || *x->label == '\0' || row + 1 >= w->nrows || known_item(r, k, t, x)) return 0;
  read_row_text(r, w, row + 1, &next);
  if (next.has_value || *next.label == '\0' || text_enumerator(sv_from(next.label)).kind != ENUM_NONE) return 0;
  struct row_text whole = *x;
  whole.label = arena_printf(&r->scratch, "%s%s", x->label, next.label);
  if (!whole.label || !known_item(r, k, t, &whole)) return 0;
  const char *raw = arena_printf(&r->book->arena, "%.*s%.*s", SV_ARG(x->raw), SV_ARG(next.raw));
  if (raw) whole.raw = sv_from(raw);
  *x = whole;
  return 1;
}

/* A footer whose label reaches over two of the blocks side by side would be seen in each: it is one row. */
static bool printed_before(const struct book_table *t, const struct book_row *row) {
  for (int i = 0; i < t->nrows && row->item != NO_SYMBOL && row->label.n; i++)
    if (t->rows[i].key == row->key && t->rows[i].label.p == row->label.p) return true;
  return false;
}

int rows_build(struct recogniser *r, const struct view *w, const struct kind *k, struct book_table *t, int *source, int *label_column) {
  t->rows = ARENA_ARRAY(&r->book->arena, struct book_row, (size_t)(w->nrows - w->header) + 1);
  if (!t->rows) return RC_NOMEM;
  char last_code[40] = "";
  for (int i = w->header; i < w->nrows; i++) {
    struct row_text x;
    read_row_text(r, w, i, &x);
    if (k->rows == ROWS_TREE) take_first_label(r, w, i, &x);
    if (k->rows == ROWS_PROJECTS) read_project_text(r, w, i, &x);
    if (k->rows == ROWS_SINGLE && t->nrows && *x.label == '\0' && x.has_text_in_values) { /* counts of journeys, cars, guests below the amounts */
      account_leave_out(r, w->document, w->rows[i].table, w->rows[i].row, false);
      continue;
    }
    if (not_a_row(r, &x, t) || joins_above(r, k, t, &x) || joins_item_above(r, k, t, &x)) continue;
    int line = i;
    i += join_broken_label(r, w, k, t, i, &x);
    if (x.code[0] && strlen(x.code) <= 2 && (k->rows == ROWS_FUNCTIONAL || k->rows == ROWS_ECONOMIC) && last_code[0]) {
      char full[40]; /* 款 or 项 printed without the 类 before it */
      int keep =
          w->columns[0].label == LABEL_CODE && *view_folded(r, w, line, 0) == '\0' && w->ncolumns > 1 && *view_folded(r, w, line, 1) != '\0' ? 3 : 5;
      int n = snprintf(full, sizeof full, "%.*s%s%.2s", keep, last_code, strlen(x.code) == 1 ? "0" : "", x.code);
      if (n > 0 && (size_t)n < sizeof full) memcpy(x.code, full, (size_t)n + 1);
    }
    if (x.code[0]) memcpy(last_code, x.code, sizeof last_code);
    struct book_row *row = &t->rows[t->nrows];
    *row = (struct book_row){.role = ROW_LEAF, .label = x.raw, .key = NO_SYMBOL, .item = NO_SYMBOL, .level = 1, .parent = -1, .place = x.place};
    if (x.code[0]) {
      char *copy = arena_text(&r->book->arena, x.code, strlen(x.code));
      if (!copy) return RC_NOMEM;
      for (char *p = copy; *p; p++)
        if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A'), x.code[p - copy] = *p;
      row->code = sv_from(copy);
    }
    name_row(r, k, t, &x, row);
    if (row->role == ROW_UNKNOWN && !x.has_value && *x.label) { /* an unfilled line: nothing is missed by not knowing it */
      row->role = ROW_LEAF;
      row->key = book_symbol(r->book, x.label);
    }
    if (printed_before(t, row)) continue;
    if (label_column) label_column[t->nrows] = x.label_column;
    source[t->nrows++] = line;
  }
  if (k->rows == ROWS_SINGLE) latest_row(r, t);
  find_parents(r, k, t);
  return RC_OK;
}
