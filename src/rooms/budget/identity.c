/* identity.c: whose book it is, of which year and kind, from its own text; and what it says it contains. */
#include "rooms/budget/internal.h"

#include <stdlib.h>
#include <string.h>

enum { LINES = 120, MAX_CANDIDATES = 64, MAX_BODY = 160 };

struct candidate {
  char folded[MAX_BODY];
  struct sv raw;
  int votes;
};

struct identity {
  struct recogniser *r;
  struct candidate body[MAX_CANDIDATES];
  int nbodies;
  int year_votes[64]; /* 2000 … 2063 */
  int department, unit, budget, final;
  bool placeholder;
};

/* Four digits of a year at s, ASCII or Chinese (二〇二三): the year, 0 when there is none; *after is behind them. */
static int year_digits(const char *s, const char **after) {
  static const char *const digits[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", NULL};
  int year = 0;
  if (*s != '2' && strncmp(s, "二", 3) != 0) return 0; /* of this century: most places in a text end here */
  for (int i = 0; i < 4; i++) {
    int digit = -1;
    size_t bytes = 3;
    if (*s >= '0' && *s <= '9') digit = *s - '0', bytes = 1;
    for (int k = 0; digit < 0 && digits[k]; k++)
      if (strncmp(s, digits[k], 3) == 0) digit = k;
    if (digit < 0 && (strncmp(s, "零", 3) == 0 || strncmp(s, "○", 3) == 0)) digit = 0;
    if (digit < 0) return 0;
    year = year * 10 + digit;
    s += bytes;
  }
  *after = s;
  return year >= 2000 && year < 2100 ? year : 0;
}

/* "2025年", "2025年度" at s: the year, 0 when there is none; *after is behind it. */
static int year_at(const char *s, const char **after) {
  const char *p = s;
  int year = year_digits(s, &p);
  if (!year || strncmp(p, "年", 3) != 0) return 0;
  p += 3;
  if (strncmp(p, "度", 3) == 0) p += 3;
  *after = p;
  return year;
}

static void vote_year(struct identity *d, int year, int weight) {
  if (year >= 2000 && year < 2064) d->year_votes[year - 2000] += weight;
}

static void vote_body(struct identity *d, const char *folded, size_t n, int weight) {
  static const char *const never[] = {"部门", "本部门", "单位", "省级", "区级", "市级", "预算单位", "部门整体", "本单位", "各部门", NULL};
  if (n < 9 || n >= MAX_BODY) return;
  char text[MAX_BODY];
  memcpy(text, folded, n);
  text[n] = '\0';
  for (int i = 0; never[i]; i++)
    if (strcmp(text, never[i]) == 0) return;
  if (strstr(text, ",") || strstr(text, "。") || strstr(text, ";") || strstr(text, ":") || strstr(text, "表") || strstr(text, "第一部分") ||
      strstr(text, "年度"))
    return;
  if (text[0] >= '0' && text[0] <= '9') return;
  if (strstr(text, "xx") || strstr(text, "××")) d->placeholder = true;
  for (int i = 0; i < d->nbodies; i++)
    if (strcmp(d->body[i].folded, text) == 0) {
      d->body[i].votes += weight;
      return;
    }
  if (d->nbodies == MAX_CANDIDATES) return;
  struct candidate *c = &d->body[d->nbodies++];
  memcpy(c->folded, text, n + 1);
  c->votes = weight;
}

/* "第二部分", "一、" and the like before a heading. */
static const char *skip_number(const char *s) {
  if (strncmp(s, "第", 3) == 0) {
    const char *part = strstr(s, "部分");
    if (part && part - s <= 12) return part + strlen("部分");
  }
  return s + text_enumerator(sv_from(s)).bytes;
}

static const char *skip_words(const char *s, const char *const *words) {
  for (bool again = true; again;) {
    again = false;
    for (int i = 0; words[i]; i++)
      if (strncmp(s, words[i], strlen(words[i])) == 0) s += strlen(words[i]), again = true;
  }
  return s;
}

static void count_kind(struct identity *d, const char *s, int weight) {
  if (strstr(s, "部门决算")) d->department += weight, d->final += weight;
  if (strstr(s, "单位决算") && !strstr(s, "单位决算构成")) d->unit += weight, d->final += weight;
  if (strstr(s, "部门预算")) d->department += weight, d->budget += weight;
  if (strstr(s, "单位预算") && !strstr(s, "预算单位构成")) d->unit += weight, d->budget += weight;
}

/* "一、2018年度X收支预算总表": between the year and what the table is stands the body. */
static void look_at_table_heading(struct identity *d, const char *s) {
  static const char *const tables[] = {"部门",       "单位",     "收支",     "收入", "支出", "财政拨款", "一般公共",
                                       "政府性基金", "国有资本", "\"三公\"", "预算", "决算", "政府采购", NULL};
  const char *after = NULL, *end = NULL;
  if (!sv_ends(sv_from(s), "表") || strlen(s) > 200) return;
  int year = 0;
  for (const char *p = s; *p && !year; p++) year = year_at(p, &after);
  for (int i = 0; year && tables[i]; i++) {
    const char *hit = strstr(after, tables[i]);
    if (hit && (!end || hit < end)) end = hit;
  }
  if (end) vote_body(d, after, (size_t)(end - after), 2), vote_year(d, year, 1);
}

/* ---- headings that name the book ---- */

/* "X2023年部门预算", "2017年度X部门预算公开": what a heading says, each part possibly absent. */
struct heading {
  int year;
  const char *book;          /* where 部门预算, 单位决算 … begins; NULL: it names no book */
  struct sv before, between; /* what may be the body: before the year, between year and book */
  bool only_year;            /* "2023年度" and nothing else */
};

static struct sv trim_body(const char *p, size_t n) {
  static const char *const ends[] = {"(部门)", "(单位)", "的", NULL};
  struct sv s = {p, n};
  for (int i = 0; ends[i]; i++)
    if (sv_ends(s, ends[i])) s.n -= strlen(ends[i]);
  return s;
}

static struct heading parse_heading(const char *line) {
  static const char *const levels[] = {"区级", "市级", "省级", "县级", "本级", NULL};
  static const char *const books[] = {"部门预算", "部门决算", "单位预算", "单位决算", "预算公开", "决算公开", "预算表", "决算表", NULL};
  struct heading h = {0, NULL, {NULL, 0}, {NULL, 0}, false};
  const char *s = skip_number(line), *year = NULL, *after = NULL;
  if (strlen(s) > 200 || strstr(s, "。") || strstr(s, ",")) return h;
  if (strncmp(s, "附件", 6) == 0 && strchr(s, ':')) s = strchr(s, ':') + 1;
  for (int i = 0; books[i]; i++) {
    const char *hit = strstr(s, books[i]);
    if (hit && (!h.book || hit < h.book)) h.book = hit;
  }
  for (const char *p = s; *p && !h.year; p++) h.year = year_at(p, &after), year = p;
  h.only_year = h.year && year == s && *after == '\0';
  if (h.year && h.book && year > h.book) h.year = 0;
  if (!h.year) {
    if (h.book) h.before = trim_body(s, (size_t)(h.book - s));
    return h;
  }
  if (year > s && (h.book || *after == '\0')) h.before = trim_body(s, (size_t)(year - s));
  const char *tail = skip_words(after, levels);
  if (h.book && tail < h.book) h.between = trim_body(tail, (size_t)(h.book - tail));
  return h;
}

static void vote_heading(struct identity *d, const struct heading *h, int weight) {
  if (h->year && h->book) vote_year(d, h->year, weight);
  if (h->book) count_kind(d, h->book, weight);
  if (h->year && h->between.n) vote_body(d, h->between.p, h->between.n, weight);
  if (h->before.n) vote_body(d, h->before.p, h->before.n, h->year ? weight : weight > 1);
}

/* The heading of a line; the body may stand on the line above it. */
static void look_at_heading(struct identity *d, const char *line, const char *before, int weight) {
  struct heading h = parse_heading(line);
  vote_heading(d, &h, weight);
  bool bare = h.year && h.book && !h.before.n && !h.between.n && skip_number(line) == line;
  if (bare && before && skip_number(before) == before && !strstr(before, "目录")) vote_body(d, before, strlen(before), weight);
}

/* ---- the cover ---- */

enum { COVER_LINES = 10, COVER_WINDOW = 4 };

static bool names_place(const char *s) {
  static const char *const ends[] = {"省", "市", "区", "县", "州", "旗", NULL};
  for (int i = 0; ends[i]; i++)
    if (sv_ends(sv_from(s), ends[i])) return true;
  return false;
}

static bool cover_complete(const struct heading *h) {
  size_t n = h->before.n > h->between.n ? h->before.n : h->between.n;
  return h->year && h->book && n >= 9;
}

/* A cover spreads year, body and kind over lines in any order: "2022年度" | "X局" | "部门决算". The shortest run of lines that says all of it counts.
 */
static void look_at_cover(struct identity *d, const char *const *lines, int n) {
  for (int i = 0; i < n; i++) {
    struct heading own = parse_heading(lines[i]);
    size_t body = own.before.n > own.between.n ? own.before.n : own.between.n;
    bool broken = i > 0 && body < 18 && names_place(lines[i - 1]); /* "上海市徐汇区" | "教育局2023年度部门决算" */
    if (!own.book || (cover_complete(&own) && !broken)) continue;
    for (int more = 1; more < COVER_WINDOW && more <= i; more++) {
      char *joined = arena_printf(&d->r->scratch, "%s", lines[i - more]);
      for (int k = i - more + 1; joined && k <= i; k++) joined = arena_printf(&d->r->scratch, "%s%s", joined, lines[k]);
      struct heading h = joined ? parse_heading(joined) : own;
      if (!joined || !cover_complete(&h)) continue;
      vote_heading(d, &h, 5);
      if (strstr(joined, "(部门)")) d->department += 4;
      if (strstr(joined, "(单位)")) d->unit += 4;
      return;
    }
  }
}

/* The first lines, until the list of contents or something that is no cover. */
static int cover_lines(struct identity *d, const struct document *doc, const char **lines) {
  int n = 0;
  for (int i = d->r->first_item; i < doc->nitems && i < d->r->end_item && n < COVER_LINES; i++) {
    if (doc->items[i].kind != ITEM_LINE || doc->items[i].text.n > 200) break;
    const char *s = text_fold(&d->r->scratch, doc->items[i].text);
    if (!s || *s == '\0') continue;
    if (strncmp(s, "目录", 6) == 0 || skip_number(s) != s || strstr(s, "。")) break;
    lines[n++] = s;
  }
  return n;
}

/* "编制部门:X 单位:元", "预算主管部门:X": stated outright. */
static void look_at_statement(struct identity *d, const char *s) {
  static const struct {
    const char *text;
    int unit, weight; /* unit: 1 speaks of a unit, -1 of a department */
  } known[] = {{"预算主管部门:", -1, 6}, {"预算单位:", 1, 6}, {"编制部门:", -1, 3}, {"编制单位:", 0, 3},
               {"部门名称:", -1, 3},     {"单位名称:", 0, 3}, {"部门:", -1, 3},     {"填报单位:", 0, 3}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strncmp(s, known[i].text, strlen(known[i].text)) != 0) continue;
    const char *body = s + strlen(known[i].text), *end = strstr(body, "单位:");
    const char *money = strstr(body, "金额单位:");
    if (money && (!end || money < end)) end = money;
    vote_body(d, body, end ? (size_t)(end - body) : strlen(body), known[i].weight);
    if (known[i].unit > 0) d->unit += 4;
    if (known[i].unit < 0) d->department += 1;
    return;
  }
}

bool identity_is_cover(const char *s) {
  const char *after = NULL, *rest = NULL;
  int year = 0;
  for (const char *p = s; *p && !year; p++) year = year_at(p, &after);
  if (!year || strlen(s) > 150) return false;
  static const char *const books[] = {"部门预算", "部门决算", "单位预算", "单位决算", NULL};
  for (int i = 0; books[i] && !rest; i++) {
    const char *hit = strstr(after, books[i]);
    if (hit) rest = hit + strlen(books[i]);
  }
  return rest && (*rest == '\0' || strcmp(rest, "公开") == 0 || strcmp(rest, "信息公开") == 0) && text_enumerator(sv_from(s)).kind == ENUM_NONE &&
         strncmp(s, "第", 3) != 0;
}

static void look_at_line(struct identity *d, const char *s, const char *before, int index) {
  if (strstr(s, "××") || strstr(s, "xx局") || strstr(s, "xxx万元")) d->placeholder = true;
  look_at_statement(d, s);
  if (!vocabulary_title(d->r->v, sv_from(s), NULL)) look_at_heading(d, s, before, index < 8 ? 4 : 2); /* 部门预算收支总表 says nothing of the book */
  look_at_table_heading(d, s);
  const char *t = skip_number(s), *about = strstr(t, "概况");
  if (about && about[strlen("概况")] == '\0' && t != s) vote_body(d, t, (size_t)(about - t), 2);
  const char *duties = strstr(s, "主要职能");
  if (duties && duties > s && duties[strlen("主要职能")] == '\0') vote_body(d, s, (size_t)(duties - s), 2);
}

static int look_at_document(struct identity *d, int document) {
  const struct document *doc = d->r->documents[document];
  const char *before = NULL, *cover[COVER_LINES];
  int seen = 0;
  look_at_cover(d, cover, cover_lines(d, doc, cover));
  int end = doc->nitems < d->r->end_item ? doc->nitems : d->r->end_item;
  for (int i = d->r->first_item; i < end && seen < LINES; i++) {
    if (doc->items[i].kind == ITEM_TABLE) {
      before = NULL;
      const struct table *t = &doc->tables[doc->items[i].table];
      for (int c = 0; c < t->ncells && c < 6; c++) {
        const char *s = t->cells[c].text.n && t->cells[c].row < 4 ? text_fold(&d->r->scratch, t->cells[c].text) : NULL;
        if (s) look_at_statement(d, s), look_at_heading(d, s, NULL, 1);
      }
      continue;
    }
    if (sv_trim(doc->items[i].text).n == 0) continue;
    const char *s = text_fold(&d->r->scratch, doc->items[i].text);
    if (!s) return RC_NOMEM;
    look_at_line(d, s, before, seen);
    seen++;
    before = s;
  }
  for (int i = d->r->first_item; i < end; i++) { /* unit and body lines over the tables, wherever they stand */
    char s[256];
    if (doc->items[i].kind != ITEM_LINE || !sv_contains(doc->items[i].text, "部门")) continue;
    if (doc->items[i].text.n > 200) continue;
    text_fold_into(s, sizeof s, doc->items[i].text);
    if (strncmp(s, "部门", 6) == 0 || strncmp(s, "编制", 6) == 0) look_at_statement(d, s);
  }
  return RC_OK;
}

/* ---- what tables say ---- */

static void look_at_titles(struct identity *d) {
  const struct book *b = d->r->book;
  char s[512];
  for (size_t i = 0; i < b->tables.n; i++) {
    text_fold_into(s, sizeof s, b->tables.v[i].title);
    const char *after;
    for (const char *p = s; *p; p++) vote_year(d, year_at(p, &after), 1);
    if (strstr(s, "决算"))
      d->final += 2;
    else if (strstr(s, "预算表") || strstr(s, "预算总表"))
      d->budget += 2;
    if (strstr(s, "预算单位")) d->unit += 2;
  }
}

/* The printed form of the body: the first text in the document that folds to it. */
static struct sv printed_body(struct identity *d, const struct candidate *c) {
  char *copy = arena_text(&d->r->book->arena, c->folded, strlen(c->folded));
  for (int k = 0; k < d->r->ndocuments; k++) {
    const struct document *doc = d->r->documents[k];
    for (int i = 0; i < doc->nitems && i < 400; i++) {
      if (doc->items[i].kind != ITEM_LINE) continue;
      size_t at = sv_find(doc->items[i].text, c->folded);
      if (at != SIZE_MAX) return (struct sv){doc->items[i].text.p + at, strlen(c->folded)};
    }
  }
  return sv_from(copy);
}

static void choose_body(struct identity *d) {
  struct candidate *best = NULL;
  for (int i = 0; i < d->nbodies; i++) {
    struct candidate *c = &d->body[i];
    for (int k = 0; k < d->nbodies; k++) /* a longer name that holds this one supports it a little, and the other way round */
      if (k != i && strstr(d->body[k].folded, c->folded)) c->votes++;
    if (!best || c->votes > best->votes || (c->votes == best->votes && strlen(c->folded) > strlen(best->folded))) best = c;
  }
  struct candidate *full = best;
  for (int i = 0; best && i < d->nbodies; i++) /* 江苏省委办公厅 before 省委办公厅: the name in full, when it too was seen as a heading */
    if (d->body[i].votes * 3 >= best->votes && strlen(d->body[i].folded) > strlen(full->folded) && sv_ends(sv_from(d->body[i].folded), best->folded))
      full = &d->body[i];
  if (full) d->r->book->body = printed_body(d, full);
}

static const char *unit_code(const struct book *b) {
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    const char *kind = intern_name(&b->symbols, t->kind);
    if (strcmp(kind, "income-by-unit") != 0 && strcmp(kind, "gp-unit") != 0 && strcmp(kind, "projects") != 0) continue;
    for (int row = 0; row < t->nrows; row++)
      if (t->rows[row].level == 1 && t->rows[row].code.n >= 3 && t->rows[row].code.n <= 9) return intern_name(&b->symbols, t->rows[row].key);
  }
  return NULL;
}

/* Of the kinds that bear a heading the one that the book has; the first when it has none of them. */
static const char *kind_in_book(struct recogniser *r, uint64_t kinds) {
  const char *first = NULL;
  for (size_t k = 0; k < r->v->kinds.n; k++) {
    if (!(kinds >> k & 1)) continue;
    symbol s = book_find(r->book, r->v->kinds.v[k].name);
    for (size_t t = 0; s != NO_SYMBOL && t < r->book->tables.n; t++)
      if (r->book->tables.v[t].kind == s) return r->v->kinds.v[k].name;
    if (!first) first = r->v->kinds.v[k].name;
  }
  for (size_t f = 0; f < r->v->forms.n && !first; f++)
    if (kinds >> (MAX_KINDS + f) & 1)
      first = r->v->forms.v[f].head ? r->v->forms.v[f].head : r->v->forms.v[f].parts.n ? r->v->forms.v[f].parts.v[0] : NULL;
  return first;
}

static int add_contents(struct recogniser *r) {
  for (int k = 0; k < r->ndocuments; k++) {
    const struct document *doc = r->documents[k];
    int end = doc->nitems < r->end_item ? doc->nitems : r->end_item;
    bool contents = false;
    for (int i = r->first_item; i < end && i < r->first_item + 300 && doc->items[i].kind == ITEM_LINE; i++) {
      char s[256];
      if (doc->items[i].kind != ITEM_LINE || doc->items[i].text.n > 240) continue;
      text_fold_into(s, sizeof s, doc->items[i].text);
      contents = contents || strncmp(s, "目录", 6) == 0;
      if (!contents) continue;
      size_t n = strlen(s), mark = s[0] == '-';
      if (text_enumerator(sv_from(s + mark)).kind == ENUM_NONE) continue;
      while (n && (s[n - 1] == '.' || (s[n - 1] >= '0' && s[n - 1] <= '9') || s[n - 1] == '-')) n--;
      while (n >= 3 && (memcmp(s + n - 3, "…", 3) == 0 || memcmp(s + n - 3, "·", 2) == 0)) n -= 3;
      uint64_t kinds = vocabulary_title(r->v, (struct sv){s, n}, NULL);
      const char *kind = kinds ? kind_in_book(r, kinds) : NULL;
      int rc = kind ? book_add_field(r, "contents.table", -1, book_symbol(r->book, kind), doc->items[i].text, doc->items[i].place, k) : RC_OK;
      if (rc < 0) return rc;
    }
  }
  return RC_OK;
}

static const char *kind_zh(const struct vocabulary *v, struct sv name) {
  for (size_t i = 0; i < v->kinds.n; i++)
    if (sv_is(name, v->kinds.v[i].name)) return v->kinds.v[i].zh;
  return NULL;
}

/* What people call the tables of "a|b": 支出总表或支出总表（一行）. NULL when memory is short. */
static const char *requirement_title(struct recogniser *r, const char *kinds) {
  struct buf out;
  buf_init(&out, 4096);
  for (struct sv rest = sv_from(kinds); rest.p;) {
    struct sv name = sv_cut(&rest, '|');
    const char *title = kind_zh(r->v, name);
    if (out.n) buf_puts(&out, tr("或", " or "));
    buf_printf(&out, "%.*s", SV_ARG(title ? sv_from(title) : name));
  }
  const char *text = out.rc == RC_OK ? arena_text(&r->book->arena, out.p ? out.p : "", out.n) : NULL;
  buf_release(&out);
  return text;
}

/* "soe@2019" asks for the table in books of 2019 and later; "a|b" for one of the two. */
static int add_requirement(struct recogniser *r, const char *wanted) {
  char name[256];
  const char *at = strchr(wanted, '@');
  size_t n = at ? (size_t)(at - wanted) : strlen(wanted);
  int since = at ? (int)strtol(at + 1, NULL, 10) : 0;
  if (n >= sizeof name || r->book->year < since) return RC_OK;
  memcpy(name, wanted, n);
  name[n] = '\0';
  symbol s = book_symbol(r->book, name);
  const char *title = requirement_title(r, name);
  return title ? book_add_field(r, "required.kind", -1, s, sv_from(title), (struct place){0}, 0) : RC_NOMEM;
}

static int add_requirements(struct recogniser *r) {
  for (size_t i = 0; i < r->v->requirements.n; i++) {
    const struct requirement *q = &r->v->requirements.v[i];
    for (size_t k = 0; q->book == r->book->kind && k < q->kinds.n; k++) {
      int rc = add_requirement(r, q->kinds.v[k]);
      if (rc < 0) return rc;
    }
  }
  return RC_OK;
}

int identity_find(struct recogniser *r) {
  struct book *b = r->book;
  struct identity *d = ARENA_NEW(&r->scratch, struct identity);
  if (!d) return RC_NOMEM;
  d->r = r;
  int rc = RC_OK;
  for (int i = 0; i < r->ndocuments && rc == RC_OK; i++) rc = look_at_document(d, i);
  if (rc < 0) return rc;
  look_at_titles(d);
  choose_body(d);
  for (int i = 0, best = 0; i < 64; i++)
    if (d->year_votes[i] > best) best = d->year_votes[i], b->year = 2000 + i;
  bool final = d->final > d->budget, unit = d->unit > d->department;
  if (d->final + d->budget > 0 || b->tables.n)
    b->kind = final ? (unit ? BOOK_UNIT_FINAL : BOOK_DEPARTMENT_FINAL) : unit ? BOOK_UNIT_BUDGET : BOOK_DEPARTMENT_BUDGET;
  bool amounts = false;
  for (size_t i = 0; i < b->tables.n; i++) {
    b->tables.v[i].phase = final ? PHASE_FINAL : PHASE_BUDGET;
    amounts = amounts || !b->tables.v[i].empty;
  }
  b->blank_form = b->tables.n > 0 && !amounts && b->money_tables == 0;
  const char *code = unit_code(b);
  const char *phase = final ? "final" : "budget";
  b->id = code ? arena_printf(&b->arena, "%s-%d-%s", code, b->year, phase) : arena_printf(&b->arena, "%.*s-%d-%s", SV_ARG(b->body), b->year, phase);
  rc = b->id ? add_contents(r) : RC_NOMEM;
  return rc < 0 ? rc : add_requirements(r);
}
