/* search.c: words of two characters and more, in Chinese too: each pair of neighbours of a text is kept, and documents that have the first pair of
 * what is sought are looked at. It works alike on both engines, whose own full-text searches do not find a word of two characters. */
#include "rooms/desk/internal.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 200000, GRAMS_MOST = 20000, HITS = 50 };

/* The next pair of the folded text; false at its end. Digits and letters pair too, so that a code is found by any part of it. */
static bool gram_next(struct sv s, size_t *at, char out[12]) {
  size_t first = *at;
  if (first >= s.n) return false;
  utf8_next(s, at);
  size_t second = *at;
  if (second >= s.n) return false;
  size_t end = second;
  utf8_next(s, &end);
  size_t n = end - first < 11 ? end - first : 11;
  memcpy(out, s.p + first, n);
  out[n] = 0;
  return true;
}

/* Each pair of a folded text once, to be added or dropped. */
static int pairs_each(struct db *d, int64_t tenant, int64_t document, struct sv folded, bool add, struct err *e) {
  struct intern pairs;
  char gram[12];
  size_t at = 0;
  int rc = RC_OK;
  intern_init(&pairs);
  while (rc == RC_OK && pairs.names.n < GRAMS_MOST && gram_next(folded, &at, gram))
    if (utf8_valid(sv_from(gram)) && intern_add(&pairs, gram, strlen(gram)) == INTERN_NONE)
      rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; rc == RC_OK && i < pairs.names.n; i++) {
    struct db_value values[] = {db_int(tenant), db_str(pairs.names.v[i]), db_int(document)};
    int64_t changed = db_run(d, add ? &gram_add : &gram_drop, values, 3, e);
    if (changed < 0) rc = (int)changed;
  }
  intern_release(&pairs);
  return rc;
}

int grams_add(struct db *d, int64_t tenant, int64_t document, struct sv text, struct err *e) {
  struct arena a;
  if (text.n > TEXT_MOST) text.n = TEXT_MOST;
  arena_init(&a, 4 * TEXT_MOST);
  const char *folded = text_fold(&a, text);
  int64_t n =
      folded ? DB_RUN(d, text_put, e, db_int(tenant), db_int(document), db_str(folded)) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = n < 0 ? (int)n : pairs_each(d, tenant, document, sv_from(folded), true, e);
  arena_release(&a);
  return rc;
}

int grams_remove(struct db *d, int64_t tenant, int64_t document, struct err *e) {
  struct db_statement *s;
  char *text = NULL;
  int rc = DB_ROWS(d, text_get, &s, e, db_int(tenant), db_int(document));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  struct sv found = db_col_text(s, 0);
  text = strndup(found.p ? found.p : "", found.n);
  db_reset(s);
  rc = text ? pairs_each(d, tenant, document, sv_from(text), false, e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  free(text);
  int64_t n = rc < 0 ? rc : DB_RUN(d, text_drop, e, db_int(tenant), db_int(document));
  return n < 0 ? (int)n : RC_OK;
}

/* Does the document's text hold the words as they were asked for? */
static int has_words(struct db *d, int64_t tenant, int64_t document, const char *folded, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, text_get, &s, e, db_int(tenant), db_int(document));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  rc = sv_contains(db_col_text(s, 0), folded);
  db_reset(s);
  return rc;
}

static int hits(struct web_call *c, const char *words, int64_t *out, int *n, struct err *e) {
  char gram[12];
  size_t at = 0;
  struct db_statement *s;
  *n = 0;
  if (!gram_next(sv_from(words), &at, gram)) return RC_OK;
  int64_t *found = ARENA_ARRAY(web_arena(c), int64_t, 5000);
  int nfound = 0, rc = found ? DB_ROWS(web_db(c), gram_find, &s, e, db_int(web_user(c)->tenant), db_str(gram), db_int(INT64_MAX)) : RC_NOMEM;
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (nfound < 5000) found[nfound++] = db_col_int(s, 0);
  for (int i = 0; rc >= 0 && i < nfound && *n < HITS; i++) {
    rc = has_words(web_db(c), web_user(c)->tenant, found[i], words, e);
    if (rc == 1) out[(*n)++] = found[i];
  }
  return rc < 0 ? rc : RC_OK;
}

static bool contains(struct arena *a, const char *text, const char *folded) {
  const char *f = text_fold(a, sv_from(text));
  return f && strstr(f, folded);
}

/* The findings of a document that have the words, as rows. */
static int finding_rows(struct web_call *c, struct buf *out, struct ui_table *t, const struct desk_document *doc, const char *folded, int *rows,
                        struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), findings_of, &s, e, db_int(web_user(c)->tenant), db_int(doc->id));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[64], all[2048];
    snprintf(all, sizeof all, "%.*s %.*s %.*s", SV_ARG(db_col_text(s, 2)), SV_ARG(db_col_text(s, 4)), SV_ARG(db_col_text(s, 5)));
    if (*rows >= 200 || !contains(web_arena(c), all, folded)) continue;
    snprintf(path, sizeof path, "/audit/findings/%lld", (long long)db_col_int(s, 0));
    ui_row(out, t, db_col_int(s, 0));
    ui_cell(out, t, sv_from(tr("问题", "finding")));
    ui_cell_link(out, t, path, db_col_text(s, 4));
    ui_cell(out, t, sv_from(doc->body));
    ui_cell(out, t, db_col_text(s, 5));
    ++*rows;
  }
  return rc < 0 ? rc : RC_OK;
}

static int result_rows(struct web_call *c, struct buf *out, struct ui_table *t, const char *folded, struct err *e) {
  int64_t found[HITS];
  int n = 0, rows = 0, rc = hits(c, folded, found, &n, e);
  for (int i = 0; rc >= 0 && i < n; i++) {
    struct desk_document doc;
    struct err hidden = {0};
    rc = desk_document_read(c, "audit.read", found[i], &doc, &hidden);
    if (rc == RC_NOTFOUND) { /* of an organisation out of sight */
      rc = RC_OK;
      continue;
    }
    if (rc < 0) return err_set(e, hidden.code, "%s", hidden.text);
    char path[64], year[24], all[1200];
    snprintf(path, sizeof path, "/audit/documents/%lld", (long long)doc.id);
    snprintf(year, sizeof year, "%lld", (long long)doc.year);
    snprintf(all, sizeof all, "%.400s %.400s %s", doc.body, doc.name, year);
    if (contains(web_arena(c), all, folded)) {
      ui_row(out, t, doc.id);
      ui_cell(out, t, sv_from(tr("文件", "document")));
      ui_cell_link(out, t, path, sv_from(doc.name));
      ui_cell(out, t, sv_from(doc.body));
      ui_cell(out, t, sv_from(doc.year ? year : ""));
    }
    rc = finding_rows(c, out, t, &doc, folded, &rows, e);
  }
  return rc;
}

int search_page(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {
      {"what", "种类", "What", 0}, {"name", "名称", "Name", 0}, {"body", "单位", "Body", 0}, {"text", "内容", "Text", 0}};
  struct buf *out = web_out(c);
  struct sv q = web_text(c, "q");
  const char *folded = text_fold(web_arena(c), q);
  bool enough = folded && utf8_length(sv_from(folded)) >= 2;
  char caption[300];
  snprintf(caption, sizeof caption, tr("找到的“%.*s”", "Found for \"%.*s\""), q.n < 100 ? (int)q.n : 100, q.p);
  struct ui_table t = {.caption = utf8_valid(sv_from(caption)) ? caption : tr("找到的", "Found"),
                       .path = "/search",
                       .columns = columns,
                       .ncolumns = 4,
                       .total = -1,
                       .empty = enough ? tr("没有找到", "nothing found") : tr("至少输入两个字", "enter two characters at least")};
  struct ui_page p = {.title = tr("搜索", "Search"), .wide = true};
  people_page(c, &p);
  ui_table_begin(out, &t);
  int rc = enough ? result_rows(c, out, &t, folded, e) : RC_OK;
  ui_table_end(out, &t);
  people_page_end(c, &p);
  return rc < 0 ? rc : RC_OK;
}
