/* view.c: a table of cells seen as head and body: where the head ends, what stands over each column. */
#include "rooms/budget/internal.h"

#include <string.h>

int row_column(const struct row_ref *ref, int column, const struct table *t) {
  int at = ref->column + column;
  if (ref->map) return at >= 0 ? ref->map[at] : -1; /* as long as the first part is wide, and views are never wider */
  return at < t->columns ? at : -1;
}

const struct cell *view_cell(struct recogniser *r, const struct view *w, int row, int column) {
  if (row < 0 || row >= w->nrows || column < 0 || column >= w->ncolumns) return NULL;
  const struct row_ref *ref = &w->rows[row];
  const struct table *t = &r->documents[w->document]->tables[ref->table];
  int at = row_column(ref, column, t);
  return at < 0 ? NULL : table_cell(t, ref->row, at);
}

/* Folds the texts of a whole table once; later questions are look-ups. */
static const char **fold_table(struct recogniser *r, int document, int table) {
  const char **have = r->folded[document][table];
  if (have) return have;
  const struct table *t = &r->documents[document]->tables[table];
  struct arena *scratch = &r->scratch;
  have = ARENA_ARRAY(scratch, const char *, (size_t)t->ncells + 1);
  if (!have) return NULL;
  for (int i = 0; i < t->ncells; i++) {
    have[i] = t->cells[i].text.n ? text_fold(scratch, t->cells[i].text) : "";
    if (!have[i]) have[i] = "";
  }
  r->folded[document][table] = have;
  return have;
}

const char *view_folded(struct recogniser *r, const struct view *w, int row, int column) {
  const struct cell *c = view_cell(r, w, row, column);
  if (!c) return "";
  const struct table *t = &r->documents[w->document]->tables[w->rows[row].table];
  const char **folded = fold_table(r, w->document, w->rows[row].table);
  return folded ? folded[c - t->cells] : "";
}

int view_of_table(struct recogniser *r, int document, int table, struct view *out) {
  const struct table *t = &r->documents[document]->tables[table];
  *out = (struct view){.document = document, .nrows = t->rows, .ncolumns = t->columns};
  out->rows = ARENA_ARRAY(&r->scratch, struct row_ref, (size_t)t->rows + 1);
  if (!out->rows) return RC_NOMEM;
  for (int i = 0; i < t->rows; i++) out->rows[i] = (struct row_ref){table, i, 0, NULL};
  return RC_OK;
}

/* ---- what a cell looks like ---- */

static size_t leading_digits(const char *s) {
  size_t n = 0;
  while (s[n] >= '0' && s[n] <= '9') n++;
  return n;
}

bool fold_is_code(const char *folded) {
  size_t n = leading_digits(folded);
  return n >= 3 && n <= 30 && folded[n] == '\0';
}

/* Digits of a classification, in one group or cut by dashes: 2010601, 201-06-01. Returns how many bytes they take, 0 for anything else. */
static size_t code_digits(const char *s, char code[16]) {
  size_t used = 0, n = 0;
  while (n < 15 && ((s[used] >= '0' && s[used] <= '9') || (s[used] == '-' && (n == 3 || n == 5) && s[used + 1] >= '0' && s[used + 1] <= '9'))) {
    if (s[used] != '-') code[n++] = s[used];
    used++;
  }
  code[n] = '\0';
  return n == 3 || n == 5 || n == 7 ? used : 0;
}

size_t view_code(const char *folded, char code[16]) {
  bool bracket = *folded == '[' || *folded == '(';
  const char *s = folded + bracket;
  size_t n = code_digits(s, code);
  if (n == 0) return 0;
  s += n;
  if (bracket && *s != ']' && *s != ')') return 0;
  s += bracket;
  if (*s == '-' || *s == ':' || *s == '_') s++;
  if (*s && ((unsigned char)*s < 0x80 || (!bracket && strncmp(s, "年", 3) == 0))) return 0;
  return (size_t)(s - folded);
}

/* "310资本性支出", "[2010601]行政运行": a code with its name in one cell, or a code cut by dashes; but not "2022年". */
static bool code_and_name(const char *folded) {
  char code[16];
  size_t n = view_code(folded, code);
  return n && (folded[n] || strlen(code) < n);
}

static bool is_number(struct sv s) {
  struct number n;
  return s.n && number_parse(s, &n) == RC_OK;
}

static bool total_word(const char *folded) {
  static const char *const words[] = {"合计", "总计", "收入总计", "支出总计", "收入合计", "支出合计", "本年收入合计", "本年支出合计", NULL};
  for (int i = 0; words[i]; i++)
    if (strcmp(folded, words[i]) == 0) return true;
  return false;
}

/* A row of column numbers (栏次): 1 2 3 … The whole row of the grid is looked at, of which the view may be one side. */
static bool is_numbering(struct recogniser *r, const struct view *w, int row) {
  int expected = 0, seen = 0;
  struct row_ref whole = {w->rows[row].table, w->rows[row].row, 0, NULL};
  const struct view grid = {.document = w->document, .rows = &whole, .nrows = 1, .ncolumns = r->documents[w->document]->tables[whole.table].columns};
  for (int c = 0; c < grid.ncolumns; c++) {
    const char *s = view_folded(r, &grid, 0, c);
    if (*s == '\0' || strcmp(s, "栏次") == 0 || strcmp(s, "行次") == 0 || strcmp(s, "类") == 0 || strcmp(s, "款") == 0 || strcmp(s, "项") == 0 ||
        strcmp(s, "-") == 0)
      continue;
    size_t n = leading_digits(s);
    if (n == 0 || n > 2 || s[n]) return false;
    int value = s[0] - '0';
    if (n == 2) value = value * 10 + (s[1] - '0');
    if (seen && value != expected) return false;
    if (!seen && value != 1) return false;
    expected = value + 1;
    seen++;
  }
  return seen >= 2;
}

/* The lowest head above a cell that is another cell: decides whether a word below it is a head too. */
static const char *above(struct recogniser *r, const struct view *w, int row, int column, int top) {
  const struct cell *here = view_cell(r, w, row, column);
  for (int k = row - 1; k >= top; k--) {
    const struct cell *c = view_cell(r, w, k, column);
    if (c && c != here && c->text.n && !is_numbering(r, w, k)) return view_folded(r, w, k, column);
  }
  return "";
}

/* A row of heads in which somebody has also written 合计 under the label column: two or more words of heads, no number. */
static bool row_is_heads(struct recogniser *r, const struct view *w, int row) {
  int words = 0;
  const struct cell *last = NULL;
  for (int c = 0; c < w->ncolumns; c++) {
    const struct cell *cell = view_cell(r, w, row, c);
    if (!cell || cell == last || cell->text.n == 0) continue;
    last = cell;
    const char *s = view_folded(r, w, row, c);
    if (is_number(cell->text)) return false;
    words += vocabulary_word(r->v, sv_from(s)) != INTERN_NONE && !(total_word(s) && words == 0 && c == 0);
  }
  return words >= 2;
}

static bool row_is_data(struct recogniser *r, const struct view *w, int row, int top) {
  if (is_numbering(r, w, row) || row_is_heads(r, w, row)) return false;
  bool any = false;
  const struct cell *last = NULL;
  for (int c = 0; c < w->ncolumns; c++) {
    const struct cell *cell = view_cell(r, w, row, c);
    if (!cell || cell == last) continue;
    last = cell;
    const char *s = view_folded(r, w, row, c);
    if (*s == '\0') continue;
    any = true;
    if (row > top && remark_starts(s)) return true;
    if (is_number(cell->text) || fold_is_code(s) || code_and_name(s)) return true;
    enum enumerator_kind kind = text_enumerator(sv_from(s)).kind;
    if (kind == ENUM_CN || kind == ENUM_CN_PAREN || kind == ENUM_OF_WHICH) return true;
    const char *head = above(r, w, row, c, top);
    enum label_kind over = vocabulary_label(r->v, sv_from(head));
    if (total_word(s) && (over == LABEL_NAME || over == LABEL_CODE || over == LABEL_UNIT_CODE || over == LABEL_UNIT_NAME || over == LABEL_CLASS))
      return true;
    if (over == LABEL_NAME && row > top && intern_find(&r->v->words, s, strlen(s)) == INTERN_NONE) return true;
  }
  return !any && row > top; /* an empty row below a head: an empty table's body */
}

/* ---- heads of columns ---- */

static void strip_unit(char *s) {
  static const char *const units[] = {"(万元)", "(元)", "(单位:万元)", "(单位:元)", "(%)", NULL};
  size_t n = strlen(s);
  for (int i = 0; units[i]; i++) {
    size_t k = strlen(units[i]);
    if (n > k && strcmp(s + n - k, units[i]) == 0) s[n - k] = '\0';
  }
}

/* "2024年机关运行经费预算数": the year in front says nothing of the measure. Before 预算数 alone it does: last year's column stands beside this
 * year's. */
static uint32_t word_of(struct recogniser *r, const char *s) {
  uint32_t word = vocabulary_word(r->v, sv_from(s));
  size_t n = strlen(s);
  if (word != INTERN_NONE || n < 10 || leading_digits(s) != 4 || strncmp(s + 4, "年", 3) != 0) return word;
  const char *rest = s + 7 + (strncmp(s + 7, "度", 3) == 0 ? 3 : 0);
  static const char *const alone[] = {"预算数", "决算数", "金额", "预算", "决算", "执行数", NULL};
  for (int i = 0; alone[i]; i++)
    if (strcmp(rest, alone[i]) == 0) return INTERN_NONE;
  return vocabulary_word(r->v, sv_from(rest));
}

static int add_part(struct recogniser *r, struct view_column *c, const char *folded) {
  if (c->n >= MAX_PATH) return RC_OK;
  char *copy = arena_text(&r->scratch, folded, strlen(folded));
  if (!copy) return RC_NOMEM;
  strip_unit(copy);
  if (c->n && strcmp(c->part[c->n - 1], copy) == 0) return RC_OK;
  c->part[c->n] = copy;
  c->word[c->n++] = word_of(r, copy);
  return RC_OK;
}

static bool has_below(struct recogniser *r, const struct view *w, int row, int column) {
  for (int k = row + 1; k < w->header; k++)
    if (*view_folded(r, w, k, column)) return true;
  return false;
}

/* In text and web tables a head that spans columns leaves empty cells behind it: such a cell belongs to the head on its left, if heads stand below.
 */
static int inherited(struct recogniser *r, const struct view *w, int row, int column) {
  if (!has_below(r, w, row, column)) return -1;
  for (int c = column - 1; c >= 0; c--) {
    const char *s = view_folded(r, w, row, c);
    if (!*s) continue;
    return has_below(r, w, row, c) ? c : -1;
  }
  return -1;
}

static int head_path(struct recogniser *r, const struct view *w, int column, struct view_column *out) {
  const struct cell *last = NULL;
  for (int row = 0; row < w->header; row++) {
    const struct cell *cell = view_cell(r, w, row, column);
    if (!cell || cell == last || is_numbering(r, w, row)) continue;
    last = cell;
    const char *s = view_folded(r, w, row, column);
    if (!*s && cell->row_span == 1 && cell->column_span == 1) {
      int from = inherited(r, w, row, column);
      if (from >= 0 && (out->n == 0 || strcmp(above(r, w, row, from, 0), out->part[out->n - 1]) == 0)) s = view_folded(r, w, row, from);
    }
    if (*s && add_part(r, out, s) < 0) return RC_NOMEM;
  }
  return RC_OK;
}

/* A head cut over two cells of a column ("科目" over "编码") is tried as one word when its parts say nothing. */
static void join_parts(struct recogniser *r, struct view_column *c) {
  if (c->n < 2 || c->word[c->n - 1] != INTERN_NONE) return;
  char joined[512];
  int n = snprintf(joined, sizeof joined, "%s%s", c->part[c->n - 2], c->part[c->n - 1]);
  if (n < 0 || (size_t)n >= sizeof joined) return;
  uint32_t word = vocabulary_word(r->v, sv_from(joined));
  if (word == INTERN_NONE) return;
  char *copy = arena_text(&r->scratch, joined, (size_t)n);
  if (!copy) return;
  c->n--;
  c->part[c->n - 1] = copy;
  c->word[c->n - 1] = word;
}

static void column_contents(struct recogniser *r, const struct view *w, int column, struct view_column *c) {
  for (int row = w->header; row < w->nrows && !(c->numbers && c->texts); row++) {
    const struct cell *cell = view_cell(r, w, row, column);
    if (!cell || cell->text.n == 0 || number_is_dash(cell->text)) continue;
    if (is_number(cell->text))
      c->numbers = true;
    else
      c->texts = true;
  }
}

/* ---- years in heads ---- */

static bool is_phase(const char *s) {
  static const char *const phases[] = {"", "预算数", "决算数", "执行数", "金额", "预算", "决算", "年初预算数", "完成数", "预计执行数", NULL};
  for (int i = 0; phases[i]; i++)
    if (strcmp(s, phases[i]) == 0) return true;
  return false;
}

enum { YEAR_BEFORE = 1, YEAR_COMPARED = 2 };

/* The year that a part of a head names: of "2022年预算数" 2022, of "上年预算数" YEAR_BEFORE, of "2022年预算数比2021年执行数" YEAR_COMPARED; 0 when it
 * names none. *rest is what follows the year. */
static int year_of_part(const char *s, const char **rest) {
  if (strstr(s, "增减") || (strstr(s, "比") && strstr(s, "年"))) return YEAR_COMPARED;
  if (strncmp(s, "上年", 6) == 0 && s[6] && is_phase(s + 6)) return YEAR_BEFORE;
  if (leading_digits(s) != 4 || strncmp(s, "20", 2) != 0 || strncmp(s + 4, "年", 3) != 0) return 0;
  *rest = s + 7 + (strncmp(s + 7, "度", 3) == 0 ? 3 : 0);
  return (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + (s[3] - '0');
}

struct dated_column {
  int year, part;
  const char *rest;
};

static struct dated_column dated_column(const struct view_column *v) {
  struct dated_column d = {0, -1, ""};
  for (int i = 0; i < v->n && !d.year; i++) {
    d.year = year_of_part(v->part[i], &d.rest);
    d.part = i;
    if (d.year > YEAR_COMPARED && !is_phase(d.rest)) d.year = 0; /* "2024年机关运行经费预算数" is a measure with its year */
  }
  return d;
}

/* Of columns headed by years (2021年预算数, 2022年预算数) the latest year's are what the table is of. Where that year has both 预算数 and 决算数,
 * these words count. */
static void name_latest_year(struct recogniser *r, struct view *w) {
  int latest = 0;
  bool budget = false, final = false;
  for (int c = 0; c < w->ncolumns; c++) {
    struct dated_column d = dated_column(&w->columns[c]);
    if (d.year > latest) latest = d.year;
  }
  for (int c = 0; c < w->ncolumns; c++) {
    struct dated_column d = dated_column(&w->columns[c]);
    if (d.year != latest || latest <= YEAR_COMPARED) continue;
    budget = budget || strstr(d.rest, "预算");
    final = final || strstr(d.rest, "决算");
  }
  for (int c = 0; c < w->ncolumns; c++) {
    struct view_column *v = &w->columns[c];
    struct dated_column d = dated_column(v);
    if (!d.year) continue;
    if (d.year < latest || d.year <= YEAR_COMPARED) {
      v->when = d.year == YEAR_COMPARED ? WHEN_COMPARED : WHEN_BEFORE;
      v->word[d.part] = INTERN_NONE;
      if (d.part == v->n - 1 && v->when == WHEN_BEFORE && d.year > YEAR_COMPARED) v->word[d.part] = vocabulary_word(r->v, sv_from(d.rest));
      v->label = LABEL_NOT;
    } else if (d.part == v->n - 1 || (budget && final)) {
      v->word[d.part] = *d.rest ? vocabulary_word(r->v, sv_from(d.rest)) : INTERN_NONE;
      if (v->word[d.part] != INTERN_NONE && v->label == LABEL_TEXT && !v->texts) v->label = LABEL_NOT;
    }
  }
}

static int count_words(const struct view_column *c) {
  int known = 0;
  for (int i = 0; i < c->n; i++) known += c->word[i] != INTERN_NONE;
  return known;
}

int view_heads(struct recogniser *r, struct view *w) {
  int top = 0;
  w->header = 0;
  while (w->header < w->nrows && w->header < 10 && !row_is_data(r, w, w->header, top)) w->header++;
  if (w->header == w->nrows && w->nrows == 10) w->header = 0;
  w->columns = ARENA_ARRAY(&r->scratch, struct view_column, (size_t)w->ncolumns + 1);
  if (!w->columns) return RC_NOMEM;
  for (int c = 0; c < w->ncolumns; c++) {
    struct view_column *v = &w->columns[c];
    if (head_path(r, w, c, v) < 0) return RC_NOMEM;
    join_parts(r, v);
    if (v->n > 1 && total_word(v->part[v->n - 1]) && vocabulary_label(r->v, sv_from(v->part[v->n - 2])) != LABEL_NOT)
      v->n--; /* 合计 written under a label */
    column_contents(r, w, c, v);
    v->label = v->n ? vocabulary_label(r->v, sv_from(v->part[v->n - 1])) : LABEL_NOT;
    if (v->label == LABEL_NOT && !v->numbers && v->texts && count_words(v) == 0)
      v->label = v->n && strncmp(v->part[v->n - 1], "收入", 6) != 0 && strncmp(v->part[v->n - 1], "支出", 6) != 0 ? LABEL_TEXT : LABEL_NAME;
  }
  name_latest_year(r, w);
  return RC_OK;
}

struct sv view_header_text(struct recogniser *r, const struct view *w, int column) {
  struct buf b;
  buf_init(&b, 4096);
  const struct cell *last = NULL;
  for (int row = 0; row < w->header; row++) {
    const struct cell *cell = view_cell(r, w, row, column);
    if (!cell || cell == last || is_numbering(r, w, row)) continue;
    last = cell;
    if (cell->text.n == 0 && cell->column_span == 1 && cell->row_span == 1) {
      int from = inherited(r, w, row, column);
      cell = from >= 0 ? view_cell(r, w, row, from) : cell;
    }
    if (!cell || cell->text.n == 0) continue;
    if (b.n) buf_putc(&b, '/');
    buf_add(&b, cell->text.p, cell->text.n);
  }
  struct sv out = {NULL, 0};
  if (b.rc == RC_OK && b.n) {
    out.p = arena_text(&r->book->arena, b.p, b.n);
    out.n = out.p ? b.n : 0;
  }
  if (b.rc == RC_NOMEM) r->book->arena.failed = true;
  buf_release(&b);
  return out;
}
