/* public.c: what everybody may see, without signing in: the list of books, their files, the record of what changed. */
#include "rooms/portal/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Published pages are data of other people: they may show pictures and their own styles, and run nothing. */
#define BOOK_POLICY                                                                                                                                  \
  "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "        \
  "sandbox allow-popups allow-downloads allow-top-navigation-by-user-activation"

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

/* What changed not since is not sent again. */
int public_same(struct web_call *c) {
  struct buf *out = web_out(c);
  unsigned char digest[16];
  char etag[40], hex[33];
  if (out->rc < 0 || !out->p) return RC_OK;
  crypto_generichash(digest, sizeof digest, (const unsigned char *)out->p, out->n, NULL, 0);
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  snprintf(etag, sizeof etag, "\"%s\"", hex);
  web_header_set(c, "ETag", etag);
  struct sv asked = web_header(c, "If-None-Match");
  if (asked.n == 0 || !sv_contains(asked, etag)) return RC_OK;
  buf_clear(out);
  web_status(c, 304);
  return RC_OK;
}

static int end(struct web_call *c, struct ui_page *p) {
  ui_end(web_out(c), p);
  return public_same(c);
}

static const char *kind_name(struct sv kind) {
  if (sv_is(kind, "department-final")) return tr("部门决算", "department accounts");
  if (sv_is(kind, "unit-final")) return tr("单位决算", "unit accounts");
  if (sv_is(kind, "unit-budget")) return tr("单位预算", "unit budget");
  return tr("部门预算", "department budget");
}

/* ---- charts: of one kind of books at a time, for a budget and the accounts of it are not added up ---- */
enum { YEARS_MOST = 20, SERIES_MOST = 12 };
struct chart_data {
  char kind[40];
  int64_t years[YEARS_MOST], values[SERIES_MOST * YEARS_MOST];
  const char *keys[SERIES_MOST], *names[SERIES_MOST];
  int nyears, nseries;
};

static int year_index(struct chart_data *d, int64_t year) {
  for (int i = 0; i < d->nyears; i++)
    if (d->years[i] == year) return i;
  if (d->nyears == YEARS_MOST) { /* the oldest gives way: rows come in the order of years */
    memmove(d->years, d->years + 1, sizeof d->years - sizeof *d->years);
    for (int s = 0; s < SERIES_MOST; s++) {
      int64_t *v = d->values + s * YEARS_MOST;
      memmove(v, v + 1, (YEARS_MOST - 1) * sizeof *v);
      v[YEARS_MOST - 1] = 0;
    }
    d->nyears--;
  }
  d->years[d->nyears] = year;
  return d->nyears++;
}

static void chart_put(struct web_call *c, struct chart_data *d, int64_t year, struct sv key, struct sv name, int64_t amount) {
  int s = 0, y = year_index(d, year);
  while (s < d->nseries && !sv_is(key, d->keys[s])) s++;
  if (s == SERIES_MOST) {
    s = SERIES_MOST - 1; /* what is too much for the eye goes together */
    d->names[s] = tr("其他", "other");
  } else if (s == d->nseries) {
    d->keys[s] = kept(c, key);
    d->names[s] = kept(c, name);
    d->nseries++;
  }
  d->values[s * YEARS_MOST + y] += amount / 10000; /* 分 to hundredths of 万元 */
}

static void chart_show(struct web_call *c, const struct chart_data *d, const char *kind, const char *title) {
  int64_t values[SERIES_MOST * YEARS_MOST];
  const char *labels[YEARS_MOST];
  if (d->nyears == 0) return;
  for (int y = 0; y < d->nyears; y++) {
    const char *text = arena_printf(web_arena(c), "%lld", (long long)d->years[y]);
    labels[y] = text ? text : "";
    for (int s = 0; s < d->nseries; s++) values[s * d->nyears + y] = d->values[s * YEARS_MOST + y];
  }
  const char *whole = arena_printf(web_arena(c), "%s%s%s", kind_name(sv_from(d->kind)), tr("：", ": "), title);
  ui_chart(web_out(c), &(struct ui_chart){.kind = kind,
                                          .title = whole ? whole : title,
                                          .unit = tr("万元", "10,000 yuan"),
                                          .labels = labels,
                                          .nlabels = d->nyears,
                                          .series = d->names,
                                          .nseries = d->nseries,
                                          .values = values});
}

/* Draws what was gathered when another kind begins. */
static void chart_kind(struct web_call *c, struct chart_data *d, struct sv kind, const char *form, const char *title) {
  if (sv_is(kind, d->kind)) return;
  chart_show(c, d, form, title);
  memset(d, 0, sizeof *d);
  snprintf(d->kind, sizeof d->kind, "%.*s", SV_ARG(kind));
}

static int chart_figures(struct web_call *c, struct sv body, struct err *e) {
  const char *title = tr("各年收支", "income and spending by year");
  struct db_statement *s;
  struct chart_data d = {0};
  int rc = DB_ROWS(web_db(c), figures_by_year, &s, e, db_int(PEOPLE_TENANT), db_text(body.p ? body : SV("")));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    struct sv what = db_col_text(s, 2);
    chart_kind(c, &d, db_col_text(s, 0), "bar", title);
    chart_put(c, &d, db_col_int(s, 1), what, sv_from(sv_is(what, "income") ? tr("收入", "income") : tr("支出", "spending")), db_col_int(s, 3));
  }
  if (rc >= 0) chart_show(c, &d, "bar", title);
  return rc;
}

static int chart_functions(struct web_call *c, struct sv body, struct err *e) {
  const char *title = tr("各年支出按功能分类", "spending by function and year");
  struct db_statement *s;
  struct chart_data d = {0};
  int rc = DB_ROWS(web_db(c), functions_by_year, &s, e, db_int(PEOPLE_TENANT), db_text(body));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    chart_kind(c, &d, db_col_text(s, 0), "stack", title);
    chart_put(c, &d, db_col_int(s, 1), db_col_text(s, 2), db_col_text(s, 3), db_col_int(s, 4));
  }
  if (rc >= 0) chart_show(c, &d, "stack", title);
  return rc;
}

static void book_row(struct web_call *c, struct ui_table *t, struct db_statement *s) {
  char path[2200];
  struct buf *out = web_out(c), address;
  ui_row(out, t, db_col_int(s, 0));
  snprintf(path, sizeof path, "/public/%.*s/", SV_ARG(db_col_text(s, 1)));
  ui_cell_link(out, t, path, db_col_text(s, 3));
  buf_init(&address, sizeof path - 1);
  buf_puts(&address, "/public/?body=");
  html_query(&address, db_col_text(s, 4));
  ui_cell_link(out, t, address.rc == RC_OK ? address.p : "/public/", db_col_text(s, 4));
  buf_release(&address);
  ui_cell_int(out, t, db_col_int(s, 5));
  ui_cell(out, t, sv_from(kind_name(db_col_text(s, 6))));
  ui_cell_time(out, t, db_col_int(s, 7));
  snprintf(path, sizeof path, "/public/%.*s/record", SV_ARG(db_col_text(s, 1)));
  ui_cell_link(out, t, path, sv_from(tr("记录与数据", "record and data")));
}

static bool row_wanted(struct web_call *c, struct db_statement *s, struct sv body, const char *folded) {
  char text[1000];
  if (body.n) return sv_equal(db_col_text(s, 4), body);
  if (!folded || !*folded) return true;
  snprintf(text, sizeof text, "%.*s %.*s %lld", SV_ARG(db_col_text(s, 3)), SV_ARG(db_col_text(s, 4)), (long long)db_col_int(s, 5));
  const char *all = text_fold(web_arena(c), sv_from(text));
  return all && strstr(all, folded);
}

/* All books; with ?body= those of one body, and its charts by function. */
int public_index(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {{"title", "预决算", "Book", 0},           {"body", "单位", "Body", 0},
                                             {"year", "年度", "Year", UI_NUMBER},      {"kind", "种类", "Kind", 0},
                                             {"at", "公开时间", "Published", UI_DATE}, {"record", "公开记录", "Record", 0}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  struct sv q = web_text(c, "q"), body = web_text(c, "body");
  const char *folded = text_fold(web_arena(c), q);
  const struct ui_link crumbs[] = {{"/public/", tr("预决算公开", "Published books"), NULL, false}};
  struct ui_table t = {.caption = tr("已公开的预决算", "Published books"),
                       .path = "/public/",
                       .columns = columns,
                       .ncolumns = 6,
                       .filter = body.n ? NULL : kept(c, q),
                       .total = -1,
                       .empty = tr("没有公开的预决算", "no book is published")};
  struct ui_page p = {
      .title = body.n ? kept(c, body) : tr("预决算公开", "Published budgets and final accounts"), .crumbs = crumbs, .ncrumbs = body.n ? 1 : 0};
  begin(c, &p);
  ui_table_begin(out, &t);
  int rc = DB_ROWS(web_db(c), books_public, &s, e, db_int(PEOPLE_TENANT));
  while (rc >= 0 && (rc = db_step(s, e)) == 1)
    if (row_wanted(c, s, body, folded)) book_row(c, &t, s);
  ui_table_end(out, &t);
  if (rc >= 0) rc = chart_figures(c, body, e);
  if (rc >= 0 && body.n) rc = chart_functions(c, body, e);
  buf_puts(out, "<p class=\"help\"><a href=\"/public/feed.xml\">");
  html_str(out, tr("订阅（Atom）", "Feed (Atom)"));
  buf_puts(out, "</a></p>\n");
  return rc < 0 ? rc : end(c, &p);
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

int package_send(struct web_call *c, const char *package, const char *cache, struct err *e) {
  char path[PATH_SIZE];
  const char *type;
  struct sv name = web_text(c, "path");
  if (!package_file(package, name, path, &type)) return err_set(e, RC_NOTFOUND, "%s", tr("没有这个文件", "there is no such file"));
  bool shown = strncmp(type, "text/html", 9) == 0 || strncmp(type, "application/pdf", 15) == 0 || strncmp(type, "image/", 6) == 0 ||
               strncmp(type, "application/json", 16) == 0;
  const char *last = strrchr(path, '/') + 1;
  web_header_set(c, "Cache-Control", cache);
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
  return strcmp(f.state, "withdrawn") == 0 ? withdrawn(c, &f) : package_send(c, f.package, SHORTLY, e);
}

/* Where the content of a page begins: after <body …>; 0 when there is none. */
static size_t content_begin(struct sv page) {
  size_t at = sv_find(page, "<body");
  if (at == SIZE_MAX) return 0;
  const char *close = memchr(page.p + at, '>', page.n - at);
  return close ? (size_t)(close - page.p) + 1 : 0;
}

/* A page of a version that was replaced says so at its top, and leads to the one that holds. */
static int replaced_page(struct web_call *c, const char *path, struct err *e) {
  enum { MOST = 15 << 20 };
  struct buf *out = web_out(c);
  unsigned char *data;
  size_t size;
  const char *name = kept(c, web_text(c, "name"));
  int rc = file_read(path, MOST, &data, &size, e);
  if (rc < 0) return rc;
  struct sv page = {(const char *)data, size};
  size_t at = content_begin(page);
  buf_add(out, data, at);
  buf_puts(out, "<aside data-derived style=\"background:#fff3cd;color:#3d2f00;border-bottom:2px solid #b7791f;padding:.8em 1em;font-weight:bold\" "
                "aria-label=\"");
  html_str(out, tr("旧版本", "Old version"));
  buf_puts(out, "\">");
  html_str(out, tr("这是已被更正的旧版本。", "This is an old version, which was corrected. "));
  buf_printf(out, "<a style=\"color:#1e3a5f\" href=\"/public/%s/\">", name);
  html_str(out, tr("现行版本", "The current version"));
  buf_printf(out, "</a> · <a style=\"color:#1e3a5f\" href=\"/public/%s/record\">", name);
  html_str(out, tr("更正记录", "Record of corrections"));
  buf_puts(out, "</a></aside>");
  buf_add(out, data + at, size - at);
  free(data);
  web_header_set(c, "Cache-Control", SHORTLY);
  web_header_set(c, "Vary", "Cookie, Accept-Language");
  web_header_set(c, "Content-Security-Policy", BOOK_POLICY);
  return public_same(c);
}

int public_version_file(struct web_call *c, struct err *e) {
  struct db_statement *s;
  struct found f;
  char path[PATH_SIZE], link[400];
  const char *type;
  struct sv name = web_text(c, "path");
  int rc = DB_ROWS(web_db(c), book_version, &s, e, db_int(PEOPLE_TENANT), db_text(web_text(c, "name")), db_int(web_int(c, "version")));
  if ((rc = found_read(c, s, rc, &f, e)) < 0) return rc;
  if (strcmp(f.state, "withdrawn") == 0) return withdrawn(c, &f);
  if (strcmp(f.state, "replaced") != 0) return package_send(c, f.package, SHORTLY, e);
  snprintf(link, sizeof link, "</public/%.64s/>; rel=\"latest-version\"", kept(c, web_text(c, "name")));
  web_header_set(c, "Link", link);
  if (package_file(f.package, name, path, &type) && strncmp(type, "text/html", 9) == 0) return replaced_page(c, path, e);
  return package_send(c, f.package, SHORTLY, e);
}

const char *what_text(struct sv what) {
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

static void size_text(int64_t bytes, char out[32]) {
  if (bytes < 10240)
    snprintf(out, 32, "%lld B", (long long)bytes);
  else
    snprintf(out, 32, "%lld KB", (long long)((bytes + 1023) / 1024));
}

/* Every file with its size and hash, so that anybody can prove what was published. */
static int files_part(struct web_call *c, const char *name, int64_t book, struct err *e) {
  static const struct ui_column columns[] = {{"file", "文件", "File", 0}, {"size", "大小", "Size", UI_NUMBER}, {"sha256", "SHA-256", "SHA-256", 0}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  int64_t row = 0;
  struct ui_table t = {.caption = tr("文件与数据", "Files and data"), .path = "", .columns = columns, .ncolumns = 3, .total = -1};
  int rc = DB_ROWS(web_db(c), files_of, &s, e, db_int(PEOPLE_TENANT), db_int(book));
  ui_table_begin(out, &t);
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[300], size[32];
    struct sv file = db_col_text(s, 0);
    bool made = sv_is(file, "datapackage.json"); /* what is served describes the files as they are published: it has no hash of its own */
    snprintf(path, sizeof path, "/public/%s/%.*s", name, SV_ARG(file));
    size_text(db_col_int(s, 1), size);
    ui_row(out, &t, ++row);
    ui_cell_link(out, &t, path, file);
    ui_cell(out, &t, made ? SV("") : sv_from(size));
    ui_cell(out, &t, made ? SV("") : db_col_text(s, 2));
  }
  ui_table_end(out, &t);
  return rc;
}

int public_record(struct web_call *c, struct err *e) {
  static const struct ui_column columns[] = {
      {"version", "版本", "Version", 0}, {"what", "事项", "What", 0}, {"why", "原因", "Why", 0}, {"at", "时间", "When", UI_DATE}};
  struct buf *out = web_out(c);
  struct db_statement *s;
  struct found f;
  const char *name = kept(c, web_text(c, "name"));
  int rc = DB_ROWS(web_db(c), book_named, &s, e, db_int(PEOPLE_TENANT), db_str(name));
  if ((rc = found_read(c, s, rc, &f, e)) < 0) return rc;
  const struct ui_link crumbs[] = {{"/public/", tr("预决算公开", "Published books"), NULL, false}};
  struct ui_page p = {.title = f.title, .crumbs = crumbs, .ncrumbs = 1};
  struct ui_table t = {.caption = tr("公开记录", "Record"), .path = "", .columns = columns, .ncolumns = 4, .total = -1};
  begin(c, &p);
  ui_table_begin(out, &t);
  rc = DB_ROWS(web_db(c), events_of, &s, e, db_int(PEOPLE_TENANT), db_str(name));
  while (rc >= 0 && (rc = db_step(s, e)) == 1) {
    char path[200], text[24];
    snprintf(path, sizeof path, "/public/%s/v/%lld/", name, (long long)db_col_int(s, 0));
    snprintf(text, sizeof text, "%lld", (long long)db_col_int(s, 0));
    ui_row(out, &t, db_col_int(s, 5));
    if (sv_is(db_col_text(s, 4), "withdrawn"))
      ui_cell(out, &t, sv_from(text));
    else
      ui_cell_link(out, &t, path, sv_from(text));
    ui_cell(out, &t, sv_from(what_text(db_col_text(s, 1))));
    ui_cell(out, &t, db_col_text(s, 2));
    ui_cell_time(out, &t, db_col_int(s, 3));
  }
  ui_table_end(out, &t);
  bool out_there = strcmp(f.state, "published") == 0;
  if (rc >= 0 && out_there) rc = files_part(c, name, f.id, e);
  if (rc >= 0 && out_there) rc = totals_part(c, out, f.id, e);
  return rc < 0 ? rc : end(c, &p);
}
