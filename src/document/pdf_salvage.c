/* pdf_salvage.c: a file whose trailer, catalog or page tree is lost (most often because its end was cut off): the page objects that are
 * still there are found by their looks, and a new page tree, catalog and trailer are written behind them. */
#include "document/pdf_internal.h"

#include <stdlib.h>
#include <string.h>

#define SALVAGE_PAGES 5000
#define LOOK_BACK     4096 /* from /Type /Page to the beginning of its object */

static bool is_blank(unsigned char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

static bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}

/* The number that ends before *at, moving *at to its first digit; -1 when there is none. */
static long number_before(const unsigned char *p, size_t *at) {
  size_t end = *at;
  while (end > 0 && is_blank(p[end - 1])) end--;
  size_t first = end;
  while (first > 0 && is_digit(p[first - 1]) && end - first < 9) first--;
  if (first == end) return -1;
  long v = 0;
  for (size_t i = first; i < end; i++) v = v * 10 + (p[i] - '0');
  *at = first;
  return v;
}

/* Number of the object around position at; -1 when none begins near enough. */
static long object_around(const unsigned char *p, size_t at, long *generation) {
  size_t stop = at > LOOK_BACK ? at - LOOK_BACK : 0;
  for (size_t i = at; i > stop + 3; i--) {
    if (memcmp(p + i - 3, "obj", 3) != 0) continue;
    size_t before = i - 3;
    if (memmem(p + i, at - i, "stream", 6)) return -1; /* within a stream's data */
    if (before >= 3 && !memcmp(p + before - 3, "end", 3)) return -1;
    *generation = number_before(p, &before);
    return *generation < 0 ? -1 : number_before(p, &before);
  }
  return -1;
}

/* Is the name /Page at position at the value of a /Type? */
static bool is_page(const unsigned char *p, size_t n, size_t at) {
  if (at + 5 < n && !is_blank(p[at + 5]) && !strchr("/<>[]()", p[at + 5])) return false; /* /Pages, /PageMode */
  while (at > 0 && is_blank(p[at - 1])) at--;
  return at >= 5 && !memcmp(p + at - 5, "/Type", 5);
}

/* The whole number after a key between two positions; -1 when the key is not there. */
static long key_number(const unsigned char *p, size_t from, size_t to, const char *key) {
  size_t n = strlen(key);
  for (size_t i = from; i + n < to; i++) {
    if (memcmp(p + i, key, n) != 0 || !(is_blank(p[i + n]) || is_digit(p[i + n]))) continue;
    size_t at = i + n;
    while (at < to && is_blank(p[at])) at++;
    long v = 0;
    for (int digits = 0; at < to && is_digit(p[at]) && digits < 9; digits++) v = v * 10 + (p[at++] - '0');
    return v;
  }
  return -1;
}

/* Writes the objects of a decoded object stream out in clear. */
static void expand_objects(const struct pdf_bytes *io, long count, long first, struct buf *out) {
  if (first < 0 || (size_t)first > io->n || count < 0 || count > 100000) return;
  unsigned char *header = malloc((size_t)first + 1);
  if (!header) return;
  memcpy(header, io->p, (size_t)first);
  struct lexer l = {header, (size_t)first, 0};
  double id = 0, at = 0;
  for (long i = 0; i <= count; i++) {
    struct token next_id = lex_next(&l), next_at = lex_next(&l);
    bool more = i < count && next_id.kind == TOKEN_NUMBER && next_at.kind == TOKEN_NUMBER;
    double room = (double)(io->n - (size_t)first), end = more ? next_at.number : room;
    if (i > 0 && at >= 0 && end > at && end <= room && id > 0 && id < 8e6) {
      (void)buf_printf(out, "\n%ld 0 obj\n", (long)id);
      (void)buf_add(out, io->p + (size_t)first + (size_t)at, (size_t)(end - at));
      (void)buf_puts(out, "\nendobj\n");
    }
    if (!more) break;
    id = next_id.number;
    at = next_at.number;
  }
  free(header);
}

/* Objects kept in compressed object streams cannot be found without the index: write them out in clear. */
static void expand_streams(const unsigned char *data, size_t size, struct buf *out) {
  for (size_t at = 0; out->rc == 0;) {
    const unsigned char *hit = memmem(data + at, size - at, "/ObjStm", 7);
    if (!hit) return;
    size_t where = (size_t)(hit - data), from = where > 256 ? where - 256 : 0;
    at = where + 7;
    const unsigned char *word = memmem(hit, size - where < 1024 ? size - where : 1024, "stream", 6);
    if (!word) continue;
    for (size_t i = where; i > from + 3; i--) /* not into the object before */
      if (!memcmp(data + i - 3, "obj", 3)) from = i;
    size_t to = (size_t)(word - data), begin = to + 6;
    if (begin < size && data[begin] == '\r') begin++;
    if (begin < size && data[begin] == '\n') begin++;
    const unsigned char *end = memmem(data + begin, size - begin, "endstream", 9);
    size_t n = (end ? (size_t)(end - data) : size) - begin;
    struct pdf_bytes io = {malloc(n + 1), n};
    bool damaged = false;
    if (!io.p) return;
    memcpy(io.p, data + begin, n);
    bool flate = memmem(data + from, to - from, "/FlateDecode", 12) != NULL;
    if (!flate || pdf_filter("FlateDecode", 1, 1, 8, 1, (size_t)16 << 20, &io, &damaged) == RC_OK)
      expand_objects(&io, key_number(data, from, to, "/N"), key_number(data, from, to, "/First"), out);
    free(io.p);
  }
}

/* A tree of every page object there is, in the order of the file. RC_FORMAT when there is none. */
static int add_tree(struct buf *b, long *root) {
  struct buf kids;
  long pages = 0, highest = 0, previous = -1;
  buf_init(&kids, (size_t)1 << 20);
  const unsigned char *data = (const unsigned char *)b->p;
  for (size_t at = 0; pages < SALVAGE_PAGES;) {
    const unsigned char *hit = memmem(data + at, b->n - at, "/Page", 5);
    if (!hit) break;
    size_t where = (size_t)(hit - data);
    at = where + 5;
    long generation = 0, id = is_page(data, b->n, where) ? object_around(data, where, &generation) : -1;
    if (id <= 0 || id > 8000000 || id == previous) continue;
    (void)buf_printf(&kids, "%ld %ld R ", id, generation);
    if (id > highest) highest = id;
    previous = id;
    pages++;
  }
  *root = highest + 1000002;
  if (pages > 0) {
    (void)buf_printf(b, "%ld 0 obj\n<< /Type /Pages /Count %ld /Kids [ %s ] >>\nendobj\n", *root - 1, pages, kids.p);
    (void)buf_printf(b, "%ld 0 obj\n<< /Type /Catalog /Pages %ld 0 R >>\nendobj\n", *root, *root - 1);
  }
  int rc = pages == 0 ? RC_FORMAT : kids.rc < 0 ? RC_NOMEM : RC_OK;
  buf_release(&kids);
  return rc;
}

/* The last catalog in the file. */
static int find_catalog(const struct buf *b, long *root) {
  const unsigned char *data = (const unsigned char *)b->p;
  *root = -1;
  for (size_t at = 0;;) {
    const unsigned char *hit = memmem(data + at, b->n - at, "/Catalog", 8);
    if (!hit) return *root > 0 ? RC_OK : RC_FORMAT;
    long generation = 0, id = object_around(data, (size_t)(hit - data), &generation);
    if (id > 0 && generation == 0) *root = id;
    at = (size_t)(hit - data) + 8;
  }
}

/* Old trailers would be found first. */
static void hide_trailers(char *p, size_t n) {
  for (char *at = memmem(p, n, "trailer", 7); at; at = memmem(at, n - (size_t)(at - p), "trailer", 7)) at[6] = 'x';
}

int pdf_salvage(const unsigned char *data, size_t size, bool keep_catalog, unsigned char **out, size_t *out_size) {
  struct buf b;
  long root = 0;
  buf_init(&b, size + ((size_t)64 << 20));
  (void)buf_add(&b, data, size);
  (void)buf_puts(&b, "\nendstream\nendobj\n"); /* whatever the cut left open */
  if (b.rc == 0) {
    hide_trailers(b.p, b.n);
    expand_streams(data, size, &b);
  }
  int rc = b.rc < 0 ? RC_NOMEM : keep_catalog ? find_catalog(&b, &root) : add_tree(&b, &root);
  (void)buf_printf(&b, "trailer\n<< /Size %ld /Root %ld 0 R >>\nstartxref\n0\n%%%%EOF\n", root + 9000000, root);
  if (rc == RC_OK && b.rc < 0) rc = RC_NOMEM;
  if (rc < 0) {
    buf_release(&b);
    return rc;
  }
  *out = (unsigned char *)b.p;
  *out_size = b.n;
  return RC_OK;
}
