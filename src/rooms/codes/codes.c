/* codes.c: loads the classification lists and answers questions about them. The files are plain TSV, so that an office can put its own list in.
 * Nothing changes after loading: any number of threads may ask at once. */
#include "rooms/codes/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_ENTRIES = 100000, MAX_FILE = 16 << 20, ARENA_CAP = 64 << 20 };

const char *const code_list_files[CODES_LISTS] = {"functional.tsv",        "econ-department.tsv",  "econ-government.tsv",      "revenue.tsv",
                                                  "department-income.tsv", "project-category.tsv", "performance-indicator.tsv"};
const char *const code_list_names_zh[CODES_LISTS] = {
    "支出功能分类", "部门预算支出经济分类", "政府预算支出经济分类", "收入分类", "部门收入来源", "项目类别", "绩效指标"};
const char *const code_list_names_en[CODES_LISTS] = {"functional",        "economic (department)", "economic (government)", "revenue",
                                                     "department income", "project category",      "performance indicator"};

static int entry_order(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  int c = strcmp(x->code.code, y->code.code);
  return c ? c : (x->code.since > y->code.since) - (x->code.since < y->code.since);
}

/* A year in a file: empty is open; otherwise four digits. */
static int parse_year(struct sv s, int *out) {
  s = sv_trim(s);
  *out = 0;
  if (s.n == 0) return RC_OK;
  if (s.n != 4) return RC_FORMAT;
  int year = 0;
  for (size_t i = 0; i < 4; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return RC_FORMAT;
    year = year * 10 + (s.p[i] - '0');
  }
  *out = year;
  return year >= 1949 && year <= 2999 ? RC_OK : RC_FORMAT;
}

/* "#covers 2020 2025" and "#official 2024 2024": what the list says of itself. Other comments are for people. */
static int read_directive(struct sv line, const char *file, int number, struct code_list *list, struct err *e) {
  bool covers = sv_starts(line, "#covers "), official = sv_starts(line, "#official ");
  if (!covers && !official) return RC_OK;
  sv_cut(&line, ' ');
  line = sv_trim(line);
  struct sv from = sv_cut(&line, ' ');
  int a, b;
  if (parse_year(from, &a) || parse_year(line, &b) || a == 0 || b == 0 || a > b)
    return err_at(e, RC_FORMAT, file, number, 1, "%s",
                  tr("这里要写两个年度，如 “#covers 2020 2025”", "two years are wanted here, as in \"#covers 2020 2025\""));
  if (covers)
    list->covers_from = a, list->covers_to = b;
  else
    list->official_from = a, list->official_to = b;
  return RC_OK;
}

struct columns {
  int code, name, since, until, source, confidence, note;
};

static int read_head(struct sv line, struct columns *c, const char *file, int number, struct err *e) {
  *c = (struct columns){-1, -1, -1, -1, -1, -1, -1};
  static const struct {
    const char *name;
    size_t at;
  } known[] = {{"code", offsetof(struct columns, code)},     {"name", offsetof(struct columns, name)},
               {"since", offsetof(struct columns, since)},   {"until", offsetof(struct columns, until)},
               {"source", offsetof(struct columns, source)}, {"confidence", offsetof(struct columns, confidence)},
               {"note", offsetof(struct columns, note)}};
  for (int i = 0; line.p; i++) {
    struct sv word = sv_trim(sv_cut(&line, '\t'));
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
      if (sv_is(word, known[k].name)) *(int *)(void *)((char *)c + known[k].at) = i;
  }
  if (c->code < 0 || c->name < 0)
    return err_at(e, RC_FORMAT, file, number, 1, "%s", tr("表头里要有 code 和 name 两列", "the head needs the columns code and name"));
  return RC_OK;
}

static char letter_of(struct sv s) {
  s = sv_trim(s);
  return s.n ? s.p[0] : ' ';
}

static int read_row(struct sv line, const struct columns *c, struct code_lists *all, struct code_list *list, int number, struct err *e) {
  struct sv field[16] = {{0}};
  int n = 0, at[16] = {0};
  const char *start = line.p;
  while (line.p && n < 16) {
    at[n] = (int)(line.p - start) + 1;
    field[n] = sv_cut(&line, '\t');
    n++;
  }
#define FIELD(k) (c->k >= 0 && c->k < n ? field[c->k] : (struct sv){NULL, 0})
  struct sv code = sv_trim(FIELD(code)), name = sv_trim(FIELD(name));
  struct entry x = {.line = number, .code = {.source = letter_of(FIELD(source)), .confidence = letter_of(FIELD(confidence))}};
  if (code.n == 0 || code.n > 32) return err_at(e, RC_FORMAT, list->file, number, at[c->code], "%s", tr("没有代码", "there is no code"));
  if (name.n == 0 || !utf8_valid(name))
    return err_at(e, RC_FORMAT, list->file, number, c->name < n ? at[c->name] : 1, "%s", tr("没有名称", "there is no name"));
  if (parse_year(FIELD(since), &x.code.since))
    return err_at(e, RC_FORMAT, list->file, number, at[c->since], "%s", tr("since 不是年度", "since is not a year"));
  if (parse_year(FIELD(until), &x.code.until))
    return err_at(e, RC_FORMAT, list->file, number, at[c->until], "%s", tr("until 不是年度", "until is not a year"));
  struct sv note = sv_trim(FIELD(note));
#undef FIELD
  x.code.code = arena_text(&all->arena, code.p, code.n);
  x.code.name = arena_text(&all->arena, name.p, name.n);
  x.code.folded = text_fold(&all->arena, name);
  x.note = arena_text(&all->arena, note.n ? note.p : "", note.n);
  if (!x.code.code || !x.code.name || !x.code.folded || !x.note || VEC_PUSH(&list->entries, x, MAX_ENTRIES) < 0)
    return err_set(e, RC_LIMIT, tr("%s 太大", "%s is too large"), list->file);
  return RC_OK;
}

static int read_list(struct code_lists *all, struct code_list *list, struct sv text, struct err *e) {
  struct columns columns = {0};
  bool head = false;
  int rc = RC_OK, number = 0;
  if (sv_starts(text, "\xEF\xBB\xBF")) text = (struct sv){text.p + 3, text.n - 3};
  while (text.p && rc == RC_OK) {
    struct sv line = sv_cut(&text, '\n');
    number++;
    if (line.n && line.p[line.n - 1] == '\r') line.n--;
    if (sv_trim(line).n == 0) continue;
    if (line.p[0] == '#')
      rc = read_directive(line, list->file, number, list, e);
    else if (!head)
      rc = read_head(line, &columns, list->file, number, e), head = true;
    else
      rc = read_row(line, &columns, all, list, number, e);
  }
  return rc;
}

static int name_order(const void *a, const void *b, void *list) {
  const struct code_list *l = list;
  const struct code *x = &l->entries.v[*(const uint32_t *)a].code, *y = &l->entries.v[*(const uint32_t *)b].code;
  int c = strcmp(x->folded, y->folded);
  return c ? c : strcmp(x->code, y->code);
}

static int index_list(struct code_lists *all, struct code_list *list) {
  size_t n = list->entries.n;
  if (n == 0) return RC_OK;
  qsort(list->entries.v, n, sizeof *list->entries.v, entry_order);
  list->by_name = ARENA_ARRAY(&all->arena, uint32_t, n);
  if (!list->by_name) return RC_NOMEM;
  for (size_t i = 0; i < n; i++) list->by_name[i] = (uint32_t)i;
  qsort_r(list->by_name, n, sizeof *list->by_name, name_order, list);
  return RC_OK;
}

int codes_load(const char *folder, struct code_lists **out, struct err *e) {
  struct code_lists *all = calloc(1, sizeof *all);
  *out = NULL;
  if (!all) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&all->arena, ARENA_CAP);
  int rc = RC_OK;
  for (int i = 0; i < CODES_LISTS && rc == RC_OK; i++) {
    struct code_list *list = &all->list[i];
    unsigned char *data = NULL;
    size_t size = 0;
    list->file = arena_printf(&all->arena, "%s/%s", folder, code_list_files[i]);
    if (!list->file) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    if (rc == RC_OK && access(list->file, F_OK) != 0) continue; /* a list that is absent knows nothing, which its users ask for */
    if (rc == RC_OK) rc = file_read(list->file, MAX_FILE, &data, &size, e);
    if (rc == RC_OK) rc = read_list(all, list, (struct sv){(const char *)data, size}, e);
    if (rc == RC_OK && index_list(all, list) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
    free(data);
  }
  if (rc != RC_OK) {
    codes_free(all);
    return rc;
  }
  *out = all;
  return RC_OK;
}

void codes_free(struct code_lists *c) {
  if (!c) return;
  for (int i = 0; i < CODES_LISTS; i++) free(c->list[i].entries.v);
  arena_release(&c->arena);
  free(c);
}

static bool holds_in(const struct code *c, int year) {
  return year == 0 || ((c->since == 0 || year >= c->since) && (c->until == 0 || year <= c->until));
}

static int code_against(struct sv key, const char *code) {
  size_t n = strlen(code), least = key.n < n ? key.n : n;
  int c = least ? memcmp(key.p, code, least) : 0;
  return c ? c : (key.n > n) - (key.n < n);
}

const struct code *code_find(const struct code_lists *c, enum code_list_id list, struct sv code, int year) {
  if (!c || list < 0 || list >= CODES_LISTS) return NULL;
  const struct code_list *l = &c->list[list];
  size_t low = 0, high = l->entries.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (code_against(code, l->entries.v[middle].code.code) > 0)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < l->entries.n && code_against(code, l->entries.v[low].code.code) == 0; low++)
    if (holds_in(&l->entries.v[low].code, year)) return &l->entries.v[low].code;
  return NULL;
}

const struct code *code_by_name(const struct code_lists *c, enum code_list_id list, struct sv folded_name, const char *parent, int year) {
  if (!c || list < 0 || list >= CODES_LISTS) return NULL;
  const struct code_list *l = &c->list[list];
  size_t low = 0, high = l->entries.n, prefix = parent ? strlen(parent) : 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (code_against(folded_name, l->entries.v[l->by_name[middle]].code.folded) > 0)
      low = middle + 1;
    else
      high = middle;
  }
  const struct code *found = NULL;
  for (; low < l->entries.n; low++) {
    const struct code *x = &l->entries.v[l->by_name[low]].code;
    if (code_against(folded_name, x->folded) != 0) break;
    if (!holds_in(x, year) || (prefix && strncmp(x->code, parent, prefix) != 0)) continue;
    if (found && strcmp(found->code, x->code) != 0) return NULL;
    found = x;
  }
  return found;
}

size_t codes_count(const struct code_lists *c, enum code_list_id list) {
  return c && list >= 0 && list < CODES_LISTS ? c->list[list].entries.n : 0;
}

const struct code *codes_entry(const struct code_lists *c, enum code_list_id list, size_t index) {
  return index < codes_count(c, list) ? &c->list[list].entries.v[index].code : NULL;
}

bool codes_official(const struct code_lists *c, enum code_list_id list, int year) {
  return c && list >= 0 && list < CODES_LISTS && c->list[list].official_from && year >= c->list[list].official_from &&
         year <= c->list[list].official_to;
}

bool codes_cover(const struct code_lists *c, enum code_list_id list, int year) {
  return c && list >= 0 && list < CODES_LISTS && c->list[list].covers_from && year >= c->list[list].covers_from && year <= c->list[list].covers_to;
}

int codes_lookup(const void *context, const char *list, struct sv code, int year, const char **name) {
  const struct code_lists *c = context;
  bool by_name = strcmp(list, "economic-name") == 0;
  enum code_list_id id = strcmp(list, "functional") == 0 ? CODES_FUNCTIONAL : CODES_ECON_DEPARTMENT;
  if (!by_name && id != CODES_FUNCTIONAL && strcmp(list, "economic") != 0) return -1;
  if (!codes_cover(c, id, year)) return -1;
  char folded[256];
  size_t n = by_name ? text_fold_into(folded, sizeof folded, code) : 0;
  const struct code *found = by_name ? code_by_name(c, id, (struct sv){folded, n}, "", year) : code_find(c, id, code, year);
  if (found && name) *name = found->name;
  return found ? 1 : 0;
}

/* ---- where the data folders lie ---- */

static bool has_profiles(const char *folder) {
  char path[4200];
  struct stat st;
  int n = snprintf(path, sizeof path, "%s/profiles/kinds.txt", folder);
  return n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0;
}

/* The folder of the program and up to four above it; in each also share/heng. */
static bool beside_program(char *out, size_t size) {
  char folder[4000];
  ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
  if (n <= 0) return false;
  folder[n] = '\0';
  for (int up = 0; up <= 4; up++) {
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder) return false;
    *slash = '\0';
    int k = snprintf(out, size, "%s/share/heng", folder);
    if (k > 0 && (size_t)k < size && has_profiles(out)) return true;
    k = snprintf(out, size, "%s", folder);
    if (k > 0 && (size_t)k < size && has_profiles(out)) return true;
  }
  return false;
}

const char *codes_data_path(char *out, size_t size, const char *sub) {
  char folder[4096];
  const char *given = getenv("HENG_DATA");
  if (given && *given) {
    int n = snprintf(folder, sizeof folder, "%s", given);
    if (n < 0 || (size_t)n >= sizeof folder) folder[0] = '\0';
  } else if (!beside_program(folder, sizeof folder)) {
#ifdef HENG_DATADIR
    int n = snprintf(folder, sizeof folder, "%s", HENG_DATADIR);
    if (n < 0 || (size_t)n >= sizeof folder) folder[0] = '\0';
#else
    folder[0] = '\0';
#endif
  }
  int n = sub && *sub ? snprintf(out, size, "%s/%s", folder, sub) : snprintf(out, size, "%s", folder);
  if (n < 0 || (size_t)n >= size) out[0] = '\0';
  return out;
}
