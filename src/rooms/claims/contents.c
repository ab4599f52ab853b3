/* contents.c: the page 目录 against the body: fields `contents.entry`, `contents.order`, `contents.page`, `contents.heading`. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MOST = 200, ENTRY_BYTES = 400, LOOK_AHEAD = 250, CHARACTERS = 80, TITLES_MOST = 20000, CANDIDATES_MOST = 4000, PAGES_LEAST = 4 };

/* ---- where it is ---- */

static struct sv text_of(const struct prose *p, const struct paragraph *a) {
  return (struct sv){p->text.p + a->from, a->end - a->from};
}

/* Without dots, page number and what stands before the number of a line. */
static struct sv entry_text(struct sv s, int *page) {
  *page = 0;
  while (s.n && (s.p[0] == '-' || s.p[0] == '.' || s.p[0] == '*')) s.p++, s.n--;
  while (sv_starts(s, "·") || sv_starts(s, "•")) {
    size_t n = sv_starts(s, "·") ? strlen("·") : strlen("•");
    s.p += n, s.n -= n;
  }
  size_t digits = 0;
  while (digits < s.n && digits < 4 && s.p[s.n - 1 - digits] >= '0' && s.p[s.n - 1 - digits] <= '9') digits++;
  if (digits > 0 && digits < 4 && digits < s.n) {
    for (size_t i = s.n - digits; i < s.n; i++) *page = *page * 10 + s.p[i] - '0';
    s.n -= digits;
  }
  for (bool more = true; more && s.n;) {
    more = sv_ends(s, "…") || sv_ends(s, "·") || s.p[s.n - 1] == '.' || s.p[s.n - 1] == '-' || s.p[s.n - 1] == '_' || s.p[s.n - 1] == '(';
    if (more) s.n -= sv_ends(s, "…") ? strlen("…") : sv_ends(s, "·") ? strlen("·") : 1;
  }
  while (sv_ends(s, "。")) s.n -= strlen("。");
  return s;
}

static int page_of(const struct prose *p, const struct paragraph *a) {
  int32_t document;
  return prose_place(p, a->from, a->from, &document).page;
}

static bool could_be_entry(const struct prose *p, const struct paragraph *a) {
  struct sv s = text_of(p, a);
  size_t stop = sv_find(s, "。");
  return a->contents || (s.n <= 180 && (stop == SIZE_MAX || stop + strlen("。") == s.n) && (s.n <= 75 || !sv_contains(s, ",")));
}

static size_t region_end(const struct prose *p, size_t title) {
  size_t n = p->paragraphs.n;
  int ignored, page = page_of(p, &p->paragraphs.v[title]);
  if (title + 1 >= n) return n;
  struct sv first = entry_text(text_of(p, &p->paragraphs.v[title + 1]), &ignored);
  for (size_t i = title + 2; i < n && i < title + LOOK_AHEAD && first.n >= 9; i++) {
    if (!could_be_entry(p, &p->paragraphs.v[i])) break;
    if (sv_equal(entry_text(text_of(p, &p->paragraphs.v[i]), &ignored), first)) return i;
  }
  size_t i = title + 1;
  while (i < n && i < title + LOOK_AHEAD && could_be_entry(p, &p->paragraphs.v[i]) &&
         (p->paragraphs.v[i].contents || (page > 0 && page_of(p, &p->paragraphs.v[i]) == page)))
    i++;
  return i;
}

void contents_mark(struct prose *p) {
  for (size_t i = 0; i < p->paragraphs.n && i < LOOK_AHEAD; i++) {
    struct sv s = text_of(p, &p->paragraphs.v[i]);
    if (s.n > 120 || !(sv_ends(s, "目录") || sv_ends(s, "目次"))) continue; /* the cover's lines may lie before it */
    size_t end = region_end(p, i);
    for (size_t k = i + 1; k < end; k++) p->paragraphs.v[k].contents = true, p->paragraphs.v[k].heading = false;
    return;
  }
}

/* ---- texts beside each other ---- */

struct candidate {
  char text[ENTRY_BYTES];  /* folded, without number */
  char plain[ENTRY_BYTES]; /* and without what names the body, the year, and other wordings */
  bool table, taken;       /* another entry is worded so */
  size_t paragraph;
};
struct matcher {
  struct claims *c;
  const char *body;
  struct candidate *list;
  size_t n;
};

static size_t drop(char *s, size_t n, const char *word) {
  size_t k = strlen(word);
  for (char *at; k && (at = memmem(s, n, word, k));) {
    memmove(at, at + k, n - (size_t)(at - s) - k);
    n -= k;
  }
  return n;
}

static size_t drop_years(char *s, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n;) {
    bool year = i + 7 <= n && s[i] == '2' && s[i + 1] == '0' && memcmp(s + i + 4, "年", 3) == 0;
    if (year) {
      i += 7;
      if (i + 3 <= n && memcmp(s + i, "度", 3) == 0) i += 3;
    } else
      s[kept++] = s[i++];
  }
  return kept;
}

static size_t replace(char *s, size_t n, const char *from, const char *to) {
  size_t f = strlen(from), t = strlen(to);
  char *at = f && f >= t ? memmem(s, n, from, f) : NULL;
  if (!at) return n;
  memcpy(at, to, t);
  memmove(at + t, at + f, n - (size_t)(at - s) - f);
  return n - f + t;
}

static void plain_text(const struct matcher *m, struct sv s, char out[ENTRY_BYTES]) {
  static const char *const said[] = {"\"", "部门", "单位", "(本级)", "年度", "()", "(类)"};
  size_t n = s.n < ENTRY_BYTES - 1 ? s.n : ENTRY_BYTES - 1;
  memcpy(out, s.p, n);
  n = drop(out, n, m->body);
  n = drop_years(out, n);
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) n = drop(out, n, said[i]);
  for (size_t i = 0; i < m->c->g->text.aliases.n; i++) {
    const struct text_words *w = &m->c->g->text.aliases.v[i];
    for (size_t k = 0; k < w->words.n; k++) n = replace(out, n, w->words.v[k], w->key);
  }
  out[n] = '\0';
}

static size_t characters(const char *s, uint32_t out[CHARACTERS]) {
  struct sv text = sv_from(s);
  size_t n = 0, at = 0;
  while (at < text.n && n < CHARACTERS) out[n++] = utf8_next(text, &at);
  return n;
}

/* Characters to add, drop or change. */
static size_t distance(const char *a, const char *b, size_t *longer) {
  uint32_t x[CHARACTERS], y[CHARACTERS];
  size_t row[CHARACTERS + 1], nx = characters(a, x), ny = characters(b, y);
  *longer = nx > ny ? nx : ny;
  for (size_t j = 0; j <= ny; j++) row[j] = j;
  for (size_t i = 1; i <= nx; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= ny; j++) {
      size_t above = row[j], best = corner + (x[i - 1] != y[j - 1]);
      if (above + 1 < best) best = above + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      corner = above, row[j] = best;
    }
  }
  return row[ny];
}

/* Behind a number, and behind 公开03表: */
static struct sv table_name_only(struct sv s) {
  struct enumerator e = text_enumerator(s);
  s.p += e.bytes, s.n -= e.bytes;
  size_t colon = sv_starts(s, "公开") || sv_starts(s, "表") ? sv_find(s, ":") : SIZE_MAX;
  return colon < s.n ? (struct sv){s.p + colon + 1, s.n - colon - 1} : s;
}

static void candidate_add(struct matcher *m, struct sv text, bool table, size_t paragraph) {
  if (table && text.n) text = table_name_only(text);
  if (m->n == CANDIDATES_MOST || text.n == 0 || text.n >= ENTRY_BYTES) return;
  struct candidate *x = &m->list[m->n++];
  memcpy(x->text, text.p, text.n);
  x->text[text.n] = '\0';
  x->table = table, x->paragraph = paragraph;
  size_t bracket = table && text.n && text.p[text.n - 1] == ')' ? sv_find(text, "(") : SIZE_MAX;
  if (bracket != SIZE_MAX && bracket > 9) text.n = bracket; /* 支出预算表(功能科目) */
  plain_text(m, text, x->plain);
}

static int candidates_read(struct matcher *m) {
  const struct prose *p = m->c->prose;
  m->list = calloc(CANDIDATES_MOST, sizeof *m->list);
  if (!m->list) return RC_NOMEM;
  for (size_t i = 0; i < p->paragraphs.n; i++) {
    const struct paragraph *a = &p->paragraphs.v[i];
    if (a->contents || !(a->heading || paragraph_titles(p, a))) continue;
    struct sv text = {p->text.p + a->body, a->end - a->body};
    while (sv_ends(text, "。")) text.n -= strlen("。");
    candidate_add(m, text, false, i);
  }
  for (size_t i = 0; i < m->c->book->tables.n; i++) {
    char folded[ENTRY_BYTES];
    const struct book_table *t = &m->c->book->tables.v[i];
    if (!t->prose) candidate_add(m, (struct sv){folded, text_fold_into(folded, sizeof folded, t->title)}, true, 0);
  }
  return RC_OK;
}

enum state { STATE_FOUND, STATE_ALIKE, STATE_WORDED, STATE_MISSING };

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), k = strlen(end);
  return k >= 12 && n >= k && memcmp(s + n - k, end, k) == 0;
}

static enum state judge(const char *text, const char *plain, const struct candidate *x) {
  if (strcmp(text, x->text) == 0) return STATE_FOUND;
  if (*plain && (strcmp(plain, x->plain) == 0 || ends_with(x->plain, plain))) return STATE_ALIKE;
  if (x->table && ends_with(plain, x->plain)) return STATE_ALIKE; /* the form is named by its last line only */
  size_t longer, d = distance(plain, x->plain, &longer);
  return longer >= 4 && d * 100 <= longer * 34 ? STATE_WORDED : STATE_MISSING;
}

/* ---- entry by entry ---- */

struct entry {
  const struct paragraph *of;
  char text[ENTRY_BYTES], plain[ENTRY_BYTES];
  struct paragraph_mark mark;
  int page;
  bool table;
  enum state state;
  size_t at; /* candidate */
};

static void entry_read(const struct matcher *m, const struct paragraph *a, struct entry *e) {
  *e = (struct entry){.of = a, .state = STATE_MISSING};
  struct sv s = entry_text(text_of(m->c->prose, a), &e->page);
  struct paragraph copy = *a;
  copy.from = (uint32_t)(s.p - m->c->prose->text.p), copy.end = copy.from + (uint32_t)s.n;
  if (copy.from >= copy.end) return;
  e->mark = paragraph_mark(m->c->prose, &copy);
  if (e->mark.style >= 0 && e->mark.bytes < s.n) s.p += e->mark.bytes, s.n -= e->mark.bytes;
  size_t number = strspn(s.p, "0123456789"); /* 1.2025年…: folding has closed the gap behind the number */
  if (e->mark.style < 0 && number > 0 && number < 3 && number + 1 < s.n && s.p[number] == '.') s.p += number + 1, s.n -= number + 1;
  if (s.n >= ENTRY_BYTES) s.n = ENTRY_BYTES - 1;
  memcpy(e->text, s.p, s.n);
  e->text[s.n] = '\0';
  e->table = sv_ends(s, "表") || sv_contains(s, "表(");
  plain_text(m, s, e->plain);
}

/* Both are 第三部分 …: then they are the same, whatever they are called. */
static bool same_part(const struct matcher *m, const struct entry *e, const struct candidate *x) {
  if (x->table) return false;
  struct paragraph_mark mark = paragraph_mark(m->c->prose, &m->c->prose->paragraphs.v[x->paragraph]);
  return mark.style == 0 && mark.value == e->mark.value;
}

static void entry_match(const struct matcher *m, struct entry *e, size_t after) {
  for (size_t i = 0; i < m->n; i++) {
    if (e->table != m->list[i].table) continue;
    enum state s = judge(e->text, e->plain, &m->list[i]);
    bool later = s == e->state && s != STATE_MISSING && !m->list[e->at].table && m->list[e->at].paragraph <= after && m->list[i].paragraph > after;
    if (s <= STATE_ALIKE && (s < e->state || later)) e->state = s, e->at = i;
  }
  if (e->state <= STATE_ALIKE) m->list[e->at].taken = true;
}

/* What no heading is called exactly: one that is called nearly so, and is not another entry's. */
static void entry_match_nearly(const struct matcher *m, struct entry *e) {
  for (size_t i = 0; i < m->n && e->state == STATE_MISSING; i++) {
    if (e->table != m->list[i].table || m->list[i].taken) continue;
    enum state s = judge(e->text, e->plain, &m->list[i]);
    if (s == STATE_MISSING && e->mark.style == 0 && same_part(m, e, &m->list[i])) s = STATE_WORDED;
    if (s == STATE_WORDED) e->state = s, e->at = i;
  }
}

static int entry_say(const struct matcher *m, const struct entry *e) {
  static const char *const names[] = {"found", "alike", "worded", "missing"};
  if (e->state == STATE_MISSING && e->table) return RC_OK; /* tables that are missing are looked for by what they hold */
  return claims_field(m->c, "contents.entry", names[e->state], e->of->from, e->of->end);
}

/* Printed page numbers against the pages headings stand on: all are shifted alike by cover and contents. */
static int pages_say(const struct matcher *m, const struct entry *entries, size_t n) {
  int votes[64] = {0}, known = 0, best = 0, rc = RC_OK;
  for (size_t i = 0; i < n; i++) {
    if (!entries[i].page || entries[i].table || entries[i].state > STATE_ALIKE) continue;
    int shift = page_of(m->c->prose, &m->c->prose->paragraphs.v[m->list[entries[i].at].paragraph]) - entries[i].page + 20;
    known++;
    if (shift >= 0 && shift < 64 && ++votes[shift] > votes[best]) best = shift;
  }
  if (known < PAGES_LEAST || votes[best] * 10 < known * 6) return RC_OK;
  for (size_t i = 0; i < n && rc == RC_OK; i++) {
    if (!entries[i].page || entries[i].table || entries[i].state > STATE_ALIKE) continue;
    int shift = page_of(m->c->prose, &m->c->prose->paragraphs.v[m->list[entries[i].at].paragraph]) - entries[i].page + 20;
    rc = claims_field(m->c, "contents.page", shift == best ? "agrees" : "differs", entries[i].of->from, entries[i].of->end);
  }
  return rc;
}

/* Headings 一、二、… of a part whose headings the contents list. */
static int unlisted_say(const struct matcher *m, const struct entry *entries, size_t n) {
  bool lists[64] = {false};
  int part = 0, rc = RC_OK;
  for (size_t i = 0; i < n; i++) {
    if (entries[i].mark.style == 0) part = entries[i].mark.value & 63;
    if (entries[i].mark.style == 1 && part > 0) lists[part] = true;
  }
  part = 0;
  for (size_t i = 0; i < m->n && rc == RC_OK; i++) {
    if (m->list[i].table) continue;
    const struct paragraph *a = &m->c->prose->paragraphs.v[m->list[i].paragraph];
    struct paragraph_mark mark = paragraph_mark(m->c->prose, a);
    if (mark.style == 0) part = mark.value & 63;
    bool table = strstr(m->list[i].text, "表") && !strstr(m->list[i].text, "说明");
    if (mark.style != 1 || !a->heading || !lists[part] || table) continue;
    enum state best = STATE_MISSING;
    for (size_t k = 0; k < n && best == STATE_MISSING; k++) {
      enum state s = judge(entries[k].text, entries[k].plain, &m->list[i]);
      bool other = s == STATE_WORDED && (entries[k].state <= STATE_ALIKE || m->list[i].taken);
      if (!other) best = s;
    }
    rc = claims_field(m->c, "contents.heading", best == STATE_MISSING ? "unlisted" : "listed", a->from, a->end);
  }
  return rc;
}

static size_t entries_read(struct matcher *m, struct entry *entries) {
  const struct prose *p = m->c->prose;
  size_t n = 0, after = 0;
  for (size_t i = 0; i < p->paragraphs.n && i < LOOK_AHEAD * 2 && n < ENTRIES_MOST; i++) {
    if (!p->paragraphs.v[i].contents) continue;
    struct entry *e = &entries[n];
    entry_read(m, &p->paragraphs.v[i], e);
    if (strlen(e->text) < 6) continue;
    n++;
    entry_match(m, e, after);
    bool heading = e->state <= STATE_ALIKE && !e->table;
    if (heading && m->list[e->at].paragraph > after) after = m->list[e->at].paragraph;
  }
  for (size_t i = 0; i < n; i++) entry_match_nearly(m, &entries[i]);
  return n;
}

static int compare_all(struct matcher *m, struct entry *entries) {
  size_t n = entries_read(m, entries), after = 0;
  int rc = RC_OK;
  for (size_t i = 0; i < n && rc == RC_OK; i++) {
    struct entry *e = &entries[i];
    rc = entry_say(m, e);
    if (rc < 0 || e->table || e->state > STATE_ALIKE) continue;
    size_t at = m->list[e->at].paragraph;
    rc = claims_field(m->c, "contents.order", at >= after ? "follows" : "before", e->of->from, e->of->end);
    if (at > after) after = at;
  }
  if (rc == RC_OK) rc = pages_say(m, entries, n);
  return rc == RC_OK ? unlisted_say(m, entries, n) : rc;
}

int contents_emit(struct claims *c) {
  bool any = false;
  for (size_t i = 0; i < c->prose->paragraphs.n && i < LOOK_AHEAD && !any; i++) any = c->prose->paragraphs.v[i].contents;
  if (!any) return RC_OK;
  struct matcher m = {.c = c, .body = text_fold(&c->book->arena, c->book->body)};
  struct entry *entries = calloc(ENTRIES_MOST, sizeof *entries);
  int rc = m.body && entries ? candidates_read(&m) : RC_NOMEM;
  if (rc == RC_OK) rc = compare_all(&m, entries);
  free(m.list);
  free(entries);
  return rc;
}
