/* docxset.c: docxset IN.docx OUT.docx [VERB A B]…: what people do to a printed book in a word processor.
 *   replace FROM TO: words in a paragraph, the first place where they stand after the contents; track FROM TO: the same as a tracked change;
 *   behind WORDS TEXT: a new paragraph behind the one that holds WORDS; drop WORDS -: that paragraph taken out;
 *   digits SEED N: N digits of the book's text made others, wherever they stand. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PARTS = 100, DIGITS = 200000 };
static struct part {
  char name[300], *text;
  size_t n;
} parts[PARTS];
static int nparts;

static void fail(const char *what, const char *which) {
  fprintf(stderr, "docxset: %s: %s\n", what, which);
  exit(2);
}

static void parts_read(const char *path) {
  int why;
  zip_t *z = zip_open(path, ZIP_RDONLY, &why);
  if (!z) fail("cannot read", path);
  for (zip_int64_t i = 0; i < zip_get_num_entries(z, 0) && nparts < PARTS; i++) {
    zip_stat_t st;
    zip_file_t *f = zip_fopen_index(z, (zip_uint64_t)i, 0);
    if (!f || zip_stat_index(z, (zip_uint64_t)i, 0, &st) != 0) fail("cannot read a part of", path);
    struct part *p = &parts[nparts++];
    snprintf(p->name, sizeof p->name, "%.290s", st.name);
    p->n = (size_t)st.size;
    p->text = calloc(1, p->n + 1);
    if (!p->text || zip_fread(f, p->text, st.size) != (zip_int64_t)st.size) fail("cannot read a part of", path);
    zip_fclose(f);
  }
  zip_close(z);
}

static void parts_write(const char *path) {
  int why;
  zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
  if (!z) fail("cannot write", path);
  for (int i = 0; i < nparts; i++) {
    zip_source_t *s = zip_source_buffer(z, parts[i].text, parts[i].n, 0);
    if (!s || zip_file_add(z, parts[i].name, s, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE) < 0) fail("cannot write", path);
  }
  if (zip_close(z) != 0) fail("cannot write", path);
}

static struct part *body(void) {
  for (int i = 0; i < nparts; i++)
    if (strcmp(parts[i].name, "word/document.xml") == 0) return &parts[i];
  fail("no part", "word/document.xml");
  return NULL;
}

static void splice(size_t from, size_t to, const char *with) {
  struct part *p = body();
  size_t n = strlen(with);
  char *text = malloc(p->n - (to - from) + n + 1);
  if (!text) fail("no memory", p->name);
  memcpy(text, p->text, from);
  memcpy(text + from, with, n);
  memcpy(text + from + n, p->text + to, p->n - to + 1);
  free(p->text);
  p->text = text, p->n += n - (to - from);
}

/* Behind the contents: their lines are links. */
static size_t book_begins(void) {
  const char *text = body()->text, *last = text;
  for (const char *at = text; (at = strstr(at, "</w:hyperlink>")); at++) last = at;
  return (size_t)(last - text);
}

static size_t words_at(const char *words) {
  const char *text = body()->text, *at = strstr(text + book_begins(), words);
  if (!at) fail("no such words", words);
  return (size_t)(at - text);
}

static size_t before(size_t at, const char *mark) {
  const char *text = body()->text;
  size_t n = strlen(mark);
  while (at > 0 && strncmp(text + at, mark, n) != 0) at--;
  return at;
}

static size_t behind(size_t at, const char *mark) {
  const char *text = body()->text, *end = strstr(text + at, mark);
  if (!end) fail("no end", mark);
  return (size_t)(end - text) + strlen(mark);
}

static void words_replace(const char *from, const char *to, int tracked) {
  static char made[60000];
  size_t at = words_at(from), end = at + strlen(from);
  if (tracked)
    snprintf(
        made, sizeof made,
        "</w:t></w:r><w:del w:id=\"901\" w:author=\"a\"><w:r><w:delText>%s</w:delText></w:r></w:del><w:ins w:id=\"902\" w:author=\"a\"><w:r><w:t "
        "xml:space=\"preserve\">%s</w:t></w:r></w:ins><w:r><w:t xml:space=\"preserve\">",
        from, to);
  else
    snprintf(made, sizeof made, "%s", to);
  splice(at, end, made);
}

static void paragraph_add(const char *words, const char *text) {
  static char made[60000];
  size_t end = behind(words_at(words), "</w:p>");
  snprintf(made, sizeof made, "<w:p><w:r><w:t xml:space=\"preserve\">%s</w:t></w:r></w:p>", text);
  splice(end, end, made);
}

static void paragraph_drop(const char *words) {
  size_t at = words_at(words), from = before(at, "<w:p>");
  splice(from, behind(at, "</w:p>"), "");
}

static void digits_change(const char *seed, const char *count) {
  static size_t at[DIGITS];
  uint64_t state = strtoull(seed, NULL, 10) * UINT64_C(6364136223846793005) + 1;
  char *text = body()->text;
  int n = 0;
  for (char *t = text + book_begins(); (t = strstr(t, "<w:t xml:space=\"preserve\">")) && n < DIGITS;)
    for (t += 26; *t != '<' && n < DIGITS; t++)
      if (*t >= '0' && *t <= '9') at[n++] = (size_t)(t - text);
  for (long i = strtol(count, NULL, 10); i > 0 && n > 0; i--) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    char *digit = text + at[(state >> 33) % (uint64_t)n];
    *digit = (char)('0' + (*digit - '0' + 1 + (int)(state >> 60) % 9) % 10);
  }
}

int main(int argc, char **argv) {
  if (argc < 3 || (argc - 3) % 3) fail("wanted", "IN OUT [VERB A B]…");
  parts_read(argv[1]);
  for (char **a = argv + 3; *a; a += 3) {
    if (strcmp(a[0], "replace") == 0 || strcmp(a[0], "track") == 0)
      words_replace(a[1], a[2], a[0][0] == 't');
    else if (strcmp(a[0], "behind") == 0)
      paragraph_add(a[1], a[2]);
    else if (strcmp(a[0], "drop") == 0)
      paragraph_drop(a[1]);
    else if (strcmp(a[0], "digits") == 0)
      digits_change(a[1], a[2]);
    else
      fail("no such verb", a[0]);
  }
  parts_write(argv[2]);
  for (int i = 0; i < nparts; i++) free(parts[i].text);
  return 0;
}
