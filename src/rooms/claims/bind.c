/* bind.c: from tokens to claims. A number is bound to the subject said before it, in the role the words between them give it; when anything between
 * them is not understood it is not bound. */
#include "rooms/claims/internal.h"

#include <stdlib.h>
#include <string.h>

enum { SAID_MOST = 200000, PART_BYTES = 120, LOOK_BACK = 2000 };

const char *const column_names[COLUMNS] = {
    [COL_AMOUNT] = "amount",
    [COL_BUDGET] = "budget",
    [COL_ADJUSTED] = "adjusted",
    [COL_FINAL] = "final",
    [COL_PRIOR] = "prior",
    [COL_AGAIN] = "again",
    [COL_CHANGE] = "change",
    [COL_GROWTH] = "growth",
    [COL_SHARE] = "share",
    [COL_RATE] = "rate",
    [COL_RATE_ADJUSTED] = "rate.adjusted",
    [COL_COUNT] = "count",
    [COL_UP] = "up",
    [COL_DOWN] = "down",
    [COL_FLAT] = "flat",
    [COL_LESS] = "less",
    [COL_MORE] = "more",
    [COL_EQUAL] = "equal",
    [COL_CAUSE] = "cause",
    [COL_NEW] = "new",
    [COL_INCOMPARABLE] = "incomparable",
    [COL_BASE] = "base",
    [COL_YEAR] = "year",
    [COL_BASE_YEAR] = "base-year",
    [COL_WHOLE] = "whole",
    [COL_BARE] = "bare",
    [COL_NEAR] = "near",
    [COL_FROM_ZERO] = "from-zero",
    [COL_SAME] = "same",
};

struct binder {
  struct claims *c;
  const struct tokens *t;
  const struct paragraph *p;
  const struct section *section; /* NULL: none that is known */
  size_t at;                     /* the token at hand */
  uint32_t sentence_from, sentence_end;
  /* what is being spoken of */
  bool subject;
  const char *table, *key;
  uint32_t subject_from, subject_end, subject_sentence;
  bool near;
  int row; /* its claim, -1 until something is bound */
  int parent;
  bool parent_open; /* an 其中 list is open */
  int parent_level; /* of the paragraph that opened it */
  /* in what role the next number stands */
  int slot, direction, rate;
  bool slot_said; /* by a word: the number is the subject's even when it has one already */
  bool share, whole_said, compare, flat;
  bool compared; /* the comparison was said already: a new subject begins without it */
  int base;      /* key of what it is compared with, -1 */
  int base_year, year;
  uint32_t whole_from, whole_end;
  uint32_t direction_from, direction_end;
  bool broken, aside, listing, apart, unknown, respectively;
  uint32_t unknown_from;
  int list_of;
  size_t first_listed;
};

static const char *key_name(const struct binder *b, int key) {
  return key >= 0 ? intern_name(&b->c->g->keys, (uint32_t)key) : "";
}

/* ---- claims ---- */

static int row_ready(struct binder *b) {
  if (b->row >= 0) return RC_OK;
  struct said s = {.table = b->table,
                   .key = b->key,
                   .from = b->subject_from,
                   .end = b->subject_end,
                   .sentence_from = b->subject_sentence,
                   .sentence_end = b->sentence_end,
                   .parent = b->parent_open ? b->parent : -1};
  if (VEC_PUSH(&b->c->said, s, SAID_MOST) < 0) return RC_NOMEM;
  b->row = (int)b->c->said.n - 1;
  struct said *now = &b->c->said.v[b->row];
  if (b->near) now->cells[COL_NEAR] = (struct said_cell){.there = true, .from = b->subject_from, .end = b->subject_end};
  if (b->year)
    now->cells[COL_YEAR] = (struct said_cell){.there = true, .from = b->subject_from, .end = b->subject_end, .value = (int64_t)b->year * 10000};
  return RC_OK;
}

static void mark(struct binder *b, enum column column, uint32_t from, uint32_t end) {
  struct said_cell *cell = &b->c->said.v[b->row].cells[column];
  if (!cell->there) *cell = (struct said_cell){.there = true, .from = from, .end = end};
}

static int not_bound(struct binder *b, const struct token *t, bool apart, const char *why) {
  struct unbound u = {t->from, t->end, b->sentence_from, b->sentence_end, why, apart};
  return VEC_PUSH(&b->c->unbound, u, SAID_MOST) < 0 ? RC_NOMEM : RC_OK;
}

static int put(struct binder *b, const struct token *t, enum column column, int sign) {
  int rc = row_ready(b);
  if (rc < 0) return rc;
  struct said_cell *cell = &b->c->said.v[b->row].cells[column];
  int64_t value = sign == 0 ? t->number : sign * t->number;
  if (cell->there && column == COL_AMOUNT) { /* said twice of one subject */
    cell = &b->c->said.v[b->row].cells[COL_AGAIN];
    if (cell->there) {
      b->row = -1;
      return put(b, t, column, sign);
    }
  } else if (cell->there) {
    if (cell->value == value) return RC_OK;
    b->row = -1; /* the same once more: a claim of its own */
    return put(b, t, column, sign);
  }
  *cell = (struct said_cell){true, t->from, t->end, value, t->quantum, t->decimals};
  struct said *s = &b->c->said.v[b->row];
  s->sentence_end = b->sentence_end;
  return RC_OK;
}

/* ---- subjects ---- */

static void role_clear(struct binder *b) {
  b->slot = COL_AMOUNT, b->direction = 0, b->rate = 0, b->slot_said = false;
  b->share = b->whole_said = b->flat = false;
}

static void subject_set(struct binder *b, const char *table, const char *key, const struct token *t, bool near) {
  b->unknown = false;
  bool same = b->subject && strcmp(b->table, table) == 0 && strcmp(b->key, key) == 0;
  bool kept = b->compare && (same || !b->compared);
  role_clear(b);
  b->compare = kept;
  if (!kept) b->base = -1, b->base_year = 0;
  if (same) return;
  b->subject = true, b->table = table, b->key = key, b->near = near;
  b->subject_from = t->from, b->subject_end = t->end, b->subject_sentence = b->sentence_from;
  b->row = -1;
}

static const char *table_named(struct binder *b, const char *suffix) {
  const char *name = arena_printf(&b->c->book->arena, "said-%s", suffix);
  return name;
}

static const char *code_text(struct binder *b, const char *code) {
  return arena_text(&b->c->book->arena, code, strlen(code));
}

/* A path that no table and no list knows: its names are its key, so that what is said of it can still be held against itself. */
static const char *path_key(struct binder *b, const struct path *p) {
  return arena_printf(&b->c->book->arena, "%.*s/%.*s/%.*s", SV_ARG(p->names[0]), SV_ARG(p->names[1]), SV_ARG(p->names[2]));
}

static int on_path(struct binder *b, const struct token *t) {
  const struct path *p = &b->t->paths.v[t->value];
  const char *suffix = !b->section ? NULL : p->economic ? b->section->economic : b->section->functional;
  if (!suffix && !p->code[0] && b->section) suffix = b->section->economic;
  if (!suffix) {
    b->subject = false, b->row = -1;
    b->unknown = true, b->unknown_from = t->from;
    return RC_OK;
  }
  const char *table = table_named(b, suffix), *key = p->code[0] ? code_text(b, p->code) : path_key(b, p);
  if (!table || !key) return RC_NOMEM;
  b->broken = false;
  b->listing = false;
  subject_set(b, table, key, t, p->near);
  return RC_OK;
}

static int list_add(struct binder *b, const struct token *t, const char *suffix, const char *code) {
  const char *table = arena_printf(&b->c->book->arena, "said-names-%s", suffix), *key = code_text(b, code);
  struct listed l = {table, key, b->list_of, t->from, t->end, b->sentence_from, b->sentence_end, true};
  if (!table || !key) return RC_NOMEM;
  return VEC_PUSH(&b->c->listed, l, SAID_MOST) < 0 ? RC_NOMEM : RC_OK;
}

static bool number_follows(const struct binder *b) {
  return b->at + 1 < b->t->list.n && b->t->list.v[b->at + 1].kind == TOK_AMOUNT;
}

static int on_name(struct binder *b, const struct token *t) {
  const struct names *names = b->c->names;
  const char *functional = b->section ? b->section->functional : NULL, *economic = b->section ? b->section->economic : NULL;
  for (int32_t i = t->value; i >= 0; i = names->entries.v[i].next) {
    const struct name_entry *x = &names->entries.v[i];
    const char *suffix = x->economic ? economic : functional;
    if (!suffix || (!x->economic && strlen(x->code) != 3)) continue;
    if (b->listing && !number_follows(b)) return list_add(b, t, suffix, x->code);
    if (b->broken) return RC_OK;
    const char *table = table_named(b, suffix), *key = code_text(b, x->code);
    if (!table || !key) return RC_NOMEM;
    subject_set(b, table, key, t, false);
    return RC_OK;
  }
  b->unknown = true, b->unknown_from = t->from;
  return RC_OK;
}

/* 6个一级项目支出绩效目标: the count stands before what is counted. */
static int counted_before(struct binder *b) {
  const struct token *v = b->t->list.v;
  if (b->at == 0 || v[b->at - 1].kind != TOK_COUNT || v[b->at - 1].end != v[b->at].from || b->row >= 0) return RC_OK;
  return put(b, &v[b->at - 1], COL_COUNT, 0);
}

/* 全部由省财政拨款。: words that happen to be a subject's at the end of others, and nothing is said of them. */
static bool dangling(const struct binder *b) {
  const struct token *v = b->t->list.v;
  if (b->at == 0 || b->row < 0 || v[b->at - 1].kind != TOK_UNKNOWN || v[b->at - 1].end != v[b->at].from) return false;
  size_t next = b->at + 1;
  while (next < b->t->list.n && v[next].kind == TOK_WORD && b->c->g->list.v[v[next].value].role == ROLE_FILLER) next++;
  return next == b->t->list.n || v[next].kind == TOK_STOP || v[next].kind == TOK_COMMA || v[next].kind == TOK_SEMICOLON;
}

/* 占本年支出合计的: the subject said there is the whole. */
static int on_subject(struct binder *b, const struct token *t, const struct word *w) {
  if (b->share && !b->whole_said) {
    b->whole_said = true, b->whole_from = t->from, b->whole_end = t->end;
    if (!b->subject) return RC_OK; /* 占 of nobody knows what */
    const char *key = key_name(b, w->key);
    int rc = row_ready(b);
    if (rc < 0) return rc;
    mark(b, COL_WHOLE, t->from, t->end);
    int last = (int)b->c->said.n - 1;
    for (int i = last; i >= 0 && i > last - LOOK_BACK; i--)
      if (strcmp(b->c->said.v[i].key, key) == 0 && strcmp(b->c->said.v[i].table, "said") == 0 && i != b->row) {
        b->c->said.v[b->row].parent = i;
        break;
      }
    return RC_OK;
  }
  if (b->broken || dangling(b)) return RC_OK;
  if (b->listing && !number_follows(b)) { /* 会议费、培训费: also names of codes */
    size_t length;
    int32_t name = trie_longest(&b->c->names->words, b->c->prose->text.p + t->from, t->end - t->from, &length);
    struct token named = {.kind = TOK_NAME, .from = t->from, .end = t->end, .value = name};
    if (name >= 0 && length == t->end - t->from) return on_name(b, &named);
  }
  subject_set(b, "said", key_name(b, w->key), t, false);
  return counted_before(b);
}

/* ---- words ---- */

static int on_mark(struct binder *b, const struct token *t, enum column column) {
  if (b->broken || b->aside || !b->subject || (b->unknown && column != COL_NEW && column != COL_INCOMPARABLE)) return RC_OK;
  int rc = row_ready(b);
  if (rc < 0) return rc;
  mark(b, column, t->from, t->end);
  if (column == COL_FLAT || column == COL_EQUAL || column == COL_LESS || column == COL_MORE) b->c->said.v[b->row].sentence_end = b->sentence_end;
  if (column == COL_FLAT) {
    b->flat = b->compared = true;
    mark(b, COL_CHANGE, t->from, t->end); /* a change of nothing, exactly */
  }
  return RC_OK;
}

static bool is_final(const struct book *b) {
  return b->kind == BOOK_DEPARTMENT_FINAL || b->kind == BOOK_UNIT_FINAL;
}

static void on_slot(struct binder *b, const struct word *w) {
  const struct {
    const char *name;
    enum column column;
  } slots[] = {{"amount", COL_AMOUNT},
               {"budget", COL_BUDGET},
               {"adjusted", COL_ADJUSTED},
               {"final", COL_FINAL},
               {"prior", COL_PRIOR},
               {"again", COL_AMOUNT},
               {"planned", is_final(b->c->book) ? COL_BUDGET : COL_AMOUNT}};
  const char *name = key_name(b, w->key);
  if (b->compare && b->direction == 0) { /* 比2023年预算: its budget is meant */
    uint32_t budget = intern_find(&b->c->g->keys, "budget", strlen("budget"));
    b->base = strcmp(name, "amount") == 0 || strcmp(name, "planned") == 0 ? (int)budget : w->key;
    return;
  }
  role_clear(b);
  b->slot_said = true;
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
    if (strcmp(name, slots[i].name) == 0) b->slot = (int)slots[i].column;
}

static int on_cause(struct binder *b, const struct token *t) {
  b->broken = true;
  if (!b->subject || b->row < 0) return RC_OK;
  if (b->sentence_end > t->end + 6) { /* more than a full stop follows */
    mark(b, COL_CAUSE, t->end, b->sentence_end);
    b->c->said.v[b->row].sentence_end = b->sentence_end;
  }
  return RC_OK;
}

static bool ends_with(const char *text, const char *end) {
  return sv_ends(sv_from(text), end);
}

static void on_list(struct binder *b, bool purpose) {
  bool functional = b->subject && strcmp(b->table, "said") != 0 && strlen(b->key) != 3 && strlen(b->key) != 5;
  bool item = b->subject && b->section && b->section->functional && strcmp(b->table, "said") != 0 &&
              !(b->section->economic && ends_with(b->table, b->section->economic));
  if (purpose && (functional || item)) {
    b->broken = true; /* 主要用于 of a functional item: free text */
    return;
  }
  b->listing = true;
  b->list_of = b->row;
  b->first_listed = b->c->listed.n;
}

static int on_word(struct binder *b, const struct token *t) {
  const struct word *w = &b->c->g->list.v[t->value];
  switch (w->role) {
  case ROLE_SUBJECT: return on_subject(b, t, w);
  case ROLE_SLOT: on_slot(b, w); break;
  case ROLE_UP:
  case ROLE_DOWN:
    b->direction = w->role == ROLE_UP ? 1 : -1;
    b->direction_from = t->from, b->direction_end = t->end;
    break;
  case ROLE_FLAT: return on_mark(b, t, COL_FLAT);
  case ROLE_LESS: return on_mark(b, t, COL_LESS);
  case ROLE_MORE: return on_mark(b, t, COL_MORE);
  case ROLE_EQUAL: return on_mark(b, t, COL_EQUAL);
  case ROLE_NEW: return on_mark(b, t, COL_NEW);
  case ROLE_INCOMPARABLE:
    if (b->row >= 0) mark(b, COL_INCOMPARABLE, t->from, t->end);
    break;
  case ROLE_COMPARE:
    b->compare = true, b->compared = false, b->direction = 0, b->share = false, b->rate = 0, b->base = w->key, b->base_year = 0;
    break;
  case ROLE_SHARE: b->share = true, b->whole_said = false; break;
  case ROLE_RATE: b->rate = strcmp(key_name(b, w->key), "adjusted") == 0 ? COL_RATE_ADJUSTED : COL_RATE; break;
  case ROLE_OF_WHICH:
    b->parent_open = b->row >= 0, b->parent = b->row, b->parent_level = b->p->level;
    b->broken = b->listing = false;
    b->subject = false, b->row = -1; /* what follows is said of a part, not of the whole */
    break;
  case ROLE_LIST: on_list(b, false); break;
  case ROLE_PURPOSE: on_list(b, true); break;
  case ROLE_BREAK: return on_cause(b, t);
  case ROLE_ETC:
    for (size_t i = b->first_listed; b->listing && i < b->c->listed.n; i++) b->c->listed.v[i].closed = false;
    break;
  case ROLE_ASIDE: b->aside = true; break;
  case ROLE_RESPECTIVELY: b->respectively = true; break;
  case ROLE_THRESHOLD:
  case ROLE_FILLER:
  case ROLE_CLASS_MARK:
  case ROLE_SECTION_MARK:
  case ROLE_ITEM_MARK:
  case ROLES: break;
  }
  return RC_OK;
}

/* ---- numbers ---- */

static bool next_is(const struct binder *b, enum role role) {
  if (b->at + 1 >= b->t->list.n) return false;
  const struct token *t = &b->t->list.v[b->at + 1];
  return t->kind == TOK_WORD && b->c->g->list.v[t->value].role == role;
}

/* Why a number cannot be bound; NULL when it can. */
static const char *obstacle(struct binder *b, bool *apart) {
  *apart = true;
  if (next_is(b, ROLE_THRESHOLD) || b->aside) return tr("是标准、界限或附带说明，不是本书的数", "a threshold or an aside, no figure of the book");
  if (b->broken) return tr("在原因或用途的说明里", "inside the explanation of a cause or purpose");
  *apart = false;
  if (b->respectively) return tr("“分别为”：不能断定哪个数属于哪一项", "\"respectively\": not certain which number is whose");
  if (b->unknown) return tr("数前面有没有认出的说法", "words before the number were not understood");
  if (!b->subject) return tr("没有认出说的是什么", "what it is said of was not recognised");
  return NULL;
}

static int directed(struct binder *b, const struct token *t, enum column column) {
  int rc = put(b, t, column, t->number < 0 ? 1 : b->direction);
  if (rc == RC_OK) mark(b, b->direction > 0 ? COL_UP : COL_DOWN, b->direction_from, b->direction_end);
  return rc;
}

static int note_base(struct binder *b, const struct token *t) {
  if (!b->compare || b->row < 0) return RC_OK;
  b->compared = b->compared || b->direction != 0;
  struct said *s = &b->c->said.v[b->row];
  if (b->base >= 0 && !s->cells[COL_BASE].there)
    s->cells[COL_BASE] = (struct said_cell){.there = true, .from = t->from, .end = t->end, .value = b->base};
  if (b->base_year && !s->cells[COL_BASE_YEAR].there)
    s->cells[COL_BASE_YEAR] = (struct said_cell){.there = true, .from = t->from, .end = t->end, .value = (int64_t)b->base_year * 10000};
  return RC_OK;
}

static bool boundary(const struct binder *b, const struct token *t) {
  return t->kind == TOK_COMMA || t->kind == TOK_COLON || t->kind == TOK_PAUSE || t->kind == TOK_SEMICOLON || t->kind == TOK_STOP ||
         (t->kind == TOK_WORD && b->c->g->list.v[t->value].role == ROLE_OF_WHICH);
}

static bool of_a_name(const struct binder *b, const struct token *t) {
  if (t->kind == TOK_UNKNOWN || t->kind == TOK_NAME) return true;
  return t->kind == TOK_WORD && b->c->g->list.v[t->value].role == ROLE_FILLER;
}

/* 其中：中介机构服务费418.80万元: a name that is no subject of the grammar, in a list of parts: it is a part under its own name. */
static int part_subject(struct binder *b) {
  if (!b->unknown || !b->parent_open || b->broken || b->direction || b->share) return RC_OK;
  size_t first = b->at;
  while (first > 0 && of_a_name(b, &b->t->list.v[first - 1])) first--;
  if (first == b->at || first == 0 || !boundary(b, &b->t->list.v[first - 1])) return RC_OK;
  struct token name = b->t->list.v[first];
  name.end = b->t->list.v[b->at - 1].end;
  if (name.end - name.from > PART_BYTES) return RC_OK;
  const char *key = arena_printf(&b->c->book->arena, "part.%.*s", (int)(name.end - name.from), b->c->prose->text.p + name.from);
  if (!key) return RC_NOMEM;
  subject_set(b, "said", key, &name, false);
  return RC_OK;
}

static int on_amount(struct binder *b, const struct token *t) {
  bool apart;
  if (part_subject(b) < 0) return RC_NOMEM;
  const char *why = obstacle(b, &apart);
  if (why) return not_bound(b, t, apart, why);
  int rc;
  bool another = !b->slot_said && !b->flat && !b->compare && !b->direction && b->slot == COL_AMOUNT && b->row >= 0;
  if (another && b->c->said.v[b->row].cells[COL_AMOUNT].there && b->c->said.v[b->row].cells[COL_AMOUNT].value != t->number)
    return not_bound(b, t, false, tr("同一句里又有一个数，不能断定说的是什么", "another number in the sentence: not certain what it is of"));
  if (b->direction)
    rc = directed(b, t, COL_CHANGE);
  else if (b->flat || (b->compare && b->slot == COL_AMOUNT && b->base >= 0))
    rc = put(b, t, COL_PRIOR, 0);
  else
    rc = put(b, t, (enum column)b->slot, 0);
  if (rc == RC_OK) rc = note_base(b, t);
  b->slot = COL_AMOUNT, b->slot_said = false;
  if (!b->direction) b->share = false;
  return rc;
}

static int on_percent(struct binder *b, const struct token *t, bool bare) {
  bool apart;
  const char *why = obstacle(b, &apart);
  if (why) return not_bound(b, t, apart, why);
  int rc = RC_OK;
  if (b->share)
    rc = put(b, t, COL_SHARE, 0);
  else if (b->rate)
    rc = put(b, t, (enum column)b->rate, 0);
  else if (b->direction)
    rc = directed(b, t, COL_GROWTH);
  else
    return not_bound(b, t, false, tr("不知是什么的百分比", "not clear what it is a percentage of"));
  if (rc == RC_OK && bare) mark(b, COL_BARE, t->from, t->end);
  if (rc == RC_OK) rc = note_base(b, t);
  b->share = false, b->rate = 0;
  return rc;
}

static int on_bare(struct binder *b, struct token t) {
  if (b->broken || b->unknown || !b->subject || b->aside) return RC_OK;
  if (b->share || b->rate) return on_percent(b, &t, true); /* 占 79.49: read as 79.49 %, and said to lack its sign */
  if (b->direction && b->compare)
    return not_bound(b, &t, false, tr("数后面没有单位，也没有百分号", "the number has neither a unit nor a percent sign"));
  return RC_OK;
}

static int on_count(struct binder *b, const struct token *t) {
  if (b->broken || b->unknown || !b->subject || b->aside) return RC_OK;
  return put(b, t, COL_COUNT, 0);
}

/* ---- sentences ---- */

static void on_stop(struct binder *b) {
  role_clear(b);
  b->compare = b->broken = b->listing = b->unknown = b->aside = b->respectively = false;
  b->base = -1, b->base_year = b->year = 0;
  if (b->p->level == 0) b->parent_open = false;
}

static bool subject_follows(const struct binder *b) {
  for (size_t i = b->at + 1; i < b->t->list.n; i++) {
    const struct token *t = &b->t->list.v[i];
    if (t->kind == TOK_YEAR) continue;
    return t->kind == TOK_PATH || (t->kind == TOK_WORD && b->c->g->list.v[t->value].role == ROLE_SUBJECT);
  }
  return false;
}

static void on_semicolon(struct binder *b) {
  role_clear(b);
  b->compare = false, b->base = -1, b->unknown = b->respectively = false;
  if (b->broken && subject_follows(b)) b->broken = false;
  b->listing = false;
}

static void sentence_begin(struct binder *b) {
  b->sentence_from = b->t->list.v[b->at].from, b->sentence_end = b->p->end;
  for (size_t i = b->at; i < b->t->list.n; i++)
    if (b->t->list.v[i].kind == TOK_STOP) {
      b->sentence_end = b->t->list.v[i].end;
      break;
    }
}

static void on_year(struct binder *b, const struct token *t) {
  if (b->broken) return;
  if (b->compare && !b->base_year)
    b->base_year = (int)t->number;
  else if (!b->compare)
    b->year = (int)t->number;
}

static int on_token(struct binder *b, const struct token *t) {
  switch (t->kind) {
  case TOK_WORD: return on_word(b, t);
  case TOK_PATH: return on_path(b, t);
  case TOK_NAME: return on_name(b, t);
  case TOK_AMOUNT: return on_amount(b, t);
  case TOK_PERCENT: return on_percent(b, t, false);
  case TOK_COUNT: return on_count(b, t);
  case TOK_NUMBER: return on_bare(b, *t);
  case TOK_YEAR: on_year(b, t); break;
  case TOK_STOP: on_stop(b); break;
  case TOK_SEMICOLON: on_semicolon(b); break;
  case TOK_COMMA: b->flat = false; break;
  case TOK_PAUSE:
  case TOK_COLON: break;
  case TOK_UNKNOWN:
    if (t->end - t->from > 3 && !b->unknown) b->unknown = true, b->unknown_from = t->from;
    break;
  }
  return RC_OK;
}

static int bind_quiet(struct binder *b) {
  int rc = RC_OK;
  for (b->at = 0; b->at < b->t->list.n && rc == RC_OK; b->at++) {
    const struct token *t = &b->t->list.v[b->at];
    if (b->at == 0 || b->t->list.v[b->at - 1].kind == TOK_STOP) sentence_begin(b);
    if (t->kind == TOK_AMOUNT || t->kind == TOK_PERCENT)
      rc = not_bound(b, t, true, b->section && b->section->quiet ? b->section->why : tr("不在情况说明里", "outside the narrative"));
  }
  return rc;
}

static int bind_paragraph(struct binder *b) {
  int rc = RC_OK;
  for (b->at = 0; b->at < b->t->list.n && rc == RC_OK; b->at++) {
    if (b->at == 0 || b->t->list.v[b->at - 1].kind == TOK_STOP) sentence_begin(b);
    rc = on_token(b, &b->t->list.v[b->at]);
  }
  return rc;
}

static void paragraph_begin(struct binder *b, const struct paragraph *p, bool left_open) {
  int parent = b->parent, parent_level = b->parent_level;
  bool below = p->level == 0 ? left_open : parent_level == 0 || p->level > parent_level; /* 3. after 2. is no part of it */
  bool open = b->parent_open && below && !p->heading;
  *b = (struct binder){.c = b->c,
                       .t = b->t,
                       .p = p,
                       .row = -1,
                       .parent = parent,
                       .parent_open = open,
                       .parent_level = parent_level,
                       .slot = COL_AMOUNT,
                       .base = -1,
                       .list_of = -1};
  b->section = p->section >= 0 ? &b->c->g->sections.v[p->section] : NULL;
}

/* The words in a chart: short, no sentence, nothing but percentages. */
static bool is_label(const struct paragraph *p, struct sv text) {
  return p->level == 0 && text.n < 100 && !sv_contains(text, "。") && !sv_contains(text, ";") && !sv_contains(text, "元") &&
         !sv_contains(text, "占") && sv_contains(text, "%");
}

int claims_bind(struct claims *c) {
  struct tokens tokens = {0};
  struct path_context context = {0};
  struct binder b = {.c = c, .t = &tokens};
  int rc = RC_OK, section = -1;
  bool left_open = false;
  for (size_t i = 0; i < c->prose->paragraphs.n && rc == RC_OK; i++) {
    const struct paragraph *p = &c->prose->paragraphs.v[i];
    if (p->contents) continue;
    if (p->section != section || (p->heading && p->level <= 2)) context = (struct path_context){0}, b.parent_open = false;
    section = p->section;
    rc = tokens_read(c, p, &context, &tokens);
    if (rc < 0) break;
    paragraph_begin(&b, p, left_open);
    if (p->heading) continue; /* it has no amounts; the classes it names are in the context now */
    struct sv text = {c->prose->text.p + p->from, p->end - p->from};
    rc = !b.section || b.section->quiet || is_label(p, text) ? bind_quiet(&b) : bind_paragraph(&b);
    left_open = sv_ends(text, ":") || sv_ends(text, ";");
  }
  free(tokens.list.v);
  free(tokens.paths.v);
  return rc;
}
