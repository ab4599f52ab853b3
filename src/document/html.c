/* html.c: web pages through libxml2's HTML parser as a stream of tags, on text that was transcoded here.
 * What a page says of its encoding is ignored by the parser: a wrong one makes it stop half-way, silently. */
#include "document/html_internal.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HTML_DEPTH_MAX 20000

struct page_reader {
  struct html_tables t;
  struct buf line, title;
  bool line_bold, in_title;
  int depth, skip_at; /* skip_at: depth of the element that is not shown; 0 none */
  int pre;
  unsigned events;
  int rc;
  htmlParserCtxtPtr parser;
};

static bool name_is(const char *name, const char *const *list) {
  for (; *list; list++)
    if (strcmp(name, *list) == 0) return true;
  return false;
}

static bool is_block(const char *name) {
  static const char *const names[] = {"p",       "div",    "br",     "li",         "ul",     "ol",   "h1",   "h2",      "h3",      "h4",
                                      "h5",      "h6",     "hr",     "dl",         "dt",     "dd",   "pre",  "tr",      "table",   "section",
                                      "article", "header", "footer", "blockquote", "center", "form", "body", "caption", "address", NULL};
  return name_is(name, names);
}

static bool is_skipped(const char *name) {
  static const char *const names[] = {"script", "style", "noscript", "template", "select", "textarea", "svg", "iframe", "object", "button", NULL};
  return name_is(name, names);
}

static const char *attribute(const xmlChar **a, const char *name) {
  for (; a && a[0]; a += 2)
    if (strcasecmp((const char *)a[0], name) == 0) return a[1] ? (const char *)a[1] : "";
  return NULL;
}

/* display:none in whatever spacing, the hidden attribute, or what our own pages show a second time beside the book (charts, pages of projects). */
static bool is_hidden(const xmlChar **a) {
  if (attribute(a, "hidden") || attribute(a, "data-derived")) return true;
  const char *style = attribute(a, "style");
  const char *at = style ? strcasestr(style, "display") : NULL;
  if (!at) return false;
  at += strlen("display");
  at += strspn(at, " \t:");
  return strncasecmp(at, "none", 4) == 0;
}

static int span(const char *s) {
  if (!s) return 1;
  long v = strtol(s, NULL, 10);
  return v < 0 ? 1 : v > GRID_SPAN_MAX ? GRID_SPAN_MAX : (int)v;
}

static struct place here(const struct page_reader *r) {
  return (struct place){.line = r->parser->input ? r->parser->input->line : 0};
}

/* Where text goes now: the open cell, or the line outside tables. */
static struct buf *target(struct page_reader *r) {
  struct html_table *h = html_table_top(&r->t);
  return h && h->in_cell ? &h->cell : &r->line;
}

static int line_end(struct page_reader *r) {
  struct html_table *h = html_table_top(&r->t);
  if (h && h->in_cell) {
    if (h->cell.n > 0 && h->cell.p[h->cell.n - 1] != '\n') buf_putc(&h->cell, '\n');
    return RC_OK;
  }
  if (r->line.n == 0) return RC_OK;
  struct sv text;
  int rc = r->line.rc < 0 ? err_set(r->t.e, RC_LIMIT, "%s", tr("一行文字过长", "a line of text is too long"))
                          : office_copy(r->t.b, r->line.p, r->line.n, &text, r->t.e);
  if (rc == RC_OK) rc = office_line(r->t.b, text, r->line_bold, here(r), r->t.e);
  buf_clear(&r->line);
  r->line_bold = false;
  return rc;
}

static int element_begin(struct page_reader *r, const char *name, const xmlChar **a) {
  int rc = is_block(name) ? line_end(r) : RC_OK;
  if (rc < 0) return rc;
  if (strcmp(name, "table") == 0) return html_table_begin(&r->t, here(r));
  if (strcmp(name, "tr") == 0) return html_row_begin(&r->t);
  if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
    return html_cell_begin(&r->t, span(attribute(a, "rowspan")), span(attribute(a, "colspan")), name[1] == 'h', here(r));
  if (strcmp(name, "title") == 0) r->in_title = true;
  if (strcmp(name, "pre") == 0) r->pre++;
  if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && !name[2]) r->line_bold = true;
  return RC_OK;
}

static void on_start(void *context, const xmlChar *xname, const xmlChar **attributes) {
  struct page_reader *r = context;
  const char *name = (const char *)xname;
  if (r->rc < 0) return;
  r->depth++;
  if (r->depth > HTML_DEPTH_MAX)
    r->rc = err_set(r->t.e, RC_LIMIT, tr("网页元素嵌套超过 %d 层", "elements are nested more than %d deep"), HTML_DEPTH_MAX);
  if (r->rc == RC_OK && r->events++ % 2048 == 0) r->rc = build_late(r->t.b, r->t.e);
  if (r->rc == RC_OK && !r->skip_at) {
    if (is_skipped(name) || is_hidden(attributes))
      r->skip_at = r->depth;
    else
      r->rc = element_begin(r, name, attributes);
  }
  if (r->rc < 0) xmlStopParser(r->parser);
}

static int element_finish(struct page_reader *r, const char *name) {
  if (strcmp(name, "title") == 0) r->in_title = false;
  if (strcmp(name, "pre") == 0 && r->pre > 0) r->pre--;
  int rc = is_block(name) && strcmp(name, "br") != 0 ? line_end(r) : RC_OK;
  if (rc < 0) return rc;
  if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0 || strcmp(name, "tr") == 0) return html_cell_end(&r->t);
  return strcmp(name, "table") == 0 ? html_table_end(&r->t) : RC_OK;
}

static void on_end(void *context, const xmlChar *name) {
  struct page_reader *r = context;
  if (r->rc < 0) return;
  if (!r->skip_at) r->rc = element_finish(r, (const char *)name);
  if (r->skip_at == r->depth) r->skip_at = 0;
  if (r->depth > 0) r->depth--;
  if (r->rc < 0) xmlStopParser(r->parser);
}

/* White space is one blank, none at the start of a line; no-break spaces count as blanks. */
static void text_add(struct buf *out, const char *p, size_t n, bool pre) {
  for (size_t i = 0; i < n; i++) {
    bool nbsp = (unsigned char)p[i] == 0xC2 && i + 1 < n && (unsigned char)p[i + 1] == 0xA0;
    bool blank = nbsp || p[i] == ' ' || p[i] == '\t' || p[i] == '\n' || p[i] == '\r';
    if (nbsp) i++;
    if (!blank)
      buf_putc(out, p[i]);
    else if (pre && p[i] == '\n')
      buf_putc(out, '\n');
    else if (out->n > 0 && out->p[out->n - 1] != ' ' && out->p[out->n - 1] != '\n')
      buf_putc(out, ' ');
  }
}

static void on_text(void *context, const xmlChar *p, int n) {
  struct page_reader *r = context;
  if (r->rc < 0 || r->skip_at || n <= 0) return;
  text_add(r->in_title ? &r->title : target(r), (const char *)p, (size_t)n, r->pre > 0 && !r->in_title);
}

static void on_error(void *context, xmlErrorPtr error) {
  (void)context, (void)error; /* pages are rarely well-formed; what can be read is read */
}

/* The charset that the page claims, for encodings that cannot be told by their bytes. */
static void charset_hint(const unsigned char *data, size_t size, char out[32]) {
  char head[2049];
  size_t n = size < sizeof head - 1 ? size : sizeof head - 1;
  for (size_t i = 0; i < n; i++) head[i] = data[i] ? (char)data[i] : ' ';
  head[n] = '\0';
  out[0] = '\0';
  const char *at = strcasestr(head, "charset=");
  if (!at) return;
  at += strlen("charset=");
  at += strspn(at, "\"' ");
  size_t length = strcspn(at, "\"' />;");
  if (length == 0 || length >= 32) return;
  memcpy(out, at, length);
  out[length] = '\0';
}

static int parse(struct page_reader *r, struct sv text) {
  htmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                        .startElement = on_start,
                        .endElement = on_end,
                        .characters = on_text,
                        .ignorableWhitespace = on_text,
                        .serror = on_error};
  office_xml_begin();
  r->parser = htmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
  if (!r->parser) return office_nomem(r->t.e);
  htmlCtxtUseOptions(r->parser, HTML_PARSE_IGNORE_ENC | HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
  htmlParseChunk(r->parser, text.p ? text.p : "", (int)text.n, 0);
  if (r->rc == RC_OK) htmlParseChunk(r->parser, "", 0, 1);
  int rc = r->rc;
  if (rc == RC_OK) rc = line_end(r);
  while (rc == RC_OK && r->t.depth > 0) rc = html_table_end(&r->t); /* never closed */
  htmlFreeParserCtxt(r->parser);
  return rc;
}

int html_read(struct build *b, const unsigned char *data, size_t size, struct err *e) {
  char hint[32];
  struct sv text;
  const char *encoding;
  if (size > ZIP_PART_MAX) return err_set(e, RC_LIMIT, tr("网页超过 %zu MB", "the page is larger than %zu MB"), ZIP_PART_MAX >> 20);
  charset_hint(data, size, hint);
  int rc = text_to_utf8(&b->d->arena, data, size, hint[0] ? hint : NULL, &text, &encoding, e);
  if (rc < 0) return rc;
  struct page_reader r = {.t = {.b = b, .e = e}};
  buf_init(&r.line, (size_t)16 << 20);
  buf_init(&r.title, 4096);
  rc = parse(&r, text);
  struct sv title = sv_trim((struct sv){r.title.p ? r.title.p : "", r.title.n});
  if (rc == RC_OK && title.n > 0) b->d->title = arena_text(&b->d->arena, title.p, title.n);
  html_tables_release(&r.t);
  buf_release(&r.line);
  buf_release(&r.title);
  return rc;
}
