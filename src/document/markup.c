/* markup.c: takes left-over HTML tags and entities out of a text, and joins the lines of a cell.
 * Platforms export form fields with the markup of their rich-text editor in them. */
#include "document/office.h"

#include <string.h>

static const char *const tag_names[] = {"p",    "br",  "ol",  "ul", "li", "span", "div", "b",   "i",     "u",       "em",    "strong",
                                        "font", "sup", "sub", "a",  "h1", "h2",   "h3",  "h4",  "table", "tbody",   "thead", "tr",
                                        "td",   "th",  "img", "hr", "s",  "pre",  "o:p", "st1", "col",   "colgroup"};
/* These end a line or a word; the others leave no trace. */
static const char *const breaking[] = {"p", "br", "li", "div", "ol", "ul", "tr", "h1", "h2", "h3", "h4", "td", "th", "hr", "table"};

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool name_in(const char *const *list, size_t n, const char *p, size_t length) {
  for (size_t i = 0; i < n; i++) {
    if (strlen(list[i]) != length) continue;
    size_t k = 0;
    while (k < length && lower(p[k]) == list[i][k]) k++;
    if (k == length) return true;
  }
  return false;
}

/* Length of the tag at s.p[at], 0 when it is none; "<5%" and "<表>" are text. */
static size_t tag_length(struct sv s, size_t at, bool *breaks) {
  size_t i = at + 1;
  if (i < s.n && s.p[i] == '/') i++;
  size_t name = i;
  while (i < s.n && i - name < 12 && ((lower(s.p[i]) >= 'a' && lower(s.p[i]) <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == ':')) i++;
  if (!name_in(tag_names, sizeof tag_names / sizeof *tag_names, s.p + name, i - name)) return 0;
  if (i >= s.n || (s.p[i] != '>' && s.p[i] != '/' && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n')) return 0;
  *breaks = name_in(breaking, sizeof breaking / sizeof *breaking, s.p + name, i - name);
  for (size_t most = i + 2000; i < s.n && i < most; i++) {
    if (s.p[i] == '>') return i + 1 - at;
    if (s.p[i] == '<') return 0;
  }
  return 0;
}

struct entity {
  const char *name;
  uint32_t cp;
};
static const struct entity entities[] = {{"nbsp", ' '},     {"lt", '<'},       {"gt", '>'},        {"amp", '&'},      {"quot", '"'},
                                         {"apos", '\''},    {"ldquo", 0x201C}, {"rdquo", 0x201D},  {"lsquo", 0x2018}, {"rsquo", 0x2019},
                                         {"mdash", 0x2014}, {"ndash", 0x2013}, {"hellip", 0x2026}, {"middot", 0xB7},  {"ensp", ' '},
                                         {"emsp", ' '},     {"times", 0xD7},   {"le", 0x2264},     {"ge", 0x2265},    {"permil", 0x2030},
                                         {"plusmn", 0xB1},  {"yen", 0xA5}};

static int digit_of(char c, uint32_t base) {
  int v = c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : 99;
  return v < (int)base ? v : -1;
}

/* Length of the entity at s.p[at] including its semicolon, 0 when it is none. */
static size_t entity_length(struct sv s, size_t at, uint32_t *cp) {
  size_t end = at + 1;
  while (end < s.n && end - at < 12 && s.p[end] != ';') end++;
  if (end >= s.n || s.p[end] != ';' || end < at + 3) return 0;
  const char *name = s.p + at + 1;
  size_t n = end - at - 1;
  if (name[0] == '#') {
    bool hex = lower(name[1]) == 'x';
    uint32_t base = hex ? 16 : 10, v = 0;
    size_t k = hex ? 2 : 1;
    if (k >= n) return 0;
    for (; k < n; k++) {
      int digit = digit_of(name[k], base);
      if (digit < 0 || v > 0x10FFFF) return 0;
      v = v * base + (uint32_t)digit;
    }
    *cp = v < 32 ? ' ' : v == 0xA0 ? ' ' : v;
    return end + 1 - at;
  }
  for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
    if (strlen(entities[i].name) == n && memcmp(entities[i].name, name, n) == 0) {
      *cp = entities[i].cp;
      return end + 1 - at;
    }
  return 0;
}

int markup_strip(struct arena *a, struct sv text, struct sv *out, bool *removed, struct err *e) {
  *removed = false;
  *out = text;
  if (text.n == 0 || (!memchr(text.p, '<', text.n) && !memchr(text.p, '&', text.n))) return RC_OK;
  char *q = NULL;
  size_t m = 0;
  for (size_t i = 0; i < text.n;) {
    bool breaks = false;
    uint32_t cp = 0;
    size_t skip = text.p[i] == '<' ? tag_length(text, i, &breaks) : 0;
    size_t entity = text.p[i] == '&' ? entity_length(text, i, &cp) : 0;
    if ((skip || entity) && !q) {
      q = arena_alloc(a, text.n + 8); /* an entity is never shorter than its character */
      if (!q) return office_nomem(e);
      memcpy(q, text.p, i);
      m = i;
    }
    if (skip) {
      if (breaks && m > 0 && q[m - 1] != ' ') q[m++] = ' ';
      i += skip;
    } else if (entity) {
      m += utf8_put(q + m, cp);
      i += entity;
    } else {
      if (q && !(text.p[i] == ' ' && m > 0 && q[m - 1] == ' ')) q[m++] = text.p[i];
      i++;
    }
  }
  if (!q) return RC_OK;
  *removed = true;
  *out = sv_trim((struct sv){q, m});
  return RC_OK;
}

/* ASCII letters and digits need a blank where a line ends between two of them; Chinese does not. */
static bool is_word(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

int office_cell_text(struct build *b, struct sv text, struct sv *out, struct err *e) {
  text = sv_trim(text);
  *out = (struct sv){NULL, 0};
  if (text.n == 0) return RC_OK;
  char *q = arena_alloc(&b->d->arena, text.n + 1);
  if (!q) return office_nomem(e);
  size_t m = 0;
  for (size_t i = 0; i < text.n; i++) {
    char c = text.p[i];
    if (c != '\n' && c != '\r') {
      q[m++] = c == '\t' ? ' ' : c;
      continue;
    }
    while (m > 0 && q[m - 1] == ' ') m--;
    while (i + 1 < text.n && (text.p[i + 1] == '\n' || text.p[i + 1] == '\r' || text.p[i + 1] == ' ' || text.p[i + 1] == '\t')) i++;
    if (m > 0 && i + 1 < text.n && is_word(q[m - 1]) && is_word(text.p[i + 1])) q[m++] = ' ';
  }
  *out = (struct sv){q, m};
  return RC_OK;
}
