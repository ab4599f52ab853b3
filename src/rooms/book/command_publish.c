/* command_publish.c: heng book publish: the whole book as a folder, all or nothing; refused while an error stands. */
#include "rooms/book/internal.h"
#include "rooms/book/publish.h"

#include <stdlib.h>
#include <string.h>

static struct {
  const char *output, *profile, *version, *unit;
  struct option_list overrides, reasons;
} words;
static const struct option options[] = {
    {"output", 'o', OPT_TEXT, &words.output, "FOLDER", NULL, "公开文件放在哪个文件夹", "the folder for the published files"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的版式（默认工作区写的）", "use this city's layout (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本，如 二下批复（默认最后一个）", "version of the budget (default: the last)"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "只编这个单位自己的（默认整个部门）", "one unit's own book (default: the whole department's)"},
    {"override", 0, OPT_LIST, &words.overrides, "RULE:PLACE", NULL, "仍要公开：列出被拒绝时给出的代号",
     "publish in spite of it: the words that the refusal gave"},
    {"reason", 0, OPT_LIST, &words.reasons, "TEXT", NULL, "每个代号一条理由，次序相同；写入 record.txt",
     "a reason for each, in the same order; goes into record.txt"},
};

const struct option *book_publish_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static int object_workspace(const struct opened *o, struct objections *out) {
  const struct workspace *w = o->workspace;
  char word[400];
  int rc = RC_OK;
  for (size_t i = 0; i < w->problems.n && rc == RC_OK; i++) {
    const struct ws_problem *p = &w->problems.v[i];
    if (p->severity != WS_ERROR) continue;
    snprintf(word, sizeof word, "%s:%s:%d", p->id, w->files.v[p->file], (int)p->line);
    rc = objection_add(out, word, p->text);
  }
  for (size_t i = 0; i < o->paper->problems.n && rc == RC_OK; i++) {
    snprintf(word, sizeof word, "%s:%s", o->paper->problems.v[i].id, o->paper->problems.v[i].table);
    rc = objection_add(out, word, o->paper->problems.v[i].text);
  }
  for (size_t i = 0; i < o->paper->missing.n && rc == RC_OK; i++) {
    snprintf(word, sizeof word, "W-MISSING:%.*s", (int)(o->paper->missing.v[i].subject.n < 200 ? o->paper->missing.v[i].subject.n : 200),
             o->paper->missing.v[i].subject.p);
    rc = objection_add(out, word, o->paper->missing.v[i].text);
  }
  return rc;
}

/* Takes the officer's reasons; an override that answers nothing is a mistake, for it would be believed to have done something. */
static int answer(struct objections *o, struct err *e) {
  if (words.overrides.n != words.reasons.n)
    return err_set(e, RC_USAGE, "%s", tr("每个 --override 要有一条 --reason，次序相同", "each --override needs a --reason, in the same order"));
  for (int k = 0; k < words.overrides.n; k++) {
    bool found = false;
    if (!*words.reasons.v[k]) return err_set(e, RC_USAGE, "%s", tr("理由不能空着", "a reason cannot be empty"));
    for (size_t i = 0; i < o->v.n; i++)
      if (strcmp(o->v.v[i].word, words.overrides.v[k]) == 0) o->v.v[i].reason = words.reasons.v[k], found = true;
    if (!found) return err_set(e, RC_USAGE, tr("没有要放行的 %s；去掉它", "nothing stands under %s; take it out"), words.overrides.v[k]);
  }
  return RC_OK;
}

static int refuse(const struct objections *o) {
  int n = 0;
  for (size_t i = 0; i < o->v.n; i++) {
    if (o->v.v[i].reason) continue;
    if (n++ == 0)
      fprintf(stderr, "%s\n",
              tr("没有公开：还有下面的错误。改正后再来；确实要公开的，用 --override 代号 --reason 理由。",
                 "not published: these errors stand. Mend them, or use --override WORD --reason TEXT."));
    fprintf(stderr, "  %s  %s\n", o->v.v[i].word, o->v.v[i].text);
  }
  return n;
}

static int write_record(const struct objections *o, const char *next, struct err *e) {
  struct buf out;
  char path[4300];
  int n = 0;
  buf_init(&out, 4 << 20);
  buf_puts(&out, "公开时仍有的错误和放行理由 / errors that stood when this was published, and why\n\n");
  for (size_t i = 0; i < o->v.n; i++)
    if (o->v.v[i].reason) buf_printf(&out, "%d. %s\n   %s\n   理由: %s\n", ++n, o->v.v[i].word, o->v.v[i].text, o->v.v[i].reason);
  snprintf(path, sizeof path, "%s/record.txt", next);
  int rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : n ? file_replace(path, out.p, out.n, e) : RC_OK;
  buf_release(&out);
  return rc;
}

/* Writes, audits, and leaves the rest to the caller: RC_OK and *refused. */
static int prepare(const struct opened *o, const char *next, struct objections *against, int *refused, struct err *e) {
  int rc = publish_write(o, next, e);
  if (rc == RC_OK) rc = publish_audit(next, o->paper->profile, against, e);
  if (rc == RC_OK) rc = answer(against, e);
  if (rc == RC_OK) *refused = refuse(against);
  if (rc == RC_OK && !*refused) rc = write_record(against, next, e);
  return rc;
}

/* Which version it was, where there are several; what the audit says besides, which only reading it tells. */
static void tell(const struct workspace *w, const struct objections *against, const char *out) {
  printf(tr("已公开到 %s：index.html book.pdf book.docx book.xlsx book.json tables/ 和数据\n",
            "published to %s: index.html book.pdf book.docx book.xlsx book.json tables/ and the data\n"),
         out);
  if (w->version >= 0 && w->versions.n > 1)
    printf(tr("版本：%.*s（工作区有 %zu 个版本，--version 选别的）\n", "version: %.*s (the workspace has %zu; --version for another)\n"),
           SV_ARG(w->versions.v[w->version]), w->versions.n);
  if (against->warnings || against->hints)
    printf(tr("审核：警告 %d，提示 %d：heng audit %s/book.pdf\n", "audit: %d warnings, %d hints: heng audit %s/book.pdf\n"), against->warnings,
           against->hints, out);
}

static int publish(const struct opened *o, const char *out, struct err *e) {
  char next[4096];
  struct objections against;
  int refused = 0;
  int rc = staging_new(out, next, sizeof next, e);
  if (rc < 0) return rc;
  objections_init(&against);
  if (object_workspace(o, &against) < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = prepare(o, next, &against, &refused, e);
  if (rc == RC_OK && !refused) rc = staging_swap(next, out, e);
  if (rc < 0 || refused) folder_remove(next);
  if (rc == RC_OK && !refused) tell(o->workspace, &against, out);
  objections_release(&against);
  return rc < 0 ? rc : refused ? EXIT_FOUND : EXIT_CLEAN;
}

int book_publish(int argc, char **argv, struct err *e) {
  struct opened o;
  int rc = RC_OK;
  if (argc != 1 || !words.output)
    rc = err_set(e, RC_USAGE, "%s", tr("应为：heng book publish 文件夹 -o 输出文件夹", "wanted: heng book publish FOLDER -o OUT"));
  if (rc == RC_OK) rc = opened_make_unit(&o, argv[0], words.profile, words.version, words.unit, e);
  if (rc == RC_OK) {
    char out[4096];
    if (snprintf(out, sizeof out, "%s", words.output) >= (int)sizeof out)
      rc = err_set(e, RC_USAGE, "%s", tr("输出文件夹的名字太长", "the output folder's name is too long"));
    folder_trim(out);
    if (rc == RC_OK) rc = publish(&o, out, e);
    opened_close(&o);
  }
  free(words.overrides.v), free(words.reasons.v);
  return rc;
}
