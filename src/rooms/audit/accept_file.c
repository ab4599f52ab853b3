/* accept_file.c: writing the file of accepted findings: a first one for a person to fill in, or one entry more. Finding the finding that is meant. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LISTED = 40, NUMBER_DIGITS = 3 };
#define FILE_BYTES_MAX ((size_t)4 << 20)

static bool is_number(const char *name) {
  size_t n = strspn(name, "0123456789");
  return n > 0 && n <= NUMBER_DIGITS && name[n] == '\0';
}

static bool named_so(const struct finding *f, size_t index, const char *name) {
  if (is_number(name)) return (long)index + 1 == strtol(name, NULL, 10);
  return strncmp(f->id, name, strlen(name)) == 0;
}

/* On standard error, a line each, those that begin so or all. */
static void list_findings(const struct auditor *a, const struct audit *x, const char *name) {
  int shown = 0, all = 0;
  for (int b = 0; b < x->nbooks; b++) {
    struct view v = view_of(a, x, b);
    for (size_t i = 0; i < v.r->findings.n; i++) {
      const struct finding *f = &v.r->findings.v[i];
      if (name && !named_so(f, i, name)) continue;
      if (all++ >= LISTED) continue;
      fprintf(stderr, "  %3zu  %s  %s  %s %s\n", i + 1, f->id, severity_title(f->severity), rule_id(&v, f->rule), rule_title(&v, f->rule));
      shown++;
    }
  }
  if (all > shown) fprintf(stderr, tr("  另有 %d 个\n", "  and %d more\n"), all - shown);
}

int finding_named(const struct auditor *a, const struct audit *x, const char *name, struct view *v, size_t *index, struct err *e) {
  int found = 0, any = 0;
  for (int b = 0; b < x->nbooks; b++) {
    struct view here = view_of(a, x, b);
    for (size_t i = 0; i < here.r->findings.n; i++) {
      any++;
      if (name[0] == '\0' || !named_so(&here.r->findings.v[i], i, name)) continue;
      if (found++ == 0) *v = here, *index = i;
      if (strcmp(here.r->findings.v[i].id, name) == 0) { /* the whole id: no other is meant */
        *v = here, *index = i;
        return RC_OK;
      }
    }
  }
  if (found == 1) return RC_OK;
  if (any == 0) return err_set(e, RC_USAGE, "%s", tr("这个文件没有发现问题，没有可说的编号", "nothing was found in this file: there are no ids"));
  if (found > 1) {
    fprintf(stderr, tr("以 %s 开头的编号：\n", "ids that begin with %s:\n"), name);
    list_findings(a, x, name);
    return err_set(e, RC_USAGE, tr("编号 %s 不止一个发现有；多写几位", "more than one finding has %s; write more of its id"), name);
  }
  fprintf(stderr, "%s", tr("这个文件的发现：\n", "the findings of this file:\n"));
  list_findings(a, x, NULL);
  return err_set(e, RC_USAGE, tr("没有编号为 %s 的发现", "there is no finding %s"), name);
}

static int target(char *out, size_t size, const struct audit *x, const char *to, struct err *e) {
  const char *document = x->ndocuments > 0 && x->documents[0]->path ? x->documents[0]->path : x->path;
  int n = to ? snprintf(out, size, "%s", to) : 0;
  bool fits = to ? n > 0 && (size_t)n < size : accept_path(out, size, document) != NULL;
  return fits ? RC_OK : err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
}

static void today(char out[16]) {
  time_t now = time(NULL);
  struct tm t;
  if (!localtime_r(&now, &t) || strftime(out, 16, "%Y-%m-%d", &t) == 0) snprintf(out, 16, "1970-01-01");
}

/* Writes the file, after reading it as the next audit will: what it could not read is never left there. */
static int put_file(const char *path, struct buf *b, struct err *e) {
  struct accept_list *l = NULL;
  if (b->rc < 0) return err_set(e, (enum rc)b->rc, "%s", tr("认可清单太长", "the file of acceptances is too long"));
  int rc = accept_parse(path, (struct sv){b->p ? b->p : "", b->n}, &l, e);
  accept_free(l);
  return rc < 0 ? rc : file_replace(path, b->p, b->n, e);
}

int accept_init(const struct auditor *a, const struct audit *x, const char *to, struct err *e) {
  char path[4200], date[16];
  struct buf b;
  long n = 0;
  int rc = target(path, sizeof path, x, to, e);
  if (rc < 0) return rc;
  if (access(path, F_OK) == 0)
    return err_set(e, RC_USAGE, tr("%s 已经有了；用 heng accept 添加", "%s is there already; add to it with heng accept"), path);
  today(date);
  buf_init(&b, FILE_BYTES_MAX);
  accept_head(&b);
  for (int book = 0; book < x->nbooks; book++) {
    struct view v = view_of(a, x, book);
    for (size_t i = 0; i < v.r->findings.n; i++, n++) accept_write(&v, &v.r->findings.v[i], &(struct acceptance){.date = date}, &b);
  }
  rc = put_file(path, &b, e);
  buf_release(&b);
  if (rc == RC_OK)
    printf(tr("%s：%ld 个发现，都注释着；要认可的去掉行首的 #，写上理由和认可人\n",
              "%s: %ld findings, all commented out; for those you accept take away the # and write reason and by\n"),
           path, n);
  return rc < 0 ? rc : EXIT_CLEAN;
}

/* What the file holds now, or the comment of a new one. */
static int start_file(const char *path, struct buf *b, const char *id, struct err *e) {
  unsigned char *data = NULL;
  size_t n = 0;
  struct accept_list *l = NULL;
  if (access(path, F_OK) != 0) {
    accept_head(b);
    return RC_OK;
  }
  int rc = file_read(path, FILE_BYTES_MAX, &data, &n, e);
  if (rc == RC_OK) rc = accept_parse(path, (struct sv){(const char *)data, n}, &l, e);
  const struct acceptance *old = rc == RC_OK ? accept_find(l, id) : NULL;
  if (old) rc = err_set(e, RC_USAGE, tr("%s 第 %d 行已认可过 %s", "%s, line %d: %s is accepted already"), path, old->line, id);
  if (rc == RC_OK && n > 0) buf_add(b, data, n);
  if (rc == RC_OK && n > 0 && data[n - 1] != '\n') buf_putc(b, '\n');
  accept_free(l);
  free(data);
  return rc;
}

int accept_add(const struct auditor *a, const struct audit *x, const char *name, const struct acceptance *given, const char *to, struct err *e) {
  char path[4200], date[16];
  struct acceptance now = *given;
  struct view v = {0};
  struct buf b;
  size_t i = 0;
  int rc = finding_named(a, x, name, &v, &i, e);
  if (rc == RC_OK) rc = target(path, sizeof path, x, to, e);
  if (rc < 0) return rc;
  const struct finding *f = &v.r->findings.v[i];
  today(date);
  now.date = date;
  buf_init(&b, FILE_BYTES_MAX);
  rc = start_file(path, &b, f->id, e);
  if (rc == RC_OK) accept_write(&v, f, &now, &b);
  if (rc == RC_OK) rc = put_file(path, &b, e);
  buf_release(&b);
  if (rc == RC_OK) printf(tr("%s：已认可 %s（%s %s）\n", "%s: accepted %s (%s %s)\n"), path, f->id, rule_id(&v, f->rule), rule_title(&v, f->rule));
  return rc < 0 ? rc : EXIT_CLEAN;
}
