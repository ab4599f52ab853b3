/* prose.c: the lines of a book outside its tables, folded and joined to paragraphs; headings and the sections they open.
 * A line of a page ends its paragraph only when what follows begins anew: an enumerator, an indented line after a short one. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { PROSE_MOST = 16 << 20, SEGMENTS_MOST = 1 << 20, HEADING_BYTES = 180, TITLE_BYTES = 90 };

/* How far the lines of a page reach. */
struct margins {
  int document, page;
  float left, right;
};

struct prose_reader {
  const struct claim_grammar *g;
  struct prose *p;
  struct margins margins;
  bool open; /* a paragraph is being gathered */
  struct paragraph now;
  int stack[6]; /* section by level */
  bool after_table;
  bool before_short, before_far; /* how the line before ends on its own page */
};

static const struct item *item_of(const struct book *b, int document, int item) {
  return &b->documents[document]->items[item];
}

static void margins_find(struct prose_reader *r, int document, int first) {
  const struct document *d = r->p->book->documents[document];
  int page = d->items[first].place.page;
  r->margins = (struct margins){document, page, 1e9f, 0};
  for (int i = first; i < d->nitems && d->items[i].place.page == page; i++) {
    const struct item *it = &d->items[i];
    if (it->kind != ITEM_LINE || it->text.n < 12) continue;
    if (it->place.box.x0 < r->margins.left) r->margins.left = it->place.box.x0;
    if (it->place.box.x1 > r->margins.right) r->margins.right = it->place.box.x1;
  }
}

/* 7, -7-, 第7页, 第7页共20页, 7/20 */
static bool is_page_number(struct sv folded) {
  size_t digits = 0, at = 0;
  bool other = false;
  if (folded.n > 40) return false;
  while (at < folded.n) {
    uint32_t cp = utf8_next(folded, &at);
    if (cp >= '0' && cp <= '9')
      digits++;
    else if (cp != '-' && cp != '/' && cp != 0x7B2C && cp != 0x9875 && cp != 0x5171 && cp != '|' && cp != '~' && cp != 0xB7)
      other = true;
  }
  return !other && digits > 0 && digits <= 8;
}

static bool ends_sentence(struct sv s) {
  return sv_ends(s, "。") || sv_ends(s, ";") || sv_ends(s, "!") || sv_ends(s, "?");
}

static int level_of(struct sv folded, size_t *body) {
  *body = 0;
  if (sv_starts(folded, "第")) {
    size_t used, after = strlen("第");
    int n = cn_number((struct sv){folded.p + after, folded.n - after}, &used);
    if (n > 0 && sv_starts((struct sv){folded.p + after + used, folded.n - after - used}, "部分")) {
      *body = after + used + strlen("部分");
      while (*body < folded.n && strchr(",.:", folded.p[*body])) ++*body;
      return 1;
    }
  }
  struct enumerator e = text_enumerator(folded);
  *body = e.bytes;
  switch (e.kind) {
  case ENUM_CN: return 2;
  case ENUM_CN_PAREN: return 3;
  case ENUM_ARABIC: return 4;
  case ENUM_ARABIC_PAREN: return 5;
  case ENUM_OF_WHICH:
  case ENUM_NONE: break;
  }
  *body = 0;
  return 0;
}

/* 1.2025年…: an item whose text begins with a year; no other number is written so. */
static bool is_year_item(struct sv folded) {
  size_t n = 0;
  while (n < folded.n && n < 2 && folded.p[n] >= '0' && folded.p[n] <= '9') n++;
  if (n == 0 || n + 9 > folded.n || folded.p[n] != '.' || memcmp(folded.p + n + 1, "20", 2) != 0) return false;
  return memcmp(folded.p + n + 5, "年", 3) == 0;
}

/* "…一般行政管理事务 / (项)"…: a line that was broken inside of quotes, before a bracket. */
static bool quote_open(struct sv before, struct sv now) {
  size_t quotes = 0;
  if (!sv_starts(now, "(")) return false;
  for (size_t i = 0; i < before.n; i++) quotes += before.p[i] == '"';
  return quotes % 2 == 1;
}

/* Does a new paragraph begin with this line? `before` is the line before it in the same document, NULL when there is none. */
static bool begins_anew(struct prose_reader *r, const struct item *before, const struct item *now, struct sv folded_before, struct sv folded,
                        int level, bool paged) {
  if (!before || level > 0 || is_year_item(folded) || sv_ends(folded_before, "……") || sv_ends(folded_before, "......")) return true;
  if (quote_open(folded_before, folded)) return false;
  if (!paged) {
    bool cut = !ends_sentence(folded_before) && !sv_ends(folded_before, ":") && (text_width(folded_before) >= 60 || sv_ends(folded_before, "、"));
    return !cut;
  }
  float em = now->size > 4 ? now->size : 12;
  bool same_page = before->place.page == now->place.page;
  bool indented = now->place.box.x0 > r->margins.left + 1.2f * em;
  float gap = same_page ? now->place.box.y0 - before->place.box.y1 : 0;
  size_t ignored;
  bool heading = level_of(folded_before, &ignored) > 0 && folded_before.n <= HEADING_BYTES && !sv_contains(folded_before, ",");
  if (r->before_short && indented && (r->before_far || heading || ends_sentence(folded_before) || sv_ends(folded_before, ":"))) return true;
  if (r->before_far && (ends_sentence(folded_before) || heading || gap > 1.2f * em)) return true;
  if (!same_page) return ends_sentence(folded_before) && indented; /* the page's end cut it, unless a sentence ended there */
  float before_em = before->size > 4 ? before->size : em;
  return before_em > em * 1.25f || before_em < em * 0.8f; /* a heading in another size */
}

/* ---- sections ---- */

static bool heading_matches(const struct section_alternative *a, struct sv text) {
  for (size_t i = 0; i < a->all.n; i++)
    if (!memmem(text.p, text.n, a->all.v[i], strlen(a->all.v[i]))) return false;
  for (size_t i = 0; i < a->none.n; i++)
    if (memmem(text.p, text.n, a->none.v[i], strlen(a->none.v[i]))) return false;
  return a->all.n > 0;
}

bool section_matches(const struct section *s, struct sv folded) {
  for (size_t k = 0; k < s->alternatives.n; k++)
    if (heading_matches(&s->alternatives.v[k], folded)) return true;
  return false;
}

static int section_of(const struct claim_grammar *g, struct sv heading, bool title) {
  for (size_t i = 0; i < g->sections.n; i++) {
    const struct section *s = &g->sections.v[i];
    for (size_t k = 0; k < s->alternatives.n && (!title || s->title); k++)
      if (heading_matches(&s->alternatives.v[k], heading)) return (int)i;
  }
  return -1;
}

static bool has_amount(struct sv text) {
  static const char *const units[] = {"万元", "元", "亿元"};
  if (sv_contains(text, "%")) return true;
  for (size_t at = 1; at < text.n; at++)
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
      if (text.p[at - 1] >= '0' && text.p[at - 1] <= '9' && sv_starts((struct sv){text.p + at, text.n - at}, units[i])) return true;
  return false;
}

static void settle(struct prose_reader *r, struct paragraph *p) {
  struct sv text = {r->p->text.p + p->body, p->end - p->body};
  p->contents = sv_contains(text, "……") || sv_contains(text, "......");
  bool complete = !sv_contains(text, "。") && !sv_ends(text, ";") && !sv_ends(text, ",");
  p->heading = p->level > 0 && text.n > 0 && text.n <= HEADING_BYTES && complete && !has_amount(text) && !p->contents;
  int section = -1;
  int level = p->level;
  if (p->heading)
    section = section_of(r->g, text, false);
  else if (p->level == 0 && text.n <= TITLE_BYTES && complete && !has_amount(text) && !p->contents && !sv_contains(text, ":")) {
    section = section_of(r->g, text, true);
    if (section >= 0) p->heading = true, level = 1;
  }
  if (p->heading && level <= 5) {
    if (section < 0) section = level > 1 ? r->stack[level - 1] : -1;
    for (int i = level; i < 6; i++) r->stack[i] = section;
  }
  p->section = r->stack[5];
}

static int finish(struct prose_reader *r) {
  if (!r->open) return RC_OK;
  r->open = false;
  r->now.end = (uint32_t)r->p->text.n;
  settle(r, &r->now);
  return VEC_PUSH(&r->p->paragraphs, r->now, SEGMENTS_MOST) < 0 ? RC_NOMEM : RC_OK;
}

/* ---- lines ---- */

static int add_line(struct prose_reader *r, int document, int item, struct sv folded, bool anew, int level, size_t body) {
  struct prose *p = r->p;
  int rc = anew ? finish(r) : RC_OK;
  uint32_t at = (uint32_t)p->text.n;
  if (rc == RC_OK && !r->open) {
    r->open = true;
    r->now = (struct paragraph){.from = at, .body = at + (uint32_t)body, .level = level, .section = -1};
    r->now.remark = r->after_table && level == 0;
  }
  struct segment s = {at, document, item};
  if (rc == RC_OK && VEC_PUSH(&p->segments, s, SEGMENTS_MOST) < 0) rc = RC_NOMEM;
  if (rc == RC_OK) rc = buf_add(&p->text, folded.p, folded.n);
  return rc;
}

static int read_document(struct prose_reader *r, int document, int first, int end) {
  const struct document *d = r->p->book->documents[document];
  bool paged = d->format == FORMAT_PDF;
  char *folded = NULL;
  size_t room = 0;
  const struct item *before = NULL;
  size_t before_from = 0;
  int rc = RC_OK;
  r->margins.page = -1;
  for (int i = first; i < end && i < d->nitems && rc == RC_OK; i++) {
    const struct item *it = item_of(r->p->book, document, i);
    if (it->kind == ITEM_TABLE) {
      rc = finish(r);
      before = NULL, r->after_table = true;
      continue;
    }
    if (vec_reserve((void **)&folded, &room, it->text.n * 3 + 1, 1, PROSE_MOST) < 0) {
      rc = RC_LIMIT;
      break;
    }
    size_t n = text_fold_into(folded, room, it->text), body = 0;
    struct sv text = {folded, n};
    if (n == 0 || is_page_number(text)) continue;
    if (paged && (r->margins.page != it->place.page || r->margins.document != document)) margins_find(r, document, i);
    int level = level_of(text, &body);
    struct sv was = {r->p->text.p ? r->p->text.p + before_from : "", r->p->text.n - before_from};
    bool anew = begins_anew(r, before, it, before ? was : (struct sv){0}, text, level, paged);
    before_from = r->p->text.n;
    rc = add_line(r, document, i, text, anew, level, body);
    if (level > 0) r->after_table = false;
    float em = it->size > 4 ? it->size : 12;
    r->before_short = it->place.box.x1 < r->margins.right - 1.5f * em, r->before_far = it->place.box.x1 < r->margins.right - 6 * em;
    before = it;
  }
  free(folded);
  return rc == RC_OK ? finish(r) : rc;
}

int prose_read(const struct claim_grammar *g, const struct book *b, struct prose *p, struct err *e) {
  *p = (struct prose){.book = b};
  buf_init(&p->text, PROSE_MOST);
  struct prose_reader r = {.g = g, .p = p};
  for (int i = 0; i < 6; i++) r.stack[i] = -1;
  int rc = RC_OK;
  for (int i = 0; i < b->ndocuments && rc == RC_OK; i++) rc = read_document(&r, i, b->first_item, b->end_item);
  if (rc < 0) return err_set(e, RC_NOMEM, "%s", tr("内存不足或文字太多", "out of memory, or too much text"));
  return RC_OK;
}

void prose_release(struct prose *p) {
  buf_release(&p->text);
  free(p->segments.v);
  free(p->paragraphs.v);
  *p = (struct prose){0};
}

/* ---- places ---- */

static size_t segment_at(const struct prose *p, uint32_t at) {
  size_t low = 0, high = p->segments.n;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (p->segments.v[middle].at <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* The line, and on a page the part of it where the characters stand: every Chinese character is as wide as the next. */
struct place prose_place(const struct prose *p, uint32_t from, uint32_t end, int32_t *document) {
  *document = 0;
  if (p->segments.n == 0) return (struct place){0};
  size_t s = segment_at(p, from);
  const struct segment *g = &p->segments.v[s];
  uint32_t last = s + 1 < p->segments.n ? p->segments.v[s + 1].at : (uint32_t)p->text.n;
  struct place place = item_of(p->book, g->document, g->item)->place;
  *document = g->document;
  if (end > last) end = last;
  if (place.box.x1 <= place.box.x0) return place; /* formats without pages */
  float all = (float)text_width((struct sv){p->text.p + g->at, last - g->at});
  float left = (float)text_width((struct sv){p->text.p + g->at, from - g->at});
  float wide = (float)text_width((struct sv){p->text.p + from, end - from});
  float x0 = place.box.x0, width = place.box.x1 - place.box.x0;
  if (all > 0 && width > 0) {
    place.box.x0 = x0 + width * left / all;
    place.box.x1 = x0 + width * (left + wide) / all;
  }
  return place;
}
