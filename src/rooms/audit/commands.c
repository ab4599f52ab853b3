/* commands.c: the room's table of commands, and `heng audit`. The values of options are set once, before any worker starts. */
#include "rooms/audit/corpus.h"

#include <stdlib.h>
#include <string.h>

static struct {
  const char *format, *out, *annotate, *profile, *store, *rules, *data;
  struct option_list book;
  int workers;
  bool quiet, ocr;
} words = {.format = "text", .workers = 1};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|json|sarif|html|xlsx", "报告的格式（默认 text）", "form of the report (default text)"},
    {"output", 'o', OPT_TEXT, &words.out, "OUT", NULL, "写到文件（默认标准输出；xlsx 必须给出）",
     "write to a file (default standard output; needed for xlsx)"},
    {"annotate", 0, OPT_TEXT, &words.annotate, "OUTDIR", NULL, "把每个 PDF 的副本写到这个文件夹，标出有问题的单元格",
     "write a copy of each PDF there with the cells highlighted"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市样式读（默认按文字选）",
     "read with this profile (default: chosen from the text)"},
    {"book", 0, OPT_LIST, &words.book, "FILE…", NULL, "这几个文件合为一本", "these files are one book"},
    {"jobs", 'j', OPT_INT, &words.workers, "N", NULL, "同时审核 N 个文件（默认 1）", "audit N files at a time (default 1)"},
    {"store", 0, OPT_TEXT, &words.store, "FILE.sqlite", NULL, "把文件、数据、发现追加到数据集", "append documents, facts and findings to a dataset"},
    {"rules", 0, OPT_TEXT, &words.rules, "DIR", NULL, "用这个文件夹或文件里的规则", "use the rules in this folder or file"},
    {"data", 0, OPT_TEXT, &words.data, "DIR", NULL, "规则、样式、编码所在的文件夹", "folder of rules, profiles and codes"},
    {"ocr", 0, OPT_FLAG, &words.ocr, NULL, NULL, "扫描页用 tesseract 识别（每页几秒）；识别的数待核对，只给警告",
     "read scanned pages with tesseract (seconds a page); such figures are to be confirmed and only warn"},
    {"quiet", 'q', OPT_FLAG, &words.quiet, NULL, NULL, "不显示进度", "no progress bar"},
};

static const struct option *audit_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

static enum report_format format_named(const char *name) {
  static const char *const names[] = {"text", "json", "sarif", "html", "xlsx"};
  for (int i = 0; i < 5; i++)
    if (strcmp(names[i], name) == 0) return (enum report_format)i;
  return REPORT_TEXT;
}

static int audit_inputs(struct auditor *a, char **paths, int n, struct err *e) {
  struct reporter r;
  struct batch_options o = {.request = {.profile = words.profile, .ocr = words.ocr},
                            .store = words.store,
                            .annotate = words.annotate,
                            .together = words.book.n > 0,
                            .quiet = words.quiet,
                            .workers = words.workers};
  if (words.profile && !auditor_has_profile(a, words.profile))
    return err_set(e, RC_USAGE, tr("没有名为 %s 的城市样式（heng profile list 列出全部）", "there is no profile named %s (see heng profile list)"),
                   words.profile);
  int rc = reporter_open(&r, format_named(words.format), a, words.out, e);
  return rc < 0 ? rc : batch_run(a, &o, paths, n, &r, e);
}

static int audit_command(int argc, char **argv, struct err *e) {
  struct auditor *a = NULL;
  char **paths = words.book.n > 0 ? words.book.v : argv;
  int n = words.book.n > 0 ? words.book.n : argc;
  int rc = RC_OK;
  if (n < 1)
    rc = err_set(e, RC_USAGE, "%s", tr("要写文件或文件夹", "files or folders are wanted"));
  else if (words.book.n > 0 && argc > 0)
    rc = err_set(e, RC_USAGE, "%s", tr("--book 的文件要写在最后，不能同时另写文件", "with --book no other files may be given"));
  else if (words.workers < 1)
    rc = err_set(e, RC_USAGE, "%s", tr("-j 至少是 1", "-j is at least 1"));
  if (rc == RC_OK && words.ocr) rc = document_ocr_ready(e);
  if (rc == RC_OK) rc = auditor_load(words.data, words.rules, &a, e);
  if (rc == RC_OK) rc = audit_inputs(a, paths, n, e);
  auditor_free(a);
  free(words.book.v);
  words.book = (struct option_list){0};
  return rc;
}

static const struct command commands[] = {
    {"audit", "FILE|DIR…", "审核公开的预决算：找出每一处对不上的数", "audit published budget books: prove every inconsistency",
     "读入 PDF、XLSX、DOCX、HTML 或文本，认出预决算表，检查表内、表间的每一条关系，指出错在哪里、最可能的正确数。\n"
     "退出码：0 没有错误；1 有错误（即使另有文件读不了）；2 用法不对；3 没有发现错误，但有文件读不了。\n"
     "例：\n"
     "  heng audit book.pdf                          在终端看报告\n"
     "  heng audit books/ -j 4 -f html -o report.html  一批文件，一张网页\n"
     "  heng audit books/ -f xlsx -o worklist.xlsx   审核人员的问题清单\n"
     "  heng audit book.pdf --annotate marked/       PDF 副本，错处高亮、附批注\n"
     "  heng audit --book text.pdf tables.pdf        几个文件合为一本",
     "Reads PDF, XLSX, DOCX, HTML or text, recognises the tables of the book, checks every relation in and between them, and says where it fails and "
     "what the number most likely should be.\n"
     "Exit code: 0 no error; 1 errors found (also when other inputs could not be read); 2 wrong usage; 3 no error found, but an input could not be "
     "read.\n"
     "Examples:\n"
     "  heng audit book.pdf                          the report in the terminal\n"
     "  heng audit books/ -j 4 -f html -o report.html  many files, one page\n"
     "  heng audit books/ -f xlsx -o worklist.xlsx   a worklist for reviewers\n"
     "  heng audit book.pdf --annotate marked/       a copy of the PDF with highlights and notes\n"
     "  heng audit --book text.pdf tables.pdf        several files as one book",
     audit_options, audit_command},
    {"read", "FILE", "按读出的样子显示一个文件：文字和表格", "show a file as it was recovered: text and tables",
     "text 是文字和画出的表格，json 带每格的位置和标记，csv 是全部表格，xlsx 每张表一个工作表。\n"
     "--facts 显示认出的数据和它们的事实键（text 或 json；json 是一个数组，一本书一项）。",
     "text: lines and drawn tables; json: every cell with place and flags; csv: all tables; xlsx: a sheet a table.\n"
     "--facts shows the observations with their fact keys (text or json; json is an array with an object a book).",
     read_options, read_command},
    {"corpus report", "FILE.sqlite", "多本书的总览：种类、年度、单位，各规则的发现，主要金额的变化",
     "an overview of many books: kinds, years, bodies; findings by rule; key amounts over the years",
     "读入 heng audit --store 写的数据集。网页不用脚本；书多时另有一个文件夹 OUT.files，请与网页放在一起。\n"
     "例：\n"
     "  heng audit books/ -j 4 -q --store books.sqlite > audit.txt\n"
     "  heng corpus report books.sqlite -o report.html",
     "Reads a dataset written by heng audit --store. The page needs no scripts; of many books there is a folder OUT.files besides: keep them "
     "together.\n"
     "Examples:\n"
     "  heng audit books/ -j 4 -q --store books.sqlite > audit.txt\n"
     "  heng corpus report books.sqlite -o report.html",
     corpus_report_options, corpus_report_command},
    {"rules list", "", "列出规则", "list the rules", NULL, NULL, rules_options, rules_list_command},
    {"rules show", "ID", "显示一条规则", "show a rule", NULL, NULL, rules_options, rules_show_command},
    {"rules check", "[FILE…]", "检查规则文件", "check files of rules", NULL, NULL, rules_options, rules_check_command},
};

const struct room audit_room = {"audit", commands, (int)(sizeof commands / sizeof *commands)};
