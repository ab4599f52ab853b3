/* draft.c: a first profile for a new city, from what was and was not recognised in its books. A person finishes it: docs/profiles.md. */
#include "rooms/budget/internal.h"

#include <string.h>

enum { MAX_LINES = 400 };

/* Lines already written, so that one unknown head in ten books is said once. */
struct said {
  struct arena arena;
  const char *line[MAX_LINES];
  int n;
};

static void say(struct said *d, struct buf *out, const char *line) {
  for (int i = 0; i < d->n; i++)
    if (strcmp(d->line[i], line) == 0) return;
  buf_puts(out, line);
  const char *copy = d->n < MAX_LINES ? arena_text(&d->arena, line, strlen(line)) : NULL;
  if (copy) d->line[d->n++] = copy;
}

static void required(const struct book *const *books, int n, enum book_kind kind, struct buf *out) {
  struct sv names[128];
  int count = 0;
  for (int b = 0; b < n; b++) {
    if (books[b]->kind != kind) continue;
    for (size_t t = 0; t < books[b]->tables.n && count < 128; t++) {
      const char *name = intern_name(&books[b]->symbols, books[b]->tables.v[t].kind);
      bool have = strncmp(name, "goal-", 5) == 0 || strncmp(name, "project-", 8) == 0;
      for (int i = 0; i < count && !have; i++) have = sv_is(names[i], name);
      if (!have) names[count++] = sv_from(name);
    }
  }
  if (count == 0) return;
  buf_printf(out, "require %s =", book_kind_names[kind]);
  for (int i = 0; i < count; i++) buf_printf(out, " %.*s", SV_ARG(names[i]));
  buf_putc(out, '\n');
}

/* The place name a body begins with, up to 省, 市, 区, 县: the first cue. */
static struct sv place_of(struct sv body) {
  static const char *const ends[] = {"省", "市", "自治区", "区", "县", NULL};
  size_t best = SIZE_MAX;
  for (int i = 0; ends[i]; i++) {
    size_t at = sv_find(body, ends[i]);
    if (at != SIZE_MAX && at + strlen(ends[i]) < best) best = at + strlen(ends[i]);
    if (best != SIZE_MAX && i == 1) break; /* the city before the district */
  }
  return best == SIZE_MAX ? body : (struct sv){body.p, best};
}

static void unread_tables(const struct book *b, struct buf *out) {
  for (size_t i = 0; i < b->unread.n; i++) {
    const struct book_unread *u = &b->unread.v[i];
    if (u->row >= 0) continue;
    buf_printf(out, tr("# 没有认出：文件 %s 第 %d 张表（第 %d 页），%s：%.*s\n", "# not recognised: %s, table %d (page %d), %s: %.*s\n"),
               b->documents[u->document]->path ? b->documents[u->document]->path : "", u->document_table + 1, u->place.page, u->why, SV_ARG(u->text));
    buf_puts(out, tr("#   标题是哪个表种：  title KIND = 标题\n", "#   if it is one of the kinds:  title KIND = its heading\n"));
  }
}

static void unknown_columns(const struct book *b, struct buf *out, struct said *d) {
  for (size_t t = 0; t < b->tables.n; t++)
    for (int c = 0; c < b->tables.v[t].ncolumns; c++) {
      const struct book_column *column = &b->tables.v[t].columns[c];
      char line[512];
      if (column->measure != NO_SYMBOL || column->header.n == 0 || column->header.n > 200) continue;
      int n = snprintf(line, sizeof line,
                       tr("# 列不认识，表种 %s：%.*s    （word 标准词 = 这个词）\n", "# unknown column in %s: %.*s    (word STANDARD = this word)\n"),
                       intern_name(&b->symbols, b->tables.v[t].kind), SV_ARG(column->header));
      if (n > 0 && (size_t)n < sizeof line) say(d, out, line);
    }
}

static void unknown_rows(const struct book *b, struct buf *out, struct said *d) {
  for (size_t t = 0; t < b->tables.n; t++)
    for (int row = 0; row < b->tables.v[t].nrows; row++) {
      const struct book_row *x = &b->tables.v[t].rows[row];
      char line[512];
      if (x->role != ROW_UNKNOWN || x->label.n == 0 || x->label.n > 200) continue;
      int n = snprintf(
          line, sizeof line,
          tr("# 行不认识，表种 %s：%.*s    （items … / item 键 = 这个词）\n", "# unknown row in %s: %.*s    (items … / item KEY = this label)\n"),
          intern_name(&b->symbols, b->tables.v[t].kind), SV_ARG(x->label));
      if (n > 0 && (size_t)n < sizeof line) say(d, out, line);
    }
}

int profile_draft(const struct book *const *books, int n, struct buf *out, struct err *e) {
  struct said d = {.n = 0};
  if (n < 1) return err_set(e, RC_USAGE, "%s", tr("没有书", "no book"));
  arena_init(&d.arena, 1 << 20);
  struct sv place = place_of(books[0]->body);
  buf_puts(out, tr("# 由 heng profile draft 写出的初稿；改法见 docs/profiles.md。存为 profiles/名字.profile\n",
                   "# A first draft by heng profile draft; docs/profiles.md says how to finish it. Save as profiles/NAME.profile\n"));
  buf_printf(out, "profile NAME\nzh %.*s\n", SV_ARG(place));
  buf_printf(out, "cue = %.*s\n", SV_ARG(place));
  buf_puts(out, "blank * zero\n");
  for (int k = BOOK_DEPARTMENT_BUDGET; k <= BOOK_UNIT_FINAL; k++) required(books, n, (enum book_kind)k, out);
  for (int b = 0; b < n; b++) {
    unread_tables(books[b], out);
    unknown_columns(books[b], out, &d);
    unknown_rows(books[b], out, &d);
  }
  arena_release(&d.arena);
  return out->rc < 0 ? err_set(e, (enum rc)out->rc, "%s", tr("写不下", "no room to write")) : RC_OK;
}
