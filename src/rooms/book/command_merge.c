/* command_merge.c: `heng book merge OUT UNITFOLDER…`: one workspace of the department from those of its units. */
#include "rooms/book/internal.h"
#include "rooms/book/merge.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static struct {
  const char *code, *body;
  bool dry;
} words;

static const struct option options[] = {
    {"code", 0, OPT_TEXT, &words.code, "CODE", NULL, "上级部门的编码（各单位不在同一部门时）",
     "the code of the department above (when the units have none in common)"},
    {"body", 0, OPT_TEXT, &words.body, "NAME", NULL, "上级部门的名称", "its name"},
    {"dry-run", 0, OPT_FLAG, &words.dry, NULL, NULL, "只看能不能汇总，不写", "only tells what would happen"},
};

const struct option *book_merge_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

/* ---- texts: a unit's go under its code; the department's own are still to be written ---- */

struct texts {
  struct merge *m;
  struct workspace_change *c;
  const struct merge_folder *f;
  bool glossary; /* explanations are there already */
  struct err *e;
};

static int text_copy(struct texts *t, const char *from, const char *to) {
  unsigned char *data;
  size_t size;
  char path[4600];
  snprintf(path, sizeof path, "%s/%s", t->f->path, from);
  int rc = file_read(path, 1 << 24, &data, &size, t->e);
  if (rc < 0) return rc;
  rc = workspace_change_put(t->c, to, (struct sv){(char *)data, size}, t->e);
  free(data);
  return rc;
}

static int text_place(struct texts *t, const char *sub, const char *name) {
  char from[700], to[900];
  struct sv own = t->f->own.n ? t->f->own : t->m->code ? t->f->root : (struct sv){0};
  snprintf(from, sizeof from, "texts/%.300s%s%.255s", sub, *sub ? "/" : "", name);
  if (*sub) return text_copy(t, from, from);
  if (strcmp(name, "part4-glossary.md") == 0) {
    if (t->glossary) return fprintf(stderr, tr("没有取 %s/%s：已有别的单位的\n", "left %s/%s: another unit's is there\n"), t->f->path, from), RC_OK;
    t->glossary = true;
    return text_copy(t, from, from);
  }
  if (!own.n) return fprintf(stderr, tr("没有取 %s/%s：不知道是哪个单位的\n", "left %s/%s: whose it is, is not known\n"), t->f->path, from), RC_OK;
  snprintf(to, sizeof to, "texts/units/%.*s/%.255s", (int)(own.n < 64 ? own.n : 64), own.p, name);
  return text_copy(t, from, to);
}

static int texts_of(struct texts *t, const char *sub, int depth) {
  char path[4600];
  struct dirent **list = NULL;
  snprintf(path, sizeof path, "%s/texts/%s", t->f->path, sub);
  int n = scandir(path, &list, NULL, alphasort), rc = RC_OK;
  for (int i = 0; i < n; i++) {
    const char *name = list[i]->d_name;
    if (rc == RC_OK && sv_ends(sv_from(name), ".md")) rc = text_place(t, sub, name);
    if (rc == RC_OK && depth == 0 && strcmp(name, "projects") == 0) rc = texts_of(t, name, 1);
    if (rc == RC_OK && depth == 0 && strcmp(name, "units") == 0) rc = texts_of(t, name, 1);
    if (rc == RC_OK && depth == 1 && strcmp(sub, "units") == 0 && name[0] != '.') {
      char below[300];
      snprintf(below, sizeof below, "units/%.200s", name);
      rc = texts_of(t, below, 2);
    }
    free(list[i]);
  }
  free(list);
  return rc;
}

static int texts_put(struct merge *m, struct workspace_change *c, struct err *e) {
  struct texts t = {.m = m, .c = c, .e = e};
  int rc = fresh_texts(c, m->schema, e);
  for (int i = 0; i < m->nfolders && rc == RC_OK; i++) t.f = &m->folder[i], rc = texts_of(&t, "", 0);
  return rc;
}

/* ---- the command ---- */

static int64_t spending(const struct workspace *w) {
  int64_t sum = 0;
  for (size_t i = 0; i < w->lines.n; i++)
    if (w->lines.v[i].version == w->version) sum += w->lines.v[i].amount;
  return sum;
}

/* What the department's workspace says of itself: its total beside the units', transfers between them, errors. */
static int report(const struct merge *m, const char *out, struct err *e) {
  struct workspace *w;
  char a[MONEY_TEXT], b[MONEY_TEXT];
  int64_t units = 0;
  int rc = workspace_load(out, NULL, NULL, &w, e);
  if (rc < 0) return rc;
  for (int i = 0; i < m->nfolders; i++) units += spending(m->folder[i].w);
  printf(tr("已汇总到 %s：%d 个文件夹，单位 %zu 个，项目 %zu 个，支出 %zu 行；支出合计 %s 元，各文件夹相加 %s 元\n",
            "merged into %s: %d folders, %zu units, %zu projects, %zu lines; spending %s yuan, the folders' together %s yuan\n"),
         out, m->nfolders, w->units.n, w->projects.n, w->lines.n, money_print(a, spending(w), SCALE_YUAN, 2, true),
         money_print(b, units, SCALE_YUAN, 2, true));
  for (size_t i = 0; i < w->problems.n; i++)
    if (strcmp(w->problems.v[i].id, "W-INNER") == 0) printf("%s\n", w->problems.v[i].text);
  if (w->errors) printf(tr("汇总后有 %d 个错误：heng book check %s\n", "the merged workspace has %d errors: heng book check %s\n"), w->errors, out);
  printf(tr("部门自己的文字、增减原因、绩效目标还要写：heng book ask %s；各单位自己的书：heng book publish %s --unit 编码 -o 输出\n",
            "the department's own texts, causes and goals are still to be written: heng book ask %s; a unit's own book: heng book publish %s --unit "
            "CODE -o OUT\n"),
         out, out);
  bool wrong = w->errors > 0 || spending(w) != units;
  workspace_free(w);
  return wrong ? EXIT_FOUND : EXIT_CLEAN;
}

static int write_all(struct merge *m, const char *out, struct err *e) {
  struct workspace_change *c;
  int rc = fresh_begin(out, &c, e);
  if (rc < 0) return rc;
  rc = merge_put(m, c, e);
  if (rc == RC_OK) rc = texts_put(m, c, e);
  if (rc < 0) return workspace_change_discard(c), rc;
  return workspace_change_commit(c, e);
}

enum { SHOWN = 100 };

static int merge(struct merge *m, const char *out, struct err *e) {
  int rc = merge_unite(m, e);
  if (rc < 0) return rc;
  for (size_t i = 0; i < m->conflicts.n && i < SHOWN; i++) fprintf(stderr, "%s\n", m->conflicts.v[i]);
  if (m->conflicts.n) {
    fprintf(stderr, tr("有 %zu 处对不上，没有汇总\n", "%zu conflicts; nothing was merged\n"), m->conflicts.n);
    return EXIT_FOUND;
  }
  for (size_t i = 0; i < m->notes.n; i++) fprintf(stderr, "%s\n", m->notes.v[i]);
  if (m->names.n > 20) fprintf(stderr, tr("共 %zu 个绩效目标改了编号\n", "%zu goals have new names\n"), m->names.n);
  if (words.dry) return printf("%s\n", tr("可以汇总，没有写", "they can be merged; nothing was written")), EXIT_CLEAN;
  rc = write_all(m, out, e);
  return rc < 0 ? rc : report(m, out, e);
}

int book_merge(int argc, char **argv, struct err *e) {
  struct merge *m = calloc(1, sizeof *m);
  if (!m) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = RC_OK;
  if (argc < 2)
    rc = err_set(e, RC_USAGE, "%s", tr("应为：heng book merge 输出文件夹 单位文件夹…", "wanted: heng book merge OUT UNITFOLDER…"));
  else {
    rc = merge_open(m, argv + 1, argc - 1, words.code, words.body, e);
    if (rc == RC_OK) rc = merge(m, argv[0], e);
    merge_close(m);
  }
  free(m);
  return rc;
}
