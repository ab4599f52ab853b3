/* pdf_lex.c: tokens of content streams and CMaps, by hand, over bytes in memory.
 * It is the innermost loop of the reader: no allocation, no copy; strings and names are decoded where they stand. */
#include "document/pdf_internal.h"

#include <string.h>

/* 1: white space, 2: delimiter, 4: digit, sign or point. */
static const unsigned char class_of[256] = {
    [0] = 1,   ['\t'] = 1, ['\n'] = 1, ['\f'] = 1, ['\r'] = 1, [' '] = 1, ['('] = 2, [')'] = 2, ['<'] = 2, ['>'] = 2,
    ['['] = 2, [']'] = 2,  ['{'] = 2,  ['}'] = 2,  ['/'] = 2,  ['%'] = 2, ['+'] = 4, ['-'] = 4, ['.'] = 4, ['0'] = 4,
    ['1'] = 4, ['2'] = 4,  ['3'] = 4,  ['4'] = 4,  ['5'] = 4,  ['6'] = 4, ['7'] = 4, ['8'] = 4, ['9'] = 4};

static int hex_digit(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Like strtod for what a PDF may hold: no exponent, and forgiving about doubled signs ("--5") as producers and viewers are. */
static bool lex_number(const unsigned char *p, size_t n, double *out) {
  static const double scale[] = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9};
  bool negative = false, point = false, digit = false;
  double value = 0;
  size_t decimals = 0, i = 0;
  for (; i < n && (p[i] == '-' || p[i] == '+'); i++) negative = negative || p[i] == '-';
  for (; i < n; i++) {
    if (p[i] == '.') {
      if (point) break;
      point = true;
    } else if (p[i] >= '0' && p[i] <= '9') {
      digit = true;
      if (point && decimals == 9) continue;
      value = value * 10 + (p[i] - '0');
      decimals += point;
    } else if (p[i] == '-') {
      break; /* "12-34" is read as 12, as viewers do */
    } else {
      return false;
    }
  }
  if (!digit && !point) return false;
  value *= scale[decimals];
  *out = negative ? -value : value;
  return true;
}

static struct token lex_name(struct lexer *l) {
  struct token t = {.kind = TOKEN_NAME, .p = l->p + l->at};
  size_t from = l->at, to = l->at;
  while (l->at < l->n && !(class_of[l->p[l->at]] & 3)) {
    unsigned char c = l->p[l->at++];
    if (c == '#' && l->at + 1 < l->n && hex_digit(l->p[l->at]) >= 0 && hex_digit(l->p[l->at + 1]) >= 0) {
      c = (unsigned char)(hex_digit(l->p[l->at]) << 4 | hex_digit(l->p[l->at + 1]));
      l->at += 2;
    }
    l->p[to++] = c;
  }
  /* What the shortening left behind would be read as part of the name by a look back; nobody looks back. */
  t.n = to - from;
  return t;
}

static struct token lex_hex(struct lexer *l) {
  struct token t = {.kind = TOKEN_STRING, .p = l->p + l->at};
  size_t from = l->at, to = l->at;
  int high = -1;
  while (l->at < l->n) {
    unsigned char c = l->p[l->at++];
    if (c == '>') break;
    int d = hex_digit(c);
    if (d < 0) continue;
    if (high < 0) {
      high = d;
    } else {
      l->p[to++] = (unsigned char)(high << 4 | d);
      high = -1;
    }
  }
  if (high >= 0) l->p[to++] = (unsigned char)(high << 4);
  t.n = to - from;
  return t;
}

/* One escape after a backslash; returns the byte, or -1 for a line continuation. */
static int lex_escape(struct lexer *l) {
  unsigned char c = l->p[l->at++];
  switch (c) {
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  case 'b': return '\b';
  case 'f': return '\f';
  case '\r':
    if (l->at < l->n && l->p[l->at] == '\n') l->at++;
    return -1;
  case '\n': return -1;
  default: break;
  }
  if (c < '0' || c > '7') return c;
  int value = c - '0';
  for (int i = 0; i < 2 && l->at < l->n && l->p[l->at] >= '0' && l->p[l->at] <= '7'; i++) value = value * 8 + (l->p[l->at++] - '0');
  return value & 255;
}

static struct token lex_string(struct lexer *l) {
  struct token t = {.kind = TOKEN_STRING, .p = l->p + l->at};
  size_t from = l->at, to = l->at;
  int depth = 1;
  while (l->at < l->n) {
    int c = l->p[l->at++];
    if (c == '(') {
      depth++;
    } else if (c == ')') {
      if (--depth == 0) break;
    } else if (c == '\\' && l->at < l->n) {
      c = lex_escape(l);
      if (c < 0) continue;
    } else if (c == '\r') {
      if (l->at < l->n && l->p[l->at] == '\n') l->at++;
      c = '\n';
    }
    l->p[to++] = (unsigned char)c;
  }
  t.n = to - from;
  return t;
}

static struct token lex_word(struct lexer *l) {
  size_t from = l->at;
  bool number = (class_of[l->p[from]] & 4) != 0;
  while (l->at < l->n && !(class_of[l->p[l->at]] & 3)) l->at++;
  struct token t = {.kind = TOKEN_WORD, .p = l->p + from, .n = l->at - from};
  if (number && lex_number(t.p, t.n, &t.number)) t.kind = TOKEN_NUMBER;
  return t;
}

static void lex_blank(struct lexer *l) {
  while (l->at < l->n) {
    unsigned char c = l->p[l->at];
    if (c == '%') {
      while (l->at < l->n && l->p[l->at] != '\n' && l->p[l->at] != '\r') l->at++;
    } else if (class_of[c] & 1) {
      l->at++;
    } else {
      return;
    }
  }
}

struct token lex_next(struct lexer *l) {
  lex_blank(l);
  if (l->at >= l->n) return (struct token){.kind = TOKEN_END};
  unsigned char c = l->p[l->at];
  bool twice = l->at + 1 < l->n && l->p[l->at + 1] == c;
  switch (c) {
  case '/': l->at++; return lex_name(l);
  case '(': l->at++; return lex_string(l);
  case '[': l->at++; return (struct token){.kind = TOKEN_ARRAY};
  case ']': l->at++; return (struct token){.kind = TOKEN_ARRAY_END};
  case '<': l->at += twice ? 2 : 1; return twice ? (struct token){.kind = TOKEN_DICT} : lex_hex(l);
  case '>': l->at += twice ? 2 : 1; return (struct token){.kind = twice ? TOKEN_DICT_END : TOKEN_WORD, .p = l->p + l->at - 1, .n = twice ? 0 : 1};
  case '{':
  case '}':
  case ')': l->at++; return (struct token){.kind = TOKEN_WORD, .p = l->p + l->at - 1, .n = 1};
  default: return lex_word(l);
  }
}

/* The data of an inline image has no length: its end is an EI between white space after which things look like operators again. */
void lex_skip_inline_image(struct lexer *l) {
  if (l->at < l->n && (class_of[l->p[l->at]] & 1)) l->at++;
  for (size_t i = l->at; i + 1 < l->n; i++) {
    if (l->p[i] != 'E' || l->p[i + 1] != 'I') continue;
    if (i > l->at && !(class_of[l->p[i - 1]] & 1)) continue;
    if (i + 2 < l->n && !(class_of[l->p[i + 2]] & 1)) continue;
    bool plain = true;
    for (size_t k = i + 2; k < l->n && k < i + 12 && plain; k++) plain = l->p[k] < 127 && (l->p[k] >= 32 || class_of[l->p[k]] == 1) && l->p[k] != 0;
    if (!plain) continue;
    l->at = i + 2;
    return;
  }
  l->at = l->n;
}
