/* outline.c: headings and numbering of the narrative: fields `heading.number`, `item.number`, `part.year`, `heading.year`, `contents.year`,
 * `heading.body`, `heading.spelled`, `section.required`. Each says of one place how it stands (subject); whether that is wrong, and how bad, is said
 * by rules. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { STYLES = 5, TITLE_MOST = 120, VALUE_MOST = 60, NAME_LEAST = 9, PREFIX_LEAST = 12, NARRATED_LEAST = 5 };
enum style { STYLE_PART, STYLE_CN, STYLE_CN_PAREN, STYLE_ARABIC, STYLE_ARABIC_PAREN };

static struct sv paragraph_text(const struct prose *p, const struct paragraph *a) {
  return (struct sv){p->text.p + a->from, a->end - a->from};
}

struct paragraph_mark paragraph_mark(const struct prose *p, const struct paragraph *a) {
  static const int styles[] = {[ENUM_NONE] = -1,
                               [ENUM_CN] = STYLE_CN,
                               [ENUM_CN_PAREN] = STYLE_CN_PAREN,
                               [ENUM_ARABIC] = STYLE_ARABIC,
                               [ENUM_ARABIC_PAREN] = STYLE_ARABIC_PAREN,
                               [ENUM_OF_WHICH] = -1};
  struct sv text = paragraph_text(p, a);
  if (a->level == 1 && a->body > a->from) {
    size_t used, first = strlen("第");
    return (struct paragraph_mark){STYLE_PART, cn_number((struct sv){text.p + first, text.n - first}, &used), a->body - a->from};
  }
  struct enumerator e = text_enumerator(text);
  if (e.value < 1 || e.value > VALUE_MOST) return (struct paragraph_mark){.style = -1};
  return (struct paragraph_mark){styles[e.kind], e.value, e.bytes};
}

static struct sv without_stop(struct sv s) {
  while (sv_ends(s, "。") || sv_ends(s, ":") || sv_ends(s, "、")) s.n -= s.p[s.n - 1] == ':' ? 1 : 3;
  return s;
}

bool paragraph_titles(const struct prose *p, const struct paragraph *a) {
  struct sv text = without_stop((struct sv){p->text.p + a->body, a->end - a->body});
  bool plain = !sv_contains(text, "。") && !sv_contains(text, ",") && !sv_contains(text, ":") && !sv_contains(text, ";") && !sv_contains(text, "元");
  return text.n >= 6 && text.n <= TITLE_MOST && plain && !memchr(text.p, '%', text.n);
}

/* ---- numbering ---- */

struct open_list {
  int style, last;
  size_t at; /* paragraph of the last item */
  int items;
};
struct numbering {
  struct claims *c;
  struct open_list open[STYLES];
  int depth;
};

static const struct paragraph *paragraph_at(const struct claims *c, size_t i) {
  return &c->prose->paragraphs.v[i];
}

static const char *section_key(const struct claims *c, const struct paragraph *a) {
  return a->section >= 0 ? c->g->sections.v[a->section].key : "";
}

static int say(struct claims *c, const struct paragraph *a, const char *state) {
  bool heading = paragraph_titles(c->prose, a) && a->level > 0 && a->level <= 3;
  return claims_field(c, heading ? "heading.number" : "item.number", state, a->from, a->end);
}

/* Lists of one (一) are rare where there is something to list; one unit, one project and the like are not. */
static int list_close(struct numbering *n, const struct open_list *l) {
  const struct paragraph *a = paragraph_at(n->c, l->at);
  bool alone = l->items == 1 && l->last == 1 && l->style == STYLE_CN_PAREN && strcmp(section_key(n->c, a), "structure") != 0;
  return alone ? say(n->c, a, "alone") : RC_OK;
}

static int lists_close(struct numbering *n, int depth) {
  int rc = RC_OK;
  while (n->depth > depth && rc == RC_OK) rc = list_close(n, &n->open[--n->depth]);
  return rc;
}

/* The number that is missing stands inside a line: …；2.…  */
static bool stands_inside(const struct claims *c, uint32_t from, uint32_t end, int style, int value) {
  static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
  char want[24];
  struct sv text = {c->prose->text.p + from, end - from};
  if (style == STYLE_ARABIC || style == STYLE_ARABIC_PAREN) {
    snprintf(want, sizeof want, style == STYLE_ARABIC ? "%d、" : "(%d)", value);
    if (sv_contains(text, want)) return true;
    snprintf(want, sizeof want, "%d.", value);
    return sv_contains(text, want);
  }
  if (value < 1 || value > 20) return false;
  snprintf(want, sizeof want, style == STYLE_CN ? "%s%s、" : "(%s%s)", value > 10 ? "十" : "", value > 10 ? digits[value - 10] : digits[value]);
  return sv_contains(text, want);
}

static const char *state_of(const struct numbering *n, const struct open_list *l, size_t at, const struct paragraph_mark *m) {
  if (m->value == l->last + 1) return "follows";
  if (m->value == 1) return "first";
  if (m->value == l->last) return "repeated";
  if (m->value < l->last) return "back";
  uint32_t from = paragraph_at(n->c, l->at)->from, end = paragraph_at(n->c, at)->from;
  for (int v = l->last + 1; v < m->value; v++)
    if (!stands_inside(n->c, from, end, m->style, v)) return "gap";
  return "follows";
}

static int number_one(struct numbering *n, size_t at, const struct paragraph_mark *m) {
  const struct paragraph *a = paragraph_at(n->c, at);
  int depth = 0;
  while (depth < n->depth && n->open[depth].style != m->style) depth++;
  bool found = depth < n->depth;
  int rc = RC_OK;
  if (m->style == STYLE_PART)
    rc = lists_close(n, found ? 1 : 0), depth = 0, found = n->depth == 1 && n->open[0].style == STYLE_PART;
  else if (found)
    rc = lists_close(n, depth + 1);
  if (rc < 0) return rc;
  if (!found) {
    const char *state = m->value > 1 && m->style <= STYLE_CN_PAREN ? "late" : "first";
    if (n->depth == STYLES) return RC_OK;
    n->open[n->depth++] = (struct open_list){m->style, m->value, at, 1};
    return say(n->c, a, state);
  }
  struct open_list *l = &n->open[depth];
  const char *state = state_of(n, l, at, m);
  if (m->value == 1) {
    rc = list_close(n, l);
    l->items = 0;
  }
  l->last = m->value, l->at = at, l->items++;
  return rc < 0 ? rc : say(n->c, a, state);
}

/* A line without number beside numbered headings that read alike: (一)…规模情况 (二)…结构情况 …使用情况 */
static bool lost_number(const struct numbering *n, const struct paragraph *a) {
  if (n->depth == 0 || !paragraph_titles(n->c->prose, a)) return false;
  const struct open_list *l = &n->open[n->depth - 1];
  if (l->style != STYLE_CN_PAREN) {
    if (n->depth < 2 || n->open[n->depth - 2].style != STYLE_CN_PAREN) return false;
    l = &n->open[n->depth - 2];
  }
  const struct paragraph *b = paragraph_at(n->c, l->at);
  if (!paragraph_titles(n->c->prose, b) || b->section != a->section) return false;
  struct sv x = without_stop(paragraph_text(n->c->prose, a)), y = without_stop((struct sv){n->c->prose->text.p + b->body, b->end - b->body});
  size_t same = 0;
  while (same < x.n && same < y.n && x.p[same] == y.p[same]) same++;
  return same >= PREFIX_LEAST && x.n > 6 && y.n > 6 && memcmp(x.p + x.n - 6, y.p + y.n - 6, 6) == 0 && x.n < y.n * 3;
}

static int segment_document(const struct claims *c, uint32_t at) {
  int32_t document;
  (void)prose_place(c->prose, at, at, &document);
  return document;
}

static int emit_numbers(struct claims *c) {
  struct numbering n = {.c = c};
  int rc = RC_OK, document = -1;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK; i++) {
    const struct paragraph *a = paragraph_at(c, i);
    if (a->contents) continue;
    if (c->book->ndocuments > 1 && segment_document(c, a->from) != document) {
      rc = lists_close(&n, 0);
      document = segment_document(c, a->from);
    }
    struct paragraph_mark m = paragraph_mark(c->prose, a);
    bool anew = a->level == 0 && (a->heading || a->remark); /* a title without number, or what stands under a table */
    if (rc == RC_OK && anew) rc = lists_close(&n, n.depth && n.open[0].style == STYLE_PART ? 1 : 0);
    if (rc == RC_OK && m.style >= 0) rc = number_one(&n, i, &m);
    if (rc == RC_OK && m.style < 0 && a->level == 0 && lost_number(&n, a)) rc = claims_field(c, "heading.number", "unnumbered", a->from, a->end);
  }
  return rc < 0 ? rc : lists_close(&n, 0);
}

/* ---- years and names of headings ---- */

static const char *const relations[] = {"before", "prior", "same", "next", "after"};

static const char *year_relation(const struct book *b, int year) {
  int d = year - b->year;
  return relations[d < -1 ? 0 : d > 1 ? 4 : d + 2];
}

/* The one year that the text names; 0 when there is none, or several. */
static int year_named(struct sv s) {
  int found = 0;
  for (size_t i = 0; i + 7 <= s.n; i++) {
    bool start = i == 0 || s.p[i - 1] < '0' || s.p[i - 1] > '9';
    if (!start || s.p[i] != '2' || s.p[i + 1] != '0' || memcmp(s.p + i + 4, "年", 3) != 0) continue;
    if (s.p[i + 2] < '0' || s.p[i + 2] > '9' || s.p[i + 3] < '0' || s.p[i + 3] > '9') continue;
    int year = 2000 + (s.p[i + 2] - '0') * 10 + s.p[i + 3] - '0';
    if (found && found != year) return 0;
    found = year;
  }
  return found;
}

static bool compares_years(struct sv s) {
  static const char *const words[] = {"比", "较", "规划", "回顾", "总结", "-", "至", "上年", "通知", "办法", "意见", "主要工作"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (sv_contains(s, words[i])) return true;
  return false;
}

static bool names_the_book(struct sv s) {
  static const char *const words[] = {"预算", "决算", "收支", "三公", "情况说明"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (sv_contains(s, words[i])) return true;
  return false;
}

static int emit_year(struct claims *c, const struct paragraph *a, const char *name) {
  struct sv text = paragraph_text(c->prose, a);
  int year = c->book->year ? year_named(text) : 0;
  if (!year || compares_years(text) || !names_the_book(text)) return RC_OK;
  return claims_field(c, name, year_relation(c->book, year), a->from, a->end);
}

static bool ends_like_a_body(struct sv s) {
  static const char *const ends[] = {"局", "委员会", "办公室", "厅",   "院",   "中心",   "部", "政府", "委", "办", "会",
                                     "所", "站",     "校",     "学院", "大学", "办事处", "队", "馆",   "社", "处"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (sv_ends(s, ends[i])) return true;
  return false;
}

/* What a part's heading calls the body: 第二部分 上海市普陀区财政局2024年度部门决算表. */
static struct sv body_named(struct sv s) {
  static const char *const after[] = {"20", "概况", "部门", "单位", "(部门", "(单位", "(本级"};
  size_t end = s.n;
  for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
    size_t at = sv_find(s, after[i]);
    if (at < end) end = at;
  }
  return (struct sv){s.p, end};
}

static const char *body_relation(struct sv name, struct sv body) {
  if (!name.p || !body.p) return "same";
  if (sv_contains(name, "xx") || sv_contains(name, "××") || sv_contains(name, "**") || sv_contains(name, "某某") || sv_contains(name, "○○"))
    return "placeholder";
  if (memmem(name.p, name.n, body.p, body.n) || memmem(body.p, body.n, name.p, name.n)) return "same";
  size_t at = 0; /* an abbreviation has its characters in the same order: 省检察院 of 江苏省人民检察院 */
  for (size_t i = 0; i + 3 <= body.n && at + 3 <= name.n; i += 3)
    if (memcmp(body.p + i, name.p + at, 3) == 0) at += 3;
  return at == name.n ? "short" : "other";
}

static int emit_body(struct claims *c, const struct paragraph *a, struct sv body) {
  if (a->body <= a->from || a->level != 1) return RC_OK;
  struct sv name = body_named((struct sv){c->prose->text.p + a->body, a->end - a->body});
  if (!body.p || name.n < NAME_LEAST || !ends_like_a_body(name) || body.n < NAME_LEAST) return RC_OK;
  return claims_field(c, "heading.body", body_relation(name, body), a->from, a->end);
}

static int emit_headings(struct claims *c) {
  const char *folded = text_fold(&c->book->arena, c->book->body);
  int rc = folded ? RC_OK : RC_NOMEM;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK; i++) {
    const struct paragraph *a = paragraph_at(c, i);
    if (a->contents) {
      rc = emit_year(c, a, "contents.year");
      continue;
    }
    bool heading = (a->heading || (a->level > 0 && a->level <= 2)) && paragraph_titles(c->prose, a);
    if (heading) rc = emit_year(c, a, a->level <= 1 ? "part.year" : "heading.year");
    if (rc == RC_OK && heading) rc = emit_body(c, a, sv_from(folded));
  }
  return rc;
}

/* ---- headings that are nearly one of a city's form ---- */

/* `text` is `whole` without one of its characters (of three bytes, as Chinese ones are). */
static bool lacks_one(struct sv text, struct sv whole) {
  size_t same = 0;
  if (whole.n != text.n + 3) return false;
  while (same + 3 <= text.n && memcmp(text.p + same, whole.p + same, 3) == 0) same += 3;
  return memcmp(text.p + same, whole.p + same + 3, text.n - same) == 0;
}

static int emit_spelling(struct claims *c) {
  const char *profile = c->book->profile ? c->book->profile : "";
  int rc = RC_OK;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK; i++) {
    const struct paragraph *a = paragraph_at(c, i);
    if (a->contents || a->level == 0 || !paragraph_titles(c->prose, a)) continue;
    struct sv text = without_stop((struct sv){c->prose->text.p + a->body, a->end - a->body});
    for (size_t k = 0; k < c->g->text.headings.n && rc == RC_OK; k++) {
      const struct text_words *w = &c->g->text.headings.v[k];
      if (strcmp(w->key, profile) != 0 && strcmp(w->key, "*") != 0) continue;
      for (size_t j = 0; j < w->words.n && rc == RC_OK; j++) {
        if (sv_is(text, w->words.v[j]))
          rc = claims_field(c, "heading.spelled", "as-the-form", a->from, a->end);
        else if (lacks_one(text, sv_from(w->words.v[j])))
          rc = claims_field(c, "heading.spelled", "lacks-one", a->from, a->end);
      }
    }
  }
  return rc;
}

/* ---- sections that must be there ---- */

static const char *section_found(const struct claims *c, int section, uint32_t *at) {
  const char *state = "missing";
  for (size_t i = 0; i < c->prose->paragraphs.n; i++) {
    const struct paragraph *a = paragraph_at(c, i);
    if (a->contents) continue;
    if (a->heading && a->section == section) {
      *at = a->from;
      return "there";
    }
    if (a->section == section || section_matches(&c->g->sections.v[section], paragraph_text(c->prose, a))) state = "spoken-of";
  }
  return state;
}

static int emit_required(struct claims *c) {
  const struct book *b = c->book;
  int rc = RC_OK;
  int narrated = 0; /* a file of tables only is no book without text */
  for (size_t i = 0; i < c->said.n; i++) narrated += strncmp(c->said.v[i].table, "said", 4) == 0;
  if (c->prose->paragraphs.n == 0 || narrated < NARRATED_LEAST) return RC_OK;
  for (size_t i = 0; i < c->g->text.sections.n && rc == RC_OK; i++) {
    const struct text_section *s = &c->g->text.sections.v[i];
    if (!(s->books >> b->kind & 1u) || !b->profile || strcmp(s->profile, b->profile) != 0) continue;
    uint32_t at = 0;
    const char *state = section_found(c, s->section, &at);
    rc = claims_field(c, "section.required", state, at, at);
    if (rc == RC_OK) b->fields.v[b->fields.n - 1].text = sv_from(s->title);
  }
  return rc;
}

int outline_emit(struct claims *c) {
  int rc = emit_numbers(c);
  if (rc == RC_OK) rc = emit_headings(c);
  if (rc == RC_OK) rc = emit_spelling(c);
  return rc == RC_OK ? emit_required(c) : rc;
}
