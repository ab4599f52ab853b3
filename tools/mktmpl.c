/* mktmpl.c: a room's html/NAME.html into NAME_html.h and NAME_html.c: pages as C functions, what stands in them escaped by where it stands.
 * docs/html.md. mktmpl NAME out.h out.c in.html. Exit code 1: a mistake, said as file:line. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, WORD = 64 };
enum state { TEXT, TAG_NAME, IN_TAG, ATTRIBUTE, BEFORE_VALUE, QUOTED, COMMENT };

static const char *file;
static int line, errors;
static FILE *out;
static enum state state;
static char quote, tag[WORD], attribute[WORD];
static int value_length; /* of the attribute's value so far */
static char literal[2 * LINE];
static int nliteral;

static void complain(const char *what, const char *word) {
  fprintf(stderr, "%s:%d: %s%s%s\n", file, line, what, *word ? ": " : "", word);
  errors++;
}

/* ---- what goes out ---- */
static void flush(void) {
  if (nliteral == 0) return;
  fputs("  buf_puts(out, \"", out);
  for (int i = 0; i < nliteral; i++) {
    if (literal[i] == '\n')
      fputs("\\n", out);
    else if (literal[i] == '"' || literal[i] == '\\')
      fprintf(out, "\\%c", literal[i]);
    else
      fputc(literal[i], out);
  }
  fputs("\");\n", out);
  nliteral = 0;
}

static void put(char c) {
  literal[nliteral++] = c;
  if (nliteral >= LINE) flush();
}

static void emit(const char *call, const char *expression) {
  flush();
  fprintf(out, "#line %d \"%s\"\n  %s(out, %s);\n", line, file, call, expression);
}

/* ---- where we are ---- */
static bool is_url(const char *name) {
  static const char *const names[] = {"href", "src", "action", "formaction", "poster", "cite", "data", "srcset", "ping"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

static void append(char *word, char c) {
  size_t n = strlen(word);
  if (n + 1 < WORD) {
    word[n] = (char)tolower((unsigned char)c);
    word[n + 1] = 0;
  }
}

static void tag_ends(void) {
  if (strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0) complain("no scripts or styles within a page: they are files of the program", tag);
  state = TEXT;
}

/* One character of the page's own text. */
static void follow(char c) {
  switch (state) {
  case TEXT:
    if (c == '<') {
      state = TAG_NAME;
      tag[0] = 0;
    }
    break;
  case TAG_NAME:
    if (c == '>')
      tag_ends();
    else if (isspace((unsigned char)c))
      state = IN_TAG;
    else
      append(tag, c);
    if (strcmp(tag, "!--") == 0) state = COMMENT;
    break;
  case IN_TAG:
    if (c == '>')
      tag_ends();
    else if (!isspace((unsigned char)c) && c != '/') {
      state = ATTRIBUTE;
      attribute[0] = 0;
      append(attribute, c);
    }
    break;
  case ATTRIBUTE:
    if (c == '=')
      state = BEFORE_VALUE;
    else if (c == '>')
      tag_ends();
    else if (isspace((unsigned char)c))
      state = IN_TAG;
    else
      append(attribute, c);
    break;
  case BEFORE_VALUE:
    if (c != '"' && c != '\'') complain("a value without quotes", attribute);
    quote = c;
    value_length = 0;
    state = QUOTED;
    if (strncmp(attribute, "on", 2) == 0 || strcmp(attribute, "style") == 0 || strcmp(attribute, "srcdoc") == 0)
      complain("no scripts or styles within a page", attribute);
    break;
  case QUOTED:
    if (c == quote)
      state = IN_TAG;
    else
      value_length++;
    break;
  case COMMENT:
    if (c == '>' && nliteral >= 2 && literal[nliteral - 1] == '-' && literal[nliteral - 2] == '-') state = TEXT;
    break;
  }
}

/* {{expression}} where it stands. */
static void expression(const char *text, char next) {
  if (state == TEXT) {
    emit("HTML_TEXT", text);
  } else if (state == QUOTED && is_url(attribute)) {
    if (value_length == 0 && next != quote)
      complain("an address is one expression, or begins with its own text", attribute);
    else
      emit(value_length == 0 ? "HTML_URL" : "HTML_QUERY", text);
    value_length++;
  } else if (state == QUOTED) {
    emit("HTML_VALUE", text);
    value_length++;
  } else {
    complain("an expression may stand in text or in a quoted value only", text);
  }
}

static void in_two_languages(char *text) {
  char *bar = strchr(text, '|'), call[2 * LINE];
  if (!bar) {
    complain("{_ 中文 | English _}", text);
    return;
  }
  *bar = 0;
  char *sides[] = {text, bar + 1};
  for (int i = 0; i < 2; i++) {
    while (*sides[i] == ' ') sides[i]++;
    size_t n = strlen(sides[i]);
    while (n > 0 && sides[i][n - 1] == ' ') sides[i][--n] = 0;
    if (strpbrk(sides[i], "\"\\%")) complain("no quote, backslash or percent sign in a text of two languages", sides[i]);
  }
  if (state == QUOTED ? is_url(attribute) : state != TEXT) complain("a text may stand in text or in a quoted value only", sides[0]);
  snprintf(call, sizeof call, "tr(\"%s\", \"%s\")", sides[0], sides[1]);
  emit("html_str", call);
  value_length++;
}

static void content(char *s) {
  char inner[LINE];
  for (; *s; s++) {
    bool braces = strncmp(s, "{{", 2) == 0, words = strncmp(s, "{_", 2) == 0;
    const char *end = braces ? strstr(s, "}}") : words ? strstr(s, "_}") : NULL;
    if ((braces || words) && !end) complain("not closed on its line", s);
    if (!end) {
      follow(*s);
      put(*s);
      continue;
    }
    snprintf(inner, sizeof inner, "%.*s", (int)(end - s - 2), s + 2);
    if (braces)
      expression(inner, end[2]);
    else
      in_two_languages(inner);
    s += end + 1 - s;
  }
}

static bool read_page(const char *signature, FILE *header) {
  char name[WORD];
  size_t n = 0;
  while (*signature == ' ') signature++;
  while ((isalnum((unsigned char)signature[n]) || signature[n] == '_') && n < WORD - 1) n++;
  snprintf(name, sizeof name, "%.*s", (int)n, signature);
  const char *arguments = signature + n;
  if (n == 0 || *arguments != '(' || !strchr(arguments, ')')) {
    complain("@page NAME(ARGUMENTS)", signature);
    return false;
  }
  bool none = arguments[1] == ')';
  fprintf(header, "void %s(struct buf *out%s%s;\n", name, none ? "" : ", ", arguments + 1);
  fprintf(out, "void %s(struct buf *out%s%s {\n", name, none ? "" : ", ", arguments + 1);
  return true;
}

int main(int argc, char **argv) {
  char text[LINE];
  if (argc != 5) {
    fputs("mktmpl NAME out.h out.c in.html\n", stderr);
    return 2;
  }
  FILE *in = fopen(argv[4], "r"), *header = fopen(argv[2], "w");
  out = fopen(argv[3], "w");
  file = argv[4];
  if (!in || !header || !out) {
    complain("cannot be read or written", "");
    return 1;
  }
  fprintf(header, "/* %s_html.h: made by mktmpl. */\n#ifndef HENG_%s_HTML_H\n#define HENG_%s_HTML_H\n#include \"html/ui.h\"\n", argv[1], argv[1],
          argv[1]);
  fprintf(out, "/* %s_html.c: made by mktmpl. */\n", argv[1]);
  bool open = false, begun = false;
  while (fgets(text, sizeof text, in)) {
    size_t n = strlen(text);
    line++;
    if (n == sizeof text - 1) complain("a line is too long", "");
    if (strncmp(text, "@use ", 5) == 0) {
      fprintf(header, "#include %s", text + 5);
      continue;
    }
    if (strncmp(text, "@page", 5) == 0) {
      text[n - 1] = 0;
      if (open && state != TEXT) complain("the page before ends within a tag", tag);
      flush();
      if (open) fputs("}\n\n", out);
      if (!begun) fprintf(out, "#include \"%s_html.h\"\n\n", argv[1]);
      begun = true;
      open = read_page(text + 5, header);
      state = TEXT;
    } else if (text[0] == '%') {
      if (state != TEXT) complain("C within a tag", text + 1);
      flush();
      fprintf(out, "#line %d \"%s\"\n%s", line, file, text + 1);
    } else if (open) {
      content(text);
    } else if (text[strspn(text, " \n")]) {
      complain("text before the first @page", "");
    }
  }
  if (open && state != TEXT) complain("the page ends within a tag", tag);
  flush();
  if (open) fputs("}\n", out);
  fputs("#endif\n", header);
  bool well = fclose(header) == 0 && fclose(out) == 0 && errors == 0;
  fclose(in);
  return well ? 0 : 1;
}
