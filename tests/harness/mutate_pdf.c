/* mutate_pdf.c: changes one digit of one amount in real PDF files: the code of a digit in a page's content stream becomes that of another digit of
 * the same font. pdftotext must confirm that just this number changed on the page; then the file is audited. mutate_pdf [--changes N] [--seed S]
 * [--verbose] [FILE…] */
#include "bench.h"

#include <fcntl.h>
#include <inttypes.h>
#include <qpdf/qpdf-c.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FONTS_MOST = 64, SHOWN_MOST = 200000, TEXT_MOST = 1 << 22, BOOKS_MOST = 128, TRIES_A_CHANGE = 40 };

/* A font of the page: which code shows which digit or sign. */
struct font {
  char name[64];
  int bytes;                  /* a code: 1, 2; 0 = not understood */
  unsigned char shows[65536]; /* ASCII of a code, 0 = another character */
  int32_t code[128];          /* code of a character that the page shows with this font; -1 */
};

/* One shown code: where its bytes stand in the content stream. */
struct shown {
  int font;
  int32_t code;
  size_t at[2]; /* of each byte: its first character in the stream */
  bool hex;
  char text;
};

struct page_text {
  unsigned char *data;
  size_t n;
  struct font *fonts;
  int nfonts;
  struct shown *v;
  size_t nshown;
};

/* ---- fonts ---- */

static bool hex_read(const char *p, size_t n, unsigned *out) {
  *out = 0;
  if (n == 0 || n > 8) return false;
  for (size_t i = 0; i < n; i++) {
    char c = p[i];
    int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (d < 0) return false;
    *out = *out * 16 + (unsigned)d;
  }
  return true;
}

static void font_set(struct font *f, unsigned code, unsigned unicode) {
  if (code < 65536 && unicode > 32 && unicode < 127) f->shows[code] = (unsigned char)unicode;
}

/* bfchar and bfrange of a ToUnicode CMap: <code> <unicode>, <from> <to> <unicode>. Arrays are passed over. */
static void font_unicode_read(struct font *f, const char *p, size_t n) {
  unsigned v[3];
  int have = 0;
  enum { NOTHING, CHARS, RANGES } in = NOTHING;
  for (size_t i = 0; i < n; i++) {
    if (n - i > 11 && memcmp(p + i, "beginbfchar", 11) == 0)
      in = CHARS, have = 0, i += 10;
    else if (n - i > 12 && memcmp(p + i, "beginbfrange", 12) == 0)
      in = RANGES, have = 0, i += 11;
    else if (n - i > 5 && memcmp(p + i, "endbf", 5) == 0)
      in = NOTHING;
    if (in == NOTHING || p[i] != '<') continue;
    size_t end = i + 1;
    while (end < n && p[end] != '>') end++;
    if (!hex_read(p + i + 1, end - i - 1, &v[have])) v[have] = 0;
    i = end;
    if (++have < (in == CHARS ? 2 : 3)) continue;
    have = 0;
    if (in == CHARS) font_set(f, v[0], v[1]);
    for (unsigned c = v[0]; in == RANGES && c <= v[1] && c < 65536; c++) font_set(f, c, v[2] + (c - v[0]));
  }
}

static void font_read(qpdf_data q, qpdf_oh dict, struct font *f) {
  qpdf_oh subtype = qpdf_oh_get_key(q, dict, "/Subtype"), encoding = qpdf_oh_get_key(q, dict, "/Encoding"),
          unicode = qpdf_oh_get_key(q, dict, "/ToUnicode");
  bool composite = qpdf_oh_is_name(q, subtype) && strcmp(qpdf_oh_get_name(q, subtype), "/Type0") == 0;
  f->bytes = 1;
  if (composite) f->bytes = qpdf_oh_is_name(q, encoding) && strcmp(qpdf_oh_get_name(q, encoding), "/Identity-H") == 0 ? 2 : 0;
  for (int i = 0; i < 128; i++) f->code[i] = -1;
  if (!composite)
    for (unsigned c = '!'; c < 127; c++) f->shows[c] = (unsigned char)c;
  unsigned char *data = NULL;
  size_t n = 0;
  QPDF_BOOL filtered = QPDF_FALSE;
  if (qpdf_oh_is_stream(q, unicode) && qpdf_oh_get_stream_data(q, unicode, qpdf_dl_all, &filtered, &data, &n) == QPDF_SUCCESS && data)
    font_unicode_read(f, (const char *)data, n);
  free(data);
}

/* The fonts of a page, or of the node of the page tree it inherits them from. */
static void fonts_read(qpdf_data q, qpdf_oh page, struct page_text *p) {
  qpdf_oh node = page, resources = qpdf_oh_get_key(q, node, "/Resources");
  for (int depth = 0; depth < 32 && !qpdf_oh_is_dictionary(q, resources); depth++) {
    node = qpdf_oh_get_key(q, node, "/Parent");
    if (!qpdf_oh_is_dictionary(q, node)) return;
    resources = qpdf_oh_get_key(q, node, "/Resources");
  }
  qpdf_oh fonts = qpdf_oh_get_key(q, resources, "/Font");
  if (!qpdf_oh_is_dictionary(q, fonts)) return;
  qpdf_oh_begin_dict_key_iter(q, fonts);
  char names[FONTS_MOST][64];
  int n = 0;
  while (qpdf_oh_dict_more_keys(q) && n < FONTS_MOST) snprintf(names[n++], sizeof names[0], "%s", qpdf_oh_dict_next_key(q));
  p->fonts = calloc((size_t)n + 1, sizeof *p->fonts);
  for (int i = 0; i < n && p->fonts; i++) {
    memcpy(p->fonts[i].name, names[i], sizeof names[i]);
    font_read(q, qpdf_oh_get_key(q, fonts, names[i]), &p->fonts[i]);
    p->nfonts = i + 1;
  }
}

/* ---- what the page shows ---- */

static bool is_space(unsigned char c) {
  return c <= ' ';
}

static bool is_delimiter(unsigned char c) {
  return c && strchr("()<>[]{}/%", c) != NULL;
}

/* Takes the bytes of one string at *at (behind its opening bracket), with the place of each. */
static size_t string_bytes(const unsigned char *d, size_t n, size_t *at, bool hex, unsigned char *bytes, size_t *places, size_t most) {
  size_t count = 0, i = *at;
  int depth = 1;
  if (hex) {
    for (int have = 0, high = 0; i < n && d[i] != '>'; i++) {
      unsigned digit;
      if (!hex_read((const char *)d + i, 1, &digit)) continue;
      if (have++ % 2 == 0) {
        high = (int)digit;
        if (count < most) places[count] = i;
      } else if (count < most) {
        bytes[count++] = (unsigned char)(high * 16 + (int)digit);
      }
    }
    *at = i < n ? i + 1 : n;
    return count;
  }
  for (; i < n; i++) {
    size_t place = i;
    unsigned char c = d[i];
    if (c == '(') depth++;
    if (c == ')' && --depth == 0) break;
    if (c == '\\' && i + 1 < n) {
      c = d[++i];
      if (c >= '0' && c <= '7') {
        unsigned v = 0;
        size_t end = i;
        while (end < n && end < i + 3 && d[end] >= '0' && d[end] <= '7') v = v * 8 + (unsigned)(d[end++] - '0');
        i = end - 1;
        c = (unsigned char)v;
      } else {
        const char *from = "nrtbf", *to = "\n\r\t\b\f", *known = strchr(from, c);
        if (known && c) c = (unsigned char)to[known - from];
      }
      place = SIZE_MAX; /* an escape is left alone */
    }
    if (count < most) bytes[count] = c, places[count++] = place;
  }
  *at = i < n ? i + 1 : n;
  return count;
}

static void show_string(struct page_text *p, int font, bool hex, const unsigned char *bytes, const size_t *places, size_t n) {
  struct font *f = font >= 0 ? &p->fonts[font] : NULL;
  if (!f || f->bytes == 0) return;
  size_t step = (size_t)f->bytes;
  for (size_t i = 0; i + step <= n && p->nshown < SHOWN_MOST; i += step) {
    struct shown s = {
        .font = font, .hex = hex, .code = step == 2 ? bytes[i] * 256 + bytes[i + 1] : bytes[i], .at = {places[i], places[i + step - 1]}};
    s.text = (char)f->shows[s.code];
    if (s.text > 0) f->code[(int)s.text] = s.code;
    p->v[p->nshown++] = s;
  }
}

static int font_named(const struct page_text *p, const unsigned char *name, size_t n) {
  for (int i = 0; i < p->nfonts; i++)
    if (strlen(p->fonts[i].name) == n && memcmp(p->fonts[i].name, name, n) == 0) return i;
  return -1;
}

/* Follows Tf and the strings; every string of a content stream but those of inline images is shown. */
static void show_read(struct page_text *p) {
  static unsigned char bytes[65536];
  static size_t places[65536];
  const unsigned char *d = p->data;
  int font = -1;
  size_t name = 0, name_n = 0;
  for (size_t i = 0; i < p->n;) {
    if (is_space(d[i])) {
      i++;
    } else if (d[i] == '%') {
      while (i < p->n && d[i] != '\n' && d[i] != '\r') i++;
    } else if (d[i] == '(' || (d[i] == '<' && i + 1 < p->n && d[i + 1] != '<')) {
      bool hex = d[i] == '<';
      i++;
      size_t n = string_bytes(d, p->n, &i, hex, bytes, places, sizeof bytes);
      show_string(p, font, hex, bytes, places, n);
    } else {
      size_t begin = i++;
      if (is_delimiter(d[begin]) && d[begin] != '/') continue;
      while (i < p->n && !is_space(d[i]) && !is_delimiter(d[i])) i++;
      if (d[begin] == '/')
        name = begin, name_n = i - begin;
      else if (i - begin == 2 && memcmp(d + begin, "Tf", 2) == 0)
        font = font_named(p, d + name, name_n);
    }
  }
}

static void page_text_free(struct page_text *p) {
  free(p->data);
  free(p->fonts);
  free(p->v);
  *p = (struct page_text){0};
}

static bool page_text_read(qpdf_data q, int page, struct page_text *p) {
  *p = (struct page_text){0};
  qpdf_oh oh = qpdf_get_page_n(q, (size_t)page - 1);
  if (qpdf_oh_get_page_content_data(q, oh, &p->data, &p->n) != QPDF_SUCCESS || !p->data) return false;
  fonts_read(q, oh, p);
  p->v = calloc(SHOWN_MOST, sizeof *p->v);
  if (p->v) show_read(p);
  return p->v != NULL;
}

/* Finds the number among what is shown, blanks passed over, not inside a longer one; starts looking at `from`. SIZE_MAX when it is not there. */
static size_t number_find(const struct page_text *p, struct sv text, size_t from, size_t *index) {
  for (size_t i = from; i < p->nshown; i++) {
    size_t at = i, k = 0;
    char before = i > 0 ? p->v[i - 1].text : 0;
    if (p->v[i].text != text.p[0] || (before >= '0' && before <= '9') || before == '.' || before == ',') continue;
    for (; k < text.n && at < p->nshown; at++) {
      if (p->v[at].text != text.p[k]) break;
      index[k++] = at;
    }
    char after = at < p->nshown ? p->v[at].text : 0;
    if (k == text.n && !(after >= '0' && after <= '9') && after != '.') return i;
  }
  return SIZE_MAX;
}

/* Puts the code of another digit in the place of one. */
static bool digit_replace(struct page_text *p, const struct shown *s, char digit) {
  static const char hexits[] = "0123456789ABCDEF";
  const struct font *f = &p->fonts[s->font];
  int32_t code = f->code[(int)digit];
  if (code < 0) return false;
  unsigned char bytes[2] = {(unsigned char)(f->bytes == 2 ? code >> 8 : code & 255), (unsigned char)(code & 255)};
  for (int i = 0; i < f->bytes; i++) {
    size_t at = s->at[i];
    if (at == SIZE_MAX) return false;
    if (s->hex) {
      if (at + 1 >= p->n || p->data[at + 1] == '>' || is_space(p->data[at + 1])) return false;
      p->data[at] = (unsigned char)hexits[bytes[i] >> 4];
      p->data[at + 1] = (unsigned char)hexits[bytes[i] & 15];
    } else {
      if (bytes[i] && strchr("()\\\r\n", bytes[i])) return false;
      p->data[at] = bytes[i];
    }
  }
  return true;
}

/* ---- pdftotext as witness ---- */

static char *page_words(const char *path, int page) {
  char number[16], *out = NULL;
  int pipes[2], status = 0;
  pid_t pid;
  posix_spawn_file_actions_t actions;
  snprintf(number, sizeof number, "%d", page);
  char *const arguments[] = {(char[]){"pdftotext"}, (char[]){"-f"}, number, (char[]){"-l"}, number, (char[]){"-layout"},
                             strdup(path),          (char[]){"-"},  NULL};
  if (pipe(pipes) != 0) return NULL;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipes[0]);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  bool started = posix_spawnp(&pid, "pdftotext", &actions, NULL, arguments, environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(pipes[1]);
  if (started && (out = calloc(1, TEXT_MOST)) != NULL) {
    size_t n = 0;
    ssize_t got;
    while (n + 1 < TEXT_MOST && (got = read(pipes[0], out + n, TEXT_MOST - 1 - n)) > 0) n += (size_t)got;
  }
  close(pipes[0]);
  if (started) waitpid(pid, &status, 0);
  free(arguments[6]);
  return out;
}

/* Whether two texts differ in one word only, and there in one digit. */
static bool differ_in_one_digit(const char *a, const char *b) {
  size_t n = strlen(a), different = 0;
  if (n != strlen(b)) return false;
  for (size_t i = 0; i < n; i++) {
    if (a[i] == b[i]) continue;
    different++;
    if (a[i] < '0' || a[i] > '9' || b[i] < '0' || b[i] > '9') return false;
  }
  return different == 1;
}

/* ---- one change ---- */

struct source {
  const char *path;
  struct document *document;
  struct reference reference;
  VEC(struct target) targets;
};

/* Writes the file with one digit changed, at one of the places where the page shows the number. */
static bool rewrite(const char *from, const char *to, const struct obs *o, uint64_t *seed) {
  struct page_text p;
  size_t index[64], found[64];
  int nfound = 0;
  bool done = false;
  struct sv text = sv_trim(o->text);
  qpdf_data q = qpdf_init();
  qpdf_set_suppress_warnings(q, QPDF_TRUE);
  if (text.n > 0 && text.n < 64 && !(qpdf_read(q, from, NULL) & QPDF_ERRORS) && page_text_read(q, o->place.page, &p)) {
    for (size_t at = 0; nfound < 64 && (at = number_find(&p, text, at, index)) != SIZE_MAX; at++) found[nfound++] = at;
    if (nfound > 0) {
      number_find(&p, text, found[chance(seed) % (uint64_t)nfound], index);
      size_t k = (size_t)(chance(seed) % text.n);
      char digit = other_digit(text, k, seed);
      done = digit && digit_replace(&p, &p.v[index[k]], digit);
    }
    if (done) {
      qpdf_oh stream = qpdf_oh_new_stream(q);
      qpdf_oh_replace_stream_data(q, stream, p.data, p.n, qpdf_oh_new_null(q), qpdf_oh_new_null(q));
      qpdf_oh_replace_key(q, qpdf_get_page_n(q, (size_t)o->place.page - 1), "/Contents", stream);
      done = !(qpdf_init_write(q, to) & QPDF_ERRORS) && !(qpdf_write(q) & QPDF_ERRORS);
    }
    page_text_free(&p);
  }
  qpdf_cleanup(&q);
  return done;
}

/* The one cell whose text differs from the reference; false when there is none, or several. */
static bool changed_cell(const struct reference *before, const struct checked *after, struct target *out) {
  int different = 0;
  if (before->checked.n != after->n) return false;
  for (int i = 0; i < after->n; i++) {
    const struct book *a = before->checked.books[i], *b = after->books[i];
    if (a->tables.n != b->tables.n) return false;
    for (size_t k = 0; k < a->obs.n; k++) {
      const struct obs *o = &a->obs.v[k];
      if (o->table < 0 || o->type != OBS_AMOUNT) continue;
      const struct obs *other = book_cell(b, &b->tables.v[o->table], o->row, o->column);
      if (!other || sv_equal(sv_trim(o->text), sv_trim(other->text))) continue;
      *out = (struct target){i, o->table, o->row, o->column, o->value};
      different++;
    }
  }
  return different == 1;
}

enum made { MADE_NOT, MADE_UNLIKE, MADE };

static enum made change_once(const struct bench *x, struct source *s, const char *temporary, uint64_t *seed, struct tally *t) {
  const struct target *pick = &s->targets.v[chance(seed) % s->targets.n];
  const struct book *b = s->reference.checked.books[pick->book];
  const struct obs *o = book_cell(b, &b->tables.v[pick->table], pick->row, pick->column);
  struct err e;
  if (!o || !rewrite(s->path, temporary, o, seed)) return MADE_NOT;
  char *before = page_words(s->path, o->place.page), *after = page_words(temporary, o->place.page);
  enum made made = before && after && differ_in_one_digit(before, after) ? MADE_UNLIKE : MADE_NOT;
  free(before);
  free(after);
  struct document *d = NULL;
  struct checked checked;
  struct target target;
  if (made == MADE_NOT || document_read(temporary, &document_limits_default, &d, &e) < 0) return made;
  if (bench_check(x, d, &checked, &e) == RC_OK) {
    if (changed_cell(&s->reference, &checked, &target)) {
      char what[256];
      const char *name = strrchr(s->path, '/');
      snprintf(what, sizeof what, "%s page %d %s [%d,%d]", name ? name + 1 : s->path, o->place.page, b->tables.v[target.table].id, target.row,
               target.column);
      tally_change(t, x, &s->reference, &checked, &target, what);
      made = MADE;
    }
    checked_free(&checked);
  }
  document_free(d);
  return made;
}

static int source_open(const struct bench *x, const char *path, struct source *s, struct err *e) {
  *s = (struct source){.path = path};
  int rc = document_read(path, &document_limits_default, &s->document, e);
  if (rc == RC_OK) rc = reference_take(x, s->document, &s->reference, e);
  for (int i = 0; i < s->reference.checked.n && rc == RC_OK; i++) {
    const struct book *b = s->reference.checked.books[i];
    for (size_t k = 0; k < b->obs.n; k++) {
      const struct obs *o = &b->obs.v[k];
      if (o->table < 0 || o->type != OBS_AMOUNT || (o->state != OBS_VALUE && o->state != OBS_ZERO) || o->place.page < 1 || o->doubtful) continue;
      struct target target = {i, o->table, o->row, o->column, o->value};
      if (VEC_PUSH(&s->targets, target, 10000000) < 0) rc = RC_NOMEM;
    }
  }
  return rc;
}

static void source_close(struct source *s) {
  reference_free(&s->reference);
  document_free(s->document);
  free(s->targets.v);
}

static void change_many(const struct bench *x, struct source *v, int n, long changes, uint64_t seed, struct tally *t) {
  char temporary[] = "/tmp/heng-mutate-XXXXXX";
  long unlike = 0, tried = 0;
  int fd = mkstemp(temporary);
  if (fd < 0) return;
  close(fd);
  while (n > 0 && t->changes < changes && tried < changes * TRIES_A_CHANGE) {
    struct source *s = &v[tried++ % n]; /* every file in turn */
    if (s->targets.n > 0) unlike += change_once(x, s, temporary, &seed, t) == MADE_UNLIKE;
  }
  unlink(temporary);
  tally_print(t, stdout);
  printf("%ld rewritten files confirmed by pdftotext and found again in a table; %ld more confirmed, where the number stands outside a table or the "
         "table was read "
         "otherwise; %ld tries\n",
         t->changes, unlike, tried);
}

int main(int argc, char **argv) {
  static struct source sources[BOOKS_MOST];
  static struct tally tally;
  static const char *const endings[] = {".pdf", NULL};
  char folder[4096], **paths = NULL;
  long changes = 200;
  uint64_t seed = 20230101;
  int n = 0, npaths = 0, at = 1;
  for (; at < argc && argv[at][0] == '-'; at++) {
    if (strcmp(argv[at], "--changes") == 0 && at + 1 < argc)
      changes = strtol(argv[++at], NULL, 10);
    else if (strcmp(argv[at], "--seed") == 0 && at + 1 < argc)
      seed = strtoull(argv[++at], NULL, 10);
    else if (strcmp(argv[at], "--verbose") == 0)
      tally.verbose = 1;
    else
      return fprintf(stderr, "usage: mutate_pdf [--changes N] [--seed S] [--verbose] [FILE...]\n"), 2;
  }
  if (at == argc) {
    if (!shared_folder(folder, sizeof folder)) return printf("skipped: no shared documents\n"), 77;
    npaths = real_books(folder, endings, &paths);
  }
  struct bench x;
  struct err e;
  if (bench_open(&x, &e) < 0) return fprintf(stderr, "%s\n", e.text), 3;
  for (int i = 0; i < (at < argc ? argc - at : npaths) && n < BOOKS_MOST; i++) {
    const char *path = at < argc ? argv[at + i] : paths[i];
    if (source_open(&x, path, &sources[n], &e) == RC_OK) {
      n++;
      continue;
    }
    printf("%s: %s\n", path, e.text);
    source_close(&sources[n]);
  }
  change_many(&x, sources, n, changes, seed, &tally);
  for (int i = 0; i < n; i++) source_close(&sources[i]);
  bench_close(&x);
  paths_free(paths, npaths);
  return tally.changes > 0 ? 0 : 3;
}
