/* rulecases.c: cases of rules as data: rulecases ROOT FILE.tsv…
 * A line is: base, rule, outcome, where, old, new (tabs between). The book `base` (a text, or a .case whose input is taken), with `old` replaced by
 * `new` once behind the first place of `where`, must give the rule that outcome: passed, failed, rounding (a 尾差), not-applicable or not-checked. \n
 * and \t in where, old and new are line end and tab. A base may be BASE+ROLE:FILE[|OLD|NEW]…: FILE ("=": the base itself), with every OLD replaced by
 * NEW, lies beside it as prior, budget, approved or unit; several with more "+". Ends with "N passed, N failed". rulecases ROOT --discover BASE:
 * tries one-digit changes of every number and prints a case for each rule they break: to begin a file with. */
#include "rooms/audit/internal.h"
#include "rooms/audit/two.h"
#include "rooms/claims/claims.h"
#include "rule/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 4 << 20, FIELDS = 6, RULES_KNOWN = 1000, OTHERS_MOST = 8 };
enum result { R_PASSED, R_FAILED, R_ROUNDING, R_NOT_APPLICABLE, R_NOT_CHECKED, RESULTS };
static const char *const result_names[RESULTS] = {"passed", "failed", "rounding", "not-applicable", "not-checked"};

struct tool {
  const char *root;
  struct rule_set *rules;
  struct profiles *profiles;
  struct code_lists *codes;
  struct claim_grammar *claims;
  struct auditor *auditor; /* the same once more, for what lies beside a book */
  char *spec;              /* of the books that lie beside the one at hand */
  struct others others;
  struct document *documents[OTHERS_MOST];
  bool seen[RULES_KNOWN][RESULTS];
};

static int tool_open(struct tool *t, const char *root, struct err *e) {
  char path[4200];
  *t = (struct tool){.root = root};
  setenv("HENG_DATA", root, 1);
  int rc = rule_set_new(&t->rules, e);
  if (rc == RC_OK) rc = rule_set_load(t->rules, codes_data_path(path, sizeof path, "rules"), e);
  if (rc == RC_OK) rc = codes_load(codes_data_path(path, sizeof path, "codes"), &t->codes, e);
  if (rc == RC_OK) rule_set_lookup(t->rules, codes_lookup, t->codes);
  if (rc == RC_OK) rc = profiles_load(codes_data_path(path, sizeof path, "profiles"), &t->profiles, e);
  if (rc == RC_OK) rc = auditor_claims(root, &t->claims, e);
  if (rc == RC_OK) rc = auditor_new(root, &t->auditor, e);
  return rc;
}

static void beside_close(struct tool *t) {
  others_release(&t->others);
  for (int i = 0; i < OTHERS_MOST; i++)
    if (t->documents[i]) document_free(t->documents[i]), t->documents[i] = NULL;
  free(t->spec);
  t->spec = NULL;
}

static void tool_close(struct tool *t) {
  beside_close(t);
  auditor_free(t->auditor);
  if (t->rules) rule_set_free(t->rules);
  if (t->codes) codes_free(t->codes);
  if (t->profiles) profiles_free(t->profiles);
  claim_grammar_free(t->claims);
}

/* The text of a base: of a .case what follows its first "--- input" line, up to the next "--- " line. */
static char *base_text(const struct tool *t, const char *name) {
  char path[4200];
  unsigned char *data = NULL;
  size_t size = 0;
  struct err e;
  int n = snprintf(path, sizeof path, "%s/%s", t->root, name);
  if (n > 0 && (size_t)n < sizeof path && strchr(path, '+')) *strchr(path, '+') = '\0'; /* without what lies beside it */
  if (n < 0 || (size_t)n >= sizeof path || file_read(path, TEXT_MOST, &data, &size, &e) < 0) return NULL;
  char *text = calloc(size + 1, 1);
  if (text) memcpy(text, data, size);
  free(data);
  char *input = text && strstr(name, ".case") ? strstr(text, "--- input") : NULL;
  if (!input) return text;
  char *from = strchr(input, '\n');
  char *end = from ? strstr(from, "\n--- ") : NULL;
  if (!from) return text;
  if (end) end[1] = '\0';
  memmove(text, from + 1, strlen(from + 1) + 1);
  return text;
}

static enum result result_of(const struct check_result *r, int rule) {
  bool rounding = false, unchecked = false, none = false;
  for (size_t i = 0; i < r->relations.n; i++) {
    const struct relation *x = &r->relations.v[i];
    if (x->rule != rule) continue;
    if (x->outcome == OUTCOME_FAILED && !x->rounding) return R_FAILED;
    rounding = rounding || x->outcome == OUTCOME_FAILED;
    unchecked = unchecked || x->outcome == OUTCOME_NOT_CHECKED;
  }
  for (size_t i = 0; i < r->remarks.n; i++) {
    const struct remark *x = &r->remarks.v[i];
    if (x->rule != rule) continue;
    if (x->outcome == OUTCOME_FAILED) return R_FAILED;
    unchecked = unchecked || x->outcome == OUTCOME_NOT_CHECKED;
    none = none || x->outcome == OUTCOME_NOT_APPLICABLE;
  }
  return rounding ? R_ROUNDING : unchecked ? R_NOT_CHECKED : none ? R_NOT_APPLICABLE : R_PASSED;
}

static void unescape(char *s) {
  char *to = s;
  for (const char *p = s; *p; p++) {
    if (*p == '\\' && (p[1] == 'n' || p[1] == 't')) {
      *to++ = *++p == 'n' ? '\n' : '\t';
    } else {
      *to++ = *p;
    }
  }
  *to = '\0';
}

/* ---- books beside the one at hand ---- */

static char *replaced_all(char *text, const char *old, const char *new) {
  struct buf out;
  buf_init(&out, TEXT_MOST * 2);
  const char *from = text;
  for (const char *at; *old && (at = strstr(from, old)) != NULL; from = at + strlen(old))
    buf_add(&out, from, (size_t)(at - from)), buf_puts(&out, new);
  buf_puts(&out, from);
  free(text);
  return out.p;
}

/* One of "ROLE:FILE|OLD|NEW…". */
static bool beside_add(struct tool *t, const char *base, char *word, int number) {
  static const char *const roles[OTHER_ROLES] = {"prior", "budget", "approved", "unit"};
  char *rest = word, *role = strsep(&rest, ":"), *file = rest ? rest : role, *change = strchr(file, '|');
  struct err e;
  struct book **books = NULL;
  int n = 0, which = -1;
  if (change) *change++ = '\0';
  for (int i = 0; i < OTHER_ROLES; i++)
    if (strcmp(role, roles[i]) == 0) which = i;
  char *text = base_text(t, strcmp(file, "=") == 0 ? base : file);
  for (char *old; text && change && (old = strsep(&change, "|")) != NULL;) {
    char nothing[1] = "", *new = change ? strsep(&change, "|") : nothing;
    unescape(old), unescape(new);
    text = replaced_all(text, old, new);
  }
  if (!text || which < 0 || number >= OTHERS_MOST) return false;
  int rc = document_read_memory("beside.txt", text, strlen(text), NULL, &t->documents[number], &e);
  const struct document *const documents[] = {t->documents[number]};
  struct recognise_options o = {.profiles = t->profiles, .codes = t->codes};
  if (rc == RC_OK) rc = book_recognise(documents, 1, &o, &books, &n, &e);
  for (int i = 0; i < n && rc == RC_OK; i++) {
    struct other x = {.role = (enum other_role)which, .path = "beside.txt", .book = books[i]};
    rc = VEC_PUSH(&t->others.books, books[i], 100);
    if (rc == RC_OK && which == OTHER_APPROVED && i == 0) rc = others_lists(t->auditor, documents[0], &t->others, &x, &e);
    if (rc == RC_OK) rc = VEC_PUSH(&t->others.list, x, 100);
  }
  free(books);
  free(text);
  return rc == RC_OK;
}

/* The books that a base has beside it; kept until another base is at hand. */
static bool beside_open(struct tool *t, const char *spec) {
  if (t->spec && strcmp(t->spec, spec) == 0) return true;
  beside_close(t);
  t->spec = strdup(spec);
  char *copy = strdup(spec), *rest = copy, *base = strsep(&rest, "+");
  bool right = true;
  for (int i = 0; rest && right; i++) right = beside_add(t, base, strsep(&rest, "+"), i);
  free(copy);
  return right;
}

static int evaluate(struct tool *t, struct book *const *books, int n, int i, struct check_result **r, struct err *e) {
  struct grafts g = {0};
  int rc = t->others.list.n > 0 ? graft_make(books[i], &t->others, books, n, &g, e) : RC_OK;
  if (rc == RC_OK) rc = rule_evaluate(t->rules, books[i], r, e);
  graft_release(&g);
  return rc;
}

/* Outcomes of all rules over a text; false when it cannot be read. */
static bool outcomes(struct tool *t, const char *base, const char *text, enum result *out) {
  struct document *d = NULL;
  struct book **books = NULL;
  struct err e;
  int n = 0, rc = beside_open(t, base) ? document_read_memory("case.txt", text, strlen(text), NULL, &d, &e) : RC_FORMAT;
  struct recognise_options o = {.profiles = t->profiles, .codes = t->codes};
  const struct document *const documents[] = {d};
  if (rc == RC_OK) rc = book_recognise(documents, 1, &o, &books, &n, &e);
  for (int b = 0; b < n && rc == RC_OK; b++) rc = claims_read(t->claims, t->codes, books[b], &e);
  for (int i = 0; i < rule_count(t->rules) && i < RULES_KNOWN; i++) out[i] = R_NOT_APPLICABLE;
  for (int b = 0; b < n && rc == RC_OK; b++) {
    struct check_result *r = NULL;
    rc = evaluate(t, books, n, b, &r, &e);
    for (int i = 0; rc == RC_OK && i < rule_count(t->rules) && i < RULES_KNOWN; i++) {
      enum result x = result_of(r, i);
      if (b == 0 || x == R_FAILED || out[i] == R_NOT_APPLICABLE) out[i] = x;
    }
    if (r) check_free(r);
  }
  for (int b = 0; b < n; b++) book_free(books[b]);
  free(books);
  document_free(d);
  return rc == RC_OK && n > 0;
}

static char *replaced(const char *text, const char *where, const char *old, const char *new) {
  const char *from = strstr(text, where), *at = from ? strstr(from, old) : NULL;
  if (!at) return NULL;
  size_t head = (size_t)(at - text), fresh = strlen(new), tail = strlen(at + strlen(old));
  char *out = calloc(head + fresh + tail + 1, 1);
  if (!out) return NULL;
  memcpy(out, text, head);
  memcpy(out + head, new, fresh);
  memcpy(out + head + fresh, at + strlen(old), tail);
  return out;
}

/* ---- running cases ---- */

static int rule_index(const struct tool *t, const char *id) {
  for (int i = 0; i < rule_count(t->rules); i++)
    if (strcmp(rule_get(t->rules, i)->id, id) == 0) return i;
  return -1;
}

static bool case_run(struct tool *t, char *fields[FIELDS], const char *file, int line) {
  int rule = rule_index(t, fields[1]), want = -1;
  for (int i = 0; i < RESULTS; i++)
    if (strcmp(fields[2], result_names[i]) == 0) want = i;
  if (rule < 0 || rule >= RULES_KNOWN || want < 0) {
    printf("%s:%d: no such rule or outcome: %s %s\n", file, line, fields[1], fields[2]);
    return false;
  }
  enum result got[RULES_KNOWN];
  char *text = base_text(t, fields[0]), *changed = NULL;
  for (int i = 3; i < FIELDS; i++) unescape(fields[i]);
  if (text) changed = replaced(text, fields[3], fields[4], fields[5]);
  bool read = changed && outcomes(t, fields[0], changed, got), right = read && (int)got[rule] == want;
  if (!changed)
    printf("%s:%d: the base is not there, or does not hold what is to be replaced\n", file, line);
  else if (!right)
    printf("%s:%d: %s is %s, and should be %s\n", file, line, fields[1], read ? result_names[got[rule]] : "unread", fields[2]);
  if (right) t->seen[rule][want] = true;
  free(text);
  free(changed);
  return right;
}

static void file_run(struct tool *t, const char *file, int *passed, int *failed) {
  unsigned char *data = NULL;
  size_t size = 0;
  struct err e;
  if (file_read(file, TEXT_MOST, &data, &size, &e) < 0) {
    printf("%s: %s\n", file, e.text);
    ++*failed;
    return;
  }
  struct sv text = {(const char *)data, size};
  for (int line = 1; text.p; line++) {
    struct sv one = sv_cut(&text, '\n');
    if (one.n == 0 || one.p[0] == '#') continue;
    char *fields[FIELDS], *copy = strndup(one.p, one.n), *rest = copy;
    for (int i = 0; i < FIELDS; i++) {
      fields[i] = rest ? strsep(&rest, "\t") : NULL;
      if (!fields[i]) fields[i] = copy + one.n; /* empty */
    }
    if (case_run(t, fields, file, line))
      ++*passed;
    else
      ++*failed;
    free(copy);
  }
  free(data);
}

/* Rules that no text can bring about here: named in the file, each with where it is tested instead. */
static bool tested_elsewhere(const char *list, const char *id) {
  char line[80];
  snprintf(line, sizeof line, "\n%s ", id);
  return list && strstr(list, line);
}

/* Every rule has a case that passes, one that fails and one where it does not apply. */
static int coverage(const struct tool *t) {
  static const enum result needed[] = {R_PASSED, R_FAILED, R_NOT_APPLICABLE};
  int lacking = 0;
  char *elsewhere = base_text(t, "tests/cases/rules/elsewhere.txt");
  for (int i = 0; i < rule_count(t->rules) && i < RULES_KNOWN; i++)
    for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
      if (!t->seen[i][needed[k]] && !tested_elsewhere(elsewhere, rule_get(t->rules, i)->id))
        printf("%s has no case %s\n", rule_get(t->rules, i)->id, result_names[needed[k]]), lacking++;
  free(elsewhere);
  return lacking;
}

/* ---- discovering ---- */

static bool number_starts(const char *text, const char *p) {
  if (*p < '0' || *p > '9') return false;
  if (p == text) return true;
  char b = p[-1];
  return b == '\t' || b == '\n' || b == ' ' || b == '>';
}

/* Prints a case for what a change of one digit brings to rules that passed and have not been seen so. */
static void discover_change(struct tool *t, const char *base, const char *text, const enum result *before, size_t digit, const char *line,
                            size_t line_bytes) {
  enum result after[RULES_KNOWN];
  char *changed = strdup(text);
  if (!changed) return;
  changed[digit] = (char)(changed[digit] == '9' ? '8' : changed[digit] + 1);
  if (outcomes(t, base, changed, after))
    for (int i = 0; i < rule_count(t->rules) && i < RULES_KNOWN; i++) {
      if (before[i] != R_PASSED || (after[i] != R_FAILED && after[i] != R_ROUNDING) || t->seen[i][after[i]]) continue;
      t->seen[i][after[i]] = true;
      printf("%s\t%s\t%s\t\t", base, rule_get(t->rules, i)->id, result_names[after[i]]);
      for (int side = 0; side < 2; side++) {
        const char *from = side ? changed + (line - text) : line;
        for (size_t k = 0; k < line_bytes; k++) printf(from[k] == '\t' ? "\\t" : "%c", from[k]);
        printf(side ? "\n" : "\t");
      }
    }
  free(changed);
}

static int discover(struct tool *t, const char *base) {
  enum result before[RULES_KNOWN];
  char *text = base_text(t, base);
  if (!text || !outcomes(t, base, text, before)) return 1;
  for (int i = 0; i < rule_count(t->rules) && i < RULES_KNOWN; i++)
    if (before[i] == R_PASSED || before[i] == R_NOT_APPLICABLE)
      printf("%s\t%s\t%s\t\t\t\n", base, rule_get(t->rules, i)->id, result_names[before[i]]);
  for (const char *p = text; *p; p++) {
    if (!number_starts(text, p)) continue;
    size_t n = strspn(p, "0123456789,.");
    if (p[n] != '\t' && p[n] != '\n' && p[n] != '\r' && p[n] != '<') continue;
    const char *line = p;
    while (line > text && line[-1] != '\n') line--;
    size_t bytes = strcspn(line, "\n");
    const char *first = strstr(text, line), *again = first;
    char *whole = strndup(line, bytes);
    if (whole) again = strstr(text, whole);
    free(whole);
    if (again == line && n > 3) { /* the first line of its kind: a case can name it */
      discover_change(t, base, text, before, (size_t)(p - text), line, bytes);
      discover_change(t, base, text, before, (size_t)(p - text) + n - 1, line, bytes);
    }
    p += n - 1;
  }
  free(text);
  return 0;
}

int main(int argc, char **argv) {
  struct tool t;
  struct err e;
  int passed = 0, failed = 0;
  if (argc < 3) {
    fprintf(stderr, "usage: rulecases ROOT FILE.tsv… | rulecases ROOT --discover BASE\n");
    return 2;
  }
  if (tool_open(&t, argv[1], &e) < 0) {
    fprintf(stderr, "%s:%d: %s\n", e.file, e.line, e.text);
    tool_close(&t);
    return 2;
  }
  if (strcmp(argv[2], "--discover") == 0) {
    int code = argc == 4 ? discover(&t, argv[3]) : 2;
    tool_close(&t);
    return code;
  }
  for (int i = 2; i < argc; i++) file_run(&t, argv[i], &passed, &failed);
  failed += coverage(&t);
  tool_close(&t);
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
