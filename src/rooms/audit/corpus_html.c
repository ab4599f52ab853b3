/* corpus_html.c: the first page over many books: what the dataset holds, kinds by years, bodies by years, rules, worst books, largest changes.
 * Of a small dataset everything else follows on the same page; of a large one it lies in a folder beside it, written first, so that no link of a
 * page that is there leads nowhere. */
#include "rooms/audit/corpus_html.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WORST_SHOWN = 20, YEARS_MAX = 24 };

static const char page_style[] =
    ".charts{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none;padding:0;margin:.4rem 0}.charts li{background:#fff;border:1px solid var(--line);"
    "border-radius:4px;padding:.3rem;break-inside:avoid}svg{max-width:100%;font-family:inherit;fill:#1c1917}.key svg{vertical-align:middle}"
    "td a{font-weight:400;text-decoration:underline}tbody th a{text-decoration:underline;font-weight:400}nav{margin:.5rem 0}nav "
    "a{margin-right:1.2rem}"
    "section section{margin-left:.2rem}@media print{nav{display:none}}";

/* ---- words and links ---- */

void put_words(struct buf *out, const char *s) {
  report_html_text(out, sv_from(s));
}

void put_body_name(struct buf *out, const struct corpus_body *b) {
  bool foreign = b->name[0] && lang_get() == LANG_EN;
  if (foreign) buf_printf(out, "<span%s>", html_chinese());
  put_words(out, corpus_body_name(b));
  if (foreign) buf_puts(out, "</span>");
}

static void put_url(struct buf *out, const char *s) {
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/", c);
    buf_printf(out, plain ? "%c" : "%%%02X", c);
  }
}

/* <a href="[folder/]file#… of a part, or of this page when file is NULL. */
static void link_open(const struct corpus_page *p, const char *file) {
  buf_puts(p->out, "<a href=\"");
  if (file && p->s->split) {
    if (!p->inside) put_url(p->out, p->s->folder), buf_putc(p->out, '/');
    put_url(p->out, file);
  }
  buf_putc(p->out, '#');
}

void link_first(const struct corpus_page *p, const char *anchor) {
  buf_puts(p->out, "<a href=\"");
  if (p->inside) buf_puts(p->out, "../"), put_url(p->out, p->s->first);
  buf_printf(p->out, "#%s\">", anchor);
}

static void part_name(char out[64], int part) {
  snprintf(out, 64, "books-%03d.html", part + 1);
}

static void link_part(const struct corpus_page *p, int body) {
  char name[64];
  int part = p->s->split ? p->s->part_of[body] : -1;
  part_name(name, part);
  link_open(p, p->s->split && !(p->inside && p->part == part) ? name : NULL);
}

void link_body(const struct corpus_page *p, int body) {
  link_part(p, body);
  buf_printf(p->out, "u%d\">", body);
}

void link_file(const struct corpus_page *p, const struct corpus_file *f) {
  link_part(p, p->s->c->books.v[f->book].body);
  buf_printf(p->out, "b%" PRId64 "\">", f->id);
}

void link_finding(const struct corpus_page *p, const struct corpus_file *f, int64_t number) {
  link_part(p, p->s->c->books.v[f->book].body);
  buf_printf(p->out, "f%" PRId64 "-%" PRId64 "\">", f->id, number);
}

void rule_file_name(char out[128], const char *rule, int page) {
  char safe[64];
  size_t n = 0;
  for (; rule[n] && n + 1 < sizeof safe; n++) {
    char c = rule[n];
    safe[n] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ? c : '_';
  }
  safe[n] = '\0';
  snprintf(out, 128, "rule-%s-%d.html", safe, page);
}

void link_rule(const struct corpus_page *p, const char *rule) {
  char name[128];
  rule_file_name(name, rule, 1);
  link_open(p, name);
  buf_puts(p->out, "r-"), put_words(p->out, rule), buf_puts(p->out, "\">");
}

static void list_name(char out[128], enum book_kind kind, int year) {
  snprintf(out, 128, "list-%s-%d.html", book_kind_names[kind], year);
}

void link_list(const struct corpus_page *p, enum book_kind kind, int year) {
  char name[128];
  list_name(name, kind, year);
  link_open(p, name);
  buf_printf(p->out, "l-%s-%d\">", book_kind_names[kind], year);
}

void table_open(struct buf *out, const char *caption, const char *const *heads, int n) {
  buf_puts(out, "<div class=scroll role=region tabindex=0 aria-label=\""), put_words(out, caption);
  buf_puts(out, "\"><table><caption>"), put_words(out, caption), buf_puts(out, "</caption><thead><tr>");
  for (int i = 0; i < n; i++) buf_puts(out, "<th scope=col>"), put_words(out, heads[i]);
  buf_puts(out, "<tbody>\n");
}

void table_close(struct buf *out) {
  buf_puts(out, "</table></div>\n");
}

void put_counts_short(struct buf *out, const struct corpus_count *n) {
  buf_printf(out, tr("<p>✕ 错误 %ld · ▲ 警告 %ld · ⓘ 提示 %ld · 尾差 %ld", "<p>✕ errors %ld · ▲ warnings %ld · ⓘ infos %ld · rounding %ld"),
             n->severity[SEVERITY_ERROR], n->severity[SEVERITY_WARNING], n->severity[SEVERITY_INFO], n->roundings);
  if (n->accepted) buf_printf(out, tr(" · 已认可 %ld", " · accepted %ld"), n->accepted);
  buf_puts(out, "</p>\n");
}

/* ---- a page's frame ---- */

static void page_begin(const struct corpus_page *p, const char *title) {
  buf_printf(p->out,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
             "content=\"width=device-width,initial-scale=1\"><title>",
             lang_get() == LANG_EN ? "en" : "zh-CN");
  put_words(p->out, title);
  buf_printf(p->out, "</title><style>%s%s</style></head>\n<body><a class=skip href=#main>%s</a><header><h1>", html_style(), page_style,
             tr("跳到正文", "skip to content"));
  put_words(p->out, title);
  buf_puts(p->out, "</h1>");
}

static void page_end(const struct corpus_page *p) {
  buf_printf(p->out, "</main><footer class=dim>heng %s</footer></body></html>\n", HENG_VERSION);
}

static int page_write(struct buf *out, const char *path, struct err *e) {
  if (out->rc < 0) return err_set(e, out->rc == RC_NOMEM ? RC_NOMEM : RC_LIMIT, "%s", tr("报告太大，写不下", "the report is too large"));
  return file_replace(path, out->p ? out->p : "", out->n, e);
}

/* ---- the tables of the first page ---- */

struct years {
  int v[YEARS_MAX + 1], n; /* 0 stands for not known, last */
};

static void years_gather(const struct corpus *c, struct years *y) {
  bool unknown = false;
  y->n = 0;
  for (size_t i = 0; i < c->books.n; i++) {
    int year = c->books.v[i].year, at = 0;
    if (c->books.v[i].blank) continue;
    if (year <= 0) {
      unknown = true;
      continue;
    }
    while (at < y->n && y->v[at] > year) at++;
    if (at < y->n && y->v[at] == year) continue;
    if (y->n == YEARS_MAX && at == YEARS_MAX) continue;
    if (y->n < YEARS_MAX) y->n++;
    memmove(&y->v[at + 1], &y->v[at], (size_t)(y->n - 1 - at) * sizeof *y->v);
    y->v[at] = year;
  }
  for (int i = 0; i < y->n / 2; i++) {
    int t = y->v[i];
    y->v[i] = y->v[y->n - 1 - i], y->v[y->n - 1 - i] = t;
  }
  if (unknown) y->v[y->n++] = 0;
}

static const char *year_head(char out[16], int year) {
  if (year > 0)
    snprintf(out, 16, "%d", year);
  else
    snprintf(out, 16, "%s", tr("年度不明", "unknown"));
  return out;
}

static void put_counts_list(const struct corpus_page *p) {
  const struct corpus *c = p->s->c;
  const struct {
    const char *name;
    long n;
  } counts[] = {{tr("书", "books"), c->books_counted},
                {tr("单位", "bodies"), c->bodies_counted},
                {tr("文件", "files"), c->documents},
                {tr("✕ 错误", "✕ errors"), c->count.severity[SEVERITY_ERROR]},
                {tr("▲ 警告", "▲ warnings"), c->count.severity[SEVERITY_WARNING]},
                {tr("ⓘ 提示", "ⓘ infos"), c->count.severity[SEVERITY_INFO]},
                {tr("尾差", "rounding differences"), c->count.roundings},
                {tr("已认可", "accepted"), c->count.accepted},
                {tr("空白模板（不计）", "unfilled forms (not counted)"), c->blanks}};
  buf_puts(p->out, "<ul class=counts>");
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (i < 7 || counts[i].n) buf_printf(p->out, "<li>%s <b>%ld</b></li>", counts[i].name, counts[i].n);
  buf_puts(p->out, "</ul>\n");
}

/* What the reader must know before any number: figures to be confirmed, what was not checked, files of one book. */
static void put_notes(const struct corpus_page *p) {
  const struct corpus *c = p->s->c;
  long confirm = 0, confirm_files = 0, unchecked = 0, unread = 0, more = 0;
  for (size_t i = 0; i < c->files.n; i++) {
    const struct corpus_file *f = &c->files.v[i];
    if (f->blank) continue;
    confirm += f->to_confirm, confirm_files += f->to_confirm > 0, unchecked += f->not_checked, unread += f->unread;
  }
  for (size_t i = 0; i < c->books.n; i++) more += c->books.v[i].blank ? 0 : c->books.v[i].nfiles - 1;
  buf_puts(p->out, "<div class=alert><ul>");
  buf_printf(p->out,
             tr("<li>没有检查的关系 %ld 项，没有读的单元格 %ld 个：没有检查的不算通过</li>",
                "<li>%ld checks were not made, %ld cells were not read: not checked is not passed</li>"),
             unchecked, unread);
  if (confirm)
    buf_printf(p->out,
               tr("<li>%ld 个文件有 %ld 个数没有读清或来自识别，待核对</li>",
                  "<li>%ld files hold %ld figures not read cleanly or recognised from pictures: to be confirmed</li>"),
               confirm_files, confirm);
  if (more)
    buf_printf(p->out,
               tr("<li>%ld 个文件与别的文件是同一本书（同一单位、年度、种类）：书只算一本，相同的发现只算一次</li>",
                  "<li>%ld files are of a book that another file holds too (same body, year, kind): one book, and what both say counts once</li>"),
               more);
  if (!c->rates)
    buf_printf(
        p->out, "<li>%s</li>",
        tr("数据集没有记录每条规则检查过几次，比率按全部的书算", "the dataset does not know how often each rule was asked: rates are of all books"));
  buf_puts(p->out, "</ul></div>\n");
}

static void put_kinds(const struct corpus_page *p, const struct years *y) {
  const struct corpus *c = p->s->c;
  const char *heads[YEARS_MAX + 2] = {tr("种类", "kind")};
  char words[YEARS_MAX + 1][16];
  for (int i = 0; i < y->n; i++) heads[i + 1] = year_head(words[i], y->v[i]);
  buf_printf(p->out, "<h2 id=kinds>%s</h2>", tr("种类与年度", "kinds and years"));
  table_open(p->out, tr("书的本数；括号里是有错误的", "books; in brackets those with errors"), heads, y->n + 1);
  for (int k = BOOK_DEPARTMENT_BUDGET; k <= BOOK_UNIT_FINAL + 1; k++) {
    enum book_kind kind = k > BOOK_UNIT_FINAL ? BOOK_UNKNOWN : (enum book_kind)k;
    long n[YEARS_MAX + 1] = {0}, bad[YEARS_MAX + 1] = {0}, all = 0;
    for (size_t i = 0; i < c->books.n; i++)
      for (int a = 0; a < y->n; a++) {
        const struct corpus_book *b = &c->books.v[i];
        if (b->blank || b->kind != kind || (b->year > 0 ? b->year : 0) != y->v[a]) continue;
        n[a]++, all++, bad[a] += b->count.severity[SEVERITY_ERROR] > 0;
      }
    if (all == 0) continue;
    buf_printf(p->out, "<tr><th scope=row>%s", kind_title(kind));
    for (int a = 0; a < y->n; a++) {
      buf_puts(p->out, "<td>");
      if (n[a] == 0) {
        buf_puts(p->out, "—");
        continue;
      }
      link_list(p, kind, y->v[a]);
      buf_printf(p->out, "%ld</a>", n[a]);
      if (bad[a]) buf_printf(p->out, " (✕ %ld)", bad[a]);
    }
    buf_putc(p->out, '\n');
  }
  table_close(p->out);
}

/* One cell of the matrix: each book with its sign and number of errors, or of warnings. */
static void put_cell(const struct corpus_page *p, const struct corpus_body *body, int year) {
  const struct corpus *c = p->s->c;
  int n = 0;
  buf_puts(p->out, "<td class=x>");
  for (int i = body->first; i < body->first + body->nbooks; i++) {
    const struct corpus_book *b = &c->books.v[i];
    if (b->blank || (b->year > 0 ? b->year : 0) != year) continue;
    if (n++) buf_puts(p->out, "<br>");
    link_file(p, &c->files.v[b->first]);
    buf_puts(p->out, kind_short(b->kind));
    long errors = b->count.severity[SEVERITY_ERROR], warnings = b->count.severity[SEVERITY_WARNING];
    if (errors)
      buf_printf(p->out, " ✕%ld", errors);
    else if (warnings)
      buf_printf(p->out, " ▲%ld", warnings);
    buf_puts(p->out, "</a>");
  }
  if (!n) buf_puts(p->out, "—");
}

static void put_bodies(const struct corpus_page *p, const struct years *y) {
  const struct corpus *c = p->s->c;
  const char *heads[YEARS_MAX + 4] = {tr("单位", "body")};
  char words[YEARS_MAX + 1][16];
  int n = 1;
  for (int i = 0; i < y->n; i++) heads[n++] = year_head(words[i], y->v[i]);
  heads[n++] = tr("错误", "errors"), heads[n++] = tr("警告", "warnings");
  buf_printf(p->out, "<h2 id=bodies>%s</h2>", tr("单位与年度", "bodies and years"));
  table_open(p->out,
             tr("数据集里有的书；✕ 错误数，▲ 没有错误时的警告数；— 没有这一年的书",
                "books in the dataset; ✕ errors, ▲ warnings where there is no error; — no book of that year"),
             heads, n);
  for (size_t i = 0; i < c->bodies.n; i++) {
    const struct corpus_body *b = &c->bodies.v[i];
    bool any = false;
    for (int k = b->first; k < b->first + b->nbooks; k++) any |= !c->books.v[k].blank;
    if (!any) continue;
    buf_puts(p->out, "<tr><th scope=row>");
    link_body(p, (int)i), put_body_name(p->out, b), buf_puts(p->out, "</a>");
    for (int a = 0; a < y->n; a++) put_cell(p, b, y->v[a]);
    buf_printf(p->out, "<td>%ld<td>%ld\n", b->count.severity[SEVERITY_ERROR], b->count.severity[SEVERITY_WARNING]);
  }
  table_close(p->out);
}

static void put_linked_count(const struct corpus_page *p, const struct corpus_rule *r, long n) {
  buf_puts(p->out, "<td>");
  if (n) link_rule(p, r->id);
  buf_printf(p->out, n ? "%ld</a>" : "%ld", n);
}

static void put_rules(const struct corpus_page *p) {
  const struct corpus *c = p->s->c;
  const char *const heads[] = {
      tr("规则", "rule"),     tr("名称", "title"),      tr("错误", "errors"),    tr("警告", "warnings"),          tr("提示", "infos"),
      tr("尾差", "rounding"), tr("已认可", "accepted"), tr("涉及的书", "books"), tr("检查过的书", "books asked"), tr("比率", "rate")};
  buf_printf(p->out, "<h2 id=rules>%s</h2>", tr("按规则", "by rule"));
  if (c->rules_found.n == 0) {
    buf_printf(p->out, "<p>%s</p>", tr("没有任何发现。", "There are no findings."));
    return;
  }
  table_open(p->out,
             tr("发现的条数；涉及的书不算只有尾差的；比率 = 涉及的书 ÷ 检查过的书",
                "findings; books with more than rounding; rate = books with findings ÷ books in which it was asked"),
             heads, 10);
  for (size_t i = 0; i < c->rules_found.n; i++) {
    const struct corpus_rule *r = &c->rules_found.v[i];
    long of = c->rates && r->checked >= r->books ? r->checked : c->books_counted, tenths = of > 0 ? (r->books * 2000 + of) / (of * 2) : 0;
    buf_puts(p->out, "<tr><th scope=row>");
    link_rule(p, r->id), put_words(p->out, r->id), buf_puts(p->out, "</a><td class=x>");
    put_words(p->out, corpus_rule_title(c, r));
    for (int s = SEVERITY_ERROR; s >= SEVERITY_INFO; s--) put_linked_count(p, r, r->count.severity[s]);
    put_linked_count(p, r, r->count.roundings), put_linked_count(p, r, r->count.accepted), put_linked_count(p, r, r->books);
    if (c->rates && r->checked)
      buf_printf(p->out, "<td>%ld", r->checked);
    else
      buf_puts(p->out, "<td>—");
    buf_printf(p->out, "<td>%ld.%ld%%\n", tenths / 10, tenths % 10);
  }
  table_close(p->out);
}

static int put_worst(const struct corpus_page *p, struct err *e) {
  const struct corpus *c = p->s->c;
  const char *const heads[] = {tr("单位", "body"),   tr("年度", "year"),     tr("种类", "kind"),
                               tr("错误", "errors"), tr("警告", "warnings"), tr("文件", "file")};
  int n = WORST_SHOWN, *worst = NULL;
  int rc = corpus_worst(c, &n, &worst, e);
  buf_printf(p->out, "<h2 id=worst>%s</h2>", tr("问题最多的书", "books with most findings"));
  if (n == 0) buf_printf(p->out, "<p>%s</p>", tr("没有错误，也没有警告。", "There are no errors and no warnings."));
  if (n > 0) table_open(p->out, tr("先比错误，再比警告", "by errors, then by warnings"), heads, 6);
  for (int i = 0; i < n; i++) {
    const struct corpus_book *b = &c->books.v[worst[i]];
    const struct corpus_file *f = &c->files.v[b->first];
    char year[16];
    buf_puts(p->out, "<tr><th scope=row>");
    link_body(p, b->body), put_body_name(p->out, &c->bodies.v[b->body]);
    buf_printf(p->out, "</a><td>%s<td class=x>%s<td>", year_head(year, b->year), kind_title(b->kind));
    link_file(p, f), buf_printf(p->out, "%ld</a><td>", b->count.severity[SEVERITY_ERROR]);
    link_file(p, f), buf_printf(p->out, "%ld</a><td class=x>", b->count.severity[SEVERITY_WARNING]);
    put_words(p->out, f->path);
    if (b->nfiles > 1) buf_printf(p->out, tr(" 等 %d 个文件", " and %d more"), lang_get() == LANG_EN ? b->nfiles - 1 : b->nfiles);
    buf_putc(p->out, '\n');
  }
  if (n > 0) table_close(p->out);
  free(worst);
  return rc;
}

/* ---- parts ---- */

/* Whether a list of that kind and year has any book. */
static bool has_list(const struct corpus *c, enum book_kind kind, int year) {
  for (size_t i = 0; i < c->books.n; i++)
    if (!c->books.v[i].blank && c->books.v[i].kind == kind && (c->books.v[i].year > 0 ? c->books.v[i].year : 0) == year) return true;
  return false;
}

static int put_everything(const struct corpus_page *p, const struct years *y, struct err *e) {
  const struct corpus *c = p->s->c;
  int rc = RC_OK;
  buf_printf(p->out, "<h2 id=lists>%s</h2>", tr("书的清单", "lists of books"));
  for (int k = BOOK_UNKNOWN; k <= BOOK_UNIT_FINAL; k++)
    for (int i = 0; i < y->n; i++)
      if (has_list(c, (enum book_kind)k, y->v[i])) put_list(p, (enum book_kind)k, y->v[i]);
  for (size_t i = 0; i < c->bodies.n && rc == RC_OK; i++) rc = put_body(p, (int)i, e);
  if (c->rules_found.n) buf_printf(p->out, "<h2 id=rule-findings>%s</h2>", tr("各规则的发现", "findings of each rule"));
  for (size_t i = 0; i < c->rules_found.n && rc == RC_OK; i++) rc = put_rule(p, &c->rules_found.v[i], 0, SINGLE_FINDINGS * 2, e);
  return rc;
}

static int folder_make(struct corpus_site *s, struct err *e) {
  if (mkdir(s->path, 0777) == 0 || errno == EEXIST) return RC_OK;
  return err_set(e, RC_IO, tr("不能建立文件夹 %s：%s", "cannot make the folder %s: %s"), s->path, strerror(errno));
}

static void part_begin(struct corpus_page *p, const char *title, const char *anchor, const char *back, const char *next) {
  page_begin(p, title);
  buf_puts(p->out, "</header><main id=main><nav>");
  link_first(p, anchor), buf_printf(p->out, "%s</a>", tr("↑ 总览", "↑ overview"));
  if (back) buf_puts(p->out, "<a href=\""), put_url(p->out, back), buf_printf(p->out, "\">%s</a>", tr("← 上一页", "← previous"));
  if (next) buf_puts(p->out, "<a href=\""), put_url(p->out, next), buf_printf(p->out, "\">%s</a>", tr("下一页 →", "next →"));
  buf_puts(p->out, "</nav>\n");
}

static int part_write(const struct corpus_site *s, struct corpus_page *p, const char *name, struct err *e) {
  char path[3950];
  page_end(p);
  snprintf(path, sizeof path, "%s/%s", s->path, name);
  return page_write(p->out, path, e);
}

static int write_bodies(const struct corpus_site *s, int part, struct err *e) {
  struct buf out;
  struct corpus_page p = {.s = s, .out = &out, .inside = true, .part = part};
  char name[64], back[64], next[64], title[120];
  int rc = RC_OK;
  buf_init(&out, REPORT_BYTES_MAX);
  part_name(name, part), part_name(back, part - 1), part_name(next, part + 1);
  snprintf(title, sizeof title, tr("各单位的书（%d/%d）", "books of bodies (%d/%d)"), part + 1, s->nparts);
  part_begin(&p, title, "bodies", part > 0 ? back : NULL, part + 1 < s->nparts ? next : NULL);
  for (size_t i = 0; i < s->c->bodies.n && rc == RC_OK; i++)
    if (s->part_of[i] == part) rc = put_body(&p, (int)i, e);
  if (rc == RC_OK) rc = part_write(s, &p, name, e);
  buf_release(&out);
  return rc;
}

static int write_rule(const struct corpus_site *s, const struct corpus_rule *r, struct err *e) {
  long n = corpus_total(&r->count) + r->count.roundings + r->count.accepted, pages = n > 0 ? (n + RULE_ROWS - 1) / RULE_ROWS : 1;
  int rc = RC_OK;
  for (long i = 0; i < pages && rc == RC_OK; i++) {
    struct buf out;
    struct corpus_page p = {.s = s, .out = &out, .inside = true, .part = -1};
    char name[128], back[128], next[128], title[160];
    buf_init(&out, REPORT_BYTES_MAX);
    rule_file_name(name, r->id, (int)i + 1), rule_file_name(back, r->id, (int)i), rule_file_name(next, r->id, (int)i + 2);
    snprintf(title, sizeof title, tr("规则 %.60s 的发现（%ld/%ld）", "findings of rule %.60s (%ld/%ld)"), r->id, i + 1, pages);
    part_begin(&p, title, "rules", i > 0 ? back : NULL, i + 1 < pages ? next : NULL);
    rc = put_rule(&p, r, i * RULE_ROWS, RULE_ROWS, e);
    if (rc == RC_OK) rc = part_write(s, &p, name, e);
    buf_release(&out);
  }
  return rc;
}

static int write_list(const struct corpus_site *s, enum book_kind kind, int year, struct err *e) {
  struct buf out;
  struct corpus_page p = {.s = s, .out = &out, .inside = true, .part = -1};
  char name[128];
  buf_init(&out, REPORT_BYTES_MAX);
  part_begin(&p, tr("书的清单", "list of books"), "kinds", NULL, NULL);
  put_list(&p, kind, year);
  list_name(name, kind, year);
  int rc = part_write(s, &p, name, e);
  buf_release(&out);
  return rc;
}

static int write_parts(struct corpus_site *s, const struct years *y, struct err *e) {
  int rc = folder_make(s, e);
  for (int i = 0; i < s->nparts && rc == RC_OK; i++) rc = write_bodies(s, i, e);
  for (size_t i = 0; i < s->c->rules_found.n && rc == RC_OK; i++) rc = write_rule(s, &s->c->rules_found.v[i], e);
  for (int k = BOOK_UNKNOWN; k <= BOOK_UNIT_FINAL; k++)
    for (int i = 0; i < y->n && rc == RC_OK; i++)
      if (has_list(s->c, (enum book_kind)k, y->v[i])) rc = write_list(s, (enum book_kind)k, y->v[i], e);
  return rc;
}

/* ---- small or large ---- */

static int site_split(struct corpus_site *s, const char *path, struct err *e) {
  static const char ending[] = ".files";
  const char *slash = strrchr(path, '/');
  size_t n = strlen(path), head = slash ? (size_t)(slash - path) + 1 : 0;
  if (strcmp(path, "-") == 0)
    return err_set(e, RC_USAGE, "%s",
                   tr("书很多，网页要分成多个文件：请用 -o 写到文件", "there are many books, and the page has parts: write it to a file with -o"));
  if (n > 5 && strcmp(path + n - 5, ".html") == 0) n -= 5;
  if (n <= head || n - head + sizeof ending > sizeof s->folder || n + sizeof ending > sizeof s->path)
    return err_set(e, RC_USAGE, "%s", tr("文件名过长或是空的", "the file's name is too long, or empty"));
  memcpy(s->folder, path + head, n - head), memcpy(s->folder + n - head, ending, sizeof ending);
  memcpy(s->path, path, n), memcpy(s->path + n, ending, sizeof ending);
  s->first = path + head;
  s->split = true;
  s->part_of = calloc(s->c->bodies.n ? s->c->bodies.n : 1, sizeof *s->part_of);
  if (!s->part_of) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  long findings = 0, books = 0;
  for (size_t i = 0; i < s->c->bodies.n; i++) {
    const struct corpus_body *b = &s->c->bodies.v[i];
    long more = corpus_total(&b->count) + b->count.roundings + b->count.accepted;
    if (books > 0 && (findings + more > PART_FINDINGS || books + b->nbooks > PART_BOOKS)) findings = books = 0, s->nparts++;
    s->part_of[i] = s->nparts;
    findings += more, books += b->nbooks;
  }
  s->nparts++;
  return RC_OK;
}

static int write_first(struct corpus_site *s, const struct years *y, const char *path, struct err *e) {
  struct buf out;
  struct corpus_page p = {.s = s, .out = &out, .part = -1};
  buf_init(&out, REPORT_BYTES_MAX);
  page_begin(&p, tr("衡：多本预决算的总览", "Heng: an overview of many budget books"));
  put_counts_list(&p);
  buf_printf(&out, "<nav><a href=#kinds>%s</a><a href=#bodies>%s</a><a href=#rules>%s</a><a href=#worst>%s</a></nav></header><main id=main>\n",
             tr("种类与年度", "kinds and years"), tr("单位与年度", "bodies and years"), tr("按规则", "by rule"), tr("问题最多的书", "most findings"));
  put_notes(&p);
  put_kinds(&p, y);
  put_rules(&p);
  int rc = put_worst(&p, e);
  put_changes(&p);
  put_bodies(&p, y);
  if (rc == RC_OK && !s->split) rc = put_everything(&p, y, e);
  page_end(&p);
  if (rc == RC_OK) rc = page_write(&out, path, e);
  buf_release(&out);
  return rc;
}

int corpus_html_write(const struct corpus *c, const char *path, struct err *e) {
  struct corpus_site s = {.c = c};
  struct years y;
  int rc = RC_OK;
  years_gather(c, &y);
  if (corpus_total(&c->count) + c->count.roundings > SINGLE_FINDINGS || c->books.n > SINGLE_BOOKS) rc = site_split(&s, path, e);
  if (rc == RC_OK && s.split) rc = write_parts(&s, &y, e);
  if (rc == RC_OK) rc = write_first(&s, &y, path, e);
  free(s.part_of);
  return rc;
}
