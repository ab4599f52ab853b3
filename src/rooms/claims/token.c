/* token.c: a paragraph as tokens: words of the grammar, paths and names of codes, amounts, percentages, counts, years; what is between them is
 * unknown. */
#include "rooms/claims/internal.h"

#include <stdlib.h>
#include <string.h>

enum { TOKENS_MOST = 1 << 20, NAME_BYTES_MOST = 240 };

struct scanner {
  const struct claims *c;
  const struct claim_grammar *g;
  const char *text; /* the whole prose */
  uint32_t at, end;
  uint32_t name_from; /* where a name that ends here may begin */
  int section;
  struct path_context *context;
  struct tokens *out;
  uint32_t path_from; /* where the path being said began; names[] so far */
  struct path path;
  bool in_path;
  bool quoted;
};

static struct sv rest_of(const struct scanner *s) {
  return (struct sv){s->text + s->at, s->end - s->at};
}

static int push(struct scanner *s, enum token_kind kind, uint32_t from, uint32_t end, int32_t value) {
  struct token t = {.kind = kind, .from = from, .end = end, .value = value};
  if (kind == TOK_UNKNOWN && s->out->list.n) { /* one token for a stretch of unknown text */
    struct token *last = &s->out->list.v[s->out->list.n - 1];
    if (last->kind == TOK_UNKNOWN && last->end == from) {
      last->end = end;
      return RC_OK;
    }
  }
  return VEC_PUSH(&s->out->list, t, TOKENS_MOST) < 0 ? RC_NOMEM : RC_OK;
}

/* ---- numbers ---- */

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

/* Bytes of a number with separators and decimals; 0 when none begins here. */
static size_t number_length(struct sv s) {
  size_t n = 0, group = 0;
  while (n < s.n && digit(s.p[n])) n++;
  if (n == 0) return 0;
  group = n;
  while (n + 3 < s.n && s.p[n] == ',' && group <= 3 && digit(s.p[n + 1]) && digit(s.p[n + 2]) && digit(s.p[n + 3]) &&
         !(n + 4 < s.n && digit(s.p[n + 4])))
    n += 4, group = 3;
  if (n + 1 < s.n && s.p[n] == '.' && digit(s.p[n + 1])) {
    n++;
    while (n < s.n && digit(s.p[n])) n++;
  }
  return n;
}

static const struct {
  const char *word;
  enum scale scale;
} money_units[] = {{"亿元", SCALE_YI}, {"万元", SCALE_WAN}, {"千元", SCALE_QIAN}, {"元", SCALE_YUAN}};

static int push_number(struct scanner *s, enum token_kind kind, uint32_t from, uint32_t end, int64_t value, int64_t quantum, int decimals) {
  int rc = push(s, kind, from, end, -1);
  if (rc < 0) return rc;
  struct token *t = &s->out->list.v[s->out->list.n - 1];
  t->number = value, t->quantum = quantum, t->decimals = decimals;
  s->at = s->name_from = end;
  s->in_path = false;
  return RC_OK;
}

static int64_t power(int n) {
  int64_t v = 1;
  while (n-- > 0) v *= 10;
  return v;
}

/* 1/10^scale units of a number with up to `scale` decimals; false when it does not fit. */
static bool scaled(const struct number *n, int scale, int64_t *out) {
  if (n->decimals > scale || n->mantissa > INT64_MAX / power(scale - n->decimals) || n->mantissa < -(INT64_MAX / power(scale - n->decimals)))
    return false;
  *out = n->mantissa * power(scale - n->decimals);
  return true;
}

static int scan_date_or_year(struct scanner *s, size_t length, bool *done) {
  struct sv rest = rest_of(s), after = {rest.p + length, rest.n - length};
  *done = false;
  if (length != 4 || !sv_starts(after, "年")) return RC_OK;
  int year = 0;
  for (int i = 0; i < 4; i++) year = year * 10 + (rest.p[i] - '0');
  if (year < 1949 || year > 2200) return RC_OK;
  size_t end = length + strlen("年");
  if (sv_starts((struct sv){rest.p + end, rest.n - end}, "度")) end += strlen("度");
  *done = true;
  bool date = end < rest.n && digit(rest.p[end]); /* 2024年8月31日: as of a day, not the year of what is said */
  if (date) year = 0;
  uint32_t from = s->at;
  return push_number(s, TOK_YEAR, from, from + (uint32_t)end, year, 0, 0);
}

static int scan_number(struct scanner *s, size_t length) {
  struct sv rest = rest_of(s), after = {rest.p + length, rest.n - length};
  uint32_t from = s->at, end = from + (uint32_t)length;
  struct number n;
  bool minus = from > 0 && s->text[from - 1] == '-' && s->out->list.n && s->out->list.v[s->out->list.n - 1].kind != TOK_NUMBER;
  if (number_parse((struct sv){rest.p, length}, &n) < 0) return push_number(s, TOK_UNKNOWN, from, end, 0, 0, 0);
  if (minus) n.mantissa = -n.mantissa;
  int64_t value;
  for (size_t i = 0; i < sizeof money_units / sizeof *money_units; i++)
    if (sv_starts(after, money_units[i].word)) {
      end += (uint32_t)strlen(money_units[i].word);
      if (money_from(&n, money_units[i].scale, &value) < 0) return push_number(s, TOK_UNKNOWN, from, end, 0, 0, 0);
      return push_number(s, TOK_AMOUNT, from, end, value, money_quantum(n.decimals, money_units[i].scale), n.decimals);
    }
  if (sv_starts(after, "%") && scaled(&n, 4, &value)) /* 12.34% = 123400 */
    return push_number(s, TOK_PERCENT, from, end + 1, value, power(4 - n.decimals), n.decimals);
  for (size_t i = 0; i < s->g->units[0].n; i++)
    if (sv_starts(after, s->g->units[0].v[i]) && scaled(&n, 4, &value))
      return push_number(s, TOK_COUNT, from, end + (uint32_t)strlen(s->g->units[0].v[i]), value, power(4 - n.decimals), n.decimals);
  if (!scaled(&n, 4, &value)) value = 0;
  return push_number(s, TOK_NUMBER, from, end, value, n.decimals <= 4 ? power(4 - n.decimals) : 1, n.decimals);
}

/* ---- paths: 一般公共服务支出(类)财政事务(款)行政运行(项) ---- */

/* Tokens made of what turned out to be part of a name go. */
static void drop_from(struct scanner *s, uint32_t from) {
  while (s->out->list.n && s->out->list.v[s->out->list.n - 1].from >= from) s->out->list.n--;
  if (s->out->list.n) {
    struct token *last = &s->out->list.v[s->out->list.n - 1];
    if (last->end > from) last->end = from;
  }
}

/* The part of a name's text that is a known name under the parent: all of it, else its longest known end. */
static struct sv name_known(const struct scanner *s, struct sv text, const char *parent, bool economic, char code[8], bool *near) {
  names_code(s->c->names, text, parent, economic, code, near);
  if (code[0] && !*near) return text;
  for (size_t at = 0; at < text.n;) {
    utf8_next(text, &at);
    struct sv tail = {text.p + at, text.n - at};
    char other[8];
    bool about;
    if (tail.n < 6) break;
    names_code(s->c->names, tail, parent, economic, other, &about);
    if (other[0] && !about) {
      memcpy(code, other, 8);
      *near = false;
      return tail;
    }
  }
  return text;
}

static const char *economic_table(const struct scanner *s) {
  return s->section >= 0 ? s->g->sections.v[s->section].economic : NULL;
}

/* What is known above this part: the class, or class and section; "" when it was not said. */
static void parent_of(const struct scanner *s, int part, char parent[8], bool *economic) {
  size_t want = part == 0 ? 0 : part == 1 ? 3 : 5;
  parent[0] = '\0', *economic = false;
  if (part == 0) return;
  memcpy(parent, s->in_path ? s->path.code : s->context->code, 8);
  *economic = s->in_path ? s->path.economic : s->context->economic;
  if (strlen(parent) > want) parent[want] = '\0';
}

/* 人大事务行政运行(项): the section's mark was left out. */
static bool item_with_section(const struct scanner *s, struct sv text, const char *class, bool economic, char code[8]) {
  for (size_t at = 0; at < text.n;) {
    utf8_next(text, &at);
    char section[8];
    bool near;
    if (at < 6 || text.n - at < 6) continue;
    near = false;
    if (*class)
      names_code(s->c->names, (struct sv){text.p, at}, class, economic, section, &near);
    else if (names_only_section(s->c->names, (struct sv){text.p, at}, false, section))
      section[0] = '\0'; /* an economic one has no items */
    if (!section[0] || near) continue;
    names_code(s->c->names, (struct sv){text.p + at, text.n - at}, section, economic, code, &near);
    if (code[0] && !near) return true;
  }
  return false;
}

static struct sv class_part(const struct scanner *s, struct sv text, char code[8], bool *economic, bool *near) {
  struct sv found = name_known(s, text, "", false, code, near);
  if (!economic_table(s)) return found;
  char other[8];
  bool about;
  struct sv name = name_known(s, text, "", true, other, &about);
  if (!other[0] || about) return found;
  memcpy(code, other, 8);
  *economic = true, *near = false;
  return name;
}

/* One part of a path ended with its mark: find its code under what was said before. What is not known keeps the parent for those that follow. */
static void path_part(struct scanner *s, int part, struct sv text) {
  char code[8] = "", parent[8];
  bool near = false, economic;
  parent_of(s, part, parent, &economic);
  struct sv found = text;
  if (part == 0)
    found = class_part(s, text, code, &economic, &near);
  else if (strlen(parent) == (part == 1 ? 3 : 5))
    found = name_known(s, text, parent, economic, code, &near);
  else if (part == 2)
    item_with_section(s, text, parent, economic, code);
  else if (part == 1)
    economic = names_only_section(s->c->names, text, economic_table(s) != NULL, code);
  if (!s->in_path) s->path = (struct path){.economic = economic}, s->in_path = true, s->path_from = (uint32_t)(found.p - s->text);
  s->path.names[part] = found;
  s->path.economic = economic;
  s->path.near |= near;
  memcpy(s->path.code, code, 8);
  memcpy(s->context->code, code[0] ? code : parent, 8), s->context->economic = economic;
}

static int path_finish(struct scanner *s, uint32_t end) {
  drop_from(s, s->path_from);
  if (VEC_PUSH(&s->out->paths, s->path, TOKENS_MOST) < 0) return RC_NOMEM;
  return push(s, TOK_PATH, s->path_from, end, (int32_t)s->out->paths.n - 1);
}

static int scan_mark(struct scanner *s, int part, size_t length) {
  uint32_t from = s->name_from;
  if (s->at - from > NAME_BYTES_MOST) { /* no name is so long: what stands right before the mark may be one */
    from = s->at - NAME_BYTES_MOST;
    while (from < s->at && ((unsigned char)s->text[from] & 0xC0) == 0x80) from++;
  }
  struct sv text = {s->text + from, s->at - from};
  uint32_t end = s->at + (uint32_t)length;
  bool goes_on = s->in_path && part > 0 && s->path.names[part].n == 0;
  if (!goes_on) s->in_path = false;
  drop_from(s, goes_on ? s->path_from : from); /* the path said so far is made longer; what lies between it and this mark is a name */
  path_part(s, part, text);
  s->at = s->name_from = end;
  return path_finish(s, end);
}

/* "A-B-C" in quotes: the same path in Shanghai's budgets. */
static int scan_dashed(struct scanner *s, bool *done) {
  struct sv rest = rest_of(s);
  *done = false;
  const char *close = memchr(rest.p + 1, '"', rest.n - 1 < 400 ? rest.n - 1 : 400);
  if (!close) return RC_OK;
  struct sv inside = {rest.p + 1, (size_t)(close - rest.p) - 1}, left = inside, parts[4];
  int n = 0;
  while (left.p && n < 4) parts[n++] = sv_cut(&left, '-');
  if (n != 3 || parts[0].n == 0 || parts[1].n == 0 || parts[2].n == 0) return RC_OK;
  char code[8];
  bool near;
  names_code(s->c->names, parts[0], "", false, code, &near);
  if (!code[0] || near) return RC_OK;
  s->in_path = false;
  for (int i = 0; i < 3; i++) path_part(s, i, parts[i]);
  *done = true;
  uint32_t end = (uint32_t)(close + 1 - s->text);
  int rc = path_finish(s, end);
  s->at = s->name_from = end;
  s->in_path = false;
  return rc;
}

/* ---- words ---- */

static bool word_here(const struct scanner *s, const struct word *w) {
  if (w->nsections == 0) return true;
  for (int i = 0; i < w->nsections; i++)
    if (w->sections[i] == s->section) return true;
  return false;
}

/* The word of that text which holds in this section, -1 none. */
static int32_t word_for(const struct scanner *s, int32_t index) {
  for (; index >= 0; index = s->g->list.v[index].next)
    if (word_here(s, &s->g->list.v[index])) return index;
  return -1;
}

static int scan_word(struct scanner *s, bool *done) {
  struct sv rest = rest_of(s);
  size_t length = 0, named = 0;
  int32_t index = trie_longest(&s->g->words, rest.p, rest.n, &length);
  int32_t name = trie_longest(&s->c->names->words, rest.p, rest.n, &named);
  if (index >= 0) index = word_for(s, index);
  if (index < 0) length = 0;
  *done = true;
  if (name >= 0 && named > length) {
    uint32_t from = s->at;
    s->at += (uint32_t)named;
    if (sv_starts(rest_of(s), "支出") && !sv_starts(rest_of(s), "支出决算")) s->at += (uint32_t)strlen("支出");
    return push(s, TOK_NAME, from, s->at, name);
  }
  if (index < 0) {
    *done = false;
    return RC_OK;
  }
  const struct word *w = &s->g->list.v[index];
  if (w->role == ROLE_CLASS_MARK || w->role == ROLE_SECTION_MARK || w->role == ROLE_ITEM_MARK)
    return scan_mark(s, w->role == ROLE_CLASS_MARK ? 0 : w->role == ROLE_SECTION_MARK ? 1 : 2, length);
  uint32_t from = s->at;
  s->at += (uint32_t)length;
  return push(s, TOK_WORD, from, s->at, index);
}

static const struct {
  const char *text;
  enum token_kind kind;
} marks[] = {{"。", TOK_STOP},  {";", TOK_SEMICOLON}, {"；", TOK_SEMICOLON}, {",", TOK_COMMA},
             {"、", TOK_PAUSE}, {":", TOK_COLON},     {"!", TOK_STOP},       {"?", TOK_STOP}};

static int scan_mark_of_text(struct scanner *s, bool *done) {
  struct sv rest = rest_of(s);
  *done = true;
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (sv_starts(rest, marks[i].text)) {
      uint32_t from = s->at;
      s->at += (uint32_t)strlen(marks[i].text);
      s->name_from = s->at, s->in_path = false;
      return push(s, marks[i].kind, from, s->at, -1);
    }
  if (rest.p[0] == '"') {
    bool dashed;
    int rc = scan_dashed(s, &dashed);
    if (rc < 0 || dashed) return rc;
    s->at++;
    if (!s->in_path) s->name_from = s->at;
    return RC_OK;
  }
  struct enumerator en = text_enumerator(rest);
  if (rest.p[0] == '(' && (en.kind == ENUM_CN_PAREN || en.kind == ENUM_ARABIC_PAREN)) { /* (1) in the middle of a sentence */
    s->at += (uint32_t)en.bytes;
    s->name_from = s->at;
    return RC_OK;
  }
  *done = false;
  return RC_OK;
}

static int scan_one(struct scanner *s) {
  bool done = false;
  int rc = scan_mark_of_text(s, &done);
  if (rc < 0 || done) return rc;
  struct sv rest = rest_of(s);
  size_t length = number_length(rest);
  if (length) {
    rc = scan_date_or_year(s, length, &done);
    if (rc < 0 || done) return rc;
    return scan_number(s, length);
  }
  rc = scan_word(s, &done);
  if (rc < 0 || done) return rc;
  size_t at = 0;
  utf8_next(rest, &at);
  uint32_t from = s->at;
  s->at += (uint32_t)at;
  bool nothing = rest.p[0] == '-' || rest.p[0] == '(' || rest.p[0] == ')' || rest.p[0] == '\'';
  return nothing ? RC_OK : push(s, TOK_UNKNOWN, from, s->at, -1);
}

int tokens_read(const struct claims *c, const struct paragraph *p, struct path_context *context, struct tokens *out) {
  struct scanner s = {.c = c,
                      .g = c->g,
                      .text = c->prose->text.p,
                      .at = p->body,
                      .end = p->end,
                      .name_from = p->body,
                      .section = p->section,
                      .context = context,
                      .out = out};
  int rc = RC_OK;
  out->list.n = 0, out->paths.n = 0;
  while (s.at < s.end && rc == RC_OK) rc = scan_one(&s);
  return rc;
}
