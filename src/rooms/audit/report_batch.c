/* report_batch.c: the table after a batch in the text report, as wide as the terminal: a line an input, names cut at the left, where they are alike.
 */
#include "rooms/audit/roster.h"

#include <string.h>

enum { USUAL_WIDTH = 120, FIXED_COLUMNS = 46, NAME_LEAST = 16, NAME_MOST = 60, BODY_LEAST = 10, BODY_MOST = 40 };

struct columns {
  int name, body;
};

/* The folder that all paths begin with need not be repeated in every line. */
static size_t common_folder(const struct reporter *r) {
  const char *first = r->all.v[0].path;
  size_t n = 0;
  for (size_t i = 0; first[i]; i++)
    if (first[i] == '/') n = i + 1;
  for (size_t k = 1; k < r->all.n && n > 0; k++)
    while (n > 0 && strncmp(first, r->all.v[k].path, n) != 0) do
        n--;
      while (n > 0 && first[n - 1] != '/');
  return n;
}

static struct columns columns_fit(const struct reporter *r, size_t folder) {
  struct columns c = {NAME_LEAST, BODY_LEAST};
  int room = (r->width > 0 ? r->width : USUAL_WIDTH) - FIXED_COLUMNS;
  for (size_t i = 0; i < r->all.n; i++) {
    int name = text_width(sv_from(r->all.v[i].path + folder)), body = text_width(sv_from(r->all.v[i].body));
    if (name > c.name) c.name = name;
    if (body > c.body) c.body = body;
  }
  if (c.name > NAME_MOST) c.name = NAME_MOST;
  if (c.body > BODY_MOST) c.body = BODY_MOST;
  if (c.name + c.body > room) c.body = room - c.name > BODY_LEAST ? room - c.name : BODY_LEAST; /* the body first: files are told apart by name */
  if (c.name + c.body > room) c.name = room - c.body > NAME_LEAST ? room - c.body : NAME_LEAST;
  return c;
}

static void put_count(const struct lines *l, long n, enum ink ink) {
  buf_putc(l->out, ' ');
  ink_begin(l, n > 0 ? ink : INK_PLAIN);
  buf_printf(l->out, "%5ld", n);
  ink_end(l, n > 0 ? ink : INK_PLAIN);
}

static void put_row(const struct lines *l, const struct summary *s, size_t folder, struct columns c) {
  lines_cell(l, sv_from(s->path + folder), c.name, true);
  buf_putc(l->out, ' ');
  if (s->why) {
    ink_begin(l, INK_ERROR);
    buf_printf(l->out, tr("读不了：%s", "cannot be read: %s"), s->why);
    ink_end(l, INK_ERROR);
    buf_putc(l->out, '\n');
    return;
  }
  lines_cell(l, sv_from(s->body), c.body, true);
  if (s->year > 0)
    buf_printf(l->out, " %4d ", s->year);
  else
    buf_puts(l->out, "    - ");
  lines_cell(l, sv_from(kind_short(s->kind)), 8, false);
  put_count(l, s->tally.errors, INK_ERROR);
  put_count(l, s->tally.warnings, INK_WARNING);
  put_count(l, s->tally.infos - s->tally.roundings, INK_PLAIN);
  put_count(l, s->tally.roundings, INK_PLAIN);
  put_count(l, s->tally.not_checked, INK_PLAIN);
  buf_putc(l->out, '\n');
}

static void put_head(const struct lines *l, struct columns c) {
  ink_begin(l, INK_BOLD);
  lines_cell(l, sv_from(tr("文件", "file")), c.name, false);
  buf_putc(l->out, ' ');
  lines_cell(l, sv_from(tr("单位", "body")), c.body, false);
  buf_puts(l->out, tr(" 年   种类      错误  警告  提示  尾差  未查", " year kind      errs warns infos round unckd"));
  ink_end(l, INK_BOLD);
  buf_putc(l->out, '\n');
}

void report_text_end(struct reporter *r, double seconds) {
  struct lines l = {&r->out, r->colour, r->width};
  long bad = 0;
  if (r->coverage) coverage_text(r->coverage, &l);
  if (r->all.n < 2) return;
  size_t folder = common_folder(r);
  struct columns c = columns_fit(r, folder);
  lines_heading(&l, tr("全部文件", "all files"), INK_BOLD);
  put_head(&l, c);
  for (size_t i = 0; i < r->all.n; i++) {
    put_row(&l, &r->all.v[i], folder, c);
    bad += r->all.v[i].why != NULL || r->all.v[i].damaged;
  }
  buf_printf(&r->out,
             tr("共 %zu 个，读不了 %ld 个；错误 %ld，警告 %ld，提示 %ld，尾差 %ld；用时 %.2f 秒\n",
                "%zu inputs, %ld not readable; %ld errors, %ld warnings, %ld infos, %ld rounding differences; %.2f seconds\n"),
             r->all.n, bad, r->total.errors, r->total.warnings, r->total.infos - r->total.roundings, r->total.roundings, seconds);
  if (r->skipped_files > 0)
    buf_printf(&r->out, tr("文件夹里另有 %d 个文件不是可读的文档，跳过\n", "%d files in the folders are no documents and were passed over\n"),
               r->skipped_files);
}
