/* csv.c: CSV in and out. A record may run over lines inside quotes; its line is the one it begins on. */
#include "rooms/book/csv.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

struct reader {
  struct csv *c;
  const char *path;
  char *p, *end;
  int32_t line;
  struct err *e;
};

/* A file that is mostly UTF-8 with a few broken bytes is damaged, not GB18030: read as that it would be another text. 0, or the line. */
static int32_t damaged_line(struct sv s) {
  bool marked = sv_starts(s, "\xef\xbb\xbf");
  size_t good = 0, bad = 0;
  int32_t line = 1, first = 0;
  for (size_t at = 0; at < s.n;) {
    size_t start = at;
    if (s.p[at] == '\n') line++;
    if ((unsigned char)s.p[at] < 0x80) {
      at++;
      continue;
    }
    bool broken = utf8_next(s, &at) == 0xFFFD && at - start < 3;
    if (broken && !first) first = line;
    broken ? bad++ : good++;
  }
  return marked || good > 20 * bad ? first : 0;
}

/* Files saved by an old Excel are GB18030. */
static int to_utf8(struct reader *r, size_t *size) {
  size_t room = *size * 2 + 16, left = room, in = *size;
  int32_t line = damaged_line((struct sv){(char *)r->c->data, *size});
  if (line)
    return err_at(r->e, RC_FORMAT, r->path, line, 0, "%s",
                  tr("这一行有损坏的文字（不是完整的 UTF-8）；重新填写，再存为“CSV UTF-8”",
                     "damaged text on this line (broken UTF-8); enter it again and save as \"CSV UTF-8\""));
  char *out = malloc(room), *to = out, *from = (char *)r->c->data;
  if (!out) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  iconv_t cd = iconv_open("UTF-8", "GB18030");
  size_t bad = cd == (iconv_t)-1 ? (size_t)-1 : iconv(cd, &from, &in, &to, &left);
  if (cd != (iconv_t)-1) iconv_close(cd);
  if (bad == (size_t)-1) {
    free(out);
    return err_at(
        r->e, RC_FORMAT, r->path, 0, 0, "%s",
        tr("不是 UTF-8，也不是 GBK 文本；请在 Excel 中另存为“CSV UTF-8”", "is neither UTF-8 nor GBK text; save it in Excel as \"CSV UTF-8\""));
  }
  free(r->c->data);
  r->c->data = (unsigned char *)out;
  r->c->converted = true;
  *size = (size_t)(to - out);
  return RC_OK;
}

static int complain(const struct reader *r, int column, const char *what) {
  return err_at(r->e, RC_FORMAT, r->path, r->line, column, "%s", what);
}

/* A quoted field: its text is moved together over the doubled quotes. */
static int quoted(struct reader *r, int column, struct sv *out) {
  char *to = ++r->p, *from = r->p;
  int32_t line = r->line;
  out->p = to;
  for (;;) {
    if (from >= r->end) return r->line = line, complain(r, column, tr("引号没有结束", "a quote that does not end"));
    if (*from == '"') {
      if (from + 1 < r->end && from[1] == '"')
        from++;
      else
        break;
    }
    if (*from == '\r' && from + 1 < r->end && from[1] == '\n') from++;
    const bool ends = *from == '\n' || *from == '\r'; /* all three ways to end a line are one */
    r->line += ends;
    *to++ = ends ? '\n' : *from;
    from++;
  }
  out->n = (size_t)(to - out->p);
  r->p = from + 1;
  if (r->p < r->end && *r->p != ',' && *r->p != '\n' && *r->p != '\r')
    return complain(r, column, tr("引号结束后还有文字；一个单元格整个放在引号里", "text after a closing quote; put the whole cell into quotes"));
  return RC_OK;
}

static int plain(struct reader *r, struct sv *out) {
  char *from = r->p;
  while (r->p < r->end && *r->p != ',' && *r->p != '\n' && *r->p != '\r') r->p++;
  *out = (struct sv){from, (size_t)(r->p - from)};
  return RC_OK;
}

static int record(struct reader *r) {
  struct csv_row row = {r->line, (uint32_t)r->c->fields.n, 0};
  int rc = RC_OK;
  bool empty = true;
  for (;;) {
    struct sv field = {0};
    if (row.n >= CSV_FIELDS) return complain(r, row.n, tr("一行的列太多", "too many fields in a line"));
    rc = r->p < r->end && *r->p == '"' ? quoted(r, row.n + 1, &field) : plain(r, &field);
    if (rc < 0) return rc;
    field = sv_trim(field);
    if (field.n) empty = false;
    if (VEC_PUSH(&r->c->fields, field, (size_t)CSV_ROWS * 16) < 0) return err_set(r->e, RC_LIMIT, tr("%s 太大", "%s is too large"), r->path);
    row.n++;
    if (r->p >= r->end || *r->p != ',') break;
    r->p++;
  }
  if (r->p < r->end && *r->p == '\r') r->p++;
  if (r->p < r->end && *r->p == '\n') r->p++;
  r->line++;
  if (empty) {
    r->c->fields.n = row.first;
    return RC_OK;
  }
  if (VEC_PUSH(&r->c->rows, row, CSV_ROWS) < 0) return err_set(r->e, RC_LIMIT, tr("%s 行数太多", "%s has too many lines"), r->path);
  return RC_OK;
}

static int line_of(const unsigned char *from, const unsigned char *at) {
  int line = 1;
  for (; from < at; from++) line += *from == '\n';
  return line;
}

int csv_read(const char *path, struct csv *out, struct err *e) {
  struct reader r = {out, path, NULL, NULL, 1, e};
  size_t size;
  memset(out, 0, sizeof *out);
  int rc = file_read(path, CSV_BYTES, &out->data, &size, e);
  if (rc < 0) return rc;
  if (size >= 4 && memcmp(out->data, "PK\3\4", 4) == 0)
    rc = err_at(
        e, RC_FORMAT, path, 0, 0, "%s",
        tr("是 Excel 工作簿，只是名字叫 .csv；在 Excel 中另存为“CSV UTF-8”", "is an Excel workbook named .csv; save it in Excel as \"CSV UTF-8\""));
  else if (memchr(out->data, 0, size))
    rc = err_at(e, RC_FORMAT, path, line_of(out->data, memchr(out->data, 0, size)), 0, "%s",
                tr("不是 CSV 文本（含有零字节）；请另存为“CSV UTF-8”", "is no CSV text (it has zero bytes); save it as \"CSV UTF-8\""));
  if (rc == RC_OK && !utf8_valid((struct sv){(char *)out->data, size})) rc = to_utf8(&r, &size);
  if (rc == RC_OK) {
    r.p = (char *)out->data;
    r.end = r.p + size;
    if (size >= 3 && memcmp(r.p, "\xef\xbb\xbf", 3) == 0) r.p += 3;
    while (rc == RC_OK && r.p < r.end) rc = record(&r);
  }
  if (rc < 0) csv_release(out);
  return rc;
}

void csv_release(struct csv *c) {
  free(c->fields.v);
  free(c->rows.v);
  free(c->data);
  memset(c, 0, sizeof *c);
}

int csv_put(struct buf *out, bool first, struct sv text) {
  if (!first) buf_putc(out, ',');
  bool quote = false;
  for (size_t i = 0; i < text.n; i++) quote = quote || text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n' || text.p[i] == '\r';
  if (!quote) return buf_add(out, text.p, text.n);
  buf_putc(out, '"');
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '"') buf_putc(out, '"');
    buf_putc(out, text.p[i]);
  }
  return buf_putc(out, '"');
}
