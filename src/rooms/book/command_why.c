/* command_why.c: `heng book why FOLDER TABLE ROW [COLUMN]`: one amount of one table, and the lines that add up to it. */
#include "rooms/book/accounts.h"
#include "rooms/book/internal.h"
#include "rooms/book/opened.h"
#include "rooms/book/sum.h"

#include <stdlib.h>

static struct { const char *format, *profile, *version, *unit; } words = {.format = "text"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|csv", "格式（默认 text，最多列 200 行；csv 全列）",
     "form (default text, 200 lines at most; csv has all)"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的版式（默认工作区写的）", "use this city's layout (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本（默认最后一个）", "version of the budget (default: the last)"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "只编这个单位自己的（默认整个部门）", "one unit's own book (default: the whole department's)"},
};

const struct option *book_why_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

enum { LINES_SHOWN = 200, SUGGESTED = 4, FOLDED = 400 };

/* ---- which cell ---- */

static struct sv fold(char out[FOLDED], struct sv s) {
  size_t n = text_fold_into(out, FOLDED, s);
  return (struct sv){out, n};
}

/* A label without the number before it: 六、社会保障和就业支出. */
static struct sv bare(struct sv folded) {
  size_t n = text_enumerator(folded).bytes;
  return (struct sv){folded.p + n, folded.n - n};
}

/* Cells are in row-major order, and below the head of a derived table none reaches down: its row is found by halving. Forms are small. */
static int first_of_row(const struct paper_table *t, int row) {
  int low = 0, high = t->ncells;
  if (t->form || row < t->head) return 0;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (t->cells[middle].row < row)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static const struct paper_cell *cell_covering(const struct paper_table *t, int row, int column) {
  for (int i = first_of_row(t, row); i < t->ncells && t->cells[i].row <= row; i++) {
    const struct paper_cell *c = &t->cells[i];
    if (row < c->row + c->row_span && column >= c->column && column < c->column + c->column_span) return c;
  }
  return NULL;
}

static int sides(const struct paper_table *t) {
  return t->third_column ? 3 : t->right_kind ? 2 : 1;
}

static bool in_side(const struct paper_table *t, int side, int column) {
  return paper_side(t, column) == side;
}

/* The label of a row on one side: its name, else its code; the heads of single rows have none. */
static struct sv row_label(const struct paper_table *t, int row, int side) {
  struct sv label = {0};
  for (int c = 0; c < t->columns && label.n == 0; c++) {
    if (!in_side(t, side, c)) continue;
    if (t->column[c].measure) break;
    const struct paper_cell *cell = cell_covering(t, row, c);
    if (cell && cell->text.n && !sv_equal(cell->text, paper_key(t, row, side)) && (cell->text.p[0] & 0x80)) label = cell->text;
  }
  return label;
}

static struct sv row_key(const struct paper_table *t, int row, int side) {
  return paper_key(t, row, side);
}

struct found {
  int row, side, column, from; /* from: column of the label in a form, -1 */
  struct sv label;
};

static bool row_is(const struct paper_table *t, int row, int side, struct sv asked) {
  char a[FOLDED], b[FOLDED];
  struct sv key = row_key(t, row, side);
  if (key.n == 0) return false;
  if (sv_equal(key, asked)) return true;
  struct sv label = fold(a, row_label(t, row, side)), want = fold(b, asked);
  return want.n > 0 && (sv_equal(label, want) || sv_equal(bare(label), want));
}

/* Forms have labels anywhere: the row of the first cell that says it and has an amount behind it. */
static int find_label(const struct paper_table *t, struct sv asked, struct found *f) {
  char a[FOLDED], b[FOLDED];
  struct sv want = fold(b, asked);
  int n = 0;
  for (int i = 0; want.n > 0 && i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    if (c->amount || !sv_equal(bare(fold(a, c->text)), want)) continue;
    for (int k = i + 1; k < t->ncells && t->cells[k].row == c->row; k++)
      if (t->cells[k].amount) {
        if (n++ == 0) *f = (struct found){.row = c->row, .from = c->column, .label = c->text};
        break;
      }
  }
  return n;
}

/* "169002/31": the row 31 that lies in 169002. */
static int find_below(const struct paper_table *t, struct sv asked, struct found *f) {
  size_t slash = sv_find(asked, "/");
  if (slash == SIZE_MAX) return 0;
  struct sv above = {asked.p, slash}, own = {asked.p + slash + 1, asked.n - slash - 1};
  int n = 0;
  for (int row = t->head; row < t->rows; row++) {
    int parent = t->row[row].parent;
    if (parent < 0 || !row_is(t, parent, 0, above) || !row_is(t, row, 0, own)) continue;
    if (n++ == 0) *f = (struct found){.row = row, .from = -1, .label = row_label(t, row, 0)};
  }
  return n;
}

static int find_row(const struct paper_table *t, struct sv asked, struct found *f) {
  int n = find_below(t, asked, f);
  if (n) return n;
  for (int row = t->head; row < t->rows; row++)
    for (int side = 0; side < sides(t); side++)
      if (row_is(t, row, side, asked) && n++ == 0) *f = (struct found){.row = row, .side = side, .from = -1, .label = row_label(t, row, side)};
  return n ? n : find_label(t, asked, f);
}

static struct sv column_head(const struct paper_table *t, int column, int level) {
  const struct paper_cell *c = cell_covering(t, level, column);
  return c ? c->text : (struct sv){0};
}

/* By measure, by the lowest head, by any head above it: the first that is so. */
static bool find_measure(const struct paper_table *t, struct sv asked, struct found *f) {
  char a[FOLDED], b[FOLDED];
  struct sv want = fold(b, asked);
  for (int pass = 0; pass < 3; pass++)
    for (int c = 0; c < t->columns; c++) {
      if (!t->column[c].measure || !in_side(t, f->side, c)) continue;
      bool is = pass == 0 && (asked.n == 0 || sv_is(asked, t->column[c].measure));
      for (int level = 0; pass > 0 && level < t->head; level++)
        if (pass == 2 || level == t->head - 1) is |= sv_equal(fold(a, column_head(t, c, level)), want);
      if (is) return f->column = c, true;
    }
  return false;
}

static bool said_above(const struct paper_table *t, int row, int column, struct sv want) {
  char a[FOLDED];
  for (int r = row - 1; r >= 0; r--)
    if (sv_equal(fold(a, column_head(t, column, r)), want)) return true;
  return false;
}

/* In a form: the first amount behind the label, under a cell that says what is asked. */
static bool find_column(const struct paper_table *t, struct sv asked, struct found *f) {
  char b[FOLDED];
  struct sv want = fold(b, asked);
  if (f->from < 0) return find_measure(t, asked, f);
  for (int i = 0; i < t->ncells; i++) {
    const struct paper_cell *c = &t->cells[i];
    if (c->row != f->row || c->column <= f->from || !c->amount || (want.n && !said_above(t, c->row, c->column, want))) continue;
    return f->column = c->column, true;
  }
  return false;
}

/* ---- what may have been meant ---- */

static int likeness(struct sv a, struct sv b) {
  int score = 0;
  size_t same = 0;
  while (same < a.n && same < b.n && a.p[same] == b.p[same]) same++;
  score += (int)same;
  for (size_t i = 0, next = 0; i < a.n; i = next) {
    next = i;
    utf8_next(a, &next);
    size_t end = next;
    if (end >= a.n) break;
    utf8_next(a, &end);
    char pair[16];
    snprintf(pair, sizeof pair, "%.*s", (int)(end - i < 15 ? end - i : 15), a.p + i);
    if (sv_contains(b, pair)) score += 4;
  }
  return score;
}

struct guess {
  struct sv key, label;
  int score;
};

/* Keeps the best few, best first. */
static void guess_add(struct guess best[SUGGESTED], struct guess g) {
  for (int i = 0; i < SUGGESTED && g.score > 0; i++) {
    if (g.score <= best[i].score) continue;
    struct guess pushed = best[i];
    best[i] = g, g = pushed;
  }
}

static int suggest_row(const struct paper_table *t, struct sv asked, struct err *e) {
  char a[FOLDED], b[FOLDED];
  struct guess best[SUGGESTED] = {{.score = 0}};
  struct sv want = fold(b, asked);
  struct buf text;
  for (int row = t->head; row < t->rows; row++)
    for (int side = 0; side < sides(t); side++) {
      struct sv key = row_key(t, row, side), label = row_label(t, row, side);
      if (key.n) guess_add(best, (struct guess){key, label, likeness(want, key) + likeness(want, bare(fold(a, label)))});
    }
  buf_init(&text, 4000);
  for (int i = 0; i < SUGGESTED && best[i].score > 0; i++) buf_printf(&text, "\n  %.*s  %.*s", SV_ARG(best[i].key), SV_ARG(best[i].label));
  int rc = text.n ? err_set(e, RC_USAGE, tr("%s 没有行 %.*s；是不是：%s", "%s has no row %.*s; did you mean:%s"), t->id, SV_ARG(asked), text.p)
                  : err_set(e, RC_USAGE, tr("%s 没有行 %.*s；看全表：heng book show", "%s has no row %.*s; see the table: heng book show"), t->id,
                            SV_ARG(asked));
  buf_release(&text);
  return rc;
}

static int suggest_column(const struct paper_table *t, int side, struct sv asked, struct err *e) {
  struct buf text;
  buf_init(&text, 4000);
  for (int c = 0; c < t->columns; c++)
    if (t->column[c].measure && in_side(t, side, c)) buf_printf(&text, "\n  %s  %.*s", t->column[c].measure, SV_ARG(column_head(t, c, t->head - 1)));
  int rc = err_set(e, RC_USAGE, tr("%s 没有列 %.*s；有：%s", "%s has no column %.*s; there are:%s"), t->id, SV_ARG(asked), text.p ? text.p : "");
  buf_release(&text);
  return rc;
}

/* ---- the lines ---- */

struct listing {
  const struct workspace *w;
  struct buf *out;
  bool csv;
  int n;
  int64_t sum;
};

static const char *kind_name(int kind) {
  static const char *const zh[] = {"人员经费", "公用经费", "项目支出", "经营支出", "上缴上级", "补助附属", "未分种类"};
  static const char *const en[] = {"personnel", "public", "project", "operating", "remitted", "subsidy", "not told apart"};
  return kind < 0 || kind > KINDS ? "" : lang_get() == LANG_ZH ? zh[kind] : en[kind];
}

static const char *source_name(int source) {
  static const char *const names[] = {"11 一般公共预算", "12 政府性基金预算", "13 国有资本经营预算", "2 财政专户管理资金", "31 事业收入",
                                      "32 经营收入",     "33 上级补助收入",   "34 附属单位上缴",     "39 其他收入"};
  return source >= 0 && source < SOURCES ? names[source] : "";
}

static void put_coded(struct buf *out, bool csv, struct sv code, struct sv name) {
  buf_printf(out, csv ? "\"%.*s\",\"%.*s\"," : "%.*s %.*s · ", SV_ARG(code), SV_ARG(name));
}

/* On a terminal the amount stands in front, so that amounts are under each other; in CSV it is the last field. */
static void line_head(struct listing *x, struct ws_place place, int unit, int64_t fen) {
  const char *file = place.file >= 0 && (size_t)place.file < x->w->files.n ? x->w->files.v[place.file] : "?";
  char where[200], text[MONEY_TEXT];
  struct sv none = {0};
  bool known = unit >= 0 && (size_t)unit < x->w->units.n;
  if (x->csv) {
    buf_printf(x->out, "%s,%d,", file, (int)place.line);
  } else {
    snprintf(where, sizeof where, "%.150s:%d", file, (int)place.line);
    buf_printf(x->out, "  %-22s %16s  ", where, money_print(text, fen, SCALE_YUAN, 2, true));
  }
  put_coded(x->out, x->csv, known ? x->w->units.v[unit].code : none, known ? x->w->units.v[unit].name : none);
}

static void line_end(struct listing *x, int source, int origin, int64_t fen) {
  char text[MONEY_TEXT];
  const char *carried = origin == ORIGIN_CARRY ? "上年结转结余" : origin == ORIGIN_BALANCE ? "使用非财政拨款结余" : "本年";
  if (x->csv)
    buf_printf(x->out, "%s,%s,%s\r\n", source_name(source), carried, money_print(text, fen, SCALE_YUAN, 2, false));
  else
    buf_printf(x->out, "%s %s\n", source_name(source), carried);
}

static bool shown(struct listing *x, int64_t fen) {
  x->sum += fen;
  return x->n++ < LINES_SHOWN || x->csv;
}

static void list_lines(struct listing *x, const struct sum *s) {
  const struct workspace *w = x->w;
  bool prior = s->flow == SUM_PRIOR;
  int year = s->year ? s->year : w->year, version = accounts_version(w, s->of);
  for (size_t i = 0; i < (prior ? w->priors.n : w->lines.n); i++) {
    const struct ws_line *l = prior ? &w->priors.v[i] : &w->lines.v[i];
    if (l->year != year || (!prior && l->version >= 0 && l->version != version) || !sum_takes_line(w, s, l)) continue;
    int64_t fen = s->negative ? -l->amount : l->amount;
    if (!shown(x, fen)) continue;
    line_head(x, l->place, l->unit, fen);
    buf_printf(x->out, x->csv ? "%s," : "%s · ", kind_name(l->kind));
    struct sv none = {0};
    bool func = l->func >= 0 && (size_t)l->func < w->funcs.n, econ = l->econ >= 0 && (size_t)l->econ < w->econs.n;
    put_coded(x->out, x->csv, func ? w->funcs.v[l->func].code : none, func ? w->funcs.v[l->func].name : none);
    put_coded(x->out, x->csv, econ ? w->econs.v[l->econ].code : none, econ ? w->econs.v[l->econ].name : none);
    if (l->project >= 0 && (size_t)l->project < w->projects.n)
      put_coded(x->out, x->csv, w->projects.v[l->project].code, w->projects.v[l->project].name);
    else if (x->csv)
      buf_puts(x->out, ",,");
    line_end(x, l->source, l->origin, fen);
  }
}

static void list_incomes(struct listing *x, const struct sum *s) {
  const struct workspace *w = x->w;
  int year = s->year ? s->year : w->year, version = accounts_version(w, s->of);
  size_t n;
  const struct ws_income *v = sum_incomes(w, s->flow, year, &n);
  for (size_t i = 0; i < n; i++) {
    const struct ws_income *l = &v[i];
    if (l->year != year || (l->version >= 0 && l->version != version) || !sum_takes_income(w, s, l)) continue;
    int64_t fen = s->negative ? -l->amount : l->amount;
    if (!shown(x, fen)) continue;
    line_head(x, l->place, l->unit, fen);
    bool func = l->func >= 0 && (size_t)l->func < w->funcs.n;
    if (x->csv) buf_puts(x->out, ",");
    if (x->csv || func) put_coded(x->out, x->csv, func ? w->funcs.v[l->func].code : (struct sv){0}, func ? w->funcs.v[l->func].name : (struct sv){0});
    if (x->csv) buf_puts(x->out, ",,,,");
    line_end(x, l->source, l->origin, fen);
  }
}

static void list_entered(struct listing *x, const struct sum *s) {
  const struct workspace *w = x->w;
  for (size_t i = 0; s->flow == SUM_DETAIL && i < w->details.n; i++) {
    const struct ws_detail *l = &w->details.v[i];
    if ((s->project >= 0 && l->project != s->project) || !shown(x, l->amount)) continue;
    line_head(x, l->place, -1, l->amount);
    buf_printf(x->out, "%.*s\n", SV_ARG(l->content));
  }
  for (size_t i = 0; s->flow == SUM_PURCHASE && i < w->purchases.n; i++) {
    const struct ws_purchase *l = &w->purchases.v[i];
    if ((s->project >= 0 && l->project != s->project) || !shown(x, l->amount)) continue;
    line_head(x, l->place, l->unit, l->amount);
    buf_printf(x->out, "%.*s\n", SV_ARG(l->item));
  }
}

/* ---- the answer ---- */

static void say_heads(const struct paper_table *t, int column, struct buf *out) {
  for (int level = 0; level < t->head; level++) {
    const struct paper_cell *h = cell_covering(t, level, column);
    if (h && h->row == level) buf_printf(out, "%s%.*s", level ? " / " : "", SV_ARG(h->text));
  }
}

static void say_cell(const struct paper_table *t, const struct found *f, const struct paper_cell *c, struct buf *out) {
  char yuan[MONEY_TEXT];
  struct sv key = f->from < 0 ? row_key(t, f->row, f->side) : (struct sv){0};
  const char *measure = t->column[f->column].measure;
  buf_printf(out, "%.*s%s%.*s\n", SV_ARG(t->number), t->number.n ? "  " : "", SV_ARG(t->title));
  buf_printf(out, tr("行：%.*s%s%.*s\n", "row: %.*s%s%.*s\n"), SV_ARG(key), key.n ? " " : "", SV_ARG(f->label));
  if (measure && f->from < 0) {
    buf_puts(out, tr("列：", "column: "));
    say_heads(t, f->column, out);
    buf_printf(out, tr("（%s）\n", " (%s)\n"), measure);
  }
  buf_printf(out, tr("金额：%s 元，表里印 %.*s%s（%.*s）\n", "amount: %s yuan, printed %.*s%s (%.*s)\n"),
             money_print(yuan, c->fen, SCALE_YUAN, 2, true), SV_ARG(c->text), c->text.n ? "" : tr("空白", "blank"), SV_ARG(t->unit_line));
}

static void say_parts(const struct paper_table *t, const struct paper_cell *c, struct buf *out) {
  char yuan[MONEY_TEXT];
  if (c->nparts == 0) return;
  buf_puts(out, tr("在本表里，它等于：\n", "in this table it is the sum of:\n"));
  for (int i = 0; i < c->nparts && i < 40; i++) {
    const struct paper_cell *p = &t->cells[c->parts[i]];
    int side = paper_side(t, p->column);
    if (p->fen == 0) continue;
    buf_printf(out, "  %16s  ", money_print(yuan, p->fen, SCALE_YUAN, 2, true));
    if (p->row == c->row)
      say_heads(t, p->column, out);
    else
      buf_printf(out, "%.*s", SV_ARG(row_label(t, p->row, side)));
    buf_putc(out, '\n');
  }
}

static void why(const struct workspace *w, const struct paper_table *t, const struct found *f, struct buf *out) {
  struct listing x = {.w = w, .out = out, .csv = strcmp(words.format, "csv") == 0};
  const struct paper_cell *c = cell_covering(t, f->row, f->column);
  char yuan[MONEY_TEXT];
  if (x.csv)
    buf_puts(out, "\xEF\xBB\xBF"
                  "file,line,unit,unit_name,kind,func,func_name,econ,econ_name,project,project_name,source,origin,amount\r\n");
  else
    say_cell(t, f, c, out), say_parts(t, c, out), buf_puts(out, c->nsums ? tr("由这些行相加：\n", "it adds these lines:\n") : "");
  for (int i = 0; i < c->nsums; i++) {
    const struct sum *s = &c->sums[i];
    if (s->flow == SUM_SPENDING || s->flow == SUM_PRIOR) list_lines(&x, s);
    if (s->flow == SUM_INCOME || s->flow == SUM_CARRY_OUT || s->flow == SUM_DISTRIBUTION) list_incomes(&x, s);
    if (s->flow == SUM_DETAIL || s->flow == SUM_PURCHASE) list_entered(&x, s);
  }
  if (x.csv) return;
  if (c->nsums == 0) {
    buf_puts(out, c->nparts ? "" : tr("这个数是直接录入的，不是相加得出的\n", "this amount was entered, it is no sum\n"));
    return;
  }
  if (x.n == 0) buf_puts(out, tr("没有这样的行，所以是零\n", "there are no such lines, so it is zero\n"));
  if (x.n == 0) return;
  if (x.n > LINES_SHOWN) buf_printf(out, tr("  …… 还有 %d 行（--format csv 全列）\n", "  … and %d more (--format csv has all)\n"), x.n - LINES_SHOWN);
  buf_printf(out, tr("共 %d 行，合计 %s 元%s\n", "%d lines, together %s yuan%s\n"), x.n, money_print(yuan, x.sum, SCALE_YUAN, 2, true),
             x.sum == c->fen ? tr("，与表里的数一致", ", the same as in the table") : tr("，与表里的数不一致！", ", NOT the same as in the table!"));
}

static int find(const struct paper_table *t, int argc, char **argv, struct found *f, struct err *e) {
  int rows = find_row(t, sv_from(argv[2]), f);
  if (rows == 0) return suggest_row(t, sv_from(argv[2]), e);
  if (rows > 1)
    fprintf(stderr,
            tr("有 %d 行都叫 %s，说的是第一行；写成“上级/行”可以分清\n", "%d rows are called %s, this is the first; ABOVE/ROW tells them apart\n"),
            rows, argv[2]);
  struct sv column = argc == 4 ? sv_from(argv[3]) : (struct sv){0};
  if (!find_column(t, column, f)) return suggest_column(t, f->side, column, e);
  const struct paper_cell *c = cell_covering(t, f->row, f->column);
  if (c && c->amount) return RC_OK;
  return err_set(e, RC_USAGE, "%s", tr("这一格没有金额", "this cell holds no amount"));
}

int book_why_command(int argc, char **argv, struct err *e) {
  struct opened o;
  struct found f = {0};
  struct buf out;
  if (argc < 3 || argc > 4)
    return err_set(e, RC_USAGE, "%s",
                   tr("应为：heng book why 文件夹 表 行 [列]，例如 heng book why 工作区 T5-1 2170101 公用经费",
                      "wanted: heng book why FOLDER TABLE ROW [COLUMN], such as heng book why FOLDER T5-1 2170101 公用经费"));
  int rc = opened_make_unit(&o, argv[0], words.profile, words.version, words.unit, e);
  if (rc < 0) return rc;
  buf_init(&out, 256 << 20);
  const struct paper_table *t = opened_table(o.paper, argv[1], e);
  rc = t ? find(t, argc, argv, &f, e) : RC_USAGE;
  if (rc == RC_OK) why(o.workspace, t, &f, &out), rc = out.rc;
  if (rc == RC_OK) fwrite(out.p, 1, out.n, stdout);
  if (rc < 0 && out.rc < 0) err_set(e, RC_LIMIT, "%s", tr("内存不足，或行太多", "out of memory, or too many lines"));
  buf_release(&out), opened_close(&o);
  return rc < 0 ? rc : EXIT_CLEAN;
}
