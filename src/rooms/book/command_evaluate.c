/* command_evaluate.c: `heng book evaluate FOLDER`, `heng book monitor FOLDER`: 绩效自评 and 运行监控 of the department and each project. */
#include "rooms/book/forms.h"
#include "rooms/book/internal.h"
#include "rooms/book/opened.h"
#include "rooms/book/unit.h"

#include <stdlib.h>
#include <string.h>

static struct { const char *output, *profile, *version, *unit; } words;

static const struct option options[] = {
    {"output", 'o', OPT_TEXT, &words.output, "FILE", NULL, "写到哪个文件：.pdf .docx .xlsx .json", "where to write: .pdf .docx .xlsx .json"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的表样（默认工作区写的）", "use this city's forms (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本，如 二下批复（默认最后一个）", "version of the budget (default: the last)"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "只做这个单位自己的（默认整个部门）", "one unit's own (default: the whole department's)"},
};

const struct option *book_evaluate_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

const struct option *book_monitor_options(int *count) {
  return book_evaluate_options(count);
}

/* One line a writer. */
static const struct {
  const char *ending;
  int (*write)(const struct paper *p, const char *path, struct err *e);
} writers[] = {{".pdf", paper_write_pdf}, {".docx", paper_write_docx}, {".xlsx", paper_write_xlsx}, {".json", paper_write_json}};

static int paper_write_named(const struct paper *p, const char *path, struct err *e) {
  size_t n = strlen(path);
  for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
    size_t m = strlen(writers[i].ending);
    if (n > m && strcmp(path + n - m, writers[i].ending) == 0) return writers[i].write(p, path, e);
  }
  return err_set(e, RC_USAGE,
                 tr("不知道 %s 是哪一种文件：名字要以 .pdf、.docx、.xlsx 或 .json 结尾",
                    "what kind of file is %s? Its name must end in .pdf, .docx, .xlsx or .json"),
                 path);
}

static void pad(struct buf *out, struct sv s, int width, bool right) {
  int blanks = width - text_width(s);
  for (int i = 0; right && i < blanks; i++) buf_putc(out, ' ');
  buf_add(out, s.p, s.n);
  for (int i = 0; !right && i < blanks; i++) buf_putc(out, ' ');
}

static int64_t all_of(const int64_t money[WS_GROUPS]) {
  int64_t fen = 0;
  for (int g = 0; g < WS_GROUPS; g++) fen += money[g];
  return fen;
}

static void put_rate(struct buf *out, int64_t done, int64_t budget, bool entered) {
  char number[MONEY_TEXT], text[MONEY_TEXT + 4] = "-";
  int64_t share = 0;
  if (entered && budget > 0 && money_muldiv(done, 10000, budget, ROUND_HALF_UP, &share) == RC_OK)
    snprintf(text, sizeof text, "%s%%", money_print(number, share, SCALE_YUAN, 2, false));
  pad(out, sv_from(text), 12, true);
}

static void put_points(struct buf *out, int64_t hundredths, bool known) {
  char text[MONEY_TEXT];
  pad(out, known ? sv_from(score_print(text, hundredths)) : SV("-"), 12, true);
}

static struct sv owner_of(const struct paper *p, const struct paper_table *t) {
  return t->project >= 0 ? p->workspace->projects.v[t->project].name : p->body;
}

static void evaluation_line(struct buf *out, const struct paper *p, const struct paper_table *t, const struct score_rules *rules) {
  struct evaluation v;
  evaluation_make(p->workspace, rules, t->project, MOMENT_YEAR, &v);
  put_rate(out, all_of(v.money[EXECUTION_DONE]), all_of(v.money[EXECUTION_ADJUSTED]), v.entered);
  put_points(out, v.funds, v.entered), put_points(out, v.scores, v.unscored == 0);
  put_points(out, evaluation_total(&v), v.entered && v.unscored == 0);
  if (v.unscored > 0) buf_printf(out, tr("  还有 %d 个指标没有得分", "  %d indicators have no score yet"), v.unscored);
  pad(out, SV("  "), 2, false), buf_add(out, owner_of(p, t).p, owner_of(p, t).n);
}

static void monitoring_line(struct buf *out, const struct paper *p, const struct paper_table *t, const struct score_rules *rules) {
  const struct workspace *w = p->workspace;
  struct evaluation v;
  char text[64];
  int all = 0, entered = 0, unsure = 0;
  evaluation_make(w, rules, t->project, MOMENT_MONITOR, &v);
  for (size_t i = 0; i < w->indicators.n; i++) {
    if (!results_owns(w, (int)i, t->project)) continue;
    int at = w->results ? w->results->watch_of[i] : -1;
    all++, entered += at >= 0, unsure += at >= 0 && !sv_is(w->results->watch[at].possibility, "确定能");
  }
  put_rate(out, all_of(v.money[EXECUTION_DONE]), all_of(v.money[EXECUTION_INITIAL]), v.entered);
  snprintf(text, sizeof text, "%d/%d", entered, all), pad(out, sv_from(text), 12, true);
  snprintf(text, sizeof text, "%d", unsure), pad(out, sv_from(text), 12, true);
  pad(out, SV("  "), 2, false), buf_add(out, owner_of(p, t).p, owner_of(p, t).n);
}

static void list(struct buf *out, const struct paper *p, const struct score_rules *rules, bool monitors) {
  static const char *const heads[2][2][5] = {{{"执行率", "执行得分", "指标得分", "总分", NULL}, {"1—7月执行率", "已填指标", "不确定能", NULL, NULL}},
                                             {{"spent", "of money", "indicators", "total", NULL}, {"spent", "entered", "unsure", NULL, NULL}}};
  const char *const *h = heads[lang_get() == LANG_EN][monitors];
  buf_printf(out, "%.*s\n", SV_ARG(p->title));
  pad(out, SV(""), 6, false);
  for (int i = 0; h[i]; i++) pad(out, sv_from(h[i]), 12, true);
  buf_putc(out, '\n');
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_table *t = p->blocks.v[i].table;
    if (!t) continue;
    pad(out, sv_from(t->id), 6, false);
    monitors ? monitoring_line(out, p, t, rules) : evaluation_line(out, p, t, rules);
    buf_putc(out, '\n');
  }
}

static int print(const struct paper *p, const struct score_rules *rules, bool monitors, const char *table, struct err *e) {
  struct buf out;
  const struct paper_table *t = table ? opened_table(p, table, e) : NULL;
  if (table && !t) return RC_NOTFOUND;
  buf_init(&out, 64 << 20);
  int rc = RC_OK;
  if (t)
    rc = book_table_text(t, &out);
  else
    list(&out, p, rules, monitors);
  if (rc < 0 || out.rc < 0) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足，或表太大", "out of memory, or the table is too large"));
  if (rc == RC_OK) fwrite(out.p, 1, out.n, stdout);
  buf_release(&out);
  return rc;
}

/* What is missing and what is wrong, to standard error. */
static void tell(const struct paper *p) {
  const struct workspace *w = p->workspace;
  for (size_t i = 0; i < p->missing.n; i++) fprintf(stderr, "%.*s: %s\n", SV_ARG(p->missing.v[i].subject), p->missing.v[i].text);
  if (w->errors > 0)
    fprintf(stderr,
            tr("工作区有 %d 个错误，表里的数未必可信：heng book check %s\n",
               "the workspace has %d errors, so amounts and scores may be wrong: heng book check %s\n"),
            w->errors, w->folder);
}

static int run(int argc, char **argv, bool monitors, struct err *e) {
  char data[4096], codes[4200], name[256];
  struct code_lists *lists = NULL;
  struct workspace *w = NULL;
  struct paper *p = NULL;
  struct score_rules rules;
  if (argc < 1 || argc > 2)
    return err_set(
        e, RC_USAGE, "%s",
        monitors ? tr("应为：heng book monitor 文件夹 [表的编号] [-o 监控表.pdf]", "wanted: heng book monitor FOLDER [TABLE] [-o monitoring.pdf]")
                 : tr("应为：heng book evaluate 文件夹 [表的编号] [-o 自评表.pdf]", "wanted: heng book evaluate FOLDER [TABLE] [-o evaluation.pdf]"));
  codes_data_path(data, sizeof data, "");
  snprintf(codes, sizeof codes, "%s/codes", data);
  int rc = codes_load(codes, &lists, e);
  if (rc == RC_OK) rc = workspace_load_unit(argv[0], words.version, words.unit, lists, &w, e);
  const char *profile = words.profile ? words.profile : w ? w->profile : "";
  if (rc == RC_OK) rc = score_rules_load(data, performance_name(name, data, profile, "scoring"), &rules, e);
  if (rc == RC_OK) rc = forms_paper(w, data, profile, monitors ? "monitor" : "evaluate", monitors ? "绩效运行监控" : "绩效自评", &p, e);
  if (rc == RC_OK && words.output) rc = paper_write_named(p, words.output, e);
  if (rc == RC_OK && (!words.output || argc == 2)) rc = print(p, &rules, monitors, argc == 2 ? argv[1] : NULL, e);
  if (rc == RC_OK) tell(p);
  bool found = w && w->errors > 0;
  paper_free(p), workspace_free(w), codes_free(lists);
  return rc < 0 ? rc : found ? EXIT_FOUND : EXIT_CLEAN;
}

int book_evaluate_command(int argc, char **argv, struct err *e) {
  return run(argc, argv, false, e);
}

int book_monitor_command(int argc, char **argv, struct err *e) {
  return run(argc, argv, true, e);
}
