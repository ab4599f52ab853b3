/* command_template.c: heng book template [FOLDER] -o FILE: the workbook in which a workspace is entered. */
#include "rooms/book/internal.h"
#include "rooms/book/template.h"

static struct { const char *output, *version; } words;
static const struct option options[] = {
    {"output", 'o', OPT_TEXT, &words.output, "FILE", NULL, "写到哪个文件（.xlsx）", "where to write (.xlsx)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "汇总哪一版预算（默认最后一个）", "version that the totals are of (default: the last)"},
};

const struct option *book_template_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

int book_template(int argc, char **argv, struct err *e) {
  struct records r;
  struct workspace *w = NULL;
  struct code_lists *codes = NULL;
  char path[4096];
  if (argc > 1 || !words.output || !sv_ends(sv_from(words.output), ".xlsx"))
    return err_set(e, RC_USAGE, "%s", tr("应为：heng book template [文件夹] -o 模板.xlsx", "wanted: heng book template [FOLDER] -o template.xlsx"));
  int rc = codes_load(codes_data_path(path, sizeof path, "codes"), &codes, e);
  if (rc == RC_OK && argc) rc = workspace_load(argv[0], words.version, codes, &w, e);
  if (rc == RC_OK) rc = records_open(&r, argc ? argv[0] : NULL, e);
  if (rc == RC_OK) {
    rc = template_write(&r, w, codes, words.output, e);
    records_close(&r);
  }
  if (rc == RC_OK && w && w->errors > 0)
    fprintf(stderr,
            tr("工作区有 %d 个错误，已照原样放进模板：heng book check %s\n",
               "the workspace has %d errors; they are in the template as they are: heng book check %s\n"),
            w->errors, argv[0]);
  workspace_free(w);
  codes_free(codes);
  return rc < 0 ? rc : EXIT_CLEAN;
}
