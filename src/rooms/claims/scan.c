/* scan.c: what stands in the text itself: fields `text.number` (mobile, identity card, account), `text.bracket`, `text.cell`, `purpose`,
 * `assets.date`, `said.base-year`, `said.cause`, `said.execution`. Each says how it stands (subject); rules say whether that is wrong. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { CELL_LEAST = 45, LINE_FOLD = 16384, NUMBERS_MOST = 5000, FIELDS_MOST = 400000, DEPTH_MOST = 64 };

__extension__ typedef __int128 wide;

static struct sv text_of(const struct claims *c, const struct paragraph *a) {
  return (struct sv){c->prose->text.p + a->from, a->end - a->from};
}

/* ---- long numbers ---- */

static bool is_digit(char ch) {
  return ch >= '0' && ch <= '9';
}

static bool date_inside(const char *p) {
  int year = 0, month = (p[4] - '0') * 10 + p[5] - '0', day = (p[6] - '0') * 10 + p[7] - '0';
  for (int i = 0; i < 4; i++) year = year * 10 + p[i] - '0';
  return year >= 1900 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Seventeen digits and the check character of GB 11643. */
static bool is_identity(const char *p, size_t n) {
  static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (n != 18 || p[0] == '0' || !date_inside(p + 6)) return false;
  int sum = 0;
  for (int i = 0; i < 17; i++) {
    if (!is_digit(p[i])) return false;
    sum += (p[i] - '0') * weight[i];
  }
  char last = p[17] == 'x' ? 'X' : p[17];
  return last == "10X98765432"[sum % 11];
}

/* The check digit of bank cards (Luhn). */
static bool is_card(const char *p, size_t n) {
  int sum = 0;
  if (n < 16 || n > 19) return false;
  for (size_t i = 0; i < n; i++) {
    int d = p[n - 1 - i] - '0';
    if (i % 2 == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return sum % 10 == 0;
}

static bool speaks_of_account(struct sv s) {
  return sv_contains(s, "账号") || sv_contains(s, "帐号") || sv_contains(s, "卡号") || sv_contains(s, "账户");
}

static const char *number_kind(struct sv s, const char *p, size_t n) {
  if (n == 11 && p[0] == '1' && p[1] >= '3') return "mobile";
  if (is_identity(p, n)) return "identity";
  if (n >= 12 && n <= 30 && speaks_of_account(s)) return "account";
  if (is_card(p, n) && (p[0] == '6' && p[1] == '2')) return "account";
  return n >= 11 ? "other" : NULL;
}

static int field_at(struct claims *c, const char *name, const char *subject, struct sv text, struct place place, int document, int32_t table) {
  struct book *b = c->book;
  struct book_field f = {.name = book_symbol(b, name), .table = table, .subject = subject ? book_symbol(b, subject) : NO_SYMBOL, .place = place};
  const char *copy = arena_text(&b->arena, text.p, text.n);
  f.text = (struct sv){copy, text.n}, f.document = document;
  if (f.name == NO_SYMBOL || !copy) return RC_NOMEM;
  return VEC_PUSH(&b->fields, f, FIELDS_MOST) < 0 ? RC_NOMEM : RC_OK;
}

/* Runs of at least eleven digits that are no part of an amount or of a code with letters. */
static int numbers_in(struct claims *c, struct sv s, struct place place, int document, int *left) {
  int rc = RC_OK;
  for (size_t i = 0; i < s.n && rc == RC_OK && *left > 0;) {
    if (!is_digit(s.p[i])) {
      i++;
      continue;
    }
    size_t from = i;
    while (i < s.n && is_digit(s.p[i])) i++;
    size_t n = i - from;
    if (n == 17 && i < s.n && (s.p[i] == 'X' || s.p[i] == 'x')) i++, n++;
    char before = from ? s.p[from - 1] : ' ', after = i < s.n ? s.p[i] : ' ';
    bool letter = (before | 32) >= 'a' && (before | 32) <= 'z';
    bool more = (after | 32) >= 'a' && (after | 32) <= 'z';
    if (n < 11 || letter || more || before == '.' || (before == ',' && from > 1 && is_digit(s.p[from - 2]))) continue;
    if (after == '.' && i + 1 < s.n && is_digit(s.p[i + 1])) continue;
    const char *kind = number_kind(s, s.p + from, n);
    if (!kind) continue;
    (*left)--;
    rc = field_at(c, "text.number", kind, (struct sv){s.p + from, n}, place, document, -1);
  }
  return rc;
}

static bool holds_long_number(struct sv s) {
  int run = 0;
  for (size_t i = 0; i < s.n; i++) {
    run = is_digit(s.p[i]) ? run + 1 : 0;
    if (run >= 11) return true;
  }
  return false;
}

static int cells_read(struct claims *c, const struct table *t, int document, char *folded, int *left) {
  int rc = RC_OK;
  for (int i = 0; i < t->ncells && rc == RC_OK; i++) {
    const struct cell *x = &t->cells[i];
    if (holds_long_number(x->text)) rc = numbers_in(c, x->text, x->place, document, left);
    if (rc < 0 || x->text.n < CELL_LEAST) continue;
    size_t n = text_fold_into(folded, LINE_FOLD, x->text);
    rc = field_at(c, "text.cell", NULL, (struct sv){folded, n}, x->place, document, -1);
  }
  return rc;
}

static int emit_numbers_and_cells(struct claims *c) {
  const struct book *b = c->book;
  int rc = RC_OK, left = NUMBERS_MOST;
  char *folded = malloc(LINE_FOLD);
  if (!folded) return RC_NOMEM;
  for (int d = 0; d < b->ndocuments && rc == RC_OK; d++) {
    const struct document *x = b->documents[d];
    for (int i = b->first_item; i < b->end_item && i < x->nitems && rc == RC_OK; i++) {
      const struct item *it = &x->items[i];
      if (it->kind == ITEM_TABLE)
        rc = cells_read(c, &x->tables[it->table], d, folded, &left);
      else if (holds_long_number(it->text))
        rc = numbers_in(c, it->text, it->place, d, &left);
    }
  }
  free(folded);
  return rc;
}

/* ---- brackets and quotes ---- */

static bool closes(struct sv s, bool *any) {
  char open[DEPTH_MOST];
  size_t depth = 0, quotes = 0;
  for (size_t i = 0; i < s.n; i++) {
    char want = 0;
    if (s.p[i] == '(') want = '(';
    if (s.p[i] == '"') quotes++, *any = true;
    if (i + 3 <= s.n && memcmp(s.p + i, "《", 3) == 0) want = '<';
    if (want) {
      *any = true;
      if (depth == DEPTH_MOST) return true;
      open[depth++] = want;
    }
    char closed = s.p[i] == ')' ? '(' : i + 3 <= s.n && memcmp(s.p + i, "》", 3) == 0 ? '<' : 0;
    if (!closed) continue;
    *any = true;
    if (depth == 0 || open[depth - 1] != closed) return false;
    depth--;
  }
  return depth == 0 && quotes % 2 == 0;
}

static int emit_brackets(struct claims *c) {
  int rc = RC_OK;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK; i++) {
    const struct paragraph *a = &c->prose->paragraphs.v[i];
    struct paragraph_mark m = paragraph_mark(c->prose, a);
    if (a->contents) continue;
    struct sv s = text_of(c, a);
    if (m.style > 2) s.p += m.bytes, s.n -= m.bytes; /* 1) */
    bool any = false, good = closes(s, &any);
    if (any) rc = claims_field(c, "text.bracket", good ? "closed" : "open", a->from, a->end);
  }
  return rc;
}

/* ---- what an item is for ---- */

static bool is_against(const struct section_alternative *a, struct sv s) {
  for (size_t i = 0; i < a->all.n; i++)
    if (!sv_contains(s, a->all.v[i])) return false;
  for (size_t i = 0; i < a->none.n; i++)
    if (sv_contains(s, a->none.v[i])) return false;
  return a->all.n > 0;
}

static const char *purpose_state(const struct claims *c, struct sv item, struct sv purpose) {
  for (size_t i = 0; i < c->g->text.against.n; i++) {
    const struct text_against *a = &c->g->text.against.v[i];
    if (!sv_is(item, a->item)) continue;
    for (size_t k = 0; k < a->purposes.n; k++)
      if (is_against(&a->purposes.v[k], purpose)) return "against";
  }
  return "fits";
}

static int purpose_say(struct claims *c, struct sv item, uint32_t from, uint32_t end) {
  static const char *const words[] = {"主要用于", "主要是用于", "用于"};
  struct sv s = {c->prose->text.p + from, end - from};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t at = sv_find(s, words[i]);
    if (at == SIZE_MAX) continue;
    struct sv purpose = {s.p + at, s.n - at};
    static const char *const stops[] = {"。", "年初预算", "全年预算", "与上年", "比上年", ";"};
    for (size_t k = 0; k < sizeof stops / sizeof *stops; k++) {
      size_t stop = sv_find(purpose, stops[k]);
      if (stop != SIZE_MAX) purpose.n = stop;
    }
    if (purpose.n < strlen(words[i]) + 6) return RC_OK;
    uint32_t begin = (uint32_t)(purpose.p - c->prose->text.p);
    int rc = claims_field(c, "purpose", purpose_state(c, item, purpose), begin, begin + (uint32_t)purpose.n);
    struct book_field *f = &c->book->fields.v[c->book->fields.n - 1];
    if (rc == RC_OK) {
      const char *both = arena_printf(&c->book->arena, "%.*s：%.*s", SV_ARG(item), SV_ARG(purpose));
      if (!both) return RC_NOMEM;
      f->text = sv_from(both);
    }
    return rc;
  }
  return RC_OK;
}

static int emit_purposes(struct claims *c) {
  struct tokens tokens = {0};
  int rc = RC_OK;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK && c->g->text.against.n; i++) {
    const struct paragraph *a = &c->prose->paragraphs.v[i];
    struct path_context none = {0};
    if (a->contents || a->section < 0 || c->g->sections.v[a->section].quiet || !sv_contains(text_of(c, a), "用于")) continue;
    rc = tokens_read(c, a, &none, &tokens);
    uint32_t from = 0;
    struct sv item = {0};
    for (size_t k = 0; k <= tokens.list.n && rc == RC_OK; k++) {
      bool path = k < tokens.list.n && tokens.list.v[k].kind == TOK_PATH;
      if (!path && k < tokens.list.n) continue;
      if (item.n) rc = purpose_say(c, item, from, path ? tokens.list.v[k].from : a->end);
      if (path) item = tokens.paths.v[tokens.list.v[k].value].names[2], from = tokens.list.v[k].end;
    }
  }
  free(tokens.list.v), free(tokens.paths.v);
  return rc;
}

/* ---- dates of assets ---- */

static int digits(struct sv s, size_t *at) {
  int n = 0;
  size_t from = *at;
  while (*at < s.n && *at < from + 4 && is_digit(s.p[*at])) n = n * 10 + s.p[(*at)++] - '0';
  return *at > from ? n : -1;
}

static bool skip(struct sv s, size_t *at, const char *word) {
  if (!sv_starts((struct sv){s.p + *at, s.n - *at}, word)) return false;
  *at += strlen(word);
  return true;
}

/* 截至2022年12月31日, as prior.12-31: the year as it lies to the book's. */
static int date_say(struct claims *c, const struct paragraph *a, size_t offset) {
  static const char *const names[] = {"before", "prior", "same", "next", "after"};
  struct sv s = text_of(c, a);
  size_t at = offset;
  while (at < s.n && at < offset + 12 && !is_digit(s.p[at])) at++;
  size_t begin = at;
  int year = digits(s, &at), month = 0, day = 0;
  if (year < 2000 || !skip(s, &at, "年")) return RC_OK;
  if (skip(s, &at, "底") || skip(s, &at, "末"))
    month = 12, day = 31;
  else {
    month = digits(s, &at);
    if (month < 1 || !skip(s, &at, "月")) return RC_OK;
    day = digits(s, &at);
    if (day > 0) (void)skip(s, &at, "日");
  }
  int d = year - c->book->year;
  const char *subject = arena_printf(&c->book->arena, "%s.%02d-%02d", names[d < -1 ? 0 : d > 1 ? 4 : d + 2], month, day < 0 ? 0 : day);
  if (!subject) return RC_NOMEM;
  return claims_field(c, "assets.date", subject, a->from + (uint32_t)begin, a->from + (uint32_t)at);
}

static int emit_dates(struct claims *c) {
  static const char *const words[] = {"截至", "截止"};
  int rc = RC_OK, section = grammar_section(c->g, SV("assets"));
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK && c->book->year; i++) {
    const struct paragraph *a = &c->prose->paragraphs.v[i];
    if (a->contents || a->section != section || section < 0) continue;
    for (size_t k = 0; k < sizeof words / sizeof *words && rc == RC_OK; k++) {
      size_t at = sv_find(text_of(c, a), words[k]);
      if (at != SIZE_MAX) rc = date_say(c, a, at + strlen(words[k]));
    }
  }
  return rc;
}

/* ---- changes, causes, execution ---- */

static bool tells_cause(struct sv s) {
  static const char *const words[] = {"原因",   "主要是", "主要为", "由于", "因为", "主要系", "系",
                                      "主要因", "因此",   "所致",   "影响", "要求", "根据",   "用于"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (sv_contains(s, words[i])) return true;
  return false;
}

/* The paragraph of the claim, and the one behind it. */
static struct sv around(const struct claims *c, const struct said *s) {
  for (size_t i = 0; i < c->prose->paragraphs.n; i++) {
    const struct paragraph *a = &c->prose->paragraphs.v[i];
    if (s->from < a->from || s->from >= a->end) continue;
    size_t last = i;
    while (last + 1 < c->prose->paragraphs.n && last < i + 2 && !c->prose->paragraphs.v[last + 1].heading) last++;
    return (struct sv){c->prose->text.p + a->from, c->prose->paragraphs.v[last].end - a->from};
  }
  return (struct sv){c->prose->text.p + s->sentence_from, s->sentence_end - s->sentence_from};
}

/* Part over whole in 10^-6. */
static int64_t ppm(int64_t part, int64_t whole) {
  wide p = (wide)part * 1000000 / whole;
  return p > INT64_MAX ? INT64_MAX : (int64_t)p;
}

static bool is_large(const struct said *s, int64_t limit) {
  const struct said_cell *growth = &s->cells[COL_GROWTH], *change = &s->cells[COL_CHANGE], *amount = &s->cells[COL_AMOUNT];
  if (growth->there) return growth->value >= limit || -growth->value >= limit;
  if (!change->there || !amount->there) return false;
  bool down = s->cells[COL_DOWN].there;
  int64_t moved = change->value < 0 ? -change->value : change->value;
  int64_t before = down ? amount->value + moved : amount->value - moved;
  return before > 0 && moved > 0 && ppm(moved, before) >= limit;
}

static int emit_changes(struct claims *c) {
  int64_t limit = text_threshold(c->g, "change", c->book->profile);
  int rc = RC_OK;
  for (size_t i = 0; i < c->said.n && rc == RC_OK && limit > 0; i++) {
    const struct said *s = &c->said.v[i];
    if (s->cells[COL_INCOMPARABLE].there || !(s->cells[COL_GROWTH].there || s->cells[COL_CHANGE].there) || !is_large(s, limit)) continue;
    bool told = s->cells[COL_CAUSE].there || tells_cause(around(c, s));
    rc = claims_field(c, "said.cause", told ? "told" : "silent", s->sentence_from, s->sentence_end);
  }
  return rc;
}

static int emit_execution(struct claims *c) {
  int64_t limit = text_threshold(c->g, "execution", c->book->profile);
  int rc = RC_OK;
  for (size_t i = 0; i < c->said.n && rc == RC_OK && limit > 0; i++) {
    const struct said *s = &c->said.v[i];
    const struct said_cell *rate = s->cells[COL_RATE_ADJUSTED].there ? &s->cells[COL_RATE_ADJUSTED] : &s->cells[COL_RATE];
    const struct said_cell *final = &s->cells[COL_FINAL], *plan = s->cells[COL_ADJUSTED].there ? &s->cells[COL_ADJUSTED] : &s->cells[COL_BUDGET];
    int64_t value = -1;
    if (rate->there)
      value = rate->value;
    else if (final->there && plan->there && plan->value > 0 && final->value >= 0)
      value = ppm(final->value, plan->value);
    if (value < 0) continue;
    const char *state = value >= limit ? "near" : tells_cause(around(c, s)) ? "far" : "far-silent";
    rc = claims_field(c, "said.execution", state, s->sentence_from, s->sentence_end);
  }
  return rc;
}

/* The years that patterns name: of the claim and of what it is compared with. */
static int year_say(struct claims *c, const struct said *s, enum column k, const char *name) {
  static const char *const relations[] = {"before", "prior", "same", "next", "after"};
  if (!s->cells[k].there || !c->book->year) return RC_OK;
  int64_t d = s->cells[k].value / 10000 - c->book->year;
  return claims_field(c, name, relations[d < -1 ? 0 : d > 1 ? 4 : d + 2], s->sentence_from, s->sentence_end);
}

static int emit_said_years(struct claims *c) {
  int rc = RC_OK;
  for (size_t i = 0; i < c->said.n && rc == RC_OK; i++) {
    const struct said *s = &c->said.v[i];
    if (strncmp(s->key, "assets", 6) == 0) continue; /* its date is of its own: assets.date */
    bool again = i > 0 && c->said.v[i - 1].sentence_from == s->sentence_from;
    if (again && c->said.v[i - 1].cells[COL_YEAR].value == s->cells[COL_YEAR].value) continue;
    rc = year_say(c, s, COL_BASE_YEAR, "said.base-year");
    if (rc == RC_OK) rc = year_say(c, s, COL_YEAR, "said.year");
  }
  return rc;
}

int scan_emit(struct claims *c) {
  int rc = emit_numbers_and_cells(c);
  if (rc == RC_OK) rc = emit_brackets(c);
  if (rc == RC_OK) rc = emit_purposes(c);
  if (rc == RC_OK) rc = emit_dates(c);
  if (rc == RC_OK) rc = emit_changes(c);
  if (rc == RC_OK) rc = emit_execution(c);
  return rc == RC_OK ? emit_said_years(c) : rc;
}
