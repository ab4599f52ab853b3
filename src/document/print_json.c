/* print_json.c: a document for programs: everything that was recovered, with its place. docs/schema/read.md is the form: fields may be added, not
 * changed. It is written piece by piece, so that a long document does not lie in memory twice. */
#include "document/document.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *text(struct sv s) {
  json_t *j = json_stringn(s.p ? s.p : "", s.n);
  if (j) return j;
  struct buf clean; /* not UTF-8: each bad byte becomes U+FFFD */
  buf_init(&clean, s.n * 3 + 16);
  for (size_t at = 0; at < s.n;) {
    char utf8[4];
    buf_add(&clean, utf8, utf8_put(utf8, utf8_next(s, &at)));
  }
  j = json_stringn(clean.p ? clean.p : "", clean.n);
  buf_release(&clean);
  return j;
}

static double tenth(float v) {
  return (double)(long)((double)v * 10 + (v < 0 ? -0.5 : 0.5)) / 10;
}

static void set_place(json_t *j, const struct place *p) {
  if (p->page > 0) json_object_set_new(j, "page", json_integer(p->page));
  if (p->sheet > 0) json_object_set_new(j, "sheet", json_integer(p->sheet));
  if (p->line > 0) json_object_set_new(j, "line", json_integer(p->line));
  if (p->box.x1 > p->box.x0 && p->box.y1 > p->box.y0)
    json_object_set_new(j, "box", json_pack("[f,f,f,f]", tenth(p->box.x0), tenth(p->box.y0), tenth(p->box.x1), tenth(p->box.y1)));
}

static void set_true(json_t *j, const char *key, bool value) {
  if (value) json_object_set_new(j, key, json_true());
}

static void set_text(json_t *j, const char *key, const char *value) {
  if (value) json_object_set_new(j, key, text(sv_from(value)));
}

static int put(struct buf *out, json_t *j) {
  char *s = j ? json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(10) | JSON_ENCODE_ANY) : NULL;
  json_decref(j);
  if (!s) return RC_NOMEM;
  buf_puts(out, s);
  free(s);
  return out->rc;
}

static json_t *page_json(const struct page *p) {
  json_t *j = json_object();
  json_object_set_new(j, "page", json_integer(p->number));
  json_object_set_new(j, "state", json_string(page_state_names[p->state]));
  if (p->width > 0) json_object_set_new(j, "width", json_real(tenth(p->width)));
  if (p->height > 0) json_object_set_new(j, "height", json_real(tenth(p->height)));
  if (p->rotate) json_object_set_new(j, "rotate", json_integer(p->rotate));
  if (p->glyphs) json_object_set_new(j, "glyphs", json_integer(p->glyphs));
  if (p->unmapped) json_object_set_new(j, "unmapped", json_integer(p->unmapped));
  set_text(j, "label", p->label);
  set_true(j, "hidden", p->hidden);
  set_text(j, "note", p->note);
  return j;
}

static json_t *item_json(const struct document *d, const struct item *item) {
  json_t *j = json_object();
  if (item->kind == ITEM_TABLE) {
    json_object_set_new(j, "table", json_integer(d->tables[item->table].number));
  } else {
    json_object_set_new(j, "text", text(item->text));
    if (item->size > 0) json_object_set_new(j, "size", json_real(tenth(item->size)));
    set_true(j, "bold", item->bold);
    set_true(j, "invisible", item->invisible);
    set_true(j, "recognised", item->recognised);
  }
  set_place(j, &item->place);
  return j;
}

static json_t *flags_json(unsigned flags) {
  static const struct {
    unsigned flag;
    const char *name;
  } names[] = {{CELL_TWO_NUMBERS, "two-numbers"},
               {CELL_NOT_RECT, "not-rectangular"},
               {CELL_HIDDEN, "hidden"},
               {CELL_INVISIBLE, "invisible"},
               {CELL_FORMULA, "formula"},
               {CELL_STALE, "stale"},
               {CELL_NUMERIC, "number"},
               {CELL_HEADER, "header"},
               {CELL_SHOWN_DIFFERS, "shown-differs"},
               {CELL_INSERTED, "inserted"},
               {CELL_LOST, "lost"},
               {CELL_MARKUP, "markup"},
               {CELL_RECOGNISED, "recognised"}};
  json_t *j = json_array();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (flags & names[i].flag) json_array_append_new(j, json_string(names[i].name));
  return j;
}

static json_t *cell_json(const struct cell *c) {
  json_t *j = json_object();
  json_object_set_new(j, "row", json_integer(c->row));
  json_object_set_new(j, "column", json_integer(c->column));
  if (c->row_span > 1) json_object_set_new(j, "row_span", json_integer(c->row_span));
  if (c->column_span > 1) json_object_set_new(j, "column_span", json_integer(c->column_span));
  json_object_set_new(j, "text", text(c->text));
  if (c->stored.n) json_object_set_new(j, "stored", text(c->stored));
  if (c->flags) json_object_set_new(j, "flags", flags_json(c->flags));
  set_place(j, &c->place);
  return j;
}

/* Everything of a table but its cells. */
static json_t *table_json(const struct table *t) {
  json_t *j = json_object(), *parts = json_array();
  json_object_set_new(j, "table", json_integer(t->number));
  json_object_set_new(j, "rows", json_integer(t->rows));
  json_object_set_new(j, "columns", json_integer(t->columns));
  json_object_set_new(j, "read", json_string(t->flags & TABLE_DOUBTFUL ? "doubtful" : "clean"));
  set_text(j, "doubt", t->doubt);
  set_true(j, "unruled", (t->flags & TABLE_UNRULED) != 0);
  set_true(j, "nested", (t->flags & TABLE_NESTED) != 0);
  set_true(j, "hidden", (t->flags & TABLE_HIDDEN) != 0);
  if (t->header_rows) json_object_set_new(j, "header_rows", json_integer(t->header_rows));
  for (int i = 0; i < t->nparts; i++) {
    json_t *part = json_object();
    json_object_set_new(part, "row", json_integer(t->part_row[i]));
    set_place(part, &t->parts[i]);
    json_array_append_new(parts, part);
  }
  json_object_set_new(j, "parts", parts);
  return j;
}

static int put_table(struct buf *out, const struct table *t) {
  int rc = put(out, table_json(t));
  if (rc < 0) return rc;
  out->p[--out->n] = '\0'; /* its closing bracket comes after the cells */
  buf_puts(out, ",\"cells\":[");
  for (int i = 0; i < t->ncells && rc == RC_OK; i++) {
    if (i) buf_puts(out, ",\n");
    rc = put(out, cell_json(&t->cells[i]));
  }
  buf_puts(out, "]}");
  return rc < 0 ? rc : out->rc;
}

static json_t *head_json(const struct document *d) {
  json_t *j = json_object(), *warnings = json_array();
  json_object_set_new(j, "heng", json_string(HENG_VERSION));
  set_text(j, "path", d->path);
  json_object_set_new(j, "sha256", json_string(d->sha256));
  json_object_set_new(j, "format", json_string(document_format_names[d->format]));
  set_text(j, "converted_from", d->converted_from);
  set_text(j, "title", d->title);
  set_true(j, "truncated", d->truncated);
  for (int i = 0; i < d->nwarnings; i++) json_array_append_new(warnings, text(sv_from(d->warnings[i])));
  json_object_set_new(j, "warnings", warnings);
  return j;
}

int document_print_json(const struct document *d, struct buf *out) {
  int rc = put(out, head_json(d));
  if (rc < 0) return rc;
  out->p[--out->n] = '\0';
  buf_puts(out, ",\n\"pages\":[");
  for (int i = 0; i < d->npages && rc == RC_OK; i++) {
    buf_puts(out, i ? ",\n" : "\n");
    rc = put(out, page_json(&d->pages[i]));
  }
  buf_puts(out, "],\n\"items\":[");
  for (int i = 0; i < d->nitems && rc == RC_OK; i++) {
    buf_puts(out, i ? ",\n" : "\n");
    rc = put(out, item_json(d, &d->items[i]));
  }
  buf_puts(out, "],\n\"tables\":[");
  for (int i = 0; i < d->ntables && rc == RC_OK; i++) {
    buf_puts(out, i ? ",\n" : "\n");
    rc = put_table(out, &d->tables[i]);
  }
  buf_puts(out, "]}\n");
  return rc < 0 ? rc : out->rc;
}
