/* frame.c: the frame around every page of the office: navigation by role, the user, the language; and the pages that refuse. */
#include "rooms/admin/internal.h"

#include <string.h>

enum { NAV_MOST = 64 };

static bool here(const char *path, const char *entry) {
  size_t n = strlen(entry);
  if (strcmp(entry, "/") == 0) return strcmp(path, "/") == 0;
  return strncmp(path, entry, n) == 0 && (path[n] == 0 || path[n] == '/');
}

/* The entry whose path is the longest beginning of this page's. */
static void mark_here(struct ui_link *nav, int n, const char *path) {
  int best = -1;
  for (int i = 0; i < n; i++)
    if (here(path, nav[i].path) && (best < 0 || strlen(nav[i].path) > strlen(nav[best].path))) best = i;
  if (best >= 0) nav[best].here = true;
}

static const struct ui_link *nav_of(struct web_call *c, int *n) {
  const struct people_config *config = &people_now()->config;
  struct ui_link *nav = ARENA_ARRAY(web_arena(c), struct ui_link, NAV_MOST);
  *n = 0;
  for (int i = 0; nav && i < config->nrooms; i++)
    for (int k = 0; k < config->rooms[i]->nnav && *n < NAV_MOST; k++) {
      const struct web_nav *v = &config->rooms[i]->nav[k];
      if (*v->permission && !web_may(c, v->permission)) continue;
      nav[(*n)++] = (struct ui_link){v->path, tr(v->zh, v->en), v->group_zh ? tr(v->group_zh, v->group_en) : NULL, false};
    }
  mark_here(nav, *n, web_path(c));
  return nav;
}

void people_page(struct web_call *c, struct ui_page *p) {
  const struct web_user *u = web_user(c);
  const struct people *now = people_now();
  p->site_name = now ? now->config.site_name : NULL;
  p->path = web_path(c);
  if (u) {
    p->user = *u->name ? u->name : u->login;
    p->csrf = u->csrf;
    p->nav = nav_of(c, &p->nnav);
  }
  ui_begin(web_out(c), p);
}

void people_page_end(struct web_call *c, const struct ui_page *p) {
  ui_end(web_out(c), p);
}

int people_refuse(void *context, struct web_call *c, int status, const char *text, struct err *e) {
  (void)context;
  (void)e;
  char title[64];
  struct buf *out = web_out(c);
  snprintf(title, sizeof title, "%d", status);
  struct ui_page p = {.title = title, .error = text};
  people_page(c, &p);
  const struct web_user *u = web_user(c);
  if (status == 403 && u && u->ngrants == 0) {
    buf_puts(out, "<p>");
    html_str(out, tr("先在“我的账户”改初始密码，角色要求动态口令的还要启用它，别的才能用。没有角色的，请系统管理员分配。",
                     "First change the first password in My account, and enable one-time codes where a role asks for them; without a role, ask the "
                     "system administrator."));
    buf_puts(out, " <a href=\"/me\">");
    html_str(out, tr("我的账户", "My account"));
    buf_puts(out, "</a></p>\n");
  }
  buf_puts(out, "<p><a class=\"button\" href=\"/\">");
  html_str(out, tr("回首页", "Home"));
  buf_puts(out, "</a></p>\n<p class=\"help\">");
  html_str(out, tr("请求编号 ", "Request "));
  html_str(out, web_request_id(c));
  buf_puts(out, "</p>\n");
  people_page_end(c, &p);
  return RC_OK;
}

int static_get(struct web_call *c, struct err *e) {
  struct sv name = web_text(c, "name");
  for (int i = 0; i < html_assets_count; i++) {
    const struct html_asset *a = &html_assets[i];
    if (sv_is(name, a->name)) return web_send_static(c, a->data, a->size, a->gzip, a->gzip_size, a->type);
  }
  return err_set(e, RC_NOTFOUND, "%s", tr("没有这个文件", "there is no such file"));
}
