/* set.c: a set of rules: memory, files and folders, looking rules up. */
#include "rule/rule_internal.h"

#include <dirent.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SET_ARENA = 32 * 1024 * 1024, FILES_MOST = 400, PATH_BYTES = 4200 };

const char *const severity_names[] = {"info", "warning", "error"};
const char *const outcome_names[] = {"passed", "failed", "not-applicable", "not-checked"};

int rule_set_new(struct rule_set **out, struct err *e) {
  *out = NULL;
  struct rule_set *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&s->arena, SET_ARENA);
  intern_init(&s->ids);
  intern_init(&s->literals);
  *out = s;
  return RC_OK;
}

void rule_set_free(struct rule_set *s) {
  if (!s) return;
  for (size_t i = 0; i < s->patterns.n; i++) {
    regfree(s->patterns.v[i]);
    free(s->patterns.v[i]);
  }
  free(s->patterns.v);
  free(s->rules.v);
  intern_release(&s->ids);
  intern_release(&s->literals);
  arena_release(&s->arena);
  free(s);
}

int rule_count(const struct rule_set *s) {
  return (int)s->rules.n;
}

const struct rule_head *rule_get(const struct rule_set *s, int index) {
  return index < 0 || (size_t)index >= s->rules.n ? NULL : &s->rules.v[index].head;
}

const struct rule_head *rule_named(const struct rule_set *s, const char *id) {
  for (size_t i = 0; i < s->rules.n; i++)
    if (strcmp(s->rules.v[i].head.id, id) == 0) return &s->rules.v[i].head;
  return NULL;
}

struct sv rule_source(const struct rule_set *s, int index) {
  return index < 0 || (size_t)index >= s->rules.n ? (struct sv){0} : s->rules.v[index].source;
}

void rule_set_lookup(struct rule_set *s, int (*lookup)(const void *, const char *, struct sv, int, const char **), const void *context) {
  s->lookup = lookup;
  s->lookup_context = context;
}

int rule_set_parse(struct rule_set *s, const char *name, struct sv text, struct err *e) {
  if (text.n > RULE_FILE_MOST) return err_at(e, RC_LIMIT, name, 0, 0, "%s", tr("规则文件太大", "the file of rules is too large"));
  if (!utf8_valid(text)) return err_at(e, RC_FORMAT, name, 0, 0, "%s", tr("规则文件不是 UTF-8", "the file of rules is not UTF-8"));
  const char *file = arena_text(&s->arena, name, strlen(name)), *copy = arena_text(&s->arena, text.n ? text.p : "", text.n);
  if (!file || !copy) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  return rule_parse_text(s, file, (struct sv){copy, text.n}, e);
}

static int load_file(struct rule_set *s, const char *path, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  int rc = file_read(path, RULE_FILE_MOST, &data, &size, e);
  if (rc == RC_OK) rc = rule_set_parse(s, path, (struct sv){(const char *)data, size}, e);
  free(data);
  return rc;
}

static int is_rules(const struct dirent *d) {
  size_t n = strlen(d->d_name);
  return n > 6 && strcmp(d->d_name + n - 6, ".rules") == 0;
}

static int load_folder(struct rule_set *s, const char *path, struct err *e) {
  struct dirent **list = NULL;
  int n = scandir(path, &list, is_rules, alphasort), rc = RC_OK;
  if (n < 0) return err_at(e, RC_IO, path, 0, 0, "%s", tr("打不开规则文件夹", "cannot open the folder of rules"));
  if (n > FILES_MOST) rc = err_at(e, RC_LIMIT, path, 0, 0, "%s", tr("规则文件太多", "too many files of rules"));
  if (n == 0) rc = err_at(e, RC_NOTFOUND, path, 0, 0, "%s", tr("文件夹里没有 .rules 文件", "the folder holds no .rules file"));
  for (int i = 0; i < n; i++) {
    char file[PATH_BYTES];
    int length = snprintf(file, sizeof file, "%s/%s", path, list[i]->d_name);
    if (rc == RC_OK)
      rc = length > 0 && length < PATH_BYTES ? load_file(s, file, e) : err_at(e, RC_LIMIT, path, 0, 0, "%s", tr("路径太长", "the path is too long"));
    free(list[i]);
  }
  free(list);
  return rc;
}

int rule_set_load(struct rule_set *s, const char *path, struct err *e) {
  struct stat st;
  if (stat(path, &st) != 0) return err_at(e, RC_NOTFOUND, path, 0, 0, "%s", tr("找不到规则", "the rules are not there"));
  return S_ISDIR(st.st_mode) ? load_folder(s, path, e) : load_file(s, path, e);
}
