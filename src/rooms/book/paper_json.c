/* paper_json.c: the whole book as data: docs/schema/book.md. Amounts are exact, in 元, as strings; a cell a line, so that two books can be laid
 * side by side. */
#include "rooms/book/paper.h"

enum { JSON_MAX = 512 << 20 };

static void string(struct buf *out, struct sv s) {
  buf_putc(out, '"');
  for (size_t at = 0; at < s.n;) {
    size_t from = at;
    uint32_t c = utf8_next(s, &at);
    if (c == '"' || c == '\\')
      buf_printf(out, "\\%c", (char)c);
    else if (c == '\n')
      buf_puts(out, "\\n");
    else if (c < 32 || c == 127 || c == 0x2028 || c == 0x2029)
      buf_printf(out, "\\u%04x", (unsigned)c);
    else if (c == 0xFFFD)
      buf_puts(out, "\xEF\xBF\xBD");
    else
      buf_add(out, s.p + from, at - from);
  }
  buf_putc(out, '"');
}

static void member(struct buf *out, const char *name, struct sv s) {
  if (s.n == 0) return;
  buf_printf(out, ",\"%s\":", name);
  string(out, s);
}

static void flag(struct buf *out, const char *name, bool on) {
  if (on) buf_printf(out, ",\"%s\":true", name);
}

/* Millionths as a decimal fraction. */
static void ratio(struct buf *out, int64_t millionths) {
  uint64_t n = millionths < 0 ? 0 - (uint64_t)millionths : (uint64_t)millionths;
  buf_printf(out, ",\"ratio\":\"%s%llu.%06llu\"", millionths < 0 ? "-" : "", (unsigned long long)(n / 1000000), (unsigned long long)(n % 1000000));
}

void paper_json_cell(struct buf *out, const struct paper_table *t, const struct paper_cell *c) {
  static const char *const roles[] = {"head", "text", "centre", "number"};
  char text[MONEY_TEXT];
  buf_printf(out, "{\"row\":%d,\"column\":%d", c->row, c->column);
  if (c->row_span > 1) buf_printf(out, ",\"row_span\":%d", c->row_span);
  if (c->column_span > 1) buf_printf(out, ",\"column_span\":%d", c->column_span);
  buf_printf(out, ",\"role\":\"%s\",\"text\":", roles[c->role <= CELL_NUMBER ? c->role : CELL_TEXT]);
  string(out, c->text);
  if (c->indent > 0) buf_printf(out, ",\"indent\":%d", c->indent);
  if (c->amount) buf_printf(out, ",\"yuan\":\"%s\"", money_print(text, c->fen, SCALE_YUAN, 2, false));
  if (c->percent) ratio(out, c->fen);
  int side = paper_side(t, c->column);
  if (c->amount && t->row && c->row < t->rows) member(out, "key", paper_key(t, c->row, side));
  if (c->amount && t->column && c->column < t->columns) member(out, "measure", sv_from(t->column[c->column].measure));
  for (int i = 0; i < c->nparts; i++) buf_printf(out, "%s%d", i == 0 ? ",\"parts\":[" : ",", (int)c->parts[i]);
  buf_puts(out, c->nparts > 0 ? "]}" : "}");
}

static void rows(struct buf *out, const struct paper_table *t) {
  buf_puts(out, ",\n\"row_keys\":[");
  for (int r = 0; t->row && r < t->rows; r++) {
    buf_puts(out, r > 0 ? ",\n{\"key\":" : "\n{\"key\":");
    string(out, t->row[r].key);
    if (t->right_kind) member(out, "right_key", t->row[r].right_key);
    if (t->third_column) member(out, "third_key", t->row[r].third_key);
    buf_printf(out, ",\"level\":%d,\"parent\":%d}", t->row[r].level, (int)t->row[r].parent);
  }
  buf_puts(out, "],\n\"measures\":[");
  for (int c = 0; t->column && c < t->columns; c++) {
    if (c > 0) buf_putc(out, ',');
    if (t->column[c].measure)
      string(out, sv_from(t->column[c].measure));
    else
      buf_puts(out, "null");
  }
  buf_puts(out, "]");
}

static void table(struct buf *out, const struct paper *p, const struct paper_table *t) {
  buf_puts(out, "{\"id\":");
  string(out, sv_from(t->id));
  member(out, "kind", sv_from(t->kind));
  member(out, "right_kind", sv_from(t->right_kind));
  if (t->right_kind) buf_printf(out, ",\"right_column\":%d", t->right_column);
  if (t->third_column) buf_printf(out, ",\"third_column\":%d", t->third_column);
  member(out, "number", t->number);
  member(out, "title", t->title);
  member(out, "unit_line", t->unit_line);
  member(out, "remark", t->remark);
  if (t->project >= 0 && p->workspace && (size_t)t->project < p->workspace->projects.n)
    member(out, "project", p->workspace->projects.v[t->project].code);
  buf_printf(out, ",\"scale\":%d,\"decimals\":%d,\"rows\":%d,\"columns\":%d,\"head\":%d", (int)t->scale, t->decimals, t->rows, t->columns, t->head);
  flag(out, "form", t->form);
  flag(out, "empty", t->empty);
  flag(out, "landscape", t->landscape);
  rows(out, t);
  buf_puts(out, ",\n\"cells\":[");
  for (int i = 0; i < t->ncells; i++) {
    buf_puts(out, i > 0 ? ",\n" : "\n");
    paper_json_cell(out, t, &t->cells[i]);
  }
  buf_puts(out, "]}");
}

static void paragraphs(struct buf *out, const struct paper *p) {
  static const char *const kinds[] = {"part", "section", "subsection", "text", "table"};
  buf_puts(out, "\"paragraphs\":[");
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_block *b = &p->blocks.v[i];
    buf_printf(out, "%s{\"kind\":\"%s\"", i > 0 ? ",\n" : "\n", kinds[b->kind <= PAPER_TABLE ? b->kind : PAPER_TEXT]);
    member(out, "text", b->text);
    member(out, "anchor", sv_from(b->anchor));
    if (b->kind == PAPER_TABLE && b->table) member(out, "table", sv_from(b->table->id));
    buf_putc(out, '}');
  }
  buf_puts(out, "],\n");
}

static void book(struct buf *out, const struct paper *p) {
  const struct workspace *w = p->workspace;
  buf_printf(out, "{\"schema\":\"heng-book/1\",\n\"book\":{\"year\":%d", p->year);
  member(out, "title", p->title);
  member(out, "body", p->body);
  member(out, "profile", sv_from(p->profile));
  if (w && w->version >= 0 && (size_t)w->version < w->versions.n) member(out, "version", w->versions.v[w->version]);
  if (w) member(out, "name", sv_from(w->name));
  buf_puts(out, ",\"currency\":\"CNY\"},\n");
}

int paper_write_json(const struct paper *p, const char *path, struct err *e) {
  struct buf out;
  bool first = true;
  buf_init(&out, JSON_MAX);
  book(&out, p);
  buf_puts(&out, "\"tables\":[");
  for (size_t i = 0; i < p->blocks.n; i++) {
    if (p->blocks.v[i].kind != PAPER_TABLE || !p->blocks.v[i].table) continue;
    buf_puts(&out, first ? "\n" : ",\n");
    table(&out, p, p->blocks.v[i].table);
    first = false;
  }
  buf_puts(&out, "],\n");
  paragraphs(&out, p);
  buf_puts(&out, "\"missing\":[");
  for (size_t i = 0; i < p->missing.n; i++) {
    buf_puts(&out, i > 0 ? ",\n{\"subject\":" : "\n{\"subject\":");
    string(&out, p->missing.v[i].subject);
    member(&out, "text", sv_from(p->missing.v[i].text));
    buf_putc(&out, '}');
  }
  buf_puts(&out, "]}\n");
  int rc = out.rc < 0 ? err_set(e, out.rc, tr("book.json 超过 %d MB", "book.json is larger than %d MB"), JSON_MAX >> 20)
                      : file_replace(path, out.p, out.n, e);
  buf_release(&out);
  return rc;
}
