/* graft.c: tables of another book copied into the audited one: kinds with the role before their name, titles that say whose they are, documents
 * numbered on behind the book's own. What does not fit (another body, year, kind of book) is a note and nothing is compared. */
#include "rooms/audit/graft_internal.h"

#include <stdlib.h>
#include <string.h>

enum { TABLES_MOST = 200000, OBS_MOST = 8000000, NOTES_MOST = 1000, NAME_BYTES = 512, FOUND_SHOWN = 3 };

int graft_nomem(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* ---- whose book it is ---- */

static void erase(char *s, const char *word) {
  size_t n = strlen(word);
  for (char *at = strstr(s, word); at; at = strstr(at, word)) memmove(at, at + n, strlen(at + n) + 1);
}

static void shorten(char *s, const char *word, const char *shorter) {
  size_t n = strlen(word), m = strlen(shorter);
  for (char *at = strstr(s, word); at; at = strstr(at + m, word)) memcpy(at, shorter, m), memmove(at + m, at + n, strlen(at + n) + 1);
}

/* Party committees are printed in full and short (中国共产党江苏省委员会办公厅, 中共江苏省委办公厅, 江苏省委办公厅): one body. */
static void body_fold(char out[NAME_BYTES], struct sv body) {
  text_fold_into(out, NAME_BYTES, body);
  erase(out, "中国共产党");
  if (strncmp(out, "中共", strlen("中共")) == 0) erase(out, "中共");
  shorten(out, "委员会办公", "委办公");
}

bool body_same(struct sv a, struct sv b) {
  char x[NAME_BYTES], y[NAME_BYTES];
  body_fold(x, a);
  body_fold(y, b);
  return x[0] && strcmp(x, y) == 0;
}

static bool is_final(enum book_kind k) {
  return k == BOOK_DEPARTMENT_FINAL || k == BOOK_UNIT_FINAL;
}

static bool is_unit(enum book_kind k) {
  return k == BOOK_UNIT_BUDGET || k == BOOK_UNIT_FINAL;
}

/* Last year's accounts beside a budget tell only what was carried over: they have a prefix of their own. */
static const char *prefix_of(const struct book *b, const struct other *x) {
  bool closed = x->role == OTHER_PRIOR && is_final(x->book->kind) && !is_final(b->kind);
  return closed ? "closed" : other_role_name(x->role);
}

/* Why another book is not the one meant; NULL when it is. `asked`: of this audited book the role is asked at all. */
static const char *misfit(const struct book *b, const struct book *o, enum other_role role) {
  bool known = o->kind != BOOK_UNKNOWN && b->kind != BOOK_UNKNOWN;
  if (o->blank_form) return tr("是没有填写的样表", "is an unfilled form");
  if (role == OTHER_APPROVED) {
    bool told = o->body.n > 0 || o->year > 0; /* tables without any heading look like a budget's */
    if (known && told && is_final(o->kind) != is_final(b->kind)) return tr("一个是预算，一个是决算", "one is a budget, the other final accounts");
    if (o->body.n && b->body.n && !body_same(o->body, b->body)) return tr("单位不同", "the body is another");
    return o->year && b->year && o->year != b->year ? tr("年份不同", "the year is another") : NULL;
  }
  if (!known) return tr("没有认出账本的种类", "the kind of book was not recognised");
  if (role == OTHER_UNIT) {
    if (!is_unit(o->kind)) return tr("不是单位的账本", "is not the book of a unit");
    if (is_final(o->kind) != is_final(b->kind)) return tr("一个是预算，一个是决算", "one is a budget, the other final accounts");
    return o->year != b->year ? tr("年份不同", "the year is another") : NULL;
  }
  if (!body_same(o->body, b->body)) return tr("单位不同", "the body is another");
  if (is_unit(o->kind) != is_unit(b->kind)) return tr("一个是部门的，一个是单位的", "one is of the department, the other of the unit");
  if (role == OTHER_BUDGET && is_final(o->kind)) return tr("不是预算", "is no budget");
  if (role == OTHER_PRIOR && is_final(b->kind) && !is_final(o->kind))
    return tr("是预算：决算要与上年决算比", "is a budget: final accounts are compared with last year's final accounts");
  int year = role == OTHER_PRIOR ? b->year - 1 : b->year;
  return b->year == 0 || o->year != year ? tr("年份不对", "the year is not the one wanted") : NULL;
}

/* Is the role asked of this audited book? Units' books are compared with a department's, a budget with final accounts. */
static bool role_asked(const struct book *b, enum other_role role) {
  if (b->blank_form || b->tables.n == 0) return false;
  if (role == OTHER_UNIT) return b->kind == BOOK_DEPARTMENT_BUDGET || b->kind == BOOK_DEPARTMENT_FINAL;
  return role != OTHER_BUDGET || is_final(b->kind);
}

/* ---- notes ---- */

int graft_note(struct book *b, struct grafts *g, const struct buf *text, struct err *e) {
  char *copy = arena_text(&b->arena, text->p ? text->p : "", text->n);
  return !copy || VEC_PUSH(&g->notes, copy, NOTES_MOST) < 0 ? graft_nomem(e) : RC_OK;
}

struct sv graft_file_name(const char *path) {
  const char *slash = path ? strrchr(path, '/') : NULL;
  return sv_from(slash ? slash + 1 : path);
}

static void put_identity(struct buf *out, const struct book *o) {
  buf_printf(out, "%.*s", SV_ARG(o->body.n ? o->body : sv_from(tr("单位名称未识别", "body not recognised"))));
  if (o->year > 0) buf_printf(out, tr(" %d 年", " %d"), o->year);
  buf_printf(out, " %s", kind_title(o->kind));
}

/* None of the books given for a role is the one wanted: which was wanted, and what each is. */
static int note_misfits(struct book *b, const struct others *o, enum other_role role, struct grafts *g, struct err *e) {
  struct buf text;
  int shown = 0, more = 0, rc = RC_OK;
  buf_init(&text, 8192);
  buf_printf(&text, tr("没有与%s比对：", "not compared with %s: "), other_role_title(role));
  for (size_t i = 0; i < o->list.n; i++) {
    const struct other *x = &o->list.v[i];
    const char *why = x->role == role ? misfit(b, x->book, role) : NULL;
    if (!why && x->role == role) why = tr("没有认出的表", "it has no recognised table");
    if (!why) continue;
    if (shown == FOUND_SHOWN) {
      more++;
      continue;
    }
    if (shown++ > 0) buf_puts(&text, tr("；", "; "));
    buf_printf(&text, "%.*s", SV_ARG(graft_file_name(x->path)));
    buf_puts(&text, tr("（", " ("));
    put_identity(&text, x->book);
    buf_printf(&text, tr("）%s", ") %s"), why);
  }
  if (more > 0) buf_printf(&text, tr("；另有 %d 本", "; and %d more"), more);
  if (shown > 0) rc = graft_note(b, g, &text, e);
  buf_release(&text);
  return rc;
}

/* ---- copying ---- */

symbol graft_symbol(struct graft *x, symbol s) {
  return s == NO_SYMBOL ? NO_SYMBOL : book_symbol(x->to, intern_name(&x->from->symbols, s));
}

symbol graft_kind(struct graft *x, const char *kind) {
  char name[160];
  int n = snprintf(name, sizeof name, "%s-%s", x->prefix, kind);
  return n < 0 || (size_t)n >= sizeof name ? NO_SYMBOL : book_symbol(x->to, name);
}

static int copy_rows(struct graft *x, const struct book_table *from, struct book_table *to) {
  to->rows = ARENA_ARRAY(&x->to->arena, struct book_row, (size_t)from->nrows + 1);
  if (!to->rows) return RC_NOMEM;
  for (int i = 0; i < from->nrows; i++) {
    to->rows[i] = from->rows[i];
    to->rows[i].key = graft_symbol(x, from->rows[i].key);
    to->rows[i].item = graft_symbol(x, from->rows[i].item);
  }
  return RC_OK;
}

static int copy_columns(struct graft *x, const struct book_table *from, struct book_table *to) {
  to->columns = ARENA_ARRAY(&x->to->arena, struct book_column, (size_t)from->ncolumns + 1);
  if (!to->columns) return RC_NOMEM;
  for (int i = 0; i < from->ncolumns; i++) {
    to->columns[i] = from->columns[i];
    to->columns[i].measure = graft_symbol(x, from->columns[i].measure);
    to->columns[i].group = graft_symbol(x, from->columns[i].group);
  }
  return RC_OK;
}

/* An observation keeps its identity: one printed cell that two tables share stays one. */
static int32_t copy_obs(struct graft *x, int32_t at, int32_t table) {
  if (at < 0 || (size_t)at >= x->from->obs.n) return -1;
  if (x->obs[at] >= 0) return x->obs[at];
  struct obs o = x->from->obs.v[at];
  o.table = table;
  o.document += x->first_document;
  if (VEC_PUSH(&x->to->obs, o, OBS_MOST) < 0) return -2;
  return x->obs[at] = (int32_t)x->to->obs.n - 1;
}

int graft_table(struct graft *x, const struct book_table *from, symbol kind, symbol subject) {
  struct arena *a = &x->to->arena;
  struct book_table t = *from;
  size_t cells = (size_t)from->nrows * (size_t)from->ncolumns;
  t.kind = kind;
  t.subject = subject;
  t.id = arena_printf(a, "%s%d/%s", x->prefix, x->number, from->id ? from->id : "");
  const struct document *d = from->document >= 0 && from->document < x->from->ndocuments ? x->from->documents[from->document] : NULL;
  struct sv file = graft_file_name(d && d->path ? d->path : x->path);
  char *title = from->title.n ? arena_printf(a, tr("%s %.*s：%.*s", "%s %.*s: %.*s"), x->title, SV_ARG(file), SV_ARG(from->title))
                              : arena_printf(a, "%s %.*s", x->title, SV_ARG(file));
  t.cells = ARENA_ARRAY(a, int32_t, cells + 1);
  if (kind == NO_SYMBOL || !t.id || !title || !t.cells || copy_rows(x, from, &t) < 0 || copy_columns(x, from, &t) < 0) return RC_NOMEM;
  t.title = sv_from(title);
  t.document += x->first_document;
  for (size_t i = 0; i < cells; i++) {
    t.cells[i] = copy_obs(x, from->cells[i], (int32_t)x->to->tables.n);
    if (t.cells[i] == -2) return RC_NOMEM;
  }
  return VEC_PUSH(&x->to->tables, t, TABLES_MOST) < 0 ? RC_NOMEM : RC_OK;
}

static int graft_tables(struct graft *x, struct grafted *g, symbol subject) {
  size_t before = x->to->tables.n;
  int rc = RC_OK;
  for (size_t i = 0; i < x->from->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &x->from->tables.v[i];
    if (table_grafted(x->from, t)) continue; /* it was audited itself, with books beside it */
    bool of_project = t->subject != NO_SYMBOL;
    symbol kind = graft_kind(x, intern_name(&x->from->symbols, t->kind)), about = of_project ? graft_symbol(x, t->subject) : subject;
    if (subject != NO_SYMBOL && of_project) continue; /* a table is of a unit or of a project */
    bool twice = false; /* the first file that brings one is taken; two of one kind in one book stay two: then not known which is meant */
    for (size_t k = 0; k < before && !twice; k++)
      twice = table_grafted(x->to, &x->to->tables.v[k]) && x->to->tables.v[k].kind == kind && x->to->tables.v[k].subject == about;
    if (twice) continue;
    rc = graft_table(x, t, kind, about);
    g->tables += rc == RC_OK;
  }
  return rc;
}

static int map_begin(struct graft *x, const struct book *from) {
  free(x->obs);
  x->from = from;
  x->obs = malloc((from->obs.n + 1) * sizeof *x->obs);
  if (!x->obs) return RC_NOMEM;
  memset(x->obs, 0xff, (from->obs.n + 1) * sizeof *x->obs);
  return RC_OK;
}

/* The books of one other file beside the audited one. */
static int graft_book(struct book *b, const struct other *o, struct grafts *g, symbol subject, struct err *e) {
  struct other *kept = ARENA_NEW(&b->arena, struct other);
  if (!kept) return graft_nomem(e);
  *kept = *o;
  struct grafted here = {.other = kept, .first_document = b->ndocuments + (int)g->documents.n};
  struct graft x = {.to = b,
                    .prefix = prefix_of(b, o),
                    .title = other_role_title(o->role),
                    .path = o->path,
                    .number = (int)g->list.n + 1,
                    .first_document = here.first_document};
  if (strcmp(x.prefix, "closed") == 0) x.title = tr("上年决算", "last year's accounts");
  int rc = RC_OK;
  for (int i = 0; i < o->book->ndocuments && rc == RC_OK; i++) rc = VEC_PUSH(&g->documents, o->book->documents[i], TABLES_MOST);
  if (rc == RC_OK) rc = map_begin(&x, o->book);
  if (rc == RC_OK) rc = graft_tables(&x, &here, subject);
  for (int i = 0; i < o->nplain && rc == RC_OK; i++) {
    rc = map_begin(&x, o->plain[i]);
    if (rc == RC_OK) rc = graft_lists(&x, o->book, &here.tables);
  }
  free(x.obs);
  if (rc == RC_OK) rc = VEC_PUSH(&g->list, here, TABLES_MOST);
  return rc < 0 ? graft_nomem(e) : RC_OK;
}

static bool anything_there(const struct other *o) {
  bool any = o->book->tables.n > 0;
  for (int i = 0; i < o->nplain && !any; i++) any = o->plain[i]->tables.n > 0;
  return any;
}

static int graft_role(struct book *b, const struct others *o, enum other_role role, struct grafts *g, struct err *e) {
  bool asked = false, fits = false;
  int rc = RC_OK;
  for (size_t i = 0; i < o->list.n && rc == RC_OK; i++) {
    const struct other *x = &o->list.v[i];
    if (x->role != role || x->book == b) continue;
    asked = true;
    if (misfit(b, x->book, role) || !anything_there(x)) continue;
    fits = true;
    rc = graft_book(b, x, g, NO_SYMBOL, e);
  }
  if (rc == RC_OK && asked && !fits) rc = note_misfits(b, o, role, g, e);
  return rc;
}

/* Units' books: each table is of its unit, the one that the department's tables by unit name. */
static int graft_units(struct book *b, const struct others *o, struct grafts *g, struct err *e) {
  int rc = RC_OK;
  bool asked = false;
  struct units u = {.book = b, .grafts = g};
  for (size_t i = 0; i < o->list.n && rc == RC_OK; i++) {
    const struct other *x = &o->list.v[i];
    if (x->role != OTHER_UNIT || x->book == b) continue;
    asked = true;
    if (misfit(b, x->book, OTHER_UNIT) || !anything_there(x)) continue;
    symbol subject = unit_subject(&u, x->book, &rc, e);
    if (subject != NO_SYMBOL && rc == RC_OK) rc = graft_book(b, x, g, subject, e);
  }
  if (rc == RC_OK && asked && u.taken == 0) rc = note_misfits(b, o, OTHER_UNIT, g, e);
  if (rc == RC_OK && u.taken > 0) rc = units_collate(&u, e);
  units_release(&u);
  return rc;
}

/* A table without rows, that rules can ask for. */
static int mark_add(struct book *b, const char *kind, struct book_table t, struct err *e) {
  t.kind = book_symbol(b, kind);
  t.subject = NO_SYMBOL;
  t.document_table = -1;
  t.rows = ARENA_ARRAY(&b->arena, struct book_row, 1);
  t.columns = ARENA_ARRAY(&b->arena, struct book_column, 1);
  t.cells = ARENA_ARRAY(&b->arena, int32_t, 1);
  bool made = t.kind != NO_SYMBOL && t.id && t.rows && t.columns && t.cells;
  return !made || VEC_PUSH(&b->tables, t, TABLES_MOST) < 0 ? graft_nomem(e) : RC_OK;
}

/* Columns of last year that hold what was executed (执行数, 决算数) are not to be compared with last year's budget. */
static bool tells_execution(const struct book *b) {
  static const char *const words[] = {"执行", "决算", "完成"};
  for (size_t i = 0; i < b->tables.n; i++)
    for (int k = 0; k < b->tables.v[i].ncolumns; k++)
      for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        const struct book_column *c = &b->tables.v[i].columns[k];
        if (!table_grafted(b, &b->tables.v[i]) && c->other_year && sv_contains(c->header, words[w])) return true;
      }
  return false;
}

static int graft_marks(struct book *b, const struct grafts *g, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < g->list.n && rc == RC_OK; i++) {
    const struct grafted *x = &g->list.v[i];
    struct book_table t = {.id = arena_printf(&b->arena, "other%d", (int)i + 1),
                           .title = graft_file_name(x->other->path),
                           .instance = (int)i + 1,
                           .empty = x->tables == 0,
                           .document = x->first_document};
    rc = mark_add(b, "other-book", t, e);
  }
  if (rc == RC_OK && g->list.n > 0 && tells_execution(b))
    rc = mark_add(b, "prior-executed", (struct book_table){.id = "executed", .document = g->list.v[0].first_document}, e);
  return rc;
}

int graft_make(struct book *b, const struct others *o, struct book *const *peers, int npeers, struct grafts *g, struct err *e) {
  *g = (struct grafts){0};
  int rc = RC_OK;
  struct others none = {0}, all = {0};
  if (!o) o = &none;
  for (size_t i = 0; i < o->list.n && rc == RC_OK; i++) rc = VEC_PUSH(&all.list, o->list.v[i], TABLES_MOST);
  for (int i = 0; i < npeers && rc == RC_OK; i++) { /* a department's book and its units' in one file */
    struct other x = {.role = OTHER_UNIT, .book = peers[i], .path = peers[i]->ndocuments > 0 ? peers[i]->documents[0]->path : NULL};
    if (peers[i] != b && is_unit(peers[i]->kind)) rc = VEC_PUSH(&all.list, x, TABLES_MOST);
  }
  if (rc < 0) rc = graft_nomem(e);
  static const enum other_role roles[] = {OTHER_PRIOR, OTHER_BUDGET, OTHER_APPROVED};
  for (size_t i = 0; i < sizeof roles / sizeof *roles && rc == RC_OK; i++)
    if (role_asked(b, roles[i])) rc = graft_role(b, &all, roles[i], g, e);
  if (rc == RC_OK && role_asked(b, OTHER_UNIT)) rc = graft_units(b, &all, g, e);
  if (rc == RC_OK) rc = graft_marks(b, g, e);
  free(all.list.v);
  return rc;
}

void graft_release(struct grafts *g) {
  free(g->list.v), free(g->documents.v), free(g->notes.v);
  *g = (struct grafts){0};
}

/* ---- what is whose ---- */

bool table_grafted(const struct book *b, const struct book_table *t) {
  return t->document >= b->ndocuments;
}

bool obs_grafted(const struct book *b, const struct obs *o) {
  return o->document >= b->ndocuments;
}

const struct document *graft_document(const struct book *b, const struct grafts *g, int32_t document) {
  if (document < 0) return NULL;
  if (document < b->ndocuments) return b->documents[document];
  size_t at = (size_t)(document - b->ndocuments);
  return g && at < g->documents.n ? g->documents.v[at] : NULL;
}

const struct grafted *graft_of(const struct book *b, const struct grafts *g, int32_t document) {
  if (!g || document < b->ndocuments) return NULL;
  for (size_t i = g->list.n; i-- > 0;)
    if (document >= g->list.v[i].first_document) return &g->list.v[i];
  return NULL;
}
