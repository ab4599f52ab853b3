/* watch_page.c: the derived page with the panel on top and the lines that make it follow: as served, in memory, never on disk. */
#include "rooms/book/site.h"
#include "rooms/book/watch.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <string.h>

enum { PAGE_MAX = 300 << 20 };

/* EventSource comes back by itself when the connection breaks; closed for good (too many pages), it is tried again later. */
static const char script[] =
    "(function(){var b=document.getElementById('heng-state'),g=document.querySelector('#heng-watch .gone');if(!b||!window.EventSource)return;\n"
    "function on(){var s=new EventSource('/events');\n"
    "s.onopen=function(){g.hidden=true};\n"
    "s.onmessage=function(m){if(m.data!==b.dataset.state){s.close();location.reload()}};\n"
    "s.onerror=function(){g.hidden=false;if(s.readyState===2)setTimeout(on,3000)}}\n"
    "on()})();\n";

static const char none[] = "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>heng book watch</title>\n"
                           "<style>body{margin:0}</style>\n</head>\n<body>\n</body>\n</html>\n";

/* 'sha256-…' of a script: only these may run, whatever a workspace's texts might bring into the page. */
static void hash_put(struct buf *out, struct sv s) {
  struct sha256_ctx ctx;
  uint8_t digest[SHA256_DIGEST_SIZE];
  char text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1] = "";
  sha256_init(&ctx);
  sha256_update(&ctx, s.n, (const uint8_t *)s.p);
  sha256_digest(&ctx, sizeof digest, digest);
  base64_encode_raw(text, sizeof digest, digest);
  buf_printf(out, " 'sha256-%s'", text);
}

/* What stands between the tags of the page's own script. */
static struct sv script_inside(const struct buf *tagged) {
  struct sv s = {tagged->p, tagged->n};
  size_t from = sv_find(s, "<script>"), to = sv_find(s, "</script>");
  if (from == SIZE_MAX || to == SIZE_MAX || from + 8 > to) return (struct sv){"", 0};
  return (struct sv){s.p + from + 8, to - from - 8};
}

void watch_page_init(struct watch_page *p) {
  struct buf own, policy;
  buf_init(&p->good, PAGE_MAX), buf_init(&own, 1 << 20), buf_init(&policy, sizeof p->policy - 1);
  site_script(&own);
  buf_puts(&policy, "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                    "frame-ancestors 'none'; script-src");
  hash_put(&policy, script_inside(&own));
  hash_put(&policy, sv_from(script));
  snprintf(p->policy, sizeof p->policy, "%s", policy.rc == RC_OK ? policy.p : "default-src 'none'; frame-ancestors 'none'");
  buf_release(&own), buf_release(&policy);
}

void watch_page_release(struct watch_page *p) {
  buf_release(&p->good);
}

struct blob *watch_page_make(struct watch_page *p, struct sv page, struct sv panel, const char *state, struct err *e) {
  static const char joint[] = "</head>\n<body>\n";
  struct buf out;
  if (page.n > 0) buf_clear(&p->good), buf_add(&p->good, page.p, page.n);
  struct sv whole = p->good.n > 0 ? (struct sv){p->good.p, p->good.n} : SV(none);
  size_t at = sv_find(whole, joint);
  if (at == SIZE_MAX) whole = SV(none), at = sv_find(whole, joint);
  buf_init(&out, PAGE_MAX);
  buf_add(&out, whole.p, at);
  panel_style(&out);
  buf_puts(&out, "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n");
  buf_puts(&out, joint);
  buf_add(&out, panel.p, panel.n);
  buf_printf(&out, "<span id=\"heng-state\" data-state=\"%s\" hidden data-derived></span>\n<script>%s</script>\n", state, script);
  buf_add(&out, whole.p + at + sizeof joint - 1, whole.n - at - (sizeof joint - 1));
  struct blob *b = out.rc == RC_OK ? blob_take(&out) : NULL;
  if (!b) err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  buf_release(&out);
  return b;
}
