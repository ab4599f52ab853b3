/* lex.c: words of the rule language: names (with dots and dashes inside), numbers, texts in double quotes, signs. Chinese letters are letters. */
#include "rule/rule_internal.h"

#include <string.h>

static bool is_letter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}

void lexer_begin(struct lexer *l, struct sv text, int line, int column) {
  *l = (struct lexer){.text = text, .line = line, .column = column};
  lexer_next(l);
}

static void advance(struct lexer *l, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (l->text.p[i] == '\n')
      l->line++, l->column = 1;
    else if (((unsigned char)l->text.p[i] & 0xC0) != 0x80) /* columns are characters */
      l->column++;
  }
  l->text.p += n, l->text.n -= n;
}

/* Length of a name: a dash belongs to it only between letters or digits, so that "a - b" subtracts and "summary-in" is one name. */
static size_t name_length(struct sv s) {
  size_t n = 0;
  while (n < s.n) {
    unsigned char c = (unsigned char)s.p[n];
    bool joins = (c == '-' || c == '.') && n > 0 && n + 1 < s.n && (is_letter((unsigned char)s.p[n + 1]) || is_digit((unsigned char)s.p[n + 1]));
    if (!is_letter(c) && !is_digit(c) && !joins) break;
    n++;
  }
  return n;
}

static size_t text_length(struct sv s) {
  size_t n = 1;
  while (n < s.n && s.p[n] != '"' && s.p[n] != '\n') n++;
  return n < s.n && s.p[n] == '"' ? n + 1 : 0;
}

static size_t sign_length(struct sv s) {
  static const char *const two[] = {"<=", ">=", "!="};
  for (size_t i = 0; i < sizeof two / sizeof *two; i++)
    if (s.n >= 2 && memcmp(s.p, two[i], 2) == 0) return 2;
  return strchr("[](),=<>+-*/?!|~", s.p[0]) ? 1 : 0;
}

void lexer_next(struct lexer *l) {
  size_t blank = 0;
  while (blank < l->text.n && strchr(" \t\r\n", l->text.p[blank])) blank++;
  advance(l, blank);
  struct token t = {.kind = TOKEN_END, .line = l->line, .column = l->column};
  size_t n = 0;
  if (l->text.n > 0) {
    unsigned char c = (unsigned char)l->text.p[0];
    if (is_letter(c) || is_digit(c)) {
      n = name_length(l->text);
      t.kind = TOKEN_NUMBER;
      for (size_t i = 0; i < n; i++)
        if (!is_digit((unsigned char)l->text.p[i])) t.kind = TOKEN_NAME;
    } else if (c == '"') {
      n = text_length(l->text);
      t.kind = n ? TOKEN_TEXT : TOKEN_BAD;
    } else {
      n = sign_length(l->text);
      t.kind = n ? TOKEN_SIGN : TOKEN_BAD;
    }
    if (n == 0) n = l->text.n; /* nothing after a bad word is looked at */
  }
  t.text = t.kind == TOKEN_TEXT ? (struct sv){l->text.p + 1, n - 2} : (struct sv){l->text.p, n};
  advance(l, n);
  l->now = t;
}

bool lexer_is(const struct lexer *l, const char *word) {
  return (l->now.kind == TOKEN_NAME || l->now.kind == TOKEN_SIGN) && sv_is(l->now.text, word);
}
