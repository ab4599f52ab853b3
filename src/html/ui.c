/* ui.c: the frame of a page, and small things. */
#include "html/ui.h"

#include <string.h>
#include <time.h>

static const char *text_or(const char *s, const char *other) {
  return s && *s ? s : other;
}

const char *html_asset_path(const char *name) {
  for (int i = 0; i < html_assets_count; i++)
    if (strcmp(html_assets[i].name, name) == 0) return html_assets[i].path;
  return "";
}

static void head(struct buf *out, const struct ui_page *p) {
  buf_printf(out,
             "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
             "initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
             lang_get() == LANG_EN ? "en" : "zh-CN");
  html_str(out, p->title);
  buf_puts(out, " · ");
  html_str(out, text_or(p->site_name, tr("地方金融工作平台", "Local finance platform")));
  buf_puts(out, "</title>\n<link rel=\"stylesheet\" href=\"");
  html_str(out, html_asset_path("heng.css"));
  buf_puts(out, "\">\n<link rel=\"icon\" type=\"image/svg+xml\" href=\"");
  html_str(out, html_asset_path("heng.svg"));
  buf_puts(out, "\">\n<script src=\"");
  html_str(out, html_asset_path("heng.js"));
  buf_puts(out, "\" defer></script>\n</head>\n");
}

static void language_switch(struct buf *out, const struct ui_page *p) {
  bool english = lang_get() == LANG_EN;
  buf_printf(out, "<a class=\"tool\" lang=\"%s\" hreflang=\"%s\" href=\"/language?lang=%s&amp;next=", english ? "zh-CN" : "en",
             english ? "zh-CN" : "en", english ? "zh" : "en");
  html_query(out, sv_from(text_or(p->path, "/")));
  buf_printf(out, "\">%s</a>\n", english ? "中文" : "English");
}

static void top(struct buf *out, const struct ui_page *p) {
  buf_puts(out, "<header class=\"top\">\n<a class=\"brand\" href=\"/\"><span class=\"mark\" aria-hidden=\"true\">衡</span> <span>");
  html_str(out, text_or(p->site_name, tr("地方金融工作平台", "Local finance platform")));
  buf_puts(out, "</span></a>\n");
  if (p->user) {
    buf_puts(out, "<form class=\"search\" role=\"search\" method=\"get\" action=\"/search\"><label class=\"hidden\" for=\"search\">");
    html_str(out, tr("搜索", "Search"));
    buf_puts(out, "</label><input id=\"search\" name=\"q\" type=\"search\" maxlength=\"100\" placeholder=\"");
    html_str(out, tr("单位、年度、编码、问题…", "bodies, years, codes, findings …"));
    buf_puts(out, "\"><button>");
    html_str(out, tr("搜索", "Search"));
    buf_puts(out, "</button></form>\n");
  }
  buf_puts(out, "<div class=\"tools\">\n<button class=\"tool\" type=\"button\" data-theme-switch hidden>");
  html_str(out, tr("明暗", "Theme"));
  buf_puts(out, "</button>\n");
  language_switch(out, p);
  if (p->user) {
    buf_puts(out, "<a class=\"tool\" href=\"/me\">");
    html_str(out, p->user);
    buf_puts(out, "</a>\n<form method=\"post\" action=\"/logout\"><input type=\"hidden\" name=\"csrf\" value=\"");
    html_str(out, text_or(p->csrf, ""));
    buf_puts(out, "\"><button class=\"tool\">");
    html_str(out, tr("退出", "Sign out"));
    buf_puts(out, "</button></form>\n");
  }
  buf_puts(out, "</div>\n</header>\n");
}

static void navigation(struct buf *out, const struct ui_page *p) {
  const char *group = NULL;
  if (!p->user || p->nnav == 0) return;
  buf_puts(out, "<nav class=\"nav\" aria-label=\"");
  html_str(out, tr("主导航", "Main"));
  buf_puts(out, "\">\n<details open data-fold><summary>");
  html_str(out, tr("菜单", "Menu"));
  buf_puts(out, "</summary>\n");
  for (int i = 0; i < p->nnav; i++) {
    const struct ui_link *l = &p->nav[i];
    if (i == 0 || strcmp(text_or(l->group, ""), text_or(group, "")) != 0) {
      if (i > 0) buf_puts(out, "</ul>\n");
      if (l->group && *l->group) {
        buf_puts(out, "<h2>");
        html_str(out, l->group);
        buf_puts(out, "</h2>\n");
      }
      buf_puts(out, "<ul>\n");
      group = l->group;
    }
    buf_puts(out, "<li><a href=\"");
    html_url(out, sv_from(l->path));
    buf_puts(out, l->here ? "\" aria-current=\"page\">" : "\">");
    html_str(out, l->text);
    buf_puts(out, "</a></li>\n");
  }
  buf_puts(out, "</ul>\n</details>\n</nav>\n");
}

static void crumbs(struct buf *out, const struct ui_page *p) {
  if (p->ncrumbs == 0) return;
  buf_puts(out, "<nav class=\"crumbs\" aria-label=\"");
  html_str(out, tr("位置", "Breadcrumb"));
  buf_puts(out, "\"><ol>");
  for (int i = 0; i < p->ncrumbs; i++) {
    buf_puts(out, "<li><a href=\"");
    html_url(out, sv_from(p->crumbs[i].path));
    buf_puts(out, "\">");
    html_str(out, p->crumbs[i].text);
    buf_puts(out, "</a></li>");
  }
  buf_puts(out, "<li aria-current=\"page\">");
  html_str(out, p->title);
  buf_puts(out, "</li></ol></nav>\n");
}

void ui_begin(struct buf *out, const struct ui_page *p) {
  head(out, p);
  buf_printf(out, "<body%s%s>\n<a class=\"skip\" href=\"#main\">", p->wide ? " class=\"wide\"" : "", p->user ? "" : " data-public");
  html_str(out, tr("跳到内容", "Skip to content"));
  buf_puts(out, "</a>\n");
  top(out, p);
  buf_puts(out, "<div class=\"body\">\n");
  navigation(out, p);
  buf_puts(out, "<main id=\"main\" tabindex=\"-1\">\n");
  crumbs(out, p);
  buf_puts(out, "<h1>");
  html_str(out, p->title);
  buf_puts(out, "</h1>\n");
  if (p->notice && *p->notice) {
    buf_puts(out, "<p class=\"notice ok\" role=\"status\">");
    html_str(out, p->notice);
    buf_puts(out, "</p>\n");
  }
  if (p->error && *p->error) {
    buf_puts(out, "<p class=\"notice error\" role=\"alert\">");
    html_str(out, p->error);
    buf_puts(out, "</p>\n");
  }
}

void ui_end(struct buf *out, const struct ui_page *p) {
  buf_puts(out, "</main>\n</div>\n<footer class=\"foot\">");
  html_str(out, text_or(p->site_name, tr("地方金融工作平台", "Local finance platform")));
  buf_puts(out, " · heng " HENG_VERSION "</footer>\n</body>\n</html>\n");
}

void ui_badge(struct buf *out, const char *kind, const char *text) {
  buf_puts(out, "<span class=\"badge ");
  html_str(out, kind);
  buf_puts(out, "\">");
  html_str(out, text);
  buf_puts(out, "</span>");
}

/* ---- time: Asia/Shanghai has had no summer time since 1992, and every office of the country uses it ---- */
struct moment {
  int year, month, day, hour, minute, second;
};

/* The civil calendar from days: eras of 400 years that begin in March (H. Hinnant, chrono-compatible low-level date algorithms). gmtime_r takes a
 * lock of the whole process. */
static bool parts_of(int64_t ms, struct moment *m) {
  int64_t seconds = ms / 1000 + INT64_C(8) * 3600, days = seconds / 86400 + 719468;
  if (ms <= 0 || ms > INT64_C(253402300799000)) return false; /* the year 9999 */
  int64_t era = days / 146097, of_era = days % 146097, year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365,
          of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  int rest = (int)(seconds % 86400);
  m->day = (int)(of_year - (153 * month + 2) / 5 + 1);
  m->month = (int)(month < 10 ? month + 3 : month - 9);
  m->year = (int)(year + era * 400 + (m->month <= 2));
  m->hour = rest / 3600;
  m->minute = rest / 60 % 60;
  m->second = rest % 60;
  return true;
}

static char *digits(char *at, int v, int n) {
  for (int i = n; i-- > 0; v /= 10) at[i] = (char)('0' + v % 10);
  return at + n;
}

const char *ui_time_text(int64_t ms, char out[40]) {
  struct moment t;
  out[0] = 0;
  if (!parts_of(ms, &t)) return out;
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (lang_get() == LANG_EN)
    snprintf(out, 40, "%d %s %d %02d:%02d", t.day % 100, months[t.month - 1], t.year % 10000, t.hour % 100, t.minute % 100);
  else
    snprintf(out, 40, "%d年%d月%d日 %02d:%02d", t.year % 10000, t.month % 100, t.day % 100, t.hour % 100, t.minute % 100);
  return out;
}

void ui_time(struct buf *out, int64_t ms) {
  struct moment t;
  char text[40], tag[48] = "<time datetime=\"", *at = tag + 16;
  if (!parts_of(ms, &t)) return;
  const int parts[] = {t.year, t.month, t.day, t.hour, t.minute, t.second};
  for (int i = 0; i < 6; i++) {
    at = digits(at, parts[i], i ? 2 : 4);
    if (i < 5) *at++ = "--T::"[i];
  }
  buf_add(out, tag, (size_t)(at - tag));
  buf_puts(out, "+08:00\">");
  buf_puts(out, ui_time_text(ms, text)); /* digits and letters of ours */
  buf_puts(out, "</time>");
}

void ui_progress(struct buf *out, int64_t done, int64_t total, const char *label) {
  buf_puts(out, "<p class=\"progress\"><label>");
  html_str(out, label);
  buf_printf(out, " <progress max=\"%lld\" value=\"%lld\"></progress></label> <span>%lld / %lld</span></p>\n", (long long)(total > 0 ? total : 1),
             (long long)done, (long long)done, (long long)total);
}

void ui_facts_begin(struct buf *out) {
  buf_puts(out, "<dl class=\"facts\">\n");
}

void ui_fact(struct buf *out, const char *name, struct sv value) {
  buf_puts(out, "<div><dt>");
  html_str(out, name);
  buf_puts(out, "</dt><dd>");
  html_text(out, value);
  buf_puts(out, "</dd></div>\n");
}

void ui_facts_end(struct buf *out) {
  buf_puts(out, "</dl>\n");
}

void ui_tile(struct buf *out, const char *path, int64_t number, const char *label, const char *kind) {
  buf_puts(out, "<a class=\"tile ");
  html_str(out, text_or(kind, ""));
  buf_puts(out, "\" href=\"");
  html_url(out, sv_from(path));
  buf_printf(out, "\"><b>%lld</b> <span>", (long long)number);
  html_str(out, label);
  buf_puts(out, "</span></a>\n");
}
