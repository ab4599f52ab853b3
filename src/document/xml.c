/* xml.c: XML parts of an archive through libxml2's push parser, with nothing allowed that OOXML does not need:
 * no DTD (so no entities), no network, bounded depth. Text goes to the sink as it comes; no tree is built. */
#include "document/office.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct feed {
  const struct xml_sink *sink;
  struct build *b;
  struct err *e;
  xmlParserCtxtPtr parser;
  int rc, depth;
  unsigned events;
};

/* libxml2 sets its tables up on first use, which must not happen in two threads at once. */
void office_xml_begin(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, xmlInitParser);
}

struct sv xml_attribute(const struct xml_attributes *a, const char *name) {
  for (int i = 0; i < a->n; i++) {
    const xmlChar *const *v = a->v + (size_t)i * 5;
    if (strcmp((const char *)v[0], name) == 0) return (struct sv){(const char *)v[3], (size_t)(v[4] - v[3])};
  }
  return (struct sv){NULL, 0};
}

int xml_attribute_int(const struct xml_attributes *a, const char *name, int absent) {
  struct sv s = xml_attribute(a, name);
  long v = 0;
  if (s.n == 0 || s.n > 10) return absent;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return absent;
    v = v * 10 + (s.p[i] - '0');
  }
  return v > INT_MAX ? absent : (int)v;
}

bool xml_attribute_on(const struct xml_attributes *a, const char *name, bool absent) {
  struct sv s = xml_attribute(a, name);
  if (!s.p) return absent;
  return sv_is(s, "1") || sv_is(s, "true") || sv_is(s, "on");
}

static void stop(struct feed *f, int rc) {
  if (f->rc == RC_OK) f->rc = rc;
  xmlStopParser(f->parser);
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nnamespaces, const xmlChar **namespaces,
                     int nattributes, int ndefaulted, const xmlChar **attributes) {
  (void)prefix, (void)nnamespaces, (void)namespaces, (void)ndefaulted;
  struct feed *f = context;
  if (f->rc < 0) return;
  if (++f->depth > XML_DEPTH_MAX) {
    stop(f, err_set(f->e, RC_LIMIT, tr("XML 嵌套超过 %d 层", "XML is nested more than %d deep"), XML_DEPTH_MAX));
    return;
  }
  int rc = f->events++ % 4096 == 0 ? build_late(f->b, f->e) : RC_OK;
  struct xml_attributes a = {attributes, nattributes};
  if (rc == RC_OK) rc = f->sink->start(f->sink->context, uri ? (const char *)uri : "", (const char *)name, &a, f->e);
  if (rc < 0) stop(f, rc);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
  (void)prefix;
  struct feed *f = context;
  f->depth--;
  if (f->rc < 0 || !f->sink->end) return;
  int rc = f->sink->end(f->sink->context, uri ? (const char *)uri : "", (const char *)name, f->e);
  if (rc < 0) stop(f, rc);
}

static void on_text(void *context, const xmlChar *p, int n) {
  struct feed *f = context;
  if (f->rc < 0 || n <= 0 || !f->sink->text) return;
  int rc = f->sink->text(f->sink->context, (const char *)p, (size_t)n, f->e);
  if (rc < 0) stop(f, rc);
}

static void on_dtd(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
  (void)name, (void)external, (void)system;
  struct feed *f = context;
  stop(f, err_set(f->e, RC_FORMAT, "%s", tr("XML 含有 DTD（可能是实体炸弹），拒绝读取", "the XML has a DTD (an entity bomb?); refused")));
}

static void on_error(void *context, xmlErrorPtr error) {
  (void)context, (void)error; /* whether it was well-formed is asked at the end */
}

static int take_piece(void *context, const char *piece, size_t n, struct err *e) {
  struct feed *f = context;
  (void)e;
  if (f->rc < 0) return f->rc;
  xmlParseChunk(f->parser, piece, (int)n, 0);
  if (f->rc == RC_OK && !f->parser->wellFormed && f->parser->disableSAX) f->rc = RC_FORMAT;
  return f->rc;
}

int xml_part(struct build *b, struct zip_safe *z, const char *part, const struct xml_sink *sink, struct err *e) {
  xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                       .startElementNs = on_start,
                       .endElementNs = on_end,
                       .characters = on_text,
                       .cdataBlock = on_text,
                       .ignorableWhitespace = on_text,
                       .internalSubset = on_dtd,
                       .serror = on_error};
  struct feed f = {.sink = sink, .b = b, .e = e};
  office_xml_begin();
  f.parser = xmlCreatePushParserCtxt(&sax, &f, NULL, 0, NULL);
  if (!f.parser) return office_nomem(e);
  xmlCtxtUseOptions(f.parser, XML_PARSE_NONET);
  f.e = e;
  struct err local = {0}; /* what the archive says about the part, kept apart from what the sink says */
  int rc = zip_safe_read(z, part, take_piece, &f, &local);
  if (rc == RC_OK) {
    xmlParseChunk(f.parser, "", 0, 1);
    if (f.rc == RC_OK && !f.parser->wellFormed) f.rc = RC_FORMAT;
  }
  xmlFreeParserCtxt(f.parser);
  if (rc < 0 && f.rc == RC_OK) return err_set(e, rc, "%s", local.text);
  if (f.rc == RC_FORMAT && (!e || e->code == RC_OK || !e->text[0]))
    return err_set(e, RC_FORMAT, tr("%s 不是格式良好的 XML", "%s is not well-formed XML"), part);
  return f.rc;
}

/* ---- relationships ---- */

struct relations_feed {
  struct build *b;
  struct relations *r;
  const char *folder; /* of the part, with its slash */
};

/* Target is relative to the part's folder unless it begins with a slash; "../" goes up. */
static const char *target_resolve(struct build *b, const char *folder, struct sv target) {
  size_t keep = strlen(folder);
  if (target.n > 0 && target.p[0] == '/') {
    target.p++;
    target.n--;
    keep = 0;
  }
  while (sv_starts(target, "../") && keep > 0) {
    target.p += 3;
    target.n -= 3;
    keep--;
    while (keep > 0 && folder[keep - 1] != '/') keep--;
  }
  return arena_printf(&b->d->arena, "%.*s%.*s", (int)keep, folder, SV_ARG(target));
}

static int relation_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  (void)uri;
  struct relations_feed *f = context;
  struct sv id = xml_attribute(a, "Id"), type = xml_attribute(a, "Type"), target = xml_attribute(a, "Target");
  if (strcmp(name, "Relationship") != 0 || id.n == 0 || target.n == 0 || target.n > 4096 || sv_is(xml_attribute(a, "TargetMode"), "External"))
    return RC_OK;
  struct relation r = {.target = target_resolve(f->b, f->folder, target)};
  if (!r.target) return office_nomem(e);
  int rc = office_copy(f->b, id.p, id.n, &r.id, e);
  if (rc == RC_OK) rc = office_copy(f->b, type.p, type.n, &r.type, e);
  if (rc == RC_OK && VEC_PUSH(&f->r->v, r, ZIP_ENTRIES_MAX) < 0) rc = err_set(e, RC_LIMIT, "%s", tr("关系数过多", "too many relationships"));
  return rc;
}

int relations_read(struct build *b, struct zip_safe *z, const char *part, struct relations *r, struct err *e) {
  const char *slash = strrchr(part, '/');
  int folder = slash ? (int)(slash + 1 - part) : 0;
  const char *own = arena_printf(&b->d->arena, "%.*s", folder, part);
  const char *name = arena_printf(&b->d->arena, "%.*s_rels/%s.rels", folder, part, part + folder);
  if (!own || !name) return office_nomem(e);
  if (!zip_safe_has(z, name)) return RC_OK;
  struct relations_feed f = {.b = b, .r = r, .folder = own};
  struct xml_sink sink = {.context = &f, .start = relation_start};
  return xml_part(b, z, name, &sink, e);
}

int main_part(struct build *b, struct zip_safe *z, const char *usual, const char **out, struct err *e) {
  *out = usual;
  if (zip_safe_has(z, usual)) return RC_OK;
  struct relations r = {0};
  int rc = relations_read(b, z, "", &r, e);
  for (size_t i = 0; rc == RC_OK && i < r.v.n; i++)
    if (sv_ends(r.v.v[i].type, "/officeDocument")) *out = r.v.v[i].target;
  free(r.v.v);
  return rc;
}
