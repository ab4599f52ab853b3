/* sheet_text.c: the lines of a book outside its tables. A heading is a short line without the marks of a sentence; what stands in the table of
 * contents is told from the body by where its first entry comes again. */
#include "rooms/audit/sheet_text.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 200000, HEADING_CHARACTERS = 40, CONTENTS_LINES = 300, CONTENTS_LEAST = 3, SENTENCES_LEAST = 10, TEXT_BYTES = 64 << 20 };

void quote_put(struct buf *out, struct sv s, int columns) {
  size_t at = 0, end = 0;
  int used = 0;
  s = sv_trim(s);
  while (at < s.n && used < columns) {
    size_t start = at;
    utf8_next(s, &at);
    used += text_width((struct sv){s.p + start, at - start});
    if (used <= columns) end = at;
  }
  buf_puts(out, tr("“", "\""));
  buf_add(out, s.p ? s.p : "", end);
  buf_puts(out, end < s.n ? tr("…”", "…\"") : tr("”", "\""));
}

/* 第一部分, 一、, - and what else stands before a heading. */
static const char *skip_number(const char *s) {
  while (*s == '-' || *s == '.' || strncmp(s, "·", 2) == 0) s += *s == '-' || *s == '.' ? 1 : 2;
  if (strncmp(s, "第", 3) == 0) {
    const char *part = strstr(s, "部分");
    if (part && part - s <= 12) s = part + strlen("部分");
  }
  return s + text_enumerator(sv_from(s)).bytes;
}

/* Leaders and a page number at the end: …………12, ....12, (12). */
static size_t without_page(const char *s, size_t n) {
  size_t end = n, digits = 0;
  while (end > 0 && (s[end - 1] == ')' || s[end - 1] == '-')) end--;
  while (end > 0 && s[end - 1] >= '0' && s[end - 1] <= '9') end--, digits++;
  while (end > 0 && (s[end - 1] == '(' || s[end - 1] == '-')) end--;
  size_t leaders = end;
  while (leaders > 0 && s[leaders - 1] == '.') leaders--;
  while (leaders >= 3 && (strncmp(s + leaders - 3, "…", 3) == 0)) leaders -= 3;
  while (leaders > 0 && s[leaders - 1] == '.') leaders--;
  if (leaders < end) return leaders;
  return digits > 0 && digits < 4 ? end : n;
}

static const char *heading_of(struct arena *a, const char *folded) {
  static const char *const sentence[] = {"。", ";", ",", "!", "?", NULL};
  const char *s = skip_number(folded);
  size_t n = strlen(s);
  if (n >= 3 && strcmp(s + n - 3, "。") == 0) n -= 3; /* 一、主要职能。 */
  n = without_page(s, n);
  struct sv v = {s, n};
  if (n == 0 || utf8_length(v) > HEADING_CHARACTERS) return NULL;
  for (int i = 0; sentence[i]; i++)
    if (sv_contains(v, sentence[i])) return NULL;
  if (sv_ends(v, ":")) return NULL;
  return arena_text(a, s, n);
}

static int line_add(struct book_text *t, const struct item *item, int document) {
  struct text_line l = {.text = item->text, .place = item->place, .document = document};
  l.folded = text_fold(&t->arena, item->text);
  if (!l.folded) return RC_NOMEM;
  if (!*l.folded) return RC_OK;
  l.heading = heading_of(&t->arena, l.folded);
  if (t->arena.failed) return RC_NOMEM;
  t->sentences += strstr(l.folded, "。") != NULL;
  return VEC_PUSH(&t->lines, l, LINES_MAX);
}

static int join(struct book_text *t) {
  struct buf all;
  size_t *start = ARENA_ARRAY(&t->arena, size_t, t->lines.n + 1);
  if (!start) return RC_NOMEM;
  buf_init(&all, TEXT_BYTES);
  for (size_t i = 0; i < t->lines.n; i++) start[i] = all.n, buf_puts(&all, t->lines.v[i].folded);
  start[t->lines.n] = all.n;
  t->start = start;
  t->joined = arena_text(&t->arena, all.p ? all.p : "", all.n);
  int rc = all.rc < 0 ? all.rc : t->joined ? RC_OK : RC_NOMEM;
  buf_release(&all);
  return rc;
}

static bool same_heading(const struct text_line *a, const struct text_line *b) {
  return a->heading && b->heading && strcmp(a->heading, b->heading) == 0;
}

/* Where the contents end: at the line that repeats their first entry; without that, with their page, or with the first sentence. */
static size_t contents_end(const struct book_text *t, size_t first) {
  size_t n = t->lines.n, most = first + CONTENTS_LINES < n ? first + CONTENTS_LINES : n;
  for (size_t i = first + CONTENTS_LEAST; i < most; i++)
    if (same_heading(&t->lines.v[first], &t->lines.v[i])) return i;
  size_t end = first;
  int page = t->lines.v[first].place.page;
  while (end < most && t->lines.v[end].place.page == page && t->lines.v[end].heading) end++;
  return end;
}

static void contents_mark(struct book_text *t) {
  t->contents = -1;
  for (size_t i = 0; i < t->lines.n && t->contents < 0; i++)
    if (strcmp(t->lines.v[i].folded, "目录") == 0) t->contents = (int)i;
  if (t->contents < 0) return;
  size_t first = (size_t)t->contents + 1, end = first < t->lines.n ? contents_end(t, first) : first;
  for (size_t i = first; i < end; i++) t->lines.v[i].listed = true;
}

int book_text_make(const struct book *b, struct book_text *out) {
  *out = (struct book_text){.contents = -1};
  arena_init(&out->arena, TEXT_BYTES * 3);
  int rc = RC_OK;
  for (int d = 0; d < b->ndocuments && rc == RC_OK; d++)
    for (int i = 0; i < b->documents[d]->nitems && rc == RC_OK; i++)
      if (b->documents[d]->items[i].kind == ITEM_LINE) rc = line_add(out, &b->documents[d]->items[i], d);
  if (rc == RC_OK) rc = join(out);
  if (rc == RC_OK) contents_mark(out);
  out->narrative = out->sentences >= SENTENCES_LEAST;
  if (rc < 0) book_text_release(out);
  return rc;
}

void book_text_release(struct book_text *t) {
  free(t->lines.v);
  arena_release(&t->arena);
  *t = (struct book_text){0};
}

int book_text_heading(const struct book_text *t, const struct words *words, bool listed) {
  for (int w = 0; w < words->n; w++) /* the words that say it best come first */
    for (size_t i = 0; i < t->lines.n; i++) {
      const struct text_line *l = &t->lines.v[i];
      if (l->listed == listed && l->heading && strstr(l->heading, words->v[w])) return (int)i;
    }
  return -1;
}

bool book_text_listed(const struct book_text *t, int document, struct place p) {
  for (size_t i = 0; i < t->lines.n; i++) {
    const struct text_line *l = &t->lines.v[i];
    if (!l->listed || l->document != document || l->place.page != p.page || l->place.line != p.line) continue;
    if (p.line > 0 || (p.box.y0 < l->place.box.y1 && p.box.y1 > l->place.box.y0)) return true;
  }
  return false;
}

static int line_at(const struct book_text *t, size_t at) {
  size_t low = 0, high = t->lines.n;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (t->start[middle] <= at)
      low = middle;
    else
      high = middle;
  }
  return (int)low;
}

int book_text_says(const struct book_text *t, const struct words *words) {
  int best = -1;
  for (int w = 0; w < words->n && best < 0; w++)
    for (const char *at = t->joined; (at = strstr(at, words->v[w])); at++) {
      int i = line_at(t, (size_t)(at - t->joined));
      if (t->lines.v[i].listed) continue;
      best = i;
      break;
    }
  return best;
}
