/* form.c: forms (整体支出绩效目标表, 项目支出绩效目标表): fields beside their labels, and small tables that lie inside, each under a row of heads. */
#include "rooms/budget/performance.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FORM_FIELDS = 64, MAX_FORM_ROWS = 20000, FORM_CELLS = 32 };

struct found_field {
  const struct form_field *field;
  const struct cell *cell;
};

struct form_reader {
  struct recogniser *r;
  int document;
  const struct form *form;
  const struct title *title;
  const struct kind *part; /* the part being read; NULL between parts */
  struct row_ref *rows;    /* of the part: its head rows, then its data */
  int nrows, width;
  bool ended, aside; /* aside: among goals and indicators, which are no money */
  int instance;
  struct found_field fields[MAX_FORM_FIELDS];
  int nfields;
};

/* One row's cells that begin in it or reach into it, and their words. */
struct form_row {
  const struct cell *cell[FORM_CELLS];
  const char *folded[FORM_CELLS];
  uint32_t word[FORM_CELLS];
  int n, row;
};

static void read_form_row(struct form_reader *f, int table, int row, struct form_row *out) {
  struct view w;
  out->n = 0;
  out->row = row;
  const struct table *t = &f->r->documents[f->document]->tables[table];
  struct row_ref ref = {table, row, 0, NULL};
  w = (struct view){.document = f->document, .rows = &ref, .nrows = 1, .ncolumns = t->columns};
  const struct cell *last = NULL;
  for (int c = 0; c < t->columns && out->n < FORM_CELLS; c++) {
    const struct cell *cell = view_cell(f->r, &w, 0, c);
    if (!cell || cell == last) continue;
    last = cell;
    if (cell->text.n == 0) continue;
    out->cell[out->n] = cell;
    out->folded[out->n] = view_folded(f->r, &w, 0, c);
    out->word[out->n] = vocabulary_word(f->r->v, sv_from(out->folded[out->n]));
    out->n++;
  }
}

/* Whether all words of the pattern stand in the row, at least one in a cell that begins in it: heads that only reach down into the row begin nothing.
 */
static bool row_has(const struct form_row *row, const struct pattern *p) {
  bool here = false;
  for (int i = 0; i < p->n; i++) {
    bool found = false;
    for (int c = 0; c < row->n; c++)
      if (row->word[c] == p->word[i]) found = true, here = here || row->cell[c]->row == row->row;
    if (!found) return false;
  }
  return here;
}

static const struct kind *part_begins(const struct form_reader *f, const struct form_row *row) {
  for (size_t i = 0; i < f->form->parts.n; i++) {
    int k = vocabulary_kind(f->r->v, f->form->parts.v[i]);
    const struct kind *kind = k >= 0 ? &f->r->v->kinds.v[k] : NULL;
    for (size_t h = 0; kind && h < kind->heads.n; h++)
      if (row_has(row, &kind->heads.v[h])) return kind;
  }
  return NULL;
}

static bool row_ends(const struct form_reader *f, const struct form_row *row) {
  for (int c = 0; c < row->n; c++)
    for (size_t i = 0; i < f->form->ends.n; i++) {
      const char *word = intern_name(&f->r->v->words, f->form->ends.v[i]);
      if (strncmp(row->folded[c], word, strlen(word)) == 0 && strlen(row->folded[c]) < strlen(word) + 40) return true;
    }
  return false;
}

static const struct form_field *field_of(const struct form_reader *f, const struct form_row *row, int c) {
  for (size_t i = 0; i < f->form->fields.n; i++)
    if (row->word[c] != INTERN_NONE && f->form->fields.v[i].word == row->word[c]) return &f->form->fields.v[i];
  return NULL;
}

/* The value of a field is the cell to the right of its label, unless that is another label. */
static bool read_fields(struct form_reader *f, const struct form_row *row) {
  bool any = false;
  for (int c = 0; c < row->n; c++) {
    const struct form_field *field = field_of(f, row, c);
    if (!field) continue;
    any = true;
    bool value = c + 1 < row->n && !field_of(f, row, c + 1);
    for (int i = 0; i < f->nfields; i++)
      if (f->fields[i].field->name == field->name || strcmp(f->fields[i].field->name, field->name) == 0) value = value && !f->fields[i].cell;
    if (f->nfields < MAX_FORM_FIELDS) f->fields[f->nfields++] = (struct found_field){field, value ? row->cell[c + 1] : NULL};
    if (value) c++;
  }
  return any;
}

static int year_of_head(const struct view_column *v) {
  const char *s = v->n ? v->part[v->n - 1] : "";
  if (strlen(s) < 4 || strncmp(s, "20", 2) != 0 || s[2] < '0' || s[2] > '9' || s[3] < '0' || s[3] > '9') return 0;
  return s[4] && strncmp(s + 4, "年", 3) != 0 ? 0 : 2000 + (s[2] - '0') * 10 + (s[3] - '0');
}

/* Columns headed by two years: the later is last year, the earlier the year before. A head may lie over several columns of the grid. */
static void name_years(struct form_reader *f, struct view *w) {
  int later = 0, earlier = 0;
  for (int c = 0; c < w->ncolumns; c++) {
    int year = year_of_head(&w->columns[c]);
    if (year == 0 || year == later || year == earlier) continue;
    if (later && earlier) return; /* three years: not this form */
    earlier = later;
    later = year;
    if (earlier > later) {
      int swap = earlier;
      earlier = later, later = swap;
    }
  }
  if (!later || !earlier) return;
  uint32_t last = vocabulary_word(f->r->v, SV("上年")), before = vocabulary_word(f->r->v, SV("前年"));
  for (int c = 0; c < w->ncolumns; c++) {
    struct view_column *v = &w->columns[c];
    int year = year_of_head(v);
    if (year == 0) continue;
    v->word[v->n - 1] = year == later ? last : before;
    v->label = LABEL_NOT;
    v->when = WHEN_NOW; /* the form has its own names for both */
  }
}

/* A row of a list without an amount is the rest of the row above, broken by a page: it is no row. */
static void drop_rests(struct form_reader *f, struct view *w) {
  enum rows_kind rows = f->part->rows;
  if (rows != ROWS_DETAIL && rows != ROWS_PURCHASE && rows != ROWS_PROJECT_LIST) return;
  int kept = w->header;
  for (int row = w->header; row < w->nrows; row++) {
    bool amount = false;
    for (int c = 0; c < w->ncolumns; c++) {
      int m = column_measure(f->part, &w->columns[c]);
      const struct cell *cell = view_cell(f->r, w, row, c);
      if (m >= 0 && f->part->columns.v[m].type != OBS_TEXT && cell && cell->text.n) amount = true;
    }
    if (amount) w->rows[kept++] = w->rows[row];
  }
  w->nrows = kept;
}

static int close_part(struct form_reader *f) {
  struct recogniser *r = f->r;
  if (!f->part) return RC_OK;
  struct view w = {.document = f->document, .rows = f->rows, .nrows = f->nrows, .ncolumns = f->width};
  int index = -1, rc = view_heads(r, &w);
  if (rc < 0) return rc;
  name_years(f, &w);
  for (int c = 0; c < w.ncolumns; c++) {
    struct view_column *v = &w.columns[c];
    if (column_measure(f->part, v) >= 0 && v->label != LABEL_NAME)
      v->label = LABEL_NOT;
    else if (v->label == LABEL_NOT)
      v->label = v->n ? LABEL_TEXT : LABEL_NAME;
  }
  drop_rests(f, &w);
  rc = table_build(r, &w, f->part, f->title, f->part->name, &index);
  if (rc == RC_OK) {
    r->book->tables.v[index].instance = f->instance;
    if (!r->book->tables.v[index].empty) r->book->money_tables++, r->book->recognised_tables++;
  }
  f->part = NULL;
  f->rows = NULL;
  f->nrows = 0;
  return rc;
}

static int take_row(struct form_reader *f, int table, int row, int max) {
  if (!f->rows) f->rows = ARENA_ARRAY(&f->r->scratch, struct row_ref, (size_t)max + 1);
  if (!f->rows) return RC_NOMEM;
  if (f->nrows < max) f->rows[f->nrows++] = (struct row_ref){table, row, 0, NULL};
  int columns = f->r->documents[f->document]->tables[table].columns;
  if (f->nrows == 1 || columns > f->width) f->width = columns;
  return RC_OK;
}

static int form_row(struct form_reader *f, int table, int row, int max) {
  struct form_row x;
  read_form_row(f, table, row, &x);
  if (f->ended) account_leave_out(f->r, f->document, table, row, true);
  if (x.n == 0 || f->ended) return RC_OK;
  const struct kind *begins = part_begins(f, &x);
  int rc = RC_OK;
  if (begins) {
    rc = close_part(f);
    f->aside = false;
    f->part = begins;
    f->width = 0;
    return rc < 0 ? rc : take_row(f, table, row, max);
  }
  if (row_ends(f, &x)) {
    account_leave_out(f->r, f->document, table, row, true);
    f->aside = true;
    rc = close_part(f);
    f->ended = strcmp(f->form->name, "project") == 0 || f->form->head != NULL;
    return rc;
  }
  bool block_label = x.n == 1 && vocabulary_label(f->r->v, sv_from(x.folded[0])) == LABEL_TEXT;
  if (f->part && (field_of(f, &x, 0) || block_label)) rc = close_part(f);
  if (rc < 0 || block_label) return rc;
  if (f->part) return take_row(f, table, row, max);
  account_leave_out(f->r, f->document, table, row, read_fields(f, &x) || f->aside);
  return RC_OK;
}

/* ---- the head: one row whose columns are the fields that are amounts ---- */

static const struct cell *field_cell(const struct form_reader *f, const char *name) {
  for (int i = 0; i < f->nfields; i++)
    if (f->fields[i].cell && strcmp(f->fields[i].field->name, name) == 0) return f->fields[i].cell;
  return NULL;
}

static int build_head(struct form_reader *f, int first, int *out) {
  struct recogniser *r = f->r;
  struct book *b = r->book;
  int k = vocabulary_kind(r->v, f->form->head), index = (int)b->tables.n, rc = RC_OK;
  const struct table *t0 = &r->documents[f->document]->tables[first];
  const struct kind *kind = &r->v->kinds.v[k];
  int n = (int)kind->columns.n;
  struct book_table t = {.kind = book_symbol(b, kind->name),
                         .id = table_id(r, f->title, kind->name),
                         .title = f->title->text,
                         .scale = f->title->scale,
                         .instance = f->instance,
                         .subject = NO_SYMBOL,
                         .document = f->document,
                         .document_table = first,
                         .nrows = 1,
                         .ncolumns = n,
                         .doubtful = (t0->flags & TABLE_DOUBTFUL) != 0,
                         .doubt = t0->doubt};
  t.place = t0->nparts ? t0->parts[0] : (struct place){0};
  t.rows = ARENA_NEW(&b->arena, struct book_row);
  t.columns = ARENA_ARRAY(&b->arena, struct book_column, (size_t)n + 1);
  t.cells = ARENA_ARRAY(&b->arena, int32_t, (size_t)n + 1);
  if (!t.rows || !t.columns || !t.cells || !t.id) return RC_NOMEM;
  t.rows[0] = (struct book_row){.key = book_symbol(b, "single"), .item = NO_SYMBOL, .parent = -1, .place = t.place};
  t.empty = true;
  for (int c = 0; c < n && rc == RC_OK; c++) {
    char name[64];
    snprintf(name, sizeof name, "project.%s", kind->columns.v[c].measure);
    struct obs o;
    rc = obs_read(r, field_cell(f, name), OBS_AMOUNT, t.scale, &o);
    if (o.state == OBS_BLANK && blank_is_unknown(r, kind)) o.state = OBS_NOT_APPLICABLE;
    o.column = c, o.table = index, o.document = f->document, o.document_table = first;
    o.doubtful = o.doubtful || t.doubtful;
    t.columns[c] = (struct book_column){.measure = book_symbol(b, kind->columns.v[c].measure),
                                        .group = NO_SYMBOL,
                                        .type = OBS_AMOUNT,
                                        .decimals = o.decimals,
                                        .amounts = o.state == OBS_VALUE || o.state == OBS_ZERO};
    if (t.columns[c].amounts) t.empty = false, t.columns[c].quantum = money_quantum(o.decimals, t.scale == SCALE_NONE ? SCALE_YUAN : t.scale);
    if (o.state == OBS_VALUE) o.quantum = t.columns[c].quantum;
    t.cells[c] = (int32_t)b->obs.n;
    if (rc == RC_OK && VEC_PUSH(&b->obs, o, 4000000) < 0) rc = RC_LIMIT;
  }
  if (rc == RC_OK && VEC_PUSH(&b->tables, t, 20000) < 0) rc = RC_LIMIT;
  if (rc == RC_OK && !t.empty) b->money_tables++, b->recognised_tables++;
  *out = index;
  return rc;
}

int recognise_form(struct recogniser *r, int document, int first, int end, const struct form *form, const struct title *t) {
  struct form_reader f = {.r = r, .document = document, .form = form, .title = t, .instance = 1};
  const struct document *d = r->documents[document];
  int rc = RC_OK, max = 0, head = -1;
  const char *own = form->head ? form->head : form->parts.n ? form->parts.v[0] : "";
  for (size_t i = 0; i < r->book->tables.n; i++)
    if (r->book->tables.v[i].kind == book_symbol(r->book, own)) f.instance++;
  for (int table = first; table < end; table++) max += d->tables[table].rows;
  if (max > MAX_FORM_ROWS) return book_add_unread(r, document, first, -1, -1, tr("表单太长", "the form is too long"), (struct place){0}, t->text);
  for (int table = first; table < end && rc == RC_OK; table++)
    for (int row = 0; row < d->tables[table].rows && rc == RC_OK; row++) rc = form_row(&f, table, row, max);
  if (rc == RC_OK) rc = close_part(&f);
  if (rc == RC_OK && form->head) rc = build_head(&f, first, &head);
  if (rc == RC_OK) rc = indicators_read(r, document, first, end, form, t, f.instance);
  for (int i = 0; i < f.nfields && rc == RC_OK; i++)
    if (f.fields[i].cell || form->head)
      rc = book_add_field(r, f.fields[i].field->name, head, NO_SYMBOL, f.fields[i].cell ? f.fields[i].cell->text : (struct sv){NULL, 0},
                          f.fields[i].cell          ? f.fields[i].cell->place
                          : d->tables[first].nparts ? d->tables[first].parts[0]
                                                    : (struct place){0},
                          document);
  return rc;
}

/* ---- how finely forms print ---- */

static bool is_form_table(const struct recogniser *r, const struct book_table *t) {
  const char *kind = intern_name(&r->book->symbols, t->kind);
  for (size_t i = 0; i < r->v->forms.n; i++) {
    const struct form *form = &r->v->forms.v[i];
    if (form->head && strcmp(form->head, kind) == 0) return true;
    for (size_t p = 0; p < form->parts.n; p++)
      if (strcmp(form->parts.v[p], kind) == 0) return true;
  }
  return false;
}

static void refine_column(struct book *b, struct book_table *t, int column, int decimals) {
  struct book_column *c = &t->columns[column];
  if (c->type != OBS_AMOUNT || !c->amounts || c->decimals >= decimals) return;
  c->decimals = decimals;
  c->quantum = money_quantum(decimals, t->scale == SCALE_NONE ? SCALE_YUAN : t->scale);
  for (int row = 0; row < t->nrows; row++) {
    struct obs *o = &b->obs.v[t->cells[row * t->ncolumns + column]];
    if (o->state == OBS_VALUE && o->type == OBS_AMOUNT) o->quantum = c->quantum;
  }
}

/* The amounts of forms are typed in by hand, without the zeros behind the point: 330 beside another form's 7892.56 is 330.00. So all forms of a
 * book that count in one unit share the finest decimals of any of them. */
void forms_settle(struct recogniser *r) {
  static const enum scale scales[] = {SCALE_NONE, SCALE_YUAN, SCALE_QIAN, SCALE_WAN, SCALE_BAIWAN, SCALE_YI};
  struct book *b = r->book;
  for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
    int finest = 0;
    for (int pass = 0; pass < 2; pass++)
      for (size_t i = 0; i < b->tables.n; i++) {
        struct book_table *t = &b->tables.v[i];
        if (t->scale != scales[s] || !is_form_table(r, t)) continue;
        for (int c = 0; c < t->ncolumns; c++)
          if (pass == 1)
            refine_column(b, t, c, finest);
          else if (t->columns[c].type == OBS_AMOUNT && t->columns[c].amounts && t->columns[c].decimals > finest)
            finest = t->columns[c].decimals;
      }
  }
}
