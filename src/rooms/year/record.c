/* record.c: records of a CSV file as they were written (RFC 4180): an edit changes the cells it names and leaves every other byte as it was. */
#include "rooms/year/internal.h"

#include <string.h>

size_t record_length(struct sv s) {
  bool quoted = false, begins = true; /* begins: of a field, where a quote opens */
  for (size_t i = 0; i < s.n; i++) {
    char ch = s.p[i];
    if (quoted) {
      if (ch == '"') quoted = false; /* a doubled one opens again with the next */
    } else if (ch == '"') {
      quoted = begins || (i > 0 && s.p[i - 1] == '"');
    } else if (ch == '\n') {
      return i + 1;
    }
    if (!quoted) begins = ch == ',' || (begins && (ch == ' ' || ch == '\t'));
  }
  return s.n;
}

struct sv record_end(struct sv raw) {
  if (raw.n >= 2 && raw.p[raw.n - 2] == '\r' && raw.p[raw.n - 1] == '\n') return (struct sv){raw.p + raw.n - 2, 2};
  if (raw.n >= 1 && raw.p[raw.n - 1] == '\n') return (struct sv){raw.p + raw.n - 1, 1};
  return SV("");
}

bool record_blank(struct sv raw) {
  for (size_t i = 0; i < raw.n; i++)
    if (!strchr(" \t\r\n", raw.p[i])) return false;
  return true;
}

/* The bytes of each cell, quotes and blanks with them; the line end is left out. The number, -1 too many. */
static int spans(struct sv raw, struct sv out[FIELDS_MOST]) {
  int n = 0;
  size_t end = raw.n - record_end(raw).n, start = 0;
  bool quoted = false, begins = true;
  for (size_t i = 0; i <= end; i++) {
    if (i == end || (!quoted && raw.p[i] == ',')) {
      if (n == FIELDS_MOST) return -1;
      out[n++] = (struct sv){raw.p + start, i - start};
      start = i + 1;
      begins = true;
      continue;
    }
    if (quoted) {
      if (raw.p[i] == '"') quoted = false;
    } else if (raw.p[i] == '"') {
      quoted = begins || (i > start && raw.p[i - 1] == '"');
    } else if (begins) {
      begins = raw.p[i] == ' ' || raw.p[i] == '\t';
    }
  }
  return n;
}

static bool unquote(struct sv span, struct arena *a, struct sv *out) {
  struct sv s = sv_trim(span);
  if (s.n < 2 || s.p[0] != '"') {
    *out = s;
    return true;
  }
  s = (struct sv){s.p + 1, s.p[s.n - 1] == '"' ? s.n - 2 : s.n - 1};
  if (!memchr(s.p, '"', s.n) && !memchr(s.p, '\r', s.n)) {
    *out = s;
    return true;
  }
  char *p = arena_alloc(a, s.n + 1);
  size_t n = 0;
  if (!p) return false;
  for (size_t i = 0; i < s.n; i++) {
    p[n++] = s.p[i] == '\r' ? '\n' : s.p[i]; /* as the reader of a workspace, and as browsers send them */
    if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"') i++;
    if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n') i++;
  }
  *out = (struct sv){p, n};
  return true;
}

int record_cells(struct sv raw, struct arena *a, struct sv cells[FIELDS_MOST]) {
  struct sv all[FIELDS_MOST];
  if (sv_starts(raw, "\xef\xbb\xbf")) raw = (struct sv){raw.p + 3, raw.n - 3};
  int n = spans(raw, all);
  for (int i = 0; i < n; i++)
    if (!unquote(all[i], a, &cells[i])) return -1;
  return n;
}

int record_set(struct sv raw, const int *columns, const struct sv *values, int n, struct sv end, struct buf *out, struct err *e) {
  struct sv all[FIELDS_MOST], own = record_end(raw);
  int have = raw.n == 0 ? 0 : spans(raw, all), most = have;
  if (have < 0) return err_set(e, RC_LIMIT, tr("一行最多 %d 列", "at most %d cells a record"), FIELDS_MOST);
  for (int k = 0; k < n; k++)
    if (columns[k] >= most) most = columns[k] + 1;
  if (most > FIELDS_MOST) return err_set(e, RC_LIMIT, tr("一行最多 %d 列", "at most %d cells a record"), FIELDS_MOST);
  for (int i = 0; i < most; i++) {
    int with = -1;
    for (int k = 0; k < n; k++)
      if (columns[k] == i) with = k;
    if (with >= 0) {
      csv_put(out, i == 0, values[with]);
      continue;
    }
    if (i > 0) buf_putc(out, ',');
    if (i < have) buf_add(out, all[i].p, all[i].n);
  }
  if (own.n == 0) own = end;
  buf_add(out, own.p, own.n);
  return out->rc < 0 || out->n > RECORD_MOST ? err_set(e, RC_LIMIT, "%s", tr("这一行太长", "the record is too long")) : RC_OK;
}
