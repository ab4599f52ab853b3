/* command_corpus.c: `heng corpus report`: the view over the many books of a dataset. */
#include "rooms/audit/corpus.h"

#include <string.h>

static struct { const char *format, *out; } words = {.format = "html"};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "html|json|xlsx", "格式（默认 html）", "form (default html)"},
    {"output", 'o', OPT_TEXT, &words.out, "OUT", NULL, "写到文件（默认标准输出；xlsx 和书很多的网页必须给出）",
     "write to a file (default standard output; needed for xlsx, and for a page of many books)"},
};

const struct option *corpus_report_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

int corpus_report_command(int argc, char **argv, struct err *e) {
  struct corpus *c = NULL;
  if (argc != 1)
    return err_set(e, RC_USAGE, "%s",
                   tr("要写一个数据集文件（heng audit --store 写的）", "one dataset file is wanted (written by heng audit --store)"));
  bool xlsx = strcmp(words.format, "xlsx") == 0;
  if (xlsx && (!words.out || strcmp(words.out, "-") == 0)) return err_set(e, RC_USAGE, "%s", tr("xlsx 要用 -o 写到文件", "xlsx needs -o FILE"));
  int rc = corpus_load(argv[0], &c, e);
  if (rc < 0) {
    if (!e->file[0]) snprintf(e->file, sizeof e->file, "%s", argv[0]);
    return rc;
  }
  const char *out = words.out ? words.out : "-";
  rc = xlsx ? corpus_xlsx_write(c, out, e) : strcmp(words.format, "json") == 0 ? corpus_json_write(c, out, e) : corpus_html_write(c, out, e);
  corpus_free(c);
  return rc < 0 ? rc : EXIT_CLEAN;
}
