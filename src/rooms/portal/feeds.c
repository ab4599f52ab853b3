/* feeds.c: what is public, for programs: Atom, the site map, the rules for crawlers. */
#include "rooms/portal/internal.h"

#include <time.h>

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
  return rc < 0 ? rc : public_same(c);
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
  return rc < 0 ? rc : public_same(c);
}

int public_robots(struct web_call *c, struct err *e) {
  struct buf *out = web_out(c);
  (void)e;
  web_type(c, "text/plain; charset=utf-8");
  web_header_set(c, "Cache-Control", SHORTLY);
  buf_puts(out, "User-agent: *\nAllow: /public/\nDisallow: /\n");
  const char *s = portal_now()->config.site;
  if (s) buf_printf(out, "Sitemap: %s/public/sitemap.xml\n", s);
  return RC_OK;
}
