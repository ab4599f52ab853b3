/* pdf_truetype.c: what embedded font programs say about Unicode: the cmap table of TrueType and OpenType, the encoding of Type 1. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

struct sfnt {
  const unsigned char *p;
  size_t n;
};

static unsigned get16(const struct sfnt *f, size_t at) {
  return at + 2 <= f->n && at < f->n ? (unsigned)f->p[at] << 8 | f->p[at + 1] : 0;
}

static uint32_t get32(const struct sfnt *f, size_t at) {
  return (uint32_t)get16(f, at) << 16 | get16(f, at + 2);
}

static size_t find_table(const struct sfnt *f, const char *tag, size_t *length) {
  unsigned n = get16(f, 4);
  for (unsigned i = 0; i < n && i < 256; i++) {
    size_t at = 12 + 16 * (size_t)i;
    if (at + 16 > f->n) break;
    if (memcmp(f->p + at, tag, 4) != 0) continue;
    size_t offset = get32(f, at + 8);
    *length = get32(f, at + 12);
    return offset < f->n ? offset : 0;
  }
  return 0;
}

typedef void cmap_visit(void *to, uint32_t code, unsigned gid);

static void visit_format4(const struct sfnt *f, size_t at, cmap_visit *visit, void *to) {
  size_t segments = get16(f, at + 6) / 2;
  for (size_t i = 0; i < segments && i < 32768; i++) {
    unsigned last = get16(f, at + 14 + 2 * i), first = get16(f, at + 16 + 2 * segments + 2 * i), delta = get16(f, at + 16 + 4 * segments + 2 * i);
    size_t offset_at = at + 16 + 6 * segments + 2 * i;
    unsigned offset = get16(f, offset_at);
    if (offset_at >= f->n || first > last) continue;
    for (unsigned c = first; c <= last && c < 0xFFFF; c++) {
      unsigned gid = offset ? get16(f, offset_at + offset + 2 * (size_t)(c - first)) : c;
      if (offset == 0 || gid != 0) gid = (gid + delta) & 0xFFFF;
      if (gid) visit(to, c, gid);
    }
  }
}

static void visit_format12(const struct sfnt *f, size_t at, cmap_visit *visit, void *to) {
  uint32_t groups = get32(f, at + 12), budget = 200000;
  for (uint32_t i = 0; i < groups && at + 28 + 12 * (size_t)i <= f->n; i++) {
    size_t g = at + 16 + 12 * (size_t)i;
    uint32_t first = get32(f, g), last = get32(f, g + 4), gid = get32(f, g + 8);
    for (uint32_t c = first; c <= last && c <= 0x10FFFF && gid <= 0xFFFF && budget > 0; c++, gid++, budget--) visit(to, c, gid);
  }
}

static void visit_subtable(const struct sfnt *f, size_t at, cmap_visit *visit, void *to) {
  unsigned format = get16(f, at);
  if (format == 0) {
    for (unsigned c = 0; c < 256 && at + 6 + c < f->n; c++)
      if (f->p[at + 6 + c]) visit(to, c, f->p[at + 6 + c]);
  } else if (format == 4) {
    visit_format4(f, at, visit, to);
  } else if (format == 6) {
    unsigned first = get16(f, at + 6), n = get16(f, at + 8);
    for (unsigned i = 0; i < n; i++) {
      unsigned gid = get16(f, at + 10 + 2 * (size_t)i);
      if (gid) visit(to, first + i, gid);
    }
  } else if (format == 12) {
    visit_format12(f, at, visit, to);
  }
}

struct by_gid {
  unsigned *unicode; /* 65,536 entries */
};

static void collect_gid(void *to, uint32_t code, unsigned gid) {
  struct by_gid *g = to;
  if (gid > 0xFFFF || code < 0x20 || (code >= 0xE000 && code < 0xF900)) return; /* private use says nothing */
  /* A radical or compatibility form shares its glyph with the ideograph: the ideograph is what was meant. */
  bool poor = g->unicode[gid] == 0 || (g->unicode[gid] >= 0x2E80 && g->unicode[gid] < 0x2FE0) || g->unicode[gid] == 0xA0 || g->unicode[gid] == 0xAD;
  if (poor) g->unicode[gid] = code;
}

struct by_code {
  const unsigned *unicode;
  uint32_t *table;
  bool macintosh;
};

static void collect_code(void *to, uint32_t code, unsigned gid) {
  struct by_code *c = to;
  unsigned own = code & 0xFF; /* (3,0) subtables hold codes at 0xF000 */
  if (code > 0xFF && (code & 0xFF00) != 0xF000) return;
  if (gid <= 0xFFFF && c->unicode[gid])
    c->table[own] = c->unicode[gid];
  else if (c->macintosh && c->table[own] == 0)
    c->table[own] = encoding_unicode(ENCODING_MACROMAN, own);
}

int truetype_unicode(const unsigned char *p, size_t n, unsigned **by_gid, unsigned *ngids, uint32_t code_unicode[256]) {
  struct sfnt f = {p, n};
  size_t length = 0, cmap = find_table(&f, "cmap", &length);
  struct by_gid g = {calloc(65536, sizeof *g.unicode)};
  if (!g.unicode) return RC_NOMEM;
  unsigned tables = cmap ? get16(&f, cmap + 2) : 0;
  if (tables > 16) tables = 16;
  for (int pass = 0; pass < 2; pass++) {
    for (unsigned i = 0; i < tables; i++) {
      size_t at = cmap + 4 + 8 * (size_t)i, sub = cmap + get32(&f, at + 4);
      unsigned platform = get16(&f, at), encoding = get16(&f, at + 2);
      bool unicode = platform == 0 || (platform == 3 && (encoding == 1 || encoding == 10));
      struct by_code c = {g.unicode, code_unicode, platform == 1};
      if (sub >= n) continue;
      if (pass == 0 && unicode)
        visit_subtable(&f, sub, collect_gid, &g);
      else if (pass == 1 && !unicode && code_unicode)
        visit_subtable(&f, sub, collect_code, &c);
    }
  }
  *by_gid = g.unicode;
  *ngids = 65536;
  return RC_OK;
}

void type1_encoding(const unsigned char *p, size_t n, uint32_t code_unicode[256]) {
  /* dup 32 /space put … before eexec */
  const unsigned char *end = memmem(p, n, "eexec", 5);
  if (end) n = (size_t)(end - p);
  const unsigned char *at = memmem(p, n, "/Encoding", 9);
  if (!at) return;
  for (int i = 0; i < 1024; i++) {
    at = memmem(at, n - (size_t)(at - p), "dup ", 4);
    if (!at) return;
    at += 4;
    unsigned code = 0;
    const unsigned char *stop = p + n;
    while (at < stop && *at >= '0' && *at <= '9' && code < 1000) code = code * 10 + (unsigned)(*at++ - '0');
    while (at < stop && *at == ' ') at++;
    if (at >= stop || *at != '/') continue;
    const unsigned char *name = ++at;
    while (at<stop && * at> ' ' && *at != '/') at++;
    uint32_t cp[3];
    if (code < 256 && glyph_name_unicode((const char *)name, (size_t)(at - name), cp) == 1) code_unicode[code] = cp[0];
  }
}
