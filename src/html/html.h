/* html.h: text into HTML, escaped by where it stands. What tools/mktmpl makes of a room's html/NAME.html calls these; so may C by hand. docs/html.md.
 */
#ifndef HENG_HTML_HTML_H
#define HENG_HTML_HTML_H

#include "base/text.h"

/* Markup that somebody vouches for: the only type that is written as it is, and only in text. */
struct html_raw {
  struct sv s;
};

void html_text(struct buf *out,
               struct sv s); /* & < > " ' escaped: for text and for quoted attributes; U+FFFD for what is no UTF-8 and for controls */
void html_url(struct buf *out,
              struct sv s); /* a whole address in href, src, action: escaped; http, https, mailto and paths of this server, else "#" */
void html_query(struct buf *out, struct sv s); /* a piece of an address: percent-encoded */
void html_int(struct buf *out, int64_t v);
void html_raw(struct buf *out, struct html_raw r);
/* {{x}} in text: by type. A type that is not listed does not compile. */
static inline void html_str(struct buf *out, const char *s) {
  html_text(out, sv_from(s));
}
#define HTML_TEXT(out, x)                                                                                                                            \
  _Generic((x), char *: html_str, const char *: html_str, struct sv: html_text, int: html_int, int64_t: html_int, unsigned: html_int,               \
           struct html_raw: html_raw)((out), (x))
/* The same for quoted attributes: no markup. */
#define HTML_VALUE(out, x)                                                                                                                           \
  _Generic((x), char *: html_str, const char *: html_str, struct sv: html_text, int: html_int, int64_t: html_int, unsigned: html_int)((out), (x))
static inline void html_url_str(struct buf *out, const char *s) {
  html_url(out, sv_from(s));
}
static inline void html_query_str(struct buf *out, const char *s) {
  html_query(out, sv_from(s));
}
#define HTML_URL(out, x) _Generic((x), char * : html_url_str, const char * : html_url_str, struct sv : html_url)((out), (x))
#define HTML_QUERY(out, x)                                                                                                                           \
  _Generic((x), char * : html_query_str, const char * : html_query_str, struct sv : html_query, int : html_int, int64_t : html_int)((out), (x))

#endif
