/* recognise.c: which table of the book a table of cells is, by its heading, its column heads and its rows; and the whole book. */
#include "rooms/budget/performance.h"

#include <stdlib.h>
#include <string.h>

struct block {
  int from, to; /* columns */
};

enum { MAX_BLOCKS = 8 };

/* Labels, amounts, labels, amounts: each return to labels begins a new block. Numbering columns belong to the block they stand in. */
static int find_blocks(const struct view *w, struct block *out) {
  int n = 0;
  bool amounts = false;
  for (int c = 0; c < w->ncolumns; c++) {
    enum label_kind label = w->columns[c].label;
    bool starts = label == LABEL_CODE || label == LABEL_NAME || label == LABEL_UNIT_CODE || label == LABEL_UNIT_NAME;
    if (n == 0 || (amounts && starts && n < MAX_BLOCKS)) out[n++] = (struct block){c, c}, amounts = false;
    out[n - 1].to = c + 1;
    amounts = amounts || label == LABEL_NOT;
  }
  return n;
}

static bool head_contains(const struct view *w, const struct block *b, const char *word) {
  for (int c = b->from; c < b->to; c++)
    for (int i = 0; i < w->columns[c].n; i++)
      if (strstr(w->columns[c].part[i], word)) return true;
  return false;
}

static enum side side_of(const struct view *w, const struct block *b, int index, int count) {
  if (head_contains(w, b, "支出用途")) return SIDE_USE;
  bool in = head_contains(w, b, "收入"), out = head_contains(w, b, "支出");
  if (in && !out) return SIDE_IN;
  if (out && !in) return SIDE_OUT;
  return count > 2 && index == 2 ? SIDE_USE : index == 0 ? SIDE_IN : SIDE_OUT;
}

/* What the rows are of, from the label columns and the codes in them. */
static enum rows_kind rows_of(struct recogniser *r, const struct view *w, const struct block *b) {
  bool names = false, texts = false, code = false, class = false, project = false, unit = false;
  for (int c = b->from; c < b->to; c++) {
    enum label_kind label = w->columns[c].label;
    unit = unit || label == LABEL_UNIT_CODE;
    project = project || label == LABEL_PROJECT_CODE;
    class = class || label == LABEL_CLASS;
    code = code || label == LABEL_CODE;
    names = names || label == LABEL_NAME || label == LABEL_UNIT_NAME;
    texts = texts || label == LABEL_TEXT;
  }
  if (class) return ROWS_TREE;
  if (project) return ROWS_PROJECTS;
  if (unit) return code ? ROWS_UNKNOWN : ROWS_UNITS; /* units by functional codes: two tables in one, which no kind is */
  int functional = 0, economic = 0;
  for (int row = w->header; row < w->nrows && functional + economic < 40; row++)
    for (int c = b->from; c < b->to; c++) {
      if (w->columns[c].label != LABEL_CODE && w->columns[c].label != LABEL_NAME) continue;
      const char *s = view_folded(r, w, row, c);
      if (strspn(s, "0123456789") < 3) continue;
      functional += s[0] == '2';
      economic += s[0] == '3' || s[0] == '5';
      break;
    }
  if (functional > economic) return ROWS_FUNCTIONAL;
  if (economic > 0) return ROWS_ECONOMIC;
  if (head_contains(w, b, "经济")) return ROWS_ECONOMIC;
  if (code) return ROWS_FUNCTIONAL;
  for (int c = b->from; c < b->to; c++)
    if (w->columns[c].label == LABEL_UNIT_NAME) return ROWS_UNITS;
  if (!names && !texts) return ROWS_SINGLE;
  return ROWS_ITEMS;
}

static bool rows_agree(enum rows_kind want, enum rows_kind have) {
  if (want == have) return true;
  if (want == ROWS_ECONOMIC || want == ROWS_FUNCTIONAL) return have == ROWS_ITEMS; /* codes left out, names given */
  if (want == ROWS_SINGLE) return have == ROWS_UNITS || have == ROWS_ITEMS;
  if (want == ROWS_PROJECTS) return have == ROWS_ITEMS || have == ROWS_UNITS || have == ROWS_UNKNOWN || have == ROWS_FUNCTIONAL;
  return want == ROWS_TREE && have == ROWS_ITEMS;
}

static bool head_has_word(const struct view *w, uint32_t word) {
  for (int c = 0; c < w->ncolumns; c++)
    for (int i = 0; i < w->columns[c].n; i++)
      if (w->columns[c].word[i] == word) return true;
  return false;
}

static bool marked(const struct kind *k, const struct view *w) {
  for (size_t m = 0; m < k->marks.n; m++) {
    bool all = true;
    for (int i = 0; i < k->marks.v[m].n; i++) all = all && head_has_word(w, k->marks.v[m].word[i]);
    if (all) return true;
  }
  return false;
}

static int value_columns(const struct view *w) {
  int n = 0;
  for (int c = 0; c < w->ncolumns; c++) n += w->columns[c].label == LABEL_NOT && (w->columns[c].n || w->columns[c].numbers);
  return n;
}

/* The kind of a one-sided table. With a heading: of the kinds that bear it, the one whose rows and columns agree best.
 * Without: a kind whose marks stand in the heads and whose columns are mostly known. */
static const struct kind *choose_kind(struct recogniser *r, const struct view *w, uint64_t titles, enum rows_kind rows) {
  const struct kind *best = NULL;
  int best_score = 0, values = value_columns(w);
  for (size_t i = 0; i < r->v->kinds.n; i++) {
    const struct kind *k = &r->v->kinds.v[i];
    bool titled = titles >> i & 1, mark = marked(k, w);
    if (k->side != SIDE_NONE || k->heads.n || (titles && !titled) || (!titles && !mark)) continue;
    int known = columns_known(k, w, 0, w->ncolumns), score = known * 2 + (k->rows == rows ? 6 : rows_agree(k->rows, rows) ? 1 : -100) + mark;
    if (known == 0 || (!titled && known * 3 < values * 2)) continue;
    if (score > best_score) best_score = score, best = k;
  }
  return best;
}

/* ---- two-sided tables ---- */

static int block_view(struct recogniser *r, const struct view *w, const struct block *b, struct view *out) {
  *out = *w;
  out->ncolumns = b->to - b->from;
  out->columns = w->columns + b->from;
  out->rows = ARENA_ARRAY(&r->scratch, struct row_ref, (size_t)w->nrows + 1);
  if (!out->rows) return RC_NOMEM;
  for (int i = 0; i < w->nrows; i++) out->rows[i] = (struct row_ref){w->rows[i].table, w->rows[i].row, w->rows[i].column + b->from, w->rows[i].map};
  return RC_OK;
}

static const struct kind *side_kind(struct recogniser *r, uint64_t titles, enum side side) {
  for (size_t i = 0; i < r->v->kinds.n; i++)
    if ((titles >> i & 1) && r->v->kinds.v[i].side == side) return &r->v->kinds.v[i];
  return NULL;
}

static bool two_sided_title(struct recogniser *r, uint64_t titles) {
  for (size_t i = 0; i < r->v->kinds.n; i++)
    if ((titles >> i & 1) && r->v->kinds.v[i].side != SIDE_NONE) return true;
  return false;
}

/* A two-sided table whose heading was not seen: with other money than the grant it is the summary, else the grant's. */
static uint64_t guess_two_sided(struct recogniser *r, const struct view *w) {
  bool other = false, grant = false;
  for (int row = w->header; row < w->nrows; row++) {
    const char *s = view_folded(r, w, row, 0);
    other = other || strstr(s, "事业收入") || strstr(s, "经营收入") || strstr(s, "其他收入") || strstr(s, "其他资金") || strstr(s, "单位资金");
    grant = grant || strstr(s, "一般公共预算") || strstr(s, "财政拨款");
  }
  if (!other && !grant) return 0;
  const char *names[] = {other ? "summary-in" : "grant-in", other ? "summary-out" : "grant-out", other ? "summary-use" : "grant-use"};
  uint64_t titles = 0;
  for (int i = 0; i < 3; i++) {
    int k = vocabulary_kind(r->v, names[i]);
    if (k >= 0) titles |= UINT64_C(1) << k;
  }
  return titles;
}

/* 支出 by 基本, 项目 and no functional class: the table of uses. */
static bool rows_are_uses(struct recogniser *r, const struct view *w) {
  int uses = 0, others = 0;
  for (int row = w->header; row < w->nrows; row++)
    for (int c = 0; c < w->ncolumns; c++) {
      if (w->columns[c].label != LABEL_NAME) continue;
      const char *s = view_folded(r, w, row, c);
      s += text_enumerator(sv_from(s)).bytes;
      uses += strcmp(s, "基本支出") == 0 || strcmp(s, "项目支出") == 0;
      others += intern_find(&r->v->classes, s, strlen(s)) != INTERN_NONE;
    }
  return uses > 0 && others == 0;
}

static int build_sides(struct recogniser *r, const struct view *w, const struct title *t, const struct block *blocks, int n, bool *done) {
  static const char *const suffix[] = {"", "in", "out", "use"};
  uint64_t titles = two_sided_title(r, t->kinds) ? t->kinds : t->kinds ? 0 : guess_two_sided(r, w);
  int rc = RC_OK;
  *done = false;
  bool in = false, out = false;
  for (int i = 0; i < n; i++) in = in || side_of(w, &blocks[i], i, n) == SIDE_IN, out = out || side_of(w, &blocks[i], i, n) != SIDE_IN;
  if (!titles || !in || !out) return RC_OK;
  bool used[4] = {false};
  for (int i = 0; i < n && rc == RC_OK; i++) {
    struct view side_view;
    enum side side = side_of(w, &blocks[i], i, n);
    rc = block_view(r, w, &blocks[i], &side_view);
    if (rc == RC_OK && side == SIDE_OUT && rows_are_uses(r, &side_view)) side = SIDE_USE;
    const struct kind *k = side_kind(r, titles, side);
    if (!k || used[side]) continue;
    used[side] = *done = true;
    if (rc == RC_OK) rc = table_build(r, &side_view, k, t, suffix[side], NULL);
  }
  return rc;
}

/* ---- blocks side by side ---- */

struct block_row {
  struct row_ref ref;
  char class[4];
  int index;
};

static int by_class(const void *a, const void *b) {
  const struct block_row *x = a, *y = b;
  int order = strcmp(x->class, y->class);
  return order ? order : x->index - y->index;
}

/* Read block by block the classes come out as 301, 303, 302: they are put in the order of their codes, each with the rows below it; totals come last.
 */
static int sort_by_class(struct recogniser *r, struct view *w) {
  int n = w->nrows - w->header;
  struct block_row *rows = ARENA_ARRAY(&r->scratch, struct block_row, (size_t)n + 1);
  char class[4] = "000";
  if (!rows) return RC_NOMEM;
  for (int i = 0; i < n; i++) {
    bool total = false;
    for (int c = 0; c < w->ncolumns; c++) {
      char code[16];
      const char *s = view_folded(r, w, w->header + i, c);
      if (w->columns[c].label != LABEL_CODE && w->columns[c].label != LABEL_NAME) continue;
      if (view_code(s, code)) {
        memcpy(class, code, 3);
        break;
      }
      total = total || strstr(s, "合计") || strstr(s, "总计");
    }
    rows[i] = (struct block_row){w->rows[w->header + i], "", i};
    memcpy(rows[i].class, total ? "999" : class, 4);
  }
  qsort(rows, (size_t)n, sizeof *rows, by_class);
  for (int i = 0; i < n; i++) w->rows[w->header + i] = rows[i].ref;
  return RC_OK;
}

/* Blocks that say the same beside each other (economic classes over three columns of a page) become one table. */
static int join_blocks(struct recogniser *r, const struct view *w, const struct block *blocks, int n, struct view *out) {
  int width = blocks[0].to - blocks[0].from, body = w->nrows - w->header;
  for (int i = 1; i < n; i++)
    if (blocks[i].to - blocks[i].from < width) width = blocks[i].to - blocks[i].from;
  *out = *w;
  out->ncolumns = width;
  out->columns = w->columns + blocks[0].from;
  out->nrows = w->header + body * n;
  out->rows = ARENA_ARRAY(&r->scratch, struct row_ref, (size_t)out->nrows + 1);
  if (!out->rows) return RC_NOMEM;
  for (int i = 0; i < w->header; i++) out->rows[i] = w->rows[i], out->rows[i].column += blocks[0].from;
  for (int b = 0; b < n; b++)
    for (int i = 0; i < body; i++) {
      struct row_ref *ref = &out->rows[w->header + b * body + i];
      *ref = w->rows[w->header + i];
      ref->column += blocks[b].from;
    }
  for (int c = 0; c < width; c++)
    for (int b = 1; b < n; b++) {
      out->columns[c].numbers = out->columns[c].numbers || w->columns[blocks[b].from + c].numbers;
      out->columns[c].texts = out->columns[c].texts || w->columns[blocks[b].from + c].texts;
    }
  return sort_by_class(r, out);
}

static bool blocks_alike(const struct view *w, const struct block *blocks, int n) {
  for (int i = 1; i < n; i++) {
    int width = blocks[0].to - blocks[0].from;
    if (blocks[i].to - blocks[i].from != width) return false;
    for (int c = 0; c < width; c++)
      if (w->columns[blocks[0].from + c].label != w->columns[blocks[i].from + c].label) return false;
  }
  return true;
}

static int not_recognised(struct recogniser *r, const struct view *w, const char *why) {
  const struct document *d = r->documents[w->document];
  int table = w->rows[0].table;
  bool amounts = false;
  for (int i = 0; i < w->nrows; i++) {
    int part = w->rows[i].table;
    amounts = amounts || ((i == 0 || part != w->rows[i - 1].table) && cells_have_amounts(&d->tables[part]));
    if (part != table) account_leave_out(r, w->document, part, w->rows[i].row, true); /* said with the first part */
  }
  if (!amounts) return RC_OK;
  r->book->money_tables++;
  struct place place = d->tables[table].nparts ? d->tables[table].parts[0] : (struct place){0};
  return book_add_unread(r, w->document, table, -1, -1, why, place, d->tables[table].ncells ? d->tables[table].cells[0].text : (struct sv){NULL, 0});
}

static int build_one_sided(struct recogniser *r, struct view *w, const struct title *t, struct block *blocks, int n) {
  struct view joined = *w;
  int rc = RC_OK;
  if (n > 1 && blocks_alike(w, blocks, n)) rc = join_blocks(r, w, blocks, n, &joined);
  struct block whole = {0, joined.ncolumns};
  if (rc < 0) return rc;
  const struct kind *k = choose_kind(r, &joined, t->kinds, rows_of(r, &joined, &whole));
  if (!k)
    return not_recognised(r, w,
                          t->kinds ? tr("标题认得，列或行对不上", "the heading is known, its columns or rows do not agree")
                                   : tr("没有认出是哪张表", "which table this is was not recognised"));
  return table_build(r, &joined, k, t, "", NULL);
}

/* ---- a table and its continuations ---- */

/* Between the parts of one table stand at most a page number and a running head. */
static bool only_page_furniture(const struct document *d, int from, int to) {
  int lines = 0;
  for (int i = from; i < to; i++) {
    if (d->items[i].kind == ITEM_TABLE) return false;
    if (sv_trim(d->items[i].text).n > 90 || sv_contains(d->items[i].text, "。")) return false;
    lines += sv_trim(d->items[i].text).n > 0;
  }
  return lines <= 3;
}

/* What looks like a head on a following page is one only if it has words of heads; the rest of a broken row has none. */
static bool has_head_words(struct recogniser *r, const struct view *w) {
  int words = 0;
  for (int row = 0; row < w->header; row++)
    for (int c = 0; c < w->ncolumns; c++) {
      const char *s = view_folded(r, w, row, c);
      if (*s && vocabulary_label(r->v, sv_from(s)) != LABEL_NOT) return true;
      words += *s && vocabulary_word(r->v, sv_from(s)) != INTERN_NONE;
    }
  return words > 1 && w->header == 1; /* a table of one row without labels: 合计 | 基本支出 | 项目支出 */
}

/* The x of each column's left edge, and of the right edge of the last; false when the document has no places. */
static bool column_edges(const struct table *t, float *x) {
  for (int c = 0; c <= t->columns; c++) x[c] = -1;
  for (int i = 0; i < t->ncells; i++) {
    const struct cell *cell = &t->cells[i];
    if (cell->place.box.x1 <= cell->place.box.x0) continue;
    x[cell->column] = cell->place.box.x0;
    x[cell->column + cell->column_span] = cell->place.box.x1;
  }
  for (int c = 0; c <= t->columns; c++)
    if (x[c] < 0) return false;
  return true;
}

/* A part on a following page with fewer columns, because cells ran together over its whole height: every edge of it is an edge of the first part. */
static const int *map_by_edges(struct recogniser *r, const struct table *first, const struct table *next) {
  float *a = ARENA_ARRAY(&r->scratch, float, (size_t)first->columns + 2), *b = ARENA_ARRAY(&r->scratch, float, (size_t)next->columns + 2);
  int *map = ARENA_ARRAY(&r->scratch, int, (size_t)first->columns + 1);
  const float near = 4.0f;
  if (!a || !b || !map || next->columns >= first->columns || !column_edges(first, a) || !column_edges(next, b)) return NULL;
  for (int k = 0; k <= next->columns; k++) {
    bool found = false;
    for (int c = 0; c <= first->columns; c++) found = found || (a[c] - b[k] < near && b[k] - a[c] < near);
    if (!found) return NULL;
  }
  for (int c = 0; c < first->columns; c++) {
    float middle = (a[c] + a[c + 1]) / 2;
    map[c] = -1;
    for (int k = 0; k < next->columns; k++)
      if (middle > b[k] && middle < b[k + 1]) map[c] = k;
  }
  return map;
}

/* The same without places: the last columns are the amounts, the labels ran together into one. */
static const int *map_by_amounts(struct recogniser *r, const struct view *w, int columns) {
  int values = 0;
  while (values < w->ncolumns && w->columns[w->ncolumns - 1 - values].label == LABEL_NOT) values++;
  int *map = ARENA_ARRAY(&r->scratch, int, (size_t)w->ncolumns + 1);
  if (!map || columns >= w->ncolumns || columns != values + 1 || values == 0) return NULL;
  for (int c = 0; c < w->ncolumns; c++) map[c] = c < w->ncolumns - values ? 0 : c - (w->ncolumns - columns);
  return map;
}

/* A line between two parts that ends in an amount is a row that the reader did not put into the table (a row cut open by the end of a page). */
static int rows_left_outside(struct recogniser *r, struct view *w, int table, int from, int to) {
  const struct document *d = r->documents[w->document];
  for (int i = from; i < to; i++) {
    struct sv text = d->items[i].text, last = {NULL, 0};
    struct number n;
    if (d->items[i].kind != ITEM_LINE) continue;
    for (struct sv rest = sv_trim(text); rest.p;) last = sv_cut(&rest, ' ');
    if (number_parse(last, &n) < 0 || n.decimals == 0 || last.n == sv_trim(text).n) continue;
    w->doubt = tr("跨页处有一行没有读进表里", "a row at the end of a page was not read into the table");
    int rc = book_add_unread(r, w->document, table, -1, -1, w->doubt, d->items[i].place, text);
    if (rc < 0) return rc;
  }
  return RC_OK;
}

static bool same_row(struct recogniser *r, const struct view *a, int row_a, const struct view *b, int row_b) {
  for (int c = 0; c < a->ncolumns; c++)
    if (strcmp(view_folded(r, a, row_a, c), view_folded(r, b, row_b, c)) != 0) return false;
  return true;
}

static bool heading_repeats(struct recogniser *r, int document, int table, int next, int *rows) {
  struct title a, b;
  int heading;
  char x[400], y[400];
  if (title_find(r, document, table, &a, &heading) < 0 || title_find(r, document, next, &b, rows) < 0) return false;
  if (!a.kinds || a.kinds != b.kinds || (b.number.n && !sv_equal(a.number, b.number))) return false;
  text_fold_into(x, sizeof x, a.text);
  text_fold_into(y, sizeof y, b.text);
  if (sv_ends(sv_from(y), "(续)")) y[strlen(y) - strlen("(续)")] = '\0';
  return strcmp(x, y) == 0;
}

/* Tables that follow on the next page without heading (or with the same one), with the same columns: their rows are appended.
 * Returns how many tables were taken. */
static int append_continuations(struct recogniser *r, struct view *w, int table) {
  const struct document *d = r->documents[w->document];
  int taken = 0;
  while (table + taken + 1 < d->ntables) {
    int next = table + taken + 1;
    struct view more;
    int above = 0;
    bool repeats = heading_repeats(r, w->document, table, next, &above);
    const int *map = NULL;
    if (d->tables[next].columns != w->ncolumns) {
      map = map_by_edges(r, &d->tables[table], &d->tables[next]);
      if (!map) map = map_by_amounts(r, w, d->tables[next].columns);
    }
    if ((!map && d->tables[next].columns != w->ncolumns) ||
        (!repeats && !only_page_furniture(d, d->tables[next - 1].first_item + 1, d->tables[next].first_item)))
      break;
    if (view_of_table(r, w->document, next, &more) < 0) break;
    if (!repeats) {
      struct title own;
      if (title_find(r, w->document, next, &own, &above) < 0 || own.kinds || above) break;
    }
    more.rows += above, more.nrows -= above;
    int skip = 0;
    while (!map && skip < w->header && skip < more.nrows && same_row(r, w, skip, &more, skip)) skip++;
    if (skip == 0 && !repeats) { /* no repeated head: only a table without a head of its own goes on */
      if (view_heads(r, &more) < 0 || (more.header != 0 && has_head_words(r, &more))) break;
    } else if (skip != w->header) {
      break;
    }
    struct row_ref *rows = ARENA_ARRAY(&r->scratch, struct row_ref, (size_t)(w->nrows + more.nrows) + 1);
    if (!rows) break;
    memcpy(rows, w->rows, (size_t)w->nrows * sizeof *rows);
    memcpy(rows + w->nrows, more.rows + skip, (size_t)(more.nrows - skip) * sizeof *rows);
    for (int i = w->nrows; i < w->nrows + more.nrows - skip; i++) rows[i].map = map;
    if (rows_left_outside(r, w, next - 1, d->tables[next - 1].first_item + 1, d->tables[next].first_item) < 0) break;
    w->rows = rows;
    w->nrows += more.nrows - skip;
    taken++;
  }
  return taken;
}

/* A printed table counts once, though each of its sides is a table of the book. */
static void count_table(struct recogniser *r, size_t before) {
  bool amounts = false;
  for (size_t i = before; i < r->book->tables.n; i++) amounts = amounts || !r->book->tables.v[i].empty;
  r->book->money_tables += amounts;
  r->book->recognised_tables += amounts;
}

int recognise_table(struct recogniser *r, int document, int table) {
  struct title t;
  struct view w;
  int heading, taken = 0;
  int rc = title_find(r, document, table, &t, &heading);
  if (rc == RC_OK) rc = view_of_table(r, document, table, &w);
  if (rc < 0) return rc;
  w.rows += heading;
  w.nrows -= heading;
  if (w.nrows <= 0) return RC_OK;
  rc = view_heads(r, &w);
  if (rc == RC_OK && w.header > 0) taken = append_continuations(r, &w, table);
  if (rc == RC_OK && taken) rc = view_heads(r, &w);
  if (rc < 0) return rc;
  r->order += t.kinds != 0;
  if (w.header == 0 && !t.kinds) {
    rc = not_recognised(r, &w, tr("没有表头", "there are no column heads"));
    return rc < 0 ? rc : taken;
  }
  struct block blocks[MAX_BLOCKS];
  int n = find_blocks(&w, blocks);
  bool done = false;
  size_t before = r->book->tables.n;
  if (n > 1) rc = build_sides(r, &w, &t, blocks, n, &done);
  if (rc == RC_OK && !done) rc = build_one_sided(r, &w, &t, blocks, n);
  count_table(r, before);
  r->order -= t.kinds != 0 && r->book->tables.n == before; /* a head alone: the table itself follows */
  return rc < 0 ? rc : taken;
}

/* ---- the book ---- */

static const struct form *form_of(struct recogniser *r, uint64_t kinds) {
  for (size_t i = 0; i < r->v->forms.n; i++)
    if (kinds >> (MAX_KINDS + i) & 1) return &r->v->forms.v[i];
  return NULL;
}

/* A form goes on, over tables, until a table with a heading of its own. */
static int form_end(struct recogniser *r, int document, int table) {
  const struct document *d = r->documents[document];
  int next = table + 1;
  for (; next < d->ntables; next++) {
    struct title t;
    int heading;
    if (title_find(r, document, next, &t, &heading) < 0) break;
    if (t.kinds || t.number.n) break;
  }
  return next;
}

static int recognise_document(struct recogniser *r, int document) {
  const struct document *d = r->documents[document];
  int rc = RC_OK;
  for (int table = 0; table < d->ntables && rc >= 0; table++) {
    if (d->tables[table].first_item < r->first_item || d->tables[table].first_item >= r->end_item) continue;
    struct title t;
    int heading;
    rc = title_find(r, document, table, &t, &heading);
    const struct form *f = rc == RC_OK ? form_of(r, t.kinds) : NULL;
    if (f) {
      int end = form_end(r, document, table);
      r->order++;
      rc = recognise_form(r, document, table, end, f, &t);
      table = end - 1;
    } else if (rc == RC_OK) {
      rc = recognise_table(r, document, table);
      if (rc > 0) table += rc;
    }
  }
  return rc < 0 ? rc : RC_OK;
}

static int prepare_cache(struct recogniser *r) {
  r->folded = ARENA_ARRAY(&r->scratch, const char ***, (size_t)r->ndocuments + 1);
  r->titles = ARENA_ARRAY(&r->scratch, struct title_known *, (size_t)r->ndocuments + 1);
  r->observed = ARENA_ARRAY(&r->scratch, int32_t **, (size_t)r->ndocuments + 1);
  for (int i = 0; r->folded && r->titles && r->observed && i < r->ndocuments; i++) {
    r->observed[i] = ARENA_ARRAY(&r->scratch, int32_t *, (size_t)r->documents[i]->ntables + 1);
    r->folded[i] = ARENA_ARRAY(&r->scratch, const char **, (size_t)r->documents[i]->ntables + 1);
    r->titles[i] = ARENA_ARRAY(&r->scratch, struct title_known, (size_t)r->documents[i]->ntables + 1);
    if (!r->folded[i] || !r->titles[i] || !r->observed[i]) return RC_NOMEM;
  }
  return r->folded && r->titles && r->observed ? RC_OK : RC_NOMEM;
}

/* The part of a document that is one book: its items from `first` to before `end`. */
struct range {
  int first, end;
};

static int recognise_book(const struct document *const *documents, int n, struct range items, const struct recognise_options *o, struct book **out,
                          struct err *e) {
  struct recogniser r = {.options = o, .documents = documents, .ndocuments = n, .e = e, .first_item = items.first, .end_item = items.end};
  r.v = o->profile ? profile_find(o->profiles, o->profile) : profile_choose(o->profiles, documents, n);
  if (!r.v) return err_set(e, RC_NOTFOUND, tr("没有名为 %s 的城市样式", "there is no profile named %s"), o->profile);
  int rc = book_new(&r.book, e);
  if (rc < 0) return rc;
  arena_init(&r.scratch, 256 << 20);
  r.book->documents = ARENA_ARRAY(&r.book->arena, const struct document *, (size_t)n + 1);
  rc = r.book->documents ? prepare_cache(&r) : RC_NOMEM;
  if (rc == RC_OK) {
    memcpy(r.book->documents, documents, (size_t)n * sizeof *documents);
    r.book->ndocuments = n;
    r.book->first_item = items.first, r.book->end_item = items.end;
    r.book->profile = arena_text(&r.book->arena, r.v->name, strlen(r.v->name));
  }
  for (int i = 0; i < n && rc == RC_OK; i++) rc = recognise_document(&r, i);
  if (rc == RC_OK) rc = account_for_cells(&r);
  if (rc == RC_OK) forms_settle(&r);
  if (rc == RC_OK) rc = identity_find(&r);
  if (rc == RC_OK) rc = projects_resolve(&r);
  if (rc == RC_OK) rc = performance_settle(&r);
  if (rc == RC_OK) rc = reckon_settle(&r);
  if (rc == RC_OK && (r.scratch.failed || r.book->arena.failed || r.book->symbols.arena.failed))
    rc = RC_NOMEM; /* a text that is missing would read as another book */
  arena_release(&r.scratch);
  if (rc < 0) {
    book_free(r.book);
    return e && e->code == RC_OK ? err_set(e, (enum rc)rc, "%s", tr("内存不足", "out of memory")) : rc;
  }
  book_mark_recognised(r.book);
  *out = r.book;
  return RC_OK;
}

enum { MAX_BOOKS = 200 };

/* A cover in the middle of a file ("X2024年度部门决算", short and alone) after a summary table, and another summary table behind it: a new book
 * begins there. Only then: a running head or a heading of a chapter also speaks of the book. */
static int split_books(const struct document *d, struct range *out) {
  int n = 1, cover = -1;
  bool summary = false;
  char folded[512];
  out[0] = (struct range){0, INT32_MAX};
  for (int i = 0; i < d->nitems && n < MAX_BOOKS; i++) {
    if (d->items[i].kind != ITEM_LINE || d->items[i].text.n > 200) continue;
    text_fold_into(folded, sizeof folded, d->items[i].text);
    if (identity_is_cover(folded)) {
      if (summary && cover < 0) cover = i;
      continue;
    }
    char reduced[512];
    title_reduce(reduced, sizeof reduced, sv_from(folded));
    bool heads_table = false; /* a heading is that of a table when one follows closely; else it is a line of the contents */
    for (int k = i + 1; k < d->nitems && k <= i + 4 && !heads_table; k++) heads_table = d->items[k].kind == ITEM_TABLE;
    if (!heads_table || !(sv_ends(sv_from(reduced), "收支表")) || sv_contains(sv_from(reduced), "财政拨款") ||
        sv_contains(sv_from(reduced), "政府性基金"))
      continue;
    if (cover >= 0) {
      out[n - 1].end = cover;
      out[n++] = (struct range){cover, INT32_MAX};
      cover = -1;
    }
    summary = true;
  }
  return n;
}

/* The books of one document, appended to a vector with room for MAX_BOOKS more. */
static int recognise_file(const struct document *const *document, const struct recognise_options *o, struct book **books, int *n, struct err *e) {
  struct range ranges[MAX_BOOKS];
  int count = split_books(*document, ranges), rc = RC_OK;
  for (int i = 0; i < count && rc == RC_OK; i++) {
    rc = recognise_book(document, 1, ranges[i], o, &books[*n], e);
    if (rc == RC_OK) ++*n;
  }
  return rc;
}

int book_recognise(const struct document *const *documents, int n, const struct recognise_options *o, struct book ***books, int *nbooks,
                   struct err *e) {
  int rc = RC_OK;
  size_t capacity = 0;
  *nbooks = 0;
  *books = NULL;
  for (int i = 0; i < (o->together ? 1 : n) && rc == RC_OK; i++) {
    rc = vec_reserve((void **)books, &capacity, (size_t)*nbooks + MAX_BOOKS, sizeof **books, 1 << 20);
    if (rc < 0)
      rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    else if (o->together)
      rc = recognise_book(documents, n, (struct range){0, INT32_MAX}, o, &(*books)[0], e), *nbooks = rc == RC_OK;
    else
      rc = recognise_file(documents + i, o, *books, nbooks, e);
  }
  if (rc < 0) {
    for (int i = 0; i < *nbooks; i++) book_free((*books)[i]);
    free(*books);
    *books = NULL, *nbooks = 0;
  }
  return rc;
}
