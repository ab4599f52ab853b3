/* reckon.c: what the grounds of a project's amounts come to when they are worked out: a rate on a base, so much a head, purchases beside the details
 * they name, budgets of earlier years in running text. Derived columns for the rules; where the text leaves a choice nothing is derived. */
#include "rooms/budget/performance.h"

#include <string.h>

enum { MAX_QUANTITIES = 24, GAP = 90 };

static const char *folded_text(struct recogniser *r, const struct book_table *t, int row, const char *measure) {
  const struct obs *o = table_cell_of(r->book, t, row, measure);
  const char *s = o && o->text.n ? text_fold(&r->scratch, o->text) : "";
  return s ? s : "";
}

static const struct book_field *field_of_table(const struct book *b, int table, const char *name) {
  symbol s = book_find(b, name);
  for (size_t i = 0; i < b->fields.n && s != NO_SYMBOL; i++)
    if (b->fields.v[i].table == table && b->fields.v[i].name == s) return &b->fields.v[i];
  return NULL;
}

static bool is_unit(const struct quantity *q, const char *unit) {
  return strncmp(q->unit, unit, strlen(unit)) == 0;
}

static bool is_money(const struct quantity *q) {
  return is_unit(q, "元") && !strchr(q->unit, '/');
}

/* ---- budgets of earlier years ---- */

/* "2021年预算为300万元": the amount behind the first mention of the year, before another year. In 1/10^4 元; false when none is said. */
static bool budget_of_year(const char *s, int year, struct quantity *out) {
  char word[16];
  snprintf(word, sizeof word, "%d年", year);
  const char *hit = strstr(s, word);
  if (!hit) return false;
  size_t from = (size_t)(hit - s) + strlen(word);
  if (!quantity_next(s, from, out) || !is_money(out) || out->at - from > GAP) return false;
  for (size_t i = from; i < out->at; i++)
    if (strncmp(s + i, "年", 3) == 0 || strncmp(s + i, "。", 3) == 0 || s[i] == ';') return false;
  return memmem(s + from, out->at - from, "预算", 6) || memmem(s + from, out->at - from, "安排", 6) || out->at == from;
}

static int set_money(struct recogniser *r, int table, const char *measure, int row, int64_t value, int64_t quantum, const char *text,
                     const struct obs *from) {
  int c = table_add_column(r, table, measure, OBS_AMOUNT);
  if (c < 0 || !text) return c < 0 ? c : RC_NOMEM;
  struct obs o =
      from ? *from
           : (struct obs){.place = r->book->tables.v[table].rows[row].place, .document = r->book->tables.v[table].document, .document_table = -1};
  o.type = OBS_AMOUNT, o.state = value ? OBS_VALUE : OBS_ZERO, o.value = value, o.quantum = quantum, o.text = sv_from(text), o.decimals = 2;
  r->book->tables.v[table].columns[c].quantum = quantum;
  return table_set(r, table, row, c, &o);
}

static int year_number(const char *s) {
  for (; s && *s; s++)
    if (strncmp(s, "20", 2) == 0 && s[2] >= '0' && s[2] <= '9' && s[3] >= '0' && s[3] <= '9' && !(s[4] >= '0' && s[4] <= '9'))
      return 2000 + (s[2] - '0') * 10 + (s[3] - '0');
  return 0;
}

static struct obs of_field(const struct book_field *f) {
  return (struct obs){.place = f->place, .document = f->document, .document_table = -1};
}

/* A change of more than 5 % beside last year: "jump" its size in words, "cause" whether one is given. */
static int note_change(struct recogniser *r, int table, int64_t prior, const char *said, const struct book_field *change) {
  const struct obs *year = table_cell_of(r->book, &r->book->tables.v[table], 0, "year");
  if (!year || year->state != OBS_VALUE || prior <= 0) return RC_OK;
  int64_t d = year->value - prior, by = d < 0 ? -d : d;
  if (by > INT64_MAX / 10000 || by * 20 <= prior) return RC_OK;
  struct obs from = of_field(change);
  int64_t share = by * 10000 / prior;
  char *text = arena_printf(&r->book->arena, "%s%lld.%02lld%%", d > 0 ? "+" : "-", (long long)(share / 100), (long long)(share % 100));
  int c = table_add_column(r, table, "jump", OBS_TEXT), k = table_add_column(r, table, "cause", OBS_TEXT);
  if (c < 0 || k < 0) return RC_NOMEM;
  int rc = table_set_text(r, table, 0, c, text, &from);
  return rc < 0 ? rc : table_set_text(r, table, 0, k, target_word_in(r->v, TARGET_CAUSE, said) ? "given" : "", &from);
}

static const char *without_label(const char *s) {
  static const char *const labels[] = {"变动情况及理由", "变动及理由", "变动理由", "变动原因", "变动情况说明"};
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
    const char *hit = strstr(s, labels[i]);
    if (hit) return hit + strlen(labels[i]);
  }
  return s;
}

static int reckon_head(struct recogniser *r, int table) {
  const struct book_field *change = field_of_table(r->book, table, "project.change");
  struct quantity before[2] = {{0}};
  bool said[2] = {false, false};
  const char *text = change && change->text.n ? text_fold(&r->scratch, change->text) : "";
  if (!text) return RC_NOMEM;
  int rc = RC_OK;
  static const char *const names[] = {"prior1", "prior2"};
  for (int i = 0; i < 2 && rc == RC_OK; i++) {
    said[i] = r->book->year > 0 && budget_of_year(text, r->book->year - 1 - i, &before[i]);
    if (!said[i]) continue;
    struct obs from = of_field(change);
    char *shown = arena_text(&r->book->arena, text + before[i].at, before[i].end - before[i].at);
    rc = set_money(r, table, names[i], 0, before[i].value / 100, before[i].half / 50 ? before[i].half / 50 : 1, shown, &from);
  }
  if (rc == RC_OK && said[0]) rc = note_change(r, table, before[0].value / 100, without_label(text), change);
  if (rc < 0 || r->book->year == 0) return rc;
  bool spent1 = said[0] && before[0].value > 0, spent2 = said[1] && before[1].value > 0, former = target_word_in(r->v, TARGET_FORMER, text);
  int first = former ? r->book->year : spent2 ? r->book->year - 2 : spent1 ? r->book->year - 1 : r->book->year;
  int c = table_add_column(r, table, "first", OBS_TEXT);
  if (c < 0) return c;
  rc = table_set_text(r, table, 0, c, arena_printf(&r->book->arena, "%d", first), NULL); /* the first year in which it had a budget */
  const struct book_field *start = field_of_table(r->book, table, "project.start");
  char folded[64] = "";
  if (start) text_fold_into(folded, sizeof folded, start->text);
  int begun = year_number(folded);
  const struct obs *year = table_cell_of(r->book, &r->book->tables.v[table], 0, "year");
  if (rc < 0 || !begun || !year || year->state != OBS_VALUE) return rc;
  int64_t sum = year->value;
  bool more = false;
  for (int i = 0; i < 2; i++)
    if (said[i] && !former && begun <= r->book->year - 1 - i) sum += before[i].value / 100, more = true;
  return more ? set_money(r, table, "years", 0, sum, 10000,
                          arena_printf(&r->book->arena, "%lld.%02lld", (long long)(sum / 1000000), (long long)(sum / 10000 % 100)), NULL)
              : RC_OK;
}

int reckon_heads(struct recogniser *r) {
  int rc = RC_OK;
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++)
    if (table_is(r->book, &r->book->tables.v[i], "project-head")) rc = reckon_head(r, (int)i);
  return rc;
}

/* ---- grounds of an amount ---- */

struct grounds {
  const char *s;
  struct quantity q[MAX_QUANTITIES];
  int n;
};

static void find_quantities(struct grounds *g, const char *s) {
  *g = (struct grounds){.s = s};
  struct quantity q;
  for (size_t at = 0; g->n < MAX_QUANTITIES && quantity_next(s, at, &q); at = q.end > at ? q.end : at + 1) g->q[g->n++] = q;
}

/* A quantity that only bounds something: 5000万元及以上, 不超过200万元, 最高…. It is no factor. */
static bool is_bound(const struct recogniser *r, const struct grounds *g, const struct quantity *q) {
  static const enum target_role roles[] = {TARGET_AT_LEAST, TARGET_AT_MOST, TARGET_MORE, TARGET_LESS};
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (target_word_before(r->v, roles[i], g->s, q->at) || target_word_at(r->v, roles[i], true, g->s + q->end)) return true;
  return false;
}

/* What is worked out: value in 1/10^4 元 and what rounding of its factors may hide. */
struct product {
  int64_t low, high;
  char text[160];
};

static bool multiply(const struct quantity *a, const struct quantity *b, int64_t divide, struct product *out) {
  wide low = (wide)(a->value - a->half) * (b->value - b->half) / 10000 / divide,
       high = (wide)(a->value + a->half) * (b->value + b->half) / 10000 / divide + 1;
  if (low < 0 || high > INT64_MAX / 4) return false;
  out->low = (int64_t)low, out->high = (int64_t)high;
  return true;
}

static size_t put_piece(struct product *out, size_t at, const char *s, size_t n) {
  if (n >= sizeof out->text - at) n = sizeof out->text - at - 1;
  while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80) n--; /* whole characters */
  memcpy(out->text + at, s, n);
  out->text[at + n] = '\0';
  return at + n;
}

static void show(struct product *out, const char *s, const struct quantity *a, const struct quantity *b) {
  size_t at = put_piece(out, 0, s + a->at, a->end - a->at);
  at = put_piece(out, at, " × ", strlen(" × "));
  put_piece(out, at, s + b->at, b->end - b->at);
}

static void exact(struct quantity *q) {
  q->half = 0; /* a count or a price is what it is */
}

/* One base in 元, one rate: "注册资本金共 200.48 亿元，按照 0.024% 测算". */
static bool rate_on_base(const struct recogniser *r, const struct grounds *g, struct product *out) {
  const struct quantity *base = NULL, *rate = NULL;
  for (int i = 0; i < g->n; i++) {
    const struct quantity *q = &g->q[i];
    bool percent = is_unit(q, "%"), mille = is_unit(q, "‰");
    if (percent || mille) {
      bool called = false;
      for (size_t back = 0; back <= 9 && back <= q->at && !called; back++) called = target_word_before(r->v, TARGET_RATE, g->s, q->at - back) > 0;
      if (!called || rate || is_bound(r, g, q)) return false;
      rate = q;
    } else if (is_money(q) && !rate) {
      if (base || is_bound(r, g, q)) return false;
      base = q;
    }
  }
  if (!base || !rate || base->at > rate->at) return false;
  if (!multiply(base, rate, is_unit(rate, "‰") ? 1000 : 100, out)) return false;
  show(out, g->s, base, rate);
  return true;
}

/* What a price is for: behind the slash of 元/家, or behind 每 of "每家按起收点3000元". NULL: it is no price. */
static const char *price_per(const struct grounds *g, const struct quantity *q, char *out, size_t size) {
  if (is_unit(q, "元/")) return q->unit + strlen("元/");
  if (!is_money(q)) return NULL;
  for (size_t back = 6; back <= 27 && back <= q->at; back++) {
    const char *s = g->s + q->at - back;
    if (strncmp(s, "每", 3) != 0) continue;
    size_t n = back - 3 < size - 1 ? back - 3 : size - 1;
    memcpy(out, s + 3, n);
    out[n] = '\0';
    return strpbrk(out, ",;:0123456789") || strstr(out, "。") || strstr(out, "、") ? NULL : out;
  }
  return NULL;
}

/* "40元/天/人/次 … 2500人/天/次", "3000元/家，76家": a price a piece and as many pieces, one of each. */
static bool price_by_count(const struct recogniser *r, const struct grounds *g, struct product *out) {
  const struct quantity *price = NULL, *count = NULL;
  const char *per = NULL;
  bool slash = false;
  char text[40], kept[40];
  for (int i = 0; i < g->n; i++) slash = slash || is_unit(&g->q[i], "元/");
  for (int i = 0; i < g->n; i++) {
    const struct quantity *q = &g->q[i];
    const char *of = slash && !is_unit(q, "元/") ? NULL : price_per(g, q, text, sizeof text);
    if (!of) continue;
    if (price || is_bound(r, g, q)) return false;
    snprintf(kept, sizeof kept, "%s", of);
    price = q, per = kept;
  }
  if (!price) return false;
  for (int i = 0; i < g->n; i++) {
    const struct quantity *q = &g->q[i];
    if (is_unit(q, "元") || q == price || q->unit[0] == '\0') continue;
    char unit[40];
    snprintf(unit, sizeof unit, "%s", q->unit);
    char *cut = strchr(unit, '/');
    if (cut) *cut = '\0';
    if (unit[0] == '\0' || (slash ? !strstr(per, unit) : strncmp(per, unit, strlen(unit)) != 0)) continue;
    if (count || is_bound(r, g, q)) return false;
    count = q;
  }
  bool all = count && (strchr(count->unit, '/') != NULL) == (strchr(per, '/') != NULL); /* 40元/人/天 needs people and days */
  if (!all) return false;
  struct quantity a = *price, b = *count;
  exact(&a), exact(&b);
  if (!multiply(&a, &b, 1, out)) return false;
  show(out, g->s, price, count);
  return true;
}

/* "40元×2500人×2天": factors with a sign of multiplication between them. */
static bool signed_product(const struct recogniser *r, const struct grounds *g, struct product *out) {
  for (int first = 0; first < g->n; first++) {
    int last = first;
    while (last + 1 < g->n) {
      size_t from = g->q[last].end, to = g->q[last + 1].at;
      bool sign = (to - from == 1 && g->s[from] == '*') || (to - from == 2 && memcmp(g->s + from, "×", 2) == 0);
      if (!sign) break;
      last++;
    }
    if (last == first) continue;
    bool tail = strncmp(g->s + g->q[last].end, "×", 2) == 0 || g->s[g->q[last].end] == '*' || g->s[g->q[last].end] == '+';
    bool lead = g->q[first].at > 0 && (g->s[g->q[first].at - 1] == '+' || g->s[g->q[first].at - 1] == '*' || g->s[g->q[first].at - 1] == '-');
    if (tail || lead || is_bound(r, g, &g->q[first])) return false;
    bool money = false;
    int64_t divide = 1;
    wide value = 10000;
    for (int i = first; i <= last; i++) {
      money = money || is_unit(&g->q[i], "元");
      divide *= is_unit(&g->q[i], "%") ? 100 : is_unit(&g->q[i], "‰") ? 1000 : 1;
      value = value * g->q[i].value / 10000;
      if (value > INT64_MAX / 4) return false;
    }
    for (int i = last + 1; i < g->n; i++)
      if (i > last + 1 || g->q[i].at < g->q[last].end || g->s[g->q[i].at - 1] != '=') {
        if (g->s[g->q[i].at - 1] == '*' || g->s[g->q[i].at - 1] == '+') return false; /* one of several */
      }
    if (!money) return false;
    out->low = out->high = (int64_t)(value / divide);
    put_piece(out, 0, g->s + g->q[first].at, g->q[last].end - g->q[first].at);
    return true;
  }
  return false;
}

/* "22.5亿元，按照0.09%测算，每家2664元 … 76家": what one of them comes to, beside what is said. */
static bool one_of_many(const struct recogniser *r, const struct grounds *g, struct product *out, const struct quantity **said) {
  const struct quantity *each = NULL, *count = NULL;
  struct grounds rest = {.s = g->s};
  struct product whole;
  for (int i = 0; i < g->n; i++) {
    const struct quantity *q = &g->q[i];
    bool per_each = false;
    for (size_t back = 6; back <= 9 && back <= q->at && is_money(q) && !each; back += 3)
      per_each = per_each || strncmp(g->s + q->at - back, "每", 3) == 0;
    if (per_each)
      each = q;
    else if (is_unit(q, "元/"))
      continue;
    else if (is_money(q) || is_unit(q, "%") || is_unit(q, "‰"))
      rest.q[rest.n++] = *q;
  }
  for (int i = 0; each && i < g->n; i++) {
    const struct quantity *q = &g->q[i];
    if (is_money(q) || q->unit[0] == '\0' || strchr(q->unit, '/') || !is_unit(q, "家")) continue;
    if (count) return false;
    count = q;
  }
  if (!each || !count || count->value < 10000 || !rate_on_base(r, &rest, &whole)) return false;
  out->low = whole.low / (count->value / 10000), out->high = whole.high / (count->value / 10000) + 10000;
  size_t at = put_piece(out, 0, whole.text, strlen(whole.text));
  at = put_piece(out, at, " ÷ ", strlen(" ÷ "));
  put_piece(out, at, g->s + count->at, count->end - count->at);
  *said = each;
  return true;
}

static int put_each(struct recogniser *r, int table, int row, const struct grounds *g) {
  struct product p;
  const struct quantity *said;
  if (!one_of_many(r, g, &p, &said)) return RC_OK;
  const struct obs *basis = table_cell_of(r->book, &r->book->tables.v[table], row, "basis");
  struct obs from = *basis;
  int64_t middle = p.low + (p.high - p.low) / 2;
  int rc = set_money(r, table, "each", row, said->value / 100, said->half / 50 + 1,
                     arena_text(&r->book->arena, g->s + said->at, said->end - said->at), &from);
  if (rc == RC_OK)
    rc = set_money(r, table, "each.calc", row, middle / 100, (p.high - p.low) / 100 + 2,
                   arena_printf(&r->book->arena, tr("%lld 元", "%lld yuan"), (long long)(middle / 10000)), &from);
  int c = rc < 0 ? rc : table_add_column(r, table, "each.text", OBS_TEXT);
  return c < 0 ? c : table_set_text(r, table, row, c, arena_printf(&r->book->arena, "%s", p.text), &from);
}

static int put_product(struct recogniser *r, int table, int row, const struct product *p, const char *measure) {
  const struct obs *basis = table_cell_of(r->book, &r->book->tables.v[table], row, "basis");
  int64_t low = p->low / 100, high = p->high / 100, middle = low + (high - low) / 2, quantum = (high - low) / 2 * 2 + 2;
  struct obs from = *basis;
  from.doubtful = basis->doubtful;
  int64_t hundredth = middle / 10000; /* 0.01 万元 */
  char *shown =
      arena_printf(&r->book->arena, tr("%lld.%02lld 万元", "%lld.%02lld wan yuan"), (long long)(hundredth / 100), (long long)(hundredth % 100));
  int rc = set_money(r, table, measure, row, middle, quantum, shown, &from);
  char name[32];
  snprintf(name, sizeof name, "%s.text", measure);
  int c = rc < 0 ? rc : table_add_column(r, table, name, OBS_TEXT);
  return c < 0 ? c : table_set_text(r, table, row, c, arena_printf(&r->book->arena, "%s", p->text), &from);
}

static bool amount_is(const struct obs *o, const struct product *p) {
  int64_t half = o->quantum / 2 + 1;
  return o->value + half >= p->low / 100 && o->value - half <= p->high / 100 + 1;
}

/* Whether the text speaks of money beside what was worked out: then nothing can be said of the whole. */
static bool has_more(const struct recogniser *r, const struct grounds *g, const struct obs *amount) {
  int money = 0;
  for (int i = 0; i < g->n; i++) money += is_unit(&g->q[i], "元") && g->q[i].value / 100 != amount->value;
  return money > 1 || target_word_in(r->v, TARGET_BESIDES, g->s);
}

/* An amount agrees when one of the ways its grounds can be worked out gives it; else the first of them is what it should be. */
static int reckon_detail(struct recogniser *r, int table, int row) {
  const struct book_table *t = &r->book->tables.v[table];
  const struct obs *amount = table_cell_of(r->book, t, row, "amount");
  struct grounds g;
  find_quantities(&g, folded_text(r, t, row, "basis"));
  if (!amount || amount->state != OBS_VALUE || g.n < 2) return RC_OK;
  bool (*const ways[])(const struct recogniser *, const struct grounds *, struct product *) = {signed_product, price_by_count, rate_on_base};
  struct product p, first;
  bool any = false, agrees = false;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if (!ways[i](r, &g, &p)) continue;
    if (!any) first = p, any = true;
    if (amount_is(amount, &p)) {
      first = p, agrees = true;
      break;
    }
  }
  int rc = any && (agrees || !has_more(r, &g, amount)) ? put_product(r, table, row, &first, "calc") : RC_OK;
  return rc == RC_OK ? put_each(r, table, row, &g) : rc;
}

/* ---- pledges in grounds: 不低于70场 beside indicators of 场 ---- */

struct known_values {
  bool unit, equal; /* an indicator has the unit; has the number too */
};

static struct known_values indicators_with(struct recogniser *r, int instance, const char *unit, int64_t value) {
  struct known_values k = {false, false};
  for (size_t i = 0; i < r->book->tables.n; i++) {
    const struct book_table *t = &r->book->tables.v[i];
    if (t->instance != instance || (!table_is(r->book, t, "project-annual") && !table_is(r->book, t, "project-long"))) continue;
    for (int row = 0; row < t->nrows; row++) {
      const struct obs *low = table_cell_of(r->book, t, row, "low"), *u = table_cell_of(r->book, t, row, "unit");
      if (!low || !u || !sv_is(u->text, unit)) continue;
      k.unit = true;
      k.equal = k.equal || low->value == value;
    }
  }
  return k;
}

static bool is_pledge(const struct recogniser *r, const char *text, const struct quantity *q) {
  static const char *const never[] = {"元", "%", "年", "月", "日"};
  bool pledged = false;
  for (size_t back = 0; back <= 9 && back <= q->at && !pledged; back += 3) /* 至少投放30天 */
    pledged = target_word_before(r->v, TARGET_PLEDGE, text, q->at - back) > 0;
  for (size_t i = 0; i < sizeof never / sizeof *never && pledged; i++) pledged = !is_unit(q, never[i]);
  return pledged && q->unit[0];
}

/* The words before a number, as far as the last mark and at most so many characters. */
static size_t clause_begin(const char *text, size_t at) {
  for (int back = 0; back < 8 && at > 0; back++) {
    size_t before = at;
    do before--;
    while (before > 0 && ((unsigned char)text[before] & 0xC0) == 0x80);
    if (strncmp(text + before, "、", 3) == 0 || strncmp(text + before, "。", 3) == 0 || text[before] == ',' || text[before] == ';' ||
        text[before] == '"')
      break;
    at = before;
  }
  return at;
}

/* “公益讲座不低于70场”: what is pledged beside indicators of that unit, none of which has the number. */
static int pledge_of(struct recogniser *r, int table, int row, const char *text) {
  struct grounds g;
  struct buf out;
  bool any = false;
  int rc = RC_OK;
  find_quantities(&g, text);
  buf_init(&out, 4096);
  for (int i = 0; i < g.n; i++) {
    const struct quantity *q = &g.q[i];
    if (!is_pledge(r, text, q)) continue;
    struct known_values k = indicators_with(r, r->book->tables.v[table].instance, q->unit, q->value);
    any = any || k.unit;
    if (!k.unit || k.equal) continue;
    size_t from = clause_begin(text, q->at);
    buf_printf(&out, "%s%.*s", out.n ? tr("；", "; ") : "", (int)(q->end - from), text + from);
  }
  int c = any ? table_add_column(r, table, "pledge", OBS_TEXT) : -1;
  if (any && c < 0) rc = c;
  if (any && rc == RC_OK) {
    const struct obs *basis = table_cell_of(r->book, &r->book->tables.v[table], row, "basis");
    struct obs from = *basis;
    rc = table_set_text(r, table, row, c, arena_text(&r->book->arena, out.p ? out.p : "", out.n), &from);
  }
  buf_release(&out);
  return rc;
}

/* ---- purchases beside the details they name ---- */

static bool names_it(const char *detail, const char *item) {
  return strlen(detail) >= 6 && strlen(item) >= 6 && (strstr(detail, item) || strstr(item, detail));
}

static int reckon_purchases(struct recogniser *r, int table) {
  int details = -1, rc = RC_OK;
  const int instance = r->book->tables.v[table].instance;
  for (size_t i = 0; i < r->book->tables.n; i++)
    if (r->book->tables.v[i].instance == instance && table_is(r->book, &r->book->tables.v[i], "project-details")) details = (int)i;
  if (details < 0) return RC_OK;
  static const char *const by[] = {"content", "activity", "economic"};
  for (int row = 0; row < r->book->tables.v[table].nrows && rc == RC_OK; row++) {
    const char *item = folded_text(r, &r->book->tables.v[table], row, "item"), *key = indicator_key(&r->scratch, item);
    int64_t sum = 0;
    int hits = 0;
    const struct book_table *d = &r->book->tables.v[details];
    for (size_t k = 0; k < 3 && hits == 0 && key && *key; k++)
      for (int i = 0; i < d->nrows; i++) {
        const char *name = indicator_key(&r->scratch, folded_text(r, d, i, by[k]));
        const struct obs *amount = table_cell_of(r->book, d, i, "amount");
        if (!name || !names_it(name, key) || !amount || amount->state != OBS_VALUE) continue;
        sum += amount->value, hits++;
      }
    if (hits) {
      int64_t hundredth = sum / 10000;
      rc = set_money(r, table, "detail", row, sum, 10000,
                     arena_printf(&r->book->arena, "%lld.%02lld", (long long)(hundredth / 100), (long long)(hundredth % 100)), NULL);
    } else {
      int c = table_add_column(r, table, "unnamed", OBS_TEXT);
      rc = c < 0 ? c : table_set_text(r, table, row, c, "unnamed", NULL);
    }
  }
  return rc;
}

/* ---- duties: the overall form beside the first part of the book ---- */

/* The next sentence of a folded text, without its number ("3.") and marks; NULL at the end. */
static bool next_sentence(const char **at, struct sv *out) {
  const char *s = *at;
  while (*s) {
    while (*s && (*s == '.' || *s == ',' || *s == ';' || (*s >= '0' && *s <= '9') || strncmp(s, "。", 3) == 0)) s += *s == (char)0xE3 ? 3 : 1;
    const char *end = strstr(s, "。"), *semi = strchr(s, ';');
    if (semi && (!end || semi < end)) end = semi;
    if (!end) end = s + strlen(s);
    *out = (struct sv){s, (size_t)(end - s)};
    *at = *end == ';' ? end + 1 : *end ? end + 3 : end;
    if (out->n >= 12) return true;
    s = *at;
  }
  return false;
}

static const char *part_one(struct recogniser *r) {
  struct buf all;
  bool inside = false, ended = false;
  buf_init(&all, 1 << 20);
  const struct document *d = r->documents[0];
  for (int i = 0; i < d->nitems && !ended; i++) {
    if (d->items[i].kind != ITEM_LINE) {
      ended = inside && all.n > 0;
      continue;
    }
    char line[160];
    text_fold_into(line, sizeof line, d->items[i].text);
    bool heading = strlen(line) < 90 && text_enumerator(sv_from(line)).kind == ENUM_CN && !strstr(line, "。");
    if (heading && inside && all.n > 200) {
      ended = true;
      break;
    }
    if (heading) inside = strstr(line, "职能") || strstr(line, "职责");
    if (heading) buf_clear(&all);
    if (inside && !heading) buf_add(&all, d->items[i].text.p ? d->items[i].text.p : "", d->items[i].text.n);
  }
  const char *text = ended && inside && all.n > 200 ? text_fold(&r->scratch, (struct sv){all.p, all.n}) : NULL;
  buf_release(&all);
  return text;
}

static int duties_settle(struct recogniser *r) {
  symbol duty = book_find(r->book, "goal.duty");
  for (size_t i = 0; i < r->book->fields.n && duty != NO_SYMBOL; i++) {
    const struct book_field f = r->book->fields.v[i];
    if (f.name != duty || f.text.n < 200) continue;
    const char *part = part_one(r), *own = text_fold(&r->scratch, f.text), *at = own;
    struct sv one;
    struct buf said;
    int n = 0, same = 0;
    if (!part || !own) return RC_OK;
    buf_init(&said, 4096);
    while (next_sentence(&at, &one)) {
      if (one.n > 3 && memmem(part, strlen(part), one.p, one.n)) {
        same++;
        continue;
      }
      size_t cut = one.n < 75 ? one.n : 75;
      while (cut < one.n && ((unsigned char)one.p[cut] & 0xC0) == 0x80) cut--;
      if (++n > 3) continue;
      if (n > 1) buf_puts(&said, tr("", ", "));
      buf_printf(&said, tr("“%.*s%s”", "\"%.*s%s\""), (int)cut, one.p, cut < one.n ? "…" : "");
    }
    if (n > 3) buf_printf(&said, tr("等 %d 处", " and others, %d in all"), n);
    char *text = arena_text(&r->book->arena, said.p ? said.p : "", said.n);
    buf_release(&said);
    if (!text) return RC_NOMEM;
    return same ? book_add_field(r, "duty.change", -1, NO_SYMBOL, sv_from(text), f.place, f.document) : RC_OK;
  }
  return RC_OK;
}

int reckon_settle(struct recogniser *r) {
  int rc = RC_OK;
  for (size_t i = 0; i < r->book->tables.n && rc == RC_OK; i++) {
    const struct book_table *t = &r->book->tables.v[i];
    if (table_is(r->book, t, "project-purchases")) rc = reckon_purchases(r, (int)i);
    if (!table_is(r->book, t, "project-details")) continue;
    for (int row = 0; row < r->book->tables.v[i].nrows && rc == RC_OK; row++) {
      rc = reckon_detail(r, (int)i, row);
      if (rc == RC_OK) rc = pledge_of(r, (int)i, row, folded_text(r, &r->book->tables.v[i], row, "basis"));
    }
  }
  return rc == RC_OK ? duties_settle(r) : rc;
}
