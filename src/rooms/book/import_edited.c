/* import_edited.c: heng book import FOLDER --edited book.docx: what the leaders wrote into the printed book comes home. Preview; --apply writes, all
 * or nothing. */
#include "rooms/book/import_edited.h"
#include "rooms/book/edited.h"
#include "rooms/book/workspace_change.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MOST = 2000, SHOWN = 60 };

/* ---- reading ---- */

/* Our own book as the same reader sees it: what a reader does to a document is done to both. */
static int base_read(struct edited *x, struct err *e) {
  const char *tmp = getenv("TMPDIR");
  char folder[3000], path[3100];
  int n = snprintf(folder, sizeof folder, "%s/heng-edited-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  if (n < 0 || (size_t)n >= sizeof folder || !mkdtemp(folder))
    return err_set(e, RC_IO, "%s", tr("不能新建临时文件夹", "cannot make a temporary folder"));
  snprintf(path, sizeof path, "%s/book.docx", folder);
  int rc = paper_write_docx(x->o.paper, path, e);
  if (rc == RC_OK) rc = document_read(path, NULL, &x->base, e);
  unlink(path);
  rmdir(folder);
  return rc;
}

static int edited_read(struct edited *x, const char *path, struct err *e) {
  int rc = document_read(path, NULL, &x->theirs, e);
  if (rc < 0) return rc;
  if (x->theirs->format != FORMAT_DOCX)
    return err_set(
        e, RC_FORMAT,
        tr("%s 不是 Word 文件（.docx）；在 Word 或 WPS 里另存为 .docx 再导入", "%s is no Word document (.docx); save it as .docx and import that"),
        path);
  if (x->theirs->truncated)
    return err_set(e, RC_FORMAT, tr("%s 已损坏，只读出一部分；没有比较", "%s is damaged and was read in part; it is not compared"), path);
  return base_read(x, e);
}

/* ---- the preview ---- */

static void text_put(struct buf *out, struct sv s) {
  size_t at = 0;
  int n = 0;
  if (s.n == 0) buf_puts(out, tr("（没有）", "(none)"));
  while (at < s.n && n++ < SHOWN) {
    size_t from = at;
    uint32_t c = utf8_next(s, &at);
    if (c < 32)
      buf_putc(out, ' ');
    else
      buf_add(out, s.p + from, at - from);
  }
  if (at < s.n) buf_puts(out, "…");
}

/* Two long texts from a little before where they begin to differ. */
static void both_put(struct buf *out, struct sv a, struct sv b) {
  size_t same = 0, at = 0;
  for (size_t i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++) same = i + 1;
  while (same > 0 && same < a.n && ((unsigned char)a.p[same] & 0xC0) == 0x80) same--;
  if (utf8_length((struct sv){a.p, same}) > 16)
    for (size_t n = utf8_length((struct sv){a.p, same}) - 12; n > 0; n--) utf8_next(a, &at);
  if (at) buf_puts(out, "…");
  text_put(out, (struct sv){a.p + at, a.n - at});
  buf_puts(out, "\n    → ");
  if (at) buf_puts(out, "…");
  text_put(out, b.n >= at ? (struct sv){b.p + at, b.n - at} : b);
  buf_putc(out, '\n');
}

/* ---- numbers in texts that people wrote: theirs to change, but seldom meant to pass unseen ---- */

static bool number_next(struct sv s, size_t *at, struct sv *number) {
  while (*at < s.n && (s.p[*at] < '0' || s.p[*at] > '9')) ++*at;
  size_t from = *at;
  while (*at < s.n && ((s.p[*at] >= '0' && s.p[*at] <= '9') || s.p[*at] == '.' || s.p[*at] == ',')) ++*at;
  size_t n = *at - from;
  while (n > 0 && (s.p[from + n - 1] == '.' || s.p[from + n - 1] == ',')) n--;
  *number = (struct sv){s.p + from, n};
  return n > 0;
}

static int times(struct sv s, struct sv number, size_t upto) {
  struct sv x;
  int n = 0;
  for (size_t at = 0; at < upto && number_next(s, &at, &x);) n += at <= upto && sv_equal(x, number);
  return n;
}

/* The numbers of a that b has not, or not so often; false when there are none. What begins a line is its number. */
static bool numbers_put(struct buf *out, struct sv a, struct sv b) {
  struct sv x;
  int n = 0;
  for (size_t at = 0; number_next(a, &at, &x);)
    if (x.p != a.p && times(a, x, at) > times(b, x, b.n) && n++ < 8) buf_printf(out, n > 1 ? "、%.*s" : "%.*s", SV_ARG(x));
  if (n > 8) buf_puts(out, "…");
  return n > 0;
}

static bool numbers_differ(struct sv a, struct sv b) {
  struct buf scratch;
  buf_init(&scratch, 4096);
  bool differ = numbers_put(&scratch, a, b) || numbers_put(&scratch, b, a);
  buf_release(&scratch);
  return differ;
}

static struct sv take_before(const struct edited *x, const struct edited_take *t) {
  const struct workspace *w = x->o.workspace;
  if (t->kind != TAKE_CHANGE && t->kind != TAKE_DELETE) return (struct sv){0};
  return t->from == PAPER_FROM_CAUSE ? w->causes.v[t->index].text : w->texts.v[t->index].paragraph;
}

static bool take_numbers(const struct edited *x, const struct edited_take *t) {
  return t->kind != TAKE_DELETE && numbers_differ(take_before(x, t), t->text);
}

static void take_put(struct edited *x, const struct edited_take *t, struct buf *out) {
  struct sv old = take_before(x, t);
  const char *where = t->kind == TAKE_SECTION ? arena_printf(&x->arena, "%s # %s", t->file, t->heading) : edited_source(x, t->from, t->index);
  const char *what[] = {tr("改", "set"), tr("删", "del"), tr("增（其后）", "new, behind"), tr("增（其前）", "new, before"),
                        tr("增（节末）", "new, at its end")};
  buf_printf(out, "  %s  %s  %s\n    ", what[t->kind], where, t->place);
  if (t->kind == TAKE_CHANGE)
    both_put(out, old, t->text);
  else
    text_put(out, t->kind == TAKE_DELETE ? old : t->text), buf_putc(out, '\n');
  if (!take_numbers(x, t)) return;
  buf_puts(out, tr("    这段自己写的文字里数变了：", "    numbers of this text change: "));
  if (!numbers_put(out, old, t->text)) buf_puts(out, tr("（没有）", "(none)"));
  buf_puts(out, " → ");
  if (!numbers_put(out, t->text, old)) buf_puts(out, tr("（没有）", "(none)"));
  buf_puts(out, tr("；程序不知道它该是多少，请核对\n", "; what they should be nobody but you can tell\n"));
}

static void told_put(const struct edited_told *t, struct buf *out) {
  buf_printf(out, "  %s  %s\n    ", t->figure ? tr("数", "figure") : tr("字", "words"), t->place);
  both_put(out, t->ours, t->theirs);
  if (t->why) buf_printf(out, "    %s\n", t->why);
}

static void preview(struct edited *x, struct buf *out) {
  if (x->takes.n) buf_printf(out, tr("取回（自己写的文字和原因）：%zu 处\n", "to be taken (texts and causes): %zu\n"), x->takes.n);
  int numbers = 0;
  for (size_t i = 0; i < x->takes.n; i++) take_put(x, &x->takes.v[i], out), numbers += take_numbers(x, &x->takes.v[i]);
  if (numbers)
    buf_printf(out,
               tr("其中 %d 处的文字里有数变了；要改的是预算的数时，改工作区的行，不要只改文字\n",
                  "%d of them change numbers; where amounts of the budget are meant, change its lines and not only the words\n"),
               numbers);
  if (x->told.n)
    buf_printf(out,
               tr("没有取回（数、由数据或版式得出的字）：%zu 处，其中数 %d 处。请看过以后在工作区里改\n",
                  "not taken (figures, words that are derived): %zu, of which %d are figures. Look at them and change the workspace\n"),
               x->told.n, x->figures);
  for (size_t i = 0; i < x->told.n; i++) told_put(&x->told.v[i], out);
}

/* ---- the command ---- */

static int files_apply(const struct edited_file *files, int n, struct workspace_change *change, struct err *e) {
  int rc = RC_OK;
  for (int i = 0; i < n && rc == RC_OK; i++)
    rc = workspace_change_put(change, files[i].name, (struct sv){files[i].data.p ? files[i].data.p : "", files[i].data.n}, e);
  return rc;
}

static int compare_and_write(struct edited *x, struct workspace_change **change, struct buf *out, struct err *e) {
  struct edited_file *files = calloc(FILES_MOST, sizeof *files);
  int n = 0, rc = files ? edited_compare(x) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) rc = edited_files(x, files, FILES_MOST, &n, e);
  if (rc == RC_OK) preview(x, out);
  if (rc == RC_OK && *change && n) {
    rc = files_apply(files, n, *change, e);
    if (rc == RC_OK) rc = workspace_change_commit(*change, e), *change = NULL;
  }
  for (int i = 0; i < n; i++) buf_release(&files[i].data);
  free(files);
  if (rc < 0) return rc;
  if (x->takes.n == 0)
    buf_puts(out, x->told.n ? tr("没有可取回的文字\n", "there are no texts to take\n") : tr("没有变化\n", "nothing changes\n"));
  else if (*change == NULL && n)
    buf_printf(out, tr("%zu 处，%d 个文件\n", "%zu, in %d files\n"), x->takes.n, n);
  return RC_OK;
}

int book_import_edited(const char *folder, const char *path, const struct edited_request *q, struct err *e) {
  struct edited x = {.e = e};
  struct workspace_change *change = NULL;
  struct buf out;
  arena_init(&x.arena, (size_t)512 << 20);
  buf_init(&out, 64 << 20);
  int rc = q->apply ? workspace_change_begin(folder, &change, e) : RC_OK;
  if (rc == RC_OK) rc = opened_make_unit(&x.o, folder, q->profile, q->version, q->unit, e);
  if (rc == RC_OK) rc = edited_read(&x, path, e);
  if (rc == RC_OK) rc = compare_and_write(&x, &change, &out, e);
  if (rc == RC_OK && x.takes.n)
    buf_puts(&out, q->apply ? tr("已写入\n", "written\n") : tr("预览；写入请加 --apply\n", "preview; --apply writes it\n"));
  if (rc == RC_OK) rc = out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : file_replace("-", out.p ? out.p : "", out.n, e);
  bool told = x.told.n > 0;
  buf_release(&out);
  workspace_change_discard(change);
  document_free(x.base), document_free(x.theirs);
  free(x.a.v), free(x.b.v), free(x.takes.v), free(x.told.v);
  if (x.o.paper) opened_close(&x.o);
  arena_release(&x.arena);
  return rc < 0 ? rc : told ? EXIT_FOUND : EXIT_CLEAN;
}
