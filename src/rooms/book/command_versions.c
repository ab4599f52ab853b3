/* command_versions.c: `heng book versions FOLDER [A B]`: the versions along the year with their totals; two of them beside each other; ceilings. */
#include "base/terminal.h"
#include "rooms/book/check.h"
#include "rooms/book/internal.h"
#include "rooms/book/versions.h"

#include <stdlib.h>
#include <string.h>

static struct {
  const char *format;
  bool lines;
} words = {.format = "text"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|csv|json", "格式（默认 text）", "form (default text)"},
    {"lines", 0, OPT_FLAG, &words.lines, NULL, NULL, "逐行比较：单位×种类×功能×经济×项目×来源",
     "by line: unit, kind, function, class, project, source"},
};

const struct option *book_versions_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static const char *kind_word(int kind) {
  switch (kind) {
  case KIND_P: return tr("人员经费", "personnel");
  case KIND_U: return tr("公用经费", "public expenses");
  case KIND_J: return tr("项目支出", "projects");
  case KIND_B: return tr("经营支出", "operations");
  case KIND_S: return tr("上缴上级支出", "to the superior");
  default: return tr("对附属单位补助支出", "to subordinates");
  }
}

static struct sv code_of(const struct workspace *w, const struct version_difference *d, int which) {
  if (which == 0) return d->unit >= 0 ? w->units.v[d->unit].code : (struct sv){0};
  if (which == 1) return d->func >= 0 ? w->funcs.v[d->func].code : (struct sv){0};
  if (which == 2) return d->econ >= 0 ? w->econs.v[d->econ].code : (struct sv){0};
  return d->project >= 0 ? w->projects.v[d->project].code : (struct sv){0};
}

/* ---- rows of text, put as columns, CSV or JSON ---- */

enum { COLUMNS = 12 };
struct grid {
  struct arena arena;
  VEC(const char *) cells;
  int columns, amounts; /* the last `amounts` columns are numbers */
};

static void put(struct grid *g, struct sv s) {
  const char *p = arena_text(&g->arena, s.p ? s.p : "", s.n);
  if (!p || VEC_PUSH(&g->cells, p, 20000000) < 0) g->arena.failed = true;
}

static void put_yuan(struct grid *g, int64_t fen) {
  char text[MONEY_TEXT];
  put(g, sv_from(money_print(text, fen, SCALE_YUAN, 2, strcmp(words.format, "text") == 0)));
}

static void blanks(struct buf *out, int n) {
  for (int i = 0; i < n; i++) buf_putc(out, ' ');
}

static void grid_text(const struct grid *g, struct buf *out) {
  int widths[COLUMNS] = {0};
  for (size_t i = 0; i < g->cells.n; i++) {
    int w = text_width(sv_from(g->cells.v[i])), *most = &widths[i % (size_t)g->columns];
    if (w > *most) *most = w;
  }
  for (size_t i = 0; i < g->cells.n; i++) {
    int c = (int)(i % (size_t)g->columns), rest = widths[c] - text_width(sv_from(g->cells.v[i]));
    bool right = c >= g->columns - g->amounts, last = c == g->columns - 1;
    if (right) blanks(out, rest);
    buf_puts(out, g->cells.v[i]);
    if (!right && !last) blanks(out, rest);
    buf_puts(out, last ? "\n" : "  ");
  }
}

static void grid_csv(const struct grid *g, struct buf *out) {
  buf_puts(out, "\xEF\xBB\xBF");
  for (size_t i = 0; i < g->cells.n; i++) {
    bool last = (int)(i % (size_t)g->columns) == g->columns - 1;
    const char *s = g->cells.v[i];
    bool quote = strpbrk(s, ",\"\n\r") != NULL;
    if (quote) buf_putc(out, '"');
    for (; *s; s++) {
      if (*s == '"') buf_putc(out, '"');
      buf_putc(out, *s);
    }
    buf_puts(out, quote ? (last ? "\"\r\n" : "\",") : last ? "\r\n" : ",");
  }
}

static void json_text(struct buf *out, const char *s) {
  buf_putc(out, '"');
  for (; *s; s++) {
    if (*s == '"' || *s == '\\')
      buf_printf(out, "\\%c", *s);
    else if ((unsigned char)*s < 0x20)
      buf_printf(out, "\\u%04x", (unsigned)*s);
    else
      buf_putc(out, *s);
  }
  buf_putc(out, '"');
}

/* An array of objects under the names of the first row. */
static void grid_json(const struct grid *g, struct buf *out) {
  size_t n = (size_t)g->columns;
  buf_putc(out, '[');
  for (size_t i = n; i < g->cells.n; i++) {
    size_t c = i % n;
    buf_puts(out, c ? "," : i == n ? "\n{" : ",\n{");
    json_text(out, g->cells.v[c]);
    buf_putc(out, ':');
    if (c + (size_t)g->amounts >= n)
      buf_puts(out, g->cells.v[i]);
    else
      json_text(out, g->cells.v[i]);
    if (c == n - 1) buf_putc(out, '}');
  }
  buf_puts(out, "\n]");
}

/* Heads: Chinese or English words for people, the English ones for machines. */
static void head(struct grid *g, const char *zh, const char *en, const char *machine) {
  put(g, sv_from(strcmp(words.format, "text") == 0 ? tr(zh, en) : machine));
}

static void totals(struct grid *g, const struct workspace *w) {
  struct version_total *t = calloc(w->versions.n + 1, sizeof *t);
  g->columns = 8, g->amounts = 7;
  head(g, "版本", "version", "version"), head(g, "行", "lines", "lines"), head(g, "收入（元）", "income", "income"),
      head(g, "支出", "spending", "spending");
  head(g, "人员", "personnel", "personnel"), head(g, "公用", "public", "public"), head(g, "项目", "projects", "projects"),
      head(g, "其他", "other", "other");
  if (!t) {
    g->arena.failed = true;
    return;
  }
  version_totals(w, t);
  for (size_t i = 0; i < w->versions.n; i++) {
    char count[32];
    snprintf(count, sizeof count, "%zu", t[i].lines);
    put(g, w->versions.v[i]), put(g, sv_from(count)), put_yuan(g, t[i].income), put_yuan(g, t[i].spending);
    for (int k = KIND_P; k <= KIND_J; k++) put_yuan(g, t[i].kind[k]);
    put_yuan(g, t[i].kind[KIND_B] + t[i].kind[KIND_S] + t[i].kind[KIND_A]);
  }
  free(t);
}

static void differences(struct grid *g, const struct workspace *w, const struct version_differences *d, int a, int b) {
  bool text = strcmp(words.format, "text") == 0;
  g->columns = words.lines ? 10 : 6, g->amounts = 3;
  head(g, "单位", "unit", "unit"), head(g, "种类", "kind", "kind"), head(g, "来源", "source", "source");
  if (words.lines)
    head(g, "功能科目", "function", "func"), head(g, "经济科目", "class", "econ"), head(g, "项目", "project", "project"),
        head(g, "本年/结转", "origin", "origin");
  put(g, text ? w->versions.v[a] : SV("before")), put(g, text ? w->versions.v[b] : SV("after")), head(g, "差（元）", "difference", "difference");
  for (size_t i = 0; i < d->v.n; i++) {
    const struct version_difference *x = &d->v.v[i];
    put(g, code_of(w, x, 0)), put(g, sv_from(kind_word(x->kind))), put(g, sv_from(ws_source_names[x->source]));
    for (int k = 1; words.lines && k < 4; k++) put(g, code_of(w, x, k));
    if (words.lines) put(g, x->origin ? SV("上年结转结余") : SV("本年"));
    put_yuan(g, x->before), put_yuan(g, x->after), put_yuan(g, x->after - x->before);
  }
}

/* The ceilings' problems again, for here they are asked for. */
static int ceilings_out(const struct workspace *w, struct buf *out) {
  int errors = 0;
  bool json = strcmp(words.format, "json") == 0, first = true;
  if (json) buf_puts(out, ",\"ceilings\":[");
  for (size_t i = 0; i < w->problems.n; i++) {
    const struct ws_problem *p = &w->problems.v[i];
    if (strcmp(p->id, "W-CEILING") != 0) continue;
    errors += p->severity == WS_ERROR;
    if (json) {
      buf_printf(out, "%s\n{\"severity\":\"%s\",\"line\":%d,\"text\":", first ? "" : ",", p->severity == WS_ERROR ? "error" : "warning",
                 (int)p->line);
      json_text(out, p->text);
      buf_putc(out, '}');
    } else if (strcmp(words.format, "text") == 0) {
      buf_puts(out, w->files.v[p->file]);
      if (p->line > 0) buf_printf(out, ":%d", (int)p->line);
      buf_printf(out, ": %s W-CEILING: %s\n", p->severity == WS_ERROR ? tr("错误", "error") : tr("警告", "warning"), p->text);
    }
    first = false;
  }
  if (json) buf_puts(out, "]}\n");
  return errors;
}

static int version_named(const struct workspace *w, const char *name, int *out, struct err *e) {
  char all[600];
  size_t n = 0;
  for (size_t i = 0; i < w->versions.n; i++) {
    if (sv_is(w->versions.v[i], name)) return *out = (int)i, RC_OK;
    if (n + w->versions.v[i].n + 8 < sizeof all) n += (size_t)snprintf(all + n, sizeof all - n, "%s%.*s", n ? "、" : "", SV_ARG(w->versions.v[i]));
  }
  return err_set(e, RC_USAGE, tr("工作区里没有“%s”这一版；有：%s", "the workspace has no version \"%s\"; it has: %s"), name, n ? all : "");
}

static int write_out(struct grid *g, const struct workspace *w, const struct version_differences *d, int *errors, struct err *e) {
  struct buf out;
  bool text = strcmp(words.format, "text") == 0, json = strcmp(words.format, "json") == 0;
  buf_init(&out, (size_t)1 << 30);
  if (json) buf_puts(&out, "{\"rows\":"), grid_json(g, &out);
  if (strcmp(words.format, "csv") == 0) grid_csv(g, &out);
  if (text) grid_text(g, &out);
  if (text && d) buf_printf(&out, tr("%zu 处不同，%zu 处相同\n", "%zu differ, %zu are the same\n"), d->v.n, d->equal);
  *errors = ceilings_out(w, &out);
  int rc = out.rc < 0 || g->arena.failed ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : file_replace("-", out.p, out.n, e);
  buf_release(&out);
  return rc;
}

static int compare(struct grid *g, const struct workspace *w, char **names, struct version_differences *d, struct err *e) {
  int a = 0, b = 0;
  int rc = version_named(w, names[0], &a, e);
  if (rc == RC_OK) rc = version_named(w, names[1], &b, e);
  if (rc == RC_OK) rc = version_compare(w, a, b, words.lines, d, e);
  if (rc == RC_OK) differences(g, w, d, a, b);
  return rc;
}

int book_versions(int argc, char **argv, struct err *e) {
  struct workspace *w;
  struct version_differences d = {0};
  int errors = 0;
  if (argc != 1 && argc != 3)
    return err_set(e, RC_USAGE, "%s", tr("应为：heng book versions 文件夹 [版本 版本]", "wanted: heng book versions FOLDER [VERSION VERSION]"));
  int rc = workspace_load(argv[0], NULL, NULL, &w, e);
  if (rc < 0) return rc;
  struct grid g = {0};
  arena_init(&g.arena, (size_t)1 << 30);
  if (argc == 1)
    totals(&g, w);
  else
    rc = compare(&g, w, argv + 1, &d, e);
  if (rc == RC_OK) rc = write_out(&g, w, argc == 3 ? &d : NULL, &errors, e);
  if (rc == RC_OK && w->errors > errors)
    fprintf(stderr,
            tr("工作区还有别的错误，数未必可信：heng book check %s\n", "the workspace has other errors, amounts may be wrong: heng book check %s\n"),
            argv[0]);
  free(d.v.v), free(g.cells.v);
  arena_release(&g.arena);
  workspace_free(w);
  return rc < 0 ? rc : errors ? EXIT_FOUND : EXIT_CLEAN;
}
