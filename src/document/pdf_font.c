/* pdf_font.c: fonts: how the bytes of a string become codes, and codes Unicode and widths. One font is loaded once per document.
 * Tables of a 16-bit code are two-level and filled on demand, so that a font costs what its text uses. */
#include "document/pdf_internal.h"

#include <iconv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct pdf_char *font_char(struct pdf_font *f, uint32_t code) {
  if (code > 0xFFFF) return NULL;
  struct pdf_char **block = &f->chars[code >> 8];
  if (!*block) {
    *block = malloc(256 * sizeof **block);
    if (!*block) return NULL;
    for (int i = 0; i < 256; i++) (*block)[i] = (struct pdf_char){0, f->default_width};
  }
  return &(*block)[code & 255];
}

int font_set_unicode(struct pdf_font *f, uint32_t code, const uint32_t *cp, size_t n) {
  if (n == 0 || code > 0xFFFF) return RC_OK;
  if (f->budget == 0) return RC_LIMIT;
  f->budget--;
  struct pdf_char *c = font_char(f, code);
  if (!c) return RC_NOMEM;
  if (n == 1) {
    c->cp = cp[0] <= 0x10FFFF ? cp[0] : 0;
    return RC_OK;
  }
  struct pdf_multi m = {.n = (uint8_t)(n < 3 ? n : 3)};
  memcpy(m.cp, cp, m.n * sizeof *cp);
  if (VEC_PUSH(&f->multi, m, 70000) < 0) return RC_LIMIT;
  c->cp = CP_MULTI | (uint32_t)(f->multi.n - 1);
  return RC_OK;
}

int font_set_width(struct pdf_font *f, uint32_t cid, float width) {
  if (cid > 0xFFFF) return RC_OK;
  if (f->budget == 0) return RC_LIMIT;
  f->budget--;
  struct pdf_char *c = font_char(f, cid);
  if (!c) return RC_NOMEM;
  c->width = width;
  return RC_OK;
}

/* ---- bytes to codes ---- */

static size_t code_cmap(const struct pdf_cmap *m, const unsigned char *s, size_t n, uint32_t *code) {
  uint32_t v = 0;
  for (size_t bytes = 1; bytes <= 4 && bytes <= n; bytes++) {
    v = v << 8 | s[bytes - 1];
    for (size_t i = 0; i < m->spaces.n; i++) {
      const struct codespace *c = &m->spaces.v[i];
      if ((size_t)c->bytes != bytes) continue;
      bool in = true;
      for (unsigned shift = 0; shift < 8 * bytes && in; shift += 8)
        in = (v >> shift & 255) >= (c->low >> shift & 255) && (v >> shift & 255) <= (c->high >> shift & 255);
      if (!in) continue;
      *code = v;
      return bytes;
    }
  }
  /* Outside every range: as long as the shortest range, so that what follows stays in step. */
  size_t bytes = m->spaces.n ? (size_t)m->spaces.v[0].bytes : 2;
  for (size_t i = 1; i < m->spaces.n; i++)
    if ((size_t)m->spaces.v[i].bytes < bytes) bytes = (size_t)m->spaces.v[i].bytes;
  if (bytes > n) bytes = n;
  *code = 0;
  for (size_t i = 0; i < bytes; i++) *code = *code << 8 | s[i];
  return bytes;
}

static size_t code_length(enum code_kind kind, const unsigned char *s, size_t n) {
  switch (kind) {
  case CODE_TWO: return 2;
  case CODE_GB: return s[0] > 0x80 ? 2 : 1;
  case CODE_GB4: return s[0] <= 0x80 ? 1 : n > 1 && s[1] >= 0x30 && s[1] <= 0x39 ? 4 : 2;
  case CODE_SJIS: return (s[0] >= 0x81 && s[0] <= 0x9F) || (s[0] >= 0xE0 && s[0] <= 0xFC) ? 2 : 1;
  case CODE_UTF8: return s[0] < 0xC0 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  case CODE_UTF16: return s[0] >= 0xD8 && s[0] < 0xDC ? 4 : 2;
  case CODE_UTF32: return 4;
  case CODE_ONE:
  case CODE_CMAP:
  default: return 1;
  }
}

size_t font_code(const struct pdf_font *f, const unsigned char *s, size_t n, uint32_t *code) {
  if (f->codes == CODE_ONE) {
    *code = s[0];
    return 1;
  }
  if (f->codes == CODE_TWO && n >= 2) {
    *code = (uint32_t)s[0] << 8 | s[1];
    return 2;
  }
  if (f->codes == CODE_CMAP && f->cmap) return code_cmap(f->cmap, s, n, code);
  size_t bytes = code_length(f->codes, s, n);
  if (bytes > n) bytes = n;
  *code = 0;
  for (size_t i = 0; i < bytes; i++) *code = *code << 8 | s[i];
  return bytes;
}

/* ---- codes to CIDs and widths ---- */

static uint32_t font_cid(const struct pdf_font *f, uint32_t code, size_t bytes) {
  if (f->cmap) {
    const uint32_t *block = code <= 0xFFFF ? f->cmap->cid[code >> 8] : NULL;
    if (block && block[code & 255]) return block[code & 255] - 1;
    return f->cmap->identity ? code : 0;
  }
  if (f->ascii_cid < 0) return code;
  /* Predefined CMap: only the CIDs of ASCII are known here; ideographs have the default width. */
  bool ascii = code >= 0x20 && code < 0x7F && (bytes == 1 || f->codes == CODE_UTF16 || f->codes == CODE_TWO || f->codes == CODE_UTF32);
  if (!ascii) return UINT32_MAX;
  if (f->ascii_cid == GB1_HALF_WIDTH) return code == 0x20 ? GB1_HALF_BLANK : GB1_HALF_WIDTH + code - 0x21;
  return (uint32_t)f->ascii_cid + code - 0x20;
}

float font_width(const struct pdf_font *f, uint32_t code, size_t bytes) {
  uint32_t cid = f->identity ? code : font_cid(f, code, bytes);
  const struct pdf_char *block = cid <= 0xFFFF ? f->chars[cid >> 8] : NULL;
  return block ? block[cid & 255].width : f->default_width;
}

static int vertical_compare(const void *a, const void *b) {
  uint32_t x = ((const struct pdf_vertical *)a)->cid, y = ((const struct pdf_vertical *)b)->cid;
  return x < y ? -1 : x > y;
}

const struct pdf_vertical *font_vertical(const struct pdf_font *f, uint32_t code, size_t bytes) {
  struct pdf_vertical key = {.cid = font_cid(f, code, bytes)};
  return f->w2.n ? bsearch(&key, f->w2.v, f->w2.n, sizeof *f->w2.v, vertical_compare) : NULL;
}

/* ---- codes to Unicode ---- */

static uint32_t convert(struct pdf_font *f, uint32_t code, size_t bytes) {
  char in[4], out[8] = {0};
  for (size_t i = 0; i < bytes; i++) in[i] = (char)(code >> (8 * (bytes - 1 - i)) & 255);
  char *from = in, *to = out;
  size_t in_left = bytes, out_left = sizeof out;
  iconv(f->converter, NULL, NULL, NULL, NULL);
  if (iconv(f->converter, &from, &in_left, &to, &out_left) == (size_t)-1 || out_left > 4) return 0;
  const unsigned char *b = (const unsigned char *)out;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t code_utf(enum code_kind kind, uint32_t code, size_t bytes) {
  if (kind == CODE_UTF16 && bytes == 4) return 0x10000 + (((code >> 16) & 0x3FF) << 10) + (code & 0x3FF);
  if (kind != CODE_UTF8 || bytes == 1) return code;
  uint32_t first = code >> (8 * (bytes - 1)) & 255, cp = first & (0xFFu >> (bytes + 1));
  for (size_t i = 1; i < bytes; i++) cp = cp << 6 | (code >> (8 * (bytes - 1 - i)) & 0x3F);
  return cp;
}

/* CIDs of Adobe-GB1 follow the rows of GB 2312 for punctuation, and for all its ideographs. */
static uint32_t gb1_unicode(struct pdf_font *f, uint32_t cid) {
  if (cid >= 1 && cid <= 95) return 0x1F + cid;
  if (cid == GB1_HALF_BLANK) return 0x20;
  if (cid >= GB1_HALF_WIDTH && cid < GB1_HALF_WIDTH + 94) return 0x21 + cid - GB1_HALF_WIDTH;
  static const struct {
    uint16_t cid, code, n;
  } rows[] = {{96, 0xA1A1, 94},  {190, 0xA2B1, 50}, {240, 0xA2E5, 10}, {250, 0xA2F1, 12}, {262, 0xA3A1, 94}, {356, 0xA4A1, 83}, {439, 0xA5A1, 86},
              {525, 0xA6A1, 24}, {549, 0xA6C1, 53}, {602, 0xA7A1, 33}, {635, 0xA7D1, 33}, {668, 0xA8A1, 32}, {700, 0xA8C5, 38}, {738, 0xA9A4, 76}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (cid >= rows[i].cid && cid < (uint32_t)rows[i].cid + rows[i].n) return convert(f, rows[i].code + cid - rows[i].cid, 2);
  uint32_t first = cid >= 940 && cid < 940 + 3755 ? 940 : cid >= 4695 && cid < 4695 + 3008 ? 4695 : 0;
  if (first == 0) return 0;
  uint32_t row = (first == 940 ? 15 : 55) + (cid - first) / 94, cell = (cid - first) % 94;
  return convert(f, (0xA1 + row) << 8 | (0xA1 + cell), 2);
}

/* Unicode of a glyph by the cmap of the embedded program. */
static uint32_t program_unicode(struct pdf_font *f, uint32_t cid) {
  font_load_program(f);
  uint32_t gid = cid;
  if (f->cid_to_gid) gid = cid < f->ncid_to_gid / 2 ? (uint32_t)f->cid_to_gid[2 * cid] << 8 | f->cid_to_gid[2 * cid + 1] : 0;
  return f->gid_unicode && gid < f->ngids ? f->gid_unicode[gid] : 0;
}

/* Unicode of a code that no ToUnicode entry gives: from the encoding, else the program, else the order of the collection. */
static uint32_t font_guess(struct pdf_font *f, uint32_t code, size_t bytes) {
  uint32_t cp = 0;
  if (f->codes >= CODE_UTF8)
    cp = code_utf(f->codes, code, bytes);
  else if (f->converter && !f->gb1)
    cp = convert(f, code, bytes);
  if (cp == 0 && f->composite && f->codes < CODE_UTF8) cp = program_unicode(f, font_cid(f, code, bytes));
  if (cp == 0 && f->gb1) cp = gb1_unicode(f, font_cid(f, code, bytes));
  return cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF) ? cp : 0;
}

int font_unicode(struct pdf_font *f, uint32_t code, size_t bytes, uint32_t out[3]) {
  struct pdf_char *c = font_char(f, code);
  uint32_t cp = c ? c->cp : 0;
  if (cp == 0) {
    cp = font_guess(f, code, bytes);
    if (cp == 0) return 0;
    if (c) c->cp = cp; /* 1- and 2-byte codes of one font do not overlap in the encodings in use */
  }
  if (!(cp & CP_MULTI)) {
    out[0] = cp;
    return 1;
  }
  const struct pdf_multi *m = &f->multi.v[cp & ~CP_MULTI];
  memcpy(out, m->cp, sizeof m->cp);
  return m->n;
}

void font_free(struct pdf_font *f) {
  if (!f) return;
  for (int i = 0; i < 256; i++) free(f->chars[i]);
  free(f->multi.v);
  free(f->w2.v);
  free(f->gid_unicode);
  free(f->cid_to_gid);
  cmap_free(f->cmap);
  if (f->converter) iconv_close(f->converter);
  free(f);
}
