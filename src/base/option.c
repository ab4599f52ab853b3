/* option.c: parsing a command's words by its option table. Words that are not options keep their order. */
#include "base/option.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct words {
  int argc, at;
  char **argv;
};

static const struct option *find_long(const struct option *options, int n, struct sv name) {
  for (int i = 0; i < n; i++)
    if (sv_is(name, options[i].name)) return &options[i];
  return NULL;
}

static const struct option *find_letter(const struct option *options, int n, char letter) {
  for (int i = 0; i < n; i++)
    if (options[i].letter && options[i].letter == letter) return &options[i];
  return NULL;
}

static int set_int(const struct option *o, const char *value, struct err *e) {
  char *end;
  errno = 0;
  long v = strtol(value, &end, 10);
  if (errno || *end || end == value || v < INT_MIN || v > INT_MAX)
    return err_set(e, RC_USAGE, tr("--%s 要一个整数，不是 “%s”", "--%s takes a whole number, not \"%s\""), o->name, value);
  *(int *)o->value = (int)v;
  return RC_OK;
}

static int set_choice(const struct option *o, const char *value, struct err *e) {
  struct sv rest = sv_from(o->choices), wanted = sv_from(value);
  while (rest.p)
    if (sv_equal(sv_cut(&rest, '|'), wanted)) {
      *(const char **)o->value = value;
      return RC_OK;
    }
  return err_set(e, RC_USAGE, tr("--%s 只能是 %s，不是 “%s”", "--%s is one of %s, not \"%s\""), o->name, o->choices, value);
}

/* The words after an OPT_LIST option up to the next option. */
static int set_list(const struct option *o, struct words *w, struct err *e) {
  struct option_list *list = o->value;
  int start = w->at;
  while (w->at < w->argc && !(w->argv[w->at][0] == '-' && w->argv[w->at][1])) w->at++;
  if (w->at == start) return err_set(e, RC_USAGE, tr("--%s 后面要有 %s", "--%s needs %s"), o->name, o->argument);
  size_t count = (size_t)(w->at - start);
  char **copy = malloc(count * sizeof *copy); /* argv itself is rewritten while it is read */
  if (!copy) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  memcpy(copy, w->argv + start, count * sizeof *copy);
  free(list->v); /* given twice: the last one counts */
  *list = (struct option_list){copy, (int)count};
  return RC_OK;
}

static int set_value(const struct option *o, const char *value, struct words *w, struct err *e) {
  if (o->type == OPT_FLAG) {
    if (value) return err_set(e, RC_USAGE, tr("--%s 不带值", "--%s takes no value"), o->name);
    *(bool *)o->value = true;
    return RC_OK;
  }
  if (o->type == OPT_LIST && !value) return set_list(o, w, e);
  if (!value) {
    if (w->at >= w->argc) return err_set(e, RC_USAGE, tr("--%s 后面要有 %s", "--%s needs %s"), o->name, o->argument ? o->argument : "?");
    value = w->argv[w->at++];
  }
  if (o->type == OPT_INT) return set_int(o, value, e);
  if (o->type == OPT_CHOICE) return set_choice(o, value, e);
  if (o->type == OPT_LIST) return err_set(e, RC_USAGE, tr("--%s 的值要用空格隔开", "--%s takes separate words"), o->name);
  *(const char **)o->value = value;
  return RC_OK;
}

static int parse_long(const struct option *options, int n, char *word, struct words *w, struct err *e) {
  char *equals = strchr(word, '=');
  struct sv name = {word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2)};
  const struct option *o = find_long(options, n, name);
  if (!o) return err_set(e, RC_USAGE, tr("没有选项 --%.*s；用 --help 看全部选项", "no option --%.*s; see --help"), SV_ARG(name));
  return set_value(o, equals ? equals + 1 : NULL, w, e);
}

static int parse_letters(const struct option *options, int n, char *word, struct words *w, struct err *e) {
  for (char *p = word + 1; *p; p++) {
    const struct option *o = find_letter(options, n, *p);
    if (!o) return err_set(e, RC_USAGE, tr("没有选项 -%c；用 --help 看全部选项", "no option -%c; see --help"), *p);
    bool flag = o->type == OPT_FLAG;
    int rc = set_value(o, flag || !p[1] ? NULL : p + 1, w, e);
    if (rc < 0 || !flag) return rc;
  }
  return RC_OK;
}

int options_parse(const struct option *options, int n, int argc, char **argv, struct err *e) {
  struct words w = {argc, 0, argv};
  int kept = 0;
  while (w.at < argc) {
    char *word = argv[w.at++];
    int rc = RC_OK;
    if (strcmp(word, "--") == 0) {
      while (w.at < argc) argv[kept++] = argv[w.at++];
      break;
    }
    if (word[0] != '-' || !word[1]) { /* "-" alone is standard input or output */
      argv[kept++] = word;
      continue;
    }
    rc = word[1] == '-' ? parse_long(options, n, word, &w, e) : parse_letters(options, n, word, &w, e);
    if (rc < 0) return rc;
  }
  return kept;
}
