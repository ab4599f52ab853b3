/* condition.c: conditions over what is at hand. Three truths: yes, no, unknown (what is asked for is not there, or cannot be looked up).
 * Texts are compared folded: full and half width, blanks, brackets and quotes are the same. */
#include "rule/rule_internal.h"

#include <inttypes.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum value_kind { VALUE_NONE, VALUE_TRUTH, VALUE_NUMBER, VALUE_TEXT, VALUE_AMOUNT };
struct value {
  enum value_kind kind;
  int64_t number;        /* of VALUE_TRUTH, VALUE_NUMBER, VALUE_AMOUNT */
  struct sv text;        /* of VALUE_TEXT; of an amount as printed */
  const struct obs *obs; /* of VALUE_AMOUNT */
  const char *why;       /* VALUE_NONE because it cannot be checked */
};

enum { LOOK_BACK = 1000, WORDS_KEPT = 1 << 20, QUOTED_MOST = 60 /* characters */ };

static const struct value none = {.kind = VALUE_NONE};

static struct value several(void) {
  return (struct value){.kind = VALUE_NONE,
                        .why = tr("同一种表有几张，不知该对哪一张", "there are several tables of this kind: not known which one is meant")};
}

/* ---- what need not be worked out again for every row ---- */

static struct remembered *remembered(const struct context *c, const void *what, int32_t table) {
  struct remembered *m = &c->b->remembered[((uintptr_t)what / 32 + (uintptr_t)(table + 1)) % REMEMBERED];
  return m;
}

static bool recall(const struct context *c, const void *what, int32_t table, int64_t *value) {
  const struct remembered *m = remembered(c, what, table);
  if (m->what != what || m->table != table) return false;
  *value = m->value;
  return true;
}

static void remember(const struct context *c, const void *what, int32_t table, int64_t value) {
  *remembered(c, what, table) = (struct remembered){what, table, value};
}

static struct value text_value(struct sv s) {
  return (struct value){.kind = VALUE_TEXT, .text = s};
}

static struct value number_value(int64_t n) {
  return (struct value){.kind = VALUE_NUMBER, .number = n};
}

static struct value truth_value(bool b) {
  return (struct value){.kind = VALUE_TRUTH, .number = b};
}

static struct value symbol_value(const struct context *c, symbol s) {
  return s == NO_SYMBOL ? none : text_value(sv_from(intern_name(&c->b->book->symbols, s)));
}

/* Of the field at hand, which one rule after the other looks at. */
static const char *field_folded(const struct context *c) {
  enum { KEPT_MOST = 24 << 20 };
  struct binding *b = c->b;
  size_t at = (size_t)(c->field - b->book->fields.v);
  if (!b->fields_folded) b->fields_folded = ARENA_ARRAY(&b->scratch, const char *, b->book->fields.n + 1);
  if (!b->fields_folded || b->fields_folded[at]) return b->fields_folded ? b->fields_folded[at] : NULL;
  if (b->fields_bytes + c->field->text.n > KEPT_MOST) return NULL;
  b->fields_bytes += c->field->text.n;
  return b->fields_folded[at] = text_fold(&b->scratch, c->field->text);
}

static const char *folded(const struct context *c, struct sv s) {
  bool field = c->field && s.n > 0 && s.p == c->field->text.p && s.n == c->field->text.n;
  const char *kept = field ? field_folded(c) : NULL;
  if (kept) return kept;
  const char *p = text_fold(&c->b->words, s);
  if (!p) c->b->failed = true;
  return p ? p : "";
}

/* ---- attributes ---- */

static const struct book_table *table_of(const struct context *c) {
  return c->table < 0 ? NULL : &c->b->book->tables.v[c->table];
}

static const char *const role_names[] = {"leaf", "parent", "total", "subtotal", "of-which", "unknown"};
static const char *const state_names[] = {"value", "zero", "blank", "dash", "not-applicable", "unreadable"};

/* Not before the coded row above it that has the same parent. */
static bool row_ascending(const struct book_table *t, int row) {
  const struct book_row *r = &t->rows[row];
  for (int i = row - 1; i > r->parent && i >= row - LOOK_BACK && r->code.n; i--) {
    const struct book_row *p = &t->rows[i];
    if (p->level != r->level || p->parent != r->parent || p->code.n == 0) continue;
    size_t n = p->code.n < r->code.n ? p->code.n : r->code.n;
    int order = memcmp(p->code.p, r->code.p, n);
    return order < 0 || (order == 0 && p->code.n <= r->code.n);
  }
  return true;
}

static struct value row_attribute(const struct context *c, enum attribute a) {
  const struct book_table *t = table_of(c);
  if (!t || c->row < 0) return none;
  const struct book_row *r = &t->rows[c->row];
  switch ((int)a) {
  case ATTR_ROW_KEY: return symbol_value(c, r->key);
  case ATTR_ROW_CODE: return text_value(r->code);
  case ATTR_ROW_LABEL: return text_value(r->label);
  case ATTR_ROW_LEVEL: return number_value(r->level);
  case ATTR_ROW_ROLE: return text_value(sv_from(role_names[r->role]));
  case ATTR_ROW_CHILDREN: return truth_value(row_child(c->b, c->table, c->row) >= 0);
  case ATTR_ROW_ORPHAN: return truth_value(r->orphan);
  case ATTR_ROW_REPEATED: return truth_value(r->key != NO_SYMBOL && find_row(c->b, c->table, r->key) != c->row);
  case ATTR_ROW_ASCENDING: return truth_value(row_ascending(t, c->row));
  default: return none;
  }
}

static struct value table_attribute(const struct context *c, enum attribute a) {
  const struct book_table *t = table_of(c);
  if (!t) return none;
  switch ((int)a) {
  case ATTR_TABLE_KIND: return symbol_value(c, t->kind);
  case ATTR_TABLE_TITLE: return text_value(t->title);
  case ATTR_TABLE_UNIT: return truth_value(t->scale != SCALE_NONE);
  case ATTR_TABLE_EMPTY: return truth_value(t->empty);
  case ATTR_TABLE_REMARK: return text_value(t->remark);
  case ATTR_TABLE_ROWS: return number_value(t->nrows);
  case ATTR_TABLE_SUBJECT: return symbol_value(c, t->subject);
  case ATTR_TABLE_INSTANCE: return number_value(t->instance);
  default: return none;
  }
}

/* The first 19xx or 20xx that is no part of a longer number. */
static struct value year_in(struct sv s) {
  for (size_t i = 0; i + 4 <= s.n; i++) {
    bool start = i == 0 || s.p[i - 1] < '0' || s.p[i - 1] > '9';
    if (!start || !((s.p[i] == '1' && s.p[i + 1] == '9') || (s.p[i] == '2' && s.p[i + 1] == '0'))) continue;
    if (s.p[i + 2] < '0' || s.p[i + 2] > '9' || s.p[i + 3] < '0' || s.p[i + 3] > '9') continue;
    if (i + 4 < s.n && s.p[i + 4] >= '0' && s.p[i + 4] <= '9') continue;
    return number_value((s.p[i] - '0') * 1000 + (s.p[i + 1] - '0') * 100 + (s.p[i + 2] - '0') * 10 + (s.p[i + 3] - '0'));
  }
  return none;
}

static int64_t tables_printed(const struct book *b) {
  int64_t n = 0;
  for (size_t i = 0; i < b->tables.n; i++) n += !b->tables.v[i].prose;
  return n;
}

static struct value book_attribute(const struct context *c, enum attribute a) {
  const struct book *b = c->b->book;
  switch ((int)a) {
  case ATTR_BOOK_YEAR: return b->year ? number_value(b->year) : none;
  case ATTR_BOOK_KIND: return text_value(sv_from(book_kind_names[b->kind]));
  case ATTR_BOOK_BODY: return text_value(b->body);
  case ATTR_BOOK_PROFILE: return text_value(sv_from(b->profile ? b->profile : ""));
  case ATTR_BOOK_TABLES: return number_value(tables_printed(b));
  case ATTR_BOOK_UNKNOWN: return number_value(b->money_tables - b->recognised_tables);
  case ATTR_BOOK_WHOLE: return truth_value(c->b->whole);
  default: return none;
  }
}

static const struct obs *cell_at_hand(const struct context *c) {
  const struct book_table *t = table_of(c);
  return t && c->row >= 0 && c->column >= 0 ? book_cell(c->b->book, t, c->row, c->column) : NULL;
}

/* Whether the profile asks for a table of that kind. */
static bool is_required(const struct book *b, symbol kind) {
  symbol required = book_find(b, "required.kind");
  for (size_t i = 0; i < b->fields.n; i++)
    if (b->fields.v[i].name == required && b->fields.v[i].subject == kind) return true;
  return false;
}

static struct value other_attribute(const struct context *c, enum attribute a) {
  const struct book_table *t = table_of(c);
  const struct obs *o = cell_at_hand(c);
  switch ((int)a) {
  case ATTR_TABLE_YEAR: return t ? year_in(sv_from(folded(c, t->title))) : none;
  case ATTR_COLUMN_MEASURE: return t && c->column >= 0 ? symbol_value(c, t->columns[c->column].measure) : none;
  case ATTR_COLUMN_HEADER: return t && c->column >= 0 ? text_value(t->columns[c->column].header) : none;
  case ATTR_CELL_TEXT: return o ? text_value(o->text) : none;
  case ATTR_CELL_DECIMALS: return o ? number_value(o->decimals) : none;
  case ATTR_CELL_STATE: return o ? text_value(sv_from(state_names[o->state])) : none;
  case ATTR_FIELD_TEXT: return c->field ? text_value(c->field->text) : none;
  case ATTR_FIELD_NAME: return c->field ? symbol_value(c, c->field->name) : none;
  case ATTR_FIELD_SUBJECT: return c->field ? symbol_value(c, c->field->subject) : none;
  case ATTR_FIELD_REQUIRED: return c->field ? truth_value(is_required(c->b->book, c->field->subject)) : none;
  default: return none;
  }
}

static struct value attribute_value(const struct context *c, enum attribute a) {
  if (a <= ATTR_ROW_ASCENDING) return row_attribute(c, a);
  if (a <= ATTR_TABLE_INSTANCE) return table_attribute(c, a);
  if (a >= ATTR_BOOK_YEAR) return book_attribute(c, a);
  return other_attribute(c, a);
}

/* ---- calls ---- */

static struct value value_of(const struct context *c, const struct node *n);

static struct value obs_value(const struct obs *o) {
  if (!o || o->state == OBS_NOT_APPLICABLE) return none;
  if (o->doubtful || o->state == OBS_UNREADABLE)
    return (struct value){.kind = VALUE_NONE, .why = tr("有单元格没有读清", "a cell was not read cleanly")};
  if (o->type == OBS_TEXT || o->type == OBS_CODE) return text_value(o->text);
  return (struct value){.kind = VALUE_AMOUNT, .number = o->value, .text = o->text, .obs = o};
}

/* "a|b": a table of kind a or b is in the book. */
static struct value has_kinds(const struct context *c, struct sv kinds) {
  while (kinds.p) {
    struct sv one = sv_cut(&kinds, '|');
    symbol s = intern_find(&c->b->book->symbols, one.p, one.n);
    for (size_t i = 0; s != NO_SYMBOL && i < c->b->book->tables.n; i++)
      if (c->b->book->tables.v[i].kind == s) return truth_value(true);
  }
  return truth_value(false);
}

/* How many rows a reference means; which rows of a table have a code, a level or a name is the same for every row at hand. */
static int64_t rows_counted(const struct context *c, int32_t table, const struct cell_ref *ref) {
  bool same =
      ref->rows != ROWS_SAME && ref->rows != ROWS_CHILDREN && ref->rows != ROWS_OF_SUBJECT && ref->rows != ROWS_PARENT && ref->rows != ROWS_FIRST;
  int64_t n;
  if (same && recall(c, ref, table, &n)) return n;
  if (ref_rows(c, table, ref) < 0) c->b->failed = true;
  n = (int64_t)c->b->rows.n;
  if (same) remember(c, ref, table, n);
  return n;
}

static int64_t tables_counted(const struct context *c, const struct names *kinds) {
  int64_t n = 0;
  for (int k = 0; k < kinds->n; k++) {
    symbol kind = c->b->symbols[kinds->id[k]];
    const struct pair *of_none = pairs_find(&c->b->kinds, kind, NO_SYMBOL, 0), *of_some = pairs_find(&c->b->kinds, kind, ANY_SUBJECT, 0);
    n += (of_none ? of_none->count : 0) + (of_some ? of_some->count : 0);
  }
  return n;
}

static struct value call_has(const struct context *c, const struct node *arg) {
  if (arg->kind != NODE_CELL) {
    struct value v = value_of(c, arg);
    return v.kind == VALUE_TEXT ? has_kinds(c, v.text) : none;
  }
  const struct cell_ref *ref = arg->cell;
  int32_t table;
  if (ref->whole_table && context_subject(c) == NO_SYMBOL) return truth_value(tables_counted(c, &ref->kind) > 0); /* of whichever project */
  enum found f = find_table(c, &ref->kind, &table);
  if (f == FOUND_NONE) return truth_value(false);
  if (ref->whole_table) return truth_value(true);
  if (f == FOUND_SEVERAL) return several();
  return truth_value(ref->no_column ? rows_counted(c, table, ref) > 0 : ref_obs(c, ref) >= 0);
}

static struct value call_count(const struct context *c, const struct node *arg) {
  int32_t table;
  if (arg->kind != NODE_CELL) return none;
  const struct cell_ref *ref = arg->cell;
  if (ref->whole_table) return number_value(tables_counted(c, &ref->kind));
  enum found f = find_table(c, &ref->kind, &table);
  if (f == FOUND_SEVERAL) return several();
  return f == FOUND_NONE ? none : number_value(rows_counted(c, table, ref));
}

static struct value call_field(const struct context *c, struct sv name) {
  const struct book_field *f = find_field(c, intern_find(&c->b->book->symbols, name.p, name.n));
  return f ? text_value(f->text) : none;
}

static struct value call_number(struct sv s) {
  struct number n;
  if (number_parse(s, &n) < 0 || n.decimals > 0) return year_in(s);
  return number_value(n.mantissa);
}

static size_t characters(struct sv s, int64_t n) {
  size_t at = 0;
  for (int64_t i = 0; i < n && at < s.n; i++) (void)utf8_next(s, &at);
  return at;
}

static struct value call_slice(const struct context *c, const struct node *n) {
  struct value s = value_of(c, n->args[0]), a = value_of(c, n->args[1]);
  if (s.kind != VALUE_TEXT || a.kind != VALUE_NUMBER) return none;
  if (n->call == CALL_LEFT) return text_value((struct sv){s.text.p, characters(s.text, a.number)});
  struct value length = value_of(c, n->args[2]);
  if (length.kind != VALUE_NUMBER) return none;
  size_t from = characters(s.text, a.number - 1);
  struct sv rest = {s.text.p ? s.text.p + from : NULL, s.text.n - from};
  return text_value((struct sv){rest.p, characters(rest, length.number)});
}

static struct value call_lookup(const struct context *c, const struct node *n) {
  const struct rule_set *s = c->b->set;
  struct value list = value_of(c, n->args[0]), code = value_of(c, n->args[1]);
  const char *name = NULL;
  if (list.kind != VALUE_TEXT || code.kind != VALUE_TEXT || code.text.n == 0) return none;
  char list_name[40];
  if (list.text.n >= sizeof list_name) return none;
  memcpy(list_name, list.text.p, list.text.n);
  list_name[list.text.n] = '\0';
  int found = s->lookup && c->b->book->year ? s->lookup(s->lookup_context, list_name, code.text, c->b->book->year, &name) : -1;
  if (found < 0) return (struct value){.kind = VALUE_NONE, .why = tr("没有这一年的科目表", "there is no list of codes for that year")};
  if (n->call == CALL_KNOWN) return truth_value(found > 0);
  return found > 0 && name ? text_value(sv_from(name)) : none;
}

/* ---- says: a sentence outside the tables holds one word of each argument ---- */

static const char *document_text(const struct context *c, int document) {
  struct binding *b = c->b;
  if (!b->said) b->said = ARENA_ARRAY(&b->scratch, const char *, (size_t)b->book->ndocuments + 1);
  if (!b->said) {
    b->failed = true;
    return "";
  }
  if (b->said[document]) return b->said[document];
  const struct document *d = b->book->documents[document];
  struct buf all;
  buf_init(&all, (size_t)16 << 20);
  for (int i = 0; i < d->nitems; i++) {
    struct sv line = d->items[i].text;
    bool begins = d->items[i].kind == ITEM_TABLE || text_enumerator(line).kind != ENUM_NONE || sv_starts(line, "第");
    if (begins) buf_puts(&all, "。"); /* a table stands between, or an item or heading begins */
    if (d->items[i].kind == ITEM_LINE && line.n) buf_add(&all, line.p, line.n);
  }
  b->said[document] = text_fold(&b->scratch, (struct sv){all.p, all.n});
  if (!b->said[document] || all.rc < 0) b->failed = true;
  if (!b->said[document]) b->said[document] = "";
  buf_release(&all);
  return b->said[document];
}

static bool sentence_has(struct sv sentence, const char *words) {
  struct sv rest = sv_from(words);
  while (rest.p) {
    struct sv one = sv_cut(&rest, '|');
    if (one.n && sentence.n >= one.n && memmem(sentence.p, sentence.n, one.p, one.n)) return true;
  }
  return false;
}

static bool document_says(const char *text, const char *const *words, int n) {
  while (*text) {
    const char *end = strstr(text, "。");
    struct sv sentence = {text, end ? (size_t)(end - text) : strlen(text)};
    bool all = true;
    for (int i = 0; i < n && all; i++) all = sentence_has(sentence, words[i]);
    if (all) return true;
    text = end ? end + strlen("。") : text + sentence.n;
  }
  return false;
}

static struct value call_says(const struct context *c, const struct node *n) {
  const char *words[ARGS_MOST];
  bool same = true, said = false;
  int64_t known;
  if (recall(c, n, -1, &known)) return truth_value(known != 0);
  for (int i = 0; i < n->nargs; i++) {
    struct value v = value_of(c, n->args[i]);
    if (v.kind != VALUE_TEXT) return none;
    words[i] = folded(c, v.text);
    same = same && n->args[i]->kind == NODE_TEXT;
  }
  for (int d = 0; d < c->b->book->ndocuments && !said; d++) said = document_says(document_text(c, d), words, n->nargs);
  if (same) remember(c, n, -1, said);
  return truth_value(said);
}

/* ---- contains, matches-count ---- */

static const char *const no_text = "";

static struct value call_contains(const struct context *c, const struct node *n) {
  struct value v = value_of(c, n->args[0]);
  if (v.kind != VALUE_TEXT) return none;
  const char *text = folded(c, v.text);
  for (struct sv rest = sv_from(n->args[1]->text); rest.p;) {
    struct sv one = sv_cut(&rest, '|');
    const char *at = one.n ? memmem(text, strlen(text), one.p, one.n) : NULL;
    if (!at) continue;
    c->b->matched = (struct matched){.text = v.text, .from = (size_t)(at - text), .to = (size_t)(at - text) + one.n};
    return truth_value(true);
  }
  return truth_value(false);
}

static bool pattern_matches(const struct node *n, const char *text) {
  return (!n->needle || strstr(text, n->needle)) && regexec(n->pattern, text, 0, NULL, 0) == 0;
}

static struct value call_matches(const struct context *c, const struct node *n) {
  enum { COUNTED_MOST = 1000 };
  struct value v = value_of(c, n->args[0]);
  if (v.kind != VALUE_TEXT) return none;
  const char *text = folded(c, v.text);
  int64_t count = 0;
  regmatch_t m;
  if (pattern_matches(n, text)) c->b->matched = (struct matched){.text = v.text, .pattern = n->pattern};
  for (int flags = 0; count < COUNTED_MOST && *text && regexec(n->pattern, text, 1, &m, flags) == 0; flags = REG_NOTBOL) {
    count++;
    text += m.rm_eo > 0 ? m.rm_eo : 1;
  }
  return number_value(count);
}

static struct value call_of_row(const struct context *c, const struct node *n) {
  int32_t table;
  if (n->args[0]->kind != NODE_CELL) return none;
  enum found f = find_table(c, &n->args[0]->cell->kind, &table);
  if (f != FOUND_ONE) return f == FOUND_SEVERAL ? several() : none;
  int32_t row = ref_row(c, table, n->args[0]->cell);
  if (row < 0) return none;
  const struct book_row *r = &c->b->book->tables.v[table].rows[row];
  return text_value(n->call == CALL_LABEL ? r->label : r->code);
}

static struct value call_value(const struct context *c, const struct node *n) {
  switch (n->call) {
  case CALL_HAS: return call_has(c, n->args[0]);
  case CALL_COUNT: return call_count(c, n->args[0]);
  case CALL_LEFT:
  case CALL_MID: return call_slice(c, n);
  case CALL_KNOWN:
  case CALL_NAME: return call_lookup(c, n);
  case CALL_SAYS: return call_says(c, n);
  case CALL_CONTAINS: return call_contains(c, n);
  case CALL_MATCHES: return call_matches(c, n);
  case CALL_LABEL:
  case CALL_CODE: return call_of_row(c, n);
  case CALL_FIELD:
  case CALL_NOTED:
  case CALL_NUMBER:
  case CALL_YEAR:
  case CALL_LENGTH: break;
  }
  struct value v = value_of(c, n->args[0]);
  if (v.kind != VALUE_TEXT) return none;
  if (n->call == CALL_FIELD) return call_field(c, v.text);
  if (n->call == CALL_NOTED) return truth_value(call_field(c, v.text).kind == VALUE_TEXT);
  if (n->call == CALL_NUMBER) return call_number(sv_from(folded(c, v.text)));
  if (n->call == CALL_YEAR) return year_in(sv_from(folded(c, v.text)));
  return number_value((int64_t)utf8_length(sv_trim(v.text)));
}

static struct value cell_value(const struct context *c, const struct cell_ref *ref) {
  int32_t obs = ref_obs(c, ref), table;
  if (obs >= 0) return obs_value(&c->b->book->obs.v[obs]);
  return find_table(c, &ref->kind, &table) == FOUND_SEVERAL ? several() : none;
}

static struct value value_of(const struct context *c, const struct node *n) {
  switch (n->kind) {
  case NODE_TEXT: return text_value(sv_from(n->text));
  case NODE_NUMBER: return number_value(n->number);
  case NODE_ATTRIBUTE: return attribute_value(c, n->attribute);
  case NODE_CALL: return call_value(c, n);
  case NODE_CELL: return cell_value(c, n->cell);
  case NODE_OR:
  case NODE_AND:
  case NODE_NOT:
  case NODE_COMPARE:
  case NODE_IN:
  case NODE_TRUTH: break;
  }
  return none;
}

/* ---- what matched, for messages ---- */

/* The byte of `s` from which its folded text has `offset` bytes before it. */
static size_t unfolded(struct sv s, size_t offset) {
  size_t at = 0, n = 0;
  while (at < s.n && n < offset) {
    size_t from = at;
    char one[16];
    (void)utf8_next(s, &at);
    n += text_fold_into(one, sizeof one, (struct sv){s.p + from, at - from});
  }
  return at;
}

/* Where the last match lies in its text; false when nothing matched. */
static bool match_find(const struct context *c, size_t *from, size_t *to) {
  const struct matched *m = &c->b->matched;
  size_t begin = m->from, end = m->to;
  regmatch_t at;
  if (!m->text.p) return false;
  if (m->pattern) {
    if (regexec(m->pattern, folded(c, m->text), 1, &at, 0) != 0 || at.rm_so < 0) return false;
    begin = (size_t)at.rm_so, end = (size_t)at.rm_eo;
  }
  *from = unfolded(m->text, begin);
  *to = unfolded(m->text, end);
  while (*from < *to && (unsigned char)m->text.p[*from] <= ' ') ++*from; /* blanks are nothing in folded text */
  return true;
}

const char *match_quote(const struct context *c) {
  size_t from, to;
  struct sv s = {0};
  if (match_find(c, &from, &to)) s = (struct sv){c->b->matched.text.p + from, to - from};
  s.n = characters(s, QUOTED_MOST);
  const char *p = arena_text(&c->b->result->arena, s.n ? s.p : "", s.n);
  return p ? p : no_text;
}

/* A stretch of QUOTED_MOST characters with the match in its middle. */
const char *field_quote(const struct context *c) {
  struct sv s = c->field->text;
  size_t from = 0, to = 0, begin = 0, end;
  bool found = c->b->matched.text.p == s.p && match_find(c, &from, &to);
  if (found && utf8_length(s) > QUOTED_MOST) {
    int64_t inside = (int64_t)utf8_length((struct sv){s.p + from, to - from}), before = inside < QUOTED_MOST ? (QUOTED_MOST - inside) / 2 : 0;
    for (begin = from; begin > 0 && before > 0; before--)
      for (begin--; begin > 0 && ((unsigned char)s.p[begin] & 0xC0) == 0x80;) begin--;
  }
  end = begin + characters((struct sv){s.p ? s.p + begin : NULL, s.n - begin}, QUOTED_MOST);
  const char *p =
      arena_printf(&c->b->result->arena, "%s%.*s%s", begin > 0 ? "…" : "", (int)(end - begin), s.n ? s.p + begin : "", end < s.n ? "…" : "");
  return p ? p : no_text;
}

/* ---- truths ---- */

static struct judged unknown(struct value a, struct value b) {
  return (struct judged){.truth = TRUTH_UNKNOWN, .why = a.why ? a.why : b.why};
}

static bool order_holds(enum compare_op op, int order) {
  switch (op) {
  case CMP_EQ: return order == 0;
  case CMP_NE: return order != 0;
  case CMP_LT: return order < 0;
  case CMP_LE: return order <= 0;
  case CMP_GT: return order > 0;
  case CMP_GE: return order >= 0;
  case CMP_MATCH: break;
  }
  return false;
}

static const char *shown(const struct context *c, struct value v) {
  bool field = c->field && v.kind == VALUE_TEXT && v.text.n > 0 && v.text.p == c->field->text.p;
  if (field) return field_quote(c);
  if (v.kind == VALUE_TEXT || v.kind == VALUE_AMOUNT) return arena_text(&c->b->result->arena, v.text.n ? v.text.p : "", v.text.n);
  return v.kind == VALUE_NUMBER ? arena_printf(&c->b->result->arena, "%" PRId64, v.number) : NULL;
}

static struct judged with_sides(const struct context *c, bool yes, enum compare_op op, struct value a, struct value b) {
  struct judged j = {.truth = yes ? TRUTH_YES : TRUTH_NO};
  if (!yes) j.stated = shown(c, a);
  if (!yes && (op == CMP_EQ || op == CMP_GE || op == CMP_LE)) j.expected = shown(c, b);
  return j;
}

/* Two amounts: equal when some value inside both printed intervals is. */
static int amounts_order(struct value a, struct value b) {
  int64_t al, ah, bl, bh;
  obs_interval(a.obs, &al, &ah);
  obs_interval(b.obs, &bl, &bh);
  return ah < bl ? -1 : al > bh ? 1 : 0;
}

/* What a field is about is a name of ours ("same", "prior"): it decides, and is not for people. */
static bool is_internal(const struct node *n) {
  return n->kind == NODE_ATTRIBUTE && n->attribute == ATTR_FIELD_SUBJECT;
}

static struct judged compare_sides(const struct context *c, const struct node *n) {
  struct value a = value_of(c, n->args[0]);
  if (n->op == CMP_MATCH) {
    if (a.kind != VALUE_TEXT) return unknown(a, none);
    struct judged j = {.truth = pattern_matches(n, folded(c, a.text)) ? TRUTH_YES : TRUTH_NO};
    if (j.truth == TRUTH_NO) j.stated = shown(c, a);
    if (j.truth == TRUTH_YES) c->b->matched = (struct matched){.text = a.text, .pattern = n->pattern};
    return j;
  }
  struct value b = value_of(c, n->args[1]);
  if (a.kind == VALUE_NONE || b.kind == VALUE_NONE) return unknown(a, b);
  int order;
  if (a.kind == VALUE_TEXT && b.kind == VALUE_TEXT)
    order = strcmp(folded(c, a.text), folded(c, b.text));
  else if (a.kind == VALUE_AMOUNT && b.kind == VALUE_AMOUNT)
    order = amounts_order(a, b);
  else if (a.kind != VALUE_TEXT && b.kind != VALUE_TEXT)
    order = (a.number > b.number) - (a.number < b.number);
  else
    return unknown(a, b);
  return with_sides(c, order_holds(n->op, order), n->op, a, b);
}

static struct judged compare(const struct context *c, const struct node *n) {
  struct judged j = compare_sides(c, n);
  if (is_internal(n->args[0])) j.stated = j.expected = NULL;
  return j;
}

static struct judged is_in(const struct context *c, const struct node *n) {
  struct value a = value_of(c, n->args[0]);
  if (a.kind == VALUE_NONE) return unknown(a, none);
  for (int i = 1; i < n->nargs; i++) {
    struct value b = value_of(c, n->args[i]);
    if (a.kind == VALUE_TEXT && b.kind == VALUE_TEXT ? strcmp(folded(c, a.text), folded(c, b.text)) == 0
                                                     : a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER && a.number == b.number)
      return (struct judged){.truth = TRUTH_YES};
  }
  struct judged j = {.truth = TRUTH_NO};
  j.stated = is_internal(n->args[0]) ? NULL : shown(c, a);
  return j;
}

static struct judged is_true(const struct context *c, const struct node *n) {
  struct value a = value_of(c, n->args[0]);
  if (a.kind == VALUE_NONE) return unknown(a, none);
  bool yes = a.kind == VALUE_TEXT ? sv_trim(a.text).n > 0 : a.number != 0;
  return (struct judged){.truth = yes ? TRUTH_YES : TRUTH_NO};
}

static struct judged judge(const struct context *c, const struct node *n);

static struct judged either(const struct context *c, const struct node *n, enum truth settles) {
  struct judged a = judge(c, n->args[0]);
  if (a.truth == settles) return a;
  struct judged b = judge(c, n->args[1]);
  if (b.truth == settles) return b;
  if (a.truth == TRUTH_UNKNOWN || b.truth == TRUTH_UNKNOWN)
    return (struct judged){.truth = TRUTH_UNKNOWN, .why = a.truth == TRUTH_UNKNOWN && a.why ? a.why : b.why};
  return settles == TRUTH_YES && a.stated ? a : b;
}

static struct judged judge(const struct context *c, const struct node *n) {
  struct judged j;
  switch (n->kind) {
  case NODE_OR: return either(c, n, TRUTH_YES);
  case NODE_AND: return either(c, n, TRUTH_NO);
  case NODE_NOT:
    j = judge(c, n->args[0]);
    if (j.truth != TRUTH_UNKNOWN) j = (struct judged){.truth = j.truth == TRUTH_YES ? TRUTH_NO : TRUTH_YES};
    return j;
  case NODE_COMPARE: return compare(c, n);
  case NODE_IN: return is_in(c, n);
  case NODE_TRUTH:
  case NODE_TEXT:
  case NODE_NUMBER:
  case NODE_ATTRIBUTE:
  case NODE_CELL:
  case NODE_CALL: break;
  }
  return is_true(c, n);
}

struct judged condition_judge(const struct context *c, const struct node *n) {
  if (c->b->words.used > WORDS_KEPT) { /* nothing of an earlier condition is needed any more */
    arena_release(&c->b->words);
    arena_init(&c->b->words, c->b->words.cap);
  }
  return judge(c, n);
}
