/* command_print.c: `heng book print FOLDER -o FILE`: the whole book as one file; the name's ending says which kind. */
#include "rooms/book/internal.h"
#include "rooms/book/opened.h"

#include <string.h>

static struct { const char *output, *profile, *version, *unit; } words;

static const struct option options[] = {
    {"output", 'o', OPT_TEXT, &words.output, "FILE", NULL, "写到哪个文件：.pdf .docx .xlsx .html .json",
     "where to write: .pdf .docx .xlsx .html .json"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市的版式（默认工作区写的）", "use this city's layout (default: the workspace's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "预算版本，如 二下批复（默认最后一个）", "version of the budget (default: the last)"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "只编这个单位自己的（默认整个部门）", "one unit's own book (default: the whole department's)"},
};

const struct option *book_print_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

/* One line a writer. */
static const struct writer {
  const char *ending;
  int (*write)(const struct paper *p, const char *path, struct err *e);
} writers[] = {
    {".pdf", paper_write_pdf}, {".docx", paper_write_docx}, {".xlsx", paper_write_xlsx}, {".html", paper_write_html}, {".json", paper_write_json},
};

static const struct writer *writer_of(const char *path) {
  for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
    size_t n = strlen(path), m = strlen(writers[i].ending);
    if (n > m && strcmp(path + n - m, writers[i].ending) == 0) return &writers[i];
  }
  return NULL;
}

int book_print_command(int argc, char **argv, struct err *e) {
  struct opened o;
  if (argc != 1 || !words.output)
    return err_set(e, RC_USAGE, "%s", tr("应为：heng book print 文件夹 -o 预算书.pdf", "wanted: heng book print FOLDER -o book.pdf"));
  const struct writer *w = writer_of(words.output);
  if (!w)
    return err_set(e, RC_USAGE,
                   tr("不知道 %s 是哪一种文件：名字要以 .pdf、.docx、.xlsx、.html 或 .json 结尾",
                      "what kind of file is %s? Its name must end in .pdf, .docx, .xlsx, .html or .json"),
                   words.output);
  int rc = opened_make_unit(&o, argv[0], words.profile, words.version, words.unit, e);
  if (rc < 0) return rc;
  rc = w->write(o.paper, words.output, e);
  if (rc == RC_OK) opened_tell(&o);
  bool found = o.paper->problems.n > 0;
  opened_close(&o);
  return rc < 0 ? rc : found ? EXIT_FOUND : EXIT_CLEAN;
}
