/* text.h: string views, UTF-8, width folding, Chinese enumerators. */
#ifndef HENG_BASE_TEXT_H
#define HENG_BASE_TEXT_H

#include "base/mem.h"

/* A view of bytes that somebody else owns; p may be NULL when n is 0. */
struct sv {
  const char *p;
  size_t n;
};
#define SV(literal) ((struct sv){(literal), sizeof(literal) - 1})
#define SV_ARG(s)   (int)(s).n, (s).p ? (s).p : "" /* for "%.*s"; that of nothing prints nothing */

struct sv sv_from(const char *s); /* s may be NULL */
bool sv_equal(struct sv a, struct sv b);
bool sv_is(struct sv a, const char *s);
bool sv_starts(struct sv a, const char *s);
bool sv_ends(struct sv a, const char *s);
bool sv_contains(struct sv a, const char *s);
size_t sv_find(struct sv a, const char *s);        /* byte offset, SIZE_MAX when absent */
struct sv sv_trim(struct sv s);                    /* ASCII blanks, U+00A0, U+3000 */
struct sv sv_cut(struct sv *rest, char separator); /* next piece; *rest becomes what follows (p = NULL at the end) */

/* Decodes one code point at s.p[*at], advances *at by at least 1; U+FFFD for a malformed byte. */
uint32_t utf8_next(struct sv s, size_t *at);
size_t utf8_put(char out[4], uint32_t cp); /* bytes written; surrogates and > U+10FFFF become U+FFFD */
bool utf8_valid(struct sv s);
size_t utf8_length(struct sv s); /* code points */
int text_width(struct sv s);     /* columns on a terminal: East Asian wide = 2 */

/* Folds text for comparison, into the arena: full-width ASCII to half-width, all white space (and zero-width, U+FEFF, PUA) dropped, brackets
 * 〔〕【】（） to (), quotes “”„‟「」『』″ to ", ：；，→ ASCII, ideographic variants of digits kept, dashes ‐‑–—―－ to -, ASCII letters to lower
 * case, CJK radicals (U+2F00–2FD5, U+2E80–2EF3 that NFKC maps) to the ideographs. NULL when out of memory. */
const char *text_fold(struct arena *a, struct sv s) MUST_CHECK;
/* The same into a caller's buffer; truncates at size-1 on a character boundary; returns bytes written. */
size_t text_fold_into(char *out, size_t size, struct sv s);

/* The enumerator before a label: 一、 （一） (一) 1. 1、 1． ① 廿一、 第一部分 其中： . */
enum enumerator_kind { ENUM_NONE, ENUM_CN, ENUM_CN_PAREN, ENUM_ARABIC, ENUM_ARABIC_PAREN, ENUM_OF_WHICH };
struct enumerator {
  enum enumerator_kind kind;
  int value;    /* 1-based; 0 for 其中 */
  size_t bytes; /* length of the prefix */
};
struct enumerator text_enumerator(struct sv s); /* s may be folded or not */
int cn_number(struct sv s, size_t *used);       /* 一…九十九, 廿, 卅, 两; -1 when none */

#endif
