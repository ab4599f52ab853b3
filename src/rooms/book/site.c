/* site.c: the whole book as one page for citizens, journalists and reviewers: what it says at a glance, the book itself, each project, the files.
 * What is made from the book and not in it (charts, project pages, links) is marked data-derived, so that reading the page back gives the book only.
 */
#include "rooms/book/site.h"

#include <stdlib.h>

enum { SITE_MAX = 256 << 20 };

void site_text(struct buf *out, struct sv s) {
  for (size_t at = 0; at < s.n;) {
    size_t from = at;
    uint32_t c = utf8_next(s, &at);
    if (c == '&')
      buf_puts(out, "&amp;");
    else if (c == '<')
      buf_puts(out, "&lt;");
    else if (c == '>')
      buf_puts(out, "&gt;");
    else if (c == '"')
      buf_puts(out, "&quot;");
    else if (c == 0xFFFD)
      buf_puts(out, "\xEF\xBF\xBD"); /* a malformed byte must not reach the page */
    else if ((c >= 32 && c != 127 && (c < 0x80 || c > 0x9F)) || c == '\n' || c == '\t')
      buf_add(out, s.p + from, at - from);
  }
}

void site_lines(struct buf *out, struct sv s) {
  for (size_t from = 0; from < s.n;) {
    size_t at = from;
    while (at < s.n && s.p[at] != '\n') at++;
    site_text(out, (struct sv){s.p + from, at - from});
    if (at < s.n) buf_puts(out, "<br>");
    from = at + 1;
  }
}

void site_yuan(struct buf *out, int64_t fen) {
  char text[MONEY_TEXT];
  buf_puts(out, money_print(text, fen, SCALE_WAN, 2, true));
}

void site_share(struct buf *out, int64_t part, int64_t whole) {
  char text[MONEY_TEXT];
  int64_t hundredths;
  if (whole == 0 || money_muldiv(part, 10000, whole, ROUND_HALF_UP, &hundredths) < 0) {
    buf_puts(out, "—");
    return;
  }
  buf_puts(out, money_print(text, hundredths, SCALE_YUAN, 2, false));
  buf_putc(out, '%');
}

int site_project_named(const struct site *s, struct sv name) {
  uint32_t at = name.n > 0 ? intern_find(&s->projects, name.p, name.n) : INTERN_NONE;
  return at == INTERN_NONE || at >= s->project_of.n ? -1 : s->project_of.v[at];
}

static int projects_name(struct site *s, struct err *e) {
  for (size_t i = 0; s->w && i < s->w->projects.n; i++) {
    struct sv name = s->w->projects.v[i].name;
    if (name.n == 0 || intern_find(&s->projects, name.p, name.n) != INTERN_NONE) continue;
    if (intern_add(&s->projects, name.p, name.n) == INTERN_NONE || VEC_PUSH(&s->project_of, (int)i, 1000000) < 0)
      return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  return RC_OK;
}

static void page_head(struct site *s) {
  buf_puts(s->out, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
  site_text(s->out, s->paper->title);
  buf_puts(s->out, "</title>\n<meta name=\"description\" content=\"");
  site_text(s->out, s->paper->title);
  buf_puts(s->out, "：全部公开表、情况说明、图表与项目\">\n<style>\n");
  site_style(s->out);
  buf_puts(s->out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#book\" data-derived>跳到正文</a>\n");
}

static void figure(struct buf *out, const char *name) {
  buf_printf(out, "<li><span class=\"k\">%s</span> <b>", name);
}

/* Three figures: how much, how much of it for projects, how it changed (or for staff, where last year is not known). */
static void key_figures(struct site *s) {
  struct buf *out = s->out;
  const struct site_sums *m = &s->sums;
  buf_puts(out, "<ul class=\"figures\" aria-label=\"三个关键数\" data-derived>\n");
  figure(out, s->w->accounts ? "本年支出决算" : "本年支出预算");
  site_yuan(out, m->spending);
  buf_puts(out, "</b> <span class=\"u\">万元</span></li>\n");
  figure(out, "其中项目支出");
  site_yuan(out, m->kinds[KIND_J]);
  buf_puts(out, "</b> <span class=\"u\">万元，占 ");
  site_share(out, m->kinds[KIND_J], m->spending);
  buf_puts(out, "</span></li>\n");
  if (m->has_prior) {
    int64_t change = m->spending - m->prior;
    figure(out, change < 0 ? "比上年减少" : change > 0 ? "比上年增加" : "与上年相比");
    site_yuan(out, change < 0 ? -change : change);
    buf_puts(out, "</b> <span class=\"u\">万元");
    if (m->prior != 0) buf_puts(out, change < 0 ? "，下降 " : "，增长 "), site_share(out, change < 0 ? -change : change, m->prior);
    buf_puts(out, "</span></li>\n");
  } else {
    figure(out, "其中人员经费");
    site_yuan(out, m->kinds[KIND_P]);
    buf_puts(out, "</b> <span class=\"u\">万元</span></li>\n");
  }
  buf_puts(out, "</ul>\n");
}

/* The title as the cover has it: the body above, the rest below, when it begins with the body. */
static void cover(struct site *s) {
  const struct paper *p = s->paper;
  struct sv rest = p->title;
  buf_puts(s->out, "<header class=\"cover\">\n<div class=\"in\">\n<h1>");
  if (p->body.n > 0 && rest.n > p->body.n && sv_equal((struct sv){rest.p, p->body.n}, p->body)) {
    site_text(s->out, p->body);
    buf_puts(s->out, "<br>");
    rest = (struct sv){rest.p + p->body.n, rest.n - p->body.n};
  }
  site_text(s->out, rest);
  buf_puts(s->out, "</h1>\n");
  if (s->w) key_figures(s);
  buf_puts(s->out, "<p class=\"by\">");
  site_text(s->out, p->body);
  buf_puts(s->out, "</p>\n</div>\n</header>\n");
}

static void contents_line(struct site *s, const char *anchor, struct sv text) {
  buf_puts(s->out, "<li><a href=\"#");
  site_text(s->out, sv_from(anchor));
  buf_puts(s->out, "\">");
  site_text(s->out, text);
  buf_puts(s->out, "</a>");
}

/* 目录: parts, and below each its sections and tables. */
static void contents(struct site *s) {
  bool part = false, list = false;
  buf_puts(s->out, "<nav class=\"contents\" aria-labelledby=\"contents\">\n<h2 id=\"contents\">目 录</h2>\n<ol>\n");
  for (size_t i = 0; i < s->paper->blocks.n; i++) {
    const struct paper_block *b = &s->paper->blocks.v[i];
    const struct paper_table *t = b->kind == PAPER_TABLE ? b->table : NULL;
    if (b->kind == PAPER_PART && b->anchor) {
      buf_puts(s->out, list ? "</ol></li>\n" : part ? "</li>\n" : "");
      contents_line(s, b->anchor, b->text);
      part = true, list = false;
    } else if ((b->kind == PAPER_SECTION && b->anchor) || (t && t->contents.n > 0)) {
      if (!list && part) buf_puts(s->out, "\n<ol>\n"), list = true;
      contents_line(s, t ? t->id : b->anchor, t ? t->contents : b->text);
      buf_puts(s->out, "</li>\n");
    }
  }
  buf_puts(s->out, list ? "</ol></li>\n" : part ? "</li>\n" : "");
  buf_puts(s->out, "</ol>\n<ul class=\"more\" data-derived>\n");
  if (s->w) buf_puts(s->out, "<li><a href=\"#glance\">一图看懂</a></li>\n");
  if (s->w && s->w->projects.n > 0) buf_puts(s->out, "<li><a href=\"#projects\">项目逐个看</a></li>\n");
  buf_puts(s->out, "<li><a href=\"#files\">下载</a></li>\n</ul>\n</nav>\n");
}

static void heading(struct site *s, const struct paper_block *b, int level) {
  if (level > s->level + 1) level = s->level + 1; /* no step is left out for those who hear the page */
  s->level = level;
  buf_printf(s->out, "<h%d class=\"%s\"", level, b->kind == PAPER_PART ? "part" : b->kind == PAPER_SECTION ? "section" : "sub");
  if (b->anchor) buf_puts(s->out, " id=\""), site_text(s->out, sv_from(b->anchor)), buf_puts(s->out, "\"");
  buf_puts(s->out, ">");
  site_text(s->out, b->text);
  buf_printf(s->out, "</h%d>\n", level);
}

static void block(struct site *s, const struct paper_block *b) {
  switch (b->kind) {
  case PAPER_PART: heading(s, b, 2); break;
  case PAPER_SECTION: heading(s, b, 3); break;
  case PAPER_SUBSECTION: heading(s, b, 4); break;
  case PAPER_TEXT:
    buf_puts(s->out, "<p>");
    site_lines(s->out, b->text);
    buf_puts(s->out, "</p>\n");
    break;
  case PAPER_TABLE:
    if (b->table) site_table(s, b->table);
    break;
  }
}

static void files(struct site *s) {
  struct buf *out = s->out;
  const char *book = s->w->accounts ? "决算书" : "预算书";
  buf_puts(out, "<section id=\"files\" class=\"files\" aria-labelledby=\"files-h\" data-derived>\n<h2 id=\"files-h\">下载</h2>\n"
                "<p>下面的文件与本页出自同一份数据，数字完全一致，可自由下载和再利用。</p>\n<ul>\n");
  buf_printf(out,
             "<li><a href=\"book.pdf\">%s PDF</a> <span>正式版式，适合阅读和打印</span></li>\n"
             "<li><a href=\"book.docx\">%s DOCX</a> <span>可编辑的文档</span></li>\n",
             book, book);
  buf_puts(out, "<li><a href=\"book.xlsx\">全部表格 XLSX</a> <span>每表一页，合计为公式</span></li>\n"
                "<li><a href=\"book.json\">整本书的数据 JSON</a> <span>供程序读取，金额精确到分</span></li>\n"
                "<li><a href=\"datapackage.json\">财政数据包</a> <span>逐笔数据的说明文件</span></li>\n</ul>\n"
                "<details><summary>逐表下载 CSV</summary>\n<ul>\n");
  for (size_t i = 0; i < s->paper->blocks.n; i++) {
    const struct paper_block *b = &s->paper->blocks.v[i];
    if (b->kind != PAPER_TABLE || !b->table) continue;
    buf_puts(out, "<li><a href=\"tables/");
    site_text(out, sv_from(b->table->id));
    buf_puts(out, ".csv\">");
    site_text(out, b->table->number);
    buf_putc(out, ' ');
    site_text(out, b->table->title);
    buf_puts(out, "</a></li>\n");
  }
  buf_puts(out, "</ul>\n</details>\n</section>\n");
}

static void page(struct site *s) {
  page_head(s);
  cover(s);
  buf_puts(s->out, "<div class=\"page\">\n");
  contents(s);
  buf_puts(s->out, "<main>\n<form id=\"find\" role=\"search\" hidden data-derived>\n<label for=\"q\">在本页查找</label>\n"
                   "<input id=\"q\" type=\"search\" autocomplete=\"off\" placeholder=\"科目、项目或文字\">\n"
                   "<button type=\"button\" id=\"prev\">上一处</button><button type=\"submit\">下一处</button>\n"
                   "<output id=\"found\" for=\"q\"></output>\n</form>\n");
  s->level = 1;
  if (s->w) site_charts(s);
  buf_puts(s->out, "<article id=\"book\" tabindex=\"-1\">\n");
  for (size_t i = 0; i < s->paper->blocks.n; i++) block(s, &s->paper->blocks.v[i]);
  buf_puts(s->out, "</article>\n");
  if (s->w && s->w->projects.n > 0) site_projects(s);
  files(s);
  buf_puts(s->out, "</main>\n</div>\n<footer data-derived>\n<p>");
  site_text(s->out, s->paper->title);
  buf_puts(s->out, "</p>\n<p>本页不收集任何信息，不需要联网，可保存到本机阅读。</p>\n<p><a href=\"#contents\">回到目录</a></p>\n</footer>\n");
  site_script(s->out);
  buf_puts(s->out, "</body>\n</html>\n");
}

int site_page(const struct paper *p, struct buf *out, struct err *e) {
  struct arena arena;
  buf_init(out, SITE_MAX);
  arena_init(&arena, SITE_MAX);
  struct site s = {.out = out, .arena = &arena, .paper = p, .w = p->workspace};
  intern_init(&s.projects);
  int rc = s.w ? site_sum(&s, e) : RC_OK;
  if (rc == RC_OK) rc = projects_name(&s, e);
  if (rc == RC_OK) page(&s);
  if (rc == RC_OK && out->rc < 0)
    rc = err_set(e, out->rc == RC_NOMEM ? RC_NOMEM : RC_LIMIT,
                 tr("网页超过 %d MB，请减少项目或单位", "the page is larger than %d MB; have fewer projects or units"), SITE_MAX >> 20);
  intern_release(&s.projects);
  free(s.project_of.v);
  arena_release(&arena);
  return rc;
}

int paper_write_html(const struct paper *p, const char *path, struct err *e) {
  struct buf out;
  int rc = site_page(p, &out, e);
  if (rc == RC_OK) rc = file_replace(path, out.p, out.n, e);
  buf_release(&out);
  return rc;
}
