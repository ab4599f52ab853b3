/* corpus.c: reads a dataset once and counts: files to books (one body, year and kind), books to bodies, findings to rules, amounts to years.
 * What two files of one book both say counts once: a finding by its id, which depends on what it says. */
#include "rooms/audit/corpus.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 1000000, RULES_MAX = 10000, SEEN_MAX = 20000000 };
#define TEXT_BYTES ((size_t)1 << 30)

static int out_of_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足，或数据集太大", "out of memory, or the dataset is too large"));
}

static const char *kept(struct corpus *c, struct sv s) {
  return arena_text(&c->arena, s.p ? s.p : "", s.n);
}

static enum book_kind kind_named(struct sv s) {
  for (int k = BOOK_UNKNOWN; k <= BOOK_UNIT_FINAL; k++)
    if (sv_is(s, book_kind_names[k])) return (enum book_kind)k;
  return BOOK_UNKNOWN;
}

/* ---- files ---- */

static int read_file(struct corpus *c, const struct db_statement *s, struct err *e) {
  struct corpus_file f = {.id = db_col_int(s, 0),
                          .path = kept(c, db_col_text(s, 1)),
                          .sha256 = kept(c, db_col_text(s, 2)),
                          .body = kept(c, sv_trim(db_col_text(s, 3))),
                          .year = (int)db_col_int(s, 4),
                          .kind = kind_named(db_col_text(s, 5)),
                          .passed = (long)db_col_int(s, 6),
                          .failed = (long)db_col_int(s, 7),
                          .not_checked = (long)db_col_int(s, 8),
                          .unread = (long)db_col_int(s, 9),
                          .to_confirm = (long)db_col_int(s, 10),
                          .blank = db_col_int(s, 11) != 0,
                          .pages = (int)db_col_int(s, 12)};
  f.folded = f.body ? text_fold(&c->arena, sv_from(f.body)) : NULL;
  if (!f.path || !f.sha256 || !f.body || !f.folded || VEC_PUSH(&c->files, f, FILES_MAX) < 0) return out_of_memory(e);
  return RC_OK;
}

static int order_files(const void *x, const void *y) {
  const struct corpus_file *a = x, *b = y;
  int d = strcmp(a->folded, b->folded);
  if (d == 0) d = a->year - b->year;
  if (d == 0) d = (int)a->kind - (int)b->kind;
  return d ? d : (a->id > b->id) - (a->id < b->id);
}

static int read_files(struct corpus *c, struct err *e) {
  struct db_statement *s = NULL;
  int rc = db_prepare(c->db,
                      "SELECT b.id, d.path, d.sha256, b.body, b.year, b.kind, b.passed, b.failed, b.not_checked, b.unread, b.to_confirm, "
                      "b.blank_form, d.pages FROM book b JOIN document d ON d.sha256 = b.sha256 ORDER BY b.id",
                      &s, e);
  while (rc == RC_OK && (rc = db_step(s, e)) == 1) rc = read_file(c, s, e);
  db_finish(s);
  if (rc == RC_OK && c->files.n > 1) qsort(c->files.v, c->files.n, sizeof *c->files.v, order_files);
  return rc;
}

static int count_documents(struct corpus *c, struct err *e) {
  struct db_statement *s = NULL;
  int rc = db_prepare(c->db, "SELECT (SELECT count(*) FROM document), EXISTS(SELECT 1 FROM rule_count)", &s, e);
  if (rc == RC_OK) rc = db_step(s, e);
  if (rc == 1) c->documents = (long)db_col_int(s, 0), c->rates = db_col_int(s, 1) != 0;
  db_finish(s);
  return rc < 0 ? rc : RC_OK;
}

/* ---- books and bodies ---- */

static bool one_book(const struct corpus_file *a, const struct corpus_file *b) {
  return a->folded[0] && a->year > 0 && a->kind != BOOK_UNKNOWN && a->year == b->year && a->kind == b->kind && a->blank == b->blank &&
         strcmp(a->folded, b->folded) == 0;
}

static int group(struct corpus *c, struct err *e) {
  int body = -1;
  for (size_t i = 0; i < c->files.n; i++) {
    struct corpus_file *f = &c->files.v[i], *before = i ? f - 1 : NULL;
    if (!before || strcmp(before->folded, f->folded) != 0) {
      struct corpus_body b = {.name = f->body, .first = (int)c->books.n};
      if (VEC_PUSH(&c->bodies, b, FILES_MAX) < 0) return out_of_memory(e);
      body++;
    }
    if (!before || !one_book(before, f)) {
      struct corpus_book b = {.body = body, .year = f->year, .kind = f->kind, .first = (int)i, .blank = f->blank};
      if (VEC_PUSH(&c->books, b, FILES_MAX) < 0) return out_of_memory(e);
      c->bodies.v[body].nbooks++;
      c->blanks += f->blank;
      c->books_counted += !f->blank;
    }
    f->book = (int)c->books.n - 1;
    c->books.v[f->book].nfiles++;
    if (f->blank || f->year <= 0) continue;
    if (!c->first_year || f->year < c->first_year) c->first_year = f->year;
    if (f->year > c->last_year) c->last_year = f->year;
  }
  for (size_t i = 0; i < c->bodies.n; i++) {
    bool counted = false;
    for (int k = 0; k < c->bodies.v[i].nbooks; k++) counted |= !c->books.v[c->bodies.v[i].first + k].blank;
    c->bodies_counted += counted && c->bodies.v[i].name[0];
  }
  return RC_OK;
}

static int index_files(struct corpus *c, struct err *e) {
  struct corpus_file *f = c->files.v;
  size_t n = c->files.n;
  c->by_id = calloc(n ? n : 1, sizeof *c->by_id);
  if (!c->by_id) return out_of_memory(e);
  for (size_t i = 0; i < n; i++) c->by_id[i] = (int)i;
  for (size_t width = 1; width < n; width *= 2) { /* merge sort: qsort has no room for the files */
    int *to = calloc(n, sizeof *to);
    if (!to) return out_of_memory(e);
    for (size_t low = 0; low < n; low += 2 * width) {
      size_t middle = low + width < n ? low + width : n, high = low + 2 * width < n ? low + 2 * width : n, a = low, b = middle;
      for (size_t k = low; k < high; k++) to[k] = a < middle && (b >= high || f[c->by_id[a]].id <= f[c->by_id[b]].id) ? c->by_id[a++] : c->by_id[b++];
    }
    free(c->by_id);
    c->by_id = to;
  }
  return RC_OK;
}

const struct corpus_file *corpus_file_of(const struct corpus *c, int64_t id) {
  size_t low = 0, high = c->files.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct corpus_file *f = &c->files.v[c->by_id[middle]];
    if (f->id == id) return f;
    if (f->id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* ---- findings ---- */

static int seen_key(char out[64], int book, struct sv id) {
  int n = snprintf(out, 64, "%d:%.*s", book, (int)(id.n < 40 ? id.n : 40), id.p ? id.p : "");
  return n < 0 || n >= 64 ? 0 : n;
}

/* Remembers who said it first; true when that was another file. */
static bool repeats_note(struct corpus *c, const struct corpus_file *f, struct sv id) {
  char key[64];
  int n = seen_key(key, f->book, id);
  if (c->books.v[f->book].nfiles < 2 || id.n == 0) return false;
  uint32_t at = intern_add(&c->seen, key, (size_t)n);
  if (at == INTERN_NONE) return false;
  if (at == c->seen_in.n && VEC_PUSH(&c->seen_in, f->id, SEEN_MAX) < 0) return false;
  return at < c->seen_in.n && c->seen_in.v[at] != f->id;
}

bool corpus_repeats(const struct corpus *c, const struct corpus_file *f, struct sv id) {
  char key[64];
  int n = seen_key(key, f->book, id);
  if (c->books.v[f->book].nfiles < 2 || id.n == 0) return false;
  uint32_t at = intern_find(&c->seen, key, (size_t)n);
  return at != INTERN_NONE && at < c->seen_in.n && c->seen_in.v[at] != f->id;
}

static struct corpus_rule *rule_of(struct corpus *c, struct intern *ids, struct sv id, struct sv title) {
  uint32_t at = intern_add(ids, id.p ? id.p : "", id.n);
  if (at == INTERN_NONE) return NULL;
  if (at < c->rules_found.n) return &c->rules_found.v[at];
  struct corpus_rule r = {.id = intern_name(ids, at), .title = kept(c, title), .last_book = -1};
  r.id = arena_text(&c->arena, r.id, strlen(r.id));
  if (!r.id || !r.title || VEC_PUSH(&c->rules_found, r, RULES_MAX) < 0) return NULL;
  return &c->rules_found.v[at];
}

static void count_one(struct corpus_count *n, enum severity severity, bool rounding, bool accepted) {
  if (accepted)
    n->accepted++;
  else if (rounding)
    n->roundings++;
  else
    n->severity[severity]++;
}

struct counting {
  struct intern ids;   /* of rules */
  struct intern pairs; /* "RULE/BOOK" of books in several files, so that a book counts once for a rule */
};

static void rule_book(struct counting *k, const struct corpus *c, struct corpus_rule *r, int book) {
  char key[64];
  if (c->books.v[book].nfiles > 1) {
    size_t before = k->pairs.names.n;
    snprintf(key, sizeof key, "%.40s/%d", r->id, book);
    intern_add(&k->pairs, key, strlen(key));
    r->books += k->pairs.names.n > before;
  } else if (r->last_book != book) {
    r->books++;
  }
  r->last_book = book;
}

/* book, id, rule, severity, rounding, status, title */
static int read_finding(struct corpus *c, struct counting *k, const struct db_statement *s, struct err *e) {
  const struct corpus_file *found = corpus_file_of(c, db_col_int(s, 0));
  if (!found) return RC_OK;
  struct corpus_file *f = &c->files.v[found - c->files.v];
  struct corpus_book *b = &c->books.v[f->book];
  struct sv severity = db_col_text(s, 3);
  enum severity level = sv_is(severity, "error") ? SEVERITY_ERROR : sv_is(severity, "warning") ? SEVERITY_WARNING : SEVERITY_INFO;
  bool rounding = db_col_int(s, 4) != 0, accepted = sv_is(db_col_text(s, 5), "accepted");
  if (repeats_note(c, f, db_col_text(s, 1))) {
    f->repeated++;
    return RC_OK;
  }
  struct corpus_rule *r = rule_of(c, &k->ids, db_col_text(s, 2), db_col_text(s, 6));
  if (!r) return out_of_memory(e);
  count_one(&f->count, level, rounding, accepted);
  if (f->blank) return RC_OK;
  count_one(&b->count, level, rounding, accepted);
  count_one(&c->bodies.v[b->body].count, level, rounding, accepted);
  count_one(&r->count, level, rounding, accepted);
  count_one(&c->count, level, rounding, accepted);
  if (!rounding && !accepted) rule_book(k, c, r, f->book);
  return RC_OK;
}

static int read_asked(struct corpus *c, struct counting *k, struct err *e) {
  struct db_statement *s = NULL;
  int rc = db_prepare(c->db, "SELECT book, rule FROM rule_count WHERE passed + failed > 0 ORDER BY rule, book", &s, e);
  struct intern pairs;
  intern_init(&pairs);
  while (rc == RC_OK && (rc = db_step(s, e)) == 1) {
    const struct corpus_file *f = corpus_file_of(c, db_col_int(s, 0));
    struct sv rule = db_col_text(s, 1);
    rc = RC_OK;
    uint32_t at = intern_find(&k->ids, rule.p ? rule.p : "", rule.n);
    if (!f || f->blank || at == INTERN_NONE || at >= c->rules_found.n) continue;
    struct corpus_rule *r = &c->rules_found.v[at];
    char key[32];
    size_t before = pairs.names.n;
    if (c->books.v[f->book].nfiles > 1) snprintf(key, sizeof key, "%u/%d", at, f->book), intern_add(&pairs, key, strlen(key));
    r->checked += c->books.v[f->book].nfiles == 1 || pairs.names.n > before;
  }
  intern_release(&pairs);
  db_finish(s);
  return rc;
}

static int order_rules(const void *x, const void *y) {
  const struct corpus_rule *a = x, *b = y;
  for (int s = SEVERITY_ERROR; s >= SEVERITY_INFO; s--)
    if (a->count.severity[s] != b->count.severity[s]) return a->count.severity[s] < b->count.severity[s] ? 1 : -1;
  return strcmp(a->id, b->id);
}

static int read_findings(struct corpus *c, struct err *e) {
  struct counting k;
  struct db_statement *s = NULL;
  intern_init(&k.ids), intern_init(&k.pairs);
  int rc = db_prepare(c->db, "SELECT book, id, rule, severity, rounding, status, title FROM finding ORDER BY book, number", &s, e);
  while (rc == RC_OK && (rc = db_step(s, e)) == 1) rc = read_finding(c, &k, s, e);
  db_finish(s);
  if (rc == RC_OK) rc = read_asked(c, &k, e);
  intern_release(&k.ids), intern_release(&k.pairs);
  if (rc == RC_OK && c->rules_found.n > 1) qsort(c->rules_found.v, c->rules_found.n, sizeof *c->rules_found.v, order_rules);
  return rc;
}

/* ---- amounts ---- */

/* A clean figure before a doubtful one, then the better place; two files of one book that print different figures are told. */
static void take_value(struct corpus *c, int amount, int rank, const struct db_statement *s) {
  const struct corpus_file *f = corpus_file_of(c, db_col_int(s, 0));
  if (!f) return;
  struct corpus_value *old = &c->books.v[f->book].amounts[amount];
  struct corpus_value v = {
      .fen = db_col_int(s, 1), .file = f->id, .page = (int)db_col_int(s, 3), .rank = rank, .there = true, .doubtful = db_col_int(s, 2) != 0};
  if (!old->there || (old->doubtful && !v.doubtful))
    *old = v;
  else if (old->file != f->id && old->rank == rank && old->fen != v.fen && old->doubtful == v.doubtful)
    old->differs = true;
}

static int read_amounts(struct corpus *c, struct err *e) {
  struct db_statement *s = NULL;
  /* Printed values, zeros and dashes; a blank says nothing. */
  int rc =
      db_prepare(c->db,
                 "SELECT book, value, doubtful, page FROM obs WHERE kind = $1 AND row_key = $2 AND measure = $3 AND type = 0 AND state IN (0, 1, 3) "
                 "ORDER BY book, number",
                 &s, e);
  for (int a = 0; a < c->amounts.n && rc == RC_OK; a++)
    for (int p = 0; p < c->amounts.v[a].nplaces && rc == RC_OK; p++) {
      const struct amount_place *place = &c->amounts.v[a].places[p];
      db_bind_text(s, 1, sv_from(place->kind));
      db_bind_text(s, 2, sv_from(place->row));
      db_bind_text(s, 3, sv_from(place->measure));
      while ((rc = db_step(s, e)) == 1) take_value(c, a, p, s);
    }
  db_finish(s);
  return rc;
}

/* ---- opening ---- */

static int open_dataset(struct corpus *c, const char *path, struct err *e) {
  char address[4200];
  int n = snprintf(address, sizeof address, "sqlite:%s", path);
  if (n < 0 || (size_t)n >= sizeof address) return err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
  int rc = db_open_existing(address, &c->db, e);
  return rc == RC_OK ? store_schema_ready(c->db, false, e) : rc;
}

static int load_words(struct corpus *c, struct err *e) {
  char path[4200];
  int rc = amounts_load(codes_data_path(path, sizeof path, "profiles/amounts.txt"), &c->amounts, e);
  if (rc == RC_OK) rc = rule_set_new(&c->rules, e);
  return rc == RC_OK ? rule_set_load(c->rules, codes_data_path(path, sizeof path, "rules"), e) : rc;
}

static int read_all(struct corpus *c, struct err *e) {
  int rc = read_files(c, e);
  if (rc == RC_OK) rc = count_documents(c, e);
  if (rc == RC_OK) rc = index_files(c, e);
  if (rc == RC_OK) rc = group(c, e);
  if (rc == RC_OK) rc = read_findings(c, e);
  return rc == RC_OK ? read_amounts(c, e) : rc;
}

int corpus_load(const char *path, struct corpus **out, struct err *e) {
  *out = NULL;
  struct corpus *c = calloc(1, sizeof *c);
  if (!c) return out_of_memory(e);
  arena_init(&c->arena, TEXT_BYTES);
  intern_init(&c->seen);
  int rc = open_dataset(c, path, e);
  if (rc == RC_OK) rc = load_words(c, e);
  if (rc == RC_OK) rc = read_all(c, e);
  if (rc == RC_OK && c->arena.failed) rc = out_of_memory(e);
  if (rc < 0)
    corpus_free(c);
  else
    *out = c;
  return rc;
}

void corpus_free(struct corpus *c) {
  if (!c) return;
  db_close(c->db);
  if (c->rules) rule_set_free(c->rules);
  amounts_release(&c->amounts);
  intern_release(&c->seen);
  arena_release(&c->arena);
  free(c->files.v), free(c->books.v), free(c->bodies.v), free(c->rules_found.v), free(c->seen_in.v), free(c->by_id);
  free(c);
}

/* ---- answers ---- */

long corpus_total(const struct corpus_count *n) {
  return n->severity[SEVERITY_ERROR] + n->severity[SEVERITY_WARNING] + n->severity[SEVERITY_INFO];
}

const struct rule_head *corpus_rule_head(const struct corpus *c, const char *id) {
  return rule_named(c->rules, id);
}

const char *corpus_rule_title(const struct corpus *c, const struct corpus_rule *r) {
  const struct rule_head *h = corpus_rule_head(c, r->id);
  const char *title = h ? (lang_get() == LANG_EN && h->title_en ? h->title_en : h->title_zh) : NULL;
  return title ? title : r->title;
}

const char *corpus_body_name(const struct corpus_body *b) {
  return b->name[0] ? b->name : tr("（单位未识别）", "(body not recognised)");
}

static bool worse(const struct corpus_book *a, const struct corpus_book *b) {
  for (int s = SEVERITY_ERROR; s >= SEVERITY_WARNING; s--)
    if (a->count.severity[s] != b->count.severity[s]) return a->count.severity[s] > b->count.severity[s];
  return false;
}

int corpus_worst(const struct corpus *c, int *n, int **out, struct err *e) {
  int most = *n;
  *n = 0;
  *out = calloc((size_t)most + 1, sizeof **out);
  if (!*out) return out_of_memory(e);
  for (size_t i = 0; i < c->books.n; i++) {
    const struct corpus_book *b = &c->books.v[i];
    if (b->blank || b->count.severity[SEVERITY_ERROR] + b->count.severity[SEVERITY_WARNING] == 0) continue;
    int at = *n < most ? (*n)++ : most;
    for (; at > 0 && worse(b, &c->books.v[(*out)[at - 1]]); at--)
      if (at < most) (*out)[at] = (*out)[at - 1];
    if (at < most) (*out)[at] = (int)i;
  }
  return RC_OK;
}

/* Worth a look: at least 30 % and 10 万元. */
enum { CHANGE_TENTHS = 300, CHANGE_FEN = 10000000 };

static uint64_t size_of(int64_t v) {
  return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

static void change_insert(struct corpus_change *out, int *n, struct corpus_change x) {
  int at = *n < CHANGES_MAX ? (*n)++ : CHANGES_MAX;
  for (; at > 0 && size_of(x.tenths) > size_of(out[at - 1].tenths); at--)
    if (at < CHANGES_MAX) out[at] = out[at - 1];
  if (at < CHANGES_MAX) out[at] = x;
}

/* The book of the same kind in the year before; -1. */
static int year_before(const struct corpus *c, int book) {
  const struct corpus_book *b = &c->books.v[book];
  const struct corpus_body *body = &c->bodies.v[b->body];
  for (int i = body->first; body->name[0] && b->kind != BOOK_UNKNOWN && i < body->first + body->nbooks; i++)
    if (c->books.v[i].year == b->year - 1 && c->books.v[i].kind == b->kind && !c->books.v[i].blank) return i;
  return -1;
}

int corpus_changes(const struct corpus *c, struct corpus_change out[CHANGES_MAX]) {
  int n = 0;
  for (size_t i = 0; i < c->books.n; i++) {
    int before = c->books.v[i].blank || c->books.v[i].year <= 0 ? -1 : year_before(c, (int)i);
    for (int a = 0; before >= 0 && a < c->amounts.n; a++) {
      const struct corpus_value *old = &c->books.v[before].amounts[a], *now = &c->books.v[i].amounts[a];
      int64_t tenths = 0;
      if (!old->there || !now->there || old->fen <= 0 || old->fen == now->fen) continue;
      if (money_muldiv(now->fen - old->fen, 1000, old->fen, ROUND_HALF_UP, &tenths) < 0) continue;
      if (size_of(tenths) >= CHANGE_TENTHS && size_of(now->fen - old->fen) >= CHANGE_FEN)
        change_insert(out, &n, (struct corpus_change){a, before, (int)i, tenths});
    }
  }
  return n;
}
