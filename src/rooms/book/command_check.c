/* command_check.c: heng book check: every problem of a workspace with its place and what to do. */
#include "rooms/book/chain.h"
#include "rooms/book/internal.h"
#include "rooms/book/opened.h"

#include <stdlib.h>
#include <string.h>

static const char *format, *version, *profile, *unit, *last;
static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &format, "FORMAT", "text|json", "输出格式", "format of the output"},
    {"version", 0, OPT_TEXT, &version, "VERSION", NULL, "哪一版预算（默认最后一版）", "which version of the budget (the last by default)"},
    {"profile", 0, OPT_TEXT, &profile, "NAME", NULL, "哪个城市的格式（默认工作区的）", "which city's layout (the workspace's by default)"},
    {"unit", 0, OPT_TEXT, &unit, "CODE", NULL, "只查这个单位自己的（默认整个部门）", "one unit's own part (default: the whole department)"},
    {"last", 0, OPT_TEXT, &last, "FOLDER", NULL, "上年的工作区：以前年度的数、结转、绩效指标的上年值要和它一致",
     "last year's workspace: prior amounts, carry-over, values of indicators must be its"},
};

const struct option *book_check_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static const char *severity_word(enum ws_severity s) {
  return s == WS_ERROR ? tr("错误", "error") : s == WS_WARNING ? tr("警告", "warning") : tr("提示", "hint");
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

static void line_out(struct buf *out, const struct workspace *w, const struct ws_problem *p, bool first) {
  const char *file = p->file >= 0 && (size_t)p->file < w->files.n ? w->files.v[p->file] : "";
  if (format && strcmp(format, "json") == 0) {
    static const char *const words[] = {"hint", "warning", "error"};
    buf_printf(out, "%s\n{\"id\":\"%s\",\"severity\":\"%s\",\"file\":", first ? "" : ",", p->id, words[p->severity]);
    json_text(out, file);
    buf_printf(out, ",\"line\":%d,\"column\":%d,\"text\":", (int)p->line, (int)p->column);
    json_text(out, p->text);
    buf_putc(out, '}');
    return;
  }
  buf_puts(out, file);
  if (p->line > 0) buf_printf(out, ":%d", (int)p->line);
  if (p->line > 0 && p->column > 0) buf_printf(out, ":%d", (int)p->column);
  buf_printf(out, ": %s %s: %s\n", severity_word(p->severity), p->id, p->text);
}

/* Problems of the derived tables (C-FIT …): the money of a workspace that fits its own files and not the form of the city. */
static int paper_out(struct buf *out, const struct paper *p, bool first) {
  int n = 0;
  bool json = format && strcmp(format, "json") == 0;
  for (size_t i = 0; i < p->problems.n; i++, n++) {
    if (json) {
      buf_printf(out, "%s\n{\"id\":\"%s\",\"severity\":\"error\",\"file\":\"\",\"line\":0,\"column\":0,\"text\":", first && !n ? "" : ",",
                 p->problems.v[i].id);
      json_text(out, p->problems.v[i].text);
      if (p->problems.v[i].table) {
        buf_puts(out, ",\"table\":");
        json_text(out, p->problems.v[i].table);
      }
      buf_putc(out, '}');
    } else {
      buf_printf(out, "%s %s%s%s: %s\n", severity_word(WS_ERROR), p->problems.v[i].id, p->problems.v[i].table ? " " : "",
                 p->problems.v[i].table ? p->problems.v[i].table : "", p->problems.v[i].text);
    }
  }
  return n;
}

int book_check(int argc, char **argv, struct err *e) {
  struct opened o;
  struct buf out;
  if (argc != 1) return err_set(e, RC_USAGE, "%s", tr("应为：heng book check 文件夹", "wanted: heng book check FOLDER"));
  int rc = opened_check(&o, argv[0], profile, version, unit, e);
  if (rc < 0) return rc;
  if (last && (rc = chain_check(o.workspace, last, unit, e)) < 0) return opened_close(&o), rc;
  const struct workspace *w = o.workspace;
  bool json = format && strcmp(format, "json") == 0;
  int count[3] = {0};
  buf_init(&out, 16 << 20);
  if (json) buf_puts(&out, "{\"problems\":[");
  for (size_t i = 0; i < w->problems.n; i++) {
    line_out(&out, w, &w->problems.v[i], i == 0);
    count[w->problems.v[i].severity]++;
  }
  if (o.paper) count[WS_ERROR] += paper_out(&out, o.paper, w->problems.n == 0);
  if (json)
    buf_printf(&out, "\n],\"errors\":%d,\"warnings\":%d,\"hints\":%d}\n", count[WS_ERROR], count[WS_WARNING], count[WS_HINT]);
  else
    buf_printf(&out,
               tr("错误 %d，警告 %d，提示 %d；支出 %zu 行，项目 %zu 个，单位 %zu 个\n",
                  "%d errors, %d warnings, %d hints; %zu lines, %zu projects, %zu units\n"),
               count[WS_ERROR], count[WS_WARNING], count[WS_HINT], w->lines.n, w->projects.n, w->units.n);
  rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : file_replace("-", out.p, out.n, e);
  buf_release(&out);
  int exit_code = rc < 0 ? rc : count[WS_ERROR] ? EXIT_FOUND : EXIT_CLEAN;
  opened_close(&o);
  return exit_code;
}
