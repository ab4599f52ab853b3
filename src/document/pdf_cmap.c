/* pdf_cmap.c: CMap programs: ToUnicode (code → text) and the Encoding of composite fonts (code → CID).
 * They are PostScript, but only the bf/cid/codespace sections mean anything; everything else is stepped over. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

static uint32_t code_of(const struct token *t) {
  uint32_t v = 0;
  for (size_t i = 0; i < t->n && i < 4; i++) v = v << 8 | t->p[i];
  return v;
}

/* UTF-16BE to at most 3 code points; what follows a NUL is dropped. */
static size_t utf16_points(const unsigned char *p, size_t n, uint32_t out[3]) {
  size_t count = 0;
  if (n == 1) {
    out[0] = p[0];
    return p[0] != 0;
  }
  for (size_t i = 0; i + 1 < n && count < 3; i += 2) {
    uint32_t u = (uint32_t)p[i] << 8 | p[i + 1];
    if (u >= 0xD800 && u < 0xDC00 && i + 3 < n) {
      uint32_t low = (uint32_t)p[i + 2] << 8 | p[i + 3];
      if (low >= 0xDC00 && low < 0xE000) {
        u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    if (u == 0 || (u >= 0xD800 && u < 0xE000)) break;
    out[count++] = u;
  }
  return count;
}

static bool word_is(const struct token *t, const char *s) {
  return t->kind == TOKEN_WORD && t->n == strlen(s) && !memcmp(t->p, s, t->n);
}

static void bf_chars(struct pdf_font *f, struct lexer *l) {
  for (;;) {
    struct token code = lex_next(l);
    if (code.kind != TOKEN_STRING) return;
    struct token to = lex_next(l);
    uint32_t cp[3];
    size_t n = 0;
    if (to.kind == TOKEN_STRING)
      n = utf16_points(to.p, to.n, cp);
    else if (to.kind == TOKEN_NAME)
      n = (size_t)glyph_name_unicode((const char *)to.p, to.n, cp);
    else
      return;
    if (n > 0 && font_set_unicode(f, code_of(&code), cp, n) < 0) return;
  }
}

/* One entry of a range given as an array: [<0041> <0042> …]. */
static void bf_range_array(struct pdf_font *f, struct lexer *l, uint32_t low, uint32_t high) {
  for (uint32_t c = low;; c++) {
    struct token to = lex_next(l);
    if (to.kind == TOKEN_ARRAY_END || to.kind == TOKEN_END) return;
    uint32_t cp[3];
    size_t n = to.kind == TOKEN_STRING ? utf16_points(to.p, to.n, cp)
               : to.kind == TOKEN_NAME ? (size_t)glyph_name_unicode((const char *)to.p, to.n, cp)
                                       : 0;
    if (c <= high && n > 0 && font_set_unicode(f, c, cp, n) < 0) return;
  }
}

static void bf_ranges(struct pdf_font *f, struct lexer *l) {
  for (;;) {
    struct token low = lex_next(l);
    if (low.kind != TOKEN_STRING) return;
    struct token high = lex_next(l), to = lex_next(l);
    if (high.kind != TOKEN_STRING) return;
    uint32_t from = code_of(&low), last = code_of(&high), cp[3];
    if (last > from && last - from > 0xFFFF) last = from + 0xFFFF;
    if (to.kind == TOKEN_ARRAY) {
      bf_range_array(f, l, from, last);
      continue;
    }
    if (to.kind != TOKEN_STRING) return;
    size_t n = utf16_points(to.p, to.n, cp);
    for (uint32_t c = from; n > 0 && c <= last; c++, cp[n - 1]++)
      if (font_set_unicode(f, c, cp, n) < 0) return;
  }
}

void cmap_read_unicode(struct pdf_font *f, unsigned char *p, size_t n) {
  struct lexer l = {p, n, 0};
  for (struct token t = lex_next(&l); t.kind != TOKEN_END; t = lex_next(&l)) {
    if (word_is(&t, "beginbfchar"))
      bf_chars(f, &l);
    else if (word_is(&t, "beginbfrange"))
      bf_ranges(f, &l);
  }
}

static int cmap_set(struct pdf_font *f, uint32_t code, double cid) {
  struct pdf_cmap *m = f->cmap;
  if (code > 0xFFFF || cid < 0 || cid > 0xFFFF) return RC_OK;
  if (f->budget == 0) return RC_LIMIT;
  f->budget--;
  uint32_t **block = &m->cid[code >> 8];
  if (!*block) *block = calloc(256, sizeof **block);
  if (!*block) return RC_NOMEM;
  (*block)[code & 255] = (uint32_t)cid + 1;
  return RC_OK;
}

static void cid_entries(struct pdf_font *f, struct lexer *l, bool ranges) {
  for (;;) {
    struct token low = lex_next(l), high = low;
    if (low.kind != TOKEN_STRING) return;
    if (ranges) high = lex_next(l);
    struct token to = lex_next(l);
    if (high.kind != TOKEN_STRING || to.kind != TOKEN_NUMBER) return;
    uint32_t from = code_of(&low), last = code_of(&high);
    if (last > 0xFFFF) last = 0xFFFF;
    for (uint32_t c = from; c <= last; c++)
      if (cmap_set(f, c, to.number + (c - from)) < 0) return;
  }
}

static void codespaces(struct pdf_cmap *m, struct lexer *l) {
  for (;;) {
    struct token low = lex_next(l);
    if (low.kind != TOKEN_STRING) return;
    struct token high = lex_next(l);
    if (high.kind != TOKEN_STRING || high.n != low.n || low.n == 0 || low.n > 4) return;
    struct codespace s = {code_of(&low), code_of(&high), (int)low.n};
    if (VEC_PUSH(&m->spaces, s, 256) < 0) return;
  }
}

int cmap_read_encoding(struct pdf_font *f, unsigned char *p, size_t n) {
  struct lexer l = {p, n, 0};
  struct token last = {0};
  if (!f->cmap) f->cmap = calloc(1, sizeof *f->cmap);
  if (!f->cmap) return RC_NOMEM;
  for (struct token t = lex_next(&l); t.kind != TOKEN_END; last = t, t = lex_next(&l)) {
    if (word_is(&t, "begincodespacerange"))
      codespaces(f->cmap, &l);
    else if (word_is(&t, "begincidchar"))
      cid_entries(f, &l, false);
    else if (word_is(&t, "begincidrange"))
      cid_entries(f, &l, true);
    else if (word_is(&t, "usecmap") && last.kind == TOKEN_NAME && last.n > 8 && !memcmp(last.p, "Identity", 8))
      f->cmap->identity = true;
    else if (t.kind == TOKEN_NUMBER && last.kind == TOKEN_NAME && last.n == 5 && !memcmp(last.p, "WMode", 5))
      f->cmap->vertical = t.number == 1;
  }
  return RC_OK;
}

void cmap_free(struct pdf_cmap *m) {
  if (!m) return;
  for (int i = 0; i < 256; i++) free(m->cid[i]);
  free(m->spaces.v);
  free(m);
}
