/* opened.c: from a folder to a paper, as `show` and `why` need it. */
#include "rooms/book/opened.h"
#include "rooms/book/accounts.h"
#include "rooms/book/unit.h"

#include <string.h>

/* shanghai → shanghai-final; a name that says so already stays. */
static const char *accounts_layout(const struct ws_accounts *a, const char *name, char *out, size_t size) {
  size_t n = strlen(name), m = strlen(a->layout);
  if (n > m && name[n - m - 1] == '-' && strcmp(name + n - m, a->layout) == 0) return name;
  snprintf(out, size, "%s-%s", name, a->layout);
  return out;
}

int opened_make(struct opened *o, const char *folder, const char *profile, const char *version, struct err *e) {
  return opened_make_unit(o, folder, profile, version, NULL, e);
}

int opened_make_unit(struct opened *o, const char *folder, const char *profile, const char *version, const char *unit, struct err *e) {
  int rc = opened_check(o, folder, profile, version, unit, e);
  if (rc == RC_OK && !o->paper)
    rc = err_at(
        e, RC_FORMAT, "units.csv", 1, 1,
        tr("还没有部门，做不出书；先改好 heng book check %s 列出的问题", "no department yet, so no book; first mend what heng book check %s lists"),
        folder);
  if (rc < 0) opened_close(o);
  return rc;
}

int opened_check(struct opened *o, const char *folder, const char *profile, const char *version, const char *unit, struct err *e) {
  char data[4096], path[4200], own[100];
  *o = (struct opened){0};
  codes_data_path(data, sizeof data, "");
  snprintf(path, sizeof path, "%s/codes", data);
  int rc = codes_load(path, &o->codes, e);
  if (rc == RC_OK) rc = workspace_load_unit(folder, version, unit, o->codes, &o->workspace, e);
  const char *name = profile ? profile : o->workspace ? o->workspace->profile : "wuhan";
  if (rc == RC_OK && o->workspace->accounts) name = accounts_layout(o->workspace->accounts, name, own, sizeof own);
  if (rc == RC_OK) rc = layout_load(data, name, &o->layout, e);
  if (rc == RC_OK && o->workspace->units.n) rc = paper_make(o->workspace, o->layout, &o->paper, e);
  if (rc < 0) opened_close(o);
  return rc;
}

void opened_close(struct opened *o) {
  paper_free(o->paper);
  layout_free(o->layout);
  workspace_free(o->workspace);
  codes_free(o->codes);
  *o = (struct opened){0};
}

void opened_tell(const struct opened *o) {
  if (o->workspace->errors > 0)
    fprintf(stderr,
            tr("工作区有 %d 个错误，表里的数未必可信：heng book check %s\n",
               "the workspace has %d errors, so amounts may be wrong: heng book check %s\n"),
            o->workspace->errors, o->workspace->folder);
  for (size_t i = 0; i < o->paper->problems.n; i++)
    fprintf(stderr, "%s %s: %s\n", o->paper->problems.v[i].id, o->paper->problems.v[i].table, o->paper->problems.v[i].text);
}

/* "5-1", "t5-1" and "T5-1" are one. */
static bool same_id(const char *id, const char *asked) {
  if (*asked == 't' || *asked == 'T') asked++;
  return strcmp(id[0] == 'T' ? id + 1 : id, asked) == 0;
}

const struct paper_table *opened_table(const struct paper *p, const char *id, struct err *e) {
  char known[700];
  int n = 0;
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (t && same_id(t->id, id)) return t;
    if (t && n >= 0 && (size_t)n < sizeof known - 30) n += snprintf(known + n, sizeof known - (size_t)n, " %s", t->id);
  }
  err_set(e, RC_USAGE, tr("没有表 %s；有：%s", "there is no table %s; there are:%s"), id, n > 0 ? known : "");
  return NULL;
}
