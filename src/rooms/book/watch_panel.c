/* watch_panel.c: what stands over the page of a preview: the fault, the problems of `check` and what `ask` misses, each with its place. */
#include "rooms/book/site.h"
#include "rooms/book/watch.h"

#include <string.h>
#include <time.h>

enum { TOLD_MAX = 300 };

/* The colours keep 4.5 : 1 in both schemes; on paper there is no panel. */
static const char style[] =
    "<style>\n"
    "#heng-watch{--h-ink:#1f1d1a;--h-dim:#57534e;--h-paper:#fffdf8;--h-line:#d9d4c9;--h-bad:#a51c1c;--h-warn:#7c4a03;--h-good:#1d6b3a;"
    "background:var(--h-paper);color:var(--h-ink);border-top:6px solid var(--h-good);border-bottom:1px solid var(--h-line);"
    "font:15px/1.6 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif;padding:.7rem 2rem 1rem;"
    "overflow-wrap:anywhere}\n"
    "#heng-watch.warn{border-top-color:#b7791f}#heng-watch.bad{border-top-color:var(--h-bad)}\n"
    "#heng-watch *{box-sizing:border-box}#heng-watch p{margin:.2rem 0}#heng-watch .in{max-width:82rem;margin:auto}\n"
    "#heng-watch .sum{font-size:1.1rem}#heng-watch .when{color:var(--h-dim);font-size:.9rem}\n"
    "#heng-watch .e b{color:var(--h-bad)}#heng-watch .w b{color:var(--h-warn)}#heng-watch .g b{color:var(--h-good)}#heng-watch .h "
    "b{color:var(--h-dim)}\n"
    "#heng-watch .gone{color:var(--h-bad);font-weight:700}#heng-watch [hidden]{display:none}\n"
    "#heng-watch .fault{border-left:4px solid var(--h-bad);padding:.2rem 0 .2rem .8rem;margin:.6rem 0}\n"
    "#heng-watch summary{cursor:pointer;font-weight:700;padding:.3rem 0}\n"
    "#heng-watch ol{list-style:none;margin:0;padding:0;max-height:40vh;overflow:auto;border:1px solid var(--h-line);border-radius:4px}\n"
    "#heng-watch li{padding:.35rem .7rem;border-top:1px solid var(--h-line)}#heng-watch li:first-child{border-top:0}\n"
    "#heng-watch code{font:.92em ui-monospace,Consolas,'Noto Sans Mono CJK SC',monospace;color:inherit}#heng-watch .id{color:var(--h-dim);"
    "font-size:.9em}\n"
    "#heng-watch a{color:inherit}#heng-badge{position:fixed;right:.8rem;bottom:.8rem;z-index:20;background:#1d6b3a;color:#fff;padding:.3rem .9rem;"
    "border-radius:1.2rem;text-decoration:none;font:14px/1.6 'Noto Sans CJK SC',sans-serif;box-shadow:0 1px 5px rgba(0,0,0,.4)}\n"
    "#heng-badge.warn{background:#7c4a03}#heng-badge.bad{background:#a51c1c}\n"
    "@media(prefers-color-scheme:dark){#heng-watch{--h-ink:#ece8e1;--h-dim:#b5aea3;--h-paper:#23201d;--h-line:#46413a;--h-bad:#ff9a92;"
    "--h-warn:#e6b566;--h-good:#7fd09b}}\n"
    "@media(max-width:48rem){#heng-watch{padding:.6rem 1rem .8rem}}\n"
    "@media print{#heng-watch,#heng-badge{display:none}}\n"
    "</style>\n";

void panel_style(struct buf *out) {
  buf_puts(out, style);
}

struct watch_counts panel_count(const struct opened *o) {
  struct watch_counts n = {.loaded = true, .missing = (int)o->paper->missing.n, .errors = (int)o->paper->problems.n};
  for (size_t i = 0; i < o->workspace->problems.n; i++) switch (o->workspace->problems.v[i].severity) {
    case WS_ERROR: n.errors++; break;
    case WS_WARNING: n.warnings++; break;
    case WS_HINT:
    default: n.hints++; break;
    }
  return n;
}

static void text(struct buf *out, const char *s) {
  site_text(out, sv_from(s));
}

static void when(struct buf *out, const char *changed) {
  time_t now = time(NULL);
  struct tm t;
  if (!localtime_r(&now, &t)) return;
  buf_printf(out, "<p class=\"when\">%02d:%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec);
  if (changed[0]) buf_puts(out, tr(" 改动：", " changed: ")), text(out, changed);
  buf_puts(out, "</p>\n");
}

/* `sum`: the words of the first line, made of our own literals and numbers. */
static void begin(struct buf *out, const char *class, const char *sum, const char *changed) {
  buf_printf(out,
             "<section id=\"heng-watch\" class=\"%s\" aria-labelledby=\"heng-sum\" data-derived>\n<div class=\"in\">\n"
             "<p id=\"heng-sum\" class=\"sum\">%s%s</p>\n",
             class, tr("预览：", "preview: "), sum);
  when(out, changed);
  buf_printf(
      out, "<p class=\"gone\" hidden>%s</p>\n",
      tr("预览程序已停止或正在重新启动，下面的内容可能不是最新的。", "the preview has stopped or is starting again; what is below may be old"));
}

static void end(struct buf *out, const char *class, const char *badge) {
  buf_printf(out, "</div>\n</section>\n<a id=\"heng-badge\" class=\"%s\" href=\"#heng-watch\" data-derived>%s</a>\n", class, badge);
}

void panel_pending(struct buf *out) {
  const char *word = tr("正在生成…", "deriving …");
  begin(out, "warn", word, "");
  end(out, "warn", word);
}

void panel_fault(struct buf *out, const struct err *fault, bool kept, const char *changed) {
  char sum[200];
  snprintf(sum, sizeof sum, "<span class=\"e\"><b>%s</b></span>", tr("工作区读不进来", "the workspace cannot be read"));
  begin(out, "bad", sum, changed);
  buf_puts(out, "<div class=\"fault\" role=\"alert\">\n<p>");
  if (fault->file[0]) {
    buf_puts(out, "<code>"), text(out, fault->file);
    if (fault->line > 0) buf_printf(out, ":%d", fault->line);
    if (fault->line > 0 && fault->column > 0) buf_printf(out, ":%d", fault->column);
    buf_puts(out, "</code> ");
  }
  text(out, fault->text);
  buf_printf(out, "</p>\n<p>%s</p>\n</div>\n",
             kept ? tr("下面仍是上一次能生成的那一版。改好并保存，这里会自己更新。",
                       "below is the last page that could be made. Mend it and save: this page follows by itself")
                  : tr("还没有能生成的页面。改好并保存，这里会自己更新。", "there is no page yet. Mend it and save: this page follows by itself"));
  end(out, "bad", tr("读不进来", "cannot be read"));
}

static void problem(struct buf *out, const struct workspace *w, const struct ws_problem *p) {
  const char *file = p->file >= 0 && (size_t)p->file < w->files.n ? w->files.v[p->file] : "";
  const char *class = p->severity == WS_ERROR ? "e" : p->severity == WS_WARNING ? "w" : "h";
  const char *word = p->severity == WS_ERROR ? tr("错误", "error") : p->severity == WS_WARNING ? tr("警告", "warning") : tr("提示", "hint");
  buf_printf(out, "<li class=\"%s\"><b>%s</b> ", class, word);
  if (file[0]) {
    buf_puts(out, "<code>"), text(out, file);
    if (p->line > 0) buf_printf(out, ":%d", (int)p->line);
    if (p->line > 0 && p->column > 0) buf_printf(out, ":%d", (int)p->column);
    buf_puts(out, "</code> ");
  }
  buf_puts(out, "<span class=\"id\">"), text(out, p->id), buf_puts(out, "</span> ");
  text(out, p->text);
  buf_puts(out, "</li>\n");
}

static void list_begin(struct buf *out, const char *title, size_t n) {
  buf_printf(out, "<details open><summary>%s（%zu）</summary>\n<ol tabindex=\"0\" aria-label=\"%s\">\n", title, n, title);
}

static void list_end(struct buf *out, size_t left, const char *command, const char *folder) {
  if (left > 0) {
    buf_printf(out, tr("<li>还有 %zu 处：<code>%s ", "<li>%zu more: <code>%s "), left, command);
    text(out, folder);
    buf_puts(out, "</code></li>\n");
  }
  buf_puts(out, "</ol></details>\n");
}

static void table_problem(struct buf *out, const struct paper *paper, const struct paper_problem *p) {
  buf_printf(out, "<li class=\"e\"><b>%s</b> ", tr("错误", "error"));
  if (p->table && paper_table_named(paper, p->table)) {
    buf_puts(out, "<a href=\"#"), text(out, p->table), buf_puts(out, "\">"), text(out, p->table), buf_puts(out, "</a> ");
  }
  buf_puts(out, "<span class=\"id\">"), text(out, p->id), buf_puts(out, "</span> ");
  text(out, p->text);
  buf_puts(out, "</li>\n");
}

static size_t problems_of(struct buf *out, const struct workspace *w, enum ws_severity severity, size_t told) {
  for (size_t i = 0; i < w->problems.n && told < TOLD_MAX; i++)
    if (w->problems.v[i].severity == severity) problem(out, w, &w->problems.v[i]), told++;
  return told;
}

/* Errors first: they stand against publishing. Those of the tables after those of the files, whose consequence they mostly are. */
static void problems(struct buf *out, const struct opened *o) {
  const struct workspace *w = o->workspace;
  size_t n = w->problems.n + o->paper->problems.n;
  if (n == 0) return;
  list_begin(out, tr("检查出的问题", "problems"), n);
  size_t told = problems_of(out, w, WS_ERROR, 0);
  for (size_t i = 0; i < o->paper->problems.n && told < TOLD_MAX; i++, told++) table_problem(out, o->paper, &o->paper->problems.v[i]);
  told = problems_of(out, w, WS_WARNING, told);
  told = problems_of(out, w, WS_HINT, told);
  list_end(out, n - told, "heng book check", w->folder);
}

static void missing(struct buf *out, const struct opened *o) {
  size_t n = o->paper->missing.n;
  if (n == 0) return;
  list_begin(out, tr("要补写的原因和文字", "causes and texts to write"), n);
  for (size_t i = 0; i < n && i < TOLD_MAX; i++) {
    const struct paper_missing *m = &o->paper->missing.v[i];
    buf_printf(out, "<li class=\"w\"><b>%s</b> <code>", tr("待补", "missing"));
    site_text(out, m->subject);
    buf_puts(out, "</code> ");
    text(out, m->text);
    buf_puts(out, "</li>\n");
  }
  list_end(out, n > TOLD_MAX ? n - TOLD_MAX : 0, "heng book ask", o->workspace->folder);
}

static void part(char *out, size_t size, const char *class, const char *word, int n) {
  snprintf(out, size, "<span class=\"%s\">%s%s %d%s</span>", n ? class : "z", n ? "<b>" : "", word, n, n ? "</b>" : "");
}

void panel_problems(struct buf *out, const struct opened *o, const struct watch_counts *n, const char *changed) {
  const char *class = n->errors ? "bad" : n->warnings || n->missing ? "warn" : "good";
  char sum[600], badge[200], p[4][120];
  part(p[0], sizeof p[0], "e", tr("错误", "errors"), n->errors);
  part(p[1], sizeof p[1], "w", tr("警告", "warnings"), n->warnings);
  part(p[2], sizeof p[2], "h", tr("提示", "hints"), n->hints);
  part(p[3], sizeof p[3], "w", tr("待补", "missing"), n->missing);
  if (strcmp(class, "good") == 0 && n->hints == 0) {
    snprintf(sum, sizeof sum, "<span class=\"g\"><b>%s</b></span>", tr("没有问题，也不缺什么", "no problems, nothing is missing"));
    snprintf(badge, sizeof badge, "%s", tr("没有问题", "no problems"));
  } else {
    snprintf(sum, sizeof sum, "%s · %s · %s · %s", p[0], p[1], p[2], p[3]);
    snprintf(badge, sizeof badge, tr("错误 %d · 警告 %d · 待补 %d", "%d errors · %d warnings · %d missing"), n->errors, n->warnings, n->missing);
  }
  begin(out, class, sum, changed);
  problems(out, o);
  missing(out, o);
  end(out, class, badge);
}
