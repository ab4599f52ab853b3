/* command_new.c: `heng book new FOLDER`: a workspace with every file's head, the texts with their headings, and datapackage.json, from the schema. */
#include "base/date.h"
#include "rooms/book/csv.h"
#include "rooms/book/fresh.h"
#include "rooms/book/internal.h"
#include "rooms/book/layout.h"
#include "rooms/book/roll.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
  const char *profile, *body, *last;
  int year;
} words;

static const struct option options[] = {
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "哪个城市的格式（默认 wuhan）", "which city's layout (default wuhan)"},
    {"year", 0, OPT_INT, &words.year, "YEAR", NULL, "预算年度（默认：下半年起是明年，否则今年）",
     "the budget's year (default: from July on the next, else this one)"},
    {"body", 0, OPT_TEXT, &words.body, "NAME", NULL, "部门的名称", "the department's name"},
    {"last", 0, OPT_TEXT, &words.last, "FOLDER", NULL, "从上年的工作区接着做：单位、科目、继续的项目、上年数、指标的上年值都取来",
     "goes on from last year's workspace: units, codes, projects that continue, last year's amounts and values"},
};

const struct option *book_new_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static int year_default(void) {
  int64_t told = day_source_epoch();
  time_t now = told >= 0 ? (time_t)told : time(NULL);
  struct tm t;
  return localtime_r(&now, &t) ? t.tm_year + 1900 + (t.tm_mon >= 6) : 2025;
}

static int put_csv(struct workspace_change *c, const struct ws_entity *t, struct err *e) {
  struct buf out;
  bool first = true;
  buf_init(&out, 1 << 20);
  buf_puts(&out, "\xEF\xBB\xBF"); /* so that Excel reads it as UTF-8 */
  for (int k = 0; k < t->nfields; k++) {
    if (t->fields[k].optional_column) continue;
    csv_put(&out, first, sv_from(t->fields[k].name));
    first = false;
  }
  buf_putc(&out, '\n');
  for (int i = 0; i < t->nrows; i++) buf_printf(&out, "%s\n", t->rows[i]);
  int rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : workspace_change_put(c, t->file, (struct sv){out.p, out.n}, e);
  buf_release(&out);
  return rc;
}

static int put_all(struct workspace_change *c, const struct ws_schema *s, int year, struct err *e) {
  const struct fresh f = {.profile = words.profile, .body = words.body, .year = year};
  int rc = fresh_package(c, s, &f, e);
  for (int i = 0; rc == RC_OK && i < ws_schema_count(s); i++) rc = put_csv(c, ws_schema_entity(s, i), e);
  return rc == RC_OK ? fresh_texts(c, s, e) : rc;
}

static int make(const char *folder, const struct ws_schema *s, int year, struct err *e) {
  struct workspace_change *c;
  int rc = fresh_begin(folder, &c, e);
  if (rc < 0) return rc;
  rc = put_all(c, s, year, e);
  if (rc < 0) return workspace_change_discard(c), rc;
  return workspace_change_commit(c, e);
}

static int follow(const char *folder, struct err *e) {
  struct rolled r;
  if (words.body)
    return err_set(e, RC_USAGE, "%s", tr("--last 时名称取上年的；不要写 --body", "with --last the name is last year's; leave --body out"));
  int rc = roll(words.last, folder, words.profile, words.year, &r, e);
  if (rc < 0) return rc;
  printf(tr("已新建 %s（%d年，接 %s）：单位 %d 个，继续的项目 %d 个（结束 %d 个），以前年度 %d 行，年终结转 %d 行，指标 %d 个",
            "made %s (%d, after %s): %d units, %d projects go on (%d ended), %d lines of earlier years, %d of carry-over, %d indicators"),
         folder, r.year, words.last, r.units, r.projects, r.ended, r.priors, r.carries, r.indicators);
  if (r.without) printf(tr("，其中 %d 个上年没有填实际完成值", ", %d of them without a value reached last year"), r.without);
  printf(tr("。\n目标值照上年抄来，请改成今年的；再填 budget-lines.csv 和 income.csv。检查：heng book check %s --last %s\n",
            ".\nTargets are last year's: set this year's; then fill budget-lines.csv and income.csv. Check: heng book check %s --last %s\n"),
         folder, words.last);
  return EXIT_CLEAN;
}

int book_new_command(int argc, char **argv, struct err *e) {
  struct ws_schema *s;
  char data[4096], path[4200];
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("应为：heng book new 文件夹", "wanted: heng book new FOLDER"));
  if (!words.profile && !words.last) words.profile = "wuhan";
  int year = words.year ? words.year : year_default();
  if (year < 2000 || year > 2100) return err_set(e, RC_USAGE, "%s", tr("年度写成 2025 这样的四位数", "write the year in four digits, such as 2025"));
  codes_data_path(data, sizeof data, "");
  int rc = words.profile ? layout_there(data, words.profile, e) : RC_OK;
  codes_data_path(data, sizeof data, "profiles");
  if (rc == RC_OK && words.last) return follow(argv[0], e);
  snprintf(path, sizeof path, "%s/workspace.txt", data);
  if (rc == RC_OK) rc = ws_schema_load(path, &s, e);
  if (rc < 0) return rc;
  rc = make(argv[0], s, year, e);
  ws_schema_free(s);
  if (rc < 0) return rc;
  printf(tr("已新建 %s（%d年，%s）。先填 units.csv（部门在第一行）、functions.csv、economics.csv，再填 budget-lines.csv 和 income.csv；\n"
            "随时用 heng book check %s 检查。每一栏怎么填见 docs/workspace.md。\n",
            "made %s (%d, %s). Fill units.csv (the department first), functions.csv and economics.csv, then budget-lines.csv and income.csv;\n"
            "heng book check %s checks it at any time. docs/workspace.md tells each field.\n"),
         argv[0], year, words.profile, argv[0]);
  return EXIT_CLEAN;
}
