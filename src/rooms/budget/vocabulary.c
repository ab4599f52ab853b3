/* vocabulary.c: reads the profile form (kinds.txt, *.profile) and answers what a word, a heading, a label means. docs/profiles.md is the form. */
#include "rooms/budget/internal.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 20000, MAX_LIST = 2000, VOCABULARY_CAP = 16 << 20, MAX_WORD_BYTES = 240 };

struct reader {
  struct vocabulary *v;
  const char *file;
  int line;
  const char *line_start;
  struct kind *kind; /* the kind or set of columns being read */
  struct item_set *items;
  struct form *form;
  struct err *e;
};

static int bad(const struct reader *r, struct sv at, const char *text) {
  int column = at.p && at.p >= r->line_start ? (int)(at.p - r->line_start) + 1 : 1;
  return err_at(r->e, RC_FORMAT, r->file, r->line, column, "%s: %.*s", text, (int)(at.n > 60 ? 60 : at.n), at.p ? at.p : "");
}

static int no_memory(const struct reader *r) {
  return err_set(r->e, RC_NOMEM, "%s", tr("内存不足或词表太大", "out of memory, or the vocabulary is too large"));
}

static const char *folded_copy(const struct reader *r, struct sv s) {
  return text_fold(&r->v->arena, s);
}

static uint32_t word_add(const struct reader *r, struct sv s) {
  char text[MAX_WORD_BYTES];
  size_t n = text_fold_into(text, sizeof text, s);
  struct vocabulary *v = r->v;
  uint32_t id = intern_add(&v->words, text, n);
  if (id == INTERN_NONE) return id;
  while (v->canonical.n <= id) {
    uint32_t self = (uint32_t)v->canonical.n;
    if (VEC_PUSH(&v->canonical, self, MAX_WORDS) < 0 || VEC_PUSH(&v->label, (uint8_t)LABEL_NOT, MAX_WORDS) < 0) return INTERN_NONE;
  }
  return id;
}

uint32_t vocabulary_word(const struct vocabulary *v, struct sv folded) {
  uint32_t id = intern_find(&v->words, folded.p, folded.n);
  return id == INTERN_NONE ? id : v->canonical.v[id];
}

enum label_kind vocabulary_label(const struct vocabulary *v, struct sv folded) {
  uint32_t id = intern_find(&v->words, folded.p, folded.n);
  return id == INTERN_NONE ? LABEL_NOT : (enum label_kind)v->label.v[id];
}

int vocabulary_kind(const struct vocabulary *v, const char *name) {
  for (size_t i = 0; i < v->kinds.n; i++)
    if (strcmp(v->kinds.v[i].name, name) == 0) return (int)i;
  return -1;
}

/* ---- headings ---- */

void title_reduce(char *out, size_t size, struct sv folded) {
  static const char *const noise[] = {"预算", "决算", "情况", "总体", "明细", "编制", "安排", "部门", "年度", "总", NULL};
  size_t n = 0;
  for (size_t at = 0; at < folded.n;) {
    struct sv rest = {folded.p + at, folded.n - at};
    size_t skip = 0;
    for (int i = 0; noise[i] && !skip; i++)
      if (sv_starts(rest, noise[i])) skip = strlen(noise[i]);
    if (skip) {
      at += skip;
      continue;
    }
    if (sv_starts(rest, "收入支出")) {
      if (n + 6 >= size) break;
      memcpy(out + n, "收支", 6);
      n += 6, at += strlen("收入支出");
      continue;
    }
    size_t next = at;
    utf8_next(folded, &next);
    if (n + (next - at) >= size) break;
    memcpy(out + n, folded.p + at, next - at);
    n += next - at, at = next;
  }
  out[n] = '\0';
}

static bool kind_refuses(const struct kind *k, struct sv heading) {
  for (size_t i = 0; i < k->never.n; i++)
    if (sv_contains(heading, k->never.v[i])) return true;
  return false;
}

static uint64_t title_lookup(const struct vocabulary *v, struct sv reduced, struct sv folded, size_t *length) {
  for (size_t at = 0; at < reduced.n;) {
    uint32_t id = intern_find(&v->titles, reduced.p + at, reduced.n - at);
    if (id != INTERN_NONE) {
      uint64_t kinds = v->title_kinds.v[id];
      for (size_t i = 0; i < v->kinds.n; i++)
        if ((kinds >> i & 1) && kind_refuses(&v->kinds.v[i], folded)) kinds &= ~(UINT64_C(1) << i);
      if (kinds && length) *length = reduced.n - at;
      if (kinds) return kinds;
    }
    utf8_next(reduced, &at);
  }
  return 0;
}

/* Headings end with 表, perhaps with a bracket behind it; they are short and are no sentence. */
uint64_t vocabulary_title(const struct vocabulary *v, struct sv folded, size_t *length) {
  if (folded.n < 6 || folded.n > 240 || sv_contains(folded, "。") || sv_contains(folded, ";")) return 0;
  char reduced[256];
  if (sv_ends(folded, "(续)") || sv_ends(folded, "(续表)")) folded.n -= sv_ends(folded, "(续)") ? strlen("(续)") : strlen("(续表)");
  size_t dash = sv_find(folded, "表-"); /* "支出总表-按功能分类": what stands behind the dash is an addition */
  if (dash != SIZE_MAX && dash > 6 && !sv_ends(folded, "表") && !sv_ends(folded, ")")) folded.n = dash + strlen("表");
  if (sv_ends(folded, "表")) {
    title_reduce(reduced, sizeof reduced, folded);
    return title_lookup(v, sv_from(reduced), folded, length);
  }
  if (!sv_ends(folded, ")")) return 0;
  title_reduce(reduced, sizeof reduced, folded);
  uint64_t kinds = title_lookup(v, sv_from(reduced), folded, length);
  if (kinds) return kinds;
  size_t open = folded.n;
  while (open > 0 && folded.p[open - 1] != '(') open--;
  if (open < 2) return 0;
  struct sv before = {folded.p, open - 1};
  if (!sv_ends(before, "表")) return 0;
  title_reduce(reduced, sizeof reduced, before);
  return title_lookup(v, sv_from(reduced), before, length);
}

static int title_add(const struct reader *r, struct sv s, int bit) {
  char folded[MAX_WORD_BYTES], reduced[MAX_WORD_BYTES];
  struct vocabulary *v = r->v;
  text_fold_into(folded, sizeof folded, s);
  title_reduce(reduced, sizeof reduced, sv_from(folded));
  if (!*reduced) return bad(r, s, tr("标题去掉通用词后是空的", "nothing is left of this title when common words are taken out"));
  uint32_t id = intern_add(&v->titles, reduced, strlen(reduced));
  if (id == INTERN_NONE) return no_memory(r);
  while (v->title_kinds.n <= id)
    if (VEC_PUSH(&v->title_kinds, UINT64_C(0), MAX_WORDS) < 0) return no_memory(r);
  v->title_kinds.v[id] |= UINT64_C(1) << bit;
  return RC_OK;
}

/* ---- lists ---- */

/* Calls one() for every alternative of "a | b | c". */
static int each(struct reader *r, struct sv list, int (*one)(struct reader *r, struct sv s, void *arg), void *arg) {
  int rc = RC_OK, n = 0;
  while (list.p && rc == RC_OK) {
    struct sv s = sv_trim(sv_cut(&list, '|'));
    if (s.n == 0 || s.n >= MAX_WORD_BYTES / 2) return bad(r, s, tr("空的或过长的一项", "an empty or overlong entry"));
    if (++n > MAX_LIST) return bad(r, s, tr("项太多", "too many entries"));
    rc = one(r, s, arg);
  }
  return rc;
}

static int one_synonym(struct reader *r, struct sv s, void *arg) {
  uint32_t id = word_add(r, s), main_word = *(uint32_t *)arg;
  if (id == INTERN_NONE) return no_memory(r);
  r->v->canonical.v[id] = main_word;
  return RC_OK;
}

static int read_word(struct reader *r, struct sv name, struct sv list) {
  uint32_t id = word_add(r, name);
  return id == INTERN_NONE ? no_memory(r) : each(r, list, one_synonym, &id);
}

static int one_label(struct reader *r, struct sv s, void *arg) {
  uint32_t id = word_add(r, s);
  if (id == INTERN_NONE) return no_memory(r);
  r->v->label.v[id] = *(uint8_t *)arg;
  return RC_OK;
}

static int read_label(struct reader *r, struct sv name, struct sv list) {
  static const char *const names[] = {"", "code", "name", "unit-code", "unit-name", "project-code", "project-unit", "class", "text", "skip"};
  for (uint8_t i = 1; i < sizeof names / sizeof *names; i++)
    if (sv_is(name, names[i])) return each(r, list, one_label, &i);
  return bad(r, name, tr("不认识的标签列种类", "unknown kind of label column"));
}

static int one_class(struct reader *r, struct sv s, void *arg) {
  char text[MAX_WORD_BYTES];
  size_t n = text_fold_into(text, sizeof text, s);
  struct vocabulary *v = r->v;
  uint32_t id = intern_add(&v->classes, text, n);
  if (id == INTERN_NONE) return no_memory(r);
  while (v->class_code.n <= id)
    if (VEC_PUSH(&v->class_code, NULL, MAX_WORDS) < 0) return no_memory(r);
  v->class_code.v[id] = arg;
  return RC_OK;
}

static int read_class(struct reader *r, struct sv code, struct sv list) {
  char *copy = arena_text(&r->v->arena, code.p, code.n);
  if (!copy) return no_memory(r);
  if (!fold_is_code(copy)) return bad(r, code, tr("类的代码应是三位数字", "a class is three digits"));
  return each(r, list, one_class, copy);
}

struct item_args {
  const char *key, *after;
};

static int one_item(struct reader *r, struct sv s, void *arg) {
  const struct item_args *a = arg;
  struct item_set *set = r->items;
  const char *folded = folded_copy(r, s), *plus = folded ? strchr(folded, '+') : NULL;
  if (!folded) return no_memory(r);
  struct item_name x = {.beside = NULL, .after = a->after, .key = a->key, .next = INTERN_NONE};
  if (plus) {
    x.beside = arena_text(&r->v->arena, folded, (size_t)(plus - folded));
    folded = plus + 1;
    if (!x.beside) return no_memory(r);
  }
  x.label = intern_add(&set->labels, folded, strlen(folded));
  if (x.label == INTERN_NONE) return no_memory(r);
  while (set->first.n <= x.label)
    if (VEC_PUSH(&set->first, INTERN_NONE, MAX_WORDS) < 0) return no_memory(r);
  x.next = set->first.v[x.label]; /* later names are looked at first: conditions are written below what they refine */
  set->first.v[x.label] = (uint32_t)set->names.n;
  return VEC_PUSH(&set->names, x, MAX_WORDS) < 0 ? no_memory(r) : RC_OK;
}

static int read_item(struct reader *r, struct sv head, struct sv list) {
  if (!r->items) return bad(r, head, tr("item 前要有 items", "item needs items before it"));
  struct sv rest = head, key = sv_cut(&rest, ' '), after = {NULL, 0};
  rest = sv_trim(rest);
  if (rest.n) {
    struct sv word = sv_cut(&rest, ' ');
    after = sv_trim(rest);
    if (!sv_is(word, "after") || after.n == 0) return bad(r, word, tr("这里只能写 “after 项”", "only \"after KEY\" may stand here"));
  }
  struct item_args a = {arena_text(&r->v->arena, key.p, key.n), after.n ? arena_text(&r->v->arena, after.p, after.n) : NULL};
  return a.key ? each(r, list, one_item, &a) : no_memory(r);
}

static struct item_set *items_named(struct vocabulary *v, struct sv name) {
  for (size_t i = 0; i < v->items.n; i++)
    if (sv_is(name, v->items.v[i].name)) return &v->items.v[i];
  return NULL;
}

static int read_items(struct reader *r, struct sv name) {
  r->kind = NULL, r->form = NULL;
  r->items = items_named(r->v, name);
  if (r->items) return RC_OK;
  struct item_set set = {.name = arena_text(&r->v->arena, name.p, name.n)};
  intern_init(&set.labels);
  if (!set.name || name.n == 0) return bad(r, name, tr("items 要有名字", "items needs a name"));
  if (VEC_PUSH(&r->v->items, set, 64) < 0) return no_memory(r);
  r->items = &r->v->items.v[r->v->items.n - 1];
  return RC_OK;
}

/* "合计+本年收入": words that must all be there. */
static int parse_pattern(struct reader *r, struct sv s, char separator, struct pattern *p) {
  *p = (struct pattern){.n = 0};
  for (struct sv rest = s; rest.p;) {
    struct sv word = sv_trim(sv_cut(&rest, separator));
    if (word.n == 0) return bad(r, s, tr("缺一个词", "a word is missing"));
    if (p->n == MAX_PATTERN) return bad(r, s, tr("最多四个词", "at most four words"));
    uint32_t id = word_add(r, word);
    if (id == INTERN_NONE) return no_memory(r);
    p->word[p->n++] = r->v->canonical.v[id];
  }
  return RC_OK;
}

static int one_column(struct reader *r, struct sv s, void *arg) {
  struct column_def *c = arg;
  struct pattern p;
  int rc = parse_pattern(r, s, '+', &p);
  if (rc == RC_OK && VEC_PUSH(&c->patterns, p, MAX_LIST) < 0) rc = no_memory(r);
  return rc;
}

static int read_column(struct reader *r, struct sv head, struct sv list) {
  if (!r->kind) return bad(r, head, tr("column 前要有 kind 或 columns", "column needs kind or columns before it"));
  struct sv rest = head, measure = sv_cut(&rest, ' ');
  rest = sv_trim(rest);
  struct column_def c = {.measure = arena_text(&r->v->arena, measure.p, measure.n), .type = OBS_AMOUNT};
  if (!c.measure) return no_memory(r);
  if (sv_is(rest, "percent"))
    c.type = OBS_PERCENT;
  else if (sv_is(rest, "count"))
    c.type = OBS_COUNT;
  else if (sv_is(rest, "text"))
    c.type = OBS_TEXT;
  else if (rest.n)
    return bad(r, rest, tr("列的类型是 percent、count 或 text", "a column is percent, count or text"));
  int rc = each(r, list, one_column, &c);
  if (rc == RC_OK && VEC_PUSH(&r->kind->columns, c, 128) < 0) rc = no_memory(r);
  if (rc < 0) free(c.patterns.v);
  return rc;
}

static int one_never(struct reader *r, struct sv s, void *arg) {
  const char *folded = folded_copy(r, s);
  (void)arg;
  return !folded || VEC_PUSH(&r->kind->never, folded, MAX_LIST) < 0 ? no_memory(r) : RC_OK;
}

static int one_mark(struct reader *r, struct sv s, void *arg) {
  struct pattern p;
  int rc = parse_pattern(r, s, '&', &p);
  bool head = *(bool *)arg;
  if (rc == RC_OK && (head ? VEC_PUSH(&r->kind->heads, p, 32) : VEC_PUSH(&r->kind->marks, p, 32)) < 0) rc = no_memory(r);
  return rc;
}

static int one_title(struct reader *r, struct sv s, void *arg) {
  return title_add(r, s, *(int *)arg);
}

static int one_end(struct reader *r, struct sv s, void *arg) {
  uint32_t id = word_add(r, s);
  (void)arg;
  return id == INTERN_NONE || VEC_PUSH(&r->form->ends, id, 64) < 0 ? no_memory(r) : RC_OK;
}

static int one_horizon(struct reader *r, struct sv s, void *arg) {
  int which = *(int *)arg;
  uint32_t id = word_add(r, s);
  if (id == INTERN_NONE) return no_memory(r);
  return (which < 0 ? VEC_PUSH(&r->form->goal_words, id, 64) : VEC_PUSH(&r->form->horizon_words[which], id, 64)) < 0 ? no_memory(r) : RC_OK;
}

/* "goals KIND = words", "long KIND = words", "annual KIND = words": which kind of table the block is that these words begin. */
static int read_horizon(struct reader *r, int which, struct sv name, struct sv list) {
  char *copy = arena_text(&r->v->arena, name.p, name.n);
  if (!copy) return no_memory(r);
  if (vocabulary_kind(r->v, copy) < 0) return bad(r, name, tr("没有这个表种", "there is no such kind"));
  if (which < 0)
    r->form->goals = copy;
  else
    r->form->horizons[which] = copy;
  return each(r, list, one_horizon, &which);
}

static int one_field(struct reader *r, struct sv s, void *arg) {
  struct form_field f = {arg, word_add(r, s)};
  return f.word == INTERN_NONE || VEC_PUSH(&r->form->fields, f, 128) < 0 ? no_memory(r) : RC_OK;
}

/* ---- words of targets ---- */

struct target_args {
  enum target_role role;
  bool after;
};

static int one_target(struct reader *r, struct sv s, void *arg) {
  const struct target_args *a = arg;
  struct target_word w = {.role = a->role, .after = a->after, .text = folded_copy(r, s)};
  if (!w.text) return no_memory(r);
  w.n = strlen(w.text);
  if (VEC_PUSH(&r->v->targets, w, MAX_LIST) < 0) return bad(r, s, tr("项太多", "too many entries"));
  size_t i = r->v->targets.n - 1; /* the longest first, so that 大于等于 is found before 大于 */
  for (; i > 0 && r->v->targets.v[i - 1].n < w.n; i--) r->v->targets.v[i] = r->v->targets.v[i - 1];
  r->v->targets.v[i] = w;
  return RC_OK;
}

static int read_target(struct reader *r, struct sv head, struct sv list) {
  static const char *const names[] = {"at-least", "at-most", "more",  "less", "up",    "down",   "per",     "lead",
                                      "quality",  "pledge",  "cause", "rate", "cover", "former", "besides", "counter"};
  struct sv rest = head, name = sv_cut(&rest, ' ');
  struct target_args a = {TARGET_ROLES, false};
  rest = sv_trim(rest);
  if (rest.n && !sv_is(rest, "behind")) return bad(r, rest, tr("这里只能写 behind", "only \"behind\" may stand here"));
  a.after = rest.n > 0;
  for (int i = 0; i < TARGET_ROLES; i++)
    if (sv_is(name, names[i])) a.role = (enum target_role)i;
  return a.role == TARGET_ROLES ? bad(r, name, tr("不认识的目标值用词", "unknown kind of words of targets")) : each(r, list, one_target, &a);
}

/* ---- kinds and forms ---- */

static int read_kind(struct reader *r, struct sv name) {
  struct vocabulary *v = r->v;
  r->items = NULL, r->form = NULL;
  for (size_t i = 0; i < v->kinds.n; i++)
    if (sv_is(name, v->kinds.v[i].name)) {
      r->kind = &v->kinds.v[i];
      return RC_OK;
    }
  struct kind k = {.name = arena_text(&v->arena, name.p, name.n), .items = -1};
  if (name.n == 0) return bad(r, name, tr("kind 要有名字", "kind needs a name"));
  if (!k.name) return no_memory(r);
  k.zh = k.name;
  if (VEC_PUSH(&v->kinds, k, MAX_KINDS) < 0) return bad(r, name, tr("表种太多", "too many kinds"));
  r->kind = &v->kinds.v[v->kinds.n - 1];
  return RC_OK;
}

static int read_columns(struct reader *r, struct sv name) {
  struct kind k = {.name = arena_text(&r->v->arena, name.p, name.n), .items = -1};
  r->items = NULL, r->form = NULL;
  if (!k.name || VEC_PUSH(&r->v->sets, k, 64) < 0) return no_memory(r);
  r->kind = &r->v->sets.v[r->v->sets.n - 1];
  return RC_OK;
}

static int read_use(struct reader *r, struct sv name) {
  if (!r->kind) return bad(r, name, tr("use 前要有 kind", "use needs kind before it"));
  for (size_t i = 0; i < r->v->sets.n; i++) {
    const struct kind *set = &r->v->sets.v[i];
    if (!sv_is(name, set->name)) continue;
    if (set == r->kind) return bad(r, name, tr("一组列不能用自己", "a set of columns cannot use itself"));
    for (size_t c = 0; c < set->columns.n; c++) {
      struct column_def d = {.measure = set->columns.v[c].measure, .type = set->columns.v[c].type};
      for (size_t p = 0; p < set->columns.v[c].patterns.n; p++)
        if (VEC_PUSH(&d.patterns, set->columns.v[c].patterns.v[p], MAX_LIST) < 0) break;
      if (d.patterns.n < set->columns.v[c].patterns.n || VEC_PUSH(&r->kind->columns, d, 128) < 0) {
        free(d.patterns.v);
        return no_memory(r);
      }
    }
    return RC_OK;
  }
  return bad(r, name, tr("没有这组列", "there is no such set of columns"));
}

static int read_rows(struct reader *r, struct sv rest) {
  static const struct {
    const char *name;
    enum rows_kind rows;
  } known[] = {{"functional", ROWS_FUNCTIONAL},
               {"economic", ROWS_ECONOMIC},
               {"units", ROWS_UNITS},
               {"single", ROWS_SINGLE},
               {"tree", ROWS_TREE},
               {"projects", ROWS_PROJECTS},
               {"project-list", ROWS_PROJECT_LIST},
               {"detail", ROWS_DETAIL},
               {"purchase", ROWS_PURCHASE},
               {"indicators", ROWS_INDICATORS},
               {"goals", ROWS_GOALS}};
  if (!r->kind) return bad(r, rest, tr("rows 前要有 kind", "rows needs kind before it"));
  while (rest.p) {
    struct sv word = sv_trim(sv_cut(&rest, ' '));
    bool found = word.n == 0;
    for (size_t i = 0; i < sizeof known / sizeof *known && !found; i++)
      if (sv_is(word, known[i].name)) r->kind->rows = known[i].rows, found = true;
    if (!found && sv_is(word, "classes")) r->kind->classes = found = true;
    if (!found && sv_is(word, "items")) {
      if (r->kind->rows == ROWS_UNKNOWN) r->kind->rows = ROWS_ITEMS;
      found = true;
    }
    const struct item_set *set = found ? NULL : items_named(r->v, word);
    if (set) r->kind->items = (int)(set - r->v->items.v), found = true;
    if (!found) return bad(r, word, tr("不认识的行种类", "unknown kind of rows"));
  }
  return RC_OK;
}

static int read_form(struct reader *r, struct sv name) {
  struct vocabulary *v = r->v;
  r->items = NULL, r->kind = NULL;
  for (size_t i = 0; i < v->forms.n; i++)
    if (sv_is(name, v->forms.v[i].name)) {
      r->form = &v->forms.v[i];
      return RC_OK;
    }
  struct form f = {.name = arena_text(&v->arena, name.p, name.n)};
  if (!f.name || VEC_PUSH(&v->forms, f, MAX_FORMS) < 0) return bad(r, name, tr("表单太多", "too many forms"));
  r->form = &v->forms.v[v->forms.n - 1];
  return RC_OK;
}

static int read_parts(struct reader *r, struct sv rest, bool head) {
  if (!r->form) return bad(r, rest, tr("前面要有 form", "form must stand before it"));
  while (rest.p) {
    struct sv word = sv_trim(sv_cut(&rest, ' '));
    if (word.n == 0) continue;
    char *name = arena_text(&r->v->arena, word.p, word.n);
    if (!name) return no_memory(r);
    if (vocabulary_kind(r->v, name) < 0) return bad(r, word, tr("没有这个表种", "there is no such kind"));
    if (head)
      r->form->head = name;
    else if (VEC_PUSH(&r->form->parts, name, 32) < 0)
      return no_memory(r);
  }
  return RC_OK;
}

/* "a", "a|b", "a@2019": every part names a kind. */
static int check_required(struct reader *r, struct sv name) {
  for (struct sv part = name; part.p;) {
    struct sv one = sv_cut(&part, '|');
    size_t at = sv_find(one, "@"); /* "soe@2019": since that year */
    if (at != SIZE_MAX) one.n = at;
    char kind[64];
    if (one.n >= sizeof kind) return bad(r, one, tr("没有这个表种", "there is no such kind"));
    memcpy(kind, one.p, one.n);
    kind[one.n] = '\0';
    if (vocabulary_kind(r->v, kind) < 0) return bad(r, one, tr("没有这个表种", "there is no such kind"));
  }
  return RC_OK;
}

static int read_required_kinds(struct reader *r, struct sv list, struct requirement *q) {
  while (list.p) {
    struct sv name = sv_trim(sv_cut(&list, ' '));
    if (name.n == 0) continue;
    int rc = check_required(r, name);
    if (rc < 0) return rc;
    char *copy = arena_text(&r->v->arena, name.p, name.n);
    if (!copy || VEC_PUSH(&q->kinds, copy, 128) < 0) return no_memory(r);
  }
  return RC_OK;
}

static int read_require(struct reader *r, struct sv books, struct sv list) {
  while (books.p) {
    struct sv word = sv_trim(sv_cut(&books, ' '));
    if (word.n == 0) continue;
    struct requirement q = {.book = BOOK_UNKNOWN};
    for (int k = 0; k <= BOOK_UNIT_FINAL; k++)
      if (sv_is(word, book_kind_names[k])) q.book = (enum book_kind)k;
    if (q.book == BOOK_UNKNOWN) return bad(r, word, tr("不认识的书种", "unknown kind of book"));
    int rc = read_required_kinds(r, list, &q);
    if (rc == RC_OK && VEC_PUSH(&r->v->requirements, q, 64) < 0) rc = no_memory(r);
    if (rc < 0) {
      free(q.kinds.v);
      return rc;
    }
  }
  return RC_OK;
}

static int one_cue(struct reader *r, struct sv s, void *arg) {
  const char *folded = folded_copy(r, s);
  (void)arg;
  return !folded || VEC_PUSH(&r->v->cues, folded, 256) < 0 ? no_memory(r) : RC_OK;
}

static int read_blank(struct reader *r, struct sv rest) {
  struct sv kind = sv_cut(&rest, ' ');
  rest = sv_trim(rest);
  if (!sv_is(rest, "zero") && !sv_is(rest, "unknown")) return bad(r, rest, tr("空格的含义是 zero 或 unknown", "a blank means zero or unknown"));
  char *name = arena_text(&r->v->arena, kind.p, kind.n);
  if (!name) return no_memory(r);
  if (strcmp(name, "*") != 0 && vocabulary_kind(r->v, name) < 0) return bad(r, kind, tr("没有这个表种", "there is no such kind"));
  if (sv_is(rest, "unknown") && VEC_PUSH(&r->v->blank_unknown, name, 64) < 0) return no_memory(r);
  return RC_OK;
}

static int read_side(struct reader *r, struct sv s) {
  if (!r->kind) return bad(r, s, tr("side 前要有 kind", "side needs kind before it"));
  r->kind->side = sv_is(s, "in") ? SIDE_IN : sv_is(s, "out") ? SIDE_OUT : sv_is(s, "use") ? SIDE_USE : SIDE_NONE;
  return r->kind->side == SIDE_NONE ? bad(r, s, tr("side 是 in、out 或 use", "side is in, out or use")) : RC_OK;
}

static int read_fallback(struct reader *r, struct sv rest) {
  struct sv first = sv_cut(&rest, ' ');
  rest = sv_trim(rest);
  if (!r->kind || first.n == 0 || rest.n == 0)
    return bad(r, first, tr("写成 “fallback 列 另一列”，放在 kind 里", "write \"fallback MEASURE OTHER\", in a kind"));
  r->kind->fallback[0] = arena_text(&r->v->arena, first.p, first.n);
  r->kind->fallback[1] = arena_text(&r->v->arena, rest.p, rest.n);
  return r->kind->fallback[0] && r->kind->fallback[1] ? RC_OK : no_memory(r);
}

/* Statements of the form "KEYWORD rest". */
static int read_plain(struct reader *r, struct sv keyword, struct sv rest) {
  struct vocabulary *v = r->v;
  if (sv_is(keyword, "kind")) return read_kind(r, rest);
  if (sv_is(keyword, "columns")) return read_columns(r, rest);
  if (sv_is(keyword, "items")) return read_items(r, rest);
  if (sv_is(keyword, "form")) return read_form(r, rest);
  if (sv_is(keyword, "use")) return read_use(r, rest);
  if (sv_is(keyword, "rows")) return read_rows(r, rest);
  if (sv_is(keyword, "side")) return read_side(r, rest);
  if (sv_is(keyword, "blank")) return read_blank(r, rest);
  if (sv_is(keyword, "fallback")) return read_fallback(r, rest);
  if (sv_is(keyword, "parts")) return read_parts(r, rest, false);
  if (sv_is(keyword, "head")) return read_parts(r, rest, true);
  bool zh = sv_is(keyword, "zh");
  if (zh || sv_is(keyword, "profile")) {
    char *copy = arena_text(&v->arena, rest.p, rest.n);
    if (!copy) return no_memory(r);
    if (zh && r->kind)
      r->kind->zh = copy;
    else if (zh)
      v->zh = copy;
    else
      v->name = copy;
    return rest.n ? RC_OK : bad(r, keyword, tr("缺名字", "a name is missing"));
  }
  return bad(r, keyword, tr("不认识的语句", "unknown statement"));
}

static int title_bit(const struct reader *r, struct sv *after) {
  if (after->n) { /* "title KIND = …" in a profile */
    char name[64];
    if (after->n >= sizeof name) return -1;
    memcpy(name, after->p, after->n);
    name[after->n] = '\0';
    return vocabulary_kind(r->v, name);
  }
  if (r->kind && r->v->kinds.n && r->kind >= r->v->kinds.v && r->kind < r->v->kinds.v + r->v->kinds.n) return (int)(r->kind - r->v->kinds.v);
  return r->form ? MAX_KINDS + (int)(r->form - r->v->forms.v) : -1;
}

/* Statements of the form "KEYWORD head = list". */
static int read_list_statement(struct reader *r, struct sv keyword, struct sv head, struct sv list) {
  if (sv_is(keyword, "word")) return read_word(r, head, list);
  if (sv_is(keyword, "label")) return read_label(r, head, list);
  if (sv_is(keyword, "class")) return read_class(r, head, list);
  if (sv_is(keyword, "item")) return read_item(r, head, list);
  if (sv_is(keyword, "column")) return read_column(r, head, list);
  if (sv_is(keyword, "require")) return read_require(r, head, list);
  if (sv_is(keyword, "cue")) return each(r, list, one_cue, NULL);
  if (sv_is(keyword, "title")) {
    int bit = title_bit(r, &head);
    return bit < 0 ? bad(r, head.n ? head : keyword, tr("没有这个表种", "there is no such kind")) : each(r, list, one_title, &bit);
  }
  if (sv_is(keyword, "target")) return read_target(r, head, list);
  if (r->form && sv_is(keyword, "end")) return each(r, list, one_end, NULL);
  if (r->form && sv_is(keyword, "goals")) return read_horizon(r, -1, head, list);
  if (r->form && sv_is(keyword, "long")) return read_horizon(r, 0, head, list);
  if (r->form && sv_is(keyword, "annual")) return read_horizon(r, 1, head, list);
  if (r->form && sv_is(keyword, "field")) {
    char *name = arena_text(&r->v->arena, head.p, head.n);
    return name ? each(r, list, one_field, name) : no_memory(r);
  }
  bool is_head = sv_is(keyword, "head");
  if (r->kind && sv_is(keyword, "not")) return each(r, list, one_never, NULL);
  if (r->kind && (is_head || sv_is(keyword, "mark"))) return each(r, list, one_mark, &is_head);
  return bad(r, keyword, tr("不认识的语句，或前面缺 kind、form", "unknown statement, or kind or form is missing before it"));
}

static int read_statement(struct reader *r, struct sv line) {
  struct sv rest = line, keyword = sv_cut(&rest, ' ');
  rest = sv_trim(rest);
  size_t equals = sv_find(rest, "=");
  if (equals == SIZE_MAX) return read_plain(r, keyword, rest);
  struct sv head = sv_trim((struct sv){rest.p, equals}), list = sv_trim((struct sv){rest.p + equals + 1, rest.n - equals - 1});
  if (list.n == 0) return bad(r, keyword, tr("等号后面是空的", "nothing follows the equals sign"));
  return read_list_statement(r, keyword, head, list);
}

/* A statement with the lines that go on from it. Columns in errors count in the first line, lines are right. */
int vocabulary_read(struct vocabulary *v, const char *file, struct sv text, struct err *e) {
  struct reader r = {.v = v, .file = file, .e = e};
  int rc = RC_OK, number = 0;
  if (sv_starts(text, "\xEF\xBB\xBF")) text = (struct sv){text.p + 3, text.n - 3};
  if (!utf8_valid(text)) return err_at(e, RC_FORMAT, file, 1, 1, "%s", tr("不是 UTF-8", "this is not UTF-8"));
  while (text.p && rc == RC_OK) {
    struct sv raw = sv_cut(&text, '\n'), line = sv_trim(raw);
    r.line = ++number;
    r.line_start = raw.p;
    if (line.n == 0 || line.p[0] == '#') continue;
    if (line.p[0] == '|') rc = bad(&r, line, tr("这一行没有可接续的语句", "there is no statement for this line to go on"));
    while (rc == RC_OK && text.p) { /* a following line that begins with | belongs to this one */
      struct sv rest = text, next = sv_trim(sv_cut(&rest, '\n'));
      if (next.n == 0 || next.p[0] != '|') break;
      line.n = (size_t)(next.p + next.n - line.p);
      text = rest;
      number++;
    }
    if (rc == RC_OK) rc = read_statement(&r, line);
  }
  return rc;
}

int vocabulary_check(const struct vocabulary *v, const char *file, struct err *e) {
  if (!v->name) return err_at(e, RC_FORMAT, file, 1, 1, "%s", tr("缺 profile 语句", "the profile statement is missing"));
  for (size_t i = 0; i < v->kinds.n; i++) {
    const struct kind *k = &v->kinds.v[i];
    if (k->rows == ROWS_UNKNOWN) return err_at(e, RC_FORMAT, file, 1, 1, tr("表种 %s 没有 rows", "kind %s has no rows"), k->name);
    if (k->columns.n == 0) return err_at(e, RC_FORMAT, file, 1, 1, tr("表种 %s 没有列", "kind %s has no columns"), k->name);
  }
  return RC_OK;
}

/* ---- life ---- */

int vocabulary_new(struct vocabulary **out, struct err *e) {
  struct vocabulary *v = calloc(1, sizeof *v);
  *out = v;
  if (!v) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&v->arena, VOCABULARY_CAP);
  intern_init(&v->words);
  intern_init(&v->titles);
  intern_init(&v->classes);
  return RC_OK;
}

static void kind_release(struct kind *k) {
  for (size_t c = 0; c < k->columns.n; c++) free(k->columns.v[c].patterns.v);
  free(k->columns.v);
  free(k->never.v);
  free(k->marks.v);
  free(k->heads.v);
}

void vocabulary_free(struct vocabulary *v) {
  if (!v) return;
  for (size_t i = 0; i < v->kinds.n; i++) kind_release(&v->kinds.v[i]);
  for (size_t i = 0; i < v->sets.n; i++) kind_release(&v->sets.v[i]);
  for (size_t i = 0; i < v->items.n; i++) {
    intern_release(&v->items.v[i].labels);
    free(v->items.v[i].first.v);
    free(v->items.v[i].names.v);
  }
  for (size_t i = 0; i < v->forms.n; i++) {
    free(v->forms.v[i].parts.v);
    free(v->forms.v[i].ends.v);
    free(v->forms.v[i].fields.v);
    free(v->forms.v[i].goal_words.v);
    free(v->forms.v[i].horizon_words[0].v);
    free(v->forms.v[i].horizon_words[1].v);
  }
  for (size_t i = 0; i < v->requirements.n; i++) free(v->requirements.v[i].kinds.v);
  free(v->kinds.v), free(v->sets.v), free(v->items.v), free(v->forms.v), free(v->requirements.v);
  free(v->canonical.v), free(v->label.v), free(v->title_kinds.v), free(v->class_code.v), free(v->cues.v), free(v->blank_unknown.v),
      free(v->targets.v);
  intern_release(&v->words);
  intern_release(&v->titles);
  intern_release(&v->classes);
  arena_release(&v->arena);
  free(v);
}
