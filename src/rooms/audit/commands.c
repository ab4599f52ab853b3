/* commands.c: the room's table of commands, and `heng audit`. The values of options are set once, before any worker starts. */
#include "rooms/audit/compare.h"
#include "rooms/audit/corpus.h"
#include "rooms/audit/internal.h"
#include "rooms/audit/papers.h"

#include <stdlib.h>
#include <string.h>

static struct {
  const char *format, *out, *annotate, *profile, *store, *rules, *data, *against, *accept, *explain, *reason, *by, *images, *roster, *sheet, *notice,
      *deadline, *date;
  struct option_list book, other[OTHER_ROLES];
  int workers;
  bool quiet, accept_init, ocr;
} words = {.format = "text", .images = "auto", .workers = 1};

static const struct option options[] = {
    {"format", 'f', OPT_CHOICE, &words.format, "FORMAT", "text|json|sarif|html|xlsx", "报告的格式（默认 text）", "form of the report (default text)"},
    {"output", 'o', OPT_TEXT, &words.out, "OUT", NULL, "写到文件（默认标准输出；xlsx 必须给出）",
     "write to a file (default standard output; needed for xlsx)"},
    {"annotate", 0, OPT_TEXT, &words.annotate, "OUTDIR", NULL, "把每个 PDF 的副本写到这个文件夹，标出有问题的单元格",
     "write a copy of each PDF there with the cells highlighted"},
    {"images", 0, OPT_CHOICE, &words.images, "WHERE", "auto|none|embed|folder",
     "html 报告里的页面图（要有 pdftoppm）：auto 放在网页里，总共不超过 8 MB；embed 全部放在网页里；folder 放在 报告.files 文件夹",
     "pictures of pages in the html report (needs pdftoppm): auto inside the page, 8 MB at most; embed all inside the page; folder in REPORT.files"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市样式读（默认按文字选）",
     "read with this profile (default: chosen from the text)"},
    {"book", 0, OPT_LIST, &words.book, "FILE…", NULL, "这几个文件合为一本", "these files are one book"},
    {"prior", 0, OPT_LIST, &words.other[OTHER_PRIOR], "FILE|DIR…", NULL, "与上年账本比：上年数、结转、增减说法（写在文件之后）",
     "compare with last year's book: prior figures, carry-overs, claims of growth (behind the files)"},
    {"budget", 0, OPT_LIST, &words.other[OTHER_BUDGET], "FILE|DIR…", NULL, "决算与当年预算账本比（写在文件之后）",
     "compare final accounts with the budget of the same year (behind the files)"},
    {"approved", 0, OPT_LIST, &words.other[OTHER_APPROVED], "FILE|DIR…", NULL, "与批复或平台导出的表比：以批复为准（写在文件之后）",
     "compare with the approval or an export of the platform, which is right (behind the files)"},
    {"units", 0, OPT_LIST, &words.other[OTHER_UNIT], "FILE|DIR…", NULL, "部门账本与所属单位的账本比（写在文件之后）",
     "compare a department's book with those of its units (behind the files)"},
    {"against", 0, OPT_TEXT, &words.against, "OLD.json", NULL, "与上次的 JSON 报告比：已改、未改、新增",
     "against an earlier report in JSON: what was mended, what remains, what is new"},
    {"jobs", 'j', OPT_INT, &words.workers, "N", NULL, "同时审核 N 个文件（默认 1）", "audit N files at a time (default 1)"},
    {"store", 0, OPT_TEXT, &words.store, "FILE.sqlite", NULL, "把文件、数据、发现追加到数据集", "append documents, facts and findings to a dataset"},
    {"sheet", 0, OPT_TEXT, &words.sheet, "FILE", NULL, "把检查表写到 .xlsx 或 .html，一本一份，证据在内",
     "write the check sheets there, .xlsx or .html, one a book, with the evidence"},
    {"roster", 0, OPT_TEXT, &words.roster, "FILE", NULL, "单位名册（CSV、XLSX）：批复和公开日期、应公开的单位",
     "roster of bodies (CSV, XLSX): dates of approval and publication, who must publish"},
    {"notice", 0, OPT_TEXT, &words.notice, "OUTDIR", NULL, "给每个有问题的部门写整改通知书（DOCX 和 PDF）",
     "write a rectification notice for each department with problems (DOCX and PDF)"},
    {"deadline", 0, OPT_TEXT, &words.deadline, "DATE", NULL, "整改时限，如 2024-03-15（默认留空填写）",
     "day by which to rectify, as 2024-03-15 (default: left to fill in)"},
    {"date", 0, OPT_TEXT, &words.date, "DATE", NULL, "通知书的日期和判断逾期的今天（默认留空）",
     "day of the notices, and today for what is overdue (default: none)"},
    {"rules", 0, OPT_TEXT, &words.rules, "DIR", NULL, "用这个文件夹或文件里的规则", "use the rules in this folder or file"},
    {"data", 0, OPT_TEXT, &words.data, "DIR", NULL, "规则、样式、编码所在的文件夹", "folder of rules, profiles and codes"},
    {"accept", 0, OPT_TEXT, &words.accept, "FILE", NULL, "人已认可的发现（默认：每个文件旁边的 文件.heng-accept）",
     "findings accepted by a person (default: FILE.heng-accept beside each file)"},
    {"accept-init", 0, OPT_FLAG, &words.accept_init, NULL, NULL, "写一份认可清单：每个发现一条，注释着，等人写理由",
     "write a file of acceptances: each finding, commented out, for a person to give the reason"},
    {"explain", 0, OPT_TEXT, &words.explain, "ID", NULL, "说清一个发现：数在哪里、怎样算、依据、怎样核对（编号可只写开头几位）",
     "all about one finding: places, sums, authority, how to verify it (the beginning of its id will do)"},
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

static int profile_known(const struct auditor *a, struct err *e) {
  if (!words.profile || auditor_has_profile(a, words.profile)) return RC_OK;
  return err_set(e, RC_USAGE, tr("没有名为 %s 的城市样式（heng profile list 列出全部）", "there is no profile named %s (see heng profile list)"),
                 words.profile);
}

static int others_read(const struct auditor *a, struct others *o, struct err *e) {
  int rc = RC_OK;
  for (int i = 0; i < OTHER_ROLES && rc == RC_OK; i++)
    if (words.other[i].n > 0)
      rc = others_load(a, (enum other_role)i, words.other[i].v, words.other[i].n, words.book.n > 0 && i != OTHER_UNIT, words.profile, o, e);
  return rc;
}

static const struct option accepting[] = {
    {"reason", 0, OPT_TEXT, &words.reason, "TEXT", NULL, "为什么接受（必须写）", "why it is accepted (needed)"},
    {"by", 0, OPT_TEXT, &words.by, "NAME", NULL, "谁认可的（默认登录名）", "who accepts it (default: the name logged in with)"},
    {"accept", 0, OPT_TEXT, &words.accept, "FILE", NULL, "写到这个认可清单（默认：第一个文件旁边的 文件.heng-accept）",
     "the file to add it to (default: FILE.heng-accept beside the first file)"},
    {"ocr", 0, OPT_FLAG, &words.ocr, NULL, NULL, "扫描页用 tesseract 识别（每页几秒）；识别的数待核对，只给警告",
     "read scanned pages with tesseract (seconds a page); such figures are to be confirmed and only warn"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "按这个城市样式读", "read with this profile"},
    {"rules", 0, OPT_TEXT, &words.rules, "DIR", NULL, "用这个文件夹或文件里的规则", "use the rules in this folder or file"},
    {"data", 0, OPT_TEXT, &words.data, "DIR", NULL, "规则、样式、编码所在的文件夹", "folder of rules, profiles and codes"},
};

static const struct option *accept_options(int *count) {
  *count = (int)(sizeof accepting / sizeof *accepting);
  return accepting;
}

/* What is asked of the audit itself, whatever is done with what it finds. `accept` is the caller's to free. */
static int request_make(const struct auditor *a, struct audit_request *q, struct accept_list **accept, struct err *e) {
  *accept = NULL;
  *q = (struct audit_request){.profile = words.profile, .ocr = words.ocr, .accept_beside = !words.accept, .accept_alone = true};
  int rc = profile_known(a, e);
  if (rc == RC_OK && words.accept) rc = accept_load(words.accept, accept, e);
  q->accept = *accept;
  return rc;
}

static int audit_inputs(struct auditor *a, char **paths, int n, struct err *e) {
  struct reporter r;
  struct accept_list *accept;
  struct others others = {0};
  struct old_report *old = NULL;
  struct batch_options o = {
      .store = words.store, .annotate = words.annotate, .together = words.book.n > 0, .quiet = words.quiet, .workers = words.workers};
  int rc = request_make(a, &o.request, &accept, e);
  if (rc == RC_OK && strcmp(words.images, "folder") == 0 && (!words.out || strcmp(words.out, "-") == 0))
    rc = err_set(e, RC_USAGE, "%s", tr("--images folder 要用 -o 写到文件", "--images folder needs a file: -o FILE"));
  if (rc == RC_OK) rc = others_read(a, &others, e);
  if (rc == RC_OK && words.against) rc = old_report_load(words.against, &old, e);
  o.request.against = old;
  if (others.list.n > 0) o.request.others = &others;
  const struct paper_options papers = {
      .data = words.data, .roster = words.roster, .sheet = words.sheet, .notice = words.notice, .deadline = words.deadline, .date = words.date};
  if (rc == RC_OK) rc = papers_open(&o.papers, &papers, e);
  if (rc == RC_OK) rc = reporter_open(&r, format_named(words.format), a, words.out, e);
  if (rc == RC_OK) {
    r.coverage = papers_coverage(o.papers);
    r.images = images_named(words.images);
    r.against = old != NULL;
    rc = batch_run(a, &o, paths, n, &r, e);
  }
  papers_free(o.papers);
  accept_free(accept);
  old_report_free(old);
  others_release(&others);
  return rc;
}

static bool others_given(void) {
  for (int i = 0; i < OTHER_ROLES; i++)
    if (words.other[i].n > 0) return true;
  return false;
}

/* One input, read and checked for something else than a report. */
static int audit_one(struct auditor *a, char **paths, int n, struct err *e) {
  struct accept_list *accept;
  struct audit_request q;
  struct audit x = {0};
  if (n > 1 && words.book.n == 0)
    return err_set(e, RC_USAGE, "%s",
                   tr("这里只能写一个文件（几个文件合为一本用 --book）", "one file is wanted here (several that are one book: --book)"));
  struct others others = {0};
  int rc = request_make(a, &q, &accept, e);
  if (rc == RC_OK) rc = others_read(a, &others, e);
  if (others.list.n > 0) q.others = &others;
  if (rc == RC_OK && (rc = audit_files(a, (const char *const *)paths, n, &q, &x)) < 0) *e = x.error;
  if (rc == RC_OK) rc = words.explain ? explain_run(a, &x, words.explain, e) : accept_init(a, &x, words.accept, e);
  audit_release(&x);
  accept_free(accept);
  others_release(&others);
  return rc;
}

static int accept_command(int argc, char **argv, struct err *e) {
  struct auditor *a = NULL;
  struct audit x = {0};
  struct acceptance given = {.reason = words.reason, .by = words.by ? words.by : getenv("USER")};
  if (argc < 2)
    return err_set(e, RC_USAGE, "%s",
                   tr("要写文件和发现的编号：heng accept FILE ID --reason \"……\"",
                      "a file and the id of a finding are wanted: heng accept FILE ID --reason \"…\""));
  if (!given.reason || !given.reason[0]) return err_set(e, RC_USAGE, "%s", tr("要写理由：--reason \"……\"", "a reason is wanted: --reason \"…\""));
  if (!given.by || !given.by[0]) return err_set(e, RC_USAGE, "%s", tr("要写是谁认可的：--by \"……\"", "say who accepts it: --by \"…\""));
  int rc = words.ocr ? document_ocr_ready(e) : RC_OK;
  if (rc == RC_OK) rc = auditor_load(words.data, words.rules, &a, e);
  struct audit_request q = {.profile = words.profile, .ocr = words.ocr};
  if (rc == RC_OK) rc = profile_known(a, e);
  if (rc == RC_OK && (rc = audit_files(a, (const char *const *)argv, argc - 1, &q, &x)) < 0) *e = x.error;
  if (rc == RC_OK) rc = accept_add(a, &x, argv[argc - 1], &given, words.accept, e);
  audit_release(&x);
  auditor_free(a);
  return rc;
}

static int audit_command(int argc, char **argv, struct err *e) {
  struct auditor *a = NULL;
  char **paths = words.book.n > 0 ? words.book.v : argv;
  int n = words.book.n > 0 ? words.book.n : argc;
  int rc = RC_OK;
  if (n < 1)
    rc = err_set(e, RC_USAGE, "%s",
                 others_given() ? tr("要审核的文件写在 --prior、--budget、--approved、--units 之前",
                                     "the files to audit come before --prior, --budget, --approved, --units")
                                : tr("要写文件或文件夹", "files or folders are wanted"));
  else if (words.book.n > 0 && argc > 0)
    rc = err_set(e, RC_USAGE, "%s", tr("--book 的文件要写在最后，不能同时另写文件", "with --book no other files may be given"));
  else if (words.workers < 1)
    rc = err_set(e, RC_USAGE, "%s", tr("-j 至少是 1", "-j is at least 1"));
  else if (words.explain && words.accept_init)
    rc = err_set(e, RC_USAGE, "%s", tr("--explain 与 --accept-init 不能同用", "--explain and --accept-init cannot go together"));
  if (rc == RC_OK && words.ocr) rc = document_ocr_ready(e);
  if (rc == RC_OK) rc = auditor_load(words.data, words.rules, &a, e);
  if (rc == RC_OK) rc = words.explain || words.accept_init ? audit_one(a, paths, n, e) : audit_inputs(a, paths, n, e);
  auditor_free(a);
  free(words.book.v);
  words.book = (struct option_list){0};
  for (int i = 0; i < OTHER_ROLES; i++) free(words.other[i].v), words.other[i] = (struct option_list){0};
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
     "  heng audit --book text.pdf tables.pdf        几个文件合为一本\n"
     "  heng audit 2024.pdf --prior 2023.pdf         与上年账本比\n"
     "  heng audit book.pdf --approved approved.xlsx 与批复比\n"
     "  heng audit new.pdf --against old.json        改正后：已改、未改、新增",
     "Reads PDF, XLSX, DOCX, HTML or text, recognises the tables of the book, checks every relation in and between them, and says where it fails and "
     "what the number most likely should be.\n"
     "Exit code: 0 no error; 1 errors found (also when other inputs could not be read); 2 wrong usage; 3 no error found, but an input could not be "
     "read.\n"
     "Examples:\n"
     "  heng audit book.pdf                          the report in the terminal\n"
     "  heng audit books/ -j 4 -f html -o report.html  many files, one page\n"
     "  heng audit books/ -f xlsx -o worklist.xlsx   a worklist for reviewers\n"
     "  heng audit book.pdf --annotate marked/       a copy of the PDF with highlights and notes\n"
     "  heng audit --book text.pdf tables.pdf        several files as one book\n"
     "  heng audit 2024.pdf --prior 2023.pdf         with last year's book beside it\n"
     "  heng audit book.pdf --approved approved.xlsx with the approval beside it\n"
     "  heng audit new.pdf --against old.json        corrected: mended, remaining, new",
     audit_options, audit_command},
    {"compare", "OLD NEW", "比较两本账本：增、删、改了什么", "compare two books: what was added, removed, changed",
     "同一本账本改后重新公开，或同一单位的两个年度。按表、科目、项目、指标配对，不按位置；按金额大小排列。\n"
     "退出码：0 相同；1 有不同；2 用法不对；3 有文件读不了或没有认出预决算表。\n"
     "例：\n"
     "  heng compare old.pdf new.pdf\n"
     "  heng compare 2023.pdf 2024.pdf -f xlsx -o changes.xlsx",
     "The same book published again, or two years of one body. Things are paired by table, code, project and indicator, never by position; by size "
     "of the "
     "amount.\n"
     "Exit code: 0 the same; 1 differences; 2 wrong usage; 3 a file cannot be read or has no budget tables.\n"
     "Examples:\n"
     "  heng compare old.pdf new.pdf\n"
     "  heng compare 2023.pdf 2024.pdf -f xlsx -o changes.xlsx",
     compare_options, compare_command},
    {"accept", "FILE… ID", "认可一个发现，写明理由：以后的报告把它另列", "accept a finding for a reason: later reports list it apart",
     "编号见报告（可只写开头几位）。认可写在 文件.heng-accept "
     "里，是一份可以自己改的文本（docs/accept.md）；编号来自发现的内容，数字一变就不再有效。\n"
     "例：\n"
     "  heng accept book.pdf 1a2b3c4d --reason \"职业年金由财政统一代缴\" --by 审核一科",
     "The id is in the report (its beginning will do). What is accepted is written to FILE.heng-accept, a text that may be edited by hand "
     "(docs/accept.md); the id comes of what the finding says, so that it no longer holds once a figure changes.\n"
     "Example:\n"
     "  heng accept book.pdf 1a2b3c4d --reason \"paid centrally by the treasury\" --by \"audit office\"",
     accept_options, accept_command},
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
