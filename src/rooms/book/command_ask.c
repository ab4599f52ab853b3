/* command_ask.c: `heng book ask FOLDER`: what the officer has still to write; `heng book text FOLDER`: the sentences of the book. */
#include "rooms/book/internal.h"
#include "rooms/book/opened.h"

#include <string.h>

static struct { const char *format, *profile, *version, *unit; } words = {.format = "text"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|csv", "格式（默认 text）", "form (default text)"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的句式（默认工作区写的）",
     "use this city's sentences (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本，如 二下批复（默认最后一个）", "version of the budget (default: the last)"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "只编这个单位自己的（默认整个部门）", "one unit's own book (default: the whole department's)"},
};

const struct option *book_ask_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

const struct option *book_text_options(int *count) {
  *count = (int)(sizeof options / sizeof *options) - 1;
  return options + 1;
}

static void csv_field(struct buf *out, struct sv s) {
  buf_putc(out, '"');
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"') buf_putc(out, '"');
    buf_putc(out, s.p[i]);
  }
  buf_putc(out, '"');
}

static int ask_print(const struct paper *p, struct buf *out) {
  bool csv = strcmp(words.format, "csv") == 0;
  if (csv) buf_puts(out, "\xEF\xBB\xBFsubject,missing\r\n");
  for (size_t i = 0; i < p->missing.n; i++) {
    const struct paper_missing *m = &p->missing.v[i];
    if (csv)
      csv_field(out, m->subject), buf_putc(out, ','), csv_field(out, sv_from(m->text)), buf_puts(out, "\r\n");
    else
      buf_printf(out, "%zu. %.*s\n   %s\n", i + 1, SV_ARG(m->subject), m->text);
  }
  if (!csv && p->missing.n == 0)
    buf_puts(out, tr("不缺什么：每处增减都有原因，文字都有。\n", "nothing is missing: every change has its cause, every text is there.\n"));
  if (!csv && p->missing.n > 0)
    buf_printf(out, tr("还缺 %zu 处；补上以前不能发布。\n", "%zu are missing; the book is not published before they are there.\n"), p->missing.n);
  return out->rc;
}

static int text_print(const struct paper *p, struct buf *out) {
  for (size_t i = 0; i < p->blocks.n; i++) {
    const struct paper_block *b = &p->blocks.v[i];
    if (b->kind != PAPER_TABLE) buf_printf(out, "%s%.*s\n\n", b->kind == PAPER_PART && i > 0 ? "\n" : "", SV_ARG(b->text));
  }
  return out->rc;
}

static int run(int argc, char **argv, int (*print)(const struct paper *, struct buf *), const char *usage, bool *missing, struct err *e) {
  struct opened o;
  struct buf out;
  if (argc != 1) return err_set(e, RC_USAGE, "%s", usage);
  int rc = opened_make_unit(&o, argv[0], words.profile, words.version, words.unit, e);
  if (rc < 0) return rc;
  buf_init(&out, 256 << 20);
  rc = print(o.paper, &out);
  if (rc < 0) err_set(e, (enum rc)rc, "%s", tr("内存不足，或文字太长", "out of memory, or the text is too long"));
  if (rc == RC_OK && out.n) fwrite(out.p, 1, out.n, stdout);
  *missing = o.paper->missing.n > 0;
  buf_release(&out), opened_close(&o);
  return rc;
}

int book_ask_command(int argc, char **argv, struct err *e) {
  bool missing = false;
  int rc = run(argc, argv, ask_print, tr("应为：heng book ask 文件夹", "wanted: heng book ask FOLDER"), &missing, e);
  return rc < 0 ? rc : missing ? EXIT_FOUND : EXIT_CLEAN;
}

int book_text_command(int argc, char **argv, struct err *e) {
  bool missing = false;
  int rc = run(argc, argv, text_print, tr("应为：heng book text 文件夹", "wanted: heng book text FOLDER"), &missing, e);
  if (rc == RC_OK && missing)
    fprintf(stderr, tr("有原因或文字还没有写：heng book ask %s\n", "causes or texts are missing: heng book ask %s\n"), argv[0]);
  return rc < 0 ? rc : EXIT_CLEAN;
}
