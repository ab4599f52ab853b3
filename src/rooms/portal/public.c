/* public.c: what everybody may see, without signing in: the list of books, their files, the record of what changed, the feed. */
#include "rooms/portal/internal.h"

#include <string.h>
#include <time.h>

/* Published pages are data of other people: they may show pictures and their own styles, and run nothing. */
#define BOOK_POLICY                                                                                                                                  \
  "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "        \
  "sandbox allow-popups allow-downloads allow-top-navigation-by-user-activation"
#define SHORTLY "public, max-age=300"

static const char *kept(struct web_call *c, struct sv s) {
  const char *p = arena_text(web_arena(c), s.p ? s.p : "", s.n);
  return p ? p : "";
}

static void begin(struct web_call *c, struct ui_page *p) {
  const struct portal *now = portal_now();
  p->site_name = now->config.title;
  p->path = web_path(c);
  web_header_set(c, "Cache-Control", SHORTLY);
  web_header_set(c, "Vary", "Cookie, Accept-Language");
  ui_begin(web_out(c), p);
}

static const char *kind_name(struct sv kind) {
  if (sv_is(kind, "department-final") || sv_is(kind, "unit-final")) return tr("决算", "final account");
  return tr("预算", "budget");
}

/* Spending of each body by year, in 万元. */
static int chart(struct web_call *c, struct buf *out, struct err *e) {
  enum { MOST = 40 };
  struct db_statement *s;
  const char *labels[MOST], *const series[] = {tr("支出", "spending")};
  int64_t values[MOST];
  int n = 0, rc = DB_ROWS(web_db(c), totals_public, &s, e, db_int(PEOPLE_TENANT));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (n >= MOST) continue;
    labels[n] = arena_printf(web_arena(c), "%.*s %lld", SV_ARG(db_col_text(s, 0)), (long long)db_col_int(s, 1));
    if (!labels[n]) labels[n] = "";
    values[n++] = db_col_int(s, 2) / 10000; /* 分 to hundredths of 万元 */
  }
  if (rc >= 0 && n > 0)
    ui_chart(out, &(struct ui_chart){.kind = "bar",
                                     .title = tr("各年支出", "Spending by year"),
                                     .unit = tr("万元", "10,000 yuan"),
                                     .labels = labels,
                                     .nlabels = n,
                                     .series = series,
                                     .nseries = 1,
                                     .values = values});
  return rc;
}

int public_index(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"title", "预决算", "Book", 0},           {"body", "单位", "Body", 0},
                                             {"year", "年度", "Year", UI_NUMBER},      {"kind", "种类", "Kind", 0},
                                             {"at", "公开时间", "Published", UI_DATE}, {"record", "公开记录", "Record", 0}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  struct sv q = web_text(c, "q");
  const char *folded = text_fold(web_arena(c), q), *filter = kept(c, q);
  struct ui_table t = {
      .caption = tr("已公开的预决算", "Published books"), .path = "/public/", .columns = columns, .ncolumns = 6, .filter = filter, .total = -1};
  struct ui_page p = {.title = tr("预决算公开", "Published budgets and final accounts")};
  begin(c, &p);
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), books_public, &s, e, db_int(PEOPLE_TENANT));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[200], text[1000];
    snprintf(text, sizeof text, "%.*s %.*s %lld", SV_ARG(db_col_text(s, 3)), SV_ARG(db_col_text(s, 4)), (long long)db_col_int(s, 5));
    const char *all = text_fold(web_arena(c), sv_from(text));
    if (folded && *folded && (!all || !strstr(all, folded))) continue;
    ui_row(out, &t, db_col_int(s, 0));
    snprintf(path, sizeof path, "/public/%.*s/", SV_ARG(db_col_text(s, 1)));
    ui_cell_link(out, &t, path, db_col_text(s, 3));
    ui_cell(out, &t, db_col_text(s, 4));
    ui_cell_int(out, &t, db_col_int(s, 5));
    ui_cell(out, &t, sv_from(kind_name(db_col_text(s, 6))));
    ui_cell_time(out, &t, db_col_int(s, 7));
    snprintf(path, sizeof path, "/public/%.*s/record", SV_ARG(db_col_text(s, 1)));
    ui_cell_link(out, &t, path, sv_from(tr("记录与数据", "record and data")));
  }
  ui_table_end(out, &t);
  if (rc >= 0) rc = chart(c, out, e);
  buf_puts(out, "<p class=\"help\"><a href=\"/public/feed.xml\">");
  html_str(out, tr("订阅（Atom）", "Feed (Atom)"));
  buf_puts(out, "</a></p>\n");
  ui_end(out, &p);
  return rc < 0 ? rc : RC_OK;
}

struct found {
  int64_t id, version;
  const char *package, *state, *title, *reason;
};

static int found_read(struct web_call *c, struct db_statement *s, int rc, struct found *f, struct err *e) {
  if (rc < 0 || (rc = db_step(s, e)) < 0) return rc;
  if (rc == 0) return err_set(e, RC_NOTFOUND, "%s", tr("没有公开这本预决算", "no such book is published"));
  *f = (struct found){db_col_int(s, 0),           db_col_int(s, 1),           kept(c, db_col_text(s, 2)),
                      kept(c, db_col_text(s, 3)), kept(c, db_col_text(s, 4)), kept(c, db_col_text(s, 5))};
  db_reset(s);
  return RC_OK;
}

static int send(struct web_call *c, const struct found *f, struct err *e) {
  char path[PATH_SIZE];
  const char *type;
  struct sv name = web_text(c, "path");
  if (!package_file(f->package, name, path, &type)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个文件", "there is no such file"));
  bool shown = strncmp(type, "text/html", 9) == 0 || strncmp(type, "application/pdf", 15) == 0 || strncmp(type, "image/", 6) == 0 ||
               strncmp(type, "application/json", 16) == 0;
  const char *last = strrchr(path, '/') + 1;
  web_header_set(c, "Cache-Control", SHORTLY);
  web_header_set(c, "Content-Security-Policy", BOOK_POLICY);
  return web_send_file(c, path, type, shown ? NULL : last, e);
}

static int withdrawn(struct web_call *c, const struct found *f) {
  struct ui_page p = {.title = f->title, .error = tr("这本预决算已撤回", "This book was withdrawn")};
  struct buf *out = web_out(c);
  begin(c, &p);
  web_status(c, 410);
  buf_puts(out, "<p>");
  html_str(out, tr("原因：", "Reason: "));
  html_str(out, f->reason);
  buf_puts(out, "</p>\n");
  ui_end(out, &p);
  return RC_OK;
}

int public_file(struct web_call *c, struct err *e) {
  struct db_statement *s;
  struct found f;
  int rc = DB_ROWS(web_db(c), book_named, &s, e, db_int(PEOPLE_TENANT), db_text(web_text(c, "name")));
  if ((rc = found_read(c, s, rc, &f, e)) < 0) return rc;
  return strcmp(f.state, "withdrawn") == 0 ? withdrawn(c, &f) : send(c, &f, e);
}

int public_version_file(struct web_call *c, struct err *e) {
  struct db_statement *s;
  struct found f;
  int rc = DB_ROWS(web_db(c), book_version, &s, e, db_int(PEOPLE_TENANT), db_text(web_text(c, "name")), db_int(web_int(c, "version")));
  rc = found_read(c, s, rc, &f, e);
  return rc < 0 ? rc : send(c, &f, e);
}

static const char *what_text(struct sv what) {
  if (sv_is(what, "published")) return tr("公开", "published");
  if (sv_is(what, "corrected")) return tr("更正", "corrected");
  return tr("撤回", "withdrawn");
}

static int totals_part(struct web_call *c, struct buf *out, int64_t book, struct err *e) {
  enum { MOST = 30 };
  struct db_statement *s;
  const char *labels[MOST], *const series[] = {tr("支出", "spending")};
  int64_t values[MOST];
  int n = 0, rc = DB_ROWS(web_db(c), totals_of, &s, e, db_int(PEOPLE_TENANT), db_int(book));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (n < MOST) {
      labels[n] = kept(c, db_col_text(s, 1));
      values[n++] = db_col_int(s, 2) / 10000;
    }
  if (rc >= 0 && n > 0)
    ui_chart(out, &(struct ui_chart){.kind = "bar",
                                     .title = tr("支出按功能分类", "Spending by function"),
                                     .unit = tr("万元", "10,000 yuan"),
                                     .labels = labels,
                                     .nlabels = n,
                                     .series = series,
                                     .nseries = 1,
                                     .values = values});
  return rc;
}

int public_record(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {
      {"version", "版本", "Version", 0}, {"what", "事项", "What", 0}, {"why", "原因", "Why", 0}, {"at", "时间", "When", UI_DATE}};
  static const char *const files[] = {"book.pdf",         "book.docx",        "book.xlsx",  "book.json",
                                      "datapackage.json", "budget-lines.csv", "income.csv", "projects.csv"};
  struct buf *out = web_out(c);
  struct db_statement *s;
  struct found f;
  const char *name = kept(c, web_text(c, "name")), *type;
  int rc = DB_ROWS(web_db(c), book_named, &s, e, db_int(PEOPLE_TENANT), db_str(name));
  if ((rc = found_read(c, s, rc, &f, e)) < 0) return rc;
  const struct ui_link crumbs[] = {{"/public/", tr("预决算公开", "Published books"), NULL, false}};
  struct ui_page p = {.title = f.title, .crumbs = crumbs, .ncrumbs = 1};
  struct ui_table t = {.caption = tr("公开记录", "Record"), .path = "", .columns = columns, .ncolumns = 4, .total = -1};
  begin(c, &p);
  buf_puts(out, "<ul>\n");
  for (size_t i = 0; strcmp(f.state, "published") == 0 && i < sizeof files / sizeof *files; i++) {
    char path[PATH_SIZE];
    if (!package_file(f.package, sv_from(files[i]), path, &type)) continue;
    buf_printf(out, "<li><a href=\"/public/%s/%s\">%s</a></li>\n", name, files[i], files[i]);
  }
  buf_puts(out, "</ul>\n");
  ui_table_begin(out, &t);
  rc = DB_ROWS(web_db(c), events_of, &s, e, db_int(PEOPLE_TENANT), db_str(name));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[200], text[24];
    snprintf(path, sizeof path, "/public/%s/v/%lld/", name, (long long)db_col_int(s, 0));
    snprintf(text, sizeof text, "%lld", (long long)db_col_int(s, 0));
    ui_row(out, &t, 0);
    if (sv_is(db_col_text(s, 1), "withdrawn"))
      ui_cell(out, &t, sv_from(text));
    else
      ui_cell_link(out, &t, path, sv_from(text));
    ui_cell(out, &t, sv_from(what_text(db_col_text(s, 1))));
    ui_cell(out, &t, db_col_text(s, 2));
    ui_cell_time(out, &t, db_col_int(s, 3));
  }
  ui_table_end(out, &t);
  if (rc >= 0 && strcmp(f.state, "published") == 0) rc = totals_part(c, out, f.id, e);
  ui_end(out, &p);
  return rc < 0 ? rc : RC_OK;
}

/* ---- for programs ---- */
static void xml_time(struct buf *out, int64_t ms) {
  time_t s = (time_t)(ms / 1000);
  struct tm t;
  char text[40] = "1970-01-01T00:00:00Z";
  if (gmtime_r(&s, &t)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t);
  buf_puts(out, text);
}

static void site(struct buf *out) {
  const char *s = portal_now()->config.site;
  html_str(out, s ? s : "");
}

int public_feed(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct db_statement *s;
  int n = 0, rc = DB_ROWS(web_db(c), events_all, &s, e, db_int(PEOPLE_TENANT));
  buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\n<title>");
  html_str(out, tr("预决算公开", "Published books"));
  buf_puts(out, "</title>\n<id>urn:heng:public</id>\n<link rel=\"self\" href=\"");
  site(out);
  buf_puts(out, "/public/feed.xml\"/>\n<author><name>");
  html_str(out, portal_now()->config.title ? portal_now()->config.title : "heng");
  buf_puts(out, "</name></author>\n");
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    if (n++ == 0) {
      buf_puts(out, "<updated>");
      xml_time(out, db_col_int(s, 4));
      buf_puts(out, "</updated>\n");
    }
    buf_printf(out, "<entry><id>urn:heng:event:%lld</id><title>", (long long)db_col_int(s, 5));
    html_str(out, what_text(db_col_text(s, 2)));
    buf_puts(out, tr("：", ": "));
    html_text(out, db_col_text(s, 6));
    buf_puts(out, "</title><updated>");
    xml_time(out, db_col_int(s, 4));
    buf_puts(out, "</updated><link href=\"");
    site(out);
    buf_puts(out, "/public/");
    html_text(out, db_col_text(s, 0));
    buf_puts(out, "/\"/><summary>");
    html_text(out, db_col_text(s, 3));
    buf_puts(out, "</summary></entry>\n");
  }
  if (n == 0) buf_puts(out, "<updated>1970-01-01T00:00:00Z</updated>\n");
  buf_puts(out, "</feed>\n");
  web_type(c, "application/atom+xml; charset=utf-8");
  web_header_set(c, "Cache-Control", SHORTLY);
  return rc < 0 ? rc : RC_OK;
}

int public_sitemap(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  struct db_statement *s;
  int rc = DB_ROWS(web_db(c), books_public, &s, e, db_int(PEOPLE_TENANT));
  buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    buf_puts(out, "<url><loc>");
    site(out);
    buf_puts(out, "/public/");
    html_text(out, db_col_text(s, 1));
    buf_puts(out, "/</loc><lastmod>");
    xml_time(out, db_col_int(s, 7));
    buf_puts(out, "</lastmod></url>\n");
  }
  buf_puts(out, "</urlset>\n");
  web_type(c, "application/xml; charset=utf-8");
  web_header_set(c, "Cache-Control", SHORTLY);
  return rc < 0 ? rc : RC_OK;
}

int public_robots(struct web_call *c, struct err *e) {
  (void)e;
  web_type(c, "text/plain; charset=utf-8");
  web_header_set(c, "Cache-Control", SHORTLY);
  return buf_puts(web_out(c), "User-agent: *\nAllow: /public/\nDisallow: /\n");
}
